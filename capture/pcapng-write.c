#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "capture/pcapng-format.h"
#include "capture/pcapng.h"

/* Collected before it is written in one piece; one packet more may stand behind it. */
enum { FLUSH_BYTES = 256 << 10, BUFFER_MAX = FLUSH_BYTES + PC_CAPTURE_SNAPLEN + (256 << 10) };

struct pc_pcapng_writer {
	int fd;
	int err; /* the first failure; sticks */
	uint32_t interfaces;
	size_t block;      /* where the block being built starts in `out` */
	struct pc_buf out; /* owned: whole blocks waiting */
};

static void
put(struct pc_pcapng_writer *w, const void *data, size_t len)
{
	pc_buf_add(&w->out, data, len);
}

static void
put16(struct pc_pcapng_writer *w, uint16_t v)
{
	put(w, &v, sizeof(v));
}

static void
put32(struct pc_pcapng_writer *w, uint32_t v)
{
	put(w, &v, sizeof(v));
}

static void
put_pad(struct pc_pcapng_writer *w)
{
	static const uint8_t zero[4];
	put(w, zero, (4 - (w->out.len - w->block) % 4) % 4);
}

static void
put_option(struct pc_pcapng_writer *w, uint16_t code, const void *data, size_t len)
{
	if (len > PC_CAPTURE_COMMENT_MAX)
		len = PC_CAPTURE_COMMENT_MAX;
	put16(w, code);
	put16(w, (uint16_t)len);
	put(w, data, len);
	put_pad(w);
}

static void
put_text(struct pc_pcapng_writer *w, uint16_t code, const char *text)
{
	if (text != NULL && text[0] != '\0')
		put_option(w, code, text, strlen(text));
}

static void
begin(struct pc_pcapng_writer *w, uint32_t type)
{
	w->block = w->out.len;
	put32(w, type);
	put32(w, 0);
}

/* Close the block: end of options, both lengths. */
static int
end(struct pc_pcapng_writer *w)
{
	put32(w, PC_NG_OPT_END);
	uint32_t len = (uint32_t)(w->out.len - w->block) + 4;
	put32(w, len);
	if (w->out.err != PC_OK) {
		w->err = w->err != PC_OK ? w->err : w->out.err;
		return w->err;
	}
	memcpy(w->out.data + w->block + 4, &len, sizeof(len));
	return w->out.len >= FLUSH_BYTES ? pc_pcapng_flush(w) : PC_OK;
}

static void
put_time(struct pc_pcapng_writer *w, uint64_t ns)
{
	put32(w, (uint32_t)(ns >> 32));
	put32(w, (uint32_t)ns);
}

int
pc_pcapng_create(
	const char *path, const char *comment, struct pc_pcapng_writer **ret, struct pc_diag *diag)
{
	struct pc_pcapng_writer *w = calloc(1, sizeof(*w));
	if (w == NULL)
		return -ENOMEM;
	pc_buf_init(&w->out, BUFFER_MAX);
	w->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (w->fd < 0) {
		int err = -errno;
		free(w);
		return pc_diag_fail(diag, err, "%s: %s", path, pc_err_text(err));
	}
	begin(w, PC_NG_SHB);
	put32(w, PC_NG_MAGIC);
	put16(w, 1);
	put16(w, 0);
	uint64_t unknown_length = UINT64_MAX;
	put(w, &unknown_length, sizeof(unknown_length));
	put_text(w, PC_NG_OPT_COMMENT, comment);
	put_text(w, PC_NG_SHB_USERAPPL, "presscheck");
	end(w);
	*ret = w;
	return PC_OK;
}

int
pc_pcapng_add_interface(
	struct pc_pcapng_writer *w, const char *name, const char *description, uint32_t *ret_id)
{
	const uint8_t nanoseconds = 9;
	if (w->err != PC_OK)
		return w->err;
	if (w->interfaces == PC_CAPTURE_INTERFACES_MAX)
		return PC_E_LIMIT;
	begin(w, PC_NG_IDB);
	put16(w, PC_CAPTURE_LINK_ETHERNET);
	put16(w, 0);
	put32(w, PC_CAPTURE_SNAPLEN);
	put_text(w, PC_NG_IF_NAME, name);
	put_text(w, PC_NG_IF_DESCRIPTION, description);
	put_option(w, PC_NG_IF_TSRESOL, &nanoseconds, 1);
	*ret_id = w->interfaces++;
	return end(w);
}

int
pc_pcapng_packet(struct pc_pcapng_writer *w, uint32_t interface, uint64_t wall_ns,
	enum pc_packet_dir dir, const uint8_t *data, size_t len, const char *const *comments,
	size_t n_comments)
{
	uint32_t flags = (uint32_t)dir;
	if (w->err != PC_OK)
		return w->err;
	if (len > PC_CAPTURE_SNAPLEN)
		return PC_E_LIMIT;
	if (interface >= w->interfaces)
		return PC_E_BADVALUE;
	begin(w, PC_NG_EPB);
	put32(w, interface);
	put_time(w, wall_ns);
	put32(w, (uint32_t)len);
	put32(w, (uint32_t)len);
	put(w, data, len);
	put_pad(w);
	for (size_t i = 0; i < n_comments; i++)
		put_text(w, PC_NG_OPT_COMMENT, comments[i]);
	if (dir != PC_PACKET_DIR_UNKNOWN)
		put_option(w, PC_NG_EPB_FLAGS, &flags, sizeof(flags));
	return end(w);
}

int
pc_pcapng_statistics(struct pc_pcapng_writer *w, uint32_t interface, uint64_t wall_ns,
	uint64_t received, uint64_t dropped, const char *comment)
{
	if (w->err != PC_OK)
		return w->err;
	begin(w, PC_NG_ISB);
	put32(w, interface);
	put_time(w, wall_ns);
	put_text(w, PC_NG_OPT_COMMENT, comment);
	put_option(w, PC_NG_ISB_IFRECV, &received, sizeof(received));
	put_option(w, PC_NG_ISB_IFDROP, &dropped, sizeof(dropped));
	return end(w);
}

int
pc_pcapng_flush(struct pc_pcapng_writer *w)
{
	size_t at = 0;
	while (w->err == PC_OK && at < w->out.len) {
		ssize_t n = write(w->fd, w->out.data + at, w->out.len - at);
		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			w->err = -errno;
	}
	pc_buf_clear(&w->out);
	return w->err;
}

int
pc_pcapng_close(struct pc_pcapng_writer *w, struct pc_diag *diag)
{
	if (w == NULL)
		return PC_OK;
	int err = pc_pcapng_flush(w);
	if (close(w->fd) != 0 && err == PC_OK)
		err = -errno;
	if (err != PC_OK)
		pc_diag_set(diag, "writing the capture: %s; the file ends early", pc_err_text(err));
	pc_buf_done(&w->out);
	free(w);
	return err;
}
