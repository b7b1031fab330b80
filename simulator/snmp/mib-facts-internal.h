/* snmp/mib-facts-internal: the table itself; only mib-facts.c reads it. */
#ifndef PC_SNMP_MIB_FACTS_INTERNAL_H
#define PC_SNMP_MIB_FACTS_INTERNAL_H

#include "snmp/mib-facts.h"

extern const struct pc_mib_fact pc_mib_facts[];
extern const size_t pc_mib_n_facts;
extern const uint16_t pc_mib_by_name[]; /* places, sorted by the name of the object */

#endif
