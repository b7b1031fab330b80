/* The body of an upload: gzip when it starts like gzip, then JSON, then the collection schema; and
 * the input as a schema of its own. */
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "cloud/body.h"
#include "cloud/schema-collection.h"
#include "cloud/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BODY_MAX = 1 << 20 };

static void
check(const struct pc_schema *schema, const uint8_t *data, size_t size)
{
	char error[PC_BODY_ERROR_MAX];
	struct pc_schema_error e;
	struct pc_buf body;
	pc_buf_init(&body, BODY_MAX);
	const char *encoding = size > 1 && data[0] == 0x1f && data[1] == 0x8b ? "gzip" : NULL;
	if (pc_body_decode(encoding, data, size, &body) == PC_OK) {
		json_t *doc = pc_body_json(body.data, body.len, error);
		if (doc != NULL)
			(void)pc_schema_check(schema, doc, &e);
		json_decref(doc);
	}
	pc_buf_done(&body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pc_schema *collection; /* loaded once; lives as long as the process */
	struct pc_schema *schema = NULL;
	if (collection == NULL && pc_schema_load("collection", pc_schema_collection,
					  pc_schema_collection_len, &collection, NULL) != PC_OK)
		abort();
	check(collection, data, size);
	if (pc_schema_load("input", data, size, &schema, NULL) == PC_OK) {
		check(schema, data, size);
		pc_schema_free(schema);
	}
	return 0;
}
