/* The picture of the path and the table of replays in report.html. */
#include <stdio.h>

#include <jansson.h>

#include "conformance/report-html.h"

static const json_t *
member(const json_t *o, const char *a, const char *b)
{
	return json_object_get(json_object_get(o, a), b);
}

static void
box(struct pc_buf *out, int x, const char *title, const char *line, const char *colour)
{
	pc_buf_addf(out,
		"<g><rect x=\"%d\" y=\"46\" width=\"190\" height=\"84\" rx=\"10\" fill=\"#fff\" "
		"stroke=\"%s\" stroke-width=\"2\"/><text x=\"%d\" y=\"80\" text-anchor=\"middle\" "
		"font-size=\"17\" font-weight=\"650\" fill=\"#1d2430\">",
		x, colour, x + 95);
	pc_buf_add_html(out, title);
	pc_buf_addf(out,
		"</text><text x=\"%d\" y=\"106\" text-anchor=\"middle\" font-size=\"13\" "
		"fill=\"#5b6676\">",
		x + 95);
	pc_buf_add_html(out, line);
	pc_buf_add_text(out, "</text></g>");
}

static void
arrow(struct pc_buf *out, int x, int y, int to, const char *text, int text_y)
{
	pc_buf_addf(out,
		"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#24507a\" "
		"stroke-width=\"1.6\" marker-end=\"url(#a)\"/><text x=\"%d\" y=\"%d\" "
		"text-anchor=\"middle\" font-size=\"12.5\" fill=\"#24507a\">",
		x, y, to, y, (x + to) / 2, text_y);
	pc_buf_add_html(out, text);
	pc_buf_add_text(out, "</text>");
}

void
pc_html_path(const struct pc_results *r, struct pc_buf *out)
{
	json_error_t error;
	char line[160];
	json_t *x = r->extras_json == NULL ? NULL : json_loads(r->extras_json, 0, &error);
	const json_t *p = json_object_get(x, "path");
	if (p != NULL) {
		pc_buf_add_text(out,
			"<h2>The path</h2><div class=\"path\"><svg viewBox=\"0 0 1060 176\" "
			"role=\"img\" aria-label=\"printers, agents, cloud and operator with what went "
			"between them\"><defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
			"markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path "
			"d=\"M0 0 8 4 0 8z\" fill=\"#24507a\"/></marker></defs>");
		snprintf(line, sizeof(line), "%lld emulated",
			(long long)json_integer_value(json_object_get(p, "printers")));
		box(out, 6, "Printers", line, "#1b7f4d");
		snprintf(line, sizeof(line), "DC %lld, ES %lld",
			(long long)json_integer_value(json_object_get(p, "dcAgents")),
			(long long)json_integer_value(json_object_get(p, "esAgents")));
		box(out, 296, "Agents", line, "#24507a");
		snprintf(line, sizeof(line), "%lld collections stored",
			(long long)json_integer_value(json_object_get(p, "collections")));
		box(out, 586, "Cloud", line, "#24507a");
		snprintf(line, sizeof(line), "%lld operations",
			(long long)json_integer_value(json_object_get(p, "operations")));
		box(out, 864, "Operator", line, "#96650a");
		snprintf(line, sizeof(line), "SNMP, ENPC: %lld packets",
			(long long)json_integer_value(member(p, "site", "collect")));
		arrow(out, 296, 70, 200, line, 36);
		snprintf(line, sizeof(line), "LPD, SNMP SET: %lld",
			(long long)json_integer_value(member(p, "site", "operate")));
		arrow(out, 296, 106, 200, line, 152);
		snprintf(line, sizeof(line), "HTTPS: %lld uploads",
			(long long)json_integer_value(json_object_get(p, "collections")));
		arrow(out, 486, 70, 582, line, 36);
		snprintf(line, sizeof(line), "MQTT: %lld packets",
			(long long)json_integer_value(member(p, "wan", "mqtt")));
		arrow(out, 582, 106, 490, line, 152);
		arrow(out, 860, 88, 780, "", 70);
		pc_buf_add_text(out, "</svg></div>\n");
	}
	json_decref(x);
}

void
pc_html_replay(const struct pc_results *r, struct pc_buf *out)
{
	json_error_t error;
	size_t i;
	const json_t *row;
	json_t *x = r->extras_json == NULL ? NULL : json_loads(r->extras_json, 0, &error);
	const json_t *list = json_object_get(x, "replay");
	if (json_array_size(list) > 0) {
		pc_buf_add_text(out,
			"<h2>Replay of what was captured</h2><div class=\"scroll\"><table>"
			"<thead><tr><th>Capture</th><th>Against</th><th>Exchanges</th>"
			"<th>Fields equal</th><th>By rule</th><th>Mismatches</th>"
			"<th>Verdict</th></tr></thead><tbody>\n");
		json_array_foreach(list, i, row)
		{
			const char *verdict = json_string_value(json_object_get(row, "verdict"));
			pc_buf_add_text(out, "<tr><td>");
			pc_buf_add_html(out, json_string_value(json_object_get(row, "capture")));
			pc_buf_add_text(out, "</td><td>");
			pc_buf_add_html(out, json_string_value(json_object_get(row, "against")));
			pc_buf_addf(out,
				"</td><td class=\"num\">%lld</td><td class=\"num\">%lld</td><td "
				"class=\"num\">%lld</td><td class=\"num\">%lld</td><td><span class=\"b "
				"%s\">%s</span></td></tr>\n",
				(long long)json_integer_value(json_object_get(row, "exchanges")),
				(long long)json_integer_value(json_object_get(row, "equal")),
				(long long)json_integer_value(json_object_get(row, "byRule")),
				(long long)json_integer_value(json_object_get(row, "mismatches")),
				verdict != NULL && verdict[0] == 'P' ? "pass" : "fail",
				verdict == NULL ? "?" : verdict);
		}
		pc_buf_add_text(out, "</tbody></table></div>\n");
	}
	json_decref(x);
}
