#include "cmd/ctl.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/term.h"
#include "base/text.h"

enum { COLUMNS_MAX = 10, CELL_MAX = 96 };

struct column {
	const char *title, *member;
	bool right;
};

/* What stands in a cell: numbers and texts as they are, the lowest of a list of levels. */
static void
cell(const json_t *value, char out[CELL_MAX])
{
	out[0] = '\0';
	if (json_is_string(value))
		(void)pc_text_copy(out, CELL_MAX, json_string_value(value));
	else if (json_is_integer(value))
		snprintf(out, CELL_MAX, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_boolean(value))
		(void)pc_text_copy(out, CELL_MAX, json_is_true(value) ? "yes" : "no");
	else if (json_is_array(value) && json_is_integer(json_array_get(value, 0))) {
		size_t i;
		const json_t *v;
		json_int_t lowest = 1000;
		json_array_foreach(value, i, v)
		{
			json_int_t n = json_integer_value(v);
			lowest = n >= 0 && n < lowest ? n : lowest;
		}
		snprintf(out, CELL_MAX, "%" JSON_INTEGER_FORMAT " %%", lowest / 10);
	}
	for (char *p = out; *p != '\0'; p++) /* a printer's text must not move the cursor */
		*p = (unsigned char)*p < ' ' || *p == 0x7f ? ' ' : *p;
}

static int
width(const char *text)
{
	int n = 0;
	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void
put_cell(FILE *out, const char *text, int columns, bool right, bool last)
{
	int pad = columns - width(text);
	pad = pad > 0 ? pad : 0;
	if (right)
		fprintf(out, "%*s%s", pad, "", text);
	else
		fprintf(out, "%s%*s", text, last ? 0 : pad, "");
	fputs(last ? "\n" : "  ", out);
}

static void
print_table(FILE *out, const json_t *rows, const struct column *columns, size_t n)
{
	int widths[COLUMNS_MAX] = {0};
	char text[CELL_MAX];
	size_t i;
	const json_t *row;
	for (size_t c = 0; c < n; c++)
		widths[c] = width(columns[c].title);
	json_array_foreach(rows, i, row)
	{
		for (size_t c = 0; c < n; c++) {
			cell(json_object_get(row, columns[c].member), text);
			widths[c] = width(text) > widths[c] ? width(text) : widths[c];
		}
	}
	fputs(pc_term_colour(out, PC_TERM_BOLD), out);
	for (size_t c = 0; c < n; c++)
		put_cell(out, columns[c].title, widths[c], columns[c].right, c + 1 == n);
	fputs(pc_term_colour(out, PC_TERM_PLAIN), out);
	json_array_foreach(rows, i, row)
	{
		for (size_t c = 0; c < n; c++) {
			cell(json_object_get(row, columns[c].member), text);
			put_cell(out, text, widths[c], columns[c].right, c + 1 == n);
		}
	}
}

/* How the lists of an answer are shown; the others of their members stay for --json. */
static const struct list {
	const char *schema, *member;
	struct column columns[COLUMNS_MAX];
} lists[] = {
	{"PrinterList", "printers",
		{{"no", "printer", true}, {"address", "address", false},
			{"vendor", "vendor", false}, {"model", "model", false},
			{"serial", "serial", false}, {"status", "status", false},
			{"pages", "lifeCount", true}, {"lowest", "levels", true},
			{"alerts", "alertCount", true}, {"faults", "faultCount", true}}},
	{"ModelList", "models",
		{{"first", "first", true}, {"printers", "printers", true},
			{"profile", "profile", false}, {"vendor", "vendor", false},
			{"model", "model", false}}},
	{"SettingList", "settings", {{"name", "name", false}, {"value", "value", false}}},
	{"OptionList", "options",
		{{"option", "option", false}, {"part", "part", true}, {"value", "value", true},
			{"text", "text", false}}},
	{"FaultList", "faults",
		{{"armed", "armed", true}, {"name", "name", false}, {"what", "summary", false}}},
	{"AccountList", "accounts",
		{{"user", "user", false}, {"mono", "monoSides", true},
			{"colour", "colorSides", true}, {"sheets", "sheets", true},
			{"jobs", "jobs", true}, {"rejected", "rejected", true},
			{"month", "periodSides", true}, {"limit", "limit", true}}},
	{"Log", "audit",
		{{"date", "date", false}, {"via", "via", false}, {"user", "user", false},
			{"what", "what", false}, {"detail", "detail", false}}},
	{"Log", "maintenance",
		{{"date", "date", false}, {"action", "action", false}, {"part", "part", false},
			{"via", "via", false}, {"pages", "lifeCount", true}}},
	{"Log", "happenings",
		{{"date", "date", false}, {"kind", "kind", false}, {"status", "status", false},
			{"code", "code", true}}},
	{"Usage", "modules",
		{{"kind", "kind", false}, {"name", "name", false}, {"version", "version", false},
			{"serial", "serial", false}}},
	{"Usage", "serviceItems",
		{{"item", "name", false}, {"count", "count", true}, {"limit", "limit", true}}},
	{"PrinterState", "firmware", {{"firmware", "name", false}, {"version", "version", false}}},
	{"PrinterState", "supplies",
		{{"supply", "name", false}, {"state", "state", false}, {"level", "level", true},
			{"of", "capacity", true}, {"replaced", "replacements", true}}},
	{"PrinterState", "trays",
		{{"tray", "name", false}, {"level", "level", true}, {"of", "capacity", true},
			{"missing", "missing", false}}},
	{"PrinterState", "alerts",
		{{"alert", "text", false}, {"code", "code", true}, {"severity", "severity", true},
			{"condition", "condition", false}}},
	{"PrinterState", "jobs",
		{{"job", "job", true}, {"state", "state", false}, {"name", "name", false},
			{"user", "user", false}, {"done", "pagesDone", true},
			{"pages", "pages", true}, {"bytes", "bytes", true}}},
};

static size_t
count_columns(const struct list *l)
{
	size_t n = 0;
	while (n < COLUMNS_MAX && l->columns[n].title != NULL)
		n++;
	return n;
}

static void
print_counters(FILE *out, const json_t *answer)
{
	const char *service;
	const char *name;
	const json_t *values;
	const json_t *value;
	json_object_foreach((json_t *)(uintptr_t)answer, service, values)
	{
		json_object_foreach((json_t *)(uintptr_t)values, name, value)
		{
			fprintf(out, "%-16s %-18s %12" JSON_INTEGER_FORMAT "\n", service, name,
				json_integer_value(value));
		}
	}
}

/* Members that are no lists: "name  value" a line, those of objects below as "name.member". */
static void
print_members(FILE *out, const json_t *object, const char *prefix)
{
	char text[CELL_MAX];
	char path[128];
	const char *name;
	const json_t *value;
	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		snprintf(path, sizeof(path), "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".", name);
		/* sizes nothing was printed on would fill the screen */
		bool unused = strncmp(path, "counters.bySize.", 16) == 0 &&
			      json_is_integer(value) && json_integer_value(value) == 0;
		if (json_is_object(value)) {
			print_members(out, value, path);
		} else if (unused) {
			continue;
		} else if (!json_is_array(value)) {
			cell(value, text);
			fprintf(out, "%-36s %s\n", path, text);
		}
	}
}

static void
print_fields(FILE *out, const json_t *entry)
{
	static const char *const shown[] = {"n", "at", "printer", "kind"};
	char text[CELL_MAX];
	const char *name;
	const json_t *value;
	json_object_foreach((json_t *)(uintptr_t)entry, name, value)
	{
		bool skip = false;
		for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
			skip = skip || strcmp(shown[i], name) == 0;
		if (skip)
			continue;
		if (json_is_object(value)) {
			print_fields(out, value);
			continue;
		}
		cell(value, text);
		fprintf(out, strchr(text, ' ') != NULL ? " %s='%s'" : " %s=%s", name, text);
	}
}

void
pc_ctl_print_entry(FILE *out, const json_t *entry)
{
	const json_t *printer = json_object_get(entry, "printer");
	char number[16] = "all";
	if (printer != NULL)
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			json_integer_value(printer));
	fprintf(out, "%s %5s %s%s%s", json_string_value(json_object_get(entry, "at")), number,
		pc_term_colour(out, PC_TERM_BOLD),
		json_string_value(json_object_get(entry, "kind")),
		pc_term_colour(out, PC_TERM_PLAIN));
	print_fields(out, entry);
	fputc('\n', out);
}

static void
print_printer(FILE *out, const json_t *p)
{
	fprintf(out, "%" JSON_INTEGER_FORMAT " %s %s: %s (%s)\n",
		json_integer_value(json_object_get(p, "printer")),
		json_string_value(json_object_get(p, "address")),
		json_string_value(json_object_get(p, "model")),
		json_string_value(json_object_get(p, "status")),
		json_string_value(json_object_get(p, "console")));
}

static void
print_done(FILE *out, const json_t *answer)
{
	const json_t *detail = json_object_get(answer, "detail");
	fprintf(out,
		"done by %" JSON_INTEGER_FORMAT " printers, refused by %" JSON_INTEGER_FORMAT
		"%s%s\n",
		json_integer_value(json_object_get(answer, "done")),
		json_integer_value(json_object_get(answer, "refused")), detail == NULL ? "" : "; ",
		detail == NULL ? "" : json_string_value(detail));
}

void
pc_ctl_print(FILE *out, const struct pc_control_operation *op, const json_t *answer)
{
	size_t i;
	const json_t *entry;
	bool shown = false;
	if (json_object_get(answer, "done") != NULL) {
		print_done(out, answer);
		return;
	}
	if (strcmp(op->answer, "Printer") == 0) {
		print_printer(out, answer);
		return;
	}
	if (strcmp(op->answer, "Counters") == 0) {
		print_counters(out, answer);
		return;
	}
	json_array_foreach(json_object_get(answer, "entries"), i, entry)
		pc_ctl_print_entry(out, entry);
	if (json_object_get(answer, "entries") != NULL)
		return;
	bool whole = strcmp(op->answer, "PrinterState") == 0 || strcmp(op->answer, "Usage") == 0;
	if (strcmp(op->answer, "ReportText") == 0) {
		fputs(json_string_value(json_object_get(answer, "text")), out);
		return;
	}
	if (whole)
		print_members(out, answer, "");
	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++) {
		const json_t *rows = json_object_get(answer, lists[l].member);
		if (strcmp(lists[l].schema, op->answer) != 0 || rows == NULL)
			continue;
		if (json_array_size(rows) == 0 && whole)
			continue;
		if (whole || shown)
			fputc('\n', out);
		print_table(out, rows, lists[l].columns, count_columns(&lists[l]));
		shown = true;
	}
	if (!shown && !whole)
		print_members(out, answer, "");
}

int
pc_ctl_print_path(FILE *out, const json_t *state, const char *path, struct pc_diag *diag)
{
	char word[64];
	const json_t *at = state;
	for (const char *p = path; at != NULL && *p != '\0';) {
		size_t n = strcspn(p, ".");
		uint64_t index = 0;
		snprintf(word, sizeof(word), "%.*s", (int)n, p);
		if (json_is_array(at))
			at = pc_text_u64(word, 0, UINT32_MAX, &index) == PC_OK
				     ? json_array_get(at, (size_t)index)
				     : NULL;
		else
			at = json_object_get(at, word);
		p += n + (p[n] == '.');
	}
	if (at == NULL)
		return pc_diag_fail(diag, PC_E_NOTFOUND,
			"the state has no '%s'; 'presscheck ctl get N' shows what there is", path);
	char *text = json_is_string(at) ? strdup(json_string_value(at))
					: json_dumps(at, JSON_ENCODE_ANY | JSON_INDENT(1));
	fprintf(out, "%s\n", text == NULL ? "" : text);
	free(text);
	return PC_OK;
}
