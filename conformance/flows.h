/* conformance/flows: the part of a capture that belongs to somebody: TCP connections by what was
 * said in them. */
#ifndef PC_CONFORMANCE_FLOWS_H
#define PC_CONFORMANCE_FLOWS_H

#include "base/diag.h"

enum { PC_FLOWS_MAX = 4096 };

/* Copy to `to` the packets of those TCP connections of capture `from` in which `words` occur in one
 * segment, in either direction. Comments are kept. PC_E_LIMIT over PC_FLOWS_MAX such connections.
 */
int pc_flows_select(const char *from, const char *to, const char *words, struct pc_diag *diag);

#endif
