/* Tests of the commands "profile list|check|show": exit codes, what goes to which stream. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/err.h"
#include "cmd/commands.h"

#define FILES PC_SOURCE_DIR "/simulator/profile/tests"

struct result {
	int exit_code;
	char out[65536], err[8192];
};

static void
slurp(FILE *f, char *text, size_t size)
{
	rewind(f);
	text[fread(text, 1, size - 1, f)] = '\0';
	fclose(f);
}

/* Run with standard output and error going to files. */
static void
run(const struct pc_command *cmd, struct result *r, int argc, const char *const *args)
{
	char *argv[8];
	FILE *out = tmpfile(), *err = tmpfile();
	assert_non_null(out);
	assert_non_null(err);
	argv[0] = strdup(cmd->name);
	for (int i = 0; i < argc; i++)
		argv[i + 1] = strdup(args[i]);
	fflush(stdout);
	int keep_out = dup(1), keep_err = dup(2);
	dup2(fileno(out), 1);
	dup2(fileno(err), 2);
	r->exit_code = cmd->run(cmd, argc + 1, argv);
	fflush(stdout);
	dup2(keep_out, 1);
	dup2(keep_err, 2);
	close(keep_out);
	close(keep_err);
	for (int i = 0; i <= argc; i++)
		free(argv[i]);
	slurp(out, r->out, sizeof(r->out));
	slurp(err, r->err, sizeof(r->err));
}

#define RUN(cmd, r, ...) \
	run(cmd, r, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)), \
		(const char *[]){__VA_ARGS__})

static void
test_list(void **state)
{
	struct result *r = malloc(sizeof(*r));
	(void)state;
	assert_non_null(r);
	RUN(&pc_cmd_profile_list, r, "--dir", PC_SOURCE_DIR "/profiles");
	assert_int_equal(r->exit_code, PC_EXIT_PASS);
	assert_non_null(strstr(r->out, "epson-wf-c5890"));
	assert_null(strstr(r->out, "epson-office-inkjet"));
	RUN(&pc_cmd_profile_list, r, "--dir", PC_SOURCE_DIR "/profiles", "--all", "--json");
	json_t *array = json_loads(r->out, 0, NULL);
	assert_true(json_is_array(array));
	assert_true(json_array_size(array) > 6);
	json_decref(array);
	/* One broken profile does not hide the others, but is not kept quiet either. */
	RUN(&pc_cmd_profile_list, r, "--dir", FILES "/profiles");
	assert_int_equal(r->exit_code, PC_EXIT_USAGE);
	assert_non_null(strstr(r->out, "base"));
	assert_non_null(strstr(r->err, "broken.yaml:2:6: found 'fast'"));
	RUN(&pc_cmd_profile_list, r, "--dir", "/nonexistent");
	assert_int_equal(r->exit_code, PC_EXIT_HARNESS);
	RUN(&pc_cmd_profile_list, r, "--what");
	assert_int_equal(r->exit_code, PC_EXIT_USAGE);
	free(r);
}

static void
test_check(void **state)
{
	struct result *r = malloc(sizeof(*r));
	(void)state;
	assert_non_null(r);
	RUN(&pc_cmd_profile_check, r, FILES "/profiles/base.yaml", FILES "/walks/small.snmprec");
	assert_int_equal(r->exit_code, PC_EXIT_PASS);
	assert_non_null(strstr(r->out, "base.yaml: ok, T-1, 2 supplies, 1 trays, 3 raw objects"));
	assert_string_equal(r->err, "");
	RUN(&pc_cmd_profile_check, r, FILES "/profiles/broken.yaml", FILES "/profiles/base.yaml",
		FILES "/profiles/loop-a.yaml");
	assert_int_equal(r->exit_code, PC_EXIT_USAGE);
	assert_non_null(strstr(r->err, "broken.yaml:2:6: found 'fast', expected a number"));
	assert_non_null(strstr(r->err, "loop-b.yaml:1:10: found 'loop-a', expected a parent"));
	assert_non_null(strstr(r->out, "base.yaml: ok"));
	RUN(&pc_cmd_profile_check, r, "nobody", "--dir", FILES "/profiles");
	assert_int_equal(r->exit_code, PC_EXIT_USAGE);
	RUN(&pc_cmd_profile_check, r, "--dir", ".");
	assert_int_equal(r->exit_code, PC_EXIT_USAGE);
	free(r);
}

static void
test_show(void **state)
{
	struct result *r = malloc(sizeof(*r));
	size_t i;
	json_t *row;
	bool found = false;
	(void)state;
	assert_non_null(r);
	RUN(&pc_cmd_profile_show, r, "base", "--dir", FILES "/profiles");
	assert_int_equal(r->exit_code, PC_EXIT_PASS);
	assert_non_null(strstr(r->out, "base.yaml:2\n"));
	RUN(&pc_cmd_profile_show, r, "base", "--json", "--dir", FILES "/profiles");
	json_t *array = json_loads(r->out, 0, NULL);
	json_array_foreach(array, i, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "path")), "trays[0].capacity") !=
			0)
			continue;
		found = json_integer_value(json_object_get(row, "value")) == 250;
	}
	assert_true(found);
	json_decref(array);
	RUN(&pc_cmd_profile_show, r, "--schema");
	array = json_loads(r->out, 0, NULL);
	assert_true(json_is_object(array));
	json_decref(array);
	RUN(&pc_cmd_profile_show, r, "nobody", "--dir", FILES "/profiles");
	assert_int_equal(r->exit_code, PC_EXIT_USAGE);
	assert_non_null(strstr(r->err, "there are: base"));
	free(r);
}

#define PROFILES PC_SOURCE_DIR "/profiles"

/* The same bytes each time, in both notations; a model that is only extended has no printer. */
static void
test_show_walk(void **state)
{
	struct result *r = malloc(sizeof(*r)), *again = malloc(sizeof(*again));
	(void)state;
	assert_non_null(r);
	assert_non_null(again);
	RUN(&pc_cmd_profile_show, r, "lindgren-mono-40", "--snmprec", "--dir", PROFILES);
	RUN(&pc_cmd_profile_show, again, "lindgren-mono-40", "--snmprec", "--dir", PROFILES);
	assert_int_equal(r->exit_code, PC_EXIT_PASS);
	assert_memory_equal(r->out, "1.3.6.1.2.1.1.1.0|4|", 20);
	assert_non_null(strstr(r->out, "\n1.3.6.1.2.1.43.5.1.1.17.1|4|"));
	assert_string_equal(r->out, again->out);
	RUN(&pc_cmd_profile_show, r, "lindgren-mono-40", "--walk", "--dir", PROFILES);
	assert_int_equal(r->exit_code, PC_EXIT_PASS);
	assert_non_null(strstr(r->out, "\n.1.3.6.1.2.1.1.3.0 = Timeticks: (6000)\n"));
	RUN(&pc_cmd_profile_show, r, "epson", "--snmprec", "--dir", PROFILES);
	assert_int_equal(r->exit_code, PC_EXIT_USAGE);
	assert_non_null(strstr(r->err, "only there to be extended"));
	free(r);
	free(again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_show_walk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
