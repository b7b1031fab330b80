/* cloud/broker: the MQTT broker behind the front: a supervised mosquitto child on a unix socket in
 * the run directory, or one that runs elsewhere; and the server's own connection to it. The broker
 * itself checks nothing: policy is the front's. */
#ifndef PC_CLOUD_BROKER_H
#define PC_CLOUD_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "cloud/front.h"
#include "cloud/http.h"
#include "loop/loop.h"

enum {
	PC_BROKER_BACKOFF_MIN_MS = 100, /* until a dead child is started again; doubles */
	PC_BROKER_BACKOFF_MAX_MS = 5000,
	PC_BROKER_STABLE_MS = 10000, /* a child that lived so long resets the back-off */
	PC_BROKER_STOP_MS = 2000,    /* for the child to end on SIGTERM, then SIGKILL */
	PC_BROKER_LINK_RETRY_MS = 50,
	PC_MQTT_LINK_PAYLOAD_MAX = 128 << 10
};

struct pc_broker;

struct pc_broker_options {
	const char *dir;         /* made when missing: configuration, socket, persistence, log */
	const char *url;         /* NULL: start mosquitto. Else unix:PATH or tcp://IPV4:PORT */
	const char *search_path; /* directories for mosquitto; NULL: PATH, then /usr/sbin */
	/* Messages on ers/v1/agents/+/result and /state. */
	pc_broker_message_fn message;
	void *message_arg;
	/* The server's link went up (true) or down. May be NULL. */
	void (*changed)(void *arg, bool up);
	void *changed_arg;
	void (*journal)(void *arg, const char *kind, const char *members); /* may be NULL */
	void *journal_arg;
};

/* Starts the child and connects in the background. PC_E_ENVIRONMENT when mosquitto is not
 * installed; PC_E_USAGE for a URL that is none of ours. */
int pc_broker_new(struct pc_loop *loop, const struct pc_broker_options *options,
	struct pc_broker **ret, struct pc_diag *diag);

/* Disconnects and ends the child, waiting for it at most PC_BROKER_STOP_MS. NULL is allowed. */
void pc_broker_free(struct pc_broker *broker);

/* Where MQTT clients are to be connected. */
const struct pc_broker_address *pc_broker_address(const struct pc_broker *broker);

/* QoS 1 publish: PC_OK once queued with libmosquitto, PC_E_CLOSED while the link is down. */
struct pc_broker_link pc_broker_link(struct pc_broker *broker);

bool pc_broker_is_up(const struct pc_broker *broker); /* the link is connected and subscribed */
pid_t pc_broker_pid(const struct pc_broker *broker);  /* of the child; 0 when there is none */

#endif
