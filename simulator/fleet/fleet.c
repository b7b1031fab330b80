#include "fleet/fleet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/agentx.h"
#include "fleet/diary.h"
#include "fleet/internal.h"
#include "fleet/netfault.h"
#include "loop/udp.h"
#include "services/services.h"
#include "snmp/agentx-master.h"
#include "snmp/engine.h"
#include "snmp/notify.h"

enum { SERVICES_MAX = 16 };

/* The fleet's bookkeeping for one printer. What look-ups need is not here but in the targets, where
 * it lies close together. */
struct member {
	struct pc_device *dev; /* borrowed: the target's */
	struct pc_timer wake;
};

struct moved {
	uint32_t address; /* host order */
	uint32_t at;      /* of the targets */
};

struct pc_fleet {
	struct pc_loop *loop; /* borrowed */
	struct pc_device_env env;
	uint32_t first; /* host order */
	uint32_t size;
	uint16_t port_offset;
	struct pc_snmp_target *targets;                  /* owned, with their devices */
	struct member *members;                          /* owned */
	struct pc_snmp_tree *trees[PC_FLEET_GROUPS_MAX]; /* owned, one per group */
	size_t n_groups;
	struct pc_snmp_engine *snmp;               /* owned */
	struct pc_agentx_master *agentx;           /* owned; NULL: off */
	struct pc_agentx_subagent *subagent;       /* owned; NULL: off */
	struct pc_service *services[SERVICES_MAX]; /* owned */
	size_t n_services;
	struct pc_sink *sink;        /* borrowed; NULL: jobs are not kept */
	struct pc_diary *journal;    /* owned */
	struct pc_netfaults *faults; /* owned */
	struct pc_fleet_story story;
	struct moved *moved; /* owned, sorted by address; printers that are not where they began */
	size_t n_moved, cap_moved;
	uint32_t next_address; /* host order: behind all that are in use or were */
	pc_fleet_observer_fn observer;
	void *observer_arg;
};

uint32_t
pc_fleet_size(const struct pc_fleet *f)
{
	return f->size;
}

struct pc_device *
pc_fleet_device(const struct pc_fleet *f, uint32_t number)
{
	return number == 0 || number > f->size ? NULL : f->targets[number - 1].dev;
}

/* Where in the list of moved printers an address is, or belongs. */
static size_t
moved_place(const struct pc_fleet *f, uint32_t address)
{
	size_t low = 0, high = f->n_moved;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (f->moved[mid].address < address)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct pc_snmp_target *
find_target(const struct pc_fleet *f, struct in_addr address)
{
	uint32_t host = ntohl(address.s_addr);
	uint32_t at = host - f->first;
	if (f->n_moved > 0) {
		size_t place = moved_place(f, host);
		if (place < f->n_moved && f->moved[place].address == host)
			return &f->targets[f->moved[place].at];
		if (at < f->size &&
			pc_device_state(f->targets[at].dev)->address.s_addr != address.s_addr)
			return NULL;
	}
	return at < f->size ? &f->targets[at] : NULL;
}

struct pc_device *
pc_fleet_find(const struct pc_fleet *f, struct in_addr address)
{
	const struct pc_snmp_target *t = find_target(f, address);
	return t == NULL ? NULL : t->dev;
}

static void
on_wake(void *arg)
{
	struct member *m = arg;
	pc_device_tick(m->dev);
}

static void
device_wake(void *arg, struct pc_device *dev, uint64_t at_ms)
{
	struct member *m = pc_device_owner(dev);
	struct pc_fleet *f = arg;
	uint64_t now = pc_clock_ms(f->env.clock);
	if (m == NULL)
		return;
	if (pc_timer_running(&m->wake) && m->wake.at_ms <= at_ms)
		return;
	pc_timer_start(&m->wake, f->loop, at_ms > now ? at_ms - now : 0, on_wake, m);
}

static void
device_event(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	struct pc_fleet *f = arg;
	pc_sink_event(f->sink, dev, event); /* first: the journal tells the digest */
	pc_netfaults_event(f->faults, pc_device_state(dev)->number);
	if (f->journal != NULL)
		pc_diary_event(f->journal, dev, event);
	if (f->snmp != NULL)
		pc_snmp_engine_event(f->snmp, dev, event);
	if (f->agentx != NULL)
		pc_agentx_master_event(f->agentx, dev);
	if (f->subagent != NULL)
		pc_agentx_subagent_event(f->subagent, dev);
	for (size_t i = 0; i < f->n_services; i++)
		pc_service_event(f->services[i], dev, event);
	if (f->observer != NULL)
		f->observer(f->observer_arg, dev, event);
	if (f->story.run != NULL)
		pc_story_run_event(f->story.run, dev);
}

static bool
snmp_find(void *arg, struct in_addr local, struct pc_snmp_target *ret)
{
	struct pc_fleet *f = arg;
	const struct pc_snmp_target *t = find_target(f, local);
	if (t == NULL)
		return false;
	*ret = *t;
	return true;
}

static bool
snmp_each(void *arg, size_t at, struct pc_snmp_target *ret)
{
	struct pc_fleet *f = arg;
	if (at >= f->size)
		return false;
	*ret = f->targets[at];
	return true;
}

static struct pc_device *
service_find(void *arg, struct in_addr local)
{
	return pc_fleet_find(arg, local);
}

static struct pc_device *
service_each(void *arg, size_t at)
{
	struct pc_fleet *f = arg;
	return at < f->size ? f->targets[at].dev : NULL;
}

static void
service_journal(void *arg, const struct pc_device *dev, const char *json)
{
	struct pc_fleet *f = arg;
	pc_diary_service(f->journal, dev, json);
}

static int
make_group(struct pc_fleet *f, const struct pc_fleet_group *g, enum pc_snmp_lane lane, uint32_t *at,
	struct pc_diag *diag)
{
	uint32_t group = (uint32_t)f->n_groups;
	int err = pc_snmp_tree_new(g->profile, &f->trees[group], diag);
	if (err != PC_OK)
		return err;
	f->n_groups++;
	if (lane == PC_SNMP_LANE_FAST && !pc_snmp_tree_is_fast(f->trees[group]))
		return pc_diag_fail(diag, PC_E_UNSUPPORTED,
			"%s has objects outside iso.org (1.3) or with very long names, which SNMP's "
			"fast lane cannot serve; take --snmp-lane auto",
			g->profile->id == NULL ? "a walk" : g->profile->id);
	for (uint32_t i = 0; i < g->count; i++, (*at)++) {
		struct member *m = &f->members[*at];
		struct in_addr address = {.s_addr = htonl(f->first + *at)};
		err = pc_device_new(g->profile, &f->env, *at + 1, address, &m->dev);
		if (err != PC_OK)
			return pc_diag_fail(diag, err, "printer %u: %s", *at + 1, pc_err_text(err));
		f->targets[*at] = (struct pc_snmp_target){m->dev, f->trees[group]};
		pc_device_set_owner(m->dev, m);
	}
	return g->count == 0 ? PC_OK : pc_snmp_receivers_check(f->targets[*at - 1].dev, diag);
}

static int
make_members(struct pc_fleet *f, const struct pc_fleet_options *o, struct pc_diag *diag)
{
	uint64_t total = 0;
	uint32_t at = 0;
	int err = PC_OK;
	for (size_t i = 0; i < o->n_groups; i++)
		total += o->groups[i].count;
	if (total == 0 || total > PC_FLEET_DEVICES_MAX || o->n_groups > PC_FLEET_GROUPS_MAX)
		return pc_diag_fail(diag, PC_E_USAGE,
			"%llu printers in %zu groups asked for; 1 to %d in at most %d are possible",
			(unsigned long long)total, o->n_groups, PC_FLEET_DEVICES_MAX,
			PC_FLEET_GROUPS_MAX);
	if (f->first + (uint32_t)total - 1 < f->first)
		return pc_diag_fail(diag, PC_E_USAGE, "the addresses run past 255.255.255.255");
	f->targets = calloc(total, sizeof(*f->targets));
	f->members = calloc(total, sizeof(*f->members));
	if (f->targets == NULL || f->members == NULL)
		return -ENOMEM;
	f->size = (uint32_t)total;
	f->next_address = f->first + f->size;
	for (size_t i = 0; i < o->n_groups && err == PC_OK; i++)
		err = make_group(f, &o->groups[i], o->snmp_lane, &at, diag);
	return err;
}

/* The ports are opened on the wildcard address, which fails for no printer's address: without this
 * a printer nobody can reach would be reported as ready. */
static int
check_addresses(const struct pc_fleet *f, struct pc_diag *diag)
{
	for (uint32_t i = 0; i < f->size; i++) {
		struct sockaddr_in at = {
			.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(f->first + i)}};
		int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (fd < 0)
			return -errno;
		int err = bind(fd, (const struct sockaddr *)&at, sizeof(at)) == 0 ? PC_OK : -errno;
		close(fd);
		if (err != PC_OK)
			return pc_bind_fail(diag, err, "printer at", &at);
	}
	return PC_OK;
}

static int
open_snmp(struct pc_fleet *f, const struct pc_fleet_options *o, struct pc_diag *diag)
{
	struct pc_snmp_options options = {.loop = o->loop,
		.bind = {.sin_family = AF_INET,
			.sin_port = htons((uint16_t)(161 + o->port_offset))},
		.tap = o->tap,
		.find = snmp_find,
		.each = snmp_each,
		.arg = f,
		.journal = service_journal,
		.lane = o->snmp_lane,
		.agentx = o->agentx};
	int err = pc_snmp_engine_new(&options, &f->snmp, diag);
	if (err != PC_OK || !o->agentx)
		return err;
	struct pc_agentx_master_options agentx = {.engine = f->snmp,
		.bind = {.sin_family = AF_INET,
			.sin_port = htons((uint16_t)(PC_AGENTX_PORT + o->port_offset))},
		.dir = o->agentx_dir};
	return pc_agentx_master_new(&agentx, &f->agentx, diag);
}

static int
start_subagent(struct pc_fleet *f, const struct pc_fleet_options *o, struct pc_diag *diag)
{
	if (o->agentx_connect == NULL)
		return PC_OK;
	struct pc_agentx_subagent_options options = {.loop = o->loop,
		.master = *o->agentx_connect,
		.context = o->agentx_context,
		.each = snmp_each,
		.arg = f,
		.tap = o->tap};
	return pc_agentx_subagent_new(&options, &f->subagent, diag);
}

static int
open_services(struct pc_fleet *f, const struct pc_fleet_options *o, struct pc_diag *diag)
{
	f->sink = o->sink;
	struct pc_service_env env = {.loop = o->loop,
		.tap = o->tap,
		.port_offset = o->port_offset,
		.seed = o->seed,
		.find = service_find,
		.each = service_each,
		.arg = f,
		.journal = service_journal,
		.sink = o->sink};
	size_t n = 0;
	const struct pc_service_row *rows = pc_service_table(&n);
	for (size_t i = 0; i < n && f->n_services < SERVICES_MAX; i++) {
		int err = pc_service_start(&rows[i], &env, &f->services[f->n_services], diag);
		if (err != PC_OK)
			return err;
		f->n_services++;
	}
	return PC_OK;
}

static uint32_t
fault_find(void *arg, struct in_addr address)
{
	const struct pc_fleet *f = arg;
	const struct pc_snmp_target *t = find_target(f, address);
	return t == NULL ? 0 : (uint32_t)(t - f->targets) + 1;
}

static struct pc_device *
fault_device(void *arg, uint32_t number)
{
	return pc_fleet_device(arg, number);
}

static int
make_faults(struct pc_fleet *f, const struct pc_fleet_options *o)
{
	const struct pc_netfault_env env = {.loop = o->loop,
		.port_offset = o->port_offset,
		.seed = o->seed,
		.size = f->size,
		.find = fault_find,
		.device = fault_device,
		.arg = f};
	return pc_netfaults_new(&env, &f->faults);
}

int
pc_fleet_new(const struct pc_fleet_options *o, struct pc_fleet **ret, struct pc_diag *diag)
{
	struct pc_fleet *f = calloc(1, sizeof(*f));
	if (f == NULL)
		return -ENOMEM;
	f->loop = o->loop;
	f->first = ntohl(o->first.s_addr);
	f->port_offset = o->port_offset;
	f->observer = o->observer;
	f->observer_arg = o->observer_arg;
	f->env = (struct pc_device_env){.clock = pc_loop_clock(o->loop),
		.wake = device_wake,
		.event = device_event,
		.arg = f,
		.pace = o->pace,
		.seed = o->seed};
	int err = o->port_offset > 65535 - 9100
			  ? pc_diag_fail(diag, PC_E_USAGE, "--port-offset %u: at most %d",
				    o->port_offset, 65535 - 9100)
			  : pc_diary_new(f->env.clock, &f->journal);
	if (err == PC_OK)
		err = make_members(f, o, diag);
	if (err == PC_OK)
		err = make_faults(f, o);
	if (err == PC_OK)
		err = check_addresses(f, diag);
	if (err == PC_OK)
		err = open_snmp(f, o, diag);
	if (err == PC_OK)
		err = open_services(f, o, diag);
	if (err == PC_OK)
		err = start_subagent(f, o, diag);
	if (err != PC_OK) {
		pc_fleet_free(f);
		return err;
	}
	pc_snmp_engine_start(f->snmp);
	*ret = f;
	return PC_OK;
}

void
pc_fleet_free(struct pc_fleet *f)
{
	if (f == NULL)
		return;
	pc_story_run_free(f->story.run);
	f->story.run = NULL;
	for (size_t i = 0; i < f->n_services; i++)
		pc_service_stop(f->services[i]);
	f->n_services = 0;
	pc_agentx_subagent_free(f->subagent);
	f->subagent = NULL;
	pc_agentx_master_free(f->agentx);
	f->agentx = NULL;
	pc_snmp_engine_free(f->snmp);
	f->snmp = NULL;
	pc_netfaults_free(f->faults);
	f->faults = NULL;
	for (uint32_t i = 0; i < f->size; i++) {
		pc_timer_stop(&f->members[i].wake);
		pc_device_free(f->targets[i].dev);
	}
	for (size_t i = 0; i < f->n_groups; i++)
		pc_snmp_tree_free(f->trees[i]);
	pc_diary_free(f->journal);
	free(f->moved);
	free(f->members);
	free(f->targets);
	free(f);
}

/* A named fault without conditions: a bit in one of the two sets. */
static void
set_plain(struct pc_fleet *f, const struct pc_netfault_rule *r, bool armed)
{
	uint32_t last = r->last == 0 || r->last > f->size ? f->size : r->last;
	for (uint64_t i = r->first; i <= last; i += r->step) {
		struct pc_device *dev = f->targets[i - 1].dev;
		pc_fault_set set =
			r->bit_of_snmp ? pc_device_faults(dev) : pc_device_port_faults(dev);
		set = armed ? set | r->bit : set & ~r->bit;
		if (r->bit_of_snmp)
			pc_device_set_faults(dev, set);
		else
			pc_device_set_port_faults(dev, set);
	}
}

int
pc_fleet_fault_check(const char *name, struct pc_diag *diag)
{
	struct pc_netfault_rule rule;
	return pc_netfault_parse(name, &rule, diag);
}

/* At its new place in the list, and no more at an old one. */
static int
note_moved(struct pc_fleet *f, uint32_t at, uint32_t from, uint32_t to)
{
	size_t place = moved_place(f, from);
	if (place < f->n_moved && f->moved[place].address == from) {
		f->n_moved--;
		memmove(&f->moved[place], &f->moved[place + 1],
			(f->n_moved - place) * sizeof(f->moved[0]));
	}
	if (f->n_moved == f->cap_moved) {
		size_t cap = f->cap_moved == 0 ? 16 : 2 * f->cap_moved;
		struct moved *grown = f->n_moved == PC_FLEET_MOVED_MAX
					      ? NULL
					      : reallocarray(f->moved, cap, sizeof(*grown));
		if (grown == NULL)
			return f->n_moved == PC_FLEET_MOVED_MAX ? PC_E_LIMIT : -ENOMEM;
		f->moved = grown;
		f->cap_moved = cap;
	}
	place = moved_place(f, to);
	memmove(&f->moved[place + 1], &f->moved[place], (f->n_moved - place) * sizeof(f->moved[0]));
	f->moved[place] = (struct moved){to, at};
	f->n_moved++;
	return PC_OK;
}

int
pc_fleet_move(struct pc_fleet *f, uint32_t number, struct in_addr to, struct pc_diag *diag)
{
	struct pc_device *dev = pc_fleet_device(f, number);
	if (dev == NULL)
		return pc_diag_fail(
			diag, PC_E_NOTFOUND, "there is no printer %u (1 to %u)", number, f->size);
	uint32_t from = ntohl(pc_device_state(dev)->address.s_addr);
	uint32_t want = to.s_addr == INADDR_ANY ? f->next_address : ntohl(to.s_addr);
	to.s_addr = htonl(want);
	if (want == from)
		return PC_OK;
	if (pc_fleet_find(f, to) != NULL)
		return pc_diag_fail(diag, PC_E_EXISTS, "another printer has this address");
	int err = note_moved(f, number - 1, from, want);
	if (err != PC_OK)
		return pc_diag_fail(diag, err, "%s", pc_err_text(err));
	if (want >= f->next_address)
		f->next_address = want + 1;
	pc_device_move(dev, to);
	return PC_OK;
}

struct pc_diary *
pc_fleet_diary(const struct pc_fleet *f)
{
	return f->journal;
}

uint64_t
pc_fleet_seed(const struct pc_fleet *f)
{
	return f->env.seed;
}

uint16_t
pc_fleet_port_offset(const struct pc_fleet *f)
{
	return f->port_offset;
}

struct pc_loop *
pc_fleet_loop(const struct pc_fleet *f)
{
	return f->loop;
}

struct pc_fleet_story *
pc_fleet_story(struct pc_fleet *f)
{
	return &f->story;
}

const struct pc_fleet_story *
pc_fleet_story_const(const struct pc_fleet *f)
{
	return &f->story;
}

int
pc_fleet_fault(
	struct pc_fleet *f, uint32_t number, const char *text, bool armed, struct pc_diag *diag)
{
	struct pc_netfault_rule r;
	int err = pc_netfault_parse(text, &r, diag);
	if (err != PC_OK)
		return err;
	if (number != 0 && r.last != 0)
		return pc_diag_fail(diag, PC_E_SYNTAX,
			"fault '%.200s': printers are named twice, printer %u is asked for", text,
			number);
	if (number != 0)
		r.first = r.last = number;
	if (r.last > f->size)
		return pc_diag_fail(
			diag, PC_E_NOTFOUND, "there is no printer %u (1 to %u)", r.last, f->size);
	if (!armed || r.act == PC_NETFAULT_BIT)
		(void)pc_netfaults_disarm(f->faults, &r);
	if (r.act == PC_NETFAULT_BIT)
		set_plain(f, &r, armed && pc_netfault_is_plain(&r));
	if (armed && !pc_netfault_is_plain(&r))
		err = pc_netfaults_arm(f->faults, &r, diag);
	if (err == PC_OK)
		pc_diary_note_take(f->journal, number == 0 ? NULL : f->targets[number - 1].dev,
			"fault", json_pack("{s:s,s:b}", "fault", text, "armed", (int)armed));
	return err;
}

uint32_t
pc_fleet_fault_printers(const struct pc_fleet *f, const char *name)
{
	return pc_netfaults_printers(f->faults, name);
}

void
pc_fleet_fault_rules(const struct pc_fleet *f, struct pc_buf *out)
{
	pc_buf_add_text(out, "{");
	pc_netfaults_write(f->faults, out);
	pc_buf_add_text(out, "}");
}

uint32_t
pc_fleet_pace(const struct pc_fleet *f)
{
	return f->env.pace == 0 ? 1 : f->env.pace;
}

void
pc_fleet_set_pace(struct pc_fleet *f, uint32_t pace)
{
	f->env.pace = pace;
}

void
pc_fleet_journal(const struct pc_fleet *f, uint64_t since, struct pc_buf *out)
{
	pc_diary_write(f->journal, since, out);
}

static void
agentx_counters(const struct pc_agentx_master *agentx, struct pc_buf *out)
{
	struct pc_agentx_counters c = pc_agentx_master_counters(agentx);
	pc_buf_addf(out,
		",\"agentx\":{\"accepted\":%llu,\"refused\":%llu,\"pdus\":%llu,"
		"\"malformed\":%llu,\"timeouts\":%llu,\"requestsDropped\":%llu,"
		"\"notifications\":%llu,\"connections\":%u,\"printers\":%u}",
		(unsigned long long)c.accepted, (unsigned long long)c.refused,
		(unsigned long long)c.pdus, (unsigned long long)c.malformed,
		(unsigned long long)c.timeouts, (unsigned long long)c.waiting_full,
		(unsigned long long)c.notifications, c.links, c.lanes);
}

static void
subagent_counters(const struct pc_agentx_subagent *subagent, struct pc_buf *out)
{
	struct pc_agentx_subagent_counters c = pc_agentx_subagent_counters(subagent);
	pc_buf_addf(out,
		",\"agentxSubagent\":{\"connects\":%llu,\"sessions\":%llu,\"requests\":%llu,"
		"\"notifications\":%llu,\"malformed\":%llu,\"registered\":%u,\"refused\":%u}",
		(unsigned long long)c.connects, (unsigned long long)c.opens,
		(unsigned long long)c.requests, (unsigned long long)c.notifications,
		(unsigned long long)c.malformed, c.registered, c.refused);
}

static void
put_notifications(struct pc_snmp_notify_counters c, struct pc_buf *out)
{
	pc_buf_addf(out,
		",\"notifications\":{\"traps\":%llu,\"informs\":%llu,\"repeats\":%llu,"
		"\"acknowledged\":%llu,\"givenUp\":%llu,\"dropped\":%llu,\"ignored\":%llu}",
		(unsigned long long)c.traps, (unsigned long long)c.informs,
		(unsigned long long)c.repeats, (unsigned long long)c.acknowledged,
		(unsigned long long)c.given_up, (unsigned long long)c.dropped,
		(unsigned long long)c.ignored);
}

void
pc_fleet_counters(const struct pc_fleet *f, struct pc_buf *out)
{
	struct pc_snmp_counters s = pc_snmp_engine_counters(f->snmp);
	pc_buf_addf(out,
		"{\"snmp\":{\"in\":%llu,\"out\":%llu,\"badVersions\":%llu,"
		"\"badCommunityNames\":%llu,\"badCommunityUses\":%llu,\"asnParseErrors\":%llu,"
		"\"noDevice\":%llu}",
		(unsigned long long)s.in_packets, (unsigned long long)s.out_packets,
		(unsigned long long)s.bad_versions, (unsigned long long)s.bad_community_names,
		(unsigned long long)s.bad_community_uses, (unsigned long long)s.asn_parse_errors,
		(unsigned long long)s.no_device);
	if (f->agentx != NULL)
		agentx_counters(f->agentx, out);
	if (f->subagent != NULL)
		subagent_counters(f->subagent, out);
	put_notifications(pc_snmp_notifier_counters(pc_snmp_engine_notifier(f->snmp)), out);
	for (size_t i = 0; i < f->n_services; i++) {
		struct pc_service_counters c = pc_service_counters(f->services[i]);
		pc_buf_addf(out,
			",\"%s\":{\"in\":%llu,\"out\":%llu,\"malformed\":%llu,\"refused\":%llu,"
			"\"noDevice\":%llu,\"connections\":%llu}",
			pc_service_name(f->services[i]), (unsigned long long)c.in,
			(unsigned long long)c.out, (unsigned long long)c.malformed,
			(unsigned long long)c.refused, (unsigned long long)c.no_device,
			(unsigned long long)c.connections);
	}
	pc_buf_add_text(out, "}");
}
