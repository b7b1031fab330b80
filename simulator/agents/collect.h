/* agents/collect: the DC agent's collection: listed printers are asked over SNMP, many at a time,
 * and each gives one record. A silent printer delays nobody. Spec: ERS-NET-06, ERS-DAT-012 … 065 */
#ifndef PC_AGENTS_COLLECT_H
#define PC_AGENTS_COLLECT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agents/record.h"
#include "agents/snmp-client.h"
#include "base/fault.h"

enum { PC_COLLECT_WINDOW = 64, PC_COLLECT_WINDOW_MAX = 512 };

/* One printer to ask; borrowed until the collection ends. */
struct pc_collect_target {
	struct sockaddr_in addr; /* of its SNMP agent */
	const char *name;        /* host name from the device list, or "" */
	const char *serial;      /* what an earlier collection learned, or "" */
};

struct pc_collect_options {
	struct pc_loop *loop;          /* borrowed */
	struct pc_snmp_client *client; /* borrowed */
	const char *community;         /* for reading */
	unsigned window;               /* printers asked at the same time; 0 = PC_COLLECT_WINDOW */
	int offset_minutes;            /* zone of acquiredDate */
	pc_fault_set faults;
};

/* Facts besides the record that operations need. */
struct pc_collect_facts {
	bool printer;    /* hrDeviceType printer, or a Printer-MIB answered */
	bool epson;      /* sysObjectID below enterprises.1248 */
	int32_t version; /* that answered, enum pc_snmp_version */
};

/* One printer is done. An unreachable one has status unreachable; `facts` is NULL then. What
 * answers but is no printer is told with facts->printer false and must not be reported
 * (ERS-SEC-04). */
typedef void (*pc_collect_fn)(void *arg, size_t target, const struct pc_record *record,
	const struct pc_collect_facts *facts);
typedef void (*pc_collect_end_fn)(void *arg);

struct pc_collect;

/* Begin; `each` is called once a target, in the order in which they finish, then `end`. */
int pc_collect_start(const struct pc_collect_options *options,
	const struct pc_collect_target *targets, size_t n_targets, pc_collect_fn each,
	pc_collect_end_fn end, void *arg, struct pc_collect **ret);

/* Stop without further calls. NULL is allowed; after `end` it is gone already. */
void pc_collect_stop(struct pc_collect *c);

#endif
