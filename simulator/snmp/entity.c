#include "snmp/entity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/aligned.h"
#include "base/err.h"
#include "codec/ber.h"
#include "codec/snmp.h"
#include "snmp/kept.h"
#include "snmp/receivers.h"

enum {
	TIME_BITS = 31,
	ENTERPRISES = 6,
	ENGINE_TEXT_MAX = PC_SNMP_ENGINE_ID_MAX - 5,
	DATAGRAM_MAX = 65507
};

static const uint32_t enterprises[] = {1, 3, 6, 1, 4, 1};

/* The maker's enterprise number, from sysObjectID; 0 for another arc. */
static uint32_t
enterprise(const struct pc_profile *p)
{
	uint32_t arcs[PC_OID_MAX];
	size_t n = 0;
	if (p->sys_object_id == NULL ||
		pc_arcs_parse(p->sys_object_id, arcs, PC_OID_MAX, &n) != PC_OK ||
		n <= ENTERPRISES || memcmp(arcs, enterprises, sizeof(enterprises)) != 0)
		return 0;
	return arcs[ENTERPRISES];
}

static size_t
fill_format(const struct pc_device *dev, uint8_t format, uint8_t out[ENGINE_TEXT_MAX])
{
	const struct pc_device_state *s = pc_device_state(dev);
	size_t n = strnlen(s->serial, ENGINE_TEXT_MAX);
	switch (format) {
	case PC_SNMP_ENGINE_IPV4:
		memcpy(out, &s->address, 4);
		return 4;
	case PC_SNMP_ENGINE_TEXT:
		memcpy(out, s->serial, n);
		return n;
	case PC_SNMP_ENGINE_OCTETS:
		memcpy(out, s->uuid, sizeof(s->uuid));
		return sizeof(s->uuid);
	default:
		memcpy(out, s->mac, sizeof(s->mac));
		return sizeof(s->mac);
	}
}

/* Spec: RFC 3411 SnmpEngineID */
static void
fill_engine_id(struct pc_snmp_entity *e)
{
	const struct pc_profile *p = pc_device_profile(e->dev);
	uint32_t number = enterprise(p);
	uint8_t format =
		(uint8_t)(p->snmp.engine_format == 0 ? PC_SNMP_ENGINE_MAC : p->snmp.engine_format);
	e->engine_id[0] = (uint8_t)(0x80 | number >> 24);
	e->engine_id[1] = (uint8_t)(number >> 16);
	e->engine_id[2] = (uint8_t)(number >> 8);
	e->engine_id[3] = (uint8_t)number;
	e->engine_id[4] = format;
	e->n_engine_id = (uint8_t)(5 + fill_format(e->dev, format, e->engine_id + 5));
}

static void
free_entity(void *data)
{
	struct pc_snmp_entity *e = data;
	if (e->users != NULL)
		e->free_users(e->users);
	if (e->receivers != NULL)
		e->free_receivers(e->receivers);
	pc_snmp_kept_free(e->kept);
	for (size_t i = 0; i < PC_SNMP_COMMUNITIES; i++)
		free(e->changed[i]);
	free(e->memory);
}

static void
fill_communities(struct pc_snmp_entity *e)
{
	const struct pc_profile *p = pc_device_profile(e->dev);
	e->communities[PC_SNMP_READ] = p->community_read;
	e->communities[PC_SNMP_WRITE] = p->community_write;
}

/* What managers wrote is lost with a factory reset. */
static void
forget_changes(struct pc_snmp_entity *e)
{
	uint32_t resets = pc_device_state(e->dev)->counters.factory_resets;
	if (e->factory_resets == resets)
		return;
	e->factory_resets = resets;
	pc_snmp_kept_free(e->kept);
	e->kept = NULL;
	for (size_t i = 0; i < PC_SNMP_COMMUNITIES; i++) {
		free(e->changed[i]);
		e->changed[i] = NULL;
	}
	fill_communities(e);
	e->authen_traps = pc_device_profile(e->dev)->snmp.authen_traps;
	(void)pc_snmp_receivers_fill(e);
}

/* After a restart of the device. Spec: RFC 3418, RFC 3414: the agent counts from its own start on
 */
static void
restart(struct pc_snmp_entity *e)
{
	e->boots = pc_device_boots(e->dev);
	memset(e->stats, 0, sizeof(e->stats));
	forget_changes(e);
}

struct pc_snmp_entity *
pc_snmp_entity_get(struct pc_device *dev)
{
	struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	const struct pc_profile *p = pc_device_profile(dev);
	void *memory = NULL;
	if (e != NULL) {
		if (e->boots != pc_device_boots(dev))
			restart(e);
		return e;
	}
	e = pc_aligned_new(PC_SNMP_CACHE_LINE, sizeof(*e), &memory);
	if (e == NULL)
		return NULL;
	e->memory = memory;
	e->dev = dev;
	fill_communities(e);
	e->factory_resets = pc_device_state(dev)->counters.factory_resets;
	e->boots = pc_device_boots(dev);
	e->authen_traps = p->snmp.authen_traps;
	fill_engine_id(e);
	pc_device_attach(dev, e, free_entity);
	(void)pc_snmp_receivers_fill(e); /* pc_snmp_receivers_check() has said what is wrong */
	return e;
}

/* Where requests with this PDU are counted; PC_SNMP_STATS: nowhere. */
static enum pc_snmp_stat
request_stat(uint8_t pdu)
{
	switch (pdu) {
	case PC_SNMP_GET:
		return PC_SNMP_IN_GET_REQUESTS;
	case PC_SNMP_GETNEXT:
		return PC_SNMP_IN_GET_NEXTS;
	case PC_SNMP_SET:
		return PC_SNMP_IN_SET_REQUESTS;
	default:
		return PC_SNMP_STATS;
	}
}

void
pc_snmp_count_request(struct pc_snmp_entity *entity, uint8_t pdu)
{
	enum pc_snmp_stat stat = request_stat(pdu);
	if (stat != PC_SNMP_STATS)
		pc_snmp_count(entity, stat);
}

void
pc_snmp_uncount_request(struct pc_snmp_entity *entity, uint8_t pdu)
{
	enum pc_snmp_stat stat = request_stat(pdu);
	if (stat != PC_SNMP_STATS)
		entity->stats[stat]--;
}

void
pc_snmp_count_answer(
	struct pc_snmp_entity *entity, uint8_t request_pdu, int64_t status, size_t variables)
{
	/* By error-status. The SNMPv1 agent's readOnly is counted nowhere. */
	static const enum pc_snmp_stat errors[] = {[1] = PC_SNMP_OUT_TOO_BIGS,
		PC_SNMP_OUT_NO_SUCH_NAMES,
		PC_SNMP_OUT_BAD_VALUES,
		PC_SNMP_STATS,
		PC_SNMP_OUT_GEN_ERRS};
	pc_snmp_count(entity, PC_SNMP_OUT_GET_RESPONSES);
	if (status > 0 && (size_t)status < sizeof(errors) / sizeof(errors[0]) &&
		errors[status] != PC_SNMP_STATS)
		pc_snmp_count(entity, errors[status]);
	if (status != 0)
		return;
	if (request_pdu == PC_SNMP_GET || request_pdu == PC_SNMP_GETNEXT)
		entity->stats[PC_SNMP_IN_TOTAL_REQ_VARS] += (uint32_t)variables;
	else if (request_pdu == PC_SNMP_SET)
		entity->stats[PC_SNMP_IN_TOTAL_SET_VARS] += (uint32_t)variables;
}

/* How many elements a sequence has. */
static size_t
count_elements(struct pc_reader *list)
{
	struct pc_reader content;
	uint8_t tag;
	size_t n = 0;
	while (pc_reader_left(list) > 0 && pc_ber_read(list, &tag, &content) == PC_OK)
		n++;
	return n;
}

void
pc_snmp_count_answer_bytes(
	struct pc_snmp_entity *entity, uint8_t request_pdu, const uint8_t *pdu, size_t len)
{
	struct pc_reader r, body, field;
	int64_t status = 0;
	size_t variables = 0;
	pc_reader_init(&r, pdu, len);
	int err = pc_ber_read_tagged(&r, PC_SNMP_RESPONSE, &body);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&body, PC_BER_INTEGER, &field); /* request-id */
	if (err == PC_OK)
		err = pc_ber_read_tagged(&body, PC_BER_INTEGER, &field);
	if (err == PC_OK)
		err = pc_ber_integer(field.data, field.len, &status);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&body, PC_BER_INTEGER, &field); /* error-index */
	if (err == PC_OK)
		err = pc_ber_read_tagged(&body, PC_BER_SEQUENCE, &field);
	if (err != PC_OK)
		return;
	if (status == 0 && request_pdu != PC_SNMP_GETBULK)
		variables = count_elements(&field);
	pc_snmp_count_answer(entity, request_pdu, status, variables);
}

/* Seconds since the last restart. */
static uint64_t
uptime(const struct pc_snmp_entity *entity)
{
	uint64_t now = pc_clock_ms(pc_device_clock(entity->dev));
	return (now - pc_device_state(entity->dev)->boot_ms) / 1000;
}

uint32_t
pc_snmp_entity_boots(const struct pc_snmp_entity *entity)
{
	uint64_t boots = UINT64_C(1) + pc_device_state(entity->dev)->counters.reboots +
			 (uptime(entity) >> TIME_BITS);
	return boots < INT32_MAX ? (uint32_t)boots : INT32_MAX;
}

uint32_t
pc_snmp_entity_time(const struct pc_snmp_entity *entity)
{
	return (uint32_t)uptime(entity) & INT32_MAX;
}

int32_t
pc_snmp_entity_max_message(const struct pc_snmp_entity *entity)
{
	int32_t model = pc_device_profile(entity->dev)->snmp.max_message;
	return model == 0 ? DATAGRAM_MAX : model;
}

int
pc_snmp_entity_set_community(
	struct pc_snmp_entity *entity, enum pc_snmp_community which, const char *text)
{
	char *copy = NULL;
	if (strlen(text) > PC_SNMP_COMMUNITY_TEXT_MAX)
		return PC_E_LIMIT;
	if (text[0] != '\0' && (copy = strdup(text)) == NULL)
		return -ENOMEM;
	free(entity->changed[which]);
	entity->changed[which] = copy;
	entity->communities[which] = copy;
	return PC_OK;
}
