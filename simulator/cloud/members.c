#include "cloud/members.h"

#include <inttypes.h>
#include <string.h>

#include "base/err.h"

void
pc_members_init(struct pc_buf *m)
{
	pc_buf_init(m, PC_MEMBERS_MAX);
}

/* A member is added whole or not at all: `b` is one member, complete. */
static void
append(struct pc_buf *m, struct pc_buf *one)
{
	if (one->err == PC_OK && m->err == PC_OK && m->len + one->len + 1 <= m->max) {
		if (m->len > 0)
			pc_buf_add_text(m, ",");
		pc_buf_add(m, one->data, one->len);
	}
	pc_buf_done(one);
}

void
pc_members_bytes(struct pc_buf *m, const char *name, const void *data, size_t len)
{
	const uint8_t *p = data;
	struct pc_buf one;
	pc_buf_init(&one, PC_MEMBERS_MAX);
	pc_buf_addf(&one, "\"%s\":\"", name);
	for (size_t i = 0; i < len && i < PC_MEMBER_TEXT_MAX; i++) {
		if (p[i] == '"' || p[i] == '\\')
			pc_buf_addf(&one, "\\%c", p[i]);
		else if (p[i] < 0x20 || p[i] >= 0x7f)
			pc_buf_addf(&one, "\\u%04x", p[i]);
		else
			pc_buf_add(&one, &p[i], 1);
	}
	pc_buf_add_text(&one, "\"");
	append(m, &one);
}

void
pc_members_text(struct pc_buf *m, const char *name, const char *text)
{
	pc_members_bytes(m, name, text, strlen(text));
}

void
pc_members_u64(struct pc_buf *m, const char *name, uint64_t v)
{
	struct pc_buf one;
	pc_buf_init(&one, PC_MEMBERS_MAX);
	pc_buf_addf(&one, "\"%s\":%" PRIu64, name, v);
	append(m, &one);
}

void
pc_members_bool(struct pc_buf *m, const char *name, bool v)
{
	struct pc_buf one;
	pc_buf_init(&one, PC_MEMBERS_MAX);
	pc_buf_addf(&one, "\"%s\":%s", name, v ? "true" : "false");
	append(m, &one);
}
