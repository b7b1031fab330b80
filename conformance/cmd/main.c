/* presscheck: the program. Lists the commands, finds the one that was asked for and runs it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/share.h"
#include "cmd/commands.h"

static const struct pc_command *const commands[] = {
	&pc_cmd_demo,
	&pc_cmd_up,
	&pc_cmd_ctl,
	&pc_cmd_agent_dc,
	&pc_cmd_certify,
	&pc_cmd_cases_list,
	&pc_cmd_cases_show,
	&pc_cmd_cases_coverage,
	&pc_cmd_capture_info,
	&pc_cmd_capture_show,
	&pc_cmd_capture_merge,
	&pc_cmd_cloud,
	&pc_cmd_profile_list,
	&pc_cmd_profile_check,
	&pc_cmd_profile_show,
	&pc_cmd_story_list,
	&pc_cmd_story_check,
	&pc_cmd_story_show,
	&pc_cmd_story_schema,
	&pc_cmd_bench,
	&pc_cmd_replay,
	NULL,
};

static void
print_help(FILE *out)
{
	fprintf(out, "Usage: presscheck COMMAND [options]\n\n"
		     "Emulates printers, the cloud and the agents between them, records what they\n"
		     "say, and proves whether each keeps its promises.\n\nCommands:\n");
	for (size_t i = 0; commands[i] != NULL; i++)
		fprintf(out, "  %-18s %s\n", commands[i]->name, commands[i]->summary);
	fprintf(out, "  %-18s %s\n\n", "help --man COMMAND", "print the man page of a command");
	fprintf(out, "'presscheck COMMAND --help' tells the options. PRESSCHECK_LOG=error|warning|"
		     "info|debug sets what is logged.\n");
}

/* Words of argv that a command's name takes ("profile list": 2), 0 when it is another command. */
static int
match(const struct pc_command *cmd, int argc, char **argv)
{
	const char *name = cmd->name;
	int words = 0;
	while (words < argc) {
		size_t n = strlen(argv[words]);
		if (strncmp(name, argv[words], n) != 0 || (name[n] != ' ' && name[n] != '\0'))
			return 0;
		words++;
		if (name[n] == '\0')
			return words;
		name += n + 1;
	}
	return 0;
}

static const struct pc_command *
find_command(int argc, char **argv, int *ret_words)
{
	for (size_t i = 0; commands[i] != NULL; i++) {
		*ret_words = match(commands[i], argc, argv);
		if (*ret_words > 0)
			return commands[i];
	}
	return NULL;
}

static void
start_log(void)
{
	const char *want = getenv("PRESSCHECK_LOG");
	pc_log_sink.fn = pc_log_stderr;
	pc_log_sink.level = PC_LOG_WARNING;
	for (int l = PC_LOG_ERROR; want != NULL && l <= PC_LOG_DEBUG; l++) {
		if (strcmp(want, pc_log_level_name((enum pc_log_level)l)) == 0)
			pc_log_sink.level = (enum pc_log_level)l;
	}
}

/* Profiles lie elsewhere once installed; commands and the children they start ask the environment.
 */
static void
find_profiles(void)
{
	char dir[PC_SHARE_MAX];
	if (pc_share_find("profiles", "profiles", "profile.schema.json", dir) != NULL)
		(void)setenv("PRESSCHECK_PROFILES", dir, 0);
}

static void
print_overview(FILE *out)
{
	fprintf(out, ".TH PRESSCHECK 1 \"\" presscheck\n.SH NAME\n"
		     "presscheck \\- printers, the cloud and their agents on the test bench\n"
		     ".SH SYNOPSIS\n.B presscheck\nCOMMAND [options]\n.SH DESCRIPTION\n"
		     "Emulates printers, the cloud and the agents between them, records what they\n"
		     "say, and proves whether each keeps its promises.\n.SH COMMANDS\n");
	for (size_t i = 0; commands[i] != NULL; i++)
		fprintf(out, ".TP\n.B %s\n%s\n", commands[i]->name, commands[i]->summary);
	fprintf(out, ".PP\nEach has a page of its own: presscheck\\-COMMAND(1).\n"
		     ".SH ENVIRONMENT\n"
		     ".TP\n.B PRESSCHECK_LOG\nerror, warning, info or debug: what is logged\n"
		     ".TP\n.B PRESSCHECK_PROFILES\nfolder of the profiles\n"
		     ".TP\n.B PRESSCHECK_MASKS\nfolder of the shipped masks\n");
}

/* One page; `cmd` is NULL for the program's own. PC_EXIT_PASS, or PC_EXIT_HARNESS. */
static int
write_page(const char *dir, const struct pc_command *cmd)
{
	char path[PC_SHARE_MAX];
	int n = snprintf(path, sizeof(path), "%s/presscheck%s%s.1", dir, cmd == NULL ? "" : "-",
		cmd == NULL ? "" : cmd->name);
	if (n < 0 || n >= (int)sizeof(path)) {
		fprintf(stderr, "presscheck: the name of the folder is too long\n");
		return PC_EXIT_USAGE;
	}
	/* Only the name of the command: the folder may well have spaces. */
	for (char *p = path + strlen(dir); *p != '\0'; p++)
		*p = *p == ' ' ? '-' : *p;
	FILE *out = fopen(path, "w");
	if (out != NULL && cmd == NULL)
		print_overview(out);
	else if (out != NULL)
		pc_opt_man(cmd, out);
	if (out == NULL || fclose(out) != 0) {
		fprintf(stderr, "presscheck: cannot write %s; does the folder exist?\n", path);
		return PC_EXIT_HARNESS;
	}
	return PC_EXIT_PASS;
}

static int
write_pages(const char *dir)
{
	int code = write_page(dir, NULL);
	for (size_t i = 0; commands[i] != NULL && code == PC_EXIT_PASS; i++)
		code = write_page(dir, commands[i]);
	return code;
}

static int
print_man(int argc, char **argv)
{
	int words = 0;
	const struct pc_command *cmd = find_command(argc, argv, &words);
	if (cmd == NULL) {
		fprintf(stderr, "presscheck: help --man needs the name of a command\n");
		return PC_EXIT_USAGE;
	}
	pc_opt_man(cmd, stdout);
	return PC_EXIT_PASS;
}

int
main(int argc, char **argv)
{
	int words = 0;
	signal(SIGPIPE, SIG_IGN);
	start_log();
	find_profiles();
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help(argc < 2 ? stderr : stdout);
		return argc < 2 ? PC_EXIT_USAGE : PC_EXIT_PASS;
	}
	if (strcmp(argv[1], "help") == 0) {
		if (argc > 2 && strcmp(argv[2], "--man") == 0)
			return print_man(argc - 3, argv + 3);
		if (argc == 4 && strcmp(argv[2], "--man-dir") == 0)
			return write_pages(argv[3]);
		print_help(stdout);
		return PC_EXIT_PASS;
	}
	const struct pc_command *cmd = find_command(argc - 1, argv + 1, &words);
	if (cmd == NULL) {
		fprintf(stderr, "presscheck: unknown command '%s'\nTry 'presscheck --help'.\n",
			argv[1]);
		return PC_EXIT_USAGE;
	}
	return cmd->run(cmd, argc - words, argv + words);
}
