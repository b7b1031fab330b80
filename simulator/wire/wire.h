/* wire: bounded reader and writer over bytes. The first access out of range makes the cursor fail
 * for good: later calls do nothing and give zeros, the caller checks `err` once. */
#ifndef PC_WIRE_WIRE_H
#define PC_WIRE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reader over borrowed bytes. err: PC_OK or PC_E_TRUNCATED. */
struct pc_reader {
	const uint8_t *data;
	size_t len;
	size_t at;
	int err;
};

void pc_reader_init(struct pc_reader *r, const uint8_t *data, size_t len);

/* Bytes not read yet; 0 after a failure. */
size_t pc_reader_left(const struct pc_reader *r);

uint8_t pc_read_u8(struct pc_reader *r);
uint16_t pc_read_be16(struct pc_reader *r);
uint32_t pc_read_be24(struct pc_reader *r);
uint32_t pc_read_be32(struct pc_reader *r);
uint64_t pc_read_be64(struct pc_reader *r);
uint16_t pc_read_le16(struct pc_reader *r);
uint32_t pc_read_le32(struct pc_reader *r);

/* The next n bytes, borrowed from the input; NULL when fewer are left. */
const uint8_t *pc_read_bytes(struct pc_reader *r, size_t n);
void pc_read_skip(struct pc_reader *r, size_t n);

/* Writer into borrowed memory. err: PC_OK or PC_E_NOSPACE. */
struct pc_writer {
	uint8_t *data;
	size_t size;
	size_t at;
	int err;
};

void pc_writer_init(struct pc_writer *w, uint8_t *data, size_t size);

void pc_write_u8(struct pc_writer *w, uint8_t v);
void pc_write_be16(struct pc_writer *w, uint16_t v);
void pc_write_be32(struct pc_writer *w, uint32_t v);
void pc_write_be64(struct pc_writer *w, uint64_t v);
void pc_write_le16(struct pc_writer *w, uint16_t v);
void pc_write_le32(struct pc_writer *w, uint32_t v);
void pc_write_bytes(struct pc_writer *w, const void *data, size_t n);
void pc_write_text(struct pc_writer *w, const char *text);
void pc_write_fill(struct pc_writer *w, uint8_t v, size_t n);

/* Overwrite two bytes written before, at offset `at` (a length known only afterwards). */
void pc_write_be16_at(struct pc_writer *w, size_t at, uint16_t v);

/* RFC 1071 checksum over `n` bytes, starting from `sum` (0, or a pseudo-header's partial sum). */
uint32_t pc_checksum_add(uint32_t sum, const uint8_t *data, size_t n);
uint16_t pc_checksum_fold(uint32_t sum);

#endif
