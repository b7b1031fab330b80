#include "conformance/event-list.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

enum { FIRST = 16 };

void
pc_event_list_init(struct pc_event_list *l)
{
	*l = (struct pc_event_list){0};
}

void
pc_event_list_done(struct pc_event_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free((void *)(uintptr_t)l->events[i].path); /* one block for all three strings */
	free(l->events);
	pc_event_list_init(l);
}

static struct pc_event *
reserve(struct pc_event_list *l)
{
	if (l->err == PC_OK && l->n == PC_EVENTS_MAX)
		l->err = PC_E_LIMIT;
	if (l->err != PC_OK)
		return NULL;
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? FIRST : l->cap * 2;
		struct pc_event *more = realloc(l->events, cap * sizeof(*more));
		if (more == NULL) {
			l->err = -ENOMEM;
			return NULL;
		}
		l->events = more;
		l->cap = cap;
	}
	return &l->events[l->n];
}

void
pc_event_add(struct pc_event_list *l, enum pc_event_side side, const char *path, const char *type,
	const char *value)
{
	struct pc_event *e = reserve(l);
	if (e == NULL)
		return;
	size_t np = strnlen(path, PC_EVENT_PATH_MAX - 1) + 1;
	size_t nt = strlen(type) + 1;
	size_t nv = strlen(value) + 1;
	char *block = malloc(np + nt + nv);
	if (block == NULL) {
		l->err = -ENOMEM;
		return;
	}
	memcpy(block, path, np - 1);
	block[np - 1] = '\0';
	memcpy(block + np, type, nt);
	memcpy(block + np + nt, value, nv);
	*e = (struct pc_event){side, block, block + np, block + np + nt};
	l->n++;
}

void
pc_event_addf(struct pc_event_list *l, enum pc_event_side side, const char *type, const char *value,
	const char *path_fmt, ...)
{
	char path[PC_EVENT_PATH_MAX];
	va_list ap;
	va_start(ap, path_fmt);
	vsnprintf(path, sizeof(path), path_fmt, ap);
	va_end(ap);
	pc_event_add(l, side, path, type, value);
}

const char *
pc_event_sha256(const uint8_t *data, size_t len, char out[PC_SHA256_HEX])
{
	uint8_t digest[EVP_MAX_MD_SIZE] = {0};
	unsigned n = 0;
	if (EVP_Digest(data, len, digest, &n, EVP_sha256(), NULL) != 1 || n != 32)
		memset(digest, 0, 32);
	pc_text_hex(digest, 32, out);
	return out;
}

static bool
is_plain(const uint8_t *data, size_t len)
{
	if (len >= 2 && data[0] == '0' && data[1] == 'x')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (data[i] < 0x20 || data[i] > 0x7e)
			return false;
	}
	return true;
}

void
pc_event_add_bytes(struct pc_event_list *l, enum pc_event_side side, const char *path,
	const char *type, const uint8_t *data, size_t len)
{
	if (len > PC_EVENT_VALUE_MAX / 2) {
		char digest[PC_SHA256_HEX];
		char text[PC_SHA256_HEX + 64];
		snprintf(text, sizeof(text), "len=%zu sha256=%s", len,
			pc_event_sha256(data, len, digest));
		pc_event_add(l, side, path, type, text);
		return;
	}
	char *text = malloc(2 * len + 3);
	if (text == NULL) {
		l->err = -ENOMEM;
		return;
	}
	if (is_plain(data, len)) {
		if (len > 0)
			memcpy(text, data, len);
		text[len] = '\0';
	} else {
		memcpy(text, "0x", 2);
		pc_text_hex(data, len, text + 2);
	}
	pc_event_add(l, side, path, type, text);
	free(text);
}
