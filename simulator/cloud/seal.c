#include "cloud/seal.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

enum {
	KEY_BYTES = 32,
	FILE_BYTES = 2 * KEY_BYTES,
	NONCE_BYTES = 12,
	TAG_BYTES = 16,
	SALT_BYTES = 16,
	HASH_BYTES = 32,
	SCRYPT_R = 8,
	SCRYPT_P = 1,
	SCRYPT_MEMORY = 128 << 20
};

struct pc_seal {
	uint8_t text_key[KEY_BYTES], lookup_key[KEY_BYTES];
	unsigned cost;
};

static int
make_keys(const char *path, struct pc_seal *s, struct pc_diag *diag)
{
	uint8_t both[FILE_BYTES];
	if (RAND_bytes(both, sizeof(both)) != 1)
		return pc_diag_fail(diag, PC_E_INTERNAL, "%s: no randomness", path);
	int err = pc_file_write(path, both, sizeof(both), 0600, diag);
	memcpy(s->text_key, both, KEY_BYTES);
	memcpy(s->lookup_key, both + KEY_BYTES, KEY_BYTES);
	OPENSSL_cleanse(both, sizeof(both));
	return err;
}

static int
read_keys(const char *path, struct pc_seal *s, struct pc_diag *diag)
{
	struct pc_buf file;
	pc_buf_init(&file, FILE_BYTES + 1);
	int err = pc_file_read(path, &file, diag);
	if (err == PC_OK && file.len != FILE_BYTES)
		err = pc_diag_fail(diag, PC_E_BADVALUE, "%s: %zu bytes, a key file has %d", path,
			file.len, FILE_BYTES);
	if (err == PC_OK) {
		memcpy(s->text_key, file.data, KEY_BYTES);
		memcpy(s->lookup_key, file.data + KEY_BYTES, KEY_BYTES);
		OPENSSL_cleanse(file.data, file.len);
	}
	pc_buf_done(&file);
	return err;
}

int
pc_seal_open(const char *path, unsigned cost, struct pc_seal **ret, struct pc_diag *diag)
{
	struct stat st;
	struct pc_seal *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return pc_diag_fail(diag, -ENOMEM, "%s: no memory", path);
	s->cost = cost < PC_SEAL_COST_MIN   ? PC_SEAL_COST_MIN
		  : cost > PC_SEAL_COST_MAX ? PC_SEAL_COST_MAX
					    : cost;
	int err = stat(path, &st) == 0 ? read_keys(path, s, diag) : make_keys(path, s, diag);
	if (err != PC_OK) {
		pc_seal_free(s);
		return err;
	}
	*ret = s;
	return PC_OK;
}

void
pc_seal_free(struct pc_seal *s)
{
	if (s != NULL)
		OPENSSL_cleanse(s, sizeof(*s));
	free(s);
}

int
pc_seal_text(const struct pc_seal *s, const char *text, struct pc_buf *out)
{
	uint8_t nonce[NONCE_BYTES];
	uint8_t tag[TAG_BYTES];
	int n = 0;
	size_t len = strlen(text);
	if (len > 1 << 20)
		return PC_E_LIMIT;
	uint8_t *cipher = malloc(len + 1);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool ok = cipher != NULL && ctx != NULL && RAND_bytes(nonce, sizeof(nonce)) == 1 &&
		  EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, s->text_key, nonce) == 1 &&
		  EVP_EncryptUpdate(ctx, cipher, &n, (const uint8_t *)text, (int)len) == 1 &&
		  EVP_EncryptFinal_ex(ctx, tag, &n) == 1 &&
		  EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, tag) == 1;
	EVP_CIPHER_CTX_free(ctx);
	if (ok) {
		pc_buf_add(out, nonce, sizeof(nonce));
		pc_buf_add(out, cipher, len);
		pc_buf_add(out, tag, sizeof(tag));
	}
	free(cipher);
	return ok ? out->err : PC_E_INTERNAL;
}

int
pc_seal_unseal(const struct pc_seal *s, const void *data, size_t len, struct pc_buf *out)
{
	const uint8_t *p = data;
	uint8_t tag[TAG_BYTES];
	int n = 0;
	if (len < NONCE_BYTES + TAG_BYTES || len > 1 << 21)
		return PC_E_BADVALUE;
	size_t n_text = len - NONCE_BYTES - TAG_BYTES;
	memcpy(tag, p + len - TAG_BYTES, TAG_BYTES);
	uint8_t *text = malloc(n_text + 1);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool ok = text != NULL && ctx != NULL &&
		  EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, s->text_key, p) == 1 &&
		  EVP_DecryptUpdate(ctx, text, &n, p + NONCE_BYTES, (int)n_text) == 1 &&
		  EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, tag) == 1 &&
		  EVP_DecryptFinal_ex(ctx, tag, &n) == 1;
	EVP_CIPHER_CTX_free(ctx);
	int err = ok ? pc_buf_add(out, text, n_text) : PC_E_BADVALUE;
	free(text);
	return err;
}

void
pc_seal_lookup(const struct pc_seal *s, const char *text, char hex[PC_SEAL_LOOKUP_MAX])
{
	uint8_t sum[HASH_BYTES] = {0};
	unsigned n = sizeof(sum);
	HMAC(EVP_sha256(), s->lookup_key, KEY_BYTES, (const uint8_t *)text, strlen(text), sum, &n);
	pc_text_hex(sum, sizeof(sum), hex);
}

void
pc_seal_hash(const char *text, char hex[PC_SEAL_LOOKUP_MAX])
{
	uint8_t sum[HASH_BYTES] = {0};
	EVP_Digest(text, strlen(text), sum, NULL, EVP_sha256(), NULL);
	pc_text_hex(sum, sizeof(sum), hex);
}

static bool
derive(const char *password, const uint8_t *salt, unsigned cost, uint8_t out[HASH_BYTES])
{
	return EVP_PBE_scrypt(password, strlen(password), salt, SALT_BYTES, (uint64_t)1 << cost,
		       SCRYPT_R, SCRYPT_P, SCRYPT_MEMORY, out, HASH_BYTES) == 1;
}

int
pc_seal_password(const struct pc_seal *s, const char *password, struct pc_buf *out)
{
	uint8_t salt[SALT_BYTES];
	uint8_t hash[HASH_BYTES];
	char salt_hex[2 * SALT_BYTES + 1];
	char hash_hex[2 * HASH_BYTES + 1];
	if (strlen(password) > PC_SEAL_PASSWORD_MAX)
		return PC_E_LIMIT;
	if (RAND_bytes(salt, sizeof(salt)) != 1 || !derive(password, salt, s->cost, hash))
		return PC_E_INTERNAL;
	pc_text_hex(salt, sizeof(salt), salt_hex);
	pc_text_hex(hash, sizeof(hash), hash_hex);
	return pc_buf_addf(out, "scrypt,%02u,%s,%s", s->cost, salt_hex, hash_hex);
}

void
pc_seal_no_password(const struct pc_seal *s, char *out, size_t size)
{
	snprintf(out, size, "scrypt,%02u,%0*d,%0*d", s->cost, 2 * SALT_BYTES, 0, 2 * HASH_BYTES, 0);
}

/* Spec: RFC 7914. The text is ours: "scrypt,CC,SALT,HASH", fixed widths. */
bool
pc_seal_password_matches(const char *password, const char *hash)
{
	enum { COST_AT = 7, SALT_AT = 10, HASH_AT = SALT_AT + 2 * SALT_BYTES + 1 };
	char part[2 * SALT_BYTES + 1];
	uint8_t salt[SALT_BYTES];
	uint8_t want[HASH_BYTES];
	uint8_t found[HASH_BYTES];
	uint64_t cost = 0;
	size_t n = 0;
	if (strlen(password) > PC_SEAL_PASSWORD_MAX || strncmp(hash, "scrypt,", COST_AT) != 0 ||
		strlen(hash) != HASH_AT + 2 * HASH_BYTES)
		return false;
	pc_text_copy(part, 3, hash + COST_AT);
	if (pc_text_u64(part, PC_SEAL_COST_MIN, PC_SEAL_COST_MAX, &cost) != PC_OK)
		return false;
	pc_text_copy(part, sizeof(part), hash + SALT_AT);
	if (pc_text_unhex(part, salt, sizeof(salt), &n) != PC_OK || n != sizeof(salt) ||
		pc_text_unhex(hash + HASH_AT, want, sizeof(want), &n) != PC_OK || n != sizeof(want))
		return false;
	return derive(password, salt, (unsigned)cost, found) &&
	       CRYPTO_memcmp(want, found, HASH_BYTES) == 0;
}

int
pc_seal_token(size_t n, char *out)
{
	uint8_t bytes[64];
	if (n > sizeof(bytes) || RAND_bytes(bytes, (int)n) != 1)
		return PC_E_INTERNAL;
	pc_text_hex(bytes, n, out);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return PC_OK;
}
