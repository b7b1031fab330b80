/* conformance/agent-world: a DC agent under test: its configuration, its life, what the cloud got
 * of it and what its packets were. */
#ifndef PC_CONFORMANCE_AGENT_WORLD_H
#define PC_CONFORMANCE_AGENT_WORLD_H

#include "conformance/case.h"
#include "conformance/run.h"

struct json_t;

enum { PC_AGENT_PRINTERS_MAX = 32 };

/* One agent made for a case: a fresh ID, certificate, state directory. */
struct pc_test_agent {
	char id[37];
	char cert[PATH_MAX], key[PATH_MAX], dir[PATH_MAX], config[PATH_MAX];
	uint64_t start_ns; /* wall clock just before it started */
};

struct pc_test_agent_options {
	const struct pc_printer *listed[PC_AGENT_PRINTERS_MAX]; /* NULL-ended */
	const char *dead_address;        /* also listed, nobody answers there; or NULL */
	const struct pc_printer *probed; /* discovery address besides the broadcast; or NULL */
	const char *cleaning;            /* "lpd" or "snmp"; NULL = lpd */
	const char *server;              /* URL; NULL = the world's cloud */
};

/* Printer number `at` (from 0) of the fleet whose profile has vendor tables `vendor` ("EPSON" …),
 * or any with NULL; NULL when there is none. */
const struct pc_printer *pc_world_find_printer(
	const struct pc_world *w, const char *vendor, size_t at);

/* Enrol, write the configuration, start 'agent dc' with w->agent_fault, await its first collection
 * at the cloud. False: the case is ERROR (or INCONCLUSIVE) with the reason. */
bool pc_test_agent_start(
	struct pc_case_run *r, const struct pc_test_agent_options *o, struct pc_test_agent *ret);

/* The two halves of pc_test_agent_start(): enrol and write the configuration; start the program. */
bool pc_test_agent_prepare(
	struct pc_case_run *r, const struct pc_test_agent_options *o, struct pc_test_agent *a);
bool pc_test_agent_launch(struct pc_case_run *r, struct pc_test_agent *a);

/* Let it collect and upload once and end ('--once'). False: INCONCLUSIVE or ERROR. */
bool pc_test_agent_once(struct pc_case_run *r, const struct pc_test_agent *a, unsigned deadline_ms);

/* Wait for a line of the subjects' log that holds the agent's ID and then `words`. */
bool pc_test_agent_await_log(struct pc_case_run *r, const struct pc_test_agent *a,
	const char *words, unsigned deadline_ms);

/* Collections of this agent at the cloud so far, newest last. New reference to an array. */
struct json_t *pc_test_agent_collections(struct pc_case_run *r, const struct pc_test_agent *a);

/* Wait until there are at least `n` collections of the agent. */
bool pc_test_agent_await(
	struct pc_case_run *r, const struct pc_test_agent *a, size_t n, unsigned deadline_ms);

/* The document of collection number `at` (from 0), decoded; NULL when there is none. */
struct json_t *pc_test_agent_document(
	struct pc_case_run *r, const struct pc_test_agent *a, size_t at);

/* The device of a document with this address; borrowed, NULL when absent. */
const struct json_t *pc_document_device(const struct json_t *document, const char *address);

/* Order an operation as the operator and wait for its end; the last state into `state`. Returns the
 * HTTP status of the order. */
long pc_test_operation(struct pc_case_run *r, const char *serial, const char *type, char *state,
	size_t size, unsigned deadline_ms);

/* Publish a command straight on the agent's topic with the server's identity (through the broker's
 * own socket), and wait for its result: state into `state` ("" when none came). */
bool pc_test_command(struct pc_case_run *r, const struct pc_test_agent *a, const char *command_id,
	const char *type, const char *serial, int valid_s, char *state, size_t size,
	unsigned deadline_ms);

/* Restart the world's cloud with a fault as the stimulus of an agent case. The caller starts it
 * again without one when done. */
bool pc_server_with_fault(struct pc_case_run *r, const char *fault);

/* Packets to one printer in the site capture since `since_ns`, by service port. */
struct pc_packets_to {
	unsigned enpc, snmp, snmp_set, lpd, other;
};
struct pc_packets_to pc_site_packets(
	struct pc_case_run *r, const struct pc_printer *p, uint64_t since_ns);

#endif
