#include "snmp/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/names.h"
#include "snmp/tree-internal.h"

/* Spec: RFC 3416 s3 error-status. */
enum { NO_ERROR = 0, WRONG_TYPE = 7, NO_CREATION = 11, NOT_WRITABLE = 17 };

enum { ROW_DESTROY = 6 }; /* Spec: RFC 2579 RowStatus */

/* ---- compiling ---- */

/* Everything a tree is made of, while it grows. */
struct builder {
	const struct pc_profile *profile;
	struct pc_diag *diag;
	struct pc_snmp_entry *entries; /* owned */
	size_t n_entries, cap_entries;
	struct pc_snmp_prefix *known; /* owned */
	size_t n_known, cap_known;
	uint32_t *pool; /* owned; offsets until finished, since it moves while it grows */
	size_t n_pool, cap_pool;
	size_t *offsets; /* owned: of the modelled entries, by entry */
	size_t cap_offsets;
};

static int
grow(void **memory, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return PC_OK;
	size_t want = *cap == 0 ? 256 : *cap * 2;
	while (want < need)
		want *= 2;
	void *bigger = reallocarray(*memory, want, size);
	if (bigger == NULL)
		return -ENOMEM;
	*memory = bigger;
	*cap = want;
	return PC_OK;
}

static int
add_entry(struct builder *b, const struct pc_snmp_entry *e, size_t offset)
{
	void *entries = b->entries, *offsets = b->offsets;
	int err = grow(&entries, &b->cap_entries, b->n_entries + 1, sizeof(*b->entries));
	b->entries = entries;
	if (err == PC_OK)
		err = grow(&offsets, &b->cap_offsets, b->n_entries + 1, sizeof(*b->offsets));
	b->offsets = offsets;
	if (err != PC_OK)
		return err;
	b->entries[b->n_entries] = *e;
	b->offsets[b->n_entries] = offset;
	b->n_entries++;
	return PC_OK;
}

static int
add_known(struct builder *b, const struct pc_snmp_prefix *p)
{
	const struct pc_snmp_prefix *last = b->n_known > 0 ? &b->known[b->n_known - 1] : NULL;
	if (last != NULL && p->arcs != NULL && last->arcs != NULL &&
		pc_snmp_compare(last->arcs, last->n, p->arcs, p->n) == 0)
		return PC_OK;
	void *known = b->known;
	int err = grow(&known, &b->cap_known, b->n_known + 1, sizeof(*b->known));
	b->known = known;
	if (err == PC_OK)
		b->known[b->n_known++] = *p;
	return err;
}

/* Put table OID, column and index into the pool. */
static int
add_pool(struct builder *b, const struct pc_snmp_table *t, uint32_t number, const uint32_t *index,
	size_t n_index, size_t *ret_offset)
{
	void *pool = b->pool;
	int err = grow(&pool, &b->cap_pool, b->n_pool + t->n_oid + 1 + n_index, sizeof(*b->pool));
	b->pool = pool;
	if (err != PC_OK)
		return err;
	uint32_t *to = b->pool + b->n_pool;
	memcpy(to, t->oid, t->n_oid * sizeof(*to));
	to[t->n_oid] = number;
	if (n_index > 0)
		memcpy(to + t->n_oid + 1, index, n_index * sizeof(*to));
	*ret_offset = b->n_pool;
	b->n_pool += t->n_oid + 1 + n_index;
	return PC_OK;
}

static int
add_modelled(struct builder *b, const struct pc_snmp_table *t, const struct pc_snmp_column *c,
	const uint32_t *index, size_t n_index)
{
	size_t n = t->n_oid + 1 + n_index;
	if (n > PC_OID_MAX)
		return pc_diag_fail(b->diag, PC_E_LIMIT,
			"%s: %s has an instance of %zu sub-identifiers, at most %d are allowed",
			t->spec, c->name, n, PC_OID_MAX);
	size_t offset = 0;
	int err = add_pool(b, t, c->number, index, n_index, &offset);
	if (err != PC_OK)
		return err;
	struct pc_snmp_entry e = {.n = (uint16_t)n,
		.n_prefix = (uint16_t)(t->n_oid + 1),
		.kind = t->next != NULL ? PC_SNMP_ENTRY_MOVING : PC_SNMP_ENTRY_FIXED,
		.table = t,
		.column = c};
	return add_entry(b, &e, offset);
}

/* One instance of every column of a table. */
static int
add_row(struct builder *b, const struct pc_snmp_table *t, const uint32_t *index, size_t n_index)
{
	int err = PC_OK;
	for (size_t i = 0; i < t->n_columns && err == PC_OK; i++) {
		if (t->columns[i].get != NULL)
			err = add_modelled(b, t, &t->columns[i], index, n_index);
	}
	return err;
}

static int
add_fixed_rows(struct builder *b, const struct pc_snmp_table *t)
{
	uint32_t index[PC_SNMP_INDEX_MAX] = {0}, last[PC_SNMP_INDEX_MAX];
	size_t n_index = 0, n_last = 0;
	for (size_t at = 0; t->row(b->profile, at, index, &n_index); at++) {
		if (at == PC_SNMP_ROWS_MAX)
			return pc_diag_fail(b->diag, PC_E_LIMIT, "%s: more than %d rows", t->spec,
				PC_SNMP_ROWS_MAX);
		if (n_index == 0 || n_index > PC_SNMP_INDEX_MAX ||
			(at > 0 && pc_snmp_compare(last, n_last, index, n_index) >= 0))
			return pc_diag_fail(b->diag, PC_E_BADVALUE,
				"%s: the index of row %zu is not after the one before it", t->spec,
				at);
		memcpy(last, index, n_index * sizeof(*last));
		n_last = n_index;
		int err = add_row(b, t, index, n_index);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}

/* A column is known even while the table has no row. */
static int
add_column(struct builder *b, const struct pc_snmp_table *t, const struct pc_snmp_column *c)
{
	struct pc_snmp_prefix p = {.n = t->n_oid + 1, .column = c};
	int err = add_pool(b, t, c->number, NULL, 0, &p.offset);
	return err == PC_OK ? add_known(b, &p) : err;
}

static int
add_columns(struct builder *b, const struct pc_snmp_table *t)
{
	int err = PC_OK;
	for (size_t i = 0; i < t->n_columns && err == PC_OK; i++) {
		if (t->columns[i].get != NULL)
			err = add_column(b, t, &t->columns[i]);
	}
	return err;
}

static int
add_table(struct builder *b, const struct pc_snmp_table *t)
{
	static const uint32_t scalar[] = {0};
	if (t->applies != NULL && !t->applies(b->profile))
		return PC_OK;
	int err = add_columns(b, t);
	if (err != PC_OK)
		return err;
	if (t->next != NULL)
		return add_row(b, t, NULL, 0);
	return t->row != NULL ? add_fixed_rows(b, t) : add_row(b, t, scalar, 1);
}

/* Spec: RFC 3418 sysUpTime. The one object of a walked printer that must not stand still. */
static const uint32_t sys_up_time[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
enum { N_SYS_UP_TIME = sizeof(sys_up_time) / sizeof(sys_up_time[0]) };

static bool
has_object(const struct pc_profile *p, const uint32_t *oid, size_t n_oid)
{
	size_t low = 0, high = p->n_objects;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = pc_snmp_compare(p->objects[mid].oid, p->objects[mid].n_oid, oid, n_oid);
		if (c == 0)
			return true;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

static int
add_walk_table(struct builder *b, const struct pc_snmp_table *t)
{
	int err = PC_OK;
	if ((t->applies != NULL && !t->applies(b->profile)) || t->row != NULL || t->next != NULL ||
		t->n_oid + 2 != N_SYS_UP_TIME ||
		!pc_snmp_is_prefix(t->oid, t->n_oid, sys_up_time, N_SYS_UP_TIME) ||
		!has_object(b->profile, sys_up_time, N_SYS_UP_TIME))
		return PC_OK;
	for (size_t i = 0; i < t->n_columns && err == PC_OK; i++) {
		const struct pc_snmp_column *c = &t->columns[i];
		if (c->number != sys_up_time[t->n_oid] || c->get == NULL)
			continue;
		err = add_column(b, t, c);
		if (err == PC_OK)
			err = add_modelled(b, t, c, sys_up_time + t->n_oid + 1, 1);
	}
	return err;
}

static int
add_modules(struct builder *b, const struct pc_snmp_module *const *modules, size_t n_modules)
{
	for (size_t m = 0; m < n_modules; m++) {
		for (size_t t = 0; t < modules[m]->n_tables; t++) {
			const struct pc_snmp_table *table = modules[m]->tables[t];
			int err = b->profile->from_walk ? add_walk_table(b, table)
							: add_table(b, table);
			if (err != PC_OK)
				return err;
		}
	}
	return PC_OK;
}

static int
add_objects(struct builder *b)
{
	int err = PC_OK;
	for (size_t i = 0; i < b->profile->n_objects && err == PC_OK; i++) {
		const struct pc_profile_object *o = &b->profile->objects[i];
		if (o->n_oid == 0 || o->n_oid > PC_OID_MAX)
			return pc_diag_fail(b->diag, PC_E_LIMIT,
				"%s: raw object %zu has %u sub-identifiers, 1 to %d are allowed",
				b->profile->source == NULL ? "profile" : b->profile->source, i,
				(unsigned)o->n_oid, PC_OID_MAX);
		struct pc_snmp_entry e = {.arcs = o->oid,
			.n = o->n_oid,
			.n_prefix = (uint16_t)(o->n_oid - 1),
			.kind = PC_SNMP_ENTRY_RAW,
			.object = o};
		err = add_entry(b, &e, 0);
	}
	return err;
}

static int
by_oid(const void *a, const void *b)
{
	const struct pc_snmp_entry *x = a, *y = b;
	int c = pc_snmp_compare(x->arcs, x->n, y->arcs, y->n);
	return c != 0 ? c : (x->kind > y->kind) - (x->kind < y->kind);
}

/* Drop raw objects that a modelled instance or moving column covers. */
static int
drop_covered(struct builder *b)
{
	size_t kept = 0;
	const struct pc_snmp_entry *moving = NULL;
	for (size_t i = 0; i < b->n_entries; i++) {
		struct pc_snmp_entry e = b->entries[i];
		const struct pc_snmp_entry *before = kept > 0 ? &b->entries[kept - 1] : NULL;
		bool same = before != NULL &&
			    pc_snmp_compare(before->arcs, before->n, e.arcs, e.n) == 0;
		bool beneath =
			moving != NULL && pc_snmp_is_prefix(moving->arcs, moving->n, e.arcs, e.n);
		if ((same || beneath) && e.kind == PC_SNMP_ENTRY_RAW)
			continue;
		if (same || beneath)
			return pc_diag_fail(b->diag, PC_E_EXISTS,
				"%s: an instance of %s is also in %s; one of the two tables must go",
				e.table->spec, e.column->name,
				beneath ? moving->table->spec : before->table->spec);
		b->entries[kept] = e;
		if (e.kind == PC_SNMP_ENTRY_MOVING)
			moving = &b->entries[kept];
		kept++;
	}
	b->n_entries = kept;
	return PC_OK;
}

static int
prefix_order(const void *a, const void *b)
{
	const struct pc_snmp_prefix *x = a, *y = b;
	return pc_snmp_compare(x->arcs, x->n, y->arcs, y->n);
}

/* The same, and a modelled column before what raw objects tell of it. */
static int
prefix_order_modelled(const void *a, const void *b)
{
	const struct pc_snmp_prefix *x = a, *y = b;
	int c = prefix_order(a, b);
	return c != 0 ? c : (x->column == NULL) - (y->column == NULL);
}

/* How many leading arcs of a raw object name a column of this table; 0 = it lies elsewhere. */
static size_t
column_of(const struct pc_snmp_table *t, const struct pc_profile_object *o)
{
	if (o->n_oid <= t->n_oid + 1 || !pc_snmp_is_prefix(t->oid, t->n_oid, o->oid, o->n_oid))
		return 0;
	for (size_t i = 0; i < t->n_columns; i++) {
		if (t->columns[i].number == o->oid[t->n_oid])
			return t->n_oid + 1;
	}
	return 0;
}

/* A raw object in a column of the house's MIBs makes the whole column known. */
static int
add_raw_column(struct builder *b, const struct pc_profile_object *o,
	const struct pc_snmp_module *const *modules, size_t n_modules)
{
	for (size_t m = 0; m < n_modules; m++) {
		for (size_t t = 0; t < modules[m]->n_tables; t++) {
			size_t n = column_of(modules[m]->tables[t], o);
			if (n > 0 && n + 1 < o->n_oid)
				return add_known(
					b, &(struct pc_snmp_prefix){.arcs = o->oid, .n = n});
		}
	}
	return PC_OK;
}

static int
collect_known(struct builder *b, const struct pc_snmp_module *const *modules, size_t n_modules)
{
	int err = PC_OK;
	for (size_t i = 0; i < b->n_entries && err == PC_OK; i++) {
		const struct pc_snmp_entry *e = &b->entries[i];
		if (e->kind != PC_SNMP_ENTRY_RAW)
			continue;
		err = add_known(b, &(struct pc_snmp_prefix){.arcs = e->arcs, .n = e->n_prefix});
		if (err == PC_OK)
			err = add_raw_column(b, e->object, modules, n_modules);
	}
	if (err != PC_OK || b->n_known == 0)
		return err;
	qsort(b->known, b->n_known, sizeof(*b->known), prefix_order_modelled);
	size_t kept = 1;
	for (size_t i = 1; i < b->n_known; i++) {
		if (prefix_order(&b->known[kept - 1], &b->known[i]) != 0)
			b->known[kept++] = b->known[i];
	}
	b->n_known = kept;
	return PC_OK;
}

static int
build(struct builder *b, const struct pc_snmp_module *const *modules, size_t n_modules)
{
	int err = add_modules(b, modules, n_modules);
	size_t modelled = b->n_entries;
	if (err == PC_OK)
		err = add_objects(b);
	if (err != PC_OK)
		return err;
	for (size_t i = 0; i < modelled; i++)
		b->entries[i].arcs = b->pool + b->offsets[i];
	for (size_t i = 0; i < b->n_known; i++)
		b->known[i].arcs = b->pool + b->known[i].offset;
	if (b->n_entries > 0)
		qsort(b->entries, b->n_entries, sizeof(*b->entries), by_oid);
	err = drop_covered(b);
	return err == PC_OK ? collect_known(b, modules, n_modules) : err;
}

int
pc_snmp_tree_compile(const struct pc_profile *profile, const struct pc_snmp_module *const *modules,
	size_t n_modules, struct pc_snmp_tree **ret, struct pc_diag *diag)
{
	struct builder b = {.profile = profile, .diag = diag};
	struct pc_snmp_tree *tree = calloc(1, sizeof(*tree));
	int err = tree == NULL ? -ENOMEM : build(&b, modules, n_modules);
	free(b.offsets);
	if (err != PC_OK) {
		free(b.entries);
		free(b.known);
		free(b.pool);
		free(tree);
		if (err == -ENOMEM)
			pc_diag_set(diag, "SNMP tree: %s", pc_err_text(err));
		return err;
	}
	*tree = (struct pc_snmp_tree){b.entries, b.n_entries, b.known, b.n_known, b.pool, NULL};
	err = pc_snmp_names_new(tree, &tree->names);
	if (err != PC_OK) {
		pc_snmp_tree_free(tree);
		return pc_diag_fail(diag, err, "SNMP tree: %s", pc_err_text(err));
	}
	*ret = tree;
	return PC_OK;
}

int
pc_snmp_tree_new(const struct pc_profile *profile, struct pc_snmp_tree **ret, struct pc_diag *diag)
{
	size_t n = 0;
	const struct pc_snmp_module *const *modules = pc_snmp_modules(&n);
	return pc_snmp_tree_compile(profile, modules, n, ret, diag);
}

void
pc_snmp_tree_free(struct pc_snmp_tree *tree)
{
	if (tree == NULL)
		return;
	free(tree->entries);
	free(tree->known);
	free(tree->pool);
	pc_snmp_names_free(tree->names);
	free(tree);
}

bool
pc_snmp_tree_entry(
	const struct pc_snmp_tree *tree, size_t at, const uint32_t **ret_oid, size_t *ret_n)
{
	if (at >= tree->n_entries)
		return false;
	*ret_oid = tree->entries[at].arcs;
	*ret_n = tree->entries[at].n;
	return true;
}

size_t
pc_snmp_name_before(uint32_t *oid, size_t n)
{
	if (n == 0)
		return 0;
	if (oid[n - 1] == 0)
		return n - 1;
	oid[n - 1]--;
	while (n < PC_OID_MAX)
		oid[n++] = UINT32_MAX;
	return n;
}

size_t
pc_snmp_tree_size(const struct pc_snmp_tree *tree)
{
	return tree->n_entries;
}

bool
pc_snmp_tree_is_fast(const struct pc_snmp_tree *tree)
{
	return tree->names != NULL;
}

/* ---- answering ---- */

/* Position of the first entry not before `oid`. */
static size_t
lower_bound(const struct pc_snmp_tree *tree, const uint32_t *oid, size_t n_oid)
{
	size_t low = 0, high = tree->n_entries;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct pc_snmp_entry *e = &tree->entries[mid];
		if (pc_snmp_compare(e->arcs, e->n, oid, n_oid) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int
raw_value(const struct pc_profile_object *o, struct pc_snmp_value *ret)
{
	ret->type = o->type;
	ret->len = o->len;
	switch (o->type) {
	case PC_SNMP_OCTETS:
	case PC_SNMP_OPAQUE:
		ret->bytes = o->value.bytes;
		break;
	case PC_SNMP_IPADDRESS:
		ret->bytes = o->value.bytes;
		ret->len = 4;
		break;
	case PC_SNMP_OID:
		ret->arcs = o->value.arcs;
		break;
	default:
		ret->integer = o->value.integer;
		break;
	}
	return PC_OK;
}

int
pc_snmp_entry_value(const struct pc_snmp_entry *e, const struct pc_device *dev, const uint32_t *oid,
	size_t n_oid, struct pc_snmp_value *ret)
{
	if (e->kind == PC_SNMP_ENTRY_RAW)
		return raw_value(e->object, ret);
	struct pc_snmp_at at = {.table = e->table,
		.column = e->column->number,
		.index = oid + e->n_prefix,
		.n_index = n_oid - e->n_prefix};
	ret->type = e->column->type;
	return e->column->get(dev, &at, ret);
}

/* The entry that serves `oid`: itself, or the moving column it lies in. NULL: none. */
static const struct pc_snmp_entry *
serving(const struct pc_snmp_tree *tree, const uint32_t *oid, size_t n_oid)
{
	size_t at = lower_bound(tree, oid, n_oid);
	if (at < tree->n_entries) {
		const struct pc_snmp_entry *e = &tree->entries[at];
		if (e->n == n_oid && pc_snmp_compare(e->arcs, e->n, oid, n_oid) == 0)
			return e->kind == PC_SNMP_ENTRY_MOVING ? NULL : e;
	}
	/* Nothing sorts between a moving column and its instances. */
	if (at > 0) {
		const struct pc_snmp_entry *e = &tree->entries[at - 1];
		if (e->kind == PC_SNMP_ENTRY_MOVING && pc_snmp_is_prefix(e->arcs, e->n, oid, n_oid))
			return e;
	}
	return NULL;
}

/* The known column or scalar whose name begins this OID; NULL: none. */
static const struct pc_snmp_prefix *
known(const struct pc_snmp_tree *tree, const uint32_t *oid, size_t n_oid)
{
	const struct pc_snmp_prefix *found = NULL;
	for (size_t n = 1; n <= n_oid && tree->n_known > 0 && found == NULL; n++) {
		struct pc_snmp_prefix key = {.arcs = oid, .n = n};
		found = bsearch(&key, tree->known, tree->n_known, sizeof(key), prefix_order);
	}
	return found;
}

bool
pc_snmp_tree_acts(const struct pc_snmp_tree *tree, const uint32_t *oid, size_t n_oid)
{
	const struct pc_snmp_entry *e = serving(tree, oid, n_oid);
	return e != NULL && e->table != NULL && e->table->acts;
}

int
pc_snmp_tree_get(const struct pc_snmp_tree *tree, const struct pc_device *dev, const uint32_t *oid,
	size_t n_oid, struct pc_snmp_value *ret)
{
	const struct pc_snmp_entry *e = serving(tree, oid, n_oid);
	if (e != NULL && pc_snmp_entry_value(e, dev, oid, n_oid, ret) == PC_OK)
		return PC_OK;
	ret->type = e != NULL || known(tree, oid, n_oid) != NULL ? PC_SNMP_NO_SUCH_INSTANCE
								 : PC_SNMP_NO_SUCH_OBJECT;
	return PC_E_NOTFOUND;
}

/* May a SET make this instance, which is not there? */
static bool
creates(const struct pc_snmp_entry *e, const uint32_t *oid, size_t n_oid)
{
	return e != NULL && e->kind == PC_SNMP_ENTRY_MOVING && e->table->row_status != 0 &&
	       pc_snmp_is_prefix(e->arcs, e->n, oid, n_oid) &&
	       n_oid - e->n_prefix <= PC_SNMP_INDEX_MAX;
}

int
pc_snmp_tree_set_of(const struct pc_snmp_tree *tree, struct pc_device *dev,
	const struct pc_snmp_variable *request, size_t n_request, size_t which, bool commit)
{
	const struct pc_snmp_variable *var = &request[which];
	const struct pc_snmp_entry *e = serving(tree, var->oid, var->n_oid);
	const struct pc_snmp_prefix *p = e == NULL ? known(tree, var->oid, var->n_oid) : NULL;
	const struct pc_snmp_column *column = e != NULL ? e->column : p != NULL ? p->column : NULL;
	if (column == NULL || column->set == NULL)
		return NOT_WRITABLE;
	if (var->value.type != column->type)
		return WRONG_TYPE;
	struct pc_snmp_value now;
	if (e == NULL || (pc_snmp_entry_value(e, dev, var->oid, var->n_oid, &now) != PC_OK &&
				 !creates(e, var->oid, var->n_oid)))
		return NO_CREATION;
	struct pc_snmp_at at = {.table = e->table,
		.column = e->column->number,
		.index = var->oid + e->n_prefix,
		.n_index = var->n_oid - e->n_prefix,
		.request = request,
		.n_request = n_request};
	return e->column->set(dev, &at, &var->value, commit);
}

int
pc_snmp_tree_set(const struct pc_snmp_tree *tree, struct pc_device *dev, const uint32_t *oid,
	size_t n_oid, const struct pc_snmp_value *value, bool commit)
{
	struct pc_snmp_variable one = {.oid = oid, .n_oid = n_oid, .value = *value};
	return pc_snmp_tree_set_of(tree, dev, &one, 1, 0, commit);
}

int
pc_snmp_tree_uncreate(const struct pc_snmp_tree *tree, struct pc_device *dev,
	const struct pc_snmp_variable *created)
{
	const struct pc_snmp_entry *e = serving(tree, created->oid, created->n_oid);
	if (!creates(e, created->oid, created->n_oid) || e->column->number != e->table->row_status)
		return NO_ERROR;
	struct pc_snmp_variable gone = *created;
	pc_snmp_set_integer(&gone.value, PC_SNMP_INTEGER, ROW_DESTROY);
	return pc_snmp_tree_set_of(tree, dev, &gone, 1, 0, true);
}

const struct pc_snmp_value *
pc_snmp_at_other(const struct pc_snmp_at *at, uint32_t column)
{
	const struct pc_snmp_table *t = at->table;
	for (size_t i = 0; i < at->n_request; i++) {
		const struct pc_snmp_variable *v = &at->request[i];
		if (v->n_oid == t->n_oid + 1 + at->n_index && v->oid[t->n_oid] == column &&
			pc_snmp_is_prefix(t->oid, t->n_oid, v->oid, v->n_oid) &&
			pc_snmp_compare(
				v->oid + t->n_oid + 1, at->n_index, at->index, at->n_index) == 0)
			return &v->value;
	}
	return NULL;
}

void
pc_snmp_cursor_init(struct pc_snmp_cursor *cur, const struct pc_snmp_tree *tree,
	const struct pc_device *dev, const uint32_t *oid, size_t n_oid)
{
	if (n_oid > PC_OID_MAX)
		n_oid = PC_OID_MAX;
	cur->tree = tree;
	cur->dev = dev;
	cur->n_prefix = 0;
	cur->at = lower_bound(tree, oid, n_oid);
	const struct pc_snmp_entry *e = cur->at < tree->n_entries ? &tree->entries[cur->at] : NULL;
	if (e != NULL && e->n == n_oid && pc_snmp_compare(e->arcs, e->n, oid, n_oid) == 0) {
		if (e->kind != PC_SNMP_ENTRY_MOVING)
			cur->at++;
		return;
	}
	e = cur->at > 0 ? &tree->entries[cur->at - 1] : NULL;
	if (e == NULL || e->kind != PC_SNMP_ENTRY_MOVING ||
		!pc_snmp_is_prefix(e->arcs, e->n, oid, n_oid))
		return;
	cur->at--;
	cur->n_prefix = e->n;
	cur->n_oid = n_oid;
	memcpy(cur->oid, oid, n_oid * sizeof(*oid));
}

/* The next instance of the moving column the cursor stands on. */
static bool
next_moving(struct pc_snmp_cursor *cur, const struct pc_snmp_entry *e, struct pc_snmp_value *ret)
{
	uint32_t index[PC_SNMP_INDEX_MAX];
	if (cur->n_prefix == 0) {
		memcpy(cur->oid, e->arcs, e->n * sizeof(*e->arcs));
		cur->n_prefix = cur->n_oid = e->n;
	}
	for (;;) {
		size_t n = 0, n_after = cur->n_oid - cur->n_prefix;
		uint32_t *after = cur->oid + cur->n_prefix;
		if (!e->table->next(cur->dev, after, n_after, index, &n) || n == 0 ||
			n > PC_SNMP_INDEX_MAX || cur->n_prefix + n > PC_OID_MAX ||
			pc_snmp_compare(index, n, after, n_after) <= 0)
			return false; /* the end, or a table that would go in circles */
		memcpy(after, index, n * sizeof(*index));
		cur->n_oid = cur->n_prefix + n;
		if (pc_snmp_entry_value(e, cur->dev, cur->oid, cur->n_oid, ret) == PC_OK)
			return true;
	}
}

int
pc_snmp_cursor_next(struct pc_snmp_cursor *cur, const uint32_t **ret_oid, size_t *ret_n,
	struct pc_snmp_value *ret)
{
	for (; cur->at < cur->tree->n_entries; cur->at++, cur->n_prefix = 0) {
		const struct pc_snmp_entry *e = &cur->tree->entries[cur->at];
		if (e->table != NULL && e->table->hidden != NULL && e->table->hidden(cur->dev))
			continue;
		if (e->kind == PC_SNMP_ENTRY_MOVING) {
			if (!next_moving(cur, e, ret))
				continue;
			*ret_oid = cur->oid;
			*ret_n = cur->n_oid;
			return PC_OK;
		}
		if (e->kind == PC_SNMP_ENTRY_RAW && e->object->origin == PC_OBJECT_GET_ONLY)
			continue;
		if (pc_snmp_entry_value(e, cur->dev, e->arcs, e->n, ret) != PC_OK)
			continue;
		cur->at++;
		*ret_oid = e->arcs;
		*ret_n = e->n;
		return PC_OK;
	}
	ret->type = PC_SNMP_END_OF_MIB_VIEW;
	return PC_E_NOTFOUND;
}

int
pc_snmp_tree_next(const struct pc_snmp_tree *tree, const struct pc_device *dev, const uint32_t *oid,
	size_t n_oid, uint32_t *ret_oid, size_t *ret_n, struct pc_snmp_value *ret)
{
	struct pc_snmp_cursor cur;
	const uint32_t *found = NULL;
	size_t n = 0;
	pc_snmp_cursor_init(&cur, tree, dev, oid, n_oid);
	int err = pc_snmp_cursor_next(&cur, &found, &n, ret);
	if (err != PC_OK)
		return err;
	memcpy(ret_oid, found, n * sizeof(*found));
	*ret_n = n;
	return PC_OK;
}
