/* cloud/http: the seam between the TLS front (which owns connections) and the routes (which own
 * meaning): one request in, one response out, both plain values. */
#ifndef PC_CLOUD_HTTP_H
#define PC_CLOUD_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop/http.h"

enum { PC_HTTP_BODY_MAX = 4 << 20 }; /* a larger body is answered 413 before it is read whole */

/* Called by the front for each complete request. Must fill status. */
typedef void (*pc_http_handler_fn)(
	void *arg, const struct pc_http_request *request, struct pc_http_response *response);

/* Called by the front for each MQTT CONNECT, SUBSCRIBE filter and PUBLISH topic of a client, to
 * allow or refuse. `client_id` is that of the CONNECT. */
enum pc_mqtt_verb { PC_MQTT_VERB_CONNECT, PC_MQTT_VERB_SUBSCRIBE, PC_MQTT_VERB_PUBLISH };
typedef bool (*pc_mqtt_allow_fn)(void *arg, const struct pc_tls_facts *tls, const char *client_id,
	enum pc_mqtt_verb verb, const char *topic);

/* The server's own way to the broker. */
struct pc_broker_link {
	/* QoS 1 publish; PC_OK once queued, PC_E_CLOSED while the broker is down. */
	int (*publish)(void *arg, const char *topic, const void *payload, size_t len, bool retain);
	void *arg;
};

/* Called for each message that agents publish (results, states). */
typedef void (*pc_broker_message_fn)(
	void *arg, const char *topic, const uint8_t *payload, size_t len);

#endif
