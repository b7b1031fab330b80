/* What the pages add to a printer's audit trail: who did what from where. The same goes to the
 * journal. Never a password, and of settings only the name. */
#include <jansson.h>

#include "base/text.h"
#include "device/log.h"
#include "services/web.h"

static const char *const words[PC_WEB_EVENTS] = {
	[PC_WEB_LOGGED_IN] = "login",
	[PC_WEB_LOGIN_FAILED] = "loginFailed",
	[PC_WEB_LOCKED] = "loginLocked",
	[PC_WEB_LOGGED_OUT] = "logout",
	[PC_WEB_EXPIRED] = "sessionExpired",
	[PC_WEB_PASSWORD_CHANGED] = "passwordChanged",
	[PC_WEB_JOB_CANCELLED] = "jobCancelled",
	[PC_WEB_EXPORTED] = "export",
	[PC_WEB_REFUSED] = "requestRefused",
};

void
pc_web_trail(const struct pc_web_call *call, enum pc_web_event event, const char *detail)
{
	char peer[PC_TEXT_ADDR_MAX];
	char line[PC_AUDIT_DETAIL_MAX];
	const char *user = call->session == NULL ? "" : call->session->user;
	const char *more = detail == NULL ? "" : detail;
	json_t *fields = json_object();
	(void)json_object_set_new(fields, "user", pc_service_json_text(user));
	(void)json_object_set_new(fields, "detail", pc_service_json_text(more));
	pc_service_note(
		&call->web->service, call->dev, &call->request->tls->peer, words[event], fields);
	(void)snprintf(line, sizeof(line), "%s%s%s", pc_text_from_ipv4(call->peer, peer),
		more[0] == '\0' ? "" : ": ", more);
	pc_device_act(call->dev, PC_VIA_WEB, user);
	pc_device_audit(call->dev, words[event], line);
	pc_device_act(call->dev, PC_VIA_PRINTER, NULL);
}
