/* The walk checker: runs the rules and what they share. */
#include "snmp/walk-check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "snmp/walk-check-internal.h"

static const struct pc_walk_judge *const tables[] = {pc_walk_form_rules, pc_walk_row_rules,
	pc_walk_text_rules, pc_walk_link_rules, pc_walk_status_rules};

enum { TABLES = sizeof tables / sizeof *tables };

static const struct pc_walk_judge *
judge_at(size_t at)
{
	for (size_t t = 0; t < TABLES; t++) {
		for (const struct pc_walk_judge *j = tables[t]; j->rule.id != NULL; j++) {
			if (at-- == 0)
				return j;
		}
	}
	return NULL;
}

const struct pc_walk_rule *
pc_walk_rule_at(size_t at)
{
	const struct pc_walk_judge *j = judge_at(at);
	return j == NULL ? NULL : &j->rule;
}

static bool
is_asked(const struct pc_walk_judge *j, const char *only)
{
	return only == NULL || strcmp(only, j->rule.id) == 0;
}

static void
check_object(struct pc_walk_case *c, const struct pc_walk_object *o, const char *only)
{
	const struct pc_mib_fact *f = pc_mib_fact_of(o->oid, o->n_oid);
	for (size_t t = 0; t < TABLES && f != NULL; t++) {
		for (const struct pc_walk_judge *j = tables[t]; j->rule.id != NULL; j++) {
			c->rule = &j->rule;
			if (j->object != NULL && is_asked(j, only))
				j->object(c, o, f);
		}
	}
}

size_t
pc_walk_check(const struct pc_walk *walk, const char *only, pc_walk_finding_fn fn, void *arg)
{
	struct pc_walk_case c = {.walk = walk, .fn = fn, .arg = arg};
	const struct pc_walk_judge *j;
	for (size_t at = 0; (j = judge_at(at)) != NULL; at++) {
		c.rule = &j->rule;
		if (j->whole != NULL && is_asked(j, only))
			j->whole(&c);
	}
	for (size_t i = 0; i < walk->n_sorted; i++)
		check_object(&c, walk->sorted[i], only);
	return c.n_findings;
}

size_t
pc_walk_known(const struct pc_walk *walk)
{
	size_t n = 0;
	for (size_t i = 0; i < walk->n; i++)
		n += pc_mib_fact_of(walk->objects[i].oid, walk->objects[i].n_oid) != NULL;
	return n;
}

/* "prtInputStatus.1.2" */
static void
name_of(const struct pc_walk_object *o, char *out, size_t size)
{
	const struct pc_mib_fact *f = pc_mib_fact_of(o->oid, o->n_oid);
	size_t at = 0;
	out[0] = '\0';
	if (f == NULL)
		return;
	int n = snprintf(out, size, "%s", f->name);
	for (size_t i = f->n_oid; i < o->n_oid && n > 0 && at + (size_t)n < size; i++) {
		at += (size_t)n;
		n = snprintf(out + at, size - at, ".%u", (unsigned)o->oid[i]);
	}
}

__attribute__((format(printf, 4, 0))) static void
tell(struct pc_walk_case *c, struct pc_walk_finding *finding, const char *expected, const char *fmt,
	va_list ap)
{
	finding->rule = c->rule;
	snprintf(finding->expected, sizeof finding->expected, "%s", expected);
	vsnprintf(finding->found, sizeof finding->found, fmt, ap);
	c->n_findings++;
	c->fn(c->arg, finding);
}

void
pc_walk_tell(struct pc_walk_case *c, const struct pc_walk_object *o, const char *expected,
	const char *fmt, ...)
{
	struct pc_walk_finding finding = {.object = o};
	va_list ap;
	name_of(o, finding.name, sizeof finding.name);
	va_start(ap, fmt);
	tell(c, &finding, expected, fmt, ap);
	va_end(ap);
}

void
pc_walk_tell_missing(
	struct pc_walk_case *c, const char *name, const char *expected, const char *fmt, ...)
{
	struct pc_walk_finding finding = {.object = NULL};
	va_list ap;
	snprintf(finding.name, sizeof finding.name, "%s", name);
	va_start(ap, fmt);
	tell(c, &finding, expected, fmt, ap);
	va_end(ap);
}

static const char *
show_octets(const struct pc_walk_object *o, char *out, size_t size)
{
	bool text = true;
	for (size_t i = 0; i < o->len; i++)
		text = text && o->bytes[i] >= 32 && o->bytes[i] < 127;
	if (text) {
		snprintf(out, size, "'%.*s'", (int)(o->len > 60 ? 60 : o->len),
			(const char *)o->bytes);
		return out;
	}
	int at = snprintf(out, size, "0x");
	for (size_t i = 0; i < o->len && i < 24; i++)
		at += snprintf(out + at, size - (size_t)at, "%02x", (unsigned)o->bytes[i]);
	if (o->len > 24)
		snprintf(out + at, size - (size_t)at, "…");
	return out;
}

static const char *
show_arcs(const struct pc_walk_object *o, char *out, size_t size)
{
	size_t at = 0;
	int n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < o->len && at + (size_t)n < size; i++) {
		at += (size_t)n;
		n = snprintf(out + at, size - at, "%s%u", i == 0 ? "" : ".", (unsigned)o->arcs[i]);
	}
	return out;
}

const char *
pc_walk_show(const struct pc_walk_object *o, char *out, size_t size)
{
	if (o->type == PC_SNMP_OCTETS || o->type == PC_SNMP_OPAQUE)
		return show_octets(o, out, size);
	if (o->type == PC_SNMP_OID)
		return show_arcs(o, out, size);
	if (o->type == PC_SNMP_IPADDRESS && o->len == 4)
		snprintf(out, size, "%u.%u.%u.%u", o->bytes[0], o->bytes[1], o->bytes[2],
			o->bytes[3]);
	else
		snprintf(out, size, "%lld", (long long)o->integer);
	return out;
}

struct pc_walk_index
pc_walk_index_of(const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	return (struct pc_walk_index){o->oid + f->n_oid, (size_t)(o->n_oid - f->n_oid)};
}

static const struct pc_walk_object *
instance(const struct pc_walk_case *c, const struct pc_mib_fact *f, const uint32_t *index, size_t n)
{
	uint32_t oid[PC_OID_MAX];
	if (f->n_oid + n > PC_OID_MAX)
		return NULL;
	memcpy(oid, f->oid, f->n_oid * sizeof *oid);
	if (n > 0)
		memcpy(oid + f->n_oid, index, n * sizeof *oid);
	return pc_walk_find(c->walk, oid, f->n_oid + n);
}

const struct pc_walk_object *
pc_walk_value(const struct pc_walk_case *c, const char *name, const uint32_t *index, size_t n_index)
{
	const struct pc_mib_fact *f = pc_mib_fact_named(name);
	const struct pc_walk_object *o = f == NULL ? NULL : instance(c, f, index, n_index);
	return o != NULL && o->type == f->type ? o : NULL;
}

int64_t
pc_walk_number(const struct pc_walk_case *c, const char *name, const uint32_t *index,
	size_t n_index, int64_t other)
{
	const struct pc_walk_object *o = pc_walk_value(c, name, index, n_index);
	return o == NULL ? other : o->integer;
}

void
pc_walk_each(struct pc_walk_case *c, const char *name, pc_walk_instance_fn fn)
{
	const struct pc_mib_fact *f = pc_mib_fact_named(name);
	if (f == NULL)
		return;
	for (size_t i = pc_walk_lower(c->walk, f->oid, f->n_oid); i < c->walk->n_sorted; i++) {
		const struct pc_walk_object *o = c->walk->sorted[i];
		if (!pc_walk_beneath(o, f->oid, f->n_oid))
			break;
		if (o->type == f->type)
			fn(c, o, pc_walk_index_of(o, f));
	}
}

static bool
same_entry(const struct pc_mib_fact *a, const struct pc_mib_fact *b)
{
	return a->shape == PC_MIB_COLUMN && b->shape == PC_MIB_COLUMN && a->n_oid == b->n_oid &&
	       pc_arcs_compare(a->oid, a->n_oid - 1U, b->oid, b->n_oid - 1U) == 0;
}

void
pc_walk_columns(const struct pc_mib_fact *f, size_t *ret_from, size_t *ret_to)
{
	size_t at = (size_t)(f - pc_mib_fact_at(0));
	size_t from = at, to = at + 1;
	while (from > 0 && same_entry(f, pc_mib_fact_at(from - 1)))
		from--;
	while (to < pc_mib_fact_count() && same_entry(f, pc_mib_fact_at(to)))
		to++;
	*ret_from = from;
	*ret_to = to;
}

bool
pc_walk_row(
	const struct pc_walk_case *c, const struct pc_mib_fact *f, const uint32_t *index, size_t n)
{
	size_t from, to;
	pc_walk_columns(f, &from, &to);
	for (size_t i = from; i < to; i++) {
		if (instance(c, pc_mib_fact_at(i), index, n) != NULL)
			return true;
	}
	return false;
}

bool
pc_walk_first_of_row(
	const struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	size_t from, to;
	if (f->shape != PC_MIB_COLUMN)
		return false;
	pc_walk_columns(f, &from, &to);
	for (size_t i = from; i < to && pc_mib_fact_at(i) != f; i++) {
		if (instance(c, pc_mib_fact_at(i), index.arcs, index.n) != NULL)
			return false;
	}
	return true;
}

/* How many sub-identifiers an index object takes of those left; *ret_skip for its length. */
static const char *
part_len(const struct pc_mib_fact *f, bool implied, const uint32_t *arcs, size_t left,
	size_t *ret_skip, size_t *ret_n)
{
	bool octets = f->type == PC_SNMP_OCTETS, oid = f->type == PC_SNMP_OID;
	*ret_skip = 0;
	*ret_n = 1;
	if (f->type == PC_SNMP_IPADDRESS) {
		*ret_n = 4;
		if (f->tc != NULL && strcmp(f->tc, "NetworkAddress") == 0)
			*ret_skip = 1; /* the kind of address. Spec: RFC 1212 s4.1.6 */
	} else if (octets && f->n_ranges == 1 && f->ranges[0].low == f->ranges[0].high) {
		*ret_n = (size_t)f->ranges[0].low;
	} else if ((octets || oid) && implied) {
		*ret_n = left;
	} else if (octets || oid) {
		if (left == 0)
			return "too short";
		*ret_skip = 1;
		*ret_n = arcs[0];
	}
	return *ret_skip + *ret_n > left ? "too short" : NULL;
}

/* Spec: RFC 2578 s7.7 */
const char *
pc_walk_cut(const struct pc_mib_fact *f, struct pc_walk_index index,
	struct pc_walk_part parts[PC_MIB_INDEX_MAX])
{
	size_t at = 0;
	for (size_t k = 0; k < f->n_index; k++) {
		const struct pc_mib_fact *part = pc_mib_fact_index(f, k);
		bool implied = f->implied && k + 1U == f->n_index;
		size_t skip, n;
		const char *bad = part_len(part, implied, index.arcs + at, index.n - at, &skip, &n);
		if (bad != NULL)
			return bad;
		parts[k] = (struct pc_walk_part){at + skip, n};
		at += skip + n;
		bool octets = part->type == PC_SNMP_OCTETS || part->type == PC_SNMP_IPADDRESS;
		for (size_t i = parts[k].from; i < at && octets; i++) {
			if (index.arcs[i] > 255)
				return "an octet over 255";
		}
	}
	return at < index.n ? "too long" : NULL;
}
