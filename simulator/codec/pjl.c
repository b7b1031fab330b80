#include "codec/pjl.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

const uint8_t pc_pjl_uel[PC_PJL_UEL_BYTES] = {0x1b, '%', '-', '1', '2', '3', '4', '5', 'X'};

/* Scanner. */

/* Give back bytes of the line buffer as data. */
static size_t
flush_line(struct pc_pjl_scanner *s, struct pc_pjl_item *ret)
{
	*ret = (struct pc_pjl_item){.step = PC_PJL_BYTES, .data = s->line, .len = s->n};
	s->n = 0;
	return 0;
}

/* A UEL that began at the end of the octets before goes on, or turns out to be data. */
static size_t
feed_begun_uel(struct pc_pjl_scanner *s, const uint8_t *data, size_t len, struct pc_pjl_item *ret)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] != pc_pjl_uel[s->matched]) {
			*ret = (struct pc_pjl_item){
				.step = PC_PJL_BYTES, .data = pc_pjl_uel, .len = s->matched};
			s->matched = 0;
			return i;
		}
		if (++s->matched == PC_PJL_UEL_BYTES) {
			s->matched = 0;
			s->in_data = false;
			ret->step = PC_PJL_UEL;
			return i + 1;
		}
	}
	return len;
}

/* Data go on in one piece up to the next UEL, or what may be the start of one at the end: an ESC
 * occurs only at the start of a UEL, so a mismatch never hides the start of another. */
static size_t
feed_data(struct pc_pjl_scanner *s, const uint8_t *data, size_t len, struct pc_pjl_item *ret)
{
	if (s->matched > 0)
		return feed_begun_uel(s, data, len, ret);
	size_t at = 0;
	const uint8_t *escape = NULL;
	while (at < len && (escape = memchr(data + at, pc_pjl_uel[0], len - at)) != NULL) {
		at = (size_t)(escape - data);
		size_t left = len - at, n = left < PC_PJL_UEL_BYTES ? left : PC_PJL_UEL_BYTES;
		if (memcmp(escape, pc_pjl_uel, n) == 0)
			break;
		at++;
		escape = NULL;
	}
	if (escape == NULL)
		at = len;
	if (at == 0 && len > 0)
		return feed_begun_uel(s, data, len, ret);
	if (at > 0)
		*ret = (struct pc_pjl_item){.step = PC_PJL_BYTES, .data = data, .len = at};
	return at;
}

/* Could these first bytes of a line still become a line of PJL? */
static bool
may_be_pjl(const uint8_t *line, size_t n)
{
	static const char prefix[] = "@PJL";
	for (size_t i = 0; i < n && i < 4; i++) {
		if (toupper(line[i]) != prefix[i])
			return false;
	}
	return n <= 4 || line[4] == ' ' || line[4] == '\t' || line[4] == '\r' || line[4] == '\n';
}

static bool
line_byte(struct pc_pjl_scanner *s, uint8_t c)
{
	if (s->n == PC_PJL_LINE_MAX) {
		s->too_long = true;
		return true;
	}
	s->line[s->n++] = c;
	return s->too_long || may_be_pjl(s->line, s->n);
}

/* A complete line. Blank ones between commands carry nothing. */
static bool
end_line(struct pc_pjl_scanner *s, struct pc_pjl_item *ret, unsigned error)
{
	size_t n = s->n;
	while (n > 0 && (s->line[n - 1] == '\r' || s->line[n - 1] == '\n'))
		n--;
	*ret = (struct pc_pjl_item){.step = PC_PJL_LINE, .data = s->line, .len = n, .error = error};
	if (s->too_long)
		ret->error = 20005;
	s->n = 0;
	s->too_long = false;
	return n > 0;
}

/* ESC between or inside lines: a UEL, or data begins. */
static size_t
feed_escape(struct pc_pjl_scanner *s, struct pc_pjl_item *ret)
{
	if (s->n > 0 && end_line(s, ret, 20006))
		return 0; /* the line was ended by the UEL; the ESC comes again */
	s->in_data = true;
	ret->step = PC_PJL_MORE;
	return 0;
}

size_t
pc_pjl_feed(struct pc_pjl_scanner *s, const uint8_t *data, size_t len, struct pc_pjl_item *ret)
{
	*ret = (struct pc_pjl_item){.step = PC_PJL_MORE};
	if (s->in_data)
		return s->n > 0 ? flush_line(s, ret) : feed_data(s, data, len, ret);
	for (size_t i = 0; i < len; i++) {
		if (data[i] == 0x1b) {
			size_t used = i + feed_escape(s, ret);
			return s->in_data ? used + feed_data(s, data + i, len - i, ret) : used;
		}
		if (s->n == 0 && (data[i] == '\r' || data[i] == '\n'))
			continue;
		if (!line_byte(s, data[i])) {
			s->in_data = true;
			flush_line(s, ret);
			return i + 1;
		}
		if (data[i] == '\n' && end_line(s, ret, 0))
			return i + 1;
	}
	return len;
}

void
pc_pjl_enter_data(struct pc_pjl_scanner *s)
{
	s->in_data = true;
}

size_t
pc_pjl_finish(struct pc_pjl_scanner *s, const uint8_t **ret_data)
{
	size_t n = s->matched > 0 ? s->matched : s->n;
	*ret_data = s->matched > 0 ? pc_pjl_uel : s->line;
	s->matched = 0;
	s->too_long = false;
	s->n = 0;
	return n;
}

/* Parser of one line. */

struct cursor {
	const char *at, *end;
	unsigned warning;
};

static bool
done(const struct cursor *c)
{
	return c->at == c->end;
}

static void
skip_blanks(struct cursor *c)
{
	while (!done(c) && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
}

static bool
is_word_char(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || ch == '-' || ch == '.' || ch == '?';
}

/* A word in upper case; cut when too long. Number of characters it had. */
static size_t
read_word(struct cursor *c, char *out, size_t max, bool upper)
{
	size_t n = 0;
	for (; !done(c) && is_word_char(*c->at); c->at++, n++) {
		if (n < max)
			out[n] = upper ? (char)toupper((unsigned char)*c->at) : *c->at;
		else
			c->warning = 25003;
	}
	out[n < max ? n : max] = '\0';
	return n;
}

static unsigned
read_string(struct cursor *c, char out[PC_PJL_STRING_MAX + 1])
{
	size_t n = 0;
	c->at++;
	for (; !done(c) && *c->at != '"'; c->at++, n++) {
		if ((unsigned char)*c->at < ' ' && *c->at != '\t')
			return 20006; /* NUL above all, which would hide the rest */
		if (n < PC_PJL_STRING_MAX)
			out[n] = *c->at;
		else
			c->warning = 25004;
	}
	out[n < PC_PJL_STRING_MAX ? n : PC_PJL_STRING_MAX] = '\0';
	if (done(c))
		return 20011;
	c->at++;
	return done(c) || *c->at == ' ' || *c->at == '\t' ? 0 : 20007;
}

static unsigned
read_option(struct cursor *c, struct pc_pjl_option *o)
{
	*o = (struct pc_pjl_option){0};
	if (*c->at == '"') { /* FSDIRLIST and vendors: a string without a name */
		o->has_value = o->quoted = true;
		return read_string(c, o->value);
	}
	if (read_word(c, o->name, PC_PJL_WORD_MAX, true) == 0)
		return 20006;
	skip_blanks(c);
	if (done(c) || *c->at != '=')
		return 0;
	c->at++;
	skip_blanks(c);
	if (done(c))
		return 20015;
	o->has_value = true;
	o->quoted = *c->at == '"';
	if (o->quoted)
		return read_string(c, o->value);
	return read_word(c, o->value, PC_PJL_STRING_MAX, false) == 0 ? 20010 : 0;
}

/* NAME:VALUE directly behind the command. */
static unsigned
read_modifier(struct cursor *c, struct pc_pjl_command *ret)
{
	struct cursor probe = *c;
	char word[PC_PJL_WORD_MAX + 1];
	if (read_word(&probe, word, PC_PJL_WORD_MAX, true) == 0)
		return 0;
	skip_blanks(&probe);
	if (done(&probe) || *probe.at != ':')
		return 0;
	probe.at++;
	skip_blanks(&probe);
	memcpy(ret->modifier, word, sizeof(word));
	if (read_word(&probe, ret->modifier_value, PC_PJL_WORD_MAX, true) == 0)
		return 20014;
	*c = probe;
	return 0;
}

static bool
takes_free_text(const char *name)
{
	return strcmp(name, "ECHO") == 0 || strcmp(name, "COMMENT") == 0;
}

unsigned
pc_pjl_parse(const uint8_t *line, size_t len, struct pc_pjl_command *ret)
{
	struct pc_pjl_command cmd = {0};
	struct cursor c = {.at = (const char *)line, .end = (const char *)line + len};
	if (len < 4 || !may_be_pjl(line, len))
		return 25002;
	c.at += 4;
	skip_blanks(&c);
	if (!done(&c) && read_word(&c, cmd.name, PC_PJL_WORD_MAX, true) == 0)
		return 20018;
	skip_blanks(&c);
	cmd.rest = c.at;
	cmd.rest_len = (size_t)(c.end - c.at);
	unsigned err = 0;
	if (!takes_free_text(cmd.name)) {
		err = read_modifier(&c, &cmd);
		for (skip_blanks(&c); err == 0 && !done(&c); skip_blanks(&c)) {
			struct pc_pjl_option o;
			err = read_option(&c, &o);
			if (err == 0 && cmd.n_options < PC_PJL_OPTIONS_MAX)
				cmd.options[cmd.n_options++] = o;
			else if (err == 0)
				c.warning = 25011;
		}
	}
	cmd.warning = c.warning;
	if (err == 0)
		*ret = cmd;
	return err;
}

const struct pc_pjl_option *
pc_pjl_option(const struct pc_pjl_command *c, const char *name)
{
	for (size_t i = 0; i < c->n_options; i++) {
		if (strcmp(c->options[i].name, name) == 0)
			return &c->options[i];
	}
	return NULL;
}

bool
pc_pjl_is_known(const char *name)
{
	static const char *const names[] = {"", "COMMENT", "DEFAULT", "DINQUIRE", "DMCMD", "DMINFO",
		"ECHO", "ENTER", "EOJ", "FSAPPEND", "FSDELETE", "FSDIRLIST", "FSDOWNLOAD", "FSINIT",
		"FSMKDIR", "FSQUERY", "FSUPLOAD", "INFO", "INITIALIZE", "INQUIRE", "JOB", "OPMSG",
		"RDYMSG", "RESET", "RNVRAM", "SET", "STMSG", "USTATUS", "USTATUSOFF"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

/* Replies. */

void
pc_pjl_reply_begin(struct pc_writer *w, const char *heading)
{
	pc_write_text(w, "@PJL ");
	pc_write_text(w, heading);
	pc_write_text(w, "\r\n");
}

void
pc_pjl_reply_line(struct pc_writer *w, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	for (char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' && *c != '\t')
			*c = ' ';
	}
	pc_write_text(w, text);
	pc_write_text(w, "\r\n");
}

void
pc_pjl_reply_end(struct pc_writer *w)
{
	pc_write_u8(w, '\f');
}

void
pc_pjl_reply_status(struct pc_writer *w, unsigned code, const char *display, bool online)
{
	pc_pjl_reply_line(w, "CODE=%u", code);
	pc_pjl_reply_line(w, "DISPLAY=\"%s\"", display);
	pc_pjl_reply_line(w, "ONLINE=%s", online ? "TRUE" : "FALSE");
}

void
pc_pjl_reply_echo(struct pc_writer *w, const char *words, size_t len)
{
	pc_write_text(w, "@PJL ECHO ");
	pc_write_bytes(w, words, len);
	pc_write_text(w, "\r\n\f");
}
