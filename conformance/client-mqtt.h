/* conformance/client-mqtt: an MQTT client of the cases, on libmosquitto: blocking, with deadlines.
 */
#ifndef PC_CONFORMANCE_CLIENT_MQTT_H
#define PC_CONFORMANCE_CLIENT_MQTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

enum { PC_MQTT_CLIENT_MESSAGES_MAX = 32 };

struct pc_mqtt_client;

struct pc_mqtt_client_options {
	const char *host; /* "127.0.0.1" */
	uint16_t port;
	const char *client_id;
	const char *ca_file, *cert_file, *key_file; /* borrowed */
};

/* Connect over TLS with ALPN "mqtt" and await CONNACK. PC_OK; PC_E_REFUSED when the server refused
 * or closed; PC_E_TIMEOUT. */
int pc_mqtt_client_open(const struct pc_mqtt_client_options *options, unsigned deadline_ms,
	struct pc_mqtt_client **ret, struct pc_diag *diag);
void pc_mqtt_client_free(struct pc_mqtt_client *c); /* DISCONNECT; NULL is allowed */

/* Subscribe and await SUBACK. PC_OK with the granted QoS or 0x80; PC_E_TIMEOUT; PC_E_CLOSED. */
int pc_mqtt_client_subscribe(
	struct pc_mqtt_client *c, const char *filter, unsigned deadline_ms, int *ret_granted);

/* Publish with QoS 1 and await PUBACK. PC_OK, PC_E_TIMEOUT, PC_E_CLOSED. */
int pc_mqtt_client_publish(
	struct pc_mqtt_client *c, const char *topic, const char *payload, unsigned deadline_ms);

/* Await the next message; texts are the client's until the next call. PC_OK, PC_E_TIMEOUT,
 * PC_E_CLOSED. */
int pc_mqtt_client_next(struct pc_mqtt_client *c, unsigned deadline_ms, const char **ret_topic,
	const char **ret_payload);

#endif
