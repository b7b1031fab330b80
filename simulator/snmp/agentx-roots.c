#include "snmp/agentx-roots.h"

#include <string.h>

/* How many arcs make a root beneath a prefix; 0: a stock master serves that itself. The first row
 * that fits counts; without `beside_stock` only those that say always. */
static const struct rule {
	uint32_t arcs[PC_AGENTX_ROOT_ARCS];
	size_t n;
	size_t depth;
	bool always;
	const char *spec;
} rules[] = {
	{{1, 3, 6, 1, 2, 1, 1}, 7, 0, false, "RFC 3418 system"},
	{{1, 3, 6, 1, 2, 1, 2}, 7, 0, false, "RFC 2863 interfaces"},
	{{1, 3, 6, 1, 2, 1, 3}, 7, 0, false, "RFC 1213 at"},
	{{1, 3, 6, 1, 2, 1, 4}, 7, 0, false, "RFC 4293 ip"},
	{{1, 3, 6, 1, 2, 1, 5}, 7, 0, false, "RFC 4293 icmp"},
	{{1, 3, 6, 1, 2, 1, 6}, 7, 0, false, "RFC 4022 tcp"},
	{{1, 3, 6, 1, 2, 1, 7}, 7, 0, false, "RFC 4113 udp"},
	{{1, 3, 6, 1, 2, 1, 10}, 7, 0, false, "RFC 1213 transmission"},
	{{1, 3, 6, 1, 2, 1, 11}, 7, 0, false, "RFC 3418 snmp"},
	/* Column by column: a master that has the table registers columns, and the longer OID wins.
	 */
	{{1, 3, 6, 1, 2, 1, 25, 3, 2}, 9, 12, false, "RFC 2790 hrDeviceTable"},
	{{1, 3, 6, 1, 2, 1, 25, 3, 5}, 9, 12, false, "RFC 2790 hrPrinterTable"},
	{{1, 3, 6, 1, 2, 1, 25}, 7, 0, false, "RFC 2790 host"},
	{{1, 3, 6, 1, 2, 1, 31}, 7, 0, false, "RFC 2863 ifMIB"},
	{{1, 3, 6, 1, 2, 1, 49}, 7, 0, false, "RFC 4022 tcpMIB"},
	{{1, 3, 6, 1, 2, 1, 50}, 7, 0, false, "RFC 4113 udpMIB"},
	{{1, 3, 6, 1, 2, 1, 55}, 7, 0, false, "RFC 2465 ipv6MIB"},
	{{1, 3, 6, 1, 2, 1, 88}, 7, 0, false, "RFC 2981 dismanEventMIB"},
	{{1, 3, 6, 1, 2, 1, 92}, 7, 0, false, "RFC 3014 notificationLogMIB"},
	{{1, 3, 6, 1, 4, 1, 2021}, 7, 0, false, "UCD-SNMP-MIB"},
	{{1, 3, 6, 1, 4, 1, 8072}, 7, 0, false, "NET-SNMP-MIB"},
	{{1, 3, 6, 1, 6}, 5, 0, false, "RFC 2578 snmpV2"},
	{{1, 3, 6, 1, 2, 1}, 6, 7, true, "RFC 2578 mib-2"},
	{{1, 3, 6, 1, 4, 1}, 6, 7, true, "RFC 2578 enterprises"},
	{{1, 3, 6, 1}, 4, 6, true, "RFC 2578 internet"},
	{{0}, 0, 2, true, "RFC 2578 iso"},
};

static size_t
depth_of(const uint32_t *oid, size_t n, bool beside_stock)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *r = &rules[i];
		if ((r->always || beside_stock) && n >= r->n &&
			memcmp(oid, r->arcs, r->n * sizeof(oid[0])) == 0)
			return r->depth < n ? r->depth : n;
	}
	return 0;
}

size_t
pc_agentx_roots(const struct pc_snmp_tree *tree, bool beside_stock,
	struct pc_agentx_root ret[PC_AGENTX_ROOTS_MAX])
{
	const uint32_t *oid = NULL;
	size_t n_oid = 0, n = 0;
	for (size_t at = 0; pc_snmp_tree_entry(tree, at, &oid, &n_oid); at++) {
		size_t depth = depth_of(oid, n_oid, beside_stock);
		if (depth == 0 ||
			(n > 0 && ret[n - 1].n == depth &&
				memcmp(ret[n - 1].arcs, oid, depth * sizeof(oid[0])) == 0))
			continue;
		if (n == PC_AGENTX_ROOTS_MAX)
			break;
		memcpy(ret[n].arcs, oid, depth * sizeof(oid[0]));
		ret[n++].n = depth;
	}
	return n;
}
