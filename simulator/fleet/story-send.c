/* Jobs of a story through the printers' own ports: raw with PJL, or LPD. Spec: RFC 1179 s5.2, s6 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/lpd.h"
#include "fleet/story-act.h"
#include "loop/tcp.h"

enum { HEADER_MAX = 1024, SEND_PAGES_MAX = 60000, IDLE_MS = 3600000, JOB_NUMBERS = 999 };

static const char host_name[] = "story";
static const char trailer[] = "\x1b%-12345X@PJL EOJ\r\n\x1b%-12345X";

/* LPD waits for an octet 00 after each of these. */
enum part { PART_JOB, PART_CONTROL, PART_CONTROL_FILE, PART_DATA, PART_DATA_FILE, PARTS };

struct send {
	struct pc_story_sender *sender;
	struct send *next, *prev;
	struct pc_tcp *conn;
	bool lpd;
	enum part part;
	char queue[64];
	unsigned number;
	char header[HEADER_MAX];
	uint8_t control[HEADER_MAX + 1]; /* and the closing 00 */
	size_t control_len;
	uint32_t pages;
};

struct pc_story_sender {
	struct pc_fleet *fleet;   /* borrowed */
	struct pc_story_run *run; /* borrowed; NULL while it is being freed */
	struct send *first;       /* owned; each ends with its connection */
	size_t n;
	unsigned number; /* of the last LPD job */
	struct pc_timer quiet;
};

static size_t
job_bytes(const struct send *s)
{
	return strlen(s->header) + (size_t)s->pages * PC_STORY_PAGE_BYTES + sizeof(trailer) - 1;
}

/* In one piece each: a small rest would wait for the acknowledgement of what went before, which
 * takes longer than a virtual clock lingers. Spec: RFC 9293 s3.7.4 */
static int
write_job(struct send *s, bool nul)
{
	struct pc_buf all;
	pc_buf_init(&all, PC_TCP_WRITE_MAX);
	pc_buf_add_text(&all, s->header);
	for (uint32_t i = 0; i < s->pages; i++)
		pc_buf_add_text(&all, pc_story_page());
	pc_buf_add_text(&all, trailer);
	if (nul)
		pc_buf_add(&all, "", 1);
	int err = all.err == PC_OK ? pc_tcp_write(s->conn, all.data, all.len) : all.err;
	pc_buf_done(&all);
	return err;
}

static int
write_part(struct send *s)
{
	uint8_t line[PC_LPD_LINE_MAX];
	size_t n = 0;
	int err = PC_OK;
	switch (s->part) {
	case PART_JOB:
		err = pc_lpd_command_write(
			PC_LPD_RECEIVE_JOB, s->queue, NULL, line, sizeof(line), &n);
		break;
	case PART_CONTROL:
		err = pc_lpd_file_write(PC_LPD_CONTROL_FILE, s->control_len, 'A', s->number,
			host_name, line, sizeof(line), &n);
		break;
	case PART_CONTROL_FILE:
		s->control[s->control_len] = 0;
		return pc_tcp_write(s->conn, s->control, s->control_len + 1);
	case PART_DATA:
		err = pc_lpd_file_write(PC_LPD_DATA_FILE, job_bytes(s), 'A', s->number, host_name,
			line, sizeof(line), &n);
		break;
	case PART_DATA_FILE:
		return write_job(s, true);
	case PARTS:
		return PC_OK;
	}
	return err == PC_OK ? pc_tcp_write(s->conn, line, n) : err;
}

static void
on_quiet(void *arg)
{
	struct pc_story_sender *sender = arg;
	(void)pc_loop_linger(pc_fleet_loop(sender->fleet), 0);
}

/* Something is on its way: until it has arrived, virtual time waits. */
static void
stir(struct pc_story_sender *sender)
{
	struct pc_loop *loop = pc_fleet_loop(sender->fleet);
	pc_loop_linger(loop, PC_STORY_LINGER_MS);
	pc_timer_start(&sender->quiet, loop, 1, on_quiet, sender);
}

static bool
on_open(void *arg, struct pc_tcp *conn)
{
	struct send *s = arg;
	s->conn = conn;
	stir(s->sender);
	if (s->lpd)
		return write_part(s) == PC_OK;
	if (write_job(s, false) != PC_OK)
		return false;
	pc_tcp_shutdown(conn); /* the printer reads it when it can, and closes when it has it */
	return true;
}

/* Raw: status that nobody asked for is read and thrown away. */
static size_t
on_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct send *s = arg;
	stir(s->sender);
	if (!s->lpd || len == 0 || s->part == PARTS)
		return len;
	if (data[0] != 0) {
		pc_tcp_close(conn); /* refused */
		return len;
	}
	s->part++;
	if (s->part == PARTS)
		pc_tcp_close(conn);
	else if (write_part(s) != PC_OK)
		pc_tcp_reset(conn);
	return 1;
}

static void
drop(struct send *s)
{
	struct pc_story_sender *sender = s->sender;
	if (s->prev != NULL)
		s->prev->next = s->next;
	else
		sender->first = s->next;
	if (s->next != NULL)
		s->next->prev = s->prev;
	free(s);
	sender->n--;
	stir(sender);
}

static void
on_closed(void *arg, struct pc_tcp *conn, enum pc_tcp_end end)
{
	struct send *s = arg;
	struct pc_story_run *run = s->sender->run;
	bool arrived =
		s->lpd ? s->part == PARTS : end == PC_TCP_END_PEER || end == PC_TCP_END_LOCAL;
	(void)conn;
	drop(s);
	if (run != NULL)
		pc_story_run_sent(run, arrived);
}

static const struct pc_tcp_handler handler = {
	.open = on_open, .data = on_data, .closed = on_closed};

/* Names come from the story's file: quotes and line ends would end the PJL value. */
static const char *
clean(const char *text, char *out, size_t size)
{
	pc_text_copy(out, size, text);
	for (char *p = out; *p != '\0'; p++) {
		if (*p == '"' || (unsigned char)*p < ' ')
			*p = '_';
	}
	return out;
}

static void
fill_header(struct send *s, const struct pc_story_print *p)
{
	static const struct {
		const char *size, *paper;
	} papers[] = {{"iso_a3_297x420mm", "A3"}, {"iso_a4_210x297mm", "A4"},
		{"iso_a5_148x210mm", "A5"}, {"na_letter_8.5x11in", "LETTER"},
		{"na_legal_8.5x14in", "LEGAL"}, {"na_ledger_11x17in", "LEDGER"}};
	char name[PC_NAME_MAX], user[PC_NAME_MAX];
	const char *paper = NULL;
	for (size_t i = 0; p->size != NULL && i < sizeof(papers) / sizeof(papers[0]); i++) {
		if (strcmp(papers[i].size, p->size) == 0)
			paper = papers[i].paper;
	}
	snprintf(s->header, sizeof(s->header),
		"\x1b%%-12345X@PJL JOB NAME=\"%s\"\r\n@PJL SET USERNAME=\"%s\"\r\n"
		"@PJL SET JOBNAME=\"%s\"\r\n@PJL SET DUPLEX=%s\r\n@PJL SET RENDERMODE=%s\r\n"
		"@PJL SET COPIES=%u\r\n%s%s%s@PJL ENTER LANGUAGE=TEXT\r\n",
		clean(p->name, name, sizeof(name)), clean(p->user, user, sizeof(user)), name,
		p->duplex ? "ON" : "OFF", p->color ? "COLOR" : "GRAYSCALE", (unsigned)p->copies,
		paper == NULL ? "" : "@PJL SET PAPER=", paper == NULL ? "" : paper,
		paper == NULL ? "" : "\r\n");
}

static int
fill_control(struct send *s, const struct pc_story_print *p)
{
	struct pc_lpd_control *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return -ENOMEM;
	pc_text_copy(c->host, sizeof(c->host), host_name);
	(void)clean(p->user, c->user, sizeof(c->user));
	(void)clean(p->name, c->job, sizeof(c->job));
	c->n_prints = 1;
	c->prints[0] = (struct pc_lpd_print){.letter = 'l', .copies = 1};
	snprintf(c->prints[0].file, sizeof(c->prints[0].file), "dfA%03u%s", s->number, host_name);
	int err = pc_lpd_control_write(c, s->control, HEADER_MAX, &s->control_len);
	free(c);
	return err;
}

int
pc_story_send(
	struct pc_story_sender *sender, const struct pc_device *dev, const struct pc_story_print *p)
{
	const struct pc_profile *profile = pc_device_profile(dev);
	const struct sockaddr_in local = {.sin_family = AF_INET};
	const struct pc_tcp_options o = {.idle_ms = IDLE_MS};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = pc_device_state(dev)->address};
	if (p->lpd ? !profile->ports.lpd : !profile->ports.raw)
		return PC_E_UNSUPPORTED;
	if (sender->n == PC_STORY_SENDS_MAX || p->pages > SEND_PAGES_MAX)
		return PC_E_LIMIT;
	uint16_t raw = profile->ports.raw_port == 0 ? 9100 : profile->ports.raw_port;
	to.sin_port = htons(
		(uint16_t)((p->lpd ? PC_LPD_PORT : raw) + pc_fleet_port_offset(sender->fleet)));
	struct send *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	*s = (struct send){.sender = sender, .lpd = p->lpd, .pages = p->pages};
	sender->number = sender->number % JOB_NUMBERS + 1;
	s->number = sender->number;
	pc_text_copy(
		s->queue, sizeof(s->queue), profile->lpd_queue == NULL ? "lp" : profile->lpd_queue);
	fill_header(s, p);
	int err = p->lpd ? fill_control(s, p) : PC_OK;
	if (err == PC_OK)
		err = pc_tcp_connect(
			pc_fleet_loop(sender->fleet), &to, &local, &o, &handler, s, &s->conn, NULL);
	if (err != PC_OK) {
		free(s);
		return err;
	}
	s->next = sender->first;
	if (s->next != NULL)
		s->next->prev = s;
	sender->first = s;
	sender->n++;
	stir(sender);
	return PC_OK;
}

size_t
pc_story_sending(const struct pc_story_sender *sender)
{
	return sender->n;
}

int
pc_story_sender_new(struct pc_fleet *fleet, struct pc_story_run *run, struct pc_story_sender **ret)
{
	struct pc_story_sender *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	s->fleet = fleet;
	s->run = run;
	*ret = s;
	return PC_OK;
}

void
pc_story_sender_free(struct pc_story_sender *sender)
{
	if (sender == NULL)
		return;
	sender->run = NULL;
	while (sender->first != NULL)
		pc_tcp_reset(sender->first->conn); /* closed() frees it */
	pc_timer_stop(&sender->quiet);
	on_quiet(sender);
	free(sender);
}
