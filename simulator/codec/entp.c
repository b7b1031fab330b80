#include "codec/entp.h"

#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "wire/wire.h"

int
pc_entp_read(const uint8_t *data, size_t len, struct pc_entp *ret, size_t *ret_used)
{
	static const uint8_t magic[2] = {'I', 'S'};
	struct pc_reader r;
	/* Junk is told from a cut frame as early as its bytes allow. */
	if (len > 0 && memcmp(data, magic, len < 2 ? len : 2) != 0)
		return PC_E_BADVALUE;
	pc_reader_init(&r, data, len);
	pc_read_skip(&r, 2);
	struct pc_entp f = {.type = pc_read_be16(&r)};
	uint16_t header = pc_read_be16(&r);
	f.len = pc_read_be32(&r);
	pc_read_skip(&r, 2);
	if (r.err != PC_OK)
		return r.err;
	if (header != PC_ENTP_HEADER_BYTES)
		return PC_E_BADVALUE;
	if (f.len > PC_ENTP_PAYLOAD_MAX)
		return PC_E_LIMIT;
	f.data = pc_read_bytes(&r, f.len);
	if (r.err != PC_OK)
		return r.err;
	*ret = f;
	*ret_used = r.at;
	return PC_OK;
}

int
pc_entp_write(const struct pc_entp *frame, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_writer w;
	pc_writer_init(&w, out, size);
	pc_write_text(&w, "IS");
	pc_write_be16(&w, frame->type);
	pc_write_be16(&w, PC_ENTP_HEADER_BYTES);
	pc_write_be32(&w, frame->len);
	pc_write_be16(&w, 0);
	if (frame->len > 0)
		pc_write_bytes(&w, frame->data, frame->len);
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}

int
pc_entp_pass_read(const struct pc_entp *frame, struct pc_entp_pass *ret)
{
	struct pc_reader r;
	struct pc_entp_pass p = {0};
	pc_reader_init(&r, frame->data, frame->len);
	p.len = pc_read_be32(&r);
	p.reply_len = pc_read_be32(&r);
	if (r.err != PC_OK)
		return r.err;
	if (p.len != pc_reader_left(&r))
		return PC_E_BADVALUE;
	p.command = pc_read_bytes(&r, p.len);
	*ret = p;
	return PC_OK;
}

int
pc_entp_pass_write(const struct pc_entp_pass *pass, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_writer w;
	pc_writer_init(&w, out, size);
	pc_write_text(&w, "IS");
	pc_write_be16(&w, PC_ENTP_PASS);
	pc_write_be16(&w, PC_ENTP_HEADER_BYTES);
	pc_write_be32(&w, pass->len + 8);
	pc_write_be16(&w, 0);
	pc_write_be32(&w, pass->len);
	pc_write_be32(&w, pass->reply_len);
	if (pass->len > 0)
		pc_write_bytes(&w, pass->command, pass->len);
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}

int
pc_entp_lock_read(const struct pc_entp *frame, uint32_t *ret_seconds)
{
	static const uint8_t head[3] = {0x01, 0xa0, 0x04};
	struct pc_reader r;
	if (frame->len == 0) {
		*ret_seconds = 0;
		return PC_OK;
	}
	pc_reader_init(&r, frame->data, frame->len);
	const uint8_t *p = pc_read_bytes(&r, sizeof(head));
	uint32_t seconds = pc_read_be32(&r);
	if (r.err != PC_OK)
		return r.err;
	if (memcmp(p, head, sizeof(head)) != 0 || pc_reader_left(&r) > 0)
		return PC_E_BADVALUE;
	*ret_seconds = seconds;
	return PC_OK;
}

static void
write_padded(struct pc_writer *w, const char *text, size_t field, uint8_t pad)
{
	size_t n = strnlen(text, field);
	pc_write_bytes(w, text, n);
	pc_write_fill(w, pad, field - n);
}

int
pc_entp_identity_write(const struct pc_entp_identity *id, uint8_t out[PC_ENTP_IDENTITY_BYTES])
{
	struct pc_writer w;
	pc_writer_init(&w, out, PC_ENTP_IDENTITY_BYTES);
	pc_write_text(&w, "B7");
	pc_write_fill(&w, 0, 2);
	pc_write_le32(&w, id->base_dpi);
	pc_write_le32(&w, id->min_dpi);
	pc_write_le32(&w, id->max_dpi);
	pc_write_le32(&w, id->max_pixels);
	pc_write_le32(&w, id->width);
	pc_write_le32(&w, id->height);
	pc_write_fill(&w, 0,
		18); /* 28: feeder and transparency areas, 44: capabilities: a bare flatbed */
	write_padded(&w, id->model, 16, ' ');
	write_padded(&w, id->rom, 4, ' ');
	pc_write_u8(&w, 8); /* depth of input and output */
	pc_write_u8(&w, 8);
	pc_write_fill(&w, 0, PC_ENTP_IDENTITY_BYTES - w.at);
	return w.err;
}

/* Text of a blank-padded field. */
static void
read_padded(struct pc_reader *r, char *out, size_t field)
{
	const uint8_t *p = pc_read_bytes(r, field);
	if (p == NULL)
		return;
	size_t n = strnlen((const char *)p, field);
	while (n > 0 && p[n - 1] == ' ')
		n--;
	memcpy(out, p, n);
	out[n] = '\0';
}

int
pc_entp_identity_read(const uint8_t *data, size_t len, struct pc_entp_identity *ret)
{
	struct pc_reader r;
	struct pc_entp_identity id = {0};
	pc_reader_init(&r, data, len);
	pc_read_skip(&r, 4);
	id.base_dpi = pc_read_le32(&r);
	id.min_dpi = pc_read_le32(&r);
	id.max_dpi = pc_read_le32(&r);
	id.max_pixels = pc_read_le32(&r);
	id.width = pc_read_le32(&r);
	id.height = pc_read_le32(&r);
	pc_read_skip(&r, 18);
	read_padded(&r, id.model, 16);
	read_padded(&r, id.rom, 4);
	pc_read_skip(&r, 14);
	if (r.err == PC_OK)
		*ret = id;
	return r.err;
}

int
pc_entp_block_write(const char name[4], uint32_t len, uint8_t out[PC_ENTP_BLOCK_BYTES])
{
	static const char digits[] = "0123456789ABCDEF";
	struct pc_writer w;
	if (len > 0xfffffff)
		return PC_E_LIMIT;
	pc_writer_init(&w, out, PC_ENTP_BLOCK_BYTES);
	pc_write_bytes(&w, name, 4);
	pc_write_u8(&w, 'x');
	for (unsigned shift = 28; shift > 0; shift -= 4)
		pc_write_u8(&w, (uint8_t)digits[len >> (shift - 4) & 15]);
	pc_write_text(&w, "#---");
	pc_write_fill(&w, 0, PC_ENTP_BLOCK_BYTES - w.at);
	return w.err;
}

int
pc_entp_block_read(const uint8_t *data, size_t len, char ret_name[5], uint32_t *ret_len)
{
	struct pc_reader r;
	pc_reader_init(&r, data, len);
	const uint8_t *name = pc_read_bytes(&r, 4);
	uint8_t x = pc_read_u8(&r);
	const uint8_t *hex = pc_read_bytes(&r, 7);
	uint32_t v = 0;
	if (r.err != PC_OK)
		return r.err;
	for (unsigned i = 0; i < 7; i++) {
		if (pc_text_hex_digit(hex[i]) < 0)
			return PC_E_BADVALUE;
		v = v << 4 | (uint32_t)pc_text_hex_digit(hex[i]);
	}
	if (x != 'x')
		return PC_E_BADVALUE;
	memcpy(ret_name, name, 4);
	ret_name[4] = '\0';
	*ret_len = v;
	return PC_OK;
}
