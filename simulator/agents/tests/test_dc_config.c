/* Tests of dc-config: defaults, places of mistakes, the device list; and the host part of the URL.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agents/dc-config.h"
#include "agents/http.h"
#include "base/err.h"
#include "base/file.h"

#define TOP \
	"server: https://127.0.0.1:8443\nagentId: dc-1\nstateDir: state\n" \
	"files: {ca: ca.pem, cert: /abs/c.pem, key: k.pem}\n"

static char dir_template[] = "/tmp/pc-config-XXXXXX";

static int
load(const char *dir, const char *text, struct pc_dc_config *c, struct pc_diag *diag)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/dc.yaml", dir);
	assert_int_equal(pc_file_write(path, text, strlen(text), 0600, NULL), PC_OK);
	int err = pc_dc_config_load(path, c, diag);
	unlink(path);
	return err;
}

static void
test_good(void **state)
{
	struct pc_dc_config *c = calloc(1, sizeof(*c));
	char dir[sizeof(dir_template)], want[64];
	(void)state;
	memcpy(dir, dir_template, sizeof(dir));
	assert_non_null(mkdtemp(dir));
	assert_int_equal(
		load(dir,
			TOP "period: 15m\nportOffset: 10000\ncleaning: snmp\n"
			    "hostFacts: {timeZone: '-03:30'}\ncommunities: {write: w}\n"
			    "deviceList:\n  - 127.1.0.1\n  - {address: printer, serial: X1}\n",
			c, NULL),
		PC_OK);
	assert_int_equal(c->period_s, 900);
	assert_int_equal(c->port_offset, 10000);
	assert_true(c->clean_by_snmp);
	assert_int_equal(c->offset_minutes, -210);
	assert_string_equal(c->read_community, "public");
	assert_string_equal(c->write_community, "w");
	assert_string_equal(c->os, "Windows 10 Pro 10.0.19045");
	assert_int_equal(c->n_devices, 2);
	assert_string_equal(c->devices[0].host, "127.1.0.1");
	assert_string_equal(c->devices[1].host, "printer");
	assert_string_equal(c->devices[1].serial, "X1");
	snprintf(want, sizeof(want), "%s/ca.pem", dir);
	assert_string_equal(c->ca_file, want);
	assert_string_equal(c->cert_file, "/abs/c.pem");
	pc_dc_config_done(c);
	char list[64];
	snprintf(list, sizeof(list), "%s/list.yaml", dir);
	assert_int_equal(pc_file_write(list, "- 127.1.0.9\n", 12, 0600, NULL), PC_OK);
	assert_int_equal(load(dir, TOP "deviceList: list.yaml\n", c, NULL), PC_OK);
	assert_int_equal(c->n_devices, 1);
	assert_string_equal(c->devices[0].host, "127.1.0.9");
	assert_int_equal(c->period_s, PC_DC_PERIOD_S);
	pc_dc_config_done(c);
	unlink(list);
	rmdir(dir);
	free(c);
}

static void
test_bad(void **state)
{
	static const struct {
		const char *name, *text, *place;
	} rows[] = {
		{"unknown key", TOP "colour: red\n", ":5:1:"},
		{"unknown in group", TOP "timeouts:\n  snmp: 3\n", ":6:3:"},
		{"period too short", TOP "period: 59s\n", ":5:9:"},
		{"period too long", TOP "period: 31d\n", ":5:9:"},
		{"period without unit", TOP "period: 60\n", ":5:9:"},
		{"number range", TOP "portOffset: 70000\n", ":5:13:"},
		{"no list", TOP "deviceList: {a: b}\n", ":5:"},
		{"bad host", TOP "deviceList: ['a b']\n", ":5:14:"},
		{"no address", TOP "deviceList: [{serial: X}]\n", ":5:"},
		{"bad zone", TOP "hostFacts: {timeZone: Mars}\n", ":5:23:"},
		{"bad cleaning", TOP "cleaning: fax\n", ":5:11:"},
		{"missing keys", "server: https://h\n", "agentId"},
		{"missing in group", "server: https://h\nagentId: a\nstateDir: s\n", "files.ca"},
		{"bad agent id", "agentId: 'a/b'\n", ":1:10:"},
		{"no map", "- a\n", ":1:"},
		{"bad probe", TOP "discovery: {addresses: [x]}\n", ":5:25:"},
	};
	char dir[sizeof(dir_template)];
	struct pc_dc_config *c = calloc(1, sizeof(*c));
	(void)state;
	memcpy(dir, dir_template, sizeof(dir));
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_diag diag = {0};
		int err = load(dir, rows[i].text, c, &diag);
		if (err != PC_E_SYNTAX || strstr(diag.text, rows[i].place) == NULL)
			fail_msg("%s: %d %s", rows[i].name, err, diag.text);
	}
	rmdir(dir);
	free(c);
}

static void
test_split(void **state)
{
	static const struct {
		const char *url;
		int err;
		const char *host;
		uint16_t port;
	} rows[] = {
		{"https://a", PC_OK, "a", 443},
		{"https://a/", PC_OK, "a", 443},
		{"https://127.0.0.1:8443", PC_OK, "127.0.0.1", 8443},
		{"http://a", PC_E_BADVALUE, "", 0},
		{"https://", PC_E_BADVALUE, "", 0},
		{"https://a:", PC_E_BADVALUE, "", 0},
		{"https://a:70000", PC_E_BADVALUE, "", 0},
		{"https://a:1x", PC_E_BADVALUE, "", 0},
		{"https://a/b", PC_E_BADVALUE, "", 0},
		{"https://a:1234567890", PC_E_BADVALUE, "", 0},
		{"", PC_E_BADVALUE, "", 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char host[64] = "";
		uint16_t port = 0;
		int err = pc_https_split(rows[i].url, host, sizeof(host), &port, NULL);
		if (err != rows[i].err || strcmp(host, rows[i].host) != 0 || port != rows[i].port)
			fail_msg("%s: %d %s %u", rows[i].url, err, host, port);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_split),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
