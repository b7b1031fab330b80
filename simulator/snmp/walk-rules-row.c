/* Rules on rows and groups: an instance fits the INDEX clause, rows are whole and stand on the rows
 * of other tables, what a printer must have is there. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "snmp/walk-check-internal.h"

static void
check_index(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_part parts[PC_MIB_INDEX_MAX];
	char text[PC_WALK_TEXT_MAX];
	int at = 0;
	if (f->shape != PC_MIB_COLUMN)
		return;
	const char *bad = pc_walk_cut(f, pc_walk_index_of(o, f), parts);
	if (bad == NULL)
		return;
	text[0] = '\0';
	for (size_t k = 0; k < f->n_index && at < (int)sizeof text; k++)
		at += snprintf(text + at, sizeof text - (size_t)at, "%s%s", k == 0 ? "" : ", ",
			pc_mib_fact_index(f, k)->name);
	pc_walk_tell(c, o, text, "index %s", bad);
}

/* One part against the range, the size or the list of its object. */
static void
check_part(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *part,
	const uint32_t *arcs, size_t n)
{
	bool number = part->type != PC_SNMP_OCTETS && part->type != PC_SNMP_OID &&
		      part->type != PC_SNMP_IPADDRESS;
	int64_t value = number ? (int64_t)arcs[0] : (int64_t)n;
	bool ok = part->enums != NULL ? pc_mib_fact_enum(part, value) != NULL
				      : pc_mib_fact_in_range(part, value);
	if (part->type == PC_SNMP_OID || part->type == PC_SNMP_IPADDRESS)
		return;
	if (part->type == PC_SNMP_INTEGER && value > INT32_MAX)
		ok = false;
	if (!ok)
		pc_walk_tell(c, o, "index values as their objects have them", "%s %s%" PRId64,
			part->name, number ? "" : "of length ", value);
}

static void
check_index_value(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_part parts[PC_MIB_INDEX_MAX];
	struct pc_walk_index index = pc_walk_index_of(o, f);
	if (!pc_walk_first_of_row(c, o, f) || pc_walk_cut(f, index, parts) != NULL)
		return;
	for (size_t k = 0; k < f->n_index; k++)
		check_part(c, o, pc_mib_fact_index(f, k), index.arcs + parts[k].from, parts[k].n);
}

/* Octets of an address of that kind; SIZE_MAX: any. Spec: RFC 4001 InetAddressType */
static size_t
address_len(int64_t kind)
{
	static const size_t len[] = {0, 4, 16, 8, 20};
	return kind >= 0 && kind < 5 ? len[kind] : SIZE_MAX;
}

static bool
is_tc(const struct pc_mib_fact *f, const char *tc)
{
	return f->tc != NULL && strcmp(f->tc, tc) == 0;
}

/* An address in an index is as long as the kind before it says. */
static void
check_inet_address(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_part parts[PC_MIB_INDEX_MAX];
	struct pc_walk_index index = pc_walk_index_of(o, f);
	if (!pc_walk_first_of_row(c, o, f) || pc_walk_cut(f, index, parts) != NULL)
		return;
	for (size_t k = 1; k < f->n_index; k++) {
		const struct pc_mib_fact *part = pc_mib_fact_index(f, k);
		size_t want;
		if (!is_tc(part, "InetAddress") ||
			!is_tc(pc_mib_fact_index(f, k - 1), "InetAddressType"))
			continue;
		want = address_len(index.arcs[parts[k - 1].from]);
		if (want != SIZE_MAX && want != parts[k].n)
			pc_walk_tell(c, o, "an address as long as its kind says",
				"%s of %zu octets, kind %u", part->name, parts[k].n,
				(unsigned)index.arcs[parts[k - 1].from]);
	}
}

static bool
equals_part(const struct pc_walk_object *o, const uint32_t *arcs, size_t n)
{
	if (o->type == PC_SNMP_OID)
		return pc_arcs_compare(o->arcs, o->len, arcs, n) == 0;
	if (o->type != PC_SNMP_OCTETS && o->type != PC_SNMP_IPADDRESS)
		return n == 1 && o->integer == (int64_t)arcs[0];
	bool same = o->len == n;
	for (size_t i = 0; i < n && same; i++)
		same = o->bytes[i] == arcs[i];
	return same;
}

/* ifIndex.3 is 3. */
static void
check_index_column(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_part parts[PC_MIB_INDEX_MAX];
	struct pc_walk_index index = pc_walk_index_of(o, f);
	char text[PC_WALK_TEXT_MAX];
	if (f->shape != PC_MIB_COLUMN || o->type != f->type || pc_walk_cut(f, index, parts) != NULL)
		return;
	for (size_t k = 0; k < f->n_index; k++) {
		if (pc_mib_fact_index(f, k) == f &&
			!equals_part(o, index.arcs + parts[k].from, parts[k].n))
			pc_walk_tell(c, o, "the value that stands in its index", "%s",
				pc_walk_show(o, text, sizeof text));
	}
}

/* Do the first objects of the table of `part` in its INDEX clause agree with those of `f`? */
static bool
same_start(const struct pc_mib_fact *f, const struct pc_mib_fact *part, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		if (pc_mib_fact_index(f, k) != pc_mib_fact_index(part, k))
			return false;
	}
	return true;
}

/* A row named by an index of another table stands on a row of that table. */
static void
check_index_row(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_part parts[PC_MIB_INDEX_MAX];
	struct pc_walk_index index = pc_walk_index_of(o, f);
	if (!pc_walk_first_of_row(c, o, f) || pc_walk_cut(f, index, parts) != NULL)
		return;
	for (size_t k = 0; k < f->n_index; k++) {
		const struct pc_mib_fact *part = pc_mib_fact_index(f, k);
		size_t from = 0, end = parts[k].from + parts[k].n;
		bool own = part->n_oid == f->n_oid &&
			   pc_arcs_compare(part->oid, part->n_oid - 1U, f->oid, f->n_oid - 1U) == 0;
		if (own)
			continue;
		if (part->n_index == 1 && pc_mib_fact_index(part, 0) == part)
			from = k == 0 ? 0 : parts[k - 1].from + parts[k - 1].n;
		else if (part->n_index != k + 1U || !same_start(f, part, k + 1U))
			continue;
		if (!pc_walk_row(c, part, index.arcs + from, end - from))
			pc_walk_tell(c, o, "a row on rows that are there",
				"the table of %s has no such row", part->name);
	}
}

/* A row has all columns of the groups that its module makes mandatory. */
static void
check_row_complete(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	char missing[PC_WALK_TEXT_MAX / 2] = "";
	size_t from, to, at = 0, n = 0;
	if (!pc_walk_first_of_row(c, o, f))
		return;
	pc_walk_columns(f, &from, &to);
	for (size_t i = from; i < to; i++) {
		const struct pc_mib_fact *col = pc_mib_fact_at(i);
		uint32_t oid[PC_OID_MAX];
		if (col->access < PC_MIB_READ || col->level != PC_MIB_GROUP_MANDATORY ||
			col->n_oid + index.n > PC_OID_MAX)
			continue;
		memcpy(oid, col->oid, col->n_oid * sizeof *oid);
		memcpy(oid + col->n_oid, index.arcs, index.n * sizeof *oid);
		if (pc_walk_find(c->walk, oid, col->n_oid + index.n) != NULL)
			continue;
		n++;
		if (at + 48 < sizeof missing)
			at += (size_t)snprintf(
				missing + at, sizeof missing - at, " %.40s", col->name);
	}
	if (n > 0)
		pc_walk_tell(c, o, "every column of the mandatory groups",
			"a row without %zu of them:%s", n, missing);
}

static bool
is_there(const struct pc_walk_case *c, const struct pc_mib_fact *f)
{
	size_t at = pc_walk_lower(c->walk, f->oid, f->n_oid);
	return at < c->walk->n_sorted && pc_walk_beneath(c->walk->sorted[at], f->oid, f->n_oid);
}

static bool
same_parent(const struct pc_mib_fact *a, const struct pc_mib_fact *b)
{
	return a->n_oid == b->n_oid &&
	       pc_arcs_compare(a->oid, a->n_oid - 1U, b->oid, b->n_oid - 1U) == 0;
}

/* One finding a table or branch, with what it lacks. */
static void
check_group(struct pc_walk_case *c)
{
	size_t n_facts = pc_mib_fact_count();
	for (size_t from = 0, to; from < n_facts; from = to) {
		const struct pc_mib_fact *first = pc_mib_fact_at(from), *lacks = NULL;
		char missing[PC_WALK_TEXT_MAX / 2] = "";
		size_t at = 0, n = 0;
		for (to = from; to < n_facts && same_parent(first, pc_mib_fact_at(to)); to++) {
			const struct pc_mib_fact *f = pc_mib_fact_at(to);
			if (f->printer != PC_MIB_MUST || is_there(c, f))
				continue;
			lacks = n++ == 0 ? f : lacks;
			if (at + 48 < sizeof missing)
				at += (size_t)snprintf(
					missing + at, sizeof missing - at, " %.40s", f->name);
		}
		if (lacks != NULL)
			pc_walk_tell_missing(c, lacks->name, "what every printer must have",
				"no instance of %zu objects:%s", n, missing);
	}
}

/* Scalars of a mandatory group come together or not at all. Those of MIB-II are judged by "group":
 * an agent that has them may have no newer module. */
static const struct pc_mib_fact *
scalar_of_group(const struct pc_walk_case *c, const struct pc_mib_fact *f)
{
	size_t n = f->n_oid - 1U, at;
	const struct pc_mib_fact *first = pc_mib_fact_from(f->oid, n);
	for (at = (size_t)(first - pc_mib_fact_at(0)); at < pc_mib_fact_count(); at++) {
		const struct pc_mib_fact *other = pc_mib_fact_at(at);
		if (other->n_oid < n || pc_arcs_compare(other->oid, n, f->oid, n) != 0)
			break;
		if (other->shape == PC_MIB_SCALAR && other->n_oid == f->n_oid &&
			other->printer != PC_MIB_MUST && strcmp(other->group, f->group) == 0 &&
			is_there(c, other))
			return other;
	}
	return NULL;
}

static void
check_group_whole(struct pc_walk_case *c)
{
	for (size_t i = 0; i < pc_mib_fact_count(); i++) {
		const struct pc_mib_fact *f = pc_mib_fact_at(i), *seen = NULL;
		if (f->shape == PC_MIB_SCALAR && f->access >= PC_MIB_READ &&
			f->level == PC_MIB_GROUP_MANDATORY && f->printer != PC_MIB_MUST &&
			!is_there(c, f))
			seen = scalar_of_group(c, f);
		if (seen != NULL)
			pc_walk_tell_missing(c, f->name, "all scalars of a mandatory group",
				"not there, but %s of %s is", seen->name, f->group);
	}
}

const struct pc_walk_judge pc_walk_row_rules[] = {
	{{"index", "An instance has the sub-identifiers of the INDEX clause.", "RFC 2578 s7.7"},
		check_index, NULL},
	{{"index-value", "Index values lie in the range of their objects.", "RFC 2578 s7.7"},
		check_index_value, NULL},
	{{"inet-address", "An address in an index has the length of its kind.",
		 "RFC 4001 InetAddressType"},
		check_inet_address, NULL},
	{{"index-column", "An index that can be read has the value in its own index.",
		 "RFC 2578 s7.7"},
		check_index_column, NULL},
	{{"index-row", "A row stands on the rows of other tables that its index names.",
		 "RFC 2578 s7.8"},
		check_index_row, NULL},
	{{"row-complete", "A row has every column of the mandatory groups.", "RFC 2580 s5.4.1"},
		check_row_complete, NULL},
	{{"group", "A printer has the groups that RFC 3805 and MIB-II make mandatory.",
		 "RFC 3805 s3, RFC 1213 s6"},
		NULL, check_group},
	{{"group-whole", "The scalars of a mandatory group come together.", "RFC 2580 s5.4.1"},
		NULL, check_group_whole},
	{{NULL, NULL, NULL}, NULL, NULL},
};
