/* conformance/events: a capture as exchanges (who asked whom what, and the answer), each of which
 * can be told as event lines. */
#ifndef PC_CONFORMANCE_EVENTS_H
#define PC_CONFORMANCE_EVENTS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "capture/pcapng.h"
#include "capture/pktdec.h"
#include "capture/tcpasm.h"
#include "conformance/event-list.h"

enum {
	PC_EXCHANGES_MAX = 1 << 22,
	PC_STREAM_BYTES_MAX = 256 << 20 /* of one direction of one connection */
};

enum pc_proto {
	PC_PROTO_SNMP,
	PC_PROTO_ENPC,
	PC_PROTO_LPD,
	PC_PROTO_RAW, /* port 9100, PJL */
	PC_PROTO_HTTP,
	PC_PROTO_MQTT,
	PC_PROTO_UDP, /* other datagrams: one exchange each */
	PC_PROTO_TCP, /* other connections: one exchange each */
	PC_PROTO_COUNT
};

/* "snmp" … */
const char *pc_proto_name(enum pc_proto proto);

/* The protocol of that name. PC_OK or PC_E_NOTFOUND. */
int pc_proto_find(const char *name, enum pc_proto *ret);

struct pc_bytes {
	const uint8_t *data; /* NULL: there is none */
	size_t len;
};

/* One exchange. Bytes are borrowed from the events. Datagram protocols: one datagram each way.
 * HTTP: one message each way. LPD, raw and other TCP: everything a connection carried each way.
 * MQTT: one packet, in `request` when the client sent it, in `answer` when the server did. */
struct pc_exchange {
	uint32_t number; /* counts from 1, in order of the request */
	enum pc_proto proto;
	struct sockaddr_in client;
	struct sockaddr_in server;
	uint64_t request_ns, answer_ns;       /* 0: none */
	uint64_t request_frame, answer_frame; /* 0: none */
	struct pc_bytes request;
	struct pc_bytes answer;
	uint32_t stream;      /* TCP connection, counts from 0 */
	uint32_t retransmits; /* the request came again */
	uint32_t duplicates;  /* further answers; ENPC probes: see `group` */
	bool closed;          /* HTTP: the connection's end ended the answer */
	bool head;            /* HTTP: the request was a HEAD */
	uint8_t mqtt_level;   /* MQTT: protocol level of its connection */
	const char *note; /* TCP: comment of the SYN (TLS facts); not NUL-terminated; NULL: none */
	size_t note_len;
};

/* Something that makes the recording inconclusive. */
struct pc_events_problem {
	uint64_t frame; /* 0: the file as a whole */
	char text[256];
};

enum { PC_EVENTS_PROBLEMS_MAX = 256 };

struct pc_events_options {
	uint16_t port_offset; /* taken off ports before the protocol is recognised */
};

struct pc_events;

/* Read a capture file. PC_OK also when packets are missing: pc_events_problem() tells. */
int pc_events_load(const char *path, const struct pc_events_options *options,
	struct pc_events **ret, struct pc_diag *diag);
void pc_events_free(struct pc_events *e); /* NULL is allowed */

size_t pc_events_count(const struct pc_events *e);
const struct pc_exchange *pc_events_get(const struct pc_events *e, size_t at);

/* What is missing or broken in the recording (lossy, holes, truncated); NULL past the last. */
const struct pc_events_problem *pc_events_problem(const struct pc_events *e, size_t at);

const struct pc_capfile_info *pc_events_file(const struct pc_events *e);
struct pc_pktdec_counters pc_events_counters(const struct pc_events *e);

/* The event lines of one exchange, appended to `list`. Undecodable bytes become one line
 * "PROTO.malformed" with the reason as value, so nothing is dropped. */
int pc_exchange_events(const struct pc_exchange *x, struct pc_event_list *list);

/* The same for one datagram or connection side without a recording (a live answer). */
void pc_events_snmp(struct pc_event_list *l, enum pc_event_side side, struct pc_bytes b);
void pc_events_enpc(struct pc_event_list *l, enum pc_event_side side, struct pc_bytes b);
void pc_events_lpd(struct pc_event_list *l, struct pc_bytes request, struct pc_bytes answer);
void pc_events_raw(struct pc_event_list *l, struct pc_bytes request, struct pc_bytes answer);
void pc_events_http(struct pc_event_list *l, enum pc_event_side side, struct pc_bytes b,
	bool closed, bool no_body);
void pc_events_mqtt(
	struct pc_event_list *l, enum pc_event_side side, struct pc_bytes b, uint8_t level);

/* One line for people: "get-request 1.3.6.1.2.1.1.5.0 -> sysName", at most `size` - 1 bytes. */
void pc_exchange_summary(const struct pc_exchange *x, char *out, size_t size);

#endif
