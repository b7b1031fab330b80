/* Small parts of pages. */
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "services/web-parts.h"

const char *
pc_web_time(uint64_t wall_ns, char out[PC_WEB_TIME_MAX])
{
	struct tm tm;
	time_t t = (time_t)(wall_ns / UINT64_C(1000000000));
	if (wall_ns == 0 || gmtime_r(&t, &tm) == NULL ||
		strftime(out, PC_WEB_TIME_MAX, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		pc_text_copy(out, PC_WEB_TIME_MAX, "-");
	return out;
}

uint64_t
pc_web_count(const struct pc_web_call *call, uint64_t n)
{
	return n + pc_service_has_fault(call->dev, PC_FAULT_WEB_COUNTER_WRONG);
}

void
pc_web_card(struct pc_web_call *call, const char *title)
{
	pc_html(call->out, "<section class=\"card\"><h2>%s</h2>", title);
}

void
pc_web_end_card(struct pc_web_call *call)
{
	pc_html(call->out, "</section>");
}

void
pc_web_facts(struct pc_web_call *call)
{
	pc_html(call->out, "<table class=\"facts\"><tbody>");
}

void
pc_web_fact(struct pc_web_call *call, const char *name, const char *value)
{
	pc_html(call->out, "<tr><th scope=\"row\">%s</th><td>%s</td></tr>", name,
		value == NULL || value[0] == '\0' ? "-" : value);
}

/* A number that tests and scripts find by its key. */
void
pc_web_number(struct pc_web_call *call, const char *name, const char *key, uint64_t value)
{
	pc_html(call->out,
		"<tr><th scope=\"row\">%s</th><td class=\"n\" data-key=\"%s\">%lu</td></tr>", name,
		key, (unsigned long)pc_web_count(call, value));
}

void
pc_web_end_facts(struct pc_web_call *call)
{
	pc_html(call->out, "</tbody></table>");
}

/* Column headings; those that begin with '#' are of numbers. NULL ends the list. */
void
pc_web_table(struct pc_web_call *call, const char *const *heads)
{
	pc_html(call->out, "<div class=\"wide\"><table class=\"list\"><thead><tr>");
	for (; *heads != NULL; heads++) {
		if ((*heads)[0] == '#')
			pc_html(call->out, "<th scope=\"col\" class=\"n\">%s</th>", *heads + 1);
		else
			pc_html(call->out, "<th scope=\"col\">%s</th>", *heads);
	}
	pc_html(call->out, "</tr></thead><tbody>");
}

void
pc_web_end_table(struct pc_web_call *call, size_t n_rows, const char *nothing)
{
	pc_html(call->out, "</tbody></table></div>");
	if (n_rows == 0)
		pc_html(call->out, "<p class=\"none\">%s</p>", nothing);
}

void
pc_web_cell(struct pc_web_call *call, const char *text)
{
	pc_html(call->out, "<td>%s</td>", text == NULL ? "" : text);
}

void
pc_web_cell_n(struct pc_web_call *call, uint64_t n)
{
	pc_html(call->out, "<td class=\"n\">%lu</td>", (unsigned long)pc_web_count(call, n));
}

void
pc_web_cell_time(struct pc_web_call *call, uint64_t wall_ns)
{
	char time[PC_WEB_TIME_MAX];
	pc_html(call->out, "<td class=\"time\">%s</td>", pc_web_time(wall_ns, time));
}
