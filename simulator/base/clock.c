#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "base/err.h"

enum { NS_PER_MS = 1000000 };
static const uint64_t NS_PER_S = 1000000000;

static uint64_t
system_ns(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

void
pc_clock_init_real(struct pc_clock *c)
{
	*c = (struct pc_clock){.is_virtual = false};
	c->wall_offset_ns = system_ns(CLOCK_REALTIME) - system_ns(CLOCK_MONOTONIC);
}

void
pc_clock_init_virtual(struct pc_clock *c, uint64_t wall_start_s)
{
	*c = (struct pc_clock){.is_virtual = true, .virtual_ns = NS_PER_S};
	c->wall_offset_ns = wall_start_s * NS_PER_S - c->virtual_ns;
}

uint64_t
pc_clock_ns(const struct pc_clock *c)
{
	return c->is_virtual ? c->virtual_ns : system_ns(CLOCK_MONOTONIC);
}

uint64_t
pc_clock_ms(const struct pc_clock *c)
{
	return pc_clock_ns(c) / NS_PER_MS;
}

uint64_t
pc_clock_wall_ns(const struct pc_clock *c)
{
	return pc_clock_ns(c) + c->wall_offset_ns;
}

uint64_t
pc_clock_now_ms(void)
{
	return system_ns(CLOCK_MONOTONIC) / 1000000;
}

uint64_t
pc_clock_now_wall_ns(void)
{
	return system_ns(CLOCK_REALTIME);
}

void
pc_clock_advance(struct pc_clock *c, uint64_t ns)
{
	if (c->is_virtual)
		c->virtual_ns += ns;
}

static struct tm
utc(uint64_t wall_ns)
{
	time_t s = (time_t)(wall_ns / NS_PER_S);
	struct tm tm;
	gmtime_r(&s, &tm);
	return tm;
}

const char *
pc_clock_rfc3339(uint64_t wall_ns, char text[PC_CLOCK_TEXT_MAX])
{
	struct tm tm = utc(wall_ns);
	size_t n = strftime(text, PC_CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, PC_CLOCK_TEXT_MAX - n, ".%03uZ",
		(unsigned)(wall_ns % NS_PER_S / NS_PER_MS));
	return text;
}

void
pc_clock_date_and_time(uint64_t wall_ns, uint8_t out[PC_CLOCK_DATE_SIZE])
{
	struct tm tm = utc(wall_ns);
	unsigned year = (unsigned)tm.tm_year + 1900;
	const uint8_t v[11] = {(uint8_t)(year >> 8), (uint8_t)year, (uint8_t)(tm.tm_mon + 1),
		(uint8_t)tm.tm_mday, (uint8_t)tm.tm_hour, (uint8_t)tm.tm_min, (uint8_t)tm.tm_sec,
		(uint8_t)(wall_ns % NS_PER_S / (100 * (uint64_t)NS_PER_MS)), '+', 0, 0};
	for (size_t i = 0; i < sizeof(v); i++)
		out[i] = v[i];
}

static bool
is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool
is_date(unsigned year, const uint8_t *d)
{
	static const uint8_t days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (year < 1970 || year > 2261 || d[2] < 1 || d[2] > 12 || d[3] < 1)
		return false;
	unsigned last = days[d[2]] + (d[2] == 2 && is_leap(year) ? 1u : 0u);
	return d[3] <= last && d[4] <= 23 && d[5] <= 59 && d[6] <= 60 && d[7] <= 9;
}

int
pc_clock_from_date_and_time(const uint8_t *data, size_t len, uint64_t *ret_wall_ns)
{
	if (len != 8 && len != PC_CLOCK_DATE_SIZE)
		return PC_E_BADVALUE;
	unsigned year = (unsigned)data[0] << 8 | data[1];
	if (!is_date(year, data))
		return PC_E_BADVALUE;
	struct tm tm = {.tm_year = (int)year - 1900,
		.tm_mon = data[2] - 1,
		.tm_mday = data[3],
		.tm_hour = data[4],
		.tm_min = data[5],
		.tm_sec = data[6]};
	int64_t s = (int64_t)timegm(&tm);
	if (len == PC_CLOCK_DATE_SIZE) {
		if ((data[8] != '+' && data[8] != '-') || data[9] > 13 || data[10] > 59)
			return PC_E_BADVALUE;
		int64_t zone = data[9] * INT64_C(3600) + data[10] * INT64_C(60);
		s += data[8] == '+' ? -zone : zone;
	}
	if (s < 0)
		return PC_E_BADVALUE;
	*ret_wall_ns = (uint64_t)s * NS_PER_S + data[7] * (100 * (uint64_t)NS_PER_MS);
	return PC_OK;
}
