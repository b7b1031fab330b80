/* The catalogue: every table of cases, as one list sorted by ID. */
#include <string.h>

#include "conformance/cases.h"
#include "conformance/catalogue.h"

typedef const struct pc_case *(*table_fn)(size_t *ret_n);

static const table_fn tables[] = {pc_cases_device_snmp, pc_cases_device_snmp3,
	pc_cases_device_notify, pc_cases_device_state, pc_cases_device_print, pc_cases_device_enpc,
	pc_cases_device_names, pc_cases_device_web, pc_cases_server, pc_cases_server_ops,
	pc_cases_agent, pc_cases_e2e, pc_cases_es, pc_cases_path};

size_t
pc_catalogue_fill(const struct pc_case *out[PC_CATALOGUE_MAX])
{
	size_t total = 0;
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		size_t n = 0;
		const struct pc_case *rows = tables[t](&n);
		for (size_t i = 0; i < n && total < PC_CATALOGUE_MAX; i++) {
			size_t at = total++;
			while (at > 0 && strcmp(out[at - 1]->id, rows[i].id) > 0) {
				out[at] = out[at - 1];
				at--;
			}
			out[at] = &rows[i];
		}
	}
	return total;
}
