#include "conformance/world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "conformance/document.h"

/* The first look comes soon, later ones less often: each is a request that the subject journals. */
enum { AWAIT_STEP_MS = 15, AWAIT_STEP_MAX_MS = 120 };

static const uint16_t well_known_udp[] = {161, 3289};
static const uint16_t well_known_tcp[] = {515, 1865, 9100};

static bool
is_free(int type, uint16_t port)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

/* The highest port, 9100 and the offset, stays below those that the system hands out by itself. */
enum { OFFSET_FIRST = 10000, OFFSET_RANGE = 13000, OFFSET_OWN = 50, OFFSET_STEP = 211 };

/* An offset whose ports nobody uses; starts at a place of this process's own. */
static int
pick_offset(uint16_t *ret, struct pc_diag *diag)
{
	unsigned start = (unsigned)getpid() * OFFSET_OWN;
	for (unsigned i = 0; i < 200; i++) {
		unsigned offset = OFFSET_FIRST + (start + i * OFFSET_STEP) % OFFSET_RANGE;
		bool ok = true;
		for (size_t k = 0; k < sizeof(well_known_udp) / sizeof(well_known_udp[0]); k++)
			ok = ok && is_free(SOCK_DGRAM, (uint16_t)(well_known_udp[k] + offset));
		for (size_t k = 0; k < sizeof(well_known_tcp) / sizeof(well_known_tcp[0]); k++)
			ok = ok && is_free(SOCK_STREAM, (uint16_t)(well_known_tcp[k] + offset));
		if (ok) {
			*ret = (uint16_t)offset;
			return PC_OK;
		}
	}
	return pc_diag_fail(diag, PC_E_ENVIRONMENT, "no free range of ports above 10000 was found");
}

int
pc_world_init(struct pc_world *w, const struct pc_world_options *options, struct pc_diag *diag)
{
	sigset_t held;
	*w = (struct pc_world){.options = *options};
	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, NULL);
	w->fleet.out = w->cloud.out = w->agent.out = -1;
	if (realpath(options->dir, w->dir) == NULL)
		return pc_diag_fail(diag, -errno, "%s: %s", options->dir, pc_err_text(-errno));
	w->options.dir = w->dir; /* subjects resolve names against their own files */
	pc_subject_self(w->self, sizeof(w->self));
	int n = snprintf(w->log, sizeof(w->log), "%s/subjects.log", options->dir);
	if (n < 0 || (size_t)n >= sizeof(w->log))
		return pc_diag_fail(diag, -ENAMETOOLONG, "%s: the path is too long", options->dir);
	w->port_offset = options->port_offset;
	return w->port_offset != 0 ? PC_OK : pick_offset(&w->port_offset, diag);
}

void
pc_world_done(struct pc_world *w)
{
	pc_subject_stop(&w->agent);
	pc_subject_stop(&w->fleet);
	pc_subject_stop(&w->cloud);
}

uint16_t
pc_world_port(const struct pc_world *w, uint16_t well_known)
{
	return (uint16_t)(well_known + w->port_offset);
}

struct sockaddr_in
pc_world_at(const struct pc_world *w, const struct pc_printer *p, uint16_t well_known)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = p->address};
	a.sin_port = htons(p->number == 0 ? well_known : pc_world_port(w, well_known));
	return a;
}

static void
copy_member(const json_t *o, const char *key, char *out, size_t size)
{
	const json_t *v = json_object_get(o, key);
	pc_text_copy(out, size, json_is_string(v) ? json_string_value(v) : "");
}

static int
read_printers(struct pc_world *w, struct pc_diag *diag)
{
	size_t i;
	json_t *o;
	json_t *list = pc_world_control(w, "/v1/printers", NULL, NULL, diag);
	if (list == NULL)
		return PC_E_ENVIRONMENT;
	w->n_printers = 0;
	json_array_foreach(json_object_get(list, "printers"), i, o)
	{
		char address[PC_TEXT_ADDR_MAX];
		if (w->n_printers == PC_WORLD_PRINTERS_MAX)
			break;
		struct pc_printer *p = &w->printers[w->n_printers++];
		p->number = (uint32_t)json_integer_value(json_object_get(o, "printer"));
		copy_member(o, "address", address, sizeof(address));
		(void)pc_text_ipv4(address, &p->address);
		copy_member(o, "profile", p->profile, sizeof(p->profile));
		copy_member(o, "vendor", p->vendor, sizeof(p->vendor));
		copy_member(o, "model", p->model, sizeof(p->model));
		copy_member(o, "serial", p->serial, sizeof(p->serial));
		copy_member(o, "mac", p->mac, sizeof(p->mac));
		p->from_walk = json_is_true(json_object_get(o, "fromWalk"));
	}
	json_decref(list);
	return PC_OK;
}

/* Configuration of the ES agent in one printer: the DC agent's form with just that address. */
static int
write_es_config(struct pc_world *w, struct pc_world_es *es, const char *cert, const char *key,
	struct pc_diag *diag)
{
	char dir[PATH_MAX];
	char address[PC_TEXT_ADDR_MAX];
	struct in_addr a = {.s_addr = htonl(0x7f010000u + es->printer)};
	snprintf(dir, sizeof(dir), "%s/agents/%s", w->options.dir, es->agent_id);
	snprintf(es->config, sizeof(es->config), "%.4000s/agent.json", dir);
	json_t *j = json_pack("{s:s,s:s,s:s,s:s,s:s,s:i,s:{s:s,s:s,s:s},s:[s]}", "server",
		w->cloud_url, "agentId", es->agent_id, "companyName", "Conformance", "stateDir",
		dir, "period", "24h", "portOffset", (int)w->port_offset, "files", "ca", w->ca_file,
		"cert", cert, "key", key, "deviceList", pc_text_from_ipv4(a, address));
	char *text = j == NULL ? NULL : json_dumps(j, JSON_INDENT(1));
	json_decref(j);
	int err = text == NULL ? -ENOMEM : pc_file_mkdir(dir, 0755, diag);
	if (err == PC_OK)
		err = pc_file_write(es->config, text, strlen(text), 0644, diag);
	free(text);
	return err;
}

/* The last printers of the first model get one each. */
static int
prepare_es(struct pc_world *w, struct pc_diag *diag)
{
	char cert[PATH_MAX];
	char key[PATH_MAX];
	int err = PC_OK;
	if (w->es_ready)
		return PC_OK;
	for (unsigned i = 0; i < w->options.es_agents && i < PC_WORLD_ES_MAX && err == PC_OK; i++) {
		struct pc_world_es *es = &w->es[w->n_es++];
		pc_document_uuid(es->agent_id);
		es->printer = w->options.counts[0] - i;
		err = pc_world_enrol(w, es->agent_id, "ES", cert, key, diag);
		if (err == PC_OK)
			err = write_es_config(w, es, cert, key, diag);
	}
	w->es_ready = err == PC_OK;
	return err;
}

static void
add_es_args(const struct pc_world *w, struct pc_args *args)
{
	for (size_t i = 0; i < w->n_es; i++) {
		pc_args_add(args, "--es-agent");
		pc_args_add(args, "%s", w->es[i].config);
	}
	if (w->es_fault != NULL && w->n_es > 0) {
		pc_args_add(args, "--es-fault");
		pc_args_add(args, "%s", w->es_fault);
	}
}

/* 'up' with the models of this world at `port_offset`. */
static void
add_up_args(const struct pc_world *w, uint16_t port_offset, struct pc_args *args)
{
	pc_args_add(args, "%s", w->self);
	pc_args_add(args, "up");
	if (w->options.profile_dir != NULL) {
		pc_args_add(args, "--profile-dir");
		pc_args_add(args, "%s", w->options.profile_dir);
	}
	for (size_t i = 0; i < PC_WORLD_MODELS_MAX && w->options.profiles[i] != NULL; i++) {
		pc_args_add(args, "--profile");
		pc_args_add(args, "%s", w->options.profiles[i]);
		pc_args_add(args, "--count");
		pc_args_add(args, "%u", w->options.counts[i]);
	}
	if (w->options.walk != NULL) {
		pc_args_add(args, "--walk");
		pc_args_add(args, "%s", w->options.walk);
	}
	pc_args_add(args, "--port-offset");
	pc_args_add(args, "%u", (unsigned)port_offset);
	pc_args_add(args, "--pace");
	pc_args_add(args, "%u", w->options.pace == 0 ? 1 : w->options.pace);
}

int
pc_world_twin_start(
	struct pc_world *w, struct pc_subject *twin, uint16_t *ret_offset, struct pc_diag *diag)
{
	struct pc_args args = {.argc = 0};
	int err = pick_offset(ret_offset, diag);
	if (err != PC_OK)
		return err;
	add_up_args(w, *ret_offset, &args);
	pc_args_add(&args, "--control");
	pc_args_add(&args, "none");
	err = pc_subject_start(twin, &args, w->log, PC_WORLD_START_MS, diag);
	pc_args_done(&args);
	return err;
}

int
pc_world_fleet_start(struct pc_world *w, struct pc_diag *diag)
{
	struct pc_args args = {.argc = 0};
	int err = prepare_es(w, diag);
	if (err != PC_OK)
		return err;
	pc_subject_stop(&w->fleet);
	add_up_args(w, w->port_offset, &args);
	pc_args_add(&args, "--control");
	pc_args_add(&args, "127.0.0.1:0");
	pc_args_add(&args, "--capture");
	pc_args_add(&args, w->fleets == 0 ? "%s/site.pcapng" : "%s/site-%u.pcapng", w->options.dir,
		w->fleets);
	w->fleets++;
	add_es_args(w, &args);
	err = pc_subject_start(&w->fleet, &args, w->log, PC_WORLD_START_MS, diag);
	pc_args_done(&args);
	if (err != PC_OK)
		return err;
	if (!pc_subject_ready_word(&w->fleet, "control ", w->control, sizeof(w->control)))
		return pc_diag_fail(
			diag, PC_E_INTERNAL, "the fleet named no control API: %s", w->fleet.ready);
	return read_printers(w, diag);
}

static json_t *
decode(const struct pc_http_answer *a, struct pc_diag *diag, const char *url)
{
	json_error_t error;
	json_t *j = a->body.len == 0 ? json_object()
				     : json_loadb(pc_buf_text(&a->body), a->body.len,
					       JSON_DECODE_ANY, &error);
	if (j == NULL)
		pc_diag_set(diag, "%s: the answer is not JSON (line %d: %s)", url, error.line,
			error.text);
	return j;
}

static json_t *
call(const struct pc_http_call *c, long *ret_status, char *cookie, size_t cookie_size,
	struct pc_diag *diag)
{
	struct pc_http_answer a;
	json_t *j = NULL;
	int err = pc_http_perform(c, &a, diag);
	if (ret_status != NULL)
		*ret_status = err == PC_OK ? a.status : 0;
	if (err == PC_OK)
		j = decode(&a, diag, c->url);
	if (err == PC_OK && cookie != NULL)
		pc_text_copy(cookie, cookie_size, a.set_cookie);
	pc_http_answer_done(&a);
	return j;
}

json_t *
pc_world_control(struct pc_world *w, const char *path, const char *body, long *ret_status,
	struct pc_diag *diag)
{
	char url[512];
	snprintf(url, sizeof(url), "%s%s", w->control, path);
	struct pc_http_call c = {.method = body == NULL ? "GET" : "POST",
		.url = url,
		.body = body,
		.body_len = body == NULL ? 0 : strlen(body),
		.content_type = body == NULL ? NULL : "application/json"};
	return call(&c, ret_status, NULL, 0, diag);
}

bool
pc_world_printer(struct pc_world *w, uint32_t number, const char *action, const char *body)
{
	char path[128];
	long status = 0;
	struct pc_diag diag = {{0}};
	snprintf(path, sizeof(path), "/v1/printers/%u/%s", number, action);
	json_decref(pc_world_control(w, path, body == NULL ? "{}" : body, &status, &diag));
	return status == 200;
}

json_t *
pc_world_printer_state(struct pc_world *w, uint32_t number)
{
	char path[64];
	struct pc_diag diag = {{0}};
	snprintf(path, sizeof(path), "/v1/printers/%u", number);
	return pc_world_control(w, path, NULL, NULL, &diag);
}

json_t *
pc_world_portal(struct pc_world *w, const char *method, const char *path, const char *body,
	bool installer, long *ret_status, struct pc_diag *diag)
{
	char url[512];
	const char *cookie = installer ? w->installer : w->session;
	snprintf(url, sizeof(url), "%s%s", w->cloud_url, path);
	struct pc_http_call c = {.method = method,
		.url = url,
		.ca_file = w->ca_file,
		.cookie = cookie[0] == '\0' ? NULL : cookie,
		.body = body,
		.body_len = body == NULL ? 0 : strlen(body),
		.content_type = body == NULL ? NULL : "application/json"};
	return call(&c, ret_status, NULL, 0, diag);
}

/* The password of `user` in cloud/credentials.json. */
static int
read_password(struct pc_world *w, const char *user, char *out, size_t size, struct pc_diag *diag)
{
	char path[PATH_MAX];
	json_error_t error;
	snprintf(path, sizeof(path), "%s/cloud/credentials.json", w->options.dir);
	json_t *j = json_load_file(path, 0, &error);
	size_t i;
	const json_t *row;
	bool ok = false;
	json_array_foreach(json_object_get(j, "users"), i, row)
	{
		const char *name = json_string_value(json_object_get(row, "user"));
		const char *password = json_string_value(json_object_get(row, "password"));
		if (name != NULL && password != NULL && strcmp(name, user) == 0)
			ok = pc_text_copy(out, size, password);
	}
	json_decref(j);
	return ok ? PC_OK
		  : pc_diag_fail(
			    diag, PC_E_ENVIRONMENT, "%s: no password of '%s' in it", path, user);
}

static int
log_in(struct pc_world *w, const char *user, char *cookie, size_t size, struct pc_diag *diag)
{
	char url[160];
	char password[128];
	char body[256];
	long status = 0;
	int err = read_password(w, user, password, sizeof(password), diag);
	if (err != PC_OK)
		return err;
	snprintf(url, sizeof(url), "%s/portal/v1/login", w->cloud_url);
	snprintf(body, sizeof(body), "{\"user\":\"%s\",\"password\":\"%s\"}", user, password);
	struct pc_http_call c = {.method = "POST",
		.url = url,
		.ca_file = w->ca_file,
		.body = body,
		.body_len = strlen(body),
		.content_type = "application/json"};
	json_decref(call(&c, &status, cookie, size, diag));
	if (status != 204)
		return pc_diag_fail(diag, PC_E_ENVIRONMENT,
			"the log-in of '%s' at the cloud was answered %ld, expected 204", user,
			status);
	return PC_OK;
}

int
pc_world_cloud_start(struct pc_world *w, struct pc_diag *diag)
{
	struct pc_args args = {.argc = 0};
	char authority[64];
	struct sockaddr_in sa;
	pc_subject_stop(&w->cloud);
	pc_args_add(&args, "%s", w->self);
	pc_args_add(&args, "cloud");
	pc_args_add(&args, "--listen");
	pc_args_add(&args, "127.0.0.1:%u", (unsigned)w->cloud_port);
	pc_args_add(&args, "--dir");
	pc_args_add(&args, "%s/cloud", w->options.dir);
	pc_args_add(&args, "--capture");
	pc_args_add(&args, w->generation == 0 ? "%s/wan.pcapng" : "%s/wan-%u.pcapng",
		w->options.dir, w->generation);
	if (w->cloud_fault != NULL) {
		pc_args_add(&args, "--fault");
		pc_args_add(&args, "%s", w->cloud_fault);
	}
	w->generation++;
	int err = pc_subject_start(&w->cloud, &args, w->log, PC_WORLD_START_MS, diag);
	pc_args_done(&args);
	if (err != PC_OK)
		return err;
	if (!pc_subject_ready_word(&w->cloud, "https://", authority, sizeof(authority)) ||
		pc_text_sockaddr(authority, 443, &sa) != PC_OK)
		return pc_diag_fail(
			diag, PC_E_INTERNAL, "the cloud named no address: %s", w->cloud.ready);
	w->cloud_port = ntohs(sa.sin_port);
	snprintf(w->cloud_url, sizeof(w->cloud_url), "https://%s", authority);
	snprintf(w->ca_file, sizeof(w->ca_file), "%s/cloud/pki/root-ca.pem", w->options.dir);
	err = log_in(w, "operator", w->session, sizeof(w->session), diag);
	if (err == PC_OK)
		err = log_in(w, "installer", w->installer, sizeof(w->installer), diag);
	return w->cloud_fault != NULL ? PC_OK : err;
}

static int
write_member(const json_t *o, const char *key, const char *path, struct pc_diag *diag)
{
	const char *text = json_string_value(json_object_get(o, key));
	if (text == NULL)
		return pc_diag_fail(
			diag, PC_E_ENVIRONMENT, "the enrolment's answer has no '%s'", key);
	return pc_file_write(path, text, strlen(text), 0600, diag);
}

int
pc_world_enrol(struct pc_world *w, const char *agent_id, const char *agent_type,
	char cert_file[PATH_MAX], char key_file[PATH_MAX], struct pc_diag *diag)
{
	char dir[PATH_MAX];
	char body[256];
	long status = 0;
	snprintf(dir, sizeof(dir), "%s/agents", w->options.dir);
	int err = pc_file_mkdir(dir, 0755, diag);
	if (err != PC_OK)
		return err;
	snprintf(cert_file, PATH_MAX, "%s/agents/%s.pem", w->options.dir, agent_id);
	snprintf(key_file, PATH_MAX, "%s/agents/%s.key", w->options.dir, agent_id);
	snprintf(body, sizeof(body), "{\"agentId\":\"%s\",\"agentType\":\"%s\"}", agent_id,
		agent_type);
	json_t *o = pc_world_portal(w, "POST", "/portal/v1/agents", body, true, &status, diag);
	if (status != 201)
		err = pc_diag_fail(diag, PC_E_ENVIRONMENT,
			"the enrolment of agent %s was answered %ld, expected 201", agent_id,
			status);
	if (err == PC_OK)
		err = write_member(o, "certificatePem", cert_file, diag);
	if (err == PC_OK)
		err = write_member(o, "privateKeyPem", key_file, diag);
	json_decref(o);
	return err;
}

long
pc_world_upload(struct pc_world *w, const char *agent_id, const char *cert_file,
	const char *key_file, const void *body, size_t len, struct pc_buf *answer)
{
	char url[256];
	struct pc_http_answer a;
	struct pc_diag diag = {{0}};
	snprintf(url, sizeof(url), "%s/v1/agents/%s/collections", w->cloud_url, agent_id);
	struct pc_http_call c = {.method = "POST",
		.url = url,
		.ca_file = w->ca_file,
		.cert_file = cert_file,
		.key_file = key_file,
		.body = body,
		.body_len = len,
		.content_type = "application/json"};
	long status = pc_http_perform(&c, &a, &diag) == PC_OK ? a.status : 0;
	if (answer != NULL)
		pc_buf_add(answer, pc_buf_text(&a.body), a.body.len);
	pc_http_answer_done(&a);
	return status;
}

bool
pc_world_interrupted(void)
{
	sigset_t waiting;
	return sigpending(&waiting) == 0 &&
	       (sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1);
}

unsigned
pc_world_patience(const struct pc_world *w, unsigned deadline_ms)
{
	return w->patience_ms != 0 && w->patience_ms < deadline_ms ? w->patience_ms : deadline_ms;
}

bool
pc_world_await(bool (*test)(void *arg), void *arg, unsigned deadline_ms)
{
	uint64_t end = pc_clock_now_ms() + deadline_ms;
	int step = AWAIT_STEP_MS;
	while (!test(arg)) {
		if (pc_clock_now_ms() >= end || pc_world_interrupted())
			return false;
		(void)poll(NULL, 0, step);
		step = step * 2 < AWAIT_STEP_MAX_MS ? step * 2 : AWAIT_STEP_MAX_MS;
	}
	return true;
}
