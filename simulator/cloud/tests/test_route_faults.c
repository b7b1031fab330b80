/* Each named fault of the routes does what its row says, and nothing does it without the fault. */
#include "fake.h"

#define BIT(name) ((pc_fault_set)1 << PC_CLOUD_FAULT_##name)

static struct fake *
start(struct fake *f, pc_fault_set faults)
{
	fake_new(f, faults);
	fake_enrol(f, "dc-1", "DC");
	fake_enrol(f, "dc-2", "DC");
	return f;
}

static bool
loses(struct fake *f)
{
	assert_int_equal(fake_upload(f, "dc-1", DOC1, "S1", "idle"), 202);
	assert_int_equal(fake_upload(f, "dc-1", DOC2, "S1", "idle"), 202);
	return fake_count(f) == 1;
}

static bool
schema_unchecked(struct fake *f)
{
	f->cn = "dc-1";
	bool first = fake_ask(f, "POST", "/v1/agents/dc-1/collections", "{\"devices\":[7]}") == 202;
	f->cn = "dc-1";
	bool second = fake_ask(f, "POST", "/v1/agents/dc-1/collections", "[]") == 202;
	return first && second && fake_count(f) == 2;
}

static bool
identity_unchecked(struct fake *f)
{
	char *doc = fake_document("dc-2", DOC1, "S1", "idle");
	f->cn = "dc-1";
	bool taken = fake_ask(f, "POST", "/v1/agents/dc-2/collections", doc) == 202;
	free(doc);
	return taken && fake_count(f) == 1;
}

static bool
stored_twice(struct fake *f)
{
	fake_upload(f, "dc-1", DOC1, "S1", "idle");
	fake_upload(f, "dc-1", DOC1, "S1", "idle");
	return strstr(f->body, "\"duplicate\":false") != NULL && fake_count(f) == 2;
}

static bool
size_unchecked(struct fake *f)
{
	char *doc = fake_document("dc-1", DOC1, "S1", "idle");
	size_t n = PC_HTTP_BODY_MAX + 1;
	char *big = malloc(n);
	memset(big, ' ', n);
	memcpy(big, doc, strlen(doc));
	f->cn = "dc-1";
	fake_bytes(f, "POST", "/v1/agents/dc-1/collections", big, n);
	free(doc);
	free(big);
	return f->status == 202 && fake_count(f) == 1;
}

static void
operate(struct fake *f, const char *type)
{
	char body[64];
	fake_upload(f, "dc-1", DOC1, "S1", "idle");
	fake_broker(f);
	fake_be(f, "operator");
	snprintf(body, sizeof(body), "{\"type\":\"%s\"}", type);
	fake_ask(f, "POST", "/portal/v1/devices/S1/operations", body);
}

static bool
wrong_topic(struct fake *f)
{
	operate(f, "collect");
	assert_int_equal(f->published, 1);
	return strcmp(f->topic, "ers/v1/agents/dc-2/command") == 0;
}

static bool
unknown_type(struct fake *f)
{
	operate(f, "format");
	return f->status == 201 && strstr(f->payload, "\"type\":\"format\"") != NULL;
}

static bool
any_password(struct fake *f)
{
	bool unknown = fake_ask(f, "POST", "/portal/v1/login",
			       "{\"user\":\"nobody\",\"password\":\"x\"}") == 204;
	assert_false(unknown);
	return fake_ask(f, "POST", "/portal/v1/login",
		       "{\"user\":\"operator\",\"password\":\"x\"}") == 204;
}

static bool
no_session(struct fake *f)
{
	f->session[0] = '\0';
	return fake_ask(f, "GET", "/portal/v1/devices", NULL) == 200;
}

static bool
result_ignored(struct fake *f)
{
	char text[160];
	char path[128];
	operate(f, "collect");
	snprintf(path, sizeof(path), "/portal/v1/operations/%s", fake_member(f, "operationId"));
	snprintf(text, sizeof(text), "{\"commandId\":\"%s\",\"state\":\"succeeded\"}",
		fake_member(f, "operationId"));
	pc_routes_message(
		f->routes, "ers/v1/agents/dc-1/result", (const uint8_t *)text, strlen(text));
	fake_ask(f, "GET", path, NULL);
	return strcmp(fake_member(f, "state"), "sent") == 0;
}

static bool
chain_wrong(struct fake *f)
{
	f->cn = "dc-1";
	assert_int_equal(fake_ask(f, "GET", "/v1/pki/server-chain.pem", NULL), 200);
	return strcmp(f->body, "CERT not-the-server\nCA\n") == 0;
}

static bool
stale(struct fake *f)
{
	fake_upload(f, "dc-1", DOC1, "S1", "idle");
	fake_upload(f, "dc-1", DOC2, "S1", "printing");
	fake_be(f, "operator");
	assert_int_equal(fake_ask(f, "GET", "/portal/v1/devices/S1", NULL), 200);
	return strstr(f->body, "\"status\":\"idle\"") != NULL;
}

static bool
body_changed(struct fake *f)
{
	char path[128];
	char *doc = fake_document("dc-1", DOC1, "S1", "idle");
	assert_int_equal(fake_upload(f, "dc-1", DOC1, "S1", "idle"), 202);
	snprintf(path, sizeof(path), "/portal/v1/collections/%s", fake_member(f, "collectionId"));
	fake_be(f, "operator");
	assert_int_equal(fake_ask(f, "GET", path, NULL), 200);
	bool same = strcmp(f->body, doc) == 0;
	free(doc);
	return !same;
}

static bool
stays_on(struct fake *f)
{
	fake_be(f, "installer");
	assert_int_equal(
		fake_ask(f, "PUT", "/portal/v1/settings/remoteOperation", "{\"enabled\":false}"),
		204);
	operate(f, "collect");
	return f->status == 201;
}

static void
test_faults(void **state)
{
	static const struct {
		pc_fault_set set;
		bool (*shows)(struct fake *f);
	} rows[] = {
		{BIT(UPLOAD_LOSES_EVERY_SECOND), loses},
		{BIT(UPLOAD_SCHEMA_UNCHECKED), schema_unchecked},
		{BIT(UPLOAD_IDENTITY_UNCHECKED), identity_unchecked},
		{BIT(UPLOAD_DUPLICATE_STORED_TWICE), stored_twice},
		{BIT(UPLOAD_SIZE_UNCHECKED), size_unchecked},
		{BIT(OPERATION_WRONG_TOPIC), wrong_topic},
		{BIT(OPERATION_UNKNOWN_TYPE_ACCEPTED), unknown_type},
		{BIT(LOGIN_ANY_PASSWORD), any_password},
		{BIT(SESSION_NOT_REQUIRED), no_session},
		{BIT(RESULT_IGNORED), result_ignored},
		{BIT(CHAIN_WRONG), chain_wrong},
		{BIT(DEVICE_DATA_STALE), stale},
		{BIT(COLLECTION_BODY_CHANGED), body_changed},
		{BIT(REMOTE_OPERATION_STAYS_ON), stays_on},
	};
	struct fake f;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool with = rows[i].shows(start(&f, rows[i].set));
		fake_free(&f);
		bool without = rows[i].shows(start(&f, 0));
		fake_free(&f);
		if (!with || without)
			fail_msg("%s: with %d, without %d", pc_cloud_faults[i].name, with, without);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_faults)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
