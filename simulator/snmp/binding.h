/* snmp/binding: names, values and variable bindings as bytes, the way net-snmp's library encodes
 * them too: shortest lengths and integers. Spec: X.690 s8, RFC 3416 s3, RFC 3417 s8 */
#ifndef PC_SNMP_BINDING_H
#define PC_SNMP_BINDING_H

#include <stddef.h>
#include <stdint.h>

#include "snmp/value.h"

/* The arcs of an encoded name (content only) of shortest form beneath iso.org (1.3). Returns how
 * many, 0 when it is another one, not of that form, over 32 bits an arc or over `max` arcs. */
size_t pc_snmp_name_arcs(const uint8_t *content, size_t len, uint32_t *ret_arcs, size_t max);

/* Write a name with tag and length to the front of `out`. Octets written; 0 when it does not fit,
 * is not beneath iso.org (1.3) or longer than a length of one octet tells. */
size_t pc_snmp_name_put(uint8_t *out, size_t room, const uint32_t *arcs, size_t n_arcs);

/* Write a value with tag and length. Octets written; 0 when it does not fit, is an exception or of
 * an unknown type, or an OID that cannot be encoded. */
size_t pc_snmp_value_put(uint8_t *out, size_t room, const struct pc_snmp_value *value);

/* Put the header of a binding in front of the `len` octets of name and value, which the caller
 * wrote to out + 2; they move when the header is longer. Octets of it all; 0 when they do not fit.
 */
size_t pc_snmp_binding_close(uint8_t *out, size_t room, size_t len);

#endif
