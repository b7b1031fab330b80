/* conformance/cases-server: what the server's case files share. */
#ifndef PC_CONFORMANCE_CASES_SERVER_H
#define PC_CONFORMANCE_CASES_SERVER_H

#include "conformance/cases.h"

/* An agent made for one case: enrolled, with the serial number of its one device. */
struct pc_server_agent {
	char id[37], serial[16];
	char cert[PATH_MAX], key[PATH_MAX];
};

/* Enrol a fresh one; false and ERROR when the cloud refuses. */
bool pc_server_agent(struct pc_case_run *r, struct pc_server_agent *ret);

/* Upload a document of this agent; HTTP status or 0. `answer` may be NULL. */
long pc_server_upload(struct pc_case_run *r, const struct pc_server_agent *a,
	const char *document_id, const char *location, struct pc_buf *answer);

/* Collections stored for a serial number. */
size_t pc_server_collections(struct pc_case_run *r, const char *serial);

#endif
