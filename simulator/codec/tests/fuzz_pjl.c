/* The first byte chooses the chunk size; every line is parsed; no byte is lost or doubled. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/pjl-path.h"
#include "codec/pjl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

/* A name that is taken has no way out of its volume. */
static void
check_names(const struct pc_pjl_command *cmd)
{
	char path[PC_PJL_PATH_MAX];
	unsigned volume = 0;
	for (size_t i = 0; i < cmd->n_options; i++) {
		if (pc_pjl_path_read(cmd->options[i].value, &volume, path) != PC_PJL_FILE_OK)
			continue;
		check(volume < 10 && strlen(path) < PC_PJL_PATH_MAX && path[0] != '/');
		check(strstr(path, "/../") == NULL && strncmp(path, "../", 3) != 0);
		check(strchr(path, '\\') == NULL && strchr(path, ':') == NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_pjl_scanner s = {0};
	struct pc_pjl_item it = {0};
	struct pc_pjl_command cmd;
	const uint8_t *held = NULL;
	if (size == 0)
		return 0;
	size_t chunk = data[0] % 64u + 1, seen = 0;
	for (size_t at = 1; at < size;) {
		size_t end = size - at < chunk ? size : at + chunk;
		do {
			at += pc_pjl_feed(&s, data + at, end - at, &it);
			check(at <= end);
			if (it.step == PC_PJL_UEL)
				seen += PC_PJL_UEL_BYTES;
			else if (it.step != PC_PJL_MORE)
				seen += it.len;
			if (it.step != PC_PJL_LINE || pc_pjl_parse(it.data, it.len, &cmd) != 0)
				continue;
			check_names(&cmd);
			if (strcmp(cmd.name, "ENTER") == 0)
				pc_pjl_enter_data(&s);
		} while (it.step != PC_PJL_MORE);
		check(at == end);
	}
	seen += pc_pjl_finish(&s, &held);
	check(seen <= size - 1); /* line ends and what was over the limit are not counted */
	return 0;
}
