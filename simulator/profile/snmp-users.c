/* What must hold between the keys of an SNMPv3 user or of a receiver of notifications, and between
 * users. */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "profile/internal.h"

enum { PASSWORD_MIN = 8 }; /* Spec: RFC 3414 s11.2 */

/* A password where a protocol wants one, and none where nobody would use it. */
static int
check_password(struct pc_profile_builder *b, const struct pc_node *node, const char *key,
	const char *password, const char *protocol, bool wanted)
{
	const struct pc_node *at = pc_node_get(node, key);
	if (wanted && password == NULL)
		return pc_node_fail(
			node, b->diag, "found no key '%s', expected it with '%s'", key, protocol);
	if (wanted && strlen(password) < PASSWORD_MIN)
		return pc_node_fail(at, b->diag,
			"found a password of %zu characters, expected at least %d in '%s'",
			strlen(password), PASSWORD_MIN, key);
	if (!wanted && password != NULL)
		return pc_node_fail(at, b->diag,
			"found a password, expected none in '%s' while '%s' is none", key,
			protocol);
	return PC_OK;
}

int
pc_profile_check_snmp_user(
	struct pc_profile_builder *b, const void *list, size_t at, const struct pc_node *node)
{
	const struct pc_profile_snmp_user *users = list, *u = &users[at];
	bool auth = u->auth != PC_SNMP_AUTH_NONE, priv = u->priv != PC_SNMP_PRIV_NONE;
	for (size_t i = 0; i < at; i++) {
		if (strcmp(users[i].name, u->name) == 0)
			return pc_node_fail(pc_node_get(node, "name"), b->diag,
				"found the user '%s' again, expected each name once", u->name);
	}
	if (u->name[0] == '\0')
		return pc_node_fail(pc_node_get(node, "name"), b->diag,
			"found an empty name, expected 1 to 32 characters");
	if (priv && !auth)
		return pc_node_fail(pc_node_get(node, "priv"), b->diag,
			"found privacy without authentication, expected 'priv: none' or a "
			"protocol in 'auth'");
	int err = check_password(b, node, "auth_password", u->auth_password, "auth", auth);
	return err == PC_OK
		       ? check_password(b, node, "priv_password", u->priv_password, "priv", priv)
		       : err;
}

/* A template is expanded for each printer and judged then. */
int
pc_profile_check_snmp_receiver(
	struct pc_profile_builder *b, const void *list, size_t at, const struct pc_node *node)
{
	const struct pc_profile_snmp_receiver *r =
		(const struct pc_profile_snmp_receiver *)list + at;
	struct in_addr address;
	if (strchr(r->address, '{') == NULL && (pc_text_ipv4(r->address, &address) != PC_OK ||
						       address.s_addr == htonl(INADDR_ANY)))
		return pc_node_fail(pc_node_get(node, "address"), b->diag,
			"found '%s', expected the IPv4 address of a manager", r->address);
	if (r->version == 0 && r->inform)
		return pc_node_fail(pc_node_get(node, "inform"), b->diag,
			"found an inform of SNMPv1, expected 'version: v2c' or v3 with it");
	if (r->name[0] == '\0')
		return pc_node_fail(pc_node_get(node, "name"), b->diag,
			"found an empty name, expected a community or user");
	return PC_OK;
}
