/* services/enpc: inside of ENPC: one request to one device, shared by the queries of all printers
 * and those of POS printers. */
#ifndef PC_SERVICES_ENPC_H
#define PC_SERVICES_ENPC_H

#include "codec/enpc.h"
#include "services/internal.h"

struct pc_enpc_ask {
	struct pc_service *service; /* borrowed, as all */
	struct pc_device *dev;
	const struct sockaddr_in *peer;
	const struct pc_enpc *request;
	uint8_t *out; /* reply data */
	size_t size, len;
};

/* What a POS (TM) printer answers to a query or command of device type 3: the result, the data in
 * `a`. */
uint16_t pc_enpc_pos_answer(struct pc_enpc_ask *a);

/* End of a command: journalled, and one byte of data, 00 done or FF not done with result F000. */
uint16_t pc_enpc_ask_done(struct pc_enpc_ask *a, const char *what, int err);

/* The device's MAC address as ENPC tells it. */
void pc_enpc_ask_mac(const struct pc_device *dev, uint8_t mac[6]);

/* Bytes of a profile, as hex of exactly so many; `out` stays as it is for NULL and others. */
void pc_enpc_ask_hex(const char *hex, uint8_t *out, size_t size);

#endif
