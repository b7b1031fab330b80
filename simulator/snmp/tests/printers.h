/* snmp/tests/printers: a few printers behind one engine on a free loopback port, with a small MIB
 * whose every answer is known, and a client that talks to them. For the tests of the room. */
#ifndef PC_SNMP_TESTS_PRINTERS_H
#define PC_SNMP_TESTS_PRINTERS_H

#include "codec/snmp.h"
#include "snmp/engine.h"

enum { PRINTERS = 5, BULK_OBJECTS = 1500, LONG_TEXT = 4000 };

struct printers {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_profile profile;
	struct pc_profile_object *objects;
	uint32_t (*arcs)[9];
	struct pc_device_env env;
	struct pc_device *devices[PRINTERS]; /* 127.9.0.1 … */
	struct pc_snmp_tree *tree;
	struct pc_tap tap;
	size_t taps;
	size_t each_count; /* devices a broadcast is told of; over PRINTERS they repeat */
	bool agentx;       /* the next engine is made for subagents */
	struct pc_snmp_engine *engine;
	int client;
	uint8_t answer[PC_SNMP_MESSAGE_MAX]; /* last one received */
	size_t answer_len;
	struct sockaddr_in from;
};

/* Caller's storage. Fails the test with a sentence. */
void printers_init(struct printers *p);
void printers_done(struct printers *p);

/* Another engine in place of the one there is, with answers of at most so many bytes (0: usual). */
void printers_restart(struct printers *p, size_t max_answer);

/* Address of printer `i` (from 0), with the engine's port. */
struct sockaddr_in printers_address(const struct printers *p, unsigned i);

/* Send a datagram and run the loop until the engine has taken it in. True when an answer came. */
bool printers_ask_bytes(
	struct printers *p, const struct sockaddr_in *to, const uint8_t *data, size_t len);

/* Next datagram that waits at the client, into p->answer; false when none does. */
bool printers_receive(struct printers *p);

/* "2c public get 2.1.1.1.0 …": version, community, get|next|bulk:N:M|set, names under 1.3.6.1 (with
 * a leading dot: from the root), for a set "name=i:5", "=g:5", "=s:text", "=x:0aff", "=o:1.3.6".
 * Returns the answer as text: "status/index name=value …", or "silence". */
const char *printers_ask(
	struct printers *p, unsigned printer, const char *request, char *out, size_t size);

/* Next datagram that waits at the client, as text; "silence" when none does. */
const char *printers_read(struct printers *p, char *out, size_t size);

#endif
