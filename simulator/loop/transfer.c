#include "loop/transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include <curl/curl.h>

#include "base/err.h"
#include "loop/alarm.h"

struct pc_transfers {
	struct pc_loop *loop;   /* borrowed */
	CURLM *multi;           /* owned */
	struct pc_alarm *alarm; /* owned */
	pc_transfer_fn fn;
	void *arg;
};

static void
reap(struct pc_transfers *t)
{
	int left = 0;
	for (CURLMsg *m = curl_multi_info_read(t->multi, &left); m != NULL;
		m = curl_multi_info_read(t->multi, &left)) {
		char *owner = NULL;
		if (m->msg != CURLMSG_DONE)
			continue;
		CURL *easy = m->easy_handle;
		CURLcode code = m->data.result; /* gone with the handle */
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &owner);
		curl_multi_remove_handle(t->multi, easy);
		t->fn(t->arg, easy, (int)code, owner);
	}
}

static void
on_due(void *arg)
{
	struct pc_transfers *t = arg;
	int running = 0;
	curl_multi_socket_action(t->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	reap(t);
}

static int
timer_wanted(CURLM *multi, long ms, void *arg)
{
	struct pc_transfers *t = arg;
	(void)multi;
	if (ms < 0)
		pc_alarm_stop(t->alarm);
	else
		pc_alarm_set(t->alarm, (uint64_t)ms);
	return 0;
}

static void
on_socket(void *arg, int fd, uint32_t events)
{
	struct pc_transfers *t = arg;
	int running = 0;
	int bits = ((events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
		   ((events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
		   ((events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
	curl_multi_socket_action(t->multi, fd, bits, &running);
	reap(t);
}

/* libcurl keeps our watch handle as the socket's own pointer. */
static int
socket_wanted(CURL *easy, curl_socket_t fd, int what, void *arg, void *watch)
{
	struct pc_transfers *t = arg;
	struct pc_loop_fd *handle = watch;
	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		pc_loop_fd_del(handle);
		curl_multi_assign(t->multi, fd, NULL);
		return 0;
	}
	uint32_t events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0u) |
			  ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0u);
	if (handle != NULL)
		return pc_loop_fd_set(handle, events) == PC_OK ? 0 : -1;
	if (pc_loop_fd_add(t->loop, fd, events, on_socket, t, &handle) != PC_OK)
		return -1;
	curl_multi_assign(t->multi, fd, handle);
	return 0;
}

int
pc_transfers_new(struct pc_loop *loop, pc_transfer_fn fn, void *arg, struct pc_transfers **ret)
{
	struct pc_transfers *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return -ENOMEM;
	t->loop = loop;
	t->fn = fn;
	t->arg = arg;
	int err = pc_alarm_new(loop, on_due, t, &t->alarm);
	if (err == PC_OK && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		err = PC_E_INTERNAL;
	if (err != PC_OK) {
		pc_alarm_free(t->alarm);
		free(t);
		return err;
	}
	t->multi = curl_multi_init();
	if (t->multi == NULL) {
		pc_transfers_free(t);
		return -ENOMEM;
	}
	curl_multi_setopt(t->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
	curl_multi_setopt(t->multi, CURLMOPT_SOCKETDATA, t);
	curl_multi_setopt(t->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
	curl_multi_setopt(t->multi, CURLMOPT_TIMERDATA, t);
	*ret = t;
	return PC_OK;
}

void
pc_transfers_free(struct pc_transfers *t)
{
	if (t == NULL)
		return;
	if (t->multi != NULL)
		curl_multi_cleanup(t->multi); /* closes kept connections: asks for the alarm */
	pc_alarm_free(t->alarm);
	free(t);
	curl_global_cleanup();
}

int
pc_transfers_add(struct pc_transfers *t, void *easy, void *owner)
{
	curl_easy_setopt(easy, CURLOPT_PRIVATE, (char *)owner);
	return curl_multi_add_handle(t->multi, easy) == CURLM_OK ? PC_OK : PC_E_INTERNAL;
}

void
pc_transfers_remove(struct pc_transfers *t, void *easy)
{
	curl_multi_remove_handle(t->multi, easy);
}
