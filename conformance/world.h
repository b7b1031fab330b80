/* conformance/world: what a run works with: a fleet, a cloud and agents as child processes, the
 * ways to reach them, and what is known of each printer. Everything the cases learn comes over the
 * wire or through an API of these processes. */
#ifndef PC_CONFORMANCE_WORLD_H
#define PC_CONFORMANCE_WORLD_H

#include <limits.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "conformance/client-http.h"
#include "conformance/subject.h"

struct json_t;

enum {
	PC_WORLD_PRINTERS_MAX = 256,
	PC_WORLD_MODELS_MAX = 16,
	PC_WORLD_START_MS = 30000,
	PC_WORLD_WAIT_MS = 20000, /* usual deadline of an observation */
	/* a mutant run waits for each observation this much longer than the sound run took */
	PC_WORLD_PATIENCE_MS = 3000
};

/* A printer as the control API tells it (for emulated ones) or as the plan names it. */
struct pc_printer {
	uint32_t number; /* 0 for a printer that is not ours */
	struct in_addr address;
	char profile[64], vendor[32], model[64], serial[40], mac[18];
	bool from_walk;
};

struct pc_world_options {
	const char *dir;                           /* evidence directory; must exist */
	const char *profiles[PC_WORLD_MODELS_MAX]; /* NULL-ended */
	unsigned counts[PC_WORLD_MODELS_MAX];
	const char *walk;        /* or NULL */
	const char *profile_dir; /* or NULL */
	unsigned pace;           /* device time factor */
	uint16_t port_offset;    /* 0 = a free one is found */
	unsigned es_agents;      /* ES agents, in the last printers of the first model */
};

enum { PC_WORLD_ES_MAX = 8 };

/* An ES agent and the printer it lives in. */
struct pc_world_es {
	char agent_id[37];
	char config[PATH_MAX];
	uint32_t printer; /* number */
};

struct pc_world {
	struct pc_world_options options;
	char dir[PATH_MAX];  /* options.dir as an absolute path; options.dir points here */
	char self[PATH_MAX]; /* path of this program */
	char log[PATH_MAX];  /* log file of all subjects */
	uint16_t port_offset;
	struct pc_subject fleet, cloud, agent;
	char control[96];   /* "http://127.0.0.1:PORT" */
	char cloud_url[96]; /* "https://127.0.0.1:PORT" */
	uint16_t cloud_port;
	char ca_file[PATH_MAX];
	char session[256];       /* operator's cookie, "" = not logged in */
	char installer[256];     /* installer's cookie */
	const char *cloud_fault; /* armed at the next start, or NULL */
	const char *agent_fault;
	const char *es_fault; /* armed at the next start of the fleet */
	struct pc_world_es es[PC_WORLD_ES_MAX];
	size_t n_es;
	char path_agent[37]; /* DC agent of the last run of E2E-PATH-001; "" = none */
	bool es_ready;       /* enrolled, configurations written */
	struct pc_printer printers[PC_WORLD_PRINTERS_MAX];
	size_t n_printers;
	unsigned fleets;      /* starts of the fleet so far */
	unsigned generation;  /* counts restarts, for unique names of files and agents */
	unsigned patience_ms; /* longest wait for an observation, 0 = each one's own deadline */
};

/* Fill in and pick a free port offset. From here on SIGINT and SIGTERM are held back, see
 * pc_world_interrupted(). */
int pc_world_init(struct pc_world *w, const struct pc_world_options *options, struct pc_diag *diag);

/* Stop every subject. */
void pc_world_done(struct pc_world *w);

/* Start the fleet (capture "site.pcapng" in the directory, "site-N.pcapng" after a restart) and
 * read its printers. With ES agents the cloud must be up: they are enrolled at the first start. A
 * running fleet is stopped first. */
int pc_world_fleet_start(struct pc_world *w, struct pc_diag *diag);

/* Start a second fleet of the same printers in their first state, for replays, at an offset of its
 * own and without ES agents, control API or capture. The caller stops it. */
int pc_world_twin_start(
	struct pc_world *w, struct pc_subject *twin, uint16_t *ret_offset, struct pc_diag *diag);

/* Start the cloud (capture "wan.pcapng", store "cloud/") with w->cloud_fault, and log in; with a
 * fault the log-in may fail, since that may be what the fault does. A running one is stopped first;
 * its store stays. */
int pc_world_cloud_start(struct pc_world *w, struct pc_diag *diag);

/* Enrol an agent ID at the cloud; certificate and key go to DIR/agents/ID.{pem,key}. */
int pc_world_enrol(struct pc_world *w, const char *agent_id, const char *agent_type,
	char cert_file[PATH_MAX], char key_file[PATH_MAX], struct pc_diag *diag);

/* Control API of the fleet: GET with body NULL, else POST of the JSON text. The decoded answer
 * (new reference) or NULL with `diag`; `ret_status` may be NULL. */
struct json_t *pc_world_control(struct pc_world *w, const char *path, const char *body,
	long *ret_status, struct pc_diag *diag);

/* Action on one printer: POST /v1/printers/N/ACTION. True when it was accepted. */
bool pc_world_printer(struct pc_world *w, uint32_t number, const char *action, const char *body);

/* State of one printer (new reference) or NULL. */
struct json_t *pc_world_printer_state(struct pc_world *w, uint32_t number);

/* Operator API of the cloud as the operator (or the installer), as pc_world_control(). */
struct json_t *pc_world_portal(struct pc_world *w, const char *method, const char *path,
	const char *body, bool installer, long *ret_status, struct pc_diag *diag);

/* Upload as an agent; the answer's status, 0 when none came. */
long pc_world_upload(struct pc_world *w, const char *agent_id, const char *cert_file,
	const char *key_file, const void *body, size_t len, struct pc_buf *answer);

/* True once SIGINT or SIGTERM waits for this process: the run is to end, leave its evidence and
 * stop its subjects. No wait below goes on then. */
bool pc_world_interrupted(void);

/* `deadline_ms`, or w->patience_ms when that is set and less. Cases wait no longer than this. */
unsigned pc_world_patience(const struct pc_world *w, unsigned deadline_ms);

/* Poll `test` every few milliseconds until it is true or the deadline passes. The observation is
 * an API answer, so that a wait ends as soon as the fact is there. */
bool pc_world_await(bool (*test)(void *arg), void *arg, unsigned deadline_ms);

/* Port of a well-known service in this world, host order. */
uint16_t pc_world_port(const struct pc_world *w, uint16_t well_known);
struct sockaddr_in pc_world_at(
	const struct pc_world *w, const struct pc_printer *p, uint16_t well_known);

#endif
