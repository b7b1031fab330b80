/* Fuzz target of cloud/mqtt-tap: both byte streams in pieces of any size. Byte 0: piece size and
 * faults; then (direction, length, bytes) pieces. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cloud/mqtt-tap.h"
#include "codec/mqtt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What goes to the broker must be whole packets: the tap never forwards half of one. */
static int
to_broker(void *arg, const uint8_t *data, size_t len)
{
	struct pc_mqtt_packet p;
	size_t *sum = arg;
	assert(pc_mqtt_split(data, len, &p, NULL) == PC_OK);
	assert((size_t)p.header_len + p.body_len == len);
	*sum += len;
	return PC_OK;
}

static int
to_client(void *arg, const uint8_t *data, size_t len)
{
	size_t *sum = arg;
	*sum += data[len - 1];
	return PC_OK;
}

static bool
allow(void *arg, const char *client_id, enum pc_mqtt_verb verb, const char *topic)
{
	(void)arg;
	return verb == PC_MQTT_VERB_CONNECT || (strlen(topic) + strlen(client_id)) % 2 == 0;
}

static void
observe(void *arg, const char *kind, const char *members)
{
	(void)arg;
	assert(strlen(kind) > 0 && strlen(members) < 5000);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pc_mqtt_tap_ops ops = {to_broker, to_client, allow, observe};
	size_t sum = 0;
	if (size < 1)
		return 0;
	pc_fault_set faults = (pc_fault_set)(data[0] >> 2) << 24;
	struct pc_mqtt_tap *tap = pc_mqtt_tap_new(&ops, &sum, &faults);
	size_t at = 1;
	int err = PC_OK;
	while (err == PC_OK && size - at >= 2) {
		bool client = (data[at] & 1) == 0;
		size_t n = data[at + 1];
		at += 2;
		if (n > size - at)
			n = size - at;
		err = client ? pc_mqtt_tap_from_client(tap, data + at, n, NULL)
			     : pc_mqtt_tap_from_broker(tap, data + at, n, NULL);
		at += n;
	}
	pc_mqtt_tap_free(tap);
	return 0;
}
