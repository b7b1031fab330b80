#include "codec/push-scan.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "wire/wire.h"

enum { VERSION = 2, BEACON = 6, KEEP_ALIVE = 7 };

void
pc_push_scan_beacon_write(uint8_t number, uint8_t out[PC_PUSH_SCAN_BEACON_BYTES])
{
	memset(out, 0, PC_PUSH_SCAN_BEACON_BYTES);
	out[0] = VERSION;
	out[1] = BEACON;
	out[11] = number;
}

int
pc_push_scan_beacon_read(const uint8_t *data, size_t len, uint8_t *ret_number)
{
	if (len < PC_PUSH_SCAN_BEACON_BYTES)
		return PC_E_TRUNCATED;
	if (data[0] != VERSION || data[1] != BEACON || len > PC_PUSH_SCAN_BEACON_BYTES)
		return PC_E_BADVALUE;
	*ret_number = data[11];
	return PC_OK;
}

/* The value of the next "(Word=value)"; false when there is none or it does not fit. */
static bool
find_word(const char **text, const char *word, char *out, size_t size)
{
	char open[24];
	(void)snprintf(open, sizeof(open), "(%s=", word);
	const char *at = strstr(*text, open);
	if (at == NULL)
		return false;
	at += strlen(open);
	size_t n = strcspn(at, ")");
	if (at[n] != ')' || n == 0 || n >= size)
		return false;
	memcpy(out, at, n);
	out[n] = '\0';
	*text = at + n;
	return true;
}

static int
read_text(const char *text, struct pc_push_scan_client *c)
{
	char name[PC_PUSH_SCAN_TEXT_MAX + 1], port[8];
	struct in_addr address;
	uint64_t n = 0;
	if (!find_word(&text, "ClientName", name, sizeof(name)) ||
		!find_word(&text, "IPAddress", c->address, sizeof(c->address)) ||
		!find_word(&text, "EventPort", port, sizeof(port)))
		return PC_E_BADVALUE;
	(void)pc_text_copy(c->name, sizeof(c->name), name);
	if (pc_text_ipv4(c->address, &address) != PC_OK ||
		pc_text_u64(port, 1, UINT16_MAX, &n) != PC_OK)
		return PC_E_BADVALUE;
	c->event_port = (uint16_t)n;
	return PC_OK;
}

int
pc_push_scan_client_read(const uint8_t *data, size_t len, struct pc_push_scan_client *ret)
{
	struct pc_push_scan_client c = {0};
	if (len < PC_PUSH_SCAN_HEAD_BYTES)
		return PC_E_TRUNCATED;
	struct pc_reader r;
	pc_reader_init(&r, data + 16, 4);
	uint32_t n = pc_read_be32(&r);
	if (data[0] != VERSION || data[1] != KEEP_ALIVE)
		return PC_E_BADVALUE;
	if (data[4] > len)
		return PC_E_TRUNCATED;
	if (n == 0 || n > PC_PUSH_SCAN_TEXT_MAX || data[4] != PC_PUSH_SCAN_HEAD_BYTES + n ||
		len > data[4] || data[len - 1] != '\0')
		return PC_E_BADVALUE;
	c.number = data[11];
	c.destination = data[13];
	memcpy(c.language, data + 14, 2);
	int err = read_text((const char *)data + PC_PUSH_SCAN_HEAD_BYTES, &c);
	if (err == PC_OK)
		*ret = c;
	return err;
}

int
pc_push_scan_client_write(
	const struct pc_push_scan_client *c, uint8_t *out, size_t size, size_t *ret_len)
{
	char text[PC_PUSH_SCAN_TEXT_MAX + 64];
	struct pc_writer w;
	size_t n = 1 + (size_t)snprintf(text, sizeof(text),
			       "(ClientName=%s),(IPAddress=%s),(EventPort=%u)", c->name, c->address,
			       c->event_port);
	if (n > PC_PUSH_SCAN_TEXT_MAX)
		return PC_E_LIMIT;
	pc_writer_init(&w, out, size);
	pc_write_u8(&w, VERSION);
	pc_write_u8(&w, KEEP_ALIVE);
	pc_write_fill(&w, 0, 2);
	pc_write_u8(&w, (uint8_t)(PC_PUSH_SCAN_HEAD_BYTES + n));
	pc_write_fill(&w, 0, 6);
	pc_write_u8(&w, c->number);
	pc_write_u8(&w, 0);
	pc_write_u8(&w, c->destination);
	pc_write_bytes(&w, c->language, 2);
	pc_write_be32(&w, (uint32_t)n);
	pc_write_bytes(&w, text, n);
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}
