#include "conformance/mask.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "conformance/mask-rule.h"

enum { INCLUDE_DEPTH_MAX = 8, LINE_BYTES_MAX = 4096 };

enum argument { ARG_NONE, ARG_TEXT, ARG_WORD, ARG_OPTIONAL, ARG_NUMBER, ARG_RANGE, ARG_REGEX };

static const struct {
	const char *name;
	enum pc_mask_verb verb;
	enum argument argument;
} verbs[] = {
	{"equal", PC_MASK_EQUAL, ARG_TEXT},
	{"ignore", PC_MASK_IGNORE, ARG_NONE},
	{"optional", PC_MASK_OPTIONAL, ARG_NONE},
	{"absent", PC_MASK_ABSENT, ARG_NONE},
	{"type", PC_MASK_TYPE, ARG_TEXT},
	{"bind", PC_MASK_BIND, ARG_WORD},
	{"monotonic", PC_MASK_MONOTONIC, ARG_OPTIONAL},
	{"tol", PC_MASK_TOL, ARG_NUMBER},
	{"range", PC_MASK_RANGE, ARG_RANGE},
	{"now", PC_MASK_NOW, ARG_NUMBER},
	{"regex", PC_MASK_REGEX, ARG_REGEX},
	{"oneof", PC_MASK_ONEOF, ARG_TEXT},
	{"len", PC_MASK_LEN, ARG_RANGE},
	{"sha256", PC_MASK_SHA256, ARG_NONE},
	{"unordered", PC_MASK_UNORDERED, ARG_NONE},
};

/* Where the reader stands. */
struct source {
	struct pc_mask *mask;
	const char *file;
	const char *std_dir;
	unsigned line;
	unsigned depth;
	struct pc_diag *diag;
};

static int read_file(struct pc_mask *m, const char *path, const char *std_dir, unsigned depth,
	struct pc_diag *diag);

const char *
pc_mask_verb_name(enum pc_mask_verb verb)
{
	return verbs[verb].name;
}

static bool
ends_component(char c)
{
	return c == '\0' || c == '.' || c == '[' || c == ']' || c == '/';
}

/* Only the latest '*' and the latest '**' are tried again: moving an earlier one to the right
 * leaves the later ones fewer choices, never more. So no selector takes more than quadratic time.
 */
bool
pc_mask_glob(const char *selector, const char *path)
{
	const char *one = NULL; /* behind the latest '*', and where its text ends */
	const char *one_end = NULL;
	const char *any = NULL; /* the same of the latest '**' */
	const char *any_end = NULL;
	for (;;) {
		if (selector[0] == '*' && selector[1] == '*') {
			selector += 2;
			any = selector;
			any_end = path;
			one = NULL;
		} else if (*selector == '*') {
			one = ++selector;
			one_end = path;
		} else if (*selector == *path) {
			if (*path == '\0')
				return true;
			selector++;
			path++;
		} else if (one != NULL && !ends_component(*one_end)) {
			selector = one;
			path = ++one_end;
		} else if (any != NULL && *any_end != '\0') {
			selector = any;
			path = ++any_end;
			one = NULL;
		} else {
			return false;
		}
	}
}

static int
syntax(const struct source *s, const char *fmt, const char *word)
{
	char text[PC_DIAG_MAX];
	snprintf(text, sizeof(text), "%s:%u: ", s->file, s->line);
	size_t n = strlen(text);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text + n, sizeof(text) - n, fmt, word);
#pragma GCC diagnostic pop
	return pc_diag_fail(s->diag, PC_E_SYNTAX, "%s", text);
}

/* "3..100": split at ".." first, strtod would take the first dot. */
static int
parse_range(const char *text, double *low, double *high)
{
	char left[64];
	char *end;
	const char *dots = strstr(text, "..");
	if (dots == NULL || (size_t)(dots - text) >= sizeof(left))
		return PC_E_SYNTAX;
	memcpy(left, text, (size_t)(dots - text));
	left[dots - text] = '\0';
	*low = strtod(left, &end);
	if (end == left || *end != '\0')
		return PC_E_SYNTAX;
	*high = strtod(dots + 2, &end);
	if (end == dots + 2 || *end != '\0' || *low > *high)
		return PC_E_SYNTAX;
	return PC_OK;
}

static int
check_regex(const struct source *s, const char *text)
{
	regex_t re;
	if (regcomp(&re, text, REG_EXTENDED | REG_NOSUB) != 0)
		return syntax(s, "'%s' is no POSIX extended regular expression", text);
	regfree(&re);
	return PC_OK;
}

static int
parse_argument(const struct source *s, struct pc_mask_rule *r, enum argument kind)
{
	char *end = r->arg;
	bool empty = r->arg[0] == '\0';
	switch (kind) {
	case ARG_NONE:
		return empty ? PC_OK : syntax(s, "the verb takes no argument, found '%s'", r->arg);
	case ARG_OPTIONAL:
		return empty || strcmp(r->arg, "wrap") == 0
			       ? PC_OK
			       : syntax(s, "expected 'wrap' or nothing, found '%s'", r->arg);
	case ARG_WORD:
		return empty || strpbrk(r->arg, " \t") != NULL
			       ? syntax(s, "expected the name of a variable, found '%s'", r->arg)
			       : PC_OK;
	case ARG_TEXT:
		return empty ? syntax(s, "the argument is missing%s", "") : PC_OK;
	case ARG_NUMBER:
		r->high = strtod(r->arg, &end);
		r->percent = r->verb == PC_MASK_TOL && *end == '%';
		if (end == r->arg || end[r->percent ? 1 : 0] != '\0' || r->high < 0)
			return syntax(s, "expected a number, found '%s'", r->arg);
		return PC_OK;
	case ARG_RANGE:
		return parse_range(r->arg, &r->low, &r->high) == PC_OK
			       ? PC_OK
			       : syntax(s, "expected A..B, found '%s'", r->arg);
	case ARG_REGEX:
		return empty ? syntax(s, "the expression is missing%s", "")
			     : check_regex(s, r->arg);
	}
	return PC_E_INTERNAL;
}

/* "[4:10]" at the end of a selector. */
static int
parse_slice(const struct source *s, struct pc_mask_rule *r)
{
	const char *open = strrchr(r->selector, '[');
	const char *colon = open == NULL ? NULL : strchr(open, ':');
	size_t n = strlen(r->selector);
	if (colon == NULL || r->selector[n - 1] != ']')
		return PC_OK;
	char *end;
	unsigned long from = strtoul(open + 1, &end, 10);
	unsigned long to = strtoul(colon + 1, NULL, 10);
	if (end != colon || !isdigit((unsigned char)open[1]) || from >= to ||
		to > PC_EVENT_VALUE_MAX)
		return syntax(s, "'%s': expected [FROM:TO] with FROM below TO", r->selector);
	r->slice = true;
	r->from = from;
	r->to = to;
	return PC_OK;
}

static void
measure(struct pc_mask_rule *r)
{
	for (const char *p = r->selector; *p != '\0'; p++) {
		if (*p == '*')
			r->wildcards++;
		else
			r->literals++;
	}
}

static void
free_rule(struct pc_mask_rule *r)
{
	free(r->file);
	free(r->selector);
	free(r->arg);
	free(r->reason);
}

static int
add_rule(const struct source *s, struct pc_mask_rule *r)
{
	struct pc_mask *m = s->mask;
	for (size_t i = 0; i < m->n; i++) {
		const struct pc_mask_rule *o = &m->rules[i];
		if (o->depth != r->depth || strcmp(o->selector, r->selector) != 0)
			continue;
		return pc_diag_fail(s->diag, PC_E_SYNTAX,
			"%s:%u: '%s' has a rule already at %s:%u; keep one of them", s->file,
			s->line, r->selector, o->file, o->line);
	}
	if (m->n == PC_MASK_RULES_MAX)
		return pc_diag_fail(s->diag, PC_E_LIMIT, "%s:%u: more than %d rules", s->file,
			s->line, PC_MASK_RULES_MAX);
	if ((m->n & (m->n - 1)) == 0) {
		size_t cap = m->n == 0 ? 1 : m->n * 2;
		struct pc_mask_rule *more = realloc(m->rules, cap * sizeof(*more));
		if (more == NULL)
			return -ENOMEM;
		m->rules = more;
	}
	m->rules[m->n++] = *r;
	return PC_OK;
}

/* The next word of a line; *p moves behind it and the blanks after it. */
static char *
word(char **p)
{
	char *start = *p;
	*p += strcspn(*p, " \t");
	if (**p != '\0')
		*(*p)++ = '\0';
	*p += strspn(*p, " \t");
	return start;
}

static int
parse_rule(const struct source *s, char *selector, char *rest, const char *reason)
{
	char *name = word(&rest);
	size_t v = 0;
	size_t n = sizeof(verbs) / sizeof(verbs[0]);
	while (v < n && strcmp(verbs[v].name, name) != 0)
		v++;
	if (v == n)
		return syntax(
			s, name[0] == '\0' ? "a verb is missing%s" : "unknown verb '%s'", name);
	if (verbs[v].verb == PC_MASK_IGNORE && (reason == NULL || reason[0] == '\0'))
		return syntax(s, "'%s' is ignored without a reason; add ' ; reason'", selector);
	struct pc_mask_rule r = {.line = s->line,
		.depth = s->depth,
		.verb = verbs[v].verb,
		.file = strdup(s->file),
		.selector = strdup(selector),
		.arg = strdup(rest),
		.reason = reason == NULL ? NULL : strdup(reason)};
	int err = r.file == NULL || r.selector == NULL || r.arg == NULL ? -ENOMEM : PC_OK;
	if (err == PC_OK)
		err = parse_argument(s, &r, verbs[v].argument);
	if (err == PC_OK)
		err = parse_slice(s, &r);
	if (err == PC_OK) {
		measure(&r);
		err = add_rule(s, &r);
	}
	if (err != PC_OK)
		free_rule(&r);
	return err;
}

/* Beside the including file, then in the shipped directory. */
static int
include(const struct source *s, const char *name)
{
	char path[PATH_MAX];
	const char *slash = strrchr(s->file, '/');
	int dir = slash == NULL || name[0] == '/' ? 0 : (int)(slash - s->file + 1);
	if (s->depth == INCLUDE_DEPTH_MAX)
		return syntax(s, "'%s': files include each other too deeply", name);
	snprintf(path, sizeof(path), "%.*s%s", dir, s->file, name);
	if (access(path, R_OK) != 0 && s->std_dir != NULL) {
		const char *base = strncmp(name, "std/", 4) == 0 ? name + 4 : name;
		snprintf(path, sizeof(path), "%s/%s", s->std_dir, base);
	}
	return read_file(s->mask, path, s->std_dir, s->depth + 1, s->diag);
}

static int
parse_line(const struct source *s, char *line, bool *version)
{
	/* '#' begins a comment only where a word could begin. */
	for (char *p = line; *p != '\0'; p++) {
		if (*p == '#' && (p == line || p[-1] == ' ' || p[-1] == '\t'))
			*p = '\0';
		if (*p == '\0')
			break;
	}
	size_t n = strlen(line);
	while (n > 0 && isspace((unsigned char)line[n - 1]))
		line[--n] = '\0';
	line += strspn(line, " \t");
	if (*line == '\0')
		return PC_OK;
	char *reason = strstr(line, " ;");
	if (reason == NULL)
		reason = strstr(line, "\t;");
	if (reason != NULL) {
		char *end = reason;
		reason += 2 + strspn(reason + 2, " \t");
		while (end > line && isspace((unsigned char)*end))
			*end-- = '\0';
	}
	char *rest = line;
	char *first = word(&rest);
	if (strcmp(first, "mask") == 0) {
		*version = true;
		return strcmp(rest, "1") == 0 ? PC_OK
					      : syntax(s, "mask version '%s', expected 1", rest);
	}
	if (!*version)
		return syntax(s, "the first line must be 'mask 1', found '%s'", first);
	if (strcmp(first, "include") == 0)
		return include(s, rest);
	return parse_rule(s, first, rest, reason);
}

static int
parse_text(struct source *s, const char *text, size_t len)
{
	bool version = false;
	size_t at = 0;
	while (at < len) {
		char line[LINE_BYTES_MAX];
		const char *lf = memchr(text + at, '\n', len - at);
		size_t n = lf == NULL ? len - at : (size_t)(lf - (text + at));
		s->line++;
		if (n >= sizeof(line))
			return syntax(s, "the line is too long%s", "");
		memcpy(line, text + at, n);
		line[n] = '\0';
		int err = parse_line(s, line, &version);
		if (err != PC_OK)
			return err;
		at += n + 1;
	}
	return PC_OK;
}

static int
read_file(struct pc_mask *m, const char *path, const char *std_dir, unsigned depth,
	struct pc_diag *diag)
{
	struct pc_buf text;
	for (size_t i = 0; i < m->n_files; i++) {
		if (strcmp(m->files[i], path) == 0)
			return PC_OK;
	}
	if (m->n_files == PC_MASK_FILES_MAX)
		return pc_diag_fail(
			diag, PC_E_LIMIT, "%s: more than %d mask files", path, PC_MASK_FILES_MAX);
	m->files[m->n_files] = strdup(path);
	if (m->files[m->n_files] == NULL)
		return -ENOMEM;
	struct source s = {.mask = m,
		.file = m->files[m->n_files],
		.std_dir = std_dir,
		.depth = depth,
		.diag = diag};
	m->n_files++;
	pc_buf_init(&text, PC_MASK_FILE_MAX);
	int err = pc_file_read(path, &text, diag);
	if (err == PC_OK)
		err = parse_text(&s, pc_buf_text(&text), text.len);
	pc_buf_done(&text);
	return err;
}

int
pc_mask_load(const char *path, const char *std_dir, struct pc_mask **ret, struct pc_diag *diag)
{
	struct pc_mask *m = calloc(1, sizeof(*m));
	int err = m == NULL ? -ENOMEM : PC_OK;
	if (err == PC_OK && path != NULL)
		err = read_file(m, path, std_dir, 0, diag);
	if (err != PC_OK) {
		pc_mask_free(m);
		return err;
	}
	*ret = m;
	return PC_OK;
}

int
pc_mask_parse(const char *text, size_t len, const char *name, const char *std_dir,
	struct pc_mask **ret, struct pc_diag *diag)
{
	struct pc_mask *m = calloc(1, sizeof(*m));
	if (m == NULL)
		return -ENOMEM;
	struct source s = {.mask = m, .file = name, .std_dir = std_dir, .diag = diag};
	int err = parse_text(&s, text, len);
	if (err != PC_OK) {
		pc_mask_free(m);
		return err;
	}
	*ret = m;
	return PC_OK;
}

int
pc_mask_add(struct pc_mask *m, const char *path, const char *std_dir, struct pc_diag *diag)
{
	return read_file(m, path, std_dir, 1, diag);
}

void
pc_mask_free(struct pc_mask *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->n; i++)
		free_rule(&m->rules[i]);
	for (size_t i = 0; i < m->n_files; i++)
		free(m->files[i]);
	free(m->rules);
	free(m);
}

/* > 0 when a decides over b. */
static int
compare(const struct pc_mask_rule *a, const struct pc_mask_rule *b)
{
	if (a->literals != b->literals)
		return a->literals > b->literals ? 1 : -1;
	if (a->wildcards != b->wildcards)
		return a->wildcards < b->wildcards ? 1 : -1;
	return (a->depth < b->depth) - (a->depth > b->depth);
}

int
pc_mask_find(struct pc_mask *m, const char *path, struct pc_mask_rule **ret, struct pc_diag *diag)
{
	struct pc_mask_rule *best = NULL;
	const struct pc_mask_rule *equal = NULL;
	for (size_t i = 0; i < m->n; i++) {
		struct pc_mask_rule *r = &m->rules[i];
		if (!pc_mask_glob(r->selector, path))
			continue;
		int order = best == NULL ? 1 : compare(r, best);
		if (order > 0) {
			best = r;
			equal = NULL;
		} else if (order == 0) {
			equal = r;
		}
	}
	if (equal != NULL)
		return pc_diag_fail(diag, PC_E_SYNTAX,
			"%s:%u and %s:%u: '%s' and '%s' are equally specific for '%s'; make one more "
			"specific",
			best->file, best->line, equal->file, equal->line, best->selector,
			equal->selector, path);
	if (best != NULL)
		best->used++;
	*ret = best;
	return PC_OK;
}

bool
pc_mask_unused(const struct pc_mask *m, size_t at, char *out, size_t size)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct pc_mask_rule *r = &m->rules[i];
		if (r->used > 0 || r->depth > 0 || at-- > 0)
			continue;
		snprintf(out, size, "%s:%u: %s %s", r->file, r->line, r->selector,
			pc_mask_verb_name(r->verb));
		return true;
	}
	return false;
}
