/* base/opt: one option table per command gives parsing, --help and the man page. */
#ifndef PC_BASE_OPT_H
#define PC_BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/diag.h"

/* One option. `arg` is the name of its value in the help ("FILE"), NULL for a switch. */
struct pc_opt {
	int id; /* the command's own number, handed to the callback; must not be 0 */
	const char *name;
	const char *arg;
	const char *help;
};

/* One command of the program. All strings static. `run` gets argv[0] = command name and returns
 * the exit code (enum pc_exit). */
struct pc_command {
	const char *name;        /* "profile list" holds a sub-command word */
	const char *summary;     /* half a sentence for the list of commands */
	const char *operands;    /* "[FILE...]" or "" */
	const char *description; /* paragraphs separated by an empty line */
	const struct pc_opt *options;
	size_t n_options;
	const char *examples; /* lines "command  # what it does", or NULL */
	int (*run)(const struct pc_command *self, int argc, char **argv);
};

/* Called for each option in order, and for each operand with id 0. Returns PC_OK or an error with
 * the sentence in `diag`. */
typedef int (*pc_opt_fn)(void *ctx, int id, const char *value, struct pc_diag *diag);

/* Parse "--name VALUE", "--name=VALUE" and operands; "--" ends the options and hands the rest over
 * as operands. PC_OK; PC_E_CLOSED after --help was printed to stdout; PC_E_USAGE with `diag`. */
int pc_opt_parse(const struct pc_command *cmd, int argc, char **argv, pc_opt_fn fn, void *ctx,
	struct pc_diag *diag);

/* As pc_opt_parse(), and on failure prints the sentence and "see --help" to stderr. Returns true
 * when the command should go on; otherwise *ret_exit is what the command must return. */
bool pc_opt_parse_or_exit(const struct pc_command *cmd, int argc, char **argv, pc_opt_fn fn,
	void *ctx, int *ret_exit);

/* The --help text, and the same as a man page (section 1, roff). */
void pc_opt_help(const struct pc_command *cmd, FILE *out);
void pc_opt_man(const struct pc_command *cmd, FILE *out);

/* Print "presscheck COMMAND: sentence" to stderr; returns pc_err_exit(err). */
int pc_opt_fail(const struct pc_command *cmd, int err, const struct pc_diag *diag);

#endif
