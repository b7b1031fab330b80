/* What was seen of one printer, over the wire: facts by name ("snmp.life", "pjl.code", …), so that
 * any two can be compared whatever port they came through. */
#ifndef PC_CI_FACTS_H
#define PC_CI_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FACT_KEY_MAX = 32, FACT_TEXT_MAX = 600, FACTS_MAX = 500, FACTS_SLOTS = 2048 };

struct fact {
	char key[FACT_KEY_MAX];
	bool is_text;
	int64_t n;
	char text[FACT_TEXT_MAX];
};

struct facts {
	struct fact list[FACTS_MAX];
	size_t n;
	uint16_t slots[FACTS_SLOTS]; /* place in the list + 1; 0: free */
};

void facts_clear(struct facts *f);
/* Add or replace one. A text is cut to fit. */
void facts_number(struct facts *f, const char *key, int64_t n);
void facts_text(struct facts *f, const char *key, const void *text, size_t len);
/* "key.at" */
void facts_number_at(struct facts *f, const char *key, size_t at, int64_t n);
/* NULL when it was not seen. */
const struct fact *facts_get(const struct facts *f, const char *key);
const struct fact *facts_get_at(const struct facts *f, const char *key, size_t at);
/* Sum of key.0, key.1 …, or key.1, key.2 …; false when there is none. */
bool facts_sum(const struct facts *f, const char *key, int64_t *ret);

#endif
