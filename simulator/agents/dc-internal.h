/* agents/dc-internal: what the files of the DC agent share. Not for other rooms. */
#ifndef PC_AGENTS_DC_INTERNAL_H
#define PC_AGENTS_DC_INTERNAL_H

#include "agents/collect.h"
#include "agents/dc-agent.h"
#include "agents/operate.h"
#include "agents/uplink.h"

enum {
	PC_DC_COMMANDS_MAX = 16, /* carried out at the same time */
	PC_DC_DOCUMENT_BYTES =
		2 << 20, /* a collection of many printers becomes several documents */
	PC_DC_DOCUMENT_DEVICES = 1000
};

/* One printer the agent knows. */
struct pc_dc_known {
	const char *name; /* host name of the list, or "" */
	char serial[PC_RECORD_TEXT];
	struct sockaddr_in addr; /* of SNMP; sin_family 0 = the name could not be resolved */
	int32_t version;
	bool listed; /* false: only found by a discovery */
	bool epson;
};

/* One collection under way. */
struct pc_dc_run {
	struct pc_dc_agent *agent;
	struct pc_dc_run *next;
	const char *type; /* collection type */
	uint64_t due_ns;
	struct pc_collect *collect;
	struct pc_collect_target *targets; /* owned */
	size_t *known;                     /* owned: position of each target in agent->known */
	size_t n;
	struct pc_buf devices; /* objects not in a document yet */
	size_t n_devices, collected, unreachable, skipped;
	bool silent; /* named fault: looked at, not reported */
	/* On demand: */
	char command_id[PC_COMMAND_ID_MAX], document_id[PC_DOCUMENT_ID_MAX];
	struct pc_timer deadline;
};

struct pc_dc_command {
	struct pc_dc_agent *agent;
	char id[PC_COMMAND_ID_MAX];
	struct pc_operate *operate; /* NULL: the place is free */
};

struct pc_dc_agent {
	struct pc_dc_options options;
	const struct pc_dc_config *config;
	struct pc_uplink *uplink;
	struct pc_snmp_client *client;
	struct pc_discover *discover;
	struct pc_dc_known *known; /* owned; the listed ones first */
	size_t n_known, n_listed, room;
	struct pc_dc_run *runs; /* owned list */
	struct pc_dc_command commands[PC_DC_COMMANDS_MAX];
	struct pc_timer schedule, status_timer, once_deadline;
	uint64_t next_due_ns, last_collection_ns;
	struct pc_dc_status status;
	bool rejected; /* the server refused a document */
	bool once_done;
};

/* dc-run: begin a collection of all listed printers, or of one for a command. */
int pc_dc_run_all(struct pc_dc_agent *a, const char *type, uint64_t due_ns);
int pc_dc_run_one(struct pc_dc_agent *a, size_t known, const char *command_id);
void pc_dc_run_free(struct pc_dc_run *run);
/* The server answered for a document. */
void pc_dc_run_delivered(
	struct pc_dc_agent *a, const char *document_id, bool taken, const char *detail);

/* dc-status: read serial numbers an earlier run learned; write status.json soon. */
void pc_dc_status_load(struct pc_dc_agent *a);
void pc_dc_status_changed(struct pc_dc_agent *a);
void pc_dc_status_write(struct pc_dc_agent *a);

/* dc-agent: a collection has ended. */
void pc_dc_run_ended(struct pc_dc_agent *a, const struct pc_dc_run *run);

#endif
