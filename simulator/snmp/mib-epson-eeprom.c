/* Epson's EEPROM as the command tunnel shows it: a view of the device where the meaning of an
 * address is known, else what was written. The map is harness-defined from addresses that recur in
 * public tables; no map is official. Spec: REINK, epson_print_conf */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "snmp/entity.h"
#include "snmp/kept.h"
#include "snmp/mib-common.h"
#include "snmp/mib-epson-tunnel.h"

enum {
	OP_READ = 0x41,
	OP_WRITE = 0x42,
	KEY_LETTERS = 8,
	/* addresses */
	WASTE_LOW = 24,
	WASTE_HIGH = 25,
	WASTE_LIMIT_LOW = 46,
	WASTE_LIMIT_HIGH = 47,
	MAC = 130,
	PASSES = 168,
	SERIAL = 192,
	SERIAL_BYTES = 10,
	MAC_NEWER = 1920,
	WASTE_LIMIT = 1000 /* the counter of a full box: tenths of a per cent */
};

/* Where written octets are kept: an arc of the tunnel that no peer can ask for. */
static size_t
name_of(uint32_t address, uint32_t out[16])
{
	static const uint32_t prefix[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 44, 1, 1, 1};

	memcpy(out, prefix, sizeof prefix);
	out[PC_MIB_COUNT(prefix)] = address;
	return PC_MIB_COUNT(prefix) + 1;
}

static size_t
box_of(const struct pc_profile *p)
{
	size_t i = 0;

	while (i < p->n_supplies && !p->supplies[i].receptacle)
		i++;
	return i;
}

/* How full the box is. */
static uint32_t
waste(const struct pc_device *dev)
{
	size_t box = box_of(pc_device_profile(dev));
	int32_t left = box == pc_device_profile(dev)->n_supplies
			       ? -1
			       : pc_device_supply_permille(dev, box);

	return left < 0 ? 0 : (uint32_t)(WASTE_LIMIT - left);
}

static uint8_t
octet_of(uint32_t number, uint32_t at)
{
	return (uint8_t)(number >> (8 * at));
}

/* What stands at an address that the device decides; false: it is a mere octet. */
static bool
view(const struct pc_device *dev, uint32_t address, uint8_t *ret)
{
	const struct pc_device_state *st = pc_device_state(dev);
	const char *serial = pc_mib_serial(dev);
	uint8_t mac[6];

	pc_mib_mac(dev, mac);
	if (address >= SERIAL && address < SERIAL + SERIAL_BYTES)
		*ret = address - SERIAL < strlen(serial) ? (uint8_t)serial[address - SERIAL] : 0;
	else if (address >= MAC && address < MAC + 6)
		*ret = mac[address - MAC];
	else if (address >= MAC_NEWER && address < MAC_NEWER + 6)
		*ret = mac[address - MAC_NEWER];
	else if (address >= PASSES && address < PASSES + 4)
		*ret = octet_of(st->counters.life, address - PASSES);
	else if (address == WASTE_LOW || address == WASTE_HIGH)
		*ret = octet_of(waste(dev), address - WASTE_LOW);
	else if (address == WASTE_LIMIT_LOW || address == WASTE_LIMIT_HIGH)
		*ret = octet_of(WASTE_LIMIT, address - WASTE_LIMIT_LOW);
	else
		return false;
	return true;
}

static uint8_t
octet_at(const struct pc_device *dev, uint32_t address)
{
	uint32_t name[16];
	size_t n = name_of(address, name);
	struct pc_snmp_value v;
	uint8_t octet = 0;

	if (view(dev, address, &octet))
		return octet;
	return pc_snmp_kept_get(dev, name, n, &v) ? (uint8_t)v.integer : 0;
}

/* Two octets of the model, as hex in its profile. */
static bool
has_read_key(const struct pc_epson_call *c)
{
	const char *key = pc_device_profile(c->dev)->epson.eeprom_read_key;
	unsigned k1, k2;

	return key != NULL && sscanf(key, "%2x%2x", &k1, &k2) == 2 && c->payload[0] == k1 &&
	       c->payload[1] == k2;
}

/* Eight letters of the model, each one more. */
static bool
has_write_key(const struct pc_epson_call *c)
{
	const char *key = pc_device_profile(c->dev)->epson.eeprom_write_key;

	if (key == NULL || strlen(key) != KEY_LETTERS)
		return false;
	for (size_t i = 0; i < KEY_LETTERS; i++)
		if (c->payload[8 + i] != (uint8_t)(key[i] + 1))
			return false;
	return true;
}

/* The opcode, its complement, and itself rotated right by one. */
static bool
has_opcode(const struct pc_epson_call *c, uint8_t op)
{
	return c->payload[2] == op && c->payload[3] == (uint8_t)~op &&
	       c->payload[4] == (uint8_t)(op >> 1 | op << 7);
}

/* With a wrong key nothing is told, not even that there is an EEPROM. */
static int
read_octet(struct pc_epson_call *c, uint32_t address, int digits)
{
	char text[32];

	if (!has_read_key(c) || !has_opcode(c, OP_READ))
		return pc_epson_unknown(c);
	(void)snprintf(text, sizeof text, "@BDC PS\r\nEE:%0*X%02X;", digits, address,
		octet_at(c->dev, address));
	pc_write_text(&c->w, text);
	return PC_OK;
}

int
pc_epson_eeprom_short(struct pc_epson_call *c)
{
	return read_octet(c, c->payload[5], 2);
}

int
pc_epson_eeprom_read(struct pc_epson_call *c)
{
	return read_octet(c, c->payload[5] | c->payload[6] << 8, 4);
}

/* The waste counter counts what the box holds: lowering it makes room. */
static int
write_waste(struct pc_epson_call *c, uint32_t address, uint8_t octet)
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	size_t box = box_of(p);
	uint32_t shift = 8 * (address - WASTE_LOW);
	uint32_t now = (waste(c->dev) & ~(0xffu << shift)) | (uint32_t)octet << shift;
	int64_t left = now > WASTE_LIMIT ? 0 : WASTE_LIMIT - (int64_t)now;

	if (box == p->n_supplies)
		return PC_OK;
	return pc_device_supply_set(
		c->mutable, box, (int32_t)(left * p->supplies[box].capacity / WASTE_LIMIT));
}

static int
write_octet(struct pc_epson_call *c, uint32_t address, uint8_t octet)
{
	uint32_t name[16];
	size_t n = name_of(address, name);
	const struct pc_snmp_value v = {.type = PC_SNMP_INTEGER, .integer = octet};
	uint8_t fixed;

	if (address == WASTE_LOW || address == WASTE_HIGH)
		return write_waste(c, address, octet);
	if (view(c->dev, address, &fixed)) /* serial number, address, passes: not by this way */
		return PC_OK;
	return pc_snmp_kept_set(pc_snmp_entity_of(c->dev), name, n, &v);
}

int
pc_epson_eeprom_write(struct pc_epson_call *c)
{
	if (!has_read_key(c) || !has_opcode(c, OP_WRITE) || !has_write_key(c))
		return pc_epson_unknown(c);
	if (write_octet(c, c->payload[5] | c->payload[6] << 8, (uint8_t)c->payload[7]) != PC_OK)
		return pc_epson_busy(c);
	pc_write_text(&c->w, "||:42:OK;");
	return PC_OK;
}
