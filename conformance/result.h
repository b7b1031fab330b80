/* conformance/result: what a run found, in memory and as results.json; every report is made from
 * it. */
#ifndef PC_CONFORMANCE_RESULT_H
#define PC_CONFORMANCE_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "conformance/case.h"

enum {
	PC_TEXT_MAX = 400,
	PC_ASSERTIONS_MAX = 64,
	PC_STEPS_MAX = 32,
	PC_PACKETS_MAX = 40, /* lines of a case's packets kept for the report */
	PC_PACKET_TEXT_MAX = 200,
	PC_RESULTS_MAX = 4096
};

struct pc_assertion {
	char text[PC_TEXT_MAX], expected[PC_TEXT_MAX], observed[PC_TEXT_MAX];
	enum pc_verdict verdict;
};

/* How a case did against one of its mutants. */
struct pc_mutant_result {
	struct pc_mutant mutant;
	bool run;
	enum pc_verdict verdict; /* FAIL: killed */
	char reason[PC_TEXT_MAX];
};

struct pc_packet_line {
	uint64_t wall_ns;
	char text[PC_PACKET_TEXT_MAX];
};

/* One case against one subject. */
struct pc_case_result {
	const struct pc_case *c; /* static */
	char subject[64];        /* model, "DC agent", "cloud" … */
	enum pc_verdict verdict;
	bool finished;
	char reason[PC_TEXT_MAX];        /* of the worst verdict, the first one */
	struct pc_assertion *assertions; /* owned */
	size_t n_assertions;
	char steps[PC_STEPS_MAX][96];
	size_t n_steps;
	uint64_t start_ns, end_ns; /* wall clock */
	struct pc_mutant_result mutants[PC_CASE_MUTANTS_MAX];
	struct pc_packet_line *packets; /* owned */
	size_t n_packets, n_packets_seen;
};

struct pc_results {
	char title[128];
	char started[40], finished[40]; /* RFC 3339; finished "" while incomplete */
	struct pc_case_result *rows;    /* owned */
	size_t n_rows;
	char *fleet_json;  /* owned: the printers as the control API told them, or NULL */
	char *extras_json; /* owned: members of the run's own ("path", "replay" …), or NULL */
};

void pc_results_init(struct pc_results *r, const char *title);
void pc_results_done(struct pc_results *r);

/* Append an empty row for a case; NULL at PC_RESULTS_MAX or without memory. Rows may move when
 * another is added. */
struct pc_case_result *pc_results_add(
	struct pc_results *r, const struct pc_case *c, const char *subject);

struct pc_totals {
	unsigned count[PC_VERDICT_ERROR + 1];
	unsigned cases, mutants, killed;
};
struct pc_totals pc_results_totals(const struct pc_results *r);

/* Exit code of the run. Spec: design section 8; order of badness 2, 1, 3, 0. */
int pc_results_exit(const struct pc_results *r);

/* The same truth in three forms. */
int pc_results_json(const struct pc_results *r, struct pc_buf *out);
void pc_results_junit(const struct pc_results *r, struct pc_buf *out);
int pc_results_html(const struct pc_results *r, struct pc_buf *out);

/* Write results.json alone, while the run goes on. */
int pc_results_save(const struct pc_results *r, const char *dir, struct pc_diag *diag);

/* Write results.json, junit.xml and report.html into `dir`. */
int pc_results_write(const struct pc_results *r, const char *dir, struct pc_diag *diag);

#endif
