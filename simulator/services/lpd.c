/* LPD on TCP 515. Spec: RFC 1179. */
#include "codec/lpd.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "services/intake.h"
#include "services/lpd-queue.h"

enum {
	NUL_WAIT_MS = 1000, /* how long a file may lack its final 00 */
	PORT_FIRST = 721,
	PORT_LAST = 731, /* Spec: RFC 1179 s3.1 */
	ACK = 0,
	NACK = 1
};

struct lpd {
	struct pc_service service;
	struct pc_tcp_listener *listener; /* owned */
	struct session *first;            /* owned list */
};

/* One connection. */
struct session {
	struct lpd *lpd;       /* borrowed */
	struct pc_device *dev; /* borrowed */
	struct pc_tcp *conn;   /* borrowed */
	struct session *prev, *next;
	struct pc_lpd_parser parser;
	struct pc_intake intake;
	struct pc_ticket ticket;
	struct pc_buf control;      /* the control file while it comes */
	struct pc_lpd_control *job; /* owned; NULL until there is one: it is large */
	uint32_t spot_id;           /* job that was printed before its control file came */
	bool over_limit;            /* more connections than the model takes */
	bool over;                  /* close once the callback is done: closing frees the session */
	bool receiving;             /* after command 2 */
	bool in_data, open_ended;
	size_t data_files;
	struct pc_timer nul_wait;
};

static size_t
unfinished_jobs(const struct pc_device *dev)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs), open = 0;
	for (size_t i = 0; i < n; i++)
		open += jobs[i]->state < PC_JOB_DONE;
	return open;
}

static bool
number_is_taken(const struct pc_device *dev, uint32_t number)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	for (size_t i = 0; i < n; i++) {
		if (number != 0 && jobs[i]->state < PC_JOB_DONE && jobs[i]->lpd_number == number)
			return true;
	}
	return false;
}

static void
send_octet(struct session *s, uint8_t octet)
{
	(void)pc_tcp_write(s->conn, &octet, 1);
	s->lpd->service.counters.out++;
}

static void
refuse(struct session *s, const char *why)
{
	s->lpd->service.counters.refused++;
	pc_service_note(&s->lpd->service, s->dev, &s->intake.peer, "refused",
		json_pack("{s:s}", "why", why));
	send_octet(s, NACK);
	s->over = true;
}

static void
malformed(struct session *s, const char *why)
{
	s->lpd->service.counters.malformed++;
	pc_service_note(&s->lpd->service, s->dev, &s->intake.peer, "malformed",
		json_pack("{s:s}", "why", why));
	pc_intake_abort(&s->intake, why);
	send_octet(s, NACK);
	s->over = true;
}

static bool
has(const struct session *s, enum pc_service_fault fault)
{
	return pc_service_has_fault(s->dev, fault);
}

/* Name, owner and host as the control file tells them. */
static void
take_control(struct pc_ticket *t, const struct pc_lpd_control *c)
{
	const char *name = c->job[0] != '\0' ? c->job : c->title[0] != '\0' ? c->title : c->source;
	pc_service_text(name, t->name, sizeof(t->name));
	pc_service_text(c->user, t->user, sizeof(t->user));
	pc_service_text(c->host, t->host, sizeof(t->host));
	t->copies = c->n_prints > 0 ? c->prints[0].copies : 1;
}

static void
forget_control(struct session *s)
{
	free(s->job);
	s->job = NULL;
	s->data_files = 0;
}

/* A page that says whose job follows. Spec: RFC 1179 s7.12 (L) */
static void
print_banner(struct session *s)
{
	uint32_t id = 0;
	if (s->job == NULL || s->job->banner[0] == '\0' || !has(s, PC_FAULT_LPD_BANNER_PAGE) ||
		pc_device_job_begin(s->dev, PC_ORIGIN_LPD, &id) != PC_OK)
		return;
	struct pc_job *job = pc_device_job(s->dev, id);
	pc_service_text("banner", job->name, sizeof(job->name));
	pc_service_text(s->job->banner, job->user, sizeof(job->user));
	(void)pc_device_job_end(s->dev, id, 1);
}

/* The job has all it needs. */
static void
end_job(struct session *s)
{
	struct pc_ticket t = s->ticket;
	if (s->job != NULL && s->job->n_prints == 0 && has(s, PC_FAULT_LPD_PRINT_LINE_STRICT)) {
		pc_intake_abort(&s->intake, "the control file names no file to print");
	} else {
		if (s->job != NULL)
			take_control(&t, s->job);
		print_banner(s);
		s->spot_id = pc_intake_end(&s->intake, &t);
	}
	if (s->job != NULL)
		s->spot_id = 0;
	forget_control(s);
	pc_ticket_init(&s->ticket);
}

static bool
job_is_complete(const struct session *s)
{
	if (s->job == NULL)
		return !has(s, PC_FAULT_LPD_KEEPS_DATA);
	return s->data_files >= (s->job->n_prints > 1 ? s->job->n_prints : 1);
}

/* The data were printed on the spot: what the control file tells is good for the queue list. */
static void
name_spot_job(struct session *s)
{
	struct pc_job *job = pc_device_job(s->dev, s->spot_id);
	struct pc_ticket t;
	pc_ticket_init(&t);
	take_control(&t, s->job);
	if (job != NULL) {
		pc_text_copy(job->name, sizeof(job->name), t.name);
		pc_text_copy(job->user, sizeof(job->user), t.user);
		pc_text_copy(job->host, sizeof(job->host), t.host);
	}
	pc_service_note(&s->lpd->service, s->dev, &s->intake.peer, "named",
		json_pack("{s:I,s:o,s:o,s:o}", "job", (json_int_t)s->spot_id, "name",
			pc_service_json_text(t.name), "user", pc_service_json_text(t.user), "host",
			pc_service_json_text(t.host)));
	s->spot_id = 0;
	forget_control(s);
}

static void
end_control(struct session *s)
{
	if (s->job == NULL)
		s->job = malloc(sizeof(*s->job));
	int err = s->job == NULL ? -ENOMEM
				 : pc_lpd_control_read(s->control.data, s->control.len, s->job);
	pc_buf_clear(&s->control);
	if (err != PC_OK) {
		malformed(s, "the control file cannot be read");
		return;
	}
	send_octet(s, ACK);
	if (s->spot_id != 0)
		name_spot_job(s);
	else if (pc_intake_is_open(&s->intake) && job_is_complete(s))
		end_job(s);
}

static void
end_data(struct session *s)
{
	s->in_data = false;
	s->data_files++;
	if (!has(s, PC_FAULT_LPD_NO_FINAL_ACK))
		send_octet(s, ACK);
	if (job_is_complete(s))
		end_job(s);
}

static void
end_file(struct session *s, uint8_t code)
{
	if (code == PC_LPD_CONTROL_FILE)
		end_control(s);
	else
		end_data(s);
}

static void
end_nul_wait(struct session *s)
{
	uint8_t code = s->in_data ? PC_LPD_DATA_FILE : PC_LPD_CONTROL_FILE;
	if (!pc_lpd_waits_for_nul(&s->parser))
		return;
	if (has(s, PC_FAULT_LPD_NUL_STRICT)) {
		malformed(s, "the octet 00 after a file is missing");
		return;
	}
	pc_lpd_end_without_nul(&s->parser);
	end_file(s, code);
}

static void
on_nul_timer(void *arg)
{
	struct session *s = arg;
	end_nul_wait(s);
	if (s->over)
		pc_tcp_close(s->conn);
}

/* Strict servers refuse what others make the best of. NULL: taken. */
static const char *
data_is_refused(const struct session *s, const struct pc_lpd_item *it)
{
	if (s->job == NULL && has(s, PC_FAULT_LPD_CONTROL_FIRST))
		return "a data file before its control file";
	if (it->until_close && has(s, PC_FAULT_LPD_COUNT_STRICT))
		return "a data file whose length is not told";
	if (has(s, PC_FAULT_LPD_NUMBER_STRICT) && number_is_taken(s->dev, s->ticket.lpd_number))
		return "the job number is taken";
	return NULL;
}

static void
begin_file(struct session *s, const struct pc_lpd_item *it)
{
	unsigned job = 0;
	const char *host = NULL;
	if (pc_lpd_file_name_read(it->name, &job, &host) == PC_OK) {
		s->ticket.lpd_number = job;
		pc_service_text(host, s->ticket.host, sizeof(s->ticket.host));
	}
	const char *why = it->code == PC_LPD_DATA_FILE ? data_is_refused(s, it) : NULL;
	if (why != NULL) {
		refuse(s, why);
		return;
	}
	s->in_data = it->code == PC_LPD_DATA_FILE;
	s->open_ended = it->until_close;
	pc_buf_clear(&s->control);
	if (s->in_data && !pc_intake_is_open(&s->intake)) {
		int err = pc_intake_begin(&s->intake);
		if (err != PC_OK) {
			refuse(s, err == PC_E_LIMIT ? "the queue is full"
						    : "no job can be taken now");
			return;
		}
	}
	send_octet(s, ACK);
}

static void
take_bytes(struct session *s, const struct pc_lpd_item *it)
{
	if (it->code == PC_LPD_CONTROL_FILE)
		(void)pc_buf_add(&s->control, it->data, it->len);
	else
		pc_intake_data(&s->intake, it->data, it->len);
}

/* Main commands. Spec: RFC 1179 s5. */

static bool
queue_is_wrong(const struct session *s, const char *queue)
{
	const char *name = pc_device_profile(s->dev)->lpd_queue;
	return pc_service_has_fault(s->dev, PC_FAULT_LPD_QUEUE_STRICT) && name != NULL &&
	       strcmp(queue, name) != 0;
}

static void
cmd_print_waiting(struct session *s, const struct pc_lpd_item *it)
{
	(void)it; /* jobs print by themselves */
	send_octet(s, ACK);
	s->over = true;
}

static void
cmd_receive(struct session *s, const struct pc_lpd_item *it)
{
	(void)it;
	bool offline = pc_device_state(s->dev)->offline;
	if (!s->intake.lost && offline &&
		pc_service_has_fault(s->dev, PC_FAULT_LPD_ACCEPTS_WHEN_OFF))
		s->intake.lost = true;
	if (!s->intake.lost && offline) {
		refuse(s, "the device is off-line");
		return;
	}
	if (!s->intake.lost && !pc_device_channel_open(s->dev, PC_CHANNEL_LPD)) {
		refuse(s, "the channel takes no print data (prtChannelState)");
		return;
	}
	size_t jobs = s->intake.lost ? 0 : unfinished_jobs(s->dev);
	if (jobs == PC_QUEUE_MAX || (jobs > 0 && has(s, PC_FAULT_LPD_BUSY))) {
		refuse(s, jobs == PC_QUEUE_MAX ? "the queue is full" : "the device is busy");
		return;
	}
	if (s->over_limit) {
		refuse(s, "too many connections");
		return;
	}
	s->receiving = true;
	send_octet(s, ACK);
}

static void
cmd_queue(struct session *s, const struct pc_lpd_item *it)
{
	struct pc_buf text;
	pc_buf_init(&text, PC_LPD_LIST_MAX);
	pc_lpd_queue_list(&text, s->dev, it);
	if (text.len > 0)
		(void)pc_tcp_write(s->conn, text.data, text.len);
	pc_buf_done(&text);
	s->lpd->service.counters.out++;
	s->over = true;
}

static void
cmd_remove(struct session *s, const struct pc_lpd_item *it)
{
	size_t removed = pc_lpd_queue_remove(s->dev, it);
	pc_service_note(&s->lpd->service, s->dev, &s->intake.peer, "remove",
		json_pack("{s:I,s:o}", "jobs", (json_int_t)removed, "agent",
			pc_service_json_text(it->n_operands > 1 ? it->operands[1] : "")));
	send_octet(s, removed > 0 ? ACK : NACK);
	s->over = true;
}

static const struct {
	uint8_t code;
	void (*run)(struct session *s, const struct pc_lpd_item *it);
} commands[] = {
	{PC_LPD_PRINT_WAITING, cmd_print_waiting},
	{PC_LPD_RECEIVE_JOB, cmd_receive},
	{PC_LPD_QUEUE_SHORT, cmd_queue},
	{PC_LPD_QUEUE_LONG, cmd_queue},
	{PC_LPD_REMOVE_JOBS, cmd_remove},
};

static void
run_command(struct session *s, const struct pc_lpd_item *it)
{
	s->lpd->service.counters.in++;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (commands[i].code != it->code)
			continue;
		if (queue_is_wrong(s, it->n_operands > 0 ? it->operands[0] : ""))
			refuse(s, "unknown queue");
		else
			commands[i].run(s, it);
		return;
	}
	refuse(s, "unknown command");
}

/* Spec: RFC 1179 s6.1. What was printed on the spot is taken back if it still can be. */
static void
abort_job(struct session *s)
{
	pc_intake_abort(&s->intake, "aborted by the client");
	if (s->spot_id != 0)
		(void)pc_device_job_cancel(s->dev, s->spot_id);
	s->spot_id = 0;
	forget_control(s);
}

/* True while the session goes on. */
static bool
handle(struct session *s, const struct pc_lpd_item *it)
{
	switch (it->step) {
	case PC_LPD_COMMAND:
		run_command(s, it);
		return !s->over;
	case PC_LPD_FILE:
		begin_file(s, it);
		return !s->over;
	case PC_LPD_BYTES:
		take_bytes(s, it);
		return true;
	case PC_LPD_FILE_END:
		if (it->no_final_nul && has(s, PC_FAULT_LPD_NUL_STRICT))
			malformed(s, "the octet 00 after a file is missing");
		else
			end_file(s, it->code);
		return !s->over;
	case PC_LPD_ABORTED:
		abort_job(s);
		send_octet(s, ACK);
		return true;
	case PC_LPD_BAD:
		malformed(s, it->problem);
		return false;
	case PC_LPD_MORE:
	default:
		return false;
	}
}

static size_t
on_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct session *s = arg;
	size_t at = 0;
	struct pc_lpd_item it;
	pc_timer_stop(&s->nul_wait);
	do {
		at += pc_lpd_feed(&s->parser, data + at, len - at, &it);
	} while (handle(s, &it));
	if (s->over) {
		pc_tcp_close(conn);
		return len;
	}
	if (pc_lpd_waits_for_nul(&s->parser))
		pc_timer_start(
			&s->nul_wait, s->lpd->service.env.loop, NUL_WAIT_MS, on_nul_timer, s);
	return at;
}

/* End of what the client sends: files without a length end here, others are cut. */
static void
end_of_stream(struct session *s)
{
	if (pc_lpd_waits_for_nul(&s->parser)) {
		pc_timer_stop(&s->nul_wait);
		end_nul_wait(s);
	}
	if (!pc_intake_is_open(&s->intake))
		return;
	if (s->in_data && s->open_ended) {
		end_data(s);
		if (pc_intake_is_open(&s->intake))
			end_job(s);
	} else if (s->in_data) {
		s->lpd->service.counters.malformed++;
		pc_intake_abort(
			&s->intake, "the connection ended before the announced octets came");
	} else {
		end_job(s); /* data without a control file print as they are */
	}
}

static void
on_eof(void *arg, struct pc_tcp *conn)
{
	end_of_stream(arg);
	pc_tcp_close(conn);
}

static void
on_closed(void *arg, struct pc_tcp *conn, enum pc_tcp_end end)
{
	struct session *s = arg;
	(void)conn;
	if (s == NULL)
		return;
	pc_timer_stop(&s->nul_wait);
	if (end == PC_TCP_END_PEER)
		end_of_stream(s);
	if (end == PC_TCP_END_RESET && s->in_data && s->open_ended)
		end_of_stream(s); /* Epson's library closes with our answer unread: a reset */
	pc_intake_abort(&s->intake, end == PC_TCP_END_IDLE ? "idle time-out" : "connection lost");
	pc_buf_done(&s->control);
	forget_control(s);
	if (s->prev != NULL)
		s->prev->next = s->next;
	else
		s->lpd->first = s->next;
	if (s->next != NULL)
		s->next->prev = s->prev;
	free(s);
}

static bool
port_is_wrong(const struct pc_device *dev, const struct sockaddr_in *peer)
{
	unsigned port = ntohs(peer->sin_port);
	return pc_service_has_fault(dev, PC_FAULT_LPD_PORT_STRICT) &&
	       (port < PORT_FIRST || port > PORT_LAST);
}

/* Connections the device has open here, as far as they count. */
static size_t
connections_of(const struct lpd *lpd, const struct pc_device *dev, size_t limit)
{
	size_t n = 0;
	for (const struct session *s = lpd->first; s != NULL && n < limit; s = s->next)
		n += s->dev == dev;
	return n;
}

static bool
on_open(void *arg, struct pc_tcp *conn)
{
	struct lpd *lpd = arg;
	struct sockaddr_in peer = pc_tcp_peer(conn);
	struct pc_device *dev = pc_service_find(&lpd->service, pc_tcp_local(conn).sin_addr);
	struct session *s = NULL;
	/* Until there is a session, on_closed() must find none. */
	pc_tcp_set_arg(conn, NULL);
	if (dev == NULL)
		return false;
	bool lost =
		!pc_device_answers(dev) && pc_service_has_fault(dev, PC_FAULT_LPD_ACCEPTS_WHEN_OFF);
	const struct pc_profile_print *print = &pc_device_profile(dev)->print;
	bool over_limit =
		print->lpd_connections > 0 &&
		connections_of(lpd, dev, print->lpd_connections) >= print->lpd_connections;
	if (pc_device_profile(dev)->ports.lpd && (lost || pc_device_answers(dev)) &&
		!port_is_wrong(dev, &peer) &&
		!(over_limit && pc_service_has_fault(dev, PC_FAULT_LPD_LIMIT_RESETS)))
		s = calloc(1, sizeof(*s));
	if (s == NULL) {
		lpd->service.counters.refused++;
		return false;
	}
	s->lpd = lpd;
	s->dev = dev;
	s->conn = conn;
	s->over_limit = over_limit;
	s->intake = (struct pc_intake){.service = &lpd->service,
		.dev = dev,
		.peer = peer,
		.origin = PC_ORIGIN_LPD,
		.lost = lost};
	pc_ticket_init(&s->ticket);
	pc_buf_init(&s->control, PC_LPD_CONTROL_MAX);
	s->next = lpd->first;
	if (s->next != NULL)
		s->next->prev = s;
	lpd->first = s;
	lpd->service.counters.connections++;
	pc_tcp_set_arg(conn, s);
	pc_tcp_set_idle(conn, print->lpd_idle_s * 1000);
	return true;
}

static const struct pc_tcp_handler handler = {
	.open = on_open, .data = on_data, .eof = on_eof, .closed = on_closed};

/* A device that is switched off or restarts takes its connections with it. */
static void
on_event(struct pc_service *service, struct pc_device *dev, const struct pc_device_event *event)
{
	struct session *next = NULL;
	if (!pc_service_loses_peers(dev, event))
		return;
	for (struct session *s = ((struct lpd *)service)->first; s != NULL; s = next) {
		next = s->next;
		if (s->dev == dev && !s->intake.lost)
			pc_tcp_reset(s->conn);
	}
}

static void
stop(struct pc_service *service)
{
	struct lpd *lpd = (struct lpd *)service;
	pc_tcp_listener_close(lpd->listener);
	free(lpd);
}

int
pc_lpd_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag)
{
	struct lpd *lpd = calloc(1, sizeof(*lpd));
	if (lpd == NULL)
		return -ENOMEM;
	lpd->service.env = *env;
	lpd->service.stop = stop;
	lpd->service.event = on_event;
	int err =
		pc_service_listen(&lpd->service, PC_LPD_PORT, &handler, lpd, &lpd->listener, diag);
	if (err != PC_OK) {
		free(lpd);
		return err;
	}
	*ret = &lpd->service;
	return PC_OK;
}
