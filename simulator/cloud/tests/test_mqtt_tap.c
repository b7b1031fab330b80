/* Tests of cloud/mqtt-tap: who may do what, rewriting of SUBSCRIBE and SUBACK, limits, faults; each
 * conversation whole and byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "cloud/faults.h"
#include "cloud/mqtt-tap.h"
#include "codec/mqtt.h"

struct room {
	struct pc_buf to_broker, to_client, log;
	pc_fault_set faults;
	struct pc_mqtt_tap *tap;
	bool by_byte;
};

static int
to_broker(void *arg, const uint8_t *data, size_t len)
{
	return pc_buf_add(&((struct room *)arg)->to_broker, data, len);
}

static int
to_client(void *arg, const uint8_t *data, size_t len)
{
	return pc_buf_add(&((struct room *)arg)->to_client, data, len);
}

/* Client "a" may use topics "a/…" and filters "a/…". */
static bool
allow(void *arg, const char *client_id, enum pc_mqtt_verb verb, const char *topic)
{
	(void)arg;
	if (verb == PC_MQTT_VERB_CONNECT)
		return strcmp(client_id, "a") == 0;
	return strncmp(topic, "a/", 2) == 0;
}

static void
observe(void *arg, const char *kind, const char *members)
{
	pc_buf_addf(&((struct room *)arg)->log, "%s %s\n", kind, members);
}

static const struct pc_mqtt_tap_ops ops = {to_broker, to_client, allow, observe};

static void
room_init(struct room *r, bool by_byte, pc_fault_set faults)
{
	*r = (struct room){.by_byte = by_byte, .faults = faults};
	pc_buf_init(&r->to_broker, 1 << 20);
	pc_buf_init(&r->to_client, 1 << 20);
	pc_buf_init(&r->log, 1 << 20);
	r->tap = pc_mqtt_tap_new(&ops, r, &r->faults);
	assert_non_null(r->tap);
}

static void
room_done(struct room *r)
{
	pc_mqtt_tap_free(r->tap);
	pc_buf_done(&r->to_broker);
	pc_buf_done(&r->to_client);
	pc_buf_done(&r->log);
}

static int
feed(struct room *r, const char *hex, bool client)
{
	uint8_t raw[1024];
	size_t len = 0;
	struct pc_diag diag = {0};
	int err = PC_OK;
	assert_int_equal(pc_text_unhex(hex, raw, sizeof(raw), &len), PC_OK);
	size_t step = r->by_byte ? 1 : len;
	for (size_t i = 0; i < len && err == PC_OK; i += step) {
		err = client ? pc_mqtt_tap_from_client(r->tap, raw + i, step, &diag)
			     : pc_mqtt_tap_from_broker(r->tap, raw + i, step, &diag);
	}
	return err;
}

#define CONNECT3   "100d 00044d5154540402003c 0001 61"
#define CONNECT5   "100e 00044d5154540502003c 00 0001 61"
#define CONNECT3_B "100d 00044d5154540402003c 0001 62"
#define CONNECT5_B "100e 00044d5154540502003c 00 0001 62"

/* One conversation: what the client sends, what the broker sends, and what each must have got. */
struct row {
	const char *name;
	const char *fault;
	const char *client, *broker;
	int client_err, broker_err;
	const char *to_broker, *to_client; /* hex */
	const char *log;                   /* a text the observations must hold */
};

static const struct row rows[] = {
	{"plain session", NULL, CONNECT3 " 8208 0001 0003 612f63 01 3207 0003 612f72 0002 c000",
		"20020000 9003000101 40020002 d000", PC_OK, PC_OK,
		CONNECT3 " 8208 0001 0003 612f63 01 3207 0003 612f72 0002 c000",
		"20020000 9003000101 40020002 d000", "mqttPublish"},
	{"orderly end reaches the broker", NULL, CONNECT3 " e000", "", PC_E_CLOSED, PC_OK,
		CONNECT3 " e000", "", "mqttDisconnect"},
	{"foreign client identifier", NULL, CONNECT3_B, "", PC_E_REFUSED, PC_OK, "", "20020005",
		"\"code\":5"},
	{"foreign client identifier 5.0", NULL, CONNECT5_B, "", PC_E_REFUSED, PC_OK, "",
		"2003008700", "\"code\":135"},
	{"unknown protocol level", NULL, "100d 00044d5154540702003c 0001 61", "", PC_E_REFUSED,
		PC_OK, "", "2003008400", "mqttConnack"},
	{"MQTT 3.1", NULL, "100f 00064d514973647003 02 003c 000161", "", PC_E_REFUSED, PC_OK, "",
		"20020001", "mqttConnack"},
	{"malformed CONNECT: no CONNACK", NULL, "100d 00044d5154540403003c 0001 61", "",
		PC_E_BADVALUE, PC_OK, "", "", "mqttMalformed"},
	{"foreign will topic", NULL, "1015 00044d5154540406003c 0001 61 0003 622f78 0001 78", "",
		PC_E_REFUSED, PC_OK, "", "20020005", "willTopic"},
	{"own will topic", NULL, "1015 00044d5154540406003c 0001 61 0003 612f78 0001 78", "", PC_OK,
		PC_OK, "1015 00044d5154540406003c 0001 61 0003 612f78 0001 78", "", "a/x"},
	{"first packet is not CONNECT", NULL, "c000", "", PC_E_BADVALUE, PC_OK, "", "",
		"MQTT-3.1.0-1"},
	{"second CONNECT", NULL, CONNECT3 CONNECT3, "", PC_E_BADVALUE, PC_OK, CONNECT3, "",
		"MQTT-3.1.0-2"},
	{"client sends CONNACK", NULL, CONNECT3 " 20020000", "", PC_E_BADVALUE, PC_OK, CONNECT3, "",
		"may not send CONNACK"},
	{"AUTH in 3.1.1", NULL, CONNECT3 " f000", "", PC_E_BADVALUE, PC_OK, CONNECT3, "", "AUTH"},
	{"foreign topic closes", NULL, CONNECT3 " 3207 0003 622f72 0002", "", PC_E_REFUSED, PC_OK,
		CONNECT3, "", "b/r"},
	{"foreign topic closes 5.0 with a reason", NULL, CONNECT5 " 3208 0003 622f72 0002 00", "",
		PC_E_REFUSED, PC_OK, CONNECT5, "e00187", "b/r"},
	{"alias of an allowed topic", NULL,
		CONNECT5 " 3009 0003 612f72 03 230001 3006 0000 03 230001", "", PC_OK, PC_OK,
		CONNECT5 " 3009 0003 612f72 03 230001 3006 0000 03 230001", "", "topicAlias"},
	{"alias never set", NULL, CONNECT5 " 3006 0000 03 230002", "", PC_E_BADVALUE, PC_OK,
		CONNECT5, "e00181", "alias 2"},
	{"alias of a refused topic", NULL, CONNECT5 " 3009 0003 622f72 03 230001", "", PC_E_REFUSED,
		PC_OK, CONNECT5, "e00187", "b/r"},
	{"all filters refused", NULL, CONNECT3 " 8208 0001 0003 622f63 01", "", PC_OK, PC_OK,
		CONNECT3, "9003000180", "\"refused\":true"},
	{"filter # refused 5.0", NULL, CONNECT5 " 8207 0001 00 0001 23 01", "", PC_OK, PC_OK,
		CONNECT5, "9004 0001 00 87", "\"refused\":true"},
	{"some filters refused", NULL,
		CONNECT3 " 8214 0005 0003 622f63 01 0003 612f63 01 0003 622f64 00",
		"20020000 9003 0005 01", PC_OK, PC_OK, CONNECT3 " 8208 0005 0003 612f63 01",
		"20020000 9005 0005 800180", "mqttSuback"},
	{"broker sends SUBSCRIBE", NULL, CONNECT3, "8208 0001 0003 612f63 01", PC_OK, PC_E_BADVALUE,
		CONNECT3, "", "may not send SUBSCRIBE"},
	{"fault mqtt-connack-refused", "mqtt-connack-refused", CONNECT3, "", PC_E_REFUSED, PC_OK,
		"", "20020003", "mqttConnack"},
	{"fault mqtt-no-connack", "mqtt-no-connack", CONNECT3 " c000", "", PC_OK, PC_OK, "", "",
		"mqttConnect"},
	{"fault mqtt-suback-refused", "mqtt-suback-refused", CONNECT3 " 8208 0001 0003 612f63 01",
		"", PC_OK, PC_OK, CONNECT3, "9003000180", "mqttSuback"},
	{"fault mqtt-no-suback", "mqtt-no-suback", CONNECT3 " 8208 0001 0003 612f63 01",
		"20020000 9003000101", PC_OK, PC_OK, CONNECT3 " 8208 0001 0003 612f63 01",
		"20020000", "\"withheld\":true"},
	{"fault mqtt-no-puback", "mqtt-no-puback", CONNECT3 " 3207 0003 612f72 0002",
		"20020000 40020002", PC_OK, PC_OK, CONNECT3 " 3207 0003 612f72 0002", "20020000",
		"PUBACK"},
	{"fault mqtt-no-pingresp", "mqtt-no-pingresp", CONNECT3 " c000", "20020000 d000", PC_OK,
		PC_OK, CONNECT3 " c000", "20020000", "mqttConnack"},
	{"fault mqtt-duplicate-command", "mqtt-duplicate-command", CONNECT3,
		"3207 0003 612f63 0001", PC_OK, PC_OK, CONNECT3,
		"3207 0003 612f63 0001 3a07 0003 612f63 0001", "mqttPublish"},
	{"fault mqtt-malformed-packet", "mqtt-malformed-packet", CONNECT3, "3207 0003 612f63 0001",
		PC_OK, PC_OK, CONNECT3, "3207 0003 612f63 0001 30ffffffff01", "mqttPublish"},
};

static void
check_hex(const char *name, const char *side, const struct pc_buf *got, const char *hex)
{
	uint8_t raw[1024];
	char text[2100];
	size_t len = 0;
	assert_int_equal(pc_text_unhex(hex, raw, sizeof(raw), &len), PC_OK);
	if (len == got->len && (len == 0 || memcmp(raw, got->data, len) == 0))
		return;
	pc_text_hex(got->data, got->len, text);
	fail_msg("%s: %s got %s, expected %s", name, side, text, hex);
}

static void
run_row(const struct row *row, bool by_byte)
{
	struct room r;
	pc_fault_set faults = 0;
	if (row->fault != NULL)
		assert_int_equal(
			pc_fault_arm(pc_cloud_faults, PC_CLOUD_FAULTS, row->fault, &faults, NULL),
			PC_OK);
	room_init(&r, by_byte, faults);
	int err = feed(&r, row->client, true);
	if (err != row->client_err)
		fail_msg("%s: client side %s", row->name, pc_err_text(err));
	err = feed(&r, row->broker, false);
	if (err != row->broker_err)
		fail_msg("%s: broker side %s", row->name, pc_err_text(err));
	check_hex(row->name, "broker", &r.to_broker, row->to_broker);
	check_hex(row->name, "client", &r.to_client, row->to_client);
	if (strstr(pc_buf_text(&r.log), row->log) == NULL)
		fail_msg("%s: '%s' is not in: %s", row->name, row->log, pc_buf_text(&r.log));
	room_done(&r);
}

static void
test_conversations(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		run_row(&rows[i], false);
		run_row(&rows[i], true);
	}
}

/* The limit is enforced on the announced length, before the bytes are there. */
static void
test_oversize(void **state)
{
	struct room r;
	(void)state;
	room_init(&r, false, 0);
	assert_int_equal(feed(&r, CONNECT5, true), PC_OK);
	assert_int_equal(feed(&r, "30 808010 0003 612f72", true), PC_E_LIMIT); /* 256 KiB */
	check_hex("oversize", "client", &r.to_client, "e00195");
	assert_non_null(strstr(pc_buf_text(&r.log), "mqttMalformed"));
	room_done(&r);
}

/* The largest packet goes through, in pieces of any size. */
static void
test_largest(void **state)
{
	struct room r;
	(void)state;
	room_init(&r, false, 0);
	assert_int_equal(feed(&r, CONNECT3, true), PC_OK);
	size_t size = PC_MQTT_TAP_PACKET_MAX;
	uint8_t *raw = calloc(1, size);
	struct pc_writer w;
	const struct pc_mqtt_publish m = {
		.topic = {(const uint8_t *)"a/r", 3}, .payload = {raw, size - 4 - 5}};
	uint8_t *packet = malloc(size);
	pc_writer_init(&w, packet, size);
	pc_mqtt_write_publish(&w, 4, &m);
	assert_int_equal(w.err, PC_OK);
	assert_int_equal(w.at, size);
	size_t before = r.to_broker.len;
	for (size_t i = 0; i < size; i += 50000)
		assert_int_equal(pc_mqtt_tap_from_client(r.tap, packet + i,
					 size - i < 50000 ? size - i : 50000, NULL),
			PC_OK);
	assert_int_equal(r.to_broker.len - before, size);
	free(raw);
	free(packet);
	room_done(&r);
}

static void
test_topic_too_long(void **state)
{
	struct room r;
	uint8_t raw[700], topic[600];
	struct pc_writer w;
	const struct pc_mqtt_publish m = {.topic = {topic, sizeof(topic)}};
	(void)state;
	memset(topic, 'x', sizeof(topic));
	topic[0] = 'a';
	topic[1] = '/';
	room_init(&r, false, 0);
	assert_int_equal(feed(&r, CONNECT3, true), PC_OK);
	pc_writer_init(&w, raw, sizeof(raw));
	pc_mqtt_write_publish(&w, 4, &m);
	assert_int_equal(pc_mqtt_tap_from_client(r.tap, raw, w.at, NULL), PC_E_REFUSED);
	room_done(&r);
}

static void
test_summary(void **state)
{
	struct room r;
	struct pc_buf m;
	(void)state;
	room_init(&r, false, 0);
	pc_buf_init(&m, 1000);
	assert_false(pc_mqtt_tap_connected(r.tap));
	assert_int_equal(feed(&r, CONNECT3 " c000 c000 e000", true), PC_E_CLOSED);
	assert_true(pc_mqtt_tap_connected(r.tap));
	assert_int_equal(feed(&r, "c000", true), PC_E_BADVALUE); /* nothing after DISCONNECT */
	pc_mqtt_tap_summary(r.tap, &m);
	assert_string_equal(pc_buf_text(&m), "\"clientId\":\"a\",\"clean\":true,\"inCONNECT\":1,"
					     "\"inPINGREQ\":2,\"inDISCONNECT\":1");
	pc_buf_done(&m);
	room_done(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversations),
		cmocka_unit_test(test_oversize),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_topic_too_long),
		cmocka_unit_test(test_summary),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
