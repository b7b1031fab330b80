/* Raw printing on TCP 9100 (or the profile's own port) and the profile's further ports: transport
 * and jobs; PJL is in raw-pjl.c. Spec: XRS-NET-19 */
#include "services/raw.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/d4.h"

enum { PJL_SHORT_MAX = 80 }; /* characters of a line that every printer takes */

static bool
is_active(const struct pc_raw_conn *c)
{
	return !c->waiting;
}

/* The oldest connection of the printer that has it, or that waits for it. */
static struct pc_raw_conn *
find_conn(const struct pc_raw_device *at, bool waiting)
{
	for (struct pc_raw_conn *c = at->first; c != NULL; c = c->next) {
		if (c->waiting == waiting)
			return c;
	}
	return NULL;
}

static void
list_add(struct pc_raw_conn *c)
{
	c->prev = c->at->last;
	if (c->prev != NULL)
		c->prev->next = c;
	else
		c->at->first = c;
	c->at->last = c;
}

static void
list_remove(struct pc_raw_conn *c)
{
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		c->at->first = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	else
		c->at->last = c->prev;
}

/* What is kept for a printer, NULL when nothing is yet. */
static struct pc_raw_device *
device_of(const struct pc_raw *raw, const struct pc_device *dev)
{
	uint32_t number = pc_device_state(dev)->number;
	return number < raw->n_devices ? raw->devices[number] : NULL;
}

/* The same; made when it is not there. NULL: no memory. */
static struct pc_raw_device *
device_for(struct pc_raw *raw, struct pc_device *dev)
{
	size_t number = pc_device_state(dev)->number;
	struct pc_raw_device *at = device_of(raw, dev);
	if (at != NULL)
		return at;
	if (number >= raw->n_devices) {
		size_t n = 2 * (number < 16 ? 16 : number);
		struct pc_raw_device **grown = reallocarray(raw->devices, n, sizeof(*grown));
		if (grown == NULL)
			return NULL;
		memset(grown + raw->n_devices, 0, (n - raw->n_devices) * sizeof(*grown));
		raw->devices = grown;
		raw->n_devices = n;
	}
	at = calloc(1, sizeof(*at));
	if (at != NULL)
		at->dev = dev;
	raw->devices[number] = at;
	return at;
}

/* The time-out runs while the printer would read: not while it makes the peer wait. */
static void
set_idle(struct pc_raw_conn *c)
{
	unsigned s = pc_raw_vars_timeout(c->at);
	if (pc_service_has_fault(c->dev, PC_FAULT_RAW_IDLE_SHORT))
		s = PC_RAW_IDLE_SHORT_S;
	bool prints = c->half_closed && c->printing != 0;
	if ((c->waiting && !c->reads) || c->blocked || prints ||
		pc_service_has_fault(c->dev, PC_FAULT_RAW_IDLE_NEVER))
		s = 0;
	pc_tcp_set_idle(c->tcp, s * 1000);
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
	struct pc_ticket t = c->ticket;
	if (!pc_intake_is_open(&c->intake))
		return;
	pc_raw_vars_ticket(c, &t);
	uint32_t id = pc_intake_end(&c->intake, &t);
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
	if (!had_job)
		return;
	pc_ticket_init(&c->ticket);
	pc_raw_vars_forget(c);
}

bool
pc_raw_begin_job(struct pc_raw_conn *c)
{
	if (pc_intake_is_open(&c->intake))
		return true;
	int err = c->waiting ? PC_E_REFUSED : pc_intake_begin(&c->intake);
	if (err == PC_OK)
		return true;
	/* Busy, off-line or full: the printer stops reading, the client waits. */
	c->blocked = true;
	c->raw->service.counters.refused++;
	pc_service_note(&c->raw->service, c->dev, &c->intake.peer, "blocked",
		json_pack("{s:s}", "why",
			c->waiting ? "another connection prints" : pc_err_text(err)));
	pc_tcp_pause(c->tcp);
	set_idle(c);
	return false;
}

static bool
is_ignored(const struct pc_raw_conn *c, const struct pc_pjl_item *it)
{
	return it->len > PJL_SHORT_MAX &&
	       pc_service_has_fault(c->dev, PC_FAULT_RAW_LONG_LINES_IGNORED);
}

static void
take_item(struct pc_raw_conn *c, const struct pc_pjl_item *it)
{
	if (it->step == PC_PJL_BYTES && it->len > 0)
		pc_intake_data(&c->intake, it->data, it->len);
	else if (it->step == PC_PJL_UEL)
		on_uel(c);
	else if (it->step == PC_PJL_LINE && it->error == 0 && is_ignored(c, it))
		c->raw->service.counters.malformed++;
	else if (it->step == PC_PJL_LINE && it->error == 0)
		pc_raw_pjl(c, it->data, it->len);
	else if (it->step == PC_PJL_LINE)
		pc_raw_pjl_error(c, it->error);
}

/* @EJL at the start of a stream or job. How many octets of it were taken; *ret_wait: it may become
 * one, the octets stay where they are. */
static size_t
take_ejl(struct pc_raw_conn *c, const uint8_t *data, size_t len, bool *ret_wait)
{
	size_t used = 0;
	const struct pc_pjl_scanner *s = &c->scanner;
	if (len == 0 || c->no_probe || s->in_data || s->n > 0 || s->matched > 0 ||
		pc_intake_is_open(&c->intake) || !pc_device_profile(c->dev)->print.ejl)
		return 0;
	enum pc_ejl kind = pc_ejl_probe(data, len, &used);
	*ret_wait = kind == PC_EJL_PARTIAL;
	if (kind == PC_EJL_ID)
		pc_raw_ejl_identify(c);
	else if (kind == PC_EJL_ENTER)
		pc_raw_d4_enter(c);
	return kind == PC_EJL_NONE ? 0 : used;
}

static size_t
on_data(void *arg, struct pc_tcp *tcp, const uint8_t *data, size_t len)
{
	struct pc_raw_conn *c = arg;
	struct pc_pjl_item it;
	struct pc_pjl_scanner before;
	size_t at = 0;
	(void)tcp;
	if ((!is_active(c) && !c->reads) || c->blocked)
		return 0;
	do {
		bool wait = false;
		at += pc_raw_files_take(c, data + at, len - at);
		if (c->d4 == NULL)
			at += take_ejl(c, data + at, len - at, &wait);
		if (c->d4 != NULL)
			at += pc_raw_d4_take(c, data + at, len - at);
		if (c->d4 != NULL || wait)
			return at;
		bool open = pc_intake_is_open(&c->intake);
		if (!open)
			before = c->scanner; /* a blocked job gives its bytes back */
		size_t used = pc_pjl_feed(&c->scanner, data + at, len - at, &it);
		if (it.step == PC_PJL_BYTES && it.len > 0 && !open && !pc_raw_begin_job(c)) {
			c->scanner = before;
			return at;
		}
		at += used;
		take_item(c, &it);
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
	if (n > 0 && !pjl && !c->blocked && pc_raw_begin_job(c))
		pc_intake_data(&c->intake, held, n);
	pc_raw_end_job(c);
}

static void
on_eof(void *arg, struct pc_tcp *tcp)
{
	struct pc_raw_conn *c = arg;
	c->half_closed = true;
	if ((!is_active(c) && !c->reads) || c->blocked)
		return; /* what was sent is still to be read */
	c->no_probe = true;
	pc_tcp_resume(tcp); /* what looked like the start of @EJL comes again */
	if (c->blocked)
		return;
	end_of_stream(c);
	bool ends = pc_service_has_fault(c->dev, PC_FAULT_RAW_HALF_CLOSE_ENDS);
	if ((c->printing == 0 && !c->blocked) || ends)
		pc_tcp_close(tcp);
	else
		set_idle(c);
}

static void
unblock(struct pc_raw_conn *c)
{
	c->blocked = false;
	set_idle(c);
	pc_tcp_resume(c->tcp);
}

/* The device is free for the next connection that waits for it. */
static void
hand_over(struct pc_raw_device *at)
{
	struct pc_raw_conn *next = find_conn(at, true);
	if (next == NULL || find_conn(at, false) != NULL)
		return;
	next->waiting = false;
	unblock(next);
}

static void
on_closed(void *arg, struct pc_tcp *tcp, enum pc_tcp_end end)
{
	struct pc_raw_conn *c = arg;
	(void)tcp;
	if (c == NULL)
		return;
	struct pc_raw_device *at = c->at;
	pc_timer_stop(&c->timed);
	if (end == PC_TCP_END_PEER && !c->half_closed && is_active(c))
		end_of_stream(c);
	pc_intake_abort(&c->intake, end == PC_TCP_END_IDLE ? "idle time-out" : "connection lost");
	pc_raw_files_abort(c);
	pc_raw_d4_free(c);
	pc_raw_vars_forget(c);
	if (at->asker == c)
		at->asker = NULL;
	list_remove(c);
	bool was_active = is_active(c);
	free(c);
	if (was_active)
		hand_over(at);
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

/* What becomes of a connection while another has the printer: what the model does, or what the
 * device was told to. */
static enum pc_raw_busy
busy_way(const struct pc_device *dev)
{
	if (pc_service_has_fault(dev, PC_FAULT_RAW_BUSY_REFUSED))
		return PC_RAW_BUSY_REFUSE;
	if (pc_service_has_fault(dev, PC_FAULT_RAW_BUSY_READ))
		return PC_RAW_BUSY_STATUS;
	if (pc_service_has_fault(dev, PC_FAULT_RAW_BUSY_BLOCKED))
		return PC_RAW_BUSY_BLOCK;
	return (enum pc_raw_busy)pc_device_profile(dev)->print.raw_busy;
}

static void
write_back(void *arg, const uint8_t *data, size_t len)
{
	(void)pc_tcp_write(arg, data, len); /* it may be closed by now */
}

static struct pc_raw_conn *
new_conn(struct pc_raw *raw, struct pc_device *dev, struct pc_tcp *tcp)
{
	struct pc_raw_device *at = device_for(raw, dev);
	bool busy = at != NULL && find_conn(at, false) != NULL;
	enum pc_raw_busy way = busy_way(dev);
	if (at == NULL || (busy && way == PC_RAW_BUSY_REFUSE))
		return NULL;
	struct pc_raw_conn *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->raw = raw;
	c->at = at;
	c->dev = dev;
	c->tcp = tcp;
	c->waiting = busy;
	c->reads = way == PC_RAW_BUSY_STATUS;
	c->intake = (struct pc_intake){.service = &raw->service,
		.dev = dev,
		.peer = pc_tcp_peer(tcp),
		.origin = PC_ORIGIN_RAW,
		.answer = write_back,
		.answer_arg = tcp};
	pc_ticket_init(&c->ticket);
	list_add(c);
	return c;
}

static bool
on_open(void *arg, struct pc_tcp *tcp)
{
	struct pc_raw *raw = arg;
	struct sockaddr_in local = pc_tcp_local(tcp);
	struct pc_device *dev = pc_service_find(&raw->service, local.sin_addr);
	struct pc_raw_conn *c = NULL;
	pc_tcp_set_arg(tcp, NULL);
	if (dev == NULL)
		return false;
	/* Spec: RFC 3805 prtChannelState: noDataAccepted */
	if (is_its_port(raw, dev, &local) && pc_device_answers(dev) &&
		pc_device_channel_open(dev, PC_CHANNEL_RAW))
		c = new_conn(raw, dev, tcp);
	if (c == NULL) {
		raw->service.counters.refused++;
		return false;
	}
	raw->service.counters.connections++;
	pc_tcp_set_arg(tcp, c);
	if (c->waiting && !c->reads)
		pc_tcp_pause(tcp);
	set_idle(c);
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

static bool
frees_the_way(const struct pc_device_event *event)
{
	return event->kind == PC_EVENT_ALERT_REMOVED || event->kind == PC_EVENT_POWER ||
	       event->kind == PC_EVENT_SETTING ||
	       (event->kind == PC_EVENT_JOB && event->job->state >= PC_JOB_DONE);
}

/* JOB DISPLAY: the panel shows it while the job prints. */
static void
show_display(struct pc_raw_conn *c, const struct pc_job *job)
{
	if (c->display[0] == '\0')
		return;
	if (job->state == PC_JOB_PRINTING) {
		(void)pc_device_setting_set(c->dev, "console", c->display);
	} else if (job->state >= PC_JOB_DONE) {
		c->display[0] = '\0';
		(void)pc_device_setting_set(c->dev, "console", "");
	}
}

static void
tell_conn(struct pc_raw_conn *c, const struct pc_device_event *event)
{
	pc_raw_ustatus(c, event);
	bool mine = event->kind == PC_EVENT_JOB &&
		    (event->job->id == c->printing || event->job->id == c->intake.id);
	if (mine)
		show_display(c, event->job);
	if (mine && event->job->id == c->printing && event->job->state >= PC_JOB_DONE)
		job_done(c);
	else if (c->blocked && !c->waiting && frees_the_way(event))
		unblock(c);
}

static void
on_event(struct pc_service *service, struct pc_device *dev, const struct pc_device_event *event)
{
	struct pc_raw *raw = (struct pc_raw *)service;
	struct pc_raw_device *at = device_of(raw, dev);
	struct pc_raw_conn *next = NULL;
	if (at == NULL)
		return;
	if (at->message != PC_RAW_NO_MESSAGE && !pc_device_state(dev)->offline)
		pc_raw_message_done(raw, at);
	if (event->kind == PC_EVENT_POWER && event->reset == PC_RESET_FACTORY)
		pc_raw_vars_initialize(at);
	for (struct pc_raw_conn *c = at->first; c != NULL; c = next) {
		next = c->next;
		if (pc_service_loses_peers(dev, event))
			pc_tcp_reset(c->tcp); /* off or restarting: the connection is gone */
		else
			tell_conn(c, event);
	}
}

static void
free_device(struct pc_raw_device *at)
{
	if (at == NULL)
		return;
	pc_raw_vars_initialize(at);
	pc_volume_free(at->volume);
	free(at);
}

static void
stop(struct pc_service *service)
{
	struct pc_raw *raw = (struct pc_raw *)service;
	for (size_t i = 0; i < raw->n_listeners; i++)
		pc_tcp_listener_close(raw->listeners[i]);
	for (size_t i = 0; i < raw->n_devices; i++)
		free_device(raw->devices[i]);
	free(raw->devices);
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
