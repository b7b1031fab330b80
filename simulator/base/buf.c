#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

void
pc_buf_init(struct pc_buf *b, size_t max)
{
	*b = (struct pc_buf){.max = max};
}

void
pc_buf_done(struct pc_buf *b)
{
	size_t max = b->max;
	free(b->data);
	pc_buf_init(b, max);
}

void
pc_buf_clear(struct pc_buf *b)
{
	b->len = 0;
	b->err = PC_OK;
	if (b->data != NULL)
		b->data[0] = 0;
}

static int
reserve(struct pc_buf *b, size_t more)
{
	if (b->err != PC_OK)
		return b->err;
	if (more > b->max - b->len)
		return b->err = PC_E_LIMIT;
	if (b->cap - b->len > more && b->data != NULL)
		return PC_OK;
	size_t cap = b->cap < 128 ? 256 : b->cap * 2;
	if (cap < b->len + more + 1)
		cap = b->len + more + 1;
	uint8_t *data = realloc(b->data, cap);
	if (data == NULL)
		return b->err = -ENOMEM;
	b->data = data;
	b->cap = cap;
	return PC_OK;
}

int
pc_buf_add(struct pc_buf *b, const void *data, size_t len)
{
	int err = reserve(b, len);
	if (err != PC_OK)
		return err;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = 0;
	return PC_OK;
}

int
pc_buf_add_text(struct pc_buf *b, const char *text)
{
	return pc_buf_add(b, text, strlen(text));
}

int
pc_buf_addf(struct pc_buf *b, const char *fmt, ...)
{
	va_list ap;
	va_list again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	int err = n < 0 ? -EINVAL : reserve(b, (size_t)n);
	if (err == PC_OK) {
		vsnprintf((char *)b->data + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
	return err;
}

/* Octets of the UTF-8 character at `s` that XML allows, 0 when there is none.
 * Spec: RFC 3629 s4; XML 1.0 s2.2 */
static size_t
xml_character(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = p[0] < 0x80   ? 1
		   : p[0] < 0xc2 ? 0
		   : p[0] < 0xe0 ? 2
		   : p[0] < 0xf0 ? 3
		   : p[0] < 0xf5 ? 4
				 : 0;
	uint32_t c = n == 1 ? p[0] : n == 2 ? p[0] & 0x1f : n == 3 ? p[0] & 0xf : p[0] & 0x7;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	bool overlong = (n == 3 && c < 0x800) || (n == 4 && c < 0x10000);
	bool excluded = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f || c > 0x10ffff ||
			(c >= 0xd800 && c < 0xe000) || c == 0xfffe || c == 0xffff;
	return overlong || excluded ? 0 : n;
}

/* How many characters from `p` on need no look: printable ASCII that HTML takes as it is. */
static size_t
plain_run(const char *p)
{
	size_t n = 0;
	while (p[n] >= 0x20 && p[n] < 0x7f && p[n] != '&' && p[n] != '<' && p[n] != '>' &&
		p[n] != '"')
		n++;
	return n;
}

int
pc_buf_add_html(struct pc_buf *b, const char *text)
{
	const char *p = text;
	for (;;) {
		size_t n = plain_run(p);
		pc_buf_add(b, p, n);
		p += n;
		if (*p == '\0')
			return b->err;
		n = xml_character(p);
		if (n == 0)
			pc_buf_add_text(b, "\xef\xbf\xbd"); /* U+FFFD */
		else if (*p == '&')
			pc_buf_add_text(b, "&amp;");
		else if (*p == '<')
			pc_buf_add_text(b, "&lt;");
		else if (*p == '>')
			pc_buf_add_text(b, "&gt;");
		else if (*p == '"')
			pc_buf_add_text(b, "&quot;");
		else
			pc_buf_add(b, p, n);
		p += n == 0 ? 1 : n;
	}
}

void
pc_buf_consume(struct pc_buf *b, size_t n)
{
	if (n > b->len)
		n = b->len;
	if (n == 0)
		return;
	memmove(b->data, b->data + n, b->len - n);
	b->len -= n;
	b->data[b->len] = 0;
}

const char *
pc_buf_text(const struct pc_buf *b)
{
	return b->data == NULL ? "" : (const char *)b->data;
}
