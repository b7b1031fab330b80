/* agents/dc-config: the DC agent's configuration file (YAML or JSON) as plain values; every mistake
 * is told with file, line and column. */
#ifndef PC_AGENTS_DC_CONFIG_H
#define PC_AGENTS_DC_CONFIG_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

enum {
	PC_DC_DEVICES_MAX = 10000,
	PC_DC_NAME_MAX = 256,
	PC_DC_PROBES_MAX = 64,
	PC_DC_PERIOD_MIN_S = 60, /* Spec: OQ-10 */
	PC_DC_PERIOD_MAX_S = 30 * 24 * 3600,
	PC_DC_PERIOD_S = 24 * 3600
};

/* One line of the device list: an address or a name, and the serial number if it is known. */
struct pc_dc_device {
	char host[PC_DC_NAME_MAX];
	char serial[72];
};

struct pc_dc_config {
	char server[PC_DC_NAME_MAX + 16], agent_id[65], company_name[256];
	char ca_file[PATH_MAX], cert_file[PATH_MAX], key_file[PATH_MAX], state_dir[PATH_MAX];
	char proxy[PC_DC_NAME_MAX];
	int64_t period_s;
	char read_community[64], write_community[64];
	int64_t port_offset;
	int64_t snmp_timeout_ms, snmp_retries, http_timeout_ms, operation_timeout_ms, window;
	char os[256], framework[256], time_zone[64];
	int offset_minutes;
	bool discovery, remote_operation, clean_by_snmp;
	char probes[PC_DC_PROBES_MAX][PC_DC_NAME_MAX]; /* addresses probed besides the broadcast */
	size_t n_probes;
	struct pc_dc_device *devices; /* owned */
	size_t n_devices;
};

/* Read PATH. Names of files in it are relative to it. PC_OK; PC_E_SYNTAX with the place; -errno.
 * End with pc_dc_config_done(). */
int pc_dc_config_load(const char *path, struct pc_dc_config *ret, struct pc_diag *diag);
void pc_dc_config_done(struct pc_dc_config *c);

/* "15m", "24h", "30d", "90s" to seconds. PC_OK or PC_E_BADVALUE. */
int pc_dc_period(const char *text, int64_t *ret_s);

#endif
