/* snmp/tests/notify_rig: printers at 127.9.0.1 … with a notifier, and a manager's socket. Time is
 * virtual, so that a minute of retries takes no time. */
#ifndef PC_SNMP_TESTS_NOTIFY_RIG_H
#define PC_SNMP_TESTS_NOTIFY_RIG_H

#include "snmp/tests/views.h"

#include "codec/snmp.h"
#include "loop/loop.h"
#include "snmp/notify.h"
#include "snmp/usm-users.h"

enum { PRINTERS_MAX = 10000, FIRST = 0x7f090001, LINES = 64, LINE = 256, BUFFER = 4 << 20 };

struct rig {
	struct pc_profile profile;
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_device_env env;
	struct pc_device **devices; /* owned */
	size_t n;
	struct pc_snmp_tree *tree;
	struct pc_snmp_usm *usm;
	struct pc_snmp_notifier *notifier;
	int sock;
	struct sockaddr_in at; /* the manager's */
	char journal[LINES][LINE];
	size_t n_journal;
	/* the last datagram */
	uint8_t data[PC_SNMP_MESSAGE_MAX];
	struct sockaddr_in from;
	struct pc_snmp_varbind varbinds[PC_SNMP_VARBINDS_MAX];
	struct pc_snmp_message m;
};

#define COLD  "1.3.6.1.6.3.1.1.5.1"
#define WARM  "1.3.6.1.6.3.1.1.5.2"
#define LINK  "1.3.6.1.6.3.1.1.5.4"
#define AUTH  "1.3.6.1.6.3.1.1.5.5"
#define ALERT "1.3.6.1.2.1.43.18.2.0.1"

/* One receiver: version 0, 1 or 3; -1: none. Fails the test with a sentence. */
void rig_init(struct rig *r, const struct pc_profile *p, size_t n, int version, bool inform);
void rig_done(struct rig *r);

/* The next datagram that has come, decoded; false when there is none. On loopback a datagram is
 * there once it was sent. */
bool rig_take(struct rig *r);

/* Let time pass. */
void rig_pass(struct rig *r, uint64_t ms);

/* snmpTrapOID.0 of a v2 message as text. */
const char *rig_trap_oid(const struct rig *r, char out[PC_OID_TEXT_MAX]);

/* The next datagram is this one, from the first printer; a variable is this; there is none. */
void rig_expect_trap(struct rig *r, const char *oid);
void rig_expect_number(const struct rig *r, size_t at, const char *name, int64_t want);
void rig_expect_silence(struct rig *r);

/* Statistics of the first printer. */
uint32_t rig_stat(const struct rig *r, enum pc_snmp_stat stat);

/* A jam that comes and goes; a restart of the first printer, until it is back. */
void rig_jam(struct rig *r, size_t printer);
void rig_restart(struct rig *r, enum pc_reset kind);

#endif
