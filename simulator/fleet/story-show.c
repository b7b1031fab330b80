/* A story as people read it, and the language as text and as JSON Schema; all from the tables. */
#include <stdio.h>
#include <string.h>

#include "fleet/story-internal.h"

static void
show_number(enum pc_story_kind kind, double v, struct pc_buf *out)
{
	char text[PC_STORY_TIME_TEXT];
	if (kind == PC_STORY_KIND_TIME)
		pc_buf_add_text(out, pc_story_time_text(v, text));
	else if (kind == PC_STORY_KIND_SHARE)
		pc_buf_addf(out, "%g%%", v * 100);
	else
		pc_buf_addf(out, "%g", v);
}

static void
show_draw(enum pc_story_kind kind, const struct pc_draw *d, struct pc_buf *out)
{
	bool words = kind == PC_STORY_KIND_WORDS;
	if (d->kind == PC_DRAW_CONSTANT && words)
		pc_buf_add_text(out, d->text);
	else if (d->kind == PC_DRAW_CONSTANT)
		show_number(kind, d->a, out);
	else if (d->kind == PC_DRAW_CHOICE) {
		for (size_t i = 0; i < d->n_choices; i++)
			pc_buf_addf(out, "%s%s (%.0f%%)", i == 0 ? "" : " or ", d->choices[i].text,
				100 * d->choices[i].weight / d->weights);
	} else if (d->kind == PC_DRAW_LOGNORMAL) {
		pc_buf_add_text(out, "about ");
		show_number(kind, d->a, out);
		pc_buf_addf(out, " (lognormal, sigma %g)", d->b);
	} else if (d->kind == PC_DRAW_EXPONENTIAL) {
		pc_buf_add_text(out, "about ");
		show_number(kind, d->a, out);
		pc_buf_add_text(out, " (exponential)");
	} else {
		show_number(kind, d->a, out);
		pc_buf_add_text(out, " to ");
		show_number(kind, d->b, out);
	}
}

static void
show_part(int32_t part, struct pc_buf *out)
{
	static const char *const words[] = {"any", "all", "needed"};
	if (part < 0)
		pc_buf_add_text(out, words[PC_STORY_PART_ANY - part]);
	else
		pc_buf_addf(out, "%d", (int)part);
}

static void
show_days(uint8_t days, struct pc_buf *out)
{
	bool first = true;
	for (int i = 0; i < 7; i++) {
		if ((days >> i & 1) == 0)
			continue;
		pc_buf_addf(out, "%s%s", first ? "" : ",", pc_story_day_names[i]);
		first = false;
	}
}

static void
show_factors(const double *factors, int n, struct pc_buf *out)
{
	for (int i = 0; i < n; i++)
		pc_buf_addf(out, "%s%g", i == 0 ? "" : ",", factors[i]);
}

static void
show_field(const struct pc_story_field *f, const struct pc_story_step *s, struct pc_buf *out)
{
	const char *at = (const char *)s + f->offset;
	int32_t number = 0;
	const char *text = NULL;
	pc_buf_addf(out, " %s ", f->name);
	switch (f->kind) {
	case PC_STORY_KIND_TEXT:
		memcpy(&text, at, sizeof(text));
		pc_buf_addf(out, "'%s'", text);
		break;
	case PC_STORY_KIND_CHOICE:
		memcpy(&number, at, sizeof(number));
		pc_buf_add_text(out, f->words[number]);
		break;
	case PC_STORY_KIND_BOOL:
		pc_buf_add_text(out, *at != 0 ? "true" : "false");
		break;
	case PC_STORY_KIND_INTEGER:
		memcpy(&number, at, sizeof(number));
		pc_buf_addf(out, "%d", (int)number);
		break;
	case PC_STORY_KIND_NUMBER:
	case PC_STORY_KIND_TIME:
	case PC_STORY_KIND_SHARE:
	case PC_STORY_KIND_WORDS:
		show_draw(f->kind, (const struct pc_draw *)(const void *)at, out);
		break;
	case PC_STORY_KIND_PART:
		memcpy(&number, at, sizeof(number));
		show_part(number, out);
		break;
	case PC_STORY_KIND_DAYS:
		show_days((uint8_t)*at, out);
		break;
	case PC_STORY_KIND_HOURS:
		show_factors(s->hours, 24, out);
		break;
	case PC_STORY_KIND_WEEK:
		show_factors(s->weekdays, 7, out);
		break;
	case PC_STORY_KIND_SEED:
	case PC_STORY_KIND_TEXTS:
	case PC_STORY_KIND_RANGES:
	case PC_STORY_KIND_STEPS:
	case PC_STORY_KIND_GROUPS:
		break;
	}
}

static void
show_steps(const struct pc_story_step *steps, size_t n, int depth, struct pc_buf *out)
{
	size_t n_fields = 0;
	const struct pc_story_field *fields = pc_story_step_fields(&n_fields);
	for (size_t i = 0; i < n; i++) {
		const struct pc_story_step *s = &steps[i];
		pc_buf_addf(out, "%4u %*s%s", (unsigned)s->line, 2 * depth, "",
			pc_story_action((size_t)s->action)->name);
		for (size_t k = 1; k < n_fields; k++) {
			if ((s->given >> k & 1) != 0 && fields[k].kind != PC_STORY_KIND_STEPS)
				show_field(&fields[k], s, out);
		}
		pc_buf_add_text(out, "\n");
		show_steps(s->steps, s->n_steps, depth + 1, out);
	}
}

static void
show_group(const struct pc_story_group *g, struct pc_buf *out)
{
	pc_buf_addf(out, "group %s:", g->name);
	if (g->vendor != NULL)
		pc_buf_addf(out, " vendor %s", g->vendor);
	for (size_t i = 0; i < g->n_profiles; i++)
		pc_buf_addf(out, "%s%s", i == 0 ? " profiles " : ",", g->profiles[i]);
	for (size_t i = 0; i < g->n_numbers; i++)
		pc_buf_addf(out, "%s%u-%u", i == 0 ? " numbers " : ",",
			(unsigned)g->numbers[i].from, (unsigned)g->numbers[i].to);
	if (g->share.kind != PC_DRAW_NONE) {
		pc_buf_add_text(out, " share ");
		show_draw(PC_STORY_KIND_SHARE, &g->share, out);
	}
	pc_buf_add_text(out, "\n");
}

void
pc_story_show(const struct pc_story *story, struct pc_buf *out)
{
	pc_buf_addf(out, "%s: %s\n", story->name, pc_story_summary(story));
	if (story->length.kind != PC_DRAW_NONE) {
		pc_buf_add_text(out, "length ");
		show_draw(PC_STORY_KIND_TIME, &story->length, out);
		pc_buf_add_text(out, "\n");
	}
	for (size_t i = 0; i < story->n_groups; i++)
		show_group(&story->groups[i], out);
	show_steps(story->steps, story->n_steps, 0, out);
}

static void
keys_of(const struct pc_story_field *fields, size_t n, struct pc_buf *out)
{
	for (size_t i = 0; i < n; i++) {
		pc_buf_addf(out, "  %-12s %s", fields[i].name, fields[i].help);
		for (size_t k = 0; fields[i].words != NULL && fields[i].words[k] != NULL; k++)
			pc_buf_addf(out, "%s%s", k == 0 ? ": " : ", ", fields[i].words[k]);
		pc_buf_add_text(out, "\n");
	}
}

void
pc_story_keys(struct pc_buf *out)
{
	size_t n = 0;
	const struct pc_story_field *fields = pc_story_fields(&n);
	pc_buf_add_text(out, "Keys of a story:\n");
	keys_of(fields, n, out);
	fields = pc_story_group_fields(&n);
	pc_buf_add_text(out, "\nKeys of a group:\n");
	keys_of(fields, n, out);
	fields = pc_story_step_fields(&n);
	pc_buf_add_text(out, "\nKeys of a step:\n");
	keys_of(fields, n, out);
	pc_buf_add_text(out, "\nActions ('do') and the keys they take:\n");
	for (size_t i = 0; i < PC_STORY_DOES; i++) {
		const struct pc_story_action *a = pc_story_action(i);
		pc_buf_addf(out, "  %-12s %s%s%s\n", a->name, a->help,
			a->takes[0] == '\0' ? "" : ": ", a->takes);
	}
	pc_buf_add_text(out,
		"\nNumbers, times and shares are a value (5, 1h30m, 30%) or drawn anew each time:\n"
		"{uniform: [1, 5]}, {exponential: MEAN}, {lognormal: [MEDIAN, SIGMA]},\n"
		"{choice: {VALUE: WEIGHT, …}}; 'min' and 'max' beside them limit what is drawn.\n"
		"Texts that belong to a job may be {choice: {TEXT: WEIGHT, …}}.\n");
}

/* JSON Schema. Each key is written once, under $defs. */
static void
schema_draw(const char *scalar, struct pc_buf *out)
{
	pc_buf_addf(out,
		"\"anyOf\": [%s, {\"type\": \"object\", \"additionalProperties\": false, "
		"\"properties\": {\"min\": %s, \"max\": %s, \"exponential\": %s, "
		"\"uniform\": {\"type\": \"array\", \"minItems\": 2, \"maxItems\": 2, \"items\": %s}, "
		"\"lognormal\": {\"type\": \"array\", \"minItems\": 2, \"maxItems\": 2}, "
		"\"choice\": {\"type\": \"object\", \"minProperties\": 1, \"maxProperties\": %d, "
		"\"additionalProperties\": {\"type\": \"number\", \"minimum\": 0}}}}]",
		scalar, scalar, scalar, scalar, scalar, PC_STORY_CHOICES_MAX);
}

static void
schema_words(const char *const *words, struct pc_buf *out)
{
	pc_buf_add_text(out, "\"enum\": [");
	for (size_t i = 0; words[i] != NULL; i++)
		pc_buf_addf(out, "%s\"%s\"", i == 0 ? "" : ", ", words[i]);
	pc_buf_add_text(out, "]");
}

static void
schema_text(const struct pc_story_field *f, char *out, size_t size)
{
	snprintf(out, size, "{\"type\": \"string\", \"minLength\": %.0f, \"maxLength\": %.0f}",
		f->min, f->max);
}

static void
schema_value(const struct pc_story_field *f, bool nested, struct pc_buf *out)
{
	char scalar[160];
	static const char time[] =
		"{\"type\": \"string\", \"pattern\": "
		"\"^([0-9.]+d)?([0-9.]+h)?([0-9.]+m)?([0-9.]+s)?([0-9.]+ms)?$\", "
		"\"minLength\": 2}";
	static const char share[] =
		"{\"anyOf\": [{\"type\": \"number\", \"minimum\": 0, \"maximum\": 1}, {\"type\": "
		"\"boolean\"}, {\"type\": \"string\", \"pattern\": \"^[0-9.]+%$\"}]}";
	schema_text(f, scalar, sizeof(scalar));
	switch (f->kind) {
	case PC_STORY_KIND_TEXT:
		pc_buf_addf(out, "\"type\": \"string\", \"minLength\": %.0f, \"maxLength\": %.0f",
			f->min, f->max);
		break;
	case PC_STORY_KIND_CHOICE:
		schema_words(f->words, out);
		break;
	case PC_STORY_KIND_BOOL:
		pc_buf_add_text(out, "\"type\": \"boolean\"");
		break;
	case PC_STORY_KIND_INTEGER:
	case PC_STORY_KIND_SEED:
		pc_buf_addf(out, "\"type\": \"integer\", \"minimum\": %.0f, \"maximum\": %.0f",
			f->min, f->max);
		break;
	case PC_STORY_KIND_NUMBER:
		snprintf(scalar, sizeof(scalar),
			"{\"type\": \"number\", \"minimum\": %.0f, \"maximum\": %.0f}", f->min,
			f->max);
		schema_draw(scalar, out);
		break;
	case PC_STORY_KIND_TIME:
		schema_draw(time, out);
		break;
	case PC_STORY_KIND_SHARE:
		schema_draw(share, out);
		break;
	case PC_STORY_KIND_WORDS:
		schema_draw(scalar, out);
		break;
	case PC_STORY_KIND_PART:
		pc_buf_add_text(out,
			"\"anyOf\": [{\"type\": \"integer\", \"minimum\": 0, "
			"\"maximum\": 31}, {\"enum\": [\"any\", \"all\", \"needed\"]}]");
		break;
	case PC_STORY_KIND_DAYS:
		pc_buf_add_text(out, "\"type\": \"array\", \"minItems\": 1, \"items\": {");
		schema_words(pc_story_day_names, out);
		pc_buf_add_text(out, "}");
		break;
	case PC_STORY_KIND_HOURS:
		pc_buf_addf(out,
			"\"type\": \"array\", \"minItems\": 24, \"maxItems\": 24, \"items\": "
			"{\"type\": \"number\", \"minimum\": %.0f, \"maximum\": %.0f}",
			f->min, f->max);
		break;
	case PC_STORY_KIND_WEEK:
		pc_buf_add_text(out, "\"type\": \"object\", \"propertyNames\": {");
		schema_words(pc_story_day_names, out);
		pc_buf_addf(out,
			"}, \"additionalProperties\": {\"type\": \"number\", \"minimum\": %.0f, "
			"\"maximum\": %.0f}",
			f->min, f->max);
		break;
	case PC_STORY_KIND_TEXTS:
		pc_buf_addf(out,
			"\"type\": \"array\", \"minItems\": 1, \"maxItems\": %.0f, \"items\": "
			"{\"type\": \"string\"}",
			f->max);
		break;
	case PC_STORY_KIND_RANGES:
		pc_buf_addf(out,
			"\"type\": \"array\", \"minItems\": 1, \"maxItems\": %.0f, \"items\": "
			"{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 1}, {\"type\": \"string\", "
			"\"pattern\": \"^[0-9]+(-[0-9]+)?$\"}]}",
			f->max);
		break;
	case PC_STORY_KIND_STEPS:
		pc_buf_addf(out,
			"\"type\": \"array\", \"minItems\": 1, \"items\": {\"$ref\": "
			"\"#/$defs/%s\"}",
			nested ? "inSequence" : "step");
		break;
	case PC_STORY_KIND_GROUPS:
		pc_buf_addf(out,
			"\"type\": \"array\", \"maxItems\": %.0f, \"items\": {\"$ref\": "
			"\"#/$defs/group\"}",
			f->max);
		break;
	}
}

static void
schema_object(
	const struct pc_story_field *fields, size_t n, const char *required, struct pc_buf *out)
{
	pc_buf_addf(out,
		"\"type\": \"object\", \"additionalProperties\": false, \"required\": [%s],\n"
		"  \"properties\": {",
		required);
	for (size_t i = 0; i < n; i++) {
		pc_buf_addf(out, "%s\n    \"%s\": {\"description\": \"%s\", ", i == 0 ? "" : ",",
			fields[i].name, fields[i].help);
		schema_value(&fields[i], false, out);
		pc_buf_add_text(out, "}");
	}
	pc_buf_add_text(out, "}");
}

/* One action's step: which keys it may have, and which it must. */
static void
schema_action(const struct pc_story_action *a, bool nested, struct pc_buf *out)
{
	size_t n = 0;
	const struct pc_story_field *fields = pc_story_step_fields(&n);
	pc_buf_add_text(out, "{\"type\": \"object\", \"additionalProperties\": false, "
			     "\"required\": [\"do\"");
	for (size_t i = 0; i < n; i++) {
		if (pc_story_listed(a->needs, fields[i].name))
			pc_buf_addf(out, ", \"%s\"", fields[i].name);
	}
	pc_buf_addf(out, "], \"properties\": {\"do\": {\"const\": \"%s\", \"description\": \"%s\"}",
		a->name, a->help);
	for (size_t i = 1; i < n; i++) {
		if (pc_story_is_common(fields[i].name, nested) ||
			pc_story_listed(a->takes, fields[i].name))
			pc_buf_addf(out, ", \"%s\": {\"$ref\": \"#/$defs/keys/%s\"}",
				fields[i].name, fields[i].name);
	}
	pc_buf_add_text(out, "}}");
}

static void
schema_steps(const char *name, bool nested, struct pc_buf *out)
{
	bool first = true;
	pc_buf_addf(out, "  \"%s\": {\"oneOf\": [", name);
	for (size_t i = 0; i < PC_STORY_DOES; i++) {
		if (i == PC_STORY_WAIT && !nested)
			continue;
		pc_buf_add_text(out, first ? "\n    " : ",\n    ");
		schema_action(pc_story_action(i), nested, out);
		first = false;
	}
	pc_buf_add_text(out, "]},\n");
}

int
pc_story_schema(struct pc_buf *out)
{
	size_t n = 0;
	const struct pc_story_field *fields = pc_story_fields(&n);
	pc_buf_add_text(out, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
			     "  \"title\": \"presscheck story\",\n  ");
	schema_object(fields, n, "\"story\", \"steps\"", out);
	pc_buf_add_text(out, ",\n\"$defs\": {\n");
	schema_steps("step", false, out);
	schema_steps("inSequence", true, out);
	fields = pc_story_group_fields(&n);
	pc_buf_add_text(out, "  \"group\": {");
	schema_object(fields, n, "\"name\"", out);
	pc_buf_add_text(out, "},\n  \"keys\": {");
	fields = pc_story_step_fields(&n);
	for (size_t i = 1; i < n; i++) {
		pc_buf_addf(out, "%s\n    \"%s\": {\"description\": \"%s\", ", i == 1 ? "" : ",",
			fields[i].name, fields[i].help);
		schema_value(&fields[i], true, out);
		pc_buf_add_text(out, "}");
	}
	pc_buf_add_text(out, "}\n}\n}\n");
	return out->err;
}
