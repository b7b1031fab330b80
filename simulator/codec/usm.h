/* codec/usm: the cryptography of SNMPv3's User-based Security Model, all of it OpenSSL's: passwords
 * to keys, digests of messages, encryption. Spec: RFC 3414, RFC 3826, RFC 7860 */
#ifndef PC_CODEC_USM_H
#define PC_CODEC_USM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

enum {
	PC_USM_KEY_MAX = 64,     /* octets of a key */
	PC_USM_DIGEST_MAX = 48,  /* octets of msgAuthenticationParameters */
	PC_USM_PRIV_KEY = 16,    /* octets of a key that both privacy protocols use */
	PC_USM_SALT = 8,         /* octets of msgPrivacyParameters */
	PC_USM_PASSWORD_MIN = 8, /* Spec: RFC 3414 s11.2 */
	PC_USM_PAD = 8           /* octets that encryption may add at most */
};

/* An authentication protocol: `number` is the last arc of its OID beneath snmpAuthProtocols. */
struct pc_usm_auth {
	int32_t number;
	const char *name;  /* "usmHMACSHAAuthProtocol" */
	const char *hash;  /* OpenSSL's name */
	uint8_t key_len;   /* octets of a key */
	uint8_t mac_len;   /* octets of a digest in the message */
	uint8_t block_len; /* octets that the hash takes in at once */
};

/* A privacy protocol, the same beneath snmpPrivProtocols. */
struct pc_usm_priv {
	int32_t number;
	const char *name;
	const char *cipher; /* OpenSSL's name */
	uint8_t block_len;  /* what is encrypted is a multiple of it */
};

/* By number; NULL: none or unknown. */
const struct pc_usm_auth *pc_usm_auth_find(int32_t number);
const struct pc_usm_priv *pc_usm_priv_find(int32_t number);

/* OpenSSL's algorithms and working memory, for one thread. Caller frees. */
struct pc_usm;
int pc_usm_new(struct pc_usm **ret, struct pc_diag *diag);
void pc_usm_free(struct pc_usm *usm);

struct pc_usm_key {
	uint8_t len;
	uint8_t bytes[PC_USM_KEY_MAX];
};

/* Key of a password (Ku): a megabyte is hashed, so keep it. PC_E_BADVALUE for a password shorter
 * than PC_USM_PASSWORD_MIN, PC_E_INTERNAL when OpenSSL refuses. Spec: RFC 3414 sA.2, RFC 7860 s9.3
 */
int pc_usm_key_of_password(struct pc_usm *usm, const struct pc_usm_auth *auth, const char *password,
	struct pc_usm_key *ret);

/* Key of one engine (Kul). PC_E_INTERNAL. Spec: RFC 3414 s2.6 */
int pc_usm_key_localize(struct pc_usm *usm, const struct pc_usm_auth *auth,
	const struct pc_usm_key *ku, const uint8_t *engine_id, size_t n_engine_id,
	struct pc_usm_key *ret);

/* The new key that a KeyChange value makes of `old`: `change` is `len` octets of random and as many
 * of delta, each as long as `key_len` says. PC_E_BADVALUE for another length.
 * Spec: RFC 3414 KeyChange */
int pc_usm_key_change(struct pc_usm *usm, const struct pc_usm_auth *auth,
	const struct pc_usm_key *old, uint8_t key_len, const uint8_t *change, size_t len,
	struct pc_usm_key *ret);

/* The digest state of a key, ready for any number of messages: the key has been hashed already.
 * Caller frees. */
struct pc_usm_signer;
int pc_usm_signer_new(struct pc_usm *usm, const struct pc_usm_auth *auth,
	const struct pc_usm_key *key, struct pc_usm_signer **ret);
/* The same in memory of the caller's, aligned for any type: that many octets, nothing to free. */
size_t pc_usm_signer_size(const struct pc_usm_auth *auth);
int pc_usm_signer_init(const struct pc_usm_auth *auth, const struct pc_usm_key *key, void *memory,
	struct pc_usm_signer **ret);

void pc_usm_signer_free(struct pc_usm_signer *signer);
const struct pc_usm_auth *pc_usm_signer_auth(const struct pc_usm_signer *signer);

/* Digest of a message whose msgAuthenticationParameters are the octets at `at`; they are taken as
 * zeros whatever they hold. `ret` has room for PC_USM_DIGEST_MAX, mac_len are written.
 * Spec: RFC 3414 s6.3, RFC 7860 s4.2 */
int pc_usm_sign(struct pc_usm *usm, const struct pc_usm_signer *signer, const uint8_t *message,
	size_t len, size_t at, uint8_t *ret);

/* True when the message carries the right digest at `at`, compared in constant time. */
bool pc_usm_is_signed(struct pc_usm *usm, const struct pc_usm_signer *signer,
	const uint8_t *message, size_t len, size_t at, size_t mac_len);

/* What encryption depends on besides the key. */
struct pc_usm_seal {
	const struct pc_usm_priv *priv;
	const uint8_t *key; /* PC_USM_PRIV_KEY octets */
	uint32_t boots, time;
	const uint8_t *salt; /* PC_USM_SALT octets: msgPrivacyParameters */
};

/* Encrypt; the octets grow to a multiple of the block, zeros are added. `out` may be `in`.
 * PC_E_NOSPACE, PC_E_INTERNAL. Spec: RFC 3414 s8.1, RFC 3826 s3.1 */
int pc_usm_encrypt(struct pc_usm *usm, const struct pc_usm_seal *seal, const uint8_t *in,
	size_t len, uint8_t *out, size_t size, size_t *ret_len);

/* Decrypt; PC_E_BADVALUE when `len` is no multiple of the block. `out` has room for `len` and may
 * be `in`. */
int pc_usm_decrypt(struct pc_usm *usm, const struct pc_usm_seal *seal, const uint8_t *in,
	size_t len, uint8_t *out);

/* Octets after encryption. */
size_t pc_usm_encrypted_len(const struct pc_usm_priv *priv, size_t len);

#endif
