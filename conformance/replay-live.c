#include "conformance/replay-live.h"

#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "loop/loop.h"
#include "loop/tcp.h"
#include "loop/udp.h"

enum { PIECE = 1 << 20 };

struct pc_replay_live {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_udp *udp;
	struct pc_timer timer;
	bool timed_out;
	bool done;
	/* The datagram waited for. */
	struct sockaddr_in peer;
	pc_replay_match_fn match;
	void *match_arg;
	/* The connection under way. */
	struct pc_tcp *conn;
	const struct pc_replay_talk *talk;
	size_t step;
	size_t sent;
	bool refused;
	bool half_closed;
	struct pc_buf *answer;
};

static void
on_timeout(void *arg)
{
	struct pc_replay_live *l = arg;
	l->timed_out = true;
}

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct pc_replay_live *l = arg;
	(void)udp;
	(void)local;
	if (l->done || l->match == NULL || peer->sin_addr.s_addr != l->peer.sin_addr.s_addr ||
		!l->match(l->match_arg, data, len))
		return;
	l->done = true;
	(void)pc_buf_add(l->answer, data, len);
}

int
pc_replay_live_new(struct pc_replay_live **ret, struct pc_diag *diag)
{
	struct pc_replay_live *l = calloc(1, sizeof(*l));
	struct pc_udp_options options = {.bind = {.sin_family = AF_INET}, .broadcast = true};
	if (l == NULL)
		return -ENOMEM;
	pc_clock_init_real(&l->clock);
	int err = pc_loop_new(&l->clock, &l->loop, diag);
	if (err == PC_OK)
		err = pc_udp_open(l->loop, &options, on_datagram, l, &l->udp, diag);
	if (err != PC_OK) {
		pc_replay_live_free(l);
		return err;
	}
	*ret = l;
	return PC_OK;
}

void
pc_replay_live_free(struct pc_replay_live *l)
{
	if (l == NULL)
		return;
	pc_udp_close(l->udp);
	pc_loop_free(l->loop);
	free(l);
}

struct pc_clock *
pc_replay_live_clock(struct pc_replay_live *l)
{
	return &l->clock;
}

/* Turns until it is done or the time is up. */
static int
wait_for(struct pc_replay_live *l, unsigned timeout_ms)
{
	l->timed_out = false;
	pc_timer_start(&l->timer, l->loop, timeout_ms, on_timeout, l);
	while (!l->done && !l->timed_out) {
		int err = pc_loop_turn(l->loop, (int)timeout_ms);
		if (err != PC_OK && err != -EINTR)
			return err;
	}
	pc_timer_stop(&l->timer);
	return l->done ? PC_OK : PC_E_TIMEOUT;
}

void
pc_replay_pause(struct pc_replay_live *l, unsigned ms)
{
	l->done = false;
	if (ms > 0)
		(void)wait_for(l, ms);
}

int
pc_replay_ask(struct pc_replay_live *l, const struct sockaddr_in *peer, struct pc_bytes request,
	unsigned tries, unsigned timeout_ms, pc_replay_match_fn match, void *arg,
	struct pc_buf *answer)
{
	struct in_addr any = {.s_addr = INADDR_ANY};
	int err = PC_E_TIMEOUT;
	l->done = false;
	l->peer = *peer;
	l->match = match;
	l->match_arg = arg;
	l->answer = answer;
	for (unsigned i = 0; i < tries && err == PC_E_TIMEOUT; i++) {
		(void)pc_udp_send(l->udp, peer, any, request.data, request.len);
		err = wait_for(l, timeout_ms / tries + 1);
	}
	l->match = NULL;
	return err;
}

/* Send the steps whose turn has come, in pieces the write queue takes; after the last one close our
 * half. */
static void
go_on(struct pc_replay_live *l)
{
	const struct pc_replay_talk *t = l->talk;
	while (l->conn != NULL && l->step < t->n &&
		(l->step == 0 || l->answer->len >= t->waits[l->step - 1])) {
		size_t n = t->ends[l->step] - l->sent;
		if (n > PIECE)
			n = PIECE;
		if (pc_tcp_queued(l->conn) > 0 ||
			pc_tcp_write(l->conn, t->request.data + l->sent, n) != PC_OK)
			return; /* drained() comes back here */
		l->sent += n;
		if (l->sent == t->ends[l->step])
			l->step++;
	}
	if (l->conn != NULL && l->step == t->n && l->answer->len >= t->total && !l->half_closed) {
		l->half_closed = true;
		pc_tcp_shutdown(l->conn);
	}
}

static bool
on_open(void *arg, struct pc_tcp *conn)
{
	struct pc_replay_live *l = arg;
	l->conn = conn;
	go_on(l);
	return true;
}

static size_t
on_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct pc_replay_live *l = arg;
	(void)conn;
	(void)pc_buf_add(l->answer, data, len);
	go_on(l);
	return len;
}

static void
on_drained(void *arg, struct pc_tcp *conn)
{
	(void)conn;
	go_on(arg);
}

static void
on_closed(void *arg, struct pc_tcp *conn, enum pc_tcp_end end)
{
	struct pc_replay_live *l = arg;
	(void)conn;
	l->refused = end == PC_TCP_END_REFUSED;
	l->conn = NULL;
	l->done = true;
}

int
pc_replay_talk(struct pc_replay_live *l, const struct sockaddr_in *peer,
	const struct pc_replay_talk *talk, unsigned timeout_ms, struct pc_buf *answer)
{
	static const struct pc_tcp_handler handler = {
		.open = on_open, .data = on_data, .drained = on_drained, .closed = on_closed};
	struct sockaddr_in any = {.sin_family = AF_INET};
	struct pc_tcp_options options = {0};
	struct pc_tcp *conn = NULL;
	l->done = l->refused = l->half_closed = false;
	l->conn = NULL;
	l->talk = talk;
	l->step = 0;
	l->sent = 0;
	l->answer = answer;
	int err = pc_tcp_connect(l->loop, peer, &any, &options, &handler, l, &conn, NULL);
	if (err != PC_OK)
		return PC_E_REFUSED;
	/* The time limit is for silence: as long as something moves we go on. */
	size_t before;
	do {
		before = answer->len + l->sent;
		err = wait_for(l, timeout_ms);
	} while (err == PC_E_TIMEOUT && answer->len + l->sent != before);
	if (err == PC_E_TIMEOUT && l->half_closed)
		err = PC_OK; /* everything came; some printers just keep the connection open */
	if (!l->done)
		pc_tcp_reset(conn); /* calls on_closed() */
	(void)pc_loop_turn(l->loop, 0);
	return l->refused ? PC_E_REFUSED : err;
}
