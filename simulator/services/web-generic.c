/* Pages of any other maker: harness-defined. */
#include "services/web-family.h"

static const struct pc_web_row rows[] = {
	PC_WEB_PAGE("/status", "Printer", "Status", pc_web_show_status),
	PC_WEB_PAGE("/supplies", "Printer", "Supplies", pc_web_show_supplies),
	PC_WEB_PAGE("/paper", "Printer", "Paper", pc_web_show_trays),
	PC_WEB_PAGE("/counters", "Printer", "Counters", pc_web_show_counters),
	PC_WEB_PAGE("/device", "Printer", "Device", pc_web_show_device),
	PC_WEB_PAGE("/network", "Printer", "Network", pc_web_show_network),
	PC_WEB_FORM("/jobs", "Jobs", "Jobs", pc_web_show_jobs, pc_web_act_jobs),
	PC_WEB_FORM("/accounts", "Jobs", "Accounts", pc_web_show_accounts, pc_web_act_accounts),
	PC_WEB_FORM(
		"/settings/names", "Settings", "Names", pc_web_show_identity, pc_web_act_identity),
	PC_WEB_FORM(
		"/settings/all", "Settings", "Settings", pc_web_show_settings, pc_web_act_settings),
	{"/settings/trays", "Settings", "Trays", PC_WEB_ADMIN, pc_web_show_tray_settings,
		pc_web_act_tray_settings, pc_web_has_trays},
	PC_WEB_FORM("/settings/clock", "Settings", "Clock", pc_web_show_clock, pc_web_act_clock),
	PC_WEB_FORM("/settings/mail", "Settings", "Alert mail", pc_web_show_mail, pc_web_act_mail),
	PC_WEB_FORM("/settings/snmp", "Settings", "SNMP", pc_web_show_access, NULL),
	PC_WEB_FORM("/settings/password", "Settings", "Password", pc_web_show_password,
		pc_web_act_password),
	PC_WEB_FORM("/service/care", "Service", "Maintenance", pc_web_show_care, pc_web_act_care),
	PC_WEB_FORM("/service/history", "Service", "History", pc_web_show_history, NULL),
	PC_WEB_FORM("/service/firmware", "Service", "Firmware", pc_web_show_firmware, NULL),
	PC_WEB_FORM("/service/report", "Service", "Report", pc_web_show_report, NULL),
	PC_WEB_FORM("/service/audit", "Service", "Audit trail", pc_web_show_audit, NULL),
	PC_WEB_FORM(
		"/service/restart", "Service", "Restart", pc_web_show_restart, pc_web_act_restart),
	{"/login", NULL, "Log in", PC_WEB_PUBLIC, pc_web_show_login, pc_web_act_login, NULL},
	{"/logout", NULL, "Log out", PC_WEB_ADMIN, pc_web_show_status, pc_web_act_logout, NULL},
	PC_WEB_FORM("/service/audit.csv", NULL, "Audit trail", pc_web_file_audit_csv, NULL),
	PC_WEB_FORM("/service/audit.html", NULL, "Audit trail", pc_web_file_audit_html, NULL),
	PC_WEB_FORM("/jobs.csv", NULL, "Jobs", pc_web_file_jobs, NULL),
	PC_WEB_FORM("/pages.csv", NULL, "Pages", pc_web_file_pages, NULL),
	PC_WEB_FORM("/accounts.csv", NULL, "Accounts", pc_web_file_accounts, NULL),
};

const struct pc_web_family pc_web_generic = {.name = "generic",
	.product = "Printer pages",
	.body_class = "generic",
	.home = "/status",
	.login = "/login",
	.post = "",
	.user_field = "user",
	.password_field = "password",
	.rows = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0])};
