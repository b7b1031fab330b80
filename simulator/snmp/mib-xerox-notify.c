/* XEROX-GENERAL-MIB: trap clients and their views. The clients are rows of the printer's list of
 * notification receivers; a client without a view is sent nothing. Spec: XCMI 5.10 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"
#include "snmp/receivers.h"

enum {
	CLIENT_INDEX = 8, /* domain, length 6, four octets of address and two of port */
	DOMAIN_UDP = 1,   /* XcmGenSNMPDomain */
	ADDRESS_OCTETS = 6,
	VERSION_V1 = 3, /* XcmGenSNMPVersion */
	VERSION_V2C = 6,
	VERSION_V3 = 10,
	PERSISTENCE_VOLATILE = 3, /* XcmGenRowPersistence */
	PERSISTENCE_NONVOLATILE = 4,
	INCONSISTENT_NAME = 18,
	VIEWS_MAX = 32
};

/* ---- clients ---- */

static void
client_index(const struct pc_snmp_receiver *r, uint32_t index[CLIENT_INDEX])
{
	uint32_t address = ntohl(r->address.s_addr);

	index[0] = DOMAIN_UDP;
	index[1] = ADDRESS_OCTETS;
	for (unsigned i = 0; i < 4; i++)
		index[2 + i] = address >> (24 - 8 * i) & 0xff;
	index[6] = r->port >> 8;
	index[7] = r->port & 0xff;
}

static const struct pc_snmp_receiver *
client_of(const struct pc_device *dev, const uint32_t *index, size_t n_index)
{
	size_t n = 0;
	const struct pc_snmp_receiver *all = pc_snmp_receivers_of(dev, &n);

	for (size_t i = 0; i < n && n_index == CLIENT_INDEX; i++) {
		uint32_t own[CLIENT_INDEX];

		client_index(&all[i], own);
		if (all[i].owner == PC_SNMP_RECEIVER_XCMI &&
			pc_arcs_compare(own, CLIENT_INDEX, index, n_index) == 0)
			return &all[i];
	}
	return NULL;
}

static bool
client_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	size_t n = 0;
	const struct pc_snmp_receiver *all = pc_snmp_receivers_of(dev, &n);
	uint32_t best[CLIENT_INDEX];
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		uint32_t own[CLIENT_INDEX];

		if (all[i].owner != PC_SNMP_RECEIVER_XCMI)
			continue;
		client_index(&all[i], own);
		if (pc_arcs_compare(own, CLIENT_INDEX, after, n_after) <= 0 ||
			(found && pc_arcs_compare(own, CLIENT_INDEX, best, CLIENT_INDEX) >= 0))
			continue;
		memcpy(best, own, sizeof best);
		found = true;
	}
	if (found) {
		memcpy(index, best, sizeof best);
		*n_index = CLIENT_INDEX;
	}
	return found;
}

static int client_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);
static int client_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);

static bool
client_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_TRAP_CLIENT);
}

static const uint32_t client_oid[] = {PC_XCMI, 51, 13, 2, 1};

static const struct pc_snmp_column client_columns[] = {
	{3, PC_SNMP_INTEGER, client_get, client_set, "xcmGenTrapClientRowStatus"},
	{4, PC_SNMP_INTEGER, client_get, NULL, "xcmGenTrapClientIndex"},
	{5, PC_SNMP_INTEGER, client_get, client_set, "xcmGenTrapClientRowPersistence"},
	{6, PC_SNMP_INTEGER, client_get, client_set, "xcmGenTrapClientSNMPVersion"},
	{7, PC_SNMP_OCTETS, client_get, client_set, "xcmGenTrapClientSNMPCommunity"},
};

static const struct pc_mib_rule client_rules[] = {
	{5, 0, 0, 3, NULL, ",1,2,3,4,5,6,"},
	{6, 0, 0, 3, NULL, ",1,2,3,4,5,6,7,8,9,10,"},
	{7, 0, 64, 0, NULL, NULL},
};

PC_XCMI_RULED_TABLE(client, .next = client_next, .hidden = client_hidden, .row_status = 3,
	.spec = "XCMI xcmGenTrapClientTable");

static int
client_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_receiver *r = client_of(dev, at->index, at->n_index);

	if (r == NULL)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 3:
		return pc_mib_number(
			at, v, r->active ? PC_MIB_ROW_ACTIVE : PC_MIB_ROW_NOT_IN_SERVICE);
	case 4:
		return pc_mib_number(at, v, r->row);
	case 5:
		return pc_mib_number(
			at, v, pc_mib_kept_number(dev, &client_table, 5, at->index, at->n_index));
	case 6:
		return pc_mib_number(at, v,
			r->version == 0   ? VERSION_V1
			: r->version == 1 ? VERSION_V2C
					  : VERSION_V3);
	default:
		return pc_mib_text(v, r->name);
	}
}

/* A UDP address that traps can be sent to. */
static bool
is_address(const struct pc_snmp_at *at)
{
	if (at->n_index != CLIENT_INDEX || at->index[0] != DOMAIN_UDP ||
		at->index[1] != ADDRESS_OCTETS)
		return false;
	for (size_t i = 2; i < CLIENT_INDEX; i++)
		if (at->index[i] > 255)
			return false;
	return (at->index[6] | at->index[7]) != 0 &&
	       (at->index[2] | at->index[3] | at->index[4] | at->index[5]) != 0;
}

static bool
is_created(const struct pc_snmp_at *at)
{
	const struct pc_snmp_value *status = pc_snmp_at_other(at, 3);

	return status != NULL && (status->integer == PC_MIB_ROW_CREATE_AND_GO ||
					 status->integer == PC_MIB_ROW_CREATE_AND_WAIT);
}

static int
judge_status(const struct pc_device *dev, int64_t want, bool there)
{
	size_t n = 0;

	(void)pc_snmp_receivers_of(dev, &n);
	switch (want) {
	case PC_MIB_ROW_ACTIVE:
	case PC_MIB_ROW_NOT_IN_SERVICE:
		return there ? PC_MIB_OK : PC_MIB_INCONSISTENT_VALUE;
	case PC_MIB_ROW_CREATE_AND_GO:
	case PC_MIB_ROW_CREATE_AND_WAIT:
		if (there)
			return PC_MIB_INCONSISTENT_VALUE;
		return n < PC_SNMP_RECEIVERS_HELD_MAX ? PC_MIB_OK : PC_MIB_RESOURCE_UNAVAILABLE;
	case PC_MIB_ROW_DESTROY:
		return PC_MIB_OK;
	default:
		return PC_MIB_WRONG_VALUE;
	}
}

static int
judge(const struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value)
{
	bool there = client_of(dev, at->index, at->n_index) != NULL;
	int status;

	if (!there && !is_address(at))
		return INCONSISTENT_NAME;
	if (at->column == 3)
		return judge_status(dev, value->integer, there);
	if (!there && !is_created(at))
		return INCONSISTENT_NAME;
	status = pc_mib_kept_judge(at, value);
	if (status != PC_MIB_OK)
		return status;
	if (at->column == 7 && value->len > 0 && memchr(value->bytes, 0, value->len) != NULL)
		return PC_MIB_WRONG_VALUE;
	if (at->column == 5 && value->integer != PERSISTENCE_VOLATILE &&
		value->integer != PERSISTENCE_NONVOLATILE)
		return PC_MIB_INCONSISTENT_VALUE;
	if (at->column == 6 && value->integer != VERSION_V1 && value->integer != VERSION_V2C &&
		value->integer != VERSION_V3)
		return PC_MIB_INCONSISTENT_VALUE;
	return PC_MIB_OK;
}

static bool wants(const struct pc_device *dev, const struct pc_snmp_receiver *receiver,
	const struct pc_snmp_news *news);

/* The client's row in the list, made when it is not there. */
static struct pc_snmp_receiver *
client_make(struct pc_device *dev, const struct pc_snmp_at *at)
{
	const struct pc_snmp_receiver *there = client_of(dev, at->index, at->n_index);
	struct pc_snmp_entity *e = pc_snmp_entity_get(dev);
	struct pc_snmp_receiver *r = NULL;
	uint32_t row = 1, address = 0;

	if (e == NULL)
		return NULL;
	if (there != NULL)
		return pc_snmp_receiver_get(e, PC_SNMP_RECEIVER_XCMI, there->row);
	while (pc_snmp_receiver_get(e, PC_SNMP_RECEIVER_XCMI, row) != NULL)
		row++;
	if (pc_snmp_receiver_add(e, PC_SNMP_RECEIVER_XCMI, row, &r) != PC_OK)
		return NULL;
	for (size_t i = 0; i < 4; i++)
		address = address << 8 | at->index[2 + i];
	r->address.s_addr = htonl(address);
	r->port = (uint16_t)(at->index[6] << 8 | at->index[7]);
	r->wants = wants;
	pc_xcmi_trap_community(dev, r->name);
	return r;
}

static void
client_drop(struct pc_device *dev, const struct pc_snmp_at *at)
{
	const struct pc_snmp_receiver *there = client_of(dev, at->index, at->n_index);
	struct pc_snmp_entity *e = pc_snmp_entity_get(dev);

	if (there == NULL || e == NULL)
		return;
	pc_xcmi_drop_views(dev, there->row);
	pc_mib_kept_drop(dev, &client_table, at->index, at->n_index);
	pc_snmp_receiver_remove(e, PC_SNMP_RECEIVER_XCMI, there->row);
}

static int
client_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	struct pc_snmp_receiver *r;

	if (!commit)
		return judge(dev, at, value);
	if (at->column == 3 && value->integer == PC_MIB_ROW_DESTROY) {
		client_drop(dev, at);
		return PC_MIB_OK;
	}
	r = client_make(dev, at);
	if (r == NULL)
		return PC_MIB_COMMIT_FAILED;
	if (at->column == 3) {
		r->active = value->integer == PC_MIB_ROW_ACTIVE ||
			    value->integer == PC_MIB_ROW_CREATE_AND_GO;
	} else if (at->column == 6) {
		r->version = value->integer == VERSION_V1    ? 0
			     : value->integer == VERSION_V2C ? 1
							     : 3;
	} else if (at->column == 7) {
		memcpy(r->name, value->bytes, value->len);
		r->name[value->len] = '\0';
	} else {
		return pc_mib_kept_put(dev, &client_table, at->column, at->index, at->n_index,
			       value->integer) == PC_OK
			       ? PC_MIB_OK
			       : PC_MIB_COMMIT_FAILED;
	}
	return PC_MIB_OK;
}

static int
clients_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	size_t n = 0, own = 0;
	const struct pc_snmp_receiver *all = pc_snmp_receivers_of(dev, &n);

	for (size_t i = 0; i < n; i++)
		own += all[i].owner == PC_SNMP_RECEIVER_XCMI;
	return pc_mib_number(at, v, at->column == 1 ? (int64_t)own : PC_SNMP_RECEIVERS_HELD_MAX);
}

static const uint32_t clients_oid[] = {PC_XCMI, 51, 13, 1};

static const struct pc_snmp_column clients_columns[] = {
	{1, PC_SNMP_COUNTER32, clients_get, NULL, "xcmGenTrapClientEntryCount"},
	{2, PC_SNMP_INTEGER, clients_get, NULL, "xcmGenTrapClientSupportMaxCount"},
};

PC_XCMI_TABLE(clients, .hidden = client_hidden, .spec = "XCMI xcmGenTrapClientSimple");

/* ---- views: index {client, length of the subtree, the subtree} ---- */

static bool view_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);
static int view_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);

/* The client must be there: rows of nobody would never be seen. */
static bool
view_index(const struct pc_device *dev, const uint32_t *index, size_t n_index)
{
	return n_index >= 3 && index[1] == n_index - 2 &&
	       pc_snmp_receiver_find(dev, PC_SNMP_RECEIVER_XCMI, index[0]) != NULL;
}

static bool
view_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_TRAP_VIEW);
}

static const uint32_t view_oid[] = {PC_XCMI, 51, 14, 2, 1};

static const struct pc_snmp_column view_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, view_set, "xcmGenTrapViewRowStatus"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmGenTrapViewNotifySeverity"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmGenTrapViewNotifyTraining"},
};

static const struct pc_mib_rule view_rules[] = {
	{3, 0, INT32_MAX, 15, NULL, NULL},
	{4, 0, INT32_MAX, 60, NULL, NULL},
};

static const struct pc_mib_kept_table view_table = {
	.table = {PC_XCMI_MEMBERS(view), .next = view_next, .hidden = view_hidden, .row_status = 2,
		.spec = "XCMI xcmGenTrapViewTable"},
	.rules = view_rules,
	.n_rules = PC_MIB_COUNT(view_rules),
	.index = view_index,
};

static bool
view_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_kept_next(dev, &view_table, after, n_after, index, n_index);
}

static uint32_t
views(const struct pc_device *dev)
{
	uint32_t index[PC_SNMP_INDEX_MAX], n = 0;
	size_t n_index = 0;

	for (bool more = view_next(dev, NULL, 0, index, &n_index); more;
		more = view_next(dev, index, n_index, index, &n_index))
		n++;
	return n;
}

static int
view_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	if (!commit &&
		(value->integer == PC_MIB_ROW_CREATE_AND_GO ||
			value->integer == PC_MIB_ROW_CREATE_AND_WAIT) &&
		views(dev) >= VIEWS_MAX)
		return PC_MIB_RESOURCE_UNAVAILABLE;
	return pc_mib_kept_set(dev, at, value, commit);
}

static int
view_count_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	return pc_mib_number(at, v, at->column == 1 ? views(dev) : VIEWS_MAX);
}

static const uint32_t view_count_oid[] = {PC_XCMI, 51, 14, 1};

static const struct pc_snmp_column view_count_columns[] = {
	{1, PC_SNMP_COUNTER32, view_count_get, NULL, "xcmGenTrapViewEntryCount"},
	{2, PC_SNMP_INTEGER, view_count_get, NULL, "xcmGenTrapViewSupportMaxCount"},
};

PC_XCMI_TABLE(view_count, .hidden = view_hidden, .spec = "XCMI xcmGenTrapViewSimple");

void
pc_xcmi_drop_views(struct pc_device *dev, uint32_t client)
{
	uint32_t index[PC_SNMP_INDEX_MAX] = {client};
	size_t n_index = 1;

	while (view_next(dev, index, n_index, index, &n_index) && index[0] == client) {
		pc_mib_kept_drop(dev, &view_table, index, n_index);
		n_index = 1;
	}
}

/* One view lets it through: active, above the notification's name, with its severity and training
 * in the masks. What tells of no alert has neither. */
static bool
lets_through(const struct pc_device *dev, const uint32_t *index, size_t n_index,
	const struct pc_snmp_news *news)
{
	size_t n = n_index - 2;
	int64_t severities = pc_mib_kept_number(dev, &view_table, 3, index, n_index);
	int64_t trainings = pc_mib_kept_number(dev, &view_table, 4, index, n_index);

	if (pc_mib_kept_number(dev, &view_table, 2, index, n_index) != PC_MIB_ROW_ACTIVE ||
		news->n_oid < n || pc_arcs_compare(news->oid, n, index + 2, n) != 0)
		return false;
	return (news->severity == 0 || (severities & pc_xcmi_severity(news->severity)) != 0) &&
	       (news->training == 0 || (trainings & pc_xcmi_training(news->training)) != 0);
}

static bool
wants(const struct pc_device *dev, const struct pc_snmp_receiver *receiver,
	const struct pc_snmp_news *news)
{
	uint32_t index[PC_SNMP_INDEX_MAX] = {receiver->row};
	size_t n_index = 1;

	while (view_next(dev, index, n_index, index, &n_index) && index[0] == receiver->row)
		if (lets_through(dev, index, n_index, news))
			return true;
	return false;
}

static const struct pc_snmp_table *const tables[] = {
	&client_table.table, &clients_table, &view_table.table, &view_count_table};

const struct pc_snmp_module pc_snmp_mib_xerox_notify = {
	"XEROX-GENERAL-MIB traps", tables, PC_MIB_COUNT(tables)};
