/* snmp/mib-common: what the MIB modules share: row shapes, value setters, SET verdicts. */
#ifndef PC_SNMP_MIB_COMMON_H
#define PC_SNMP_MIB_COMMON_H

#include <netinet/in.h>

#include "snmp/row.h"

#define PC_MIB_COUNT(a) (sizeof(a) / sizeof *(a))

/* All modelled rows of the printer stand below hrDeviceIndex 1, as on every walked printer. */
enum { PC_MIB_HR_PRINTER = 1 };

/* SNMPv2 error-status of setters. Spec: RFC 3416 s3 */
enum pc_mib_status {
	PC_MIB_OK = 0,
	PC_MIB_WRONG_LENGTH = 8,
	PC_MIB_WRONG_VALUE = 10,
	PC_MIB_INCONSISTENT_VALUE = 12,
	PC_MIB_RESOURCE_UNAVAILABLE = 13,
	PC_MIB_COMMIT_FAILED = 14,
	PC_MIB_NOT_WRITABLE = 17
};

/* Row callbacks are built from these: index {at + 1}, {1, at + 1}, {1} while `at` < `n`. */
bool pc_mib_row_plain(size_t n, size_t at, uint32_t *index, size_t *n_index);
bool pc_mib_row_printer(size_t n, size_t at, uint32_t *index, size_t *n_index);
/* One row {1}: tables with one row per device, indexed by hrDeviceIndex or ifIndex. */
bool pc_mib_row_single(const struct pc_profile *profile, size_t at,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);
/* One row {1, 1}: the only sub-unit of its kind. */
bool pc_mib_row_only(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index);

/* For `next` of tables whose rows the device knows: row numbers 1 … n behind a prefix of `n_prefix`
 * ones. False after the last. */
bool pc_mib_next(size_t n_prefix, size_t n, const uint32_t *after, size_t n_after, uint32_t *index,
	size_t *n_index);

/* Row number from 0 of an instance: its last index sub-identifier less 1. SIZE_MAX for index 0. */
size_t pc_mib_at(const struct pc_snmp_at *at);

/* Results of getters; all return PC_OK unless said. The number takes the type of the column and is
 * cut to 32 bits for counters. */
int pc_mib_number(const struct pc_snmp_at *at, struct pc_snmp_value *v, int64_t n);
int pc_mib_text(struct pc_snmp_value *v, const char *text); /* borrowed; NULL is "" */
int pc_mib_octets(struct pc_snmp_value *v, const void *bytes, size_t len); /* borrowed */
int pc_mib_address(struct pc_snmp_value *v, struct in_addr addr);
int pc_mib_address4(struct pc_snmp_value *v, uint8_t a, uint8_t b, uint8_t c, uint8_t d);
int pc_mib_date(struct pc_snmp_value *v, uint64_t wall_ns);
int pc_mib_oid(struct pc_snmp_value *v, const uint32_t *arcs, size_t n); /* borrowed */
/* Dotted text, parsed into the scratch; "0.0" when the text is NULL or no OID. */
int pc_mib_dotted(struct pc_snmp_value *v, const char *dotted);
/* printf into the scratch; cut at its size. */
int pc_mib_format(struct pc_snmp_value *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A profile template expanded for the device; empty when the template is NULL. PC_E_NOSPACE. */
int pc_mib_expand(const struct pc_device *dev, struct pc_snmp_value *v, const char *template);

/* "EPSON WF-C5890 Series": maker and model; only the model when it already names the maker. */
int pc_mib_maker_model(const struct pc_profile *p, struct pc_snmp_value *v);

/* Vendor tables apply by name of the profile: "epson", "xerox", "none". */
bool pc_mib_vendor(const struct pc_profile *profile, const char *name);
bool pc_mib_is_epson(const struct pc_profile *profile);
bool pc_mib_is_xerox(const struct pc_profile *profile);

/* sysUpTime now, in hundredths of a second, as the device tells it. Spec: RFC 3418 sysUpTime */
uint32_t pc_mib_uptime(const struct pc_device *dev);
/* Serial number, life count and supply level with the faults of this room applied. */
const char *pc_mib_serial(const struct pc_device *dev);
uint32_t pc_mib_life_count(const struct pc_device *dev);
int32_t pc_mib_supply_level(const struct pc_device *dev, size_t supply);
/* Supply level in percent for vendor tables, or -1 when it cannot be told. */
int32_t pc_mib_supply_percent(const struct pc_device *dev, size_t supply);
/* The address of the interface as SNMP tells it. */
void pc_mib_mac(const struct pc_device *dev, uint8_t mac[6]);

/* Interface mask: natural loopback /8 for 127.0.0.0/8, else /24; and the gateway .254 of it. */
struct in_addr pc_mib_netmask(const struct pc_device *dev);
struct in_addr pc_mib_gateway(const struct pc_device *dev);

/* Colorants: the supplies with a colour, in their order. Row (from 1) of the colorant of `supply`,
 * 0 when it has none; supply (from 0) of the colorant row `at` (from 0), SIZE_MAX after the last.
 */
size_t pc_mib_colorants(const struct pc_profile *p);
uint32_t pc_mib_colorant_of(const struct pc_profile *p, size_t supply);
size_t pc_mib_colorant_supply(const struct pc_profile *p, size_t at);

/* Sides printed, all sizes and both plexes: colour 0 mono, 1 colour. */
uint32_t pc_mib_sides(const struct pc_device_state *st, unsigned color);

/* Ports that the model opens on TCP / UDP, ascending; at most PC_MIB_PORTS_MAX. */
enum { PC_MIB_PORTS_MAX = 24 };
size_t pc_mib_tcp_ports(const struct pc_profile *p, uint16_t out[PC_MIB_PORTS_MAX]);
size_t pc_mib_udp_ports(const struct pc_profile *p, uint16_t out[PC_MIB_PORTS_MAX]);

/* SET of an option of the device: the error-status of what pc_device_option_set() says of it. The
 * range of the column was not looked at. */
int pc_mib_set_option(
	struct pc_device *dev, enum pc_option option, size_t part, int64_t value, bool commit);
/* The same for a text of at most `max` octets without NUL. */
int pc_mib_set_option_text(struct pc_device *dev, enum pc_option option, size_t part,
	const struct pc_snmp_value *value, size_t max, bool commit);
/* A text of the device's own in the language of descriptions. Spec: RFC 3805
 * PrtLocalizedDescriptionStringTC */
int pc_mib_localized(const struct pc_device *dev, struct pc_snmp_value *v, const char *english);

/* SET of a text setting of the device, at most `max` octets. NUL and, with `display`, octets above
 * 127 are wrongValue; a setting that the device does not have is notWritable.
 * Spec: RFC 3416 s4.2.5, RFC 2579 DisplayString */
int pc_mib_set_setting(struct pc_device *dev, const char *name, const struct pc_snmp_value *value,
	size_t max, bool display, bool commit);

#endif
