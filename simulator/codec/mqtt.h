/* codec/mqtt: MQTT 3.1.1 and 5.0 control packets between bytes and plain structs: framing, and the
 * packets a middle-man must understand. Texts and bytes point into the input.
 * Spec: MQTT 3.1.1 (mqtt-v3.1.1-os) and MQTT 5.0 (mqtt-v5.0-os), clause numbers named by version.
 */
#ifndef PC_CODEC_MQTT_H
#define PC_CODEC_MQTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "wire/wire.h"

enum pc_mqtt_type {
	PC_MQTT_CONNECT = 1,
	PC_MQTT_CONNACK,
	PC_MQTT_PUBLISH,
	PC_MQTT_PUBACK,
	PC_MQTT_PUBREC,
	PC_MQTT_PUBREL,
	PC_MQTT_PUBCOMP,
	PC_MQTT_SUBSCRIBE,
	PC_MQTT_SUBACK,
	PC_MQTT_UNSUBSCRIBE,
	PC_MQTT_UNSUBACK,
	PC_MQTT_PINGREQ,
	PC_MQTT_PINGRESP,
	PC_MQTT_DISCONNECT,
	PC_MQTT_AUTH /* 5.0 only */
};

enum {
	PC_MQTT_V311 = 4, /* protocol level in CONNECT */
	PC_MQTT_V5 = 5,
	PC_MQTT_HEADER_MAX = 5,
	PC_MQTT_REMAINING_MAX = 268435455,
	PC_MQTT_FILTERS_MAX = 64, /* in one SUBSCRIBE; more is PC_E_LIMIT */
	PC_MQTT_SUBACK_FAILURE = 0x80,
	PC_MQTT_NOT_AUTHORISED = 0x87 /* 5.0 reason code */
};

/* "CONNECT" …; NULL for a number that is no packet type. */
const char *pc_mqtt_type_name(unsigned type);

/* Borrowed bytes; a text is well-formed UTF-8 without U+0000 but not NUL-terminated. */
struct pc_mqtt_bytes {
	const uint8_t *data;
	size_t len;
};

struct pc_mqtt_packet {
	enum pc_mqtt_type type;
	uint8_t flags;       /* low nibble of the first byte */
	uint8_t header_len;  /* 2 … 5 */
	uint32_t body_len;   /* "remaining length" */
	const uint8_t *body; /* borrowed; set by pc_mqtt_split() only */
};

/* The fixed header alone. PC_E_TRUNCATED: bytes are missing; PC_E_BADVALUE: type 0, reserved flags,
 * or a length of more than four bytes. Spec: MQTT 3.1.1 s2.2, MQTT-2.2.2-2; MQTT 5.0 s2.1. */
int pc_mqtt_header(
	const uint8_t *data, size_t len, struct pc_mqtt_packet *ret, struct pc_diag *diag);

/* The first whole packet of `data`; it takes header_len + body_len bytes. Errors as above. */
int pc_mqtt_split(
	const uint8_t *data, size_t len, struct pc_mqtt_packet *ret, struct pc_diag *diag);

/* CONNECT. Spec: MQTT 3.1.1 s3.1, MQTT 5.0 s3.1. */
struct pc_mqtt_connect {
	uint8_t level; /* as sent; others than 4 and 5 give PC_E_UNSUPPORTED with this set */
	bool clean;    /* clean session (3.1.1), clean start (5.0) */
	bool has_will, has_user, has_password;
	uint8_t will_qos;
	bool will_retain;
	uint16_t keep_alive_s;
	struct pc_mqtt_bytes client_id, will_topic, will_payload, user, password;
};
int pc_mqtt_connect_parse(
	const struct pc_mqtt_packet *p, struct pc_mqtt_connect *ret, struct pc_diag *diag);

/* CONNACK. Spec: MQTT 3.1.1 s3.2, MQTT 5.0 s3.2. */
struct pc_mqtt_connack {
	bool session_present;
	uint8_t code;
};
int pc_mqtt_connack_parse(const struct pc_mqtt_packet *p, uint8_t level,
	struct pc_mqtt_connack *ret, struct pc_diag *diag);

/* PUBLISH. Spec: MQTT 3.1.1 s3.3, MQTT 5.0 s3.3. */
struct pc_mqtt_publish {
	uint8_t qos;
	bool dup, retain;
	struct pc_mqtt_bytes topic; /* empty only with an alias (5.0) */
	uint16_t packet_id;         /* 0 at QoS 0 */
	uint16_t topic_alias;       /* 5.0; 0 = none */
	struct pc_mqtt_bytes payload;
};
int pc_mqtt_publish_parse(const struct pc_mqtt_packet *p, uint8_t level,
	struct pc_mqtt_publish *ret, struct pc_diag *diag);

/* SUBSCRIBE, and UNSUBSCRIBE (options are 0 there). Spec: MQTT 3.1.1 s3.8, s3.10. */
struct pc_mqtt_subscribe {
	uint16_t packet_id;
	size_t n;
	struct {
		struct pc_mqtt_bytes filter;
		uint8_t options; /* QoS in bits 0-1; the others are 5.0 */
	} filters[PC_MQTT_FILTERS_MAX];
	struct pc_mqtt_bytes properties; /* 5.0: the property block with its length */
};
int pc_mqtt_subscribe_parse(const struct pc_mqtt_packet *p, uint8_t level,
	struct pc_mqtt_subscribe *ret, struct pc_diag *diag);

/* PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK. */
struct pc_mqtt_ack {
	uint16_t packet_id;
	uint8_t code;               /* PUBACK … PUBCOMP of 5.0; 0 = success */
	struct pc_mqtt_bytes codes; /* SUBACK, and UNSUBACK of 5.0: one byte a filter */
	struct pc_mqtt_bytes properties;
};
int pc_mqtt_ack_parse(const struct pc_mqtt_packet *p, uint8_t level, struct pc_mqtt_ack *ret,
	struct pc_diag *diag);

/* Well-formed topic name (no wildcard) and topic filter. Spec: MQTT-3.3.2-2, MQTT-4.7.1-2, -3,
 * MQTT-4.7.3-1 … -3 (3.1.1). */
bool pc_mqtt_topic_ok(struct pc_mqtt_bytes topic);
bool pc_mqtt_filter_ok(struct pc_mqtt_bytes filter);

/* True when `filter` covers `topic`. Spec: MQTT 3.1.1 s4.7; MQTT-4.7.2-1 for topics with '$'. */
bool pc_mqtt_match(struct pc_mqtt_bytes filter, struct pc_mqtt_bytes topic);

/* Writers: a whole packet each; w->err tells PC_E_NOSPACE. Levels 4 and 5. */
void pc_mqtt_write_connect(struct pc_writer *w, const struct pc_mqtt_connect *c);
void pc_mqtt_write_connack(struct pc_writer *w, uint8_t level, const struct pc_mqtt_connack *c);
void pc_mqtt_write_publish(struct pc_writer *w, uint8_t level, const struct pc_mqtt_publish *m);
void pc_mqtt_write_subscribe(struct pc_writer *w, uint8_t level, const struct pc_mqtt_subscribe *s);
void pc_mqtt_write_suback(struct pc_writer *w, uint8_t level, const struct pc_mqtt_ack *a);
/* PUBACK, PUBREC, PUBREL, PUBCOMP with reason code 0. */
void pc_mqtt_write_ack(struct pc_writer *w, enum pc_mqtt_type type, uint16_t packet_id);
/* PINGREQ, PINGRESP, DISCONNECT: packets without a body. */
void pc_mqtt_write_empty(struct pc_writer *w, enum pc_mqtt_type type);

#endif
