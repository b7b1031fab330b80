#include "conformance/document.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/types.h>

#include "base/clock.h"

void
pc_document_uuid(char out[37])
{
	uint8_t b[16] = {0};
	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		abort(); /* so few bytes always come; equal UUIDs would make cases lie */
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
		b[13], b[14], b[15]);
}

void
pc_document_write(struct pc_buf *out, const char *document_id, const char *agent_id,
	const char *serial, const char *location)
{
	char now[PC_CLOCK_TEXT_MAX];
	pc_clock_rfc3339(pc_clock_now_wall_ns(), now);
	pc_buf_addf(out,
		"{\"schema\":\"ers-collection/1\",\"documentId\":\"%s\",\"agent\":{"
		"\"companyName\":\"anonymous\",\"agentId\":\"%s\",\"agentType\":\"DC\","
		"\"agentVersion\":\"1.0.0\",\"vendorName\":\"EPSON\",\"collectionType\":"
		"\"periodic\",\"dueDate\":\"%s\",\"sentDate\":\"%s\",\"framework\":\"none\","
		"\"os\":\"conformance\",\"timeZone\":\"+00:00\"},",
		document_id, agent_id, now, now);
	pc_buf_addf(out,
		"\"devices\":[{\"manufacturer\":\"EPSON\",\"model\":\"Conformance Series\","
		"\"ipAddress\":\"127.0.0.9\",\"macAddress\":\"02:00:00:00:00:09\","
		"\"serialNumber\":\"%s\",\"acquiredDate\":\"%s\",\"status\":\"idle\","
		"\"errorCodes\":[],\"consumables\":[{\"kind\":\"ink\",\"color\":\"black\","
		"\"remaining\":61.0,\"level\":61,\"capacity\":100,\"description\":\"Black Ink\"}],"
		"\"location\":\"%s\"}]}",
		serial, now, location);
}
