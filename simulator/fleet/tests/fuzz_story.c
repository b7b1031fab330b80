/* Fuzz target: story files, as YAML and by the table of keys; what was read is shown and drawn. */
#include <string.h>

#include "base/err.h"
#include "fleet/story-internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libfyaml 0.7.12 forgets the buffer of a long quoted text when the parser stops right behind it.
 * Once a file, and files are ours; unit tests keep watching what we allocate through it. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfyaml.so\n";
}

static void
draw(const struct pc_story_step *steps, size_t n, struct pc_rand *r)
{
	for (size_t i = 0; i < n; i++) {
		const struct pc_story_step *s = &steps[i];
		double ms = pc_draw_number(&s->every, r, 1);
		uint32_t pages = pc_draw_count(&s->pages, r, 1);
		if (ms < 1 || pages < 1 || pages > 100000 || pc_draw_text(&s->user, r, "u") == NULL)
			__builtin_trap();
		draw(s->steps, s->n_steps, r);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_story *s = NULL;
	struct pc_diag diag = {{0}};
	struct pc_rand r;
	struct pc_buf text;
	int err = pc_story_parse((const char *)data, size, "fuzz.yaml", &s, &diag);
	if (err != PC_OK && (s != NULL || diag.text[0] == '\0'))
		__builtin_trap();
	if (s == NULL)
		return 0;
	pc_rand_init(&r, 1, 1);
	pc_buf_init(&text, 1 << 20);
	pc_story_show(s, &text);
	draw(s->steps, s->n_steps, &r);
	pc_buf_done(&text);
	pc_story_free(s);
	return 0;
}
