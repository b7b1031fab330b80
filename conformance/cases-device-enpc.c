/* Device cases: ENPC discovery and queries on UDP 3289. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/enpc.h"
#include "conformance/cases.h"

/* The header of a request without data. */
static const uint8_t probe[15] = {'E', 'P', 'S', 'O', 'N', 'P', 0, 0xff, 0, 0, 0, 0, 0, 0, 0};
static const uint8_t board[14] = {'E', 'P', 'S', 'O', 'N', 'Q', 0, 0, 0, 0, 0, 0, 0, 0};
static const uint8_t network[14] = {'E', 'P', 'S', 'O', 'N', 'Q', 0, 0, 0, 0x10, 0, 0, 0, 0};
static const uint8_t unknown[14] = {'E', 'P', 'S', 'O', 'N', 'Q', 0, 0, 0x77, 0x77, 0, 0, 0, 0};

static int
ask(struct pc_case_run *r, const uint8_t *request, size_t len, unsigned deadline_ms,
	struct pc_snmp_answer *a, struct pc_enpc *ret)
{
	struct sockaddr_in to = pc_world_at(r->world, r->printer, PC_ENPC_PORT);
	int err = pc_client_snmp_raw(&to, request, len, deadline_ms, a);
	return err == PC_OK ? pc_enpc_read(a->bytes, a->len, ret) : err;
}

static void
mac_text(const uint8_t *mac, char out[18])
{
	snprintf(out, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		mac[5]);
}

static void
enpc_probe(struct pc_case_run *r)
{
	struct pc_enpc m = {0};
	struct sockaddr_in to = pc_world_at(r->world, r->printer, PC_ENPC_PORT);
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return;
	int err = ask(r, probe, sizeof(probe), 2000, a, &m);
	if (pc_check(r, err == PC_OK, "the probe is answered", "an ENPC message", "%s",
		    err == PC_OK ? "an ENPC message" : pc_err_text(err))) {
		pc_check(r, m.type == 'p', "the answer is a probe reply", "p", "%c", m.type);
		pc_check(r, a->len >= PC_ENPC_PROBE_MIN,
			"it is long enough for the clients that are in use", "76 octets or more",
			"%zu octets", a->len);
		pc_check(r,
			a->from.sin_port == to.sin_port &&
				a->from.sin_addr.s_addr == to.sin_addr.s_addr,
			"it leaves from the printer's own address and port 3289", "own address",
			"%s",
			a->from.sin_addr.s_addr == to.sin_addr.s_addr ? "own address" : "another");
	}
	free(a);
}

static void
enpc_unknown(struct pc_case_run *r)
{
	struct pc_enpc m = {0};
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return;
	int err = ask(r, unknown, sizeof(unknown), 2000, a, &m);
	if (pc_check(r, err == PC_OK, "an unknown function is answered", "an ENPC message", "%s",
		    err == PC_OK ? "an ENPC message" : pc_err_text(err))) {
		pc_check(r, m.result == PC_ENPC_NO_FUNCTION,
			"the result is 'function not supported'", "FFFF", "%04X", m.result);
		pc_check(r, m.len == 0, "the error reply has no data", "0", "%u", (unsigned)m.len);
	}
	free(a);
}

static void
enpc_mac(struct pc_case_run *r)
{
	static const char *const oids[] = {PC_OID_IF_PHYS, NULL};
	struct pc_enpc m = {0};
	char over_enpc[18] = "none";
	char over_snmp[18] = "none";
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return;
	if (ask(r, board, sizeof(board), 2000, a, &m) == PC_OK && m.len >= 46)
		mac_text(m.data + 40, over_enpc);
	if (pc_client_snmp_get(&to, PC_SNMP_V2C, PC_SNMP_GET, oids, a) == PC_OK &&
		a->message.n_varbinds == 1 && a->varbinds[0].len == 6)
		mac_text(a->varbinds[0].bytes, over_snmp);
	if (strcmp(over_snmp, "none") == 0)
		pc_case_inconclusive(r, "ifPhysAddress.1 could not be read");
	else
		pc_check(r, strcmp(over_enpc, over_snmp) == 0,
			"ENPC's board information and SNMP's ifPhysAddress name the same MAC",
			over_snmp, "%s", over_enpc);
	if (r->printer->number != 0)
		pc_check(r, strcmp(over_snmp, r->printer->mac) == 0,
			"it is the MAC the printer is registered with", r->printer->mac, "%s",
			over_snmp);
	free(a);
}

static void
enpc_network(struct pc_case_run *r)
{
	struct pc_enpc m = {0};
	char own[PC_TEXT_ADDR_MAX];
	char told[PC_TEXT_ADDR_MAX] = "none";
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return;
	pc_text_from_ipv4(r->printer->address, own);
	int err = ask(r, network, sizeof(network), 2000, a, &m);
	if (err == PC_OK && m.len == PC_ENPC_NETWORK_BYTES) {
		struct in_addr address;
		memcpy(&address, m.data + 9, sizeof(address));
		pc_text_from_ipv4(address, told);
	}
	pc_check(r, strcmp(own, told) == 0, "the network information names the printer's address",
		own, "%s", told);
	free(a);
}

static void
enpc_malformed(struct pc_case_run *r)
{
	static const uint8_t lying[14] = {
		'E', 'P', 'S', 'O', 'N', 'Q', 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	struct pc_enpc m = {0};
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return;
	int err = ask(r, board, 9, 150, a, &m);
	pc_check(r, err == PC_E_TIMEOUT, "a datagram shorter than the header is dropped", "silence",
		"%s", err == PC_E_TIMEOUT ? "silence" : "an answer");
	err = ask(r, lying, sizeof(lying), 150, a, &m);
	pc_check(r, err == PC_E_TIMEOUT, "a length past the end of the datagram is dropped",
		"silence", "%s", err == PC_E_TIMEOUT ? "silence" : "an answer");
	err = ask(r, board, sizeof(board), 2000, a, &m);
	pc_check(r, err == PC_OK, "a good query is answered afterwards", "an ENPC message", "%s",
		err == PC_OK ? "an ENPC message" : pc_err_text(err));
	free(a);
}

static const struct pc_case table[] = {
	{"DEV-ENPC-001", 1, PC_ROLE_DEVICE,
		"The printer answers an ENPC probe from its own address.",
		"UB-E02 reference s4.7; OQ-13", {"ERS-DEV-02", "ERS-NET-02"},
		{{PC_MUTANT_DEVICE, "enpc-silent"}, {PC_MUTANT_DEVICE, "enpc-probe-short"}}, "enpc",
		enpc_probe},
	{"DEV-ENPC-002", 1, PC_ROLE_DEVICE, "An unknown ENPC function is refused as such.",
		"UB-E02 reference s4.7", {"ERS-DEV-02"},
		{{PC_MUTANT_DEVICE, "enpc-error-code-wrong"}}, "enpc", enpc_unknown},
	{"DEV-ENPC-003", 1, PC_ROLE_DEVICE, "ENPC and SNMP name the same MAC address.",
		"OQ-13; RFC 2863 ifPhysAddress", {"ERS-DEV-02", "ERS-DAT-016"},
		{{PC_MUTANT_DEVICE, "enpc-wrong-mac"}, {PC_MUTANT_DEVICE, "snmp-mac-wrong"}},
		"enpc snmp modelled", enpc_mac},
	{"DEV-ENPC-005", 1, PC_ROLE_DEVICE,
		"ENPC's network information names the printer's address.",
		"public captures of Q 00 0010", {"ERS-DEV-02", "ERS-DAT-014"},
		{{PC_MUTANT_DEVICE, "enpc-network-wrong-address"}}, "enpc", enpc_network},
	{"DEV-ENPC-006", 1, PC_ROLE_DEVICE, "Malformed ENPC datagrams are dropped without harm.",
		"UB-E02 reference s4.7", {"ERS-DEV-02"},
		{{PC_MUTANT_DEVICE, "enpc-malformed-answered"}, {PC_MUTANT_DEVICE, "enpc-silent"}},
		"enpc", enpc_malformed},
};

const struct pc_case *
pc_cases_device_enpc(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
