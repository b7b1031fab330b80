/* Device cases: discovery by SLP, names by NBNS and LLMNR. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/llmnr.h"
#include "codec/nbns.h"
#include "codec/slp.h"
#include "conformance/cases.h"

/* SILENCE_MS: how long an answer is awaited that must not come. */
enum { ANSWER_MS = 2000, SILENCE_MS = 150, XID = 0x2b67 };

/* The printer's host name, "" (and an inconclusive case) when nobody tells it. */
static void
own_name(struct pc_case_run *r, char out[PC_DNS_LABEL_MAX + 1])
{
	json_t *state = pc_world_printer_state(r->world, r->printer->number);
	const char *name = json_string_value(json_object_get(state, "hostName"));
	out[0] = '\0';
	if (name == NULL)
		pc_case_inconclusive(r, "the printer's host name is not known");
	else
		pc_text_copy(out, PC_DNS_LABEL_MAX + 1, name);
	json_decref(state);
}

/* SLP. */

static int
ask_slp(struct pc_case_run *r, const char *type, const char *scope, const char *prlist,
	unsigned deadline_ms, struct pc_snmp_answer *a, struct pc_slp *ret)
{
	struct sockaddr_in to = pc_world_at(r->world, r->printer, PC_SLP_PORT);
	struct pc_slp q = {.version = 2,
		.function = PC_SLP_SRVRQST,
		.xid = XID,
		.language = pc_slp_text("en"),
		.prlist = pc_slp_text(prlist),
		.type = pc_slp_text(type),
		.scopes = pc_slp_text(scope)};
	uint8_t out[512];
	size_t n = 0;
	int err = pc_slp_write(&q, out, sizeof(out), &n);
	if (err == PC_OK)
		err = pc_client_snmp_raw(&to, out, n, deadline_ms, a);
	return err == PC_OK ? pc_slp_read(a->bytes, a->len, ret) : err;
}

/* Every URL must name the printer's own address. */
static void
check_urls(struct pc_case_run *r, const struct pc_slp *m)
{
	char own[PC_TEXT_ADDR_MAX], text[256] = "none";
	struct pc_slp_url url;
	pc_text_from_ipv4(r->printer->address, own);
	for (size_t at = 0; pc_slp_url_next(m, &at, &url);) {
		snprintf(text, sizeof(text), "%.*s", (int)url.url.len, url.url.at);
		const char *host = strstr(text, "://");
		size_t n = strlen(own);
		bool is_own = host != NULL && strncmp(host + 3, own, n) == 0 &&
			      strchr(":/", host[3 + n]) != NULL;
		pc_check(r, is_own && strncmp(text, "service:printer:", 16) == 0,
			"the URL is a print service at the printer's own address", own, "%s", text);
	}
}

static void
slp_print_service(struct pc_case_run *r)
{
	struct pc_slp m = {0};
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return;
	int err = ask_slp(r, "service:printer", "DEFAULT", "", ANSWER_MS, a, &m);
	if (pc_check(r, err == PC_OK && m.function == PC_SLP_SRVRPLY,
		    "a request for printers is answered", "SrvRply", "%s",
		    err == PC_OK ? pc_slp_function_name(m.function) : pc_err_text(err))) {
		pc_check(r, m.error == PC_SLP_OK, "without an error", "0", "%u", m.error);
		pc_check(r, m.xid == XID, "with the request's transaction number", "2b67", "%04x",
			m.xid);
		pc_check(r, pc_slp_text_is(m.language, "en"), "in the request's language", "en",
			"%.*s", (int)m.language.len, m.language.at);
		pc_check(r, m.n_entries > 0, "with a service", "1 or more", "%u", m.n_entries);
		check_urls(r, &m);
	}
	free(a);
}

static void
slp_nothing_else(struct pc_case_run *r)
{
	struct pc_slp m = {0};
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return;
	int err = ask_slp(r, "service:fax-to-the-moon", "DEFAULT", "", ANSWER_MS, a, &m);
	pc_check(r, err == PC_OK && m.error == PC_SLP_OK && m.n_entries == 0,
		"who asks one agent for a service it has not gets an empty answer",
		"no error, 0 URLs", "%s, error %u, %u URLs", pc_err_text(err), m.error,
		m.n_entries);
	err = ask_slp(r, "service:printer", "NOT-OURS", "", ANSWER_MS, a, &m);
	pc_check(r, err == PC_OK && m.error == PC_SLP_E_SCOPE && m.n_entries == 0,
		"a scope the agent is not in is refused as such", "error 4, 0 URLs",
		"%s, error %u, %u URLs", pc_err_text(err), m.error, m.n_entries);
	free(a);
}

static void
slp_has_answered(struct pc_case_run *r)
{
	char own[PC_TEXT_ADDR_MAX];
	struct pc_slp m = {0};
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return;
	pc_text_from_ipv4(r->printer->address, own);
	int err = ask_slp(r, "service:printer", "DEFAULT", "192.0.2.77", ANSWER_MS, a, &m);
	pc_check(r, err == PC_OK, "another agent's address on the list changes nothing",
		"an answer", "%s", pc_err_text(err));
	err = ask_slp(r, "service:printer", "DEFAULT", own, SILENCE_MS, a, &m);
	pc_check(r, err == PC_E_TIMEOUT, "who is on the list of those that have answered is silent",
		"silence", "%s", err == PC_E_TIMEOUT ? "silence" : "an answer");
	free(a);
}

/* NBNS. */

static int
ask_nbns(struct pc_case_run *r, const char *name, uint16_t type, struct pc_snmp_answer *a,
	struct pc_nbns *ret)
{
	struct sockaddr_in to = pc_world_at(r->world, r->printer, PC_NBNS_PORT);
	struct pc_nbns q = {.id = XID, .has_question = true, .question_type = type};
	uint8_t out[PC_NBNS_UDP_MAX];
	size_t n = 0;
	pc_nbns_name_set(&q.question, name, 0);
	int err = pc_nbns_write(&q, out, sizeof(out), &n);
	if (err == PC_OK)
		err = pc_client_snmp_raw(&to, out, n, ANSWER_MS, a);
	return err == PC_OK ? pc_nbns_read(a->bytes, a->len, ret) : err;
}

static void
nbns_own_name(struct pc_case_run *r)
{
	char name[PC_DNS_LABEL_MAX + 1], own[PC_TEXT_ADDR_MAX], told[PC_TEXT_ADDR_MAX] = "none";
	struct pc_nbns m = {0};
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return;
	own_name(r, name);
	int err = name[0] == '\0' ? PC_E_NOTFOUND : ask_nbns(r, name, PC_NBNS_NB, a, &m);
	pc_text_from_ipv4(r->printer->address, own);
	if (err == PC_OK && m.n_addresses > 0) {
		struct in_addr at;
		memcpy(&at, m.addresses[0].address, sizeof(at));
		pc_text_from_ipv4(at, told);
	}
	if (name[0] != '\0')
		pc_check(r, err == PC_OK && m.rcode == PC_NBNS_OK && strcmp(own, told) == 0,
			"a query for the printer's name brings its address", own, "%s, %s",
			pc_err_text(err), told);
	free(a);
}

static void
nbns_foreign_name(struct pc_case_run *r)
{
	struct pc_nbns m = {0};
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return;
	int err = ask_nbns(r, "NOT-THIS-ONE", PC_NBNS_NB, a, &m);
	pc_check(r, err == PC_E_TIMEOUT || (err == PC_OK && m.rcode == PC_NBNS_NAM_ERR),
		"a query for another name is refused or not answered", "name error or silence",
		"%s, code %u", pc_err_text(err), m.rcode);
	err = ask_nbns(r, "*", PC_NBNS_NBSTAT, a, &m);
	pc_check(r, err == PC_OK && m.n_names > 0, "and the printer is still there",
		"a node status", "%s", pc_err_text(err));
	free(a);
}

static void
nbns_status(struct pc_case_run *r)
{
	static const char *const oids[] = {PC_OID_IF_PHYS, NULL};
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_nbns m = {0};
	size_t groups = 0;
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return;
	int err = ask_nbns(r, "*", PC_NBNS_NBSTAT, a, &m);
	for (size_t i = 0; err == PC_OK && i < m.n_names; i++)
		groups += (m.names[i].flags & PC_NBNS_GROUP) != 0;
	pc_check(r, err == PC_OK && groups > 0 && groups < m.n_names,
		"the node status lists own names and a group", "names and a group",
		"%s, %zu names, %zu groups", pc_err_text(err), m.n_names, groups);
	if (err == PC_OK && pc_client_snmp_get(&to, PC_SNMP_V2C, PC_SNMP_GET, oids, a) == PC_OK &&
		a->message.n_varbinds == 1 && a->varbinds[0].len == sizeof(m.mac)) {
		char snmp[13], status[13];
		pc_text_hex(a->varbinds[0].bytes, 6, snmp);
		pc_text_hex(m.mac, 6, status);
		pc_check(r, strcmp(snmp, status) == 0,
			"it carries the MAC address of ifPhysAddress", snmp, "%s", status);
	}
	free(a);
}

/* LLMNR. */

static int
ask_llmnr(struct pc_case_run *r, const char *name, uint16_t type, bool conflict,
	unsigned deadline_ms, struct pc_snmp_answer *a, struct pc_llmnr *ret)
{
	struct sockaddr_in to = pc_world_at(r->world, r->printer, PC_LLMNR_PORT);
	struct pc_llmnr q = {
		.id = XID, .conflict = conflict, .question = {.type = type, .class = PC_DNS_IN}};
	uint8_t out[PC_LLMNR_UDP_MAX];
	size_t n = 0;
	int err = pc_dns_name_from_text(name, &q.question.name);
	if (err == PC_OK)
		err = pc_llmnr_write(&q, out, sizeof(out), &n);
	if (err == PC_OK)
		err = pc_client_snmp_raw(&to, out, n, deadline_ms, a);
	return err == PC_OK ? pc_llmnr_read(a->bytes, a->len, ret) : err;
}

static void
check_address(struct pc_case_run *r, int err, const struct pc_llmnr *m)
{
	char own[PC_TEXT_ADDR_MAX], told[PC_TEXT_ADDR_MAX] = "none";
	pc_text_from_ipv4(r->printer->address, own);
	if (err == PC_OK && m->n_answers == 1 && m->answers[0].len == sizeof(struct in_addr)) {
		struct in_addr at;
		memcpy(&at, m->answers[0].data, sizeof(at));
		pc_text_from_ipv4(at, told);
	}
	pc_check(r, strcmp(own, told) == 0, "a query for the printer's name brings its address",
		own, "%s, %s", pc_err_text(err), told);
}

static void
llmnr_own_name(struct pc_case_run *r)
{
	char name[PC_DNS_LABEL_MAX + 1];
	struct pc_llmnr *m = calloc(1, sizeof(*m));
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (m != NULL && a != NULL)
		own_name(r, name);
	if (m != NULL && a != NULL && name[0] != '\0') {
		int err = ask_llmnr(r, name, PC_DNS_A, false, ANSWER_MS, a, m);
		check_address(r, err, m);
		err = ask_llmnr(r, name, PC_DNS_AAAA, false, ANSWER_MS, a, m);
		pc_check(r, err == PC_OK && m->rcode == PC_LLMNR_NOERROR,
			"a type the name has no record of is no error", "code 0", "%s, code %u",
			pc_err_text(err), m->rcode);
	}
	free(a);
	free(m);
}

static void
llmnr_silence(struct pc_case_run *r)
{
	char name[PC_DNS_LABEL_MAX + 1];
	struct pc_llmnr *m = calloc(1, sizeof(*m));
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (m != NULL && a != NULL)
		own_name(r, name);
	if (m != NULL && a != NULL && name[0] != '\0') {
		int err = ask_llmnr(r, "not-this-one", PC_DNS_A, false, SILENCE_MS, a, m);
		pc_check(r, err == PC_E_TIMEOUT, "a query for another name is not answered",
			"silence", "%s", err == PC_E_TIMEOUT ? "silence" : "an answer");
		err = ask_llmnr(r, name, PC_DNS_A, true, SILENCE_MS, a, m);
		pc_check(r, err == PC_E_TIMEOUT, "neither is one with the conflict bit", "silence",
			"%s", err == PC_E_TIMEOUT ? "silence" : "an answer");
		err = ask_llmnr(r, name, PC_DNS_A, false, ANSWER_MS, a, m);
		check_address(r, err, m);
	}
	free(a);
	free(m);
}

static const struct pc_case table[] = {
	{"DEV-LLMNR-001", 1, PC_ROLE_DEVICE, "LLMNR brings the printer's address for its own name.",
		"RFC 4795 s2.3, s2.6", {"ERS-DEV-03", "ERS-NET-05"},
		{{PC_MUTANT_DEVICE, "llmnr-silent"}, {PC_MUTANT_DEVICE, "llmnr-wrong-address"}},
		"llmnr", llmnr_own_name},
	{"DEV-LLMNR-002", 1, PC_ROLE_DEVICE,
		"LLMNR is silent about other names and where the conflict bit is set.",
		"RFC 4795 s2.1.1, s2.3, s4.2", {"ERS-DEV-03", "ERS-NET-05"},
		{{PC_MUTANT_DEVICE, "llmnr-any-name"}, {PC_MUTANT_DEVICE, "llmnr-nxdomain"},
			{PC_MUTANT_DEVICE, "llmnr-conflict-answered"}},
		"llmnr", llmnr_silence},
	{"DEV-NBNS-001", 1, PC_ROLE_DEVICE,
		"NetBIOS name service brings the printer's address for its own name.",
		"RFC 1002 s4.2.12, s4.2.13", {"ERS-DEV-03", "ERS-NET-04"},
		{{PC_MUTANT_DEVICE, "nbns-silent"}, {PC_MUTANT_DEVICE, "nbns-wrong-address"}},
		"nbns", nbns_own_name},
	{"DEV-NBNS-002", 1, PC_ROLE_DEVICE, "NetBIOS name service knows no other names.",
		"RFC 1002 s4.2.14, s5.1.1.1", {"ERS-DEV-03", "ERS-NET-04"},
		{{PC_MUTANT_DEVICE, "nbns-any-name"}}, "nbns", nbns_foreign_name},
	{"DEV-NBNS-003", 1, PC_ROLE_DEVICE,
		"The node status lists names, a group and the MAC address.",
		"RFC 1002 s4.2.17, s4.2.18", {"ERS-DEV-03", "ERS-NET-04"},
		{{PC_MUTANT_DEVICE, "nbns-wrong-mac"}, {PC_MUTANT_DEVICE, "nbns-no-workgroup"}},
		"nbns snmp", nbns_status},
	{"DEV-SLP-001", 1, PC_ROLE_DEVICE,
		"SLP brings the URLs of the printer's own print services.", "RFC 2608 s8.1, s8.2",
		{"ERS-DEV-01", "ERS-NET-01"},
		{{PC_MUTANT_DEVICE, "slp-silent"}, {PC_MUTANT_DEVICE, "slp-wrong-url"},
			{PC_MUTANT_DEVICE, "slp-wrong-xid"}},
		"slp lpd", slp_print_service},
	{"DEV-SLP-002", 1, PC_ROLE_DEVICE, "SLP brings nothing for other services and scopes.",
		"RFC 2608 s6.4.1, s7, s8.1", {"ERS-DEV-01", "ERS-NET-01"},
		{{PC_MUTANT_DEVICE, "slp-any-type"}, {PC_MUTANT_DEVICE, "slp-any-scope"}}, "slp",
		slp_nothing_else},
	{"DEV-SLP-003", 1, PC_ROLE_DEVICE,
		"Who is on the list of those that have answered is silent.",
		"RFC 2608 s8.1 (previous responders)", {"ERS-DEV-01", "ERS-NET-01"},
		{{PC_MUTANT_DEVICE, "slp-prlist-ignored"}}, "slp lpd", slp_has_answered},
};

const struct pc_case *
pc_cases_device_names(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
