/* The checks of the invariants, and what they share; for the table only. */
#ifndef PC_CI_CHECKS_H
#define PC_CI_CHECKS_H

#include "invariants.h"

#define CHECK(name) \
	enum verdict check_##name(const struct invariant *self, const struct facts *now, \
		const struct facts *before, char why[WHY_MAX])
#define UNUSED (void)self, (void)before

CHECK(equal);
CHECK(equal_name);
CHECK(contains);
CHECK(device_id_serial);
CHECK(device_id_model);
CHECK(sums);
CHECK(equal_each);
CHECK(supply_levels);
CHECK(never_less);
CHECK(never_less_running);
CHECK(grows);
CHECK(at_most);
CHECK(level_within_capacity);
CHECK(firmware_rows);
CHECK(error_bits);
CHECK(down_is_critical);
CHECK(warning_is_warned);
CHECK(legal_combination);
CHECK(pjl_class);
CHECK(pjl_online);
CHECK(st2_stops);
CHECK(st2_error);
CHECK(st2_error_is_told);
CHECK(st2_inks);
CHECK(supply_state);
CHECK(web_supplies);
CHECK(cover_status);
CHECK(pjl_display);
CHECK(uptime);
CHECK(clocks);
CHECK(start_is_counted);
CHECK(silent);
CHECK(answers);
CHECK(jam_bit);
CHECK(door_bit);
CHECK(offline_bit);
CHECK(no_toner_bit);
CHECK(low_toner_bit);
CHECK(low_paper_bit);
CHECK(tray_empty_bit);
CHECK(tray_missing_bit);
CHECK(output_full_bit);

/* Bits of hrPrinterDetectedErrorState. Spec: RFC 2790 */
enum {
	ERR_LOW_PAPER = 0x8000,
	ERR_NO_PAPER = 0x4000,
	ERR_LOW_TONER = 0x2000,
	ERR_NO_TONER = 0x1000,
	ERR_DOOR_OPEN = 0x0800,
	ERR_JAMMED = 0x0400,
	ERR_OFFLINE = 0x0200,
	ERR_SERVICE = 0x0100,
	ERR_TRAY_MISSING = 0x0080,
	ERR_SUPPLY_MISSING = 0x0020,
	ERR_OUTPUT_FULL = 0x0008,
	ERR_TRAY_EMPTY = 0x0004
};

/* A fact's number, `fallback` when it was not seen. */
int64_t check_number(const struct facts *f, const char *key, int64_t fallback);

/* HOLDS, or BROKEN with "a RELATION b" in `why`. */
enum verdict check_judge(bool holds, const struct fact *a, const struct fact *b,
	const char *relation, char why[WHY_MAX]);

#endif
