#include "agents/record.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/text.h"

void
pc_record_init(struct pc_record *r)
{
	memset(r, 0, sizeof(*r));
	r->total_pages = -1;
	r->paper_jams = -1;
	r->printing_s = r->area_dm2 = -1;
	for (size_t i = 0; i < PC_RECORD_SUPPLIES; i++)
		r->supplies[i].used_tenth_ml = -1;
}

const char *
pc_record_status_text(enum pc_record_status status)
{
	static const char *const words[] = {
		"unknown", "idle", "printing", "warmup", "warning", "down", "unreachable"};
	return words[status];
}

enum pc_record_status
pc_record_status_of(int32_t device_status, int32_t printer_status)
{
	static const struct {
		int32_t device, printer; /* 0 = any */
		enum pc_record_status status;
	} rows[] = {
		{5, 5, PC_RECORD_WARMUP}, /* moving on-line */
		{5, 0, PC_RECORD_DOWN}, {3, 0, PC_RECORD_WARNING}, {0, 4, PC_RECORD_PRINTING},
		{0, 5, PC_RECORD_WARMUP}, {0, 3, PC_RECORD_IDLE},
		{2, 1, PC_RECORD_IDLE},     /* standby */
		{4, 0, PC_RECORD_PRINTING}, /* testing: a test page is on its way */
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((rows[i].device == 0 || rows[i].device == device_status) &&
			(rows[i].printer == 0 || rows[i].printer == printer_status))
			return rows[i].status;
	}
	return PC_RECORD_UNKNOWN;
}

static bool
holds(const char *text, const char *word)
{
	return strcasestr(text, word) != NULL;
}

const char *
pc_record_supply_kind(int32_t type, const char *description)
{
	static const struct {
		int32_t type;
		const char *kind;
	} rows[] = {
		{3, "toner"},
		{4, "maintenanceUnit"},
		{5, "ink"},
		{6, "ink"},
		{7, "ink"}, /* inkRibbon */
		{8, "maintenanceUnit"},
		{9, "opc"},
		{15, "fuser"},
		{18, "maintenanceUnit"},
		{20, "transferUnit"},
		{21, "toner"},
		{35, "toner"},
		{36, "ink"},
	};
	if ((type == 1 || type == 20) && holds(description, "belt"))
		return "transferBelt";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].type == type)
			return rows[i].kind;
	}
	return "other";
}

void
pc_record_text(char *out, size_t size, const uint8_t *bytes, size_t len)
{
	size_t at = 0;
	for (size_t i = 0; i < len && bytes[i] != 0;) {
		uint8_t c = bytes[i];
		uint8_t form[4] = {c};
		size_t from = 1, to = 1;
		if (c < 0x20 || c == 0x7f) {
			form[0] = ' ';
		} else if (c >= 0x80) {
			from = to = pc_text_utf8_len(bytes + i, len - i);
			if (from > 0) {
				memcpy(form, bytes + i, from);
			} else {
				form[0] = (uint8_t)(0xc0 | c >> 6);
				form[1] = (uint8_t)(0x80 | (c & 0x3f));
				from = 1;
				to = 2;
			}
		}
		if (at + to >= size)
			break;
		memcpy(out + at, form, to);
		at += to;
		i += from;
	}
	while (at > 0 && out[at - 1] == ' ')
		at--;
	out[at] = '\0';
}

void
pc_record_name(char *text)
{
	size_t at = 0;
	for (const char *p = text; *p != '\0' && at < 64; p++) {
		if (*p > 0x20 && *p < 0x7f)
			text[at++] = *p;
	}
	text[at] = '\0';
}

void
pc_record_mac(char out[PC_RECORD_TEXT], const uint8_t mac[6])
{
	snprintf(out, PC_RECORD_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		mac[3], mac[4], mac[5]);
}

bool
pc_record_1284(const char *id, const char *key, const char *long_key, char *out, size_t size)
{
	for (const char *p = id; *p != '\0';) {
		while (*p == ' ' || *p == ';')
			p++;
		size_t field = strcspn(p, ";");
		size_t name = strcspn(p, ":");
		if (name < field && ((strlen(key) == name && strncasecmp(p, key, name) == 0) ||
					    (strlen(long_key) == name &&
						    strncasecmp(p, long_key, name) == 0))) {
			pc_record_text(out, size, (const uint8_t *)p + name + 1, field - name - 1);
			return out[0] != '\0';
		}
		p += field;
	}
	return false;
}

bool
pc_record_date(const uint8_t *b, size_t len, char out[PC_CLOCK_TEXT_MAX])
{
	char zone[16] = "Z";
	if (len != 8 && len != 11)
		return false;
	unsigned year = (unsigned)b[0] << 8 | b[1];
	if (year < 1970 || year > 9999 || b[2] < 1 || b[2] > 12 || b[3] < 1 || b[3] > 31 ||
		b[4] > 23 || b[5] > 59 || b[6] > 60 || b[7] > 9)
		return false;
	if (len == 11) {
		if ((b[8] != '+' && b[8] != '-') || b[9] > 14 || b[10] > 59)
			return false;
		if (b[9] != 0 || b[10] != 0)
			snprintf(zone, sizeof(zone), "%c%02u:%02u", b[8], b[9], b[10]);
	}
	snprintf(out, PC_CLOCK_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02u%s", year, b[2], b[3], b[4],
		b[5], b[6], zone);
	return true;
}

void
pc_record_time(uint64_t wall_ns, int offset_minutes, char out[PC_CLOCK_TEXT_MAX])
{
	struct tm tm;
	time_t s = (time_t)(wall_ns / 1000000000u) + offset_minutes * 60;
	unsigned ms = (unsigned)(wall_ns / 1000000u % 1000u);
	unsigned east = (unsigned)(offset_minutes < 0 ? -offset_minutes : offset_minutes);
	gmtime_r(&s, &tm);
	snprintf(out, PC_CLOCK_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%03u%c%02u:%02u",
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, ms,
		offset_minutes < 0 ? '-' : '+', east / 60 % 24, east % 60);
}
