/* HOST-RESOURCES-MIB: system, storage, devices, the printer's status. Disk and software are in
 * mib-host-more.c. Spec: RFC 2790 */
#include <string.h>

#include "base/err.h"
#include "snmp/faults.h"
#include "snmp/mib-common.h"
#include "snmp/mib-host.h"
#include "snmp/modules.h"

enum {
	MEMORY_KBYTES = 1048576,
	MEMORY_USED_KBYTES = 393216,
	RASTER_KBYTES = 65536, /* while a page is made */
	MEMORY_UNIT = 1024,
	DISK_UNIT = 4096,
	DISK_USED_UNITS = 262144,
	PROCESSES = 90,
	DATE_MIN = 8 /* without the zone */
};

static int
hr_system_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	/* loaded from the printer itself (an index from 1), no users, processes without a fixed
	 * limit */
	const struct pc_profile *p = pc_device_profile(dev);
	const int64_t n[] = {[3] = PC_MIB_HR_PRINTER,
		[6] = pc_profile_has_mib(p, PC_MIBS_HR_SWRUN) ? (int64_t)pc_hr_software(p)
							      : PROCESSES,
		[7] = 0};

	switch (at->column) {
	case 1: /* the printer is its own host: both clocks start together */
		return pc_mib_number(at, v, pc_mib_uptime(dev));
	case 2:
		return pc_mib_date(v, pc_device_wall_ns(dev));
	case 4:
		return pc_mib_text(v, "");
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

/* The printer's clock is set; it keeps that distance from the run's.
 * Spec: RFC 2579 DateAndTime */
static int
date_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	uint64_t wall_ns = 0;

	(void)at;
	if (value->len != DATE_MIN && value->len != PC_CLOCK_DATE_SIZE)
		return PC_MIB_WRONG_LENGTH;
	if (pc_clock_from_date_and_time(value->bytes, value->len, &wall_ns) != PC_OK)
		return PC_MIB_WRONG_VALUE;
	if (commit)
		pc_device_set_wall(dev, wall_ns);
	return PC_MIB_OK;
}

static const uint32_t hr_system_oid[] = {1, 3, 6, 1, 2, 1, 25, 1};

static const struct pc_snmp_column hr_system_columns[] = {
	{1, PC_SNMP_TIMETICKS, hr_system_get, NULL, "hrSystemUptime"},
	{2, PC_SNMP_OCTETS, hr_system_get, date_set, "hrSystemDate"},
	{3, PC_SNMP_INTEGER, hr_system_get, NULL, "hrSystemInitialLoadDevice"},
	{4, PC_SNMP_OCTETS, hr_system_get, NULL, "hrSystemInitialLoadParameters"},
	{5, PC_SNMP_GAUGE32, hr_system_get, NULL, "hrSystemNumUsers"},
	{6, PC_SNMP_GAUGE32, hr_system_get, NULL, "hrSystemProcesses"},
	{7, PC_SNMP_INTEGER, hr_system_get, NULL, "hrSystemMaxProcesses"},
};

static const struct pc_snmp_table hr_system_table = {
	.oid = hr_system_oid,
	.n_oid = PC_MIB_COUNT(hr_system_oid),
	.columns = hr_system_columns,
	.n_columns = PC_MIB_COUNT(hr_system_columns),
	.spec = "RFC 2790 hrSystem",
};

static int
hr_memory_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, MEMORY_KBYTES);
}

static const uint32_t hr_memory_oid[] = {1, 3, 6, 1, 2, 1, 25, 2};

static const struct pc_snmp_column hr_memory_columns[] = {
	{2, PC_SNMP_INTEGER, hr_memory_get, NULL, "hrMemorySize"},
};

static const struct pc_snmp_table hr_memory_table = {
	.oid = hr_memory_oid,
	.n_oid = PC_MIB_COUNT(hr_memory_oid),
	.columns = hr_memory_columns,
	.n_columns = PC_MIB_COUNT(hr_memory_columns),
	.spec = "RFC 2790 hrMemorySize",
};

static bool
has_disk(const struct pc_profile *p)
{
	return pc_profile_has_mib(p, PC_MIBS_HR_STORAGE_DISK);
}

static bool
hr_storage_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(has_disk(profile) ? 2 : 1, at, index, n_index);
}

/* Jobs lie on the disk, without one in the memory, until they are done. */
static int64_t
spooled_bytes(const struct pc_device *dev)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		if (jobs[i]->state < PC_JOB_DONE)
			sum += jobs[i]->bytes;
	return sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}

/* Units in use of so many, never more than there are. */
static int64_t
storage_used(const struct pc_device *dev, bool disk)
{
	bool spools = disk == has_disk(pc_device_profile(dev));
	int64_t unit = disk ? DISK_UNIT : MEMORY_UNIT;
	int64_t used = disk ? DISK_USED_UNITS : MEMORY_USED_KBYTES;
	int64_t size = disk ? PC_HR_DISK_UNITS : MEMORY_KBYTES;

	if (!disk && pc_device_state(dev)->activity == PC_PRINTING)
		used += RASTER_KBYTES;
	if (spools)
		used += spooled_bytes(dev) / unit;
	return used > size ? size : used;
}

static int
hr_storage_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const uint32_t ram[] = {1, 3, 6, 1, 2, 1, 25, 2, 1, 2};
	static const uint32_t fixed_disk[] = {1, 3, 6, 1, 2, 1, 25, 2, 1, 4};
	bool disk = pc_mib_at(at) == PC_HR_DISK_STORAGE - 1;
	const int64_t n[] = {[1] = disk ? PC_HR_DISK_STORAGE : 1,
		[4] = disk ? DISK_UNIT : MEMORY_UNIT,
		[5] = disk ? PC_HR_DISK_UNITS : MEMORY_KBYTES,
		[6] = storage_used(dev, disk),
		[7] = 0};

	if (at->column == 2)
		return pc_mib_oid(v, disk ? fixed_disk : ram, PC_MIB_COUNT(ram));
	if (at->column == 3)
		return pc_mib_text(v, disk ? "Storage disk" : "Storage RAM");
	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t hr_storage_oid[] = {1, 3, 6, 1, 2, 1, 25, 2, 3, 1};

static const struct pc_snmp_column hr_storage_columns[] = {
	{1, PC_SNMP_INTEGER, hr_storage_get, NULL, "hrStorageIndex"},
	{2, PC_SNMP_OID, hr_storage_get, NULL, "hrStorageType"},
	{3, PC_SNMP_OCTETS, hr_storage_get, NULL, "hrStorageDescr"},
	{4, PC_SNMP_INTEGER, hr_storage_get, NULL, "hrStorageAllocationUnits"},
	{5, PC_SNMP_INTEGER, hr_storage_get, NULL, "hrStorageSize"},
	{6, PC_SNMP_INTEGER, hr_storage_get, NULL, "hrStorageUsed"},
	{7, PC_SNMP_COUNTER32, hr_storage_get, NULL, "hrStorageAllocationFailures"},
};

static const struct pc_snmp_table hr_storage_table = {
	.oid = hr_storage_oid,
	.n_oid = PC_MIB_COUNT(hr_storage_oid),
	.columns = hr_storage_columns,
	.n_columns = PC_MIB_COUNT(hr_storage_columns),
	.row = hr_storage_row,
	.spec = "RFC 2790 hrStorageTable",
};

/* What a machine consists of: the printer, its network board, scanner and fax if it has them, then
 * what it computes with. The board id stands in Epson's hrDeviceID, 1248.1.<id>.1.<length>.<model>.
 */
struct function {
	uint32_t type, board;
	const char *descr; /* NULL: maker and model */
};

enum { FUNCTIONS_MAX = 6 };

static size_t
functions(const struct pc_profile *p, struct function out[FUNCTIONS_MAX])
{
	size_t n = 0;

	out[n++] = (struct function){PC_HR_PRINTER, 2, NULL};
	out[n++] = (struct function){pc_mib_is_epson(p) ? PC_HR_OTHER : PC_HR_NETWORK, 8, NULL};
	if (p->scanner)
		out[n++] = (struct function){PC_HR_OTHER, 4, NULL};
	if (p->fax)
		out[n++] = (struct function){PC_HR_OTHER, 7, NULL};
	if (pc_profile_has_mib(p, PC_MIBS_HR_PROCESSOR))
		out[n++] = (struct function){PC_HR_PROCESSOR, 0, "Controller processor"};
	if (has_disk(p))
		out[n++] = (struct function){PC_HR_DISK, 0, "Hard disk"};
	return n;
}

uint32_t
pc_hr_device(const struct pc_profile *p, enum pc_hr_type type)
{
	struct function f[FUNCTIONS_MAX];
	size_t n = functions(p, f);

	for (size_t i = 0; i < n; i++)
		if (f[i].type == type)
			return (uint32_t)i + 1;
	return 0;
}

bool
pc_hr_row(const struct pc_profile *p, enum pc_hr_type type, size_t at,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	index[0] = pc_hr_device(p, type);
	*n_index = 1;
	return at == 0 && index[0] != 0;
}

static bool
hr_device_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	struct function f[FUNCTIONS_MAX];

	return pc_mib_row_plain(functions(profile, f), at, index, n_index);
}

static int
epson_device_id(const struct pc_profile *p, uint32_t board, struct pc_snmp_value *v)
{
	const uint32_t head[] = {1, 3, 6, 1, 4, 1, 1248, 1, board, 1};
	size_t len = strlen(p->model), n = PC_MIB_COUNT(head);

	if (n + 1 + len > PC_SNMP_SCRATCH / 4)
		return PC_E_NOSPACE;
	memcpy(v->scratch.arcs, head, sizeof head);
	v->scratch.arcs[n++] = (uint32_t)len;
	for (size_t i = 0; i < len; i++)
		v->scratch.arcs[n++] = (uint8_t)p->model[i];
	return pc_mib_oid(v, v->scratch.arcs, n);
}

static int
hr_device_id(const struct pc_profile *p, size_t row, uint32_t board, struct pc_snmp_value *v)
{
	if (row == 0 && p->hr_device_id != NULL)
		return pc_mib_dotted(v, p->hr_device_id);
	if (pc_mib_is_epson(p) && board != 0)
		return epson_device_id(p, board, v);
	return pc_mib_dotted(v, NULL);
}

static bool
status_is_wrong(const struct pc_device *dev)
{
	return pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_STATUS_WRONG);
}

/* With the fault the answer is the opposite of the truth, never right by accident. */
static int64_t
hr_status(const struct pc_device *dev)
{
	enum pc_hr_status s = pc_device_hr_status(dev);

	if (!status_is_wrong(dev))
		return s;
	return s == PC_HR_RUNNING ? PC_HR_DOWN : PC_HR_RUNNING;
}

static int64_t
hr_printer_status(const struct pc_device *dev)
{
	enum pc_hr_printer_status s = pc_device_hr_printer_status(dev);

	if (!status_is_wrong(dev))
		return s;
	return s == PC_HRP_IDLE ? PC_HRP_PRINTING : PC_HRP_IDLE;
}

static int
hr_device_descr(const struct pc_profile *p, const char *descr, struct pc_snmp_value *v)
{
	int r = descr == NULL ? pc_mib_maker_model(p, v) : pc_mib_text(v, descr);

	v->len = v->len > 64 ? 64 : v->len; /* SIZE (0..64) */
	return r;
}

static int
hr_device_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct function f[FUNCTIONS_MAX];
	size_t row = pc_mib_at(at);

	if (row >= functions(p, f))
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 1:
		return pc_mib_number(at, v, (int64_t)row + 1);
	case 2: {
		const uint32_t type[] = {1, 3, 6, 1, 2, 1, 25, 3, 1, f[row].type};

		memcpy(v->scratch.arcs, type, sizeof type);
		return pc_mib_oid(v, v->scratch.arcs, PC_MIB_COUNT(type));
	}
	case 3:
		return hr_device_descr(p, f[row].descr, v);
	case 4:
		return hr_device_id(p, row, f[row].board, v);
	case 5:
		return pc_mib_number(at, v, row == 0 ? hr_status(dev) : PC_HR_RUNNING);
	default: /* errors of the device itself: critical events */
		return pc_mib_number(
			at, v, row == 0 ? pc_device_state(dev)->counters.alerts_critical : 0);
	}
}

static const uint32_t hr_device_oid[] = {1, 3, 6, 1, 2, 1, 25, 3, 2, 1};

static const struct pc_snmp_column hr_device_columns[] = {
	{1, PC_SNMP_INTEGER, hr_device_get, NULL, "hrDeviceIndex"},
	{2, PC_SNMP_OID, hr_device_get, NULL, "hrDeviceType"},
	{3, PC_SNMP_OCTETS, hr_device_get, NULL, "hrDeviceDescr"},
	{4, PC_SNMP_OID, hr_device_get, NULL, "hrDeviceID"},
	{5, PC_SNMP_INTEGER, hr_device_get, NULL, "hrDeviceStatus"},
	{6, PC_SNMP_COUNTER32, hr_device_get, NULL, "hrDeviceErrors"},
};

static const struct pc_snmp_table hr_device_table = {
	.oid = hr_device_oid,
	.n_oid = PC_MIB_COUNT(hr_device_oid),
	.columns = hr_device_columns,
	.n_columns = PC_MIB_COUNT(hr_device_columns),
	.row = hr_device_row,
	.spec = "RFC 2790 hrDeviceTable",
};

/* Real Epsons send one octet (conditions of the second one do not show), others two. */
static int
hr_printer_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	bool zero = pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_ERROR_BITS_ZERO);
	uint16_t bits = zero ? 0 : pc_device_error_bits(dev);

	if (at->column == 1)
		return pc_mib_number(at, v, hr_printer_status(dev));
	v->scratch.bytes[0] = (uint8_t)(bits >> 8);
	v->scratch.bytes[1] = (uint8_t)bits;
	return pc_mib_octets(v, v->scratch.bytes, pc_mib_is_epson(pc_device_profile(dev)) ? 1 : 2);
}

static const uint32_t hr_printer_oid[] = {1, 3, 6, 1, 2, 1, 25, 3, 5, 1};

static const struct pc_snmp_column hr_printer_columns[] = {
	{1, PC_SNMP_INTEGER, hr_printer_get, NULL, "hrPrinterStatus"},
	{2, PC_SNMP_OCTETS, hr_printer_get, NULL, "hrPrinterDetectedErrorState"},
};

static const struct pc_snmp_table hr_printer_table = {
	.oid = hr_printer_oid,
	.n_oid = PC_MIB_COUNT(hr_printer_oid),
	.columns = hr_printer_columns,
	.n_columns = PC_MIB_COUNT(hr_printer_columns),
	.row = pc_mib_row_single,
	.spec = "RFC 2790 hrPrinterTable",
};

/* hrNetworkTable: the board of a printer that says it has one (type network). */
static bool
hr_network_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_hr_row(profile, PC_HR_NETWORK, at, index, n_index);
}

static bool
has_network_row(const struct pc_profile *profile)
{
	return !pc_mib_is_epson(profile);
}

static int
hr_network_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 1);
}

static const uint32_t hr_network_oid[] = {1, 3, 6, 1, 2, 1, 25, 3, 4, 1};

static const struct pc_snmp_column hr_network_columns[] = {
	{1, PC_SNMP_INTEGER, hr_network_get, NULL, "hrNetworkIfIndex"},
};

static const struct pc_snmp_table hr_network_table = {
	.oid = hr_network_oid,
	.n_oid = PC_MIB_COUNT(hr_network_oid),
	.columns = hr_network_columns,
	.n_columns = PC_MIB_COUNT(hr_network_columns),
	.row = hr_network_row,
	.applies = has_network_row,
	.spec = "RFC 2790 hrNetworkTable",
};

static bool
hr_processor_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_hr_row(profile, PC_HR_PROCESSOR, at, index, n_index);
}

/* Per cent: by what the printer does, and ten for every job that is being received, three at most.
 */
static int64_t
processor_load(const struct pc_device *dev)
{
	static const uint8_t loads[] = {[PC_IDLE] = 3,
		[PC_PRINTING] = 60,
		[PC_CLEANING] = 15,
		[PC_NOZZLE_CHECK] = 25,
		[PC_UPDATING] = 90};
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs), receiving = 0;

	if (pc_device_state(dev)->power == PC_POWER_SLEEP)
		return 0;
	for (size_t i = 0; i < n; i++)
		receiving += jobs[i]->state == PC_JOB_RECEIVING;
	return loads[pc_device_state(dev)->activity] +
	       10 * (int64_t)(receiving > 3 ? 3 : receiving);
}

static int
hr_processor_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	return at->column == 1 ? pc_mib_dotted(v, NULL) : pc_mib_number(at, v, processor_load(dev));
}

static bool
has_processor(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_HR_PROCESSOR);
}

static const uint32_t hr_processor_oid[] = {1, 3, 6, 1, 2, 1, 25, 3, 3, 1};

static const struct pc_snmp_column hr_processor_columns[] = {
	{1, PC_SNMP_OID, hr_processor_get, NULL, "hrProcessorFrwID"},
	{2, PC_SNMP_INTEGER, hr_processor_get, NULL, "hrProcessorLoad"},
};

static const struct pc_snmp_table hr_processor_table = {
	.oid = hr_processor_oid,
	.n_oid = PC_MIB_COUNT(hr_processor_oid),
	.columns = hr_processor_columns,
	.n_columns = PC_MIB_COUNT(hr_processor_columns),
	.row = hr_processor_row,
	.applies = has_processor,
	.spec = "RFC 2790 hrProcessorTable",
};

static const struct pc_snmp_table *const tables[] = {&hr_system_table, &hr_memory_table,
	&hr_storage_table, &hr_device_table, &hr_processor_table, &hr_network_table,
	&hr_printer_table};

const struct pc_snmp_module pc_snmp_mib_host = {"HOST-RESOURCES-MIB", tables, PC_MIB_COUNT(tables)};
