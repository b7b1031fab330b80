/* loop/loop: epoll, timers on the run's clock, signals and child processes. One loop a process;
 * single-threaded, every callback runs inside pc_loop_run(). */
#ifndef PC_LOOP_LOOP_H
#define PC_LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/diag.h"

struct pc_loop;
struct pc_loop_fd;

/* `clock` is borrowed and must outlive the loop. With a virtual clock the loop jumps to the next
 * timer whenever no descriptor is ready. -errno on failure. */
int pc_loop_new(struct pc_clock *clock, struct pc_loop **ret, struct pc_diag *diag);

/* Frees the loop; descriptors registered by others stay theirs. NULL is allowed. */
void pc_loop_free(struct pc_loop *loop);

struct pc_clock *pc_loop_clock(struct pc_loop *loop);

/* A virtual clock goes on to `until_ms` of its monotonic time, whether there are timers or not, and
 * stands still there; UINT64_MAX, as at the start: it goes from timer to timer without end. */
void pc_loop_hold(struct pc_loop *loop, uint64_t until_ms);
uint64_t pc_loop_held(const struct pc_loop *loop);

/* How long, in real milliseconds, a virtual clock waits for descriptors before each of its steps: 0
 * at first. With what is in flight on this machine given time to arrive, it arrives at the same
 * virtual time in every run. */
void pc_loop_linger(struct pc_loop *loop, int ms);

/* Run until pc_loop_stop(). PC_OK or -errno of epoll_wait. */
int pc_loop_run(struct pc_loop *loop);

/* One turn; waits at most `timeout_ms` (-1: until something happens). Never inside a
 * callback. */
int pc_loop_turn(struct pc_loop *loop, int timeout_ms);

/* Make pc_loop_run() return after the current turn. Before pc_loop_run() it does nothing. */
void pc_loop_stop(struct pc_loop *loop);

/* `events` are EPOLLIN, EPOLLOUT …; the callback gets what is ready. */
typedef void (*pc_loop_fd_fn)(void *arg, int fd, uint32_t events);

/* Watch a descriptor. The handle is freed by pc_loop_fd_del(), also inside its own callback. */
int pc_loop_fd_add(struct pc_loop *loop, int fd, uint32_t events, pc_loop_fd_fn fn, void *arg,
	struct pc_loop_fd **ret);
int pc_loop_fd_set(struct pc_loop_fd *h, uint32_t events);
void pc_loop_fd_del(struct pc_loop_fd *h); /* NULL is allowed; does not close the descriptor */

typedef void (*pc_timer_fn)(void *arg);

/* Caller's storage, zeroed before first use; must stay where it is while running. */
struct pc_timer {
	uint64_t at_ms;
	pc_timer_fn fn;
	void *arg;
	struct pc_loop *loop; /* borrowed while running */
	uint32_t slot;        /* heap position + 1; 0 = not running */
	uint64_t order;       /* of equal times, the one started first runs first */
};

/* Start (or restart) so that fn(arg) runs once, `delay_ms` from now on the run's clock. Inside a
 * timer's callback: no earlier than in the next turn, so that no delay of zero starves sockets. */
void pc_timer_start(
	struct pc_timer *t, struct pc_loop *loop, uint64_t delay_ms, pc_timer_fn fn, void *arg);
void pc_timer_stop(struct pc_timer *t);
bool pc_timer_running(const struct pc_timer *t);

/* A number no other connection of this loop has: taps tell connections apart by it. */
uint64_t pc_loop_next_flow(struct pc_loop *loop);

struct pc_shaper;

/* What shapes the traffic of this loop's sockets (loop/shape.h): the one there is, and the same
 * while it is armed. Both NULL at first. Borrowed from the loop. */
struct pc_loop_shapers {
	struct pc_shaper *any, *armed;
};
struct pc_loop_shapers *pc_loop_shapers(struct pc_loop *loop);

/* Run fn(arg) at the end of every turn (flush what was batched). At most 16. */
int pc_loop_each_turn(struct pc_loop *loop, pc_timer_fn fn, void *arg);

typedef void (*pc_signal_fn)(void *arg, int signo);

/* Block `signo` for the process and deliver it in the loop. One callback a signal. */
int pc_loop_signal(struct pc_loop *loop, int signo, pc_signal_fn fn, void *arg);

typedef void (*pc_child_fn)(void *arg, pid_t pid, int wait_status);

/* Call fn once when the child ends (it is reaped). The handle ends with the call; stop early with
 * pc_loop_fd_del(), also inside another callback. `wait_status` is -1, neither exited nor
 * signalled, when somebody else has reaped the child. */
int pc_loop_child(
	struct pc_loop *loop, pid_t pid, pc_child_fn fn, void *arg, struct pc_loop_fd **ret);

#endif
