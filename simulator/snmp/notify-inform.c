/* Informs: kept until they are answered, sent again when they are not. Spec: RFC 3413 s3.3 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/notify-internal.h"

static struct pc_snmp_inform **
bucket_of(const struct pc_snmp_notifier *n, struct in_addr local)
{
	return &n->buckets[ntohl(local.s_addr) % PC_SNMP_INFORM_BUCKETS];
}

static bool
is_of(const struct pc_snmp_inform *i, struct in_addr local)
{
	return i->errand.local.s_addr == local.s_addr;
}

/* Take out of its bucket and free. */
static void
drop(struct pc_snmp_notifier *n, struct pc_snmp_inform *gone)
{
	struct pc_snmp_inform **at = bucket_of(n, gone->errand.local);
	while (*at != gone)
		at = &(*at)->next;
	*at = gone->next;
	n->n_informs--;
	pc_timer_stop(&gone->timer);
	free(gone);
}

static size_t
count(const struct pc_snmp_notifier *n, struct in_addr local, bool waiting_too)
{
	size_t found = 0;
	for (const struct pc_snmp_inform *i = *bucket_of(n, local); i != NULL; i = i->next)
		found += is_of(i, local) && (waiting_too || !i->waiting);
	return found;
}

size_t
pc_snmp_notifier_held(const struct pc_snmp_notifier *n, const struct pc_device *dev)
{
	return n->buckets == NULL ? 0 : count(n, pc_device_state(dev)->address, true);
}

static struct pc_snmp_inform *
oldest_waiting(const struct pc_snmp_notifier *n, struct in_addr local)
{
	struct pc_snmp_inform *i = *bucket_of(n, local);
	while (i != NULL && (!is_of(i, local) || !i->waiting))
		i = i->next;
	return i;
}

enum { STEPS = 3 }; /* who are you, what time is it, the inform */

static void on_timeout(void *arg);

static void
send_now(struct pc_snmp_inform *i)
{
	struct pc_snmp_notifier *n = i->notifier;
	i->steps = STEPS;
	if (i->errand.version == PC_SNMP_V3)
		pc_snmp_notify_v3_send(i);
	else
		pc_snmp_notifier_put(n, &i->errand, i->data, i->len);
	pc_timer_start(&i->timer, n->options.loop, (uint64_t)i->timeout_cs * 10, on_timeout, i);
}

static void
send_first(struct pc_snmp_inform *i)
{
	i->waiting = false;
	i->notifier->counters.informs++;
	pc_snmp_notifier_tell(i->notifier, &i->errand, "notificationSent");
	send_now(i);
}

/* Room under way for those that wait. */
static void
go_on(struct pc_snmp_notifier *n, struct in_addr local)
{
	struct pc_snmp_inform *i = oldest_waiting(n, local);
	if (i != NULL && count(n, local, false) < PC_SNMP_INFORMS_SENT_MAX)
		send_first(i);
}

static void
finish(struct pc_snmp_inform *i, const char *event)
{
	struct pc_snmp_notifier *n = i->notifier;
	struct in_addr local = i->errand.local;
	pc_snmp_notifier_tell(n, &i->errand, event);
	drop(n, i);
	go_on(n, local);
}

static bool
repeats(const struct pc_snmp_inform *i)
{
	struct pc_snmp_target target;
	return i->retries > 0 && pc_snmp_notifier_find(i->notifier, i->errand.local, &target) &&
	       !pc_fault_is_set(pc_device_faults(target.dev), PC_SNMP_FAULT_INFORM_NOT_REPEATED);
}

/* Spec: RFC 3413 s3.3 (6), snmpTargetAddrTimeout, snmpTargetAddrRetryCount */
static void
on_timeout(void *arg)
{
	struct pc_snmp_inform *i = arg;
	if (!repeats(i)) {
		i->notifier->counters.given_up++;
		finish(i, "notificationGivenUp");
		return;
	}
	i->retries--;
	i->notifier->counters.repeats++;
	pc_snmp_notifier_tell(i->notifier, &i->errand, "notificationRepeated");
	send_now(i);
}

/* Room for one more inform of a printer. Its oldest that waits makes way; others' never do. */
static bool
make_room(struct pc_snmp_notifier *n, struct in_addr local, bool expendable)
{
	if (n->buckets == NULL)
		n->buckets = calloc(PC_SNMP_INFORM_BUCKETS, sizeof(*n->buckets));
	if (n->buckets == NULL)
		return false;
	if (n->n_informs < PC_SNMP_INFORMS_MAX && count(n, local, true) < PC_SNMP_INFORMS_HELD_MAX)
		return true;
	struct pc_snmp_inform *oldest = oldest_waiting(n, local);
	if (expendable || oldest == NULL)
		return false;
	n->counters.dropped++;
	pc_snmp_notifier_tell(n, &oldest->errand, "notificationDropped");
	drop(n, oldest);
	return true;
}

static void
append(struct pc_snmp_notifier *n, struct pc_snmp_inform *i)
{
	struct pc_snmp_inform **at = bucket_of(n, i->errand.local);
	while (*at != NULL)
		at = &(*at)->next;
	*at = i;
	n->n_informs++;
}

void
pc_snmp_inform_add(struct pc_snmp_notifier *n, const struct pc_snmp_errand *errand,
	const struct pc_snmp_receiver *receiver, int32_t request_id, bool expendable,
	const uint8_t *data, size_t len)
{
	struct pc_snmp_inform *i = NULL;
	if (make_room(n, errand->local, expendable))
		i = calloc(1, sizeof(*i) + len);
	if (i == NULL) {
		n->counters.dropped++;
		pc_snmp_notifier_tell(n, errand, "notificationDropped");
		return;
	}
	i->notifier = n;
	i->errand = *errand;
	i->request_id = request_id;
	i->timeout_cs = receiver->timeout_cs;
	i->retries = receiver->retries;
	i->waiting = true;
	i->len = len;
	memcpy(i->data, data, len);
	append(n, i);
	go_on(n, errand->local);
}

/* ---- answers ---- */

struct pc_snmp_inform *
pc_snmp_inform_find(const struct pc_snmp_notifier *n, struct in_addr local,
	const struct sockaddr_in *peer, bool v3, int32_t id)
{
	struct pc_snmp_inform *i = n->buckets == NULL ? NULL : *bucket_of(n, local);
	while (i != NULL &&
		(!is_of(i, local) || i->waiting || v3 != (i->errand.version == PC_SNMP_V3) ||
			(v3 ? i->message_id : i->request_id) != id ||
			i->errand.peer.sin_addr.s_addr != peer->sin_addr.s_addr ||
			i->errand.peer.sin_port != peer->sin_port))
		i = i->next;
	return i;
}

static bool
is_community(const struct pc_snmp_inform *i, const struct pc_snmp_message *m)
{
	return strlen(i->errand.name) == m->community_len &&
	       memcmp(i->errand.name, m->community, m->community_len) == 0;
}

void
pc_snmp_inform_done(struct pc_snmp_inform *i)
{
	i->notifier->counters.acknowledged++;
	finish(i, "notificationAcknowledged");
}

/* SNMPv2c. Any Response is one, also one with an error-status: the receiver has seen the inform.
 * Spec: RFC 3413 s3.3 (5), RFC 3416 s4.2.7 */
static bool
answer_v2c(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity, struct in_addr local,
	const struct sockaddr_in *peer, const struct pc_snmp_message *m)
{
	struct pc_snmp_inform *i = m->pdu == PC_SNMP_RESPONSE ? pc_snmp_inform_find(n, local, peer,
									false, m->request_id)
							      : NULL;
	if (i == NULL || i->errand.version != m->version || !is_community(i, m))
		return false;
	pc_snmp_count(entity, PC_SNMP_IN_GET_RESPONSES);
	pc_snmp_inform_done(i);
	return true;
}

void
pc_snmp_inform_answer(struct pc_snmp_notifier *n, const struct pc_snmp_target *target,
	const struct sockaddr_in *peer, const uint8_t *data, size_t len)
{
	struct pc_snmp_message m;
	struct pc_snmp_entity *entity = pc_snmp_entity_of(target->dev);
	bool answered = false;
	if (entity == NULL)
		return;
	pc_snmp_count(entity, PC_SNMP_IN_PKTS);
	int err = pc_snmp_decode(data, len, n->answer, PC_SNMP_NOTE_VARBINDS_MAX, &m, NULL);
	if (pc_fault_is_set(pc_device_faults(target->dev), PC_SNMP_FAULT_INFORM_ACK_IGNORED))
		err = PC_E_LIMIT;
	if (err == PC_OK)
		answered = answer_v2c(n, entity, pc_device_state(target->dev)->address, peer, &m);
	else if (err == PC_E_UNSUPPORTED && m.version == PC_SNMP_V3)
		answered = pc_snmp_notify_v3_answer(n, entity, peer, data, len);
	else if (err == PC_E_BADVALUE || err == PC_E_TRUNCATED)
		pc_snmp_count(entity, PC_SNMP_IN_ASN_PARSE_ERRS);
	n->counters.ignored += !answered;
}

/* ---- forgetting ---- */

void
pc_snmp_inform_forget(struct pc_snmp_notifier *n, struct in_addr local)
{
	struct pc_snmp_inform *next = NULL;
	pc_snmp_notify_v3_forget(n, local);
	for (struct pc_snmp_inform *i = n->buckets == NULL ? NULL : *bucket_of(n, local); i != NULL;
		i = next) {
		next = i->next;
		if (is_of(i, local))
			drop(n, i);
	}
}

void
pc_snmp_inform_forget_all(struct pc_snmp_notifier *n)
{
	for (size_t b = 0; n->buckets != NULL && b < PC_SNMP_INFORM_BUCKETS; b++)
		while (n->buckets[b] != NULL)
			drop(n, n->buckets[b]);
}
