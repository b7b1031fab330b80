/* Operations of the control API on a printer's alert mail. */
#include "device/mail.h"

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "fleet/control-handlers.h"
#include "fleet/state-json.h"

/* Names of enum pc_mail_security, in its order. */
const char *const pc_control_securities[] = {"none", "starttls", "starttlsRequired", "tls", NULL};

int
pc_control_mail_get(struct pc_control_call *call, json_t **ret)
{
	struct pc_mail_settings s;
	char events[256];
	pc_device_mail(call->dev, &s);
	pc_mail_events_text(s.events, events, sizeof(events));
	*ret = json_pack("{s:o,s:i,s:s,s:b,s:o,s:b,s:o,s:o,s:s,s:b}", "server",
		pc_fleet_json_text(s.server), "port", (int)s.port, "security",
		pc_control_securities[s.security], "verify", (int)s.verify, "user",
		pc_fleet_json_text(s.user), "passwordSet", (int)(s.password[0] != '\0'), "from",
		pc_fleet_json_text(s.from), "recipients", pc_fleet_json_text(s.recipients),
		"events", events, "restored", (int)s.restored);
	return PC_OK;
}

/* A text that was sent replaces what was set; PC_E_BADVALUE when its octets do not fit. */
static int
take_text(struct pc_control_call *call, const char *name, char *field, size_t size)
{
	const char *text = pc_control_text(call, name, NULL);
	if (text == NULL || pc_text_copy(field, size, text))
		return PC_OK;
	return pc_diag_fail(&call->diag, PC_E_BADVALUE, "'%s': over %zu octets", name, size - 1);
}

int
pc_control_mail_set(struct pc_control_call *call, json_t **ret)
{
	struct pc_mail_settings s;
	const char *events = pc_control_text(call, "events", NULL);
	int security = pc_control_word(call, "security", pc_control_securities);
	(void)ret;
	pc_device_mail(call->dev, &s);
	const struct {
		const char *name;
		char *field;
		size_t size;
	} texts[] = {{"server", s.server, sizeof(s.server)}, {"user", s.user, sizeof(s.user)},
		{"password", s.password, sizeof(s.password)}, {"from", s.from, sizeof(s.from)},
		{"recipients", s.recipients, sizeof(s.recipients)}};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int err = take_text(call, texts[i].name, texts[i].field, texts[i].size);
		if (err != PC_OK)
			return err;
	}
	if (events != NULL && pc_mail_events_parse(events, &s.events, &call->diag) != PC_OK)
		return PC_E_BADVALUE;
	if (security >= 0)
		s.security = (uint8_t)security;
	s.port = (uint16_t)pc_control_int(call, "port", s.port);
	s.verify = pc_control_flag(call, "verify", s.verify);
	s.restored = pc_control_flag(call, "restored", s.restored);
	return pc_device_mail_set(call->dev, &s, &call->diag);
}
