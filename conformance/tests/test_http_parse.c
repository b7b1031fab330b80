/* Tests of conformance/http-parse: framing, cut everywhere, chunked and gzip bodies, lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "conformance/http-parse.h"

static void
test_messages(void **state)
{
	static const struct {
		const char *name;
		const char *text;
		bool response, closed, head;
		int err;
		const char *body;
		size_t behind; /* bytes of the next message */
	} rows[] = {
		{"no body", "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET", false, false, false, PC_OK, "",
			3},
		{"length", "POST /x HTTP/1.1\r\ncontent-LENGTH: 3\r\n\r\nabcd", false, false, false,
			PC_OK, "abc", 1},
		{"chunked",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
			"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\nH",
			true, false, false, PC_OK, "abcde", 1},
		{"until close", "HTTP/1.0 200 OK\r\n\r\nabc", true, true, false, PC_OK, "abc", 0},
		{"until close, open", "HTTP/1.0 200 OK\r\n\r\nabc", true, false, false,
			PC_E_TRUNCATED, NULL, 0},
		{"204", "HTTP/1.1 204 No Content\r\n\r\nHTTP", true, false, false, PC_OK, "", 4},
		{"answer to HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true, false,
			true, PC_OK, "", 0},
		{"bare LF", "GET / HTTP/1.1\nHost: a\n\n", false, false, false, PC_OK, "", 0},
		{"not HTTP", "hello\r\n\r\n", false, false, false, PC_E_BADVALUE, NULL, 0},
		{"bad status", "HTTP/1.1 2x0 OK\r\n\r\n", true, false, false, PC_E_BADVALUE, NULL,
			0},
		{"header without colon", "GET / HTTP/1.1\r\nabc\r\n\r\n", false, false, false,
			PC_E_BADVALUE, NULL, 0},
		{"bad length", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", false, false, false,
			PC_E_BADVALUE, NULL, 0},
		{"huge length", "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
			false, false, false, PC_E_LIMIT, NULL, 0},
		{"bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", true,
			false, false, PC_E_BADVALUE, NULL, 0},
		{"unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: br\r\n\r\n", true, false,
			false, PC_E_UNSUPPORTED, NULL, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_http_message m;
		struct pc_buf body;
		size_t len = strlen(rows[i].text);
		int err = pc_http_parse((const uint8_t *)rows[i].text, len, rows[i].response,
			rows[i].closed, rows[i].head, &m);
		if (err != rows[i].err)
			fail_msg("%s: %d", rows[i].name, err);
		if (err != PC_OK)
			continue;
		pc_buf_init(&body, 1000);
		assert_int_equal(pc_http_body(&m, &body), PC_OK);
		if (strcmp(pc_buf_text(&body), rows[i].body) != 0 ||
			m.total != len - rows[i].behind)
			fail_msg("%s: body '%s', %zu bytes", rows[i].name, pc_buf_text(&body),
				m.total);
		pc_buf_done(&body);
	}
}

static void
test_cut_everywhere(void **state)
{
	static const char text[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n"
				   "5\r\nhello\r\n0\r\n\r\n";
	(void)state;
	for (size_t cut = 0; cut < sizeof(text) - 1; cut++) {
		struct pc_http_message m;
		if (pc_http_parse((const uint8_t *)text, cut, true, false, false, &m) !=
			PC_E_TRUNCATED)
			fail_msg("cut at %zu", cut);
	}
}

static void
test_gzip(void **state)
{
	/* gzip of "hello" */
	static const char head[] =
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 25\r\n\r\n";
	static const uint8_t gz[25] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9,
		0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0};
	uint8_t data[256];
	struct pc_http_message m;
	struct pc_buf out;
	size_t n = sizeof(head) - 1;
	(void)state;
	memcpy(data, head, n);
	memcpy(data + n, gz, sizeof(gz));
	assert_int_equal(pc_http_parse(data, n + sizeof(gz), true, false, false, &m), PC_OK);
	pc_buf_init(&out, 100);
	assert_int_equal(pc_http_body(&m, &out), PC_OK);
	assert_string_equal(pc_buf_text(&out), "hello");
	pc_buf_clear(&out);
	m.body_len = 20; /* ends before the check sum */
	assert_int_equal(pc_http_body(&m, &out), PC_E_BADVALUE);
	data[n] = 0; /* no gzip at all */
	m.body_len = sizeof(gz);
	assert_int_equal(pc_http_body(&m, &out), PC_E_BADVALUE);
	pc_buf_done(&out);
	pc_buf_init(&out, 3); /* a bomb stops at the limit */
	data[n] = 0x1f;
	assert_int_equal(pc_http_body(&m, &out), PC_E_LIMIT);
	pc_buf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_gzip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
