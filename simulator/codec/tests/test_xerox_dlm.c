/* Tests of codec/xerox-dlm: a good header, every cut, other headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "codec/xerox-dlm.h"

#define MODULE "%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE\n"
static const char good[] = "%%XRXbegin\n" MODULE "%%OID_ATT_JOB_COMMENT \"made up\"\n"
			   "%%OID_ATT_DLM_NAME \"lindgren-unit\"\n%%OID_ATT_DLM_VERSION \"2.1\"\n"
			   "%%OID_ATT_DLM_SIGNATURE \"00ff\"\n%%XRXend\n";

static const struct {
	const char *name, *in;
	int expected;
	const char *version;
} rows[] = {
	{"good", good, PC_OK, "2.1"},
	{"CR LF",
		"%%XRXbegin\r\n%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE\r\n%%XRXend\r\n",
		PC_OK, ""},
	{"no version check",
		"%%XRXbegin\n" MODULE "%%OID_ATT_DLM_VERSION NO_DLM_VERSION_CHECK\n%%XRXend\n",
		PC_OK, "NO_DLM_VERSION_CHECK"},
	{"UEL line in front", "\x1b%-12345X\n%%XRXbegin\n" MODULE "%%XRXend\n", PC_OK, ""},
	{"unknown attribute", "%%XRXbegin\n" MODULE "%%OID_ATT_NEW x\n%%XRXend\n", PC_OK, ""},
	{"one quote", "%%XRXbegin\n" MODULE "%%OID_ATT_DLM_VERSION \"\n%%XRXend\n", PC_OK, "\""},
	{"another job type", "%%XRXbegin\n%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_PRINT\n%%XRXend\n",
		PC_E_BADVALUE, NULL},
	{"no end", "%%XRXbegin\n" MODULE, PC_E_TRUNCATED, NULL},
	{"end alone", "%%XRXend\n", PC_E_NOTFOUND, NULL},
	{"PostScript", "%!PS-Adobe-3.0\nshowpage\n", PC_E_NOTFOUND, NULL},
	{"nothing", "", PC_E_NOTFOUND, NULL},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_xerox_dlm d = {.payload = 0};
		print_message("%s\n", rows[i].name);
		assert_int_equal(
			pc_xerox_dlm_read((const uint8_t *)rows[i].in, strlen(rows[i].in), &d),
			rows[i].expected);
		if (rows[i].version == NULL)
			continue;
		assert_string_equal(d.version, rows[i].version);
		assert_int_equal(d.payload, strlen(rows[i].in));
	}
}

static void
test_cut_everywhere(void **state)
{
	struct pc_xerox_dlm d;
	(void)state;
	for (size_t cut = 0; cut < sizeof(good) - 1; cut++)
		assert_int_equal(pc_xerox_dlm_read((const uint8_t *)good, cut, &d),
			cut < 11 ? PC_E_NOTFOUND : PC_E_TRUNCATED);
}

static void
test_header_is_early(void **state)
{
	static uint8_t late[4096];
	struct pc_xerox_dlm d;
	(void)state;
	memset(late, '\n', sizeof(late));
	memcpy(late + PC_DLM_HEADER_MAX, good, sizeof(good) - 1);
	assert_int_equal(pc_xerox_dlm_read(late, sizeof(late), &d), PC_E_NOTFOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_header_is_early),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
