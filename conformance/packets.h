/* conformance/packets: from captures to lines a person reads: which packets belong to which case.
 */
#ifndef PC_CONFORMANCE_PACKETS_H
#define PC_CONFORMANCE_PACKETS_H

#include "capture/pktdec.h"
#include "conformance/result.h"

/* "127.0.0.1:4711 > 127.1.0.1:161  SNMP get-request 1.3.6.1.2.1.1.1.0" for one segment. */
void pc_packets_line(const struct pc_segment *s, char *out, size_t size);

/* Read the capture at `path` and give each packet to the rows whose time span holds it (at most
 * PC_PACKETS_MAX lines a row). A file that is not there is fine. PC_E_BADVALUE for a broken one. */
int pc_packets_attach(struct pc_results *results, const char *path, struct pc_diag *diag);

/* Call `fn` for each packet with payload or SYN, FIN, RST of a capture (also one still being
 * written); a file that is not there has none. */
typedef void (*pc_packets_fn)(void *arg, uint64_t wall_ns, const struct pc_segment *s);
int pc_packets_each(const char *path, pc_packets_fn fn, void *arg, struct pc_diag *diag);

/* True for an SNMP SetRequest. */
bool pc_packets_is_set(const struct pc_segment *s);

/* Packets by kind, for the picture of the path. */
struct pc_packets_counts {
	uint64_t snmp_read, snmp_set, enpc, lpd, raw, http, mqtt, other;
};

/* Count the packets of a capture; acknowledgements without data are left out. */
int pc_packets_count(const char *path, struct pc_packets_counts *ret, struct pc_diag *diag);

#endif
