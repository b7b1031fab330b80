/* Agent cases: what a DC agent owes the printers, the network and the cloud. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "conformance/agent-world.h"
#include "conformance/cases.h"
#include "conformance/document.h"

enum { OPERATION_MS = 25000, ONCE_MS = 30000, JOURNAL_SHORT = 100 };

/* The printers every agent case uses: two listed Epsons or what there is, one unlisted. */
struct cast {
	const struct pc_printer *first, *second, *unlisted;
};

static bool
choose(struct pc_case_run *r, struct cast *c)
{
	c->first = pc_world_find_printer(r->world, "EPSON", 0);
	c->unlisted = pc_world_find_printer(r->world, "EPSON", 1);
	c->second = pc_world_find_printer(r->world, "Xerox", 0);
	if (c->first != NULL && c->unlisted != NULL && c->second != NULL)
		return true;
	pc_case_inconclusive(r, "the fleet needs two Epson printers and a Xerox one");
	return false;
}

static bool
start_with(struct pc_case_run *r, const struct cast *c, struct pc_test_agent *a)
{
	struct pc_test_agent_options o = {
		.listed = {c->first, c->second, NULL}, .probed = c->unlisted};
	return pc_test_agent_start(r, &o, a);
}

static void
only_listed(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	char address[PC_TEXT_ADDR_MAX];
	if (!choose(r, &c) || !start_with(r, &c, &a))
		return;
	json_t *d = pc_test_agent_document(r, &a, 0);
	pc_check(r, json_array_size(json_object_get(d, "devices")) == 2,
		"the collection holds the two listed printers", "2 devices", "%zu devices",
		json_array_size(json_object_get(d, "devices")));
	pc_text_from_ipv4(c.unlisted->address, address);
	char *text = d == NULL ? NULL : json_dumps(d, 0);
	pc_check(r,
		text != NULL && strstr(text, c.unlisted->serial) == NULL &&
			strstr(text, address) == NULL && strstr(text, c.unlisted->mac) == NULL,
		"serial, MAC and address of the other printer occur nowhere in it", "absent", "%s",
		text == NULL ? "no document" : "see verdict");
	free(text);
	json_decref(d);
	struct pc_packets_to n = pc_site_packets(r, c.unlisted, a.start_ns);
	pc_check(r, n.enpc > 0, "the other printer was probed by discovery", "ENPC packets", "%u",
		n.enpc);
	pc_check(r, n.snmp == 0 && n.lpd == 0 && n.other == 0,
		"beyond discovery no packet went to it", "0 SNMP, 0 LPD, 0 other",
		"%u SNMP, %u LPD, %u other", n.snmp, n.lpd, n.other);
	n = pc_site_packets(r, c.first, a.start_ns);
	pc_check(r, n.snmp > 0, "the listed printer was read over SNMP", "SNMP packets", "%u",
		n.snmp);
}

static void
true_values(struct pc_case_run *r)
{
	static const char *const members[] = {"serialNumber", "macAddress", "model"};
	struct cast c;
	struct pc_test_agent a;
	char address[PC_TEXT_ADDR_MAX];
	if (!choose(r, &c) || !start_with(r, &c, &a))
		return;
	json_t *doc = pc_test_agent_document(r, &a, 0);
	const json_t *d = pc_document_device(doc, pc_text_from_ipv4(c.first->address, address));
	const char *const want[] = {c.first->serial, c.first->mac, c.first->model};
	for (size_t i = 0; i < 3; i++) {
		const char *got = json_string_value(json_object_get(d, members[i]));
		pc_check(r, got != NULL && strcasecmp(got, want[i]) == 0, members[i], want[i], "%s",
			got == NULL ? "absent" : got);
	}
	const char *vendor =
		json_string_value(json_object_get(json_object_get(doc, "agent"), "vendorName"));
	const char *id =
		json_string_value(json_object_get(json_object_get(doc, "agent"), "agentId"));
	pc_check(r, vendor != NULL && strcmp(vendor, "EPSON") == 0, "agent.vendorName", "EPSON",
		"%s", vendor == NULL ? "absent" : vendor);
	pc_check(r, id != NULL && strcmp(id, a.id) == 0, "agent.agentId", a.id, "%s",
		id == NULL ? "absent" : id);
	json_decref(doc);
}

static unsigned
nulls_in(const json_t *j)
{
	unsigned n = json_is_null(j) ? 1 : 0;
	const char *key;
	json_t *v;
	size_t i;
	if (json_is_object(j)) {
		json_object_foreach((json_t *)(uintptr_t)j, key, v) n += nulls_in(v);
	} else if (json_is_array(j)) {
		json_array_foreach(j, i, v) n += nulls_in(v);
	}
	return n;
}

/* The world's cloud again, after pc_server_with_fault(). */
static bool
sound_server(struct pc_case_run *r)
{
	struct pc_diag diag = {{0}};
	pc_subject_stop(&r->world->agent);
	if (pc_world_cloud_start(r->world, &diag) == PC_OK)
		return true;
	pc_case_error(r, "%s", diag.text);
	return false;
}

static void
absent_not_null(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	char address[PC_TEXT_ADDR_MAX];
	struct pc_test_agent_options o = {.listed = {NULL}};
	if (!choose(r, &c))
		return;
	const struct pc_printer *laser = pc_world_find_printer(r->world, "Lindgren", 0);
	o.listed[0] = c.first;
	o.listed[1] = laser == NULL ? c.second : laser;
	/* A cloud that takes every document, so that a wrong one can be looked at. */
	if (!pc_server_with_fault(r, "upload-schema-unchecked"))
		return;
	bool started = pc_test_agent_start(r, &o, &a);
	if (!started) {
		(void)sound_server(r);
		return;
	}
	json_t *doc = pc_test_agent_document(r, &a, 0);
	unsigned nulls = nulls_in(doc);
	pc_check(r, doc != NULL && nulls == 0, "nothing in the document is null", "0", "%u", nulls);
	const json_t *d = pc_document_device(doc, pc_text_from_ipv4(o.listed[1]->address, address));
	const json_t *functions = json_object_get(json_object_get(d, "pageCounters"), "byFunction");
	pc_check(r, d != NULL && json_object_get(functions, "fax") == NULL,
		"a printer without fax reports no fax counter", "absent", "%s",
		d == NULL ? "no device" : "see verdict");
	json_decref(doc);
	sound_server(r);
}

static void
uploaded_once(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	char state[32];
	if (!choose(r, &c) || !start_with(r, &c, &a))
		return;
	/* The on-demand collection comes after everything the first one could still send. */
	(void)pc_test_operation(r, c.first->serial, "collect", state, sizeof(state), OPERATION_MS);
	(void)pc_test_agent_await(r, &a, 2, 8000);
	json_t *mine = pc_test_agent_collections(r, &a);
	pc_check(r, json_array_size(mine) == 2,
		"one collection is there for each run: the first one and the one ordered",
		"2 collections", "%zu collections", json_array_size(mine));
	json_decref(mine);
}

/* Cloud down while the agent collects: the document must come later. */
static void
kept_while_down(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	struct pc_diag diag = {{0}};
	if (!choose(r, &c) || !start_with(r, &c, &a))
		return;
	pc_case_step(r, "the cloud is killed");
	pc_subject_kill(&r->world->cloud);
	pc_subject_stop(&r->world->agent);
	pc_case_step(r, "the agent collects once; the upload cannot succeed");
	(void)pc_test_agent_once(r, &a, ONCE_MS);
	pc_case_step(r, "the cloud comes back, the agent runs again");
	if (pc_world_cloud_start(r->world, &diag) != PC_OK) {
		pc_case_error(r, "%s", diag.text);
		return;
	}
	if (pc_case_over(r) || !pc_test_agent_launch(r, &a))
		return;
	/* Its first, the one kept, and the initial one of the last start. */
	bool all = pc_test_agent_await(r, &a, 3, PC_WORLD_WAIT_MS);
	json_t *mine = pc_test_agent_collections(r, &a);
	pc_check(r, all, "the collection made while the cloud was down is uploaded later",
		"3 collections", "%zu collections", json_array_size(mine));
	json_decref(mine);
}

/* The journal read entry by entry: how far, and where the two were. */
struct journal_wait {
	struct pc_case_run *r;
	const char *agent_id;
	int64_t read, chain, mqtt; /* numbers of entries; -1 = not seen */
};

static void
journal_entry(struct journal_wait *w, const json_t *e)
{
	char *text = json_dumps(e, JSON_COMPACT);
	w->read = json_integer_value(json_object_get(e, "n"));
	if (text != NULL && strstr(text, w->agent_id) != NULL) {
		if (w->chain < 0 && strstr(text, "server-chain.pem") != NULL)
			w->chain = w->read;
		if (w->mqtt < 0 && strstr(text, "mqttConnect") != NULL)
			w->mqtt = w->read;
	}
	free(text);
}

/* Reads on from where it stood, page by page. A short page is the last: each reading is an entry
 * or two itself. */
static bool
mqtt_seen(void *arg)
{
	struct journal_wait *w = arg;
	struct pc_diag diag = {{0}};
	char path[64];
	size_t n = JOURNAL_SHORT;
	while (n >= JOURNAL_SHORT) {
		size_t i;
		const json_t *e;
		snprintf(path, sizeof(path), "/portal/v1/journal?since=%lld", (long long)w->read);
		json_t *j = pc_world_portal(w->r->world, "GET", path, NULL, false, NULL, &diag);
		n = json_array_size(json_object_get(j, "entries"));
		json_array_foreach(json_object_get(j, "entries"), i, e) journal_entry(w, e);
		json_decref(j);
	}
	return w->mqtt >= 0;
}

static void
chain_first(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	if (!choose(r, &c) || !start_with(r, &c, &a))
		return;
	struct journal_wait w = {r, a.id, 0, -1, -1};
	if (!pc_world_await(mqtt_seen, &w, 8000)) {
		pc_case_inconclusive(r, "the agent made no MQTT connection");
		return;
	}
	bool first = w.chain >= 0 && w.chain < w.mqtt;
	pc_check(r, first, "the server's chain is fetched before the first MQTT connect",
		"chain, then CONNECT", "%s",
		first          ? "chain, then CONNECT"
		: w.chain >= 0 ? "CONNECT, then chain"
			       : "CONNECT without chain");
}

/* A server that cannot prove its name gets no application byte. */
static void
wrong_server(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	if (!choose(r, &c))
		return;
	struct pc_test_agent_options o = {.listed = {c.first, NULL}};
	if (!pc_test_agent_prepare(r, &o, &a) || !pc_server_with_fault(r, "tls-self-signed"))
		return;
	if (pc_test_agent_launch(r, &a) && !pc_test_agent_await_log(r, &a, "not taken", 6000))
		pc_case_step(r, "the agent logged no refused upload");
	if (!sound_server(r))
		return;
	json_t *mine = pc_test_agent_collections(r, &a);
	pc_check(r, json_array_size(mine) == 0,
		"no document goes to a server with a self-signed certificate", "0 collections",
		"%zu collections", json_array_size(mine));
	json_decref(mine);
}

bool
pc_server_with_fault(struct pc_case_run *r, const char *fault)
{
	struct pc_diag diag = {{0}};
	pc_subject_stop(&r->world->agent);
	const char *before = r->world->cloud_fault;
	r->world->cloud_fault = fault;
	int err = pc_world_cloud_start(r->world, &diag);
	r->world->cloud_fault = before;
	if (err == PC_OK)
		return true;
	pc_case_error(r, "%s", diag.text);
	return false;
}

static void
on_demand(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	char state[32];
	if (!choose(r, &c) || !start_with(r, &c, &a))
		return;
	long status = pc_test_operation(
		r, c.first->serial, "collect", state, sizeof(state), OPERATION_MS);
	pc_check(r, status == 201, "the order is taken", "201", "%ld", status);
	pc_check(r, strcmp(state, "succeeded") == 0, "the agent reports the outcome", "succeeded",
		"%s", state);
	(void)pc_test_agent_await(r, &a, 2, 8000);
	json_t *doc = pc_test_agent_document(r, &a, 1);
	const char *type =
		json_string_value(json_object_get(json_object_get(doc, "agent"), "collectionType"));
	size_t n = json_array_size(json_object_get(doc, "devices"));
	pc_check(r, n == 1, "the collection holds just the printer named", "1 device",
		"%zu devices", n);
	pc_check(r, type != NULL && strcmp(type, "onDemand") == 0,
		"its collection type is onDemand", "onDemand", "%s",
		type == NULL ? "absent" : type);
	json_decref(doc);
}

/* Read a device's cleaning counter over the control API. */
static int64_t
cleanings_of(struct pc_case_run *r, const struct pc_printer *p)
{
	struct pc_case_run at = *r;
	at.printer = p;
	return pc_case_state_number(&at, "counters.cleanings");
}

static bool
idle_of(struct pc_case_run *r, const struct pc_printer *p)
{
	struct pc_case_run at = *r;
	at.printer = p;
	return pc_case_await_idle(&at);
}

static void
command_once(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	char id[37];
	char state[32] = "";
	char again[32] = "";
	char want[16];
	if (!choose(r, &c) || !start_with(r, &c, &a))
		return;
	pc_document_uuid(id);
	(void)idle_of(r, c.first);
	int64_t before = cleanings_of(r, c.first);
	(void)pc_test_command(
		r, &a, id, "clean", c.first->serial, 300, state, sizeof(state), OPERATION_MS);
	(void)idle_of(r, c.first);
	(void)pc_test_command(r, &a, id, "clean", c.first->serial, 300, again, sizeof(again), 6000);
	(void)idle_of(r, c.first);
	int64_t after = cleanings_of(r, c.first);
	snprintf(want, sizeof(want), "%lld", (long long)before + 1);
	pc_check(r, strcmp(state, "succeeded") == 0, "the command is carried out", "succeeded",
		"%s", state[0] == '\0' ? "no result" : state);
	pc_check(r, after == before + 1, "the same commandId again cleans nothing again", want,
		"%lld", (long long)after);
}

static void
command_expired(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	char id[37];
	char state[32] = "";
	char want[16];
	if (!choose(r, &c) || !start_with(r, &c, &a))
		return;
	pc_document_uuid(id);
	(void)idle_of(r, c.first);
	int64_t before = cleanings_of(r, c.first);
	(void)pc_test_command(
		r, &a, id, "clean", c.first->serial, -60, state, sizeof(state), 15000);
	(void)idle_of(r, c.first);
	int64_t after = cleanings_of(r, c.first);
	snprintf(want, sizeof(want), "%lld", (long long)before);
	pc_check(r, strcmp(state, "expired") == 0, "an expired command is answered so", "expired",
		"%s", state[0] == '\0' ? "no result" : state);
	pc_check(r, after == before, "and is not carried out", want, "%lld", (long long)after);
}

static void
command_unlisted(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	char id[37];
	char state[32] = "";
	if (!choose(r, &c))
		return;
	struct pc_test_agent_options o = {.listed = {c.first, NULL}, .probed = c.unlisted};
	if (!pc_test_agent_start(r, &o, &a))
		return;
	pc_document_uuid(id);
	(void)pc_test_command(
		r, &a, id, "clean", c.unlisted->serial, 300, state, sizeof(state), 15000);
	struct pc_packets_to n = pc_site_packets(r, c.unlisted, a.start_ns);
	pc_check(r, strcmp(state, "rejected") == 0,
		"a command for a printer that is not on the list is rejected", "rejected", "%s",
		state[0] == '\0' ? "no result" : state);
	pc_check(r, n.snmp == 0 && n.lpd == 0 && n.other == 0, "and no packet goes to that printer",
		"0 SNMP, 0 LPD, 0 other", "%u SNMP, %u LPD, %u other", n.snmp, n.lpd, n.other);
}

static void
dead_printer(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	char address[PC_TEXT_ADDR_MAX];
	static const char nobody[] = "127.199.1.9";
	if (!choose(r, &c))
		return;
	/* The dead one is listed before the second printer by switching the first one off. */
	struct pc_test_agent_options o = {
		.listed = {c.first, c.second, NULL}, .dead_address = nobody};
	(void)idle_of(r, c.first);
	(void)pc_world_printer(r->world, c.first->number, "power", "{\"on\":false}");
	if (pc_test_agent_start(r, &o, &a)) {
		json_t *doc = pc_test_agent_document(r, &a, 0);
		const json_t *live =
			pc_document_device(doc, pc_text_from_ipv4(c.second->address, address));
		const char *live_status = json_string_value(json_object_get(live, "status"));
		pc_check(r, live_status != NULL && strcmp(live_status, "unreachable") != 0,
			"the printer that answers is collected", "a status", "%s",
			live_status == NULL ? "absent" : live_status);
		const json_t *off =
			pc_document_device(doc, pc_text_from_ipv4(c.first->address, address));
		const char *off_status = json_string_value(json_object_get(off, "status"));
		pc_check(r, off_status != NULL && strcmp(off_status, "unreachable") == 0,
			"the one that is switched off is reported so", "unreachable", "%s",
			off_status == NULL ? "absent" : off_status);
		const json_t *dead = pc_document_device(doc, nobody);
		const char *dead_status = json_string_value(json_object_get(dead, "status"));
		pc_check(r, dead_status != NULL && strcmp(dead_status, "unreachable") == 0,
			"so is the address where nobody lives", "unreachable", "%s",
			dead_status == NULL ? "absent" : dead_status);
		json_decref(doc);
	}
	(void)pc_world_printer(r->world, c.first->number, "power", "{\"on\":true}");
	(void)idle_of(r, c.first);
}

static void
check_before_cleaning(struct pc_case_run *r)
{
	struct cast c;
	struct pc_test_agent a;
	char state[32] = "";
	if (!choose(r, &c) || !start_with(r, &c, &a))
		return;
	(void)idle_of(r, c.first);
	(void)pc_world_printer(r->world, c.first->number, "power", "{\"on\":false}");
	struct pc_packets_to before = pc_site_packets(r, c.first, a.start_ns);
	(void)pc_test_operation(r, c.first->serial, "clean", state, sizeof(state), OPERATION_MS);
	struct pc_packets_to after = pc_site_packets(r, c.first, a.start_ns);
	(void)pc_world_printer(r->world, c.first->number, "power", "{\"on\":true}");
	pc_check(r, strcmp(state, "failed") == 0, "cleaning a printer that is off ends as failed",
		"failed", "%s", state[0] == '\0' ? "no end" : state);
	pc_check(r, after.snmp > before.snmp, "the agent asked over SNMP whether it is active",
		"SNMP packets", "%u", after.snmp - before.snmp);
	pc_check(r, after.lpd == before.lpd, "no LPD packet followed", "0", "%u",
		after.lpd - before.lpd);
	(void)idle_of(r, c.first);
}

static const struct pc_case table[] = {
	{"AGT-FLEET-001", 1, PC_ROLE_AGENT,
		"A printer that is not on the device list gets no packet beyond discovery.",
		"ERS white paper, data collection security",
		{"ERS-SEC-02", "ERS-SEC-03", "ERS-NET-02", "ERS-NET-06"},
		{{PC_MUTANT_AGENT, "agent-collects-unlisted"}}, "", only_listed},
	{"AGT-FLEET-002", 1, PC_ROLE_AGENT, "A dead printer stops nothing and is reported.",
		"ERS white paper, data collection", {"ERS-DAT-018", "ERS-DAT-020"},
		{{PC_MUTANT_AGENT, "agent-stops-at-dead-printer"}}, "", dead_printer},
	{"AGT-HTTP-001", 1, PC_ROLE_AGENT, "The document tells what the printers told.",
		"ERS white paper, transmitted data",
		{"ERS-DAT-002", "ERS-DAT-005", "ERS-DAT-013", "ERS-DAT-016", "ERS-DAT-017"},
		{{PC_MUTANT_AGENT, "agent-wrong-serial"}}, "", true_values},
	{"AGT-HTTP-002", 1, PC_ROLE_AGENT, "What a printer does not have is absent, never null.",
		"ERS white paper, transmitted data", {"ERS-FMT-01", "ERS-FMT-03"},
		{{PC_MUTANT_AGENT, "agent-null-fields"}}, "", absent_not_null},
	{"AGT-HTTP-003", 1, PC_ROLE_AGENT, "Each collection is uploaded once.", "OQ-06",
		{"ERS-NET-10", "ERS-SCH-02"}, {{PC_MUTANT_AGENT, "agent-duplicates-upload"}}, "",
		uploaded_once},
	{"AGT-HTTP-004", 1, PC_ROLE_AGENT, "A document the cloud could not take is sent later.",
		"OQ-06", {"ERS-SCH-01", "ERS-NET-10"}, {{PC_MUTANT_AGENT, "agent-no-spool"}}, "",
		kept_while_down},
	{"AGT-HTTP-005", 1, PC_ROLE_AGENT, "The server's chain is fetched before MQTT.",
		"ERS white paper, remote operation", {"ERS-OP-08", "ERS-NET-13", "ERS-NET-15"},
		{{PC_MUTANT_AGENT, "agent-skips-chain"}}, "", chain_first},
	{"AGT-TLS-001", 1, PC_ROLE_AGENT, "A server that cannot prove its name gets no data.",
		"ERS white paper, annex SSL; RFC 9525", {"ERS-SEC-06", "ERS-SEC-08"},
		{{PC_MUTANT_AGENT, "agent-accepts-any-certificate"}}, "", wrong_server},
	{"AGT-MQTT-001", 1, PC_ROLE_AGENT, "An ordered collection covers just the printer named.",
		"ERS white paper, remote operation", {"ERS-OP-09", "ERS-DAT-006", "ERS-OP-24"},
		{{PC_MUTANT_AGENT, "agent-plain-collection-type"},
			{PC_MUTANT_AGENT, "agent-no-result"}},
		"", on_demand},
	{"AGT-MQTT-002", 1, PC_ROLE_AGENT, "A repeated command is carried out once.", "OQ-05",
		{"ERS-OP-07", "ERS-OP-13"}, {{PC_MUTANT_AGENT, "agent-runs-command-twice"}}, "",
		command_once},
	{"AGT-MQTT-003", 1, PC_ROLE_AGENT, "An expired command is not carried out.", "OQ-05",
		{"ERS-OP-07"}, {{PC_MUTANT_AGENT, "agent-runs-expired-command"}}, "",
		command_expired},
	{"AGT-MQTT-004", 1, PC_ROLE_AGENT,
		"A command for a printer that is not on the list is rejected without a packet.",
		"ERS white paper, remote operation security", {"ERS-SEC-14", "ERS-OP-17"},
		{{PC_MUTANT_AGENT, "agent-operates-unlisted"}}, "", command_unlisted},
	{"AGT-LPD-001", 1, PC_ROLE_AGENT,
		"The agent asks whether a printer is active before it cleans its heads.",
		"ERS white paper, remote operation", {"ERS-OP-16", "ERS-NET-16"},
		{{PC_MUTANT_AGENT, "agent-clean-without-check"}}, "", check_before_cleaning},
};

const struct pc_case *
pc_cases_agent(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
