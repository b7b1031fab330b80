/* presscheck capture info: what a capture file holds. */
#include <jansson.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/opt.h"
#include "capture/cmd/capture-file.h"
#include "capture/pktdec.h"
#include "cmd/commands.h"
#include "conformance/events.h"

enum { OPT_JSON = 1, OPT_OFFSET };

static const struct pc_opt options[] = {
	{OPT_JSON, "json", NULL, "print one JSON object"},
	{OPT_OFFSET, "port-offset", "N", PC_CAPTURE_FILE_OFFSET_HELP},
};

struct args {
	bool json;
	struct pc_capture_file file;
};

static int
on_option(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct args *a = ctx;
	if (id == OPT_JSON) {
		a->json = true;
	} else if (id == OPT_OFFSET) {
		return pc_capture_file_offset(&a->file, value, diag);
	} else {
		return pc_capture_file_operand(&a->file, value, diag);
	}
	return PC_OK;
}

struct counts {
	size_t by_proto[PC_PROTO_COUNT];
	size_t silent;
	size_t retransmits;
	size_t problems;
};

static struct counts
count(const struct pc_events *e)
{
	struct counts c = {0};
	for (size_t i = 0; i < pc_events_count(e); i++) {
		const struct pc_exchange *x = pc_events_get(e, i);
		c.by_proto[x->proto]++;
		c.silent += x->answer.data == NULL ? 1 : 0;
		c.retransmits += x->retransmits;
	}
	while (pc_events_problem(e, c.problems) != NULL)
		c.problems++;
	return c;
}

static void
print_json(const struct pc_events *e, const char *path)
{
	const struct pc_capfile_info *i = pc_events_file(e);
	struct counts c = count(e);
	char first[PC_CLOCK_TEXT_MAX];
	char last[PC_CLOCK_TEXT_MAX];
	json_t *protos = json_object();
	json_t *problems = json_array();
	for (size_t p = 0; p < PC_PROTO_COUNT; p++)
		json_object_set_new(protos, pc_proto_name((enum pc_proto)p),
			json_integer((json_int_t)c.by_proto[p]));
	for (size_t k = 0; k < c.problems; k++)
		json_array_append_new(problems, json_string(pc_events_problem(e, k)->text));
	json_t *root = json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:b, s:I, s:o, s:I, s:I, s:o}",
		"file", path, "format", i->format, "bytes", (json_int_t)i->bytes, "packets",
		(json_int_t)i->packets, "first", pc_clock_rfc3339(i->first_ns, first), "last",
		pc_clock_rfc3339(i->last_ns, last), "truncated", (int)i->truncated, "dropped",
		(json_int_t)i->dropped, "exchanges", protos, "unanswered", (json_int_t)c.silent,
		"retransmits", (json_int_t)c.retransmits, "problems", problems);
	json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(root);
}

static void
print_text(const struct pc_events *e, const char *path)
{
	const struct pc_capfile_info *i = pc_events_file(e);
	struct pc_pktdec_counters d = pc_events_counters(e);
	struct counts c = count(e);
	char text[PC_CLOCK_TEXT_MAX];
	printf("File         %s\nFormat       %s, %llu bytes, %u interface%s\n", path, i->format,
		(unsigned long long)i->bytes, i->n_interfaces, i->n_interfaces == 1 ? "" : "s");
	if (i->comment != NULL)
		printf("Comment      %.*s\n", (int)i->comment_len, i->comment);
	printf("Packets      %llu (%llu decoded, %llu fragments, %llu of other protocols, "
	       "%llu malformed)\n",
		(unsigned long long)i->packets, (unsigned long long)d.segments,
		(unsigned long long)d.fragments,
		(unsigned long long)(d.other_link + d.other_network + d.other_protocol),
		(unsigned long long)d.malformed);
	printf("First        %s\n", pc_clock_rfc3339(i->first_ns, text));
	printf("Last         %s\n", pc_clock_rfc3339(i->last_ns, text));
	printf("Exchanges    %zu, %zu without answer, %zu retransmissions\n", pc_events_count(e),
		c.silent, c.retransmits);
	for (size_t p = 0; p < PC_PROTO_COUNT; p++) {
		if (c.by_proto[p] > 0)
			printf("  %-10s %zu\n", pc_proto_name((enum pc_proto)p), c.by_proto[p]);
	}
	for (size_t k = 0; k < c.problems; k++)
		printf("Problem      %s\n", pc_events_problem(e, k)->text);
}

static int
run(const struct pc_command *self, int argc, char **argv)
{
	struct args a = {0};
	struct pc_events *e = NULL;
	int exit_code;
	if (!pc_opt_parse_or_exit(self, argc, argv, on_option, &a, &exit_code))
		return exit_code;
	exit_code = pc_capture_file_load(self, &a.file, &e);
	if (exit_code != PC_EXIT_PASS)
		return exit_code;
	if (a.json)
		print_json(e, a.file.path);
	else
		print_text(e, a.file.path);
	exit_code = pc_capture_file_exit(e);
	pc_events_free(e);
	return exit_code;
}

const struct pc_command pc_cmd_capture_info = {
	.name = "capture info",
	.summary = "tell what a capture file holds",
	.operands = "FILE",
	.description =
		"Reads a pcap or pcapng file to the end and counts its packets and the exchanges in "
		"them, by protocol.\n\nThe exit code is 3 when something is missing in the "
		"recording: packets were dropped, a TCP stream has a hole, the file is truncated.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples = "  presscheck capture info run.pcapng\n"
		    "  presscheck capture info --json run.pcapng | jq .exchanges",
	.run = run,
};
