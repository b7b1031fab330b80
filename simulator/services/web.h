/* services/web: the printers' pages: what the parts share. web.c owns the ports and connections,
 * web-tls.c certificates, web-serve.c the way of a request, web-auth.c log-in, web-read.c,
 * web-about.c and web-set.c the contents, web-export.c files, web-epson.c, web-xerox.c and
 * web-generic.c the families. */
#ifndef PC_SERVICES_WEB_H
#define PC_SERVICES_WEB_H

#include "codec/form.h"
#include "device/log.h"
#include "loop/http.h"
#include "services/internal.h"
#include "services/web-html.h"

enum {
	PC_WEB_PORT = 80,
	PC_WEB_TLS_PORT = 443,
	PC_WEB_BODY_MAX = 64 << 10,    /* of a request */
	PC_WEB_HEADERS_MAX = 16 << 10, /* request line and headers */
	PC_WEB_BUSY_MAX = 1024,        /* connections with a request, all devices */
	PC_WEB_DEVICE_MAX = 64,        /* connections of one device, each port */
	PC_WEB_IDLE_MS = 10000,        /* between requests, and before the first */
	PC_WEB_REQUEST_MS = 10000,     /* a request must be complete by then */
	PC_WEB_SESSIONS_MAX = 1024,    /* of the process; the oldest goes */
	PC_WEB_DEVICE_SESSIONS_MAX = 8,
	PC_WEB_SESSION_MS = 600000,        /* without a request */
	PC_WEB_SESSION_LIFE_MS = 28800000, /* in all */
	PC_WEB_FAILURES_MAX = 5,           /* wrong passwords until the log-in is locked */
	PC_WEB_LOCK_MS = 60000,            /* the first time; then twice as long … */
	PC_WEB_LOCK_LONGEST_MS = 900000,   /* … up to this */
	PC_WEB_TOKEN_CHARS = 32,           /* 128 random bits in hex */
	PC_WEB_USER_MAX = 32,
	PC_WEB_PASSWORD_MIN = 4,
	PC_WEB_PASSWORD_MAX = 63
};

struct pc_web;
struct pc_web_tls;
struct pc_alarm;
struct pc_web_call;
struct pc_httpd;

/* ---- the audit trail ---- */

/* What the pages write into the device's audit trail by themselves; changes of the device write
 * theirs. */
enum pc_web_event {
	PC_WEB_LOGGED_IN,
	PC_WEB_LOGIN_FAILED,
	PC_WEB_LOCKED,
	PC_WEB_LOGGED_OUT,
	PC_WEB_EXPIRED,
	PC_WEB_PASSWORD_CHANGED,
	PC_WEB_JOB_CANCELLED,
	PC_WEB_EXPORTED,
	PC_WEB_REFUSED,
	PC_WEB_EVENTS
};

/* Write a line of the audit trail and of the journal. `detail` may be NULL. */
void pc_web_trail(const struct pc_web_call *call, enum pc_web_event event, const char *detail);

/* What is kept of one device; made when somebody first does something there. */
struct pc_web_site {
	struct pc_device *dev; /* borrowed; also the key */
	struct pc_web_site *next;
	uint8_t *password;  /* owned: salt and hash of a changed one; NULL: the profile's */
	unsigned failures;  /* wrong passwords in a row */
	unsigned locks;     /* lock-outs in a row */
	uint64_t locked_ms; /* on the clock: no log-in before */
	uint32_t all_failures, all_locks;
};

/* The device's record; NULL when there is no memory. _find: only if there is one. */
struct pc_web_site *pc_web_site(struct pc_web *web, struct pc_device *dev);
struct pc_web_site *pc_web_site_find(const struct pc_web *web, const struct pc_device *dev);
void pc_web_sites_done(struct pc_web *web);

/* ---- log-in ---- */

struct pc_web_session {
	struct pc_device *dev; /* borrowed; NULL: free place */
	bool tls;
	uint64_t started_ms, used_ms;
	char token[PC_WEB_TOKEN_CHARS + 1]; /* in the cookie */
	char check[PC_WEB_TOKEN_CHARS + 1]; /* in every form of the session */
	char user[PC_WEB_USER_MAX];
};

enum pc_web_login { PC_WEB_LOGIN_OK, PC_WEB_LOGIN_WRONG, PC_WEB_LOGIN_LOCKED, PC_WEB_LOGIN_NONE };

/* The session of the request's cookie, renewed; NULL without. */
struct pc_web_session *pc_web_session_find(struct pc_web_call *call);
/* Try a name and password. OK: a session is made, call->session and the cookie are set. LOCKED:
 * `ret_wait_s` says for how long. NONE: no memory or randomness. */
enum pc_web_login pc_web_log_in(
	struct pc_web_call *call, const char *user, const char *password, unsigned *ret_wait_s);
void pc_web_log_out(struct pc_web_call *call);
/* All sessions of a device end, but `but` (may be NULL). */
void pc_web_sessions_end(
	struct pc_web *web, const struct pc_device *dev, const struct pc_web_session *but);
/* A factory reset forgets password and failures. */
void pc_web_forget_password(struct pc_web *web, struct pc_device *dev);
/* PC_OK; PC_E_MISMATCH: `old` is wrong; PC_E_BADVALUE: the new one is too short, too long or holds
 * control characters; -ENOMEM; PC_E_INTERNAL without randomness. */
int pc_web_change_password(struct pc_web_call *call, const char *old, const char *fresh);

/* ---- requests ---- */

enum pc_web_access { PC_WEB_PUBLIC, PC_WEB_ADMIN };

/* A page of a family. Where two rows have one path the first counts. */
struct pc_web_row {
	const char *path;
	const char *group; /* heading in the navigation; NULL: not listed there */
	const char *title;
	enum pc_web_access access;
	/* Fills the page between header and footer. One that is no page clears call->out, sets the
	 * content type, and `bare`. */
	void (*show)(struct pc_web_call *call);
	/* What its form orders; NULL: the page has none. Ends in pc_web_done() or
	 * pc_web_wrong(). */
	void (*act)(struct pc_web_call *call);
	bool (*has)(const struct pc_device *dev); /* NULL: every device has it */
};

struct pc_web_family {
	const char *name;
	const char *product;    /* "Web Config" */
	const char *body_class; /* of the style sheet */
	const char *home;       /* path of the first page; "/" leads there */
	const char *login;      /* path of the log-in form */
	const char *post;       /* behind a page's path: where its form goes; "" for the path */
	const char *user_field, *password_field; /* names in the log-in form */
	const struct pc_web_row *rows;
	size_t n_rows;
};
const struct pc_web_family *pc_web_family(const struct pc_device *dev);
extern const struct pc_web_family pc_web_epson, pc_web_xerox, pc_web_generic;

/* One request on its way. */
struct pc_web_call {
	struct pc_web *web;
	struct pc_device *dev;
	const struct pc_http_request *request;
	struct pc_http_response *response;
	struct pc_buf *out; /* the response's body */
	const struct pc_web_family *family;
	const struct pc_web_row *row;   /* NULL before one is found */
	struct pc_web_session *session; /* NULL: nobody is logged in */
	const struct pc_form *form;     /* of a POST */
	const char *error;              /* shown on top of the page */
	const char *note;
	bool tls;
	bool bare; /* the answer is no page: no footer */
	struct in_addr peer;
};

struct pc_web {
	struct pc_service service;
	struct pc_tcp_listener *listeners[2]; /* owned: HTTP, HTTPS */
	struct pc_httpd *httpd;               /* owned */
	struct pc_web_tls *tls;               /* owned */
	struct pc_web_link *first;            /* owned list */
	struct pc_web_session *sessions;      /* owned, PC_WEB_SESSIONS_MAX; NULL until the first */
	struct pc_web_site **sites;           /* owned hash table of PC_WEB_BUCKETS; the same */
	unsigned busy;
	struct pc_web_restart *restarts; /* owned array: ordered, due when the timer ends */
	size_t n_restarts;
	struct pc_alarm *restart_alarm; /* owned */
	struct pc_alarm *alarm;         /* owned; looks at the connections' deadlines */
	bool ticking;
};
enum { PC_WEB_BUCKETS = 1024 };

/* Restart the device in a moment, when the answer under way has left: a restart takes the device's
 * connections with it. PC_OK, PC_E_LIMIT, -ENOMEM. */
enum { PC_WEB_RESTART_MS = 300, PC_WEB_RESTARTS_MAX = 1024 };
struct pc_web_restart {
	struct pc_device *dev; /* borrowed */
	enum pc_reset kind;
	char user[PC_AUDIT_USER_MAX];
};
int pc_web_restart_soon(
	struct pc_web *web, struct pc_device *dev, enum pc_reset kind, const char *user);

/* Answer a request of this device. */
void pc_web_answer(struct pc_web *web, struct pc_device *dev, const struct pc_http_request *request,
	bool tls, struct pc_http_response *response);
/* A page for a status of 400 and above. */
void pc_web_error(struct pc_web_call *call, unsigned status, const char *why);
/* The order is carried out: back to the page, by GET, with a line that says so. */
void pc_web_done(struct pc_web_call *call);
/* It is not: the page again, with the reason. */
void pc_web_wrong(struct pc_web_call *call, unsigned status, const char *why);
/* The path of the first row with this show function; the home page without. */
const char *pc_web_path_of(const struct pc_web_call *call, void (*show)(struct pc_web_call *call));
/* Value of a field of the form; "" without. */
const char *pc_web_field(const struct pc_web_call *call, const char *name);

/* The page's start and end, navigation included. */
void pc_web_begin(struct pc_web_call *call, const char *title);
void pc_web_end(struct pc_web_call *call);
/* "<form …>" with the session's check, to `path`; NULL: to the current page. The caller ends it. */
void pc_web_form(struct pc_web_call *call, const char *path);
/* The log-in form; `next` is the page to come after it, or NULL. */
void pc_web_login_form(struct pc_web_call *call, const char *next);

extern const char pc_web_style[];

/* ---- contents: show and act functions for the families' tables ---- */

void pc_web_show_status(struct pc_web_call *call);
void pc_web_show_supplies(struct pc_web_call *call);
void pc_web_show_trays(struct pc_web_call *call);
void pc_web_show_counters(struct pc_web_call *call);
void pc_web_show_meters(struct pc_web_call *call); /* the billing meters alone, in one table */
void pc_web_show_jobs(struct pc_web_call *call);
void pc_web_show_accounts(struct pc_web_call *call);
void pc_web_show_history(struct pc_web_call *call);
void pc_web_show_network(struct pc_web_call *call);
void pc_web_show_access(struct pc_web_call *call);
void pc_web_show_device(struct pc_web_call *call);
void pc_web_show_firmware(struct pc_web_call *call);
void pc_web_show_audit(struct pc_web_call *call);
void pc_web_show_report(struct pc_web_call *call);

void pc_web_show_login(struct pc_web_call *call);
void pc_web_act_login(struct pc_web_call *call);
void pc_web_act_logout(struct pc_web_call *call);
void pc_web_show_password(struct pc_web_call *call);
void pc_web_act_password(struct pc_web_call *call);
void pc_web_show_identity(struct pc_web_call *call);
void pc_web_act_identity(struct pc_web_call *call);
void pc_web_show_settings(struct pc_web_call *call);
void pc_web_act_settings(struct pc_web_call *call);
void pc_web_show_tray_settings(struct pc_web_call *call);
void pc_web_act_tray_settings(struct pc_web_call *call);
void pc_web_show_mail(struct pc_web_call *call);
void pc_web_act_mail(struct pc_web_call *call);
void pc_web_show_clock(struct pc_web_call *call);
void pc_web_act_clock(struct pc_web_call *call);
void pc_web_show_care(struct pc_web_call *call); /* cleaning, nozzle check, reports */
void pc_web_act_care(struct pc_web_call *call);
void pc_web_show_restart(struct pc_web_call *call);
void pc_web_act_restart(struct pc_web_call *call);
void pc_web_act_jobs(struct pc_web_call *call);
void pc_web_act_accounts(struct pc_web_call *call);

void pc_web_file_audit_csv(struct pc_web_call *call);
void pc_web_file_audit_html(struct pc_web_call *call);
void pc_web_file_jobs(struct pc_web_call *call);
void pc_web_file_pages(struct pc_web_call *call);
void pc_web_file_accounts(struct pc_web_call *call);

/* "2026-03-01 10:00:00" of the printer's own clock; "-" for 0. */
enum { PC_WEB_TIME_MAX = 32 };
const char *pc_web_time(uint64_t wall_ns, char out[PC_WEB_TIME_MAX]);
const char *pc_web_job_state(const struct pc_job *job);
const char *pc_web_job_origin(const struct pc_job *job);

/* ---- TLS ---- */

int pc_web_tls_new(struct pc_web_tls **ret, struct pc_diag *diag);
void pc_web_tls_free(struct pc_web_tls *tls); /* NULL is allowed */
/* A server side for one connection to `dev`, with the device's certificate, over memory: bytes of
 * the peer go into BIO_s_mem of SSL_get_rbio(), those for it come out of SSL_get_wbio(). NULL
 * without memory. */
struct ssl_st;
struct ssl_st *pc_web_tls_accept(struct pc_web_tls *tls, const struct pc_device *dev);

#endif
