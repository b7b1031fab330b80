/* Rules on strings: character sets, dates, languages, addresses, engine IDs. */
#include <string.h>

#include "base/text.h"
#include "snmp/walk-check-internal.h"

enum { CHARSET_ASCII = 3, CHARSET_UTF8 = 106, ETHERNET = 6, WIRELESS = 71 };

static bool
has_tc(const struct pc_mib_fact *f, const char *const *names)
{
	for (; f->tc != NULL && *names != NULL; names++) {
		if (strcmp(f->tc, *names) == 0)
			return true;
	}
	return false;
}

/* Offset of the first octet that is not NVT ASCII, `len` when there is none: over 127, or a CR
 * without LF or NUL behind it. Spec: RFC 2579 DisplayString */
static size_t
not_ascii(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool cr = bytes[i] == '\r' &&
			  (i + 1 == len || (bytes[i + 1] != '\n' && bytes[i + 1] != '\0'));
		if (bytes[i] > 127 || cr)
			return i;
	}
	return len;
}

static size_t
not_utf8(const uint8_t *bytes, size_t len)
{
	size_t i = 0, n = 1;
	while (i < len && n > 0) {
		n = pc_text_utf8_len(bytes + i, len - i);
		i += n;
	}
	return n > 0 ? len : i;
}

static void
tell_octet(struct pc_walk_case *c, const struct pc_walk_object *o, size_t at, const char *expected)
{
	char text[PC_WALK_TEXT_MAX];
	if (at < o->len)
		pc_walk_tell(c, o, expected, "octet %zu is 0x%02x in %.120s", at + 1,
			(unsigned)o->bytes[at], pc_walk_show(o, text, sizeof text));
}

static void
check_ascii(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	static const char *const names[] = {"DisplayString", "OwnerString", NULL};
	if (o->type == PC_SNMP_OCTETS && has_tc(f, names))
		tell_octet(c, o, not_ascii(o->bytes, o->len), "NVT ASCII");
}

static void
check_utf8(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	static const char *const names[] = {"SnmpAdminString", "JmUTF8StringTC", NULL};
	if (o->type == PC_SNMP_OCTETS && has_tc(f, names))
		tell_octet(c, o, not_utf8(o->bytes, o->len), "UTF-8");
}

/* Character set of the localization that the general table names for this use. */
static int64_t
charset(const struct pc_walk_case *c, const char *current, uint32_t device)
{
	uint32_t index[] = {device, 0};
	index[1] = (uint32_t)pc_walk_number(c, current, index, 1, 0);
	return pc_walk_number(c, "prtLocalizationCharacterSet", index, 2, 0);
}

static void
check_localized(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	static const char *const general[] = {"PrtLocalizedDescriptionStringTC", NULL};
	static const char *const console[] = {"PrtConsoleDescriptionStringTC", NULL};
	struct pc_walk_index index = pc_walk_index_of(o, f);
	int64_t set;
	if (o->type != PC_SNMP_OCTETS || index.n == 0)
		return;
	if (has_tc(f, general))
		set = charset(c, "prtGeneralCurrentLocalization", index.arcs[0]);
	else if (has_tc(f, console))
		set = charset(c, "prtConsoleLocalization", index.arcs[0]);
	else
		return;
	if (set == CHARSET_UTF8)
		tell_octet(c, o, not_utf8(o->bytes, o->len), "UTF-8, as its localization says");
	else if (set == CHARSET_ASCII)
		tell_octet(c, o, not_ascii(o->bytes, o->len), "ASCII, as its localization says");
}

/* Which field of a DateAndTime is out of range; NULL when none is. */
static const char *
bad_date(const uint8_t *d, size_t len)
{
	static const uint8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (d[2] < 1 || d[2] > 12)
		return "month";
	if (d[3] < 1 || d[3] > days[d[2] - 1])
		return "day";
	if (d[4] > 23)
		return "hour";
	if (d[5] > 59)
		return "minute";
	if (d[6] > 60)
		return "second";
	if (d[7] > 9)
		return "tenth of a second";
	if (len == 11 && d[8] != '+' && d[8] != '-')
		return "direction from UTC";
	return len == 11 && (d[9] > 13 || d[10] > 59) ? "distance from UTC" : NULL;
}

/* All zero is "no date" for the manufacturer whose module has it as default. */
static void
check_date(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	static const char *const names[] = {"DateAndTime", NULL};
	static const uint8_t none[11];
	char text[PC_WALK_TEXT_MAX];
	if (o->type != PC_SNMP_OCTETS || !has_tc(f, names) || (o->len != 8 && o->len != 11))
		return;
	bool unset = strncmp(f->module, "XEROX-", 6) == 0 && memcmp(o->bytes, none, o->len) == 0;
	const char *bad = unset ? NULL : bad_date(o->bytes, o->len);
	if (bad != NULL)
		pc_walk_tell(c, o, "a date", "%s out of range in %.60s", bad,
			pc_walk_show(o, text, sizeof text));
}

static bool
is_letter(uint8_t b)
{
	return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
}

static void
check_language(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	bool language = strcmp(f->name, "prtLocalizationLanguage") == 0;
	char text[PC_WALK_TEXT_MAX];
	if (o->type != PC_SNMP_OCTETS || o->len != 2 ||
		!(language || strcmp(f->name, "prtLocalizationCountry") == 0))
		return;
	if (!is_letter(o->bytes[0]) || !is_letter(o->bytes[1]))
		pc_walk_tell(c, o, language ? "two letters of ISO 639" : "two letters of ISO 3166",
			"%s", pc_walk_show(o, text, sizeof text));
}

static void
check_address(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	int64_t type;
	if (strcmp(f->name, "ifPhysAddress") != 0 || o->type != PC_SNMP_OCTETS)
		return;
	type = pc_walk_number(c, "ifType", index.arcs, index.n, 0);
	if ((type == ETHERNET || type == WIRELESS) && o->len != 6)
		pc_walk_tell(c, o, "6 octets for this type of interface", "%u", (unsigned)o->len);
}

/* Octets that the fifth one promises, the first five included; 0: any. Spec: RFC 3411 SnmpEngineID
 */
static size_t
engine_len(uint8_t format)
{
	static const uint8_t len[] = {[1] = 9, [2] = 21, [3] = 11};
	return format < sizeof len ? len[format] : 0;
}

static void
check_engine(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	char text[PC_WALK_TEXT_MAX];
	bool zeros = true, ones = true;
	if (strcmp(f->name, "snmpEngineID") != 0 || o->type != PC_SNMP_OCTETS || o->len < 5)
		return;
	for (size_t i = 0; i < o->len; i++) {
		zeros = zeros && o->bytes[i] == 0;
		ones = ones && o->bytes[i] == 255;
	}
	size_t len = (o->bytes[0] & 0x80) == 0 ? 12 : engine_len(o->bytes[4]);
	if (zeros || ones)
		pc_walk_tell(c, o, "an ID that is not all zeros or all ones", "%s",
			pc_walk_show(o, text, sizeof text));
	else if (len != 0 && o->len != len)
		pc_walk_tell(c, o, "the length that its format has", "%u octets in %.80s",
			(unsigned)o->len, pc_walk_show(o, text, sizeof text));
}

const struct pc_walk_judge pc_walk_text_rules[] = {
	{{"text-ascii", "A DisplayString is NVT ASCII.", "RFC 2579 DisplayString"}, check_ascii,
		NULL},
	{{"text-utf8", "An administrative string is UTF-8.", "RFC 3411 SnmpAdminString"},
		check_utf8, NULL},
	{{"text-localized", "A localized text is in the character set its localization names.",
		 "RFC 3805 PrtLocalizedDescriptionStringTC"},
		check_localized, NULL},
	{{"date", "A date has a month, a day and a time that exist.", "RFC 2579 DateAndTime"},
		check_date, NULL},
	{{"language", "Language and country are two letters each.",
		 "RFC 3805 prtLocalizationLanguage, prtLocalizationCountry"},
		check_language, NULL},
	{{"phys-address", "An Ethernet or wireless interface has an address of 6 octets.",
		 "RFC 2863 ifPhysAddress"},
		check_address, NULL},
	{{"engine-id", "An engine ID has the length of its format.", "RFC 3411 SnmpEngineID"},
		check_engine, NULL},
	{{NULL, NULL, NULL}, NULL, NULL},
};
