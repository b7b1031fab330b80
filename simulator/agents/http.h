/* agents/http: the HTTPS client of the agents: libcurl driven by the loop. TLS 1.2 or newer, server
 * verified against the factory trust anchor, own certificate, no proxy unless told. */
#ifndef PC_AGENTS_HTTP_H
#define PC_AGENTS_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "loop/loop.h"

enum { PC_HTTPS_ANSWER_MAX = 1 << 20, PC_HTTPS_PENDING_MAX = 16 };

struct pc_https;

/* Texts are copied. */
struct pc_https_options {
	struct pc_loop *loop;  /* borrowed */
	const char *server;    /* "https://host[:port]", nothing behind it */
	const char *ca_file;   /* PEM, trust anchor */
	const char *cert_file; /* PEM, or NULL */
	const char *key_file;
	const char *proxy;   /* URL or NULL */
	unsigned timeout_ms; /* whole request; 0 = 30,000 */
	bool accept_any;     /* named fault: the server is not verified */
};

/* err: PC_OK when there was an answer, else PC_E_TIMEOUT, PC_E_REFUSED (TLS: the server is not who
 * it should be), PC_E_CLOSED (no connection), PC_E_LIMIT (answer too large). Borrowed for the call.
 */
struct pc_https_answer {
	int err;
	long status;
	const char *body; /* ends with a NUL not counted */
	size_t len;
	uint64_t retry_after_s; /* 0 = the server said nothing */
	const char *text;       /* a sentence when err is not PC_OK */
};

typedef void (*pc_https_fn)(void *arg, const struct pc_https_answer *answer);

struct pc_https_request {
	const char *method; /* "GET" or "POST" */
	const char *path;   /* begins with '/' */
	const char *content_type;
	const void *body; /* copied */
	size_t len;
	bool gzip; /* send the body compressed */
};

/* PC_E_BADVALUE when the server is no https URL; -errno when a file cannot be read. */
int pc_https_new(
	const struct pc_https_options *options, struct pc_https **ret, struct pc_diag *diag);

/* Ends what is under way without calling anybody. NULL is allowed. */
void pc_https_free(struct pc_https *h);

/* Start a request; fn is called once, in the loop. PC_OK, PC_E_LIMIT, -ENOMEM. */
int pc_https_send(struct pc_https *h, const struct pc_https_request *request, pc_https_fn fn,
	void *arg, struct pc_diag *diag);

/* Split "https://host[:port]". PC_OK or PC_E_BADVALUE with the sentence. Port 443 by default. */
int pc_https_split(
	const char *server, char *host, size_t size, uint16_t *ret_port, struct pc_diag *diag);

#endif
