/* Raw SNMP objects in a profile file: OID: {type: NAME, value: VALUE}. */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "profile/internal.h"

enum { VALUE_MAX = 65535 };

static int
value_integer(struct pc_profile_builder *b, const struct pc_node *node, int64_t min, int64_t max,
	struct pc_profile_value *v)
{
	return pc_node_integer(node, min, max, &v->integer, b->diag);
}

static int
value_int32(struct pc_profile_builder *b, const struct pc_node *node, struct pc_profile_value *v)
{
	return value_integer(b, node, INT32_MIN, INT32_MAX, v);
}

static int
value_uint32(struct pc_profile_builder *b, const struct pc_node *node, struct pc_profile_value *v)
{
	return value_integer(b, node, 0, UINT32_MAX, v);
}

static int
value_uint64(struct pc_profile_builder *b, const struct pc_node *node, struct pc_profile_value *v)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	if (node->kind != PC_NODE_SCALAR ||
		!pc_walk_integer(node->text, node->len, 70, &v->integer))
		return pc_node_fail(node, b->diag, "found %s, expected a number from 0 to 2^64-1",
			pc_node_describe(node, found));
	return PC_OK;
}

static int
value_string(struct pc_profile_builder *b, const struct pc_node *node, struct pc_profile_value *v)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	if (node->kind != PC_NODE_SCALAR || node->len > VALUE_MAX)
		return pc_node_fail(node, b->diag, "found %s, expected a text up to %d bytes",
			pc_node_describe(node, found), VALUE_MAX);
	v->data = node->text;
	v->len = node->len;
	return PC_OK;
}

static int
value_hex(struct pc_profile_builder *b, const struct pc_node *node, struct pc_profile_value *v)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	struct pc_buf bytes;
	pc_buf_init(&bytes, VALUE_MAX);
	bool ok = node->kind == PC_NODE_SCALAR && pc_walk_hex(node->text, node->len, &bytes);
	v->len = bytes.len;
	v->data = ok ? pc_profile_copy(b, bytes.data, bytes.len) : NULL;
	pc_buf_done(&bytes);
	if (v->data == NULL)
		return pc_node_fail(node, b->diag, "found %s, expected pairs of hex digits",
			pc_node_describe(node, found));
	return PC_OK;
}

static int
value_oid(struct pc_profile_builder *b, const struct pc_node *node, struct pc_profile_value *v)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	uint32_t *arcs = pc_profile_take(b, PC_OID_MAX * sizeof(*arcs));
	if (arcs == NULL || node->kind != PC_NODE_SCALAR ||
		!pc_walk_oid(node->text, node->len, arcs, &v->len))
		return pc_node_fail(node, b->diag,
			"found %s, expected an object identifier such as 1.3.6.1",
			pc_node_describe(node, found));
	v->data = arcs;
	return PC_OK;
}

static int
value_ip(struct pc_profile_builder *b, const struct pc_node *node, struct pc_profile_value *v)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	uint8_t *ip = pc_profile_take(b, 4);
	if (ip == NULL || node->kind != PC_NODE_SCALAR || !pc_walk_ipv4(node->text, node->len, ip))
		return pc_node_fail(node, b->diag,
			"found %s, expected an IPv4 address such as 192.0.2.1",
			pc_node_describe(node, found));
	v->data = ip;
	v->len = 4;
	return PC_OK;
}

static int
value_null(struct pc_profile_builder *b, const struct pc_node *node, struct pc_profile_value *v)
{
	(void)b;
	(void)node;
	v->integer = 0;
	return PC_OK;
}

static const struct {
	const char *name;
	uint8_t tag;
	int (*read)(struct pc_profile_builder *b, const struct pc_node *node,
		struct pc_profile_value *v);
} types[] = {
	{"integer", 2, value_int32},
	{"string", 4, value_string},
	{"hex", 4, value_hex},
	{"null", 5, value_null},
	{"oid", 6, value_oid},
	{"ipaddress", 64, value_ip},
	{"counter32", 65, value_uint32},
	{"gauge32", 66, value_uint32},
	{"timeticks", 67, value_uint32},
	{"opaque", 68, value_hex},
	{"counter64", 70, value_uint64},
};

static int
read_value(struct pc_profile_builder *b, const struct pc_node *node, struct pc_profile_value *v)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	const struct pc_node *type = pc_node_get(node, "type"), *value = pc_node_get(node, "value");
	if (type == NULL || value == NULL || node->count != 2)
		return pc_node_fail(node, b->diag, "found %s, expected {type: NAME, value: VALUE}",
			pc_node_describe(node, found));
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (type->kind != PC_NODE_SCALAR || strcmp(types[i].name, type->text) != 0)
			continue;
		v->type = types[i].tag;
		return types[i].read(b, value, v);
	}
	return pc_node_fail(type, b->diag,
		"found %s, expected one of: integer, string, hex, null, oid, ipaddress, counter32, "
		"gauge32, timeticks, opaque, counter64",
		pc_node_describe(type, found));
}

int
pc_profile_read_objects(struct pc_profile_builder *b, const struct pc_node *node)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	if (node->kind != PC_NODE_MAP)
		return pc_node_fail(node, b->diag, "found %s, expected a map of OIDs",
			pc_node_describe(node, found));
	for (const struct pc_node *e = node->first; e != NULL; e = e->next) {
		uint32_t oid[PC_OID_MAX];
		size_t n = 0;
		struct pc_profile_value v = {.origin = PC_OBJECT_WALK};
		if (!pc_walk_oid(e->key->text, e->key->len, oid, &n))
			return pc_node_fail(e->key, b->diag,
				"found key '%.60s', expected an object identifier such as 1.3.6.1",
				e->key->text);
		int err = read_value(b, e, &v);
		if (err == PC_OK)
			err = pc_profile_add_object(b, oid, n, &v);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}
