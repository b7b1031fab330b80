/* Device cases: SNMPv3 with the User-based Security Model. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conformance/cases.h"
#include "conformance/client-snmp3.h"

enum { BOTH = PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV, FAR_S = 1000, SILENCE_MS = 400 };

/* The user of the printer that authenticates and encrypts, and its engine. */
struct manager {
	json_t *state; /* owned: holds the user's texts */
	struct pc_snmp3_user user;
	struct sockaddr_in to;
	struct pc_snmp3_answer *answer; /* owned */
	struct pc_snmp3_engine engine;
};

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text == NULL ? "" : text;
}

static bool
find_user(struct manager *m)
{
	size_t i;
	json_t *u;
	json_array_foreach(json_object_get(m->state, "snmpUsers"), i, u)
	{
		m->user = (struct pc_snmp3_user){.name = text_of(u, "name"),
			.auth = (int32_t)json_integer_value(json_object_get(u, "auth")),
			.auth_password = text_of(u, "authPassword"),
			.priv = (int32_t)json_integer_value(json_object_get(u, "priv")),
			.priv_password = text_of(u, "privPassword")};
		if (m->user.auth > 1 && m->user.priv > 1)
			return true;
	}
	return false;
}

/* False: the case is over. The engine is discovered. */
static bool
manager_init(struct manager *m, struct pc_case_run *r)
{
	*m = (struct manager){.to = pc_case_snmp(r),
		.state = pc_world_printer_state(r->world, r->printer->number),
		.answer = calloc(1, sizeof(*m->answer))};
	if (m->answer == NULL || m->state == NULL) {
		pc_case_error(r, "no memory or no state of the printer");
		return false;
	}
	if (!find_user(m)) {
		pc_case_inconclusive(r, "the printer has no user that encrypts");
		return false;
	}
	int err = pc_client_snmp3_discover(&m->to, m->answer);
	if (err != PC_OK) {
		pc_check(r, false, "discovery is answered by a Report", "a Report", "%s",
			pc_err_text(err));
		return false;
	}
	m->engine = m->answer->engine;
	return true;
}

static void
manager_done(struct manager *m)
{
	json_decref(m->state);
	free(m->answer);
}

static int
get(struct manager *m, uint8_t flags, unsigned deadline_ms)
{
	return pc_client_snmp3_get(
		&m->to, &m->engine, &m->user, flags, PC_OID_SYS_NAME, deadline_ms, m->answer);
}

/* Spec: RFC 3414 s4, s3.2 (3); RFC 3411 SnmpEngineID */
static void
discovery(struct pc_case_run *r)
{
	struct manager m;
	if (manager_init(&m, r)) {
		const struct pc_snmp3_answer *a = m.answer;
		pc_check(r, strcmp(a->report, "usmStats.4") == 0,
			"the Report tells usmStatsUnknownEngineIDs", "usmStats.4", "%s", a->report);
		pc_check(r, m.engine.n_id >= 5 && m.engine.n_id <= 32,
			"the engine ID has 5 to 32 octets", "5 to 32", "%zu", m.engine.n_id);
		pc_check(r, m.engine.n_id > 0 && (m.engine.id[0] & 0x80) != 0,
			"its first bit says that it follows RFC 3411", "set", "%02x",
			m.engine.id[0]);
		pc_check(r, m.engine.boots > 0, "the engine has been started", "1 or more", "%u",
			m.engine.boots);
	}
	manager_done(&m);
}

/* Spec: RFC 3414 s3.1, s3.2; RFC 3412 s7.1 */
static void
auth_priv(struct pc_case_run *r)
{
	struct manager m;
	char plain[256] = "";
	if (manager_init(&m, r) &&
		pc_case_text(r, PC_OID_SYS_NAME, "sysName", plain, sizeof(plain))) {
		int err = get(&m, BOTH, 0);
		if (pc_check(r, err == PC_OK, "a sealed GET is answered", "a Response", "%s",
			    pc_err_text(err))) {
			pc_check(r, m.answer->pdu == PC_SNMP_RESPONSE, "by a Response", "Response",
				"%s %s", pc_snmp_pdu_name(m.answer->pdu), m.answer->report);
			pc_check(r, (m.answer->flags & PC_SNMP_V3_PRIV) != 0,
				"the answer is encrypted as the request was", "encrypted",
				"msgFlags %u", m.answer->flags);
			pc_check(r, m.answer->authentic, "its digest is made with the user's key",
				"authentic", "not authentic");
			pc_check(r, strcmp(m.answer->value, plain) == 0,
				"it holds the value that SNMPv2c tells", plain, "%s",
				m.answer->value);
		}
	}
	manager_done(&m);
}

/* Spec: RFC 3414 s3.2 (6) */
static void
wrong_digest(struct pc_case_run *r)
{
	struct manager m;
	if (manager_init(&m, r)) {
		m.user.auth_password = "not the password";
		int err = get(&m, PC_SNMP_V3_AUTH, 0);
		pc_check(r, err == PC_OK && strcmp(m.answer->report, "usmStats.5") == 0,
			"a message signed with another key brings usmStatsWrongDigests",
			"Report usmStats.5", "%s",
			err != PC_OK                  ? pc_err_text(err)
			: m.answer->report[0] != '\0' ? m.answer->report
						      : pc_snmp_pdu_name(m.answer->pdu));
	}
	manager_done(&m);
}

/* Spec: RFC 3414 s3.2 (7) */
static void
stale(struct pc_case_run *r)
{
	struct manager m;
	if (manager_init(&m, r)) {
		uint32_t boots = m.engine.boots;
		m.engine.time += FAR_S;
		int err = get(&m, PC_SNMP_V3_AUTH, 0);
		pc_check(r, err == PC_OK && strcmp(m.answer->report, "usmStats.2") == 0,
			"a message from outside the time window brings usmStatsNotInTimeWindows",
			"Report usmStats.2", "%s",
			err != PC_OK                  ? pc_err_text(err)
			: m.answer->report[0] != '\0' ? m.answer->report
						      : pc_snmp_pdu_name(m.answer->pdu));
		if (err == PC_OK && m.answer->report[0] != '\0')
			pc_check(r, m.answer->authentic && m.answer->engine.boots == boots,
				"the Report tells boots and time under the user's digest",
				"authentic", "%s, boots %u",
				m.answer->authentic ? "authentic" : "not authentic",
				m.answer->engine.boots);
	}
	manager_done(&m);
}

/* Spec: RFC 3414 s3.2 (4) */
static void
unknown_user(struct pc_case_run *r)
{
	struct manager m;
	if (manager_init(&m, r)) {
		m.user.name = "nobody-here";
		int err = get(&m, BOTH, 0);
		pc_check(r, err == PC_OK && strcmp(m.answer->report, "usmStats.3") == 0,
			"a user that does not exist brings usmStatsUnknownUserNames",
			"Report usmStats.3", "%s",
			err != PC_OK                  ? pc_err_text(err)
			: m.answer->report[0] != '\0' ? m.answer->report
						      : pc_snmp_pdu_name(m.answer->pdu));
	}
	manager_done(&m);
}

static const struct pc_case table[] = {
	{"DEV-SNMP3-001", 1, PC_ROLE_DEVICE,
		"Discovery tells the printer's engine ID, boots and time.",
		"RFC 3414 s4, s3.2; RFC 3411 SnmpEngineID", {"XRS-NET-01", "XRS-SEC-32"},
		{{PC_MUTANT_DEVICE, "snmp-v3-no-report"}}, "snmp snmp-v3", discovery},
	{"DEV-SNMP3-002", 1, PC_ROLE_DEVICE,
		"A GET that is signed and encrypted is answered signed and encrypted.",
		"RFC 3414 s3.1, s3.2; RFC 3826", {"XRS-NET-01", "XRS-SEC-32", "XRS-SEC-33"},
		{{PC_MUTANT_DEVICE, "snmp-v3-answers-plain"}}, "snmp snmp-v3", auth_priv},
	{"DEV-SNMP3-003", 1, PC_ROLE_DEVICE, "A message signed with another key is refused.",
		"RFC 3414 s3.2 (6)", {"XRS-SEC-32"},
		{{PC_MUTANT_DEVICE, "snmp-v3-digest-unchecked"}}, "snmp snmp-v3", wrong_digest},
	{"DEV-SNMP3-004", 1, PC_ROLE_DEVICE, "A message from outside the time window is refused.",
		"RFC 3414 s3.2 (7)", {"XRS-SEC-32"},
		{{PC_MUTANT_DEVICE, "snmp-v3-window-unchecked"}}, "snmp snmp-v3", stale},
	{"DEV-SNMP3-005", 1, PC_ROLE_DEVICE, "A user that does not exist is told so.",
		"RFC 3414 s3.2 (4)", {"XRS-SEC-32"}, {{PC_MUTANT_DEVICE, "snmp-v3-no-report"}},
		"snmp snmp-v3", unknown_user},
};

const struct pc_case *
pc_cases_device_snmp3(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
