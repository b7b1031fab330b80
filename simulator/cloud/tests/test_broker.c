/* Tests of cloud/broker and of MQTT through the front: real mosquitto, real clients. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "cloud-room.h"
#include "cloud/faults.h"

#define MQTT(cmd) \
	cmd, "-h", "127.0.0.1", "-p", "@port", "--cafile", "@dir/root-ca.pem", "--cert", \
		"@dir/agent-1.pem", "--key", "@dir/agent-1.key"
#define COMMAND "ers/v1/agents/agent-1/command"
#define RESULT  "ers/v1/agents/agent-1/result"

static void
expect_journal(struct room *r, const char *text)
{
	if (!room_wait_journal(r, text))
		fail_msg("'%s' is not in the journal: %s", text, pc_buf_text(&r->journal));
}

static bool
has_message(struct room *r, void *text)
{
	return strstr(pc_buf_text(&r->messages), text) != NULL;
}

static void
publish_command(struct room *r, const char *payload)
{
	struct pc_broker_link link = pc_broker_link(r->broker);
	assert_int_equal(link.publish(link.arg, COMMAND, payload, strlen(payload), false), PC_OK);
}

/* A subscriber waits for one command; returns its exit status. */
static int
receive_command(struct room *r, const char *alpn, const char *version)
{
	struct client c;
	const char *argv[] = {MQTT("mosquitto_sub"), "-i", "agent-1", "-V", version, "-q", "1",
		"-t", COMMAND, "-C", "1", "-W", "10", alpn == NULL ? NULL : "--tls-alpn", alpn,
		NULL};
	pc_buf_clear(&r->journal);
	room_start(r, &c, &r->output, NULL, argv);
	expect_journal(r, "mqttSuback");
	publish_command(r, "{\"commandId\":\"c1\"}");
	return room_finish(r, &c);
}

static void
test_command_and_result(void **state)
{
	static const char *const versions[] = {"mqttv311", "mqttv5"};
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){0}, true);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(receive_command(&r, i == 0 ? "mqtt" : NULL, versions[i]), 0);
		assert_string_equal(pc_buf_text(&r.output), "{\"commandId\":\"c1\"}\n");
		expect_journal(&r, "\"clean\":true");
		assert_int_equal(RUN(&r, MQTT("mosquitto_pub"), "--tls-alpn", "mqtt", "-i",
					 "agent-1", "-V", versions[i], "-q", "1", "-t", RESULT,
					 "-m", i == 0 ? "done3" : "done5"),
			0);
		assert_true(room_wait(&r, has_message,
			(void *)(uintptr_t)(i == 0 ? RESULT " done3" : RESULT " done5")));
	}
	/* the same port still speaks HTTP */
	assert_int_equal(
		RUN(&r, "curl", "-sS", "--cacert", "@dir/root-ca.pem", "https://127.0.0.1:@port/x"),
		0);
	assert_int_equal(pc_front_counts(r.front).mqtt, 0);
	room_close(&r);
}

struct refusal {
	const char *name;
	const char *client_id, *topic;
	bool with_certificate, publish;
	const char *journal;
};

static const struct refusal refusals[] = {
	{"other client identifier", "agent-2", COMMAND, true, false, "\"code\":5"},
	{"no certificate", "agent-1", COMMAND, false, false, "\"code\":5"},
	{"topic of another agent", "agent-1", "ers/v1/agents/agent-2/command", true, false,
		"\"refused\":true"},
	{"all topics", "agent-1", "#", true, false, "\"refused\":true"},
	{"publishes a command", "agent-1", COMMAND, true, true, "\"end\":\"refused\""},
};

static void
test_refusals(void **state)
{
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){0}, true);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *f = &refusals[i];
		const char *argv[] = {f->publish ? "mosquitto_pub" : "mosquitto_sub", "-h",
			"127.0.0.1", "-p", "@port", "--cafile", "@dir/root-ca.pem", "-V",
			"mqttv311", "-i", f->client_id, "-q", "1", "-t", f->topic,
			f->publish ? "-m" : "-W", f->publish ? "x" : "2",
			f->with_certificate ? "--cert" : NULL, "@dir/agent-1.pem", "--key",
			"@dir/agent-1.key", NULL};
		pc_buf_clear(&r.journal);
		(void)room_run(&r, NULL, argv); /* mosquitto_sub ends with 0 when refused */
		if (strstr(pc_buf_text(&r.journal), f->journal) == NULL)
			fail_msg("%s: %s", f->name, pc_buf_text(&r.journal));
	}
	assert_int_equal(r.messages.len, 0);
	room_close(&r);
}

static bool
other_pid(struct room *r, void *arg)
{
	return pc_broker_pid(r->broker) != 0 && pc_broker_pid(r->broker) != *(pid_t *)arg &&
	       pc_broker_is_up(r->broker);
}

static void
test_broker_killed(void **state)
{
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){0}, true);
	pid_t pid = pc_broker_pid(r.broker);
	assert_int_equal(kill(pid, SIGKILL), 0);
	expect_journal(&r, "brokerEnded");
	struct pc_broker_link link = pc_broker_link(r.broker);
	assert_int_not_equal(link.publish(link.arg, COMMAND, "x", 1, false) == PC_OK &&
				     pc_broker_pid(r.broker) == pid,
		1);
	assert_true(room_wait(&r, other_pid, &pid));
	assert_int_equal(receive_command(&r, "mqtt", "mqttv311"), 0);
	room_close(&r);
}

/* A client that comes while the broker is away waits for it. */
static void
test_client_waits_for_broker(void **state)
{
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){0}, true);
	assert_int_equal(kill(pc_broker_pid(r.broker), SIGKILL), 0);
	expect_journal(&r, "brokerEnded");
	assert_int_equal(RUN(&r, MQTT("mosquitto_pub"), "-i", "agent-1", "-q", "1", "-t", RESULT,
				 "-m", "late"),
		0);
	room_close(&r);
}

static int
silent_listener(struct sockaddr_in *ret)
{
	socklen_t n = sizeof(*ret);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	*ret = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_int_equal(bind(fd, (struct sockaddr *)ret, n), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)ret, &n), 0);
	return fd;
}

static void
test_urls(void **state)
{
	static const struct {
		const char *url;
		int expected;
	} rows[] = {
		{"tcp://127.0.0.1:1", PC_OK},
		{"unix:/nowhere/m.sock", PC_OK},
		{"http://127.0.0.1", PC_E_USAGE},
		{"tcp://broker.test:1883", PC_E_USAGE},
		{"unix:", PC_E_USAGE},
		{"", PC_E_USAGE},
	};
	struct pc_clock clock;
	struct pc_loop *loop = NULL;
	(void)state;
	pc_clock_init_real(&clock);
	assert_int_equal(pc_loop_new(&clock, &loop, NULL), PC_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_broker *b = NULL;
		struct pc_diag diag = {0};
		const struct pc_broker_options o = {.url = rows[i].url};
		if (pc_broker_new(loop, &o, &b, &diag) != rows[i].expected)
			fail_msg("'%s': %s", rows[i].url, diag.text);
		if (rows[i].expected == PC_OK) {
			for (int k = 0; k < 5; k++)
				assert_int_equal(pc_loop_turn(loop, 10), PC_OK);
			struct pc_broker_link link = pc_broker_link(b);
			assert_int_equal(link.publish(link.arg, "t", "x", 1, false), PC_E_CLOSED);
		}
		pc_broker_free(b);
	}
	/* a broker that takes the connection and says nothing must not block the loop */
	struct sockaddr_in addr;
	int fd = silent_listener(&addr);
	char url[64];
	struct pc_broker *b = NULL;
	snprintf(url, sizeof(url), "tcp://127.0.0.1:%d", ntohs(addr.sin_port));
	const struct pc_broker_options o = {.url = url};
	assert_int_equal(pc_broker_new(loop, &o, &b, NULL), PC_OK);
	for (int k = 0; k < 10; k++)
		assert_int_equal(pc_loop_turn(loop, 10), PC_OK);
	assert_false(pc_broker_is_up(b));
	pc_broker_free(b);
	close(fd);
	pc_loop_free(loop);
}

static void
test_not_installed(void **state)
{
	struct pc_clock clock;
	struct pc_loop *loop = NULL;
	struct pc_broker *b = NULL;
	struct pc_diag diag = {0};
	(void)state;
	pc_clock_init_real(&clock);
	assert_int_equal(pc_loop_new(&clock, &loop, NULL), PC_OK);
	const struct pc_broker_options o = {.dir = "/nonexistent", .search_path = "/nowhere:"};
	assert_int_equal(pc_broker_new(loop, &o, &b, &diag), PC_E_ENVIRONMENT);
	assert_string_equal(diag.text,
		"mosquitto not found: install the package mosquitto, or name a broker with "
		"--broker URL");
	pc_loop_free(loop);
}

/* A run directory with a path longer than a socket address may be. */
static void
test_long_directory(void **state)
{
	struct pc_clock clock;
	struct pc_loop *loop = NULL;
	struct pc_broker *b = NULL;
	struct pc_diag diag = {0};
	char base[] = "/tmp/pc-long-XXXXXX";
	char dir[200], cmd[260];
	(void)state;
	assert_non_null(mkdtemp(base));
	snprintf(dir, sizeof(dir), "%s/%0120d", base, 7);
	pc_clock_init_real(&clock);
	assert_int_equal(pc_loop_new(&clock, &loop, NULL), PC_OK);
	const struct pc_broker_options o = {.dir = dir};
	if (pc_broker_new(loop, &o, &b, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	uint64_t end = pc_clock_ms(&clock) + ROOM_DEADLINE_MS;
	while (!pc_broker_is_up(b) && pc_clock_ms(&clock) < end)
		assert_int_equal(pc_loop_turn(loop, 100), PC_OK);
	assert_true(pc_broker_is_up(b));
	pc_broker_free(b);
	pc_loop_free(loop);
	snprintf(cmd, sizeof(cmd), "rm -r '%s'", base);
	assert_int_equal(system(cmd), 0);
}

static void
test_faults(void **state)
{
	static const struct {
		const char *fault;
		const char *output;
		const char *journal;
	} rows[] = {
		{"mqtt-duplicate-command", "cmd\ncmd\n", "mqttPublish"},
		{"mqtt-suback-refused", "", "mqttSuback"},
		{"mqtt-no-suback", "", "\"withheld\":true"},
		{"mqtt-connack-refused", "", "\"code\":3"},
		{"mqtt-malformed-packet", "", "mqttPublish"},
	};
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){0}, true);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct client c;
		pc_fault_set set = 0;
		const char *argv[] = {MQTT("mosquitto_sub"), "-i", "agent-1", "-q", "1", "-t",
			COMMAND, "-C", "2", "-W", i == 0 ? "10" : "1", NULL};
		pc_buf_clear(&r.journal);
		assert_int_equal(
			pc_fault_arm(pc_cloud_faults, PC_CLOUD_FAULTS, rows[i].fault, &set, NULL),
			PC_OK);
		assert_int_equal(pc_front_set_faults(r.front, set, NULL), PC_OK);
		room_start(&r, &c, &r.output, NULL, argv);
		expect_journal(&r, i == 3 ? "mqttConnack" : "mqttSuback");
		if (i == 0 || i == 4)
			publish_command(&r, "cmd");
		(void)room_finish(&r, &c);
		if (strcmp(pc_buf_text(&r.output), rows[i].output) != 0 && i == 0)
			fail_msg("%s: '%s'", rows[i].fault, pc_buf_text(&r.output));
		expect_journal(&r, rows[i].journal);
	}
	room_close(&r);
}

static void
test_drop(void **state)
{
	struct room r;
	struct client c;
	const char *argv[] = {MQTT("mosquitto_sub"), "-i", "agent-1", "-q", "1", "-t", COMMAND,
		"-C", "1", "-W", "10", NULL};
	(void)state;
	room_open(&r, (struct pc_front_options){0}, true);
	room_start(&r, &c, &r.output, NULL, argv);
	expect_journal(&r, "mqttSuback");
	assert_int_equal(pc_front_counts(r.front).mqtt, 1);
	pc_front_drop_mqtt(r.front);
	assert_int_equal(pc_front_counts(r.front).mqtt, 0);
	expect_journal(&r, "\"end\":\"dropped\"");
	/* On its way back to the broker it does not always heed SIGTERM. */
	assert_int_equal(kill(c.pid, SIGKILL), 0);
	(void)room_finish(&r, &c);
	room_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command_and_result),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_broker_killed),
		cmocka_unit_test(test_client_waits_for_broker),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_not_installed),
		cmocka_unit_test(test_long_directory),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
