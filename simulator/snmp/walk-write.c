#include "snmp/walk-write.h"

#include <inttypes.h>

/* Printable ASCII that survives readers which strip a line. */
static bool
is_plain(const struct pc_walk_object *o)
{
	for (size_t i = 0; i < o->len; i++) {
		if (o->bytes[i] < 0x20 || o->bytes[i] > 0x7e)
			return false;
	}
	return o->len == 0 || (o->bytes[0] != ' ' && o->bytes[o->len - 1] != ' ');
}

static void
add_arcs(struct pc_buf *out, const uint32_t *arcs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pc_buf_addf(out, i == 0 ? "%" PRIu32 : ".%" PRIu32, arcs[i]);
}

static void
add_hex(struct pc_buf *out, const struct pc_walk_object *o, bool apart)
{
	for (size_t i = 0; i < o->len; i++) {
		if (apart)
			pc_buf_addf(out, "%02X ", o->bytes[i]);
		else
			pc_buf_addf(out, "%02x", o->bytes[i]);
	}
}

static void
add_number(struct pc_buf *out, const struct pc_walk_object *o)
{
	if (o->type == PC_SNMP_INTEGER)
		pc_buf_addf(out, "%" PRId32, (int32_t)o->integer);
	else if (o->type == PC_SNMP_COUNTER64)
		pc_buf_addf(out, "%" PRIu64, (uint64_t)o->integer);
	else
		pc_buf_addf(out, "%" PRIu32, (uint32_t)o->integer);
}

static void
add_address(struct pc_buf *out, const struct pc_walk_object *o)
{
	for (size_t i = 0; i < o->len; i++)
		pc_buf_addf(out, i == 0 ? "%u" : ".%u", o->bytes[i]);
}

static void
add_record(struct pc_buf *out, const struct pc_walk_object *o)
{
	bool hex = o->type == PC_SNMP_OPAQUE || (o->type == PC_SNMP_OCTETS && !is_plain(o));
	add_arcs(out, o->oid, o->n_oid);
	pc_buf_addf(out, "|%u%s|", o->type, hex ? "x" : "");
	if (hex)
		add_hex(out, o, false);
	else if (o->type == PC_SNMP_OCTETS)
		pc_buf_add(out, o->bytes, o->len);
	else if (o->type == PC_SNMP_IPADDRESS)
		add_address(out, o);
	else if (o->type == PC_SNMP_OID)
		add_arcs(out, o->arcs, o->len);
	else if (o->type != PC_SNMP_NULL)
		add_number(out, o);
	pc_buf_add_text(out, "\n");
}

int
pc_walk_write_snmprec(const struct pc_walk *walk, struct pc_buf *out)
{
	for (size_t i = 0; i < walk->n; i++)
		add_record(out, &walk->objects[i]);
	return out->err;
}

static void
add_quoted(struct pc_buf *out, const struct pc_walk_object *o)
{
	pc_buf_add_text(out, "STRING: \"");
	for (size_t i = 0; i < o->len; i++) {
		if (o->bytes[i] == '"' || o->bytes[i] == '\\')
			pc_buf_add_text(out, "\\");
		pc_buf_add(out, &o->bytes[i], 1);
	}
	pc_buf_add_text(out, "\"");
}

static void
add_octets(struct pc_buf *out, const struct pc_walk_object *o)
{
	if (o->type == PC_SNMP_OCTETS && is_plain(o)) {
		add_quoted(out, o);
		return;
	}
	pc_buf_add_text(out, o->type == PC_SNMP_OPAQUE ? "OPAQUE: " : "Hex-STRING: ");
	add_hex(out, o, true);
}

static void
add_typed(struct pc_buf *out, const struct pc_walk_object *o)
{
	static const char *const words[] = {[PC_SNMP_INTEGER] = "INTEGER: ",
		[PC_SNMP_COUNTER32] = "Counter32: ",
		[PC_SNMP_GAUGE32] = "Gauge32: ",
		[PC_SNMP_COUNTER64] = "Counter64: "};
	switch (o->type) {
	case PC_SNMP_OCTETS:
	case PC_SNMP_OPAQUE:
		add_octets(out, o);
		break;
	case PC_SNMP_OID:
		pc_buf_add_text(out, "OID: .");
		add_arcs(out, o->arcs, o->len);
		break;
	case PC_SNMP_IPADDRESS:
		pc_buf_add_text(out, "IpAddress: ");
		add_address(out, o);
		break;
	case PC_SNMP_TIMETICKS:
		pc_buf_addf(out, "Timeticks: (%" PRIu32 ")", (uint32_t)o->integer);
		break;
	case PC_SNMP_NULL:
		pc_buf_add_text(out, "NULL");
		break;
	default: /* nothing else comes from a tree */
		if (o->type < sizeof(words) / sizeof(words[0]) && words[o->type] != NULL)
			pc_buf_add_text(out, words[o->type]);
		add_number(out, o);
		break;
	}
}

int
pc_walk_write_netsnmp(const struct pc_walk *walk, struct pc_buf *out)
{
	for (size_t i = 0; i < walk->n; i++) {
		const struct pc_walk_object *o = &walk->objects[i];
		pc_buf_add_text(out, ".");
		add_arcs(out, o->oid, o->n_oid);
		pc_buf_add_text(out, " = ");
		add_typed(out, o);
		pc_buf_add_text(out, "\n");
	}
	return out->err;
}
