/* Files the pages give away: the audit trail as CSV and HTML, jobs, pages and accounts as CSV.
 * Spec: RFC 4180, RFC 6266, XRS-AUD-01 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "device/account.h"
#include "device/log.h"
#include "services/web.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* From page to file: nothing of the frame stays. */
static void
file(struct pc_web_call *call, const char *type, const char *name)
{
	char header[64];
	pc_buf_clear(call->out);
	call->bare = true;
	call->response->content_type = type;
	(void)snprintf(header, sizeof(header), "attachment; filename=\"%s\"", name);
	(void)pc_http_add_header(call->response, "Content-Disposition", header);
	(void)pc_http_add_header(call->response, "Cache-Control", "no-store");
	pc_web_trail(call, PC_WEB_EXPORTED, name);
}

static void
csv(struct pc_web_call *call, const char *name, const char *const *heads)
{
	file(call, "text/csv; charset=utf-8; header=present", name);
	for (size_t i = 0; heads[i] != NULL; i++) {
		pc_buf_add_text(call->out, i == 0 ? "" : ",");
		pc_csv_text(call->out, heads[i]);
	}
	pc_buf_add_text(call->out, "\r\n");
}

static void
csv_row(struct pc_web_call *call, const char *const *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pc_buf_add_text(call->out, i == 0 ? "" : ",");
		pc_csv_text(call->out, fields[i]);
	}
	pc_buf_add_text(call->out, "\r\n");
}

static const char *
time_text(uint64_t wall_ns, char out[PC_CLOCK_TEXT_MAX])
{
	if (wall_ns == 0)
		out[0] = '\0';
	else
		(void)pc_clock_rfc3339(wall_ns, out);
	return out;
}

static const char *const audit_heads[] = {"time", "user", "through", "what", "detail", NULL};

/* ---- audit trail ---- */

void
pc_web_file_audit_csv(struct pc_web_call *call)
{
	const struct pc_audit_entry *e = NULL;
	char time[PC_CLOCK_TEXT_MAX];
	csv(call, "audit.csv", audit_heads);
	for (size_t i = 0; (e = pc_device_audit_entry(call->dev, i)) != NULL; i++) {
		const char *const fields[] = {time_text(e->wall_ns, time), e->user,
			pc_device_via_name((enum pc_via)e->via), e->what, e->detail};
		csv_row(call, fields, COUNT(fields));
	}
}

void
pc_web_file_audit_html(struct pc_web_call *call)
{
	const struct pc_audit_entry *e = NULL;
	char time[PC_CLOCK_TEXT_MAX];
	file(call, "text/html; charset=utf-8", "audit.html");
	pc_html(call->out,
		"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Audit "
		"report %s</title></head><body><h1>Audit report</h1><p>%s, serial number %s</p>"
		"<table border=\"1\"><thead><tr>",
		pc_device_state(call->dev)->serial, pc_device_profile(call->dev)->model,
		pc_device_state(call->dev)->serial);
	for (size_t i = 0; audit_heads[i] != NULL; i++)
		pc_html(call->out, "<th>%s</th>", audit_heads[i]);
	pc_html(call->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; (e = pc_device_audit_entry(call->dev, i)) != NULL; i++)
		pc_html(call->out,
			"<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
			time_text(e->wall_ns, time), e->user,
			pc_device_via_name((enum pc_via)e->via), e->what, e->detail);
	pc_html(call->out, "</tbody></table></body></html>\n");
}

/* ---- jobs ---- */

static const char *
decimal(uint64_t n, char out[24])
{
	(void)snprintf(out, 24, "%llu", (unsigned long long)n);
	return out;
}

void
pc_web_file_jobs(struct pc_web_call *call)
{
	static const char *const heads[] = {"job", "document", "user", "host", "from", "state",
		"pages", "copies", "bytes", "color", "duplex", "arrived", "ended", NULL};
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(call->dev, jobs);
	csv(call, "jobs.csv", heads);
	for (size_t i = 0; i < n; i++) {
		const struct pc_job *j = jobs[i];
		char id[24], pages[24], copies[24], bytes[24];
		char arrived[PC_CLOCK_TEXT_MAX], ended[PC_CLOCK_TEXT_MAX];
		const char *const fields[] = {decimal(j->id, id), j->name, j->user, j->host,
			pc_web_job_origin(j), pc_web_job_state(j), decimal(j->pages, pages),
			decimal(j->copies, copies), decimal(j->bytes, bytes),
			j->color ? "yes" : "no", j->duplex ? "yes" : "no",
			time_text(j->wall_ns, arrived), time_text(j->ended_ns, ended)};
		csv_row(call, fields, COUNT(fields));
	}
}

/* One line for each job that printed. */
void
pc_web_file_pages(struct pc_web_call *call)
{
	static const char *const heads[] = {
		"ended", "job", "user", "document", "size", "pages", "color", "duplex", NULL};
	const struct pc_profile *p = pc_device_profile(call->dev);
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(call->dev, jobs);
	csv(call, "pages.csv", heads);
	for (size_t i = 0; i < n; i++) {
		const struct pc_job *j = jobs[i];
		char id[24], pages[24], ended[PC_CLOCK_TEXT_MAX];
		const char *const fields[] = {time_text(j->ended_ns, ended), decimal(j->id, id),
			j->user, j->name, j->size < p->n_sizes ? p->sizes[j->size] : "",
			decimal(j->pages_done, pages), j->color ? "yes" : "no",
			j->duplex ? "yes" : "no"};
		if (j->pages_done > 0)
			csv_row(call, fields, COUNT(fields));
	}
}

void
pc_web_file_accounts(struct pc_web_call *call)
{
	static const char *const heads[] = {"user", "printMono", "printColor", "copyMono",
		"copyColor", "faxMono", "faxColor", "scanMono", "scanColor", "sheets", "jobs",
		"rejected", "thisMonth", "limit", NULL};
	const struct pc_account *a = NULL;
	size_t n = pc_device_accounts(call->dev, &a);
	csv(call, "accounting.csv", heads);
	for (size_t i = 0; i < n; i++) {
		pc_csv_text(call->out, a[i].user);
		for (size_t k = 0; k < 8; k++)
			pc_buf_addf(call->out, ",%u", (unsigned)a[i].sides[k / 2][k % 2]);
		pc_buf_addf(call->out, ",%u,%u,%u,%u,", (unsigned)a[i].sheets, (unsigned)a[i].jobs,
			(unsigned)a[i].rejected, (unsigned)a[i].period_sides);
		if (a[i].limit != PC_NO_LIMIT)
			pc_buf_addf(call->out, "%d", (int)a[i].limit);
		pc_buf_add_text(call->out, "\r\n");
	}
}
