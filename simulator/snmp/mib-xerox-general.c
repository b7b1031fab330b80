/* XEROX-GENERAL-MIB: the base row with the communities and the mask of hidden groups, localization,
 * strings of jobs, message texts. Spec: XCMI 5.10 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "snmp/entity.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum {
	HIDDEN_DEFAULT = PC_XCMI_MESSAGE_MAP | PC_XCMI_MESSAGE_TEXT,
	SUPPORTED = PC_XCMI_CURRENT_LOCALIZATION | PC_XCMI_LOCALIZATION |
		    PC_XCMI_CODE_INDEXED_STRING | PC_XCMI_CODED_CHAR_SET |
		    PC_XCMI_FIXED_LOCALIZATION | PC_XCMI_LOCK | PC_XCMI_OPTION |
		    PC_XCMI_CLIENT_DATA | PC_XCMI_TRAP_CLIENT | PC_XCMI_TRAP_VIEW | PC_XCMI_BASE |
		    PC_XCMI_MESSAGE_MAP | PC_XCMI_MESSAGE_TEXT,
	CREATED = PC_XCMI_LOCK | PC_XCMI_CLIENT_DATA | PC_XCMI_TRAP_CLIENT | PC_XCMI_TRAP_VIEW,
	UPDATED = CREATED | PC_XCMI_BASE | PC_XCMI_OPTION,
	CHARSET_UTF8 = 106, /* Spec: IANA-CHARSET-MIB csUTF8 */
	COMMUNITY_MAX = 64,
	FIRST_LOCALE = 1
};

/* ---- base ---- */

static int
base_number(const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	/* one SNMP version bit for each of v1, v2c, v3; UDP is the one domain */
	const int64_t n[] = {[4] = SUPPORTED,
		[5] = CREATED,
		[6] = UPDATED,
		[7] = PC_XCMI_CLIENT_DATA_MAX,
		[10] = 1,
		[12] = 7};

	return pc_mib_number(at, v, n[at->column]);
}

static int
base_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	int r;

	switch (at->column) {
	case 13:
		return pc_mib_text(v, e != NULL ? e->communities[PC_SNMP_READ]
						: pc_device_profile(dev)->community_read);
	case 14: /* who may only read is not told how to write */
		return pc_mib_text(v, "");
	case 20: /* SIZE (0..255) */
		r = pc_mib_expand(dev, v, pc_device_profile(dev)->device_id_1284);
		v->len = v->len > 255 ? 255 : v->len;
		return r;
	default:
		return base_number(at, v);
	}
}

/* The communities of the SNMP entity itself. */
static int
community_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	enum pc_snmp_community which = at->column == 13 ? PC_SNMP_READ : PC_SNMP_WRITE;
	struct pc_snmp_entity *e = pc_snmp_entity_get(dev);
	char text[COMMUNITY_MAX + 1];

	if (value->len > COMMUNITY_MAX)
		return PC_MIB_WRONG_LENGTH;
	if (value->len > 0 && memchr(value->bytes, 0, value->len) != NULL)
		return PC_MIB_WRONG_VALUE;
	if (e == NULL)
		return PC_MIB_RESOURCE_UNAVAILABLE;
	if (!commit)
		return PC_MIB_OK;
	memcpy(text, value->bytes, value->len);
	text[value->len] = '\0';
	return pc_snmp_entity_set_community(e, which, text) == PC_OK ? PC_MIB_OK
								     : PC_MIB_COMMIT_FAILED;
}

static bool
base_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_BASE);
}

static const uint32_t base_oid[] = {PC_XCMI, 51, 1, 2, 1};

static const struct pc_snmp_column base_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenBaseRowStatus"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenBaseSystemHrDeviceIndex"},
	{4, PC_SNMP_INTEGER, base_get, NULL, "xcmGenBaseGroupSupport"},
	{5, PC_SNMP_INTEGER, base_get, NULL, "xcmGenBaseGroupCreateSupport"},
	{6, PC_SNMP_INTEGER, base_get, NULL, "xcmGenBaseGroupUpdateSupport"},
	{7, PC_SNMP_INTEGER, base_get, NULL, "xcmGenBaseClientDataMaxSupport"},
	{8, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenBaseOptionSyntaxSupport"},
	{9, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenBaseReconfStateSupport"},
	{10, PC_SNMP_INTEGER, base_get, NULL, "xcmGenBaseSNMPDomainSupport"},
	{11, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenBaseSNMPTrapSupport"},
	{12, PC_SNMP_INTEGER, base_get, NULL, "xcmGenBaseSNMPVersionSupport"},
	{13, PC_SNMP_OCTETS, base_get, community_set, "xcmGenBaseSNMPReadCommunity"},
	{14, PC_SNMP_OCTETS, base_get, community_set, "xcmGenBaseSNMPWriteCommunity"},
	{15, PC_SNMP_OCTETS, pc_mib_kept_get, pc_mib_kept_set, "xcmGenBaseSNMPTrapCommunity"},
	{16, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmGenBaseGroupWalkHidden"},
	{17, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenBaseNotifySchemeSupport"},
	{18, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenBaseNotifySeveritySupport"},
	{19, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenBaseNotifyTrainingSupport"},
	{20, PC_SNMP_OCTETS, base_get, NULL, "xcmGenBaseSystem1284DeviceId"},
	{21, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmGenBaseSNMPWarningTrapSupport"},
};

static const struct pc_mib_rule base_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
	{3, 0, INT32_MAX, 1, NULL, NULL},
	{8, 0, INT32_MAX, 1, NULL, NULL},
	{11, 0, 0, 1, NULL, ",1,2,"},
	{13, 0, 64, 0, NULL, NULL},
	{14, 0, 64, 0, NULL, NULL},
	{15, 0, 64, 0, "public", NULL},
	{16, 0, INT32_MAX, 12288, NULL, NULL},
	{17, 0, INT32_MAX, 1, NULL, NULL},
	{18, 0, INT32_MAX, 15, NULL, NULL},
	{19, 0, INT32_MAX, 60, NULL, NULL},
	{21, 0, 0, 2, NULL, ",1,2,"},
};

PC_XCMI_RULED_TABLE(
	base, .row = pc_mib_row_single, .hidden = base_hidden, .spec = "XCMI xcmGenBaseTable");

bool
pc_xcmi_hides(const struct pc_device *dev, enum pc_xcmi_group group)
{
	static const uint32_t first[] = {1};

	return (pc_mib_kept_number(dev, &base_table, 16, first, 1) & group) != 0;
}

void
pc_xcmi_trap_community(const struct pc_device *dev, char out[65])
{
	static const uint32_t first[] = {1};
	const struct pc_snmp_at at = {
		.table = &base_table.table, .column = 15, .index = first, .n_index = 1};
	struct pc_snmp_value v = {.type = PC_SNMP_OCTETS};

	(void)pc_mib_kept_get(dev, &at, &v);
	memcpy(out, v.bytes, v.len);
	out[v.len] = '\0';
}

int
pc_xcmi_no_date(struct pc_snmp_value *v)
{
	static const uint8_t zero[8];

	return pc_mib_octets(v, zero, sizeof zero);
}

/* ---- localization: one locale, the panel's ---- */

static bool
current_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_CURRENT_LOCALIZATION);
}

static const uint32_t current_oid[] = {PC_XCMI, 51, 3, 1, 1};

static const struct pc_snmp_column current_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenCurrentLocalizationIndex"},
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenCurrLocalizationRowStatus"},
};

static const struct pc_mib_rule current_rules[] = {
	{1, 1, 32767, 1, NULL, NULL},
	{2, 1, 1, 1, NULL, NULL},
};

PC_XCMI_RULED_TABLE(current, .row = pc_mib_row_single, .hidden = current_hidden,
	.spec = "XCMI xcmGenCurrentLocalizationTable");

static int
locale_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const char *language = pc_device_setting(dev, "other.panelLanguage");

	switch (at->column) {
	case 3:
		return pc_mib_text(v, "Panel language");
	case 4:
	case 6: /* no country is set */
		return pc_mib_text(v, "");
	case 5: /* SIZE (0..2) */
		return pc_mib_octets(v, language == NULL ? "en" : language,
			language == NULL || strlen(language) > 2 ? 2 : strlen(language));
	default:
		return pc_mib_number(at, v, CHARSET_UTF8);
	}
}

static bool
locale_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_LOCALIZATION);
}

static const uint32_t locale_oid[] = {PC_XCMI, 51, 4, 1, 1};

static const struct pc_snmp_column locale_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenLocalizationRowStatus"},
	{3, PC_SNMP_OCTETS, locale_get, NULL, "xcmGenLocalizationASCIIName"},
	{4, PC_SNMP_OCTETS, locale_get, NULL, "xcmGenLocalizationName"},
	{5, PC_SNMP_OCTETS, locale_get, NULL, "xcmGenLocalizationLanguage"},
	{6, PC_SNMP_OCTETS, locale_get, NULL, "xcmGenLocalizationCountry"},
	{7, PC_SNMP_INTEGER, locale_get, NULL, "xcmGenLocalizationCharSet"},
};

static const struct pc_mib_rule locale_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
};

PC_XCMI_RULED_TABLE(locale, .row = pc_mib_row_only, .hidden = locale_hidden,
	.spec = "XCMI xcmGenLocalizationTable");

static bool
fixed_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_FIXED_LOCALIZATION);
}

static const uint32_t fixed_oid[] = {PC_XCMI, 51, 7, 1, 1};

static const struct pc_snmp_column fixed_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenFixedLocalizationIndex"},
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenFixedLocalizationRowStat"},
};

static const struct pc_mib_rule fixed_rules[] = {
	{1, 1, 32767, 1, NULL, NULL},
	{2, 1, 1, 1, NULL, NULL},
};

PC_XCMI_RULED_TABLE(fixed, .row = pc_mib_row_single, .hidden = fixed_hidden,
	.spec = "XCMI xcmGenFixedLocalizationTable");

/* ---- texts of jobs, by number ---- */

uint32_t
pc_xcmi_string_index(const struct pc_job *job, enum pc_xcmi_string which)
{
	return (job->id % (INT32_MAX / PC_XCMI_JOB_STRINGS)) * PC_XCMI_JOB_STRINGS +
	       (uint32_t)which + 1;
}

static const char *
string_of(const struct pc_device *dev, uint32_t index)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);

	for (size_t i = 0; i < n; i++) {
		const char *const texts[] = {[PC_XCMI_JOB_NAME] = jobs[i]->name,
			[PC_XCMI_JOB_USER] = jobs[i]->user,
			[PC_XCMI_JOB_HOST] = jobs[i]->host};

		for (size_t k = 0; k < PC_XCMI_JOB_STRINGS; k++)
			if (pc_xcmi_string_index(jobs[i], (enum pc_xcmi_string)k) == index)
				return texts[k];
	}
	return NULL;
}

/* Index {hrDeviceIndex, string, character set}. Jobs stand in the order of their numbers. */
static bool
string_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	uint32_t best[3] = {PC_MIB_HR_PRINTER, UINT32_MAX, CHARSET_UTF8};

	for (size_t i = 0; i < n * PC_XCMI_JOB_STRINGS; i++) {
		const uint32_t row[] = {PC_MIB_HR_PRINTER,
			pc_xcmi_string_index(jobs[i / PC_XCMI_JOB_STRINGS],
				(enum pc_xcmi_string)(i % PC_XCMI_JOB_STRINGS)),
			CHARSET_UTF8};

		if (row[1] < best[1] && pc_arcs_compare(row, 3, after, n_after) > 0)
			best[1] = row[1];
	}
	if (best[1] == UINT32_MAX)
		return false;
	memcpy(index, best, sizeof best);
	*n_index = 3;
	return true;
}

static int
string_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const char *text;

	if (at->n_index != 3 || at->index[0] != PC_MIB_HR_PRINTER || at->index[2] != CHARSET_UTF8)
		return PC_E_NOTFOUND;
	text = string_of(dev, at->index[1]);
	if (text == NULL)
		return PC_E_NOTFOUND;
	return at->column == 4 ? pc_mib_text(v, text) : pc_mib_number(at, v, PC_MIB_ROW_ACTIVE);
}

static bool
string_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_CODE_INDEXED_STRING);
}

static const uint32_t string_oid[] = {PC_XCMI, 51, 5, 1, 1};

static const struct pc_snmp_column string_columns[] = {
	{3, PC_SNMP_INTEGER, string_get, NULL, "xcmGenCodeIndexedStringRowStat"},
	{4, PC_SNMP_OCTETS, string_get, NULL, "xcmGenCodeIndexedStringData"},
};

PC_XCMI_TABLE(string, .next = string_next, .hidden = string_hidden,
	.spec = "XCMI xcmGenCodeIndexedStringTable");

static bool
charset_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	index[0] = PC_MIB_HR_PRINTER;
	index[1] = CHARSET_UTF8;
	*n_index = 2;
	return at == 0;
}

static int
charset_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return at->column == 3 ? pc_mib_text(v, "UTF-8") : pc_mib_number(at, v, PC_MIB_ROW_ACTIVE);
}

static bool
charset_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_CODED_CHAR_SET);
}

static const uint32_t charset_oid[] = {PC_XCMI, 51, 6, 1, 1};

static const struct pc_snmp_column charset_columns[] = {
	{2, PC_SNMP_INTEGER, charset_get, NULL, "xcmGenCodedCharSetRowStatus"},
	{3, PC_SNMP_OCTETS, charset_get, NULL, "xcmGenCodedCharSetASCIIName"},
};

PC_XCMI_TABLE(charset, .row = charset_row, .hidden = charset_hidden,
	.spec = "XCMI xcmGenCodedCharSetTable");

/* ---- messages: the states of XcmHrDevInfoXStatus in words ---- */

static const struct {
	uint32_t value;
	const char *label, *text;
} messages[] = {{503, "printerIdle", "Idle"}, {504, "printerPrinting", "Printing"},
	{505, "printerNeedsAttention", "Needs attention"}, {506, "printerPaused", "Paused"},
	{507, "printerShutdown", "Shut down"},
	{510, "printerNeedsKeyOperator", "Needs the key operator"},
	{512, "printerTimedOut", "Timed out"}};

static const uint32_t status_oid[] = {PC_XCMI, 53, 3, 2, 1, 5};

/* Index: the length of the OID, the OID, and for texts the locale. */
static bool
message_index(size_t at, uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	size_t n = PC_MIB_COUNT(status_oid);

	if (at >= PC_MIB_COUNT(messages))
		return false;
	index[0] = (uint32_t)n + 1;
	memcpy(index + 1, status_oid, sizeof status_oid);
	index[n + 1] = messages[at].value;
	*n_index = n + 2;
	return true;
}

static bool
map_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return message_index(at, index, n_index);
}

static bool
text_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	if (!message_index(at, index, n_index))
		return false;
	index[(*n_index)++] = FIRST_LOCALE;
	return true;
}

static int
message_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	uint32_t value = at->index[PC_MIB_COUNT(status_oid) + 1];

	(void)dev;
	for (size_t i = 0; i < PC_MIB_COUNT(messages); i++)
		if (messages[i].value == value)
			return pc_mib_text(
				v, at->column == 2 ? messages[i].label : messages[i].text);
	return PC_E_NOTFOUND;
}

static bool
map_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_MESSAGE_MAP);
}

static const uint32_t map_oid[] = {PC_XCMI, 51, 15, 2, 1};

static const struct pc_snmp_column map_columns[] = {
	{2, PC_SNMP_OCTETS, message_get, NULL, "xcmGenMessageMapStringLabel"},
};

PC_XCMI_TABLE(map, .row = map_row, .hidden = map_hidden, .spec = "XCMI xcmGenMessageMapTable");

static bool
text_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_MESSAGE_TEXT);
}

static const uint32_t text_oid[] = {PC_XCMI, 51, 16, 2, 1};

static const struct pc_snmp_column text_columns[] = {
	{3, PC_SNMP_OCTETS, message_get, NULL, "xcmGenMessageTextTargetString"},
};

PC_XCMI_TABLE(text, .row = text_row, .hidden = text_hidden, .spec = "XCMI xcmGenMessageTextTable");

static const struct pc_snmp_table *const tables[] = {&base_table.table, &current_table.table,
	&locale_table.table, &fixed_table.table, &string_table, &charset_table, &map_table,
	&text_table};

const struct pc_snmp_module pc_snmp_mib_xerox_general = {
	"XEROX-GENERAL-MIB", tables, PC_MIB_COUNT(tables)};
