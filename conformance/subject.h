/* conformance/subject: the programs a run judges, as child processes: started, awaited, stopped. */
#ifndef PC_CONFORMANCE_SUBJECT_H
#define PC_CONFORMANCE_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"

enum { PC_SUBJECT_ARGS_MAX = 96, PC_SUBJECT_LINE_MAX = 1024 };

/* A child of ours. */
struct pc_subject {
	pid_t pid;                       /* 0 = not running */
	int out;                         /* its standard output, -1 = none */
	char ready[PC_SUBJECT_LINE_MAX]; /* the line that began with "ready" */
};

/* Argument list under construction; texts are copied. */
struct pc_args {
	char *argv[PC_SUBJECT_ARGS_MAX];
	int argc;
	bool failed;
};
void pc_args_add(struct pc_args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void pc_args_done(struct pc_args *a);

/* Path of this program, for starting itself again. */
const char *pc_subject_self(char *buf, size_t size);

/* Run argv (argv[0] is the program) with standard error appended to `log_path`, and wait until it
 * prints a line that begins with "ready" (deadline_ms; 0 = do not wait). PC_E_TIMEOUT or
 * PC_E_ENVIRONMENT with the tail of the log in `diag`. The child dies with us. */
int pc_subject_start(struct pc_subject *s, struct pc_args *args, const char *log_path,
	unsigned deadline_ms, struct pc_diag *diag);

/* SIGTERM, and SIGKILL when it does not end within 5 s. Returns its wait status; 0 if not running.
 */
int pc_subject_stop(struct pc_subject *s);

/* SIGKILL, reaped. */
void pc_subject_kill(struct pc_subject *s);

/* Wait for the end by itself. PC_OK with *ret_status, or PC_E_TIMEOUT. */
int pc_subject_wait(struct pc_subject *s, unsigned deadline_ms, int *ret_status);

/* The value of "key=" or the word after `key` in the ready line, copied; false when absent. */
bool pc_subject_ready_word(const struct pc_subject *s, const char *prefix, char *out, size_t size);

#endif
