#include "codec/ber.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

enum { LENGTH_OCTETS_MAX = 4, ARC_BITS = 7 };

/* Length octets after the tag. Spec: X.690 s8.1.3 */
static int
read_length(struct pc_reader *r, size_t *ret)
{
	uint8_t first = pc_read_u8(r);
	if (first < 0x80) {
		*ret = first;
		return r->err;
	}
	unsigned n = first & 0x7fu;
	if (n == 0 || n > LENGTH_OCTETS_MAX)
		return r->err != PC_OK ? r->err : PC_E_BADVALUE;
	size_t len = 0;
	for (unsigned i = 0; i < n; i++)
		len = len << 8 | pc_read_u8(r);
	*ret = len;
	return r->err;
}

int
pc_ber_read(struct pc_reader *r, uint8_t *ret_tag, struct pc_reader *ret_content)
{
	size_t len = 0, left = pc_reader_left(r);
	const uint8_t *p = left < 2 ? NULL : r->data + r->at;
	/* Nearly every element: one octet of length, and all of it there. */
	if (p != NULL && (p[0] & 0x1f) != 0x1f && p[1] < 0x80 && p[1] <= left - 2) {
		*ret_tag = p[0];
		*ret_content = (struct pc_reader){.data = p + 2, .len = p[1]};
		r->at += 2 + (size_t)p[1];
		return PC_OK;
	}
	uint8_t tag = pc_read_u8(r);
	if (r->err == PC_OK && (tag & 0x1f) == 0x1f)
		return PC_E_BADVALUE;
	int err = read_length(r, &len);
	if (err != PC_OK)
		return err;
	const uint8_t *content = pc_read_bytes(r, len);
	if (content == NULL)
		return r->err;
	*ret_tag = tag;
	pc_reader_init(ret_content, content, len);
	return PC_OK;
}

int
pc_ber_read_tagged(struct pc_reader *r, uint8_t tag, struct pc_reader *ret_content)
{
	uint8_t found;
	int err = pc_ber_read(r, &found, ret_content);
	if (err == PC_OK && found != tag)
		err = PC_E_BADVALUE;
	return err;
}

int
pc_ber_integer(const uint8_t *content, size_t len, int64_t *ret)
{
	if (len == 0 || len > sizeof(int64_t))
		return PC_E_BADVALUE;
	uint64_t v = (content[0] & 0x80) != 0 ? UINT64_MAX : 0;
	for (size_t i = 0; i < len; i++)
		v = v << 8 | content[i];
	*ret = (int64_t)v;
	return PC_OK;
}

int
pc_ber_unsigned(const uint8_t *content, size_t len, uint64_t max, uint64_t *ret)
{
	if (len == 0 || len > sizeof(uint64_t) + 1)
		return PC_E_BADVALUE;
	if (len == sizeof(uint64_t) + 1 && content[0] != 0)
		return PC_E_BADVALUE;
	uint64_t v = 0;
	for (size_t i = 0; i < len; i++)
		v = v << 8 | content[i];
	if (v > max)
		return PC_E_BADVALUE;
	*ret = v;
	return PC_OK;
}

/* One sub-identifier. Spec: X.690 s8.19.2: the leading octet shall not be 0x80 */
static int
read_arc(const uint8_t *content, size_t len, size_t *at, uint32_t *ret)
{
	uint64_t v = 0;
	if (content[*at] == 0x80)
		return PC_E_BADVALUE;
	while (*at < len) {
		uint8_t octet = content[(*at)++];
		v = v << ARC_BITS | (octet & 0x7fu);
		if (v > UINT32_MAX)
			return PC_E_BADVALUE;
		if ((octet & 0x80) == 0) {
			*ret = (uint32_t)v;
			return PC_OK;
		}
	}
	return PC_E_BADVALUE;
}

int
pc_oid_decode(const uint8_t *content, size_t len, struct pc_oid *ret)
{
	size_t at = 0;
	uint32_t arc = 0;
	int err = len == 0 ? PC_OK : read_arc(content, len, &at, &arc);
	if (err != PC_OK)
		return err;
	/* The first sub-identifier holds two arcs. Spec: X.690 s8.19.4 */
	ret->arcs[0] = arc < 80 ? arc / 40 : 2;
	ret->arcs[1] = arc - ret->arcs[0] * 40;
	ret->len = 2;
	while (at < len) {
		if (ret->len == PC_OID_ARCS_MAX)
			return PC_E_LIMIT;
		err = read_arc(content, len, &at, &ret->arcs[ret->len]);
		if (err != PC_OK)
			return err;
		ret->len++;
	}
	return PC_OK;
}

void
pc_ber_writer_init(struct pc_ber_writer *w, uint8_t *data, size_t size)
{
	*w = (struct pc_ber_writer){.data = data, .size = size, .at = size};
}

size_t
pc_ber_written(const struct pc_ber_writer *w)
{
	return w->size - w->at;
}

static void
put(struct pc_ber_writer *w, const void *data, size_t len)
{
	if (w->err == PC_OK && len > w->at)
		w->err = PC_E_NOSPACE;
	if (w->err != PC_OK || len == 0)
		return;
	w->at -= len;
	memcpy(w->data + w->at, data, len);
}

static void
put_octet(struct pc_ber_writer *w, uint8_t v)
{
	put(w, &v, 1);
}

void
pc_ber_write_header(struct pc_ber_writer *w, uint8_t tag, size_t mark)
{
	size_t len = pc_ber_written(w) - mark;
	uint8_t octets = 0;
	if (len < 0x80) {
		put_octet(w, (uint8_t)len);
	} else {
		for (size_t v = len; v > 0; v >>= 8, octets++)
			put_octet(w, (uint8_t)v);
		put_octet(w, 0x80 | octets);
	}
	put_octet(w, tag);
}

void
pc_ber_write_octets(struct pc_ber_writer *w, uint8_t tag, const void *data, size_t len)
{
	size_t mark = pc_ber_written(w);
	put(w, data, len);
	pc_ber_write_header(w, tag, mark);
}

void
pc_ber_write_integer(struct pc_ber_writer *w, uint8_t tag, int64_t v)
{
	size_t mark = pc_ber_written(w);
	uint64_t u = (uint64_t)v;
	uint64_t rest = v < 0 ? UINT64_MAX : 0;
	bool more = true;
	for (unsigned i = 0; i < sizeof(u) && more; i++) {
		uint8_t octet = (uint8_t)(u >> (8 * i));
		put_octet(w, octet);
		uint64_t above = i == 7 ? rest : (uint64_t)(v >> (8 * (i + 1)));
		more = above != rest || ((octet & 0x80) != 0) != (v < 0);
	}
	pc_ber_write_header(w, tag, mark);
}

void
pc_ber_write_unsigned(struct pc_ber_writer *w, uint8_t tag, uint64_t v)
{
	size_t mark = pc_ber_written(w);
	uint8_t octet;
	do {
		octet = (uint8_t)v;
		put_octet(w, octet);
		v >>= 8;
	} while (v > 0);
	if ((octet & 0x80) != 0)
		put_octet(w, 0);
	pc_ber_write_header(w, tag, mark);
}

static void
put_arc(struct pc_ber_writer *w, uint32_t arc)
{
	put_octet(w, arc & 0x7f);
	for (arc >>= ARC_BITS; arc > 0; arc >>= ARC_BITS)
		put_octet(w, (uint8_t)(0x80 | (arc & 0x7f)));
}

static void
put_oid(struct pc_ber_writer *w, const struct pc_oid *oid)
{
	const uint32_t *a = oid->arcs;
	bool bad = oid->len < 2 || oid->len > PC_OID_ARCS_MAX || a[0] > 2 ||
		   (a[0] < 2 && a[1] > 39) || (a[0] == 2 && a[1] > UINT32_MAX - 80);
	if (bad) {
		w->err = w->err != PC_OK ? w->err : PC_E_BADVALUE;
		return;
	}
	for (size_t i = oid->len; i > 2; i--)
		put_arc(w, a[i - 1]);
	put_arc(w, a[0] * 40 + a[1]);
}

void
pc_ber_write_oid(struct pc_ber_writer *w, uint8_t tag, const struct pc_oid *oid)
{
	size_t mark = pc_ber_written(w);
	put_oid(w, oid);
	pc_ber_write_header(w, tag, mark);
}

int
pc_oid_encode(const struct pc_oid *oid, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_ber_writer w;
	pc_ber_writer_init(&w, out, size);
	put_oid(&w, oid);
	if (w.err != PC_OK)
		return w.err;
	memmove(out, out + w.at, pc_ber_written(&w));
	*ret_len = pc_ber_written(&w);
	return PC_OK;
}

int
pc_oid_parse(const char *text, struct pc_oid *ret)
{
	size_t n = 0;
	const char *p = *text == '.' ? text + 1 : text;
	for (;;) {
		uint64_t v = 0;
		const char *start = p;
		for (; *p >= '0' && *p <= '9' && v <= UINT32_MAX; p++)
			v = v * 10 + (uint64_t)(*p - '0');
		if (p == start || v > UINT32_MAX)
			return PC_E_SYNTAX;
		if (n == PC_OID_ARCS_MAX)
			return PC_E_LIMIT;
		ret->arcs[n++] = (uint32_t)v;
		if (*p == '\0')
			break;
		if (*p++ != '.')
			return PC_E_SYNTAX;
	}
	ret->len = n;
	return PC_OK;
}

const char *
pc_oid_text(const struct pc_oid *oid, char out[PC_OID_TEXT_MAX])
{
	size_t at = 0;
	out[0] = '\0';
	for (size_t i = 0; i < oid->len && i < PC_OID_ARCS_MAX; i++) {
		int n = snprintf(
			out + at, PC_OID_TEXT_MAX - at, "%s%u", i == 0 ? "" : ".", oid->arcs[i]);
		at += n > 0 ? (size_t)n : 0;
	}
	return out;
}

int
pc_oid_compare(const struct pc_oid *a, const struct pc_oid *b)
{
	for (size_t i = 0; i < a->len && i < b->len; i++) {
		if (a->arcs[i] != b->arcs[i])
			return a->arcs[i] < b->arcs[i] ? -1 : 1;
	}
	return (a->len > b->len) - (a->len < b->len);
}

bool
pc_oid_is_under(const struct pc_oid *oid, const struct pc_oid *root)
{
	return oid->len >= root->len &&
	       memcmp(oid->arcs, root->arcs, root->len * sizeof(root->arcs[0])) == 0;
}
