/* snmp/names: the objects of a tree as they go on the wire: every name encoded once, the whole
 * binding where its value never changes, and a way from an encoded name to its entry. For the fast
 * lane. */
#ifndef PC_SNMP_NAMES_H
#define PC_SNMP_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct pc_snmp_names;
struct pc_snmp_tree;

#define PC_SNMP_NO_ENTRY UINT32_MAX /* no enumerator: those are of type int */

/* Of one entry. Borrowed from the names. */
struct pc_snmp_wire {
	const uint8_t *name; /* with tag and length */
	size_t n_name;
	const uint8_t *binding; /* name and value as a sequence; NULL: the value changes */
	size_t n_binding;
};

/* PC_OK; *ret is NULL when a name cannot be told in the fast lane's way (not beneath iso.org,
 * longer than a length of one octet tells). -ENOMEM. The tree must outlive them. */
int pc_snmp_names_new(const struct pc_snmp_tree *tree, struct pc_snmp_names **ret);
void pc_snmp_names_free(struct pc_snmp_names *names); /* NULL is allowed */

/* Number of the instance with this encoded name (content only); PC_SNMP_NO_ENTRY: there is none, or
 * it lies in a moving column. */
uint32_t pc_snmp_names_find(const struct pc_snmp_names *names, const uint8_t *content, size_t len);

struct pc_snmp_wire pc_snmp_names_wire(const struct pc_snmp_names *names, uint32_t entry);

#endif
