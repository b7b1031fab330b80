/* fleet/netfault-rule: one fault with its parameters and conditions, and its text:
 *
 *   NAME[(KEY=VALUE,…)][@PRINTERS]     udp-delay(ms=200,jitter=50,state=printing)@3
 *
 * PRINTERS is N, N-M or N-M/STEP; without it, all. NAME is one of pc_netfault_kinds(), or a named
 * fault of the snmp or services rooms, which takes conditions only. */
#ifndef PC_FLEET_NETFAULT_RULE_H
#define PC_FLEET_NETFAULT_RULE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/fault.h"

enum pc_netfault_act {
	PC_NETFAULT_BIT, /* a named fault of a room */
	PC_NETFAULT_UDP_LOSS,
	PC_NETFAULT_UDP_DUPLICATE,
	PC_NETFAULT_UDP_REORDER,
	PC_NETFAULT_UDP_DELAY,
	PC_NETFAULT_UDP_TRUNCATE,
	PC_NETFAULT_UDP_WRONG_SOURCE,
	PC_NETFAULT_UDP_BIT_FLIP,
	PC_NETFAULT_UDP_SILENCE,
	PC_NETFAULT_TCP_REFUSE,
	PC_NETFAULT_TCP_SILENT,
	PC_NETFAULT_TCP_DELAY,
	PC_NETFAULT_TCP_SLOW,
	PC_NETFAULT_TCP_RESET,
	PC_NETFAULT_TCP_CLOSE,
	PC_NETFAULT_TCP_STALL
};

/* Bits of `ways` and of `states`. */
enum { PC_NETFAULT_IN = 1, PC_NETFAULT_OUT = 2 };
enum {
	PC_NETFAULT_IDLE = 1,
	PC_NETFAULT_PRINTING = 2,
	PC_NETFAULT_CLEANING = 4,
	PC_NETFAULT_ERROR = 8,
	PC_NETFAULT_SLEEPING = 16,
	PC_NETFAULT_STATES = 5
};

enum {
	PC_NETFAULT_ANY_PORT = 0,
	PC_NETFAULT_TRAP_PORT = 0x10000, /* notifications: UDP from a port that is no service's */
	PC_NETFAULT_RAW_PORT = 0x10001,  /* the model's own port for raw printing */
	PC_NETFAULT_RATE_ONE = 1000000,
	PC_NETFAULT_TEXT_MAX = 512,
	PC_NETFAULT_PARAMS_MAX = 3
};

struct pc_netfault_kind;

struct pc_netfault_rule {
	enum pc_netfault_act act;
	const char *name;           /* static */
	uint32_t first, last, step; /* printers, from 1; last 0: to the end */
	/* Of PC_NETFAULT_BIT: in which set, and which. */
	bool bit_of_snmp;
	pc_fault_set bit;
	/* Parameters; what a kind takes says its row. */
	uint64_t ms, jitter; /* milliseconds */
	uint64_t n;          /* copies, len, bit, bytes a second, at: see the kind */
	struct in_addr source;
	/* Scope and conditions. */
	uint8_t ways;
	uint32_t port;
	uint64_t rate;              /* of a million */
	uint64_t from_ms, until_ms; /* after it was armed; until 0: for ever */
	uint64_t nth, every, times; /* of those that meet the rest; 0: no such condition */
	uint8_t states;             /* 0: any */
	struct in_addr peer;
	uint8_t peer_bits; /* 0: any peer */
	uint64_t seed;
	bool has_seed;
};

/* One row a kind of network fault; in the order of enum pc_netfault_act, from UDP_LOSS. */
struct pc_netfault_kind {
	const char *name;
	bool tcp;
	uint8_t ways; /* unless `dir` says otherwise; 0: takes no `dir` */
	const char *params[PC_NETFAULT_PARAMS_MAX]; /* of its own, then NULL */
	uint64_t ms, n;                             /* unless said otherwise */
	const char *summary;
};
const struct pc_netfault_kind *pc_netfault_kinds(size_t *ret_n);

/* Keys in turn from 0; false after the last. `common`: every fault takes it, `dir` every one of the
 * network that has a way. Static strings. */
struct pc_netfault_key {
	const char *name;
	bool common;
	const char *value; /* "N", "ADDR[/BITS]" … */
	const char *summary;
};
bool pc_netfault_key(size_t at, struct pc_netfault_key *ret);

/* Read a rule. PC_OK, PC_E_NOTFOUND for an unknown name (the diag lists all), PC_E_SYNTAX with the
 * column. */
int pc_netfault_parse(const char *text, struct pc_netfault_rule *ret, struct pc_diag *diag);

/* The rule in its shortest text; reading it gives the same rule. */
void pc_netfault_write(const struct pc_netfault_rule *rule, struct pc_buf *out);

/* No condition and no parameter: a named fault that is simply on. */
bool pc_netfault_is_plain(const struct pc_netfault_rule *rule);

/* All faults with their keys, as text for people. */
void pc_netfault_list(struct pc_buf *out);

#endif
