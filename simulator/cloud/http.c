#include "cloud/http.h"

#include <string.h>

#include "base/text.h"

bool
pc_http_add_header(struct pc_http_response *r, const char *name, const char *value)
{
	if (r->n_headers == PC_HTTP_HEADERS_MAX || strpbrk(value, "\r\n") != NULL)
		return false;
	if (!pc_text_copy(r->headers[r->n_headers].value, sizeof(r->headers[0].value), value))
		return false;
	r->headers[r->n_headers++].name = name;
	return true;
}
