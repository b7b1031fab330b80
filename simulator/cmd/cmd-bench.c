/* presscheck bench: the figures the program promises, with their baselines in the same run. */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/opt.h"
#include "base/term.h"
#include "base/text.h"
#include "bench.h"
#include "cmd/commands.h"

enum { ROUNDS = 15, DEVICES_MAX = 60000, SECONDS_MAX = 600 };
enum opt_id { OPT_DEVICES = 1, OPT_SECONDS, OPT_CHECK, OPT_JSON };

struct settings {
	uint32_t devices;
	uint32_t seconds;
	bool check, json;
	bool snmp, fleet;
};

/* ---- rows: what is measured ---- */

enum row_id { ROW_ECHO, ROW_GET_ONE, ROW_GET_ALL, ROW_BULK_ALL, ROW_SNMPD, ROWS };

struct row {
	const char *what;
	enum pc_bench_kind kind;
	bool all; /* all devices, else one */
	enum pc_bench_request request;
};

static const struct row rows[ROWS] = {
	[ROW_ECHO] = {"UDP echo, same socket", PC_BENCH_ECHO, true, PC_BENCH_DATAGRAM},
	[ROW_GET_ONE] = {"GET, 1 device", PC_BENCH_ENGINE, false, PC_BENCH_GET},
	[ROW_GET_ALL] = {"GET, all devices", PC_BENCH_ENGINE, true, PC_BENCH_GET},
	[ROW_BULK_ALL] = {"GETBULK 25, all devices", PC_BENCH_ENGINE, true, PC_BENCH_BULK},
	[ROW_SNMPD] = {"GET, stock snmpd", PC_BENCH_SNMPD, false, PC_BENCH_GET},
};

/* A promise: CPU of row `base` over CPU of row `row` is at least `least`. */
struct bar {
	const char *what;
	enum row_id base, row;
	double least;
};

static const struct bar bars[] = {
	{"GET at all devices / UDP echo", ROW_ECHO, ROW_GET_ALL, 0.45},
	{"GET at all devices / stock snmpd", ROW_SNMPD, ROW_GET_ALL, 2.5},
	{"GET at all devices / at 1", ROW_GET_ONE, ROW_GET_ALL, 0.9},
};
enum { BARS = sizeof(bars) / sizeof(bars[0]) };

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

static double
median(const double v[ROUNDS])
{
	double sorted[ROUNDS];
	memcpy(sorted, v, sizeof(sorted));
	qsort(sorted, ROUNDS, sizeof(*sorted), by_size);
	return sorted[ROUNDS / 2];
}

/* The rounds are interleaved, so that what else the machine does falls on all rows alike. */
static int
run_rounds(const struct settings *s, struct pc_bench_server servers[ROWS],
	struct result results[ROWS], struct pc_diag *diag)
{
	double seconds = (double)s->seconds / (ROUNDS * ROWS);
	int err = PC_OK;
	for (unsigned i = 0; i < ROUNDS * ROWS && err == PC_OK; i++) {
		struct result *r = &results[i % ROWS];
		struct pc_bench_figure f;
		if (!r->measured)
			continue;
		pc_term_progress(i, ROUNDS * ROWS, rows[i % ROWS].what);
		err = pc_bench_load(&servers[i % ROWS], rows[i % ROWS].request, seconds, &f, diag);
		if (err != PC_OK) {
			pc_diag_prefix(diag, "%s", rows[i % ROWS].what);
			break;
		}
		r->rates[i / ROWS] = (double)f.answers / f.seconds;
		r->costs[i / ROWS] = f.cpu_us;
	}
	pc_term_progress_end();
	for (unsigned i = 0; i < ROWS && err == PC_OK; i++) {
		results[i].rate = median(results[i].rates);
		results[i].cost = median(results[i].costs);
	}
	return err;
}

static int
measure(const struct settings *s, struct result results[ROWS], struct pc_diag *diag)
{
	struct pc_bench_server servers[ROWS] = {0};
	int err = PC_OK;
	for (unsigned i = 0; i < ROWS && err == PC_OK; i++) {
		err = pc_bench_server_start(
			&servers[i], rows[i].kind, rows[i].all ? s->devices : 1, diag);
		results[i].measured = err == PC_OK;
		if (err == PC_E_UNSUPPORTED) {
			results[i].why_not = "not installed";
			err = PC_OK;
		}
	}
	if (err == PC_OK)
		err = run_rounds(s, servers, results, diag);
	for (unsigned i = 0; i < ROWS; i++)
		pc_bench_server_stop(&servers[i]);
	return err;
}

/* ---- the table ---- */

enum verdict { HOLDS, MISSED, NOT_MEASURED };

static enum verdict
judge(const struct bar *b, const struct result results[ROWS], double *ret_ratio)
{
	const struct result *base = &results[b->base], *row = &results[b->row];
	double ratios[ROUNDS];
	*ret_ratio = 0;
	if (!base->measured || !row->measured)
		return NOT_MEASURED;
	/* By round: what disturbs one round disturbs both sides of its ratio. */
	for (unsigned i = 0; i < ROUNDS; i++)
		ratios[i] = row->costs[i] > 0 ? base->costs[i] / row->costs[i] : 0;
	*ret_ratio = median(ratios);
	return *ret_ratio >= b->least ? HOLDS : MISSED;
}

static const char *
verdict_name(enum verdict v)
{
	return v == HOLDS ? "holds" : v == MISSED ? "MISSED" : "not measured";
}

static void
print_snmp(const struct settings *s, const struct result results[ROWS])
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
	printf("\n%-36s %7s %7s  (CPU time; all devices = %u)\n", "promise", "is", "bar",
		s->devices);
	for (size_t i = 0; i < BARS; i++) {
		double ratio = 0;
		enum verdict v = judge(&bars[i], results, &ratio);
		printf("%-36s %7.2f %7.2f  %s\n", bars[i].what, ratio, bars[i].least,
			verdict_name(v));
	}
}

static json_t *
snmp_json(const struct settings *s, const struct result results[ROWS])
{
	json_t *list = json_array(), *promises = json_array();
	for (unsigned i = 0; i < ROWS; i++) {
		const struct result *r = &results[i];
		if (r->measured)
			json_array_append_new(list,
				json_pack("{s:s, s:f, s:f, s:f}", "what", rows[i].what,
					"requests_per_s", r->rate, "cpu_us_per_request", r->cost,
					"ratio_to_echo", results[ROW_ECHO].cost / r->cost));
	}
	for (size_t i = 0; i < BARS; i++) {
		double ratio = 0;
		enum verdict v = judge(&bars[i], results, &ratio);
		json_array_append_new(
			promises, json_pack("{s:s, s:f, s:f, s:s}", "what", bars[i].what, "is",
					  ratio, "bar", bars[i].least, "verdict", verdict_name(v)));
	}
	return json_pack(
		"{s:i, s:o, s:o}", "devices", (int)s->devices, "rows", list, "promises", promises);
}

static int
bench_snmp(const struct settings *s, json_t *out, bool *ret_missed, struct pc_diag *diag)
{
	struct result results[ROWS] = {0};
	int err = measure(s, results, diag);
	if (err != PC_OK)
		return err;
	for (size_t i = 0; i < BARS; i++) {
		double ratio = 0;
		if (judge(&bars[i], results, &ratio) == MISSED)
			*ret_missed = true;
	}
	if (s->json)
		json_object_set_new(out, "snmp", snmp_json(s, results));
	else
		print_snmp(s, results);
	return PC_OK;
}

/* ---- fleet: 'presscheck up' as users start it ---- */

enum { FLEET_READY_S = 60, FLEET_RSS_BAR_MB = 256 };
static const double fleet_ready_bar_s = 2.0;

static pid_t
start_up(uint32_t devices, int out_fd)
{
	char count[16];
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(count, sizeof(count), "%u", devices);
	dup2(out_fd, STDOUT_FILENO);
	execl("/proc/self/exe", "presscheck", "up", "--count", count, "--first", "127.1.0.1",
		"--port-offset", "20000", (char *)NULL);
	_exit(127);
}

/* Seconds until 'up' prints a line that begins with "ready"; negative when it ends before. */
static double
wait_ready(FILE *f, double start)
{
	char line[512];
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "ready", 5) == 0)
			return pc_bench_now() - start;
	}
	return -1;
}

static int
bench_fleet(const struct settings *s, json_t *out, bool *ret_missed, struct pc_diag *diag)
{
	int fds[2];
	if (pipe(fds) != 0)
		return pc_diag_fail(diag, -errno, "pipe: %s", pc_err_text(-errno));
	double start = pc_bench_now();
	pid_t pid = start_up(s->devices, fds[1]);
	close(fds[1]);
	FILE *f = fdopen(fds[0], "r");
	double ready_s = pid > 0 && f != NULL ? wait_ready(f, start) : -1;
	double rss_mb = (double)pc_bench_rss_bytes(pid) / (1 << 20);
	if (pid > 0) {
		kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
	if (f != NULL)
		fclose(f);
	if (ready_s < 0)
		return pc_diag_fail(diag, PC_E_ENVIRONMENT,
			"'presscheck up' ended before it was ready; start it by hand to see why");
	bool holds = ready_s <= fleet_ready_bar_s && rss_mb <= FLEET_RSS_BAR_MB;
	*ret_missed = *ret_missed || !holds;
	if (s->json)
		json_object_set_new(out, "fleet",
			json_pack("{s:i, s:f, s:f, s:s}", "devices", (int)s->devices, "rss_mb",
				rss_mb, "ready_s", ready_s, "verdict", holds ? "holds" : "MISSED"));
	else
		printf("%u printers: %.0f MB (bar %d), ready in %.2f s (bar %.1f): %s\n",
			s->devices, rss_mb, FLEET_RSS_BAR_MB, ready_s, fleet_ready_bar_s,
			holds ? "holds" : "MISSED");
	return PC_OK;
}

/* ---- the command ---- */

static int
take_operand(struct settings *s, const char *name, struct pc_diag *diag)
{
	s->snmp = s->snmp || strcmp(name, "snmp") == 0;
	s->fleet = s->fleet || strcmp(name, "fleet") == 0;
	if (strcmp(name, "snmp") == 0 || strcmp(name, "fleet") == 0)
		return PC_OK;
	return pc_diag_fail(
		diag, PC_E_USAGE, "unknown benchmark '%s'; there are: snmp, fleet", name);
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
	struct settings s = {.devices = 10000, .seconds = 20};
	struct pc_diag diag = {0};
	bool missed = false;
	int code = PC_EXIT_PASS, err = PC_OK;
	if (!pc_opt_parse_or_exit(self, argc, argv, on_option, &s, &code))
		return code;
	if (!s.snmp && !s.fleet)
		s.snmp = true;
	json_t *out = json_object();
	if (s.snmp)
		err = bench_snmp(&s, out, &missed, &diag);
	if (err == PC_OK && s.fleet)
		err = bench_fleet(&s, out, &missed, &diag);
	if (err == PC_OK && s.json) {
		json_dumpf(out, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
		putchar('\n');
	}
	json_decref(out);
	if (err != PC_OK)
		return pc_opt_fail(self, err, &diag);
	return s.check && missed ? PC_EXIT_FAIL : PC_EXIT_PASS;
}

static const struct pc_opt options[] = {
	{OPT_DEVICES, "devices", "N", "how many printers answer (10000)"},
	{OPT_SECONDS, "seconds", "S", "how long to measure in all (20)"},
	{OPT_CHECK, "check", NULL, "exit with 1 when a bar is missed"},
	{OPT_JSON, "json", NULL, "print JSON"},
};

const struct pc_command pc_cmd_bench = {
	.name = "bench",
	.summary = "measure against baselines in the same run",
	.operands = "[snmp|fleet...]",
	.description =
		"Measures what this program promises, together with baselines on the same machine, so "
		"that the ratios mean something.\n\n"
		"snmp (the default): CPU time a request of the SNMP engine with one and with many "
		"printers, beside a UDP echo on the same kind of socket and the distribution's "
		"snmpd. Servers run on the first core, the load on the second; 64 requests are "
		"under way; rounds are interleaved and medians are shown. Ratios are of CPU time, "
		"which other work on the machine disturbs least.\n\n"
		"fleet: memory of 'presscheck up' with as many printers, and how soon it is ready.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples = "presscheck bench snmp --check  # exit 1 if a promise is not kept\n"
		    "presscheck bench snmp fleet --json  # everything, for machines\n",
	.run = run,
};
