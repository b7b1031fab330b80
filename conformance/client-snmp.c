#include "conformance/client-snmp.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"

static int
await(int fd, unsigned deadline_ms, struct pc_snmp_answer *ret)
{
	uint64_t end =
		pc_clock_now_ms() + (deadline_ms == 0 ? PC_CLIENT_SNMP_DEADLINE_MS : deadline_ms);
	for (;;) {
		uint64_t now = pc_clock_now_ms();
		struct pollfd p = {.fd = fd, .events = POLLIN};
		socklen_t len = sizeof(ret->from);
		if (now >= end)
			return PC_E_TIMEOUT;
		if (poll(&p, 1, (int)(end - now)) <= 0)
			continue;
		ssize_t n = recvfrom(
			fd, ret->bytes, sizeof(ret->bytes), 0, (struct sockaddr *)&ret->from, &len);
		if (n >= 0) {
			ret->len = (size_t)n;
			return PC_OK;
		}
	}
}

int
pc_client_snmp_raw(const struct sockaddr_in *to, const uint8_t *data, size_t len,
	unsigned deadline_ms, struct pc_snmp_answer *ret)
{
	/* Not connected: an answer from another address must be seen, not filtered by the kernel.
	 */
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	int err = PC_OK;
	if (sendto(fd, data, len, 0, (const struct sockaddr *)to, sizeof(*to)) != (ssize_t)len)
		err = -errno;
	if (err == PC_OK)
		err = await(fd, deadline_ms, ret);
	close(fd);
	return err;
}

int
pc_client_snmp(const struct sockaddr_in *to, const struct pc_snmp_message *request,
	unsigned deadline_ms, struct pc_snmp_answer *ret)
{
	uint8_t out[8192];
	size_t len = 0;
	struct pc_diag diag = {{0}};
	int err = pc_snmp_encode(request, out, sizeof(out), &len, &diag);
	if (err == PC_OK)
		err = pc_client_snmp_raw(to, out, len, deadline_ms, ret);
	if (err == PC_OK)
		err = pc_snmp_decode(ret->bytes, ret->len, ret->varbinds, PC_SNMP_VARBINDS_MAX,
			&ret->message, &diag);
	return err;
}

int
pc_client_snmp_get(const struct sockaddr_in *to, int version, enum pc_snmp_pdu pdu,
	const char *const *oids, struct pc_snmp_answer *ret)
{
	struct pc_snmp_varbind vb[32];
	struct pc_snmp_message m = {.version = version,
		.community = (const uint8_t *)"public",
		.community_len = 6,
		.pdu = (uint8_t)pdu,
		.request_id = (int32_t)(pc_clock_now_ms() & 0x7fffffff),
		.varbinds = vb};
	for (; oids[m.n_varbinds] != NULL && m.n_varbinds < 32; m.n_varbinds++) {
		struct pc_oid oid;
		int err = pc_oid_parse(oids[m.n_varbinds], &oid);
		if (err != PC_OK)
			return err;
		pc_snmp_varbind_null(&vb[m.n_varbinds], &oid);
	}
	if (pdu == PC_SNMP_GETBULK)
		m.error_index = 10;
	return pc_client_snmp(to, &m, 0, ret);
}

static bool
is_number(uint8_t type)
{
	return type == PC_BER_INTEGER || type == PC_BER_COUNTER32 || type == PC_BER_GAUGE32 ||
	       type == PC_BER_TIMETICKS || type == PC_BER_COUNTER64;
}

static bool
one(const struct sockaddr_in *to, const char *oid, struct pc_snmp_answer *a)
{
	const char *const oids[] = {oid, NULL};
	return pc_client_snmp_get(to, PC_SNMP_V2C, PC_SNMP_GET, oids, a) == PC_OK &&
	       a->message.error_status == 0 && a->message.n_varbinds == 1;
}

bool
pc_client_snmp_value(const struct pc_snmp_varbind *vb, char *out, size_t size)
{
	struct pc_oid oid;
	char dotted[PC_OID_TEXT_MAX];
	if (is_number(vb->type)) {
		snprintf(out, size, "%lld", (long long)vb->integer);
		return true;
	}
	if (vb->type == PC_BER_OID && pc_oid_decode(vb->bytes, vb->len, &oid) == PC_OK)
		return pc_text_copy(out, size, pc_oid_text(&oid, dotted));
	if (vb->type != PC_BER_OCTETS && vb->type != PC_BER_IPADDRESS)
		return false;
	size_t n = vb->len < size - 1 ? vb->len : size - 1;
	for (size_t i = 0; i < n; i++)
		out[i] = vb->bytes[i] >= 0x20 && vb->bytes[i] < 0x7f ? (char)vb->bytes[i] : '.';
	out[n] = '\0';
	return true;
}

bool
pc_client_snmp_text(const struct sockaddr_in *to, const char *oid, char *out, size_t size)
{
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	bool ok = a != NULL && one(to, oid, a) && pc_client_snmp_value(&a->varbinds[0], out, size);
	free(a);
	return ok;
}

bool
pc_client_snmp_number(const struct sockaddr_in *to, const char *oid, int64_t *ret)
{
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	bool ok = a != NULL && one(to, oid, a) && is_number(a->varbinds[0].type);
	if (ok)
		*ret = a->varbinds[0].integer;
	free(a);
	return ok;
}

int
pc_client_snmp_set_integer(const struct sockaddr_in *to, const char *community, const char *oid,
	int64_t value, int32_t *ret_error_status)
{
	struct pc_snmp_varbind vb;
	struct pc_oid name;
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)community,
		.community_len = strlen(community),
		.pdu = PC_SNMP_SET,
		.request_id = (int32_t)(pc_clock_now_ms() & 0x7fffffff),
		.varbinds = &vb,
		.n_varbinds = 1};
	int err = pc_oid_parse(oid, &name);
	if (err != PC_OK)
		return err;
	pc_snmp_varbind_integer(&vb, &name, PC_BER_INTEGER, value);
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return -ENOMEM;
	err = pc_client_snmp(to, &m, 0, a);
	if (err == PC_OK)
		*ret_error_status = a->message.error_status;
	free(a);
	return err;
}
