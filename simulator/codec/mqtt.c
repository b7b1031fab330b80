#include "codec/mqtt.h"

#include <string.h>

#include "base/err.h"
#include "base/text.h"

/* Spec: MQTT 3.1.1 tables 2.1 and 2.2; flags of PUBLISH carry DUP, QoS, RETAIN. */
static const struct {
	const char *name;
	uint8_t flags;
} types[] = {
	[PC_MQTT_CONNECT] = {"CONNECT", 0},
	[PC_MQTT_CONNACK] = {"CONNACK", 0},
	[PC_MQTT_PUBLISH] = {"PUBLISH", 0xff},
	[PC_MQTT_PUBACK] = {"PUBACK", 0},
	[PC_MQTT_PUBREC] = {"PUBREC", 0},
	[PC_MQTT_PUBREL] = {"PUBREL", 2},
	[PC_MQTT_PUBCOMP] = {"PUBCOMP", 0},
	[PC_MQTT_SUBSCRIBE] = {"SUBSCRIBE", 2},
	[PC_MQTT_SUBACK] = {"SUBACK", 0},
	[PC_MQTT_UNSUBSCRIBE] = {"UNSUBSCRIBE", 2},
	[PC_MQTT_UNSUBACK] = {"UNSUBACK", 0},
	[PC_MQTT_PINGREQ] = {"PINGREQ", 0},
	[PC_MQTT_PINGRESP] = {"PINGRESP", 0},
	[PC_MQTT_DISCONNECT] = {"DISCONNECT", 0},
	[PC_MQTT_AUTH] = {"AUTH", 0},
};

enum property_kind {
	PROP_NONE,
	PROP_U8,
	PROP_U16,
	PROP_U32,
	PROP_VARINT,
	PROP_BYTES,
	PROP_TEXT,
	PROP_PAIR
};

/* Spec: MQTT 5.0 table 2-4. */
static const uint8_t properties[0x2b] = {
	[0x01] = PROP_U8,
	[0x02] = PROP_U32,
	[0x03] = PROP_TEXT,
	[0x08] = PROP_TEXT,
	[0x09] = PROP_BYTES,
	[0x0b] = PROP_VARINT,
	[0x11] = PROP_U32,
	[0x12] = PROP_TEXT,
	[0x13] = PROP_U16,
	[0x15] = PROP_TEXT,
	[0x16] = PROP_BYTES,
	[0x17] = PROP_U8,
	[0x18] = PROP_U32,
	[0x19] = PROP_U8,
	[0x1a] = PROP_TEXT,
	[0x1c] = PROP_TEXT,
	[0x1f] = PROP_TEXT,
	[0x21] = PROP_U16,
	[0x22] = PROP_U16,
	[0x23] = PROP_U16,
	[0x24] = PROP_U8,
	[0x25] = PROP_U8,
	[0x26] = PROP_PAIR,
	[0x27] = PROP_U32,
	[0x28] = PROP_U8,
	[0x29] = PROP_U8,
	[0x2a] = PROP_U8,
};

enum { PROPERTY_TOPIC_ALIAS = 0x23 };

const char *
pc_mqtt_type_name(unsigned type)
{
	return type < sizeof(types) / sizeof(types[0]) ? types[type].name : NULL;
}

/* Variable byte integer. Spec: MQTT 3.1.1 s2.2.3, MQTT 5.0 s1.5.5. */
static int
read_varint(struct pc_reader *r, uint32_t *ret)
{
	uint32_t v = 0;
	for (unsigned shift = 0; shift < 28; shift += 7) {
		uint8_t b = pc_read_u8(r);
		if (r->err != PC_OK)
			return r->err;
		v |= (uint32_t)(b & 0x7f) << shift;
		if ((b & 0x80) == 0) {
			*ret = v;
			return PC_OK;
		}
	}
	return PC_E_BADVALUE;
}

int
pc_mqtt_header(const uint8_t *data, size_t len, struct pc_mqtt_packet *ret, struct pc_diag *diag)
{
	struct pc_reader r;
	uint32_t body_len = 0;
	pc_reader_init(&r, data, len);
	uint8_t first = pc_read_u8(&r);
	if (r.err != PC_OK)
		return pc_diag_fail(diag, PC_E_TRUNCATED, "MQTT packet: no bytes");
	unsigned type = first >> 4;
	uint8_t flags = first & 0x0f;
	if (type == 0)
		return pc_diag_fail(diag, PC_E_BADVALUE, "MQTT packet: type 0 is reserved");
	if (types[type].flags != 0xff && types[type].flags != flags)
		return pc_diag_fail(diag, PC_E_BADVALUE,
			"MQTT %s: flags are 0x%x, must be 0x%x (MQTT-2.2.2-2)", types[type].name,
			flags, types[type].flags);
	int err = read_varint(&r, &body_len);
	if (err != PC_OK)
		return pc_diag_fail(diag, err, "MQTT %s: remaining length is %s", types[type].name,
			err == PC_E_TRUNCATED ? "cut short" : "longer than four bytes");
	*ret = (struct pc_mqtt_packet){.type = (enum pc_mqtt_type)type,
		.flags = flags,
		.header_len = (uint8_t)r.at,
		.body_len = body_len};
	return PC_OK;
}

int
pc_mqtt_split(const uint8_t *data, size_t len, struct pc_mqtt_packet *ret, struct pc_diag *diag)
{
	struct pc_mqtt_packet p;
	int err = pc_mqtt_header(data, len, &p, diag);
	if (err != PC_OK)
		return err;
	if (len - p.header_len < p.body_len)
		return pc_diag_fail(diag, PC_E_TRUNCATED, "MQTT %s: %zu of %u bytes",
			types[p.type].name, len - p.header_len, p.body_len);
	p.body = data + p.header_len;
	*ret = p;
	return PC_OK;
}

static int
read_binary(struct pc_reader *r, struct pc_mqtt_bytes *ret)
{
	size_t n = pc_read_be16(r);
	ret->data = pc_read_bytes(r, n);
	ret->len = r->err == PC_OK ? n : 0;
	return r->err;
}

/* Spec: MQTT 3.1.1 s1.5.3, MQTT-1.5.3-1, -2. */
static int
read_text(struct pc_reader *r, struct pc_mqtt_bytes *ret)
{
	int err = read_binary(r, ret);
	for (size_t i = 0; err == PC_OK && i < ret->len;) {
		size_t n = pc_text_utf8_len(ret->data + i, ret->len - i);
		if (n == 0 || ret->data[i] == 0) /* MQTT-1.5.3-2: no U+0000 */
			err = PC_E_BADVALUE;
		i += n;
	}
	return err;
}

static int
skip_property(struct pc_reader *r, enum property_kind kind, uint32_t *ret_number)
{
	struct pc_mqtt_bytes ignored;
	int err = PC_OK;
	switch (kind) {
	case PROP_U8:
		*ret_number = pc_read_u8(r);
		break;
	case PROP_U16:
		*ret_number = pc_read_be16(r);
		break;
	case PROP_U32:
		*ret_number = pc_read_be32(r);
		break;
	case PROP_VARINT:
		err = read_varint(r, ret_number);
		break;
	case PROP_BYTES:
		err = read_binary(r, &ignored);
		break;
	case PROP_PAIR:
		err = read_text(r, &ignored);
		if (err == PC_OK)
			err = read_text(r, &ignored);
		break;
	case PROP_TEXT:
		err = read_text(r, &ignored);
		break;
	case PROP_NONE:
		return PC_E_BADVALUE;
	}
	return err != PC_OK ? err : r->err;
}

/* The property block of a 5.0 packet: checked against the table. A property that runs over the end
 * of its block is a lie, not a cut. `ret` gets the block with its length, `alias` may be NULL. */
static int
read_properties(struct pc_reader *r, struct pc_mqtt_bytes *ret, uint16_t *alias)
{
	struct pc_reader in;
	uint32_t len = 0;
	size_t start = r->at;
	int err = read_varint(r, &len);
	if (err != PC_OK)
		return err;
	const uint8_t *block = pc_read_bytes(r, len);
	if (r->err != PC_OK)
		return r->err;
	pc_reader_init(&in, block, len);
	while (pc_reader_left(&in) > 0) {
		uint32_t id = 0, number = 0;
		if (read_varint(&in, &id) != PC_OK || id >= sizeof(properties) ||
			skip_property(&in, (enum property_kind)properties[id], &number) != PC_OK)
			return PC_E_BADVALUE;
		if (id == PROPERTY_TOPIC_ALIAS && alias != NULL) {
			if (number == 0)
				return PC_E_BADVALUE; /* MQTT-3.3.2-8 (5.0) */
			*alias = (uint16_t)number;
		}
	}
	*ret = (struct pc_mqtt_bytes){r->data + start, r->at - start};
	return PC_OK;
}

static int
fail(struct pc_diag *diag, const struct pc_mqtt_packet *p, int err, const char *what)
{
	/* The packet's own length said how long it is, so a field beyond it is a lie. */
	if (err == PC_E_TRUNCATED)
		err = PC_E_BADVALUE;
	return pc_diag_fail(
		diag, err, "MQTT %s of %u bytes: %s", types[p->type].name, p->body_len, what);
}

static int
read_will(struct pc_reader *r, struct pc_mqtt_connect *c)
{
	struct pc_mqtt_bytes ignored;
	int err = c->level == PC_MQTT_V5 ? read_properties(r, &ignored, NULL) : PC_OK;
	if (err == PC_OK)
		err = read_text(r, &c->will_topic);
	if (err == PC_OK)
		err = read_binary(r, &c->will_payload);
	if (err == PC_OK && !pc_mqtt_topic_ok(c->will_topic))
		err = PC_E_BADVALUE;
	return err;
}

static const char *
connect_flags(uint8_t flags, struct pc_mqtt_connect *c)
{
	c->clean = (flags & 0x02) != 0;
	c->has_will = (flags & 0x04) != 0;
	c->will_qos = (flags >> 3) & 3;
	c->will_retain = (flags & 0x20) != 0;
	c->has_password = (flags & 0x40) != 0;
	c->has_user = (flags & 0x80) != 0;
	if ((flags & 0x01) != 0)
		return "reserved connect flag is 1 (MQTT-3.1.2-3)";
	if (c->will_qos == 3)
		return "will QoS is 3 (MQTT-3.1.2-14)";
	if (!c->has_will && (c->will_qos != 0 || c->will_retain))
		return "will QoS or retain without a will (MQTT-3.1.2-13, -15)";
	if (c->level == PC_MQTT_V311 && c->has_password && !c->has_user)
		return "password without user name (MQTT-3.1.2-22)";
	return NULL;
}

static int
connect_payload(struct pc_reader *r, struct pc_mqtt_connect *c, const char **ret_what)
{
	int err = read_text(r, &c->client_id);
	*ret_what = "client identifier is malformed (MQTT-3.1.3-4)";
	if (err == PC_OK && c->has_will) {
		*ret_what = "will is malformed";
		err = read_will(r, c);
	}
	if (err == PC_OK && c->has_user) {
		*ret_what = "user name is malformed";
		err = read_text(r, &c->user);
	}
	if (err == PC_OK && c->has_password) {
		*ret_what = "password is malformed";
		err = read_binary(r, &c->password);
	}
	if (err == PC_OK && pc_reader_left(r) > 0) {
		*ret_what = "bytes after the payload";
		err = PC_E_BADVALUE;
	}
	return err;
}

int
pc_mqtt_connect_parse(
	const struct pc_mqtt_packet *p, struct pc_mqtt_connect *ret, struct pc_diag *diag)
{
	struct pc_reader r;
	struct pc_mqtt_bytes name, ignored;
	struct pc_mqtt_connect c = {0};
	const char *what = NULL;
	pc_reader_init(&r, p->body, p->body_len);
	if (read_text(&r, &name) != PC_OK)
		return fail(diag, p, PC_E_BADVALUE, "protocol name is malformed");
	c.level = pc_read_u8(&r);
	bool known = name.len == 4 && memcmp(name.data, "MQTT", 4) == 0;
	if (!known && !(name.len == 6 && memcmp(name.data, "MQIsdp", 6) == 0))
		return fail(diag, p, PC_E_BADVALUE, "protocol name is not MQTT (MQTT-3.1.2-1)");
	if (r.err != PC_OK)
		return fail(diag, p, PC_E_BADVALUE, "no protocol level");
	if (!known || (c.level != PC_MQTT_V311 && c.level != PC_MQTT_V5)) {
		*ret = c;
		return pc_diag_fail(diag, PC_E_UNSUPPORTED,
			"MQTT CONNECT: protocol level %u, known are 4 (3.1.1) and 5 (5.0)",
			c.level);
	}
	what = connect_flags(pc_read_u8(&r), &c);
	c.keep_alive_s = pc_read_be16(&r);
	if (r.err != PC_OK)
		return fail(diag, p, PC_E_BADVALUE, "variable header is cut short");
	if (what != NULL)
		return fail(diag, p, PC_E_BADVALUE, what);
	if (c.level == PC_MQTT_V5 && read_properties(&r, &ignored, NULL) != PC_OK)
		return fail(diag, p, PC_E_BADVALUE, "properties are malformed");
	int err = connect_payload(&r, &c, &what);
	if (err != PC_OK)
		return fail(diag, p, err, what);
	*ret = c;
	return PC_OK;
}

int
pc_mqtt_connack_parse(const struct pc_mqtt_packet *p, uint8_t level, struct pc_mqtt_connack *ret,
	struct pc_diag *diag)
{
	struct pc_reader r;
	struct pc_mqtt_bytes ignored;
	pc_reader_init(&r, p->body, p->body_len);
	uint8_t flags = pc_read_u8(&r);
	uint8_t code = pc_read_u8(&r);
	if (r.err != PC_OK || (flags & 0xfe) != 0)
		return fail(diag, p, PC_E_BADVALUE, "acknowledge flags are malformed (s3.2.2.1)");
	if (level == PC_MQTT_V5 && read_properties(&r, &ignored, NULL) != PC_OK)
		return fail(diag, p, PC_E_BADVALUE, "properties are malformed");
	if (pc_reader_left(&r) > 0)
		return fail(diag, p, PC_E_BADVALUE, "bytes after the reason code");
	*ret = (struct pc_mqtt_connack){(flags & 1) != 0, code};
	return PC_OK;
}

int
pc_mqtt_publish_parse(const struct pc_mqtt_packet *p, uint8_t level, struct pc_mqtt_publish *ret,
	struct pc_diag *diag)
{
	struct pc_reader r;
	struct pc_mqtt_bytes ignored;
	struct pc_mqtt_publish m = {.qos = (p->flags >> 1) & 3,
		.dup = (p->flags & 8) != 0,
		.retain = (p->flags & 1) != 0};
	pc_reader_init(&r, p->body, p->body_len);
	if (m.qos == 3)
		return fail(diag, p, PC_E_BADVALUE, "QoS is 3 (MQTT-3.3.1-4)");
	if (m.qos == 0 && m.dup)
		return fail(diag, p, PC_E_BADVALUE, "DUP at QoS 0 (MQTT-3.3.1-2)");
	if (read_text(&r, &m.topic) != PC_OK)
		return fail(diag, p, PC_E_BADVALUE, "topic name is malformed (MQTT-3.3.2-1)");
	if (m.qos > 0) {
		m.packet_id = pc_read_be16(&r);
		if (r.err != PC_OK || m.packet_id == 0)
			return fail(
				diag, p, PC_E_BADVALUE, "packet identifier is 0 (MQTT-2.3.1-1)");
	}
	if (level == PC_MQTT_V5 && read_properties(&r, &ignored, &m.topic_alias) != PC_OK)
		return fail(diag, p, PC_E_BADVALUE, "properties are malformed");
	if (!(m.topic.len == 0 && m.topic_alias != 0) && !pc_mqtt_topic_ok(m.topic))
		return fail(diag, p, PC_E_BADVALUE,
			"topic name is empty or has a wildcard (MQTT-3.3.2-2)");
	m.payload.len = pc_reader_left(&r);
	m.payload.data = pc_read_bytes(&r, m.payload.len);
	*ret = m;
	return PC_OK;
}

static const char *
read_filter(struct pc_reader *r, const struct pc_mqtt_packet *p, uint8_t level,
	struct pc_mqtt_bytes *filter, uint8_t *options)
{
	if (read_text(r, filter) != PC_OK || !pc_mqtt_filter_ok(*filter))
		return "topic filter is malformed (MQTT-4.7.1-2, -3)";
	if (p->type == PC_MQTT_UNSUBSCRIBE)
		return NULL;
	*options = pc_read_u8(r);
	uint8_t reserved = level == PC_MQTT_V5 ? 0xc0 : 0xfc;
	if (r->err != PC_OK || (*options & reserved) != 0 || (*options & 3) == 3 ||
		(*options & 0x30) == 0x30)
		return "subscription options are malformed (MQTT-3.8.3-4)";
	return NULL;
}

int
pc_mqtt_subscribe_parse(const struct pc_mqtt_packet *p, uint8_t level,
	struct pc_mqtt_subscribe *ret, struct pc_diag *diag)
{
	struct pc_reader r;
	ret->n = 0;
	ret->properties = (struct pc_mqtt_bytes){NULL, 0};
	pc_reader_init(&r, p->body, p->body_len);
	ret->packet_id = pc_read_be16(&r);
	if (r.err != PC_OK || ret->packet_id == 0)
		return fail(diag, p, PC_E_BADVALUE, "packet identifier is 0 (MQTT-2.3.1-1)");
	if (level == PC_MQTT_V5 && read_properties(&r, &ret->properties, NULL) != PC_OK)
		return fail(diag, p, PC_E_BADVALUE, "properties are malformed");
	while (pc_reader_left(&r) > 0) {
		if (ret->n == PC_MQTT_FILTERS_MAX)
			return fail(diag, p, PC_E_LIMIT, "more than 64 filters");
		ret->filters[ret->n].options = 0;
		const char *what = read_filter(
			&r, p, level, &ret->filters[ret->n].filter, &ret->filters[ret->n].options);
		if (what != NULL)
			return fail(diag, p, PC_E_BADVALUE, what);
		ret->n++;
	}
	if (ret->n == 0)
		return fail(
			diag, p, PC_E_BADVALUE, "no topic filter (MQTT-3.8.3-3, MQTT-3.10.3-2)");
	return PC_OK;
}

int
pc_mqtt_ack_parse(const struct pc_mqtt_packet *p, uint8_t level, struct pc_mqtt_ack *ret,
	struct pc_diag *diag)
{
	struct pc_reader r;
	struct pc_mqtt_ack a = {0};
	bool lists = p->type == PC_MQTT_SUBACK || p->type == PC_MQTT_UNSUBACK;
	pc_reader_init(&r, p->body, p->body_len);
	a.packet_id = pc_read_be16(&r);
	if (r.err != PC_OK || a.packet_id == 0)
		return fail(diag, p, PC_E_BADVALUE, "packet identifier is missing or 0");
	/* 5.0 lets an ack end after the identifier (success) or after the code. s3.4.2.1 */
	if (level == PC_MQTT_V5 && !lists && pc_reader_left(&r) > 0)
		a.code = pc_read_u8(&r);
	if (level == PC_MQTT_V5 && (lists || pc_reader_left(&r) > 0) &&
		read_properties(&r, &a.properties, NULL) != PC_OK)
		return fail(diag, p, PC_E_BADVALUE, "properties are malformed");
	if (lists) {
		a.codes.len = pc_reader_left(&r);
		a.codes.data = pc_read_bytes(&r, a.codes.len);
	}
	if (pc_reader_left(&r) > 0 || (p->type == PC_MQTT_SUBACK && a.codes.len == 0))
		return fail(diag, p, PC_E_BADVALUE, "length does not fit the packet type");
	*ret = a;
	return PC_OK;
}

bool
pc_mqtt_topic_ok(struct pc_mqtt_bytes topic)
{
	return topic.len > 0 && memchr(topic.data, '+', topic.len) == NULL &&
	       memchr(topic.data, '#', topic.len) == NULL;
}

bool
pc_mqtt_filter_ok(struct pc_mqtt_bytes f)
{
	for (size_t i = 0; i < f.len; i++) {
		bool starts = i == 0 || f.data[i - 1] == '/';
		bool last = i + 1 == f.len;
		if (f.data[i] == '#' && !(starts && last))
			return false;
		if (f.data[i] == '+' && !(starts && (last || f.data[i + 1] == '/')))
			return false;
	}
	return f.len > 0;
}

bool
pc_mqtt_match(struct pc_mqtt_bytes filter, struct pc_mqtt_bytes topic)
{
	size_t f = 0, t = 0;
	if (filter.len == 0 || topic.len == 0)
		return false;
	if (topic.data[0] == '$' && (filter.data[0] == '#' || filter.data[0] == '+'))
		return false;
	while (f < filter.len) {
		if (filter.data[f] == '#')
			return true;
		if (filter.data[f] == '+') {
			while (t < topic.len && topic.data[t] != '/')
				t++;
			f++;
			continue;
		}
		if (t == topic.len) /* "a/#" covers its parent "a" */
			return filter.len - f == 2 && filter.data[f] == '/' &&
			       filter.data[f + 1] == '#';
		if (filter.data[f] != topic.data[t])
			return false;
		f++;
		t++;
	}
	return t == topic.len;
}
