/* cloud/members: the members of a journal entry as JSON text, "\"a\":1,\"b\":\"x\"", from values
 * that a peer chose. Bytes outside printable ASCII are written \u00XX, one each, so that nothing is
 * lost and the text is valid JSON whatever came. */
#ifndef PC_CLOUD_MEMBERS_H
#define PC_CLOUD_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { PC_MEMBERS_MAX = 4000, PC_MEMBER_TEXT_MAX = 512 };

/* An empty list of at most PC_MEMBERS_MAX bytes. */
void pc_members_init(struct pc_buf *m);

/* Add one member. `name` is plain ASCII. Texts are cut at PC_MEMBER_TEXT_MAX bytes; a member that
 * would not fit is left out whole. */
void pc_members_text(struct pc_buf *m, const char *name, const char *text);
void pc_members_bytes(struct pc_buf *m, const char *name, const void *data, size_t len);
void pc_members_u64(struct pc_buf *m, const char *name, uint64_t v);
void pc_members_bool(struct pc_buf *m, const char *name, bool v);

#endif
