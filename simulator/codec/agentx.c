#include "codec/agentx.h"

#include <string.h>

#include "base/err.h"

/* ---- the PDU types ---- */

enum body { EMPTY, OPEN, CLOSE, REGION, RANGES, BULK, VARBINDS, CAPS, CAPS_ID, ANSWER };

/* Spec: RFC 2741 s6.2; the context is in PDUs that name objects of one. */
static const struct row {
	const char *name;
	enum body body;
	bool context;
} rows[] = {
	[PC_AGENTX_OPEN] = {"Open", OPEN, false},
	[PC_AGENTX_CLOSE] = {"Close", CLOSE, false},
	[PC_AGENTX_REGISTER] = {"Register", REGION, true},
	[PC_AGENTX_UNREGISTER] = {"Unregister", REGION, true},
	[PC_AGENTX_GET] = {"Get", RANGES, true},
	[PC_AGENTX_GETNEXT] = {"GetNext", RANGES, true},
	[PC_AGENTX_GETBULK] = {"GetBulk", BULK, true},
	[PC_AGENTX_TESTSET] = {"TestSet", VARBINDS, true},
	[PC_AGENTX_COMMITSET] = {"CommitSet", EMPTY, false},
	[PC_AGENTX_UNDOSET] = {"UndoSet", EMPTY, false},
	[PC_AGENTX_CLEANUPSET] = {"CleanupSet", EMPTY, false},
	[PC_AGENTX_NOTIFY] = {"Notify", VARBINDS, true},
	[PC_AGENTX_PING] = {"Ping", EMPTY, true},
	[PC_AGENTX_INDEX_ALLOCATE] = {"IndexAllocate", VARBINDS, true},
	[PC_AGENTX_INDEX_DEALLOCATE] = {"IndexDeallocate", VARBINDS, true},
	[PC_AGENTX_ADD_CAPS] = {"AddAgentCaps", CAPS, true},
	[PC_AGENTX_REMOVE_CAPS] = {"RemoveAgentCaps", CAPS_ID, true},
	[PC_AGENTX_RESPONSE] = {"Response", ANSWER, false},
};

static const struct row *
find_row(uint8_t type)
{
	return type < sizeof(rows) / sizeof(rows[0]) && rows[type].name != NULL ? &rows[type]
										: NULL;
}

const char *
pc_agentx_type_name(uint8_t type)
{
	const struct row *row = find_row(type);
	return row == NULL ? NULL : row->name;
}

/* Arcs that a non-zero prefix octet stands for. Spec: RFC 2741 s5.1 */
static const uint32_t internet[] = {1, 3, 6, 1};
enum { INTERNET_ARCS = sizeof(internet) / sizeof(internet[0]) };

/* ---- reading ---- */

static uint16_t
take_u16(struct pc_reader *r, bool big)
{
	return big ? pc_read_be16(r) : pc_read_le16(r);
}

static uint32_t
take_u32(struct pc_reader *r, bool big)
{
	return big ? pc_read_be32(r) : pc_read_le32(r);
}

static uint64_t
take_u64(struct pc_reader *r, bool big)
{
	uint64_t first = take_u32(r, big);
	uint64_t second = take_u32(r, big);
	return big ? first << 32 | second : second << 32 | first;
}

/* Spec: RFC 2741 s5.1. `ret_include` may be NULL. */
static int
take_oid(struct pc_reader *r, bool big, struct pc_oid *ret, bool *ret_include)
{
	size_t n = pc_read_u8(r);
	uint8_t prefix = pc_read_u8(r);
	uint8_t include = pc_read_u8(r);
	pc_read_skip(r, 1);
	ret->len = 0;
	if (prefix != 0) {
		memcpy(ret->arcs, internet, sizeof(internet));
		ret->arcs[INTERNET_ARCS] = prefix;
		ret->len = INTERNET_ARCS + 1;
	}
	if (n > PC_OID_ARCS_MAX - ret->len)
		return PC_E_LIMIT;
	for (size_t i = 0; i < n; i++)
		ret->arcs[ret->len++] = take_u32(r, big);
	if (ret_include != NULL)
		*ret_include = include != 0;
	return r->err;
}

/* Spec: RFC 2741 s5.3 */
static int
take_octets(struct pc_reader *r, bool big, const uint8_t **ret, size_t *ret_n)
{
	size_t n = take_u32(r, big);
	*ret = pc_read_bytes(r, n);
	*ret_n = n;
	if (r->err == PC_OK)
		pc_read_skip(r, (4 - n % 4) % 4);
	return r->err;
}

static int
take_value(struct pc_reader *r, bool big, struct pc_agentx_varbind *vb)
{
	switch (vb->type) {
	case PC_BER_INTEGER:
		vb->integer = (int32_t)take_u32(r, big);
		return r->err;
	case PC_BER_COUNTER32:
	case PC_BER_GAUGE32:
	case PC_BER_TIMETICKS:
		vb->integer = take_u32(r, big);
		return r->err;
	case PC_BER_COUNTER64:
		vb->integer = (int64_t)take_u64(r, big);
		return r->err;
	case PC_BER_OID:
		return take_oid(r, big, &vb->oid, NULL);
	case PC_BER_OCTETS:
	case PC_BER_OPAQUE:
		return take_octets(r, big, &vb->octets, &vb->n_octets);
	case PC_BER_IPADDRESS: {
		int err = take_octets(r, big, &vb->octets, &vb->n_octets);
		return err == PC_OK && vb->n_octets != 4 ? PC_E_BADVALUE : err;
	}
	case PC_BER_NULL:
	case PC_BER_NO_SUCH_OBJECT:
	case PC_BER_NO_SUCH_INSTANCE:
	case PC_BER_END_OF_MIB_VIEW:
		return PC_OK;
	default:
		return PC_E_BADVALUE;
	}
}

static int
take_varbind(struct pc_reader *r, bool big, struct pc_agentx_varbind *ret)
{
	uint16_t type = take_u16(r, big);
	pc_read_skip(r, 2);
	ret->type = (uint8_t)type;
	ret->integer = 0;
	ret->octets = NULL;
	ret->n_octets = 0;
	ret->oid.len = 0;
	int err = take_oid(r, big, &ret->name, NULL);
	if (err == PC_OK && type > UINT8_MAX)
		err = PC_E_BADVALUE;
	return err == PC_OK ? take_value(r, big, ret) : err;
}

static int
take_range(struct pc_reader *r, bool big, struct pc_agentx_range *ret)
{
	int err = take_oid(r, big, &ret->start, &ret->include);
	return err == PC_OK ? take_oid(r, big, &ret->end, NULL) : err;
}

/* The rest of the payload is a list: go through it once, so that nobody meets an error later. */
static int
take_list(struct pc_reader *r, bool big, bool ranges, struct pc_agentx_list *ret)
{
	struct pc_agentx_list list = {.r = *r, .big_endian = big};
	while (pc_reader_left(r) > 0) {
		struct pc_agentx_varbind vb;
		struct pc_agentx_range range;
		int err = ranges ? take_range(r, big, &range) : take_varbind(r, big, &vb);
		if (err != PC_OK)
			return err;
		list.n++;
	}
	*ret = list;
	return r->err;
}

static int
take_region(struct pc_reader *r, bool big, struct pc_agentx *ret)
{
	ret->timeout = pc_read_u8(r);
	ret->priority = pc_read_u8(r);
	ret->range_subid = pc_read_u8(r);
	pc_read_skip(r, 1);
	int err = take_oid(r, big, &ret->oid, NULL);
	if (err == PC_OK && ret->range_subid != 0)
		ret->upper_bound = take_u32(r, big);
	return err == PC_OK ? r->err : err;
}

static int
take_named(struct pc_reader *r, bool big, bool text, struct pc_agentx *ret)
{
	int err = take_oid(r, big, &ret->oid, NULL);
	return err == PC_OK && text ? take_octets(r, big, &ret->text, &ret->n_text) : err;
}

static int
take_body(struct pc_reader *r, bool big, enum body body, struct pc_agentx *ret)
{
	switch (body) {
	case EMPTY:
		return PC_OK;
	case OPEN:
		ret->timeout = pc_read_u8(r);
		pc_read_skip(r, 3);
		return take_named(r, big, true, ret);
	case CLOSE:
		ret->reason = pc_read_u8(r);
		pc_read_skip(r, 3);
		return r->err;
	case REGION:
		return take_region(r, big, ret);
	case BULK:
		ret->non_repeaters = take_u16(r, big);
		ret->max_repetitions = take_u16(r, big);
		return take_list(r, big, true, &ret->list);
	case RANGES:
		return take_list(r, big, true, &ret->list);
	case VARBINDS:
		return take_list(r, big, false, &ret->list);
	case CAPS:
	case CAPS_ID:
		return take_named(r, big, body == CAPS, ret);
	case ANSWER:
		ret->up_time = take_u32(r, big);
		ret->error = take_u16(r, big);
		ret->index = take_u16(r, big);
		return take_list(r, big, false, &ret->list);
	}
	return PC_E_INTERNAL;
}

int
pc_agentx_frame(const uint8_t *data, size_t len, struct pc_agentx_header *ret)
{
	struct pc_agentx_header h;
	struct pc_reader r;
	if (len > 0 && data[0] != PC_AGENTX_VERSION)
		return PC_E_BADVALUE;
	pc_reader_init(&r, data, len);
	pc_read_skip(&r, 1);
	h.type = pc_read_u8(&r);
	h.flags = pc_read_u8(&r);
	pc_read_skip(&r, 1);
	bool big = (h.flags & PC_AGENTX_BIG_ENDIAN) != 0;
	h.session = take_u32(&r, big);
	h.transaction = take_u32(&r, big);
	h.packet = take_u32(&r, big);
	h.payload = take_u32(&r, big);
	if (r.err != PC_OK)
		return r.err;
	if (h.payload % 4 != 0)
		return PC_E_BADVALUE;
	if (h.payload > PC_AGENTX_PAYLOAD_MAX)
		return PC_E_LIMIT;
	if (pc_reader_left(&r) < h.payload)
		return PC_E_TRUNCATED;
	*ret = h;
	return PC_OK;
}

int
pc_agentx_read(const uint8_t *data, size_t len, struct pc_agentx *ret)
{
	struct pc_agentx pdu = {.header = {0}};
	struct pc_reader r;
	int err = pc_agentx_frame(data, len, &pdu.header);
	if (err != PC_OK)
		return err;
	const struct row *row = find_row(pdu.header.type);
	if (row == NULL)
		return PC_E_BADVALUE;
	bool big = (pdu.header.flags & PC_AGENTX_BIG_ENDIAN) != 0;
	pc_reader_init(&r, data + PC_AGENTX_HEADER_BYTES, pdu.header.payload);
	if (row->context && (pdu.header.flags & PC_AGENTX_CONTEXT) != 0)
		err = take_octets(&r, big, &pdu.context, &pdu.n_context);
	if (err == PC_OK)
		err = take_body(&r, big, row->body, &pdu);
	/* The payload is whole, so what it lacks its own lengths have promised wrongly. */
	if (err == PC_E_TRUNCATED || (err == PC_OK && pc_reader_left(&r) > 0))
		err = PC_E_BADVALUE;
	if (err == PC_OK)
		*ret = pdu;
	return err;
}

bool
pc_agentx_next_range(struct pc_agentx_list *list, struct pc_agentx_range *ret)
{
	if (list->n == 0)
		return false;
	list->n--;
	return take_range(&list->r, list->big_endian, ret) == PC_OK;
}

bool
pc_agentx_next_varbind(struct pc_agentx_list *list, struct pc_agentx_varbind *ret)
{
	if (list->n == 0)
		return false;
	list->n--;
	return take_varbind(&list->r, list->big_endian, ret) == PC_OK;
}

/* ---- writing ---- */

static void
put_u16(struct pc_agentx_writer *w, uint16_t v)
{
	if (w->big_endian)
		pc_write_be16(&w->w, v);
	else
		pc_write_le16(&w->w, v);
}

static void
put_u32(struct pc_agentx_writer *w, uint32_t v)
{
	if (w->big_endian)
		pc_write_be32(&w->w, v);
	else
		pc_write_le32(&w->w, v);
}

static void
put_u64(struct pc_agentx_writer *w, uint64_t v)
{
	put_u32(w, (uint32_t)(w->big_endian ? v >> 32 : v));
	put_u32(w, (uint32_t)(w->big_endian ? v : v >> 32));
}

static void
put_oid(struct pc_agentx_writer *w, const struct pc_oid *oid, bool include)
{
	size_t skip = 0;
	uint8_t prefix = 0;
	if (oid->len > INTERNET_ARCS && memcmp(oid->arcs, internet, sizeof(internet)) == 0 &&
		oid->arcs[INTERNET_ARCS] > 0 && oid->arcs[INTERNET_ARCS] <= UINT8_MAX) {
		prefix = (uint8_t)oid->arcs[INTERNET_ARCS];
		skip = INTERNET_ARCS + 1;
	}
	pc_write_u8(&w->w, (uint8_t)(oid->len - skip));
	pc_write_u8(&w->w, prefix);
	pc_write_u8(&w->w, include);
	pc_write_u8(&w->w, 0);
	for (size_t i = skip; i < oid->len; i++)
		put_u32(w, oid->arcs[i]);
}

static void
put_octets(struct pc_agentx_writer *w, const uint8_t *octets, size_t n)
{
	if (n > PC_AGENTX_PAYLOAD_MAX) {
		w->w.err = PC_E_NOSPACE;
		return;
	}
	put_u32(w, (uint32_t)n);
	if (n > 0)
		pc_write_bytes(&w->w, octets, n);
	pc_write_fill(&w->w, 0, (4 - n % 4) % 4);
}

static void
put_region(struct pc_agentx_writer *w, const struct pc_agentx *pdu)
{
	bool has_timeout = pdu->header.type == PC_AGENTX_REGISTER;
	pc_write_u8(&w->w, has_timeout ? pdu->timeout : 0);
	pc_write_u8(&w->w, pdu->priority);
	pc_write_u8(&w->w, pdu->range_subid);
	pc_write_u8(&w->w, 0);
	put_oid(w, &pdu->oid, false);
	if (pdu->range_subid != 0)
		put_u32(w, pdu->upper_bound);
}

static void
put_body(struct pc_agentx_writer *w, enum body body, const struct pc_agentx *pdu)
{
	switch (body) {
	case EMPTY:
	case RANGES:
	case VARBINDS:
		break;
	case OPEN:
	case CLOSE:
		pc_write_u8(&w->w, body == OPEN ? pdu->timeout : pdu->reason);
		pc_write_fill(&w->w, 0, 3);
		if (body == CLOSE)
			break;
		put_oid(w, &pdu->oid, false);
		put_octets(w, pdu->text, pdu->n_text);
		break;
	case REGION:
		put_region(w, pdu);
		break;
	case BULK:
		put_u16(w, pdu->non_repeaters);
		put_u16(w, pdu->max_repetitions);
		break;
	case CAPS:
	case CAPS_ID:
		put_oid(w, &pdu->oid, false);
		if (body == CAPS)
			put_octets(w, pdu->text, pdu->n_text);
		break;
	case ANSWER:
		put_u32(w, pdu->up_time);
		put_u16(w, pdu->error);
		put_u16(w, pdu->index);
		break;
	}
}

void
pc_agentx_begin(struct pc_agentx_writer *w, uint8_t *out, size_t size, const struct pc_agentx *pdu)
{
	const struct row *row = find_row(pdu->header.type);
	bool context = row != NULL && row->context && pdu->context != NULL;
	uint8_t flags = pdu->header.flags & (uint8_t)~PC_AGENTX_CONTEXT;
	pc_writer_init(&w->w, out, size < PC_AGENTX_PDU_MAX ? size : PC_AGENTX_PDU_MAX);
	w->big_endian = (flags & PC_AGENTX_BIG_ENDIAN) != 0;
	pc_write_u8(&w->w, PC_AGENTX_VERSION);
	pc_write_u8(&w->w, pdu->header.type);
	pc_write_u8(&w->w, context ? flags | PC_AGENTX_CONTEXT : flags);
	pc_write_u8(&w->w, 0);
	put_u32(w, pdu->header.session);
	put_u32(w, pdu->header.transaction);
	put_u32(w, pdu->header.packet);
	put_u32(w, 0); /* pc_agentx_end() knows the length */
	if (context)
		put_octets(w, pdu->context, pdu->n_context);
	if (row != NULL)
		put_body(w, row->body, pdu);
}

void
pc_agentx_add_range(struct pc_agentx_writer *w, const struct pc_agentx_range *range)
{
	put_oid(w, &range->start, range->include);
	put_oid(w, &range->end, false);
}

void
pc_agentx_add_varbind(struct pc_agentx_writer *w, const struct pc_agentx_varbind *vb)
{
	put_u16(w, vb->type);
	put_u16(w, 0);
	put_oid(w, &vb->name, false);
	switch (vb->type) {
	case PC_BER_INTEGER:
	case PC_BER_COUNTER32:
	case PC_BER_GAUGE32:
	case PC_BER_TIMETICKS:
		put_u32(w, (uint32_t)vb->integer);
		break;
	case PC_BER_COUNTER64:
		put_u64(w, (uint64_t)vb->integer);
		break;
	case PC_BER_OID:
		put_oid(w, &vb->oid, false);
		break;
	case PC_BER_OCTETS:
	case PC_BER_OPAQUE:
	case PC_BER_IPADDRESS:
		put_octets(w, vb->octets, vb->n_octets);
		break;
	default:
		break;
	}
}

int
pc_agentx_end(struct pc_agentx_writer *w, size_t *ret_len)
{
	if (w->w.err != PC_OK)
		return w->w.err;
	struct pc_agentx_writer length = {.big_endian = w->big_endian};
	pc_writer_init(&length.w, w->w.data + PC_AGENTX_HEADER_BYTES - 4, 4);
	put_u32(&length, (uint32_t)(w->w.at - PC_AGENTX_HEADER_BYTES));
	*ret_len = w->w.at;
	return PC_OK;
}
