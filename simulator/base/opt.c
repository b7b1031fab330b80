#include "base/opt.h"

#include <string.h>

#include "base/err.h"

static const struct pc_opt *
find_option(const struct pc_command *cmd, const char *name, size_t len)
{
	for (size_t i = 0; i < cmd->n_options; i++) {
		if (strlen(cmd->options[i].name) == len &&
			memcmp(cmd->options[i].name, name, len) == 0)
			return &cmd->options[i];
	}
	return NULL;
}

/* Handles argv[*at], which begins with "--"; moves *at past a separate value. */
static int
parse_long(const struct pc_command *cmd, int argc, char **argv, int *at, pc_opt_fn fn, void *ctx,
	struct pc_diag *diag)
{
	const char *word = argv[*at] + 2;
	const char *equals = strchr(word, '=');
	size_t len = equals == NULL ? strlen(word) : (size_t)(equals - word);
	const struct pc_opt *opt = find_option(cmd, word, len);
	if (opt == NULL)
		return pc_diag_fail(diag, PC_E_USAGE, "unknown option '--%.*s'", (int)len, word);
	if (opt->arg == NULL) {
		if (equals != NULL)
			return pc_diag_fail(
				diag, PC_E_USAGE, "option '--%s' takes no value", opt->name);
		return fn(ctx, opt->id, NULL, diag);
	}
	if (equals != NULL)
		return fn(ctx, opt->id, equals + 1, diag);
	if (*at + 1 >= argc)
		return pc_diag_fail(
			diag, PC_E_USAGE, "option '--%s' needs a value (%s)", opt->name, opt->arg);
	*at += 1;
	return fn(ctx, opt->id, argv[*at], diag);
}

int
pc_opt_parse(const struct pc_command *cmd, int argc, char **argv, pc_opt_fn fn, void *ctx,
	struct pc_diag *diag)
{
	bool operands_only = false;
	for (int i = 1; i < argc; i++) {
		int err;
		if (!operands_only && strcmp(argv[i], "--") == 0) {
			operands_only = true;
			continue;
		}
		if (!operands_only &&
			(strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)) {
			pc_opt_help(cmd, stdout);
			return PC_E_CLOSED;
		}
		if (!operands_only && strncmp(argv[i], "--", 2) == 0)
			err = parse_long(cmd, argc, argv, &i, fn, ctx, diag);
		else if (!operands_only && argv[i][0] == '-' && argv[i][1] != '\0')
			err = pc_diag_fail(diag, PC_E_USAGE, "unknown option '%s'", argv[i]);
		else
			err = fn(ctx, 0, argv[i], diag);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}

bool
pc_opt_parse_or_exit(
	const struct pc_command *cmd, int argc, char **argv, pc_opt_fn fn, void *ctx, int *ret_exit)
{
	struct pc_diag diag = {0};
	int err = pc_opt_parse(cmd, argc, argv, fn, ctx, &diag);
	if (err == PC_OK)
		return true;
	if (err == PC_E_CLOSED) {
		*ret_exit = PC_EXIT_PASS;
		return false;
	}
	fprintf(stderr, "presscheck %s: %s\nTry 'presscheck %s --help'.\n", cmd->name,
		diag.text[0] != '\0' ? diag.text : pc_err_text(err), cmd->name);
	*ret_exit = PC_EXIT_USAGE;
	return false;
}

void
pc_opt_help(const struct pc_command *cmd, FILE *out)
{
	fprintf(out, "Usage: presscheck %s%s %s\n\n%s\n", cmd->name,
		cmd->n_options > 0 ? " [options]" : "", cmd->operands, cmd->description);
	fprintf(out, "\nOptions:\n");
	for (size_t i = 0; i < cmd->n_options; i++) {
		const struct pc_opt *o = &cmd->options[i];
		char left[64];
		snprintf(left, sizeof(left), "--%s%s%s", o->name, o->arg == NULL ? "" : " ",
			o->arg == NULL ? "" : o->arg);
		fprintf(out, "  %-26s %s\n", left, o->help);
	}
	fprintf(out, "  %-26s %s\n", "--help", "print this text");
	if (cmd->examples != NULL)
		fprintf(out, "\nExamples:\n%s\n", cmd->examples);
	fprintf(out, "\nExit codes: 0 all passed, 1 something failed, 2 the harness failed, "
		     "3 inconclusive, 4 usage, 5 evidence invalid.\n");
}

/* Roff takes a leading dot or quote as a request and a hyphen as a soft one. */
static void
man_text(const char *text, FILE *out)
{
	bool line_start = true;
	for (const char *p = text; *p != '\0'; p++) {
		if (line_start && (*p == '.' || *p == '\''))
			fputs("\\&", out);
		if (line_start && *p == '\n')
			fputs(".PP", out);
		if (*p == '-')
			fputs("\\-", out);
		else if (*p == '\\')
			fputs("\\e", out);
		else
			fputc(*p, out);
		line_start = *p == '\n';
	}
	fputc('\n', out);
}

void
pc_opt_man(const struct pc_command *cmd, FILE *out)
{
	fprintf(out, ".TH \"PRESSCHECK %s\" 1 \"\" presscheck\n.SH NAME\n", cmd->name);
	fprintf(out, "presscheck %s \\- ", cmd->name);
	man_text(cmd->summary, out);
	fprintf(out, ".SH SYNOPSIS\n.B presscheck %s\n", cmd->name);
	if (cmd->n_options > 0)
		fprintf(out, "[options]\n");
	man_text(cmd->operands, out);
	fprintf(out, ".SH DESCRIPTION\n");
	man_text(cmd->description, out);
	fprintf(out, ".SH OPTIONS\n");
	for (size_t i = 0; i < cmd->n_options; i++) {
		const struct pc_opt *o = &cmd->options[i];
		fprintf(out, ".TP\n\\fB\\-\\-%s\\fR %s\n", o->name, o->arg == NULL ? "" : o->arg);
		man_text(o->help, out);
	}
	fprintf(out, ".TP\n\\fB\\-\\-help\\fR\nprint the short help\n");
	if (cmd->examples != NULL) {
		fprintf(out, ".SH EXAMPLES\n.nf\n");
		man_text(cmd->examples, out);
		fprintf(out, ".fi\n");
	}
	fprintf(out, ".SH EXIT STATUS\n0 all passed, 1 something failed, 2 the harness failed, "
		     "3 inconclusive, 4 usage or plan error, 5 evidence invalid.\n");
}

int
pc_opt_fail(const struct pc_command *cmd, int err, const struct pc_diag *diag)
{
	fprintf(stderr, "presscheck %s: %s\n", cmd->name,
		diag->text[0] != '\0' ? diag->text : pc_err_text(err));
	return (int)pc_err_exit(err);
}
