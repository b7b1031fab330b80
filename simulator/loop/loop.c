#include "loop/loop.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

enum { EVENTS_PER_TURN = 256, TURN_HOOKS_MAX = 16 };

/* A deleted handle stays in memory until the turn ends: epoll may still name it in this batch. */
struct pc_loop_fd {
	struct pc_loop *loop; /* borrowed */
	int fd;
	bool dead;
	pc_loop_fd_fn fn;
	void *arg;
	pc_child_fn child_fn; /* set for child watches; then `fd` is ours (a pidfd) */
	pid_t pid;
	struct pc_loop_fd *next_dead;
};

struct signal_slot {
	pc_signal_fn fn;
	void *arg;
};

struct pc_loop {
	struct pc_clock *clock; /* borrowed */
	uint64_t hold_ms;       /* a virtual clock does not pass it by itself */
	int epoll_fd;
	bool stop;
	bool in_turn;
	int linger_ms; /* see pc_loop_linger() */
	uint64_t flows;
	struct pc_loop_shapers shapers;
	uint64_t started;       /* timers so far */
	struct pc_timer **heap; /* owned array, timers borrowed */
	uint32_t timers;
	uint32_t heap_cap;
	struct pc_loop_fd *dead; /* owned list, freed after each turn */
	struct {
		pc_timer_fn fn;
		void *arg;
	} hooks[TURN_HOOKS_MAX];
	unsigned n_hooks;
	int signal_fd;
	struct pc_loop_fd *signal_watch; /* owned */
	sigset_t signals;
	struct signal_slot slots[NSIG];
};

int
pc_loop_new(struct pc_clock *clock, struct pc_loop **ret, struct pc_diag *diag)
{
	struct pc_loop *loop = calloc(1, sizeof(*loop));
	if (loop == NULL)
		return -ENOMEM;
	loop->clock = clock;
	loop->hold_ms = UINT64_MAX;
	loop->signal_fd = -1;
	sigemptyset(&loop->signals);
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0) {
		int err = -errno;
		free(loop);
		return pc_diag_fail(diag, err, "epoll_create1: %s", pc_err_text(err));
	}
	*ret = loop;
	return PC_OK;
}

static void
bury(struct pc_loop *loop)
{
	while (loop->dead != NULL) {
		struct pc_loop_fd *h = loop->dead;
		loop->dead = h->next_dead;
		free(h);
	}
}

void
pc_loop_free(struct pc_loop *loop)
{
	if (loop == NULL)
		return;
	pc_loop_fd_del(loop->signal_watch);
	if (loop->signal_fd >= 0) {
		close(loop->signal_fd);
		sigprocmask(SIG_UNBLOCK, &loop->signals, NULL);
	}
	bury(loop);
	close(loop->epoll_fd);
	free(loop->heap);
	free(loop);
}

struct pc_clock *
pc_loop_clock(struct pc_loop *loop)
{
	return loop->clock;
}

void
pc_loop_stop(struct pc_loop *loop)
{
	loop->stop = true;
}

int
pc_loop_fd_add(struct pc_loop *loop, int fd, uint32_t events, pc_loop_fd_fn fn, void *arg,
	struct pc_loop_fd **ret)
{
	struct pc_loop_fd *h = calloc(1, sizeof(*h));
	if (h == NULL)
		return -ENOMEM;
	*h = (struct pc_loop_fd){.loop = loop, .fd = fd, .fn = fn, .arg = arg};
	struct epoll_event ev = {.events = events, .data.ptr = h};
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &ev) != 0) {
		int err = -errno;
		free(h);
		return err;
	}
	*ret = h;
	return PC_OK;
}

int
pc_loop_fd_set(struct pc_loop_fd *h, uint32_t events)
{
	struct epoll_event ev = {.events = events, .data.ptr = h};
	return epoll_ctl(h->loop->epoll_fd, EPOLL_CTL_MOD, h->fd, &ev) == 0 ? PC_OK : -errno;
}

void
pc_loop_fd_del(struct pc_loop_fd *h)
{
	if (h == NULL || h->dead)
		return;
	h->dead = true;
	(void)epoll_ctl(h->loop->epoll_fd, EPOLL_CTL_DEL, h->fd, NULL);
	if (h->child_fn != NULL)
		close(h->fd);
	h->next_dead = h->loop->dead;
	h->loop->dead = h;
}

uint64_t
pc_loop_next_flow(struct pc_loop *loop)
{
	return ++loop->flows;
}

struct pc_loop_shapers *
pc_loop_shapers(struct pc_loop *loop)
{
	return &loop->shapers;
}

static bool
earlier(const struct pc_timer *a, const struct pc_timer *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

/* Binary heap ordered by time, then by start; slot = index + 1. */
static void
heap_put(struct pc_loop *loop, uint32_t at, struct pc_timer *t)
{
	loop->heap[at] = t;
	t->slot = at + 1;
}

static void
heap_up(struct pc_loop *loop, uint32_t at, struct pc_timer *t)
{
	while (at > 0 && earlier(t, loop->heap[(at - 1) / 2])) {
		heap_put(loop, at, loop->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_put(loop, at, t);
}

static void
heap_down(struct pc_loop *loop, uint32_t at, struct pc_timer *t)
{
	for (;;) {
		uint32_t child = 2 * at + 1;
		if (child >= loop->timers)
			break;
		if (child + 1 < loop->timers && earlier(loop->heap[child + 1], loop->heap[child]))
			child++;
		if (!earlier(loop->heap[child], t))
			break;
		heap_put(loop, at, loop->heap[child]);
		at = child;
	}
	heap_put(loop, at, t);
}

void
pc_timer_stop(struct pc_timer *t)
{
	if (t->slot == 0)
		return;
	struct pc_loop *loop = t->loop;
	uint32_t at = t->slot - 1;
	struct pc_timer *last = loop->heap[--loop->timers];
	t->slot = 0;
	if (last == t)
		return;
	if (at > 0 && earlier(last, loop->heap[(at - 1) / 2]))
		heap_up(loop, at, last);
	else
		heap_down(loop, at, last);
}

void
pc_timer_start(
	struct pc_timer *t, struct pc_loop *loop, uint64_t delay_ms, pc_timer_fn fn, void *arg)
{
	pc_timer_stop(t);
	if (loop->timers == loop->heap_cap) {
		uint32_t cap = loop->heap_cap == 0 ? 64 : loop->heap_cap * 2;
		struct pc_timer **heap = realloc(loop->heap, cap * sizeof(struct pc_timer *));
		if (heap == NULL)
			abort(); /* a lost timer would be a silent hang */
		loop->heap = heap;
		loop->heap_cap = cap;
	}
	t->at_ms = pc_clock_ms(loop->clock) + delay_ms;
	t->fn = fn;
	t->arg = arg;
	t->loop = loop;
	t->order = ++loop->started;
	heap_up(loop, loop->timers++, t);
}

bool
pc_timer_running(const struct pc_timer *t)
{
	return t->slot != 0;
}

static void
run_due_timers(struct pc_loop *loop)
{
	/* Timers started by a callback run in a later turn, so a zero delay cannot starve I/O. */
	uint64_t now = pc_clock_ms(loop->clock);
	uint64_t newest = loop->started;
	while (loop->timers > 0 && loop->heap[0]->at_ms <= now && loop->heap[0]->order <= newest) {
		struct pc_timer *t = loop->heap[0];
		pc_timer_stop(t);
		t->fn(t->arg);
	}
}

void
pc_loop_hold(struct pc_loop *loop, uint64_t until_ms)
{
	loop->hold_ms = until_ms;
}

void
pc_loop_linger(struct pc_loop *loop, int ms)
{
	loop->linger_ms = ms;
}

uint64_t
pc_loop_held(const struct pc_loop *loop)
{
	return loop->hold_ms;
}

/* Where a virtual clock goes when nothing is ready: the next timer, but not past the hold. `now`
 * when it stays. */
static uint64_t
virtual_next(const struct pc_loop *loop, uint64_t now)
{
	uint64_t at = loop->hold_ms == UINT64_MAX ? now : loop->hold_ms;
	if (loop->timers > 0 && loop->heap[0]->at_ms < loop->hold_ms)
		at = loop->heap[0]->at_ms;
	return at > now ? at : now;
}

/* How long epoll may sleep, at most `timeout_ms`; a virtual clock never waits for a timer. */
static int
wait_ms(struct pc_loop *loop, int timeout_ms)
{
	uint64_t now = pc_clock_ms(loop->clock);
	bool due = loop->timers > 0 && loop->heap[0]->at_ms <= now;
	if (loop->clock->is_virtual)
		return due                                               ? 0
		       : virtual_next(loop, now) == now                  ? timeout_ms
		       : timeout_ms >= 0 && timeout_ms < loop->linger_ms ? timeout_ms
									 : loop->linger_ms;
	if (loop->timers == 0)
		return timeout_ms;
	uint64_t at = loop->heap[0]->at_ms;
	uint64_t left = due ? 0 : at - now;
	if (left > INT_MAX)
		left = INT_MAX;
	return timeout_ms >= 0 && (uint64_t)timeout_ms < left ? timeout_ms : (int)left;
}

static void
skip_to_next_timer(struct pc_loop *loop)
{
	if (!loop->clock->is_virtual)
		return;
	uint64_t now = pc_clock_ms(loop->clock);
	uint64_t next = virtual_next(loop, now);
	if (next > now)
		pc_clock_advance(loop->clock, (next - now) * 1000000);
}

static void
reap_child(struct pc_loop_fd *h)
{
	int status = 0;
	pid_t got = waitpid(h->pid, &status, WNOHANG);
	if (got == 0 || (got < 0 && errno == EINTR))
		return;
	if (got < 0)
		status = -1; /* no longer our child; the descriptor would stay readable for ever */
	pc_child_fn fn = h->child_fn;
	void *arg = h->arg;
	pid_t pid = h->pid;
	pc_loop_fd_del(h);
	fn(arg, pid, status);
}

int
pc_loop_turn(struct pc_loop *loop, int timeout_ms)
{
	struct epoll_event events[EVENTS_PER_TURN];
	assert(!loop->in_turn); /* its events may name handles that an inner turn would free */
	int n = epoll_wait(loop->epoll_fd, events, EVENTS_PER_TURN, wait_ms(loop, timeout_ms));
	if (n < 0 && errno != EINTR)
		return -errno;
	loop->in_turn = true;
	for (int i = 0; i < n; i++) {
		struct pc_loop_fd *h = events[i].data.ptr;
		if (h->dead)
			continue;
		if (h->child_fn != NULL)
			reap_child(h);
		else
			h->fn(h->arg, h->fd, events[i].events);
	}
	if (n == 0 && (timeout_ms < 0 || timeout_ms >= loop->linger_ms))
		skip_to_next_timer(loop);
	run_due_timers(loop);
	for (unsigned i = 0; i < loop->n_hooks; i++)
		loop->hooks[i].fn(loop->hooks[i].arg);
	bury(loop);
	loop->in_turn = false;
	return PC_OK;
}

int
pc_loop_run(struct pc_loop *loop)
{
	loop->stop = false;
	while (!loop->stop) {
		int err = pc_loop_turn(loop, -1);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}

int
pc_loop_each_turn(struct pc_loop *loop, pc_timer_fn fn, void *arg)
{
	if (loop->n_hooks == TURN_HOOKS_MAX)
		return PC_E_LIMIT;
	loop->hooks[loop->n_hooks].fn = fn;
	loop->hooks[loop->n_hooks].arg = arg;
	loop->n_hooks++;
	return PC_OK;
}

static void
on_signal(void *arg, int fd, uint32_t events)
{
	struct pc_loop *loop = arg;
	struct signalfd_siginfo info;
	(void)events;
	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo < NSIG && loop->slots[info.ssi_signo].fn != NULL)
			loop->slots[info.ssi_signo].fn(
				loop->slots[info.ssi_signo].arg, (int)info.ssi_signo);
	}
}

int
pc_loop_signal(struct pc_loop *loop, int signo, pc_signal_fn fn, void *arg)
{
	sigaddset(&loop->signals, signo);
	if (sigprocmask(SIG_BLOCK, &loop->signals, NULL) != 0)
		return -errno;
	int fd = signalfd(loop->signal_fd, &loop->signals, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	loop->slots[signo] = (struct signal_slot){fn, arg};
	if (loop->signal_watch != NULL)
		return PC_OK;
	loop->signal_fd = fd;
	return pc_loop_fd_add(loop, fd, EPOLLIN, on_signal, loop, &loop->signal_watch);
}

int
pc_loop_child(struct pc_loop *loop, pid_t pid, pc_child_fn fn, void *arg, struct pc_loop_fd **ret)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0)
		return -errno;
	struct pc_loop_fd *h = calloc(1, sizeof(*h));
	if (h == NULL) {
		close(fd);
		return -ENOMEM;
	}
	*h = (struct pc_loop_fd){.loop = loop, .fd = fd, .arg = arg, .child_fn = fn, .pid = pid};
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = h};
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &ev) != 0) {
		int err = -errno;
		close(fd);
		free(h);
		return err;
	}
	*ret = h;
	return PC_OK;
}
