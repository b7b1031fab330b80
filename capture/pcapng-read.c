#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "capture/pcapng-format.h"
#include "capture/pcapng.h"

enum {
	PCAP_HEADER = 24,
	PCAP_RECORD = 16,
	PCAP_RECORD_MODIFIED = 24, /* the "modified" records carry interface and protocol */
	SHB_FIXED = 16,
	IDB_FIXED = 8,
	EPB_FIXED = 20,
	ISB_FIXED = 12,
	SPB_FIXED = 4
};

/* Magic numbers of the older format. Spec: draft-ietf-opsawg-pcap s4 */
static const uint32_t pcap_micro = 0xa1b2c3d4, pcap_nano = 0xa1b23c4d, pcap_modified = 0xa1b2cd34;

struct interface {
	struct pc_capfile_interface pub;
	uint8_t tsresol;
	int64_t tsoffset_s;
};

struct pc_capfile {
	const uint8_t *data;
	size_t len;
	size_t at;
	bool mapped; /* ours to unmap */
	bool ng;
	bool swapped;
	bool modified; /* pcap with long record headers */
	bool nano;
	struct interface *ifs; /* owned */
	uint32_t first_if;     /* of the section being read */
	struct pc_capfile_info info;
};

static uint32_t
swap32(uint32_t v)
{
	return v >> 24 | (v >> 8 & 0xff00) | (v << 8 & 0xff0000) | v << 24;
}

static uint32_t
get32(const struct pc_capfile *f, const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof(v));
	return f->swapped ? swap32(v) : v;
}

static uint16_t
get16(bool swapped, const uint8_t *p)
{
	uint16_t v;
	memcpy(&v, p, sizeof(v));
	unsigned u = v;
	return swapped ? (uint16_t)(u >> 8 | u << 8) : v;
}

static uint64_t
get64(const struct pc_capfile *f, const uint8_t *p)
{
	uint64_t a = get32(f, p);
	uint64_t b = get32(f, p + 4);
	uint32_t probe = 1;
	uint8_t low;
	memcpy(&low, &probe, 1);
	bool file_little = (low == 1) != f->swapped;
	return file_little ? b << 32 | a : a << 32 | b;
}

/* The option `code` number `nth` in a list; NULL when there is none or the list is broken there. */
static const uint8_t *
find_option(const uint8_t *p, size_t len, bool swapped, uint16_t code, size_t nth, size_t *ret_len)
{
	while (len >= 4) {
		uint16_t c = get16(swapped, p);
		size_t n = get16(swapped, p + 2);
		size_t padded = (n + 3) & ~(size_t)3;
		if (c == PC_NG_OPT_END || n > len - 4)
			return NULL;
		if (c == code && nth-- == 0) {
			*ret_len = n;
			return p + 4;
		}
		if (padded > len - 4)
			return NULL;
		p += 4 + padded;
		len -= 4 + padded;
	}
	return NULL;
}

const char *
pc_packet_comment(const struct pc_packet *p, size_t at, size_t *ret_len)
{
	return (const char *)find_option(
		p->options, p->options_len, p->swapped, PC_NG_OPT_COMMENT, at, ret_len);
}

static int
add_interface(struct pc_capfile *f, const struct interface *one)
{
	uint32_t n = f->info.n_interfaces;
	if (n - f->first_if >= PC_CAPTURE_INTERFACES_MAX || n >= 16 * PC_CAPTURE_INTERFACES_MAX)
		return PC_E_LIMIT;
	if ((n & (n - 1)) == 0) {
		struct interface *more =
			realloc(f->ifs, (n == 0 ? 1 : 2 * (size_t)n) * sizeof(*more));
		if (more == NULL)
			return -ENOMEM;
		f->ifs = more;
	}
	f->ifs[n] = *one;
	f->info.n_interfaces++;
	return PC_OK;
}

static int
start_pcap(struct pc_capfile *f, uint32_t magic, struct pc_diag *diag)
{
	f->swapped = magic != pcap_micro && magic != pcap_nano && magic != pcap_modified;
	uint32_t native = f->swapped ? swap32(magic) : magic;
	f->nano = native == pcap_nano;
	f->modified = native == pcap_modified;
	f->info.format = "pcap";
	f->info.sections = 1;
	if (f->len < PCAP_HEADER)
		return pc_diag_fail(diag, PC_E_TRUNCATED,
			"capture file: %zu bytes, a pcap header has %d", f->len, PCAP_HEADER);
	struct interface one = {.pub = {.link = get32(f, f->data + 20) & 0xffff,
					.snaplen = get32(f, f->data + 16)}};
	f->at = PCAP_HEADER;
	return add_interface(f, &one);
}

static int
start(struct pc_capfile *f, struct pc_diag *diag)
{
	uint32_t magic = 0;
	if (f->len >= sizeof(magic))
		memcpy(&magic, f->data, sizeof(magic));
	f->info.bytes = f->len;
	if (magic == PC_NG_SHB) {
		f->ng = true;
		f->info.format = "pcapng";
		return PC_OK;
	}
	const uint32_t pcap[] = {pcap_micro, pcap_nano, pcap_modified};
	for (size_t i = 0; i < sizeof(pcap) / sizeof(pcap[0]); i++) {
		if (magic == pcap[i] || magic == swap32(pcap[i]))
			return start_pcap(f, magic, diag);
	}
	return pc_diag_fail(diag, PC_E_BADVALUE,
		"not a capture file: it begins with 0x%08x, expected pcap or pcapng", magic);
}

int
pc_capfile_open_memory(
	const uint8_t *data, size_t len, struct pc_capfile **ret, struct pc_diag *diag)
{
	struct pc_capfile *f = calloc(1, sizeof(*f));
	if (f == NULL)
		return -ENOMEM;
	f->data = data;
	f->len = len;
	int err = start(f, diag);
	if (err != PC_OK) {
		pc_capfile_close(f);
		return err;
	}
	*ret = f;
	return PC_OK;
}

static int
map_file(const char *path, const uint8_t **ret, size_t *ret_len)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int err = fstat(fd, &st) != 0 ? -errno : PC_OK;
	if (err == PC_OK && !S_ISREG(st.st_mode))
		err = -EINVAL;
	*ret_len = err == PC_OK ? (size_t)st.st_size : 0;
	if (err == PC_OK && *ret_len > 0) {
		void *p = mmap(NULL, *ret_len, PROT_READ, MAP_PRIVATE, fd, 0);
		err = p == MAP_FAILED ? -errno : PC_OK;
		*ret = p;
	}
	close(fd);
	return err;
}

int
pc_capfile_open(const char *path, struct pc_capfile **ret, struct pc_diag *diag)
{
	const uint8_t *data = NULL;
	size_t len = 0;
	int err = map_file(path, &data, &len);
	if (err != PC_OK)
		return pc_diag_fail(diag, err, "%s: %s", path, pc_err_text(err));
	err = pc_capfile_open_memory(data, len, ret, diag);
	if (err != PC_OK) {
		pc_diag_prefix(diag, "%s", path);
		if (data != NULL)
			munmap((void *)(uintptr_t)data, len);
		return err;
	}
	(*ret)->mapped = data != NULL;
	return PC_OK;
}

void
pc_capfile_close(struct pc_capfile *f)
{
	if (f == NULL)
		return;
	if (f->mapped)
		munmap((void *)(uintptr_t)f->data, f->len);
	free(f->ifs);
	free(f);
}

const struct pc_capfile_info *
pc_capfile_info(const struct pc_capfile *f)
{
	return &f->info;
}

const struct pc_capfile_interface *
pc_capfile_interface(const struct pc_capfile *f, uint32_t id)
{
	return id < f->info.n_interfaces ? &f->ifs[id].pub : NULL;
}

static int
lies(const struct pc_capfile *f, struct pc_diag *diag, const char *what)
{
	return pc_diag_fail(diag, PC_E_BADVALUE, "capture file, byte %zu (after packet %llu): %s",
		f->at, (unsigned long long)f->info.packets, what);
}

static int
cut(struct pc_capfile *f)
{
	f->info.truncated = true;
	f->at = f->len;
	return PC_E_CLOSED;
}

static void
count_packet(struct pc_capfile *f, struct pc_packet *p)
{
	struct pc_capfile_info *i = &f->info;
	p->frame = ++i->packets;
	p->swapped = f->swapped;
	f->ifs[p->interface].pub.packets++;
	if (p->len < p->wire_len)
		i->cut_packets++;
	if (p->wall_ns != 0 && i->first_ns == 0)
		i->first_ns = p->wall_ns;
	if (p->wall_ns > i->last_ns)
		i->last_ns = p->wall_ns;
}

static int
next_pcap(struct pc_capfile *f, struct pc_packet *p, struct pc_diag *diag)
{
	size_t head = f->modified ? PCAP_RECORD_MODIFIED : PCAP_RECORD;
	size_t left = f->len - f->at;
	if (left == 0)
		return PC_E_CLOSED;
	if (left < head)
		return cut(f);
	const uint8_t *r = f->data + f->at;
	size_t len = get32(f, r + 8);
	if (len > PC_CAPTURE_SNAPLEN)
		return lies(f, diag, "a record claims over 262144 bytes");
	if (len > left - head)
		return cut(f);
	uint64_t fraction = get32(f, r + 4);
	*p = (struct pc_packet){.link = f->ifs[0].pub.link,
		.wall_ns = get32(f, r) * UINT64_C(1000000000) + fraction * (f->nano ? 1u : 1000u),
		.data = r + head,
		.len = len,
		.wire_len = get32(f, r + 12)};
	f->at += head + len;
	count_packet(f, p);
	return PC_OK;
}

/* Units of 2^-n seconds; of the fraction no more than 2^-34 s matters. */
static uint64_t
binary_to_ns(uint64_t units, unsigned n)
{
	uint64_t seconds = n < 64 ? units >> n : 0;
	uint64_t fraction = n == 0 ? 0 : n < 64 ? units & (UINT64_MAX >> (64 - n)) : units;
	for (; n > 34; n--)
		fraction >>= 1;
	return seconds * UINT64_C(1000000000) + (fraction * UINT64_C(1000000000) >> n);
}

/* if_tsresol: a power of ten, or of two with the top bit set. Spec: draft-ietf-opsawg-pcapng s4.2
 */
static uint64_t
to_ns(const struct interface *i, uint64_t units)
{
	unsigned n = i->tsresol & 0x7f;
	uint64_t v = units;
	if ((i->tsresol & 0x80) != 0) {
		v = binary_to_ns(units, n);
	} else {
		for (; n < 9; n++)
			v = v > UINT64_MAX / 10 ? UINT64_MAX : v * 10;
		for (; n > 9 && v > 0; n--)
			v /= 10;
	}
	return v + (uint64_t)i->tsoffset_s * UINT64_C(1000000000);
}

static int
read_section(struct pc_capfile *f, const uint8_t *body, size_t len)
{
	f->first_if = f->info.n_interfaces;
	f->info.sections++;
	if (f->info.comment == NULL && len > SHB_FIXED)
		f->info.comment = (const char *)find_option(body + SHB_FIXED, len - SHB_FIXED,
			f->swapped, PC_NG_OPT_COMMENT, 0, &f->info.comment_len);
	return PC_OK;
}

static int
read_interface(struct pc_capfile *f, const uint8_t *body, size_t len, struct pc_diag *diag)
{
	const uint8_t *opts = body + IDB_FIXED;
	size_t n_opts = len - IDB_FIXED;
	size_t n = 0;
	struct interface one = {.tsresol = 6,
		.pub = {.link = get16(f->swapped, body), .snaplen = get32(f, body + 4)}};
	one.pub.name = (const char *)find_option(
		opts, n_opts, f->swapped, PC_NG_IF_NAME, 0, &one.pub.name_len);
	one.pub.description = (const char *)find_option(
		opts, n_opts, f->swapped, PC_NG_IF_DESCRIPTION, 0, &one.pub.description_len);
	const uint8_t *o = find_option(opts, n_opts, f->swapped, PC_NG_IF_TSRESOL, 0, &n);
	if (o != NULL && n == 1)
		one.tsresol = o[0];
	o = find_option(opts, n_opts, f->swapped, PC_NG_IF_TSOFFSET, 0, &n);
	if (o != NULL && n == 8)
		one.tsoffset_s = (int64_t)get64(f, o);
	int err = add_interface(f, &one);
	return err == PC_OK ? PC_OK : pc_diag_fail(diag, err, "capture file: too many interfaces");
}

static void
read_statistics(struct pc_capfile *f, const uint8_t *body, size_t len)
{
	size_t n = 0;
	uint32_t id = f->first_if + get32(f, body);
	const uint8_t *o =
		find_option(body + ISB_FIXED, len - ISB_FIXED, f->swapped, PC_NG_ISB_IFDROP, 0, &n);
	if (id < f->first_if || id >= f->info.n_interfaces || o == NULL || n != 8)
		return;
	uint64_t dropped = get64(f, o);
	f->info.dropped += dropped - f->ifs[id].pub.dropped;
	f->ifs[id].pub.dropped = dropped;
}

/* Enhanced packet block, or the obsolete one whose interface has 16 bits. */
static int
read_packet(struct pc_capfile *f, bool old, const uint8_t *body, size_t len, struct pc_packet *p,
	struct pc_diag *diag)
{
	uint32_t id = old ? get16(f->swapped, body) : get32(f, body);
	size_t caplen = get32(f, body + 12);
	size_t padded = (caplen + 3) & ~(size_t)3;
	size_t n = 0;
	if (id >= f->info.n_interfaces - f->first_if)
		return lies(f, diag, "a packet names an interface that was not described");
	if (caplen > PC_CAPTURE_SNAPLEN || caplen > len - EPB_FIXED)
		return lies(f, diag, "a packet is longer than its block");
	struct interface *i = &f->ifs[f->first_if + id];
	*p = (struct pc_packet){.interface = f->first_if + id,
		.link = i->pub.link,
		.wall_ns = to_ns(i, (uint64_t)get32(f, body + 4) << 32 | get32(f, body + 8)),
		.data = body + EPB_FIXED,
		.len = caplen,
		.wire_len = get32(f, body + 16)};
	if (padded < len - EPB_FIXED) {
		p->options = body + EPB_FIXED + padded;
		p->options_len = len - EPB_FIXED - padded;
	}
	const uint8_t *flags =
		find_option(p->options, p->options_len, f->swapped, PC_NG_EPB_FLAGS, 0, &n);
	if (flags != NULL && n == 4)
		p->dir = (enum pc_packet_dir)(get32(f, flags) & 3);
	if ((int)p->dir == 3)
		p->dir = PC_PACKET_DIR_UNKNOWN;
	count_packet(f, p);
	return PC_OK;
}

static int
read_simple(struct pc_capfile *f, const uint8_t *body, size_t len, struct pc_packet *p,
	struct pc_diag *diag)
{
	if (f->info.n_interfaces == f->first_if)
		return lies(f, diag, "a packet names an interface that was not described");
	const struct interface *i = &f->ifs[f->first_if];
	size_t wire = get32(f, body);
	size_t caplen = wire;
	if (i->pub.snaplen != 0 && caplen > i->pub.snaplen)
		caplen = i->pub.snaplen;
	if (caplen > PC_CAPTURE_SNAPLEN || caplen > len - SPB_FIXED)
		return lies(f, diag, "a packet is longer than its block");
	*p = (struct pc_packet){.interface = f->first_if,
		.link = i->pub.link,
		.data = body + SPB_FIXED,
		.len = caplen,
		.wire_len = wire};
	count_packet(f, p);
	return PC_OK;
}

static const struct {
	uint32_t type;
	size_t fixed; /* bytes of the body that every block of the type has */
} blocks[] = {
	{PC_NG_SHB, SHB_FIXED},
	{PC_NG_IDB, IDB_FIXED},
	{PC_NG_OLD_PACKET, EPB_FIXED},
	{PC_NG_SPB, SPB_FIXED},
	{PC_NG_ISB, ISB_FIXED},
	{PC_NG_EPB, EPB_FIXED},
};

static size_t
fixed_size(uint32_t type)
{
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		if (blocks[i].type == type)
			return blocks[i].fixed;
	}
	return 0;
}

/* One whole block. PC_OK with a packet, PC_E_NOTFOUND for a block without one. */
static int
read_block(struct pc_capfile *f, uint32_t type, const uint8_t *body, size_t len,
	struct pc_packet *p, struct pc_diag *diag)
{
	int err = PC_OK;
	switch (type) {
	case PC_NG_SHB:
		err = read_section(f, body, len);
		break;
	case PC_NG_IDB:
		err = read_interface(f, body, len, diag);
		break;
	case PC_NG_ISB:
		read_statistics(f, body, len);
		break;
	case PC_NG_EPB:
	case PC_NG_OLD_PACKET:
		return read_packet(f, type == PC_NG_OLD_PACKET, body, len, p, diag);
	case PC_NG_SPB:
		return read_simple(f, body, len, p, diag);
	default:
		f->info.other_blocks++;
		break;
	}
	return err == PC_OK ? PC_E_NOTFOUND : err;
}

/* A section header tells the byte order of everything up to the next one. */
static int
take_byte_order(struct pc_capfile *f, const uint8_t *block, size_t left, struct pc_diag *diag)
{
	uint32_t magic;
	if (left < PC_NG_BLOCK_MIN)
		return cut(f);
	memcpy(&magic, block + 8, sizeof(magic));
	if (magic != PC_NG_MAGIC && magic != PC_NG_MAGIC_SWAPPED)
		return lies(f, diag, "a section header without the byte-order magic");
	f->swapped = magic == PC_NG_MAGIC_SWAPPED;
	return PC_OK;
}

static int
next_block(struct pc_capfile *f, struct pc_packet *p, struct pc_diag *diag)
{
	size_t left = f->len - f->at;
	const uint8_t *block = f->data + f->at;
	if (left == 0)
		return PC_E_CLOSED;
	if (left < PC_NG_BLOCK_MIN)
		return cut(f);
	uint32_t type = get32(f, block);
	if (type == PC_NG_SHB) {
		int err = take_byte_order(f, block, left, diag);
		if (err != PC_OK)
			return err;
	}
	size_t len = get32(f, block + 4);
	if (len < PC_NG_BLOCK_MIN + fixed_size(type) || len % 4 != 0)
		return lies(f, diag, "a block has an impossible length");
	if (len > left)
		return cut(f);
	if (get32(f, block + len - 4) != len)
		return lies(f, diag, "the two lengths of a block differ");
	int err = read_block(f, type, block + 8, len - PC_NG_BLOCK_MIN, p, diag);
	f->at += len;
	return err;
}

int
pc_capfile_next(struct pc_capfile *f, struct pc_packet *ret, struct pc_diag *diag)
{
	int err;
	if (!f->ng)
		return next_pcap(f, ret, diag);
	do
		err = next_block(f, ret, diag);
	while (err == PC_E_NOTFOUND);
	return err;
}
