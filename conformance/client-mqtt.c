#include "conformance/client-mqtt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <mosquitto.h>

#include "base/clock.h"
#include "base/err.h"

enum { TURN_MS = 20 };

struct message {
	char *topic, *payload; /* owned */
};

struct pc_mqtt_client {
	struct mosquitto *m; /* owned */
	bool connected, closed;
	int connack, suback, suback_mid, puback_mid;
	struct message queue[PC_MQTT_CLIENT_MESSAGES_MAX];
	size_t n_queue;
	struct message current;
};

static void
on_connect(struct mosquitto *m, void *arg, int rc)
{
	struct pc_mqtt_client *c = arg;
	(void)m;
	c->connack = rc;
	c->connected = rc == 0;
}

static void
on_disconnect(struct mosquitto *m, void *arg, int rc)
{
	struct pc_mqtt_client *c = arg;
	(void)m;
	(void)rc;
	c->closed = true;
}

static void
on_suback(struct mosquitto *m, void *arg, int mid, int n, const int *granted)
{
	struct pc_mqtt_client *c = arg;
	(void)m;
	c->suback_mid = mid;
	c->suback = n > 0 ? granted[0] : 0x80;
}

static void
on_puback(struct mosquitto *m, void *arg, int mid)
{
	struct pc_mqtt_client *c = arg;
	(void)m;
	c->puback_mid = mid;
}

static void
on_message(struct mosquitto *m, void *arg, const struct mosquitto_message *msg)
{
	struct pc_mqtt_client *c = arg;
	(void)m;
	if (c->n_queue == PC_MQTT_CLIENT_MESSAGES_MAX)
		return;
	struct message *q = &c->queue[c->n_queue++];
	q->topic = strdup(msg->topic);
	q->payload = strndup(msg->payloadlen > 0 ? msg->payload : "", (size_t)msg->payloadlen);
}

static void
forget(struct message *m)
{
	free(m->topic);
	free(m->payload);
	*m = (struct message){NULL, NULL};
}

/* Turn until `done` says so. */
static int
turn_until(struct pc_mqtt_client *c, unsigned deadline_ms, bool (*done)(struct pc_mqtt_client *))
{
	uint64_t end = pc_clock_now_ms() + deadline_ms;
	while (!done(c)) {
		if (c->closed)
			return PC_E_CLOSED;
		if (pc_clock_now_ms() >= end)
			return PC_E_TIMEOUT;
		int rc = mosquitto_loop(c->m, TURN_MS, 1);
		if (rc != MOSQ_ERR_SUCCESS && !done(c))
			return PC_E_CLOSED;
	}
	return PC_OK;
}

static bool
has_connack(struct pc_mqtt_client *c)
{
	return c->connack >= 0;
}

static bool
has_message(struct pc_mqtt_client *c)
{
	return c->n_queue > 0;
}

static int
set_up(struct pc_mqtt_client *c, const struct pc_mqtt_client_options *o)
{
	mosquitto_connect_callback_set(c->m, on_connect);
	mosquitto_disconnect_callback_set(c->m, on_disconnect);
	mosquitto_subscribe_callback_set(c->m, on_suback);
	mosquitto_publish_callback_set(c->m, on_puback);
	mosquitto_message_callback_set(c->m, on_message);
	if (mosquitto_tls_set(c->m, o->ca_file, NULL, o->cert_file, o->key_file, NULL) != 0 ||
		mosquitto_string_option(c->m, MOSQ_OPT_TLS_ALPN, "mqtt") != 0)
		return PC_E_ENVIRONMENT;
	return mosquitto_connect(c->m, o->host, o->port, 60) == MOSQ_ERR_SUCCESS ? PC_OK
										 : PC_E_REFUSED;
}

int
pc_mqtt_client_open(const struct pc_mqtt_client_options *o, unsigned deadline_ms,
	struct pc_mqtt_client **ret, struct pc_diag *diag)
{
	struct pc_mqtt_client *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return -ENOMEM;
	c->connack = -1;
	mosquitto_lib_init();
	c->m = mosquitto_new(o->client_id, false, c);
	int err = c->m == NULL ? -ENOMEM : set_up(c, o);
	if (err == PC_OK)
		err = turn_until(c, deadline_ms, has_connack);
	if (err == PC_E_CLOSED || (err == PC_OK && !c->connected))
		err = PC_E_REFUSED;
	if (err != PC_OK) {
		pc_diag_set(diag, "MQTT connect of '%s': %s", o->client_id, pc_err_text(err));
		pc_mqtt_client_free(c);
		return err;
	}
	*ret = c;
	return PC_OK;
}

void
pc_mqtt_client_free(struct pc_mqtt_client *c)
{
	if (c == NULL)
		return;
	if (c->m != NULL) {
		mosquitto_disconnect(c->m);
		mosquitto_destroy(c->m);
	}
	for (size_t i = 0; i < c->n_queue; i++)
		forget(&c->queue[i]);
	forget(&c->current);
	free(c);
}

int
pc_mqtt_client_subscribe(
	struct pc_mqtt_client *c, const char *filter, unsigned deadline_ms, int *ret_granted)
{
	int mid = 0;
	if (mosquitto_subscribe(c->m, &mid, filter, 1) != MOSQ_ERR_SUCCESS)
		return PC_E_CLOSED;
	uint64_t end = pc_clock_now_ms() + deadline_ms;
	c->suback_mid = 0;
	while (c->suback_mid != mid) {
		if (c->closed)
			return PC_E_CLOSED;
		if (pc_clock_now_ms() >= end)
			return PC_E_TIMEOUT;
		if (mosquitto_loop(c->m, TURN_MS, 1) != MOSQ_ERR_SUCCESS && c->suback_mid != mid)
			return PC_E_CLOSED;
	}
	*ret_granted = c->suback;
	return PC_OK;
}

int
pc_mqtt_client_publish(
	struct pc_mqtt_client *c, const char *topic, const char *payload, unsigned deadline_ms)
{
	int mid = 0;
	if (mosquitto_publish(c->m, &mid, topic, (int)strlen(payload), payload, 1, false) !=
		MOSQ_ERR_SUCCESS)
		return PC_E_CLOSED;
	uint64_t end = pc_clock_now_ms() + deadline_ms;
	c->puback_mid = 0;
	while (c->puback_mid != mid) {
		if (c->closed)
			return PC_E_CLOSED;
		if (pc_clock_now_ms() >= end)
			return PC_E_TIMEOUT;
		if (mosquitto_loop(c->m, TURN_MS, 1) != MOSQ_ERR_SUCCESS && c->puback_mid != mid)
			return PC_E_CLOSED;
	}
	return PC_OK;
}

int
pc_mqtt_client_next(struct pc_mqtt_client *c, unsigned deadline_ms, const char **ret_topic,
	const char **ret_payload)
{
	int err = turn_until(c, deadline_ms, has_message);
	if (err != PC_OK)
		return err;
	forget(&c->current);
	c->current = c->queue[0];
	memmove(&c->queue[0], &c->queue[1], --c->n_queue * sizeof(c->queue[0]));
	*ret_topic = c->current.topic;
	*ret_payload = c->current.payload;
	return PC_OK;
}
