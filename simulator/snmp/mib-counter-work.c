/* PWG-IMAGING-COUNTER-MIB: the counters: time, events, images, impressions, sheets, traffic, media.
 * Spec: PWG 5106.3 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/mib-counter.h"

enum {
	WORK_TOTALS = 3, /* IcWorkTypeTC */
	WORK_DATASTREAM = 4,
	WORK_AUXILIARY = 5,
	WORK_MAINTENANCE = 7,
	LIFETIME = 3, /* IcPersistenceTC */
	POWER_ON = 4,
	FUNCTION_PRINT = 0, /* struct pc_counters */
	FUNCTION_COPY = 1,
	FUNCTION_FAX = 2,
	FUNCTION_SCAN = 3,
	FUNCTION_REPORT = 4,
	FUNCTIONS = 5
};

#define IC 1, 3, 6, 1, 4, 1, 2699, 1, 3, 1

/* IcCounter32 wraps within 31 bits. */
static int
counter(const struct pc_snmp_at *at, struct pc_snmp_value *v, uint64_t n)
{
	return pc_mib_number(at, v, (int64_t)(n & INT32_MAX));
}

/* Index {key, persistence}, key 1 being the system's totals: time and events are those of the whole
 * printer. */
static bool
system_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	if (at > 1)
		return false;
	index[0] = 1;
	index[1] = LIFETIME + (uint32_t)at;
	*n_index = 2;
	return true;
}

static int
time_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const enum pc_time times[] = {
		[4] = PC_TIME_DOWN, PC_TIME_MAINTENANCE, PC_TIME_PROCESSING};
	bool boot = at->index[1] == POWER_ON;
	uint64_t ms = 0;

	if (at->column > 3)
		return counter(at, v, pc_device_time_ms(dev, times[at->column], boot) / 1000);
	for (unsigned i = 0; i < PC_TIMES; i++)
		ms += pc_device_time_ms(dev, (enum pc_time)i, boot);
	return counter(at, v, ms / 1000);
}

static const uint32_t time_oid[] = {IC, 5, 1, 1};

static const struct pc_snmp_column time_columns[] = {
	{3, PC_SNMP_INTEGER, time_get, NULL, "icTimeTotalSeconds"},
	{4, PC_SNMP_INTEGER, time_get, NULL, "icTimeDownSeconds"},
	{5, PC_SNMP_INTEGER, time_get, NULL, "icTimeMaintenanceSeconds"},
	{6, PC_SNMP_INTEGER, time_get, NULL, "icTimeProcessingSeconds"},
};

const struct pc_snmp_table pc_ic_time_table = {
	.oid = time_oid,
	.n_oid = PC_MIB_COUNT(time_oid),
	.columns = time_columns,
	.n_columns = PC_MIB_COUNT(time_columns),
	.row = system_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icTimeTable",
};

/* Critical alerts are counted by the device since its start only (RFC 3805), and are told so. */
static uint64_t
monitor_value(const struct pc_counters *c, uint32_t column)
{
	switch (column) {
	case 3:
		return c->config_changes;
	case 4:
		return c->alerts_all;
	case 6:
		return c->jobs_failed - c->jobs_cancelled;
	case 7:
		return c->jobs_cancelled;
	case 8:
		return c->jobs_done;
	case 9:
		return c->jobs_finished;
	default: /* memory and storage never run out here, nothing is stored */
		return 0;
	}
}

static int
monitor_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_counters *now = &pc_device_state(dev)->counters;
	struct pc_counters boot;

	if (at->column == 5)
		return counter(at, v, now->alerts_critical);
	if (at->index[1] == LIFETIME)
		return counter(at, v, monitor_value(now, at->column));
	pc_device_counters_at_boot(dev, &boot);
	return counter(at, v, monitor_value(now, at->column) - monitor_value(&boot, at->column));
}

static const uint32_t monitor_oid[] = {IC, 6, 1, 1};

static const struct pc_snmp_column monitor_columns[] = {
	{3, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorConfigChanges"},
	{4, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorTotalAlerts"},
	{5, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorCriticalAlerts"},
	{6, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorAbortedJobs"},
	{7, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorCanceledJobs"},
	{8, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorCompletedJobs"},
	{9, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorCompletedFinisherJobs"},
	{10, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorMemoryAllocErrors"},
	{11, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorMemoryAllocWarnings"},
	{12, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorStorageAllocErrors"},
	{13, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorStorageAllocWarnings"},
	{14, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorLocalStorageKOctets"},
	{15, PC_SNMP_INTEGER, monitor_get, NULL, "icMonitorRemoteStorageKOctets"},
};

const struct pc_snmp_table pc_ic_monitor_table = {
	.oid = monitor_oid,
	.n_oid = PC_MIB_COUNT(monitor_oid),
	.columns = monitor_columns,
	.n_columns = PC_MIB_COUNT(monitor_columns),
	.row = system_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icMonitorTable",
};

/* ---- work: index {key, work type, persistence} ---- */

/* What a unit's marked sides are of: the whole printer's functions, or one. */
static bool
function_of(const struct pc_ic_unit *u, size_t *ret)
{
	static const struct {
		uint32_t service;
		size_t function;
	} map[] = {{PC_IC_PRINT, FUNCTION_PRINT}, {PC_IC_COPY, FUNCTION_COPY},
		{PC_IC_FAX_IN, FUNCTION_FAX}, {PC_IC_SYSTEM, FUNCTIONS}};

	*ret = FUNCTIONS;
	if (u->subunit)
		return u->type == PC_IC_MARKER;
	for (size_t i = 0; i < PC_MIB_COUNT(map); i++) {
		if (map[i].service == u->type) {
			*ret = map[i].function;
			return true;
		}
	}
	return false;
}

/* Kinds of work that are told apart: of the whole printer all of them, of a service its own. */
static const uint32_t works[] = {WORK_TOTALS, WORK_DATASTREAM, WORK_AUXILIARY, WORK_MAINTENANCE};

static size_t
works_of(size_t function)
{
	return function == FUNCTIONS ? PC_MIB_COUNT(works) : 2;
}

static bool
work_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	struct pc_ic_unit u;
	size_t function;

	for (size_t key = 0; pc_ic_unit(profile, key, &u); key++) {
		size_t n = function_of(&u, &function) ? 2 * works_of(function) : 0;

		if (at < n) {
			index[0] = (uint32_t)key + 1;
			index[1] = works[at / 2];
			index[2] = LIFETIME + (uint32_t)(at % 2);
			*n_index = 3;
			return true;
		}
		at -= n;
	}
	return false;
}

/* What is summed: sides or sheets; of which colour (2 both), of which plex (2 both). */
struct what {
	bool sheets;
	unsigned color, plex;
};

static uint64_t
sum_function(const struct pc_counters *c, size_t function, struct what w)
{
	uint64_t n = 0;

	for (unsigned color = 0; color < 2; color++) {
		for (unsigned plex = 0; plex < 2; plex++) {
			if ((w.color != 2 && w.color != color) || (w.plex != 2 && w.plex != plex))
				continue;
			if (w.sheets)
				n += c->sheets[function][color][plex];
			else
				n += (uint64_t)c->by_use[function][color][plex][0] +
				     c->by_use[function][color][plex][1];
		}
	}
	return n;
}

/* Nozzle checks are maintenance, the printer's other own pages are auxiliary sheets. A check prints
 * one simplex side in colour if the printer has any. */
static uint64_t
sum_reports(const struct pc_counters *c, uint32_t work, bool is_color, struct what w)
{
	uint64_t all = sum_function(c, FUNCTION_REPORT, w), checks = c->nozzle_checks;

	if ((w.color != 2 && w.color != (is_color ? 1 : 0)) || w.plex == 1)
		checks = 0;
	if (checks > all)
		checks = all;
	return work == WORK_MAINTENANCE ? checks : all - checks;
}

static uint64_t
sum_work(const struct pc_counters *c, size_t function, uint32_t work, bool is_color, struct what w)
{
	uint64_t n = 0;

	if (function != FUNCTIONS)
		return sum_function(c, function, w);
	if (work == WORK_AUXILIARY || work == WORK_MAINTENANCE)
		return sum_reports(c, work, is_color, w);
	for (size_t f = 0; f < FUNCTIONS; f++)
		if (f != FUNCTION_REPORT || work == WORK_TOTALS)
			n += sum_function(c, f, w);
	return n;
}

static int
work_value(const struct pc_device *dev, const struct pc_snmp_at *at, struct what w,
	struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct pc_counters boot;
	struct pc_ic_unit u;
	size_t function;
	uint64_t n;

	if (!pc_ic_unit(p, at->index[0] - 1, &u) || !function_of(&u, &function))
		return PC_E_NOTFOUND;
	n = sum_work(&pc_device_state(dev)->counters, function, at->index[1], p->color, w);
	if (at->index[2] == POWER_ON) {
		pc_device_counters_at_boot(dev, &boot);
		n -= sum_work(&boot, function, at->index[1], p->color, w);
	}
	return counter(at, v, n);
}

/* Total, monochrome, blank, full colour, highlight colour: the columns 4 to 8 of four tables. */
static bool
color_of(uint32_t column, unsigned *ret)
{
	static const unsigned colors[] = {[4] = 2, [5] = 0, [7] = 1};

	if (column == 6 || column == 8)
		return false; /* blank sides are not told apart, highlight colour is not there */
	*ret = colors[column];
	return true;
}

static int
work_get(const struct pc_device *dev, const struct pc_snmp_at *at, bool sheets, unsigned plex,
	struct pc_snmp_value *v)
{
	struct what w = {sheets, 2, plex};

	return color_of(at->column, &w.color) ? work_value(dev, at, w, v) : counter(at, v, 0);
}

static int
impression_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	return work_get(dev, at, false, 2, v);
}

static int
two_sided_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	return work_get(dev, at, false, 1, v);
}

static int
sheet_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	return work_get(dev, at, true, 2, v);
}

static const uint32_t impression_oid[] = {IC, 8, 1, 1};

static const struct pc_snmp_column impression_columns[] = {
	{4, PC_SNMP_INTEGER, impression_get, NULL, "icImpressionTotalImps"},
	{5, PC_SNMP_INTEGER, impression_get, NULL, "icImpressionMonochromeImps"},
	{6, PC_SNMP_INTEGER, impression_get, NULL, "icImpressionBlankImps"},
	{7, PC_SNMP_INTEGER, impression_get, NULL, "icImpressionFullColorImps"},
	{8, PC_SNMP_INTEGER, impression_get, NULL, "icImpressionHighlightColorImps"},
};

const struct pc_snmp_table pc_ic_impression_table = {
	.oid = impression_oid,
	.n_oid = PC_MIB_COUNT(impression_oid),
	.columns = impression_columns,
	.n_columns = PC_MIB_COUNT(impression_columns),
	.row = work_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icImpressionTable",
};

static const uint32_t two_sided_oid[] = {IC, 9, 1, 1};

static const struct pc_snmp_column two_sided_columns[] = {
	{4, PC_SNMP_INTEGER, two_sided_get, NULL, "icTwoSidedTotalImps"},
	{5, PC_SNMP_INTEGER, two_sided_get, NULL, "icTwoSidedMonochromeImps"},
	{6, PC_SNMP_INTEGER, two_sided_get, NULL, "icTwoSidedBlankImps"},
	{7, PC_SNMP_INTEGER, two_sided_get, NULL, "icTwoSidedFullColorImps"},
	{8, PC_SNMP_INTEGER, two_sided_get, NULL, "icTwoSidedHighlightColorImps"},
};

const struct pc_snmp_table pc_ic_two_sided_table = {
	.oid = two_sided_oid,
	.n_oid = PC_MIB_COUNT(two_sided_oid),
	.columns = two_sided_columns,
	.n_columns = PC_MIB_COUNT(two_sided_columns),
	.row = work_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icTwoSidedTable",
};

static const uint32_t sheet_oid[] = {IC, 10, 1, 1};

static const struct pc_snmp_column sheet_columns[] = {
	{4, PC_SNMP_INTEGER, sheet_get, NULL, "icSheetTotalSheets"},
	{5, PC_SNMP_INTEGER, sheet_get, NULL, "icSheetMonochromeSheets"},
	{6, PC_SNMP_INTEGER, sheet_get, NULL, "icSheetBlankSheets"},
	{7, PC_SNMP_INTEGER, sheet_get, NULL, "icSheetFullColorSheets"},
	{8, PC_SNMP_INTEGER, sheet_get, NULL, "icSheetHighlightColorSheets"},
};

const struct pc_snmp_table pc_ic_sheet_table = {
	.oid = sheet_oid,
	.n_oid = PC_MIB_COUNT(sheet_oid),
	.columns = sheet_columns,
	.n_columns = PC_MIB_COUNT(sheet_columns),
	.row = work_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icSheetTable",
};

/* ---- icImageTable: scanned images, of the system, the scan service and the scanner ---- */

static bool
image_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	const uint32_t keys[] = {1, pc_ic_key(profile, false, PC_IC_SCAN, 0),
		pc_ic_key(profile, true, PC_IC_SCANNER, 0)};

	if (!profile->scanner || at >= 2 * PC_MIB_COUNT(keys))
		return false;
	index[0] = keys[at / 2];
	index[1] = WORK_TOTALS;
	index[2] = LIFETIME + (uint32_t)(at % 2);
	*n_index = 3;
	return true;
}

/* A scanner of a colour machine scans in colour. */
static int
image_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_counters boot = {0};
	uint64_t n = pc_device_state(dev)->counters.by_function[FUNCTION_SCAN];
	uint32_t own = pc_device_profile(dev)->color ? 6 : 5;

	if (at->index[2] == POWER_ON)
		pc_device_counters_at_boot(dev, &boot);
	n -= boot.by_function[FUNCTION_SCAN];
	return counter(at, v, at->column == 4 || at->column == own ? n : 0);
}

static const uint32_t image_oid[] = {IC, 7, 1, 1};

static const struct pc_snmp_column image_columns[] = {
	{4, PC_SNMP_INTEGER, image_get, NULL, "icImageTotalImages"},
	{5, PC_SNMP_INTEGER, image_get, NULL, "icImageMonochromeImages"},
	{6, PC_SNMP_INTEGER, image_get, NULL, "icImageFullColorImages"},
};

const struct pc_snmp_table pc_ic_image_table = {
	.oid = image_oid,
	.n_oid = PC_MIB_COUNT(image_oid),
	.columns = image_columns,
	.n_columns = PC_MIB_COUNT(image_columns),
	.row = image_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icImageTable",
};

/* ---- icTrafficTable: of the network interface, counted since the start only ---- */

static bool
traffic_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	if (at > 0)
		return false;
	index[0] = pc_ic_key(profile, true, PC_IC_INTERFACE, 0);
	index[1] = WORK_TOTALS;
	index[2] = POWER_ON;
	*n_index = 3;
	return true;
}

static int
traffic_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_traffic *t = &pc_device_state(dev)->traffic;
	const uint64_t n[] = {[4] = (t->in_octets + 1023) / 1024, /* K octets round up */
		(t->out_octets + 1023) / 1024,
		t->in_datagrams + t->in_segments,
		t->out_datagrams + t->out_segments};

	return counter(at, v, n[at->column]);
}

static const uint32_t traffic_oid[] = {IC, 11, 1, 1};

static const struct pc_snmp_column traffic_columns[] = {
	{4, PC_SNMP_INTEGER, traffic_get, NULL, "icTrafficInputKOctets"},
	{5, PC_SNMP_INTEGER, traffic_get, NULL, "icTrafficOutputKOctets"},
	{6, PC_SNMP_INTEGER, traffic_get, NULL, "icTrafficInputMessages"},
	{7, PC_SNMP_INTEGER, traffic_get, NULL, "icTrafficOutputMessages"},
};

const struct pc_snmp_table pc_ic_traffic_table = {
	.oid = traffic_oid,
	.n_oid = PC_MIB_COUNT(traffic_oid),
	.columns = traffic_columns,
	.n_columns = PC_MIB_COUNT(traffic_columns),
	.row = traffic_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icTrafficTable",
};

/* ---- icMediaUsedTable: sheets of each size that is counted apart ---- */

static bool
media_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	if (at >= 2 * profile->n_sizes)
		return false;
	index[0] = 1;
	index[1] = (uint32_t)(at / 2) + 1;
	index[2] = LIFETIME + (uint32_t)(at % 2);
	*n_index = 3;
	return true;
}

/* Two sides make a sheet, one left over, too. */
static uint64_t
media_sheets(const struct pc_counters *c, size_t size, uint32_t column)
{
	uint64_t n = 0;
	unsigned color;

	if (!color_of(column, &color))
		return 0;
	for (unsigned k = 0; k < 2; k++)
		if (color == 2 || color == k)
			n += c->by_size[size][k][0] + ((uint64_t)c->by_size[size][k][1] + 1) / 2;
	return n;
}

static int
media_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t size = at->index[1] - 1;
	struct pc_counters boot;
	uint64_t n;

	if (at->column == 9 || at->column == 11)
		return pc_mib_text(v, p->sizes[size]);
	if (at->column > 9) /* nothing said beyond the name, no key of an accounting system */
		return pc_mib_text(v, "");
	n = media_sheets(&pc_device_state(dev)->counters, size, at->column);
	if (at->index[2] == POWER_ON) {
		pc_device_counters_at_boot(dev, &boot);
		n -= media_sheets(&boot, size, at->column);
	}
	return counter(at, v, n);
}

static const uint32_t media_oid[] = {IC, 12, 1, 1};

static const struct pc_snmp_column media_columns[] = {
	{4, PC_SNMP_INTEGER, media_get, NULL, "icMediaUsedTotalSheets"},
	{5, PC_SNMP_INTEGER, media_get, NULL, "icMediaUsedMonochromeSheets"},
	{6, PC_SNMP_INTEGER, media_get, NULL, "icMediaUsedBlankSheets"},
	{7, PC_SNMP_INTEGER, media_get, NULL, "icMediaUsedFullColorSheets"},
	{8, PC_SNMP_INTEGER, media_get, NULL, "icMediaUsedHighlightColorSheets"},
	{9, PC_SNMP_OCTETS, media_get, NULL, "icMediaUsedMediaSizeName"},
	{10, PC_SNMP_OCTETS, media_get, NULL, "icMediaUsedMediaInfo"},
	{11, PC_SNMP_OCTETS, media_get, NULL, "icMediaUsedMediaName"},
	{12, PC_SNMP_OCTETS, media_get, NULL, "icMediaUsedMediaAccountingKey"},
};

const struct pc_snmp_table pc_ic_media_table = {
	.oid = media_oid,
	.n_oid = PC_MIB_COUNT(media_oid),
	.columns = media_columns,
	.n_columns = PC_MIB_COUNT(media_columns),
	.row = media_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icMediaUsedTable",
};
