/* conformance/replay-live: asks live devices and a live cloud. Private to replay. */
#ifndef PC_CONFORMANCE_REPLAY_LIVE_H
#define PC_CONFORMANCE_REPLAY_LIVE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "conformance/events.h"
#include "conformance/replay.h"

struct pc_replay_live;

int pc_replay_live_new(struct pc_replay_live **ret, struct pc_diag *diag);
void pc_replay_live_free(struct pc_replay_live *l); /* NULL is allowed */
struct pc_clock *pc_replay_live_clock(struct pc_replay_live *l);

/* True for a datagram that answers what was asked. */
typedef bool (*pc_replay_match_fn)(void *arg, const uint8_t *data, size_t len);

/* Send a datagram, `tries` times at most within the time limit, and put the first matching answer
 * from `peer` in `answer`. PC_OK, PC_E_TIMEOUT. */
int pc_replay_ask(struct pc_replay_live *l, const struct sockaddr_in *peer, struct pc_bytes request,
	unsigned tries, unsigned timeout_ms, pc_replay_match_fn match, void *arg,
	struct pc_buf *answer);

/* Let `ms` pass. */
void pc_replay_pause(struct pc_replay_live *l, unsigned ms);

/* A connection: `request` is sent in steps; step k ends at ends[k] and the next begins when
 * `answer` has wait[k] bytes. After the last step waits until the answer has `total` bytes, then
 * closes its half and waits for the peer to close. PC_OK (also when the peer closes early),
 * PC_E_REFUSED, PC_E_TIMEOUT (what came so far is in `answer`). */
struct pc_replay_talk {
	struct pc_bytes request;
	const size_t *ends;
	const size_t *waits;
	size_t n;
	size_t total;
};
int pc_replay_talk(struct pc_replay_live *l, const struct sockaddr_in *peer,
	const struct pc_replay_talk *talk, unsigned timeout_ms, struct pc_buf *answer);

/* Send a recorded HTTP request to options->cloud; the answer, head and body as on the wire. PC_OK,
 * or PC_E_REFUSED with curl's sentence. */
int pc_replay_http(const struct pc_replay_options *options, struct pc_bytes request, uint64_t fresh,
	struct pc_buf *answer, struct pc_diag *diag);

#endif
