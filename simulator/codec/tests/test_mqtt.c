/* Tests of codec/mqtt: good packets there and back, cut at every length, lies, unknown values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/mqtt.h"

static struct pc_mqtt_bytes
text(const char *s)
{
	return (struct pc_mqtt_bytes){(const uint8_t *)s, strlen(s)};
}

/* Parses the body by the packet's type; what the tap does. */
static int
parse(const struct pc_mqtt_packet *p, uint8_t level, struct pc_diag *diag)
{
	struct pc_mqtt_connect c;
	struct pc_mqtt_connack k;
	struct pc_mqtt_publish m;
	struct pc_mqtt_subscribe s;
	struct pc_mqtt_ack a;
	switch (p->type) {
	case PC_MQTT_CONNECT:
		return pc_mqtt_connect_parse(p, &c, diag);
	case PC_MQTT_CONNACK:
		return pc_mqtt_connack_parse(p, level, &k, diag);
	case PC_MQTT_PUBLISH:
		return pc_mqtt_publish_parse(p, level, &m, diag);
	case PC_MQTT_SUBSCRIBE:
	case PC_MQTT_UNSUBSCRIBE:
		return pc_mqtt_subscribe_parse(p, level, &s, diag);
	case PC_MQTT_PUBACK:
	case PC_MQTT_PUBREC:
	case PC_MQTT_PUBREL:
	case PC_MQTT_PUBCOMP:
	case PC_MQTT_SUBACK:
	case PC_MQTT_UNSUBACK:
		return pc_mqtt_ack_parse(p, level, &a, diag);
	case PC_MQTT_PINGREQ:
	case PC_MQTT_PINGRESP:
	case PC_MQTT_DISCONNECT:
	case PC_MQTT_AUTH:
		break;
	}
	return PC_OK;
}

struct vector {
	const char *name;
	uint8_t level;
	const char *hex;
	int expected;
};

static const struct vector vectors[] = {
	{"connect 3.1.1", 4, "1010 00044d5154540400003c 0004 61313233", PC_OK},
	{"connect 3.1.1 persistent, will, user, password", 4,
		"101c 00044d51545404ee003c 000161 0003772f78 0002 6f66 000175 000170", PC_OK},
	{"connect 5.0 trailing bytes", 5,
		"1019 00044d5154540502003c 05 1100000e10 0002 6131 0000000000", PC_E_BADVALUE},
	{"connect 5.0", 5, "1014 00044d5154540502003c 05 1100000e10 0002 6131", PC_OK},
	{"connect 3.1", 3, "1010 00064d514973647003 02 003c 000161", PC_E_TRUNCATED},
	{"connect 3.1 whole", 3, "100f 00064d514973647003 02 003c 000161", PC_E_UNSUPPORTED},
	{"connect level 6", 6, "100e 00044d5154540602003c 0002 6131", PC_E_UNSUPPORTED},
	{"connect other protocol", 4, "100e 00044d5154580402003c 0002 6131", PC_E_BADVALUE},
	{"connect reserved flag", 4, "100e 00044d5154540403003c 0002 6131", PC_E_BADVALUE},
	{"connect will QoS 3", 4, "1014 00044d515454041e003c 0002 6131 000177 000178",
		PC_E_BADVALUE},
	{"connect will QoS without will", 4, "100e 00044d515454040a003c 0002 6131", PC_E_BADVALUE},
	{"connect password without user", 4, "1011 00044d5154540442003c 0002 6131 000170",
		PC_E_BADVALUE},
	{"connect client id longer than the packet", 4, "100e 00044d5154540402003c 0022 6131",
		PC_E_BADVALUE},
	{"connect trailing byte", 4, "100f 00044d5154540402003c 0002 6131 00", PC_E_BADVALUE},
	{"connect client id with U+0000", 4, "100e 00044d5154540402003c 0002 6100", PC_E_BADVALUE},
	{"connect client id with a surrogate", 4, "100f 00044d5154540402003c 0003 eda080",
		PC_E_BADVALUE},
	{"connect client id overlong", 4, "100e 00044d5154540402003c 0002 c0af", PC_E_BADVALUE},
	{"connack 3.1.1", 4, "2002 0100", PC_OK},
	{"connack 5.0", 5, "2006 0000 03 210014", PC_OK},
	{"connack flags", 4, "2002 0200", PC_E_BADVALUE},
	{"publish QoS 0", 4, "3005 0003 612f62", PC_OK},
	{"publish QoS 1", 4, "3209 0003 612f62 0001 6869", PC_OK},
	{"publish QoS 1 5.0", 5, "320a 0003 612f62 0001 00 6869", PC_OK},
	{"publish alias 5.0", 5, "3208 0000 0001 03 230001", PC_OK},
	{"publish alias 0", 5, "3208 0000 0001 03 230000", PC_E_BADVALUE},
	{"publish empty topic", 4, "3002 0000", PC_E_BADVALUE},
	{"publish wildcard", 4, "3005 0003 612f23", PC_E_BADVALUE},
	{"publish topic of four-byte UTF-8", 4, "3006 0004 f09f9880", PC_OK},
	{"publish topic with a broken third byte", 4, "3005 0003 e28241", PC_E_BADVALUE},
	{"publish topic with a broken fourth byte", 4, "3006 0004 f09f9841", PC_E_BADVALUE},
	{"publish topic over U+10FFFF", 4, "3006 0004 f4908080", PC_E_BADVALUE},
	{"publish QoS 3", 4, "3607 0003 612f62 0001", PC_E_BADVALUE},
	{"publish DUP at QoS 0", 4, "3805 0003 612f62", PC_E_BADVALUE},
	{"publish id 0", 4, "3207 0003 612f62 0000", PC_E_BADVALUE},
	{"publish unknown property", 5, "3008 0003 612f62 02 7f00", PC_E_BADVALUE},
	{"publish property over its block", 5, "3008 0003 612f62 02 2300", PC_E_BADVALUE},
	{"puback", 4, "4002 0001", PC_OK},
	{"puback 5.0 with code", 5, "4003 0001 10", PC_OK},
	{"puback 3.1.1 too long", 4, "4003 0001 10", PC_E_BADVALUE},
	{"pubrel", 4, "6202 0001", PC_OK},
	{"pubrel flags", 4, "6002 0001", PC_E_BADVALUE},
	{"subscribe", 4, "8208 0001 0003 612f2b 01", PC_OK},
	{"subscribe two", 4, "820c 0001 0003 612f2b 01 0001 23 00", PC_OK},
	{"subscribe 5.0", 5, "820b 0001 02 0b01 0003 612f2b 05", PC_OK},
	{"subscribe flags", 4, "8008 0001 0003 612f2b 01", PC_E_BADVALUE},
	{"subscribe no filter", 4, "8202 0001", PC_E_BADVALUE},
	{"subscribe QoS 3", 4, "8208 0001 0003 612f2b 03", PC_E_BADVALUE},
	{"subscribe bad wildcard", 4, "8207 0001 0002 612b 01", PC_E_BADVALUE},
	{"suback", 4, "9003 0001 80", PC_OK},
	{"suback without codes", 4, "9002 0001", PC_E_BADVALUE},
	{"unsubscribe", 4, "a207 0001 0003 612f62", PC_OK},
	{"unsuback", 4, "b002 0001", PC_OK},
	{"pingreq", 4, "c000", PC_OK},
	{"disconnect 5.0", 5, "e002 8b00", PC_OK},
	{"type 0", 4, "0000", PC_E_BADVALUE},
	{"five-byte length", 4, "30ffffffff01", PC_E_BADVALUE},
};

static void
test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		uint8_t raw[256];
		size_t len = 0;
		struct pc_mqtt_packet p;
		struct pc_diag diag = {0};
		assert_int_equal(pc_text_unhex(v->hex, raw, sizeof(raw), &len), PC_OK);
		int err = pc_mqtt_split(raw, len, &p, &diag);
		if (err == PC_OK) {
			if (v->expected != PC_E_TRUNCATED)
				assert_int_equal(p.header_len + p.body_len, len);
			err = parse(&p, v->level, &diag);
		}
		if (err != v->expected)
			fail_msg("%s: %s (%s), expected %s", v->name, pc_err_text(err), diag.text,
				pc_err_text(v->expected));
		assert_true(err == PC_OK || diag.text[0] != '\0');
	}
}

/* Cut while the frame is short: TRUNCATED. Cut body in an honest frame: never OK by luck of
 * reading past the end (AddressSanitizer watches the exact-size copy). */
static void
test_cut_at_every_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		uint8_t raw[256];
		size_t len = 0;
		assert_int_equal(pc_text_unhex(v->hex, raw, sizeof(raw), &len), PC_OK);
		for (size_t cut = 0; v->expected == PC_OK && cut < len; cut++) {
			uint8_t *copy = malloc(cut == 0 ? 1 : cut);
			struct pc_mqtt_packet p;
			assert_non_null(copy);
			memcpy(copy, raw, cut);
			int err = pc_mqtt_split(copy, cut, &p, NULL);
			if (err != PC_E_TRUNCATED)
				fail_msg("%s cut to %zu: %s", v->name, cut, pc_err_text(err));
			if (cut >= 2) {
				struct pc_mqtt_packet lie = {
					.type = (enum pc_mqtt_type)(raw[0] >> 4),
					.flags = raw[0] & 15,
					.header_len = 2,
					.body_len = (uint32_t)cut - 2,
					.body = copy + 2};
				err = parse(&lie, v->level, NULL);
				assert_true(err == PC_OK || err == PC_E_BADVALUE);
			}
			free(copy);
		}
	}
}

static void
test_connect_round_trip(void **state)
{
	(void)state;
	for (uint8_t level = 4; level <= 5; level++) {
		uint8_t raw[256];
		struct pc_writer w;
		struct pc_mqtt_packet p;
		struct pc_mqtt_connect in = {.level = level,
			.has_will = true,
			.has_user = true,
			.has_password = true,
			.will_qos = 1,
			.will_retain = true,
			.keep_alive_s = 60,
			.client_id = text("agent-1"),
			.will_topic = text("s/agent-1"),
			.will_payload = text("off"),
			.user = text("u"),
			.password = text("p")};
		struct pc_mqtt_connect out;
		pc_writer_init(&w, raw, sizeof(raw));
		pc_mqtt_write_connect(&w, &in);
		assert_int_equal(w.err, PC_OK);
		assert_int_equal(pc_mqtt_split(raw, w.at, &p, NULL), PC_OK);
		assert_int_equal(p.header_len + p.body_len, w.at);
		assert_int_equal(pc_mqtt_connect_parse(&p, &out, NULL), PC_OK);
		assert_int_equal(out.level, level);
		assert_false(out.clean);
		assert_true(out.will_retain && out.will_qos == 1 && out.has_password);
		assert_int_equal(out.keep_alive_s, 60);
		assert_int_equal(out.client_id.len, 7);
		assert_memory_equal(out.client_id.data, "agent-1", 7);
		assert_memory_equal(out.will_topic.data, "s/agent-1", 9);
		assert_memory_equal(out.password.data, "p", 1);
	}
}

static void
test_publish_and_subscribe_round_trip(void **state)
{
	(void)state;
	for (uint8_t level = 4; level <= 5; level++) {
		uint8_t raw[512], payload[200] = {7};
		struct pc_writer w;
		struct pc_mqtt_packet p;
		struct pc_mqtt_publish m = {.qos = 1,
			.dup = true,
			.retain = true,
			.packet_id = 513,
			.topic = text("a/b"),
			.payload = {payload, sizeof(payload)}};
		struct pc_mqtt_publish got;
		struct pc_mqtt_subscribe s = {.packet_id = 9, .n = 2};
		struct pc_mqtt_subscribe got_s;
		struct pc_mqtt_ack a = {.packet_id = 9, .codes = {(const uint8_t *)"\x01\x80", 2}},
				   got_a;
		s.filters[0].filter = text("a/+");
		s.filters[0].options = 1;
		s.filters[1].filter = text("#");
		pc_writer_init(&w, raw, sizeof(raw));
		pc_mqtt_write_publish(&w, level, &m);
		assert_int_equal(pc_mqtt_split(raw, w.at, &p, NULL), PC_OK);
		assert_int_equal(p.header_len, 3);
		assert_int_equal(pc_mqtt_publish_parse(&p, level, &got, NULL), PC_OK);
		assert_true(got.dup && got.retain && got.qos == 1 && got.packet_id == 513);
		assert_int_equal(got.payload.len, sizeof(payload));
		pc_writer_init(&w, raw, sizeof(raw));
		pc_mqtt_write_subscribe(&w, level, &s);
		assert_int_equal(pc_mqtt_split(raw, w.at, &p, NULL), PC_OK);
		assert_int_equal(pc_mqtt_subscribe_parse(&p, level, &got_s, NULL), PC_OK);
		assert_int_equal(got_s.n, 2);
		assert_int_equal(got_s.packet_id, 9);
		assert_int_equal(got_s.filters[0].options, 1);
		assert_memory_equal(got_s.filters[1].filter.data, "#", 1);
		pc_writer_init(&w, raw, sizeof(raw));
		pc_mqtt_write_suback(&w, level, &a);
		assert_int_equal(pc_mqtt_split(raw, w.at, &p, NULL), PC_OK);
		assert_int_equal(pc_mqtt_ack_parse(&p, level, &got_a, NULL), PC_OK);
		assert_int_equal(got_a.codes.len, 2);
		assert_int_equal(got_a.codes.data[1], 0x80);
	}
}

static void
test_small_writers(void **state)
{
	uint8_t raw[16];
	struct pc_writer w;
	(void)state;
	pc_writer_init(&w, raw, sizeof(raw));
	pc_mqtt_write_ack(&w, PC_MQTT_PUBREL, 258);
	pc_mqtt_write_empty(&w, PC_MQTT_PINGRESP);
	pc_mqtt_write_connack(&w, 4, &(struct pc_mqtt_connack){false, 5});
	assert_int_equal(w.err, PC_OK);
	assert_memory_equal(raw, "\x62\x02\x01\x02\xd0\x00\x20\x02\x00\x05", 10);
	pc_writer_init(&w, raw, 3);
	pc_mqtt_write_ack(&w, PC_MQTT_PUBACK, 1);
	assert_int_equal(w.err, PC_E_NOSPACE);
}

static void
test_match(void **state)
{
	static const struct {
		const char *filter, *topic;
		bool expected;
	} rows[] = {
		{"a/b", "a/b", true},
		{"a/b", "a/bc", false},
		{"a/bc", "a/b", false},
		{"a/+", "a/b", true},
		{"a/+", "a", false},
		{"a/+", "a/", true},
		{"+/+", "/b", true},
		{"+", "/b", false},
		{"a/#", "a", true},
		{"a/#", "a/b/c", true},
		{"a/#", "ab", false},
		{"#", "a/b", true},
		{"#", "$SYS/x", false},
		{"+/x", "$SYS/x", false},
		{"$SYS/#", "$SYS/x", true},
		{"a/+/c", "a/b/c", true},
		{"a/+/c", "a/b/d", false},
		{"", "a", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (pc_mqtt_match(text(rows[i].filter), text(rows[i].topic)) != rows[i].expected)
			fail_msg("'%s' and '%s'", rows[i].filter, rows[i].topic);
	}
}

static void
test_type_names(void **state)
{
	(void)state;
	assert_string_equal(pc_mqtt_type_name(1), "CONNECT");
	assert_string_equal(pc_mqtt_type_name(15), "AUTH");
	assert_null(pc_mqtt_type_name(0));
	assert_null(pc_mqtt_type_name(16));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_cut_at_every_length),
		cmocka_unit_test(test_connect_round_trip),
		cmocka_unit_test(test_publish_and_subscribe_round_trip),
		cmocka_unit_test(test_small_writers),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_type_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
