/* PJL on the raw ports: the commands and their replies, messages, unsolicited status. INFO is in
 * pjl-info.c, variables are in pjl-vars.c, the file system in pjl-files.c. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "services/raw.h"

enum { NVRAM_BYTES = 512, NVRAM_MAC_AT = 64, CODE_OPMSG = 40048, CODE_STMSG = 40049 };

/* Replies. */

void
pc_raw_reply(struct pc_raw_conn *c, struct pc_writer *w)
{
	if (w->err != PC_OK || pc_service_has_fault(c->dev, PC_FAULT_RAW_NO_BACK_CHANNEL))
		return; /* a reply over the limit: nothing rather than half of it */
	(void)pc_tcp_write(c->tcp, w->data, w->at);
	c->raw->service.counters.out++;
}

unsigned
pc_raw_status(const struct pc_raw_conn *c, const char **ret_display, bool *ret_online)
{
	unsigned code = pc_status_pjl_code(c->dev, ret_online);
	*ret_display = pc_device_console(c->dev);
	if (pc_service_has_fault(c->dev, PC_FAULT_RAW_STATUS_ALWAYS_READY)) {
		*ret_display = "Ready";
		*ret_online = true;
		return 10001;
	}
	if (c->at->message == PC_RAW_NO_MESSAGE || code != 40079)
		return code;
	*ret_display = c->at->message_text;
	return c->at->message == PC_RAW_OPMSG ? CODE_OPMSG : CODE_STMSG;
}

static void
write_status(struct pc_raw_conn *c, struct pc_writer *w)
{
	const char *display = "";
	bool online = true;
	unsigned code = pc_raw_status(c, &display, &online);
	pc_pjl_reply_status(w, code, display, online);
}

bool
pc_raw_unlocked(const struct pc_raw_conn *c)
{
	return c->unlocked ||
	       (c->at->password == 0 && !pc_service_has_fault(c->dev, PC_FAULT_RAW_PASSWORD_SET));
}

/* Commands. */

static void
cmd_info(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	uint8_t out[PC_PJL_REPLY_MAX];
	char heading[64];
	struct pc_writer w;
	const char *name = cmd->n_options > 0 ? cmd->options[0].name : "";
	pc_writer_init(&w, out, sizeof(out));
	(void)snprintf(heading, sizeof(heading), "INFO %s", name);
	pc_pjl_reply_begin(&w, heading);
	if (strcmp(name, "STATUS") == 0) {
		write_status(c, &w);
	} else if (!pc_raw_info(c, name, &w)) {
		pc_raw_pjl_error(c, name[0] == '\0' ? 20023 : 25006);
		return;
	}
	pc_pjl_reply_end(&w);
	pc_raw_reply(c, &w);
}

static void
inquire(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, enum pc_pjl_var_use use)
{
	uint8_t out[PC_RAW_LINE_TEXT_MAX];
	char heading[160];
	struct pc_writer w;
	bool modified = cmd->modifier[0] != '\0';
	(void)snprintf(heading, sizeof(heading), "%s %s%s%s%s%s", cmd->name, cmd->modifier,
		modified ? ":" : "", cmd->modifier_value, modified ? " " : "",
		cmd->n_options > 0 ? cmd->options[0].name : "");
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, heading);
	pc_raw_vars_inquire(c, cmd, use, &w);
	pc_pjl_reply_end(&w);
	pc_raw_reply(c, &w);
}

static void
cmd_inquire(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	inquire(c, cmd, PC_PJL_SET);
}

static void
cmd_dinquire(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	inquire(c, cmd, PC_PJL_DEFAULT);
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
	pc_raw_reply(c, &w);
}

static void
cmd_enter(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	const struct pc_pjl_option *o = pc_pjl_option(cmd, "LANGUAGE");
	if (o == NULL || !o->has_value)
		pc_raw_pjl_error(c, 20023);
	else
		pc_pjl_enter_data(&c->scanner);
}

static void
cmd_job(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	uint64_t n = 0;
	const struct pc_pjl_option *password = pc_pjl_option(cmd, "PASSWORD");
	const struct pc_pjl_option *display = pc_pjl_option(cmd, "DISPLAY");
	c->in_job = true;
	pc_raw_vars_forget(c);
	pc_ticket_init(&c->ticket);
	(void)pc_ticket_pjl(&c->ticket, c->dev, cmd);
	unsigned expected = c->at->password != 0 ? c->at->password : 1;
	c->unlocked = password != NULL &&
		      pc_text_u64(password->value, 1, UINT16_MAX, &n) == PC_OK && n == expected;
	c->display[0] = '\0';
	if (display != NULL)
		pc_service_text(display->value, c->display, sizeof(c->display));
}

static void
cmd_eoj(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	(void)cmd;
	if (!c->in_job)
		pc_raw_pjl_error(c, 27002);
	c->in_job = c->unlocked = false;
	pc_raw_end_job(c);
	pc_ticket_init(&c->ticket);
	pc_raw_vars_forget(c);
}

static void
cmd_set(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	pc_raw_vars_set(c, cmd, PC_PJL_SET);
}

static void
cmd_default(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	if (pc_raw_unlocked(c))
		pc_raw_vars_set(c, cmd, PC_PJL_DEFAULT);
	else
		pc_raw_pjl_error(c, 27003);
}

static void
cmd_reset(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	(void)cmd;
	pc_raw_vars_forget(c);
}

static void
cmd_initialize(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	(void)cmd;
	if (!pc_raw_unlocked(c)) {
		pc_raw_pjl_error(c, 27003);
		return;
	}
	pc_raw_vars_forget(c);
	pc_raw_vars_initialize(c->at);
}

/* Messages. */

static const char *
display_of(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, char text[PC_NAME_MAX])
{
	const struct pc_pjl_option *o = pc_pjl_option(cmd, "DISPLAY");
	if (o == NULL || !o->has_value) {
		pc_raw_pjl_error(c, o == NULL ? 20023 : 25007);
		return NULL;
	}
	return pc_service_text(o->value, text, PC_NAME_MAX);
}

static void
cmd_rdymsg(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	char text[PC_NAME_MAX];
	if (display_of(c, cmd, text) != NULL)
		(void)pc_device_setting_set(c->dev, "readyText", text);
}

/* The printer goes off-line with this on its panel. */
void
pc_raw_message_show(struct pc_raw_conn *c, enum pc_raw_message kind, const char *text)
{
	struct pc_raw_device *at = c->at;
	(void)pc_device_setting_set(c->dev, "console", text);
	pc_text_copy(at->message_text, sizeof(at->message_text), text);
	at->asker = kind == PC_RAW_STMSG ? c : NULL;
	at->message = kind; /* last: an event while it is on-line acknowledges it */
	(void)pc_device_condition(c->dev, PC_COND_OFFLINE, 0, true);
}

/* On-line again, from the panel or by the control API: whoever sent STMSG hears of the key. */
void
pc_raw_message_done(struct pc_raw *raw, struct pc_raw_device *at)
{
	uint8_t out[PC_RAW_LINE_TEXT_MAX];
	char heading[PC_NAME_MAX + 32];
	struct pc_writer w;
	struct pc_raw_conn *asker = at->asker;
	(void)raw;
	at->message = PC_RAW_NO_MESSAGE;
	at->asker = NULL;
	(void)pc_device_setting_set(at->dev, "console", "");
	if (asker == NULL)
		return;
	(void)snprintf(heading, sizeof(heading), "STMSG DISPLAY=\"%s\"", at->message_text);
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, heading);
	pc_pjl_reply_line(&w, "ONLINE");
	pc_pjl_reply_end(&w);
	pc_raw_reply(asker, &w);
}

static void
show_message(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, enum pc_raw_message kind)
{
	char text[PC_NAME_MAX];
	if (display_of(c, cmd, text) != NULL)
		pc_raw_message_show(c, kind, text);
}

static void
cmd_opmsg(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	show_message(c, cmd, PC_RAW_OPMSG);
}

static void
cmd_stmsg(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	show_message(c, cmd, PC_RAW_STMSG);
}

/* Memory that a maker's tools read octet by octet: serial number, then the MAC address. */
static void
cmd_rnvram(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	uint8_t out[64], memory[NVRAM_BYTES] = {0};
	struct pc_writer w;
	uint64_t at = 0;
	const struct pc_pjl_option *o = pc_pjl_option(cmd, "ADDRESS");
	const struct pc_device_state *s = pc_device_state(c->dev);
	if (o == NULL || pc_text_u64(o->value, 0, NVRAM_BYTES - 1, &at) != PC_OK) {
		pc_raw_pjl_error(c, o == NULL ? 20023 : 25014);
		return;
	}
	memcpy(memory, s->serial, strlen(s->serial));
	memcpy(memory + NVRAM_MAC_AT, s->mac, sizeof(s->mac));
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, "RNVRAM");
	pc_pjl_reply_line(&w, "DATA=%u", memory[at]);
	pc_pjl_reply_end(&w);
	pc_raw_reply(c, &w);
}

/* Device management in hex: looked at for its form, no reply. */
static void
cmd_dm(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	uint8_t data[PC_PJL_STRING_MAX];
	size_t n = 0;
	const struct pc_pjl_option *o = pc_pjl_option(cmd, "ASCIIHEX");
	if (o == NULL)
		pc_raw_pjl_error(c, 20023);
	else if (pc_text_unhex(o->value, data, sizeof(data), &n) != PC_OK)
		pc_raw_pjl_error(c, 20026);
}

/* Unsolicited status. */

static bool
speaks_unasked(const struct pc_raw_conn *c)
{
	return (!c->waiting || c->reads) &&
	       !pc_service_has_fault(c->dev, PC_FAULT_RAW_USTATUS_SILENT);
}

static void
send_status(struct pc_raw_conn *c, const char *heading)
{
	uint8_t out[PC_RAW_LINE_TEXT_MAX];
	struct pc_writer w;
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, heading);
	write_status(c, &w);
	pc_pjl_reply_end(&w);
	pc_raw_reply(c, &w);
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
	if (pc_text_u64(value, 0, UINT32_MAX, &s) != PC_OK) {
		pc_raw_pjl_error(c, 25008);
		return;
	}
	/* Out of range is clipped (25013), 0 switches off. */
	if (s > PC_RAW_TIMED_MAX_S || (s > 0 && s < PC_RAW_TIMED_MIN_S))
		pc_raw_pjl_error(c, 25013);
	if (s > 0 && s < PC_RAW_TIMED_MIN_S)
		s = PC_RAW_TIMED_MIN_S;
	c->timed_s = s > PC_RAW_TIMED_MAX_S ? PC_RAW_TIMED_MAX_S : (unsigned)s;
	pc_timer_stop(&c->timed);
	if (c->timed_s > 0)
		pc_timer_start(&c->timed, c->raw->service.env.loop, (uint64_t)c->timed_s * 1000,
			on_timed, c);
}

static void
set_ustatus(struct pc_raw_conn *c, const struct pc_pjl_option *o)
{
	bool on = strcasecmp(o->value, "ON") == 0;
	bool verbose = strcasecmp(o->value, "VERBOSE") == 0;
	bool known = on || strcasecmp(o->value, "OFF") == 0;
	if (!o->has_value)
		pc_raw_pjl_error(c, 25007);
	else if (strcmp(o->name, "TIMED") == 0)
		set_timed(c, o->value);
	else if (strcmp(o->name, "DEVICE") == 0 && (known || verbose))
		c->ustatus_device = verbose ? PC_USTATUS_VERBOSE
				    : on    ? PC_USTATUS_ON
					    : PC_USTATUS_OFF;
	else if (strcmp(o->name, "JOB") == 0 && known)
		c->ustatus_job = on;
	else if (strcmp(o->name, "PAGE") == 0 && known)
		c->ustatus_page = on;
	else if (known || verbose)
		pc_raw_pjl_error(c, 25006);
	else
		pc_raw_pjl_error(c, 25016);
}

static void
cmd_ustatus(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	bool online = true;
	const char *display = "";
	for (size_t i = 0; i < cmd->n_options; i++)
		set_ustatus(c, &cmd->options[i]);
	c->last_code = pc_raw_status(c, &display, &online);
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
	uint8_t out[PC_RAW_LINE_TEXT_MAX];
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
	pc_raw_reply(c, &w);
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
	pc_raw_reply(c, &w);
}

/* ON tells what stops printing; VERBOSE every change. */
static void
tell_device(struct pc_raw_conn *c)
{
	bool online = true;
	const char *display = "";
	unsigned code = pc_raw_status(c, &display, &online);
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

void
pc_raw_pjl_error(struct pc_raw_conn *c, unsigned code)
{
	uint8_t out[PC_RAW_LINE_TEXT_MAX];
	struct pc_writer w;
	const char *display = "";
	bool online = true;
	c->raw->service.counters.malformed++;
	pc_service_note(&c->raw->service, c->dev, &c->intake.peer, "malformed",
		json_pack("{s:i}", "pjlCode", (int)code));
	if (c->ustatus_device != PC_USTATUS_VERBOSE || !speaks_unasked(c))
		return;
	(void)pc_raw_status(c, &display, &online);
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, "USTATUS DEVICE");
	pc_pjl_reply_status(&w, code, display, online);
	pc_pjl_reply_end(&w);
	pc_raw_reply(c, &w);
}

/* What has no row, or none to run, is swallowed without a reply. */
static const struct {
	const char *name;
	void (*run)(struct pc_raw_conn *c, const struct pc_pjl_command *cmd);
} commands[] = {
	{"INFO", cmd_info},
	{"INQUIRE", cmd_inquire},
	{"DINQUIRE", cmd_dinquire},
	{"ECHO", cmd_echo},
	{"ENTER", cmd_enter},
	{"JOB", cmd_job},
	{"EOJ", cmd_eoj},
	{"SET", cmd_set},
	{"DEFAULT", cmd_default},
	{"RESET", cmd_reset},
	{"INITIALIZE", cmd_initialize},
	{"RDYMSG", cmd_rdymsg},
	{"OPMSG", cmd_opmsg},
	{"STMSG", cmd_stmsg},
	{"USTATUS", cmd_ustatus},
	{"USTATUSOFF", cmd_ustatusoff},
	{"RNVRAM", cmd_rnvram},
	{"DMINFO", cmd_dm},
	{"DMCMD", cmd_dm},
	{"FSDIRLIST", pc_raw_files},
	{"FSQUERY", pc_raw_files},
	{"FSUPLOAD", pc_raw_files},
	{"FSDOWNLOAD", pc_raw_files},
	{"FSAPPEND", pc_raw_files},
	{"FSDELETE", pc_raw_files},
	{"FSMKDIR", pc_raw_files},
	{"FSINIT", pc_raw_files},
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
		pc_raw_pjl_error(c, err);
		return;
	}
	if (cmd.warning != 0)
		pc_raw_pjl_error(c, cmd.warning);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, cmd.name) == 0)
			commands[i].run(c, &cmd);
	}
}
