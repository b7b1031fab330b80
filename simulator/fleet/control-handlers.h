/* fleet/control-handlers: what the operations of the control API do; the table names them. */
#ifndef PC_FLEET_CONTROL_HANDLERS_H
#define PC_FLEET_CONTROL_HANDLERS_H

#include "fleet/control-table.h"

/* Words of members, shared with the table. */
extern const char *const pc_control_statuses[],
	*const pc_control_resets[],
		*const pc_control_conditions[],
			*const pc_control_time_modes[],
				*const pc_control_securities[],
					*const pc_control_reports[],
						*const pc_control_fax_ways[],
							*const pc_control_scan_ways[];

int pc_control_health(struct pc_control_call *call, struct json_t **ret);
int pc_control_list(struct pc_control_call *call, struct json_t **ret);
int pc_control_models(struct pc_control_call *call, struct json_t **ret);
int pc_control_counters(struct pc_control_call *call, struct json_t **ret);
int pc_control_journal(struct pc_control_call *call, struct json_t **ret);
int pc_control_faults(struct pc_control_call *call, struct json_t **ret);
int pc_control_time_get(struct pc_control_call *call, struct json_t **ret);
int pc_control_time_set(struct pc_control_call *call, struct json_t **ret);
int pc_control_time_advance(struct pc_control_call *call, struct json_t **ret);

int pc_control_get(struct pc_control_call *call, struct json_t **ret);
int pc_control_settings(struct pc_control_call *call, struct json_t **ret);
int pc_control_option_list(struct pc_control_call *call, struct json_t **ret);
int pc_control_setting(struct pc_control_call *call, struct json_t **ret);
int pc_control_option(struct pc_control_call *call, struct json_t **ret);
int pc_control_mail_get(struct pc_control_call *call, struct json_t **ret);
int pc_control_mail_set(struct pc_control_call *call, struct json_t **ret);
int pc_control_report(struct pc_control_call *call, struct json_t **ret);
int pc_control_report_get(struct pc_control_call *call, struct json_t **ret);
int pc_control_firmware(struct pc_control_call *call, struct json_t **ret);
int pc_control_accounts(struct pc_control_call *call, struct json_t **ret);
int pc_control_account(struct pc_control_call *call, struct json_t **ret);
int pc_control_accounts_reset(struct pc_control_call *call, struct json_t **ret);
int pc_control_fax(struct pc_control_call *call, struct json_t **ret);
int pc_control_usage(struct pc_control_call *call, struct json_t **ret);
int pc_control_log(struct pc_control_call *call, struct json_t **ret);
int pc_control_story_get(struct pc_control_call *call, struct json_t **ret);
int pc_control_story_start(struct pc_control_call *call, struct json_t **ret);
int pc_control_story_pause(struct pc_control_call *call, struct json_t **ret);
int pc_control_story_step(struct pc_control_call *call, struct json_t **ret);
int pc_control_story_stop(struct pc_control_call *call, struct json_t **ret);
int pc_control_clock(struct pc_control_call *call, struct json_t **ret);
int pc_control_condition(struct pc_control_call *call, struct json_t **ret);
int pc_control_power(struct pc_control_call *call, struct json_t **ret);
int pc_control_sleep(struct pc_control_call *call, struct json_t **ret);
int pc_control_restart(struct pc_control_call *call, struct json_t **ret);
int pc_control_supply(struct pc_control_call *call, struct json_t **ret);
int pc_control_replace(struct pc_control_call *call, struct json_t **ret);
int pc_control_tray(struct pc_control_call *call, struct json_t **ret);
int pc_control_print(struct pc_control_call *call, struct json_t **ret);
int pc_control_scan(struct pc_control_call *call, struct json_t **ret);
int pc_control_cancel(struct pc_control_call *call, struct json_t **ret);
int pc_control_promote(struct pc_control_call *call, struct json_t **ret);
int pc_control_clean(struct pc_control_call *call, struct json_t **ret);
int pc_control_nozzle_check(struct pc_control_call *call, struct json_t **ret);
int pc_control_fault(struct pc_control_call *call, struct json_t **ret);

#endif
