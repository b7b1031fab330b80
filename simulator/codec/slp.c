#include "codec/slp.h"

#include <string.h>

#include "base/err.h"
#include "wire/wire.h"

enum {
	V2_OVERFLOW = 0x8000,
	V2_FRESH = 0x4000,
	V2_MULTICAST = 0x2000,
	V1_OVERFLOW = 0x80,
	V1_MONOLINGUAL = 0x40,
	V1_URL_AUTH = 0x20,
	V1_ATTR_AUTH = 0x10,
	V1_FRESH = 0x08,
	ALL_AUTHORITIES = 0xffff,
	EXTENSION_BYTES = 5,
	MANDATORY_FIRST = 0x4000,
	MANDATORY_LAST = 0x7fff,
	TEXT_MAX = 0xffff
};

/* What a body consists of, in order. */
enum part {
	END,
	ERROR,
	PRLIST,
	TYPE,
	URL,
	SCOPES,
	PREDICATE,
	SPI,
	TAGS,
	ATTRIBUTES,
	AUTHORITY,
	ENTRY,     /* one URL entry with lifetime */
	ENTRIES,   /* count and URL entries; version 1's types likewise */
	BOOT,      /* version 2: boot stamp */
	AUTHS,     /* authentication blocks */
	URL_AUTHS, /* version 1: present when a flag of the header says so */
	ATTR_AUTHS
};

enum { PARTS_MAX = 8 };

/* Spec: RFC 2608 s8.1 to s10.3, RFC 2165 s6 to s15 */
static const struct {
	uint8_t version, function;
	uint8_t parts[PARTS_MAX];
} layouts[] = {
	{2, PC_SLP_SRVRQST, {PRLIST, TYPE, SCOPES, PREDICATE, SPI}},
	{2, PC_SLP_SRVRPLY, {ERROR, ENTRIES}},
	{2, PC_SLP_SRVREG, {ENTRY, TYPE, SCOPES, ATTRIBUTES, AUTHS}},
	{2, PC_SLP_SRVDEREG, {SCOPES, ENTRY, TAGS}},
	{2, PC_SLP_SRVACK, {ERROR}},
	{2, PC_SLP_ATTRRQST, {PRLIST, URL, SCOPES, TAGS, SPI}},
	{2, PC_SLP_ATTRRPLY, {ERROR, ATTRIBUTES, AUTHS}},
	{2, PC_SLP_DAADVERT, {ERROR, BOOT, URL, SCOPES, ATTRIBUTES, SPI, AUTHS}},
	{2, PC_SLP_SRVTYPERQST, {PRLIST, AUTHORITY, SCOPES}},
	{2, PC_SLP_SRVTYPERPLY, {ERROR, TYPE}},
	{2, PC_SLP_SAADVERT, {URL, SCOPES, ATTRIBUTES, AUTHS}},
	{1, PC_SLP_SRVRQST, {PRLIST, PREDICATE}},
	{1, PC_SLP_SRVRPLY, {ERROR, ENTRIES}},
	{1, PC_SLP_SRVREG, {ENTRY, ATTRIBUTES, ATTR_AUTHS}},
	{1, PC_SLP_SRVDEREG, {URL, URL_AUTHS, TAGS}},
	{1, PC_SLP_SRVACK, {ERROR}},
	{1, PC_SLP_ATTRRQST, {PRLIST, URL, SCOPES, TAGS}},
	{1, PC_SLP_ATTRRPLY, {ERROR, ATTRIBUTES, ATTR_AUTHS}},
	{1, PC_SLP_DAADVERT, {ERROR, URL, SCOPES}},
	{1, PC_SLP_SRVTYPERQST, {PRLIST, AUTHORITY, SCOPES}},
	{1, PC_SLP_SRVTYPERPLY, {ERROR, ENTRIES}},
};

static const char *const function_names[] = {"", "SrvRqst", "SrvRply", "SrvReg", "SrvDeReg",
	"SrvAck", "AttrRqst", "AttrRply", "DAAdvert", "SrvTypeRqst", "SrvTypeRply", "SAAdvert"};

const char *
pc_slp_function_name(uint8_t function)
{
	return function == 0 || function > PC_SLP_SAADVERT ? NULL : function_names[function];
}

static const uint8_t *
layout_of(uint8_t version, uint8_t function)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (layouts[i].version == version && layouts[i].function == function)
			return layouts[i].parts;
	}
	return NULL;
}

static struct pc_slp_text *
text_of(struct pc_slp *m, uint8_t part)
{
	switch (part) {
	case PRLIST:
		return &m->prlist;
	case TYPE:
		return &m->type;
	case URL:
		return &m->url;
	case SCOPES:
		return &m->scopes;
	case PREDICATE:
		return &m->predicate;
	case SPI:
		return &m->spi;
	case TAGS:
		return &m->tags;
	case ATTRIBUTES:
		return &m->attributes;
	default:
		return NULL;
	}
}

int
pc_slp_length(const uint8_t *data, size_t len, size_t *ret_bytes)
{
	size_t head = 0, n = 0;
	if (len < 1)
		return PC_E_TRUNCATED;
	if (data[0] != 1 && data[0] != 2)
		return PC_E_UNSUPPORTED;
	head = data[0] == 2 ? PC_SLP_V2_HEADER_BYTES : PC_SLP_V1_HEADER_BYTES;
	if (len < (data[0] == 2 ? 5u : 4u))
		return PC_E_TRUNCATED;
	n = (size_t)data[2] << 8 | data[3];
	if (data[0] == 2)
		n = n << 8 | data[4];
	if (n < head)
		return PC_E_BADVALUE;
	if (n > PC_SLP_MAX)
		return PC_E_LIMIT;
	*ret_bytes = n;
	return PC_OK;
}

static struct pc_slp_text
read_octets(struct pc_reader *r, size_t n)
{
	const uint8_t *p = pc_read_bytes(r, n);
	if (p == NULL)
		return (struct pc_slp_text){NULL, 0};
	return (struct pc_slp_text){(const char *)p, n};
}

static struct pc_slp_text
read_text(struct pc_reader *r)
{
	size_t n = pc_read_be16(r);
	return read_octets(r, n);
}

/* Blocks of version 2: a count, then each with its own length that counts all of it.
 * Spec: RFC 2608 s9.2 */
static int
read_auths(struct pc_reader *r)
{
	for (unsigned n = pc_read_u8(r); n > 0 && r->err == PC_OK; n--) {
		pc_read_skip(r, 2);
		size_t len = pc_read_be16(r);
		if (r->err == PC_OK && len < 4)
			return PC_E_BADVALUE;
		if (r->err == PC_OK)
			pc_read_skip(r, len - 4);
	}
	return r->err;
}

/* A block of version 1: time stamp, kind, length, data. Spec: RFC 2165 s4.3 */
static int
read_v1_auth(struct pc_reader *r)
{
	pc_read_skip(r, 10);
	pc_read_skip(r, pc_read_be16(r));
	return r->err;
}

static int
read_entry(struct pc_reader *r, const struct pc_slp *m, struct pc_slp_url *ret)
{
	bool types = m->version == 1 && m->function == PC_SLP_SRVTYPERPLY;
	if (m->version == 2)
		pc_read_skip(r, 1);
	ret->lifetime = types ? 0 : pc_read_be16(r);
	ret->url = read_text(r);
	if (m->version == 2)
		return read_auths(r);
	return m->url_auth ? read_v1_auth(r) : r->err;
}

static int
read_list(struct pc_reader *r, struct pc_slp *m)
{
	struct pc_slp_url url;
	size_t from;
	int err = PC_OK;
	m->n_entries = pc_read_be16(r);
	from = r->at;
	for (unsigned i = 0; i < m->n_entries && err == PC_OK; i++)
		err = read_entry(r, m, &url);
	if (err == PC_OK && r->err == PC_OK)
		m->entries = (struct pc_slp_text){(const char *)r->data + from, r->at - from};
	return err == PC_OK ? r->err : err;
}

static int
read_part(struct pc_reader *r, struct pc_slp *m, uint8_t part, uint8_t v1_flags)
{
	struct pc_slp_url one = {0};
	struct pc_slp_text *text = text_of(m, part);
	uint16_t n;
	int err;
	if (text != NULL) {
		*text = read_text(r);
		return r->err;
	}
	switch (part) {
	case ERROR:
		m->error = pc_read_be16(r);
		return r->err;
	case BOOT:
		m->boot = pc_read_be32(r);
		return r->err;
	case AUTHS:
		return read_auths(r);
	case URL_AUTHS:
		return m->url_auth ? read_v1_auth(r) : PC_OK;
	case ATTR_AUTHS:
		return (v1_flags & V1_ATTR_AUTH) != 0 ? read_v1_auth(r) : PC_OK;
	case ENTRIES:
		return read_list(r, m);
	case AUTHORITY:
		n = pc_read_be16(r);
		m->all_authorities = n == ALL_AUTHORITIES;
		if (!m->all_authorities)
			m->authority = read_octets(r, n);
		return r->err;
	default: /* ENTRY */
		err = read_entry(r, m, &one);
		m->url = one.url;
		m->lifetime = one.lifetime;
		return err;
	}
}

/* A chain of extensions, each further on than the one before. Spec: RFC 2608 s9.1 */
static int
read_extensions(const uint8_t *data, size_t len, size_t body, size_t next, struct pc_slp *m)
{
	while (next != 0) {
		if (next < body || next > len || len - next < EXTENSION_BYTES)
			return PC_E_BADVALUE;
		const uint8_t *p = data + next;
		unsigned id = (unsigned)p[0] << 8 | p[1];
		m->unknown_option |= id >= MANDATORY_FIRST && id <= MANDATORY_LAST;
		body = next + EXTENSION_BYTES;
		next = (size_t)p[2] << 16 | (size_t)p[3] << 8 | p[4];
	}
	return PC_OK;
}

static int
read_header(struct pc_reader *r, struct pc_slp *m, size_t *ret_extension, uint8_t *ret_v1_flags)
{
	uint16_t flags;
	m->function = pc_read_u8(r);
	if (m->version == 2) {
		pc_read_skip(r, 3);
		flags = pc_read_be16(r);
		m->overflow = (flags & V2_OVERFLOW) != 0;
		m->fresh = (flags & V2_FRESH) != 0;
		m->multicast = (flags & V2_MULTICAST) != 0;
		*ret_extension = pc_read_be24(r);
		m->xid = pc_read_be16(r);
		m->language = read_text(r);
		return r->err;
	}
	pc_read_skip(r, 2);
	*ret_v1_flags = pc_read_u8(r);
	m->overflow = (*ret_v1_flags & V1_OVERFLOW) != 0;
	m->monolingual = (*ret_v1_flags & V1_MONOLINGUAL) != 0;
	m->fresh = (*ret_v1_flags & V1_FRESH) != 0;
	m->url_auth = (*ret_v1_flags & V1_URL_AUTH) != 0;
	pc_read_skip(r, 1); /* dialect */
	m->language = read_octets(r, 2);
	m->charset = pc_read_be16(r);
	m->xid = pc_read_be16(r);
	return r->err;
}

/* Inside the message's own length a string that is too long lies; the datagram is not cut. */
static int
lying(int err)
{
	return err == PC_E_TRUNCATED ? PC_E_BADVALUE : err;
}

int
pc_slp_read(const uint8_t *data, size_t len, struct pc_slp *ret)
{
	struct pc_reader r;
	struct pc_slp m = {0};
	size_t bytes = 0, extension = 0;
	uint8_t v1_flags = 0;
	*ret = m;
	int err = pc_slp_length(data, len, &bytes);
	if (err != PC_OK)
		return err;
	pc_reader_init(&r, data, bytes < len ? bytes : len);
	m.version = pc_read_u8(&r);
	err = read_header(&r, &m, &extension, &v1_flags);
	if (err != PC_OK)
		return bytes > len ? err : lying(err);
	*ret = m;
	if (bytes > len)
		return PC_E_TRUNCATED;
	const uint8_t *parts = layout_of(m.version, m.function);
	if (parts == NULL)
		return PC_E_UNSUPPORTED;
	for (size_t i = 0; i < PARTS_MAX && parts[i] != END && err == PC_OK; i++)
		err = read_part(&r, &m, parts[i], v1_flags);
	if (err == PC_OK)
		err = read_extensions(data, bytes, r.at, extension, &m);
	if (err == PC_OK)
		*ret = m;
	return lying(err);
}

static void
write_text(struct pc_writer *w, struct pc_slp_text text)
{
	pc_write_be16(w, (uint16_t)text.len);
	if (text.len > 0)
		pc_write_bytes(w, text.at, text.len);
}

static void
write_entry(struct pc_writer *w, uint8_t version, const struct pc_slp_url *url)
{
	if (version == 2)
		pc_write_u8(w, 0);
	pc_write_be16(w, url->lifetime);
	write_text(w, url->url);
	if (version == 2)
		pc_write_u8(w, 0);
}

int
pc_slp_url_add(uint8_t version, const struct pc_slp_url *url, uint8_t *out, size_t size, size_t *at)
{
	struct pc_writer w = {.data = out, .size = size, .at = *at};
	write_entry(&w, version, url);
	if (w.err == PC_OK)
		*at = w.at;
	return w.err;
}

bool
pc_slp_url_next(const struct pc_slp *msg, size_t *at, struct pc_slp_url *ret)
{
	struct pc_reader r = {
		.data = (const uint8_t *)msg->entries.at, .len = msg->entries.len, .at = *at};
	if (msg->entries.at == NULL || read_entry(&r, msg, ret) != PC_OK)
		return false;
	*at = r.at;
	return true;
}

static void
write_part(struct pc_writer *w, const struct pc_slp *m, uint8_t part)
{
	struct pc_slp copy = *m;
	const struct pc_slp_text *text = text_of(&copy, part);
	if (text != NULL) {
		write_text(w, *text);
		return;
	}
	switch (part) {
	case ERROR:
		pc_write_be16(w, m->error);
		break;
	case BOOT:
		pc_write_be32(w, m->boot);
		break;
	case AUTHS:
		pc_write_u8(w, 0);
		break;
	case ENTRY:
		write_entry(w, m->version, &(struct pc_slp_url){m->lifetime, m->url});
		break;
	case ENTRIES:
		pc_write_be16(w, m->n_entries);
		if (m->entries.len > 0)
			pc_write_bytes(w, m->entries.at, m->entries.len);
		break;
	case AUTHORITY:
		if (m->all_authorities)
			pc_write_be16(w, ALL_AUTHORITIES);
		else
			write_text(w, m->authority);
		break;
	default:
		break; /* blocks of version 1 that no flag announces */
	}
}

static void
write_header(struct pc_writer *w, const struct pc_slp *m)
{
	pc_write_u8(w, m->version);
	pc_write_u8(w, m->function);
	if (m->version == 2) {
		pc_write_fill(w, 0, 3);
		pc_write_be16(
			w, (uint16_t)((m->overflow ? V2_OVERFLOW : 0) | (m->fresh ? V2_FRESH : 0) |
				      (m->multicast ? V2_MULTICAST : 0)));
		pc_write_fill(w, 0, 3);
		pc_write_be16(w, m->xid);
		write_text(w, m->language);
		return;
	}
	pc_write_be16(w, 0);
	pc_write_u8(
		w, (uint8_t)((m->overflow ? V1_OVERFLOW : 0) |
			     (m->monolingual ? V1_MONOLINGUAL : 0) | (m->fresh ? V1_FRESH : 0)));
	pc_write_u8(w, 0);
	pc_write_bytes(w, m->language.len == 2 ? m->language.at : "en", 2);
	pc_write_be16(w, m->charset);
	pc_write_be16(w, m->xid);
}

static bool
is_writable(const struct pc_slp *m)
{
	struct pc_slp copy = *m;
	for (uint8_t part = PRLIST; part <= ATTRIBUTES; part++) {
		const struct pc_slp_text *text = text_of(&copy, part);
		if (text != NULL && text->len > TEXT_MAX)
			return false;
	}
	return m->language.len <= TEXT_MAX && m->authority.len < ALL_AUTHORITIES;
}

int
pc_slp_write(const struct pc_slp *m, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_writer w;
	const uint8_t *parts = layout_of(m->version, m->function);
	if (parts == NULL || m->url_auth)
		return PC_E_UNSUPPORTED;
	if (!is_writable(m))
		return PC_E_LIMIT;
	pc_writer_init(&w, out, size);
	write_header(&w, m);
	for (size_t i = 0; i < PARTS_MAX && parts[i] != END; i++)
		write_part(&w, m, parts[i]);
	if (w.err != PC_OK)
		return w.err;
	if (w.at > PC_SLP_MAX)
		return PC_E_LIMIT;
	if (m->version == 2)
		pc_write_be16_at(&w, 3, (uint16_t)w.at);
	else
		pc_write_be16_at(&w, 2, (uint16_t)w.at);
	*ret_len = w.at;
	return PC_OK;
}
