/* codec/ber: the part of the Basic Encoding Rules that SNMP uses: definite lengths, primitive
 * values, object identifiers. Spec: ITU-T X.690, RFC 3417 s8. */
#ifndef PC_CODEC_BER_H
#define PC_CODEC_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/wire.h"

/* Universal tags and the application tags of SMIv2. Spec: X.690 s8, RFC 2578 s7.1, RFC 3416 s3 */
enum pc_ber_tag {
	PC_BER_INTEGER = 0x02,
	PC_BER_OCTETS = 0x04,
	PC_BER_NULL = 0x05,
	PC_BER_OID = 0x06,
	PC_BER_SEQUENCE = 0x30,
	PC_BER_IPADDRESS = 0x40,
	PC_BER_COUNTER32 = 0x41,
	PC_BER_GAUGE32 = 0x42,
	PC_BER_TIMETICKS = 0x43,
	PC_BER_OPAQUE = 0x44,
	PC_BER_COUNTER64 = 0x46,
	PC_BER_NO_SUCH_OBJECT = 0x80,
	PC_BER_NO_SUCH_INSTANCE = 0x81,
	PC_BER_END_OF_MIB_VIEW = 0x82
};

enum { PC_OID_ARCS_MAX = 128, PC_OID_TEXT_MAX = 1408 };

/* An object identifier; 128 sub-identifiers of 32 bits at most. Spec: RFC 2578 s3.5 */
struct pc_oid {
	uint32_t arcs[PC_OID_ARCS_MAX];
	size_t len;
};

/* Next element: its tag, and a reader over its content (borrowed). Only one-byte tags and definite
 * lengths of up to 4 length octets. PC_E_TRUNCATED: the length reaches past the input;
 * PC_E_BADVALUE: indefinite length, multi-byte tag or too many length octets. */
int pc_ber_read(struct pc_reader *r, uint8_t *ret_tag, struct pc_reader *ret_content);

/* As pc_ber_read() for an element that must have `tag`; another one is PC_E_BADVALUE. */
int pc_ber_read_tagged(struct pc_reader *r, uint8_t tag, struct pc_reader *ret_content);

/* Content of an INTEGER: 1 to 8 octets. PC_E_BADVALUE otherwise. */
int pc_ber_integer(const uint8_t *content, size_t len, int64_t *ret);

/* Content of an unsigned type: 1 to 9 octets (the ninth a leading zero), at most `max`. A leading
 * bit set without the zero octet is read as unsigned, since agents in the field send it so. */
int pc_ber_unsigned(const uint8_t *content, size_t len, uint64_t max, uint64_t *ret);

/* Content of an OBJECT IDENTIFIER. No octets at all mean 0.0, as net-snmp reads them.
 * PC_E_BADVALUE: cut, padded or over 32 bits; PC_E_LIMIT: over PC_OID_ARCS_MAX sub-identifiers. */
int pc_oid_decode(const uint8_t *content, size_t len, struct pc_oid *ret);

/* Writes from the end of the buffer to its start, so that lengths are known when they are needed.
 * err: PC_OK or PC_E_NOSPACE, sticky. The result is data[at] … data[size - 1]. */
struct pc_ber_writer {
	uint8_t *data;
	size_t size;
	size_t at;
	int err;
};

void pc_ber_writer_init(struct pc_ber_writer *w, uint8_t *data, size_t size);

/* Octets written so far; remember it before the content and hand it to pc_ber_write_header(). */
size_t pc_ber_written(const struct pc_ber_writer *w);

/* Tag and length in front of everything written since `mark`. */
void pc_ber_write_header(struct pc_ber_writer *w, uint8_t tag, size_t mark);

void pc_ber_write_octets(struct pc_ber_writer *w, uint8_t tag, const void *data, size_t len);
void pc_ber_write_integer(struct pc_ber_writer *w, uint8_t tag, int64_t v);
void pc_ber_write_unsigned(struct pc_ber_writer *w, uint8_t tag, uint64_t v);

/* PC_E_BADVALUE (in w->err) for fewer than two arcs or a first pair that cannot be encoded. */
void pc_ber_write_oid(struct pc_ber_writer *w, uint8_t tag, const struct pc_oid *oid);

/* Content octets of an OID, e.g. for the value of a varbind. PC_OK, PC_E_NOSPACE, PC_E_BADVALUE. */
int pc_oid_encode(const struct pc_oid *oid, uint8_t *out, size_t size, size_t *ret_len);

/* "1.3.6.1", also with a leading dot. PC_E_SYNTAX, or PC_E_LIMIT over PC_OID_ARCS_MAX arcs. */
int pc_oid_parse(const char *text, struct pc_oid *ret);

/* Dotted text; returns `out`. */
const char *pc_oid_text(const struct pc_oid *oid, char out[PC_OID_TEXT_MAX]);

/* Lexicographic order: < 0, 0, > 0. Spec: RFC 3416 s4.2.2 */
int pc_oid_compare(const struct pc_oid *a, const struct pc_oid *b);

/* True when `oid` is `root` or lies beneath it. */
bool pc_oid_is_under(const struct pc_oid *oid, const struct pc_oid *root);

#endif
