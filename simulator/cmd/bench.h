/* cmd/bench: servers to measure, each a process of its own on the first core, and the load for them
 * from the second. */
#ifndef PC_CMD_BENCH_H
#define PC_CMD_BENCH_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"

enum {
	PC_BENCH_WINDOW = 64,     /* requests under way */
	PC_BENCH_SERVER_CORE = 0, /* pinned, where the machine has two cores */
	PC_BENCH_LOAD_CORE = 1,
	PC_BENCH_REPETITIONS = 25,   /* of a GETBULK */
	PC_BENCH_REQUEST_MAX = 256,  /* bytes of a request */
	PC_BENCH_FIRST = 0x7f010001, /* 127.1.0.1: address of the first device */
	PC_BENCH_AUTH = 3,           /* enum pc_snmp_auth: HMAC-SHA-96 */
	PC_BENCH_PRIV = 4            /* enum pc_snmp_priv: AES-128 */
};

#define PC_BENCH_FIRST_TEXT "127.1.0.1"
#define PC_BENCH_PROFILE    "epson-wf-c5890"
#define PC_BENCH_USER       "bench"
#define PC_BENCH_PASSWORD   "a password of the benchmark"

enum pc_bench_kind {
	PC_BENCH_ECHO,
	PC_BENCH_BASE, /* the engine, net-snmp's library answers */
	PC_BENCH_FAST, /* the engine, the fast lane answers what it can */
	PC_BENCH_SNMPD,
	PC_BENCH_SNMPSIM, /* serving the exported walk of the profile */
	PC_BENCH_FLEET    /* 'presscheck up' */
};

struct pc_bench_v3;

struct pc_bench_server {
	enum pc_bench_kind kind;
	uint32_t devices; /* addresses that answer, from PC_BENCH_FIRST; others: 127.0.0.1 */
	pid_t pid;
	uint16_t port;
	char dir[64];           /* the server's own directory, removed with it; "" = none */
	struct pc_bench_v3 *v3; /* owned; NULL until SNMPv3 is asked for */
};

/* Start and wait until it answers. PC_E_UNSUPPORTED when the program is not installed. */
int pc_bench_server_start(
	struct pc_bench_server *s, enum pc_bench_kind kind, uint32_t devices, struct pc_diag *diag);
void pc_bench_server_stop(struct pc_bench_server *s);

/* Another program as a server: configuration in s->dir, port in s->port, the process in s->pid. */
int pc_bench_start_snmpd(struct pc_bench_server *s, struct pc_diag *diag);
int pc_bench_start_snmpsim(struct pc_bench_server *s, struct pc_diag *diag);

/* Address of device number `i` of a server, from 0. */
struct sockaddr_in pc_bench_address(const struct pc_bench_server *s, uint32_t i);

enum pc_bench_request { PC_BENCH_DATAGRAM, PC_BENCH_GET, PC_BENCH_BULK, PC_BENCH_V3_GET };

struct pc_bench_figure {
	uint64_t answers;
	double seconds;
	double cpu_us; /* of the server, a request */
};

/* Keep PC_BENCH_WINDOW requests under way for `seconds`, spread over the server's addresses. Every
 * answer is looked at: from whom, to which request, error-status, number of variables.
 * PC_E_TIMEOUT when it does not answer, PC_E_MISMATCH when it answers wrongly. */
int pc_bench_load(struct pc_bench_server *s, enum pc_bench_request request, double seconds,
	struct pc_bench_figure *ret, struct pc_diag *diag);

/* bench-v3: a sealed GET for each device, made from what the device's engine said of itself. Made
 * anew when they are about to leave the time window. Caller frees. */
int pc_bench_v3_ready(struct pc_bench_server *s, struct pc_diag *diag);
void pc_bench_v3_free(struct pc_bench_v3 *v3);
/* Request of device `i`, borrowed. */
const uint8_t *pc_bench_v3_request(const struct pc_bench_v3 *v3, uint32_t i, size_t *ret_len);
/* Look at an answer; *ret_device: whose it must be. With `whole` the seal is opened too. */
int pc_bench_v3_check(struct pc_bench_v3 *v3, const uint8_t *data, size_t len, bool whole,
	uint32_t *ret_device, struct pc_diag *diag);

/* What 'presscheck up' takes, every port open. */
struct pc_bench_fleet {
	double ready_s; /* from its start to its "ready" */
	double idle_mb; /* resident then */
	double used_mb; /* resident after requests to the printers, and a job on each */
};

/* Start so many printers on port offsets of this process, ask them, and with `jobs` have each print
 * a page. PC_E_ENVIRONMENT when they do not start, PC_E_TIMEOUT or PC_E_MISMATCH when one does not
 * answer as it should. */
int pc_bench_fleet(uint32_t devices, bool jobs, struct pc_bench_fleet *ret, struct pc_diag *diag);

enum { PC_BENCH_PORTS_ROUNDS = 5, PC_BENCH_PORTS_PAIRS = 15 };

/* What the ports besides SNMP do. */
struct pc_bench_ports {
	unsigned rounds;
	double intake[PC_BENCH_PORTS_ROUNDS]; /* CPU a byte of a plain sink over that of printers */
	double served;                        /* of the connections open at once */
	double enpc_wrong, slp_wrong; /* printers that did not answer a question to all once */
	/* How much later, in percent, 99 of 100 answers of quick printers come while others are
	 * slow. */
	double shift[PC_BENCH_PORTS_PAIRS];
};

/* Start so many printers and measure; `seconds` for the slow ones. Errors as pc_bench_fleet(). */
int pc_bench_ports(
	uint32_t devices, double seconds, struct pc_bench_ports *ret, struct pc_diag *diag);

/* Nanoseconds a process has been on a CPU; 0 when it is gone. */
uint64_t pc_bench_cpu_ns(pid_t pid);

/* Resident memory of a process in bytes; 0 when it is gone. */
uint64_t pc_bench_rss_bytes(pid_t pid);

/* Monotonic seconds. */
double pc_bench_now(void);

/* This process on one core, if there is a second one. */
void pc_bench_pin(int core);

#endif
