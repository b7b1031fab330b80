/* device/report: pages of the printer's own: test page, configuration report. */
#ifndef PC_DEVICE_REPORT_H
#define PC_DEVICE_REPORT_H

#include "base/buf.h"
#include "device/device.h"

enum pc_report { PC_REPORT_NONE, PC_REPORT_TEST, PC_REPORT_CONFIGURATION, PC_REPORTS };
const char *pc_device_report_name(enum pc_report report); /* "Test page" … */

/* Print it as a job of the printer's own (job.report says which). PC_OK with the job's id;
 * PC_E_LIMIT queue full; PC_E_REFUSED while the printer does not answer, is off-line or, at the
 * panel, takes no orders (see pc_device_act()); PC_E_BADVALUE for another report; -ENOMEM. */
int pc_device_report(struct pc_device *dev, enum pc_report report, uint32_t *ret_id);

/* The same as text, lines ended by LF, in English: what the job's data are, and what the control
 * API and the web page show. PC_E_BADVALUE; PC_E_LIMIT when `out` is full. */
int pc_device_report_text(const struct pc_device *dev, enum pc_report report, struct pc_buf *out);

#endif
