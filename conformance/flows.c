#include "conformance/flows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "capture/pcapng.h"
#include "capture/pktdec.h"

/* Both ends; the order tells nothing. */
struct flow {
	struct sockaddr_in a, b;
};

struct selection {
	const char *words;
	struct flow flows[PC_FLOWS_MAX];
	size_t n;
	bool full;
};

static bool
same_end(const struct sockaddr_in *x, const struct sockaddr_in *y)
{
	return x->sin_addr.s_addr == y->sin_addr.s_addr && x->sin_port == y->sin_port;
}

static bool
is_selected(const struct selection *s, const struct pc_segment *g)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct flow *f = &s->flows[i];
		if ((same_end(&f->a, &g->from) && same_end(&f->b, &g->to)) ||
			(same_end(&f->a, &g->to) && same_end(&f->b, &g->from)))
			return true;
	}
	return false;
}

/* Called for each TCP segment; returns PC_OK or an error that ends the pass. */
typedef int (*segment_fn)(void *arg, const struct pc_packet *p, const struct pc_segment *g);

static int
each_tcp(const char *path, segment_fn fn, void *arg, struct pc_diag *diag)
{
	struct pc_capfile *file = NULL;
	struct pc_pktdec *decoder = NULL;
	struct pc_packet p;
	struct pc_segment g;
	int err = pc_capfile_open(path, &file, diag);
	if (err == PC_OK)
		err = pc_pktdec_new(&decoder);
	while (err == PC_OK) {
		err = pc_capfile_next(file, &p, diag);
		if (err == PC_OK && pc_pktdec_frame(decoder, &p, &g) == PC_OK &&
			g.protocol == IPPROTO_TCP)
			err = fn(arg, &p, &g);
	}
	pc_pktdec_free(decoder);
	pc_capfile_close(file);
	return err == PC_E_CLOSED ? PC_OK : err;
}

static int
select_one(void *arg, const struct pc_packet *p, const struct pc_segment *g)
{
	struct selection *s = arg;
	(void)p;
	if (g->len == 0 || memmem(g->data, g->len, s->words, strlen(s->words)) == NULL ||
		is_selected(s, g))
		return PC_OK;
	if (s->n == PC_FLOWS_MAX)
		return PC_E_LIMIT;
	s->flows[s->n++] = (struct flow){.a = g->from, .b = g->to};
	return PC_OK;
}

struct copy {
	const struct selection *selection;
	struct pc_pcapng_writer *out;
};

static int
copy_one(void *arg, const struct pc_packet *p, const struct pc_segment *g)
{
	const struct copy *c = arg;
	char text[PC_CAPTURE_COMMENT_MAX];
	const char *comments[1] = {text};
	size_t len = 0;
	if (!is_selected(c->selection, g))
		return PC_OK;
	const char *comment = pc_packet_comment(p, 0, &len);
	if (comment != NULL) {
		len = len < sizeof(text) ? len : sizeof(text) - 1;
		memcpy(text, comment, len);
		text[len] = '\0';
	}
	return pc_pcapng_packet(
		c->out, 0, p->wall_ns, p->dir, p->data, p->len, comments, comment == NULL ? 0 : 1);
}

int
pc_flows_select(const char *from, const char *to, const char *words, struct pc_diag *diag)
{
	struct selection *s = calloc(1, sizeof(*s));
	struct copy c = {.selection = s};
	uint32_t interface = 0;
	if (s == NULL)
		return -ENOMEM;
	s->words = words;
	int err = each_tcp(from, select_one, s, diag);
	if (err == PC_OK)
		err = pc_pcapng_create(to, "source=tap; selected connections", &c.out, diag);
	if (err == PC_OK)
		err = pc_pcapng_add_interface(c.out, "wan", NULL, &interface);
	if (err == PC_OK)
		err = each_tcp(from, copy_one, &c, diag);
	int closed = pc_pcapng_close(c.out, err == PC_OK ? diag : NULL);
	free(s);
	return err == PC_OK ? closed : err;
}
