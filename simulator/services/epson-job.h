/* services/epson-job: what the REMOTE1 header of a job does to the printer besides printing, and
 * what it is answered. */
#ifndef PC_SERVICES_EPSON_JOB_H
#define PC_SERVICES_EPSON_JOB_H

#include "services/intake.h"

/* Set the clock, clean or charge ink, check nozzles, save an alignment: in this order, whatever
 * becomes of the one before; the first failure is returned. The service form counts only with the
 * model's EEPROM key. PC_OK; PC_E_REFUSED; PC_E_UNSUPPORTED; PC_E_BADVALUE for a date that is none;
 * PC_E_LIMIT. */
int pc_epson_job_run(const struct pc_intake *in, const struct pc_epson_job *e);

/* Tell in->answer what the job asked for: "IQ:…" and the status block. Nothing without in->answer.
 */
void pc_epson_job_answer(const struct pc_intake *in, const struct pc_epson_job *e);

#endif
