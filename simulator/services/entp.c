/* ENTP on TCP 1865: enough of the scanner side of a multifunction for clients to find and name it.
 */
#include "codec/entp.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "services/internal.h"
#include "wire/wire.h"

enum {
	ESC = 0x1b,
	FS = 0x1c,
	ESC_ACK = 0x06,
	ESC_NAK = 0x15,
	IDLE_MS = 60000, /* of a session whose lock names no time */
	LOCK_SECONDS_MAX = 600,
	DPI = 1200,
	BLOCK_MAX = 512 /* data of an ESC/I-2 answer */
};

struct entp {
	struct pc_service service;
	struct pc_tcp_listener *listener; /* owned */
	struct session *first;            /* owned list */
};

struct session {
	struct entp *entp;     /* borrowed */
	struct pc_device *dev; /* borrowed */
	struct pc_tcp *conn;   /* borrowed */
	struct session *prev, *next;
	bool locked;
	uint32_t patience_ms; /* without a frame this long the session ends */
	struct pc_timer timer;
	bool wants_parameter;     /* the byte of an ESC D, ESC e … comes as its own request */
	bool esci2;               /* after FS X */
	uint8_t block[BLOCK_MAX]; /* data of the last ESC/I-2 answer, fetched by an empty request */
	size_t n_block;
};

static void
send_frame(struct session *s, uint16_t type, const uint8_t *data, size_t len)
{
	uint8_t out[PC_ENTP_HEADER_BYTES + BLOCK_MAX];
	size_t n = 0;
	struct pc_entp f = {.type = type, .data = data, .len = (uint32_t)len};
	if (pc_entp_write(&f, out, sizeof(out), &n) == PC_OK)
		(void)pc_tcp_write(s->conn, out, n);
	s->entp->service.counters.out++;
}

static void
send_event(struct session *s, enum pc_entp_event event)
{
	const uint8_t octet = (uint8_t)event;
	send_frame(s, PC_ENTP_EVENT, &octet, 1);
}

/* Nothing was heard for as long as was agreed: the client is told, and its lock is free. */
static void
on_silence(void *arg)
{
	struct session *s = arg;
	struct sockaddr_in peer = pc_tcp_peer(s->conn);
	pc_service_note(&s->entp->service, s->dev, &peer, "timeout",
		json_pack("{s:b}", "locked", s->locked));
	send_event(s, PC_ENTP_EVENT_TIMEOUT);
	s->locked = false;
	pc_tcp_close(s->conn);
}

static void
heard(struct session *s)
{
	pc_timer_start(&s->timer, s->entp->service.env.loop, s->patience_ms, on_silence, s);
}

/* The answer to a pass-through, never more than the client waits for. */
static void
reply(struct session *s, const struct pc_entp_pass *p, const uint8_t *data, size_t len)
{
	send_frame(s, PC_ENTP_PASS_REPLY, data, len < p->reply_len ? len : p->reply_len);
}

static void
reply_octet(struct session *s, const struct pc_entp_pass *p, uint8_t octet)
{
	reply(s, p, &octet, 1);
}

/* ESC/I. */

static void
esc_init(struct session *s, const struct pc_entp_pass *p)
{
	s->wants_parameter = false;
	reply_octet(s, p, ESC_ACK);
}

static void
esc_parameter(struct session *s, const struct pc_entp_pass *p)
{
	s->wants_parameter = true;
	reply_octet(s, p, ESC_ACK);
}

static void
esc_status(struct session *s, const struct pc_entp_pass *p)
{
	static const uint8_t status[4] = {0x02, 0x02, 0, 0}; /* 02: extended commands are there */
	reply(s, p, status, sizeof(status));
}

/* The scanner's name: 16 characters, without the "Series" the printer side adds. */
static void
identity_of(const struct pc_device *dev, struct pc_entp_identity *ret)
{
	const struct pc_profile *p = pc_device_profile(dev);
	*ret = (struct pc_entp_identity){.rom = "1.00",
		.base_dpi = DPI,
		.min_dpi = 50,
		.max_dpi = DPI,
		.max_pixels = DPI * 17 / 2,
		.width = DPI * 17 / 2,
		.height = DPI * 117 / 10};
	pc_text_copy(ret->model, sizeof(ret->model), p->model);
	char *series = strstr(ret->model, " Ser");
	if (series != NULL)
		*series = '\0';
}

static void
fs_identity(struct session *s, const struct pc_entp_pass *p)
{
	struct pc_entp_identity id;
	uint8_t out[PC_ENTP_IDENTITY_BYTES];
	identity_of(s->dev, &id);
	(void)pc_entp_identity_write(&id, out);
	reply(s, p, out, sizeof(out));
}

static void
fs_status(struct session *s, const struct pc_entp_pass *p)
{
	static const uint8_t status[PC_ENTP_STATUS_BYTES];
	reply(s, p, status, sizeof(status));
}

static void
fs_extended(struct session *s, const struct pc_entp_pass *p)
{
	s->esci2 = true;
	reply_octet(s, p, ESC_ACK);
}

static const struct {
	uint8_t first, second;
	void (*run)(struct session *s, const struct pc_entp_pass *p);
} commands[] = {
	{ESC, '@', esc_init},
	{ESC, 'F', esc_status},
	{ESC, 'D', esc_parameter},
	{ESC, 'e', esc_parameter},
	{ESC, 'C', esc_parameter},
	{ESC, 'R', esc_parameter},
	{ESC, 'A', esc_parameter},
	{FS, 'I', fs_identity},
	{FS, 'F', fs_status},
	{FS, 'X', fs_extended},
};

static void
run_esci(struct session *s, const struct pc_entp_pass *p)
{
	if (s->wants_parameter) {
		s->wants_parameter = false;
		reply_octet(s, p, ESC_ACK);
		return;
	}
	for (size_t i = 0; p->len == 2 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (p->command[0] == commands[i].first && p->command[1] == commands[i].second) {
			commands[i].run(s, p);
			return;
		}
	}
	s->entp->service.counters.refused++;
	reply_octet(s, p, ESC_NAK);
}

/* ESC/I-2: name, length, and on demand so many bytes of tokens. */

static void
write_info(const struct session *s, struct pc_writer *w)
{
	char text[PC_NAME_MAX + PC_SERIAL_MAX];
	struct pc_entp_identity id;
	const char *serial = pc_device_state(s->dev)->serial;
	identity_of(s->dev, &id);
	(void)snprintf(text, sizeof(text), "#PRDh%03zX%s", strlen(id.model), id.model);
	pc_write_text(w, text);
	pc_write_text(w, "#VERh004V100");
	(void)snprintf(text, sizeof(text), "#S/Nh%03zX%s", strlen(serial), serial);
	pc_write_text(w, text);
	pc_write_text(w, "#FB AREAi0000850i0001170#FB RESOi0001200");
}

static void
write_capabilities(const struct session *s, struct pc_writer *w)
{
	(void)s;
	pc_write_text(w, "#COLLISTC024M008#FMTLISTRAW JPG #RSMLISTi0000100i0000200i0000300");
}

static void
write_nothing(const struct session *s, struct pc_writer *w)
{
	(void)s;
	(void)w;
}

static const struct {
	char name[5];
	void (*write)(const struct session *s, struct pc_writer *w);
	bool data;
} blocks[] = {
	{"INFO", write_info, true},
	{"CAPA", write_capabilities, true},
	{"CAPB", write_nothing, true},
	{"RESA", write_capabilities, true},
	{"RESB", write_nothing, true},
	{"STAT", write_nothing, true},
	{"FIN ", write_nothing, false},
};

static void
run_block(struct session *s, const struct pc_entp_pass *p, const char name[5])
{
	uint8_t header[PC_ENTP_BLOCK_BYTES];
	struct pc_writer w;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		if (strcmp(blocks[i].name, name) != 0)
			continue;
		pc_writer_init(&w, s->block, sizeof(s->block));
		blocks[i].write(s, &w);
		if (blocks[i].data)
			pc_write_text(&w, "#---");
		s->n_block = w.err == PC_OK ? w.at : 0;
		(void)pc_entp_block_write(name, (uint32_t)s->n_block, header);
		reply(s, p, header, sizeof(header));
		s->esci2 = strcmp(name, "FIN ") != 0;
		return;
	}
	s->entp->service.counters.refused++;
	(void)pc_entp_block_write("UNKN", 0, header);
	reply(s, p, header, sizeof(header));
}

static void
run_pass(struct session *s, const struct pc_entp_pass *p)
{
	char name[5];
	uint32_t len = 0;
	if (p->len == 0) {
		reply(s, p, s->block, s->n_block);
		s->n_block = 0;
	} else if (s->esci2 && pc_entp_block_read(p->command, p->len, name, &len) == PC_OK) {
		run_block(s, p, name);
	} else {
		run_esci(s, p);
	}
}

static bool
is_locked_by_another(const struct session *s)
{
	for (const struct session *o = s->entp->first; o != NULL; o = o->next) {
		if (o != s && o->dev == s->dev && o->locked)
			return true;
	}
	return false;
}

static void
lock(struct session *s, uint32_t seconds)
{
	uint8_t answer = ESC_ACK;
	if (seconds > 0)
		s->patience_ms = (seconds < LOCK_SECONDS_MAX ? seconds : LOCK_SECONDS_MAX) * 1000;
	if (is_locked_by_another(s)) {
		answer = ESC_NAK;
		s->entp->service.counters.refused++;
		pc_service_note(&s->entp->service, s->dev, NULL, "refused",
			json_pack("{s:s}", "why", "another client has the lock"));
	} else {
		s->locked = true;
	}
	send_frame(s, PC_ENTP_LOCK_REPLY, &answer, 1);
}

static void
malformed(struct session *s, const char *why)
{
	struct sockaddr_in peer = pc_tcp_peer(s->conn);
	s->entp->service.counters.malformed++;
	pc_service_note(
		&s->entp->service, s->dev, &peer, "malformed", json_pack("{s:s}", "why", why));
	pc_tcp_close(s->conn);
}

/* True while the session goes on. */
static bool
handle(struct session *s, const struct pc_entp *f)
{
	struct pc_entp_pass p;
	uint32_t seconds = 0;
	s->entp->service.counters.in++;
	switch (f->type) {
	case PC_ENTP_LOCK:
		if (pc_entp_lock_read(f, &seconds) != PC_OK) {
			malformed(s, "a lock of unknown form");
			return false;
		}
		lock(s, seconds);
		return true;
	case PC_ENTP_UNLOCK:
		s->locked = false;
		send_frame(s, PC_ENTP_UNLOCK_REPLY, NULL, 0);
		return true;
	case PC_ENTP_PASS:
		if (!s->locked || pc_entp_pass_read(f, &p) != PC_OK) {
			malformed(s, s->locked ? "the command length lies" : "no lock is held");
			return false;
		}
		run_pass(s, &p);
		return true;
	default:
		malformed(s, "unknown frame type");
		return false;
	}
}

static size_t
on_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct session *s = arg;
	struct pc_entp f;
	size_t at = 0, used = 0;
	int err = PC_OK;
	(void)conn;
	while (at < len && (err = pc_entp_read(data + at, len - at, &f, &used)) == PC_OK) {
		at += used;
		if (!handle(s, &f))
			return len;
		heard(s);
	}
	if (err == PC_OK || err == PC_E_TRUNCATED)
		return at;
	malformed(s, pc_err_text(err));
	return len;
}

static bool
on_open(void *arg, struct pc_tcp *conn)
{
	static const uint8_t welcome[5];
	struct entp *e = arg;
	struct session *s = NULL;
	struct pc_device *dev = pc_service_find(&e->service, pc_tcp_local(conn).sin_addr);
	pc_tcp_set_arg(conn, NULL);
	if (dev != NULL && pc_device_profile(dev)->ports.entp && pc_device_answers(dev))
		s = calloc(1, sizeof(*s));
	if (s == NULL) {
		e->service.counters.refused++;
		return false;
	}
	s->entp = e;
	s->dev = dev;
	s->conn = conn;
	s->next = e->first;
	if (s->next != NULL)
		s->next->prev = s;
	e->first = s;
	e->service.counters.connections++;
	pc_tcp_set_arg(conn, s);
	pc_tcp_set_idle(conn, LOCK_SECONDS_MAX * 1000 + IDLE_MS);
	s->patience_ms = IDLE_MS;
	heard(s);
	if (!pc_service_has_fault(dev, PC_FAULT_ENTP_NO_WELCOME))
		send_frame(s, PC_ENTP_WELCOME, welcome, sizeof(welcome));
	return true;
}

static void
on_closed(void *arg, struct pc_tcp *conn, enum pc_tcp_end end)
{
	struct session *s = arg;
	(void)conn;
	(void)end;
	if (s == NULL)
		return;
	pc_timer_stop(&s->timer);
	if (s->prev != NULL)
		s->prev->next = s->next;
	else
		s->entp->first = s->next;
	if (s->next != NULL)
		s->next->prev = s->prev;
	free(s);
}

static const struct pc_tcp_handler handler = {
	.open = on_open, .data = on_data, .closed = on_closed};

/* A printer that restarts says so; one without power cannot. */
static void
on_event(struct pc_service *service, struct pc_device *dev, const struct pc_device_event *event)
{
	struct session *next = NULL;
	bool booting = pc_device_state(dev)->power == PC_POWER_BOOTING;
	if (event->kind != PC_EVENT_POWER || pc_device_answers(dev))
		return;
	for (struct session *s = ((struct entp *)service)->first; s != NULL; s = next) {
		next = s->next;
		if (s->dev != dev)
			continue;
		if (!booting) {
			pc_tcp_reset(s->conn);
			continue;
		}
		send_event(s, PC_ENTP_EVENT_DISCONNECT);
		pc_tcp_close(s->conn);
	}
}

static void
stop(struct pc_service *service)
{
	struct entp *e = (struct entp *)service;
	pc_tcp_listener_close(e->listener);
	free(e);
}

int
pc_entp_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag)
{
	struct entp *e = calloc(1, sizeof(*e));
	if (e == NULL)
		return -ENOMEM;
	e->service.env = *env;
	e->service.stop = stop;
	e->service.event = on_event;
	int err = pc_service_listen(&e->service, PC_ENTP_PORT, &handler, e, &e->listener, diag);
	if (err != PC_OK) {
		free(e);
		return err;
	}
	*ret = &e->service;
	return PC_OK;
}
