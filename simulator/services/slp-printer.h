/* services/slp-printer: the printer as SLP sees it: its service URLs and the attributes of the
 * template printer.2.0. */
#ifndef PC_SERVICES_SLP_PRINTER_H
#define PC_SERVICES_SLP_PRINTER_H

#include <stddef.h>

#include "codec/slp.h"
#include "device/device.h"

enum { PC_SLP_SERVICES_MAX = 8, PC_SLP_URL_MAX = 160, PC_SLP_ATTRIBUTES_MAX = 4096 };

struct pc_slp_service {
	const char *type; /* static: "service:printer:lpr" */
	char url[PC_SLP_URL_MAX];
};

/* The services the profile's ports give, in a fixed order. */
size_t pc_slp_services(const struct pc_device *dev, struct pc_slp_service out[PC_SLP_SERVICES_MAX]);

/* Attributes of these services together: (tag=value,value),…; what they have in common is told
 * once. PC_OK, PC_E_NOSPACE. Spec: IANA SLP template printer.2.0 */
int pc_slp_printer_attributes(const struct pc_device *dev, const struct pc_slp_service *services,
	size_t n, char *out, size_t size);

/* HP's own discovery: address and identification of the device. */
int pc_slp_hpnp_attributes(const struct pc_device *dev, char *out, size_t size);

#endif
