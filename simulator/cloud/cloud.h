/* cloud/cloud: the whole cloud in one object: test PKI, routes with their store, broker and TLS
 * front on one loop. Everything it keeps lies in one run directory. Its clients are real
 * programs with real time-outs, so the loop's clock must be a real one. */
#ifndef PC_CLOUD_CLOUD_H
#define PC_CLOUD_CLOUD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/fault.h"
#include "loop/loop.h"
#include "loop/tap.h"

struct pc_cloud;
struct pc_front;
struct pc_pki;
struct pc_routes;

/* All pointers are borrowed and must outlive the cloud. Zero means the default. */
struct pc_cloud_options {
	struct sockaddr_in listen; /* port 0 = any free one */
	const char *dir;           /* run directory, made when missing: pki/, broker/, the store */
	const char *const *names;  /* further names of the server, see pc_pki_options */
	size_t n_names;
	const char *broker_url;   /* NULL starts mosquitto; see pc_broker_options */
	const char *keylog_path;  /* NSS key log, or NULL */
	const struct pc_tap *tap; /* told the plaintext of every connection, or NULL */
	pc_fault_set faults;      /* bits of enum pc_cloud_fault */
	bool strict_alpn;
	unsigned max_connections;
	uint64_t operation_ttl_ms, operation_grace_ms; /* see pc_routes_options */
	unsigned password_cost;
	/* Called once, when the broker is up too and everything is answered. May be NULL. */
	void (*ready)(void *arg);
	void *ready_arg;
};

/* Listens when it returns; MQTT clients that come before the broker is up wait. PC_E_ENVIRONMENT
 * (no mosquitto, directory or port in use, no right to bind) with what to do in `diag`. */
int pc_cloud_new(struct pc_loop *loop, const struct pc_cloud_options *options,
	struct pc_cloud **ret, struct pc_diag *diag);

/* Orderly stop: connections are closed, the store committed, the broker ended (at most 2 s). */
void pc_cloud_free(struct pc_cloud *cloud); /* NULL is allowed */

struct sockaddr_in pc_cloud_local(const struct pc_cloud *cloud);
bool pc_cloud_is_ready(const struct pc_cloud *cloud); /* the broker is up now */

/* Paths of the CA certificate for clients, and of the portal's first users. Borrowed. */
const char *pc_cloud_ca_path(const struct pc_cloud *cloud);
const char *pc_cloud_credentials_path(const struct pc_cloud *cloud);

/* The parts, for those who drive them directly. Borrowed. */
struct pc_front *pc_cloud_front(struct pc_cloud *cloud);
struct pc_routes *pc_cloud_routes(struct pc_cloud *cloud);
struct pc_pki *pc_cloud_pki(struct pc_cloud *cloud);

#endif
