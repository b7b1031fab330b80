#include "services/services.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/enpc.h"
#include "codec/entp.h"
#include "codec/llmnr.h"
#include "codec/lpd.h"
#include "codec/nbns.h"
#include "codec/push-scan.h"
#include "codec/slp.h"
#include "device/log.h"
#include "services/internal.h"
#include "services/update.h"
#include "services/web.h"

static const struct pc_service_row rows[] = {
	{"enpc", PC_ENPC_PORT, false, pc_enpc_start, "ERS-NET-02"},
	{"entp", PC_ENTP_PORT, true, pc_entp_start, "IANA entp 1865"},
	{"lpd", PC_LPD_PORT, true, pc_lpd_start, "RFC 1179"},
	{"raw", 9100, true, pc_raw_start, "chPort9100 (RFC 3805 PrtChannelTypeTC 11)"},
	{"slp", PC_SLP_PORT, false, pc_slp_start, "ERS-NET-01, RFC 2608, RFC 2165"},
	{"nbns", PC_NBNS_PORT, false, pc_nbns_start, "ERS-NET-04, RFC 1002"},
	{"llmnr", PC_LLMNR_PORT, false, pc_llmnr_start, "ERS-NET-05, RFC 4795"},
	{"mail", 0, true, pc_mail_start, "XRS-NET-04"},
	{"web", PC_WEB_PORT, true, pc_web_start, "ERS-DEV-07"},
	{"push-scan", PC_PUSH_SCAN_PORT, false, pc_push_scan_start, "epson2paperless captures"},
};

const struct pc_service_row *
pc_service_table(size_t *ret_n)
{
	*ret_n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

int
pc_service_start(const struct pc_service_row *row, const struct pc_service_env *env,
	struct pc_service **ret, struct pc_diag *diag)
{
	struct pc_service *s = NULL;
	int err = row->start(env, &s, diag);
	if (err != PC_OK) {
		pc_diag_prefix(diag, "service %s", row->name);
		return err;
	}
	s->row = row;
	*ret = s;
	return PC_OK;
}

void
pc_service_stop(struct pc_service *service)
{
	if (service == NULL)
		return;
	for (size_t i = 0; i < service->n_waiting; i++)
		pc_update_free(service->waiting[i].update);
	free(service->waiting);
	service->waiting = NULL;
	service->n_waiting = 0;
	service->stop(service);
}

const char *
pc_service_name(const struct pc_service *service)
{
	return service->row->name;
}

struct pc_service_counters
pc_service_counters(const struct pc_service *service)
{
	return service->counters;
}

int
pc_service_port(const struct pc_service_env *env, uint16_t port, struct sockaddr_in *ret,
	struct pc_diag *diag)
{
	unsigned sum = (unsigned)port + env->port_offset;
	if (port == 0 || sum > UINT16_MAX)
		return pc_diag_fail(diag, PC_E_USAGE,
			"port %u with offset %u is over 65535; choose an offset up to %u", port,
			env->port_offset, UINT16_MAX - (unsigned)port);
	*ret = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr = env->bind, .sin_port = htons((uint16_t)sum)};
	return PC_OK;
}

/* What passes a TCP port counts as traffic of the printer it is for. */
static void
count_tcp(void *arg, uint64_t wall_ns, const struct pc_tap_flow *flow, enum pc_tap_event event,
	const uint8_t *data, size_t len)
{
	struct pc_service *s = arg;
	struct pc_device *dev = s->env.find(s->env.arg, flow->server.sin_addr);
	uint16_t port = (uint16_t)(ntohs(flow->server.sin_port) - s->env.port_offset);
	bool bytes = event == PC_TAP_CLIENT_DATA || event == PC_TAP_SERVER_DATA;
	if (!bytes || port != s->tls_port)
		pc_tap_tcp(s->env.tap, wall_ns, flow, event, data, len);
	if (dev == NULL)
		return;
	if (event == PC_TAP_OPEN)
		pc_device_connected(dev, port, &flow->client);
	else if (event == PC_TAP_CLIENT_DATA)
		pc_device_segments(dev, PC_IN, len);
	else if (event == PC_TAP_SERVER_DATA)
		pc_device_segments(dev, PC_OUT, len);
	else
		pc_device_disconnected(dev, port, &flow->client, event == PC_TAP_RESET);
}

int
pc_service_listen(struct pc_service *s, uint16_t port, const struct pc_tcp_handler *handler,
	void *arg, struct pc_tcp_listener **ret, struct pc_diag *diag)
{
	struct pc_tcp_options options = {.max_connections = PC_SERVICE_CONNECTIONS_MAX,
		.idle_ms = PC_SERVICE_IDLE_MS,
		.ttl = s->ttl,
		.tap = &s->tap};
	s->tap = (struct pc_tap){.tcp = count_tcp, .arg = s};
	int err = pc_service_port(&s->env, port, &options.bind, diag);
	return err != PC_OK ? err : pc_tcp_listen(s->env.loop, &options, handler, arg, ret, diag);
}

struct pc_device *
pc_service_find(struct pc_service *s, struct in_addr local)
{
	struct pc_device *dev = s->env.find(s->env.arg, local);
	if (dev == NULL)
		s->counters.no_device++;
	return dev;
}

const char *
pc_service_text(const char *text, char *out, size_t size)
{
	pc_text_copy(out, size, text);
	for (char *c = out; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	}
	json_t *valid = json_string(out); /* NULL when it is no UTF-8 */
	for (char *c = out; valid == NULL && *c != '\0'; c++) {
		if ((unsigned char)*c > 0x7f)
			*c = '?';
	}
	json_decref(valid);
	return out;
}

json_t *
pc_service_json_text(const char *text)
{
	char clean[PC_SERVICE_TEXT_MAX];
	return json_string(pc_service_text(text, clean, sizeof(clean)));
}

void
pc_service_note(struct pc_service *s, const struct pc_device *dev, const struct sockaddr_in *peer,
	const char *event, json_t *fields)
{
	char addr[PC_TEXT_ADDR_MAX];
	json_t *line = fields != NULL ? fields : json_object();
	/* The client's port is the system's choice: a virtual run must not depend on it. */
	bool is_virtual = pc_loop_clock(s->env.loop)->is_virtual;
	if (s->env.journal != NULL && line != NULL) {
		json_object_set_new(line, "service", json_string(s->row->name));
		json_object_set_new(line, "event", json_string(event));
		if (peer != NULL)
			json_object_set_new(line, "peer",
				json_string(is_virtual ? pc_text_from_ipv4(peer->sin_addr, addr)
						       : pc_text_from_sockaddr(peer, addr)));
		char *text = json_dumps(line, JSON_COMPACT | JSON_SORT_KEYS);
		if (text != NULL)
			s->env.journal(s->env.arg, dev, text);
		free(text);
	}
	json_decref(line);
}

static int
maintain_now(const struct pc_maintenance *what)
{
	if (pc_service_has_fault(what->dev, PC_FAULT_CLEANING_IGNORED))
		return PC_OK;
	if (what->nozzle_check)
		return pc_device_nozzle_check(what->dev, PC_TRIGGER_REMOTE);
	return pc_device_clean(what->dev, PC_TRIGGER_REMOTE, what->group, what->power);
}

int
pc_service_wait(struct pc_service *s, const struct pc_maintenance *what)
{
	if (s->n_waiting == PC_SERVICE_WAITING_MAX)
		return PC_E_LIMIT;
	struct pc_maintenance *grown =
		realloc(s->waiting, (s->n_waiting + 1) * sizeof(s->waiting[0]));
	if (grown == NULL)
		return -ENOMEM;
	s->waiting = grown;
	s->waiting[s->n_waiting++] = *what;
	return PC_OK;
}

int
pc_service_maintain(struct pc_service *s, const struct pc_maintenance *what)
{
	int err = maintain_now(what);
	if (err != PC_E_REFUSED || pc_device_state(what->dev)->activity == PC_IDLE)
		return err;
	return pc_service_wait(s, what);
}

static void
drop_waiting(struct pc_service *s, size_t at)
{
	s->n_waiting--;
	memmove(&s->waiting[at], &s->waiting[at + 1], (s->n_waiting - at) * sizeof(s->waiting[0]));
}

/* The device may have become idle: its oldest request is due. A firmware file waits until there
 * are no jobs either. */
static void
maintain_waiting(struct pc_service *s, struct pc_device *dev)
{
	for (size_t i = 0; i < s->n_waiting; i++) {
		if (s->waiting[i].dev != dev)
			continue;
		struct pc_maintenance what = s->waiting[i];
		if (what.update != NULL && !pc_update_is_due(dev))
			continue;
		drop_waiting(s, i);
		if (what.update != NULL) {
			pc_device_act(dev, PC_VIA_PRINT_PORT, NULL);
			pc_update_retry(what.update, s, dev);
			pc_device_act(dev, PC_VIA_PRINTER, NULL);
			return;
		}
		pc_device_act(dev, PC_VIA_PRINT_PORT, NULL);
		int err = maintain_now(&what);
		pc_device_act(dev, PC_VIA_PRINTER, NULL);
		if (err != PC_OK)
			pc_service_note(s, dev, NULL, "maintenance-failed",
				json_pack("{s:s}", "why", pc_err_text(err)));
		return;
	}
}

bool
pc_service_loses_peers(const struct pc_device *dev, const struct pc_device_event *event)
{
	return !pc_device_answers(dev) || event->kind == PC_EVENT_ADDRESS;
}

void
pc_service_event(
	struct pc_service *service, struct pc_device *dev, const struct pc_device_event *event)
{
	bool over = event->kind == PC_EVENT_ACTIVITY ||
		    (event->kind == PC_EVENT_JOB && event->job->state >= PC_JOB_DONE);
	if (over && service->n_waiting > 0 && pc_device_state(dev)->activity == PC_IDLE)
		maintain_waiting(service, dev);
	if (service->event != NULL)
		service->event(service, dev, event);
}
