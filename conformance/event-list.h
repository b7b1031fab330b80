/* conformance/event-list: event lines "path type value", the form in which a recording and a live
 * run are compared, stored and read by people. */
#ifndef PC_CONFORMANCE_EVENT_LIST_H
#define PC_CONFORMANCE_EVENT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PC_EVENTS_MAX = 65536,      /* lines of one exchange */
	PC_EVENT_VALUE_MAX = 65536, /* a longer value is replaced by its length and SHA-256 */
	PC_EVENT_PATH_MAX = 2048
};

enum pc_event_side { PC_EVENT_REQUEST, PC_EVENT_ANSWER };

struct pc_event {
	enum pc_event_side side;
	const char *path;  /* "snmp.1.3.6.1.2.1.1.5.0", "http.req.body$.agent.agentId" */
	const char *type;  /* "OCTET STRING", "text", "number" … */
	const char *value; /* octets that are not all printable: "0x" and hex digits */
};

struct pc_event_list {
	struct pc_event *events; /* owned, with their strings */
	size_t n;
	size_t cap;
	int err; /* sticky: PC_E_LIMIT or -ENOMEM */
};

void pc_event_list_init(struct pc_event_list *l);
void pc_event_list_done(struct pc_event_list *l);

/* Append one line. The strings are copied; a path over PC_EVENT_PATH_MAX is cut. */
void pc_event_add(struct pc_event_list *l, enum pc_event_side side, const char *path,
	const char *type, const char *value);

/* As above with the path made by printf. */
void pc_event_addf(struct pc_event_list *l, enum pc_event_side side, const char *type,
	const char *value, const char *path_fmt, ...) __attribute__((format(printf, 5, 6)));

/* Append octets: printable ASCII as it is, anything else (and texts that begin with "0x") as "0x"
 * and hex digits; over PC_EVENT_VALUE_MAX / 2 as "len=N sha256=…". */
void pc_event_add_bytes(struct pc_event_list *l, enum pc_event_side side, const char *path,
	const char *type, const uint8_t *data, size_t len);

enum { PC_SHA256_HEX = 65 };

/* SHA-256 as hex digits; returns `out`. */
const char *pc_event_sha256(const uint8_t *data, size_t len, char out[PC_SHA256_HEX]);

#endif
