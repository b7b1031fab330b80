#include "look.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/enpc.h"
#include "codec/llmnr.h"
#include "codec/nbns.h"
#include "codec/slp.h"
#include "codec/snmp.h"
#include "look-snmp.h"

enum {
	PROFILES_MAX = 64,
	STREAM_MAX = 1 << 18,
	QUIET_TURNS = 4,   /* nothing came in so many turns: nothing will */
	LATE_TURNS = 4000, /* and no look takes more */
	QUIET_FIRST = 12
};

const char *const look_ports[] = {"snmp", "enpc", "slp", "nbns", "llmnr", "pjl", "lpd", "web"};

enum stream { STREAM_CONTROL, STREAM_PJL, STREAM_LPD, STREAM_WEB, STREAMS };

struct look {
	struct look_options o;
	struct look_requests *requests[PROFILES_MAX]; /* owned; one a model */
	int udp[LOOK_LLMNR + 1];
	struct {
		int fd; /* -1: closed */
		size_t len;
		bool over;
		char data[STREAM_MAX];
	} streams[STREAMS];
	size_t expected, arrived; /* datagrams */
};

struct look *
look_new(const struct look_options *o)
{
	struct look *l = calloc(1, sizeof(*l));
	assert(l != NULL);
	l->o = *o;
	for (size_t i = 0; i <= LOOK_LLMNR; i++) {
		l->udp[i] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		assert(l->udp[i] >= 0);
	}
	for (size_t i = 0; i < STREAMS; i++)
		l->streams[i].fd = -1;
	return l;
}

void
look_free(struct look *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i <= LOOK_LLMNR; i++)
		close(l->udp[i]);
	for (size_t i = 0; i < PROFILES_MAX; i++)
		free(l->requests[i]);
	free(l);
}

static struct look_requests *
requests_of(struct look *l, const struct pc_profile *p)
{
	size_t i = 0;
	while (i < PROFILES_MAX && l->requests[i] != NULL && l->requests[i]->profile != p)
		i++;
	assert(i < PROFILES_MAX);
	if (l->requests[i] == NULL) {
		l->requests[i] = malloc(sizeof(*l->requests[i]));
		assert(l->requests[i] != NULL);
		look_snmp_requests(p, l->requests[i]);
	}
	return l->requests[i];
}

static void
send_udp(struct look *l, unsigned which, struct in_addr to, uint16_t port, const void *data,
	size_t len)
{
	const struct sockaddr_in a = {.sin_family = AF_INET,
		.sin_addr = to,
		.sin_port = htons((uint16_t)(port + l->o.port_offset))};
	ssize_t n = sendto(l->udp[which], data, len, 0, (const struct sockaddr *)&a, sizeof(a));
	if (n == (ssize_t)len)
		l->expected++;
}

/* Loopback makes the connection at once, before anybody accepts it. */
static void
open_stream(struct look *l, enum stream which, const struct sockaddr_in *to, const char *text)
{
	size_t len = strlen(text);
	l->streams[which].fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert(l->streams[which].fd >= 0);
	l->streams[which].len = 0;
	l->streams[which].over = false;
	if (connect(l->streams[which].fd, (const struct sockaddr *)to, sizeof(*to)) != 0 ||
		send(l->streams[which].fd, text, len, MSG_NOSIGNAL) != (ssize_t)len)
		l->streams[which].over = true;
}

static void
close_stream(struct look *l, enum stream which)
{
	if (l->streams[which].fd >= 0)
		close(l->streams[which].fd);
	l->streams[which].fd = -1;
}

/* What came on a stream; true when something did. */
static bool
read_stream(struct look *l, enum stream which)
{
	size_t room = STREAM_MAX - 1 - l->streams[which].len;
	if (l->streams[which].fd < 0 || l->streams[which].over)
		return false;
	ssize_t n = recv(l->streams[which].fd, l->streams[which].data + l->streams[which].len, room,
		MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return false;
	if (n <= 0) {
		l->streams[which].over = true;
		return true;
	}
	l->streams[which].len += (size_t)n;
	l->streams[which].data[l->streams[which].len] = '\0';
	if (which == STREAM_PJL && strstr(l->streams[which].data, "@PJL ECHO over") != NULL)
		l->streams[which].over = true;
	return true;
}

/* ---- what came, as facts ---- */

static void
mac_fact(struct facts *f, const char *key, const uint8_t mac[6])
{
	char text[18];
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		mac[3], mac[4], mac[5]);
	facts_text(f, key, text, strlen(text));
}

static void
ip_fact(struct facts *f, const char *key, const uint8_t ip[4])
{
	char text[PC_TEXT_ADDR_MAX];
	struct in_addr a;
	memcpy(&a, ip, 4);
	pc_text_from_ipv4(a, text);
	facts_text(f, key, text, strlen(text));
}

static void
enpc_facts(const uint8_t *data, size_t len, struct facts *f)
{
	struct pc_enpc m;
	struct pc_enpc_board board;
	struct pc_enpc_network net;
	struct pc_enpc_device_id *id = NULL;
	if (pc_enpc_read(data, len, &m) != PC_OK || m.result != PC_ENPC_OK)
		return;
	if (m.device == PC_ENPC_BOARD && m.function == PC_ENPC_F_BASIC &&
		pc_enpc_board_read(m.data, m.len, &board) == PC_OK) {
		facts_text(f, "enpc.name", board.name, strlen(board.name));
		mac_fact(f, "enpc.mac", board.mac);
	} else if (m.device == PC_ENPC_BOARD && m.function == PC_ENPC_F_NETWORK &&
		   pc_enpc_network_read(m.data, m.len, &net) == PC_OK) {
		mac_fact(f, "enpc.netMac", net.mac);
		ip_fact(f, "enpc.address", net.address);
	} else if (m.device == PC_ENPC_INKJET && m.function == PC_ENPC_F_BASIC) {
		id = calloc(1, sizeof(*id));
		assert(id != NULL);
		if (pc_enpc_device_id_read(m.data, m.len, id) == PC_OK) {
			facts_text(f, "enpc.id1284", id->id, strlen(id->id));
			facts_text(f, "enpc.model", id->model, strlen(id->model));
		}
		free(id);
	}
}

static void
slp_facts(const uint8_t *data, size_t len, struct facts *f)
{
	struct pc_slp m;
	struct pc_slp_url url;
	struct pc_slp_attribute a;
	size_t at = 0;
	if (pc_slp_read(data, len, &m) != PC_OK)
		return;
	if (m.function == PC_SLP_SRVRPLY && pc_slp_url_next(&m, &at, &url))
		facts_text(f, "slp.url", url.url.at, url.url.len);
	at = 0;
	while (m.function == PC_SLP_ATTRRPLY && pc_slp_attribute_next(m.attributes, &at, &a)) {
		char key[FACT_KEY_MAX];
		snprintf(key, sizeof(key), "slp.%.*s", (int)(a.tag.len < 24 ? a.tag.len : 24),
			a.tag.at);
		facts_text(f, key, a.values.at == NULL ? "" : a.values.at, a.values.len);
	}
}

static void
nbns_facts(const uint8_t *data, size_t len, struct facts *f)
{
	struct pc_nbns *m = calloc(1, sizeof(*m));
	char text[PC_NBNS_NAME_BYTES + 1];
	assert(m != NULL);
	if (pc_nbns_read(data, len, m) == PC_OK && m->response && m->n_names > 0) {
		pc_nbns_name_text(m->names[0].bytes, text);
		facts_text(f, "nbns.name", text, strlen(text));
		mac_fact(f, "nbns.mac", m->mac);
	}
	free(m);
}

static void
llmnr_facts(const uint8_t *data, size_t len, struct facts *f)
{
	struct pc_llmnr *m = calloc(1, sizeof(*m));
	char text[PC_DNS_TEXT_MAX];
	assert(m != NULL);
	if (pc_llmnr_read(data, len, m) == PC_OK && m->response && m->n_answers > 0) {
		const struct pc_dns_record *r = &m->answers[0];
		if (r->type == PC_DNS_A && r->len == 4)
			ip_fact(f, "llmnr.address", r->data);
		struct pc_reader names;
		struct pc_dns_name name;
		pc_reader_init(&names, r->data, r->len);
		if (r->type == PC_DNS_PTR && pc_dns_read_name(&names, &name) == PC_OK) {
			pc_dns_name_text(&name, text);
			facts_text(f, "llmnr.name", text, strlen(text));
		}
	}
	free(m);
}

static void
line_fact(struct facts *f, const char *key, const char *text, const char *head)
{
	const char *at = strstr(text, head);
	if (at == NULL)
		return;
	at += strlen(head);
	at += *at == '"' ? 1 : 0;
	facts_text(f, key, at, strcspn(at, "\"\r\n"));
}

static void
pjl_facts(const char *text, struct facts *f)
{
	const char *count = strstr(text, "@PJL INFO PAGECOUNT\r\n");
	const char *code = strstr(text, "CODE=");
	line_fact(f, "pjl.id", text, "@PJL INFO ID\r\n");
	line_fact(f, "pjl.display", text, "DISPLAY=");
	line_fact(f, "pjl.online", text, "ONLINE=");
	if (count != NULL)
		facts_number(f, "pjl.pages", strtoll(count + 21, NULL, 10));
	if (code != NULL)
		facts_number(f, "pjl.code", strtoll(code + 5, NULL, 10));
}

static void
lpd_facts(const char *text, struct facts *f)
{
	const char *heading = strstr(text, "Total Size\n");
	int64_t jobs = 0;
	for (const char *p = heading == NULL ? NULL : strchr(heading, '\n');
		p != NULL && p[1] != '\0'; p = strchr(p + 1, '\n'))
		jobs++;
	if (heading != NULL || strstr(text, "no entries") != NULL)
		facts_number(f, "lpd.jobs", jobs);
}

/* ---- the home page ---- */

/* Text up to the next tag, as it was before HTML's escapes. */
static void
html_fact(struct facts *f, const char *key, const char *at)
{
	static const struct {
		const char *escape;
		char plain;
	} escapes[] = {
		{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
	char text[FACT_TEXT_MAX];
	size_t n = 0;
	while (*at != '<' && *at != '\0' && n < sizeof(text) - 1) {
		size_t i = 0, known = sizeof(escapes) / sizeof(escapes[0]);
		while (i < known && strncmp(at, escapes[i].escape, strlen(escapes[i].escape)) != 0)
			i++;
		text[n++] = i < known ? escapes[i].plain : *at;
		at += i < known ? strlen(escapes[i].escape) : 1;
	}
	facts_text(f, key, text, n);
}

/* What stands behind `head`. */
static const char *
behind(const char *text, const char *head)
{
	const char *at = strstr(text, head);
	return at == NULL ? NULL : at + strlen(head);
}

static void
web_rows(const char *text, struct facts *f)
{
	static const struct {
		const char *key, *heading;
	} rows[] = {{"web.model", "Model"}, {"web.serial", "Serial number"},
		{"web.address", "Address"}, {"web.location", "Location"},
		{"web.contact", "Contact"}, {"web.firmware", "Firmware"}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char head[80];
		snprintf(head, sizeof(head), "<th scope=\"row\">%s</th><td>", rows[i].heading);
		const char *at = behind(text, head);
		if (at == NULL)
			continue;
		html_fact(f, rows[i].key, at);
		if (strncmp(at, "-<", 2) == 0)
			facts_text(f, rows[i].key, "", 0); /* nothing is shown as a dash */
	}
}

static void
web_facts(const char *text, struct facts *f)
{
	const char *life = behind(text, "data-key=\"life\">");
	const char *panel = behind(text, "title=\"On the panel\">");
	const char *alerts = behind(text, "<ul class=\"alerts\">");
	if (strncmp(text, "HTTP/1.1 200", 12) != 0)
		return;
	web_rows(text, f);
	if (life != NULL)
		facts_number(f, "web.life", strtoll(life, NULL, 10));
	if (panel != NULL)
		html_fact(f, "web.panel", panel);
	for (const char *p = text; (p = behind(p, "data-supply=\"")) != NULL;) {
		const char *level = behind(p, "<b>"), *end = strstr(p, "</figure>");
		if (level != NULL && end != NULL && level < end && *level >= '0' && *level <= '9')
			facts_number_at(f, "web.supply", (size_t)strtoull(p, NULL, 10),
				strtoll(level, NULL, 10));
	}
	if (alerts != NULL) {
		const char *end = strstr(alerts, "</ul>");
		int64_t n = 0;
		for (const char *p = alerts; (p = behind(p, "<li")) != NULL && p < end;)
			n++;
		facts_number(f, "web.alerts", n);
	}
}

static int64_t
json_number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void
json_text_fact(struct facts *f, const char *to, const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));
	if (text != NULL)
		facts_text(f, to, text, strlen(text));
}

static void
control_lists(const json_t *o, struct facts *f)
{
	static const char *const states[] = {"ok", "low", "empty", "missing"};
	size_t i;
	const json_t *e;
	json_array_foreach(json_object_get(o, "supplies"), i, e)
	{
		const char *state = json_string_value(json_object_get(e, "state"));
		const char *colorant = json_string_value(json_object_get(e, "colorant"));
		facts_number_at(f, "ctl.supply", i + 1, json_number(e, "level"));
		facts_number_at(f, "ctl.supplyMax", i + 1, json_number(e, "capacity"));
		facts_number_at(f, "ctl.permille", i + 1, json_number(e, "permille"));
		facts_number_at(f, "ctl.colorant", i + 1, colorant != NULL);
		for (int64_t k = 0; k < 4; k++) {
			if (state != NULL && strcmp(states[k], state) == 0)
				facts_number_at(f, "ctl.supplyState", i + 1, k);
		}
	}
	json_array_foreach(json_object_get(o, "trays"), i, e)
		facts_number_at(f, "ctl.tray", i + 1, json_number(e, "level"));
	int64_t critical = 0;
	json_array_foreach(json_object_get(o, "alerts"), i, e)
	{
		facts_number_at(f, "ctl.alert", i, json_number(e, "code"));
		critical += json_number(e, "severity") == 3 ? 1 : 0;
	}
	facts_number(f, "ctl.alerts", (int64_t)json_array_size(json_object_get(o, "alerts")));
	facts_number(f, "ctl.alertsCritical", critical);
	int64_t unfinished = 0;
	json_array_foreach(json_object_get(o, "jobs"), i, e)
	{
		const char *state = json_string_value(json_object_get(e, "state"));
		bool over = state != NULL &&
			    (strcmp(state, "done") == 0 || strcmp(state, "cancelled") == 0 ||
				    strcmp(state, "aborted") == 0);
		unfinished += over ? 0 : 1;
	}
	facts_number(f, "ctl.queued", unfinished);
	const json_t *history = json_object_get(o, "history");
	facts_number(f, "ctl.errorHistory",
		(int64_t)json_array_size(json_object_get(history, "errors")));
	facts_number(f, "ctl.cleaningHistory",
		(int64_t)json_array_size(json_object_get(history, "cleanings")));
}

static void
control_counters(const json_t *o, struct facts *f)
{
	static const char *const functions[] = {"print", "copy", "fax", "scan", "report"};
	static const char *const kinds[] = {
		"monoSimplex", "monoDuplex", "colorSimplex", "colorDuplex"};
	const json_t *c = json_object_get(o, "counters");
	const char *size;
	json_t *e;
	int64_t sums[4] = {0};
	facts_number(f, "ctl.counterLife", json_number(c, "life"));
	facts_number(f, "ctl.powerOn", json_number(c, "powerOn"));
	facts_number(f, "ctl.reboots", json_number(c, "reboots"));
	facts_number(f, "ctl.cleanings", json_number(c, "cleanings"));
	facts_number(f, "ctl.jams", json_number(c, "jams"));
	facts_number(f, "ctl.jobsDone", json_number(c, "jobsDone"));
	for (size_t i = 0; i < 5; i++)
		facts_number_at(f, "ctl.function", i + 1,
			json_number(json_object_get(c, "byFunction"), functions[i]));
	size_t at = 1;
	json_object_foreach(json_object_get(c, "bySize"), size, e)
	{
		int64_t all = 0;
		for (size_t k = 0; k < 4; k++) {
			sums[k] += json_number(e, kinds[k]);
			all += json_number(e, kinds[k]);
		}
		facts_number_at(f, "ctl.size", at++, all);
	}
	facts_number(f, "ctl.mono", sums[0] + sums[1]);
	facts_number(f, "ctl.color", sums[2] + sums[3]);
}

static bool
control_facts(const char *text, struct facts *f)
{
	const char *body = strstr(text, "\r\n\r\n");
	json_t *o = body == NULL ? NULL : json_loads(body + 4, 0, NULL);
	if (o == NULL)
		return false;
	static const struct {
		const char *to, *key;
	} texts[] = {{"ctl.address", "address"}, {"ctl.model", "model"}, {"ctl.serial", "serial"},
		{"ctl.mac", "mac"}, {"ctl.host", "hostName"}, {"ctl.status", "status"},
		{"ctl.console", "console"}, {"ctl.sysName", "sysName"},
		{"ctl.contact", "sysContact"}, {"ctl.location", "sysLocation"},
		{"ctl.clock", "clock"}};
	static const struct {
		const char *to, *key;
	} numbers[] = {{"ctl.life", "lifeCount"}, {"ctl.hrDevice", "hrDeviceStatus"},
		{"ctl.hrPrinter", "hrPrinterStatus"}, {"ctl.errors", "errorBits"},
		{"ctl.uptimeMs", "uptimeMs"}, {"ctl.in", "inOctets"}, {"ctl.out", "outOctets"}};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		json_text_fact(f, texts[i].to, o, texts[i].key);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		facts_number(f, numbers[i].to, json_number(o, numbers[i].key));
	const struct fact *mac = facts_get(f, "ctl.mac");
	if (mac != NULL && strlen(mac->text) == 17) {
		char last[7];
		for (size_t i = 0; i < 6; i++)
			last[i] = (char)toupper((unsigned char)mac->text[9 + i + i / 2]);
		facts_text(f, "ctl.mac3", last, 6);
	}
	const json_t *traffic = json_object_get(o, "traffic");
	facts_number(f, "ctl.inDatagrams", json_number(traffic, "inDatagrams"));
	facts_number(f, "ctl.tcpOpens", json_number(traffic, "tcpOpens"));
	control_lists(o, f);
	control_counters(o, f);
	json_decref(o);
	return true;
}

/* ---- asking ---- */

static void
ask_enpc(struct look *l, struct in_addr to)
{
	static const struct {
		uint8_t device;
		uint16_t function;
	} asks[] = {{PC_ENPC_BOARD, PC_ENPC_F_BASIC}, {PC_ENPC_BOARD, PC_ENPC_F_NETWORK},
		{PC_ENPC_INKJET, PC_ENPC_F_BASIC}};
	for (size_t i = 0; i < 3; i++) {
		uint8_t out[64];
		size_t len = 0;
		const struct pc_enpc m = {.type = PC_ENPC_QUERY,
			.device = asks[i].device,
			.function = asks[i].function};
		assert(pc_enpc_write(&m, out, sizeof(out), &len) == PC_OK);
		send_udp(l, LOOK_ENPC, to, PC_ENPC_PORT, out, len);
	}
}

static void
ask_names(struct look *l, struct in_addr to, const struct pc_profile *p, const char *host)
{
	uint8_t out[1024];
	size_t len = 0;
	if (p->ports.slp) {
		struct pc_slp m = {.version = 2,
			.function = PC_SLP_SRVRQST,
			.xid = 1,
			.language = pc_slp_text("en"),
			.type = pc_slp_text("service:printer"),
			.scopes = pc_slp_text("DEFAULT")};
		assert(pc_slp_write(&m, out, sizeof(out), &len) == PC_OK);
		send_udp(l, LOOK_SLP, to, PC_SLP_PORT, out, len);
		m.function = PC_SLP_ATTRRQST;
		m.url = pc_slp_text("service:printer");
		assert(pc_slp_write(&m, out, sizeof(out), &len) == PC_OK);
		send_udp(l, LOOK_SLP, to, PC_SLP_PORT, out, len);
	}
	if (p->ports.nbns) {
		struct pc_nbns *m = calloc(1, sizeof(*m));
		assert(m != NULL);
		m->has_question = true;
		m->question_type = PC_NBNS_NBSTAT;
		pc_nbns_name_set(&m->question, "*", 0);
		assert(pc_nbns_write(m, out, sizeof(out), &len) == PC_OK);
		free(m);
		send_udp(l, LOOK_NBNS, to, PC_NBNS_PORT, out, len);
	}
	if (p->ports.llmnr) {
		struct pc_llmnr *m = calloc(1, sizeof(*m));
		assert(m != NULL);
		m->question.type = PC_DNS_A;
		m->question.class = PC_DNS_IN;
		assert(pc_dns_name_from_text(host, &m->question.name) == PC_OK);
		assert(pc_llmnr_write(m, out, sizeof(out), &len) == PC_OK);
		send_udp(l, LOOK_LLMNR, to, PC_LLMNR_PORT, out, len);
		m->question.type = PC_DNS_PTR;
		pc_llmnr_reverse_name((const uint8_t *)&to, &m->question.name);
		assert(pc_llmnr_write(m, out, sizeof(out), &len) == PC_OK);
		send_udp(l, LOOK_LLMNR, to, PC_LLMNR_PORT, out, len);
		free(m);
	}
}

static void
ask_streams(struct look *l, struct in_addr to, const struct pc_profile *p)
{
	char lpd[128];
	uint16_t raw = p->ports.raw_port == 0 ? 9100 : p->ports.raw_port;
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = to};
	a.sin_port = htons((uint16_t)(raw + l->o.port_offset));
	if (p->ports.raw)
		open_stream(l, STREAM_PJL, &a,
			"\x1b%-12345X@PJL\r\n@PJL INFO ID\r\n@PJL INFO PAGECOUNT\r\n"
			"@PJL INFO STATUS\r\n@PJL ECHO over\r\n");
	const char *family = p->web.family == NULL ? "generic" : p->web.family;
	const char *home = strcmp(family, "epson") == 0   ? "/PRESENTATION/HTML/TOP/PRTINFO.HTML"
			   : strcmp(family, "xerox") == 0 ? "/status/index.htm"
							  : "/status";
	/* By its address: the pages know no other names. */
	char request[200], name[PC_TEXT_ADDR_MAX];
	snprintf(request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", home,
		pc_text_from_ipv4(to, name));
	a.sin_port = htons((uint16_t)(80 + l->o.port_offset));
	if (p->ports.http)
		open_stream(l, STREAM_WEB, &a, request);
	a.sin_port = htons((uint16_t)(515 + l->o.port_offset));
	snprintf(lpd, sizeof(lpd), "\3%s\n", p->lpd_queue == NULL ? "lp" : p->lpd_queue);
	if (p->ports.lpd)
		open_stream(l, STREAM_LPD, &a, lpd);
}

static void
ask(struct look *l, struct in_addr to, const struct pc_profile *p, const char *host)
{
	const struct look_requests *r = requests_of(l, p);
	l->expected = l->arrived = 0;
	for (size_t i = 0; p->ports.snmp && i < r->n; i++)
		send_udp(l, LOOK_SNMP, to, 161, r->bytes[i], r->len[i]);
	if (p->ports.enpc)
		ask_enpc(l, to);
	ask_names(l, to, p, host);
	ask_streams(l, to, p);
}

/* ---- waiting ---- */

static bool
read_udp(struct look *l, const struct pc_profile *p, unsigned *answered, struct facts *f)
{
	uint8_t data[65536];
	bool any = false;
	for (unsigned i = 0; i <= LOOK_LLMNR; i++) {
		ssize_t n = 0;
		while ((n = recv(l->udp[i], data, sizeof(data), MSG_DONTWAIT)) >= 0) {
			any = true;
			l->arrived++;
			*answered |= 1u << i;
			if (i == LOOK_SNMP)
				(void)look_snmp_answer(requests_of(l, p), data, (size_t)n, f);
			else if (i == LOOK_ENPC)
				enpc_facts(data, (size_t)n, f);
			else if (i == LOOK_SLP)
				slp_facts(data, (size_t)n, f);
			else if (i == LOOK_NBNS)
				nbns_facts(data, (size_t)n, f);
			else
				llmnr_facts(data, (size_t)n, f);
		}
	}
	return any;
}

static bool
is_waiting(const struct look *l, enum stream s)
{
	return l->streams[s].fd >= 0 && !l->streams[s].over;
}

/* Turn the loop, with its clock held, until everything asked has come or nothing comes any more. */
static unsigned
wait_for(struct look *l, const struct pc_profile *p, struct facts *f)
{
	unsigned answered = 0;
	unsigned quiet = 0;
	uint64_t was = pc_loop_held(l->o.loop);
	pc_loop_hold(l->o.loop, pc_clock_ms(pc_loop_clock(l->o.loop)));
	for (unsigned i = 0; i < LATE_TURNS && quiet < (i < 40 ? QUIET_FIRST : QUIET_TURNS); i++) {
		bool any = false;
		assert(pc_loop_turn(l->o.loop, 0) == PC_OK);
		any = read_udp(l, p, &answered, f);
		for (enum stream s = 0; s < STREAMS; s++)
			any = read_stream(l, s) || any;
		if (l->arrived >= l->expected && !is_waiting(l, STREAM_PJL) &&
			!is_waiting(l, STREAM_LPD) && !is_waiting(l, STREAM_WEB) &&
			!is_waiting(l, STREAM_CONTROL))
			break;
		quiet = any ? 0 : quiet + 1;
	}
	pc_loop_hold(l->o.loop, was);
	if (l->streams[STREAM_PJL].fd >= 0 && l->streams[STREAM_PJL].len > 0)
		answered |= 1u << LOOK_PJL;
	if (l->streams[STREAM_LPD].fd >= 0 && l->streams[STREAM_LPD].len > 0)
		answered |= 1u << LOOK_LPD;
	if (l->streams[STREAM_WEB].fd >= 0 && l->streams[STREAM_WEB].len > 0)
		answered |= 1u << LOOK_WEB;
	return answered;
}

unsigned
look_answers(struct look *l, struct in_addr address, const struct pc_profile *profile)
{
	struct facts *nothing = calloc(1, sizeof(*nothing));
	assert(nothing != NULL);
	ask(l, address, profile, "nobody");
	unsigned answered = wait_for(l, profile, nothing);
	close_stream(l, STREAM_PJL);
	close_stream(l, STREAM_LPD);
	close_stream(l, STREAM_WEB);
	free(nothing);
	return answered;
}

/* The document of the agent in the printer. */
static void
document_facts(struct look *l, uint32_t number, struct facts *f)
{
	static const struct {
		const char *to, *key;
	} texts[] = {{"es.serial", "serialNumber"}, {"es.model", "model"}, {"es.mac", "macAddress"},
		{"es.address", "ipAddress"}, {"es.firmware", "firmwareVersion"},
		{"es.location", "location"}, {"es.name", "domainName"}};
	char *text = l->o.document == NULL ? NULL : l->o.document(l->o.arg, number);
	json_t *o = text == NULL ? NULL : json_loads(text, 0, NULL);
	size_t i;
	const json_t *e;
	free(text);
	if (o == NULL)
		return;
	for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
		json_text_fact(f, texts[k].to, o, texts[k].key);
	facts_number(f, "es.pages", json_number(json_object_get(o, "pageCounters"), "total"));
	json_array_foreach(json_object_get(o, "consumables"), i, e)
		facts_number_at(f, "es.supply", i + 1, json_number(e, "level"));
	facts_number(
		f, "es.cleanings", (int64_t)json_array_size(json_object_get(o, "cleaningHistory")));
	json_decref(o);
}

static void
look_control(struct look *l, uint32_t number, struct facts *f)
{
	char request[128];
	snprintf(request, sizeof(request),
		"GET /v1/printers/%u HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
		(unsigned)number);
	l->expected = l->arrived = 0;
	open_stream(l, STREAM_CONTROL, &l->o.control, request);
	(void)wait_for(l, NULL, f);
	if (!control_facts(l->streams[STREAM_CONTROL].data, f))
		fprintf(stderr, "control: %.200s\n", l->streams[STREAM_CONTROL].data);
	close_stream(l, STREAM_CONTROL);
}

void
look_at(struct look *l, uint32_t number, const struct pc_profile *profile, struct facts *f)
{
	struct in_addr address = {0};
	const bool has[LOOK_PORTS] = {profile->ports.snmp, profile->ports.enpc, profile->ports.slp,
		profile->ports.nbns, profile->ports.llmnr, profile->ports.raw, profile->ports.lpd,
		profile->ports.http};
	facts_clear(f);
	look_control(l, number, f);
	const struct fact *at = facts_get(f, "ctl.address");
	const struct fact *host = facts_get(f, "ctl.host");
	if (at == NULL || host == NULL || pc_text_ipv4(at->text, &address) != PC_OK)
		return;
	facts_text(f, "look.address", at->text, strlen(at->text));
	ask(l, address, profile, host->text);
	unsigned answered = wait_for(l, profile, f);
	if ((answered >> LOOK_SNMP & 1) != 0) /* it is up, and the agent in it */
		document_facts(l, number, f);
	if ((answered >> LOOK_PJL & 1) != 0)
		pjl_facts(l->streams[STREAM_PJL].data, f);
	if ((answered >> LOOK_LPD & 1) != 0)
		lpd_facts(l->streams[STREAM_LPD].data, f);
	if ((answered >> LOOK_WEB & 1) != 0)
		web_facts(l->streams[STREAM_WEB].data, f);
	close_stream(l, STREAM_PJL);
	close_stream(l, STREAM_LPD);
	close_stream(l, STREAM_WEB);
	for (size_t i = 0; i < LOOK_PORTS; i++) {
		char key[FACT_KEY_MAX];
		snprintf(key, sizeof(key), "silent.%s", look_ports[i]);
		if (has[i])
			facts_number(f, key, (answered >> i & 1) == 0);
	}
}
