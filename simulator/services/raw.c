/* Raw printing on TCP 9100 (or the profile's own port) and the profile's further ports: transport
 * and jobs; PJL is in raw-pjl.c. Spec: XRS-NET-19 */
#include "services/raw.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

static bool
is_active(const struct pc_raw_conn *c)
{
	return !c->waiting;
}

static struct pc_raw_conn *
find_conn(const struct pc_raw *raw, const struct pc_device *dev, bool waiting)
{
	for (struct pc_raw_conn *c = raw->first; c != NULL; c = c->next) {
		if (c->dev == dev && c->waiting == waiting)
			return c;
	}
	return NULL;
}

static void
list_add(struct pc_raw_conn *c)
{
	c->prev = c->raw->last;
	if (c->prev != NULL)
		c->prev->next = c;
	else
		c->raw->first = c;
	c->raw->last = c;
}

static void
list_remove(struct pc_raw_conn *c)
{
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		c->raw->first = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	else
		c->raw->last = c->prev;
}

static bool
job_is_open(const struct pc_device *dev, uint32_t id)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	for (size_t i = 0; i < n; i++) {
		if (jobs[i]->id == id)
			return jobs[i]->state < PC_JOB_DONE;
	}
	return false;
}

void
pc_raw_end_job(struct pc_raw_conn *c)
{
	if (!pc_intake_is_open(&c->intake))
		return;
	uint32_t id = pc_intake_end(&c->intake, &c->ticket);
	c->printing = job_is_open(c->dev, id) ? id : 0;
}

/* Settings last until the UEL that ends the job they were made for. */
static void
on_uel(struct pc_raw_conn *c)
{
	bool had_job = pc_intake_is_open(&c->intake);
	if (c->in_job)
		return;
	pc_raw_end_job(c);
	if (had_job)
		pc_ticket_init(&c->ticket);
}

static bool
begin_job(struct pc_raw_conn *c)
{
	if (pc_intake_is_open(&c->intake))
		return true;
	int err = pc_intake_begin(&c->intake);
	if (err == PC_OK)
		return true;
	/* Off-line or full: the printer stops reading, the client waits. */
	c->blocked = true;
	c->raw->service.counters.refused++;
	pc_service_note(&c->raw->service, c->dev, &c->intake.peer, "blocked",
		json_pack("{s:s}", "why", pc_err_text(err)));
	pc_tcp_pause(c->tcp);
	return false;
}

static size_t
skip_file(struct pc_raw_conn *c, size_t len)
{
	size_t n = len < c->skip ? len : (size_t)c->skip;
	c->skip -= n;
	return n;
}

static size_t
on_data(void *arg, struct pc_tcp *tcp, const uint8_t *data, size_t len)
{
	struct pc_raw_conn *c = arg;
	struct pc_pjl_item it;
	struct pc_pjl_scanner before;
	size_t at = 0;
	(void)tcp;
	if (!is_active(c))
		return 0;
	do {
		at += skip_file(c, len - at);
		bool open = pc_intake_is_open(&c->intake);
		if (!open)
			before = c->scanner; /* a blocked job gives its bytes back */
		size_t used = pc_pjl_feed(&c->scanner, data + at, len - at, &it);
		if (it.step == PC_PJL_BYTES && it.len > 0 && !begin_job(c)) {
			c->scanner = before;
			return at;
		}
		at += used;
		if (it.step == PC_PJL_BYTES && it.len > 0)
			pc_intake_data(&c->intake, it.data, it.len);
		else if (it.step == PC_PJL_UEL)
			on_uel(c);
		else if (it.step == PC_PJL_LINE && it.error == 0)
			pc_raw_pjl(c, it.data, it.len);
		else if (it.step == PC_PJL_LINE)
			c->raw->service.counters.malformed++;
	} while (it.step != PC_PJL_MORE);
	return at;
}

/* What the scanner still held is data, then the job is complete. */
static void
end_of_stream(struct pc_raw_conn *c)
{
	const uint8_t *held = NULL;
	size_t n = pc_pjl_finish(&c->scanner, &held);
	/* A PJL line without its line end is no job. */
	bool pjl = !c->scanner.in_data && n >= 4 && memcmp(held, "@PJL", 4) == 0;
	if (n > 0 && !pjl && !c->blocked && begin_job(c))
		pc_intake_data(&c->intake, held, n);
	pc_raw_end_job(c);
}

static void
on_eof(void *arg, struct pc_tcp *tcp)
{
	struct pc_raw_conn *c = arg;
	c->half_closed = true;
	if (!is_active(c) || c->blocked)
		return; /* what was sent is still to be read */
	end_of_stream(c);
	if (c->printing == 0)
		pc_tcp_close(tcp);
}

/* The device is free for the next connection that waits for it. */
static void
hand_over(struct pc_raw *raw, struct pc_device *dev)
{
	struct pc_raw_conn *next = find_conn(raw, dev, true);
	if (next == NULL || find_conn(raw, dev, false) != NULL)
		return;
	next->waiting = false;
	pc_tcp_resume(next->tcp);
}

static void
on_closed(void *arg, struct pc_tcp *tcp, enum pc_tcp_end end)
{
	struct pc_raw_conn *c = arg;
	(void)tcp;
	if (c == NULL)
		return;
	struct pc_raw *raw = c->raw;
	struct pc_device *dev = c->dev;
	pc_timer_stop(&c->timed);
	if (end == PC_TCP_END_PEER && !c->half_closed && is_active(c))
		end_of_stream(c);
	pc_intake_abort(&c->intake, end == PC_TCP_END_IDLE ? "idle time-out" : "connection lost");
	list_remove(c);
	bool was_active = is_active(c);
	free(c);
	if (was_active)
		hand_over(raw, dev);
}

/* Does this device print on the port that was asked? */
static bool
is_its_port(const struct pc_raw *raw, const struct pc_device *dev, const struct sockaddr_in *local)
{
	const struct pc_profile *profile = pc_device_profile(dev);
	unsigned port = (unsigned)ntohs(local->sin_port) - raw->service.env.port_offset;
	if (!profile->ports.raw)
		return false;
	for (size_t i = 0; i < profile->n_raw_ports; i++) {
		if (profile->raw_ports[i].port == port)
			return true;
	}
	return port == profile->ports.raw_port;
}

static bool
on_open(void *arg, struct pc_tcp *tcp)
{
	struct pc_raw *raw = arg;
	struct sockaddr_in local = pc_tcp_local(tcp);
	struct pc_device *dev = pc_service_find(&raw->service, local.sin_addr);
	pc_tcp_set_arg(tcp, NULL);
	if (dev == NULL)
		return false;
	bool busy = find_conn(raw, dev, false) != NULL;
	struct pc_raw_conn *c = NULL;
	/* Spec: RFC 3805 prtChannelState: noDataAccepted */
	if (is_its_port(raw, dev, &local) && pc_device_answers(dev) &&
		pc_device_channel_open(dev, PC_CHANNEL_RAW) &&
		!(busy && pc_service_has_fault(dev, PC_FAULT_RAW_BUSY_REFUSED)))
		c = calloc(1, sizeof(*c));
	if (c == NULL) {
		raw->service.counters.refused++;
		return false;
	}
	c->raw = raw;
	c->dev = dev;
	c->tcp = tcp;
	c->waiting = busy;
	c->intake = (struct pc_intake){.service = &raw->service,
		.dev = dev,
		.peer = pc_tcp_peer(tcp),
		.origin = PC_ORIGIN_RAW};
	pc_ticket_init(&c->ticket);
	list_add(c);
	raw->service.counters.connections++;
	pc_tcp_set_arg(tcp, c);
	if (busy)
		pc_tcp_pause(tcp);
	return true;
}

static const struct pc_tcp_handler handler = {
	.open = on_open, .data = on_data, .eof = on_eof, .closed = on_closed};

/* The last job of a half-closed connection is printed: now close. */
static void
job_done(struct pc_raw_conn *c)
{
	c->printing = 0;
	if (c->half_closed && is_active(c) && !c->blocked)
		pc_tcp_close(c->tcp);
}

static void
unblock(struct pc_raw_conn *c)
{
	c->blocked = false;
	pc_tcp_resume(c->tcp);
}

static bool
frees_the_way(const struct pc_device_event *event)
{
	return event->kind == PC_EVENT_ALERT_REMOVED || event->kind == PC_EVENT_POWER ||
	       event->kind == PC_EVENT_SETTING ||
	       (event->kind == PC_EVENT_JOB && event->job->state >= PC_JOB_DONE);
}

static void
on_event(struct pc_service *service, struct pc_device *dev, const struct pc_device_event *event)
{
	struct pc_raw *raw = (struct pc_raw *)service;
	struct pc_raw_conn *next = NULL;
	for (struct pc_raw_conn *c = raw->first; c != NULL; c = next) {
		next = c->next;
		if (c->dev != dev)
			continue;
		if (!pc_device_answers(dev)) {
			pc_tcp_reset(c->tcp); /* off or restarting: the connection is gone */
			continue;
		}
		pc_raw_ustatus(c, event);
		if (event->kind == PC_EVENT_JOB && event->job->id == c->printing &&
			event->job->state >= PC_JOB_DONE)
			job_done(c);
		else if (c->blocked && frees_the_way(event))
			unblock(c);
	}
}

static void
stop(struct pc_service *service)
{
	struct pc_raw *raw = (struct pc_raw *)service;
	for (size_t i = 0; i < raw->n_listeners; i++)
		pc_tcp_listener_close(raw->listeners[i]);
	free(raw);
}

static int
add_port(struct pc_raw *raw, uint16_t port, struct pc_diag *diag)
{
	for (size_t i = 0; i < raw->n_listeners; i++) {
		if (raw->ports[i] == port)
			return PC_OK;
	}
	if (raw->n_listeners == PC_RAW_LISTENERS_MAX)
		return pc_diag_fail(diag, PC_E_LIMIT,
			"the fleet's profiles name more than %d raw ports; use fewer",
			PC_RAW_LISTENERS_MAX);
	size_t at = raw->n_listeners;
	int err = pc_service_listen(&raw->service, port, &handler, raw, &raw->listeners[at], diag);
	if (err != PC_OK)
		return err;
	raw->ports[at] = port;
	raw->n_listeners++;
	return PC_OK;
}

int
pc_raw_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag)
{
	struct pc_raw *raw = calloc(1, sizeof(*raw));
	struct pc_device *dev = NULL;
	if (raw == NULL)
		return -ENOMEM;
	raw->service.env = *env;
	raw->service.stop = stop;
	raw->service.event = on_event;
	int err = add_port(raw, 9100, diag);
	for (size_t i = 0; err == PC_OK && (dev = env->each(env->arg, i)) != NULL; i++) {
		const struct pc_profile *p = pc_device_profile(dev);
		if (p->ports.raw && p->ports.raw_port != 0)
			err = add_port(raw, p->ports.raw_port, diag);
		for (size_t k = 0; err == PC_OK && p->ports.raw && k < p->n_raw_ports; k++)
			err = add_port(raw, p->raw_ports[k].port, diag);
	}
	if (err != PC_OK) {
		stop(&raw->service);
		return err;
	}
	*ret = &raw->service;
	return PC_OK;
}
