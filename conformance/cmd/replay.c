/* presscheck replay: play the recorded client against live devices or a live cloud. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/opt.h"
#include "base/term.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "conformance/cmd/masks-dir.h"
#include "conformance/replay.h"

enum {
	OPT_TO = 1,
	OPT_MAP,
	OPT_MASK,
	OPT_NO_STD,
	OPT_OFFSET,
	OPT_COMMUNITY,
	OPT_READ_ONLY,
	OPT_ONLY,
	OPT_TIMEOUT,
	OPT_CEILING,
	OPT_CLOUD,
	OPT_CA,
	OPT_CERT,
	OPT_KEY,
	OPT_FRESH,
	OPT_JSON,
	OPT_JUNIT,
	OPT_TIMING,
	OUT_MAX = 64 << 20
};

static const struct pc_opt options[] = {
	{OPT_TO, "to", "ADDR[:PORT]",
		"where the recorded device is now; of several, the one with the lowest "
		"address, the others follow at the same distance"},
	{OPT_MAP, "map", "OLD=NEW[:PORT]",
		"the device recorded at OLD is at NEW now; may be repeated"},
	{OPT_MASK, "mask", "FILE", "rules for what may differ; may be repeated"},
	{OPT_NO_STD, "no-std-masks", NULL, "leave out the shipped rules"},
	{OPT_OFFSET, "port-offset", "N", "live services listen on their port plus N"},
	{OPT_COMMUNITY, "community", "NAME", "SNMP community instead of the recorded one"},
	{OPT_READ_ONLY, "read-only", NULL, "leave out SNMP SET, ENPC commands and print jobs"},
	{OPT_ONLY, "only", "PROTO", "only snmp, enpc, lpd, raw or http; may be repeated"},
	{OPT_TIMEOUT, "timeout", "MS", "wait this long for an answer (3000)"},
	{OPT_CEILING, "ignore-ceiling", "PERCENT", "fail when more of the fields are ignored (10)"},
	{OPT_CLOUD, "cloud", "URL", "send recorded HTTP requests to this server"},
	{OPT_CA, "ca", "FILE", "PEM file of the authority that signed the server's certificate"},
	{OPT_CERT, "cert", "FILE", "PEM file of the client certificate"},
	{OPT_KEY, "key", "FILE", "PEM file of its key"},
	{OPT_FRESH, "fresh-document", NULL, "give recorded documents a new documentId"},
	{OPT_TIMING, "recorded-timing", NULL,
		"keep the recorded pauses (a client that waited for a state needs them)"},
	{OPT_JSON, "json", NULL, "print the report as JSON"},
	{OPT_JUNIT, "junit", "FILE", "write the report as JUnit XML too"},
};

struct args {
	struct pc_replay_options o;
	bool json;
	bool no_std;
	const char *junit;
};

static int
parse_map(struct pc_replay_options *o, const char *value, struct pc_diag *diag)
{
	char old[PC_TEXT_ADDR_MAX];
	const char *equals = strchr(value, '=');
	size_t n = equals == NULL ? 0 : (size_t)(equals - value);
	if (o->n_maps == PC_REPLAY_MAPS_MAX)
		return pc_diag_fail(diag, PC_E_USAGE, "more than %d --map", PC_REPLAY_MAPS_MAX);
	struct pc_replay_map *m = &o->maps[o->n_maps];
	if (n == 0 || n >= sizeof(old))
		return pc_diag_fail(diag, PC_E_USAGE, "--map '%s': expected OLD=NEW", value);
	memcpy(old, value, n);
	old[n] = '\0';
	if (pc_text_ipv4(old, &m->recorded) != PC_OK ||
		pc_text_sockaddr(equals + 1, 0, &m->live) != PC_OK)
		return pc_diag_fail(diag, PC_E_USAGE, "--map '%s': expected IPv4 addresses", value);
	o->n_maps++;
	return PC_OK;
}

static int
parse_number(const char *name, const char *value, uint64_t max, uint64_t *ret, struct pc_diag *diag)
{
	if (pc_text_u64(value, 0, max, ret) == PC_OK)
		return PC_OK;
	return pc_diag_fail(diag, PC_E_USAGE, "--%s '%s': expected 0 to %llu", name, value,
		(unsigned long long)max);
}

static int
parse_only(struct pc_replay_options *o, const char *value, struct pc_diag *diag)
{
	enum pc_proto proto;
	if (pc_proto_find(value, &proto) != PC_OK)
		return pc_diag_fail(diag, PC_E_USAGE,
			"--only '%s': expected snmp, enpc, lpd, raw or http", value);
	o->chosen[proto] = o->some_chosen = true;
	return PC_OK;
}

static int
on_device_option(struct pc_replay_options *o, int id, const char *value, struct pc_diag *diag)
{
	uint64_t n = 0;
	int err = PC_OK;
	switch (id) {
	case OPT_TO:
		o->has_to = true;
		if (pc_text_sockaddr(value, 0, &o->to) != PC_OK)
			err = pc_diag_fail(
				diag, PC_E_USAGE, "--to '%s': expected an IPv4 address", value);
		break;
	case OPT_MAP:
		return parse_map(o, value, diag);
	case OPT_MASK:
		if (o->n_masks == PC_REPLAY_MASKS_MAX)
			return pc_diag_fail(diag, PC_E_USAGE, "too many --mask");
		o->masks[o->n_masks++] = value;
		break;
	case OPT_OFFSET:
		err = parse_number("port-offset", value, UINT16_MAX, &n, diag);
		o->port_offset = (uint16_t)n;
		break;
	case OPT_COMMUNITY:
		o->community = value;
		break;
	case OPT_READ_ONLY:
		o->read_only = true;
		break;
	case OPT_ONLY:
		return parse_only(o, value, diag);
	case OPT_TIMEOUT:
		err = parse_number("timeout", value, 600000, &n, diag);
		o->timeout_ms = (unsigned)n;
		break;
	case OPT_CEILING:
		err = parse_number("ignore-ceiling", value, 100, &n, diag);
		o->ignored_permille = (unsigned)n * 10;
		break;
	default:
		err = PC_E_NOTFOUND;
		break;
	}
	return err;
}

static int
on_option(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct args *a = ctx;
	int err = on_device_option(&a->o, id, value, diag);
	if (err != PC_E_NOTFOUND)
		return err;
	if (id == OPT_NO_STD)
		a->no_std = true;
	else if (id == OPT_CLOUD)
		a->o.cloud = value;
	else if (id == OPT_CA)
		a->o.ca = value;
	else if (id == OPT_CERT)
		a->o.cert = value;
	else if (id == OPT_KEY)
		a->o.key = value;
	else if (id == OPT_TIMING)
		a->o.recorded_timing = true;
	else if (id == OPT_FRESH)
		a->o.fresh_document = true;
	else if (id == OPT_JSON)
		a->json = true;
	else if (id == OPT_JUNIT)
		a->junit = value;
	else if (a->o.capture == NULL)
		a->o.capture = value;
	else
		return pc_diag_fail(
			diag, PC_E_USAGE, "one FILE is expected, '%s' is too many", value);
	return PC_OK;
}

static void
on_progress(void *arg, size_t done, size_t total)
{
	(void)arg;
	pc_term_progress((unsigned)done, (unsigned)total, "replaying");
}

static int
print_report(const struct args *a, const struct pc_replay_report *r, struct pc_diag *diag)
{
	struct pc_buf out;
	pc_buf_init(&out, OUT_MAX);
	int err = a->json ? pc_replay_json(r, &out) : pc_replay_text(r, &out);
	fputs(pc_buf_text(&out), stdout);
	pc_buf_clear(&out);
	if (err == PC_OK && a->junit != NULL) {
		err = pc_replay_junit(r, a->o.capture, &out);
		if (err == PC_OK)
			err = pc_file_write(a->junit, out.data, out.len, 0644, diag);
	}
	pc_buf_done(&out);
	return err;
}

static int
replay(const struct pc_command *self, struct args *a)
{
	static const int exits[] = {PC_EXIT_PASS, PC_EXIT_FAIL, PC_EXIT_INCONCLUSIVE};
	char std_masks[PC_MASKS_DIR_MAX];
	struct pc_replay_report report;
	struct pc_diag diag = {0};
	if (a->o.capture == NULL)
		return pc_opt_fail(self, PC_E_USAGE,
			&(struct pc_diag){"the name of a capture file is missing"});
	if (!a->no_std) {
		a->o.std_masks = pc_masks_dir(std_masks);
		if (a->o.std_masks == NULL)
			fprintf(stderr,
				"presscheck replay: the shipped masks are not beside the program; "
				"set PRESSCHECK_MASKS to their directory\n");
	}
	a->o.progress = on_progress;
	int err = pc_replay_run(&a->o, &report, &diag);
	pc_term_progress_end();
	if (err != PC_OK)
		return pc_opt_fail(self, err, &diag);
	int exit_code = exits[report.outcome];
	err = print_report(a, &report, &diag);
	pc_replay_report_done(&report);
	return err == PC_OK ? exit_code : pc_opt_fail(self, err, &diag);
}

static int
run(const struct pc_command *self, int argc, char **argv)
{
	int exit_code = PC_EXIT_HARNESS;
	struct args *a = calloc(1, sizeof(*a));
	if (a != NULL && pc_opt_parse_or_exit(self, argc, argv, on_option, a, &exit_code))
		exit_code = replay(self, a);
	free(a);
	return exit_code;
}

const struct pc_command pc_cmd_replay = {
	.name = "replay",
	.summary = "play a recorded client against live devices or a live cloud",
	.operands = "FILE",
	.description =
		"Reads a capture, sends its SNMP, ENPC, LPD and raw port 9100 requests to the live devices "
		"with live identifiers, with --cloud its HTTP requests to a server, and compares each answer "
		"with the recorded one field by field.\n\nFields are equal unless a mask rule says "
		"otherwise; see conformance/mask.h for the format. Shipped masks cover what always differs "
		"(clocks, counters).\n\nOutcomes: pass (0), mismatch (1), inconclusive (3): the recording "
		"lacks packets, or nothing could be replayed. What was left out is listed with its reason.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples =
		"  presscheck replay site.pcapng --to 10.1.2.3\n"
		"  presscheck replay site.pcapng --map 127.1.0.1=127.2.0.1 --port-offset 10000 --json\n"
		"  presscheck replay wan.pcapng --cloud https://127.0.0.1:8443 --ca ca.pem --cert a.pem "
		"--key a.key --fresh-document",
	.run = run,
};
