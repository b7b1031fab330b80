/* LLMNR on UDP and TCP 5355: every printer answers for its own name and address.
 * Spec: RFC 4795. One deviation: unicast queries over UDP are answered too, since clients that know
 * no multicast (dig) ask so; fault llmnr-unicast-udp-silent is the RFC's reading (s2.4). */
#include "codec/llmnr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "services/names.h"
#include "services/spread.h"

enum { TCP_IDLE_MS = 10000, TCP_PREFIX_BYTES = 2 };

struct llmnr {
	struct pc_service service;
	struct pc_udp *udp;
	struct pc_tcp_listener *listener;
	struct pc_spread spread; /* multicast queries being answered */
};

enum how { MULTICAST, UNICAST, TCP };

static bool
is_open(const struct pc_device *dev)
{
	return pc_device_answers(dev) && pc_device_profile(dev)->ports.llmnr;
}

/* Queries that responders must not look at. Spec: RFC 4795 s2.1.1 */
static const char *
not_a_query(const struct pc_llmnr *q, const struct pc_device *dev)
{
	if (q->response)
		return "a response, not a query";
	if (q->opcode != 0)
		return "an opcode other than 0";
	if (q->conflict &&
		(dev == NULL || !pc_service_has_fault(dev, PC_FAULT_LLMNR_CONFLICT_ANSWERED)))
		return "the conflict bit is set";
	return NULL;
}

static void
own_name(const struct pc_device *dev, struct pc_dns_name *ret)
{
	const char *name = pc_device_state(dev)->host_name;
	size_t n = strnlen(name, PC_NAME_MAX);
	if (pc_dns_name_from_label(name, n, ret) != PC_OK)
		*ret = (struct pc_dns_name){.len = 1}; /* no name: the root, which nobody asks */
}

/* The record for a question that is ours, if there is one of that type. */
static void
add_answer(const struct pc_device *dev, const struct pc_llmnr *q, bool reverse,
	const struct pc_dns_name *own, struct in_addr *address, struct pc_llmnr *reply)
{
	uint16_t type = q->question.type, has = reverse ? PC_DNS_PTR : PC_DNS_A;
	if ((type != has && type != PC_DNS_ANY) ||
		(q->question.class != PC_DNS_IN && q->question.class != PC_DNS_CLASS_ANY))
		return;
	*address = pc_device_state(dev)->address;
	if (pc_service_has_fault(dev, PC_FAULT_LLMNR_WRONG_ADDRESS))
		address->s_addr = htonl(0xc0000201); /* 192.0.2.1. Spec: RFC 5737 */
	reply->answers[0] = (struct pc_dns_record){.name = q->question.name,
		.type = has,
		.class = PC_DNS_IN,
		.ttl = PC_LLMNR_TTL,
		.data = reverse ? own->bytes : (const uint8_t *)&address->s_addr,
		.len = reverse ? own->len : sizeof(address->s_addr)};
	reply->n_answers = 1;
}

/* What cannot be answered is no failure of the name: over UDP the code is 0 and the truncation bit
 * sends the client to TCP, where the code is told. Spec: RFC 4795 s2.1.1 */
static void
check_edns(const struct pc_llmnr *q, enum how how, struct pc_llmnr *reply)
{
	if (!q->edns)
		return;
	reply->edns = true;
	reply->edns_size = PC_LLMNR_MAX;
	if (q->edns_version == 0)
		return;
	reply->n_answers = 0;
	reply->truncated = how != TCP;
	reply->rcode = how == TCP ? PC_LLMNR_BADVERS : PC_LLMNR_NOERROR;
}

static void
capitals(struct pc_dns_name *name)
{
	for (uint8_t i = 0; i < name->len; i++) { /* lengths of labels are below 64 */
		if (name->bytes[i] >= 'a' && name->bytes[i] <= 'z')
			name->bytes[i] = (uint8_t)(name->bytes[i] - 'a' + 'A');
	}
}

static void
shout(struct pc_llmnr *reply)
{
	capitals(&reply->question.name);
	for (size_t i = 0; i < reply->n_answers; i++)
		capitals(&reply->answers[i].name);
}

/* The answer's length, 0 for silence. */
static size_t
answer(const struct pc_device *dev, const struct pc_llmnr *q, enum how how, uint8_t *out,
	size_t size)
{
	struct pc_dns_name own, reverse;
	struct in_addr address = pc_device_state(dev)->address;
	struct pc_llmnr reply = {.id = q->id, .response = true, .question = q->question};
	size_t n = 0;
	if (pc_service_has_fault(dev, PC_FAULT_LLMNR_SILENT))
		return 0;
	own_name(dev, &own);
	pc_llmnr_reverse_name((const uint8_t *)&address.s_addr, &reverse);
	bool is_reverse = pc_dns_name_equal(&q->question.name, &reverse);
	bool ours = is_reverse || (own.len > 1 && pc_dns_name_equal(&q->question.name, &own));
	if (!ours && pc_service_has_fault(dev, PC_FAULT_LLMNR_NXDOMAIN))
		reply.rcode = PC_LLMNR_NXDOMAIN;
	else if (!ours && !pc_service_has_fault(dev, PC_FAULT_LLMNR_ANY_NAME))
		return 0;
	else
		add_answer(dev, q, is_reverse, &own, &address, &reply);
	check_edns(q, how, &reply);
	if (pc_service_has_fault(dev, PC_FAULT_LLMNR_CAPITALS))
		shout(&reply);
	return pc_llmnr_write(&reply, out, size, &n) == PC_OK ? n : 0;
}

static void
answer_udp(struct llmnr *l, struct pc_device *dev, const struct sockaddr_in *peer,
	const struct pc_llmnr *q, enum how how)
{
	uint8_t out[PC_LLMNR_UDP_MAX + PC_DNS_NAME_MAX];
	if (not_a_query(q, dev) != NULL)
		return;
	size_t n = answer(dev, q, how, out, sizeof(out));
	if (n > 0)
		pc_names_send(&l->service, l->udp, dev, peer, out, n);
}

static void
on_turn(void *arg, struct pc_device *dev, const struct sockaddr_in *peer, const uint8_t *request,
	size_t len)
{
	struct pc_llmnr q;
	if (!is_open(dev))
		return;
	pc_names_heard(dev, PC_IN_BROADCAST, peer, len);
	if (pc_llmnr_read(request, len, &q) == PC_OK)
		answer_udp(arg, dev, peer, &q, MULTICAST);
}

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct llmnr *l = arg;
	struct pc_llmnr q;
	bool multicast = pc_udp_is_broadcast(udp);
	struct pc_device *dev = multicast ? NULL : pc_service_find(&l->service, local->sin_addr);
	l->service.counters.in++;
	if (!multicast && (dev == NULL || !is_open(dev)))
		return;
	if (dev != NULL)
		pc_names_heard(dev, PC_IN, peer, len);
	int err = pc_llmnr_read(data, len, &q);
	const char *why = err != PC_OK ? pc_err_text(err) : not_a_query(&q, dev);
	/* Whether a conflict is answered depends on the device. */
	if (why != NULL && (err != PC_OK || !multicast || !q.conflict || q.response))
		pc_names_malformed(&l->service, dev, peer, why, len);
	else if (multicast &&
		 pc_spread_ask(&l->spread, peer, data, len, UINT64_C(1) << 16 | q.id) != PC_OK)
		l->service.counters.refused++;
	else if (!multicast && !pc_service_has_fault(dev, PC_FAULT_LLMNR_UNICAST_UDP_SILENT))
		answer_udp(l, dev, peer, &q, UNICAST);
}

/* TCP: messages behind two octets of length. Spec: RFC 4795 s2.4, RFC 1035 s4.2.2 */

static bool
on_open(void *arg, struct pc_tcp *conn)
{
	struct llmnr *l = arg;
	const struct pc_device *dev = pc_service_find(&l->service, pc_tcp_local(conn).sin_addr);
	if (dev == NULL || !is_open(dev) || !pc_device_profile(dev)->ports.llmnr_tcp) {
		l->service.counters.refused++;
		return false;
	}
	l->service.counters.connections++;
	pc_tcp_set_idle(conn, TCP_IDLE_MS);
	return true;
}

/* False: the connection ends, since there will be no answer. */
static bool
answer_tcp(struct llmnr *l, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct pc_device *dev = pc_service_find(&l->service, pc_tcp_local(conn).sin_addr);
	struct sockaddr_in peer = pc_tcp_peer(conn);
	uint8_t out[TCP_PREFIX_BYTES + PC_LLMNR_UDP_MAX + PC_DNS_NAME_MAX];
	struct pc_llmnr q;
	l->service.counters.in++;
	if (dev == NULL || !is_open(dev))
		return false;
	int err = pc_llmnr_read(data, len, &q);
	const char *why = err != PC_OK ? pc_err_text(err) : not_a_query(&q, dev);
	if (why != NULL) {
		pc_names_malformed(&l->service, dev, &peer, why, len);
		return false;
	}
	size_t n = answer(dev, &q, TCP, out + TCP_PREFIX_BYTES, sizeof(out) - TCP_PREFIX_BYTES);
	if (n == 0)
		return false;
	out[0] = (uint8_t)(n >> 8);
	out[1] = (uint8_t)n;
	l->service.counters.out++;
	return pc_tcp_write(conn, out, TCP_PREFIX_BYTES + n) == PC_OK;
}

static size_t
on_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	size_t at = 0;
	while (len - at >= TCP_PREFIX_BYTES) {
		size_t n = (size_t)data[at] << 8 | data[at + 1];
		if (n <= PC_LLMNR_MAX && len - at - TCP_PREFIX_BYTES < n)
			break;
		if (n > PC_LLMNR_MAX || !answer_tcp(arg, conn, data + at + TCP_PREFIX_BYTES, n)) {
			pc_tcp_close(conn);
			return len;
		}
		at += TCP_PREFIX_BYTES + n;
	}
	return at;
}

static const struct pc_tcp_handler handler = {.open = on_open, .data = on_data};

static void
stop(struct pc_service *service)
{
	struct llmnr *l = (struct llmnr *)service;
	pc_spread_done(&l->spread);
	pc_tcp_listener_close(l->listener);
	pc_udp_close(l->udp);
	free(l);
}

int
pc_llmnr_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag)
{
	struct llmnr *l = calloc(1, sizeof(*l));
	struct pc_udp_options options = {.tap = env->tap};
	if (l == NULL)
		return -ENOMEM;
	l->service.env = *env;
	l->service.stop = stop;
	l->service.ttl = 1; /* not beyond the link. Spec: RFC 4795 s2.4 */
	pc_spread_init(&l->spread, &l->service.env, PC_LLMNR_JITTER_MS, PC_LLMNR_PORT, on_turn, l);
	int err = pc_service_port(env, PC_LLMNR_PORT, &options.bind, diag);
	if (err == PC_OK)
		err = pc_udp_open(env->loop, &options, on_datagram, l, &l->udp, diag);
	if (err == PC_OK)
		err = pc_names_join(env, l->udp, PC_LLMNR_GROUP, diag);
	if (err == PC_OK)
		err = pc_service_listen(
			&l->service, PC_LLMNR_PORT, &handler, l, &l->listener, diag);
	if (err != PC_OK) {
		stop(&l->service);
		return err;
	}
	*ret = &l->service;
	return PC_OK;
}
