/* Rules on the form of a walk and on single values. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "snmp/walk-check-internal.h"

static const char *
type_name(unsigned type)
{
	static const struct {
		uint8_t type;
		const char *name;
	} names[] = {
		{PC_SNMP_INTEGER, "INTEGER"},
		{PC_SNMP_OCTETS, "OCTET STRING"},
		{PC_SNMP_NULL, "NULL"},
		{PC_SNMP_OID, "OBJECT IDENTIFIER"},
		{PC_SNMP_IPADDRESS, "IpAddress"},
		{PC_SNMP_COUNTER32, "Counter32"},
		{PC_SNMP_GAUGE32, "Gauge32"},
		{PC_SNMP_TIMETICKS, "TimeTicks"},
		{PC_SNMP_OPAQUE, "Opaque"},
		{PC_SNMP_COUNTER64, "Counter64"},
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].type == type)
			return names[i].name;
	}
	return "another type";
}

static void
dotted(const struct pc_walk_object *o, char *out, size_t size)
{
	size_t at = 0;
	out[0] = '\0';
	for (size_t i = 0; i < o->n_oid && at < size; i++)
		at += (size_t)snprintf(
			out + at, size - at, "%s%u", i == 0 ? "" : ".", (unsigned)o->oid[i]);
}

static void
check_order(struct pc_walk_case *c)
{
	const struct pc_walk *w = c->walk;
	for (size_t i = 1; i < w->n; i++) {
		const struct pc_walk_object *a = &w->objects[i - 1], *b = &w->objects[i];
		char before[PC_WALK_TEXT_MAX];
		if (pc_arcs_compare(a->oid, a->n_oid, b->oid, b->n_oid) <= 0)
			continue;
		dotted(a, before, sizeof before);
		pc_walk_tell(c, b, "each object behind the one before it", "it stands behind %s",
			before);
	}
}

static void
check_duplicate(struct pc_walk_case *c)
{
	const struct pc_walk *w = c->walk;
	for (size_t i = 1; i < w->n_sorted; i++) {
		const struct pc_walk_object *a = w->sorted[i - 1], *b = w->sorted[i];
		if (pc_arcs_compare(a->oid, a->n_oid, b->oid, b->n_oid) != 0)
			continue;
		if (a->line != 0)
			pc_walk_tell(
				c, b, "each object once", "it stands in line %u already", a->line);
		else
			pc_walk_tell(c, b, "each object once", "it came before");
	}
}

static void
check_type(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	if (o->type != f->type)
		pc_walk_tell(c, o, type_name(f->type), "%s", type_name(o->type));
}

static void
check_access(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	if (f->access < PC_MIB_READ)
		pc_walk_tell(c, o, "no instance", "an instance of an object that is %s",
			f->access == PC_MIB_NONE ? "not-accessible" : "accessible-for-notify");
}

static void
check_instance(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	if (f->shape == PC_MIB_SCALAR && (index.n != 1 || index.arcs[0] != 0))
		pc_walk_tell(c, o, "the one instance .0 of a scalar",
			index.n == 0 ? "no instance" : "another instance");
}

/* "0 to 126, 200" */
static const char *
range_text(const struct pc_mib_fact *f, const char *what, char *out, size_t size)
{
	int at = snprintf(out, size, "%s", what);
	for (size_t i = 0; i < f->n_ranges; i++) {
		const struct pc_mib_range *r = &f->ranges[i];
		at += snprintf(
			out + at, size - (size_t)at, "%s%" PRId64, i == 0 ? "" : ", ", r->low);
		if (r->high != r->low)
			at += snprintf(out + at, size - (size_t)at, " to %" PRId64, r->high);
	}
	return out;
}

static void
check_range(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	char text[PC_WALK_TEXT_MAX];
	if (o->type != f->type || f->type == PC_SNMP_OCTETS || f->enums != NULL)
		return;
	if (!pc_mib_fact_in_range(f, o->integer))
		pc_walk_tell(c, o, range_text(f, "", text, sizeof text), "%" PRId64, o->integer);
}

static void
check_size(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	char text[PC_WALK_TEXT_MAX], value[PC_WALK_TEXT_MAX];
	if (o->type != f->type || f->type != PC_SNMP_OCTETS || pc_mib_fact_in_range(f, o->len))
		return;
	pc_walk_tell(c, o, range_text(f, "octets: ", text, sizeof text), "%u: %.120s",
		(unsigned)o->len, pc_walk_show(o, value, sizeof value));
}

static void
check_enum(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	char text[PC_WALK_TEXT_MAX];
	size_t at = 0;
	if (o->type != f->type || f->enums == NULL || pc_mib_fact_enum(f, o->integer) != NULL)
		return;
	text[0] = '\0';
	for (size_t i = 0; i < f->n_enums && at + 64 < sizeof text; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%s(%d)", i == 0 ? "" : " ",
			f->enums[i].name, (int)f->enums[i].value);
	pc_walk_tell(c, o, text, "%" PRId64, o->integer);
}

/* Values that exist for SET only. Spec: RFC 2579 RowStatus, RFC 4022 tcpConnState */
static void
check_write_only(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	bool status = f->tc != NULL && strcmp(f->tc, "RowStatus") == 0;
	bool state =
		strcmp(f->name, "tcpConnState") == 0 || strcmp(f->name, "tcpConnectionState") == 0;
	if (o->type != f->type || !(status || state))
		return;
	if (status ? o->integer >= 4 && o->integer <= 6 : o->integer == 12)
		pc_walk_tell(c, o, "a state; this value is for SET", "%s(%" PRId64 ")",
			pc_mib_fact_enum(f, o->integer), o->integer);
}

/* An OID in a table of the modules whose column they do not have. Vendors' tables of which only
 * parts are known stay out. */
static void
check_object(struct pc_walk_case *c)
{
	for (size_t i = 0; i < c->walk->n_sorted; i++) {
		const struct pc_walk_object *o = c->walk->sorted[i];
		if (pc_mib_fact_of(o->oid, o->n_oid) != NULL)
			continue;
		for (size_t n = o->n_oid; n > 6; n--) {
			/* The columns of an entry are neighbours: the first is the next one. */
			const struct pc_mib_fact *f = pc_mib_fact_from(o->oid, n);
			if (f == NULL || f->shape != PC_MIB_COLUMN || f->n_oid != n + 1U ||
				memcmp(f->oid, o->oid, n * sizeof *o->oid) != 0)
				continue;
			if (strncmp(f->module, "PRESSCHECK-", 11) != 0)
				pc_walk_tell(c, o, "a column of the table",
					"no column %u beside %s in %s",
					(unsigned)(n < o->n_oid ? o->oid[n] : 0), f->name,
					f->module);
			break;
		}
	}
}

const struct pc_walk_judge pc_walk_form_rules[] = {
	{{"order", "Objects come in the order of their OIDs.", "RFC 3416 s4.2.2"}, NULL,
		check_order},
	{{"duplicate", "An object comes once.", "RFC 3416 s4.2.2"}, NULL, check_duplicate},
	{{"object", "A table has only the columns of its module.", "RFC 2578 s7.1.12"}, NULL,
		check_object},
	{{"type", "A value has the type of its object.", "RFC 2578 s7.1"}, check_type, NULL},
	{{"access", "Only readable objects have instances.", "RFC 2578 s7.3"}, check_access, NULL},
	{{"instance", "A scalar has the instance .0.", "RFC 2578 s7"}, check_instance, NULL},
	{{"range", "A number lies in the range of its object.", "RFC 2578 s7.1.1"}, check_range,
		NULL},
	{{"size", "A string has a length its object allows.", "RFC 2578 s7.1.2"}, check_size, NULL},
	{{"enum", "An enumerated value is on the list.", "RFC 2578 s7.1.1"}, check_enum, NULL},
	{{"write-only", "Values that exist for SET are not read.", "RFC 2579 RowStatus"},
		check_write_only, NULL},
	{{NULL, NULL, NULL}, NULL, NULL},
};
