/* services/web-parts: what pages are put together from. */
#ifndef PC_SERVICES_WEB_PARTS_H
#define PC_SERVICES_WEB_PARTS_H

#include "services/web.h"

/* A box with a heading. */
void pc_web_card(struct pc_web_call *call, const char *title);
void pc_web_end_card(struct pc_web_call *call);

/* A count as the page shows it: the fault web-counter-wrong makes it one too high. */
uint64_t pc_web_count(const struct pc_web_call *call, uint64_t n);

/* A list of names and values. A value that is NULL or "" shows as "-". A number can be found by its
 * key (data-key). */
void pc_web_facts(struct pc_web_call *call);
void pc_web_fact(struct pc_web_call *call, const char *name, const char *value);
void pc_web_number(struct pc_web_call *call, const char *name, const char *key, uint64_t value);
void pc_web_end_facts(struct pc_web_call *call);

/* Column headings, ended by NULL; those that begin with '#' are of numbers. `nothing` is said when
 * there are no rows. */
void pc_web_table(struct pc_web_call *call, const char *const *heads);
void pc_web_end_table(struct pc_web_call *call, size_t n_rows, const char *nothing);
void pc_web_cell(struct pc_web_call *call, const char *text);
void pc_web_cell_n(struct pc_web_call *call, uint64_t n);
void pc_web_cell_time(struct pc_web_call *call, uint64_t wall_ns);

#endif
