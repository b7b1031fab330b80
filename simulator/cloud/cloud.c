#include "cloud/cloud.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "cloud/broker.h"
#include "cloud/front.h"
#include "cloud/pki.h"
#include "cloud/routes.h"

enum { SUBDIR_MAX = 32 };

struct pc_cloud {
	struct pc_loop *loop; /* borrowed */
	struct pc_cloud_options options;
	struct pc_pki *pki; /* owned, likewise below */
	struct pc_routes *routes;
	struct pc_broker *broker;
	struct pc_front *front;
	struct pc_timer tick;
	bool told_ready;
	char ca_path[PATH_MAX], credentials_path[PATH_MAX];
};

static void
on_journal(void *arg, const char *kind, const char *members)
{
	struct pc_cloud *c = arg;
	pc_routes_journal(c->routes, kind, members);
}

static void
on_message(void *arg, const char *topic, const uint8_t *payload, size_t len)
{
	struct pc_cloud *c = arg;
	pc_routes_message(c->routes, topic, payload, len);
}

static void
on_broker(void *arg, bool up)
{
	struct pc_cloud *c = arg;
	const struct pc_broker_link link = pc_broker_link(c->broker);
	pc_routes_set_broker(c->routes, up ? &link : NULL);
	if (up && !c->told_ready) {
		c->told_ready = true;
		if (c->options.ready != NULL)
			c->options.ready(c->options.ready_arg);
	}
}

static void
on_drop_mqtt(void *arg)
{
	struct pc_cloud *c = arg;
	if (c->front != NULL)
		pc_front_drop_mqtt(c->front);
}

static void
on_tick(void *arg)
{
	struct pc_cloud *c = arg;
	pc_timer_start(&c->tick, c->loop, pc_routes_tick(c->routes), on_tick, c);
}

static int
open_pki(struct pc_cloud *c, struct pc_diag *diag)
{
	char dir[PATH_MAX];
	snprintf(dir, sizeof(dir), "%s/pki", c->options.dir);
	snprintf(c->ca_path, sizeof(c->ca_path), "%s/pki/root-ca.pem", c->options.dir);
	snprintf(c->credentials_path, sizeof(c->credentials_path), "%s/credentials.json",
		c->options.dir);
	const struct pc_pki_options o = {.dir = dir,
		.clock = pc_loop_clock(c->loop),
		.names = c->options.names,
		.n_names = c->options.n_names};
	return pc_pki_open(&o, &c->pki, diag);
}

static int
open_routes(struct pc_cloud *c, struct pc_diag *diag)
{
	const struct pc_routes_options o = {.dir = c->options.dir,
		.clock = pc_loop_clock(c->loop),
		.ca_pem = pc_pki_ca_pem(c->pki),
		.chain_pem = pc_pki_chain_pem(c->pki),
		.issue = pc_pki_issue,
		.issue_arg = c->pki,
		.drop_mqtt = on_drop_mqtt,
		.drop_mqtt_arg = c,
		.faults = c->options.faults,
		.operation_ttl_ms = c->options.operation_ttl_ms,
		.operation_grace_ms = c->options.operation_grace_ms,
		.password_cost = c->options.password_cost};
	return pc_routes_new(&o, &c->routes, diag);
}

static int
open_broker(struct pc_cloud *c, struct pc_diag *diag)
{
	char dir[PATH_MAX];
	snprintf(dir, sizeof(dir), "%s/broker", c->options.dir);
	const struct pc_broker_options o = {.dir = dir,
		.url = c->options.broker_url,
		.message = on_message,
		.message_arg = c,
		.changed = on_broker,
		.changed_arg = c,
		.journal = on_journal,
		.journal_arg = c};
	return pc_broker_new(c->loop, &o, &c->broker, diag);
}

static int
open_front(struct pc_cloud *c, struct pc_diag *diag)
{
	const struct pc_front_options o = {.listen = c->options.listen,
		.pki = c->pki,
		.http = pc_routes_handle,
		.allow = pc_routes_mqtt_allow,
		.routes = c->routes,
		.journal = on_journal,
		.journal_arg = c,
		.broker = *pc_broker_address(c->broker),
		.tap = c->options.tap,
		.keylog_path = c->options.keylog_path,
		.faults = c->options.faults,
		.strict_alpn = c->options.strict_alpn,
		.max_connections = c->options.max_connections};
	return pc_front_new(c->loop, &o, &c->front, diag);
}

/* Parts in the order in which they need each other; pc_cloud_free() goes backwards. */
static int (*const parts[])(struct pc_cloud *c, struct pc_diag *diag) = {
	open_pki, open_routes, open_broker, open_front};

int
pc_cloud_new(struct pc_loop *loop, const struct pc_cloud_options *options, struct pc_cloud **ret,
	struct pc_diag *diag)
{
	struct pc_cloud *c = calloc(1, sizeof(*c));
	char dir[PATH_MAX - SUBDIR_MAX];
	if (c == NULL)
		return -ENOMEM;
	c->loop = loop;
	c->options = *options;
	int err = pc_text_copy(dir, sizeof(dir), options->dir)
			  ? pc_file_mkdir(options->dir, 0700, diag)
			  : pc_diag_fail(
				    diag, -ENAMETOOLONG, "%s: the path is too long", options->dir);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && err == PC_OK; i++)
		err = parts[i](c, diag);
	if (err != PC_OK) {
		pc_cloud_free(c);
		return err;
	}
	on_tick(c);
	*ret = c;
	return PC_OK;
}

void
pc_cloud_free(struct pc_cloud *c)
{
	if (c == NULL)
		return;
	pc_timer_stop(&c->tick);
	pc_front_free(c->front);
	if (c->routes != NULL)
		pc_routes_set_broker(c->routes, NULL);
	pc_broker_free(c->broker);
	pc_routes_free(c->routes);
	pc_pki_free(c->pki);
	free(c);
}

struct sockaddr_in
pc_cloud_local(const struct pc_cloud *c)
{
	return pc_front_local(c->front);
}

bool
pc_cloud_is_ready(const struct pc_cloud *c)
{
	return pc_broker_is_up(c->broker);
}

const char *
pc_cloud_ca_path(const struct pc_cloud *c)
{
	return c->ca_path;
}

const char *
pc_cloud_credentials_path(const struct pc_cloud *c)
{
	return c->credentials_path;
}

struct pc_front *
pc_cloud_front(struct pc_cloud *c)
{
	return c->front;
}

struct pc_routes *
pc_cloud_routes(struct pc_cloud *c)
{
	return c->routes;
}

struct pc_pki *
pc_cloud_pki(struct pc_cloud *c)
{
	return c->pki;
}
