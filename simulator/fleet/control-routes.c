#include "fleet/control-routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "fleet/state-json.h"

/* A request that names one printer (NULL for number 0) with its decoded body. */
struct action_at {
	struct pc_fleet *fleet;
	struct pc_device *dev; /* NULL for printer 0 = all */
	uint32_t number;
	const json_t *body;
	struct pc_diag diag;
};

struct action {
	const char *name;
	bool all_allowed; /* printer 0 means every printer */
	int (*run)(struct action_at *at);
};

static int
need_int(struct action_at *at, const char *key, int64_t min, int64_t max, int64_t *ret)
{
	const json_t *v = json_object_get(at->body, key);
	if (!json_is_integer(v) || json_integer_value(v) < min || json_integer_value(v) > max)
		return pc_diag_fail(&at->diag, PC_E_BADVALUE,
			"'%s': an integer %lld to %lld is needed", key, (long long)min,
			(long long)max);
	*ret = json_integer_value(v);
	return PC_OK;
}

static int
need_text(struct action_at *at, const char *key, const char **ret)
{
	const json_t *v = json_object_get(at->body, key);
	if (!json_is_string(v))
		return pc_diag_fail(&at->diag, PC_E_BADVALUE, "'%s': a string is needed", key);
	*ret = json_string_value(v);
	return PC_OK;
}

/* A member that may be absent; of another type it is an error, not "absent". */
static int
flag(struct action_at *at, const char *key, bool fallback, bool *ret)
{
	const json_t *v = json_object_get(at->body, key);
	if (v != NULL && !json_is_boolean(v))
		return pc_diag_fail(&at->diag, PC_E_BADVALUE, "'%s': true or false is needed", key);
	*ret = v == NULL ? fallback : json_is_true(v);
	return PC_OK;
}

static int
optional_text(struct action_at *at, const char *key, const char *fallback, const char **ret)
{
	*ret = fallback;
	return json_object_get(at->body, key) == NULL ? PC_OK : need_text(at, key, ret);
}

static int
do_condition(struct action_at *at)
{
	const char *name = NULL;
	int64_t part = 0;
	bool on = true;
	int err = need_text(at, "condition", &name);
	if (err == PC_OK && json_object_get(at->body, "part") != NULL)
		err = need_int(at, "part", 0, UINT32_MAX, &part);
	if (err == PC_OK)
		err = flag(at, "on", true, &on);
	if (err != PC_OK)
		return err;
	int what = pc_fleet_condition_from_name(name);
	if (what < 0)
		return pc_diag_fail(&at->diag, PC_E_BADVALUE, "unknown condition '%s'", name);
	return pc_device_condition(at->dev, (enum pc_condition)what, (uint32_t)part, on);
}

static int
do_power(struct action_at *at)
{
	bool on = true;
	int err = flag(at, "on", true, &on);
	if (err == PC_OK)
		pc_device_power(at->dev, on);
	return err;
}

static int
do_sleep(struct action_at *at)
{
	bool on = true;
	int err = flag(at, "on", true, &on);
	if (err == PC_OK)
		pc_device_sleep(at->dev, on);
	return err;
}

static int
do_supply(struct action_at *at)
{
	int64_t supply = 0;
	int64_t level = 0;
	bool replace = false;
	int err = need_int(at, "supply", 0, PC_SUPPLIES_MAX - 1, &supply);
	if (err == PC_OK)
		err = flag(at, "replace", false, &replace);
	if (err == PC_OK && replace)
		return pc_device_supply_replace(at->dev, (size_t)supply);
	if (err == PC_OK)
		err = need_int(at, "level", -3, INT32_MAX, &level);
	if (err == PC_OK)
		err = pc_device_supply_set(at->dev, (size_t)supply, (int32_t)level);
	return err;
}

static int
do_tray(struct action_at *at)
{
	int64_t tray = 0;
	int64_t level = 0;
	int err = need_int(at, "tray", 0, PC_TRAYS_MAX - 1, &tray);
	if (err == PC_OK)
		err = need_int(at, "level", -3, INT32_MAX, &level);
	if (err == PC_OK)
		err = pc_device_tray_set(at->dev, (size_t)tray, (int32_t)level);
	return err;
}

static int
do_restart(struct action_at *at)
{
	static const char *const kinds[] = {"warm", "cold", "factory"};
	const char *name = NULL;
	int err = optional_text(at, "kind", "warm", &name);
	if (err != PC_OK)
		return err;
	for (int i = 0; i < 3; i++) {
		if (strcmp(kinds[i], name) == 0)
			return pc_device_restart(at->dev, (enum pc_reset)i);
	}
	return pc_diag_fail(
		&at->diag, PC_E_BADVALUE, "'kind': warm, cold or factory, not '%s'", name);
}

static int
do_clean(struct action_at *at)
{
	bool power = false;
	int err = flag(at, "power", false, &power);
	return err == PC_OK ? pc_device_clean(at->dev, PC_TRIGGER_PANEL, 0, power) : err;
}

static int
do_nozzle_check(struct action_at *at)
{
	return pc_device_nozzle_check(at->dev, PC_TRIGGER_PANEL);
}

static uint8_t
size_index(const struct pc_device *dev, const char *name)
{
	const struct pc_profile *p = pc_device_profile(dev);
	for (size_t i = 0; i < p->n_sizes; i++) {
		if (strcmp(p->sizes[i], name) == 0)
			return (uint8_t)i;
	}
	return (uint8_t)(p->n_sizes - 1);
}

static int
do_print(struct action_at *at)
{
	int64_t pages = 0;
	uint32_t id = 0;
	const char *size = NULL;
	const char *name = NULL;
	bool color = false;
	bool duplex = false;
	int err = need_int(at, "pages", 1, 100000, &pages);
	if (err == PC_OK)
		err = optional_text(at, "size", NULL, &size);
	if (err == PC_OK)
		err = optional_text(at, "name", "control", &name);
	if (err == PC_OK)
		err = flag(at, "color", false, &color);
	if (err == PC_OK)
		err = flag(at, "duplex", false, &duplex);
	if (err == PC_OK)
		err = pc_device_job_begin(at->dev, PC_ORIGIN_PANEL, &id);
	if (err != PC_OK)
		return err;
	struct pc_job *job = pc_device_job(at->dev, id);
	job->color = color && pc_device_profile(at->dev)->color;
	job->duplex = duplex && pc_device_profile(at->dev)->duplex;
	if (size != NULL && pc_device_profile(at->dev)->n_sizes > 0)
		job->size = size_index(at->dev, size);
	pc_text_copy(job->name, sizeof(job->name), name);
	return pc_device_job_end(at->dev, id, (uint32_t)pages);
}

static int
do_setting(struct action_at *at)
{
	const char *name = NULL;
	const char *value = NULL;
	int err = need_text(at, "name", &name);
	if (err == PC_OK)
		err = need_text(at, "value", &value);
	return err == PC_OK ? pc_device_setting_set(at->dev, name, value) : err;
}

static int
do_fault(struct action_at *at)
{
	const char *name = NULL;
	bool armed = true;
	int err = need_text(at, "fault", &name);
	if (err == PC_OK)
		err = flag(at, "armed", true, &armed);
	if (err != PC_OK)
		return err;
	return pc_fleet_fault(at->fleet, at->number, name, armed, &at->diag);
}

static const struct action actions[] = {
	{"condition", false, do_condition},
	{"power", false, do_power},
	{"sleep", false, do_sleep},
	{"supply", false, do_supply},
	{"tray", false, do_tray},
	{"restart", false, do_restart},
	{"clean", false, do_clean},
	{"nozzleCheck", false, do_nozzle_check},
	{"print", false, do_print},
	{"setting", false, do_setting},
	{"fault", true, do_fault},
};

/* Appends a value and gives it up. */
static unsigned
reply_take(struct pc_buf *out, unsigned status, json_t *value)
{
	char *text = value == NULL ? NULL : json_dumps(value, JSON_INDENT(1));
	json_decref(value);
	if (text == NULL) {
		pc_buf_add_text(out, "{\"error\":\"internal\",\"detail\":\"no memory\"}");
		return 500;
	}
	pc_buf_add_text(out, text);
	pc_buf_add_text(out, "\n");
	free(text);
	return status;
}

static unsigned
fail(struct pc_buf *out, unsigned status, const char *word, const char *detail)
{
	return reply_take(out, status,
		json_pack("{s:s,s:o}", "error", word, "detail", pc_fleet_json_text(detail)));
}

static unsigned
fail_action(struct pc_buf *out, int err, const struct pc_diag *diag)
{
	const char *detail = diag->text[0] != '\0' ? diag->text : pc_err_text(err);
	if (err == PC_E_NOTFOUND)
		return fail(out, 404, "notFound", detail);
	if (err == PC_E_REFUSED || err == PC_E_UNSUPPORTED || err == PC_E_LIMIT)
		return fail(out, 409, "refused", detail);
	return fail(out, 400, "badRequest", detail);
}

static unsigned
list(struct pc_fleet *fleet, const struct pc_control_request *r, struct pc_buf *out)
{
	uint64_t from = 1;
	uint64_t limit = UINT32_MAX;
	if ((r->from != NULL && pc_text_u64(r->from, 1, UINT32_MAX, &from) != PC_OK) ||
		(r->limit != NULL && pc_text_u64(r->limit, 1, UINT32_MAX, &limit) != PC_OK))
		return fail(out, 400, "badRequest", "'from' and 'limit' are numbers from 1");
	json_t *a = json_array();
	for (uint64_t n = from; n <= pc_fleet_size(fleet) && n - from < limit; n++)
		json_array_append_new(
			a, pc_fleet_json_summary(pc_fleet_device(fleet, (uint32_t)n)));
	return reply_take(out, 200,
		json_pack("{s:I,s:o}", "count", (json_int_t)pc_fleet_size(fleet), "printers", a));
}

static unsigned
journal(struct pc_fleet *fleet, const struct pc_control_request *r, struct pc_buf *out)
{
	uint64_t since = 0;
	if (r->since != NULL && pc_text_u64(r->since, 0, UINT64_MAX - 1, &since) != PC_OK)
		return fail(out, 400, "badRequest", "'since' is a number");
	pc_buf_add_text(out, "{\"entries\":");
	pc_fleet_journal(fleet, since, out);
	pc_buf_add_text(out, "}\n");
	return 200;
}

static unsigned
run_action(struct pc_fleet *fleet, const struct pc_control_request *r, uint32_t number,
	const char *name, struct pc_buf *out)
{
	struct action_at at = {.fleet = fleet, .number = number};
	const struct action *action = NULL;
	json_error_t error;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(actions[i].name, name) == 0)
			action = &actions[i];
	}
	if (action == NULL)
		return fail(out, 404, "notFound", "there is no such action");
	if (strcmp(r->method, "POST") != 0)
		return fail(out, 405, "methodNotAllowed", "actions are POST");
	at.dev = pc_fleet_device(fleet, number);
	if (at.dev == NULL && !(number == 0 && action->all_allowed))
		return fail(out, 404, "notFound", "there is no such printer");
	json_t *body = r->body_len == 0 ? json_object()
					: json_loadb((const char *)r->body, r->body_len,
						  JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(body)) {
		json_decref(body);
		return fail(out, 400, "badRequest", "the body is not a JSON object");
	}
	at.body = body;
	int err = action->run(&at);
	json_decref(body);
	if (err != PC_OK)
		return fail_action(out, err, &at.diag);
	return reply_take(out, 200,
		at.dev == NULL ? json_pack("{s:s}", "status", "ok")
			       : pc_fleet_json_summary(at.dev));
}

/* "/v1/printers/N" or "/v1/printers/N/action". */
static unsigned
printer(struct pc_fleet *fleet, const struct pc_control_request *r, const char *rest,
	struct pc_buf *out)
{
	char number_text[12];
	uint64_t number = 0;
	const char *slash = strchr(rest, '/');
	size_t n = slash == NULL ? strlen(rest) : (size_t)(slash - rest);
	if (n == 0 || n >= sizeof(number_text))
		return fail(out, 404, "notFound", "there is no such printer");
	memcpy(number_text, rest, n);
	number_text[n] = '\0';
	if (pc_text_u64(number_text, 0, UINT32_MAX, &number) != PC_OK)
		return fail(out, 404, "notFound", "there is no such printer");
	if (slash != NULL)
		return run_action(fleet, r, (uint32_t)number, slash + 1, out);
	const struct pc_device *dev = pc_fleet_device(fleet, (uint32_t)number);
	if (dev == NULL)
		return fail(out, 404, "notFound", "there is no such printer");
	if (strcmp(r->method, "GET") != 0)
		return fail(out, 405, "methodNotAllowed", "this resource is read with GET");
	return reply_take(out, 200, pc_fleet_json_state(dev));
}

unsigned
pc_control_route(struct pc_fleet *fleet, const struct pc_control_request *r, struct pc_buf *out)
{
	static const char prefix[] = "/v1/printers/";
	if (r->too_large)
		return fail(out, 413, "tooLarge", "the body is over 64 KiB");
	if (strncmp(r->path, prefix, sizeof(prefix) - 1) == 0)
		return printer(fleet, r, r->path + sizeof(prefix) - 1, out);
	bool known = strcmp(r->path, "/v1/health") == 0 || strcmp(r->path, "/v1/printers") == 0 ||
		     strcmp(r->path, "/v1/journal") == 0 || strcmp(r->path, "/v1/counters") == 0;
	if (!known)
		return fail(out, 404, "notFound", "there is no such resource");
	if (strcmp(r->method, "GET") != 0)
		return fail(out, 405, "methodNotAllowed", "this resource is read with GET");
	if (strcmp(r->path, "/v1/printers") == 0)
		return list(fleet, r, out);
	if (strcmp(r->path, "/v1/journal") == 0)
		return journal(fleet, r, out);
	if (strcmp(r->path, "/v1/counters") == 0) {
		pc_fleet_counters(fleet, out);
		return 200;
	}
	return reply_take(out, 200,
		json_pack(
			"{s:s,s:I}", "status", "ok", "printers", (json_int_t)pc_fleet_size(fleet)));
}
