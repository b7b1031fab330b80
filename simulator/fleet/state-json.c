#include "fleet/state-json.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/text.h"
#include "device/firmware.h"
#include "services/services.h"
#include "snmp/faults.h"
#include "snmp/receivers.h"

int
pc_fleet_condition_from_name(const char *name)
{
	int i = 0;
	while (i <= PC_COND_FINISHER_JAM &&
		strcmp(pc_device_condition_name((enum pc_condition)i), name) != 0)
		i++;
	return i <= PC_COND_FINISHER_JAM ? i : -1;
}

json_t *
pc_fleet_json_text(const char *text)
{
	char safe[512];
	json_t *j = json_string(text);
	if (j != NULL)
		return j;
	pc_text_copy(safe, sizeof(safe), text);
	for (char *p = safe; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	}
	return json_string(safe);
}

static void
put(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static void
put_text(json_t *o, const char *key, const char *text)
{
	put(o, key, pc_fleet_json_text(text));
}

static void
put_int(json_t *o, const char *key, int64_t n)
{
	put(o, key, json_integer(n));
}

const char *
pc_fleet_status_name(const struct pc_device *dev)
{
	static const char *const powers[] = {"off", "booting", NULL, "sleep"};
	static const char *const activities[] = {
		"idle", "printing", "cleaning", "nozzleCheck", "updating"};
	const struct pc_device_state *s = pc_device_state(dev);
	if (powers[s->power] != NULL)
		return powers[s->power];
	if (pc_device_hr_status(dev) == PC_HR_DOWN)
		return "down";
	if (s->activity != PC_IDLE)
		return activities[s->activity];
	return pc_device_hr_status(dev) == PC_HR_WARNING ? "warning" : "idle";
}

static unsigned
bits_of(pc_fault_set set)
{
	unsigned n = 0;
	for (; set != 0; set &= set - 1)
		n++;
	return n;
}

/* What a list shows of the state besides the status. */
static void
put_condensed(json_t *o, const struct pc_device *dev)
{
	static const char *const worst_names[] = {"none", "warning", "critical"};
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_alert *alerts = NULL;
	const struct pc_job *jobs[PC_JOBS_MAX];
	json_t *levels = json_array();
	unsigned worst = 0;
	unsigned waiting = 0;
	size_t n = pc_device_alerts(dev, &alerts);
	put_int(o, "alertCount", (int64_t)n);
	for (size_t i = 0; i < n; i++) {
		unsigned this = alerts[i].severity == 3 ? 2 : 1;
		worst = this > worst ? this : worst;
	}
	put_text(o, "worstAlert", worst_names[worst]);
	n = pc_device_jobs(dev, jobs);
	for (size_t i = 0; i < n; i++)
		waiting += jobs[i]->state < PC_JOB_DONE;
	put_int(o, "jobCount", waiting);
	put_int(o, "faultCount",
		bits_of(pc_device_faults(dev)) + bits_of(pc_device_port_faults(dev)));
	put_int(o, "inOctets", (int64_t)s->traffic.in_octets);
	put_int(o, "outOctets", (int64_t)s->traffic.out_octets);
	for (size_t i = 0; i < pc_device_profile(dev)->n_supplies; i++)
		json_array_append_new(levels, json_integer(pc_device_supply_permille(dev, i)));
	put(o, "levels", levels);
}

json_t *
pc_fleet_json_summary(const struct pc_device *dev)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_profile *p = pc_device_profile(dev);
	char address[PC_TEXT_ADDR_MAX];
	char mac[18];
	json_t *o = json_object();
	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", s->mac[0], s->mac[1], s->mac[2],
		s->mac[3], s->mac[4], s->mac[5]);
	put_int(o, "printer", s->number);
	put_text(o, "address", pc_text_from_ipv4(s->address, address));
	put_text(o, "vendor", p->vendor);
	put_text(o, "model", p->model);
	put_text(o, "profile", p->id);
	put_text(o, "serial", s->serial);
	put_text(o, "mac", mac);
	put_text(o, "hostName", s->host_name);
	put_text(o, "status", pc_fleet_status_name(dev));
	put_int(o, "lifeCount", s->counters.life);
	put(o, "fromWalk", json_boolean(p->from_walk));
	put_text(o, "console", pc_device_console(dev));
	put_text(o, "sysLocation", s->sys_location);
	put_condensed(o, dev);
	return o;
}

static bool
has_sealing_user(const struct pc_profile *p)
{
	for (size_t i = 0; p->snmp.v3 && i < p->n_snmp_users; i++) {
		if (p->snmp_users[i].priv != PC_SNMP_PRIV_NONE)
			return true;
	}
	return false;
}

/* The users of the model, with passwords: they are the harness's own. */
static json_t *
snmp_users(const struct pc_profile *p)
{
	json_t *list = json_array();
	for (size_t i = 0; p->snmp.v3 && i < p->n_snmp_users; i++) {
		const struct pc_profile_snmp_user *u = &p->snmp_users[i];
		json_t *o = json_object();
		put_text(o, "name", u->name);
		put_int(o, "auth", u->auth);
		put_text(o, "authPassword", u->auth_password == NULL ? "" : u->auth_password);
		put_int(o, "priv", u->priv);
		put_text(o, "privPassword", u->priv_password == NULL ? "" : u->priv_password);
		put(o, "write", json_boolean(u->write));
		json_array_append_new(list, o);
	}
	return list;
}

/* What cases may ask for with their "applies" words. */
static json_t *
capabilities(const struct pc_profile *p)
{
	const struct {
		const char *name;
		bool has;
	} rows[] = {
		{"snmp", p->ports.snmp},
		{"enpc", p->ports.enpc},
		{"entp", p->ports.entp},
		{"lpd", p->ports.lpd},
		{"raw", p->ports.raw},
		{"slp", p->ports.slp},
		{"nbns", p->ports.nbns},
		{"llmnr", p->ports.llmnr},
		{"http", p->ports.http},
		{"https", p->ports.https},
		{"modelled", !p->from_walk},
		{"color", p->color},
		{"duplex", p->duplex},
		{"scanner", p->scanner},
		{"fax", p->fax},
		{"head-cleaning", p->has_head_cleaning},
		{"snmp-v3", has_sealing_user(p)},
		{"snmp-set", p->community_write != NULL && !p->from_walk},
		{"notification-targets", pc_profile_has_mib(p, PC_MIBS_TARGET)},
		{"supplies", p->n_supplies > 0},
		{"trays", p->n_trays > 0},
		{"covers", p->n_covers > 0},
	};
	json_t *o = json_object();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		put(o, rows[i].name, json_boolean(rows[i].has));
	put(o, p->snmp_vendor == NULL ? "none" : p->snmp_vendor, json_true());
	return o;
}

static json_t *
supplies(const struct pc_device *dev)
{
	static const char *const states[] = {"ok", "low", "empty", "missing"};
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_profile *p = pc_device_profile(dev);
	json_t *a = json_array();
	for (size_t i = 0; i < p->n_supplies; i++) {
		json_t *o = json_object();
		put_text(o, "name", p->supplies[i].name);
		put_int(o, "type", p->supplies[i].type);
		if (p->supplies[i].colorant != NULL)
			put_text(o, "colorant", p->supplies[i].colorant);
		put_int(o, "level", s->supplies[i].level);
		put_int(o, "capacity", p->supplies[i].capacity);
		put_int(o, "permille", pc_device_supply_permille(dev, i));
		put_int(o, "replacements", s->supplies[i].replacements);
		put_text(o, "state", states[s->supplies[i].state]);
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
trays(const struct pc_device *dev)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_profile *p = pc_device_profile(dev);
	json_t *a = json_array();
	for (size_t i = 0; i < p->n_trays; i++) {
		json_t *o = json_object();
		put_text(o, "name", p->trays[i].name);
		put_int(o, "level", s->trays[i].level);
		put_int(o, "capacity", p->trays[i].capacity);
		put(o, "missing", json_boolean(s->trays[i].missing));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
counters(const struct pc_device *dev)
{
	static const char *const functions[] = {"print", "copy", "fax", "scan", "report"};
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	const struct pc_profile *p = pc_device_profile(dev);
	json_t *o = json_object();
	json_t *sizes = json_object();
	json_t *by_function = json_object();
	put_int(o, "life", c->life);
	put_int(o, "powerOn", c->power_on);
	put_int(o, "jams", c->jams);
	put_int(o, "cleanings", c->cleanings);
	put_int(o, "nozzleChecks", c->nozzle_checks);
	put_int(o, "reboots", c->reboots);
	put_int(o, "jobsDone", c->jobs_done);
	put_int(o, "maintenanceJobs", c->maintenance_jobs);
	for (size_t i = 0; i < p->n_sizes; i++)
		put(sizes, p->sizes[i],
			json_pack("{s:I,s:I,s:I,s:I}", "monoSimplex",
				(json_int_t)c->by_size[i][0][0], "monoDuplex",
				(json_int_t)c->by_size[i][0][1], "colorSimplex",
				(json_int_t)c->by_size[i][1][0], "colorDuplex",
				(json_int_t)c->by_size[i][1][1]));
	for (size_t i = 0; i < 5; i++)
		put_int(by_function, functions[i], c->by_function[i]);
	put(o, "bySize", sizes);
	put(o, "byFunction", by_function);
	return o;
}

static json_t *
alerts(const struct pc_device *dev)
{
	const struct pc_alert *list = NULL;
	size_t n = pc_device_alerts(dev, &list);
	json_t *a = json_array();
	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object();
		put_int(o, "index", list[i].index);
		put_int(o, "code", list[i].code);
		put_int(o, "severity", list[i].severity);
		put_int(o, "group", list[i].group);
		put_int(o, "groupIndex", list[i].group_index);
		put_text(o, "text", list[i].text);
		/* a happening (severity 4) is no condition */
		if (list[i].severity != 4) {
			put_text(o, "condition", pc_device_condition_name(list[i].condition));
			put_int(o, "part", list[i].part);
		}
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
histories(const struct pc_device *dev)
{
	static const char *const triggers[] = {"panel", "timer", "remote"};
	struct pc_error_entry errors[PC_ERROR_HISTORY_MAX];
	struct pc_cleaning_entry cleanings[PC_CLEANING_HISTORY_MAX];
	char at[PC_CLOCK_TEXT_MAX];
	json_t *e = json_array();
	json_t *c = json_array();
	size_t n = pc_device_error_history(dev, errors);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(e, json_pack("{s:i,s:i,s:s}", "code", (int)errors[i].code,
						 "severity", (int)errors[i].severity, "date",
						 pc_clock_rfc3339(errors[i].wall_ns, at)));
	n = pc_device_cleaning_history(dev, cleanings);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			c, json_pack("{s:s,s:s,s:b}", "trigger", triggers[cleanings[i].trigger],
				   "date", pc_clock_rfc3339(cleanings[i].wall_ns, at), "power",
				   (int)cleanings[i].power));
	return json_pack("{s:o,s:o}", "errors", e, "cleanings", c);
}

static json_t *
jobs(const struct pc_device *dev)
{
	static const char *const states[] = {
		"receiving", "pending", "printing", "done", "cancelled", "aborted"};
	const struct pc_job *list[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, list);
	json_t *a = json_array();
	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object();
		put_int(o, "job", list[i]->id);
		put_text(o, "state", states[list[i]->state]);
		put_text(o, "name", list[i]->name);
		put_text(o, "user", list[i]->user);
		put_int(o, "pages", list[i]->pages);
		put_int(o, "pagesDone", list[i]->pages_done);
		put_int(o, "bytes", (int64_t)list[i]->bytes);
		put(o, "maintenance", json_boolean(list[i]->maintenance));
		if (list[i]->hashed) {
			char hex[2 * PC_SHA256_BYTES + 1];
			pc_text_hex(list[i]->sha256, PC_SHA256_BYTES, hex);
			put_text(o, "sha256", hex);
		}
		json_array_append_new(a, o);
	}
	return a;
}

/* Who is sent notifications. */
static json_t *
receivers(const struct pc_device *dev)
{
	static const char *const owners[] = {"profile", "target", "epson", "xcmi"};
	size_t n = 0;
	const struct pc_snmp_receiver *list = pc_snmp_receivers_of(dev, &n);
	json_t *a = json_array();
	for (size_t i = 0; i < n; i++) {
		const struct sockaddr_in at = {.sin_family = AF_INET,
			.sin_port = htons(list[i].port),
			.sin_addr = list[i].address};
		char address[PC_TEXT_ADDR_MAX];
		json_t *o = json_object();
		put_text(o, "address", pc_text_from_sockaddr(&at, address));
		put_text(o, "version",
			list[i].version == 0   ? "v1"
			: list[i].version == 3 ? "v3"
					       : "v2c");
		put(o, "inform", json_boolean(list[i].inform));
		put(o, "active", json_boolean(list[i].active));
		put_text(o, "table", owners[list[i].owner]);
		put_int(o, "row", list[i].row);
		json_array_append_new(a, o);
	}
	return a;
}

static void
put_faults(json_t *a, const struct pc_fault_row *rows, size_t n, pc_fault_set armed)
{
	for (size_t i = 0; i < n; i++) {
		if (pc_fault_is_set(armed, rows[i].bit))
			json_array_append_new(a, json_string(rows[i].name));
	}
}

/* The names of the armed faults. */
static json_t *
faults(const struct pc_device *dev)
{
	size_t n = 0;
	json_t *a = json_array();
	const struct pc_fault_row *rows = pc_snmp_faults(&n);
	put_faults(a, rows, n, pc_device_faults(dev));
	rows = pc_service_faults(&n);
	put_faults(a, rows, n, pc_device_port_faults(dev));
	return a;
}

static json_t *
names_of(const char *const *names, size_t n)
{
	json_t *a = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(a, json_string(names[i]));
	return a;
}

json_t *
pc_fleet_json_model(const struct pc_profile *p)
{
	json_t *o = json_object();
	json_t *list = json_array();
	put_text(o, "profile", p->id == NULL ? "" : p->id);
	put_text(o, "vendor", p->vendor);
	put_text(o, "model", p->model);
	put(o, "capabilities", capabilities(p));
	put(o, "sizes", names_of(p->sizes, p->n_sizes));
	put(o, "media", names_of(p->media, p->n_media));
	for (size_t i = 0; i < p->n_supplies; i++)
		json_array_append_new(list,
			json_pack("{s:o,s:s,s:i}", "name", pc_fleet_json_text(p->supplies[i].name),
				"colorant",
				p->supplies[i].colorant == NULL ? "" : p->supplies[i].colorant,
				"capacity", (int)p->supplies[i].capacity));
	put(o, "supplies", list);
	list = json_array();
	for (size_t i = 0; i < p->n_trays; i++)
		json_array_append_new(list, pc_fleet_json_text(p->trays[i].name));
	put(o, "trays", list);
	list = json_array();
	for (size_t i = 0; i < p->n_covers; i++)
		json_array_append_new(list, pc_fleet_json_text(p->covers[i].name));
	put(o, "covers", list);
	list = json_array();
	for (size_t i = 0; i < p->n_outputs; i++)
		json_array_append_new(list, pc_fleet_json_text(p->outputs[i].name));
	put(o, "outputs", list);
	put_int(o, "finishers", (int64_t)p->n_finishers);
	return o;
}

/* Who is connected now. */
static json_t *
connections(const struct pc_device *dev)
{
	const struct pc_connection *list = NULL;
	size_t n = pc_device_connections(dev, &list);
	json_t *a = json_array();
	for (size_t i = 0; i < n; i++) {
		const struct sockaddr_in at = {.sin_family = AF_INET,
			.sin_port = htons(list[i].peer_port),
			.sin_addr = list[i].peer};
		char address[PC_TEXT_ADDR_MAX];
		json_array_append_new(
			a, json_pack("{s:s,s:i}", "peer", pc_text_from_sockaddr(&at, address),
				   "port", (int)list[i].local_port));
	}
	return a;
}

static json_t *
traffic(const struct pc_device *dev)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_traffic *t = &s->traffic;
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "inDatagrams",
		(json_int_t)t->in_datagrams, "outDatagrams", (json_int_t)t->out_datagrams,
		"inSegments", (json_int_t)t->in_segments, "outSegments",
		(json_int_t)t->out_segments, "inBroadcasts", (json_int_t)t->in_broadcasts,
		"tcpOpens", (json_int_t)s->tcp_opens, "tcpResets", (json_int_t)s->tcp_resets,
		"tcpOpen", (json_int_t)s->tcp_open);
}

static json_t *
firmware(const struct pc_device *dev)
{
	const struct pc_profile *p = pc_device_profile(dev);
	json_t *a = json_array();
	for (size_t i = 0; i < p->n_firmware; i++)
		json_array_append_new(
			a, json_pack("{s:o,s:o}", "name", pc_fleet_json_text(p->firmware[i].name),
				   "version", pc_fleet_json_text(pc_device_firmware(dev, i))));
	return a;
}

json_t *
pc_fleet_json_state(const struct pc_device *dev)
{
	const struct pc_device_state *s = pc_device_state(dev);
	json_t *o = pc_fleet_json_summary(dev);
	char clock[PC_CLOCK_TEXT_MAX];
	put_text(o, "sysName", s->sys_name);
	put_text(o, "sysContact", s->sys_contact);
	put_int(o, "hrDeviceStatus", pc_device_hr_status(dev));
	put_int(o, "hrPrinterStatus", pc_device_hr_printer_status(dev));
	put_int(o, "errorBits", pc_device_error_bits(dev));
	put_int(o, "uptimeMs", (int64_t)(pc_clock_ms(pc_device_clock(dev)) - s->boot_ms));
	put(o, "capabilities", capabilities(pc_device_profile(dev)));
	put(o, "snmpUsers", snmp_users(pc_device_profile(dev)));
	put(o, "supplies", supplies(dev));
	put(o, "trays", trays(dev));
	put(o, "counters", counters(dev));
	put(o, "alerts", alerts(dev));
	put(o, "history", histories(dev));
	put(o, "jobs", jobs(dev));
	put(o, "receivers", receivers(dev));
	put(o, "firmware", firmware(dev));
	put_text(o, "firmwareState", pc_device_firmware_state_name(pc_device_firmware_state(dev)));
	put(o, "traffic", traffic(dev));
	put(o, "connections", connections(dev));
	put_text(o, "clock", pc_clock_rfc3339(pc_device_wall_ns(dev), clock));
	put(o, "faults", faults(dev));
	return o;
}
