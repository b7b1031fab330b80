/* cloud/routes: the meaning of the cloud: every HTTP request and MQTT message of the contract.
 * The front owns connections and hands plain values in. Spec: CONTRACT.md. Single thread. */
#ifndef PC_CLOUD_ROUTES_H
#define PC_CLOUD_ROUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/fault.h"
#include "cloud/http.h"

struct pc_routes;

/* All borrowed; must outlive the routes unless said otherwise. Zero means the default. */
struct pc_routes_options {
	const char
		*dir; /* run directory, made when missing: store.db, segments/, credentials.json */
	const struct pc_clock *clock;
	const char *ca_pem;    /* given to a newly enrolled agent; copied */
	const char *chain_pem; /* GET /v1/pki/server-chain.pem; copied */

	/* Make a certificate with CN = agent_id and its key, both appended as PEM. PC_OK or an
	 * error. NULL: no agent can be enrolled (503). */
	int (*issue)(
		void *arg, const char *agent_id, struct pc_buf *cert_pem, struct pc_buf *key_pem);
	void *issue_arg;

	/* Close every MQTT connection of agents; called when remote operation is switched off,
	 * after which pc_routes_mqtt_allow() refuses them. May be NULL. Spec: ERS-OP-21. */
	void (*drop_mqtt)(void *arg);
	void *drop_mqtt_arg;

	pc_fault_set faults;
	uint64_t operation_ttl_ms;   /* issuedAt to expiresAt of a command; default 5 min */
	uint64_t operation_grace_ms; /* how long after expiresAt a result is still waited for; 1 min
				      */
	uint64_t store_max_bytes;    /* bodies kept; more is answered 503. Default 64 GiB */
	unsigned password_cost; /* log2 of scrypt's N for new passwords, 4 … 16; default 14 */
};

/* Open (or create) the store in options->dir. A first start makes the users `operator` and
 * `installer`, their random passwords in DIR/credentials.json (mode 0600).
 * PC_OK, PC_E_ENVIRONMENT when another process has the directory open, -errno. */
int pc_routes_new(
	const struct pc_routes_options *options, struct pc_routes **ret, struct pc_diag *diag);

/* Commits what is pending and closes. NULL allowed. */
void pc_routes_free(struct pc_routes *r);

/* One request; a pc_http_handler_fn. Fills the response whole and journals kind "request". */
void pc_routes_handle(
	void *routes, const struct pc_http_request *request, struct pc_http_response *response);

/* May this client connect, subscribe, publish? A pc_mqtt_allow_fn. A refusal is journalled here as
 * kind "mqttRefused" with its reason. A will topic is asked for as PUBLISH. */
bool pc_routes_mqtt_allow(void *routes, const struct pc_tls_facts *tls, const char *client_id,
	enum pc_mqtt_verb verb, const char *topic);

/* A message some agent published; a pc_broker_message_fn. Results move operations on. The topic
 * decides whose it is, so the front must have asked pc_routes_mqtt_allow() before. */
void pc_routes_message(void *routes, const char *topic, const uint8_t *payload, size_t len);

/* Add a journal entry of the front's own. `json_members` is "\"a\":1,\"b\":\"x\"" or "": members
 * without the braces, at most 4 KiB, already valid JSON (else kept as one escaped text member
 * `invalid`). `n`, `at` and `kind` are added. The newest 100,000 entries are kept. */
void pc_routes_journal(struct pc_routes *r, const char *kind, const char *json_members);

/* The way to the broker, NULL while there is none (the start). Copied. Setting one publishes the
 * commands that wait; so does the tick after a publish that failed. */
void pc_routes_set_broker(struct pc_routes *r, const struct pc_broker_link *link);

/* To be called by the owner's timer: expires operations and sessions, retries commands, makes
 * journal entries durable. Returns milliseconds until the next call is wanted, 1 … 1000. */
uint64_t pc_routes_tick(struct pc_routes *r);

#endif
