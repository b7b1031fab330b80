#include "codec/epson-remote.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "wire/wire.h"

enum { ESC = 0x1b };

/* What a command tells of its job; `len` is at least the row's min_len. */

static void
note_cleaning(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	(void)len;
	job->cleaning = true;
	job->nozzle_group = data[1] & 0x0f;
	job->power_cleaning = (data[1] & PC_EPSON_POWER_CLEANING) != 0;
}

static void
note_nozzles(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	(void)data;
	(void)len;
	job->nozzle_check = true;
}

static void
note_clock(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	(void)len;
	job->has_clock = true;
	memcpy(job->clock, data + 1, sizeof(job->clock));
}

static void
note_start(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	(void)data;
	(void)len;
	job->job_start = true;
}

static void
note_host(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	if (len <= 6)
		return;
	size_t n = strnlen((const char *)data + 6, len - 6);
	n = n < sizeof(job->host) - 1 ? n : sizeof(job->host) - 1;
	memcpy(job->host, data + 6, n);
	job->host[n] = '\0';
}

static void
note_end(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	(void)data;
	(void)len;
	job->job_end = true;
}

static void
note_pattern(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	(void)data;
	(void)len;
	job->alignment_print = true;
}

/* NUL, row, NUL, value. */
static void
note_alignment(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	(void)len;
	job->alignment_set = true;
	job->alignment[0] = data[1];
	job->alignment[1] = data[3];
}

static void
note_save(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	(void)data;
	(void)len;
	job->alignment_saved = job->alignment_set;
}

static void
note_query(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	(void)len;
	job->ink_query = data[0] == 1;
}

/* 1 and 3 turn replies on, 0 and 2 off. */
static void
note_replies(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	(void)len;
	job->status_replies = (data[1] & 1) != 0;
}

static void
note_reset(struct pc_epson_job *job, const uint8_t *data, size_t len)
{
	(void)len;
	job->reset = data[0] == 1;
}

static const struct {
	char name[3];
	uint8_t min_len; /* bytes after the length word that a reader needs */
	const char *meaning;
	/* NULL: says how the job prints, or belongs to the back channel; nothing of it acts */
	void (*note)(struct pc_epson_job *job, const uint8_t *data, size_t len);
} commands[] = {
	{"CH", 2, "head cleaning", note_cleaning},
	{"NC", 2, "nozzle check", note_nozzles},
	{"VI", 1, "firmware line", NULL},
	{"TI", 8, "clock", note_clock},
	{"JS", 1, "job start", note_start},
	{"JH", 1, "job header", note_host},
	{"JE", 1, "job end", note_end},
	{"HD", 1, "header", NULL},
	{"PP", 3, "paper path", NULL},
	{"DP", 2, "duplex", NULL},
	{"LD", 0, "load defaults", NULL},
	{"EX", 1, "extension", NULL},
	{"AI", 0, "alignment print", note_pattern},
	{"DT", 3, "alignment print", note_pattern},
	{"DA", 4, "alignment setting", note_alignment},
	{"SV", 0, "save settings", note_save},
	{"IQ", 1, "ink query", note_query},
	{"ST", 2, "status replies", note_replies},
	{"RS", 1, "reset", note_reset},
	{"PI", 1, "block read", NULL},
	{"IR", 0, "roll", NULL},
	{"FP", 0, "borderless", NULL},
	{"SN", 0, "feed", NULL},
	{"AC", 0, "cutter", NULL},
	{"DR", 0, "dry time", NULL},
	{"IK", 0, "ink selection", NULL},
	{"PZ", 0, "driver setting", NULL},
	{"PH", 0, "platen height", NULL},
	{"PM", 0, "driver setting", NULL},
	{"SM", 0, "driver setting", NULL},
	{"CO", 0, "cutter", NULL},
	{"MI", 0, "media", NULL},
	{"US", 0, "driver setting", NULL},
};

static size_t
find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (memcmp(commands[i].name, name, 2) == 0)
			return i;
	}
	return SIZE_MAX;
}

const char *
pc_epson_command_name(const char *name)
{
	size_t i = strlen(name) == 2 ? find_command(name) : SIZE_MAX;
	return i == SIZE_MAX ? NULL : commands[i].meaning;
}

/* State of one scan. */
struct scan {
	struct pc_reader r;
	struct pc_epson_job job;
	bool epson; /* some Epson header was seen */
	bool page;  /* bytes that print */
	int err;
};

/* The bytes that come next, without taking them. */
static bool
next_is(struct scan *s, const void *bytes, size_t n)
{
	return pc_reader_left(&s->r) >= n && memcmp(s->r.data + s->r.at, bytes, n) == 0;
}

/* The input ends inside these bytes. */
static bool
cut_inside(struct scan *s, const void *bytes, size_t n)
{
	size_t left = pc_reader_left(&s->r);
	return left > 0 && left < n && memcmp(s->r.data + s->r.at, bytes, left) == 0;
}

static int
note_command(struct scan *s, const struct pc_epson_command *c)
{
	struct pc_epson_job *job = &s->job;
	size_t row = find_command(c->name);
	if (job->n_commands < PC_EPSON_COMMANDS_MAX)
		job->commands[job->n_commands++] = *c;
	else
		job->dropped_commands++;
	if (row == SIZE_MAX) {
		job->unknown_commands++;
		return PC_OK;
	}
	if (c->len < commands[row].min_len)
		return PC_E_BADVALUE;
	if (commands[row].note != NULL)
		commands[row].note(job, c->data, c->len);
	return PC_OK;
}

static bool
is_command_letter(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static int
remote_command(struct scan *s)
{
	struct pc_epson_command c = {0};
	const uint8_t *name = pc_read_bytes(&s->r, 2);
	if (name == NULL)
		return s->r.err;
	if (!is_command_letter(name[0]) || !is_command_letter(name[1]))
		return PC_E_BADVALUE;
	memcpy(c.name, name, 2);
	c.len = pc_read_le16(&s->r);
	c.data = pc_read_bytes(&s->r, c.len);
	return s->r.err != PC_OK ? s->r.err : note_command(s, &c);
}

/* Commands up to ESC NUL NUL NUL. */
static int
remote_mode(struct scan *s)
{
	static const uint8_t leave[4] = {ESC, 0, 0, 0};
	while (pc_reader_left(&s->r) > 0) {
		if (next_is(s, leave, sizeof(leave))) {
			pc_read_skip(&s->r, sizeof(leave));
			return PC_OK;
		}
		int err = remote_command(s);
		if (err != PC_OK)
			return err;
	}
	return PC_E_TRUNCATED; /* remote mode was not left */
}

/* ESC ( R: a mode by name. What follows "ESCPR" and others is page data. */
static int
enter_mode(struct scan *s)
{
	pc_read_skip(&s->r, 3);
	uint16_t n = pc_read_le16(&s->r);
	const uint8_t *name = pc_read_bytes(&s->r, n);
	if (name == NULL)
		return s->r.err;
	s->epson = true;
	if (n == 8 && memcmp(name + 1, "REMOTE1", 7) == 0)
		return remote_mode(s);
	s->page = true;
	return PC_OK;
}

/* ESC 01: a line per "@EJL …" up to the first line that is none. */
static int
ejl(struct scan *s)
{
	pc_read_skip(&s->r, 2);
	s->epson = true;
	while (next_is(s, "@EJL", 4)) {
		const uint8_t *at = s->r.data + s->r.at;
		const uint8_t *lf = memchr(at, '\n', pc_reader_left(&s->r));
		if (lf == NULL)
			return PC_E_TRUNCATED;
		size_t n = (size_t)(lf - at) + 1;
		if (n > 11 && memcmp(at, "@EJL 1284.4", 11) == 0)
			s->job.packet_mode_left = true;
		if (n > 7 && memcmp(at, "@EJL EN", 7) == 0)
			s->page = true; /* ENTER LANGUAGE: a laser's page data follow */
		pc_read_skip(&s->r, n);
	}
	return cut_inside(s, "@EJL", 4) ? PC_E_TRUNCATED : PC_OK;
}

/* ESC |: the service form; the opcode 84h 7Bh 42h starts cleaning or ink charging. */
static int
service_form(struct scan *s)
{
	pc_read_skip(&s->r, 3);
	uint16_t n = pc_read_le16(&s->r);
	const uint8_t *p = pc_read_bytes(&s->r, n);
	if (p == NULL)
		return s->r.err;
	s->epson = true;
	if (n < 6 || p[2] != 0x84 || p[3] != 0x7b || p[4] != 0x42)
		return PC_OK;
	s->job.service_form = true;
	memcpy(s->job.service_key, p, 2);
	s->job.cleaning |= p[5] == 0x02;
	s->job.ink_charge |= p[5] == 0x0a;
	return PC_OK;
}

static int
escape(struct scan *s)
{
	if (pc_reader_left(&s->r) < 2)
		return PC_E_TRUNCATED;
	switch (s->r.data[s->r.at + 1]) {
	case '@':
	case 0: /* escputil leaves a mode twice */
		pc_read_skip(&s->r, 2);
		return PC_OK;
	case 1:
		return ejl(s);
	case '|':
		return service_form(s);
	case '(':
		if (pc_reader_left(&s->r) < 3)
			return PC_E_TRUNCATED;
		if (s->r.data[s->r.at + 2] == 'R')
			return enter_mode(s);
		break;
	default:
		break;
	}
	s->page = true;
	return PC_OK;
}

static bool
is_filler(uint8_t c)
{
	return c == 0 || c == '\r' || c == '\n' || c == '\f';
}

static int
scan(struct scan *s)
{
	static const uint8_t job_end[5] = {'J', 'E', 1, 0, 0};
	int err = PC_OK;
	while (err == PC_OK && !s->page && pc_reader_left(&s->r) > 0) {
		if (s->r.data[s->r.at] == ESC)
			err = escape(s);
		else if (is_filler(s->r.data[s->r.at]))
			pc_read_skip(&s->r, 1);
		else if (s->epson && next_is(s, job_end, sizeof(job_end)))
			pc_read_skip(&s->r, sizeof(job_end)); /* one client sends it outside */
		else if (s->epson && cut_inside(s, job_end, sizeof(job_end)))
			err = PC_E_TRUNCATED;
		else
			s->page = true;
	}
	return err;
}

int
pc_epson_scan(const uint8_t *data, size_t len, bool whole, struct pc_epson_job *ret)
{
	struct scan s = {.job = {.job_class = PC_EPSON_UNKNOWN}};
	pc_reader_init(&s.r, data, len);
	int err = scan(&s);
	if (s.epson)
		s.job.job_class = whole && !s.page ? PC_EPSON_MAINTENANCE : PC_EPSON_PRINT;
	*ret = s.job;
	/* The head of a longer job may end anywhere. */
	return err == PC_E_TRUNCATED && !whole ? PC_OK : err;
}

/* Writers: the pieces in the order Epson's library sends them. */

static void
write_start(struct pc_writer *w)
{
	static const uint8_t leave_packet_mode[] = "\0\0\0\x1b\x01@EJL 1284.4\n@EJL     \n";
	pc_write_bytes(w, leave_packet_mode, sizeof(leave_packet_mode) - 1);
}

static void
write_init(struct pc_writer *w)
{
	static const uint8_t init_remote[] = "\x1b@\x1b@";
	pc_write_bytes(w, init_remote, sizeof(init_remote) - 1);
}

static void
write_enter(struct pc_writer *w)
{
	static const uint8_t enter[] = "\x1b(R\x08\0\0REMOTE1";
	pc_write_bytes(w, enter, sizeof(enter) - 1);
}

static void
write_leave(struct pc_writer *w)
{
	pc_write_u8(w, ESC);
	pc_write_fill(w, 0, 3);
}

static void
write_command(struct pc_writer *w, const char *name, const void *data, uint16_t len)
{
	pc_write_text(w, name);
	pc_write_le16(w, len);
	if (len > 0)
		pc_write_bytes(w, data, len);
}

static void
write_clock(struct pc_writer *w, uint64_t wall_ns)
{
	uint8_t now[11], data[8] = {0};
	pc_clock_date_and_time(wall_ns, now);
	memcpy(data + 1, now, 7);
	write_command(w, "TI", data, sizeof(data));
}

static void
write_end(struct pc_writer *w)
{
	static const uint8_t zero[1] = {0};
	write_init(w);
	write_enter(w);
	write_command(w, "JE", zero, 1);
	write_leave(w);
}

int
pc_epson_cleaning_write(
	uint8_t group, bool power, uint64_t wall_ns, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_writer w;
	if (group > 15)
		return PC_E_BADVALUE;
	const uint8_t what[2] = {0, (uint8_t)(group | (power ? PC_EPSON_POWER_CLEANING : 0))};
	pc_writer_init(&w, out, size);
	write_start(&w);
	write_init(&w);
	write_enter(&w);
	write_clock(&w, wall_ns);
	write_command(&w, "CH", what, sizeof(what));
	write_leave(&w);
	write_end(&w);
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}

int
pc_epson_nozzle_write(uint64_t wall_ns, uint8_t *out, size_t size, size_t *ret_len)
{
	static const uint8_t zeros[4], path[3] = {0, 1, 0xfe};
	static const uint8_t extension[8] = {0, 0, 0, 0, 0x33, 0xff, 1, 0};
	struct pc_writer w;
	pc_writer_init(&w, out, size);
	write_start(&w);
	write_init(&w);
	write_enter(&w);
	write_clock(&w, wall_ns);
	write_command(&w, "JS", zeros, 4);
	write_command(&w, "PP", path, sizeof(path));
	write_command(&w, "EX", extension, sizeof(extension));
	write_command(&w, "NC", zeros, 2);
	write_leave(&w);
	pc_write_text(&w, "\r\n\r\n");
	write_enter(&w);
	write_command(&w, "VI", zeros, 2);
	write_command(&w, "LD", NULL, 0);
	write_leave(&w);
	pc_write_text(&w, "\f");
	write_end(&w);
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}
