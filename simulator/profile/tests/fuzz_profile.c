/* Fuzz target: profile files, as YAML and by the table of keys. */
#include "base/err.h"
#include "profile/internal.h"

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
ignore(void *arg, const char *path, const char *json, const char *key)
{
	(void)arg;
	(void)path;
	(void)json;
	(void)key;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag = {{0}};
	int err = pc_profile_load_text(
		(const char *)data, size, "fuzz.yaml", "/nonexistent", &p, &diag);
	if (err != PC_OK && (p != NULL || diag.text[0] == '\0'))
		__builtin_trap();
	if (p != NULL)
		pc_profile_tell(p, ignore, NULL);
	pc_profile_free(p);
	return 0;
}
