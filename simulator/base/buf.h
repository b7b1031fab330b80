/* base/buf: a growing byte buffer with a maximum; what a peer can make us keep has a limit. */
#ifndef PC_BASE_BUF_H
#define PC_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct pc_buf {
	uint8_t *data; /* owned; NULL while empty. Always followed by a NUL that is not counted */
	size_t len;
	size_t cap;
	size_t max; /* growing past this fails with PC_E_LIMIT */
	int err;    /* sticky: the first failure; later appends do nothing */
};

/* Empty buffer that may grow to `max` bytes. Allocates nothing. */
void pc_buf_init(struct pc_buf *b, size_t max);

/* Free the bytes; the buffer can be used again (its limit stays). */
void pc_buf_done(struct pc_buf *b);

/* Forget the bytes, keep the memory and clear the error. */
void pc_buf_clear(struct pc_buf *b);

/* Append. PC_OK, PC_E_LIMIT or -ENOMEM; on failure nothing is appended. */
int pc_buf_add(struct pc_buf *b, const void *data, size_t len);
int pc_buf_addf(struct pc_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int pc_buf_add_text(struct pc_buf *b, const char *text);

/* Append text escaped for HTML or XML (& < > " and control characters). */
int pc_buf_add_html(struct pc_buf *b, const char *text);

/* Drop the first n bytes (n at most len). */
void pc_buf_consume(struct pc_buf *b, size_t n);

/* The text, never NULL. */
const char *pc_buf_text(const struct pc_buf *b);

#endif
