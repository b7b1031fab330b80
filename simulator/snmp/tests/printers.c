#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "printers.h"

enum { DEADLINE_MS = 5000, VALUE_MAX = 128 };

/* ---- the MIB ---- */

static int
get_text(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *out)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const char *text = at->column == 1   ? "Test printer"
			   : at->column == 5 ? s->sys_name
					     : s->sys_location;
	pc_snmp_set_bytes(out, text, strlen(text));
	return PC_OK;
}

/* Texts that begin with: '!' wrongValue; "@N" error-status N; '#' good until the commit, which
 * fails; "stuck" cannot be put back. Longer than 32 bytes: wrongLength. */
static int
set_text(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	char text[33] = "";
	if (value->len >= sizeof(text))
		return 8;
	if (value->len > 0)
		memcpy(text, value->bytes, value->len);
	if (text[0] == '!')
		return 10;
	if (text[0] == '@')
		return (int)strtol(text + 1, NULL, 10);
	if (!commit)
		return 0;
	if (text[0] == '#' || strcmp(text, "stuck") == 0)
		return 5;
	return pc_device_setting_set(dev, at->column == 5 ? "sysName" : "sysLocation", text) ==
			       PC_OK
		       ? 0
		       : 5;
}

static int
get_uptime(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *out)
{
	(void)dev;
	(void)at;
	out->integer = 4294967295;
	return PC_OK;
}

static int
get_cell(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *out)
{
	static const uint32_t arcs[] = {1, 3, 4294967295};
	(void)dev;
	out->integer = (int64_t)(at->column * 10 + at->index[0]) *
		       (out->type == PC_SNMP_COUNTER64 ? 1000000000000 : -1);
	if (out->type == PC_SNMP_OID)
		pc_snmp_set_oid(out, arcs, 3);
	return PC_OK;
}

static bool
three_rows(
	const struct pc_profile *p, size_t at, uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	(void)p;
	index[0] = (uint32_t)at + 1;
	*n_index = 1;
	return at < 3;
}

static int
get_long(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *out)
{
	static const uint8_t text[LONG_TEXT];
	(void)dev;
	(void)at;
	pc_snmp_set_bytes(out, text, sizeof(text));
	return PC_OK;
}

static const uint32_t system_oid[] = {1, 3, 6, 1, 2, 1, 1};
static const uint32_t table_oid[] = {1, 3, 6, 1, 4, 1, 9};
static const uint32_t long_oid[] = {1, 3, 6, 1, 4, 1, 10};
static const struct pc_snmp_column scalars[] = {
	{1, PC_SNMP_OCTETS, get_text, NULL, "sysDescr"},
	{3, PC_SNMP_TIMETICKS, get_uptime, NULL, "sysUpTime"},
	{5, PC_SNMP_OCTETS, get_text, set_text, "sysName"},
	{6, PC_SNMP_OCTETS, get_text, set_text, "sysLocation"},
};
static const struct pc_snmp_column cells[] = {
	{1, PC_SNMP_INTEGER, get_cell, NULL, "number"},
	{2, PC_SNMP_COUNTER64, get_cell, NULL, "big"},
	{3, PC_SNMP_OID, get_cell, NULL, "oid"},
};
static const struct pc_snmp_column longs[] = {{1, PC_SNMP_OCTETS, get_long, NULL, "long"}};
static const struct pc_snmp_table t_system = {
	.oid = system_oid, .n_oid = 7, .columns = scalars, .n_columns = 4, .spec = "system"};
static const struct pc_snmp_table t_cells = {.oid = table_oid,
	.n_oid = 7,
	.columns = cells,
	.n_columns = 3,
	.row = three_rows,
	.spec = "cells"};
static const struct pc_snmp_table t_long = {
	.oid = long_oid, .n_oid = 7, .columns = longs, .n_columns = 1, .spec = "long"};
static const struct pc_snmp_table *const tables[] = {&t_system, &t_cells, &t_long};
static const struct pc_snmp_module module = {"TEST-MIB", tables, 3};
static const struct pc_snmp_module *const modules[] = {&module};

/* ---- the printers ---- */

static bool
find(void *arg, struct in_addr local, struct pc_snmp_target *ret)
{
	struct printers *p = arg;
	uint32_t i = ntohl(local.s_addr) - 0x7f090001;
	if (i >= PRINTERS)
		return false;
	*ret = (struct pc_snmp_target){p->devices[i], p->tree};
	return true;
}

static bool
each(void *arg, size_t at, struct pc_snmp_target *ret)
{
	struct printers *p = arg;
	if (at >= p->each_count)
		return false;
	*ret = (struct pc_snmp_target){p->devices[at % PRINTERS], p->tree};
	return true;
}

static void
wake(void *arg, struct pc_device *dev, uint64_t at_ms)
{
	(void)arg;
	(void)dev;
	(void)at_ms;
}

static void
event(void *arg, struct pc_device *dev, const struct pc_device_event *e)
{
	(void)arg;
	(void)dev;
	(void)e;
}

static void
tap_udp(void *arg, uint64_t wall_ns, const struct sockaddr_in *from, const struct sockaddr_in *to,
	const uint8_t *data, size_t len)
{
	(void)wall_ns;
	(void)from;
	(void)to;
	(void)data;
	(void)len;
	((struct printers *)arg)->taps++;
}

static void
tap_tcp(void *arg, uint64_t wall_ns, const struct pc_tap_flow *flow, enum pc_tap_event event_kind,
	const uint8_t *data, size_t len)
{
	(void)wall_ns;
	(void)flow;
	(void)event_kind;
	(void)data;
	(void)len;
	((struct printers *)arg)->taps++;
}

/* 1.3.6.1.4.1.20.1.N = N, for long walks. */
static void
make_objects(struct printers *p)
{
	p->objects = calloc(BULK_OBJECTS, sizeof(*p->objects));
	p->arcs = calloc(BULK_OBJECTS, sizeof(*p->arcs));
	assert_non_null(p->objects);
	assert_non_null(p->arcs);
	for (uint32_t i = 0; i < BULK_OBJECTS; i++) {
		static const uint32_t base[] = {1, 3, 6, 1, 4, 1, 20, 1};
		memcpy(p->arcs[i], base, sizeof(base));
		p->arcs[i][8] = i + 1;
		p->objects[i] = (struct pc_profile_object){.oid = p->arcs[i],
			.n_oid = 9,
			.type = PC_SNMP_INTEGER,
			.value.integer = i + 1};
	}
	p->profile.objects = p->objects;
	p->profile.n_objects = BULK_OBJECTS;
}

static void
make_devices(struct printers *p)
{
	p->env = (struct pc_device_env){
		.clock = &p->clock, .wake = wake, .event = event, .arg = p, .seed = 1};
	for (unsigned i = 0; i < PRINTERS; i++) {
		struct in_addr address = {htonl(0x7f090001 + i)};
		assert_int_equal(
			pc_device_new(&p->profile, &p->env, i + 1, address, &p->devices[i]), PC_OK);
	}
}

void
printers_restart(struct printers *p, size_t max_answer)
{
	struct pc_diag diag = {0};
	struct pc_snmp_options options = {.loop = p->loop,
		.bind = {.sin_family = AF_INET},
		.tap = &p->tap,
		.find = find,
		.each = each,
		.arg = p,
		.agentx = p->agentx,
		.max_answer = max_answer};
	pc_snmp_engine_free(p->engine);
	p->engine = NULL;
	if (pc_snmp_engine_new(&options, &p->engine, &diag) != PC_OK)
		fail_msg("%s", diag.text);
}

void
printers_init(struct printers *p)
{
	struct pc_diag diag = {0};
	memset(p, 0, sizeof(*p));
	pc_clock_init_real(&p->clock);
	assert_int_equal(pc_loop_new(&p->clock, &p->loop, &diag), PC_OK);
	p->profile = (struct pc_profile){.id = "test",
		.vendor = "TEST",
		.model = "Test printer",
		.identity = {"S{n:6}", "host{n}", "name{n}", {2, 0, 0, 0, 0, 0}},
		.snmp = {.v1 = true, .v2c = true},
		.community_read = "public",
		.community_write = "secret"};
	make_objects(p);
	make_devices(p);
	assert_int_equal(pc_snmp_tree_compile(&p->profile, modules, 1, &p->tree, &diag), PC_OK);
	p->each_count = PRINTERS;
	p->tap = (struct pc_tap){.udp = tap_udp, .tcp = tap_tcp, .arg = p};
	printers_restart(p, 0);
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int on = 1;
	p->client = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(p->client >= 0);
	setsockopt(p->client, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	assert_int_equal(bind(p->client, (struct sockaddr *)&any, sizeof(any)), 0);
}

void
printers_done(struct printers *p)
{
	close(p->client);
	pc_snmp_engine_free(p->engine);
	pc_snmp_tree_free(p->tree);
	for (unsigned i = 0; i < PRINTERS; i++)
		pc_device_free(p->devices[i]);
	free(p->objects);
	free(p->arcs);
	pc_loop_free(p->loop);
}

struct sockaddr_in
printers_address(const struct printers *p, unsigned i)
{
	struct sockaddr_in to = pc_snmp_engine_local(p->engine);
	to.sin_addr.s_addr = htonl(0x7f090001 + i);
	return to;
}

/* ---- the client ---- */

bool
printers_receive(struct printers *p)
{
	socklen_t len = sizeof(p->from);
	ssize_t n = recvfrom(
		p->client, p->answer, sizeof(p->answer), 0, (struct sockaddr *)&p->from, &len);
	p->answer_len = n > 0 ? (size_t)n : 0;
	return n >= 0;
}

bool
printers_ask_bytes(
	struct printers *p, const struct sockaddr_in *to, const uint8_t *data, size_t len)
{
	uint64_t before = pc_snmp_engine_counters(p->engine).in_packets;
	uint64_t until = pc_clock_ms(&p->clock) + DEADLINE_MS;
	while (printers_receive(p))
		; /* nothing left of the request before */
	if (sendto(p->client, data, len, 0, (const struct sockaddr *)to, sizeof(*to)) !=
		(ssize_t)len)
		fail_msg("sendto failed");
	/* An answer is sent in the turn that takes the request in. */
	while (pc_snmp_engine_counters(p->engine).in_packets == before) {
		if (pc_clock_ms(&p->clock) > until)
			fail_msg("the engine did not take the datagram in");
		pc_loop_turn(p->loop, 100);
	}
	return printers_receive(p);
}

/* "2.1.1.5.0" (under 1.3.6.1) or ".1.3.6.1…". */
static void
parse_name(const char *text, struct pc_oid *ret)
{
	char full[1000];
	snprintf(full, sizeof(full), "%s%s", text[0] == '.' ? "" : "1.3.6.1.",
		text[0] == '.' ? text + 1 : text);
	if (pc_oid_parse(full, ret) != PC_OK)
		fail_msg("bad OID '%s' in the test", text);
}

static void
parse_value(const char *text, struct pc_snmp_varbind *vb, uint8_t *memory, size_t size)
{
	struct pc_oid value;
	switch (text[0]) {
	case 'i':
	case 'g':
		vb->type = text[0] == 'i' ? PC_BER_INTEGER : PC_BER_GAUGE32;
		vb->integer = strtol(text + 2, NULL, 10);
		break;
	case 'x':
		vb->type = PC_BER_OCTETS;
		assert_int_equal(pc_text_unhex(text + 2, memory, size, &vb->len), PC_OK);
		vb->bytes = memory;
		break;
	case 's':
		vb->type = PC_BER_OCTETS;
		vb->len = strlen(text + 2);
		memcpy(memory, text + 2, vb->len);
		vb->bytes = memory;
		break;
	case 'o':
		vb->type = PC_BER_OID;
		assert_int_equal(pc_oid_parse(text + 2, &value), PC_OK);
		assert_int_equal(pc_oid_encode(&value, memory, size, &vb->len), PC_OK);
		vb->bytes = memory;
		break;
	default:
		fail_msg("bad value '%s' in the test", text);
	}
}

static void
parse_pdu(const char *word, struct pc_snmp_message *m)
{
	if (strcmp(word, "get") == 0)
		m->pdu = PC_SNMP_GET;
	else if (strcmp(word, "next") == 0)
		m->pdu = PC_SNMP_GETNEXT;
	else if (strcmp(word, "set") == 0)
		m->pdu = PC_SNMP_SET;
	else if (sscanf(word, "bulk:%d:%d", &m->error_status, &m->error_index) == 2)
		m->pdu = PC_SNMP_GETBULK;
	else
		fail_msg("bad PDU '%s' in the test", word);
}

static size_t
encode(const char *request, uint8_t *out, size_t size)
{
	static struct pc_snmp_varbind varbinds[PC_SNMP_VARBINDS_MAX];
	static uint8_t memory[PC_SNMP_VARBINDS_MAX][VALUE_MAX];
	struct pc_snmp_message m = {.request_id = 4711, .varbinds = varbinds};
	struct pc_diag diag = {0};
	char *copy = strdup(request), *rest = NULL;
	size_t len = 0;
	assert_non_null(copy);
	m.version = strcmp(strtok_r(copy, " ", &rest), "1") == 0 ? PC_SNMP_V1 : PC_SNMP_V2C;
	char *community = strtok_r(NULL, " ", &rest);
	m.community = (const uint8_t *)community;
	m.community_len = strlen(community);
	parse_pdu(strtok_r(NULL, " ", &rest), &m);
	for (char *w = strtok_r(NULL, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest)) {
		struct pc_snmp_varbind *vb = &varbinds[m.n_varbinds];
		char *value = strchr(w, '=');
		if (value != NULL)
			*value++ = '\0';
		*vb = (struct pc_snmp_varbind){.type = PC_BER_NULL};
		parse_name(w, &vb->name);
		if (value != NULL)
			parse_value(value, vb, memory[m.n_varbinds], VALUE_MAX);
		m.n_varbinds++;
	}
	if (pc_snmp_encode(&m, out, size, &len, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	free(copy);
	return len;
}

static size_t
print_value(const struct pc_snmp_varbind *vb, char *out, size_t size)
{
	struct pc_oid value;
	char text[PC_OID_TEXT_MAX];
	int n = 0;
	switch (vb->type) {
	case PC_BER_OCTETS:
		n = vb->len > 100
			    ? snprintf(out, size, "(%zu bytes)", vb->len)
			    : snprintf(out, size, "%.*s", (int)vb->len, (const char *)vb->bytes);
		break;
	case PC_BER_OID:
		assert_int_equal(pc_oid_decode(vb->bytes, vb->len, &value), PC_OK);
		n = snprintf(out, size, "%s", pc_oid_text(&value, text));
		break;
	case PC_BER_NULL:
	case PC_BER_NO_SUCH_OBJECT:
	case PC_BER_NO_SUCH_INSTANCE:
	case PC_BER_END_OF_MIB_VIEW:
		n = snprintf(out, size, "%s", pc_snmp_type_name(vb->type));
		break;
	default:
		n = snprintf(out, size, "%lld", (long long)vb->integer);
		break;
	}
	return n < 0 ? 0 : (size_t)n;
}

/* Text of the datagram in p->answer. */
static const char *
print_answer(struct printers *p, char *out, size_t size)
{
	static struct pc_snmp_varbind varbinds[2000];
	struct pc_snmp_message m;
	struct pc_diag diag = {0};
	if (pc_snmp_decode(p->answer, p->answer_len, varbinds, 2000, &m, &diag) != PC_OK)
		fail_msg("the answer is broken: %s", diag.text);
	if (m.pdu != PC_SNMP_RESPONSE || m.request_id != 4711)
		fail_msg("the answer is PDU 0x%x with request-id %d", m.pdu, m.request_id);
	size_t at = (size_t)snprintf(out, size, "%d/%d", m.error_status, m.error_index);
	for (size_t i = 0; i < m.n_varbinds && at < size; i++) {
		char name[PC_OID_TEXT_MAX];
		pc_oid_text(&varbinds[i].name, name);
		bool usual = strncmp(name, "1.3.6.1.", 8) == 0;
		at += (size_t)snprintf(
			out + at, size - at, " %s%s=", usual ? "" : ".", usual ? name + 8 : name);
		if (at < size)
			at += print_value(&varbinds[i], out + at, size - at);
	}
	return out;
}

const char *
printers_read(struct printers *p, char *out, size_t size)
{
	if (!printers_receive(p)) {
		pc_text_copy(out, size, "silence");
		return out;
	}
	return print_answer(p, out, size);
}

const char *
printers_ask(struct printers *p, unsigned printer, const char *request, char *out, size_t size)
{
	static uint8_t data[PC_SNMP_MESSAGE_MAX];
	struct sockaddr_in to = printers_address(p, printer);
	size_t len = encode(request, data, sizeof(data));
	if (!printers_ask_bytes(p, &to, data, len)) {
		pc_text_copy(out, size, "silence");
		return out;
	}
	return print_answer(p, out, size);
}
