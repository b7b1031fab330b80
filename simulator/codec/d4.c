#include "codec/d4.h"

#include <string.h>

#include "base/err.h"

static size_t
bad(struct pc_d4_parser *p, struct pc_d4_item *ret, enum pc_d4_error error)
{
	p->broken = true;
	ret->step = PC_D4_BAD;
	ret->error = error;
	return 0;
}

/* Operands of each command, in their order. Spec: IEEE 1284.4 */
enum operand { END, CHANNEL, SOCKET, SIZES, CREDIT, MAX_CREDIT, REVISION, ERROR_CODE, NAME, REST };

static const struct {
	uint8_t command;
	enum operand operands[5];
} shapes[] = {
	{PC_D4_INIT, {REVISION}},
	{PC_D4_OPEN_CHANNEL, {CHANNEL, SIZES, MAX_CREDIT, CREDIT}},
	{PC_D4_CLOSE_CHANNEL, {CHANNEL, REST}},
	{PC_D4_CREDIT, {CHANNEL, CREDIT}},
	{PC_D4_CREDIT_REQUEST, {CHANNEL, CREDIT, MAX_CREDIT}},
	{PC_D4_DEBIT, {CHANNEL, CREDIT}},
	{PC_D4_DEBIT_REQUEST, {CHANNEL, CREDIT}},
	{PC_D4_CONFIG_SOCKET, {SOCKET, SIZES, REST}},
	{PC_D4_EXIT, {END}},
	{PC_D4_GET_SOCKET_ID, {NAME}},
	{PC_D4_GET_SERVICE_NAME, {SOCKET}},
	{PC_D4_ERROR, {CHANNEL, ERROR_CODE}},
};

static void
read_name(struct pc_reader *r, char out[PC_D4_NAME_MAX])
{
	size_t n = pc_reader_left(r);
	const uint8_t *text = pc_read_bytes(r, n);
	if (n >= PC_D4_NAME_MAX)
		n = PC_D4_NAME_MAX - 1;
	if (text != NULL && n > 0)
		memcpy(out, text, n);
	out[n] = '\0';
}

static void
read_operand(struct pc_reader *r, enum operand what, struct pc_d4_packet *ret)
{
	switch (what) {
	case CHANNEL:
		ret->primary = pc_read_u8(r);
		ret->secondary = pc_read_u8(r);
		return;
	case SOCKET:
		ret->primary = pc_read_u8(r);
		return;
	case SIZES:
		ret->to_printer = pc_read_be16(r);
		ret->to_host = pc_read_be16(r);
		return;
	case CREDIT:
		ret->credit = pc_read_be16(r);
		return;
	case MAX_CREDIT:
		ret->max_credit = pc_read_be16(r);
		return;
	case REVISION:
		ret->revision = pc_read_u8(r);
		return;
	case ERROR_CODE:
		ret->error = pc_read_u8(r);
		return;
	case NAME:
		read_name(r, ret->name);
		return;
	case REST:
		pc_read_skip(r, pc_reader_left(r));
		return;
	case END:
	default:
		return;
	}
}

static size_t
command_done(struct pc_d4_parser *p, size_t used, struct pc_d4_item *ret)
{
	struct pc_reader r;
	pc_reader_init(&r, p->command, p->n_command);
	ret->step = PC_D4_COMMAND;
	ret->packet.command = pc_read_u8(&r);
	p->n_header = p->n_command = 0;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (shapes[i].command != ret->packet.command)
			continue;
		for (size_t k = 0; k < 5 && shapes[i].operands[k] != END; k++)
			read_operand(&r, shapes[i].operands[k], &ret->packet);
		if (r.err != PC_OK || pc_reader_left(&r) > 0)
			return used + bad(p, ret, PC_D4_E_MALFORMED);
		return used;
	}
	return used + bad(p, ret, PC_D4_E_COMMAND);
}

static bool
is_command(const struct pc_d4_parser *p)
{
	return p->header[0] == 0 && p->header[1] == 0;
}

static size_t
feed_header(struct pc_d4_parser *p, const uint8_t *data, size_t len)
{
	size_t n = PC_D4_HEADER_BYTES - p->n_header;
	n = n < len ? n : len;
	memcpy(p->header + p->n_header, data, n);
	p->n_header = (uint8_t)(p->n_header + n);
	if (p->n_header == PC_D4_HEADER_BYTES) {
		unsigned length = p->header[2] * 256u + p->header[3];
		p->started = false;
		p->left = (uint16_t)(length < PC_D4_HEADER_BYTES ? 0 : length - PC_D4_HEADER_BYTES);
	}
	return n;
}

static size_t
feed_data(struct pc_d4_parser *p, const uint8_t *data, size_t len, struct pc_d4_item *ret)
{
	size_t n = len < p->left ? len : p->left;
	ret->step = PC_D4_DATA;
	ret->primary = p->header[0];
	ret->secondary = p->header[1];
	ret->length = (uint16_t)(p->header[2] * 256u + p->header[3]);
	ret->credit = p->started ? 0 : p->header[4];
	ret->data = data;
	ret->len = n;
	ret->first = !p->started;
	p->started = true;
	p->left = (uint16_t)(p->left - n);
	ret->last = p->left == 0;
	if (ret->last)
		p->n_header = 0;
	return n;
}

size_t
pc_d4_feed(struct pc_d4_parser *p, const uint8_t *data, size_t len, struct pc_d4_item *ret)
{
	size_t used = 0;
	*ret = (struct pc_d4_item){.step = PC_D4_MORE};
	if (p->broken)
		return bad(p, ret, PC_D4_E_MALFORMED);
	if (p->n_header < PC_D4_HEADER_BYTES)
		used = feed_header(p, data, len);
	if (p->n_header < PC_D4_HEADER_BYTES)
		return used;
	unsigned length = p->header[2] * 256u + p->header[3];
	if (length < PC_D4_HEADER_BYTES || (is_command(p) && length == PC_D4_HEADER_BYTES))
		return used + bad(p, ret, PC_D4_E_MALFORMED);
	if (!is_command(p)) {
		if (p->left > 0 && used == len)
			return used; /* MORE: the data have not come yet */
		return used + feed_data(p, data + used, len - used, ret);
	}
	if (length > PC_D4_HEADER_BYTES + PC_D4_COMMAND_MAX)
		return used + bad(p, ret, PC_D4_E_TOO_BIG);
	size_t n = len - used < p->left ? len - used : p->left;
	if (n > 0)
		memcpy(p->command + p->n_command, data + used, n);
	p->n_command = (uint8_t)(p->n_command + n);
	p->left = (uint16_t)(p->left - n);
	used += n;
	return p->left == 0 ? command_done(p, used, ret) : used;
}

/* Header with the length still to be set; returns where the packet begins. */
static size_t
begin(struct pc_writer *w, uint8_t primary, uint8_t secondary, uint8_t credit)
{
	size_t at = w->at;
	pc_write_u8(w, primary);
	pc_write_u8(w, secondary);
	pc_write_be16(w, 0);
	pc_write_u8(w, credit);
	pc_write_u8(w, 0);
	return at;
}

static void
end(struct pc_writer *w, size_t at)
{
	pc_write_be16_at(w, at + 2, (uint16_t)(w->at - at));
}

void
pc_d4_reply(struct pc_writer *w, const struct pc_d4_packet *k, uint8_t result)
{
	size_t at = begin(w, 0, 0, 1);
	pc_write_u8(w, (uint8_t)(k->command + PC_D4_REPLY));
	pc_write_u8(w, result);
	switch (k->command) {
	case PC_D4_INIT:
		pc_write_u8(w, PC_D4_REVISION);
		break;
	case PC_D4_OPEN_CHANNEL:
		pc_write_u8(w, k->primary);
		pc_write_u8(w, k->secondary);
		pc_write_be16(w, k->to_printer);
		pc_write_be16(w, k->to_host);
		pc_write_be16(w, k->max_credit);
		pc_write_be16(w, k->credit);
		break;
	case PC_D4_CREDIT_REQUEST:
	case PC_D4_DEBIT_REQUEST:
		pc_write_u8(w, k->primary);
		pc_write_u8(w, k->secondary);
		pc_write_be16(w, k->credit);
		break;
	case PC_D4_CLOSE_CHANNEL:
	case PC_D4_CREDIT:
	case PC_D4_DEBIT:
		pc_write_u8(w, k->primary);
		pc_write_u8(w, k->secondary);
		break;
	case PC_D4_CONFIG_SOCKET:
		pc_write_u8(w, k->primary);
		pc_write_be16(w, k->to_printer);
		pc_write_be16(w, k->to_host);
		break;
	case PC_D4_GET_SOCKET_ID:
	case PC_D4_GET_SERVICE_NAME:
		pc_write_u8(w, k->primary);
		pc_write_text(w, k->name);
		break;
	default:
		break;
	}
	end(w, at);
}

void
pc_d4_error(struct pc_writer *w, uint8_t primary, uint8_t secondary, enum pc_d4_error code)
{
	size_t at = begin(w, 0, 0, 1);
	pc_write_u8(w, PC_D4_ERROR);
	pc_write_u8(w, primary);
	pc_write_u8(w, secondary);
	pc_write_u8(w, (uint8_t)code);
	end(w, at);
}

void
pc_d4_data(struct pc_writer *w, uint8_t primary, uint8_t secondary, uint8_t credit,
	const uint8_t *data, size_t len)
{
	size_t at = begin(w, primary, secondary, credit);
	if (len > UINT16_MAX - PC_D4_HEADER_BYTES)
		w->err = PC_E_NOSPACE;
	pc_write_bytes(w, data, len);
	end(w, at);
}

/* Requests, and what they become. */

#define LEAVE "\0\0\0\x1b\x01@EJL 1284.4\n@EJL     \n"
#define ENTER "\0\0\0\x1b\x01@EJL 1284.4\n@EJL\n@EJL\n"
#define ID    "\x1b\x01@EJL ID"
#define R(kind, text) \
	{ \
		kind, text, sizeof(text) - 1 \
	}

static const struct {
	enum pc_ejl kind;
	const char *text;
	size_t len;
} requests[] = {
	R(PC_EJL_ID, ID "\r\n"),
	R(PC_EJL_ID, ID "\n"),
	R(PC_EJL_ID, LEAVE ID "\r\n"),
	R(PC_EJL_ID, LEAVE ID "\n"),
	R(PC_EJL_ENTER, ENTER),
};

enum pc_ejl
pc_ejl_probe(const uint8_t *data, size_t len, size_t *ret_used)
{
	enum pc_ejl found = PC_EJL_NONE;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		size_t n = len < requests[i].len ? len : requests[i].len;
		if (memcmp(data, requests[i].text, n) != 0)
			continue;
		if (n == requests[i].len) {
			*ret_used = n;
			return requests[i].kind;
		}
		found = PC_EJL_PARTIAL;
	}
	return found;
}
