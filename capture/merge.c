#include "capture/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "capture/pcapng.h"

enum { COMMENTS_MAX = 8, NAME_MAX_BYTES = 256, NO_INTERFACE = -1 };

struct input {
	const char *path; /* borrowed */
	struct pc_capfile *file;
	struct pc_packet packet; /* the next one, when there is one */
	bool more;
	int64_t *ids; /* owned: number of each interface in the output, NO_INTERFACE: none yet */
	uint32_t n_ids;
};

struct merge {
	struct input in[PC_CAPTURE_MERGE_MAX];
	size_t n;
	struct pc_pcapng_writer *out;
	uint64_t packets;
	uint64_t last_ns;
};

static int
advance(struct input *in, struct pc_diag *diag)
{
	int err = pc_capfile_next(in->file, &in->packet, diag);
	in->more = err == PC_OK;
	if (err == PC_E_CLOSED)
		return PC_OK;
	if (err != PC_OK)
		pc_diag_prefix(diag, "%s", in->path);
	return err;
}

/* Number of the packet's interface in the output; added when it is new. */
static int
output_interface(struct merge *m, struct input *in, uint32_t *ret, struct pc_diag *diag)
{
	uint32_t id = in->packet.interface;
	const struct pc_capfile_interface *i = pc_capfile_interface(in->file, id);
	if (in->packet.link != PC_CAPTURE_LINK_ETHERNET)
		return pc_diag_fail(diag, PC_E_UNSUPPORTED,
			"%s: link type %u; only Ethernet captures can be merged", in->path,
			in->packet.link);
	if (id >= in->n_ids) {
		int64_t *more = realloc(in->ids, ((size_t)id + 1) * sizeof(*more));
		if (more == NULL)
			return pc_diag_fail(diag, PC_E_INTERNAL, "%s: out of memory", in->path);
		in->ids = more;
		while (in->n_ids <= id)
			in->ids[in->n_ids++] = NO_INTERFACE;
	}
	if (in->ids[id] == NO_INTERFACE) {
		char name[NAME_MAX_BYTES];
		const char *slash = strrchr(in->path, '/');
		snprintf(name, sizeof(name), "%s:%.*s", slash == NULL ? in->path : slash + 1,
			(int)(i->name_len < 64 ? i->name_len : 64), i->name == NULL ? "" : i->name);
		uint32_t added;
		int err = pc_pcapng_add_interface(m->out, name, NULL, &added);
		if (err != PC_OK)
			return err;
		in->ids[id] = added;
	}
	*ret = (uint32_t)in->ids[id];
	return PC_OK;
}

static int
copy_packet(struct merge *m, struct input *in, struct pc_diag *diag)
{
	char texts[COMMENTS_MAX][PC_CAPTURE_COMMENT_MAX + 1];
	const char *comments[COMMENTS_MAX];
	size_t n = 0;
	size_t len = 0;
	uint32_t id = 0;
	const char *c;
	int err = output_interface(m, in, &id, diag);
	if (err != PC_OK)
		return err;
	while (n < COMMENTS_MAX && (c = pc_packet_comment(&in->packet, n, &len)) != NULL) {
		len = len > PC_CAPTURE_COMMENT_MAX ? PC_CAPTURE_COMMENT_MAX : len;
		memcpy(texts[n], c, len);
		texts[n][len] = '\0';
		comments[n] = texts[n];
		n++;
	}
	m->packets++;
	if (in->packet.wall_ns > m->last_ns)
		m->last_ns = in->packet.wall_ns;
	return pc_pcapng_packet(m->out, id, in->packet.wall_ns, in->packet.dir, in->packet.data,
		in->packet.len, comments, n);
}

static int
copy_all(struct merge *m, struct pc_diag *diag)
{
	for (;;) {
		struct input *first = NULL;
		for (size_t i = 0; i < m->n; i++) {
			struct input *in = &m->in[i];
			if (in->more &&
				(first == NULL || in->packet.wall_ns < first->packet.wall_ns))
				first = in;
		}
		if (first == NULL)
			return PC_OK;
		int err = copy_packet(m, first, diag);
		if (err == PC_OK)
			err = advance(first, diag);
		if (err != PC_OK)
			return err;
	}
}

static void
copy_statistics(struct merge *m)
{
	for (size_t i = 0; i < m->n; i++) {
		for (uint32_t id = 0; id < m->in[i].n_ids; id++) {
			const struct pc_capfile_interface *f =
				pc_capfile_interface(m->in[i].file, id);
			if (m->in[i].ids[id] != NO_INTERFACE)
				(void)pc_pcapng_statistics(m->out, (uint32_t)m->in[i].ids[id],
					m->last_ns, f->packets, f->dropped, NULL);
		}
	}
}

static int
open_all(struct merge *m, const char *const *paths, size_t n, struct pc_diag *diag)
{
	for (size_t i = 0; i < n; i++) {
		struct input *in = &m->in[m->n];
		in->path = paths[i];
		int err = pc_capfile_open(paths[i], &in->file, diag);
		if (err != PC_OK)
			return err;
		m->n++;
		err = advance(in, diag);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}

int
pc_capture_merge(const char *const *paths, size_t n, const char *out, uint64_t *ret_packets,
	struct pc_diag *diag)
{
	if (n == 0 || n > PC_CAPTURE_MERGE_MAX)
		return pc_diag_fail(diag, PC_E_USAGE, "%zu files to merge, expected 1 to %d", n,
			PC_CAPTURE_MERGE_MAX);
	struct merge *m = calloc(1, sizeof(*m));
	if (m == NULL)
		return pc_diag_fail(diag, PC_E_INTERNAL, "out of memory");
	int err = open_all(m, paths, n, diag);
	if (err == PC_OK)
		err = pc_pcapng_create(out, "merged=1", &m->out, diag);
	if (err == PC_OK)
		err = copy_all(m, diag);
	if (err == PC_OK)
		copy_statistics(m);
	int closed = pc_pcapng_close(m->out, err == PC_OK ? diag : NULL);
	if (ret_packets != NULL)
		*ret_packets = m->packets;
	for (size_t i = 0; i < m->n; i++) {
		pc_capfile_close(m->in[i].file);
		free(m->in[i].ids);
	}
	free(m);
	return err != PC_OK ? err : closed;
}
