/* Tests of the control API over real sockets: every resource, every action, every refusal. */
#include "bench.h"

#include <fcntl.h>

#include <jansson.h>

#include "fleet/control.h"

struct api {
	struct bench *b;
	struct pc_control *control;
	int status;
	char body[65536];
};

static int
setup(void **state)
{
	struct api *a = calloc(1, sizeof(*a));
	void *bench = NULL;
	struct pc_diag diag = {{0}};
	const struct sockaddr_in any = {
		.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	bench_setup(&bench);
	a->b = bench;
	if (pc_control_new(a->b->loop, a->b->fleet, &any, &a->control, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	*state = a;
	return 0;
}

static int
teardown(void **state)
{
	struct api *a = *state;
	void *bench = a->b;
	pc_control_free(a->control);
	pc_control_free(NULL);
	bench_teardown(&bench);
	free(a);
	return 0;
}

/* Send the octets, turn the loop until the server closes, keep status and body. */
static void
exchange(struct api *a, const void *data, size_t len)
{
	static const char end_of_head[] = "\r\n\r\n";
	struct sockaddr_in to = pc_control_local(a->control);
	uint64_t end = pc_clock_ms(&a->b->clock) + BENCH_DEADLINE_MS;
	size_t sent = 0;
	struct pc_buf in;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	pc_buf_init(&in, 1 << 20);
	for (ssize_t n = -1; n != 0;) {
		char chunk[4096];
		if (pc_clock_ms(&a->b->clock) > end)
			fail_msg("no answer: '%s'", pc_buf_text(&in));
		if (sent < len) {
			ssize_t w = send(fd, (const char *)data + sent, len - sent, MSG_NOSIGNAL);
			sent += w > 0 ? (size_t)w : 0;
		}
		pc_loop_turn(a->b->loop, 1);
		n = recv(fd, chunk, sizeof(chunk), 0);
		if (n > 0)
			pc_buf_add(&in, chunk, (size_t)n);
	}
	close(fd);
	const char *text = pc_buf_text(&in);
	const char *body = strstr(text, end_of_head);
	assert_non_null(body);
	assert_int_equal(sscanf(text, "HTTP/1.1 %d", &a->status), 1);
	snprintf(a->body, sizeof(a->body), "%s", body + strlen(end_of_head));
	pc_buf_done(&in);
}

static void
ask(struct api *a, const char *method, const char *path, const char *body)
{
	char request[1024];
	int n = snprintf(request, sizeof(request),
		"%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: "
		"application/json\r\nContent-Length: %zu\r\n\r\n%s",
		method, path, strlen(body), body);
	exchange(a, request, (size_t)n);
}

static json_t *
answer(const struct api *a)
{
	json_error_t error;
	json_t *j = json_loads(a->body, JSON_REJECT_DUPLICATES, &error);
	if (j == NULL)
		fail_msg("'%s': %s", a->body, error.text);
	return j;
}

static void
test_resources(void **state)
{
	static const struct {
		const char *path;
		int status;
		const char *holds;
	} rows[] = {
		{"/v1/health", 200, "\"printers\": 3"},
		{"/v1/printers", 200, "\"count\":3"},
		{"/v1/printers?from=3&limit=1", 200, "127.5.0.3"},
		{"/v1/printers?from=4", 200, "\"printers\":[]"},
		{"/v1/printers?from=0", 400, "badRequest"},
		{"/v1/printers?limit=x", 400, "badRequest"},
		{"/v1/printers/2", 200, "\"capabilities\""},
		{"/v1/printers/4", 404, "notFound"},
		{"/v1/printers/0", 404, "notFound"},
		{"/v1/printers/", 404, "notFound"},
		{"/v1/printers/-1", 404, "notFound"},
		{"/v1/printers/1x", 404, "notFound"},
		{"/v1/printers/99999999999999999999", 404, "notFound"},
		{"/v1/journal", 200, "\"entries\""},
		{"/v1/journal?since=0", 200, "\"entries\""},
		{"/v1/journal?since=-1", 400, "badRequest"},
		{"/v1/counters", 200, "\"snmp\""},
		{"/v1/nothing", 404, "notFound"},
		{"/nothing", 404, "notFound"},
		{"/v1/printers/1/condition", 405, "methodNotAllowed"},
	};
	struct api *a = *state;
	for (size_t i = 0; i < N(rows); i++) {
		ask(a, "GET", rows[i].path, "");
		if (a->status != rows[i].status || strstr(a->body, rows[i].holds) == NULL)
			fail_msg("%s: %d, expected %d with %s: %s", rows[i].path, a->status,
				rows[i].status, rows[i].holds, a->body);
		json_decref(answer(a));
	}
}

static void
test_methods(void **state)
{
	static const char *const paths[] = {
		"/v1/health", "/v1/printers", "/v1/printers/1", "/v1/journal", "/v1/counters"};
	struct api *a = *state;
	for (size_t i = 0; i < N(paths); i++) {
		ask(a, "POST", paths[i], "{}");
		if (a->status != 405)
			fail_msg("POST %s: %d", paths[i], a->status);
	}
}

static void
test_actions(void **state)
{
	static const struct {
		const char *name, *path, *body;
		int status;
		const char *holds;
	} rows[] = {
		{"jam", "1/condition", "{\"condition\":\"jam\"}", 200, "\"down\""},
		{"off again", "1/condition", "{\"condition\":\"jam\",\"on\":false}", 200,
			"\"serial\""},
		{"unknown condition", "1/condition", "{\"condition\":\"fire\"}", 400, "fire"},
		{"no condition", "1/condition", "{}", 400, "'condition'"},
		{"no such part", "1/condition", "{\"condition\":\"coverOpen\",\"part\":77}", 400,
			"badRequest"},
		{"part under 0", "1/condition", "{\"condition\":\"coverOpen\",\"part\":-1}", 400,
			"'part'"},
		{"part over 32 bits", "1/condition",
			"{\"condition\":\"coverOpen\",\"part\":4294967296}", 400, "'part'"},
		{"on as text", "1/condition", "{\"condition\":\"jam\",\"on\":\"no\"}", 400, "'on'"},
		{"sleep", "2/sleep", "{\"on\":true}", 200, "\"sleep\""},
		{"wake", "2/sleep", "{\"on\":false}", 200, "\"idle\""},
		{"off", "2/power", "{\"on\":false}", 200, "\"off\""},
		{"print while off", "2/print", "{\"pages\":1}", 409, "refused"},
		{"on", "2/power", "{\"on\":true}", 200, "\"booting\""},
		{"power, wrong type", "2/power", "{\"on\":1}", 400, "'on'"},
		{"supply", "1/supply", "{\"supply\":0,\"level\":5}", 200, "\"printer\": 1"},
		{"supply replaced", "1/supply", "{\"supply\":0,\"replace\":true}", 200, "idle"},
		{"no such supply", "1/supply", "{\"supply\":60,\"level\":5}", 400, "badRequest"},
		{"supply as text", "1/supply", "{\"supply\":\"ink\",\"level\":5}", 400, "'supply'"},
		{"no level", "1/supply", "{\"supply\":0}", 400, "'level'"},
		{"tray", "1/tray", "{\"tray\":0,\"level\":50}", 200, "\"printer\": 1"},
		{"no such tray", "1/tray", "{\"tray\":15,\"level\":50}", 400, "badRequest"},
		{"clean", "1/clean", "{}", 200, "cleaning"},
		{"clean while cleaning", "1/clean", "{}", 409, "refused"},
		{"clean without heads", "3/clean", "{}", 409, "refused"},
		{"nozzle check without heads", "3/nozzleCheck", "{}", 409, "refused"},
		{"print", "3/print", "{\"pages\":2,\"name\":\"M\xc3\xbcller\"}", 200, "Mono"},
		{"no pages", "3/print", "{\"pages\":0}", 400, "'pages'"},
		{"pages as text", "3/print", "{\"pages\":\"2\"}", 400, "'pages'"},
		{"name as number", "3/print", "{\"pages\":1,\"name\":7}", 400, "'name'"},
		{"setting", "3/setting", "{\"name\":\"sysLocation\",\"value\":\"Room 4\"}", 200,
			"Mono"},
		{"unknown setting", "3/setting", "{\"name\":\"x\",\"value\":\"y\"}", 404,
			"notFound"},
		{"setting without value", "3/setting", "{\"name\":\"sysLocation\"}", 400,
			"'value'"},
		{"fault", "3/fault", "{\"fault\":\"snmp-silent\",\"armed\":true}", 200, "Mono"},
		{"fault everywhere", "0/fault", "{\"fault\":\"snmp-silent\",\"armed\":false}", 200,
			"\"ok\""},
		{"fault of the network", "1/fault",
			"{\"fault\":\"udp-loss(rate=0.5,state=error)\"}", 200, "EPSON"},
		{"fault of printers", "0/fault", "{\"fault\":\"udp-loss@2-3\"}", 200, "done"},
		{"fault badly written", "1/fault", "{\"fault\":\"udp-loss(rate=2)\"}", 400,
			"column 15"},
		{"unknown fault", "1/fault", "{\"fault\":\"nope\"}", 404, "snmp-silent"},
		{"another action everywhere", "0/condition", "{\"condition\":\"jam\",\"on\":false}",
			200, "\"done\": 3"},
		{"everywhere, some refuse", "0/nozzleCheck", "{}", 409, "printer 1:"},
		{"cancel everywhere", "0/cancel", "{\"job\":1}", 404, "no such printer"},
		{"unknown action", "1/dance", "{}", 404, "no such resource"},
		{"unknown member", "1/clean", "{\"hot\":true}", 400, "known: power, group"},
		{"no such job", "1/cancel", "{\"job\":77}", 404, "notFound"},
		{"scan", "1/scan", "{\"images\":3}", 200, "WF"},
		{"scan without a scanner", "3/scan", "{\"images\":3}", 409, "refused"},
		{"size of another model", "3/print", "{\"pages\":1,\"size\":\"a0\"}", 400,
			"na_letter"},
		{"option", "1/option", "{\"option\":\"trayName\",\"text\":\"Blue\"}", 200, "WF"},
		{"option of the other kind", "1/option", "{\"option\":\"trayName\",\"value\":3}",
			400, "takes 'text'"},
		{"clock", "1/clock", "{\"seconds\":86400}", 200, "WF"},
		{"unknown printer", "9/clean", "{}", 404, "no such printer"},
		{"restart, unknown kind", "3/restart", "{\"kind\":\"hot\"}", 400, "'kind'"},
		{"restart", "3/restart", "{\"kind\":\"cold\"}", 200, "booting"},
		{"body no JSON", "1/clean", "{", 400, "not a JSON object"},
		{"body an array", "1/clean", "[]", 400, "not a JSON object"},
		{"member twice", "1/fault", "{\"fault\":\"a\",\"fault\":\"b\"}", 400, "JSON"},
		{"name not UTF-8", "1/fault", "{\"fault\":\"\xff\"}", 400, "JSON"},
	};
	struct api *a = *state;
	for (size_t i = 0; i < N(rows); i++) {
		char path[64];
		snprintf(path, sizeof(path), "/v1/printers/%s", rows[i].path);
		ask(a, "POST", path, rows[i].body);
		if (a->status != rows[i].status || strstr(a->body, rows[i].holds) == NULL)
			fail_msg("%s: %d, expected %d with %s: %s", rows[i].name, a->status,
				rows[i].status, rows[i].holds, a->body);
		json_decref(answer(a));
	}
}

/* What an action did can be read back. */
static void
test_effect(void **state)
{
	struct api *a = *state;
	ask(a, "POST", "/v1/printers/1/supply", "{\"supply\":1,\"level\":7}");
	ask(a, "GET", "/v1/printers/1", "");
	json_t *j = answer(a);
	const json_t *supply = json_array_get(json_object_get(j, "supplies"), 1);
	assert_int_equal(json_integer_value(json_object_get(supply, "level")), 7);
	json_decref(j);
	ask(a, "GET", "/v1/journal?since=0", "");
	assert_non_null(strstr(a->body, "\"kind\":\"supply\""));
}

static void
test_too_large(void **state)
{
	struct api *a = *state;
	struct pc_buf b;
	char *filler = malloc(PC_CONTROL_BODY_MAX + 2);
	memset(filler, ' ', PC_CONTROL_BODY_MAX + 1);
	filler[PC_CONTROL_BODY_MAX + 1] = '\0';
	pc_buf_init(&b, 1 << 20);
	pc_buf_addf(&b,
		"POST /v1/printers/1/clean HTTP/1.1\r\nHost: localhost:7\r\nConnection: close\r\n"
		"Content-Length: %d\r\n\r\n%s",
		PC_CONTROL_BODY_MAX + 1, filler);
	exchange(a, b.data, b.len);
	assert_int_equal(a->status, 413);
	assert_non_null(strstr(a->body, "tooLarge"));
	pc_buf_done(&b);
	free(filler);
}

static void
test_port_taken(void **state)
{
	struct api *a = *state;
	struct pc_control *second = NULL;
	struct pc_diag diag = {{0}};
	struct sockaddr_in taken = pc_control_local(a->control);
	assert_int_equal(
		pc_control_new(a->b->loop, a->b->fleet, &taken, &second, &diag), PC_E_ENVIRONMENT);
	assert_null(second);
	assert_non_null(strstr(diag.text, "control API"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {T(test_resources), T(test_methods), T(test_actions),
		T(test_effect), T(test_too_large), T(test_port_taken)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
