/* Tests of operate and discover against small printers on loopback: SNMP, LPD, ENPC. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "agents/discover.h"
#include "agents/faults.h"
#include "agents/operate.h"
#include "codec/enpc.h"
#include "codec/epson-remote.h"
#include "codec/lpd.h"
#include "fake-printer.h"
#include "loop/tcp.h"

enum { CLEANINGS = 3, OBJECTS = 5 };

struct world {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_snmp_client *client;
	struct fake_printer *printer;
	struct fake_object objects[OBJECTS];
	struct pc_tcp_listener *lpd;
	struct pc_lpd_parser parser;
	uint8_t job[4096];
	size_t job_len;
	uint8_t file;
	bool refuse_job, cleans;
	struct pc_operate_options options;
	enum pc_command_state state;
	char detail[PC_COMMAND_DETAIL_MAX];
	bool ended;
	struct pc_discover_found found[4];
	size_t n_found;
	struct pc_udp *enpc;
};

static size_t
on_lpd(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct world *w = arg;
	size_t at = 0;
	struct pc_lpd_item item = {.step = PC_LPD_COMMAND};
	while (at < len && item.step != PC_LPD_MORE && item.step != PC_LPD_BAD) {
		at += pc_lpd_feed(&w->parser, data + at, len - at, &item);
		if (item.step == PC_LPD_FILE)
			w->file = item.code;
		if (item.step == PC_LPD_BYTES && w->file == PC_LPD_DATA_FILE) {
			memcpy(w->job + w->job_len, item.data, item.len);
			w->job_len += item.len;
		}
		if (item.step == PC_LPD_FILE && item.code == PC_LPD_DATA_FILE && w->refuse_job)
			pc_tcp_write(conn, "\1", 1);
		else if (item.step == PC_LPD_COMMAND || item.step == PC_LPD_FILE ||
			 item.step == PC_LPD_FILE_END)
			pc_tcp_write(conn, "", 1);
		if (item.step == PC_LPD_FILE_END && w->file == PC_LPD_DATA_FILE && w->cleans)
			w->objects[CLEANINGS].integer++;
	}
	return at;
}

static bool
on_lpd_open(void *arg, struct pc_tcp *conn)
{
	struct world *w = arg;
	(void)conn;
	w->parser = (struct pc_lpd_parser){0};
	return true;
}

static const struct pc_tcp_handler lpd_handler = {.open = on_lpd_open, .data = on_lpd};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct pc_tcp_options tcp = {.bind = any};
	w->printer = calloc(1, sizeof(*w->printer));
	pc_clock_init_real(&w->clock);
	assert_int_equal(pc_loop_new(&w->clock, &w->loop, NULL), PC_OK);
	struct pc_snmp_client_options o = {.loop = w->loop, .timeout_ms = 50, .seed = 5};
	assert_int_equal(pc_snmp_client_new(&o, &w->client, NULL), PC_OK);
	w->objects[0] = (struct fake_object){
		"1.3.6.1.2.1.1.2.0", PC_BER_OID, 0, "1.3.6.1.4.1.1248.1.1.2.1.3.5", 0};
	w->objects[1] =
		(struct fake_object){"1.3.6.1.2.1.1.3.0", PC_BER_TIMETICKS, 100000, NULL, 0};
	w->objects[2] =
		(struct fake_object){"1.3.6.1.2.1.43.10.2.1.2.1.1", PC_BER_INTEGER, 12, NULL, 0};
	w->objects[3] = (struct fake_object){
		"1.3.6.1.4.1.8072.9999.9999.77.1.2.0", PC_BER_COUNTER32, 6, NULL, 0};
	w->objects[4] = (struct fake_object){
		"1.3.6.1.4.1.8072.9999.9999.77.1.3.0", PC_BER_INTEGER, 0, NULL, 0};
	w->printer->objects = w->objects;
	w->printer->n = 5;
	assert_int_equal(pc_tcp_listen(w->loop, &tcp, &lpd_handler, w, &w->lpd, NULL), PC_OK);
	w->options = (struct pc_operate_options){.loop = w->loop,
		.client = w->client,
		.snmp = fake_start(w->printer, w->loop),
		.lpd = pc_tcp_listener_local(w->lpd),
		.version = PC_SNMP_V2C,
		.read_community = "public",
		.write_community = "private",
		.deadline_ms = 300,
		.poll_ms = 20};
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;
	pc_tcp_listener_close(w->lpd);
	pc_loop_turn(w->loop, 10);
	pc_snmp_client_free(w->client);
	pc_udp_close(w->printer->udp);
	pc_udp_close(w->enpc);
	pc_loop_free(w->loop);
	free(w->printer);
	free(w);
	return 0;
}

static void
turn_until_ended(struct world *w)
{
	uint64_t deadline = pc_clock_ms(&w->clock) + 5000;
	while (!w->ended && pc_clock_ms(&w->clock) < deadline) {
		if (w->printer->sets > 0 && w->objects[1].integer == 100000)
			w->objects[1].integer = 3; /* booted */
		pc_loop_turn(w->loop, 10);
	}
	assert_true(w->ended);
}

static void
on_operated(void *arg, enum pc_command_state state, const char *detail)
{
	struct world *w = arg;
	w->state = state;
	snprintf(w->detail, sizeof(w->detail), "%s", detail);
	w->ended = true;
}

static void
operate(struct world *w, enum pc_command_type type)
{
	struct pc_operate *op = NULL;
	w->ended = false;
	assert_int_equal(pc_operate_start(&w->options, type, on_operated, w, &op, NULL), PC_OK);
	turn_until_ended(w);
}

static void
expect(struct world *w, enum pc_command_state state, const char *word)
{
	if (w->state != state || strstr(w->detail, word) == NULL)
		fail_msg("state %d: %s", (int)w->state, w->detail);
}

static void
test_clean(void **state)
{
	struct world *w = *state;
	struct pc_epson_job *job = calloc(1, sizeof(*job));
	w->cleans = true;
	operate(w, PC_COMMAND_CLEAN);
	expect(w, PC_COMMAND_SUCCEEDED, "cleaning");
	assert_int_equal(w->job_len, PC_EPSON_CLEANING_BYTES);
	assert_int_equal(pc_epson_scan(w->job, w->job_len, true, job), PC_OK);
	assert_true(job->cleaning);
	free(job);
	w->cleans = false; /* sent, but nothing happens */
	operate(w, PC_COMMAND_CLEAN);
	expect(w, PC_COMMAND_FAILED, "notSeen");
	w->options.faults = UINT64_C(1) << PC_AGENT_CLEAN_UNCHECKED;
	for (int i = 0; i < 16; i++) /* what the ended operation still had under way */
		pc_loop_turn(w->loop, 0);
	w->printer->requests = 0;
	operate(w, PC_COMMAND_CLEAN);
	expect(w, PC_COMMAND_SUCCEEDED, "sent");
	assert_int_equal(w->printer->requests, 0);
}

static void
test_clean_refused(void **state)
{
	struct world *w = *state;
	w->refuse_job = true;
	operate(w, PC_COMMAND_CLEAN);
	expect(w, PC_COMMAND_FAILED, "refused the data file command");
	w->objects[2].integer = 4; /* laser */
	w->job_len = 0;
	operate(w, PC_COMMAND_CLEAN);
	expect(w, PC_COMMAND_FAILED, "unsupported");
	assert_int_equal(w->job_len, 0);
	w->objects[2].integer = 12;
	pc_tcp_listener_close(w->lpd);
	w->lpd = NULL;
	operate(w, PC_COMMAND_CLEAN);
	expect(w, PC_COMMAND_FAILED, "notSent");
	w->options.clean_by_snmp = true;
	operate(w, PC_COMMAND_CLEAN); /* taken, but no cleaning is counted */
	expect(w, PC_COMMAND_FAILED, "notSeen");
	assert_int_equal(w->printer->sets, 1);
}

static void
test_restart(void **state)
{
	struct world *w = *state;
	operate(w, PC_COMMAND_RESTART);
	expect(w, PC_COMMAND_FAILED, "noSuch"); /* our fake has no prtGeneralReset: noSuchName */
}

static void
test_restart_works(void **state)
{
	struct world *w = *state;
	w->objects[4] = w->objects[3];
	w->objects[3] = w->objects[2];
	w->objects[2] =
		(struct fake_object){"1.3.6.1.2.1.43.5.1.1.3.1", PC_BER_INTEGER, 3, NULL, 0};
	operate(w, PC_COMMAND_RESTART);
	expect(w, PC_COMMAND_SUCCEEDED, "back after");
	w->objects[1].integer = 100001; /* goes on counting: no restart took place */
	operate(w, PC_COMMAND_RESTART);
	expect(w, PC_COMMAND_FAILED, "notSeen");
	assert_int_equal(w->printer->sets, 2);
}

static void
test_unreachable(void **state)
{
	struct world *w = *state;
	w->printer->silent = true;
	operate(w, PC_COMMAND_CLEAN);
	expect(w, PC_COMMAND_FAILED, "deviceUnreachable");
	assert_int_equal(w->job_len, 0);
	operate(w, PC_COMMAND_RESTART);
	expect(w, PC_COMMAND_FAILED, "deviceUnreachable");
}

static void
on_enpc(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct pc_enpc m;
	uint8_t out[PC_ENPC_MAX], body[PC_ENPC_MAX];
	size_t n = 0;
	(void)arg;
	if (pc_enpc_read(data, len, &m) != PC_OK)
		return;
	struct pc_enpc a = {.type = (uint8_t)(m.type | 0x20),
		.device = m.device,
		.number = m.number,
		.data = body};
	if (m.type == PC_ENPC_PROBE) {
		struct pc_enpc_board board = {
			.name = "EP0A0B0CENSN3", .mac = {2, 0, 0, 0xa, 0xb, 0xc}};
		const uint8_t addr[4] = {127, 0, 0, 1};
		pc_enpc_probe_write(&board, addr, body);
		a.len = PC_ENPC_PROBE_BYTES;
	} else {
		struct pc_enpc_device_id *id = calloc(1, sizeof(*id));
		snprintf(id->id, sizeof(id->id), "MFG:EPSON;MDL:WF-9 Series;");
		snprintf(id->model, sizeof(id->model), "WF-9 Series");
		assert_int_equal(pc_enpc_device_id_write(id, body, sizeof(body), &n), PC_OK);
		a.len = (uint16_t)n;
		free(id);
	}
	assert_int_equal(pc_enpc_write(&a, out, sizeof(out), &n), PC_OK);
	pc_udp_send(udp, peer, local->sin_addr, out, n);
	pc_udp_send(udp, peer, local->sin_addr, out, n); /* twice: still one printer */
}

static void
on_found(void *arg, const struct pc_discover_found *found, size_t n)
{
	struct world *w = arg;
	w->n_found = n;
	for (size_t i = 0; i < n && i < 4; i++)
		w->found[i] = found[i];
	w->ended = true;
}

static void
test_discover(void **state)
{
	struct world *w = *state;
	struct pc_discover *d = NULL;
	struct in_addr own = {htonl(INADDR_LOOPBACK)};
	struct pc_udp_options udp = {.bind = {.sin_family = AF_INET, .sin_addr = own}};
	assert_int_equal(pc_udp_open(w->loop, &udp, on_enpc, w, &w->enpc, NULL), PC_OK);
	struct pc_discover_options o = {.loop = w->loop,
		.port = ntohs(pc_udp_local(w->enpc).sin_port),
		.addresses = &own,
		.n_addresses = 1,
		.wait_ms = 100};
	assert_int_equal(pc_discover_start(&o, on_found, w, &d, NULL), PC_OK);
	turn_until_ended(w);
	assert_int_equal(w->n_found, 1);
	assert_string_equal(w->found[0].name, "EP0A0B0CENSN3");
	assert_string_equal(w->found[0].model, "WF-9 Series");
	assert_int_equal(w->found[0].mac[5], 0x0c);
	assert_int_equal(w->found[0].addr.s_addr, own.s_addr);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clean, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_clean_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_restart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_restart_works, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unreachable, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_discover, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
