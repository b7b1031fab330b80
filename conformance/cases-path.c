/* The main job as one case: printers, agents, cloud and operator, from the first packet to the
 * result of an operation. */
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

static bool
hosts_es(const struct pc_world *w, const struct pc_printer *p)
{
	for (size_t i = 0; i < w->n_es; i++) {
		if (w->es[i].printer == p->number)
			return true;
	}
	return false;
}

/* Every printer but those with an agent of their own, the walked ones and one that stays unlisted.
 */
static size_t
list_printers(struct pc_case_run *r, struct pc_test_agent_options *o)
{
	size_t n = 0;
	o->probed = pc_world_find_printer(r->world, "EPSON", 1);
	for (size_t i = 0; i < r->world->n_printers && n + 1 < PC_AGENT_PRINTERS_MAX; i++) {
		const struct pc_printer *p = &r->world->printers[i];
		if (p != o->probed && !hosts_es(r->world, p))
			o->listed[n++] = p;
	}
	o->listed[n] = NULL;
	return n;
}

static void
collected(struct pc_case_run *r, const struct pc_test_agent *a, size_t listed)
{
	char want[32];
	json_t *doc = pc_test_agent_document(r, a, 0);
	size_t n = json_array_size(json_object_get(doc, "devices"));
	snprintf(want, sizeof(want), "%zu devices", listed);
	pc_check(r, n == listed, "the DC agent's collection holds every listed printer", want,
		"%zu devices", n);
	json_decref(doc);
	for (size_t i = 0; i < r->world->n_es; i++) {
		struct pc_test_agent es = {.start_ns = 0};
		pc_text_copy(es.id, sizeof(es.id), r->world->es[i].agent_id);
		bool came = pc_test_agent_await(r, &es, 1, PC_WORLD_WAIT_MS);
		pc_check(r, came, "the ES agent's collection is there", "one or more", "%s",
			came ? "one or more" : "none");
	}
}

static void
print_job(struct pc_case_run *r, const struct pc_printer *p)
{
	static const char job[] = "one\f two\f three\f";
	struct pc_tcp_client c;
	struct sockaddr_in to = pc_world_at(r->world, p, 9100);
	struct pc_case_run at = *r;
	int64_t before = 0;
	char want[32];
	at.printer = p;
	if (!pc_case_await_idle(&at) ||
		!pc_case_number(&at, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &before))
		return;
	int err = pc_client_tcp_open(&c, &to);
	if (err == PC_OK)
		err = pc_client_tcp_send(&c, job, sizeof(job) - 1);
	pc_client_tcp_close(&c);
	bool printed = pc_case_await_number(&at, PC_OID_LIFE_COUNT, before + 3, true, 8000);
	snprintf(want, sizeof(want), "%lld pages", (long long)before + 3);
	pc_check(r, err == PC_OK && printed, "a job of three pages on port 9100 is printed", want,
		"%s", printed ? want : "another count");
}

static void
order(struct pc_case_run *r, const struct pc_printer *p, const char *type, const char *counter)
{
	char state[32] = "";
	char want[32];
	struct pc_case_run at = *r;
	at.printer = p;
	(void)pc_case_await_idle(&at);
	int64_t before = pc_case_state_number(&at, counter);
	pc_case_step(r, "the operator orders '%s' for %s %s", type, p->model, p->serial);
	long status = pc_test_operation(r, p->serial, type, state, sizeof(state), OPERATION_MS);
	(void)pc_case_await_idle(&at);
	int64_t after = pc_case_state_number(&at, counter);
	pc_check(r, status == 201 && strcmp(state, "succeeded") == 0,
		"the operation ordered by the operator succeeds", "201, succeeded", "%ld, %s",
		status, state[0] == '\0' ? "no end" : state);
	snprintf(want, sizeof(want), "%lld", (long long)before + 1);
	pc_check(r, after == before + 1, counter, want, "%lld", (long long)after);
}

static void
whole_path(struct pc_case_run *r)
{
	struct pc_test_agent a;
	struct pc_test_agent_options o = {.listed = {NULL}};
	const struct pc_printer *epson = pc_world_find_printer(r->world, "EPSON", 0);
	const struct pc_printer *xerox = pc_world_find_printer(r->world, "Xerox", 0);
	const struct pc_printer *laser = pc_world_find_printer(r->world, "Lindgren", 0);
	size_t listed = list_printers(r, &o);
	if (epson == NULL || xerox == NULL || o.probed == NULL) {
		pc_case_inconclusive(r, "the fleet needs two Epson printers and a Xerox one");
		return;
	}
	pc_case_step(r, "the DC agent collects %zu printers", listed);
	if (!pc_test_agent_start(r, &o, &a))
		return;
	pc_text_copy(r->world->path_agent, sizeof(r->world->path_agent), a.id);
	collected(r, &a, listed);
	order(r, epson, "clean", "counters.cleanings");
	order(r, xerox, "restart", "counters.reboots");
	print_job(r, laser == NULL ? xerox : laser);
	struct pc_packets_to n = pc_site_packets(r, o.probed, a.start_ns);
	pc_check(r, n.snmp == 0 && n.lpd == 0 && n.other == 0,
		"the printer that is not on the list got nothing but discovery",
		"0 SNMP, 0 LPD, 0 other", "%u SNMP, %u LPD, %u other", n.snmp, n.lpd, n.other);
}

static const struct pc_case table[] = {
	{"E2E-PATH-001", 1, PC_ROLE_E2E,
		"Collection, print job, head cleaning and restart go the whole path.",
		"ERS white paper, architecture and remote operation",
		{"ERS-ARC-01", "ERS-ARC-02", "ERS-ARC-03", "ERS-ARC-07", "ERS-SEC-03", "ERS-OP-11",
			"ERS-OP-13"},
		{{PC_MUTANT_AGENT, "agent-collects-unlisted"},
			{PC_MUTANT_DEVICE, "cleaning-ignored"},
			{PC_MUTANT_SERVER, "result-ignored"}},
		"", whole_path},
};

const struct pc_case *
pc_cases_path(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
