/* XEROX-HOST-RESOURCES-EXT-MIB: management of the machine by commands. Spec: XCMI 5.10
 * xcmHrDevMgmtTable */
#include <string.h>

#include "base/err.h"
#include "snmp/faults.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"
#include "snmp/notify.h"

enum {
	NONE = 1, /* XcmHrDevMgmtCommandRequest */
	TRUE = 1, /* TruthValue */
	FALSE = 2,
	AUTHORIZATION_ERROR = 16,
	PASSWORD_MAX = 255,
	TEST_SECONDS = 30, /* harness-defined: a self test, and overwriting the disk */
	OVERWRITE_SECONDS = 300
};

static const uint32_t first_row[] = {1};

static int command_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);
static int password_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);
static int command_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);

static const uint32_t command_oid[] = {PC_XCMI, 53, 5, 2, 1};

static const struct pc_snmp_column command_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevMgmtRowStatus"},
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, command_set, "xcmHrDevMgmtCommandRequest"},
	{3, PC_SNMP_OCTETS, pc_mib_kept_get, pc_mib_kept_set, "xcmHrDevMgmtCommandData"},
	{4, PC_SNMP_INTEGER, command_get, NULL, "xcmHrDevMgmtCommandStatus"},
	{5, PC_SNMP_OCTETS, command_get, password_set, "xcmHrDevMgmtUserPassword"},
	{6, PC_SNMP_OCTETS, command_get, password_set, "xcmHrDevMgmtOperatorPassword"},
	{7, PC_SNMP_OCTETS, command_get, password_set, "xcmHrDevMgmtAdminPassword"},
	{8, PC_SNMP_INTEGER, command_get, NULL, "xcmHrDevMgmtCommandInProgress"},
	{9, PC_SNMP_OCTETS, pc_mib_kept_get, pc_mib_kept_set, "xcmHrDevMgmtUserName"},
	{10, PC_SNMP_OCTETS, pc_mib_kept_get, pc_mib_kept_set, "xcmHrDevMgmtOperatorName"},
	{11, PC_SNMP_OCTETS, pc_mib_kept_get, pc_mib_kept_set, "xcmHrDevMgmtAdminName"},
};

static const struct pc_mib_rule command_rules[] = {
	{1, 1, 1, 1, NULL, NULL},
	{2, 0, 0, 1, NULL,
		",1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,1301,1302,1303,1304,1305,1306,1307,1308,1309,1310,1311,1312,1901,1902,1903,1904,1905,1906,1907,1908,1909,1910,1911,1912,2301,2302,2321,2322,2323,2324,2325,2326,2331,2332,2333,2334,2335,2336,2341,2342,2343,2901,2902,2921,2922,2923,2924,2925,2926,2931,2932,2933,2934,2935,2936,2941,2942,"},
	{3, 0, 255, 0, NULL, NULL},
	{5, 0, 255, 0, NULL, NULL},
	{6, 0, 255, 0, NULL, NULL},
	{7, 0, 255, 0, NULL, NULL},
	{9, 0, 255, 0, NULL, NULL},
	{10, 0, 255, 0, NULL, NULL},
	{11, 0, 255, 0, NULL, NULL},
};

PC_XCMI_RULED_TABLE(command, .row = pc_mib_row_single, .spec = "XCMI xcmHrDevMgmtTable");

/* The clock's second when the command under way ends is kept in column 8, the result of the last
 * one in column 4. */
static bool
in_progress(const struct pc_device *dev)
{
	int64_t until = pc_mib_kept_number(dev, &command_table, 8, first_row, 1);

	return until > (int64_t)(pc_clock_ms(pc_device_clock(dev)) / 1000);
}

static int
command_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (at->column == 4)
		return pc_mib_number(
			at, v, pc_mib_kept_number(dev, &command_table, 4, first_row, 1));
	if (at->column == 8)
		return pc_mib_number(at, v, in_progress(dev) ? TRUE : FALSE);
	return pc_mib_text(v, ""); /* passwords are never told */
}

/* ---- what a command does ---- */

/* PC_OK; PC_E_REFUSED: not now. */
static int
restart_warm(struct pc_device *dev)
{
	return pc_device_restart(dev, PC_RESET_WARM);
}

static int
restart_cold(struct pc_device *dev)
{
	return pc_device_restart(dev, PC_RESET_COLD);
}

static int
restart_factory(struct pc_device *dev)
{
	return pc_device_restart(dev, PC_RESET_FACTORY);
}

static int
shut_down(struct pc_device *dev)
{
	pc_device_power(dev, false);
	return PC_OK;
}

static int
wake(struct pc_device *dev)
{
	pc_device_sleep(dev, false);
	return PC_OK;
}

static int
save_energy(struct pc_device *dev)
{
	pc_device_sleep(dev, true);
	return pc_device_state(dev)->power == PC_POWER_SLEEP ? PC_OK : PC_E_REFUSED;
}

static int
pause_printing(struct pc_device *dev)
{
	return pc_device_condition(dev, PC_COND_OFFLINE, 0, true);
}

static int
resume_printing(struct pc_device *dev)
{
	return pc_device_condition(dev, PC_COND_OFFLINE, 0, false);
}

/* Unfinished jobs in these states are cancelled. */
static int
flush(struct pc_device *dev, enum pc_job_state low, enum pc_job_state high)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	uint32_t ids[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs), n_ids = 0;

	for (size_t i = 0; i < n; i++)
		if (jobs[i]->state >= low && jobs[i]->state <= high)
			ids[n_ids++] = jobs[i]->id;
	for (size_t i = 0; i < n_ids; i++)
		(void)pc_device_job_cancel(dev, ids[i]); /* one may have ended with another */
	return PC_OK;
}

static int
flush_input(struct pc_device *dev)
{
	return flush(dev, PC_JOB_RECEIVING, PC_JOB_PENDING);
}

static int
flush_output(struct pc_device *dev)
{
	return flush(dev, PC_JOB_PRINTING, PC_JOB_PRINTING);
}

static int
flush_both(struct pc_device *dev)
{
	return flush(dev, PC_JOB_RECEIVING, PC_JOB_PRINTING);
}

static int
nothing(struct pc_device *dev)
{
	(void)dev;
	return PC_OK;
}

/* What the machine can do; everything else of XcmHrDevMgmtCommandRequest is a bad command. */
static const struct command {
	int32_t request;
	int (*run)(struct pc_device *dev);
	int32_t seconds; /* it stays in progress */
	bool restarts;
} commands[] = {
	{2, resume_printing, 0, false}, /* startup */
	{4, nothing, TEST_SECONDS, false},
	{5, shut_down, 0, false},
	{6, pause_printing, 0, false}, /* quiesce */
	{7, pc_xcmi_reset_accounting, 0, false},
	{8, restart_warm, 0, true},
	{9, restart_cold, 0, true},
	{10, restart_factory, 0, true},
	{11, flush_input, 0, false},
	{12, flush_output, 0, false},
	{13, flush_both, 0, false},
	{15, nothing, 0, false}, /* refresh */
	{16, wake, 0, false},
	{17, save_energy, 0, false}, /* coolDown */
	{18, save_energy, 0, false},
	{19, wake, 0, false},
	{20, wake, 0, false},
	{21, save_energy, 0, false},
	{22, save_energy, 0, false},
	{1306, pause_printing, 0, false}, /* deviceDisable … deviceShutdown */
	{1307, resume_printing, 0, false},
	{1308, pause_printing, 0, false},
	{1309, resume_printing, 0, false},
	{1310, shut_down, 0, false},
	{2302, restart_cold, 0, true},
	{2326, nothing, TEST_SECONDS, false}, /* deviceDiagnose */
	{2331, pc_xcmi_reset_accounting, 0, false},
	{2332, restart_warm, 0, true},
	{2333, restart_cold, 0, true},
	{2334, restart_factory, 0, true},
	{2336, nothing, 0, false},
	{2341, nothing, 0, false}, /* deviceLogin, deviceLogout */
	{2342, nothing, 0, false},
	{2343, nothing, OVERWRITE_SECONDS, false},
};

static const struct command *
command_of(int64_t request)
{
	for (size_t i = 0; i < PC_MIB_COUNT(commands); i++)
		if (commands[i].request == request)
			return &commands[i];
	return NULL;
}

/* ---- rights ---- */

static bool
kept_password(const struct pc_device *dev, uint32_t column, struct pc_snmp_value *v)
{
	const struct pc_snmp_at at = {
		.table = &command_table.table, .column = column, .index = first_row, .n_index = 1};

	*v = (struct pc_snmp_value){.type = PC_SNMP_OCTETS};
	return pc_mib_kept_get(dev, &at, v) == PC_OK && v->len > 0;
}

/* Without a password whoever may write may manage; with one it must stand in the same request. */
static bool
may_manage(const struct pc_device *dev, const struct pc_snmp_at *at)
{
	enum { OPERATOR = 6, ADMIN = 7 };
	struct pc_snmp_value want;
	bool locked = false;

	for (uint32_t column = OPERATOR; column <= ADMIN; column++) {
		const struct pc_snmp_value *got = pc_snmp_at_other(at, column);

		if (!kept_password(dev, column, &want))
			continue;
		locked = true;
		if (got != NULL && got->type == PC_SNMP_OCTETS && got->len == want.len &&
			memcmp(got->bytes, want.bytes, want.len) == 0)
			return true;
	}
	return !locked;
}

/* Beside a command a password is the manager's; by itself it is a new one. */
static int
password_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	if (pc_snmp_at_other(at, 2) != NULL)
		return value->len > PASSWORD_MAX ? PC_MIB_WRONG_LENGTH : PC_MIB_OK;
	return pc_mib_kept_set(dev, at, value, commit);
}

/* ---- the request ---- */

static int
judge(const struct pc_device *dev, const struct pc_snmp_at *at, int64_t request)
{
	if (in_progress(dev))
		return PC_MIB_INCONSISTENT_VALUE;
	if (request == NONE)
		return PC_MIB_OK;
	if (command_of(request) == NULL)
		return PC_MIB_WRONG_VALUE;
	return may_manage(dev, at) ? PC_MIB_OK : AUTHORIZATION_ERROR;
}

static int
result(struct pc_device *dev, const struct command *c, int64_t status)
{
	int64_t now = (int64_t)(pc_clock_ms(pc_device_clock(dev)) / 1000);

	if (pc_mib_kept_put(dev, &command_table, 4, first_row, 1, status) != PC_OK ||
		pc_mib_kept_put(dev, &command_table, 2, first_row, 1, c->request) != PC_OK ||
		(c->seconds > 0 && pc_mib_kept_put(dev, &command_table, 8, first_row, 1,
					   now + c->seconds) != PC_OK))
		return PC_MIB_COMMIT_FAILED;
	return status == PC_MIB_OK ? PC_MIB_OK : PC_MIB_COMMIT_FAILED;
}

static int
command_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	const struct command *c = command_of(value->integer);
	bool goes;
	int r;

	if (!commit)
		return judge(dev, at, value->integer);
	if (c == NULL) /* none */
		return pc_mib_kept_set(dev, at, value, commit);
	if (c->restarts && pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_RESET_IGNORED))
		return PC_MIB_OK;
	goes = c->restarts || c->run == shut_down; /* and tells nobody any more */
	if (goes)
		pc_snmp_notify_xerox_command(dev, c->request, PC_MIB_OK);
	r = c->run(dev);
	if (!goes)
		pc_snmp_notify_xerox_command(
			dev, c->request, r == PC_OK ? PC_MIB_OK : PC_MIB_RESOURCE_UNAVAILABLE);
	if (c->run == restart_factory && r == PC_OK)
		return PC_MIB_OK; /* nothing is remembered */
	return result(dev, c, r == PC_OK ? PC_MIB_OK : PC_MIB_RESOURCE_UNAVAILABLE);
}

static const struct pc_snmp_table *const tables[] = {&command_table.table};

const struct pc_snmp_module pc_snmp_mib_xerox_command = {
	"XEROX-HOST-RESOURCES-EXT-MIB management", tables, PC_MIB_COUNT(tables)};
