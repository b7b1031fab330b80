#include "conformance/http-parse.h"

#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/err.h"

enum { INFLATE_CHUNK = 16384, GZIP_OR_ZLIB = 32 + MAX_WBITS };

static bool
slice_is(const struct pc_http_slice *s, const char *text)
{
	return s->len == strlen(text) && strncasecmp(s->text, text, s->len) == 0;
}

const struct pc_http_slice *
pc_http_header(const struct pc_http_message *m, const char *name)
{
	for (size_t i = 0; i < m->n_headers; i++) {
		if (slice_is(&m->headers[i].name, name))
			return &m->headers[i].value;
	}
	return NULL;
}

/* A line without its end; *at moves behind it. Bare LF is tolerated. Spec: RFC 9112 s2.2 */
static bool
take_line(const uint8_t *data, size_t len, size_t *at, struct pc_http_slice *ret)
{
	const uint8_t *lf = memchr(data + *at, '\n', len - *at);
	if (lf == NULL)
		return false;
	size_t n = (size_t)(lf - (data + *at));
	*ret = (struct pc_http_slice){(const char *)data + *at, n};
	*at += n + 1;
	if (n > 0 && ret->text[n - 1] == '\r')
		ret->len--;
	return true;
}

static struct pc_http_slice
trim(struct pc_http_slice s)
{
	while (s.len > 0 && (s.text[0] == ' ' || s.text[0] == '\t')) {
		s.text++;
		s.len--;
	}
	while (s.len > 0 && (s.text[s.len - 1] == ' ' || s.text[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* "POST /x HTTP/1.1" or "HTTP/1.1 200 OK". Spec: RFC 9112 s3, s4 */
static int
read_start_line(struct pc_http_message *m, struct pc_http_slice line)
{
	const char *end = line.text + line.len;
	const char *a = memchr(line.text, ' ', line.len);
	if (a == NULL)
		return PC_E_BADVALUE;
	if (m->response) {
		if (line.len < 12 || memcmp(line.text, "HTTP/1.", 7) != 0 || end - a < 4)
			return PC_E_BADVALUE;
		for (int i = 1; i <= 3; i++) {
			if (a[i] < '0' || a[i] > '9')
				return PC_E_BADVALUE;
			m->status = m->status * 10 + (a[i] - '0');
		}
		return PC_OK;
	}
	const char *b = memchr(a + 1, ' ', (size_t)(end - a - 1));
	if (b == NULL || end - b < 8 || memcmp(b + 1, "HTTP/1.", 7) != 0)
		return PC_E_BADVALUE;
	m->method = (struct pc_http_slice){line.text, (size_t)(a - line.text)};
	m->target = (struct pc_http_slice){a + 1, (size_t)(b - a - 1)};
	return PC_OK;
}

static int
read_headers(struct pc_http_message *m, const uint8_t *data, size_t len, size_t *at)
{
	struct pc_http_slice line;
	for (;;) {
		if (*at > PC_HTTP_HEAD_MAX)
			return PC_E_LIMIT;
		if (!take_line(data, len, at, &line))
			return len > PC_HTTP_HEAD_MAX ? PC_E_LIMIT : PC_E_TRUNCATED;
		if (line.len == 0)
			return PC_OK;
		const char *colon = memchr(line.text, ':', line.len);
		if (colon == NULL || colon == line.text)
			return PC_E_BADVALUE;
		if (m->n_headers == PC_HTTP_HEADERS_MAX)
			return PC_E_LIMIT;
		size_t n = (size_t)(colon - line.text);
		m->headers[m->n_headers].name = (struct pc_http_slice){line.text, n};
		m->headers[m->n_headers++].value =
			trim((struct pc_http_slice){colon + 1, line.len - n - 1});
	}
}

static int
parse_number(const struct pc_http_slice *s, unsigned base, size_t *ret)
{
	size_t v = 0;
	size_t i = 0;
	for (; i < s->len; i++) {
		char c = s->text[i];
		unsigned d = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
			     : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
			     : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
						    : 99;
		if (d >= base)
			break;
		if (v > PC_HTTP_BODY_MAX)
			return PC_E_LIMIT;
		v = v * base + d;
	}
	if (i == 0 || (i < s->len && s->text[i] != ';' && s->text[i] != ' '))
		return PC_E_BADVALUE;
	if (v > PC_HTTP_BODY_MAX)
		return PC_E_LIMIT;
	*ret = v;
	return PC_OK;
}

/* Walk over chunks; with `out` their data are appended. Spec: RFC 9112 s7.1 */
static int
walk_chunks(const uint8_t *data, size_t len, size_t *ret_len, struct pc_buf *out)
{
	size_t at = 0;
	struct pc_http_slice line;
	for (;;) {
		size_t n = 0;
		if (!take_line(data, len, &at, &line))
			return PC_E_TRUNCATED;
		int err = parse_number(&line, 16, &n);
		if (err != PC_OK)
			return err;
		if (n == 0)
			break;
		if (n > len - at)
			return PC_E_TRUNCATED;
		if (out != NULL && (err = pc_buf_add(out, data + at, n)) != PC_OK)
			return err;
		at += n;
		if (!take_line(data, len, &at, &line))
			return PC_E_TRUNCATED;
		if (line.len != 0)
			return PC_E_BADVALUE;
	}
	do { /* trailer fields */
		if (!take_line(data, len, &at, &line))
			return PC_E_TRUNCATED;
	} while (line.len != 0);
	*ret_len = at;
	return PC_OK;
}

/* Length of the body. Spec: RFC 9112 s6.3 */
static int
measure_body(struct pc_http_message *m, size_t left, bool closed, bool no_body)
{
	const struct pc_http_slice *coding = pc_http_header(m, "transfer-encoding");
	const struct pc_http_slice *length = pc_http_header(m, "content-length");
	if (no_body || (m->response && (m->status < 200 || m->status == 204 || m->status == 304)))
		return PC_OK;
	if (coding != NULL && slice_is(coding, "chunked")) {
		m->chunked = true;
		return walk_chunks(m->body, left, &m->body_len, NULL);
	}
	if (coding != NULL)
		return PC_E_UNSUPPORTED;
	if (length != NULL) {
		int err = parse_number(length, 10, &m->body_len);
		if (err != PC_OK)
			return err;
		return m->body_len > left ? PC_E_TRUNCATED : PC_OK;
	}
	if (!m->response)
		return PC_OK;
	m->until_close = true;
	m->body_len = left;
	return closed ? PC_OK : PC_E_TRUNCATED;
}

int
pc_http_parse(const uint8_t *data, size_t len, bool response, bool closed, bool no_body,
	struct pc_http_message *ret)
{
	struct pc_http_slice line;
	size_t at = 0;
	*ret = (struct pc_http_message){.response = response};
	if (len == 0 || !take_line(data, len, &at, &line))
		return len > PC_HTTP_HEAD_MAX ? PC_E_LIMIT : PC_E_TRUNCATED;
	int err = read_start_line(ret, line);
	if (err == PC_OK)
		err = read_headers(ret, data, len, &at);
	if (err != PC_OK)
		return err;
	ret->body = data + at;
	err = measure_body(ret, len - at, closed, no_body);
	ret->total = at + ret->body_len;
	return err;
}

static int
inflate_to(const uint8_t *data, size_t len, struct pc_buf *out)
{
	uint8_t chunk[INFLATE_CHUNK];
	z_stream z = {0};
	int rc = Z_OK;
	int err = PC_OK;
	if (inflateInit2(&z, GZIP_OR_ZLIB) != Z_OK)
		return PC_E_INTERNAL;
	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)len;
	while (err == PC_OK && rc == Z_OK) {
		z.next_out = chunk;
		z.avail_out = sizeof(chunk);
		rc = inflate(&z, Z_NO_FLUSH);
		err = pc_buf_add(out, chunk, sizeof(chunk) - z.avail_out);
		if (rc == Z_OK && z.avail_in == 0 && z.avail_out > 0)
			rc = Z_BUF_ERROR; /* the stream ends before its end mark */
	}
	inflateEnd(&z);
	if (err != PC_OK)
		return err;
	return rc == Z_STREAM_END ? PC_OK : PC_E_BADVALUE;
}

static int
decode_content(const struct pc_http_message *m, const uint8_t *data, size_t len, struct pc_buf *out)
{
	const struct pc_http_slice *coding = pc_http_header(m, "content-encoding");
	if (coding == NULL || slice_is(coding, "identity") || len == 0)
		return pc_buf_add(out, data, len);
	if (slice_is(coding, "gzip") || slice_is(coding, "x-gzip") || slice_is(coding, "deflate"))
		return inflate_to(data, len, out);
	return PC_E_UNSUPPORTED;
}

int
pc_http_body(const struct pc_http_message *m, struct pc_buf *out)
{
	struct pc_buf plain;
	size_t n = 0;
	if (!m->chunked)
		return decode_content(m, m->body, m->body_len, out);
	pc_buf_init(&plain, PC_HTTP_BODY_MAX);
	int err = walk_chunks(m->body, m->body_len, &n, &plain);
	if (err == PC_OK)
		err = decode_content(m, plain.data, plain.len, out);
	pc_buf_done(&plain);
	return err;
}
