#include "services/web-html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/err.h"

/* Appends the conversion at `p` (behind '%'); returns what follows it. */
static const char *
add_conversion(struct pc_buf *b, const char *p, va_list *ap)
{
	bool is_long = *p == 'l';
	const char *text = NULL;
	p += is_long;
	switch (*p) {
	case 's':
		text = va_arg(*ap, const char *);
		pc_buf_add_html(b, text == NULL ? "" : text);
		break;
	case 'd':
		pc_buf_addf(b, "%ld", is_long ? va_arg(*ap, long) : (long)va_arg(*ap, int));
		break;
	case 'u':
		pc_buf_addf(b, "%lu",
			is_long ? va_arg(*ap, unsigned long)
				: (unsigned long)va_arg(*ap, unsigned));
		break;
	case '%':
		pc_buf_add_text(b, "%");
		break;
	default:
		b->err = PC_E_INTERNAL; /* a conversion that is not escaped must not pass */
		return p + strlen(p);
	}
	return p + 1;
}

void
pc_html(struct pc_buf *b, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	for (const char *p = format; *p != '\0';) {
		size_t n = strcspn(p, "%");
		pc_buf_add(b, p, n);
		p += n;
		if (*p == '%')
			p = add_conversion(b, p + 1, &ap);
	}
	va_end(ap);
}

void
pc_csv_text(struct pc_buf *b, const char *text)
{
	bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
	bool quoted = strpbrk(text, "\",\r\n") != NULL;
	if (quoted)
		pc_buf_add_text(b, "\"");
	if (formula)
		pc_buf_add_text(b, "'");
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"')
			pc_buf_add_text(b, "\"");
		pc_buf_add(b, p, 1);
	}
	if (quoted)
		pc_buf_add_text(b, "\"");
}
