/* conformance/replay: plays the recorded client against live devices or a live cloud and judges the
 * answers field by field. Requests are made anew with live identifiers, not copied as bytes. */
#ifndef PC_CONFORMANCE_REPLAY_H
#define PC_CONFORMANCE_REPLAY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "conformance/events.h"
#include "conformance/mask.h"

enum {
	PC_REPLAY_MAPS_MAX = 1024,
	PC_REPLAY_MASKS_MAX = 16,
	PC_REPLAY_REASONS_MAX = 64,
	PC_REPLAY_TIMEOUT_MS = 3000,
	PC_REPLAY_TRIES = 3,
	PC_REPLAY_IGNORED_PERMILLE = 100,
	PC_REPLAY_ANSWER_MAX = 16 << 20 /* bytes of one live answer */
};

/* A recorded device is now elsewhere. Port 0: the recorded port (plus the offset). */
struct pc_replay_map {
	struct in_addr recorded;
	struct sockaddr_in live;
};

struct pc_replay_options {
	const char *capture;
	/* Where the recorded devices are now. With `has_to` the lowest recorded address is at `to`
	 * and the others follow at the same distance; `maps` goes first. Without either, recorded
	 * loopback addresses stand for themselves and other devices are not replayed. */
	bool has_to;
	struct sockaddr_in to;
	struct pc_replay_map maps[PC_REPLAY_MAPS_MAX];
	size_t n_maps;
	uint16_t port_offset; /* live services listen on their port plus this */
	const char *masks[PC_REPLAY_MASKS_MAX];
	size_t n_masks;
	const char *std_masks; /* directory of the shipped masks; NULL: only `masks` */
	const char *community; /* NULL: as recorded */
	bool recorded_timing;  /* keep the recorded pauses; false: as fast as answers come */
	bool read_only;        /* leave out SNMP SET, ENPC commands and jobs */
	bool chosen[PC_PROTO_COUNT];
	bool some_chosen;
	unsigned timeout_ms;       /* 0: PC_REPLAY_TIMEOUT_MS */
	unsigned ignored_permille; /* ceiling of the ignored share; 0: PC_REPLAY_IGNORED_PERMILLE */
	/* Recorded HTTP requests go to this URL ("https://127.0.0.1:8443"); NULL: they are left
	 * out. */
	const char *cloud;
	const char *ca;   /* PEM file; NULL: the system's */
	const char *cert; /* PEM files of the client; NULL: none */
	const char *key;
	bool fresh_document; /* give JSON bodies a new "documentId", or the cloud takes them for
				repeated */
	void (*progress)(void *arg, size_t done, size_t total); /* may be NULL */
	void *progress_arg;
};

enum pc_replay_outcome { PC_REPLAY_PASS, PC_REPLAY_MISMATCH, PC_REPLAY_INCONCLUSIVE };

/* "pass" … */
const char *pc_replay_outcome_name(enum pc_replay_outcome outcome);

/* Exchanges that were left out, by reason. */
struct pc_replay_reason {
	char text[160];
	size_t n;
};

struct pc_replay_report {
	enum pc_replay_outcome outcome;
	size_t exchanges; /* in the recording */
	size_t replayed;
	size_t replayed_by_proto[PC_PROTO_COUNT];
	struct pc_mask_totals totals;
	struct pc_replay_reason skipped[PC_REPLAY_REASONS_MAX];
	size_t n_skipped;
	struct pc_replay_reason inconclusive[PC_REPLAY_REASONS_MAX];
	size_t n_inconclusive;
	bool too_much_ignored;
	struct pc_mask *mask;   /* owned; for pc_mask_unused() */
	struct pc_judge *judge; /* owned; for pc_judge_mismatch() */
};

/* Run to the end. PC_OK with the report (free it), whatever the outcome; else nothing is in `ret`:
 * unreadable files, PC_E_SYNTAX in a mask, PC_E_ENVIRONMENT. Runs a loop of its own inside. */
int pc_replay_run(const struct pc_replay_options *options, struct pc_replay_report *ret,
	struct pc_diag *diag);
void pc_replay_report_done(struct pc_replay_report *r);

/* The report as text for people, as JSON, as JUnit XML; appended to `out`. */
int pc_replay_text(const struct pc_replay_report *r, struct pc_buf *out);
int pc_replay_json(const struct pc_replay_report *r, struct pc_buf *out);
int pc_replay_junit(const struct pc_replay_report *r, const char *name, struct pc_buf *out);

#endif
