/* Epson private MIB 1248: the job log, pages by language, what was cut and how much medium went
 * through, media types of label printers. No public definition exists. */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

enum {
	ROLL = 6, /* PrtInputTypeTC */
	SOURCE_SHEET = 2,
	SOURCE_ROLL = 3, /* of a job */
	STATE_DONE = 1,
	STATE_PRINTING = 2,
	STATE_PENDING = 3,
	STATE_CANCELLED = 4,
	STATE_ABORTED = 5,
	TRIMMER = 6,    /* FinDeviceTypeTC */
	LENGTH_MM = 14, /* rows of the usage table */
	AREA_CM2 = 17
};

static bool
has_roll(const struct pc_profile *p)
{
	if (!pc_mib_is_epson(p) || p->epson.status == PC_EPSON_LABEL)
		return false;
	for (size_t i = 0; i < p->n_trays; i++)
		if (p->trays[i].type == ROLL)
			return true;
	return false;
}

static bool
is_label(const struct pc_profile *p)
{
	return pc_mib_is_epson(p) && p->epson.status == PC_EPSON_LABEL;
}

/* Width and height in millimetres out of a PWG name; false for names without a size. */
static bool
size_mm(const char *size, double *width, double *height)
{
	int32_t width_um = 0, height_um = 0;

	if (!pc_device_size_dims(size, &width_um, &height_um))
		return false;
	*width = width_um / 1000.0;
	*height = height_um / 1000.0;
	return true;
}

/* ---- job log. Spec: field notes of an SC-P9500 ---- */

static bool
job_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	const struct pc_job *jobs[PC_JOBS_MAX];

	return pc_mib_next(2, pc_device_jobs(dev, jobs), after, n_after, index, n_index);
}

static int64_t
job_number(const struct pc_device *dev, const struct pc_job *job, uint32_t column)
{
	static const uint8_t states[] = {[PC_JOB_RECEIVING] = STATE_PENDING,
		[PC_JOB_PENDING] = STATE_PENDING,
		[PC_JOB_PRINTING] = STATE_PRINTING,
		[PC_JOB_DONE] = STATE_DONE,
		[PC_JOB_CANCELLED] = STATE_CANCELLED,
		[PC_JOB_ABORTED] = STATE_ABORTED};
	const struct pc_profile *p = pc_device_profile(dev);
	double width = 0, height = 0;

	if (job->size < p->n_sizes)
		(void)size_mm(p->sizes[job->size], &width, &height);
	switch (column) {
	case 2:
		return job->id;
	case 8: /* the roll, unless the model has none */
		return p->trays[0].type == ROLL ? SOURCE_ROLL : SOURCE_SHEET;
	case 9:
		return (int64_t)width;
	case 10:
		return (int64_t)(height * job->pages_done);
	default:
		return states[job->state];
	}
}

static int
job_date(uint64_t wall_ns, struct pc_snmp_value *v)
{
	return wall_ns == 0 ? PC_E_NOTFOUND : pc_mib_date(v, wall_ns);
}

static int
job_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs), row = pc_mib_at(at);

	if (at->n_index != 3 || at->index[0] != 1 || at->index[1] != 1 || row >= n)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 3:
		return pc_mib_format(v, "%s", jobs[row]->name);
	case 5:
		return job_date(jobs[row]->started_ns, v);
	case 6:
		return job_date(jobs[row]->ended_ns, v);
	case 12:
		return pc_mib_text(
			v, jobs[row]->media < p->n_media ? p->media[jobs[row]->media] : "");
	default:
		return pc_mib_number(at, v, job_number(dev, jobs[row], at->column));
	}
}

static const uint32_t job_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 27, 20, 1};

static const struct pc_snmp_column job_columns[] = {
	{2, PC_SNMP_INTEGER, job_get, NULL, "epsonJobNumber"},
	{3, PC_SNMP_OCTETS, job_get, NULL, "epsonJobName"},
	{5, PC_SNMP_OCTETS, job_get, NULL, "epsonJobStart"},
	{6, PC_SNMP_OCTETS, job_get, NULL, "epsonJobEnd"},
	{8, PC_SNMP_INTEGER, job_get, NULL, "epsonJobSource"},
	{9, PC_SNMP_INTEGER, job_get, NULL, "epsonJobWidth"},
	{10, PC_SNMP_INTEGER, job_get, NULL, "epsonJobLength"},
	{11, PC_SNMP_INTEGER, job_get, NULL, "epsonJobState"},
	{12, PC_SNMP_OCTETS, job_get, NULL, "epsonJobMedia"},
};

static const struct pc_snmp_table job_table = {
	.oid = job_oid,
	.n_oid = PC_MIB_COUNT(job_oid),
	.columns = job_columns,
	.n_columns = PC_MIB_COUNT(job_columns),
	.next = job_next,
	.applies = has_roll,
	.spec = "field notes (SC-P9500), unverified",
};

/* ---- usage: the walked length and area, and what was printed since ---- */

/* Millimetres or square centimetres printed by all sides beyond the first ones of the run. */
static double
printed(const struct pc_device *dev, bool area)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	double sum = 0;

	for (size_t i = 0; i < p->n_sizes; i++) {
		double width = 0, height = 0;
		uint32_t n = c->by_size[i][0][0] + c->by_size[i][0][1] + c->by_size[i][1][0] +
			     c->by_size[i][1][1];

		n -= i == 0 && n >= p->initial_life_count ? p->initial_life_count : 0;
		if (size_mm(p->sizes[i], &width, &height))
			sum += n * (area ? width * height / 100 : height);
	}
	return sum;
}

/* What the model's raw objects say of the time before the run; 0 when they say nothing. */
static int64_t
before(const struct pc_device *dev, const struct pc_snmp_at *at)
{
	const struct pc_profile_object *o;
	uint32_t oid[PC_OID_MAX];
	size_t n = at->table->n_oid;

	memcpy(oid, at->table->oid, n * sizeof *oid);
	oid[n++] = at->column;
	memcpy(oid + n, at->index, at->n_index * sizeof *oid);
	o = pc_profile_object_find(pc_device_profile(dev), oid, n + at->n_index);
	return o != NULL && o->type == PC_SNMP_INTEGER ? o->value.integer : 0;
}

/* Rows {1, 1}: length, {1, 2}: area. Column 3 says which it is. */
static int
usage_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	bool area = at->index[1] == 2;

	if (at->column == 3)
		return pc_mib_number(at, v, area ? AREA_CM2 : LENGTH_MM);
	return pc_mib_number(at, v, before(dev, at) + (int64_t)printed(dev, area));
}

/* Row {1, 1}: length again. */
static int
length_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (at->column == 2)
		return pc_mib_number(at, v, LENGTH_MM);
	return pc_mib_number(at, v, before(dev, at) + (int64_t)printed(dev, false));
}

static bool
usage_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return pc_mib_row_printer(2, at, index, n_index);
}

static const uint32_t length_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 27, 4, 1};
static const uint32_t usage_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 27, 5, 1};

static const struct pc_snmp_column length_columns[] = {
	{2, PC_SNMP_INTEGER, length_get, NULL, "epsonLengthUnit"},
	{3, PC_SNMP_INTEGER, length_get, NULL, "epsonLength"},
};
static const struct pc_snmp_column usage_columns[] = {
	{3, PC_SNMP_INTEGER, usage_get, NULL, "epsonUsageUnit"},
	{4, PC_SNMP_INTEGER, usage_get, NULL, "epsonUsage"},
};

static const struct pc_snmp_table length_table = {
	.oid = length_oid,
	.n_oid = PC_MIB_COUNT(length_oid),
	.columns = length_columns,
	.n_columns = PC_MIB_COUNT(length_columns),
	.row = pc_mib_row_only,
	.applies = has_roll,
	.spec = "Epson SC-T3405 walk",
};
static const struct pc_snmp_table usage_table = {
	.oid = usage_oid,
	.n_oid = PC_MIB_COUNT(usage_oid),
	.columns = usage_columns,
	.n_columns = PC_MIB_COUNT(usage_columns),
	.row = usage_row,
	.applies = has_roll,
	.spec = "Epson SC-T3405 walk",
};

/* ---- finisher: the trimmer and its cuts, one after each page from the roll ---- */

static bool
has_trimmer(const struct pc_profile *p)
{
	if (!pc_mib_is_epson(p))
		return false;
	for (size_t i = 0; i < p->n_finishers; i++)
		if (p->finishers[i].type == TRIMMER)
			return true;
	return false;
}

static int
trimmer_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const int64_t n[] = {[2] = 11, [4] = 4, [5] = pc_mib_life_count(dev), [7] = 1};

	return at->column == 3 ? pc_mib_text(v, "Trimmer") : pc_mib_number(at, v, n[at->column]);
}

static const uint32_t trimmer_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 25, 1, 1};

static const struct pc_snmp_column trimmer_columns[] = {
	{2, PC_SNMP_INTEGER, trimmer_get, NULL, "epsonFinisher2"},
	{3, PC_SNMP_OCTETS, trimmer_get, NULL, "epsonFinisherName"},
	{4, PC_SNMP_INTEGER, trimmer_get, NULL, "epsonFinisher4"},
	{5, PC_SNMP_INTEGER, trimmer_get, NULL, "epsonFinisherCuts"},
	{7, PC_SNMP_INTEGER, trimmer_get, NULL, "epsonFinisher7"},
};

static const struct pc_snmp_table trimmer_table = {
	.oid = trimmer_oid,
	.n_oid = PC_MIB_COUNT(trimmer_oid),
	.columns = trimmer_columns,
	.n_columns = PC_MIB_COUNT(trimmer_columns),
	.row = pc_mib_row_only,
	.applies = has_trimmer,
	.spec = "Epson SC-T3405 walk",
};

/* ---- pages by language: 1 ESC/P-R, 2 other ---- */

static bool
has_languages(const struct pc_profile *p)
{
	return pc_mib_is_epson(p) && p->device_id_1284 != NULL &&
	       strstr(p->device_id_1284, "ESCPR") != NULL;
}

static bool
language_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return pc_mib_row_printer(2, at, index, n_index);
}

/* Print data is not read, so all that a host prints counts as the model's own language. */
static int
language_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	uint32_t own = pc_device_state(dev)->counters.by_function[0];

	return pc_mib_number(
		at, v, at->index[1] == 1 ? own : pc_device_state(dev)->counters.life - own);
}

static const uint32_t language_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 49, 2, 1};

static const struct pc_snmp_column language_columns[] = {
	{5, PC_SNMP_COUNTER32, language_get, NULL, "epsonLanguagePages"},
};

static const struct pc_snmp_table language_table = {
	.oid = language_oid,
	.n_oid = PC_MIB_COUNT(language_oid),
	.columns = language_columns,
	.n_columns = PC_MIB_COUNT(language_columns),
	.row = language_row,
	.applies = has_languages,
	.spec = "field notes (ZBX), unverified",
};

/* ---- label printers: media types, and labels and their length ---- */

static bool
media_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_media, at, index, n_index);
}

static int
media_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	size_t row = pc_mib_at(at);

	if (at->column == 2)
		return pc_mib_text(v, pc_device_profile(dev)->media[row]);
	if (at->column == 11)
		return pc_mib_number(at, v, at->index[1]);
	return pc_mib_number(at, v, pc_device_state(dev)->counters.by_media[row]);
}

static const uint32_t media_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 7, 1, 1};
static const uint32_t media_count_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 21, 1, 1};

static const struct pc_snmp_column media_columns[] = {
	{2, PC_SNMP_OCTETS, media_get, NULL, "epsonMediaName"},
	{11, PC_SNMP_INTEGER, media_get, NULL, "epsonMediaId"},
};
static const struct pc_snmp_column media_count_columns[] = {
	{3, PC_SNMP_INTEGER, media_get, NULL, "epsonMediaLabels"},
};

static const struct pc_snmp_table media_table = {
	.oid = media_oid,
	.n_oid = PC_MIB_COUNT(media_oid),
	.columns = media_columns,
	.n_columns = PC_MIB_COUNT(media_columns),
	.row = media_row,
	.applies = is_label,
	.spec = "Epson CW-C6500Au walk",
};
static const struct pc_snmp_table media_count_table = {
	.oid = media_count_oid,
	.n_oid = PC_MIB_COUNT(media_count_oid),
	.columns = media_count_columns,
	.n_columns = PC_MIB_COUNT(media_count_columns),
	.row = media_row,
	.applies = is_label,
	.spec = "Epson CW-C6500Au walk",
};

/* Index {1, 1, 1} and {1, 1, 2}, with the same values on the walked printer. */
static bool
label_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	index[0] = index[1] = 1;
	index[2] = (uint32_t)at + 1;
	*n_index = 3;
	return at < 2;
}

static int
label_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	return pc_mib_number(at, v,
		at->column == 2 ? (int64_t)pc_mib_life_count(dev)
				: before(dev, at) + (int64_t)printed(dev, false));
}

static const uint32_t label_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 27, 15, 1};

static const struct pc_snmp_column label_columns[] = {
	{2, PC_SNMP_COUNTER32, label_get, NULL, "epsonLabels"},
	{3, PC_SNMP_COUNTER32, label_get, NULL, "epsonLabelLength"},
};

static const struct pc_snmp_table label_table = {
	.oid = label_oid,
	.n_oid = PC_MIB_COUNT(label_oid),
	.columns = label_columns,
	.n_columns = PC_MIB_COUNT(label_columns),
	.row = label_row,
	.applies = is_label,
	.spec = "Epson CW-C6500Au walk",
};

/* ---- the panel's part of the tree names the model too ---- */

static bool
panel_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	index[0] = 2;
	*n_index = 1;
	return at == 0;
}

static int
panel_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)at;
	return pc_mib_text(v, pc_device_profile(dev)->model);
}

static const uint32_t panel_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 8, 2, 1, 1, 1};

static const struct pc_snmp_column panel_columns[] = {
	{2, PC_SNMP_OCTETS, panel_get, NULL, "epsonPanelModel"},
};

static const struct pc_snmp_table panel_table = {
	.oid = panel_oid,
	.n_oid = PC_MIB_COUNT(panel_oid),
	.columns = panel_columns,
	.n_columns = PC_MIB_COUNT(panel_columns),
	.row = panel_row,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

static const struct pc_snmp_table *const tables[] = {&job_table, &length_table, &usage_table,
	&trimmer_table, &language_table, &media_table, &media_count_table, &label_table,
	&panel_table};

const struct pc_snmp_module pc_snmp_mib_epson_log = {
	"EPSON-MIB usage", tables, PC_MIB_COUNT(tables)};
