#include "agents/mqtt.h"

#include <errno.h>
#include <limits.h>
#include <mosquitto.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agents/document.h"
#include "agents/sender.h"
#include "base/err.h"
#include "base/rand.h"
#include "base/text.h"

enum { KEEPALIVE_S = 60, MISC_MS = 500, CONNECT_MS = 15000, TOPIC_BYTES = 256 };

struct pc_mqtt {
	struct pc_mqtt_options options;
	char host[256], agent_id[128], trust[PATH_MAX], pin[PATH_MAX], cert[PATH_MAX],
		key[PATH_MAX];
	struct mosquitto *client; /* owned */
	struct pc_loop_fd *watch; /* owned */
	int fd;
	uint32_t events;
	enum pc_mqtt_state state;
	bool wanted;
	int subscribe_number;
	unsigned tries;
	struct pc_rand rand;
	struct pc_timer misc, retry, deadline;
	bool in_library; /* a callback of libmosquitto is running */
};

static void try_connect(void *arg);

static void
topic_of(const struct pc_mqtt *m, const char *last, char out[TOPIC_BYTES])
{
	snprintf(out, TOPIC_BYTES, "ers/v1/agents/%s/%s", m->agent_id, last);
}

static void
unwatch(struct pc_mqtt *m)
{
	pc_loop_fd_del(m->watch);
	m->watch = NULL;
	m->fd = -1;
	pc_timer_stop(&m->misc);
	pc_timer_stop(&m->deadline);
}

/* The connection is gone: tell, and plan the next try. */
static void
lost(struct pc_mqtt *m, bool refused, const char *detail)
{
	if (m->state != PC_MQTT_CONNECTING && m->state != PC_MQTT_ONLINE)
		return;
	int fd = mosquitto_socket(m->client);
	if (fd >= 0) /* the library closes it with the next connect; the peer learns of it now */
		shutdown(fd, SHUT_RDWR);
	unwatch(m);
	m->state = m->wanted ? PC_MQTT_WAITING : PC_MQTT_OFF;
	if (m->wanted)
		pc_timer_start(&m->retry, m->options.loop,
			pc_backoff_ms(++m->tries, pc_rand_u64(&m->rand)), try_connect, m);
	m->options.offline(m->options.arg, refused, detail);
}

static void
check(struct pc_mqtt *m, int rc)
{
	if (rc != MOSQ_ERR_SUCCESS)
		lost(m, rc == MOSQ_ERR_TLS, mosquitto_strerror(rc));
}

/* Follow the library: its socket may change and it may want to write. */
static void
rewatch(struct pc_mqtt *m)
{
	uint32_t events = EPOLLIN | (mosquitto_want_write(m->client) ? EPOLLOUT : 0u);
	int fd = mosquitto_socket(m->client);
	if (m->state != PC_MQTT_CONNECTING && m->state != PC_MQTT_ONLINE)
		return;
	if (fd < 0) {
		lost(m, false, "connection closed");
	} else if (m->watch != NULL && m->events != events) {
		m->events = events;
		(void)pc_loop_fd_set(m->watch, events);
	}
}

static void
on_socket(void *arg, int fd, uint32_t events)
{
	struct pc_mqtt *m = arg;
	(void)fd;
	m->in_library = true;
	int rc = MOSQ_ERR_SUCCESS;
	/* While connecting the library goes on with the handshake only when asked to read. */
	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 || m->state == PC_MQTT_CONNECTING)
		rc = mosquitto_loop_read(m->client, 1);
	if (rc == MOSQ_ERR_SUCCESS && (events & EPOLLOUT) != 0)
		rc = mosquitto_loop_write(m->client, 1);
	m->in_library = false;
	check(m, rc);
	rewatch(m);
}

static void
on_misc(void *arg)
{
	struct pc_mqtt *m = arg;
	pc_timer_start(&m->misc, m->options.loop, MISC_MS, on_misc, m);
	m->in_library = true;
	int rc = mosquitto_loop_misc(m->client);
	m->in_library = false;
	check(m, rc);
	rewatch(m);
}

static void
on_deadline(void *arg)
{
	struct pc_mqtt *m = arg;
	mosquitto_disconnect(m->client);
	lost(m, false, "the server did not answer in time");
}

/* Is the server's key that of the chain's first certificate? */
static bool
key_matches(const struct pc_mqtt *m)
{
	BIO *file = BIO_new_file(m->pin, "r");
	X509 *pinned = file == NULL ? NULL : PEM_read_bio_X509(file, NULL, NULL, NULL);
	SSL *ssl = mosquitto_ssl_get(m->client);
	X509 *peer = ssl == NULL ? NULL : SSL_get1_peer_certificate(ssl);
	bool same = pinned != NULL && peer != NULL &&
		    EVP_PKEY_eq(X509_get0_pubkey(pinned), X509_get0_pubkey(peer)) == 1;
	X509_free(peer);
	X509_free(pinned);
	BIO_free(file);
	return same;
}

static void
on_connect(struct mosquitto *client, void *arg, int code)
{
	struct pc_mqtt *m = arg;
	char topic[TOPIC_BYTES];
	if (code != 0) {
		snprintf(topic, sizeof(topic), "the server refused the session: %s",
			mosquitto_connack_string(code));
		lost(m, false, topic);
		return;
	}
	if (m->pin[0] != '\0' && !m->options.accept_any && !key_matches(m)) {
		lost(m, true, "the server's key is not that of the fetched chain");
		return;
	}
	topic_of(m, "command", topic);
	(void)mosquitto_subscribe(client, &m->subscribe_number, topic, 1);
}

static void
on_subscribe(struct mosquitto *client, void *arg, int number, int n, const int *granted)
{
	struct pc_mqtt *m = arg;
	char topic[TOPIC_BYTES], payload[128];
	if (number != m->subscribe_number || n != 1 || granted[0] > 2)
		return; /* refused: the deadline ends it */
	pc_timer_stop(&m->deadline);
	m->tries = 0;
	m->state = PC_MQTT_ONLINE;
	topic_of(m, "state", topic);
	int len = snprintf(payload, sizeof(payload),
		"{\"state\":\"online\",\"agentVersion\":\"%s\"}", pc_agent_version());
	(void)mosquitto_publish(client, NULL, topic, len, payload, 1, true);
	m->options.online(m->options.arg);
}

static void
on_disconnect(struct mosquitto *client, void *arg, int code)
{
	struct pc_mqtt *m = arg;
	(void)client;
	lost(m, code == MOSQ_ERR_TLS, code == 0 ? "said good-bye" : mosquitto_strerror(code));
}

static void
on_message(struct mosquitto *client, void *arg, const struct mosquitto_message *message)
{
	struct pc_mqtt *m = arg;
	char topic[TOPIC_BYTES];
	(void)client;
	topic_of(m, "command", topic);
	if (strcmp(message->topic, topic) == 0 && message->payloadlen >= 0)
		m->options.command(m->options.arg, message->payload, (size_t)message->payloadlen);
}

static void
on_publish(struct mosquitto *client, void *arg, int number)
{
	struct pc_mqtt *m = arg;
	(void)client;
	m->options.delivered(m->options.arg, number);
}

static int
set_up(struct pc_mqtt *m)
{
	static const char will[] = "{\"state\":\"offline\"}";
	char topic[TOPIC_BYTES];
	struct mosquitto *c = m->client;
	mosquitto_connect_callback_set(c, on_connect);
	mosquitto_disconnect_callback_set(c, on_disconnect);
	mosquitto_subscribe_callback_set(c, on_subscribe);
	mosquitto_message_callback_set(c, on_message);
	mosquitto_publish_callback_set(c, on_publish);
	topic_of(m, "state", topic);
	int rc = mosquitto_will_set(c, topic, sizeof(will) - 1, will, 1, true);
	if (rc == MOSQ_ERR_SUCCESS)
		rc = mosquitto_tls_set(c, m->trust, NULL, m->cert[0] == '\0' ? NULL : m->cert,
			m->key[0] == '\0' ? NULL : m->key, NULL);
	if (rc == MOSQ_ERR_SUCCESS) /* "tlsv1.2" means 1.2 or newer */
		rc = mosquitto_tls_opts_set(c, m->options.accept_any ? 0 : 1, "tlsv1.2", NULL);
	if (rc == MOSQ_ERR_SUCCESS && m->options.accept_any)
		rc = mosquitto_tls_insecure_set(c, true);
	if (rc == MOSQ_ERR_SUCCESS)
		rc = mosquitto_string_option(c, MOSQ_OPT_TLS_ALPN, "mqtt");
	return rc;
}

int
pc_mqtt_new(const struct pc_mqtt_options *options, struct pc_mqtt **ret, struct pc_diag *diag)
{
	struct pc_mqtt *m = calloc(1, sizeof(*m));
	if (m == NULL)
		return -ENOMEM;
	m->options = *options;
	m->fd = -1;
	pc_text_copy(m->host, sizeof(m->host), options->host);
	pc_text_copy(m->agent_id, sizeof(m->agent_id), options->agent_id);
	pc_text_copy(m->pin, sizeof(m->pin), options->pin_file == NULL ? "" : options->pin_file);
	pc_text_copy(m->trust, sizeof(m->trust), options->trust_file);
	pc_text_copy(
		m->cert, sizeof(m->cert), options->cert_file == NULL ? "" : options->cert_file);
	pc_text_copy(m->key, sizeof(m->key), options->key_file == NULL ? "" : options->key_file);
	pc_rand_init(&m->rand, options->seed, 1883);
	mosquitto_lib_init();
	m->client = mosquitto_new(m->agent_id, false, m);
	int rc = m->client == NULL ? MOSQ_ERR_NOMEM : set_up(m);
	if (rc != MOSQ_ERR_SUCCESS) {
		pc_mqtt_free(m);
		return pc_diag_fail(diag, PC_E_ENVIRONMENT,
			"MQTT: %s (trust file %s, certificate %s)", mosquitto_strerror(rc),
			options->trust_file,
			options->cert_file == NULL ? "none" : options->cert_file);
	}
	*ret = m;
	return PC_OK;
}

static void
try_connect(void *arg)
{
	struct pc_mqtt *m = arg;
	m->state = PC_MQTT_CONNECTING;
	m->in_library = true;
	int rc = mosquitto_connect_async(m->client, m->host, m->options.port, KEEPALIVE_S);
	m->in_library = false;
	m->fd = mosquitto_socket(m->client);
	if (rc != MOSQ_ERR_SUCCESS || m->fd < 0) {
		lost(m, rc == MOSQ_ERR_TLS,
			rc == MOSQ_ERR_ERRNO ? pc_err_text(-errno) : mosquitto_strerror(rc));
		return;
	}
	m->events = EPOLLIN | EPOLLOUT;
	if (pc_loop_fd_add(m->options.loop, m->fd, m->events, on_socket, m, &m->watch) != PC_OK) {
		lost(m, false, "no memory to watch the socket");
		return;
	}
	pc_timer_start(&m->misc, m->options.loop, MISC_MS, on_misc, m);
	pc_timer_start(&m->deadline, m->options.loop, CONNECT_MS, on_deadline, m);
}

void
pc_mqtt_start(struct pc_mqtt *m)
{
	if (m->wanted)
		return;
	m->wanted = true;
	m->tries = 0;
	pc_timer_start(&m->retry, m->options.loop, 0, try_connect, m);
}

void
pc_mqtt_stop(struct pc_mqtt *m, bool cut)
{
	m->wanted = false;
	pc_timer_stop(&m->retry);
	if (m->state == PC_MQTT_ONLINE || m->state == PC_MQTT_CONNECTING) {
		static const char offline[] = "{\"state\":\"offline\"}";
		int fd = mosquitto_socket(m->client);
		char topic[TOPIC_BYTES];
		topic_of(m, "state", topic);
		if (m->state == PC_MQTT_ONLINE && !cut) /* an orderly end discards the last will */
			(void)mosquitto_publish(
				m->client, NULL, topic, sizeof(offline) - 1, offline, 1, true);
		unwatch(m);
		m->state = PC_MQTT_OFF;
		/* Power cut: shut the socket under the library, so that no DISCONNECT leaves. */
		if (cut && fd >= 0)
			shutdown(fd, SHUT_RDWR);
		mosquitto_disconnect(m->client);
	}
	m->state = PC_MQTT_OFF;
}

void
pc_mqtt_free(struct pc_mqtt *m)
{
	if (m == NULL)
		return;
	if (m->client != NULL) {
		pc_mqtt_stop(m, false);
		mosquitto_destroy(m->client);
	}
	pc_timer_stop(&m->misc);
	pc_timer_stop(&m->retry);
	pc_timer_stop(&m->deadline);
	mosquitto_lib_cleanup();
	free(m);
}

int
pc_mqtt_result(struct pc_mqtt *m, const char *payload, int *ret_number)
{
	char topic[TOPIC_BYTES];
	if (m->state != PC_MQTT_ONLINE)
		return PC_E_CLOSED;
	topic_of(m, "result", topic);
	int rc = mosquitto_publish(
		m->client, ret_number, topic, (int)strlen(payload), payload, 1, false);
	if (!m->in_library)
		rewatch(m);
	return rc == MOSQ_ERR_SUCCESS ? PC_OK : PC_E_CLOSED;
}

enum pc_mqtt_state
pc_mqtt_state(const struct pc_mqtt *m)
{
	return m->state;
}
