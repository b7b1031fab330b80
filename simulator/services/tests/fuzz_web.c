/* Requests to a printer's pages, below HTTP: any path, host, origin, cookie and form, with a log-in
 * or without. Input: a flag octet, a row, then lines (path, host, origin, cookie) and the form.
 * Whatever comes: an answer with a status, headers of one line each, and a page without a script
 * that is closed. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "loop/alarm.h"
#include "services/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 4096, POST = 1, LOGGED_IN = 2, CHECKED = 4, TLS = 8, LATER = 16, ROW = 32 };

#define TOKEN "00112233445566778899aabbccddeeff"

struct input {
	struct pc_http_request request; /* first */
	uint8_t flags;
	char path[TEXT_MAX], host[TEXT_MAX], origin[TEXT_MAX], cookie[TEXT_MAX];
	char body[TEXT_MAX + 64];
};

static const struct pc_profile profile = {.id = "fuzz",
	.vendor = "EPSON",
	.model = "WF <&> \"Series\"",
	.identity = {"XFUZ{n:6}", "EPSON{m3}", "EPSON{m3}", {0x02, 0x00, 0x5e, 0x10, 0, 0}},
	.ports = {.snmp = true,
		.lpd = true,
		.raw = true,
		.raw_port = 9100,
		.http = true,
		.https = true},
	.web = {.family = "epson", .user = "", .password = "{serial}"},
	.device_id_1284 = "",
	.contact = "",
	.location = "",
	.lpd_queue = "lp",
	.pjl_id = "x",
	.color = true,
	.scanner = true,
	.fax = true,
	.ppm = 60,
	.boot_ms = 30000,
	.cleaning_ms = 90000,
	.has_head_cleaning = true,
	.bytes_per_page = 1000,
	.supplies = {{.name = "Black <ink>",
		.type = PC_SUPPLY_INK_CARTRIDGE,
		.colorant = "black",
		.unit = 19,
		.capacity = 100,
		.initial = 50}},
	.n_supplies = 1,
	.trays = {{"Cassette 1", 3, "iso_a4_210x297mm", "stationery", 250, 100}},
	.n_trays = 1,
	.sizes = {"iso_a4_210x297mm", "other"},
	.n_sizes = 2,
	.media = {"stationery"},
	.n_media = 1,
	.settings = {{.group = "power", .name = "sleepTimerMinutes", .value = "5"},
		{.group = "print", .name = "quietMode", .value = "off"}},
	.n_settings = 2};

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static const char *
header(const struct pc_http_request *r, const char *name)
{
	const struct input *in = (const struct input *)r;
	const char *text = strcmp(name, "Host") == 0           ? in->host
			   : strcmp(name, "Origin") == 0       ? in->origin
			   : strcmp(name, "Content-Type") == 0 ? "application/x-www-form-urlencoded"
			   : strcmp(name, "If-None-Match") == 0 ? in->cookie
								: "";
	return text[0] == '\0' ? NULL : text;
}

static const char *
cookie(const struct pc_http_request *r, const char *name)
{
	const struct input *in = (const struct input *)r;
	(void)name;
	return (in->flags & LOGGED_IN) != 0 ? TOKEN : in->cookie;
}

static const char *
query(const struct pc_http_request *r, const char *name)
{
	(void)name;
	return ((const struct input *)r)->cookie;
}

static const uint8_t *
line(const uint8_t *p, const uint8_t *end, char *out)
{
	size_t n = 0;
	for (; p < end && *p != '\n'; p++) {
		if (n < TEXT_MAX - 1 && *p != '\0')
			out[n++] = (char)*p;
	}
	out[n] = '\0';
	return p < end ? p + 1 : p;
}

static void
read_input(const uint8_t *data, size_t size, struct input *in)
{
	const uint8_t *end = data + size;
	const uint8_t *p = data + 2;
	const struct pc_web_family *f = &pc_web_epson;
	in->flags = data[0];
	p = line(p, end, in->path);
	p = line(p, end, in->host);
	p = line(p, end, in->origin);
	p = line(p, end, in->cookie);
	if ((in->flags & ROW) != 0)
		(void)snprintf(in->path, TEXT_MAX, "%s%s", f->rows[data[1] % f->n_rows].path,
			(in->flags & POST) != 0 ? f->post : "");
	size_t n = (in->flags & CHECKED) != 0 ? strlen("check=" TOKEN "&") : 0;
	memcpy(in->body, "check=" TOKEN "&", n);
	size_t left = (size_t)(end - p) < TEXT_MAX ? (size_t)(end - p) : TEXT_MAX;
	memcpy(in->body + n, p, left);
	in->request.body_len = n + left;
}

/* The loop does not turn: no restart is carried out. */
static void
on_due(void *arg)
{
	(void)arg;
}

static void
check_answer(const struct pc_http_response *a)
{
	check(a->status >= 200 && a->status < 600 && a->body.err == PC_OK);
	for (size_t i = 0; i < a->n_headers; i++)
		check(strpbrk(a->headers[i].value, "\r\n") == NULL);
	const char *text = pc_buf_text(&a->body);
	if (a->body.len == 0 || strncmp(a->content_type, "text/html", 9) != 0)
		return;
	check(strcasestr(text, "<script") == NULL && strcasestr(text, "<img") == NULL);
	check(a->body.len > 8 && strcmp(text + a->body.len - 8, "</html>\n") == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pc_clock clock;
	static struct pc_device_env env = {.clock = &clock, .seed = 1};
	static struct pc_web web;
	static struct pc_device *dev;
	static struct pc_web_session sessions[PC_WEB_SESSIONS_MAX];
	static struct input in;
	static const struct pc_tls_facts facts = {
		.version = "", .cipher = "", .sni = "", .alpn = ""};
	struct pc_http_response a = {0};
	struct pc_diag diag;
	if (size < 2)
		return 0;
	if (dev == NULL) {
		pc_clock_init_virtual(&clock, 1800000000);
		check(pc_loop_new(&clock, &web.service.env.loop, &diag) == PC_OK);
		check(pc_alarm_new(web.service.env.loop, on_due, NULL, &web.restart_alarm) ==
			PC_OK);
		check(pc_device_new(&profile, &env, 1, (struct in_addr){htonl(0x7f000a01)}, &dev) ==
			PC_OK);
		web.sessions = sessions;
	}
	memset(&in, 0, sizeof(in));
	read_input(data, size, &in);
	if ((in.flags & LATER) != 0)
		pc_clock_advance(&clock, UINT64_C(61000000000));
	in.request = (struct pc_http_request){.method = (in.flags & POST) != 0 ? "POST" : "GET",
		.path = in.path,
		.query = query,
		.header = header,
		.cookie = cookie,
		.body = (const uint8_t *)in.body,
		.body_len = in.request.body_len,
		.tls = &facts};
	sessions[0] = (struct pc_web_session){.dev = dev,
		.tls = (in.flags & TLS) != 0,
		.started_ms = pc_clock_ms(&clock),
		.used_ms = pc_clock_ms(&clock),
		.token = TOKEN,
		.check = TOKEN,
		.user = "fuzz"};
	pc_buf_init(&a.body, PC_HTTP_RESPONSE_MAX);
	pc_web_answer(&web, dev, &in.request, (in.flags & TLS) != 0, &a);
	check_answer(&a);
	pc_buf_done(&a.body);
	return 0;
}
