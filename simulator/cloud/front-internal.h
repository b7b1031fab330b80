/* cloud/front-internal: what the files of the front share: the connection and its life. */
#ifndef PC_CLOUD_FRONT_INTERNAL_H
#define PC_CLOUD_FRONT_INTERNAL_H

#include "base/buf.h"
#include "cloud/front.h"
#include "cloud/mhd.h"
#include "cloud/mqtt-tap.h"

enum { PC_FRONT_SCRATCH = 16 << 10, PC_FRONT_HEAD_SAMPLE = 256, PC_FRONT_ACCEPTS_PER_TURN = 64 };

enum pc_front_state {
	PC_FRONT_HANDSHAKE,
	PC_FRONT_PEEK, /* TLS stands, no ALPN: the first byte decides */
	PC_FRONT_HTTP,
	PC_FRONT_MQTT,
	PC_FRONT_LINGER, /* all is sent; waits for the client to close */
	PC_FRONT_DEAD
};

struct pc_front {
	struct pc_loop *loop; /* borrowed */
	struct pc_front_options options;
	pc_fault_set faults;
	struct ssl_ctx_st
		*contexts[PC_PKI_SERVERS]; /* owned; the good one always, others when armed */
	struct pc_mhd *mhd;                /* owned */
	int listen_fd;
	struct pc_loop_fd *listen_watch; /* owned; NULL while accepting pauses */
	struct pc_timer accept_again;
	struct sockaddr_in local;
	int keylog_fd;
	struct pc_front_conn *first; /* owned list */
	struct pc_front_counts counts;
	uint64_t next_number;
	uint8_t scratch[PC_FRONT_SCRATCH];
};

/* One TLS connection. Freed when its outermost callback returns. */
struct pc_front_conn {
	struct pc_front *front; /* borrowed */
	struct pc_front_conn *prev, *next;
	enum pc_front_state state;
	bool busy; /* inside one of its callbacks */
	int fd;
	struct pc_loop_fd *watch; /* owned */
	uint32_t events;
	struct ssl_st *ssl;            /* owned */
	bool wants_write;              /* the handshake waits for room */
	int back_fd;                   /* socketpair to HTTP, or socket to the broker; -1 = none */
	struct pc_loop_fd *back_watch; /* owned; NULL while nothing is wanted */
	uint32_t back_events;
	bool back_connecting;
	bool is_http, client_eof, back_broken, finish;
	struct pc_buf to_back, to_client;
	struct pc_timer timer, retry;
	uint64_t active_ms; /* last progress */
	uint64_t back_since_ms;
	struct pc_tls_facts facts;
	char sni[256], alpn[32], client_cn[80];
	struct pc_buf hello;     /* members on the ClientHello, until they are journalled */
	int alert_in, alert_out; /* -1 = none */
	struct pc_tap_flow flow;
	bool tapped;
	uint64_t bytes_in, bytes_out;
	const char *end;                    /* why it ended, for the journal */
	struct pc_mqtt_tap *mqtt;           /* owned */
	struct pc_mhd_link *http;           /* owned */
	uint64_t out_at_answer;             /* HTTP: bytes_out when the last answer was complete */
	uint32_t completed_seen;            /* HTTP: answers when the bytes below began to come */
	uint64_t bytes_since_answer;        /* HTTP */
	uint8_t head[PC_FRONT_HEAD_SAMPLE]; /* the first of them */
	size_t head_len;
};

/* front-tls.c: contexts, handshake. */
int pc_front_tls_new(struct pc_front *front, struct pc_diag *diag);
int pc_front_tls_arm(struct pc_front *front, pc_fault_set faults, struct pc_diag *diag);
void pc_front_tls_free(struct pc_front *front);
struct ssl_st *pc_front_tls_accept(struct pc_front_conn *c); /* NULL when there is no memory */
void pc_front_handshake(struct pc_front_conn *c);

/* front-relay.c: plaintext both ways. */
void pc_front_relay_start(struct pc_front_conn *c); /* after the handshake */
void pc_front_pump_client(struct pc_front_conn *c); /* read what the client sent */
void pc_front_flush_client(struct pc_front_conn *c);
void pc_front_finish(struct pc_front_conn *c, const char *end); /* flush, close_notify, linger */
int pc_front_to_client(struct pc_front_conn *c, const uint8_t *data, size_t len);
void pc_front_linger(struct pc_front_conn *c);

/* front.c: life of a connection. */
void pc_front_close(struct pc_front_conn *c, const char *end); /* at once */
void pc_front_reset(struct pc_front_conn *c, const char *end); /* at once, with a RST */
void pc_front_update_events(struct pc_front_conn *c);
void pc_front_journal(struct pc_front *front, const char *kind, const struct pc_buf *members);
bool pc_front_faulty(const struct pc_front *front, unsigned bit);
void pc_front_enter(struct pc_front_conn *c); /* around every callback of a connection */
void pc_front_leave(struct pc_front_conn *c);
uint64_t pc_front_now(const struct pc_front *front);
void pc_front_tap(
	struct pc_front_conn *c, enum pc_tap_event event, const uint8_t *data, size_t len);
void pc_front_arm_timer(struct pc_front_conn *c, uint64_t delay_ms);

#endif
