#include "snmp/notify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "snmp/notify-internal.h"

enum { JOURNAL_MAX = 512 };

static const uint32_t authentication_failure[] = {1, 3, 6, 1, 6, 3, 1, 1, 5, 5};

/* ---- the wire ---- */

bool
pc_snmp_notifier_find(struct pc_snmp_notifier *n, struct in_addr local, struct pc_snmp_target *ret)
{
	return n->options.find(n->options.arg, local, ret) && pc_device_answers(ret->dev);
}

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct pc_snmp_notifier *n = arg;
	struct pc_snmp_target target;
	if (pc_udp_is_broadcast(udp) || !pc_snmp_notifier_find(n, local->sin_addr, &target)) {
		n->counters.ignored++;
	} else {
		pc_device_datagram(target.dev, PC_IN, peer->sin_addr, len);
		pc_snmp_inform_answer(n, &target, peer, data, len);
	}
}

static bool
open_socket(struct pc_snmp_notifier *n)
{
	struct pc_udp_options options = {.bind = {.sin_family = AF_INET}, .tap = n->options.tap};
	return n->udp != NULL ||
	       pc_udp_open(n->options.loop, &options, on_datagram, n, &n->udp, NULL) == PC_OK;
}

void
pc_snmp_notifier_put(struct pc_snmp_notifier *n, const struct pc_snmp_errand *errand,
	const uint8_t *data, size_t len)
{
	struct pc_snmp_target target;
	struct in_addr from = errand->local;
	if (!pc_snmp_notifier_find(n, errand->local, &target))
		return;
	pc_fault_set faults = pc_device_faults(target.dev);
	struct pc_snmp_entity *entity = pc_snmp_entity_of(target.dev);
	if (entity != NULL)
		pc_snmp_count(entity, PC_SNMP_OUT_PKTS);
	pc_device_datagram(target.dev, PC_OUT, errand->peer.sin_addr, len);
	if (pc_fault_is_set(faults, PC_SNMP_FAULT_NOTIFICATION_LOST))
		return;
	if (pc_fault_is_set(faults, PC_SNMP_FAULT_NOTIFICATION_OTHER_ADDRESS))
		from.s_addr = INADDR_ANY;
	(void)pc_udp_send(n->udp, &errand->peer, from, data, len);
}

void
pc_snmp_notifier_tell(
	struct pc_snmp_notifier *n, const struct pc_snmp_errand *errand, const char *event)
{
	char peer[PC_TEXT_ADDR_MAX];
	char line[JOURNAL_MAX];
	struct pc_snmp_target target;
	if (n->options.journal == NULL || !n->options.find(n->options.arg, errand->local, &target))
		return;
	(void)snprintf(line, sizeof(line),
		"{\"service\":\"snmp\",\"event\":\"%s\",\"notification\":\"%s\",\"peer\":\"%s\","
		"\"version\":\"%s\",\"inform\":%s}",
		event, errand->what, pc_text_from_sockaddr(&errand->peer, peer),
		errand->version == PC_SNMP_V1   ? "v1"
		: errand->version == PC_SNMP_V3 ? "v3"
						: "v2c",
		errand->inform ? "true" : "false");
	n->options.journal(n->options.arg, target.dev, line);
}

int32_t
pc_snmp_notifier_next_id(struct pc_snmp_notifier *n)
{
	n->last_id = n->last_id == INT32_MAX ? 1 : n->last_id + 1;
	return n->last_id;
}

/* ---- one message for one receiver ---- */

static void
drop(struct pc_snmp_notifier *n, const struct pc_snmp_errand *errand)
{
	n->counters.dropped++;
	pc_snmp_notifier_tell(n, errand, "notificationDropped");
}

static int
encode_v3(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct pc_snmp_errand *errand, int32_t id, size_t *ret_len)
{
	const struct pc_snmp_context context = {
		entity->engine_id, entity->n_engine_id, (const uint8_t *)"", 0};
	int err = pc_snmp_notify_v3_check(n, entity, errand);
	return err == PC_OK ? pc_snmp_note_scoped(&n->note, &context, errand->inform, id,
				      n->message, sizeof(n->message), ret_len)
			    : err;
}

/* The whole message, of SNMPv3 the scoped PDU. */
static int
encode(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct pc_snmp_errand *errand, int32_t id, size_t *ret_len)
{
	size_t max = sizeof(n->message);
	switch (errand->version) {
	case PC_SNMP_V1:
		return pc_snmp_note_v1(&n->note, errand->name, n->message, max, ret_len);
	case PC_SNMP_V2C:
		return pc_snmp_note_v2c(
			&n->note, errand->name, errand->inform, id, n->message, max, ret_len);
	case PC_SNMP_V3:
		return encode_v3(n, entity, errand, id, ret_len);
	default:
		return PC_E_UNSUPPORTED;
	}
}

static int
send_trap(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct pc_snmp_errand *errand, size_t len)
{
	int err = PC_OK;
	if (errand->version == PC_SNMP_V3)
		err = pc_snmp_notify_v3_trap(n, entity, errand, n->message, len);
	else
		pc_snmp_notifier_put(n, errand, n->message, len);
	if (err != PC_OK)
		return err;
	n->counters.traps++;
	pc_snmp_count(entity, PC_SNMP_OUT_TRAPS);
	pc_snmp_notifier_tell(n, errand, "notificationSent");
	return PC_OK;
}

static void
name_news(const struct pc_snmp_news *news, char out[PC_SNMP_NEWS_NAME_MAX])
{
	size_t at = 0;
	if (news->name != NULL) {
		pc_text_copy(out, PC_SNMP_NEWS_NAME_MAX, news->name);
		return;
	}
	for (size_t i = 0; i < news->n_oid && at < PC_SNMP_NEWS_NAME_MAX; i++)
		at += (size_t)snprintf(
			out + at, PC_SNMP_NEWS_NAME_MAX - at, i == 0 ? "%u" : ".%u", news->oid[i]);
}

static void
post(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity, const struct pc_snmp_receiver *to,
	const struct pc_snmp_news *news, bool ready)
{
	struct pc_snmp_errand errand = {.local = pc_device_state(entity->dev)->address,
		.peer = {.sin_family = AF_INET,
			.sin_port = htons(to->port),
			.sin_addr = to->address},
		.version = to->version,
		.level = to->level,
		.inform = to->inform && to->version != PC_SNMP_V1};
	int32_t id = pc_snmp_notifier_next_id(n);
	size_t len = 0;
	pc_text_copy(errand.name, sizeof(errand.name), to->name);
	name_news(news, errand.what);
	if (!ready || !open_socket(n) || encode(n, entity, &errand, id, &len) != PC_OK ||
		(to->max_message > 0 && len > (size_t)to->max_message))
		drop(n, &errand);
	else if (errand.inform)
		pc_snmp_inform_add(
			n, &errand, to, id, news->oid == authentication_failure, n->message, len);
	else if (send_trap(n, entity, &errand, len) != PC_OK)
		drop(n, &errand);
}

static bool
wants(const struct pc_device *dev, const struct pc_snmp_receiver *to,
	const struct pc_snmp_news *news)
{
	return to->active && to->address.s_addr != INADDR_ANY && to->port != 0 &&
	       (to->wants == NULL || to->wants(dev, to, news));
}

void
pc_snmp_notify(struct pc_device *dev, const struct pc_snmp_news *news)
{
	struct pc_snmp_entity *entity = pc_snmp_entity_of(dev);
	size_t n_receivers = 0;
	const struct pc_snmp_receiver *to = pc_snmp_receivers_of(dev, &n_receivers);
	if (entity == NULL || entity->notifier == NULL || !pc_device_answers(dev))
		return;
	if (entity->listener != NULL)
		entity->listener(entity->listener_arg, dev, news);
	if (n_receivers == 0)
		return;
	/* The list stays as it is: nothing that is called from here changes it. */
	bool ready = pc_snmp_note_fill(&entity->notifier->note, dev, news) == PC_OK;
	for (size_t i = 0; i < n_receivers; i++)
		if (wants(dev, &to[i], news))
			post(entity->notifier, entity, &to[i], news, ready);
}

void
pc_snmp_notify_authentication_failure(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity)
{
	const struct pc_snmp_news news = {
		.oid = authentication_failure, .n_oid = 10, .name = "authenticationFailure"};
	if (!entity->authen_traps)
		return;
	entity->notifier = n;
	pc_snmp_notify(entity->dev, &news);
}

/* ---- life ---- */

int
pc_snmp_notifier_new(const struct pc_snmp_options *options, struct pc_snmp_usm *usm,
	struct pc_snmp_notifier **ret)
{
	struct pc_snmp_notifier *n = calloc(1, sizeof(*n));
	if (n == NULL)
		return -ENOMEM;
	n->options = *options;
	n->usm = usm;
	*ret = n;
	return PC_OK;
}

static void
detach(struct pc_snmp_notifier *n)
{
	struct pc_snmp_target target;
	for (size_t i = 0; n->options.each != NULL && n->options.each(n->options.arg, i, &target);
		i++) {
		struct pc_snmp_entity *entity = pc_snmp_entity_of(target.dev);
		if (entity != NULL && entity->notifier == n)
			entity->notifier = NULL;
	}
}

void
pc_snmp_notifier_free(struct pc_snmp_notifier *n)
{
	if (n == NULL)
		return;
	detach(n);
	pc_timer_stop(&n->start_timer);
	pc_snmp_inform_forget_all(n);
	pc_snmp_notify_v3_free(n);
	free(n->buckets);
	pc_udp_close(n->udp);
	free(n);
}

struct pc_snmp_notify_counters
pc_snmp_notifier_counters(const struct pc_snmp_notifier *n)
{
	return n->counters;
}
