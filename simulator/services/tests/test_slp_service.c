/* Tests of SLP on real sockets: what is answered to one printer and to all of them, errors, the
 * list of those who answered, overflow and TCP, version 1, HP's discovery, faults. */
#include "services/tests/bench.h"

#include "codec/slp.h"

enum { LOTS = 2000, FEW = 30, ALL = 560 /* over the window in which answers leave */ };
#define DEVICE1   0x7f000a01u
#define EVERYBODY 0x7fffffffu

static int
setup(void **state)
{
	struct bench *b = test_malloc(sizeof(*b));
	bench_init(b, 0xffff, 1000);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	bench_done(*state);
	test_free(*state);
	return 0;
}

struct request {
	uint8_t function, version; /* 0: version 2 */
	const char *type;          /* or URL, or naming authority */
	const char *scopes, *predicate, *prlist, *spi, *tags, *language;
	uint16_t charset;
	bool all_authorities, monolingual;
};

static size_t
write_request(const struct request *q, uint16_t xid, uint8_t *out, size_t size)
{
	char v1[256];
	struct pc_slp m = {.version = q->version == 0 ? 2 : q->version,
		.function = q->function,
		.xid = xid,
		.language = pc_slp_text(q->language != NULL ? q->language : "en"),
		.charset = q->charset == 0 ? PC_SLP_ASCII : q->charset,
		.monolingual = q->monolingual,
		.prlist = pc_slp_text(q->prlist),
		.type = pc_slp_text(q->type),
		.url = pc_slp_text(q->type),
		.authority = pc_slp_text(q->type),
		.all_authorities = q->all_authorities,
		.scopes = pc_slp_text(q->scopes),
		.predicate = pc_slp_text(q->predicate),
		.tags = pc_slp_text(q->tags),
		.spi = pc_slp_text(q->spi)};
	size_t n = 0;
	if (m.version == 1 && m.function == PC_SLP_SRVRQST) {
		snprintf(v1, sizeof(v1), "%s/%s/%s/", q->type, q->scopes != NULL ? q->scopes : "",
			q->predicate != NULL ? q->predicate : "");
		m.predicate = pc_slp_text(v1);
	}
	assert_int_equal(pc_slp_write(&m, out, size, &n), PC_OK);
	return n;
}

static void
ask(struct bench *b, int fd, uint32_t to, uint16_t xid, const struct request *q)
{
	uint8_t out[2048];
	size_t n = write_request(q, xid, out, sizeof(out));
	bench_udp_send(b, fd, to, PC_SLP_PORT, out, n);
}

struct reply {
	uint8_t bytes[2048];
	struct pc_slp m;
	uint32_t from;
};

static bool
take(struct bench *b, int fd, int turns, struct reply *ret)
{
	struct sockaddr_in from;
	size_t n = bench_udp_read(b, fd, ret->bytes, sizeof(ret->bytes), &from, turns);
	if (n == 0)
		return false;
	assert_true(n <= PC_SLP_UDP_MAX);
	ret->from = ntohl(from.sin_addr.s_addr);
	assert_int_equal(ntohs(from.sin_port), PC_SLP_PORT + b->offset);
	assert_int_equal(pc_slp_read(ret->bytes, n, &ret->m), PC_OK);
	return true;
}

#define ANY_TYPE .type = "service:printer", .scopes = "DEFAULT"

static const struct {
	const char *name;
	struct request request;
	uint8_t function;  /* of the answer to a unicast request; 0: none */
	uint16_t error, n; /* its error, its entries */
	bool multicast;    /* everybody's is answered too */
	const char *holds; /* somewhere in its bytes */
} rows[] = {
	{"by abstract type", {PC_SLP_SRVRQST, ANY_TYPE}, PC_SLP_SRVRPLY, 0, 2, true,
		"service:printer:raw-tcp://127.0.10.1:9100"},
	{"by type", {PC_SLP_SRVRQST, .type = "SERVICE:PRINTER:LPR", .scopes = "default,x"},
		PC_SLP_SRVRPLY, 0, 1, true, "service:printer:lpr://127.0.10.1/PASSTHRU"},
	{"another type", {PC_SLP_SRVRQST, .type = "service:scanner", .scopes = "DEFAULT"},
		PC_SLP_SRVRPLY, 0, 0, false, NULL},
	{"no type", {PC_SLP_SRVRQST, .scopes = "DEFAULT"}, PC_SLP_SRVRPLY, PC_SLP_E_PARSE, 0, false,
		NULL},
	{"another scope", {PC_SLP_SRVRQST, .type = "service:printer", .scopes = "LAB"},
		PC_SLP_SRVRPLY, PC_SLP_E_SCOPE, 0, false, NULL},
	{"no scope", {PC_SLP_SRVRQST, .type = "service:printer"}, PC_SLP_SRVRPLY, PC_SLP_E_SCOPE, 0,
		false, NULL},
	{"predicate that holds",
		{PC_SLP_SRVRQST, ANY_TYPE,
			.predicate = "(&(color-supported=true)(pages-per-minute>=60))"},
		PC_SLP_SRVRPLY, 0, 2, true, NULL},
	{"predicate on one service's own URL",
		{PC_SLP_SRVRQST, ANY_TYPE, .predicate = "(printer-uri=*PASSTHRU)"}, PC_SLP_SRVRPLY,
		0, 1, true, "/PASSTHRU"},
	{"predicate that does not hold",
		{PC_SLP_SRVRQST, ANY_TYPE, .predicate = "(color-supported=false)"}, PC_SLP_SRVRPLY,
		0, 0, false, NULL},
	{"predicate that is none", {PC_SLP_SRVRQST, ANY_TYPE, .predicate = "color"}, PC_SLP_SRVRPLY,
		PC_SLP_E_PARSE, 0, false, NULL},
	{"predicate in another language",
		{PC_SLP_SRVRQST, ANY_TYPE, .predicate = "(color-supported=true)", .language = "de"},
		PC_SLP_SRVRPLY, PC_SLP_E_LANGUAGE, 0, false, NULL},
	{"another language, no predicate", {PC_SLP_SRVRQST, ANY_TYPE, .language = "de"},
		PC_SLP_SRVRPLY, 0, 2, true, NULL},
	{"signed answer wanted", {PC_SLP_SRVRQST, ANY_TYPE, .spi = "key"}, PC_SLP_SRVRPLY,
		PC_SLP_E_AUTH_UNKNOWN, 0, false, NULL},
	{"has answered", {PC_SLP_SRVRQST, ANY_TYPE, .prlist = "127.0.0.9, 127.0.10.1"}, 0, 0, 0,
		false, NULL},
	{"service agents", {PC_SLP_SRVRQST, .type = "service:service-agent"}, PC_SLP_SAADVERT, 0, 0,
		true, "service:service-agent://127.0.10.1"},
	{"directory agents", {PC_SLP_SRVRQST, .type = "service:directory-agent"}, 0, 0, 0, false,
		NULL},
	{"attributes of a type",
		{PC_SLP_ATTRRQST, ANY_TYPE, .tags = "printer-make*,color-supported"},
		PC_SLP_ATTRRPLY, 0, 0, true,
		"(printer-make-and-model=EPSON WF-C9999 Series),(color-supported=true)"},
	{"attributes of a URL",
		{PC_SLP_ATTRRQST, .type = "service:printer:lpr://127.0.10.1/PASSTHRU",
			.scopes = "DEFAULT", .tags = "printer-uri"},
		PC_SLP_ATTRRPLY, 0, 0, true,
		"(printer-uri=service:printer:lpr://127.0.10.1/PASSTHRU)"},
	{"URLs have their case",
		{PC_SLP_ATTRRQST, .type = "service:printer:lpr://127.0.10.1/passthru",
			.scopes = "DEFAULT"},
		PC_SLP_ATTRRPLY, 0, 0, false, NULL},
	{"attributes nobody has", {PC_SLP_ATTRRQST, ANY_TYPE, .tags = "moon-phase"},
		PC_SLP_ATTRRPLY, 0, 0, false, NULL},
	{"attributes in another language", {PC_SLP_ATTRRQST, ANY_TYPE, .language = "fr"},
		PC_SLP_ATTRRPLY, PC_SLP_E_LANGUAGE, 0, false, NULL},
	{"types", {PC_SLP_SRVTYPERQST, .scopes = "DEFAULT", .all_authorities = true},
		PC_SLP_SRVTYPERPLY, 0, 0, true, "service:printer:lpr,service:printer:raw-tcp"},
	{"types of IANA", {PC_SLP_SRVTYPERQST, .scopes = "DEFAULT"}, PC_SLP_SRVTYPERPLY, 0, 0, true,
		"service:printer:lpr"},
	{"types of somebody", {PC_SLP_SRVTYPERQST, .type = "hp", .scopes = "DEFAULT"},
		PC_SLP_SRVTYPERPLY, 0, 0, false, NULL},
	{"a registration", {PC_SLP_SRVREG, ANY_TYPE}, PC_SLP_SRVACK, PC_SLP_E_NOT_SUPPORTED, 0,
		false, NULL},
	{"a deregistration", {PC_SLP_SRVDEREG, ANY_TYPE}, PC_SLP_SRVACK, PC_SLP_E_NOT_SUPPORTED, 0,
		false, NULL},
	{"a reply", {PC_SLP_SRVACK, .type = ""}, 0, 0, 0, false, NULL},
	{"an advertisement", {PC_SLP_DAADVERT, .type = ""}, 0, 0, 0, false, NULL},
	{"v1 by type", {PC_SLP_SRVRQST, 1, .type = "service:printer"}, PC_SLP_SRVRPLY, 0, 2, true,
		"service:printer:lpr://127.0.10.1/PASSTHRU"},
	{"v1 predicate without brackets",
		{PC_SLP_SRVRQST, 1, .type = "service:printer", .predicate = "color-supported==x"},
		PC_SLP_SRVRPLY, 0, 0, false, NULL},
	{"v1 predicate",
		{PC_SLP_SRVRQST, 1, .type = "service:printer",
			.predicate = "(color-supported=true)"},
		PC_SLP_SRVRPLY, 0, 2, true, NULL},
	{"v1 another scope", {PC_SLP_SRVRQST, 1, .type = "service:printer", .scopes = "LAB"},
		PC_SLP_SRVRPLY, PC_SLP_E_SCOPE, 0, false, NULL},
	{"v1 UCS-2", {PC_SLP_SRVRQST, 1, .type = "service:printer", .charset = PC_SLP_UCS2},
		PC_SLP_SRVRPLY, 5, 0, false, NULL},
	{"v1 only German",
		{PC_SLP_ATTRRQST, 1, .type = "service:printer", .language = "de",
			.monolingual = true},
		PC_SLP_ATTRRPLY, PC_SLP_E_LANGUAGE, 0, false, NULL},
	{"v1 German if there is any",
		{PC_SLP_ATTRRQST, 1, .type = "service:printer", .language = "de",
			.tags = "sides-supported"},
		PC_SLP_ATTRRPLY, 0, 0, true,
		"(sides-supported=one-sided,two-sided-long-edge,two-sided-short-edge)"},
	{"v1 types", {PC_SLP_SRVTYPERQST, 1, .all_authorities = true}, PC_SLP_SRVTYPERPLY, 0, 2,
		true, "service:printer:raw-tcp"},
	{"v1 registration", {PC_SLP_SRVREG, 1, .type = "x"}, PC_SLP_SRVACK, PC_SLP_E_REGISTRATION,
		0, false, NULL},
	{"v1 has no agents", {PC_SLP_SRVRQST, 1, .type = "service:service-agent"}, PC_SLP_SRVRPLY,
		0, 0, false, NULL},
};

static void
check_reply(size_t row, const struct reply *r)
{
	assert_int_equal(r->m.function, rows[row].function);
	assert_int_equal(r->m.xid, 100 + row);
	assert_int_equal(r->m.version, rows[row].request.version == 1 ? 1 : 2);
	assert_int_equal(r->m.error, rows[row].error);
	assert_int_equal(r->m.n_entries, rows[row].n);
	assert_false(r->m.overflow);
	const char *language = rows[row].request.language;
	assert_true(pc_slp_text_is(r->m.language, language != NULL ? language : "en"));
	if (rows[row].holds != NULL)
		assert_non_null(memmem(
			r->bytes, sizeof(r->bytes), rows[row].holds, strlen(rows[row].holds)));
}

static void
test_one_printer(void **state)
{
	struct bench *b = *state;
	int fd = bench_udp();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reply r = {{0}, {0}, 0};
		print_message("%s\n", rows[i].name);
		ask(b, fd, DEVICE1, (uint16_t)(100 + i), &rows[i].request);
		bool answered = take(b, fd, rows[i].function != 0 ? LOTS : FEW, &r);
		assert_int_equal(answered, rows[i].function != 0);
		if (!answered)
			continue;
		assert_int_equal(r.from, DEVICE1);
		check_reply(i, &r);
	}
	close(fd);
}

/* The same questions to everybody, all at once: answers of the first printer and no others count
 * here, since the table knows its address. */
static void
test_everybody(void **state)
{
	enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
	struct bench *b = *state;
	unsigned seen[ROWS] = {0};
	int fd = bench_udp();
	struct reply r = {{0}, {0}, 0};
	b->profiles[1].ports.slp = false;
	pc_device_power(b->devices[2], false);
	for (size_t i = 0; i < ROWS; i++)
		ask(b, fd, EVERYBODY, (uint16_t)(100 + i), &rows[i].request);
	while (take(b, fd, ALL, &r)) {
		size_t row = r.m.xid - 100u;
		assert_true(row < ROWS);
		assert_int_equal(r.from, DEVICE1);
		check_reply(row, &r);
		seen[row]++;
		memset(&r, 0, sizeof(r));
	}
	for (size_t i = 0; i < ROWS; i++) {
		print_message("%s\n", rows[i].name);
		assert_int_equal(seen[i], rows[i].multicast);
	}
	close(fd);
}

/* Each printer once; a repeated request only those that are not on the list. */
static void
test_convergence(void **state)
{
	struct bench *b = *state;
	struct request q = {PC_SLP_SRVRQST, ANY_TYPE};
	unsigned seen[BENCH_DEVICES] = {0};
	int fd = bench_udp();
	struct reply r;
	ask(b, fd, EVERYBODY, 7, &q);
	for (int i = 0; i < BENCH_DEVICES; i++) {
		assert_true(take(b, fd, LOTS, &r));
		seen[r.from - DEVICE1]++;
	}
	q.prlist = "127.0.10.1,127.0.10.3";
	ask(b, fd, EVERYBODY, 7, &q);
	while (take(b, fd, ALL, &r))
		seen[r.from - DEVICE1]++;
	assert_int_equal(seen[0], 1);
	assert_int_equal(seen[1], 2);
	assert_int_equal(seen[2], 1);
	close(fd);
}

/* All attributes together do not fit a datagram when there are many sizes and a long text: the
 * client is sent to TCP, where they do. */
static void
test_overflow(void **state)
{
	static const char *const sizes[] = {"iso_a3_297x420mm", "iso_a4_210x297mm",
		"iso_a5_148x210mm", "iso_b4_250x353mm", "jis_b5_182x257mm", "na_letter_8.5x11in",
		"na_legal_8.5x14in", "na_ledger_11x17in", "na_executive_7.25x10.5in",
		"na_number-10_4.125x9.5in", "iso_dl_110x220mm", "iso_c5_162x229mm",
		"jpn_hagaki_100x148mm", "na_5x7_5x7in", "other"};
	struct bench *b = *state;
	struct request q = {PC_SLP_ATTRRQST, ANY_TYPE};
	struct reply r;
	uint8_t out[2048];
	char in[8192];
	size_t n = 0, want = 0;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		b->profiles[0].sizes[i] = sizes[i];
	b->profiles[0].n_sizes = sizeof(sizes) / sizeof(sizes[0]);
	char location[251] = {0};
	memset(location, 'x', sizeof(location) - 1);
	assert_int_equal(pc_device_setting_set(b->devices[0], "sysLocation", location), PC_OK);
	b->profiles[0].slp.attributes = "(x-note=printer {n} has more to tell than fits),x-more";
	int udp = bench_udp(), fd = bench_connect(b, 0, PC_SLP_PORT);
	ask(b, udp, DEVICE1, 1, &q);
	assert_true(take(b, udp, LOTS, &r));
	assert_true(r.m.overflow);
	assert_int_equal(r.m.error, 0);
	assert_non_null(memmem(r.bytes, sizeof(r.bytes), "(color-supported=true)", 22));
	assert_int_equal(r.m.attributes.at[r.m.attributes.len - 1], ')');
	n = write_request(&q, 2, out, sizeof(out));
	bench_send(fd, out, 4); /* in pieces */
	bench_turns(b, 3);
	bench_send(fd, out + 4, n - 4);
	(void)bench_read(b, fd, in, sizeof(in), 5, &n);
	assert_int_equal(pc_slp_length((uint8_t *)in, n, &want), PC_OK);
	if (n < want) {
		size_t more = 0;
		(void)bench_read(b, fd, in + n, sizeof(in) - n, want - n, &more);
		n += more;
	}
	struct pc_slp m;
	assert_int_equal(n, want);
	assert_true(n > PC_SLP_UDP_MAX);
	assert_int_equal(pc_slp_read((uint8_t *)in, n, &m), PC_OK);
	assert_false(m.overflow);
	assert_non_null(memmem(in, n, "na_5x7_5x7in", 12));
	assert_non_null(memmem(in, n, "printer 1 has more to tell than fits),x-more", 44));
	close(fd);
	fd = bench_connect(b, 0, PC_SLP_PORT);
	bench_send(fd, "\2\1\0\xff\xff", 5); /* longer than any request */
	assert_int_equal(bench_read(b, fd, in, sizeof(in), 1, &n), BENCH_EOF);
	close(fd);
	b->profiles[1].ports.slp_tcp = false;
	fd = bench_connect(b, 1, PC_SLP_PORT);
	assert_int_equal(bench_read(b, fd, in, sizeof(in), 1, &n), BENCH_RESET);
	close(fd);
	close(udp);
}

/* HP's installers: version 1, the URL of their own discovery. */
static void
test_hpnp(void **state)
{
	struct bench *b = *state;
	struct request q = {PC_SLP_ATTRRQST, 1, .type = "service:x-hpnp-discover:"};
	int fd = bench_udp();
	struct reply r = {{0}, {0}, 0};
	ask(b, fd, EVERYBODY, 7, &q);
	assert_false(take(b, fd, ALL, &r));
	b->profiles[1].slp.hpnp = true;
	ask(b, fd, EVERYBODY, 8, &q);
	assert_true(take(b, fd, LOTS, &r));
	assert_int_equal(r.from, DEVICE1 + 1);
	assert_non_null(memmem(r.bytes, sizeof(r.bytes), "(x-hp-mac=02005e100002)", 23));
	assert_non_null(memmem(r.bytes, sizeof(r.bytes), "(x-hp-p1=MFG:EPSON;CMD:", 23));
	assert_false(take(b, fd, ALL, &r));
	close(fd);
}

static void
test_malformed(void **state)
{
	struct bench *b = *state;
	struct request q = {PC_SLP_SRVRQST, ANY_TYPE};
	int fd = bench_udp();
	struct reply r;
	uint8_t out[2048];
	size_t n = write_request(&q, 9, out, sizeof(out));
	out[17] = 0xff; /* the list's length lies */
	bench_udp_send(b, fd, DEVICE1, PC_SLP_PORT, out, n);
	assert_true(take(b, fd, LOTS, &r));
	assert_int_equal(r.m.error, PC_SLP_E_PARSE);
	assert_int_equal(r.m.xid, 9);
	bench_udp_send(b, fd, EVERYBODY, PC_SLP_PORT, out, n);
	bench_udp_send(b, fd, DEVICE1, PC_SLP_PORT, out, 7);
	bench_udp_send(b, fd, DEVICE1, PC_SLP_PORT, "\3\1", 2);
	assert_false(take(b, fd, ALL, &r));
	assert_int_equal(pc_service_counters(bench_service(b, "slp")).malformed, 4);
	b->profiles[0].slp.v1 = false;
	q.version = 1;
	ask(b, fd, DEVICE1, 1, &q);
	assert_false(take(b, fd, FEW, &r));
	close(fd);
}

static void
test_faults(void **state)
{
	struct bench *b = *state;
	struct request q = {PC_SLP_SRVRQST, ANY_TYPE};
	struct request other = {PC_SLP_SRVRQST, .type = "service:scanner", .scopes = "DEFAULT"};
	struct request lab = {PC_SLP_SRVRQST, .type = "service:printer", .scopes = "LAB"};
	struct request again = {PC_SLP_SRVRQST, ANY_TYPE, .prlist = "127.0.10.1"};
	int fd = bench_udp();
	struct reply r = {{0}, {0}, 0};
	bench_arm(b, 0, "slp-any-type");
	ask(b, fd, DEVICE1, 1, &other);
	assert_true(take(b, fd, LOTS, &r));
	assert_int_equal(r.m.n_entries, 2);
	bench_arm(b, 0, "slp-any-scope");
	ask(b, fd, DEVICE1, 1, &lab);
	assert_true(take(b, fd, LOTS, &r));
	assert_int_equal(r.m.n_entries, 2);
	bench_arm(b, 0, "slp-wrong-url");
	ask(b, fd, DEVICE1, 1, &q);
	assert_true(take(b, fd, LOTS, &r));
	assert_non_null(memmem(r.bytes, sizeof(r.bytes), "192.0.2.1", 9));
	bench_arm(b, 0, "slp-wrong-xid");
	ask(b, fd, DEVICE1, 1, &q);
	assert_true(take(b, fd, LOTS, &r));
	assert_int_equal(r.m.xid, 2);
	bench_arm(b, 0, "slp-prlist-ignored");
	ask(b, fd, DEVICE1, 1, &again);
	assert_true(take(b, fd, LOTS, &r));
	bench_arm(b, 0, "slp-silent");
	ask(b, fd, DEVICE1, 1, &q);
	assert_false(take(b, fd, FEW, &r));
	close(fd);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_one_printer), T(test_everybody),
		T(test_convergence), T(test_overflow), T(test_hpnp), T(test_malformed),
		T(test_faults)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
