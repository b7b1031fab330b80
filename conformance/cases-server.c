/* Server cases: what the cloud owes agents and operators. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "conformance/cases-server.h"
#include "conformance/document.h"

bool
pc_server_agent(struct pc_case_run *r, struct pc_server_agent *ret)
{
	struct pc_diag diag = {{0}};
	pc_document_uuid(ret->id);
	snprintf(ret->serial, sizeof(ret->serial), "CONF%.8s", ret->id);
	if (pc_world_enrol(r->world, ret->id, "DC", ret->cert, ret->key, &diag) == PC_OK)
		return true;
	pc_case_error(r, "%s", diag.text);
	return false;
}

long
pc_server_upload(struct pc_case_run *r, const struct pc_server_agent *a, const char *document_id,
	const char *location, struct pc_buf *answer)
{
	struct pc_buf body;
	pc_buf_init(&body, 65536);
	pc_document_write(&body, document_id, a->id, a->serial, location);
	long status =
		pc_world_upload(r->world, a->id, a->cert, a->key, body.data, body.len, answer);
	pc_buf_done(&body);
	return status;
}

size_t
pc_server_collections(struct pc_case_run *r, const char *serial)
{
	char path[160];
	struct pc_diag diag = {{0}};
	snprintf(path, sizeof(path), "/portal/v1/collections?serial=%s", serial);
	json_t *j = pc_world_portal(r->world, "GET", path, NULL, false, NULL, &diag);
	size_t n = json_array_size(json_object_get(j, "collections"));
	json_decref(j);
	return n;
}

static void
upload_stored(struct pc_case_run *r)
{
	struct pc_server_agent a;
	char id[37];
	long status[2];
	if (!pc_server_agent(r, &a))
		return;
	for (int i = 0; i < 2; i++) {
		pc_document_uuid(id);
		status[i] = pc_server_upload(r, &a, id, "shelf", NULL);
	}
	pc_check(r, status[0] == 202 && status[1] == 202, "two good uploads are accepted",
		"202, 202", "%ld, %ld", status[0], status[1]);
	size_t n = pc_server_collections(r, a.serial);
	pc_check(r, n == 2, "each accepted upload is stored once", "2 collections",
		"%zu collections", n);
}

static void
upload_bytes(struct pc_case_run *r)
{
	struct pc_server_agent a;
	char id[37];
	char path[128];
	json_error_t error;
	struct pc_buf body;
	struct pc_buf answer;
	struct pc_http_answer got;
	struct pc_diag diag = {{0}};
	if (!pc_server_agent(r, &a))
		return;
	pc_document_uuid(id);
	pc_buf_init(&body, 65536);
	pc_buf_init(&answer, 65536);
	pc_document_write(&body, id, a.id, a.serial, "byte for byte");
	long status = pc_world_upload(r->world, a.id, a.cert, a.key, body.data, body.len, &answer);
	json_t *j = json_loadb(pc_buf_text(&answer), answer.len, 0, &error);
	const char *collection = json_string_value(json_object_get(j, "collectionId"));
	pc_check(r, status == 202 && collection != NULL, "the answer names the collection",
		"202 and collectionId", "%ld and %s", status,
		collection == NULL ? "none" : collection);
	if (collection != NULL) {
		char url[320];
		snprintf(path, sizeof(path), "/portal/v1/collections/%.80s", collection);
		snprintf(url, sizeof(url), "%s%s", r->world->cloud_url, path);
		struct pc_http_call c = {.method = "GET",
			.url = url,
			.ca_file = r->world->ca_file,
			.cookie = r->world->session};
		int err = pc_http_perform(&c, &got, &diag);
		bool same = err == PC_OK && got.status == 200 && got.body.len == body.len &&
			    memcmp(got.body.data, body.data, body.len) == 0;
		pc_check(r, same, "the stored body equals what was sent, byte for byte", "equal",
			"%s", same ? "equal" : "different");
		pc_http_answer_done(&got);
	}
	json_decref(j);
	pc_buf_done(&body);
	pc_buf_done(&answer);
}

static void
upload_schema(struct pc_case_run *r)
{
	static const struct {
		const char *name, *body;
	} rows[] = {
		{"not JSON", "{\"schema\":"},
		{"no devices", "{\"schema\":\"ers-collection/1\"}"},
		{"another schema", "{\"schema\":\"something/9\",\"devices\":[]}"},
		{"an array", "[]"},
	};
	struct pc_server_agent a;
	char id[37];
	struct pc_buf body;
	struct pc_buf answer;
	if (!pc_server_agent(r, &a))
		return;
	pc_buf_init(&answer, 65536);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		long status = pc_world_upload(
			r->world, a.id, a.cert, a.key, rows[i].body, strlen(rows[i].body), NULL);
		pc_check(r, status == 400, rows[i].name, "400", "%ld", status);
	}
	pc_buf_init(&body, 65536);
	pc_document_uuid(id);
	pc_document_write(&body, id, a.id, a.serial, "x");
	char *vendor = strstr((char *)body.data, "\"EPSON\",\"collectionType\"");
	if (vendor != NULL)
		memcpy(vendor, "\"OTHER\"", 7);
	long status = pc_world_upload(r->world, a.id, a.cert, a.key, body.data, body.len, &answer);
	pc_check(r, status == 400, "a vendor name other than EPSON is refused", "400", "%ld",
		status);
	pc_check(r, strstr(pc_buf_text(&answer), "vendorName") != NULL,
		"the answer names the member that is wrong", "agent.vendorName", "%.150s",
		pc_buf_text(&answer));
	size_t n = pc_server_collections(r, a.serial);
	pc_check(r, n == 0, "nothing of it is stored", "0 collections", "%zu collections", n);
	pc_buf_done(&body);
	pc_buf_done(&answer);
}

static void
upload_identity(struct pc_case_run *r)
{
	struct pc_server_agent a;
	struct pc_server_agent b;
	char id[37];
	struct pc_buf body;
	if (!pc_server_agent(r, &a) || !pc_server_agent(r, &b))
		return;
	pc_buf_init(&body, 65536);
	pc_document_uuid(id);
	pc_document_write(&body, id, a.id, a.serial, "x");
	long status = pc_world_upload(r->world, a.id, NULL, NULL, body.data, body.len, NULL);
	pc_check(r, status == 401, "an upload without a client certificate is refused", "401",
		"%ld", status);
	status = pc_world_upload(r->world, a.id, b.cert, b.key, body.data, body.len, NULL);
	pc_check(r, status == 403, "an upload with another agent's certificate is refused", "403",
		"%ld", status);
	size_t n = pc_server_collections(r, a.serial);
	pc_check(r, n == 0, "nothing of it is stored", "0 collections", "%zu collections", n);
	pc_buf_done(&body);
}

static void
upload_duplicate(struct pc_case_run *r)
{
	struct pc_server_agent a;
	char id[37];
	if (!pc_server_agent(r, &a))
		return;
	pc_document_uuid(id);
	long first = pc_server_upload(r, &a, id, "once", NULL);
	long again = pc_server_upload(r, &a, id, "once", NULL);
	pc_check(r, first == 202 && again == 202, "the same document twice is accepted twice",
		"202, 202", "%ld, %ld", first, again);
	size_t n = pc_server_collections(r, a.serial);
	pc_check(r, n == 1, "it is stored once", "1 collection", "%zu collections", n);
}

static void
upload_size(struct pc_case_run *r)
{
	enum { BIG = 5 << 20 };
	struct pc_server_agent a;
	char id[37];
	struct pc_buf body;
	if (!pc_server_agent(r, &a))
		return;
	pc_buf_init(&body, BIG + 65536);
	char *filler = malloc(BIG + 1);
	if (filler == NULL)
		return;
	memset(filler, ' ', BIG);
	filler[BIG] = '\0';
	pc_document_uuid(id);
	pc_document_write(&body, id, a.id, a.serial, "x");
	pc_buf_add(&body, filler, BIG);
	free(filler);
	long status = pc_world_upload(r->world, a.id, a.cert, a.key, body.data, body.len, NULL);
	pc_check(r, status == 413, "a body over 4 MiB is refused", "413", "%ld", status);
	size_t n = pc_server_collections(r, a.serial);
	pc_check(r, n == 0, "nothing of it is stored", "0 collections", "%zu collections", n);
	pc_buf_done(&body);
}

static void
server_identity(struct pc_case_run *r)
{
	static const char *const names[] = {"api.ers.test", "mqtt.ers.test", "portal.ers.test"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char url[128];
		char resolve[128];
		struct pc_http_answer a;
		struct pc_diag diag = {{0}};
		snprintf(url, sizeof(url), "https://%s:%u/v1/ping", names[i], r->world->cloud_port);
		snprintf(resolve, sizeof(resolve), "%s:%u:127.0.0.1", names[i],
			r->world->cloud_port);
		struct pc_http_call c = {.method = "GET",
			.url = url,
			.resolve = resolve,
			.ca_file = r->world->ca_file};
		int err = pc_http_perform(&c, &a, &diag);
		pc_check(r, err == PC_OK && a.status == 204,
			"the server proves its name with a certificate of the trust anchor",
			"204 after a verified handshake", "%s",
			err == PC_OK ? "an answer" : diag.text);
		pc_http_answer_done(&a);
	}
}

/* Does the PEM text begin with this certificate, line ends apart? */
static bool
begins_with(const char *pem, const char *certificate)
{
	while (*certificate != '\0') {
		pem += strspn(pem, "\r\n");
		certificate += strspn(certificate, "\r\n");
		if (*certificate != '\0' && *pem++ != *certificate++)
			return false;
	}
	return true;
}

static void
chain_download(struct pc_case_run *r)
{
	char url[160];
	struct pc_server_agent a;
	struct pc_http_answer got;
	struct pc_diag diag = {{0}};
	char chain_file[PATH_MAX];
	if (!pc_server_agent(r, &a))
		return;
	snprintf(url, sizeof(url), "%s/v1/pki/server-chain.pem", r->world->cloud_url);
	struct pc_http_call c = {.method = "GET",
		.url = url,
		.ca_file = r->world->ca_file,
		.cert_file = a.cert,
		.key_file = a.key};
	int err = pc_http_perform(&c, &got, &diag);
	pc_check(r,
		err == PC_OK && got.status == 200 &&
			strstr(pc_buf_text(&got.body), "BEGIN CERTIFICATE") != NULL,
		"the chain is downloaded as PEM", "200, PEM", "%ld, %s", got.status,
		got.content_type);
	bool own = got.certificate_pem[0] != '\0' &&
		   begins_with(pc_buf_text(&got.body), got.certificate_pem);
	pc_check(r, own, "it begins with the certificate the server shows on this connection",
		"the server's certificate", "%s", own ? "the server's certificate" : "another");
	snprintf(chain_file, sizeof(chain_file), "%s/agents/%s.chain.pem", r->world->options.dir,
		a.id);
	(void)pc_file_write(chain_file, pc_buf_text(&got.body), got.body.len, 0644, &diag);
	pc_http_answer_done(&got);
	/* The chain got is what the port itself shows: it must verify the next connection. */
	c.ca_file = chain_file;
	snprintf(url, sizeof(url), "%s/v1/ping", r->world->cloud_url);
	err = pc_http_perform(&c, &got, &diag);
	pc_check(r, err == PC_OK && got.status == 204,
		"the chain verifies the server's connections", "204", "%s",
		err == PC_OK ? "an answer" : diag.text);
	pc_http_answer_done(&got);
	c.cert_file = c.key_file = NULL;
	c.ca_file = r->world->ca_file;
	snprintf(url, sizeof(url), "%s/v1/pki/server-chain.pem", r->world->cloud_url);
	err = pc_http_perform(&c, &got, &diag);
	pc_check(r, err == PC_OK && got.status == 401, "without a client certificate it is refused",
		"401", "%ld", got.status);
	pc_http_answer_done(&got);
}

static const struct pc_case table[] = {
	{"SRV-HTTP-001", 1, PC_ROLE_SERVER, "Each accepted upload is stored, once.",
		"ERS white paper, data storage; OQ-06", {"ERS-ARC-04", "ERS-STO-01", "ERS-NET-10"},
		{{PC_MUTANT_SERVER, "upload-loses-every-second"}}, "", upload_stored},
	{"SRV-HTTP-002", 1, PC_ROLE_SERVER,
		"A document against the schema is refused and not stored.", "RFC 8259; OQ-06",
		{"ERS-FMT-01", "ERS-ARC-04", "ERS-DAT-005"},
		{{PC_MUTANT_SERVER, "upload-schema-unchecked"}}, "", upload_schema},
	{"SRV-HTTP-003", 1, PC_ROLE_SERVER, "An agent can upload only as itself.", "OQ-11",
		{"ERS-SEC-10", "ERS-STO-01"}, {{PC_MUTANT_SERVER, "upload-identity-unchecked"}}, "",
		upload_identity},
	{"SRV-HTTP-004", 1, PC_ROLE_SERVER, "The same document sent again is stored once.", "OQ-06",
		{"ERS-STO-01"}, {{PC_MUTANT_SERVER, "upload-duplicate-stored-twice"}}, "",
		upload_duplicate},
	{"SRV-HTTP-005", 1, PC_ROLE_SERVER, "A document over the size limit is refused.",
		"RFC 9110 s15.5.14; OQ-06", {"ERS-STO-01"},
		{{PC_MUTANT_SERVER, "upload-size-unchecked"}}, "", upload_size},
	{"SRV-HTTP-006", 1, PC_ROLE_SERVER, "A stored body is given back byte for byte.", "OQ-06",
		{"ERS-ARC-04", "ERS-ARC-06"}, {{PC_MUTANT_SERVER, "collection-body-changed"}}, "",
		upload_bytes},
	{"SRV-TLS-001", 1, PC_ROLE_SERVER, "The server proves each of its names.",
		"ERS white paper, annex SSL; RFC 9525", {"ERS-SEC-08", "ERS-SEC-09"},
		{{PC_MUTANT_SERVER, "tls-wrong-name-certificate"},
			{PC_MUTANT_SERVER, "tls-self-signed"},
			{PC_MUTANT_SERVER, "tls-expired-certificate"}},
		"", server_identity},
	{"SRV-TLS-002", 1, PC_ROLE_SERVER, "Agents can download the chain the server uses.",
		"ERS white paper, remote operation; OQ-09",
		{"ERS-NET-11", "ERS-NET-13", "ERS-OP-08"}, {{PC_MUTANT_SERVER, "chain-wrong"}}, "",
		chain_download},
};

const struct pc_case *
pc_cases_server(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
