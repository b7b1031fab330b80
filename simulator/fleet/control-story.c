/* Operations of the control API on the story that goes on in the fleet. */
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "fleet/control-handlers.h"
#include "fleet/diary.h"
#include "fleet/story-run.h"

int
pc_control_story_get(struct pc_control_call *call, json_t **ret)
{
	struct pc_buf text;
	pc_buf_init(&text, 1 << 16);
	pc_fleet_story_status(call->fleet, &text);
	*ret = json_loadb(pc_buf_text(&text), text.len, 0, NULL);
	pc_buf_done(&text);
	if (json_is_null(json_object_get(*ret, "next")))
		json_object_del(*ret, "next");
	return *ret == NULL ? PC_E_INTERNAL : PC_OK;
}

/* What was done to the story is an event too: pages show it. */
static int
told(struct pc_control_call *call, const char *what, int err, json_t **ret)
{
	if (err != PC_OK)
		return err == PC_E_NOTFOUND && call->diag.text[0] == '\0'
			       ? pc_diag_fail(&call->diag, PC_E_REFUSED, "there is no story")
			       : err;
	pc_diary_note_take(
		pc_fleet_diary(call->fleet), NULL, "story", json_pack("{s:s}", "what", what));
	return pc_control_story_get(call, ret);
}

int
pc_control_story_start(struct pc_control_call *call, json_t **ret)
{
	struct pc_story *story = NULL;
	const char *text = pc_control_text(call, "text", "");
	int err = pc_story_parse(
		text, strlen(text), pc_control_text(call, "name", "story"), &story, &call->diag);
	if (err == PC_OK)
		err = pc_fleet_story_start(call->fleet, story, &call->diag);
	if (err == PC_E_NOTFOUND) /* a fault that it names */
		err = PC_E_BADVALUE;
	return told(call, "started", err, ret);
}

int
pc_control_story_pause(struct pc_control_call *call, json_t **ret)
{
	bool on = pc_control_flag(call, "on", true);
	return told(call, on ? "paused" : "goes on", pc_fleet_story_pause(call->fleet, on), ret);
}

int
pc_control_story_step(struct pc_control_call *call, json_t **ret)
{
	int err = pc_fleet_story_step(call->fleet);
	if (err == PC_E_REFUSED)
		pc_diag_set(&call->diag, "the story is not paused, or over");
	return told(call, "stepped", err, ret);
}

int
pc_control_story_stop(struct pc_control_call *call, json_t **ret)
{
	pc_fleet_story_stop(call->fleet);
	return told(call, "stopped", PC_OK, ret);
}
