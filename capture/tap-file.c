#include "capture/tap-file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "capture/frame.h"
#include "capture/pcapng.h"

enum {
	BUCKETS = 4096,
	HTTP_PORT = 80,
	MQTT_PORT = 1883,
	MQTT_CONNECT = 0x10, /* Spec: MQTT 3.1.1 s3.1.1 */
	NOTE_MAX = 1024,
	MARK_MAX = 1024
};

struct flow {
	uint64_t id;
	struct sockaddr_in end[2]; /* client, server as written */
	uint32_t seq[2];           /* next sequence number of each */
	uint16_t server_port;      /* the true one */
	bool opened;               /* the handshake is written */
	char *note;                /* owned until the SYN is written; NULL: none */
	struct flow *next;
};

struct pc_tap_file {
	struct pc_pcapng_writer *out;
	const struct pc_clock *clock; /* borrowed */
	uint16_t port_offset;
	uint16_t ident;
	uint32_t opened; /* flows so far: makes initial sequence numbers */
	size_t n_flows;
	uint64_t packets;
	uint64_t last_ns;
	struct flow *flows[BUCKETS]; /* owned lists */
	char marks[PC_TAP_MARKS_MAX][MARK_MAX];
	size_t n_marks;
	struct pc_tap tap;
	uint8_t frame[PC_FRAME_MAX];
};

/* Ports whose owner is a service of this product. */
static const uint16_t service_ports[] = {21, 22, 23, 25, 53, 80, 88, 137, 161, 162, 389, 427, 443,
	515, 587, 631, 705, 1883, 1900, 2968, 3289, 5353, 5355, 8000, 8080, 8443, 8883, 9100};

static bool
is_service(uint16_t port)
{
	for (size_t i = 0; i < sizeof(service_ports) / sizeof(service_ports[0]); i++) {
		if (service_ports[i] == port)
			return true;
	}
	return false;
}

uint16_t
pc_tap_service_port(uint16_t port, uint16_t offset)
{
	uint16_t real = (uint16_t)(port - offset);
	return offset != 0 && port > offset && is_service(real) ? real : port;
}

static struct sockaddr_in
as_written(const struct pc_tap_file *t, const struct sockaddr_in *addr)
{
	struct sockaddr_in a = *addr;
	a.sin_port = htons(pc_tap_service_port(ntohs(a.sin_port), t->port_offset));
	return a;
}

/* Write a frame with the marks that wait and `note`. */
static void
emit(struct pc_tap_file *t, uint64_t ns, enum pc_packet_dir dir, size_t len, const char *note)
{
	const char *comments[PC_TAP_MARKS_MAX + 1];
	size_t n = 0;
	for (; n < t->n_marks; n++)
		comments[n] = t->marks[n];
	if (note != NULL)
		comments[n++] = note;
	t->n_marks = 0;
	t->packets++;
	t->last_ns = ns;
	/* A failed write sticks in the writer; pc_tap_file_close() reports it. */
	(void)pc_pcapng_packet(t->out, 0, ns, dir, t->frame, len, comments, n);
}

static void
on_udp(void *arg, uint64_t ns, const struct sockaddr_in *from, const struct sockaddr_in *to,
	const uint8_t *data, size_t len)
{
	struct pc_tap_file *t = arg;
	struct sockaddr_in a = as_written(t, from);
	struct sockaddr_in b = as_written(t, to);
	enum pc_packet_dir dir = is_service(ntohs(a.sin_port)) && !is_service(ntohs(b.sin_port))
					 ? PC_PACKET_DIR_OUT
					 : PC_PACKET_DIR_IN;
	size_t n = 0;
	if (pc_frame_udp(&a, &b, t->ident++, data, len, t->frame, sizeof(t->frame), &n) == PC_OK)
		emit(t, ns, dir, n, NULL);
}

static void
segment(struct pc_tap_file *t, uint64_t ns, struct flow *f, unsigned side, uint8_t flags,
	const uint8_t *data, size_t len, const char *note)
{
	struct pc_frame_tcp tcp = {.seq = f->seq[side], .flags = flags};
	size_t n = 0;
	if ((flags & PC_TCP_ACK) != 0)
		tcp.ack = f->seq[1 - side];
	if (pc_frame_tcp(&f->end[side], &f->end[1 - side], t->ident++, &tcp, data, len, t->frame,
		    sizeof(t->frame), &n) != PC_OK)
		return;
	f->seq[side] += (uint32_t)len + ((flags & (PC_TCP_SYN | PC_TCP_FIN)) != 0 ? 1 : 0);
	emit(t, ns, side == 0 ? PC_PACKET_DIR_IN : PC_PACKET_DIR_OUT, n, note);
}

static bool
note_has(const char *note, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = note; *p != '\0'; p++) {
		if (strncasecmp(p, word, n) == 0)
			return true;
	}
	return false;
}

/* True when the note names the protocol TLS agreed on ("alpn=" alone: none was). */
static bool
note_has_alpn(const char *note)
{
	const char *p = strstr(note, "alpn=");
	return p != NULL && p[5] != '\0' && p[5] != ';' && p[5] != ' ';
}

static void
handshake(struct pc_tap_file *t, uint64_t ns, struct flow *f)
{
	segment(t, ns, f, 0, PC_TCP_SYN, NULL, 0, f->note);
	segment(t, ns, f, 1, PC_TCP_SYN | PC_TCP_ACK, NULL, 0, NULL);
	segment(t, ns, f, 0, PC_TCP_ACK, NULL, 0, NULL);
	free(f->note);
	f->note = NULL;
	f->opened = true;
}

/* Plaintext inside TLS gets the port by which tools dissect it. */
static void
choose_port(struct flow *f, unsigned side, const uint8_t *data, size_t len)
{
	if (f->note == NULL || !note_has(f->note, "tls"))
		return;
	bool mqtt = side == 0 && len > 0 && data[0] == MQTT_CONNECT;
	if (note_has(f->note, "alpn=mqtt") || note_has(f->note, "alpn=x-amzn-mqtt"))
		mqtt = true;
	else if (note_has(f->note, "alpn=http"))
		mqtt = false;
	f->end[1].sin_port = htons(mqtt ? MQTT_PORT : HTTP_PORT);
}

static struct flow **
find_flow(struct pc_tap_file *t, uint64_t id)
{
	struct flow **p = &t->flows[(id ^ id >> 20) % BUCKETS];
	while (*p != NULL && (*p)->id != id)
		p = &(*p)->next;
	return p;
}

static struct flow *
add_flow(struct pc_tap_file *t, const struct pc_tap_flow *flow)
{
	struct flow **slot = find_flow(t, flow->id);
	if (*slot != NULL)
		return *slot;
	struct flow *f = t->n_flows < PC_TAP_FLOWS_MAX ? calloc(1, sizeof(*f)) : NULL;
	if (f == NULL)
		return NULL;
	t->n_flows++;
	t->opened++;
	f->id = flow->id;
	f->end[0] = as_written(t, &flow->client);
	f->end[1] = as_written(t, &flow->server);
	f->server_port = ntohs(flow->server.sin_port);
	f->seq[0] = t->opened * 0x01000193u; /* differs when a pair of ports is used again */
	f->seq[1] = t->opened * 0x0100f00du;
	*slot = f;
	return f;
}

static void
drop_flow(struct pc_tap_file *t, uint64_t id)
{
	struct flow **slot = find_flow(t, id);
	struct flow *f = *slot;
	if (f == NULL)
		return;
	*slot = f->next;
	free(f->note);
	free(f);
	t->n_flows--;
}

static void
open_flow(struct pc_tap_file *t, uint64_t ns, const struct pc_tap_flow *flow)
{
	char note[NOTE_MAX];
	struct flow *f = add_flow(t, flow);
	if (f == NULL || f->opened || f->note != NULL)
		return; /* told twice: the first one counts */
	if (flow->note != NULL) {
		snprintf(note, sizeof(note), "port=%u; %s; TCP headers synthesised", f->server_port,
			flow->note);
		f->note = strdup(note);
	}
	bool wait = f->note != NULL && note_has(f->note, "tls") && !note_has_alpn(f->note);
	if (wait)
		return;
	choose_port(f, 0, NULL, 0);
	handshake(t, ns, f);
}

static void
on_data(struct pc_tap_file *t, uint64_t ns, const struct pc_tap_flow *flow, unsigned side,
	const uint8_t *data, size_t len)
{
	/* A connection older than the tap has no handshake: readers call it midstream. */
	struct flow *f = *find_flow(t, flow->id);
	bool midstream = f == NULL;
	if (midstream)
		f = add_flow(t, flow);
	if (f == NULL)
		return;
	if (!f->opened && !midstream) {
		choose_port(f, side, data, len);
		handshake(t, ns, f);
	}
	f->opened = true;
	while (len > 0) {
		size_t n = len < PC_FRAME_SEGMENT ? len : PC_FRAME_SEGMENT;
		uint8_t push = n == len ? PC_TCP_PSH : 0;
		segment(t, ns, f, side, PC_TCP_ACK | push, data, n, NULL);
		data += n;
		len -= n;
	}
}

static void
close_flow(struct pc_tap_file *t, uint64_t ns, const struct pc_tap_flow *flow, bool reset)
{
	struct flow *f = *find_flow(t, flow->id);
	if (f == NULL)
		return;
	if (!f->opened) {
		choose_port(f, 0, NULL, 0);
		handshake(t, ns, f);
	}
	if (reset) {
		segment(t, ns, f, 1, PC_TCP_RST | PC_TCP_ACK, NULL, 0, NULL);
	} else {
		segment(t, ns, f, 0, PC_TCP_FIN | PC_TCP_ACK, NULL, 0, NULL);
		segment(t, ns, f, 1, PC_TCP_FIN | PC_TCP_ACK, NULL, 0, NULL);
		segment(t, ns, f, 0, PC_TCP_ACK, NULL, 0, NULL);
	}
	drop_flow(t, flow->id);
}

static void
on_tcp(void *arg, uint64_t ns, const struct pc_tap_flow *flow, enum pc_tap_event event,
	const uint8_t *data, size_t len)
{
	struct pc_tap_file *t = arg;
	switch (event) {
	case PC_TAP_OPEN:
		open_flow(t, ns, flow);
		break;
	case PC_TAP_CLIENT_DATA:
		on_data(t, ns, flow, 0, data, len);
		break;
	case PC_TAP_SERVER_DATA:
		on_data(t, ns, flow, 1, data, len);
		break;
	case PC_TAP_CLOSE:
	case PC_TAP_RESET:
		close_flow(t, ns, flow, event == PC_TAP_RESET);
		break;
	}
}

int
pc_tap_file_new(const char *path, const struct pc_tap_file_options *options,
	struct pc_tap_file **ret, struct pc_diag *diag)
{
	char comment[NOTE_MAX];
	uint32_t id;
	snprintf(comment, sizeof(comment), "source=tap; lossy=0%s%s",
		options->comment == NULL ? "" : "; ",
		options->comment == NULL ? "" : options->comment);
	struct pc_tap_file *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return -ENOMEM;
	int err = pc_pcapng_create(path, comment, &t->out, diag);
	if (err == PC_OK)
		err = pc_pcapng_add_interface(t->out, options->name == NULL ? "tap" : options->name,
			"payloads of our own sockets, headers synthesised", &id);
	if (err == PC_OK)
		err = pc_pcapng_flush(t->out);
	if (err != PC_OK) {
		(void)pc_pcapng_close(t->out, NULL);
		free(t);
		return err;
	}
	t->clock = options->clock;
	t->port_offset = options->port_offset;
	t->tap = (struct pc_tap){.udp = on_udp, .tcp = on_tcp, .arg = t};
	*ret = t;
	return PC_OK;
}

const struct pc_tap *
pc_tap_file_tap(const struct pc_tap_file *t)
{
	return t == NULL ? NULL : &t->tap;
}

static void
flush_turn(void *arg)
{
	(void)pc_tap_file_flush(arg);
}

int
pc_tap_file_attach(struct pc_tap_file *t, struct pc_loop *loop)
{
	return pc_loop_each_turn(loop, flush_turn, t);
}

void
pc_tap_file_mark(struct pc_tap_file *t, const char *text)
{
	if (t == NULL)
		return;
	if (t->n_marks < PC_TAP_MARKS_MAX) {
		pc_text_copy(t->marks[t->n_marks++], MARK_MAX, text);
		return;
	}
	char *last = t->marks[PC_TAP_MARKS_MAX - 1];
	size_t n = strlen(last);
	snprintf(last + n, MARK_MAX - n, "\n%s", text);
}

int
pc_tap_file_flush(struct pc_tap_file *t)
{
	return pc_pcapng_flush(t->out);
}

uint64_t
pc_tap_file_packets(const struct pc_tap_file *t)
{
	return t->packets;
}

int
pc_tap_file_close(struct pc_tap_file *t, struct pc_diag *diag)
{
	if (t == NULL)
		return PC_OK;
	char left[PC_CAPTURE_COMMENT_MAX] = "";
	for (size_t i = 0; i < t->n_marks; i++) {
		size_t n = strlen(left);
		snprintf(left + n, sizeof(left) - n, "%s%s", i == 0 ? "" : "\n", t->marks[i]);
	}
	uint64_t now = t->clock == NULL ? t->last_ns : pc_clock_wall_ns(t->clock);
	(void)pc_pcapng_statistics(t->out, 0, now, t->packets, 0, left);
	int err = pc_pcapng_close(t->out, diag);
	for (size_t i = 0; i < BUCKETS; i++) {
		while (t->flows[i] != NULL)
			drop_flow(t, t->flows[i]->id);
	}
	free(t);
	return err;
}
