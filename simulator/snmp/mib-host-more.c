/* HOST-RESOURCES-MIB: the disk with its partition and file system, software that runs and that is
 * installed. Nothing of it is set by SNMP (RFC 2790 asks for read-only). Spec: RFC 2790 */
#include <string.h>

#include "base/err.h"
#include "device/firmware.h"
#include "snmp/mib-common.h"
#include "snmp/mib-host.h"
#include "snmp/modules.h"

enum {
	TRUE = 1,
	FALSE = 2,
	READ_WRITE = 1,
	HARD_DISK = 3,
	OPERATING_SYSTEM = 2,
	APPLICATION = 4,
	RUNNING = 1,
	NAME_MAX_OCTETS = 64,
	PART_KBYTES = 8192 /* memory of one program */
};

/* "Not known": January 1 of the year 0. Spec: RFC 2790 hrFSLastFullBackupDate */
static const uint8_t unknown_date[8] = {0, 0, 1, 1, 0, 0, 0, 0};

static bool
has_disk(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_HR_STORAGE_DISK);
}

static bool
disk_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_hr_row(profile, PC_HR_DISK, at, index, n_index);
}

static int
disk_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const int64_t n[] = {
		[1] = READ_WRITE, [2] = HARD_DISK, [3] = FALSE, [4] = PC_HR_DISK_KBYTES};

	(void)dev;
	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t disk_oid[] = {1, 3, 6, 1, 2, 1, 25, 3, 6, 1};

static const struct pc_snmp_column disk_columns[] = {
	{1, PC_SNMP_INTEGER, disk_get, NULL, "hrDiskStorageAccess"},
	{2, PC_SNMP_INTEGER, disk_get, NULL, "hrDiskStorageMedia"},
	{3, PC_SNMP_INTEGER, disk_get, NULL, "hrDiskStorageRemoveble"},
	{4, PC_SNMP_INTEGER, disk_get, NULL, "hrDiskStorageCapacity"},
};

static const struct pc_snmp_table disk_table = {
	.oid = disk_oid,
	.n_oid = PC_MIB_COUNT(disk_oid),
	.columns = disk_columns,
	.n_columns = PC_MIB_COUNT(disk_columns),
	.row = disk_row,
	.applies = has_disk,
	.spec = "RFC 2790 hrDiskStorageTable",
};

static bool
partition_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	bool found = disk_row(profile, at, index, n_index);

	index[1] = 1;
	*n_index = 2;
	return found;
}

static int
partition_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const int64_t n[] = {[1] = 1, [4] = PC_HR_DISK_KBYTES, [5] = 1};

	(void)dev;
	if (at->column == 2)
		return pc_mib_text(v, "spool");
	if (at->column == 3)
		return pc_mib_text(v, "/dev/sda1");
	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t partition_oid[] = {1, 3, 6, 1, 2, 1, 25, 3, 7, 1};

static const struct pc_snmp_column partition_columns[] = {
	{1, PC_SNMP_INTEGER, partition_get, NULL, "hrPartitionIndex"},
	{2, PC_SNMP_OCTETS, partition_get, NULL, "hrPartitionLabel"},
	{3, PC_SNMP_OCTETS, partition_get, NULL, "hrPartitionID"},
	{4, PC_SNMP_INTEGER, partition_get, NULL, "hrPartitionSize"},
	{5, PC_SNMP_INTEGER, partition_get, NULL, "hrPartitionFSIndex"},
};

static const struct pc_snmp_table partition_table = {
	.oid = partition_oid,
	.n_oid = PC_MIB_COUNT(partition_oid),
	.columns = partition_columns,
	.n_columns = PC_MIB_COUNT(partition_columns),
	.row = partition_row,
	.applies = has_disk,
	.spec = "RFC 2790 hrPartitionTable",
};

static int
fs_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const uint32_t ext2[] = {1, 3, 6, 1, 2, 1, 25, 3, 9, 23};
	const int64_t n[] = {[1] = 1, [5] = READ_WRITE, [6] = TRUE, [7] = PC_HR_DISK_STORAGE};

	(void)dev;
	switch (at->column) {
	case 2:
		return pc_mib_text(v, "/");
	case 3:
		return pc_mib_text(v, "");
	case 4:
		return pc_mib_oid(v, ext2, PC_MIB_COUNT(ext2));
	case 8:
	case 9:
		return pc_mib_octets(v, unknown_date, sizeof unknown_date);
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

static const uint32_t fs_oid[] = {1, 3, 6, 1, 2, 1, 25, 3, 8, 1};

static const struct pc_snmp_column fs_columns[] = {
	{1, PC_SNMP_INTEGER, fs_get, NULL, "hrFSIndex"},
	{2, PC_SNMP_OCTETS, fs_get, NULL, "hrFSMountPoint"},
	{3, PC_SNMP_OCTETS, fs_get, NULL, "hrFSRemoteMountPoint"},
	{4, PC_SNMP_OID, fs_get, NULL, "hrFSType"},
	{5, PC_SNMP_INTEGER, fs_get, NULL, "hrFSAccess"},
	{6, PC_SNMP_INTEGER, fs_get, NULL, "hrFSBootable"},
	{7, PC_SNMP_INTEGER, fs_get, NULL, "hrFSStorageIndex"},
	{8, PC_SNMP_OCTETS, fs_get, NULL, "hrFSLastFullBackupDate"},
	{9, PC_SNMP_OCTETS, fs_get, NULL, "hrFSLastPartialBackupDate"},
};

static const struct pc_snmp_table fs_table = {
	.oid = fs_oid,
	.n_oid = PC_MIB_COUNT(fs_oid),
	.columns = fs_columns,
	.n_columns = PC_MIB_COUNT(fs_columns),
	.row = pc_mib_row_single,
	.applies = has_disk,
	.spec = "RFC 2790 hrFSTable",
};

size_t
pc_hr_software(const struct pc_profile *p)
{
	return p->n_firmware == 0 ? 1 : p->n_firmware;
}

static const char *
part_name(const struct pc_profile *p, size_t row)
{
	return p->n_firmware == 0 ? p->model : p->firmware[row].name;
}

static const char *
part_version(const struct pc_device *dev, size_t row)
{
	return pc_device_firmware(dev, row);
}

static bool
software_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(pc_hr_software(profile), at, index, n_index);
}

static bool
has_run(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_HR_SWRUN);
}

/* hrSWOSIndex: the first part is the operating system. */
static int
os_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 1);
}

static const uint32_t os_oid[] = {1, 3, 6, 1, 2, 1, 25, 4};

static const struct pc_snmp_column os_columns[] = {
	{1, PC_SNMP_INTEGER, os_get, NULL, "hrSWOSIndex"},
};

static const struct pc_snmp_table os_table = {
	.oid = os_oid,
	.n_oid = PC_MIB_COUNT(os_oid),
	.columns = os_columns,
	.n_columns = PC_MIB_COUNT(os_columns),
	.applies = has_run,
	.spec = "RFC 2790 hrSWOSIndex",
};

/* What the tables of software that runs and that is installed have in common. */
static int
part_get(const struct pc_snmp_at *at, size_t row, struct pc_snmp_value *v)
{
	if (at->column == 1)
		return pc_mib_number(at, v, (int64_t)row + 1);
	if (at->column == 3)
		return pc_mib_dotted(v, NULL);
	return pc_mib_number(at, v, row == 0 ? OPERATING_SYSTEM : APPLICATION);
}

static int
run_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= pc_hr_software(p))
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 2:
		return pc_mib_text(v, part_name(p, row));
	case 4: /* no path is told */
		return pc_mib_text(v, "");
	case 5:
		return pc_mib_text(v, part_version(dev, row));
	case 7:
		return pc_mib_number(at, v, RUNNING);
	default:
		return part_get(at, row, v);
	}
}

static const uint32_t run_oid[] = {1, 3, 6, 1, 2, 1, 25, 4, 2, 1};

static const struct pc_snmp_column run_columns[] = {
	{1, PC_SNMP_INTEGER, run_get, NULL, "hrSWRunIndex"},
	{2, PC_SNMP_OCTETS, run_get, NULL, "hrSWRunName"},
	{3, PC_SNMP_OID, run_get, NULL, "hrSWRunID"},
	{4, PC_SNMP_OCTETS, run_get, NULL, "hrSWRunPath"},
	{5, PC_SNMP_OCTETS, run_get, NULL, "hrSWRunParameters"},
	{6, PC_SNMP_INTEGER, run_get, NULL, "hrSWRunType"},
	{7, PC_SNMP_INTEGER, run_get, NULL, "hrSWRunStatus"},
};

static const struct pc_snmp_table run_table = {
	.oid = run_oid,
	.n_oid = PC_MIB_COUNT(run_oid),
	.columns = run_columns,
	.n_columns = PC_MIB_COUNT(run_columns),
	.row = software_row,
	.applies = has_run,
	.spec = "RFC 2790 hrSWRunTable",
};

/* Processor time in hundredths of a second: the first part takes 3 % and 0.6 s for each side
 * printed, the others a quarter per cent. */
static int
perf_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	size_t row = pc_mib_at(at);
	int64_t up = pc_mib_uptime(dev), sides = pc_device_state(dev)->counters.power_on;
	int64_t cpu = row == 0 ? up * 3 / 100 + sides * 60 : up / 400;

	if (row >= pc_hr_software(pc_device_profile(dev)))
		return PC_E_NOTFOUND;
	if (at->column == 2)
		return pc_mib_number(at, v, row == 0 ? 8 * PART_KBYTES : PART_KBYTES);
	return pc_mib_number(at, v, cpu > INT32_MAX ? INT32_MAX : cpu);
}

static const uint32_t perf_oid[] = {1, 3, 6, 1, 2, 1, 25, 5, 1, 1};

static const struct pc_snmp_column perf_columns[] = {
	{1, PC_SNMP_INTEGER, perf_get, NULL, "hrSWRunPerfCPU"},
	{2, PC_SNMP_INTEGER, perf_get, NULL, "hrSWRunPerfMem"},
};

static const struct pc_snmp_table perf_table = {
	.oid = perf_oid,
	.n_oid = PC_MIB_COUNT(perf_oid),
	.columns = perf_columns,
	.n_columns = PC_MIB_COUNT(perf_columns),
	.row = software_row,
	.applies = has_run,
	.spec = "RFC 2790 hrSWRunPerfTable",
};

static bool
has_installed(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_HR_SWINSTALLED);
}

/* Nothing has been installed since the start: an update restarts the printer. */
static int
change_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 0);
}

static const uint32_t change_oid[] = {1, 3, 6, 1, 2, 1, 25, 6};

static const struct pc_snmp_column change_columns[] = {
	{1, PC_SNMP_TIMETICKS, change_get, NULL, "hrSWInstalledLastChange"},
	{2, PC_SNMP_TIMETICKS, change_get, NULL, "hrSWInstalledLastUpdateTime"},
};

static const struct pc_snmp_table change_table = {
	.oid = change_oid,
	.n_oid = PC_MIB_COUNT(change_oid),
	.columns = change_columns,
	.n_columns = PC_MIB_COUNT(change_columns),
	.applies = has_installed,
	.spec = "RFC 2790 hrSWInstalledLastChange",
};

static int
installed_name(const struct pc_device *dev, size_t row, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const char *version = part_version(dev, row);
	int err = pc_mib_format(
		v, "%s%s%s", part_name(p, row), version[0] == '\0' ? "" : " ", version);

	v->len = v->len > NAME_MAX_OCTETS ? NAME_MAX_OCTETS : v->len;
	return err;
}

static int
installed_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= pc_hr_software(p))
		return PC_E_NOTFOUND;
	if (at->column == 2)
		return installed_name(dev, row, v);
	if (at->column == 5) {
		uint64_t installed = pc_device_firmware_installed_ns(dev, row);

		return installed != 0 ? pc_mib_date(v, installed)
				      : pc_mib_octets(v, unknown_date, sizeof unknown_date);
	}
	return part_get(at, row, v);
}

static const uint32_t installed_oid[] = {1, 3, 6, 1, 2, 1, 25, 6, 3, 1};

static const struct pc_snmp_column installed_columns[] = {
	{1, PC_SNMP_INTEGER, installed_get, NULL, "hrSWInstalledIndex"},
	{2, PC_SNMP_OCTETS, installed_get, NULL, "hrSWInstalledName"},
	{3, PC_SNMP_OID, installed_get, NULL, "hrSWInstalledID"},
	{4, PC_SNMP_INTEGER, installed_get, NULL, "hrSWInstalledType"},
	{5, PC_SNMP_OCTETS, installed_get, NULL, "hrSWInstalledDate"},
};

static const struct pc_snmp_table installed_table = {
	.oid = installed_oid,
	.n_oid = PC_MIB_COUNT(installed_oid),
	.columns = installed_columns,
	.n_columns = PC_MIB_COUNT(installed_columns),
	.row = software_row,
	.applies = has_installed,
	.spec = "RFC 2790 hrSWInstalledTable",
};

static const struct pc_snmp_table *const tables[] = {&disk_table, &partition_table, &fs_table,
	&os_table, &run_table, &perf_table, &change_table, &installed_table};

const struct pc_snmp_module pc_snmp_mib_host_more = {
	"HOST-RESOURCES-MIB more", tables, PC_MIB_COUNT(tables)};
