/* presscheck up: a fleet of printers in the foreground until interrupted. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "agents/faults.h"
#include "base/err.h"
#include "base/text.h"
#include "cmd/capture-option.h"
#include "cmd/commands.h"
#include "cmd/es-hosts.h"
#include "cmd/profile-dir.h"
#include "cmd/story-file.h"
#include "cmd/trap-option.h"
#include "fleet/control.h"
#include "fleet/diary.h"
#include "fleet/fleet.h"
#include "fleet/netfault-rule.h"
#include "fleet/story-run.h"

enum {
	OPT_PROFILE = 1,
	OPT_COUNT,
	OPT_WALK,
	OPT_FIRST,
	OPT_SEED,
	OPT_PORT_OFFSET,
	OPT_PACE,
	OPT_SNMP_LANE,
	OPT_CONTROL,
	OPT_FAULT,
	OPT_LIST_FAULTS,
	OPT_EXPOSE,
	OPT_VIRTUAL,
	OPT_DIR,
	OPT_CAPTURE,
	OPT_ES_AGENT,
	OPT_ES_FAULT,
	OPT_AGENTX,
	OPT_AGENTX_DIR,
	OPT_AGENTX_CONNECT,
	OPT_AGENTX_CONTEXT,
	OPT_TRAP_TO,
	OPT_KEEP_JOBS,
	OPT_STORY,
	OPT_STORY_EXIT,
	OPT_JOURNAL,
	FAULTS_MAX = 64
};

static const struct pc_opt options[] = {
	{OPT_PROFILE, "profile", "NAME", "printer model (see 'profile list'); may be repeated"},
	{OPT_COUNT, "count", "N", "printers of the model named before it (default 1)"},
	{OPT_WALK, "walk", "FILE", "a printer whose SNMP tree is this walk (.snmprec or .walk)"},
	{OPT_FIRST, "first", "ADDR", "address of the first printer (default 127.1.0.1)"},
	{OPT_SEED, "seed", "N", "seed of identities and chance (default 1)"},
	{OPT_PORT_OFFSET, "port-offset", "N", "add N to every well-known port"},
	{OPT_PACE, "pace", "N", "printers print, clean and boot N times faster"},
	{OPT_SNMP_LANE, "snmp-lane", "LANE",
		"who answers SNMP reads: auto (default: the fast lane what it can), base, fast"},
	{OPT_CONTROL, "control", "ADDR:PORT", "control API (default 127.0.0.1:7161; 'none')"},
	{OPT_FAULT, "fault", "NAME[(KEY=VALUE,...)][@N[-M[/STEP]]]",
		"arm a fault on all printers, or on these; may be repeated"},
	{OPT_LIST_FAULTS, "list-faults", NULL, "show all faults, their parameters and conditions"},
	{OPT_DIR, "profile-dir", "DIR", "where profiles are"},
	{OPT_CAPTURE, "capture", "FILE", PC_CAPTURE_OPTION_HELP},
	{OPT_ES_AGENT, "es-agent", "FILE", "an ES agent inside the printer its deviceList names"},
	{OPT_ES_FAULT, "es-fault", "NAME", "arm a fault of the ES agents"},
	{OPT_AGENTX, "agentx", NULL, "AgentX subagents may attach to printers (TCP 705)"},
	{OPT_AGENTX_DIR, "agentx-dir", "DIR", "the same on unix sockets DIR/NUMBER.sock"},
	{OPT_AGENTX_CONNECT, "agentx-connect", "ADDR",
		"be an AgentX subagent of tcp:ADDR:PORT or unix:PATH"},
	{OPT_AGENTX_CONTEXT, "agentx-context", "NAME",
		"in this context; with several printers NAME and number (default d)"},
	{OPT_TRAP_TO, "trap-to", "TO",
		"all printers send notifications to ADDR[:PORT][,v1|v2c|v3][,inform]; may be "
		"repeated"},
	{OPT_KEEP_JOBS, "keep-jobs", "DIR",
		"keep the bytes of each print job in a file of DIR (pPRINTER-jNUMBER.prn)"},
	{OPT_VIRTUAL, "virtual", NULL, "virtual time: days pass in seconds when nothing happens"},
	{OPT_STORY, "story", "FILE",
		"what happens to them over time: a story's file, or one of 'story list'"},
	{OPT_STORY_EXIT, "story-exit", NULL, "end when the story is over"},
	{OPT_JOURNAL, "journal", "FILE", "write the whole journal there, one JSON object a line"},
	{OPT_EXPOSE, "expose", NULL, "allow addresses outside 127.0.0.0/8"},
};

struct up {
	struct pc_profile *profiles[PC_FLEET_GROUPS_MAX]; /* owned */
	struct pc_fleet_group groups[PC_FLEET_GROUPS_MAX];
	size_t n_groups;
	struct in_addr first;
	uint64_t seed;
	uint16_t port_offset;
	uint32_t pace;
	enum pc_snmp_lane snmp_lane;
	bool list_faults, control_off, expose, is_virtual, agentx;
	const char *agentx_dir, *agentx_context;
	bool agentx_connects;
	struct pc_agentx_address agentx_master;
	struct sockaddr_in control;
	const char *faults[FAULTS_MAX];
	size_t n_faults;
	const char *profile_dir;
	const char *capture;
	const char *story, *journal;
	bool story_exit;
	FILE *journal_file;
	struct pc_clock clock;
	struct pc_tap_file *tap;
	const char *keep_dir;
	struct pc_sink *sink;
	struct pc_es_hosts es;
	struct pc_trap_option traps;
	struct pc_loop *loop;
	struct pc_fleet *fleet;
	struct pc_control *api;
};

static int
add_group(struct up *u, const char *name, bool walk, struct pc_diag *diag)
{
	struct pc_profile *p = NULL;
	if (u->n_groups == PC_FLEET_GROUPS_MAX)
		return pc_diag_fail(
			diag, PC_E_USAGE, "at most %d models at once", PC_FLEET_GROUPS_MAX);
	int err = walk ? pc_profile_from_walk(name, &p, diag)
		       : pc_profile_find(pc_profile_directory(u->profile_dir), name, &p, diag);
	if (err != PC_OK)
		return err == PC_E_NOTFOUND || err == -ENOENT ? PC_E_USAGE : err;
	u->profiles[u->n_groups] = p;
	u->groups[u->n_groups++] = (struct pc_fleet_group){.profile = p, .count = 1};
	return PC_OK;
}

static int
take_number(const char *value, uint64_t min, uint64_t max, const char *what, uint64_t *ret,
	struct pc_diag *diag)
{
	if (pc_text_u64(value, min, max, ret) == PC_OK)
		return PC_OK;
	return pc_diag_fail(diag, PC_E_USAGE, "--%s '%s': a number from %llu to %llu is expected",
		what, value, (unsigned long long)min, (unsigned long long)max);
}

static int
take_count(struct up *u, const char *value, struct pc_diag *diag)
{
	uint64_t n = 0;
	int err = take_number(value, 1, PC_FLEET_DEVICES_MAX, "count", &n, diag);
	if (err == PC_OK && u->n_groups == 0)
		return pc_diag_fail(
			diag, PC_E_USAGE, "--count comes after the --profile or --walk it is for");
	if (err == PC_OK)
		u->groups[u->n_groups - 1].count = (uint32_t)n;
	return err;
}

static int
take_address(struct up *u, int id, const char *value, struct pc_diag *diag)
{
	if (id == OPT_FIRST && pc_text_ipv4(value, &u->first) != PC_OK)
		return pc_diag_fail(
			diag, PC_E_USAGE, "--first '%s': an IPv4 address is expected", value);
	if (id == OPT_FIRST)
		return PC_OK;
	u->control_off = strcmp(value, "none") == 0;
	if (!u->control_off && pc_text_sockaddr(value, PC_CONTROL_PORT, &u->control) != PC_OK)
		return pc_diag_fail(
			diag, PC_E_USAGE, "--control '%s': ADDR:PORT or none expected", value);
	return PC_OK;
}

static int
take_fault(struct up *u, const char *value, struct pc_diag *diag)
{
	if (u->n_faults == FAULTS_MAX)
		return pc_diag_fail(diag, PC_E_USAGE, "at most %d faults", FAULTS_MAX);
	u->faults[u->n_faults++] = value;
	return PC_OK;
}

static int
take_es_fault(struct up *u, const char *value, struct pc_diag *diag)
{
	size_t n = 0;
	const struct pc_fault_row *rows = pc_agent_faults(&n);
	int err = pc_fault_arm(rows, n, value, &u->es.faults, diag);
	return err == PC_E_NOTFOUND ? PC_E_USAGE : err;
}

static int
take(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct up *u = ctx;
	uint64_t n = 0;
	int err = PC_OK;
	switch (id) {
	case OPT_PROFILE:
	case OPT_WALK:
		return add_group(u, value, id == OPT_WALK, diag);
	case OPT_COUNT:
		return take_count(u, value, diag);
	case OPT_FIRST:
	case OPT_CONTROL:
		return take_address(u, id, value, diag);
	case OPT_SEED:
		return take_number(value, 0, UINT64_MAX, "seed", &u->seed, diag);
	case OPT_PORT_OFFSET:
		err = take_number(value, 0, 65535 - 9100, "port-offset", &n, diag);
		u->port_offset = (uint16_t)n;
		return err;
	case OPT_PACE:
		err = take_number(value, 1, 1000000, "pace", &n, diag);
		u->pace = (uint32_t)n;
		return err;
	case OPT_SNMP_LANE:
		return pc_snmp_lane_parse(value, &u->snmp_lane, diag);
	case OPT_FAULT:
		return take_fault(u, value, diag);
	case OPT_LIST_FAULTS:
		u->list_faults = true;
		return PC_OK;
	case OPT_DIR:
		u->profile_dir = value;
		return PC_OK;
	case OPT_CAPTURE:
		u->capture = value;
		return PC_OK;
	case OPT_ES_AGENT:
		if (u->es.n_files == PC_ES_HOSTS_MAX)
			return pc_diag_fail(
				diag, PC_E_USAGE, "at most %d ES agents", PC_ES_HOSTS_MAX);
		u->es.files[u->es.n_files++] = value;
		return PC_OK;
	case OPT_ES_FAULT:
		return take_es_fault(u, value, diag);
	case OPT_AGENTX:
	case OPT_AGENTX_DIR:
		u->agentx = true;
		u->agentx_dir = id == OPT_AGENTX_DIR ? value : u->agentx_dir;
		return PC_OK;
	case OPT_AGENTX_CONNECT:
		u->agentx_connects = true;
		return pc_agentx_address_parse(value, &u->agentx_master) == PC_OK
			       ? PC_OK
			       : pc_diag_fail(diag, PC_E_USAGE,
					 "--agentx-connect '%s': tcp:ADDR:PORT or unix:PATH expected",
					 value);
	case OPT_AGENTX_CONTEXT:
		u->agentx_context = value;
		return PC_OK;
	case OPT_TRAP_TO:
		return pc_trap_option_add(&u->traps, value, diag);
	case OPT_KEEP_JOBS:
		u->keep_dir = value;
		return PC_OK;
	case OPT_STORY:
		u->story = value;
		return PC_OK;
	case OPT_STORY_EXIT:
		u->story_exit = true;
		return PC_OK;
	case OPT_JOURNAL:
		u->journal = value;
		return PC_OK;
	case OPT_EXPOSE:
		u->expose = true;
		return PC_OK;
	case OPT_VIRTUAL:
		u->is_virtual = true;
		return PC_OK;
	default:
		return pc_diag_fail(diag, PC_E_USAGE, "unexpected word '%s'", value);
	}
}

static void
on_stop(void *arg, int signo)
{
	struct up *u = arg;
	(void)signo;
	pc_loop_stop(u->loop);
}

static void
on_journal(void *arg, const char *line)
{
	struct up *u = arg;
	fprintf(u->journal_file, "%s\n", line);
}

static int
open_journal(struct up *u, struct pc_diag *diag)
{
	if (u->journal == NULL)
		return PC_OK;
	u->journal_file = fopen(u->journal, "w");
	if (u->journal_file == NULL)
		return pc_diag_fail(diag, -errno, "--journal %s: %s", u->journal, strerror(errno));
	pc_diary_tee(pc_fleet_diary(u->fleet), on_journal, u);
	return PC_OK;
}

static void
on_story(void *arg, const struct pc_story_told *told)
{
	struct up *u = arg;
	if (told->line == 0 && u->story_exit)
		pc_loop_stop(u->loop);
}

/* Begins once every port answers. */
static int
start_story(struct up *u, struct pc_diag *diag)
{
	struct pc_story *story = NULL;
	if (u->story_exit && u->story == NULL)
		return pc_diag_fail(diag, PC_E_USAGE, "--story-exit goes with --story");
	if (u->story == NULL)
		return PC_OK;
	int err = pc_story_file_load(u->story, u->profile_dir, &story, diag);
	if (err != PC_OK)
		return err == PC_E_NOTFOUND || err == -ENOENT ? PC_E_USAGE : err;
	pc_fleet_story_listen(u->fleet, on_story, u);
	err = pc_fleet_story_start(u->fleet, story, diag);
	return err == PC_E_NOTFOUND ? PC_E_USAGE : err;
}

/* What became of it, for whoever waits for the end. */
static void
print_story(const struct up *u)
{
	struct pc_buf text;
	if (u->story == NULL || u->fleet == NULL)
		return;
	pc_buf_init(&text, 65536);
	pc_fleet_story_status(u->fleet, &text);
	printf("story: %s\n", pc_buf_text(&text));
	pc_buf_done(&text);
}

static void
raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int
start(struct up *u, struct pc_diag *diag)
{
	struct pc_fleet_options o = {.first = u->first,
		.port_offset = u->port_offset,
		.snmp_lane = u->snmp_lane,
		.pace = u->pace,
		.seed = u->seed,
		.agentx = u->agentx,
		.agentx_dir = u->agentx_dir,
		.agentx_connect = u->agentx_connects ? &u->agentx_master : NULL,
		.agentx_context = u->agentx_context,
		.groups = u->groups,
		.n_groups = u->n_groups};
	if (u->n_groups == 0)
		return pc_diag_fail(diag, PC_E_USAGE, "name a model with --profile or --walk");
	if (!u->expose && !pc_text_is_loopback(u->first))
		return pc_diag_fail(diag, PC_E_USAGE,
			"the printers would be reachable from outside; say --expose if that is meant");
	if (!u->expose && !u->control_off && !pc_text_is_loopback(u->control.sin_addr))
		return pc_diag_fail(diag, PC_E_USAGE,
			"the control API would be reachable from outside, and it asks nobody who they "
			"are; say --expose if that is meant");
	if (u->is_virtual && (u->agentx || u->agentx_connects))
		return pc_diag_fail(
			diag, PC_E_USAGE, "AgentX with --virtual: foreign programs keep real time");
	if (u->agentx_context != NULL && !u->agentx_connects)
		return pc_diag_fail(
			diag, PC_E_USAGE, "--agentx-context goes with --agentx-connect");
	if (u->is_virtual && pc_trap_option_waits(&u->traps))
		return pc_diag_fail(diag, PC_E_USAGE,
			"informs of --trap-to with --virtual: foreign programs keep real time, so "
			"that each would be given up before it is answered; say traps");
	for (size_t i = 0; i < u->n_groups; i++) {
		int bad = pc_trap_option_apply(&u->traps, u->profiles[i], u->first, diag);
		if (bad != PC_OK)
			return bad;
	}
	raise_descriptor_limit();
	if (u->is_virtual)
		pc_clock_init_virtual(&u->clock, 1767225600);
	else
		pc_clock_init_real(&u->clock);
	int err = pc_loop_new(&u->clock, &u->loop, diag);
	if (err != PC_OK)
		return err;
	pc_loop_signal(u->loop, SIGINT, on_stop, u);
	pc_loop_signal(u->loop, SIGTERM, on_stop, u);
	err = pc_capture_option_open(u->capture, "site", u->port_offset, u->loop, &u->tap, diag);
	if (err != PC_OK)
		return err;
	if (u->keep_dir != NULL)
		err = pc_sink_new(u->keep_dir, NULL, &u->sink, diag);
	if (err != PC_OK)
		return err;
	o.loop = u->loop;
	o.sink = u->sink;
	o.tap = u->tap == NULL ? NULL : pc_tap_file_tap(u->tap);
	o.observer = pc_es_hosts_event;
	o.observer_arg = &u->es;
	err = pc_fleet_new(&o, &u->fleet, diag);
	for (size_t i = 0; i < u->n_faults && err == PC_OK; i++)
		err = pc_fleet_fault(u->fleet, 0, u->faults[i], true, diag);
	if (err == PC_E_NOTFOUND || err == PC_E_SYNTAX)
		err = PC_E_USAGE;
	if (err == PC_OK && !u->control_off)
		err = pc_control_new(u->loop, u->fleet, &u->control, &u->api, diag);
	if (err == PC_OK)
		err = open_journal(u, diag);
	if (err == PC_OK)
		err = pc_es_hosts_start(&u->es, u->loop, u->fleet, u->seed, diag);
	return err;
}

static void
print_ready(const struct up *u)
{
	char from[PC_TEXT_ADDR_MAX];
	char to[PC_TEXT_ADDR_MAX];
	char control[PC_TEXT_ADDR_MAX];
	struct in_addr last = {
		.s_addr = htonl(ntohl(u->first.s_addr) + pc_fleet_size(u->fleet) - 1)};
	printf("ready: %u printers, %s to %s", pc_fleet_size(u->fleet),
		pc_text_from_ipv4(u->first, from), pc_text_from_ipv4(last, to));
	if (u->port_offset != 0)
		printf(", ports + %u", u->port_offset);
	if (u->api != NULL) {
		struct sockaddr_in local = pc_control_local(u->api);
		printf(", control http://%s", pc_text_from_sockaddr(&local, control));
	}
	printf("\n");
	fflush(stdout);
}

static void
finish(struct up *u)
{
	pc_es_hosts_stop(&u->es);
	pc_control_free(u->api);
	pc_fleet_free(u->fleet);
	pc_sink_free(u->sink);
	if (u->journal_file != NULL)
		fclose(u->journal_file);
	(void)pc_tap_file_close(u->tap, NULL);
	pc_loop_free(u->loop);
	for (size_t i = 0; i < u->n_groups; i++)
		pc_profile_free(u->profiles[i]);
}

static void
print_faults(void)
{
	struct pc_buf list;
	pc_buf_init(&list, 1 << 20);
	pc_netfault_list(&list);
	fputs(pc_buf_text(&list), stdout);
	pc_buf_done(&list);
}

static int
run(const struct pc_command *self, int argc, char **argv)
{
	struct up u = {.seed = 1, .pace = 1, .profile_dir = NULL};
	struct pc_diag diag = {{0}};
	int code = PC_EXIT_PASS;
	u.first.s_addr = htonl(0x7f010001);
	u.control = (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons(PC_CONTROL_PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	bool go_on = pc_opt_parse_or_exit(self, argc, argv, take, &u, &code);
	if (go_on && u.list_faults) {
		print_faults();
	} else if (go_on) {
		int err = start(&u, &diag);
		if (err == PC_OK)
			err = start_story(&u, &diag);
		if (err == PC_OK) {
			print_ready(&u);
			err = pc_loop_run(u.loop);
			print_story(&u);
		}
		if (err != PC_OK)
			code = pc_opt_fail(self, err, &diag);
	}
	finish(&u);
	return code;
}

const struct pc_command pc_cmd_up = {
	.name = "up",
	.summary = "printers in the foreground until interrupted",
	.operands = "",
	.description =
		"Starts printers at consecutive addresses, each with its own identity and all its "
		"ports, and prints 'ready' once every port answers. Ctrl-C stops them.\n\n"
		"Ports below 1024 need a right: run in a network namespace (unshare -rn, then "
		"'ip link set lo up'), or use --port-offset, or give the program the capability "
		"(setcap cap_net_bind_service+ep).\n\n"
		"Notifications (SNMPv2c unless said otherwise) are sent to port 162 unless said "
		"otherwise, with the model's read community or in the name of the first user of its "
		"snmp_users; the receivers of its profile get theirs too.\n\n"
		"Faults make printers misbehave: NAME alone is a named fault of one of their ports, "
		"or one of the network (udp-loss, udp-delay, tcp-refuse, tcp-slow ...) with its "
		"parameters. In the brackets stand also where and when: port=snmp, peer=10.1.0.0/16, "
		"state=printing+error, from=10s and until=5m after it was armed, nth=3, every=2, "
		"times=1 of a printer's datagrams or connections, rate=0.25 by chance. Several may "
		"be armed on one printer, and each has its say; for the others nothing changes. "
		"Chance is that of --seed. Of a connection it is judged when it is made; a "
		"broadcast is judged by its answers. --list-faults shows all.\n\n"
		"A story (see 'story show --keys') begins when the printers are ready. With --virtual "
		"its days pass in seconds, and the same seed gives the same journal, byte for byte.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples =
		"  presscheck up --profile epson-wf-c5890 --count 10 --port-offset 10000\n"
		"  presscheck up --profile xerox-versalink-c7030 --trap-to 127.0.0.1:1162\n"
		"  presscheck up --profile epson-wf-c5890 --count 9 --fault 'udp-loss(rate=0.3)@1-3'\n"
		"  presscheck up --profile epson-wf-c5890 --count 20 --port-offset 10000 "
		"--virtual --story office-month --story-exit --journal month.jsonl\n"
		"  presscheck up --walk printer.snmprec --first 127.1.0.1",
	.run = run,
};
