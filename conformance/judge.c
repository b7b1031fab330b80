/* The judge: applies a mask to recorded and live event lines. */
#include <errno.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/text.h"
#include "conformance/mask-rule.h"

enum { CUTS_MAX = 64, WHY_MAX = 512, COUNTERS_MAX = 65536 };

/* One field of an event list, bytes cut into the ranges that rules name. */
struct field {
	char *path; /* owned, as is value */
	const char *type;
	char *value;
	bool taken;
};

struct fields {
	struct field *at; /* owned */
	size_t n;
	size_t cap;
};

/* A name in a scope with a value: variables, and the last value of counters. */
struct known {
	char *scope;
	char *name;
	char *value;
	bool wrapped;
};

struct pc_judge {
	struct pc_mask *mask; /* borrowed */
	uint64_t now_ns;
	struct known *variables; /* owned */
	size_t n_variables;
	struct known *counters; /* owned */
	size_t n_counters;
	struct pc_mask_totals totals;
	struct pc_mask_mismatch *mismatches; /* owned, PC_MASK_MISMATCHES_MAX */
	size_t n_mismatches;
};

int
pc_judge_new(struct pc_mask *mask, struct pc_judge **ret)
{
	struct pc_judge *j = calloc(1, sizeof(*j));
	if (j == NULL)
		return -ENOMEM;
	j->mismatches = calloc(PC_MASK_MISMATCHES_MAX, sizeof(*j->mismatches));
	if (j->mismatches == NULL) {
		free(j);
		return -ENOMEM;
	}
	j->mask = mask;
	*ret = j;
	return PC_OK;
}

static void
free_known(struct known *k, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(k[i].scope);
		free(k[i].name);
		free(k[i].value);
	}
	free(k);
}

void
pc_judge_free(struct pc_judge *j)
{
	if (j == NULL)
		return;
	free_known(j->variables, j->n_variables);
	free_known(j->counters, j->n_counters);
	for (size_t i = 0; i < j->n_mismatches; i++) {
		struct pc_mask_mismatch *m = &j->mismatches[i];
		free(m->path);
		free(m->rule);
		free(m->recorded);
		free(m->got);
		free(m->why);
	}
	free(j->mismatches);
	free(j);
}

void
pc_judge_set_now(struct pc_judge *j, uint64_t wall_ns)
{
	j->now_ns = wall_ns;
}

static struct known *
find_known(struct known *k, size_t n, const char *scope, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(k[i].name, name) == 0 && strcmp(k[i].scope, scope) == 0)
			return &k[i];
	}
	return NULL;
}

static int
remember(struct known **k, size_t *n, size_t max, const char *scope, const char *name,
	const char *value)
{
	struct known *old = find_known(*k, *n, scope, name);
	char *copy = strndup(value, PC_MASK_VALUE_MAX);
	if (copy == NULL)
		return -ENOMEM;
	if (old != NULL) {
		free(old->value);
		old->value = copy;
		return PC_OK;
	}
	if (*n == max) {
		free(copy);
		return PC_E_LIMIT;
	}
	if ((*n & (*n - 1)) == 0) {
		struct known *more = realloc(*k, (*n == 0 ? 1 : *n * 2) * sizeof(*more));
		if (more == NULL) {
			free(copy);
			return -ENOMEM;
		}
		*k = more;
	}
	(*k)[*n] = (struct known){strdup(scope), strdup(name), copy, false};
	if ((*k)[*n].scope == NULL || (*k)[*n].name == NULL) {
		free((*k)[*n].scope);
		free((*k)[*n].name);
		free(copy);
		return -ENOMEM;
	}
	(*n)++;
	return PC_OK;
}

int
pc_judge_set(struct pc_judge *j, const char *name, const char *value)
{
	return remember(&j->variables, &j->n_variables, PC_MASK_VARIABLES_MAX, "", name, value);
}

const char *
pc_judge_variable(const struct pc_judge *j, const char *scope, const char *name)
{
	const struct known *k = find_known(j->variables, j->n_variables, scope, name);
	if (k == NULL)
		k = find_known(j->variables, j->n_variables, "", name);
	return k == NULL ? NULL : k->value;
}

struct pc_mask_totals
pc_judge_totals(const struct pc_judge *j)
{
	struct pc_mask_totals t = j->totals;
	size_t all = t.exact + t.by_rule + t.ignored + t.failed;
	t.ignored_permille = all == 0 ? 0 : (uint32_t)(t.ignored * 1000 / all);
	return t;
}

size_t
pc_judge_n_mismatches(const struct pc_judge *j)
{
	return j->n_mismatches;
}

const struct pc_mask_mismatch *
pc_judge_mismatch(const struct pc_judge *j, size_t at)
{
	return at < j->n_mismatches ? &j->mismatches[at] : NULL;
}

static void
fail(struct pc_judge *j, const struct pc_judge_at *at, const struct pc_mask_rule *r,
	const char *path, const char *recorded, const char *got, const char *why)
{
	char rule[WHY_MAX] = "exact";
	j->totals.failed++;
	if (j->n_mismatches == PC_MASK_MISMATCHES_MAX)
		return;
	if (r != NULL)
		snprintf(rule, sizeof(rule), "%s:%u: %s %s%s%s", r->file, r->line, r->selector,
			pc_mask_verb_name(r->verb), r->arg[0] == '\0' ? "" : " ", r->arg);
	j->mismatches[j->n_mismatches++] = (struct pc_mask_mismatch){at->exchange, at->frame,
		strdup(path), strdup(rule), strndup(recorded, PC_MASK_VALUE_MAX),
		strndup(got, PC_MASK_VALUE_MAX), strdup(why)};
}

void
pc_judge_fail(struct pc_judge *j, const struct pc_judge_at *at, const char *path,
	const char *recorded, const char *got, const char *why)
{
	fail(j, at, NULL, path, recorded, got, why);
}

/* Replace $NAME; an unbound variable stays as it is, so that it shows in the mismatch. */
static void
expand(const struct pc_judge *j, const char *scope, const char *text, char *out, size_t size)
{
	size_t n = 0;
	while (*text != '\0' && n + 1 < size) {
		char name[64];
		size_t len = 0;
		while (*text == '$' && len + 1 < sizeof(name) &&
			(text[len + 1] == '_' || (text[len + 1] >= 'A' && text[len + 1] <= 'Z') ||
				(text[len + 1] >= '0' && text[len + 1] <= '9'))) {
			name[len] = text[len + 1];
			len++;
		}
		name[len] = '\0';
		const char *value = len == 0 ? NULL : pc_judge_variable(j, scope, name);
		if (value == NULL) {
			out[n++] = *text++;
			continue;
		}
		text += len + 1;
		while (*value != '\0' && n + 1 < size)
			out[n++] = *value++;
	}
	out[n] = '\0';
}

static bool
to_number(const char *text, double *ret)
{
	char *end;
	*ret = strtod(text, &end);
	/* "0x…" are octets in event lines, never a number. */
	return end != text && *end == '\0' && strncmp(text, "0x", 2) != 0;
}

/* DateAndTime as "0x07ea0b140c00000…": year, month, day, hour, minute, second, tenth, zone.
 * Spec: RFC 2579 DateAndTime */
static bool
date_and_time(const char *text, double *ret)
{
	uint8_t b[11] = {0};
	size_t n = 0;
	if (strncmp(text, "0x", 2) != 0 || pc_text_unhex(text + 2, b, sizeof(b), &n) != PC_OK ||
		(n != 8 && n != 11))
		return false;
	struct tm tm = {.tm_year = (b[0] << 8 | b[1]) - 1900,
		.tm_mon = b[2] - 1,
		.tm_mday = b[3],
		.tm_hour = b[4],
		.tm_min = b[5],
		.tm_sec = b[6]};
	double zone = n == 11 ? b[9] * 3600.0 + b[10] * 60.0 : 0;
	*ret = (double)timegm(&tm) - (b[8] == '-' ? -zone : zone);
	return true;
}

/* RFC 3339 with zone or Z, an HTTP date, seconds or milliseconds since 1970. */
static bool
to_time(const char *text, double *ret)
{
	struct tm tm = {0};
	double v;
	if (to_number(text, &v)) {
		*ret = v > 1e11 ? v / 1000 : v;
		return true;
	}
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (end != NULL) {
		int hours = 0;
		int minutes = 0;
		end += *end == '.' ? 1 + strspn(end + 1, "0123456789") : 0;
		*ret = (double)timegm(&tm);
		if ((*end == '+' || *end == '-') &&
			sscanf(end + 1, "%2d:%2d", &hours, &minutes) == 2)
			*ret -= (*end == '-' ? -1 : 1) * (hours * 3600.0 + minutes * 60.0);
		return true;
	}
	tm = (struct tm){0};
	if (strptime(text, "%a, %d %b %Y %H:%M:%S", &tm) != NULL) {
		*ret = (double)timegm(&tm);
		return true;
	}
	return date_and_time(text, ret);
}

static const char *
judge_numbers(struct pc_judge *j, const struct pc_judge_at *at, const struct pc_mask_rule *r,
	const struct field *rec, const struct field *live)
{
	double a = 0;
	double b;
	if (!to_number(live->value, &b))
		return "it is no number";
	if (r->verb == PC_MASK_RANGE)
		return b >= r->low && b <= r->high ? NULL : "outside the range";
	if (r->verb == PC_MASK_TOL) {
		if (!to_number(rec->value, &a))
			return "the recorded value is no number";
		double limit = r->percent ? fabs(a) * r->high / 100 : r->high;
		return fabs(a - b) <= limit ? NULL : "outside the tolerance";
	}
	struct known *last = find_known(j->counters, j->n_counters, at->scope, live->path);
	bool lower = last != NULL && to_number(last->value, &a) && b < a;
	if (lower && (strcmp(r->arg, "wrap") != 0 || last->wrapped))
		return "lower than earlier in this run";
	if (lower)
		last->wrapped = true;
	if (remember(&j->counters, &j->n_counters, COUNTERS_MAX, at->scope, live->path,
		    live->value) != PC_OK)
		return "too many counters to remember";
	return NULL;
}

static const char *
judge_regex(const char *expression, const char *value)
{
	regex_t re;
	regmatch_t m;
	if (regcomp(&re, expression, REG_EXTENDED) != 0)
		return "the expression is invalid after its variables were put in";
	bool ok = regexec(&re, value, 1, &m, 0) == 0 && m.rm_so == 0 &&
		  (size_t)m.rm_eo == strlen(value);
	regfree(&re);
	return ok ? NULL : "the expression does not match";
}

static const char *
judge_oneof(const char *words, const char *value)
{
	size_t n = strlen(value);
	while (*words != '\0') {
		size_t len = strcspn(words, " \t");
		if (len == n && memcmp(words, value, n) == 0)
			return NULL;
		words += len;
		words += strspn(words, " \t");
	}
	return "none of the values allowed";
}

static const char *
judge_bind(struct pc_judge *j, const struct pc_judge_at *at, const struct pc_mask_rule *r,
	const struct field *live)
{
	const char *bound = pc_judge_variable(j, at->scope, r->arg);
	if (bound != NULL)
		return strcmp(bound, live->value) == 0 ? NULL : "the variable has another value";
	if (remember(&j->variables, &j->n_variables, PC_MASK_VARIABLES_MAX, at->scope, r->arg,
		    live->value) != PC_OK)
		return "too many variables";
	return NULL;
}

/* NULL when the live field is right, else what is wrong with it. */
static const char *
judge_field(struct pc_judge *j, const struct pc_judge_at *at, const struct pc_mask_rule *r,
	const struct field *rec, const struct field *live)
{
	char want[PC_MASK_VALUE_MAX];
	double t;
	enum pc_mask_verb verb = r == NULL ? PC_MASK_OPTIONAL : r->verb;
	if (verb == PC_MASK_IGNORE)
		return NULL;
	if (verb == PC_MASK_TYPE)
		return strcmp(live->type, r->arg) == 0 ? NULL : "another type";
	if (strcmp(rec->type, live->type) != 0)
		return "the type differs";
	switch (verb) {
	case PC_MASK_EQUAL:
		expand(j, at->scope, r->arg, want, sizeof(want));
		return strcmp(want, live->value) == 0 ? NULL : "the value differs";
	case PC_MASK_BIND:
		return judge_bind(j, at, r, live);
	case PC_MASK_MONOTONIC:
	case PC_MASK_TOL:
	case PC_MASK_RANGE:
		return judge_numbers(j, at, r, rec, live);
	case PC_MASK_NOW:
		if (!to_time(live->value, &t))
			return "it is no time";
		return fabs(t - (double)j->now_ns / 1e9) <= r->high ? NULL : "not near now";
	case PC_MASK_REGEX:
		expand(j, at->scope, r->arg, want, sizeof(want));
		return judge_regex(want, live->value);
	case PC_MASK_ONEOF:
		expand(j, at->scope, r->arg, want, sizeof(want));
		return judge_oneof(want, live->value);
	case PC_MASK_LEN:
		t = (double)strlen(live->value);
		return t >= r->low && t <= r->high ? NULL : "the length is outside the range";
	case PC_MASK_ABSENT:
		return "it must not be there";
	case PC_MASK_OPTIONAL:
	case PC_MASK_SHA256:
	case PC_MASK_UNORDERED:
	case PC_MASK_IGNORE:
	case PC_MASK_TYPE:
		break;
	}
	return strcmp(rec->value, live->value) == 0 ? NULL : "the value differs";
}

static void
free_fields(struct fields *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->at[i].path);
		free(f->at[i].value);
	}
	free(f->at);
}

static int
add_field(struct fields *f, const char *path, const char *type, const char *value, size_t len)
{
	if (f->n == f->cap) {
		size_t cap = f->cap == 0 ? 32 : f->cap * 2;
		struct field *more = realloc(f->at, cap * sizeof(*more));
		if (more == NULL)
			return -ENOMEM;
		f->at = more;
		f->cap = cap;
	}
	struct field one = {strdup(path), type, strndup(value, len), false};
	if (one.path == NULL || one.value == NULL) {
		free(one.path);
		free(one.value);
		return -ENOMEM;
	}
	f->at[f->n++] = one;
	return PC_OK;
}

static int
by_number(const void *a, const void *b)
{
	size_t x = *(const size_t *)a;
	size_t y = *(const size_t *)b;
	return (x > y) - (x < y);
}

/* Where rules with ranges cut the bytes of `path`. */
static size_t
find_cuts(const struct pc_mask *m, const char *path, size_t cuts[CUTS_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < m->n && n + 2 <= CUTS_MAX; i++) {
		const struct pc_mask_rule *r = &m->rules[i];
		char base[PC_EVENT_PATH_MAX];
		if (!r->slice)
			continue;
		pc_text_copy(base, sizeof(base), r->selector);
		*strrchr(base, '[') = '\0';
		if (pc_mask_glob(base, path)) {
			cuts[n++] = r->from;
			cuts[n++] = r->to;
		}
	}
	qsort(cuts, n, sizeof(cuts[0]), by_number);
	return n;
}

static int
add_event(struct fields *f, const struct pc_mask *m, const struct pc_event *e)
{
	size_t cuts[CUTS_MAX];
	bool bytes = strcmp(e->type, "bytes") == 0 && strncmp(e->value, "0x", 2) == 0;
	size_t n = bytes ? find_cuts(m, e->path, cuts) : 0;
	size_t len = bytes ? (strlen(e->value) - 2) / 2 : 0;
	size_t from = 0;
	if (n == 0)
		return add_field(f, e->path, e->type, e->value, strlen(e->value));
	for (size_t i = 0; i <= n; i++) {
		char path[PC_EVENT_PATH_MAX];
		size_t to = i < n && cuts[i] < len ? cuts[i] : len;
		if (to <= from)
			continue;
		/* What follows the last cut has no end in its name: lengths may differ. */
		if (i < n && cuts[i] <= len)
			snprintf(path, sizeof(path), "%s[%zu:%zu]", e->path, from, to);
		else
			snprintf(path, sizeof(path), "%s[%zu:]", e->path, from);
		int err = add_field(f, path, e->type, e->value + 2 + from * 2, (to - from) * 2);
		if (err != PC_OK)
			return err;
		from = to;
	}
	return PC_OK;
}

static int
make_fields(struct fields *f, const struct pc_mask *m, enum pc_event_side side,
	const struct pc_event_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		int err = l->events[i].side == side ? add_event(f, m, &l->events[i]) : PC_OK;
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}

/* Same path; positions "[3]" count as equal when order does not matter. */
static bool
same_path(const char *a, const char *b, bool unordered)
{
	for (; *a != '\0' && *b != '\0'; a++, b++) {
		if (unordered && *a == '[' && *b == '[') {
			a += strspn(a + 1, "0123456789");
			b += strspn(b + 1, "0123456789");
		} else if (*a != *b) {
			return false;
		}
	}
	return *a == *b;
}

/* The live field for a recorded one; mostly it stands at the same place. */
static struct field *
find_live(struct fields *live, const struct field *rec, size_t hint, bool unordered)
{
	for (size_t k = 0; k < live->n; k++) {
		struct field *f = &live->at[(hint + k) % live->n];
		if (f->taken || !same_path(rec->path, f->path, unordered))
			continue;
		if (!unordered ||
			(strcmp(f->type, rec->type) == 0 && strcmp(f->value, rec->value) == 0))
			return f;
	}
	return NULL;
}

static void
compare_missing(struct pc_judge *j, const struct pc_judge_at *at, const struct pc_mask_rule *r,
	const struct field *rec)
{
	if (r != NULL && (r->verb == PC_MASK_OPTIONAL || r->verb == PC_MASK_ABSENT))
		j->totals.optional_missing++;
	else
		fail(j, at, r, rec->path, rec->value, "", "missing");
}

static int
compare_recorded(struct pc_judge *j, const struct pc_judge_at *at, const struct fields *rec,
	struct fields *live, struct pc_diag *diag)
{
	for (size_t i = 0; i < rec->n; i++) {
		struct pc_mask_rule *r = NULL;
		int err = pc_mask_find(j->mask, rec->at[i].path, &r, diag);
		if (err != PC_OK)
			return err;
		bool set = r != NULL && r->verb == PC_MASK_UNORDERED;
		struct field *f = find_live(live, &rec->at[i], i, set);
		if (f == NULL) {
			compare_missing(j, at, r, &rec->at[i]);
			continue;
		}
		f->taken = true;
		const char *why = judge_field(j, at, r, &rec->at[i], f);
		if (why != NULL)
			fail(j, at, r, rec->at[i].path, rec->at[i].value, f->value, why);
		else if (r == NULL)
			j->totals.exact++;
		else if (r->verb == PC_MASK_IGNORE)
			j->totals.ignored++;
		else
			j->totals.by_rule++;
	}
	return PC_OK;
}

static int
compare_extra(struct pc_judge *j, const struct pc_judge_at *at, const struct fields *live,
	struct pc_diag *diag)
{
	for (size_t i = 0; i < live->n; i++) {
		struct pc_mask_rule *r = NULL;
		if (live->at[i].taken)
			continue;
		int err = pc_mask_find(j->mask, live->at[i].path, &r, diag);
		if (err != PC_OK)
			return err;
		if (r != NULL && r->verb == PC_MASK_OPTIONAL)
			j->totals.by_rule++;
		else
			fail(j, at, r, live->at[i].path, "", live->at[i].value,
				r != NULL && r->verb == PC_MASK_ABSENT ? "it must not be there"
								       : "not in the recording");
	}
	return PC_OK;
}

int
pc_judge_compare(struct pc_judge *j, const struct pc_judge_at *at,
	const struct pc_event_list *recorded, const struct pc_event_list *live,
	struct pc_diag *diag)
{
	struct fields a = {0};
	struct fields b = {0};
	int err = make_fields(&a, j->mask, at->side, recorded);
	if (err == PC_OK)
		err = make_fields(&b, j->mask, at->side, live);
	if (err == PC_OK)
		err = compare_recorded(j, at, &a, &b, diag);
	if (err == PC_OK)
		err = compare_extra(j, at, &b, diag);
	free_fields(&a);
	free_fields(&b);
	return err;
}
