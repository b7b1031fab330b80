/* loop/transfer: libcurl's transfers (HTTPS, SMTP) in the loop. The caller makes and frees the easy
 * handles; their time-outs are in real time, as the peers' are. */
#ifndef PC_LOOP_TRANSFER_H
#define PC_LOOP_TRANSFER_H

#include "loop/loop.h"

struct pc_transfers;

/* A transfer has ended: `easy` is the CURL handle, taken out already, `code` its CURLcode and
 * `owner` what was given with it. May add others; may not free the pc_transfers. */
typedef void (*pc_transfer_fn)(void *arg, void *easy, int code, void *owner);

/* The loop is borrowed. PC_OK, -errno, PC_E_INTERNAL. */
int pc_transfers_new(struct pc_loop *loop, pc_transfer_fn fn, void *arg, struct pc_transfers **ret);
/* No handle may be in it any more. NULL is allowed. */
void pc_transfers_free(struct pc_transfers *transfers);

/* Start a transfer. PC_OK or PC_E_INTERNAL. */
int pc_transfers_add(struct pc_transfers *transfers, void *easy, void *owner);
/* End one that is under way without telling anybody. */
void pc_transfers_remove(struct pc_transfers *transfers, void *easy);

#endif
