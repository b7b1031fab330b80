/* SNMPv2-MIB: the system group and, where the model has it, what it says it can do (sysOR).
 * Spec: RFC 3418 system */
#include "base/err.h"
#include "device/firmware.h"
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
		return pc_mib_text(v, pc_device_description(dev));
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

static bool
has_sysor(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_SYSOR);
}

static int
change_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 0); /* all since the start */
}

static const uint32_t or_change_oid[] = {1, 3, 6, 1, 2, 1, 1};

static const struct pc_snmp_column or_change_columns[] = {
	{8, PC_SNMP_TIMETICKS, change_get, NULL, "sysORLastChange"},
};

static const struct pc_snmp_table or_change_table = {
	.oid = or_change_oid,
	.n_oid = PC_MIB_COUNT(or_change_oid),
	.columns = or_change_columns,
	.n_columns = PC_MIB_COUNT(or_change_columns),
	.applies = has_sysor,
	.spec = "RFC 3418 sysORLastChange",
};

enum { ALWAYS = PC_MIBS_COUNT };

/* What a row stands for: the module identity or compliance statement of a MIB that is served. */
static const struct resource {
	unsigned mib; /* enum pc_profile_mib, or ALWAYS */
	const char *oid, *descr;
} resources[] = {
	{ALWAYS, "1.3.6.1.6.3.1", "SNMPv2-MIB: the agent itself"},
	{ALWAYS, "1.3.6.1.2.1.31", "IF-MIB: the network interface"},
	{ALWAYS, "1.3.6.1.2.1.48", "IP-MIB: the Internet protocol"},
	{ALWAYS, "1.3.6.1.2.1.49", "TCP-MIB: print and control connections"},
	{ALWAYS, "1.3.6.1.2.1.50", "UDP-MIB: datagrams"},
	{ALWAYS, "1.3.6.1.2.1.25.7.1", "HOST-RESOURCES-MIB: devices and storage"},
	{ALWAYS, "1.3.6.1.2.1.43", "Printer-MIB: the printer"},
	{PC_MIBS_FINISHER, "1.3.6.1.2.1.111", "Finisher-MIB: what follows printing"},
	{PC_MIBS_JOB_MONITORING, "1.3.6.1.4.1.2699.1.1", "Job-Monitoring-MIB: jobs"},
	{PC_MIBS_PORT_MONITOR, "1.3.6.1.4.1.2699.1.2",
		"PRINTER-PORT-MONITOR-MIB: ports to print to"},
	{PC_MIBS_IMAGING_COUNTER, "1.3.6.1.4.1.2699.1.3", "PWG-IMAGING-COUNTER-MIB: counters"},
	{PC_MIBS_SNMP_FRAMEWORK, "1.3.6.1.6.3.10.3.1.1", "SNMP-FRAMEWORK-MIB: the engine"},
	{PC_MIBS_SNMP_MPD, "1.3.6.1.6.3.11.3.1.1", "SNMP-MPD-MIB: message processing"},
	{PC_MIBS_TARGET, "1.3.6.1.6.3.12.3.1.1", "SNMP-TARGET-MIB: receivers"},
	{PC_MIBS_NOTIFICATION, "1.3.6.1.6.3.13.3.1.1", "SNMP-NOTIFICATION-MIB: notifications"},
	{PC_MIBS_USM, "1.3.6.1.6.3.15.2.1.1", "SNMP-USER-BASED-SM-MIB: users"},
	{PC_MIBS_VACM, "1.3.6.1.6.3.16.2.1.1", "SNMP-VIEW-BASED-ACM-MIB: access"},
	{PC_MIBS_COMMUNITY, "1.3.6.1.6.3.18.2.1.1", "SNMP-COMMUNITY-MIB: communities"},
};

/* Row `at` (from 0) among those that the model has; NULL after the last. */
static const struct resource *
resource(const struct pc_profile *p, size_t at)
{
	for (size_t i = 0; i < PC_MIB_COUNT(resources); i++) {
		unsigned mib = resources[i].mib;

		if (mib != ALWAYS && !pc_profile_has_mib(p, (enum pc_profile_mib)mib))
			continue;
		if (at-- == 0)
			return &resources[i];
	}
	return NULL;
}

static bool
or_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(
		resource(profile, at) == NULL ? 0 : PC_MIB_COUNT(resources), at, index, n_index);
}

static int
or_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct resource *r = resource(pc_device_profile(dev), pc_mib_at(at));

	if (r == NULL)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 2:
		return pc_mib_dotted(v, r->oid);
	case 3:
		return pc_mib_text(v, r->descr);
	default: /* sysORUpTime */
		return pc_mib_number(at, v, 0);
	}
}

static const uint32_t or_oid[] = {1, 3, 6, 1, 2, 1, 1, 9, 1};

static const struct pc_snmp_column or_columns[] = {
	{2, PC_SNMP_OID, or_get, NULL, "sysORID"},
	{3, PC_SNMP_OCTETS, or_get, NULL, "sysORDescr"},
	{4, PC_SNMP_TIMETICKS, or_get, NULL, "sysORUpTime"},
};

static const struct pc_snmp_table or_table = {
	.oid = or_oid,
	.n_oid = PC_MIB_COUNT(or_oid),
	.columns = or_columns,
	.n_columns = PC_MIB_COUNT(or_columns),
	.row = or_row,
	.applies = has_sysor,
	.spec = "RFC 3418 sysORTable",
};

static const struct pc_snmp_table *const tables[] = {&system_table, &or_change_table, &or_table};

const struct pc_snmp_module pc_snmp_mib_system = {"SNMPv2-MIB", tables, PC_MIB_COUNT(tables)};
