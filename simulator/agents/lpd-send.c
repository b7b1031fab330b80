#include "agents/lpd-send.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/lpd.h"
#include "loop/tcp.h"

/* What is sent when; each part waits for an octet 00 from the printer. */
enum part { PART_JOB, PART_CONTROL, PART_CONTROL_FILE, PART_DATA, PART_DATA_FILE, PARTS };

static const char *const part_names[] = {"receive-job command", "control file command",
	"control file", "data file command", "data file"};

struct pc_lpd_send {
	struct pc_tcp *conn;
	enum part part;
	char queue[32];
	uint8_t control[1024];
	size_t control_len;
	uint8_t data[PC_LPD_SEND_MAX];
	size_t len;
	pc_lpd_send_fn fn;
	void *arg;
};

static const char host_name[] = "presscheck";

/* Tell once; the object ends with the connection's closed() call. */
static void
finish(struct pc_lpd_send *s, int err, const char *detail)
{
	pc_lpd_send_fn fn = s->fn;
	s->fn = NULL;
	if (fn != NULL)
		fn(s->arg, err, detail);
}

static int
send_file(struct pc_lpd_send *s, const uint8_t *data, size_t len)
{
	int err = pc_tcp_write(s->conn, data, len);
	return err == PC_OK ? pc_tcp_write(s->conn, "", 1) : err; /* the closing 00 */
}

static int
send_part(struct pc_lpd_send *s)
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
		err = pc_lpd_file_write(PC_LPD_CONTROL_FILE, s->control_len, 'A', 1, host_name,
			line, sizeof(line), &n);
		break;
	case PART_CONTROL_FILE:
		return send_file(s, s->control, s->control_len);
	case PART_DATA:
		err = pc_lpd_file_write(
			PC_LPD_DATA_FILE, s->len, 'A', 1, host_name, line, sizeof(line), &n);
		break;
	case PART_DATA_FILE:
		return send_file(s, s->data, s->len);
	case PARTS:
		return PC_OK;
	}
	return err == PC_OK ? pc_tcp_write(s->conn, line, n) : err;
}

static bool
on_open(void *arg, struct pc_tcp *conn)
{
	struct pc_lpd_send *s = arg;
	s->conn = conn;
	return send_part(s) == PC_OK;
}

static size_t
on_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct pc_lpd_send *s = arg;
	char detail[96];
	if (len == 0 || s->part == PARTS)
		return len;
	if (data[0] != 0) {
		snprintf(detail, sizeof(detail), "the printer refused the %s with %u",
			part_names[s->part], data[0]);
		finish(s, PC_E_REFUSED, detail);
		pc_tcp_close(conn);
		return len;
	}
	s->part++;
	if (s->part == PARTS) {
		finish(s, PC_OK, "");
		pc_tcp_close(conn);
		return len;
	}
	if (send_part(s) != PC_OK) {
		finish(s, PC_E_INTERNAL, "the job could not be written");
		pc_tcp_reset(conn);
	}
	return 1; /* an early second octet answers the next part */
}

static void
on_closed(void *arg, struct pc_tcp *conn, enum pc_tcp_end end)
{
	struct pc_lpd_send *s = arg;
	char detail[96];
	(void)conn;
	snprintf(detail, sizeof(detail), "the connection ended before the %s was acknowledged",
		part_names[s->part < PARTS ? s->part : PART_DATA_FILE]);
	if (end == PC_TCP_END_REFUSED)
		finish(s, PC_E_CLOSED, "the printer takes no connection");
	else
		finish(s, end == PC_TCP_END_IDLE ? PC_E_TIMEOUT : PC_E_CLOSED, detail);
	free(s);
}

static const struct pc_tcp_handler handler = {
	.open = on_open, .data = on_data, .closed = on_closed};

int
pc_lpd_send_start(struct pc_loop *loop, const struct pc_tap *tap, const struct sockaddr_in *printer,
	const char *queue, const uint8_t *data, size_t len, pc_lpd_send_fn fn, void *arg,
	struct pc_lpd_send **ret, struct pc_diag *diag)
{
	struct sockaddr_in local = {.sin_family = AF_INET};
	struct pc_tcp_options o = {.idle_ms = PC_LPD_SEND_IDLE_MS, .tap = tap};
	struct pc_lpd_control *c = calloc(1, sizeof(*c));
	struct pc_lpd_send *s = calloc(1, sizeof(*s));
	int err = c == NULL || s == NULL ? -ENOMEM : len > sizeof(s->data) ? PC_E_LIMIT : PC_OK;
	if (err == PC_OK) {
		memcpy(s->data, data, len);
		s->len = len;
		s->fn = fn;
		s->arg = arg;
		pc_text_copy(s->queue, sizeof(s->queue), queue);
		pc_text_copy(c->host, sizeof(c->host), host_name);
		pc_text_copy(c->user, sizeof(c->user), host_name);
		pc_text_copy(c->job, sizeof(c->job), "maintenance");
		c->n_prints = 1;
		c->prints[0] = (struct pc_lpd_print){.letter = 'l', .copies = 1};
		snprintf(c->prints[0].file, sizeof(c->prints[0].file), "dfA001%s", host_name);
		err = pc_lpd_control_write(c, s->control, sizeof(s->control), &s->control_len);
	}
	if (err == PC_OK)
		err = pc_tcp_connect(loop, printer, &local, &o, &handler, s, &s->conn, diag);
	free(c);
	if (err != PC_OK) {
		free(s);
		return err;
	}
	*ret = s;
	return PC_OK;
}

void
pc_lpd_send_stop(struct pc_lpd_send *s)
{
	if (s == NULL)
		return;
	s->fn = NULL;
	pc_tcp_reset(s->conn);
}
