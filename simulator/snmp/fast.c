#include "snmp/fast.h"

#include <string.h>

#include "base/err.h"
#include "codec/ber.h"
#include "codec/snmp.h"
#include "snmp/agent.h"
#include "snmp/binding.h"
#include "snmp/tree-internal.h"

/* Spec: RFC 3416 s3 error-status */
enum { NO_ERROR = 0, NO_SUCH_NAME = 2 };

enum {
	COMMUNITY_MAX = 96,
	ENVELOPE_MAX = 48 + COMMUNITY_MAX, /* octets in front of the bindings */
	REPEATERS_MAX = 8,                 /* of a GETBULK; each has a cursor */
	USUAL_BINDING = 32                 /* octets; decides where to begin to write */
};

/* ---- the request: shortest forms only, so that copying is as good as encoding again ---- */

struct asked {
	const uint8_t *name; /* with tag and length */
	size_t n_name;
};

struct request {
	uint8_t version, pdu;
	const uint8_t *community;
	size_t n_community;
	const uint8_t *id; /* request-id with tag and length */
	size_t n_id;
	int32_t status, index; /* GETBULK: non-repeaters, max-repetitions */
	const uint8_t *bindings;
	size_t n_bindings; /* octets */
	struct asked asked[PC_SNMP_FAST_VARBINDS_MAX];
	size_t n_asked;
};

/* Tag and length of an element that fills the rest or ends within it; NULL when it is not so. Its
 * content begins at the result. */
static inline const uint8_t *
enter(const uint8_t *p, const uint8_t *end, uint8_t tag, size_t *ret_len)
{
	if (end - p < 2 || p[0] != tag)
		return NULL;
	size_t len = p[1], header = 2;
	if (len == 0x81 && end - p > 2 && p[2] >= 0x80) {
		len = p[2];
		header = 3;
	} else if (len == 0x82 && end - p > 3 && p[2] != 0) {
		len = (size_t)p[2] << 8 | p[3];
		header = 4;
	} else if (len >= 0x80) {
		return NULL;
	}
	if ((size_t)(end - p) - header < len)
		return NULL;
	*ret_len = len;
	return p + header;
}

/* An INTEGER of at most 32 bits; what follows it, or NULL. */
static inline const uint8_t *
take_integer(const uint8_t *p, const uint8_t *end, int32_t *ret)
{
	size_t len = 0;
	p = enter(p, end, PC_BER_INTEGER, &len);
	if (p == NULL || len == 0 || len > 4 ||
		(len > 1 && (p[0] == 0 || p[0] == 0xff) && (p[0] & 0x80) == (p[1] & 0x80)))
		return NULL;
	uint32_t v = (p[0] & 0x80) != 0 ? UINT32_MAX : 0;
	for (size_t i = 0; i < len; i++)
		v = v << 8 | p[i];
	*ret = (int32_t)v;
	return p + len;
}

/* 30 L 06 L name 05 00, all of it shorter than 128 octets. */
static bool
take_bindings(struct request *r)
{
	const uint8_t *p = r->bindings, *end = p + r->n_bindings;
	for (r->n_asked = 0; p < end; r->n_asked++) {
		if (r->n_asked == PC_SNMP_FAST_VARBINDS_MAX || end - p < 7 ||
			p[0] != PC_BER_SEQUENCE || p[2] != PC_BER_OID || p[3] == 0 ||
			p[3] > 0x7f - 4 || p[1] != p[3] + 4 || end - p < p[1] + 2)
			return false;
		size_t len = p[3];
		if (p[4 + len] != PC_BER_NULL || p[5 + len] != 0)
			return false;
		r->asked[r->n_asked] = (struct asked){p + 2, 2 + len};
		p += 6 + len;
	}
	return r->n_asked > 0;
}

/* From the PDU's content to the bindings. */
static bool
take_pdu(const uint8_t *p, const uint8_t *end, struct request *r)
{
	int32_t id = 0;
	r->id = p;
	p = take_integer(p, end, &id);
	r->n_id = p == NULL ? 0 : (size_t)(p - r->id);
	p = p == NULL ? NULL : take_integer(p, end, &r->status);
	p = p == NULL ? NULL : take_integer(p, end, &r->index);
	r->bindings = p == NULL ? NULL : enter(p, end, PC_BER_SEQUENCE, &r->n_bindings);
	return r->bindings != NULL && r->bindings + r->n_bindings == end && take_bindings(r);
}

static bool
take_request(const uint8_t *data, size_t len, struct request *r)
{
	const uint8_t *end = data + len, *p = enter(data, end, PC_BER_SEQUENCE, &len);
	size_t n = 0;
	int32_t version = -1;
	if (p == NULL || p + len != end)
		return false;
	p = take_integer(p, end, &version);
	if (p == NULL || (version != PC_SNMP_V1 && version != PC_SNMP_V2C))
		return false;
	r->version = (uint8_t)version;
	r->community = enter(p, end, PC_BER_OCTETS, &r->n_community);
	if (r->community == NULL || r->n_community > COMMUNITY_MAX)
		return false;
	p = r->community + r->n_community;
	r->pdu = p < end ? p[0] : 0;
	if (r->pdu != PC_SNMP_GET && r->pdu != PC_SNMP_GETNEXT &&
		(r->pdu != PC_SNMP_GETBULK || r->version == PC_SNMP_V1))
		return false;
	p = enter(p, end, r->pdu, &n);
	return p != NULL && p + n == end && take_pdu(p, end, r);
}

/* ---- the answer: bindings forward, then the envelope in front of them ---- */

struct job {
	const struct pc_snmp_target *target;
	const struct pc_snmp_names *names;
	const struct request *request;
	uint8_t *first, *at, *end; /* of the bindings */
	size_t n;                  /* bindings so far */
	size_t failed;             /* SNMPv1: number of the binding that failed, from 1 */
	const uint8_t *last_name;  /* of the last binding, with tag and length */
	size_t n_last_name;
};

static inline size_t
room(const struct job *job)
{
	return (size_t)(job->end - job->at);
}

static inline bool
put_copy(struct job *job, const struct pc_snmp_wire *wire)
{
	if (room(job) < wire->n_binding)
		return false;
	memcpy(job->at, wire->binding, wire->n_binding);
	job->at += wire->n_binding;
	job->n++;
	job->last_name = wire->name;
	job->n_last_name = wire->n_name;
	return true;
}

/* A name and a value; no value: an exception. */
static bool
put(struct job *job, const uint8_t *name, size_t n_name, const struct pc_snmp_value *v,
	uint8_t exception)
{
	uint8_t *value = job->at + 2 + n_name;
	size_t n = 2;
	if (room(job) < 2 + n_name + n)
		return false;
	memcpy(job->at + 2, name, n_name);
	if (v != NULL) {
		n = pc_snmp_value_put(value, (size_t)(job->end - value), v);
	} else {
		value[0] = exception;
		value[1] = 0;
	}
	size_t all = n == 0 ? 0 : pc_snmp_binding_close(job->at, room(job), n_name + n);
	if (all == 0)
		return false;
	job->last_name = job->at + (all - n_name - n);
	job->n_last_name = n_name;
	job->at += all;
	job->n++;
	return true;
}

/* Fails as a whole: nothing behind the first failure matters. Spec: RFC 1157 s4.1.2 (1) */
static bool
fail_v1(struct job *job)
{
	job->failed = job->n + 1;
	return !pc_device_profile(job->target->dev)->snmp.last_error_index;
}

static bool
get_one(struct job *job, const struct asked *a)
{
	const struct pc_snmp_tree *tree = job->target->tree;
	uint32_t arcs[PC_OID_MAX], at = pc_snmp_names_find(job->names, a->name + 2, a->n_name - 2);
	struct pc_snmp_value v;
	int err;
	if (at != PC_SNMP_NO_ENTRY) {
		const struct pc_snmp_entry *e = &tree->entries[at];
		struct pc_snmp_wire wire = pc_snmp_names_wire(job->names, at);
		if (wire.binding != NULL)
			return put_copy(job, &wire);
		v.type = PC_SNMP_NO_SUCH_INSTANCE;
		err = pc_snmp_entry_value(e, job->target->dev, e->arcs, e->n, &v);
		if (err != PC_OK)
			v.type = PC_SNMP_NO_SUCH_INSTANCE;
	} else {
		size_t n = pc_snmp_name_arcs(a->name + 2, a->n_name - 2, arcs, PC_OID_MAX);
		if (n == 0 || pc_snmp_tree_acts(tree, arcs, n))
			return false;
		err = pc_snmp_tree_get(tree, job->target->dev, arcs, n, &v);
	}
	if (job->request->version == PC_SNMP_V1 && (err != PC_OK || v.type == PC_SNMP_COUNTER64))
		return fail_v1(job);
	return put(job, a->name, a->n_name, err == PC_OK ? &v : NULL, v.type);
}

/* Where a walk from this name goes on. */
static bool
start_cursor(const struct job *job, const struct asked *a, struct pc_snmp_cursor *cur)
{
	uint32_t arcs[PC_OID_MAX], at = pc_snmp_names_find(job->names, a->name + 2, a->n_name - 2);
	if (at != PC_SNMP_NO_ENTRY) {
		pc_snmp_cursor_after(cur, job->target->tree, job->target->dev, at);
		return true;
	}
	size_t n = pc_snmp_name_arcs(a->name + 2, a->n_name - 2, arcs, PC_OID_MAX);
	if (n > 0)
		pc_snmp_cursor_init(cur, job->target->tree, job->target->dev, arcs, n);
	return n > 0;
}

/* The next binding of a walk. *ret_end: there is none. SNMPv1 cannot carry Counter64.
 * Spec: RFC 3584 s4.2.2.1 */
static bool
put_next(struct job *job, struct pc_snmp_cursor *cur, bool *ret_end)
{
	uint8_t name[2 + 0x7f];
	const uint32_t *arcs = NULL;
	struct pc_snmp_value v;
	size_t n = 0;
	int err;
	do {
		err = pc_snmp_cursor_next(cur, &arcs, &n, &v);
	} while (
		err == PC_OK && v.type == PC_SNMP_COUNTER64 && job->request->version == PC_SNMP_V1);
	*ret_end = err != PC_OK;
	if (err != PC_OK)
		return true;
	uint32_t at = pc_snmp_cursor_entry(cur);
	if (at == PC_SNMP_NO_ENTRY) {
		n = pc_snmp_name_put(name, sizeof(name), arcs, n);
		return n > 0 && put(job, name, n, &v, 0);
	}
	struct pc_snmp_wire wire = pc_snmp_names_wire(job->names, at);
	return wire.binding != NULL ? put_copy(job, &wire)
				    : put(job, wire.name, wire.n_name, &v, 0);
}

static bool
get_next(struct job *job, const struct asked *a)
{
	struct pc_snmp_cursor cur;
	bool end = false;
	if (!start_cursor(job, a, &cur) || !put_next(job, &cur, &end))
		return false;
	if (!end)
		return true;
	return job->request->version == PC_SNMP_V1
		       ? fail_v1(job)
		       : put(job, a->name, a->n_name, NULL, PC_SNMP_END_OF_MIB_VIEW);
}

/* Repetitions of each repeater that the model's agent gives. As engine.c bounds the library. */
static size_t
repetitions(const struct job *job, size_t repeaters)
{
	const struct request *r = job->request;
	int32_t limit = pc_device_profile(job->target->dev)->snmp.bulk_variables;
	size_t max = limit <= 0 || limit > PC_SNMP_BULK_VARBINDS_MAX ? PC_SNMP_BULK_VARBINDS_MAX
								     : (size_t)limit;
	if (r->n_asked > max)
		max = r->n_asked;
	return (size_t)r->index < max / repeaters ? (size_t)r->index : max / repeaters;
}

/* The end of the only repeater: named as what came before it, and nothing behind it. */
static bool
put_end(struct job *job)
{
	const struct asked *a = &job->request->asked[0];
	uint8_t name[2 + 0x7f];
	size_t n = job->n == 0 ? a->n_name : job->n_last_name;
	memcpy(name, job->n == 0 ? a->name : job->last_name, n);
	return put(job, name, n, NULL, PC_SNMP_END_OF_MIB_VIEW);
}

/* Spec: RFC 3416 s4.2.3. Several repeaters that end differently are the base lane's. */
static bool
get_bulk(struct job *job)
{
	const struct request *r = job->request;
	struct pc_snmp_cursor cursors[REPEATERS_MAX];
	size_t single = r->status < 0 ? 0 : (size_t)r->status;
	bool end = false;
	if (r->index <= 0 || single >= r->n_asked || r->n_asked - single > REPEATERS_MAX)
		return false;
	for (size_t i = 0; i < single; i++) {
		if (!start_cursor(job, &r->asked[i], &cursors[0]) ||
			!put_next(job, &cursors[0], &end) || end)
			return false;
	}
	size_t repeaters = r->n_asked - single, times = repetitions(job, repeaters);
	for (size_t i = 0; i < repeaters; i++) {
		if (!start_cursor(job, &r->asked[single + i], &cursors[i]))
			return false;
	}
	for (size_t i = 0; i < times * repeaters; i++) {
		if (!put_next(job, &cursors[i % repeaters], &end))
			return false;
		if (end)
			return r->n_asked == 1 && put_end(job);
	}
	return true;
}

/* The request's bindings as they came, where those behind the failure are in shortest form too.
 * Spec: RFC 1157 s4.1.2 (1) */
static bool
put_request(struct job *job)
{
	const struct request *r = job->request;
	uint32_t arcs[PC_OID_MAX];
	for (size_t i = job->failed - 1; i < r->n_asked; i++) {
		const struct asked *a = &r->asked[i];
		if (pc_snmp_name_arcs(a->name + 2, a->n_name - 2, arcs, PC_OID_MAX) == 0)
			return false;
	}
	job->at = job->first;
	if (room(job) < r->n_bindings)
		return false;
	memcpy(job->at, r->bindings, r->n_bindings);
	job->at += r->n_bindings;
	return true;
}

static bool
put_bindings(struct job *job)
{
	const struct request *r = job->request;
	if (r->pdu == PC_SNMP_GETBULK)
		return get_bulk(job);
	if (r->status != 0 || r->index != 0)
		return false;
	for (size_t i = 0; i < r->n_asked && job->failed == 0; i++) {
		bool done = r->pdu == PC_SNMP_GET ? get_one(job, &r->asked[i])
						  : get_next(job, &r->asked[i]);
		if (!done)
			return false;
	}
	return job->failed == 0 || put_request(job);
}

static inline uint8_t *
put_front(uint8_t *p, const void *data, size_t len)
{
	p -= len;
	memcpy(p, data, len);
	return p;
}

/* Tag and length in front of `p`, for what reaches to `end`. */
static inline uint8_t *
put_header(uint8_t *p, uint8_t tag, const uint8_t *end)
{
	size_t len = (size_t)(end - p);
	*--p = (uint8_t)len;
	if (len >= 0x100) {
		*--p = (uint8_t)(len >> 8);
		*--p = 0x82;
	} else if (len >= 0x80) {
		*--p = 0x81;
	}
	*--p = tag;
	return p;
}

/* Everything in front of the bindings, from their sequence on. */
static uint8_t *
put_envelope(const struct job *job)
{
	const struct request *r = job->request;
	const uint8_t status[] = {PC_BER_INTEGER, 1, job->failed == 0 ? NO_ERROR : NO_SUCH_NAME,
		PC_BER_INTEGER, 1, (uint8_t)job->failed};
	const uint8_t version[] = {PC_BER_INTEGER, 1, r->version};
	uint8_t *p = put_header(job->first, PC_BER_SEQUENCE, job->at);
	p = put_front(p, status, sizeof(status));
	p = put_front(p, r->id, r->n_id);
	p = put_header(p, PC_SNMP_RESPONSE, job->at);
	uint8_t *community_end = p;
	p = put_front(p, r->community, r->n_community);
	p = put_header(p, PC_BER_OCTETS, community_end);
	p = put_front(p, version, sizeof(version));
	return put_header(p, PC_BER_SEQUENCE, job->at);
}

/* The whole answer somewhere in out[0] … out[size - 1]; NULL when it does not fit or this lane
 * cannot give it. */
static uint8_t *
answer(struct job *job, uint8_t *out, size_t size, size_t *ret_len)
{
	job->first = job->at = out + ENVELOPE_MAX;
	job->end = out + size;
	job->n = job->failed = 0;
	if (!put_bindings(job))
		return NULL;
	uint8_t *p = put_envelope(job);
	*ret_len = (size_t)(job->at - p);
	return p;
}

/* ---- the lane ---- */

static inline bool
is_community(const struct request *r, const char *want)
{
	return want != NULL && strlen(want) == r->n_community &&
	       memcmp(want, r->community, r->n_community) == 0;
}

static bool
may_take(const struct pc_snmp_target *target, const struct pc_snmp_entity *entity,
	const struct request *r)
{
	const struct pc_profile_snmp *p = &pc_device_profile(target->dev)->snmp;
	return (r->version == PC_SNMP_V1 ? p->v1 : p->v2c) && pc_device_faults(target->dev) == 0 &&
	       (is_community(r, entity->communities[PC_SNMP_READ]) ||
		       is_community(r, entity->communities[PC_SNMP_WRITE]));
}

/* Where to write: the socket's own room unless the answer will be long. */
static bool
is_short(const struct request *r)
{
	size_t n = r->n_asked;
	if (r->pdu == PC_SNMP_GETBULK && r->index > 0)
		n *= (size_t)(r->index < PC_SNMP_BULK_VARBINDS_MAX ? r->index
								   : PC_SNMP_BULK_VARBINDS_MAX);
	return n * USUAL_BINDING < PC_UDP_ROOM - ENVELOPE_MAX;
}

static bool
send_answer(struct pc_snmp_engine *e, struct job *job, const struct sockaddr_in *peer,
	struct in_addr local, size_t *ret_len)
{
	size_t max = pc_snmp_largest_answer(e, job->target->dev);
	uint8_t *p = is_short(job->request) ? answer(job, pc_udp_room(e->udp), PC_UDP_ROOM, ret_len)
					    : NULL;
	if (p != NULL && *ret_len <= max) {
		pc_udp_send_room(e->udp, peer, local, p, *ret_len);
		return true;
	}
	p = answer(job, e->message, PC_SNMP_SEND_MAX, ret_len);
	return p != NULL && *ret_len <= max &&
	       pc_udp_send(e->udp, peer, local, p, *ret_len) == PC_OK;
}

bool
pc_snmp_fast_answer(struct pc_snmp_engine *engine, const struct sockaddr_in *peer,
	struct in_addr local, const struct pc_snmp_target *target, struct pc_snmp_entity *entity,
	const uint8_t *data, size_t len)
{
	struct request r;
	struct job job = {.target = target, .names = target->tree->names, .request = &r};
	if (job.names == NULL || !take_request(data, len, &r) || !may_take(target, entity, &r))
		return false;
	pc_snmp_count_request(entity, r.pdu); /* before the answer, which may tell of it */
	if (!send_answer(engine, &job, peer, local, &len)) {
		pc_snmp_uncount_request(entity, r.pdu);
		return false;
	}
	pc_snmp_count_answer(entity, r.pdu, job.failed == 0 ? NO_ERROR : NO_SUCH_NAME, job.n);
	pc_snmp_transport_sent(engine, entity, peer, len);
	engine->counters.fast_answers++;
	return true;
}
