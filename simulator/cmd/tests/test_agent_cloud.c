/* Tests of the agents with the real cloud and emulated printers, all on one loop: TLS, broker, SNMP
 * and LPD are real sockets on loopback. */
#include "agent-world.h"
#include "device/log.h"

static void
test_collection(void **state)
{
	struct world *w = *state;
	start_dc(w, 0);
	start_es(w, 0);
	assert_true(turn_until(w, portal_knows, serial(w, 0)));
	assert_true(turn_until(w, portal_knows, serial(w, 1)));
	assert_true(turn_until(w, portal_knows, serial(w, 2)));
	struct pc_dc_status s = pc_dc_agent_status(w->dc);
	assert_int_equal(s.collected, 2);
	assert_int_equal(s.unreachable, 1);
	assert_true(turn_until(w, file_says, "\"mqtt\": \"online\""));
	assert_true(turn_until(w, file_says, "\"documents\": 0"));
	ask(w, "GET", "/portal/v1/collections", NULL);
	assert_int_equal(json_array_size(json_object_get(w->answer, "collections")), 2);
}

static void
test_operations(void **state)
{
	struct world *w = *state;
	const struct pc_counters *c = &pc_device_state(w->printers[0].dev)->counters;
	uint32_t cleanings = c->cleanings, reboots = c->reboots, life = c->life;
	start_dc(w, 0);
	assert_true(turn_until(w, file_says, "\"mqtt\": \"online\""));
	assert_true(turn_until(w, portal_knows, serial(w, 0)));
	operate(w, serial(w, 0), "collect", "succeeded");
	operate(w, serial(w, 0), "clean", "succeeded");
	assert_int_equal(c->cleanings, cleanings + 1);
	assert_int_equal(c->life, life);
	operate(w, serial(w, 0), "restart", "succeeded");
	assert_int_equal(c->reboots, reboots + 1);
	pc_device_power(w->printers[1].dev, false);
	operate(w, serial(w, 1), "clean", "failed");
	assert_non_null(strstr(
		json_string_value(json_object_get(w->answer, "detail")), "deviceUnreachable"));
}

static void
test_es_operations(void **state)
{
	struct world *w = *state;
	const struct pc_counters *c = &pc_device_state(w->printers[2].dev)->counters;
	uint32_t cleanings = c->cleanings, reboots = c->reboots;
	start_es(w, 0);
	assert_true(turn_until(w, es_is_online, NULL));
	assert_true(turn_until(w, portal_knows, serial(w, 2)));
	operate(w, serial(w, 2), "collect", "succeeded");
	assert_non_null(pc_device_transmission(w->printers[2].dev, 1)); /* two documents so far */
	assert_int_equal(pc_device_transmission(w->printers[2].dev, 0)->result, 0);
	assert_true(pc_device_transmission(w->printers[2].dev, 0)->bytes > 1000);
	operate(w, serial(w, 2), "clean", "succeeded");
	assert_int_equal(c->cleanings, cleanings + 1);
	operate(w, serial(w, 2), "restart", "succeeded");
	assert_int_equal(c->reboots, reboots + 1);
	assert_int_equal(pc_device_maintenance_entry(w->printers[2].dev, 0)->via, PC_VIA_AGENT);
	assert_int_equal(pc_snmp_engine_counters(w->engine).in_packets, 0);
}

/* A document made while the cloud is away reaches it once, after a restart of the agent. */
static void
test_outage(void **state)
{
	struct world *w = *state;
	struct sockaddr_in at = pc_cloud_local(w->cloud);
	pc_cloud_free(w->cloud);
	w->cloud = NULL;
	start_dc(w, 0);
	assert_true(turn_until(w, dc_is_idle, NULL));
	pc_dc_agent_free(w->dc);
	w->dc = NULL;
	start_cloud(w, at, 0);
	log_in(w, "operator");
	pc_device_power(w->printers[0].dev, false); /* only the stored document knows it */
	start_dc(w, 0);
	assert_true(turn_until(w, portal_knows, serial(w, 0)));
	assert_true(turn_until(w, portal_knows, serial(w, 1)));
	assert_true(turn_until(w, dc_is_idle, NULL));
	const size_t two = 2; /* the stored one and that of the second start, each once */
	assert_true(turn_until(w, has_collections, &two));
	assert_true(turn_until(w, file_says, "\"documents\": 0"));
	ask(w, "GET", "/portal/v1/collections", NULL);
	assert_int_equal(json_array_size(json_object_get(w->answer, "collections")), 2);
}

static void
on_record(void *arg, size_t target, const struct pc_record *r, const struct pc_collect_facts *facts)
{
	struct world *w = arg;
	(void)target;
	assert_non_null(facts);
	w->record = *r;
}

static void
on_end(void *arg)
{
	struct world *w = arg;
	w->ended = true;
}

static bool
has_ended(struct world *w, const void *arg)
{
	(void)arg;
	return w->ended;
}

/* Both agents say the same of the same printer, whatever happened to it. Spec: D6 */
static void
test_same_document(void **state)
{
	struct world *w = *state;
	struct pc_device *dev = w->printers[2].dev;
	struct pc_snmp_client *client = NULL;
	struct pc_collect *collect = NULL;
	struct pc_record *own = calloc(1, sizeof(*own));
	struct pc_snmp_client_options co = {.loop = w->loop};
	struct pc_collect_target t = {.name = "",
		.serial = "",
		.addr = {.sin_family = AF_INET,
			.sin_port = htons((uint16_t)(161 + w->offset)),
			.sin_addr = pc_device_state(dev)->address}};
	assert_int_equal(pc_device_condition(dev, PC_COND_JAM, 0, true), PC_OK);
	assert_int_equal(pc_device_condition(dev, PC_COND_JAM, 0, false), PC_OK);
	assert_int_equal(pc_device_supply_replace(dev, 0), PC_OK);
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_PANEL, 0, false), PC_OK);
	assert_int_equal(pc_device_setting_set(dev, "sysLocation", "2nd floor"), PC_OK);
	assert_int_equal(pc_device_condition(dev, PC_COND_SUPPLY_LOW, 1, true), PC_OK);
	assert_int_equal(pc_snmp_client_new(&co, &client, NULL), PC_OK);
	struct pc_collect_options o = {.loop = w->loop, .client = client, .community = "public"};
	assert_int_equal(pc_collect_start(&o, &t, 1, on_record, on_end, w, &collect), PC_OK);
	assert_true(turn_until(w, has_ended, NULL));
	pc_es_collect(dev, 0, own);
	memcpy(own->acquired, w->record.acquired, sizeof(own->acquired));
	assert_string_not_equal(w->record.device_time, ""); /* a second may have passed */
	memcpy(own->device_time, w->record.device_time, sizeof(own->device_time));
	assert_true(own->n_maintenance > 0 && own->n_happenings > 0 && own->n_slots > 0);
	char *inside = pc_record_to_json(own, false);
	char *outside = pc_record_to_json(&w->record, false);
	assert_string_equal(inside, outside);
	free(inside);
	free(outside);
	free(own);
	pc_snmp_client_free(client);
}

/* A server that does not prove who it is gets no document and no session; the mutant does not mind.
 */
static void
test_trust(void **state)
{
	struct world *w = *state;
	struct pc_clock clock;
	struct pc_pki *other = NULL;
	char dir[128];
	pc_clock_init_real(&clock);
	snprintf(dir, sizeof(dir), "%s/other-pki", w->dir);
	struct pc_pki_options o = {.dir = dir, .clock = &clock};
	assert_int_equal(pc_pki_open(&o, &other, NULL), PC_OK);
	pc_pki_free(other);
	snprintf(w->config.ca_file, sizeof(w->config.ca_file), "%s/root-ca.pem", dir);
	start_dc(w, 0);
	assert_true(turn_until(w, file_says, "\"lastError\": \"server chain"));
	assert_true(turn_until(w, dc_is_idle, NULL));
	assert_true(turn_until(w, file_says, "\"documents\": 1"));
	assert_false(portal_knows(w, serial(w, 0)));
	pc_dc_agent_free(w->dc);
	w->dc = NULL;
	start_dc(w, UINT64_C(1) << PC_AGENT_ANY_CERTIFICATE);
	assert_true(turn_until(w, portal_knows, serial(w, 0)));
	assert_true(turn_until(w, file_says, "\"mqtt\": \"online\""));
}

static size_t
journal_count(struct world *w, const char *text)
{
	size_t n = 0;
	ask(w, "GET", "/portal/v1/journal", NULL);
	char *all = json_dumps(w->answer, JSON_COMPACT);
	for (const char *p = all; (p = strstr(p, text)) != NULL; p++)
		n++;
	free(all);
	return n;
}

/* Named faults that show in what the cloud gets. */
static void
test_faults(void **state)
{
	static const struct {
		enum pc_agent_fault fault;
		size_t collections;
		bool chain, good_serial;
	} rows[] = {
		{PC_AGENT_WRONG_SERIAL, 1, true, false},
		{PC_AGENT_DUPLICATES_UPLOAD, 2, true, true},
		{PC_AGENT_SKIPS_CHAIN, 1, false, true},
		{PC_AGENT_STOPS_AT_DEAD, 1, true, true},
	};
	struct world *w = *state;
	size_t before = 0, chains = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const size_t want = before + rows[i].collections;
		start_dc(w, UINT64_C(1) << rows[i].fault);
		assert_true(turn_until(w, has_collections, &want));
		assert_true(turn_until(w, file_says, "\"mqtt\": \"online\""));
		pc_dc_agent_free(w->dc);
		w->dc = NULL;
		size_t now = journal_count(w, "server-chain.pem");
		assert_int_equal(now > chains, rows[i].chain);
		if (i == 0) {
			assert_false(portal_knows(w, serial(w, 0)));
			assert_true(portal_knows(w, "X3PC000007"));
		}
		assert_int_equal(portal_knows(w, serial(w, 0)), rows[i].good_serial);
		chains = now;
		ask(w, "GET", "/portal/v1/collections", NULL);
		before = json_array_size(json_object_get(w->answer, "collections"));
		assert_int_equal(before, want);
		char path[128];
		snprintf(path, sizeof(path), "%s/dc/status.json", w->dir);
		unlink(path);
	}
}

/* Nothing of a document is null; with the fault the server refuses it and the agent sets it aside.
 */
static void
test_null_fields(void **state)
{
	struct world *w = *state;
	start_dc(w, UINT64_C(1) << PC_AGENT_NULL_FIELDS);
	assert_true(turn_until(w, file_says, "\"rejected\": 1"));
	assert_false(portal_knows(w, serial(w, 0)));
	assert_true(turn_until(w, file_says, "\"documents\": 0"));
}

/* Publish a command with the server's own identity: straight to the broker behind the front. */
static void
forge(struct world *w, const char *id, const char *type, const char *device, int expires_in_s)
{
	char socket[160], payload[512], expires[PC_CLOCK_TEXT_MAX];
	uint64_t now = pc_clock_wall_ns(&w->clock);
	snprintf(socket, sizeof(socket), "%s/cloud/broker/m.sock", w->dir);
	pc_clock_rfc3339(expires_in_s < 0 ? now - (uint64_t)-expires_in_s * 1000000000u
					  : now + (uint64_t)expires_in_s * 1000000000u,
		expires);
	snprintf(payload, sizeof(payload),
		"{\"commandId\":\"%s\",\"type\":\"%s\",\"deviceSerial\":\"%s\","
		"\"issuedAt\":\"2026-01-01T00:00:00Z\",\"expiresAt\":\"%s\",\"params\":{}}",
		id, type, device, expires);
	pid_t pid = fork();
	if (pid == 0) {
		execlp("mosquitto_pub", "mosquitto_pub", "--unix", socket, "-q", "1", "-t",
			"ers/v1/agents/dc-1/command", "-m", payload, (char *)NULL);
		_exit(127);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The agent's own log of a command: "state detail delivered"; false while it is not there. */
static bool
command_says(struct world *w, const void *arg)
{
	const char *const *want = arg; /* id, state, delivered */
	char path[128];
	struct pc_buf b;
	bool yes = false;
	snprintf(path, sizeof(path), "%s/dc/commands.json", w->dir);
	pc_buf_init(&b, 1 << 20);
	(void)pc_file_read(path, &b, NULL);
	json_t *all = json_loads(pc_buf_text(&b), 0, NULL);
	for (size_t i = 0; i < json_array_size(all); i++) {
		json_t *e = json_array_get(all, i);
		if (strcmp(json_string_value(json_object_get(e, "commandId")), want[0]) == 0)
			yes = strcmp(json_string_value(json_object_get(e, "state")), want[1]) ==
				      0 &&
			      json_is_true(json_object_get(e, "delivered")) == (want[2] != NULL);
	}
	json_decref(all);
	pc_buf_done(&b);
	return yes;
}

static void
expect_command(struct world *w, const char *id, const char *command_state, bool delivered)
{
	const char *const want[] = {id, command_state, delivered ? "yes" : NULL};
	if (!turn_until(w, command_says, want))
		fail_msg("command %s is not %s", id, command_state);
}

static void
start_online(struct world *w, pc_fault_set faults)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/dc/status.json", w->dir);
	unlink(path);
	start_dc(w, faults);
	assert_true(turn_until(w, dc_is_idle, NULL));
	assert_true(turn_until(w, file_says, "\"mqtt\": \"online\""));
}

/* Spec: ERS-SEC-14, ERS-OP-17, OQ-05 */
static void
test_forged(void **state)
{
	struct world *w = *state;
	const struct pc_counters *c = &pc_device_state(w->printers[0].dev)->counters;
	uint32_t cleanings = c->cleanings;
	start_online(w, 0);
	uint64_t packets = pc_snmp_engine_counters(w->engine).in_packets;
	forge(w, "unlisted", "clean", serial(w, 2), 60);
	expect_command(w, "unlisted", "rejected", true);
	forge(w, "late", "clean", serial(w, 0), -1);
	expect_command(w, "late", "expired", true);
	forge(w, "strange", "selfDestruct", serial(w, 0), 60);
	expect_command(w, "strange", "rejected", true);
	assert_true(pc_snmp_engine_counters(w->engine).in_packets == packets);
	assert_int_equal(c->cleanings, cleanings);
	forge(w, "once", "clean", serial(w, 0), 60);
	expect_command(w, "once", "succeeded", true);
	forge(w, "once", "clean", serial(w, 0), 60);
	forge(w, "after", "selfDestruct", serial(w, 0), 60); /* answered after the repetition */
	expect_command(w, "after", "rejected", true);
	assert_int_equal(c->cleanings, cleanings + 1);
	pc_dc_agent_free(w->dc); /* the log outlives the agent */
	w->dc = NULL;
	start_online(w, 0);
	forge(w, "once", "clean", serial(w, 0), 60);
	forge(w, "after2", "selfDestruct", serial(w, 0), 60);
	expect_command(w, "after2", "rejected", true);
	assert_int_equal(c->cleanings, cleanings + 1);
}

static bool
cleaned_of(const struct world *w, size_t printer, uint32_t times)
{
	return pc_device_state(w->printers[printer].dev)->counters.cleanings == times;
}

static bool
cleaned(struct world *w, const void *arg)
{
	return cleaned_of(w, 0, *(const uint32_t *)arg);
}

static void
test_command_faults(void **state)
{
	struct world *w = *state;
	uint32_t want = pc_device_state(w->printers[0].dev)->counters.cleanings + 1;
	start_online(w, UINT64_C(1) << PC_AGENT_RUNS_EXPIRED | UINT64_C(1) << PC_AGENT_RUNS_TWICE);
	forge(w, "late", "clean", serial(w, 0), -1);
	assert_true(turn_until(w, cleaned, &want));
	expect_command(w, "late", "succeeded", true);
	want++;
	forge(w, "late", "clean", serial(w, 0), -1);
	assert_true(turn_until(w, cleaned, &want));
	pc_dc_agent_free(w->dc);
	w->dc = NULL;
	start_online(w, UINT64_C(1) << PC_AGENT_NO_RESULT);
	forge(w, "silent", "clean", serial(w, 2), 60);
	expect_command(w, "silent", "rejected", false);
}

/* A discovery finds the third printer; only the list decides. Spec: ERS-SEC-02, ERS-SEC-03 */
static void
test_discovery(void **state)
{
	struct world *w = *state;
	uint32_t want = pc_device_state(w->printers[2].dev)->counters.cleanings + 1;
	w->config.discovery = true;
	pc_text_copy(w->config.probes[0], PC_DC_NAME_MAX, "127.77.0.3");
	w->config.n_probes = 1;
	start_online(w, 0);
	assert_true(turn_until(w, portal_knows, serial(w, 0)));
	assert_true(pc_service_counters(w->enpc).in > 0);
	assert_false(portal_knows(w, serial(w, 2)));
	pc_dc_agent_free(w->dc);
	w->dc = NULL;
	start_online(w, UINT64_C(1) << PC_AGENT_OPERATES_UNLISTED);
	forge(w, "unlisted", "clean", serial(w, 2), 60);
	expect_command(w, "unlisted", "succeeded", true);
	assert_true(cleaned_of(w, 2, want));
	assert_false(portal_knows(w, serial(w, 2)));
	pc_dc_agent_free(w->dc);
	w->dc = NULL;
	start_online(w, UINT64_C(1) << PC_AGENT_COLLECTS_UNLISTED);
	assert_true(turn_until(w, portal_knows, serial(w, 2)));
}

static bool
has_type(struct world *w, const char *id, const char *type)
{
	char path[256];
	snprintf(path, sizeof(path), "/portal/v1/collections/%s", id);
	ask(w, "GET", path, NULL);
	const char *found = json_string_value(
		json_object_get(json_object_get(w->answer, "agent"), "collectionType"));
	return found != NULL && strcmp(found, type) == 0;
}

/* How many stored collections are of this type. */
static size_t
count_type(struct world *w, const char *type)
{
	size_t n = 0;
	ask(w, "GET", "/portal/v1/collections", NULL);
	json_t *list = json_incref(json_object_get(w->answer, "collections"));
	for (size_t i = 0; i < json_array_size(list); i++)
		n += has_type(w,
			json_string_value(json_object_get(json_array_get(list, i), "collectionId")),
			type);
	json_decref(list);
	return n;
}

static void
test_es_faults(void **state)
{
	struct world *w = *state;
	start_es(w, 0);
	assert_true(turn_until(w, es_is_online, NULL));
	assert_true(turn_until(w, portal_knows, serial(w, 2)));
	operate(w, serial(w, 2), "collect", "succeeded");
	assert_int_equal(count_type(w, "initial"), 1);
	assert_int_equal(count_type(w, "onDemand"), 1);
	assert_int_equal(pc_device_condition(w->printers[2].dev, PC_COND_JAM, 0, true), PC_OK);
	const size_t three = 3;
	assert_true(turn_until(w, has_collections, &three));
	assert_int_equal(count_type(w, "event"), 1);
	assert_int_equal(pc_snmp_engine_counters(w->engine).in_packets, 0);
	pc_es_agent_stop(w->es);
	w->es = NULL;
	start_es(w, UINT64_C(1) << PC_AGENT_PLAIN_TYPE | UINT64_C(1) << PC_AGENT_ES_SNMP);
	assert_true(turn_until(w, es_is_online, NULL));
	operate(w, serial(w, 2), "collect", "succeeded");
	assert_int_equal(count_type(w, "periodic"), 1);
	assert_true(pc_snmp_engine_counters(w->engine).in_packets > 0);
}

/* A server that misbehaves: the agent says so, loses nothing and recovers when it behaves again. */
static void
test_cloud_faults(void **state)
{
	static const struct {
		enum pc_cloud_fault fault;
		const char *says; /* in status.json */
		bool known;       /* the document arrives in spite of it */
		bool recovers;    /* soon after the fault ends */
		bool online;      /* there is an MQTT session all the same */
	} rows[] = {
		{PC_CLOUD_FAULT_TLS_WRONG_NAME_CERTIFICATE, "server chain", false, true, false},
		{PC_CLOUD_FAULT_TLS_SELF_SIGNED, "server chain", false, true, false},
		{PC_CLOUD_FAULT_TLS_EXPIRED_CERTIFICATE, "server chain", false, true, false},
		{PC_CLOUD_FAULT_HTTP_503_UPLOADS, "\"documents\": 1", false, false,
			true}, /* Retry-After */
		{PC_CLOUD_FAULT_HTTP_RESET_UPLOADS, "\"documents\": 1", true, true, true},
		{PC_CLOUD_FAULT_MQTT_CONNACK_REFUSED, "refused the session", true, true, false},
		{PC_CLOUD_FAULT_CHAIN_WRONG, "not that of the fetched chain", true, false, false},
	};
	struct world *w = *state;
	struct sockaddr_in at = pc_cloud_local(w->cloud);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char dc[96];
		snprintf(dc, sizeof(dc), "%s/dc", w->dir);
		remove_tree(dc);
		pc_cloud_free(w->cloud);
		start_cloud(w, at, UINT64_C(1) << rows[i].fault);
		log_in(w, "operator");
		ask(w, "GET", "/portal/v1/collections", NULL);
		const size_t want = json_array_size(json_object_get(w->answer, "collections")) + 1;
		start_dc(w, 0);
		if (!turn_until(w, file_says, rows[i].says))
			fail_msg("row %zu: status does not say '%s'", i, rows[i].says);
		assert_true(turn_until(w, dc_is_idle, NULL));
		if (rows[i].known)
			assert_true(turn_until(w, has_collections, &want));
		else
			assert_false(has_collections(w, &want));
		assert_true(rows[i].online || !file_says(w, "\"mqtt\": \"online\""));
		if (rows[i].recovers) {
			assert_int_equal(
				pc_front_set_faults(pc_cloud_front(w->cloud), 0, NULL), PC_OK);
			assert_true(turn_until(w, has_collections, &want));
			assert_true(turn_until(w, file_says, "\"documents\": 0"));
			assert_true(turn_until(w, file_says, "\"mqtt\": \"online\""));
		}
		ask(w, "GET", "/portal/v1/collections", NULL);
		assert_int_equal(json_array_size(json_object_get(w->answer, "collections")),
			rows[i].known || rows[i].recovers ? want : want - 1);
		pc_dc_agent_free(w->dc);
		w->dc = NULL;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_document, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_collection, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_operations, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_es_operations, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_outage, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_trust, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_forged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_command_faults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_discovery, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_es_faults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cloud_faults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_null_fields, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
