/* agents/snmp-client: SNMP v1 and v2c questions to many printers at once over one UDP socket:
 * single requests with retransmission, and walks by columns. Spec: RFC 1157, RFC 3416 */
#ifndef PC_AGENTS_SNMP_CLIENT_H
#define PC_AGENTS_SNMP_CLIENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "codec/snmp.h"
#include "loop/loop.h"
#include "loop/tap.h"

enum {
	PC_SNMP_CLIENT_PENDING = 1024, /* requests under way at the same time */
	PC_SNMP_WALK_COLUMNS = 16,
	PC_SNMP_CLIENT_COMMUNITY = 64
};

struct pc_snmp_client;
struct pc_snmp_walk;

struct pc_snmp_client_options {
	struct pc_loop *loop;     /* borrowed */
	const struct pc_tap *tap; /* borrowed, may be NULL */
	struct sockaddr_in bind;  /* zero: any address, any port */
	unsigned timeout_ms;      /* per try; 0 = 1000 */
	unsigned retries;         /* tries after the first */
	uint64_t seed;            /* of the request ids */
};

/* Whom to ask, and how. */
struct pc_snmp_peer {
	struct sockaddr_in addr;
	int32_t version; /* enum pc_snmp_version */
	char community[PC_SNMP_CLIENT_COMMUNITY];
};

/* err: PC_OK when a response came (look at error_status too), PC_E_TIMEOUT when none did.
 * Everything is borrowed for the call. */
struct pc_snmp_reply {
	int err;
	int32_t error_status, error_index;
	const struct pc_snmp_varbind *varbinds;
	size_t n;
};

typedef void (*pc_snmp_reply_fn)(void *arg, const struct pc_snmp_reply *reply);

int pc_snmp_client_new(const struct pc_snmp_client_options *options, struct pc_snmp_client **ret,
	struct pc_diag *diag);

/* Requests and walks under way end without a call. NULL is allowed. */
void pc_snmp_client_free(struct pc_snmp_client *c);

/* Ask. `pdu` is GET, GETNEXT, SET or GETBULK (then with the two numbers of RFC 3416 s4.2.3). A
 * retransmission repeats the same bytes; SET is sent once only. `fn` is called once. *ret_ticket
 * (may be NULL) cancels. PC_OK, PC_E_LIMIT when too many wait, or an error of the encoder. */
int pc_snmp_client_ask(struct pc_snmp_client *c, const struct pc_snmp_peer *peer, uint8_t pdu,
	int32_t non_repeaters, int32_t max_repetitions, struct pc_snmp_varbind *varbinds, size_t n,
	pc_snmp_reply_fn fn, void *arg, int32_t *ret_ticket);

/* Forget the request; fn will not be called. Unknown tickets are ignored. */
void pc_snmp_client_cancel(struct pc_snmp_client *c, int32_t ticket);

/* One value of a walk: its column (position in the list) and what stands behind the column's OID.
 */
typedef void (*pc_snmp_walk_fn)(void *arg, size_t column, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *value);

/* err: PC_OK, PC_E_TIMEOUT, PC_E_LIMIT (more than max_values), PC_E_BADVALUE (names do not grow).
 */
typedef void (*pc_snmp_walk_end_fn)(void *arg, int err);

/* Walk up to PC_SNMP_WALK_COLUMNS columns side by side: GETBULK with v2c, GETNEXT with v1. A column
 * that is missing or does not grow ends without ending the others. */
int pc_snmp_walk_start(struct pc_snmp_client *c, const struct pc_snmp_peer *peer,
	const struct pc_oid *columns, size_t n_columns, size_t max_values, pc_snmp_walk_fn each,
	pc_snmp_walk_end_fn end, void *arg, struct pc_snmp_walk **ret);

/* Stop early, without a call. NULL is allowed; a walk that called `end` is gone already. */
void pc_snmp_walk_stop(struct pc_snmp_walk *walk);

struct pc_snmp_client_counters {
	uint64_t sent, resent, received, unexpected, malformed, timeouts;
};
struct pc_snmp_client_counters pc_snmp_client_counters(const struct pc_snmp_client *c);

#endif
