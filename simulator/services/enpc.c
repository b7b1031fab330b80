/* ENPC on UDP 3289: one socket, every device answers from its own address. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/enpc.h"
#include "device/log.h"
#include "epson/status.h"
#include "loop/udp.h"
#include "services/enpc.h"
#include "services/spread.h"

enum {
	SPREAD_MS = 100,     /* harness-defined: answers to a broadcast leave within this time */
	ASSIGNMENT = 0x0014, /* recorded of UB-E03 boards, as the services */
	SERVICES = 0x801c
};

struct enpc {
	struct pc_service service;
	struct pc_udp *udp;
	struct pc_spread spread; /* broadcasts being answered */
};

static void
board_of(const struct pc_device *dev, struct pc_enpc_board *ret)
{
	const struct pc_profile_epson *p = &pc_device_profile(dev)->epson;
	*ret = (struct pc_enpc_board){.model = {0x1c, 0x00, 0x02, 0x08}};
	pc_enpc_ask_mac(dev, ret->mac);
	pc_enpc_ask_hex(p->enpc_model, ret->model, sizeof(ret->model));
	if (pc_device_expand(dev, p->enpc_name != NULL ? p->enpc_name : "EP{m3}ENSN3", ret->name,
		    sizeof(ret->name)) != PC_OK)
		ret->name[0] = '\0';
}

void
pc_enpc_ask_mac(const struct pc_device *dev, uint8_t mac[6])
{
	memcpy(mac, pc_device_state(dev)->mac, 6);
	if (pc_service_has_fault(dev, PC_FAULT_ENPC_WRONG_MAC))
		mac[5] ^= 0xff;
}

void
pc_enpc_ask_hex(const char *hex, uint8_t *out, size_t size)
{
	uint8_t bytes[16];
	size_t n = 0;
	if (hex != NULL && pc_text_unhex(hex, bytes, sizeof(bytes), &n) == PC_OK && n == size)
		memcpy(out, bytes, size);
}

static uint16_t
answer_probe(struct pc_enpc_ask *a)
{
	struct pc_enpc_board b;
	struct in_addr ip = pc_device_state(a->dev)->address;
	board_of(a->dev, &b);
	(void)pc_enpc_probe_write(&b, (const uint8_t *)&ip.s_addr, a->out);
	a->len = PC_ENPC_PROBE_BYTES;
	if (pc_service_has_fault(a->dev, PC_FAULT_ENPC_PROBE_SHORT))
		a->len = PC_ENPC_BOARD_BYTES;
	return PC_ENPC_OK;
}

static uint16_t
answer_board(struct pc_enpc_ask *a)
{
	struct pc_enpc_board b;
	board_of(a->dev, &b);
	(void)pc_enpc_board_write(&b, a->out);
	a->len = PC_ENPC_BOARD_BYTES;
	return PC_ENPC_OK;
}

/* An address setting of the profile, else `fallback` (host order). */
static void
address_setting(const struct pc_device *dev, const char *name, uint32_t fallback, uint8_t out[4])
{
	struct in_addr a;
	const char *text = pc_device_setting(dev, name);
	if (text == NULL || pc_text_ipv4(text, &a) != PC_OK)
		a.s_addr = htonl(fallback);
	memcpy(out, &a.s_addr, 4);
}

static uint16_t
answer_network(struct pc_enpc_ask *a)
{
	const struct pc_profile_epson *p = &pc_device_profile(a->dev)->epson;
	struct pc_enpc_network n = {.assignment = ASSIGNMENT, .services = SERVICES};
	struct in_addr ip = pc_device_state(a->dev)->address;
	uint32_t host = ntohl(ip.s_addr);
	uint32_t mask = pc_text_is_loopback(ip) ? 0xff000000u : 0xffffff00u;
	if (p->enpc_assignment != 0)
		n.assignment = (uint16_t)p->enpc_assignment;
	if (p->enpc_services != 0)
		n.services = (uint16_t)p->enpc_services;
	pc_enpc_ask_mac(a->dev, n.mac);
	memcpy(n.address, &ip.s_addr, 4);
	if (pc_service_has_fault(a->dev, PC_FAULT_ENPC_NETWORK_WRONG))
		memcpy(n.address, (const uint8_t[]){192, 0, 2, 1}, 4); /* RFC 5737 */
	address_setting(a->dev, "network.subnetMask", mask, n.netmask);
	address_setting(a->dev, "network.gateway", (host & mask) + 1, n.gateway);
	(void)pc_enpc_network_write(&n, a->out);
	a->len = PC_ENPC_NETWORK_BYTES;
	return PC_ENPC_OK;
}

static uint16_t
answer_device_id(struct pc_enpc_ask *a)
{
	struct pc_enpc_device_id d = {0};
	const struct pc_profile *p = pc_device_profile(a->dev);
	if (p->device_id_1284 == NULL ||
		pc_device_expand(a->dev, p->device_id_1284, d.id, sizeof(d.id)) != PC_OK)
		return PC_ENPC_NO_FUNCTION;
	pc_text_copy(d.model, sizeof(d.model), p->model);
	if (pc_enpc_device_id_write(&d, a->out, a->size, &a->len) != PC_OK)
		return PC_ENPC_NO_FUNCTION;
	return PC_ENPC_OK;
}

static uint16_t
answer_status(struct pc_enpc_ask *a)
{
	struct pc_epson_facts facts;
	pc_epson_facts(a->dev, &facts);
	int err = pc_epson_status(a->dev, &facts, a->out, a->size, &a->len);
	return err == PC_OK ? PC_ENPC_OK : PC_ENPC_BUSY;
}

uint16_t
pc_enpc_ask_done(struct pc_enpc_ask *a, const char *what, int err)
{
	a->out[0] = err == PC_OK ? 0 : 0xff;
	a->len = 1;
	pc_service_note(a->service, a->dev, a->peer, err == PC_OK ? "maintenance" : "refused",
		json_pack("{s:s,s:s}", "what", what, "result", pc_err_text(err)));
	if (err == PC_OK)
		return PC_ENPC_OK;
	a->service->counters.refused++;
	return PC_ENPC_BUSY;
}

static uint16_t
answer_clean(struct pc_enpc_ask *a)
{
	const struct pc_enpc *q = a->request;
	struct pc_maintenance m = {.dev = a->dev,
		.group = q->len > 0 ? q->data[0] : 0,
		.power = q->len > 1 && q->data[1] != 0};
	return pc_enpc_ask_done(a, "clean", pc_service_maintain(a->service, &m));
}

static uint16_t
answer_nozzle(struct pc_enpc_ask *a)
{
	struct pc_maintenance m = {.dev = a->dev, .nozzle_check = true};
	return pc_enpc_ask_done(a, "nozzle-check", pc_service_maintain(a->service, &m));
}

static uint16_t
answer_restart(struct pc_enpc_ask *a)
{
	return pc_enpc_ask_done(a, "restart", pc_device_restart(a->dev, PC_RESET_WARM));
}

static const struct {
	uint8_t type, device;
	uint16_t function;
	uint16_t (*answer)(struct pc_enpc_ask *a);
} functions[] = {
	{PC_ENPC_PROBE, PC_ENPC_BOARD, PC_ENPC_F_BASIC, answer_probe},
	{PC_ENPC_QUERY, PC_ENPC_BOARD, PC_ENPC_F_BASIC, answer_board},
	{PC_ENPC_QUERY, PC_ENPC_BOARD, PC_ENPC_F_NETWORK, answer_network},
	{PC_ENPC_QUERY, PC_ENPC_INKJET, PC_ENPC_F_BASIC, answer_device_id},
	{PC_ENPC_QUERY, PC_ENPC_INKJET, PC_ENPC_F_OWN_STATUS, answer_status},
	{PC_ENPC_COMMAND, PC_ENPC_INKJET, PC_ENPC_F_OWN_CLEAN, answer_clean},
	{PC_ENPC_COMMAND, PC_ENPC_INKJET, PC_ENPC_F_OWN_NOZZLE, answer_nozzle},
	{PC_ENPC_COMMAND, PC_ENPC_INKJET, PC_ENPC_F_OWN_RESTART, answer_restart},
};

static bool
has_device(const struct pc_device *dev, const struct pc_enpc *q)
{
	const struct pc_profile *p = pc_device_profile(dev);
	if (q->number != 0 && q->number != PC_ENPC_NUMBER_ANY)
		return false;
	return q->device == PC_ENPC_BOARD || q->device == p->enpc_device_type ||
	       (q->device == PC_ENPC_SCANNER && p->scanner);
}

static uint16_t
dispatch(struct pc_enpc_ask *a)
{
	const struct pc_enpc *q = a->request;
	if (!has_device(a->dev, q))
		return PC_ENPC_NO_DEVICE;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (functions[i].type == q->type && functions[i].device == q->device &&
			functions[i].function == q->function)
			return functions[i].answer(a);
	}
	return q->device == PC_ENPC_POS ? pc_enpc_pos_answer(a) : PC_ENPC_NO_FUNCTION;
}

/* The answer of one device, silence where it has none to give. */
static void
answer(struct enpc *e, struct pc_device *dev, const struct sockaddr_in *peer,
	const struct pc_enpc *q)
{
	uint8_t data[PC_ENPC_MAX - PC_ENPC_HEADER_BYTES], out[PC_ENPC_MAX];
	struct pc_enpc_ask a = {.service = &e->service,
		.dev = dev,
		.peer = peer,
		.request = q,
		.out = data,
		.size = sizeof(data)};
	size_t n = 0;
	if (!pc_device_answers(dev) || !pc_device_profile(dev)->ports.enpc ||
		pc_service_has_fault(dev, PC_FAULT_ENPC_SILENT))
		return;
	struct in_addr local = pc_device_state(dev)->address;
	pc_device_act(dev, PC_VIA_NETWORK, NULL);
	uint16_t result = dispatch(&a);
	pc_device_act(dev, PC_VIA_PRINTER, NULL);
	if (result == PC_ENPC_NO_FUNCTION &&
		pc_service_has_fault(dev, PC_FAULT_ENPC_ERROR_CODE_WRONG))
		result = PC_ENPC_OK;
	struct pc_enpc reply = {.type = (uint8_t)(q->type + ('a' - 'A')),
		.device = q->device,
		.number = q->number == PC_ENPC_NUMBER_ANY ? 0 : q->number,
		.function = q->function,
		.result = result,
		.data = data,
		.len = (uint16_t)a.len};
	if (pc_enpc_write(&reply, out, sizeof(out), &n) == PC_OK &&
		pc_udp_send(e->udp, peer, local, out, n) == PC_OK) {
		e->service.counters.out++;
		pc_device_datagram(dev, PC_OUT, peer->sin_addr, n);
	}
}

/* Only an open port of a printer that is up receives. */
static void
count_in(struct pc_device *dev, enum pc_direction how, const struct sockaddr_in *peer, size_t len)
{
	if (dev != NULL && pc_device_answers(dev) && pc_device_profile(dev)->ports.enpc)
		pc_device_datagram(dev, how, peer->sin_addr, len);
}

/* A device's turn with a broadcast. */
static void
on_turn(void *arg, struct pc_device *dev, const struct sockaddr_in *peer, const uint8_t *request,
	size_t len)
{
	struct enpc *e = arg;
	struct pc_enpc q;
	count_in(dev, PC_IN_BROADCAST, peer, len);
	if (pc_enpc_read(request, len, &q) == PC_OK)
		answer(e, dev, peer, &q);
}

/* Limited broadcast, or the last address of a network where no device lives. */
static bool
is_broadcast(struct in_addr addr)
{
	return addr.s_addr == INADDR_BROADCAST || (ntohl(addr.s_addr) & 0xff) == 0xff;
}

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct enpc *e = arg;
	struct pc_enpc q;
	(void)udp;
	e->service.counters.in++;
	struct pc_device *dev = e->service.env.find(e->service.env.arg, local->sin_addr);
	int err = pc_enpc_read(data, len, &q);
	count_in(dev, PC_IN, peer, len);
	if (err != PC_OK || (q.type >= 'a' && q.type <= 'z')) {
		e->service.counters.malformed++;
		if (dev != NULL) /* not for broadcasts: everybody's noise would fill the journal */
			pc_service_note(&e->service, dev, peer, "malformed",
				json_pack("{s:s,s:I}", "why",
					err == PC_OK ? "a reply, not a request" : pc_err_text(err),
					"bytes", (json_int_t)len));
		if (dev != NULL && pc_service_has_fault(dev, PC_FAULT_ENPC_MALFORMED_ANSWERED))
			answer(e, dev, peer, &(struct pc_enpc){.type = PC_ENPC_QUERY});
		return;
	}
	if (dev != NULL)
		answer(e, dev, peer, &q);
	else if (!is_broadcast(local->sin_addr))
		e->service.counters.no_device++;
	else if (q.type == PC_ENPC_COMMAND)
		e->service.counters.refused++; /* nobody cleans a whole network at once */
	else if (pc_spread_ask(&e->spread, peer, data, len, 0) != PC_OK)
		e->service.counters.refused++;
}

static void
stop(struct pc_service *service)
{
	struct enpc *e = (struct enpc *)service;
	pc_spread_done(&e->spread);
	pc_udp_close(e->udp);
	free(e);
}

int
pc_enpc_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag)
{
	struct enpc *e = calloc(1, sizeof(*e));
	struct pc_udp_options options = {.broadcast = true, .tap = env->tap};
	if (e == NULL)
		return -ENOMEM;
	e->service.env = *env;
	e->service.stop = stop;
	pc_spread_init(&e->spread, &e->service.env, SPREAD_MS, PC_ENPC_PORT, on_turn, e);
	int err = pc_service_port(env, PC_ENPC_PORT, &options.bind, diag);
	if (err == PC_OK)
		err = pc_udp_open(env->loop, &options, on_datagram, e, &e->udp, diag);
	if (err != PC_OK) {
		free(e);
		return err;
	}
	*ret = &e->service;
	return PC_OK;
}
