#include "cloud/body.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/err.h"

static int
inflate_all(z_stream *z, struct pc_buf *out)
{
	uint8_t chunk[16384];
	for (;;) {
		z->next_out = chunk;
		z->avail_out = sizeof(chunk);
		int rc = inflate(z, Z_NO_FLUSH);
		int err = pc_buf_add(out, chunk, sizeof(chunk) - z->avail_out);
		if (err != PC_OK)
			return err;
		if (rc == Z_STREAM_END)
			return z->avail_in == 0 ? PC_OK : PC_E_BADVALUE;
		if (rc == Z_BUF_ERROR || (rc == Z_OK && z->avail_in == 0 && z->avail_out > 0))
			return PC_E_TRUNCATED;
		if (rc == Z_MEM_ERROR)
			return -ENOMEM;
		if (rc != Z_OK)
			return PC_E_BADVALUE;
	}
}

int
pc_body_decode(const char *encoding, const uint8_t *data, size_t len, struct pc_buf *out)
{
	z_stream z = {0};
	if (encoding == NULL || encoding[0] == '\0' || strcasecmp(encoding, "identity") == 0)
		return pc_buf_add(out, data, len);
	if (strcasecmp(encoding, "gzip") != 0 && strcasecmp(encoding, "x-gzip") != 0)
		return PC_E_UNSUPPORTED;
	if (len > UINT32_MAX)
		return PC_E_LIMIT;
	if (len == 0)
		return PC_E_TRUNCATED;
	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		return -ENOMEM;
	z.next_in = (z_const Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)len;
	int err = inflate_all(&z, out);
	inflateEnd(&z);
	return err;
}

/* jansson recurses and allocates while it reads, so the limits are held before it starts. Text that
 * is not JSON may be counted wrongly; it is refused either way. */
static const char *
count_limits(const uint8_t *p, size_t len)
{
	size_t depth = 0;
	size_t containers = 0;
	size_t values = 0;
	bool text = false;
	for (size_t i = 0; i < len; i++) {
		if (text) {
			if (p[i] == '\\')
				i++;
			else if (p[i] == '"')
				text = false;
			continue;
		}
		if (p[i] == '"')
			text = true;
		else if (p[i] == '{' || p[i] == '[')
			depth++, containers++;
		else if ((p[i] == '}' || p[i] == ']') && depth > 0)
			depth--;
		else if (p[i] == ',')
			values++;
		if (depth > PC_BODY_DEPTH_MAX)
			return "nested deeper than 16";
		if (containers > PC_BODY_CONTAINERS_MAX || values > PC_BODY_VALUES_MAX)
			return "more values than a document may have";
	}
	return NULL;
}

struct json_t *
pc_body_json(const void *data, size_t len, char error[PC_BODY_ERROR_MAX])
{
	json_error_t jerr;
	const char *limit = count_limits(data, len);
	if (limit != NULL) {
		snprintf(error, PC_BODY_ERROR_MAX, "%s", limit);
		return NULL;
	}
	json_t *v = json_loadb(len == 0 ? "" : data, len, JSON_REJECT_DUPLICATES, &jerr);
	if (v == NULL)
		snprintf(error, PC_BODY_ERROR_MAX, "line %d column %d: %s", jerr.line, jerr.column,
			jerr.text);
	return v;
}
