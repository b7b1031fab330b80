/* snmp/notify-internal: what the files of the notifier share: sending (notify.c), events
 * (notify-event.c), informs (notify-inform.c). */
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

struct pc_snmp_inform;

struct pc_snmp_notifier {
	struct pc_snmp_options options;
	struct pc_udp *udp; /* owned; NULL until the first notification */
	struct pc_snmp_notify_counters counters;
	int32_t last_id; /* request-id */
	struct pc_timer start_timer;
	size_t start_at;                 /* printer to be looked at next */
	struct pc_snmp_inform **buckets; /* owned; by the printer's address, each oldest first */
	size_t n_informs;
	struct pc_snmp_note note; /* the news at hand */
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

/* notify-inform.c. Keep and send an inform, `data` is a whole message. `expendable`: it is dropped
 * rather than an older one when the printer has too many. */
void pc_snmp_inform_add(struct pc_snmp_notifier *n, const struct pc_snmp_errand *errand,
	const struct pc_snmp_receiver *receiver, int32_t request_id, bool expendable,
	const uint8_t *data, size_t len);
/* A datagram for a printer. */
void pc_snmp_inform_answer(struct pc_snmp_notifier *n, const struct pc_snmp_target *target,
	const struct sockaddr_in *peer, const uint8_t *data, size_t len);
/* The printer has gone down and has forgotten them. */
void pc_snmp_inform_forget(struct pc_snmp_notifier *n, struct in_addr local);
void pc_snmp_inform_forget_all(struct pc_snmp_notifier *n);

#endif
