/* The printers' pages through real sockets: what is answered, to whom, and what it may cost. */
#include "services/tests/bench.h"

#include <stdlib.h>

#include "base/text.h"
#include "device/log.h"
#include "device/mail.h"
#include "services/internal.h"
#include "services/web.h"

enum { HTTP = 80, ANSWER_MAX = 64 << 10 };

static struct pc_service *
web_of(struct bench *b)
{
	for (size_t i = 0; i < b->n_services; i++) {
		if (strcmp(pc_service_name(b->services[i]), "web") == 0)
			return b->services[i];
	}
	fail_msg("no web service");
	return NULL;
}

static void
init(struct bench *b)
{
	bench_init(b, 0xffff, 1000);
	for (size_t i = 0; i < BENCH_DEVICES; i++) {
		b->profiles[i].ports.http = b->profiles[i].ports.https = true;
		b->profiles[i].web = (struct pc_profile_web){
			.family = i == 1 ? "xerox" : "epson", .user = "", .password = "{serial}"};
	}
}

struct answer {
	unsigned status;
	char text[ANSWER_MAX];
	size_t len;
	enum bench_end end;
};

/* Is the whole answer there? Its length is announced. */
static bool
is_whole(const char *text, size_t len)
{
	const char *body = strstr(text, "\r\n\r\n");
	const char *length = strcasestr(text, "\r\nContent-Length:");
	uint64_t n = 0;
	if (body == NULL)
		return false;
	if (length == NULL || length > body)
		return strncmp(text, "HTTP/1.1 304", 12) == 0;
	n = strtoull(length + 17, NULL, 10);
	return len >= (size_t)(body + 4 - text) + n;
}

static void
read_answer(struct bench *b, int fd, bool head, struct answer *ret)
{
	uint64_t end = pc_clock_ms(&b->clock) + BENCH_DEADLINE_MS;
	*ret = (struct answer){.end = BENCH_OPEN};
	while (pc_clock_ms(&b->clock) <= end) {
		assert_int_equal(pc_loop_turn(b->loop, 5), PC_OK);
		ssize_t n = recv(fd, ret->text + ret->len, ANSWER_MAX - 1 - ret->len, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN)) {
			ret->end = n == 0 ? BENCH_EOF : BENCH_RESET;
			break;
		}
		ret->len += n > 0 ? (size_t)n : 0;
		if (head ? strstr(ret->text, "\r\n\r\n") != NULL : is_whole(ret->text, ret->len))
			break;
	}
	if (strncmp(ret->text, "HTTP/1.1 ", 9) == 0)
		ret->status = (unsigned)strtoul(ret->text + 9, NULL, 10);
}

static void
ask(struct bench *b, unsigned device, const char *request, struct answer *ret)
{
	int fd = bench_connect(b, device, HTTP);
	bench_send(fd, request, strlen(request));
	read_answer(b, fd, strncmp(request, "HEAD", 4) == 0, ret);
	close(fd);
}

/* "GET path" with these further headers (each ended by CR LF). */
static unsigned
get(struct bench *b, unsigned device, const char *path, const char *headers, struct answer *ret)
{
	char text[4096];
	snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: 127.0.10.%u\r\n%s\r\n", path,
		device + 1, headers);
	ask(b, device, text, ret);
	return ret->status;
}

static unsigned
post(struct bench *b, unsigned device, const char *path, const char *headers, const char *form,
	struct answer *ret)
{
	char text[8192];
	snprintf(text, sizeof(text),
		"POST %s HTTP/1.1\r\nHost: 127.0.10.%u\r\n%sContent-Type: "
		"application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
		path, device + 1, headers, strlen(form), form);
	ask(b, device, text, ret);
	return ret->status;
}

#define TREE   "/PRESENTATION/"
#define LOGIN  TREE "ADVANCED/PASSWORD/SET"
#define NAMES  TREE "ADVANCED/COMMON/NWNAME"
#define LOGOUT TREE "ADVANCED/LOGOUT/SET"

/* Between `from` and `to` in the answer. */
static void
cut(const struct answer *a, const char *from, const char *to, char *out, size_t size)
{
	const char *p = strstr(a->text, from);
	const char *end = p == NULL ? NULL : strstr(p + strlen(from), to);
	if (end == NULL)
		fail_msg("no '%s' in:\n%.2000s", from, a->text);
	p += strlen(from);
	assert_true((size_t)(end - p) < size);
	memcpy(out, p, (size_t)(end - p));
	out[end - p] = '\0';
}

struct session {
	char cookie[96]; /* header line */
	char check[64];
};

/* Log in at an Epson device and fetch the check of its forms. */
static void
log_in(struct bench *b, unsigned device, const char *password, struct session *ret)
{
	static struct answer a;
	char form[256];
	char token[64];
	snprintf(form, sizeof(form),
		"INPUTT_USERNAME=&INPUTT_PASSWORD=%s&SEL_SESSIONTYPE=ADMIN&access=http", password);
	assert_int_equal(post(b, device, LOGIN, "", form, &a), 303);
	cut(&a, "Set-Cookie: session=", ";", token, sizeof(token));
	assert_int_equal(strlen(token), 32);
	assert_non_null(strstr(a.text, "; HttpOnly; SameSite=Strict"));
	snprintf(ret->cookie, sizeof(ret->cookie), "Cookie: session=%s\r\n", token);
	assert_int_equal(get(b, device, NAMES, ret->cookie, &a), 200);
	cut(&a, "name=\"check\" value=\"", "\"", ret->check, sizeof(ret->check));
}

static const char *
serial(struct bench *b, unsigned device)
{
	return pc_device_state(b->devices[device])->serial;
}

static void
test_pages(void **state)
{
	static struct answer a;
	struct bench b;
	char length[32];
	(void)state;
	init(&b);
	assert_int_equal(get(&b, 0, "/", "", &a), 302);
	assert_non_null(strstr(a.text, "\r\nLocation: /PRESENTATION/HTML/TOP/PRTINFO.HTML\r\n"));
	assert_int_equal(get(&b, 0, TREE "HTML/TOP/PRTINFO.HTML", "", &a), 200);
	assert_non_null(strstr(a.text, "XBEN000001"));
	assert_non_null(strstr(a.text, "data-key=\"life\">1000<"));
	assert_non_null(strstr(a.text, "\r\nContent-Language: en\r\n"));
	assert_non_null(strstr(a.text, "\r\nCache-Control: no-store\r\n"));
	assert_non_null(strstr(a.text, "default-src 'none'"));
	assert_null(strstr(a.text, "<script"));
	assert_int_equal(get(&b, 1, "/prcnt.htm", "", &a), 200);
	assert_non_null(strstr(a.text, "<body class=\"xerox\">"));
	assert_int_equal(get(&b, 1, "/stsply.htm", "", &a), 200);
	/* a page of one family is none of another's */
	assert_int_equal(get(&b, 0, "/prcnt.htm", "", &a), 404);
	/* HEAD says as much as GET, without the body */
	assert_int_equal(get(&b, 1, "/prcnt.htm", "", &a), 200);
	cut(&a, "\r\nContent-Length: ", "\r\n", length, sizeof(length));
	ask(&b, 1, "HEAD /prcnt.htm HTTP/1.1\r\nHost: 127.0.10.2\r\n\r\n", &a);
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.text, length));
	assert_null(strstr(a.text, "<html"));
	bench_done(&b);
}

static void
test_conditional(void **state)
{
	static struct answer a;
	struct bench b;
	char tag[32], header[64];
	(void)state;
	init(&b);
	assert_int_equal(get(&b, 0, "/web/style.css", "", &a), 200);
	cut(&a, "\r\nETag: ", "\r\n", tag, sizeof(tag));
	snprintf(header, sizeof(header), "If-None-Match: %s\r\n", tag);
	assert_int_equal(get(&b, 0, "/web/style.css", header, &a), 304);
	assert_int_equal(get(&b, 0, "/web/style.css", "If-None-Match: \"other\"\r\n", &a), 200);
	assert_int_equal(get(&b, 0, "/web/icon.svg", "", &a), 200);
	bench_done(&b);
}

static void
test_login(void **state)
{
	static struct answer a;
	struct bench b;
	struct session s;
	char form[256];
	(void)state;
	init(&b);
	/* without: the form instead of the page. Spec: ERS-DEV-07 */
	assert_int_equal(get(&b, 0, NAMES, "", &a), 401);
	assert_non_null(strstr(a.text, "INPUTT_PASSWORD"));
	assert_non_null(strstr(a.text, "\r\nWWW-Authenticate: Form"));
	assert_int_equal(
		get(&b, 0, NAMES, "Cookie: session=00000000000000000000000000000000\r\n", &a), 401);
	assert_int_equal(post(&b, 0, LOGIN, "", "INPUTT_USERNAME=&INPUTT_PASSWORD=wrong", &a), 403);
	assert_null(strstr(a.text, "Set-Cookie"));
	log_in(&b, 0, serial(&b, 0), &s);
	/* the cookie is good here and nowhere else */
	assert_int_equal(get(&b, 0, NAMES, s.cookie, &a), 200);
	assert_int_equal(get(&b, 2, NAMES, s.cookie, &a), 401);
	snprintf(form, sizeof(form), "check=%s&sysLocation=Room+%%3Cb%%3E&sysContact=ops", s.check);
	assert_int_equal(post(&b, 0, NAMES "/SET", s.cookie, form, &a), 303);
	assert_string_equal(pc_device_setting(b.devices[0], "sysLocation"), "Room <b>");
	assert_int_equal(get(&b, 0, NAMES, s.cookie, &a), 200);
	assert_non_null(strstr(a.text, "value=\"Room &lt;b&gt;\""));
	assert_null(strstr(a.text, "Room <b>"));
	snprintf(form, sizeof(form), "check=%s", s.check);
	assert_int_equal(post(&b, 0, LOGOUT, s.cookie, form, &a), 303);
	assert_int_equal(get(&b, 0, NAMES, s.cookie, &a), 401);
	/* who did it is in the audit trail, the password nowhere */
	const struct pc_audit_entry *e = pc_device_audit_entry(b.devices[0], 0);
	assert_string_equal(e->what, "logout");
	assert_int_equal(e->via, PC_VIA_WEB);
	assert_null(strstr(pc_buf_text(&b.journal), "INPUTT"));
	assert_null(strstr(pc_buf_text(&b.journal), serial(&b, 0)));
	assert_non_null(strstr(pc_buf_text(&b.journal), "\"event\":\"login\""));
	bench_done(&b);
}

static void
test_password(void **state)
{
	static struct answer a;
	struct bench b;
	struct session s, other;
	char form[256];
	static const struct {
		const char *old, *fresh, *again;
		unsigned status;
	} rows[] = {{"nope", "long enough", "long enough", 403}, {NULL, "abc", "abc", 400},
		{NULL, "long enough", "long enouph", 400}, {NULL, "tab\there", "tab\there", 400},
		{NULL, "long enough", "long enough", 303}};
	(void)state;
	init(&b);
	log_in(&b, 0, serial(&b, 0), &other);
	log_in(&b, 0, serial(&b, 0), &s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(form, sizeof(form), "check=%s&old=%s&new=%s&again=%s", s.check,
			rows[i].old == NULL ? serial(&b, 0) : rows[i].old, rows[i].fresh,
			rows[i].again);
		assert_int_equal(
			post(&b, 0, TREE "ADVANCED/SECURITY/CHANGE/SET", s.cookie, form, &a),
			rows[i].status);
	}
	/* other sessions have ended, the old password is no longer good */
	assert_int_equal(get(&b, 0, NAMES, other.cookie, &a), 401);
	assert_int_equal(get(&b, 0, NAMES, s.cookie, &a), 200);
	snprintf(form, sizeof(form), "INPUTT_USERNAME=&INPUTT_PASSWORD=%s", serial(&b, 0));
	assert_int_equal(post(&b, 0, LOGIN, "", form, &a), 403);
	log_in(&b, 0, "long+enough", &s);
	/* a factory reset brings the first one back */
	assert_int_equal(pc_device_restart(b.devices[0], PC_RESET_FACTORY), PC_OK);
	while (!pc_device_answers(b.devices[0]))
		assert_int_equal(pc_loop_turn(b.loop, 5), PC_OK);
	log_in(&b, 0, serial(&b, 0), &s);
	bench_done(&b);
}

static void
test_lock(void **state)
{
	static struct answer a;
	struct bench b;
	struct session s;
	char form[128];
	(void)state;
	init(&b);
	for (unsigned i = 1; i <= 5; i++)
		assert_int_equal(
			post(&b, 0, LOGIN, "", "INPUTT_PASSWORD=guess", &a), i < 5 ? 403 : 429);
	assert_non_null(strstr(a.text, "\r\nRetry-After: "));
	/* the right one is not asked either; other devices are not concerned */
	snprintf(form, sizeof(form), "INPUTT_PASSWORD=%s", serial(&b, 0));
	assert_int_equal(post(&b, 0, LOGIN, "", form, &a), 429);
	log_in(&b, 2, serial(&b, 2), &s);
	assert_non_null(strstr(pc_buf_text(&b.journal), "\"event\":\"loginLocked\""));
	assert_string_equal(pc_device_audit_entry(b.devices[0], 0)->what, "loginLocked");
	assert_true(pc_service_counters(web_of(&b)).refused >= 2);
	bench_done(&b);
}

static void
test_forgery(void **state)
{
	static struct answer a;
	struct bench b;
	struct session s, other;
	char form[256], headers[512];
	static const char *const origins[] = {"Origin: http://evil.example\r\n", "Origin: null\r\n",
		"Origin: https://127.0.10.1\r\n", "Origin: http://127.0.10.1:81\r\n",
		"Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n"};
	(void)state;
	init(&b);
	log_in(&b, 0, serial(&b, 0), &s);
	log_in(&b, 0, serial(&b, 0), &other);
	/* no check, another session's, a cut one */
	assert_int_equal(post(&b, 0, NAMES "/SET", s.cookie, "sysContact=x", &a), 403);
	snprintf(form, sizeof(form), "sysContact=x&check=%s", other.check);
	assert_int_equal(post(&b, 0, NAMES "/SET", s.cookie, form, &a), 403);
	snprintf(form, sizeof(form), "sysContact=x&check=%.31s", s.check);
	assert_int_equal(post(&b, 0, NAMES "/SET", s.cookie, form, &a), 403);
	snprintf(form, sizeof(form), "sysContact=x&check=%s", s.check);
	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		snprintf(headers, sizeof(headers), "%s%s", s.cookie, origins[i]);
		assert_int_equal(post(&b, 0, NAMES "/SET", headers, form, &a), 403);
	}
	assert_string_equal(pc_device_setting(b.devices[0], "sysContact"), "");
	snprintf(headers, sizeof(headers), "%sOrigin: http://127.0.10.1\r\n", s.cookie);
	assert_int_equal(post(&b, 0, NAMES "/SET", headers, form, &a), 303);
	assert_string_equal(pc_device_setting(b.devices[0], "sysContact"), "x");
	/* a name that is not the device's */
	ask(&b, 0, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", &a);
	assert_int_equal(a.status, 421);
	ask(&b, 0, "GET / HTTP/1.1\r\nHost: epson100001.local:8080\r\n\r\n", &a);
	assert_int_equal(a.status, 302);
	ask(&b, 0, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", &a);
	assert_int_equal(a.status, 400);
	bench_done(&b);
}

static void
test_bad_requests(void **state)
{
	static const struct {
		const char *request;
		unsigned status;
	} rows[] = {
		{"GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.10.1\r\n\r\n", 404},
		{"GET /PRESENTATION/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: 127.0.10.1\r\n\r\n",
			404},
		{"GET //etc/passwd HTTP/1.1\r\nHost: 127.0.10.1\r\n\r\n", 404},
		{"GET /%00 HTTP/1.1\r\nHost: 127.0.10.1\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\n\r\n", 400},
		{"GET / HTTP/1.0\r\n\r\n", 302},
		{"DELETE / HTTP/1.1\r\nHost: 127.0.10.1\r\n\r\n", 405},
		{"TRACE / HTTP/1.1\r\nHost: 127.0.10.1\r\n\r\n", 405},
		{"POST /PRESENTATION/HTML/TOP/PRTINFO.HTML HTTP/1.1\r\nHost: 127.0.10.1\r\n"
		 "Content-Length: 0\r\n\r\n",
			405},
		{"POST " LOGIN " HTTP/1.1\r\nHost: 127.0.10.1\r\nContent-Length: 2\r\n"
		 "Content-Type: text/plain\r\n\r\nab",
			415},
		{"POST " LOGIN " HTTP/1.1\r\nHost: 127.0.10.1\r\nContent-Length: 4\r\n"
		 "Content-Type: application/x-www-form-urlencoded\r\n\r\na=%4",
			400},
		{"POST " LOGIN " HTTP/1.1\r\nHost: 127.0.10.1\r\nContent-Length: 70000\r\n\r\n",
			413},
		{"POST " LOGIN " HTTP/1.1\r\nHost: 127.0.10.1\r\nContent-Length: 2\r\n"
		 "Transfer-Encoding: chunked\r\n\r\n",
			400},
		{"\x16\x03\x01 nonsense\r\n\r\n", 400},
	};
	static struct answer a;
	struct bench b;
	(void)state;
	init(&b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ask(&b, 0, rows[i].request, &a);
		if (a.status != rows[i].status)
			fail_msg("%s: %u\n%.400s", rows[i].request, a.status, a.text);
	}
	assert_true(pc_service_counters(web_of(&b)).malformed >= 5);
	/* a header longer than the limit */
	static char longest[24 << 10];
	int n = snprintf(longest, sizeof(longest), "GET / HTTP/1.1\r\nHost: 127.0.10.1\r\nX: ");
	memset(longest + n, 'x', sizeof(longest) - 1 - (size_t)n);
	memcpy(longest + sizeof(longest) - 5, "\r\n\r\n", 4);
	ask(&b, 0, longest, &a);
	assert_int_equal(a.status, 431);
	/* line ends in what is asked for do not come back as headers */
	assert_int_equal(get(&b, 0, "/x%0d%0aSet-Cookie:%20evil=1", "", &a), 404);
	assert_null(strstr(a.text, "\r\nSet-Cookie"));
	bench_done(&b);
}

static void
test_pipelining(void **state)
{
	static const char two[] =
		"GET /web/icon.svg HTTP/1.1\r\nHost: 127.0.10.1\r\n\r\n"
		"GET /nowhere HTTP/1.1\r\nHost: 127.0.10.1\r\nConnection: close\r\n\r\n";
	static char text[ANSWER_MAX];
	struct bench b;
	size_t len = 0;
	(void)state;
	init(&b);
	int fd = bench_connect(&b, 0, HTTP);
	bench_send(fd, two, sizeof(two) - 1);
	assert_int_equal(bench_read(&b, fd, text, sizeof(text), sizeof(text), &len), BENCH_EOF);
	assert_int_equal(strncmp(text, "HTTP/1.1 200", 12), 0);
	assert_non_null(strstr(text, "HTTP/1.1 404"));
	close(fd);
	assert_int_equal(pc_service_counters(web_of(&b)).malformed, 0);
	/* a client that half-closes still gets its answer */
	fd = bench_connect(&b, 0, HTTP);
	bench_send(fd, two, (size_t)(strstr(two, "GET /nowhere") - two));
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	assert_int_equal(bench_read(&b, fd, text, sizeof(text), sizeof(text), &len), BENCH_EOF);
	assert_int_equal(strncmp(text, "HTTP/1.1 200", 12), 0);
	close(fd);
	bench_done(&b);
}

/* Who only connects gives way to who asks. */
static void
test_idle_connections(void **state)
{
	enum { IDLE = 200 };
	static struct answer a;
	struct bench b;
	int fds[IDLE];
	unsigned gone = 0;
	(void)state;
	init(&b);
	for (size_t i = 0; i < IDLE; i++) {
		fds[i] = bench_connect(&b, 0, HTTP);
		bench_turns(&b, 1);
	}
	assert_int_equal(get(&b, 0, "/web/icon.svg", "", &a), 200);
	assert_int_equal(get(&b, 2, "/web/icon.svg", "", &a), 200);
	for (size_t i = 0; i < IDLE; i++) {
		char c = 0;
		gone += recv(fds[i], &c, 1, MSG_DONTWAIT) < 0 && errno == ECONNRESET;
		close(fds[i]);
	}
	assert_true(gone >= IDLE - 64);
	bench_done(&b);
}

static void
test_off(void **state)
{
	static struct answer a;
	struct bench b;
	(void)state;
	init(&b);
	int fd = bench_connect(&b, 0, HTTP);
	bench_send(fd, "GET / HTTP/1.1\r\n", 16);
	bench_turns(&b, 3);
	pc_device_power(b.devices[0], false);
	read_answer(&b, fd, false, &a);
	assert_int_equal(a.end, BENCH_RESET);
	close(fd);
	b.profiles[2].ports.http = false;
	assert_int_equal(get(&b, 2, "/", "", &a), 0);
	assert_int_equal(a.end, BENCH_RESET);
	bench_done(&b);
}

static void
test_redirect(void **state)
{
	static struct answer a;
	struct bench b;
	char where[96];
	(void)state;
	init(&b);
	b.profiles[0].web.https_redirect = true;
	assert_int_equal(get(&b, 0, TREE "HTML/TOP/PRTINFO.HTML", "", &a), 307);
	snprintf(where, sizeof(where),
		"\r\nLocation: https://127.0.10.1:%u" TREE "HTML/TOP/PRTINFO.HTML\r\n",
		443u + b.offset);
	assert_non_null(strstr(a.text, where));
	assert_int_equal(get(&b, 0, "/a%20b%0d%0aX:y", "", &a), 307);
	assert_null(strstr(a.text, "\r\nX:y"));
	assert_int_equal(post(&b, 0, LOGIN, "", "INPUTT_PASSWORD=x", &a), 403);
	bench_done(&b);
}

static void
test_orders(void **state)
{
	static struct answer a;
	struct bench b;
	struct session s;
	char form[128];
	(void)state;
	init(&b);
	log_in(&b, 0, serial(&b, 0), &s);
	snprintf(form, sizeof(form), "check=%s&do=clean", s.check);
	assert_int_equal(
		post(&b, 0, TREE "ADVANCED/MAINTENANCE/CARE/SET", s.cookie, form, &a), 303);
	assert_true(bench_wait_for(&b, 0, 0, 1, 0));
	snprintf(form, sizeof(form), "check=%s&do=explode", s.check);
	assert_int_equal(
		post(&b, 0, TREE "ADVANCED/MAINTENANCE/CARE/SET", s.cookie, form, &a), 400);
	snprintf(form, sizeof(form), "check=%s&do=factory", s.check);
	assert_int_equal(
		post(&b, 0, TREE "ADVANCED/MAINTENANCE/RESTART/SET", s.cookie, form, &a), 400);
	snprintf(form, sizeof(form), "check=%s&time=2026-02-30T10:00", s.check);
	assert_int_equal(post(&b, 0, TREE "ADVANCED/COMMON/DATETIME/SET", s.cookie, form, &a), 400);
	snprintf(form, sizeof(form), "check=%s&time=2031-03-01T10:00:05", s.check);
	assert_int_equal(post(&b, 0, TREE "ADVANCED/COMMON/DATETIME/SET", s.cookie, form, &a), 303);
	assert_int_equal(pc_device_wall_ns(b.devices[0]) / UINT64_C(1000000000) / 60,
		UINT64_C(1930125605) / 60);
	assert_int_equal(get(&b, 0, TREE "ADVANCED/SECURITY/AUDIT.CSV", s.cookie, &a), 200);
	assert_non_null(
		strstr(a.text, "\r\nContent-Disposition: attachment; filename=\"audit.csv\"\r\n"));
	assert_non_null(strstr(a.text, "\r\n\r\ntime,user,through,what,detail\r\n"));
	assert_non_null(strstr(a.text, ",web,login,"));
	snprintf(form, sizeof(form), "check=%s&do=restart", s.check);
	assert_int_equal(
		post(&b, 0, TREE "ADVANCED/MAINTENANCE/RESTART/SET", s.cookie, form, &a), 303);
	while (pc_device_answers(b.devices[0]))
		assert_int_equal(pc_loop_turn(b.loop, 5), PC_OK);
	bench_done(&b);
}

/* Each page of each family: the form without log-in or the page, and with log-in the page. */
static void
test_every_page(void **state)
{
	static const struct pc_web_family *const families[BENCH_DEVICES] = {
		&pc_web_epson, &pc_web_xerox, &pc_web_generic};
	static struct answer a;
	struct bench b;
	(void)state;
	init(&b);
	b.profiles[2].web.family = "generic";
	for (unsigned i = 0; i < BENCH_DEVICES; i++) {
		const struct pc_web_family *f = families[i];
		char form[256], path[128], token[64], cookie[96];
		snprintf(path, sizeof(path), "%s%s", f->login, f->post);
		snprintf(form, sizeof(form), "%s=x&%s=%s", f->user_field, f->password_field,
			serial(&b, i));
		assert_int_equal(post(&b, i, path, "", form, &a), 303);
		cut(&a, "Set-Cookie: session=", ";", token, sizeof(token));
		snprintf(cookie, sizeof(cookie), "Cookie: session=%s\r\n", token);
		for (size_t k = 0; k < f->n_rows; k++) {
			const struct pc_web_row *r = &f->rows[k];
			unsigned status = get(&b, i, r->path, "", &a);
			if (status != (r->access == PC_WEB_ADMIN ? 401u : 200u))
				fail_msg("%s without log-in: %u", r->path, status);
			status = get(&b, i, r->path, cookie, &a);
			bool whole = strstr(a.text, "</html>") != NULL ||
				     strstr(a.text, "Content-Type: text/csv") != NULL;
			if (status != 200 || !whole)
				fail_msg("%s: %u\n%.1000s", r->path, status, a.text);
		}
	}
	bench_done(&b);
}

static void
test_mail(void **state)
{
	static const struct {
		const char *form;
		unsigned status;
	} rows[] = {
		{"server=127.0.0.9&port=2525&security=none&recipients=a@b.example&events=jam", 303},
		{"server=127.0.0.9&port=2525&security=none&recipients=nobody&events=jam", 400},
		{"server=127.0.0.9&port=2525&security=none&recipients=&events=earthquake", 400},
		{"server=127.0.0.9&port=99999&security=none&events=jam", 400},
		{"server=127.0.0.9&port=25&security=magic&events=jam", 400},
		{"server=127.0.0.9&port=25&security=tls&user=u&password=secret-word&events=", 303}};
	static struct answer a;
	struct bench b;
	struct session s;
	struct pc_mail_settings m;
	char form[512];
	(void)state;
	init(&b);
	log_in(&b, 0, serial(&b, 0), &s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(form, sizeof(form), "check=%s&%s", s.check, rows[i].form);
		assert_int_equal(post(&b, 0, TREE "ADVANCED/COMMON/MAIL/SET", s.cookie, form, &a),
			rows[i].status);
		pc_device_mail(b.devices[0], &m);
		assert_int_equal(m.port, i < 5 ? 2525 : 25);
	}
	assert_string_equal(m.password, "secret-word");
	assert_int_equal(get(&b, 0, TREE "ADVANCED/COMMON/MAIL", s.cookie, &a), 200);
	assert_null(strstr(a.text, "secret-word"));
	assert_null(strstr(pc_buf_text(&b.journal), "secret-word"));
	bench_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages),
		cmocka_unit_test(test_conditional), cmocka_unit_test(test_login),
		cmocka_unit_test(test_password), cmocka_unit_test(test_lock),
		cmocka_unit_test(test_forgery), cmocka_unit_test(test_bad_requests),
		cmocka_unit_test(test_pipelining), cmocka_unit_test(test_idle_connections),
		cmocka_unit_test(test_off), cmocka_unit_test(test_redirect),
		cmocka_unit_test(test_orders), cmocka_unit_test(test_mail),
		cmocka_unit_test(test_every_page)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
