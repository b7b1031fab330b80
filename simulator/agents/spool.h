/* agents/spool: documents on their way to the server. Each is on the disk before the first attempt
 * and stays until the server has it; a SIGKILL at any moment loses none. Spec: OQ-06 */
#ifndef PC_AGENTS_SPOOL_H
#define PC_AGENTS_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"

enum {
	PC_SPOOL_DOCUMENT_MAX = 4 << 20, /* what the server takes */
	PC_SPOOL_REJECTED_MAX = 100,     /* refused documents kept for a person to look at */
	PC_SPOOL_TYPE_MAX = 16,
	PC_SPOOL_ID_MAX = 40
};

struct pc_spool_options {
	const char *dir;      /* made when missing; rejected documents go to dir/rejected */
	size_t max_documents; /* 0 = 1000 */
	uint64_t max_bytes;   /* 0 = 256 MiB */
	bool memory_only;     /* named fault: nothing is written to the disk */
};

struct pc_spool_entry {
	uint64_t number; /* order of arrival, from 1 */
	size_t bytes;
	char type[PC_SPOOL_TYPE_MAX]; /* collection type */
	char document_id[PC_SPOOL_ID_MAX];
};

struct pc_spool_counts {
	size_t documents;
	uint64_t bytes;
	uint64_t dropped;  /* periodic documents given up because the spool was full */
	uint64_t rejected; /* by the server, in this run */
};

struct pc_spool;

/* Opens the directory and finds what an earlier run left; half-written files are removed. */
int pc_spool_open(
	const struct pc_spool_options *options, struct pc_spool **ret, struct pc_diag *diag);
void pc_spool_close(struct pc_spool *s); /* NULL is allowed */

/* Add a document; on the disk when this returns PC_OK. When the spool is full the oldest periodic
 * document is dropped (and counted); PC_E_LIMIT when there is none to drop. PC_E_BADVALUE for a
 * type or an id that is not letters, digits and hyphens. */
int pc_spool_add(struct pc_spool *s, const char *type, const char *document_id, const char *text,
	size_t len, struct pc_diag *diag);

/* The oldest document; false when there is none. */
bool pc_spool_first(const struct pc_spool *s, struct pc_spool_entry *ret);

/* Append the document to `out`. PC_E_NOTFOUND when it was dropped meanwhile. */
int pc_spool_read(struct pc_spool *s, uint64_t number, struct pc_buf *out, struct pc_diag *diag);

/* The server has it: forget it. PC_E_NOTFOUND when it is gone already. */
int pc_spool_remove(struct pc_spool *s, uint64_t number);

/* The server will never take it: keep it in dir/rejected with the answer beside it. */
int pc_spool_reject(
	struct pc_spool *s, uint64_t number, const char *answer, size_t len, struct pc_diag *diag);

struct pc_spool_counts pc_spool_counts(const struct pc_spool *s);

#endif
