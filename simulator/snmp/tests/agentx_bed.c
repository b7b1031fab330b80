#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agentx_bed.h"
#include "base/err.h"
#include "base/text.h"

enum { DEADLINE_MS = 8000 };

void
bed_start(struct bed *b)
{
	struct pc_diag diag = {{0}};
	b->p.agentx = true;
	printers_restart(&b->p, 0);
	struct pc_agentx_master_options o = {
		.engine = b->p.engine, .bind = {.sin_family = AF_INET}, .dir = b->dir};
	if (pc_agentx_master_new(&o, &b->master, &diag) != PC_OK)
		fail_msg("%s", diag.text);
}

int
bed_setup(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	pc_text_copy(b->dir, sizeof(b->dir), "/tmp/presscheck-agentx-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	printers_init(&b->p);
	bed_start(b);
	*state = b;
	return 0;
}

int
bed_teardown(void **state)
{
	struct bed *b = *state;
	pc_agentx_master_free(b->master);
	printers_done(&b->p);
	assert_int_equal(rmdir(b->dir), 0); /* no socket is left */
	free(b);
	return 0;
}

/* ---- the subagent's side ---- */

struct peer *
peer_new(struct bed *b, int fd)
{
	struct peer *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	assert_true(fd >= 0);
	s->bed = b;
	s->fd = fd;
	return s;
}

struct peer *
peer_connect(struct bed *b, unsigned printer)
{
	struct sockaddr_in to = pc_agentx_master_local(b->master);
	struct peer *s = peer_new(b, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	to.sin_addr.s_addr = htonl(0x7f090001 + printer);
	assert_int_equal(connect(s->fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return s;
}

void
peer_free(struct peer *s)
{
	close(s->fd);
	free(s);
}

void
bed_turn(struct bed *b, uint64_t until)
{
	if (pc_clock_ms(&b->p.clock) > until)
		fail_msg("nothing came");
	assert_int_equal(pc_loop_turn(b->p.loop, 5), PC_OK);
}

uint64_t
bed_deadline(const struct bed *b)
{
	return pc_clock_ms(&b->p.clock) + DEADLINE_MS;
}

bool
peer_wait(struct peer *s)
{
	uint64_t until = bed_deadline(s->bed);
	struct pc_agentx_header h;
	memmove(s->in, s->in + s->n_taken, s->n_in - s->n_taken);
	s->n_in -= s->n_taken;
	s->n_taken = 0;
	while (pc_agentx_frame(s->in, s->n_in, &h) != PC_OK) {
		ssize_t n = recv(s->fd, s->in + s->n_in, sizeof(s->in) - s->n_in, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return false;
		if (n > 0)
			s->n_in += (size_t)n;
		else
			bed_turn(s->bed, until);
	}
	s->n_taken = PC_AGENTX_HEADER_BYTES + h.payload;
	assert_int_equal(pc_agentx_read(s->in, s->n_taken, &s->got), PC_OK);
	assert_true(s->contexts || s->got.context == NULL); /* a subagent learns of none */
	return true;
}

void
peer_send(struct peer *s, const struct pc_agentx *pdu, const struct pc_agentx_varbind *v, size_t n)
{
	uint8_t out[8192];
	struct pc_agentx_writer w;
	size_t len = 0;
	pc_agentx_begin(&w, out, sizeof(out), pdu);
	for (size_t i = 0; i < n; i++)
		pc_agentx_add_varbind(&w, &v[i]);
	assert_int_equal(pc_agentx_end(&w, &len), PC_OK);
	assert_int_equal(send(s->fd, out, len, MSG_NOSIGNAL), (ssize_t)len);
}

unsigned
peer_do(struct peer *s, struct pc_agentx *pdu, const struct pc_agentx_varbind *v, size_t n)
{
	pdu->header.session = s->session;
	pdu->header.transaction = 7;
	pdu->header.packet = ++s->packet;
	peer_send(s, pdu, v, n);
	assert_true(peer_wait(s));
	assert_int_equal(s->got.header.type, PC_AGENTX_RESPONSE);
	assert_int_equal(s->got.header.packet, s->packet);
	assert_int_equal(s->got.header.transaction, 7);
	return s->got.error;
}

void
peer_oid(struct pc_oid *out, const char *text)
{
	assert_int_equal(pc_oid_parse(text, out), PC_OK);
}

unsigned
peer_open_session(struct peer *s, uint8_t flags)
{
	struct pc_agentx pdu = {.header = {.type = PC_AGENTX_OPEN, .flags = flags},
		.timeout = s->timeout,
		.text = (const uint8_t *)"a test",
		.n_text = 6};
	unsigned error = peer_do(s, &pdu, NULL, 0);
	s->session = s->got.header.session;
	return error;
}

struct peer *
peer_open(struct bed *b, unsigned printer)
{
	struct peer *s = peer_connect(b, printer);
	assert_int_equal(peer_open_session(s, PC_AGENTX_BIG_ENDIAN), 0);
	return s;
}

unsigned
peer_region(struct peer *s, uint8_t type, const char *root, uint8_t priority, uint8_t range,
	uint32_t upper)
{
	struct pc_agentx pdu = {.header = {.type = type},
		.priority = priority,
		.range_subid = range,
		.upper_bound = upper};
	peer_oid(&pdu.oid, root);
	return peer_do(s, &pdu, NULL, 0);
}

unsigned
peer_register(struct peer *s, const char *root)
{
	return peer_region(s, PC_AGENTX_REGISTER, root, PC_AGENTX_PRIORITY, 0, 0);
}

void
peer_reply(
	struct peer *s, uint16_t error, uint16_t index, const struct pc_agentx_varbind *v, size_t n)
{
	struct pc_agentx pdu = {.header = s->got.header, .error = error, .index = index};
	pdu.header.type = PC_AGENTX_RESPONSE;
	peer_send(s, &pdu, v, n);
}

struct pc_agentx_varbind
peer_integer(const char *name, int64_t value)
{
	struct pc_agentx_varbind v = {.type = PC_BER_INTEGER, .integer = value};
	peer_oid(&v.name, name);
	return v;
}

struct pc_agentx_varbind
peer_nothing_more(const struct pc_oid *name)
{
	struct pc_agentx_varbind v = {.type = PC_BER_END_OF_MIB_VIEW, .name = *name};
	return v;
}

void
peer_expect(struct peer *s, uint8_t type)
{
	assert_true(peer_wait(s));
	assert_int_equal(s->got.header.type, type);
}

/* ---- the manager's side ---- */

const char *
bed_answer(struct bed *b, char out[TEXT])
{
	uint64_t until = bed_deadline(b);
	while (strcmp(printers_read(&b->p, out, TEXT), "silence") == 0)
		bed_turn(b, until);
	return out;
}

void
bed_check(struct bed *b, unsigned printer, const char *request, const char *want)
{
	char out[TEXT];
	assert_string_equal(printers_ask(&b->p, printer, request, out, sizeof(out)), want);
}

void
bed_ask(struct bed *b, unsigned printer, const char *request)
{
	bed_check(b, printer, request, "silence");
}
