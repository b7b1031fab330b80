#include "base/err.h"

#include <string.h>

const char *
pc_err_text(int err)
{
	static const struct {
		int value;
		const char *text;
	} table[] = {
#define PC_ERR_ROW(name, value, text) {value, text},
		{PC_OK, "ok"}, PC_ERR_LIST(PC_ERR_ROW)
#undef PC_ERR_ROW
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].value == err)
			return table[i].text;
	}
	const char *text = strerrordesc_np(-err);
	return text != NULL ? text : "unknown error";
}

enum pc_exit
pc_err_exit(int err)
{
	if (err == PC_OK)
		return PC_EXIT_PASS;
	if (err == PC_E_USAGE || err == PC_E_SYNTAX)
		return PC_EXIT_USAGE;
	return PC_EXIT_HARNESS;
}
