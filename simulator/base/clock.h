/* base/clock: the one clock of a run, real or virtual. Nothing else asks the system for time. */
#ifndef PC_BASE_CLOCK_H
#define PC_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Caller's storage. A virtual clock stands still until pc_clock_advance(). */
struct pc_clock {
	bool is_virtual;
	uint64_t virtual_ns;     /* monotonic reading of a virtual clock */
	uint64_t wall_offset_ns; /* wall clock minus monotonic clock */
};

/* The system's clock. */
void pc_clock_init_real(struct pc_clock *c);

/* A virtual clock whose wall time starts at `wall_start_s` seconds since 1970. */
void pc_clock_init_virtual(struct pc_clock *c, uint64_t wall_start_s);

/* Monotonic nanoseconds / milliseconds since an arbitrary start. */
uint64_t pc_clock_ns(const struct pc_clock *c);
uint64_t pc_clock_ms(const struct pc_clock *c);

/* Wall clock, nanoseconds since 1970 UTC. */
uint64_t pc_clock_wall_ns(const struct pc_clock *c);

/* The system's clock for programs that wait on others and have no clock of their own: monotonic
 * milliseconds, and nanoseconds since 1970 UTC. */
uint64_t pc_clock_now_ms(void);
uint64_t pc_clock_now_wall_ns(void);

/* Move a virtual clock forward; a real clock is left alone. */
void pc_clock_advance(struct pc_clock *c, uint64_t ns);

enum { PC_CLOCK_TEXT_MAX = 40 };

/* RFC 3339 with milliseconds, UTC: "2026-11-20T10:49:00.123Z". Returns `text`. */
const char *pc_clock_rfc3339(uint64_t wall_ns, char text[PC_CLOCK_TEXT_MAX]);

enum { PC_CLOCK_DATE_SIZE = 11 };

/* SNMP DateAndTime, 11 octets, UTC. Spec: RFC 2579 DateAndTime. */
void pc_clock_date_and_time(uint64_t wall_ns, uint8_t out[PC_CLOCK_DATE_SIZE]);

/* The other way: 8 octets (taken as UTC) or 11. PC_E_BADVALUE for another length, a date that no
 * calendar has, and one before 1970 or after 2261 (its nanoseconds have no room). */
int pc_clock_from_date_and_time(const uint8_t *data, size_t len, uint64_t *ret_wall_ns);

#endif
