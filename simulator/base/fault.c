#include "base/fault.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"

int
pc_fault_arm(const struct pc_fault_row *table, size_t rows, const char *name, pc_fault_set *set,
	struct pc_diag *diag)
{
	struct pc_buf known;
	for (size_t i = 0; i < rows; i++) {
		if (strcmp(table[i].name, name) == 0) {
			*set |= (pc_fault_set)1 << table[i].bit;
			return PC_OK;
		}
	}
	pc_buf_init(&known, PC_DIAG_MAX);
	for (size_t i = 0; i < rows; i++)
		pc_buf_addf(&known, "%s%s", i == 0 ? "" : ", ", table[i].name);
	pc_diag_set(diag, "unknown fault '%s'; known: %s", name, pc_buf_text(&known));
	pc_buf_done(&known);
	return PC_E_NOTFOUND;
}

const char *
pc_fault_source_of(const struct pc_fault_source *table, size_t rows, unsigned bit)
{
	for (size_t i = 0; i < rows; i++) {
		if (table[i].bit == bit)
			return table[i].text;
	}
	return NULL;
}
