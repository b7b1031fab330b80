#include "codec/llmnr.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

enum {
	FLAG_RESPONSE = 0x8000,
	OPCODE_SHIFT = 11,
	OPCODE_MASK = 0x0f,
	FLAG_CONFLICT = 0x0400,
	FLAG_TRUNCATED = 0x0200,
	FLAG_TENTATIVE = 0x0100,
	FLAGS_IGNORED = 0x00f0,
	RCODE_MASK = 0x000f
};

static const struct {
	uint16_t type;
	const char *name;
} types[] = {{PC_DNS_A, "A"}, {PC_DNS_PTR, "PTR"}, {PC_DNS_AAAA, "AAAA"}, {PC_DNS_ANY, "ANY"}};

const char *
pc_llmnr_type_name(uint16_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].type == type)
			return types[i].name;
	}
	return NULL;
}

static void
read_flags(uint16_t flags, struct pc_llmnr *m)
{
	m->response = (flags & FLAG_RESPONSE) != 0;
	m->opcode = flags >> OPCODE_SHIFT & OPCODE_MASK;
	m->conflict = (flags & FLAG_CONFLICT) != 0;
	m->truncated = (flags & FLAG_TRUNCATED) != 0;
	m->tentative = (flags & FLAG_TENTATIVE) != 0;
	m->ignored = flags & FLAGS_IGNORED;
	m->rcode = flags & RCODE_MASK;
}

static int
read_answers(struct pc_reader *r, size_t n, struct pc_llmnr *m)
{
	int err = PC_OK;
	if (n > PC_LLMNR_ANSWERS_MAX)
		return PC_E_LIMIT;
	for (size_t i = 0; i < n && err == PC_OK; i++)
		err = pc_dns_read_record(r, &m->answers[i]);
	m->n_answers = n;
	return err;
}

/* The OPT record: class is a size, TTL holds the upper bits of the RCODE and a version.
 * Spec: RFC 6891 s6.1 */
static int
read_opt(const struct pc_dns_record *record, struct pc_llmnr *m)
{
	if (record->type != PC_DNS_OPT)
		return PC_OK;
	if (m->edns || record->name.len != 1)
		return PC_E_BADVALUE;
	m->edns = true;
	m->edns_size = record->class;
	m->edns_version = (uint8_t)(record->ttl >> 16);
	m->rcode = (uint16_t)(m->rcode | record->ttl >> 24 << 4);
	return PC_OK;
}

static int
read_message(struct pc_reader *r, struct pc_llmnr *m)
{
	struct pc_dns_header h;
	struct pc_dns_record other;
	int err = pc_dns_read_header(r, &h);
	if (err != PC_OK)
		return err;
	m->id = h.id;
	read_flags(h.flags, m);
	if (h.questions != 1 || (!m->response && (h.answers != 0 || h.authority != 0)))
		return PC_E_BADVALUE;
	err = pc_dns_read_question(r, &m->question);
	if (err == PC_OK)
		err = read_answers(r, h.answers, m);
	for (unsigned i = 0; i < h.authority && err == PC_OK; i++)
		err = pc_dns_read_record(r, &other);
	for (unsigned i = 0; i < h.additional && err == PC_OK; i++) {
		err = pc_dns_read_record(r, &other);
		if (err == PC_OK)
			err = read_opt(&other, m);
	}
	return err;
}

int
pc_llmnr_read(const uint8_t *data, size_t len, struct pc_llmnr *ret)
{
	struct pc_reader r;
	struct pc_llmnr m = {0};
	pc_reader_init(&r, data, len);
	int err = read_message(&r, &m);
	if (err == PC_OK)
		*ret = m;
	return err;
}

static uint16_t
flags_of(const struct pc_llmnr *m)
{
	unsigned flags = (unsigned)(m->opcode & OPCODE_MASK) << OPCODE_SHIFT |
			 (m->ignored & FLAGS_IGNORED) | (m->rcode & RCODE_MASK);
	flags |= m->response ? FLAG_RESPONSE : 0;
	flags |= m->conflict ? FLAG_CONFLICT : 0;
	flags |= m->truncated ? FLAG_TRUNCATED : 0;
	flags |= m->tentative ? FLAG_TENTATIVE : 0;
	return (uint16_t)flags;
}

int
pc_llmnr_write(const struct pc_llmnr *msg, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_writer w;
	struct pc_dns_header h = {.id = msg->id,
		.flags = flags_of(msg),
		.questions = 1,
		.answers = (uint16_t)msg->n_answers,
		.additional = msg->edns};
	pc_writer_init(&w, out, size);
	pc_dns_write_header(&w, &h);
	pc_dns_write_question(&w, &msg->question);
	for (size_t i = 0; i < msg->n_answers; i++)
		pc_dns_write_record(&w, &msg->answers[i]);
	if (msg->edns) {
		struct pc_dns_record opt = {.name = {.len = 1},
			.type = PC_DNS_OPT,
			.class = msg->edns_size,
			.ttl = (uint32_t)msg->rcode >> 4 << 24 | (uint32_t)msg->edns_version << 16};
		pc_dns_write_record(&w, &opt);
	}
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}

void
pc_llmnr_reverse_name(const uint8_t address[4], struct pc_dns_name *ret)
{
	char text[64];
	(void)snprintf(text, sizeof(text), "%u.%u.%u.%u.in-addr.arpa", address[3], address[2],
		address[1], address[0]);
	(void)pc_dns_name_from_text(text, ret);
}
