#include "conformance/packets.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "capture/frame.h"
#include "codec/enpc.h"
#include "codec/llmnr.h"
#include "codec/mqtt.h"
#include "codec/nbns.h"
#include "codec/slp.h"
#include "codec/snmp.h"

enum { HTTP_PORT = 80, MQTT_PORT = 1883, LINE_VARBINDS = 8 };

static uint16_t
service(const struct pc_segment *s)
{
	uint16_t from = ntohs(s->from.sin_port);
	uint16_t to = ntohs(s->to.sin_port);
	static const uint16_t known[] = {161, 162, 3289, 515, 1865, 9100, HTTP_PORT, MQTT_PORT,
		PC_NBNS_PORT, PC_SLP_PORT, PC_LLMNR_PORT};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (from == known[i] || to == known[i])
			return known[i];
	}
	return 0;
}

/* A value in a few words: numbers in decimal, octets as text, exceptions by name; "" for NULL. */
static void
value_text(const struct pc_snmp_varbind *vb, char *out, size_t size)
{
	size_t n = 0;
	switch (vb->type) {
	case PC_BER_INTEGER:
	case PC_BER_COUNTER32:
	case PC_BER_GAUGE32:
	case PC_BER_TIMETICKS:
		snprintf(out, size, "%lld", (long long)vb->integer);
		return;
	case PC_BER_OCTETS:
		for (; n < vb->len && n + 1 < size; n++)
			out[n] = isprint(vb->bytes[n]) ? (char)vb->bytes[n] : '.';
		out[n] = '\0';
		return;
	case PC_BER_NULL:
		out[0] = '\0';
		return;
	default:
		pc_text_copy(out, size,
			pc_snmp_type_name(vb->type) == NULL ? "?" : pc_snmp_type_name(vb->type));
		return;
	}
}

static void
snmp_line(const struct pc_segment *s, char *out, size_t size)
{
	struct pc_snmp_varbind vb[LINE_VARBINDS];
	struct pc_snmp_message m = {.version = 0};
	char oid[PC_OID_TEXT_MAX] = "";
	int err = pc_snmp_decode(s->data, s->len, vb, LINE_VARBINDS, &m, NULL);
	if (err != PC_OK && err != PC_E_LIMIT) {
		snprintf(out, size, "SNMP (%s)", pc_err_text(err));
		return;
	}
	const char *pdu = pc_snmp_pdu_name(m.pdu);
	if (err == PC_OK && m.n_varbinds > 0)
		pc_oid_text(&vb[0].name, oid);
	char value[80] = "";
	if (err == PC_OK && m.n_varbinds > 0 && m.pdu != PC_SNMP_GETBULK)
		value_text(&vb[0], value, sizeof(value));
	bool failed = m.error_status != 0 && m.pdu == PC_SNMP_RESPONSE;
	snprintf(out, size, "SNMP v%s %s%s%s %s%s%s%s", m.version == PC_SNMP_V1 ? "1" : "2c",
		pdu == NULL ? "?" : pdu, failed ? " " : "",
		failed ? pc_snmp_error_name(m.error_status) : "", oid,
		value[0] == '\0' ? "" : " = ", value,
		err == PC_E_LIMIT || m.n_varbinds > 1 ? " …" : "");
}

static void
enpc_line(const struct pc_segment *s, char *out, size_t size)
{
	struct pc_enpc m;
	int err = pc_enpc_read(s->data, s->len, &m);
	if (err != PC_OK)
		snprintf(out, size, "ENPC (%s)", pc_err_text(err));
	else
		snprintf(out, size, "ENPC %c device %02x function %04x result %04x, %u octets",
			m.type, m.device, m.function, m.result, (unsigned)m.len);
}

static void
slp_line(const struct pc_segment *s, char *out, size_t size)
{
	struct pc_slp m;
	int err = pc_slp_read(s->data, s->len, &m);
	const char *name = pc_slp_function_name(m.function);
	if (err != PC_OK)
		snprintf(out, size, "SLP (%s)", pc_err_text(err));
	else
		snprintf(out, size, "SLPv%u %s %04x, error %u, %u entries", m.version,
			name == NULL ? "?" : name, m.xid, m.error, m.n_entries);
}

static void
nbns_line(const struct pc_segment *s, char *out, size_t size)
{
	struct pc_nbns m;
	char text[PC_NBNS_NAME_BYTES + 1];
	int err = pc_nbns_read(s->data, s->len, &m);
	if (err != PC_OK) {
		snprintf(out, size, "NBNS (%s)", pc_err_text(err));
		return;
	}
	const struct pc_nbns_name *name = m.has_question ? &m.question : &m.name;
	const char *what = pc_nbns_opcode_name(m.opcode, m.has_question ? m.question_type : m.type);
	snprintf(out, size, "NBNS %s%s %s<%02x> code %u, %zu addresses, %zu names",
		what == NULL ? "?" : what, m.response ? " answer" : "",
		pc_nbns_name_text(name->bytes, text), name->suffix, m.rcode, m.n_addresses,
		m.n_names);
}

static void
llmnr_line(const struct pc_segment *s, char *out, size_t size)
{
	struct pc_llmnr m;
	char name[PC_DNS_TEXT_MAX];
	size_t skip = s->protocol == IPPROTO_TCP && s->len > 2 ? 2 : 0;
	int err = pc_llmnr_read(s->data + skip, s->len - skip, &m);
	if (err != PC_OK) {
		snprintf(out, size, "LLMNR (%s)", pc_err_text(err));
		return;
	}
	const char *type = pc_llmnr_type_name(m.question.type);
	snprintf(out, size, "LLMNR %s %.100s %s code %u, %zu answers",
		m.response ? "answer" : "query", pc_dns_name_text(&m.question.name, name),
		type == NULL ? "?" : type, m.rcode, m.n_answers);
}

static void
mqtt_line(const struct pc_segment *s, char *out, size_t size)
{
	const char *name = s->len > 0 ? pc_mqtt_type_name(s->data[0] >> 4) : NULL;
	snprintf(out, size, "MQTT %s, %zu octets", name == NULL ? "data" : name, s->len);
}

/* The first line of what is readable. */
static void
text_line(const char *protocol, const struct pc_segment *s, char *out, size_t size)
{
	size_t n = (size_t)snprintf(out, size, "%s ", protocol);
	for (size_t i = 0; i < s->len && i < 90 && n + 1 < size; i++) {
		uint8_t c = s->data[i];
		if ((c == '\r' || c == '\n') && i > 0)
			break;
		out[n++] = isprint(c) ? (char)c : '.';
	}
	out[n < size ? n : size - 1] = '\0';
}

void
pc_packets_line(const struct pc_segment *s, char *out, size_t size)
{
	char from[PC_TEXT_ADDR_MAX];
	char to[PC_TEXT_ADDR_MAX];
	char what[PC_PACKET_TEXT_MAX] = "";
	pc_text_from_sockaddr(&s->from, from);
	pc_text_from_sockaddr(&s->to, to);
	if (s->protocol == IPPROTO_TCP && s->len == 0) {
		snprintf(what, sizeof(what), "TCP%s%s%s",
			(s->flags & PC_TCP_SYN) != 0 ? " SYN" : "",
			(s->flags & PC_TCP_FIN) != 0 ? " FIN" : "",
			(s->flags & PC_TCP_RST) != 0 ? " RST" : "");
	} else {
		switch (service(s)) {
		case 161:
		case 162:
			snmp_line(s, what, sizeof(what));
			break;
		case 3289:
			enpc_line(s, what, sizeof(what));
			break;
		case PC_NBNS_PORT:
			nbns_line(s, what, sizeof(what));
			break;
		case PC_SLP_PORT:
			slp_line(s, what, sizeof(what));
			break;
		case PC_LLMNR_PORT:
			llmnr_line(s, what, sizeof(what));
			break;
		case 515:
			text_line("LPD", s, what, sizeof(what));
			break;
		case 1865:
			text_line("ENTP", s, what, sizeof(what));
			break;
		case 9100:
			text_line("raw", s, what, sizeof(what));
			break;
		case HTTP_PORT:
			text_line("HTTPS", s, what, sizeof(what));
			break;
		case MQTT_PORT:
			mqtt_line(s, what, sizeof(what));
			break;
		default:
			text_line("?", s, what, sizeof(what));
			break;
		}
	}
	snprintf(out, size, "%s > %s  %s", from, to, what);
}

static bool
is_bare_ack(const struct pc_segment *s)
{
	return s->protocol == IPPROTO_TCP && s->len == 0 &&
	       (s->flags & (PC_TCP_SYN | PC_TCP_FIN | PC_TCP_RST)) == 0;
}

static void
give(struct pc_case_result *row, uint64_t wall_ns, const struct pc_segment *s)
{
	if (wall_ns < row->start_ns || wall_ns > row->end_ns || row->end_ns == 0)
		return;
	row->n_packets_seen++;
	if (row->packets == NULL)
		row->packets = calloc(PC_PACKETS_MAX, sizeof(*row->packets));
	if (row->packets == NULL || row->n_packets == PC_PACKETS_MAX)
		return;
	struct pc_packet_line *line = &row->packets[row->n_packets++];
	line->wall_ns = wall_ns;
	pc_packets_line(s, line->text, sizeof(line->text));
}

int
pc_packets_each(const char *path, pc_packets_fn fn, void *arg, struct pc_diag *diag)
{
	struct pc_capfile *file = NULL;
	struct pc_pktdec *decoder = NULL;
	struct pc_packet packet;
	struct pc_segment segment;
	int err = pc_capfile_open(path, &file, diag);
	if (err == -ENOENT)
		return PC_OK;
	if (err == PC_OK)
		err = pc_pktdec_new(&decoder);
	while (err == PC_OK) {
		err = pc_capfile_next(file, &packet, diag);
		if (err != PC_OK)
			break;
		if (pc_pktdec_frame(decoder, &packet, &segment) == PC_OK && !is_bare_ack(&segment))
			fn(arg, packet.wall_ns, &segment);
	}
	pc_pktdec_free(decoder);
	pc_capfile_close(file);
	return err == PC_E_CLOSED ? PC_OK : err;
}

static void
attach_one(void *arg, uint64_t wall_ns, const struct pc_segment *s)
{
	struct pc_results *results = arg;
	for (size_t i = 0; i < results->n_rows; i++)
		give(&results->rows[i], wall_ns, s);
}

static int
by_time(const void *a, const void *b)
{
	const struct pc_packet_line *x = a;
	const struct pc_packet_line *y = b;
	return x->wall_ns < y->wall_ns ? -1 : x->wall_ns > y->wall_ns ? 1 : 0;
}

int
pc_packets_attach(struct pc_results *results, const char *path, struct pc_diag *diag)
{
	int err = pc_packets_each(path, attach_one, results, diag);
	for (size_t i = 0; i < results->n_rows; i++) {
		struct pc_case_result *row = &results->rows[i];
		if (row->n_packets > 1)
			qsort(row->packets, row->n_packets, sizeof(*row->packets), by_time);
	}
	return err;
}

bool
pc_packets_is_set(const struct pc_segment *s)
{
	struct pc_snmp_varbind vb[LINE_VARBINDS];
	struct pc_snmp_message m = {.version = 0};
	return pc_snmp_decode(s->data, s->len, vb, LINE_VARBINDS, &m, NULL) == PC_OK &&
	       m.pdu == PC_SNMP_SET;
}

static void
count_one(void *arg, uint64_t wall_ns, const struct pc_segment *s)
{
	struct pc_packets_counts *c = arg;
	(void)wall_ns;
	switch (service(s)) {
	case 161:
		if (pc_packets_is_set(s))
			c->snmp_set++;
		else
			c->snmp_read++;
		break;
	case 3289:
		c->enpc++;
		break;
	case 515:
		c->lpd++;
		break;
	case 9100:
		c->raw++;
		break;
	case HTTP_PORT:
		c->http++;
		break;
	case MQTT_PORT:
		c->mqtt++;
		break;
	default:
		c->other++;
		break;
	}
}

int
pc_packets_count(const char *path, struct pc_packets_counts *ret, struct pc_diag *diag)
{
	*ret = (struct pc_packets_counts){0};
	return pc_packets_each(path, count_one, ret, diag);
}
