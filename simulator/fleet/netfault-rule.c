#include "fleet/netfault-rule.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "services/faults.h"
#include "snmp/faults.h"

enum { NAME_MAX_LEN = 64, VALUE_MAX_LEN = 64, DAY_MS = 86400000, BOTH = 3 };

static const struct pc_netfault_kind kinds[] = {
	{"udp-loss", false, BOTH, {NULL}, 0, 0, "datagrams are lost"},
	{"udp-duplicate", false, PC_NETFAULT_OUT, {"copies"}, 0, 1, "datagrams come several times"},
	{"udp-reorder", false, PC_NETFAULT_OUT, {"ms"}, 500, 0,
		"a datagram comes after the one that follows it, or after so long when none does"},
	{"udp-delay", false, PC_NETFAULT_OUT, {"ms", "jitter"}, 200, 0, "datagrams come late"},
	{"udp-truncate", false, PC_NETFAULT_OUT, {"len"}, 0, 20,
		"datagrams are cut to so many bytes"},
	{"udp-wrong-source", false, PC_NETFAULT_OUT, {"source"}, 0, 0,
		"answers leave from another address, by default the one the system would choose"},
	{"udp-bit-flip", false, PC_NETFAULT_OUT, {"bit"}, 0, UINT64_MAX,
		"one bit of a datagram is turned, by default any"},
	{"udp-silence", false, BOTH, {NULL}, 0, 0,
		"nothing comes in or goes out, as behind a firewall that does not say so"},
	{"tcp-refuse", true, 0, {NULL}, 0, 0, "connections are reset as soon as they are made"},
	{"tcp-silent", true, 0, {NULL}, 0, 0,
		"connections are made, and nothing is ever read or written"},
	{"tcp-delay", true, 0, {"ms", "jitter"}, 200, 0,
		"connections open late, and what comes after a pause is read late"},
	{"tcp-slow", true, BOTH, {"bytes"}, 0, 1000, "so many bytes a second pass"},
	{"tcp-reset", true, PC_NETFAULT_OUT, {"at"}, 0, 0, "reset after so many bytes"},
	{"tcp-close", true, PC_NETFAULT_OUT, {"at"}, 0, 0, "closed after so many bytes"},
	{"tcp-stall", true, PC_NETFAULT_OUT, {"at", "ms"}, 0, 0,
		"nothing passes after so many bytes, for so long or for ever"},
};

enum key_type { NUMBER, TIME, RATE, PORT, DIR, STATE, PEER, ADDRESS, SEED };

/* `at`: of the member in struct pc_netfault_rule, where the type does not say. */
static const struct key_form {
	struct pc_netfault_key key;
	enum key_type type;
	size_t at;
	uint64_t min, max;
} forms[] = {
#define AT(member) offsetof(struct pc_netfault_rule, member)
	{{"copies", false, "N", "how many besides the one (1 to 8)"}, NUMBER, AT(n), 1, 8},
	{{"ms", false, "N", "milliseconds"}, NUMBER, AT(ms), 0, DAY_MS},
	{{"jitter", false, "N", "up to so many milliseconds more, by chance"}, NUMBER, AT(jitter),
		0, DAY_MS},
	{{"len", false, "N", "bytes that are left"}, NUMBER, AT(n), 0, 65507},
	{{"source", false, "ADDR", "the other address, one of this machine's"}, ADDRESS, 0, 0, 0},
	{{"bit", false, "N", "which bit, from 0, modulo the length"}, NUMBER, AT(n), 0, 524055},
	{{"bytes", false, "N", "a second"}, NUMBER, AT(n), 1, UINT32_MAX},
	{{"at", false, "N", "bytes that pass before"}, NUMBER, AT(n), 0, UINT32_MAX},
	{{"dir", true, "in|out|both", "which way, seen from the printer"}, DIR, 0, 0, 0},
	{{"port", true, "NAME|N", "only this service, or well-known port; trap: notifications"},
		PORT, 0, 0, 0},
	{{"rate", true, "0..1", "this share of them, by chance"}, RATE, 0, 0, 0},
	{{"from", true, "TIME", "not before, since it was armed (500ms, 10s, 5m, 2h, 1d)"}, TIME,
		AT(from_ms), 0, UINT32_MAX},
	{{"until", true, "TIME", "and not after"}, TIME, AT(until_ms), 1, UINT32_MAX},
	{{"nth", true, "N", "only from the Nth of a printer on"}, NUMBER, AT(nth), 1, UINT32_MAX},
	{{"every", true, "N", "only every Nth of a printer"}, NUMBER, AT(every), 1, UINT32_MAX},
	{{"times", true, "N", "at most N times a printer"}, NUMBER, AT(times), 1, UINT32_MAX},
	{{"state", true, "STATE",
		 "only while idle, printing, cleaning, error or sleeping; A+B: or"},
		STATE, 0, 0, 0},
	{{"peer", true, "ADDR[/BITS]", "only for these"}, PEER, 0, 0, 0},
	{{"seed", true, "N", "of chance, instead of the run's"}, SEED, 0, 0, 0},
#undef AT
};

static const char *const state_names[PC_NETFAULT_STATES] = {
	"idle", "printing", "cleaning", "error", "sleeping"};
static const char *const dir_names[] = {
	[PC_NETFAULT_IN] = "in", [PC_NETFAULT_OUT] = "out", [BOTH] = "both"};

static const struct {
	const char *suffix;
	uint64_t ms;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", DAY_MS}};

const struct pc_netfault_kind *
pc_netfault_kinds(size_t *ret_n)
{
	*ret_n = sizeof(kinds) / sizeof(kinds[0]);
	return kinds;
}

bool
pc_netfault_key(size_t at, struct pc_netfault_key *ret)
{
	if (at >= sizeof(forms) / sizeof(forms[0]))
		return false;
	*ret = forms[at].key;
	return true;
}

static const struct pc_netfault_kind *
kind_of(const struct pc_netfault_rule *rule)
{
	return rule->act == PC_NETFAULT_BIT ? NULL : &kinds[rule->act - PC_NETFAULT_UDP_LOSS];
}

static bool
takes(const struct pc_netfault_rule *rule, const struct key_form *form)
{
	const struct pc_netfault_kind *kind = kind_of(rule);
	if (form->type == DIR)
		return kind != NULL && kind->ways != 0;
	if (form->key.common)
		return true;
	for (size_t i = 0; kind != NULL && i < PC_NETFAULT_PARAMS_MAX && kind->params[i] != NULL;
		i++) {
		if (strcmp(kind->params[i], form->key.name) == 0)
			return true;
	}
	return false;
}

/* ---- values ---- */

static uint64_t *
member(struct pc_netfault_rule *rule, const struct key_form *form)
{
	return (uint64_t *)(void *)((char *)rule + form->at);
}

static int
read_time(const char *text, const struct key_form *form, uint64_t *ret)
{
	char digits[VALUE_MAX_LEN + 1];
	size_t n = strspn(text, "0123456789");
	uint64_t value = 0;
	pc_text_copy(digits, sizeof(digits), text);
	digits[n] = '\0';
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(units[i].suffix, text + n) != 0)
			continue;
		if (pc_text_u64(digits, 0, UINT32_MAX, &value) != PC_OK)
			return PC_E_BADVALUE;
		*ret = value * units[i].ms;
		return *ret >= form->min && *ret <= form->max * units[4].ms ? PC_OK : PC_E_BADVALUE;
	}
	return PC_E_BADVALUE;
}

/* "0.25", "1", ".5": at most six digits after the point. */
static int
read_rate(const char *text, uint64_t *ret)
{
	uint64_t value = 0, unit = PC_NETFAULT_RATE_ONE;
	const char *c = text;
	for (; *c >= '0' && *c <= '9' && value <= PC_NETFAULT_RATE_ONE; c++)
		value = value * 10 + (uint64_t)(*c - '0') * unit;
	if (*c == '.') {
		for (c++; *c >= '0' && *c <= '9' && unit > 1; c++) {
			unit /= 10;
			value += (uint64_t)(*c - '0') * unit;
		}
	}
	bool ok =
		c != text && *c == '\0' && value <= PC_NETFAULT_RATE_ONE && strcmp(text, ".") != 0;
	if (ok)
		*ret = value;
	return ok ? PC_OK : PC_E_BADVALUE;
}

static int
read_port(const char *text, uint32_t *ret)
{
	size_t n = 0;
	uint64_t number = 0;
	const struct pc_service_row *rows = pc_service_table(&n);
	if (strcmp(text, "trap") == 0)
		*ret = PC_NETFAULT_TRAP_PORT;
	else if (strcmp(text, "raw") == 0)
		*ret = PC_NETFAULT_RAW_PORT;
	else if (strcmp(text, "snmp") == 0)
		*ret = 161;
	else if (pc_text_u64(text, 1, UINT16_MAX, &number) == PC_OK)
		*ret = (uint32_t)number;
	for (size_t i = 0; i < n && *ret == PC_NETFAULT_ANY_PORT; i++) {
		if (strcmp(rows[i].name, text) == 0)
			*ret = rows[i].port;
	}
	return *ret == PC_NETFAULT_ANY_PORT ? PC_E_BADVALUE : PC_OK;
}

static int
read_dir(const char *text, uint8_t *ret)
{
	for (uint8_t i = PC_NETFAULT_IN; i <= BOTH; i++) {
		if (strcmp(text, dir_names[i]) == 0) {
			*ret = i;
			return PC_OK;
		}
	}
	return PC_E_BADVALUE;
}

static int
read_states(const char *text, uint8_t *ret)
{
	uint8_t states = 0;
	for (;;) {
		size_t n = strcspn(text, "+"), i = 0;
		while (i < PC_NETFAULT_STATES &&
			(strlen(state_names[i]) != n || strncmp(state_names[i], text, n) != 0))
			i++;
		if (i == PC_NETFAULT_STATES)
			return PC_E_BADVALUE;
		states = (uint8_t)(states | 1u << i);
		if (text[n] == '\0')
			break;
		text += n + 1;
	}
	*ret = states;
	return PC_OK;
}

static int
read_peer(const char *text, struct pc_netfault_rule *rule)
{
	char address[VALUE_MAX_LEN + 1];
	uint64_t bits = 32;
	const char *slash = strchr(text, '/');
	pc_text_copy(address, sizeof(address), text);
	if (slash != NULL)
		address[slash - text] = '\0';
	if (pc_text_ipv4(address, &rule->peer) != PC_OK ||
		(slash != NULL && pc_text_u64(slash + 1, 1, 32, &bits) != PC_OK))
		return PC_E_BADVALUE;
	rule->peer_bits = (uint8_t)bits;
	rule->peer.s_addr &= htonl(UINT32_MAX << (32 - bits));
	return PC_OK;
}

static int
read_value(const struct key_form *form, const char *text, struct pc_netfault_rule *rule)
{
	switch (form->type) {
	case NUMBER:
		return pc_text_u64(text, form->min, form->max, member(rule, form));
	case TIME:
		return read_time(text, form, member(rule, form));
	case RATE:
		return read_rate(text, &rule->rate);
	case PORT:
		return read_port(text, &rule->port);
	case DIR:
		return read_dir(text, &rule->ways);
	case STATE:
		return read_states(text, &rule->states);
	case PEER:
		return read_peer(text, rule);
	case ADDRESS:
		return pc_text_ipv4(text, &rule->source);
	case SEED:
		rule->has_seed = true;
		return pc_text_u64(text, 0, UINT64_MAX, &rule->seed);
	default:
		return PC_E_INTERNAL;
	}
}

/* ---- the text ---- */

struct parser {
	const char *text, *at;
	struct pc_netfault_rule rule;
	uint64_t given; /* bit per row of forms */
	struct pc_diag *diag;
};

/* Puts where in front of what is in the diag. */
static int
at_column(const struct parser *p, const char *where)
{
	pc_diag_prefix(
		p->diag, "fault '%.200s': column %zu", p->text, (size_t)(where - p->text) + 1);
	return PC_E_SYNTAX;
}

/* A word up to one of `ends` or the end of the text. */
static int
read_word(struct parser *p, const char *ends, char *out, size_t size, const char *what)
{
	size_t n = strcspn(p->at, ends);
	if (n == 0 || n >= size) {
		pc_diag_set(p->diag, "%s of 1 to %zu characters is expected", what, size - 1);
		return at_column(p, p->at);
	}
	memcpy(out, p->at, n);
	out[n] = '\0';
	p->at += n;
	return PC_OK;
}

static bool
find_bit(const char *name, bool snmp, struct pc_netfault_rule *rule)
{
	size_t n = 0;
	const struct pc_fault_row *rows = snmp ? pc_snmp_faults(&n) : pc_service_faults(&n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		rule->name = rows[i].name;
		rule->bit = (pc_fault_set)1 << rows[i].bit;
		rule->bit_of_snmp = snmp;
		return true;
	}
	return false;
}

/* Those of the same first word; with an empty word, all. */
static void
add_names(const char *name, size_t word, struct pc_buf *out)
{
	size_t n_snmp = 0, n_ports = 0;
	const struct pc_fault_row *snmp = pc_snmp_faults(&n_snmp);
	const struct pc_fault_row *ports = pc_service_faults(&n_ports);
	size_t n_kinds = sizeof(kinds) / sizeof(kinds[0]);
	for (size_t i = 0; i < n_snmp + n_ports + n_kinds; i++) {
		const char *known = i < n_snmp             ? snmp[i].name
				    : i < n_snmp + n_ports ? ports[i - n_snmp].name
							   : kinds[i - n_snmp - n_ports].name;
		if (strncmp(known, name, word) == 0)
			pc_buf_addf(out, "%s%s", out->len == 0 ? "" : ", ", known);
	}
}

static int
unknown(struct pc_diag *diag, const char *name)
{
	struct pc_buf known;
	size_t word = strcspn(name, "-") + 1;
	pc_buf_init(&known, 16384);
	if (word <= strlen(name))
		add_names(name, word, &known);
	if (known.len == 0)
		add_names(name, 0, &known);
	pc_diag_set(diag, "unknown fault '%s' ('presscheck up --list-faults' shows all); known: %s",
		name, pc_buf_text(&known));
	pc_buf_done(&known);
	return PC_E_NOTFOUND;
}

static int
read_name(struct parser *p)
{
	char name[NAME_MAX_LEN + 1];
	int err = read_word(p, "(@", name, sizeof(name), "the name of a fault");
	if (err != PC_OK)
		return err;
	p->rule = (struct pc_netfault_rule){
		.act = PC_NETFAULT_BIT, .first = 1, .step = 1, .rate = PC_NETFAULT_RATE_ONE};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name) != 0)
			continue;
		p->rule.act = (enum pc_netfault_act)(PC_NETFAULT_UDP_LOSS + i);
		p->rule.name = kinds[i].name;
		p->rule.ways = kinds[i].ways;
		p->rule.ms = kinds[i].ms;
		p->rule.n = kinds[i].n;
		return PC_OK;
	}
	return find_bit(name, true, &p->rule) || find_bit(name, false, &p->rule)
		       ? PC_OK
		       : unknown(p->diag, name);
}

static void
set_expected_keys(struct parser *p, const char *key)
{
	struct pc_buf keys;
	pc_buf_init(&keys, PC_DIAG_MAX);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (takes(&p->rule, &forms[i]))
			pc_buf_addf(&keys, "%s%s", keys.len == 0 ? "" : ", ", forms[i].key.name);
	}
	pc_diag_set(p->diag, "'%s': %s takes %s", key, p->rule.name, pc_buf_text(&keys));
	pc_buf_done(&keys);
}

static int
read_pair(struct parser *p)
{
	char key[NAME_MAX_LEN + 1], value[VALUE_MAX_LEN + 1];
	const char *start = p->at;
	size_t i = 0;
	int err = read_word(p, "=,)", key, sizeof(key), "a key");
	if (err != PC_OK)
		return err;
	while (i < sizeof(forms) / sizeof(forms[0]) &&
		(strcmp(forms[i].key.name, key) != 0 || !takes(&p->rule, &forms[i])))
		i++;
	if (i == sizeof(forms) / sizeof(forms[0])) {
		set_expected_keys(p, key);
		return at_column(p, start);
	}
	if (*p->at != '=' || (p->given >> i & 1) != 0) {
		pc_diag_set(p->diag, "'%s': one value is expected: %s=%s", key, key,
			forms[i].key.value);
		return at_column(p, start);
	}
	p->given |= (uint64_t)1 << i;
	start = ++p->at;
	err = read_word(p, ",)", value, sizeof(value), "a value");
	if (err != PC_OK)
		return err;
	if (read_value(&forms[i], value, &p->rule) == PC_OK)
		return PC_OK;
	pc_diag_set(p->diag, "'%s' is no %s for %s: %s", value, forms[i].key.value, key,
		forms[i].key.summary);
	return at_column(p, start);
}

static int
read_pairs(struct parser *p)
{
	do {
		p->at++;
		int err = read_pair(p);
		if (err != PC_OK)
			return err;
	} while (*p->at == ',');
	if (*p->at != ')') {
		pc_diag_set(p->diag, "')' is expected");
		return at_column(p, p->at);
	}
	p->at++;
	if (p->rule.until_ms == 0 || p->rule.until_ms > p->rule.from_ms)
		return PC_OK;
	pc_diag_set(p->diag, "'until' is not after 'from'");
	return at_column(p, p->at);
}

static bool
read_printer(struct parser *p, const char *ends, uint32_t *ret)
{
	char digits[11];
	uint64_t value = 0;
	size_t n = strcspn(p->at, ends);
	if (n == 0 || n >= sizeof(digits))
		return false;
	memcpy(digits, p->at, n);
	digits[n] = '\0';
	if (strspn(digits, "0123456789") != n ||
		pc_text_u64(digits, 1, UINT32_MAX, &value) != PC_OK)
		return false;
	p->at += n;
	*ret = (uint32_t)value;
	return true;
}

/* "N", "N-M", "N-M/STEP" */
static int
read_printers(struct parser *p)
{
	struct pc_netfault_rule *r = &p->rule;
	const char *start = ++p->at;
	bool ok = read_printer(p, "-", &r->first);
	r->last = r->first;
	if (ok && *p->at == '-') {
		p->at++;
		ok = read_printer(p, "/", &r->last) && r->last >= r->first;
		if (ok && *p->at == '/') {
			p->at++;
			ok = read_printer(p, "", &r->step);
		}
	}
	if (r->last == r->first)
		r->step = 1;
	if (ok && *p->at == '\0')
		return PC_OK;
	pc_diag_set(p->diag, "printers are expected: N, N-M or N-M/STEP, from 1");
	return at_column(p, start);
}

int
pc_netfault_parse(const char *text, struct pc_netfault_rule *ret, struct pc_diag *diag)
{
	struct parser p = {.text = text, .at = text, .diag = diag};
	if (strlen(text) > PC_NETFAULT_TEXT_MAX)
		return pc_diag_fail(diag, PC_E_SYNTAX, "a fault of %zu characters; at most %d",
			strlen(text), PC_NETFAULT_TEXT_MAX);
	int err = read_name(&p);
	if (err == PC_OK && *p.at == '(')
		err = read_pairs(&p);
	if (err == PC_OK && *p.at == '@')
		err = read_printers(&p);
	if (err == PC_OK && *p.at != '\0') {
		pc_diag_set(diag, "'@' or the end is expected");
		err = at_column(&p, p.at);
	}
	if (err == PC_OK)
		*ret = p.rule;
	return err;
}

/* ---- writing ---- */

static void
write_time(uint64_t ms, struct pc_buf *out)
{
	size_t unit = sizeof(units) / sizeof(units[0]) - 1;
	while (unit > 0 && ms % units[unit].ms != 0)
		unit--;
	pc_buf_addf(out, "%llu%s", (unsigned long long)(ms / units[unit].ms), units[unit].suffix);
}

static void
write_port(uint32_t port, struct pc_buf *out)
{
	if (port == PC_NETFAULT_TRAP_PORT || port == PC_NETFAULT_RAW_PORT)
		pc_buf_add_text(out, port == PC_NETFAULT_RAW_PORT ? "raw" : "trap");
	else
		pc_buf_addf(out, "%u", port);
}

static void
write_states(uint8_t states, struct pc_buf *out)
{
	const char *between = "";
	for (unsigned i = 0; i < PC_NETFAULT_STATES; i++) {
		if ((states >> i & 1) == 0)
			continue;
		pc_buf_addf(out, "%s%s", between, state_names[i]);
		between = "+";
	}
}

static void
write_value(const struct key_form *form, const struct pc_netfault_rule *r, struct pc_buf *out)
{
	char text[PC_TEXT_ADDR_MAX];
	struct pc_netfault_rule copy = *r;
	if (form->type == NUMBER)
		pc_buf_addf(out, "%llu", (unsigned long long)*member(&copy, form));
	else if (form->type == TIME)
		write_time(*member(&copy, form), out);
	else if (form->type == RATE)
		pc_buf_addf(out, "%llu.%06llu",
			(unsigned long long)(r->rate / PC_NETFAULT_RATE_ONE),
			(unsigned long long)(r->rate % PC_NETFAULT_RATE_ONE));
	else if (form->type == PORT)
		write_port(r->port, out);
	else if (form->type == DIR)
		pc_buf_add_text(out, dir_names[r->ways]);
	else if (form->type == STATE)
		write_states(r->states, out);
	else if (form->type == PEER)
		pc_buf_addf(out, "%s/%u", pc_text_from_ipv4(r->peer, text), r->peer_bits);
	else if (form->type == ADDRESS)
		pc_buf_add_text(out, pc_text_from_ipv4(r->source, text));
	else
		pc_buf_addf(out, "%llu", (unsigned long long)r->seed);
}

/* It says something that goes without saying. */
static bool
is_default(const struct key_form *form, const struct pc_netfault_rule *r)
{
	const struct pc_netfault_kind *kind = kind_of(r);
	struct pc_netfault_rule copy = *r;
	switch (form->type) {
	case NUMBER:
		if (form->at == offsetof(struct pc_netfault_rule, n))
			return kind == NULL || r->n == kind->n;
		if (form->at == offsetof(struct pc_netfault_rule, ms))
			return kind == NULL || r->ms == kind->ms;
		return *member(&copy, form) == 0;
	case TIME:
		return *member(&copy, form) == 0;
	case RATE:
		return r->rate == PC_NETFAULT_RATE_ONE;
	case PORT:
		return r->port == PC_NETFAULT_ANY_PORT;
	case DIR:
		return kind == NULL || r->ways == kind->ways;
	case STATE:
		return r->states == 0;
	case PEER:
		return r->peer_bits == 0;
	case ADDRESS:
		return r->source.s_addr == INADDR_ANY;
	case SEED:
		return !r->has_seed;
	default:
		return true;
	}
}

void
pc_netfault_write(const struct pc_netfault_rule *r, struct pc_buf *out)
{
	const char *between = "(";
	pc_buf_add_text(out, r->name);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (!takes(r, &forms[i]) || is_default(&forms[i], r))
			continue;
		pc_buf_addf(out, "%s%s=", between, forms[i].key.name);
		write_value(&forms[i], r, out);
		between = ",";
	}
	if (*between == ',')
		pc_buf_add_text(out, ")");
	if (r->last != 0)
		pc_buf_addf(out, "@%u", r->first);
	if (r->last > r->first)
		pc_buf_addf(out, "-%u", r->last);
	if (r->last > r->first && r->step > 1)
		pc_buf_addf(out, "/%u", r->step);
}

bool
pc_netfault_is_plain(const struct pc_netfault_rule *r)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (takes(r, &forms[i]) && !is_default(&forms[i], r))
			return false;
	}
	return r->act == PC_NETFAULT_BIT;
}

/* ---- the list ---- */

static void
list_row(const char *name, const char *summary, struct pc_buf *out)
{
	pc_buf_addf(out, "  %-32s %s\n", name, summary);
}

static void
list_rows(const char *title, const struct pc_fault_row *rows, size_t n,
	const struct pc_fault_source *sources, size_t n_sources, struct pc_buf *out)
{
	pc_buf_addf(out, "\n%s\n", title);
	for (size_t i = 0; i < n; i++) {
		const char *source = pc_fault_source_of(sources, n_sources, rows[i].bit);
		list_row(rows[i].name, rows[i].summary, out);
		if (source != NULL)
			pc_buf_addf(out, "  %-32s   seen: %s\n", "", source);
	}
}

void
pc_netfault_list(struct pc_buf *out)
{
	size_t n = 0;
	char text[PC_NETFAULT_TEXT_MAX];
	pc_buf_add_text(out, "Faults of the network\n");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct pc_netfault_kind *k = &kinds[i];
		snprintf(text, sizeof(text), "%s%s%s%s%s%s", k->name,
			k->params[0] == NULL ? "" : "(", k->params[0] == NULL ? "" : k->params[0],
			k->params[0] == NULL || k->params[1] == NULL ? "" : ",",
			k->params[0] == NULL || k->params[1] == NULL ? "" : k->params[1],
			k->params[0] == NULL ? "" : ")");
		list_row(text, k->summary, out);
	}
	pc_buf_add_text(out, "\nTheir parameters\n");
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (i > 0 && forms[i].key.common && !forms[i - 1].key.common)
			pc_buf_add_text(
				out, "\nWhere and when, for every fault (dir: of the network's)\n");
		snprintf(text, sizeof(text), "%s=%s", forms[i].key.name, forms[i].key.value);
		list_row(text, forms[i].key.summary, out);
	}
	size_t n_sources = 0;
	const struct pc_fault_row *rows = pc_snmp_faults(&n);
	const struct pc_fault_source *sources = pc_snmp_fault_sources(&n_sources);
	list_rows("Faults of the SNMP agent", rows, n, sources, n_sources, out);
	rows = pc_service_faults(&n);
	sources = pc_service_fault_sources(&n_sources);
	list_rows("Faults of the other ports", rows, n, sources, n_sources, out);
}
