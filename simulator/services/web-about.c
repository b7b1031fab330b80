/* What the pages tell of jobs, users, history, the network and the device itself. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/account.h"
#include "device/firmware.h"
#include "device/log.h"
#include "device/report.h"
#include "device/setting.h"
#include "device/usage.h"
#include "services/web-parts.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- jobs ---- */

const char *
pc_web_job_state(const struct pc_job *job)
{
	static const char *const names[] = {
		"receiving", "waiting", "printing", "completed", "cancelled", "aborted"};
	return (size_t)job->state < COUNT(names) ? names[job->state] : "";
}

const char *
pc_web_job_origin(const struct pc_job *job)
{
	static const char *const names[] = {"LPD", "raw", "panel", "copy", "fax"};
	return (size_t)job->origin < COUNT(names) ? names[job->origin] : "";
}

static void
job_row(struct pc_web_call *call, const struct pc_job *j, bool active)
{
	pc_html(call->out, "<tr>");
	pc_web_cell_n(call, j->id);
	pc_web_cell(call, j->name[0] == '\0' ? "(no name)" : j->name);
	pc_web_cell(call, j->user);
	pc_web_cell(call, pc_web_job_origin(j));
	pc_web_cell(call, pc_web_job_state(j));
	pc_html(call->out, "<td class=\"n\">%u / %u</td>", (unsigned)j->pages_done,
		(unsigned)j->pages);
	pc_web_cell_time(call, j->wall_ns);
	if (active && call->session != NULL) {
		pc_html(call->out, "<td>");
		pc_web_form(call, NULL);
		pc_html(call->out,
			"<button name=\"cancel\" value=\"%u\">Cancel</button></form></td>",
			(unsigned)j->id);
	} else {
		pc_web_cell_time(call, j->ended_ns);
	}
	pc_html(call->out, "</tr>");
}

static void
job_table(struct pc_web_call *call, bool active)
{
	static const char *const now[] = {
		"#Job", "Document", "User", "From", "State", "#Pages", "Arrived", "", NULL};
	static const char *const past[] = {
		"#Job", "Document", "User", "From", "State", "#Pages", "Arrived", "Ended", NULL};
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(call->dev, jobs);
	size_t shown = 0;
	pc_web_table(call, active ? now : past);
	for (size_t i = n; i-- > 0;) {
		bool is_active = jobs[i]->state <= PC_JOB_PRINTING;
		if (is_active != active)
			continue;
		job_row(call, jobs[i], active);
		shown++;
	}
	pc_web_end_table(call, shown, active ? "No job is waiting." : "No job is remembered.");
}

void
pc_web_show_jobs(struct pc_web_call *call)
{
	pc_web_card(call, "Active jobs");
	job_table(call, true);
	pc_web_end_card(call);
	pc_web_card(call, "Completed jobs");
	job_table(call, false);
	pc_html(call->out,
		"<p class=\"files\"><a href=\"%s\">Page log (CSV)</a><a href=\"%s\">Job list (CSV)"
		"</a></p>",
		pc_web_path_of(call, pc_web_file_pages), pc_web_path_of(call, pc_web_file_jobs));
	pc_web_end_card(call);
}

void
pc_web_show_accounts(struct pc_web_call *call)
{
	static const char *const heads[] = {"User", "#Printed B/W", "#Printed colour", "#Copied",
		"#Scanned", "#Faxed", "#Sheets", "#Jobs", "#Rejected", "#This month", "#Limit",
		NULL};
	const struct pc_account *a = NULL;
	size_t n = pc_device_accounts(call->dev, &a);
	pc_web_card(call, "Use by user");
	pc_web_table(call, heads);
	for (size_t i = 0; i < n; i++) {
		pc_html(call->out, "<tr>");
		pc_web_cell(call, a[i].user[0] == '\0' ? "(no name)" : a[i].user);
		pc_web_cell_n(call, a[i].sides[0][0]);
		pc_web_cell_n(call, a[i].sides[0][1]);
		pc_web_cell_n(call, (uint64_t)a[i].sides[1][0] + a[i].sides[1][1]);
		pc_web_cell_n(call, (uint64_t)a[i].sides[3][0] + a[i].sides[3][1]);
		pc_web_cell_n(call, (uint64_t)a[i].sides[2][0] + a[i].sides[2][1]);
		pc_web_cell_n(call, a[i].sheets);
		pc_web_cell_n(call, a[i].jobs);
		pc_web_cell_n(call, a[i].rejected);
		pc_web_cell_n(call, a[i].period_sides);
		if (a[i].limit == PC_NO_LIMIT)
			pc_html(call->out, "<td>none</td></tr>");
		else
			pc_html(call->out, "<td class=\"n\">%d</td></tr>", (int)a[i].limit);
	}
	pc_web_end_table(call, n, "Nobody has printed yet.");
	pc_html(call->out, "<p class=\"files\"><a href=\"%s\">Job accounting (CSV)</a></p>",
		pc_web_path_of(call, pc_web_file_accounts));
	pc_web_end_card(call);
	pc_web_card(call, "Limit");
	pc_web_form(call, NULL);
	pc_html(call->out, "<label for=\"user\">User (empty: all without a limit of their own)"
			   "</label><input id=\"user\" name=\"user\" maxlength=\"63\">"
			   "<label for=\"limit\">Pages a month (empty: no limit)</label><input "
			   "id=\"limit\" name=\"limit\" inputmode=\"numeric\" maxlength=\"9\">"
			   "<button class=\"main\" name=\"do\" value=\"limit\">Set</button>"
			   "<button name=\"do\" value=\"reset\">Reset all counts</button></form>");
	pc_web_end_card(call);
}

/* ---- history ---- */

static void
add_errors(struct pc_web_call *call)
{
	static const char *const heads[] = {"Time", "Message", "Code", "Kind", "Resolved", NULL};
	struct pc_error_entry e[PC_ERROR_HISTORY_MAX];
	size_t n = pc_device_error_history(call->dev, e);
	pc_web_table(call, heads);
	for (size_t i = 0; i < n; i++) {
		const char *code =
			pc_device_error_code(call->dev, (enum pc_condition)e[i].condition);
		pc_html(call->out, "<tr>");
		pc_web_cell_time(call, e[i].wall_ns);
		pc_web_cell(call, pc_device_condition_name((enum pc_condition)e[i].condition));
		if (code != NULL)
			pc_web_cell(call, code);
		else
			pc_html(call->out, "<td>%d</td>", (int)e[i].code);
		pc_web_cell(call, e[i].severity == 3 ? "error" : "warning");
		pc_web_cell_time(call, e[i].resolved_ns);
		pc_html(call->out, "</tr>");
	}
	pc_web_end_table(call, n, "Nothing has happened.");
}

static void
add_maintenance(struct pc_web_call *call)
{
	static const char *const heads[] = {"Time", "What", "Part", "Through", "#At page", NULL};
	const struct pc_maintenance_entry *e = NULL;
	size_t n = 0;
	pc_web_table(call, heads);
	for (; (e = pc_device_maintenance_entry(call->dev, n)) != NULL; n++) {
		pc_html(call->out, "<tr>");
		pc_web_cell_time(call, e->wall_ns);
		pc_web_cell(
			call, pc_device_maintenance_name((enum pc_maintenance_action)e->action));
		pc_web_cell(call, pc_device_maintenance_part(call->dev, e));
		pc_web_cell(call, pc_device_via_name((enum pc_via)e->via));
		pc_web_cell_n(call, e->life);
		pc_html(call->out, "</tr>");
	}
	pc_web_end_table(call, n, "Nothing was done yet.");
}

void
pc_web_show_history(struct pc_web_call *call)
{
	pc_web_card(call, "Errors and warnings");
	add_errors(call);
	pc_web_end_card(call);
	pc_web_card(call, "Maintenance");
	add_maintenance(call);
	pc_web_end_card(call);
}

/* ---- the device ---- */

static void
add_ports(struct pc_web_call *call)
{
	static const char *const heads[] = {"Service", "Port", NULL};
	const struct pc_profile_ports *p = &pc_device_profile(call->dev)->ports;
	const struct {
		const char *name, *transport;
		unsigned port;
		bool open;
	} rows[] = {{"Web (HTTP)", "TCP", PC_WEB_PORT, p->http},
		{"Web (HTTPS)", "TCP", PC_WEB_TLS_PORT, p->https}, {"LPD", "TCP", 515, p->lpd},
		{"Raw printing", "TCP", p->raw_port, p->raw}, {"SNMP", "UDP", 161, p->snmp},
		{"ENPC", "UDP", 3289, p->enpc}, {"Scanner identification", "TCP", 1865, p->entp}};
	pc_web_table(call, heads);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].open)
			pc_html(call->out, "<tr><td>%s</td><td>%s %u</td></tr>", rows[i].name,
				rows[i].transport, rows[i].port);
	}
	pc_web_end_table(call, 1, "");
}

void
pc_web_show_network(struct pc_web_call *call)
{
	const struct pc_device_state *s = pc_device_state(call->dev);
	char address[PC_TEXT_ADDR_MAX];
	char mac[18];
	(void)snprintf(mac, sizeof(mac), "%02X:%02X:%02X:%02X:%02X:%02X", s->mac[0], s->mac[1],
		s->mac[2], s->mac[3], s->mac[4], s->mac[5]);
	pc_html(call->out, "<div class=\"cards\">");
	pc_web_card(call, "Addresses");
	pc_web_facts(call);
	pc_web_fact(call, "Host name", s->host_name);
	pc_web_fact(call, "IPv4 address", pc_text_from_ipv4(s->address, address));
	pc_web_fact(call, "MAC address", mac);
	pc_web_fact(call, "Interface", pc_device_profile(call->dev)->if_descr);
	pc_web_end_facts(call);
	pc_web_end_card(call);
	pc_web_card(call, "Traffic since the last start");
	pc_web_facts(call);
	pc_web_number(call, "Octets in", "inOctets", s->traffic.in_octets);
	pc_web_number(call, "Octets out", "outOctets", s->traffic.out_octets);
	pc_web_number(call, "Connections accepted", "connections", s->tcp_opens);
	pc_web_number(call, "Connections open", "open", s->tcp_open);
	pc_web_end_facts(call);
	pc_web_end_card(call);
	pc_html(call->out, "</div>");
	pc_web_card(call, "Services");
	add_ports(call);
	pc_web_end_card(call);
}

/* SNMP: who may ask. Names of users only; a community for writing is not shown. */
void
pc_web_show_access(struct pc_web_call *call)
{
	static const char *const heads[] = {"SNMPv3 user", "Rights", NULL};
	static const char *const receivers[] = {"Receiver", "Version", NULL};
	const struct pc_profile *p = pc_device_profile(call->dev);
	pc_web_card(call, "SNMP");
	pc_web_facts(call);
	pc_web_fact(call, "SNMPv1", p->snmp.v1 ? "on" : "off");
	pc_web_fact(call, "SNMPv2c", p->snmp.v2c ? "on" : "off");
	pc_web_fact(call, "SNMPv3", p->snmp.v3 ? "on" : "off");
	pc_web_fact(call, "Community for reading", p->community_read);
	pc_web_fact(call, "Community for writing", p->community_write == NULL ? "none" : "(set)");
	pc_web_end_facts(call);
	pc_web_end_card(call);
	pc_web_card(call, "Users");
	pc_web_table(call, heads);
	for (size_t i = 0; p->snmp.v3 && i < p->n_snmp_users; i++)
		pc_html(call->out, "<tr><td>%s</td><td>%s</td></tr>", p->snmp_users[i].name,
			p->snmp_users[i].write ? "read and write" : "read");
	pc_web_end_table(call, p->snmp.v3 ? p->n_snmp_users : 0, "No user.");
	pc_web_end_card(call);
	pc_web_card(call, "Notifications");
	pc_web_table(call, receivers);
	for (size_t i = 0; i < p->n_snmp_receivers; i++)
		pc_html(call->out, "<tr><td>%s:%d</td><td>%s</td></tr>",
			p->snmp_receivers[i].address, (int)p->snmp_receivers[i].port,
			p->snmp_receivers[i].version == 3   ? "SNMPv3"
			: p->snmp_receivers[i].version == 1 ? "SNMPv2c"
							    : "SNMPv1");
	pc_web_end_table(call, p->n_snmp_receivers, "Nobody is notified.");
	pc_web_end_card(call);
}

static void
add_modules(struct pc_web_call *call)
{
	static const char *const heads[] = {
		"Module", "Model", "Version", "Serial number", "Installed", NULL};
	struct pc_module m[PC_MODULES_MAX];
	size_t n = pc_device_modules(call->dev, m);
	pc_web_table(call, heads);
	for (size_t i = 0; i < n; i++) {
		pc_html(call->out, "<tr>");
		pc_web_cell(call, m[i].name);
		pc_web_cell(call, m[i].model);
		pc_web_cell(call, m[i].version);
		pc_web_cell(call, m[i].serial);
		pc_web_cell_time(call, m[i].installed_ns);
		pc_html(call->out, "</tr>");
	}
	pc_web_end_table(call, n, "No module is reported.");
}

static void
add_items(struct pc_web_call *call)
{
	static const char *const heads[] = {"Part", "#Count", "#Life", NULL};
	struct pc_service_item items[PC_SERVICE_ITEMS_MAX];
	size_t n = pc_device_service_items(call->dev, items);
	pc_web_table(call, heads);
	for (size_t i = 0; i < n; i++) {
		pc_html(call->out, "<tr>");
		pc_web_cell(call, items[i].name);
		pc_web_cell_n(call, items[i].count);
		pc_web_cell_n(call, items[i].limit);
		pc_html(call->out, "</tr>");
	}
	pc_web_end_table(call, n, "No part is reported.");
}

void
pc_web_show_device(struct pc_web_call *call)
{
	const struct pc_profile *p = pc_device_profile(call->dev);
	const struct pc_device_state *s = pc_device_state(call->dev);
	char time[PC_WEB_TIME_MAX];
	pc_web_card(call, "Device");
	pc_web_facts(call);
	pc_web_fact(call, "Maker", p->vendor);
	pc_web_fact(call, "Model", p->model);
	pc_web_fact(call, "Serial number", s->serial);
	pc_web_fact(call, "Set up", pc_web_time(pc_device_installed_ns(call->dev), time));
	pc_web_fact(call, "Country", pc_device_country(call->dev));
	pc_web_fact(call, "Sales area", pc_device_region(call->dev));
	pc_web_number(call, "Pages a minute", "ppm", (uint64_t)p->ppm);
	pc_web_fact(call, "Colour", p->color ? "yes" : "no");
	pc_web_fact(call, "Two-sided", p->duplex ? "yes" : "no");
	pc_web_end_facts(call);
	pc_web_end_card(call);
	pc_web_card(call, "Modules");
	add_modules(call);
	pc_web_end_card(call);
	pc_web_card(call, "Service items");
	add_items(call);
	pc_web_end_card(call);
}

void
pc_web_show_firmware(struct pc_web_call *call)
{
	static const char *const heads[] = {"Part", "Version", NULL};
	const struct pc_profile *p = pc_device_profile(call->dev);
	pc_web_card(call, "Versions");
	pc_web_table(call, heads);
	for (size_t i = 0; i < p->n_firmware; i++)
		pc_html(call->out, "<tr><td>%s</td><td data-key=\"firmware\">%s</td></tr>",
			p->firmware[i].name, pc_device_firmware(call->dev, i));
	pc_web_end_table(call, p->n_firmware, "No version is reported.");
	pc_web_end_card(call);
	pc_web_card(call, "Update");
	pc_web_facts(call);
	pc_web_fact(
		call, "State", pc_device_firmware_state_name(pc_device_firmware_state(call->dev)));
	pc_web_fact(
		call, "Last offer", pc_device_firmware_refusal(pc_device_firmware_last(call->dev)));
	pc_web_fact(call, "Taken through", p->ports.lpd || p->ports.raw ? "print ports" : "-");
	pc_web_end_facts(call);
	pc_web_end_card(call);
}

void
pc_web_show_audit(struct pc_web_call *call)
{
	static const char *const heads[] = {"Time", "User", "Through", "What", "Detail", NULL};
	const struct pc_audit_entry *e = NULL;
	size_t n = 0;
	pc_web_card(call, "Audit trail");
	pc_web_table(call, heads);
	for (; (e = pc_device_audit_entry(call->dev, n)) != NULL; n++) {
		pc_html(call->out, "<tr>");
		pc_web_cell_time(call, e->wall_ns);
		pc_web_cell(call, e->user);
		pc_web_cell(call, pc_device_via_name((enum pc_via)e->via));
		pc_web_cell(call, e->what);
		pc_web_cell(call, e->detail);
		pc_html(call->out, "</tr>");
	}
	pc_web_end_table(call, n, "Nothing is recorded.");
	pc_html(call->out,
		"<p class=\"files\"><a href=\"%s\">Export as CSV</a><a href=\"%s\">Export as "
		"HTML</a></p>",
		pc_web_path_of(call, pc_web_file_audit_csv),
		pc_web_path_of(call, pc_web_file_audit_html));
	pc_web_end_card(call);
}

void
pc_web_show_report(struct pc_web_call *call)
{
	struct pc_buf text;
	pc_buf_init(&text, 64 << 10);
	pc_web_card(call, "Configuration report");
	if (pc_device_report_text(call->dev, PC_REPORT_CONFIGURATION, &text) == PC_OK)
		pc_html(call->out, "<pre class=\"report\">%s</pre>", pc_buf_text(&text));
	else
		pc_html(call->out, "<p class=\"none\">The report cannot be made now.</p>");
	pc_buf_done(&text);
	pc_web_end_card(call);
}
