/* What a walk tells about the printer, so that the ports besides SNMP agree with it.
 * Spec: RFC 3805 Printer-MIB, RFC 2790, RFC 3418. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "profile/internal.h"

enum { TEXT_MAX = 255, DEVICE_ID_MAX = 1023 };

static const struct pc_profile_object *
find(const struct pc_profile_builder *b, const char *oid)
{
	uint32_t arcs[PC_OID_MAX];
	size_t n = 0;
	if (pc_arcs_parse(oid, arcs, PC_OID_MAX, &n) != PC_OK)
		return NULL;
	return pc_profile_object_find(b->p, arcs, n);
}

/* Text for a template: braces have a meaning there, control characters none. */
static const char *
copy_text(struct pc_profile_builder *b, const struct pc_profile_object *o, size_t max,
	const char *otherwise)
{
	if (o == NULL || o->type != 4 || o->len == 0)
		return otherwise;
	size_t n = o->len > max ? max : o->len;
	char *copy = pc_profile_take(b, n + 1);
	if (copy == NULL)
		return otherwise;
	size_t used = 0;
	for (size_t i = 0; i < n && o->value.bytes[i] != 0; i++) {
		char c = (char)o->value.bytes[i];
		copy[used++] = c == '{' ? '(' : c == '}' ? ')' : c >= 0 && c < 32 ? ' ' : c;
	}
	return used == 0 ? otherwise : copy;
}

static const char *
text_at(struct pc_profile_builder *b, const char *oid, size_t max, const char *otherwise)
{
	return copy_text(b, find(b, oid), max, otherwise);
}

static int32_t
number_of(const struct pc_profile_object *o, int32_t otherwise)
{
	if (o == NULL || (o->type != 2 && o->type != 65 && o->type != 66))
		return otherwise;
	return o->value.integer > INT32_MAX ? INT32_MAX : (int32_t)o->value.integer;
}

static const struct pc_profile_object *
cell(const struct pc_profile_builder *b, const char *entry, uint32_t column, uint32_t row)
{
	char oid[96];
	snprintf(oid, sizeof(oid), "1.3.6.1.2.1.43.%s.%u.1.%u", entry, column, row);
	return find(b, oid);
}

/* Rows of a Printer-MIB table that has this column; `rows` gets their last index. */
static size_t
rows_of(const struct pc_profile_builder *b, const char *entry, uint32_t column, uint32_t *rows,
	size_t max)
{
	char text[96];
	uint32_t arcs[PC_OID_MAX];
	size_t n = 0, n_arcs = 0;
	snprintf(text, sizeof(text), "1.3.6.1.2.1.43.%s.%u.1", entry, column);
	if (pc_arcs_parse(text, arcs, PC_OID_MAX, &n_arcs) != PC_OK)
		return 0;
	for (size_t i = 0; i < b->p->n_objects && n < max; i++) {
		const struct pc_profile_object *o = &b->p->objects[i];
		if (o->n_oid == n_arcs + 1 && memcmp(o->oid, arcs, n_arcs * sizeof(arcs[0])) == 0)
			rows[n++] = o->oid[n_arcs];
	}
	return n;
}

static void
describe_supplies(struct pc_profile_builder *b)
{
	uint32_t rows[PC_SUPPLIES_MAX];
	static const char entry[] = "11.1.1";
	struct pc_profile *p = b->p;
	p->n_supplies = rows_of(b, entry, 6, rows, PC_SUPPLIES_MAX);
	for (size_t i = 0; i < p->n_supplies; i++) {
		struct pc_profile_supply *s = &p->supplies[i];
		int32_t colorant = number_of(cell(b, entry, 3, rows[i]), 0);
		s->name = copy_text(b, cell(b, entry, 6, rows[i]), TEXT_MAX, "");
		s->type = (enum pc_supply_type)number_of(cell(b, entry, 5, rows[i]), 1);
		s->receptacle = number_of(cell(b, entry, 4, rows[i]), 3) == 4;
		s->unit = number_of(cell(b, entry, 7, rows[i]), 1);
		s->capacity = number_of(cell(b, entry, 8, rows[i]), 100);
		s->initial = number_of(cell(b, entry, 9, rows[i]), -2);
		if (colorant > 0)
			s->colorant =
				copy_text(b, cell(b, "12.1.1", 4, (uint32_t)colorant), 63, NULL);
	}
}

static void
describe_trays(struct pc_profile_builder *b)
{
	uint32_t rows[PC_TRAYS_MAX];
	static const char entry[] = "8.2.1";
	struct pc_profile *p = b->p;
	p->n_trays = rows_of(b, entry, 13, rows, PC_TRAYS_MAX);
	for (size_t i = 0; i < p->n_trays; i++) {
		struct pc_profile_tray *t = &p->trays[i];
		t->name = copy_text(b, cell(b, entry, 13, rows[i]), 63, "");
		t->type = number_of(cell(b, entry, 2, rows[i]), 1);
		t->size = copy_text(b, cell(b, entry, 12, rows[i]), 63, "other");
		t->media = copy_text(b, cell(b, entry, 21, rows[i]), 63, "stationery");
		t->capacity = number_of(cell(b, entry, 9, rows[i]), -2);
		t->initial = number_of(cell(b, entry, 10, rows[i]), -2);
	}
}

static void
describe_others(struct pc_profile_builder *b)
{
	uint32_t rows[PC_INTERPRETERS_MAX];
	struct pc_profile *p = b->p;
	p->n_covers = rows_of(b, "6.1.1", 2, rows, PC_COVERS_MAX);
	for (size_t i = 0; i < p->n_covers; i++)
		p->covers[i].name = copy_text(b, cell(b, "6.1.1", 2, rows[i]), TEXT_MAX, "Cover");
	p->n_outputs = rows_of(b, "9.2.1", 7, rows, PC_OUTPUTS_MAX);
	for (size_t i = 0; i < p->n_outputs; i++) {
		p->outputs[i].name = copy_text(b, cell(b, "9.2.1", 7, rows[i]), 63, "Output");
		p->outputs[i].capacity = number_of(cell(b, "9.2.1", 4, rows[i]), -2);
	}
	p->n_interpreters = rows_of(b, "15.1.1", 2, rows, PC_INTERPRETERS_MAX);
	for (size_t i = 0; i < p->n_interpreters; i++) {
		struct pc_profile_interpreter *n = &p->interpreters[i];
		n->family = number_of(cell(b, "15.1.1", 2, rows[i]), 1);
		n->name = copy_text(b, cell(b, "15.1.1", 5, rows[i]), TEXT_MAX, "");
		n->version = copy_text(b, cell(b, "15.1.1", 6, rows[i]), 63, "");
	}
	size_t n = rows_of(b, "13.4.1", 9, rows, 16);
	for (size_t i = 0; i < n; i++) {
		int32_t type = number_of(cell(b, "13.4.1", 9, rows[i]), 0);
		p->duplex |= type == 3 || type == 4; /* PrtMediaPathTypeTC: bound at an edge */
	}
}

/* Device 1 of the fleet gets the address of the walk. */
static void
describe_mac(struct pc_profile_builder *b)
{
	static const uint32_t column[] = {1, 3, 6, 1, 2, 1, 2, 2, 1, 6};
	static const uint8_t none[6] = {0};
	static const uint8_t made_up[6] = {2, 0x57, 0x4b, 0, 0, 0};
	struct pc_profile *p = b->p;
	memcpy(p->identity.mac_base, made_up, 6);
	for (size_t i = 0; i < p->n_objects; i++) {
		const struct pc_profile_object *o = &p->objects[i];
		if (o->n_oid != 11 || memcmp(o->oid, column, sizeof(column)) != 0 || o->type != 4 ||
			o->len != 6 || memcmp(o->value.bytes, none, 6) == 0)
			continue;
		uint8_t *m = p->identity.mac_base;
		memcpy(m, o->value.bytes, 6);
		uint32_t low = ((uint32_t)m[3] << 16 | (uint32_t)m[4] << 8 | m[5]) - 1;
		m[3] = (uint8_t)(low >> 16);
		m[4] = (uint8_t)(low >> 8);
		m[5] = (uint8_t)low;
		return;
	}
}

/* IANA enterprise numbers of printer makers. */
static const struct {
	uint32_t number;
	const char *vendor, *snmp_vendor;
} makers[] = {
	{11, "HP", "none"},
	{236, "Samsung", "none"},
	{253, "Xerox", "xerox"},
	{297, "FUJIFILM", "none"},
	{367, "RICOH", "none"},
	{641, "Lexmark", "none"},
	{1129, "TOSHIBA", "none"},
	{1248, "EPSON", "epson"},
	{1347, "KYOCERA", "none"},
	{1602, "Canon", "none"},
	{2001, "OKI", "none"},
	{2385, "SHARP", "none"},
	{2435, "Brother", "none"},
	{18334, "KONICA MINOLTA", "none"},
};

static const char *
arcs_text(struct pc_profile_builder *b, const struct pc_profile_object *o)
{
	struct pc_buf text;
	if (o == NULL || o->type != 6)
		return NULL;
	pc_buf_init(&text, PC_OID_MAX * 11);
	for (uint32_t i = 0; i < o->len; i++)
		pc_buf_addf(&text, "%s%u", i == 0 ? "" : ".", (unsigned)o->value.arcs[i]);
	const char *copy = pc_profile_copy(b, text.data, text.len);
	pc_buf_done(&text);
	return copy;
}

static void
describe_maker(struct pc_profile_builder *b, const struct pc_profile_object *id)
{
	struct pc_profile *p = b->p;
	p->vendor = "unknown";
	p->snmp_vendor = "none";
	if (id == NULL || id->type != 6 || id->len < 7)
		return;
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if (makers[i].number != id->value.arcs[6])
			continue;
		p->vendor = makers[i].vendor;
		p->snmp_vendor = makers[i].snmp_vendor;
	}
	p->ports.enpc = p->ports.entp = strcmp(p->vendor, "EPSON") == 0;
	p->web.family = strcmp(p->snmp_vendor, "none") == 0 ? "generic" : p->snmp_vendor;
	p->enpc_device_type = p->ports.enpc ? 2 : 255;
}

/* Brand and model stand before the first ';' in sysDescr, versions behind it. */
static const char *
before_semicolon(struct pc_profile_builder *b, const char *descr)
{
	size_t n = strcspn(descr, ";");
	const char *copy = n == 0 ? NULL : pc_profile_copy(b, descr, n > 63 ? 63 : n);
	return copy == NULL ? "Printer" : copy;
}

static void
describe_system(struct pc_profile_builder *b)
{
	struct pc_profile *p = b->p;
	const struct pc_profile_object *id = find(b, "1.3.6.1.2.1.1.2.0");
	p->sys_descr = text_at(b, "1.3.6.1.2.1.1.1.0", TEXT_MAX, "");
	p->sys_object_id = arcs_text(b, id);
	p->hr_device_id = arcs_text(b, find(b, "1.3.6.1.2.1.25.3.2.1.4.1"));
	p->contact = text_at(b, "1.3.6.1.2.1.1.4.0", 63, "");
	p->location = text_at(b, "1.3.6.1.2.1.1.6.0", 63, "");
	p->sys_services = number_of(find(b, "1.3.6.1.2.1.1.7.0"), 72);
	p->identity.sys_name = text_at(b, "1.3.6.1.2.1.1.5.0", 63, "WALK{m3}");
	p->identity.host_name = p->identity.sys_name;
	p->identity.serial = text_at(b, "1.3.6.1.2.1.43.5.1.1.17.1", 31, "WALK{n:6}");
	p->model = text_at(b, "1.3.6.1.2.1.43.5.1.1.16.1", 63, NULL);
	if (p->model == NULL)
		p->model = text_at(b, "1.3.6.1.2.1.25.3.2.1.3.1", 63, NULL);
	if (p->model == NULL)
		p->model = before_semicolon(b, p->sys_descr);
	p->if_descr = text_at(b, "1.3.6.1.2.1.2.2.1.2.1", TEXT_MAX, "");
	p->if_speed = (uint32_t)number_of(find(b, "1.3.6.1.2.1.2.2.1.5.1"), 100000000);
	p->device_id_1284 = text_at(b, "1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1", DEVICE_ID_MAX, NULL);
	if (p->device_id_1284 == NULL)
		p->device_id_1284 =
			text_at(b, "1.3.6.1.4.1.1248.1.2.2.1.1.1.1.1", DEVICE_ID_MAX, "{model}");
	describe_maker(b, id);
}

static void
describe_marker(struct pc_profile_builder *b)
{
	struct pc_profile *p = b->p;
	static const char entry[] = "10.2.1";
	p->marker_tech = number_of(cell(b, entry, 2, 1), 2);
	p->counter_unit = number_of(cell(b, entry, 3, 1), 7);
	int32_t life = number_of(cell(b, entry, 4, 1), 0);
	p->initial_life_count = life < 0 ? 0 : (uint32_t)life;
	p->color = number_of(cell(b, entry, 6, 1), 1) > 1;
	p->resolution_x = number_of(cell(b, entry, 9, 1), 600);
	p->resolution_y = number_of(cell(b, entry, 10, 1), 600);
	p->has_head_cleaning = p->marker_tech >= 12 && p->marker_tech <= 14;
}

/* Does the object lie beneath `prefix`, with `rest` more sub-identifiers? */
static bool
is_row(const struct pc_profile_object *o, const uint32_t *prefix, size_t n, size_t rest)
{
	return o->n_oid == n + rest && memcmp(o->oid, prefix, n * sizeof(*prefix)) == 0;
}

/* The ports the printer really opens, where the walk tells: listening rows of tcpConnTable, and
 * udpTable. A walk without such rows leaves what the maker's printers usually have.
 * Spec: RFC 4022 tcpConnState, RFC 4113 udpLocalPort */
static void
describe_ports(struct pc_profile_builder *b)
{
	static const uint32_t tcp[] = {1, 3, 6, 1, 2, 1, 6, 13, 1, 1};
	static const uint32_t udp[] = {1, 3, 6, 1, 2, 1, 7, 5, 1, 2};
	enum { PREFIX = 10, LISTEN = 2, LOCAL_PORT = PREFIX + 4 };
	struct pc_profile_ports seen = {.snmp = false};
	bool any_tcp = false, any_udp = false;
	struct pc_profile *p = b->p;
	for (size_t i = 0; i < p->n_objects; i++) {
		const struct pc_profile_object *o = &p->objects[i];
		if (is_row(o, tcp, PREFIX, 10) && o->type == 2 && o->value.integer == LISTEN) {
			any_tcp = true;
			seen.lpd |= o->oid[LOCAL_PORT] == 515;
			seen.raw |= o->oid[LOCAL_PORT] == 9100;
			seen.entp |= o->oid[LOCAL_PORT] == 1865;
			seen.slp_tcp |= o->oid[LOCAL_PORT] == 427;
			seen.llmnr_tcp |= o->oid[LOCAL_PORT] == 5355;
			seen.http |= o->oid[LOCAL_PORT] == 80;
			seen.https |= o->oid[LOCAL_PORT] == 443;
		} else if (is_row(o, udp, PREFIX, 5)) {
			any_udp = true;
			seen.enpc |= o->oid[LOCAL_PORT] == 3289;
			seen.slp |= o->oid[LOCAL_PORT] == 427;
			seen.nbns |= o->oid[LOCAL_PORT] == 137;
			seen.llmnr |= o->oid[LOCAL_PORT] == 5355;
		}
	}
	if (any_tcp) {
		p->ports.lpd = seen.lpd;
		p->ports.raw = seen.raw;
		p->ports.entp = seen.entp;
		p->ports.http = seen.http;
		p->ports.https = seen.https;
	}
	p->ports.slp = seen.slp;
	p->ports.nbns = seen.nbns;
	p->ports.llmnr = seen.llmnr;
	p->ports.slp_tcp = seen.slp_tcp;
	p->ports.llmnr_tcp = seen.llmnr_tcp;
	if (any_udp)
		p->ports.enpc = seen.enpc && p->enpc_device_type != 255;
}

int
pc_walk_describe(struct pc_profile_builder *b, const char *name)
{
	struct pc_profile *p = b->p;
	int err = pc_profile_builder_sort(b);
	if (err != PC_OK)
		return err;
	p->from_walk = true;
	p->id = p->source = pc_profile_copy(b, name, strlen(name));
	p->family = "walk";
	p->summary = "made from a walk";
	p->community_read = "public";
	pc_profile_snmp_defaults(&p->snmp);
	pc_profile_print_defaults(&p->print);
	pc_profile_slp_defaults(&p->slp);
	p->workgroup = "WORKGROUP";
	p->ports = (struct pc_profile_ports){
		.snmp = true, .lpd = true, .raw = true, .http = true, .https = true};
	p->ports.raw_port = 9100;
	p->web.user = "";
	p->web.password = "{serial}";
	p->ppm = 30;
	p->boot_ms = 30000;
	p->cleaning_ms = 60000;
	p->bytes_per_page = 50000;
	p->lpd_queue = "lp";
	p->pjl_id = "{model}";
	p->sizes[0] = "other";
	p->media[0] = "stationery";
	p->n_sizes = p->n_media = 1;
	describe_system(b);
	describe_mac(b);
	describe_marker(b);
	describe_supplies(b);
	describe_trays(b);
	describe_others(b);
	describe_ports(b);
	return p->id == NULL ? -ENOMEM : PC_OK;
}
