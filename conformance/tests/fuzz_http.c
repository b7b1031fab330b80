/* Any bytes as an HTTP request and as an answer. The first byte chooses closed and HEAD. */
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "conformance/event-list.h"
#include "conformance/events.h"
#include "conformance/http-parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BODY_MAX = 1 << 16 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_http_message m;
	struct pc_event_list l;
	struct pc_buf out;
	if (size == 0)
		return 0;
	bool closed = (data[0] & 1) != 0;
	bool head = (data[0] & 2) != 0;
	pc_buf_init(&out, BODY_MAX);
	pc_event_list_init(&l);
	for (int response = 0; response < 2; response++) {
		struct pc_bytes b = {data + 1, size - 1};
		int err = pc_http_parse(b.data, b.len, response == 1, closed, head, &m);
		if (err == PC_OK && m.total > b.len)
			abort();
		if (err == PC_OK)
			(void)pc_http_body(&m, &out);
		pc_events_http(&l, (enum pc_event_side)response, b, closed, head);
	}
	pc_event_list_done(&l);
	pc_buf_done(&out);
	return 0;
}
