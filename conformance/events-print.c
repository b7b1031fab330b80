/* Event lines of LPD and of raw ports with PJL. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/lpd.h"
#include "codec/pjl.h"
#include "conformance/events.h"

enum { NUMBER_MAX = 32, WORD_MAX = 96, ACKS_MAX = 4096, FORM_FEED = 0x0c };

static void
add_size(struct pc_event_list *l, enum pc_event_side side, const char *path, uint64_t v)
{
	char text[NUMBER_MAX];
	snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	pc_event_add(l, side, path, "number", text);
}

static void
add_digest(struct pc_event_list *l, const char *head, const uint8_t *data, size_t len)
{
	char digest[PC_SHA256_HEX];
	char path[WORD_MAX];
	snprintf(path, sizeof(path), "%s.len", head);
	add_size(l, PC_EVENT_REQUEST, path, len);
	snprintf(path, sizeof(path), "%s.sha256", head);
	pc_event_add(l, PC_EVENT_REQUEST, path, "sha256", pc_event_sha256(data, len, digest));
}

/* Lines of a control file: one event a letter. Spec: RFC 1179 s7 */
static void
add_control(struct pc_event_list *l, const uint8_t *data, size_t len)
{
	const uint8_t *end = data + len;
	while (data < end) {
		const uint8_t *lf = memchr(data, '\n', (size_t)(end - data));
		size_t n = lf == NULL ? (size_t)(end - data) : (size_t)(lf - data);
		if (n > 0 && isalpha(data[0])) {
			char path[] = "lpd.cf.?";
			path[sizeof(path) - 2] = (char)data[0];
			pc_event_add_bytes(l, PC_EVENT_REQUEST, path, "text", data + 1, n - 1);
		}
		data += n + 1;
	}
}

/* What the scanner collects over one connection. */
struct lpd_walk {
	struct pc_event_list *l;
	struct pc_buf file;
	uint8_t code; /* of the file being collected */
	size_t acks;  /* the server owes so far */
	bool queue;   /* a queue state was asked: the answer is text */
};

static void
lpd_file_end(struct lpd_walk *w)
{
	if (w->code == PC_LPD_CONTROL_FILE)
		add_control(w->l, w->file.data, w->file.len);
	else
		add_digest(w->l, "lpd.data", w->file.data, w->file.len);
	pc_buf_clear(&w->file);
	w->code = 0;
}

static void
lpd_command(struct lpd_walk *w, const struct pc_lpd_item *item)
{
	static const char *const names[] = {
		"?", "print-waiting", "receive-job", "queue-short", "queue-long", "remove-jobs"};
	const char *name = item->code < sizeof(names) / sizeof(names[0]) ? names[item->code] : "?";
	pc_event_add(w->l, PC_EVENT_REQUEST, "lpd.command", "command", name);
	for (size_t i = 0; i < item->n_operands; i++)
		pc_event_addf(w->l, PC_EVENT_REQUEST, "text", item->operands[i],
			i == 0 ? "lpd.queue" : "lpd.operand[%zu]", i - 1);
	if (item->code == PC_LPD_QUEUE_SHORT || item->code == PC_LPD_QUEUE_LONG)
		w->queue = true;
}

static void
lpd_item(struct lpd_walk *w, const struct pc_lpd_item *item)
{
	switch (item->step) {
	case PC_LPD_COMMAND:
		lpd_command(w, item);
		break;
	case PC_LPD_FILE:
		w->code = item->code;
		pc_event_add(w->l, PC_EVENT_REQUEST,
			item->code == PC_LPD_CONTROL_FILE ? "lpd.cf.name" : "lpd.df.name", "text",
			item->name);
		break;
	case PC_LPD_BYTES:
		(void)pc_buf_add(&w->file, item->data, item->len);
		break;
	case PC_LPD_FILE_END:
		lpd_file_end(w);
		break;
	case PC_LPD_ABORTED:
		pc_event_add(w->l, PC_EVENT_REQUEST, "lpd.abort", "command", "abort");
		break;
	case PC_LPD_BAD:
		pc_event_add(w->l, PC_EVENT_REQUEST, "lpd.malformed", "malformed", item->problem);
		break;
	case PC_LPD_MORE:
		break;
	}
}

static void
lpd_answer(struct lpd_walk *w, struct pc_bytes b)
{
	if (b.len == 0) {
		pc_event_add(w->l, PC_EVENT_ANSWER, "lpd.answer", "silence", "");
		return;
	}
	if (w->queue) {
		pc_event_add_bytes(w->l, PC_EVENT_ANSWER, "lpd.queue.state", "text", b.data, b.len);
		return;
	}
	for (size_t i = 0; i < b.len && i < ACKS_MAX; i++) {
		char text[NUMBER_MAX];
		snprintf(text, sizeof(text), "%u", b.data[i]);
		pc_event_addf(w->l, PC_EVENT_ANSWER, "number", text, "lpd.ack[%zu]", i);
	}
}

void
pc_events_lpd(struct pc_event_list *l, struct pc_bytes request, struct pc_bytes answer)
{
	struct lpd_walk w = {.l = l};
	struct pc_lpd_parser *p = calloc(1, sizeof(*p));
	struct pc_lpd_item item = {.step = PC_LPD_COMMAND};
	size_t at = 0;
	if (p == NULL) {
		l->err = PC_E_INTERNAL;
		return;
	}
	pc_buf_init(&w.file, PC_STREAM_BYTES_MAX);
	while (item.step != PC_LPD_MORE && item.step != PC_LPD_BAD && request.data != NULL) {
		at += pc_lpd_feed(p, request.data + at, request.len - at, &item);
		lpd_item(&w, &item);
	}
	if (w.code != 0) /* the file ended with the connection */
		lpd_file_end(&w);
	lpd_answer(&w, answer);
	pc_buf_done(&w.file);
	free(p);
}

/* One line of a PJL answer: "PAGECOUNT=12" below its heading, or a bare value. */
static void
pjl_answer_line(
	struct pc_event_list *l, const char *head, size_t *bare, const uint8_t *line, size_t n)
{
	char path[PC_EVENT_PATH_MAX];
	const uint8_t *eq = memchr(line, '=', n);
	size_t name = eq == NULL ? 0 : (size_t)(eq - line);
	if (name == 0 || name > WORD_MAX) {
		snprintf(path, sizeof(path), "%s[%zu]", head, (*bare)++);
		pc_event_add_bytes(l, PC_EVENT_ANSWER, path, "text", line, n);
		return;
	}
	snprintf(path, sizeof(path), "%s.%.*s", head, (int)name, (const char *)line);
	pc_event_add_bytes(l, PC_EVENT_ANSWER, path, "text", eq + 1, n - name - 1);
}

/* "@PJL INFO STATUS" -> "pjl.INFO.STATUS". */
static void
pjl_heading(const uint8_t *line, size_t n, char head[WORD_MAX])
{
	size_t at = 0;
	for (size_t i = 1; i < n && at + 1 < WORD_MAX; i++) {
		unsigned char c = line[i];
		bool blank = c == ' ' || c == '\t';
		if (blank && (at == 0 || head[at - 1] == '.'))
			continue;
		if (!blank && !isgraph(c))
			break;
		head[at++] = blank ? '.' : (char)c;
	}
	head[at] = '\0';
	if (strncmp(head, "PJL", 3) == 0)
		memcpy(head, "pjl", 3);
}

static void
pjl_answer(struct pc_event_list *l, struct pc_bytes b)
{
	char head[WORD_MAX] = "pjl";
	size_t bare = 0;
	size_t at = 0;
	while (at < b.len) {
		size_t n = 0;
		while (at + n < b.len && b.data[at + n] != '\n' && b.data[at + n] != FORM_FEED)
			n++;
		size_t text = n > 0 && b.data[at + n - 1] == '\r' ? n - 1 : n;
		if (text >= 4 && memcmp(b.data + at, "@PJL", 4) == 0) {
			pjl_heading(b.data + at, text, head);
			bare = 0;
		} else if (text > 0) {
			pjl_answer_line(l, head, &bare, b.data + at, text);
		}
		at += n + 1;
	}
}

void
pc_events_raw(struct pc_event_list *l, struct pc_bytes request, struct pc_bytes answer)
{
	struct pc_pjl_scanner *s = calloc(1, sizeof(*s));
	struct pc_pjl_item item = {.step = PC_PJL_UEL};
	struct pc_buf job;
	const uint8_t *rest = NULL;
	size_t at = 0;
	size_t lines = 0;
	if (s == NULL) {
		l->err = PC_E_INTERNAL;
		return;
	}
	pc_buf_init(&job, PC_STREAM_BYTES_MAX);
	while (item.step != PC_PJL_MORE && request.data != NULL) {
		at += pc_pjl_feed(s, request.data + at, request.len - at, &item);
		if (item.step == PC_PJL_LINE) {
			char path[WORD_MAX];
			snprintf(path, sizeof(path), "pjl.line[%zu]", lines++);
			pc_event_add_bytes(l, PC_EVENT_REQUEST, path, "text", item.data, item.len);
		} else if (item.step == PC_PJL_BYTES) {
			(void)pc_buf_add(&job, item.data, item.len);
		}
	}
	size_t n = pc_pjl_finish(s, &rest);
	if (n > 0)
		(void)pc_buf_add(&job, rest, n);
	if (job.len > 0)
		add_digest(l, "raw.job", job.data, job.len);
	if (answer.len == 0)
		pc_event_add(l, PC_EVENT_ANSWER, "raw.answer", "silence", "");
	else
		pjl_answer(l, answer);
	pc_buf_done(&job);
	free(s);
}
