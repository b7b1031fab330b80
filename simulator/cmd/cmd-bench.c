/* presscheck bench: the figures the program promises, with their baselines in the same run. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/opt.h"
#include "base/term.h"
#include "base/text.h"
#include "bench.h"
#include "cmd/commands.h"

enum { ROUNDS = 15, STARTS = 3, DEVICES_MAX = 60000, SECONDS_MAX = 600 };
enum opt_id { OPT_DEVICES = 1, OPT_SECONDS, OPT_CHECK, OPT_JSON };

struct settings {
	uint32_t devices;
	uint32_t seconds;
	bool check, json;
	bool snmp, fleet, ports;
};

/* ---- rows: what is measured ---- */

enum server_id {
	SERVER_ECHO,
	SERVER_BASE_ONE,
	SERVER_BASE_ALL,
	SERVER_FAST_ONE,
	SERVER_FAST_ALL,
	SERVER_SNMPD,
	SERVER_SNMPSIM,
	SERVERS
};

static const struct {
	enum pc_bench_kind kind;
	bool all; /* all devices, else one */
} servers_of[SERVERS] = {
	[SERVER_ECHO] = {PC_BENCH_ECHO, true},
	[SERVER_BASE_ONE] = {PC_BENCH_BASE, false},
	[SERVER_BASE_ALL] = {PC_BENCH_BASE, true},
	[SERVER_FAST_ONE] = {PC_BENCH_FAST, false},
	[SERVER_FAST_ALL] = {PC_BENCH_FAST, true},
	[SERVER_SNMPD] = {PC_BENCH_SNMPD, false},
	[SERVER_SNMPSIM] = {PC_BENCH_SNMPSIM, false},
};

enum row_id {
	ROW_ECHO,
	ROW_GET_ONE,
	ROW_GET_ALL,
	ROW_BULK_ONE,
	ROW_BULK_ALL,
	ROW_FAST_GET_ONE,
	ROW_FAST_GET_ALL,
	ROW_FAST_BULK_ONE,
	ROW_FAST_BULK_ALL,
	ROW_V3_ONE,
	ROW_V3_ALL,
	ROW_SNMPD,
	ROW_SNMPSIM,
	ROWS
};

struct row {
	const char *what;
	enum server_id server;
	enum pc_bench_request request;
};

static const struct row rows[ROWS] = {
	[ROW_ECHO] = {"UDP echo, same socket", SERVER_ECHO, PC_BENCH_DATAGRAM},
	[ROW_GET_ONE] = {"base GET, 1 device", SERVER_BASE_ONE, PC_BENCH_GET},
	[ROW_GET_ALL] = {"base GET, all devices", SERVER_BASE_ALL, PC_BENCH_GET},
	[ROW_BULK_ONE] = {"base GETBULK 25, 1 device", SERVER_BASE_ONE, PC_BENCH_BULK},
	[ROW_BULK_ALL] = {"base GETBULK 25, all", SERVER_BASE_ALL, PC_BENCH_BULK},
	[ROW_FAST_GET_ONE] = {"fast GET, 1 device", SERVER_FAST_ONE, PC_BENCH_GET},
	[ROW_FAST_GET_ALL] = {"fast GET, all devices", SERVER_FAST_ALL, PC_BENCH_GET},
	[ROW_FAST_BULK_ONE] = {"fast GETBULK 25, 1 device", SERVER_FAST_ONE, PC_BENCH_BULK},
	[ROW_FAST_BULK_ALL] = {"fast GETBULK 25, all", SERVER_FAST_ALL, PC_BENCH_BULK},
	[ROW_V3_ONE] = {"v3 authPriv GET, 1 device", SERVER_BASE_ONE, PC_BENCH_V3_GET},
	[ROW_V3_ALL] = {"v3 authPriv GET, all", SERVER_BASE_ALL, PC_BENCH_V3_GET},
	[ROW_SNMPD] = {"GET, stock snmpd", SERVER_SNMPD, PC_BENCH_GET},
	[ROW_SNMPSIM] = {"GET, snmpsim", SERVER_SNMPSIM, PC_BENCH_GET},
};

/* What is promised. Those with rows are the CPU of row `base` over the CPU of row `row`. */
enum promise_id {
	BASE_GET,
	BASE_BULK,
	FAST_GET,
	FAST_BULK,
	V3_GET,
	BASE_GET_ONE,
	BASE_BULK_ONE,
	FAST_GET_ONE,
	FAST_BULK_ONE,
	V3_GET_ONE,
	BASE_SNMPD,
	FAST_SNMPD,
	BASE_SNMPSIM,
	SNMP_MB,
	READY,
	IDLE_MB,
	USED_MB,
	INTAKE,
	SERVED,
	SHIFT,
	ENPC_ALL,
	SLP_ALL,
	PROMISES
};

struct promise {
	const char *what;
	const char *unit;
	bool at_most; /* else at least */
	double bar;
	enum row_id base, row; /* ROWS: no ratio of rows */
};

static const struct promise promises[PROMISES] = {
	[BASE_GET] = {"base GET / UDP echo", "x", false, 0.45, ROW_ECHO, ROW_GET_ALL},
	[BASE_BULK] = {"base GETBULK 25 / UDP echo", "x", false, 0.2, ROW_ECHO, ROW_BULK_ALL},
	[FAST_GET] = {"fast GET / UDP echo", "x", false, 0.85, ROW_ECHO, ROW_FAST_GET_ALL},
	[FAST_BULK] = {"fast GETBULK 25 / UDP echo", "x", false, 0.65, ROW_ECHO, ROW_FAST_BULK_ALL},
	[V3_GET] = {"v3 authPriv GET / UDP echo", "x", false, 0.28, ROW_ECHO, ROW_V3_ALL},
	[BASE_GET_ONE] = {"base GET, all / 1 device", "x", false, 0.9, ROW_GET_ONE, ROW_GET_ALL},
	[BASE_BULK_ONE] = {"base GETBULK 25, all / 1 device", "x", false, 0.9, ROW_BULK_ONE,
		ROW_BULK_ALL},
	[FAST_GET_ONE] = {"fast GET, all / 1 device", "x", false, 0.9, ROW_FAST_GET_ONE,
		ROW_FAST_GET_ALL},
	[FAST_BULK_ONE] = {"fast GETBULK 25, all / 1 device", "x", false, 0.9, ROW_FAST_BULK_ONE,
		ROW_FAST_BULK_ALL},
	[V3_GET_ONE] = {"v3 authPriv GET, all / 1 device", "x", false, 0.9, ROW_V3_ONE, ROW_V3_ALL},
	[BASE_SNMPD] = {"base GET / stock snmpd", "x", false, 2.5, ROW_SNMPD, ROW_GET_ALL},
	[FAST_SNMPD] = {"fast GET / stock snmpd", "x", false, 5, ROW_SNMPD, ROW_FAST_GET_ALL},
	[BASE_SNMPSIM] = {"base GET / snmpsim", "x", false, 80, ROW_SNMPSIM, ROW_GET_ALL},
	[SNMP_MB] = {"all with v3 users over an empty process", "MB", true, 40, ROWS, ROWS},
	[READY] = {"all printers ready, all ports open", "s", true, 2.0, ROWS, ROWS},
	[IDLE_MB] = {"all printers resident when ready", "MB", true, 256, ROWS, ROWS},
	[USED_MB] = {"all printers resident after a job each", "MB", true, 256, ROWS, ROWS},
	[INTAKE] = {"job intake on 9100 / plain TCP sink, SHA-256", "x", false, 0.6, ROWS, ROWS},
	[SERVED] = {"parallel LPD and raw connections served", "x", false, 1, ROWS, ROWS},
	[SHIFT] = {"p99 of others while 1 % are 10 s late", "%", true, 5, ROWS, ROWS},
	[ENPC_ALL] = {"ENPC broadcast: not exactly one answer", "", true, 0, ROWS, ROWS},
	[SLP_ALL] = {"SLP multicast: not exactly one answer", "", true, 0, ROWS, ROWS},
};

struct result {
	bool measured;
	const char *why_not;
	double rates[ROUNDS], costs[ROUNDS]; /* requests a second; CPU microseconds a request */
	double rate, cost;                   /* medians */
};

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Of at most ROUNDS values. */
static double
median(const double *v, size_t n)
{
	double sorted[ROUNDS];
	memcpy(sorted, v, n * sizeof(*v));
	qsort(sorted, n, sizeof(*sorted), by_size);
	return sorted[n / 2];
}

/* The rounds are interleaved, so that what else the machine does falls on all rows alike. */
static int
run_rounds(const struct settings *s, struct pc_bench_server servers[SERVERS],
	struct result results[ROWS], struct pc_diag *diag)
{
	double seconds = (double)s->seconds / (ROUNDS * ROWS);
	int err = PC_OK;
	for (unsigned i = 0; i < ROUNDS * ROWS && err == PC_OK; i++) {
		const struct row *row = &rows[i % ROWS];
		struct result *r = &results[i % ROWS];
		struct pc_bench_figure f;
		if (!r->measured)
			continue;
		pc_term_progress(i, ROUNDS * ROWS, row->what);
		err = pc_bench_load(&servers[row->server], row->request, seconds, &f, diag);
		if (err != PC_OK) {
			pc_diag_prefix(diag, "%s", row->what);
			break;
		}
		r->rates[i / ROWS] = (double)f.answers / f.seconds;
		r->costs[i / ROWS] = f.cpu_us;
	}
	pc_term_progress_end();
	for (unsigned i = 0; i < ROWS && err == PC_OK; i++) {
		results[i].rate = median(results[i].rates, ROUNDS);
		results[i].cost = median(results[i].costs, ROUNDS);
	}
	return err;
}

/* A server that is not installed leaves its rows unmeasured. */
static int
start_servers(const struct settings *s, struct pc_bench_server servers[SERVERS],
	struct result results[ROWS], struct pc_diag *diag)
{
	bool runs[SERVERS] = {false};
	for (unsigned i = 0; i < SERVERS; i++) {
		pc_term_progress(i, SERVERS, "servers");
		int err = pc_bench_server_start(
			&servers[i], servers_of[i].kind, servers_of[i].all ? s->devices : 1, diag);
		if (err != PC_OK && err != PC_E_UNSUPPORTED)
			return err;
		runs[i] = err == PC_OK;
	}
	for (unsigned i = 0; i < ROWS; i++) {
		results[i].measured = runs[rows[i].server];
		results[i].why_not = "not installed";
	}
	return PC_OK;
}

/* *ret_mb: what all devices take over a process with the same socket and nothing else, each asked
 * in SNMPv1, v2c and v3 before. */
static int
measure(const struct settings *s, struct result results[ROWS], double *ret_mb, struct pc_diag *diag)
{
	struct pc_bench_server servers[SERVERS] = {0};
	int err = start_servers(s, servers, results, diag);
	if (err == PC_OK)
		err = run_rounds(s, servers, results, diag);
	if (err == PC_OK)
		*ret_mb = ((double)pc_bench_rss_bytes(servers[SERVER_BASE_ALL].pid) -
				  (double)pc_bench_rss_bytes(servers[SERVER_ECHO].pid)) /
			  (1 << 20);
	for (unsigned i = 0; i < SERVERS; i++)
		pc_bench_server_stop(&servers[i]);
	return err;
}

/* ---- verdicts ---- */

enum verdict { NOT_MEASURED, MET, MISSED };

struct judgement {
	enum verdict verdict;
	double is;
};

static void
judge(enum promise_id id, double is, struct judgement all[PROMISES])
{
	const struct promise *p = &promises[id];
	bool met = p->at_most ? is <= p->bar : is >= p->bar;
	all[id] = (struct judgement){met ? MET : MISSED, is};
}

/* By round: what disturbs one round disturbs both sides of its ratio. */
static void
judge_ratio(enum promise_id id, const struct result results[ROWS], struct judgement all[PROMISES])
{
	const struct result *base = &results[promises[id].base], *row = &results[promises[id].row];
	double ratios[ROUNDS];
	if (!base->measured || !row->measured)
		return;
	for (unsigned i = 0; i < ROUNDS; i++)
		ratios[i] = row->costs[i] > 0 ? base->costs[i] / row->costs[i] : 0;
	judge(id, median(ratios, ROUNDS), all);
}

static int
bench_snmp(const struct settings *s, struct result results[ROWS], struct judgement all[PROMISES],
	struct pc_diag *diag)
{
	double mb = 0;
	int err = measure(s, results, &mb, diag);
	if (err != PC_OK)
		return err;
	for (unsigned id = 0; id < PROMISES; id++) {
		if (promises[id].row != ROWS)
			judge_ratio((enum promise_id)id, results, all);
	}
	judge(SNMP_MB, mb, all);
	return PC_OK;
}

/* The last start is the one whose printers print. */
static int
bench_fleet(const struct settings *s, struct judgement all[PROMISES], struct pc_diag *diag)
{
	double ready[STARTS], idle[STARTS];
	struct pc_bench_fleet f = {0};
	for (unsigned i = 0; i < STARTS; i++) {
		pc_term_progress(i, STARTS, "fleet: start");
		int err = pc_bench_fleet(s->devices, i == STARTS - 1, &f, diag);
		if (err != PC_OK)
			return err;
		ready[i] = f.ready_s;
		idle[i] = f.idle_mb;
	}
	judge(READY, median(ready, STARTS), all);
	judge(IDLE_MB, median(idle, STARTS), all);
	judge(USED_MB, f.used_mb, all);
	return PC_OK;
}

static int
bench_ports(const struct settings *s, struct judgement all[PROMISES], struct pc_diag *diag)
{
	struct pc_bench_ports p;
	int err = pc_bench_ports(s->devices, (double)s->seconds / 2, &p, diag);
	if (err != PC_OK)
		return err;
	judge(INTAKE, median(p.intake, p.rounds), all);
	judge(SERVED, p.served, all);
	judge(SHIFT, median(p.shift, PC_BENCH_PORTS_PAIRS), all);
	judge(ENPC_ALL, p.enpc_wrong, all);
	judge(SLP_ALL, p.slp_wrong, all);
	return PC_OK;
}

/* ---- what is printed ---- */

static const struct {
	const char *name;
	enum pc_term_colour colour;
} verdicts[] = {[NOT_MEASURED] = {"not measured", PC_TERM_YELLOW},
	[MET] = {"MET", PC_TERM_GREEN},
	[MISSED] = {"MISSED", PC_TERM_RED}};

static void
print_rows(const struct result results[ROWS])
{
	printf("%-26s %12s %12s %9s\n", "what", "req/s", "CPU us/req", "/ echo");
	for (unsigned i = 0; i < ROWS; i++) {
		const struct result *r = &results[i];
		if (!r->measured)
			printf("%-26s %12s\n", rows[i].what, r->why_not);
		else
			printf("%-26s %12.0f %12.2f %9.2f\n", rows[i].what, r->rate, r->cost,
				results[ROW_ECHO].cost / r->cost);
	}
	putchar('\n');
}

static bool
is_asked(const struct settings *s, unsigned id)
{
	if (id <= SNMP_MB)
		return s->snmp;
	return id <= USED_MB ? s->fleet || s->ports : s->ports;
}

static void
print_promises(const struct settings *s, const struct judgement all[PROMISES])
{
	printf("%-46s %8s %11s   (all = %u)\n", "promise", "is", "bar", s->devices);
	for (unsigned i = 0; i < PROMISES; i++) {
		const struct promise *p = &promises[i];
		enum verdict v = all[i].verdict;
		if (!is_asked(s, i))
			continue;
		if (v == NOT_MEASURED)
			printf("%-46s %8s", p->what, "-");
		else
			printf("%-46s %8.2f", p->what, all[i].is);
		printf(" %2s %5g %-2s  %s%s%s\n", p->at_most ? "<=" : ">=", p->bar, p->unit,
			pc_term_colour(stdout, verdicts[v].colour), verdicts[v].name,
			pc_term_colour(stdout, PC_TERM_PLAIN));
	}
}

static json_t *
rows_json(const struct result results[ROWS])
{
	json_t *list = json_array();
	for (unsigned i = 0; i < ROWS; i++) {
		const struct result *r = &results[i];
		if (r->measured)
			json_array_append_new(list,
				json_pack("{s:s, s:f, s:f, s:f}", "what", rows[i].what,
					"requests_per_s", r->rate, "cpu_us_per_request", r->cost,
					"ratio_to_echo", results[ROW_ECHO].cost / r->cost));
	}
	return list;
}

static json_t *
promises_json(const struct settings *s, const struct judgement all[PROMISES])
{
	json_t *list = json_array();
	for (unsigned i = 0; i < PROMISES; i++) {
		const struct promise *p = &promises[i];
		if (!is_asked(s, i))
			continue;
		json_t *is = all[i].verdict == NOT_MEASURED ? json_null() : json_real(all[i].is);
		json_array_append_new(
			list, json_pack("{s:s, s:o, s:f, s:b, s:s, s:s}", "what", p->what, "is", is,
				      "bar", p->bar, "at_most", (int)p->at_most, "unit", p->unit,
				      "verdict", verdicts[all[i].verdict].name));
	}
	return list;
}

static void
print_json(const struct settings *s, const struct result results[ROWS],
	const struct judgement all[PROMISES])
{
	json_t *out = json_pack("{s:i, s:o, s:o}", "devices", (int)s->devices, "rows",
		rows_json(results), "promises", promises_json(s, all));
	json_dumpf(out, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(out);
}

/* ---- the command ---- */

static int
take_operand(struct settings *s, const char *name, struct pc_diag *diag)
{
	s->snmp = s->snmp || strcmp(name, "snmp") == 0;
	s->fleet = s->fleet || strcmp(name, "fleet") == 0;
	s->ports = s->ports || strcmp(name, "ports") == 0;
	if (strcmp(name, "snmp") == 0 || strcmp(name, "fleet") == 0 || strcmp(name, "ports") == 0)
		return PC_OK;
	return pc_diag_fail(
		diag, PC_E_USAGE, "unknown benchmark '%s'; there are: snmp, fleet, ports", name);
}

static int
take_number(const char *name, const char *value, uint32_t max, uint32_t *ret, struct pc_diag *diag)
{
	uint64_t n = 0;
	if (pc_text_u64(value, 1, max, &n) != PC_OK)
		return pc_diag_fail(diag, PC_E_USAGE,
			"--%s '%s': a number from 1 to %u is expected", name, value, max);
	*ret = (uint32_t)n;
	return PC_OK;
}

static int
on_option(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct settings *s = ctx;
	switch (id) {
	case OPT_DEVICES:
		return take_number("devices", value, DEVICES_MAX, &s->devices, diag);
	case OPT_SECONDS:
		return take_number("seconds", value, SECONDS_MAX, &s->seconds, diag);
	case OPT_CHECK:
		s->check = true;
		return PC_OK;
	case OPT_JSON:
		s->json = true;
		return PC_OK;
	default:
		return take_operand(s, value, diag);
	}
}

static int
run(const struct pc_command *self, int argc, char **argv)
{
	struct settings s = {.devices = 10000, .seconds = 30};
	struct result results[ROWS] = {0};
	struct judgement all[PROMISES] = {0};
	struct pc_diag diag = {0};
	int code = PC_EXIT_PASS, err = PC_OK;
	if (!pc_opt_parse_or_exit(self, argc, argv, on_option, &s, &code))
		return code;
	if (!s.snmp && !s.fleet && !s.ports)
		s.snmp = s.fleet = s.ports = true;
	if (s.snmp)
		err = bench_snmp(&s, results, all, &diag);
	if (err == PC_OK && (s.fleet || s.ports))
		err = bench_fleet(&s, all, &diag);
	if (err == PC_OK && s.ports)
		err = bench_ports(&s, all, &diag);
	if (err != PC_OK)
		return pc_opt_fail(self, err, &diag);
	if (s.json)
		print_json(&s, results, all);
	if (!s.json && s.snmp)
		print_rows(results);
	if (!s.json)
		print_promises(&s, all);
	for (unsigned i = 0; s.check && i < PROMISES; i++) {
		if (all[i].verdict == MISSED)
			code = PC_EXIT_FAIL;
	}
	return code;
}

static const struct pc_opt options[] = {
	{OPT_DEVICES, "devices", "N", "how many printers answer (10000)"},
	{OPT_SECONDS, "seconds", "S", "how long to measure in all (30)"},
	{OPT_CHECK, "check", NULL, "exit with 1 when a bar is missed"},
	{OPT_JSON, "json", NULL, "print JSON"},
};

const struct pc_command pc_cmd_bench = {
	.name = "bench",
	.summary = "measure against baselines in the same run",
	.operands = "[snmp|fleet|ports...]",
	.description =
		"Measures what this program promises, together with baselines on the same machine, so "
		"that the ratios mean something.\n\n"
		"snmp: CPU time a request of the SNMP engine with one and with many printers, in the base "
		"lane (net-snmp's library), in the fast lane and by SNMPv3 with authentication and "
		"privacy, beside a UDP echo on the same kind of socket, the distribution's snmpd, and "
		"snmpsim with what such a printer answers; and the memory the printers take. Servers run "
		"on the first core, the load on the second; 64 requests are under way, and every answer "
		"is looked at; rounds are interleaved and medians are shown. Ratios are of CPU time, "
		"which other work on the machine disturbs least; those without 'all' or '1 device' are "
		"with all printers.\n\n"
		"fleet: how soon 'presscheck up' has as many printers ready with all their ports, and "
		"the memory it takes then and after each printer has printed.\n\n"
		"ports: the same, and of the other ports: CPU time a byte of large jobs on 9100 beside a plain "
		"TCP sink that computes the same SHA-256 (which the printer's journal must show); whether "
		"1,000 LPD and 1,000 raw connections open at once are all served; how the time within "
		"which 99 of 100 others answer shifts while one printer of a hundred is 10 s late, in "
		"rounds with and without; and whether each printer answers one ENPC broadcast and one "
		"SLP multicast exactly once.\n\n"
		"Without a name, all. A baseline that is not installed leaves its promise unmeasured.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples = "presscheck bench --check  # exit 1 if a promise is not kept\n"
		    "presscheck bench snmp --json  # for machines\n",
	.run = run,
};
