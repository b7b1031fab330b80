/* agents/collect-plan: which object fills which field, as a table, and the notes a collection takes
 * while values come in. Internal to collect. */
#ifndef PC_AGENTS_COLLECT_PLAN_H
#define PC_AGENTS_COLLECT_PLAN_H

#include "agents/collect.h"

enum pc_plan_set {
	PC_PLAN_SCALAR, /* asked by GET, all in one request where that fits */
	PC_PLAN_STANDARD,
	PC_PLAN_SIM_HISTORY,
	PC_PLAN_SIM_COUNTS,
	PC_PLAN_EPSON,
	PC_PLAN_MEDIA,
	PC_PLAN_SIM_LOG,
	PC_PLAN_SIM_JOBS,
	PC_PLAN_SETS
};

struct pc_plan_alert {
	uint32_t index;
	int32_t severity, code;
};

/* What is known of one printer so far. */
struct pc_plan_notes {
	struct pc_record record;
	struct pc_collect_facts facts;
	char device_id[1024];
	char hr_descr[PC_RECORD_TEXT], printer_name[PC_RECORD_TEXT], sys_name[PC_RECORD_TEXT];
	char epson_serial[PC_RECORD_TEXT], sw_name[PC_RECORD_TEXT], sim_firmware[PC_RECORD_TEXT];
	bool has_sim;
	uint32_t printer_index; /* hrDeviceIndex of the printer; 0 = not found */
	int32_t device_status, printer_status;
	int64_t power_on_pages, reboots, cleanings, fax_sent, fax_received;
	int32_t colorant_of[PC_RECORD_SUPPLIES];
	char colorants[PC_RECORD_SUPPLIES][PC_RECORD_TEXT];
	struct pc_plan_alert alerts[PC_RECORD_ERRORS];
	size_t n_alerts;
};

/* One row: `put` takes the value; `index` is what stands behind the OID (nothing for scalars). */
struct pc_plan_row {
	enum pc_plan_set set;
	const char *oid;
	const char *field;
	void (*put)(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
		const struct pc_snmp_varbind *v);
	const char *spec;
};

/* Row `at` (from 0), NULL behind the last. The rows of a set follow each other in memory. */
const struct pc_plan_row *pc_plan_row(size_t at);
/* Of what the first list has no room for: media, histories, jobs. */
const struct pc_plan_row *pc_plan_log_rows(size_t *ret_n);

/* Values of the usual kinds; 0 and "" for others. */
int32_t pc_plan_int32(const struct pc_snmp_varbind *v);
uint32_t pc_plan_uint32(const struct pc_snmp_varbind *v);
void pc_plan_text(const struct pc_snmp_varbind *v, char *out, size_t size);
/* Position of a row by its last index arc (from 1); SIZE_MAX when there is no room for it. */
size_t pc_plan_place(const uint32_t *index, size_t n_index, size_t max, size_t *count);
/* Close the gaps of the lists of pc_plan_log_rows(). */
void pc_plan_log_finish(struct pc_record *r);

void pc_plan_begin(struct pc_plan_notes *n);

/* Derive what several values decide together, and close the gaps of the lists. */
void pc_plan_finish(struct pc_plan_notes *n, const struct pc_collect_target *target);

#endif
