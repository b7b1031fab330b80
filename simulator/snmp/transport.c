/* Datagrams between the socket and net-snmp's library, in batches: the library parses the
 * datagram that is at hand and its answers join the socket's next sendmmsg(). */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/ber.h"
#include "codec/snmp.h"
#include "snmp/agent.h"
#include "snmp/agentx-lane.h"
#include "snmp/fast.h"
#include "snmp/shorten.h"
#include "snmp/usm-users.h"
#include "snmp/usm.h"

/* ---- the library's side ---- */

struct transport_data {
	struct pc_snmp_engine *engine; /* borrowed */
};

/* Spec: RFC 3418 snmpOutGetResponses and others; of a message of v1 or v2c, v3 is counted where it
 * is sealed */
static void
count_answer(const struct pc_snmp_ride *ride, const uint8_t *data, size_t len)
{
	struct pc_reader r, message, field;
	pc_reader_init(&r, data, len);
	if (pc_ber_read_tagged(&r, PC_BER_SEQUENCE, &message) != PC_OK ||
		pc_ber_read_tagged(&message, PC_BER_INTEGER, &field) != PC_OK ||
		pc_ber_read_tagged(&message, PC_BER_OCTETS, &field) != PC_OK)
		return;
	pc_snmp_count_answer_bytes(
		ride->entity, ride->pdu, message.data + message.at, pc_reader_left(&message));
}

size_t
pc_snmp_largest_answer(const struct pc_snmp_engine *engine, const struct pc_device *dev)
{
	int32_t model = pc_device_profile(dev)->snmp.max_message;
	size_t max =
		engine->options.max_answer == 0 ? PC_SNMP_SEND_MAX : engine->options.max_answer;
	return model > 0 && (size_t)model < max ? (size_t)model : max;
}

void
pc_snmp_transport_sent(struct pc_snmp_engine *engine, struct pc_snmp_entity *entity,
	const struct sockaddr_in *peer, size_t len)
{
	engine->counters.out_packets++;
	pc_snmp_count(entity, PC_SNMP_OUT_PKTS);
	pc_device_datagram(entity->dev, PC_OUT, peer->sin_addr, len);
}

/* Send an answer of `len` octets and count it. */
static int
send_counted(
	struct pc_snmp_engine *e, const struct pc_snmp_ride *ride, const uint8_t *data, size_t len)
{
	struct in_addr from = ride->local;
	if (pc_fault_is_set(ride->faults, PC_SNMP_FAULT_REPLY_OTHER_ADDRESS))
		from.s_addr = INADDR_ANY; /* the system's choice, as on a host with two addresses */
	int err = pc_udp_send(e->udp, &ride->peer, from, data, len);
	if (err != PC_OK)
		return err;
	pc_snmp_transport_sent(e, ride->entity, &ride->peer, len);
	return PC_OK;
}

static int
send_shorter(struct pc_snmp_engine *e, const struct pc_snmp_ride *ride, const uint8_t *answer,
	size_t len, size_t max)
{
	uint8_t *out = malloc(max);
	size_t at = 0;
	const uint8_t *asked = e->data;
	size_t n_asked = e->data == NULL ? 0 : e->len;
	if (asked == NULL) /* an answer that had to wait */
		pc_agentx_asked(ride->entity, ride->serial, &asked, &n_asked);
	int err =
		out == NULL ? -ENOMEM : pc_snmp_shorten(asked, n_asked, answer, len, out, max, &at);
	if (err == PC_OK) {
		count_answer(ride, out + at, max - at);
		err = send_counted(e, ride, out + at, max - at);
	}
	free(out);
	return err;
}

/* An answer that could not be sent. */
static int
drop(struct pc_snmp_engine *e, const struct pc_snmp_ride *ride, int err)
{
	e->counters.silent_drops++;
	pc_snmp_count(ride->entity, PC_SNMP_SILENT_DROPS);
	return err;
}

int
pc_snmp_transport_send(struct pc_snmp_engine *engine, const struct pc_snmp_ride *ride,
	const uint8_t *data, size_t len)
{
	int err = send_counted(engine, ride, data, len);
	return err == PC_OK ? PC_OK : drop(engine, ride, err);
}

static int
on_send(netsnmp_transport *t, const void *buf, int size, void **opaque, int *olength)
{
	struct pc_snmp_engine *e = ((struct transport_data *)t->data)->engine;
	if (opaque == NULL || *opaque == NULL || *olength != (int)sizeof(struct pc_snmp_ride) ||
		size < 0)
		return -1;
	const struct pc_snmp_ride *ride = *opaque;
	size_t len = (size_t)size, max = pc_snmp_largest_answer(e, ride->target.dev);
	int err;
	if (len <= max) {
		count_answer(ride, buf, len);
		err = send_counted(e, ride, buf, len);
	} else {
		err = send_shorter(e, ride, buf, len, max);
	}
	return err == PC_OK ? size : drop(e, ride, -1);
}

static int
on_close(netsnmp_transport *t)
{
	(void)t; /* the socket is the engine's */
	return 0;
}

static char *
format_address(netsnmp_transport *t, const void *data, int len)
{
	(void)t;
	(void)data;
	(void)len;
	return strdup("UDP");
}

struct netsnmp_transport_s *
pc_snmp_transport_new(struct pc_snmp_engine *engine)
{
	netsnmp_transport *t = calloc(1, sizeof(*t));
	struct transport_data *data = calloc(1, sizeof(*data));
	if (t == NULL || data == NULL) {
		free(t);
		free(data);
		return NULL;
	}
	data->engine = engine;
	t->data = data;
	t->data_length = (int)sizeof(*data);
	t->sock = -1; /* the library only sends: pc_snmp_engine_dispatch() hands it what comes */
	t->msgMaxSize = PC_SNMP_SEND_MAX;
	t->f_send = on_send;
	t->f_close = on_close;
	t->f_fmtaddr = format_address;
	t->flags = NETSNMP_TRANSPORT_FLAG_OPENED;
	return t;
}

/* ---- the socket's side ---- */

/* Version and, of v1 and v2c, PDU tag of a message, without looking further.
 * Spec: RFC 1157 s4, RFC 1901 s3 */
static int
peek(const uint8_t *data, size_t len, int64_t *ret_version, uint8_t *ret_pdu)
{
	struct pc_reader r, message, field;
	*ret_pdu = 0;
	pc_reader_init(&r, data, len);
	int err = pc_ber_read_tagged(&r, PC_BER_SEQUENCE, &message);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&message, PC_BER_INTEGER, &field);
	if (err == PC_OK)
		err = pc_ber_integer(field.data, field.len, ret_version);
	if (err != PC_OK || (*ret_version != PC_SNMP_V1 && *ret_version != PC_SNMP_V2C))
		return err;
	err = pc_ber_read_tagged(&message, PC_BER_OCTETS, &field);
	return err == PC_OK ? pc_ber_read(&message, ret_pdu, &field) : err;
}

static void
count(struct pc_snmp_entity *entity, enum pc_snmp_stat stat)
{
	if (entity != NULL)
		pc_snmp_count(entity, stat);
}

void
pc_snmp_transport_broken(struct pc_snmp_engine *engine, struct pc_snmp_entity *entity)
{
	engine->counters.asn_parse_errors++;
	count(entity, PC_SNMP_IN_ASN_PARSE_ERRS);
}

/* A version the model does not speak is to it as unknown as 17. Without an entity: a broadcast. */
static bool
is_spoken(const struct pc_snmp_entity *entity, int64_t version)
{
	if (version != PC_SNMP_V1 && version != PC_SNMP_V2C && version != PC_SNMP_V3)
		return false;
	if (entity == NULL)
		return true;
	if (version != PC_SNMP_V1 &&
		pc_fault_is_set(pc_device_faults(entity->dev), PC_SNMP_FAULT_V1_ONLY))
		return false;
	const struct pc_profile_snmp *p = &pc_device_profile(entity->dev)->snmp;
	return version == PC_SNMP_V1 ? p->v1 : version == PC_SNMP_V2C ? p->v2c : p->v3;
}

/* True when the message may go on to the library; otherwise it is counted.
 * Spec: RFC 3418 snmpInBadVersions, snmpInASNParseErrs */
static bool
is_request(struct pc_snmp_engine *e, struct pc_snmp_entity *entity, const uint8_t *data, size_t len,
	uint8_t *ret_pdu)
{
	int64_t version = 0;
	if (peek(data, len, &version, ret_pdu) != PC_OK) {
		pc_snmp_transport_broken(e, entity);
		return false;
	}
	if (!is_spoken(entity, version)) {
		e->counters.bad_versions++;
		count(entity, PC_SNMP_IN_BAD_VERSIONS);
		return false;
	}
	if (version == PC_SNMP_V3)
		return pc_snmp_usm_is_request(e, entity, data, len, ret_pdu);
	switch (*ret_pdu) {
	case PC_SNMP_GET:
	case PC_SNMP_GETNEXT:
	case PC_SNMP_SET:
		return true;
	case PC_SNMP_GETBULK:
		if (version == PC_SNMP_V2C)
			return true;
		pc_snmp_transport_broken(e, entity); /* v1 has no such PDU */
		return false;
	case PC_SNMP_RESPONSE:
	case PC_SNMP_TRAP_V1:
	case PC_SNMP_INFORM:
	case PC_SNMP_TRAP_V2:
	case PC_SNMP_REPORT:
		e->counters.silent_drops++; /* nothing an agent is asked */
		count(entity, PC_SNMP_UNKNOWN_PDU_HANDLERS);
		return false;
	default:
		pc_snmp_transport_broken(e, entity);
		return false;
	}
}

static void
dispatch(struct pc_snmp_engine *e, const struct sockaddr_in *peer, struct in_addr local,
	const struct pc_snmp_target *target, struct pc_snmp_entity *entity, uint8_t pdu,
	const uint8_t *data, size_t len)
{
	e->ride = (struct pc_snmp_ride){.peer = *peer,
		.local = local,
		.target = *target,
		.entity = entity,
		.serial = ++e->serial,
		.pdu = pdu,
		.faults = pc_device_faults(target->dev)};
	e->data = data;
	e->len = len;
	pc_snmp_engine_dispatch(e);
	e->data = NULL;
}

/* A message for one printer. Off and booting ones are deaf: they do not count it either. */
static void
receive(struct pc_snmp_engine *e, const struct sockaddr_in *peer, struct in_addr local,
	bool broadcast, const struct pc_snmp_target *target, const uint8_t *data, size_t len)
{
	uint8_t pdu = 0;
	struct pc_snmp_entity *entity =
		pc_device_answers(target->dev) ? pc_snmp_entity_get(target->dev) : NULL;
	if (entity == NULL) {
		e->counters.silent_drops++;
		return;
	}
	entity->usm = e->usm;
	pc_snmp_count(entity, PC_SNMP_IN_PKTS);
	pc_device_datagram(target->dev, broadcast ? PC_IN_BROADCAST : PC_IN, peer->sin_addr, len);
	if (e->options.lane != PC_SNMP_LANE_BASE && !pc_agentx_takes(entity) &&
		pc_snmp_fast_answer(e, peer, local, target, entity, data, len))
		return;
	if (is_request(e, entity, data, len, &pdu))
		dispatch(e, peer, local, target, entity, pdu, data, len);
	else if (pc_fault_is_set(pc_device_faults(target->dev), PC_SNMP_FAULT_BROKEN_ANSWERED))
		(void)pc_udp_send(e->udp, peer, local, data, len);
}

/* ---- broadcasts: every device answers from its own address, some in each turn ---- */

/* Returns false when all devices have been asked. */
static bool
broadcast_step(struct pc_snmp_engine *e, struct pc_snmp_broadcast *b)
{
	struct pc_snmp_target target;
	for (int i = 0; i < PC_SNMP_BROADCAST_STEP; i++) {
		if (!e->options.each(e->options.arg, b->at++, &target))
			return false;
		receive(e, &b->peer, pc_device_state(target.dev)->address, true, &target, b->data,
			b->len);
	}
	return true;
}

static void
on_broadcast_timer(void *arg)
{
	struct pc_snmp_engine *e = arg;
	if (e->n_broadcasts > 0 && !broadcast_step(e, &e->broadcasts[0])) {
		e->n_broadcasts--;
		memmove(&e->broadcasts[0], &e->broadcasts[1],
			e->n_broadcasts * sizeof(e->broadcasts[0]));
	}
	if (e->n_broadcasts > 0)
		pc_timer_start(&e->broadcast_timer, e->options.loop, 0, on_broadcast_timer, e);
}

static void
start_broadcast(
	struct pc_snmp_engine *e, const struct sockaddr_in *peer, const uint8_t *data, size_t len)
{
	if (e->options.each == NULL || e->n_broadcasts == PC_SNMP_BROADCASTS_MAX ||
		len > PC_SNMP_BROADCAST_BYTES) {
		e->counters.silent_drops++;
		return;
	}
	struct pc_snmp_broadcast *b = &e->broadcasts[e->n_broadcasts++];
	b->peer = *peer;
	b->at = 0;
	b->len = len;
	memcpy(b->data, data, len);
	if (!pc_timer_running(&e->broadcast_timer))
		pc_timer_start(&e->broadcast_timer, e->options.loop, 0, on_broadcast_timer, e);
}

void
pc_snmp_transport_receive(struct pc_snmp_engine *engine, const struct sockaddr_in *peer,
	struct in_addr local, bool broadcast, const uint8_t *data, size_t len)
{
	struct pc_snmp_target target;
	uint8_t pdu = 0;
	engine->counters.in_packets++;
	if (broadcast) {
		if (!is_request(engine, NULL, data, len, &pdu))
			return;
		if (pdu == PC_SNMP_GET || pdu == PC_SNMP_GETNEXT)
			start_broadcast(engine, peer, data, len);
		else
			engine->counters.silent_drops++;
		return;
	}
	if (engine->options.find(engine->options.arg, local, &target))
		receive(engine, peer, local, false, &target, data, len);
	else
		engine->counters.no_device++;
}

/* Does it look like a message of SNMPv3? Only for what is fetched ahead. */
static bool
looks_v3(const uint8_t *data, size_t len)
{
	size_t at = len < 8 || data[1] < 0x80 ? 2 : data[1] == 0x81 ? 3 : 4;
	return len >= 8 && data[at] == PC_BER_INTEGER && data[at + 1] == 1 &&
	       data[at + 2] == PC_SNMP_V3;
}

/* Devices lie far apart in memory: have those of the whole batch fetched at once. */
static void
on_ahead(void *arg, struct in_addr local, const uint8_t *data, size_t len)
{
	struct pc_snmp_engine *e = arg;
	struct pc_snmp_target target;
	if (e->n_ahead == PC_UDP_BATCH || !e->options.find(e->options.arg, local, &target))
		return;
	pc_device_prefetch(target.dev);
	e->ahead[e->n_ahead].dev = target.dev;
	e->ahead[e->n_ahead++].v3 = looks_v3(data, len);
}

/* The first of a batch has come: the devices can tell where what their agents need lies. */
static void
fetch_entities(struct pc_snmp_engine *e)
{
	const struct pc_snmp_entity *v3[PC_UDP_BATCH];
	size_t n_v3 = 0;
	for (unsigned i = 0; i < e->n_ahead; i++) {
		const struct pc_device *dev = e->ahead[i].dev;
		pc_snmp_entity_prefetch(dev, e->ahead[i].v3);
		if (e->ahead[i].v3 && pc_snmp_entity_of(dev) != NULL)
			v3[n_v3++] = pc_snmp_entity_of(dev);
	}
	if (n_v3 > 0)
		pc_snmp_users_prefetch(v3, n_v3);
	e->n_ahead = 0;
}

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct pc_snmp_engine *e = arg;
	if (e->n_ahead > 0)
		fetch_entities(e);
	pc_snmp_transport_receive(e, peer, local->sin_addr, pc_udp_is_broadcast(udp), data, len);
}

int
pc_snmp_transport_open(struct pc_snmp_engine *engine, struct pc_diag *diag)
{
	struct pc_udp_options options = {.bind = engine->options.bind,
		.broadcast = true,
		.tap = engine->options.tap,
		.ahead = on_ahead};
	engine->broadcasts = calloc(PC_SNMP_BROADCASTS_MAX, sizeof(*engine->broadcasts));
	if (engine->broadcasts == NULL)
		return pc_diag_fail(diag, -ENOMEM, "SNMP: %s", pc_err_text(-ENOMEM));
	int err = pc_udp_open(
		engine->options.loop, &options, on_datagram, engine, &engine->udp, diag);
	if (err != PC_OK)
		pc_diag_prefix(diag, "SNMP");
	return err;
}

void
pc_snmp_transport_close(struct pc_snmp_engine *engine)
{
	pc_timer_stop(&engine->broadcast_timer);
	pc_udp_close(engine->udp);
	free(engine->broadcasts);
}
