#include "snmp/receivers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

enum { TRAP_PORT = 162, ADDRESS_TEXT_MAX = 64, STEP = 4 };

struct pc_snmp_receivers {
	struct pc_snmp_receiver *held; /* owned */
	size_t n, cap;
};

static void
free_receivers(struct pc_snmp_receivers *r)
{
	free(r->held);
	free(r);
}

const struct pc_snmp_receiver *
pc_snmp_receivers_of(const struct pc_device *dev, size_t *ret_n)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);

	*ret_n = e == NULL || e->receivers == NULL ? 0 : e->receivers->n;
	return *ret_n == 0 ? NULL : e->receivers->held;
}

struct pc_snmp_receiver *
pc_snmp_receiver_get(struct pc_snmp_entity *entity, enum pc_snmp_receiver_owner owner, uint32_t row)
{
	struct pc_snmp_receivers *r = entity->receivers;

	for (size_t i = 0; r != NULL && i < r->n; i++)
		if (r->held[i].owner == owner && r->held[i].row == row)
			return &r->held[i];
	return NULL;
}

const struct pc_snmp_receiver *
pc_snmp_receiver_find(const struct pc_device *dev, enum pc_snmp_receiver_owner owner, uint32_t row)
{
	struct pc_snmp_entity *e = pc_snmp_entity_of(dev);

	return e == NULL ? NULL : pc_snmp_receiver_get(e, owner, row);
}

static int
make_room(struct pc_snmp_entity *entity)
{
	struct pc_snmp_receivers *r = entity->receivers;

	if (r == NULL) {
		r = calloc(1, sizeof *r);
		if (r == NULL)
			return -ENOMEM;
		entity->receivers = r;
		entity->free_receivers = free_receivers;
	}
	if (r->n == PC_SNMP_RECEIVERS_HELD_MAX)
		return PC_E_LIMIT;
	if (r->n < r->cap)
		return PC_OK;
	void *bigger = reallocarray(r->held, r->cap + STEP, sizeof *r->held);
	if (bigger == NULL)
		return -ENOMEM;
	r->held = bigger;
	r->cap += STEP;
	return PC_OK;
}

int
pc_snmp_receiver_add(struct pc_snmp_entity *entity, enum pc_snmp_receiver_owner owner, uint32_t row,
	struct pc_snmp_receiver **ret)
{
	int r;

	if (pc_snmp_receiver_get(entity, owner, row) != NULL)
		return PC_E_EXISTS;
	r = make_room(entity);
	if (r != PC_OK)
		return r;
	*ret = &entity->receivers->held[entity->receivers->n++];
	**ret = (struct pc_snmp_receiver){.owner = (uint8_t)owner,
		.row = row,
		.port = TRAP_PORT,
		.retries = PC_SNMP_INFORM_RETRIES,
		.timeout_cs = PC_SNMP_INFORM_TIMEOUT_CS};
	return PC_OK;
}

void
pc_snmp_receiver_remove(
	struct pc_snmp_entity *entity, enum pc_snmp_receiver_owner owner, uint32_t row)
{
	struct pc_snmp_receivers *r = entity->receivers;
	struct pc_snmp_receiver *gone = pc_snmp_receiver_get(entity, owner, row);
	size_t at;

	if (gone == NULL)
		return;
	at = (size_t)(gone - r->held);
	r->n--;
	memmove(gone, gone + 1, (r->n - at) * sizeof *gone);
}

static int
address_of(const struct pc_device *dev, const struct pc_profile_snmp_receiver *p,
	char text[ADDRESS_TEXT_MAX], struct in_addr *ret)
{
	int r = pc_device_expand(dev, p->address, text, ADDRESS_TEXT_MAX);

	return r == PC_OK && inet_pton(AF_INET, text, ret) != 1 ? PC_E_BADVALUE : r;
}

static int
fill_one(struct pc_snmp_entity *entity, size_t at)
{
	const struct pc_profile_snmp_receiver *p =
		&pc_device_profile(entity->dev)->snmp_receivers[at];
	char text[ADDRESS_TEXT_MAX];
	struct pc_snmp_receiver *to = NULL;
	struct in_addr address;
	int r = address_of(entity->dev, p, text, &address);

	if (r == PC_OK)
		r = pc_snmp_receiver_add(entity, PC_SNMP_RECEIVER_PROFILE, (uint32_t)at + 1, &to);
	if (r != PC_OK)
		return r;
	to->address = address;
	to->port = (uint16_t)p->port;
	to->version = (uint8_t)p->version;
	to->inform = p->inform && p->version != 0; /* SNMPv1 has none */
	to->active = true;
	pc_text_copy(to->name, sizeof to->name, p->name);
	return PC_OK;
}

int
pc_snmp_receivers_fill(struct pc_snmp_entity *entity)
{
	int r = PC_OK;

	if (entity->receivers != NULL)
		entity->receivers->n = 0;
	for (size_t i = 0; i < pc_device_profile(entity->dev)->n_snmp_receivers && r == PC_OK; i++)
		r = fill_one(entity, i);
	return r;
}

int
pc_snmp_receivers_check(const struct pc_device *dev, struct pc_diag *diag)
{
	const struct pc_profile *p = pc_device_profile(dev);

	for (size_t i = 0; i < p->n_snmp_receivers; i++) {
		char text[ADDRESS_TEXT_MAX];
		struct in_addr address;
		int r = address_of(dev, &p->snmp_receivers[i], text, &address);

		if (r != PC_OK)
			return pc_diag_fail(diag, r,
				"profile '%s': snmp_receivers[%zu].address '%s': an IPv4 address is "
				"expected",
				p->id, i, p->snmp_receivers[i].address);
	}
	return PC_OK;
}
