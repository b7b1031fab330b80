/* Every profile in every state: what a manager walks breaks no rule of the walk checker. */
#include "snmp/tests/views.h"

#include "snmp/entity.h"
#include "snmp/walk-check.h"

enum { HOUR_MS = 3600000 };

/* ---- states a printer gets into ---- */

static void
idle(struct views *w)
{
	(void)w;
}

static void
printed(struct views *w)
{
	views_job(w, 3, true, true);
	views_job(w, 1, false, false);
}

static void
printing(struct views *w)
{
	uint32_t id = 0;

	assert_int_equal(pc_device_job_begin(w->dev, PC_ORIGIN_RAW, &id), PC_OK);
	assert_int_equal(pc_device_job_data(w->dev, id, (const uint8_t *)"x", 1), PC_OK);
	assert_int_equal(pc_device_job_end(w->dev, id, 50), PC_OK);
	views_pass(w, 10000);
}

static void
jam(struct views *w)
{
	(void)pc_device_condition(w->dev, PC_COND_JAM, 0, true);
}

static void
cover_open(struct views *w)
{
	(void)pc_device_condition(w->dev, PC_COND_COVER_OPEN, 0, true);
}

static void
tray_empty(struct views *w)
{
	(void)pc_device_condition(w->dev, PC_COND_TRAY_EMPTY, 0, true);
}

static void
tray_low_and_missing(struct views *w)
{
	(void)pc_device_condition(w->dev, PC_COND_TRAY_LOW, 0, true);
	(void)pc_device_condition(w->dev, PC_COND_TRAY_MISSING, 1, true);
}

static void
supplies_low(struct views *w)
{
	for (uint32_t i = 0; i < w->profile.n_supplies; i++)
		(void)pc_device_condition(w->dev, PC_COND_SUPPLY_LOW, i, true);
}

static void
supply_empty(struct views *w)
{
	assert_int_equal(pc_device_supply_set(w->dev, 0, 0), PC_OK);
}

static void
supply_missing(struct views *w)
{
	(void)pc_device_condition(w->dev, PC_COND_SUPPLY_MISSING, 1, true);
}

static void
offline(struct views *w)
{
	(void)pc_device_condition(w->dev, PC_COND_OFFLINE, 0, true);
}

static void
service(struct views *w)
{
	(void)pc_device_condition(w->dev, PC_COND_SERVICE, 0, true);
}

static void
output_full(struct views *w)
{
	(void)pc_device_condition(w->dev, PC_COND_OUTPUT_FULL, 0, true);
}

static void
asleep(struct views *w)
{
	pc_device_sleep(w->dev, true);
}

static void
everything(struct views *w)
{
	printed(w);
	jam(w);
	cover_open(w);
	tray_empty(w);
	supplies_low(w);
	supply_empty(w);
	service(w);
}

static void
jam_and_over(struct views *w)
{
	jam(w);
	views_pass(w, 1000);
	(void)pc_device_condition(w->dev, PC_COND_JAM, 0, false);
}

static void
restarted(struct views *w)
{
	jam(w);
	assert_int_equal(pc_device_restart(w->dev, PC_RESET_WARM), PC_OK);
	views_pass(w, HOUR_MS);
}

static void
cleaning(struct views *w)
{
	if (w->profile.has_head_cleaning)
		(void)pc_device_clean(w->dev, PC_TRIGGER_PANEL, 0, false);
}

static const struct {
	const char *name;
	void (*enter)(struct views *w);
} states[] = {
	{"idle", idle},
	{"printed", printed},
	{"printing", printing},
	{"jam", jam},
	{"cover open", cover_open},
	{"tray empty", tray_empty},
	{"tray low, another missing", tray_low_and_missing},
	{"supplies low", supplies_low},
	{"supply empty", supply_empty},
	{"supply missing", supply_missing},
	{"offline", offline},
	{"service", service},
	{"output full", output_full},
	{"asleep", asleep},
	{"everything at once", everything},
	{"jam and over", jam_and_over},
	{"restarted", restarted},
	{"cleaning", cleaning},
};

/* ---- the walk ---- */

struct heard {
	const char *where;
	size_t n;
};

static void
print_finding(void *arg, const struct pc_walk_finding *f)
{
	struct heard *h = arg;

	h->n++;
	print_error("%s: %s: %s: %s, expected %s\n", h->where, f->rule->id, f->name, f->found,
		f->expected);
}

static size_t
judge(const struct views *w, const char *where)
{
	struct heard h = {where, 0};
	struct pc_walk walk;

	pc_walk_init(&walk);
	assert_int_equal(pc_walk_take(&walk, w->tree, w->dev), PC_OK);
	assert_int_equal(pc_walk_sort(&walk), PC_OK);
	assert_true(pc_walk_known(&walk) > 300);
	(void)pc_walk_check(&walk, NULL, print_finding, &h);
	pc_walk_done(&walk);
	return h.n;
}

static size_t
judge_profile(const struct pc_profile *profile, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		struct views w;
		char where[128];

		views_init(&w, profile);
		assert_non_null(pc_snmp_entity_get(w.dev));
		states[i].enter(&w);
		pc_device_tick(w.dev);
		(void)snprintf(where, sizeof where, "%s, %s", name, states[i].name);
		n += judge(&w, where);
		views_done(&w);
	}
	return n;
}

static void
test_profiles(void **state)
{
	struct pc_profile_names names;
	struct pc_diag diag = {0};
	size_t findings = 0, printers = 0;

	(void)state;
	assert_int_equal(pc_profile_names(PC_SOURCE_DIR "/profiles", &names, &diag), PC_OK);
	for (size_t i = 0; i < names.n; i++) {
		struct pc_profile *p = NULL;

		if (pc_profile_find(PC_SOURCE_DIR "/profiles", names.names[i], &p, &diag) != PC_OK)
			fail_msg("%s: %s", names.names[i], diag.text);
		if (!p->abstract) {
			findings += judge_profile(p, names.names[i]);
			printers++;
		}
		pc_profile_free(p);
	}
	pc_profile_names_done(&names);
	assert_true(printers >= 3);
	assert_int_equal(findings, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_profiles),
	};

	return cmocka_run_group_tests_name("walks of all states", tests, NULL, NULL);
}
