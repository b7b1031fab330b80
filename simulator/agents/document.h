/* agents/document: the envelope of a collection document: who sends it, why, and the devices.
 * Spec: ERS-DAT-001 … 011; simulator/cloud/CONTRACT.md */
#ifndef PC_AGENTS_DOCUMENT_H
#define PC_AGENTS_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { PC_DOCUMENT_ID_MAX = 37 };

/* Facts of the agent and its host; borrowed texts. */
struct pc_document_agent {
	const char *company_name; /* NULL or "": "anonymous" */
	const char *agent_id;
	const char *agent_type; /* "DC" or "ES" */
	const char *framework;
	const char *os;
	const char *time_zone; /* "+01:00"; agrees with offset_minutes */
	int offset_minutes;
};

/* Build constant of ERS-DAT-004. */
const char *pc_agent_version(void);

/* A UUID (version 4 form) out of agent, time and a counter: never twice by one agent, and the same
 * in the same virtual run. */
void pc_document_id(
	const char *agent_id, uint64_t wall_ns, uint64_t counter, char out[PC_DOCUMENT_ID_MAX]);

/* Write the document: `devices` is the objects joined by commas. PC_OK, PC_E_LIMIT or -ENOMEM. */
int pc_document_make(const struct pc_document_agent *agent, const char *collection_type,
	const char *document_id, uint64_t due_ns, uint64_t now_ns, const char *devices,
	struct pc_buf *out);

/* Put the time of this attempt into a document's sentDate, in place. */
void pc_document_stamp(struct pc_buf *document, uint64_t now_ns, int offset_minutes);

/* "+01:00", "-03:30", "Z" or "UTC" to minutes; 0 and PC_E_BADVALUE for something else. */
int pc_document_zone(const char *text, int *ret_minutes);

#endif
