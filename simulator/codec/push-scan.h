/* codec/push-scan: how Epson multifunctions and computers find each other for scans that begin at
 * the panel: UDP 2968, a beacon of the printer to a group and keep-alives of the computers. Learned
 * from captures of real devices (epson2paperless). Pure functions over bytes.
 *
 *     beacon      02 06 ... [11] sequence number                                     12 bytes
 *     keep-alive  02 07 .. .. [4] length of all ... [11] number of the beacon, [13] destination,
 *                 [14] language, [16] length of the text (big-endian, with its NUL), [20] text NUL
 */
#ifndef PC_CODEC_PUSH_SCAN_H
#define PC_CODEC_PUSH_SCAN_H

#include <stddef.h>
#include <stdint.h>

#define PC_PUSH_SCAN_GROUP 0xeffffffdu /* 239.255.255.253, host order */

enum {
	PC_PUSH_SCAN_PORT = 2968,
	PC_PUSH_SCAN_BEACON_BYTES = 12,
	PC_PUSH_SCAN_HEAD_BYTES = 20, /* of a keep-alive, before its text */
	PC_PUSH_SCAN_TEXT_MAX = 230,  /* the length of all is one byte */
	PC_PUSH_SCAN_NAME_MAX = 64
};

void pc_push_scan_beacon_write(uint8_t number, uint8_t out[PC_PUSH_SCAN_BEACON_BYTES]);
/* PC_OK; PC_E_TRUNCATED; PC_E_BADVALUE when it is none. Bytes 2 to 10 are not looked at. */
int pc_push_scan_beacon_read(const uint8_t *data, size_t len, uint8_t *ret_number);

/* A computer that takes scans. */
struct pc_push_scan_client {
	uint8_t number; /* of the beacon it answers */
	uint8_t destination;
	char language[3];
	char name[PC_PUSH_SCAN_NAME_MAX]; /* cut */
	char address[16];                 /* as it says */
	uint16_t event_port;
};
/* Keep-alive. PC_OK; PC_E_TRUNCATED; PC_E_BADVALUE for a length that lies, a text without NUL or
 * without one of its three words, an address or port that is none. */
int pc_push_scan_client_read(const uint8_t *data, size_t len, struct pc_push_scan_client *ret);
/* PC_OK, PC_E_NOSPACE, PC_E_LIMIT for a name that makes it too long. */
int pc_push_scan_client_write(
	const struct pc_push_scan_client *c, uint8_t *out, size_t size, size_t *ret_len);

#endif
