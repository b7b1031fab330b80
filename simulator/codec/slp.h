/* codec/slp: Service Location Protocol on UDP and TCP 427, version 2 (RFC 2608) and version 1 (RFC
 * 2165): every message of both, its lists of words, attributes and URLs. */
#ifndef PC_CODEC_SLP_H
#define PC_CODEC_SLP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Groups, host order. Spec: RFC 2608 s6.1, RFC 2165 s22; the last is HP's own discovery. */
#define PC_SLP_GROUP      0xeffffffdu /* 239.255.255.253 */
#define PC_SLP_V1_GROUP   0xe0000116u /* 224.0.1.22 */
#define PC_SLP_HPNP_GROUP 0xe000013cu /* 224.0.1.60 */

enum {
	PC_SLP_PORT = 427,
	PC_SLP_UDP_MAX = 1400,       /* Spec: RFC 2608 s6.1 (MTU default) */
	PC_SLP_MAX = 65535,          /* of a message that is taken; the field could say 16 MB */
	PC_SLP_V2_HEADER_BYTES = 14, /* and the language tag */
	PC_SLP_V1_HEADER_BYTES = 12,
	PC_SLP_LIFETIME_MAX = 65535 /* seconds */
};

/* Spec: RFC 2608 s8, RFC 2165 s5.1; the same numbers. */
enum pc_slp_function {
	PC_SLP_SRVRQST = 1,
	PC_SLP_SRVRPLY,
	PC_SLP_SRVREG,
	PC_SLP_SRVDEREG,
	PC_SLP_SRVACK,
	PC_SLP_ATTRRQST,
	PC_SLP_ATTRRPLY,
	PC_SLP_DAADVERT,
	PC_SLP_SRVTYPERQST,
	PC_SLP_SRVTYPERPLY,
	PC_SLP_SAADVERT /* version 2 only */
};

/* Spec: RFC 2608 s7; version 1 knows 0 to 7, and 5 means a character set it does not support. */
enum pc_slp_error {
	PC_SLP_OK,
	PC_SLP_E_LANGUAGE,
	PC_SLP_E_PARSE,
	PC_SLP_E_REGISTRATION,
	PC_SLP_E_SCOPE,
	PC_SLP_E_AUTH_UNKNOWN,
	PC_SLP_E_AUTH_ABSENT,
	PC_SLP_E_AUTH_FAILED,
	PC_SLP_E_VERSION = 9,
	PC_SLP_E_INTERNAL,
	PC_SLP_E_BUSY,
	PC_SLP_E_OPTION,
	PC_SLP_E_UPDATE,
	PC_SLP_E_NOT_SUPPORTED,
	PC_SLP_E_REFRESH
};

/* Character encodings of version 1 (IANA MIBenum). */
enum pc_slp_charset { PC_SLP_ASCII = 3, PC_SLP_LATIN1 = 4, PC_SLP_UTF8 = 106, PC_SLP_UCS2 = 1000 };

/* Octets of a message, not terminated; borrowed from it, or from the writer's caller. */
struct pc_slp_text {
	const char *at; /* may be NULL when len is 0 */
	size_t len;
};
struct pc_slp_text pc_slp_text(const char *text);            /* NULL is empty */
bool pc_slp_text_is(struct pc_slp_text a, const char *text); /* letters of either case */

/* One message; a function uses what its row in the tables of the RFCs says, see slp.c. */
struct pc_slp {
	uint8_t version; /* 1 or 2 */
	uint8_t function;
	bool overflow, fresh, multicast; /* `multicast` in version 2 */
	bool monolingual;                /* version 1 */
	uint16_t xid;
	struct pc_slp_text language; /* two letters in version 1 */
	uint16_t charset;            /* version 1 */
	bool url_auth;               /* version 1: URLs came with authentication blocks */
	bool unknown_option; /* version 2: a mandatory extension came with it (RFC 2608 s9.1) */
	uint16_t error;
	struct pc_slp_text prlist; /* addresses of those that have answered */
	struct pc_slp_text type;   /* service type; of SrvTypeRply the list of them */
	struct pc_slp_text url;    /* of AttrRqst the URL or type */
	struct pc_slp_text scopes;
	struct pc_slp_text predicate; /* of version 1: what stands between the slashes */
	struct pc_slp_text spi;
	struct pc_slp_text tags;
	struct pc_slp_text attributes;
	struct pc_slp_text authority; /* naming authority of SrvTypeRqst; "" is IANA */
	bool all_authorities;
	uint16_t lifetime;          /* of SrvReg and SrvDeReg, seconds */
	uint32_t boot;              /* of DAAdvert, seconds since 1970 */
	struct pc_slp_text entries; /* of SrvRply: as on the wire, for pc_slp_url_next(); of
				       version 1's SrvTypeRply likewise */
	uint16_t n_entries;
};

/* Read one message. PC_OK; PC_E_TRUNCATED when the octets end before the length field says or a
 * string before its own; PC_E_BADVALUE for a length field under the header, strings beyond the
 * message's own end, an extension that lies outside; PC_E_UNSUPPORTED for other versions and
 * functions. Octets behind the message are not looked at. Authentication blocks are stepped over.
 * When the header can be read, version, function, XID and language are set even if the result is
 * not PC_OK (for the answer that says so); otherwise `version` is 0. */
int pc_slp_read(const uint8_t *data, size_t len, struct pc_slp *ret);

/* How long the message that begins here is, from its first octets (of a TCP stream). PC_OK;
 * PC_E_TRUNCATED: not known yet; PC_E_UNSUPPORTED for another version; PC_E_BADVALUE for one
 * shorter than its header; PC_E_LIMIT over PC_SLP_MAX. */
int pc_slp_length(const uint8_t *data, size_t len, size_t *ret_bytes);

/* Write one, without authentication blocks and extensions. PC_OK; PC_E_NOSPACE; PC_E_UNSUPPORTED
 * for a version and function that do not go together and for `url_auth`; PC_E_LIMIT for a text over
 * 65,535 octets or a version 1 message beyond that. */
int pc_slp_write(const struct pc_slp *msg, uint8_t *out, size_t size, size_t *ret_len);

/* Entries of a SrvRply. `at` begins at 0; false after the last. */
struct pc_slp_url {
	uint16_t lifetime;
	struct pc_slp_text url;
};
bool pc_slp_url_next(const struct pc_slp *msg, size_t *at, struct pc_slp_url *ret);

/* Append one to a caller's buffer that then is `entries`. PC_OK, PC_E_NOSPACE. */
int pc_slp_url_add(
	uint8_t version, const struct pc_slp_url *url, uint8_t *out, size_t size, size_t *at);

/* The next word of a list with commas, without blanks around it; empty ones are stepped over. */
bool pc_slp_list_next(struct pc_slp_text list, size_t *at, struct pc_slp_text *ret);
/* Is it in the list (letters of either case)? Do the lists share one? */
bool pc_slp_list_has(struct pc_slp_text list, struct pc_slp_text word);
bool pc_slp_lists_meet(struct pc_slp_text a, struct pc_slp_text b);

/* Does a service of `type` answer a question for `asked`? "service:printer" is answered by
 * "service:printer:lpr". Spec: RFC 2608 s8.1, RFC 2609 s2 */
bool pc_slp_type_matches(struct pc_slp_text asked, struct pc_slp_text type);

/* The next attribute "(tag=value,value)" or "keyword"; values still as on the wire, empty for a
 * keyword. False at the end or where the list is malformed: then *at is not its length. */
struct pc_slp_attribute {
	struct pc_slp_text tag, values;
	bool keyword;
};
bool pc_slp_attribute_next(struct pc_slp_text list, size_t *at, struct pc_slp_attribute *ret);

/* Append text as an attribute value: reserved characters as '\hh'. `size` counts a NUL. PC_OK,
 * PC_E_NOSPACE. Spec: RFC 2608 s5 */
int pc_slp_escape(const char *text, char *out, size_t size, size_t *at);

/* Evaluate an LDAPv3 filter over an attribute list. An empty filter matches. PC_OK; PC_E_SYNTAX for
 * a filter that is none or is nested deeper than PC_SLP_FILTER_DEPTH. Spec: RFC 2608 s8.1, RFC 2254
 */
enum { PC_SLP_FILTER_DEPTH = 16 };
int pc_slp_filter(struct pc_slp_text filter, struct pc_slp_text attributes, bool *ret_match);

/* The attributes of a list whose tags a tag list names ("*" at the end stands for any rest; no
 * tags: all), as a list again. PC_OK, PC_E_NOSPACE. */
int pc_slp_select(struct pc_slp_text attributes, struct pc_slp_text tags, char *out, size_t size,
	size_t *ret_len);

/* "SrvRqst" …; NULL for unknown ones. Static. */
const char *pc_slp_function_name(uint8_t function);

#endif
