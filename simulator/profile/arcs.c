#include <string.h>

#include "base/err.h"
#include "profile/profile.h"

int
pc_arcs_compare(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
	size_t n = n_a < n_b ? n_a : n_b;
	for (size_t i = 0; i < n; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return n_a == n_b ? 0 : n_a < n_b ? -1 : 1;
}

/* One arc at *text; moves past it. */
static int
parse_arc(const char **text, uint32_t *ret)
{
	uint64_t v = 0;
	const char *p = *text;
	if (*p < '0' || *p > '9')
		return PC_E_BADVALUE;
	for (; *p >= '0' && *p <= '9'; p++) {
		v = v * 10 + (uint64_t)(*p - '0');
		if (v > UINT32_MAX)
			return PC_E_BADVALUE;
	}
	*text = p;
	*ret = (uint32_t)v;
	return PC_OK;
}

int
pc_arcs_parse(const char *text, uint32_t *out, size_t max, size_t *ret_n)
{
	size_t n = 0;
	const char *p = *text == '.' ? text + 1 : text;
	for (;;) {
		uint32_t arc;
		if (parse_arc(&p, &arc) != PC_OK)
			return PC_E_BADVALUE;
		if (n == max)
			return PC_E_LIMIT;
		out[n++] = arc;
		if (*p == '\0')
			break;
		if (*p++ != '.')
			return PC_E_BADVALUE;
	}
	*ret_n = n;
	return PC_OK;
}

const struct pc_profile_object *
pc_profile_object_find(const struct pc_profile *p, const uint32_t *oid, size_t n_oid)
{
	size_t low = 0, high = p->n_objects;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct pc_profile_object *o = &p->objects[mid];
		int c = pc_arcs_compare(o->oid, o->n_oid, oid, n_oid);
		if (c == 0)
			return o;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
