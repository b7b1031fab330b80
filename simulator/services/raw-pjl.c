/* PJL on the raw ports: the commands, their replies, unsolicited status. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "services/raw.h"

enum { MEMORY_BYTES = 134217728, LINE_TEXT_MAX = 512, ID_TEXT_MAX = 256 };

/* Replies. */

static void
send_reply(struct pc_raw_conn *c, struct pc_writer *w)
{
	if (w->err != PC_OK)
		return; /* a reply over the limit: nothing rather than half of it */
	(void)pc_tcp_write(c->tcp, w->data, w->at);
	c->raw->service.counters.out++;
}

static unsigned
status_of(const struct pc_raw_conn *c, const char **ret_display, bool *ret_online)
{
	unsigned code = pc_status_pjl_code(c->dev, ret_online);
	*ret_display = pc_device_console(c->dev);
	if (!pc_service_has_fault(c->dev, PC_FAULT_RAW_STATUS_ALWAYS_READY))
		return code;
	*ret_display = "Ready";
	*ret_online = true;
	return 10001;
}

static void
write_status(struct pc_raw_conn *c, struct pc_writer *w)
{
	const char *display = "";
	bool online = true;
	unsigned code = status_of(c, &display, &online);
	pc_pjl_reply_status(w, code, display, online);
}

/* INFO categories. */

static void
info_id(struct pc_raw_conn *c, struct pc_writer *w)
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	char id[ID_TEXT_MAX];
	if (p->pjl_id == NULL || pc_device_expand(c->dev, p->pjl_id, id, sizeof(id)) != PC_OK)
		(void)pc_text_copy(id, sizeof(id), p->model);
	pc_pjl_reply_line(w, "\"%s\"", id);
}

static void
info_pagecount(struct pc_raw_conn *c, struct pc_writer *w)
{
	uint32_t n = pc_device_state(c->dev)->counters.life;
	if (pc_service_has_fault(c->dev, PC_FAULT_RAW_PAGECOUNT_FROZEN))
		n = pc_device_profile(c->dev)->initial_life_count;
	pc_pjl_reply_line(w, "%" PRIu32, n);
}

static void
info_memory(struct pc_raw_conn *c, struct pc_writer *w)
{
	(void)c;
	pc_pjl_reply_line(w, "TOTAL=%d", MEMORY_BYTES);
	pc_pjl_reply_line(w, "LARGEST=%d", MEMORY_BYTES / 2);
}

static void
info_filesys(struct pc_raw_conn *c, struct pc_writer *w)
{
	(void)c; /* no volumes: the heading alone */
	pc_pjl_reply_line(w, "VOLUME\tTOTAL SIZE\tFREE SPACE\tLOCATION\tLABEL\tSTATUS");
}

/* The PJL name of a size, its PWG name when PJL has none. */
static const char *
paper_name(const struct pc_profile *p, size_t size)
{
	static const char *const names[] = {"A4", "A3", "A5", "A6", "B4", "B5", "LETTER", "LEGAL",
		"LEDGER", "EXECUTIVE", "COM10", "DL", "C5"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (pc_ticket_paper(p, names[i]) == (int)size)
			return names[i];
	}
	return p->sizes[size];
}

static void
info_config(struct pc_raw_conn *c, struct pc_writer *w)
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	pc_pjl_reply_line(w, "IN TRAYS [%zu ENUMERATED]", p->n_trays);
	for (size_t i = 0; i < p->n_trays; i++)
		pc_pjl_reply_line(w, "\t%s", p->trays[i].name);
	pc_pjl_reply_line(w, "OUTPUT BINS [%zu ENUMERATED]", p->n_outputs);
	for (size_t i = 0; i < p->n_outputs; i++)
		pc_pjl_reply_line(w, "\t%s", p->outputs[i].name);
	pc_pjl_reply_line(w, "PAPERS [%zu ENUMERATED]", p->n_sizes);
	for (size_t i = 0; i < p->n_sizes; i++)
		pc_pjl_reply_line(w, "\t%s", paper_name(p, i));
	pc_pjl_reply_line(w, "LANGUAGES [%zu ENUMERATED]", p->n_interpreters);
	for (size_t i = 0; i < p->n_interpreters; i++)
		pc_pjl_reply_line(w, "\t%s", p->interpreters[i].name);
	pc_pjl_reply_line(w, "USTATUS [4 ENUMERATED]");
	static const char *const kinds[] = {"DEVICE", "JOB", "PAGE", "TIMED"};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		pc_pjl_reply_line(w, "\t%s", kinds[i]);
	pc_pjl_reply_line(w, "MEMORY=%d", MEMORY_BYTES);
	pc_pjl_reply_line(w, "DISPLAY LINES=1");
	pc_pjl_reply_line(w, "DISPLAY CHARACTER SIZE=20");
}

static const char *const ustatus_device_names[] = {"OFF", "ON", "VERBOSE"};

static void
info_ustatus(struct pc_raw_conn *c, struct pc_writer *w)
{
	pc_pjl_reply_line(w, "DEVICE=%s [3 ENUMERATED]", ustatus_device_names[c->ustatus_device]);
	for (size_t i = 0; i < 3; i++)
		pc_pjl_reply_line(w, "\t%s", ustatus_device_names[i]);
	pc_pjl_reply_line(w, "JOB=%s [2 ENUMERATED]", c->ustatus_job ? "ON" : "OFF");
	pc_pjl_reply_line(w, "\tOFF");
	pc_pjl_reply_line(w, "\tON");
	pc_pjl_reply_line(w, "PAGE=%s [2 ENUMERATED]", c->ustatus_page ? "ON" : "OFF");
	pc_pjl_reply_line(w, "\tOFF");
	pc_pjl_reply_line(w, "\tON");
	pc_pjl_reply_line(w, "TIMED=%u [2 RANGE]", c->timed_s);
	pc_pjl_reply_line(w, "\t%d", PC_RAW_TIMED_MIN_S);
	pc_pjl_reply_line(w, "\t%d", PC_RAW_TIMED_MAX_S);
}

/* Variables: the value on this connection and what may be set. */

static void
var_copies(const struct pc_raw_conn *c, char out[PC_NAME_MAX])
{
	(void)snprintf(out, PC_NAME_MAX, "%" PRIu32, c->ticket.copies > 0 ? c->ticket.copies : 1);
}

static void
var_paper(const struct pc_raw_conn *c, char out[PC_NAME_MAX])
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	size_t at = c->ticket.size >= 0 ? (size_t)c->ticket.size : 0;
	pc_text_copy(out, PC_NAME_MAX, at < p->n_sizes ? paper_name(p, at) : "A4");
}

static void
var_duplex(const struct pc_raw_conn *c, char out[PC_NAME_MAX])
{
	pc_text_copy(out, PC_NAME_MAX, c->ticket.duplex == 1 ? "ON" : "OFF");
}

static void
var_rendermode(const struct pc_raw_conn *c, char out[PC_NAME_MAX])
{
	bool color = pc_device_profile(c->dev)->color && c->ticket.color != 0;
	pc_text_copy(out, PC_NAME_MAX, color ? "COLOR" : "GRAYSCALE");
}

static void
var_jobname(const struct pc_raw_conn *c, char out[PC_NAME_MAX])
{
	(void)snprintf(out, PC_NAME_MAX, "%.60s", c->ticket.name);
}

static void
var_username(const struct pc_raw_conn *c, char out[PC_NAME_MAX])
{
	(void)snprintf(out, PC_NAME_MAX, "%.60s", c->ticket.user);
}

static const struct {
	const char *name;
	void (*value)(const struct pc_raw_conn *c, char out[PC_NAME_MAX]);
	bool quoted;
	const char *kind;       /* "RANGE", "ENUMERATED", "STRING" */
	const char *allowed[3]; /* NULL: the profile's sizes */
} variables[] = {
	{"COPIES", var_copies, false, "RANGE", {"1", "32767", NULL}},
	{"PAPER", var_paper, false, "ENUMERATED", {NULL, NULL, NULL}},
	{"DUPLEX", var_duplex, false, "ENUMERATED", {"OFF", "ON", NULL}},
	{"RENDERMODE", var_rendermode, false, "ENUMERATED", {"COLOR", "GRAYSCALE", NULL}},
	{"JOBNAME", var_jobname, true, "STRING", {"", NULL, NULL}},
	{"USERNAME", var_username, true, "STRING", {"", NULL, NULL}},
};

static void
info_variables(struct pc_raw_conn *c, struct pc_writer *w)
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		char value[PC_NAME_MAX];
		variables[i].value(c, value);
		if (variables[i].quoted) {
			pc_pjl_reply_line(w, "%s=\"%s\"", variables[i].name, value);
			continue;
		}
		bool sizes = variables[i].allowed[0] == NULL;
		pc_pjl_reply_line(w, "%s=%s [%zu %s]", variables[i].name, value,
			sizes ? p->n_sizes : (size_t)2, variables[i].kind);
		for (size_t k = 0; sizes && k < p->n_sizes; k++)
			pc_pjl_reply_line(w, "\t%s", paper_name(p, k));
		for (size_t k = 0; variables[i].allowed[k] != NULL; k++)
			pc_pjl_reply_line(w, "\t%s", variables[i].allowed[k]);
	}
}

static const struct {
	const char *name;
	void (*write)(struct pc_raw_conn *c, struct pc_writer *w);
} categories[] = {
	{"ID", info_id},
	{"STATUS", write_status},
	{"PAGECOUNT", info_pagecount},
	{"VARIABLES", info_variables},
	{"USTATUS", info_ustatus},
	{"CONFIG", info_config},
	{"MEMORY", info_memory},
	{"FILESYS", info_filesys},
};

/* Commands. */

static void
cmd_info(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	uint8_t out[PC_PJL_REPLY_MAX];
	char heading[64];
	struct pc_writer w;
	const char *name = cmd->n_options > 0 ? cmd->options[0].name : "";
	for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++) {
		if (strcmp(categories[i].name, name) != 0)
			continue;
		pc_writer_init(&w, out, sizeof(out));
		(void)snprintf(heading, sizeof(heading), "INFO %s", name);
		pc_pjl_reply_begin(&w, heading);
		categories[i].write(c, &w);
		pc_pjl_reply_end(&w);
		send_reply(c, &w);
		return;
	}
}

static void
cmd_inquire(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	uint8_t out[LINE_TEXT_MAX];
	char heading[128], value[PC_NAME_MAX] = "\"?\"";
	struct pc_writer w;
	const char *quote = "";
	const char *name = cmd->n_options > 0 ? cmd->options[0].name : "";
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		if (strcmp(variables[i].name, name) != 0)
			continue;
		variables[i].value(c, value);
		quote = variables[i].quoted ? "\"" : "";
	}
	(void)snprintf(heading, sizeof(heading), "%s %s%s%s%s%s", cmd->name, cmd->modifier,
		cmd->modifier[0] != '\0' ? ":" : "", cmd->modifier_value,
		cmd->modifier[0] != '\0' ? " " : "", name);
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, heading);
	pc_pjl_reply_line(&w, "%s%s%s", quote, value, quote);
	pc_pjl_reply_end(&w);
	send_reply(c, &w);
}

static void
cmd_echo(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	uint8_t out[PC_PJL_LINE_MAX + 64];
	struct pc_writer w;
	pc_writer_init(&w, out, sizeof(out));
	if (pc_service_has_fault(c->dev, PC_FAULT_RAW_ECHO_CHANGED))
		pc_pjl_reply_echo(&w, "?", 1);
	else
		pc_pjl_reply_echo(&w, cmd->rest, cmd->rest_len);
	send_reply(c, &w);
}

static void
cmd_enter(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	if (pc_pjl_option(cmd, "LANGUAGE") != NULL)
		pc_pjl_enter_data(&c->scanner);
}

static void
cmd_job(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	c->in_job = true;
	pc_ticket_init(&c->ticket);
	(void)pc_ticket_pjl(&c->ticket, c->dev, cmd);
}

static void
cmd_eoj(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	(void)cmd;
	c->in_job = false;
	pc_raw_end_job(c);
	pc_ticket_init(&c->ticket);
}

static void
cmd_set(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	(void)pc_ticket_pjl(&c->ticket, c->dev, cmd);
}

static void
cmd_reset(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	(void)cmd;
	pc_ticket_init(&c->ticket);
}

static void
cmd_rdymsg(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	char text[PC_NAME_MAX];
	const struct pc_pjl_option *o = pc_pjl_option(cmd, "DISPLAY");
	if (o == NULL)
		return;
	pc_service_text(o->value, text, sizeof(text));
	(void)pc_device_setting_set(c->dev, "readyText", text);
}

/* No volume is there. FSDOWNLOAD and FSAPPEND bring their octets all the same. */
static void
cmd_filesystem(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	uint8_t out[LINE_TEXT_MAX];
	char heading[LINE_TEXT_MAX / 2];
	struct pc_writer w;
	uint64_t size = 0;
	const struct pc_pjl_option *o = pc_pjl_option(cmd, "SIZE");
	const struct pc_pjl_option *name = pc_pjl_option(cmd, "NAME");
	if (strcmp(cmd->name, "FSDOWNLOAD") == 0 || strcmp(cmd->name, "FSAPPEND") == 0) {
		if (o != NULL && pc_text_u64(o->value, 0, UINT64_MAX, &size) == PC_OK)
			c->skip = size;
		return;
	}
	if (strcmp(cmd->name, "FSDIRLIST") != 0 && strcmp(cmd->name, "FSQUERY") != 0 &&
		strcmp(cmd->name, "FSUPLOAD") != 0)
		return;
	(void)snprintf(heading, sizeof(heading), "%s NAME=\"%s\"", cmd->name,
		name != NULL ? name->value : "");
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, heading);
	pc_pjl_reply_line(&w, "FILEERROR=1");
	pc_pjl_reply_end(&w);
	send_reply(c, &w);
}

/* Unsolicited status. */

static bool
speaks_unasked(const struct pc_raw_conn *c)
{
	return !c->waiting && !pc_service_has_fault(c->dev, PC_FAULT_RAW_USTATUS_SILENT);
}

static void
send_status(struct pc_raw_conn *c, const char *heading)
{
	uint8_t out[LINE_TEXT_MAX];
	struct pc_writer w;
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, heading);
	write_status(c, &w);
	pc_pjl_reply_end(&w);
	send_reply(c, &w);
}

static void
on_timed(void *arg)
{
	struct pc_raw_conn *c = arg;
	if (speaks_unasked(c))
		send_status(c, "USTATUS TIMED");
	pc_timer_start(
		&c->timed, c->raw->service.env.loop, (uint64_t)c->timed_s * 1000, on_timed, c);
}

static void
set_timed(struct pc_raw_conn *c, const char *value)
{
	uint64_t s = 0;
	if (pc_text_u64(value, 0, UINT32_MAX, &s) != PC_OK)
		return;
	/* Out of range is clipped (25013), 0 switches off. */
	if (s > 0 && s < PC_RAW_TIMED_MIN_S)
		s = PC_RAW_TIMED_MIN_S;
	c->timed_s = s > PC_RAW_TIMED_MAX_S ? PC_RAW_TIMED_MAX_S : (unsigned)s;
	pc_timer_stop(&c->timed);
	if (c->timed_s > 0)
		pc_timer_start(&c->timed, c->raw->service.env.loop, (uint64_t)c->timed_s * 1000,
			on_timed, c);
}

static void
cmd_ustatus(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	bool online = true;
	for (size_t i = 0; i < cmd->n_options; i++) {
		const struct pc_pjl_option *o = &cmd->options[i];
		bool on = strcasecmp(o->value, "ON") == 0;
		if (strcmp(o->name, "DEVICE") == 0)
			c->ustatus_device = strcasecmp(o->value, "VERBOSE") == 0
						    ? PC_USTATUS_VERBOSE
					    : on ? PC_USTATUS_ON
						 : PC_USTATUS_OFF;
		else if (strcmp(o->name, "JOB") == 0)
			c->ustatus_job = on;
		else if (strcmp(o->name, "PAGE") == 0)
			c->ustatus_page = on;
		else if (strcmp(o->name, "TIMED") == 0)
			set_timed(c, o->value);
	}
	c->last_code = pc_status_pjl_code(c->dev, &online);
}

void
pc_raw_ustatus_off(struct pc_raw_conn *c)
{
	c->ustatus_device = PC_USTATUS_OFF;
	c->ustatus_job = c->ustatus_page = false;
	c->timed_s = 0;
	pc_timer_stop(&c->timed);
}

static void
cmd_ustatusoff(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	(void)cmd;
	pc_raw_ustatus_off(c);
}

static void
tell_job(struct pc_raw_conn *c, const struct pc_job *job)
{
	static const char *const results[] = {[PC_JOB_DONE] = "OK",
		[PC_JOB_CANCELLED] = "USER_CANCELED",
		[PC_JOB_ABORTED] = "ABORTED"};
	uint8_t out[LINE_TEXT_MAX];
	struct pc_writer w;
	if (job->state != PC_JOB_PRINTING && job->state < PC_JOB_DONE)
		return;
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, "USTATUS JOB");
	pc_pjl_reply_line(&w, job->state == PC_JOB_PRINTING ? "START" : "END");
	pc_pjl_reply_line(&w, "NAME=\"%s\"", job->name);
	if (job->state >= PC_JOB_DONE) {
		pc_pjl_reply_line(&w, "PAGES=%" PRIu32, job->pages_done);
		pc_pjl_reply_line(&w, "RESULT=%s", results[job->state]);
	}
	pc_pjl_reply_end(&w);
	send_reply(c, &w);
}

static void
tell_page(struct pc_raw_conn *c, const struct pc_job *job)
{
	uint8_t out[64];
	struct pc_writer w;
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, "USTATUS PAGE");
	pc_pjl_reply_line(&w, "%" PRIu32, job->pages_done);
	pc_pjl_reply_end(&w);
	send_reply(c, &w);
}

/* ON tells what stops printing; VERBOSE every change. */
static void
tell_device(struct pc_raw_conn *c)
{
	bool online = true;
	unsigned code = pc_status_pjl_code(c->dev, &online);
	if (code == c->last_code)
		return;
	bool matters = code >= 30000 || c->last_code >= 30000;
	c->last_code = code;
	if (matters || c->ustatus_device == PC_USTATUS_VERBOSE)
		send_status(c, "USTATUS DEVICE");
}

void
pc_raw_ustatus(struct pc_raw_conn *c, const struct pc_device_event *event)
{
	if (!speaks_unasked(c))
		return;
	if (event->kind == PC_EVENT_JOB && c->ustatus_job)
		tell_job(c, event->job);
	if (event->kind == PC_EVENT_PAGE && c->ustatus_page)
		tell_page(c, event->job);
	if (c->ustatus_device != PC_USTATUS_OFF)
		tell_device(c);
}

/* What has no row, or none to run, is swallowed without a reply. */
static const struct {
	const char *name;
	void (*run)(struct pc_raw_conn *c, const struct pc_pjl_command *cmd);
} commands[] = {
	{"INFO", cmd_info},
	{"INQUIRE", cmd_inquire},
	{"DINQUIRE", cmd_inquire},
	{"ECHO", cmd_echo},
	{"ENTER", cmd_enter},
	{"JOB", cmd_job},
	{"EOJ", cmd_eoj},
	{"SET", cmd_set},
	{"RESET", cmd_reset},
	{"INITIALIZE", cmd_reset},
	{"RDYMSG", cmd_rdymsg},
	{"USTATUS", cmd_ustatus},
	{"USTATUSOFF", cmd_ustatusoff},
	{"FSDIRLIST", cmd_filesystem},
	{"FSQUERY", cmd_filesystem},
	{"FSUPLOAD", cmd_filesystem},
	{"FSDOWNLOAD", cmd_filesystem},
	{"FSAPPEND", cmd_filesystem},
};

void
pc_raw_pjl(struct pc_raw_conn *c, const uint8_t *line, size_t len)
{
	struct pc_pjl_command cmd;
	c->raw->service.counters.in++;
	unsigned err = pc_pjl_parse(line, len, &cmd);
	if (err == 0 && !pc_pjl_is_known(cmd.name))
		err = 20002;
	if (err != 0) {
		c->raw->service.counters.malformed++;
		pc_service_note(&c->raw->service, c->dev, &c->intake.peer, "malformed",
			json_pack("{s:i}", "pjlCode", (int)err));
		return;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, cmd.name) == 0)
			commands[i].run(c, &cmd);
	}
}
