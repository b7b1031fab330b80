/* snmp/mib-alert: the rows of prtAlertTable for the modules that show them, and sub-unit states. */
#ifndef PC_SNMP_MIB_ALERT_H
#define PC_SNMP_MIB_ALERT_H

#include "device/device.h"
#include "snmp/row.h"

/* The row with the smallest index above `after` / with that index; false when there is none.
 * Besides the active alerts this is the idle row of Epsons and the row a fault left behind. Spec:
 * RFC 3805 prtAlertTable */
bool pc_mib_alert_after(const struct pc_device *dev, uint32_t after, struct pc_alert *ret);
bool pc_mib_alert_find(const struct pc_device *dev, uint32_t index, struct pc_alert *ret);

/* `next` of tables with a row for each of them: index {hrDeviceIndex, prtAlertIndex}. */
bool pc_mib_alert_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);

/* A job is coming out: it is not stopped by a critical condition. */
bool pc_mib_is_printing(const struct pc_device *dev);

/* PrtSubUnitStatusTC of one row: `availability` (0 idle, 1 unavailable, 3 broken, 4 active, 6 busy;
 * what is idle is in standby(2) while the printer sleeps) plus what its alerts and the off-line
 * state add. Spec: RFC 3805 s2.2.13.2.2 */
int32_t pc_mib_subunit_status(
	const struct pc_device *dev, uint8_t group, int32_t row, int32_t availability);

/* PrtSubUnitStatusTC of a row (from 0) of the sub-unit tables, as their status columns say it. */
int32_t pc_mib_input_status(const struct pc_device *dev, size_t row);
int32_t pc_mib_output_status(const struct pc_device *dev, size_t row);
int32_t pc_mib_marker_status(const struct pc_device *dev);
int32_t pc_mib_path_status(const struct pc_device *dev, size_t row);
int32_t pc_mib_channel_status(const struct pc_device *dev, size_t row);
int32_t pc_mib_finisher_status(const struct pc_device *dev, size_t row);

#endif
