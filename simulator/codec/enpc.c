#include "codec/enpc.h"

#include <string.h>

#include "base/err.h"
#include "wire/wire.h"

static const char magic[5] = {'E', 'P', 'S', 'O', 'N'};

static const struct {
	uint8_t type;
	const char *name;
} types[] = {
	{PC_ENPC_PROBE, "Probe"},
	{PC_ENPC_INITIALIZE, "Initialize"},
	{PC_ENPC_QUERY, "Query"},
	{PC_ENPC_COMMAND, "Command"},
	{PC_ENPC_SETUP, "Setup"},
	{PC_ENPC_NOTIFY, "Notify"},
};

static const struct {
	uint8_t type, device;
	uint16_t function;
	const char *name;
} functions[] = {
	{'P', 0, 0x0000, "probe"},
	{'Q', 0, 0x0000, "board information"},
	{'Q', 0, 0x0010, "network information"},
	{'Q', 2, 0x0000, "device ID"},
	{'Q', 2, PC_ENPC_F_OWN_STATUS, "status (harness-defined)"},
	{'C', 2, PC_ENPC_F_OWN_CLEAN, "head cleaning (harness-defined)"},
	{'C', 2, PC_ENPC_F_OWN_NOZZLE, "nozzle check (harness-defined)"},
	{'C', 2, PC_ENPC_F_OWN_RESTART, "restart (harness-defined)"},
	{'Q', 3, 0x0000, "POS basic information"},
	{'Q', 3, 0x0001, "POS extended information"},
	{'Q', 3, 0x0010, "POS status"},
	{'Q', 3, 0x0014, "free receive buffer"},
	{'Q', 3, 0x0017, "holder of port 9100"},
	{'Q', 3, 0x0020, "may a connection be opened"},
	{'Q', 4, 0x0000, "scanner (reply not public)"},
	{'C', 3, 0x0011, "forced transmission"},
	{'C', 3, 0x0012, "printer reset"},
	{'C', 3, 0x0013, "buffer flush"},
	{'C', 3, 0x0015, "toggle"},
	{'C', 3, 0x0016, "clear connection time-out"},
};

static uint8_t
upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
}

const char *
pc_enpc_type_name(uint8_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].type == upper(type))
			return types[i].name;
	}
	return NULL;
}

const char *
pc_enpc_function_name(uint8_t type, uint8_t device, uint16_t function)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (functions[i].type == upper(type) && functions[i].device == device &&
			functions[i].function == function)
			return functions[i].name;
	}
	return NULL;
}

int
pc_enpc_read(const uint8_t *data, size_t len, struct pc_enpc *ret)
{
	struct pc_reader r;
	struct pc_enpc m = {0};
	pc_reader_init(&r, data, len);
	const uint8_t *head = pc_read_bytes(&r, sizeof(magic));
	if (head != NULL && memcmp(head, magic, sizeof(magic)) != 0)
		return PC_E_BADVALUE;
	m.type = pc_read_u8(&r);
	m.device = pc_read_u8(&r);
	m.number = pc_read_u8(&r);
	m.function = pc_read_be16(&r);
	m.result = pc_read_be16(&r);
	m.len = pc_read_be16(&r);
	m.data = pc_read_bytes(&r, m.len);
	if (r.err != PC_OK)
		return r.err;
	if (pc_enpc_type_name(m.type) == NULL)
		return PC_E_BADVALUE;
	m.trailing = pc_reader_left(&r);
	*ret = m;
	return PC_OK;
}

int
pc_enpc_write(const struct pc_enpc *msg, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_writer w;
	pc_writer_init(&w, out, size);
	pc_write_bytes(&w, magic, sizeof(magic));
	pc_write_u8(&w, msg->type);
	pc_write_u8(&w, msg->device);
	pc_write_u8(&w, msg->number);
	pc_write_be16(&w, msg->function);
	pc_write_be16(&w, msg->result);
	pc_write_be16(&w, msg->len);
	if (msg->len > 0)
		pc_write_bytes(&w, msg->data, msg->len);
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}

/* Text in a field of fixed size, the rest NUL. */
static void
write_padded(struct pc_writer *w, const char *text, size_t field)
{
	size_t n = strlen(text);
	n = n < field ? n : field;
	pc_write_bytes(w, text, n);
	pc_write_fill(w, 0, field - n);
}

/* Such a field read back; `size` of `out` is over `field`, or the text is cut. */
static void
read_padded(struct pc_reader *r, char *out, size_t size, size_t field)
{
	const uint8_t *p = pc_read_bytes(r, field);
	if (p == NULL)
		return;
	size_t n = strnlen((const char *)p, field < size ? field : size - 1);
	memcpy(out, p, n);
	out[n] = '\0';
}

static void
read_fixed(struct pc_reader *r, uint8_t *out, size_t n)
{
	const uint8_t *p = pc_read_bytes(r, n);
	if (p != NULL)
		memcpy(out, p, n);
}

/* The constants at 33 to 35 and from 46 on are the recorded ones; their meaning is not public. */
int
pc_enpc_board_write(const struct pc_enpc_board *b, uint8_t out[PC_ENPC_BOARD_BYTES])
{
	static const uint8_t tail[8] = {0, 0, 0, 1, 0, 0, 0, 1};
	struct pc_writer w;
	pc_writer_init(&w, out, PC_ENPC_BOARD_BYTES);
	write_padded(&w, b->name, PC_ENPC_NAME_MAX);
	pc_write_u8(&w, 0);
	pc_write_u8(&w, 1);
	pc_write_be16(&w, 0xffff);
	pc_write_bytes(&w, b->model, sizeof(b->model));
	pc_write_bytes(&w, b->mac, sizeof(b->mac));
	pc_write_bytes(&w, tail, sizeof(tail));
	return w.err;
}

int
pc_enpc_board_read(const uint8_t *data, size_t len, struct pc_enpc_board *ret)
{
	struct pc_enpc_board b = {0};
	struct pc_reader r;
	pc_reader_init(&r, data, len);
	read_padded(&r, b.name, sizeof(b.name), PC_ENPC_NAME_MAX);
	pc_read_skip(&r, 4);
	read_fixed(&r, b.model, sizeof(b.model));
	read_fixed(&r, b.mac, sizeof(b.mac));
	pc_read_skip(&r, 8);
	if (r.err == PC_OK)
		*ret = b;
	return r.err;
}

int
pc_enpc_probe_write(
	const struct pc_enpc_board *b, const uint8_t address[4], uint8_t out[PC_ENPC_PROBE_BYTES])
{
	memset(out, 0, PC_ENPC_PROBE_BYTES);
	memcpy(out + PC_ENPC_BOARD_BYTES, address, 4);
	return pc_enpc_board_write(b, out);
}

int
pc_enpc_network_write(const struct pc_enpc_network *n, uint8_t out[PC_ENPC_NETWORK_BYTES])
{
	struct pc_writer w;
	pc_writer_init(&w, out, PC_ENPC_NETWORK_BYTES);
	pc_write_u8(&w, 1);
	pc_write_bytes(&w, n->mac, sizeof(n->mac));
	pc_write_be16(&w, n->assignment);
	pc_write_bytes(&w, n->address, 4);
	pc_write_bytes(&w, n->netmask, 4);
	pc_write_bytes(&w, n->gateway, 4);
	pc_write_be16(&w, n->services);
	return w.err;
}

int
pc_enpc_network_read(const uint8_t *data, size_t len, struct pc_enpc_network *ret)
{
	struct pc_enpc_network n = {0};
	struct pc_reader r;
	pc_reader_init(&r, data, len);
	uint8_t first = pc_read_u8(&r);
	read_fixed(&r, n.mac, sizeof(n.mac));
	n.assignment = pc_read_be16(&r);
	read_fixed(&r, n.address, 4);
	read_fixed(&r, n.netmask, 4);
	read_fixed(&r, n.gateway, 4);
	n.services = pc_read_be16(&r);
	if (r.err != PC_OK)
		return r.err;
	if (first != 1)
		return PC_E_BADVALUE;
	*ret = n;
	return PC_OK;
}

int
pc_enpc_device_id_write(
	const struct pc_enpc_device_id *d, uint8_t *out, size_t size, size_t *ret_len)
{
	static const uint8_t head[3] = {3, 0, 0}; /* recorded; meaning unknown */
	size_t n = strnlen(d->id, sizeof(d->id));
	struct pc_writer w;
	pc_writer_init(&w, out, size);
	pc_write_bytes(&w, head, sizeof(head));
	pc_write_be16(&w, (uint16_t)(n + 2)); /* Spec: IEEE 1284 s7.6: the length counts itself */
	pc_write_bytes(&w, d->id, n);
	pc_write_text(&w, d->model);
	pc_write_u8(&w, 0);
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}

int
pc_enpc_device_id_read(const uint8_t *data, size_t len, struct pc_enpc_device_id *ret)
{
	struct pc_reader r;
	pc_reader_init(&r, data, len);
	pc_read_skip(&r, 3);
	size_t n = pc_read_be16(&r);
	if (r.err != PC_OK)
		return r.err;
	if (n < 2 || n - 2 > pc_reader_left(&r))
		return PC_E_BADVALUE;
	if (n - 2 > PC_ENPC_ID_MAX - 1)
		return PC_E_LIMIT;
	struct pc_enpc_device_id d = {0};
	memcpy(d.id, pc_read_bytes(&r, n - 2), n - 2);
	read_padded(&r, d.model, sizeof(d.model), pc_reader_left(&r));
	*ret = d;
	return PC_OK;
}

int
pc_enpc_pos_basic_write(const struct pc_enpc_pos *p, uint8_t out[PC_ENPC_POS_BASIC_BYTES])
{
	struct pc_writer w;
	pc_writer_init(&w, out, PC_ENPC_POS_BASIC_BYTES);
	pc_write_u8(&w, 0);
	pc_write_bytes(&w, p->version, sizeof(p->version));
	write_padded(&w, p->model, PC_ENPC_POS_BASIC_BYTES - 5);
	return w.err;
}

int
pc_enpc_pos_basic_read(const uint8_t *data, size_t len, struct pc_enpc_pos *ret)
{
	struct pc_enpc_pos p = {0};
	struct pc_reader r;
	pc_reader_init(&r, data, len);
	pc_read_skip(&r, 1);
	read_fixed(&r, p.version, sizeof(p.version));
	read_padded(&r, p.model, sizeof(p.model), PC_ENPC_POS_BASIC_BYTES - 5);
	if (r.err == PC_OK)
		*ret = p;
	return r.err;
}

int
pc_enpc_pos_extended_write(const struct pc_enpc_pos *p, uint8_t out[PC_ENPC_POS_EXTENDED_BYTES])
{
	struct pc_writer w;
	pc_writer_init(&w, out, PC_ENPC_POS_EXTENDED_BYTES);
	pc_write_bytes(&w, p->mac, sizeof(p->mac));
	write_padded(&w, p->board, PC_ENPC_NAME_MAX);
	pc_write_bytes(&w, p->version, sizeof(p->version));
	write_padded(&w, p->model, PC_ENPC_POS_EXTENDED_BYTES - 42);
	return w.err;
}

int
pc_enpc_pos_extended_read(const uint8_t *data, size_t len, struct pc_enpc_pos *ret)
{
	struct pc_enpc_pos p = {0};
	struct pc_reader r;
	pc_reader_init(&r, data, len);
	read_fixed(&r, p.mac, sizeof(p.mac));
	read_padded(&r, p.board, sizeof(p.board), PC_ENPC_NAME_MAX);
	read_fixed(&r, p.version, sizeof(p.version));
	read_padded(&r, p.model, sizeof(p.model), PC_ENPC_POS_EXTENDED_BYTES - 42);
	if (r.err == PC_OK)
		*ret = p;
	return r.err;
}

int
pc_enpc_forced_write(const struct pc_enpc_forced *f, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_writer w;
	pc_writer_init(&w, out, size);
	pc_write_u8(&w, f->flag);
	pc_write_be16(&w, f->len);
	if (f->len > 0)
		pc_write_bytes(&w, f->data, f->len);
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}

int
pc_enpc_forced_read(const uint8_t *data, size_t len, struct pc_enpc_forced *ret)
{
	struct pc_enpc_forced f = {0};
	struct pc_reader r;
	pc_reader_init(&r, data, len);
	f.flag = pc_read_u8(&r);
	f.len = pc_read_be16(&r);
	f.data = pc_read_bytes(&r, f.len);
	if (r.err != PC_OK)
		return r.err;
	if (f.len > PC_ENPC_FORCED_MAX)
		return PC_E_LIMIT;
	*ret = f;
	return PC_OK;
}
