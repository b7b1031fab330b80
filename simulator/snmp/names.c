#include "snmp/names.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/binding.h"
#include "snmp/tree-internal.h"

enum { BINDING_MAX = 1024 /* longer ones are encoded each time */, HEADER = 2 };

/* Of one entry, in the bytes of all: [header] name [value]. */
struct place {
	uint32_t at;      /* of the name */
	uint16_t n_name;  /* with tag and length */
	uint16_t n_value; /* 0: the value changes */
	uint8_t n_header; /* of the binding, in front of the name */
};

struct pc_snmp_names {
	uint8_t *bytes;       /* owned */
	struct place *places; /* owned: one an entry */
	uint32_t *slots;      /* owned: number of an entry + 1, 0 = free; found by hash */
	size_t mask;          /* slots - 1; a power of two, at most half are used */
};

/* Spreads well over the low bits, which name the slot. */
static inline uint64_t
hash(const uint8_t *p, size_t n)
{
	static const uint64_t k = 0x9e3779b97f4a7c15u;
	uint64_t h = n * k, word;
	for (; n >= sizeof(word); p += sizeof(word), n -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = (h ^ word) * k;
		h ^= h >> 32;
	}
	word = 0;
	memcpy(&word, p, n);
	h = (h ^ word) * k;
	return h ^ h >> 29;
}

uint32_t
pc_snmp_names_find(const struct pc_snmp_names *names, const uint8_t *content, size_t len)
{
	for (size_t at = hash(content, len) & names->mask; names->slots[at] != 0;
		at = (at + 1) & names->mask) {
		const struct place *p = &names->places[names->slots[at] - 1];
		if (p->n_name == len + HEADER &&
			memcmp(names->bytes + p->at + HEADER, content, len) == 0)
			return names->slots[at] - 1;
	}
	return PC_SNMP_NO_ENTRY;
}

struct pc_snmp_wire
pc_snmp_names_wire(const struct pc_snmp_names *names, uint32_t entry)
{
	const struct place *p = &names->places[entry];
	const uint8_t *name = names->bytes + p->at;
	return (struct pc_snmp_wire){.name = name,
		.n_name = p->n_name,
		.binding = p->n_value == 0 ? NULL : name - p->n_header,
		.n_binding = (size_t)p->n_header + p->n_name + p->n_value};
}

static void
add_slot(struct pc_snmp_names *names, uint32_t entry)
{
	const struct place *p = &names->places[entry];
	size_t at = hash(names->bytes + p->at + HEADER, p->n_name - HEADER) & names->mask;
	while (names->slots[at] != 0)
		at = (at + 1) & names->mask;
	names->slots[at] = entry + 1;
}

/* Raw objects never change; Counter64 is passed over in SNMPv1, so that its type must be looked at.
 */
static bool
stands_still(const struct pc_snmp_entry *e)
{
	return e->kind == PC_SNMP_ENTRY_RAW && e->object->type != PC_SNMP_COUNTER64;
}

/* The entry's name, and its value where that stands still, to the front of `out`; 0: no such name.
 */
static size_t
encode(const struct pc_snmp_entry *e, uint8_t out[BINDING_MAX], struct place *ret)
{
	struct pc_snmp_value v;
	uint8_t *name = out + HEADER;
	size_t n_name = pc_snmp_name_put(name, BINDING_MAX - HEADER, e->arcs, e->n), n_value = 0;
	if (n_name == 0)
		return 0;
	if (stands_still(e) && pc_snmp_entry_value(e, NULL, e->arcs, e->n, &v) == PC_OK)
		n_value = pc_snmp_value_put(name + n_name, BINDING_MAX - HEADER - n_name, &v);
	size_t n = n_value == 0 ? 0 : pc_snmp_binding_close(out, BINDING_MAX, n_name + n_value);
	if (n == 0) {
		memmove(out, name, n_name);
		*ret = (struct place){.n_name = (uint16_t)n_name};
		return n_name;
	}
	*ret = (struct place){.n_name = (uint16_t)n_name,
		.n_value = (uint16_t)n_value,
		.n_header = (uint8_t)(n - n_name - n_value)};
	return n;
}

static int
add_bytes(struct pc_snmp_names *names, size_t *used, size_t *cap, const uint8_t *data, size_t n)
{
	if (*used + n > UINT32_MAX)
		return -ENOMEM;
	if (*used + n > *cap) {
		size_t want = (*cap + n) * 2;
		uint8_t *more = realloc(names->bytes, want);
		if (more == NULL)
			return -ENOMEM;
		names->bytes = more;
		*cap = want;
	}
	memcpy(names->bytes + *used, data, n);
	*used += n;
	return PC_OK;
}

/* PC_E_UNSUPPORTED: a name that cannot be told in this way. */
static int
fill(struct pc_snmp_names *names, const struct pc_snmp_tree *tree)
{
	size_t used = 0, cap = 0;
	uint8_t data[BINDING_MAX];
	for (size_t i = 0; i < tree->n_entries; i++) {
		struct place *p = &names->places[i];
		size_t n = encode(&tree->entries[i], data, p);
		if (n == 0)
			return PC_E_UNSUPPORTED;
		p->at = (uint32_t)(used + p->n_header);
		int err = add_bytes(names, &used, &cap, data, n);
		if (err != PC_OK)
			return err;
		if (tree->entries[i].kind != PC_SNMP_ENTRY_MOVING)
			add_slot(names, (uint32_t)i);
	}
	return PC_OK;
}

int
pc_snmp_names_new(const struct pc_snmp_tree *tree, struct pc_snmp_names **ret)
{
	struct pc_snmp_names *names = calloc(1, sizeof(*names));
	size_t slots = 16;
	while (slots < tree->n_entries * 2)
		slots *= 2;
	*ret = NULL;
	if (names == NULL)
		return -ENOMEM;
	names->mask = slots - 1;
	names->slots = calloc(slots, sizeof(*names->slots));
	names->places = calloc(tree->n_entries + 1, sizeof(*names->places));
	int err = names->slots == NULL || names->places == NULL ? -ENOMEM : fill(names, tree);
	if (err == PC_OK) {
		*ret = names;
		return PC_OK;
	}
	pc_snmp_names_free(names);
	return err == PC_E_UNSUPPORTED ? PC_OK : err;
}

void
pc_snmp_names_free(struct pc_snmp_names *names)
{
	if (names == NULL)
		return;
	free(names->bytes);
	free(names->places);
	free(names->slots);
	free(names);
}
