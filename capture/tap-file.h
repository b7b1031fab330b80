/* capture/tap-file: a tap that writes what our own sockets say into a pcapng file any tool reads.
 * Needs no privilege and cannot drop packets. */
#ifndef PC_CAPTURE_TAP_FILE_H
#define PC_CAPTURE_TAP_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/diag.h"
#include "loop/loop.h"
#include "loop/tap.h"

enum {
	PC_TAP_FLOWS_MAX =
		65536,        /* open TCP connections remembered; of more only the data are kept */
	PC_TAP_MARKS_MAX = 16 /* marks that wait for the next packet; more are joined to the last */
};

struct pc_tap_file;

/* The tap writes UDP datagrams as Ethernet/IPv4/UDP frames and TCP connections as handshake,
 * 1460-byte segments and FIN or RST, with locally administered MAC addresses made from the IP
 * addresses. */
struct pc_tap_file_options {
	const struct pc_clock
		*clock;       /* borrowed, must outlive the tap: times of marks and the end */
	uint16_t port_offset; /* taken off ports that are a service's port plus this */
	const char *name;     /* interface name; NULL: "tap" */
	const char *comment;  /* "key=value; …" put behind the file's own; NULL: none */
};

/* Create the file. -errno with the path in `diag`. */
int pc_tap_file_new(const char *path, const struct pc_tap_file_options *options,
	struct pc_tap_file **ret, struct pc_diag *diag);

/* The tap to hand to sockets; valid until pc_tap_file_close(). NULL gives NULL.
 * A flow whose note holds "tls" is the plaintext inside TLS: its server port is written as 80 or,
 * for MQTT ("alpn=mqtt" in the note, else the first byte), 1883, and the note with the true port
 * stands as comment on its SYN. Without "alpn=" in the note the SYN is written with the first data.
 */
const struct pc_tap *pc_tap_file_tap(const struct pc_tap_file *t);

/* Flush at the end of every turn of `loop`, so that SIGKILL loses at most the last turn. The tap
 * must outlive the loop's last turn. */
int pc_tap_file_attach(struct pc_tap_file *t, struct pc_loop *loop);

/* Put "step 3: …" as a comment on the next packet (or on the statistics when none comes). */
void pc_tap_file_mark(struct pc_tap_file *t, const char *text);

int pc_tap_file_flush(struct pc_tap_file *t);

/* Packets written so far. */
uint64_t pc_tap_file_packets(const struct pc_tap_file *t);

/* Statistics block, flush, close, free. The first write error that happened. NULL is allowed. */
int pc_tap_file_close(struct pc_tap_file *t, struct pc_diag *diag);

/* The port as written for `port`: without the offset when that is a known service's. Shared with
 * readers. */
uint16_t pc_tap_service_port(uint16_t port, uint16_t offset);

#endif
