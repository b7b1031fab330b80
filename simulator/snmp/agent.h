/* snmp/agent: what the engine's own files share: intake and sending (transport.c), access check and
 * life of the library (engine.c), GET, GETNEXT, GETBULK and SET (handler.c). Not for other rooms.
 */
#ifndef PC_SNMP_AGENT_H
#define PC_SNMP_AGENT_H

#include "codec/snmp-v3.h"
#include "loop/udp.h"
#include "snmp/engine.h"
#include "snmp/entity.h"

enum {
	PC_SNMP_LAST_PRIORITY = 255,     /* of our registrations: anybody else's go before them */
	PC_SNMP_BULK_VARBINDS_MAX = 512, /* of one GETBULK answer; more only for more repeaters */
	PC_SNMP_SET_VARBINDS_MAX = 128,  /* of one SET; more is resourceUnavailable */
	PC_SNMP_BROADCASTS_MAX = 8,      /* broadcast requests under way; more are dropped */
	PC_SNMP_BROADCAST_BYTES = 2048,  /* longer broadcast requests are dropped */
	PC_SNMP_BROADCAST_STEP = 256,    /* devices that answer a broadcast in one loop turn */
	PC_SNMP_SEND_MAX = 65507         /* a UDP datagram; default of the largest answer */
};

/* Travels with a request through the library (its transport_data, which it copies as bytes), so
 * that nobody looks up the device again and delayed answers find their way. */
struct pc_snmp_ride {
	struct sockaddr_in peer;
	struct in_addr local; /* address that was asked, source of the answer */
	struct pc_snmp_target target;
	struct pc_snmp_entity *entity; /* the device's */
	pc_fault_set faults;
	uint32_t serial; /* of the datagram */
	uint8_t pdu;     /* tag of the request */
	bool may_write;
	int32_t max_size; /* of the answer, as the sender of an SNMPv3 message takes it */
};

struct pc_snmp_user;
struct pc_snmp_secret;

/* The SNMPv3 message being judged, borrowed from the datagram. */
struct pc_snmp_v3_request {
	struct pc_snmp_v3 header;
	struct pc_usm_params params;
	struct pc_snmp_user *user;     /* NULL until known */
	struct pc_snmp_secret *secret; /* the user's; borrowed */
	bool refused;                  /* counted; nobody else does */
	enum pc_snmp_stat stat;        /* that a Report tells when it was refused */
};

/* A broadcast request on its round through the devices. */
struct pc_snmp_broadcast {
	struct sockaddr_in peer;
	size_t at; /* next device */
	size_t len;
	uint8_t data[PC_SNMP_BROADCAST_BYTES];
};

struct snmp_session;
struct netsnmp_transport_s;
struct variable_list;

struct pc_snmp_engine {
	struct pc_snmp_options options;
	struct pc_udp *udp;           /* owned */
	struct snmp_session *session; /* the library's; closed by us */
	void *session_slot;           /* the library's entry for it */
	uint8_t *
		message; /* owned: PC_SNMP_SEND_MAX bytes for the library's parser, and long answers
			  */
	struct pc_snmp_counters counters;
	struct pc_snmp_notifier *notifier; /* owned */

	struct {
		const struct pc_device *dev; /* borrowed within the batch */
		bool v3;
	} ahead[PC_UDP_BATCH]; /* whom a batch is for */
	unsigned n_ahead;

	/* The datagram being answered. */
	const uint8_t *data; /* borrowed; NULL between datagrams */
	size_t len;
	uint32_t serial; /* of the last datagram */
	struct pc_snmp_ride ride;
	struct pc_snmp_v3_request v3;
	struct pc_snmp_usm *usm; /* owned */

	struct pc_snmp_broadcast
		*broadcasts; /* owned: PC_SNMP_BROADCASTS_MAX, used from the front */
	size_t n_broadcasts;
	struct pc_timer broadcast_timer;
};

/* transport.c: open the socket; the library's transport over it (the caller's, freed by the
 * library). */
int pc_snmp_transport_open(struct pc_snmp_engine *engine, struct pc_diag *diag);
void pc_snmp_transport_close(struct pc_snmp_engine *engine);
struct netsnmp_transport_s *pc_snmp_transport_new(struct pc_snmp_engine *engine);

/* One datagram as if it had come over the socket (fuzzing, tests). */
void pc_snmp_transport_receive(struct pc_snmp_engine *engine, const struct sockaddr_in *peer,
	struct in_addr local, bool broadcast, const uint8_t *data, size_t len);

/* Count a message that is no SNMP; `entity` may be NULL. Spec: RFC 3418 snmpInASNParseErrs */
void pc_snmp_transport_broken(struct pc_snmp_engine *engine, struct pc_snmp_entity *entity);

/* Bytes of the longest answer this device may send: what the engine and what the model allows. */
size_t pc_snmp_largest_answer(const struct pc_snmp_engine *engine, const struct pc_device *dev);

/* Count an answer of `len` bytes that has been handed to the socket. */
void pc_snmp_transport_sent(struct pc_snmp_engine *engine, struct pc_snmp_entity *entity,
	const struct sockaddr_in *peer, size_t len);

/* Send an answer that is short enough from where the ride says, and count it. */
int pc_snmp_transport_send(struct pc_snmp_engine *engine, const struct pc_snmp_ride *ride,
	const uint8_t *data, size_t len);

/* engine.c: have the library parse and answer the engine's current datagram. */
void pc_snmp_engine_dispatch(struct pc_snmp_engine *engine);

/* handler.c: serve every OID for this engine; once per process it registers with the library.
 * 0 or -1. Detached, requests fail. */
int pc_snmp_handler_attach(struct pc_snmp_engine *engine);
void pc_snmp_handler_detach(void);

/* The same in another context of the library, where others may register too and go before us. A
 * context that is there already stays as it is. */
int pc_snmp_handler_serve(struct pc_snmp_engine *engine, const char *context);

struct netsnmp_mib_handler_s;
struct netsnmp_handler_registration_s;
struct netsnmp_agent_request_info_s;
struct netsnmp_request_info_s;

/* As the library's Netsnmp_Node_Handler. */
typedef int pc_snmp_node_fn(struct netsnmp_mib_handler_s *handler,
	struct netsnmp_handler_registration_s *registration,
	struct netsnmp_agent_request_info_s *info, struct netsnmp_request_info_s *requests);

/* Register one region of a context with the lowest priority; `modes` are the library's
 * HANDLER_CAN_…. 0 or -1. */
int pc_snmp_handler_register(struct pc_snmp_engine *engine, const char *context,
	const uint32_t *root, size_t n, pc_snmp_node_fn *fn, int modes);

/* The name a request asks for or, with `next`, after which its answer is looked for in the region;
 * the number of arcs. */
size_t pc_snmp_handler_start(
	const struct netsnmp_request_info_s *request, uint32_t name[PC_OID_MAX], bool next);

/* False when the object belongs to the library's next region, which will be asked then. */
bool pc_snmp_handler_is_in(
	const struct netsnmp_request_info_s *request, const uint32_t *name, size_t n);

/* Put name and value into a variable of an answer. */
void pc_snmp_handler_answer(struct variable_list *vb, const uint32_t *name, size_t n,
	const struct pc_snmp_value *value);

/* Error-index of a v1 GETNEXT that the library would answer past the handler; 0: it would not. */
long pc_snmp_handler_v1_end(const struct pc_snmp_ride *ride, const struct variable_list *variables);

#endif
