/* agents/sender: brings the spool's documents to the server, in order, one at a time, for as long
 * as it takes: back-off with jitter from 1 s to 5 min, Retry-After honoured. Spec: OQ-06 */
#ifndef PC_AGENTS_SENDER_H
#define PC_AGENTS_SENDER_H

#include "agents/http.h"
#include "agents/spool.h"
#include "base/fault.h"

enum { PC_BACKOFF_FIRST_MS = 1000, PC_BACKOFF_MAX_MS = 300000 };

struct pc_sender;

enum pc_sender_outcome { PC_SENDER_TAKEN, PC_SENDER_REJECTED, PC_SENDER_DELAYED };

/* Told after each attempt, also when nothing came of it. `detail` is a sentence. */
typedef void (*pc_sender_fn)(void *arg, enum pc_sender_outcome outcome,
	const struct pc_spool_entry *entry, const char *detail);

struct pc_sender_options {
	struct pc_loop *loop; /* all borrowed */
	struct pc_spool *spool;
	struct pc_https *https;
	const char *agent_id;
	int offset_minutes; /* zone of sentDate */
	uint64_t seed;      /* of the jitter */
	pc_fault_set faults;
	pc_sender_fn told; /* may be NULL */
	void *arg;
};

int pc_sender_new(const struct pc_sender_options *options, struct pc_sender **ret);
void pc_sender_free(struct pc_sender *s); /* NULL is allowed */

/* There is something new: try now unless the sender waits in a back-off. */
void pc_sender_wake(struct pc_sender *s);

/* Try now even in a back-off (at the latest with the next schedule). */
void pc_sender_now(struct pc_sender *s);

bool pc_sender_busy(const struct pc_sender *s);

/* Delay before try number `tries` (from 1): doubles from first to max; with jitter between half and
 * all of it. `chance` is any random number. */
uint64_t pc_backoff_ms(unsigned tries, uint64_t chance);

#endif
