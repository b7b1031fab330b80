/* The DC agent's status file, and the serial numbers it remembers from one run to the next. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/dc-internal.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

enum { STATUS_BYTES_MAX = 8 << 20, WRITE_AFTER_MS = 100 };

static void
path_of(const struct pc_dc_agent *a, const char *name, char out[PATH_MAX])
{
	snprintf(out, PATH_MAX, "%.*s/%s", PATH_MAX - 64, a->config->state_dir, name);
}

static void
host_of(const struct pc_dc_known *k, char out[PC_DC_NAME_MAX])
{
	char addr[PC_TEXT_ADDR_MAX];
	pc_text_copy(out, PC_DC_NAME_MAX,
		k->name[0] != '\0' ? k->name : pc_text_from_ipv4(k->addr.sin_addr, addr));
}

void
pc_dc_status_load(struct pc_dc_agent *a)
{
	char path[PATH_MAX];
	struct pc_buf b;
	json_error_t error;
	pc_buf_init(&b, STATUS_BYTES_MAX);
	path_of(a, "devices.json", path);
	if (pc_file_read(path, &b, NULL) == PC_OK && b.len > 0) {
		json_t *all = json_loadb((const char *)b.data, b.len, 0, &error);
		for (size_t i = 0; i < a->n_listed; i++) {
			char host[PC_DC_NAME_MAX];
			host_of(&a->known[i], host);
			const char *serial = json_string_value(json_object_get(all, host));
			if (serial != NULL && a->known[i].serial[0] == '\0')
				pc_text_copy(
					a->known[i].serial, sizeof(a->known[i].serial), serial);
		}
		json_decref(all);
	}
	pc_buf_done(&b);
}

static void
write_json(struct pc_dc_agent *a, const char *name, json_t *o)
{
	char path[PATH_MAX];
	struct pc_diag diag = {0};
	char *text = json_dumps(o, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	path_of(a, name, path);
	if (text == NULL || pc_file_write(path, text, strlen(text), 0600, &diag) != PC_OK)
		pc_log(PC_LOG_WARNING, "agents agent=%s: %s not written: %s", a->config->agent_id,
			name, diag.text);
	free(text);
}

static void
write_devices(struct pc_dc_agent *a)
{
	json_t *all = json_object();
	for (size_t i = 0; i < a->n_listed; i++) {
		char host[PC_DC_NAME_MAX];
		host_of(&a->known[i], host);
		if (a->known[i].serial[0] != '\0')
			json_object_set_new(all, host, json_string(a->known[i].serial));
	}
	write_json(a, "devices.json", all);
	json_decref(all);
}

static json_t *
status_object(const struct pc_dc_agent *a)
{
	static const char *const mqtt[] = {"off", "connecting", "online", "waiting"};
	struct pc_uplink_status u = pc_uplink_status(a->uplink);
	char last[PC_CLOCK_TEXT_MAX] = "", next[PC_CLOCK_TEXT_MAX] = "";
	if (a->last_collection_ns != 0)
		pc_record_time(a->last_collection_ns, a->config->offset_minutes, last);
	if (a->next_due_ns != 0)
		pc_record_time(a->next_due_ns, a->config->offset_minutes, next);
	return json_pack("{s:s, s:s, s:s, s:b, s:I, s:{s:I, s:I, s:I, s:I}, "
			 "s:{s:I, s:I, s:I, s:I, s:I}, s:s, s:b, s:s}",
		"agentId", a->config->agent_id, "lastCollection", last, "nextCollection", next,
		"collecting", a->runs != NULL ? 1 : 0, "collections",
		(json_int_t)a->status.collections, "devices", "listed",
		(json_int_t)a->status.listed, "collected", (json_int_t)a->status.collected,
		"unreachable", (json_int_t)a->status.unreachable, "skipped",
		(json_int_t)a->status.skipped, "spool", "documents", (json_int_t)u.spool.documents,
		"bytes", (json_int_t)u.spool.bytes, "uploaded", (json_int_t)u.uploaded, "rejected",
		(json_int_t)u.spool.rejected, "dropped", (json_int_t)u.spool.dropped, "mqtt",
		mqtt[u.mqtt], "chain", u.has_chain ? 1 : 0, "lastError", u.last_error);
}

void
pc_dc_status_write(struct pc_dc_agent *a)
{
	json_t *o = status_object(a);
	write_devices(a);
	if (o != NULL)
		write_json(a, "status.json", o);
	json_decref(o);
}

static void
on_timer(void *arg)
{
	pc_dc_status_write(arg);
}

void
pc_dc_status_changed(struct pc_dc_agent *a)
{
	if (!pc_timer_running(&a->status_timer))
		pc_timer_start(&a->status_timer, a->options.loop, WRITE_AFTER_MS, on_timer, a);
}
