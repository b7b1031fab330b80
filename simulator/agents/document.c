#include "agents/document.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/record.h"
#include "base/err.h"
#include "base/rand.h"

static const char sent_mark[] = "\"sentDate\":\"";

const char *
pc_agent_version(void)
{
	return "1.0.0";
}

/* FNV-1a, 64 bits. */
static uint64_t
hash(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (const char *p = text; *p != '\0'; p++)
		h = (h ^ (uint8_t)*p) * UINT64_C(0x100000001b3);
	return h;
}

void
pc_document_id(
	const char *agent_id, uint64_t wall_ns, uint64_t counter, char out[PC_DOCUMENT_ID_MAX])
{
	struct pc_rand r;
	uint8_t b[16];
	pc_rand_init(&r, wall_ns ^ hash(agent_id), counter);
	pc_rand_bytes(&r, b, sizeof(b));
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	snprintf(out, PC_DOCUMENT_ID_MAX,
		"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
		b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
		b[15]);
}

static const char *
or_default(const char *text, const char *fallback)
{
	return text == NULL || text[0] == '\0' ? fallback : text;
}

int
pc_document_make(const struct pc_document_agent *a, const char *collection_type,
	const char *document_id, uint64_t due_ns, uint64_t now_ns, const char *devices,
	struct pc_buf *out)
{
	char due[PC_CLOCK_TEXT_MAX], sent[PC_CLOCK_TEXT_MAX];
	pc_record_time(due_ns < now_ns ? due_ns : now_ns, a->offset_minutes, due);
	pc_record_time(now_ns, a->offset_minutes, sent);
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "companyName",
		or_default(a->company_name, "anonymous"), "agentId", a->agent_id, "agentType",
		a->agent_type, "agentVersion", pc_agent_version(), "vendorName", "EPSON",
		"collectionType", collection_type, "dueDate", due, "sentDate", sent, "framework",
		a->framework, "os", a->os, "timeZone", a->time_zone);
	char *agent = o == NULL ? NULL : json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_decref(o);
	if (agent == NULL)
		return -ENOMEM;
	pc_buf_addf(out,
		"{\"schema\":\"ers-collection/1\",\"documentId\":\"%s\",\"agent\":", document_id);
	pc_buf_add_text(out, agent);
	pc_buf_add_text(out, ",\"devices\":[");
	pc_buf_add_text(out, devices);
	free(agent);
	return pc_buf_add_text(out, "]}");
}

void
pc_document_stamp(struct pc_buf *document, uint64_t now_ns, int offset_minutes)
{
	char sent[PC_CLOCK_TEXT_MAX];
	/* A quote inside a JSON text is escaped, so the mark cannot stand in somebody's name. */
	char *at = document->data == NULL ? NULL : strstr((char *)document->data, sent_mark);
	if (at == NULL)
		return;
	at += sizeof(sent_mark) - 1;
	pc_record_time(now_ns, offset_minutes, sent);
	if (strcspn(at, "\"") == strlen(sent))
		memcpy(at, sent, strlen(sent));
}

int
pc_document_zone(const char *text, int *ret_minutes)
{
	*ret_minutes = 0;
	if (strcmp(text, "Z") == 0 || strcmp(text, "UTC") == 0 || strcmp(text, "Etc/UTC") == 0)
		return PC_OK;
	if (strlen(text) != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
		return PC_E_BADVALUE;
	for (size_t i = 1; i < 6; i++) {
		if (i != 3 && (text[i] < '0' || text[i] > '9'))
			return PC_E_BADVALUE;
	}
	int minutes =
		((text[1] - '0') * 10 + text[2] - '0') * 60 + (text[4] - '0') * 10 + text[5] - '0';
	if (minutes > 14 * 60 || text[4] > '5')
		return PC_E_BADVALUE;
	*ret_minutes = text[0] == '-' ? -minutes : minutes;
	return PC_OK;
}
