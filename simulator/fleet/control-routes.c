#include "fleet/control-routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "device/log.h"
#include "fleet/control-check.h"
#include "fleet/control.h"
#include "fleet/state-json.h"

/* Appends a value and gives it up. */
static void
reply_take(struct pc_control_answer *a, unsigned status, json_t *value, size_t flags)
{
	char *text = value == NULL ? NULL : json_dumps(value, flags);
	json_decref(value);
	a->status = status;
	if (text == NULL) {
		pc_buf_add_text(a->out, "{\"error\":\"internal\",\"detail\":\"no memory\"}");
		a->status = 500;
	} else {
		pc_buf_addf(a->out, "%s\n", text);
	}
	free(text);
}

void
pc_control_fail(struct pc_control_answer *a, unsigned status, const char *word, const char *detail)
{
	pc_buf_clear(a->out);
	reply_take(a, status,
		json_pack("{s:s,s:o}", "error", word, "detail", pc_fleet_json_text(detail)),
		JSON_INDENT(1));
}

static void
fail_call(struct pc_control_answer *a, int err, const struct pc_diag *diag)
{
	const char *detail = diag->text[0] != '\0' ? diag->text : pc_err_text(err);
	if (err == PC_E_NOTFOUND)
		pc_control_fail(a, 404, "notFound", detail);
	else if (err == PC_E_REFUSED || err == PC_E_UNSUPPORTED || err == PC_E_LIMIT ||
		 err == PC_E_CLOSED || err == PC_E_EXISTS)
		pc_control_fail(a, 409, "refused", detail);
	else if (err == PC_E_BADVALUE || err == PC_E_SYNTAX)
		pc_control_fail(a, 400, "badRequest", detail);
	else
		pc_control_fail(a, 500, "internal", detail);
}

/* "127.0.0.1:7161" or "localhost": then no name can have been rebound to us. */
static bool
is_own_host(const char *host)
{
	char name[64];
	struct in_addr addr;
	size_t n = host == NULL ? 0 : strcspn(host, ":");
	if (n == 0 || n >= sizeof(name))
		return false;
	if (host[n] == ':' && strspn(host + n + 1, "0123456789") != strlen(host + n + 1))
		return false;
	memcpy(name, host, n);
	name[n] = '\0';
	return strcasecmp(name, "localhost") == 0 || pc_text_ipv4(name, &addr) == PC_OK;
}

static bool
is_own_origin(const char *origin, const char *host)
{
	static const char scheme[] = "http://";
	return strncmp(origin, scheme, sizeof(scheme) - 1) == 0 &&
	       strcasecmp(origin + sizeof(scheme) - 1, host) == 0;
}

bool
pc_control_admit(const struct pc_control_request *r, struct pc_control_answer *a)
{
	if (!is_own_host(r->host)) {
		pc_control_fail(a, 403, "forbidden",
			"Host must be the server's address or localhost, so that no other name "
			"leads here");
		return false;
	}
	bool other = r->fetch_site != NULL && strcmp(r->fetch_site, "same-origin") != 0 &&
		     strcmp(r->fetch_site, "none") != 0;
	/* A link from another page may lead to the fleet page, but not to the API. */
	if (strcmp(r->method, "GET") == 0 && strncmp(r->path, "/v1/", 4) != 0)
		other = false;
	if (other || (r->origin != NULL && !is_own_origin(r->origin, r->host))) {
		pc_control_fail(a, 403, "forbidden", "pages of other sites are not answered");
		return false;
	}
	return true;
}

static bool
is_json(const char *content_type)
{
	static const char json[] = "application/json";
	size_t n = sizeof(json) - 1;
	return content_type != NULL && strncasecmp(content_type, json, n) == 0 &&
	       (content_type[n] == '\0' || content_type[n] == ';' || content_type[n] == ' ');
}

/* Query parameters on their way into the arguments. */
struct reading {
	const struct pc_control_operation *op;
	json_t *args;
	struct pc_diag *diag;
	int err;
};

static void
on_query(void *arg, const char *name, const char *value)
{
	struct reading *r = arg;
	if (r->err == PC_OK && strcmp(r->op->method, "POST") == 0)
		r->err = pc_diag_fail(r->diag, PC_E_BADVALUE,
			"'%.64s': what is posted stands in the body, not in the query", name);
	if (r->err == PC_OK)
		r->err = pc_control_check_query(r->op, name, value, r->args, r->diag);
}

/* The arguments of a request (new reference), or NULL with the refusal set. */
static json_t *
read_args(const struct pc_control_operation *op, const struct pc_control_request *r,
	struct pc_control_answer *a)
{
	struct pc_diag diag = {{0}};
	json_error_t error;
	bool post = strcmp(op->method, "POST") == 0;
	json_t *args = post && r->body_len > 0 ? json_loadb((const char *)r->body, r->body_len,
							 JSON_REJECT_DUPLICATES, &error)
					       : json_object();
	struct reading reading = {op, args, &diag, PC_OK};
	if (!json_is_object(args)) {
		json_decref(args);
		pc_control_fail(a, 400, "badRequest",
			"the body is not a JSON object (or has a member twice)");
		return NULL;
	}
	if (r->query != NULL)
		r->query(r, on_query, &reading);
	if (reading.err == PC_OK)
		reading.err = pc_control_check(op, args, &diag);
	if (reading.err != PC_OK) {
		json_decref(args);
		fail_call(a, reading.err, &diag);
		return NULL;
	}
	return args;
}

/* The printer's audit trail tells who changed it. */
static int
run_as_harness(const struct pc_control_operation *op, struct pc_control_call *call, json_t **ret)
{
	struct pc_device *dev = strcmp(op->method, "POST") == 0 ? call->dev : NULL;
	if (dev != NULL)
		pc_device_act(dev, PC_VIA_CONTROL, NULL);
	int err = op->run(call, ret);
	if (dev != NULL)
		pc_device_act(dev, PC_VIA_PRINTER, NULL);
	return err;
}

/* The operation on every printer. The first refusal counts only if all refused. */
static void
run_each(const struct pc_control_operation *op, struct pc_control_call *call,
	struct pc_control_answer *a)
{
	json_int_t done = 0;
	json_int_t refused = 0;
	int first = PC_OK;
	char why[PC_DIAG_MAX] = "";
	for (uint32_t n = 1; n <= pc_fleet_size(call->fleet); n++) {
		json_t *ignored = NULL;
		call->diag.text[0] = '\0';
		call->number = n;
		call->dev = pc_fleet_device(call->fleet, n);
		int err = run_as_harness(op, call, &ignored);
		json_decref(ignored);
		done += err == PC_OK;
		refused += err != PC_OK;
		if (err == PC_OK || first != PC_OK)
			continue;
		first = err;
		snprintf(why, sizeof(why), "printer %u: %.900s", n,
			call->diag.text[0] != '\0' ? call->diag.text : pc_err_text(err));
	}
	if (done == 0 && first != PC_OK) {
		pc_diag_set(&call->diag, "%s", why);
		fail_call(a, first, &call->diag);
		return;
	}
	json_t *o = json_pack("{s:s,s:I,s:I}", "status", "ok", "done", done, "refused", refused);
	if (refused > 0)
		json_object_set_new(o, "detail", pc_fleet_json_text(why));
	reply_take(a, 200, o, JSON_INDENT(1));
}

static void
run_operation(const struct pc_control_operation *op, struct pc_control_call *call,
	struct pc_control_answer *a)
{
	json_t *value = NULL;
	if (call->number == 0 && op->all == PC_CONTROL_EACH) {
		run_each(op, call, a);
		return;
	}
	int err = run_as_harness(op, call, &value);
	if (err != PC_OK) {
		json_decref(value);
		fail_call(a, err, &call->diag);
	} else if (value != NULL) {
		bool many = strstr(op->path, "printers") != NULL &&
			    strstr(op->path, "{printer}") == NULL;
		reply_take(a, 200, value, many ? JSON_COMPACT : JSON_INDENT(1));
	} else if (call->out->len > 0) {
		a->status = 200;
	} else {
		reply_take(a, 200, pc_fleet_json_summary(call->dev), JSON_INDENT(1));
	}
}

static void
begin_stream(const struct pc_control_call *call, struct pc_control_answer *a)
{
	a->status = 200;
	a->stream = true;
	a->since = pc_control_has(call, "since") ? (uint64_t)pc_control_int(call, "since", 0)
						 : UINT64_MAX;
	a->printer = pc_control_int(call, "printer", -1);
	pc_text_copy(a->kind, sizeof(a->kind), pc_control_text(call, "kind", ""));
}

/* Path and method fit. */
static void
serve(const struct pc_control_operation *op, struct pc_control_call *call,
	const struct pc_control_request *r, struct pc_control_answer *a)
{
	bool named = strstr(op->path, "{printer}") != NULL;
	call->dev = named ? pc_fleet_device(call->fleet, call->number) : NULL;
	if (named && call->dev == NULL && !(call->number == 0 && op->all != PC_CONTROL_ONE)) {
		pc_control_fail(a, 404, "notFound", "there is no such printer");
		return;
	}
	if (strcmp(op->method, "POST") == 0 && !is_json(r->content_type)) {
		pc_control_fail(a, 415, "mediaType", "send the body as application/json");
		return;
	}
	json_t *args = read_args(op, r, a);
	if (args == NULL)
		return;
	call->args = args;
	if (op->answer == NULL)
		begin_stream(call, a);
	else if (op->run != NULL)
		run_operation(op, call, a);
	else
		a->status = pc_control_openapi_text(a->out) == PC_OK ? 200 : 500;
	json_decref(args);
}

void
pc_control_route(struct pc_fleet *fleet, struct pc_control_time *time,
	const struct pc_control_request *r, struct pc_control_answer *a)
{
	size_t n = 0;
	const struct pc_control_operation *ops = pc_control_operations(&n);
	struct pc_control_call call = {.fleet = fleet, .time = time, .out = a->out};
	if (!pc_control_admit(r, a))
		return;
	if (r->too_large) {
		pc_control_fail(a, 413, "tooLarge", "the body is over 64 KiB");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (!pc_control_path(&ops[i], r->path, &call.number))
			continue;
		if (strcmp(ops[i].method, r->method) == 0) {
			serve(&ops[i], &call, r, a);
			return;
		}
		snprintf(a->allow + strlen(a->allow), sizeof(a->allow) - strlen(a->allow), "%s%s",
			a->allow[0] == '\0' ? "" : ", ", ops[i].method);
	}
	if (a->allow[0] != '\0')
		pc_control_fail(a, 405, "methodNotAllowed", "see Allow for the methods there are");
	else
		pc_control_fail(a, 404, "notFound",
			"there is no such resource; /v1/openapi.json lists them");
}
