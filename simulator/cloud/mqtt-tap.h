/* cloud/mqtt-tap: sits between one MQTT client and the broker: splits both byte streams into
 * control packets, enforces who may do what, observes, and misbehaves where a fault says so. Knows
 * no sockets. Spec: MQTT 3.1.1 and 5.0; the topics of CONTRACT.md. */
#ifndef PC_CLOUD_MQTT_TAP_H
#define PC_CLOUD_MQTT_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/fault.h"
#include "cloud/http.h"

enum {
	PC_MQTT_TAP_PACKET_MAX = 256 << 10, /* a larger packet closes the connection */
	PC_MQTT_TAP_TOPIC_MAX = 512,        /* a longer topic or filter is refused */
	PC_MQTT_TAP_SUBSCRIBES_MAX = 16,    /* partly refused SUBSCRIBEs that wait for a SUBACK */
	PC_MQTT_TAP_ALIASES_MAX = 64        /* topic aliases of 5.0 */
};

struct pc_mqtt_tap;

/* What the tap needs of its owner. The sinks copy; they return PC_OK or what ends the connection.
 */
struct pc_mqtt_tap_ops {
	int (*to_broker)(void *arg, const uint8_t *data, size_t len);
	int (*to_client)(void *arg, const uint8_t *data, size_t len);
	/* See pc_mqtt_allow_fn. */
	bool (*allow)(void *arg, const char *client_id, enum pc_mqtt_verb verb, const char *topic);
	/* One observation; members as in cloud/members.h. */
	void (*observe)(void *arg, const char *kind, const char *members);
};

/* `ops` and `faults` are borrowed and must outlive the tap. NULL when there is no memory. */
struct pc_mqtt_tap *pc_mqtt_tap_new(
	const struct pc_mqtt_tap_ops *ops, void *arg, const pc_fault_set *faults);
void pc_mqtt_tap_free(struct pc_mqtt_tap *tap); /* NULL is allowed */

/* Bytes of either side. PC_OK; anything else: send what is queued and close the connection. The
 * reason is in `diag`: PC_E_BADVALUE malformed, PC_E_LIMIT too large, PC_E_REFUSED not allowed,
 * PC_E_CLOSED after the client's DISCONNECT (an orderly end). */
int pc_mqtt_tap_from_client(
	struct pc_mqtt_tap *tap, const uint8_t *data, size_t len, struct pc_diag *diag);
int pc_mqtt_tap_from_broker(
	struct pc_mqtt_tap *tap, const uint8_t *data, size_t len, struct pc_diag *diag);

/* True once a CONNECT was taken. */
bool pc_mqtt_tap_connected(const struct pc_mqtt_tap *tap);

/* Client identifier of the CONNECT, "" before. */
const char *pc_mqtt_tap_client_id(const struct pc_mqtt_tap *tap);

/* Members for the record of the connection's end: packets by type and direction, clean end. */
void pc_mqtt_tap_summary(const struct pc_mqtt_tap *tap, struct pc_buf *members);

#endif
