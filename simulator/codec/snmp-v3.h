/* codec/snmp-v3: the envelope of SNMPv3 messages with the parameters of the User-based Security
 * Model, and the scoped PDU inside. Spec: RFC 3412 s6, RFC 3414 s2.4 */
#ifndef PC_CODEC_SNMP_V3_H
#define PC_CODEC_SNMP_V3_H

#include <stddef.h>
#include <stdint.h>

#include "codec/snmp.h"
#include "codec/usm.h"

/* msgFlags */
enum { PC_SNMP_V3_AUTH = 1, PC_SNMP_V3_PRIV = 2, PC_SNMP_V3_REPORTABLE = 4 };

enum {
	PC_SNMP_V3_USM = 3,        /* msgSecurityModel */
	PC_SNMP_V3_SIZE_MIN = 484, /* smallest msgMaxSize */
	PC_SNMP_V3_USER_MAX = 32,  /* octets of msgUserName */
	PC_SNMP_V3_ENGINE_MAX = 32 /* octets of an engine ID */
};

/* A message up to its security parameters. The readers borrow from the message. */
struct pc_snmp_v3 {
	int32_t id;       /* msgID */
	int32_t max_size; /* msgMaxSize: longest answer the sender takes */
	uint8_t flags;
	int32_t model;             /* msgSecurityModel */
	struct pc_reader security; /* content of msgSecurityParameters */
	const uint8_t *data;       /* borrowed: msgData, with tag and length */
	size_t data_len;
};

/* PC_E_TRUNCATED, PC_E_BADVALUE; PC_E_UNSUPPORTED for another version. msgID, msgMaxSize and the
 * model outside their ranges are PC_E_BADVALUE: no SNMPv3 message. Whether model and flags make
 * sense is the caller's matter. */
int pc_snmp_v3_decode(const uint8_t *data, size_t len, struct pc_snmp_v3 *ret);

/* The parameters of USM; everything borrows from the message. */
struct pc_usm_params {
	const uint8_t *engine_id;
	size_t n_engine_id;
	int32_t boots, time;
	const uint8_t *user;
	size_t n_user;
	const uint8_t *digest; /* msgAuthenticationParameters */
	size_t n_digest;
	const uint8_t *salt; /* msgPrivacyParameters */
	size_t n_salt;
};

/* PC_E_TRUNCATED, PC_E_BADVALUE: also boots or time outside 0 to 2147483647 and user names over
 * PC_SNMP_V3_USER_MAX. */
int pc_usm_params_decode(const struct pc_reader *security, struct pc_usm_params *ret);

/* A scoped PDU in the clear. */
struct pc_snmp_scoped {
	const uint8_t *engine_id; /* contextEngineID; borrowed, as all */
	size_t n_engine_id;
	const uint8_t *name; /* contextName */
	size_t n_name;
	uint8_t pdu; /* its tag */
	struct pc_reader content;
	const uint8_t *bytes; /* the PDU with tag and length */
	size_t n_bytes;
};

/* Octets behind the scoped PDU are passed over: encryption may have padded it. */
int pc_snmp_scoped_decode(const uint8_t *data, size_t len, struct pc_snmp_scoped *ret);

/* Request-id of a PDU; PC_E_BADVALUE for a v1 trap. */
int pc_snmp_scoped_request_id(const struct pc_snmp_scoped *scoped, int32_t *ret);

/* Error-status and variables of a scoped PDU as pc_snmp_decode() gives them for v2c; the rest of
 * `ret` is left alone. */
int pc_snmp_scoped_message(const struct pc_snmp_scoped *scoped, struct pc_snmp_varbind *varbinds,
	size_t max_varbinds, struct pc_snmp_message *ret, struct pc_diag *diag);

/* Encode the PDU of `msg` (version and community do not matter) as a scoped PDU. As
 * pc_snmp_encode(). */
struct pc_snmp_context {
	const uint8_t *engine_id;
	size_t n_engine_id;
	const uint8_t *name;
	size_t n_name;
};
int pc_snmp_scoped_encode(const struct pc_snmp_context *context, const struct pc_snmp_message *msg,
	uint8_t *out, size_t size, size_t *ret_len, struct pc_diag *diag);

/* A message to be sealed. */
struct pc_snmp_v3_out {
	int32_t id, max_size;
	uint8_t flags; /* of PC_SNMP_V3_AUTH and _PRIV: what the keys below are there for */
	const uint8_t *engine_id;
	size_t n_engine_id;
	uint32_t boots, time;
	const uint8_t *user;
	size_t n_user;
	const struct pc_usm_signer *signer; /* with PC_SNMP_V3_AUTH */
	const struct pc_usm_priv *priv;     /* with PC_SNMP_V3_PRIV */
	const uint8_t *priv_key;            /* PC_USM_PRIV_KEY octets */
	const uint8_t *salt;                /* PC_USM_SALT octets, never the same twice */
};

/* Encrypt and sign a scoped PDU. The message is written to the end of `out`, from *ret_at on.
 * `scoped` may lie anywhere in `out` too. PC_E_NOSPACE, PC_E_INTERNAL when OpenSSL refuses.
 * Spec: RFC 3412 s7.1, RFC 3414 s3.1 */
int pc_snmp_v3_seal(struct pc_usm *usm, const struct pc_snmp_v3_out *msg, const uint8_t *scoped,
	size_t len, uint8_t *out, size_t size, size_t *ret_at);

/* Octets of the message that a scoped PDU of `len` octets will become. */
size_t pc_snmp_v3_sealed_len(const struct pc_snmp_v3_out *msg, size_t len);

#endif
