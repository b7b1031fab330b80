/* base/term: colours and a progress bar, only where a person looks at a terminal. */
#ifndef PC_BASE_TERM_H
#define PC_BASE_TERM_H

#include <stdbool.h>
#include <stdio.h>

enum pc_term_colour { PC_TERM_PLAIN, PC_TERM_GREEN, PC_TERM_RED, PC_TERM_YELLOW, PC_TERM_BOLD };

/* True when `f` is a terminal that takes colours (NO_COLOR unset, TERM not dumb). */
bool pc_term_has_colour(FILE *f);

/* The escape sequence to start a colour on `f`; "" where there is none. PLAIN ends a colour. */
const char *pc_term_colour(FILE *f, enum pc_term_colour colour);

/* Draws "[####    ]  40 % text" over itself on stderr when that is a terminal, else nothing.
 * `total` 0 draws nothing. Call pc_term_progress_end() before other output. */
void pc_term_progress(unsigned done, unsigned total, const char *text);
void pc_term_progress_end(void);

#endif
