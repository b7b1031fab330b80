/* The OpenAPI document of the control API. Spec: OpenAPI 3.1.0; JSON Schema 2020-12 */
#include "fleet/control-table.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"

static json_t *
reference(const char *schema)
{
	char path[96];
	snprintf(path, sizeof(path), "#/components/schemas/%s", schema);
	return json_pack("{s:s}", "$ref", path);
}

static json_t *
words_of(const char *type, size_t len)
{
	json_t *list = json_array();
	for (size_t at = 0; at < len;) {
		size_t n = strcspn(type + at, "|");
		n = n < len - at ? n : len - at;
		json_array_append_new(list, json_stringn(type + at, n));
		at += n + 1;
	}
	return json_pack("{s:s,s:o}", "type", "string", "enum", list);
}

/* Schema of a field's type, whose text is `len` long. */
static json_t *
type_schema(const char *type, size_t len)
{
	static const char *const plain[] = {"integer", "number", "boolean", "string", "object"};
	char name[64];
	if (len > 2 && strncmp(type + len - 2, "[]", 2) == 0)
		return json_pack("{s:s,s:o}", "type", "array", "items", type_schema(type, len - 2));
	if (len > 4 && strncmp(type, "map:", 4) == 0)
		return json_pack("{s:s,s:o}", "type", "object", "additionalProperties",
			type_schema(type + 4, len - 4));
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (strlen(plain[i]) == len && strncmp(plain[i], type, len) == 0)
			return json_pack("{s:s}", "type", plain[i]);
	}
	if (type[0] < 'A' || type[0] > 'Z')
		return words_of(type, len);
	snprintf(name, sizeof(name), "%.*s", (int)len, type);
	return reference(name);
}

/* Adds the rows of a schema to its members. */
static void
put_fields(json_t *properties, json_t *required, const char *schema)
{
	size_t n = 0;
	const struct pc_control_field *f = pc_control_fields(&n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(f[i].schema, schema) != 0)
			continue;
		if (f[i].member == NULL) {
			put_fields(properties, required, f[i].type);
			continue;
		}
		size_t len = strlen(f[i].type);
		bool maybe = f[i].type[len - 1] == '?';
		json_t *s = type_schema(f[i].type, maybe ? len - 1 : len);
		if (f[i].summary[0] != '\0')
			json_object_set_new(s, "description", json_string(f[i].summary));
		json_object_set_new(properties, f[i].member, s);
		if (!maybe)
			json_array_append_new(required, json_string(f[i].member));
	}
}

static json_t *
object_schema(json_t *properties, json_t *required)
{
	json_t *o = json_pack("{s:s,s:o,s:b}", "type", "object", "properties", properties,
		"additionalProperties", 0);
	if (json_array_size(required) > 0)
		json_object_set(o, "required", required);
	json_decref(required);
	return o;
}

static json_t *
schemas(void)
{
	size_t n = 0;
	const struct pc_control_field *f = pc_control_fields(&n);
	json_t *all = json_object();
	for (size_t i = 0; i < n; i++) {
		if (json_object_get(all, f[i].schema) != NULL)
			continue;
		if (f[i].member == NULL && (f[i].type[0] < 'A' || f[i].type[0] > 'Z')) {
			json_object_set_new(
				all, f[i].schema, type_schema(f[i].type, strlen(f[i].type)));
			continue;
		}
		json_t *properties = json_object();
		json_t *required = json_array();
		put_fields(properties, required, f[i].schema);
		json_object_set_new(all, f[i].schema, object_schema(properties, required));
	}
	return all;
}

static json_t *
member_schema(const struct pc_control_member *m)
{
	json_t *list = NULL;
	switch (m->kind) {
	case PC_CONTROL_INTEGER:
		return json_pack("{s:s,s:I,s:I}", "type", "integer", "minimum", (json_int_t)m->min,
			"maximum", (json_int_t)m->max);
	case PC_CONTROL_TEXT:
		return json_pack("{s:s,s:I,s:I}", "type", "string", "minLength", (json_int_t)m->min,
			"maxLength", (json_int_t)m->max);
	case PC_CONTROL_FLAG:
		return json_pack("{s:s}", "type", "boolean");
	case PC_CONTROL_WORD:
		break;
	}
	list = json_array();
	for (size_t i = 0; m->words[i] != NULL; i++)
		json_array_append_new(list, json_string(m->words[i]));
	return json_pack("{s:s,s:o}", "type", "string", "enum", list);
}

static json_t *
parameters(const struct pc_control_operation *op)
{
	json_t *list = json_array();
	if (strstr(op->path, "{printer}") != NULL)
		json_array_append_new(list,
			json_pack("{s:s,s:s,s:b,s:s,s:{s:s,s:i,s:I}}", "name", "printer", "in",
				"path", "required", 1, "description",
				op->all == PC_CONTROL_ONE ? "number of the printer, from 1"
							  : "number of the printer, from 1; 0: all",
				"schema", "type", "integer", "minimum",
				op->all == PC_CONTROL_ONE ? 1 : 0, "maximum",
				(json_int_t)UINT32_MAX));
	for (size_t i = 0; strcmp(op->method, "GET") == 0 && i < pc_control_members(op); i++)
		json_array_append_new(list,
			json_pack("{s:s,s:s,s:b,s:s,s:o}", "name", op->members[i].name, "in",
				"query", "required", (int)op->members[i].required, "description",
				op->members[i].summary, "schema", member_schema(&op->members[i])));
	return list;
}

static json_t *
body_of(const struct pc_control_operation *op)
{
	json_t *properties = json_object();
	json_t *required = json_array();
	for (size_t i = 0; i < pc_control_members(op); i++) {
		json_t *s = member_schema(&op->members[i]);
		json_object_set_new(s, "description", json_string(op->members[i].summary));
		json_object_set_new(properties, op->members[i].name, s);
		if (op->members[i].required)
			json_array_append_new(required, json_string(op->members[i].name));
	}
	bool needed = json_array_size(required) > 0;
	return json_pack("{s:b,s:{s:{s:o}}}", "required", (int)needed, "content",
		"application/json", "schema", object_schema(properties, required));
}

static json_t *
answer_of(const char *text, const char *media, json_t *schema)
{
	return json_pack(
		"{s:s,s:{s:{s:o}}}", "description", text, "content", media, "schema", schema);
}

static json_t *
answers(const struct pc_control_operation *op)
{
	static const struct {
		const char *status, *text;
		bool post;
		unsigned bit;
	} rows[] = {
		{"400", "a member or a parameter is not as it must be", false, 0},
		{"403", "another site's page asked, or not by the server's own address", false, 0},
		{"404", "there is no such printer, job or name", false, PC_CONTROL_404},
		{"409", "the printer cannot do that, or not now", false, PC_CONTROL_409},
		{"413", "the body is too large", true, 0},
		{"415", "the body is not application/json", true, 0},
	};
	bool post = strcmp(op->method, "POST") == 0;
	json_t *all = json_object();
	json_t *schema =
		op->answer == NULL ? json_pack("{s:s}", "type", "string") : reference(op->answer);
	if (op->all != PC_CONTROL_ONE)
		schema = json_pack("{s:[o,o]}", "oneOf", schema, reference("Done"));
	json_object_set_new(all, "200",
		answer_of("done", op->answer == NULL ? "text/event-stream" : "application/json",
			schema));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((rows[i].post && !post) ||
			(rows[i].bit != 0 && (op->errors & rows[i].bit) == 0))
			continue;
		json_object_set_new(all, rows[i].status,
			answer_of(rows[i].text, "application/json", reference("Error")));
	}
	if (op->answer == NULL)
		json_object_set_new(all, "503",
			answer_of(
				"too many listen already", "application/json", reference("Error")));
	return all;
}

static void
put_operation(json_t *paths, const struct pc_control_operation *op)
{
	bool post = strcmp(op->method, "POST") == 0;
	json_t *path = json_object_get(paths, op->path);
	json_t *o = json_pack("{s:s,s:s,s:s,s:o}", "operationId", op->id, "summary", op->summary,
		"x-presscheck-ctl", op->verb, "parameters", parameters(op));
	if (post)
		json_object_set_new(o, "requestBody", body_of(op));
	json_object_set_new(o, "responses", answers(op));
	if (path == NULL) {
		path = json_object();
		json_object_set_new(paths, op->path, path);
	}
	json_object_set_new(path, post ? "post" : "get", o);
}

json_t *
pc_control_openapi(void)
{
	size_t n = 0;
	const struct pc_control_operation *ops = pc_control_operations(&n);
	json_t *paths = json_object();
	for (size_t i = 0; i < n; i++)
		put_operation(paths, &ops[i]);
	return json_pack("{s:s,s:{s:s,s:s,s:s},s:[{s:s}],s:o,s:{s:o}}", "openapi", "3.1.0", "info",
		"title", "presscheck control API", "version", "1", "description",
		"Look at a running fleet of simulated printers and change it. Loopback only.",
		"servers", "url", "http://127.0.0.1:7161", "paths", paths, "components", "schemas",
		schemas());
}

int
pc_control_openapi_text(struct pc_buf *out)
{
	json_t *document = pc_control_openapi();
	char *text = document == NULL ? NULL : json_dumps(document, JSON_INDENT(1));
	json_decref(document);
	int err = text == NULL ? PC_E_INTERNAL : pc_buf_addf(out, "%s\n", text);
	free(text);
	return err;
}
