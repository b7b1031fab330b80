/* What a story draws: numbers, times, shares and texts; and times as people write them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet/story-internal.h"

double
pc_draw_even(struct pc_rand *r)
{
	return (double)(pc_rand_u64(r) >> 11) * 0x1p-53;
}

/* Box and Muller's way to a normal variate; one of the pair is thrown away, so that every draw
 * takes the same two numbers of its stream. */
static double
normal(struct pc_rand *r)
{
	double u = 1 - pc_draw_even(r);
	double v = pc_draw_even(r);
	return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

static const struct pc_draw_choice *
choose(const struct pc_draw *d, struct pc_rand *r)
{
	double at = pc_draw_even(r) * d->weights;
	size_t i = 0;
	while (i + 1 < d->n_choices && at >= d->choices[i].weight)
		at -= d->choices[i++].weight;
	return &d->choices[i];
}

double
pc_draw_number(const struct pc_draw *d, struct pc_rand *r, double fallback)
{
	double v = d->a;
	if (d->kind == PC_DRAW_NONE)
		return fallback;
	if (d->kind == PC_DRAW_UNIFORM)
		v = d->a + pc_draw_even(r) * (d->b - d->a);
	else if (d->kind == PC_DRAW_EXPONENTIAL)
		v = -d->a * log(1 - pc_draw_even(r));
	else if (d->kind == PC_DRAW_LOGNORMAL)
		v = d->a * exp(d->b * normal(r));
	else if (d->kind == PC_DRAW_CHOICE)
		v = choose(d, r)->value;
	return v < d->min ? d->min : v > d->max ? d->max : v;
}

uint32_t
pc_draw_count(const struct pc_draw *d, struct pc_rand *r, uint32_t fallback)
{
	struct pc_draw whole = *d;
	if (d->kind == PC_DRAW_NONE)
		return fallback;
	if (d->kind == PC_DRAW_UNIFORM) { /* its ends as likely as what lies between */
		whole.a = d->a - 0.5;
		whole.b = d->b + 0.5;
	}
	return (uint32_t)floor(pc_draw_number(&whole, r, fallback) + 0.5);
}

const char *
pc_draw_text(const struct pc_draw *d, struct pc_rand *r, const char *fallback)
{
	if (d->kind == PC_DRAW_NONE)
		return fallback;
	return d->kind == PC_DRAW_CHOICE ? choose(d, r)->text : d->text;
}

bool
pc_draw_share(const struct pc_draw *d, struct pc_rand *r, bool fallback)
{
	if (d->kind == PC_DRAW_NONE)
		return fallback;
	double share = pc_draw_number(d, r, 0);
	return pc_draw_even(r) < share;
}

static const struct {
	const char *name;
	double ms;
} units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};

bool
pc_story_time(const char *text, double *ret_ms)
{
	double sum = 0;
	size_t next = 0; /* units go down, each once */
	if (*text == '\0')
		return false;
	for (const char *p = text; *p != '\0';) {
		char *end = NULL;
		size_t len, unit = next;
		if (*p < '0' || *p > '9')
			return false;
		double v = strtod(p, &end);
		if (strspn(p, "0123456789.") != (size_t)(end - p))
			return false;
		len = strspn(end, "dhms");
		while (unit < 5 && (strlen(units[unit].name) != len ||
					   memcmp(units[unit].name, end, len) != 0))
			unit++;
		if (unit == 5)
			return false;
		sum += v * units[unit].ms;
		next = unit + 1;
		p = end + len;
	}
	*ret_ms = sum;
	return true;
}

const char *
pc_story_time_text(double ms, char out[PC_STORY_TIME_TEXT])
{
	size_t used = 0;
	double left = floor(ms + 0.5);
	out[0] = '\0';
	for (size_t i = 0; i < 5; i++) {
		double n = floor(left / units[i].ms);
		if (n < 1)
			continue;
		left -= n * units[i].ms;
		int len =
			snprintf(out + used, PC_STORY_TIME_TEXT - used, "%.0f%s", n, units[i].name);
		used += (size_t)len;
	}
	if (used == 0)
		snprintf(out, PC_STORY_TIME_TEXT, "0s");
	return out;
}
