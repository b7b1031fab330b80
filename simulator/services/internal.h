/* services/internal: what the services of this room share: the service's head, listeners, journal,
 * maintenance, the status views. */
#ifndef PC_SERVICES_INTERNAL_H
#define PC_SERVICES_INTERNAL_H

#include <stdbool.h>

#include "device/log.h"
#include "loop/tcp.h"
#include "services/faults.h"
#include "services/services.h"

enum {
	PC_SERVICE_CONNECTIONS_MAX = 4096, /* of one port, all devices */
	PC_SERVICE_IDLE_MS = 300000,
	PC_SERVICE_WAITING_MAX = 1024, /* maintenance requests that wait for a busy device */
	PC_SERVICE_TEXT_MAX = 256
};

struct json_t;

struct pc_update;

/* A cleaning or nozzle check that waits until the device is idle. */
struct pc_maintenance {
	struct pc_device *dev; /* borrowed */
	bool nozzle_check, power;
	uint8_t group;
	struct pc_update *update; /* owned while it waits: a firmware file instead; or NULL */
};

/* First member of every service's own struct. */
struct pc_service {
	const struct pc_service_row *row;
	struct pc_service_env env;
	struct pc_service_counters counters;
	void (*stop)(struct pc_service *service); /* frees the service */
	void (*event)(struct pc_service *service, struct pc_device *dev,
		const struct pc_device_event *event); /* NULL: not interested */
	struct pc_maintenance *waiting;               /* owned array */
	size_t n_waiting;
	uint8_t ttl;       /* of TCP, before pc_service_listen(); 0 = the system's */
	struct pc_tap tap; /* counts the traffic of TCP ports, then tells env.tap */
	/* Port, before the offset, whose bytes the service itself tells env.tap, decrypted. */
	uint16_t tls_port;
};

int pc_enpc_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag);
int pc_entp_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag);
int pc_lpd_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag);
int pc_llmnr_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag);
int pc_nbns_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag);
int pc_slp_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag);
int pc_mail_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag);
int pc_push_scan_start(
	const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag);
int pc_raw_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag);
int pc_web_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag);

/* Port of this run. PC_E_USAGE when the offset leads out of 1 … 65535. */
int pc_service_port(const struct pc_service_env *env, uint16_t port, struct sockaddr_in *ret,
	struct pc_diag *diag);

/* One listener on `port` (before the offset). */
int pc_service_listen(struct pc_service *s, uint16_t port, const struct pc_tcp_handler *handler,
	void *arg, struct pc_tcp_listener **ret, struct pc_diag *diag);

/* The device at this address, NULL (and counted) when there is none. */
struct pc_device *pc_service_find(struct pc_service *s, struct in_addr local);

/* One journal line: `fields` (taken, may be NULL) with service, event and peer added. */
void pc_service_note(struct pc_service *s, const struct pc_device *dev,
	const struct sockaddr_in *peer, const char *event, struct json_t *fields);

/* `text` as something every other protocol may show: valid UTF-8 (else bytes over 127 become '?'),
 * control characters become blanks; cut to `size`. Returns `out`. */
const char *pc_service_text(const char *text, char *out, size_t size);
struct json_t *pc_service_json_text(const char *text);

/* Head cleaning or nozzle check asked for by a peer: done now, or as soon as the device is idle.
 * PC_OK (also for the fault that ignores it), PC_E_LIMIT, or what the device says. */
int pc_service_maintain(struct pc_service *s, const struct pc_maintenance *what);

/* Keep it until the device may be idle. PC_OK, PC_E_LIMIT, -ENOMEM. */
int pc_service_wait(struct pc_service *s, const struct pc_maintenance *what);

/* True when the event takes the device's connections with it: it has gone down or has another
 * address. */
bool pc_service_loses_peers(const struct pc_device *dev, const struct pc_device_event *event);

/* Status views. */
unsigned pc_status_pjl_code(const struct pc_device *dev, bool *ret_online);

#endif
