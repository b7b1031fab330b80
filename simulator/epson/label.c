/* The status text of Epson's label printers. Spec: recorded block of a CW-C6500Au */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "epson/status.h"
#include "wire/wire.h"

enum { INKS = 4, TEXT_MAX = 96 };

static void
record(struct pc_writer *w, const char *text)
{
	pc_write_u8(w, 0x02);
	pc_write_text(w, text);
	pc_write_text(w, "\x03\r\n");
}

static bool
is_low(const struct pc_device *dev, unsigned color)
{
	const struct pc_profile *p = pc_device_profile(dev);
	for (size_t i = 0; i < p->n_supplies; i++) {
		if (p->supplies[i].colorant != NULL &&
			pc_epson_ink_color(p->supplies[i].colorant) == color &&
			pc_device_state(dev)->supplies[i].state == PC_SUPPLY_LOW)
			return true;
	}
	return false;
}

/* "WN,IC1,IM1,IY1": inks that are low, by their letter, black last; "WN" alone when none is
 * (harness-defined). */
static void
warnings(struct pc_writer *w, const struct pc_device *dev)
{
	static const char letters[INKS] = {'K', 'C', 'M', 'Y'};
	char text[TEXT_MAX] = "WN";
	for (unsigned i = 1; i <= INKS; i++) {
		size_t n = strlen(text);
		if (is_low(dev, i % INKS))
			(void)snprintf(text + n, sizeof(text) - n, ",I%c1", letters[i % INKS]);
	}
	record(w, text);
}

/* Levels of black, cyan, magenta and yellow in per cent, as hex; the box before them. */
static void
levels(struct pc_writer *w, const struct pc_device *dev, const struct pc_epson_facts *facts)
{
	const struct pc_profile *p = pc_device_profile(dev);
	unsigned inks[INKS] = {0}, box = 0;
	char text[TEXT_MAX];
	for (size_t i = 0; i < p->n_supplies; i++) {
		int32_t percent = pc_epson_percent(dev, facts, i);
		unsigned level = percent < 0 ? 0 : (unsigned)percent;
		const char *colorant = p->supplies[i].colorant;
		if (p->supplies[i].receptacle)
			box = level;
		else if (colorant != NULL && pc_epson_ink_type(colorant) != 0 &&
			 pc_epson_ink_color(colorant) < INKS)
			inks[pc_epson_ink_color(colorant)] = level;
	}
	(void)snprintf(text, sizeof(text), "MN,%02X", box);
	record(w, text);
	(void)snprintf(
		text, sizeof(text), "IQ,%02X,%02X,%02X,%02X", inks[0], inks[1], inks[2], inks[3]);
	record(w, text);
}

/* State and error; of the codes only idle and no error are known, the others are harness-defined.
 */
static void
state_and_error(struct pc_writer *w, int state, int error)
{
	bool busy = state != PC_ST2_IDLE && state != PC_ST2_ERROR;
	char text[TEXT_MAX] = "^S(SEA,E,NE";
	record(w, state == PC_ST2_ERROR ? "^S(SMA,S,ER" : busy ? "^S(SMA,S,BU" : "^S(SMA,S,IL");
	if (error != PC_ST2_NONE)
		(void)snprintf(text, sizeof(text), "^S(SEA,E,%02X", (unsigned)error);
	record(w, text);
}

int
pc_epson_label(const struct pc_device *dev, const struct pc_epson_facts *facts, uint8_t *out,
	size_t size, size_t *ret_len)
{
	struct pc_writer w;
	char text[TEXT_MAX];
	int state = 0, error = 0;
	pc_epson_state(dev, &state, &error);
	pc_writer_init(&w, out, size);
	state_and_error(&w, state, error);
	warnings(&w, dev);
	record(&w, "^S(CLM,P,ER");
	(void)snprintf(text, sizeof(text), "^S(IMF,V,%s", pc_epson_firmware(dev, "Main FW"));
	record(&w, text);
	levels(&w, dev, facts);
	(void)snprintf(text, sizeof(text), "^S(IMP,S,%s", facts->serial);
	record(&w, text);
	record(&w, "^S(SPA,P,F");
	record(&w, "^S(SPA,S,F");
	record(&w, "^S(SPA,O,NW");
	(void)snprintf(
		text, sizeof(text), "^S(SEA,F,%04X", error == PC_ST2_NONE ? 0u : (unsigned)error);
	record(&w, text);
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}
