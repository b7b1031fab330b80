/* cloud/store: collections kept for good: a row in SQLite, the body in an append-only segment. What
 * pc_store_add() has accepted survives a SIGKILL at any later moment, exactly once. */
#ifndef PC_CLOUD_STORE_H
#define PC_CLOUD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "cloud/db.h"

struct pc_store;

enum {
	PC_STORE_ID_MAX = 37,              /* a UUID and its NUL */
	PC_STORE_SEGMENT_BYTES = 64 << 20, /* a fuller segment is not appended to */
	PC_STORE_LIST_MAX = 1000           /* rows a list hands out */
};

/* What the device table knows of a device. Texts are borrowed; NULL or "" = unknown. */
struct pc_store_device {
	const char *serial, *model, *manufacturer, *ip, *mac, *status;
	const char *agent_id, *agent_type; /* of the newest collection */
	uint64_t last_seen_ns;             /* wall clock; 0 = never reached yet */
	const char *collection_id;         /* where its newest data is … */
	size_t position;                   /* … and at which index of "devices" */
	uint64_t received_ns;
};

/* A collection to keep, or as kept. Borrowed. */
struct pc_store_collection {
	const char *id; /* of a kept one */
	const char *agent_id, *agent_type, *document_id, *collection_type;
	uint64_t received_ns; /* wall clock */
	const uint8_t *body;
	size_t len;
	const char *sha256; /* hex, of a kept one */
	const struct pc_store_device
		*devices; /* serial … status are read; no serial = not listed */
	size_t n_devices;
};

/* Faults of the store; see cloud/faults.h. */
struct pc_store_faults {
	bool duplicate_stored_twice, device_data_stale;
};

/* Open DIR/store.db and DIR/segments/. Takes DIR/lock: PC_E_ENVIRONMENT when another process has
 * it. A segment tail that no row knows is cut off; a segment shorter than its rows is
 * PC_E_TRUNCATED. `max_bytes` limits the bodies kept. */
int pc_store_open(const char *dir, uint64_t max_bytes, struct pc_store_faults faults,
	struct pc_store **ret, struct pc_diag *diag);
void pc_store_free(struct pc_store *s); /* NULL allowed */

/* The database, for the other tables of the cloud. */
struct pc_db *pc_store_db(struct pc_store *s);

/* Keep a collection; durable on return. The same document of the same agent again: *ret_duplicate
 * and the id of the first. Commits what the database held. PC_OK, PC_E_LIMIT over max_bytes,
 * -errno; then nothing of it is kept. */
int pc_store_add(struct pc_store *s, const struct pc_store_collection *c,
	char ret_id[PC_STORE_ID_MAX], bool *ret_duplicate);

/* Append the body to `out`. PC_OK, PC_E_NOTFOUND, PC_E_MISMATCH when it is not what was stored. */
int pc_store_body(struct pc_store *s, const char *id, struct pc_buf *out);

/* Look up a device; `fn` gets it while its texts are valid. False when unknown. */
typedef void (*pc_store_device_fn)(void *arg, const struct pc_store_device *d);
bool pc_store_device(struct pc_store *s, const char *serial, pc_store_device_fn fn, void *arg);
void pc_store_each_device(struct pc_store *s, pc_store_device_fn fn, void *arg); /* by serial */

/* Kept collections received at or after `since_ns`, of one device unless `serial` is NULL, newest
 * first, at most PC_STORE_LIST_MAX. `devices` holds only serials. Returns how many there were. */
typedef void (*pc_store_collection_fn)(void *arg, const struct pc_store_collection *c);
size_t pc_store_each_collection(struct pc_store *s, const char *serial, uint64_t since_ns,
	pc_store_collection_fn fn, void *arg);

/* UUID (version 8) made of a SHA-256 over the two texts and the number: the same every run. */
void pc_store_uuid(const char *a, const char *b, uint64_t n, char ret[PC_STORE_ID_MAX]);

#endif
