/* XEROX-SERVICE-MONITORING-MIB and XEROX-COMMS-ENGINE-MIB: queues, services, the network engine and
 * its addresses. Spec: XCMI 5.10 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum {
	PROTOCOL_LPR = 141503, /* XcmCommsStackExtProtocol */
	PROTOCOL_RAW = 141501,
	STATE_CLOSED = 5, /* of a queue */
	STATE_OPENED = 9,
	READY = 1, /* XcmHrDpaState */
	UNAVAILABLE = 3,
	BUSY = 5,
	NORMAL = 2, /* XcmHrDpaAvailability */
	NONE = 5,
	PRINT = 108, /* XcmSvcMonServiceType */
	COPY = 111,
	SCAN = 117,
	FAX = 106,
	ADDRESS_IP = 1,
	ADDRESS_MAC = 2
};

static int
version_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (at->column == 3)
		return pc_mib_dotted(v, pc_device_profile(dev)->sys_object_id);
	return pc_xcmi_no_date(v);
}

static const uint32_t general_oid[] = {PC_XCMI, 74, 1, 2, 1};

static const struct pc_snmp_column general_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonGeneralRowStatus"},
	{3, PC_SNMP_OID, version_get, NULL, "xcmSvcMonGeneralVersionID"},
	{4, PC_SNMP_OCTETS, version_get, NULL, "xcmSvcMonGeneralVersionDate"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonGeneralGroupSupport"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonGeneralCreateSupport"},
	{7, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonGeneralUpdateSupport"},
};

static const struct pc_mib_rule general_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
	{5, 0, INT32_MAX, 1, NULL, NULL},
};

PC_XCMI_RULED_TABLE(general, .row = pc_mib_row_single, .spec = "XCMI xcmSvcMonGeneralTable");

/* ---- queues: one for each way to print ---- */

static uint32_t
queue_protocol(const struct pc_profile *p, size_t at)
{
	if (p->ports.lpd && at-- == 0)
		return PROTOCOL_LPR;
	return p->ports.raw && at == 0 ? PROTOCOL_RAW : 0;
}

static bool
queue_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return queue_protocol(profile, at) != 0 && pc_mib_row_printer(at + 1, at, index, n_index);
}

static int
queue_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	uint32_t protocol = queue_protocol(p, pc_mib_at(at));

	switch (at->column) {
	case 1:
		return pc_mib_number(at, v, at->index[1]);
	case 3:
		return pc_mib_number(at, v, protocol);
	case 4: /* the port */
		return pc_mib_format(
			v, "%u", protocol == PROTOCOL_LPR ? 515u : (unsigned)p->ports.raw_port);
	default:
		return pc_mib_text(v, protocol == PROTOCOL_LPR ? p->lpd_queue : "raw");
	}
}

static const uint32_t queue_oid[] = {PC_XCMI, 74, 3, 2, 1};

static const struct pc_snmp_column queue_columns[] = {
	{1, PC_SNMP_INTEGER, queue_get, NULL, "xcmSvcMonQueueIndex"},
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonQueueRowStatus"},
	{3, PC_SNMP_INTEGER, queue_get, NULL, "xcmSvcMonQueueDomain"},
	{4, PC_SNMP_OCTETS, queue_get, NULL, "xcmSvcMonQueuePath"},
	{5, PC_SNMP_OCTETS, queue_get, NULL, "xcmSvcMonQueueName"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonQueueOnSystem"},
};

static const struct pc_mib_rule queue_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
	{6, 0, 0, 1, NULL, ",1,2,"},
};

PC_XCMI_RULED_TABLE(queue, .row = queue_row, .spec = "XCMI xcmSvcMonQueueTable");

static int
queue_date_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);

	if (at->column == 7 || n == 0)
		return pc_xcmi_no_date(v);
	return pc_mib_date(v, jobs[n - 1]->wall_ns);
}

static int
queue_ext_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_device_state *st = pc_device_state(dev);
	enum pc_origin origin =
		queue_protocol(pc_device_profile(dev), pc_mib_at(at)) == PROTOCOL_LPR
			? PC_ORIGIN_LPD
			: PC_ORIGIN_RAW;
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs), own = 0;

	for (size_t i = 0; i < n; i++)
		own += jobs[i]->origin == origin && jobs[i]->state < PC_JOB_DONE;
	switch (at->column) {
	case 2:
		return pc_mib_number(at, v, st->offline ? STATE_CLOSED : STATE_OPENED);
	case 6:
		return pc_mib_text(v, "");
	case 7:
	case 9:
		return queue_date_get(dev, at, v);
	case 8: /* jobs of the printer, whichever way they came */
		return pc_mib_number(at, v, st->next_job == 0 ? 0 : st->next_job - 1);
	case 10:
		return pc_mib_number(at, v, (int64_t)own);
	default:
		return pc_mib_number(at, v, 0);
	}
}

static const uint32_t queue_ext_oid[] = {PC_XCMI, 74, 4, 2, 1};

static const struct pc_snmp_column queue_ext_columns[] = {
	{1, PC_SNMP_INTEGER, queue_ext_get, NULL, "xcmSvcMonQueueRoutingIndex"},
	{2, PC_SNMP_INTEGER, queue_ext_get, NULL, "xcmSvcMonQueueState"},
	{3, PC_SNMP_INTEGER, queue_ext_get, NULL, "xcmSvcMonQueueConditions"},
	{4, PC_SNMP_COUNTER32, queue_ext_get, NULL, "xcmSvcMonQueueFaultCount"},
	{5, PC_SNMP_INTEGER, queue_ext_get, NULL, "xcmSvcMonQueueFaultCode"},
	{6, PC_SNMP_OCTETS, queue_ext_get, NULL, "xcmSvcMonQueueFaultString"},
	{7, PC_SNMP_OCTETS, queue_ext_get, NULL, "xcmSvcMonQueueRowCreateDate"},
	{8, PC_SNMP_COUNTER32, queue_ext_get, NULL, "xcmSvcMonQueueRowTotalJobs"},
	{9, PC_SNMP_OCTETS, queue_ext_get, NULL, "xcmSvcMonQueueLastConnectDate"},
	{10, PC_SNMP_COUNTER32, queue_ext_get, NULL, "xcmSvcMonQueueLastConnectJobs"},
};

PC_XCMI_TABLE(queue_ext, .row = queue_row, .spec = "XCMI xcmSvcMonQueueExtTable");

/* ---- services ---- */

static const struct {
	const char *name;
	int32_t type;
	uint32_t device; /* logical device */
} services[] = {{"Print", PRINT, PC_XCMI_PRINTER}, {"Copy", COPY, PC_XCMI_COPIER},
	{"Scan", SCAN, PC_XCMI_SCANNER}, {"Fax", FAX, PC_XCMI_FAX}};

/* Services stand at their places, whether the ones before them are there or not. */
static bool
service_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	for (size_t i = 0; i < PC_MIB_COUNT(services); i++) {
		bool there = services[i].type == PRINT ||
			     (services[i].type == FAX ? profile->fax : profile->scanner);

		if (!there || at-- > 0)
			continue;
		index[0] = (uint32_t)i + 1;
		*n_index = 1;
		return true;
	}
	return false;
}

static int64_t
service_state(const struct pc_device *dev)
{
	if (pc_device_state(dev)->offline || pc_device_hr_status(dev) == PC_HR_DOWN)
		return UNAVAILABLE;
	return pc_device_state(dev)->activity == PC_IDLE ? READY : BUSY;
}

static int
service_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	size_t row = pc_mib_at(at);
	int64_t state = service_state(dev);

	switch (at->column) {
	case 1:
		return pc_mib_number(at, v, at->index[0]);
	case 3:
		return pc_mib_text(v, services[row].name);
	case 4:
		return pc_mib_number(at, v, state);
	case 7:
		return pc_mib_number(at, v, state == UNAVAILABLE ? NONE : NORMAL);
	case 8:
		return pc_mib_number(at, v, PC_MIB_HR_PRINTER);
	case 9:
		return pc_mib_number(at, v, services[row].device);
	case 15:
		return pc_mib_number(at, v, services[row].type);
	default: /* what the panel says, at most 64 octets */
		return pc_mib_format(v, "%.64s", pc_device_console(dev));
	}
}

static const uint32_t service_oid[] = {PC_XCMI, 74, 5, 2, 1};

static const struct pc_snmp_column service_columns[] = {
	{1, PC_SNMP_INTEGER, service_get, NULL, "xcmSvcMonServiceIndex"},
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonServiceRowStatus"},
	{3, PC_SNMP_OCTETS, service_get, NULL, "xcmSvcMonServiceName"},
	{4, PC_SNMP_INTEGER, service_get, NULL, "xcmSvcMonServiceCurrentState"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonServicePreviousState"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonServiceConditions"},
	{7, PC_SNMP_INTEGER, service_get, NULL, "xcmSvcMonServiceAvailability"},
	{8, PC_SNMP_INTEGER, service_get, NULL, "xcmSvcMonServicePhysicalDevice"},
	{9, PC_SNMP_INTEGER, service_get, NULL, "xcmSvcMonServiceLogicalDevice"},
	{10, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonServiceExternalDevice"},
	{11, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonServiceSWRun"},
	{12, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonServiceSWInstalled"},
	{13, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonServiceStorage"},
	{14, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSvcMonServicePriority"},
	{15, PC_SNMP_INTEGER, service_get, NULL, "xcmSvcMonServiceType"},
	{16, PC_SNMP_OCTETS, service_get, NULL, "xcmSvcMonServiceStateDetail"},
};

static const struct pc_mib_rule service_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
	{5, 0, 0, 4, NULL, ",1,2,3,4,5,6,7,"},
};

PC_XCMI_RULED_TABLE(service, .row = service_row, .spec = "XCMI xcmSvcMonServiceTable");

/* ---- the network engine ---- */

static int
engine_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (at->column == 2)
		return pc_mib_text(v, pc_device_state(dev)->host_name);
	return pc_mib_number(at, v, ADDRESS_MAC); /* the last address */
}

static const uint32_t engine_oid[] = {PC_XCMI, 61, 3, 2, 1};

static const struct pc_snmp_column engine_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmCommsEngineRowStatus"},
	{2, PC_SNMP_OCTETS, engine_get, NULL, "xcmCommsEngineName"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmCommsEngineStackLast"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmCommsEngineMuxLast"},
	{6, PC_SNMP_INTEGER, engine_get, NULL, "xcmCommsEngineAddressLast"},
	{7, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmCommsEngineMgmtLast"},
	{8, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmCommsEngineGroupSupport"},
	{9, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmCommsEngineCreateSupport"},
	{10, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmCommsEngineUpdateSupport"},
};

static const struct pc_mib_rule engine_rules[] = {
	{1, 1, 1, 1, NULL, NULL},
	{8, 0, INT32_MAX, 1, NULL, NULL},
};

PC_XCMI_RULED_TABLE(engine, .row = pc_mib_row_single, .spec = "XCMI xcmCommsEngineTable");

static bool
address_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return pc_mib_row_printer(ADDRESS_MAC, at, index, n_index);
}

/* The type is the option that sets the address, below XEROX-COMMS-CONFIG-TC. */
static int
address_type(uint32_t row, struct pc_snmp_value *v)
{
	static const uint32_t ip[] = {PC_XCMI, 63, 14, 1301, 1};

	return row == ADDRESS_IP ? pc_mib_oid(v, ip, PC_MIB_COUNT(ip)) : pc_mib_dotted(v, NULL);
}

static int
address_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct in_addr ip = pc_device_state(dev)->address;
	uint32_t row = at->index[1];

	switch (at->column) {
	case 3:
		return address_type(row, v);
	case 4: /* of the station itself */
		return pc_mib_number(at, v, 1);
	case 5:
		return pc_mib_text(v, row == ADDRESS_IP ? "IPv4" : "Ethernet");
	case 6:
		if (row == ADDRESS_IP)
			memcpy(v->scratch.bytes, &ip.s_addr, 4);
		else
			pc_mib_mac(dev, v->scratch.bytes);
		return pc_mib_octets(v, v->scratch.bytes, row == ADDRESS_IP ? 4 : 6);
	case 7:
		return pc_mib_number(at, v, row == ADDRESS_IP ? ADDRESS_MAC : 0);
	default:
		return pc_mib_number(at, v, row == ADDRESS_MAC ? ADDRESS_IP : 0);
	}
}

static const uint32_t address_oid[] = {PC_XCMI, 61, 10, 2, 1};

static const struct pc_snmp_column address_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmCommsAddressRowStatus"},
	{3, PC_SNMP_OID, address_get, NULL, "xcmCommsAddressTypeOID"},
	{4, PC_SNMP_INTEGER, address_get, NULL, "xcmCommsAddressUserRole"},
	{5, PC_SNMP_OCTETS, address_get, NULL, "xcmCommsAddressName"},
	{6, PC_SNMP_OCTETS, address_get, NULL, "xcmCommsAddressCanonical"},
	{7, PC_SNMP_INTEGER, address_get, NULL, "xcmCommsAddressNextIndex"},
	{8, PC_SNMP_INTEGER, address_get, NULL, "xcmCommsAddressPreviousIndex"},
	{9, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmCommsAddressOptionIndex"},
};

static const struct pc_mib_rule address_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
};

PC_XCMI_RULED_TABLE(address, .row = address_row, .spec = "XCMI xcmCommsAddressTable");

static const struct pc_snmp_table *const tables[] = {&general_table.table, &queue_table.table,
	&queue_ext_table, &service_table.table, &engine_table.table, &address_table.table};

const struct pc_snmp_module pc_snmp_mib_xerox_service = {
	"XEROX-SERVICE-MONITORING-MIB", tables, PC_MIB_COUNT(tables)};
