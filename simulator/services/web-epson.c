/* Pages in the manner of Epson's Web Config. Public: the tree /PRESENTATION/, the log-in form and
 * its fields, the administrator's first password (the serial number). The rest is harness-defined.
 */
#include "services/web-family.h"

#define TREE "/PRESENTATION/"

static const struct pc_web_row rows[] = {
	PC_WEB_PAGE(TREE "HTML/TOP/PRTINFO.HTML", "Status", "Product status", pc_web_show_status),
	PC_WEB_PAGE(TREE "HTML/TOP/INDEX.HTML", NULL, "Product status", pc_web_show_status),
	PC_WEB_PAGE(
		TREE "ADVANCED/INFO_SUPPLIES/TOP", "Status", "Ink and boxes", pc_web_show_supplies),
	PC_WEB_PAGE(TREE "ADVANCED/INFO_PAPER/TOP", "Status", "Paper sources", pc_web_show_trays),
	PC_WEB_PAGE(TREE "ADVANCED/INFO_MENTINFO/TOP", "Status", "Usage", pc_web_show_counters),
	PC_WEB_PAGE(
		TREE "ADVANCED/INFO_NWINFO/TOP", "Status", "Network status", pc_web_show_network),
	PC_WEB_PAGE(TREE "ADVANCED/INFO_PRTINFO/TOP", "Status", "Hardware", pc_web_show_device),
	PC_WEB_FORM(
		TREE "ADVANCED/JOBS/TOP", "Jobs", "Job list", pc_web_show_jobs, pc_web_act_jobs),
	PC_WEB_FORM(TREE "ADVANCED/ACCOUNTING/TOP", "Jobs", "Job accounting", pc_web_show_accounts,
		pc_web_act_accounts),
	PC_WEB_FORM(TREE "ADVANCED/COMMON/NWNAME", "Settings", "Device names", pc_web_show_identity,
		pc_web_act_identity),
	PC_WEB_FORM(TREE "ADVANCED/COMMON/SETTINGS", "Settings", "All settings",
		pc_web_show_settings, pc_web_act_settings),
	{TREE "ADVANCED/PRINT/PAPER", "Settings", "Paper source settings", PC_WEB_ADMIN,
		pc_web_show_tray_settings, pc_web_act_tray_settings, pc_web_has_trays},
	PC_WEB_FORM(TREE "ADVANCED/COMMON/DATETIME", "Settings", "Date and time", pc_web_show_clock,
		pc_web_act_clock),
	PC_WEB_FORM(TREE "ADVANCED/COMMON/MAIL", "Settings", "E-mail notification",
		pc_web_show_mail, pc_web_act_mail),
	PC_WEB_FORM(TREE "ADVANCED/NETWORK/SNMP", "Settings", "SNMP", pc_web_show_access, NULL),
	PC_WEB_FORM(TREE "ADVANCED/MAINTENANCE/CARE", "Maintenance", "Print head and test pages",
		pc_web_show_care, pc_web_act_care),
	PC_WEB_FORM(TREE "ADVANCED/MAINTENANCE/HISTORY", "Maintenance", "History",
		pc_web_show_history, NULL),
	PC_WEB_FORM(TREE "ADVANCED/MAINTENANCE/FIRMWARE", "Maintenance", "Firmware",
		pc_web_show_firmware, NULL),
	PC_WEB_FORM(TREE "ADVANCED/MAINTENANCE/REPORT", "Maintenance", "Configuration report",
		pc_web_show_report, NULL),
	PC_WEB_FORM(TREE "ADVANCED/MAINTENANCE/RESTART", "Maintenance", "Restart and reset",
		pc_web_show_restart, pc_web_act_restart),
	PC_WEB_FORM(TREE "ADVANCED/SECURITY/AUDIT", "Product security", "Audit log",
		pc_web_show_audit, NULL),
	PC_WEB_FORM(TREE "ADVANCED/SECURITY/CHANGE", "Product security", "Change password",
		pc_web_show_password, pc_web_act_password),
	{TREE "ADVANCED/PASSWORD", NULL, "Administrator log-in", PC_WEB_PUBLIC, pc_web_show_login,
		pc_web_act_login, NULL},
	{TREE "ADVANCED/LOGOUT", NULL, "Log out", PC_WEB_ADMIN, pc_web_show_status,
		pc_web_act_logout, NULL},
	PC_WEB_FORM(
		TREE "ADVANCED/SECURITY/AUDIT.CSV", NULL, "Audit log", pc_web_file_audit_csv, NULL),
	PC_WEB_FORM(TREE "ADVANCED/SECURITY/AUDIT.HTML", NULL, "Audit log", pc_web_file_audit_html,
		NULL),
	PC_WEB_FORM(TREE "ADVANCED/JOBS/JOBS.CSV", NULL, "Jobs", pc_web_file_jobs, NULL),
	PC_WEB_FORM(TREE "ADVANCED/JOBS/PAGES.CSV", NULL, "Pages", pc_web_file_pages, NULL),
	PC_WEB_FORM(TREE "ADVANCED/ACCOUNTING/ACCOUNTS.CSV", NULL, "Accounts", pc_web_file_accounts,
		NULL),
};

const struct pc_web_family pc_web_epson = {.name = "epson",
	.product = "Web Config",
	.body_class = "epson",
	.home = TREE "HTML/TOP/PRTINFO.HTML",
	.login = TREE "ADVANCED/PASSWORD",
	.post = "/SET",
	.user_field = "INPUTT_USERNAME",
	.password_field = "INPUTT_PASSWORD",
	.rows = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0])};
