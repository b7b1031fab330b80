/* Server cases: the operator's door, commands on their way and results on theirs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "conformance/cases-server.h"
#include "conformance/client-mqtt.h"
#include "conformance/document.h"

enum { MQTT_MS = 4000 };

/* An agent whose device the cloud knows, and its MQTT session. */
struct session {
	struct pc_server_agent a;
	struct pc_mqtt_client *mqtt; /* owned, NULL when not connected */
	char command[96], result[96];
};

static int
connect_as(struct pc_case_run *r, const struct pc_server_agent *a, const char *client_id,
	struct pc_mqtt_client **ret, struct pc_diag *diag)
{
	const struct pc_mqtt_client_options o = {.host = "127.0.0.1",
		.port = r->world->cloud_port,
		.client_id = client_id,
		.ca_file = r->world->ca_file,
		.cert_file = a->cert,
		.key_file = a->key};
	return pc_mqtt_client_open(&o, pc_world_patience(r->world, MQTT_MS), ret, diag);
}

static bool
session_open(struct pc_case_run *r, struct session *s)
{
	char id[37];
	int granted = 0x80;
	struct pc_diag diag = {{0}};
	*s = (struct session){.mqtt = NULL};
	if (!pc_server_agent(r, &s->a))
		return false;
	pc_document_uuid(id);
	long status = pc_server_upload(r, &s->a, id, "x", NULL);
	if (status != 202) {
		pc_case_inconclusive(
			r, "the device could not be made known: upload answered %ld", status);
		return false;
	}
	snprintf(s->command, sizeof(s->command), "ers/v1/agents/%s/command", s->a.id);
	snprintf(s->result, sizeof(s->result), "ers/v1/agents/%s/result", s->a.id);
	int err = connect_as(r, &s->a, s->a.id, &s->mqtt, &diag);
	if (!pc_check(r, err == PC_OK, "the agent's MQTT session is accepted on the HTTPS port",
		    "CONNACK 0", "%s", err == PC_OK ? "CONNACK 0" : diag.text))
		return false;
	err = pc_mqtt_client_subscribe(
		s->mqtt, s->command, pc_world_patience(r->world, MQTT_MS), &granted);
	return pc_check(r, err == PC_OK && granted == 1,
		"its subscription to its command topic is granted", "SUBACK QoS 1", "%s, %d",
		pc_err_text(err), granted);
}

/* POST an operation; the operation's ID into `id` ("" when refused). */
static long
order(struct pc_case_run *r, const char *serial, const char *type, char id[96])
{
	char path[128];
	char body[96];
	long status = 0;
	struct pc_diag diag = {{0}};
	snprintf(path, sizeof(path), "/portal/v1/devices/%s/operations", serial);
	snprintf(body, sizeof(body), "{\"type\":\"%s\"}", type);
	json_t *j = pc_world_portal(r->world, "POST", path, body, false, &status, &diag);
	const char *op = json_string_value(json_object_get(j, "operationId"));
	pc_text_copy(id, 96, op == NULL ? "" : op);
	json_decref(j);
	return status;
}

static void
operation_state(struct pc_case_run *r, const char *id, char *out, size_t size)
{
	char path[160];
	struct pc_diag diag = {{0}};
	snprintf(path, sizeof(path), "/portal/v1/operations/%s", id);
	json_t *j = pc_world_portal(r->world, "GET", path, NULL, false, NULL, &diag);
	const char *state = json_string_value(json_object_get(j, "state"));
	pc_text_copy(out, size, state == NULL ? "?" : state);
	json_decref(j);
}

static void
command_delivered(struct pc_case_run *r)
{
	struct session s;
	char id[96];
	const char *topic = "";
	const char *payload = "";
	json_error_t error;
	if (session_open(r, &s)) {
		long status = order(r, s.a.serial, "collect", id);
		pc_check(r, status == 201 && id[0] != '\0', "an operation is taken",
			"201 with operationId", "%ld, '%s'", status, id);
		int err = pc_mqtt_client_next(
			s.mqtt, pc_world_patience(r->world, MQTT_MS), &topic, &payload);
		pc_check(r, err == PC_OK, "the command reaches the agent of that device", s.command,
			"%s", err == PC_OK ? topic : pc_err_text(err));
		json_t *j = json_loads(payload, 0, &error);
		const char *command = json_string_value(json_object_get(j, "commandId"));
		const char *type = json_string_value(json_object_get(j, "type"));
		const char *serial = json_string_value(json_object_get(j, "deviceSerial"));
		pc_check(r,
			command != NULL && type != NULL && serial != NULL &&
				strcmp(type, "collect") == 0 && strcmp(serial, s.a.serial) == 0,
			"the command names itself, its type and the device",
			"commandId, collect, serial", "%.200s", payload);
		json_decref(j);
	}
	pc_mqtt_client_free(s.mqtt);
}

struct state_wait {
	struct pc_case_run *r;
	const char *id;
	const char *want;
	char state[32];
};

static bool
state_reached(void *arg)
{
	struct state_wait *w = arg;
	operation_state(w->r, w->id, w->state, sizeof(w->state));
	return strcmp(w->state, w->want) == 0;
}

static void
result_recorded(struct pc_case_run *r)
{
	struct session s;
	char id[96] = "";
	char body[256];
	const char *topic = "";
	const char *payload = "";
	if (session_open(r, &s) && order(r, s.a.serial, "clean", id) == 201) {
		struct state_wait w = {r, id, "succeeded", ""};
		if (pc_mqtt_client_next(s.mqtt, pc_world_patience(r->world, MQTT_MS), &topic,
			    &payload) != PC_OK)
			pc_case_inconclusive(r, "the command did not arrive");
		snprintf(body, sizeof(body),
			"{\"commandId\":\"%s\",\"state\":\"succeeded\",\"detail\":\"done\","
			"\"finishedAt\":\"2026-11-20T12:00:00Z\"}",
			id);
		int err = pc_mqtt_client_publish(
			s.mqtt, s.result, body, pc_world_patience(r->world, MQTT_MS));
		pc_check(r, err == PC_OK, "the result is acknowledged", "PUBACK", "%s",
			pc_err_text(err));
		(void)pc_world_await(state_reached, &w, pc_world_patience(r->world, MQTT_MS));
		pc_check(r, strcmp(w.state, "succeeded") == 0,
			"the operation's outcome is recorded", "succeeded", "%s", w.state);
	}
	pc_mqtt_client_free(s.mqtt);
}

static void
foreign_topics(struct pc_case_run *r)
{
	struct session s;
	struct session other;
	char id[96] = "";
	char body[256];
	char state[32] = "";
	int granted = 0;
	const char *topic = "";
	const char *payload = "";
	bool both = session_open(r, &s) && session_open(r, &other);
	if (both) {
		int err = pc_mqtt_client_subscribe(
			s.mqtt, other.command, pc_world_patience(r->world, MQTT_MS), &granted);
		pc_check(r, err == PC_E_CLOSED || granted == 0x80,
			"a subscription to another agent's command topic is refused",
			"SUBACK 80 or connection closed", "%s, granted %d", pc_err_text(err),
			granted);
		(void)order(r, other.a.serial, "collect", id);
		(void)pc_mqtt_client_next(
			other.mqtt, pc_world_patience(r->world, MQTT_MS), &topic, &payload);
		snprintf(body, sizeof(body),
			"{\"commandId\":\"%s\",\"state\":\"succeeded\",\"detail\":\"forged\","
			"\"finishedAt\":\"2026-11-20T12:00:00Z\"}",
			id);
		err = pc_mqtt_client_publish(s.mqtt, other.result, body, 1500);
		operation_state(r, id, state, sizeof(state));
		pc_check(r, strcmp(state, "succeeded") != 0,
			"a result published on another agent's topic does not count", "sent", "%s",
			state);
	}
	pc_mqtt_client_free(s.mqtt);
	if (both)
		pc_mqtt_client_free(other.mqtt);
}

static void
foreign_client_id(struct pc_case_run *r)
{
	struct pc_server_agent a;
	struct pc_server_agent b;
	struct pc_mqtt_client *own = NULL;
	struct pc_mqtt_client *foreign = NULL;
	struct pc_diag diag = {{0}};
	if (!pc_server_agent(r, &a) || !pc_server_agent(r, &b))
		return;
	int err = connect_as(r, &a, a.id, &own, &diag);
	pc_check(r, err == PC_OK, "the client ID that equals the certificate's name is accepted",
		"accepted", "%s", pc_err_text(err));
	err = connect_as(r, &a, b.id, &foreign, &diag);
	pc_check(r, err != PC_OK, "another client ID is refused", "refused", "%s",
		err == PC_OK ? "accepted" : "refused");
	pc_mqtt_client_free(own);
	pc_mqtt_client_free(foreign);
}

static void
operation_types(struct pc_case_run *r)
{
	static const char *const unknown[] = {"format", "Collect", "", "shutdown"};
	struct pc_server_agent a;
	char id[96];
	if (!pc_server_agent(r, &a))
		return;
	pc_document_uuid(id);
	if (pc_server_upload(r, &a, id, "x", NULL) != 202) {
		pc_case_inconclusive(r, "the device could not be made known");
		return;
	}
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		long status = order(r, a.serial, unknown[i], id);
		pc_check(r, status == 400, "an operation that is none of the four is refused",
			"400", "%ld for '%s'", status, unknown[i]);
	}
	long status = order(r, "NOSUCHDEVICE", "collect", id);
	pc_check(r, status == 404, "an operation on an unknown device is refused", "404", "%ld",
		status);
	status = order(r, a.serial, "webConfig", id);
	pc_check(r, status == 403, "Web Config without the administrator's approval is refused",
		"403", "%ld", status);
}

/* GET of a portal resource with a cookie of the caller's choice. */
static long
portal_status(struct pc_case_run *r, const char *path, const char *cookie)
{
	char url[256];
	struct pc_http_answer a;
	struct pc_diag diag = {{0}};
	snprintf(url, sizeof(url), "%s%s", r->world->cloud_url, path);
	struct pc_http_call c = {
		.method = "GET", .url = url, .ca_file = r->world->ca_file, .cookie = cookie};
	long status = pc_http_perform(&c, &a, &diag) == PC_OK ? a.status : 0;
	pc_http_answer_done(&a);
	return status;
}

static void
portal_session(struct pc_case_run *r)
{
	static const char *const paths[] = {"/portal/v1/devices", "/portal/v1/operations",
		"/portal/v1/collections", "/portal/v1/journal"};
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		long none = portal_status(r, paths[i], NULL);
		long wrong = portal_status(r, paths[i], "session=0123456789abcdef0123456789abcdef");
		long good = portal_status(r, paths[i], r->world->session);
		pc_check(r, none == 401 && wrong == 401, "a portal resource needs a session",
			"401, 401", "%ld, %ld for %s", none, wrong, paths[i]);
		pc_check(r, good == 200, "with a session it is given", "200", "%ld for %s", good,
			paths[i]);
	}
}

static void
portal_password(struct pc_case_run *r)
{
	long status = 0;
	struct pc_diag diag = {{0}};
	json_decref(pc_world_portal(r->world, "POST", "/portal/v1/login",
		"{\"user\":\"operator\",\"password\":\"wrong one\"}", false, &status, &diag));
	pc_check(r, status == 401, "a wrong password is refused", "401", "%ld", status);
	json_decref(pc_world_portal(r->world, "POST", "/portal/v1/login",
		"{\"user\":\"nobody\",\"password\":\"wrong one\"}", false, &status, &diag));
	pc_check(r, status == 401, "an unknown user is refused", "401", "%ld", status);
}

static void
device_view(struct pc_case_run *r)
{
	struct pc_server_agent a;
	char id[37];
	char path[96];
	char location[32];
	struct pc_diag diag = {{0}};
	if (!pc_server_agent(r, &a))
		return;
	for (int i = 1; i <= 2; i++) {
		pc_document_uuid(id);
		snprintf(location, sizeof(location), "shelf %d", i);
		long status = pc_server_upload(r, &a, id, location, NULL);
		pc_check(r, status == 202, "the upload is accepted", "202", "%ld", status);
	}
	snprintf(path, sizeof(path), "/portal/v1/devices/%s", a.serial);
	json_t *j = pc_world_portal(r->world, "GET", path, NULL, false, NULL, &diag);
	const char *now =
		json_string_value(json_object_get(json_object_get(j, "device"), "location"));
	pc_check(r, now != NULL && strcmp(now, "shelf 2") == 0,
		"the portal shows the newest data of the device", "shelf 2", "%s",
		now == NULL ? "nothing" : now);
	json_decref(j);
}

static void
remote_switch(struct pc_case_run *r)
{
	static const char path[] = "/portal/v1/settings/remoteOperation";
	struct pc_server_agent a;
	char id[96];
	long status = 0;
	struct pc_diag diag = {{0}};
	if (!pc_server_agent(r, &a))
		return;
	pc_document_uuid(id);
	(void)pc_server_upload(r, &a, id, "x", NULL);
	json_decref(pc_world_portal(
		r->world, "PUT", path, "{\"enabled\":false}", false, &status, &diag));
	pc_check(r, status == 403, "an operator cannot switch remote operation off", "403", "%ld",
		status);
	json_decref(pc_world_portal(
		r->world, "PUT", path, "{\"enabled\":false}", true, &status, &diag));
	pc_check(r, status == 204, "the installer can", "204", "%ld", status);
	status = order(r, a.serial, "collect", id);
	pc_check(r, status == 403, "while it is off no operation is taken", "403", "%ld", status);
	pc_document_uuid(id);
	status = pc_server_upload(r, &a, id, "y", NULL);
	pc_check(r, status == 202, "uploads go on", "202", "%ld", status);
	json_decref(
		pc_world_portal(r->world, "PUT", path, "{\"enabled\":true}", true, &status, &diag));
	status = order(r, a.serial, "collect", id);
	pc_check(r, status == 201, "switched on again it is taken", "201", "%ld", status);
}

static const struct pc_case table[] = {
	{"SRV-MQTT-001", 1, PC_ROLE_SERVER, "A command goes to the agent of its device, by MQTT.",
		"MQTT 3.1.1; OQ-05", {"ERS-OP-04", "ERS-OP-05", "ERS-NET-12", "ERS-NET-15"},
		{{PC_MUTANT_SERVER, "operation-wrong-topic"}, {PC_MUTANT_SERVER, "mqtt-no-suback"}},
		"", command_delivered},
	{"SRV-MQTT-002", 1, PC_ROLE_SERVER, "The outcome of an operation is recorded.", "OQ-05",
		{"ERS-OP-24"}, {{PC_MUTANT_SERVER, "result-ignored"}}, "", result_recorded},
	{"SRV-MQTT-003", 1, PC_ROLE_SERVER, "An agent has no part in another agent's topics.",
		"MQTT-3.8.4-5, MQTT-3.3.5-2; OQ-11", {"ERS-SEC-10"},
		{{PC_MUTANT_SERVER, "mqtt-identity-unchecked"}}, "", foreign_topics},
	{"SRV-MQTT-004", 1, PC_ROLE_SERVER, "The MQTT client ID must be the certificate's name.",
		"OQ-05, OQ-11", {"ERS-SEC-10", "ERS-DAT-002"},
		{{PC_MUTANT_SERVER, "mqtt-identity-unchecked"}}, "", foreign_client_id},
	{"SRV-PRIV-001", 1, PC_ROLE_SERVER, "There are exactly four operations, on known devices.",
		"ERS white paper, remote operation", {"ERS-OP-01", "ERS-OP-02", "ERS-WEB-01"},
		{{PC_MUTANT_SERVER, "operation-unknown-type-accepted"}}, "", operation_types},
	{"SRV-PRIV-002", 1, PC_ROLE_SERVER, "The portal shows nothing without a session.",
		"ERS white paper, architecture", {"ERS-ARC-05", "ERS-SEC-12", "ERS-USR-08"},
		{{PC_MUTANT_SERVER, "session-not-required"}}, "", portal_session},
	{"SRV-PRIV-003", 1, PC_ROLE_SERVER, "A wrong password opens nothing.",
		"ERS white paper, remote operation security", {"ERS-SEC-12", "ERS-USR-08"},
		{{PC_MUTANT_SERVER, "login-any-password"}}, "", portal_password},
	{"SRV-PRIV-004", 1, PC_ROLE_SERVER, "The portal shows the newest data of a device.",
		"ERS white paper, architecture", {"ERS-ARC-06"},
		{{PC_MUTANT_SERVER, "device-data-stale"}}, "", device_view},
	{"SRV-PRIV-005", 1, PC_ROLE_SERVER,
		"Remote operation can be switched off by the installer only, and uploads go on.",
		"ERS white paper, how to disable; OQ-12", {"ERS-OP-21", "ERS-OP-22", "ERS-OP-23"},
		{{PC_MUTANT_SERVER, "remote-operation-stays-on"},
			{PC_MUTANT_SERVER, "http-500-uploads"}},
		"", remote_switch},
};

const struct pc_case *
pc_cases_server_ops(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
