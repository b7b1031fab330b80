/* Making a profile: memory that is freed together, raw objects that are sorted at the end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "profile/internal.h"

enum { BLOCK_BYTES = 32768 };

struct pc_profile_block {
	struct pc_profile_block *next;
	size_t used, size;
	max_align_t data[];
};

static struct pc_profile_memory *
memory_of(const struct pc_profile *p)
{
	return p->memory;
}

int
pc_profile_builder_init(struct pc_profile_builder *b, struct pc_diag *diag)
{
	*b = (struct pc_profile_builder){.diag = diag};
	b->p = calloc(1, sizeof(*b->p));
	if (b->p == NULL)
		return -ENOMEM;
	b->p->memory = calloc(1, sizeof(struct pc_profile_memory));
	if (b->p->memory == NULL) {
		pc_profile_builder_done(b);
		return -ENOMEM;
	}
	return PC_OK;
}

void
pc_profile_builder_done(struct pc_profile_builder *b)
{
	pc_profile_free(b->p);
	free(b->objects);
	b->p = NULL;
	b->objects = NULL;
}

void
pc_profile_free(struct pc_profile *p)
{
	if (p == NULL)
		return;
	struct pc_profile_memory *m = memory_of(p);
	while (m != NULL && m->blocks != NULL) {
		struct pc_profile_block *next = m->blocks->next;
		free(m->blocks);
		m->blocks = next;
	}
	free(m);
	free(p);
}

void *
pc_profile_take(struct pc_profile_builder *b, size_t size)
{
	struct pc_profile_memory *m = memory_of(b->p);
	size_t unit = sizeof(max_align_t);
	size = (size + unit - 1) / unit * unit;
	if (m->blocks == NULL || m->blocks->size - m->blocks->used < size) {
		size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
		struct pc_profile_block *block = calloc(1, sizeof(*block) + room);
		if (block == NULL)
			return NULL;
		block->size = room;
		block->next = m->blocks;
		m->blocks = block;
	}
	void *p = (char *)m->blocks->data + m->blocks->used;
	m->blocks->used += size;
	return p;
}

const char *
pc_profile_copy(struct pc_profile_builder *b, const void *text, size_t len)
{
	char *copy = pc_profile_take(b, len + 1);
	if (copy != NULL && len > 0)
		memcpy(copy, text, len);
	return copy;
}

static int
copy_value(struct pc_profile_builder *b, struct pc_profile_object *o,
	const struct pc_profile_value *value)
{
	if (value->type == 6) {
		uint32_t *arcs = pc_profile_take(b, value->len * sizeof(*arcs) + 1);
		if (arcs == NULL)
			return -ENOMEM;
		if (value->len > 0)
			memcpy(arcs, value->data, value->len * sizeof(*arcs));
		o->value.arcs = arcs;
	} else if (value->type == 4 || value->type == 64 || value->type == 68) {
		o->value.bytes = (const uint8_t *)pc_profile_copy(b, value->data, value->len);
		if (o->value.bytes == NULL)
			return -ENOMEM;
	} else {
		o->value.integer = value->integer;
	}
	o->len = (uint32_t)value->len;
	return PC_OK;
}

int
pc_profile_add_object(struct pc_profile_builder *b, const uint32_t *oid, size_t n_oid,
	const struct pc_profile_value *value)
{
	struct pc_profile_object o = {.type = value->type, .origin = value->origin};
	if (b->n_objects == PC_RAW_OBJECTS_MAX)
		return pc_diag_fail(
			b->diag, PC_E_LIMIT, "more than %d raw objects", PC_RAW_OBJECTS_MAX);
	if (b->n_objects == b->cap_objects) {
		size_t cap = b->cap_objects == 0 ? 64 : 2 * b->cap_objects;
		struct pc_profile_object *grown = realloc(b->objects, cap * sizeof(*grown));
		if (grown == NULL)
			return -ENOMEM;
		b->objects = grown;
		b->cap_objects = cap;
	}
	uint32_t *copy = pc_profile_take(b, n_oid * sizeof(*copy));
	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, oid, n_oid * sizeof(*copy));
	o.oid = copy;
	o.n_oid = (uint16_t)n_oid;
	int err = copy_value(b, &o, value);
	if (err == PC_OK)
		b->objects[b->n_objects++] = o;
	if (err == PC_OK && b->tell != NULL)
		err = b->tell(b->tell_arg, &o, b->line);
	return err;
}

struct sort_item {
	struct pc_profile_object object;
	size_t order;
};

static int
by_oid(const void *a, const void *b)
{
	const struct sort_item *x = a, *y = b;
	int c = pc_arcs_compare(x->object.oid, x->object.n_oid, y->object.oid, y->object.n_oid);
	if (c != 0)
		return c;
	return x->order < y->order ? -1 : 1;
}

int
pc_profile_builder_sort(struct pc_profile_builder *b)
{
	size_t n = 0;
	struct sort_item *items = calloc(b->n_objects + 1, sizeof(*items));
	struct pc_profile_object *out = pc_profile_take(b, (b->n_objects + 1) * sizeof(*out));
	if (items == NULL || out == NULL) {
		free(items);
		return -ENOMEM;
	}
	for (size_t i = 0; i < b->n_objects; i++)
		items[i] = (struct sort_item){b->objects[i], i};
	qsort(items, b->n_objects, sizeof(*items), by_oid);
	for (size_t i = 0; i < b->n_objects; i++) {
		const struct pc_profile_object *o = &items[i].object;
		if (n > 0 &&
			pc_arcs_compare(out[n - 1].oid, out[n - 1].n_oid, o->oid, o->n_oid) == 0)
			b->duplicates++, n--;
		out[n++] = *o;
	}
	free(items);
	b->p->objects = out;
	b->p->n_objects = n;
	return PC_OK;
}

int
pc_profile_builder_finish(struct pc_profile_builder *b, struct pc_profile **ret)
{
	int err = b->p->objects == NULL ? pc_profile_builder_sort(b) : PC_OK;
	if (err != PC_OK)
		return err;
	*ret = b->p;
	b->p = NULL;
	return PC_OK;
}

const char *
pc_profile_origin(const struct pc_profile *p, const char *path, uint32_t *ret_line)
{
	const struct pc_profile_origin *o = p->memory == NULL ? NULL : memory_of(p)->origins;
	/* The newest comes first: a model's value hides its family's. */
	while (o != NULL && strcmp(o->path, path) != 0)
		o = o->next;
	if (o == NULL)
		return NULL;
	*ret_line = o->line;
	return o->file;
}
