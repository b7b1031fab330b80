/* The PJL file system: FSDIRLIST, FSQUERY, FSUPLOAD, FSDOWNLOAD, FSAPPEND, FSDELETE, FSMKDIR,
 * FSINIT on a volume in memory. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "services/raw.h"

enum { UPLOAD_MAX = 1 << 20, HEADING_MAX = 256, LIST_MAX = 128 };

/* A number that the command names; `fallback` when it does not. False: it is none. */
static bool
number_of(const struct pc_pjl_command *cmd, const char *name, uint64_t fallback, uint64_t *ret)
{
	const struct pc_pjl_option *o = pc_pjl_option(cmd, name);
	*ret = fallback;
	return o == NULL || pc_text_u64(o->value, 0, UINT64_MAX, ret) == PC_OK;
}

static struct pc_volume *
volume_of(struct pc_raw_device *at)
{
	uint32_t kib = pc_device_profile(at->dev)->print.volume_kib;
	if (at->volume == NULL && kib > 0)
		at->volume = pc_volume_new((size_t)kib << 10);
	return at->volume;
}

/* The volume and path that NAME (of FSINIT: VOLUME) says. */
static enum pc_pjl_file_error
open_name(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, char path[PC_PJL_PATH_MAX],
	struct pc_volume **ret)
{
	unsigned number = 0;
	bool init = strcmp(cmd->name, "FSINIT") == 0;
	const struct pc_pjl_option *o = pc_pjl_option(cmd, init ? "VOLUME" : "NAME");
	if (o == NULL || !o->has_value)
		return PC_PJL_FILE_NO_NAME;
	if (cmd->warning == 25004)
		return PC_PJL_FILE_BAD_NAME; /* cut, it would be another file's */
	enum pc_pjl_file_error err = pc_pjl_path_read(o->value, &number, path);
	if (err != PC_PJL_FILE_OK)
		return err;
	*ret = number == 0 ? volume_of(c->at) : NULL;
	return *ret != NULL ? PC_PJL_FILE_OK : PC_PJL_FILE_NO_VOLUME;
}

static enum pc_pjl_file_error
check_writable(const struct pc_raw_conn *c)
{
	if (pc_service_has_fault(c->dev, PC_FAULT_RAW_FILES_READ_ONLY) ||
		pc_raw_vars_disk_locked(c->at) || !pc_raw_unlocked(c))
		return PC_PJL_FILE_PROTECTED;
	return PC_PJL_FILE_OK;
}

/* Replies. */

static const char *
name_of(const struct pc_pjl_command *cmd)
{
	const struct pc_pjl_option *o = pc_pjl_option(cmd, "NAME");
	return o != NULL ? o->value : "";
}

static void
send_buf(struct pc_raw_conn *c, struct pc_buf *b)
{
	struct pc_writer w = {.data = b->data, .size = b->len, .at = b->len, .err = b->err};
	if (b->len > 0)
		pc_raw_reply(c, &w);
	pc_buf_done(b);
}

static void
reply_error(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, enum pc_pjl_file_error err)
{
	uint8_t out[PC_RAW_LINE_TEXT_MAX];
	char heading[HEADING_MAX], name[PC_PJL_STRING_MAX + 1];
	struct pc_writer w;
	(void)snprintf(heading, sizeof(heading), "%s NAME=\"%s\"", cmd->name,
		pc_service_text(name_of(cmd), name, sizeof(name)));
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, heading);
	pc_pjl_reply_line(&w, "FILEERROR=%u", (unsigned)err);
	pc_pjl_reply_end(&w);
	pc_raw_reply(c, &w);
}

static enum pc_pjl_file_error
fs_dirlist(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, struct pc_volume *v,
	const char *path)
{
	struct pc_buf out;
	struct pc_volume_entry e = {0};
	uint64_t first = 1, count = LIST_MAX;
	if (!number_of(cmd, "ENTRY", 1, &first) || first == 0)
		return PC_PJL_FILE_BAD_PARAMETER;
	if (!number_of(cmd, "COUNT", LIST_MAX, &count) || count == 0)
		return PC_PJL_FILE_BAD_COUNT;
	enum pc_pjl_file_error err = pc_volume_entry_at(v, path, 0, &e);
	if (err != PC_PJL_FILE_OK && err != PC_PJL_FILE_END)
		return err;
	pc_buf_init(&out, 1 << 16);
	(void)pc_buf_addf(
		&out, "@PJL FSDIRLIST NAME=\"%s\" ENTRY=%" PRIu64 "\r\n", name_of(cmd), first);
	size_t told = 0;
	for (uint64_t at = first - 1; told < count && told < LIST_MAX; at++, told++) {
		if (at < 2) {
			(void)pc_buf_addf(&out, "%s TYPE=DIR\r\n", at == 0 ? "." : "..");
			continue;
		}
		if (at - 2 >= PC_VOLUME_ENTRIES_MAX ||
			pc_volume_entry_at(v, path, (size_t)(at - 2), &e) != PC_PJL_FILE_OK)
			break;
		if (e.directory)
			(void)pc_buf_addf(&out, "%s TYPE=DIR\r\n", e.name);
		else
			(void)pc_buf_addf(&out, "%s TYPE=FILE SIZE=%zu\r\n", e.name, e.len);
	}
	(void)pc_buf_add_text(&out, "\f");
	if (told == 0) {
		pc_buf_done(&out);
		return PC_PJL_FILE_END;
	}
	send_buf(c, &out);
	return PC_PJL_FILE_OK;
}

static enum pc_pjl_file_error
fs_query(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, struct pc_volume *v,
	const char *path)
{
	struct pc_buf out;
	struct pc_volume_entry e;
	enum pc_pjl_file_error err = pc_volume_query(v, path, &e);
	if (err != PC_PJL_FILE_OK)
		return err;
	pc_buf_init(&out, 1024);
	(void)pc_buf_addf(&out, "@PJL FSQUERY NAME=\"%s\" TYPE=%s", name_of(cmd),
		e.directory ? "DIR" : "FILE");
	if (!e.directory)
		(void)pc_buf_addf(&out, " SIZE=%zu", e.len);
	(void)pc_buf_add_text(&out, "\r\n\f");
	send_buf(c, &out);
	return PC_PJL_FILE_OK;
}

static enum pc_pjl_file_error
fs_upload(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, struct pc_volume *v,
	const char *path)
{
	struct pc_buf out;
	struct pc_volume_entry e;
	uint64_t offset = 0, size = 0;
	enum pc_pjl_file_error err = pc_volume_query(v, path, &e);
	if (err != PC_PJL_FILE_OK)
		return err;
	if (e.directory)
		return PC_PJL_FILE_IS_DIRECTORY;
	if (!number_of(cmd, "OFFSET", 0, &offset) || offset > e.len)
		return PC_PJL_FILE_BAD_PARAMETER;
	if (!number_of(cmd, "SIZE", e.len - offset, &size))
		return PC_PJL_FILE_BAD_COUNT;
	if (size > e.len - offset)
		size = e.len - offset; /* as much as there is */
	if (size > UPLOAD_MAX)
		size = UPLOAD_MAX;
	pc_buf_init(&out, UPLOAD_MAX + 1024);
	(void)pc_buf_addf(&out,
		"@PJL FSUPLOAD FORMAT:BINARY NAME=\"%s\" OFFSET=%" PRIu64 " SIZE=%" PRIu64 "\r\n",
		name_of(cmd), offset, size);
	if (size > 0)
		(void)pc_buf_add(&out, e.data + offset, (size_t)size);
	(void)pc_buf_add_text(&out, "\f");
	send_buf(c, &out);
	return PC_PJL_FILE_OK;
}

static enum pc_pjl_file_error
fs_delete(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, struct pc_volume *v,
	const char *path)
{
	(void)c;
	(void)cmd;
	return pc_volume_delete(v, path);
}

static enum pc_pjl_file_error
fs_mkdir(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, struct pc_volume *v,
	const char *path)
{
	(void)c;
	(void)cmd;
	return pc_volume_mkdir(v, path);
}

static enum pc_pjl_file_error
fs_init(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, struct pc_volume *v,
	const char *path)
{
	(void)c;
	(void)cmd;
	if (path[0] != '\0')
		return PC_PJL_FILE_BAD_NAME;
	pc_volume_init(v);
	return PC_PJL_FILE_OK;
}

/* Files that come. */

void
pc_raw_files_abort(struct pc_raw_conn *c)
{
	if (c->transfer != NULL)
		free(c->transfer->data);
	free(c->transfer);
	c->transfer = NULL;
}

static void
finish_transfer(struct pc_raw_conn *c)
{
	struct pc_raw_transfer *t = c->transfer;
	enum pc_pjl_file_error err = PC_PJL_FILE_OK;
	struct pc_volume *v = volume_of(c->at);
	if (t->data != NULL && v != NULL) {
		err = pc_volume_write_take(v, t->path, t->data, t->len, t->append);
		t->data = NULL;
	}
	pc_raw_files_abort(c);
	if (err != PC_PJL_FILE_OK)
		pc_raw_pjl_error(c, 32000 + (unsigned)err);
}

size_t
pc_raw_files_take(struct pc_raw_conn *c, const uint8_t *data, size_t len)
{
	struct pc_raw_transfer *t = c->transfer;
	if (t == NULL)
		return 0;
	size_t n = len < t->left ? len : (size_t)t->left;
	if (t->data != NULL && n > 0)
		memcpy(t->data + t->len, data, n);
	t->len += t->data != NULL ? n : 0;
	t->left -= n;
	if (t->left == 0)
		finish_transfer(c);
	return n;
}

/* FSDOWNLOAD and FSAPPEND bring their octets whether the file can be written or not: in the second
 * case they are read and thrown away, or they would be taken for commands and print data. */
static enum pc_pjl_file_error
begin_transfer(struct pc_raw_conn *c, const struct pc_pjl_command *cmd, struct pc_volume *v,
	const char *path, enum pc_pjl_file_error err)
{
	uint64_t size = 0;
	bool append = strcmp(cmd->name, "FSAPPEND") == 0;
	if (pc_pjl_option(cmd, "SIZE") == NULL || !number_of(cmd, "SIZE", 0, &size))
		return PC_PJL_FILE_BAD_COUNT;
	if (err == PC_PJL_FILE_OK && c->waiting)
		err = PC_PJL_FILE_NO_DESCRIPTORS; /* one file a printer at a time */
	if (err == PC_PJL_FILE_OK && size > SIZE_MAX / 2)
		err = PC_PJL_FILE_DISK_FULL;
	if (err == PC_PJL_FILE_OK)
		err = pc_volume_may_write(v, path, (size_t)size, append);
	struct pc_raw_transfer *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return PC_PJL_FILE_NO_MEMORY;
	t->left = size;
	t->append = append;
	if (err == PC_PJL_FILE_OK) {
		pc_text_copy(t->path, sizeof(t->path), path);
		t->data = malloc((size_t)size + 1); /* at most the volume's size */
		err = t->data == NULL ? PC_PJL_FILE_NO_MEMORY : PC_PJL_FILE_OK;
	}
	c->transfer = t;
	if (size == 0)
		finish_transfer(c);
	return err;
}

typedef enum pc_pjl_file_error (*file_fn)(struct pc_raw_conn *c, const struct pc_pjl_command *cmd,
	struct pc_volume *v, const char *path);

/* `run` NULL: octets follow. */
static const struct file_command {
	const char *name;
	file_fn run;
	bool replies, writes;
} commands[] = {
	{"FSDIRLIST", fs_dirlist, true, false},
	{"FSQUERY", fs_query, true, false},
	{"FSUPLOAD", fs_upload, true, false},
	{"FSDELETE", fs_delete, false, true},
	{"FSMKDIR", fs_mkdir, false, true},
	{"FSINIT", fs_init, false, true},
	{"FSDOWNLOAD", NULL, false, true},
	{"FSAPPEND", NULL, false, true},
};

void
pc_raw_files(struct pc_raw_conn *c, const struct pc_pjl_command *cmd)
{
	const struct file_command *row = commands;
	char path[PC_PJL_PATH_MAX] = "";
	struct pc_volume *v = NULL;
	while (strcmp(row->name, cmd->name) != 0)
		row++; /* whoever calls has the same names */
	enum pc_pjl_file_error err = open_name(c, cmd, path, &v);
	if (err == PC_PJL_FILE_OK && row->writes)
		err = check_writable(c);
	if (row->run == NULL)
		err = begin_transfer(c, cmd, v, path, err);
	else if (err == PC_PJL_FILE_OK)
		err = row->run(c, cmd, v, path);
	if (err == PC_PJL_FILE_OK)
		return;
	if (row->replies)
		reply_error(c, cmd, err);
	pc_raw_pjl_error(c, 32000 + (unsigned)err);
}

void
pc_raw_files_info(struct pc_raw_conn *c, struct pc_writer *w)
{
	const struct pc_volume *v = volume_of(c->at);
	pc_pjl_reply_line(w, "VOLUME\tTOTAL SIZE\tFREE SPACE\tLOCATION\tLABEL\tSTATUS");
	if (v != NULL)
		pc_pjl_reply_line(w, "0:\t%zu\t%zu\tRAM\t\t%s", pc_volume_size(v),
			pc_volume_free_bytes(v),
			check_writable(c) == PC_PJL_FILE_OK ? "READ-WRITE" : "READ-ONLY");
}
