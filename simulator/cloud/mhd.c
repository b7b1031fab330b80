#include "cloud/mhd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cloud/faults.h"
#include "cloud/members.h"
#include "loop/httpd.h"

struct pc_mhd {
	struct pc_httpd *httpd; /* owned */
	struct pc_mhd_options options;
};

struct pc_mhd_link {
	struct pc_httpd_link *http; /* owned */
	bool mute, reset;
};

static void
journal(const struct pc_mhd *mhd, const struct pc_http_request *q, unsigned status,
	const char *reason)
{
	struct pc_buf m;
	if (mhd->options.journal == NULL)
		return;
	pc_members_init(&m);
	pc_members_u64(&m, "connection", q->tls->connection);
	pc_members_text(&m, "method", q->method);
	pc_members_text(&m, "path", q->path);
	pc_members_u64(&m, "status", status);
	pc_members_text(&m, "reason", reason);
	mhd->options.journal(mhd->options.journal_arg, "request", pc_buf_text(&m));
	pc_buf_done(&m);
}

/* An answer of our own, JSON as the routes give it. */
static void
fill(struct pc_http_response *r, unsigned status, const char *word, const char *detail)
{
	r->status = status;
	r->content_type = "application/json";
	pc_buf_addf(&r->body, "{\"error\":\"%s\",\"detail\":\"%s\"}", word, detail);
}

static void
on_refuse(void *arg, void *context, const struct pc_http_request *q, const char *why,
	struct pc_http_response *r)
{
	bool large = r->status == 413;
	(void)context;
	if (large)
		why = "the body is larger than 4 MiB";
	journal(arg, q, r->status, why);
	fill(r, r->status, large ? "tooLarge" : "badRequest", why);
}

static size_t
on_body_max(void *arg)
{
	const struct pc_mhd *mhd = arg;
	bool unchecked =
		pc_fault_is_set(*mhd->options.faults, PC_CLOUD_FAULT_UPLOAD_SIZE_UNCHECKED);
	return unchecked ? PC_HTTP_RESPONSE_MAX : PC_HTTP_BODY_MAX;
}

static bool
is_upload(const char *method, const char *path)
{
	static const char tail[] = "/collections";
	size_t n = strlen(path);
	return strcmp(method, "POST") == 0 && n >= sizeof(tail) &&
	       strcmp(path + n - sizeof(tail) + 1, tail) == 0;
}

/* Faults that answer an upload before anything is stored. */
static const struct {
	enum pc_cloud_fault fault;
	unsigned status;
	const char *word, *retry_after;
} upload_faults[] = {
	{PC_CLOUD_FAULT_HTTP_500_UPLOADS, 500, "internal", NULL},
	{PC_CLOUD_FAULT_HTTP_503_UPLOADS, 503, "unavailable", "2"},
	{PC_CLOUD_FAULT_HTTP_429_UPLOADS, 429, "tooManyRequests", "2"},
};

static bool
fail_upload(const struct pc_mhd *mhd, const struct pc_http_request *q, struct pc_http_response *r)
{
	for (size_t i = 0; i < sizeof(upload_faults) / sizeof(upload_faults[0]); i++) {
		if (!pc_fault_is_set(*mhd->options.faults, upload_faults[i].fault))
			continue;
		journal(mhd, q, upload_faults[i].status, "fault");
		fill(r, upload_faults[i].status, upload_faults[i].word, "a fault is armed");
		if (upload_faults[i].retry_after != NULL)
			(void)pc_http_add_header(r, "Retry-After", upload_faults[i].retry_after);
		return true;
	}
	return false;
}

static bool
on_answer(void *arg, void *context, const struct pc_http_request *q, struct pc_http_response *r)
{
	struct pc_mhd *mhd = arg;
	struct pc_mhd_link *link = context;
	bool upload = is_upload(q->method, q->path);
	pc_fault_set faults = *mhd->options.faults;
	r->cut = pc_fault_is_set(faults, PC_CLOUD_FAULT_HTTP_TRUNCATED_RESPONSE);
	if (upload && fail_upload(mhd, q, r))
		return true;
	mhd->options.handler(mhd->options.arg, q, r);
	link->reset = upload && pc_fault_is_set(faults, PC_CLOUD_FAULT_HTTP_RESET_UPLOADS);
	link->mute = !link->reset && pc_fault_is_set(faults, PC_CLOUD_FAULT_HTTP_SILENT);
	return !link->reset;
}

int
pc_mhd_new(struct pc_loop *loop, const struct pc_mhd_options *options, struct pc_mhd **ret,
	struct pc_diag *diag)
{
	struct pc_mhd *mhd = calloc(1, sizeof(*mhd));
	const struct pc_httpd_options httpd = {.max_connections = options->max_connections,
		.headers_max = PC_MHD_HEADERS_MAX,
		.body_max = on_body_max,
		.answer = on_answer,
		.refuse = on_refuse,
		.failure = "{\"error\":\"internal\",\"detail\":\"no answer could be made\"}",
		.failure_type = "application/json",
		.arg = mhd};
	if (mhd == NULL)
		return -ENOMEM;
	mhd->options = *options;
	int err = pc_httpd_new(loop, &httpd, &mhd->httpd, diag);
	if (err != PC_OK) {
		free(mhd);
		return err;
	}
	*ret = mhd;
	return PC_OK;
}

void
pc_mhd_free(struct pc_mhd *mhd)
{
	if (mhd == NULL)
		return;
	pc_httpd_free(mhd->httpd);
	free(mhd);
}

int
pc_mhd_add(struct pc_mhd *mhd, int fd, const struct pc_tls_facts *facts, struct pc_mhd_link **ret)
{
	struct pc_mhd_link *link = calloc(1, sizeof(*link));
	if (link == NULL) {
		close(fd);
		return -ENOMEM;
	}
	int err = pc_httpd_add(mhd->httpd, fd, facts, link, &link->http);
	if (err != PC_OK) {
		free(link);
		return err;
	}
	*ret = link;
	return PC_OK;
}

void
pc_mhd_forget(struct pc_mhd_link *link)
{
	if (link == NULL)
		return;
	pc_httpd_forget(link->http);
	free(link);
}

struct pc_mhd_state
pc_mhd_state(const struct pc_mhd_link *link)
{
	struct pc_httpd_state s = pc_httpd_state(link->http);
	return (struct pc_mhd_state){.started = s.started,
		.completed = s.completed,
		.mute = link->mute,
		.reset = link->reset};
}
