/* conformance/document: collection documents as an agent would send them, for the server's cases.
 */
#ifndef PC_CONFORMANCE_DOCUMENT_H
#define PC_CONFORMANCE_DOCUMENT_H

#include "base/buf.h"

/* Append a document of the contract with one device. `document_id` is a UUID. The texts are put in
 * as they are (no quotes inside). */
void pc_document_write(struct pc_buf *out, const char *document_id, const char *agent_id,
	const char *serial, const char *location);

/* A fresh random UUID (version 4). */
void pc_document_uuid(char out[37]);

#endif
