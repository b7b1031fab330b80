/* Log-in to the printers' pages: sessions, passwords, lock-out. */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "services/web.h"

enum { SALT_BYTES = 16, HASH_BYTES = 32, ROUNDS = 2000, TOKEN_BYTES = PC_WEB_TOKEN_CHARS / 2 };

static uint64_t
now_ms(const struct pc_web *web, const struct pc_device *dev)
{
	(void)web;
	return pc_clock_ms(pc_device_clock(dev));
}

/* ---- what is kept of a device ---- */

static size_t
bucket(const struct pc_device *dev)
{
	return pc_device_state(dev)->number % PC_WEB_BUCKETS;
}

struct pc_web_site *
pc_web_site_find(const struct pc_web *web, const struct pc_device *dev)
{
	struct pc_web_site *s = web->sites == NULL ? NULL : web->sites[bucket(dev)];
	while (s != NULL && s->dev != dev)
		s = s->next;
	return s;
}

struct pc_web_site *
pc_web_site(struct pc_web *web, struct pc_device *dev)
{
	struct pc_web_site *s = pc_web_site_find(web, dev);
	if (s != NULL)
		return s;
	if (web->sites == NULL)
		web->sites = calloc(PC_WEB_BUCKETS, sizeof(struct pc_web_site *));
	if (web->sites != NULL)
		s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->dev = dev;
	s->next = web->sites[bucket(dev)];
	web->sites[bucket(dev)] = s;
	return s;
}

void
pc_web_sites_done(struct pc_web *web)
{
	for (size_t i = 0; web->sites != NULL && i < PC_WEB_BUCKETS; i++) {
		while (web->sites[i] != NULL) {
			struct pc_web_site *s = web->sites[i];
			web->sites[i] = s->next;
			free(s->password);
			free(s);
		}
	}
	free(web->sites);
	web->sites = NULL;
}

/* ---- sessions ---- */

static void
end_session(struct pc_web_session *s)
{
	OPENSSL_cleanse(s, sizeof(*s));
}

void
pc_web_sessions_end(
	struct pc_web *web, const struct pc_device *dev, const struct pc_web_session *but)
{
	for (size_t i = 0; web->sessions != NULL && i < PC_WEB_SESSIONS_MAX; i++) {
		if (web->sessions[i].dev == dev && &web->sessions[i] != but)
			end_session(&web->sessions[i]);
	}
}

/* A browser keeps the prefix's promise: only over TLS, for all of this host and no other.
 * Spec: RFC 6265bis s4.1.3.2 */
static const char *
cookie_name(const struct pc_web_call *call)
{
	return call->tls ? "__Host-session" : "session";
}

static bool
is_expired(const struct pc_web *web, const struct pc_web_session *s)
{
	uint64_t now = now_ms(web, s->dev);
	uint32_t idle_s = pc_device_profile(s->dev)->web.session_s;
	uint64_t idle = idle_s == 0 ? PC_WEB_SESSION_MS : UINT64_C(1000) * idle_s;
	return now - s->used_ms > idle || now - s->started_ms > PC_WEB_SESSION_LIFE_MS;
}

struct pc_web_session *
pc_web_session_find(struct pc_web_call *call)
{
	const char *token = call->request->cookie(call->request, cookie_name(call));
	struct pc_web *web = call->web;
	if (token == NULL || web->sessions == NULL || strlen(token) != PC_WEB_TOKEN_CHARS)
		return NULL;
	for (size_t i = 0; i < PC_WEB_SESSIONS_MAX; i++) {
		struct pc_web_session *s = &web->sessions[i];
		if (s->dev != call->dev || s->tls != call->tls ||
			CRYPTO_memcmp(s->token, token, PC_WEB_TOKEN_CHARS) != 0)
			continue;
		if (is_expired(web, s)) {
			call->session = s; /* the trail wants the name */
			pc_web_trail(call, PC_WEB_EXPIRED, NULL);
			call->session = NULL;
			end_session(s);
			return NULL;
		}
		s->used_ms = now_ms(web, call->dev);
		return s;
	}
	return NULL;
}

/* A free place, or that of the session used longest ago: of this device when it has its share, of
 * any otherwise. */
static struct pc_web_session *
session_place(struct pc_web *web, const struct pc_device *dev)
{
	struct pc_web_session *own = NULL, *any = NULL, *empty = NULL;
	size_t n_own = 0;
	for (size_t i = 0; i < PC_WEB_SESSIONS_MAX; i++) {
		struct pc_web_session *s = &web->sessions[i];
		if (s->dev == NULL) {
			empty = s;
			continue;
		}
		if (any == NULL || s->used_ms < any->used_ms)
			any = s;
		if (s->dev != dev)
			continue;
		n_own++;
		if (own == NULL || s->used_ms < own->used_ms)
			own = s;
	}
	if (n_own >= PC_WEB_DEVICE_SESSIONS_MAX)
		return own;
	return empty != NULL ? empty : any;
}

static bool
make_token(char out[PC_WEB_TOKEN_CHARS + 1])
{
	uint8_t bytes[TOKEN_BYTES];
	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return false;
	pc_text_hex(bytes, sizeof(bytes), out);
	return true;
}

static bool
set_cookie(struct pc_web_call *call, const char *value, const char *more)
{
	char text[PC_HTTP_VALUE_MAX];
	(void)snprintf(text, sizeof(text), "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
		cookie_name(call), value, call->tls ? "; Secure" : "", more);
	return pc_http_add_header(call->response, "Set-Cookie", text);
}

static bool
start_session(struct pc_web_call *call, const char *user)
{
	struct pc_web *web = call->web;
	struct pc_web_session fresh = {.dev = call->dev, .tls = call->tls};
	if (web->sessions == NULL)
		web->sessions = calloc(PC_WEB_SESSIONS_MAX, sizeof(web->sessions[0]));
	if (web->sessions == NULL || !make_token(fresh.token) || !make_token(fresh.check))
		return false;
	fresh.started_ms = fresh.used_ms = now_ms(web, call->dev);
	(void)pc_service_text(user, fresh.user, sizeof(fresh.user));
	if (!set_cookie(call, fresh.token, ""))
		return false;
	call->session = session_place(web, call->dev);
	*call->session = fresh;
	return true;
}

void
pc_web_log_out(struct pc_web_call *call)
{
	pc_web_trail(call, PC_WEB_LOGGED_OUT, NULL);
	(void)set_cookie(call, "", "; Max-Age=0");
	end_session(call->session);
	call->session = NULL;
}

/* ---- passwords ---- */

static bool
hash(const char *password, const uint8_t salt[SALT_BYTES], uint8_t out[HASH_BYTES])
{
	return PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, SALT_BYTES, ROUNDS,
		       EVP_sha256(), HASH_BYTES, out) == 1;
}

static bool
is_equal(const char *a, const char *b)
{
	size_t n = strlen(a);
	return n == strlen(b) && CRYPTO_memcmp(a, b, n) == 0;
}

static bool
is_password(const struct pc_web_site *site, const struct pc_device *dev, const char *password)
{
	char initial[PC_NAME_MAX];
	uint8_t digest[HASH_BYTES];
	const char *template = pc_device_profile(dev)->web.password;
	if (pc_service_has_fault(dev, PC_FAULT_WEB_ANY_PASSWORD))
		return true;
	if (site->password != NULL)
		return hash(password, site->password, digest) &&
		       CRYPTO_memcmp(digest, site->password + SALT_BYTES, HASH_BYTES) == 0;
	return pc_device_expand(dev, template == NULL ? "{serial}" : template, initial,
		       sizeof(initial)) == PC_OK &&
	       is_equal(password, initial);
}

/* A model without a name for its administrator takes any. */
static bool
is_user(const struct pc_device *dev, const char *user)
{
	const char *name = pc_device_profile(dev)->web.user;
	return name == NULL || name[0] == '\0' || is_equal(user, name);
}

static void
count_failure(struct pc_web_call *call, struct pc_web_site *site, const char *user)
{
	char clean[PC_WEB_USER_MAX];
	(void)pc_service_text(user, clean, sizeof(clean));
	site->failures++;
	site->all_failures++;
	pc_web_trail(call, PC_WEB_LOGIN_FAILED, clean);
	if (site->failures < PC_WEB_FAILURES_MAX)
		return;
	uint64_t ms = PC_WEB_LOCK_MS;
	for (unsigned i = 0; i < site->locks && ms < PC_WEB_LOCK_LONGEST_MS; i++)
		ms *= 2;
	if (ms > PC_WEB_LOCK_LONGEST_MS)
		ms = PC_WEB_LOCK_LONGEST_MS;
	site->locked_ms = now_ms(call->web, call->dev) + ms;
	site->failures = 0;
	site->locks++;
	site->all_locks++;
	call->web->service.counters.refused++;
	pc_web_trail(call, PC_WEB_LOCKED, clean);
}

enum pc_web_login
pc_web_log_in(
	struct pc_web_call *call, const char *user, const char *password, unsigned *ret_wait_s)
{
	struct pc_web_site *site = pc_web_site(call->web, call->dev);
	uint64_t now = now_ms(call->web, call->dev);
	if (site == NULL)
		return PC_WEB_LOGIN_NONE;
	bool locked = site->locked_ms > now;
	if (!locked && is_user(call->dev, user) && is_password(site, call->dev, password)) {
		if (call->session != NULL)
			end_session(call->session);
		if (!start_session(call, user))
			return PC_WEB_LOGIN_NONE;
		site->failures = site->locks = 0;
		pc_web_trail(call, PC_WEB_LOGGED_IN, NULL);
		return PC_WEB_LOGIN_OK;
	}
	if (locked)
		call->web->service.counters.refused++;
	else
		count_failure(call, site, user);
	if (site->locked_ms <= now)
		return PC_WEB_LOGIN_WRONG;
	*ret_wait_s = (unsigned)((site->locked_ms - now + 999) / 1000);
	return PC_WEB_LOGIN_LOCKED;
}

static bool
is_new_password(const char *text)
{
	size_t n = strlen(text);
	for (const char *p = text; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return false;
	}
	return n >= PC_WEB_PASSWORD_MIN && n <= PC_WEB_PASSWORD_MAX;
}

int
pc_web_change_password(struct pc_web_call *call, const char *old, const char *fresh)
{
	struct pc_web_site *site = pc_web_site(call->web, call->dev);
	if (site == NULL)
		return -ENOMEM;
	if (!is_password(site, call->dev, old))
		return PC_E_MISMATCH;
	if (!is_new_password(fresh))
		return PC_E_BADVALUE;
	uint8_t *record = calloc(1, SALT_BYTES + HASH_BYTES);
	if (record == NULL)
		return -ENOMEM;
	if (RAND_bytes(record, SALT_BYTES) != 1 || !hash(fresh, record, record + SALT_BYTES)) {
		free(record);
		return PC_E_INTERNAL;
	}
	free(site->password);
	site->password = record;
	pc_web_sessions_end(call->web, call->dev, call->session);
	pc_web_trail(call, PC_WEB_PASSWORD_CHANGED, NULL);
	return PC_OK;
}

void
pc_web_forget_password(struct pc_web *web, struct pc_device *dev)
{
	struct pc_web_site *site = pc_web_site_find(web, dev);
	if (site == NULL)
		return;
	free(site->password);
	site->password = NULL;
	site->failures = site->locks = 0;
	site->locked_ms = 0;
}
