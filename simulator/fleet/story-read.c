/* Reading a story by the table of its keys. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "fleet/story-internal.h"
#include "fleet/story.h"

enum { KNOWN_MAX = 700 };

struct reader {
	struct pc_story *story;
	struct pc_diag *diag;
	unsigned depth; /* sequences around */
};

/* Blocks of a story, freed together. */
struct block {
	struct block *next;
	max_align_t data[];
};

static void *
take(struct reader *r, size_t n, size_t size)
{
	struct block *b = calloc(1, sizeof(*b) + n * size);
	if (b == NULL)
		return NULL;
	b->next = r->story->memory;
	r->story->memory = b;
	return b->data;
}

static int
bad(struct reader *r, const struct pc_node *node, const char *expected)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	return pc_node_fail(
		node, r->diag, "found %s, expected %s", pc_node_describe(node, found), expected);
}

static int
bad_word(struct reader *r, const struct pc_node *node, const char *const *words)
{
	char known[KNOWN_MAX] = "one of: ";
	size_t used = strlen(known);
	for (size_t i = 0; words[i] != NULL && used < sizeof(known); i++)
		used += (size_t)snprintf(
			known + used, sizeof(known) - used, "%s%s", i == 0 ? "" : ", ", words[i]);
	return bad(r, node, known);
}

static int
word_index(const char *const *words, const char *text)
{
	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], text) == 0)
			return i;
	}
	return -1;
}

/* A scalar as the number its kind takes: 5, "2h30m", "30%", true. */
static bool
scalar_number(enum pc_story_kind kind, const struct pc_node *node, double *ret)
{
	char *end = NULL;
	if (node->kind != PC_NODE_SCALAR || node->len == 0 || strlen(node->text) != node->len)
		return false;
	if (kind == PC_STORY_KIND_TIME)
		return pc_story_time(node->text, ret);
	if (kind == PC_STORY_KIND_SHARE && strcmp(node->text, "true") == 0) {
		*ret = 1;
		return true;
	}
	if (kind == PC_STORY_KIND_SHARE && strcmp(node->text, "false") == 0) {
		*ret = 0;
		return true;
	}
	if (strspn(node->text, "0123456789.-") == 0)
		return false;
	*ret = strtod(node->text, &end);
	if (kind == PC_STORY_KIND_SHARE && strcmp(end, "%") == 0) {
		*ret /= 100;
		return true;
	}
	return *end == '\0';
}

static const char *
number_word(enum pc_story_kind kind)
{
	return kind == PC_STORY_KIND_TIME    ? "a time such as 1d2h30m or 90s"
	       : kind == PC_STORY_KIND_SHARE ? "a share such as 30%, 0.3, true or false"
					     : "a number";
}

static int
ranged(struct reader *r, const struct pc_story_field *f, const struct pc_node *node, double *ret)
{
	char expected[160], low[PC_STORY_TIME_TEXT], high[PC_STORY_TIME_TEXT];
	double v = 0;
	if (!scalar_number(f->kind, node, &v))
		return bad(r, node, number_word(f->kind));
	if (v >= f->min && v <= f->max) {
		*ret = v;
		return PC_OK;
	}
	if (f->kind == PC_STORY_KIND_TIME)
		snprintf(expected, sizeof(expected), "a time from %s to %s",
			pc_story_time_text(f->min, low), pc_story_time_text(f->max, high));
	else if (f->kind == PC_STORY_KIND_SHARE)
		snprintf(expected, sizeof(expected), "a share from 0%% to 100%%");
	else
		snprintf(expected, sizeof(expected), "a number from %.0f to %.0f", f->min, f->max);
	return bad(r, node, expected);
}

/* {choice: {value: weight, …}} */
static int
read_choices(struct reader *r, const struct pc_story_field *f, const struct pc_node *map,
	struct pc_draw *d)
{
	static const struct pc_story_field weight = {
		.name = "weight", .kind = PC_STORY_KIND_NUMBER, .min = 0, .max = 1e9};
	if (map->kind != PC_NODE_MAP || map->count == 0 || map->count > PC_STORY_CHOICES_MAX)
		return bad(r, map, "a map of 1 to 64 values with their weights");
	struct pc_draw_choice *list = take(r, map->count, sizeof(*list));
	if (list == NULL)
		return -ENOMEM;
	for (const struct pc_node *e = map->first; e != NULL; e = e->next) {
		struct pc_draw_choice *c = &list[d->n_choices];
		int err = PC_OK;
		c->text = e->key->text;
		if (f->kind == PC_STORY_KIND_WORDS && (double)e->key->len > f->max)
			return bad(r, e->key, "a shorter text");
		if (f->kind != PC_STORY_KIND_WORDS)
			err = ranged(r, f, e->key, &c->value);
		if (err == PC_OK)
			err = ranged(r, &weight, e, &c->weight);
		if (err != PC_OK)
			return err;
		d->weights += c->weight;
		d->n_choices++;
	}
	if (d->weights <= 0)
		return bad(r, map, "a weight above 0");
	d->kind = PC_DRAW_CHOICE;
	d->choices = list;
	return PC_OK;
}

/* {uniform: [a, b]}, {exponential: mean}, {lognormal: [median, sigma]} */
static int
read_distribution(struct reader *r, const struct pc_story_field *f, const struct pc_node *node,
	struct pc_draw *d)
{
	static const struct pc_story_field sigma = {
		.name = "sigma", .kind = PC_STORY_KIND_NUMBER, .min = 0, .max = 10};
	const char *name = node->key->text;
	int err = PC_OK;
	if (strcmp(name, "exponential") == 0) {
		d->kind = PC_DRAW_EXPONENTIAL;
		return ranged(r, f, node, &d->a);
	}
	bool uniform = strcmp(name, "uniform") == 0;
	d->kind = uniform ? PC_DRAW_UNIFORM : PC_DRAW_LOGNORMAL;
	if (node->kind != PC_NODE_LIST || node->count != 2)
		return bad(r, node,
			uniform ? "a list of the smallest and the largest value"
				: "a list of the median and sigma");
	err = ranged(r, f, node->first, &d->a);
	if (err == PC_OK)
		err = ranged(r, uniform ? f : &sigma, node->first->next, &d->b);
	if (err == PC_OK && uniform && d->b < d->a)
		return bad(r, node->first->next, "no less than the first");
	return err;
}

static int
read_draw(struct reader *r, const struct pc_story_field *f, void *at, const struct pc_node *node)
{
	static const char known[] = "uniform exponential lognormal choice";
	struct pc_draw *d = at;
	*d = (struct pc_draw){.min = f->min, .max = f->max};
	if (node->kind != PC_NODE_MAP) {
		d->kind = PC_DRAW_CONSTANT;
		return ranged(r, f, node, &d->a);
	}
	for (const struct pc_node *e = node->first; e != NULL; e = e->next) {
		const char *key = e->key->text;
		int err = PC_OK;
		if (strcmp(key, "min") == 0)
			err = ranged(r, f, e, &d->min);
		else if (strcmp(key, "max") == 0)
			err = ranged(r, f, e, &d->max);
		else if (!pc_story_listed(known, key))
			return bad(
				r, e->key, "uniform, exponential, lognormal, choice, min or max");
		else if (d->kind != PC_DRAW_NONE)
			return bad(r, e->key, "one distribution");
		else
			err = strcmp(key, "choice") == 0 ? read_choices(r, f, e, d)
							 : read_distribution(r, f, e, d);
		if (err != PC_OK)
			return err;
	}
	if (d->kind == PC_DRAW_NONE)
		return bad(r, node, "uniform, exponential, lognormal or choice in it");
	return d->min <= d->max ? PC_OK : bad(r, node, "min no more than max");
}

static int
read_text(struct reader *r, const struct pc_story_field *f, void *at, const struct pc_node *node)
{
	const char *text = NULL;
	int err = pc_node_text(node, &text, r->diag);
	if (err == PC_OK && ((double)node->len < f->min || (double)node->len > f->max))
		return pc_node_fail(node, r->diag,
			"found a text of %zu bytes, expected %.0f to %.0f for '%s'", node->len,
			f->min, f->max, f->name);
	if (err == PC_OK)
		memcpy(at, &text, sizeof(text));
	return err;
}

static int
read_words(struct reader *r, const struct pc_story_field *f, void *at, const struct pc_node *node)
{
	struct pc_draw *d = at;
	*d = (struct pc_draw){.kind = PC_DRAW_CONSTANT};
	if (node->kind != PC_NODE_MAP)
		return read_text(r, f, &d->text, node);
	d->kind = PC_DRAW_NONE;
	const struct pc_node *choice = pc_node_get(node, "choice");
	if (choice == NULL || node->count != 1)
		return bad(r, node, "a text, or {choice: {text: weight, …}}");
	return read_choices(r, f, choice, d);
}

static int
read_choice(struct reader *r, const struct pc_story_field *f, void *at, const struct pc_node *node)
{
	int32_t i = node->kind == PC_NODE_SCALAR ? word_index(f->words, node->text) : -1;
	if (i < 0)
		return bad_word(r, node, f->words);
	memcpy(at, &i, sizeof(i));
	return PC_OK;
}

static int
read_integer(struct reader *r, const struct pc_story_field *f, void *at, const struct pc_node *node)
{
	int64_t v = 0;
	int err = pc_node_integer(node, (int64_t)f->min, (int64_t)f->max, &v, r->diag);
	int32_t small = (int32_t)v;
	if (err == PC_OK && f->kind == PC_STORY_KIND_SEED)
		memcpy(at, &v, sizeof(v));
	else if (err == PC_OK)
		memcpy(at, &small, sizeof(small));
	return err;
}

static int
read_bool(struct reader *r, const struct pc_story_field *f, void *at, const struct pc_node *node)
{
	(void)f;
	return pc_node_bool(node, at, r->diag);
}

static int
read_part(struct reader *r, const struct pc_story_field *f, void *at, const struct pc_node *node)
{
	static const char *const words[] = {"any", "all", "needed"};
	uint64_t n = 0;
	int32_t part = 0;
	for (int i = 0; i < 3; i++) {
		if (node->kind == PC_NODE_SCALAR && strcmp(node->text, words[i]) == 0)
			part = PC_STORY_PART_ANY - i;
	}
	if (part == 0 && (node->kind != PC_NODE_SCALAR ||
				 pc_text_u64(node->text, 0, (uint64_t)f->max, &n) != PC_OK))
		return bad(r, node, "a number from 0 to 31, any, all or needed");
	part = part == 0 ? (int32_t)n : part;
	memcpy(at, &part, sizeof(part));
	return PC_OK;
}

static int
read_days(struct reader *r, const struct pc_story_field *f, void *at, const struct pc_node *node)
{
	uint8_t days = 0;
	(void)f;
	if (node->kind != PC_NODE_LIST)
		return bad(r, node, "a list of days such as [mon, tue]");
	for (const struct pc_node *e = node->first; e != NULL; e = e->next) {
		int day = e->kind == PC_NODE_SCALAR ? word_index(pc_story_day_names, e->text) : -1;
		if (day < 0)
			return bad_word(r, e, pc_story_day_names);
		days |= (uint8_t)(1u << day);
	}
	if (days == 0)
		return bad(r, node, "at least one day");
	memcpy(at, &days, sizeof(days));
	return PC_OK;
}

/* The factors of a rate: a list of 24, or a map by day. */
static int
read_factors(struct reader *r, const struct pc_story_field *f, void *at, const struct pc_node *node)
{
	struct pc_story_field number = *f;
	double *factors = at;
	bool week = f->kind == PC_STORY_KIND_WEEK;
	int hour = 0;
	number.kind = PC_STORY_KIND_NUMBER;
	if (week ? node->kind != PC_NODE_MAP : node->kind != PC_NODE_LIST || node->count != 24)
		return bad(r, node,
			week ? "a map of days and factors"
			     : "a list of 24 factors, from 0 o'clock");
	for (const struct pc_node *e = node->first; e != NULL; e = e->next) {
		int i = week ? word_index(pc_story_day_names, e->key->text) : hour++;
		if (i < 0)
			return bad_word(r, e->key, pc_story_day_names);
		int err = ranged(r, &number, e, &factors[i]);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}

static int
read_texts(struct reader *r, const struct pc_story_field *f, void *base, const struct pc_node *node)
{
	size_t n = 0;
	if (node->kind != PC_NODE_LIST || node->count == 0 || (double)node->count > f->max)
		return bad(r, node, "a list of texts");
	const char **list = take(r, node->count, sizeof(*list));
	if (list == NULL)
		return -ENOMEM;
	for (const struct pc_node *e = node->first; e != NULL; e = e->next) {
		int err = pc_node_text(e, &list[n++], r->diag);
		if (err != PC_OK)
			return err;
	}
	memcpy((char *)base + f->offset, &list, sizeof(list));
	memcpy((char *)base + f->count_offset, &n, sizeof(n));
	return PC_OK;
}

static bool
parse_range(const char *text, struct pc_story_range *ret)
{
	char first[16];
	uint64_t from = 0, to = 0;
	const char *dash = strchr(text, '-');
	size_t n = dash == NULL ? strlen(text) : (size_t)(dash - text);
	if (n >= sizeof(first))
		return false;
	memcpy(first, text, n);
	first[n] = '\0';
	if (pc_text_u64(first, 1, UINT32_MAX - 1, &from) != PC_OK)
		return false;
	to = from;
	if (dash != NULL && pc_text_u64(dash + 1, from, UINT32_MAX - 1, &to) != PC_OK)
		return false;
	*ret = (struct pc_story_range){(uint32_t)from, (uint32_t)to};
	return true;
}

static int
read_ranges(
	struct reader *r, const struct pc_story_field *f, void *base, const struct pc_node *node)
{
	size_t n = 0;
	if (node->kind != PC_NODE_LIST || node->count == 0 || (double)node->count > f->max)
		return bad(r, node, "a list of numbers and ranges such as [1, 10-19]");
	struct pc_story_range *list = take(r, node->count, sizeof(*list));
	if (list == NULL)
		return -ENOMEM;
	for (const struct pc_node *e = node->first; e != NULL; e = e->next) {
		if (e->kind != PC_NODE_SCALAR || !parse_range(e->text, &list[n++]))
			return bad(r, e, "a number from 1 or a range such as 10-19");
	}
	memcpy((char *)base + f->offset, &list, sizeof(list));
	memcpy((char *)base + f->count_offset, &n, sizeof(n));
	return PC_OK;
}

static int read_steps(struct reader *r, const struct pc_story_field *f, void *base,
	const struct pc_node *node, bool nested);
static int read_groups(
	struct reader *r, const struct pc_story_field *f, void *base, const struct pc_node *node);

static int
read_field(struct reader *r, const struct pc_story_field *f, void *base, const struct pc_node *node,
	bool nested)
{
	void *at = (char *)base + f->offset;
	switch (f->kind) {
	case PC_STORY_KIND_TEXT:
		return read_text(r, f, at, node);
	case PC_STORY_KIND_CHOICE:
		return read_choice(r, f, at, node);
	case PC_STORY_KIND_BOOL:
		return read_bool(r, f, at, node);
	case PC_STORY_KIND_INTEGER:
	case PC_STORY_KIND_SEED:
		return read_integer(r, f, at, node);
	case PC_STORY_KIND_NUMBER:
	case PC_STORY_KIND_TIME:
	case PC_STORY_KIND_SHARE:
		return read_draw(r, f, at, node);
	case PC_STORY_KIND_WORDS:
		return read_words(r, f, at, node);
	case PC_STORY_KIND_PART:
		return read_part(r, f, at, node);
	case PC_STORY_KIND_DAYS:
		return read_days(r, f, at, node);
	case PC_STORY_KIND_HOURS:
	case PC_STORY_KIND_WEEK:
		return read_factors(r, f, at, node);
	case PC_STORY_KIND_TEXTS:
		return read_texts(r, f, base, node);
	case PC_STORY_KIND_RANGES:
		return read_ranges(r, f, base, node);
	case PC_STORY_KIND_STEPS:
		return read_steps(r, f, base, node, nested);
	case PC_STORY_KIND_GROUPS:
		return read_groups(r, f, base, node);
	}
	return PC_E_INTERNAL;
}

static const struct pc_story_field *
find_field(const struct pc_story_field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	}
	return NULL;
}

static int
unknown_key(
	struct reader *r, const struct pc_story_field *fields, size_t n, const struct pc_node *key)
{
	char known[KNOWN_MAX] = "";
	size_t used = 0;
	for (size_t i = 0; i < n && used < sizeof(known); i++)
		used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
			i == 0 ? "" : ", ", fields[i].name);
	return pc_node_fail(
		key, r->diag, "found key '%.60s', expected one of: %s", key->text, known);
}

/* `given`: bit per field that is there; may be NULL. */
static int
read_map(struct reader *r, const struct pc_story_field *fields, size_t n, void *base,
	const struct pc_node *node, bool nested, uint64_t *given)
{
	if (node->kind != PC_NODE_MAP)
		return bad(r, node, "a map");
	for (const struct pc_node *e = node->first; e != NULL; e = e->next) {
		const struct pc_story_field *f = find_field(fields, n, e->key->text);
		if (f == NULL)
			return unknown_key(r, fields, n, e->key);
		int err = read_field(r, f, base, e, nested);
		if (err != PC_OK)
			return err;
		if (given != NULL)
			*given |= UINT64_C(1) << (f - fields);
	}
	return PC_OK;
}

/* Only what the action takes, and all it needs. */
static int
check_keys(struct reader *r, const struct pc_story_step *s, const struct pc_node *node, bool nested)
{
	const struct pc_story_action *a = pc_story_action((size_t)s->action);
	bool repeats = !nested && s->every.kind != PC_DRAW_NONE;
	for (const struct pc_node *e = node->first; e != NULL; e = e->next) {
		const char *key = e->key->text;
		if (strcmp(key, "times") == 0 && s->action != PC_STORY_SEQUENCE && !repeats)
			return bad(r, e->key,
				nested ? "'times' only of a sequence" : "'every' beside 'times'");
		if (!pc_story_is_common(key, nested) && !pc_story_listed(a->takes, key))
			return pc_node_fail(e->key, r->diag,
				"found key '%s', expected for '%s'%s only: %s%s%s", key, a->name,
				nested ? " in a sequence" : "",
				nested ? "who, pick, chance, after"
				       : "who, pick, chance, at, every, until, times, days",
				a->takes[0] == '\0' ? "" : " and ", a->takes);
	}
	for (const char *p = a->needs; *p != '\0';) {
		size_t len = strcspn(p, " ");
		char key[32];
		snprintf(key, sizeof(key), "%.*s", (int)len, p);
		if (pc_node_get(node, key) == NULL)
			return pc_node_fail(node, r->diag,
				"found no key '%s', expected it for '%s'", key, a->name);
		p += len;
		p += strspn(p, " ");
	}
	if (s->part == PC_STORY_PART_NEEDED &&
		(s->action == PC_STORY_RAISE || s->action == PC_STORY_SUPPLY))
		return bad(r, pc_node_get(node, "part"), "a number, any or all");
	if (s->action == PC_STORY_WAIT && !nested)
		return bad(r, pc_node_get(node, "do"), "'wait' only in a sequence");
	return PC_OK;
}

static int
check_group(struct reader *r, struct pc_story_step *s, const struct pc_node *node)
{
	char known[KNOWN_MAX] = "a group: all";
	size_t used = strlen(known);
	if (s->who == NULL || strcmp(s->who, "all") == 0)
		return PC_OK;
	for (size_t i = 0; i < r->story->n_groups; i++) {
		if (strcmp(r->story->groups[i].name, s->who) == 0) {
			s->group = &r->story->groups[i];
			return PC_OK;
		}
		if (used < sizeof(known))
			used += (size_t)snprintf(known + used, sizeof(known) - used, ", %s",
				r->story->groups[i].name);
	}
	return bad(r, pc_node_get(node, "who"), known);
}

static int
read_step(struct reader *r, struct pc_story_step *s, const struct pc_node *node, bool nested)
{
	size_t n = 0;
	const struct pc_story_field *fields = pc_story_step_fields(&n);
	*s = (struct pc_story_step){.action = -1,
		.what = -1,
		.armed = true,
		.is_signed = true,
		.line = node->line,
		.origin = 1};
	if (r->story->numbered == PC_STORY_STEPS_MAX)
		return pc_node_fail(node, r->diag, "found step %d, expected at most %d",
			PC_STORY_STEPS_MAX + 1, PC_STORY_STEPS_MAX);
	s->number = ++r->story->numbered;
	for (int i = 0; i < 24; i++)
		s->hours[i] = 1;
	for (int i = 0; i < 7; i++)
		s->weekdays[i] = 1;
	int err = read_map(r, fields, n, s, node, true, &s->given);
	if (err != PC_OK)
		return err;
	if (s->action < 0)
		return pc_node_fail(node, r->diag, "found no key 'do', expected what happens");
	err = check_keys(r, s, node, nested);
	return err == PC_OK ? check_group(r, s, node) : err;
}

static int
read_steps(struct reader *r, const struct pc_story_field *f, void *base, const struct pc_node *node,
	bool nested)
{
	size_t n = 0;
	int err = PC_OK;
	if (node->kind != PC_NODE_LIST || node->count == 0)
		return bad(r, node, "a list of steps");
	if (r->depth == PC_STORY_DEPTH_MAX)
		return bad(r, node, "sequences less deep in each other");
	struct pc_story_step *list =
		take(r, node->count > PC_STORY_STEPS_MAX ? PC_STORY_STEPS_MAX + 1 : node->count,
			sizeof(*list));
	if (list == NULL)
		return -ENOMEM;
	r->depth++;
	for (const struct pc_node *e = node->first; e != NULL && err == PC_OK; e = e->next)
		err = read_step(r, &list[n++], e, nested);
	r->depth--;
	memcpy((char *)base + f->offset, &list, sizeof(list));
	memcpy((char *)base + f->count_offset, &n, sizeof(n));
	return err;
}

static int
read_groups(
	struct reader *r, const struct pc_story_field *f, void *base, const struct pc_node *node)
{
	size_t n = 0, n_fields = 0;
	const struct pc_story_field *fields = pc_story_group_fields(&n_fields);
	if (node->kind != PC_NODE_LIST || (double)node->count > f->max)
		return bad(r, node, "a list of at most 64 groups");
	struct pc_story_group *list = take(r, node->count, sizeof(*list));
	if (list == NULL)
		return -ENOMEM;
	for (const struct pc_node *e = node->first; e != NULL; e = e->next) {
		struct pc_story_group *g = &list[n];
		int err = read_map(r, fields, n_fields, g, e, false, NULL);
		if (err != PC_OK)
			return err;
		if (g->name == NULL || strcmp(g->name, "all") == 0)
			return bad(r, e, "a group with a 'name', which is not 'all'");
		for (size_t i = 0; i < n; i++) {
			if (strcmp(list[i].name, g->name) == 0)
				return bad(r, pc_node_get(e, "name"), "another name: it is taken");
		}
		n++;
	}
	memcpy((char *)base + f->offset, &list, sizeof(list));
	memcpy((char *)base + f->count_offset, &n, sizeof(n));
	return PC_OK;
}

/* Groups first, wherever they stand: steps name them. */
static int
read_story(struct reader *r, const struct pc_node *root)
{
	size_t n = 0;
	const struct pc_story_field *fields = pc_story_fields(&n);
	const struct pc_node *groups = pc_node_get(root, "groups");
	int err = groups == NULL
			  ? PC_OK
			  : read_field(r, find_field(fields, n, "groups"), r->story, groups, false);
	for (const struct pc_node *e = root->first; e != NULL && err == PC_OK; e = e->next) {
		const struct pc_story_field *f = find_field(fields, n, e->key->text);
		if (f == NULL)
			return unknown_key(r, fields, n, e->key);
		if (f->kind != PC_STORY_KIND_GROUPS)
			err = read_field(r, f, r->story, e, false);
	}
	if (err == PC_OK && (r->story->name == NULL || r->story->n_steps == 0))
		return pc_node_fail(root, r->diag, "found no key '%s', expected it in a story",
			r->story->name == NULL ? "story" : "steps");
	return err;
}

/* Takes `doc`. */
static int
make(struct pc_doc *doc, struct pc_story **ret, struct pc_diag *diag)
{
	struct reader r = {.story = calloc(1, sizeof(*r.story)), .diag = diag};
	if (r.story == NULL) {
		pc_doc_free(doc);
		return -ENOMEM;
	}
	r.story->doc = doc;
	const struct pc_node *root = pc_doc_root(doc);
	int err = root->kind != PC_NODE_MAP ? bad(&r, root, "a map with 'story' and 'steps'")
					    : read_story(&r, root);
	if (err == PC_OK)
		*ret = r.story;
	else
		pc_story_free(r.story);
	return err;
}

int
pc_story_load(const char *path, struct pc_story **ret, struct pc_diag *diag)
{
	struct pc_doc *doc = NULL;
	int err = pc_doc_load(path, &doc, diag);
	return err == PC_OK ? make(doc, ret, diag) : err;
}

int
pc_story_parse(
	const char *text, size_t len, const char *name, struct pc_story **ret, struct pc_diag *diag)
{
	struct pc_doc *doc = NULL;
	int err = pc_doc_parse(text, len, name, &doc, diag);
	return err == PC_OK ? make(doc, ret, diag) : err;
}

void
pc_story_free(struct pc_story *story)
{
	if (story == NULL)
		return;
	for (struct block *b = story->memory; b != NULL;) {
		struct block *next = b->next;
		free(b);
		b = next;
	}
	pc_doc_free(story->doc);
	free(story);
}

const char *
pc_story_name(const struct pc_story *story)
{
	return story->name;
}

const char *
pc_story_summary(const struct pc_story *story)
{
	return story->summary == NULL ? "" : story->summary;
}
