/* fleet/story: what happens to printers over time, as a YAML script: print load, troubles, power,
 * settings, faults. Read here; run by fleet/story-run. The language is told by `presscheck story
 * show --keys`, made from the table that reads it. */
#ifndef PC_FLEET_STORY_H
#define PC_FLEET_STORY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"

enum {
	PC_STORY_STEPS_MAX = 2000, /* of one story, nested ones counted */
	PC_STORY_DEPTH_MAX = 6,    /* sequences in sequences */
	PC_STORY_GROUPS_MAX = 64,
	PC_STORY_CHOICES_MAX = 64,
	PC_STORY_DAYS_MAX = 3660
};

struct pc_story;

/* Read a file, or text that is called `name` in messages. PC_OK; PC_E_SYNTAX with
 * "file:line:column: what was found, what was expected"; PC_E_LIMIT; -errno. Caller frees. */
int pc_story_load(const char *path, struct pc_story **ret, struct pc_diag *diag);
int pc_story_parse(const char *text, size_t len, const char *name, struct pc_story **ret,
	struct pc_diag *diag);
void pc_story_free(struct pc_story *story); /* NULL is allowed */

const char *pc_story_name(const struct pc_story *story);
const char *pc_story_summary(const struct pc_story *story);

/* Append the story as people read it: one line a step, with what it does, to whom and when. */
void pc_story_show(const struct pc_story *story, struct pc_buf *out);

/* Append every key and action with its explanation, as text. */
void pc_story_keys(struct pc_buf *out);

/* Append the JSON Schema of story files, made from the table that reads them. */
int pc_story_schema(struct pc_buf *out);

#endif
