/* SNMPv2-MIB: the system group. Spec: RFC 3418 system */
#include "base/err.h"
#include "snmp/faults.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

static int
get_uptime(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	int err = pc_mib_number(at, v, pc_mib_uptime(dev));

	if (pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_UPTIME_INTEGER))
		v->type = PC_SNMP_INTEGER;
	return err;
}

static int
system_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_device_state *st = pc_device_state(dev);

	switch (at->column) {
	case 1:
		return pc_mib_text(v, p->sys_descr);
	case 2:
		return pc_mib_dotted(v, p->sys_object_id);
	case 3:
		return get_uptime(dev, at, v);
	case 4:
		return pc_mib_text(v, st->sys_contact);
	case 5:
		return pc_mib_text(v, st->sys_name);
	case 6:
		return pc_mib_text(v, st->sys_location);
	case 7:
		return pc_mib_number(at, v, p->sys_services);
	default:
		return PC_E_NOTFOUND;
	}
}

static int
system_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	static const char *const names[] = {[4] = "sysContact", "sysName", "sysLocation"};

	return pc_mib_set_setting(dev, names[at->column], value, 255, true, commit);
}

/* sysOR is left out, as on every Epson that was walked. */
static const uint32_t system_oid[] = {1, 3, 6, 1, 2, 1, 1};

static const struct pc_snmp_column system_columns[] = {
	{1, PC_SNMP_OCTETS, system_get, NULL, "sysDescr"},
	{2, PC_SNMP_OID, system_get, NULL, "sysObjectID"},
	{3, PC_SNMP_TIMETICKS, system_get, NULL, "sysUpTime"},
	{4, PC_SNMP_OCTETS, system_get, system_set, "sysContact"},
	{5, PC_SNMP_OCTETS, system_get, system_set, "sysName"},
	{6, PC_SNMP_OCTETS, system_get, system_set, "sysLocation"},
	{7, PC_SNMP_INTEGER, system_get, NULL, "sysServices"},
};

static const struct pc_snmp_table system_table = {
	.oid = system_oid,
	.n_oid = PC_MIB_COUNT(system_oid),
	.columns = system_columns,
	.n_columns = PC_MIB_COUNT(system_columns),
	.spec = "RFC 3418 system",
};

static const struct pc_snmp_table *const tables[] = {&system_table};

const struct pc_snmp_module pc_snmp_mib_system = {"SNMPv2-MIB", tables, PC_MIB_COUNT(tables)};
