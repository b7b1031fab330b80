/* agents/mqtt: the agents' standing MQTT session over TLS: libmosquitto driven by the loop. Clean
 * session off, QoS 1, last will, ALPN "mqtt", reconnect with back-off. Spec: OQ-05, ERS-OP-07 */
#ifndef PC_AGENTS_MQTT_H
#define PC_AGENTS_MQTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "loop/loop.h"

enum { PC_MQTT_PAYLOAD_MAX = 65536 };

struct pc_mqtt;

enum pc_mqtt_state { PC_MQTT_OFF, PC_MQTT_CONNECTING, PC_MQTT_ONLINE, PC_MQTT_WAITING };

/* Texts are copied. */
struct pc_mqtt_options {
	struct pc_loop *loop; /* borrowed */
	const char *host;
	uint16_t port;
	const char *agent_id;   /* client id; names the three topics */
	const char *trust_file; /* PEM: what the server must be verified with */
	/* PEM: the first certificate's key must be the server's, or NULL. Spec: OQ-09 */
	const char *pin_file;
	const char *cert_file, *key_file;
	bool accept_any; /* named fault: the server is not verified */
	uint64_t seed;   /* of the jitter */
	/* Subscribed and ready. */
	void (*online)(void *arg);
	/* The session ended or could not be made; `refused` when the server did not prove who it
	 * is. */
	void (*offline)(void *arg, bool refused, const char *detail);
	/* A command came. Borrowed for the call. */
	void (*command)(void *arg, const char *payload, size_t len);
	/* The broker has the message with this number. */
	void (*delivered)(void *arg, int number);
	void *arg;
};

int pc_mqtt_new(const struct pc_mqtt_options *options, struct pc_mqtt **ret, struct pc_diag *diag);
void pc_mqtt_free(struct pc_mqtt *m); /* says good-bye when on-line; NULL is allowed */

/* Connect now and stay connected. */
void pc_mqtt_start(struct pc_mqtt *m);

/* End the session: with a good-bye, or as if power was cut (the broker sends the last will). */
void pc_mqtt_stop(struct pc_mqtt *m, bool cut);

/* Publish to the agent's result topic. PC_OK with a number to wait for, or PC_E_CLOSED. */
int pc_mqtt_result(struct pc_mqtt *m, const char *payload, int *ret_number);

enum pc_mqtt_state pc_mqtt_state(const struct pc_mqtt *m);

#endif
