/* base/text: small text helpers: bounded copy, numbers with a range, hex, IPv4 addresses. */
#ifndef PC_BASE_TEXT_H
#define PC_BASE_TEXT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copy with a NUL; a text that does not fit is cut. True when it fitted. */
bool pc_text_copy(char *out, size_t size, const char *text);

/* Whole text is a decimal (or 0x…) number within min … max. PC_OK or PC_E_BADVALUE. */
int pc_text_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret);
int pc_text_i64(const char *text, int64_t min, int64_t max, int64_t *ret);

/* Hex digits, two a byte, no separators. `out` needs 2 * n + 1. */
void pc_text_hex(const uint8_t *data, size_t n, char *out);

/* Value of one hex digit of either case, -1 when it is none. */
int pc_text_hex_digit(int c);

/* Reads hex digits (either case, blanks allowed between bytes). PC_OK, PC_E_BADVALUE, PC_E_NOSPACE.
 */
int pc_text_unhex(const char *text, uint8_t *out, size_t max, size_t *ret_len);

/* Length of the well-formed UTF-8 sequence at `p` (1 for ASCII, NUL too), of which `left` bytes may
 * be read; 0 when there is none. Spec: RFC 3629 s4. */
size_t pc_text_utf8_len(const uint8_t *p, size_t left);

/* "127.1.2.3". PC_OK or PC_E_BADVALUE. */
int pc_text_ipv4(const char *text, struct in_addr *ret);

enum { PC_TEXT_ADDR_MAX = 24 };

/* "127.1.2.3" and "127.1.2.3:161". Return `out`. */
const char *pc_text_from_ipv4(struct in_addr addr, char out[PC_TEXT_ADDR_MAX]);
const char *pc_text_from_sockaddr(const struct sockaddr_in *addr, char out[PC_TEXT_ADDR_MAX]);

/* "ADDR:PORT" or "ADDR"; `default_port` when none is given. PC_OK or PC_E_BADVALUE. */
int pc_text_sockaddr(const char *text, uint16_t default_port, struct sockaddr_in *ret);

/* True for 127.0.0.0/8. */
bool pc_text_is_loopback(struct in_addr addr);

#endif
