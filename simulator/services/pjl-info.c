/* PJL INFO: what a printer tells of itself, category by category. Those of makers are answered when
 * the profile says so; their lines are harness-defined in the shape that is known of them. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/account.h"
#include "services/raw.h"

enum { MEMORY_BYTES = 134217728, ID_TEXT_MAX = 256, LOG_LINES_MAX = 10, ACCOUNT_LINES_MAX = 32 };

static void
info_id(struct pc_raw_conn *c, struct pc_writer *w)
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	char id[ID_TEXT_MAX];
	if (p->pjl_id == NULL || pc_device_expand(c->dev, p->pjl_id, id, sizeof(id)) != PC_OK)
		(void)pc_text_copy(id, sizeof(id), p->model);
	pc_pjl_reply_line(w, "\"%s\"", id);
}

static void
info_pagecount(struct pc_raw_conn *c, struct pc_writer *w)
{
	uint32_t n = pc_device_state(c->dev)->counters.life;
	if (pc_service_has_fault(c->dev, PC_FAULT_RAW_PAGECOUNT_FROZEN))
		n = pc_device_profile(c->dev)->initial_life_count;
	pc_pjl_reply_line(w, "%" PRIu32, n);
}

static void
info_memory(struct pc_raw_conn *c, struct pc_writer *w)
{
	(void)c;
	pc_pjl_reply_line(w, "TOTAL=%d", MEMORY_BYTES);
	pc_pjl_reply_line(w, "LARGEST=%d", MEMORY_BYTES / 2);
}

static void
info_config(struct pc_raw_conn *c, struct pc_writer *w)
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	pc_pjl_reply_line(w, "IN TRAYS [%zu ENUMERATED]", p->n_trays);
	for (size_t i = 0; i < p->n_trays; i++)
		pc_pjl_reply_line(w, "\t%s", p->trays[i].name);
	pc_pjl_reply_line(w, "OUTPUT BINS [%zu ENUMERATED]", p->n_outputs);
	for (size_t i = 0; i < p->n_outputs; i++)
		pc_pjl_reply_line(w, "\t%s", p->outputs[i].name);
	pc_pjl_reply_line(w, "PAPERS [%zu ENUMERATED]", p->n_sizes);
	for (size_t i = 0; i < p->n_sizes; i++)
		pc_pjl_reply_line(w, "\t%s", pc_raw_paper_name(p, i));
	pc_pjl_reply_line(w, "LANGUAGES [%zu ENUMERATED]", p->n_interpreters);
	for (size_t i = 0; i < p->n_interpreters; i++)
		pc_pjl_reply_line(w, "\t%s", p->interpreters[i].name);
	pc_pjl_reply_line(w, "USTATUS [4 ENUMERATED]");
	static const char *const kinds[] = {"DEVICE", "JOB", "PAGE", "TIMED"};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		pc_pjl_reply_line(w, "\t%s", kinds[i]);
	pc_pjl_reply_line(w, "MEMORY=%d", MEMORY_BYTES);
	pc_pjl_reply_line(w, "DISPLAY LINES=1");
	pc_pjl_reply_line(w, "DISPLAY CHARACTER SIZE=20");
}

static void
off_or_on(struct pc_writer *w, const char *name, bool on)
{
	pc_pjl_reply_line(w, "%s=%s [2 ENUMERATED]", name, on ? "ON" : "OFF");
	pc_pjl_reply_line(w, "\tOFF");
	pc_pjl_reply_line(w, "\tON");
}

static void
info_ustatus(struct pc_raw_conn *c, struct pc_writer *w)
{
	static const char *const names[] = {"OFF", "ON", "VERBOSE"};
	pc_pjl_reply_line(w, "DEVICE=%s [3 ENUMERATED]", names[c->ustatus_device]);
	for (size_t i = 0; i < 3; i++)
		pc_pjl_reply_line(w, "\t%s", names[i]);
	off_or_on(w, "JOB", c->ustatus_job);
	off_or_on(w, "PAGE", c->ustatus_page);
	pc_pjl_reply_line(w, "TIMED=%u [2 RANGE]", c->timed_s);
	pc_pjl_reply_line(w, "\t%d", PC_RAW_TIMED_MIN_S);
	pc_pjl_reply_line(w, "\t%d", PC_RAW_TIMED_MAX_S);
}

/* Categories of makers. */

static const char *
main_firmware(const struct pc_profile *p)
{
	return p->n_firmware > 0 ? p->firmware[0].version : "1.00";
}

static void
info_prodinfo(struct pc_raw_conn *c, struct pc_writer *w)
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	const struct pc_device_state *s = pc_device_state(c->dev);
	char address[PC_TEXT_ADDR_MAX], mac[2 * sizeof(s->mac) + 1];
	pc_text_hex(s->mac, sizeof(s->mac), mac);
	pc_pjl_reply_line(w, "ProductName = \"%s\"", p->model);
	pc_pjl_reply_line(w, "ProductSerialNumber = \"%s\"", s->serial);
	pc_pjl_reply_line(w, "FirmwareDateCode = \"%s\"", main_firmware(p));
	pc_pjl_reply_line(w, "MaxPrintResolution = \"%d\"", (int)p->resolution_x);
	pc_pjl_reply_line(w, "DeviceDescription = \"%s %s\"", p->vendor, p->model);
	pc_pjl_reply_line(w, "TotalMemory = \"%d\"", MEMORY_BYTES);
	pc_pjl_reply_line(w, "HostName = \"%s\"", s->host_name);
	pc_pjl_reply_line(w, "IPAddress = \"%s\"", pc_text_from_ipv4(s->address, address));
	pc_pjl_reply_line(w, "HWAddress = \"%s\"", mac);
}

static void
info_supplies(struct pc_raw_conn *c, struct pc_writer *w)
{
	static const char *const states[] = {"OK", "LOW", "EMPTY", "MISSING"};
	const struct pc_profile *p = pc_device_profile(c->dev);
	for (size_t i = 0; i < p->n_supplies; i++) {
		const struct pc_supply *s = &pc_device_state(c->dev)->supplies[i];
		int32_t permille = pc_device_supply_permille(c->dev, i);
		pc_pjl_reply_line(w,
			"SUPPLY=%zu NAME=\"%s\" LEVEL=%d CAPACITY=%d PERCENT=%d STATE=%s", i + 1,
			p->supplies[i].name, (int)s->level, (int)p->supplies[i].capacity,
			permille < 0 ? -1 : (int)permille / 10, states[s->state]);
	}
}

static void
info_tracking(struct pc_raw_conn *c, struct pc_writer *w)
{
	const struct pc_counters *n = &pc_device_state(c->dev)->counters;
	const struct pc_account *accounts = NULL;
	size_t count = pc_device_accounts(c->dev, &accounts);
	pc_pjl_reply_line(w, "JOBS=%" PRIu32, n->jobs_done);
	pc_pjl_reply_line(w, "PAGES=%" PRIu32, n->life);
	pc_pjl_reply_line(w, "JAMS=%" PRIu32, n->jams);
	for (size_t i = 0; i < count && i < ACCOUNT_LINES_MAX; i++)
		pc_pjl_reply_line(w, "USER=\"%s\" JOBS=%" PRIu32 " SHEETS=%" PRIu32,
			accounts[i].user, accounts[i].jobs, accounts[i].sheets);
}

static void
info_log(struct pc_raw_conn *c, struct pc_writer *w)
{
	struct pc_error_entry errors[PC_ERROR_HISTORY_MAX];
	char at[PC_CLOCK_TEXT_MAX];
	size_t n = pc_device_error_history(c->dev, errors);
	for (size_t i = 0; i < n && i < LOG_LINES_MAX; i++)
		pc_pjl_reply_line(w, "ENTRY=%zu CODE=%d DATE=\"%s\"", i + 1, (int)errors[i].code,
			pc_clock_rfc3339(errors[i].wall_ns, at));
}

/* Spec: the identification that a maker's updater reads; keys as it expects them */
static void
info_brfirmware(struct pc_raw_conn *c, struct pc_writer *w)
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	pc_pjl_reply_line(w, "MODEL=\"%s\"", p->model);
	pc_pjl_reply_line(w, "SERIAL=\"%s\"", pc_device_state(c->dev)->serial);
	pc_pjl_reply_line(w, "SPEC=\"0001\"");
	for (size_t i = 0; i < p->n_firmware; i++) {
		pc_pjl_reply_line(w, "FIRMID=\"%s\"", p->firmware[i].name);
		pc_pjl_reply_line(w, "FIRMVER=\"%s\"", p->firmware[i].version);
	}
}

enum { OF_ALL = -1 };

static const struct {
	const char *name;
	void (*write)(struct pc_raw_conn *c, struct pc_writer *w);
	int maker; /* enum pc_pjl_info, or OF_ALL */
} categories[] = {
	{"ID", info_id, OF_ALL},
	{"PAGECOUNT", info_pagecount, OF_ALL},
	{"VARIABLES", pc_raw_vars_info, OF_ALL},
	{"USTATUS", info_ustatus, OF_ALL},
	{"CONFIG", info_config, OF_ALL},
	{"MEMORY", info_memory, OF_ALL},
	{"FILESYS", pc_raw_files_info, OF_ALL},
	{"PRODINFO", info_prodinfo, PC_PJL_INFO_PRODINFO},
	{"SUPPLIES", info_supplies, PC_PJL_INFO_SUPPLIES},
	{"TRACKING", info_tracking, PC_PJL_INFO_TRACKING},
	{"LOG", info_log, PC_PJL_INFO_LOG},
	{"BRFIRMWARE", info_brfirmware, PC_PJL_INFO_BRFIRMWARE},
};

bool
pc_raw_info(struct pc_raw_conn *c, const char *category, struct pc_writer *w)
{
	uint32_t makers = pc_device_profile(c->dev)->print.pjl_info;
	for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++) {
		if (strcmp(categories[i].name, category) != 0)
			continue;
		if (categories[i].maker != OF_ALL && (makers >> categories[i].maker & 1u) == 0)
			return false;
		categories[i].write(c, w);
		return true;
	}
	return false;
}
