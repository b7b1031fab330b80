/* The bytes as a form, and its values as hosts: nothing is longer than what came, and written again
 * the form reads the same. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIZE_MAX_HERE = 4096 };

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static size_t
escape(const char *text, char *out)
{
	size_t n = 0;
	for (const char *p = text; *p != '\0'; p++, n += 3) {
		out[n] = '%';
		pc_text_hex((const uint8_t *)p, 1, out + n + 1);
	}
	return n;
}

static void
read_again(const struct pc_form *f)
{
	char text[3 * SIZE_MAX_HERE + 2 * PC_FORM_FIELDS_MAX + 3];
	size_t n = 0;
	struct pc_form again;
	for (size_t i = 0; i < f->n; i++) {
		n += escape(f->fields[i].name, text + n);
		text[n++] = '=';
		n += escape(f->fields[i].value, text + n);
		text[n++] = '&';
	}
	check(pc_form_read((const uint8_t *)text, n, &again) == PC_OK && again.n == f->n);
	for (size_t i = 0; i < f->n; i++)
		check(strcmp(again.fields[i].name, f->fields[i].name) == 0 &&
			strcmp(again.fields[i].value, f->fields[i].value) == 0);
	pc_form_done(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_form f;
	char host[PC_HOST_MAX + 1];
	uint16_t port = 0;
	bool literal = false;
	if (size > SIZE_MAX_HERE || pc_form_read(data, size, &f) != PC_OK)
		return 0;
	for (size_t i = 0; i < f.n; i++) {
		check(strlen(f.fields[i].name) + strlen(f.fields[i].value) <= size);
		if (pc_host_read(f.fields[i].value, host, &port, &literal) == PC_OK)
			check(host[0] != '\0' && strpbrk(host, "/ \r\n\"<>") == NULL);
	}
	read_again(&f);
	pc_form_done(&f);
	return 0;
}
