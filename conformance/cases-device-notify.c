/* Device cases: notifications to a receiver that a manager enters. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "codec/ber.h"
#include "conformance/cases.h"

#define TARGET "1.3.6.1.6.3.12.1."
#define NOTIFY "1.3.6.1.6.3.13.1.1.1."
#define ROW    "99.97.115.101" /* "case", IMPLIED */

/* TIMEOUT_CS: of an inform, in hundredths of a second. */
enum {
	TIMEOUT_CS = 20,
	RETRIES = 5,
	TRAP = 1,
	INFORM = 2,
	COLUMNS_MAX = 8,
	CREATE = 4,
	DESTROY = 6
};
enum { HEARD_MS = 3000, SILENCE_MS = 10 * TIMEOUT_CS * 2 };

struct receiver {
	struct pc_case_run *r;
	int fd;
	struct sockaddr_in at;
	struct pc_snmp_answer *heard; /* owned: the last message */
};

/* One variable of a SET. */
struct column {
	const char *name; /* with its index */
	uint8_t type;
	int64_t integer;
	const void *bytes; /* NULL: `integer` */
	size_t len;
};

static int
set_row(const struct receiver *v, const struct column *columns, size_t n)
{
	struct pc_snmp_varbind vb[COLUMNS_MAX];
	struct pc_oid name;
	struct sockaddr_in to = pc_case_snmp(v->r);
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)"private",
		.community_len = 7,
		.pdu = PC_SNMP_SET,
		.request_id = (int32_t)(pc_clock_now_ms() & 0x7fffffff),
		.varbinds = vb,
		.n_varbinds = n};
	for (size_t i = 0; i < n; i++) {
		int err = pc_oid_parse(columns[i].name, &name);
		if (err != PC_OK)
			return err;
		if (columns[i].bytes == NULL)
			pc_snmp_varbind_integer(&vb[i], &name, columns[i].type, columns[i].integer);
		else
			pc_snmp_varbind_octets(
				&vb[i], &name, columns[i].type, columns[i].bytes, columns[i].len);
	}
	int err = pc_client_snmp(&to, &m, 0, v->heard);
	return err != PC_OK ? err : v->heard->message.error_status == 0 ? PC_OK : PC_E_REFUSED;
}

/* snmpUDPDomain as content octets. Spec: RFC 3417 */
static const uint8_t udp_domain[] = {0x2b, 6, 1, 6, 1, 1};

/* Rows of the three tables that make a receiver. Spec: RFC 3413 s4.1, s4.2 */
static int
enter(const struct receiver *v, int kind)
{
	uint8_t address[6];
	memcpy(address, &v->at.sin_addr.s_addr, 4);
	memcpy(address + 4, &v->at.sin_port, 2);
	const struct column target[] = {
		{TARGET "2.1.9." ROW, PC_BER_INTEGER, CREATE, NULL, 0},
		{TARGET "2.1.2." ROW, PC_BER_OID, 0, udp_domain, sizeof(udp_domain)},
		{TARGET "2.1.3." ROW, PC_BER_OCTETS, 0, address, sizeof(address)},
		{TARGET "2.1.4." ROW, PC_BER_INTEGER, TIMEOUT_CS, NULL, 0},
		{TARGET "2.1.5." ROW, PC_BER_INTEGER, RETRIES, NULL, 0},
		{TARGET "2.1.6." ROW, PC_BER_OCTETS, 0, "case", 4},
		{TARGET "2.1.7." ROW, PC_BER_OCTETS, 0, "case", 4},
	};
	const struct column params[] = {
		{TARGET "3.1.7." ROW, PC_BER_INTEGER, CREATE, NULL, 0},
		{TARGET "3.1.2." ROW, PC_BER_INTEGER, 1, NULL, 0},
		{TARGET "3.1.3." ROW, PC_BER_INTEGER, 2, NULL, 0},
		{TARGET "3.1.4." ROW, PC_BER_OCTETS, 0, "case", 4},
		{TARGET "3.1.5." ROW, PC_BER_INTEGER, 1, NULL, 0},
	};
	const struct column notify[] = {
		{NOTIFY "5." ROW, PC_BER_INTEGER, CREATE, NULL, 0},
		{NOTIFY "2." ROW, PC_BER_OCTETS, 0, "case", 4},
		{NOTIFY "3." ROW, PC_BER_INTEGER, kind, NULL, 0},
	};
	int err = set_row(v, target, sizeof(target) / sizeof(target[0]));
	if (err == PC_OK)
		err = set_row(v, params, sizeof(params) / sizeof(params[0]));
	if (err == PC_OK)
		err = set_row(v, notify, sizeof(notify) / sizeof(notify[0]));
	return err;
}

static void
leave(struct receiver *v)
{
	static const char *const rows[] = {
		TARGET "2.1.9." ROW, TARGET "3.1.7." ROW, NOTIFY "5." ROW};
	(void)pc_case_condition(v->r, "coverOpen", 0, false);
	for (size_t i = 0; v->heard != NULL && i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct column gone = {rows[i], PC_BER_INTEGER, DESTROY, NULL, 0};
		(void)set_row(v, &gone, 1);
	}
	if (v->fd >= 0)
		close(v->fd);
	free(v->heard);
}

/* A socket at our address as the printer sees it. */
static int
open_socket(struct receiver *v)
{
	struct sockaddr_in printer = pc_case_snmp(v->r);
	socklen_t len = sizeof(v->at);
	int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	v->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = probe < 0 || v->fd < 0 ? -errno : PC_OK;
	if (err == PC_OK && (connect(probe, (struct sockaddr *)&printer, sizeof(printer)) != 0 ||
				    getsockname(probe, (struct sockaddr *)&v->at, &len) != 0))
		err = -errno;
	v->at.sin_port = 0;
	if (err == PC_OK && (bind(v->fd, (struct sockaddr *)&v->at, sizeof(v->at)) != 0 ||
				    getsockname(v->fd, (struct sockaddr *)&v->at, &len) != 0))
		err = -errno;
	if (probe >= 0)
		close(probe);
	return err;
}

/* False: the case is over. The printer has us as a receiver, and its cover opens. */
static bool
begin(struct receiver *v, struct pc_case_run *r, int kind)
{
	*v = (struct receiver){.r = r, .fd = -1, .heard = calloc(1, sizeof(*v->heard))};
	int err = v->heard == NULL ? -ENOMEM : open_socket(v);
	if (err != PC_OK) {
		pc_case_error(r, "no socket for notifications: %s", pc_err_text(err));
		return false;
	}
	err = enter(v, kind);
	if (err != PC_OK) {
		pc_case_inconclusive(r, "the printer takes no receiver in snmpTargetAddrTable: %s",
			pc_err_text(err));
		return false;
	}
	return pc_case_condition(r, "coverOpen", 0, true);
}

/* The next message of that PDU; other ones are passed over. */
static bool
hear(const struct receiver *v, enum pc_snmp_pdu pdu, unsigned deadline_ms)
{
	uint64_t end = pc_clock_now_ms() + deadline_ms, now = 0;
	struct pc_snmp_answer *a = v->heard;
	while ((now = pc_clock_now_ms()) < end) {
		struct pollfd p = {.fd = v->fd, .events = POLLIN};
		socklen_t len = sizeof(a->from);
		if (poll(&p, 1, (int)(end - now)) <= 0)
			continue;
		ssize_t n = recvfrom(
			v->fd, a->bytes, sizeof(a->bytes), 0, (struct sockaddr *)&a->from, &len);
		a->message.varbinds = a->varbinds;
		if (n > 0 &&
			pc_snmp_decode(a->bytes, (size_t)n, a->varbinds, PC_SNMP_VARBINDS_MAX,
				&a->message, NULL) == PC_OK &&
			a->message.pdu == pdu)
			return true;
	}
	return false;
}

/* Spec: RFC 3416 s4.2.7: the answer to an inform has its variables */
static int
acknowledge(const struct receiver *v)
{
	uint8_t out[PC_SNMP_MESSAGE_MAX];
	size_t len = 0;
	struct pc_snmp_message m = v->heard->message;
	m.pdu = PC_SNMP_RESPONSE;
	int err = pc_snmp_encode(&m, out, sizeof(out), &len, NULL);
	if (err == PC_OK && sendto(v->fd, out, len, 0, (struct sockaddr *)&v->heard->from,
				    sizeof(v->heard->from)) != (ssize_t)len)
		err = -errno;
	return err;
}

/* Spec: RFC 3805 printerV2Alert; RFC 3413 s3.2 */
static void
trap(struct pc_case_run *r)
{
	struct receiver v;
	char from[PC_TEXT_ADDR_MAX], own[PC_TEXT_ADDR_MAX];
	if (begin(&v, r, TRAP)) {
		bool heard = hear(&v, PC_SNMP_TRAP_V2, HEARD_MS);
		pc_text_from_ipv4(pc_case_snmp(r).sin_addr, own);
		if (pc_check(r, heard, "an open cover is told to the receiver", "SNMPv2-Trap",
			    "silence for %d ms", HEARD_MS))
			pc_check(r,
				v.heard->from.sin_addr.s_addr == pc_case_snmp(r).sin_addr.s_addr,
				"from the printer's own address", own, "%s",
				pc_text_from_ipv4(v.heard->from.sin_addr, from));
	}
	leave(&v);
}

/* Spec: RFC 3413 s3.2, snmpTargetAddrTimeout, snmpTargetAddrRetryCount */
static void
inform_repeated(struct pc_case_run *r)
{
	struct receiver v;
	if (begin(&v, r, INFORM) && pc_check(r, hear(&v, PC_SNMP_INFORM, HEARD_MS),
					    "an open cover is told to the receiver",
					    "InformRequest", "silence for %d ms", HEARD_MS)) {
		int32_t id = v.heard->message.request_id;
		bool again = false;
		while (!again && hear(&v, PC_SNMP_INFORM, HEARD_MS))
			again = v.heard->message.request_id == id;
		pc_check(r, again, "an inform that is not answered is sent again",
			"the same request-id again", "not within %d ms", HEARD_MS);
		(void)acknowledge(&v);
	}
	leave(&v);
}

/* Spec: RFC 3413 s3.2 (4), RFC 3416 s4.2.7 */
static void
inform_acknowledged(struct pc_case_run *r)
{
	struct receiver v;
	if (begin(&v, r, INFORM) && pc_check(r, hear(&v, PC_SNMP_INFORM, HEARD_MS),
					    "an open cover is told to the receiver",
					    "InformRequest", "silence for %d ms", HEARD_MS)) {
		int32_t id = v.heard->message.request_id;
		unsigned again = 0;
		int err = acknowledge(&v);
		while (err == PC_OK && again < 2 && hear(&v, PC_SNMP_INFORM, SILENCE_MS)) {
			/* One may have been on its way, and others are other informs. */
			again += v.heard->message.request_id == id;
			err = acknowledge(&v);
		}
		if (err != PC_OK)
			pc_case_error(r, "the answer could not be sent: %s", pc_err_text(err));
		else
			pc_check(r, again < 2, "an inform that was answered is not sent again",
				"silence", "%u more after the answer", again);
	}
	leave(&v);
}

#define NEEDS "snmp snmp-set notification-targets covers"

static const struct pc_case table[] = {
	{"DEV-NOTIFY-001", 1, PC_ROLE_DEVICE,
		"An alert is told to the receiver that a manager has entered, from the printer's own "
		"address.",
		"RFC 3805 printerV2Alert; RFC 3413 s3.2, s4.1", {"XRS-DTM-046", "XRS-DTM-047"},
		{{PC_MUTANT_DEVICE, "snmp-notification-lost"},
			{PC_MUTANT_DEVICE, "snmp-notification-other-address"}},
		NEEDS, trap},
	{"DEV-NOTIFY-002", 1, PC_ROLE_DEVICE, "An inform that is not answered is sent again.",
		"RFC 3413 s3.2; SNMP-TARGET-MIB snmpTargetAddrRetryCount", {"XRS-DTM-046"},
		{{PC_MUTANT_DEVICE, "snmp-inform-not-repeated"}}, NEEDS, inform_repeated},
	{"DEV-NOTIFY-003", 1, PC_ROLE_DEVICE, "An inform that was answered is not sent again.",
		"RFC 3413 s3.2 (4); RFC 3416 s4.2.7", {"XRS-DTM-046"},
		{{PC_MUTANT_DEVICE, "snmp-inform-ack-ignored"}}, NEEDS, inform_acknowledged},
};

const struct pc_case *
pc_cases_device_notify(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
