#include "agents/sender.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/document.h"
#include "agents/faults.h"
#include "base/err.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/text.h"

enum { RETRY_AFTER_MAX_S = 3600, DETAIL_BYTES = 512 };

struct pc_sender {
	struct pc_sender_options options;
	char agent_id[128];
	struct pc_rand rand;
	struct pc_timer retry;
	unsigned tries;
	bool busy;
	struct pc_spool_entry entry; /* under way while busy */
};

static void attempt(void *arg);

uint64_t
pc_backoff_ms(unsigned tries, uint64_t chance)
{
	uint64_t ms = PC_BACKOFF_FIRST_MS;
	for (unsigned i = 1; i < tries && ms < PC_BACKOFF_MAX_MS; i++)
		ms *= 2;
	if (ms > PC_BACKOFF_MAX_MS)
		ms = PC_BACKOFF_MAX_MS;
	return ms / 2 + chance % (ms / 2 + 1);
}

int
pc_sender_new(const struct pc_sender_options *options, struct pc_sender **ret)
{
	struct pc_sender *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	s->options = *options;
	pc_text_copy(s->agent_id, sizeof(s->agent_id), options->agent_id);
	pc_rand_init(&s->rand, options->seed, 202);
	*ret = s;
	return PC_OK;
}

void
pc_sender_free(struct pc_sender *s)
{
	if (s == NULL)
		return;
	pc_timer_stop(&s->retry);
	free(s);
}

static void
tell(struct pc_sender *s, enum pc_sender_outcome outcome, const char *detail)
{
	if (s->options.told != NULL)
		s->options.told(s->options.arg, outcome, &s->entry, detail);
}

static void
later(struct pc_sender *s, uint64_t retry_after_s, const char *detail)
{
	uint64_t ms = pc_backoff_ms(++s->tries, pc_rand_u64(&s->rand));
	if (retry_after_s > RETRY_AFTER_MAX_S)
		retry_after_s = RETRY_AFTER_MAX_S;
	if (retry_after_s * 1000 > ms)
		ms = retry_after_s * 1000;
	pc_log(PC_LOG_WARNING,
		"agents agent=%s: document %s not taken (%s), trying again in %llu ms", s->agent_id,
		s->entry.document_id, detail, (unsigned long long)ms);
	if (pc_fault_is_set(s->options.faults, PC_AGENT_NO_SPOOL))
		pc_spool_remove(s->options.spool, s->entry.number);
	pc_timer_start(&s->retry, s->options.loop, ms, attempt, s);
	tell(s, PC_SENDER_DELAYED, detail);
}

/* 408 and 429 pass, everything else of class 4 is for good. */
static bool
is_final(long status)
{
	return status >= 400 && status < 500 && status != 408 && status != 429;
}

static void
reject(struct pc_sender *s, const struct pc_https_answer *a)
{
	char detail[DETAIL_BYTES];
	struct pc_diag diag = {0};
	snprintf(detail, sizeof(detail), "status %ld: %.400s", a->status, a->body);
	pc_log(PC_LOG_ERROR,
		"agents agent=%s: document %s refused by the server (%s), moved to rejected/",
		s->agent_id, s->entry.document_id, detail);
	if (pc_spool_reject(s->options.spool, s->entry.number, detail, strlen(detail), &diag) !=
		PC_OK)
		pc_log(PC_LOG_ERROR, "agents agent=%s: %s", s->agent_id, diag.text);
	s->tries = 0;
	tell(s, PC_SENDER_REJECTED, detail);
	pc_sender_wake(s);
}

static void
on_answer(void *arg, const struct pc_https_answer *a)
{
	struct pc_sender *s = arg;
	char detail[DETAIL_BYTES];
	s->busy = false;
	if (a->err != PC_OK) {
		snprintf(detail, sizeof(detail), "%s: %s", pc_err_text(a->err), a->text);
		later(s, 0, detail);
	} else if (a->status == 202) {
		s->tries = 0;
		pc_spool_remove(s->options.spool, s->entry.number);
		tell(s, PC_SENDER_TAKEN, a->body);
		pc_sender_wake(s);
	} else if (is_final(a->status)) {
		reject(s, a);
	} else {
		snprintf(detail, sizeof(detail), "status %ld", a->status);
		later(s, a->retry_after_s, detail);
	}
}

static int
upload(struct pc_sender *s, struct pc_buf *body, struct pc_diag *diag)
{
	char path[256];
	int err = pc_spool_read(s->options.spool, s->entry.number, body, diag);
	if (err != PC_OK)
		return err;
	pc_document_stamp(
		body, pc_clock_wall_ns(pc_loop_clock(s->options.loop)), s->options.offset_minutes);
	snprintf(path, sizeof(path), "/v1/agents/%s/collections", s->agent_id);
	struct pc_https_request r = {.method = "POST",
		.path = path,
		.content_type = "application/json",
		.body = body->data,
		.len = body->len,
		.gzip = true};
	return pc_https_send(s->options.https, &r, on_answer, s, diag);
}

static void
attempt(void *arg)
{
	struct pc_sender *s = arg;
	struct pc_diag diag = {0};
	struct pc_buf body;
	if (s->busy || !pc_spool_first(s->options.spool, &s->entry))
		return;
	pc_buf_init(&body, PC_SPOOL_DOCUMENT_MAX);
	s->busy = true;
	int err = upload(s, &body, &diag);
	pc_buf_done(&body);
	if (err == PC_OK)
		return;
	s->busy = false;
	if (err == PC_E_LIMIT ||
		err == -ENOENT) { /* damaged from outside: do not stand before it for ever */
		pc_log(PC_LOG_ERROR, "agents agent=%s: %s, document given up", s->agent_id,
			diag.text);
		(void)pc_spool_reject(
			s->options.spool, s->entry.number, diag.text, strlen(diag.text), NULL);
		pc_timer_start(&s->retry, s->options.loop, 0, attempt, s);
		return;
	}
	later(s, 0, diag.text);
}

void
pc_sender_wake(struct pc_sender *s)
{
	if (!s->busy && !pc_timer_running(&s->retry))
		pc_timer_start(&s->retry, s->options.loop, 0, attempt, s);
}

void
pc_sender_now(struct pc_sender *s)
{
	if (!s->busy)
		pc_timer_start(&s->retry, s->options.loop, 0, attempt, s);
}

bool
pc_sender_busy(const struct pc_sender *s)
{
	return s->busy;
}
