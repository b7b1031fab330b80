/* SLP on UDP and TCP 427: every printer is a service agent for itself; there is no directory agent.
 * Spec: RFC 2608, RFC 2165 */
#include "codec/slp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "services/names.h"
#include "services/slp-printer.h"
#include "services/spread.h"

enum {
	SPREAD_MS = 500, /* well under the clients' first retry, 2 s. Spec: RFC 2608 s13 */
	TCP_IDLE_MS = 10000,
	TCP_REQUEST_MAX = 8192,
	GROUP_BYTES = 4 /* before a kept request: the group it was sent to */
};

struct slp {
	struct pc_service service;
	struct pc_udp *udp;
	struct pc_tcp_listener *listener;
	struct pc_spread spread; /* multicast requests being answered */
};

/* One request to one device, and its answer. */
struct ask {
	const struct pc_device *dev;
	const struct pc_slp *request;
	int err; /* of reading it */
	bool multicast;
	struct pc_slp reply;
	size_t room; /* bytes of the answer, header and all */
	struct pc_slp_service services[PC_SLP_SERVICES_MAX];
	size_t n_services;
	uint8_t entries[PC_SLP_SERVICES_MAX * (PC_SLP_URL_MAX + 6)];
	char attributes[PC_SLP_ATTRIBUTES_MAX], selected[PC_SLP_ATTRIBUTES_MAX];
	char text[256];
};

static bool
is_open(const struct pc_device *dev)
{
	return pc_device_answers(dev) && pc_device_profile(dev)->ports.slp;
}

/* Parts of a version 1 predicate: type/scope/where/. Spec: RFC 2165 s6 */
static void
split_predicate(struct pc_slp *m)
{
	struct pc_slp_text p = m->predicate;
	const char *slash = p.len == 0 ? NULL : memchr(p.at, '/', p.len);
	m->predicate = (struct pc_slp_text){NULL, 0};
	m->type = p;
	if (slash == NULL)
		return;
	m->type.len = (size_t)(slash - p.at);
	p.at = slash + 1;
	p.len -= m->type.len + 1;
	slash = p.len == 0 ? NULL : memchr(p.at, '/', p.len);
	m->scopes = p;
	if (slash == NULL)
		return;
	m->scopes.len = (size_t)(slash - p.at);
	m->predicate = (struct pc_slp_text){slash + 1, p.len - m->scopes.len - 1};
	if (m->predicate.len > 0 && m->predicate.at[m->predicate.len - 1] == '/')
		m->predicate.len--;
}

/* Version 1 may leave out the brackets of a single comparison. */
static int
matches(struct ask *a, const struct pc_slp_service *service, bool *ret)
{
	char bracketed[PC_SLP_UDP_MAX + 3];
	struct pc_slp_text filter = a->request->predicate;
	*ret = true;
	if (filter.len == 0)
		return PC_OK;
	if (a->request->version == 1 && filter.at[0] != '(' && filter.len < PC_SLP_UDP_MAX) {
		bracketed[0] = '(';
		memcpy(bracketed + 1, filter.at, filter.len);
		bracketed[filter.len + 1] = ')';
		filter = (struct pc_slp_text){bracketed, filter.len + 2};
	}
	int err =
		pc_slp_printer_attributes(a->dev, service, 1, a->attributes, sizeof(a->attributes));
	return err == PC_OK ? pc_slp_filter(filter, pc_slp_text(a->attributes), ret) : err;
}

static bool
fault(const struct ask *a, enum pc_service_fault f)
{
	return pc_service_has_fault(a->dev, f);
}

/* Answering functions fill in the reply; true when there is something to tell, which is what a
 * multicast request wants to know. */

static bool
tell_agent(struct ask *a)
{
	char address[PC_TEXT_ADDR_MAX];
	struct pc_slp *r = &a->reply;
	if (r->version != 2)
		return false;
	r->function = PC_SLP_SAADVERT;
	(void)snprintf(a->text, sizeof(a->text), "service:service-agent://%s",
		pc_text_from_ipv4(pc_device_state(a->dev)->address, address));
	r->url = pc_slp_text(a->text);
	r->scopes = pc_slp_text(pc_device_profile(a->dev)->slp.scopes);
	return true;
}

static bool
find_services(struct ask *a)
{
	const struct pc_slp *q = a->request;
	size_t at = 0;
	if (q->type.len == 0)
		a->reply.error = PC_SLP_E_PARSE;
	for (size_t i = 0; i < a->n_services && a->reply.error == PC_SLP_OK; i++) {
		struct pc_slp_url url = {PC_SLP_LIFETIME_MAX, pc_slp_text(a->services[i].url)};
		bool match = false;
		if (!pc_slp_type_matches(q->type, pc_slp_text(a->services[i].type)) &&
			!fault(a, PC_FAULT_SLP_ANY_TYPE))
			continue;
		int err = matches(a, &a->services[i], &match);
		if (err != PC_OK)
			a->reply.error = err == PC_E_SYNTAX ? PC_SLP_E_PARSE : PC_SLP_E_INTERNAL;
		if (fault(a, PC_FAULT_SLP_WRONG_URL))
			url.url = pc_slp_text("service:printer:lpr://192.0.2.1/lp");
		if (match && pc_slp_url_add(q->version, &url, a->entries, sizeof(a->entries),
				     &at) == PC_OK)
			a->reply.n_entries++;
	}
	if (a->reply.error != PC_SLP_OK)
		a->reply.n_entries = 0;
	else
		a->reply.entries = (struct pc_slp_text){(const char *)a->entries, at};
	return a->reply.n_entries > 0;
}

static bool
answer_services(struct ask *a)
{
	a->reply.function = PC_SLP_SRVRPLY;
	if (pc_slp_text_is(a->request->type, "service:service-agent"))
		return tell_agent(a);
	if (pc_slp_text_is(a->request->type, "service:directory-agent"))
		return false;
	return find_services(a);
}

static bool
answer_hpnp(struct ask *a)
{
	if (!pc_device_profile(a->dev)->slp.hpnp ||
		pc_slp_hpnp_attributes(a->dev, a->attributes, sizeof(a->attributes)) != PC_OK)
		return false;
	a->reply.attributes = pc_slp_text(a->attributes);
	return true;
}

/* Those of one URL (which is compared as it is), or of all services of a type. */
static bool
answer_attributes(struct ask *a)
{
	const struct pc_slp *q = a->request;
	size_t n = 0, len = 0;
	a->reply.function = PC_SLP_ATTRRPLY;
	if (pc_slp_type_matches(pc_slp_text("service:x-hpnp-discover"), q->url))
		return answer_hpnp(a);
	for (size_t i = 0; i < a->n_services; i++) {
		struct pc_slp_text url = pc_slp_text(a->services[i].url);
		if ((url.len == q->url.len && memcmp(url.at, q->url.at, url.len) == 0) ||
			pc_slp_type_matches(q->url, pc_slp_text(a->services[i].type)))
			a->services[n++] = a->services[i];
	}
	if (n == 0)
		return false;
	if (pc_slp_printer_attributes(
		    a->dev, a->services, n, a->attributes, sizeof(a->attributes)) != PC_OK ||
		pc_slp_select(pc_slp_text(a->attributes), q->tags, a->selected, sizeof(a->selected),
			&len) != PC_OK) {
		a->reply.error = PC_SLP_E_INTERNAL;
		return false;
	}
	a->reply.attributes = (struct pc_slp_text){a->selected, len};
	return len > 0;
}

/* All our types are IANA's. */
static bool
answer_types(struct ask *a)
{
	const struct pc_slp *q = a->request;
	size_t at = 0, n = 0;
	a->reply.function = PC_SLP_SRVTYPERPLY;
	if (!q->all_authorities && q->authority.len > 0)
		return false;
	for (size_t i = 0; i < a->n_services; i++) {
		const struct pc_slp_text type = pc_slp_text(a->services[i].type);
		if (q->version == 1) {
			a->entries[at++] = 0;
			a->entries[at++] = (uint8_t)type.len;
			memcpy(a->entries + at, type.at, type.len);
			at += type.len;
			a->reply.n_entries++;
			continue;
		}
		n += (size_t)snprintf(a->text + n, sizeof(a->text) - n, "%s%s", i == 0 ? "" : ",",
			a->services[i].type);
	}
	a->reply.entries = (struct pc_slp_text){(const char *)a->entries, at};
	a->reply.type = pc_slp_text(q->version == 1 ? NULL : a->text);
	return a->n_services > 0;
}

/* Registrations are for directory agents. */
static bool
refuse_registration(struct ask *a)
{
	a->reply.function = PC_SLP_SRVACK;
	a->reply.error = a->request->version == 2 ? PC_SLP_E_NOT_SUPPORTED : PC_SLP_E_REGISTRATION;
	return false;
}

static const struct {
	uint8_t function;
	bool (*answer)(struct ask *a);
} functions[] = {
	{PC_SLP_SRVRQST, answer_services},
	{PC_SLP_ATTRRQST, answer_attributes},
	{PC_SLP_SRVTYPERQST, answer_types},
	{PC_SLP_SRVREG, refuse_registration},
	{PC_SLP_SRVDEREG, refuse_registration},
};

/* Version 2: agents' own advertisements may be asked for without a scope. Version 1: a request
 * without one is for all. */
static bool
scope_fits(const struct ask *a)
{
	const struct pc_slp *q = a->request;
	struct pc_slp_text own = pc_slp_text(pc_device_profile(a->dev)->slp.scopes);
	if (fault(a, PC_FAULT_SLP_ANY_SCOPE) || q->function == PC_SLP_SRVREG ||
		q->function == PC_SLP_SRVDEREG)
		return true;
	if (q->scopes.len == 0)
		return q->version == 1 || pc_slp_text_is(q->type, "service:service-agent") ||
		       pc_slp_text_is(q->type, "service:directory-agent");
	return pc_slp_lists_meet(q->scopes, own);
}

/* The printer's own texts are English; that matters where attributes are compared or told. */
static bool
language_fits(const struct pc_slp *q)
{
	if (q->function == PC_SLP_SRVRQST && q->predicate.len == 0)
		return true;
	if (q->version == 1 && !q->monolingual)
		return true;
	return q->language.len >= 2 && (q->language.at[0] | 0x20) == 'e' &&
	       (q->language.at[1] | 0x20) == 'n';
}

/* What stands in the way of an answer. Spec: RFC 2608 s7, RFC 2165 s5.1 */
static uint16_t
first_error(const struct ask *a)
{
	const struct pc_slp *q = a->request;
	if (a->err != PC_OK)
		return PC_SLP_E_PARSE;
	if (q->unknown_option)
		return PC_SLP_E_OPTION;
	if (q->version == 1 && q->charset != PC_SLP_ASCII && q->charset != PC_SLP_LATIN1 &&
		q->charset != PC_SLP_UTF8)
		return PC_SLP_E_AUTH_UNKNOWN; /* in version 1: the character set */
	if (q->spi.len > 0)
		return PC_SLP_E_AUTH_UNKNOWN;
	if (!scope_fits(a))
		return PC_SLP_E_SCOPE;
	return language_fits(q) ? PC_SLP_OK : PC_SLP_E_LANGUAGE;
}

static bool
has_answered(const struct ask *a)
{
	char text[PC_TEXT_ADDR_MAX];
	return pc_slp_list_has(a->request->prlist,
		       pc_slp_text(pc_text_from_ipv4(pc_device_state(a->dev)->address, text))) &&
	       !fault(a, PC_FAULT_SLP_PRLIST_IGNORED);
}

/* The attributes that fit into so many bytes, whole ones. */
static struct pc_slp_text
fitting(struct pc_slp_text list, size_t bytes)
{
	struct pc_slp_attribute one;
	size_t len = 0;
	for (size_t at = 0; pc_slp_attribute_next(list, &at, &one) && at <= bytes;)
		len = at;
	return (struct pc_slp_text){list.at, len};
}

/* Write the reply; of what is too long for its way as many attributes as fit and the overflow flag:
 * clients come back over TCP or do with what they have. An error has nothing with it.
 * Spec: RFC 2608 s6.2 */
static size_t
write_reply(struct ask *a, uint8_t *out)
{
	struct pc_slp_text attributes = a->reply.attributes;
	size_t n = 0;
	if (a->reply.function == PC_SLP_SAADVERT || a->reply.error == PC_SLP_OK) {
		if (pc_slp_write(&a->reply, out, a->room, &n) == PC_OK)
			return n;
		a->reply.overflow = true;
	}
	a->reply.n_entries = 0;
	a->reply.entries = a->reply.attributes = a->reply.type = (struct pc_slp_text){NULL, 0};
	if (pc_slp_write(&a->reply, out, a->room, &n) != PC_OK)
		return 0;
	if (a->reply.overflow) {
		a->reply.attributes = fitting(attributes, a->room - n);
		(void)pc_slp_write(&a->reply, out, a->room, &n);
	}
	return n;
}

/* The answer's length, 0 for silence: no errors and no empty answers to a multicast request. */
static size_t
answer(struct ask *a, uint8_t *out)
{
	const struct pc_slp *q = a->request;
	const struct pc_profile_slp *own = &pc_device_profile(a->dev)->slp;
	size_t at = 0;
	while (at < sizeof(functions) / sizeof(functions[0]) &&
		functions[at].function != q->function)
		at++;
	if (at == sizeof(functions) / sizeof(functions[0]) ||
		!(q->version == 2 ? own->v2 : own->v1) || fault(a, PC_FAULT_SLP_SILENT) ||
		has_answered(a))
		return 0;
	a->reply = (struct pc_slp){.version = q->version,
		.xid = (uint16_t)(q->xid + fault(a, PC_FAULT_SLP_WRONG_XID)),
		.language = q->language,
		.charset = q->charset};
	a->n_services = pc_slp_services(a->dev, a->services);
	uint16_t err = first_error(a);
	bool found = functions[at].answer(a); /* sets the reply's kind in any case */
	if (err != PC_SLP_OK)
		a->reply.error = err;
	if (a->reply.error != PC_SLP_OK && a->reply.function == PC_SLP_SAADVERT)
		return 0; /* it has no place for an error */
	if (pc_slp_text_is(q->type, "service:directory-agent") && q->function == PC_SLP_SRVRQST)
		return 0;
	if (a->multicast && (!found || a->reply.error != PC_SLP_OK))
		return 0;
	return write_reply(a, out);
}

/* Read for answering: nothing, or a request with what was wrong with it. */
static bool
read_request(const uint8_t *data, size_t len, struct ask *a, struct pc_slp *ret)
{
	a->err = pc_slp_read(data, len, ret);
	if (ret->version == 0 || a->err == PC_E_UNSUPPORTED)
		return false;
	if (ret->version == 1 && ret->function == PC_SLP_SRVRQST)
		split_predicate(ret);
	a->request = ret;
	return true;
}

static void
answer_udp(struct slp *s, struct pc_device *dev, const struct sockaddr_in *peer,
	const uint8_t *data, size_t len, bool multicast)
{
	struct ask a = {.dev = dev, .multicast = multicast, .room = PC_SLP_UDP_MAX};
	struct pc_slp q;
	uint8_t out[PC_SLP_UDP_MAX];
	if (!read_request(data, len, &a, &q))
		return;
	size_t n = answer(&a, out);
	if (n > 0)
		pc_names_send(&s->service, s->udp, dev, peer, out, n);
}

static void
on_turn(void *arg, struct pc_device *dev, const struct sockaddr_in *peer, const uint8_t *request,
	size_t len)
{
	struct in_addr group;
	memcpy(&group.s_addr, request, GROUP_BYTES);
	if (!is_open(dev) ||
		(ntohl(group.s_addr) == PC_SLP_HPNP_GROUP && !pc_device_profile(dev)->slp.hpnp))
		return;
	pc_names_heard(dev, PC_IN_BROADCAST, peer, len - GROUP_BYTES);
	answer_udp(arg, dev, peer, request + GROUP_BYTES, len - GROUP_BYTES, true);
}

static void
on_multicast(struct slp *s, const struct sockaddr_in *peer, struct in_addr group,
	const uint8_t *data, size_t len, const struct pc_slp *m)
{
	uint8_t kept[PC_SPREAD_REQUEST_MAX];
	if (len > sizeof(kept) - GROUP_BYTES) {
		s->service.counters.refused++;
		return;
	}
	memcpy(kept, &group.s_addr, GROUP_BYTES);
	memcpy(kept + GROUP_BYTES, data, len);
	uint64_t key = UINT64_C(1) << 32 | (uint64_t)m->version << 24 |
		       (uint64_t)m->function << 16 | m->xid;
	if (pc_spread_ask(&s->spread, peer, kept, GROUP_BYTES + len, key) != PC_OK)
		s->service.counters.refused++;
}

static bool
is_reply(uint8_t function)
{
	return function == PC_SLP_SRVRPLY || function == PC_SLP_SRVACK ||
	       function == PC_SLP_ATTRRPLY || function == PC_SLP_SRVTYPERPLY;
}

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct slp *s = arg;
	struct pc_slp m;
	bool multicast = pc_udp_is_broadcast(udp);
	struct pc_device *dev = multicast ? NULL : pc_service_find(&s->service, local->sin_addr);
	s->service.counters.in++;
	if (!multicast && (dev == NULL || !is_open(dev)))
		return;
	if (dev != NULL)
		pc_names_heard(dev, PC_IN, peer, len);
	int err = pc_slp_read(data, len, &m);
	if (err != PC_OK || is_reply(m.function))
		pc_names_malformed(&s->service, dev, peer,
			err == PC_OK ? "a reply, not a request" : pc_err_text(err), len);
	if (!multicast)
		answer_udp(s, dev, peer, data, len, false);
	else if (err == PC_OK && !is_reply(m.function))
		on_multicast(s, peer, local->sin_addr, data, len, &m);
}

/* TCP: for answers that are too long for a datagram. */

static bool
on_open(void *arg, struct pc_tcp *conn)
{
	struct slp *s = arg;
	const struct pc_device *dev = pc_service_find(&s->service, pc_tcp_local(conn).sin_addr);
	if (dev == NULL || !is_open(dev) || !pc_device_profile(dev)->ports.slp_tcp) {
		s->service.counters.refused++;
		return false;
	}
	s->service.counters.connections++;
	pc_tcp_set_idle(conn, TCP_IDLE_MS);
	return true;
}

static bool
answer_tcp(struct slp *s, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct sockaddr_in peer = pc_tcp_peer(conn);
	struct pc_device *dev = pc_service_find(&s->service, pc_tcp_local(conn).sin_addr);
	struct ask a = {.dev = dev, .room = PC_SLP_MAX};
	struct pc_slp q;
	s->service.counters.in++;
	if (dev == NULL || !is_open(dev))
		return false;
	bool readable = read_request(data, len, &a, &q);
	if (a.err != PC_OK)
		pc_names_malformed(&s->service, dev, &peer, pc_err_text(a.err), len);
	if (!readable)
		return false;
	uint8_t *out = malloc(a.room);
	size_t n = out == NULL ? 0 : answer(&a, out);
	bool ok = n > 0 && pc_tcp_write(conn, out, n) == PC_OK;
	s->service.counters.out += ok;
	free(out);
	return ok && a.err == PC_OK;
}

static size_t
on_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	size_t at = 0, n = 0;
	while (at < len) {
		int err = pc_slp_length(data + at, len - at, &n);
		if (err == PC_E_TRUNCATED || (err == PC_OK && n <= TCP_REQUEST_MAX && len - at < n))
			break;
		if (err != PC_OK || n > TCP_REQUEST_MAX || !answer_tcp(arg, conn, data + at, n)) {
			pc_tcp_close(conn);
			return len;
		}
		at += n;
	}
	return at;
}

static const struct pc_tcp_handler handler = {.open = on_open, .data = on_data};

static void
stop(struct pc_service *service)
{
	struct slp *s = (struct slp *)service;
	pc_spread_done(&s->spread);
	pc_tcp_listener_close(s->listener);
	pc_udp_close(s->udp);
	free(s);
}

/* HP's group only where somebody would answer there. */
static bool
any_hpnp(const struct pc_service_env *env)
{
	struct pc_device *dev = NULL;
	for (size_t i = 0; (dev = env->each(env->arg, i)) != NULL; i++) {
		if (pc_device_profile(dev)->slp.hpnp)
			return true;
	}
	return false;
}

int
pc_slp_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag)
{
	struct slp *s = calloc(1, sizeof(*s));
	struct pc_udp_options options = {.broadcast = true, .tap = env->tap};
	if (s == NULL)
		return -ENOMEM;
	s->service.env = *env;
	s->service.stop = stop;
	pc_spread_init(&s->spread, &s->service.env, SPREAD_MS, PC_SLP_PORT, on_turn, s);
	int err = pc_service_port(env, PC_SLP_PORT, &options.bind, diag);
	if (err == PC_OK)
		err = pc_udp_open(env->loop, &options, on_datagram, s, &s->udp, diag);
	if (err == PC_OK)
		err = pc_names_join(env, s->udp, PC_SLP_GROUP, diag);
	if (err == PC_OK)
		err = pc_names_join(env, s->udp, PC_SLP_V1_GROUP, diag);
	if (err == PC_OK && any_hpnp(env))
		err = pc_names_join(env, s->udp, PC_SLP_HPNP_GROUP, diag);
	if (err == PC_OK)
		err = pc_service_listen(&s->service, PC_SLP_PORT, &handler, s, &s->listener, diag);
	if (err != PC_OK) {
		stop(&s->service);
		return err;
	}
	*ret = &s->service;
	return PC_OK;
}
