#include "snmp/walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

void
pc_walk_init(struct pc_walk *walk)
{
	*walk = (struct pc_walk){.n = 0};
}

void
pc_walk_done(struct pc_walk *walk)
{
	for (size_t i = 0; i < walk->n; i++) {
		/* OID, arcs and octets are one block that begins with the OID. */
		union {
			const uint32_t *as_const;
			void *as_owner;
		} block = {walk->objects[i].oid};
		free(block.as_owner);
	}
	free(walk->objects);
	free(walk->sorted);
	pc_walk_init(walk);
}

static int
grow(struct pc_walk *walk)
{
	size_t cap = walk->cap == 0 ? 256 : 2 * walk->cap;
	struct pc_walk_object *grown = realloc(walk->objects, cap * sizeof *grown);
	if (grown == NULL)
		return -ENOMEM;
	walk->objects = grown;
	walk->cap = cap;
	return PC_OK;
}

static bool
has_bytes(uint8_t type)
{
	return type == PC_SNMP_OCTETS || type == PC_SNMP_IPADDRESS || type == PC_SNMP_OPAQUE;
}

/* Copies what the pointers of `o` point at. */
static int
add(struct pc_walk *walk, const struct pc_walk_object *o)
{
	struct pc_walk_object copy = *o;
	size_t n_arcs = o->type == PC_SNMP_OID ? o->len : 0;
	size_t n_bytes = has_bytes(o->type) ? o->len : 0;
	int err = walk->n < walk->cap ? PC_OK : grow(walk);
	if (err != PC_OK)
		return err;
	if (walk->n == PC_RAW_OBJECTS_MAX)
		return PC_E_LIMIT;
	uint32_t *block = malloc((o->n_oid + n_arcs) * sizeof *block + n_bytes + 1);
	if (block == NULL)
		return -ENOMEM;
	memcpy(block, o->oid, o->n_oid * sizeof *block);
	if (n_arcs > 0)
		memcpy(block + o->n_oid, o->arcs, n_arcs * sizeof *block);
	uint8_t *bytes = (uint8_t *)(block + o->n_oid + n_arcs);
	if (n_bytes > 0)
		memcpy(bytes, o->bytes, n_bytes);
	copy.oid = block;
	copy.arcs = n_arcs > 0 ? block + o->n_oid : NULL;
	copy.bytes = bytes;
	walk->objects[walk->n++] = copy;
	return PC_OK;
}

static int
add_told(void *arg, const struct pc_profile_object *raw, unsigned line)
{
	struct pc_walk_object o = {.line = line,
		.n_oid = raw->n_oid,
		.type = raw->type,
		.len = raw->len,
		.oid = raw->oid};
	if (raw->type == PC_SNMP_OID)
		o.arcs = raw->value.arcs;
	else if (has_bytes(raw->type))
		o.bytes = raw->value.bytes;
	else
		o.integer = raw->value.integer;
	return add(arg, &o);
}

int
pc_walk_read(struct pc_walk *walk, const char *path, struct pc_diag *diag)
{
	return pc_profile_walk_tell(path, add_told, walk, diag);
}

int
pc_walk_read_text(
	struct pc_walk *walk, const char *text, size_t len, const char *name, struct pc_diag *diag)
{
	return pc_profile_walk_tell_text(text, len, name, add_told, walk, diag);
}

int
pc_walk_take(struct pc_walk *walk, const struct pc_snmp_tree *tree, const struct pc_device *dev)
{
	const uint32_t start[] = {0};
	struct pc_snmp_cursor cursor;
	struct pc_snmp_value v;
	const uint32_t *oid;
	size_t n_oid;
	int err = PC_OK;
	pc_snmp_cursor_init(&cursor, tree, dev, start, 1);
	while (err == PC_OK && pc_snmp_cursor_next(&cursor, &oid, &n_oid, &v) == PC_OK) {
		struct pc_walk_object o = {.n_oid = (uint16_t)n_oid,
			.type = v.type,
			.len = (uint32_t)v.len,
			.oid = oid,
			.arcs = v.arcs,
			.bytes = v.bytes,
			.integer = v.integer};
		err = add(walk, &o);
	}
	return err;
}

static int
by_oid(const void *a, const void *b)
{
	const struct pc_walk_object *x = *(const struct pc_walk_object *const *)a;
	const struct pc_walk_object *y = *(const struct pc_walk_object *const *)b;
	int c = pc_arcs_compare(x->oid, x->n_oid, y->oid, y->n_oid);
	return c != 0 ? c : (x > y) - (x < y);
}

int
pc_walk_sort(struct pc_walk *walk)
{
	free(walk->sorted);
	walk->n_sorted = 0;
	walk->sorted = calloc(walk->n + 1, sizeof *walk->sorted);
	if (walk->sorted == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < walk->n; i++)
		walk->sorted[i] = &walk->objects[i];
	qsort(walk->sorted, walk->n, sizeof *walk->sorted, by_oid);
	walk->n_sorted = walk->n;
	return PC_OK;
}

size_t
pc_walk_lower(const struct pc_walk *walk, const uint32_t *oid, size_t n_oid)
{
	size_t low = 0, high = walk->n_sorted;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct pc_walk_object *o = walk->sorted[mid];
		if (pc_arcs_compare(o->oid, o->n_oid, oid, n_oid) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct pc_walk_object *
pc_walk_find(const struct pc_walk *walk, const uint32_t *oid, size_t n_oid)
{
	const struct pc_walk_object *found = NULL;
	for (size_t i = pc_walk_lower(walk, oid, n_oid); i < walk->n_sorted; i++) {
		const struct pc_walk_object *o = walk->sorted[i];
		if (pc_arcs_compare(o->oid, o->n_oid, oid, n_oid) != 0)
			break;
		found = o;
	}
	return found;
}

bool
pc_walk_beneath(const struct pc_walk_object *o, const uint32_t *oid, size_t n_oid)
{
	return o->n_oid >= n_oid && memcmp(o->oid, oid, n_oid * sizeof *oid) == 0;
}
