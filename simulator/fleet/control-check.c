#include "fleet/control-check.h"

#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"

size_t
pc_control_members(const struct pc_control_operation *op)
{
	size_t n = 0;
	while (n < PC_CONTROL_MEMBERS_MAX && op->members[n].name != NULL)
		n++;
	return n;
}

bool
pc_control_path(const struct pc_control_operation *op, const char *path, uint32_t *ret_number)
{
	static const char slot[] = "{printer}";
	char digits[12];
	uint64_t number = 0;
	const char *at = strstr(op->path, slot);
	if (at == NULL)
		return strcmp(op->path, path) == 0;
	size_t before = (size_t)(at - op->path);
	if (strncmp(op->path, path, before) != 0)
		return false;
	size_t n = strcspn(path + before, "/");
	if (n == 0 || n >= sizeof(digits) || strcmp(path + before + n, at + strlen(slot)) != 0)
		return false;
	memcpy(digits, path + before, n);
	digits[n] = '\0';
	if (strspn(digits, "0123456789") != n ||
		pc_text_u64(digits, 0, UINT32_MAX, &number) != PC_OK)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

static const struct pc_control_member *
find_member(const struct pc_control_operation *op, const char *name)
{
	for (size_t i = 0; i < pc_control_members(op); i++) {
		if (strcmp(op->members[i].name, name) == 0)
			return &op->members[i];
	}
	return NULL;
}

static int
unknown(const struct pc_control_operation *op, const char *name, struct pc_diag *diag)
{
	char known[512] = "";
	size_t at = 0;
	for (size_t i = 0; i < pc_control_members(op); i++) {
		size_t n = strlen(op->members[i].name) + 2;
		if (at + n >= sizeof(known))
			break;
		at += (size_t)snprintf(known + at, sizeof(known) - at, "%s%s", at == 0 ? "" : ", ",
			op->members[i].name);
	}
	return pc_diag_fail(diag, PC_E_BADVALUE, "'%.64s' is not known here; known: %s", name,
		at == 0 ? "nothing" : known);
}

static bool
is_word(const struct pc_control_member *m, const char *text)
{
	for (size_t i = 0; m->words[i] != NULL; i++) {
		if (strcmp(m->words[i], text) == 0)
			return true;
	}
	return false;
}

static int
not_a_word(const struct pc_control_member *m, const char *found, struct pc_diag *diag)
{
	struct pc_buf all;
	pc_buf_init(&all, 512);
	for (size_t i = 0; m->words[i] != NULL; i++)
		(void)pc_buf_addf(&all, "%s%s", i == 0 ? "" : ", ", m->words[i]);
	(void)pc_diag_fail(diag, PC_E_BADVALUE, "'%s': one of %s is needed, not '%.64s'", m->name,
		pc_buf_text(&all), found);
	pc_buf_done(&all);
	return PC_E_BADVALUE;
}

static size_t
characters(const char *text)
{
	size_t n = 0;
	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static int
check_text(const struct pc_control_member *m, const json_t *v, struct pc_diag *diag)
{
	if (!json_is_string(v))
		return pc_diag_fail(diag, PC_E_BADVALUE, "'%s': a string is needed", m->name);
	const char *text = json_string_value(v);
	if (m->kind == PC_CONTROL_WORD)
		return is_word(m, text) ? PC_OK : not_a_word(m, text, diag);
	size_t n = characters(text);
	if (n < (size_t)m->min || n > (size_t)m->max)
		return pc_diag_fail(diag, PC_E_BADVALUE,
			"'%s': %lld to %lld characters are allowed, not %zu", m->name,
			(long long)m->min, (long long)m->max, n);
	return PC_OK;
}

static int
check_value(const struct pc_control_member *m, const json_t *v, struct pc_diag *diag)
{
	if (m->kind == PC_CONTROL_FLAG)
		return json_is_boolean(v) ? PC_OK
					  : pc_diag_fail(diag, PC_E_BADVALUE,
						    "'%s': true or false is needed", m->name);
	if (m->kind != PC_CONTROL_INTEGER)
		return check_text(m, v, diag);
	if (!json_is_integer(v) || json_integer_value(v) < m->min || json_integer_value(v) > m->max)
		return pc_diag_fail(diag, PC_E_BADVALUE, "'%s': an integer %lld to %lld is needed",
			m->name, (long long)m->min, (long long)m->max);
	return PC_OK;
}

int
pc_control_check(const struct pc_control_operation *op, const json_t *args, struct pc_diag *diag)
{
	const char *name;
	json_t *v;
	json_object_foreach((json_t *)(uintptr_t)args, name, v)
	{
		const struct pc_control_member *m = find_member(op, name);
		int err = m == NULL ? unknown(op, name, diag) : check_value(m, v, diag);
		if (err != PC_OK)
			return err;
	}
	for (size_t i = 0; i < pc_control_members(op); i++) {
		if (op->members[i].required && json_object_get(args, op->members[i].name) == NULL)
			return pc_diag_fail(diag, PC_E_BADVALUE, "'%s' is missing: %s",
				op->members[i].name, op->members[i].summary);
	}
	return PC_OK;
}

static json_t *
query_value(const struct pc_control_member *m, const char *value)
{
	int64_t n = 0;
	if (m->kind == PC_CONTROL_INTEGER)
		return pc_text_i64(value, INT64_MIN, INT64_MAX, &n) == PC_OK ? json_integer(n)
									     : json_string(value);
	if (m->kind == PC_CONTROL_FLAG && strcmp(value, "true") == 0)
		return json_true();
	if (m->kind == PC_CONTROL_FLAG && strcmp(value, "false") == 0)
		return json_false();
	return json_string(value);
}

int
pc_control_check_query(const struct pc_control_operation *op, const char *name, const char *value,
	json_t *args, struct pc_diag *diag)
{
	const struct pc_control_member *m = find_member(op, name);
	if (m == NULL)
		return unknown(op, name, diag);
	if (json_object_get(args, name) != NULL)
		return pc_diag_fail(diag, PC_E_BADVALUE, "'%s' is given twice", name);
	json_t *v = query_value(m, value == NULL ? "" : value);
	if (v == NULL)
		return pc_diag_fail(diag, PC_E_BADVALUE, "'%s': the value is not UTF-8", name);
	json_object_set_new(args, name, v);
	return PC_OK;
}

int64_t
pc_control_int(const struct pc_control_call *call, const char *name, int64_t fallback)
{
	const json_t *v = json_object_get(call->args, name);
	return v == NULL ? fallback : json_integer_value(v);
}

bool
pc_control_flag(const struct pc_control_call *call, const char *name, bool fallback)
{
	const json_t *v = json_object_get(call->args, name);
	return v == NULL ? fallback : json_is_true(v);
}

const char *
pc_control_text(const struct pc_control_call *call, const char *name, const char *fallback)
{
	const json_t *v = json_object_get(call->args, name);
	return v == NULL ? fallback : json_string_value(v);
}

int
pc_control_word(const struct pc_control_call *call, const char *name, const char *const *words)
{
	const char *text = pc_control_text(call, name, NULL);
	for (int i = 0; text != NULL && words[i] != NULL; i++) {
		if (strcmp(words[i], text) == 0)
			return i;
	}
	return -1;
}

bool
pc_control_has(const struct pc_control_call *call, const char *name)
{
	return json_object_get(call->args, name) != NULL;
}
