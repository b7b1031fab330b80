/* Tests that the engine counts what it takes and sends as traffic of the printer, to the octet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "printers.h"

enum { ANSWER_MAX = 2000 };

static const struct pc_traffic *
traffic(const struct printers *p, unsigned printer)
{
	return &pc_device_state(p->devices[printer])->traffic;
}

static void
test_request(void **state)
{
	static const uint8_t broken[] = {0x30, 0x80, 2, 1};
	struct printers p;
	char out[ANSWER_MAX];
	const struct pc_traffic *t;
	(void)state;
	printers_init(&p);
	t = traffic(&p, 1);
	assert_string_equal(printers_ask(&p, 1, "2c public get 2.1.1.1.0", out, sizeof(out)),
		"0/0 2.1.1.1.0=Test printer");
	assert_int_equal(t->in_datagrams, 1);
	assert_int_equal(t->out_datagrams, 1);
	assert_int_equal(t->out_octets, p.answer_len);
	uint64_t octets = t->in_octets;
	assert_true(octets > 30);
	/* silence is heard all the same */
	struct sockaddr_in to = printers_address(&p, 1);
	assert_false(printers_ask_bytes(&p, &to, broken, sizeof(broken)));
	assert_int_equal(t->in_datagrams, 2);
	assert_int_equal(t->in_octets, octets + sizeof(broken));
	assert_int_equal(t->out_datagrams, 1);
	assert_int_equal(traffic(&p, 0)->in_datagrams, 0);
	printers_done(&p);
}

/* An answer that was shortened counts as it went out. */
static void
test_shortened(void **state)
{
	struct printers p;
	char out[ANSWER_MAX];
	(void)state;
	printers_init(&p);
	printers_restart(&p, 484);
	(void)printers_ask(&p, 0, "2c public bulk:0:100 4.1.20", out, sizeof(out));
	assert_true(p.answer_len <= 484 && p.answer_len > 300);
	assert_int_equal(traffic(&p, 0)->out_octets, p.answer_len);
	assert_int_equal(traffic(&p, 0)->out_datagrams, 1);
	printers_done(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_shortened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
