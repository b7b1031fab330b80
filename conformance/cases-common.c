#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "conformance/cases.h"

struct sockaddr_in
pc_case_snmp(const struct pc_case_run *r)
{
	return pc_world_at(r->world, r->printer, 161);
}

bool
pc_case_number(struct pc_case_run *r, const char *oid, const char *name, int64_t *ret)
{
	struct sockaddr_in to = pc_case_snmp(r);
	if (pc_client_snmp_number(&to, oid, ret))
		return true;
	pc_case_inconclusive(r, "%s (%s): a number was awaited, no such answer came", name, oid);
	return false;
}

bool
pc_case_text(struct pc_case_run *r, const char *oid, const char *name, char *out, size_t size)
{
	struct sockaddr_in to = pc_case_snmp(r);
	if (pc_client_snmp_text(&to, oid, out, size))
		return true;
	pc_case_inconclusive(r, "%s (%s): a text was awaited, no such answer came", name, oid);
	return false;
}

struct number_wait {
	struct sockaddr_in to;
	const char *oid;
	int64_t want;
	bool equal;
};

static bool
number_reached(void *arg)
{
	struct number_wait *w = arg;
	int64_t now = 0;
	if (!pc_client_snmp_number(&w->to, w->oid, &now))
		return false;
	return w->equal ? now == w->want : now >= w->want;
}

bool
pc_case_await_number(
	struct pc_case_run *r, const char *oid, int64_t want, bool equal, unsigned deadline_ms)
{
	struct number_wait w = {.to = pc_case_snmp(r), .oid = oid, .want = want, .equal = equal};
	return pc_world_await(number_reached, &w, pc_world_patience(r->world, deadline_ms));
}

bool
pc_case_condition(struct pc_case_run *r, const char *condition, unsigned part, bool on)
{
	char body[128];
	snprintf(body, sizeof(body), "{\"condition\":\"%s\",\"part\":%u,\"on\":%s}", condition,
		part, on ? "true" : "false");
	if (pc_world_printer(r->world, r->printer->number, "condition", body))
		return true;
	pc_case_error(r, "the control API refused the condition '%s'", condition);
	return false;
}

static bool
is_idle(void *arg)
{
	struct pc_case_run *r = arg;
	size_t i;
	const json_t *job;
	bool idle = true;
	json_t *s = pc_world_printer_state(r->world, r->printer->number);
	const char *status = json_string_value(json_object_get(s, "status"));
	json_array_foreach(json_object_get(s, "jobs"), i, job)
	{
		const char *state = json_string_value(json_object_get(job, "state"));
		idle = idle && state != NULL &&
		       (strcmp(state, "done") == 0 || strcmp(state, "cancelled") == 0 ||
			       strcmp(state, "aborted") == 0);
	}
	idle = idle && status != NULL &&
	       (strcmp(status, "idle") == 0 || strcmp(status, "warning") == 0);
	json_decref(s);
	return idle;
}

bool
pc_case_await_idle(struct pc_case_run *r)
{
	return pc_world_await(is_idle, r, pc_world_patience(r->world, PC_WORLD_WAIT_MS));
}

int64_t
pc_case_state_number(struct pc_case_run *r, const char *path)
{
	char word[64];
	json_t *s = pc_world_printer_state(r->world, r->printer->number);
	const json_t *at = s;
	int64_t n = -1;
	while (at != NULL && *path != '\0') {
		size_t len = strcspn(path, ".");
		if (len >= sizeof(word))
			break;
		memcpy(word, path, len);
		word[len] = '\0';
		at = json_object_get(at, word);
		path += len + (path[len] == '.' ? 1 : 0);
	}
	if (json_is_integer(at))
		n = json_integer_value(at);
	json_decref(s);
	return n;
}

/* Send, then expect one octet 00. */
static bool
lpd_step(struct pc_tcp_client *c, const void *data, size_t len)
{
	size_t before = c->in.len;
	return pc_client_tcp_send(c, data, len) == PC_OK &&
	       pc_client_tcp_await(c, before + 1, NULL, 5000) == PC_OK && c->in.data[before] == 0;
}

/* Spec: RFC 1179 s5.2, s6 */
bool
pc_case_lpd_job(struct pc_case_run *r, const void *data, size_t len, const char *name)
{
	static const char receive[] = "\002PASSTHRU\n";
	char control[256];
	char line[96];
	struct pc_tcp_client c;
	struct sockaddr_in to = pc_world_at(r->world, r->printer, 515);
	int n = snprintf(control, sizeof(control),
		"Hconformance\nPtester\nJ%s\nldfA001conformance\n"
		"UdfA001conformance\nN%s\n",
		name, name);
	bool ok =
		pc_client_tcp_open(&c, &to) == PC_OK && lpd_step(&c, receive, sizeof(receive) - 1);
	snprintf(line, sizeof(line), "\002%d cfA001conformance\n", n);
	ok = ok && lpd_step(&c, line, strlen(line)) && lpd_step(&c, control, (size_t)n + 1);
	snprintf(line, sizeof(line), "\003%zu dfA001conformance\n", len);
	ok = ok && lpd_step(&c, line, strlen(line)) && pc_client_tcp_send(&c, data, len) == PC_OK &&
	     lpd_step(&c, "", 1);
	pc_client_tcp_close(&c);
	return ok;
}
