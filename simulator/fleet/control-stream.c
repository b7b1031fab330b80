#include "fleet/control-stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/types.h>

#include <microhttpd.h>

#include "base/err.h"
#include "base/text.h"
#include "loop/alarm.h"

enum { BATCH_BYTES = 32768 };

struct stream {
	struct pc_control_streams *all; /* borrowed */
	struct MHD_Connection *connection;
	/* The server does not look at a connection that waits; we see its end. Owned. */
	struct pc_loop_fd *watch;
	uint64_t at; /* number of the last entry written or passed over */
	int64_t printer;
	char kind[33];
	struct pc_buf out; /* what the server has not taken yet */
	bool suspended, caught_up, ending;
};

struct pc_control_streams {
	struct pc_diary *diary; /* borrowed */
	pc_timer_fn run;
	void *arg;
	struct pc_timer soon;
	struct pc_loop *loop;                        /* borrowed */
	struct pc_alarm *beat;                       /* owned */
	struct stream *list[PC_CONTROL_STREAMS_MAX]; /* owned */
};

static void
resume(struct stream *s)
{
	if (!s->suspended)
		return;
	s->suspended = false;
	MHD_resume_connection(s->connection);
}

/* The listener has gone. */
static void
on_hang_up(void *arg, int fd, uint32_t events)
{
	struct stream *s = arg;
	(void)fd;
	(void)events;
	pc_loop_fd_del(s->watch);
	s->watch = NULL;
	s->ending = true;
	pc_buf_clear(&s->out);
	resume(s);
	s->all->run(s->all->arg); /* may free s */
}

/* New entries: all that wait go on, once for all that this turn brings. */
static void
on_soon(void *arg)
{
	struct pc_control_streams *all = arg;
	for (size_t i = 0; i < PC_CONTROL_STREAMS_MAX; i++) {
		if (all->list[i] != NULL)
			resume(all->list[i]);
	}
	all->run(all->arg);
}

static void
on_entry(void *arg)
{
	struct pc_control_streams *all = arg;
	if (!pc_timer_running(&all->soon))
		pc_timer_start(&all->soon, all->loop, 0, on_soon, all);
}

static void
on_beat(void *arg)
{
	struct pc_control_streams *all = arg;
	for (size_t i = 0; i < PC_CONTROL_STREAMS_MAX; i++) {
		if (all->list[i] != NULL && all->list[i]->suspended)
			(void)pc_buf_add_text(&all->list[i]->out, ":\n\n");
	}
	pc_alarm_set(all->beat, PC_CONTROL_BEAT_MS);
	on_soon(all);
}

int
pc_control_streams_new(struct pc_loop *loop, struct pc_diary *diary, pc_timer_fn run, void *arg,
	struct pc_control_streams **ret)
{
	struct pc_control_streams *all = calloc(1, sizeof(*all));
	if (all == NULL)
		return -ENOMEM;
	all->diary = diary;
	all->run = run;
	all->arg = arg;
	all->loop = loop;
	int err = pc_alarm_new(loop, on_beat, all, &all->beat);
	if (err != PC_OK) {
		free(all);
		return err;
	}
	pc_alarm_set(all->beat, PC_CONTROL_BEAT_MS);
	pc_diary_listen(diary, on_entry, all);
	*ret = all;
	return PC_OK;
}

void
pc_control_streams_free(struct pc_control_streams *all)
{
	if (all == NULL)
		return;
	pc_diary_listen(all->diary, NULL, NULL);
	pc_timer_stop(&all->soon);
	pc_alarm_free(all->beat);
	/* The server owns the connections; it frees the streams when it ends them. */
	for (size_t i = 0; i < PC_CONTROL_STREAMS_MAX; i++) {
		if (all->list[i] == NULL)
			continue;
		all->list[i]->ending = true;
		all->list[i]->all = NULL;
		pc_loop_fd_del(all->list[i]->watch);
		all->list[i]->watch = NULL;
		resume(all->list[i]);
	}
	free(all);
}

static void
stream_free(void *arg)
{
	struct stream *s = arg;
	for (size_t i = 0; s->all != NULL && i < PC_CONTROL_STREAMS_MAX; i++) {
		if (s->all->list[i] == s)
			s->all->list[i] = NULL;
	}
	pc_loop_fd_del(s->watch);
	pc_buf_done(&s->out);
	free(s);
}

static bool
wanted(const struct stream *s, const struct pc_diary_entry *e)
{
	return (s->printer < 0 || e->printer == s->printer) &&
	       (s->kind[0] == '\0' || strcmp(s->kind, e->kind) == 0);
}

/* Entries s->at + 1 to `to` are not there for this listener. */
static void
tell_missed(struct stream *s, const char *event, uint64_t to)
{
	(void)pc_buf_addf(&s->out, "event: %s\ndata: {\"after\":%llu,\"until\":%llu}\n\n", event,
		(unsigned long long)s->at, (unsigned long long)to);
}

/* Writes down what is next for this listener, at most a batch. */
static void
fill(struct stream *s)
{
	const struct pc_diary *diary = s->all->diary;
	struct pc_diary_entry e;
	uint64_t first = pc_diary_first(diary);
	uint64_t last = pc_diary_last(diary);
	if (s->at + 1 < first || (s->caught_up && last > s->at + PC_CONTROL_LAG_MAX)) {
		tell_missed(s, "dropped", last);
		s->ending = true;
		return;
	}
	while (s->out.len < BATCH_BYTES && pc_diary_get(diary, s->at + 1, &e)) {
		s->at = e.number;
		if (wanted(s, &e))
			(void)pc_buf_addf(&s->out, "id: %llu\ndata: %s\n\n",
				(unsigned long long)e.number, e.line);
	}
	s->caught_up = s->caught_up || s->at == last;
}

static ssize_t
read_stream(void *arg, uint64_t pos, char *buf, size_t max)
{
	struct stream *s = arg;
	(void)pos;
	if (s->out.len == 0 && !s->ending)
		fill(s);
	if (s->out.len == 0 && s->ending)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (s->out.len == 0) {
		s->suspended = true;
		MHD_suspend_connection(s->connection);
		return 0;
	}
	size_t n = s->out.len < max ? s->out.len : max;
	memcpy(buf, s->out.data, n);
	pc_buf_consume(&s->out, n);
	return (ssize_t)n;
}

static struct stream **
free_place(struct pc_control_streams *all)
{
	for (size_t i = 0; i < PC_CONTROL_STREAMS_MAX; i++) {
		if (all->list[i] == NULL)
			return &all->list[i];
	}
	return NULL;
}

static struct stream *
stream_new(struct pc_control_streams *all, struct MHD_Connection *c,
	const struct pc_control_answer *wish)
{
	uint64_t first = pc_diary_first(all->diary);
	uint64_t last = pc_diary_last(all->diary);
	struct stream *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->all = all;
	s->connection = c;
	s->printer = wish->printer;
	pc_text_copy(s->kind, sizeof(s->kind), wish->kind);
	pc_buf_init(&s->out, 2 * BATCH_BYTES + 65536);
	/* A number from another run is no place in this one. */
	s->at = wish->since > last ? last : wish->since;
	(void)pc_buf_add_text(&s->out, "retry: 2000\n\n");
	if (s->at + 1 < first) {
		tell_missed(s, "lost", first - 1);
		s->at = first - 1;
	}
	return s;
}

int
pc_control_streams_open(struct pc_control_streams *all, struct MHD_Connection *c,
	const struct pc_control_answer *wish)
{
	struct stream **place = free_place(all);
	if (place == NULL)
		return PC_E_LIMIT;
	struct stream *s = stream_new(all, c, wish);
	if (s == NULL)
		return -ENOMEM;
	struct MHD_Response *r = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, BATCH_BYTES, read_stream, s, stream_free);
	if (r == NULL) {
		stream_free(s);
		return -ENOMEM;
	}
	*place = s;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	(void)pc_loop_fd_add(all->loop, info->connect_fd, EPOLLRDHUP, on_hang_up, s, &s->watch);
	MHD_add_response_header(r, "Content-Type", "text/event-stream");
	MHD_add_response_header(r, "Cache-Control", "no-store");
	enum MHD_Result ok = MHD_queue_response(c, MHD_HTTP_OK, r);
	MHD_destroy_response(r); /* frees the stream if it was not queued */
	return ok == MHD_YES ? PC_OK : -ENOMEM;
}
