/* fleet/control-routes: from a request of the control API to its answer, by the table. */
#ifndef PC_FLEET_CONTROL_ROUTES_H
#define PC_FLEET_CONTROL_ROUTES_H

#include "fleet/control-table.h"

/* One query parameter after the other; texts are borrowed for the call. */
typedef void (*pc_control_query_fn)(void *arg, const char *name, const char *value);

/* One request; everything is borrowed, absent headers are NULL. */
struct pc_control_request {
	const char *method, *path;
	/* What a browser says of itself; see pc_control_route(). */
	const char *host, *origin, *fetch_site;
	const char *content_type;
	const uint8_t *body;
	size_t body_len;
	bool too_large;
	/* Tells fn(arg, …) each query parameter. */
	void (*query)(const struct pc_control_request *request, pc_control_query_fn fn, void *arg);
};

/* What becomes of it. */
struct pc_control_answer {
	unsigned status;
	char allow[32];     /* of status 405 */
	struct pc_buf *out; /* borrowed: JSON */
	bool stream;        /* the events instead; filter below */
	uint64_t since;     /* UINT64_MAX: from now on */
	int64_t printer;    /* -1: of all */
	char kind[33];      /* "": all */
};

/* Run it and append the JSON answer.
 *
 * Web pages must not reach it. Host must be an address or localhost (a name could be rebound to
 * this address); a request that a browser sends for another site, which Origin or Sec-Fetch-Site
 * tells, is refused; and what changes something must be application/json, which no form can send.
 * Other programs send none of these headers but Host and the type. */
void pc_control_route(struct pc_fleet *fleet, struct pc_control_time *time,
	const struct pc_control_request *request, struct pc_control_answer *ret);

/* May a browser's or program's request be answered at all? Sets the refusal if not. */
bool pc_control_admit(const struct pc_control_request *request, struct pc_control_answer *ret);

/* Append an error and set the status. */
void pc_control_fail(
	struct pc_control_answer *ret, unsigned status, const char *word, const char *detail);

#endif
