/* snmp/tests/lanes: printers of several models, policies and states behind one engine, each asked
 * in the fast lane and in the base lane. For the differential test and its fuzz target. */
#ifndef PC_SNMP_TESTS_LANES_H
#define PC_SNMP_TESTS_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LANES_PRINTERS_MAX = 16, LANES_ANSWER_MAX = 65507, LANES_TEXT = 512 };

struct lanes;

/* The process's only one; aborts with a sentence on stderr when it cannot be made. */
struct lanes *lanes_new(void);
void lanes_free(struct lanes *lanes);

unsigned lanes_printers(const struct lanes *lanes);
const char *lanes_name(const struct lanes *lanes, unsigned printer); /* "model, policy, state" */

/* The printer's objects as a walk finds them; arcs are borrowed. */
struct lanes_object {
	const uint32_t *arcs;
	size_t n;
};
size_t lanes_objects(const struct lanes *lanes, unsigned printer, const struct lanes_object **ret);

/* Ask a printer in both lanes, in the same state. False when answers, statistics or counters
 * differ; `text` then says which. A SET is asked only once. */
bool lanes_compare(struct lanes *lanes, unsigned printer, const uint8_t *data, size_t len,
	char text[LANES_TEXT]);

/* Requests that the fast lane has answered so far. */
uint64_t lanes_fast(const struct lanes *lanes);

#endif
