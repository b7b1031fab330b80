/* Operations of the control API on one printer. What comes in has passed the table's checks. */
#include "fleet/control-handlers.h"

#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "device/log.h"
#include "device/setting.h"
#include "device/usage.h"
#include "fleet/state-json.h"

/* Names of enum pc_condition, in its order, as pc_device_condition_name() tells them. */
const char *const pc_control_conditions[] = {"jam", "coverOpen", "trayEmpty", "trayLow",
	"trayMissing", "supplyLow", "supplyEmpty", "supplyMissing", "service", "offline",
	"outputFull", "finisherJam", NULL};

/* Names of enum pc_scan_to, in its order. */
const char *const pc_control_scan_ways[] = {
	"computer", "folder", "mail", "cloud", "memory", "print", "fax", NULL};

const char *const pc_control_resets[] = {"warm", "cold", "factory", NULL};

int
pc_control_get(struct pc_control_call *call, json_t **ret)
{
	*ret = pc_fleet_json_state(call->dev);
	return PC_OK;
}

int
pc_control_condition(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	int what = pc_control_word(call, "condition", pc_control_conditions);
	return pc_device_condition(call->dev, (enum pc_condition)what,
		(uint32_t)pc_control_int(call, "part", 0), pc_control_flag(call, "on", true));
}

int
pc_control_power(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	pc_device_power(call->dev, pc_control_flag(call, "on", true));
	return PC_OK;
}

int
pc_control_sleep(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	pc_device_sleep(call->dev, pc_control_flag(call, "on", true));
	return PC_OK;
}

int
pc_control_restart(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	int kind = pc_control_word(call, "kind", pc_control_resets);
	return pc_device_restart(call->dev, kind < 0 ? PC_RESET_WARM : (enum pc_reset)kind);
}

int
pc_control_replace(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	return pc_device_supply_replace(call->dev, (size_t)pc_control_int(call, "supply", 0));
}

int
pc_control_supply(struct pc_control_call *call, json_t **ret)
{
	if (pc_control_flag(call, "replace", false))
		return pc_control_replace(call, ret);
	if (!pc_control_has(call, "level"))
		return pc_diag_fail(&call->diag, PC_E_BADVALUE,
			"'level' is missing, or 'replace' for a new one");
	return pc_device_supply_set(call->dev, (size_t)pc_control_int(call, "supply", 0),
		(int32_t)pc_control_int(call, "level", 0));
}

/* Index of a media size of the model. */
static int
find_size(struct pc_control_call *call, const char *name, uint8_t *ret)
{
	const struct pc_profile *p = pc_device_profile(call->dev);
	struct pc_buf all;
	for (size_t i = 0; i < p->n_sizes; i++) {
		if (strcmp(p->sizes[i], name) == 0) {
			*ret = (uint8_t)i;
			return PC_OK;
		}
	}
	pc_buf_init(&all, 768);
	for (size_t i = 0; i < p->n_sizes; i++)
		(void)pc_buf_addf(&all, " %s", p->sizes[i]);
	(void)pc_diag_fail(&call->diag, PC_E_BADVALUE, "'size': the model has no '%.64s', but%s",
		name, pc_buf_text(&all));
	pc_buf_done(&all);
	return PC_E_BADVALUE;
}

int
pc_control_tray(struct pc_control_call *call, json_t **ret)
{
	size_t tray = (size_t)pc_control_int(call, "tray", 0);
	const char *size = pc_control_text(call, "size", NULL);
	uint8_t index = 0;
	(void)ret;
	if (size == NULL && !pc_control_has(call, "level"))
		return pc_diag_fail(
			&call->diag, PC_E_BADVALUE, "'level' or 'size' is missing: what changes?");
	int err = size == NULL ? PC_OK : find_size(call, size, &index);
	if (err == PC_OK && pc_control_has(call, "level"))
		err = pc_device_tray_set(
			call->dev, tray, (int32_t)pc_control_int(call, "level", 0));
	if (err == PC_OK && size != NULL)
		err = pc_device_tray_size_set(call->dev, tray, index);
	return err;
}

int
pc_control_clean(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	return pc_device_clean(call->dev, PC_TRIGGER_PANEL,
		(uint8_t)pc_control_int(call, "group", 0), pc_control_flag(call, "power", false));
}

int
pc_control_nozzle_check(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	return pc_device_nozzle_check(call->dev, PC_TRIGGER_PANEL);
}

int
pc_control_print(struct pc_control_call *call, json_t **ret)
{
	const struct pc_profile *p = pc_device_profile(call->dev);
	const char *size = pc_control_text(call, "size", NULL);
	uint8_t index = 0;
	uint32_t id = 0;
	(void)ret;
	int err = size == NULL ? PC_OK : find_size(call, size, &index);
	if (err == PC_OK)
		err = pc_device_job_begin(call->dev, PC_ORIGIN_PANEL, &id);
	if (err != PC_OK)
		return err;
	struct pc_job *job = pc_device_job(call->dev, id);
	job->color = pc_control_flag(call, "color", false) && p->color;
	job->duplex = pc_control_flag(call, "duplex", false) && p->duplex;
	job->copies = (uint32_t)pc_control_int(call, "copies", 1);
	if (size != NULL)
		job->size = index;
	pc_text_copy(job->name, sizeof(job->name), pc_control_text(call, "name", "control"));
	pc_text_copy(job->user, sizeof(job->user), pc_control_text(call, "user", ""));
	return pc_device_job_end(call->dev, id, (uint32_t)pc_control_int(call, "pages", 1));
}

int
pc_control_scan(struct pc_control_call *call, json_t **ret)
{
	const char *size = pc_control_text(call, "size", NULL);
	int to = pc_control_word(call, "to", pc_control_scan_ways);
	struct pc_scan scan = {.images = (uint32_t)pc_control_int(call, "images", 1),
		.to = to < 0 ? PC_SCAN_TO_COMPUTER : (enum pc_scan_to)to,
		.color = pc_control_flag(call, "color", false),
		.duplex = pc_control_flag(call, "duplex", false),
		.feeder = pc_control_flag(call, "feeder", false),
		.failed = pc_control_flag(call, "failed", false),
		.user = pc_control_text(call, "user", NULL)};
	(void)ret;
	int err = size == NULL ? PC_OK : find_size(call, size, &scan.size);
	return err != PC_OK ? err : pc_device_scan_job(call->dev, &scan);
}

int
pc_control_cancel(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	return pc_device_job_cancel(call->dev, (uint32_t)pc_control_int(call, "job", 0));
}

int
pc_control_promote(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	return pc_device_job_promote(call->dev, (uint32_t)pc_control_int(call, "job", 0));
}

int
pc_control_setting(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	return pc_device_setting_set(
		call->dev, pc_control_text(call, "name", ""), pc_control_text(call, "value", ""));
}

static void
put_own_text(json_t *list, const struct pc_device *dev, const char *name)
{
	const char *value = pc_device_setting(dev, name);
	if (value != NULL)
		json_array_append_new(
			list, json_pack("{s:s,s:o,s:s,s:b}", "name", name, "value",
				      pc_fleet_json_text(value), "kind", "text", "readOnly", 0));
}

static void
put_setting(json_t *list, const struct pc_setting *s)
{
	static const char *const kinds[] = {"text", "switch", "number", "choice", "address"};
	char name[128];
	snprintf(name, sizeof(name), "%s.%s", s->group, s->name);
	json_t *o = json_pack("{s:o,s:o,s:s,s:b,s:o}", "name", pc_fleet_json_text(name), "value",
		pc_fleet_json_text(s->value), "kind", kinds[s->kind], "readOnly", (int)s->read_only,
		"factory", pc_fleet_json_text(s->factory));
	if (s->kind == PC_SETTING_CHOICE)
		json_object_set_new(o, "choices", pc_fleet_json_text(s->choices));
	if (s->kind == PC_SETTING_NUMBER) {
		json_object_set_new(o, "min", json_integer(s->min));
		json_object_set_new(o, "max", json_integer(s->max));
		json_object_set_new(o, "unit", pc_fleet_json_text(s->unit));
	}
	json_array_append_new(list, o);
}

int
pc_control_settings(struct pc_control_call *call, json_t **ret)
{
	static const char *const own[] = {"sysName", "sysContact", "sysLocation", "printerName",
		"hostName", "console", "readyText", "other.currentOperator", "other.servicePerson"};
	json_t *list = json_array();
	struct pc_setting setting;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		put_own_text(list, call->dev, own[i]);
	for (size_t i = 0; pc_device_setting_at(call->dev, i, &setting); i++)
		put_setting(list, &setting);
	*ret = json_pack("{s:o}", "settings", list);
	return PC_OK;
}

/* What an option belongs to. */
static size_t
option_parts(const struct pc_profile *p, enum pc_option option)
{
	static const enum {
		ONE,
		TRAY,
		OUTPUT,
		FINISHER,
		CHANNEL
	} of[PC_OPTIONS] = {
		[PC_OPTION_CHANNEL_CLOSED] = CHANNEL,
		[PC_OPTION_TRAY_CAPACITY] = TRAY,
		[PC_OPTION_TRAY_MEDIA] = TRAY,
		[PC_OPTION_TRAY_WEIGHT] = TRAY,
		[PC_OPTION_TRAY_TIMEOUT] = TRAY,
		[PC_OPTION_TRAY_NEXT] = TRAY,
		[PC_OPTION_TRAY_NAME] = TRAY,
		[PC_OPTION_TRAY_COLOR] = TRAY,
		[PC_OPTION_OUTPUT_NAME] = OUTPUT,
		[PC_OPTION_FINISHER_OFF] = FINISHER,
	};
	const size_t parts[] = {1, p->n_trays, p->n_outputs, p->n_finishers, (size_t)PC_CHANNELS};
	return parts[of[option]];
}

static bool
option_is_text(enum pc_option option)
{
	return option == PC_OPTION_TRAY_NAME || option == PC_OPTION_TRAY_COLOR ||
	       option == PC_OPTION_OUTPUT_NAME || option == PC_OPTION_OPERATOR ||
	       option == PC_OPTION_SERVICE_PERSON;
}

int
pc_control_option_list(struct pc_control_call *call, json_t **ret)
{
	json_t *list = json_array();
	for (int i = 0; i < (int)PC_OPTIONS; i++) {
		enum pc_option option = (enum pc_option)i;
		size_t n = option_parts(pc_device_profile(call->dev), option);
		for (uint32_t part = 0; part < n; part++) {
			json_t *o = json_pack("{s:s,s:I}", "option", pc_device_option_names[i],
				"part", (json_int_t)part);
			if (option_is_text(option))
				json_object_set_new(o, "text",
					pc_fleet_json_text(
						pc_device_option_text(call->dev, option, part)));
			else
				json_object_set_new(o, "value",
					json_integer(pc_device_option(call->dev, option, part)));
			json_array_append_new(list, o);
		}
	}
	*ret = json_pack("{s:o}", "options", list);
	return PC_OK;
}

int
pc_control_option(struct pc_control_call *call, json_t **ret)
{
	enum pc_option option =
		(enum pc_option)pc_control_word(call, "option", pc_device_option_names);
	uint32_t part = (uint32_t)pc_control_int(call, "part", 0);
	const char *needed = option_is_text(option) ? "text" : "value";
	(void)ret;
	if (!pc_control_has(call, needed) ||
		pc_control_has(call, option_is_text(option) ? "value" : "text"))
		return pc_diag_fail(&call->diag, PC_E_BADVALUE, "'%s' takes '%s'",
			pc_device_option_names[option], needed);
	if (option_is_text(option))
		return pc_device_option_text_set(
			call->dev, option, part, pc_control_text(call, "text", ""));
	return pc_device_option_set(
		call->dev, option, part, (int32_t)pc_control_int(call, "value", 0));
}

int
pc_control_clock(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	pc_device_set_wall(call->dev, (uint64_t)pc_control_int(call, "seconds", 0) * 1000000000);
	return PC_OK;
}

int
pc_control_fault(struct pc_control_call *call, json_t **ret)
{
	int err = pc_fleet_fault(call->fleet, call->number, pc_control_text(call, "fault", ""),
		pc_control_flag(call, "armed", true), &call->diag);
	if (err == PC_OK && call->dev == NULL)
		*ret = json_pack("{s:s,s:I,s:i}", "status", "ok", "done",
			(json_int_t)pc_fleet_size(call->fleet), "refused", 0);
	return err;
}
