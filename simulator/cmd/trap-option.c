#include "cmd/trap-option.h"

#include <string.h>

#include "base/err.h"

enum { TRAP_PORT = 162, VERSION_V1 = 0, VERSION_V2C = 1, VERSION_V3 = 3 };

static const struct {
	const char *word;
	int32_t version;
} versions[] = {{"v1", VERSION_V1}, {"v2c", VERSION_V2C}, {"v3", VERSION_V3}};

/* One word behind a comma, `len` characters; false: it is none. */
static bool
take_word(const char *word, size_t len, int32_t *version, bool *inform)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		if (strlen(versions[i].word) == len && memcmp(versions[i].word, word, len) == 0) {
			*version = versions[i].version;
			return true;
		}
	}
	*inform = *inform || (len == strlen("inform") && memcmp("inform", word, len) == 0);
	return len == strlen("inform") && memcmp("inform", word, len) == 0;
}

static bool
take_words(const char *text, int32_t *version, bool *inform)
{
	while (*text == ',') {
		size_t len = strcspn(++text, ",");
		if (!take_word(text, len, version, inform))
			return false;
		text += len;
	}
	return true;
}

int
pc_trap_option_add(struct pc_trap_option *o, const char *value, struct pc_diag *diag)
{
	char address[PC_TEXT_ADDR_MAX];
	struct sockaddr_in at;
	size_t len = strcspn(value, ",");
	int32_t version = VERSION_V2C;
	bool inform = false;
	if (o->n == PC_SNMP_RECEIVERS_MAX)
		return pc_diag_fail(
			diag, PC_E_USAGE, "at most %d times --trap-to", PC_SNMP_RECEIVERS_MAX);
	pc_text_copy(address, sizeof(address), value);
	if (len < sizeof(address))
		address[len] = '\0';
	if (len >= sizeof(address) || pc_text_sockaddr(address, TRAP_PORT, &at) != PC_OK ||
		at.sin_port == 0 || !take_words(value + len, &version, &inform))
		return pc_diag_fail(diag, PC_E_USAGE,
			"--trap-to '%s': ADDR[:PORT][,v1|v2c|v3][,inform] expected", value);
	if (version == VERSION_V1 && inform)
		return pc_diag_fail(diag, PC_E_USAGE,
			"--trap-to '%s': SNMPv1 has no informs; say v2c or v3", value);
	o->to[o->n].address = at.sin_addr;
	(void)pc_text_from_ipv4(at.sin_addr, o->to[o->n].text);
	o->to[o->n].port = ntohs(at.sin_port);
	o->to[o->n].version = version;
	o->to[o->n++].inform = inform;
	return PC_OK;
}

bool
pc_trap_option_waits(const struct pc_trap_option *o)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->to[i].inform)
			return true;
	return false;
}

/* Community, or user. */
static const char *
name_for(const struct pc_profile *p, int32_t version)
{
	if (version == VERSION_V3)
		return p->n_snmp_users == 0 ? NULL : p->snmp_users[0].name;
	return p->community_read == NULL ? "public" : p->community_read;
}

int
pc_trap_option_apply(const struct pc_trap_option *o, struct pc_profile *p, struct in_addr first,
	struct pc_diag *diag)
{
	for (size_t i = 0; i < o->n; i++) {
		const char *name = name_for(p, o->to[i].version);
		if (pc_text_is_loopback(first) && !pc_text_is_loopback(o->to[i].address))
			return pc_diag_fail(diag, PC_E_USAGE,
				"--trap-to '%s': printers at loopback addresses reach nobody "
				"outside; give them others with --first and --expose",
				o->to[i].text);
		if (name == NULL)
			return pc_diag_fail(diag, PC_E_USAGE,
				"--trap-to '%s,v3': model '%s' has no user; name one in snmp_users "
				"of its profile",
				o->to[i].text, p->id);
		if (p->n_snmp_receivers == PC_SNMP_RECEIVERS_MAX)
			return pc_diag_fail(diag, PC_E_USAGE,
				"--trap-to '%s': model '%s' has %d receivers already",
				o->to[i].text, p->id, PC_SNMP_RECEIVERS_MAX);
		p->snmp_receivers[p->n_snmp_receivers++] =
			(struct pc_profile_snmp_receiver){.address = o->to[i].text,
				.port = o->to[i].port,
				.version = o->to[i].version,
				.inform = o->to[i].inform,
				.name = name};
	}
	return PC_OK;
}
