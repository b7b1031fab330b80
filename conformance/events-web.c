/* Event lines of HTTP (bodies unwrapped, JSON flattened) and MQTT. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/mqtt.h"
#include "conformance/events.h"
#include "conformance/http-parse.h"

enum { NUMBER_MAX = 64, JSON_DEPTH_MAX = 64 };

struct flat {
	struct pc_event_list *l;
	enum pc_event_side side;
	char path[PC_EVENT_PATH_MAX];
};

static void
flatten_scalar(struct flat *f, const json_t *v)
{
	char text[NUMBER_MAX];
	switch (json_typeof(v)) {
	case JSON_STRING:
		pc_event_add(f->l, f->side, f->path, "string", json_string_value(v));
		break;
	case JSON_INTEGER:
		snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		pc_event_add(f->l, f->side, f->path, "number", text);
		break;
	case JSON_REAL:
		snprintf(text, sizeof(text), "%.17g", json_real_value(v));
		pc_event_add(f->l, f->side, f->path, "number", text);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		pc_event_add(f->l, f->side, f->path, "boolean", json_is_true(v) ? "true" : "false");
		break;
	case JSON_NULL:
		pc_event_add(f->l, f->side, f->path, "null", "");
		break;
	case JSON_OBJECT:
	case JSON_ARRAY:
		break;
	}
}

/* Depth first. Bounded: jansson refuses more than 2048 levels, we tell only the first 64. */
static void
flatten(struct flat *f, json_t *v, unsigned depth)
{
	size_t n = strlen(f->path);
	const char *key;
	json_t *child;
	size_t i;
	if (depth == JSON_DEPTH_MAX) {
		pc_event_add(f->l, f->side, f->path, "too deep", "");
		return;
	}
	if (json_is_object(v)) {
		if (json_object_size(v) == 0)
			pc_event_add(f->l, f->side, f->path, "object", "");
		json_object_foreach(v, key, child)
		{
			snprintf(f->path + n, sizeof(f->path) - n, ".%s", key);
			flatten(f, child, depth + 1);
			f->path[n] = '\0';
		}
	} else if (json_is_array(v)) {
		if (json_array_size(v) == 0)
			pc_event_add(f->l, f->side, f->path, "array", "");
		json_array_foreach(v, i, child)
		{
			snprintf(f->path + n, sizeof(f->path) - n, "[%zu]", i);
			flatten(f, child, depth + 1);
			f->path[n] = '\0';
		}
	} else {
		flatten_scalar(f, v);
	}
}

/* A body that is JSON becomes its tree, anything else its length and digest, or itself when short.
 */
static void
add_body(struct pc_event_list *l, enum pc_event_side side, const char *path, const uint8_t *data,
	size_t len)
{
	json_error_t error;
	struct flat f = {.l = l, .side = side};
	json_t *tree = json_loadb(
		(const char *)data, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	bool structured = json_is_object(tree) || json_is_array(tree);
	if (structured) {
		snprintf(f.path, sizeof(f.path), "%s$", path);
		flatten(&f, tree, 0);
	} else {
		pc_event_add_bytes(l, side, path, "bytes", data, len);
	}
	json_decref(tree);
}

static void
add_slice(struct pc_event_list *l, enum pc_event_side side, const char *path,
	const struct pc_http_slice *s)
{
	pc_event_add_bytes(l, side, path, "text", (const uint8_t *)s->text, s->len);
}

static void
add_headers(struct pc_event_list *l, enum pc_event_side side, const char *head,
	const struct pc_http_message *m)
{
	char path[PC_EVENT_PATH_MAX];
	for (size_t i = 0; i < m->n_headers; i++) {
		size_t n = (size_t)snprintf(path, sizeof(path), "%s.hdr.", head);
		const struct pc_http_slice *name = &m->headers[i].name;
		for (size_t k = 0; k < name->len && n + 1 < sizeof(path); k++)
			path[n++] = (char)tolower((unsigned char)name->text[k]);
		path[n] = '\0';
		add_slice(l, side, path, &m->headers[i].value);
	}
}

void
pc_events_http(struct pc_event_list *l, enum pc_event_side side, struct pc_bytes b, bool closed,
	bool no_body)
{
	struct pc_http_message *m = calloc(1, sizeof(*m));
	struct pc_buf body;
	char number[NUMBER_MAX];
	const char *head = side == PC_EVENT_REQUEST ? "http.req" : "http.resp";
	if (b.data == NULL || m == NULL) {
		if (side == PC_EVENT_ANSWER)
			pc_event_add(l, side, "http.answer", "silence", "");
		free(m);
		return;
	}
	int err = pc_http_parse(b.data, b.len, side == PC_EVENT_ANSWER, closed, no_body, m);
	if (err != PC_OK) {
		pc_event_addf(l, side, "malformed", pc_err_text(err), "%s.malformed", head);
		free(m);
		return;
	}
	if (side == PC_EVENT_REQUEST) {
		add_slice(l, side, "http.req.method", &m->method);
		add_slice(l, side, "http.req.target", &m->target);
	} else {
		snprintf(number, sizeof(number), "%d", m->status);
		pc_event_add(l, side, "http.resp.status", "number", number);
	}
	add_headers(l, side, head, m);
	pc_buf_init(&body, PC_HTTP_BODY_MAX);
	char path[NUMBER_MAX];
	snprintf(path, sizeof(path), "%s.body", head);
	err = pc_http_body(m, &body);
	if (err != PC_OK)
		pc_event_addf(l, side, "malformed", pc_err_text(err), "%s.malformed", path);
	else if (body.len > 0)
		add_body(l, side, path, body.data, body.len);
	pc_buf_done(&body);
	free(m);
}

static void
add_mqtt_text(
	struct pc_event_list *l, enum pc_event_side side, const char *path, struct pc_mqtt_bytes b)
{
	pc_event_add_bytes(l, side, path, "text", b.data, b.len);
}

static void
add_mqtt_number(struct pc_event_list *l, enum pc_event_side side, const char *path, unsigned v)
{
	char text[NUMBER_MAX];
	snprintf(text, sizeof(text), "%u", v);
	pc_event_add(l, side, path, "number", text);
}

static int
mqtt_connect(struct pc_event_list *l, enum pc_event_side side, const struct pc_mqtt_packet *p)
{
	struct pc_mqtt_connect c = {0};
	int err = pc_mqtt_connect_parse(p, &c, NULL);
	if (err != PC_OK)
		return err;
	add_mqtt_number(l, side, "mqtt.connect.level", c.level);
	add_mqtt_text(l, side, "mqtt.connect.clientId", c.client_id);
	add_mqtt_number(l, side, "mqtt.connect.clean", c.clean);
	add_mqtt_number(l, side, "mqtt.connect.keepAlive", c.keep_alive_s);
	if (c.has_user)
		add_mqtt_text(l, side, "mqtt.connect.user", c.user);
	if (c.has_will) {
		add_mqtt_text(l, side, "mqtt.connect.will.topic", c.will_topic);
		add_body(l, side, "mqtt.connect.will.payload", c.will_payload.data,
			c.will_payload.len);
	}
	return PC_OK;
}

static int
mqtt_publish(struct pc_event_list *l, enum pc_event_side side, const struct pc_mqtt_packet *p,
	uint8_t level)
{
	struct pc_mqtt_publish m;
	int err = pc_mqtt_publish_parse(p, level, &m, NULL);
	if (err != PC_OK)
		return err;
	add_mqtt_text(l, side, "mqtt.publish.topic", m.topic);
	add_mqtt_number(l, side, "mqtt.publish.qos", m.qos);
	add_mqtt_number(l, side, "mqtt.publish.retain", m.retain);
	if (m.qos > 0)
		add_mqtt_number(l, side, "mqtt.publish.packetId", m.packet_id);
	add_body(l, side, "mqtt.publish.payload", m.payload.data, m.payload.len);
	return PC_OK;
}

static int
mqtt_subscribe(struct pc_event_list *l, enum pc_event_side side, const struct pc_mqtt_packet *p,
	uint8_t level)
{
	struct pc_mqtt_subscribe *s = calloc(1, sizeof(*s));
	const char *name = p->type == PC_MQTT_SUBSCRIBE ? "subscribe" : "unsubscribe";
	if (s == NULL)
		return PC_E_INTERNAL;
	int err = pc_mqtt_subscribe_parse(p, level, s, NULL);
	for (size_t i = 0; err == PC_OK && i < s->n; i++) {
		char path[NUMBER_MAX];
		snprintf(path, sizeof(path), "mqtt.%s.filter[%zu]", name, i);
		pc_event_add_bytes(
			l, side, path, "text", s->filters[i].filter.data, s->filters[i].filter.len);
	}
	free(s);
	return err;
}

static int
mqtt_ack(struct pc_event_list *l, enum pc_event_side side, const struct pc_mqtt_packet *p,
	uint8_t level, const char *name)
{
	struct pc_mqtt_ack a;
	char path[NUMBER_MAX];
	int err = pc_mqtt_ack_parse(p, level, &a, NULL);
	if (err != PC_OK)
		return err;
	snprintf(path, sizeof(path), "mqtt.%s.packetId", name);
	add_mqtt_number(l, side, path, a.packet_id);
	snprintf(path, sizeof(path), "mqtt.%s.code", name);
	if (a.codes.len > 0)
		pc_event_add_bytes(l, side, path, "bytes", a.codes.data, a.codes.len);
	else
		add_mqtt_number(l, side, path, a.code);
	return PC_OK;
}

static int
mqtt_packet(struct pc_event_list *l, enum pc_event_side side, const struct pc_mqtt_packet *p,
	uint8_t level, const char *name)
{
	struct pc_mqtt_connack c;
	int err = PC_OK;
	switch (p->type) {
	case PC_MQTT_CONNECT:
		return mqtt_connect(l, side, p);
	case PC_MQTT_CONNACK:
		err = pc_mqtt_connack_parse(p, level, &c, NULL);
		if (err != PC_OK)
			return err;
		add_mqtt_number(l, side, "mqtt.connack.code", c.code);
		add_mqtt_number(l, side, "mqtt.connack.sessionPresent", c.session_present);
		return PC_OK;
	case PC_MQTT_PUBLISH:
		return mqtt_publish(l, side, p, level);
	case PC_MQTT_SUBSCRIBE:
	case PC_MQTT_UNSUBSCRIBE:
		return mqtt_subscribe(l, side, p, level);
	case PC_MQTT_PUBACK:
	case PC_MQTT_PUBREC:
	case PC_MQTT_PUBREL:
	case PC_MQTT_PUBCOMP:
	case PC_MQTT_SUBACK:
	case PC_MQTT_UNSUBACK:
		return mqtt_ack(l, side, p, level, name);
	case PC_MQTT_PINGREQ:
	case PC_MQTT_PINGRESP:
	case PC_MQTT_DISCONNECT:
	case PC_MQTT_AUTH:
		break;
	}
	return PC_OK;
}

void
pc_events_mqtt(struct pc_event_list *l, enum pc_event_side side, struct pc_bytes b, uint8_t level)
{
	struct pc_mqtt_packet p;
	char name[NUMBER_MAX] = "";
	struct pc_diag diag = {0};
	if (b.data == NULL)
		return;
	int err = pc_mqtt_split(b.data, b.len, &p, &diag);
	if (err == PC_OK) {
		const char *type = pc_mqtt_type_name(p.type);
		for (size_t i = 0; type != NULL && type[i] != '\0' && i + 1 < sizeof(name); i++)
			name[i] = (char)tolower((unsigned char)type[i]);
		pc_event_addf(l, side, "packet", name, "mqtt.%s", side == 0 ? "client" : "server");
		err = mqtt_packet(l, side, &p, level, name);
	}
	if (err != PC_OK)
		pc_event_add(l, side, "mqtt.malformed", "malformed", pc_err_text(err));
}
