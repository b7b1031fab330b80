#include "codec/dns.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

enum { LABEL_KIND = 0xc0, POINTER = 0xc0, NO_POINTER = 0xffff };

int
pc_dns_read_header(struct pc_reader *r, struct pc_dns_header *ret)
{
	struct pc_dns_header h = {.id = pc_read_be16(r), .flags = 0};
	h.flags = pc_read_be16(r);
	h.questions = pc_read_be16(r);
	h.answers = pc_read_be16(r);
	h.authority = pc_read_be16(r);
	h.additional = pc_read_be16(r);
	if (r->err == PC_OK)
		*ret = h;
	return r->err;
}

/* Copy labels up to a pointer or the root. *ret_target is where the pointer leads,
 * NO_POINTER after the root. */
static int
read_labels(struct pc_reader *r, struct pc_dns_name *name, size_t *ret_target)
{
	for (;;) {
		uint8_t n = pc_read_u8(r);
		if ((n & LABEL_KIND) == POINTER) {
			*ret_target = (size_t)(n & ~LABEL_KIND) << 8 | pc_read_u8(r);
			return r->err;
		}
		if ((n & LABEL_KIND) != 0 || name->len + 1 + n > PC_DNS_NAME_MAX)
			return PC_E_BADVALUE;
		const uint8_t *label = pc_read_bytes(r, n);
		if (label == NULL)
			return PC_E_TRUNCATED;
		name->bytes[name->len++] = n;
		memcpy(name->bytes + name->len, label, n);
		name->len = (uint8_t)(name->len + n);
		if (n == 0) {
			*ret_target = NO_POINTER;
			return PC_OK;
		}
	}
}

/* Every pointer must lead to before the run of labels it ends, so that there are no loops. */
int
pc_dns_read_name(struct pc_reader *r, struct pc_dns_name *ret)
{
	struct pc_dns_name name = {0};
	size_t target = 0, limit = r->at;
	int err = read_labels(r, &name, &target);
	while (err == PC_OK && target != NO_POINTER) {
		if (target < PC_DNS_HEADER_BYTES || target >= limit)
			return PC_E_BADVALUE;
		struct pc_reader back = {.data = r->data, .len = r->len, .at = target};
		limit = target;
		err = read_labels(&back, &name, &target);
	}
	if (err == PC_OK)
		*ret = name;
	return err;
}

int
pc_dns_read_question(struct pc_reader *r, struct pc_dns_question *ret)
{
	int err = pc_dns_read_name(r, &ret->name);
	if (err != PC_OK)
		return err;
	ret->type = pc_read_be16(r);
	ret->class = pc_read_be16(r);
	return r->err;
}

int
pc_dns_read_record(struct pc_reader *r, struct pc_dns_record *ret)
{
	int err = pc_dns_read_name(r, &ret->name);
	if (err != PC_OK)
		return err;
	ret->type = pc_read_be16(r);
	ret->class = pc_read_be16(r);
	ret->ttl = pc_read_be32(r);
	ret->len = pc_read_be16(r);
	ret->data = pc_read_bytes(r, ret->len);
	return r->err;
}

void
pc_dns_write_header(struct pc_writer *w, const struct pc_dns_header *h)
{
	pc_write_be16(w, h->id);
	pc_write_be16(w, h->flags);
	pc_write_be16(w, h->questions);
	pc_write_be16(w, h->answers);
	pc_write_be16(w, h->authority);
	pc_write_be16(w, h->additional);
}

void
pc_dns_write_name(struct pc_writer *w, const struct pc_dns_name *name)
{
	pc_write_bytes(w, name->bytes, name->len);
}

void
pc_dns_write_question(struct pc_writer *w, const struct pc_dns_question *q)
{
	pc_dns_write_name(w, &q->name);
	pc_write_be16(w, q->type);
	pc_write_be16(w, q->class);
}

void
pc_dns_write_record(struct pc_writer *w, const struct pc_dns_record *record)
{
	pc_dns_write_name(w, &record->name);
	pc_write_be16(w, record->type);
	pc_write_be16(w, record->class);
	pc_write_be32(w, record->ttl);
	pc_write_be16(w, record->len);
	if (record->len > 0)
		pc_write_bytes(w, record->data, record->len);
}

/* One octet of a text with escapes; *text moves past it. -1 for a bad escape. */
static int
text_octet(const char **text)
{
	const char *p = *text;
	int value = (unsigned char)*p++;
	if (value == '\\' && p[0] >= '0' && p[0] <= '9') {
		value = 0;
		for (int i = 0; i < 3; i++, p++) {
			if (*p < '0' || *p > '9')
				return -1;
			value = value * 10 + (*p - '0');
		}
		if (value > 255)
			return -1;
	} else if (value == '\\') {
		value = (unsigned char)*p++;
		if (value == '\0')
			return -1;
	}
	*text = p;
	return value;
}

int
pc_dns_name_from_text(const char *text, struct pc_dns_name *ret)
{
	struct pc_dns_name name = {0};
	if (text[0] == '.' && text[1] == '\0')
		text++;
	while (*text != '\0') {
		size_t head = name.len, n = 0;
		name.len++;
		for (; *text != '\0' && *text != '.'; n++) {
			int c = text_octet(&text);
			if (c < 0)
				return PC_E_BADVALUE;
			/* room for this octet and the root's */
			if (n == PC_DNS_LABEL_MAX || name.len + 2 > PC_DNS_NAME_MAX)
				return PC_E_LIMIT;
			name.bytes[name.len++] = (uint8_t)c;
		}
		if (n == 0)
			return PC_E_BADVALUE;
		name.bytes[head] = (uint8_t)n;
		text += *text == '.';
	}
	name.bytes[name.len++] = 0;
	*ret = name;
	return PC_OK;
}

int
pc_dns_name_from_label(const void *label, size_t len, struct pc_dns_name *ret)
{
	if (len == 0)
		return PC_E_BADVALUE;
	if (len > PC_DNS_LABEL_MAX)
		return PC_E_LIMIT;
	ret->bytes[0] = (uint8_t)len;
	memcpy(ret->bytes + 1, label, len);
	ret->bytes[len + 1] = 0;
	ret->len = (uint8_t)(len + 2);
	return PC_OK;
}

const char *
pc_dns_name_text(const struct pc_dns_name *name, char out[PC_DNS_TEXT_MAX])
{
	size_t n = 0;
	for (size_t at = 0; at < name->len && name->bytes[at] != 0;) {
		size_t end = at + 1 + name->bytes[at];
		if (at > 0)
			out[n++] = '.';
		for (at++; at < end && at < name->len; at++) {
			uint8_t c = name->bytes[at];
			if (c == '.' || c == '\\')
				out[n++] = '\\';
			if (c > ' ' && c < 0x7f)
				out[n++] = (char)c;
			else
				n += (size_t)snprintf(out + n, 5, "\\%03u", c);
		}
	}
	if (n == 0)
		out[n++] = '.';
	out[n] = '\0';
	return out;
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

/* Length octets are under 'A' and compare as they are. */
bool
pc_dns_name_equal(const struct pc_dns_name *a, const struct pc_dns_name *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++) {
		if (lower(a->bytes[i]) != lower(b->bytes[i]))
			return false;
	}
	return true;
}
