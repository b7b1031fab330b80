/* cloud/pki: the test PKI of a run directory, made in process: root CA, intermediate CA, the
 * server's certificate and one client certificate an agent. EC P-256 throughout. For tests only:
 * the keys lie in the run directory. Spec: RFC 5280. */
#ifndef PC_CLOUD_PKI_H
#define PC_CLOUD_PKI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"

enum {
	PC_PKI_CA_DAYS = 3652,
	PC_PKI_LEAF_DAYS = 365,
	PC_PKI_RENEW_DAYS = 30, /* a certificate with less left is made anew at start */
	PC_PKI_NAMES_MAX = 32,
	PC_PKI_AGENT_ID_MAX = 64, /* RFC 5280 ub-common-name */
	PC_PKI_PEM_MAX = 64 << 10
};

struct pc_pki;

struct pc_pki_options {
	const char *dir;              /* files go here; made when missing (0700) */
	const struct pc_clock *clock; /* borrowed; must outlive the PKI */
	const char *const *names;     /* further DNS names and IPv4 addresses of the server */
	size_t n_names;
};

/* Load what the directory holds, make what is missing, runs out or lacks a name. A SIGKILL leaves
 * either the old or the new file. Files: root.pem, intermediate.pem, server.pem (key and
 * certificate, 0600), root-ca.pem (for clients), server-chain.pem. */
int pc_pki_open(const struct pc_pki_options *options, struct pc_pki **ret, struct pc_diag *diag);
void pc_pki_free(struct pc_pki *pki); /* NULL is allowed */

/* The root certificate, and the server's chain (server, intermediate), as PEM. Borrowed. */
const char *pc_pki_ca_pem(const struct pc_pki *pki);
const char *pc_pki_chain_pem(const struct pc_pki *pki);

/* Letters, digits, '.', '-', '_'; 1 to 64 of them: safe in a subject, a topic and a path. */
bool pc_pki_agent_id_ok(const char *agent_id);

/* Issue a client certificate with CN = agent_id; certificate and intermediate are appended to
 * `cert_pem`, the key to `key_pem`. PC_OK, PC_E_BADVALUE for a bad agent ID, PC_E_INTERNAL. */
int pc_pki_issue(void *pki, const char *agent_id, struct pc_buf *cert_pem, struct pc_buf *key_pem);

/* Which certificate the server shows; all but the first are faults. */
enum pc_pki_server {
	PC_PKI_SERVER_GOOD,
	PC_PKI_SERVER_WRONG_NAME,
	PC_PKI_SERVER_SELF_SIGNED,
	PC_PKI_SERVER_EXPIRED,
	PC_PKI_SERVERS
};
int pc_pki_server(struct pc_pki *pki, enum pc_pki_server which, struct pc_buf *chain_pem,
	struct pc_buf *key_pem, struct pc_diag *diag);

#endif
