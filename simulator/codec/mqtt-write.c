#include <string.h>

#include "base/err.h"
#include "codec/mqtt.h"

static void
write_header(struct pc_writer *w, enum pc_mqtt_type type, unsigned flags, size_t body_len)
{
	uint32_t v = (uint32_t)body_len;
	if (body_len > PC_MQTT_REMAINING_MAX) {
		w->err = PC_E_NOSPACE;
		return;
	}
	pc_write_u8(w, (uint8_t)((unsigned)type << 4 | flags));
	do {
		uint8_t b = v & 0x7f;
		v >>= 7;
		pc_write_u8(w, v > 0 ? b | 0x80 : b);
	} while (v > 0);
}

static void
write_text(struct pc_writer *w, struct pc_mqtt_bytes b)
{
	if (b.len > UINT16_MAX) {
		w->err = PC_E_NOSPACE;
		return;
	}
	pc_write_be16(w, (uint16_t)b.len);
	if (b.len > 0)
		pc_write_bytes(w, b.data, b.len);
}

/* An empty property block where 5.0 wants one. */
static void
write_no_properties(struct pc_writer *w, uint8_t level)
{
	if (level == PC_MQTT_V5)
		pc_write_u8(w, 0);
}

static size_t
block_len(uint8_t level, struct pc_mqtt_bytes properties)
{
	if (level != PC_MQTT_V5)
		return 0;
	return properties.len > 0 ? properties.len : 1;
}

static void
write_block(struct pc_writer *w, uint8_t level, struct pc_mqtt_bytes properties)
{
	if (level == PC_MQTT_V5 && properties.len > 0)
		pc_write_bytes(w, properties.data, properties.len);
	else
		write_no_properties(w, level);
}

void
pc_mqtt_write_connect(struct pc_writer *w, const struct pc_mqtt_connect *c)
{
	size_t block = c->level == PC_MQTT_V5 ? 1 : 0;
	size_t len = 10 + block + 2 + c->client_id.len;
	unsigned flags = c->clean ? 2u : 0u;
	if (c->has_will) {
		len += block + 2 + c->will_topic.len + 2 + c->will_payload.len;
		flags |= 4u | (unsigned)(c->will_qos & 3) << 3 | (c->will_retain ? 0x20u : 0u);
	}
	len += (c->has_user ? 2 + c->user.len : 0) + (c->has_password ? 2 + c->password.len : 0);
	flags |= (c->has_password ? 0x40u : 0u) | (c->has_user ? 0x80u : 0u);
	write_header(w, PC_MQTT_CONNECT, 0, len);
	write_text(w, (struct pc_mqtt_bytes){(const uint8_t *)"MQTT", 4});
	pc_write_u8(w, c->level);
	pc_write_u8(w, (uint8_t)flags);
	pc_write_be16(w, c->keep_alive_s);
	write_no_properties(w, c->level);
	write_text(w, c->client_id);
	if (c->has_will) {
		write_no_properties(w, c->level);
		write_text(w, c->will_topic);
		write_text(w, c->will_payload);
	}
	if (c->has_user)
		write_text(w, c->user);
	if (c->has_password)
		write_text(w, c->password);
}

void
pc_mqtt_write_connack(struct pc_writer *w, uint8_t level, const struct pc_mqtt_connack *c)
{
	write_header(w, PC_MQTT_CONNACK, 0, level == PC_MQTT_V5 ? 3 : 2);
	pc_write_u8(w, c->session_present ? 1 : 0);
	pc_write_u8(w, c->code);
	write_no_properties(w, level);
}

void
pc_mqtt_write_publish(struct pc_writer *w, uint8_t level, const struct pc_mqtt_publish *m)
{
	/* 5.0: the only property we write is the alias (3 bytes). */
	size_t block = level != PC_MQTT_V5 ? 0 : m->topic_alias != 0 ? 4 : 1;
	size_t len = 2 + m->topic.len + (m->qos > 0 ? 2 : 0) + block + m->payload.len;
	unsigned flags = (m->dup ? 8u : 0u) | (unsigned)(m->qos & 3) << 1 | (m->retain ? 1u : 0u);
	write_header(w, PC_MQTT_PUBLISH, flags, len);
	write_text(w, m->topic);
	if (m->qos > 0)
		pc_write_be16(w, m->packet_id);
	if (block == 4) {
		pc_write_u8(w, 3);
		pc_write_u8(w, 0x23);
		pc_write_be16(w, m->topic_alias);
	} else {
		write_no_properties(w, level);
	}
	if (m->payload.len > 0)
		pc_write_bytes(w, m->payload.data, m->payload.len);
}

void
pc_mqtt_write_subscribe(struct pc_writer *w, uint8_t level, const struct pc_mqtt_subscribe *s)
{
	size_t len = 2 + block_len(level, s->properties);
	for (size_t i = 0; i < s->n; i++)
		len += 2 + s->filters[i].filter.len + 1;
	write_header(w, PC_MQTT_SUBSCRIBE, 2, len);
	pc_write_be16(w, s->packet_id);
	write_block(w, level, s->properties);
	for (size_t i = 0; i < s->n; i++) {
		write_text(w, s->filters[i].filter);
		pc_write_u8(w, s->filters[i].options);
	}
}

void
pc_mqtt_write_suback(struct pc_writer *w, uint8_t level, const struct pc_mqtt_ack *a)
{
	write_header(w, PC_MQTT_SUBACK, 0, 2 + block_len(level, a->properties) + a->codes.len);
	pc_write_be16(w, a->packet_id);
	write_block(w, level, a->properties);
	if (a->codes.len > 0)
		pc_write_bytes(w, a->codes.data, a->codes.len);
}

void
pc_mqtt_write_ack(struct pc_writer *w, enum pc_mqtt_type type, uint16_t packet_id)
{
	write_header(w, type, type == PC_MQTT_PUBREL ? 2 : 0, 2);
	pc_write_be16(w, packet_id);
}

void
pc_mqtt_write_empty(struct pc_writer *w, enum pc_mqtt_type type)
{
	write_header(w, type, 0, 0);
}
