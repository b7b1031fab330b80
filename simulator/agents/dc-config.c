#include "agents/dc-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/document.h"
#include "base/doc.h"
#include "base/err.h"
#include "base/text.h"

enum kind { TEXT, NAME, FILE_NAME, NUMBER, SWITCH, PERIOD, ZONE, CLEANING };

/* One key. `group` NULL: at the top. */
struct key {
	const char *group, *name;
	enum kind kind;
	size_t at, size; /* place in struct pc_dc_config; size of a text */
	int64_t min, max;
	bool required;
};

#define PLACE(member) \
	offsetof(struct pc_dc_config, member), sizeof(((struct pc_dc_config *)0)->member)

static const struct key keys[] = {
	{NULL, "server", TEXT, PLACE(server), 0, 0, true},
	{NULL, "agentId", NAME, PLACE(agent_id), 0, 0, true},
	{NULL, "companyName", TEXT, PLACE(company_name), 0, 0, false},
	{NULL, "stateDir", FILE_NAME, PLACE(state_dir), 0, 0, true},
	{NULL, "period", PERIOD, PLACE(period_s), PC_DC_PERIOD_MIN_S, PC_DC_PERIOD_MAX_S, false},
	{NULL, "portOffset", NUMBER, PLACE(port_offset), 0, 60000, false},
	{NULL, "proxy", TEXT, PLACE(proxy), 0, 0, false},
	{NULL, "remoteOperation", SWITCH, PLACE(remote_operation), 0, 0, false},
	{NULL, "cleaning", CLEANING, PLACE(clean_by_snmp), 0, 0, false},
	{"files", "ca", FILE_NAME, PLACE(ca_file), 0, 0, true},
	{"files", "cert", FILE_NAME, PLACE(cert_file), 0, 0, true},
	{"files", "key", FILE_NAME, PLACE(key_file), 0, 0, true},
	{"communities", "read", TEXT, PLACE(read_community), 0, 0, false},
	{"communities", "write", TEXT, PLACE(write_community), 0, 0, false},
	{"timeouts", "snmpMs", NUMBER, PLACE(snmp_timeout_ms), 10, 60000, false},
	{"timeouts", "snmpRetries", NUMBER, PLACE(snmp_retries), 0, 10, false},
	{"timeouts", "httpMs", NUMBER, PLACE(http_timeout_ms), 100, 600000, false},
	{"timeouts", "operationMs", NUMBER, PLACE(operation_timeout_ms), 1000, 3600000, false},
	{"timeouts", "window", NUMBER, PLACE(window), 1, 512, false},
	{"hostFacts", "os", TEXT, PLACE(os), 0, 0, false},
	{"hostFacts", "framework", TEXT, PLACE(framework), 0, 0, false},
	{"hostFacts", "timeZone", ZONE, PLACE(time_zone), 0, 0, false},
	{"discovery", "enabled", SWITCH, PLACE(discovery), 0, 0, false},
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

int
pc_dc_period(const char *text, int64_t *ret_s)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	size_t n = strspn(text, "0123456789");
	char digits[12];
	int64_t number = 0;
	if (n == 0 || n >= sizeof(digits) || text[n] == '\0' || text[n + 1] != '\0')
		return PC_E_BADVALUE;
	memcpy(digits, text, n);
	digits[n] = '\0';
	if (pc_text_i64(digits, 1, INT32_MAX, &number) != PC_OK)
		return PC_E_BADVALUE;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (units[i].unit == text[n]) {
			*ret_s = number * units[i].seconds;
			return PC_OK;
		}
	}
	return PC_E_BADVALUE;
}

/* Relative to the directory of the file that names it. */
static bool
resolve(const char *base, const char *name, char *out, size_t size)
{
	const char *slash = strrchr(base, '/');
	int n = name[0] == '/' || slash == NULL
			? snprintf(out, size, "%s", name)
			: snprintf(out, size, "%.*s/%s", (int)(slash - base), base, name);
	return n >= 0 && (size_t)n < size;
}

/* What an agent id may be: it is a certificate's CN and part of topics. */
static bool
is_name(const char *text)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	return text[0] != '\0' && text[0] != '.' && text[0] != '-' && text[0] != '_' &&
	       text[strspn(text, letters)] == '\0';
}

static int
set_text(const struct key *k, const struct pc_node *node, struct pc_dc_config *c,
	struct pc_diag *diag)
{
	char *to = (char *)c + k->at;
	const char *text = NULL;
	int err = pc_node_text(node, &text, diag);
	if (err != PC_OK)
		return err;
	if (k->required && text[0] == '\0')
		return pc_node_fail(node, diag, "'%s' must not be empty", k->name);
	bool fits = k->kind == FILE_NAME ? resolve(pc_doc_name(node->doc), text, to, k->size)
					 : pc_text_copy(to, k->size, text);
	if (!fits)
		return pc_node_fail(node, diag, "found %zu characters, expected at most %zu",
			node->len, k->size - 1);
	if (k->kind == NAME && !is_name(text))
		return pc_node_fail(node, diag,
			"found '%s', expected letters, digits, '.', '_' and '-' only", text);
	if (k->kind == ZONE && pc_document_zone(text, &c->offset_minutes) != PC_OK)
		return pc_node_fail(
			node, diag, "found '%s', expected a zone such as +01:00 or UTC", text);
	return PC_OK;
}

static int
set_other(const struct key *k, const struct pc_node *node, struct pc_dc_config *c,
	struct pc_diag *diag)
{
	const char *text = NULL;
	int64_t number = 0;
	bool on = false;
	int err = k->kind == NUMBER   ? pc_node_integer(node, k->min, k->max, &number, diag)
		  : k->kind == SWITCH ? pc_node_bool(node, &on, diag)
				      : pc_node_text(node, &text, diag);
	if (err != PC_OK)
		return err;
	if (k->kind == PERIOD &&
		(pc_dc_period(text, &number) != PC_OK || number < k->min || number > k->max))
		return pc_node_fail(
			node, diag, "found '%s', expected a period from 1m to 30d", text);
	if (k->kind == CLEANING) {
		on = strcmp(text, "snmp") == 0;
		if (!on && strcmp(text, "lpd") != 0)
			return pc_node_fail(node, diag, "found '%s', expected lpd or snmp", text);
	}
	if (k->kind == SWITCH || k->kind == CLEANING)
		memcpy((char *)c + k->at, &on, sizeof(on));
	else
		memcpy((char *)c + k->at, &number, sizeof(number));
	return PC_OK;
}

static const struct key *
find_key(const char *group, const char *name)
{
	for (size_t i = 0; i < KEYS; i++) {
		bool same = group == NULL
				    ? keys[i].group == NULL
				    : keys[i].group != NULL && strcmp(keys[i].group, group) == 0;
		if (same && strcmp(keys[i].name, name) == 0)
			return &keys[i];
	}
	return NULL;
}

static int
add_device(const struct pc_node *node, struct pc_dc_config *c, struct pc_diag *diag)
{
	const struct pc_node *host =
		node->kind == PC_NODE_MAP ? pc_node_get(node, "address") : node;
	const struct pc_node *serial = pc_node_get(node, "serial");
	const char *text = NULL;
	if (host == NULL)
		return pc_node_fail(
			node, diag, "expected an address, a name, or a map with 'address'");
	int err = pc_node_text(host, &text, diag);
	if (err != PC_OK)
		return err;
	if (c->n_devices == PC_DC_DEVICES_MAX)
		return pc_node_fail(node, diag, "more than %d devices", PC_DC_DEVICES_MAX);
	struct pc_dc_device *d = &c->devices[c->n_devices];
	if (text[0] == '\0' || !pc_text_copy(d->host, sizeof(d->host), text) ||
		strpbrk(text, " \t/") != NULL)
		return pc_node_fail(
			host, diag, "found '%.60s', expected an address or a host name", text);
	if (serial != NULL) {
		err = pc_node_text(serial, &text, diag);
		if (err != PC_OK)
			return err;
		pc_text_copy(d->serial, sizeof(d->serial), text);
	}
	c->n_devices++;
	return PC_OK;
}

static int
add_devices(const struct pc_node *list, struct pc_dc_config *c, struct pc_diag *diag)
{
	if (list->kind != PC_NODE_LIST)
		return pc_node_fail(list, diag, "expected a list of addresses or names");
	c->devices = calloc(list->count + 1, sizeof(*c->devices));
	if (c->devices == NULL)
		return pc_diag_fail(diag, PC_E_LIMIT, "no memory for the device list");
	for (const struct pc_node *n = list->first; n != NULL; n = n->next) {
		int err = add_device(n, c, diag);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}

/* Inline, or the name of a file that holds the list (or a map with deviceList). */
static int
read_device_list(const struct pc_node *node, struct pc_dc_config *c, struct pc_diag *diag)
{
	char path[PATH_MAX];
	struct pc_doc *doc = NULL;
	if (node->kind != PC_NODE_SCALAR)
		return add_devices(node, c, diag);
	if (!resolve(pc_doc_name(node->doc), node->text, path, sizeof(path)))
		return pc_node_fail(node, diag, "the file name is too long");
	int err = pc_doc_load(path, &doc, diag);
	if (err != PC_OK)
		return err;
	const struct pc_node *list = pc_node_get(pc_doc_root(doc), "deviceList");
	err = add_devices(list == NULL ? pc_doc_root(doc) : list, c, diag);
	pc_doc_free(doc);
	return err;
}

static int
read_probes(const struct pc_node *list, struct pc_dc_config *c, struct pc_diag *diag)
{
	if (list->kind != PC_NODE_LIST)
		return pc_node_fail(list, diag, "expected a list of addresses");
	for (const struct pc_node *n = list->first; n != NULL; n = n->next) {
		const char *text = NULL;
		struct in_addr addr;
		int err = pc_node_text(n, &text, diag);
		if (err != PC_OK)
			return err;
		if (c->n_probes == PC_DC_PROBES_MAX || pc_text_ipv4(text, &addr) != PC_OK)
			return pc_node_fail(n, diag,
				"found '%.60s', expected an IPv4 address (at most %d of them)",
				text, PC_DC_PROBES_MAX);
		pc_text_copy(c->probes[c->n_probes++], PC_DC_NAME_MAX, text);
	}
	return PC_OK;
}

static int
read_map(const char *group, const struct pc_node *map, struct pc_dc_config *c, bool seen[KEYS],
	struct pc_diag *diag)
{
	if (map->kind != PC_NODE_MAP)
		return pc_node_fail(map, diag, "expected a map of settings");
	for (const struct pc_node *n = map->first; n != NULL; n = n->next) {
		const char *name = n->key->text;
		const struct key *k = find_key(group, name);
		int err = PC_OK;
		if (k != NULL) {
			seen[k - keys] = true;
			err = k->kind == TEXT || k->kind == NAME || k->kind == FILE_NAME ||
					      k->kind == ZONE
				      ? set_text(k, n, c, diag)
				      : set_other(k, n, c, diag);
		} else if (group == NULL && strcmp(name, "deviceList") == 0) {
			err = read_device_list(n, c, diag);
		} else if (group != NULL && strcmp(group, "discovery") == 0 &&
			   strcmp(name, "addresses") == 0) {
			err = read_probes(n, c, diag);
		} else if (group == NULL && n->kind == PC_NODE_MAP) {
			err = read_map(name, n, c, seen, diag);
		} else {
			err = pc_node_fail(n->key, diag, "unknown setting '%.60s'%s%s", name,
				group == NULL ? "" : " in ", group == NULL ? "" : group);
		}
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}

static void
set_defaults(struct pc_dc_config *c)
{
	memset(c, 0, sizeof(*c));
	c->period_s = PC_DC_PERIOD_S;
	pc_text_copy(c->read_community, sizeof(c->read_community), "public");
	pc_text_copy(c->write_community, sizeof(c->write_community), "private");
	c->snmp_timeout_ms = 1000;
	c->snmp_retries = 2;
	c->http_timeout_ms = 30000;
	c->operation_timeout_ms = 120000;
	/* The papers' agents are Windows programs. Spec: OQ-01 */
	pc_text_copy(c->os, sizeof(c->os), "Windows 10 Pro 10.0.19045");
	pc_text_copy(c->framework, sizeof(c->framework), ".NET Framework 4.8");
	pc_text_copy(c->time_zone, sizeof(c->time_zone), "+00:00");
	c->remote_operation = true;
}

int
pc_dc_config_load(const char *path, struct pc_dc_config *ret, struct pc_diag *diag)
{
	struct pc_doc *doc = NULL;
	bool seen[KEYS] = {false};
	set_defaults(ret);
	int err = pc_doc_load(path, &doc, diag);
	if (err != PC_OK)
		return err;
	err = read_map(NULL, pc_doc_root(doc), ret, seen, diag);
	for (size_t i = 0; err == PC_OK && i < KEYS; i++) {
		if (keys[i].required && !seen[i])
			err = pc_node_fail(pc_doc_root(doc), diag, "'%s%s%s' is missing",
				keys[i].group == NULL ? "" : keys[i].group,
				keys[i].group == NULL ? "" : ".", keys[i].name);
	}
	pc_doc_free(doc);
	if (err != PC_OK)
		pc_dc_config_done(ret);
	return err;
}

void
pc_dc_config_done(struct pc_dc_config *c)
{
	free(c->devices);
	c->devices = NULL;
	c->n_devices = 0;
}
