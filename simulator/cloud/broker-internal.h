/* cloud/broker-internal: what the child's side and the link's side of the broker share. */
#ifndef PC_CLOUD_BROKER_INTERNAL_H
#define PC_CLOUD_BROKER_INTERNAL_H

#include <limits.h>

#include "cloud/broker.h"

struct mosquitto;

struct pc_broker {
	struct pc_loop *loop; /* borrowed */
	struct pc_broker_options options;
	char dir[PATH_MAX - 64];
	int dir_fd; /* keeps a long path short: /proc/self/fd/N/… */
	struct pc_broker_address address;
	/* child */
	char program[PATH_MAX];
	pid_t pid;
	struct pc_loop_fd *child_watch;
	struct pc_timer restart;
	uint64_t started_ms;
	uint64_t backoff_ms;
	/* link */
	struct mosquitto *client; /* owned */
	int link_fd;              /* a duplicate of libmosquitto's, -1 = none */
	struct pc_loop_fd *link_watch;
	struct pc_timer link_timer;
	int probe_fd; /* TCP: shows that the broker answers before libmosquitto connects */
	struct pc_loop_fd *probe_watch;
	bool up;
};

/* broker-link.c */
int pc_broker_link_new(struct pc_broker *b, struct pc_diag *diag);
void pc_broker_link_free(struct pc_broker *b);

#endif
