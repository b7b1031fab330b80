#include "look-snmp.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/st2.h"

enum { PER_REQUEST = 40, ALERT_ROWS = 33, ALERT_COLUMNS = 4, PARTS = 16 };

/* {key, OID, instances}: 0 is one object as it is written, N is OID.1 … OID.N, and key.1 … key.N.
 * Of a vendor, or of all (NULL). */
static const struct {
	const char *key, *oid;
	unsigned n;
	const char *vendor;
} objects[] = {
	{"snmp.descr", "1.3.6.1.2.1.1.1.0", 0, NULL},
	{"snmp.uptime", "1.3.6.1.2.1.1.3.0", 0, NULL},
	{"snmp.contact", "1.3.6.1.2.1.1.4.0", 0, NULL},
	{"snmp.name", "1.3.6.1.2.1.1.5.0", 0, NULL},
	{"snmp.location", "1.3.6.1.2.1.1.6.0", 0, NULL},
	{"snmp.mac", "1.3.6.1.2.1.2.2.1.6.1", 0, NULL},
	{"snmp.in", "1.3.6.1.2.1.2.2.1.10.1", 0, NULL},
	{"snmp.out", "1.3.6.1.2.1.2.2.1.16.1", 0, NULL},
	{"snmp.udpIn", "1.3.6.1.2.1.7.1.0", 0, NULL},
	{"snmp.tcpPassive", "1.3.6.1.2.1.6.6.0", 0, NULL},
	{"snmp.inPkts", "1.3.6.1.2.1.11.1.0", 0, NULL},
	{"snmp.hrUptime", "1.3.6.1.2.1.25.1.1.0", 0, NULL},
	{"snmp.date", "1.3.6.1.2.1.25.1.2.0", 0, NULL},
	{"snmp.hrDescr", "1.3.6.1.2.1.25.3.2.1.3.1", 0, NULL},
	{"snmp.hrDevice", "1.3.6.1.2.1.25.3.2.1.5.1", 0, NULL},
	{"snmp.hrPrinter", "1.3.6.1.2.1.25.3.5.1.1.1", 0, NULL},
	{"snmp.errors", "1.3.6.1.2.1.25.3.5.1.2.1", 0, NULL},
	{"snmp.config", "1.3.6.1.2.1.43.5.1.1.1.1", 0, NULL},
	{"snmp.serial", "1.3.6.1.2.1.43.5.1.1.17.1", 0, NULL},
	{"snmp.critical", "1.3.6.1.2.1.43.5.1.1.18.1", 0, NULL},
	{"snmp.events", "1.3.6.1.2.1.43.5.1.1.19.1", 0, NULL},
	{"snmp.life", "1.3.6.1.2.1.43.10.2.1.4.1.1", 0, NULL},
	{"snmp.powerOn", "1.3.6.1.2.1.43.10.2.1.5.1.1", 0, NULL},
	{"snmp.console", "1.3.6.1.2.1.43.16.5.1.2.1.1", 0, NULL},
	{"snmp.cover", "1.3.6.1.2.1.43.6.1.1.3.1", PARTS, NULL},
	{"snmp.tray", "1.3.6.1.2.1.43.8.2.1.10.1", PARTS, NULL},
	{"snmp.trayMax", "1.3.6.1.2.1.43.8.2.1.9.1", PARTS, NULL},
	{"snmp.supply", "1.3.6.1.2.1.43.11.1.1.9.1", PARTS, NULL},
	{"snmp.supplyMax", "1.3.6.1.2.1.43.11.1.1.8.1", PARTS, NULL},
	{"jm.active", "1.3.6.1.4.1.2699.1.1.1.1.1.1.2.1", 0, NULL},
	{"pm.model", "1.3.6.1.4.1.2699.1.2.1.2.1.1.2.1", 0, NULL},
	{"pm.id1284", "1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1", 0, NULL},
	{"pm.uri", "1.3.6.1.4.1.2699.1.2.1.3.1.1.4.1.1", 0, NULL},
	{"eps.id1284", "1.3.6.1.4.1.1248.1.2.2.1.1.1.1.1", 0, "epson"},
	{"eps.model", "1.3.6.1.4.1.1248.1.2.2.1.1.1.3.1", 0, "epson"},
	{"eps.status", "1.3.6.1.4.1.1248.1.2.2.1.1.1.4.1", 0, "epson"},
	{"eps.serial", "1.3.6.1.4.1.1248.1.2.2.1.1.1.5.1", 0, "epson"},
	{"eps.firmware", "1.3.6.1.4.1.1248.1.2.2.2.1.1.2.1.1", 0, "epson"},
	{"eps.versionSerial", "1.3.6.1.4.1.1248.1.2.2.2.1.1.2.1.2", 0, "epson"},
	{"eps.boardFirmware", "1.3.6.1.4.1.1248.1.1.3.1.21.1.1.2", 8, "epson"},
	{"eps.board", "1.3.6.1.4.1.1248.1.1.3.1.1.73.0", 0, "epson"},
	{"eps.boardIp", "1.3.6.1.4.1.1248.1.1.3.1.1.80.0", 0, "epson"},
	{"eps.boardModel", "1.3.6.1.4.1.1248.1.1.3.1.3.8.0", 0, "epson"},
	{"eps.netbios", "1.3.6.1.4.1.1248.1.1.3.1.14.7.0", 0, "epson"},
	{"eps.size", "1.3.6.1.4.1.1248.1.2.2.6.1.1.4.1", PARTS, "epson"},
	{"eps.sizeColor", "1.3.6.1.4.1.1248.1.2.2.6.1.1.5.1", PARTS, "epson"},
	{"eps.mono", "1.3.6.1.4.1.1248.1.2.2.27.1.1.3.1.1", 0, "epson"},
	{"eps.color", "1.3.6.1.4.1.1248.1.2.2.27.1.1.4.1.1", 0, "epson"},
	{"eps.total", "1.3.6.1.4.1.1248.1.2.2.27.1.1.30.1.1", 0, "epson"},
	{"eps.function", "1.3.6.1.4.1.1248.1.2.2.27.6.1.4.1.1", 4, "epson"},
	{"eps.functionColor", "1.3.6.1.4.1.1248.1.2.2.27.6.1.5.1.1", 3, "epson"},
	{"xrx.model", "1.3.6.1.4.1.253.8.53.13.2.1.8.1.11.1", 0, "xerox"},
	{"xrx.serial", "1.3.6.1.4.1.253.8.53.13.2.1.8.1.12.1", 0, "xerox"},
	{"xrx.generalSerial", "1.3.6.1.4.1.253.8.53.3.2.1.3.1", 0, "xerox"},
	{"xrx.version", "1.3.6.1.4.1.253.8.53.13.2.1.8.1.14.1", 0, "xerox"},
	{"xrx.descr", "1.3.6.1.4.1.253.8.53.13.2.1.8.1.6.1", 0, "xerox"},
	{"xrx.lifetime", "1.3.6.1.4.1.253.8.53.13.2.1.6.1.20.1", 0, "xerox"},
	{"xrx.accounting", "1.3.6.1.4.1.253.8.53.13.2.1.6.1.30.1", 0, "xerox"},
	{"xrx.marker", "1.3.6.1.4.1.253.8.53.7.2.1.7.1", 0, "xerox"},
	{"xrx.address", "1.3.6.1.4.1.253.8.51.10.2.1.7.1.14130101", 0, "xerox"},
	{"xrx.id1284", "1.3.6.1.4.1.253.8.51.1.2.1.20.1", 0, "xerox"},
};
enum { OBJECTS = sizeof(objects) / sizeof(objects[0]) };

static const char *const alert_columns[ALERT_COLUMNS] = {"1.3.6.1.2.1.43.18.1.1.2.1",
	"1.3.6.1.2.1.43.18.1.1.4.1", "1.3.6.1.2.1.43.18.1.1.7.1", "1.3.6.1.2.1.43.18.1.1.8.1"};

static void
add(struct look_requests *r, struct pc_snmp_message *m)
{
	struct pc_diag diag = {{0}};
	assert(r->n < LOOK_REQUESTS_MAX);
	m->version = PC_SNMP_V2C;
	m->community = (const uint8_t *)r->profile->community_read;
	m->community_len = strlen(r->profile->community_read);
	m->request_id = (int32_t)(1000 + r->n);
	int err = pc_snmp_encode(m, r->bytes[r->n], LOOK_REQUEST_BYTES, &r->len[r->n], &diag);
	if (err != PC_OK)
		fprintf(stderr, "request: %s\n", diag.text);
	assert(err == PC_OK);
	r->n++;
	m->n_varbinds = 0;
}

static void
parse(const char *oid, unsigned instance, struct pc_snmp_varbind *vb)
{
	struct pc_oid name;
	int err = pc_oid_parse(oid, &name);
	assert(err == PC_OK);
	if (instance > 0)
		name.arcs[name.len++] = instance;
	pc_snmp_varbind_null(vb, &name);
}

void
look_snmp_requests(const struct pc_profile *profile, struct look_requests *r)
{
	struct pc_snmp_varbind *vbs = calloc(PER_REQUEST, sizeof(*vbs));
	struct pc_snmp_message m = {.varbinds = vbs};
	assert(vbs != NULL);
	r->profile = profile;
	r->n = 0;
	m.pdu = PC_SNMP_GETBULK;
	m.error_index = ALERT_ROWS;
	for (unsigned i = 0; i < ALERT_COLUMNS; i++)
		parse(alert_columns[i], 0, &vbs[m.n_varbinds++]);
	add(r, &m);
	m = (struct pc_snmp_message){.varbinds = vbs, .pdu = PC_SNMP_GET};
	for (size_t i = 0; i < OBJECTS; i++) {
		unsigned n = objects[i].n == 0 ? 1 : objects[i].n;
		if (objects[i].vendor != NULL &&
			(profile->snmp_vendor == NULL ||
				strcmp(objects[i].vendor, profile->snmp_vendor) != 0))
			continue;
		for (unsigned k = 1; k <= n; k++) {
			if (m.n_varbinds == PER_REQUEST)
				add(r, &m);
			parse(objects[i].oid, objects[i].n == 0 ? 0 : k, &vbs[m.n_varbinds++]);
		}
	}
	if (m.n_varbinds > 0)
		add(r, &m);
	free(vbs);
}

static void
st2_facts(const struct pc_snmp_varbind *vb, struct facts *f)
{
	struct pc_st2 st2;
	if (pc_st2_read(vb->bytes, vb->len, &st2) != PC_OK)
		return;
	facts_number(f, "st2.state", st2.state);
	facts_number(f, "st2.error", st2.error);
	facts_text(f, "st2.serial", st2.serial, strlen(st2.serial));
	for (size_t i = 0; i < st2.n_inks; i++)
		facts_number_at(f, "st2.ink", i, st2.inks[i].level);
	for (size_t i = 0; i < st2.n_warnings; i++)
		facts_number_at(f, "st2.warning", i, st2.warnings[i]);
	if (st2.has_counters)
		facts_number(f, "st2.pages", st2.counters[0]);
}

static void
value_fact(const char *key, const struct pc_snmp_varbind *vb, struct facts *f)
{
	char text[64];
	switch (vb->type) {
	case PC_BER_INTEGER:
	case PC_BER_COUNTER32:
	case PC_BER_GAUGE32:
	case PC_BER_TIMETICKS:
	case PC_BER_COUNTER64:
		facts_number(f, key, vb->integer);
		return;
	case PC_BER_IPADDRESS:
		snprintf(text, sizeof(text), "%u.%u.%u.%u", vb->bytes[0], vb->bytes[1],
			vb->bytes[2], vb->bytes[3]);
		facts_text(f, key, text, strlen(text));
		return;
	case PC_BER_OCTETS:
		break;
	default:
		return; /* no such object here */
	}
	if (strcmp(key, "snmp.mac") == 0 && vb->len == 6) {
		snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", vb->bytes[0],
			vb->bytes[1], vb->bytes[2], vb->bytes[3], vb->bytes[4], vb->bytes[5]);
		facts_text(f, key, text, strlen(text));
	} else if (strcmp(key, "snmp.errors") == 0) {
		facts_number(f, "snmp.errorOctets", (int64_t)vb->len);
		unsigned bits = vb->len > 0 ? (unsigned)vb->bytes[0] << 8 : 0;
		facts_number(f, key, bits | (vb->len > 1 ? vb->bytes[1] : 0));
	} else if (strcmp(key, "snmp.date") == 0 && vb->len >= 8) {
		snprintf(text, sizeof(text), "%04u-%02u-%02uT%02u:%02u:%02u",
			(unsigned)vb->bytes[0] << 8 | vb->bytes[1], vb->bytes[2], vb->bytes[3],
			vb->bytes[4], vb->bytes[5], vb->bytes[6]);
		facts_text(f, key, text, strlen(text));
	} else if (strcmp(key, "eps.status") == 0) {
		st2_facts(vb, f);
	} else {
		facts_text(f, key, vb->bytes, vb->len);
	}
}

/* Rows of the alert table in its order; the row that says that all is well is none. */
static void
alert_facts(const struct pc_snmp_message *m, struct facts *f)
{
	size_t n = 0;
	int64_t critical = 0;
	for (size_t i = 0; i + ALERT_COLUMNS <= m->n_varbinds; i += ALERT_COLUMNS) {
		const struct pc_snmp_varbind *v = &m->varbinds[i];
		struct pc_oid column;
		(void)pc_oid_parse(alert_columns[0], &column);
		if (!pc_oid_is_under(&v[0].name, &column))
			break;
		if (v[0].integer == 1)
			continue;
		critical += v[0].integer == 3 ? 1 : 0;
		facts_number_at(f, "snmp.alert", n, v[2].integer);
		facts_number_at(f, "snmp.alertSeverity", n++, v[0].integer);
	}
	facts_number(f, "snmp.alerts", (int64_t)n);
	facts_number(f, "snmp.alertsCritical", critical);
}

/* Which object a variable is, by its name: answers keep the order, but it is cheap to be sure. */
static void
object_facts(const struct pc_snmp_message *m, struct facts *f)
{
	char key[FACT_KEY_MAX], text[PC_OID_TEXT_MAX];
	for (size_t i = 0; i < m->n_varbinds; i++) {
		const struct pc_snmp_varbind *v = &m->varbinds[i];
		if (v->type >= PC_BER_NO_SUCH_OBJECT)
			continue;
		pc_oid_text(&v->name, text);
		for (size_t k = 0; k < OBJECTS; k++) {
			size_t len = strlen(objects[k].oid);
			if (strncmp(text, objects[k].oid, len) != 0 ||
				text[len] != (objects[k].n == 0 ? '\0' : '.'))
				continue;
			snprintf(key, sizeof(key), "%s%s%s", objects[k].key,
				objects[k].n == 0 ? "" : ".",
				objects[k].n == 0 ? "" : text + len + 1);
			value_fact(key, v, f);
		}
	}
}

bool
look_snmp_answer(struct look_requests *r, const uint8_t *data, size_t len, struct facts *f)
{
	struct pc_snmp_message m;
	bool ours =
		pc_snmp_decode(data, len, r->varbinds, PC_SNMP_VARBINDS_MAX, &m, NULL) == PC_OK &&
		m.pdu == PC_SNMP_RESPONSE && m.error_status == 0 && m.request_id >= 1000 &&
		(size_t)m.request_id - 1000 < r->n;
	if (ours && m.request_id == 1000)
		alert_facts(&m, f);
	else if (ours)
		object_facts(&m, f);
	return ours;
}
