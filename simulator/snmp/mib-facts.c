/* Look-ups in the table of MIB facts. */
#include <string.h>

#include "profile/profile.h"
#include "snmp/mib-facts-internal.h"

size_t
pc_mib_fact_count(void)
{
	return pc_mib_n_facts;
}

const struct pc_mib_fact *
pc_mib_fact_at(size_t at)
{
	return &pc_mib_facts[at];
}

/* Place of the first object behind that OID, or (`at` true) at or behind it. */
static size_t
place_behind(const uint32_t *oid, size_t n_oid, bool at)
{
	size_t low = 0, high = pc_mib_n_facts;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct pc_mib_fact *f = &pc_mib_facts[mid];
		if (pc_arcs_compare(f->oid, f->n_oid, oid, n_oid) < (at ? 0 : 1))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* No object lies beneath another one, so the last that is not behind `oid` is the only candidate.
 */
const struct pc_mib_fact *
pc_mib_fact_of(const uint32_t *oid, size_t n_oid)
{
	size_t behind = place_behind(oid, n_oid, false);
	if (behind == 0)
		return NULL;
	const struct pc_mib_fact *f = &pc_mib_facts[behind - 1];
	bool covers = n_oid >= f->n_oid && memcmp(f->oid, oid, f->n_oid * sizeof *oid) == 0;
	return covers ? f : NULL;
}

const struct pc_mib_fact *
pc_mib_fact_from(const uint32_t *oid, size_t n_oid)
{
	size_t at = place_behind(oid, n_oid, true);
	return at == pc_mib_n_facts ? NULL : &pc_mib_facts[at];
}

const struct pc_mib_fact *
pc_mib_fact_named(const char *name)
{
	size_t low = 0, high = pc_mib_n_facts;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct pc_mib_fact *f = &pc_mib_facts[pc_mib_by_name[mid]];
		int c = strcmp(f->name, name);
		if (c == 0)
			return f;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct pc_mib_fact *
pc_mib_fact_index(const struct pc_mib_fact *fact, size_t at)
{
	return &pc_mib_facts[fact->index[at]];
}

bool
pc_mib_fact_in_range(const struct pc_mib_fact *fact, int64_t n)
{
	bool in = fact->n_ranges == 0;
	for (size_t i = 0; i < fact->n_ranges && !in; i++)
		in = n >= fact->ranges[i].low && n <= fact->ranges[i].high;
	return in;
}

const char *
pc_mib_fact_enum(const struct pc_mib_fact *fact, int64_t value)
{
	size_t low = 0, high = fact->n_enums;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (fact->enums[mid].value < value)
			low = mid + 1;
		else
			high = mid;
	}
	return low < fact->n_enums && fact->enums[low].value == value ? fact->enums[low].name
								      : NULL;
}
