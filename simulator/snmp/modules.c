#include "snmp/modules.h"

/* Sorted by name. */
static const struct pc_snmp_module *const modules[] = {
	&pc_snmp_mib_epson_net,
	&pc_snmp_mib_epson,
	&pc_snmp_mib_finisher,
	&pc_snmp_mib_host,
	&pc_snmp_mib_host_more,
	&pc_snmp_mib_if,
	&pc_snmp_mib_ip_v2,
	&pc_snmp_mib_job,
	&pc_snmp_mib_port_monitor,
	&pc_snmp_mib_counter,
	&pc_snmp_mib_alert,
	&pc_snmp_mib_printer_channel,
	&pc_snmp_mib_printer,
	&pc_snmp_mib_printer_marker,
	&pc_snmp_mib_printer_media,
	&pc_snmp_mib_ip,
	&pc_snmp_mib_sim,
	&pc_snmp_mib_sim_log,
	&pc_snmp_mib_notification,
	&pc_snmp_mib_target,
	&pc_snmp_mib_usm,
	&pc_snmp_mib_access,
	&pc_snmp_mib_system,
	&pc_snmp_mib_snmp,
	&pc_snmp_mib_tcp,
	&pc_snmp_mib_xerox_general,
	&pc_snmp_mib_xerox_lock,
	&pc_snmp_mib_xerox_notify,
	&pc_snmp_mib_xerox_option,
	&pc_snmp_mib_xerox_info,
	&pc_snmp_mib_xerox_alert,
	&pc_snmp_mib_xerox_supply,
	&pc_snmp_mib_xerox_command,
	&pc_snmp_mib_xerox_meter,
	&pc_snmp_mib_xerox_job,
	&pc_snmp_mib_xerox_accounting,
	&pc_snmp_mib_xerox_job_admin,
	&pc_snmp_mib_epson_tunnel,
	&pc_snmp_mib_epson_board,
	&pc_snmp_mib_epson_log,
	&pc_snmp_mib_xerox_printer,
	&pc_snmp_mib_xerox_service,
};

const struct pc_snmp_module *const *
pc_snmp_modules(size_t *ret_n)
{
	*ret_n = sizeof(modules) / sizeof(modules[0]);
	return modules;
}
