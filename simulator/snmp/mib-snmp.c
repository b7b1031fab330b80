/* What the agent says of itself: the snmp group of SNMPv2-MIB, SNMP-FRAMEWORK-MIB, SNMP-MPD-MIB and
 * the statistics of SNMP-USER-BASED-SM-MIB. All is kept in the printer's entity; while nobody has
 * asked the agent there is none, and every count is 0. Spec: RFC 3411, RFC 3412, RFC 3414, RFC 3418
 */
#include "base/err.h"
#include "snmp/entity.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

static int
put_stat(const struct pc_device *dev, const struct pc_snmp_at *at, enum pc_snmp_stat stat,
	struct pc_snmp_value *v)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);

	return pc_mib_number(at, v, e == NULL ? 0 : e->stats[stat]);
}

static int
snmp_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const enum pc_snmp_stat stats[] = {[1] = PC_SNMP_IN_PKTS,
		PC_SNMP_OUT_PKTS,
		PC_SNMP_IN_BAD_VERSIONS,
		PC_SNMP_IN_BAD_COMMUNITY_NAMES,
		PC_SNMP_IN_BAD_COMMUNITY_USES,
		PC_SNMP_IN_ASN_PARSE_ERRS,
		[8] = PC_SNMP_IN_TOO_BIGS,
		PC_SNMP_IN_NO_SUCH_NAMES,
		PC_SNMP_IN_BAD_VALUES,
		PC_SNMP_IN_READ_ONLYS,
		PC_SNMP_IN_GEN_ERRS,
		PC_SNMP_IN_TOTAL_REQ_VARS,
		PC_SNMP_IN_TOTAL_SET_VARS,
		PC_SNMP_IN_GET_REQUESTS,
		PC_SNMP_IN_GET_NEXTS,
		PC_SNMP_IN_SET_REQUESTS,
		PC_SNMP_IN_GET_RESPONSES,
		PC_SNMP_IN_TRAPS,
		PC_SNMP_OUT_TOO_BIGS,
		PC_SNMP_OUT_NO_SUCH_NAMES,
		PC_SNMP_OUT_BAD_VALUES,
		[24] = PC_SNMP_OUT_GEN_ERRS,
		PC_SNMP_OUT_GET_REQUESTS,
		PC_SNMP_OUT_GET_NEXTS,
		PC_SNMP_OUT_SET_REQUESTS,
		PC_SNMP_OUT_GET_RESPONSES,
		PC_SNMP_OUT_TRAPS,
		[31] = PC_SNMP_SILENT_DROPS,
		PC_SNMP_PROXY_DROPS};

	return put_stat(dev, at, stats[at->column], v);
}

/* snmpEnableAuthenTraps: enabled(1), disabled(2). */
static int
traps_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	bool enabled = e == NULL ? pc_device_profile(dev)->snmp.authen_traps : e->authen_traps;

	return pc_mib_number(at, v, enabled ? 1 : 2);
}

static int
traps_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	struct pc_snmp_entity *e;

	(void)at;
	if (value->integer != 1 && value->integer != 2)
		return PC_MIB_WRONG_VALUE;
	e = pc_snmp_entity_get(dev);
	if (e == NULL)
		return PC_MIB_RESOURCE_UNAVAILABLE;
	if (commit)
		e->authen_traps = value->integer == 1;
	return PC_MIB_OK;
}

static const uint32_t snmp_oid[] = {1, 3, 6, 1, 2, 1, 11};

static const struct pc_snmp_column snmp_columns[] = {
	{1, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInPkts"},
	{2, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpOutPkts"},
	{3, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInBadVersions"},
	{4, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInBadCommunityNames"},
	{5, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInBadCommunityUses"},
	{6, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInASNParseErrs"},
	{8, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInTooBigs"},
	{9, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInNoSuchNames"},
	{10, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInBadValues"},
	{11, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInReadOnlys"},
	{12, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInGenErrs"},
	{13, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInTotalReqVars"},
	{14, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInTotalSetVars"},
	{15, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInGetRequests"},
	{16, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInGetNexts"},
	{17, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInSetRequests"},
	{18, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInGetResponses"},
	{19, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpInTraps"},
	{20, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpOutTooBigs"},
	{21, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpOutNoSuchNames"},
	{22, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpOutBadValues"},
	{24, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpOutGenErrs"},
	{25, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpOutGetRequests"},
	{26, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpOutGetNexts"},
	{27, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpOutSetRequests"},
	{28, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpOutGetResponses"},
	{29, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpOutTraps"},
	{30, PC_SNMP_INTEGER, traps_get, traps_set, "snmpEnableAuthenTraps"},
};

static const struct pc_snmp_table snmp_table = {
	.oid = snmp_oid,
	.n_oid = PC_MIB_COUNT(snmp_oid),
	.columns = snmp_columns,
	.n_columns = PC_MIB_COUNT(snmp_columns),
	.spec = "RFC 1213 snmp",
};

/* What RFC 3418 has added to RFC 1213; with it comes sysOR. */
static bool
is_rfc3418(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_SYSOR);
}

static const uint32_t drops_oid[] = {1, 3, 6, 1, 2, 1, 11};

static const struct pc_snmp_column drops_columns[] = {
	{31, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpSilentDrops"},
	{32, PC_SNMP_COUNTER32, snmp_get, NULL, "snmpProxyDrops"},
};

static const struct pc_snmp_table drops_table = {
	.oid = drops_oid,
	.n_oid = PC_MIB_COUNT(drops_oid),
	.columns = drops_columns,
	.n_columns = PC_MIB_COUNT(drops_columns),
	.applies = is_rfc3418,
	.spec = "RFC 3418 snmpSilentDrops",
};

static int
serial_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);

	return pc_mib_number(at, v, e == NULL ? 0 : e->set_serial);
}

/* An advisory lock: who names the value as it is takes it and moves it on.
 * Spec: RFC 2579 TestAndIncr */
static int
serial_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	struct pc_snmp_entity *e = pc_snmp_entity_get(dev);

	(void)at;
	if (value->integer < 0)
		return PC_MIB_WRONG_VALUE;
	if (e == NULL)
		return PC_MIB_RESOURCE_UNAVAILABLE;
	if (value->integer != e->set_serial)
		return PC_MIB_INCONSISTENT_VALUE;
	if (commit)
		e->set_serial = e->set_serial == INT32_MAX ? 0 : e->set_serial + 1;
	return PC_MIB_OK;
}

static const uint32_t serial_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 6};

static const struct pc_snmp_column serial_columns[] = {
	{1, PC_SNMP_INTEGER, serial_get, serial_set, "snmpSetSerialNo"},
};

static const struct pc_snmp_table serial_table = {
	.oid = serial_oid,
	.n_oid = PC_MIB_COUNT(serial_oid),
	.columns = serial_columns,
	.n_columns = PC_MIB_COUNT(serial_columns),
	.applies = is_rfc3418,
	.spec = "RFC 3418 snmpSetSerialNo",
};

static bool
has_framework(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_SNMP_FRAMEWORK);
}

static int
engine_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);

	if (e == NULL)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 1:
		return pc_mib_octets(v, e->engine_id, e->n_engine_id);
	case 2:
		return pc_mib_number(at, v, pc_snmp_entity_boots(e));
	case 3:
		return pc_mib_number(at, v, pc_snmp_entity_time(e));
	default:
		return pc_mib_number(at, v, pc_snmp_entity_max_message(e));
	}
}

static const uint32_t engine_oid[] = {1, 3, 6, 1, 6, 3, 10, 2, 1};

static const struct pc_snmp_column engine_columns[] = {
	{1, PC_SNMP_OCTETS, engine_get, NULL, "snmpEngineID"},
	{2, PC_SNMP_INTEGER, engine_get, NULL, "snmpEngineBoots"},
	{3, PC_SNMP_INTEGER, engine_get, NULL, "snmpEngineTime"},
	{4, PC_SNMP_INTEGER, engine_get, NULL, "snmpEngineMaxMessageSize"},
};

static const struct pc_snmp_table engine_table = {
	.oid = engine_oid,
	.n_oid = PC_MIB_COUNT(engine_oid),
	.columns = engine_columns,
	.n_columns = PC_MIB_COUNT(engine_columns),
	.applies = has_framework,
	.spec = "RFC 3411 snmpEngine",
};

static bool
has_mpd(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_SNMP_MPD);
}

static int
mpd_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const enum pc_snmp_stat stats[] = {[1] = PC_SNMP_UNKNOWN_SECURITY_MODELS,
		PC_SNMP_INVALID_MSGS,
		PC_SNMP_UNKNOWN_PDU_HANDLERS};

	return put_stat(dev, at, stats[at->column], v);
}

static const uint32_t mpd_oid[] = {1, 3, 6, 1, 6, 3, 11, 2, 1};

static const struct pc_snmp_column mpd_columns[] = {
	{1, PC_SNMP_COUNTER32, mpd_get, NULL, "snmpUnknownSecurityModels"},
	{2, PC_SNMP_COUNTER32, mpd_get, NULL, "snmpInvalidMsgs"},
	{3, PC_SNMP_COUNTER32, mpd_get, NULL, "snmpUnknownPDUHandlers"},
};

static const struct pc_snmp_table mpd_table = {
	.oid = mpd_oid,
	.n_oid = PC_MIB_COUNT(mpd_oid),
	.columns = mpd_columns,
	.n_columns = PC_MIB_COUNT(mpd_columns),
	.applies = has_mpd,
	.spec = "RFC 3412 snmpMPDStats",
};

static bool
has_usm(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_USM);
}

static int
usm_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	unsigned stat = PC_SNMP_USM_UNSUPPORTED_SEC_LEVELS + at->column - 1;

	return put_stat(dev, at, (enum pc_snmp_stat)stat, v);
}

static const uint32_t usm_oid[] = {1, 3, 6, 1, 6, 3, 15, 1, 1};

static const struct pc_snmp_column usm_columns[] = {
	{1, PC_SNMP_COUNTER32, usm_get, NULL, "usmStatsUnsupportedSecLevels"},
	{2, PC_SNMP_COUNTER32, usm_get, NULL, "usmStatsNotInTimeWindows"},
	{3, PC_SNMP_COUNTER32, usm_get, NULL, "usmStatsUnknownUserNames"},
	{4, PC_SNMP_COUNTER32, usm_get, NULL, "usmStatsUnknownEngineIDs"},
	{5, PC_SNMP_COUNTER32, usm_get, NULL, "usmStatsWrongDigests"},
	{6, PC_SNMP_COUNTER32, usm_get, NULL, "usmStatsDecryptionErrors"},
};

static const struct pc_snmp_table usm_table = {
	.oid = usm_oid,
	.n_oid = PC_MIB_COUNT(usm_oid),
	.columns = usm_columns,
	.n_columns = PC_MIB_COUNT(usm_columns),
	.applies = has_usm,
	.spec = "RFC 3414 usmStats",
};

static const struct pc_snmp_table *const tables[] = {
	&snmp_table, &drops_table, &serial_table, &engine_table, &mpd_table, &usm_table};

const struct pc_snmp_module pc_snmp_mib_snmp = {"SNMPv2-MIB snmp", tables, PC_MIB_COUNT(tables)};
