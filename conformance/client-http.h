/* conformance/client-http: HTTP requests of the cases and of the runner, on libcurl. */
#ifndef PC_CONFORMANCE_CLIENT_HTTP_H
#define PC_CONFORMANCE_CLIENT_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/diag.h"

/* Everything is borrowed; NULL where not wanted. */
struct pc_http_call {
	const char *method; /* "GET" … */
	const char *url;
	const char *ca_file;              /* trust anchor for https; NULL = none is accepted */
	const char *cert_file, *key_file; /* client identity */
	const char *resolve;              /* "api.ers.test:8443:127.0.0.1" */
	const char *cookie;               /* "session=…" */
	const char *content_type;
	const char *header; /* one more header line */
	const void *body;
	size_t body_len;
	unsigned deadline_ms; /* 0 = 10 s */
	bool no_alpn;
	bool any_certificate; /* a device's own, that nobody has signed */
};

struct pc_http_answer {
	long status;
	struct pc_buf body;   /* init by the call; pc_http_answer_done() frees */
	char set_cookie[512]; /* "name=value" of the first Set-Cookie, or "" */
	char retry_after[64];
	char location[512];
	char content_type[128];
	char certificate_cn[128];
	char certificate_pem[8192]; /* the server's own, "" when none came */
	char tls_version[32];
};

/* PC_OK once an HTTP status came, whatever it is; PC_E_ENVIRONMENT with libcurl's words when none
 * did; PC_E_REFUSED when TLS was refused by either side. */
int pc_http_perform(
	const struct pc_http_call *call, struct pc_http_answer *ret, struct pc_diag *diag);
void pc_http_answer_done(struct pc_http_answer *answer);

#endif
