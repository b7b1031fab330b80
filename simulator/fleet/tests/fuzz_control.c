/* The first byte chooses an operation of the control API; the rest is a path, a query and a JSON
 * body, with a NUL between. Whatever passes the checks holds to the table. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "device/mail.h"
#include "fleet/control-check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

/* Texts of the rest, ended by NUL; an absent one is empty. */
static char *
take_text(const uint8_t **at, size_t *left)
{
	const uint8_t *end = *left == 0 ? NULL : memchr(*at, '\0', *left);
	size_t n = end == NULL ? *left : (size_t)(end - *at);
	char *text = malloc(n + 1);
	if (text == NULL)
		abort();
	if (n > 0)
		memcpy(text, *at, n);
	text[n] = '\0';
	n += end != NULL;
	*at += n;
	*left -= n;
	return text;
}

static void
check_limits(const struct pc_control_operation *op, const json_t *args)
{
	for (size_t i = 0; i < pc_control_members(op); i++) {
		const struct pc_control_member *m = &op->members[i];
		const json_t *v = json_object_get(args, m->name);
		check(v != NULL || !m->required);
		if (v == NULL)
			continue;
		check(json_is_integer(v) == (m->kind == PC_CONTROL_INTEGER));
		check(json_is_boolean(v) == (m->kind == PC_CONTROL_FLAG));
		if (json_is_integer(v))
			check(json_integer_value(v) >= m->min && json_integer_value(v) <= m->max);
		if (m->kind == PC_CONTROL_TEXT)
			check(json_string_length(v) <= 4 * (size_t)m->max);
	}
	check(json_object_size(args) <= pc_control_members(op));
}

static void
check_mail(const char *text)
{
	struct pc_mail_settings settings = {.port = 25};
	struct pc_diag diag = {{0}};
	uint32_t events = 0;
	char to[PC_MAIL_ADDRESS_MAX];
	char back[256];
	if (pc_mail_events_parse(text, &events, &diag) == PC_OK) {
		uint32_t again = 0;
		pc_mail_events_text(events, back, sizeof(back));
		check(pc_mail_events_parse(back, &again, NULL) == PC_OK && again == events);
	} else {
		check(diag.text[0] != '\0');
	}
	if (strlen(text) >= sizeof(settings.recipients))
		return;
	memcpy(settings.recipients, text, strlen(text) + 1);
	for (size_t i = 0; pc_mail_recipient(&settings, i, to); i++)
		check(to[0] != '\0' && strpbrk(to, " ,;") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = 0;
	uint32_t number = 0;
	struct pc_diag diag = {{0}};
	const struct pc_control_operation *ops = pc_control_operations(&n);
	if (size == 0)
		return 0;
	const struct pc_control_operation *op = &ops[data[0] % n];
	const uint8_t *at = data + 1;
	size_t left = size - 1;
	char *path = take_text(&at, &left);
	char *name = take_text(&at, &left);
	char *value = take_text(&at, &left);
	json_t *args = json_object();
	(void)pc_control_path(op, path, &number);
	if (pc_control_check_query(op, name, value, args, &diag) == PC_OK &&
		pc_control_check(op, args, &diag) == PC_OK)
		check_limits(op, args);
	else
		check(diag.text[0] != '\0');
	json_decref(args);
	args = json_loadb((const char *)at, left, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(args) && pc_control_check(op, args, &diag) == PC_OK)
		check_limits(op, args);
	json_decref(args);
	check_mail(value);
	free(path);
	free(name);
	free(value);
	return 0;
}
