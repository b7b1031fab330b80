/* What the pages tell of status, supplies, paper and counters. Everything is read from its state
 * when it is asked for. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/firmware.h"
#include "device/log.h"
#include "device/usage.h"
#include "services/web-parts.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* "iso_a4_210x297mm": "A4". Spec: PWG 5101.1 s5 */
static void
size_name(const char *pwg, char out[32])
{
	const char *first = strchr(pwg, '_');
	const char *name = first == NULL ? pwg : first + 1;
	size_t n = strcspn(name, "_");
	(void)snprintf(out, 32, "%.*s", (int)(n < 31 ? n : 31), name);
	if (out[0] >= 'a' && out[0] <= 'z')
		out[0] = (char)(out[0] - 'a' + 'A');
}

static const char *
size_at(const struct pc_device *dev, size_t at, char out[32])
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_name(at < p->n_sizes ? p->sizes[at] : "?", out);
	return out;
}

/* ---- supplies ---- */

static const char *
ink_class(const struct pc_profile_supply *s)
{
	static const char *const names[] = {"black", "cyan", "magenta", "yellow", "gray", "orange",
		"green", "violet", "red", "blue", "white"};
	for (size_t i = 0; s->colorant != NULL && i < COUNT(names); i++) {
		if (strstr(s->colorant, names[i]) != NULL)
			return names[i];
	}
	return s->receptacle ? "waste" : "part";
}

/* A container as high as it is full: of receptacles the level is the room that remains. */
static void
add_tank(struct pc_web_call *call, size_t at)
{
	const struct pc_profile_supply *s = &pc_device_profile(call->dev)->supplies[at];
	int32_t permille = pc_device_supply_permille(call->dev, at);
	unsigned state = pc_device_state(call->dev)->supplies[at].state;
	int fill = permille < 0 ? 0 : (int)permille;
	int height = fill * 96 / 1000;
	pc_html(call->out, "<figure class=\"tank%s\" data-supply=\"%lu\">",
		state == PC_SUPPLY_OK ? "" : " low", (unsigned long)at + 1);
	pc_html(call->out,
		"<svg width=\"46\" height=\"108\" viewBox=\"0 0 46 108\" role=\"img\" "
		"aria-label=\"%s\"><rect class=\"glass\" x=\"3\" y=\"5\" width=\"40\" "
		"height=\"100\" rx=\"5\"/>",
		s->name);
	pc_html(call->out,
		"<rect class=\"ink %s\" x=\"5\" y=\"%d\" width=\"36\" height=\"%d\" rx=\"3\"/>"
		"<path class=\"mark\" d=\"M3 30h7M3 55h10M3 80h7\"/>",
		ink_class(s), 103 - height, height);
	if (permille < 0)
		pc_html(call->out, "<text x=\"23\" y=\"64\">?</text>");
	pc_html(call->out, "</svg><figcaption>%s<b>", s->name);
	if (state == PC_SUPPLY_MISSING)
		pc_html(call->out, "not installed");
	else if (permille < 0)
		pc_html(call->out, "level not known");
	else
		pc_html(call->out, "%d %%", (int)((permille + 5) / 10));
	pc_html(call->out, "</b></figcaption></figure>");
}

static void
add_tanks(struct pc_web_call *call)
{
	const struct pc_profile *p = pc_device_profile(call->dev);
	pc_html(call->out, "<div class=\"tanks\">");
	for (size_t i = 0; i < p->n_supplies; i++)
		add_tank(call, i);
	pc_html(call->out, "</div>");
	if (p->n_supplies == 0)
		pc_html(call->out, "<p class=\"none\">This model reports no supplies.</p>");
}

static void
supply_row(struct pc_web_call *call, size_t at)
{
	static const char *const states[] = {"OK", "Low", "Empty", "Missing"};
	const struct pc_profile_supply *s = &pc_device_profile(call->dev)->supplies[at];
	const struct pc_supply *now = &pc_device_state(call->dev)->supplies[at];
	char serial[PC_SERIAL_MAX];
	pc_device_supply_serial(call->dev, at, serial);
	pc_html(call->out, "<tr data-supply=\"%lu\">", (unsigned long)at + 1);
	pc_html(call->out, "<td><span class=\"dot %s\"></span>%s</td>", ink_class(s), s->name);
	pc_web_cell(call, now->state < COUNT(states) ? states[now->state] : "");
	pc_html(call->out, "<td class=\"n\" data-key=\"level\">%d</td><td class=\"n\">%d</td>",
		(int)now->level, (int)s->capacity);
	pc_web_cell(call, s->part_number == NULL ? "-" : s->part_number);
	pc_web_cell(call, serial);
	pc_web_cell_time(call, pc_device_supply_installed_ns(call->dev, at));
	pc_web_cell_n(call, pc_device_supply_sides(call->dev, at));
	pc_web_cell_n(call, now->replacements);
	pc_html(call->out, "</tr>");
}

void
pc_web_show_supplies(struct pc_web_call *call)
{
	static const char *const heads[] = {"Supply", "State", "#Level", "#Capacity",
		"Order number", "Serial number", "Installed", "#Pages since", "#Replaced", NULL};
	const struct pc_profile *p = pc_device_profile(call->dev);
	pc_web_card(call, "Levels");
	add_tanks(call);
	pc_web_end_card(call);
	pc_web_card(call, "Details");
	pc_web_table(call, heads);
	for (size_t i = 0; i < p->n_supplies; i++)
		supply_row(call, i);
	pc_web_end_table(call, p->n_supplies, "Nothing is reported.");
	pc_web_end_card(call);
}

/* ---- trays ---- */

static void
tray_row(struct pc_web_call *call, size_t at)
{
	const struct pc_profile *p = pc_device_profile(call->dev);
	const struct pc_tray *t = &pc_device_state(call->dev)->trays[at];
	int32_t capacity = pc_device_tray_capacity(call->dev, at);
	char size[32];
	pc_html(call->out, "<tr>");
	pc_web_cell(call, p->trays[at].name);
	pc_web_cell(call, size_at(call->dev, t->size, size));
	pc_web_cell(call, p->trays[at].media);
	if (t->missing)
		pc_html(call->out, "<td colspan=\"2\">not installed</td></tr>");
	else if (t->level < 0 || capacity <= 0)
		pc_html(call->out, "<td>%s</td><td>-</td></tr>",
			t->level == -3  ? "has paper"
			: t->level == 0 ? "empty"
					: "not known");
	else
		pc_html(call->out,
			"<td class=\"n\">%d of %d</td><td><svg class=\"bar\" width=\"120\" "
			"height=\"12\" role=\"img\" aria-label=\"%d of %d\"><rect class=\"glass\" "
			"width=\"120\" height=\"12\" rx=\"3\"/><rect class=\"paper\" width=\"%d\" "
			"height=\"12\" rx=\"3\"/></svg></td></tr>",
			(int)t->level, (int)capacity, (int)t->level, (int)capacity,
			(int)(t->level >= capacity ? 120 : (int64_t)t->level * 120 / capacity));
}

static void
add_trays(struct pc_web_call *call)
{
	static const char *const heads[] = {"Tray", "Size", "Type", "Sheets", "", NULL};
	const struct pc_profile *p = pc_device_profile(call->dev);
	pc_web_table(call, heads);
	for (size_t i = 0; i < p->n_trays; i++)
		tray_row(call, i);
	pc_web_end_table(call, p->n_trays, "This model reports no trays.");
}

void
pc_web_show_trays(struct pc_web_call *call)
{
	static const char *const heads[] = {"Output", "#Capacity", "State", NULL};
	const struct pc_profile *p = pc_device_profile(call->dev);
	const struct pc_device_state *s = pc_device_state(call->dev);
	pc_web_card(call, "Paper trays");
	add_trays(call);
	pc_web_end_card(call);
	pc_web_card(call, "Outputs");
	pc_web_table(call, heads);
	for (size_t i = 0; i < p->n_outputs; i++)
		pc_html(call->out, "<tr><td>%s</td><td class=\"n\">%d</td><td>%s</td></tr>",
			p->outputs[i].name, (int)p->outputs[i].capacity,
			(s->outputs_full >> i & 1) != 0 ? "full" : "OK");
	pc_web_end_table(call, p->n_outputs, "This model reports no outputs.");
	pc_web_end_card(call);
}

/* ---- status ---- */

static const char *
lamp(const struct pc_device *dev)
{
	enum pc_status s = pc_device_status(dev);
	if (s == PC_STATUS_DOWN)
		return "bad";
	if (s == PC_STATUS_WARNING)
		return "warn";
	return s == PC_STATUS_SLEEP ? "calm" : "good";
}

/* What the alert is about; NULL for the whole printer. Spec: RFC 3805 prtAlertGroup */
static const char *
alert_part(const struct pc_profile *p, const struct pc_alert *a)
{
	enum { COVER = 6, INPUT = 8, OUTPUT = 9, SUPPLIES = 11 };
	size_t at = a->group_index < 1 ? SIZE_MAX : (size_t)a->group_index - 1;
	if (a->group == SUPPLIES && at < p->n_supplies)
		return p->supplies[at].name;
	if (a->group == INPUT && at < p->n_trays)
		return p->trays[at].name;
	if (a->group == OUTPUT && at < p->n_outputs)
		return p->outputs[at].name;
	return a->group == COVER && at < p->n_covers ? p->covers[at].name : NULL;
}

static void
add_alerts(struct pc_web_call *call)
{
	const struct pc_alert *alerts = NULL;
	size_t n = pc_device_alerts(call->dev, &alerts);
	pc_html(call->out, "<ul class=\"alerts\">");
	for (size_t i = 0; i < n; i++) {
		const char *part = alert_part(pc_device_profile(call->dev), &alerts[i]);
		pc_html(call->out, "<li class=\"%s\">%s", alerts[i].severity == 3 ? "bad" : "warn",
			alerts[i].text);
		if (part != NULL)
			pc_html(call->out, "<b>%s</b>", part);
		pc_html(call->out, "</li>");
	}
	pc_html(call->out, "</ul>");
	if (n == 0)
		pc_html(call->out, "<p class=\"none\">No messages.</p>");
}

static const char *
status_text(const struct pc_device *dev)
{
	static const char *const texts[PC_STATUSES] = {"Available", "Printing", "Maintenance",
		"Warming up", "Available, attention needed", "Stopped", "Sleeping", "Off"};
	enum pc_status s = pc_device_status(dev);
	return s < PC_STATUSES ? texts[s] : "";
}

void
pc_web_show_status(struct pc_web_call *call)
{
	const struct pc_profile *p = pc_device_profile(call->dev);
	const struct pc_device_state *s = pc_device_state(call->dev);
	char address[PC_TEXT_ADDR_MAX];
	pc_html(call->out, "<div class=\"cards\">");
	pc_web_card(call, "Printer status");
	pc_html(call->out, "<p class=\"state %s\"><span class=\"lamp\"></span><b>%s</b></p>",
		lamp(call->dev), status_text(call->dev));
	pc_html(call->out, "<p class=\"panel\" title=\"On the panel\">%s</p>",
		pc_device_console(call->dev));
	add_alerts(call);
	pc_web_end_card(call);
	pc_web_card(call, "This device");
	pc_web_facts(call);
	pc_web_fact(call, "Model", p->model);
	pc_web_fact(call, "Serial number", s->serial);
	pc_web_fact(call, "Address", pc_text_from_ipv4(s->address, address));
	pc_web_fact(call, "Location", s->sys_location);
	pc_web_fact(call, "Contact", s->sys_contact);
	pc_web_fact(call, "Firmware", pc_device_firmware(call->dev, 0));
	pc_web_number(call, "Pages printed", "life", pc_device_state(call->dev)->counters.life);
	pc_web_end_facts(call);
	pc_web_end_card(call);
	pc_html(call->out, "</div>");
	pc_web_card(call, "Supplies");
	add_tanks(call);
	pc_web_end_card(call);
	pc_web_card(call, "Paper");
	add_trays(call);
	pc_web_end_card(call);
}

/* ---- counters ---- */

static const char *const functions[5] = {"Print", "Copy", "Fax", "Scan", "Report"};

static uint32_t
use_of(const struct pc_counters *c, size_t function, size_t color, size_t plex)
{
	return c->by_use[function][color][plex][0] + c->by_use[function][color][plex][1];
}

static uint32_t
large_of(const struct pc_counters *c, size_t function, size_t color)
{
	return c->by_use[function][color][0][1] + c->by_use[function][color][1][1];
}

static uint32_t
color_of(const struct pc_counters *c, size_t color)
{
	uint32_t n = 0;
	for (size_t i = 0; i < PC_SIZES_MAX; i++)
		n += c->by_size[i][color][0] + c->by_size[i][color][1];
	return n;
}

static void
add_totals(struct pc_web_call *call)
{
	const struct pc_counters *c = &pc_device_state(call->dev)->counters;
	pc_web_facts(call);
	pc_web_number(call, "Total pages", "life", pc_device_state(call->dev)->counters.life);
	pc_web_number(call, "Since switched on", "powerOn", c->power_on);
	pc_web_number(call, "Black and white pages", "mono", color_of(c, 0));
	if (pc_device_profile(call->dev)->color)
		pc_web_number(call, "Colour pages", "color", color_of(c, 1));
	pc_web_end_facts(call);
}

static void
add_functions(struct pc_web_call *call)
{
	static const char *const heads[] = {"Function", "#Pages", "#B/W 1-sided", "#B/W 2-sided",
		"#Colour 1-sided", "#Colour 2-sided", "#Large B/W", "#Large colour", "#Sheets",
		NULL};
	const struct pc_counters *c = &pc_device_state(call->dev)->counters;
	pc_web_table(call, heads);
	for (size_t f = 0; f < COUNT(functions); f++) {
		pc_html(call->out, "<tr><td>%s</td><td class=\"n\" data-key=\"%s\">%u</td>",
			functions[f], functions[f],
			(unsigned)pc_web_count(call, c->by_function[f]));
		for (size_t k = 0; k < 4; k++)
			pc_web_cell_n(call, use_of(c, f, k / 2, k % 2));
		pc_web_cell_n(call, large_of(c, f, 0));
		pc_web_cell_n(call, large_of(c, f, 1));
		pc_web_cell_n(call, (uint64_t)c->sheets[f][0][0] + c->sheets[f][0][1] +
					    c->sheets[f][1][0] + c->sheets[f][1][1]);
		pc_html(call->out, "</tr>");
	}
	pc_web_end_table(call, 1, "");
}

static void
add_sizes(struct pc_web_call *call)
{
	static const char *const heads[] = {"Size", "#B/W 1-sided", "#B/W 2-sided",
		"#Colour 1-sided", "#Colour 2-sided", "#Scanned", NULL};
	const struct pc_profile *p = pc_device_profile(call->dev);
	const struct pc_counters *c = &pc_device_state(call->dev)->counters;
	char name[32];
	pc_web_table(call, heads);
	for (size_t i = 0; i < p->n_sizes; i++) {
		pc_html(call->out, "<tr><td>%s</td>", size_at(call->dev, i, name));
		for (size_t k = 0; k < 4; k++)
			pc_web_cell_n(call, c->by_size[i][k / 2][k % 2]);
		pc_web_cell_n(call, c->scan_by_size[i]);
		pc_html(call->out, "</tr>");
	}
	pc_web_end_table(call, p->n_sizes, "");
}

static void
add_media(struct pc_web_call *call)
{
	static const char *const heads[] = {"Media type", "#Pages", NULL};
	const struct pc_profile *p = pc_device_profile(call->dev);
	pc_web_table(call, heads);
	for (size_t i = 0; i < p->n_media; i++) {
		pc_html(call->out, "<tr><td>%s</td>", p->media[i]);
		pc_web_cell_n(call, pc_device_state(call->dev)->counters.by_media[i]);
		pc_html(call->out, "</tr>");
	}
	pc_web_end_table(call, p->n_media, "");
}

static void
add_events(struct pc_web_call *call)
{
	const struct pc_counters *c = &pc_device_state(call->dev)->counters;
	pc_web_facts(call);
	pc_web_number(call, "Jobs printed", "jobsDone", c->jobs_done);
	pc_web_number(call, "Jobs not printed", "jobsFailed", c->jobs_failed);
	pc_web_number(call, "Maintenance jobs", "maintenanceJobs", c->maintenance_jobs);
	pc_web_number(call, "Paper jams", "jams", c->jams);
	if (pc_device_profile(call->dev)->has_head_cleaning) {
		pc_web_number(call, "Print head cleanings", "cleanings", c->cleanings);
		pc_web_number(call, "Nozzle checks", "nozzleChecks", c->nozzle_checks);
	}
	pc_web_number(call, "Restarts", "reboots", c->reboots);
	pc_web_number(call, "Factory resets", "factoryResets", c->factory_resets);
	pc_web_number(call, "Messages in all", "alerts", c->alerts_all);
	pc_web_end_facts(call);
}

static void
add_usage(struct pc_web_call *call)
{
	struct pc_usage u;
	pc_device_usage(call->dev, &u);
	pc_web_facts(call);
	pc_web_number(call, "Printing time, minutes", "printingMinutes", u.printing_ms / 60000);
	pc_web_number(call, "Printed area, m2", "area",
		(u.area_mm2[0] + u.area_mm2[1]) / UINT64_C(1000000));
	if (pc_device_profile(call->dev)->scanner)
		pc_web_number(call, "Images scanned to computers", "scanComputer",
			u.scan_images[PC_SCAN_TO_COMPUTER]);
	if (pc_device_profile(call->dev)->fax) {
		pc_web_number(call, "Faxes sent", "faxesSent", u.faxes_sent);
		pc_web_number(call, "Faxes received", "faxesReceived", u.faxes_received);
	}
	pc_web_end_facts(call);
}

static void
add_months(struct pc_web_call *call)
{
	static const char *const heads[] = {"Month", "#Black and white", "#Colour", NULL};
	struct pc_usage u;
	size_t n = 0;
	pc_device_usage(call->dev, &u);
	pc_web_table(call, heads);
	for (; n < PC_MONTHS_MAX && u.months[n].year != 0; n++) {
		char month[24];
		(void)snprintf(month, sizeof(month), "%u-%02u", (unsigned)u.months[n].year,
			(unsigned)u.months[n].month);
		pc_html(call->out, "<tr><td>%s</td>", month);
		pc_web_cell_n(call, u.months[n].sides[0]);
		pc_web_cell_n(call, u.months[n].sides[1]);
		pc_html(call->out, "</tr>");
	}
	pc_web_end_table(call, n, "Nothing printed yet.");
}

void
pc_web_show_counters(struct pc_web_call *call)
{
	static const struct {
		const char *title;
		void (*add)(struct pc_web_call *call);
	} parts[] = {{"Totals", add_totals}, {"Events", add_events}, {"Use", add_usage},
		{"By function", add_functions}, {"By paper size", add_sizes},
		{"By media type", add_media}, {"By month", add_months}};
	pc_html(call->out, "<div class=\"cards three\">");
	for (size_t i = 0; i < COUNT(parts); i++) {
		if (i == 3)
			pc_html(call->out, "</div>");
		pc_web_card(call, parts[i].title);
		parts[i].add(call);
		pc_web_end_card(call);
	}
}

void
pc_web_show_meters(struct pc_web_call *call)
{
	static const char *const heads[] = {"Meter", "#Impressions", NULL};
	const struct pc_counters *c = &pc_device_state(call->dev)->counters;
	uint32_t large[2] = {0, 0};
	for (size_t f = 0; f < COUNT(functions); f++) {
		large[0] += large_of(c, f, 0);
		large[1] += large_of(c, f, 1);
	}
	const struct {
		const char *name, *key;
		uint32_t value;
	} rows[] = {{"Total impressions", "life", c->life},
		{"Colour impressions", "color", color_of(c, 1)},
		{"Black impressions", "mono", color_of(c, 0)},
		{"Colour large impressions", "largeColor", large[1]},
		{"Black large impressions", "largeMono", large[0]}};
	pc_web_card(call, "Usage counters");
	pc_web_table(call, heads);
	for (size_t i = 0; i < COUNT(rows); i++)
		pc_html(call->out, "<tr><td>%s</td><td class=\"n\" data-key=\"%s\">%u</td></tr>",
			rows[i].name, rows[i].key, (unsigned)pc_web_count(call, rows[i].value));
	pc_web_end_table(call, 1, "");
	pc_web_end_card(call);
}
