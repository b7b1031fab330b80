/* conformance/case: what a conformance case is and how it speaks its findings. Cases are tables in
 * cases-*.c; the runner (conformance/run) plans, runs and judges them. */
#ifndef PC_CONFORMANCE_CASE_H
#define PC_CONFORMANCE_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PC_CASE_REQUIREMENTS_MAX = 12, PC_CASE_MUTANTS_MAX = 4 };

enum pc_role { PC_ROLE_DEVICE, PC_ROLE_AGENT, PC_ROLE_SERVER, PC_ROLE_E2E };

/* Order of badness; the worst verdict of a case's assertions is the case's. */
enum pc_verdict {
	PC_VERDICT_NOT_APPLICABLE,
	PC_VERDICT_PASS,
	PC_VERDICT_WARN,
	PC_VERDICT_REVIEW,
	PC_VERDICT_INCONCLUSIVE,
	PC_VERDICT_FAIL,
	PC_VERDICT_ERROR
};

enum pc_mutant_place {
	PC_MUTANT_NONE,
	PC_MUTANT_DEVICE,
	PC_MUTANT_AGENT,
	PC_MUTANT_SERVER,
	PC_MUTANT_ES
};

/* A seeded defect that must turn the case FAIL: a named fault of the subject. */
struct pc_mutant {
	enum pc_mutant_place place;
	const char *fault;
};

struct pc_case_run;

struct pc_case {
	const char *id; /* "DEV-SNMP-001"; never reused. ROLE-AREA-NNN */
	unsigned rev;   /* raised when the meaning changes */
	enum pc_role role;
	const char *title;   /* a full sentence about the subject */
	const char *clauses; /* documents and sections, "RFC 3416 s4.2.1; RFC 3584 s4.2" */
	const char *
		requirements[PC_CASE_REQUIREMENTS_MAX]; /* IDs of requirements proved, NULL-ended */
	struct pc_mutant mutants[PC_CASE_MUTANTS_MAX];  /* at least one; ended by PC_MUTANT_NONE */
	/* Profiles whose capabilities this case needs: "color", "head-cleaning", "enpc", "lpd",
	 * "raw" … separated by blanks; "" = always. A device without one: NOT_APPLICABLE with the
	 * reason. */
	const char *applies;
	void (*run)(struct pc_case_run *r);
};

/* One assertion: one fact. Records text, expected and observed with the capture's time span; false
 * when it did not hold. A case passes when at least one assertion observed something and all held.
 */
bool pc_check(struct pc_case_run *r, bool held, const char *text, const char *expected,
	const char *observed, ...) __attribute__((format(printf, 5, 6)));

/* As pc_check() for a SHOULD: WARN instead of FAIL. */
bool pc_check_should(struct pc_case_run *r, bool held, const char *text, const char *expected,
	const char *observed, ...) __attribute__((format(printf, 5, 6)));

/* The prerequisite was not reached, or nothing to judge was seen: says what was awaited and what
 * came instead. */
void pc_case_inconclusive(struct pc_case_run *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The harness itself failed (a subject did not start, an API refused). */
void pc_case_error(struct pc_case_run *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A step's name, written to the evidence. */
void pc_case_step(struct pc_case_run *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* True once the case is ERROR or INCONCLUSIVE: nothing more to find out. */
bool pc_case_over(const struct pc_case_run *r);

const char *pc_case_role_name(enum pc_role role);     /* "device" … */
const char *pc_verdict_name(enum pc_verdict verdict); /* "PASS" … */

#endif
