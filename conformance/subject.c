#include "conformance/subject.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"

void
pc_args_add(struct pc_args *a, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	if (a->argc + 1 >= PC_SUBJECT_ARGS_MAX || vasprintf(&text, fmt, ap) < 0)
		a->failed = true;
	else
		a->argv[a->argc++] = text;
	va_end(ap);
}

void
pc_args_done(struct pc_args *a)
{
	for (int i = 0; i < a->argc; i++)
		free(a->argv[i]);
	*a = (struct pc_args){.argc = 0};
}

const char *
pc_subject_self(char *buf, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", buf, size - 1);
	buf[n < 0 ? 0 : n] = '\0';
	return buf;
}

static void
run_child(struct pc_args *args, int out, const char *log_path)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	int in = open("/dev/null", O_RDONLY);
	if (log < 0 || in < 0)
		_exit(126);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	closefrom(STDERR_FILENO + 1);
	execvp(args->argv[0], args->argv);
	dprintf(STDERR_FILENO, "%s: %s\n", args->argv[0], strerror(errno));
	_exit(127);
}

/* Last lines of the log, for the sentence about a failed start. */
static void
log_tail(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "r");
	out[0] = '\0';
	if (f == NULL)
		return;
	if (fseek(f, 0, SEEK_END) == 0) {
		long len = ftell(f);
		long want = (long)size - 1;
		(void)fseek(f, len > want ? len - want : 0, SEEK_SET);
		size_t n = fread(out, 1, size - 1, f);
		while (n > 0 && out[n - 1] == '\n')
			n--;
		out[n] = '\0';
	}
	fclose(f);
}

/* Reads lines until one begins with "ready". */
static int
await_ready(struct pc_subject *s, unsigned deadline_ms)
{
	uint64_t end = pc_clock_now_ms() + deadline_ms;
	size_t len = 0;
	for (;;) {
		uint64_t now = pc_clock_now_ms();
		struct pollfd p = {.fd = s->out, .events = POLLIN};
		if (now >= end)
			return PC_E_TIMEOUT;
		if (poll(&p, 1, (int)(end - now)) <= 0)
			continue;
		char c;
		ssize_t n = read(s->out, &c, 1);
		if (n == 0 || (n < 0 && errno != EINTR))
			return PC_E_CLOSED;
		if (n < 0)
			continue;
		if (c != '\n') {
			if (len + 1 < sizeof(s->ready))
				s->ready[len++] = c;
			continue;
		}
		s->ready[len] = '\0';
		if (strncmp(s->ready, "ready", 5) == 0)
			return PC_OK;
		len = 0;
	}
}

int
pc_subject_start(struct pc_subject *s, struct pc_args *args, const char *log_path,
	unsigned deadline_ms, struct pc_diag *diag)
{
	int pipes[2];
	char tail[600];
	*s = (struct pc_subject){.out = -1};
	if (args->failed)
		return pc_diag_fail(diag, PC_E_LIMIT, "too many arguments for %s", args->argv[0]);
	if (pipe2(pipes, O_CLOEXEC) != 0)
		return pc_diag_fail(diag, -errno, "pipe: %s", pc_err_text(-errno));
	args->argv[args->argc] = NULL;
	pid_t pid = fork();
	if (pid == 0)
		run_child(args, pipes[1], log_path);
	close(pipes[1]);
	if (pid < 0) {
		close(pipes[0]);
		return pc_diag_fail(diag, -errno, "fork: %s", pc_err_text(-errno));
	}
	s->pid = pid;
	s->out = pipes[0];
	int err = deadline_ms == 0 ? PC_OK : await_ready(s, deadline_ms);
	if (err == PC_OK)
		return PC_OK;
	pc_subject_kill(s);
	log_tail(log_path, tail, sizeof(tail));
	return pc_diag_fail(diag, err == PC_E_CLOSED ? PC_E_ENVIRONMENT : err,
		"'%s %s' did not get ready%s: %s", args->argc > 1 ? args->argv[1] : args->argv[0],
		args->argc > 2 ? args->argv[2] : "", err == PC_E_TIMEOUT ? " in time" : "",
		tail[0] == '\0' ? "it said nothing" : tail);
}

static void
forget(struct pc_subject *s)
{
	if (s->out >= 0)
		close(s->out);
	s->out = -1;
	s->pid = 0;
}

int
pc_subject_wait(struct pc_subject *s, unsigned deadline_ms, int *ret_status)
{
	int fd = (int)syscall(SYS_pidfd_open, s->pid, 0);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	if (fd < 0)
		return -errno;
	int n = poll(&p, 1, (int)deadline_ms);
	close(fd);
	if (n <= 0)
		return PC_E_TIMEOUT;
	if (waitpid(s->pid, ret_status, 0) != s->pid)
		return -errno;
	forget(s);
	return PC_OK;
}

int
pc_subject_stop(struct pc_subject *s)
{
	int status = 0;
	if (s->pid == 0)
		return 0;
	kill(s->pid, SIGTERM);
	if (pc_subject_wait(s, 5000, &status) == PC_OK)
		return status;
	pc_subject_kill(s);
	return SIGKILL;
}

void
pc_subject_kill(struct pc_subject *s)
{
	if (s->pid == 0)
		return;
	kill(s->pid, SIGKILL);
	(void)waitpid(s->pid, NULL, 0);
	forget(s);
}

bool
pc_subject_ready_word(const struct pc_subject *s, const char *prefix, char *out, size_t size)
{
	const char *at = strstr(s->ready, prefix);
	if (at == NULL)
		return false;
	at += strlen(prefix);
	size_t n = strcspn(at, " ,");
	if (n >= size)
		return false;
	memcpy(out, at, n);
	out[n] = '\0';
	return true;
}
