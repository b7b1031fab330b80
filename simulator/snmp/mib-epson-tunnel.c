/* Epson private MIB 1248: the command tunnel. One GET is one command, its payload stands in the
 * OID: 1248.1.2.2.44.1.1.2.1.c1.c2.length (little endian).payload. Nothing of it shows in walks.
 * Spec: ESCPR, epson_print_conf, REINK */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/library/scapi.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/st2.h"
#include "device/firmware.h"
#include "snmp/entity.h"
#include "snmp/mib-common.h"
#include "snmp/mib-epson-status.h"
#include "snmp/mib-epson-tunnel.h"
#include "snmp/modules.h"

enum {
	SHA1_BYTES = 20,
	HOST_BYTES = 8,     /* of rj */
	DEVICE_DATA = 64,   /* octets of cd; only the serial number's place is known */
	SERIAL_OFFSET = 31, /* in format 08 */
	SERIAL_BYTES = 10,
	DATA_FORMAT = 0x08,
	ANY_LENGTH = 255
};

/* ---- answers ---- */

static int
plain(struct pc_epson_call *c, const char *text)
{
	pc_write_text(&c->w, c->code);
	pc_write_text(&c->w, text);
	return PC_OK;
}

int
pc_epson_unknown(struct pc_epson_call *c)
{
	return plain(c, ":;");
}

int
pc_epson_no_data(struct pc_epson_call *c)
{
	return plain(c, ":NA;");
}

int
pc_epson_busy(struct pc_epson_call *c)
{
	return plain(c, ":BUSY;");
}

/* ---- reading ---- */

static int
device_id(struct pc_epson_call *c)
{
	const char *template = pc_device_profile(c->dev)->device_id_1284;
	char id[PC_SNMP_SCRATCH];
	int r = pc_device_expand(c->dev, template == NULL ? "" : template, id, sizeof id);

	pc_write_text(&c->w, "@EJL ID\r\n");
	pc_write_text(&c->w, r == PC_OK ? id : "");
	return r;
}

/* Six characters of the main firmware: two for the product, two for the day, one for the year, one
 * for the month. */
static int
firmware(struct pc_epson_call *c)
{
	const char *version = pc_epson_firmware(c->dev, "Main FW");

	if (version[0] == '\0')
		version = pc_device_firmware(c->dev, 0);
	if (strlen(version) < 6)
		return pc_epson_no_data(c);
	pc_write_text(&c->w, "vi:00:");
	pc_write_bytes(&c->w, version, 6);
	pc_write_text(&c->w, ";");
	return PC_OK;
}

/* Names of the cartridges in their slots. */
static int
cartridges(struct pc_epson_call *c)
{
	const struct pc_profile *p = pc_device_profile(c->dev);

	pc_write_text(&c->w, "@BDC PS\r\nIA:00;");
	for (size_t i = 0, n = 0; i < p->n_supplies; i++) {
		if (p->supplies[i].colorant == NULL)
			continue;
		pc_write_text(&c->w, n++ == 0 ? "" : ",");
		pc_write_text(&c->w, p->supplies[i].part_number != NULL ? p->supplies[i].part_number
									: p->supplies[i].name);
	}
	pc_write_text(&c->w, ";");
	return PC_OK;
}

/* The slots are numbered from 1 in the order of the colorants; SIZE_MAX behind the last. */
static size_t
slot_supply(const struct pc_device *dev, uint32_t slot)
{
	const struct pc_profile *p = pc_device_profile(dev);

	for (size_t i = 0; i < p->n_supplies; i++)
		if (p->supplies[i].colorant != NULL && slot-- == 1)
			return i;
	return SIZE_MAX;
}

/* One slot. Date of production, capacity and serial number of a cartridge are harness-defined. */
static int
cartridge(struct pc_epson_call *c)
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	size_t supply = c->payload[1] == 0 ? SIZE_MAX : slot_supply(c->dev, c->payload[1]);
	unsigned number = pc_device_state(c->dev)->number, level;
	struct pc_epson_facts facts;
	char text[160];

	if (supply == SIZE_MAX)
		return pc_epson_no_data(c);
	if (pc_device_state(c->dev)->supplies[supply].state == PC_SUPPLY_MISSING) {
		pc_write_text(&c->w, "@BDC PS\r\nII:00;");
		return PC_OK;
	}
	pc_epson_snmp_facts(c->dev, &facts);
	level = pc_epson_ink_level(c->dev, &facts, supply);
	(void)snprintf(text, sizeof text,
		"@BDC PS\r\nII:03;IQT:%02X;PDY:%02X;PDM:%02X;IC1:%02X;IC2:00;IK:%02X;TOV:00;"
		"TVU:00;VIQ:%02X;UIQ:%02X;ERC:00;SID:%08X;LOG:EPSON ;",
		level, 25u, 1 + number % 12, pc_epson_ink_color(p->supplies[supply].colorant),
		pc_epson_ink_type(p->supplies[supply].colorant), level, 100u - level % 101,
		number * 16 + (unsigned)supply);
	pc_write_text(&c->w, text);
	return PC_OK;
}

/* Minutes, little endian, as hex. */
static int
power_off_timer(struct pc_epson_call *c)
{
	const char *setting = pc_device_setting(c->dev, "power.powerOffTimerMinutes");
	int64_t minutes = 0;
	char text[24];

	if (setting == NULL || pc_text_i64(setting, 0, UINT16_MAX, &minutes) != PC_OK)
		return pc_epson_no_data(c);
	(void)snprintf(text, sizeof text, "@BDC PS\r\not:01%02X%02X;", (unsigned)minutes & 0xff,
		(unsigned)minutes >> 8);
	pc_write_text(&c->w, text);
	return PC_OK;
}

/* Data of the device with the serial number; the rest is not known and 0. */
static int
device_data(struct pc_epson_call *c)
{
	uint8_t data[DEVICE_DATA] = {0};
	const char *serial = pc_mib_serial(c->dev);

	memcpy(data + SERIAL_OFFSET, serial, strnlen(serial, SERIAL_BYTES));
	pc_write_text(&c->w, "cd:01");
	pc_write_le16(&c->w, sizeof data);
	pc_write_bytes(&c->w, data, sizeof data);
	pc_write_text(&c->w, "/");
	pc_write_u8(&c->w, DATA_FORMAT);
	pc_write_text(&c->w, ";");
	return PC_OK;
}

/* ---- acting ---- */

/* What the device says to a wish. */
static int
done(struct pc_epson_call *c, int r)
{
	if (r == PC_OK)
		return plain(c, ":OK;");
	return r == PC_E_UNSUPPORTED ? pc_epson_unknown(c) : pc_epson_busy(c);
}

static int
clean(struct pc_epson_call *c)
{
	return done(c, pc_device_clean(c->mutable, PC_TRIGGER_REMOTE, 0, false));
}

static int
nozzle_check(struct pc_epson_call *c)
{
	return done(c, pc_device_nozzle_check(c->mutable, PC_TRIGGER_REMOTE));
}

/* Go on after an error: the printer is on-line again, what is in its way stays. */
static int
resume(struct pc_epson_call *c)
{
	return done(c, pc_device_condition(c->mutable, PC_COND_OFFLINE, 0, false));
}

/* The jobs of one host. Epson's library takes any answer but OK for a failure, so that there is
 * none to cancel is no error. */
static int
cancel(struct pc_epson_call *c)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(c->dev, jobs), n_ids = 0;
	uint32_t ids[PC_JOBS_MAX];
	char host[HOST_BYTES + 1] = "";

	for (size_t i = 0; i < HOST_BYTES; i++)
		host[i] = (char)c->payload[6 + i];
	for (size_t i = 0; i < n; i++)
		if (jobs[i]->state < PC_JOB_DONE && strcmp(jobs[i]->host, host) == 0)
			ids[n_ids++] = jobs[i]->id;
	for (size_t i = 0; i < n_ids; i++)
		(void)pc_device_job_cancel(c->mutable, ids[i]); /* may have ended meanwhile */
	return plain(c, ":OK;");
}

/* Year (big endian), month, day, hour, minute, second. */
static int
set_clock(struct pc_epson_call *c)
{
	uint8_t date[8] = {0};
	uint64_t wall_ns;

	for (size_t i = 0; i < 7; i++)
		date[i] = (uint8_t)c->payload[1 + i];
	if (pc_clock_from_date_and_time(date, sizeof date, &wall_ns) != PC_OK)
		return pc_epson_no_data(c);
	pc_device_set_wall(c->mutable, wall_ns);
	return plain(c, ":OK;");
}

static size_t
full_box(const struct pc_device *dev)
{
	const struct pc_profile *p = pc_device_profile(dev);

	for (size_t i = 0; i < p->n_supplies; i++)
		if (p->supplies[i].receptacle &&
			pc_device_state(dev)->supplies[i].state == PC_SUPPLY_EMPTY)
			return i;
	return SIZE_MAX;
}

/* A little room (one per cent, harness-defined) in a box that is full, for whoever knows the SHA-1
 * of the serial number. */
static int
override_waste(struct pc_epson_call *c)
{
	size_t box = full_box(c->dev), n = SHA1_BYTES;
	const char *serial = pc_device_state(c->dev)->serial;
	uint8_t digest[SHA1_BYTES];
	int32_t room;

	if (box == SIZE_MAX ||
		sc_hash(usmHMACSHA1AuthProtocol, OID_LENGTH(usmHMACSHA1AuthProtocol),
			(const uint8_t *)serial, strlen(serial), digest, &n) != SNMPERR_SUCCESS)
		return pc_epson_no_data(c);
	for (size_t i = 0; i < SHA1_BYTES; i++)
		if (c->payload[2 + i] != digest[i])
			return pc_epson_no_data(c);
	room = pc_device_profile(c->dev)->supplies[box].capacity / 100;
	if (pc_device_supply_set(c->mutable, box, room < 1 ? 1 : room) != PC_OK)
		return pc_epson_busy(c);
	return plain(c, ":01:OK;");
}

/* ---- the table ---- */

static int status(struct pc_epson_call *c);

/* Commands by name and payload: its length, and how it begins. Sorted. Of those
 * without a public description only the name is known: they have no data to give. */
static const struct command {
	char code[3];
	uint8_t n_payload, n_fixed;
	uint32_t fixed[2];
	bool acts;
	int (*answer)(struct pc_epson_call *c);
} commands[] = {
	{"cd", 1, 1, {0}, false, device_data},
	{"ch", 1, 1, {1}, true, clean},
	{"cs", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"cx", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"di", 1, 1, {1}, false, device_id},
	{"ei", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"ex", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"fl", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"ht", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"ia", 1, 1, {0}, false, cartridges},
	{"ii", 2, 1, {1}, false, cartridge},
	{"ji", 3, 2, {0, 0}, false, pc_epson_no_data}, /* its cipher is not public */
	{"nc", 1, 1, {0}, true, nozzle_check},
	{"ot", 2, 2, {1, 1}, false, power_off_timer},
	{"pc", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"pe", 1, 1, {1}, true, resume},
	{"pj", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"pm", ANY_LENGTH, 0, {0}, false, pc_epson_no_data}, /* nor are the media tables */
	{"ri", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"rj", 14, 2, {0, 0}, true, cancel},
	{"rp", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"rs", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"rw", 22, 2, {1, 0}, true, override_waste},
	{"st", 1, 1, {1}, false, status},
	{"ti", 8, 1, {0}, true, set_clock},
	{"vi", 1, 1, {0}, false, firmware},
	{"vi", 1, 1, {5}, false, firmware},
	{"xi", ANY_LENGTH, 0, {0}, false, pc_epson_no_data},
	{"||", 6, 0, {0}, true, pc_epson_eeprom_short},
	{"||", 7, 0, {0}, true, pc_epson_eeprom_read},
	{"||", 16, 0, {0}, true, pc_epson_eeprom_write},
};

static bool
fits(const struct command *cmd, const struct pc_epson_call *c)
{
	if (strcmp(cmd->code, c->code) != 0)
		return false;
	if (cmd->n_payload != ANY_LENGTH && c->n_payload != cmd->n_payload)
		return false;
	for (size_t i = 0; i < cmd->n_fixed; i++)
		if (c->payload[i] != cmd->fixed[i])
			return false;
	return true;
}

/* Is the name among the words of the profile's list? */
static bool
knows(const struct pc_profile *p, const char *code)
{
	const char *list = p->epson.commands;

	if (list == NULL)
		return true;
	for (const char *at = strstr(list, code); at != NULL; at = strstr(at + 1, code))
		if ((at == list || at[-1] == ' ') && (at[2] == '\0' || at[2] == ' '))
			return true;
	return false;
}

static int
answer(struct pc_epson_call *c)
{
	for (size_t i = 0; i < PC_MIB_COUNT(commands); i++) {
		if (!fits(&commands[i], c) || !knows(pc_device_profile(c->dev), c->code))
			continue;
		/* without an entity nobody can have asked over SNMP */
		if (commands[i].acts && c->mutable == NULL)
			return pc_epson_busy(c);
		return commands[i].answer(c);
	}
	return pc_epson_unknown(c);
}

/* The status block is no text in a frame: it is the answer itself. */
static int
status(struct pc_epson_call *c)
{
	struct pc_snmp_value v;
	int r = pc_epson_snmp_status(c->dev, &v);

	if (r == PC_OK)
		pc_write_bytes(&c->w, v.bytes, v.len);
	return r;
}

int
pc_epson_command(
	const struct pc_device *dev, const uint32_t *arcs, size_t n, struct pc_snmp_value *v)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	struct pc_epson_call c = {.dev = dev, .mutable = e == NULL ? NULL : e->dev};
	int r;

	if (n < 4 || arcs[2] > 255 || arcs[3] > 255 || (arcs[2] | arcs[3] << 8) != n - 4)
		return PC_E_NOTFOUND;
	for (size_t i = 0; i < n; i++)
		if (arcs[i] > 255 || (i < 2 && !isprint((int)arcs[i])))
			return PC_E_NOTFOUND;
	c.payload = arcs + 4;
	c.n_payload = n - 4;
	c.code[0] = (char)arcs[0];
	c.code[1] = (char)arcs[1];
	pc_writer_init(&c.w, v->scratch.bytes, PC_SNMP_SCRATCH);
	pc_write_u8(&c.w, 0);
	r = answer(&c);
	/* ST2 says its own length, so nothing ends it */
	if (strcmp(c.code, "st") != 0 || c.w.at < 8 || v->scratch.bytes[1] != '@')
		pc_write_u8(&c.w, 0x0c);
	if (r != PC_OK || c.w.err != PC_OK)
		return r != PC_OK ? r : c.w.err;
	return pc_mib_octets(v, v->scratch.bytes, c.w.at);
}

/* ---- the column ---- */

/* No instance comes behind another: a walk finds none. */
static bool
tunnel_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	(void)dev;
	(void)after;
	(void)n_after;
	(void)index;
	(void)n_index;
	return false;
}

static bool
tunnel_hidden(const struct pc_device *dev)
{
	(void)dev;
	return true;
}

static int
tunnel_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (at->n_index < 1 || at->index[0] != 1)
		return PC_E_NOTFOUND;
	return pc_epson_command(dev, at->index + 1, at->n_index - 1, v);
}

static const uint32_t tunnel_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 44, 1, 1};

static const struct pc_snmp_column tunnel_columns[] = {
	{2, PC_SNMP_OCTETS, tunnel_get, NULL, "epsonCommand"},
};

static const struct pc_snmp_table tunnel_table = {
	.oid = tunnel_oid,
	.n_oid = PC_MIB_COUNT(tunnel_oid),
	.columns = tunnel_columns,
	.n_columns = PC_MIB_COUNT(tunnel_columns),
	.next = tunnel_next,
	.applies = pc_mib_is_epson,
	.hidden = tunnel_hidden,
	.acts = true,
	.spec = "ESCPR, epson_print_conf",
};

static const struct pc_snmp_table *const tables[] = {&tunnel_table};

const struct pc_snmp_module pc_snmp_mib_epson_tunnel = {
	"EPSON-MIB commands", tables, PC_MIB_COUNT(tables)};
