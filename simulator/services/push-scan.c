/* Push scan of multifunctions whose profile has it: a beacon to the network every minute, and the
 * computers that answer it, journalled. What happens at a button press is not modelled: printers
 * of this program are scanned to by the control API. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/err.h"
#include "codec/push-scan.h"
#include "loop/udp.h"
#include "services/names.h"

enum {
	PERIOD_MS = 60000,
	REPEAT_MS = 500, /* as computers space their answers */
	REPEATS = 3
};

struct push_scan {
	struct pc_service service;
	struct pc_udp *udp; /* NULL: no printer of this run does it */
	struct pc_timer timer;
	uint8_t number; /* of the beacon */
	unsigned sent;  /* times it went out */
};

static bool
does_it(const struct pc_device *dev)
{
	return pc_device_profile(dev)->epson.push_scan && pc_device_profile(dev)->scanner;
}

static bool
anybody(const struct pc_service_env *env)
{
	const struct pc_device *dev = NULL;
	for (size_t i = 0; (dev = env->each(env->arg, i)) != NULL; i++) {
		if (does_it(dev))
			return true;
	}
	return false;
}

static void
on_timer(void *arg)
{
	struct push_scan *p = arg;
	const struct pc_service_env *env = &p->service.env;
	uint8_t beacon[PC_PUSH_SCAN_BEACON_BYTES];
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_addr = {htonl(PC_PUSH_SCAN_GROUP)},
		.sin_port = htons((uint16_t)(PC_PUSH_SCAN_PORT + env->port_offset))};
	struct pc_device *dev = NULL;
	p->number = (uint8_t)(p->number + (p->sent == 0));
	pc_push_scan_beacon_write(p->number, beacon);
	for (size_t i = 0; (dev = env->each(env->arg, i)) != NULL; i++) {
		if (does_it(dev) && pc_device_answers(dev))
			pc_names_send(&p->service, p->udp, dev, &to, beacon, sizeof(beacon));
	}
	p->sent = (p->sent + 1) % REPEATS;
	pc_timer_start(&p->timer, env->loop,
		p->sent == 0 ? PERIOD_MS - (REPEATS - 1) * REPEAT_MS : REPEAT_MS, on_timer, p);
}

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct push_scan *p = arg;
	struct pc_device *dev = pc_service_find(&p->service, local->sin_addr);
	struct pc_push_scan_client c;
	(void)udp;
	p->service.counters.in++;
	if (dev == NULL || !does_it(dev) || !pc_device_answers(dev))
		return;
	pc_device_datagram(dev, PC_IN, peer->sin_addr, len);
	int err = pc_push_scan_client_read(data, len, &c);
	if (err != PC_OK) {
		p->service.counters.malformed++;
		pc_service_note(&p->service, dev, peer, "malformed",
			json_pack("{s:s,s:I}", "why", pc_err_text(err), "bytes", (json_int_t)len));
		return;
	}
	pc_service_note(&p->service, dev, peer, "computer",
		json_pack("{s:o,s:o,s:i,s:i}", "name", pc_service_json_text(c.name), "address",
			pc_service_json_text(c.address), "eventPort", c.event_port, "number",
			c.number));
}

static void
stop(struct pc_service *service)
{
	struct push_scan *p = (struct push_scan *)service;
	pc_timer_stop(&p->timer);
	pc_udp_close(p->udp);
	free(p);
}

int
pc_push_scan_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag)
{
	struct push_scan *p = calloc(1, sizeof(*p));
	struct pc_udp_options options = {.tap = env->tap};
	int err = PC_OK;
	if (p == NULL)
		return -ENOMEM;
	p->service.env = *env;
	p->service.stop = stop;
	if (anybody(env)) {
		err = pc_service_port(env, PC_PUSH_SCAN_PORT, &options.bind, diag);
		if (err == PC_OK)
			err = pc_udp_open(env->loop, &options, on_datagram, p, &p->udp, diag);
		if (err == PC_OK)
			pc_timer_start(&p->timer, env->loop, PERIOD_MS, on_timer, p);
	}
	if (err != PC_OK) {
		free(p);
		return err;
	}
	*ret = &p->service;
	return PC_OK;
}
