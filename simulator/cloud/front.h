/* cloud/front: the one TLS port of the cloud. Ends TLS, decides by ALPN or by the first byte, and
 * passes plaintext on: HTTP to libmicrohttpd nested in our loop, MQTT through the tap to the
 * broker. Policy is asked of the routes, everything seen is journalled, faults are made here. */
#ifndef PC_CLOUD_FRONT_H
#define PC_CLOUD_FRONT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

#include "base/diag.h"
#include "base/fault.h"
#include "cloud/http.h"
#include "cloud/pki.h"
#include "loop/loop.h"
#include "loop/tap.h"

enum {
	PC_FRONT_CONNECTIONS_MAX = 4096, /* default; more are closed at once and counted */
	PC_FRONT_HANDSHAKE_MS = 10000,   /* until TLS stands; then again until the first byte */
	PC_FRONT_HTTP_IDLE_MS = 75000,
	PC_FRONT_WRITE_STALL_MS = 60000, /* a client that takes nothing for so long is closed */
	PC_FRONT_LINGER_MS = 2000,       /* for the client to end after our close_notify */
	PC_FRONT_BROKER_WAIT_MS = 5000,  /* an MQTT client waits so long for the broker */
	PC_FRONT_QUEUE_HIGH = 128 << 10, /* per direction: above this the other side is not read */
	PC_FRONT_QUEUE_MAX = 2 << 20
};

/* Where the broker listens: a unix path or an IPv4 address. */
struct pc_broker_address {
	bool is_unix;
	struct sockaddr_un path;
	struct sockaddr_in tcp;
};

/* All pointers are borrowed and must outlive the front. */
struct pc_front_options {
	struct sockaddr_in listen; /* port 0 = any free one */
	struct pc_pki *pki;
	pc_http_handler_fn http;
	pc_mqtt_allow_fn allow;
	void *routes; /* argument of both */
	/* May be NULL. `members` as pc_routes_journal() wants them. */
	void (*journal)(void *arg, const char *kind, const char *members);
	void *journal_arg;
	struct pc_broker_address broker;
	const struct pc_tap *tap; /* told the plaintext, may be NULL */
	const char *keylog_path;  /* NSS key log, appended to; may be NULL */
	pc_fault_set faults;
	bool strict_alpn;         /* no common protocol ends the handshake: RFC 7301 s3.2 */
	unsigned max_connections; /* 0 = default, likewise below */
	unsigned handshake_ms;
	unsigned http_idle_ms;
};

struct pc_front;

/* Listens and serves from the next turn of the loop on. The diag of a failed bind says what to do.
 */
int pc_front_new(struct pc_loop *loop, const struct pc_front_options *options,
	struct pc_front **ret, struct pc_diag *diag);

/* Closes every connection (TLS ones with a close_notify as far as that goes at once). */
void pc_front_free(struct pc_front *front); /* NULL is allowed */

struct sockaddr_in pc_front_local(const struct pc_front *front);

/* Takes effect for new connections and for the next packet of open ones. */
int pc_front_set_faults(struct pc_front *front, pc_fault_set faults, struct pc_diag *diag);

/* Close every MQTT connection. */
void pc_front_drop_mqtt(struct pc_front *front);

/* Connections open now, by protocol. */
struct pc_front_counts {
	unsigned open, http, mqtt;
	uint64_t accepted, handshakes, tls_failures, over_limit;
};
struct pc_front_counts pc_front_counts(const struct pc_front *front);

#endif
