/* SNMP objects that are looked at, and the requests for them. */
#ifndef PC_CI_LOOK_SNMP_H
#define PC_CI_LOOK_SNMP_H

#include "codec/snmp.h"
#include "facts.h"
#include "profile/profile.h"

enum { LOOK_REQUESTS_MAX = 8, LOOK_REQUEST_BYTES = 4096 };

/* The requests of one model, ready to be sent to any printer of it. */
struct look_requests {
	const struct pc_profile *profile; /* borrowed; whose they are */
	uint8_t bytes[LOOK_REQUESTS_MAX][LOOK_REQUEST_BYTES];
	size_t len[LOOK_REQUESTS_MAX];
	size_t n;
	struct pc_snmp_varbind varbinds[PC_SNMP_VARBINDS_MAX]; /* of the answer being read */
};

void look_snmp_requests(const struct pc_profile *profile, struct look_requests *ret);

/* Facts of one answer. False when it is none of ours. */
bool look_snmp_answer(
	struct look_requests *requests, const uint8_t *data, size_t len, struct facts *f);

#endif
