/* Life of net-snmp's agent library inside this process, and who may ask what. */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/err.h"
#include "snmp/agent.h"
#include "snmp/agentx-lane.h"
#include "snmp/notify.h"
#include "snmp/usm.h"

#define LIBRARY_NAME "presscheck" /* for its configuration files, none of which is read */

/* The library makes directories and index files wherever it is told to keep its state, even when it
 * shall keep none. Nothing can be made beneath a device file. */
#define NOWHERE "/dev/null/none"

/* The library has room for pointers of the application, ours tell that an engine lives, and that
 * the library has been started: it leaks when it is started twice, so once it runs it stays. */
enum { DS_ENGINE = NETSNMP_DS_MAX_SUBIDS - 1, DS_STARTED = NETSNMP_DS_MAX_SUBIDS - 2 };

enum { ANSWER_MIN = 484 }; /* Spec: RFC 3417 s3.2 */

/* ---- access: version, community, operation ---- */

static bool
is_community(const netsnmp_pdu *pdu, const char *want)
{
	return want != NULL && strlen(want) == pdu->community_len &&
	       memcmp(want, pdu->community, pdu->community_len) == 0;
}

/* Spec: RFC 3418 snmpInBadCommunityNames, snmpInBadCommunityUses; RFC 3416 s4.2.5 (1) */
static bool
may_ask(struct pc_snmp_engine *e, netsnmp_pdu *pdu, struct pc_snmp_ride *ride)
{
	struct pc_snmp_entity *entity = ride->entity;
	if (pdu->version == SNMP_VERSION_3)
		return pc_snmp_usm_may_ask(e, pdu, ride);
	ride->may_write = is_community(pdu, entity->communities[PC_SNMP_WRITE]);
	if (!ride->may_write && !is_community(pdu, entity->communities[PC_SNMP_READ]) &&
		!pc_fault_is_set(ride->faults, PC_SNMP_FAULT_WRONG_COMMUNITY_ANSWERED)) {
		e->counters.bad_community_names++;
		pc_snmp_count(entity, PC_SNMP_IN_BAD_COMMUNITY_NAMES);
		pc_snmp_notify_authentication_failure(e->notifier, entity);
		return false;
	}
	/* Answered with noAccess by the handler. */
	if (pdu->command == SNMP_MSG_SET && !ride->may_write) {
		e->counters.bad_community_uses++;
		pc_snmp_count(entity, PC_SNMP_IN_BAD_COMMUNITY_USES);
	}
	return true;
}

/* GETBULK's bounds. More repeaters than the usual bound still get one repetition. */
static void
bound_bulk(netsnmp_pdu *pdu, const struct pc_snmp_ride *ride)
{
	int bindings = (int)count_varbinds(pdu->variables);
	int limit = pc_device_profile(ride->target.dev)->snmp.bulk_variables;
	if (limit <= 0 || limit > PC_SNMP_BULK_VARBINDS_MAX)
		limit = PC_SNMP_BULK_VARBINDS_MAX;
	netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_MAX_GETBULKRESPONSES,
		bindings > limit ? bindings : limit);
	if (pdu->max_repetitions > 1 &&
		pc_fault_is_set(ride->faults, PC_SNMP_FAULT_BULK_IGNORES_REPETITIONS))
		pdu->max_repetitions = 1;
	if (pdu->max_repetitions > 100 && pc_fault_is_set(ride->faults, PC_SNMP_FAULT_BULK_HUNDRED))
		pdu->max_repetitions = 100;
}

/* Spec: RFC 1157 s4.1.3 (1) */
static void
answer_v1_end(netsnmp_session *session, netsnmp_pdu *pdu, long index)
{
	netsnmp_pdu *answer = snmp_clone_pdu(pdu);
	if (answer == NULL)
		return;
	answer->command = SNMP_MSG_RESPONSE;
	answer->errstat = SNMP_ERR_NOSUCHNAME;
	answer->errindex = index;
	if (!snmp_send(session, answer))
		snmp_free_pdu(answer);
}

/* What init_agent_snmp_session() makes of a request, but that it takes the PDU instead of copying
 * it: each copy of a variable is more than a kilobyte. The library frees all of it with the answer.
 * NULL without memory: the PDU stays the caller's. */
static netsnmp_agent_session *
take_over(netsnmp_session *session, netsnmp_pdu *pdu)
{
	netsnmp_agent_session *asp = calloc(1, sizeof(*asp));
	netsnmp_agent_request_info *info = calloc(1, sizeof(*info));
	netsnmp_pdu *original = snmp_clone_pdu(pdu); /* what an error gives back */
	if (asp == NULL || info == NULL || original == NULL) {
		snmp_free_pdu(original);
		free(info);
		free(asp);
		return NULL;
	}
	*asp = (netsnmp_agent_session){.session = session,
		.pdu = pdu,
		.orig_pdu = original,
		.mode = RESERVE1,
		.rw = READ,
		.exact = 1,
		.status = SNMP_ERR_NOERROR,
		.reqinfo = info,
		.treecache_num = -1};
	return asp;
}

/* Judge and answer a parsed request; true when the library has taken the PDU. */
static bool
on_request(struct pc_snmp_engine *e, netsnmp_pdu *pdu)
{
	struct pc_snmp_ride *ride = pdu->transport_data;
	if (!may_ask(e, pdu, ride))
		return false;
	if (pc_fault_is_set(ride->faults, PC_SNMP_FAULT_SILENT) ||
		(pdu->command == SNMP_MSG_GETBULK &&
			pc_fault_is_set(ride->faults, PC_SNMP_FAULT_BULK_UNANSWERED))) {
		e->counters.silent_drops++;
		return false;
	}
	pc_snmp_count_request(ride->entity, ride->pdu);
	if (pc_fault_is_set(ride->faults, PC_SNMP_FAULT_REQUEST_ID_CHANGED))
		pdu->reqid = (pdu->reqid + 1) & 0x7fffffff;
	if (pdu->command == SNMP_MSG_SET)
		ride->entity->notifier = e->notifier; /* some setters notify */
	if (pdu->command == SNMP_MSG_GETBULK)
		bound_bulk(pdu, ride);
	pdu->flags |= UCD_MSG_FLAG_ALWAYS_IN_VIEW; /* VACM knows source addresses only */
	if (pc_agentx_takes(ride->entity)) {
		pc_agentx_request(e, pdu);
		return false;
	}
	if (pdu->command == SNMP_MSG_GETNEXT && pdu->version == SNMP_VERSION_1) {
		long index = pc_snmp_handler_v1_end(ride, pdu->variables);
		if (index > 0) {
			answer_v1_end(e->session, pdu, index);
			return false;
		}
	}
	netsnmp_agent_session *asp = NULL;
	if (pdu->command != SNMP_MSG_SET)
		asp = take_over(e->session, pdu);
	(void)handle_snmp_packet(
		NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE, e->session, (int)pdu->reqid, pdu, asp);
	return asp != NULL;
}

/* The library's own way in, snmp_sess_read(), takes 64 KiB from the heap for each datagram and
 * gives them back, which costs as much as parsing. Its parser may be called directly. */
void
pc_snmp_engine_dispatch(struct pc_snmp_engine *engine)
{
	netsnmp_pdu *pdu = malloc(sizeof(*pdu)); /* calloc() would pass the thread's cache by */
	struct pc_snmp_ride *ride = malloc(sizeof(*ride)); /* freed with the PDU */
	if (pdu == NULL || ride == NULL || engine->len > PC_SNMP_SEND_MAX) {
		engine->counters.silent_drops++;
		free(pdu);
		free(ride);
		return;
	}
	memset(pdu, 0, sizeof(*pdu));
	*ride = engine->ride;
	engine->v3.refused = false;
	pdu->transport_data = ride;
	pdu->transport_data_length = (int)sizeof(*ride);
	memcpy(engine->message, engine->data, engine->len); /* the parser wants to own it */
	bool taken = false;
	if (snmp_parse(engine->session_slot, engine->session, pdu, engine->message, engine->len) ==
		SNMPERR_SUCCESS)
		taken = on_request(engine, pdu);
	else if (!engine->v3.refused)
		pc_snmp_transport_broken(engine, engine->ride.entity);
	if (!taken && pdu->command == SNMP_MSG_SET && engine->ride.entity->users != NULL)
		engine->ride.entity->users->asking = NULL;
	if (!taken)
		snmp_free_pdu(pdu);
}

/* ---- lanes ---- */

int
pc_snmp_lane_parse(const char *text, enum pc_snmp_lane *ret, struct pc_diag *diag)
{
	static const char *const names[] = {[PC_SNMP_LANE_AUTO] = "auto",
		[PC_SNMP_LANE_BASE] = "base",
		[PC_SNMP_LANE_FAST] = "fast"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			*ret = (enum pc_snmp_lane)i;
			return PC_OK;
		}
	}
	return pc_diag_fail(
		diag, PC_E_USAGE, "SNMP lane '%s': auto, base or fast is expected", text);
}

/* ---- life ---- */

/* What the library would read from the environment while it starts. Put back afterwards, since
 * programs that we start inherit it. */
static const char *const hidden_env[] = {"MIBS", "MIBDIRS", "SNMPCONFPATH", "SNMP_PERSISTENT_DIR",
	"SNMP_PERSISTENT_FILE", "SNMPIGNORELINES"};
enum { HIDDEN_ENV = sizeof(hidden_env) / sizeof(hidden_env[0]) };

static void
hide_env(char *saved[HIDDEN_ENV])
{
	for (int i = 0; i < HIDDEN_ENV; i++) {
		const char *value = getenv(hidden_env[i]);
		saved[i] = value == NULL ? NULL : strdup(value);
		unsetenv(hidden_env[i]);
	}
	setenv("MIBS", "", 1);
	setenv("MIBDIRS", NOWHERE, 1);
	setenv("SNMPCONFPATH", NOWHERE, 1);
	setenv("SNMP_PERSISTENT_DIR", NOWHERE, 1);
}

static void
restore_env(char *saved[HIDDEN_ENV])
{
	for (int i = 0; i < HIDDEN_ENV; i++) {
		if (saved[i] != NULL)
			setenv(hidden_env[i], saved[i], 1);
		else
			unsetenv(hidden_env[i]);
		free(saved[i]);
	}
}

static void
set_library_flags(void)
{
	static const int on[] = {NETSNMP_DS_LIB_ALARM_DONT_USE_SIG,
		NETSNMP_DS_LIB_DONT_READ_CONFIGS, NETSNMP_DS_LIB_DONT_PERSIST_STATE,
		NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE,
		NETSNMP_DS_LIB_DISABLE_CONFIG_LOAD, NETSNMP_DS_LIB_NO_DISCOVERY};
	for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++)
		netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, on[i], 1);
	netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_PERSISTENT_DIR, NOWHERE);
	netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_CONFIGURATION_DIR, NOWHERE);
	netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 0);
	netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_PORTS, "none");
}

static void
start_library(void)
{
	char *saved[HIDDEN_ENV];
#ifdef __GLIBC__
	/* The library's variables are too large for the allocator's thread cache; each of them
	 * makes it tidy up its fast bins. Without fast bins there is nothing to tidy: 3 % of a GET.
	 */
	(void)mallopt(M_MXFAST, 0);
#endif
	if (netsnmp_ds_get_void(NETSNMP_DS_APPLICATION_ID, DS_STARTED) != NULL) {
		set_library_flags();
		return;
	}
	hide_env(saved);
	snmp_disable_log();
	netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG); /* else stderr */
	set_library_flags();
	init_agent(LIBRARY_NAME);
	init_snmp(LIBRARY_NAME);
	set_library_flags(); /* init_snmp() registers defaults of its own */
	restore_env(saved);
	netsnmp_ds_set_void(NETSNMP_DS_APPLICATION_ID, DS_STARTED, (void *)(uintptr_t)LIBRARY_NAME);
}

static int
open_session(struct pc_snmp_engine *e)
{
	netsnmp_session s;
	netsnmp_transport *t = pc_snmp_transport_new(e);
	if (t == NULL)
		return -ENOMEM;
	snmp_sess_init(&s);
	s.version = SNMP_DEFAULT_VERSION;
	s.isAuthoritative = SNMP_SESS_AUTHORITATIVE;
	s.myvoid = e; /* for the security module */
	/* The hook only where it is needed: it costs a copy of every answer. */
	e->session = snmp_add_full(&s, t, NULL, NULL, NULL, NULL,
		e->options.agentx ? pc_agentx_build_answer : NULL, NULL, NULL);
	if (e->session == NULL)
		return PC_E_INTERNAL; /* the library has freed the transport */
	e->session_slot = snmp_sess_pointer(e->session);
	return e->session_slot == NULL ? PC_E_INTERNAL : PC_OK;
}

static int
start(struct pc_snmp_engine *e, struct pc_diag *diag)
{
	e->message = malloc(PC_SNMP_SEND_MAX);
	if (e->message == NULL)
		return pc_diag_fail(diag, -ENOMEM, "SNMP: %s", pc_err_text(-ENOMEM));
	int err = pc_snmp_usm_new(&e->usm, diag);
	if (err != PC_OK)
		return err;
	err = pc_snmp_notifier_new(&e->options, e->usm, &e->notifier);
	if (err != PC_OK)
		return pc_diag_fail(diag, err, "SNMP: %s", pc_err_text(err));
	start_library();
	if (pc_snmp_usm_register() != 0)
		return pc_diag_fail(
			diag, PC_E_INTERNAL, "SNMP: net-snmp refused the security module");
	netsnmp_ds_set_void(NETSNMP_DS_APPLICATION_ID, DS_ENGINE, e);
	if (pc_snmp_handler_attach(e) != 0)
		return pc_diag_fail(diag, PC_E_INTERNAL, "SNMP: net-snmp refused the handler");
	err = open_session(e);
	if (err != PC_OK)
		return pc_diag_fail(diag, err, "SNMP: net-snmp refused the session");
	return pc_snmp_transport_open(e, diag);
}

int
pc_snmp_engine_new(
	const struct pc_snmp_options *options, struct pc_snmp_engine **ret, struct pc_diag *diag)
{
	if (options->max_answer != 0 && options->max_answer < ANSWER_MIN)
		return pc_diag_fail(diag, PC_E_BADVALUE,
			"SNMP: answers of at most %zu bytes; every agent must be able to send %d",
			options->max_answer, ANSWER_MIN);
	if (netsnmp_ds_get_void(NETSNMP_DS_APPLICATION_ID, DS_ENGINE) != NULL)
		return pc_diag_fail(diag, PC_E_EXISTS,
			"SNMP: this process has an engine already, and net-snmp's library serves one");
	struct pc_snmp_engine *e = calloc(1, sizeof(*e));
	if (e == NULL)
		return pc_diag_fail(diag, -ENOMEM, "SNMP: %s", pc_err_text(-ENOMEM));
	e->options = *options;
	int err = start(e, diag);
	if (err != PC_OK) {
		pc_snmp_engine_free(e);
		return err;
	}
	*ret = e;
	return PC_OK;
}

void
pc_snmp_engine_free(struct pc_snmp_engine *engine)
{
	if (engine == NULL)
		return;
	pc_snmp_notifier_free(engine->notifier);
	pc_snmp_transport_close(engine);
	if (engine->session != NULL)
		snmp_close(engine->session);
	if (netsnmp_ds_get_void(NETSNMP_DS_APPLICATION_ID, DS_ENGINE) == engine) {
		pc_snmp_handler_detach();
		netsnmp_ds_set_void(NETSNMP_DS_APPLICATION_ID, DS_ENGINE, NULL);
	}
	pc_snmp_usm_free(engine->usm);
	free(engine->message);
	free(engine);
}

struct sockaddr_in
pc_snmp_engine_local(const struct pc_snmp_engine *engine)
{
	return pc_udp_local(engine->udp);
}

struct pc_snmp_counters
pc_snmp_engine_counters(const struct pc_snmp_engine *engine)
{
	return engine->counters;
}

void
pc_snmp_engine_start(struct pc_snmp_engine *engine)
{
	pc_snmp_notifier_start(engine->notifier);
}

void
pc_snmp_engine_event(
	struct pc_snmp_engine *engine, struct pc_device *dev, const struct pc_device_event *event)
{
	pc_snmp_notifier_event(engine->notifier, dev, event);
}

const struct pc_snmp_notifier *
pc_snmp_engine_notifier(const struct pc_snmp_engine *engine)
{
	return engine->notifier;
}
