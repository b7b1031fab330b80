/* conformance/cases: the tables of cases and the helpers they share. */
#ifndef PC_CONFORMANCE_CASES_H
#define PC_CONFORMANCE_CASES_H

#include "conformance/case.h"
#include "conformance/client-snmp.h"
#include "conformance/client-tcp.h"
#include "conformance/run.h"

/* Tables, one a file. */
const struct pc_case *pc_cases_device_snmp(size_t *ret_n);
const struct pc_case *pc_cases_device_snmp3(size_t *ret_n);
const struct pc_case *pc_cases_device_notify(size_t *ret_n);
const struct pc_case *pc_cases_device_state(size_t *ret_n);
const struct pc_case *pc_cases_device_print(size_t *ret_n);
const struct pc_case *pc_cases_device_enpc(size_t *ret_n);
const struct pc_case *pc_cases_device_names(size_t *ret_n);
const struct pc_case *pc_cases_device_web(size_t *ret_n);
const struct pc_case *pc_cases_server(size_t *ret_n);
const struct pc_case *pc_cases_server_ops(size_t *ret_n);
const struct pc_case *pc_cases_agent(size_t *ret_n);
const struct pc_case *pc_cases_e2e(size_t *ret_n);
const struct pc_case *pc_cases_es(size_t *ret_n);
const struct pc_case *pc_cases_path(size_t *ret_n);

/* SNMP address of the printer under test. */
struct sockaddr_in pc_case_snmp(const struct pc_case_run *r);

/* Read one number that must be there; otherwise the case is INCONCLUSIVE and false comes back. */
bool pc_case_number(struct pc_case_run *r, const char *oid, const char *name, int64_t *ret);
bool pc_case_text(struct pc_case_run *r, const char *oid, const char *name, char *out, size_t size);

/* Wait until the object's value is at least `want` (or, with `equal`, exactly it). */
bool pc_case_await_number(
	struct pc_case_run *r, const char *oid, int64_t want, bool equal, unsigned deadline_ms);

/* Put a condition on the printer under test or take it away, through the control API. */
bool pc_case_condition(struct pc_case_run *r, const char *condition, unsigned part, bool on);

/* Wait until the printer under test is idle and has no unfinished job; part of clean-up. */
bool pc_case_await_idle(struct pc_case_run *r);

/* A member of the printer's state by path ("counters.cleanings"); -1 when there is none. */
int64_t pc_case_state_number(struct pc_case_run *r, const char *path);

/* Send a job over LPD, queue PASSTHRU; true when every step was acknowledged with 00. `last_ack`
 * false: the acknowledgement after the data is not awaited. */
bool pc_case_lpd_job(struct pc_case_run *r, const void *data, size_t len, const char *name);

/* Objects that many cases read. */
#define PC_OID_SYS_DESCR     "1.3.6.1.2.1.1.1.0"
#define PC_OID_SYS_OBJECT_ID "1.3.6.1.2.1.1.2.0"
#define PC_OID_SYS_UPTIME    "1.3.6.1.2.1.1.3.0"
#define PC_OID_SYS_NAME      "1.3.6.1.2.1.1.5.0"
#define PC_OID_SYS_LOCATION  "1.3.6.1.2.1.1.6.0"
#define PC_OID_IF_PHYS       "1.3.6.1.2.1.2.2.1.6.1"
#define PC_OID_HR_STATUS     "1.3.6.1.2.1.25.3.2.1.5.1"
#define PC_OID_HRP_STATUS    "1.3.6.1.2.1.25.3.5.1.1.1"
#define PC_OID_HRP_ERRORS    "1.3.6.1.2.1.25.3.5.1.2.1"
#define PC_OID_PRT_RESET     "1.3.6.1.2.1.43.5.1.1.3.1"
#define PC_OID_PRT_SERIAL    "1.3.6.1.2.1.43.5.1.1.17.1"
#define PC_OID_LIFE_COUNT    "1.3.6.1.2.1.43.10.2.1.4.1.1"
#define PC_OID_SUPPLY_MAX    "1.3.6.1.2.1.43.11.1.1.8.1"
#define PC_OID_SUPPLY_LEVEL  "1.3.6.1.2.1.43.11.1.1.9.1"
#define PC_OID_ALERT_CODE    "1.3.6.1.2.1.43.18.1.1.7.1"
#define PC_OID_PORT_URI      "1.3.6.1.4.1.2699.1.2.1.3.1.1.4.1.1"
#define PC_OID_SIM_CLEANINGS "1.3.6.1.4.1.8072.9999.9999.77.1.2.0"

#endif
