/* base/diag: the sentence for a human that goes with a result code. */
#ifndef PC_BASE_DIAG_H
#define PC_BASE_DIAG_H

enum { PC_DIAG_MAX = 1024 };

/* Caller's storage; start with {0}. Says where (file:line:column, packet, field), found, expected
 * and what to do next. Longer texts are cut. */
struct pc_diag {
	char text[PC_DIAG_MAX];
};

/* Replace the sentence. `d` may be NULL. */
void pc_diag_set(struct pc_diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Put "prefix: " in front of what stands there. `d` may be NULL. */
void pc_diag_prefix(struct pc_diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* pc_diag_set() that hands `err` back, for `return pc_diag_fail(diag, PC_E_…, "…")`. */
int pc_diag_fail(struct pc_diag *d, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
