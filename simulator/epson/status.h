/* epson/status: the status block of an Epson printer out of the device, one rendering for SNMP, its
 * command tunnel, ENPC, LPD and EJL. */
#ifndef PC_EPSON_STATUS_H
#define PC_EPSON_STATUS_H

#include <stddef.h>
#include <stdint.h>

#include "codec/st2.h"
#include "device/device.h"

enum {
	PC_EPSON_RECORDS_MAX = 128, /* octets of a model's own ST2 records */
	PC_EPSON_STATUS_MAX = PC_ST2_MAX
};

/* What a port may tell otherwise than it is (its faults). */
struct pc_epson_facts {
	const char *serial; /* borrowed from the device */
	uint32_t life_count;
	int32_t levels[PC_SUPPLIES_MAX]; /* of supplies, in the profile's unit */
};

/* The truth. */
void pc_epson_facts(const struct pc_device *dev, struct pc_epson_facts *ret);

/* The block as plain values. PC_OK; PC_E_LIMIT for a model with too many records of its own. */
int pc_epson_st2(
	const struct pc_device *dev, const struct pc_epson_facts *facts, struct pc_st2 *ret);

/* State and error alone, as pc_epson_st2() has them: enum pc_st2_state, enum pc_st2_error or
 * PC_ST2_NONE. */
void pc_epson_state(const struct pc_device *dev, int *ret_state, int *ret_error);

/* The block as bytes: "@BDC ST2" and its records, or ESC/Label text, by the model. PC_OK;
 * PC_E_NOSPACE; PC_E_LIMIT. */
int pc_epson_status(const struct pc_device *dev, const struct pc_epson_facts *facts, uint8_t *out,
	size_t size, size_t *ret_len);

/* The older status text, "@BDC ST" CR LF "ST:04;…" with a form feed at its end.
 * Spec: escputil, ESC/P2 notes of Gutenprint. PC_OK, PC_E_NOSPACE. */
int pc_epson_text_status(const struct pc_device *dev, const struct pc_epson_facts *facts,
	uint8_t *out, size_t size, size_t *ret_len);

/* ESC/Label text: records of STX, text, ETX, CR, LF. PC_OK, PC_E_NOSPACE. */
int pc_epson_label(const struct pc_device *dev, const struct pc_epson_facts *facts, uint8_t *out,
	size_t size, size_t *ret_len);

/* ST2's numbers for a colorant, 0 for names it has none for; an ink's level in per cent or one of
 * PC_ST2_LEVEL_UNKNOWN, _ABSENT. Spec: ST2 record 0F */
uint8_t pc_epson_ink_type(const char *colorant);
uint8_t pc_epson_ink_color(const char *colorant);
uint8_t pc_epson_ink_level(
	const struct pc_device *dev, const struct pc_epson_facts *facts, size_t supply);

/* A supply's level in per cent, -1 when it cannot be told. */
int32_t pc_epson_percent(
	const struct pc_device *dev, const struct pc_epson_facts *facts, size_t supply);

/* Version of a part ("Main FW"); "" when the model does not name it. */
const char *pc_epson_firmware(const struct pc_device *dev, const char *part);

#endif
