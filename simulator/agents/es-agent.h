/* agents/es-agent: the reference Embedded Service Agent, living inside one printer: reads it from
 * the inside, uploads, waits for commands, carries them out. Sends no packet but HTTPS and MQTT.
 * Spec: ERS-NET-07, ERS-NET-25, ERS-OP-04, 10, 12, 14 */
#ifndef PC_AGENTS_ES_AGENT_H
#define PC_AGENTS_ES_AGENT_H

#include <stdint.h>

#include "agents/uplink.h"
#include "device/device.h"
#include "loop/tap.h"

/* Texts are copied. */
struct pc_es_options {
	struct pc_loop *loop;  /* borrowed */
	struct pc_device *dev; /* borrowed; must outlive the agent */
	const char *server, *agent_id, *company_name;
	const char *ca_file, *cert_file, *key_file;
	const char *state_dir; /* of its own */
	const char *time_zone; /* NULL = "+00:00" */
	uint64_t period_s;     /* 0 = 24 h; 1 min to 30 d */
	bool no_remote_operation;
	uint64_t seed;
	const struct pc_tap *tap; /* of the SNMP that only the named fault sends */
	uint16_t snmp_port;       /* for that fault */
	pc_fault_set faults;
};

struct pc_es_agent;

/* Starts when the printer is on; the initial collection goes out at once. */
int pc_es_agent_start(
	const struct pc_es_options *options, struct pc_es_agent **ret, struct pc_diag *diag);
void pc_es_agent_stop(struct pc_es_agent *a); /* NULL is allowed */

/* The owner of the printer hands every event of it on: power (the MQTT session is cut with it and
 * comes back with it), cleaning, alerts (a critical one makes an `event` collection). */
void pc_es_agent_event(struct pc_es_agent *a, const struct pc_device_event *event);

struct pc_uplink_status pc_es_agent_status(const struct pc_es_agent *a);

#endif
