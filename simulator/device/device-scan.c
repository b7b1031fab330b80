/* How many pages a stream of print data has, by looking at it once: form feeds of text, PJL lines
 * and escape sequences aside. Harness-defined; a real printer renders the data. */
#include "device/internal.h"

enum { PROBE_BYTES = 512 };
enum scan_state {
	SCAN_HEADER,
	SCAN_PJL_WORD,
	SCAN_PJL_LINE,
	SCAN_BODY,
	SCAN_ESCAPE,
	SCAN_PARAMETERS
};

static const char pjl_word[] = "@PJL";
static const char uel[] = "%-12345X"; /* after ESC: universal exit language, PJL follows */

/* NUL and most control characters do not occur in text; 8-bit letters do. */
static void
probe(struct pc_job_scan *s, uint8_t c)
{
	static const uint8_t in_text[] = {7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 26, 27};
	bool text = c >= 32;
	for (size_t i = 0; i < sizeof(in_text); i++)
		text |= c == in_text[i];
	/* "%!PS", "%PDF": a page is not a form feed there. */
	if (s->probed == 0 && c == '%' && s->state == SCAN_HEADER)
		text = false;
	s->binary |= !text;
	s->probed++;
}

static void
body_byte(struct pc_job_scan *s, uint8_t c)
{
	s->state = SCAN_BODY;
	if (c == 27) {
		s->state = SCAN_ESCAPE;
		s->matched = 0;
	} else if (c == 12) {
		s->form_feeds += s->form_feeds < UINT32_MAX ? 1 : 0;
		s->marks = false;
	} else if (c > 32 && c != 127) {
		s->marks = true;
	}
}

/* ESC x, or ESC with parameters up to a capital letter; ESC %-12345X opens a PJL header. */
static void
escape_byte(struct pc_job_scan *s, uint8_t c)
{
	if (s->state == SCAN_ESCAPE && (c < 0x21 || c > 0x2f)) {
		s->state = SCAN_BODY;
		return;
	}
	s->state = SCAN_PARAMETERS;
	if (s->matched < sizeof(uel) - 1 && c == (uint8_t)uel[s->matched])
		s->matched++;
	else
		s->matched = UINT8_MAX;
	if (c < 0x40 || c > 0x5a)
		return;
	s->state = s->matched == sizeof(uel) - 1 ? SCAN_HEADER : SCAN_BODY;
}

static bool
is_body(const struct pc_job_scan *s, uint8_t c)
{
	if (s->state == SCAN_HEADER)
		return c != '@' && c != 27 && c != '\r' && c != '\n';
	return s->state == SCAN_BODY || s->state == SCAN_ESCAPE || s->state == SCAN_PARAMETERS;
}

static void
scan_byte(struct pc_job_scan *s, uint8_t c)
{
	if (is_body(s, c) && s->probed < PROBE_BYTES)
		probe(s, c);
	if (s->state == SCAN_ESCAPE || s->state == SCAN_PARAMETERS) {
		escape_byte(s, c);
	} else if (s->state == SCAN_PJL_LINE) {
		s->state = c == '\n' ? SCAN_HEADER : SCAN_PJL_LINE;
	} else if (s->state == SCAN_PJL_WORD) {
		if (c != (uint8_t)pjl_word[s->matched]) {
			s->marks = true; /* it was text that began like PJL */
			body_byte(s, c);
		} else if (++s->matched == sizeof(pjl_word) - 1) {
			s->state = SCAN_PJL_LINE;
		}
	} else if (s->state == SCAN_HEADER && c == '@') {
		s->state = SCAN_PJL_WORD;
		s->matched = 1;
	} else if (s->state != SCAN_HEADER || (c != '\r' && c != '\n')) {
		body_byte(s, c);
	}
}

void
pc_job_scan_data(struct pc_job_scan *scan, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		/* Once known to be binary, only the byte count matters. */
		if (scan->binary)
			return;
		scan_byte(scan, data[i]);
	}
}

uint32_t
pc_job_scan_pages(const struct pc_job_scan *scan, uint64_t bytes, uint32_t bytes_per_page)
{
	uint64_t pages = 1;
	if (bytes == 0)
		return 0;
	if (!scan->binary)
		pages = (uint64_t)scan->form_feeds + (scan->marks ? 1 : 0);
	else if (bytes_per_page != 0)
		pages = bytes / bytes_per_page + (bytes % bytes_per_page != 0 ? 1 : 0);
	if (pages == 0)
		pages = 1;
	return pages > PC_JOB_PAGES_MAX ? PC_JOB_PAGES_MAX : (uint32_t)pages;
}
