#include "fake.h"

#include <sys/stat.h>

/* ---- paths, methods, who may ---- */

static void
test_access(void **state)
{
	static const struct {
		const char *method, *path, *who, *body;
		unsigned status;
		const char *allow;
	} rows[] = {
		{"GET", "/v1/ping", "", NULL, 204, ""},
		{"POST", "/v1/ping", "", NULL, 405, "GET"},
		{"GET", "/", "", NULL, 404, ""},
		{"GET", "/v1/ping/", "", NULL, 404, ""},
		{"GET", "/v1/pin", "", NULL, 404, ""},
		{"GET", "/v1/agents//collections", "", NULL, 404, ""},
		{"GET", "/v1/agents/a/b/collections", "", NULL, 404, ""},
		{"GET", "/v1/agents/a/collections", "", NULL, 405, "POST"},
		{"GET", "/v1/pki/server-chain.pem", "", NULL, 401, ""},
		{"GET", "/v1/pki/server-chain.pem", "agent", NULL, 200, ""},
		{"POST", "/v1/agents/a/collections", "", "{}", 401, ""},
		{"POST", "/portal/v1/login", "", "{", 400, ""},
		{"POST", "/portal/v1/login", "", "[]", 400, ""},
		{"POST", "/portal/v1/login", "", "{\"user\":1,\"password\":\"\"}", 400, ""},
		{"POST", "/portal/v1/login", "", "{\"user\":\"nobody\",\"password\":\"x\"}", 401,
			""},
		{"GET", "/portal/v1/login", "", NULL, 405, "POST"},
		{"POST", "/portal/v1/logout", "", NULL, 401, ""},
		{"GET", "/portal/v1/devices", "", NULL, 401, ""},
		{"GET", "/portal/v1/devices", "agent", NULL, 401, ""},
		{"GET", "/portal/v1/devices", "operator", NULL, 200, ""},
		{"GET", "/portal/v1/devices", "installer", NULL, 200, ""},
		{"DELETE", "/portal/v1/devices", "operator", NULL, 405, "GET"},
		{"GET", "/portal/v1/devices/X", "", NULL, 401, ""},
		{"GET", "/portal/v1/devices/X", "operator", NULL, 404, ""},
		{"POST", "/portal/v1/devices/X/operations", "", "{}", 401, ""},
		{"POST", "/portal/v1/devices/X/operations", "operator", "{}", 400, ""},
		{"POST", "/portal/v1/devices/X/operations", "operator", "{\"type\":\"collect\"}",
			404, ""},
		{"GET", "/portal/v1/operations", "", NULL, 401, ""},
		{"GET", "/portal/v1/operations", "operator", NULL, 200, ""},
		{"PUT", "/portal/v1/operations", "operator", NULL, 405, "GET"},
		{"GET", "/portal/v1/operations/x", "", NULL, 401, ""},
		{"GET", "/portal/v1/operations/x", "operator", NULL, 404, ""},
		{"GET", "/portal/v1/collections", "", NULL, 401, ""},
		{"GET", "/portal/v1/collections", "operator", NULL, 200, ""},
		{"GET", "/portal/v1/collections/x", "", NULL, 401, ""},
		{"GET", "/portal/v1/collections/x", "operator", NULL, 404, ""},
		{"POST", "/portal/v1/agents", "", "{}", 401, ""},
		{"POST", "/portal/v1/agents", "operator", "{}", 403, ""},
		{"POST", "/portal/v1/agents", "installer", "{}", 400, ""},
		{"POST", "/portal/v1/agents", "installer",
			"{\"agentId\":\"a/b\",\"agentType\":\"DC\"}", 400, ""},
		{"POST", "/portal/v1/agents", "installer",
			"{\"agentId\":\"a\",\"agentType\":\"PC\"}", 400, ""},
		{"POST", "/portal/v1/agents", "installer",
			"{\"agentId\":\"a\",\"agentType\":\"DC\",\"companyName\":7}", 400, ""},
		{"PUT", "/portal/v1/settings/remoteOperation", "", "{}", 401, ""},
		{"PUT", "/portal/v1/settings/remoteOperation", "operator", "{\"enabled\":false}",
			403, ""},
		{"PUT", "/portal/v1/settings/remoteOperation", "installer", "{\"enabled\":1}", 400,
			""},
		{"PUT", "/portal/v1/settings/remoteOperation", "installer", "{\"enabled\":true}",
			204, ""},
		{"GET", "/portal/v1/settings/remoteOperation", "installer", NULL, 405, "PUT"},
		{"GET", "/portal/v1/journal", "", NULL, 401, ""},
		{"GET", "/portal/v1/journal", "operator", NULL, 200, ""},
	};
	struct fake f;
	char session[2][40];
	(void)state;
	fake_new(&f, 0);
	for (size_t i = 0; i < 2; i++) {
		fake_login(&f, i == 0 ? "operator" : "installer");
		memcpy(session[i], f.session, sizeof(session[i]));
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool user = strcmp(rows[i].who, "operator") == 0 ||
			    strcmp(rows[i].who, "installer") == 0;
		f.session[0] = '\0';
		if (user)
			memcpy(f.session, session[rows[i].who[0] == 'i'], sizeof(f.session));
		f.cn = strcmp(rows[i].who, "agent") == 0 ? "agent" : NULL;
		fake_ask(&f, rows[i].method, rows[i].path, rows[i].body);
		bool error_said = f.status < 400 || (fake_member(&f, "error")[0] != '\0' &&
							    fake_member(&f, "detail")[0] != '\0');
		if (f.status != rows[i].status || strcmp(f.allow, rows[i].allow) != 0 ||
			!error_said)
			fail_msg("%s %s as '%s': %u, allow '%s', %s", rows[i].method, rows[i].path,
				rows[i].who, f.status, f.allow, f.body);
	}
	f.type = "text/plain";
	assert_int_equal(fake_ask(&f, "POST", "/portal/v1/login", "{}"), 415);
	fake_free(&f);
}

/* ---- upload ---- */

static void
test_upload_refusals(void **state)
{
	static const struct {
		const char *name, *cn, *type, *encoding, *body;
		unsigned status;
		const char *path; /* NULL: not looked at */
	} rows[] = {
		{"no certificate", NULL, "application/json", NULL, "{}", 401, NULL},
		{"another's certificate", "dc-2", "application/json", NULL, "{}", 403, NULL},
		{"media type", "dc-1", "text/json", NULL, "{}", 415, NULL},
		{"no media type", "dc-1", NULL, NULL, "{}", 415, NULL},
		{"other charset", "dc-1", "application/json; charset=latin1", NULL, "{}", 415,
			NULL},
		{"charset", "dc-1", "application/json; charset=UTF-8", NULL, "{}", 400, "schema"},
		{"encoding", "dc-1", "application/json", "br", "{}", 415, NULL},
		{"not gzip", "dc-1", "application/json", "gzip", "{}", 400, ""},
		{"empty", "dc-1", "application/json", NULL, "", 400, ""},
		{"not JSON", "dc-1", "application/json", NULL, "{\"a\":", 400, ""},
		{"twice", "dc-1", "application/json", NULL, "{\"a\":1,\"a\":2}", 400, ""},
		{"against the schema", "dc-1", "application/json", NULL,
			"{\"schema\":\"ers-collection/1\"}", 400, "documentId"},
	};
	struct fake f;
	(void)state;
	fake_new(&f, 0);
	fake_enrol(&f, "dc-1", "DC");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		f.cn = rows[i].cn;
		f.type = rows[i].type;
		f.encoding = rows[i].encoding;
		fake_ask(&f, "POST", "/v1/agents/dc-1/collections", rows[i].body);
		if (f.status != rows[i].status || fake_member(&f, "error")[0] == '\0' ||
			(rows[i].path != NULL &&
				strcmp(fake_member(&f, "path"), rows[i].path) != 0))
			fail_msg("%s: %u %s", rows[i].name, f.status, f.body);
	}
	f.type = "application/json";
	f.encoding = NULL;
	assert_int_equal(fake_upload(&f, "dc-9", DOC1, "S1", "idle"), 404); /* not enrolled */
	char *doc = fake_document("dc-2", DOC1, "S1", "idle");
	f.cn = "dc-1";
	assert_int_equal(fake_ask(&f, "POST", "/v1/agents/dc-1/collections", doc), 400);
	assert_string_equal(fake_member(&f, "path"), "agent.agentId");
	free(doc);
	size_t n = PC_HTTP_BODY_MAX + 1;
	char *big = malloc(n);
	memset(big, ' ', n);
	assert_int_equal(fake_bytes(&f, "POST", "/v1/agents/dc-1/collections", big, n), 413);
	assert_int_equal(fake_bytes(&f, "POST", "/v1/agents/dc-1/collections", big, n - 1), 400);
	free(big);
	assert_int_equal(fake_count(&f), 0); /* Spec: ERS-ARC-04: no row after a 4xx */
	fake_free(&f);
}

static void
test_upload(void **state)
{
	struct fake f;
	char id[64];
	char path[128];
	(void)state;
	fake_new(&f, 0);
	fake_enrol(&f, "dc-1", "DC");
	assert_int_equal(fake_upload(&f, "dc-1", DOC1, "S1", "idle"), 202);
	pc_text_copy(id, sizeof(id), fake_member(&f, "collectionId"));
	assert_non_null(strstr(f.body, "\"duplicate\":false"));
	assert_int_equal(fake_upload(&f, "dc-1", DOC1, "S1", "down"), 202);
	assert_string_equal(fake_member(&f, "collectionId"), id);
	assert_non_null(strstr(f.body, "\"duplicate\":true"));
	assert_int_equal(fake_upload(&f, "dc-1", DOC2, "S2", "printing"), 202);
	assert_int_equal(fake_count(&f), 2);
	fake_login(&f, "operator");
	snprintf(path, sizeof(path), "/portal/v1/collections/%s", id);
	assert_int_equal(fake_ask(&f, "GET", path, NULL), 200);
	char *doc = fake_document("dc-1", DOC1, "S1", "idle");
	assert_string_equal(f.body, doc); /* byte for byte */
	free(doc);
	assert_int_equal(fake_ask(&f, "GET", "/portal/v1/devices/S2", NULL), 200);
	assert_non_null(strstr(f.body, "\"status\":\"printing\""));
	assert_non_null(strstr(f.body, "\"agentId\":\"dc-1\""));
	assert_int_equal(fake_ask(&f, "GET", "/portal/v1/devices", NULL), 200);
	assert_non_null(strstr(f.body, "\"serialNumber\":\"S1\",\"model\":\"M-1\""));
	assert_non_null(strstr(f.body, "\"lastSeen\":\"2026-11-"));
	fake_free(&f);
}

static void
test_collections_query(void **state)
{
	static const struct {
		const char *name, *value;
		unsigned status;
		size_t rows;
	} rows[] = {
		{"serial", "S1", 200, 1},
		{"serial", "S9", 200, 0},
		{"serial", "", 200, 2},
		{"since", "2026-01-01T00:00:00Z", 200, 2},
		{"since", "2026-01-01T00:00:00.5+05:30", 200, 2},
		{"since", "2027-01-01T00:00:00Z", 200, 0},
		{"since", "yesterday", 400, 0},
		{"since", "2026-01-01T00:00:00", 400, 0},
		{"since", "2026-01-01T00:00:00+05", 400, 0},
	};
	struct fake f;
	(void)state;
	fake_new(&f, 0);
	fake_enrol(&f, "dc-1", "DC");
	fake_upload(&f, "dc-1", DOC1, "S1", "idle");
	fake_upload(&f, "dc-1", DOC2, "S2", "idle");
	fake_login(&f, "operator");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		f.query_name = rows[i].name;
		f.query_value = rows[i].value;
		fake_ask(&f, "GET", "/portal/v1/collections", NULL);
		json_t *v = json_loads(f.body, 0, NULL);
		size_t n = json_array_size(json_object_get(v, "collections"));
		if (f.status != rows[i].status || n != rows[i].rows)
			fail_msg("%s=%s: %u %s", rows[i].name, rows[i].value, f.status, f.body);
		json_decref(v);
	}
	fake_free(&f);
}

static void
test_store_full(void **state)
{
	struct fake f;
	(void)state;
	fake_new(&f, 0);
	fake_enrol(&f, "dc-1", "DC");
	pc_routes_free(f.routes);
	f.options.store_max_bytes = 100;
	fake_open(&f);
	assert_int_equal(fake_upload(&f, "dc-1", DOC1, "S1", "idle"), 503);
	assert_string_equal(f.retry, "30");
	assert_int_equal(fake_count(&f), 0);
	fake_free(&f);
}

/* ---- enrolment, chain ---- */

static void
test_enrol(void **state)
{
	struct fake f;
	(void)state;
	fake_new(&f, 0);
	fake_login(&f, "installer");
	assert_int_equal(
		fake_ask(&f, "POST", "/portal/v1/agents",
			"{\"agentId\":\"es-1\",\"agentType\":\"ES\",\"companyName\":\"Canary Ltd\"}"),
		201);
	assert_string_equal(fake_member(&f, "certificatePem"), "CERT es-1\n");
	assert_string_equal(fake_member(&f, "privateKeyPem"), "KEY es-1\n");
	assert_string_equal(fake_member(&f, "caPem"), "CA\n");
	assert_int_equal(fake_ask(&f, "POST", "/portal/v1/agents",
				 "{\"agentId\":\"es-1\",\"agentType\":\"ES\"}"),
		409);
	f.cn = "es-1";
	assert_int_equal(fake_ask(&f, "GET", "/v1/pki/server-chain.pem", NULL), 200);
	assert_string_equal(f.body, "CHAIN\n");
	assert_string_equal(f.content_type, "application/x-pem-file");
	f.options.issue = NULL;
	pc_routes_free(f.routes);
	fake_open(&f);
	fake_login(&f, "installer");
	assert_int_equal(fake_ask(&f, "POST", "/portal/v1/agents",
				 "{\"agentId\":\"es-2\",\"agentType\":\"ES\"}"),
		503);
	fake_free(&f);
}

/* ---- sessions ---- */

static void
test_sessions(void **state)
{
	struct fake f;
	(void)state;
	fake_new(&f, 0);
	fake_login(&f, "operator");
	assert_non_null(strstr(f.cookie, "; Secure; HttpOnly; SameSite=Strict"));
	for (int i = 0; i < 3; i++) { /* use keeps it alive */
		pc_clock_advance(&f.clock, (uint64_t)29 * 60 * 1000000000);
		assert_int_equal(fake_ask(&f, "GET", "/portal/v1/devices", NULL), 200);
	}
	pc_routes_free(f.routes); /* and it outlives a restart */
	fake_open(&f);
	assert_int_equal(fake_ask(&f, "GET", "/portal/v1/devices", NULL), 200);
	pc_clock_advance(&f.clock, (uint64_t)31 * 60 * 1000000000);
	assert_int_equal(fake_ask(&f, "GET", "/portal/v1/devices", NULL), 401);
	fake_login(&f, "operator");
	assert_int_equal(fake_ask(&f, "POST", "/portal/v1/logout", NULL), 204);
	assert_non_null(strstr(f.cookie, "Max-Age=0"));
	assert_int_equal(fake_ask(&f, "GET", "/portal/v1/devices", NULL), 401);
	memset(f.session, 'a', 32);
	assert_int_equal(fake_ask(&f, "GET", "/portal/v1/devices", NULL), 401);
	fake_free(&f);
}

static void
test_throttle(void **state)
{
	static const char bad[] = "{\"user\":\"operator\",\"password\":\"x\"}";
	struct fake f;
	(void)state;
	fake_new(&f, 0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(fake_ask(&f, "POST", "/portal/v1/login", bad), 401);
		pc_clock_advance(&f.clock, (uint64_t)10 * 1000000000);
	}
	char good[200];
	snprintf(good, sizeof(good), "{\"user\":\"operator\",\"password\":\"%s\"}", f.passwords[0]);
	assert_int_equal(fake_ask(&f, "POST", "/portal/v1/login", good), 429);
	assert_string_equal(f.retry, "251");
	fake_login(&f, "installer"); /* others are not held up */
	pc_clock_advance(&f.clock, (uint64_t)251 * 1000000000);
	assert_int_equal(fake_ask(&f, "POST", "/portal/v1/login", good), 204);
	fake_free(&f);
}

/* ---- journal, secrecy ---- */

static void
test_journal(void **state)
{
	struct fake f;
	(void)state;
	fake_new(&f, 0);
	pc_routes_journal(f.routes, "tls", "\"connection\":1,\"sni\":\"a\\u0000b\"");
	pc_routes_journal(f.routes, "odd", "\"half");
	fake_ask(&f, "GET", "/v1/ping", NULL);
	fake_login(&f, "operator");
	assert_int_equal(fake_ask(&f, "GET", "/portal/v1/journal", NULL), 200);
	json_t *v = json_loads(f.body, JSON_ALLOW_NUL, NULL);
	json_t *e = json_object_get(v, "entries");
	assert_int_equal(json_array_size(e), 5);
	const char *const kinds[] = {"tls", "odd", "request", "login", "request"};
	for (size_t i = 0; i < 5; i++) {
		json_t *one = json_array_get(e, i);
		assert_int_equal(json_integer_value(json_object_get(one, "n")), i + 1);
		assert_string_equal(json_string_value(json_object_get(one, "kind")), kinds[i]);
	}
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(e, 1), "invalid")), "\"half");
	assert_int_equal(json_integer_value(json_object_get(json_array_get(e, 2), "status")), 204);
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(e, 3), "user")), "operator");
	json_decref(v);
	f.query_name = "since";
	f.query_value = "5";
	fake_ask(&f, "GET", "/portal/v1/journal", NULL);
	assert_non_null(strstr(f.body, "{\"entries\":[{\"n\":6,"));
	f.query_value = "-1";
	assert_int_equal(fake_ask(&f, "GET", "/portal/v1/journal", NULL), 400);
	fake_free(&f);
}

/* No name, password, token or company stands in the files. Spec: ERS-USR-02, ERS-USR-04 */
static void
test_sealed(void **state)
{
	static const char *const files[] = {"store.db", "store.db-wal"};
	struct fake f;
	char path[TEMP_MAX + 40];
	char token[40];
	struct stat st;
	(void)state;
	fake_new(&f, 0);
	fake_login(&f, "installer");
	memcpy(token, f.session, sizeof(token));
	fake_ask(&f, "POST", "/portal/v1/agents",
		"{\"agentId\":\"es-1\",\"agentType\":\"ES\",\"companyName\":\"Canary Ltd\"}");
	fake_ask(&f, "POST", "/portal/v1/login", "{\"user\":\"canary-typo\",\"password\":\"x\"}");
	pc_routes_tick(f.routes);
	const char *const secrets[] = {
		"Canary Ltd", "canary-typo", token, f.passwords[0], f.passwords[1], "installer"};
	for (size_t i = 0; i < 2; i++) {
		struct pc_buf text;
		pc_buf_init(&text, 64 << 20);
		snprintf(path, sizeof(path), "%s/%s", f.dir, files[i]);
		assert_int_equal(pc_file_read(path, &text, NULL), PC_OK);
		for (size_t k = 0; k < sizeof(secrets) / sizeof(secrets[0]); k++) {
			if (memmem(text.data, text.len, secrets[k], strlen(secrets[k])) != NULL)
				fail_msg("%s holds '%s'", files[i], secrets[k]);
		}
		pc_buf_done(&text);
	}
	snprintf(path, sizeof(path), "%s/credentials.json", f.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	fake_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_upload_refusals),
		cmocka_unit_test(test_upload),
		cmocka_unit_test(test_collections_query),
		cmocka_unit_test(test_store_full),
		cmocka_unit_test(test_enrol),
		cmocka_unit_test(test_sessions),
		cmocka_unit_test(test_throttle),
		cmocka_unit_test(test_journal),
		cmocka_unit_test(test_sealed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
