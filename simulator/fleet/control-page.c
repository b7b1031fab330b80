#include "fleet/control-page.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Made from page/ by ci/cmake/PcEmbed.cmake. */
extern const unsigned char pc_embed_index_html[], pc_embed_page_css[], pc_embed_page_js[];
extern const size_t pc_embed_index_html_len, pc_embed_page_css_len, pc_embed_page_js_len;

static const struct pc_control_page pages[] = {
	{"/", "text/html; charset=utf-8", pc_embed_index_html, &pc_embed_index_html_len},
	{"/page.css", "text/css; charset=utf-8", pc_embed_page_css, &pc_embed_page_css_len},
	{"/page.js", "text/javascript; charset=utf-8", pc_embed_page_js, &pc_embed_page_js_len},
};

const struct pc_control_page *
pc_control_page(const char *path)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (strcmp(pages[i].path, path) == 0)
			return &pages[i];
	}
	return NULL;
}

void
pc_control_etag(const void *data, size_t len, char out[PC_CONTROL_ETAG_MAX])
{
	const uint8_t *p = data;
	uint64_t hash = 14695981039346656037u; /* FNV-1a: no adversary here */
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * 1099511628211u;
	snprintf(out, PC_CONTROL_ETAG_MAX, "\"%016llx\"", (unsigned long long)hash);
}
