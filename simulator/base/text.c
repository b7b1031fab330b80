#include "base/text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

bool
pc_text_copy(char *out, size_t size, const char *text)
{
	size_t n = strlen(text);
	bool fits = n < size;
	if (size == 0)
		return false;
	if (!fits)
		n = size - 1;
	memcpy(out, text, n);
	out[n] = '\0';
	return fits;
}

int
pc_text_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret)
{
	char *end = NULL;
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	if (!isdigit((unsigned char)text[0]))
		return PC_E_BADVALUE;
	errno = 0;
	unsigned long long v = strtoull(text, &end, hex ? 16 : 10);
	if (errno != 0 || *end != '\0' || v < min || v > max)
		return PC_E_BADVALUE;
	*ret = v;
	return PC_OK;
}

int
pc_text_i64(const char *text, int64_t min, int64_t max, int64_t *ret)
{
	char *end = NULL;
	if (!isdigit((unsigned char)text[0]) && text[0] != '-')
		return PC_E_BADVALUE;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || v < min || v > max)
		return PC_E_BADVALUE;
	*ret = v;
	return PC_OK;
}

void
pc_text_hex(const uint8_t *data, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[data[i] >> 4];
		out[2 * i + 1] = digits[data[i] & 15];
	}
	out[2 * n] = '\0';
}

int
pc_text_hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
pc_text_unhex(const char *text, uint8_t *out, size_t max, size_t *ret_len)
{
	size_t n = 0;
	for (const char *p = text; *p != '\0';) {
		if (*p == ' ') {
			p++;
			continue;
		}
		int high = pc_text_hex_digit(p[0]);
		int low = high < 0 ? -1 : pc_text_hex_digit(p[1]);
		if (low < 0)
			return PC_E_BADVALUE;
		if (n == max)
			return PC_E_NOSPACE;
		out[n++] = (uint8_t)(high << 4 | low);
		p += 2;
	}
	*ret_len = n;
	return PC_OK;
}

size_t
pc_text_utf8_len(const uint8_t *p, size_t left)
{
	static const struct {
		uint8_t lead_min, lead_max, second_min, second_max, len;
	} rows[] = {
		{0x00, 0x7f, 0, 0, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3}, /* shorter forms exist below */
		{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, /* surrogates above */
		{0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}, /* over U+10FFFF above */
	};
	for (size_t i = 0; left > 0 && i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = rows[i].len;
		if (p[0] < rows[i].lead_min || p[0] > rows[i].lead_max)
			continue;
		if (n > left || (n > 1 && (p[1] < rows[i].second_min || p[1] > rows[i].second_max)))
			return 0;
		for (size_t k = 2; k < n; k++) {
			if ((p[k] & 0xc0) != 0x80)
				return 0;
		}
		return n;
	}
	return 0;
}

int
pc_text_ipv4(const char *text, struct in_addr *ret)
{
	struct in_addr a;
	if (inet_pton(AF_INET, text, &a) != 1)
		return PC_E_BADVALUE;
	*ret = a;
	return PC_OK;
}

const char *
pc_text_from_ipv4(struct in_addr addr, char out[PC_TEXT_ADDR_MAX])
{
	inet_ntop(AF_INET, &addr, out, PC_TEXT_ADDR_MAX);
	return out;
}

const char *
pc_text_from_sockaddr(const struct sockaddr_in *addr, char out[PC_TEXT_ADDR_MAX])
{
	pc_text_from_ipv4(addr->sin_addr, out);
	size_t n = strlen(out);
	snprintf(out + n, PC_TEXT_ADDR_MAX - n, ":%u", (unsigned)ntohs(addr->sin_port));
	return out;
}

int
pc_text_sockaddr(const char *text, uint16_t default_port, struct sockaddr_in *ret)
{
	char addr[PC_TEXT_ADDR_MAX];
	uint64_t port = default_port;
	struct sockaddr_in sa = {.sin_family = AF_INET};
	const char *colon = strchr(text, ':');
	size_t n = colon == NULL ? strlen(text) : (size_t)(colon - text);
	if (n >= sizeof(addr))
		return PC_E_BADVALUE;
	memcpy(addr, text, n);
	addr[n] = '\0';
	if (colon != NULL && pc_text_u64(colon + 1, 0, 65535, &port) != PC_OK)
		return PC_E_BADVALUE;
	if (pc_text_ipv4(addr, &sa.sin_addr) != PC_OK)
		return PC_E_BADVALUE;
	sa.sin_port = htons((uint16_t)port);
	*ret = sa;
	return PC_OK;
}

bool
pc_text_is_loopback(struct in_addr addr)
{
	return ntohl(addr.s_addr) >> 24 == 127;
}
