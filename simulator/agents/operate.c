#include "agents/operate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/faults.h"
#include "agents/lpd-send.h"
#include "base/err.h"
#include "base/text.h"
#include "codec/epson-remote.h"
#include "codec/st2.h"
#include "loop/icmp.h"

enum { DEADLINE_MS = 120000, POLL_MS = 1000, ICMP_MS = 1000 };

/* What is asked before anything is done, one object a request so that SNMPv1 can say no to each. */
enum question { ASK_UPTIME, ASK_OBJECT_ID, ASK_MARKER, ASK_CLEANINGS, ASK_STATUS, QUESTIONS };

static const char *const question_oids[QUESTIONS] = {
	"1.3.6.1.2.1.1.3.0",                   /* sysUpTime */
	"1.3.6.1.2.1.1.2.0",                   /* sysObjectID */
	"1.3.6.1.2.1.43.10.2.1.2.1.1",         /* prtMarkerMarkTech */
	"1.3.6.1.4.1.8072.9999.9999.77.1.2.0", /* cleanings, stand-in MIB */
	"1.3.6.1.4.1.1248.1.2.2.1.1.1.4.1",    /* Epson status block */
};

static const char reset_oid[] = "1.3.6.1.2.1.43.5.1.1.3.1";              /* prtGeneralReset */
static const char trigger_oid[] = "1.3.6.1.4.1.8072.9999.9999.77.1.3.0"; /* stand-in MIB */

struct pc_operate {
	struct pc_operate_options options;
	enum pc_command_type type;
	char read[PC_SNMP_CLIENT_COMMUNITY], write[PC_SNMP_CLIENT_COMMUNITY], queue[32];
	int32_t version;
	enum question question;
	int32_t ticket;
	bool acted; /* the printer was told: now we look */
	uint64_t uptime_ms, asked_at_ms, acted_at_ms;
	bool epson, has_head;
	int64_t cleanings; /* -1 = the printer does not count them */
	bool pinging;      /* the echo's answer is still awaited */
	char ping[48];     /* what came of it */
	struct pc_icmp *icmp;
	struct pc_lpd_send *lpd;
	struct pc_timer deadline, poll;
	pc_operate_fn fn;
	void *arg;
};

static void ask(struct pc_operate *op);
static void act(struct pc_operate *op);

void
pc_operate_stop(struct pc_operate *op)
{
	if (op == NULL)
		return;
	pc_snmp_client_cancel(op->options.client, op->ticket);
	pc_timer_stop(&op->deadline);
	pc_timer_stop(&op->poll);
	pc_icmp_stop(op->icmp);
	pc_lpd_send_stop(op->lpd);
	free(op);
}

static void
finish(struct pc_operate *op, enum pc_command_state state, const char *detail)
{
	char text[PC_COMMAND_DETAIL_MAX];
	pc_operate_fn fn = op->fn;
	void *arg = op->arg;
	snprintf(text, sizeof(text), "%s%s%s", detail, op->ping[0] == '\0' ? "" : "; ", op->ping);
	pc_operate_stop(op);
	fn(arg, state, text);
}

static void
on_deadline(void *arg)
{
	struct pc_operate *op = arg;
	finish(op, PC_COMMAND_FAILED,
		op->type == PC_COMMAND_RESTART
			? "notSeen: the printer did not come back with a new sysUpTime in time"
			: "notSeen: no cleaning was observed in time");
}

static uint64_t
now_ms(const struct pc_operate *op)
{
	return pc_clock_ms(pc_loop_clock(op->options.loop));
}

static void
take_answer(struct pc_operate *op, const struct pc_snmp_varbind *v)
{
	static const uint8_t epson[] = {0x2b, 6, 1, 4, 1, 0x89, 0x60}; /* 1.3.6.1.4.1.1248 */
	enum { AQUEOUS = 12, SOLID = 13, OTHER_INK = 14 };
	bool number = v->type == PC_BER_INTEGER || v->type == PC_BER_COUNTER32 ||
		      v->type == PC_BER_TIMETICKS;
	switch (op->question) {
	case ASK_UPTIME:
		op->uptime_ms = number ? (uint64_t)v->integer * 10 : 0;
		op->asked_at_ms = now_ms(op);
		break;
	case ASK_OBJECT_ID:
		op->epson = v->type == PC_BER_OID && v->len >= sizeof(epson) &&
			    memcmp(v->bytes, epson, sizeof(epson)) == 0;
		break;
	case ASK_MARKER:
		op->has_head = number && v->integer >= AQUEOUS && v->integer <= OTHER_INK;
		break;
	case ASK_CLEANINGS:
		op->cleanings = number ? v->integer : -1;
		break;
	case ASK_STATUS:
	case QUESTIONS:
		break;
	}
}

/* A status block that says "cleaning". */
static bool
says_cleaning(const struct pc_snmp_varbind *v)
{
	struct pc_st2 *st2 = calloc(1, sizeof(*st2));
	bool yes = st2 != NULL && v->type == PC_BER_OCTETS &&
		   pc_st2_read(v->bytes, v->len, st2) == PC_OK && st2->state == PC_ST2_CLEANING;
	free(st2);
	return yes;
}

static void
look_again(void *arg)
{
	struct pc_operate *op = arg;
	if (op->type == PC_COMMAND_RESTART)
		op->question = ASK_UPTIME;
	else
		op->question = op->cleanings >= 0 ? ASK_CLEANINGS : ASK_STATUS;
	ask(op);
}

static void
look_later(struct pc_operate *op)
{
	unsigned ms = op->options.poll_ms == 0 ? POLL_MS : op->options.poll_ms;
	pc_timer_start(&op->poll, op->options.loop, ms, look_again, op);
}

/* Smaller than before: restarted. A printer that had only just booted may be past its old value
 * already; then it lags far behind what it would show without a restart. */
static bool
has_restarted(const struct pc_operate *op, uint64_t uptime_ms)
{
	uint64_t without = op->uptime_ms + (now_ms(op) - op->asked_at_ms);
	return uptime_ms < op->uptime_ms || uptime_ms * 2 < without;
}

static void
on_look(struct pc_operate *op, const struct pc_snmp_reply *reply)
{
	char detail[128];
	const struct pc_snmp_varbind *v = reply->n > 0 ? &reply->varbinds[0] : NULL;
	if (reply->err != PC_OK || reply->error_status != 0 || v == NULL) {
		look_later(op);
	} else if (op->type == PC_COMMAND_RESTART && v->type == PC_BER_TIMETICKS &&
		   has_restarted(op, (uint64_t)v->integer * 10)) {
		snprintf(detail, sizeof(detail), "the printer was back after %" PRIu64 " ms",
			now_ms(op) - op->acted_at_ms);
		finish(op, PC_COMMAND_SUCCEEDED, detail);
	} else if (op->type == PC_COMMAND_CLEAN &&
		   (op->question == ASK_STATUS
				   ? says_cleaning(v)
				   : v->type == PC_BER_COUNTER32 && v->integer > op->cleanings)) {
		finish(op, PC_COMMAND_SUCCEEDED,
			op->question == ASK_STATUS ? "the printer says that it is cleaning"
						   : "the printer counted one cleaning more");
	} else {
		look_later(op);
	}
}

/* A restart needs less to be known than a cleaning. */
static enum question
last_question(const struct pc_operate *op)
{
	return op->type == PC_COMMAND_CLEAN ? ASK_STATUS : ASK_OBJECT_ID;
}

static void
next_question(struct pc_operate *op)
{
	op->question++;
	if (op->question < last_question(op))
		ask(op);
	else if (!op->pinging)
		act(op);
}

static void
on_answer(void *arg, const struct pc_snmp_reply *reply)
{
	struct pc_operate *op = arg;
	op->ticket = 0;
	if (op->acted) {
		on_look(op, reply);
		return;
	}
	if (reply->err != PC_OK && op->question == ASK_UPTIME && op->version == PC_SNMP_V2C) {
		op->version = PC_SNMP_V1; /* perhaps it only speaks the old one */
		ask(op);
		return;
	}
	if (reply->err != PC_OK) {
		finish(op, PC_COMMAND_FAILED, "deviceUnreachable: no answer over SNMP");
		return;
	}
	if (reply->error_status == 0 && reply->n > 0)
		take_answer(op, &reply->varbinds[0]);
	next_question(op);
}

static int
send_snmp(struct pc_operate *op, uint8_t pdu, const char *oid_text, int64_t value,
	pc_snmp_reply_fn fn)
{
	struct pc_snmp_peer peer = {.addr = op->options.snmp, .version = op->version};
	struct pc_snmp_varbind vb;
	struct pc_oid oid;
	int err = pc_oid_parse(oid_text, &oid);
	pc_text_copy(
		peer.community, sizeof(peer.community), pdu == PC_SNMP_SET ? op->write : op->read);
	if (pdu == PC_SNMP_SET)
		pc_snmp_varbind_integer(&vb, &oid, PC_BER_INTEGER, value);
	else
		pc_snmp_varbind_null(&vb, &oid);
	return err != PC_OK ? err
			    : pc_snmp_client_ask(op->options.client, &peer, pdu, 0, 0, &vb, 1, fn,
				      op, &op->ticket);
}

static void
ask(struct pc_operate *op)
{
	if (send_snmp(op, PC_SNMP_GET, question_oids[op->question], 0, on_answer) != PC_OK)
		finish(op, PC_COMMAND_FAILED, "internal: the question could not be sent");
}

static void
on_set(void *arg, const struct pc_snmp_reply *reply)
{
	struct pc_operate *op = arg;
	char detail[128];
	op->ticket = 0;
	if (reply->err == PC_OK && reply->error_status != 0) {
		const char *name = pc_snmp_error_name(reply->error_status);
		snprintf(detail, sizeof(detail), "refused: the printer answered the SET with %s",
			name == NULL ? "an unknown error" : name);
		finish(op, PC_COMMAND_FAILED, detail);
		return;
	}
	/* No answer at all can be the restart itself: the look tells. */
	if (reply->err != PC_OK && op->type == PC_COMMAND_CLEAN) {
		finish(op, PC_COMMAND_FAILED,
			"refused: the SET was not answered (write community?)");
		return;
	}
	op->acted = true;
	look_later(op);
}

static void
set(struct pc_operate *op, const char *oid_text, int64_t value)
{
	if (send_snmp(op, PC_SNMP_SET, oid_text, value, on_set) != PC_OK)
		finish(op, PC_COMMAND_FAILED, "internal: the SET could not be sent");
}

static void
on_sent(void *arg, int err, const char *detail)
{
	struct pc_operate *op = arg;
	char text[PC_COMMAND_DETAIL_MAX];
	op->lpd = NULL;
	if (err != PC_OK) {
		snprintf(text, sizeof(text), "notSent: %s", detail);
		finish(op, PC_COMMAND_FAILED, text);
		return;
	}
	if (pc_fault_is_set(op->options.faults, PC_AGENT_CLEAN_UNCHECKED)) {
		finish(op, PC_COMMAND_SUCCEEDED, "the job was sent");
		return;
	}
	op->acted = true;
	look_later(op);
}

static void
send_cleaning_job(struct pc_operate *op)
{
	uint8_t job[PC_EPSON_CLEANING_BYTES];
	struct pc_diag diag = {0};
	char text[PC_COMMAND_DETAIL_MAX];
	size_t n = 0;
	int err = pc_epson_cleaning_write(
		0, false, pc_clock_wall_ns(pc_loop_clock(op->options.loop)), job, sizeof(job), &n);
	if (err == PC_OK)
		err = pc_lpd_send_start(op->options.loop, op->options.tap, &op->options.lpd,
			op->queue, job, n, on_sent, op, &op->lpd, &diag);
	if (err == PC_OK)
		return;
	snprintf(text, sizeof(text), "notSent: %.200s", diag.text);
	finish(op, PC_COMMAND_FAILED, text);
}

static void
act(struct pc_operate *op)
{
	op->acted_at_ms = now_ms(op);
	bool unchecked = pc_fault_is_set(op->options.faults, PC_AGENT_CLEAN_UNCHECKED);
	if (op->type == PC_COMMAND_RESTART)
		set(op, reset_oid, 4); /* powerCycleReset */
	else if (!unchecked && (!op->epson || !op->has_head))
		finish(op, PC_COMMAND_FAILED,
			"unsupported: the printer is no Epson with a print head to clean");
	else if (op->options.clean_by_snmp)
		set(op, trigger_oid, 1);
	else
		send_cleaning_job(op);
}

static void
on_echo(void *arg, int err)
{
	struct pc_operate *op = arg;
	op->icmp = NULL;
	op->pinging = false;
	pc_text_copy(op->ping, sizeof(op->ping),
		err == PC_OK ? "answered the ICMP echo" : "did not answer the ICMP echo");
	if (op->question >= last_question(op))
		act(op); /* SNMP had answered already and waited for this */
}

static void
ping(struct pc_operate *op)
{
	int err = pc_icmp_echo(
		op->options.loop, op->options.snmp.sin_addr, ICMP_MS, on_echo, op, &op->icmp, NULL);
	op->pinging = err == PC_OK;
	if (err != PC_OK)
		pc_text_copy(op->ping, sizeof(op->ping), "ICMP echo not allowed here");
}

static void
begin(void *arg)
{
	struct pc_operate *op = arg;
	if (op->type == PC_COMMAND_CLEAN &&
		pc_fault_is_set(op->options.faults, PC_AGENT_CLEAN_UNCHECKED)) {
		act(op);
		return;
	}
	ping(op);
	ask(op);
}

int
pc_operate_start(const struct pc_operate_options *options, enum pc_command_type type,
	pc_operate_fn fn, void *arg, struct pc_operate **ret, struct pc_diag *diag)
{
	if (type != PC_COMMAND_RESTART && type != PC_COMMAND_CLEAN)
		return pc_diag_fail(diag, PC_E_UNSUPPORTED, "no operation of this agent");
	struct pc_operate *op = calloc(1, sizeof(*op));
	if (op == NULL)
		return -ENOMEM;
	op->options = *options;
	op->type = type;
	op->version = options->version;
	op->cleanings = -1;
	op->fn = fn;
	op->arg = arg;
	pc_text_copy(op->read, sizeof(op->read), options->read_community);
	pc_text_copy(op->write, sizeof(op->write), options->write_community);
	pc_text_copy(
		op->queue, sizeof(op->queue), options->queue == NULL ? "PASSTHRU" : options->queue);
	pc_timer_start(&op->deadline, options->loop,
		options->deadline_ms == 0 ? DEADLINE_MS : options->deadline_ms, on_deadline, op);
	pc_timer_start(&op->poll, options->loop, 0, begin, op);
	*ret = op;
	return PC_OK;
}
