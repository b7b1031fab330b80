/* Tests of the catalogue: every case is whole, and its defects exist where they are to be seeded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "agents/faults.h"
#include "cloud/faults.h"
#include "conformance/cases.h"
#include "conformance/catalogue.h"
#include "services/services.h"
#include "snmp/faults.h"

static size_t
fill(const struct pc_case *cases[PC_CATALOGUE_MAX])
{
	size_t n = pc_catalogue_fill(cases);
	assert_true(n > 60 && n < PC_CATALOGUE_MAX);
	return n;
}

/* "DEV-SNMP-001" */
static bool
is_id(const char *id, const char *prefix)
{
	const char *area = id + strlen(prefix);
	if (strncmp(id, prefix, strlen(prefix)) != 0 || !isupper((unsigned char)*area))
		return false;
	while (isupper((unsigned char)*area) || isdigit((unsigned char)*area))
		area++;
	return area[0] == '-' && strspn(area + 1, "0123456789") == 3 && area[4] == '\0';
}

static void
test_ids(void **state)
{
	static const char *const prefixes[] = {"DEV-", "AGT-", "SRV-", "E2E-"};
	const struct pc_case *cases[PC_CATALOGUE_MAX];
	size_t n = fill(cases);
	(void)state;
	for (size_t i = 0; i < n; i++) {
		if (!is_id(cases[i]->id, prefixes[cases[i]->role]))
			fail_msg("%s: not ROLE-AREA-NNN of its role", cases[i]->id);
		if (i > 0 && strcmp(cases[i - 1]->id, cases[i]->id) >= 0)
			fail_msg("%s: twice, or not in order", cases[i]->id);
	}
}

static void
test_whole(void **state)
{
	const struct pc_case *cases[PC_CATALOGUE_MAX];
	size_t n = fill(cases);
	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct pc_case *c = cases[i];
		size_t title = strlen(c->title);
		if (c->rev == 0 || c->run == NULL || c->applies == NULL)
			fail_msg("%s: no revision, function or condition", c->id);
		if (title < 10 || c->title[title - 1] != '.' ||
			!isupper((unsigned char)c->title[0]))
			fail_msg("%s: the title is not a sentence", c->id);
		if (c->clauses == NULL || c->clauses[0] == '\0')
			fail_msg("%s: no clause", c->id);
		if (c->requirements[0] == NULL)
			fail_msg("%s: proves no requirement", c->id);
		if (c->requirements[PC_CASE_REQUIREMENTS_MAX - 1] != NULL)
			fail_msg("%s: the list of requirements has no end", c->id);
		for (size_t k = 0; c->requirements[k] != NULL; k++) {
			for (size_t m = 0; m < k; m++) {
				if (strcmp(c->requirements[k], c->requirements[m]) == 0)
					fail_msg("%s: %s twice", c->id, c->requirements[k]);
			}
		}
	}
}

static bool
is_in(const struct pc_fault_row *rows, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return true;
	}
	return false;
}

static bool
fault_exists(const struct pc_mutant *m)
{
	size_t n_snmp = 0;
	size_t n_services = 0;
	size_t n_agents = 0;
	const struct pc_fault_row *snmp = pc_snmp_faults(&n_snmp);
	const struct pc_fault_row *services = pc_service_faults(&n_services);
	const struct pc_fault_row *agents = pc_agent_faults(&n_agents);
	switch (m->place) {
	case PC_MUTANT_DEVICE:
		return is_in(snmp, n_snmp, m->fault) || is_in(services, n_services, m->fault);
	case PC_MUTANT_SERVER:
		return is_in(pc_cloud_faults, PC_CLOUD_FAULTS, m->fault);
	case PC_MUTANT_AGENT:
	case PC_MUTANT_ES:
		return is_in(agents, n_agents, m->fault);
	case PC_MUTANT_NONE:
		break;
	}
	return false;
}

/* Defects that many cases notice prove little about any one of them. */
static bool
is_crude(const struct pc_mutant *m)
{
	static const char *const crude[] = {
		"snmp-silent", "enpc-silent", "http-silent", "http-500-uploads"};
	for (size_t i = 0; i < sizeof(crude) / sizeof(crude[0]); i++) {
		if (strcmp(m->fault, crude[i]) == 0)
			return true;
	}
	return false;
}

static void
test_mutants(void **state)
{
	const struct pc_case *cases[PC_CATALOGUE_MAX];
	size_t n = fill(cases);
	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct pc_case *c = cases[i];
		unsigned own = 0;
		for (size_t k = 0; k < PC_CASE_MUTANTS_MAX; k++) {
			if (c->mutants[k].place == PC_MUTANT_NONE)
				break;
			if (!fault_exists(&c->mutants[k]))
				fail_msg("%s: nothing has the defect '%s'", c->id,
					c->mutants[k].fault);
			own += is_crude(&c->mutants[k]) ? 0 : 1;
		}
		if (own == 0)
			fail_msg("%s: has no defect of its own to prove it", c->id);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_mutants),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
