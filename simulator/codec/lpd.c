#include "codec/lpd.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "wire/wire.h"

enum state { LINE, SUB_LINE, FILE_BYTES, FILE_NUL, FILE_OPEN, FILE_DONE, BROKEN };

static size_t
bad(struct pc_lpd_parser *p, struct pc_lpd_item *ret, const char *problem)
{
	p->state = BROKEN;
	ret->step = PC_LPD_BAD;
	ret->problem = problem;
	return 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f'; /* Spec: RFC 1179 s2 */
}

/* Cut the line after its code into words, in place. */
static void
split(struct pc_lpd_parser *p, struct pc_lpd_item *ret)
{
	char *at = p->line + 1;
	while (*at != '\0') {
		while (is_blank(*at))
			*at++ = '\0';
		if (*at == '\0')
			break;
		if (ret->n_operands < PC_LPD_OPERANDS_MAX)
			ret->operands[ret->n_operands++] = at;
		else
			ret->dropped_operands++;
		while (*at != '\0' && !is_blank(*at))
			at++;
	}
}

/* Decimal count; more digits than fit mean absurdly large, which is a defined case. */
static bool
read_count(const char *text, uint64_t *ret)
{
	uint64_t v = 0;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		uint64_t digit = (uint64_t)(*text - '0');
		v = v > (UINT64_MAX - digit) / 10 ? UINT64_MAX : v * 10 + digit;
	}
	*ret = v;
	return true;
}

static size_t
file_line(struct pc_lpd_parser *p, size_t used, struct pc_lpd_item *ret)
{
	if (ret->n_operands == 0 || !read_count(ret->operands[0], &ret->count))
		return bad(p, ret, "sub-command without an octet count");
	bool control = p->code == PC_LPD_CONTROL_FILE;
	if (control && ret->count > PC_LPD_CONTROL_MAX)
		return bad(p, ret, "control file larger than the limit");
	ret->step = PC_LPD_FILE;
	ret->name = ret->n_operands > 1 ? ret->operands[1] : "";
	ret->until_close = !control && (ret->count == 0 || ret->count >= PC_LPD_COUNT_ABSURD);
	p->left = ret->count;
	p->last_was_nul = false;
	if (ret->until_close)
		p->state = FILE_OPEN;
	else
		p->state = p->left == 0 ? FILE_NUL : FILE_BYTES;
	return used;
}

static size_t
line_done(struct pc_lpd_parser *p, size_t used, struct pc_lpd_item *ret)
{
	if (p->n > 1 && p->line[p->n - 1] == '\r')
		p->n--;
	p->line[p->n] = '\0';
	/* A NUL inside would hide what follows it from every reader of the text. */
	if (strlen(p->line + 1) != p->n - 1)
		return bad(p, ret, "NUL inside a command line");
	p->code = (uint8_t)p->line[0];
	p->n = 0;
	ret->code = p->code;
	split(p, ret);
	if (p->state == LINE) {
		ret->step = PC_LPD_COMMAND;
		if (p->code == PC_LPD_RECEIVE_JOB)
			p->state = SUB_LINE;
		return used;
	}
	if (p->code == PC_LPD_ABORT) {
		ret->step = PC_LPD_ABORTED;
		return used;
	}
	if (p->code == PC_LPD_CONTROL_FILE || p->code == PC_LPD_DATA_FILE)
		return file_line(p, used, ret);
	return bad(p, ret, "unknown sub-command");
}

static size_t
feed_line(struct pc_lpd_parser *p, const uint8_t *data, size_t len, struct pc_lpd_item *ret)
{
	for (size_t i = 0; i < len; i++) {
		/* The 00 some clients add after a file that ended without one. */
		if (p->n == 0 && data[i] == 0 && p->state == SUB_LINE)
			continue;
		if (data[i] == '\n') {
			if (p->n == 0)
				return bad(p, ret, "empty command line");
			return line_done(p, i + 1, ret);
		}
		if (p->n == PC_LPD_LINE_MAX - 1)
			return bad(p, ret, "command line longer than the limit");
		p->line[p->n++] = (char)data[i];
	}
	ret->step = PC_LPD_MORE;
	return len;
}

static size_t
feed_file(struct pc_lpd_parser *p, const uint8_t *data, size_t len, struct pc_lpd_item *ret)
{
	size_t n = len;
	if (p->state == FILE_BYTES && n > p->left)
		n = (size_t)p->left;
	ret->step = PC_LPD_BYTES;
	ret->code = p->code;
	ret->data = data;
	ret->len = n;
	p->last_was_nul = data[n - 1] == 0;
	if (p->state == FILE_OPEN)
		return n;
	p->left -= n;
	/* Epson's library counts the NUL at the end of its control file and sends no other one: the
	 * file is complete, waiting for a further octet would be a dead-lock. */
	if (p->left == 0)
		p->state = p->code == PC_LPD_CONTROL_FILE && p->last_was_nul ? FILE_DONE : FILE_NUL;
	return n;
}

size_t
pc_lpd_feed(struct pc_lpd_parser *p, const uint8_t *data, size_t len, struct pc_lpd_item *ret)
{
	*ret = (struct pc_lpd_item){.step = PC_LPD_MORE};
	if (p->state == FILE_DONE) {
		p->state = SUB_LINE;
		ret->step = PC_LPD_FILE_END;
		ret->code = p->code;
		return 0;
	}
	if (p->state == BROKEN)
		return bad(p, ret, "the stream is broken");
	if (len == 0)
		return 0;
	if (p->state == FILE_NUL) {
		p->state = SUB_LINE;
		ret->step = PC_LPD_FILE_END;
		ret->code = p->code;
		ret->no_final_nul = data[0] != 0;
		return data[0] == 0 ? 1 : 0;
	}
	if (p->state == FILE_BYTES || p->state == FILE_OPEN)
		return feed_file(p, data, len, ret);
	return feed_line(p, data, len, ret);
}

bool
pc_lpd_waits_for_nul(const struct pc_lpd_parser *p)
{
	return p->state == FILE_NUL;
}

void
pc_lpd_end_without_nul(struct pc_lpd_parser *p)
{
	if (p->state == FILE_NUL)
		p->state = SUB_LINE;
}

bool
pc_lpd_in_file(const struct pc_lpd_parser *p)
{
	return p->state == FILE_BYTES || ((p->state == LINE || p->state == SUB_LINE) && p->n > 0);
}

/* Control file. Spec: RFC 1179 s7. */

static const struct {
	char letter;
	const char *name;
	size_t field; /* offset in struct pc_lpd_control, 0 = not kept (host, at 0, is told by
			 `kept`) */
	bool kept;
} letters[] = {
	{'H', "originating host", offsetof(struct pc_lpd_control, host), true},
	{'P', "owner", offsetof(struct pc_lpd_control, user), true},
	{'J', "job name", offsetof(struct pc_lpd_control, job), true},
	{'T', "title", offsetof(struct pc_lpd_control, title), true},
	{'C', "class", offsetof(struct pc_lpd_control, klass), true},
	{'L', "banner page", offsetof(struct pc_lpd_control, banner), true},
	{'M', "mail when printed", offsetof(struct pc_lpd_control, mail), true},
	{'N', "name of source file", offsetof(struct pc_lpd_control, source), true},
	{'I', "indent", 0, false},
	{'W', "width", 0, false},
	{'U', "unlink data file", 0, false},
	{'S', "symbolic link", 0, false},
	{'1', "troff R font", 0, false},
	{'2', "troff I font", 0, false},
	{'3', "troff B font", 0, false},
	{'4', "troff S font", 0, false},
	{'A', "identifier (LPRng)", 0, false},
	{'D', "date (LPRng)", 0, false},
	{'Q', "queue (LPRng)", 0, false},
	{'Z', "options (LPRng)", 0, false},
	{'c', "plot CIF file", 0, false},
	{'d', "print DVI file", 0, false},
	{'f', "print formatted file", 0, false},
	{'g', "plot file", 0, false},
	{'l', "print file leaving control characters", 0, false},
	{'n', "print ditroff output", 0, false},
	{'o', "print PostScript file", 0, false},
	{'p', "print file with pr format", 0, false},
	{'r', "print file with FORTRAN carriage control", 0, false},
	{'t', "print troff output", 0, false},
	{'v', "print raster file", 0, false},
};

const char *
pc_lpd_letter_name(char letter)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (letters[i].letter == letter)
			return letters[i].name;
	}
	return NULL;
}

static void
copy_value(char out[PC_LPD_TEXT_MAX], const char *text, size_t len)
{
	size_t n = len < PC_LPD_TEXT_MAX - 1 ? len : PC_LPD_TEXT_MAX - 1;
	memcpy(out, text, n);
	out[n] = '\0';
}

static int
add_print(struct pc_lpd_control *c, char letter, const char *text, size_t len)
{
	char file[PC_LPD_TEXT_MAX];
	copy_value(file, text, len);
	for (size_t i = 0; i < c->n_prints; i++) {
		if (strcmp(c->prints[i].file, file) == 0) {
			c->prints[i].copies++;
			return PC_OK;
		}
	}
	if (c->n_prints == PC_LPD_FILES_MAX)
		return PC_E_LIMIT;
	struct pc_lpd_print *p = &c->prints[c->n_prints++];
	*p = (struct pc_lpd_print){.letter = letter, .copies = 1};
	memcpy(p->file, file, sizeof(file));
	return PC_OK;
}

static int
control_line(struct pc_lpd_control *c, const char *line, size_t len)
{
	char letter = line[0];
	if ((unsigned char)letter < ' ')
		return PC_E_BADVALUE;
	if (pc_lpd_letter_name(letter) == NULL) {
		c->unknown++;
		return PC_OK;
	}
	if (letter >= 'a' && letter <= 'z')
		return add_print(c, letter, line + 1, len - 1);
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		char *field = (char *)c + letters[i].field;
		if (letters[i].letter == letter && letters[i].kept && field[0] == '\0')
			copy_value(field, line + 1, len - 1);
	}
	return PC_OK;
}

int
pc_lpd_control_read(const uint8_t *data, size_t len, struct pc_lpd_control *ret)
{
	struct pc_lpd_control c = {0};
	while (len > 0 && data[len - 1] == 0)
		len--;
	for (size_t at = 0; at < len;) {
		const uint8_t *lf = memchr(data + at, '\n', len - at);
		size_t end = lf != NULL ? (size_t)(lf - data) : len;
		size_t n = end - at;
		if (n > 0 && data[at + n - 1] == '\r')
			n--;
		int err = n == 0 ? PC_OK : control_line(&c, (const char *)data + at, n);
		if (err != PC_OK)
			return err;
		at = end + 1;
	}
	*ret = c;
	return PC_OK;
}

static int
write_line(struct pc_writer *w, char letter, const char *text)
{
	if (text[0] == '\0')
		return PC_OK;
	if (strpbrk(text, "\r\n") != NULL)
		return PC_E_BADVALUE;
	pc_write_u8(w, (uint8_t)letter);
	pc_write_text(w, text);
	pc_write_u8(w, '\n');
	return PC_OK;
}

int
pc_lpd_control_write(const struct pc_lpd_control *c, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_writer w;
	pc_writer_init(&w, out, size);
	int err = write_line(&w, 'H', c->host);
	err = err != PC_OK ? err : write_line(&w, 'P', c->user);
	err = err != PC_OK ? err : write_line(&w, 'J', c->job);
	err = err != PC_OK ? err : write_line(&w, 'C', c->klass);
	err = err != PC_OK ? err : write_line(&w, 'L', c->banner);
	err = err != PC_OK ? err : write_line(&w, 'M', c->mail);
	err = err != PC_OK ? err : write_line(&w, 'T', c->title);
	for (size_t i = 0; err == PC_OK && i < c->n_prints; i++) {
		for (uint32_t n = 0; err == PC_OK && w.err == PC_OK && n < c->prints[i].copies; n++)
			err = write_line(&w, c->prints[i].letter, c->prints[i].file);
		err = err != PC_OK ? err : write_line(&w, 'U', c->prints[i].file);
		err = err != PC_OK ? err : write_line(&w, 'N', c->source);
	}
	if (err == PC_OK)
		err = w.err;
	if (err == PC_OK)
		*ret_len = w.at;
	return err;
}

static bool
is_word(const char *text)
{
	return text[0] != '\0' && strpbrk(text, " \t\v\f\r\n") == NULL;
}

int
pc_lpd_command_write(uint8_t code, const char *queue, const char *const *operands, uint8_t *out,
	size_t size, size_t *ret_len)
{
	struct pc_writer w;
	pc_writer_init(&w, out, size);
	if (!is_word(queue))
		return PC_E_BADVALUE;
	pc_write_u8(&w, code);
	pc_write_text(&w, queue);
	for (; operands != NULL && *operands != NULL; operands++) {
		if (!is_word(*operands))
			return PC_E_BADVALUE;
		pc_write_u8(&w, ' ');
		pc_write_text(&w, *operands);
	}
	pc_write_u8(&w, '\n');
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}

int
pc_lpd_file_write(uint8_t code, uint64_t count, char letter, unsigned job, const char *host,
	uint8_t *out, size_t size, size_t *ret_len)
{
	char text[64];
	struct pc_writer w;
	if (job > PC_LPD_JOB_NUMBER_MAX || !is_word(host) ||
		(code != PC_LPD_CONTROL_FILE && code != PC_LPD_DATA_FILE))
		return PC_E_BADVALUE;
	(void)snprintf(text, sizeof(text), "%llu %cf%c%03u", (unsigned long long)count,
		code == PC_LPD_CONTROL_FILE ? 'c' : 'd', letter, job);
	pc_writer_init(&w, out, size);
	pc_write_u8(&w, code);
	pc_write_text(&w, text);
	pc_write_text(&w, host);
	pc_write_u8(&w, '\n');
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}

int
pc_lpd_file_name_read(const char *name, unsigned *ret_job, const char **ret_host)
{
	unsigned job = 0;
	size_t n = 0;
	if ((name[0] != 'c' && name[0] != 'd') || name[1] != 'f' || name[2] == '\0')
		return PC_E_BADVALUE;
	for (; n < 3 && name[3 + n] >= '0' && name[3 + n] <= '9'; n++)
		job = job * 10 + (unsigned)(name[3 + n] - '0');
	if (n == 0)
		return PC_E_BADVALUE;
	*ret_job = job;
	*ret_host = name + 3 + n;
	return PC_OK;
}
