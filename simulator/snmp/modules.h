/* snmp/modules: the MIB modules of the house, one per file mib-….c; snmp/modules.c lists them. */
#ifndef PC_SNMP_MODULES_H
#define PC_SNMP_MODULES_H

#include "snmp/row.h"

extern const struct pc_snmp_module pc_snmp_mib_access;
extern const struct pc_snmp_module pc_snmp_mib_alert;
extern const struct pc_snmp_module pc_snmp_mib_counter;
extern const struct pc_snmp_module pc_snmp_mib_epson;
extern const struct pc_snmp_module pc_snmp_mib_epson_board;
extern const struct pc_snmp_module pc_snmp_mib_epson_log;
extern const struct pc_snmp_module pc_snmp_mib_epson_net;
extern const struct pc_snmp_module pc_snmp_mib_epson_tunnel;
extern const struct pc_snmp_module pc_snmp_mib_finisher;
extern const struct pc_snmp_module pc_snmp_mib_host;
extern const struct pc_snmp_module pc_snmp_mib_host_more;
extern const struct pc_snmp_module pc_snmp_mib_if;
extern const struct pc_snmp_module pc_snmp_mib_ip;
extern const struct pc_snmp_module pc_snmp_mib_ip_v2;
extern const struct pc_snmp_module pc_snmp_mib_job;
extern const struct pc_snmp_module pc_snmp_mib_notification;
extern const struct pc_snmp_module pc_snmp_mib_port_monitor;
extern const struct pc_snmp_module pc_snmp_mib_printer;
extern const struct pc_snmp_module pc_snmp_mib_printer_channel;
extern const struct pc_snmp_module pc_snmp_mib_printer_marker;
extern const struct pc_snmp_module pc_snmp_mib_printer_media;
extern const struct pc_snmp_module pc_snmp_mib_sim;
extern const struct pc_snmp_module pc_snmp_mib_sim_log;
extern const struct pc_snmp_module pc_snmp_mib_snmp;
extern const struct pc_snmp_module pc_snmp_mib_system;
extern const struct pc_snmp_module pc_snmp_mib_target;
extern const struct pc_snmp_module pc_snmp_mib_tcp;
extern const struct pc_snmp_module pc_snmp_mib_usm;
extern const struct pc_snmp_module pc_snmp_mib_xerox_accounting;
extern const struct pc_snmp_module pc_snmp_mib_xerox_alert;
extern const struct pc_snmp_module pc_snmp_mib_xerox_command;
extern const struct pc_snmp_module pc_snmp_mib_xerox_general;
extern const struct pc_snmp_module pc_snmp_mib_xerox_info;
extern const struct pc_snmp_module pc_snmp_mib_xerox_job;
extern const struct pc_snmp_module pc_snmp_mib_xerox_job_admin;
extern const struct pc_snmp_module pc_snmp_mib_xerox_lock;
extern const struct pc_snmp_module pc_snmp_mib_xerox_meter;
extern const struct pc_snmp_module pc_snmp_mib_xerox_notify;
extern const struct pc_snmp_module pc_snmp_mib_xerox_option;
extern const struct pc_snmp_module pc_snmp_mib_xerox_printer;
extern const struct pc_snmp_module pc_snmp_mib_xerox_service;
extern const struct pc_snmp_module pc_snmp_mib_xerox_supply;

#endif
