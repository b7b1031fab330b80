/* cloud/routes-call: one request on its way through the routes. For routes*.c. */
#ifndef PC_CLOUD_ROUTES_CALL_H
#define PC_CLOUD_ROUTES_CALL_H

#include <stdbool.h>

#include "cloud/journal.h"
#include "cloud/operations.h"
#include "cloud/routes.h"
#include "cloud/schema.h"
#include "cloud/seal.h"
#include "cloud/store.h"
#include "cloud/users.h"

struct json_t;

struct pc_routes {
	struct pc_routes_options options;
	struct pc_store *store; /* owned, as all here */
	struct pc_seal *seal;
	struct pc_users *users;
	struct pc_journal *journal;
	struct pc_operations *operations;
	struct pc_schema *schema;
	char *dir, *ca_pem, *chain_pem;
	struct pc_buf wrong_chain; /* fault chain-wrong: certificate of another key */
	uint64_t uploads;          /* fault upload-loses-every-second counts them */
};

enum { PC_CALL_ARGS = 1, PC_CALL_ARG_MAX = 128 };

struct pc_call {
	struct pc_routes *routes;
	const struct pc_http_request *request;
	struct pc_http_response *response;
	char args[PC_CALL_ARGS][PC_CALL_ARG_MAX]; /* what stood for {…} in the path */
	struct pc_user user;                      /* id 0: nobody */
	struct pc_db *db;
};

typedef void (*pc_call_fn)(struct pc_call *c);

/* Answer with {"error":word,"detail":sentence}. */
void pc_call_error(struct pc_call *c, unsigned status, const char *word, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Answer with JSON; frees `v`. NULL: 500. */
void pc_call_json(struct pc_call *c, unsigned status, struct json_t *v);

/* Answer 503 with Retry-After. */
void pc_call_unavailable(struct pc_call *c, const char *what, int err);

/* The JSON object in the body, for the small requests of the portal (64 KiB at most). NULL: the
 * error was answered (400, 413, 415). */
struct json_t *pc_call_object(struct pc_call *c);

/* True when the request has this media type, with no parameter but charset=utf-8. */
bool pc_call_has_type(struct pc_call *c, const char *media_type);

bool pc_call_has_fault(const struct pc_call *c, unsigned fault);

/* Is the agent enrolled? Its type into `ret_type` (of 8) unless NULL. */
bool pc_agent_find(struct pc_db *db, const char *agent_id, char *ret_type);

/* May the text stand for an agent: it is part of a topic, a path and a subject name. */
bool pc_agent_id_is_valid(const char *text);

/* The settable switch. Spec: ERS-OP-20 to 23 */
bool pc_remote_operation_is_on(struct pc_db *db);

/* What the JSON requests do once they are read; the forms of the pages end here too. */
void pc_call_login(struct pc_call *c, const struct json_t *v);
void pc_call_switch(struct pc_call *c, const struct json_t *v);
void pc_call_operate(struct pc_call *c, const struct json_t *v); /* device: args[0] */

/* {"device","agent","collectionId","receivedAt"} of a device this user may see; NULL when it cannot
 * be read. Freed by the caller. */
struct json_t *pc_call_device(struct pc_call *c, const char *serial, bool *ret_known);

/* ---- handlers, by file ---- */

/* routes-agent.c */
void pc_route_ping(struct pc_call *c);
void pc_route_chain(struct pc_call *c);
void pc_route_upload(struct pc_call *c);
int pc_agents_open(struct pc_db *db, struct pc_diag *diag); /* table of agents and settings */
void pc_agent_state(struct pc_routes *r, const char *agent_id, const uint8_t *payload, size_t len);

/* routes-portal.c */
void pc_route_login(struct pc_call *c);
void pc_route_logout(struct pc_call *c);
void pc_route_devices(struct pc_call *c);
void pc_route_device(struct pc_call *c);
void pc_route_collections(struct pc_call *c);
void pc_route_collection(struct pc_call *c);
void pc_route_journal(struct pc_call *c);
void pc_route_enrol(struct pc_call *c);
void pc_route_remote_operation(struct pc_call *c);

/* routes-operations.c */
void pc_route_operate(struct pc_call *c);
void pc_route_operation(struct pc_call *c);
void pc_route_operations(struct pc_call *c);

/* routes-pages.c */
void pc_page_home(struct pc_call *c); /* log-in form, or the device table */
void pc_page_device(struct pc_call *c);
void pc_page_login(struct pc_call *c);
void pc_page_logout(struct pc_call *c);
void pc_page_operate(struct pc_call *c);
void pc_page_switch(struct pc_call *c);
void pc_page_to_home(struct pc_call *c); /* redirect */

#endif
