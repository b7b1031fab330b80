/* cloud/mhd: the HTTP server of loop/httpd under the front's faults: hands whole requests to the
 * routes and sends what they answer. */
#ifndef PC_CLOUD_MHD_H
#define PC_CLOUD_MHD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/fault.h"
#include "cloud/http.h"
#include "loop/loop.h"

enum { PC_MHD_HEADERS_MAX = 32 << 10 }; /* request line and headers; more is answered 431 */

struct pc_mhd;

struct pc_mhd_options {
	pc_http_handler_fn handler;
	void *arg;
	void (*journal)(void *arg, const char *kind, const char *members); /* may be NULL */
	void *journal_arg;
	const pc_fault_set *faults; /* borrowed */
	unsigned max_connections;
};

int pc_mhd_new(struct pc_loop *loop, const struct pc_mhd_options *options, struct pc_mhd **ret,
	struct pc_diag *diag);
void pc_mhd_free(struct pc_mhd *mhd); /* closes its connections; NULL is allowed */

/* One connection, until pc_mhd_forget(). */
struct pc_mhd_link;

/* Serve `fd` (taken, also on failure). `facts` are borrowed until pc_mhd_forget(). */
int pc_mhd_add(
	struct pc_mhd *mhd, int fd, const struct pc_tls_facts *facts, struct pc_mhd_link **ret);

/* The TLS connection is gone. NULL is allowed. */
void pc_mhd_forget(struct pc_mhd_link *link);

struct pc_mhd_state {
	uint32_t started;   /* requests whose head was complete */
	uint32_t completed; /* answered in full */
	bool mute;          /* fault: what comes from here is not to be sent */
	bool reset;         /* fault: reset the connection instead of closing it */
};
struct pc_mhd_state pc_mhd_state(const struct pc_mhd_link *link);

#endif
