/* The engine as a service: net-snmp's own tools, broadcasts, named faults, start and end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "device/log.h"
#include "printers.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

enum { DEADLINE_MS = 20000 };

/* A directory of the test's own, and the printers; HOME and TMPDIR lead there. */
struct service {
	struct printers p;
	char dir[64];
};

/* A new engine for every test, so that the library starts and ends many times in one process. */
static int
setup(void **state)
{
	struct service *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	pc_text_copy(s->dir, sizeof(s->dir), "/tmp/presscheck-snmp-service-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	setenv("HOME", s->dir, 1);
	setenv("TMPDIR", s->dir, 1);
	setenv("SNMP_PERSISTENT_DIR", s->dir, 1);
	printers_init(&s->p);
	*state = s;
	return 0;
}

static unsigned
entries(const char *dir)
{
	unsigned n = 0;
	DIR *d = opendir(dir);
	assert_non_null(d);
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
		n += e->d_name[0] != '.' || strcmp(e->d_name, ".snmp") == 0;
	closedir(d);
	return n;
}

/* The library writes nothing, so that a program that is killed leaves nothing behind. */
static int
teardown(void **state)
{
	struct service *s = *state;
	unsigned before = entries(s->dir);
	printers_done(&s->p);
	assert_int_equal(before, 0);
	assert_int_equal(entries(s->dir), 0);
	assert_int_equal(rmdir(s->dir), 0);
	free(s);
	return 0;
}

/* ---- net-snmp's tools ---- */

struct ended {
	bool yes;
	int status;
};

static void
on_end(void *arg, pid_t pid, int wait_status)
{
	(void)pid;
	*(struct ended *)arg = (struct ended){true, wait_status};
}

/* Run a tool while the loop serves it; `out` gets what it prints. Returns its exit code. */
static int
run_tool(struct printers *p, const char *dir, const char *const *argv, struct pc_buf *out)
{
	FILE *f = tmpfile();
	struct ended ended = {0};
	struct pc_loop_fd *watch = NULL;
	uint64_t until = pc_clock_ms(&p->clock) + DEADLINE_MS;
	assert_non_null(f);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		setenv("SNMP_PERSISTENT_DIR", dir, 1);
		dup2(fileno(f), 1);
		dup2(fileno(f), 2);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_int_equal(pc_loop_child(p->loop, pid, on_end, &ended, &watch), PC_OK);
	while (!ended.yes) {
		if (pc_clock_ms(&p->clock) > until)
			fail_msg("%s does not end", argv[0]);
		pc_loop_turn(p->loop, 200);
	}
	rewind(f);
	char line[2000];
	while (fgets(line, sizeof(line), f) != NULL)
		pc_buf_add_text(out, line);
	fclose(f);
	return WIFEXITED(ended.status) ? WEXITSTATUS(ended.status) : -1;
}

static void
test_tools(void **state)
{
	static const struct {
		const char *name;
		const char *words[12];
		int exit;
		size_t lines; /* 0: not looked at */
		const char *holds;
	} rows[] = {
		{"snmpget v1", {"snmpget", "-v1", "-cpublic", "ADDR", ".1.3.6.1.2.1.1.1.0"}, 0, 1,
			".1.3.6.1.2.1.1.1.0 = STRING: \"Test printer\""},
		{"snmpget v2c", {"snmpget", "-v2c", "-cpublic", "ADDR", ".1.3.6.1.4.1.9.2.1"}, 0, 1,
			"Counter64: 21000000000000"},
		{"snmpget, nothing there",
			{"snmpget", "-v2c", "-cpublic", "ADDR", ".1.3.6.1.2.1.1.1.7"}, 0, 1,
			"No Such Instance"},
		{"snmpget v1, nothing there",
			{"snmpget", "-v1", "-cpublic", "ADDR", ".1.3.6.1.2.1.1.9.0"}, 2, 0,
			"noSuchName"},
		/* 4 scalars, 9 cells, 4,000 bytes in lines of 16, 1,500 raw objects, "end" */
		{"snmpbulkwalk of everything",
			{"snmpbulkwalk", "-v2c", "-cpublic", "-Cr25", "ADDR", ".1"}, 0, 1764,
			".1.3.6.1.4.1.20.1.1500 = INTEGER: 1500"},
		{"snmpbulkwalk with many repetitions",
			{"snmpbulkwalk", "-v2c", "-cpublic", "-Cr10000", "ADDR", ".1.3.6.1.4.1.20"},
			0, 1501, ".1.3.6.1.4.1.20.1.1 = INTEGER: 1"},
		{"snmpwalk v1 leaves out Counter64",
			{"snmpwalk", "-v1", "-cpublic", "-CE", ".1.3.6.1.4.1.10", "ADDR",
				".1.3.6.1.4.1.9"},
			0, 6, ".1.3.6.1.4.1.9.3.3 = OID: .1.3.4294967295"},
		{"snmpset",
			{"snmpset", "-v2c", "-csecret", "ADDR", ".1.3.6.1.2.1.1.5.0", "s", "lobby"},
			0, 1, "\"lobby\""},
		{"snmpset, read-only",
			{"snmpset", "-v2c", "-csecret", "ADDR", ".1.3.6.1.2.1.1.1.0", "s", "x"}, 2,
			0, "notWritable"},
		{"snmpget, wrong community",
			{"snmpget", "-v2c", "-cwrong", "-t0.2", "-r0", "ADDR",
				".1.3.6.1.2.1.1.1.0"},
			1, 0, "Timeout"},
	};
	struct service *s = *state;
	struct sockaddr_in to = printers_address(&s->p, 0);
	char address[PC_TEXT_ADDR_MAX], dir[100], made[120];
	pc_text_from_sockaddr(&to, address);
	snprintf(dir, sizeof(dir), "%s/tools", s->dir);
	snprintf(made, sizeof(made), "%s/cert_indexes", dir);
	assert_int_equal(pc_file_mkdir(made, 0700, NULL), PC_OK); /* or the tools say they did */
	for (size_t i = 0; i < N(rows); i++) {
		const char *argv[20] = {rows[i].words[0], "-m", "", "-On"};
		for (size_t w = 1, at = 4; w < 12 && rows[i].words[w] != NULL; w++)
			argv[at++] =
				strcmp(rows[i].words[w], "ADDR") == 0 ? address : rows[i].words[w];
		struct pc_buf out;
		pc_buf_init(&out, 1 << 20);
		int code = run_tool(&s->p, dir, argv, &out);
		size_t lines = 0;
		for (const char *at = pc_buf_text(&out); *at != '\0'; at++)
			lines += *at == '\n';
		if (code != rows[i].exit || strstr(pc_buf_text(&out), rows[i].holds) == NULL ||
			(rows[i].lines != 0 && lines != rows[i].lines))
			fail_msg("%s: exit %d, %zu lines (127: package snmp is missing)\n%.2000s",
				rows[i].name, code, lines, pc_buf_text(&out));
		pc_buf_done(&out);
	}
	const struct pc_audit_entry *change = pc_device_audit_entry(s->p.devices[0], 0);
	assert_non_null(change);
	assert_int_equal(change->via, PC_VIA_SNMP);
	assert_string_equal(change->detail, "lobby");
	assert_int_equal(rmdir(made), 0);
	assert_int_equal(rmdir(dir), 0);
}

/* ---- broadcasts ---- */

static size_t
encode_get(uint8_t pdu, uint8_t *out, size_t size)
{
	struct pc_snmp_varbind vb;
	struct pc_oid name;
	size_t len = 0;
	assert_int_equal(pc_oid_parse("1.3.6.1.2.1.1.5.0", &name), PC_OK);
	pc_snmp_varbind_null(&vb, &name);
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)"public",
		.community_len = 6,
		.pdu = pdu,
		.request_id = 4711,
		.varbinds = &vb,
		.n_varbinds = 1};
	assert_int_equal(pc_snmp_encode(&m, out, size, &len, NULL), PC_OK);
	return len;
}

/* Every printer answers a broadcast once, from its own address. */
static void
test_broadcast(void **state)
{
	struct printers *p = &((struct service *)*state)->p;
	struct sockaddr_in to = printers_address(p, 0);
	uint8_t data[200];
	size_t len = encode_get(PC_SNMP_GET, data, sizeof(data));
	uint64_t until = pc_clock_ms(&p->clock) + DEADLINE_MS;
	unsigned seen = 0;
	to.sin_addr.s_addr = htonl(0x7fffffff);
	pc_device_power(p->devices[3], false); /* and one that is switched off does not */
	assert_int_equal(sendto(p->client, data, len, 0, (struct sockaddr *)&to, sizeof(to)), len);
	for (unsigned answers = 0; answers < PRINTERS - 1;) {
		char answer[4096], want[64];
		if (pc_clock_ms(&p->clock) > until)
			fail_msg("%u of %d printers answered", answers, PRINTERS - 1);
		printers_read(p, answer, sizeof(answer));
		if (strcmp(answer, "silence") == 0) {
			pc_loop_turn(p->loop, 10);
			continue;
		}
		unsigned i = ntohl(p->from.sin_addr.s_addr) - 0x7f090001;
		assert_true(i < PRINTERS && i != 3);
		assert_false(seen >> i & 1);
		seen |= 1u << i;
		snprintf(want, sizeof(want), "0/0 2.1.1.5.0=name%u", i + 1);
		assert_string_equal(answer, want);
		answers++;
	}
	assert_int_equal(pc_snmp_engine_counters(p->engine).out_packets, PRINTERS - 1);
}

static void
test_broadcast_refused(void **state)
{
	struct printers *p = &((struct service *)*state)->p;
	struct sockaddr_in to = printers_address(p, 0);
	uint8_t data[200];
	size_t len = encode_get(PC_SNMP_SET, data, sizeof(data));
	to.sin_addr.s_addr = htonl(0x7fffffff);
	assert_false(printers_ask_bytes(p, &to, data, len));
	assert_int_equal(pc_snmp_engine_counters(p->engine).silent_drops, 1);
	assert_int_equal(pc_snmp_engine_counters(p->engine).out_packets, 0);
}

/* More devices than answer in one turn: some in each, none left out, unicast in between. */
static void
test_broadcast_large(void **state)
{
	struct printers *p = &((struct service *)*state)->p;
	struct sockaddr_in to = printers_address(p, 0);
	uint8_t data[200];
	size_t len = encode_get(PC_SNMP_GETNEXT, data, sizeof(data));
	uint64_t until = pc_clock_ms(&p->clock) + DEADLINE_MS, sent = 0;
	unsigned steps = 0;
	p->each_count = 1000;
	to.sin_addr.s_addr = htonl(0x7fffffff);
	assert_int_equal(sendto(p->client, data, len, 0, (struct sockaddr *)&to, sizeof(to)), len);
	while (sent < p->each_count) {
		if (pc_clock_ms(&p->clock) > until)
			fail_msg("%llu of 1000 answers", (unsigned long long)sent);
		pc_loop_turn(p->loop, 10);
		uint64_t now = pc_snmp_engine_counters(p->engine).out_packets;
		assert_true(now - sent <= 256);
		steps += now > sent;
		sent = now;
	}
	assert_int_equal(steps, 4);
	pc_loop_turn(p->loop, 10);
	assert_int_equal(pc_snmp_engine_counters(p->engine).out_packets, 1000);
}

/* Broadcasts under way are limited; what is over is dropped and counted. */
static void
test_broadcast_limit(void **state)
{
	struct printers *p = &((struct service *)*state)->p;
	struct sockaddr_in to = printers_address(p, 0);
	uint8_t data[200];
	size_t len = encode_get(PC_SNMP_GET, data, sizeof(data));
	uint64_t until = pc_clock_ms(&p->clock) + DEADLINE_MS;
	to.sin_addr.s_addr = htonl(0x7fffffff);
	for (int i = 0; i < 10; i++)
		assert_int_equal(
			sendto(p->client, data, len, 0, (struct sockaddr *)&to, sizeof(to)), len);
	while (pc_snmp_engine_counters(p->engine).out_packets < 8 * PRINTERS) {
		if (pc_clock_ms(&p->clock) > until)
			fail_msg("eight broadcasts were not answered");
		pc_loop_turn(p->loop, 10);
	}
	assert_int_equal(pc_snmp_engine_counters(p->engine).silent_drops, 2);
	pc_loop_turn(p->loop, 10);
	assert_int_equal(pc_snmp_engine_counters(p->engine).out_packets, 8 * PRINTERS);
}

/* ---- faults ---- */

static pc_fault_set
armed(const char *name)
{
	size_t n = 0;
	pc_fault_set set = 0;
	struct pc_diag diag = {0};
	const struct pc_fault_row *rows = pc_snmp_faults(&n);
	if (pc_fault_arm(rows, n, name, &set, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	return set;
}

static void
test_faults(void **state)
{
	static const struct {
		const char *fault, *request, *good, *bad;
	} rows[] = {
		{"snmp-v1-wrong-index", "1 public get 2.1.1.1.0 2.1.1.9.0 2.1.1.5.0",
			"2/2 2.1.1.1.0=NULL 2.1.1.9.0=NULL 2.1.1.5.0=NULL",
			"2/3 2.1.1.1.0=NULL 2.1.1.9.0=NULL 2.1.1.5.0=NULL"},
		{"snmp-v1-wrong-index", "1 secret set 2.1.1.5.0=s:! 2.1.1.6.0=s:x",
			"3/1 2.1.1.5.0=! 2.1.1.6.0=x", "3/2 2.1.1.5.0=! 2.1.1.6.0=x"},
		{"snmp-getnext-repeats", "2c public next 4.1.20.1.7", "0/0 4.1.20.1.8=8",
			"0/0 4.1.20.1.7=7"},
		{"snmp-bulk-ignores-repetitions", "2c public bulk:0:3 4.1.20.1.7",
			"0/0 4.1.20.1.8=8 4.1.20.1.9=9 4.1.20.1.10=10", "0/0 4.1.20.1.8=8"},
		{"snmp-wrong-community-answered", "2c wrong get 4.1.20.1.7", "silence",
			"0/0 4.1.20.1.7=7"},
		{"snmp-set-unchecked", "2c secret set 2.1.1.1.0=s:x", "17/1 2.1.1.1.0=x",
			"0/0 2.1.1.1.0=x"},
		{"snmp-missing-fails-all", "2c public get 2.1.1.1.0 2.1.1.9.0",
			"0/0 2.1.1.1.0=Test printer 2.1.1.9.0=noSuchObject",
			"2/2 2.1.1.1.0=NULL 2.1.1.9.0=NULL"},
		{"snmp-silent", "2c public get 4.1.20.1.7", "0/0 4.1.20.1.7=7", "silence"},
	};
	struct printers *p = &((struct service *)*state)->p;
	for (size_t i = 0; i < N(rows); i++) {
		char answer[4096];
		printers_ask(p, 0, rows[i].request, answer, sizeof(answer));
		assert_string_equal(answer, rows[i].good);
		pc_device_set_faults(p->devices[0], armed(rows[i].fault));
		printers_ask(p, 0, rows[i].request, answer, sizeof(answer));
		if (strcmp(answer, rows[i].bad) != 0)
			fail_msg("%s: %s", rows[i].fault, answer);
		pc_device_set_faults(p->devices[0], 0);
	}
}

static void
test_fault_set_not_applied(void **state)
{
	struct printers *p = &((struct service *)*state)->p;
	char answer[4096];
	pc_device_set_faults(p->devices[0], armed("snmp-set-not-applied"));
	assert_string_equal(
		printers_ask(p, 0, "2c secret set 2.1.1.5.0=s:x", answer, sizeof(answer)),
		"0/0 2.1.1.5.0=x");
	assert_string_equal(printers_ask(p, 0, "2c public get 2.1.1.5.0", answer, sizeof(answer)),
		"0/0 2.1.1.5.0=name1");
}

static void
test_fault_reply_other_address(void **state)
{
	struct printers *p = &((struct service *)*state)->p;
	struct sockaddr_in asked = printers_address(p, 1);
	char answer[4096];
	pc_device_set_faults(p->devices[1], armed("snmp-reply-other-address"));
	printers_ask(p, 1, "2c public get 2.1.1.1.0", answer, sizeof(answer));
	assert_string_equal(answer, "0/0 2.1.1.1.0=Test printer");
	assert_int_not_equal(p->from.sin_addr.s_addr, asked.sin_addr.s_addr);
}

static void
test_fault_request_id(void **state)
{
	struct printers *p = &((struct service *)*state)->p;
	struct sockaddr_in to = printers_address(p, 0);
	uint8_t data[200];
	struct pc_snmp_varbind vb;
	struct pc_snmp_message m;
	size_t len = encode_get(PC_SNMP_GET, data, sizeof(data));
	pc_device_set_faults(p->devices[0], armed("snmp-request-id-changed"));
	assert_true(printers_ask_bytes(p, &to, data, len));
	assert_int_equal(pc_snmp_decode(p->answer, p->answer_len, &vb, 1, &m, NULL), PC_OK);
	assert_int_equal(m.request_id, 4712);
}

static void
test_fault_broken_answered(void **state)
{
	static const uint8_t broken[] = {0x30, 0x7f, 0x02, 0x01, 0x01};
	struct printers *p = &((struct service *)*state)->p;
	struct sockaddr_in to = printers_address(p, 0);
	assert_false(printers_ask_bytes(p, &to, broken, sizeof(broken)));
	pc_device_set_faults(p->devices[0], armed("snmp-broken-answered"));
	assert_true(printers_ask_bytes(p, &to, broken, sizeof(broken)));
}

/* ---- life ---- */

static void
test_one_engine(void **state)
{
	struct printers *p = &((struct service *)*state)->p;
	struct pc_snmp_options options = {.loop = p->loop, .bind = {.sin_family = AF_INET}};
	struct pc_snmp_engine *second = NULL;
	struct pc_diag diag = {0};
	assert_int_equal(pc_snmp_engine_new(&options, &second, &diag), PC_E_EXISTS);
	assert_null(second);
}

/* The environment is as before, and a second run of the library serves as the first. */
static void
test_again(void **state)
{
	struct service *s = *state;
	char answer[4096];
	assert_null(getenv("MIBS"));
	for (int i = 0; i < 3; i++) {
		printers_ask(&s->p, 0, "2c public get 2.1.1.1.0", answer, sizeof(answer));
		assert_string_equal(answer, "0/0 2.1.1.1.0=Test printer");
		printers_done(&s->p);
		printers_init(&s->p);
	}
}

/* A port that is taken: the sentence names it and says what to do. */
static void
test_port_taken(void **state)
{
	struct printers *p = &((struct service *)*state)->p;
	struct pc_snmp_options options = {.loop = p->loop, .bind = pc_snmp_engine_local(p->engine)};
	struct sockaddr_in taken = options.bind;
	struct pc_snmp_engine *e = NULL;
	struct pc_diag diag = {0};
	char port[16];
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	pc_snmp_engine_free(p->engine);
	p->engine = NULL;
	assert_int_equal(bind(fd, (struct sockaddr *)&taken, sizeof(taken)), 0);
	assert_int_equal(pc_snmp_engine_new(&options, &e, &diag), PC_E_ENVIRONMENT);
	snprintf(port, sizeof(port), ":%u", ntohs(taken.sin_port));
	assert_non_null(strstr(diag.text, port));
	assert_non_null(strstr(diag.text, "--port-offset"));
	close(fd);
	printers_restart(p, 0);
}

/* Answers keep to the size that was asked for. */
static void
test_max_answer(void **state)
{
	struct printers *p = &((struct service *)*state)->p;
	char answer[4096];
	for (size_t max = 484; max < 700; max += 9) {
		printers_restart(p, max);
		printers_ask(p, 0, "2c public bulk:0:100 4.1.20.1", answer, sizeof(answer));
		if (strncmp(answer, "0/0 4.1.20.1.1=1 4.1.20.1.2=2 ", 30) != 0)
			fail_msg("%zu: %s", max, answer);
		assert_true(p->answer_len <= max);
		assert_true(p->answer_len > max - 50); /* and use it */
		assert_string_equal(
			printers_ask(p, 0, "2c public get 4.1.10.1.0", answer, sizeof(answer)),
			"1/0");
	}
}

static void
test_max_answer_too_small(void **state)
{
	struct printers *p = &((struct service *)*state)->p;
	struct pc_snmp_options options = {
		.loop = p->loop, .bind = {.sin_family = AF_INET}, .max_answer = 483};
	struct pc_snmp_engine *e = NULL;
	struct pc_diag diag = {0};
	assert_int_equal(pc_snmp_engine_new(&options, &e, &diag), PC_E_BADVALUE);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_tools),
		T(test_broadcast),
		T(test_broadcast_refused),
		T(test_broadcast_large),
		T(test_broadcast_limit),
		T(test_faults),
		T(test_fault_set_not_applied),
		T(test_fault_reply_other_address),
		T(test_fault_request_id),
		T(test_fault_broken_answered),
		T(test_one_engine),
		T(test_again),
		T(test_port_taken),
		T(test_max_answer),
		T(test_max_answer_too_small),
	};
	return cmocka_run_group_tests_name("snmp/service", tests, NULL, NULL);
}
