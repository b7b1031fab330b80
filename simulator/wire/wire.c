#include "wire/wire.h"

#include <string.h>

#include "base/err.h"

void
pc_reader_init(struct pc_reader *r, const uint8_t *data, size_t len)
{
	*r = (struct pc_reader){.data = data, .len = len};
}

size_t
pc_reader_left(const struct pc_reader *r)
{
	return r->err == PC_OK ? r->len - r->at : 0;
}

const uint8_t *
pc_read_bytes(struct pc_reader *r, size_t n)
{
	static const uint8_t none[1];
	if (r->err == PC_OK && n > r->len - r->at)
		r->err = PC_E_TRUNCATED;
	if (r->err != PC_OK)
		return NULL;
	const uint8_t *p = r->len == 0 ? none : r->data + r->at;
	r->at += n;
	return p;
}

void
pc_read_skip(struct pc_reader *r, size_t n)
{
	(void)pc_read_bytes(r, n);
}

static uint64_t
read_be(struct pc_reader *r, size_t n)
{
	uint64_t v = 0;
	const uint8_t *p = pc_read_bytes(r, n);
	for (size_t i = 0; p != NULL && i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static uint64_t
read_le(struct pc_reader *r, size_t n)
{
	uint64_t v = 0;
	const uint8_t *p = pc_read_bytes(r, n);
	for (size_t i = n; p != NULL && i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

uint8_t
pc_read_u8(struct pc_reader *r)
{
	return (uint8_t)read_be(r, 1);
}

uint16_t
pc_read_be16(struct pc_reader *r)
{
	return (uint16_t)read_be(r, 2);
}

uint32_t
pc_read_be24(struct pc_reader *r)
{
	return (uint32_t)read_be(r, 3);
}

uint32_t
pc_read_be32(struct pc_reader *r)
{
	return (uint32_t)read_be(r, 4);
}

uint64_t
pc_read_be64(struct pc_reader *r)
{
	return read_be(r, 8);
}

uint16_t
pc_read_le16(struct pc_reader *r)
{
	return (uint16_t)read_le(r, 2);
}

uint32_t
pc_read_le32(struct pc_reader *r)
{
	return (uint32_t)read_le(r, 4);
}

void
pc_writer_init(struct pc_writer *w, uint8_t *data, size_t size)
{
	*w = (struct pc_writer){.data = data, .size = size};
}

static uint8_t *
claim(struct pc_writer *w, size_t n)
{
	if (w->err == PC_OK && n > w->size - w->at)
		w->err = PC_E_NOSPACE;
	if (w->err != PC_OK || n == 0)
		return NULL;
	uint8_t *p = w->data + w->at;
	w->at += n;
	return p;
}

static void
write_be(struct pc_writer *w, uint64_t v, size_t n)
{
	uint8_t *p = claim(w, n);
	for (size_t i = 0; p != NULL && i < n; i++)
		p[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
}

static void
write_le(struct pc_writer *w, uint64_t v, size_t n)
{
	uint8_t *p = claim(w, n);
	for (size_t i = 0; p != NULL && i < n; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

void
pc_write_u8(struct pc_writer *w, uint8_t v)
{
	write_be(w, v, 1);
}

void
pc_write_be16(struct pc_writer *w, uint16_t v)
{
	write_be(w, v, 2);
}

void
pc_write_be32(struct pc_writer *w, uint32_t v)
{
	write_be(w, v, 4);
}

void
pc_write_be64(struct pc_writer *w, uint64_t v)
{
	write_be(w, v, 8);
}

void
pc_write_le16(struct pc_writer *w, uint16_t v)
{
	write_le(w, v, 2);
}

void
pc_write_le32(struct pc_writer *w, uint32_t v)
{
	write_le(w, v, 4);
}

void
pc_write_bytes(struct pc_writer *w, const void *data, size_t n)
{
	uint8_t *p = claim(w, n);
	if (p != NULL)
		memcpy(p, data, n);
}

void
pc_write_text(struct pc_writer *w, const char *text)
{
	pc_write_bytes(w, text, strlen(text));
}

void
pc_write_fill(struct pc_writer *w, uint8_t v, size_t n)
{
	uint8_t *p = claim(w, n);
	if (p != NULL)
		memset(p, v, n);
}

void
pc_write_be16_at(struct pc_writer *w, size_t at, uint16_t v)
{
	if (w->err != PC_OK)
		return;
	if (at + 2 > w->at) {
		w->err = PC_E_NOSPACE;
		return;
	}
	w->data[at] = (uint8_t)(v >> 8);
	w->data[at + 1] = (uint8_t)v;
}

uint32_t
pc_checksum_add(uint32_t sum, const uint8_t *data, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2) {
		sum += (uint32_t)data[i] << 8 | data[i + 1];
		sum = (sum & 0xffff) + (sum >> 16);
	}
	if (n % 2 != 0)
		sum += (uint32_t)data[n - 1] << 8;
	return sum;
}

uint16_t
pc_checksum_fold(uint32_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}
