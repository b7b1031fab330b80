/* cmd/story-file: where commands find stories. */
#ifndef PC_CMD_STORY_FILE_H
#define PC_CMD_STORY_FILE_H

#include "base/diag.h"
#include "fleet/story.h"

#include <stddef.h>

/* A story by its file, or by the name of one that is shipped ("office-month", in the folder
 * 'stories' beside the profiles; `dir` as pc_profile_directory() takes it). PC_E_NOTFOUND names
 * those there are; else as pc_story_load(). Caller frees. */
int pc_story_file_load(
	const char *name, const char *dir, struct pc_story **ret, struct pc_diag *diag);

/* The file that such a name means. */
int pc_story_file_path(
	const char *name, const char *dir, char *out, size_t size, struct pc_diag *diag);

#endif
