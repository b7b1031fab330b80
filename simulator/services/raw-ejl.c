/* @EJL and IEEE 1284.4 packets on the raw ports of Epsons: identification, and a conversation with
 * the two services EPSON-CTRL (commands as in the SNMP tunnel) and EPSON-DATA (a print job) under
 * credits. Spec: IEEE 1284.4; Epson's open driver library */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "codec/d4.h"
#include "epson/status.h"
#include "services/raw.h"

enum {
	CHANNELS = 2,
	CONTROL_MAX = 512,   /* octets of one command on EPSON-CTRL */
	ANSWERS_MAX = 16384, /* that wait for credit */
	PACKET_MAX = 4096,   /* the largest we take or send */
	CREDIT_MAX = 64,     /* packets a peer may send ahead */
	ID_MAX = 1200
};

/* What the printer offers. */
static const struct {
	uint8_t socket;
	const char *name;
} offered[CHANNELS] = {{0x02, "EPSON-CTRL"}, {0x40, "EPSON-DATA"}};
enum { CONTROL, DATA };

struct channel {
	bool open;
	uint8_t secondary;
	uint16_t to_printer, to_host; /* packet sizes */
	uint32_t theirs;              /* packets the peer may still send */
	uint32_t ours;                /* and we */
};

struct pc_raw_d4 {
	struct pc_d4_parser parser;
	bool initialized, over;
	struct channel channels[CHANNELS];
	uint8_t command[CONTROL_MAX];
	size_t n_command;
	struct pc_buf answers; /* of EPSON-CTRL, in the order they are to leave */
};

/* The device ID, and what comes around it. */
static const char *
device_id(const struct pc_device *dev, char out[ID_MAX])
{
	const char *text = pc_device_profile(dev)->device_id_1284;
	if (text == NULL || pc_device_expand(dev, text, out, ID_MAX) != PC_OK)
		out[0] = '\0';
	return out;
}

static void
send_octets(struct pc_raw_conn *c, const void *data, size_t len)
{
	struct pc_writer w = {.size = len, .at = len};
	uint8_t *copy = malloc(len + 1);
	if (copy == NULL)
		return;
	memcpy(copy, data, len);
	w.data = copy;
	pc_raw_reply(c, &w);
	free(copy);
}

void
pc_raw_ejl_identify(struct pc_raw_conn *c)
{
	char id[ID_MAX], out[ID_MAX + 32];
	c->raw->service.counters.in++;
	int n = snprintf(out, sizeof(out), "@EJL ID\r\n%s\r\n\f", device_id(c->dev, id));
	send_octets(c, out, (size_t)n);
}

/* Conversation. */

static void
send_packet(struct pc_raw_conn *c, const struct pc_d4_packet *k, uint8_t result)
{
	uint8_t out[128];
	struct pc_writer w;
	pc_writer_init(&w, out, sizeof(out));
	pc_d4_reply(&w, k, result);
	pc_raw_reply(c, &w);
}

void
pc_raw_d4_enter(struct pc_raw_conn *c)
{
	c->raw->service.counters.in++;
	c->d4 = calloc(1, sizeof(*c->d4));
	if (c->d4 == NULL)
		return;
	pc_buf_init(&c->d4->answers, ANSWERS_MAX);
	send_packet(c, &(struct pc_d4_packet){.command = PC_D4_ENTER}, PC_D4_OK);
}

void
pc_raw_d4_free(struct pc_raw_conn *c)
{
	if (c->d4 != NULL)
		pc_buf_done(&c->d4->answers);
	free(c->d4);
	c->d4 = NULL;
}

static void
fail(struct pc_raw_conn *c, uint8_t socket, enum pc_d4_error error)
{
	uint8_t out[32];
	struct pc_writer w;
	pc_writer_init(&w, out, sizeof(out));
	pc_d4_error(&w, socket, socket, error);
	pc_raw_reply(c, &w);
	c->raw->service.counters.malformed++;
	pc_service_note(&c->raw->service, c->dev, &c->intake.peer, "malformed",
		json_pack("{s:i,s:i}", "d4Error", (int)error, "socket", (int)socket));
	c->d4->over = true;
}

/* Answers leave as far as the peer's credit goes. */
static void
send_answers(struct pc_raw_conn *c)
{
	struct channel *ch = &c->d4->channels[CONTROL];
	struct pc_buf *b = &c->d4->answers;
	while (ch->open && ch->ours > 0 && b->len > 0) {
		uint8_t out[PACKET_MAX];
		struct pc_writer w;
		size_t room = ch->to_host - PC_D4_HEADER_BYTES;
		size_t n = b->len < room ? b->len : room;
		pc_writer_init(&w, out, sizeof(out));
		pc_d4_data(&w, offered[CONTROL].socket, ch->secondary, 0, b->data, n);
		pc_raw_reply(c, &w);
		pc_buf_consume(b, n);
		ch->ours--;
	}
}

/* Commands of EPSON-CTRL: two letters, a little-endian length, as many octets. */

static void
answer_status(struct pc_raw_conn *c, const uint8_t *data, size_t len, struct pc_buf *out)
{
	struct pc_epson_facts facts;
	uint8_t block[PC_EPSON_STATUS_MAX];
	size_t n = 0;
	(void)data;
	(void)len;
	pc_epson_facts(c->dev, &facts);
	if (pc_epson_status(c->dev, &facts, block, sizeof(block), &n) == PC_OK)
		(void)pc_buf_add(out, block, n);
}

static void
answer_id(struct pc_raw_conn *c, const uint8_t *data, size_t len, struct pc_buf *out)
{
	char id[ID_MAX];
	(void)data;
	(void)len;
	(void)pc_buf_addf(out, "@EJL ID\r\n%s\r\n\f", device_id(c->dev, id));
}

static void
answer_done(struct pc_buf *out, const char *name, int err)
{
	(void)pc_buf_addf(out, "%s:%s;\f", name,
		err == PC_OK              ? "OK"
		: err == PC_E_UNSUPPORTED ? ""
		: err == PC_E_REFUSED     ? "BUSY"
					  : "NA");
}

static void
answer_clean(struct pc_raw_conn *c, const uint8_t *data, size_t len, struct pc_buf *out)
{
	const struct pc_maintenance what = {.dev = c->dev,
		.group = len > 0 ? data[0] & 0x0f : 0,
		.power = len > 0 && (data[0] & PC_EPSON_POWER_CLEANING) != 0};
	answer_done(out, "ch", pc_service_maintain(&c->raw->service, &what));
}

static void
answer_nozzles(struct pc_raw_conn *c, const uint8_t *data, size_t len, struct pc_buf *out)
{
	const struct pc_maintenance what = {.dev = c->dev, .nozzle_check = true};
	(void)data;
	(void)len;
	answer_done(out, "nc", pc_service_maintain(&c->raw->service, &what));
}

/* Cancel the job of this connection. */
static void
answer_cancel(struct pc_raw_conn *c, const uint8_t *data, size_t len, struct pc_buf *out)
{
	(void)data;
	(void)len;
	if (pc_intake_is_open(&c->intake))
		pc_intake_abort(&c->intake, "cancelled by the client");
	else if (c->printing != 0)
		(void)pc_device_job_cancel(c->dev, c->printing);
	answer_done(out, "rj", PC_OK);
}

static const struct {
	char name[3];
	void (*run)(struct pc_raw_conn *c, const uint8_t *data, size_t len, struct pc_buf *out);
	const char *spec;
} controls[] = {
	{"st", answer_status, "ST2"},
	{"di", answer_id, "IEEE 1284 device ID"},
	{"ch", answer_clean, "head cleaning, low bits nozzle group, 10h power"},
	{"nc", answer_nozzles, "nozzle check"},
	{"rj", answer_cancel, "cancel the job"},
};

static void
run_control(struct pc_raw_conn *c, const uint8_t *command, size_t len)
{
	char name[3] = {(char)command[0], (char)command[1], '\0'};
	struct pc_buf *out = &c->d4->answers;
	c->raw->service.counters.in++;
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		if (strcmp(controls[i].name, name) == 0) {
			controls[i].run(c, command + 4, len - 4, out);
			send_answers(c);
			return;
		}
	}
	char shown[8];
	(void)pc_buf_addf(out, "%s:;\f", pc_service_text(name, shown, sizeof(shown)));
	send_answers(c);
}

/* Whole commands of what has come on EPSON-CTRL. False: one is too long. */
static bool
run_controls(struct pc_raw_conn *c)
{
	struct pc_raw_d4 *d = c->d4;
	while (d->n_command >= 4) {
		size_t need = 4 + d->command[2] + 256u * d->command[3];
		if (need > CONTROL_MAX)
			return false;
		if (d->n_command < need)
			return true;
		run_control(c, d->command, need);
		d->n_command -= need;
		memmove(d->command, d->command + need, d->n_command);
	}
	return true;
}

static int
channel_of(uint8_t socket)
{
	for (int i = 0; i < CHANNELS; i++) {
		if (offered[i].socket == socket)
			return i;
	}
	return -1;
}

/* Packet sizes both sides can live with; 0 asks for ours. */
static uint16_t
settle_size(uint16_t asked)
{
	if (asked == 0 || asked > PACKET_MAX)
		return PACKET_MAX;
	return asked < PC_D4_HEADER_BYTES + 1 ? PC_D4_HEADER_BYTES + 1 : asked;
}

static uint32_t
add_credit(uint32_t have, uint32_t more)
{
	return have + more > UINT16_MAX ? UINT16_MAX : have + more;
}

static uint8_t
open_channel(struct pc_raw_conn *c, struct pc_d4_packet *k, int at)
{
	if (at < 0 || k->primary != k->secondary)
		return PC_D4_NO_SERVICE;
	struct channel *ch = &c->d4->channels[at];
	if (ch->open)
		return PC_D4_ALREADY_OPEN;
	ch->open = true;
	ch->secondary = k->secondary;
	ch->to_printer = k->to_printer = settle_size(k->to_printer);
	ch->to_host = k->to_host = settle_size(k->to_host);
	ch->ours = k->credit;
	ch->theirs = k->credit = 1;
	return PC_D4_OK;
}

static uint8_t
close_channel(struct pc_raw_conn *c, int at)
{
	if (at < 0 || !c->d4->channels[at].open)
		return PC_D4_NOT_OPEN;
	c->d4->channels[at] = (struct channel){.open = false};
	if (at == DATA)
		pc_raw_end_job(c);
	else
		pc_buf_clear(&c->d4->answers);
	return PC_D4_OK;
}

static uint8_t
take_credit(struct pc_raw_conn *c, struct pc_d4_packet *k, int at)
{
	struct channel *ch = at < 0 ? NULL : &c->d4->channels[at];
	if (ch == NULL || !ch->open)
		return PC_D4_NOT_OPEN;
	if (k->command == PC_D4_CREDIT) {
		ch->ours = add_credit(ch->ours, k->credit);
		return PC_D4_OK;
	}
	uint32_t room = CREDIT_MAX > ch->theirs ? CREDIT_MAX - ch->theirs : 0;
	k->credit = (uint16_t)(k->credit < room ? k->credit : room);
	ch->theirs += k->credit;
	return PC_D4_OK;
}

static uint8_t
find_service(struct pc_d4_packet *k)
{
	for (int i = 0; i < CHANNELS; i++) {
		bool by_name = k->command == PC_D4_GET_SOCKET_ID;
		if (by_name ? strcmp(offered[i].name, k->name) == 0
			    : offered[i].socket == k->primary) {
			k->primary = offered[i].socket;
			(void)snprintf(k->name, sizeof(k->name), "%s", offered[i].name);
			return PC_D4_OK;
		}
	}
	return k->command == PC_D4_GET_SOCKET_ID ? PC_D4_NO_SUCH_NAME : PC_D4_NO_SERVICE;
}

static void
run_packet(struct pc_raw_conn *c, struct pc_d4_packet *k)
{
	struct pc_raw_d4 *d = c->d4;
	int at = channel_of(k->primary);
	uint8_t result = PC_D4_OK;
	if (!d->initialized && k->command != PC_D4_INIT && k->command != PC_D4_EXIT) {
		fail(c, 0, PC_D4_E_COMMAND);
		return;
	}
	switch (k->command) {
	case PC_D4_INIT:
		result = k->revision == PC_D4_REVISION ? PC_D4_OK : PC_D4_BAD_REVISION;
		d->initialized = result == PC_D4_OK;
		break;
	case PC_D4_OPEN_CHANNEL:
		result = open_channel(c, k, at);
		break;
	case PC_D4_CLOSE_CHANNEL:
		result = close_channel(c, at);
		break;
	case PC_D4_CREDIT:
	case PC_D4_CREDIT_REQUEST:
		result = take_credit(c, k, at);
		break;
	case PC_D4_CONFIG_SOCKET:
		result = at < 0 ? PC_D4_NO_SERVICE : PC_D4_OK;
		k->to_printer = settle_size(k->to_printer);
		k->to_host = settle_size(k->to_host);
		break;
	case PC_D4_GET_SOCKET_ID:
	case PC_D4_GET_SERVICE_NAME:
		result = find_service(k);
		break;
	case PC_D4_EXIT:
		(void)close_channel(c, DATA);
		d->over = true;
		break;
	case PC_D4_ERROR:
		d->over = true;
		return; /* an error has no answer */
	default:        /* Debit: nothing is taken back */
		k->credit = 0;
		break;
	}
	send_packet(c, k, result);
	if (k->command == PC_D4_CREDIT || k->command == PC_D4_OPEN_CHANNEL)
		send_answers(c);
}

/* The first octets of a data packet: is the channel open, is there credit? */
static bool
begin_data(struct pc_raw_conn *c, const struct pc_d4_item *it)
{
	int at = channel_of(it->primary);
	struct channel *ch = at < 0 ? NULL : &c->d4->channels[at];
	if (ch == NULL || !ch->open || it->secondary != ch->secondary)
		fail(c, it->primary, PC_D4_E_CHANNEL_CLOSED);
	else if (ch->theirs == 0)
		fail(c, it->primary, PC_D4_E_NO_CREDIT);
	else if (it->length > ch->to_printer)
		fail(c, it->primary, PC_D4_E_TOO_BIG);
	if (c->d4->over)
		return false;
	ch->theirs--;
	ch->ours = add_credit(ch->ours, it->credit);
	return true;
}

static void
take_data(struct pc_raw_conn *c, const struct pc_d4_item *it)
{
	struct pc_raw_d4 *d = c->d4;
	if (it->first && !begin_data(c, it))
		return;
	if (channel_of(it->primary) == DATA) {
		if (it->len > 0)
			pc_intake_data(&c->intake, it->data, it->len);
		return;
	}
	size_t n = CONTROL_MAX - d->n_command < it->len ? CONTROL_MAX - d->n_command : it->len;
	if (n > 0)
		memcpy(d->command + d->n_command, it->data, n);
	d->n_command += n;
	if (n < it->len || !run_controls(c))
		fail(c, it->primary, PC_D4_E_TOO_BIG);
	else if (it->first)
		send_answers(c);
}

size_t
pc_raw_d4_take(struct pc_raw_conn *c, const uint8_t *data, size_t len)
{
	size_t at = 0;
	struct pc_d4_item it = {0};
	while (!c->d4->over && it.step != PC_D4_BAD) {
		struct pc_d4_parser before = c->d4->parser;
		size_t used = pc_d4_feed(&c->d4->parser, data + at, len - at, &it);
		bool job = it.step == PC_D4_DATA && it.len > 0 && channel_of(it.primary) == DATA &&
			   c->d4->channels[DATA].open;
		if (job && !pc_raw_begin_job(c)) {
			c->d4->parser = before; /* the printer takes no data now */
			return at;
		}
		at += used;
		if (it.step == PC_D4_MORE)
			return at;
		if (it.step == PC_D4_COMMAND)
			run_packet(c, &it.packet);
		else if (it.step == PC_D4_DATA)
			take_data(c, &it);
	}
	if (it.step == PC_D4_BAD)
		fail(c, 0, it.error);
	pc_raw_end_job(c);
	pc_raw_d4_free(c);
	return at;
}
