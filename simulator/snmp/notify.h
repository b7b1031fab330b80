/* snmp/notify: the notifications of all printers of a process: traps and informs, from each
 * printer's own address to its receivers. They leave through a socket of their own on a free port,
 * as printers do, so that whatever is sent to it is nobody's request. Spec: RFC 3413 s3.2, s3.3 */
#ifndef PC_SNMP_NOTIFY_H
#define PC_SNMP_NOTIFY_H

#include "snmp/engine.h"
#include "snmp/receivers.h"

enum {
	PC_SNMP_INFORMS_MAX = 32768,   /* of all printers, kept until answered or given up */
	PC_SNMP_INFORMS_HELD_MAX = 32, /* of one printer; then the oldest that waits is dropped */
	PC_SNMP_INFORMS_SENT_MAX = 8,  /* of those, sent and not answered; the others wait */
	PC_SNMP_PEERS_MAX = 16384      /* engines of SNMPv3 receivers that are remembered, each by
					  the printer that met it */
};

struct pc_snmp_notifier;
struct pc_snmp_usm;

/* Traps sent; informs sent, repeats not among them, and what became of them; notifications that
 * were not or could not be sent; datagrams that answered nothing. */
struct pc_snmp_notify_counters {
	uint64_t traps, informs, repeats, acknowledged, given_up, dropped, ignored;
};

/* Of the options it uses loop, tap, find, each, arg and journal. `usm` is borrowed and must outlive
 * the notifier; NULL: no SNMPv3. Nothing is opened before the first notification. -ENOMEM. */
int pc_snmp_notifier_new(const struct pc_snmp_options *options, struct pc_snmp_usm *usm,
	struct pc_snmp_notifier **ret);

/* Informs under way are forgotten. Before the devices are freed. NULL is allowed. */
void pc_snmp_notifier_free(struct pc_snmp_notifier *notifier);

/* All printers have been switched on: coldStart, linkUp and the critical alerts there are, some
 * printers at a time. Those without receivers are passed over. */
void pc_snmp_notifier_start(struct pc_snmp_notifier *notifier);

/* Something happened to a printer: send what has to be sent for it. */
void pc_snmp_notifier_event(struct pc_snmp_notifier *notifier, struct pc_device *dev,
	const struct pc_device_event *event);

struct pc_snmp_notify_counters pc_snmp_notifier_counters(const struct pc_snmp_notifier *notifier);

/* Informs of a printer that are kept now. */
size_t pc_snmp_notifier_held(const struct pc_snmp_notifier *notifier, const struct pc_device *dev);

/* Send news of a printer to those of its receivers that want them; from anywhere in the room that
 * was called for an event or a SET. Nothing happens while the printer is off, has no receivers or
 * no engine serves it. */
void pc_snmp_notify(struct pc_device *dev, const struct pc_snmp_news *news);

/* A management command of XCMI was given and ended with an SNMPv2 error-status: to be called before
 * it takes effect, since a printer that restarts tells nobody any more. Spec: XCMI
 * xcmHrDevMgmtV2Event */
void pc_snmp_notify_xerox_command(struct pc_device *dev, int64_t request, int64_t status);

/* A message came with a wrong community, user or digest: authenticationFailure, where
 * snmpEnableAuthenTraps is enabled. Spec: RFC 3418 authenticationFailure */
void pc_snmp_notify_authentication_failure(
	struct pc_snmp_notifier *notifier, struct pc_snmp_entity *entity);

#endif
