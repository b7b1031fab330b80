#include "facts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static size_t
slot_of(const struct facts *f, const char *key)
{
	uint32_t h = 2166136261u;
	for (const char *p = key; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	size_t at = h % FACTS_SLOTS;
	while (f->slots[at] != 0 && strcmp(f->list[f->slots[at] - 1].key, key) != 0)
		at = (at + 1) % FACTS_SLOTS;
	return at;
}

void
facts_clear(struct facts *f)
{
	f->n = 0;
	memset(f->slots, 0, sizeof(f->slots));
}

static struct fact *
place(struct facts *f, const char *key)
{
	size_t at = slot_of(f, key);
	if (f->slots[at] == 0) {
		assert(f->n < FACTS_MAX && strlen(key) < FACT_KEY_MAX);
		snprintf(f->list[f->n].key, FACT_KEY_MAX, "%s", key);
		f->slots[at] = (uint16_t)++f->n;
	}
	return &f->list[f->slots[at] - 1];
}

void
facts_number(struct facts *f, const char *key, int64_t n)
{
	struct fact *p = place(f, key);
	p->is_text = false;
	p->n = n;
	p->text[0] = '\0';
}

void
facts_text(struct facts *f, const char *key, const void *text, size_t len)
{
	struct fact *p = place(f, key);
	p->is_text = true;
	p->n = 0;
	len = len < FACT_TEXT_MAX ? len : FACT_TEXT_MAX - 1;
	memcpy(p->text, text, len);
	p->text[len] = '\0';
}

static const char *
numbered(const char *key, size_t at, char out[FACT_KEY_MAX])
{
	snprintf(out, FACT_KEY_MAX, "%s.%zu", key, at);
	return out;
}

void
facts_number_at(struct facts *f, const char *key, size_t at, int64_t n)
{
	char name[FACT_KEY_MAX];
	facts_number(f, numbered(key, at, name), n);
}

const struct fact *
facts_get(const struct facts *f, const char *key)
{
	size_t at = slot_of(f, key);
	return f->slots[at] == 0 ? NULL : &f->list[f->slots[at] - 1];
}

const struct fact *
facts_get_at(const struct facts *f, const char *key, size_t at)
{
	char name[FACT_KEY_MAX];
	return facts_get(f, numbered(key, at, name));
}

bool
facts_sum(const struct facts *f, const char *key, int64_t *ret)
{
	const struct fact *p = NULL;
	bool any = false;
	*ret = 0;
	for (size_t i = 0; i < 64; i++) {
		p = facts_get_at(f, key, i);
		if (p == NULL && i > 0)
			break;
		*ret += p == NULL ? 0 : p->n;
		any = any || p != NULL;
	}
	return any;
}
