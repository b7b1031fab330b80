/* Device cases: the SNMP protocol as an agent meets it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "conformance/cases.h"

/* A walk starts with GETNEXT and goes on with GETBULK: agents use both. */
enum { WALK_MAX = 20000, GETNEXT_FIRST = 40, SILENCE_MS = 400 };

static struct pc_snmp_answer *
new_answer(struct pc_case_run *r)
{
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		pc_case_error(r, "no memory");
	return a;
}

static void
system_group(struct pc_case_run *r)
{
	static const char *const oids[] = {
		PC_OID_SYS_DESCR, PC_OID_SYS_OBJECT_ID, PC_OID_SYS_UPTIME, PC_OID_SYS_NAME, NULL};
	static const uint8_t types[] = {PC_BER_OCTETS, PC_BER_OID, PC_BER_TIMETICKS, PC_BER_OCTETS};
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = new_answer(r);
	if (a == NULL)
		return;
	int err = pc_client_snmp_get(&to, PC_SNMP_V2C, PC_SNMP_GET, oids, a);
	if (pc_check(r, err == PC_OK, "a GET of four objects of the system group is answered",
		    "a response", "%s", err == PC_OK ? "a response" : pc_err_text(err))) {
		pc_check(r, a->message.n_varbinds == 4,
			"the response has a binding for each object", "4", "%zu",
			a->message.n_varbinds);
		for (size_t i = 0; i < 4 && i < a->message.n_varbinds; i++)
			pc_check(r, a->varbinds[i].type == types[i], "the value has the MIB's type",
				pc_snmp_type_name(types[i]), "%s of %s",
				pc_snmp_type_name(a->varbinds[i].type), oids[i]);
	}
	free(a);
}

static void
v1_no_such_name(struct pc_case_run *r)
{
	static const char *const oids[] = {
		PC_OID_SYS_DESCR, "1.3.6.1.2.1.1.99.0", "1.3.6.1.2.1.1.98.0", NULL};
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = new_answer(r);
	if (a == NULL)
		return;
	int err = pc_client_snmp_get(&to, PC_SNMP_V1, PC_SNMP_GET, oids, a);
	if (pc_check(r, err == PC_OK, "a v1 GET with two missing objects is answered", "a response",
		    "%s", err == PC_OK ? "a response" : pc_err_text(err))) {
		pc_check(r, a->message.error_status == 2, "error-status is noSuchName", "2", "%d",
			a->message.error_status);
		pc_check(r, a->message.error_index == 2,
			"error-index names the first object that is missing", "2", "%d",
			a->message.error_index);
		pc_check(r, a->message.n_varbinds == 3 && a->varbinds[0].type == PC_BER_NULL,
			"the bindings come back as they were sent", "3 bindings, NULL",
			"%zu bindings, %s", a->message.n_varbinds,
			a->message.n_varbinds > 0 ? pc_snmp_type_name(a->varbinds[0].type) : "-");
	}
	free(a);
}

static void
v2_exceptions(struct pc_case_run *r)
{
	static const char *const oids[] = {
		"1.3.6.1.2.1.1.99.0", "1.3.6.1.2.1.1.1.7", PC_OID_SYS_DESCR, NULL};
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = new_answer(r);
	if (a == NULL)
		return;
	int err = pc_client_snmp_get(&to, PC_SNMP_V2C, PC_SNMP_GET, oids, a);
	if (pc_check(r, err == PC_OK && a->message.n_varbinds == 3,
		    "a v2c GET with missing objects is answered per binding", "3 bindings", "%s",
		    err == PC_OK ? "another number of bindings" : pc_err_text(err))) {
		pc_check(r, a->message.error_status == 0, "error-status is noError", "0", "%d",
			a->message.error_status);
		pc_check(r,
			a->varbinds[0].type == PC_BER_NO_SUCH_OBJECT ||
				a->varbinds[0].type == PC_BER_NO_SUCH_INSTANCE,
			"an unknown object is an exception", "noSuchObject", "%s",
			pc_snmp_type_name(a->varbinds[0].type));
		pc_check(r, a->varbinds[1].type == PC_BER_NO_SUCH_INSTANCE,
			"an unknown instance of a known object is noSuchInstance", "noSuchInstance",
			"%s", pc_snmp_type_name(a->varbinds[1].type));
		pc_check(r, a->varbinds[2].type == PC_BER_OCTETS,
			"the object that exists is answered beside them", "OCTET STRING", "%s",
			pc_snmp_type_name(a->varbinds[2].type));
	}
	free(a);
}

static void
walk_increases(struct pc_case_run *r)
{
	char text[PC_OID_TEXT_MAX] = "1.3";
	const char *oids[] = {text, NULL};
	struct pc_oid last = {.len = 0};
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = new_answer(r);
	unsigned n = 0;
	bool increasing = true;
	bool ended = false;
	if (a == NULL)
		return;
	while (n < WALK_MAX && increasing && !ended) {
		int err = pc_client_snmp_get(&to, PC_SNMP_V2C,
			n < GETNEXT_FIRST ? PC_SNMP_GETNEXT : PC_SNMP_GETBULK, oids, a);
		if (err != PC_OK || a->message.n_varbinds == 0) {
			pc_case_inconclusive(r, "GETBULK after %s: %s", text, pc_err_text(err));
			break;
		}
		for (size_t i = 0; i < a->message.n_varbinds && increasing && !ended; i++) {
			ended = a->varbinds[i].type == PC_BER_END_OF_MIB_VIEW;
			increasing = ended || pc_oid_compare(&a->varbinds[i].name, &last) > 0;
			last = a->varbinds[i].name;
			n++;
		}
		pc_oid_text(&last, text);
	}
	pc_check(r, increasing, "each object of a walk comes after the one before", "increasing",
		"%s at object %u, %s", increasing ? "increasing" : "not increasing", n, text);
	if (increasing)
		pc_check(r, ended, "the walk ends with endOfMibView", "endOfMibView",
			ended ? "endOfMibView after %u objects" : "no end after %u objects", n);
	free(a);
}

static void
bulk_repetitions(struct pc_case_run *r)
{
	struct pc_snmp_varbind vb;
	struct pc_oid name;
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = new_answer(r);
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)"public",
		.community_len = 6,
		.pdu = PC_SNMP_GETBULK,
		.request_id = 4711,
		.error_status = 0,
		.error_index = 7,
		.varbinds = &vb,
		.n_varbinds = 1};
	if (a == NULL || pc_oid_parse("1.3.6.1.2.1.1", &name) != PC_OK)
		return;
	pc_snmp_varbind_null(&vb, &name);
	int err = pc_client_snmp(&to, &m, 0, a);
	if (pc_check(r, err == PC_OK, "a GETBULK is answered", "a response", "%s",
		    err == PC_OK ? "a response" : pc_err_text(err)))
		pc_check(r, a->message.n_varbinds == 7,
			"max-repetitions 7 over one binding gives 7 bindings", "7", "%zu",
			a->message.n_varbinds);
	free(a);
}

/* One GET with a community; `ret` true when anything came back. */
static bool
answered(struct pc_case_run *r, const char *community)
{
	struct pc_snmp_varbind vb;
	struct pc_oid name;
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = new_answer(r);
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)community,
		.community_len = strlen(community),
		.pdu = PC_SNMP_GET,
		.request_id = 4712,
		.varbinds = &vb,
		.n_varbinds = 1};
	if (a == NULL || pc_oid_parse(PC_OID_SYS_DESCR, &name) != PC_OK)
		return false;
	pc_snmp_varbind_null(&vb, &name);
	bool got = pc_client_snmp(&to, &m, SILENCE_MS, a) == PC_OK;
	free(a);
	return got;
}

static void
wrong_community(struct pc_case_run *r)
{
	if (!answered(r, "public")) {
		pc_case_inconclusive(r, "the right community 'public' was not answered either");
		return;
	}
	bool wrong = answered(r, "not-the-one");
	bool right = answered(r, "public");
	pc_check(r, !wrong, "a request with a wrong community is not answered", "silence", "%s",
		wrong ? "a response" : "silence");
	pc_check(r, right, "the right community is still answered afterwards", "a response", "%s",
		right ? "a response" : "silence");
}

static void
source_address(struct pc_case_run *r)
{
	static const char *const oids[] = {PC_OID_SYS_DESCR, NULL};
	struct sockaddr_in to = pc_case_snmp(r);
	char asked[PC_TEXT_ADDR_MAX];
	char came[PC_TEXT_ADDR_MAX];
	struct pc_snmp_answer *a = new_answer(r);
	if (a == NULL)
		return;
	int err = pc_client_snmp_get(&to, PC_SNMP_V2C, PC_SNMP_GET, oids, a);
	if (err != PC_OK)
		pc_case_inconclusive(r, "no answer: %s", pc_err_text(err));
	else
		pc_check(r,
			a->from.sin_addr.s_addr == to.sin_addr.s_addr &&
				a->from.sin_port == to.sin_port,
			"the response leaves from the address and port that were asked",
			pc_text_from_sockaddr(&to, asked), "%s",
			pc_text_from_sockaddr(&a->from, came));
	free(a);
}

static void
request_id(struct pc_case_run *r)
{
	static const int32_t ids[] = {1, 0x7fffffff, -5, 0};
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = new_answer(r);
	struct pc_oid name;
	char want[16];
	if (a == NULL || pc_oid_parse(PC_OID_SYS_UPTIME, &name) != PC_OK)
		return;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct pc_snmp_varbind vb;
		struct pc_snmp_message m = {.version = PC_SNMP_V2C,
			.community = (const uint8_t *)"public",
			.community_len = 6,
			.pdu = PC_SNMP_GETNEXT,
			.request_id = ids[i],
			.varbinds = &vb,
			.n_varbinds = 1};
		pc_snmp_varbind_null(&vb, &name);
		snprintf(want, sizeof(want), "%d", ids[i]);
		int err = pc_client_snmp(&to, &m, 0, a);
		if (err != PC_OK)
			pc_case_inconclusive(r, "no answer: %s", pc_err_text(err));
		else
			pc_check(r, a->message.request_id == ids[i],
				"the response carries the request's request-id", want, "%d",
				a->message.request_id);
	}
	free(a);
}

/* Datagrams that are no SNMP message must bring no answer and no harm. */
static void
broken_messages(struct pc_case_run *r)
{
	static const struct {
		const char *name;
		uint8_t bytes[24];
		size_t len;
	} rows[] = {
		{"empty sequence", {0x30, 0x00}, 2},
		{"length past the end", {0x30, 0x7f, 0x02, 0x01, 0x01}, 5},
		{"indefinite length", {0x30, 0x80, 0x02, 0x01, 0x01, 0x04, 0x00, 0x00, 0x00}, 9},
		{"version 9",
			{0x30, 0x0b, 0x02, 0x01, 0x09, 0x04, 0x06, 'p', 'u', 'b', 'l', 'i', 'c'},
			13},
		{"no ASN.1 at all", {'G', 'E', 'T', ' ', '/', '\r', '\n'}, 7},
	};
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = new_answer(r);
	if (a == NULL)
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int err = pc_client_snmp_raw(&to, rows[i].bytes, rows[i].len, SILENCE_MS / 4, a);
		pc_check(r, err == PC_E_TIMEOUT, rows[i].name, "silence", "%s",
			err == PC_E_TIMEOUT ? "silence" : "an answer");
	}
	bool alive = answered(r, "public");
	pc_check(r, alive, "the agent still answers afterwards", "a response", "%s",
		alive ? "a response" : "silence");
	free(a);
}

static void
set_location(struct pc_case_run *r)
{
	char before[256];
	char after[256];
	struct pc_snmp_varbind vb;
	struct pc_oid name;
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = new_answer(r);
	static const char value[] = "Room 4, press check";
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)"private",
		.community_len = 7,
		.pdu = PC_SNMP_SET,
		.request_id = 4713,
		.varbinds = &vb,
		.n_varbinds = 1};
	if (a == NULL || pc_oid_parse(PC_OID_SYS_LOCATION, &name) != PC_OK ||
		!pc_case_text(r, PC_OID_SYS_LOCATION, "sysLocation", before, sizeof(before))) {
		free(a);
		return;
	}
	pc_snmp_varbind_octets(&vb, &name, PC_BER_OCTETS, value, sizeof(value) - 1);
	int err = pc_client_snmp(&to, &m, 0, a);
	if (pc_check(r, err == PC_OK && a->message.error_status == 0, "the SET is accepted",
		    "noError", "%s",
		    err == PC_OK ? pc_snmp_error_name(a->message.error_status)
				 : pc_err_text(err)) &&
		pc_case_text(r, PC_OID_SYS_LOCATION, "sysLocation", after, sizeof(after)))
		pc_check(r, strcmp(after, value) == 0, "the new value is read back", value, "%s",
			after);
	pc_snmp_varbind_octets(&vb, &name, PC_BER_OCTETS, before, strlen(before));
	(void)pc_client_snmp(&to, &m, 0, a);
	free(a);
}

static void
set_refused(struct pc_case_run *r)
{
	struct sockaddr_in to = pc_case_snmp(r);
	int32_t status = 0;
	int err = pc_client_snmp_set_integer(&to, "private", PC_OID_LIFE_COUNT, 5, &status);
	if (err != PC_OK)
		pc_case_inconclusive(r, "no answer to the SET: %s", pc_err_text(err));
	else
		pc_check(r, status == 17 || status == 7 || status == 6,
			"a SET of the life counter is refused",
			"notWritable, wrongType or noAccess", "%s", pc_snmp_error_name(status));
	err = pc_client_snmp_set_integer(&to, "private", PC_OID_PRT_RESET, 77, &status);
	if (err == PC_OK)
		pc_check(r, status == 10, "a SET of prtGeneralReset to 77 is a wrong value",
			"wrongValue", "%s", pc_snmp_error_name(status));
}

static const struct pc_case table[] = {
	{"DEV-SNMP-001", 1, PC_ROLE_DEVICE, "The printer answers a GET of its system group.",
		"RFC 3418 system; RFC 3416 s4.2.1", {"ERS-DEV-04", "ERS-NET-06"},
		{{PC_MUTANT_DEVICE, "snmp-uptime-integer"}, {PC_MUTANT_DEVICE, "snmp-silent"}},
		"snmp", system_group},
	{"DEV-SNMP-002", 1, PC_ROLE_DEVICE,
		"A v1 GET of a missing object is answered noSuchName with the index of the first one.",
		"RFC 1157 s4.1.2; RFC 3584 s4.2", {"ERS-DEV-04", "ERS-NET-06"},
		{{PC_MUTANT_DEVICE, "snmp-v1-wrong-index"}}, "snmp", v1_no_such_name},
	{"DEV-SNMP-003", 1, PC_ROLE_DEVICE, "A walk of the whole tree increases and ends.",
		"RFC 3416 s4.2.2, s4.2.3", {"ERS-DEV-04"},
		{{PC_MUTANT_DEVICE, "snmp-getnext-repeats"}}, "snmp", walk_increases},
	{"DEV-SNMP-004", 1, PC_ROLE_DEVICE, "GETBULK gives as many repetitions as were asked for.",
		"RFC 3416 s4.2.3", {"ERS-DEV-04"},
		{{PC_MUTANT_DEVICE, "snmp-bulk-ignores-repetitions"}}, "snmp", bulk_repetitions},
	{"DEV-SNMP-005", 1, PC_ROLE_DEVICE, "A wrong community meets silence.",
		"RFC 3584 s5.2.1; RFC 3418 snmpInBadCommunityNames", {"ERS-DEV-04"},
		{{PC_MUTANT_DEVICE, "snmp-wrong-community-answered"}}, "snmp", wrong_community},
	{"DEV-SNMP-006", 1, PC_ROLE_DEVICE, "An answer leaves from the address that was asked.",
		"RFC 3417 s3", {"ERS-DEV-04"}, {{PC_MUTANT_DEVICE, "snmp-reply-other-address"}},
		"snmp", source_address},
	{"DEV-SNMP-007", 1, PC_ROLE_DEVICE, "The request-id comes back unchanged.", "RFC 3416 s3",
		{"ERS-DEV-04"}, {{PC_MUTANT_DEVICE, "snmp-request-id-changed"}}, "snmp",
		request_id},
	{"DEV-SNMP-008", 1, PC_ROLE_DEVICE, "Broken messages bring neither an answer nor harm.",
		"RFC 3418 snmpInASNParseErrs, snmpInBadVersions", {"ERS-DEV-04"},
		{{PC_MUTANT_DEVICE, "snmp-broken-answered"}, {PC_MUTANT_DEVICE, "snmp-silent"}},
		"snmp", broken_messages},
	{"DEV-SNMP-009", 1, PC_ROLE_DEVICE, "A SET of sysLocation takes effect.",
		"RFC 3416 s4.2.5; RFC 3418 sysLocation", {"ERS-DEV-04", "ERS-DAT-063"},
		{{PC_MUTANT_DEVICE, "snmp-set-not-applied"}}, "snmp snmp-set", set_location},
	{"DEV-SNMP-010", 1, PC_ROLE_DEVICE,
		"A SET of what may not be set, or to a value that is none, is refused.",
		"RFC 3416 s4.2.5; RFC 3805 prtGeneralReset", {"ERS-DEV-04"},
		{{PC_MUTANT_DEVICE, "snmp-set-unchecked"}}, "snmp snmp-set", set_refused},
	{"DEV-SNMP-011", 1, PC_ROLE_DEVICE,
		"A v2c GET answers missing objects as exceptions beside the others.",
		"RFC 3416 s4.2.1", {"ERS-DEV-04"}, {{PC_MUTANT_DEVICE, "snmp-missing-fails-all"}},
		"snmp", v2_exceptions},
};

const struct pc_case *
pc_cases_device_snmp(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
