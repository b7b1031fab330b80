/* snmp/notify-internal: what the files of the notifier share: sending (notify.c), events
 * (notify-event.c), informs (notify-inform.c), SNMPv3 (notify-v3.c). */
#ifndef PC_SNMP_NOTIFY_INTERNAL_H
#define PC_SNMP_NOTIFY_INTERNAL_H

#include "loop/udp.h"
#include "snmp/notify-message.h"
#include "snmp/notify.h"

enum { PC_SNMP_NEWS_NAME_MAX = 48, PC_SNMP_INFORM_BUCKETS = 4096 };

/* Where a message goes to, and what the journal calls it. */
struct pc_snmp_errand {
	struct in_addr local; /* the printer */
	struct sockaddr_in peer;
	uint8_t version;
	uint8_t level;
	bool inform;
	char name[PC_SNMP_COMMUNITY_TEXT_MAX + 1]; /* community or user */
	char what[PC_SNMP_NEWS_NAME_MAX];          /* "coldStart" */
};

struct pc_snmp_peer;
struct pc_snmp_away_keys;

/* An inform that is kept. */
struct pc_snmp_inform {
	struct pc_snmp_inform *next;       /* in its bucket, younger ones behind older */
	struct pc_snmp_notifier *notifier; /* borrowed */
	struct pc_timer timer;             /* runs once it was sent */
	struct pc_snmp_errand errand;
	int32_t request_id;
	int32_t message_id; /* v3: msgID of the message that was sent last */
	uint32_t timeout_cs;
	uint8_t retries; /* left */
	uint8_t steps;   /* v3: what Reports may still have us send before the time-out */
	bool waiting;    /* not sent yet: too many of the printer's are under way */
	size_t len;
	uint8_t data[]; /* the message; v3: the scoped PDU */
};

struct pc_snmp_notifier {
	struct pc_snmp_options options;
	struct pc_udp *udp; /* owned; NULL until the first notification */
	struct pc_snmp_notify_counters counters;
	int32_t last_id; /* request-id */
	struct pc_timer start_timer;
	size_t start_at;                 /* printer to be looked at next */
	struct pc_snmp_inform **buckets; /* owned; by the printer's address, each oldest first */
	size_t n_informs;
	struct pc_snmp_usm *usm;        /* borrowed; NULL: no SNMPv3 */
	struct pc_snmp_peer **peers;    /* owned; as the buckets */
	size_t n_peers, oldest_peers;   /* bucket that makes room next */
	struct pc_snmp_away_keys *keys; /* owned; NULL until the first SNMPv3 inform */
	struct pc_snmp_note note;       /* the news at hand */
	uint8_t message[PC_SNMP_NOTE_BYTES_MAX];
	struct pc_snmp_varbind answer[PC_SNMP_NOTE_VARBINDS_MAX]; /* of the datagram at hand */
};

/* The printer at an address; false: there is none, or it is off. */
bool pc_snmp_notifier_find(
	struct pc_snmp_notifier *n, struct in_addr local, struct pc_snmp_target *ret);

/* Put a datagram on the wire. The printer's faults may lose it. */
void pc_snmp_notifier_put(struct pc_snmp_notifier *n, const struct pc_snmp_errand *errand,
	const uint8_t *data, size_t len);

/* One line in the journal: "notificationSent" … */
void pc_snmp_notifier_tell(
	struct pc_snmp_notifier *n, const struct pc_snmp_errand *errand, const char *event);

int32_t pc_snmp_notifier_next_id(struct pc_snmp_notifier *n);

/* notify-inform.c. Keep and send an inform, `data` is a whole message, of v3 its scoped PDU.
 * `expendable`: it is dropped rather than an older one when the printer has too many. */
void pc_snmp_inform_add(struct pc_snmp_notifier *n, const struct pc_snmp_errand *errand,
	const struct pc_snmp_receiver *receiver, int32_t request_id, bool expendable,
	const uint8_t *data, size_t len);
/* A datagram for a printer. */
void pc_snmp_inform_answer(struct pc_snmp_notifier *n, const struct pc_snmp_target *target,
	const struct sockaddr_in *peer, const uint8_t *data, size_t len);
/* It has been answered: forget it. */
void pc_snmp_inform_done(struct pc_snmp_inform *inform);
/* The inform of a printer under way to a peer with this number: v3 by message, others by request;
 * NULL: none. */
struct pc_snmp_inform *pc_snmp_inform_find(const struct pc_snmp_notifier *n, struct in_addr local,
	const struct sockaddr_in *peer, bool v3, int32_t id);
/* The printer has gone down and has forgotten them. */
void pc_snmp_inform_forget(struct pc_snmp_notifier *n, struct in_addr local);
void pc_snmp_inform_forget_all(struct pc_snmp_notifier *n);

/* notify-v3.c. Seal and send the scoped PDU of a trap, as the printer's engine. PC_OK;
 * PC_E_NOTFOUND when there is no such user, PC_E_UNSUPPORTED when it has no keys for the level;
 * errors of pc_snmp_v3_seal(). */
int pc_snmp_notify_v3_trap(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct pc_snmp_errand *errand, const uint8_t *scoped, size_t len);
/* Can the printer send an inform in that user's name? As above. */
int pc_snmp_notify_v3_check(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct pc_snmp_errand *errand);
/* Send the inform as far as its receiver is known: the question who it is, or the inform itself. */
void pc_snmp_notify_v3_send(struct pc_snmp_inform *inform);
/* An SNMPv3 datagram for a printer; false: it answers nothing. */
bool pc_snmp_notify_v3_answer(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct sockaddr_in *peer, const uint8_t *data, size_t len);
/* A printer that starts anew knows no receiver's engine. */
void pc_snmp_notify_v3_forget(struct pc_snmp_notifier *n, struct in_addr local);
void pc_snmp_notify_v3_free(struct pc_snmp_notifier *n);

#endif
