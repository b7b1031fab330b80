#include "snmp/quirks.h"

#include <string.h>

#include "base/err.h"
#include "snmp/faults.h"

enum { PREFIX_MAX = 11, SERIAL_WIDTH = 20 };

static int
pad(struct pc_snmp_value *v)
{
	if (v->type != PC_SNMP_OCTETS || v->len >= SERIAL_WIDTH)
		return PC_OK;
	memmove(v->scratch.bytes, v->bytes, v->len);
	memset(v->scratch.bytes + v->len, ' ', SERIAL_WIDTH - v->len);
	pc_snmp_set_bytes(v, v->scratch.bytes, SERIAL_WIDTH);
	return PC_OK;
}

static int
end_with_nul(struct pc_snmp_value *v)
{
	if (v->type != PC_SNMP_OCTETS || v->len >= sizeof(v->scratch.bytes))
		return PC_OK;
	memmove(v->scratch.bytes, v->bytes, v->len);
	v->scratch.bytes[v->len] = 0;
	pc_snmp_set_bytes(v, v->scratch.bytes, v->len + 1);
	return PC_OK;
}

static int
make_integer(struct pc_snmp_value *v)
{
	v->type = PC_SNMP_INTEGER;
	return PC_OK;
}

static int
be_missing(struct pc_snmp_value *v)
{
	(void)v;
	return PC_E_NOTFOUND;
}

static int
cut_mac(struct pc_snmp_value *v)
{
	static const uint8_t mac[] = {0, 1, 0, 0, 0};
	if (v->len > 0) /* the loop-back interface has none */
		pc_snmp_set_bytes(v, mac, sizeof(mac));
	return PC_OK;
}

#define PRT 1, 3, 6, 1, 2, 1, 43

static const struct quirk {
	enum pc_snmp_fault fault;
	bool bulk; /* only in a GETBULK */
	uint32_t column[PREFIX_MAX];
	size_t n;
	int (*change)(struct pc_snmp_value *v);
} quirks[] = {
	{PC_SNMP_FAULT_SERIAL_PADDED, false, {PRT, 5, 1, 1, 17}, 11, pad},
	{PC_SNMP_FAULT_COLORANT_NUL, false, {PRT, 12, 1, 1, 4}, 11, end_with_nul},
	{PC_SNMP_FAULT_LIFECOUNT_INTEGER, false, {PRT, 10, 2, 1, 4}, 11, make_integer},
	{PC_SNMP_FAULT_LOCALIZATION_MISSING, false, {PRT, 5, 1, 1, 2}, 11, be_missing},
	{PC_SNMP_FAULT_LOCALIZATION_MISSING, false, {PRT, 7, 1, 1, 4}, 11, be_missing},
	{PC_SNMP_FAULT_BULK_MAC_CUT, true, {1, 3, 6, 1, 2, 1, 2, 2, 1, 6}, 10, cut_mac},
};

int
pc_snmp_quirk(
	pc_fault_set faults, const uint32_t *name, size_t n, bool bulk, struct pc_snmp_value *v)
{
	if (faults >> PC_SNMP_FAULT_QUIRKS == 0)
		return PC_OK;
	for (size_t i = 0; i < sizeof(quirks) / sizeof(quirks[0]); i++) {
		const struct quirk *q = &quirks[i];
		if (!pc_fault_is_set(faults, q->fault) || (q->bulk && !bulk) || n <= q->n ||
			memcmp(name, q->column, q->n * sizeof(*name)) != 0)
			continue;
		int err = q->change(v);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}
