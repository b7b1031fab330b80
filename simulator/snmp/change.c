#include "snmp/change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "device/log.h"

enum { NO_ERROR = 0, COMMIT_FAILED = 14, UNDO_FAILED = 15 }; /* Spec: RFC 3416 s3 error-status */

int
pc_snmp_change_init(
	struct pc_snmp_change *c, const struct pc_snmp_tree *tree, struct pc_device *dev, size_t n)
{
	*c = (struct pc_snmp_change){.tree = tree,
		.dev = dev,
		.variables = calloc(n, sizeof(*c->variables)),
		.names = calloc(n, PC_OID_MAX * sizeof(*c->names)),
		.n = n};
	if (c->variables == NULL || c->names == NULL) {
		pc_snmp_change_done(c);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		c->variables[i].oid = pc_snmp_change_name(c, i);
	return PC_OK;
}

void
pc_snmp_change_done(struct pc_snmp_change *c)
{
	free(c->variables);
	free(c->names);
	free(c->old);
	*c = (struct pc_snmp_change){.n = 0};
}

int
pc_snmp_change_judge(const struct pc_snmp_change *c, size_t which)
{
	return pc_snmp_tree_set_of(c->tree, c->dev, c->variables, c->n, which, false);
}

/* The value before the change, on its own memory; the type is NULL when there was none. */
static bool
keep_old(const struct pc_snmp_change *c, const struct pc_snmp_variable *var,
	struct pc_snmp_value *old)
{
	if (pc_snmp_tree_get(c->tree, c->dev, var->oid, var->n_oid, old) != PC_OK) {
		old->type = PC_SNMP_NULL;
		return true;
	}
	bool is_oid = old->type == PC_SNMP_OID;
	size_t bytes = is_oid ? old->len * sizeof(uint32_t) : old->len;
	const void *from = is_oid ? (const void *)old->arcs : (const void *)old->bytes;
	if (!is_oid && old->type != PC_SNMP_OCTETS && old->type != PC_SNMP_OPAQUE &&
		old->type != PC_SNMP_IPADDRESS)
		return true;
	if (bytes > sizeof(old->scratch))
		return false;
	if (bytes > 0)
		memmove(&old->scratch, from, bytes);
	old->bytes = old->scratch.bytes;
	old->arcs = old->scratch.arcs;
	return true;
}

int
pc_snmp_change_undo(struct pc_snmp_change *c)
{
	int status = NO_ERROR;
	while (c->done > 0) {
		size_t i = --c->done;
		struct pc_snmp_variable *var = &c->variables[i];
		int err = c->old[i].type == PC_SNMP_NULL
				  ? pc_snmp_tree_uncreate(c->tree, c->dev, var)
				  : pc_snmp_tree_set(c->tree, c->dev, var->oid, var->n_oid,
					    &c->old[i], true);
		if (err != NO_ERROR)
			status = UNDO_FAILED;
	}
	return status;
}

static int
commit(struct pc_snmp_change *c, bool unchecked)
{
	c->old = calloc(c->n, sizeof(*c->old));
	if (c->old == NULL)
		return COMMIT_FAILED;
	for (; c->done < c->n; c->done++) {
		int status = COMMIT_FAILED;
		if (keep_old(c, &c->variables[c->done], &c->old[c->done]))
			status = pc_snmp_tree_set_of(
				c->tree, c->dev, c->variables, c->n, c->done, true);
		if (status != NO_ERROR && unchecked)
			return NO_ERROR;
		if (status != NO_ERROR)
			return pc_snmp_change_undo(c) == NO_ERROR ? COMMIT_FAILED : UNDO_FAILED;
	}
	return NO_ERROR;
}

int
pc_snmp_change_commit(struct pc_snmp_change *c, bool unchecked)
{
	pc_device_act(c->dev, PC_VIA_SNMP, NULL); /* a community is a secret, no name */
	int status = commit(c, unchecked);
	pc_device_act(c->dev, PC_VIA_PRINTER, NULL);
	return status;
}
