/* capture/pcapng: pcapng files out, pcap and pcapng files in.
 * Spec: IETF draft-ietf-opsawg-pcapng, draft-ietf-opsawg-pcap */
#ifndef PC_CAPTURE_PCAPNG_H
#define PC_CAPTURE_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

enum {
	PC_CAPTURE_SNAPLEN = 262144,   /* the longest packet written and read */
	PC_CAPTURE_COMMENT_MAX = 4096, /* bytes of one comment; longer ones are cut when written */
	PC_CAPTURE_INTERFACES_MAX = 4096, /* per section */
	PC_CAPTURE_LINK_ETHERNET = 1
};

/* Bits 0-1 of epb_flags. */
enum pc_packet_dir { PC_PACKET_DIR_UNKNOWN, PC_PACKET_DIR_IN, PC_PACKET_DIR_OUT };

/* ---- writing ----------------------------------------------------------------------------------
 */

struct pc_pcapng_writer;

/* Create (or replace) a file: section header with `comment` (NULL: none) and no host name, hardware
 * or creation time, so that the same packets give the same bytes. -errno with the path in `diag`.
 */
int pc_pcapng_create(
	const char *path, const char *comment, struct pc_pcapng_writer **ret, struct pc_diag *diag);

/* One more Ethernet interface, nanosecond time stamps; numbers count from 0. `description` may be
 * NULL. All interfaces have one link type and snap length, or libpcap would refuse the file. */
int pc_pcapng_add_interface(
	struct pc_pcapng_writer *w, const char *name, const char *description, uint32_t *ret_id);

/* Append one packet. `comments` are up to `n_comments` texts. Blocks are collected and written
 * whole, so a killed process leaves a readable file. PC_OK; PC_E_LIMIT over PC_CAPTURE_SNAPLEN; a
 * failed write sticks and is returned from here on. */
int pc_pcapng_packet(struct pc_pcapng_writer *w, uint32_t interface, uint64_t wall_ns,
	enum pc_packet_dir dir, const uint8_t *data, size_t len, const char *const *comments,
	size_t n_comments);

/* Hand what was collected to the system. */
int pc_pcapng_flush(struct pc_pcapng_writer *w);

/* Interface statistics: packets received and dropped, a comment (or NULL). */
int pc_pcapng_statistics(struct pc_pcapng_writer *w, uint32_t interface, uint64_t wall_ns,
	uint64_t received, uint64_t dropped, const char *comment);

/* Flush, close and free; the first error that happened, if any. NULL is allowed. */
int pc_pcapng_close(struct pc_pcapng_writer *w, struct pc_diag *diag);

/* ---- reading ----------------------------------------------------------------------------------
 */

/* One packet; everything borrowed from the file. */
struct pc_packet {
	uint64_t frame;     /* counts from 1, as other tools do */
	uint32_t interface; /* counts through all sections */
	uint32_t link;      /* LINKTYPE_… */
	uint64_t wall_ns;   /* 0 for simple packet blocks, which have no time */
	const uint8_t *data;
	size_t len;      /* bytes in the file */
	size_t wire_len; /* bytes on the wire; more than `len`: the packet is cut */
	enum pc_packet_dir dir;
	const uint8_t *options; /* raw option list of the block, see pc_packet_comment() */
	size_t options_len;
	bool swapped; /* the options are in the other byte order */
};

/* The comment number `at` (from 0), not NUL-terminated; NULL when there are fewer. */
const char *pc_packet_comment(const struct pc_packet *p, size_t at, size_t *ret_len);

struct pc_capfile;

struct pc_capfile_interface {
	uint32_t link;
	uint32_t snaplen;
	const char *name; /* borrowed, not NUL-terminated */
	size_t name_len;
	const char *description;
	size_t description_len;
	uint64_t packets;
	uint64_t dropped; /* from the statistics block */
};

struct pc_capfile_info {
	const char *format; /* "pcap" or "pcapng" */
	uint64_t bytes;
	uint64_t packets;      /* read so far */
	uint64_t cut_packets;  /* shorter in the file than on the wire */
	uint64_t other_blocks; /* skipped: custom, unknown, secrets, names */
	uint64_t dropped;      /* by all interfaces */
	uint64_t first_ns;
	uint64_t last_ns;
	uint32_t sections;
	uint32_t n_interfaces;
	bool truncated;      /* the last record is incomplete: a usable prefix was read */
	const char *comment; /* of the first section; borrowed, not NUL-terminated; NULL: none */
	size_t comment_len;
};

/* Map a file. pcap (micro- and nanoseconds, both byte orders, the modified 24-byte records) and
 * pcapng. -errno, or PC_E_BADVALUE when it is neither. */
int pc_capfile_open(const char *path, struct pc_capfile **ret, struct pc_diag *diag);

/* The same over borrowed memory. */
int pc_capfile_open_memory(
	const uint8_t *data, size_t len, struct pc_capfile **ret, struct pc_diag *diag);

/* Next packet. PC_E_CLOSED at the end (an incomplete last record ends the file and sets
 * info.truncated); PC_E_BADVALUE with the byte offset for a record that contradicts itself. */
int pc_capfile_next(struct pc_capfile *f, struct pc_packet *ret, struct pc_diag *diag);

const struct pc_capfile_info *pc_capfile_info(const struct pc_capfile *f);

/* NULL when there is no such interface. */
const struct pc_capfile_interface *pc_capfile_interface(const struct pc_capfile *f, uint32_t id);

void pc_capfile_close(struct pc_capfile *f); /* NULL is allowed */

#endif
