#include "services/epson-job.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "epson/status.h"

/* Spec: TI: the printer takes the computer's clock. */
static int
set_clock(const struct pc_intake *in, const struct pc_epson_job *e)
{
	uint8_t date[8] = {0}; /* DateAndTime without a zone, tenths 0 */
	uint64_t wall_ns = 0;
	memcpy(date, e->clock, sizeof(e->clock));
	int err = pc_clock_from_date_and_time(date, sizeof(date), &wall_ns);
	if (err == PC_OK)
		pc_device_set_wall(in->dev, wall_ns);
	return err == PC_OK ? PC_OK : PC_E_BADVALUE;
}

/* Recent firmware has no key for anybody. */
static bool
knows_key(const struct pc_intake *in, const struct pc_epson_job *e)
{
	const char *hex = pc_device_profile(in->dev)->epson.eeprom_read_key;
	uint8_t key[2];
	size_t n = 0;
	return hex != NULL && pc_text_unhex(hex, key, sizeof(key), &n) == PC_OK &&
	       n == sizeof(key) && memcmp(key, e->service_key, n) == 0;
}

/* Charging ink is a power cleaning of all nozzles (harness-defined). */
static int
clean(const struct pc_intake *in, const struct pc_epson_job *e)
{
	const struct pc_maintenance what = {.dev = in->dev,
		.group = e->ink_charge ? 0 : e->nozzle_group,
		.power = e->ink_charge || e->power_cleaning};
	if (e->service_form && !knows_key(in, e))
		return PC_E_REFUSED;
	return pc_service_maintain(in->service, &what);
}

static int
check_nozzles(const struct pc_intake *in)
{
	const struct pc_maintenance what = {.dev = in->dev, .nozzle_check = true};
	return pc_service_maintain(in->service, &what);
}

/* "2:5": row and value. Models without the setting have nothing to keep it in. */
static int
save_alignment(const struct pc_intake *in, const struct pc_epson_job *e)
{
	char text[16];
	(void)snprintf(text, sizeof(text), "%u:%u", e->alignment[0], e->alignment[1]);
	int err = pc_device_setting_set(in->dev, "maintenance.headAlignment", text);
	return err == PC_E_NOTFOUND ? PC_OK : err;
}

/* The first failure is told; one does not keep the printer from the rest. */
static void
keep(int *first, int err)
{
	if (*first == PC_OK)
		*first = err;
}

int
pc_epson_job_run(const struct pc_intake *in, const struct pc_epson_job *e)
{
	int err = PC_OK;
	if (e->has_clock)
		keep(&err, set_clock(in, e));
	if (e->cleaning || e->ink_charge)
		keep(&err, clean(in, e));
	if (e->nozzle_check)
		keep(&err, check_nozzles(in));
	if (e->alignment_saved)
		keep(&err, save_alignment(in, e));
	return err;
}

/* One hex octet an ink, in the order of the model. Spec: escputil, IQ */
static size_t
ink_answer(const struct pc_intake *in, const struct pc_epson_facts *facts, char *out, size_t size)
{
	const struct pc_profile *p = pc_device_profile(in->dev);
	size_t n = (size_t)snprintf(out, size, "IQ:");
	for (size_t i = 0; i < p->n_supplies && n + 4 < size; i++) {
		if (p->supplies[i].colorant == NULL)
			continue;
		(void)snprintf(out + n, size - n, "%02X", pc_epson_ink_level(in->dev, facts, i));
		n += 2;
	}
	(void)snprintf(out + n, size - n, ";\f");
	return n + 2;
}

void
pc_epson_job_answer(const struct pc_intake *in, const struct pc_epson_job *e)
{
	uint8_t block[PC_EPSON_STATUS_MAX];
	char inks[64];
	struct pc_epson_facts facts;
	size_t n = 0;
	if (in->answer == NULL || (!e->ink_query && !e->status_replies))
		return;
	pc_epson_facts(in->dev, &facts);
	if (e->ink_query)
		in->answer(in->answer_arg, (const uint8_t *)inks,
			ink_answer(in, &facts, inks, sizeof(inks)));
	if (e->status_replies &&
		pc_epson_status(in->dev, &facts, block, sizeof(block), &n) == PC_OK)
		in->answer(in->answer_arg, block, n);
}
