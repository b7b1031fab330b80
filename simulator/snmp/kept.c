#include "snmp/kept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

/* One value; behind it lie the arcs of its OID, then its own arcs or octets. */
struct item {
	int64_t integer;
	uint16_t n_oid, len;
	uint8_t type;
	uint32_t arcs[];
};

struct pc_snmp_kept {
	struct item *items[PC_SNMP_KEPT_MAX]; /* owned, sorted by OID */
	size_t n;
};

static const struct pc_snmp_kept *
kept_of(const struct pc_device *dev)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);

	return e == NULL ? NULL : e->kept;
}

/* Place of the first item that is not before `oid`. */
static size_t
lower_bound(const struct pc_snmp_kept *kept, const uint32_t *oid, size_t n_oid)
{
	size_t low = 0, high = kept->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct item *it = kept->items[mid];

		if (pc_arcs_compare(it->arcs, it->n_oid, oid, n_oid) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
is_at(const struct pc_snmp_kept *kept, size_t at, const uint32_t *oid, size_t n_oid)
{
	return at < kept->n &&
	       pc_arcs_compare(kept->items[at]->arcs, kept->items[at]->n_oid, oid, n_oid) == 0;
}

bool
pc_snmp_kept_get(
	const struct pc_device *dev, const uint32_t *oid, size_t n_oid, struct pc_snmp_value *ret)
{
	const struct pc_snmp_kept *kept = kept_of(dev);
	size_t at = kept == NULL ? 0 : lower_bound(kept, oid, n_oid);
	const struct item *it;

	if (kept == NULL || !is_at(kept, at, oid, n_oid))
		return false;
	it = kept->items[at];
	ret->type = it->type;
	ret->integer = it->integer;
	ret->len = it->len;
	if (it->type == PC_SNMP_OID)
		ret->arcs = it->arcs + it->n_oid;
	else
		ret->bytes = (const uint8_t *)(it->arcs + it->n_oid);
	return true;
}

const uint32_t *
pc_snmp_kept_next(const struct pc_device *dev, const uint32_t *oid, size_t n_oid,
	const uint32_t *prefix, size_t n_prefix, size_t *ret_n)
{
	const struct pc_snmp_kept *kept = kept_of(dev);
	size_t at;
	const struct item *it;

	if (kept == NULL)
		return NULL;
	at = lower_bound(kept, oid, n_oid);
	at += is_at(kept, at, oid, n_oid) ? 1 : 0;
	if (at == kept->n)
		return NULL;
	it = kept->items[at];
	if (it->n_oid < n_prefix || pc_arcs_compare(it->arcs, n_prefix, prefix, n_prefix) != 0)
		return NULL;
	*ret_n = it->n_oid;
	return it->arcs;
}

bool
pc_snmp_kept_full(const struct pc_device *dev, const uint32_t *oid, size_t n_oid)
{
	const struct pc_snmp_kept *kept = kept_of(dev);

	return kept != NULL && kept->n == PC_SNMP_KEPT_MAX &&
	       !is_at(kept, lower_bound(kept, oid, n_oid), oid, n_oid);
}

static struct item *
item_new(const uint32_t *oid, size_t n_oid, const struct pc_snmp_value *value)
{
	bool is_oid = value->type == PC_SNMP_OID;
	bool is_text = value->type == PC_SNMP_OCTETS || value->type == PC_SNMP_IPADDRESS;
	size_t len = is_oid || is_text ? value->len : 0;
	size_t bytes = is_oid ? len * sizeof(uint32_t) : len;
	struct item *it = malloc(sizeof *it + n_oid * sizeof *oid + bytes);

	if (it == NULL)
		return NULL;
	*it = (struct item){.integer = value->integer,
		.n_oid = (uint16_t)n_oid,
		.len = (uint16_t)len,
		.type = value->type};
	memcpy(it->arcs, oid, n_oid * sizeof *oid);
	if (bytes > 0)
		memcpy(it->arcs + n_oid, is_oid ? (const void *)value->arcs : value->bytes, bytes);
	return it;
}

static bool
too_long(const struct pc_snmp_value *value)
{
	return value->type == PC_SNMP_OID
		       ? value->len > PC_OID_MAX
		       : value->type == PC_SNMP_OCTETS && value->len > PC_SNMP_KEPT_BYTES_MAX;
}

int
pc_snmp_kept_set(struct pc_snmp_entity *entity, const uint32_t *oid, size_t n_oid,
	const struct pc_snmp_value *value)
{
	struct pc_snmp_kept *kept = entity->kept;
	struct item *it;
	size_t at;

	if (kept == NULL)
		kept = entity->kept = calloc(1, sizeof *kept);
	if (kept == NULL)
		return -ENOMEM;
	at = lower_bound(kept, oid, n_oid);
	if (n_oid > PC_OID_MAX || too_long(value) ||
		(kept->n == PC_SNMP_KEPT_MAX && !is_at(kept, at, oid, n_oid)))
		return PC_E_LIMIT;
	it = item_new(oid, n_oid, value);
	if (it == NULL)
		return -ENOMEM;
	if (is_at(kept, at, oid, n_oid)) {
		free(kept->items[at]);
	} else {
		memmove(&kept->items[at + 1], &kept->items[at],
			(kept->n - at) * sizeof kept->items[0]);
		kept->n++;
	}
	kept->items[at] = it;
	return PC_OK;
}

void
pc_snmp_kept_forget(struct pc_snmp_entity *entity, const uint32_t *oid, size_t n_oid)
{
	struct pc_snmp_kept *kept = entity->kept;
	size_t at = kept == NULL ? 0 : lower_bound(kept, oid, n_oid);

	if (kept == NULL || !is_at(kept, at, oid, n_oid))
		return;
	free(kept->items[at]);
	kept->n--;
	memmove(&kept->items[at], &kept->items[at + 1], (kept->n - at) * sizeof kept->items[0]);
}

void
pc_snmp_kept_free(struct pc_snmp_kept *kept)
{
	for (size_t i = 0; kept != NULL && i < kept->n; i++)
		free(kept->items[i]);
	free(kept);
}
