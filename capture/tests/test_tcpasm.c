/* Tests of capture/tcpasm: randomised segments against the text they came from, holes, reuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/rand.h"
#include "base/text.h"
#include "capture/frame.h"
#include "capture/tcpasm.h"

enum { CASES = 3000, TEXT_MAX = 400, SEGMENTS_MAX = 200 };

struct feeder {
	struct pc_tcpasm *a;
	struct sockaddr_in client, server;
	uint64_t frame;
};

static struct sockaddr_in
addr(const char *text)
{
	struct sockaddr_in a;
	assert_int_equal(pc_text_sockaddr(text, 0, &a), PC_OK);
	return a;
}

static struct feeder
feeder_new(void)
{
	struct feeder f = {.client = addr("192.0.2.1:40011"), .server = addr("192.0.2.9:515")};
	assert_int_equal(pc_tcpasm_new(&f.a), PC_OK);
	return f;
}

static void
feed(struct feeder *f, unsigned side, uint32_t seq, uint32_t ack, uint8_t flags, const void *data,
	size_t len)
{
	struct pc_packet p = {.frame = ++f->frame, .wall_ns = f->frame};
	struct pc_segment s = {.protocol = IPPROTO_TCP,
		.from = side == 0 ? f->client : f->server,
		.to = side == 0 ? f->server : f->client,
		.data = data,
		.len = len,
		.seq = seq,
		.ack = ack,
		.flags = flags};
	assert_int_equal(pc_tcpasm_add(f->a, &s, &p, NULL), PC_OK);
}

struct piece {
	size_t at, len;
	bool fin;
};

/* Cuts the text into pieces, repeats some overlapping, shuffles with a small reach. */
static size_t
make_pieces(struct pc_rand *r, size_t total, struct piece *out)
{
	size_t n = 0;
	for (size_t at = 0; at < total && n < SEGMENTS_MAX - 4;) {
		size_t len = 1 + pc_rand_below(r, 20);
		len = len > total - at ? total - at : len;
		out[n++] = (struct piece){at, len, at + len == total};
		if (pc_rand_below(r, 4) == 0) {
			size_t back = pc_rand_below(r, 15);
			size_t from = at > back ? at - back : 0;
			out[n++] = (struct piece){from, at + len - from, false};
		}
		at += len;
	}
	for (size_t i = 0; i + 1 < n; i++) {
		size_t j = i + pc_rand_below(r, 4);
		if (j >= n)
			continue;
		struct piece t = out[i];
		out[i] = out[j];
		out[j] = t;
	}
	return n;
}

static void
check_case(uint64_t seed, bool lose, bool with_syn)
{
	char text[TEXT_MAX];
	struct piece pieces[SEGMENTS_MAX];
	struct pc_rand r;
	struct pc_buf out;
	struct feeder f = feeder_new();
	pc_rand_init(&r, seed, 1);
	size_t total = 2 + pc_rand_below(&r, TEXT_MAX - 2);
	for (size_t i = 0; i < total; i++)
		text[i] = (char)('a' + pc_rand_below(&r, 26));
	uint32_t isn = pc_rand_below(&r, 3) == 0
			       ? UINT32_MAX - (uint32_t)pc_rand_below(&r, TEXT_MAX)
			       : (uint32_t)pc_rand_u64(&r);
	size_t n = make_pieces(&r, total, pieces);
	size_t lost = 1 + pc_rand_below(&r, total - 1);
	if (with_syn)
		feed(&f, 0, isn, 0, PC_TCP_SYN, NULL, 0);
	for (size_t i = 0; i < n; i++) {
		struct piece *p = &pieces[i];
		uint8_t flags = PC_TCP_ACK | (p->fin ? PC_TCP_FIN : 0);
		size_t first = p->len;
		if (lose && p->at <= lost && lost < p->at + p->len)
			first = lost - p->at;
		if (first > 0)
			feed(&f, 0, isn + 1 + (uint32_t)p->at, 1,
				first < p->len ? PC_TCP_ACK : flags, text + p->at, first);
		if (first < p->len)
			feed(&f, 0, isn + 2 + (uint32_t)lost, 1, flags, text + lost + 1,
				p->at + p->len - lost - 1);
	}
	const struct pc_tcp_stream *s = pc_tcpasm_get(f.a, 0);
	struct pc_diag diag = {0};
	int err = pc_tcp_stream_check(s, 0, &diag);
	if (pc_tcpasm_count(f.a) != 1 || err != (lose ? PC_E_MISMATCH : PC_OK))
		fail_msg("seed %llu: %d %s", (unsigned long long)seed, err, diag.text);
	pc_buf_init(&out, TEXT_MAX);
	assert_int_equal(pc_tcp_stream_bytes(s, 0, &out), PC_OK);
	if (out.len != (lose ? lost : total) || memcmp(out.data, text, out.len) != 0)
		fail_msg("seed %llu: %zu bytes", (unsigned long long)seed, out.len);
	pc_buf_done(&out);
	pc_tcpasm_free(f.a);
}

static void
test_random(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < CASES; seed++)
		check_case(seed, seed % 3 == 0, seed % 3 == 0 || seed % 2 == 0);
}

static void
test_hole_text(void **state)
{
	struct feeder f = feeder_new();
	struct pc_diag diag = {0};
	char data[100] = {0};
	(void)state;
	feed(&f, 0, 10, 0, PC_TCP_SYN, NULL, 0);
	feed(&f, 0, 11, 0, PC_TCP_ACK, data, 50);
	feed(&f, 0, 11 + 75, 0, PC_TCP_ACK, data, 10);
	assert_int_equal(pc_tcp_stream_check(pc_tcpasm_get(f.a, 0), 0, &diag), PC_E_MISMATCH);
	assert_string_equal(diag.text,
		"stream 0 (192.0.2.1:40011 -> 192.0.2.9:515): 25 bytes missing "
		"at offset 50, after frame 2, before frame 3");
	pc_tcpasm_free(f.a);
}

/* The peer acknowledged what was never captured. */
static void
test_ack_proves_hole(void **state)
{
	struct feeder f = feeder_new();
	char data[10] = {0};
	(void)state;
	feed(&f, 0, 10, 0, PC_TCP_SYN, NULL, 0);
	feed(&f, 1, 90, 11, PC_TCP_SYN | PC_TCP_ACK, NULL, 0);
	feed(&f, 0, 11, 91, PC_TCP_ACK, data, 10);
	assert_int_equal(pc_tcp_stream_check(pc_tcpasm_get(f.a, 0), 0, NULL), PC_OK);
	feed(&f, 1, 91, 31, PC_TCP_ACK, NULL, 0);
	assert_int_equal(pc_tcp_stream_check(pc_tcpasm_get(f.a, 0), 0, NULL), PC_E_MISMATCH);
	pc_tcpasm_free(f.a);
}

static void
test_conflict(void **state)
{
	struct feeder f = feeder_new();
	struct pc_diag diag = {0};
	(void)state;
	feed(&f, 0, 10, 0, PC_TCP_SYN, NULL, 0);
	feed(&f, 0, 11, 0, PC_TCP_ACK, "abcd", 4);
	feed(&f, 0, 11, 0, PC_TCP_ACK, "abxd", 4);
	assert_int_equal(pc_tcpasm_get(f.a, 0)->half[0].conflicts, 1);
	assert_int_equal(pc_tcp_stream_check(pc_tcpasm_get(f.a, 0), 0, &diag), PC_E_MISMATCH);
	assert_non_null(strstr(diag.text, "other bytes"));
	pc_tcpasm_free(f.a);
}

static void
test_reuse_of_ports(void **state)
{
	struct feeder f = feeder_new();
	(void)state;
	feed(&f, 0, 10, 0, PC_TCP_SYN, NULL, 0);
	feed(&f, 0, 10, 0, PC_TCP_SYN, NULL, 0); /* the same SYN again */
	feed(&f, 0, 11, 0, PC_TCP_ACK | PC_TCP_RST, NULL, 0);
	assert_int_equal(pc_tcpasm_count(f.a), 1);
	feed(&f, 0, 900, 0, PC_TCP_SYN, NULL, 0);
	feed(&f, 0, 901, 0, PC_TCP_ACK, "x", 1);
	assert_int_equal(pc_tcpasm_count(f.a), 2);
	assert_int_equal(pc_tcpasm_get(f.a, 0)->half[0].n_extents, 0);
	assert_int_equal(pc_tcpasm_get(f.a, 1)->half[0].n_extents, 1);
	pc_tcpasm_free(f.a);
}

/* Without a handshake the lower port is taken for the server. */
static void
test_midstream(void **state)
{
	struct feeder f = feeder_new();
	(void)state;
	feed(&f, 1, 500, 7, PC_TCP_ACK, "answer", 6);
	feed(&f, 0, 7, 506, PC_TCP_ACK, "k", 1);
	const struct pc_tcp_stream *s = pc_tcpasm_get(f.a, 0);
	assert_int_equal(ntohs(s->server.sin_port), 515);
	assert_false(s->half[1].syn);
	assert_int_equal(s->half[1].n_extents, 1);
	assert_int_equal(pc_tcp_stream_at(s, 1, 3)->frame, 1);
	assert_null(pc_tcp_stream_at(s, 1, 6));
	pc_tcpasm_free(f.a);
}

/* A keep-alive probe repeats the last byte before the window. */
static void
test_keep_alive(void **state)
{
	struct feeder f = feeder_new();
	(void)state;
	feed(&f, 0, 10, 0, PC_TCP_SYN, NULL, 0);
	feed(&f, 0, 10, 0, PC_TCP_ACK, "\0", 1);
	feed(&f, 0, 11, 0, PC_TCP_ACK, "ab", 2);
	feed(&f, 0, 12, 0, PC_TCP_ACK, "b", 1);
	assert_int_equal(pc_tcp_stream_check(pc_tcpasm_get(f.a, 0), 0, NULL), PC_OK);
	assert_int_equal(pc_tcpasm_get(f.a, 0)->half[0].n_extents, 1);
	pc_tcpasm_free(f.a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_hole_text),
		cmocka_unit_test(test_ack_proves_hole),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_reuse_of_ports),
		cmocka_unit_test(test_midstream),
		cmocka_unit_test(test_keep_alive),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
