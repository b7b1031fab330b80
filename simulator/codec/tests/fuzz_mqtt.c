/* Fuzz target of codec/mqtt: every parser over any bytes; what parses is written and parsed again.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "codec/mqtt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_again(const struct pc_mqtt_packet *p, const struct pc_mqtt_connect *c, size_t size)
{
	struct pc_writer w;
	struct pc_mqtt_packet again;
	struct pc_mqtt_connect out;
	(void)p;
	uint8_t *raw = malloc(size + 64);
	assert(raw != NULL);
	pc_writer_init(&w, raw, size + 64);
	pc_mqtt_write_connect(&w, c);
	assert(w.err == PC_OK);
	assert(pc_mqtt_split(raw, w.at, &again, NULL) == PC_OK);
	assert(pc_mqtt_connect_parse(&again, &out, NULL) == PC_OK);
	assert(out.client_id.len == c->client_id.len && out.keep_alive_s == c->keep_alive_s);
	free(raw);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_mqtt_packet p;
	while (pc_mqtt_split(data, size, &p, NULL) == PC_OK) {
		for (uint8_t level = PC_MQTT_V311; level <= PC_MQTT_V5; level++) {
			struct pc_mqtt_connect c;
			struct pc_mqtt_connack k;
			struct pc_mqtt_publish m;
			struct pc_mqtt_subscribe s;
			struct pc_mqtt_ack a;
			if (pc_mqtt_connect_parse(&p, &c, NULL) == PC_OK)
				write_again(&p, &c, size);
			(void)pc_mqtt_connack_parse(&p, level, &k, NULL);
			if (pc_mqtt_publish_parse(&p, level, &m, NULL) == PC_OK)
				(void)pc_mqtt_match(m.topic, m.payload);
			(void)pc_mqtt_subscribe_parse(&p, level, &s, NULL);
			(void)pc_mqtt_ack_parse(&p, level, &a, NULL);
		}
		data += p.header_len + p.body_len;
		size -= p.header_len + p.body_len;
	}
	return 0;
}
