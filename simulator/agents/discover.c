#include "agents/discover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/enpc.h"
#include "loop/udp.h"

struct pc_discover {
	struct pc_loop *loop;
	struct pc_udp *udp;
	struct pc_timer timer;
	struct pc_discover_found *found; /* owned */
	size_t n;
	pc_discover_fn fn;
	void *arg;
};

static void
send_request(struct pc_discover *d, const struct sockaddr_in *to, uint8_t type, uint8_t device,
	uint8_t number)
{
	const struct pc_enpc m = {.type = type, .device = device, .number = number};
	uint8_t out[PC_ENPC_HEADER_BYTES];
	struct in_addr any = {INADDR_ANY};
	size_t n = 0;
	if (pc_enpc_write(&m, out, sizeof(out), &n) == PC_OK)
		pc_udp_send(d->udp, to, any, out, n);
}

static struct pc_discover_found *
place(struct pc_discover *d, struct in_addr addr)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->found[i].addr.s_addr == addr.s_addr)
			return &d->found[i];
	}
	if (d->n == PC_DISCOVER_MAX)
		return NULL;
	struct pc_discover_found *f =
		realloc(d->found, (d->n + 1) * sizeof(struct pc_discover_found));
	if (f == NULL)
		return NULL;
	d->found = f;
	f = &d->found[d->n++];
	*f = (struct pc_discover_found){.addr = addr};
	return f;
}

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct pc_discover *d = arg;
	struct pc_enpc m;
	struct pc_enpc_board board;
	(void)udp;
	(void)local;
	if (pc_enpc_read(data, len, &m) != PC_OK || m.result != PC_ENPC_OK)
		return;
	if (m.type == 'p' && pc_enpc_board_read(m.data, m.len, &board) == PC_OK) {
		struct pc_discover_found *f = place(d, peer->sin_addr);
		if (f == NULL || f->name[0] != '\0')
			return;
		pc_text_copy(f->name, sizeof(f->name), board.name);
		memcpy(f->mac, board.mac, sizeof(f->mac));
		send_request(d, peer, PC_ENPC_QUERY, PC_ENPC_INKJET, 0);
	} else if (m.type == 'q' && m.device == PC_ENPC_INKJET) {
		struct pc_enpc_device_id *id = calloc(1, sizeof(*id));
		struct pc_discover_found *f = place(d, peer->sin_addr);
		if (id != NULL && f != NULL && pc_enpc_device_id_read(m.data, m.len, id) == PC_OK)
			pc_text_copy(f->model, sizeof(f->model), id->model);
		free(id);
	}
}

static int
by_address(const void *a, const void *b)
{
	const struct pc_discover_found *x = a, *y = b;
	uint32_t p = ntohl(x->addr.s_addr), q = ntohl(y->addr.s_addr);
	return p < q ? -1 : p > q;
}

static void
on_end(void *arg)
{
	struct pc_discover *d = arg;
	if (d->n > 1)
		qsort(d->found, d->n, sizeof(*d->found), by_address);
	d->fn(d->arg, d->found, d->n);
	pc_discover_stop(d);
}

int
pc_discover_start(const struct pc_discover_options *o, pc_discover_fn fn, void *arg,
	struct pc_discover **ret, struct pc_diag *diag)
{
	struct pc_udp_options udp = {
		.bind = {.sin_family = AF_INET}, .broadcast = true, .tap = o->tap};
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(o->port),
		.sin_addr.s_addr = htonl(INADDR_BROADCAST)};
	struct pc_discover *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return -ENOMEM;
	d->loop = o->loop;
	d->fn = fn;
	d->arg = arg;
	int err = pc_udp_open(o->loop, &udp, on_datagram, d, &d->udp, diag);
	if (err != PC_OK) {
		free(d);
		return err;
	}
	send_request(d, &to, PC_ENPC_PROBE, PC_ENPC_BOARD, PC_ENPC_NUMBER_ANY);
	for (size_t i = 0; i < o->n_addresses; i++) {
		to.sin_addr = o->addresses[i];
		send_request(d, &to, PC_ENPC_PROBE, PC_ENPC_BOARD, PC_ENPC_NUMBER_ANY);
	}
	pc_timer_start(
		&d->timer, o->loop, o->wait_ms == 0 ? PC_DISCOVER_MS : o->wait_ms, on_end, d);
	*ret = d;
	return PC_OK;
}

void
pc_discover_stop(struct pc_discover *d)
{
	if (d == NULL)
		return;
	pc_timer_stop(&d->timer);
	pc_udp_close(d->udp);
	free(d->found);
	free(d);
}
