#include "cloud/mqtt-tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "cloud/faults.h"
#include "cloud/members.h"
#include "codec/mqtt.h"

enum { SLICE = 16 << 10, CLIENT_ID_MAX = 128, TYPES = 16 };

/* Spec: MQTT 3.1.1 table 3.1; MQTT 5.0 s2.4. */
enum {
	V3_BAD_LEVEL = 1,
	V3_BAD_ID = 2,
	V3_UNAVAILABLE = 3,
	V3_NOT_AUTHORISED = 5,
	V5_MALFORMED = 0x81,
	V5_BAD_LEVEL = 0x84,
	V5_BAD_ID = 0x85,
	V5_UNAVAILABLE = 0x88,
	V5_TOO_LARGE = 0x95
};

/* A SUBSCRIBE of which some filters were refused: the broker's SUBACK lacks their codes. */
struct waiting {
	uint16_t packet_id; /* 0 = free */
	size_t n;           /* filters the client sent */
	uint64_t refused;   /* bit i: filter i */
};

struct pc_mqtt_tap {
	const struct pc_mqtt_tap_ops *ops; /* borrowed */
	void *arg;
	const pc_fault_set *faults; /* borrowed */
	uint8_t level;
	bool connected, mute, disconnected;
	char client_id[CLIENT_ID_MAX];
	struct waiting waiting[PC_MQTT_TAP_SUBSCRIBES_MAX];
	uint64_t aliases; /* bit a-1: the client has set alias a to a topic it may use */
	struct pc_buf from_client, from_broker; /* an unfinished packet each */
	uint32_t counts[2][TYPES];
};

/* One whole packet. `raw` is it with its header. */
typedef int (*packet_fn)(struct pc_mqtt_tap *tap, const uint8_t *raw,
	const struct pc_mqtt_packet *p, struct pc_diag *diag);

struct pc_mqtt_tap *
pc_mqtt_tap_new(const struct pc_mqtt_tap_ops *ops, void *arg, const pc_fault_set *faults)
{
	struct pc_mqtt_tap *tap = calloc(1, sizeof(*tap));
	if (tap == NULL)
		return NULL;
	tap->ops = ops;
	tap->arg = arg;
	tap->faults = faults;
	pc_buf_init(&tap->from_client, PC_MQTT_TAP_PACKET_MAX + SLICE);
	pc_buf_init(&tap->from_broker, PC_MQTT_TAP_PACKET_MAX + SLICE);
	return tap;
}

void
pc_mqtt_tap_free(struct pc_mqtt_tap *tap)
{
	if (tap == NULL)
		return;
	pc_buf_done(&tap->from_client);
	pc_buf_done(&tap->from_broker);
	free(tap);
}

bool
pc_mqtt_tap_connected(const struct pc_mqtt_tap *tap)
{
	return tap->connected;
}

const char *
pc_mqtt_tap_client_id(const struct pc_mqtt_tap *tap)
{
	return tap->client_id;
}

static bool
faulty(const struct pc_mqtt_tap *tap, enum pc_cloud_fault fault)
{
	return pc_fault_is_set(*tap->faults, fault);
}

static int
forward_to_broker(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p)
{
	return tap->ops->to_broker(tap->arg, raw, (size_t)p->header_len + p->body_len);
}

static int
forward_to_client(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p)
{
	return tap->ops->to_client(tap->arg, raw, (size_t)p->header_len + p->body_len);
}

static void
observe(struct pc_mqtt_tap *tap, const char *kind, struct pc_buf *members)
{
	tap->ops->observe(tap->arg, kind, pc_buf_text(members));
	pc_buf_done(members);
}

/* Starts the members of an observation with the client's name. */
static void
begin(const struct pc_mqtt_tap *tap, struct pc_buf *m)
{
	pc_members_init(m);
	pc_members_text(m, "clientId", tap->client_id);
}

/* The text with a NUL; false when it is longer than the tap takes. */
static bool
to_text(struct pc_mqtt_bytes b, char *out, size_t size)
{
	if (b.len >= size)
		return false;
	if (b.len > 0)
		memcpy(out, b.data, b.len);
	out[b.len] = '\0';
	return true;
}

static bool
allowed(struct pc_mqtt_tap *tap, enum pc_mqtt_verb verb, struct pc_mqtt_bytes topic)
{
	char text[PC_MQTT_TAP_TOPIC_MAX];
	if (!to_text(topic, text, sizeof(text)))
		return false;
	return tap->ops->allow(tap->arg, tap->client_id, verb, text);
}

static int
refuse_connect(struct pc_mqtt_tap *tap, uint8_t v3_code, uint8_t v5_code, const char *why,
	struct pc_diag *diag)
{
	uint8_t raw[8];
	struct pc_writer w;
	struct pc_buf m;
	uint8_t level = tap->level == PC_MQTT_V5 ? PC_MQTT_V5 : PC_MQTT_V311;
	const struct pc_mqtt_connack ack = {false, level == PC_MQTT_V5 ? v5_code : v3_code};
	pc_writer_init(&w, raw, sizeof(raw));
	pc_mqtt_write_connack(&w, level, &ack);
	begin(tap, &m);
	pc_members_u64(&m, "code", ack.code);
	pc_members_text(&m, "from", "front");
	observe(tap, "mqttConnack", &m);
	(void)tap->ops->to_client(tap->arg, raw, w.at);
	return pc_diag_fail(diag, PC_E_REFUSED, "%s", why);
}

static void
observe_connect(struct pc_mqtt_tap *tap, const struct pc_mqtt_connect *c)
{
	struct pc_buf m;
	begin(tap, &m);
	pc_members_u64(&m, "level", c->level);
	pc_members_bool(&m, "clean", c->clean);
	pc_members_u64(&m, "keepAlive", c->keep_alive_s);
	if (c->has_will)
		pc_members_bytes(&m, "willTopic", c->will_topic.data, c->will_topic.len);
	if (c->has_user)
		pc_members_bytes(&m, "user", c->user.data, c->user.len);
	observe(tap, "mqttConnect", &m);
}

static int
client_connect(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	struct pc_mqtt_connect c = {0};
	int err = pc_mqtt_connect_parse(p, &c, diag);
	if (err == PC_E_UNSUPPORTED) {
		tap->level = c.level >= PC_MQTT_V5 ? PC_MQTT_V5 : PC_MQTT_V311;
		return refuse_connect(tap, V3_BAD_LEVEL, V5_BAD_LEVEL,
			"the protocol level is neither 4 (3.1.1) nor 5 (5.0) (MQTT-3.1.2-2)", diag);
	}
	if (err != PC_OK)
		return err; /* closed without a CONNACK: MQTT-3.1.4-1 */
	tap->level = c.level;
	bool fits = to_text(c.client_id, tap->client_id, sizeof(tap->client_id));
	observe_connect(tap, &c);
	if (!fits)
		return refuse_connect(tap, V3_BAD_ID, V5_BAD_ID,
			"the client identifier is longer than 127 bytes", diag);
	if (faulty(tap, PC_CLOUD_FAULT_MQTT_CONNACK_REFUSED))
		return refuse_connect(
			tap, V3_UNAVAILABLE, V5_UNAVAILABLE, "fault mqtt-connack-refused", diag);
	if (!allowed(tap, PC_MQTT_VERB_CONNECT, (struct pc_mqtt_bytes){NULL, 0}))
		return refuse_connect(tap, V3_NOT_AUTHORISED, PC_MQTT_NOT_AUTHORISED,
			"the client identifier is not the one of the certificate", diag);
	if (c.has_will && !allowed(tap, PC_MQTT_VERB_PUBLISH, c.will_topic))
		return refuse_connect(tap, V3_NOT_AUTHORISED, PC_MQTT_NOT_AUTHORISED,
			"the will topic is not one of this client", diag);
	tap->connected = true;
	tap->mute = faulty(tap, PC_CLOUD_FAULT_MQTT_NO_CONNACK);
	return tap->mute ? PC_OK : forward_to_broker(tap, raw, p);
}

static void
observe_publish(struct pc_mqtt_tap *tap, const struct pc_mqtt_publish *msg, const char *from)
{
	struct pc_buf m;
	begin(tap, &m);
	pc_members_text(&m, "from", from);
	pc_members_bytes(&m, "topic", msg->topic.data, msg->topic.len);
	pc_members_u64(&m, "qos", msg->qos);
	if (msg->qos > 0)
		pc_members_u64(&m, "packetId", msg->packet_id);
	pc_members_bool(&m, "dup", msg->dup);
	pc_members_bool(&m, "retain", msg->retain);
	if (msg->topic_alias != 0)
		pc_members_u64(&m, "topicAlias", msg->topic_alias);
	pc_members_u64(&m, "bytes", msg->payload.len);
	observe(tap, "mqttPublish", &m);
}

/* An alias carries a topic only after a PUBLISH with that topic was allowed, so a set alias is an
 * allowed topic. Spec: MQTT 5.0 s3.3.2.3.4. */
static int
check_topic(struct pc_mqtt_tap *tap, const struct pc_mqtt_publish *m, struct pc_diag *diag)
{
	if (m->topic_alias > PC_MQTT_TAP_ALIASES_MAX)
		return pc_diag_fail(diag, PC_E_LIMIT, "topic alias %u, at most %d", m->topic_alias,
			PC_MQTT_TAP_ALIASES_MAX);
	uint64_t bit = m->topic_alias == 0 ? 0 : (uint64_t)1 << (m->topic_alias - 1);
	if (m->topic.len == 0)
		return (tap->aliases & bit) != 0
			       ? PC_OK
			       : pc_diag_fail(diag, PC_E_BADVALUE, "topic alias %u was never set",
					 m->topic_alias);
	if (!allowed(tap, PC_MQTT_VERB_PUBLISH, m->topic))
		return pc_diag_fail(diag, PC_E_REFUSED,
			"PUBLISH to a topic that is not this client's, closed (MQTT-3.3.5-2)");
	tap->aliases |= bit;
	return PC_OK;
}

static int
client_publish(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	struct pc_mqtt_publish m;
	int err = pc_mqtt_publish_parse(p, tap->level, &m, diag);
	if (err != PC_OK)
		return err;
	observe_publish(tap, &m, "client");
	err = check_topic(tap, &m, diag);
	return err == PC_OK ? forward_to_broker(tap, raw, p) : err;
}

static void
observe_subscribe(struct pc_mqtt_tap *tap, const struct pc_mqtt_subscribe *s, const char *kind,
	uint64_t refused)
{
	for (size_t i = 0; i < s->n; i++) {
		struct pc_buf m;
		begin(tap, &m);
		pc_members_u64(&m, "packetId", s->packet_id);
		pc_members_bytes(&m, "filter", s->filters[i].filter.data, s->filters[i].filter.len);
		pc_members_u64(&m, "qos", s->filters[i].options & 3);
		pc_members_bool(&m, "refused", (refused >> i & 1) != 0);
		observe(tap, kind, &m);
	}
}

static uint8_t
refusal_code(const struct pc_mqtt_tap *tap)
{
	return tap->level == PC_MQTT_V5 ? PC_MQTT_NOT_AUTHORISED : PC_MQTT_SUBACK_FAILURE;
}

static int
send_suback(struct pc_mqtt_tap *tap, const struct pc_mqtt_ack *ack)
{
	uint8_t *raw = malloc(ack->codes.len + ack->properties.len + 16);
	struct pc_writer w;
	struct pc_buf m;
	if (raw == NULL)
		return PC_E_LIMIT;
	pc_writer_init(&w, raw, ack->codes.len + ack->properties.len + 16);
	pc_mqtt_write_suback(&w, tap->level, ack);
	begin(tap, &m);
	pc_members_u64(&m, "packetId", ack->packet_id);
	pc_members_bytes(&m, "codes", ack->codes.data, ack->codes.len);
	pc_members_bool(&m, "withheld", faulty(tap, PC_CLOUD_FAULT_MQTT_NO_SUBACK));
	observe(tap, "mqttSuback", &m);
	int err = w.err;
	if (err == PC_OK && !faulty(tap, PC_CLOUD_FAULT_MQTT_NO_SUBACK))
		err = tap->ops->to_client(tap->arg, raw, w.at);
	free(raw);
	return err;
}

/* Forward the filters that are allowed; remember which codes the broker's SUBACK will lack. */
static int
forward_rest(struct pc_mqtt_tap *tap, const struct pc_mqtt_subscribe *s, uint64_t refused,
	size_t size, struct pc_diag *diag)
{
	struct pc_mqtt_subscribe rest = {.packet_id = s->packet_id, .properties = s->properties};
	struct waiting *free_slot = NULL;
	struct pc_writer w;
	for (size_t i = 0; i < PC_MQTT_TAP_SUBSCRIBES_MAX; i++) {
		if (tap->waiting[i].packet_id == 0)
			free_slot = &tap->waiting[i];
	}
	if (free_slot == NULL)
		return pc_diag_fail(diag, PC_E_LIMIT, "too many SUBSCRIBEs wait for their SUBACK");
	for (size_t i = 0; i < s->n; i++) {
		if ((refused >> i & 1) == 0)
			rest.filters[rest.n++] = s->filters[i];
	}
	uint8_t *raw = malloc(size + 8);
	if (raw == NULL)
		return PC_E_LIMIT;
	pc_writer_init(&w, raw, size + 8);
	pc_mqtt_write_subscribe(&w, tap->level, &rest);
	*free_slot = (struct waiting){s->packet_id, s->n, refused};
	int err = w.err == PC_OK ? tap->ops->to_broker(tap->arg, raw, w.at) : w.err;
	free(raw);
	return err;
}

static int
client_subscribe(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	struct pc_mqtt_subscribe s;
	uint8_t codes[PC_MQTT_FILTERS_MAX];
	uint64_t refused = 0;
	size_t n_refused = 0;
	int err = pc_mqtt_subscribe_parse(p, tap->level, &s, diag);
	if (err != PC_OK)
		return err;
	for (size_t i = 0; i < s.n; i++) {
		codes[i] = refusal_code(tap);
		if (faulty(tap, PC_CLOUD_FAULT_MQTT_SUBACK_REFUSED) ||
			!allowed(tap, PC_MQTT_VERB_SUBSCRIBE, s.filters[i].filter)) {
			refused |= (uint64_t)1 << i;
			n_refused++;
		}
	}
	observe_subscribe(tap, &s, "mqttSubscribe", refused);
	if (n_refused == 0)
		return forward_to_broker(tap, raw, p);
	const struct pc_mqtt_ack ack = {.packet_id = s.packet_id, .codes = {codes, s.n}};
	return n_refused == s.n ? send_suback(tap, &ack)
				: forward_rest(tap, &s, refused, p->body_len, diag);
}

static int
client_unsubscribe(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	struct pc_mqtt_subscribe s;
	int err = pc_mqtt_subscribe_parse(p, tap->level, &s, diag);
	if (err != PC_OK)
		return err;
	observe_subscribe(tap, &s, "mqttUnsubscribe", 0);
	return forward_to_broker(tap, raw, p);
}

static int
observe_ack(struct pc_mqtt_tap *tap, const struct pc_mqtt_packet *p, const char *from,
	struct pc_diag *diag)
{
	struct pc_mqtt_ack a;
	struct pc_buf m;
	int err = pc_mqtt_ack_parse(p, tap->level, &a, diag);
	if (err != PC_OK)
		return err;
	begin(tap, &m);
	pc_members_text(&m, "type", pc_mqtt_type_name(p->type));
	pc_members_text(&m, "from", from);
	pc_members_u64(&m, "packetId", a.packet_id);
	pc_members_u64(&m, "code", a.code);
	observe(tap, "mqttAck", &m);
	return PC_OK;
}

static int
client_ack(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	int err = observe_ack(tap, p, "client", diag);
	return err == PC_OK ? forward_to_broker(tap, raw, p) : err;
}

static int
client_ping(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	if (p->body_len != 0)
		return pc_diag_fail(diag, PC_E_BADVALUE, "PINGREQ with a body");
	return forward_to_broker(tap, raw, p);
}

/* The broker must see it, or it would publish the will. Spec: MQTT-3.14.4-3 (3.1.1). */
static int
client_disconnect(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	struct pc_buf m;
	if (tap->level == PC_MQTT_V311 && p->body_len != 0)
		return pc_diag_fail(diag, PC_E_BADVALUE, "DISCONNECT with a body");
	begin(tap, &m);
	pc_members_u64(&m, "code", p->body_len > 0 ? p->body[0] : 0);
	observe(tap, "mqttDisconnect", &m);
	tap->disconnected = true;
	int err = forward_to_broker(tap, raw, p);
	return err != PC_OK ? err : pc_diag_fail(diag, PC_E_CLOSED, "DISCONNECT");
}

static int
client_auth(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	if (tap->level != PC_MQTT_V5)
		return pc_diag_fail(diag, PC_E_BADVALUE, "AUTH is not part of MQTT 3.1.1");
	return forward_to_broker(tap, raw, p);
}

/* What a client may send; an empty row is a protocol violation. Spec: MQTT 3.1.1 table 2.1. */
static const packet_fn client_packets[TYPES] = {
	[PC_MQTT_CONNECT] = client_connect,
	[PC_MQTT_PUBLISH] = client_publish,
	[PC_MQTT_PUBACK] = client_ack,
	[PC_MQTT_PUBREC] = client_ack,
	[PC_MQTT_PUBREL] = client_ack,
	[PC_MQTT_PUBCOMP] = client_ack,
	[PC_MQTT_SUBSCRIBE] = client_subscribe,
	[PC_MQTT_UNSUBSCRIBE] = client_unsubscribe,
	[PC_MQTT_PINGREQ] = client_ping,
	[PC_MQTT_DISCONNECT] = client_disconnect,
	[PC_MQTT_AUTH] = client_auth,
};

static int
on_client_packet(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	tap->counts[0][p->type]++;
	if (tap->mute)
		return PC_OK;
	if (!tap->connected && p->type != PC_MQTT_CONNECT)
		return pc_diag_fail(diag, PC_E_BADVALUE,
			"the first packet is %s, must be CONNECT (MQTT-3.1.0-1)",
			pc_mqtt_type_name(p->type));
	if (tap->connected && p->type == PC_MQTT_CONNECT)
		return pc_diag_fail(diag, PC_E_BADVALUE, "a second CONNECT (MQTT-3.1.0-2)");
	if (client_packets[p->type] == NULL)
		return pc_diag_fail(diag, PC_E_BADVALUE, "a client may not send %s",
			pc_mqtt_type_name(p->type));
	return client_packets[p->type](tap, raw, p, diag);
}

static int
broker_connack(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	struct pc_mqtt_connack c;
	struct pc_buf m;
	int err = pc_mqtt_connack_parse(p, tap->level, &c, diag);
	if (err != PC_OK)
		return err;
	begin(tap, &m);
	pc_members_u64(&m, "code", c.code);
	pc_members_bool(&m, "sessionPresent", c.session_present);
	pc_members_text(&m, "from", "broker");
	observe(tap, "mqttConnack", &m);
	return forward_to_client(tap, raw, p);
}

static int
broker_suback(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	struct pc_mqtt_ack a;
	uint8_t codes[PC_MQTT_FILTERS_MAX];
	size_t used = 0;
	(void)raw;
	int err = pc_mqtt_ack_parse(p, tap->level, &a, diag);
	if (err != PC_OK)
		return err;
	for (size_t i = 0; i < PC_MQTT_TAP_SUBSCRIBES_MAX; i++) {
		struct waiting *s = &tap->waiting[i];
		if (s->packet_id != a.packet_id)
			continue;
		for (size_t k = 0; k < s->n; k++) {
			bool refused = (s->refused >> k & 1) != 0 || used == a.codes.len;
			codes[k] = refused ? refusal_code(tap) : a.codes.data[used++];
		}
		a.codes = (struct pc_mqtt_bytes){codes, s->n};
		*s = (struct waiting){0, 0, 0};
		break;
	}
	return send_suback(tap, &a);
}

static int
broker_publish(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	static const uint8_t malformed[] = {0x30, 0xff, 0xff, 0xff, 0xff, 0x01};
	struct pc_mqtt_publish m;
	int err = pc_mqtt_publish_parse(p, tap->level, &m, diag);
	if (err != PC_OK)
		return err;
	observe_publish(tap, &m, "broker");
	err = forward_to_client(tap, raw, p);
	if (err == PC_OK && faulty(tap, PC_CLOUD_FAULT_MQTT_DUPLICATE_COMMAND)) {
		uint8_t first = (uint8_t)(raw[0] | (m.qos > 0 ? 8 : 0));
		err = tap->ops->to_client(tap->arg, &first, 1);
		if (err == PC_OK)
			err = tap->ops->to_client(
				tap->arg, raw + 1, (size_t)p->header_len + p->body_len - 1);
	}
	if (err == PC_OK && faulty(tap, PC_CLOUD_FAULT_MQTT_MALFORMED_PACKET))
		err = tap->ops->to_client(tap->arg, malformed, sizeof(malformed));
	return err;
}

static int
broker_ack(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	int err = observe_ack(tap, p, "broker", diag);
	if (err != PC_OK)
		return err;
	if (p->type == PC_MQTT_PUBACK && faulty(tap, PC_CLOUD_FAULT_MQTT_NO_PUBACK))
		return PC_OK;
	return forward_to_client(tap, raw, p);
}

static int
broker_other(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	(void)diag;
	if (p->type == PC_MQTT_PINGRESP && faulty(tap, PC_CLOUD_FAULT_MQTT_NO_PINGRESP))
		return PC_OK;
	return forward_to_client(tap, raw, p);
}

static const packet_fn broker_packets[TYPES] = {
	[PC_MQTT_CONNACK] = broker_connack,
	[PC_MQTT_PUBLISH] = broker_publish,
	[PC_MQTT_PUBACK] = broker_ack,
	[PC_MQTT_PUBREC] = broker_ack,
	[PC_MQTT_PUBREL] = broker_ack,
	[PC_MQTT_PUBCOMP] = broker_ack,
	[PC_MQTT_SUBACK] = broker_suback,
	[PC_MQTT_UNSUBACK] = broker_other,
	[PC_MQTT_PINGRESP] = broker_other,
	[PC_MQTT_DISCONNECT] = broker_other,
	[PC_MQTT_AUTH] = broker_other,
};

static int
on_broker_packet(struct pc_mqtt_tap *tap, const uint8_t *raw, const struct pc_mqtt_packet *p,
	struct pc_diag *diag)
{
	tap->counts[1][p->type]++;
	if (broker_packets[p->type] == NULL)
		return pc_diag_fail(diag, PC_E_BADVALUE, "a broker may not send %s",
			pc_mqtt_type_name(p->type));
	return broker_packets[p->type](tap, raw, p, diag);
}

/* Handles the whole packets of `data`; *ret_used bytes are done with. */
static int
packets(struct pc_mqtt_tap *tap, const uint8_t *data, size_t len, packet_fn fn, size_t *ret_used,
	struct pc_diag *diag)
{
	int err = PC_OK;
	*ret_used = 0;
	while (err == PC_OK && *ret_used < len) {
		const uint8_t *raw = data + *ret_used;
		struct pc_mqtt_packet p;
		err = pc_mqtt_header(raw, len - *ret_used, &p, diag);
		if (err == PC_OK && (size_t)p.header_len + p.body_len > PC_MQTT_TAP_PACKET_MAX)
			return pc_diag_fail(diag, PC_E_LIMIT, "%s of %u bytes, at most %d",
				pc_mqtt_type_name(p.type), p.header_len + p.body_len,
				PC_MQTT_TAP_PACKET_MAX);
		if (err == PC_OK)
			err = pc_mqtt_split(raw, len - *ret_used, &p, diag);
		if (err == PC_E_TRUNCATED)
			return PC_OK; /* the rest comes later */
		if (err == PC_OK)
			err = fn(tap, raw, &p, diag);
		if (err == PC_OK)
			*ret_used += (size_t)p.header_len + p.body_len;
	}
	return err;
}

static int
feed(struct pc_mqtt_tap *tap, struct pc_buf *pending, const uint8_t *data, size_t len, packet_fn fn,
	struct pc_diag *diag)
{
	int err = PC_OK;
	size_t used = 0;
	if (pending->len == 0) {
		err = packets(tap, data, len, fn, &used, diag);
		data += used;
		len -= used;
	}
	while (err == PC_OK && len > 0) {
		size_t n = len < SLICE ? len : SLICE;
		err = pc_buf_add(pending, data, n);
		if (err == PC_OK)
			err = packets(tap, pending->data, pending->len, fn, &used, diag);
		if (err == PC_OK)
			pc_buf_consume(pending, used);
		data += n;
		len -= n;
	}
	if (pending->len == 0)
		pc_buf_done(pending); /* an idle connection keeps no memory */
	return err;
}

/* 5.0 tells the client why before closing. Spec: MQTT 5.0 s4.13. */
static void
say_goodbye(struct pc_mqtt_tap *tap, int err)
{
	uint8_t raw[] = {0xe0, 1, V5_MALFORMED};
	if (tap->level != PC_MQTT_V5 || !tap->connected || tap->mute)
		return;
	if (err == PC_E_LIMIT)
		raw[2] = V5_TOO_LARGE;
	else if (err == PC_E_REFUSED)
		raw[2] = PC_MQTT_NOT_AUTHORISED;
	else if (err != PC_E_BADVALUE)
		return;
	(void)tap->ops->to_client(tap->arg, raw, sizeof(raw));
}

static void
observe_end(struct pc_mqtt_tap *tap, int err, const char *from, const struct pc_diag *diag)
{
	struct pc_buf m;
	if (err != PC_E_BADVALUE && err != PC_E_LIMIT)
		return; /* refusals are in the journal already */
	begin(tap, &m);
	pc_members_text(&m, "from", from);
	pc_members_text(&m, "reason", diag->text);
	observe(tap, "mqttMalformed", &m);
}

int
pc_mqtt_tap_from_client(
	struct pc_mqtt_tap *tap, const uint8_t *data, size_t len, struct pc_diag *diag)
{
	struct pc_diag local = {0};
	if (tap->disconnected)
		return pc_diag_fail(diag, PC_E_BADVALUE, "bytes after DISCONNECT (MQTT-3.14.4-2)");
	int err = feed(tap, &tap->from_client, data, len, on_client_packet, &local);
	if (err != PC_OK) {
		say_goodbye(tap, err);
		observe_end(tap, err, "client", &local);
		pc_diag_set(diag, "%s", local.text);
	}
	return err;
}

int
pc_mqtt_tap_from_broker(
	struct pc_mqtt_tap *tap, const uint8_t *data, size_t len, struct pc_diag *diag)
{
	struct pc_diag local = {0};
	int err = feed(tap, &tap->from_broker, data, len, on_broker_packet, &local);
	if (err != PC_OK) {
		observe_end(tap, err, "broker", &local);
		pc_diag_set(diag, "%s", local.text);
	}
	return err;
}

void
pc_mqtt_tap_summary(const struct pc_mqtt_tap *tap, struct pc_buf *members)
{
	static const char *const prefix[2] = {"in", "out"};
	pc_members_text(members, "clientId", tap->client_id);
	pc_members_bool(members, "clean", tap->disconnected);
	for (unsigned dir = 0; dir < 2; dir++) {
		for (unsigned t = 0; t < TYPES; t++) {
			char name[24];
			if (tap->counts[dir][t] == 0)
				continue;
			snprintf(name, sizeof(name), "%s%s", prefix[dir], pc_mqtt_type_name(t));
			pc_members_u64(members, name, tap->counts[dir][t]);
		}
	}
}
