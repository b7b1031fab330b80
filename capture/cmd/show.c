/* presscheck capture show: the exchanges of a capture file, for people or as JSON lines. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/text.h"
#include "capture/cmd/capture-file.h"
#include "cmd/commands.h"
#include "conformance/events.h"

enum { OPT_JSON = 1, OPT_FILTER, OPT_OFFSET, OPT_EVENTS, LINE_MAX_BYTES = 400 };

static const struct pc_opt options[] = {
	{OPT_JSON, "json", NULL, "one JSON object a line for each exchange, with its events"},
	{OPT_EVENTS, "events", NULL, "print the event lines of each exchange too"},
	{OPT_FILTER, "filter", "PROTO",
		"only snmp, enpc, lpd, raw, http, mqtt, udp or tcp; may be "
		"given several times"},
	{OPT_OFFSET, "port-offset", "N", PC_CAPTURE_FILE_OFFSET_HELP},
};

struct args {
	bool json;
	bool events;
	bool chosen[PC_PROTO_COUNT];
	bool some_chosen;
	struct pc_capture_file file;
};

static int
on_option(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct args *a = ctx;
	enum pc_proto proto;
	if (id == OPT_JSON) {
		a->json = true;
	} else if (id == OPT_EVENTS) {
		a->events = true;
	} else if (id == OPT_FILTER) {
		if (pc_proto_find(value, &proto) != PC_OK)
			return pc_diag_fail(diag, PC_E_USAGE,
				"--filter '%s': expected snmp, enpc, lpd, raw, http, mqtt, udp or tcp",
				value);
		a->chosen[proto] = a->some_chosen = true;
	} else if (id == OPT_OFFSET) {
		return pc_capture_file_offset(&a->file, value, diag);
	} else {
		return pc_capture_file_operand(&a->file, value, diag);
	}
	return PC_OK;
}

static void
print_json(const struct pc_exchange *x, const struct pc_event_list *l)
{
	char client[PC_TEXT_ADDR_MAX];
	char server[PC_TEXT_ADDR_MAX];
	char at[PC_CLOCK_TEXT_MAX];
	uint64_t ns = x->request_ns != 0 ? x->request_ns : x->answer_ns;
	json_t *events = json_array();
	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(events,
			json_pack("{s:s, s:s, s:s, s:s}", "side",
				l->events[i].side == PC_EVENT_REQUEST ? "request" : "answer",
				"path", l->events[i].path, "type", l->events[i].type, "value",
				l->events[i].value));
	json_t *root = json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:o}", "exchange",
		(json_int_t)x->number, "protocol", pc_proto_name(x->proto), "at",
		pc_clock_rfc3339(ns, at), "client", pc_text_from_sockaddr(&x->client, client),
		"server", pc_text_from_sockaddr(&x->server, server), "requestFrame",
		(json_int_t)x->request_frame, "answerFrame", (json_int_t)x->answer_frame,
		"retransmits", (json_int_t)x->retransmits, "duplicates", (json_int_t)x->duplicates,
		"events", events);
	json_dumpf(root, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(root);
}

static void
print_text(const struct pc_exchange *x, const struct pc_event_list *l, bool events, uint64_t start)
{
	char client[PC_TEXT_ADDR_MAX];
	char server[PC_TEXT_ADDR_MAX];
	char line[LINE_MAX_BYTES];
	uint64_t ns = x->request_ns != 0 ? x->request_ns : x->answer_ns;
	pc_exchange_summary(x, line, sizeof(line));
	printf("%6u %10.6f %-21s %-21s %-4s %s", x->number,
		ns < start ? 0.0 : (double)(ns - start) / 1e9,
		pc_text_from_sockaddr(&x->client, client),
		pc_text_from_sockaddr(&x->server, server), pc_proto_name(x->proto), line);
	if (x->answer_ns > x->request_ns && x->request_ns != 0)
		printf(" (%.3f ms)", (double)(x->answer_ns - x->request_ns) / 1e6);
	printf("\n");
	for (size_t i = 0; events && i < l->n; i++)
		printf("         %c %s\t%s\t%s\n",
			l->events[i].side == PC_EVENT_REQUEST ? '>' : '<', l->events[i].path,
			l->events[i].type, l->events[i].value);
}

static void
show(const struct pc_events *e, const struct args *a)
{
	uint64_t start = pc_events_file(e)->first_ns;
	for (size_t i = 0; i < pc_events_count(e); i++) {
		const struct pc_exchange *x = pc_events_get(e, i);
		struct pc_event_list l;
		if (a->some_chosen && !a->chosen[x->proto])
			continue;
		pc_event_list_init(&l);
		if (a->json || a->events)
			(void)pc_exchange_events(x, &l);
		if (a->json)
			print_json(x, &l);
		else
			print_text(x, &l, a->events, start);
		pc_event_list_done(&l);
	}
	for (size_t i = 0; pc_events_problem(e, i) != NULL; i++)
		fprintf(stderr, "presscheck capture show: %s\n", pc_events_problem(e, i)->text);
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
	show(e, &a);
	exit_code = pc_capture_file_exit(e);
	pc_events_free(e);
	return exit_code;
}

const struct pc_command pc_cmd_capture_show = {
	.name = "capture show",
	.summary = "print the exchanges of a capture file",
	.operands = "FILE",
	.description =
		"One line an exchange: number, seconds since the first packet, who asked, who was asked, "
		"protocol, what was asked and answered, and the time it took.\n\nThe exit code is 3 when "
		"something is missing in the recording; standard error tells what.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples = "  presscheck capture show --filter snmp run.pcapng\n"
		    "  presscheck capture show --events --filter http run.pcapng",
	.run = run,
};
