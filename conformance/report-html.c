/* report.html: one self-contained file: the verdict, the path, the fleet, failures first, then
 * every case with its assertions, packets and mutants. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "conformance/report-html.h"
#include "conformance/result.h"

static const char *
css_class(enum pc_verdict v)
{
	static const char *const names[] = {"na", "pass", "warn", "warn", "warn", "fail", "fail"};
	return names[v];
}

static void
html(struct pc_buf *out, const char *text)
{
	pc_buf_add_html(out, text == NULL ? "" : text);
}

static void
cell(struct pc_buf *out, const char *text)
{
	pc_buf_add_text(out, "<td>");
	html(out, text);
	pc_buf_add_text(out, "</td>");
}

static void
badge(struct pc_buf *out, enum pc_verdict v)
{
	pc_buf_addf(out, "<span class=\"b %s\">%s</span>", css_class(v), pc_verdict_name(v));
}

static void
banner(const struct pc_results *r, struct pc_buf *out)
{
	struct pc_totals t = pc_results_totals(r);
	int code = pc_results_exit(r);
	const char *cls = r->finished[0] == '\0' ? "warn"
			  : code == 0            ? "pass"
			  : code == 3            ? "warn"
						 : "fail";
	const char *word = r->finished[0] == '\0' ? "Incomplete"
			   : code == 0            ? "All passed"
			   : code == 1            ? "Something failed"
			   : code == 3            ? "Inconclusive"
						  : "The harness failed";
	pc_buf_addf(out, "<header class=\"%s\"><h1>", cls);
	html(out, r->title);
	pc_buf_addf(out, "</h1><p class=\"verdict\">%s</p><p>started %s", word, r->started);
	if (r->finished[0] != '\0')
		pc_buf_addf(out, ", finished %s", r->finished);
	pc_buf_add_text(out, "</p></header><main><section class=\"tiles\">");
	const struct {
		const char *name;
		unsigned n;
		const char *cls;
	} tiles[] = {
		{"cases", t.cases, ""},
		{"passed", t.count[PC_VERDICT_PASS], "pass"},
		{"warnings", t.count[PC_VERDICT_WARN], "warn"},
		{"failed", t.count[PC_VERDICT_FAIL], "fail"},
		{"errors", t.count[PC_VERDICT_ERROR], "fail"},
		{"inconclusive", t.count[PC_VERDICT_INCONCLUSIVE] + t.count[PC_VERDICT_REVIEW],
			"warn"},
		{"not applicable", t.count[PC_VERDICT_NOT_APPLICABLE], "na"},
		{"defects seeded", t.mutants, ""},
		{"defects found", t.killed, t.killed == t.mutants ? "pass" : "fail"},
	};
	for (size_t i = 0; i < sizeof(tiles) / sizeof(tiles[0]); i++)
		pc_buf_addf(out, "<div class=\"tile %s%s\"><b>%u</b><span>%s</span></div>",
			tiles[i].n > 0 ? tiles[i].cls : "", tiles[i].n == 0 ? " zero" : "",
			tiles[i].n, tiles[i].name);
	pc_buf_add_text(out, "</section>\n");
}

static void
fleet_row(const json_t *p, struct pc_buf *out)
{
	char number[16];
	const char *status = json_string_value(json_object_get(p, "status"));
	snprintf(number, sizeof(number), "%lld",
		(long long)json_integer_value(json_object_get(p, "printer")));
	pc_buf_add_text(out, "<tr>");
	cell(out, number);
	cell(out, json_string_value(json_object_get(p, "address")));
	cell(out, json_string_value(json_object_get(p, "vendor")));
	cell(out, json_string_value(json_object_get(p, "model")));
	cell(out, json_string_value(json_object_get(p, "serial")));
	cell(out, json_string_value(json_object_get(p, "mac")));
	pc_buf_add_text(out, "<td class=\"num\">");
	pc_buf_addf(
		out, "%lld</td>", (long long)json_integer_value(json_object_get(p, "lifeCount")));
	cell(out, status);
	pc_buf_add_text(out, "</tr>\n");
}

static void
fleet(const struct pc_results *r, struct pc_buf *out)
{
	json_error_t error;
	size_t i;
	json_t *p;
	json_t *list = r->fleet_json == NULL ? NULL : json_loads(r->fleet_json, 0, &error);
	if (json_array_size(list) > 0) {
		pc_buf_addf(out,
			"<h2 id=\"fleet\">The fleet: %zu printers</h2><div class=\"scroll\">"
			"<table><thead><tr><th>No</th><th>Address</th><th>Vendor</th>"
			"<th>Model</th><th>Serial</th><th>MAC</th><th>Pages</th>"
			"<th>Status</th></tr></thead><tbody>\n",
			json_array_size(list));
		json_array_foreach(list, i, p) fleet_row(p, out);
		pc_buf_add_text(out, "</tbody></table></div>\n");
	}
	json_decref(list);
}

static void
assertions(const struct pc_case_result *row, struct pc_buf *out)
{
	if (row->n_assertions == 0)
		return;
	pc_buf_add_text(out,
		"<div class=\"scroll\"><table class=\"inner\"><thead><tr><th></th>"
		"<th>Assertion</th><th>Expected</th><th>Observed</th></tr></thead><tbody>");
	for (size_t i = 0; i < row->n_assertions; i++) {
		pc_buf_add_text(out, "<tr><td>");
		badge(out, row->assertions[i].verdict);
		pc_buf_add_text(out, "</td>");
		cell(out, row->assertions[i].text);
		cell(out, row->assertions[i].expected);
		cell(out, row->assertions[i].observed);
		pc_buf_add_text(out, "</tr>");
	}
	pc_buf_add_text(out, "</tbody></table></div>");
}

static void
packets(const struct pc_case_result *row, struct pc_buf *out)
{
	char at[PC_CLOCK_TEXT_MAX];
	if (row->n_packets == 0)
		return;
	pc_buf_addf(out, "<p class=\"sub\">Packets (%zu%s)</p><pre>", row->n_packets_seen,
		row->n_packets < row->n_packets_seen ? ", the first ones shown" : "");
	for (size_t i = 0; i < row->n_packets; i++) {
		pc_clock_rfc3339(row->packets[i].wall_ns, at);
		pc_buf_addf(out, "%.12s  ", at + 11);
		html(out, row->packets[i].text);
		pc_buf_add_text(out, "\n");
	}
	pc_buf_add_text(out, "</pre>");
}

static void
mutants(const struct pc_case_result *row, struct pc_buf *out)
{
	static const char *const places[] = {"", "printer", "agent", "server", "ES agent"};
	for (size_t i = 0; i < PC_CASE_MUTANTS_MAX; i++) {
		const struct pc_mutant_result *m = &row->mutants[i];
		if (!m->run)
			continue;
		pc_buf_addf(out,
			"<p class=\"sub\">Seeded defect <code>%s</code> in the %s: %s</p><p>",
			m->mutant.fault, places[m->mutant.place],
			m->verdict == PC_VERDICT_FAIL ? "found" : "NOT found");
		html(out, m->reason);
		pc_buf_add_text(out, "</p>");
	}
}

static void
case_details(const struct pc_case_result *row, struct pc_buf *out)
{
	bool bad = row->verdict >= PC_VERDICT_REVIEW;
	pc_buf_addf(out, "<details%s class=\"case\"><summary>", bad ? " open" : "");
	badge(out, row->verdict);
	pc_buf_addf(out, "<code>%s</code><span class=\"t\">", row->c->id);
	html(out, row->c->title);
	pc_buf_add_text(out, "</span><span class=\"s\">");
	html(out, row->subject);
	pc_buf_add_text(out, "</span></summary><div class=\"body\">");
	if (row->reason[0] != '\0') {
		pc_buf_addf(out, "<p class=\"reason %s\">", css_class(row->verdict));
		html(out, row->reason);
		pc_buf_add_text(out, "</p>");
	}
	pc_buf_add_text(out, "<p>Proves ");
	for (size_t i = 0; row->c->requirements[i] != NULL; i++)
		pc_buf_addf(out, "%s<code>%s</code>", i == 0 ? "" : ", ", row->c->requirements[i]);
	pc_buf_add_text(out, ". Clauses: ");
	html(out, row->c->clauses);
	pc_buf_add_text(out, "</p>");
	assertions(row, out);
	packets(row, out);
	mutants(row, out);
	pc_buf_addf(out,
		"<p class=\"sub\">Run it again</p><pre>presscheck certify %s --only %s"
		"</pre></div></details>\n",
		pc_case_role_name(row->c->role), row->c->id);
}

static void
cases(const struct pc_results *r, struct pc_buf *out)
{
	static const char *const headings[] = {"Printers", "Agents", "Server", "End to end"};
	for (int role = 0; role <= PC_ROLE_E2E; role++) {
		bool any = false;
		for (int pass = 0; pass < 2; pass++) {
			for (size_t i = 0; i < r->n_rows; i++) {
				bool bad = r->rows[i].verdict >= PC_VERDICT_WARN;
				if ((int)r->rows[i].c->role != role || bad != (pass == 0))
					continue;
				if (!any)
					pc_buf_addf(out, "<h2>%s</h2>\n", headings[role]);
				any = true;
				case_details(&r->rows[i], out);
			}
		}
	}
}

void
pc_html_head(const char *title, struct pc_buf *out)
{
	pc_buf_add_text(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
			     "<meta name=\"viewport\" content=\"width=device-width\"><title>");
	html(out, title);
	pc_buf_add_text(out,
		"</title><style>"
		":root{--ink:#1d2430;--soft:#5b6676;--line:#dde2ea;--bg:#f5f7fa;--card:#fff;"
		"--pass:#1b7f4d;--fail:#b3261e;--warn:#96650a;--na:#6b7686;--accent:#24507a}"
		"*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);"
		"font:15px/1.5 system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}"
		"main{max-width:1120px;margin:0 auto;padding:0 20px 60px}"
		"header{background:var(--accent);color:#fff;padding:26px max(20px,calc(50% - 540px));"
		"border-bottom:6px solid var(--na)}header.pass{border-color:#37b877}"
		"header.fail{border-color:#e0564c}header.warn{border-color:#e0a52f}"
		"header h1{margin:0;font-size:22px}header p{margin:2px 0;opacity:.85}"
		"header .verdict{font-size:30px;font-weight:650;opacity:1}"
		"h2{margin:34px 0 10px;font-size:19px}"
		".tiles{display:flex;flex-wrap:wrap;gap:10px;margin:18px 0}"
		".tile{background:var(--card);border:1px solid var(--line);border-radius:8px;"
		"padding:8px 16px;min-width:104px}.tile b{display:block;font-size:24px}"
		".tile span{color:var(--soft);font-size:13px}.tile.zero b{color:#a9b2bf}"
		".tile.pass b{color:var(--pass)}.tile.fail b{color:var(--fail)}"
		".tile.warn b{color:var(--warn)}"
		"table{border-collapse:collapse;width:100%;background:var(--card);font-size:14px}"
		"th,td{text-align:left;padding:5px 10px;border-bottom:1px solid var(--line);"
		"vertical-align:top}th{color:var(--soft);font-weight:600;font-size:13px}"
		".num{text-align:right;font-variant-numeric:tabular-nums}"
		".scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px}"
		".inner{font-size:13px}.inner td{word-break:break-word}"
		".case{background:var(--card);border:1px solid var(--line);border-radius:8px;"
		"margin:6px 0}.case summary{cursor:pointer;padding:8px 12px;display:flex;gap:10px;"
		"align-items:baseline}.case .t{flex:1}.case .s{color:var(--soft);font-size:13px}"
		".body{padding:2px 16px 14px;border-top:1px solid var(--line)}"
		".b{display:inline-block;border-radius:4px;padding:0 7px;font-size:12px;"
		"font-weight:650;color:#fff;background:var(--na);white-space:nowrap}"
		".b.pass{background:var(--pass)}.b.fail{background:var(--fail)}"
		".b.warn{background:var(--warn)}"
		"code,pre{font:13px/1.45 ui-monospace,'DejaVu Sans Mono',monospace}"
		"pre{background:#0f1720;color:#d7e1ec;padding:10px 12px;border-radius:6px;"
		"overflow-x:auto;margin:6px 0}.sub{margin:12px 0 2px;font-weight:600;font-size:13px;"
		"color:var(--soft)}.reason.fail{color:var(--fail)}.reason.warn{color:var(--warn)}"
		".path{background:var(--card);border:1px solid var(--line);border-radius:8px;"
		"padding:10px}.path svg{width:100%;height:auto}footer{color:var(--soft);"
		"margin-top:30px;font-size:13px}"
		"</style></head><body>\n");
}

int
pc_results_html(const struct pc_results *r, struct pc_buf *out)
{
	pc_html_head(r->title, out);
	banner(r, out);
	pc_html_path(r, out);
	fleet(r, out);
	pc_html_replay(r, out);
	cases(r, out);
	pc_buf_add_text(out,
		"<footer>presscheck. A skip is not a pass; every case has been shown to "
		"turn red on a seeded defect where one is listed. Not affiliated with the "
		"makers of the products that are emulated.</footer></main></body></html>\n");
	return out->err;
}
