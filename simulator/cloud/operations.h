/* cloud/operations: remote operations from the request to their end. The only way between states:
 * requested → sent → succeeded, failed, rejected, expired or timedOut; a requested one may also be
 * rejected or timedOut, and takes a result (sent, but killed before that was written down).
 * Spec: ERS-OP-24, CONTRACT.md MQTT */
#ifndef PC_CLOUD_OPERATIONS_H
#define PC_CLOUD_OPERATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/fault.h"
#include "cloud/http.h"
#include "cloud/journal.h"
#include "cloud/store.h"

struct pc_operations;

enum {
	PC_OPERATIONS_WAITING_MAX = 10000, /* requested and not sent */
	PC_OPERATIONS_LIST_MAX = 1000,
	PC_OPERATION_PARAMS_MAX = 4096,
	PC_OPERATION_DETAIL_MAX = 512,
	PC_OPERATION_RESULT_MAX = 16384
};

/* Borrowed texts; times 0 = not yet. */
struct pc_operation {
	const char *id, *type, *serial, *agent_id, *state, *detail;
	int64_t user;
	uint64_t requested_ns, sent_ns, finished_ns;
};

struct pc_operations_options {
	struct pc_db *db; /* borrowed, as all here; must outlive the operations */
	const struct pc_clock *clock;
	struct pc_journal *journal;
	uint64_t ttl_ns, grace_ns; /* see pc_routes_options */
	pc_fault_set faults;       /* wrong-topic, result-ignored */
};

int pc_operations_open(const struct pc_operations_options *options, struct pc_operations **ret,
	struct pc_diag *diag);
void pc_operations_free(struct pc_operations *o); /* NULL allowed */

/* What a user may ask for. False: no such type. */
bool pc_operations_type_known(const char *type);

/* Write a request down, durable on return, and send it when the broker is there. `params` is a JSON
 * object as text. PC_OK; PC_E_LIMIT when too many wait; -errno. */
int pc_operations_create(struct pc_operations *o, const char *type, const char *serial,
	const char *agent_id, int64_t user, const char *params, char ret_id[PC_STORE_ID_MAX]);

/* An agent has subscribed: what was published before it had a session reached nobody, so everything
 * of it that has no result yet is sent again. An agent carries a commandId out once. */
void pc_operations_agent_online(struct pc_operations *o, const char *agent_id);

void pc_operations_set_broker(struct pc_operations *o, const struct pc_broker_link *link);

/* A result from `agent_id`. One that is no JSON of the contract, of an unknown or ended operation,
 * or of another agent changes nothing and is journalled as "resultIgnored" with the reason. */
void pc_operations_result(
	struct pc_operations *o, const char *agent_id, const uint8_t *payload, size_t len);

/* Time out what is due, try to send what waits. Returns milliseconds until the next expiry, at most
 * 1000. */
uint64_t pc_operations_tick(struct pc_operations *o);

/* End every operation that waits as rejected (remote operation was switched off). */
void pc_operations_reject_waiting(struct pc_operations *o, const char *detail);

/* One, or the newest PC_OPERATIONS_LIST_MAX newest first, or those of one device. */
typedef void (*pc_operation_fn)(void *arg, const struct pc_operation *op);
bool pc_operations_get(struct pc_operations *o, const char *id, pc_operation_fn fn, void *arg);
void pc_operations_each(struct pc_operations *o, const char *serial, pc_operation_fn fn, void *arg);

#endif
