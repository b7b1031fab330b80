/* End-to-end cases: printer, agent, cloud and operator agree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "conformance/agent-world.h"
#include "conformance/cases.h"

enum { OPERATION_MS = 30000 };

static struct pc_case_run
at_printer(const struct pc_case_run *r, const struct pc_printer *p)
{
	struct pc_case_run at = *r;
	at.printer = p;
	return at;
}

/* A page on each printer: what an earlier collection told is not true any more. */
static bool
print_a_page(struct pc_case_run *r, const struct pc_test_agent_options *o)
{
	for (size_t i = 0; o->listed[i] != NULL; i++) {
		struct pc_case_run at = at_printer(r, o->listed[i]);
		if (!pc_world_printer(r->world, o->listed[i]->number, "print", "{\"pages\":1}")) {
			pc_case_error(
				r, "%s: the control API refused the job", o->listed[i]->model);
			return false;
		}
		if (!pc_case_await_idle(&at)) {
			pc_case_inconclusive(r, "%s did not print the page", o->listed[i]->model);
			return false;
		}
	}
	return true;
}

/* One agent over the first printer of each model. */
static bool
agent_over_models(struct pc_case_run *r, struct pc_test_agent_options *o, struct pc_test_agent *a)
{
	size_t n = 0;
	for (size_t i = 0; i < r->world->n_printers && n + 1 < PC_AGENT_PRINTERS_MAX; i++) {
		const struct pc_printer *p = &r->world->printers[i];
		bool seen = p->from_walk;
		for (size_t k = 0; k < n; k++)
			seen = seen || strcmp(o->listed[k]->profile, p->profile) == 0;
		if (!seen)
			o->listed[n++] = p;
	}
	o->listed[n] = NULL;
	for (size_t i = 0; i < n; i++) {
		struct pc_case_run at = at_printer(r, o->listed[i]);
		if (!pc_case_await_idle(&at)) {
			pc_case_inconclusive(r, "%s did not become idle", o->listed[i]->model);
			return false;
		}
	}
	return print_a_page(r, o) && pc_test_agent_start(r, o, a);
}

static void
compare_printer(struct pc_case_run *r, const struct pc_printer *p)
{
	char path[96];
	char want[32];
	int64_t life = 0;
	struct pc_diag diag = {{0}};
	struct sockaddr_in to = pc_world_at(r->world, p, 161);
	snprintf(path, sizeof(path), "/portal/v1/devices/%.64s", p->serial);
	json_t *j = pc_world_portal(r->world, "GET", path, NULL, false, NULL, &diag);
	const json_t *d = json_object_get(j, "device");
	const char *serial = json_string_value(json_object_get(d, "serialNumber"));
	const char *mac = json_string_value(json_object_get(d, "macAddress"));
	pc_check(r, serial != NULL && strcmp(serial, p->serial) == 0,
		"the portal shows the printer under its serial number", p->serial, "%s",
		serial == NULL ? "absent" : serial);
	pc_check(r, mac != NULL && strcasecmp(mac, p->mac) == 0, "with its MAC address", p->mac,
		"%s", mac == NULL ? "absent" : mac);
	const json_t *total = json_object_get(json_object_get(d, "pageCounters"), "total");
	if (!pc_client_snmp_number(&to, PC_OID_LIFE_COUNT, &life))
		pc_case_inconclusive(r, "%s: prtMarkerLifeCount could not be read", p->model);
	snprintf(want, sizeof(want), "%lld", (long long)life);
	pc_check(r, json_is_integer(total) && json_integer_value(total) == life,
		"with the page count that SNMP tells", want, "%lld",
		json_is_integer(total) ? (long long)json_integer_value(total) : -1);
	pc_check(r, json_array_size(json_object_get(d, "consumables")) > 0, "with its consumables",
		"one or more", "%zu", json_array_size(json_object_get(d, "consumables")));
	json_decref(j);
}

static void
collected_equals(struct pc_case_run *r)
{
	struct pc_test_agent a;
	struct pc_test_agent_options o = {.listed = {NULL}};
	if (!agent_over_models(r, &o, &a))
		return;
	for (size_t i = 0; o.listed[i] != NULL; i++)
		compare_printer(r, o.listed[i]);
}

static void
print_then_collect(struct pc_case_run *r)
{
	static const char job[] = "one\f two\f three\f";
	struct pc_test_agent a;
	struct pc_test_agent_options o = {.listed = {NULL}};
	struct pc_tcp_client c;
	char state[32];
	char address[PC_TEXT_ADDR_MAX];
	char want[32];
	if (!agent_over_models(r, &o, &a))
		return;
	struct pc_case_run at = at_printer(r, o.listed[0]);
	struct sockaddr_in to = pc_world_at(r->world, o.listed[0], 9100);
	pc_text_from_ipv4(o.listed[0]->address, address);
	json_t *before = pc_test_agent_document(r, &a, 0);
	int64_t pages = json_integer_value(json_object_get(
		json_object_get(pc_document_device(before, address), "pageCounters"), "total"));
	json_decref(before);
	if (pc_client_tcp_open(&c, &to) != PC_OK ||
		pc_client_tcp_send(&c, job, sizeof(job) - 1) != PC_OK)
		pc_case_inconclusive(r, "port 9100 did not take the job");
	pc_client_tcp_close(&c);
	int64_t counted = pages + 3;
	(void)pc_case_await_number(&at, PC_OID_LIFE_COUNT, counted, true, 8000);
	(void)pc_case_await_idle(&at);
	(void)pc_test_operation(
		r, o.listed[0]->serial, "collect", state, sizeof(state), OPERATION_MS);
	(void)pc_test_agent_await(r, &a, 2, 8000);
	json_t *after = pc_test_agent_document(r, &a, 1);
	int64_t now = json_integer_value(json_object_get(
		json_object_get(pc_document_device(after, address), "pageCounters"), "total"));
	json_decref(after);
	snprintf(want, sizeof(want), "%lld", (long long)counted);
	pc_check(r, now == counted, "three pages printed on port 9100 are in the next collection",
		want, "%lld", (long long)now);
}

static int64_t
counter_of(struct pc_case_run *r, const struct pc_printer *p, const char *path)
{
	struct pc_case_run at = at_printer(r, p);
	return pc_case_state_number(&at, path);
}

/* Order one operation on one printer and expect its counter to move by one. */
static void
operate(struct pc_case_run *r, const struct pc_printer *p, const char *type, const char *counter,
	const char *cleaning)
{
	struct pc_test_agent a;
	struct pc_test_agent_options o = {.listed = {p, NULL}, .cleaning = cleaning};
	char state[32] = "";
	char want[32];
	if (p == NULL) {
		pc_case_inconclusive(r, "the fleet has no printer for this operation");
		return;
	}
	struct pc_case_run at = at_printer(r, p);
	if (!pc_case_await_idle(&at) || !pc_test_agent_start(r, &o, &a))
		return;
	int64_t before = counter_of(r, p, counter);
	long status = pc_test_operation(r, p->serial, type, state, sizeof(state), OPERATION_MS);
	pc_check(r, status == 201, "the operator's order is taken", "201", "%ld", status);
	pc_check(r, strcmp(state, "succeeded") == 0, "it ends as succeeded", "succeeded", "%s",
		state[0] == '\0' ? "no end" : state);
	(void)pc_case_await_idle(&at);
	int64_t after = counter_of(r, p, counter);
	snprintf(want, sizeof(want), "%lld", (long long)before + 1);
	pc_check(r, after == before + 1, "the printer did it once", want, "%lld", (long long)after);
}

static void
clean_by_lpd(struct pc_case_run *r)
{
	operate(r, pc_world_find_printer(r->world, "EPSON", 0), "clean", "counters.cleanings",
		"lpd");
}

static void
clean_by_snmp(struct pc_case_run *r)
{
	operate(r, pc_world_find_printer(r->world, "EPSON", 0), "clean", "counters.cleanings",
		"snmp");
}

static void
restart(struct pc_case_run *r)
{
	operate(r, pc_world_find_printer(r->world, "Xerox", 0), "restart", "counters.reboots",
		NULL);
}

static const struct pc_case table[] = {
	{"E2E-FLEET-001", 1, PC_ROLE_E2E, "What the portal shows is what the printers tell.",
		"ERS white paper, architecture and transmitted data",
		{"ERS-ARC-02", "ERS-ARC-04", "ERS-ARC-06", "ERS-DAT-016", "ERS-DAT-017",
			"ERS-DAT-030"},
		{{PC_MUTANT_AGENT, "agent-wrong-serial"}, {PC_MUTANT_SERVER, "device-data-stale"}},
		"", collected_equals},
	{"E2E-RAW-001", 1, PC_ROLE_E2E, "Printed pages are in the next collection.",
		"ERS white paper, transmitted data", {"ERS-DAT-026", "ERS-OP-09"},
		{{PC_MUTANT_DEVICE, "job-counter-frozen"}}, "", print_then_collect},
	{"E2E-LPD-001", 1, PC_ROLE_E2E, "An operator cleans the heads of a printer over LPD.",
		"ERS white paper, remote operation", {"ERS-OP-13", "ERS-OP-05", "ERS-NET-19"},
		{{PC_MUTANT_DEVICE, "cleaning-ignored"},
			{PC_MUTANT_SERVER, "operation-wrong-topic"},
			{PC_MUTANT_AGENT, "agent-no-result"}},
		"", clean_by_lpd},
	{"E2E-SNMP-001", 1, PC_ROLE_E2E, "An operator restarts a printer.",
		"ERS white paper, remote operation", {"ERS-OP-11", "ERS-NET-18", "ERS-DEV-08"},
		{{PC_MUTANT_DEVICE, "snmp-reset-ignored"}}, "", restart},
	{"E2E-SNMP-002", 1, PC_ROLE_E2E, "An operator cleans the heads of a printer over SNMP.",
		"ERS white paper, remote operation; OQ-16", {"ERS-OP-13", "ERS-NET-17"},
		{{PC_MUTANT_DEVICE, "snmp-set-not-applied"}, {PC_MUTANT_AGENT, "agent-no-result"}},
		"", clean_by_snmp},
};

const struct pc_case *
pc_cases_e2e(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
