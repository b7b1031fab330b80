/* Epson's status block over SNMP: the printer's own, with this room's faults applied. */
#include "snmp/mib-epson-status.h"
#include "base/err.h"
#include "snmp/mib-common.h"

#include <string.h>

void
pc_epson_snmp_facts(const struct pc_device *dev, struct pc_epson_facts *ret)
{
	pc_epson_facts(dev, ret);
	ret->serial = pc_mib_serial(dev);
	ret->life_count = pc_mib_life_count(dev);
	for (size_t i = 0; i < pc_device_profile(dev)->n_supplies; i++)
		ret->levels[i] = pc_mib_supply_level(dev, i);
}

int
pc_epson_snmp_status(const struct pc_device *dev, struct pc_snmp_value *v)
{
	struct pc_epson_facts facts;
	size_t len;
	int r;

	pc_epson_snmp_facts(dev, &facts);
	r = pc_epson_status(dev, &facts, v->scratch.bytes, PC_SNMP_SCRATCH, &len);
	return r == PC_OK ? pc_mib_octets(v, v->scratch.bytes, len) : r;
}
