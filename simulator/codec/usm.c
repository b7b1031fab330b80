/* Half-hashed keys are kept for every user of 10,000 printers. OpenSSL's EVP needs a kilobyte and
 * nine allocations for one; its plain hash functions, deprecated since 3.0, a fifth of that. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "codec/usm.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum {
	PASSWORD_TEXT = 1048576, /* octets that are hashed for a password */
	INNER_PAD = 0x36,
	OUTER_PAD = 0x5c,
	BLOCK_MAX = 128,
	HASH_MAX = 64,
	IV_LEN = 16,
	DES_KEY = 8,
	CIPHER_KEY_MAX = 24
};

/* Spec: RFC 3414 s6, s7 (96 bits of digest); RFC 7860 s4 */
static const struct pc_usm_auth auths[] = {
	{2, "usmHMACMD5AuthProtocol", "MD5", 16, 12, 64},
	{3, "usmHMACSHAAuthProtocol", "SHA1", 20, 12, 64},
	{4, "usmHMAC128SHA224AuthProtocol", "SHA2-224", 28, 16, 64},
	{5, "usmHMAC192SHA256AuthProtocol", "SHA2-256", 32, 24, 64},
	{6, "usmHMAC256SHA384AuthProtocol", "SHA2-384", 48, 32, 128},
	{7, "usmHMAC384SHA512AuthProtocol", "SHA2-512", 64, 48, 128},
};
enum { AUTHS = sizeof(auths) / sizeof(auths[0]) };

/* OpenSSL 3 keeps single DES in a module that few load; three equal keys make triple DES the same.
 * Spec: RFC 3414 s8, RFC 3826 */
static const struct pc_usm_priv privs[] = {
	{2, "usmDESPrivProtocol", "DES-EDE3-CBC", 8},
	{4, "usmAesCfb128Protocol", "AES-128-CFB", 1},
};
enum { PRIVS = sizeof(privs) / sizeof(privs[0]) };

struct pc_usm {
	EVP_MD *hashes[AUTHS];                /* owned */
	EVP_CIPHER *ciphers[PRIVS];           /* owned */
	EVP_MD_CTX *hash;                     /* owned: the digest at work */
	EVP_CIPHER_CTX *contexts[PRIVS];      /* owned: with the key used last */
	uint8_t keys[PRIVS][PC_USM_PRIV_KEY]; /* that key */
	bool keyed[PRIVS];
};

/* A hash under way. */
union hash_state {
	MD5_CTX md5;
	SHA_CTX sha1;
	SHA256_CTX sha256; /* and SHA-224 */
	SHA512_CTX sha512; /* and SHA-384 */
};

#define HASH(name, prefix, member) \
	static bool name##_init(union hash_state *s) \
	{ \
		return prefix##_Init(&s->member) == 1; \
	} \
	static bool name##_update(union hash_state *s, const void *data, size_t len) \
	{ \
		return prefix##_Update(&s->member, data, len) == 1; \
	} \
	static bool name##_final(union hash_state *s, uint8_t *out) \
	{ \
		return prefix##_Final(out, &s->member) == 1; \
	}
HASH(md5, MD5, md5)
HASH(sha1, SHA1, sha1)
HASH(sha224, SHA224, sha256)
HASH(sha256, SHA256, sha256)
HASH(sha384, SHA384, sha512)
HASH(sha512, SHA512, sha512)
#undef HASH

/* In the order of `auths`. */
static const struct hash {
	size_t size; /* of its state */
	bool (*init)(union hash_state *s);
	bool (*update)(union hash_state *s, const void *data, size_t len);
	bool (*final)(union hash_state *s, uint8_t *out);
} hashes[] = {
	{sizeof(MD5_CTX), md5_init, md5_update, md5_final},
	{sizeof(SHA_CTX), sha1_init, sha1_update, sha1_final},
	{sizeof(SHA256_CTX), sha224_init, sha224_update, sha224_final},
	{sizeof(SHA256_CTX), sha256_init, sha256_update, sha256_final},
	{sizeof(SHA512_CTX), sha384_init, sha384_update, sha384_final},
	{sizeof(SHA512_CTX), sha512_init, sha512_update, sha512_final},
};

/* A key with the pads of HMAC hashed in: the state of the inner hash, then of the outer one, each
 * `hash->size` octets. Spec: RFC 2104 s4 */
struct pc_usm_signer {
	const struct pc_usm_auth *auth;
	const struct hash *hash;
	_Alignas(8) uint8_t states[];
};

const struct pc_usm_auth *
pc_usm_auth_find(int32_t number)
{
	for (size_t i = 0; i < AUTHS; i++) {
		if (auths[i].number == number)
			return &auths[i];
	}
	return NULL;
}

const struct pc_usm_priv *
pc_usm_priv_find(int32_t number)
{
	for (size_t i = 0; i < PRIVS; i++) {
		if (privs[i].number == number)
			return &privs[i];
	}
	return NULL;
}

/* ---- OpenSSL's objects ---- */

static int
init(struct pc_usm *usm)
{
	usm->hash = EVP_MD_CTX_new();
	if (usm->hash == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < AUTHS; i++) {
		usm->hashes[i] = EVP_MD_fetch(NULL, auths[i].hash, NULL);
		if (usm->hashes[i] == NULL)
			return PC_E_UNSUPPORTED;
	}
	for (size_t i = 0; i < PRIVS; i++) {
		usm->ciphers[i] = EVP_CIPHER_fetch(NULL, privs[i].cipher, NULL);
		usm->contexts[i] = EVP_CIPHER_CTX_new();
		if (usm->ciphers[i] == NULL)
			return PC_E_UNSUPPORTED;
		if (usm->contexts[i] == NULL)
			return -ENOMEM;
	}
	return PC_OK;
}

int
pc_usm_new(struct pc_usm **ret, struct pc_diag *diag)
{
	struct pc_usm *usm = calloc(1, sizeof(*usm));
	int err = usm == NULL ? -ENOMEM : init(usm);
	if (err != PC_OK) {
		pc_usm_free(usm);
		return pc_diag_fail(diag, err,
			"SNMPv3: OpenSSL does not offer the hashes and ciphers of USM: %s",
			pc_err_text(err));
	}
	*ret = usm;
	return PC_OK;
}

void
pc_usm_free(struct pc_usm *usm)
{
	if (usm == NULL)
		return;
	EVP_MD_CTX_free(usm->hash);
	for (size_t i = 0; i < AUTHS; i++)
		EVP_MD_free(usm->hashes[i]);
	for (size_t i = 0; i < PRIVS; i++) {
		EVP_CIPHER_free(usm->ciphers[i]);
		EVP_CIPHER_CTX_free(usm->contexts[i]);
	}
	OPENSSL_cleanse(usm->keys, sizeof(usm->keys));
	free(usm);
}

static const EVP_MD *
hash_of(const struct pc_usm *usm, const struct pc_usm_auth *auth)
{
	return usm->hashes[auth - auths];
}

/* ---- keys ---- */

int
pc_usm_key_of_password(struct pc_usm *usm, const struct pc_usm_auth *auth, const char *password,
	struct pc_usm_key *ret)
{
	uint8_t chunk[4096];
	size_t len = strlen(password), at = 0;
	if (len < PC_USM_PASSWORD_MIN)
		return PC_E_BADVALUE;
	if (EVP_DigestInit_ex2(usm->hash, hash_of(usm, auth), NULL) != 1)
		return PC_E_INTERNAL;
	for (size_t done = 0; done < PASSWORD_TEXT; done += sizeof(chunk)) {
		for (size_t i = 0; i < sizeof(chunk); i++) {
			chunk[i] = (uint8_t)password[at];
			at = at + 1 == len ? 0 : at + 1;
		}
		if (EVP_DigestUpdate(usm->hash, chunk, sizeof(chunk)) != 1)
			return PC_E_INTERNAL;
	}
	OPENSSL_cleanse(chunk, sizeof(chunk));
	if (EVP_DigestFinal_ex(usm->hash, ret->bytes, NULL) != 1)
		return PC_E_INTERNAL;
	ret->len = auth->key_len;
	return PC_OK;
}

/* The hash of up to three pieces; `ret` has room for HASH_MAX. */
static bool
hash_pieces(struct pc_usm *usm, const struct pc_usm_auth *auth, const void *const pieces[3],
	const size_t lens[3], uint8_t *ret)
{
	bool ok = EVP_DigestInit_ex2(usm->hash, hash_of(usm, auth), NULL) == 1;
	for (size_t i = 0; i < 3 && ok; i++)
		ok = lens[i] == 0 || EVP_DigestUpdate(usm->hash, pieces[i], lens[i]) == 1;
	return ok && EVP_DigestFinal_ex(usm->hash, ret, NULL) == 1;
}

int
pc_usm_key_localize(struct pc_usm *usm, const struct pc_usm_auth *auth, const struct pc_usm_key *ku,
	const uint8_t *engine_id, size_t n_engine_id, struct pc_usm_key *ret)
{
	struct pc_usm_key key = {.len = auth->key_len};
	const void *const pieces[] = {ku->bytes, engine_id, ku->bytes};
	const size_t lens[] = {ku->len, n_engine_id, ku->len};
	if (!hash_pieces(usm, auth, pieces, lens, key.bytes))
		return PC_E_INTERNAL;
	*ret = key;
	return PC_OK;
}

int
pc_usm_key_change(struct pc_usm *usm, const struct pc_usm_auth *auth, const struct pc_usm_key *old,
	uint8_t key_len, const uint8_t *change, size_t len, struct pc_usm_key *ret)
{
	struct pc_usm_key key = {.len = key_len};
	uint8_t temp[HASH_MAX];
	const uint8_t *delta = change + key_len;
	size_t done = 0;
	if (key_len > old->len || len != (size_t)2 * key_len)
		return PC_E_BADVALUE;
	memcpy(temp, old->bytes, key_len);
	for (size_t n_temp = key_len; done < key_len; n_temp = auth->key_len) {
		const void *const pieces[] = {temp, change, NULL};
		const size_t lens[] = {n_temp, key_len, 0};
		if (!hash_pieces(usm, auth, pieces, lens, temp))
			return PC_E_INTERNAL;
		for (size_t i = 0; i < auth->key_len && done < key_len; i++, done++)
			key.bytes[done] = temp[i] ^ delta[done];
	}
	*ret = key;
	return PC_OK;
}

/* ---- digests ---- */

static bool
hash_pad(struct pc_usm_signer *signer, const struct pc_usm_key *key, uint8_t pad, uint8_t *ret)
{
	uint8_t block[BLOCK_MAX];
	union hash_state state;
	memset(block, pad, sizeof(block));
	for (size_t i = 0; i < key->len; i++)
		block[i] ^= key->bytes[i];
	bool ok = signer->hash->init(&state) &&
		  signer->hash->update(&state, block, signer->auth->block_len);
	memcpy(ret, &state, signer->hash->size);
	OPENSSL_cleanse(block, sizeof(block));
	return ok;
}

size_t
pc_usm_signer_size(const struct pc_usm_auth *auth)
{
	return sizeof(struct pc_usm_signer) + 2 * hashes[auth - auths].size;
}

int
pc_usm_signer_init(const struct pc_usm_auth *auth, const struct pc_usm_key *key, void *memory,
	struct pc_usm_signer **ret)
{
	struct pc_usm_signer *signer = memory;
	signer->auth = auth;
	signer->hash = &hashes[auth - auths];
	if (!hash_pad(signer, key, INNER_PAD, signer->states) ||
		!hash_pad(signer, key, OUTER_PAD, signer->states + signer->hash->size))
		return PC_E_INTERNAL;
	*ret = signer;
	return PC_OK;
}

int
pc_usm_signer_new(struct pc_usm *usm, const struct pc_usm_auth *auth, const struct pc_usm_key *key,
	struct pc_usm_signer **ret)
{
	void *memory = malloc(pc_usm_signer_size(auth));
	(void)usm; /* the hashes need nothing of it */
	if (memory == NULL)
		return -ENOMEM;
	int err = pc_usm_signer_init(auth, key, memory, ret);
	if (err != PC_OK)
		free(memory);
	return err;
}

void
pc_usm_signer_free(struct pc_usm_signer *signer)
{
	if (signer == NULL)
		return;
	OPENSSL_cleanse(signer->states, 2 * signer->hash->size);
	free(signer);
}

const struct pc_usm_auth *
pc_usm_signer_auth(const struct pc_usm_signer *signer)
{
	return signer->auth;
}

int
pc_usm_sign(struct pc_usm *usm, const struct pc_usm_signer *signer, const uint8_t *message,
	size_t len, size_t at, uint8_t *ret)
{
	(void)usm;
	static const uint8_t zeros[PC_USM_DIGEST_MAX];
	const struct hash *h = signer->hash;
	uint8_t digest[HASH_MAX];
	union hash_state state;
	size_t mac_len = signer->auth->mac_len, behind = at + mac_len;
	if (behind > len)
		return PC_E_BADVALUE;
	memcpy(&state, signer->states, h->size);
	bool ok = h->update(&state, message, at) && h->update(&state, zeros, mac_len) &&
		  h->update(&state, message + behind, len - behind) && h->final(&state, digest);
	memcpy(&state, signer->states + h->size, h->size);
	if (!ok || !h->update(&state, digest, signer->auth->key_len) || !h->final(&state, digest))
		return PC_E_INTERNAL;
	memcpy(ret, digest, mac_len);
	return PC_OK;
}

bool
pc_usm_is_signed(struct pc_usm *usm, const struct pc_usm_signer *signer, const uint8_t *message,
	size_t len, size_t at, size_t mac_len)
{
	uint8_t want[PC_USM_DIGEST_MAX];
	return mac_len == signer->auth->mac_len &&
	       pc_usm_sign(usm, signer, message, len, at, want) == PC_OK &&
	       CRYPTO_memcmp(want, message + at, mac_len) == 0;
}

/* ---- privacy ---- */

static void
put_be32(uint8_t *out, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* Spec: RFC 3414 s8.1.1.1 (DES: second half of the key and the salt), RFC 3826 s3.1.2.1 */
static void
fill_iv(const struct pc_usm_seal *seal, uint8_t iv[IV_LEN])
{
	if (seal->priv->block_len > 1) {
		for (size_t i = 0; i < PC_USM_SALT; i++)
			iv[i] = seal->key[DES_KEY + i] ^ seal->salt[i];
		return;
	}
	put_be32(iv, seal->boots);
	put_be32(iv + 4, seal->time);
	memcpy(iv + 8, seal->salt, PC_USM_SALT);
}

/* The context with key and IV set; the key schedule of the message before stays when it fits. */
static EVP_CIPHER_CTX *
start_cipher(struct pc_usm *usm, const struct pc_usm_seal *seal, int encrypt)
{
	size_t which = (size_t)(seal->priv - privs);
	bool des = seal->priv->block_len > 1;
	uint8_t iv[IV_LEN], key[CIPHER_KEY_MAX];
	EVP_CIPHER_CTX *ctx = usm->contexts[which];
	fill_iv(seal, iv);
	/* The key schedule of DES depends on the direction. */
	if (!des && usm->keyed[which] &&
		CRYPTO_memcmp(usm->keys[which], seal->key, PC_USM_PRIV_KEY) == 0)
		return EVP_CipherInit_ex2(ctx, NULL, NULL, iv, encrypt, NULL) == 1 ? ctx : NULL;
	for (size_t i = 0; des && i < CIPHER_KEY_MAX; i += DES_KEY)
		memcpy(key + i, seal->key, DES_KEY);
	usm->keyed[which] = EVP_CipherInit_ex2(ctx, usm->ciphers[which], des ? key : seal->key, iv,
				    encrypt, NULL) == 1;
	OPENSSL_cleanse(key, sizeof(key));
	if (!usm->keyed[which])
		return NULL;
	memcpy(usm->keys[which], seal->key, PC_USM_PRIV_KEY);
	return EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 ? ctx : NULL;
}

size_t
pc_usm_encrypted_len(const struct pc_usm_priv *priv, size_t len)
{
	return (len + priv->block_len - 1) / priv->block_len * priv->block_len;
}

int
pc_usm_encrypt(struct pc_usm *usm, const struct pc_usm_seal *seal, const uint8_t *in, size_t len,
	uint8_t *out, size_t size, size_t *ret_len)
{
	size_t want = pc_usm_encrypted_len(seal->priv, len);
	int n = 0;
	if (want > size || want > INT32_MAX)
		return PC_E_NOSPACE;
	if (out != in && len > 0)
		memmove(out, in, len);
	memset(out + len, 0, want - len);
	EVP_CIPHER_CTX *ctx = start_cipher(usm, seal, 1);
	if (ctx == NULL || EVP_CipherUpdate(ctx, out, &n, out, (int)want) != 1 || n != (int)want)
		return PC_E_INTERNAL;
	*ret_len = want;
	return PC_OK;
}

int
pc_usm_decrypt(struct pc_usm *usm, const struct pc_usm_seal *seal, const uint8_t *in, size_t len,
	uint8_t *out)
{
	int n = 0;
	if (len % seal->priv->block_len != 0 || len > INT32_MAX)
		return PC_E_BADVALUE;
	EVP_CIPHER_CTX *ctx = start_cipher(usm, seal, 0);
	if (ctx == NULL || EVP_CipherUpdate(ctx, out, &n, in, (int)len) != 1 || n != (int)len)
		return PC_E_INTERNAL;
	return PC_OK;
}
