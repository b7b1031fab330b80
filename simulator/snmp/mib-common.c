/* What the MIB modules share. */
#include "snmp/mib-common.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "snmp/faults.h"

bool
pc_mib_row_plain(size_t n, size_t at, uint32_t *index, size_t *n_index)
{
	if (at >= n)
		return false;
	index[0] = (uint32_t)at + 1;
	*n_index = 1;
	return true;
}

bool
pc_mib_row_printer(size_t n, size_t at, uint32_t *index, size_t *n_index)
{
	if (at >= n)
		return false;
	index[0] = PC_MIB_HR_PRINTER;
	index[1] = (uint32_t)at + 1;
	*n_index = 2;
	return true;
}

bool
pc_mib_row_single(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return pc_mib_row_plain(1, at, index, n_index);
}

bool
pc_mib_row_only(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return pc_mib_row_printer(1, at, index, n_index);
}

bool
pc_mib_next(size_t n_prefix, size_t n, const uint32_t *after, size_t n_after, uint32_t *index,
	size_t *n_index)
{
	uint32_t row[4] = {1, 1, 1, 1};

	for (size_t i = 0; i < n; i++) {
		row[n_prefix] = (uint32_t)i + 1;
		if (n_after == 0 || pc_arcs_compare(row, n_prefix + 1, after, n_after) > 0) {
			memcpy(index, row, (n_prefix + 1) * sizeof *row);
			*n_index = n_prefix + 1;
			return true;
		}
	}
	return false;
}

size_t
pc_mib_at(const struct pc_snmp_at *at)
{
	uint32_t last = at->n_index == 0 ? 0 : at->index[at->n_index - 1];

	return last == 0 ? SIZE_MAX : (size_t)last - 1;
}

/* Columns are mostly numbered without gaps, so the first guess is right. */
static uint8_t
column_type(const struct pc_snmp_at *at)
{
	const struct pc_snmp_table *t = at->table;
	size_t guess = at->column - t->columns[0].number;

	if (guess < t->n_columns && t->columns[guess].number == at->column)
		return t->columns[guess].type;
	for (size_t i = 0; i < t->n_columns; i++)
		if (t->columns[i].number == at->column)
			return t->columns[i].type;
	return PC_SNMP_INTEGER;
}

int
pc_mib_number(const struct pc_snmp_at *at, struct pc_snmp_value *v, int64_t n)
{
	uint8_t type = column_type(at);

	if (type == PC_SNMP_COUNTER32 || type == PC_SNMP_TIMETICKS || type == PC_SNMP_GAUGE32)
		n = (int64_t)(uint32_t)n;
	v->type = type;
	v->integer = n;
	return PC_OK;
}

int
pc_mib_octets(struct pc_snmp_value *v, const void *bytes, size_t len)
{
	pc_snmp_set_bytes(v, bytes, len);
	return PC_OK;
}

int
pc_mib_text(struct pc_snmp_value *v, const char *text)
{
	if (text == NULL)
		text = "";
	return pc_mib_octets(v, text, strlen(text));
}

int
pc_mib_address(struct pc_snmp_value *v, struct in_addr addr)
{
	memcpy(v->scratch.bytes, &addr.s_addr, 4);
	v->type = PC_SNMP_IPADDRESS;
	v->bytes = v->scratch.bytes;
	v->len = 4;
	return PC_OK;
}

int
pc_mib_address4(struct pc_snmp_value *v, uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	struct in_addr addr;

	memcpy(&addr.s_addr, (const uint8_t[]){a, b, c, d}, 4);
	return pc_mib_address(v, addr);
}

int
pc_mib_date(struct pc_snmp_value *v, uint64_t wall_ns)
{
	pc_clock_date_and_time(wall_ns, v->scratch.bytes);
	return pc_mib_octets(v, v->scratch.bytes, 11);
}

int
pc_mib_oid(struct pc_snmp_value *v, const uint32_t *arcs, size_t n)
{
	pc_snmp_set_oid(v, arcs, n);
	return PC_OK;
}

int
pc_mib_dotted(struct pc_snmp_value *v, const char *dotted)
{
	size_t n = 0;

	if (dotted == NULL ||
		pc_arcs_parse(dotted, v->scratch.arcs, PC_SNMP_SCRATCH / 4, &n) != PC_OK) {
		v->scratch.arcs[0] = 0;
		v->scratch.arcs[1] = 0;
		n = 2;
	}
	return pc_mib_oid(v, v->scratch.arcs, n);
}

int
pc_mib_format(struct pc_snmp_value *v, const char *fmt, ...)
{
	char *text = (char *)v->scratch.bytes;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof v->scratch.bytes, fmt, ap);
	va_end(ap);
	return pc_mib_text(v, text);
}

int
pc_mib_expand(const struct pc_device *dev, struct pc_snmp_value *v, const char *template)
{
	char *text = (char *)v->scratch.bytes;
	int r;

	if (template == NULL)
		return pc_mib_text(v, "");
	r = pc_device_expand(dev, template, text, sizeof v->scratch.bytes);
	return r == PC_OK ? pc_mib_text(v, text) : r;
}

int
pc_mib_maker_model(const struct pc_profile *p, struct pc_snmp_value *v)
{
	size_t n = strlen(p->vendor);

	if (strncasecmp(p->model, p->vendor, n) == 0)
		return pc_mib_text(v, p->model);
	return pc_mib_format(v, "%s %s", p->vendor, p->model);
}

bool
pc_mib_vendor(const struct pc_profile *profile, const char *name)
{
	return profile->snmp_vendor != NULL && strcmp(profile->snmp_vendor, name) == 0;
}

bool
pc_mib_is_epson(const struct pc_profile *profile)
{
	return pc_mib_vendor(profile, "epson");
}

bool
pc_mib_is_xerox(const struct pc_profile *profile)
{
	return pc_mib_vendor(profile, "xerox");
}

uint32_t
pc_mib_uptime(const struct pc_device *dev)
{
	uint64_t now = pc_clock_ms(pc_device_clock(dev));
	uint64_t boot = pc_device_state(dev)->boot_ms;

	/* the fault counts on from the clock's own start, whatever the device did since */
	if (pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_UPTIME_NOT_RESET))
		boot = 0;
	return now < boot ? 0 : (uint32_t)((now - boot) / 10);
}

const char *
pc_mib_serial(const struct pc_device *dev)
{
	bool empty = pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_SERIAL_EMPTY);

	return empty ? "" : pc_device_state(dev)->serial;
}

uint32_t
pc_mib_life_count(const struct pc_device *dev)
{
	if (pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_LIFECOUNT_FROZEN))
		return pc_device_profile(dev)->initial_life_count;
	return pc_device_state(dev)->counters.life;
}

/* What some models tell instead. Spec: RFC 3805 prtMarkerSuppliesLevel: -2 unknown, -3 some */
static int32_t
quirky_level(pc_fault_set faults, const struct pc_profile_supply *s, int32_t level)
{
	if (faults >> PC_SNMP_FAULT_QUIRKS == 0)
		return level;
	if (pc_fault_is_set(faults, PC_SNMP_FAULT_LEVELS_UNKNOWN) ||
		(s->receptacle && pc_fault_is_set(faults, PC_SNMP_FAULT_WASTE_UNKNOWN)))
		return -2;
	if (s->receptacle && s->capacity > 0 && level >= 0 && level <= s->capacity &&
		pc_fault_is_set(faults, PC_SNMP_FAULT_WASTE_FILLS))
		return s->capacity - level;
	if (level > 0 && pc_fault_is_set(faults, PC_SNMP_FAULT_LEVELS_SOME))
		return -3;
	if (level >= 0 && s->capacity > 0 && pc_fault_is_set(faults, PC_SNMP_FAULT_LEVELS_COARSE)) {
		int64_t percent = (int64_t)level * 100 / s->capacity;
		return percent > 10 ? 100 : percent > 1 ? 10 : 1;
	}
	return level;
}

int32_t
pc_mib_supply_level(const struct pc_device *dev, size_t supply)
{
	const struct pc_profile_supply *s = &pc_device_profile(dev)->supplies[supply];
	pc_fault_set faults = pc_device_faults(dev);

	if (pc_fault_is_set(faults, PC_SNMP_FAULT_SUPPLY_OVER_CAPACITY) && s->capacity >= 0)
		return s->capacity + 1;
	if (pc_fault_is_set(faults, PC_SNMP_FAULT_SUPPLY_LEVEL_FROZEN))
		return s->initial;
	return quirky_level(faults, s, pc_device_state(dev)->supplies[supply].level);
}

int32_t
pc_mib_supply_percent(const struct pc_device *dev, size_t supply)
{
	int32_t capacity = pc_device_profile(dev)->supplies[supply].capacity;
	int32_t level = pc_mib_supply_level(dev, supply);

	if (capacity <= 0 || level < 0)
		return -1;
	return (int32_t)((int64_t)level * 100 / capacity);
}

void
pc_mib_mac(const struct pc_device *dev, uint8_t mac[6])
{
	memcpy(mac, pc_device_state(dev)->mac, 6);
	if (pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_MAC_WRONG))
		mac[5] ^= 1;
}

struct in_addr
pc_mib_netmask(const struct pc_device *dev)
{
	bool loopback = pc_text_is_loopback(pc_device_state(dev)->address);

	return (struct in_addr){.s_addr = htonl(loopback ? 0xff000000u : 0xffffff00u)};
}

struct in_addr
pc_mib_gateway(const struct pc_device *dev)
{
	uint32_t mask = ntohl(pc_mib_netmask(dev).s_addr);
	uint32_t own = ntohl(pc_device_state(dev)->address.s_addr);

	return (struct in_addr){.s_addr = htonl(((own & mask) | ~mask) - 1)};
}

size_t
pc_mib_colorants(const struct pc_profile *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_supplies; i++)
		n += pc_mib_colorant_of(p, i) > n;
	return n;
}

/* Two supplies may carry one colour (toner and drum of a tandem engine): one colorant. */
static size_t
first_of_color(const struct pc_profile *p, size_t supply)
{
	size_t i = 0;

	while (p->supplies[i].colorant == NULL ||
		strcmp(p->supplies[i].colorant, p->supplies[supply].colorant) != 0)
		i++;
	return i;
}

uint32_t
pc_mib_colorant_of(const struct pc_profile *p, size_t supply)
{
	uint32_t row = 0;
	size_t first;

	if (p->supplies[supply].colorant == NULL)
		return 0;
	first = first_of_color(p, supply);
	for (size_t i = 0; i <= first; i++)
		if (p->supplies[i].colorant != NULL && first_of_color(p, i) == i)
			row++;
	return row;
}

size_t
pc_mib_colorant_supply(const struct pc_profile *p, size_t at)
{
	for (size_t i = 0; i < p->n_supplies; i++)
		if (pc_mib_colorant_of(p, i) == at + 1)
			return i;
	return SIZE_MAX;
}

uint32_t
pc_mib_sides(const struct pc_device_state *st, unsigned color)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < PC_SIZES_MAX; i++)
		sum += st->counters.by_size[i][color][0] + st->counters.by_size[i][color][1];
	return sum;
}

/* Into its place; once. */
static size_t
add_port(uint16_t out[PC_MIB_PORTS_MAX], size_t n, uint16_t port)
{
	size_t at = n;

	while (at > 0 && out[at - 1] >= port)
		at--;
	if (n == PC_MIB_PORTS_MAX || (at < n && out[at] == port))
		return n;
	memmove(&out[at + 1], &out[at], (n - at) * sizeof(out[0]));
	out[at] = port;
	return n + 1;
}

size_t
pc_mib_tcp_ports(const struct pc_profile *p, uint16_t out[PC_MIB_PORTS_MAX])
{
	const struct {
		bool open;
		uint16_t port;
	} ports[] = {{p->ports.http, 80}, {p->ports.slp_tcp, 427}, {p->ports.https, 443},
		{p->ports.lpd, 515}, {p->ports.entp, 1865}, {p->ports.llmnr_tcp, 5355},
		{p->ports.raw, p->ports.raw_port}};
	size_t n = 0;

	for (size_t i = 0; i < PC_MIB_COUNT(ports); i++) {
		if (ports[i].open)
			n = add_port(out, n, ports[i].port);
	}
	for (size_t i = 0; p->ports.raw && i < p->n_raw_ports; i++)
		n = add_port(out, n, p->raw_ports[i].port);
	return n;
}

size_t
pc_mib_udp_ports(const struct pc_profile *p, uint16_t out[PC_MIB_PORTS_MAX])
{
	const struct {
		bool open;
		uint16_t port;
	} ports[] = {{p->ports.nbns, 137}, {p->ports.snmp, 161}, {p->ports.slp, 427},
		{p->epson.push_scan && p->scanner, 2968}, {p->ports.enpc, 3289},
		{p->ports.llmnr, 5355}};
	size_t n = 0;

	for (size_t i = 0; i < PC_MIB_COUNT(ports); i++) {
		if (ports[i].open)
			out[n++] = ports[i].port;
	}
	return n;
}

static int
option_status(int err)
{
	switch (err) {
	case PC_OK:
		return PC_MIB_OK;
	case PC_E_REFUSED:
		return PC_MIB_INCONSISTENT_VALUE;
	case PC_E_UNSUPPORTED:
		return PC_MIB_NOT_WRITABLE;
	case PC_E_BADVALUE:
		return PC_MIB_WRONG_VALUE;
	default:
		return PC_MIB_RESOURCE_UNAVAILABLE;
	}
}

int
pc_mib_set_option(
	struct pc_device *dev, enum pc_option option, size_t part, int64_t value, bool commit)
{
	if (value < INT32_MIN || value > INT32_MAX)
		return PC_MIB_WRONG_VALUE;
	if (!commit)
		return option_status(
			pc_device_option_check(dev, option, (uint32_t)part, (int32_t)value));
	return pc_device_option_set(dev, option, (uint32_t)part, (int32_t)value) == PC_OK
		       ? PC_MIB_OK
		       : PC_MIB_COMMIT_FAILED;
}

/* The value as a C text; wrongLength beyond `max`, wrongValue with NUL or, where `display` is asked
 * for, octets above 127. */
static int
take_text(const struct pc_snmp_value *value, size_t max, bool display, char text[256])
{
	if (value->len > max || value->len >= 256)
		return PC_MIB_WRONG_LENGTH;
	for (size_t i = 0; i < value->len; i++)
		if (value->bytes[i] == 0 || (display && value->bytes[i] > 127))
			return PC_MIB_WRONG_VALUE;
	if (value->len > 0)
		memcpy(text, value->bytes, value->len);
	text[value->len] = '\0';
	return PC_MIB_OK;
}

int
pc_mib_set_option_text(struct pc_device *dev, enum pc_option option, size_t part,
	const struct pc_snmp_value *value, size_t max, bool commit)
{
	char text[256];
	int status = take_text(value, max, false, text);

	if (status != PC_MIB_OK || !commit)
		return status;
	return pc_device_option_text_set(dev, option, (uint32_t)part, text) == PC_OK
		       ? PC_MIB_OK
		       : PC_MIB_COMMIT_FAILED;
}

int
pc_mib_localized(const struct pc_device *dev, struct pc_snmp_value *v, const char *english)
{
	return pc_mib_text(v, pc_device_localized(dev, PC_OPTION_LOCALIZATION, english));
}

int
pc_mib_set_setting(struct pc_device *dev, const char *name, const struct pc_snmp_value *value,
	size_t max, bool display, bool commit)
{
	char text[256];
	int status;

	if (pc_device_setting(dev, name) == NULL)
		return PC_MIB_NOT_WRITABLE;
	status = take_text(value, max, display, text);
	if (status != PC_MIB_OK || !commit)
		return status;
	return pc_device_setting_set(dev, name, text) == PC_OK ? PC_MIB_OK : PC_MIB_COMMIT_FAILED;
}
