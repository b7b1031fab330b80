/* cloud/users: portal users, log-in with throttling, sessions. Spec: ERS-USR-02, 08; OQ-35. */
#ifndef PC_CLOUD_USERS_H
#define PC_CLOUD_USERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/diag.h"
#include "cloud/db.h"
#include "cloud/seal.h"

struct pc_users;

enum pc_role { PC_ROLE_OPERATOR, PC_ROLE_INSTALLER };

enum {
	PC_USER_NAME_MAX = 65,
	PC_SESSION_TOKEN_MAX = 33, /* 128 bits as hex and a NUL */
	PC_SESSION_IDLE_S = 30 * 60,
	PC_SESSIONS_MAX = 1000, /* the one idle longest goes */
	PC_LOGIN_FAILURES_MAX = 5,
	PC_LOGIN_WINDOW_S = 5 * 60,
	PC_LOGIN_NAMES_MAX = 256 /* names whose failures are remembered */
};

struct pc_user {
	int64_t id;
	char name[PC_USER_NAME_MAX];
	enum pc_role role;
};

/* All borrowed. When there are no users, makes `operator` and `installer` with random passwords and
 * writes them to `credentials_path` (mode 0600) first. */
int pc_users_open(struct pc_db *db, const struct pc_seal *seal, const struct pc_clock *clock,
	const char *credentials_path, struct pc_users **ret, struct pc_diag *diag);
void pc_users_free(struct pc_users *u); /* NULL allowed */

/* PC_OK with a new session; PC_E_REFUSED; PC_E_LIMIT after too many failures of this name, with the
 * seconds to wait in *ret_wait_s; -errno when the session cannot be kept. With `any_password` (a
 * fault) the password is not looked at. The user is given on PC_OK. */
int pc_users_login(struct pc_users *u, const char *name, const char *password, bool any_password,
	char ret_token[PC_SESSION_TOKEN_MAX], struct pc_user *ret, unsigned *ret_wait_s);

/* Whose session is it? False when unknown or idle too long. Using it keeps it alive. */
bool pc_users_session(struct pc_users *u, const char *token, struct pc_user *ret);
void pc_users_logout(struct pc_users *u, const char *token);
void pc_users_expire(struct pc_users *u);

/* The name of a user id, "" when there is none any more. */
void pc_users_name(struct pc_users *u, int64_t id, char name[PC_USER_NAME_MAX]);

/* May this user see and operate this device? The one place to ask: today every user may, later the
 * organisation decides. Spec: ERS-SEC-13, ERS-USR-09, 10. */
bool pc_users_may_use(const struct pc_users *u, const struct pc_user *user, const char *serial,
	const char *agent_id);

/* "operator", "installer". */
const char *pc_role_name(enum pc_role role);

#endif
