/* cloud/http: the seam between the TLS front (which owns connections) and the routes (which own
 * meaning): one request in, one response out, both plain values. */
#ifndef PC_CLOUD_HTTP_H
#define PC_CLOUD_HTTP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	PC_HTTP_BODY_MAX = 4 << 20, /* a larger body is answered 413 before it is read whole */
	PC_HTTP_RESPONSE_MAX = 16 << 20,
	PC_HTTP_HEADERS_MAX = 8
};

/* Facts of the TLS connection a request came over. Texts are borrowed for the call. */
struct pc_tls_facts {
	uint64_t connection; /* number, from 1, unique in the run */
	struct sockaddr_in peer;
	const char *version, *cipher, *sni, *alpn; /* "" when absent */
	const char *client_cn; /* subject CN of a client certificate that verified, else NULL */
	bool resumed;
};

/* Everything is borrowed for the call. */
struct pc_http_request {
	const char *method, *path; /* path without query, percent-decoded, no NUL inside */
	const char *(*query)(
		const struct pc_http_request *r, const char *name); /* NULL if absent */
	const char *(*header)(
		const struct pc_http_request *r, const char *name); /* case-insensitive */
	const char *(*cookie)(const struct pc_http_request *r, const char *name);
	const uint8_t *body; /* as received (Content-Encoding not undone) */
	size_t body_len;
	const struct pc_tls_facts *tls;
	void *transport; /* the front's own */
};

/* Zeroed, body initialised, status 0 when handed to a route. */
struct pc_http_response {
	unsigned status;
	const char *content_type; /* static text; NULL for none */
	struct pc_buf body;
	struct {
		const char *name; /* static text */
		char value[512];
	} headers[PC_HTTP_HEADERS_MAX];
	size_t n_headers;
};

/* Add a header; false when there are too many or the value is too long or holds CR, LF. */
bool pc_http_add_header(struct pc_http_response *r, const char *name, const char *value);

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
