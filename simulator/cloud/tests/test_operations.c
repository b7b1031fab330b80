#include "fake.h"

static const uint64_t S = 1000000000;

/* A cloud with agents dc-1 (device S1) and dc-2 (device S2), an operator logged in. */
static void
with_devices(struct fake *f, pc_fault_set faults)
{
	fake_new(f, faults);
	fake_enrol(f, "dc-1", "DC");
	fake_enrol(f, "dc-2", "DC");
	assert_int_equal(fake_upload(f, "dc-1", DOC1, "S1", "idle"), 202);
	assert_int_equal(fake_upload(f, "dc-2", DOC2, "S2", "idle"), 202);
	fake_login(f, "operator");
}

static void
request(struct fake *f, const char *serial, const char *body, char id[64])
{
	char path[128];
	snprintf(path, sizeof(path), "/portal/v1/devices/%s/operations", serial);
	fake_ask(f, "POST", path, body);
	if (f->status != 201)
		fail_msg("%u %s", f->status, f->body);
	assert_string_equal(fake_member(f, "state"), "requested");
	pc_text_copy(id, 64, fake_member(f, "operationId"));
}

static const char *
state_of(struct fake *f, const char *id)
{
	char path[128];
	snprintf(path, sizeof(path), "/portal/v1/operations/%s", id);
	assert_int_equal(fake_ask(f, "GET", path, NULL), 200);
	return fake_member(f, "state");
}

static void
answer(struct fake *f, const char *agent, const char *id, const char *state)
{
	char topic[128];
	char text[256];
	snprintf(topic, sizeof(topic), "ers/v1/agents/%s/result", agent);
	int n = snprintf(text, sizeof(text),
		"{\"commandId\":\"%s\",\"state\":\"%s\",\"detail\":\"said %s\",\"finishedAt\":\"\"}",
		id, state, state);
	pc_routes_message(f->routes, topic, (const uint8_t *)text, (size_t)n);
}

/* Does the journal have an entry of this kind with this text in it? */
static bool
journal_has(struct fake *f, const char *kind, const char *word)
{
	bool found = false;
	size_t i;
	json_t *e;
	fake_ask(f, "GET", "/portal/v1/journal", NULL);
	json_t *v = json_loads(f->body, 0, NULL);
	json_array_foreach(json_object_get(v, "entries"), i, e)
	{
		char *text = json_dumps(e, 0);
		found = found ||
			(strcmp(json_string_value(json_object_get(e, "kind")), kind) == 0 &&
				strstr(text, word) != NULL);
		free(text);
	}
	json_decref(v);
	return found;
}

/* ---- the usual way ---- */

static void
test_command(void **state)
{
	struct fake f;
	char id[64];
	(void)state;
	with_devices(&f, 0);
	fake_broker(&f);
	request(&f, "S1", "{\"type\":\"clean\",\"params\":{\"nozzle\":2}}", id);
	assert_int_equal(f.published, 1);
	assert_string_equal(f.topic, "ers/v1/agents/dc-1/command");
	json_t *v = json_loads(f.payload, 0, NULL);
	assert_int_equal(json_object_size(v), 6);
	assert_string_equal(json_string_value(json_object_get(v, "commandId")), id);
	assert_string_equal(json_string_value(json_object_get(v, "type")), "clean");
	assert_string_equal(json_string_value(json_object_get(v, "deviceSerial")), "S1");
	assert_string_equal(
		json_string_value(json_object_get(v, "issuedAt")), "2026-11-18T11:06:40.000Z");
	assert_string_equal(
		json_string_value(json_object_get(v, "expiresAt")), "2026-11-18T11:11:40.000Z");
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(v, "params"), "nozzle")), 2);
	json_decref(v);
	assert_string_equal(state_of(&f, id), "sent");
	assert_string_equal(fake_member(&f, "user"), "operator");
	assert_string_equal(fake_member(&f, "agentId"), "dc-1");
	assert_string_equal(fake_member(&f, "finishedAt"), "");
	answer(&f, "dc-1", id, "succeeded");
	assert_string_equal(state_of(&f, id), "succeeded");
	assert_string_equal(fake_member(&f, "detail"), "said succeeded");
	assert_string_not_equal(fake_member(&f, "finishedAt"), "");
	fake_free(&f);
}

static void
test_newest_agent(void **state)
{
	struct fake f;
	char id[64];
	(void)state;
	with_devices(&f, 0);
	fake_broker(&f);
	assert_int_equal(fake_upload(&f, "dc-2", DOC3, "S1", "idle"), 202); /* S1 moved */
	request(&f, "S1", "{\"type\":\"collect\"}", id);
	assert_string_equal(f.topic, "ers/v1/agents/dc-2/command");
	assert_non_null(strstr(f.payload, "\"params\":{}"));
	fake_free(&f);
}

/* ---- what may follow what ---- */

static void
test_results(void **state)
{
	static const struct {
		const char *name, *first, *second, *end;
	} rows[] = {
		{"failed", "failed", NULL, "failed"},
		{"rejected", "rejected", NULL, "rejected"},
		{"expired", "expired", NULL, "expired"},
		{"the first counts", "failed", "succeeded", "failed"},
		{"not the agent's to say", "timedOut", NULL, "sent"},
		{"unknown word", "done", NULL, "sent"},
		{"then a known one", "done", "succeeded", "succeeded"},
	};
	struct fake f;
	char id[64];
	(void)state;
	with_devices(&f, 0);
	fake_broker(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		request(&f, "S1", "{\"type\":\"restart\"}", id);
		answer(&f, "dc-1", id, rows[i].first);
		if (rows[i].second != NULL)
			answer(&f, "dc-1", id, rows[i].second);
		if (strcmp(state_of(&f, id), rows[i].end) != 0)
			fail_msg("%s: %s", rows[i].name, f.body);
	}
	assert_true(journal_has(&f, "resultIgnored", "has ended"));
	fake_free(&f);
}

static void
test_bad_results(void **state)
{
	static const char topic[] = "ers/v1/agents/dc-1/result";
	static const char *const payloads[] = {"", "{", "[]", "7", "{}", "{\"commandId\":1}",
		"{\"commandId\":\"x\"}", "{\"commandId\":\"x\",\"state\":7}",
		"{\"commandId\":\"x\",\"state\":\"failed\"}"};
	struct fake f;
	char id[64];
	(void)state;
	with_devices(&f, 0);
	fake_broker(&f);
	request(&f, "S1", "{\"type\":\"restart\"}", id);
	for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++)
		pc_routes_message(
			f.routes, topic, (const uint8_t *)payloads[i], strlen(payloads[i]));
	answer(&f, "dc-2", id, "succeeded");
	assert_true(journal_has(&f, "resultIgnored", "operation of another agent"));
	assert_true(journal_has(&f, "resultIgnored", "unknown operation"));
	pc_routes_message(f.routes, "ers/v1/agents/dc-1", NULL, 0);
	pc_routes_message(f.routes, "ers/v1/agents/dc-1/command", NULL, 0);
	pc_routes_message(f.routes, "other", NULL, 0);
	assert_true(journal_has(&f, "messageIgnored", "other"));
	assert_string_equal(state_of(&f, id), "sent");
	fake_free(&f);
}

static void
test_broker_away(void **state)
{
	struct fake f;
	char id[2][64];
	(void)state;
	with_devices(&f, 0);
	request(&f, "S1", "{\"type\":\"restart\"}", id[0]);
	assert_string_equal(state_of(&f, id[0]), "requested");
	f.broker_down = true;
	fake_broker(&f);
	request(&f, "S2", "{\"type\":\"restart\"}", id[1]);
	assert_int_equal(f.published, 0);
	pc_routes_free(f.routes); /* they outlive a restart */
	fake_open(&f);
	f.broker_down = false;
	fake_broker(&f);
	assert_int_equal(f.published, 2);
	assert_string_equal(f.topic, "ers/v1/agents/dc-2/command"); /* in order */
	assert_string_equal(state_of(&f, id[0]), "sent");
	fake_broker(&f);
	pc_routes_tick(f.routes);
	assert_int_equal(f.published, 2); /* once */
	f.broker_down = true;
	request(&f, "S1", "{\"type\":\"restart\"}", id[0]);
	f.broker_down = false;
	pc_routes_tick(f.routes);
	assert_int_equal(f.published, 3);
	fake_free(&f);
}

/* What was published before the agent had a session is published again once it is on line. */
static void
test_agent_online(void **state)
{
	static const char online[] = "{\"state\":\"online\",\"agentVersion\":\"1.0.0\"}";
	static const char offline[] = "{\"state\":\"offline\"}";
	struct fake f;
	char id[64];
	(void)state;
	with_devices(&f, 0);
	fake_broker(&f);
	request(&f, "S1", "{\"type\":\"restart\"}", id);
	assert_int_equal(f.published, 1);
	pc_routes_message(f.routes, "ers/v1/agents/dc-1/state", (const uint8_t *)offline,
		sizeof(offline) - 1);
	pc_routes_message(
		f.routes, "ers/v1/agents/dc-2/state", (const uint8_t *)online, sizeof(online) - 1);
	assert_int_equal(f.published, 1); /* another agent, or off line: nothing */
	pc_routes_message(
		f.routes, "ers/v1/agents/dc-1/state", (const uint8_t *)online, sizeof(online) - 1);
	assert_int_equal(f.published, 2);
	assert_string_equal(f.topic, "ers/v1/agents/dc-1/command");
	assert_string_equal(state_of(&f, id), "sent");
	fake_free(&f);
}

static void
test_time(void **state)
{
	struct fake f;
	char sent[64];
	char waits[64];
	(void)state;
	with_devices(&f, 0);
	fake_broker(&f);
	request(&f, "S1", "{\"type\":\"restart\"}", sent);
	f.broker_down = true;
	request(&f, "S1", "{\"type\":\"restart\"}", waits);
	pc_clock_advance(&f.clock, 299 * S + 500000000);
	assert_in_range(pc_routes_tick(f.routes), 1, 501);
	assert_string_equal(state_of(&f, waits), "requested");
	pc_clock_advance(&f.clock, S / 2);
	f.broker_down = false; /* too late: it must not go out any more */
	pc_routes_tick(f.routes);
	assert_string_equal(state_of(&f, waits), "timedOut");
	assert_int_equal(f.published, 1);
	pc_clock_advance(&f.clock, 59 * S);
	pc_routes_tick(f.routes);
	assert_string_equal(state_of(&f, sent), "sent"); /* `expired` may still come */
	pc_clock_advance(&f.clock, S);
	pc_routes_tick(f.routes);
	assert_string_equal(state_of(&f, sent), "timedOut");
	answer(&f, "dc-1", sent, "succeeded");
	assert_string_equal(state_of(&f, sent), "timedOut");
	fake_free(&f);
}

/* ---- refusals, the switch ---- */

static void
test_refusals(void **state)
{
	static const struct {
		const char *serial, *body;
		unsigned status;
		const char *error;
	} rows[] = {
		{"S1", "{}", 400, "type"},
		{"S1", "{\"type\":7}", 400, "type"},
		{"S1", "{\"type\":\"format\"}", 400, "type"},
		{"S1", "{\"type\":\"\"}", 400, "type"},
		{"S1", "{\"type\":\"clean\",\"params\":[]}", 400, "params"},
		{"S1", "{\"type\":\"clean\"", 400, "json"},
		{"S3", "{\"type\":\"clean\"}", 404, "device"},
		{"S3", "{\"type\":\"webConfig\"}", 404, "device"},
		{"S1", "{\"type\":\"webConfig\"}", 403, "authorisationRequired"},
	};
	struct fake f;
	char path[128];
	(void)state;
	with_devices(&f, 0);
	fake_broker(&f);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(path, sizeof(path), "/portal/v1/devices/%s/operations", rows[i].serial);
		fake_ask(&f, "POST", path, rows[i].body);
		if (f.status != rows[i].status ||
			strcmp(fake_member(&f, "error"), rows[i].error) != 0)
			fail_msg("%s: %u %s", rows[i].body, f.status, f.body);
	}
	assert_int_equal(f.published, 0);
	assert_int_equal(fake_ask(&f, "GET", "/portal/v1/operations", NULL), 200);
	assert_string_equal(f.body, "{\"operations\":[]}");
	assert_true(journal_has(&f, "operationRefused", "authorisationRequired"));
	fake_free(&f);
}

static void
test_switch(void **state)
{
	static const char path[] = "/portal/v1/settings/remoteOperation";
	struct pc_tls_facts tls = {.client_cn = "dc-1"};
	struct fake f;
	char id[64];
	(void)state;
	with_devices(&f, 0);
	assert_true(pc_routes_mqtt_allow(f.routes, &tls, "dc-1", PC_MQTT_VERB_CONNECT, NULL));
	request(&f, "S1", "{\"type\":\"restart\"}", id);
	fake_login(&f, "installer");
	assert_int_equal(fake_ask(&f, "PUT", path, "{\"enabled\":false}"), 204);
	assert_int_equal(f.drops, 1);
	fake_be(&f, "operator");
	assert_string_equal(state_of(&f, id), "rejected");
	pc_routes_free(f.routes); /* the switch is kept */
	fake_open(&f);
	fake_broker(&f);
	assert_int_equal(
		fake_ask(&f, "POST", "/portal/v1/devices/S1/operations", "{\"type\":\"clean\"}"),
		403);
	assert_string_equal(fake_member(&f, "error"), "remoteOperationDisabled");
	assert_int_equal(f.published, 0);
	assert_false(pc_routes_mqtt_allow(f.routes, &tls, "dc-1", PC_MQTT_VERB_CONNECT, NULL));
	assert_int_equal(fake_upload(&f, "dc-1", DOC3, "S1", "idle"), 202); /* Spec: OQ-12 */
	fake_be(&f, "installer");
	assert_int_equal(fake_ask(&f, "PUT", path, "{\"enabled\":true}"), 204);
	fake_be(&f, "operator");
	request(&f, "S1", "{\"type\":\"restart\"}", id);
	assert_string_equal(state_of(&f, id), "sent");
	fake_free(&f);
}

static void
test_mqtt_allow(void **state)
{
	static const struct {
		const char *cn, *id;
		enum pc_mqtt_verb verb;
		const char *topic;
		bool allowed;
	} rows[] = {
		{"dc-1", "dc-1", PC_MQTT_VERB_CONNECT, NULL, true},
		{NULL, "dc-1", PC_MQTT_VERB_CONNECT, NULL, false},
		{"dc-2", "dc-1", PC_MQTT_VERB_CONNECT, NULL, false},
		{"dc-1", "", PC_MQTT_VERB_CONNECT, NULL, false},
		{"dc-9", "dc-9", PC_MQTT_VERB_CONNECT, NULL, false},
		{"dc-1", "dc-1", PC_MQTT_VERB_SUBSCRIBE, "ers/v1/agents/dc-1/command", true},
		{"dc-1", "dc-1", PC_MQTT_VERB_SUBSCRIBE, "ers/v1/agents/dc-1/result", false},
		{"dc-1", "dc-1", PC_MQTT_VERB_SUBSCRIBE, "ers/v1/agents/dc-2/command", false},
		{"dc-1", "dc-1", PC_MQTT_VERB_SUBSCRIBE, "ers/v1/agents/+/command", false},
		{"dc-1", "dc-1", PC_MQTT_VERB_SUBSCRIBE, "#", false},
		{"dc-1", "dc-1", PC_MQTT_VERB_PUBLISH, "ers/v1/agents/dc-1/result", true},
		{"dc-1", "dc-1", PC_MQTT_VERB_PUBLISH, "ers/v1/agents/dc-1/state", true},
		{"dc-1", "dc-1", PC_MQTT_VERB_PUBLISH, "ers/v1/agents/dc-1/command", false},
		{"dc-1", "dc-1", PC_MQTT_VERB_PUBLISH, "ers/v1/agents/dc-1/state/x", false},
		{"dc-1", "dc-1", PC_MQTT_VERB_PUBLISH, "ers/v1/agents/dc-2/state", false},
		{"dc-1", "dc-1", PC_MQTT_VERB_PUBLISH, "ers/v1/agents/dc-10/state", false},
	};
	struct fake f;
	(void)state;
	with_devices(&f, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_tls_facts tls = {.connection = i, .client_cn = rows[i].cn};
		if (pc_routes_mqtt_allow(f.routes, &tls, rows[i].id, rows[i].verb, rows[i].topic) !=
			rows[i].allowed)
			fail_msg("row %zu: %s", i, rows[i].topic);
	}
	assert_true(journal_has(&f, "mqttRefused", "ers/v1/agents/+/command"));
	static const char online[] = "{\"state\":\"online\",\"agentVersion\":\"1.0.0\"}";
	pc_routes_message(
		f.routes, "ers/v1/agents/dc-1/state", (const uint8_t *)online, strlen(online));
	assert_true(journal_has(&f, "agentState", "online"));
	pc_routes_message(
		f.routes, "ers/v1/agents/dc-9/state", (const uint8_t *)online, strlen(online));
	pc_routes_message(f.routes, "ers/v1/agents/dc-1/state", (const uint8_t *)"{}", 2);
	assert_true(journal_has(&f, "stateIgnored", "dc-9"));
	fake_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_newest_agent),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_bad_results),
		cmocka_unit_test(test_broker_away),
		cmocka_unit_test(test_agent_online),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_switch),
		cmocka_unit_test(test_mqtt_allow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
