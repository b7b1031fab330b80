#include "codec/nbns.h"

#include <string.h>

#include "base/err.h"
#include "base/text.h"

enum {
	FLAG_RESPONSE = 0x8000,
	OPCODE_SHIFT = 11,
	OPCODE_MASK = 0x0f,
	RCODE_MASK = 0x0f,
	CODED_BYTES = 32, /* 16 octets, two letters each */
	ADDRESS_BYTES = 6,
	ENTRY_BYTES = 18,
	STATISTICS_MIN = 6,
	STATISTICS_MAX = 64 /* some senders write a longer block than the RFC's */
};

static const struct {
	uint8_t opcode;
	uint16_t type;
	const char *name;
} opcodes[] = {
	{PC_NBNS_QUERY, PC_NBNS_NB, "name query"},
	{PC_NBNS_QUERY, PC_NBNS_NBSTAT, "node status"},
	{PC_NBNS_REGISTRATION, PC_NBNS_NB, "registration"},
	{PC_NBNS_RELEASE, PC_NBNS_NB, "release"},
	{PC_NBNS_WACK, PC_NBNS_NULL, "wait"},
	{PC_NBNS_REFRESH, PC_NBNS_NB, "refresh"},
};

const char *
pc_nbns_opcode_name(uint8_t opcode, uint16_t question_type)
{
	for (size_t i = 0; i < sizeof(opcodes) / sizeof(opcodes[0]); i++) {
		if (opcodes[i].opcode == opcode && opcodes[i].type == question_type)
			return opcodes[i].name;
	}
	return NULL;
}

static uint8_t
upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
}

void
pc_nbns_name_set(struct pc_nbns_name *name, const char *text, uint8_t suffix)
{
	size_t n = strlen(text);
	bool wildcard = strcmp(text, "*") == 0;
	*name = (struct pc_nbns_name){.suffix = suffix};
	memset(name->bytes, wildcard ? 0 : ' ', sizeof(name->bytes));
	for (size_t i = 0; i < n && i < sizeof(name->bytes); i++)
		name->bytes[i] = upper((uint8_t)text[i]);
}

const char *
pc_nbns_name_text(const uint8_t bytes[PC_NBNS_NAME_BYTES], char out[PC_NBNS_NAME_BYTES + 1])
{
	size_t n = PC_NBNS_NAME_BYTES;
	while (n > 0 && (bytes[n - 1] == ' ' || bytes[n - 1] == 0))
		n--;
	for (size_t i = 0; i < n; i++)
		out[i] = bytes[i] >= ' ' && bytes[i] < 0x7f ? (char)bytes[i] : '.';
	out[n] = '\0';
	return out;
}

bool
pc_nbns_name_equal(const struct pc_nbns_name *a, const struct pc_nbns_name *b)
{
	for (size_t i = 0; i < PC_NBNS_NAME_BYTES; i++) {
		if (upper(a->bytes[i]) != upper(b->bytes[i]))
			return false;
	}
	struct pc_dns_name scope_a, scope_b;
	return a->suffix == b->suffix && pc_dns_name_from_text(a->scope, &scope_a) == PC_OK &&
	       pc_dns_name_from_text(b->scope, &scope_b) == PC_OK &&
	       pc_dns_name_equal(&scope_a, &scope_b);
}

/* The first label holds 16 octets as 32 letters 'A' to 'P'; the others are the scope.
 * Spec: RFC 1001 s14.1 */
static int
decode_name(const struct pc_dns_name *wire, struct pc_nbns_name *ret)
{
	struct pc_dns_name scope = {0};
	char text[PC_DNS_TEXT_MAX];
	uint8_t octets[CODED_BYTES / 2];
	if (wire->bytes[0] != CODED_BYTES)
		return PC_E_BADVALUE;
	for (size_t i = 0; i < CODED_BYTES; i++) {
		uint8_t nibble = (uint8_t)(wire->bytes[1 + i] - 'A');
		if (nibble > 0x0f)
			return PC_E_BADVALUE;
		octets[i / 2] = (uint8_t)(i % 2 == 0 ? nibble << 4 : octets[i / 2] | nibble);
	}
	memcpy(ret->bytes, octets, sizeof(ret->bytes));
	ret->suffix = octets[PC_NBNS_NAME_BYTES];
	scope.len = (uint8_t)(wire->len - CODED_BYTES - 1);
	memcpy(scope.bytes, wire->bytes + CODED_BYTES + 1, scope.len);
	ret->scope[0] = '\0';
	if (scope.len > 1 &&
		!pc_text_copy(ret->scope, sizeof(ret->scope), pc_dns_name_text(&scope, text)))
		return PC_E_LIMIT;
	return PC_OK;
}

static int
encode_name(const struct pc_nbns_name *name, struct pc_dns_name *ret)
{
	struct pc_dns_name scope;
	int err = pc_dns_name_from_text(name->scope, &scope);
	if (err != PC_OK || 1 + CODED_BYTES + scope.len > PC_DNS_NAME_MAX)
		return PC_E_BADVALUE;
	ret->bytes[0] = CODED_BYTES;
	for (size_t i = 0; i < CODED_BYTES; i++) {
		uint8_t octet = i / 2 < PC_NBNS_NAME_BYTES ? name->bytes[i / 2] : name->suffix;
		ret->bytes[1 + i] = (uint8_t)('A' + (i % 2 == 0 ? octet >> 4 : octet & 0x0f));
	}
	memcpy(ret->bytes + 1 + CODED_BYTES, scope.bytes, scope.len);
	ret->len = (uint8_t)(1 + CODED_BYTES + scope.len);
	return PC_OK;
}

static int
read_addresses(struct pc_reader *r, struct pc_nbns *m)
{
	size_t n = r->len / ADDRESS_BYTES;
	if (r->len % ADDRESS_BYTES != 0)
		return PC_E_BADVALUE;
	if (n > PC_NBNS_ADDRESSES_MAX)
		return PC_E_LIMIT;
	for (size_t i = 0; i < n; i++) {
		m->addresses[i].flags = pc_read_be16(r);
		memcpy(m->addresses[i].address, pc_read_bytes(r, 4), 4);
	}
	m->n_addresses = n;
	return PC_OK;
}

static int
read_status(struct pc_reader *r, struct pc_nbns *m)
{
	size_t n = pc_read_u8(r);
	if (r->err != PC_OK || pc_reader_left(r) < n * ENTRY_BYTES)
		return PC_E_BADVALUE;
	if (n > PC_NBNS_NAMES_MAX)
		return PC_E_LIMIT;
	for (size_t i = 0; i < n; i++) {
		struct pc_nbns_entry *e = &m->names[i];
		memcpy(e->bytes, pc_read_bytes(r, sizeof(e->bytes)), sizeof(e->bytes));
		e->suffix = pc_read_u8(r);
		e->flags = pc_read_be16(r);
	}
	m->n_names = n;
	m->n_statistics = pc_reader_left(r);
	if (m->n_statistics < STATISTICS_MIN || m->n_statistics > STATISTICS_MAX)
		return PC_E_BADVALUE;
	memcpy(m->mac, pc_read_bytes(r, sizeof(m->mac)), sizeof(m->mac));
	return PC_OK;
}

/* What a record says: by its type, that of a WACK by its opcode. */
static int
read_data(const struct pc_dns_record *record, struct pc_nbns *m)
{
	struct pc_reader r;
	pc_reader_init(&r, record->data, record->len);
	if (m->response && m->opcode == PC_NBNS_WACK) {
		m->wack_flags = pc_read_be16(&r);
		return record->len == 2 ? PC_OK : PC_E_BADVALUE;
	}
	switch (record->type) {
	case PC_NBNS_NB:
		return read_addresses(&r, m);
	case PC_NBNS_NBSTAT:
		return read_status(&r, m);
	case PC_NBNS_NULL:
		return record->len == 0 ? PC_OK : PC_E_BADVALUE;
	default:
		return PC_E_UNSUPPORTED;
	}
}

static int
read_question(struct pc_reader *r, struct pc_nbns *m)
{
	struct pc_dns_question q;
	int err = pc_dns_read_question(r, &q);
	if (err == PC_OK)
		err = decode_name(&q.name, &m->question);
	if (err != PC_OK)
		return err;
	if ((q.type != PC_NBNS_NB && q.type != PC_NBNS_NBSTAT) || q.class != PC_DNS_IN)
		return PC_E_UNSUPPORTED;
	m->question_type = q.type;
	m->has_question = true;
	return PC_OK;
}

static int
read_record(struct pc_reader *r, struct pc_nbns *m)
{
	struct pc_dns_record record;
	int err = pc_dns_read_record(r, &record);
	if (err == PC_OK)
		err = decode_name(&record.name, &m->name);
	if (err != PC_OK)
		return err;
	if (record.class != PC_DNS_IN)
		return PC_E_UNSUPPORTED;
	m->has_record = true;
	m->type = record.type;
	m->ttl = record.ttl;
	return read_data(&record, m);
}

/* Requests have one question, and a record in the additional section unless they are queries;
 * responses have one answer. Spec: RFC 1002 s4.2.2 to s4.2.18 */
static bool
counts_fit(const struct pc_dns_header *h, const struct pc_nbns *m)
{
	if (h->authority != 0 || h->questions > 1)
		return false;
	if (m->response)
		return h->answers == 1 && h->additional == 0;
	return h->questions == 1 && h->answers == 0 &&
	       h->additional == (m->opcode == PC_NBNS_QUERY ? 0 : 1);
}

static int
read_message(struct pc_reader *r, struct pc_nbns *m)
{
	struct pc_dns_header h;
	int err = pc_dns_read_header(r, &h);
	if (err != PC_OK)
		return err;
	m->id = h.id;
	m->response = (h.flags & FLAG_RESPONSE) != 0;
	m->opcode = h.flags >> OPCODE_SHIFT & OPCODE_MASK;
	m->flags = h.flags & PC_NBNS_FLAGS;
	m->rcode = h.flags & RCODE_MASK;
	if (pc_nbns_opcode_name(m->opcode, PC_NBNS_NB) == NULL && m->opcode != PC_NBNS_WACK)
		return PC_E_UNSUPPORTED;
	if (!counts_fit(&h, m))
		return PC_E_BADVALUE;
	if (h.questions == 1)
		err = read_question(r, m);
	if (err == PC_OK && h.answers + h.additional == 1)
		err = read_record(r, m);
	return err;
}

int
pc_nbns_read(const uint8_t *data, size_t len, struct pc_nbns *ret)
{
	struct pc_reader r;
	struct pc_nbns m = {0};
	pc_reader_init(&r, data, len);
	int err = read_message(&r, &m);
	if (err == PC_OK)
		*ret = m;
	return err;
}

static void
write_status(struct pc_writer *w, const struct pc_nbns *m)
{
	size_t n = m->n_statistics < sizeof(m->mac) ? PC_NBNS_STATISTICS_BYTES : m->n_statistics;
	pc_write_u8(w, (uint8_t)m->n_names);
	for (size_t i = 0; i < m->n_names; i++) {
		const struct pc_nbns_entry *e = &m->names[i];
		pc_write_bytes(w, e->bytes, sizeof(e->bytes));
		pc_write_u8(w, e->suffix);
		pc_write_be16(w, e->flags);
	}
	pc_write_bytes(w, m->mac, sizeof(m->mac));
	pc_write_fill(w, 0, n - sizeof(m->mac));
}

static void
write_data(struct pc_writer *w, const struct pc_nbns *m)
{
	if (m->response && m->opcode == PC_NBNS_WACK)
		pc_write_be16(w, m->wack_flags);
	else if (m->type == PC_NBNS_NBSTAT)
		write_status(w, m);
	for (size_t i = 0; i < m->n_addresses; i++) {
		pc_write_be16(w, m->addresses[i].flags);
		pc_write_bytes(w, m->addresses[i].address, 4);
	}
}

static void
write_record(struct pc_writer *w, const struct pc_nbns *m, const struct pc_dns_name *name,
	bool is_question)
{
	if (is_question)
		pc_write_be16(w, 0xc000 | PC_DNS_HEADER_BYTES);
	else
		pc_dns_write_name(w, name);
	pc_write_be16(w, m->type);
	pc_write_be16(w, PC_DNS_IN);
	pc_write_be32(w, m->ttl);
	size_t at = w->at;
	pc_write_be16(w, 0);
	write_data(w, m);
	pc_write_be16_at(w, at, (uint16_t)(w->at - at - 2));
}

int
pc_nbns_write(const struct pc_nbns *m, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_writer w;
	struct pc_dns_name name = {0};
	struct pc_dns_question q = {.type = m->question_type, .class = PC_DNS_IN};
	struct pc_dns_header h = {.id = m->id,
		.flags = (uint16_t)((m->response ? FLAG_RESPONSE : 0) |
				    (m->opcode & OPCODE_MASK) << OPCODE_SHIFT |
				    (m->flags & PC_NBNS_FLAGS) | (m->rcode & RCODE_MASK)),
		.questions = m->has_question,
		.answers = m->has_record && m->response,
		.additional = m->has_record && !m->response};
	int err = m->has_question ? encode_name(&m->question, &q.name) : PC_OK;
	if (err == PC_OK && m->has_record)
		err = encode_name(&m->name, &name);
	if (err != PC_OK)
		return err;
	pc_writer_init(&w, out, size);
	pc_dns_write_header(&w, &h);
	if (m->has_question)
		pc_dns_write_question(&w, &q);
	if (m->has_record)
		write_record(&w, m, &name, m->has_question && pc_dns_name_equal(&q.name, &name));
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}
