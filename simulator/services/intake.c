#include "services/epson-job.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/log.h"
#include "device/report.h"
#include "services/update.h"

static const struct {
	const char *pjl, *pwg;
} papers[] = {
	{"A3", "iso_a3_297x420mm"},
	{"A4", "iso_a4_210x297mm"},
	{"A5", "iso_a5_148x210mm"},
	{"A6", "iso_a6_105x148mm"},
	{"B4", "jis_b4_257x364mm"},
	{"JISB4", "jis_b4_257x364mm"},
	{"B5", "jis_b5_182x257mm"},
	{"JISB5", "jis_b5_182x257mm"},
	{"LETTER", "na_letter_8.5x11in"},
	{"LEGAL", "na_legal_8.5x14in"},
	{"LEDGER", "na_ledger_11x17in"},
	{"EXECUTIVE", "na_executive_7.25x10.5in"},
	{"COM10", "na_number-10_4.125x9.5in"},
	{"DL", "iso_dl_110x220mm"},
	{"C5", "iso_c5_162x229mm"},
};

int
pc_ticket_paper(const struct pc_profile *p, const char *pjl_name)
{
	for (size_t i = 0; i < sizeof(papers) / sizeof(papers[0]); i++) {
		if (strcasecmp(papers[i].pjl, pjl_name) != 0)
			continue;
		for (size_t k = 0; k < p->n_sizes; k++) {
			if (strcmp(p->sizes[k], papers[i].pwg) == 0)
				return (int)k;
		}
	}
	return -1;
}

void
pc_ticket_init(struct pc_ticket *t)
{
	*t = (struct pc_ticket){.duplex = -1, .color = -1, .size = -1};
}

static void
set_copies(struct pc_ticket *t, const char *value)
{
	uint64_t n = 0;
	if (pc_text_u64(value, 1, 32767, &n) == PC_OK)
		t->copies = (uint32_t)n;
}

void
pc_ticket_set(struct pc_ticket *t, const struct pc_device *dev, const char *name, const char *value)
{
	if (strcmp(name, "COPIES") == 0 || strcmp(name, "QTY") == 0) {
		set_copies(t, value);
	} else if (strcmp(name, "DUPLEX") == 0) {
		t->duplex = strcasecmp(value, "ON") == 0;
	} else if (strcmp(name, "RENDERMODE") == 0) {
		t->color = strcasecmp(value, "COLOR") == 0;
	} else if (strcmp(name, "PAPER") == 0) {
		int size = pc_ticket_paper(pc_device_profile(dev), value);
		t->size = size >= 0 ? size : t->size;
	} else if (strcmp(name, "JOBNAME") == 0) {
		pc_service_text(value, t->name, sizeof(t->name));
	} else if (strcmp(name, "USERNAME") == 0) {
		pc_service_text(value, t->user, sizeof(t->user));
	}
}

static uint32_t
page_number(const struct pc_pjl_command *cmd, const char *name)
{
	uint64_t n = 0;
	const struct pc_pjl_option *o = pc_pjl_option(cmd, name);
	return o != NULL && pc_text_u64(o->value, 1, PC_JOB_PAGES_MAX, &n) == PC_OK ? (uint32_t)n
										    : 0;
}

bool
pc_ticket_pjl(struct pc_ticket *t, const struct pc_device *dev, const struct pc_pjl_command *cmd)
{
	const struct pc_pjl_option *name = pc_pjl_option(cmd, "NAME");
	if (strcmp(cmd->name, "JOB") == 0) {
		if (name != NULL && t->name[0] == '\0')
			pc_service_text(name->value, t->name, sizeof(t->name));
		t->first_page = page_number(cmd, "START");
		t->last_page = page_number(cmd, "END");
		return true;
	}
	if (strcmp(cmd->name, "SET") != 0)
		return false;
	for (size_t i = 0; i < cmd->n_options; i++)
		pc_ticket_set(t, dev, cmd->options[i].name, cmd->options[i].value);
	return true;
}

int
pc_intake_begin(struct pc_intake *in)
{
	in->head = malloc(PC_EPSON_HEAD_MAX);
	if (in->head == NULL)
		return -ENOMEM;
	in->n_head = 0;
	in->bytes = 0;
	in->failed = false;
	int err = PC_OK;
	if (!in->lost)
		err = pc_device_job_begin(in->dev, in->origin, &in->id);
	if (err == PC_OK)
		err = pc_sink_begin(
			in->service->env.sink, pc_device_state(in->dev)->number, in->id, &in->sink);
	if (err != PC_OK) {
		if (in->id != 0)
			(void)pc_device_job_cancel(in->dev, in->id);
		in->id = 0;
		free(in->head);
		in->head = NULL;
	}
	return err;
}

bool
pc_intake_is_open(const struct pc_intake *in)
{
	return in->head != NULL;
}

static void
release(struct pc_intake *in)
{
	free(in->head);
	in->head = NULL;
	in->id = 0;
	pc_update_free(in->update);
	in->update = NULL;
}

/* The digest of what came, and the file it is kept in. */
static void
end_sink(struct pc_intake *in)
{
	pc_sink_end(in->sink, &in->kept);
	in->sink = NULL;
}

static void
note_kept(const struct pc_intake *in, json_t *line)
{
	char hex[2 * PC_SHA256_BYTES + 1];
	pc_text_hex(in->kept.sha256, PC_SHA256_BYTES, hex);
	json_object_set_new(line, "sha256", json_string(hex));
	if (in->kept.file[0] != '\0') {
		json_object_set_new(line, "file", json_string(in->kept.file));
		json_object_set_new(line, "kept", json_integer((json_int_t)in->kept.kept_bytes));
	}
	if (in->kept.cut)
		json_object_set_new(line, "cut", json_true());
}

void
pc_intake_data(struct pc_intake *in, const uint8_t *data, size_t len)
{
	size_t room = PC_EPSON_HEAD_MAX - in->n_head;
	size_t n = len < room ? len : room;
	memcpy(in->head + in->n_head, data, n);
	in->n_head += n;
	in->bytes += len;
	pc_sink_data(in->sink, data, len);
	pc_update_data(&in->update, in->dev, in->head, in->n_head, in->bytes - len, data, len);
	if (in->lost || in->failed || pc_service_has_fault(in->dev, PC_FAULT_JOB_COUNTER_FROZEN))
		return;
	/* Cancelled at the panel or by LPD meanwhile: read on, throw away. */
	in->failed = pc_device_job_data(in->dev, in->id, data, len) != PC_OK;
}

/* The PJL at the head of a job that came without a PJL port (LPD). Returns where the data begin. */
static size_t
read_pjl_head(const struct pc_intake *in, struct pc_ticket *t)
{
	struct pc_pjl_scanner s = {0};
	struct pc_pjl_item it = {0};
	struct pc_pjl_command cmd;
	size_t at = 0;
	do {
		size_t before = at;
		at += pc_pjl_feed(&s, in->head + at, in->n_head - at, &it);
		if (it.step == PC_PJL_BYTES)
			return before;
		if (it.step != PC_PJL_LINE || it.error != 0 ||
			pc_pjl_parse(it.data, it.len, &cmd) != 0)
			continue;
		(void)pc_ticket_pjl(t, in->dev, &cmd);
		if (strcmp(cmd.name, "ENTER") == 0)
			return at;
	} while (it.step != PC_PJL_MORE);
	return in->n_head;
}

static void
fill_job(const struct pc_intake *in, const struct pc_ticket *t, bool maintenance)
{
	struct pc_job *job = pc_device_job(in->dev, in->id);
	if (job == NULL || job->state != PC_JOB_RECEIVING)
		return;
	job->maintenance = maintenance;
	job->copies = t->copies > 0 ? t->copies : 1;
	job->duplex = t->duplex >= 0 ? t->duplex == 1 : job->duplex;
	job->first_page = t->first_page;
	job->last_page = t->last_page;
	job->color = t->color >= 0 ? t->color == 1 : job->color;
	job->size = t->size >= 0 ? (uint8_t)t->size : job->size;
	job->lpd_number = t->lpd_number;
	memcpy(job->sha256, in->kept.sha256, sizeof(job->sha256));
	job->hashed = true;
	pc_text_copy(job->name, sizeof(job->name), t->name);
	pc_text_copy(job->user, sizeof(job->user), t->user);
	pc_text_copy(job->host, sizeof(job->host), t->host);
}

/* Firmware or clone file for a maker that takes them: no page. Spec: XRS-OP-05. Returns false for
 * any other job. */
static bool
end_firmware(struct pc_intake *in, struct pc_ticket *t)
{
	bool taken = !in->lost && !in->failed;
	if (in->update == NULL)
		return false;
	if (taken) {
		fill_job(in, t, true);
		(void)pc_device_job_end(in->dev, in->id, 0);
	}
	json_t *line = json_pack("{s:s,s:I,s:I,s:o,s:b}", "class", "firmware", "job",
		(json_int_t)in->id, "bytes", (json_int_t)in->bytes, "user",
		pc_service_json_text(t->user), "lost", !taken);
	note_kept(in, line);
	if (taken && line != NULL) {
		pc_update_end(in->update, in->service, in->dev, line);
		in->update = NULL;
	}
	pc_service_note(in->service, in->dev, &in->peer, "job", line);
	return true;
}

static void
note_end(const struct pc_intake *in, const struct pc_ticket *t, const struct pc_epson_job *e,
	int header, int done)
{
	bool maintenance = e->job_class == PC_EPSON_MAINTENANCE;
	json_t *line = json_pack("{s:s,s:I,s:I,s:I,s:o,s:o,s:o,s:b,s:b}", "class",
		maintenance ? "maintenance" : "print", "job", (json_int_t)in->id, "bytes",
		(json_int_t)in->bytes, "copies", (json_int_t)(t->copies > 0 ? t->copies : 1),
		"name", pc_service_json_text(t->name), "user", pc_service_json_text(t->user),
		"host", pc_service_json_text(t->host), "cleaning", e->cleaning, "nozzleCheck",
		e->nozzle_check);
	if (header != PC_OK)
		json_object_set_new(line, "header", json_string(pc_err_text(header)));
	if (done != PC_OK)
		json_object_set_new(line, "refused", json_string(pc_err_text(done)));
	if (in->lost)
		json_object_set_new(line, "lost", json_true());
	if (in->failed)
		json_object_set_new(line, "cancelled", json_true());
	note_kept(in, line);
	pc_service_note(in->service, in->dev, &in->peer, "job", line);
}

/* PCL's own order for a page that tells how the printer is set up, and nothing else: ESC z, with
 * resets (ESC E) and the end of the language around it. Spec: PCL 5, Printer Self-Test; XRS-OP-07
 */
static bool
is_self_test(const struct pc_device *dev, const uint8_t *data, size_t len)
{
	static const char uel[] = "\x1b%-12345X";
	const struct pc_profile *p = pc_device_profile(dev);
	bool speaks = false, asked = false;
	for (size_t i = 0; i < p->n_interpreters; i++)
		speaks |= strncmp(p->interpreters[i].name, "PCL", 3) == 0;
	for (size_t at = 0; at < len;) {
		if (len - at >= sizeof(uel) - 1 && memcmp(data + at, uel, sizeof(uel) - 1) == 0) {
			at += sizeof(uel) - 1;
		} else if (len - at >= 2 && data[at] == 27 &&
			   (data[at + 1] == 'z' || data[at + 1] == 'E')) {
			asked |= data[at + 1] == 'z';
			at += 2;
		} else if (data[at] == '\r' || data[at] == '\n') {
			at++;
		} else {
			return false;
		}
	}
	return speaks && asked;
}

/* The job becomes the printer's report. */
static void
end_self_test(struct pc_intake *in, struct pc_ticket *t)
{
	fill_job(in, t, false);
	struct pc_job *job = pc_device_job(in->dev, in->id);
	if (job != NULL)
		job->report = PC_REPORT_CONFIGURATION;
	(void)pc_device_job_end(in->dev, in->id, 1);
	json_t *line =
		json_pack("{s:s,s:I,s:I,s:o}", "class", "configReport", "job", (json_int_t)in->id,
			"bytes", (json_int_t)in->bytes, "user", pc_service_json_text(t->user));
	note_kept(in, line);
	pc_service_note(in->service, in->dev, &in->peer, "job", line);
}

static uint32_t
end_job(struct pc_intake *in, const struct pc_ticket *ticket)
{
	struct pc_epson_job e;
	struct pc_ticket t = *ticket;
	bool whole = in->bytes == in->n_head;
	uint32_t id = in->id;
	end_sink(in);
	if (end_firmware(in, &t)) {
		release(in);
		return id;
	}
	size_t data = read_pjl_head(in, &t);
	if (whole && !in->lost && !in->failed &&
		is_self_test(in->dev, in->head + data, in->n_head - data)) {
		end_self_test(in, &t);
		release(in);
		return id;
	}
	int header = pc_epson_scan(in->head + data, in->n_head - data, whole, &e);
	if (header != PC_OK)
		in->service->counters.malformed++;
	bool maintenance = e.job_class == PC_EPSON_MAINTENANCE;
	bool faulty = pc_service_has_fault(in->dev, PC_FAULT_LPD_CLEANING_PRINTS_PAGE);
	bool prints_page =
		maintenance && (e.alignment_print || (in->origin == PC_ORIGIN_LPD && faulty));
	if (e.host[0] != '\0') /* its own name for the computer; the tunnel cancels by it */
		pc_service_text(e.host, t.host, sizeof(t.host));
	bool taken = !in->lost && !in->failed;
	int done = taken ? pc_epson_job_run(in, &e) : PC_OK;
	if (done != PC_OK)
		in->service->counters.refused++;
	if (taken) {
		fill_job(in, &t, maintenance && !prints_page);
		(void)pc_device_job_end(in->dev, id, prints_page ? 1 : 0);
	}
	if (taken)
		pc_epson_job_answer(in, &e);
	note_end(in, &t, &e, header, done);
	release(in);
	return id;
}

uint32_t
pc_intake_end(struct pc_intake *in, const struct pc_ticket *ticket)
{
	struct pc_device *dev = in->dev;
	if (!pc_intake_is_open(in))
		return 0;
	pc_device_act(dev, PC_VIA_PRINT_PORT, ticket->user);
	uint32_t id = end_job(in, ticket);
	pc_device_act(dev, PC_VIA_PRINTER, NULL);
	return id;
}

void
pc_intake_abort(struct pc_intake *in, const char *why)
{
	if (!pc_intake_is_open(in))
		return;
	if (!in->lost && !in->failed)
		(void)pc_device_job_cancel(in->dev, in->id);
	end_sink(in);
	json_t *line = json_pack("{s:s,s:I,s:I}", "why", why, "job", (json_int_t)in->id, "bytes",
		(json_int_t)in->bytes);
	note_kept(in, line);
	pc_service_note(in->service, in->dev, &in->peer, "job-aborted", line);
	release(in);
}
