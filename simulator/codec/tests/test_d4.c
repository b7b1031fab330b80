/* Tests of @EJL requests and IEEE 1284.4 packets: recorded octets, cuts at every length, lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/d4.h"

enum { TRACE_MAX = 1024 };

static void
trace(char out[TRACE_MAX], const struct pc_d4_item *it)
{
	size_t at = strlen(out);
	const struct pc_d4_packet *k = &it->packet;
	if (it->step == PC_D4_COMMAND)
		(void)snprintf(out + at, TRACE_MAX - at, "[%02x %u,%u %u/%u %u/%u r%u %s]",
			k->command, k->primary, k->secondary, k->to_printer, k->to_host, k->credit,
			k->max_credit, k->revision, k->name);
	else if (it->step == PC_D4_DATA)
		(void)snprintf(out + at, TRACE_MAX - at, "%s%.*s%s", it->first ? "<" : "",
			(int)it->len, (const char *)it->data, it->last ? ">" : "");
	else if (it->step == PC_D4_BAD)
		(void)snprintf(out + at, TRACE_MAX - at, "!%02x", it->error);
}

static void
run(const uint8_t *in, size_t len, size_t chunk, char out[TRACE_MAX])
{
	struct pc_d4_parser p = {0};
	struct pc_d4_item it = {0};
	out[0] = '\0';
	for (size_t at = 0; at < len && it.step != PC_D4_BAD;) {
		size_t end = len - at < chunk ? len : at + chunk;
		do {
			at += pc_d4_feed(&p, in + at, end - at, &it);
			trace(out, &it);
		} while (it.step != PC_D4_MORE && it.step != PC_D4_BAD);
	}
}

static const struct {
	const char *name, *hex, *expected;
} rows[] = {
	{"Init of Epson's library", "0000000801000010", "[00 0,0 0/0 0/0 r16 ]"},
	{"GetSocketID", "00 00 00 11 01 00 09 45 50 53 4f 4e 2d 43 54 52 4c",
		"[09 0,0 0/0 0/0 r0 EPSON-CTRL]"},
	{"OpenChannel", "00 00 00 11 01 00 01 02 02 02 00 01 00 00 05 00 01",
		"[01 2,2 512/256 1/5 r0 ]"},
	{"CreditRequest", "00 00 00 0d 01 00 04 40 40 00 08 ff ff", "[04 64,64 0/0 8/65535 r0 ]"},
	{"Credit", "00 00 00 0b 01 00 03 02 02 00 01", "[03 2,2 0/0 1/0 r0 ]"},
	{"CloseChannel", "00 00 00 0a 01 00 02 02 02 00", "[02 2,2 0/0 0/0 r0 ]"},
	{"Exit", "00 00 00 07 01 00 08", "[08 0,0 0/0 0/0 r0 ]"},
	{"data, then a command", "40 40 00 09 01 00 61 62 63 00 00 00 07 01 00 08",
		"<abc>[08 0,0 0/0 0/0 r0 ]"},
	{"empty data", "40 40 00 06 01 00 00 00 00 07 01 00 08", "<>[08 0,0 0/0 0/0 r0 ]"},
	{"length under the header", "40 40 00 05 01 00 61", "!80"},
	{"length 0", "00 00 00 00 01 00 08", "!80"},
	{"command without a code", "00 00 00 06 01 00", "!80"},
	{"command too short", "00 00 00 08 01 00 03 02", "!80"},
	{"command too long", "00 00 00 09 01 00 08 00 00", "!80"},
	{"command over the limit", "00 00 ff ff 01 00 09", "!83"},
	{"unknown command", "00 00 00 07 01 00 33", "!87"},
};

static void
test_streams(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t in[128];
		size_t len = 0;
		assert_int_equal(pc_text_unhex(rows[i].hex, in, sizeof(in), &len), PC_OK);
		for (size_t chunk = 1; chunk <= len; chunk++) {
			char out[TRACE_MAX];
			run(in, len, chunk, out);
			if (strcmp(out, rows[i].expected) != 0)
				fail_msg("%s, chunks of %zu: %s, expected %s", rows[i].name, chunk,
					out, rows[i].expected);
		}
		for (size_t cut = 0; cut < len; cut++) {
			char out[TRACE_MAX];
			run(in, cut, 128, out); /* no command out of half a packet */
			if (rows[i].expected[0] == '[')
				assert_string_equal(out, "");
		}
	}
}

static void
expect(struct pc_writer *w, const char *hex)
{
	char found[256];
	assert_int_equal(w->err, PC_OK);
	pc_text_hex(w->data, w->at, found);
	assert_string_equal(found, hex);
	w->at = 0;
}

static void
test_replies(void **state)
{
	uint8_t out[64];
	struct pc_writer w;
	(void)state;
	pc_writer_init(&w, out, sizeof(out));
	pc_d4_reply(&w, &(struct pc_d4_packet){.command = PC_D4_ENTER}, PC_D4_OK);
	expect(&w, "000000080100c500");
	pc_d4_reply(&w, &(struct pc_d4_packet){.command = PC_D4_INIT}, PC_D4_OK);
	expect(&w, "000000090100800010");
	pc_d4_reply(&w,
		&(struct pc_d4_packet){
			.command = PC_D4_GET_SOCKET_ID, .primary = 0x40, .name = "EPSON-DATA"},
		PC_D4_OK);
	expect(&w, "00000013010089004045"
		   "50534f4e2d44415441");
	pc_d4_reply(&w, &(struct pc_d4_packet){.command = PC_D4_EXIT}, PC_D4_OK);
	expect(&w, "0000000801008800");
	pc_d4_error(&w, 2, 2, PC_D4_E_NO_CREDIT);
	expect(&w, "0000000a01007f020281");
	pc_d4_data(&w, 2, 2, 1, (const uint8_t *)"ab", 2);
	expect(&w, "0202000801006162");
}

#define LEAVE    "\0\0\0\x1b\x01@EJL 1284.4\n@EJL     \n"
#define ENTER    "\0\0\0\x1b\x01@EJL 1284.4\n@EJL\n@EJL\n"
#define BYTES(s) s, sizeof(s) - 1

static const struct {
	const char *name, *in;
	size_t len;
	enum pc_ejl kind;
	size_t used;
} requests[] = {
	{"identify", BYTES("\x1b\x01@EJL ID\r\nmore"), PC_EJL_ID, 11},
	{"identify, LF alone", BYTES("\x1b\x01@EJL ID\n"), PC_EJL_ID, 10},
	{"behind leaving packet mode", BYTES(LEAVE "\x1b\x01@EJL ID\r\n"), PC_EJL_ID, 38},
	{"enter packet mode", BYTES(ENTER), PC_EJL_ENTER, 27},
	{"a driver's job", BYTES(LEAVE "\x1b@\x1b@"), PC_EJL_NONE, 0},
	{"leaving alone", BYTES(LEAVE), PC_EJL_PARTIAL, 0},
	{"laser job", BYTES("\x1b\x01@EJL SE LA=ESC/PAGE\n"), PC_EJL_NONE, 0},
	{"PJL", BYTES("\x1b%-12345X"), PC_EJL_NONE, 0},
	{"ESC", BYTES("\x1b"), PC_EJL_PARTIAL, 0},
	{"text", BYTES("@EJL ID\r\n"), PC_EJL_NONE, 0},
};

static void
test_requests(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		size_t used = 0;
		enum pc_ejl kind =
			pc_ejl_probe((const uint8_t *)requests[i].in, requests[i].len, &used);
		if (kind != requests[i].kind || used != requests[i].used)
			fail_msg("%s: %d, %zu", requests[i].name, kind, used);
		for (size_t cut = 1; cut < requests[i].used; cut++)
			assert_int_equal(pc_ejl_probe((const uint8_t *)requests[i].in, cut, &used),
				PC_EJL_PARTIAL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_streams),
		cmocka_unit_test(test_replies), cmocka_unit_test(test_requests)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
