/* codec/xerox-dlm: the text header of Xerox firmware and clone files (dynamic loadable modules)
 * that are sent to a print port as a job. Pure functions over bytes. */
#ifndef PC_CODEC_XEROX_DLM_H
#define PC_CODEC_XEROX_DLM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PC_DLM_HEADER_MAX = 1000, PC_DLM_TEXT_MAX = 128 };

struct pc_xerox_dlm {
	char name[PC_DLM_TEXT_MAX];      /* OID_ATT_DLM_NAME */
	char version[PC_DLM_TEXT_MAX];   /* OID_ATT_DLM_VERSION; NO_DLM_VERSION_CHECK as it came */
	char signature[PC_DLM_TEXT_MAX]; /* OID_ATT_DLM_SIGNATURE, hex digits */
	size_t payload;                  /* offset of the first octet after the header */
};

/* Read the header within the first PC_DLM_HEADER_MAX octets. PC_OK; PC_E_NOTFOUND: no such header,
 * an ordinary print job; PC_E_TRUNCATED: it begins but %%XRXend is missing; PC_E_BADVALUE: a
 * complete header of another job type. Long values are cut. */
int pc_xerox_dlm_read(const uint8_t *data, size_t len, struct pc_xerox_dlm *ret);

#endif
