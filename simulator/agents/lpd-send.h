/* agents/lpd-send: hands one job to a printer's LPD server. Spec: RFC 1179 s5.2, s6; ERS-NET-19 */
#ifndef PC_AGENTS_LPD_SEND_H
#define PC_AGENTS_LPD_SEND_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "loop/loop.h"
#include "loop/tap.h"

enum { PC_LPD_SEND_MAX = 4096, PC_LPD_SEND_IDLE_MS = 10000 };

struct pc_lpd_send;

/* err: PC_OK when every part was acknowledged; PC_E_REFUSED (`detail` says what), PC_E_CLOSED,
 * PC_E_TIMEOUT. */
typedef void (*pc_lpd_send_fn)(void *arg, int err, const char *detail);

/* Send `data` (at most PC_LPD_SEND_MAX bytes, copied) to `queue`. `fn` is called once. */
int pc_lpd_send_start(struct pc_loop *loop, const struct pc_tap *tap,
	const struct sockaddr_in *printer, const char *queue, const uint8_t *data, size_t len,
	pc_lpd_send_fn fn, void *arg, struct pc_lpd_send **ret, struct pc_diag *diag);

/* Give up without a call. NULL is allowed; after the call it is gone already. */
void pc_lpd_send_stop(struct pc_lpd_send *s);

#endif
