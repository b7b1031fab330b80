/* loop/httpd: libmicrohttpd without sockets of its own, nested in our loop: takes one end of a
 * socketpair per connection, hands over whole requests and sends what is answered.
 * Spec: RFC 9110, RFC 9112. */
#ifndef PC_LOOP_HTTPD_H
#define PC_LOOP_HTTPD_H

#include "base/diag.h"
#include "loop/alarm.h"
#include "loop/http.h"
#include "loop/loop.h"

struct pc_httpd;

struct pc_httpd_options {
	unsigned max_connections;
	size_t headers_max; /* octets of request line and headers; more is answered 431 */
	/* Octets of the largest body now; more is answered 413. Four times as many are read to no
	 * use before the connection is closed. */
	size_t (*body_max)(void *arg);
	/* A request is there, `context` is the connection's. Must fill the response's status; false
	 * closes the connection without an answer. */
	bool (*answer)(void *arg, void *context, const struct pc_http_request *request,
		struct pc_http_response *response);
	/* What the server itself refuses (400, 413), before the body has come: say so in the
	 * response's body. The status is filled in. */
	void (*refuse)(void *arg, void *context, const struct pc_http_request *request,
		const char *why, struct pc_http_response *response);
	/* When `answer` gives nothing that can be sent: a static body for status 500. */
	const char *failure, *failure_type;
	void *arg;
};

/* Texts of the options are borrowed. PC_OK, -ENOMEM, PC_E_INTERNAL. */
int pc_httpd_new(struct pc_loop *loop, const struct pc_httpd_options *options,
	struct pc_httpd **ret, struct pc_diag *diag);
void pc_httpd_free(struct pc_httpd *httpd); /* closes its connections; NULL is allowed */

/* One connection; lives until both sides have let go of it. */
struct pc_httpd_link;

/* Serve `fd` (taken, also on failure). `facts` and `context` are borrowed until
 * pc_httpd_forget(). PC_OK, PC_E_LIMIT, -ENOMEM. */
int pc_httpd_add(struct pc_httpd *httpd, int fd, const struct pc_tls_facts *facts, void *context,
	struct pc_httpd_link **ret);

/* The connection is gone, nothing of it is asked any more. NULL is allowed. */
void pc_httpd_forget(struct pc_httpd_link *link);

struct pc_httpd_state {
	uint32_t begun;     /* requests whose first line has come */
	uint32_t started;   /* requests whose head was complete */
	uint32_t completed; /* answered in full */
};
struct pc_httpd_state pc_httpd_state(const struct pc_httpd_link *link);

/* Drive a daemon of libmicrohttpd that has MHD_USE_EPOLL inside a loop. Caller's storage, zeroed;
 * stop it before the daemon. The daemon's time-outs are real time's: they do not make a virtual
 * clock pass. */
struct MHD_Daemon;
struct pc_httpd_pump {
	struct pc_loop *loop;      /* borrowed */
	struct MHD_Daemon *daemon; /* borrowed */
	struct pc_loop_fd *watch;  /* owned; on the daemon's epoll descriptor */
	struct pc_alarm *alarm;    /* owned; runs the daemon again when it asks for it */
	struct pc_timer soon;
};
int pc_httpd_pump_start(struct pc_httpd_pump *pump, struct pc_loop *loop, struct MHD_Daemon *daemon,
	struct pc_diag *diag);
void pc_httpd_pump_run(void *pump);                  /* now */
void pc_httpd_pump_soon(struct pc_httpd_pump *pump); /* in the next turn */
void pc_httpd_pump_stop(struct pc_httpd_pump *pump);

#endif
