/* codec/dns: what NBNS and LLMNR share with DNS: header, names with compression, questions and
 * resource records. Spec: RFC 1035 s4 */
#ifndef PC_CODEC_DNS_H
#define PC_CODEC_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/wire.h"

enum {
	PC_DNS_HEADER_BYTES = 12,
	PC_DNS_LABEL_MAX = 63,
	PC_DNS_NAME_MAX = 255,  /* octets of a name without compression, the root included */
	PC_DNS_TEXT_MAX = 1024, /* of a name as text, every octet escaped, with a NUL */
	PC_DNS_MESSAGE_MAX = 65535
};

enum pc_dns_type {
	PC_DNS_A = 1,
	PC_DNS_NULL = 10,
	PC_DNS_PTR = 12,
	PC_DNS_AAAA = 28,
	PC_DNS_OPT = 41, /* Spec: RFC 6891 */
	PC_DNS_ANY = 255
};
enum pc_dns_class { PC_DNS_IN = 1, PC_DNS_CLASS_ANY = 255 };

struct pc_dns_header {
	uint16_t id, flags;
	uint16_t questions, answers, authority, additional;
};

/* A name as on the wire without compression: labels, then the root's zero octet. */
struct pc_dns_name {
	uint8_t len; /* 1 to 255 */
	uint8_t bytes[PC_DNS_NAME_MAX];
};

struct pc_dns_question {
	struct pc_dns_name name;
	uint16_t type, class;
};

struct pc_dns_record {
	struct pc_dns_name name;
	uint16_t type, class;
	uint32_t ttl;
	const uint8_t *data; /* borrowed from the message */
	uint16_t len;
};

/* Readers. The reader holds the whole message from its header on, since names point back into it.
 * PC_OK; PC_E_TRUNCATED; PC_E_BADVALUE for a pointer that does not lead back to an earlier place, a
 * reserved label type, a name over 255 octets. After an error the reader stands anywhere. */
int pc_dns_read_header(struct pc_reader *r, struct pc_dns_header *ret);
int pc_dns_read_name(struct pc_reader *r, struct pc_dns_name *ret);
int pc_dns_read_question(struct pc_reader *r, struct pc_dns_question *ret);
int pc_dns_read_record(struct pc_reader *r, struct pc_dns_record *ret);

/* Writers; errors are the writer's (PC_E_NOSPACE). Names are written out: not every client of LLMNR
 * follows pointers. */
void pc_dns_write_header(struct pc_writer *w, const struct pc_dns_header *h);
void pc_dns_write_name(struct pc_writer *w, const struct pc_dns_name *name);
void pc_dns_write_question(struct pc_writer *w, const struct pc_dns_question *q);
void pc_dns_write_record(struct pc_writer *w, const struct pc_dns_record *record);

/* Names from and to text: labels with dots between; '\.', '\\' and '\DDD' (decimal) escape. "" or
 * "." is the root. PC_OK; PC_E_BADVALUE for an empty label or a bad escape, PC_E_LIMIT for a label
 * over 63 or a name over 255 octets. */
int pc_dns_name_from_text(const char *text, struct pc_dns_name *ret);
/* One label of any octets and the root. PC_E_LIMIT for more than 63, PC_E_BADVALUE for none. */
int pc_dns_name_from_label(const void *label, size_t len, struct pc_dns_name *ret);
const char *pc_dns_name_text(const struct pc_dns_name *name, char out[PC_DNS_TEXT_MAX]);

/* ASCII letters of either case are the same. Spec: RFC 1035 s2.3.3 */
bool pc_dns_name_equal(const struct pc_dns_name *a, const struct pc_dns_name *b);

#endif
