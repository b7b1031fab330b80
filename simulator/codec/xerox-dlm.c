#include "codec/xerox-dlm.h"

#include <string.h>

#include "base/err.h"

static const struct {
	const char *key;
	size_t field; /* offset in struct pc_xerox_dlm */
} attributes[] = {
	{"%%OID_ATT_DLM_NAME ", offsetof(struct pc_xerox_dlm, name)},
	{"%%OID_ATT_DLM_VERSION ", offsetof(struct pc_xerox_dlm, version)},
	{"%%OID_ATT_DLM_SIGNATURE ", offsetof(struct pc_xerox_dlm, signature)},
};

static bool
line_is(const char *line, size_t len, const char *text)
{
	return strlen(text) == len && memcmp(line, text, len) == 0;
}

/* A value, without the quotes around it. */
static void
copy_value(char *out, const char *text, size_t len)
{
	if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	size_t n = len < PC_DLM_TEXT_MAX - 1 ? len : PC_DLM_TEXT_MAX - 1;
	memcpy(out, text, n);
	out[n] = '\0';
}

static void
take_line(struct pc_xerox_dlm *d, bool *is_module, const char *line, size_t len)
{
	static const char module[] = "%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE";
	*is_module |= line_is(line, len, module);
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		size_t n = strlen(attributes[i].key);
		if (len > n && memcmp(line, attributes[i].key, n) == 0)
			copy_value((char *)d + attributes[i].field, line + n, len - n);
	}
}

int
pc_xerox_dlm_read(const uint8_t *data, size_t len, struct pc_xerox_dlm *ret)
{
	struct pc_xerox_dlm d = {.payload = 0};
	bool begun = false, is_module = false;
	const char *text = (const char *)data;
	if (len > PC_DLM_HEADER_MAX)
		len = PC_DLM_HEADER_MAX;
	for (size_t at = 0; at < len;) {
		const char *lf = memchr(text + at, '\n', len - at);
		if (lf == NULL)
			break;
		size_t n = (size_t)(lf - (text + at));
		const char *line = text + at;
		at += n + 1;
		if (n > 0 && line[n - 1] == '\r')
			n--;
		if (line_is(line, n, "%%XRXbegin")) {
			begun = true;
		} else if (begun && line_is(line, n, "%%XRXend")) {
			d.payload = at;
			if (is_module)
				*ret = d;
			return is_module ? PC_OK : PC_E_BADVALUE;
		} else if (begun) {
			take_line(&d, &is_module, line, n);
		}
	}
	return begun ? PC_E_TRUNCATED : PC_E_NOTFOUND;
}
