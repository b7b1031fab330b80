#include "lanes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/agent.h"

enum { FIRST = 0x7f090001, OBJECTS_MAX = 20000, RAW = 40, RAW_ARCS = 12 };

/* What is asked for: a model of the house, a change of its policies, and what happened to it. */
struct kind {
	const char *model; /* of profiles/; NULL: the hand-made walk */
	const char *policy;
	const char *state;
};

static const struct kind kinds[] = {
	{"epson-wf-c5890", "usual", "new"},
	{"epson-wf-c5890", "last-index", "printed"},
	{"epson-wf-c5890", "short", "alerts"},
	{"epson-sc-t3405", "bulk-10", "new"},
	{"xerox-versalink-c7030", "usual", "alerts"},
	{"xerox-versalink-c7030", "bulk-10", "printed"},
	{"xerox-primelink-c9070", "no-v1", "renamed"},
	{"lindgren-mono-40", "no-v2c", "new"},
	{"lindgren-color-30", "short", "printed"},
	{NULL, "usual", "new"},
	{NULL, "last-index", "renamed"},
	{NULL, "bulk-10", "fault"},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct printer {
	char name[96];
	struct pc_profile *loaded;    /* owned; NULL: hand-made */
	struct pc_profile profile;    /* with the policy */
	struct pc_snmp_tree *tree;    /* owned */
	struct pc_device *dev;        /* owned */
	uint32_t (*arcs)[PC_OID_MAX]; /* owned: names of the objects */
	struct lanes_object *objects; /* owned */
	size_t n_objects;
};

struct answer {
	bool any;
	size_t len;
	uint8_t data[LANES_ANSWER_MAX];
};

struct lanes {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_device_env env;
	struct pc_tap tap;
	struct pc_snmp_engine *engine;
	struct printer printers[KINDS];
	struct pc_profile_object raw[RAW];
	uint32_t raw_arcs[RAW][RAW_ARCS];
	struct answer *now; /* where the tap puts what is sent */
	struct answer fast, base;
	uint64_t fast_answers;
};

static void
die(const char *what, const struct pc_diag *diag)
{
	fprintf(stderr, "lanes: %s: %s\n", what, diag == NULL ? "" : diag->text);
	abort();
}

static bool
find(void *arg, struct in_addr local, struct pc_snmp_target *ret)
{
	struct lanes *l = arg;
	uint32_t i = ntohl(local.s_addr) - FIRST;
	if (i >= KINDS)
		return false;
	*ret = (struct pc_snmp_target){l->printers[i].dev, l->printers[i].tree};
	return true;
}

static void
on_datagram(void *arg, uint64_t wall_ns, const struct sockaddr_in *from,
	const struct sockaddr_in *to, const uint8_t *data, size_t len)
{
	struct lanes *l = arg;
	(void)wall_ns;
	(void)from;
	(void)to;
	if (l->now == NULL)
		return;
	l->now->any = true;
	l->now->len = len;
	memcpy(l->now->data, data, len);
}

/* ---- printers ---- */

/* Every type of value, names of one and of several octets an arc, an object that walks leave out.
 */
static void
make_raw(struct lanes *l)
{
	static const uint8_t types[] = {PC_SNMP_INTEGER, PC_SNMP_OCTETS, PC_SNMP_OID,
		PC_SNMP_IPADDRESS, PC_SNMP_COUNTER32, PC_SNMP_GAUGE32, PC_SNMP_TIMETICKS,
		PC_SNMP_OPAQUE, PC_SNMP_COUNTER64, PC_SNMP_NULL};
	static const uint8_t bytes[300] = "the value of an object";
	static const uint32_t arcs[] = {1, 3, 6, 1, 4, 1, 4294967295, 128, 0};
	static const uint32_t lasts[] = {0, 1, 127, 128, 16383, 16384, 2097152, 4294967295};
	static const int64_t numbers[] = {0, -1, 127, 128, -129, 2147483647, 4294967295,
		(int64_t)0x8000000000000000u, 1000000000000};
	for (size_t i = 0; i < RAW; i++) {
		struct pc_profile_object *o = &l->raw[i];
		const uint32_t name[RAW_ARCS] = {
			1, 3, 6, 1, 4, 1, 50000, (uint32_t)(i / 8), lasts[i % 8]};
		memcpy(l->raw_arcs[i], name, sizeof(name));
		*o = (struct pc_profile_object){.oid = l->raw_arcs[i],
			.n_oid = 9,
			.type = types[i * 7 % sizeof(types)],
			.origin = i % 13 == 5 ? PC_OBJECT_GET_ONLY : PC_OBJECT_WALK};
		if (o->type == PC_SNMP_OID) {
			o->value.arcs = arcs;
			o->len = 2 + (uint32_t)(i % 8);
		} else if (o->type == PC_SNMP_OCTETS || o->type == PC_SNMP_OPAQUE ||
			   o->type == PC_SNMP_IPADDRESS) {
			o->value.bytes = bytes;
			o->len = o->type == PC_SNMP_IPADDRESS ? 4 : (uint32_t)(i * 53 % 300);
		} else {
			o->value.integer = numbers[i % (sizeof(numbers) / sizeof(numbers[0]))];
		}
	}
}

static void
make_profile(struct lanes *l, struct printer *p, const struct kind *k)
{
	struct pc_diag diag = {{0}};
	if (k->model == NULL) {
		p->profile = (struct pc_profile){.id = "walked",
			.vendor = "TEST",
			.model = "Walked",
			.from_walk = true,
			.identity = {"S{n:6}", "host{n}", "name{n}", {2, 0, 0, 0, 0, 0}},
			.community_read = "public",
			.objects = l->raw,
			.n_objects = RAW};
		pc_profile_snmp_defaults(&p->profile.snmp);
	} else {
		if (pc_profile_find(PC_SOURCE_DIR "/profiles", k->model, &p->loaded, &diag) !=
			PC_OK)
			die(k->model, &diag);
		p->profile = *p->loaded;
	}
	struct pc_profile_snmp *s = &p->profile.snmp;
	p->profile.community_write = "private";
	s->last_error_index = strcmp(k->policy, "last-index") == 0;
	s->v1 = strcmp(k->policy, "no-v1") != 0;
	s->v2c = strcmp(k->policy, "no-v2c") != 0;
	if (strcmp(k->policy, "short") == 0)
		s->max_message = 484;
	if (strcmp(k->policy, "bulk-10") == 0)
		s->bulk_variables = 10;
}

static void
print_job(struct pc_device *dev)
{
	uint32_t id = 0;
	if (pc_device_job_begin(dev, PC_ORIGIN_RAW, &id) != PC_OK ||
		pc_device_job_data(dev, id, (const uint8_t *)"text\f", 5) != PC_OK ||
		pc_device_job_end(dev, id, 3) != PC_OK)
		die("job", NULL);
}

static void
make_state(struct lanes *l, struct printer *p, const char *state)
{
	if (strcmp(state, "printed") == 0) {
		print_job(p->dev);
		print_job(p->dev);
	} else if (strcmp(state, "alerts") == 0) {
		(void)pc_device_condition(p->dev, PC_COND_COVER_OPEN, 0, true);
		(void)pc_device_condition(p->dev, PC_COND_JAM, 0, true);
		(void)pc_device_condition(p->dev, PC_COND_SUPPLY_EMPTY, 0, true);
		(void)pc_device_condition(p->dev, PC_COND_TRAY_EMPTY, 0, true);
	} else if (strcmp(state, "renamed") == 0) {
		(void)pc_device_setting_set(p->dev, "sysName", "");
		(void)pc_device_setting_set(p->dev, "sysLocation", "a room with a view, floor 3");
		struct pc_snmp_entity *e = pc_snmp_entity_get(p->dev);
		if (e == NULL || pc_snmp_entity_set_community(e, PC_SNMP_READ, "other") != PC_OK)
			die("community", NULL);
	} else if (strcmp(state, "fault") == 0) {
		pc_device_set_faults(p->dev, (pc_fault_set)1 << PC_SNMP_FAULT_GETNEXT_REPEATS);
	}
	(void)l;
}

static void
collect_objects(struct printer *p)
{
	struct pc_snmp_cursor cur;
	struct pc_snmp_value v;
	const uint32_t first[] = {1, 3}, *arcs = NULL;
	size_t n = 0;
	p->arcs = calloc(OBJECTS_MAX, sizeof(*p->arcs));
	p->objects = calloc(OBJECTS_MAX, sizeof(*p->objects));
	if (p->arcs == NULL || p->objects == NULL)
		die("no memory", NULL);
	pc_snmp_cursor_init(&cur, p->tree, p->dev, first, 2);
	while (p->n_objects < OBJECTS_MAX && pc_snmp_cursor_next(&cur, &arcs, &n, &v) == PC_OK) {
		memcpy(p->arcs[p->n_objects], arcs, n * sizeof(*arcs));
		p->objects[p->n_objects] = (struct lanes_object){p->arcs[p->n_objects], n};
		p->n_objects++;
	}
}

static void
make_printer(struct lanes *l, uint32_t i)
{
	struct printer *p = &l->printers[i];
	struct pc_diag diag = {{0}};
	const struct kind *k = &kinds[i];
	snprintf(p->name, sizeof(p->name), "%s, %s, %s", k->model == NULL ? "walk" : k->model,
		k->policy, k->state);
	make_profile(l, p, k);
	if (pc_snmp_tree_new(&p->profile, &p->tree, &diag) != PC_OK ||
		pc_device_new(&p->profile, &l->env, i + 1, (struct in_addr){htonl(FIRST + i)},
			&p->dev) != PC_OK)
		die(p->name, &diag);
	make_state(l, p, k->state);
	collect_objects(p);
}

struct lanes *
lanes_new(void)
{
	struct lanes *l = calloc(1, sizeof(*l));
	struct pc_diag diag = {{0}};
	if (l == NULL)
		die("no memory", NULL);
	pc_clock_init_virtual(&l->clock, 1700000000);
	l->env = (struct pc_device_env){.clock = &l->clock, .seed = 1};
	l->tap = (struct pc_tap){.udp = on_datagram, .arg = l};
	make_raw(l);
	for (uint32_t i = 0; i < KINDS; i++)
		make_printer(l, i);
	pc_clock_advance(&l->clock, (uint64_t)(27 * 3600 + 123) * 1000000000u);
	if (pc_loop_new(&l->clock, &l->loop, &diag) != PC_OK)
		die("loop", &diag);
	struct pc_snmp_options options = {.loop = l->loop,
		.bind = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
		.tap = &l->tap,
		.find = find,
		.arg = l};
	if (pc_snmp_engine_new(&options, &l->engine, &diag) != PC_OK)
		die("engine", &diag);
	return l;
}

void
lanes_free(struct lanes *l)
{
	pc_snmp_engine_free(l->engine);
	for (unsigned i = 0; i < KINDS; i++) {
		struct printer *p = &l->printers[i];
		pc_snmp_tree_free(p->tree);
		pc_device_free(p->dev);
		pc_profile_free(p->loaded);
		free(p->arcs);
		free(p->objects);
	}
	pc_loop_free(l->loop);
	free(l);
}

unsigned
lanes_printers(const struct lanes *l)
{
	(void)l;
	return KINDS;
}

const char *
lanes_name(const struct lanes *l, unsigned printer)
{
	return l->printers[printer].name;
}

size_t
lanes_objects(const struct lanes *l, unsigned printer, const struct lanes_object **ret)
{
	*ret = l->printers[printer].objects;
	return l->printers[printer].n_objects;
}

uint64_t
lanes_fast(const struct lanes *l)
{
	return l->fast_answers;
}

/* ---- asking ---- */

/* All that a request may change besides the printer's objects. */
struct counted {
	uint32_t stats[PC_SNMP_STATS];
	struct pc_snmp_counters engine;
	struct pc_traffic traffic;
};

static struct pc_traffic *
traffic(const struct printer *p)
{
	return (struct pc_traffic *)(uintptr_t)&pc_device_state(p->dev)->traffic;
}

static void
read_counted(const struct lanes *l, const struct printer *p, struct counted *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->stats, pc_snmp_entity_get(p->dev)->stats, sizeof(out->stats));
	out->engine = l->engine->counters;
	out->traffic = *traffic(p);
}

static void
write_counted(struct lanes *l, const struct printer *p, const struct counted *in)
{
	memcpy(pc_snmp_entity_get(p->dev)->stats, in->stats, sizeof(in->stats));
	l->engine->counters = in->engine;
	*traffic(p) = in->traffic;
}

static void
ask(struct lanes *l, unsigned printer, enum pc_snmp_lane lane, const uint8_t *data, size_t len,
	struct answer *answer, struct counted *after)
{
	struct sockaddr_in peer = {.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	answer->any = false;
	answer->len = 0;
	l->now = answer;
	l->engine->options.lane = lane;
	pc_snmp_transport_receive(
		l->engine, &peer, (struct in_addr){htonl(FIRST + printer)}, false, data, len);
	l->now = NULL;
	read_counted(l, &l->printers[printer], after);
}

/* Octets as hex, cut to the room there is. */
static const char *
hex(const struct answer *a, char out[160])
{
	size_t at = 0;
	if (!a->any)
		return "silence";
	out[0] = '\0';
	for (size_t i = 0; i < a->len && at + 3 < 160; i++)
		at += (size_t)snprintf(out + at, 160 - at, "%02x", a->data[i]);
	return out;
}

static bool
tell(const struct lanes *l, const struct counted *fast, const struct counted *base,
	char text[LANES_TEXT])
{
	char a[160], b[160];
	if (l->fast.any != l->base.any || l->fast.len != l->base.len ||
		memcmp(l->fast.data, l->base.data, l->fast.len) != 0) {
		size_t at = 0;
		while (at < l->fast.len && at < l->base.len && l->fast.data[at] == l->base.data[at])
			at++;
		snprintf(text, LANES_TEXT,
			"differ at octet %zu: fast %zu octets %s, base %zu octets %s", at,
			l->fast.len, hex(&l->fast, a), l->base.len, hex(&l->base, b));
		return false;
	}
	for (size_t i = 0; i < PC_SNMP_STATS; i++) {
		if (fast->stats[i] == base->stats[i])
			continue;
		snprintf(text, LANES_TEXT, "statistic %zu: fast %u, base %u", i, fast->stats[i],
			base->stats[i]);
		return false;
	}
	if (memcmp(&fast->engine, &base->engine, sizeof(fast->engine)) == 0 &&
		memcmp(&fast->traffic, &base->traffic, sizeof(fast->traffic)) == 0)
		return true;
	snprintf(text, LANES_TEXT, "counters of engine or traffic");
	return false;
}

bool
lanes_compare(
	struct lanes *l, unsigned printer, const uint8_t *data, size_t len, char text[LANES_TEXT])
{
	const struct printer *p = &l->printers[printer];
	struct counted before, fast, base;
	text[0] = '\0';
	read_counted(l, p, &before);
	ask(l, printer, PC_SNMP_LANE_AUTO, data, len, &l->fast, &fast);
	if (fast.stats[PC_SNMP_IN_SET_REQUESTS] != before.stats[PC_SNMP_IN_SET_REQUESTS])
		return true;
	l->fast_answers += fast.engine.fast_answers - before.engine.fast_answers;
	write_counted(l, p, &before);
	ask(l, printer, PC_SNMP_LANE_BASE, data, len, &l->base, &base);
	base.engine.fast_answers = fast.engine.fast_answers;
	return tell(l, &fast, &base, text);
}
