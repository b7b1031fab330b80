#include "agents/collect-plan.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

#define SIM "1.3.6.1.4.1.8072.9999.9999.77."
#define EPS "1.3.6.1.4.1.1248.1.2.2."

static bool
is_number(const struct pc_snmp_varbind *v)
{
	return v->type == PC_BER_INTEGER || v->type == PC_BER_COUNTER32 ||
	       v->type == PC_BER_GAUGE32 || v->type == PC_BER_TIMETICKS ||
	       v->type == PC_BER_COUNTER64;
}

int32_t
pc_plan_int32(const struct pc_snmp_varbind *v)
{
	if (!is_number(v) || v->integer > INT32_MAX || v->integer < INT32_MIN)
		return 0;
	return (int32_t)v->integer;
}

uint32_t
pc_plan_uint32(const struct pc_snmp_varbind *v)
{
	return is_number(v) && v->integer >= 0 && v->integer <= UINT32_MAX ? (uint32_t)v->integer
									   : 0;
}

void
pc_plan_text(const struct pc_snmp_varbind *v, char *out, size_t size)
{
	if (v->type == PC_BER_OCTETS)
		pc_record_text(out, size, v->bytes, v->len);
}

size_t
pc_plan_place(const uint32_t *index, size_t n_index, size_t max, size_t *count)
{
	if (n_index == 0 || index[n_index - 1] < 1 || index[n_index - 1] > max)
		return SIZE_MAX;
	if (index[n_index - 1] > *count)
		*count = index[n_index - 1];
	return index[n_index - 1] - 1;
}

static void
sys_object_id(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	static const uint8_t epson[] = {0x2b, 6, 1, 4, 1, 0x89, 0x60}; /* 1.3.6.1.4.1.1248 */
	n->facts.epson = v->type == PC_BER_OID && v->len >= sizeof(epson) &&
			 memcmp(v->bytes, epson, sizeof(epson)) == 0;
}

static void
sys_name(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	pc_plan_text(v, n->sys_name, sizeof(n->sys_name));
}

static void
sys_location(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	pc_plan_text(v, n->record.location, sizeof(n->record.location));
}

static void
hr_descr(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	pc_plan_text(v, n->hr_descr, sizeof(n->hr_descr));
}

static void
sw_name(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	pc_plan_text(v, n->sw_name, sizeof(n->sw_name));
}

static void
printer_name(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	n->facts.printer = n->facts.printer || v->type == PC_BER_OCTETS;
	pc_plan_text(v, n->printer_name, sizeof(n->printer_name));
}

static void
serial_number(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	n->facts.printer = n->facts.printer || v->type == PC_BER_OCTETS;
	pc_plan_text(v, n->record.serial, sizeof(n->record.serial));
}

static void
epson_serial(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	pc_plan_text(v, n->epson_serial, sizeof(n->epson_serial));
}

static void
device_id(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	pc_plan_text(v, n->device_id, sizeof(n->device_id));
}

static void
epson_model(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	pc_plan_text(v, n->record.model, sizeof(n->record.model));
}

static void
epson_firmware(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	pc_plan_text(v, n->record.firmware, sizeof(n->record.firmware));
}

static void
sim_jams(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	n->has_sim = true;
	n->record.paper_jams = pc_plan_uint32(v);
}

static void
sim_cleanings(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	n->cleanings = pc_plan_uint32(v);
}

static void
sim_reboots(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	n->reboots = pc_plan_uint32(v);
}

static void
device_type(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	static const uint8_t printer[] = {0x2b, 6, 1, 2, 1, 25, 3, 1, 5}; /* hrDevicePrinter */
	if (n_index != 1 || v->type != PC_BER_OID || v->len != sizeof(printer) ||
		memcmp(v->bytes, printer, sizeof(printer)) != 0)
		return;
	n->facts.printer = true;
	if (n->printer_index == 0)
		n->printer_index = index[0];
}

static void
device_status(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	if (n_index == 1 && (n->printer_index == index[0] || n->device_status == 0))
		n->device_status = pc_plan_int32(v);
}

static void
printer_status(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	if (n_index == 1 && (n->printer_index == index[0] || n->printer_status == 0))
		n->printer_status = pc_plan_int32(v);
}

static void
phys_address(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	static const uint8_t none[6];
	if (n->record.mac_address[0] == '\0' && v->type == PC_BER_OCTETS && v->len == 6 &&
		memcmp(v->bytes, none, 6) != 0)
		pc_record_mac(n->record.mac_address, v->bytes);
}

static void
life_count(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	if (n->record.total_pages < 0 && is_number(v))
		n->record.total_pages = pc_plan_uint32(v);
}

static void
power_on_count(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	if (n->power_on_pages < 0 && is_number(v))
		n->power_on_pages = pc_plan_uint32(v);
}

static struct pc_plan_alert *
alert_at(struct pc_plan_notes *n, const uint32_t *index, size_t n_index)
{
	if (n_index == 0)
		return NULL;
	for (size_t i = 0; i < n->n_alerts; i++) {
		if (n->alerts[i].index == index[n_index - 1])
			return &n->alerts[i];
	}
	if (n->n_alerts == PC_RECORD_ERRORS)
		return NULL;
	n->alerts[n->n_alerts] = (struct pc_plan_alert){.index = index[n_index - 1]};
	return &n->alerts[n->n_alerts++];
}

static void
alert_severity(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	struct pc_plan_alert *a = alert_at(n, index, n_index);
	if (a != NULL)
		a->severity = pc_plan_int32(v);
}

static void
alert_code(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	struct pc_plan_alert *a = alert_at(n, index, n_index);
	if (a != NULL)
		a->code = pc_plan_int32(v);
}

static void
supply_colorant(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SUPPLIES, &n->record.n_supplies);
	if (at != SIZE_MAX)
		n->colorant_of[at] = pc_plan_int32(v);
}

static void
supply_type(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SUPPLIES, &n->record.n_supplies);
	if (at != SIZE_MAX)
		n->record.supplies[at].type = pc_plan_int32(v);
}

static void
supply_description(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SUPPLIES, &n->record.n_supplies);
	if (at != SIZE_MAX)
		pc_plan_text(v, n->record.supplies[at].description, PC_RECORD_TEXT);
}

static void
supply_capacity(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SUPPLIES, &n->record.n_supplies);
	if (at != SIZE_MAX)
		n->record.supplies[at].capacity = pc_plan_int32(v);
}

static void
supply_level(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SUPPLIES, &n->record.n_supplies);
	if (at != SIZE_MAX)
		n->record.supplies[at].level = pc_plan_int32(v);
}

static void
supply_replacements(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SUPPLIES, &n->record.n_supplies);
	if (at != SIZE_MAX)
		n->record.supplies[at].replacements = pc_plan_uint32(v);
}

static void
colorant_value(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t count = 0;
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SUPPLIES, &count);
	if (at != SIZE_MAX)
		pc_plan_text(v, n->colorants[at], PC_RECORD_TEXT);
}

static void
history_code(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ERRORS, &n->record.n_history);
	if (at != SIZE_MAX)
		n->record.history[at].code = pc_plan_int32(v);
}

static void
history_severity(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ERRORS, &n->record.n_history);
	if (at != SIZE_MAX)
		n->record.history[at].severity = pc_plan_int32(v);
}

static void
history_date(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ERRORS, &n->record.n_history);
	if (at != SIZE_MAX)
		pc_record_date(v->bytes, v->type == PC_BER_OCTETS ? v->len : 0,
			n->record.history[at].date);
}

static void
cleaning_date(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_CLEANINGS, &n->record.n_cleanings);
	if (at != SIZE_MAX)
		pc_record_date(v->bytes, v->type == PC_BER_OCTETS ? v->len : 0,
			n->record.cleanings[at].date);
}

static void
cleaning_trigger(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_CLEANINGS, &n->record.n_cleanings);
	if (at != SIZE_MAX)
		n->record.cleanings[at].trigger = pc_plan_int32(v);
}

static void
cleaning_group(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_CLEANINGS, &n->record.n_cleanings);
	if (at != SIZE_MAX)
		n->record.cleanings[at].group = pc_plan_int32(v);
}

static void
cleaning_power(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_CLEANINGS, &n->record.n_cleanings);
	if (at != SIZE_MAX)
		n->record.cleanings[at].power = pc_plan_int32(v) == 1;
}

static void
size_name(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ROWS, &n->record.n_sizes);
	if (at != SIZE_MAX)
		pc_plan_text(v, n->record.sizes[at].name, PC_RECORD_TEXT);
}

static void
size_mono_simplex(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ROWS, &n->record.n_sizes);
	if (at == SIZE_MAX)
		return;
	n->record.sizes[at].sides[0][0] = pc_plan_uint32(v);
}

static void
size_mono_duplex(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ROWS, &n->record.n_sizes);
	if (at == SIZE_MAX)
		return;
	n->record.sizes[at].sides[0][1] = pc_plan_uint32(v);
	n->record.sizes[at].duplex = true;
}

static void
size_color_simplex(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ROWS, &n->record.n_sizes);
	if (at == SIZE_MAX)
		return;
	n->record.sizes[at].sides[1][0] = pc_plan_uint32(v);
	n->record.sizes[at].color = true;
}

static void
size_color_duplex(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ROWS, &n->record.n_sizes);
	if (at == SIZE_MAX)
		return;
	n->record.sizes[at].sides[1][1] = pc_plan_uint32(v);
	n->record.sizes[at].color = true;
	n->record.sizes[at].duplex = true;
}

/* Both tables number the functions the same way; the names on the wire may be localised. */
static void
function_count(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	static const char *const names[] = {"print", "copy", "fax", "scan", "report"};
	size_t at = pc_plan_place(
		index, n_index, sizeof(names) / sizeof(names[0]), &n->record.n_functions);
	if (at == SIZE_MAX)
		return;
	pc_text_copy(n->record.functions[at].name, PC_RECORD_TEXT, names[at]);
	n->record.functions[at].count = pc_plan_uint32(v);
}

static void
media_name(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ROWS, &n->record.n_media);
	if (at != SIZE_MAX)
		pc_plan_text(v, n->record.media[at].name, PC_RECORD_TEXT);
}

static void
media_count(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ROWS, &n->record.n_media);
	if (at != SIZE_MAX)
		n->record.media[at].count = pc_plan_uint32(v);
}

static void
scan_name(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ROWS, &n->record.n_scans);
	if (at != SIZE_MAX)
		pc_plan_text(v, n->record.scans[at].name, PC_RECORD_TEXT);
}

static void
scan_count(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ROWS, &n->record.n_scans);
	if (at != SIZE_MAX)
		n->record.scans[at].count = pc_plan_uint32(v);
}

static void
setting_group(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SETTINGS, &n->record.n_settings);
	if (at != SIZE_MAX)
		pc_plan_text(v, n->record.settings[at].group, sizeof(n->record.settings[at].group));
}

static void
setting_name(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SETTINGS, &n->record.n_settings);
	if (at != SIZE_MAX)
		pc_plan_text(v, n->record.settings[at].name, sizeof(n->record.settings[at].name));
}

static void
setting_value(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SETTINGS, &n->record.n_settings);
	if (at != SIZE_MAX)
		pc_plan_text(v, n->record.settings[at].value, sizeof(n->record.settings[at].value));
}

static void
sim_firmware(struct pc_plan_notes *n, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *v)
{
	(void)index;
	(void)n_index;
	if (n->sim_firmware[0] == '\0')
		pc_plan_text(v, n->sim_firmware, sizeof(n->sim_firmware));
}

static const struct pc_plan_row rows[] = {
	{PC_PLAN_SCALAR, "1.3.6.1.2.1.1.2.0", "-", sys_object_id, "RFC 3418 sysObjectID"},
	{PC_PLAN_SCALAR, "1.3.6.1.2.1.1.5.0", "domainName", sys_name, "ERS-DAT-015"},
	{PC_PLAN_SCALAR, "1.3.6.1.2.1.1.6.0", "location", sys_location, "ERS-DAT-063"},
	{PC_PLAN_SCALAR, "1.3.6.1.2.1.25.3.2.1.3.1", "manufacturer", hr_descr, "ERS-DAT-012"},
	{PC_PLAN_SCALAR, "1.3.6.1.2.1.43.5.1.1.16.1", "model", printer_name, "ERS-DAT-013"},
	{PC_PLAN_SCALAR, "1.3.6.1.2.1.43.5.1.1.17.1", "serialNumber", serial_number, "ERS-DAT-017"},
	{PC_PLAN_SCALAR, "1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1", "manufacturer", device_id,
		"ERS-DAT-012"},
	{PC_PLAN_SCALAR, EPS "1.1.1.1.1", "manufacturer", device_id, "ERS-DAT-012"},
	{PC_PLAN_SCALAR, EPS "1.1.1.2.1", "model", epson_model, "ERS-DAT-013"},
	{PC_PLAN_SCALAR, EPS "1.1.1.5.1", "serialNumber", epson_serial, "ERS-DAT-017"},
	{PC_PLAN_SCALAR, EPS "2.1.1.2.1.1", "firmwareVersion", epson_firmware, "ERS-DAT-019"},
	{PC_PLAN_SCALAR, "1.3.6.1.2.1.25.6.3.1.2.1", "firmwareVersion", sw_name, "ERS-DAT-019"},
	{PC_PLAN_SCALAR, SIM "1.1.0", "paperJamCount", sim_jams, "ERS-DAT-062"},
	{PC_PLAN_SCALAR, SIM "1.2.0", "otherCounters", sim_cleanings, "ERS-DAT-064"},
	{PC_PLAN_SCALAR, SIM "1.4.0", "otherCounters", sim_reboots, "ERS-DAT-064"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.25.3.2.1.2", "status", device_type,
		"RFC 2790 hrDeviceType"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.25.3.2.1.5", "status", device_status, "ERS-DAT-020"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.25.3.5.1.1", "status", printer_status, "ERS-DAT-020"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.2.2.1.6", "macAddress", phys_address, "ERS-DAT-016"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.43.10.2.1.4", "pageCounters.total", life_count,
		"ERS-DAT-026"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.43.10.2.1.5", "otherCounters", power_on_count,
		"ERS-DAT-064"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.43.11.1.1.3", "consumables.color", supply_colorant,
		"ERS-DAT-046"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.43.11.1.1.5", "consumables.kind", supply_type,
		"ERS-DAT-030"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.43.11.1.1.6", "consumables.description", supply_description,
		"ERS-DAT-046"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.43.11.1.1.8", "consumables.capacity", supply_capacity,
		"ERS-DAT-030"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.43.11.1.1.9", "consumables.level", supply_level,
		"ERS-DAT-030"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.43.12.1.1.4", "consumables.color", colorant_value,
		"ERS-DAT-046"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.43.18.1.1.2", "errorCodes.severity", alert_severity,
		"ERS-DAT-021"},
	{PC_PLAN_STANDARD, "1.3.6.1.2.1.43.18.1.1.7", "errorCodes.code", alert_code, "ERS-DAT-021"},
	{PC_PLAN_SIM_HISTORY, SIM "2.1.2", "errorHistory.code", history_code, "ERS-DAT-022"},
	{PC_PLAN_SIM_HISTORY, SIM "2.1.3", "errorHistory.severity", history_severity,
		"ERS-DAT-022"},
	{PC_PLAN_SIM_HISTORY, SIM "2.1.4", "errorHistory.date", history_date, "ERS-DAT-022"},
	{PC_PLAN_SIM_HISTORY, SIM "3.1.2", "cleaningHistory.date", cleaning_date, "ERS-DAT-061"},
	{PC_PLAN_SIM_HISTORY, SIM "3.1.3", "cleaningHistory.trigger", cleaning_trigger,
		"ERS-DAT-061"},
	{PC_PLAN_SIM_HISTORY, SIM "3.1.4", "cleaningHistory.kind", cleaning_group, "ERS-DAT-061"},
	{PC_PLAN_SIM_HISTORY, SIM "3.1.5", "cleaningHistory.kind", cleaning_power, "ERS-DAT-061"},
	{PC_PLAN_SIM_HISTORY, SIM "4.1.2", "consumables.replacements", supply_replacements,
		"ERS-DAT-038"},
	{PC_PLAN_SIM_HISTORY, SIM "5.1.2", "pageCounters.bySize", size_name, "ERS-DAT-023"},
	{PC_PLAN_SIM_HISTORY, SIM "5.1.3", "pageCounters.bySize.monoSimplex", size_mono_simplex,
		"ERS-DAT-025"},
	{PC_PLAN_SIM_HISTORY, SIM "5.1.4", "pageCounters.bySize.monoDuplex", size_mono_duplex,
		"ERS-DAT-026"},
	{PC_PLAN_SIM_HISTORY, SIM "5.1.5", "pageCounters.bySize.colorSimplex", size_color_simplex,
		"ERS-DAT-023"},
	{PC_PLAN_SIM_HISTORY, SIM "5.1.6", "pageCounters.bySize.colorDuplex", size_color_duplex,
		"ERS-DAT-024"},
	{PC_PLAN_SIM_COUNTS, SIM "6.1.3", "pageCounters.byFunction", function_count, "ERS-DAT-027"},
	{PC_PLAN_SIM_COUNTS, SIM "7.1.2", "pageCounters.byMediaType", media_name, "ERS-DAT-028"},
	{PC_PLAN_SIM_COUNTS, SIM "7.1.3", "pageCounters.byMediaType", media_count, "ERS-DAT-028"},
	{PC_PLAN_SIM_COUNTS, SIM "8.1.2", "scanCounters.bySize", scan_name, "ERS-DAT-029"},
	{PC_PLAN_SIM_COUNTS, SIM "8.1.3", "scanCounters.bySize", scan_count, "ERS-DAT-029"},
	{PC_PLAN_SIM_COUNTS, SIM "9.1.2", "settings", setting_group, "ERS-DAT-054"},
	{PC_PLAN_SIM_COUNTS, SIM "9.1.3", "settings", setting_name, "ERS-DAT-054"},
	{PC_PLAN_SIM_COUNTS, SIM "9.1.4", "settings", setting_value, "ERS-DAT-054"},
	{PC_PLAN_SIM_COUNTS, SIM "10.1.3", "firmwareVersion", sim_firmware, "ERS-DAT-019"},
	{PC_PLAN_EPSON, EPS "27.6.1.4.1.1", "pageCounters.byFunction", function_count,
		"ERS-DAT-027"},
};

const struct pc_plan_row *
pc_plan_row(size_t at)
{
	const size_t n = sizeof(rows) / sizeof(rows[0]);
	size_t n_log = 0;
	const struct pc_plan_row *log = pc_plan_log_rows(&n_log);
	if (at < n)
		return &rows[at];
	return at - n < n_log ? &log[at - n] : NULL;
}

void
pc_plan_begin(struct pc_plan_notes *n)
{
	memset(n, 0, sizeof(*n));
	pc_record_init(&n->record);
	n->power_on_pages = n->reboots = n->cleanings = n->fax_sent = n->fax_received = -1;
	for (size_t i = 0; i < PC_RECORD_SUPPLIES; i++)
		n->record.supplies[i].replacements = -1;
}

static void
finish_identity(struct pc_plan_notes *n)
{
	struct pc_record *r = &n->record;
	if (r->serial[0] == '\0')
		pc_text_copy(r->serial, sizeof(r->serial), n->epson_serial);
	if (!pc_record_1284(
		    n->device_id, "MFG", "MANUFACTURER", r->manufacturer, sizeof(r->manufacturer)))
		pc_record_text(r->manufacturer, sizeof(r->manufacturer),
			(const uint8_t *)n->hr_descr, strcspn(n->hr_descr, " "));
	if (r->model[0] == '\0')
		pc_record_1284(n->device_id, "MDL", "MODEL", r->model, sizeof(r->model));
	if (r->model[0] == '\0')
		pc_text_copy(r->model, sizeof(r->model),
			n->hr_descr[0] != '\0' ? n->hr_descr : n->printer_name);
	size_t maker = strlen(r->manufacturer);
	if (maker > 0 && strncasecmp(r->model, r->manufacturer, maker) == 0 &&
		r->model[maker] == ' ')
		memmove(r->model, r->model + maker + 1, strlen(r->model + maker + 1) + 1);
	if (r->manufacturer[0] == '\0') /* the schema wants one of every printer that answers */
		pc_text_copy(r->manufacturer, sizeof(r->manufacturer), "unknown");
	if (r->model[0] == '\0')
		pc_text_copy(r->model, sizeof(r->model), "unknown");
	pc_record_name(r->serial);
	if (r->firmware[0] == '\0')
		pc_text_copy(r->firmware, sizeof(r->firmware),
			n->sim_firmware[0] != '\0' ? n->sim_firmware : n->sw_name);
}

static void
finish_supplies(struct pc_plan_notes *n)
{
	for (size_t i = 0; i < n->record.n_supplies; i++) {
		int32_t c = n->colorant_of[i];
		if (c >= 1 && c <= PC_RECORD_SUPPLIES)
			pc_text_copy(
				n->record.supplies[i].color, PC_RECORD_TEXT, n->colorants[c - 1]);
	}
}

static void
finish_alerts(struct pc_plan_notes *n)
{
	for (size_t i = 0; i < n->n_alerts; i++) {
		/* Real printers keep a permanent row of severity other(1) that says "Ready". */
		if (n->alerts[i].severity > 1)
			n->record.errors[n->record.n_errors++] = (struct pc_record_error){
				.code = n->alerts[i].code, .severity = n->alerts[i].severity};
	}
}

static size_t
close_gaps(struct pc_record_count *rows_of, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (rows_of[i].name[0] == '\0')
			continue;
		rows_of[kept++] = rows_of[i];
	}
	return kept;
}

static void
finish_lists(struct pc_record *r)
{
	size_t kept = 0;
	r->n_functions = close_gaps(r->functions, r->n_functions);
	r->n_media = close_gaps(r->media, r->n_media);
	r->n_scans = close_gaps(r->scans, r->n_scans);
	for (size_t i = 0; i < r->n_sizes; i++) {
		if (r->sizes[i].name[0] != '\0')
			r->sizes[kept++] = r->sizes[i];
	}
	r->n_sizes = kept;
	kept = 0;
	for (size_t i = 0; i < r->n_history; i++) {
		if (r->history[i].date[0] != '\0')
			r->history[kept++] = r->history[i];
	}
	r->n_history = kept;
	kept = 0;
	for (size_t i = 0; i < r->n_cleanings; i++) {
		if (r->cleanings[i].date[0] != '\0')
			r->cleanings[kept++] = r->cleanings[i];
	}
	r->n_cleanings = kept;
	kept = 0;
	for (size_t i = 0; i < r->n_settings; i++) {
		if (r->settings[i].group[0] != '\0' && r->settings[i].name[0] != '\0')
			r->settings[kept++] = r->settings[i];
	}
	r->n_settings = kept;
	pc_plan_log_finish(r);
}

static void
add_other(struct pc_record *r, const char *name, int64_t count)
{
	if (count < 0 || r->n_others == PC_RECORD_ROWS)
		return;
	pc_text_copy(r->others[r->n_others].name, PC_RECORD_TEXT, name);
	r->others[r->n_others++].count = (uint32_t)count;
}

void
pc_plan_finish(struct pc_plan_notes *n, const struct pc_collect_target *target)
{
	struct pc_record *r = &n->record;
	char addr[PC_TEXT_ADDR_MAX];
	pc_text_copy(r->ip_address, sizeof(r->ip_address),
		pc_text_from_ipv4(target->addr.sin_addr, addr));
	pc_text_copy(r->domain_name, sizeof(r->domain_name),
		target->name[0] != '\0' ? target->name : n->sys_name);
	finish_identity(n);
	finish_supplies(n);
	finish_alerts(n);
	finish_lists(r);
	add_other(r, "powerOnPages", n->power_on_pages);
	add_other(r, "reboots", n->reboots);
	add_other(r, "headCleanings", n->cleanings);
	add_other(r, "faxPagesSent", n->fax_sent);
	add_other(r, "faxPagesReceived", n->fax_received);
	r->status = pc_record_status_of(n->device_status, n->printer_status);
}
