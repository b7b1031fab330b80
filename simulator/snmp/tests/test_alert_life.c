/* Tests of the alert table as a manager reads it: whatever happens to a printer, in whatever order,
 * the rows keep the life cycle of RFC 3805 s2.2.13.4, and sub-unit status, error bits, device and
 * printer status say the same as the rows. */
#include <stdlib.h>

#include "device/tests/events.h"
#include "snmp/mib-common.h"
#include "snmp/mib-facts.h"
#include "snmp/tests/views.h"

#define PRT "1.3.6.1.2.1.43."

enum { STEPS = 500, REMOVED_MAX = 8, SEVERITY_CRITICAL = 3, SEVERITY_UNARY = 4 };
enum { GROUP_ALERT = 18, CODE_REMOVED = 1801, CODE_POWER_UP = 503, CODE_NMS_RESET = 505 };

/* What the events told, to be compared with what the tree says. */
struct told {
	uint32_t all, critical; /* rows added since the start, since the boot */
	uint32_t last_index;
	uint32_t removed[REMOVED_MAX]; /* newest indexes of rows that went */
	size_t n_removed;
	bool reset_expected; /* the next index is 1 */
};

struct life {
	struct world w;
	struct pc_profile profile;
	struct views views; /* tree and device, for the helpers of views.h */
	struct told told;
	uint64_t seed;
	int step;
};

static void
on_event(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	struct told *t = &((struct life *)arg)->told;

	(void)dev;
	if (event->kind == PC_EVENT_POWER && !event->power_changed_to_on) {
		t->critical = 0;
		t->reset_expected = true;
	}
	if (event->kind == PC_EVENT_ALERT_REMOVED)
		t->removed[t->n_removed++ % REMOVED_MAX] = event->alert->index;
	if (event->kind != PC_EVENT_ALERT_ADDED)
		return;
	t->all++;
	t->critical += event->alert->severity == SEVERITY_CRITICAL;
	/* the index grows by one, from 1 */
	assert_int_equal(event->alert->index, t->reset_expected ? 1 : t->last_index + 1);
	t->reset_expected = false;
	t->last_index = event->alert->index;
}

/* ---- what the tree says ---- */

struct row {
	int64_t index, severity, training, group, group_index, location, code, time;
};

static int64_t
get(const struct life *l, const char *oid)
{
	char text[OUTPUT_TEXT];
	const char *colon = strchr(views_get(&l->views, oid, text), ':');

	if (colon == NULL)
		fail_msg("seed %u step %d: no %s", (unsigned)l->seed, l->step, oid);
	return strtoll(colon + 1, NULL, 10);
}

static int64_t
cell(const struct life *l, unsigned column, int64_t index)
{
	char oid[64];

	(void)snprintf(oid, sizeof oid, PRT "18.1.1.%u.1.%lld", column, (long long)index);
	return get(l, oid);
}

/* The table by GETNEXT over prtAlertSeverityLevel. */
static size_t
read_table(const struct life *l, struct row out[PC_ALERTS_MAX + 1])
{
	static const uint32_t column[] = {1, 3, 6, 1, 2, 1, 43, 18, 1, 1, 2};
	uint32_t oid[PC_OID_MAX], next[PC_OID_MAX];
	size_t n_oid = 11, n_next = 0, n = 0;
	struct pc_snmp_value v = {0};

	memcpy(oid, column, sizeof column);
	while (pc_snmp_tree_next(l->views.tree, l->views.dev, oid, n_oid, next, &n_next, &v) ==
			PC_OK &&
		pc_arcs_compare(next, 11, column, 11) == 0) {
		int64_t i = next[12];

		assert_int_equal(n_next, 13);
		assert_true(n <= PC_ALERTS_MAX);
		out[n++] = (struct row){i, v.integer, cell(l, 3, i), cell(l, 4, i), cell(l, 5, i),
			cell(l, 6, i), cell(l, 7, i),
			pc_mib_is_epson(&l->profile) ? 0 : cell(l, 9, i)};
		memcpy(oid, next, n_next * sizeof *next);
		n_oid = n_next;
	}
	return n;
}

/* ---- invariants; each says the first that is broken ---- */

static bool
is_code(int64_t code)
{
	static const uint32_t oid[] = {1, 3, 6, 1, 2, 1, 43, 18, 1, 1, 7, 1, 1};
	const struct pc_mib_fact *f = pc_mib_fact_of(oid, PC_MIB_COUNT(oid));

	assert_non_null(f);
	for (size_t i = 0; i < f->n_enums; i++)
		if (f->enums[i].value == code)
			return true;
	return false;
}

/* A column of the group's table, "1" for hrDeviceIndex put in between where it has one more. */
static bool
names_a_row(const struct life *l, const struct row *r)
{
	static const char *const columns[] = {[5] = PRT "5.1.1.1",
		[6] = PRT "6.1.1.3.1",
		[8] = PRT "8.2.1.2.1",
		[9] = PRT "9.2.1.2.1",
		[11] = PRT "11.1.1.5.1",
		[13] = PRT "13.4.1.9.1",
		[30] = PRT "30.1.1.2.1",
		[31] = PRT "31.1.1.4.1"};
	char oid[64], text[OUTPUT_TEXT];

	if (r->group < 0 || r->group >= (int64_t)PC_MIB_COUNT(columns) || columns[r->group] == NULL)
		return false;
	(void)snprintf(oid, sizeof oid, "%s.%lld", columns[r->group], (long long)r->group_index);
	return strcmp(views_get(&l->views, oid, text), "none") != 0;
}

static const char *
judge_unary(const struct life *l, const struct row *r)
{
	const struct told *t = &l->told;

	if (!l->profile.unary_alerts)
		return "a happening although the model reports none";
	if (r->training != 7)
		return "a happening wants somebody";
	if (r->code != CODE_REMOVED)
		return (r->code == CODE_POWER_UP || r->code == CODE_NMS_RESET) && r->index == 1
			       ? NULL
			       : "a happening that is none";
	if (r->group != GROUP_ALERT)
		return "1801 outside group alert";
	/* an old one may name a row older than those remembered */
	for (size_t i = 0; i < REMOVED_MAX; i++)
		if (t->removed[i] == (uint32_t)r->group_index)
			return NULL;
	return t->n_removed > REMOVED_MAX && r->group_index < r->index
		       ? NULL
		       : "1801 names no row that went";
}

static const char *
judge_row(const struct life *l, const struct row *r)
{
	int64_t up = get(l, "1.3.6.1.2.1.1.3.0");

	if (r->index < 1 || r->index > INT32_MAX)
		return "index out of range";
	if (r->location != -2)
		return "location is not unknown(-2)";
	if (!is_code(r->code))
		return "code is not in PrtAlertCodeTC";
	if (r->time > up)
		return "time in the future";
	if (r->severity == SEVERITY_UNARY)
		return judge_unary(l, r);
	if (r->severity != SEVERITY_CRITICAL && r->severity != 5)
		return "severity is none of a condition";
	return names_a_row(l, r) ? NULL : "group index names no row";
}

/* Of inputs and supplies one thing is wrong at a time; else two rows differ in code. */
static const char *
judge_pair(const struct row *a, const struct row *b)
{
	bool one_each = a->group == 8 || a->group == 11 || a->group == 31;

	if (b->index <= a->index)
		return "indexes do not grow";
	if (b->time < a->time)
		return "times do not grow";
	if (a->severity == SEVERITY_UNARY || b->severity == SEVERITY_UNARY ||
		a->group != b->group || a->group_index != b->group_index)
		return NULL;
	return one_each || a->code == b->code ? "two rows for one event" : NULL;
}

/* Bits of hrPrinterDetectedErrorState by what a row says. Spec: RFC 2790, RFC 3805 s2.2.13.2 */
static uint16_t
bits_of(const struct row *r)
{
	static const struct {
		int64_t group; /* 0 any */
		int64_t code;
		uint16_t bit;
	} map[] = {{0, 807, 0x8000}, {0, 808, 0x0004}, {0, 801, 0x0080}, {0, 1104, 0x2000},
		{0, 1105, 0x2000}, {0, 1101, 0x1000}, {0, 1102, 0x1000}, {0, 3, 0x0800},
		{0, 8, 0x0400}, {0, 22, 0x0200}, {5, 1, 0x0100}, {0, 1107, 0x0100},
		{0, 1108, 0x0100}, {0, 1109, 0x0100}, {0, 1110, 0x0100}, {0, 1111, 0x0100},
		{0, 1112, 0x0100}, {0, 1113, 0x0100}, {0, 1114, 0x0100}, {0, 10, 0x0100},
		{0, 11, 0x0100}, {31, 12, 0x0100}, {31, 13, 0x0100}, {31, 9, 0x0100},
		{11, 9, 0x0020}, {0, 1115, 0x0020}, {0, 903, 0x0008}};
	uint16_t bits = r->code == 808 && r->severity == SEVERITY_CRITICAL ? 0x4000 : 0;

	for (size_t i = 0; i < PC_MIB_COUNT(map); i++)
		if (map[i].code == r->code && (map[i].group == 0 || map[i].group == r->group))
			bits |= map[i].bit;
	return r->severity == SEVERITY_UNARY ? 0 : bits;
}

static uint16_t
error_bits(const struct life *l)
{
	static const uint32_t oid[] = {1, 3, 6, 1, 2, 1, 25, 3, 5, 1, 2, 1};
	struct pc_snmp_value v = {0};

	assert_int_equal(
		pc_snmp_tree_get(l->views.tree, l->views.dev, oid, PC_MIB_COUNT(oid), &v), PC_OK);
	return (uint16_t)(v.bytes[0] << 8 | (v.len > 1 ? v.bytes[1] : 0));
}

/* Device status, printer status and error bits out of the rows alone. */
static const char *
judge_status(const struct life *l, const struct row *rows, size_t n)
{
	uint16_t bits = 0, mask = pc_mib_is_epson(&l->profile) ? 0xff00 : 0xffff;
	int64_t device = PC_HR_RUNNING;
	bool down = false;

	for (size_t i = 0; i < n; i++) {
		bits |= bits_of(&rows[i]);
		down |= rows[i].severity == SEVERITY_CRITICAL;
		if (rows[i].severity == 5)
			device = PC_HR_WARNING;
	}
	if (error_bits(l) != (bits & mask))
		return "error bits are not those of the rows";
	if (get(l, "1.3.6.1.2.1.25.3.2.1.5.1") != (down ? PC_HR_DOWN : device))
		return "hrDeviceStatus is not that of the rows";
	if ((get(l, "1.3.6.1.2.1.25.3.5.1.1.1") == PC_HRP_OTHER) !=
		(down || (device == PC_HR_RUNNING &&
				 pc_device_state(l->views.dev)->power == PC_POWER_SLEEP)))
		return "hrPrinterStatus is not that of the rows";
	return NULL;
}

/* PrtSubUnitStatusTC of a row against the alerts that name it. Spec: RFC 3805 s2.2.13.2.2 */
static const char *
judge_subunit(
	const struct row *rows, size_t n, int64_t group, int64_t at, int64_t status, bool offline)
{
	int64_t want = offline ? 32 : 0;

	for (size_t i = 0; i < n; i++) {
		if (rows[i].group != group || rows[i].group_index != at)
			continue;
		want |= rows[i].severity == SEVERITY_CRITICAL ? 16 : 8;
	}
	if (status < 0 || status > 126)
		return "sub-unit status out of 0..126";
	if ((status & 7) == 7)
		return "availability 7";
	return (status & ~INT64_C(7)) == want ? NULL : "sub-unit status is not that of the rows";
}

static const char *
judge_subunits(const struct life *l, const struct row *rows, size_t n)
{
	const struct {
		const char *column;
		int64_t group;
		size_t n;
	} tables[] = {{PRT "8.2.1.11.1", 8, l->profile.n_trays},
		{PRT "9.2.1.6.1", 9, l->profile.n_outputs}, {PRT "10.2.1.15.1", 10, 1},
		{PRT "13.4.1.11.1", 13, l->profile.duplex ? 2 : 1},
		{PRT "14.1.1.8.1", 14, (size_t)l->profile.ports.lpd + l->profile.ports.raw},
		{PRT "30.1.1.9.1", 30, l->profile.n_finishers}};
	bool offline = pc_device_state(l->views.dev)->offline;

	for (size_t t = 0; t < PC_MIB_COUNT(tables); t++) {
		for (size_t i = 1; i <= tables[t].n; i++) {
			char oid[64];
			const char *wrong;

			(void)snprintf(oid, sizeof oid, "%s.%zu", tables[t].column, i);
			wrong = judge_subunit(
				rows, n, tables[t].group, (int64_t)i, get(l, oid), offline);
			if (wrong != NULL)
				return wrong;
		}
	}
	return NULL;
}

/* Conditions that hold, as the state says, as rows {group, group index, code}; code 0: by type. */
static size_t
conditions(const struct life *l, int64_t out[][3])
{
	const struct pc_device_state *s = pc_device_state(l->views.dev);
	const struct pc_profile *p = &l->profile;
	size_t n = 0;
#define HOLDS(group, at, code) \
	memcpy(out[n++], ((const int64_t[3]){group, (int64_t)(at) + 1, code}), sizeof out[0])

	if (s->jammed)
		HOLDS(13, 0, 8);
	if (s->offline)
		HOLDS(5, 0, 22);
	if (s->service)
		HOLDS(5, 0, 1);
	for (size_t i = 0; i < p->n_covers; i++)
		if ((s->covers_open >> i & 1) != 0)
			HOLDS(6, i, 3);
	for (size_t i = 0; i < p->n_outputs; i++)
		if ((s->outputs_full >> i & 1) != 0)
			HOLDS(9, i, 903);
	for (size_t i = 0; i < p->n_finishers; i++)
		if ((s->finishers_jammed >> i & 1) != 0)
			HOLDS(30, i, 8);
	for (size_t i = 0; i < p->n_trays; i++) {
		int32_t capacity = pc_device_tray_capacity(l->views.dev, i);
		bool manual = p->trays[i].type == 5;

		if (s->trays[i].missing)
			HOLDS(8, i, 801);
		else if (!manual && s->trays[i].level == 0)
			HOLDS(8, i, 808);
		else if (!manual && s->trays[i].level > 0 &&
			 s->trays[i].level <= (capacity >= 10 ? capacity / 10 : capacity > 0))
			HOLDS(8, i, 807);
	}
	for (size_t i = 0; i < p->n_supplies; i++)
		if (s->supplies[i].state != PC_SUPPLY_OK)
			HOLDS(pc_profile_is_finishing(p, i) ? 31 : 11, i, 0);
#undef HOLDS
	return n;
}

/* A row for each condition and no other; what does not fit lost its row by rank. */
static const char *
judge_conditions(const struct life *l, const struct row *rows, size_t n)
{
	int64_t holds[128][3];
	size_t n_holds = conditions(l, holds), found = 0, n_unary = 0, n_warnings = 0;

	for (size_t i = 0; i < n; i++) {
		n_unary += rows[i].severity == SEVERITY_UNARY;
		n_warnings += rows[i].severity == 5;
		for (size_t k = 0; k < n_holds; k++)
			found += rows[i].severity != SEVERITY_UNARY &&
				 rows[i].group == holds[k][0] &&
				 rows[i].group_index == holds[k][1] &&
				 (holds[k][2] == 0 || rows[i].code == holds[k][2]);
	}
	if (found != n - n_unary)
		return "a row without its condition";
	if (found == n_holds)
		return NULL;
	if (n < PC_ALERTS_MAX || n_unary > 0)
		return "a condition without its row, and there is room";
	return NULL;
}

static const char *
judge(const struct life *l, const struct row *rows, size_t n)
{
	const char *wrong = NULL;

	/* Epsons keep a row while nothing is wrong */
	if (n == 1 && rows[0].severity == 1 && pc_mib_is_epson(&l->profile))
		n = 0;
	for (size_t i = 0; i < n && wrong == NULL; i++) {
		wrong = judge_row(l, &rows[i]);
		for (size_t k = i + 1; k < n && wrong == NULL; k++)
			wrong = judge_pair(&rows[i], &rows[k]);
	}
	if (wrong == NULL)
		wrong = judge_conditions(l, rows, n);
	if (wrong == NULL && l->profile.n_supplies < PC_SUPPLIES_MAX)
		wrong = judge_status(l, rows, n); /* without dropped rows only */
	return wrong != NULL ? wrong : judge_subunits(l, rows, n);
}

static void
check(struct life *l)
{
	struct row rows[PC_ALERTS_MAX + 1];
	const char *wrong;

	if (!pc_device_answers(l->views.dev))
		return;
	wrong = judge(l, rows, read_table(l, rows));
	if (wrong != NULL)
		fail_msg("%s, seed %u, step %d: %s", l->profile.model, (unsigned)l->seed, l->step,
			wrong);
	assert_int_equal(get(l, PRT "5.1.1.19.1"), l->told.all);
	assert_int_equal(get(l, PRT "5.1.1.18.1"), l->told.critical);
}

/* ---- what happens ---- */

/* A manager's hand: settings that decide what stops the printer. */
static void
set_something(struct pc_device *dev, struct pc_rand *r)
{
	uint32_t part = (uint32_t)pc_rand_below(r, 4);

	switch (pc_rand_below(r, 5)) {
	case 0:
		(void)pc_device_option_set(
			dev, PC_OPTION_DEFAULT_OUTPUT, 0, 1 + (int32_t)pc_rand_below(r, 2));
		break;
	case 1:
		(void)pc_device_option_set(
			dev, PC_OPTION_TRAY_NEXT, part, (int32_t)pc_rand_below(r, 5) - 2);
		break;
	case 2:
		(void)pc_device_option_set(
			dev, PC_OPTION_DEFAULT_INPUT, 0, 1 + (int32_t)pc_rand_below(r, 3));
		break;
	case 3:
		(void)pc_device_option_set(
			dev, PC_OPTION_CHANNEL_CLOSED, part & 1, (int32_t)pc_rand_below(r, 2));
		break;
	default:
		(void)pc_device_option_set(
			dev, PC_OPTION_FINISHER_OFF, 0, (int32_t)pc_rand_below(r, 2));
		break;
	}
}

/* One thing is wrong, or no longer. */
static void
break_something(struct pc_device *dev, struct pc_rand *r)
{
	enum pc_condition what = (enum pc_condition)pc_rand_below(r, PC_COND_FINISHER_JAM + 1);
	uint32_t part = (uint32_t)(pc_rand_below(r, 2) * pc_rand_below(r, 8));

	(void)pc_device_condition(dev, what, part, pc_rand_below(r, 2) != 0);
}

/* Many things at once, for tables that run over. */
static void
break_everything(struct pc_device *dev, struct pc_rand *r)
{
	bool on = pc_rand_below(r, 2) != 0;

	for (uint32_t part = 0; part < PC_SUPPLIES_MAX; part++)
		(void)pc_device_condition(dev,
			pc_rand_below(r, 2) != 0 ? PC_COND_SUPPLY_LOW : PC_COND_SUPPLY_EMPTY, part,
			on);
}

static void
live(const struct pc_profile *profile, uint64_t seed)
{
	struct life l = {.profile = *profile, .seed = seed};
	struct pc_diag diag = {0};
	const struct pc_alert *alerts;
	struct in_addr address = {htonl(0x7f010203)};
	struct pc_rand r;

	if (l.profile.boot_ms > 30000)
		l.profile.boot_ms = 30000; /* else it does little but start */
	world_init(&l.w);
	l.w.env.event = on_event;
	l.w.env.wake = NULL;
	l.w.env.arg = &l;
	assert_int_equal(pc_device_new(&l.profile, &l.w.env, 1, address, &l.views.dev), PC_OK);
	assert_int_equal(pc_snmp_tree_new(&l.profile, &l.views.tree, &diag), PC_OK);
	/* rows of the start are not told */
	l.told.all = l.told.last_index = (uint32_t)pc_device_alerts(l.views.dev, &alerts);
	l.told.critical = pc_device_state(l.views.dev)->counters.alerts_critical;
	pc_rand_init(&r, seed, 3);
	for (l.step = 0; l.step < STEPS; l.step++) {
		if (pc_rand_below(&r, 6) == 0)
			set_something(l.views.dev, &r);
		else if (pc_rand_below(&r, 2) == 0)
			break_something(l.views.dev, &r);
		else if (l.profile.n_supplies == PC_SUPPLIES_MAX && pc_rand_below(&r, 6) == 0)
			break_everything(l.views.dev, &r);
		else
			events_step(&l.w, l.views.dev, &r);
		check(&l);
	}
	assert_true(l.told.all > 40);
	pc_snmp_tree_free(l.views.tree);
	pc_device_free(l.views.dev);
}

/* With a stapler, a second bin, all supplies there can be, happenings. */
static struct pc_profile
rich(bool unary, size_t n_supplies)
{
	struct pc_profile p = views_xerox();

	p.unary_alerts = unary;
	p.outputs[p.n_outputs++] = (struct pc_profile_output){"Side", 50};
	p.trays[p.n_trays++] = (struct pc_profile_tray){
		"Cassette 2", 4, "iso_a3_297x420mm", "stationery", 500, 500};
	add_supply(&p, "Staples", PC_SUPPLY_STAPLES, NULL, false);
	p.finishers[0] = (struct pc_profile_finisher){
		"Stapler", 3, 50, (int32_t)p.n_supplies, NULL, NULL, NULL};
	p.finishers[1] = (struct pc_profile_finisher){"Punch", 8, 50, 0, NULL, NULL, NULL};
	p.n_finishers = 2;
	while (p.n_supplies < n_supplies)
		add_supply(&p, "Spare", PC_SUPPLY_TONER, NULL, false);
	return p;
}

static void
test_made_models(void **state)
{
	const struct pc_profile models[] = {
		sample_profile, views_epson(), rich(false, 0), rich(true, 0)};

	(void)state;
	for (size_t i = 0; i < PC_MIB_COUNT(models); i++)
		for (uint64_t seed = 1; seed <= 3; seed++)
			live(&models[i], seed);
}

/* More conditions than the table has rows. */
static void
test_overflow(void **state)
{
	const struct pc_profile models[] = {
		rich(false, PC_SUPPLIES_MAX), rich(true, PC_SUPPLIES_MAX)};

	(void)state;
	for (size_t i = 0; i < PC_MIB_COUNT(models); i++)
		for (uint64_t seed = 11; seed <= 13; seed++)
			live(&models[i], seed);
}

static void
live_shipped(const struct pc_profile *profile)
{
	live(profile, 21);
}

static void
test_shipped_models(void **state)
{
	(void)state;
	views_each_profile(live_shipped);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made_models),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_shipped_models),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
