/* agents/uplink: an agent's side of the cloud, the same for both kinds: documents go out through
 * the spool, the server's chain is fetched, MQTT waits for commands, results go back. Spec: OQ-05,
 * OQ-06, OQ-09; simulator/cloud/CONTRACT.md */
#ifndef PC_AGENTS_UPLINK_H
#define PC_AGENTS_UPLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agents/command.h"
#include "agents/document.h"
#include "agents/mqtt.h"
#include "agents/spool.h"
#include "base/fault.h"
#include "loop/loop.h"

struct pc_uplink;

/* Texts are copied. */
struct pc_uplink_options {
	struct pc_loop *loop; /* borrowed */
	const char *server;   /* "https://host[:port]" */
	const char *ca_file, *cert_file, *key_file;
	const char *proxy;     /* or NULL */
	const char *state_dir; /* spool, command log, chain */
	struct pc_document_agent agent;
	bool remote_operation; /* false: no MQTT session at all. Spec: ERS-OP-21 */
	unsigned http_timeout_ms;
	size_t spool_documents; /* 0 = the spool's default */
	uint64_t spool_bytes;
	uint64_t seed;
	pc_fault_set faults;
	/* Carry this out and call pc_uplink_finish(), later or at once. */
	void (*execute)(void *arg, const struct pc_agent_command *command);
	/* Is the serial number one this agent may operate? */
	bool (*listed)(void *arg, const char *serial);
	/* The server has the document, or has refused it for good; may be NULL. */
	void (*delivered)(void *arg, const char *document_id, bool taken, const char *detail);
	/* A try to send `bytes` of a document has ended; may be NULL. */
	void (*attempted)(void *arg, size_t bytes, bool taken);
	/* Something that a status display shows has changed; may be NULL. */
	void (*changed)(void *arg);
	void *arg;
};

struct pc_uplink_status {
	struct pc_spool_counts spool;
	uint64_t uploaded; /* documents the server took in this run */
	bool has_chain;
	enum pc_mqtt_state mqtt;
	bool sending;
	char last_error[256]; /* "" after a success */
};

int pc_uplink_new(
	const struct pc_uplink_options *options, struct pc_uplink **ret, struct pc_diag *diag);
void pc_uplink_free(struct pc_uplink *u); /* NULL is allowed */

/* Fetch the chain, then wait for commands. Documents are sent in any case. */
void pc_uplink_start(struct pc_uplink *u);

/* End the MQTT session; `cut`: as if power failed. pc_uplink_start() begins again. */
void pc_uplink_stop(struct pc_uplink *u, bool cut);

/* Make a document of device objects (joined by commas), put it into the spool and send it.
 * `collection_type` as in ERS-DAT-006, `due_ns` the time by schedule. ret_id (may be NULL) has room
 * for PC_DOCUMENT_ID_MAX. */
int pc_uplink_submit(struct pc_uplink *u, const char *collection_type, uint64_t due_ns,
	const char *devices, char *ret_id, struct pc_diag *diag);

/* Try to send what waits now, back-off or not. */
void pc_uplink_flush(struct pc_uplink *u);

/* The outcome of a command handed to execute(). */
void pc_uplink_finish(struct pc_uplink *u, const char *command_id, enum pc_command_state state,
	const char *detail);

/* Commands an earlier run had begun when it ended, by position; NULL after the last. */
const struct pc_command_entry *pc_uplink_unfinished(struct pc_uplink *u, size_t at);

/* Report them all as failed: nobody knows how they went, and a command runs only once. Stops when
 * the log cannot be written; the next start tries again. */
void pc_uplink_close_unfinished(struct pc_uplink *u);

struct pc_uplink_status pc_uplink_status(const struct pc_uplink *u);

#endif
