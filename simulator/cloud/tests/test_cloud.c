/* Tests of cloud/cloud: the parts together, over real HTTPS and MQTT, and after a SIGKILL. */
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
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "base/err.h"
#include "base/file.h"
#include "cloud-room.h"
#include "cloud/cloud.h"

#define CURL(r, ...) \
	RUN(r, "curl", "-sS", "-w", "\n%{http_code}", "--cacert", "@dir/pki/root-ca.pem", "-b", \
		"@dir/jar", "-c", "@dir/jar", __VA_ARGS__)
#define URL "https://localhost:@port"

static struct pc_cloud_options
options_of(const struct room *r)
{
	return (struct pc_cloud_options){.dir = r->dir,
		.password_cost = 4,
		.listen = {.sin_family = AF_INET,
			.sin_port = htons((uint16_t)r->port),
			.sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
}

static bool
is_ready(struct room *r, void *cloud)
{
	(void)r;
	return pc_cloud_is_ready(cloud);
}

static void
count_ready(void *arg)
{
	(*(unsigned *)arg)++;
}

/* A run directory and a loop without front and broker of the room's own. */
static void
open_dir(struct room *r)
{
	*r = (struct room){.dir = "/tmp/pc-cloud-XXXXXX"};
	assert_non_null(mkdtemp(r->dir));
	pc_clock_init_real(&r->clock);
	pc_buf_init(&r->output, 1 << 20);
	assert_int_equal(pc_loop_new(&r->clock, &r->loop, NULL), PC_OK);
}

static struct pc_cloud *
start(struct room *r, unsigned *readies)
{
	struct pc_cloud *cloud = NULL;
	struct pc_diag diag = {0};
	struct pc_cloud_options o = options_of(r);
	o.ready = count_ready;
	o.ready_arg = readies;
	if (pc_cloud_new(r->loop, &o, &cloud, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	struct sockaddr_in local = pc_cloud_local(cloud);
	r->port = ntohs(local.sin_port);
	assert_true(room_wait(r, is_ready, cloud));
	return cloud;
}

static void
expect_output(struct room *r, const char *text)
{
	if (strstr(pc_buf_text(&r->output), text) == NULL)
		fail_msg("'%s' is not in: %.800s", text, pc_buf_text(&r->output));
}

/* Logs in as the installer with the password of the first start. */
static void
log_in(struct room *r)
{
	char path[128], body[256];
	snprintf(path, sizeof(path), "%s/credentials.json", r->dir);
	json_t *file = json_load_file(path, 0, NULL);
	assert_non_null(file);
	const char *password = NULL;
	void *at = NULL;
	size_t i = 0;
	json_t *users = json_object_get(file, "users");
	json_array_foreach(users, i, at)
	{
		const char *name = json_string_value(json_object_get(at, "user"));
		if (name != NULL && strcmp(name, "installer") == 0)
			password = json_string_value(json_object_get(at, "password"));
	}
	assert_non_null(password);
	snprintf(body, sizeof(body), "{\"user\":\"installer\",\"password\":\"%s\"}", password);
	json_decref(file);
	assert_int_equal(
		CURL(r, "-H", "Content-Type: application/json", "-d", body, URL "/portal/v1/login"),
		0);
	expect_output(r, "\n204");
}

static void
enrol(struct room *r, const char *status)
{
	assert_int_equal(
		CURL(r, "-H", "Content-Type: application/json", "-d",
			"{\"agentId\":\"agent-9\",\"agentType\":\"DC\"}", URL "/portal/v1/agents"),
		0);
	expect_output(r, status);
}

/* Keeps certificate and key of the answer as DIR/agent-9.pem and .key. */
static void
keep_identity(struct room *r)
{
	static const char *const members[] = {"certificatePem", "privateKeyPem"};
	static const char *const suffixes[] = {"pem", "key"};
	json_t *answer = json_loads(pc_buf_text(&r->output), JSON_DISABLE_EOF_CHECK, NULL);
	assert_non_null(answer);
	for (size_t i = 0; i < 2; i++) {
		char path[128];
		const char *text = json_string_value(json_object_get(answer, members[i]));
		assert_non_null(text);
		snprintf(path, sizeof(path), "%s/agent-9.%s", r->dir, suffixes[i]);
		assert_int_equal(pc_file_write(path, text, strlen(text), 0600, NULL), PC_OK);
	}
	json_decref(answer);
}

static void
test_enrol_and_connect(void **state)
{
	struct room r;
	unsigned readies = 0;
	(void)state;
	open_dir(&r);
	struct pc_cloud *cloud = start(&r, &readies);
	assert_int_equal(readies, 1);
	assert_int_equal(CURL(&r, URL "/v1/ping"), 0);
	expect_output(&r, "\n204");
	log_in(&r);
	enrol(&r, "\n201");
	keep_identity(&r);
	assert_int_equal(CURL(&r, "--cert", "@dir/agent-9.pem", "--key", "@dir/agent-9.key",
				 URL "/v1/pki/server-chain.pem"),
		0);
	expect_output(&r, "BEGIN CERTIFICATE");
	expect_output(&r, "\n200");
	assert_int_equal(
		RUN(&r, "mosquitto_pub", "-h", "localhost", "-p", "@port", "--cafile",
			"@dir/pki/root-ca.pem", "--cert", "@dir/agent-9.pem", "--key",
			"@dir/agent-9.key", "--tls-alpn", "mqtt", "-i", "agent-9", "-q", "1", "-r",
			"-t", "ers/v1/agents/agent-9/state", "-m", "{\"state\":\"online\"}"),
		0);
	assert_int_not_equal(RUN(&r, "mosquitto_pub", "-h", "localhost", "-p", "@port", "--cafile",
				     "@dir/pki/root-ca.pem", "--cert", "@dir/agent-9.pem", "--key",
				     "@dir/agent-9.key", "--tls-alpn", "mqtt", "-i", "agent-8",
				     "-t", "ers/v1/agents/agent-8/state", "-m", "x"),
		0);
	assert_int_equal(CURL(&r, URL "/portal/v1/journal?since=0"), 0);
	static const char *const kinds[] = {"tls", "request", "mqttConnect", "mqttConnack",
		"mqttPublish", "mqttAck", "mqttClosed", "mqttRefused", "brokerStarted"};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char text[64];
		snprintf(text, sizeof(text), "\"kind\":\"%s\"", kinds[i]);
		if (strstr(pc_buf_text(&r.output), text) == NULL)
			fail_msg("no %s in the journal: %.3000s", text, pc_buf_text(&r.output));
	}
	if (strstr(pc_buf_text(&r.output), "\"invalid\"") != NULL)
		fail_msg("an entry of the front is no JSON: %s", pc_buf_text(&r.output));
	pc_cloud_free(cloud);
	room_close(&r);
}

/* The directory is not for two; and the port of one is not for the other. */
static void
test_conflicts(void **state)
{
	struct room r;
	unsigned readies = 0;
	struct pc_cloud *second = NULL;
	struct pc_diag diag = {0};
	(void)state;
	open_dir(&r);
	struct pc_cloud *cloud = start(&r, &readies);
	struct pc_cloud_options o = options_of(&r);
	o.listen.sin_port = 0;
	assert_int_not_equal(pc_cloud_new(r.loop, &o, &second, &diag), PC_OK);
	assert_true(strlen(diag.text) > 10);
	char other[] = "/tmp/pc-cloud-XXXXXX";
	assert_non_null(mkdtemp(other));
	o = options_of(&r);
	o.dir = other;
	assert_int_equal(pc_cloud_new(r.loop, &o, &second, &diag), PC_E_ENVIRONMENT);
	assert_non_null(strstr(diag.text, "port"));
	pc_cloud_free(cloud);
	pc_cloud_free(NULL);
	char cmd[64];
	snprintf(cmd, sizeof(cmd), "rm -r %s", other);
	assert_int_equal(system(cmd), 0);
	room_close(&r);
}

/* In a process of its own, so that it can be killed. Never returns. */
static _Noreturn void
serve(struct room *r, int port_pipe)
{
	struct pc_cloud *cloud = NULL;
	struct pc_cloud_options o = options_of(r);
	if (pc_loop_new(&r->clock, &r->loop, NULL) != PC_OK ||
		pc_cloud_new(r->loop, &o, &cloud, NULL) != PC_OK)
		_exit(1);
	struct sockaddr_in local = pc_cloud_local(cloud);
	if (write(port_pipe, &local.sin_port, sizeof(local.sin_port)) != sizeof(local.sin_port))
		_exit(1);
	(void)pc_loop_run(r->loop);
	_exit(1);
}

static void
test_sigkill_loses_nothing(void **state)
{
	struct room r;
	int port_pipe[2];
	in_port_t port = 0;
	unsigned readies = 0;
	(void)state;
	open_dir(&r);
	assert_int_equal(pipe(port_pipe), 0);
	pid_t pid = fork();
	if (pid == 0)
		serve(&r, port_pipe[1]);
	assert_int_equal(read(port_pipe[0], &port, sizeof(port)), sizeof(port));
	close(port_pipe[0]);
	close(port_pipe[1]);
	r.port = ntohs(port);
	log_in(&r);
	enrol(&r, "\n201"); /* acknowledged: must survive */
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	r.port = 0;
	struct pc_cloud *cloud = start(&r, &readies);
	log_in(&r);
	enrol(&r, "\n409");
	pc_cloud_free(cloud);
	room_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_enrol_and_connect),
		cmocka_unit_test(test_conflicts),
		cmocka_unit_test(test_sigkill_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
