/* snmp/agentx-roots: which subtrees of a printer's tree are registered with a master agent. */
#ifndef PC_SNMP_AGENTX_ROOTS_H
#define PC_SNMP_AGENTX_ROOTS_H

#include "snmp/agentx-subagent.h"
#include "snmp/tree.h"

enum { PC_AGENTX_ROOT_ARCS = 12 };

struct pc_agentx_root {
	uint32_t arcs[PC_AGENTX_ROOT_ARCS];
	size_t n;
};

/* The roots of all objects that the tree has or may have, in order: "mib-2.43", "enterprises.1248"
 * … With `beside_stock` without what a stock master serves itself. At most PC_AGENTX_ROOTS_MAX; the
 * number of them. */
size_t pc_agentx_roots(const struct pc_snmp_tree *tree, bool beside_stock,
	struct pc_agentx_root ret[PC_AGENTX_ROOTS_MAX]);

#endif
