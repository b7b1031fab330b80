/* cloud/seal: what protects persons in the store: sealed texts, keyed look-ups, password hashes,
 * tokens. Names are never in clear in the database file. Spec: ERS-USR-02. */
#ifndef PC_CLOUD_SEAL_H
#define PC_CLOUD_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"

struct pc_seal;

enum {
	PC_SEAL_LOOKUP_MAX = 65,    /* hex of an HMAC-SHA256 and its NUL */
	PC_SEAL_PASSWORD_MAX = 256, /* longer ones never match */
	PC_SEAL_COST = 14,          /* log2 of scrypt's N: 16 MiB, some 40 ms the loop waits for */
	PC_SEAL_COST_MIN = 4,
	PC_SEAL_COST_MAX = 16
};

/* Read the key file at `path`, or make one (mode 0600). `cost` is for new passwords. PC_E_BADVALUE
 * when the file is not one of ours. */
int pc_seal_open(const char *path, unsigned cost, struct pc_seal **ret, struct pc_diag *diag);
void pc_seal_free(struct pc_seal *s); /* wipes the keys; NULL allowed */

/* Append nonce, ciphertext and tag (AES-256-GCM) of `text`. Two sealings of one text differ. */
int pc_seal_text(const struct pc_seal *s, const char *text, struct pc_buf *out);

/* Append the text. PC_E_BADVALUE when it was altered or sealed with another key. */
int pc_seal_unseal(const struct pc_seal *s, const void *data, size_t len, struct pc_buf *out);

/* The same hex for the same text under this key, to find a row by name. */
void pc_seal_lookup(const struct pc_seal *s, const char *text, char hex[PC_SEAL_LOOKUP_MAX]);

/* Salted scrypt, as text that names its parameters; and its check in constant time. */
int pc_seal_password(const struct pc_seal *s, const char *password, struct pc_buf *out);
bool pc_seal_password_matches(const char *password, const char *hash);

/* A hash that no password has but that takes as long to check; `size` at least 192. */
void pc_seal_no_password(const struct pc_seal *s, char *out, size_t size);

/* 2 * n hex digits of the system's randomness; `out` needs 2 * n + 1, n at most 64. */
int pc_seal_token(size_t n, char *out);

/* SHA-256 as hex: how a token is kept. */
void pc_seal_hash(const char *text, char hex[PC_SEAL_LOOKUP_MAX]);

#endif
