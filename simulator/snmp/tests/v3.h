/* snmp/tests/v3: a manager that speaks SNMPv3 to the printers of printers.h, honestly or with
 * anything in the message that the test wants. */
#ifndef PC_SNMP_TESTS_V3_H
#define PC_SNMP_TESTS_V3_H

#include "codec/snmp-v3.h"
#include "printers.h"
#include "snmp/entity.h"

enum { V3_ANSWER = 2048, V3_MESSAGE = 4096 };

/* Users of the printers: "none", one for every pair of protocols ("md5-des" … "sha512-aes128"),
 * and "writer" (sha1-aes128), who alone may SET. Password of protocol X: "harness-X". */
extern const struct pc_profile_snmp_user v3_users[];
extern const size_t v3_n_users;

struct v3 {
	struct printers p;
	struct pc_usm *usm;
	char answer[V3_ANSWER];   /* last one as text, as v3_ask() gives it */
	struct pc_snmp_v3 header; /* of the last answer; borrowed from p.answer */
	struct pc_usm_params params;
};
void v3_init(struct v3 *v);
void v3_done(struct v3 *v);

/* Let `seconds` pass for a printer; negative: time goes back. */
void v3_pass(struct v3 *v, unsigned printer, int64_t seconds);

struct pc_snmp_entity *v3_entity(struct v3 *v, unsigned printer);

/* What is asked; zeros are what an honest manager sends, a GET of 1.3.6.1.2.1.1.1.0. */
struct v3_ask {
	unsigned printer;
	const char *user;   /* of v3_users: whose keys, and what stands in the message */
	const char *stands; /* another name in the message; NULL: the user's */
	uint8_t flags;      /* PC_SNMP_V3_AUTH, _PRIV; reportable is set unless `quiet` */
	bool quiet;
	int32_t boots, time;                  /* added to the printer's */
	const char *engine;                   /* engine ID in hex; NULL: the printer's */
	int32_t model;                        /* 0: USM */
	int32_t max_size;                     /* 0: 65507 */
	size_t digest_len;                    /* of msgAuthenticationParameters; 0: right */
	size_t salt_len;                      /* of msgPrivacyParameters; 0: right */
	bool bare;                            /* in the clear whatever the flags say */
	size_t cut_cipher;                    /* octets taken from the end of what is encrypted */
	bool wrong_auth, wrong_priv;          /* another password */
	const char *context, *context_engine; /* name; engine ID in hex */
	uint8_t pdu;                          /* 0: GET */
	int32_t a, b;                         /* error-status and -index of the PDU */
	const char *name, *value;             /* beneath 1.3.6.1; text to SET */
	size_t value_len;                     /* of octets to SET; 0: the text's */
	const char *auth_password, *priv_password; /* others than the profile's; NULL: those */
};

/* The message; returns its length. */
size_t v3_build(struct v3 *v, const struct v3_ask *ask, uint8_t out[V3_MESSAGE]);

/* Send a message and read the answer: "silence", "report NAME=VALUE" or "status/index
 * name=value …", then " (noAuth)", " (auth)" or " (priv)". Fails the test when the answer is
 * broken, not signed rightly or not from the printer that was asked. */
const char *v3_send(struct v3 *v, const struct v3_ask *ask, const uint8_t *data, size_t len);
const char *v3_ask(struct v3 *v, const struct v3_ask *ask);

#endif
