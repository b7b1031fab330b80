/* Operations of the control API on the fleet. */
#include "fleet/control-handlers.h"

#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "fleet/diary.h"
#include "fleet/netfault.h"
#include "fleet/state-json.h"
#include "loop/loop.h"
#include "services/faults.h"
#include "snmp/faults.h"

const char *const pc_control_statuses[] = {"off", "booting", "sleep", "down", "idle", "printing",
	"cleaning", "nozzleCheck", "updating", "warning", NULL};

static json_int_t
newest(const struct pc_control_call *call)
{
	return (json_int_t)pc_diary_last(pc_fleet_diary(call->fleet));
}

int
pc_control_health(struct pc_control_call *call, json_t **ret)
{
	*ret = json_pack("{s:s,s:I,s:I,s:i}", "status", "ok", "printers",
		(json_int_t)pc_fleet_size(call->fleet), "event", newest(call), "portOffset",
		(int)pc_fleet_port_offset(call->fleet));
	return PC_OK;
}

int
pc_control_counters(struct pc_control_call *call, json_t **ret)
{
	(void)ret;
	pc_fleet_counters(call->fleet, call->out);
	return PC_OK;
}

/* What a list is narrowed to; NULL: not by that. */
struct filter {
	const char *status, *text, *model, *vendor;
	const char *numbers;
	bool by_alerts, alerts;
	bool by_fault, is_snmp;
	pc_fault_set fault;
};

/* A list while it is made. */
struct listing {
	json_t *list;
	int64_t limit, matched, next;
};

static bool
holds(const char *text, const char *part)
{
	return text != NULL && strcasestr(text, part) != NULL;
}

static bool
matches_text(const struct pc_device *dev, const char *part)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_profile *p = pc_device_profile(dev);
	char address[PC_TEXT_ADDR_MAX];
	return holds(p->model, part) || holds(p->vendor, part) || holds(p->id, part) ||
	       holds(s->serial, part) || holds(s->host_name, part) || holds(s->sys_name, part) ||
	       holds(s->sys_location, part) || holds(pc_text_from_ipv4(s->address, address), part);
}

static bool
matches(const struct pc_device *dev, const struct filter *f)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_alert *alerts = NULL;
	if (f->status != NULL && strcmp(pc_fleet_status_name(dev), f->status) != 0)
		return false;
	if (f->by_alerts && (pc_device_alerts(dev, &alerts) > 0) != f->alerts)
		return false;
	if (f->by_fault &&
		((f->is_snmp ? pc_device_faults(dev) : pc_device_port_faults(dev)) & f->fault) == 0)
		return false;
	if (f->model != NULL && !holds(p->model, f->model) && !holds(p->id, f->model))
		return false;
	if (f->vendor != NULL && !holds(p->vendor, f->vendor))
		return false;
	return f->text == NULL || matches_text(dev, f->text);
}

/* The next of "1-3,7"; false at the end. PC_E_BADVALUE in *ret_err for anything else. */
static bool
next_range(const char **at, uint32_t *ret_from, uint32_t *ret_to, int *ret_err)
{
	uint64_t bounds[2] = {0, 0};
	if (**at == '\0')
		return false;
	for (size_t i = 0; i < 2; i++) {
		char digits[11];
		size_t n = strspn(*at, "0123456789");
		*ret_err = n == 0 || n >= sizeof(digits) ? PC_E_BADVALUE : PC_OK;
		if (*ret_err != PC_OK)
			return false;
		memcpy(digits, *at, n);
		digits[n] = '\0';
		*ret_err = pc_text_u64(digits, 1, UINT32_MAX, &bounds[i]);
		*at += n;
		if (**at != '-' || i == 1)
			break;
		(*at)++;
	}
	bounds[1] = bounds[1] == 0 ? bounds[0] : bounds[1];
	if (*ret_err == PC_OK && (bounds[1] < bounds[0] || (**at != '\0' && **at != ',')))
		*ret_err = PC_E_BADVALUE;
	*at += **at == ',';
	*ret_from = (uint32_t)bounds[0];
	*ret_to = (uint32_t)bounds[1];
	return *ret_err == PC_OK;
}

/* Printers `from` to `to` that the filter lets through, into the list. */
static void
put_matches(const struct pc_control_call *call, const struct filter *f, uint32_t from, uint32_t to,
	struct listing *l)
{
	if (to > pc_fleet_size(call->fleet))
		to = pc_fleet_size(call->fleet);
	for (uint32_t n = from; n <= to; n++) {
		const struct pc_device *dev = pc_fleet_device(call->fleet, n);
		if (!matches(dev, f))
			continue;
		if (l->matched++ < l->limit)
			json_array_append_new(l->list, pc_fleet_json_summary(dev));
		else if (l->next == 0)
			l->next = n;
	}
}

static int
read_filter(struct pc_control_call *call, struct filter *f)
{
	size_t n = 0;
	const char *fault = pc_control_text(call, "fault", NULL);
	*f = (struct filter){.status = pc_control_text(call, "status", NULL),
		.text = pc_control_text(call, "text", NULL),
		.model = pc_control_text(call, "model", NULL),
		.vendor = pc_control_text(call, "vendor", NULL),
		.numbers = pc_control_text(call, "numbers", NULL),
		.by_alerts = pc_control_has(call, "alerts"),
		.alerts = pc_control_flag(call, "alerts", true),
		.by_fault = fault != NULL};
	if (fault == NULL)
		return PC_OK;
	const struct pc_fault_row *rows = pc_snmp_faults(&n);
	f->is_snmp = pc_fault_arm(rows, n, fault, &f->fault, NULL) == PC_OK;
	if (f->is_snmp)
		return PC_OK;
	rows = pc_service_faults(&n);
	int err = pc_fault_arm(rows, n, fault, &f->fault, &call->diag);
	return err == PC_E_NOTFOUND ? PC_E_BADVALUE : err;
}

int
pc_control_list(struct pc_control_call *call, json_t **ret)
{
	struct filter filter;
	struct listing l = {.limit = pc_control_int(call, "limit", PC_FLEET_DEVICES_MAX)};
	uint32_t from = (uint32_t)pc_control_int(call, "from", 1);
	uint32_t first = 0;
	uint32_t last = 0;
	int err = read_filter(call, &filter);
	if (err != PC_OK)
		return err;
	l.list = json_array();
	if (filter.numbers == NULL)
		put_matches(call, &filter, from, UINT32_MAX - 1, &l);
	for (const char *at = filter.numbers; at != NULL && next_range(&at, &first, &last, &err);)
		put_matches(call, &filter, first < from ? from : first, last, &l);
	if (err != PC_OK) {
		json_decref(l.list);
		return pc_diag_fail(&call->diag, PC_E_BADVALUE,
			"'numbers': numbers of printers and ranges are needed, as 1-3,7");
	}
	*ret = json_pack("{s:I,s:I,s:I,s:o}", "count", (json_int_t)pc_fleet_size(call->fleet),
		"matched", (json_int_t)l.matched, "event", newest(call), "printers", l.list);
	if (l.next != 0)
		json_object_set_new(*ret, "next", json_integer(l.next));
	return PC_OK;
}

int
pc_control_models(struct pc_control_call *call, json_t **ret)
{
	const struct pc_profile *last = NULL;
	json_t *list = json_array();
	json_t *o = NULL;
	for (uint32_t n = 1; n <= pc_fleet_size(call->fleet); n++) {
		const struct pc_profile *p = pc_device_profile(pc_fleet_device(call->fleet, n));
		if (p == last) {
			json_t *count = json_object_get(o, "printers");
			json_integer_set(count, json_integer_value(count) + 1);
			continue;
		}
		o = pc_fleet_json_model(p);
		json_object_set_new(o, "first", json_integer(n));
		json_object_set_new(o, "printers", json_integer(1));
		json_array_append_new(list, o);
		last = p;
	}
	*ret = json_pack("{s:o}", "models", list);
	return PC_OK;
}

static bool
is_wanted(const struct pc_diary_entry *e, int64_t printer, const char *kind)
{
	return (printer < 0 || e->printer == printer) &&
	       (kind == NULL || strcmp(e->kind, kind) == 0);
}

int
pc_control_journal(struct pc_control_call *call, json_t **ret)
{
	const struct pc_diary *diary = pc_fleet_diary(call->fleet);
	const char *kind = pc_control_text(call, "kind", NULL);
	int64_t printer = pc_control_int(call, "printer", -1);
	int64_t limit = pc_control_int(call, "limit", PC_FLEET_JOURNAL_MAX);
	struct pc_diary_entry e;
	bool first = true;
	uint64_t n = (uint64_t)pc_control_int(call, "since", 0) + 1;
	(void)ret;
	pc_buf_addf(call->out, "{\"event\":%lld,\"entries\":[", (long long)newest(call));
	for (n = n < pc_diary_first(diary) ? pc_diary_first(diary) : n;
		limit > 0 && pc_diary_get(diary, n, &e); n++) {
		if (!is_wanted(&e, printer, kind))
			continue;
		pc_buf_addf(call->out, "%s%s", first ? "" : ",\n", e.line);
		first = false;
		limit--;
	}
	return pc_buf_add_text(call->out, "]}\n");
}

static void
put_faults(json_t *list, const struct pc_fleet *fleet, const char *room,
	const struct pc_fault_row *rows, size_t n, const struct pc_fault_source *sources,
	size_t n_sources, pc_fault_set (*armed)(const struct pc_device *))
{
	uint32_t counts[64] = {0};
	for (uint32_t i = 1; i <= pc_fleet_size(fleet); i++) {
		pc_fault_set set = armed(pc_fleet_device(fleet, i));
		for (unsigned bit = 0; set != 0; set >>= 1, bit++)
			counts[bit] += set & 1;
	}
	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:s,s:I,s:s*}", "name", rows[i].name, "room",
				      room, "summary", rows[i].summary, "armed",
				      (json_int_t)counts[rows[i].bit], "source",
				      pc_fault_source_of(sources, n_sources, rows[i].bit)));
}

/* Faults of the network have parameters of their own. */
static void
put_kinds(json_t *list, const struct pc_fleet *fleet)
{
	size_t n = 0;
	const struct pc_netfault_kind *kinds = pc_netfault_kinds(&n);
	for (size_t i = 0; i < n; i++) {
		json_t *parameters = json_array();
		for (size_t k = 0; k < PC_NETFAULT_PARAMS_MAX && kinds[i].params[k] != NULL; k++)
			json_array_append_new(parameters, json_string(kinds[i].params[k]));
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:s,s:I,s:o}", "name", kinds[i].name, "room",
				      "network", "summary", kinds[i].summary, "armed",
				      (json_int_t)pc_fleet_fault_printers(fleet, kinds[i].name),
				      "parameters", parameters));
	}
}

static json_t *
keys(void)
{
	struct pc_netfault_key key;
	json_t *list = json_array();
	for (size_t i = 0; pc_netfault_key(i, &key); i++)
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:s,s:b}", "name", key.name, "value", key.value,
				      "summary", key.summary, "common", (int)key.common));
	return list;
}

/* What is armed with parameters or conditions, beside what is in `ret`. */
static int
put_rules(const struct pc_fleet *fleet, json_t *ret)
{
	struct pc_buf text;
	pc_buf_init(&text, PC_NETFAULT_RULES_MAX * PC_NETFAULT_TEXT_MAX * 2);
	pc_fleet_fault_rules(fleet, &text);
	json_t *rules = json_loadb((const char *)pc_buf_text(&text), text.len, 0, NULL);
	int err = json_object_update(ret, rules) == 0 ? PC_OK : PC_E_INTERNAL;
	json_decref(rules);
	pc_buf_done(&text);
	return err;
}

int
pc_control_faults(struct pc_control_call *call, json_t **ret)
{
	size_t n = 0, n_sources = 0;
	json_t *list = json_array();
	const struct pc_fault_row *rows = pc_snmp_faults(&n);
	const struct pc_fault_source *sources = pc_snmp_fault_sources(&n_sources);
	put_faults(list, call->fleet, "snmp", rows, n, sources, n_sources, pc_device_faults);
	rows = pc_service_faults(&n);
	sources = pc_service_fault_sources(&n_sources);
	put_faults(
		list, call->fleet, "services", rows, n, sources, n_sources, pc_device_port_faults);
	put_kinds(list, call->fleet);
	*ret = json_pack("{s:o,s:o}", "faults", list, "keys", keys());
	return put_rules(call->fleet, *ret);
}
