#include "agents/collect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agents/collect-plan.h"
#include "agents/faults.h"
#include "base/err.h"
#include "base/text.h"

enum { SCALARS_MAX = 24, VALUES_PER_SET = 2048 };

/* One printer being asked. */
struct job {
	struct pc_collect *owner;
	size_t target;
	struct pc_snmp_peer peer;
	bool answered;                /* some version got an answer */
	uint8_t scalars[SCALARS_MAX]; /* rows still to ask */
	size_t n_scalars;
	size_t asked; /* of them in the request under way */
	size_t batch; /* at most so many in one request */
	enum pc_plan_set set;
	const struct pc_plan_row *set_rows;
	int32_t ticket;
	struct pc_snmp_walk *walk;
	struct pc_plan_notes notes;
};

struct pc_collect {
	struct pc_collect_options options;
	const struct pc_collect_target *targets; /* borrowed */
	size_t n_targets, next, done;
	struct job **jobs; /* owned: `window` places */
	unsigned window;
	struct pc_timer start;
	pc_collect_fn each;
	pc_collect_end_fn end;
	void *arg;
	bool halted;
};

static void ask_scalars(struct job *j);
static void next_set(struct job *j);
static void fill_window(void *arg);

static void
job_free(struct job *j)
{
	pc_snmp_client_cancel(j->owner->options.client, j->ticket);
	pc_snmp_walk_stop(j->walk);
	free(j);
}

static void
finish_job(struct job *j, bool reachable)
{
	struct pc_collect *c = j->owner;
	const struct pc_collect_target *t = &c->targets[j->target];
	struct pc_record *r = &j->notes.record;
	if (reachable) {
		pc_plan_finish(&j->notes, t);
	} else {
		char addr[PC_TEXT_ADDR_MAX];
		pc_record_init(r);
		r->status = PC_RECORD_UNREACHABLE;
		pc_text_copy(r->ip_address, sizeof(r->ip_address),
			pc_text_from_ipv4(t->addr.sin_addr, addr));
		pc_text_copy(r->domain_name, sizeof(r->domain_name), t->name);
		pc_text_copy(r->serial, sizeof(r->serial), t->serial);
		c->halted = pc_fault_is_set(c->options.faults, PC_AGENT_STOPS_AT_DEAD);
	}
	size_t n = strlen(r->serial);
	if (n > 0 && pc_fault_is_set(c->options.faults, PC_AGENT_WRONG_SERIAL))
		r->serial[n - 1] = r->serial[n - 1] == '7' ? '8' : '7';
	pc_record_time(pc_clock_wall_ns(pc_loop_clock(c->options.loop)), c->options.offset_minutes,
		r->acquired);
	c->each(c->arg, j->target, r, reachable ? &j->notes.facts : NULL);
	for (unsigned i = 0; i < c->window; i++) {
		if (c->jobs[i] == j)
			c->jobs[i] = NULL;
	}
	job_free(j);
	c->done++;
	pc_timer_start(&c->start, c->options.loop, 0, fill_window, c);
}

static void
drop_scalar(struct job *j, size_t at)
{
	memmove(j->scalars + at, j->scalars + at + 1, j->n_scalars - at - 1);
	j->n_scalars--;
}

/* The rows answered (or refused) by the request under way are done with. */
static void
drop_asked(struct job *j)
{
	memmove(j->scalars, j->scalars + j->asked, j->n_scalars - j->asked);
	j->n_scalars -= j->asked;
}

/* SNMPv1 gives up a whole request for one missing object: leave that one out and ask again, as
 * managers do. tooBig: ask for fewer. Spec: RFC 1157 s4.1.2, RFC 3416 s4.2.1 */
static void
scalar_error(struct job *j, const struct pc_snmp_reply *reply)
{
	enum { TOO_BIG = 1 };
	if (reply->error_status == TOO_BIG && j->asked > 1)
		j->batch = j->asked / 2;
	else if (reply->error_index >= 1 && (size_t)reply->error_index <= j->asked)
		drop_scalar(j, (size_t)reply->error_index - 1);
	else
		drop_asked(j);
}

static void
take_scalars(struct job *j, const struct pc_snmp_reply *reply)
{
	for (size_t i = 0; i < reply->n && i < j->asked; i++) {
		const struct pc_snmp_varbind *v = &reply->varbinds[i];
		if (v->type < PC_BER_NO_SUCH_OBJECT && v->type != PC_BER_NULL)
			pc_plan_row(j->scalars[i])->put(&j->notes, NULL, 0, v);
	}
	drop_asked(j);
}

static void
on_scalars(void *arg, const struct pc_snmp_reply *reply)
{
	struct job *j = arg;
	j->ticket = 0;
	if (reply->err != PC_OK && !j->answered && j->peer.version == PC_SNMP_V2C) {
		j->peer.version = PC_SNMP_V1; /* perhaps it only speaks the old one */
		ask_scalars(j);
		return;
	}
	if (reply->err != PC_OK) {
		finish_job(j, false);
		return;
	}
	j->answered = true;
	if (reply->error_status != 0)
		scalar_error(j, reply);
	else
		take_scalars(j, reply);
	ask_scalars(j);
}

static void
ask_scalars(struct job *j)
{
	if (j->n_scalars == 0) {
		j->notes.facts.version = j->peer.version;
		next_set(j);
		return;
	}
	struct pc_snmp_varbind *vb = calloc(j->n_scalars, sizeof(*vb));
	j->asked = 0;
	while (vb != NULL && j->asked < j->n_scalars && j->asked < j->batch) {
		struct pc_oid oid;
		if (pc_oid_parse(pc_plan_row(j->scalars[j->asked])->oid, &oid) == PC_OK)
			pc_snmp_varbind_null(&vb[j->asked], &oid);
		j->asked++;
	}
	int err = vb == NULL ? -ENOMEM
			     : pc_snmp_client_ask(j->owner->options.client, &j->peer, PC_SNMP_GET,
				       0, 0, vb, j->asked, on_scalars, j, &j->ticket);
	free(vb);
	if (err != PC_OK)
		finish_job(j, false);
}

static void
on_value(void *arg, size_t column, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *value)
{
	struct job *j = arg;
	j->set_rows[column].put(&j->notes, index, n_index, value);
}

static void
on_set_end(void *arg, int err)
{
	struct job *j = arg;
	j->walk = NULL;
	if (err == PC_E_TIMEOUT) /* half a record would look like a printer that lacks things */
		finish_job(j, false);
	else
		next_set(j);
}

/* Which sets a printer is asked for, by what is known of it. */
static bool
set_applies(const struct job *j, enum pc_plan_set set)
{
	switch (set) {
	case PC_PLAN_SIM_HISTORY:
	case PC_PLAN_SIM_COUNTS:
	case PC_PLAN_SIM_LOG:
	case PC_PLAN_SIM_JOBS:
		return j->notes.facts.printer && j->notes.has_sim;
	case PC_PLAN_EPSON:
		return j->notes.facts.printer && j->notes.facts.epson && !j->notes.has_sim;
	case PC_PLAN_STANDARD:
		return true;
	case PC_PLAN_MEDIA:
		return j->notes.facts.printer;
	case PC_PLAN_SCALAR:
	case PC_PLAN_SETS:
		break;
	}
	return false;
}

static void
start_set(struct job *j)
{
	size_t n = 0;
	const struct pc_plan_row *row;
	struct pc_oid *columns = calloc(PC_SNMP_WALK_COLUMNS, sizeof(*columns));
	j->set_rows = NULL;
	for (size_t i = 0; columns != NULL && (row = pc_plan_row(i)) != NULL; i++) {
		if (row->set != j->set || n == PC_SNMP_WALK_COLUMNS)
			continue;
		if (j->set_rows == NULL)
			j->set_rows = row;
		(void)pc_oid_parse(row->oid, &columns[n++]);
	}
	int err = columns == NULL ? -ENOMEM
				  : pc_snmp_walk_start(j->owner->options.client, &j->peer, columns,
					    n, VALUES_PER_SET, on_value, on_set_end, j, &j->walk);
	free(columns);
	if (err != PC_OK)
		finish_job(j, false);
}

static void
next_set(struct job *j)
{
	do
		j->set = (enum pc_plan_set)((int)j->set + 1);
	while (j->set < PC_PLAN_SETS && !set_applies(j, j->set));
	if (j->set >= PC_PLAN_SETS)
		finish_job(j, true);
	else
		start_set(j);
}

static struct job *
job_new(struct pc_collect *c, size_t target)
{
	const struct pc_plan_row *row;
	struct job *j = calloc(1, sizeof(*j));
	if (j == NULL)
		return NULL;
	j->owner = c;
	j->target = target;
	j->peer.addr = c->targets[target].addr;
	j->peer.version = PC_SNMP_V2C;
	pc_text_copy(j->peer.community, sizeof(j->peer.community), c->options.community);
	j->batch = SCALARS_MAX;
	for (size_t i = 0; (row = pc_plan_row(i)) != NULL && j->n_scalars < SCALARS_MAX; i++) {
		if (row->set == PC_PLAN_SCALAR)
			j->scalars[j->n_scalars++] = (uint8_t)i;
	}
	pc_plan_begin(&j->notes);
	return j;
}

static void
fill_window(void *arg)
{
	struct pc_collect *c = arg;
	unsigned busy = 0;
	for (unsigned i = 0; i < c->window; i++) {
		if (c->jobs[i] == NULL && c->next < c->n_targets && !c->halted) {
			struct job *j = job_new(c, c->next);
			if (j == NULL)
				break; /* memory is short: go on when another one is done */
			c->jobs[i] = j;
			c->next++;
			ask_scalars(j);
		}
		busy += c->jobs[i] != NULL;
	}
	if (busy == 0 && !pc_timer_running(&c->start)) {
		pc_collect_end_fn end = c->end;
		void *end_arg = c->arg;
		pc_collect_stop(c);
		end(end_arg);
	}
}

int
pc_collect_start(const struct pc_collect_options *options, const struct pc_collect_target *targets,
	size_t n_targets, pc_collect_fn each, pc_collect_end_fn end, void *arg,
	struct pc_collect **ret)
{
	struct pc_collect *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return -ENOMEM;
	c->options = *options;
	c->targets = targets;
	c->n_targets = n_targets;
	c->window = options->window == 0 ? PC_COLLECT_WINDOW : options->window;
	if (c->window > PC_COLLECT_WINDOW_MAX)
		c->window = PC_COLLECT_WINDOW_MAX;
	if (pc_fault_is_set(options->faults, PC_AGENT_STOPS_AT_DEAD))
		c->window = 1;
	c->each = each;
	c->end = end;
	c->arg = arg;
	c->jobs = calloc(c->window, sizeof(struct job *));
	if (c->jobs == NULL) {
		free(c);
		return -ENOMEM;
	}
	pc_timer_start(&c->start, options->loop, 0, fill_window, c);
	*ret = c;
	return PC_OK;
}

void
pc_collect_stop(struct pc_collect *c)
{
	if (c == NULL)
		return;
	pc_timer_stop(&c->start);
	for (unsigned i = 0; i < c->window; i++) {
		if (c->jobs[i] != NULL)
			job_free(c->jobs[i]);
	}
	free(c->jobs);
	free(c);
}
