/* Operations of the control API on what printers remember and take besides print jobs: reports,
 * firmware, accounts, faxes, usage, logs. */
#include "fleet/control-handlers.h"

#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "device/account.h"
#include "device/firmware.h"
#include "device/log.h"
#include "device/report.h"
#include "device/usage.h"
#include "fleet/state-json.h"

/* From PC_REPORT_TEST on. */
const char *const pc_control_reports[] = {"test", "configuration", NULL};
const char *const pc_control_fax_ways[] = {"sent", "received", NULL};

static enum pc_report
report_of(const struct pc_control_call *call)
{
	return (enum pc_report)(
		pc_control_word(call, "report", pc_control_reports) + (int)PC_REPORT_TEST);
}

int
pc_control_report(struct pc_control_call *call, json_t **ret)
{
	uint32_t id = 0;
	(void)ret;
	return pc_device_report(call->dev, report_of(call), &id);
}

int
pc_control_report_get(struct pc_control_call *call, json_t **ret)
{
	struct pc_buf text;
	pc_buf_init(&text, 1 << 18);
	int err = pc_device_report_text(call->dev, report_of(call), &text);
	if (err == PC_OK)
		*ret = json_pack("{s:s,s:o}", "report", pc_control_text(call, "report", ""), "text",
			json_string(pc_buf_text(&text)));
	pc_buf_done(&text);
	return err;
}

int
pc_control_firmware(struct pc_control_call *call, json_t **ret)
{
	enum pc_firmware_refusal why = PC_FIRMWARE_TAKEN;
	const struct pc_firmware_offer offer = {.model = pc_control_text(call, "model", NULL),
		.part = pc_control_text(call, "part", NULL),
		.version = pc_control_text(call, "version", NULL),
		.is_signed = pc_control_flag(call, "signed", true)};
	(void)ret;
	int err = pc_device_firmware_update(call->dev, &offer, &why);
	if (err == PC_E_REFUSED)
		pc_diag_set(&call->diag, "the firmware is not taken: %s",
			pc_device_firmware_refusal(why));
	return err;
}

int
pc_control_accounts(struct pc_control_call *call, json_t **ret)
{
	const struct pc_account *list = NULL;
	size_t n = pc_device_accounts(call->dev, &list);
	json_t *a = json_array();
	for (size_t i = 0; i < n; i++) {
		json_int_t sides[2] = {0, 0};
		for (size_t f = 0; f < 5; f++) {
			sides[0] += list[i].sides[f][0];
			sides[1] += list[i].sides[f][1];
		}
		json_array_append_new(
			a, json_pack("{s:o,s:I,s:I,s:I,s:I,s:I,s:I,s:i}", "user",
				   pc_fleet_json_text(list[i].user), "monoSides", sides[0],
				   "colorSides", sides[1], "sheets", (json_int_t)list[i].sheets,
				   "jobs", (json_int_t)list[i].jobs, "rejected",
				   (json_int_t)list[i].rejected, "periodSides",
				   (json_int_t)list[i].period_sides, "limit", (int)list[i].limit));
	}
	*ret = json_pack("{s:o,s:i}", "accounts", a, "limitOfOthers",
		(int)pc_device_account_limit_of_others(call->dev));
	return PC_OK;
}

int
pc_control_account(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	return pc_device_account_limit(call->dev, pc_control_text(call, "user", NULL),
		(int32_t)pc_control_int(call, "limit", PC_NO_LIMIT));
}

int
pc_control_accounts_reset(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	pc_device_accounts_reset(call->dev);
	return PC_OK;
}

int
pc_control_fax(struct pc_control_call *call, json_t **ret)
{
	const struct pc_fax fax = {.pages = (uint32_t)pc_control_int(call, "pages", 1),
		.failed = pc_control_flag(call, "failed", false),
		.user = pc_control_text(call, "user", NULL)};
	(void)ret;
	if (pc_control_word(call, "way", pc_control_fax_ways) == 0)
		return pc_device_fax_sent(call->dev, &fax);
	return pc_device_fax_received(call->dev, &fax, NULL);
}

static json_t *
bins(const uint32_t counts[PC_LENGTH_BINS])
{
	json_t *o = json_object();
	for (size_t i = 0; i < PC_LENGTH_BINS; i++)
		json_object_set_new(o, pc_device_length_bin(i), json_integer(counts[i]));
	return o;
}

static json_t *
modules(const struct pc_device *dev)
{
	struct pc_module list[PC_MODULES_MAX];
	size_t n = pc_device_modules(dev, list);
	char at[PC_CLOCK_TEXT_MAX];
	json_t *a = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			a, json_pack("{s:s,s:o,s:o,s:o,s:o,s:s}", "kind", list[i].kind, "name",
				   pc_fleet_json_text(list[i].name), "model",
				   pc_fleet_json_text(list[i].model), "version",
				   pc_fleet_json_text(list[i].version), "serial",
				   pc_fleet_json_text(list[i].serial), "installed",
				   pc_clock_rfc3339(list[i].installed_ns, at)));
	return a;
}

static json_t *
service_items(const struct pc_device *dev)
{
	struct pc_service_item list[PC_SERVICE_ITEMS_MAX];
	size_t n = pc_device_service_items(dev, list);
	json_t *a = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			a, json_pack("{s:o,s:I,s:I}", "name", pc_fleet_json_text(list[i].name),
				   "count", (json_int_t)list[i].count, "limit",
				   (json_int_t)list[i].limit));
	return a;
}

static json_t *
months(const struct pc_usage *u)
{
	json_t *a = json_array();
	for (size_t i = 0; i < PC_MONTHS_MAX && u->months[i].year != 0; i++)
		json_array_append_new(
			a, json_pack("{s:i,s:i,s:I,s:I}", "year", (int)u->months[i].year, "month",
				   (int)u->months[i].month, "monoSides",
				   (json_int_t)u->months[i].sides[0], "colorSides",
				   (json_int_t)u->months[i].sides[1]));
	return a;
}

static json_t *
used_supplies(const struct pc_device *dev)
{
	json_t *a = json_array();
	for (size_t i = 0; i < pc_device_profile(dev)->n_supplies; i++) {
		char serial[PC_SERIAL_MAX];
		pc_device_supply_serial(dev, i, serial);
		json_array_append_new(
			a, json_pack("{s:o,s:I,s:I,s:I,s:I}", "serial", pc_fleet_json_text(serial),
				   "usedPpm", (json_int_t)pc_device_supply_used_ppm(dev, i),
				   "usedNl", (json_int_t)pc_device_supply_used_nl(dev, i), "sides",
				   (json_int_t)pc_device_supply_sides(dev, i), "coverage",
				   (json_int_t)pc_device_coverage(dev, i)));
	}
	return a;
}

int
pc_control_usage(struct pc_control_call *call, json_t **ret)
{
	struct pc_usage u;
	json_t *scans = json_object();
	pc_device_usage(call->dev, &u);
	for (int i = 0; i < PC_SCAN_DESTINATIONS; i++)
		json_object_set_new(scans, pc_device_scan_to_name((enum pc_scan_to)i),
			json_integer(u.scan_images[i]));
	*ret = json_pack("{s:I,s:I,s:I,s:o,s:o,s:I,s:I,s:o,s:I,s:I,s:I,s:I,s:I,s:o,s:o,s:o,s:o}",
		"printingMs", (json_int_t)u.printing_ms, "monoAreaMm2", (json_int_t)u.area_mm2[0],
		"colorAreaMm2", (json_int_t)u.area_mm2[1], "runs", bins(u.runs), "documents",
		bins(u.documents), "sets", (json_int_t)u.sets, "largeJobs",
		(json_int_t)u.large_jobs, "scanImages", scans, "faxesSent",
		(json_int_t)u.faxes_sent, "faxesReceived", (json_int_t)u.faxes_received,
		"faxesFailed", (json_int_t)u.faxes_failed, "faxPagesSent",
		(json_int_t)u.fax_pages_sent, "faxPagesReceived", (json_int_t)u.fax_pages_received,
		"supplies", used_supplies(call->dev), "modules", modules(call->dev), "serviceItems",
		service_items(call->dev), "months", months(&u));
	return PC_OK;
}

static json_t *
audit(const struct pc_device *dev)
{
	char at[PC_CLOCK_TEXT_MAX];
	json_t *a = json_array();
	for (size_t i = 0; pc_device_audit_entry(dev, i) != NULL; i++) {
		const struct pc_audit_entry *e = pc_device_audit_entry(dev, i);
		json_array_append_new(a,
			json_pack("{s:s,s:s,s:o,s:o,s:o}", "date", pc_clock_rfc3339(e->wall_ns, at),
				"via", pc_device_via_name((enum pc_via)e->via), "user",
				pc_fleet_json_text(e->user), "what", pc_fleet_json_text(e->what),
				"detail", pc_fleet_json_text(e->detail)));
	}
	return a;
}

static json_t *
maintenance(const struct pc_device *dev)
{
	char at[PC_CLOCK_TEXT_MAX];
	json_t *a = json_array();
	for (size_t i = 0; pc_device_maintenance_entry(dev, i) != NULL; i++) {
		const struct pc_maintenance_entry *e = pc_device_maintenance_entry(dev, i);
		json_array_append_new(a,
			json_pack("{s:s,s:s,s:o,s:s,s:I}", "date", pc_clock_rfc3339(e->wall_ns, at),
				"action",
				pc_device_maintenance_name((enum pc_maintenance_action)e->action),
				"part", pc_fleet_json_text(pc_device_maintenance_part(dev, e)),
				"via", pc_device_via_name((enum pc_via)e->via), "lifeCount",
				(json_int_t)e->life));
	}
	return a;
}

static json_t *
happenings(const struct pc_device *dev)
{
	static const char *const kinds[] = {"status", "error", "warning"};
	struct pc_happening list[PC_HAPPENINGS_MAX];
	size_t n = pc_device_happenings(dev, list);
	char at[PC_CLOCK_TEXT_MAX];
	json_t *a = json_array();
	for (size_t i = 0; i < n; i++) {
		json_t *o =
			json_pack("{s:s,s:s,s:i}", "date", pc_clock_rfc3339(list[i].wall_ns, at),
				"kind", kinds[list[i].kind], "code", (int)list[i].code);
		if (list[i].kind == PC_HAPPENING_STATUS)
			json_object_set_new(o, "status",
				json_string(pc_device_status_name((enum pc_status)list[i].code)));
		json_array_append_new(a, o);
	}
	return a;
}

int
pc_control_log(struct pc_control_call *call, json_t **ret)
{
	*ret = json_pack("{s:o,s:o,s:o}", "audit", audit(call->dev), "maintenance",
		maintenance(call->dev), "happenings", happenings(call->dev));
	return PC_OK;
}
