#include "services/update.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/firmware.h"
#include "services/sink.h"

struct pc_update {
	struct pc_xerox_dlm dlm;
	struct pc_sink_job *digest; /* owned; of the payload, NULL when it is over */
	bool is_signed;
};

/* Which makers' printers take such files. */
static bool
takes_modules(const struct pc_device *dev)
{
	const char *vendor = pc_device_profile(dev)->snmp_vendor;
	return vendor != NULL && strcmp(vendor, "xerox") == 0;
}

static struct pc_update *
update_new(const struct pc_xerox_dlm *dlm)
{
	struct pc_update *u = calloc(1, sizeof(*u));
	if (u != NULL && pc_sink_begin(NULL, 0, 0, &u->digest) != PC_OK) {
		free(u);
		u = NULL; /* out of memory: it is taken for a print job */
	}
	if (u != NULL)
		u->dlm = *dlm;
	return u;
}

void
pc_update_free(struct pc_update *u)
{
	struct pc_sink_result unused;
	if (u != NULL && u->digest != NULL)
		pc_sink_end(u->digest, &unused);
	free(u);
}

void
pc_update_data(struct pc_update **u, const struct pc_device *dev, const uint8_t *head,
	size_t n_head, uint64_t before, const uint8_t *data, size_t len)
{
	struct pc_xerox_dlm dlm;
	if (*u != NULL) {
		pc_sink_data((*u)->digest, data, len);
		return;
	}
	/* the header ends within the first bytes or never */
	if (before >= PC_DLM_HEADER_MAX || !takes_modules(dev) ||
		pc_xerox_dlm_read(head, n_head, &dlm) != PC_OK)
		return;
	*u = update_new(&dlm);
	if (*u == NULL)
		return;
	size_t beyond = (size_t)(before + len - n_head); /* of these bytes, not in the head */
	pc_sink_data((*u)->digest, head + dlm.payload, n_head - dlm.payload);
	pc_sink_data((*u)->digest, data + len - beyond, beyond);
}

/* Harness-defined: the signature is the SHA-256 of the payload. */
static bool
is_right(const char *signature, const uint8_t sha256[PC_SHA256_BYTES])
{
	uint8_t given[PC_SHA256_BYTES];
	size_t n = 0;
	return pc_text_unhex(signature, given, sizeof(given), &n) == PC_OK &&
	       n == PC_SHA256_BYTES && memcmp(given, sha256, n) == 0;
}

/* "MODEL" or "MODEL/PART". Cuts the name at the slash. */
static int
offer(struct pc_update *u, struct pc_device *dev, enum pc_firmware_refusal *ret_why)
{
	char name[PC_DLM_TEXT_MAX];
	pc_text_copy(name, sizeof(name), u->dlm.name);
	char *slash = strchr(name, '/');
	if (slash != NULL)
		*slash = '\0';
	bool unchecked = strcmp(u->dlm.version, "NO_DLM_VERSION_CHECK") == 0;
	const struct pc_firmware_offer what = {.model = name,
		.part = slash == NULL ? NULL : slash + 1,
		.version = unchecked ? NULL : u->dlm.version,
		.is_signed = u->is_signed};
	*ret_why = PC_FIRMWARE_TAKEN;
	return pc_device_firmware_update(dev, &what, ret_why);
}

bool
pc_update_is_due(const struct pc_device *dev)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	for (size_t i = 0; i < n; i++) {
		if (jobs[i]->state < PC_JOB_DONE)
			return false;
	}
	return pc_device_state(dev)->activity == PC_IDLE;
}

static void
add_result(json_t *line, int err, enum pc_firmware_refusal why)
{
	if (err == PC_E_REFUSED)
		json_object_set_new(line, "refused", json_string(pc_device_firmware_refusal(why)));
	else if (err != PC_OK)
		json_object_set_new(line, "refused", json_string(pc_err_text(err)));
}

void
pc_update_end(struct pc_update *u, struct pc_service *s, struct pc_device *dev, struct json_t *line)
{
	struct pc_sink_result digest;
	enum pc_firmware_refusal why = PC_FIRMWARE_TAKEN;
	pc_sink_end(u->digest, &digest);
	u->digest = NULL;
	u->is_signed = is_right(u->dlm.signature, digest.sha256);
	json_object_set_new(line, "name", pc_service_json_text(u->dlm.name));
	json_object_set_new(line, "version", pc_service_json_text(u->dlm.version));
	json_object_set_new(line, "signed", json_boolean(u->is_signed));
	/* Spec: OID_VAL_JOB_SCHEDULING_AFTER_COMPLETE */
	const struct pc_maintenance later = {.dev = dev, .update = u};
	if (!pc_update_is_due(dev) && pc_service_wait(s, &later) == PC_OK) {
		json_object_set_new(line, "waits", json_true());
		return;
	}
	int err = offer(u, dev, &why);
	if (err != PC_OK)
		s->counters.refused++;
	add_result(line, err, why);
	pc_update_free(u);
}

void
pc_update_retry(struct pc_update *u, struct pc_service *s, struct pc_device *dev)
{
	enum pc_firmware_refusal why = PC_FIRMWARE_TAKEN;
	json_t *line = json_pack("{s:o,s:o}", "name", pc_service_json_text(u->dlm.name), "version",
		pc_service_json_text(u->dlm.version));
	int err = offer(u, dev, &why);
	if (err != PC_OK)
		s->counters.refused++;
	add_result(line, err, why);
	pc_update_free(u);
	pc_service_note(s, dev, NULL, "firmware", line);
}
