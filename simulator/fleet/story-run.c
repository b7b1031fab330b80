/* A story goes on: tasks ordered by the story's own time, one timer for all of them. */
#include "fleet/story-run.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "fleet/diary.h"
#include "fleet/story-act.h"
#include "fleet/story-heap.h"

/* Of the run's seed; every step and occurrence has a stream of its own. */
#define STREAM_STORY UINT64_C(0x53544f5259)

enum task_kind {
	TASK_SCHEDULE, /* a top step at its time, again and again */
	TASK_SEQUENCE, /* goes through steps */
	TASK_LOAD,     /* jobs come */
	TASK_UNDO,     /* 'for' is over */
	TASK_END       /* so is the story */
};

struct frame {
	const struct pc_story_step *sequence;
	size_t at;
	int32_t left; /* rounds after this one */
	bool delayed; /* the step's 'after' is over */
};

struct task {
	struct pc_story_entry entry; /* story time */
	enum task_kind kind;
	const struct pc_story_step *step;
	struct pc_rand rand;
	uint32_t *set; /* owned: printers it is about, ascending; NULL of a schedule */
	size_t n_set;
	uint32_t occurrences;
	uint64_t end_ms; /* of a load; UINT64_MAX: with the story */
	double per_ms;   /* jobs a millisecond at the busiest hour */
	struct frame frames[PC_STORY_DEPTH_MAX];
	size_t depth;
	const struct pc_story_step *waits; /* NULL: it does not wait; at_ms is the deadline */
};

struct pc_story_run {
	struct pc_fleet *fleet;    /* borrowed */
	struct pc_story *story;    /* owned */
	struct pc_timer timer;     /* for the earliest task */
	struct pc_story_heap heap; /* of tasks, owned */
	size_t n_waiting;
	uint64_t base_ms;   /* clock at time 0; moves on while paused */
	uint64_t paused_ms; /* story time, while it is paused */
	uint64_t streams;
	bool paused, over;
	uint64_t steps, jobs, refused;
	struct pc_story_sender *sender;     /* owned */
	struct pc_story_reported *reported; /* owned */
	uint32_t *groups;                   /* owned: all sets of groups, one behind the other */
	struct {
		size_t from, n;
	} members[PC_STORY_GROUPS_MAX + 1]; /* the last one: all printers */
};

static void on_timer(void *arg);

static uint64_t
clock_ms(const struct pc_story_run *r)
{
	return pc_clock_ms(pc_loop_clock(pc_fleet_loop(r->fleet)));
}

static uint64_t
story_ms(const struct pc_story_run *r)
{
	return r->paused ? r->paused_ms : clock_ms(r) - r->base_ms;
}

static void
free_task(struct task *t)
{
	free(t->set);
	free(t);
}

static struct task *
task_at(const struct pc_story_run *r, size_t at)
{
	return (struct task *)r->heap.entries[at];
}

/* Set a task to a time; taken. One too many is counted, and the story goes on without it. */
static void
set_take(struct pc_story_run *r, struct task *t, uint64_t at_ms)
{
	if (pc_story_heap_push(&r->heap, &t->entry, at_ms, PC_STORY_TASKS_MAX) == PC_OK)
		return;
	r->refused++;
	free_task(t);
}

static struct task *
new_task(struct pc_story_run *r, enum task_kind kind, const struct pc_story_step *step,
	const uint32_t *set, size_t n_set)
{
	struct task *t = calloc(1, sizeof(*t));
	uint32_t *copy = n_set == 0 ? NULL : malloc(n_set * sizeof(*copy));
	if (t == NULL || (n_set > 0 && copy == NULL)) {
		free(t);
		free(copy);
		r->refused++;
		return NULL;
	}
	if (n_set > 0)
		memcpy(copy, set, n_set * sizeof(*copy));
	t->kind = kind;
	t->step = step;
	t->set = copy;
	t->n_set = n_set;
	pc_rand_init(&t->rand, pc_fleet_seed(r->fleet) + (uint64_t)r->story->seed,
		STREAM_STORY ^ (step == NULL ? 0 : (uint64_t)step->number << 40) ^ ++r->streams);
	return t;
}

/* The timer for what comes first. */
static void
arm(struct pc_story_run *r)
{
	pc_timer_stop(&r->timer);
	if (r->heap.n == 0 || r->paused || r->over)
		return;
	uint64_t now = story_ms(r);
	uint64_t at = r->heap.entries[0]->at_ms;
	pc_timer_start(&r->timer, pc_fleet_loop(r->fleet), at > now ? at - now : 0, on_timer, r);
}

/* Who belongs to a group is drawn once, in the order of the numbers. */
static bool
is_member(const struct pc_story_group *g, const struct pc_device *dev, struct pc_rand *rand)
{
	const struct pc_profile *p = pc_device_profile(dev);
	uint32_t number = pc_device_state(dev)->number;
	bool profile = g->n_profiles == 0, range = g->n_numbers == 0;
	bool share = pc_draw_share(&g->share, rand, true);
	for (size_t i = 0; i < g->n_profiles; i++)
		profile = profile || (p->id != NULL && strcmp(p->id, g->profiles[i]) == 0);
	for (size_t i = 0; i < g->n_numbers; i++)
		range = range || (number >= g->numbers[i].from && number <= g->numbers[i].to);
	bool vendor = g->vendor == NULL || (p->vendor != NULL && strcmp(p->vendor, g->vendor) == 0);
	return profile && range && vendor && share;
}

static int
fill_groups(struct pc_story_run *r)
{
	uint32_t n = pc_fleet_size(r->fleet);
	size_t used = 0, n_groups = r->story->n_groups;
	r->groups = reallocarray(NULL, (n_groups + 1) * (size_t)n, sizeof(*r->groups));
	if (r->groups == NULL)
		return -ENOMEM;
	for (size_t g = 0; g <= n_groups; g++) {
		struct pc_rand rand;
		pc_rand_init(&rand, pc_fleet_seed(r->fleet) + (uint64_t)r->story->seed,
			STREAM_STORY ^ ((uint64_t)g << 32));
		r->members[g].from = used;
		for (uint32_t i = 1; i <= n; i++) {
			const struct pc_device *dev = pc_fleet_device(r->fleet, i);
			if (g == n_groups || is_member(&r->story->groups[g], dev, &rand))
				r->groups[used++] = i;
		}
		r->members[g].n = used - r->members[g].from;
	}
	return PC_OK;
}

/* Whom a step is about: its group, else those of the sequence, else all; of them some. The result
 * is malloced; NULL with *ret_n 0 when there is nobody. */
static uint32_t *
choose(struct pc_story_run *r, const struct pc_story_step *s, struct task *t, size_t *ret_n)
{
	size_t g = s->group == NULL ? r->story->n_groups : (size_t)(s->group - r->story->groups);
	bool inherits = s->who == NULL && t->set != NULL;
	const uint32_t *from = inherits ? t->set : r->groups + r->members[g].from;
	size_t n = inherits ? t->n_set : r->members[g].n;
	struct pc_rand *rand = &t->rand;
	size_t want = pc_draw_count(&s->pick, rand, UINT32_MAX);
	uint32_t *set = n == 0 ? NULL : malloc(n * sizeof(*set));
	*ret_n = 0;
	if (set == NULL)
		return NULL;
	if (want >= n) {
		memcpy(set, from, n * sizeof(*set));
		*ret_n = n;
		return set;
	}
	/* Each of the rest is taken with the chance that fills what is still wanted: ascending. */
	for (size_t i = 0; i < n && *ret_n < want; i++) {
		if (pc_rand_below(rand, n - i) < want - *ret_n)
			set[(*ret_n)++] = from[i];
	}
	return set;
}

static void
tell(struct pc_story_run *r, const struct pc_story_step *s, const char *action, const uint32_t *set,
	size_t n)
{
	const struct pc_fleet_story *of = pc_fleet_story(r->fleet);
	const struct pc_story_told told = {.line = s == NULL ? 0 : s->line,
		.action = action,
		.printers = set,
		.n_printers = n};
	if (of->fn != NULL)
		of->fn(of->arg, &told);
}

/* One entry a step; a load's jobs are in the journal themselves. */
static void
note(struct pc_story_run *r, const struct pc_story_step *s, const char *what, const uint32_t *set,
	size_t n, size_t refused)
{
	json_t *o = json_pack("{s:s,s:s,s:i,s:i}", "story", r->story->name, "do", what, "printers",
		(int)n, "refused", (int)refused);
	const struct pc_device *dev = n == 1 ? pc_fleet_device(r->fleet, set[0]) : NULL;
	if (o != NULL && s != NULL)
		json_object_set_new(o, "line", json_integer(s->line));
	if (o != NULL && s != NULL && s->text != NULL)
		json_object_set_new(o, "text", json_string(s->text));
	pc_diary_note_take(pc_fleet_diary(r->fleet), dev, "story", o);
}

static void
finish(struct pc_story_run *r)
{
	if (r->over)
		return;
	r->over = true;
	pc_timer_stop(&r->timer);
	note(r, NULL, "over", NULL, 0, 0);
	tell(r, NULL, "over", NULL, 0);
}

static void
start_undo(struct pc_story_run *r, const struct pc_story_step *s, struct task *by,
	const uint32_t *set, size_t n)
{
	if (s->duration.kind == PC_DRAW_NONE || !pc_story_can_undo((enum pc_story_do)s->action))
		return;
	struct task *t = new_task(r, TASK_UNDO, s, set, n);
	if (t != NULL)
		set_take(r, t, story_ms(r) + (uint64_t)pc_draw_number(&s->duration, &by->rand, 0));
}

static double
largest(const double *factors, size_t n)
{
	double max = 0;
	for (size_t i = 0; i < n; i++)
		max = factors[i] > max ? factors[i] : max;
	return max;
}

static uint64_t
next_arrival(struct task *t)
{
	double ms = -log(1 - pc_draw_even(&t->rand)) / t->per_ms;
	return ms > 1e15 ? (uint64_t)1e15 : (uint64_t)ms + 1;
}

/* Printers' independent streams of jobs, together: as many times the rate, each job to one drawn.
 */
static void
start_load(struct pc_story_run *r, const struct pc_story_step *s, struct task *by,
	const uint32_t *set, size_t n)
{
	struct task *t = new_task(r, TASK_LOAD, s, set, n);
	if (t == NULL)
		return;
	double rate = pc_draw_number(&s->rate, &by->rand, 0);
	t->per_ms = rate * (double)n * largest(s->hours, 24) * largest(s->weekdays, 7) / 3600000;
	t->end_ms = s->duration.kind == PC_DRAW_NONE
			    ? UINT64_MAX
			    : story_ms(r) + (uint64_t)pc_draw_number(&s->duration, &by->rand, 0);
	if (t->per_ms <= 0)
		free_task(t);
	else
		set_take(r, t, story_ms(r) + next_arrival(t));
}

static void
start_sequence(struct pc_story_run *r, const struct pc_story_step *s, const uint32_t *set, size_t n)
{
	size_t each = s->apart ? 1 : n;
	for (size_t i = 0; i < n; i += each) {
		struct task *t = new_task(r, TASK_SEQUENCE, s, set + i, each);
		if (t == NULL)
			return;
		bool again = s->every.kind != PC_DRAW_NONE; /* then 'times' is about that */
		t->frames[0] = (struct frame){.sequence = s, .left = again ? 0 : s->times - 1};
		t->depth = 1;
		set_take(r, t, story_ms(r));
	}
}

static struct pc_story_act
act_of(struct pc_story_run *r, const struct pc_story_step *s, struct task *t)
{
	return (struct pc_story_act){.fleet = r->fleet,
		.step = s,
		.rand = &t->rand,
		.sender = r->sender,
		.reported = r->reported};
}

static void
act(struct pc_story_run *r, const struct pc_story_step *s, struct task *t, const uint32_t *set,
	size_t n)
{
	const struct pc_story_act a = act_of(r, s, t);
	size_t refused = 0;
	for (size_t i = 0; i < n; i++)
		refused += pc_story_act(&a, pc_fleet_device(r->fleet, set[i])) != PC_OK ? 1 : 0;
	r->jobs += s->action <= PC_STORY_FAX ? n - refused : 0;
	r->refused += refused;
	start_undo(r, s, t, set, n);
	note(r, s, pc_story_action((size_t)s->action)->name, set, n, refused);
}

/* A step whose time has come, for whom it chooses. False when chance has it that nothing happens.
 */
static void
do_step(struct pc_story_run *r, const struct pc_story_step *s, struct task *t)
{
	size_t n = 0;
	if (!pc_draw_share(&s->chance, &t->rand, true))
		return;
	uint32_t *set = choose(r, s, t, &n);
	r->steps++;
	if (s->action == PC_STORY_LOAD)
		start_load(r, s, t, set, n);
	else if (s->action == PC_STORY_SEQUENCE)
		start_sequence(r, s, set, n);
	else
		act(r, s, t, set, n);
	if (s->action == PC_STORY_LOAD || s->action == PC_STORY_SEQUENCE)
		note(r, s, pc_story_action((size_t)s->action)->name, set, n, 0);
	tell(r, s, pc_story_action((size_t)s->action)->name, set, n);
	free(set);
}

static void
wall(const struct pc_story_run *r, int *ret_day, int *ret_hour)
{
	uint64_t hours = pc_clock_wall_ns(pc_loop_clock(pc_fleet_loop(r->fleet))) / 3600000000000u;
	*ret_hour = (int)(hours % 24);
	*ret_day = (int)((hours / 24 + 4) % 7); /* 1970-01-01 was a Thursday */
}

/* Takes the task: again at its next time, or freed. */
static void
run_schedule(struct pc_story_run *r, struct task *t)
{
	const struct pc_story_step *s = t->step;
	int day = 0, hour = 0;
	wall(r, &day, &hour);
	double until = pc_draw_number(&s->until, &t->rand, 1e300);
	if ((double)story_ms(r) > until) {
		free_task(t);
		return;
	}
	if (s->days == 0 || (s->days >> day & 1) != 0) {
		t->occurrences++;
		do_step(r, s, t);
	}
	bool again = s->every.kind != PC_DRAW_NONE &&
		     (s->times == 0 || t->occurrences < (uint32_t)s->times);
	if (again)
		set_take(r, t, t->entry.at_ms + (uint64_t)pc_draw_number(&s->every, &t->rand, 1));
	else
		free_task(t);
}

static void
run_load(struct pc_story_run *r, struct task *t)
{
	const struct pc_story_step *s = t->step;
	int day = 0, hour = 0;
	if (t->entry.at_ms > t->end_ms) {
		free_task(t);
		return;
	}
	wall(r, &day, &hour);
	double most = largest(s->hours, 24) * largest(s->weekdays, 7);
	bool comes = pc_draw_even(&t->rand) * most < s->hours[hour] * s->weekdays[day];
	uint32_t number = t->set[pc_rand_below(&t->rand, t->n_set)];
	if (comes) {
		const struct pc_story_act a = act_of(r, s, t);
		int err = pc_story_job(&a, pc_fleet_device(r->fleet, number));
		r->jobs += err == PC_OK ? 1 : 0;
		r->refused += err != PC_OK ? 1 : 0;
		tell(r, s, "job", &number, 1);
	}
	set_take(r, t, t->entry.at_ms + next_arrival(t));
}

static void
run_undo(struct pc_story_run *r, struct task *t)
{
	const struct pc_story_act a = act_of(r, t->step, t);
	size_t refused = 0;
	for (size_t i = 0; i < t->n_set; i++)
		refused += pc_story_undo(&a, pc_fleet_device(r->fleet, t->set[i])) != PC_OK ? 1 : 0;
	note(r, t->step, "undo", t->set, t->n_set, refused);
	tell(r, t->step, "undo", t->set, t->n_set);
	free_task(t);
}

static bool
is_satisfied(const struct pc_story_run *r, const struct task *t)
{
	for (size_t i = 0; i < t->n_set; i++) {
		if (!pc_story_is((enum pc_story_state)t->waits->state,
			    pc_fleet_device(r->fleet, t->set[i])))
			return false;
	}
	return true;
}

/* The next step of the innermost sequence, its rounds and those around it; NULL: all are over. */
static const struct pc_story_step *
next_step(struct task *t)
{
	while (t->depth > 0) {
		struct frame *f = &t->frames[t->depth - 1];
		if (f->at < f->sequence->n_steps)
			return &f->sequence->steps[f->at];
		if (f->left > 0) {
			f->left--;
			f->at = 0;
			f->delayed = false;
		} else {
			t->depth--;
		}
	}
	return NULL;
}

/* A sequence inside one, of the same printers, is gone through by the same task; one that chooses
 * others, or each apart, by tasks of its own. */
static bool
goes_on_inside(const struct pc_story_step *s, struct task *t)
{
	return s->action == PC_STORY_SEQUENCE && s->who == NULL && s->pick.kind == PC_DRAW_NONE &&
	       !s->apart && t->depth < PC_STORY_DEPTH_MAX;
}

static void
start_wait(struct pc_story_run *r, const struct pc_story_step *s, struct task *t)
{
	r->steps++;
	t->waits = s;
	if (is_satisfied(r, t)) {
		t->waits = NULL;
		set_take(r, t, story_ms(r));
		return;
	}
	r->n_waiting++;
	set_take(r, t, story_ms(r) + (uint64_t)pc_draw_number(&s->timeout, &t->rand, 3600000));
}

/* One step, or the delay before it; takes the task. */
static void
run_sequence(struct pc_story_run *r, struct task *t)
{
	if (t->waits != NULL) { /* its time is over, or it has what it wanted */
		bool satisfied = is_satisfied(r, t);
		r->n_waiting--;
		note(r, t->waits, satisfied ? "waited" : "timeout", t->set, t->n_set, 0);
		t->waits = NULL;
	}
	const struct pc_story_step *s = next_step(t);
	if (s == NULL) {
		free_task(t);
		return;
	}
	struct frame *f = &t->frames[t->depth - 1];
	if (!f->delayed && s->after.kind != PC_DRAW_NONE) {
		f->delayed = true;
		set_take(r, t, t->entry.at_ms + (uint64_t)pc_draw_number(&s->after, &t->rand, 0));
		return;
	}
	f->delayed = false;
	f->at++;
	if (s->action == PC_STORY_WAIT) {
		start_wait(r, s, t);
		return;
	}
	if (goes_on_inside(s, t)) {
		if (pc_draw_share(&s->chance, &t->rand, true))
			t->frames[t->depth++] = (struct frame){.sequence = s, .left = s->times - 1};
	} else {
		do_step(r, s, t);
	}
	set_take(r, t, story_ms(r));
}

static void
run_first(struct pc_story_run *r)
{
	struct task *t = (struct task *)pc_story_heap_pop(&r->heap, 0);
	switch (t->kind) {
	case TASK_SCHEDULE:
		run_schedule(r, t);
		break;
	case TASK_SEQUENCE:
		run_sequence(r, t);
		break;
	case TASK_LOAD:
		run_load(r, t);
		break;
	case TASK_UNDO:
		run_undo(r, t);
		break;
	case TASK_END:
		free_task(t);
		finish(r);
		break;
	}
}

/* Over when nothing is left to do, what is on its way through sockets included. */
static bool
is_done(const struct pc_story_run *r)
{
	return r->heap.n == 0 && pc_story_sending(r->sender) == 0;
}

static void
on_timer(void *arg)
{
	struct pc_story_run *r = arg;
	uint64_t now = story_ms(r);
	/* What the steps set to now runs in a later turn, so that sockets get theirs. */
	uint64_t newest = r->heap.pushed;
	while (!r->over && r->heap.n > 0 && r->heap.entries[0]->at_ms <= now &&
		r->heap.entries[0]->order <= newest)
		run_first(r);
	if (!r->over && is_done(r))
		finish(r);
	arm(r);
}

void
pc_story_run_event(struct pc_story_run *r, const struct pc_device *dev)
{
	uint32_t number = pc_device_state(dev)->number;
	if (r->n_waiting == 0 || r->over)
		return;
	for (size_t i = 0; i < r->heap.n; i++) {
		struct task *t = task_at(r, i);
		bool about = false;
		for (size_t k = 0; t->waits != NULL && k < t->n_set && !about; k++)
			about = t->set[k] == number;
		if (!about || t->entry.at_ms <= story_ms(r) || !is_satisfied(r, t))
			continue;
		(void)pc_story_heap_pop(&r->heap, i);
		set_take(r, t, story_ms(r));
		arm(r);
		return; /* the heap has changed; another event finds the others */
	}
}

void
pc_story_run_sent(struct pc_story_run *r, bool arrived)
{
	r->jobs -= arrived ? 0 : 1; /* it was counted when it was sent */
	r->refused += arrived ? 0 : 1;
	if (!r->over && is_done(r))
		pc_timer_start(&r->timer, pc_fleet_loop(r->fleet), 0, on_timer, r);
}

void
pc_story_run_free(struct pc_story_run *r)
{
	if (r == NULL)
		return;
	pc_timer_stop(&r->timer);
	pc_story_sender_free(r->sender);
	for (size_t i = 0; i < r->heap.n; i++)
		free_task(task_at(r, i));
	free(r->heap.entries);
	free(r->groups);
	free(r->reported);
	pc_story_free(r->story);
	free(r);
}

/* Faults are checked before anything happens: a story must not stop in its middle for a name. */
static int
check_steps(
	struct pc_story_run *r, const struct pc_story_step *steps, size_t n, struct pc_diag *diag)
{
	int err = PC_OK;
	for (size_t i = 0; i < n && err == PC_OK; i++) {
		if (steps[i].fault != NULL)
			err = pc_fleet_fault_check(steps[i].fault, diag);
		if (err != PC_OK)
			pc_diag_prefix(diag, "line %u", (unsigned)steps[i].line);
		else
			err = check_steps(r, steps[i].steps, steps[i].n_steps, diag);
	}
	return err;
}

static void
set_steps(struct pc_story_run *r)
{
	for (size_t i = 0; i < r->story->n_steps; i++) {
		const struct pc_story_step *s = &r->story->steps[i];
		struct task *t = new_task(r, TASK_SCHEDULE, s, NULL, 0);
		if (t != NULL)
			set_take(r, t, (uint64_t)pc_draw_number(&s->at, &t->rand, 0));
	}
	struct task *end =
		r->story->length.kind == PC_DRAW_NONE ? NULL : new_task(r, TASK_END, NULL, NULL, 0);
	if (end != NULL)
		set_take(r, end, (uint64_t)pc_draw_number(&r->story->length, &end->rand, 0));
}

int
pc_fleet_story_start(struct pc_fleet *fleet, struct pc_story *story, struct pc_diag *diag)
{
	struct pc_fleet_story *of = pc_fleet_story(fleet);
	struct pc_story_run *r = NULL;
	int err = PC_OK;
	if (of->run != NULL && !of->run->over)
		err = pc_diag_fail(diag, PC_E_EXISTS, "the story '%s' is under way; stop it first",
			of->run->story->name);
	if (err == PC_OK && (r = calloc(1, sizeof(*r))) == NULL)
		err = -ENOMEM;
	if (err != PC_OK) {
		pc_story_free(story);
		return err;
	}
	*r = (struct pc_story_run){.fleet = fleet, .story = story};
	r->base_ms = clock_ms(r);
	r->reported = calloc(pc_fleet_size(fleet), sizeof(*r->reported));
	err = r->reported == NULL ? -ENOMEM : fill_groups(r);
	if (err == PC_OK)
		err = check_steps(r, story->steps, story->n_steps, diag);
	if (err == PC_OK)
		err = pc_story_sender_new(fleet, r, &r->sender);
	if (err != PC_OK) {
		pc_story_run_free(r);
		return err;
	}
	for (uint32_t i = 0; i < pc_fleet_size(fleet); i++) {
		const struct pc_device_state *s = pc_device_state(pc_fleet_device(fleet, i + 1));
		r->reported[i] =
			(struct pc_story_reported){s->counters.life, s->counters.jobs_done};
	}
	pc_story_run_free(of->run);
	of->run = r;
	set_steps(r);
	arm(r);
	return PC_OK;
}

void
pc_fleet_story_stop(struct pc_fleet *fleet)
{
	struct pc_fleet_story *of = pc_fleet_story(fleet);
	if (of->run == NULL)
		return;
	finish(of->run);
	pc_story_run_free(of->run);
	of->run = NULL;
}

int
pc_fleet_story_pause(struct pc_fleet *fleet, bool paused)
{
	struct pc_story_run *r = pc_fleet_story(fleet)->run;
	if (r == NULL)
		return PC_E_NOTFOUND;
	if (r->paused == paused)
		return PC_OK;
	if (paused)
		r->paused_ms = story_ms(r);
	else
		r->base_ms = clock_ms(r) - r->paused_ms;
	r->paused = paused;
	arm(r);
	return PC_OK;
}

int
pc_fleet_story_step(struct pc_fleet *fleet)
{
	struct pc_story_run *r = pc_fleet_story(fleet)->run;
	if (r == NULL)
		return PC_E_NOTFOUND;
	if (!r->paused || r->over || r->heap.n == 0)
		return PC_E_REFUSED;
	uint64_t steps = r->steps;
	/* Delays and jobs that do not come are no step. */
	while (!r->over && r->heap.n > 0 && r->steps == steps) {
		if (r->heap.entries[0]->at_ms > r->paused_ms)
			r->paused_ms = r->heap.entries[0]->at_ms;
		bool load = task_at(r, 0)->kind == TASK_LOAD || task_at(r, 0)->kind == TASK_UNDO;
		run_first(r);
		if (load)
			break;
	}
	if (!r->over && is_done(r))
		finish(r);
	return PC_OK;
}

bool
pc_fleet_story_running(const struct pc_fleet *fleet)
{
	const struct pc_story_run *r = pc_fleet_story_const(fleet)->run;
	return r != NULL && !r->over;
}

static json_t *
next_json(const struct pc_story_run *r)
{
	const struct task *t = r->over || r->heap.n == 0 ? NULL : task_at(r, 0);
	uint64_t now = story_ms(r);
	if (t == NULL)
		return json_null();
	return json_pack("{s:i,s:s,s:I}", "line", t->step == NULL ? 0 : (int)t->step->line, "do",
		t->step == NULL ? "over" : pc_story_action((size_t)t->step->action)->name, "inMs",
		(json_int_t)(t->entry.at_ms > now ? t->entry.at_ms - now : 0));
}

void
pc_fleet_story_status(const struct pc_fleet *fleet, struct pc_buf *out)
{
	const struct pc_story_run *r = pc_fleet_story_const(fleet)->run;
	if (r == NULL) {
		pc_buf_add_text(out, "{\"state\":\"none\"}");
		return;
	}
	json_t *o = json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:i,s:o}", "state",
		r->over     ? "over"
		: r->paused ? "paused"
			    : "running",
		"story", r->story->name, "summary", pc_story_summary(r->story), "atMs",
		(json_int_t)story_ms(r), "steps", (json_int_t)r->steps, "jobs", (json_int_t)r->jobs,
		"refused", (json_int_t)r->refused, "underWay", (int)r->heap.n, "next",
		next_json(r));
	char *text = o == NULL ? NULL : json_dumps(o, JSON_COMPACT);
	pc_buf_add_text(out, text == NULL ? "{}" : text);
	free(text);
	json_decref(o);
}

void
pc_fleet_story_listen(struct pc_fleet *fleet, pc_story_fn fn, void *arg)
{
	struct pc_fleet_story *of = pc_fleet_story(fleet);
	of->fn = fn;
	of->arg = arg;
}
