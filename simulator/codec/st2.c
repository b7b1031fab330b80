#include "codec/st2.h"

#include <string.h>

#include "base/err.h"
#include "wire/wire.h"

static const char header[] = "@BDC ST2\r\n";

struct code_name {
	int code;
	const char *name;
};

static const struct code_name states[] = {
	{0x00, "error"},
	{0x01, "self print"},
	{0x02, "busy"},
	{0x03, "waiting"},
	{0x04, "idle"},
	{0x05, "paused"},
	{0x06, "ink drying"},
	{0x07, "cleaning"},
	{0x08, "factory shipment"},
	{0x09, "motor drive off"},
	{0x0a, "shutting down"},
	{0x0b, "waiting for paper initialisation"},
	{0x0c, "paper initialisation"},
	{0x0d, "busy"},
	{0x0f, "nozzle check"},
	{0x11, "charging"},
};

static const struct code_name errors[] = {
	{0x00, "fatal error"},
	{0x01, "other interface in use"},
	{0x02, "cover open"},
	{0x04, "paper jam"},
	{0x05, "ink out"},
	{0x06, "paper out"},
	{0x09, "wrong media"},
	{0x0a, "size, type or path mismatch"},
	{0x0c, "size, type or path mismatch"},
	{0x10, "service required"},
	{0x11, "waiting for tear-off return"},
	{0x12, "double feed"},
	{0x17, "paper configuration"},
	{0x1a, "ink cover open"},
	{0x1e, "ink colour error"},
	{0x22, "no maintenance tank"},
	{0x23, "cartridge combination"},
	{0x24, "command error"},
	{0x25, "rear cover open"},
	{0x28, "cleaning failed"},
	{0x29, "no tray"},
	{0x2a, "card loading"},
	{0x2b, "CD configuration"},
	{0x2c, "cartridge overflow"},
	{0x2f, "battery voltage"},
	{0x30, "battery temperature"},
	{0x31, "battery empty"},
	{0x32, "shut off"},
	{0x33, "not initially filled"},
	{0x34, "print pack end"},
	{0x36, "maintenance cover open"},
	{0x37, "scanner open"},
	{0x38, "tray closed"},
	{0x41, "maintenance request"},
	{0x44, "CD guide"},
	{0x45, "CD present"},
	{0x46, "tray closed"},
	{0x47, "ink out, printing disabled"},
	{0x4a, "maintenance box near end"},
	{0x4b, "driver mismatch"},
	{0x4c, "paper out"},
	{0x4d, "CD configuration"},
	{0x4e, "feeder closed"},
	{0x55, "media error"},
	{0x56, "interrupted by ink end"},
	{0x57, "paper out"},
	{0x5d, "no battery"},
	{0x5e, "low battery"},
	{0x5f, "charging"},
	{0x60, "battery hot"},
	{0x61, "battery cold"},
};

static const char *
name_of(const struct code_name *table, size_t n, int code)
{
	for (size_t i = 0; i < n; i++) {
		if (table[i].code == code)
			return table[i].name;
	}
	return NULL;
}

const char *
pc_st2_state_name(int state)
{
	return name_of(states, sizeof(states) / sizeof(states[0]), state);
}

const char *
pc_st2_error_name(int error)
{
	return name_of(errors, sizeof(errors) / sizeof(errors[0]), error);
}

void
pc_st2_init(struct pc_st2 *s)
{
	*s = (struct pc_st2){
		.state = PC_ST2_NONE,
		.error = PC_ST2_NONE,
		.self_print = PC_ST2_NONE,
		.tank = PC_ST2_NONE,
		.cancel = PC_ST2_NONE,
		.ink_bytes = 3,
		.box_bytes = 1,
	};
}

int
pc_st2_extra_add(struct pc_st2 *s, uint8_t id, const uint8_t *data, size_t len)
{
	if (s->n_extras == PC_ST2_EXTRAS_MAX || len > PC_ST2_EXTRA_BYTES)
		return PC_E_LIMIT;
	struct pc_st2_extra *e = &s->extras[s->n_extras++];
	e->id = id;
	e->len = (uint8_t)len;
	if (len > 0)
		memcpy(e->data, data, len);
	return PC_OK;
}

/* Writing: one function per record that has fields, found by its id. */

static void
write_inks(struct pc_writer *w, const struct pc_st2 *s)
{
	uint8_t each = s->ink_bytes == 4 ? 4 : 3;
	pc_write_u8(w, (uint8_t)(1 + s->n_inks * each));
	pc_write_u8(w, each);
	for (size_t i = 0; i < s->n_inks; i++) {
		pc_write_u8(w, s->inks[i].type);
		pc_write_u8(w, s->inks[i].color);
		pc_write_u8(w, s->inks[i].level);
		if (each == 4)
			pc_write_u8(w, s->inks[i].capacity);
	}
}

static void
write_boxes(struct pc_writer *w, const struct pc_st2 *s)
{
	uint8_t each = s->box_bytes == 2 ? 2 : 1;
	pc_write_u8(w, (uint8_t)(1 + s->n_boxes * each));
	pc_write_u8(w, each);
	for (size_t i = 0; i < s->n_boxes; i++) {
		pc_write_u8(w, s->boxes[i].state);
		if (each == 2)
			pc_write_u8(w, s->boxes[i].resets);
	}
}

static void
write_byte_record(struct pc_writer *w, uint8_t id, int value)
{
	if (value == PC_ST2_NONE)
		return;
	pc_write_u8(w, id);
	pc_write_u8(w, 1);
	pc_write_u8(w, (uint8_t)value);
}

static void
write_extras(struct pc_writer *w, const struct pc_st2 *s, uint8_t id)
{
	for (size_t i = 0; i < s->n_extras; i++) {
		if (s->extras[i].id != id)
			continue;
		pc_write_u8(w, id);
		pc_write_u8(w, s->extras[i].len);
		pc_write_bytes(w, s->extras[i].data, s->extras[i].len);
	}
}

static void
write_counters(struct pc_writer *w, const struct pc_st2 *s)
{
	pc_write_u8(w, 0x36);
	pc_write_u8(w, 20);
	for (size_t i = 0; i < 5; i++)
		pc_write_le32(w, s->counters[i]);
}

static void
write_record(struct pc_writer *w, const struct pc_st2 *s, uint8_t id)
{
	switch (id) {
	case 0x01:
		write_byte_record(w, id, s->state);
		break;
	case 0x02:
		write_byte_record(w, id, s->error);
		break;
	case 0x03:
		write_byte_record(w, id, s->self_print);
		break;
	case 0x04:
		if (s->n_warnings > 0) {
			pc_write_u8(w, id);
			pc_write_u8(w, (uint8_t)s->n_warnings);
			pc_write_bytes(w, s->warnings, s->n_warnings);
		}
		break;
	case 0x0d:
		write_byte_record(w, id, s->tank);
		break;
	case 0x0f:
		if (s->n_inks > 0) {
			pc_write_u8(w, id);
			write_inks(w, s);
		}
		break;
	case 0x13:
		write_byte_record(w, id, s->cancel);
		break;
	case 0x36:
		if (s->has_counters)
			write_counters(w, s);
		break;
	case 0x37:
		if (s->n_boxes > 0) {
			pc_write_u8(w, id);
			write_boxes(w, s);
		}
		break;
	case 0x40:
		if (s->serial[0] != '\0') {
			pc_write_u8(w, id);
			pc_write_u8(w, (uint8_t)strlen(s->serial));
			pc_write_text(w, s->serial);
		}
		break;
	default:
		break;
	}
	write_extras(w, s, id);
}

int
pc_st2_write(const struct pc_st2 *s, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_writer w;
	pc_writer_init(&w, out, size);
	pc_write_text(&w, header);
	size_t at = w.at;
	pc_write_le16(&w, 0);
	for (unsigned id = 0; id <= 0xff; id++)
		write_record(&w, s, (uint8_t)id);
	if (w.err != PC_OK)
		return w.err;
	size_t n = w.at - at - 2;
	out[at] = (uint8_t)n;
	out[at + 1] = (uint8_t)(n >> 8);
	*ret_len = w.at;
	return PC_OK;
}

/* Reading. */

static int
read_inks(struct pc_st2 *s, const uint8_t *data, size_t len)
{
	size_t each = len > 0 ? data[0] : 0;
	if (each < 3 || (len - 1) % each != 0)
		return PC_E_BADVALUE;
	s->n_inks = (len - 1) / each;
	s->ink_bytes = each >= 4 ? 4 : 3;
	if (s->n_inks > PC_ST2_INKS_MAX)
		return PC_E_LIMIT;
	for (size_t i = 0; i < s->n_inks; i++) {
		const uint8_t *p = data + 1 + i * each;
		s->inks[i] = (struct pc_st2_ink){p[0], p[1], p[2], each >= 4 ? p[3] : 0};
	}
	return PC_OK;
}

static int
read_boxes(struct pc_st2 *s, const uint8_t *data, size_t len)
{
	size_t each = len > 0 ? data[0] : 0;
	if (each < 1 || (len - 1) % each != 0)
		return PC_E_BADVALUE;
	s->n_boxes = (len - 1) / each;
	s->box_bytes = each >= 2 ? 2 : 1;
	if (s->n_boxes > PC_ST2_BOXES_MAX)
		return PC_E_LIMIT;
	for (size_t i = 0; i < s->n_boxes; i++) {
		const uint8_t *p = data + 1 + i * each;
		s->boxes[i] = (struct pc_st2_box){p[0], each >= 2 ? p[1] : 0};
	}
	return PC_OK;
}

static int
read_warnings(struct pc_st2 *s, const uint8_t *data, size_t len)
{
	if (len > PC_ST2_WARNINGS_MAX)
		return PC_E_LIMIT;
	memcpy(s->warnings, data, len);
	s->n_warnings = len;
	return PC_OK;
}

/* Newer printers send more than the five counters; only those are known. */
static int
read_counters(struct pc_st2 *s, const uint8_t *data, size_t len)
{
	struct pc_reader r;
	pc_reader_init(&r, data, len);
	for (size_t i = 0; i < 5; i++)
		s->counters[i] = pc_read_le32(&r);
	s->has_counters = r.err == PC_OK;
	return r.err == PC_OK ? PC_OK : PC_E_BADVALUE;
}

static int
read_serial(struct pc_st2 *s, const uint8_t *data, size_t len)
{
	if (len > PC_ST2_SERIAL_MAX)
		return PC_E_LIMIT;
	memcpy(s->serial, data, len);
	s->serial[len] = '\0';
	return PC_OK;
}

static int
read_byte(int *ret, const uint8_t *data, size_t len)
{
	if (len != 1)
		return PC_E_BADVALUE;
	*ret = data[0];
	return PC_OK;
}

static int
read_record(struct pc_st2 *s, uint8_t id, const uint8_t *data, size_t len)
{
	switch (id) {
	case 0x01:
		return read_byte(&s->state, data, len);
	case 0x02:
		return read_byte(&s->error, data, len);
	case 0x03:
		return read_byte(&s->self_print, data, len);
	case 0x04:
		return read_warnings(s, data, len);
	case 0x0d:
		return read_byte(&s->tank, data, len);
	case 0x0f:
		return read_inks(s, data, len);
	case 0x13:
		return read_byte(&s->cancel, data, len);
	case 0x36:
		return read_counters(s, data, len);
	case 0x37:
		return read_boxes(s, data, len);
	case 0x40:
		return read_serial(s, data, len);
	default:
		if (pc_st2_extra_add(s, id, data, len) != PC_OK)
			s->skipped++;
		return PC_OK;
	}
}

int
pc_st2_read(const uint8_t *data, size_t len, struct pc_st2 *ret)
{
	struct pc_reader r;
	struct pc_st2 s;
	pc_st2_init(&s);
	if (len > 0 && data[0] == 0) {
		data++;
		len--;
	}
	if (len > 0 && memcmp(data, header, len < 10 ? len : 10) != 0)
		return PC_E_BADVALUE;
	pc_reader_init(&r, data, len);
	pc_read_skip(&r, 10);
	size_t n = pc_read_le16(&r);
	const uint8_t *body = pc_read_bytes(&r, n);
	if (r.err != PC_OK)
		return r.err;
	pc_reader_init(&r, body, n);
	while (pc_reader_left(&r) > 0) {
		uint8_t id = pc_read_u8(&r);
		size_t size = pc_read_u8(&r);
		const uint8_t *p = pc_read_bytes(&r, size);
		if (p == NULL)
			return PC_E_BADVALUE; /* the record runs over the end of its block */
		int err = read_record(&s, id, p, size);
		if (err != PC_OK)
			return err;
	}
	*ret = s;
	return PC_OK;
}
