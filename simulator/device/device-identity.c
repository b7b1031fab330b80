#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rand.h"
#include "base/text.h"
#include "device/internal.h"

/* Separate streams of the run's seed, so that a new user of one does not move the others. */
enum { STREAM_UUID = 0x55554944, STREAM_LETTERS = 0x4c455454 };

enum { LETTERS_MAX = 16, WORD_MAX = 16 };

struct out {
	char *text;
	size_t size, len;
	bool full;
};

static void
put(struct out *o, const char *text, size_t len)
{
	if (o->full || len >= o->size - o->len) {
		o->full = true;
		return;
	}
	memcpy(o->text + o->len, text, len);
	o->len += len;
	o->text[o->len] = '\0';
}

static void
put_hex(struct out *o, const uint8_t *data, size_t n)
{
	char two[3];
	for (size_t i = 0; i < n; i++) {
		snprintf(two, sizeof(two), "%02X", (unsigned)data[i]);
		put(o, two, 2);
	}
}

static int
expand_number(const struct pc_device *dev, unsigned width, struct out *o)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%0*u", (int)width, (unsigned)dev->s.number);
	put(o, text, (size_t)n);
	return PC_OK;
}

static int
expand_mac3(const struct pc_device *dev, unsigned width, struct out *o)
{
	(void)width;
	put_hex(o, dev->s.mac + 3, 3);
	return PC_OK;
}

static int
expand_serial(const struct pc_device *dev, unsigned width, struct out *o)
{
	(void)width;
	put(o, dev->s.serial, strlen(dev->s.serial));
	return PC_OK;
}

static int
expand_serialhex(const struct pc_device *dev, unsigned width, struct out *o)
{
	(void)width;
	put_hex(o, (const uint8_t *)dev->s.serial, strlen(dev->s.serial));
	return PC_OK;
}

static int
expand_model(const struct pc_device *dev, unsigned width, struct out *o)
{
	(void)width;
	if (dev->profile->model != NULL)
		put(o, dev->profile->model, strlen(dev->profile->model));
	return PC_OK;
}

static int
expand_ip(const struct pc_device *dev, unsigned width, struct out *o)
{
	char text[PC_TEXT_ADDR_MAX];
	(void)width;
	pc_text_from_ipv4(dev->s.address, text);
	put(o, text, strlen(text));
	return PC_OK;
}

static int
expand_letters(const struct pc_device *dev, unsigned width, struct out *o)
{
	static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	struct pc_rand r;
	pc_rand_init(&r, dev->env->seed ^ STREAM_LETTERS, dev->s.number);
	for (unsigned i = 0; i < (width == 0 ? 1 : width); i++)
		put(o, &base32[pc_rand_below(&r, 32)], 1);
	return PC_OK;
}

static const struct {
	const char *name;
	bool has_width;
	int (*expand)(const struct pc_device *dev, unsigned width, struct out *o);
} words[] = {
	{"n", true, expand_number},
	{"m3", false, expand_mac3},
	{"serial", false, expand_serial},
	{"serialhex", false, expand_serialhex},
	{"model", false, expand_model},
	{"ip", false, expand_ip},
	{"x", true, expand_letters},
};

/* `word` is what stands between the braces. */
static int
expand_word(const struct pc_device *dev, const char *word, struct out *o)
{
	const char *colon = strchr(word, ':');
	size_t n = colon == NULL ? strlen(word) : (size_t)(colon - word);
	uint64_t width = 0;
	if (colon != NULL && pc_text_u64(colon + 1, 1, LETTERS_MAX, &width) != PC_OK)
		return PC_E_BADVALUE;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].name) == n && memcmp(words[i].name, word, n) == 0)
			return colon != NULL && !words[i].has_width
				       ? PC_E_BADVALUE
				       : words[i].expand(dev, (unsigned)width, o);
	}
	return PC_E_BADVALUE;
}

int
pc_device_expand(const struct pc_device *dev, const char *template, char *out, size_t size)
{
	struct out o = {out, size, 0, false};
	if (size == 0)
		return PC_E_NOSPACE;
	out[0] = '\0';
	for (const char *p = template; *p != '\0';) {
		char word[WORD_MAX];
		if (*p != '{') {
			put(&o, p++, 1);
			continue;
		}
		const char *end = strchr(p, '}');
		if (end == NULL || (size_t)(end - p) > sizeof(word))
			return PC_E_BADVALUE;
		memcpy(word, p + 1, (size_t)(end - p) - 1);
		word[end - p - 1] = '\0';
		int err = expand_word(dev, word, &o);
		if (err != PC_OK)
			return err;
		p = end + 1;
	}
	return o.full ? PC_E_NOSPACE : PC_OK;
}

/* Adds the number to the last three bytes; the first three stay the maker's. */
static void
fill_mac(struct pc_device *dev)
{
	const uint8_t *base = dev->profile->identity.mac_base;
	uint32_t low = (uint32_t)base[3] << 16 | (uint32_t)base[4] << 8 | base[5];
	low += dev->s.number;
	memcpy(dev->s.mac, base, 3);
	dev->s.mac[3] = (uint8_t)(low >> 16);
	dev->s.mac[4] = (uint8_t)(low >> 8);
	dev->s.mac[5] = (uint8_t)low;
}

/* Spec: RFC 9562 s5.4 (random UUID), drawn from the run's seed. */
static void
fill_uuid(struct pc_device *dev)
{
	struct pc_rand r;
	pc_rand_init(&r, dev->env->seed ^ STREAM_UUID, dev->s.number);
	pc_rand_bytes(&r, dev->s.uuid, sizeof(dev->s.uuid));
	dev->s.uuid[6] = (uint8_t)((dev->s.uuid[6] & 0x0f) | 0x40);
	dev->s.uuid[8] = (uint8_t)((dev->s.uuid[8] & 0x3f) | 0x80);
}

static int
expand_or_empty(const struct pc_device *dev, const char *template, char *out, size_t size)
{
	return pc_device_expand(dev, template == NULL ? "" : template, out, size);
}

/* The template's text; `same` itself where it says the same, since 10,000 copies cost memory. */
static int
fill_text(struct pc_device *dev, const char *template, const char *same, enum pc_text which,
	const char **field)
{
	char text[PC_SYS_TEXT_MAX];
	int err = expand_or_empty(dev, template, text, sizeof(text));
	if (err != PC_OK)
		return err;
	if (same == NULL || strcmp(text, same) != 0)
		return pc_text_keep(dev, which, field, text);
	*field = same;
	free(dev->texts[which]);
	dev->texts[which] = NULL;
	return PC_OK;
}

int
pc_identity_fill(struct pc_device *dev)
{
	const struct pc_profile *p = dev->profile;
	struct pc_device_state *s = &dev->s;
	int err;
	fill_mac(dev);
	fill_uuid(dev);
	err = expand_or_empty(dev, p->identity.serial, s->serial, sizeof(s->serial));
	if (err == PC_OK)
		err = expand_or_empty(dev, p->identity.host_name, s->host_name, PC_NAME_MAX);
	s->sys_contact = p->contact == NULL ? "" : p->contact;
	s->sys_location = p->location == NULL ? "" : p->location;
	if (err == PC_OK)
		err = fill_text(
			dev, p->identity.sys_name, s->host_name, PC_TEXT_SYS_NAME, &s->sys_name);
	return err == PC_OK
		       ? fill_text(dev, p->model, p->model, PC_TEXT_PRINTER_NAME, &s->printer_name)
		       : err;
}
