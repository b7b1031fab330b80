/* presscheck capture merge: several capture files into one, by time. */
#include <stdio.h>

#include "base/err.h"
#include "base/opt.h"
#include "capture/merge.h"
#include "cmd/commands.h"

enum { OPT_OUT = 1 };

static const struct pc_opt options[] = {
	{OPT_OUT, "out", "FILE", "the file to write (needed)"},
};

struct args {
	const char *out;
	const char *in[PC_CAPTURE_MERGE_MAX];
	size_t n;
};

static int
on_option(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct args *a = ctx;
	if (id == OPT_OUT)
		a->out = value;
	else if (a->n == PC_CAPTURE_MERGE_MAX)
		return pc_diag_fail(
			diag, PC_E_USAGE, "more than %d files to merge", PC_CAPTURE_MERGE_MAX);
	else
		a->in[a->n++] = value;
	return PC_OK;
}

static int
run(const struct pc_command *self, int argc, char **argv)
{
	struct args a = {0};
	struct pc_diag diag = {0};
	uint64_t packets = 0;
	int exit_code;
	if (!pc_opt_parse_or_exit(self, argc, argv, on_option, &a, &exit_code))
		return exit_code;
	if (a.out == NULL || a.n == 0)
		return pc_opt_fail(self, PC_E_USAGE,
			&(struct pc_diag){"input files and --out FILE are needed"});
	int err = pc_capture_merge(a.in, a.n, a.out, &packets, &diag);
	if (err != PC_OK)
		return pc_opt_fail(self, err, &diag);
	printf("%s: %llu packets of %zu files\n", a.out, (unsigned long long)packets, a.n);
	return PC_EXIT_PASS;
}

const struct pc_command pc_cmd_capture_merge = {
	.name = "capture merge",
	.summary = "merge capture files by time",
	.operands = "FILE...",
	.description =
		"Writes the packets of all files to one pcapng file in order of time, with their "
		"comments. Each keeps an interface named after its file.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples = "  presscheck capture merge site.pcapng wan.pcapng --out both.pcapng",
	.run = run,
};
