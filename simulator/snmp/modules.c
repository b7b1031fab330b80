#include "snmp/row.h"

/* Sorted by name. */
static const struct pc_snmp_module *const modules[] = {
	NULL,
};

const struct pc_snmp_module *const *
pc_snmp_modules(size_t *ret_n)
{
	*ret_n = sizeof(modules) / sizeof(modules[0]) - 1;
	return modules;
}
