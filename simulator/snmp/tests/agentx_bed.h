/* snmp/tests/agentx_bed: printers with an AgentX master on real sockets, subagents of the test's
 * own that say exactly what a row needs, and managers that ask the printers meanwhile. */
#ifndef PC_SNMP_TESTS_AGENTX_BED_H
#define PC_SNMP_TESTS_AGENTX_BED_H

#include "codec/agentx.h"
#include "printers.h"
#include "snmp/agentx-master.h"

enum { TEXT = 4096 };

struct bed {
	struct printers p;
	struct pc_agentx_master *master;
	char dir[48];
};

/* A subagent. */
struct peer {
	struct bed *bed;
	int fd;
	uint32_t session, packet;
	uint8_t in[PC_AGENTX_PDU_MAX];
	size_t n_in, n_taken;
	bool contexts;        /* PDUs may name one */
	uint8_t timeout;      /* wish of its Open, seconds */
	struct pc_agentx got; /* borrowed from `in` until the next one */
};

/* A table of the printers. */
#define CELL "1.3.6.1.4.1.9"

/* A request for it, and what the printer itself answers. */
#define GET_CELL "2c public get 4.1.9.1.1"
#define OWN_CELL "0/0 4.1.9.1.1=-11"

/* A new engine and master. */
void bed_start(struct bed *b);

/* For cmocka. */
int bed_setup(void **state);

int bed_teardown(void **state);

/* A subagent on a socket that is connected. */
struct peer *peer_new(struct bed *b, int fd);

/* The same, connected to printer `printer` (from 0). */
struct peer *peer_connect(struct bed *b, unsigned printer);

/* Closes the connection. */
void peer_free(struct peer *s);

/* Run the loop once more; the test fails when it takes too long. */
void bed_turn(struct bed *b, uint64_t until);

/* When the test gives up waiting. */
uint64_t bed_deadline(const struct bed *b);

/* Wait for the next PDU; false when the master has closed the connection. */
bool peer_wait(struct peer *s);

/* Send one PDU. */
void peer_send(
	struct peer *s, const struct pc_agentx *pdu, const struct pc_agentx_varbind *v, size_t n);

/* Send a PDU of the subagent's own and return the error of its answer. */
unsigned peer_do(
	struct peer *s, struct pc_agentx *pdu, const struct pc_agentx_varbind *v, size_t n);

/* An OID from text. */
void peer_oid(struct pc_oid *out, const char *text);

/* Say Open; the error of the answer. */
unsigned peer_open_session(struct peer *s, uint8_t flags);

/* Connect and open. */
struct peer *peer_open(struct bed *b, unsigned printer);

/* Register or Unregister; the error of the answer. */
unsigned peer_region(struct peer *s, uint8_t type, const char *root, uint8_t priority,
	uint8_t range, uint32_t upper);

/* Register with the usual priority. */
unsigned peer_register(struct peer *s, const char *root);

/* Answer the PDU in `got`. */
void peer_reply(struct peer *s, uint16_t error, uint16_t index, const struct pc_agentx_varbind *v,
	size_t n);

/* A variable. */
struct pc_agentx_varbind peer_integer(const char *name, int64_t value);

/* endOfMibView. */
struct pc_agentx_varbind peer_nothing_more(const struct pc_oid *name);

/* Wait for a PDU of this type. */
void peer_expect(struct peer *s, uint8_t type);

/* What the manager gets in the end. */
const char *bed_answer(struct bed *b, char out[TEXT]);

/* Ask and expect the answer at once. */
void bed_check(struct bed *b, unsigned printer, const char *request, const char *want);

/* Ask and expect no answer yet. */
void bed_ask(struct bed *b, unsigned printer, const char *request);

#endif
