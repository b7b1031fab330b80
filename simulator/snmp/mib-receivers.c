/* Between the standard's tables and the printer's list of receivers: rows that only show, and the
 * receivers that managers' rows make. Spec: RFC 3413 s3.2, s4, s5, s6 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "snmp/mib-common.h"
#include "snmp/mib-target.h"

enum { ADDRESS_OCTETS = 6, TYPE_INFORM = 2, EXCLUDED = 2 };

/* Columns that receivers are made of. */
enum {
	ADDR_TADDRESS = 3,
	ADDR_TIMEOUT,
	ADDR_RETRY,
	ADDR_TAGS,
	ADDR_PARAMS,
	ADDR_STATUS = 9,
	EXTENSION_MMS = 2,
	PARAMS_MODEL = 2,
	PARAMS_SECURITY,
	PARAMS_NAME,
	PARAMS_LEVEL,
	PARAMS_STATUS = 7,
	NOTIFY_TAG = 2,
	NOTIFY_TYPE,
	NOTIFY_STATUS = 5,
	PROFILE_NAME = 1,
	PROFILE_STATUS = 3,
	FILTER_MASK = 2,
	FILTER_TYPE,
	FILTER_STATUS = 5
};

/* ---- names ---- */

bool
pc_mib_target_name(const struct pc_device *dev, const uint32_t *index, size_t n_index)
{
	uint8_t text[PC_MIB_TARGET_NAME_MAX];
	(void)dev;
	if (n_index == 0 || n_index > PC_MIB_TARGET_NAME_MAX)
		return false;
	for (size_t i = 0; i < n_index; i++) {
		if (index[i] == 0 || index[i] > UINT8_MAX)
			return false;
		text[i] = (uint8_t)index[i];
	}
	for (size_t at = 0, len; at < n_index; at += len) {
		len = pc_text_utf8_len(text + at, n_index - at);
		if (len == 0)
			return false;
	}
	return true;
}

static size_t
name_index(const uint8_t *name, size_t n, uint32_t index[PC_MIB_TARGET_NAME_MAX])
{
	for (size_t i = 0; i < n; i++)
		index[i] = name[i];
	return n;
}

void
pc_mib_target_shown_name(const struct pc_snmp_receiver *r, char out[PC_MIB_TARGET_SHOWN_MAX])
{
	static const char *const owners[] = {[PC_SNMP_RECEIVER_PROFILE] = "profile",
		[PC_SNMP_RECEIVER_TARGET] = "target",
		[PC_SNMP_RECEIVER_EPSON] = "epson",
		[PC_SNMP_RECEIVER_XCMI] = "xcmi"};
	(void)snprintf(out, PC_MIB_TARGET_SHOWN_MAX, "%s-%u", owners[r->owner], r->row);
}

static size_t
shown_index(const struct pc_snmp_receiver *r, uint32_t index[PC_MIB_TARGET_NAME_MAX])
{
	char name[PC_MIB_TARGET_SHOWN_MAX];
	pc_mib_target_shown_name(r, name);
	return name_index((const uint8_t *)name, strlen(name), index);
}

const struct pc_snmp_receiver *
pc_mib_target_shown(const struct pc_device *dev, const uint32_t *index, size_t n_index)
{
	size_t n = 0;
	const struct pc_snmp_receiver *all = pc_snmp_receivers_of(dev, &n);
	for (size_t i = 0; i < n; i++) {
		uint32_t own[PC_MIB_TARGET_NAME_MAX];
		if (all[i].owner != PC_SNMP_RECEIVER_TARGET &&
			pc_arcs_compare(own, shown_index(&all[i], own), index, n_index) == 0)
			return &all[i];
	}
	return NULL;
}

bool
pc_mib_target_next(const struct pc_device *dev, const struct pc_mib_kept_table *table,
	const uint32_t *after, size_t n_after, uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	size_t n = 0;
	const struct pc_snmp_receiver *all = pc_snmp_receivers_of(dev, &n);
	uint32_t best[PC_SNMP_INDEX_MAX];
	size_t n_best = 0;
	bool found = pc_mib_kept_next(dev, table, after, n_after, best, &n_best);
	for (size_t i = 0; i < n; i++) {
		uint32_t own[PC_MIB_TARGET_NAME_MAX];
		size_t n_own = shown_index(&all[i], own);
		if (all[i].owner == PC_SNMP_RECEIVER_TARGET ||
			pc_arcs_compare(own, n_own, after, n_after) <= 0 ||
			(found && pc_arcs_compare(own, n_own, best, n_best) >= 0))
			continue;
		memcpy(best, own, n_own * sizeof(*own));
		n_best = n_own;
		found = true;
	}
	if (found) {
		memcpy(index, best, n_best * sizeof(*best));
		*n_index = n_best;
	}
	return found;
}

/* ---- SET ---- */

static size_t
count_rows(const struct pc_device *dev, const struct pc_mib_kept_table *table)
{
	uint32_t index[PC_SNMP_INDEX_MAX];
	size_t n_index = 0, rows = 0;
	while (pc_mib_kept_next(dev, table, index, n_index, index, &n_index))
		rows++;
	return rows;
}

int
pc_mib_target_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit, size_t max)
{
	if (pc_mib_target_shown(dev, at->index, at->n_index) != NULL)
		return PC_MIB_NOT_WRITABLE;
	if (!commit && at->column == at->table->row_status &&
		(value->integer == PC_MIB_ROW_CREATE_AND_GO ||
			value->integer == PC_MIB_ROW_CREATE_AND_WAIT) &&
		count_rows(dev, (const struct pc_mib_kept_table *)at->table) >= max)
		return PC_MIB_RESOURCE_UNAVAILABLE;
	return pc_mib_kept_set(dev, at, value, commit);
}

static bool
is_delimiter(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
pc_mib_target_tags(const struct pc_snmp_value *value, bool list)
{
	bool between = true; /* before a tag */
	for (size_t i = 0; i < value->len; i++) {
		bool delimiter = is_delimiter(value->bytes[i]);
		if (delimiter && (between || !list))
			return false;
		between = delimiter;
	}
	return value->len == 0 || !between;
}

/* ---- receivers ---- */

static bool
has_tag(const struct pc_snmp_value *list, const struct pc_snmp_value *tag)
{
	size_t start = 0;
	for (size_t i = 0; i <= list->len; i++) {
		if (i < list->len && !is_delimiter(list->bytes[i]))
			continue;
		if (i - start == tag->len && tag->len > 0 &&
			memcmp(list->bytes + start, tag->bytes, tag->len) == 0)
			return true;
		start = i + 1;
	}
	return false;
}

/* A row of a manager: its table and index. */
struct row {
	const struct pc_device *dev;
	const struct pc_mib_kept_table *table;
	uint32_t index[PC_SNMP_INDEX_MAX];
	size_t n_index;
};

static bool
next_row(struct row *row)
{
	return pc_mib_kept_next(
		row->dev, row->table, row->index, row->n_index, row->index, &row->n_index);
}

static int64_t
number(const struct row *row, uint32_t column)
{
	return pc_mib_kept_number(row->dev, row->table, column, row->index, row->n_index);
}

/* Nobody wrote one: none. */
static struct pc_snmp_value
octets(const struct row *row, uint32_t column)
{
	struct pc_snmp_value v = {.bytes = (const uint8_t *)""};
	(void)pc_mib_kept_value(row->dev, row->table, column, row->index, row->n_index, &v);
	return v;
}

static bool
is_active(const struct row *row, uint32_t status)
{
	return number(row, status) == PC_MIB_ROW_ACTIVE;
}

/* The row of this name, if it is active. */
static bool
find_row(struct row *row, uint32_t status, const struct pc_snmp_value *name)
{
	if (name->len == 0 || name->len > PC_MIB_TARGET_NAME_MAX)
		return false;
	row->n_index = name_index(name->bytes, name->len, row->index);
	return is_active(row, status);
}

static bool wants(const struct pc_device *dev, const struct pc_snmp_receiver *receiver,
	const struct pc_snmp_news *news);

static void
add_receiver(struct pc_snmp_entity *entity, const struct row *addr, const struct row *params,
	bool inform, uint32_t number_of_row)
{
	struct pc_snmp_value at = octets(addr, ADDR_TADDRESS);
	struct pc_snmp_value name = octets(params, PARAMS_NAME);
	struct pc_snmp_value group = octets(addr, ADDR_PARAMS);
	struct pc_snmp_receiver *r = NULL;
	if (at.len != ADDRESS_OCTETS || name.len >= sizeof(r->name) ||
		group.len >= sizeof(r->params) ||
		pc_snmp_receiver_add(entity, PC_SNMP_RECEIVER_TARGET, number_of_row, &r) != PC_OK)
		return;
	memcpy(&r->address, at.bytes, sizeof(r->address));
	r->port = (uint16_t)(at.bytes[4] << 8 | at.bytes[5]);
	r->version = (uint8_t)number(params, PARAMS_MODEL);
	r->level = (uint8_t)number(params, PARAMS_LEVEL);
	r->inform = inform && r->version != 0;
	r->active = true;
	r->timeout_cs = (uint32_t)number(addr, ADDR_TIMEOUT);
	r->retries = (uint8_t)number(addr, ADDR_RETRY);
	r->wants = wants;
	if (pc_profile_has_mib(pc_device_profile(addr->dev), PC_MIBS_COMMUNITY))
		r->max_message = (int32_t)pc_mib_kept_number(addr->dev, &pc_mib_target_extension,
			EXTENSION_MMS, addr->index, addr->n_index);
	memcpy(r->name, name.bytes, name.len);
	memcpy(r->params, group.bytes, group.len);
}

/* The message model and the security model must be of one version. */
static bool
is_coherent(const struct row *params)
{
	int64_t model = number(params, PARAMS_MODEL);
	return number(params, PARAMS_SECURITY) == (model == 3 ? 3 : model + 1);
}

static void
add_of_address(struct pc_snmp_entity *entity, const struct row *addr, uint32_t *count)
{
	struct row notify = {.dev = addr->dev, .table = &pc_mib_notify};
	struct row params = {.dev = addr->dev, .table = &pc_mib_target_params};
	struct pc_snmp_value tags = octets(addr, ADDR_TAGS);
	struct pc_snmp_value name = octets(addr, ADDR_PARAMS);
	if (!is_active(addr, ADDR_STATUS) || !find_row(&params, PARAMS_STATUS, &name) ||
		!is_coherent(&params))
		return;
	while (next_row(&notify)) {
		struct pc_snmp_value tag = octets(&notify, NOTIFY_TAG);
		if (is_active(&notify, NOTIFY_STATUS) && has_tag(&tags, &tag))
			add_receiver(entity, addr, &params,
				number(&notify, NOTIFY_TYPE) == TYPE_INFORM, ++*count);
	}
}

void
pc_mib_target_sync(struct pc_device *dev)
{
	struct pc_snmp_entity *entity = pc_snmp_entity_get(dev);
	struct row addr = {.dev = dev, .table = &pc_mib_target_addr};
	uint32_t count = 0;
	if (entity == NULL)
		return;
	for (uint32_t row = 1; row <= PC_SNMP_RECEIVERS_HELD_MAX; row++)
		pc_snmp_receiver_remove(entity, PC_SNMP_RECEIVER_TARGET, row);
	while (next_row(&addr))
		add_of_address(entity, &addr, &count);
}

/* ---- filters. Spec: RFC 3413 s6 ---- */

enum { NOT_MATCHED, MATCHED_IN, MATCHED_OUT };

/* Index of a filter: length and octets of the profile's name, then the subtree. */
struct filter {
	const uint32_t *subtree; /* in the row's index */
	size_t n;
	struct pc_snmp_value mask;
	bool excluded;
};

static bool
is_under(const struct filter *f, const uint32_t *oid, size_t n_oid)
{
	for (size_t i = 0; i < f->n; i++) {
		bool any = i / 8 < f->mask.len && (f->mask.bytes[i / 8] >> (7 - i % 8) & 1) == 0;
		if (i >= n_oid || (!any && f->subtree[i] != oid[i]))
			return false;
	}
	return true;
}

/* The longest subtree decides, of equally long ones the last. */
static int
judge_name(const struct pc_device *dev, const struct pc_snmp_value *profile, const uint32_t *oid,
	size_t n_oid)
{
	struct row row = {.dev = dev, .table = &pc_mib_filter};
	size_t n_prefix = profile->len + 1, longest = 0;
	uint32_t prefix[PC_MIB_TARGET_NAME_MAX + 1] = {(uint32_t)profile->len};
	int verdict = NOT_MATCHED;
	(void)name_index(profile->bytes, profile->len, prefix + 1);
	memcpy(row.index, prefix, n_prefix * sizeof(*prefix));
	row.n_index = n_prefix;
	while (next_row(&row) && row.n_index >= n_prefix &&
		pc_arcs_compare(row.index, n_prefix, prefix, n_prefix) == 0) {
		struct filter f = {.subtree = row.index + n_prefix,
			.n = row.n_index - n_prefix,
			.mask = octets(&row, FILTER_MASK),
			.excluded = number(&row, FILTER_TYPE) == EXCLUDED};
		if (!is_active(&row, FILTER_STATUS) || f.n < longest || !is_under(&f, oid, n_oid))
			continue;
		longest = f.n;
		verdict = f.excluded ? MATCHED_OUT : MATCHED_IN;
	}
	return verdict;
}

/* Its name must be included, and none of its variables excluded. */
static bool
wants(const struct pc_device *dev, const struct pc_snmp_receiver *receiver,
	const struct pc_snmp_news *news)
{
	struct row row = {.dev = dev, .table = &pc_mib_filter_profile};
	struct pc_snmp_value params = {
		.bytes = (const uint8_t *)receiver->params, .len = strlen(receiver->params)};
	if (!find_row(&row, PROFILE_STATUS, &params))
		return true;
	struct pc_snmp_value profile = octets(&row, PROFILE_NAME);
	if (profile.len > PC_MIB_TARGET_NAME_MAX ||
		judge_name(dev, &profile, news->oid, news->n_oid) != MATCHED_IN)
		return false;
	for (size_t i = 0; i < news->n_variables; i++)
		if (judge_name(dev, &profile, news->variables[i].oid, news->variables[i].n_oid) ==
			MATCHED_OUT)
			return false;
	return true;
}
