#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 2, 0))) static void
set_va(struct pc_diag *d, const char *fmt, va_list ap)
{
	if (d != NULL)
		vsnprintf(d->text, sizeof(d->text), fmt, ap);
}

void
pc_diag_set(struct pc_diag *d, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	set_va(d, fmt, ap);
	va_end(ap);
}

void
pc_diag_prefix(struct pc_diag *d, const char *fmt, ...)
{
	struct pc_diag whole;
	va_list ap;
	if (d == NULL)
		return;
	va_start(ap, fmt);
	int n = vsnprintf(whole.text, sizeof(whole.text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(whole.text))
		return;
	snprintf(whole.text + n, sizeof(whole.text) - (size_t)n, ": %s", d->text);
	*d = whole;
}

int
pc_diag_fail(struct pc_diag *d, int err, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	set_va(d, fmt, ap);
	va_end(ap);
	return err;
}
