/* NetBIOS name service on UDP 137, as a B node: every printer answers for its own names, defends
 * them, and tells its status. Spec: RFC 1002 s5.1.1 */
#include "codec/nbns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "services/names.h"
#include "services/spread.h"

enum {
	SPREAD_MS = 200, /* under BCAST_REQ_RETRY_TIMEOUT, 250 ms. Spec: RFC 1002 s6 */
	TTL_S = 259200,  /* harness-defined: three days */
	OWN_NAMES = 3,
	WORKSTATION = 0x00,
	SERVER = 0x20
};

struct nbns {
	struct pc_service service;
	struct pc_udp *udp;
	struct pc_spread spread; /* broadcasts being answered */
};

struct own {
	struct pc_nbns_name name;
	uint16_t flags;
};

static bool
is_open(const struct pc_device *dev)
{
	return pc_device_answers(dev) && pc_device_profile(dev)->ports.nbns;
}

/* What this printer is called: its host name as workstation and as server, and its group. */
static size_t
own_names(const struct pc_device *dev, struct own out[OWN_NAMES])
{
	const char *host = pc_device_state(dev)->host_name;
	const char *group = pc_device_profile(dev)->workgroup;
	size_t n = 0;
	memset(out, 0, OWN_NAMES * sizeof(out[0]));
	if (host[0] != '\0') {
		pc_nbns_name_set(&out[n++].name, host, WORKSTATION);
		pc_nbns_name_set(&out[n++].name, host, SERVER);
	}
	if (group != NULL && group[0] != '\0' &&
		!pc_service_has_fault(dev, PC_FAULT_NBNS_NO_WORKGROUP)) {
		pc_nbns_name_set(&out[n].name, group, WORKSTATION);
		out[n++].flags = PC_NBNS_GROUP;
	}
	return n;
}

static bool
is_wildcard(const struct pc_nbns_name *name)
{
	struct pc_nbns_name any;
	pc_nbns_name_set(&any, "*", 0);
	return memcmp(any.bytes, name->bytes, sizeof(any.bytes)) == 0 && name->scope[0] == '\0';
}

/* The flags of a name of ours; false when it is none. */
static bool
find_own(const struct pc_device *dev, const struct pc_nbns_name *name, uint16_t *ret_flags)
{
	struct own own[OWN_NAMES];
	size_t n = own_names(dev, own);
	*ret_flags = 0;
	if (is_wildcard(name))
		return true;
	for (size_t i = 0; i < n; i++) {
		if (pc_nbns_name_equal(&own[i].name, name)) {
			*ret_flags = own[i].flags;
			return true;
		}
	}
	return pc_service_has_fault(dev, PC_FAULT_NBNS_ANY_NAME);
}

static void
put_address(const struct pc_device *dev, uint16_t flags, struct pc_nbns *reply)
{
	struct in_addr at = pc_device_state(dev)->address;
	if (pc_service_has_fault(dev, PC_FAULT_NBNS_WRONG_ADDRESS))
		at.s_addr = htonl(0xc0000201); /* 192.0.2.1. Spec: RFC 5737 */
	reply->addresses[0].flags = flags;
	memcpy(reply->addresses[0].address, &at.s_addr, 4);
	reply->n_addresses = 1;
}

static void
put_status(const struct pc_device *dev, struct pc_nbns *reply)
{
	struct own own[OWN_NAMES];
	reply->n_names = own_names(dev, own);
	for (size_t i = 0; i < reply->n_names; i++) {
		struct pc_nbns_entry *e = &reply->names[i];
		memcpy(e->bytes, own[i].name.bytes, sizeof(e->bytes));
		e->suffix = own[i].name.suffix;
		e->flags = (uint16_t)(own[i].flags | PC_NBNS_ACTIVE);
	}
	memcpy(reply->mac, pc_device_state(dev)->mac, sizeof(reply->mac));
	if (pc_service_has_fault(dev, PC_FAULT_NBNS_WRONG_MAC))
		reply->mac[5] ^= 0xff;
}

/* Fill in the answer; false: silence. */
static bool
answer_query(
	const struct pc_device *dev, const struct pc_nbns *q, bool broadcast, struct pc_nbns *reply)
{
	uint16_t flags;
	bool ours = find_own(dev, &q->question, &flags);
	if (q->question_type == PC_NBNS_NBSTAT) {
		if (!ours)
			return false;
		put_status(dev, reply);
		return true;
	}
	reply->flags |= PC_NBNS_RD;
	if (ours) {
		reply->ttl = TTL_S;
		put_address(dev, flags, reply);
		return true;
	}
	/* Only to who asked this printer alone. Spec: RFC 1002 s5.1.1.1 */
	reply->rcode = PC_NBNS_NAM_ERR;
	reply->type = PC_NBNS_NULL;
	return !broadcast;
}

/* Somebody else wants a name that is ours alone. Spec: RFC 1002 s4.2.6, s5.1.1.1 */
static bool
defend(const struct pc_device *dev, const struct pc_nbns *q, struct pc_nbns *reply)
{
	uint16_t flags;
	struct in_addr at = pc_device_state(dev)->address;
	if (is_wildcard(&q->question) || !find_own(dev, &q->question, &flags) ||
		(flags & PC_NBNS_GROUP) != 0 || q->type != PC_NBNS_NB || q->n_addresses == 0 ||
		memcmp(q->addresses[0].address, &at.s_addr, 4) == 0)
		return false;
	reply->flags |= PC_NBNS_RD | PC_NBNS_RA;
	reply->rcode = PC_NBNS_ACT_ERR;
	reply->ttl = q->ttl;
	put_address(dev, 0, reply);
	return true;
}

static void
answer(struct nbns *n, struct pc_device *dev, const struct sockaddr_in *peer,
	const struct pc_nbns *q, bool broadcast)
{
	uint8_t out[PC_NBNS_UDP_MAX];
	size_t len = 0;
	bool speaks = false;
	struct pc_nbns reply = {.id = q->id,
		.response = true,
		.opcode = q->opcode,
		.flags = PC_NBNS_AA,
		.has_record = true,
		.name = q->question,
		.type = q->question_type};
	if (q->response || pc_service_has_fault(dev, PC_FAULT_NBNS_SILENT))
		return;
	if (q->opcode == PC_NBNS_QUERY)
		speaks = answer_query(dev, q, broadcast, &reply);
	else if (q->opcode == PC_NBNS_REGISTRATION)
		speaks = defend(dev, q, &reply);
	if (speaks && pc_nbns_write(&reply, out, sizeof(out), &len) == PC_OK)
		pc_names_send(&n->service, n->udp, dev, peer, out, len);
}

static void
on_turn(void *arg, struct pc_device *dev, const struct sockaddr_in *peer, const uint8_t *request,
	size_t len)
{
	struct pc_nbns q;
	if (!is_open(dev))
		return;
	pc_names_heard(dev, PC_IN_BROADCAST, peer, len);
	if (pc_nbns_read(request, len, &q) == PC_OK)
		answer(arg, dev, peer, &q, true);
}

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct nbns *n = arg;
	struct pc_nbns q;
	bool broadcast = pc_udp_is_broadcast(udp);
	struct pc_device *dev = broadcast ? NULL : pc_service_find(&n->service, local->sin_addr);
	n->service.counters.in++;
	if (!broadcast && (dev == NULL || !is_open(dev)))
		return;
	if (dev != NULL)
		pc_names_heard(dev, PC_IN, peer, len);
	int err = pc_nbns_read(data, len, &q);
	if (err != PC_OK || q.response)
		pc_names_malformed(&n->service, dev, peer,
			err == PC_OK ? "a response, not a request" : pc_err_text(err), len);
	else if (!broadcast)
		answer(n, dev, peer, &q, false);
	else if (pc_spread_ask(&n->spread, peer, data, len, UINT64_C(1) << 16 | q.id) != PC_OK)
		n->service.counters.refused++;
}

static void
stop(struct pc_service *service)
{
	struct nbns *n = (struct nbns *)service;
	pc_spread_done(&n->spread);
	pc_udp_close(n->udp);
	free(n);
}

int
pc_nbns_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag)
{
	struct nbns *n = calloc(1, sizeof(*n));
	struct pc_udp_options options = {.broadcast = true, .tap = env->tap};
	if (n == NULL)
		return -ENOMEM;
	n->service.env = *env;
	n->service.stop = stop;
	pc_spread_init(&n->spread, &n->service.env, SPREAD_MS, PC_NBNS_PORT, on_turn, n);
	int err = pc_service_port(env, PC_NBNS_PORT, &options.bind, diag);
	if (err == PC_OK)
		err = pc_udp_open(env->loop, &options, on_datagram, n, &n->udp, diag);
	if (err != PC_OK) {
		free(n);
		return err;
	}
	*ret = &n->service;
	return PC_OK;
}
