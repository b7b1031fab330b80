#include "services/slp-printer.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

struct list {
	const struct pc_device *dev;
	const struct pc_profile *profile;
	const struct pc_slp_service *services;
	size_t n_services;
	char *out;
	size_t size, at;
	size_t values; /* of the attribute being written */
	int err;
};

size_t
pc_slp_services(const struct pc_device *dev, struct pc_slp_service out[PC_SLP_SERVICES_MAX])
{
	const struct pc_profile *p = pc_device_profile(dev);
	char address[PC_TEXT_ADDR_MAX];
	size_t n = 0;
	pc_text_from_ipv4(pc_device_state(dev)->address, address);
	if (p->ports.lpd) {
		out[n].type = "service:printer:lpr";
		(void)snprintf(out[n].url, sizeof(out[n].url), "%s://%s/%s", out[n].type, address,
			p->lpd_queue);
		n++;
	}
	if (p->ports.raw) {
		out[n].type = "service:printer:raw-tcp";
		(void)snprintf(out[n].url, sizeof(out[n].url), "%s://%s:%u", out[n].type, address,
			p->ports.raw_port);
		n++;
	}
	return n;
}

static void
put(struct list *l, const char *text)
{
	size_t n = strlen(text);
	if (l->err == PC_OK && l->at + n + 1 > l->size)
		l->err = PC_E_NOSPACE;
	if (l->err != PC_OK)
		return;
	memcpy(l->out + l->at, text, n + 1);
	l->at += n;
}

/* One value more of the attribute. */
static void
value(struct list *l, const char *text)
{
	if (l->values++ > 0)
		put(l, ",");
	if (l->err == PC_OK)
		l->err = pc_slp_escape(text, l->out, l->size, &l->at);
}

static void
number(struct list *l, int64_t n)
{
	char text[24];
	(void)snprintf(text, sizeof(text), "%lld", (long long)n);
	value(l, text);
}

static void
put_uri(struct list *l)
{
	for (size_t i = 0; i < l->n_services; i++)
		value(l, l->services[i].url);
}

static void
put_name(struct list *l)
{
	const struct pc_device_state *s = pc_device_state(l->dev);
	value(l, s->printer_name != NULL && s->printer_name[0] != '\0' ? s->printer_name
								       : s->host_name);
}

static void
put_location(struct list *l)
{
	value(l, pc_device_state(l->dev)->sys_location);
}

static void
put_info(struct list *l)
{
	value(l, l->profile->summary == NULL ? "" : l->profile->summary);
}

static void
put_more_info(struct list *l)
{
	char address[PC_TEXT_ADDR_MAX], url[64];
	if (!l->profile->ports.http)
		return;
	(void)snprintf(url, sizeof(url), "http://%s/",
		pc_text_from_ipv4(pc_device_state(l->dev)->address, address));
	value(l, url);
}

static void
put_model(struct list *l)
{
	char text[160];
	(void)snprintf(text, sizeof(text), "%s %s", l->profile->vendor, l->profile->model);
	value(l, text);
}

static void
put_language(struct list *l)
{
	value(l, pc_device_localization(l->profile, 0).language);
}

static void
put_languages(struct list *l)
{
	for (size_t i = 0; i < pc_device_localizations(l->profile); i++)
		value(l, pc_device_localization(l->profile, i).language);
}

/* Spec: PrtInterpreterLangFamilyTC and the MIME types registered for them */
static const struct {
	int32_t family;
	const char *type;
} formats[] = {{3, "application/vnd.hp-PCL"}, {47, "application/vnd.hp-PCLXL"},
	{6, "application/postscript"}, {54, "application/pdf"}, {4, "application/vnd.hp-HPGL"},
	{-1, NULL}};

static void
put_formats(struct list *l)
{
	value(l, "application/octet-stream");
	for (size_t i = 0; formats[i].type != NULL; i++) {
		for (size_t k = 0; k < l->profile->n_interpreters; k++) {
			if (l->profile->interpreters[k].family == formats[i].family) {
				value(l, formats[i].type);
				break;
			}
		}
	}
}

static void
put_color(struct list *l)
{
	value(l, l->profile->color ? "true" : "false");
}

static void
put_ppm(struct list *l)
{
	number(l, l->profile->ppm);
}

static void
put_ppm_color(struct list *l)
{
	if (l->profile->color)
		number(l, l->profile->ppm);
}

/* Spec: FinDeviceTypeTC to the words of RFC 2911 finishings-supported */
static void
put_finishings(struct list *l)
{
	static const char *const words[] = {
		[3] = "staple", [5] = "bind", [6] = "trim", [8] = "punch"};
	for (size_t i = 0; i < l->profile->n_finishers; i++) {
		size_t type = (size_t)l->profile->finishers[i].type;
		if (type < sizeof(words) / sizeof(words[0]) && words[type] != NULL)
			value(l, words[type]);
	}
	if (l->values == 0)
		value(l, "none");
}

static void
put_sides(struct list *l)
{
	value(l, "one-sided");
	if (l->profile->duplex) {
		value(l, "two-sided-long-edge");
		value(l, "two-sided-short-edge");
	}
}

static void
put_media(struct list *l)
{
	for (size_t i = 0; i < l->profile->n_sizes; i++) {
		if (strcmp(l->profile->sizes[i], "other") != 0)
			value(l, l->profile->sizes[i]);
	}
}

static void
put_media_local(struct list *l)
{
	for (size_t i = 0; i < l->profile->n_trays; i++) {
		bool told = false;
		for (size_t k = 0; k < i && !told; k++)
			told = strcmp(l->profile->trays[i].size, l->profile->trays[k].size) == 0;
		if (!told)
			value(l, l->profile->trays[i].size);
	}
}

static void
put_resolution(struct list *l)
{
	char text[64];
	(void)snprintf(text, sizeof(text), "%d x %d dpi", l->profile->resolution_x,
		l->profile->resolution_y);
	value(l, text);
}

static void
put_operator(struct list *l)
{
	value(l, pc_device_option_text(l->dev, PC_OPTION_OPERATOR, 0));
}

static void
put_service_person(struct list *l)
{
	value(l, pc_device_option_text(l->dev, PC_OPTION_SERVICE_PERSON, 0));
}

/* In the order of the template; one without a function has always the same value. */
static const struct {
	const char *tag;
	void (*put)(struct list *l);
	const char *fixed;
} attributes[] = {
	{"printer-uri", put_uri, NULL},
	{"printer-name", put_name, NULL},
	{"printer-location", put_location, NULL},
	{"printer-info", put_info, NULL},
	{"printer-more-info", put_more_info, NULL},
	{"printer-make-and-model", put_model, NULL},
	{"printer-natural-language-configured", put_language, NULL},
	{"printer-natural-languages-supported", put_languages, NULL},
	{"charset-configured", NULL, "utf-8"},
	{"charset-supported", NULL, "utf-8"},
	{"document-format-default", NULL, "application/octet-stream"},
	{"document-format-supported", put_formats, NULL},
	{"color-supported", put_color, NULL},
	{"compression-supported", NULL, "none"},
	{"pages-per-minute", put_ppm, NULL},
	{"pages-per-minute-color", put_ppm_color, NULL},
	{"finishings-supported", put_finishings, NULL},
	{"number-up-supported", NULL, "1"},
	{"sides-supported", put_sides, NULL},
	{"media-supported", put_media, NULL},
	{"media-local-supported", put_media_local, NULL},
	{"printer-resolution-supported", put_resolution, NULL},
	{"print-quality-supported", NULL, "normal"},
	{"copies-supported", NULL, "999"},
	{"job-sheets-supported", NULL, "none"},
	{"uri-authentication-supported", NULL, "none"},
	{"uri-security-supported", NULL, "none"},
	{"security-mechanisms-supported", NULL, "none"},
	{"operator", put_operator, NULL},
	{"service-person", put_service_person, NULL},
};

/* An attribute that has no value is left out. */
static void
put_attribute(struct list *l, const char *tag, void (*fn)(struct list *l), const char *fixed)
{
	size_t before = l->at;
	if (l->at > 0)
		put(l, ",");
	put(l, "(");
	put(l, tag);
	put(l, "=");
	size_t empty = l->at;
	l->values = 0;
	if (fn != NULL)
		fn(l);
	else
		value(l, fixed);
	if (l->err == PC_OK && l->at == empty) {
		l->at = before;
		l->out[before] = '\0';
		return;
	}
	put(l, ")");
}

int
pc_slp_printer_attributes(const struct pc_device *dev, const struct pc_slp_service *services,
	size_t n, char *out, size_t size)
{
	struct list l = {.dev = dev,
		.profile = pc_device_profile(dev),
		.services = services,
		.n_services = n,
		.out = out,
		.size = size};
	char more[1024];
	out[0] = '\0';
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		put_attribute(&l, attributes[i].tag, attributes[i].put, attributes[i].fixed);
	if (l.profile->slp.attributes != NULL &&
		pc_device_expand(dev, l.profile->slp.attributes, more, sizeof(more)) == PC_OK) {
		put(&l, ",");
		put(&l, more);
	}
	return l.err;
}

static void
put_mac(struct list *l)
{
	char text[16];
	pc_text_hex(pc_device_state(l->dev)->mac, 6, text);
	value(l, text);
}

/* As it is: installers read up to the bracket and know no escapes. */
static void
put_device_id(struct list *l)
{
	char text[1024];
	if (l->profile->device_id_1284 == NULL ||
		pc_device_expand(l->dev, l->profile->device_id_1284, text, sizeof(text)) != PC_OK)
		return;
	for (char *c = text; *c != '\0'; c++) {
		if (*c == '(' || *c == ')')
			*c = ' ';
	}
	put(l, text);
}

static void
put_host(struct list *l)
{
	value(l, pc_device_state(l->dev)->host_name);
}

static void
put_address(struct list *l)
{
	char text[PC_TEXT_ADDR_MAX];
	value(l, pc_text_from_ipv4(pc_device_state(l->dev)->address, text));
}

int
pc_slp_hpnp_attributes(const struct pc_device *dev, char *out, size_t size)
{
	struct list l = {.dev = dev, .profile = pc_device_profile(dev), .out = out, .size = size};
	out[0] = '\0';
	put_attribute(&l, "x-hp-mac", put_mac, NULL);
	put_attribute(&l, "x-hp-num_port", NULL, "01");
	put_attribute(&l, "x-hp-ip", put_address, NULL);
	put_attribute(&l, "x-hp-hn", put_host, NULL);
	put_attribute(&l, "x-hp-p1", put_device_id, NULL);
	return l.err;
}
