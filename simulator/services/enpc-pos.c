/* ENPC of POS (TM) printers: device type 3. Spec: UB-E02 Technical Reference Guide s4.7, s5.5;
 * recorded answers of TM-m30, TM-m30II and TM-T88V. */
#include <jansson.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "services/enpc.h"

enum {
	BUFFER_BYTES = 65536, /* harness-defined: receive buffer of a TM printer */
	DLE = 0x10,
	EOT = 0x04,
	ENQ = 0x05,
	DC4 = 0x14
};

static void
pos_of(const struct pc_device *dev, struct pc_enpc_pos *ret)
{
	const struct pc_profile *p = pc_device_profile(dev);
	*ret = (struct pc_enpc_pos){.version = {5, 1, 2, 1}};
	pc_enpc_ask_mac(dev, ret->mac);
	pc_enpc_ask_hex(p->epson.pos_version, ret->version, sizeof(ret->version));
	pc_text_copy(ret->model, sizeof(ret->model), p->model);
	pc_text_copy(ret->board, sizeof(ret->board),
		p->epson.pos_board != NULL ? p->epson.pos_board : "UB-E03");
}

static uint16_t
basic(struct pc_enpc_ask *a)
{
	struct pc_enpc_pos p;
	pos_of(a->dev, &p);
	(void)pc_enpc_pos_basic_write(&p, a->out);
	a->len = PC_ENPC_POS_BASIC_BYTES;
	return PC_ENPC_OK;
}

static uint16_t
extended(struct pc_enpc_ask *a)
{
	struct pc_enpc_pos p;
	pos_of(a->dev, &p);
	(void)pc_enpc_pos_extended_write(&p, a->out);
	a->len = PC_ENPC_POS_EXTENDED_BYTES;
	return PC_ENPC_OK;
}

/* Who has a connection to the raw port; false: nobody. */
static bool
holder_of(const struct pc_device *dev, struct in_addr *ret)
{
	const struct pc_connection *c = NULL;
	size_t n = pc_device_connections(dev, &c);
	for (size_t i = 0; i < n; i++) {
		if (c[i].local_port == pc_device_profile(dev)->ports.raw_port) {
			*ret = c[i].peer;
			return true;
		}
	}
	return false;
}

/* Bit 0 of the first byte is read as "not busy"; it is clear while the device works or somebody
 * has its port. The rest is recorded, its meaning not public. */
static uint16_t
status(struct pc_enpc_ask *a)
{
	static const uint8_t recorded[PC_ENPC_POS_STATUS_BYTES] = {
		0x0e, 0x14, 0, 0, 0x0f, 0xff, 0xff, 0xff, 0xff, 0x39, 0x41, 0x40, 0};
	struct in_addr peer;
	memcpy(a->out, recorded, sizeof(recorded));
	if (pc_device_state(a->dev)->activity == PC_IDLE && !holder_of(a->dev, &peer))
		a->out[0] |= 1;
	a->len = sizeof(recorded);
	return PC_ENPC_OK;
}

/* Four NUL and what is free: all but the data of jobs that are not printed yet. */
static uint16_t
free_buffer(struct pc_enpc_ask *a)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(a->dev, jobs);
	uint64_t used = 0;
	for (size_t i = 0; i < n; i++)
		used += jobs[i]->state <= PC_JOB_PENDING ? jobs[i]->bytes : 0;
	uint32_t left = used >= BUFFER_BYTES ? 0 : BUFFER_BYTES - (uint32_t)used;
	memset(a->out, 0, PC_ENPC_POS_BUFFER_BYTES);
	for (unsigned i = 0; i < 4; i++)
		a->out[4 + i] = (uint8_t)(left >> (24 - 8 * i));
	a->len = PC_ENPC_POS_BUFFER_BYTES;
	return PC_ENPC_OK;
}

static uint16_t
holder(struct pc_enpc_ask *a)
{
	struct in_addr peer = {0};
	(void)holder_of(a->dev, &peer);
	memcpy(a->out, &peer.s_addr, 4);
	a->len = 4;
	return PC_ENPC_OK;
}

/* 00 yes; 01 (harness-defined) while somebody else has the port. */
static uint16_t
may_connect(struct pc_enpc_ask *a)
{
	struct in_addr peer = a->peer->sin_addr;
	a->out[0] = holder_of(a->dev, &peer) && peer.s_addr != a->peer->sin_addr.s_addr;
	a->len = 1;
	return PC_ENPC_OK;
}

/* DLE EOT n, real-time status. Bits 1 and 4 are always set. Spec: ESC/POS DLE EOT */
static bool
realtime_status(const struct pc_device *dev, unsigned n, uint8_t *ret)
{
	uint16_t errors = pc_device_error_bits(dev); /* RFC 2790 hrPrinterDetectedErrorState */
	bool paper_low = (errors & 0x8000) != 0, no_paper = (errors & 0x4000) != 0;
	bool cover = (errors & 0x0800) != 0, jam = (errors & 0x0400) != 0;
	bool offline = pc_device_state(dev)->offline || no_paper || cover || jam;
	*ret = 0x12;
	switch (n) {
	case 1:
		*ret |= offline ? 0x08 : 0;
		return true;
	case 2:
		*ret |= (uint8_t)((cover ? 0x04 : 0) | (no_paper ? 0x20 : 0) | (jam ? 0x40 : 0));
		return true;
	case 3:
		*ret |= jam ? 0x04 : 0;
		return true;
	case 4:
		*ret |= (uint8_t)((paper_low ? 0x0c : 0) | (no_paper ? 0x6c : 0));
		return true;
	default:
		return false;
	}
}

static void
drop_jobs(struct pc_device *dev)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs), n_ids = 0;
	uint32_t ids[PC_JOBS_MAX];
	for (size_t i = 0; i < n; i++) {
		if (jobs[i]->state < PC_JOB_DONE)
			ids[n_ids++] = jobs[i]->id;
	}
	for (size_t i = 0; i < n_ids; i++)
		(void)pc_device_job_cancel(dev, ids[i]); /* may have ended meanwhile */
}

/* Real-time commands are answered and done at once, other bytes are taken and have no answer: they
 * are no job. DLE ENQ 2 forgets what was received; DLE DC4 (drawer kick, power-off) is a no-op. */
static size_t
realtime(struct pc_enpc_ask *a, const struct pc_enpc_forced *f, uint8_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i + 2 < f->len; i++) {
		const uint8_t *p = f->data + i;
		if (p[0] == DLE && p[1] == EOT && realtime_status(a->dev, p[2], &out[n]))
			n++;
		else if (p[0] == DLE && p[1] == ENQ && p[2] == 2)
			drop_jobs(a->dev);
		if (p[0] == DLE && (p[1] == EOT || p[1] == ENQ || p[1] == DC4))
			i += 2;
	}
	return n;
}

static uint16_t
forced(struct pc_enpc_ask *a)
{
	struct pc_enpc_forced f;
	uint8_t said[PC_ENPC_FORCED_MAX];
	int err = pc_enpc_forced_read(a->request->data, a->request->len, &f);
	if (err != PC_OK)
		return pc_enpc_ask_done(a, "forced transmission", err);
	const struct pc_enpc_forced reply = {.data = said, .len = (uint16_t)realtime(a, &f, said)};
	(void)pc_enpc_forced_write(&reply, a->out, a->size, &a->len);
	return PC_ENPC_OK;
}

static uint16_t
reset(struct pc_enpc_ask *a)
{
	return pc_enpc_ask_done(a, "restart", pc_device_restart(a->dev, PC_RESET_WARM));
}

static uint16_t
flush(struct pc_enpc_ask *a)
{
	drop_jobs(a->dev);
	return pc_enpc_ask_done(a, "buffer flush", PC_OK);
}

/* The byte comes back. */
static uint16_t
toggle(struct pc_enpc_ask *a)
{
	a->out[0] = a->request->len > 0 ? a->request->data[0] : 0;
	a->len = 1;
	return PC_ENPC_OK;
}

/* Its time-out runs anew for whoever has the port, or nobody; not for others. */
static uint16_t
clear_timer(struct pc_enpc_ask *a)
{
	struct in_addr peer = a->peer->sin_addr;
	bool others = holder_of(a->dev, &peer) && peer.s_addr != a->peer->sin_addr.s_addr;
	return pc_enpc_ask_done(a, "connection time-out", others ? PC_E_REFUSED : PC_OK);
}

static const struct {
	uint8_t type;
	uint16_t function;
	uint16_t (*answer)(struct pc_enpc_ask *a);
} functions[] = {
	{PC_ENPC_QUERY, PC_ENPC_F_BASIC, basic},
	{PC_ENPC_QUERY, PC_ENPC_F_POS_EXTENDED, extended},
	{PC_ENPC_QUERY, PC_ENPC_F_NETWORK, status},
	{PC_ENPC_QUERY, PC_ENPC_F_POS_BUFFER, free_buffer},
	{PC_ENPC_QUERY, PC_ENPC_F_POS_HOLDER, holder},
	{PC_ENPC_QUERY, PC_ENPC_F_POS_CONNECT, may_connect},
	{PC_ENPC_COMMAND, PC_ENPC_F_POS_FORCED, forced},
	{PC_ENPC_COMMAND, PC_ENPC_F_POS_RESET, reset},
	{PC_ENPC_COMMAND, PC_ENPC_F_POS_FLUSH, flush},
	{PC_ENPC_COMMAND, PC_ENPC_F_POS_TOGGLE, toggle},
	{PC_ENPC_COMMAND, PC_ENPC_F_POS_TIMER, clear_timer},
};

uint16_t
pc_enpc_pos_answer(struct pc_enpc_ask *a)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (functions[i].type == a->request->type &&
			functions[i].function == a->request->function)
			return functions[i].answer(a);
	}
	return PC_ENPC_NO_FUNCTION;
}
