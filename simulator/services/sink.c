#include "services/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/buf.h"
#include "base/err.h"
#include "device/report.h"

enum { SAME_NAME_MAX = 1000 }; /* files of earlier runs with the same numbers */

static const struct pc_sink_limits default_limits = {
	.job = UINT64_C(256) << 20, .total = UINT64_C(8) << 30, .files = 100000};

struct pc_sink {
	int dir;
	struct pc_sink_limits limits;
	uint64_t bytes; /* kept so far */
	uint32_t files;
};

struct pc_sink_job {
	struct pc_sink *sink; /* borrowed, may be NULL */
	EVP_MD_CTX *digest;   /* owned */
	int fd;               /* -1: nothing is kept (any more) */
	struct pc_sink_result result;
};

int
pc_sink_new(const char *dir, const struct pc_sink_limits *limits, struct pc_sink **ret,
	struct pc_diag *diag)
{
	struct pc_sink *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	s->limits = limits != NULL ? *limits : default_limits;
	s->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = s->dir < 0 || faccessat(s->dir, ".", W_OK | X_OK, 0) != 0 ? -errno : PC_OK;
	if (err != PC_OK) {
		pc_sink_free(s);
		return pc_diag_fail(diag, PC_E_USAGE,
			"--keep-jobs '%s': %s; name a directory that can be written to", dir,
			pc_err_text(err));
	}
	*ret = s;
	return PC_OK;
}

void
pc_sink_free(struct pc_sink *s)
{
	if (s == NULL)
		return;
	if (s->dir >= 0)
		close(s->dir);
	free(s);
}

/* A new file of the job's numbers; a further number when an earlier run left one. */
static void
open_file(struct pc_sink_job *j, uint32_t printer, uint32_t job)
{
	for (int i = 1; j->fd < 0 && i <= SAME_NAME_MAX; i++) {
		char *name = j->result.file;
		int n = snprintf(name, PC_SINK_NAME_MAX, "p%06u-j%06u", printer, job);
		if (i > 1)
			n += snprintf(name + n, PC_SINK_NAME_MAX - (size_t)n, "-%d", i);
		(void)snprintf(name + n, PC_SINK_NAME_MAX - (size_t)n, ".prn");
		j->fd = openat(j->sink->dir, name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (j->fd < 0 && errno != EEXIST)
			break;
	}
	if (j->fd >= 0)
		j->sink->files++;
	else
		j->result.file[0] = '\0';
	j->result.cut = j->fd < 0;
}

int
pc_sink_begin(struct pc_sink *sink, uint32_t printer, uint32_t job, struct pc_sink_job **ret)
{
	struct pc_sink_job *j = calloc(1, sizeof(*j));
	if (j == NULL)
		return -ENOMEM;
	j->sink = sink;
	j->fd = -1;
	j->digest = EVP_MD_CTX_new();
	if (j->digest == NULL || EVP_DigestInit_ex(j->digest, EVP_sha256(), NULL) != 1) {
		EVP_MD_CTX_free(j->digest);
		free(j);
		return -ENOMEM;
	}
	if (sink != NULL && sink->files < sink->limits.files)
		open_file(j, printer, job);
	else
		j->result.cut = sink != NULL;
	*ret = j;
	return PC_OK;
}

static void
end_file(struct pc_sink_job *j)
{
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
}

static void
keep(struct pc_sink_job *j, const uint8_t *data, size_t len)
{
	uint64_t room = j->sink->limits.job - j->result.kept_bytes;
	uint64_t total = j->sink->limits.total - j->sink->bytes;
	size_t want = len;
	if (want > room)
		want = (size_t)room;
	if (want > total)
		want = (size_t)total;
	size_t done = 0;
	while (done < want) {
		ssize_t n = write(j->fd, data + done, want - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	j->result.kept_bytes += done;
	j->sink->bytes += done;
	if (done < len) {
		j->result.cut = true;
		end_file(j);
	}
}

void
pc_sink_data(struct pc_sink_job *j, const uint8_t *data, size_t len)
{
	(void)EVP_DigestUpdate(j->digest, data, len);
	if (j->fd >= 0)
		keep(j, data, len);
}

void
pc_sink_end(struct pc_sink_job *j, struct pc_sink_result *ret)
{
	unsigned n = 0;
	(void)EVP_DigestFinal_ex(j->digest, j->result.sha256, &n);
	end_file(j);
	*ret = j->result;
	EVP_MD_CTX_free(j->digest);
	free(j);
}

void
pc_sink_event(struct pc_sink *sink, struct pc_device *dev, const struct pc_device_event *event)
{
	enum { REPORT_MAX = 65536 };
	struct pc_sink_result kept;
	struct pc_sink_job *j = NULL;
	struct pc_buf text;
	if (event->kind != PC_EVENT_JOB || event->job->report == PC_REPORT_NONE ||
		event->job->state != PC_JOB_PENDING || event->job->hashed)
		return;
	struct pc_job *job = pc_device_job(dev, event->job->id);
	pc_buf_init(&text, REPORT_MAX);
	if (job != NULL &&
		pc_device_report_text(dev, (enum pc_report)job->report, &text) == PC_OK &&
		pc_sink_begin(sink, pc_device_state(dev)->number, job->id, &j) == PC_OK) {
		pc_sink_data(j, text.data, text.len);
		pc_sink_end(j, &kept);
		memcpy(job->sha256, kept.sha256, sizeof(job->sha256));
		job->hashed = true;
		job->bytes = text.len;
	}
	pc_buf_done(&text);
}
