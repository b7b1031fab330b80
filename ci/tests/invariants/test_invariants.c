/* One printer, one state, every port: a story of many days over 200 printers of all shipped
 * profiles, with real sockets on every port. After every step the printers that it touched, and all
 * of them every day, are looked at through all their ports, and everything in invariants.c must
 * hold. Each is broken once in what was seen; a second test breaks them with the ports' own faults.
 *
 * Usage: test_invariants [DAYS [PRINTERS]] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <assert.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agents/es-collect.h"
#include "agents/record.h"
#include "base/err.h"
#include "fleet/control.h"
#include "fleet/diary.h"
#include "fleet/fleet.h"
#include "fleet/story-run.h"
#include "invariants.h"
#include "look.h"

enum {
	FIRST = 0x7f090001 /* 127.9.0.1 */,
	BROKEN_SHOWN = 40,
	DAY_MS = 86400000,
	INVARIANTS_MAX = 256,
	QUIET_TURNS = 30
};

static unsigned days = 30, printers = 200;

struct world {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_profile_names names;
	struct pc_profile *profiles[PC_FLEET_GROUPS_MAX];
	struct pc_fleet_group groups[PC_FLEET_GROUPS_MAX];
	size_t n_groups;
	struct pc_fleet *fleet;
	struct pc_control *control;
	struct look *look;
	struct facts **before; /* by number - 1; NULL: not looked at yet */
	struct facts *now;
	bool *touched;
	bool over;
	uint64_t looks, held, not_seen, broken, steps, told;
	uint64_t held_of[INVARIANTS_MAX];
	uint64_t unlisted;           /* that turned red with another and are not in its list */
	bool proven[INVARIANTS_MAX]; /* it turned red when it was broken */
	struct facts *altered;
	struct in_addr *addresses; /* where each was when it was looked at last */
	uint64_t moves;
};

/* ---- the world ---- */

static void
load_profiles(struct world *w)
{
	struct pc_diag diag = {{0}};
	if (pc_profile_names(PC_SOURCE_DIR "/profiles", &w->names, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	for (size_t i = 0; i < w->names.n && w->n_groups < PC_FLEET_GROUPS_MAX; i++) {
		struct pc_profile *p = NULL;
		if (pc_profile_find(PC_SOURCE_DIR "/profiles", w->names.names[i], &p, &diag) !=
			PC_OK)
			fail_msg("%s", diag.text);
		if (p->abstract) {
			pc_profile_free(p);
			continue;
		}
		w->profiles[w->n_groups] = p;
		w->groups[w->n_groups++].profile = p;
	}
	for (size_t i = 0; i < printers; i++)
		w->groups[i % w->n_groups].count++;
}

/* Epson printers have an ES agent inside. */
static char *
document(void *arg, uint32_t number)
{
	struct world *w = arg;
	const struct pc_device *dev = pc_fleet_device(w->fleet, number);
	const char *vendor = pc_device_profile(dev)->snmp_vendor;
	if (vendor == NULL || strcmp(vendor, "epson") != 0)
		return NULL;
	struct pc_record *r = calloc(1, sizeof(*r));
	assert_non_null(r);
	pc_es_collect(dev, 0, r);
	char *text = pc_record_to_json(r, false);
	free(r);
	return text;
}

static void
open_world(struct world *w)
{
	struct pc_diag diag = {{0}};
	struct rlimit limit;
	int err = PC_E_ENVIRONMENT;
	uint16_t offset = 0;
	memset(w, 0, sizeof(*w));
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	pc_clock_init_virtual(&w->clock, 1767225600);
	assert_int_equal(pc_loop_new(&w->clock, &w->loop, &diag), PC_OK);
	load_profiles(w);
	struct pc_fleet_options o = {.loop = w->loop,
		.first = {htonl(FIRST)},
		.seed = 3,
		.groups = w->groups,
		.n_groups = w->n_groups};
	for (unsigned i = 0; i < 50 && err != PC_OK; i++) {
		offset = (uint16_t)(11000 + ((unsigned)getpid() % 200 * 37 + i * 401) % 16000);
		o.port_offset = offset;
		err = pc_fleet_new(&o, &w->fleet, &diag);
	}
	if (err != PC_OK)
		fail_msg("%s", diag.text);
	const struct sockaddr_in bind = {
		.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	if (pc_control_new(w->loop, w->fleet, &bind, &w->control, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	const struct look_options lo = {.loop = w->loop,
		.port_offset = offset,
		.control = pc_control_local(w->control),
		.document = document,
		.arg = w};
	w->look = look_new(&lo);
	w->before = calloc(printers, sizeof(struct facts *));
	w->now = calloc(1, sizeof(*w->now));
	w->altered = calloc(1, sizeof(*w->altered));
	w->touched = calloc(printers, sizeof(*w->touched));
	w->addresses = calloc(printers, sizeof(*w->addresses));
	assert_true(w->before != NULL && w->now != NULL && w->altered != NULL &&
		    w->touched != NULL && w->addresses != NULL);
}

static void
close_world(struct world *w)
{
	look_free(w->look);
	pc_control_free(w->control);
	pc_fleet_free(w->fleet);
	for (size_t i = 0; i < w->n_groups; i++)
		pc_profile_free(w->profiles[i]);
	pc_profile_names_done(&w->names);
	pc_loop_free(w->loop);
	for (size_t i = 0; i < printers; i++)
		free(w->before[i]);
	free(w->before);
	free(w->now);
	free(w->altered);
	free(w->touched);
	free(w->addresses);
}

static const struct pc_profile *
profile_of(const struct world *w, uint32_t number)
{
	uint32_t at = number - 1;
	size_t g = 0;
	while (at >= w->groups[g].count)
		at -= w->groups[g++].count;
	return w->groups[g].profile;
}

/* ---- checks ---- */

static void
report(const struct world *w, uint32_t number, const char *name, const char *why)
{
	char at[PC_CLOCK_TEXT_MAX];
	if (w->broken <= BROKEN_SHOWN)
		printf("%s printer %u (%s): %s: %s\n",
			pc_clock_rfc3339(pc_clock_wall_ns(&w->clock), at), (unsigned)number,
			profile_of(w, number)->id, name, why);
}

/* A printer that has moved: nothing answers where it was. */
static void
check_old_address(struct world *w, uint32_t number)
{
	struct in_addr here;
	const struct fact *at = facts_get(w->now, "look.address");
	struct in_addr *last = &w->addresses[number - 1];
	if (at == NULL || inet_pton(AF_INET, at->text, &here) != 1)
		return;
	if (last->s_addr != 0 && last->s_addr != here.s_addr) {
		w->moves++;
		if (look_answers(w->look, *last, profile_of(w, number)) != 0) {
			w->broken++;
			report(w, number, "old-address-dead", "something answers there");
		}
	}
	*last = here;
}

/* ---- breaking ---- */

static bool
is_listed(const char *list, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = list; p != NULL && *p != '\0';) {
		size_t len = strcspn(p, " ");
		if (len == n && memcmp(p, name, n) == 0)
			return true;
		p += len + strspn(p + len, " ");
	}
	return false;
}

/* The fact an invariant is broken with, altered. False when this look has none. */
static bool
alter(const struct invariant *row, struct facts *f)
{
	const struct fact *p = facts_get(f, row->breaks);
	char text[FACT_TEXT_MAX] = "altered";
	if (p == NULL)
		return false;
	if (!p->is_text) {
		bool bits = strcmp(row->breaks, "snmp.errors") == 0;
		facts_number(f, row->breaks, bits ? p->n ^ row->by : p->n + row->by);
		return true;
	}
	if (row->by == 2) { /* only the serial number of a device ID */
		snprintf(text, sizeof(text), "%s", p->text);
		char *serial = strstr(text, "SN:");
		if (serial == NULL || serial[3] == '\0')
			return false;
		serial[3] = '#';
	}
	facts_text(f, row->breaks, text, strlen(text));
	return true;
}

/* Break one invariant in what was seen: it turns red, and beside it only those that its row names.
 * Not every look can show it (a printer without alerts cannot lose one): then another will. */
static void
prove(struct world *w, uint32_t number, size_t at)
{
	size_t n = 0;
	const struct invariant *rows = invariants(&n);
	char why[WHY_MAX];
	memcpy(w->altered, w->now, sizeof(*w->altered));
	if (!alter(&rows[at], w->altered) ||
		rows[at].check(&rows[at], w->altered, w->before[number - 1], why) != BROKEN)
		return;
	for (size_t i = 0; i < n; i++) {
		if (i == at || is_listed(rows[at].also, rows[i].name))
			continue;
		if (rows[i].check(&rows[i], w->altered, w->before[number - 1], why) == BROKEN) {
			printf("'%s' altered for %s turns %s red, too: %s\n", rows[at].breaks,
				rows[at].name, rows[i].name, why);
			w->unlisted++;
		}
	}
	w->proven[at] = true;
}

static void
prove_all(struct world *w, uint32_t number)
{
	size_t n = 0;
	const struct invariant *rows = invariants(&n);
	char why[WHY_MAX];
	for (size_t i = 0; i < n; i++) {
		if (!w->proven[i] &&
			rows[i].check(&rows[i], w->now, w->before[number - 1], why) == HOLDS)
			prove(w, number, i);
	}
}

static void
check(struct world *w, uint32_t number)
{
	uint64_t broken = w->broken;
	size_t n = 0;
	const struct invariant *rows = invariants(&n);
	look_at(w->look, number, profile_of(w, number), w->now);
	w->looks++;
	for (size_t i = 0; i < n; i++) {
		char why[WHY_MAX] = "";
		enum verdict v = rows[i].check(&rows[i], w->now, w->before[number - 1], why);
		w->held += v == HOLDS ? 1 : 0;
		w->held_of[i] += v == HOLDS ? 1 : 0;
		w->not_seen += v == NOT_SEEN ? 1 : 0;
		if (v != BROKEN)
			continue;
		w->broken++;
		report(w, number, rows[i].name, why);
	}
	if (w->broken == broken)
		prove_all(w, number);
	check_old_address(w, number);
	struct facts *was = w->before[number - 1];
	if (was == NULL) {
		was = calloc(1, sizeof(*was));
		assert_non_null(was);
	}
	w->before[number - 1] = w->now;
	w->now = was;
}

static void
on_told(void *arg, const struct pc_story_told *told)
{
	struct world *w = arg;
	w->over = w->over || told->line == 0;
	w->told++;
	w->steps += told->line != 0 && strcmp(told->action, "job") != 0 ? 1 : 0;
	for (size_t i = 0; i < told->n_printers; i++)
		w->touched[told->printers[i] - 1] = true;
}

/* What happens at the very same time has happened: later steps, jobs on their way through sockets.
 */
static void
settle(struct world *w)
{
	uint64_t was = pc_loop_held(w->loop);
	unsigned quiet = 0;
	pc_loop_hold(w->loop, pc_clock_ms(&w->clock));
	for (unsigned i = 0; i < 2000 && quiet < QUIET_TURNS; i++) {
		uint64_t told = w->told, entries = pc_diary_last(pc_fleet_diary(w->fleet));
		assert_int_equal(pc_loop_turn(w->loop, 0), PC_OK);
		bool same = told == w->told && entries == pc_diary_last(pc_fleet_diary(w->fleet));
		quiet = same ? quiet + 1 : 0;
	}
	pc_loop_hold(w->loop, was);
}

static bool
is_anything_touched(const struct world *w)
{
	for (uint32_t i = 0; i < printers; i++) {
		if (w->touched[i])
			return true;
	}
	return false;
}

static void
check_touched(struct world *w)
{
	if (!is_anything_touched(w))
		return;
	settle(w);
	for (uint32_t i = 0; i < printers; i++) {
		if (w->touched[i])
			check(w, i + 1);
		w->touched[i] = false;
	}
}

static void
start(struct world *w, const char *file)
{
	struct pc_diag diag = {{0}};
	struct pc_story *story = NULL;
	if (pc_story_load(file, &story, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	pc_fleet_story_listen(w->fleet, on_told, w);
	if (pc_fleet_story_start(w->fleet, story, &diag) != PC_OK)
		fail_msg("%s", diag.text);
}

/* What a busy machine does not change. */
static uint64_t
processor_ms(void)
{
	struct rusage u;
	if (getrusage(RUSAGE_SELF, &u) != 0)
		return 0;
	return (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
	       (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

static void
test_story(void **state)
{
	struct world w;
	size_t n = 0;
	const struct invariant *rows = invariants(&n);
	(void)state;
	open_world(&w);
	start(&w, PC_TEST_DIR "/month.yaml");
	uint64_t end = pc_clock_ms(&w.clock) + (uint64_t)days * DAY_MS;
	uint64_t next_day = pc_clock_ms(&w.clock);
	uint64_t real = pc_clock_now_ms();
	while (!w.over && pc_clock_ms(&w.clock) < end) {
		assert_int_equal(pc_loop_turn(w.loop, -1), PC_OK);
		check_touched(&w);
		if (pc_clock_ms(&w.clock) < next_day)
			continue;
		next_day += DAY_MS;
		settle(&w);
		for (uint32_t i = 1; i <= printers; i++)
			check(&w, i);
	}
	printf("%u days, %u printers of %zu models, %llu steps: %llu looks, %llu held, %llu broken, "
	       "%llu moves; %llu ms, %llu ms of them on the processor\n",
		days, printers, w.n_groups, (unsigned long long)w.steps,
		(unsigned long long)w.looks, (unsigned long long)w.held,
		(unsigned long long)w.broken, (unsigned long long)w.moves,
		(unsigned long long)(pc_clock_now_ms() - real), (unsigned long long)processor_ms());
	unsigned unproven = 0;
	for (size_t i = 0; i < n; i++) {
		if (!w.proven[i])
			printf("%s: %s\n", rows[i].name,
				w.held_of[i] == 0 ? "never seen" : "could not be broken");
		unproven += w.proven[i] ? 0 : 1;
	}
	printf("%zu invariants, %u of them not proven\n", n, unproven);
	close_world(&w);
	assert_int_equal(w.broken, 0);
	assert_int_equal(w.unlisted, 0);
	assert_int_equal(unproven, 0);
	assert_true(n >= 60 && n <= INVARIANTS_MAX);
	assert_true(w.moves > 0);
}

/* ---- faults ---- */

/* A named fault of a port, on every printer, seen over the wire: the first invariant turns red, and
 * none but those that are listed. `steps` are played while it is armed. */
static const struct {
	const char *fault, *steps, *red;
} faults[] = {
	{"snmp-serial-empty", NULL,
		"serial-printer-mib serial-epson serial-epson-versions serial-xerox "
		"serial-xerox-general serial-st2"},
	{"snmp-mac-wrong", NULL, "mac-interface"},
	{"snmp-port-uri-wrong", NULL, "address-port-monitor"},
	{"snmp-silent", NULL, "answers-snmp"},
	{"snmp-supply-over-capacity", NULL, "supply-levels"},
	{"snmp-lifecount-frozen", "{do: print, pages: 2}",
		"pages-pjl pages-web pages-es-document pages-control pages-control-counters pages-epson pages-epson-sizes "
		"pages-st2 pages-xerox-lifetime pages-xerox-accounting pages-xerox-marker"},
	{"snmp-supply-level-frozen", "{do: supply, part: 0, level: 37%}",
		"supply-levels supply-st2"},
	{"snmp-error-bits-zero", "{do: raise, what: jam}",
		"error-bits bit-jammed st2-error-told bit-tray-empty bit-low-paper"},
	{"snmp-status-wrong", NULL,
		"status-device status-printer legal-combination down-is-critical "
		"warning-is-warned pjl-class st2-stops"},
	{"snmp-uptime-not-reset", "{do: restart}", "uptime"},
	{"enpc-wrong-mac", NULL, "mac-enpc mac-enpc-network mac-enpc-name"},
	{"enpc-network-wrong-address", NULL, "address-enpc"},
	{"enpc-silent", NULL, "answers-enpc"},
	{"slp-wrong-url", NULL, "address-slp"},
	{"slp-silent", NULL, "answers-slp"},
	{"nbns-wrong-mac", NULL, "mac-nbns"},
	{"nbns-silent", NULL, "answers-nbns"},
	{"llmnr-wrong-address", NULL, "address-llmnr"},
	{"llmnr-silent", NULL, "answers-llmnr"},
	{"raw-pagecount-frozen", "{do: print, pages: 2}", "pages-pjl"},
	{"raw-status-always-ready", "{do: raise, what: jam}", "console-pjl pjl-class"},
	{"lpd-queue-empty-always", "{do: raise, what: jam}, {do: print, pages: 1, at: 1m}",
		"queue-lpd"},
	{"tcp-silent(port=lpd)", NULL, "answers-lpd"},
	{"udp-silence", NULL, "answers-snmp answers-enpc answers-slp answers-nbns answers-llmnr"},
};

static void
play(struct world *w, const char *steps)
{
	char text[512];
	struct pc_diag diag = {{0}};
	struct pc_story *story = NULL;
	snprintf(text, sizeof(text),
		"story: fault\nsteps: [%s%s{do: note, text: later, at: 20m}]\n",
		steps == NULL ? "" : steps, steps == NULL ? "" : ", ");
	if (pc_story_parse(text, strlen(text), "fault", &story, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	pc_fleet_story_listen(w->fleet, on_told, w);
	if (pc_fleet_story_start(w->fleet, story, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	while (pc_fleet_story_running(w->fleet))
		assert_int_equal(pc_loop_turn(w->loop, -1), PC_OK);
	settle(w);
}

/* Red invariants of all printers, a bool each. */
static void
look_for_red(struct world *w, bool *red)
{
	size_t n = 0;
	const struct invariant *rows = invariants(&n);
	char why[WHY_MAX];
	for (uint32_t i = 1; i <= printers; i++) {
		look_at(w->look, i, profile_of(w, i), w->now);
		for (size_t k = 0; k < n; k++)
			red[k] = red[k] || rows[k].check(&rows[k], w->now, NULL, why) == BROKEN;
	}
}

static void
test_faults(void **state)
{
	struct world w;
	size_t n = 0;
	const struct invariant *rows = invariants(&n);
	unsigned were = printers, wrong = 0;
	(void)state;
	printers = 32;
	open_world(&w);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct pc_diag diag = {{0}};
		bool red[INVARIANTS_MAX] = {false};
		bool first = false;
		if (pc_fleet_fault(w.fleet, 0, faults[i].fault, true, &diag) != PC_OK)
			fail_msg("%s", diag.text);
		play(&w, faults[i].steps);
		look_for_red(&w, red);
		for (size_t k = 0; k < n; k++) {
			size_t len = strlen(rows[k].name);
			first = first ||
				(red[k] && strncmp(faults[i].red, rows[k].name, len) == 0 &&
					strchr(" ", faults[i].red[len]) != NULL);
			if (red[k] && !is_listed(faults[i].red, rows[k].name)) {
				printf("%s turns %s red\n", faults[i].fault, rows[k].name);
				wrong++;
			}
		}
		if (!first) {
			printf("%s does not turn its first red\n", faults[i].fault);
			wrong++;
		}
		(void)pc_fleet_fault(w.fleet, 0, faults[i].fault, false, &diag);
		play(&w, "{do: clear}, {do: refill, part: all, at: 1s}");
	}
	bool red[INVARIANTS_MAX] = {false};
	look_for_red(&w, red);
	for (size_t k = 0; k < n; k++) {
		if (red[k])
			printf("after all: %s is red\n", rows[k].name);
		wrong += red[k] ? 1 : 0;
	}
	close_world(&w);
	printers = were;
	assert_int_equal(wrong, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_story),
		cmocka_unit_test(test_faults),
	};
	days = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : days;
	printers = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : printers;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
