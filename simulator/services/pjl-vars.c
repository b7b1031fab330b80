/* PJL variables: what SET changes for a job, DEFAULT for the printer, and how both are asked for.
 * Spec: the published lists of printer job language variables; which of them a model has is
 * harness-defined. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/log.h"
#include "services/raw.h"

enum kind { WORD, RANGE, TEXT, PAPER_SIZE, RESOLUTION_DPI, IDLE_S, LOCK };
enum use { BOTH, DEFAULT_ONLY, SET_ONLY, READ_ONLY };

/* `lparm`: language it belongs to, NULL: none. `allowed`: words, or "first last". */
static const struct variable {
	const char *lparm, *name;
	enum kind kind;
	enum use use;
	const char *factory, *allowed;
} variables[] = {
	{NULL, "COPIES", RANGE, BOTH, "1", "1 32767"},
	{NULL, "QTY", RANGE, BOTH, "1", "1 32767"},
	{NULL, "PAPER", PAPER_SIZE, BOTH, NULL, NULL},
	{NULL, "DUPLEX", WORD, BOTH, "OFF", "OFF ON"},
	{NULL, "BINDING", WORD, BOTH, "LONGEDGE", "LONGEDGE SHORTEDGE"},
	{NULL, "RENDERMODE", WORD, BOTH, NULL, "COLOR GRAYSCALE"},
	{NULL, "RESOLUTION", RESOLUTION_DPI, READ_ONLY, NULL, NULL},
	{NULL, "ORIENTATION", WORD, BOTH, "PORTRAIT", "PORTRAIT LANDSCAPE"},
	{NULL, "MANUALFEED", WORD, BOTH, "OFF", "OFF ON"},
	{NULL, "FORMLINES", RANGE, BOTH, "60", "5 128"},
	{NULL, "DENSITY", RANGE, BOTH, "3", "1 5"},
	{NULL, "ECONOMODE", WORD, BOTH, "OFF", "OFF ON"},
	{NULL, "RET", WORD, BOTH, "MEDIUM", "OFF LIGHT MEDIUM DARK ON"},
	{NULL, "HOLD", WORD, SET_ONLY, "OFF", "OFF ON PROOF STORE"},
	{NULL, "JOBNAME", TEXT, SET_ONLY, "", NULL},
	{NULL, "USERNAME", TEXT, SET_ONLY, "", NULL},
	{NULL, "PERSONALITY", WORD, DEFAULT_ONLY, "AUTO", "AUTO PCL PCLXL POSTSCRIPT ESCP"},
	{NULL, "AUTOCONT", WORD, DEFAULT_ONLY, "OFF", "OFF ON"},
	{NULL, "CLEARABLEWARNINGS", WORD, DEFAULT_ONLY, "JOB", "ON JOB"},
	{NULL, "JAMRECOVERY", WORD, DEFAULT_ONLY, "AUTO", "OFF ON AUTO"},
	{NULL, "LANG", WORD, DEFAULT_ONLY, "ENGLISH", "ENGLISH FRENCH GERMAN SPANISH"},
	{NULL, "POWERSAVE", WORD, DEFAULT_ONLY, "ON", "OFF ON"},
	{NULL, "POWERSAVETIME", RANGE, DEFAULT_ONLY, "15", "1 240"},
	{NULL, "TIMEOUT", IDLE_S, DEFAULT_ONLY, NULL, "5 3600"},
	{NULL, "DISKLOCK", WORD, DEFAULT_ONLY, "OFF", "OFF ON"},
	{NULL, "PASSWORD", LOCK, DEFAULT_ONLY, "0", "0 65535"},
	{"PCL", "FONTSOURCE", WORD, BOTH, "I", "I S"},
	{"PCL", "FONTNUMBER", RANGE, BOTH, "0", "0 50"},
	{"PCL", "PITCH", TEXT, BOTH, "10.00", NULL},
	{"PCL", "PTSIZE", TEXT, BOTH, "12.00", NULL},
	{"PCL", "SYMSET", WORD, BOTH, "ROMAN8", "ROMAN8 ISOL1 PC8 UTF8"},
	{"PCL", "LINETERMINATION", RANGE, BOTH, "0", "0 3"},
	{"POSTSCRIPT", "PRTPSERRS", WORD, BOTH, "OFF", "OFF ON"},
};

enum { VARIABLES = sizeof(variables) / sizeof(variables[0]), VALUE_MAX = PC_PJL_STRING_MAX + 1 };

const char *
pc_raw_paper_name(const struct pc_profile *p, size_t size)
{
	static const char *const names[] = {"A4", "A3", "A5", "A6", "B4", "B5", "LETTER", "LEGAL",
		"LEDGER", "EXECUTIVE", "COM10", "DL", "C5"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (pc_ticket_paper(p, names[i]) == (int)size)
			return names[i];
	}
	return p->sizes[size];
}

/* Where the command's variable stands, VARIABLES when there is none of that name. A modifier other
 * than LPARM names none. */
static size_t
find(const struct pc_pjl_command *cmd, const char *name)
{
	bool lparm = strcmp(cmd->modifier, "LPARM") == 0;
	for (size_t i = 0; i < VARIABLES; i++) {
		const char *of = variables[i].lparm;
		if (strcmp(variables[i].name, name) == 0 &&
			(cmd->modifier[0] != '\0') == (of != NULL) &&
			(of == NULL || (lparm && strcmp(of, cmd->modifier_value) == 0)))
			return i;
	}
	return VARIABLES;
}

static size_t
find_plain(const char *name)
{
	const struct pc_pjl_command plain = {.modifier = ""};
	return find(&plain, name);
}

/* The printer's own value, as the factory set it. */
static void
factory(const struct pc_raw_device *at, const struct variable *v, char out[VALUE_MAX])
{
	const struct pc_profile *p = pc_device_profile(at->dev);
	if (v->factory != NULL)
		pc_text_copy(out, VALUE_MAX, v->factory);
	else if (v->kind == PAPER_SIZE)
		pc_text_copy(out, VALUE_MAX, p->n_sizes > 0 ? pc_raw_paper_name(p, 0) : "A4");
	else if (v->kind == RESOLUTION_DPI)
		(void)snprintf(out, VALUE_MAX, "%d", (int)p->resolution_x);
	else if (v->kind == IDLE_S)
		(void)snprintf(out, VALUE_MAX, "%u", p->print.raw_idle_s);
	else
		pc_text_copy(out, VALUE_MAX, p->color ? "COLOR" : "GRAYSCALE");
}

/* What holds for jobs that say nothing. Duplex is the printer's own setting, which other ports
 * change too. */
static void
default_value(const struct pc_raw_device *at, size_t i, char out[VALUE_MAX])
{
	if (variables[i].kind == LOCK)
		pc_text_copy(out, VALUE_MAX, at->password != 0 ? "ENABLED" : "DISABLED");
	else if (i == find_plain("DUPLEX"))
		pc_text_copy(out, VALUE_MAX,
			pc_device_option(at->dev, PC_OPTION_DEFAULT_PATH, 0) == 2 ? "ON" : "OFF");
	else if (at->defaults != NULL && at->defaults[i] != NULL)
		pc_text_copy(out, VALUE_MAX, at->defaults[i]);
	else
		factory(at, &variables[i], out);
}

static void
value(const struct pc_raw_conn *c, size_t i, enum pc_pjl_var_use use, char out[VALUE_MAX])
{
	if (use == PC_PJL_SET && c->values != NULL && c->values[i] != NULL)
		pc_text_copy(out, VALUE_MAX, c->values[i]);
	else
		default_value(c->at, i, out);
}

/* Changing. */

static void
keep(char ***values, size_t i, const char *text)
{
	if (*values == NULL)
		*values = calloc(VARIABLES, sizeof(**values));
	char *copy = *values == NULL ? NULL : strdup(text);
	if (copy == NULL)
		return; /* no memory: as it was */
	free((*values)[i]);
	(*values)[i] = copy;
}

static void
forget(char ***values)
{
	for (size_t i = 0; *values != NULL && i < VARIABLES; i++)
		free((*values)[i]);
	free(*values);
	*values = NULL;
}

/* The word of the list that is meant; false when none is. */
static bool
take_word(const char *allowed, const char *text, char out[VALUE_MAX])
{
	size_t len = strlen(text);
	for (const char *at = allowed; *at != '\0'; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");
		if (n == len && strncasecmp(at, text, n) == 0) {
			(void)snprintf(out, VALUE_MAX, "%.*s", (int)n, at);
			return true;
		}
		at += n;
	}
	return false;
}

/* The number, clipped to the range. 0, 25013 clipped, 25008 none. */
static unsigned
take_number(const char *allowed, const char *text, char out[VALUE_MAX])
{
	unsigned long long n = 0, first = 0, last = 0;
	size_t digits = strspn(text, "0123456789");
	if (sscanf(allowed, "%llu %llu", &first, &last) != 2)
		return 25001;
	bool fraction = digits > 0 && text[digits] == '.' &&
			text[digits + 1 + strspn(text + digits + 1, "0123456789")] == '\0';
	if (digits == 0 || (text[digits] != '\0' && !fraction))
		return 25008;
	for (size_t i = 0; i < digits && n <= last; i++)
		n = n * 10 + (unsigned long long)(text[i] - '0');
	unsigned long long clipped = n < first ? first : n > last ? last : n;
	(void)snprintf(out, VALUE_MAX, "%llu", clipped);
	return clipped != n ? 25013 : fraction ? 25012 : 0;
}

/* Read `text` as a value of the variable. Codes as above; those under 25014 took one. */
static unsigned
read_value(
	const struct pc_profile *p, const struct variable *v, const char *text, char out[VALUE_MAX])
{
	switch (v->kind) {
	case RANGE:
	case IDLE_S:
	case LOCK:
		return take_number(v->allowed, text, out);
	case PAPER_SIZE: {
		int size = pc_ticket_paper(p, text);
		if (size < 0)
			return 25016;
		pc_text_copy(out, VALUE_MAX, pc_raw_paper_name(p, (size_t)size));
		return 0;
	}
	case TEXT:
		pc_service_text(text, out, VALUE_MAX);
		return 0;
	case WORD:
	case RESOLUTION_DPI:
	default:
		return take_word(v->allowed, text, out) ? 0 : 25016;
	}
}

static unsigned
check_use(const struct variable *v, enum pc_pjl_var_use use)
{
	if (v->use == READ_ONLY)
		return 27004;
	if (v->use == DEFAULT_ONLY && use == PC_PJL_SET)
		return 27005;
	return v->use == SET_ONLY && use == PC_PJL_DEFAULT ? 27007 : 0;
}

static void
set_path(struct pc_device *dev, bool duplex)
{
	pc_device_act(dev, PC_VIA_PRINT_PORT, NULL);
	(void)pc_device_option_set(dev, PC_OPTION_DEFAULT_PATH, 0, duplex ? 2 : 1);
	pc_device_act(dev, PC_VIA_PRINTER, NULL);
}

static void
change_default(struct pc_raw_device *at, size_t i, const char *text)
{
	uint64_t n = 0;
	if (variables[i].kind == LOCK && pc_text_u64(text, 0, UINT16_MAX, &n) == PC_OK)
		at->password = (uint16_t)n;
	else if (i == find_plain("DUPLEX"))
		set_path(at->dev, strcmp(text, "ON") == 0);
	else
		keep(&at->defaults, i, text);
}

static unsigned
set_one(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, const struct pc_pjl_option *o,
	enum pc_pjl_var_use use)
{
	char text[VALUE_MAX];
	size_t i = find(cmd, o->name);
	unsigned code = i == VARIABLES  ? 25006
			: !o->has_value ? 25007
					: check_use(&variables[i], use);
	if (code != 0)
		return code;
	code = read_value(pc_device_profile(c->dev), &variables[i], o->value, text);
	if (code != 0 && code != 25012 && code != 25013)
		return code;
	if (use == PC_PJL_DEFAULT)
		change_default(c->at, i, text);
	else
		keep(&c->values, i, text);
	return code;
}

void
pc_raw_vars_set(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, enum pc_pjl_var_use use)
{
	if (cmd->n_options == 0)
		pc_raw_pjl_error(c, 20023);
	for (size_t i = 0; i < cmd->n_options; i++) {
		unsigned code = set_one(c, cmd, &cmd->options[i], use);
		if (code != 0)
			pc_raw_pjl_error(c, code);
	}
}

void
pc_raw_vars_forget(struct pc_raw_conn *c)
{
	forget(&c->values);
}

void
pc_raw_vars_initialize(struct pc_raw_device *at)
{
	forget(&at->defaults);
	at->password = 0;
}

/* Using. */

void
pc_raw_vars_ticket(const struct pc_raw_conn *c, struct pc_ticket *t)
{
	static const char *const names[] = {
		"COPIES", "QTY", "PAPER", "DUPLEX", "RENDERMODE", "JOBNAME", "USERNAME"};
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		size_t i = find_plain(names[k]);
		const char *own = c->values != NULL ? c->values[i] : NULL;
		const char *text = own != NULL               ? own
				   : c->at->defaults != NULL ? c->at->defaults[i]
							     : NULL;
		if (text != NULL)
			pc_ticket_set(t, c->dev, names[k], text);
	}
}

unsigned
pc_raw_vars_timeout(const struct pc_raw_device *at)
{
	char text[VALUE_MAX];
	uint64_t n = 0;
	default_value(at, find_plain("TIMEOUT"), text);
	return pc_text_u64(text, 0, 86400, &n) == PC_OK ? (unsigned)n : 0;
}

bool
pc_raw_vars_disk_locked(const struct pc_raw_device *at)
{
	char text[VALUE_MAX];
	default_value(at, find_plain("DISKLOCK"), text);
	return strcmp(text, "ON") == 0;
}

/* Telling. */

static size_t
words_in(const char *list)
{
	size_t n = 0;
	for (; *list != '\0'; list += strspn(list, " ")) {
		list += strcspn(list, " ");
		n++;
	}
	return n;
}

static void
tell_words(const char *list, struct pc_writer *w)
{
	for (; *list != '\0'; list += strspn(list, " ")) {
		size_t n = strcspn(list, " ");
		pc_pjl_reply_line(w, "\t%.*s", (int)n, list);
		list += n;
	}
}

static void
tell(struct pc_raw_conn *c, size_t i, struct pc_writer *w)
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	const struct variable *v = &variables[i];
	char text[VALUE_MAX], name[64];
	const char *kind = v->kind == RANGE || v->kind == IDLE_S ? "RANGE" : "ENUMERATED";
	value(c, i, PC_PJL_SET, text);
	(void)snprintf(name, sizeof(name), "%s%s%s%s", v->lparm != NULL ? "LPARM:" : "",
		v->lparm != NULL ? v->lparm : "", v->lparm != NULL ? " " : "", v->name);
	if (v->kind == TEXT) {
		pc_pjl_reply_line(w, "%s=\"%s\"", name, text);
	} else if (v->kind == LOCK) {
		pc_pjl_reply_line(w, "%s=%s [2 ENUMERATED READONLY]", name, text);
		tell_words("DISABLED ENABLED", w);
	} else if (v->kind == PAPER_SIZE) {
		pc_pjl_reply_line(w, "%s=%s [%zu ENUMERATED]", name, text, p->n_sizes);
		for (size_t k = 0; k < p->n_sizes; k++)
			pc_pjl_reply_line(w, "\t%s", pc_raw_paper_name(p, k));
	} else if (v->allowed == NULL) {
		pc_pjl_reply_line(w, "%s=%s [1 ENUMERATED READONLY]", name, text);
		pc_pjl_reply_line(w, "\t%s", text);
	} else {
		pc_pjl_reply_line(w, "%s=%s [%zu %s]", name, text, words_in(v->allowed), kind);
		tell_words(v->allowed, w);
	}
}

void
pc_raw_vars_info(struct pc_raw_conn *c, struct pc_writer *w)
{
	for (size_t i = 0; i < VARIABLES; i++)
		tell(c, i, w);
}

void
pc_raw_vars_inquire(const struct pc_raw_conn *c, const struct pc_pjl_command *cmd,
	enum pc_pjl_var_use use, struct pc_writer *w)
{
	char text[VALUE_MAX];
	size_t i = cmd->n_options > 0 ? find(cmd, cmd->options[0].name) : VARIABLES;
	if (i == VARIABLES) {
		pc_pjl_reply_line(w, "\"?\"");
		return;
	}
	value(c, i, use, text);
	const char *quote = variables[i].kind == TEXT ? "\"" : "";
	pc_pjl_reply_line(w, "%s%s%s", quote, text, quote);
}
