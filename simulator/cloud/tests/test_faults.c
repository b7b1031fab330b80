#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "cloud/faults.h"
#include "cloud/http.h"

static void
test_table(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PC_CLOUD_FAULTS; i++) {
		pc_fault_set set = 0;
		assert_int_equal(pc_cloud_faults[i].bit, i);
		assert_int_equal(pc_fault_arm(pc_cloud_faults, PC_CLOUD_FAULTS,
					 pc_cloud_faults[i].name, &set, NULL),
			PC_OK);
		assert_true(set == (pc_fault_set)1 << i);
	}
}

static void
test_headers(void **state)
{
	struct pc_http_response r = {0};
	char longer[600];
	(void)state;
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_false(pc_http_add_header(&r, "Allow", "GET\r\nX: 1"));
	assert_false(pc_http_add_header(&r, "Allow", longer));
	for (unsigned i = 0; i < PC_HTTP_HEADERS_MAX; i++)
		assert_true(pc_http_add_header(&r, "Allow", "GET"));
	assert_false(pc_http_add_header(&r, "Allow", "GET"));
	assert_int_equal(r.n_headers, PC_HTTP_HEADERS_MAX);
	assert_string_equal(r.headers[0].value, "GET");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_headers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
