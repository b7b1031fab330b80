#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "cloud-room.h"

enum { ARGV_MAX = 40 };

static void
journal(void *arg, const char *kind, const char *members)
{
	struct room *r = arg;
	pc_buf_addf(&r->journal, "%s %s\n", kind, members);
}

static void
message(void *arg, const char *topic, const uint8_t *payload, size_t len)
{
	struct room *r = arg;
	pc_buf_addf(&r->messages, "%s %.*s\n", topic, (int)len, (const char *)payload);
}

/* The stand-in for the routes: /big answers 8 MB, everything else tells what it saw. */
static void
handle(void *arg, const struct pc_http_request *q, struct pc_http_response *out)
{
	struct room *r = arg;
	const char *name = q->query(q, "name");
	const char *cookie = q->cookie(q, "session");
	const char *header = q->header(q, "x-test");
	r->requests++;
	out->status = 200;
	out->content_type = "text/plain";
	if (strcmp(q->path, "/v1/ping") == 0) {
		out->status = 204;
		return;
	}
	if (strcmp(q->path, "/big") == 0) {
		for (int i = 0; i < 8192; i++) {
			char block[1024];
			memset(block, 'a' + i % 26, sizeof(block));
			pc_buf_add(&out->body, block, sizeof(block));
		}
		return;
	}
	(void)pc_http_add_header(out, "X-Answer", "yes");
	pc_buf_addf(&out->body,
		"%s %s body=%zu cn=%s sni=%s tls=%s alpn=%s name=%s cookie=%s x=%s\n", q->method,
		q->path, q->body_len, q->tls->client_cn == NULL ? "-" : q->tls->client_cn,
		q->tls->sni, q->tls->version, q->tls->alpn, name == NULL ? "-" : name,
		cookie == NULL ? "-" : cookie, header == NULL ? "-" : header);
}

/* The rule of the contract. */
static bool
allow(void *arg, const struct pc_tls_facts *tls, const char *client_id, enum pc_mqtt_verb verb,
	const char *topic)
{
	char own[160];
	(void)arg;
	if (tls->client_cn == NULL || strcmp(tls->client_cn, client_id) != 0)
		return false;
	if (verb == PC_MQTT_VERB_CONNECT)
		return true;
	snprintf(own, sizeof(own), "ers/v1/agents/%s/", client_id);
	if (strncmp(topic, own, strlen(own)) != 0)
		return false;
	const char *leaf = topic + strlen(own);
	return verb == PC_MQTT_VERB_SUBSCRIBE
		       ? strcmp(leaf, "command") == 0
		       : strcmp(leaf, "result") == 0 || strcmp(leaf, "state") == 0;
}

static void
tap_tcp(void *arg, uint64_t wall_ns, const struct pc_tap_flow *flow, enum pc_tap_event event,
	const uint8_t *data, size_t len)
{
	struct room *r = arg;
	(void)wall_ns;
	r->tap_events[event]++;
	if (event == PC_TAP_OPEN)
		pc_buf_addf(&r->tapped, "%s\n", flow->note);
	if (event == PC_TAP_CLIENT_DATA && r->tapped.len < 4096)
		pc_buf_add(&r->tapped, data, len < 1000 ? len : 1000);
}

static bool
is_up(struct room *r, void *arg)
{
	(void)arg;
	return pc_broker_is_up(r->broker);
}

static void
open_broker(struct room *r)
{
	char dir[96];
	struct pc_diag diag = {0};
	snprintf(dir, sizeof(dir), "%s/broker", r->dir);
	const struct pc_broker_options o = {.dir = dir,
		.message = message,
		.message_arg = r,
		.journal = journal,
		.journal_arg = r};
	if (pc_broker_new(r->loop, &o, &r->broker, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	assert_true(room_wait(r, is_up, NULL));
}

void
room_open(struct room *r, struct pc_front_options options, bool mqtt)
{
	static const char *const names[] = {"127.0.0.9"};
	struct pc_diag diag = {0};
	struct pc_tap *tap = calloc(1, sizeof(*tap));
	*r = (struct room){.dir = "/tmp/pc-cloud-XXXXXX"};
	assert_non_null(mkdtemp(r->dir));
	pc_clock_init_real(&r->clock);
	pc_buf_init(&r->journal, 4 << 20);
	pc_buf_init(&r->messages, 1 << 20);
	pc_buf_init(&r->output, 16 << 20);
	pc_buf_init(&r->tapped, 1 << 20);
	assert_int_equal(pc_loop_new(&r->clock, &r->loop, &diag), PC_OK);
	const struct pc_pki_options po = {r->dir, &r->clock, names, 1};
	assert_int_equal(pc_pki_open(&po, &r->pki, &diag), PC_OK);
	if (mqtt) {
		open_broker(r);
		options.broker = *pc_broker_address(r->broker);
	}
	*tap = (struct pc_tap){NULL, tap_tcp, r};
	options.listen.sin_family = AF_INET;
	options.listen.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	options.pki = r->pki;
	options.http = handle;
	options.allow = allow;
	options.routes = r;
	options.journal = journal;
	options.journal_arg = r;
	options.tap = tap;
	if (pc_front_new(r->loop, &options, &r->front, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	struct sockaddr_in local = pc_front_local(r->front);
	r->port = ntohs(local.sin_port);
	room_issue(r, r->pki, "agent-1", "agent-1");
	r->tap = tap;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void
room_close(struct room *r)
{
	pc_front_free(r->front);
	pc_broker_free(r->broker);
	pc_pki_free(r->pki);
	pc_loop_free(r->loop);
	pc_buf_done(&r->journal);
	pc_buf_done(&r->messages);
	pc_buf_done(&r->output);
	pc_buf_done(&r->tapped);
	free(r->tap);
	(void)nftw(r->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

bool
room_wait(struct room *r, bool (*done)(struct room *r, void *arg), void *arg)
{
	uint64_t end = pc_clock_ms(&r->clock) + ROOM_DEADLINE_MS;
	while (!done(r, arg)) {
		uint64_t now = pc_clock_ms(&r->clock);
		if (now >= end)
			return false;
		assert_int_equal(pc_loop_turn(r->loop, (int)(end - now)), PC_OK);
	}
	return true;
}

static bool
in_journal(struct room *r, void *arg)
{
	return strstr(pc_buf_text(&r->journal), arg) != NULL;
}

bool
room_wait_journal(struct room *r, const char *text)
{
	return room_wait(r, in_journal, (void *)(uintptr_t)text);
}

void
room_issue(struct room *r, struct pc_pki *pki, const char *id, const char *file)
{
	char path[160];
	struct pc_buf cert, key;
	pc_buf_init(&cert, PC_PKI_PEM_MAX);
	pc_buf_init(&key, PC_PKI_PEM_MAX);
	assert_int_equal(pc_pki_issue(pki, id, &cert, &key), PC_OK);
	snprintf(path, sizeof(path), "%s/%s.pem", r->dir, file);
	assert_int_equal(pc_file_write(path, cert.data, cert.len, 0600, NULL), PC_OK);
	snprintf(path, sizeof(path), "%s/%s.key", r->dir, file);
	assert_int_equal(pc_file_write(path, key.data, key.len, 0600, NULL), PC_OK);
	pc_buf_done(&cert);
	pc_buf_done(&key);
}

/* "@port" and "@dir" anywhere in a word. */
static char *
expand(const struct room *r, const char *word)
{
	struct pc_buf b;
	pc_buf_init(&b, 4096);
	while (*word != '\0') {
		if (strncmp(word, "@port", 5) == 0) {
			pc_buf_addf(&b, "%d", r->port);
			word += 5;
		} else if (strncmp(word, "@dir", 4) == 0) {
			pc_buf_add_text(&b, r->dir);
			word += 4;
		} else {
			pc_buf_add(&b, word++, 1);
		}
	}
	char *out = strdup(pc_buf_text(&b));
	pc_buf_done(&b);
	return out;
}

static void
on_output(void *arg, int fd, uint32_t events)
{
	struct client *c = arg;
	char chunk[65536];
	(void)events;
	ssize_t n = read(fd, chunk, sizeof(chunk));
	if (n > 0) {
		(void)pc_buf_add(c->output, chunk, (size_t)n);
		return;
	}
	pc_loop_fd_del(c->watch);
	c->watch = NULL;
	close(fd);
}

static void
on_end(void *arg, pid_t pid, int status)
{
	struct client *c = arg;
	(void)pid;
	c->ended = true;
	c->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	c->child = NULL;
}

static _Noreturn void
become(int in, int out, char **words)
{
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
	execvp(words[0], words);
	_exit(127);
}

void
room_start(struct room *r, struct client *c, struct pc_buf *output, const char *input,
	const char *const *argv)
{
	char *words[ARGV_MAX] = {NULL};
	int in[2], out[2];
	size_t n = 0;
	for (; argv[n] != NULL; n++)
		words[n] = expand(r, argv[n]);
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	pc_buf_clear(output);
	*c = (struct client){.out = out[0], .output = output};
	c->pid = fork();
	assert_true(c->pid >= 0);
	if (c->pid == 0)
		become(in[0], out[1], words);
	close(in[0]);
	close(out[1]);
	if (input != NULL)
		assert_int_equal(write(in[1], input, strlen(input)), strlen(input));
	if (input == NULL || input[0] != '\0')
		close(in[1]);
	for (size_t i = 0; i < n; i++)
		free(words[i]);
	assert_int_equal(pc_loop_fd_add(r->loop, out[0], EPOLLIN, on_output, c, &c->watch), PC_OK);
	assert_int_equal(pc_loop_child(r->loop, c->pid, on_end, c, &c->child), PC_OK);
}

static bool
has_ended(struct room *r, void *arg)
{
	const struct client *c = arg;
	(void)r;
	return c->ended && c->watch == NULL;
}

int
room_finish(struct room *r, struct client *c)
{
	if (!room_wait(r, has_ended, c))
		fail_msg("the client did not end; journal: %s", pc_buf_text(&r->journal));
	return c->status;
}

int
room_run(struct room *r, const char *input, const char *const *argv)
{
	struct client c;
	room_start(r, &c, &r->output, input, argv);
	return room_finish(r, &c);
}
