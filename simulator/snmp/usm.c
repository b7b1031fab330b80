/* Our security module in net-snmp's library. The library takes the envelope of a message apart and
 * has us judge and decrypt it; it makes the scoped PDU of the answer and has us seal it. Engine ID,
 * boots, time, users and statistics are those of the printer that was asked. */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/library/snmp_secmod.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/notify.h"
#include "snmp/shorten.h"
#include "snmp/usm.h"

enum { TIME_WINDOW = 150 }; /* seconds. Spec: RFC 3414 s2.2.3 */

static const uint8_t nothing[1];

/* ---- incoming: is it authentic? ---- */

static bool
refuse(struct pc_snmp_v3_request *q, enum pc_snmp_stat stat)
{
	q->stat = stat;
	return false;
}

/* Spec: RFC 3414 s3.2 (3) to (5) */
static bool
is_known(struct pc_snmp_engine *e, struct pc_snmp_v3_request *q)
{
	struct pc_snmp_entity *entity = e->ride.entity;
	const struct pc_usm_params *p = &q->params;
	if (p->n_engine_id != entity->n_engine_id ||
		memcmp(p->engine_id, entity->engine_id, entity->n_engine_id) != 0)
		return refuse(q, PC_SNMP_USM_UNKNOWN_ENGINE_IDS);
	q->user = pc_snmp_users_asked(e->usm, entity, p->user, p->n_user, &q->secret);
	if (q->user == NULL)
		return refuse(q, PC_SNMP_USM_UNKNOWN_USER_NAMES);
	if (((q->header.flags & PC_SNMP_V3_AUTH) != 0 && q->secret->auth == NULL) ||
		((q->header.flags & PC_SNMP_V3_PRIV) != 0 && q->secret->priv == NULL))
		return refuse(q, PC_SNMP_USM_UNSUPPORTED_SEC_LEVELS);
	return true;
}

/* Spec: RFC 3414 s3.2 (7) a */
static bool
is_in_time(const struct pc_snmp_entity *entity, const struct pc_usm_params *p)
{
	uint32_t boots = pc_snmp_entity_boots(entity);
	int64_t ahead = (int64_t)p->time - pc_snmp_entity_time(entity);
	return boots != INT32_MAX && p->boots == (int32_t)boots && ahead <= TIME_WINDOW &&
	       ahead >= -TIME_WINDOW;
}

/* Spec: RFC 3414 s3.2 (6), (7) */
static bool
is_authentic(
	struct pc_snmp_engine *e, struct pc_snmp_v3_request *q, const uint8_t *message, size_t len)
{
	const struct pc_usm_params *p = &q->params;
	if ((q->header.flags & PC_SNMP_V3_AUTH) == 0)
		return true;
	if (!pc_fault_is_set(e->ride.faults, PC_SNMP_FAULT_V3_DIGEST_UNCHECKED) &&
		!pc_usm_is_signed(pc_snmp_usm_crypto(e->usm), q->secret->signer, message, len,
			(size_t)(p->digest - message), p->n_digest))
		return refuse(q, PC_SNMP_USM_WRONG_DIGESTS);
	if (!pc_fault_is_set(e->ride.faults, PC_SNMP_FAULT_V3_WINDOW_UNCHECKED) &&
		!is_in_time(e->ride.entity, p))
		return refuse(q, PC_SNMP_USM_NOT_IN_TIME_WINDOWS);
	return true;
}

/* The scoped PDU in the clear; `out` has room for the whole message.
 * Spec: RFC 3414 s3.2 (8), s8.3.2; RFC 3826 s3.3.2 */
static bool
is_readable(struct pc_snmp_engine *e, struct pc_snmp_v3_request *q, uint8_t *out, size_t size,
	const uint8_t **ret, size_t *ret_len)
{
	struct pc_reader r, data;
	if ((q->header.flags & PC_SNMP_V3_PRIV) == 0) {
		*ret = q->header.data;
		*ret_len = q->header.data_len;
		return true;
	}
	const struct pc_usm_seal seal = {.priv = q->secret->priv,
		.key = q->secret->priv_key.bytes,
		.boots = (uint32_t)q->params.boots,
		.time = (uint32_t)q->params.time,
		.salt = q->params.salt};
	pc_reader_init(&r, q->header.data, q->header.data_len);
	if (q->params.n_salt != PC_USM_SALT ||
		pc_ber_read_tagged(&r, PC_BER_OCTETS, &data) != PC_OK || data.len > size ||
		pc_usm_decrypt(pc_snmp_usm_crypto(e->usm), &seal, data.data, data.len, out) !=
			PC_OK)
		return refuse(q, PC_SNMP_USM_DECRYPTION_ERRORS);
	*ret = out;
	*ret_len = data.len;
	return true;
}

static int
on_decode(struct snmp_secmod_incoming_params *in)
{
	struct pc_snmp_engine *e = in->sess->myvoid;
	u_char *room = *in->scopedPdu;
	const uint8_t *scoped = NULL;
	size_t len = 0;
	*in->scopedPdu = NULL; /* nothing to look at if this fails */
	if (e == NULL || e->data == NULL)
		return SNMPERR_GENERR;
	struct pc_snmp_v3_request *q = &e->v3;
	*q = (struct pc_snmp_v3_request){0};
	if (pc_snmp_v3_decode(in->wholeMsg, in->wholeMsgLen, &q->header) != PC_OK ||
		pc_usm_params_decode(&q->header.security, &q->params) != PC_OK)
		return SNMPERR_USM_PARSEERROR; /* counted as any broken message */
	q->refused = !is_known(e, q) || !is_authentic(e, q, in->wholeMsg, in->wholeMsgLen) ||
		     !is_readable(e, q, room, *in->scopedPduLen, &scoped, &len);
	if (q->refused) {
		pc_snmp_count(e->ride.entity, q->stat);
		if (q->stat == PC_SNMP_USM_WRONG_DIGESTS ||
			q->stat == PC_SNMP_USM_UNKNOWN_USER_NAMES)
			pc_snmp_notify_authentication_failure(e->notifier, e->ride.entity);
		return SNMPERR_USM_GENERICERROR;
	}
	*in->scopedPdu = scoped == room ? room : in->wholeMsg + (scoped - in->wholeMsg);
	*in->scopedPduLen = len;
	memcpy(in->secEngineID, q->params.engine_id, q->params.n_engine_id);
	*in->secEngineIDLen = q->params.n_engine_id;
	memcpy(in->secName, q->params.user, q->params.n_user);
	in->secName[q->params.n_user] = '\0';
	*in->secNameLen = q->params.n_user;
	*in->maxSizeResponse = in->maxMsgSize;
	*in->secStateRef = pc_snmp_secret_ref(q->secret);
	return SNMPERR_SUCCESS;
}

/* The message was refused: answer with a Report. The time of a printer is told signed, to those who
 * could sign. Spec: RFC 3414 s3.2 */
static void
on_refused(struct session_list *slp, netsnmp_transport *transport, netsnmp_session *session,
	int result, netsnmp_pdu *pdu)
{
	struct pc_snmp_engine *e = session->myvoid;
	(void)slp;
	(void)transport;
	(void)result;
	(void)pdu;
	if (e == NULL || e->data == NULL || !e->v3.refused)
		return;
	const struct pc_snmp_entity *entity = e->ride.entity;
	struct pc_snmp_scoped scoped;
	struct pc_snmp_report report = {.stat = e->v3.stat,
		.flags = e->v3.stat == PC_SNMP_USM_NOT_IN_TIME_WINDOWS ? PC_SNMP_V3_AUTH : 0,
		.context = {entity->engine_id, entity->n_engine_id, nothing, 0}};
	if ((e->v3.header.flags & PC_SNMP_V3_PRIV) == 0 &&
		pc_snmp_scoped_decode(e->v3.header.data, e->v3.header.data_len, &scoped) == PC_OK &&
		pc_snmp_scoped_request_id(&scoped, &report.request_id) == PC_OK) {
		report.has_pdu = true;
		report.pdu = scoped.pdu;
	}
	pc_snmp_usm_report(e, &e->ride, &report);
}

/* ---- outgoing ---- */

/* Everything but the salt. */
static struct pc_snmp_v3_out
envelope_out(const struct pc_snmp_entity *entity, const struct pc_snmp_envelope *envelope)
{
	const struct pc_snmp_secret *secret = envelope->secret;
	struct pc_snmp_v3_out m = {.id = envelope->id,
		.max_size = pc_snmp_entity_max_message(entity),
		.flags = envelope->flags,
		.engine_id = entity->engine_id,
		.n_engine_id = entity->n_engine_id,
		.boots = pc_snmp_entity_boots(entity),
		.time = pc_snmp_entity_time(entity),
		.user = envelope->user,
		.n_user = envelope->n_user};
	if ((m.flags & PC_SNMP_V3_AUTH) != 0)
		m.signer = secret->signer;
	if ((m.flags & PC_SNMP_V3_PRIV) != 0) {
		m.priv = secret->priv;
		m.priv_key = secret->priv_key.bytes;
	}
	return m;
}

static int
seal(const struct pc_snmp_engine *e, struct pc_snmp_entity *entity, struct pc_snmp_v3_out *m,
	const uint8_t *scoped, size_t len, uint8_t *out, size_t size, size_t *ret_at)
{
	uint8_t salt[PC_USM_SALT];
	if ((m->flags & PC_SNMP_V3_PRIV) != 0)
		pc_snmp_users_salt(entity, m->priv, m->boots, salt);
	m->salt = salt;
	int err = pc_snmp_v3_seal(pc_snmp_usm_crypto(e->usm), m, scoped, len, out, size, ret_at);
	m->salt = NULL;
	return err;
}

int
pc_snmp_usm_seal(struct pc_snmp_engine *engine, const struct pc_snmp_ride *ride,
	const struct pc_snmp_envelope *envelope, const uint8_t *scoped, size_t len, uint8_t *out,
	size_t size, size_t *ret_at)
{
	struct pc_snmp_v3_out m = envelope_out(ride->entity, envelope);
	return seal(engine, ride->entity, &m, scoped, len, out, size, ret_at);
}

/* Cut the scoped PDU at the end of the library's buffer when the message would be too long. */
static int
fit(const struct pc_snmp_engine *e, const struct pc_snmp_ride *ride, const struct pc_snmp_v3_out *m,
	u_char *end, size_t *len)
{
	size_t max = pc_snmp_largest_answer(e, ride->target.dev), at = 0;
	if ((size_t)ride->max_size < max)
		max = (size_t)ride->max_size;
	size_t sealed = pc_snmp_v3_sealed_len(m, *len), around = sealed - *len + PC_USM_PAD;
	if (sealed <= max)
		return PC_OK;
	uint8_t *shorter = malloc(max);
	if (shorter == NULL)
		return -ENOMEM;
	int err = around >= max ? PC_E_NOSPACE
				: pc_snmp_shorten_scoped(
					  ride->pdu, end - *len, *len, shorter, max - around, &at);
	if (err == PC_OK) {
		*len = max - around - at;
		memcpy(end - *len, shorter + at, *len);
	}
	free(shorter);
	return err;
}

/* msgFlags of the library's level. */
static uint8_t
flags_of(int security_level)
{
	if (security_level == SNMP_SEC_LEVEL_AUTHPRIV)
		return PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV;
	return security_level == SNMP_SEC_LEVEL_AUTHNOPRIV ? PC_SNMP_V3_AUTH : 0;
}

/* The scoped PDU lies at the end of the library's buffer; there the message goes too. */
static int
seal_answer(struct pc_snmp_engine *e, struct snmp_secmod_outgoing_params *out)
{
	const struct pc_snmp_ride *ride = out->pdu->transport_data;
	size_t len = *out->wholeMsgOffset, at = 0;
	struct pc_snmp_scoped scoped;
	const struct pc_snmp_envelope envelope = {.id = (int32_t)out->pdu->msgid,
		.flags = flags_of(out->secLevel),
		.user = (const uint8_t *)out->secName,
		.n_user = out->secNameLen,
		.secret = out->secStateRef};
	struct pc_snmp_v3_out m = envelope_out(ride->entity, &envelope);
	if (pc_fault_is_set(ride->faults, PC_SNMP_FAULT_V3_ANSWERS_PLAIN))
		m.flags &= PC_SNMP_V3_AUTH;
	while (*out->wholeMsgLen < pc_snmp_v3_sealed_len(&m, len)) {
		if (!asn_realloc(out->wholeMsg, out->wholeMsgLen))
			return -ENOMEM;
	}
	u_char *end = *out->wholeMsg + *out->wholeMsgLen;
	int err = fit(e, ride, &m, end, &len);
	if (err == PC_OK)
		err = pc_snmp_scoped_decode(end - len, len, &scoped);
	if (err != PC_OK)
		return err;
	pc_snmp_count_answer_bytes(ride->entity, ride->pdu, scoped.bytes, scoped.n_bytes);
	err = seal(e, ride->entity, &m, end - len, len, *out->wholeMsg, *out->wholeMsgLen, &at);
	*out->wholeMsgOffset = *out->wholeMsgLen - at;
	return err;
}

static int
on_encode(struct snmp_secmod_outgoing_params *out)
{
	struct pc_snmp_engine *e = out->session->myvoid;
	if (e == NULL || out->secStateRef == NULL || out->pdu->transport_data == NULL ||
		out->pdu->transport_data_length != (int)sizeof(struct pc_snmp_ride))
		return -1; /* only answers to what came over our transport */
	if (seal_answer(e, out) == PC_OK)
		return SNMPERR_SUCCESS;
	e->counters.silent_drops++;
	return -1;
}

/* ---- the library's references to a secret ---- */

static int
on_clone(netsnmp_pdu *from, netsnmp_pdu *to)
{
	(void)from;
	if (to->securityStateRef != NULL)
		(void)pc_snmp_secret_ref(to->securityStateRef);
	return 0;
}

static void
on_free(void *state)
{
	pc_snmp_secret_unref(state);
}

int
pc_snmp_usm_register(void)
{
	const struct snmp_secmod_def *now = find_sec_mod(SNMP_SEC_MODEL_USM);
	if (now != NULL && now->decode == on_decode)
		return 0;
	struct snmp_secmod_def *mine = calloc(1, sizeof(*mine)); /* the library frees it */
	if (mine == NULL)
		return -1;
	mine->decode = on_decode;
	mine->encode_reverse = on_encode;
	mine->handle_report = on_refused;
	mine->pdu_clone = on_clone;
	mine->pdu_free_state_ref = on_free;
	(void)unregister_sec_mod(SNMP_SEC_MODEL_USM);
	/* It complains of the name, which stays behind, and has registered the module. */
	(void)register_sec_mod(SNMP_SEC_MODEL_USM, "usm", mine);
	return find_sec_mod(SNMP_SEC_MODEL_USM) == mine ? 0 : -1;
}
