/* End-to-end cases of the ES agent: the one that lives in a printer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "conformance/agent-world.h"
#include "conformance/cases.h"

enum { OPERATION_MS = 10000 };

/* The first ES agent and the printer it lives in. */
static bool
es_of(struct pc_case_run *r, struct pc_test_agent *a, const struct pc_printer **p)
{
	if (r->world->n_es == 0) {
		pc_case_inconclusive(r, "no ES agent lives in this fleet");
		return false;
	}
	*a = (struct pc_test_agent){.start_ns = 0};
	pc_text_copy(a->id, sizeof(a->id), r->world->es[0].agent_id);
	*p = &r->world->printers[r->world->es[0].printer - 1];
	if (pc_test_agent_await(r, a, 1, PC_WORLD_WAIT_MS))
		return true;
	pc_check(r, false, "the ES agent uploads its first collection", "one collection", "none");
	return false;
}

static void
own_printer(struct pc_case_run *r)
{
	struct pc_test_agent a;
	const struct pc_printer *p = NULL;
	char address[PC_TEXT_ADDR_MAX];
	char want[32];
	char state[32];
	int64_t life = 0;
	if (!es_of(r, &a, &p))
		return;
	uint64_t since = pc_clock_now_wall_ns();
	json_t *mine = pc_test_agent_collections(r, &a);
	size_t before = json_array_size(mine);
	json_decref(mine);
	long status =
		pc_test_operation(r, p->serial, "collect", state, sizeof(state), OPERATION_MS);
	pc_check(r, status == 201 && strcmp(state, "succeeded") == 0,
		"an ordered collection succeeds", "201, succeeded", "%ld, %s", status, state);
	(void)pc_test_agent_await(r, &a, before + 1, 8000);
	struct pc_packets_to n = pc_site_packets(r, p, since);
	pc_check(r, n.snmp == 0 && n.enpc == 0 && n.lpd == 0,
		"the ES agent sends its own printer no packet for it", "0",
		"%u SNMP, %u ENPC, %u LPD", n.snmp, n.enpc, n.lpd);
	json_t *doc = pc_test_agent_document(r, &a, before);
	const char *type =
		json_string_value(json_object_get(json_object_get(doc, "agent"), "agentType"));
	pc_check(r, type != NULL && strcmp(type, "ES") == 0, "agent.agentType", "ES", "%s",
		type == NULL ? "absent" : type);
	pc_check(r, json_array_size(json_object_get(doc, "devices")) == 1,
		"the document holds exactly one device", "1", "%zu",
		json_array_size(json_object_get(doc, "devices")));
	const json_t *d = pc_document_device(doc, pc_text_from_ipv4(p->address, address));
	const char *serial = json_string_value(json_object_get(d, "serialNumber"));
	pc_check(r, serial != NULL && strcmp(serial, p->serial) == 0,
		"it is the printer the agent lives in", p->serial, "%s",
		serial == NULL ? "absent" : serial);
	struct sockaddr_in to = pc_world_at(r->world, p, 161);
	if (pc_client_snmp_number(&to, PC_OID_LIFE_COUNT, &life)) {
		const json_t *total = json_object_get(json_object_get(d, "pageCounters"), "total");
		snprintf(want, sizeof(want), "%lld", (long long)life);
		pc_check(r, json_integer_value(total) == life,
			"its page count is the one SNMP tells", want, "%lld",
			(long long)json_integer_value(total));
	}
	json_decref(doc);
}

static void
operate(struct pc_case_run *r, const char *type, const char *counter)
{
	struct pc_test_agent a;
	const struct pc_printer *p = NULL;
	char state[32];
	char want[32];
	if (!es_of(r, &a, &p))
		return;
	struct pc_case_run at = *r;
	at.printer = p;
	if (!pc_case_await_idle(&at)) {
		pc_case_inconclusive(r, "the printer did not become idle");
		return;
	}
	int64_t before = pc_case_state_number(&at, counter);
	uint64_t since = pc_clock_now_wall_ns();
	long status = pc_test_operation(r, p->serial, type, state, sizeof(state), OPERATION_MS);
	pc_check(r, status == 201 && strcmp(state, "succeeded") == 0,
		"the operator's order ends as succeeded", "201, succeeded", "%ld, %s", status,
		state);
	struct pc_packets_to n = pc_site_packets(r, p, since);
	pc_check(r, n.snmp == 0 && n.lpd == 0, "no packet goes to the printer for it", "0",
		"%u SNMP, %u LPD", n.snmp, n.lpd);
	(void)pc_case_await_idle(&at);
	int64_t after = pc_case_state_number(&at, counter);
	snprintf(want, sizeof(want), "%lld", (long long)before + 1);
	pc_check(r, after == before + 1, "the printer did it once", want, "%lld", (long long)after);
}

static void
clean(struct pc_case_run *r)
{
	operate(r, "clean", "counters.cleanings");
}

static void
restart(struct pc_case_run *r)
{
	operate(r, "restart", "counters.reboots");
}

static const struct pc_case table[] = {
	{"E2E-ES-001", 1, PC_ROLE_E2E,
		"The ES agent sends the data of the printer it lives in, without a packet to it.",
		"ERS white paper, data collection",
		{"ERS-ARC-03", "ERS-NET-07", "ERS-NET-09", "ERS-OP-10"},
		{{PC_MUTANT_ES, "es-agent-uses-snmp"}, {PC_MUTANT_ES, "agent-wrong-serial"}}, "",
		own_printer},
	{"E2E-ES-002", 1, PC_ROLE_E2E,
		"An operator cleans the heads of a printer with an ES agent.",
		"ERS white paper, remote operation", {"ERS-OP-04", "ERS-OP-14", "ERS-NET-12"},
		{{PC_MUTANT_ES, "agent-no-result"}}, "", clean},
	{"E2E-ES-003", 1, PC_ROLE_E2E, "An operator restarts a printer with an ES agent.",
		"ERS white paper, remote operation", {"ERS-OP-04", "ERS-OP-12"},
		{{PC_MUTANT_ES, "agent-no-result"}}, "", restart},
};

const struct pc_case *
pc_cases_es(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
