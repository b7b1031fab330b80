/* Pages of the printer's own, and what stands on them. */
#include "base/err.h"
#include "base/text.h"
#include "device/internal.h"

#include <stdio.h>
#include <string.h>

const char *
pc_device_report_name(enum pc_report report)
{
	static const char *const names[PC_REPORTS] = {"", "Test page", "Configuration report"};
	return (size_t)report < PC_REPORTS ? names[report] : "";
}

static void
line(struct pc_buf *out, const char *key, const char *value)
{
	(void)pc_buf_addf(out, "%-26s %s\n", key, value);
}

static void
head(const struct pc_device *dev, enum pc_report report, struct pc_buf *out)
{
	char date[PC_CLOCK_TEXT_MAX], address[PC_TEXT_ADDR_MAX];
	const uint8_t *m = dev->s.mac;
	(void)pc_buf_addf(out, "%s\n%s %s\n\n", pc_device_report_name(report),
		dev->profile->vendor == NULL ? "" : dev->profile->vendor,
		dev->profile->model == NULL ? "" : dev->profile->model);
	line(out, "Serial number", dev->s.serial);
	line(out, "Date", pc_clock_rfc3339(pc_device_wall_ns(dev), date));
	line(out, "IP address", pc_text_from_ipv4(dev->s.address, address));
	(void)pc_buf_addf(out, "%-26s %02X:%02X:%02X:%02X:%02X:%02X\n", "MAC address", m[0], m[1],
		m[2], m[3], m[4], m[5]);
	line(out, "Host name", dev->s.host_name);
}

static void
versions(const struct pc_device *dev, struct pc_buf *out)
{
	for (size_t i = 0; i < dev->profile->n_firmware; i++)
		line(out, dev->profile->firmware[i].name, pc_device_firmware(dev, i));
}

static void
levels(const struct pc_device *dev, struct pc_buf *out)
{
	(void)pc_buf_add_text(out, "\nSupplies\n");
	for (size_t i = 0; i < dev->profile->n_supplies; i++) {
		int32_t permille = pc_device_supply_permille(dev, i);
		char text[32];
		snprintf(
			text, sizeof(text), "%d.%d %%", (int)(permille / 10), (int)(permille % 10));
		line(out, dev->profile->supplies[i].name, permille < 0 ? "not known" : text);
	}
	(void)pc_buf_add_text(out, "\nTrays\n");
	for (size_t i = 0; i < dev->profile->n_trays; i++) {
		const struct pc_profile *p = dev->profile;
		line(out, p->trays[i].name,
			dev->s.trays[i].size < p->n_sizes ? p->sizes[dev->s.trays[i].size]
							  : p->trays[i].size);
	}
}

static void
numbers(const struct pc_device *dev, struct pc_buf *out)
{
	static const char *const names[] = {"Print", "Copy", "Fax", "Images scanned", "Reports"};
	const struct pc_counters *c = &dev->s.counters;
	(void)pc_buf_addf(out, "\nCounters\n%-26s %u\n", "Sides in all", (unsigned)c->life);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)pc_buf_addf(out, "%-26s %u\n", names[i], (unsigned)c->by_function[i]);
	(void)pc_buf_addf(out, "%-26s %u\n%-26s %u\n", "Jams", (unsigned)c->jams, "Starts",
		(unsigned)c->reboots);
}

static void
settings(const struct pc_device *dev, struct pc_buf *out)
{
	struct pc_setting s;
	(void)pc_buf_add_text(out, "\nSettings\n");
	for (size_t i = 0; pc_device_setting_at(dev, i, &s); i++) {
		char name[128];
		snprintf(name, sizeof(name), "%s.%s", s.group, s.name);
		line(out, name, s.value);
	}
	line(out, "Location", dev->s.sys_location);
	line(out, "Contact", dev->s.sys_contact);
}

int
pc_device_report_text(const struct pc_device *dev, enum pc_report report, struct pc_buf *out)
{
	if (report <= PC_REPORT_NONE || report >= PC_REPORTS)
		return PC_E_BADVALUE;
	head(dev, report, out);
	versions(dev, out);
	levels(dev, out);
	if (report == PC_REPORT_CONFIGURATION) {
		numbers(dev, out);
		settings(dev, out);
	}
	return out->err;
}

int
pc_device_report(struct pc_device *dev, enum pc_report report, uint32_t *ret_id)
{
	if (report <= PC_REPORT_NONE || report >= PC_REPORTS)
		return PC_E_BADVALUE;
	if (!pc_device_answers(dev) || dev->s.offline || pc_firmware_is_under_way(dev) ||
		(dev->via == PC_VIA_PANEL &&
			pc_device_option(dev, PC_OPTION_CONSOLE_DISABLED, 0) != 0))
		return PC_E_REFUSED;
	int err = pc_job_report(dev, report, pc_device_report_name(report), ret_id);
	if (err == PC_OK)
		pc_device_audit(dev, "report", pc_device_report_name(report));
	return err;
}
