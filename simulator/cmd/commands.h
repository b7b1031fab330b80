/* cmd/commands: every command of the program; conformance/cmd/main.c lists them. */
#ifndef PC_CMD_COMMANDS_H
#define PC_CMD_COMMANDS_H

#include "base/opt.h"

extern const struct pc_command pc_cmd_profile_list, pc_cmd_profile_check, pc_cmd_profile_show;
extern const struct pc_command pc_cmd_story_list, pc_cmd_story_check, pc_cmd_story_show,
	pc_cmd_story_schema;
extern const struct pc_command pc_cmd_up, pc_cmd_ctl;
extern const struct pc_command pc_cmd_cloud;
extern const struct pc_command pc_cmd_agent_dc;
extern const struct pc_command pc_cmd_capture_info, pc_cmd_capture_show, pc_cmd_capture_merge;
extern const struct pc_command pc_cmd_replay;
extern const struct pc_command pc_cmd_bench, pc_cmd_cases_list, pc_cmd_cases_show,
	pc_cmd_cases_coverage, pc_cmd_certify, pc_cmd_demo;

#endif
