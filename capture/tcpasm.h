/* capture/tcpasm: TCP segments to byte streams. A hole is an error that names its place, never a
 * silent skip. Spec: RFC 9293 s3.4 */
#ifndef PC_CAPTURE_TCPASM_H
#define PC_CAPTURE_TCPASM_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "capture/pktdec.h"

enum {
	PC_TCPASM_STREAMS_MAX = 1 << 20,
	PC_TCPASM_EXTENTS_MAX = 1 << 22, /* of all streams */
	PC_TCPASM_BYTES_MAX = 1 << 30    /* payload of all streams, counted once */
};

/* A run of bytes of one direction. Sorted by `at`, never overlapping. */
struct pc_tcp_extent {
	uint64_t at; /* offset in the stream */
	uint32_t len;
	const uint8_t *data; /* borrowed from the capture file or the packet decoder */
	uint64_t wall_ns;
	uint64_t frame;
};

/* One direction. */
struct pc_tcp_half {
	struct pc_tcp_extent *extents; /* owned by the assembler */
	size_t n_extents;
	bool syn; /* false: the recording starts in the middle of the connection */
	bool fin;
	bool rst;
	uint64_t fin_at;      /* stream offset of the FIN */
	uint64_t acked;       /* the other side acknowledged bytes before this offset */
	uint32_t retransmits; /* segments with bytes seen before */
	uint32_t conflicts;   /* of these, with other bytes than before */
	/* Private. */
	bool started;
	uint32_t base; /* sequence number of offset 0 */
	uint64_t next; /* highest offset seen */
	size_t cap;
};

struct pc_tcp_stream {
	uint32_t number; /* counts from 0 in order of appearance */
	struct sockaddr_in client;
	struct sockaddr_in server;
	uint64_t first_frame;
	uint64_t first_ns;
	const char *comment; /* of the SYN packet; borrowed, not NUL-terminated; NULL: none */
	size_t comment_len;
	struct pc_tcp_half half[2]; /* 0: client to server */
	/* Private. */
	uint32_t older; /* next in the hash chain, +1 */
	bool closed;
};

struct pc_tcpasm;

int pc_tcpasm_new(struct pc_tcpasm **ret);
void pc_tcpasm_free(struct pc_tcpasm *a); /* NULL is allowed */

/* Take a segment that pc_pktdec_frame() decoded from `p`. Segments of UDP are ignored. PC_E_LIMIT
 * names the limit; -ENOMEM. */
int pc_tcpasm_add(struct pc_tcpasm *a, const struct pc_segment *s, const struct pc_packet *p,
	struct pc_diag *diag);

/* Streams in order of appearance. */
size_t pc_tcpasm_count(const struct pc_tcpasm *a);
const struct pc_tcp_stream *pc_tcpasm_get(const struct pc_tcpasm *a, size_t at);

/* PC_OK when direction `side` is whole: no gap, nothing acknowledged that was not captured, no
 * conflicting bytes. Otherwise PC_E_MISMATCH, the diag says "stream 4 (A -> B): 25 bytes missing at
 * offset 50, after frame 6, before frame 7". */
int pc_tcp_stream_check(const struct pc_tcp_stream *s, unsigned side, struct pc_diag *diag);

/* Append the bytes of a direction up to the first hole. PC_OK, or the error of `out`. */
int pc_tcp_stream_bytes(const struct pc_tcp_stream *s, unsigned side, struct pc_buf *out);

/* The extent that holds offset `at` (to find time and frame of a byte); NULL when none does. */
const struct pc_tcp_extent *pc_tcp_stream_at(
	const struct pc_tcp_stream *s, unsigned side, uint64_t at);

#endif
