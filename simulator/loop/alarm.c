#include "loop/alarm.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/err.h"

struct pc_alarm {
	int fd; /* owned */
	struct pc_loop_fd *watch;
	pc_timer_fn fn;
	void *arg;
};

static void
on_due(void *arg, int fd, uint32_t events)
{
	struct pc_alarm *a = arg;
	uint64_t times = 0;
	(void)events;
	if (read(fd, &times, sizeof(times)) == (ssize_t)sizeof(times))
		a->fn(a->arg); /* may free us */
}

int
pc_alarm_new(struct pc_loop *loop, pc_timer_fn fn, void *arg, struct pc_alarm **ret)
{
	struct pc_alarm *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return -ENOMEM;
	a->fn = fn;
	a->arg = arg;
	a->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	int err = a->fd < 0 ? -errno : pc_loop_fd_add(loop, a->fd, EPOLLIN, on_due, a, &a->watch);
	if (err != PC_OK) {
		if (a->fd >= 0)
			close(a->fd);
		free(a);
		return err;
	}
	*ret = a;
	return PC_OK;
}

void
pc_alarm_free(struct pc_alarm *a)
{
	if (a == NULL)
		return;
	pc_loop_fd_del(a->watch);
	close(a->fd);
	free(a);
}

void
pc_alarm_set(struct pc_alarm *a, uint64_t delay_ms)
{
	struct itimerspec when = {.it_value = {.tv_sec = (time_t)(delay_ms / 1000),
					  .tv_nsec = (long)(delay_ms % 1000) * 1000000}};
	if (delay_ms == 0)
		when.it_value.tv_nsec = 1; /* zero would stop it */
	(void)timerfd_settime(a->fd, 0, &when, NULL);
}

void
pc_alarm_stop(struct pc_alarm *a)
{
	const struct itimerspec never = {{0}, {0}};
	(void)timerfd_settime(a->fd, 0, &never, NULL);
}
