/* Tests of PJL on real sockets: variables and what they change, messages, accounting, errors, the
 * file system and its tricks, and what a second connection may do. */
#include "services/tests/bench.h"

#include "codec/pjl.h"
#include "services/internal.h"

#define UEL      "\x1b%-12345X"
#define BYTES(s) s, sizeof(s) - 1

static int
setup(void **state)
{
	struct bench *b = test_malloc(sizeof(*b));
	bench_init(b, 0xffff, 1000);
	for (unsigned i = 0; i < BENCH_DEVICES; i++) {
		b->profiles[i].print.volume_kib = 4;
		b->profiles[i].print.raw_idle_s = 300;
		assert_int_equal(pc_device_supply_replace(b->devices[i], 1), PC_OK); /* no alert */
	}
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	bench_done(*state);
	test_free(*state);
	return 0;
}

static void
expect(struct bench *b, int fd, const char *text)
{
	char out[4096];
	size_t n = 0;
	(void)bench_read(b, fd, out, sizeof(out), strlen(text), &n);
	if (strcmp(out, text) != 0)
		fail_msg("'%s', expected '%s'", out, text);
}

static void
ask(struct bench *b, int fd, const char *line, const char *reply)
{
	bench_send(fd, line, strlen(line));
	expect(b, fd, reply);
}

/* A whole dialogue on a new connection: everything is sent, all of the answer compared. */
static void
say(struct bench *b, unsigned device, const char *in, size_t len, const char *expected)
{
	char out[8192];
	size_t n = 0;
	int fd = bench_connect(b, device, 9100);
	bench_send(fd, in, len);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), sizeof(out) - 1, &n), BENCH_EOF);
	close(fd);
	bench_turns(b, 3);
	if (n != strlen(expected) || memcmp(out, expected, n) != 0)
		fail_msg("'%.60s': '%s', expected '%s'", in, out, expected);
}

#define SAY(b, in, expected) say(b, 0, in, sizeof(in) - 1, expected)
#define INQUIRED(name, v)    "@PJL INQUIRE " name "\r\n" v "\r\n\f"
#define DINQUIRED(name, v)   "@PJL DINQUIRE " name "\r\n" v "\r\n\f"

/* What each line makes of the variable that is asked for then. */
static const struct {
	const char *lines, *reply;
} variables[] = {
	{"@PJL INQUIRE COPIES\n", INQUIRED("COPIES", "1")},
	{"@PJL SET COPIES=7\n@PJL INQUIRE COPIES\n", INQUIRED("COPIES", "7")},
	{"@PJL SET COPIES=0\n@PJL INQUIRE COPIES\n", INQUIRED("COPIES", "1")},
	{"@PJL SET COPIES=99999999999999999999\n@PJL INQUIRE COPIES\n",
		INQUIRED("COPIES", "32767")},
	{"@PJL SET COPIES=2.9\n@PJL INQUIRE COPIES\n", INQUIRED("COPIES", "2")},
	{"@PJL SET COPIES=many\n@PJL INQUIRE COPIES\n", INQUIRED("COPIES", "1")},
	{"@PJL SET PAPER=letter\n@PJL INQUIRE PAPER\n", INQUIRED("PAPER", "LETTER")},
	{"@PJL SET PAPER=A0\n@PJL INQUIRE PAPER\n", INQUIRED("PAPER", "A4")},
	{"@PJL SET BINDING = shortedge\n@PJL INQUIRE BINDING\n", INQUIRED("BINDING", "SHORTEDGE")},
	{"@PJL SET LPARM:PCL SYMSET=PC8\n@PJL INQUIRE LPARM:PCL SYMSET\n",
		INQUIRED("LPARM:PCL SYMSET", "PC8")},
	{"@PJL SET SYMSET=PC8\n@PJL INQUIRE SYMSET\n", INQUIRED("SYMSET", "\"?\"")},
	{"@PJL SET LPARM:PCL COPIES=4\n@PJL INQUIRE COPIES\n", INQUIRED("COPIES", "1")},
	{"@PJL SET TIMEOUT=20\n@PJL DINQUIRE TIMEOUT\n", DINQUIRED("TIMEOUT", "300")},
	{"@PJL SET RESOLUTION=1200\n@PJL INQUIRE RESOLUTION\n", INQUIRED("RESOLUTION", "0")},
	{"@PJL SET COPIES=7\n@PJL RESET\n@PJL INQUIRE COPIES\n", INQUIRED("COPIES", "1")},
	{"@PJL SET COPIES=7\n@PJL DINQUIRE COPIES\n", DINQUIRED("COPIES", "1")},
	{"@PJL SET JOBNAME=\"a b\"\n@PJL INQUIRE JOBNAME\n", INQUIRED("JOBNAME", "\"a b\"")},
	{"@PJL DEFAULT JOBNAME=\"a b\"\n@PJL DINQUIRE JOBNAME\n", DINQUIRED("JOBNAME", "\"\"")},
	{"@PJL INQUIRE\n", "@PJL INQUIRE \r\n\"?\"\r\n\f"},
};

static void
test_variables(void **state)
{
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		say(b, 0, variables[i].lines, strlen(variables[i].lines), variables[i].reply);
}

/* DEFAULT lasts over connections and restarts, holds for jobs that say nothing, is each device's
 * own, and ends with INITIALIZE. */
static void
test_defaults(void **state)
{
	struct bench *b = *state;
	uint32_t duplex = bench_counters(b, 0)->by_size[0][1][1];
	SAY(b, "@PJL DEFAULT COPIES=3\n@PJL DEFAULT DUPLEX=ON TIMEOUT=33\n", "");
	SAY(b, "@PJL DINQUIRE COPIES\n@PJL INQUIRE COPIES\n@PJL DINQUIRE TIMEOUT\n",
		DINQUIRED("COPIES", "3") INQUIRED("COPIES", "3") DINQUIRED("TIMEOUT", "33"));
	say(b, 1, BYTES("@PJL INQUIRE COPIES\n"), INQUIRED("COPIES", "1"));
	assert_int_equal(pc_device_option(b->devices[0], PC_OPTION_DEFAULT_PATH, 0), 2);
	SAY(b, UEL "@PJL ENTER LANGUAGE=PCL\nx" UEL, "");
	assert_true(bench_wait_for(b, 0, 1003, 0, 1));
	assert_int_equal(bench_counters(b, 0)->by_size[0][1][1], duplex + 3);
	SAY(b, UEL "@PJL SET COPIES=1\n@PJL ENTER LANGUAGE=PCL\nx" UEL, "");
	assert_true(bench_wait_for(b, 0, 1004, 0, 2));
	/* Another port changes duplex: one state. */
	assert_int_equal(pc_device_option_set(b->devices[0], PC_OPTION_DEFAULT_PATH, 0, 1), PC_OK);
	SAY(b, "@PJL DINQUIRE DUPLEX\n", DINQUIRED("DUPLEX", "OFF"));
	SAY(b, "@PJL INITIALIZE\n@PJL DINQUIRE COPIES\n", DINQUIRED("COPIES", "1"));
}

static void
test_password(void **state)
{
	struct bench *b = *state;
	SAY(b, "@PJL DEFAULT PASSWORD=7\n@PJL DINQUIRE PASSWORD\n",
		DINQUIRED("PASSWORD", "ENABLED"));
	SAY(b, "@PJL DEFAULT COPIES=9\n@PJL INITIALIZE\n@PJL DINQUIRE COPIES\n",
		DINQUIRED("COPIES", "1"));
	SAY(b, "@PJL JOB PASSWORD=8\n@PJL DEFAULT COPIES=9\n@PJL DINQUIRE COPIES\n",
		DINQUIRED("COPIES", "1"));
	SAY(b, "@PJL JOB PASSWORD=7\n@PJL DEFAULT COPIES=9\n@PJL EOJ\n@PJL DINQUIRE COPIES\n",
		DINQUIRED("COPIES", "9"));
	SAY(b, "@PJL FSMKDIR NAME=\"0:\\d\"\n@PJL FSQUERY NAME=\"0:\\d\"\n",
		"@PJL FSQUERY NAME=\"0:\\d\"\r\nFILEERROR=3\r\n\f");
	SAY(b, "@PJL JOB PASSWORD=7\n@PJL DEFAULT PASSWORD=0\n@PJL DINQUIRE PASSWORD\n",
		DINQUIRED("PASSWORD", "DISABLED"));
	bench_arm(b, 0, "raw-password-set");
	SAY(b, "@PJL DEFAULT COPIES=2\n@PJL DINQUIRE COPIES\n", DINQUIRED("COPIES", "9"));
}

/* Each error of a line reaches those who asked for every status, and the line does nothing. */
static const struct {
	const char *line;
	unsigned code;
} errors[] = {
	{"@PJL MAKECOFFEE", 20002},
	{"@PJL =x", 20018},
	{"@PJL SET COPIES=", 20015},
	{"@PJL SET COPIES==3", 20010},
	{"@PJL SET JOBNAME=\"a", 20011},
	{"@PJL SET JOBNAME=\"a\"b", 20007},
	{"@PJL SET LPARM: COPIES=3", 20006},
	{"@PJL SET LPARM:XX COPIES=3", 25006},
	{"@PJL SET", 20023},
	{"@PJL ENTER", 20023},
	{"@PJL INFO", 20023},
	{"@PJL INFO NONSENSE", 25006},
	{"@PJL INFO BRFIRMWARE", 25006}, /* another maker's */
	{"@PJL SET NONSENSE=1", 25006},
	{"@PJL SET COPIES", 25007},
	{"@PJL SET COPIES=x", 25008},
	{"@PJL SET COPIES=1.5", 25012},
	{"@PJL SET COPIES=40000", 25013},
	{"@PJL SET DUPLEX=MAYBE", 25016},
	{"@PJL USTATUS JOB=MAYBE", 25016},
	{"@PJL USTATUS LIFE=ON", 25006},
	{"@PJL USTATUS TIMED=1000", 25013},
	{"@PJL USTATUS TIMED=x", 25008},
	{"@PJL SET RESOLUTION=600", 27004},
	{"@PJL SET PASSWORD=1", 27005},
	{"@PJL DEFAULT HOLD=ON", 27007},
	{"@PJL EOJ", 27002},
	{"@PJL RDYMSG", 20023},
	{"@PJL RNVRAM", 20023},
	{"@PJL RNVRAM ADDRESS=99999", 25014},
	{"@PJL DMINFO ASCIIHEX=\"0g\"", 20026},
	{"@PJL FSDELETE NAME=\"0:\\none\"", 32003},
	{"@PJL FSINIT VOLUME=\"1:\"", 32001},
};

static void
test_errors(void **state)
{
	struct bench *b = *state;
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd, BYTES("@PJL USTATUS DEVICE=VERBOSE\n"));
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		char reply[256], line[128];
		(void)snprintf(line, sizeof(line), "%s\n", errors[i].line);
		(void)snprintf(reply, sizeof(reply),
			"@PJL USTATUS DEVICE\r\nCODE=%u\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f",
			errors[i].code);
		print_message("%s", line);
		ask(b, fd, line, reply);
		assert_non_null(pc_pjl_code_find(errors[i].code));
	}
	bench_send(fd, BYTES("@PJL SET JOBNAME=\"a\0b\"\n")); /* NUL */
	expect(b, fd,
		"@PJL USTATUS DEVICE\r\nCODE=20006\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f");
	close(fd);
}

/* OPMSG and STMSG take the printer off-line until somebody puts it on-line again. */
static void
test_messages(void **state)
{
	struct bench *b = *state;
	char out[64];
	int fd = bench_connect(b, 0, 9100);
	ask(b, fd, "@PJL OPMSG DISPLAY=\"Feed me\"\n@PJL INFO STATUS\n",
		"@PJL INFO STATUS\r\nCODE=40048\r\nDISPLAY=\"Feed me\"\r\nONLINE=FALSE\r\n\f");
	assert_true(pc_device_state(b->devices[0])->offline);
	assert_string_equal(pc_device_console(b->devices[0]), "Feed me");
	assert_int_equal(recv(fd, out, sizeof(out), MSG_DONTWAIT), -1);
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, false), PC_OK);
	ask(b, fd, "@PJL INFO STATUS\n",
		"@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f");
	ask(b, fd, "@PJL STMSG DISPLAY=\"Press it\"\n@PJL INFO STATUS\n",
		"@PJL INFO STATUS\r\nCODE=40049\r\nDISPLAY=\"Press it\"\r\nONLINE=FALSE\r\n\f");
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, false), PC_OK);
	expect(b, fd, "@PJL STMSG DISPLAY=\"Press it\"\r\nONLINE\r\n\f");
	/* Off-line for another reason is 40079; whoever asked and has gone is not told. */
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, true), PC_OK);
	ask(b, fd, "@PJL INFO STATUS\n",
		"@PJL INFO STATUS\r\nCODE=40079\r\nDISPLAY=\"Printer is off-line.\"\r\nONLINE=FALSE\r\n\f");
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, false), PC_OK);
	bench_send(fd, BYTES("@PJL STMSG DISPLAY=\"Gone\"\n"));
	close(fd);
	bench_turns(b, 5);
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, false), PC_OK);
	assert_string_equal(pc_device_console(b->devices[0]), "Ready");
}

/* JOB: a range of pages, the panel while it prints, the records of accounting. */
static void
test_job(void **state)
{
	struct bench *b = *state;
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd, BYTES("@PJL USTATUS JOB=ON\n@PJL JOB NAME=\"part\" START=2 END=3 "
			     "DISPLAY=\"Part of it\"\n@PJL ENTER LANGUAGE=PCL\na\fb\fc\fd\f" UEL
			     "@PJL EOJ NAME=\"part\"\n@PJL ECHO x\n"));
	expect(b, fd,
		"@PJL USTATUS JOB\r\nSTART\r\nNAME=\"part\"\r\n\f@PJL ECHO x\r\n\f@PJL USTATUS JOB\r\nEND\r\nNAME=\"part\"\r\nPAGES=2\r\nRESULT=OK\r\n\f");
	assert_int_equal(bench_counters(b, 0)->life, 1002);
	assert_string_equal(pc_device_console(b->devices[0]), "Ready");
	/* While a job prints the panel shows what JOB DISPLAY said. */
	b->env.pace = 1;
	bench_send(fd, BYTES("@PJL USTATUSOFF\n@PJL JOB DISPLAY=\"Look\"\n@PJL ENTER "
			     "LANGUAGE=PCL\na\fb\fc\f" UEL "@PJL EOJ\n@PJL INFO STATUS\n"));
	expect(b, fd, "@PJL INFO STATUS\r\nCODE=10023\r\nDISPLAY=\"Look\"\r\nONLINE=TRUE\r\n\f");
	close(fd);
}

static void
test_makers_categories(void **state)
{
	struct bench *b = *state;
	char expected[1024];
	const struct pc_device_state *s = pc_device_state(b->devices[0]);
	b->profiles[0].print.pjl_info = (1u << PC_PJL_INFOS) - 1;
	b->profiles[0].firmware[0] = (struct pc_profile_firmware){"MAIN", "1.23"};
	b->profiles[0].n_firmware = 1;
	(void)snprintf(expected, sizeof(expected),
		"@PJL INFO BRFIRMWARE\r\nMODEL=\"WF-C9999 Series\"\r\nSERIAL=\"%s\"\r\nSPEC=\"0001\"\r\nFIRMID=\"MAIN\"\r\nFIRMVER=\"1.23\"\r\n\f",
		s->serial);
	SAY(b, "@PJL INFO BRFIRMWARE\n", expected);
	SAY(b, "@PJL INFO SUPPLIES\n",
		"@PJL INFO SUPPLIES\r\nSUPPLY=1 NAME=\"Black\" LEVEL=50 CAPACITY=100 PERCENT=50 STATE=OK\r\n"
		"SUPPLY=2 NAME=\"Cyan\" LEVEL=100 CAPACITY=100 PERCENT=100 STATE=OK\r\n"
		"SUPPLY=3 NAME=\"Box\" LEVEL=67 CAPACITY=100 PERCENT=67 STATE=OK\r\n\f");
	SAY(b, "@PJL INFO TRACKING\n",
		"@PJL INFO TRACKING\r\nJOBS=0\r\nPAGES=1000\r\nJAMS=0\r\n\f");
	(void)snprintf(expected, sizeof(expected), "ProductSerialNumber = \"%s\"", s->serial);
	int fd = bench_connect(b, 0, 9100);
	char out[2048];
	size_t n = 0;
	bench_send(fd, BYTES("@PJL INFO PRODINFO\n"));
	shutdown(fd, SHUT_WR);
	(void)bench_read(b, fd, out, sizeof(out), sizeof(out) - 1, &n);
	close(fd);
	bench_turns(b, 3);
	assert_non_null(strstr(out, expected));
	assert_non_null(strstr(out, "IPAddress = \"127.0.10.1\""));
	SAY(b, "@PJL RNVRAM ADDRESS=0\n", "@PJL RNVRAM\r\nDATA=88\r\n\f"); /* X of the serial */
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_JAM, 0, true), PC_OK);
	fd = bench_connect(b, 0, 9100);
	bench_send(fd, BYTES("@PJL INFO LOG\n"));
	shutdown(fd, SHUT_WR);
	(void)bench_read(b, fd, out, sizeof(out), sizeof(out) - 1, &n);
	close(fd);
	assert_non_null(strstr(out, "ENTRY=1 CODE=8 DATE=\"20"));
}

#define ERROR(command, name, code) "@PJL " command " NAME=\"" name "\"\r\nFILEERROR=" #code "\r\n\f"
#define PUT(name, size, data) \
	"@PJL FSDOWNLOAD FORMAT:BINARY SIZE=" #size " NAME=\"" name "\"\n" data

static const struct {
	const char *in, *reply;
} files[] = {
	{"@PJL INFO FILESYS\n",
		"@PJL INFO FILESYS\r\nVOLUME\tTOTAL SIZE\tFREE SPACE\tLOCATION\tLABEL\tSTATUS\r\n0:\t4096\t4096\tRAM\t\tREAD-WRITE\r\n\f"},
	{"@PJL FSDIRLIST NAME=\"0:\\\" ENTRY=1 COUNT=9\n",
		"@PJL FSDIRLIST NAME=\"0:\\\" ENTRY=1\r\n. TYPE=DIR\r\n.. TYPE=DIR\r\n\f"},
	{"@PJL FSMKDIR NAME=\"0:\\dir\"\n" PUT("0:\\dir\\a.txt", 5, "hello") "@PJL FSQUERY "
									     "NAME=\"0:\\dir\\a."
									     "txt\"\n",
		"@PJL FSQUERY NAME=\"0:\\dir\\a.txt\" TYPE=FILE SIZE=5\r\n\f"},
	{"@PJL FSQUERY NAME=\"0:\\dir\"\n", "@PJL FSQUERY NAME=\"0:\\dir\" TYPE=DIR\r\n\f"},
	{"@PJL FSDIRLIST NAME=\"0:\\dir\" ENTRY=3 COUNT=1\n",
		"@PJL FSDIRLIST NAME=\"0:\\dir\" ENTRY=3\r\na.txt TYPE=FILE SIZE=5\r\n\f"},
	{"@PJL FSUPLOAD NAME=\"0:\\dir\\a.txt\" OFFSET=1 SIZE=3\n",
		"@PJL FSUPLOAD FORMAT:BINARY NAME=\"0:\\dir\\a.txt\" OFFSET=1 SIZE=3\r\nell\f"},
	{"@PJL FSUPLOAD NAME=\"0:\\dir\\a.txt\" OFFSET=0 SIZE=99999999999\n",
		"@PJL FSUPLOAD FORMAT:BINARY NAME=\"0:\\dir\\a.txt\" OFFSET=0 SIZE=5\r\nhello\f"},
	{"@PJL FSAPPEND FORMAT:BINARY SIZE=2 NAME=\"0:\\dir\\a.txt\"\n@P@PJL FSUPLOAD NAME=\"0:/dir/a.txt\"\n",
		"@PJL FSUPLOAD FORMAT:BINARY NAME=\"0:/dir/a.txt\" OFFSET=0 SIZE=7\r\nhello@P\f"},
	/* every FILEERROR that can occur */
	{"@PJL FSQUERY NAME=\"1:\\x\"\n", ERROR("FSQUERY", "1:\\x", 1)},
	{PUT("0:\\big", 5000, ""), NULL},
	{"@PJL FSQUERY NAME=\"0:\\none\"\n", ERROR("FSQUERY", "0:\\none", 3)},
	{"@PJL FSDIRLIST NAME=\"0:\\\" COUNT=0\n", ERROR("FSDIRLIST", "0:\\", 5)},
	{"@PJL FSUPLOAD NAME=\"0:\\dir\\a.txt\" SIZE=-1\n", ERROR("FSUPLOAD", "0:\\dir\\a.txt", 5)},
	{"@PJL FSQUERY NAME=\"0:\\..\\..\\etc\\passwd\"\n",
		ERROR("FSQUERY", "0:\\..\\..\\etc\\passwd", 7)},
	{"@PJL FSUPLOAD NAME=\"/etc/passwd\"\n", ERROR("FSUPLOAD", "/etc/passwd", 7)},
	{"@PJL FSDIRLIST NAME=\"C:\\\"\n", ERROR("FSDIRLIST", "C:\\", 7)},
	{"@PJL FSUPLOAD NAME=\"0:\\dir\"\n", ERROR("FSUPLOAD", "0:\\dir", 9)},
	{"@PJL FSDIRLIST NAME=\"0:\\dir\\a.txt\"\n", ERROR("FSDIRLIST", "0:\\dir\\a.txt", 10)},
	{"@PJL FSUPLOAD NAME=\"0:\\dir\\a.txt\" OFFSET=8\n",
		ERROR("FSUPLOAD", "0:\\dir\\a.txt", 17)},
	{"@PJL FSQUERY\n", ERROR("FSQUERY", "", 27)},
	{"@PJL FSDIRLIST NAME=\"0:\\dir\" ENTRY=4\n", ERROR("FSDIRLIST", "0:\\dir", 51)},
	{"@PJL FSQUERY NAME=\"77:\\x\"\n", ERROR("FSQUERY", "77:\\x", 54)},
	{"@PJL FSDELETE NAME=\"0:\\dir\"\n@PJL FSQUERY NAME=\"0:\\dir\"\n", /* not empty */
		"@PJL FSQUERY NAME=\"0:\\dir\" TYPE=DIR\r\n\f"},
	{"@PJL FSDELETE NAME=\"0:\\dir\\a.txt\"\n@PJL FSDELETE NAME=\"0:\\dir\"\n@PJL FSQUERY NAME=\"0:\\dir\"\n",
		ERROR("FSQUERY", "0:\\dir", 3)},
};

static void
test_files(void **state)
{
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (files[i].reply != NULL)
			say(b, 0, files[i].in, strlen(files[i].in), files[i].reply);
	}
	assert_int_equal(bench_counters(b, 0)->jobs_done, 0); /* nothing of it was print data */
	say(b, 1, BYTES("@PJL FSQUERY NAME=\"0:\\dir\"\n"), ERROR("FSQUERY", "0:\\dir", 3));
}

/* Errors of commands that do not reply. */
static const struct {
	const char *line;
	unsigned code;
} quiet_errors[] = {
	{PUT("0:\\big", 99999999999999, ""), 32002},
	{"@PJL FSMKDIR NAME=\"0:\\d\"\n@PJL FSMKDIR NAME=\"0:\\d\"\n", 32006},
	{"@PJL FSMKDIR NAME=\"0:\\no\\d\"\n", 32003},
	{PUT("0:\\f", 1, "x") "@PJL FSMKDIR NAME=\"0:\\f\\d\"\n", 32010},
	{PUT("0:\\d", 1, "x"), 32009},
	{PUT("0:\\..\\f", 1, "x"), 32007},
	{"@PJL FSDELETE NAME=\"0:\\\"\n", 32008},
	{"@PJL FSMKDIR NAME=\"0:\\d\\e\"\n@PJL FSDELETE NAME=\"0:\\d\"\n", 32014},
	{"@PJL FSDOWNLOAD NAME=\"0:\\f\"\n", 32005},
	{"@PJL FSINIT VOLUME=\"0:\\f\"\n", 32007},
	{"@PJL DEFAULT DISKLOCK=ON\n@PJL FSDELETE NAME=\"0:\\f\"\n", 32026},
};

static void
test_quiet_file_errors(void **state)
{
	struct bench *b = *state;
	/* 99999999999999 octets would follow: a device of its own for what never comes. */
	for (size_t i = 0; i < sizeof(quiet_errors) / sizeof(quiet_errors[0]); i++) {
		char reply[128];
		unsigned device = i == 0 ? 1 : 0;
		int fd = bench_connect(b, device, 9100);
		bench_send(fd, BYTES("@PJL USTATUS DEVICE=VERBOSE\n"));
		(void)snprintf(reply, sizeof(reply),
			"@PJL USTATUS DEVICE\r\nCODE=%u\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f",
			quiet_errors[i].code);
		print_message("%s\n", quiet_errors[i].line);
		ask(b, fd, quiet_errors[i].line, reply);
		close(fd);
		bench_turns(b, 3);
	}
	SAY(b, "@PJL DEFAULT DISKLOCK=OFF\n@PJL FSINIT VOLUME=\"0:\"\n@PJL FSQUERY NAME=\"0:\\f\"\n",
		ERROR("FSQUERY", "0:\\f", 3));
	bench_arm(b, 0, "raw-files-read-only");
	SAY(b, PUT("0:\\g", 1, "x") "@PJL FSQUERY NAME=\"0:\\g\"\n", ERROR("FSQUERY", "0:\\g", 3));
}

/* 128 entries fill a directory, 4 KiB the volume; a file in its place gives its room back. */
static void
test_volume_is_bounded(void **state)
{
	struct bench *b = *state;
	char line[128];
	static char big[4200];
	int fd = bench_connect(b, 0, 9100);
	for (int i = 0; i < 128; i++)
		bench_send(fd, line,
			(size_t)snprintf(line, sizeof(line), "@PJL FSMKDIR NAME=\"0:\\%d\"\n", i));
	bench_send(fd, BYTES("@PJL USTATUS DEVICE=VERBOSE\n@PJL FSMKDIR NAME=\"0:\\one more\"\n"));
	expect(b, fd,
		"@PJL USTATUS DEVICE\r\nCODE=32013\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f");
	memset(big, 'b', sizeof(big));
	for (int i = 0; i < 3; i++) {
		bench_send(fd, BYTES("@PJL FSDOWNLOAD SIZE=4096 NAME=\"0:\\0\\f\"\n"));
		bench_send(fd, big, 4096);
	}
	ask(b, fd, "@PJL FSQUERY NAME=\"0:\\0\\f\"\n",
		"@PJL FSQUERY NAME=\"0:\\0\\f\" TYPE=FILE SIZE=4096\r\n\f");
	bench_send(fd, BYTES("@PJL FSAPPEND SIZE=1 NAME=\"0:\\0\\f\"\nx"));
	expect(b, fd,
		"@PJL USTATUS DEVICE\r\nCODE=32002\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f");
	/* Half a file and the connection is gone: there is no such file. */
	bench_send(fd, BYTES("@PJL FSDELETE NAME=\"0:\\0\\f\"\n@PJL FSDOWNLOAD SIZE=9 "
			     "NAME=\"0:\\0\\half\"\nabc"));
	close(fd);
	bench_turns(b, 5);
	SAY(b, "@PJL FSQUERY NAME=\"0:\\0\\half\"\n", ERROR("FSQUERY", "0:\\0\\half", 3));
}

/* What a tool for testing printers says: USTATUSOFF, then each command with an ECHO behind it. */
static void
test_pret_dialogue(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *command, *reply;
	} steps[] = {
		{"@PJL INFO ID", "@PJL INFO ID\r\n\"EPSON WF-C9999 Series\"\r\n\f"},
		{"@PJL INFO STATUS",
			"@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f"},
		{"@PJL FSDIRLIST NAME=\"0:\\\" ENTRY=1 COUNT=65535",
			"@PJL FSDIRLIST NAME=\"0:\\\" ENTRY=1\r\n. TYPE=DIR\r\n.. TYPE=DIR\r\n\f"},
		{"@PJL FSDOWNLOAD FORMAT:BINARY SIZE=4 NAME=\"0:/t.txt\"\r\ntest" UEL, ""},
		{"@PJL FSQUERY NAME=\"0:/t.txt\"",
			"@PJL FSQUERY NAME=\"0:/t.txt\" TYPE=FILE SIZE=4\r\n\f"},
		{"@PJL FSUPLOAD NAME=\"0:/t.txt\" OFFSET=0 SIZE=4",
			"@PJL FSUPLOAD FORMAT:BINARY NAME=\"0:/t.txt\" OFFSET=0 SIZE=4\r\ntest\f"},
		{"@PJL RDYMSG DISPLAY=\"pwned\"", ""},
		{"@PJL FSUPLOAD NAME=\"0:/../../etc/passwd\" OFFSET=0 SIZE=9",
			ERROR("FSUPLOAD", "0:/../../etc/passwd", 7)},
		{"@PJL DMINFO ASCIIHEX=\"000006030302010301\"", ""},
		{"@PJL INFO PAGECOUNT", "@PJL INFO PAGECOUNT\r\n1000\r\n\f"},
	};
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd, BYTES(UEL "@PJL USTATUSOFF\r\n" UEL));
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		char line[256], reply[512];
		(void)snprintf(line, sizeof(line), "%s%s\r\n@PJL ECHO DELIMITER%zu\r\n\r\n%s", UEL,
			steps[i].command, 10000 + i, UEL);
		(void)snprintf(reply, sizeof(reply), "%s@PJL ECHO DELIMITER%zu\r\n\f",
			steps[i].reply, 10000 + i);
		ask(b, fd, line, reply);
	}
	assert_string_equal(pc_device_console(b->devices[0]), "pwned");
	close(fd);
}

/* A second connection: waits unread, is read for PJL while its data wait, or is reset. */
static void
test_busy(void **state)
{
	struct bench *b = *state;
	char out[64];
	size_t n = 0;
	b->profiles[0].print.raw_busy = PC_RAW_BUSY_STATUS;
	int first = bench_connect(b, 0, 9100);
	bench_send(first, BYTES("x"));
	bench_turns(b, 5);
	int second = bench_connect(b, 0, 9100);
	ask(b, second, "@PJL ECHO a\n@PJL INFO STATUS\n",
		"@PJL ECHO a\r\n\f@PJL INFO STATUS\r\nCODE=10024\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f");
	bench_send(second, BYTES(UEL "@PJL ENTER LANGUAGE=PCL\nsecond" UEL "@PJL ECHO b\n"));
	bench_turns(b, 10);
	assert_int_equal(recv(second, out, sizeof(out), MSG_DONTWAIT), -1);
	assert_non_null(strstr(pc_buf_text(&b->journal), "another connection prints"));
	/* A status monitor comes and goes meanwhile. */
	SAY(b, "@PJL ECHO monitor\n", "@PJL ECHO monitor\r\n\f");
	close(first);
	expect(b, second, "@PJL ECHO b\r\n\f");
	assert_true(bench_wait_for(b, 0, 1002, 0, 2));
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"bytes\":6"));
	bench_arm(b, 0, "raw-busy-blocked");
	int third = bench_connect(b, 0, 9100);
	bench_send(third, BYTES("@PJL ECHO c\n"));
	bench_turns(b, 10);
	assert_int_equal(recv(third, out, sizeof(out), MSG_DONTWAIT), -1);
	b->profiles[0].print.raw_busy = PC_RAW_BUSY_REFUSE;
	pc_device_set_port_faults(b->devices[0], 0);
	int fourth = bench_connect(b, 0, 9100);
	assert_int_equal(bench_read(b, fourth, out, sizeof(out), 1, &n), BENCH_RESET);
	bench_arm(b, 0, "raw-busy-read");
	int fifth = bench_connect(b, 0, 9100);
	ask(b, fifth, "@PJL ECHO d\n", "@PJL ECHO d\r\n\f");
	close(second);
	expect(b, third, "@PJL ECHO c\r\n\f");
	close(third);
	close(fourth);
	close(fifth);
}

/* The time-out ends a connection that says nothing, whole jobs of it print; not one that is made to
 * wait by the printer. */
static void
test_idle(void **state)
{
	struct bench *b = *state;
	char out[64];
	size_t n = 0;
	b->profiles[0].print.raw_idle_s = 1;
	b->profiles[1].print.raw_idle_s = 1;
	bench_arm(b, 1, "raw-idle-never");
	int never = bench_connect(b, 1, 9100);
	int holder = bench_connect(b, 0, 9100);
	bench_turns(b, 3);
	int waiting = bench_connect(b, 0, 9100);
	bench_send(waiting, BYTES("@PJL ECHO turn\n"));
	assert_int_equal(bench_read(b, holder, out, sizeof(out), 1, &n), BENCH_EOF);
	expect(b, waiting, "@PJL ECHO turn\r\n\f");
	assert_int_equal(bench_read(b, waiting, out, sizeof(out), 1, &n), BENCH_EOF);
	ask(b, never, "@PJL ECHO still\n", "@PJL ECHO still\r\n\f");
	close(holder);
	close(waiting);
	close(never);
	/* The printer makes it wait for longer than that (a neighbour's time-out is the clock). */
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, true), PC_OK);
	int blocked = bench_connect(b, 0, 9100);
	bench_send(blocked, BYTES("x"));
	bench_turns(b, 5);
	pc_device_set_port_faults(b->devices[1], 0);
	int clock = bench_connect(b, 1, 9100);
	assert_int_equal(bench_read(b, clock, out, sizeof(out), 1, &n), BENCH_EOF);
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, false), PC_OK);
	assert_int_equal(shutdown(blocked, SHUT_WR), 0);
	assert_true(bench_wait_for(b, 0, 1001, 0, 1));
	close(blocked);
	close(clock);
	bench_arm(b, 2, "raw-idle-short"); /* 2 s instead of 300 */
	int fd = bench_connect(b, 2, 9100);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_EOF);
	close(fd);
}

static void
test_no_back_channel(void **state)
{
	struct bench *b = *state;
	bench_arm(b, 0, "raw-no-back-channel");
	SAY(b, "@PJL INFO ID\n@PJL ECHO x\n@PJL FSDIRLIST NAME=\"0:\\\"\n", "");
	SAY(b, "data", "");
	assert_true(bench_wait_for(b, 0, 1001, 0, 1));
}

/* Parts that are neither ink nor toner. */
static void
test_supply_codes(void **state)
{
	struct bench *b = *state;
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_SUPPLY_EMPTY, 2, true), PC_OK);
	SAY(b, "@PJL INFO STATUS\n",
		"@PJL INFO STATUS\r\nCODE=40141\r\nDISPLAY=\"Maintenance box is full.\"\r\nONLINE=FALSE\r\n\f");
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_SUPPLY_EMPTY, 2, false), PC_OK);
	pc_device_sleep(b->devices[0], true);
	SAY(b, "@PJL INFO STATUS\n",
		"@PJL INFO STATUS\r\nCODE=35078\r\nDISPLAY=\"Sleep\"\r\nONLINE=TRUE\r\n\f");
}

/* Lines of INFO VARIABLES, each in the shape of its kind. */
static void
test_info_variables(void **state)
{
	static const char *const lines[] = {"COPIES=4 [2 RANGE]\r\n\t1\r\n\t32767\r\n",
		"PAPER=LETTER [3 ENUMERATED]\r\n\tA4\r\n\tLETTER\r\n\tother\r\n",
		"DUPLEX=OFF [2 ENUMERATED]\r\n\tOFF\r\n\tON\r\n",
		"RESOLUTION=0 [1 ENUMERATED READONLY]\r\n\t0\r\n", "JOBNAME=\"\"\r\n",
		"TIMEOUT=300 [2 RANGE]\r\n\t5\r\n\t3600\r\n",
		"PASSWORD=DISABLED [2 ENUMERATED READONLY]\r\n",
		"LPARM:PCL SYMSET=ROMAN8 [4 ENUMERATED]\r\n\tROMAN8\r\n"};
	struct bench *b = *state;
	char out[8192];
	size_t n = 0;
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd, BYTES("@PJL SET PAPER=LETTER\n@PJL SET COPIES=4\n@PJL INFO VARIABLES\n"));
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), sizeof(out) - 1, &n), BENCH_EOF);
	close(fd);
	assert_memory_equal(out, "@PJL INFO VARIABLES\r\n", 21);
	assert_int_equal(out[n - 1], '\f');
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (strstr(out, lines[i]) == NULL)
			fail_msg("'%s' is not in %s", lines[i], out);
	}
}

/* Whatever the device is in has a code that the table explains, and ONLINE as the table says. */
static void
test_every_state_has_a_code(void **state)
{
	struct bench *b = *state;
	struct pc_device *dev = b->devices[0];
	unsigned seen = 0;
	for (int what = 0; what <= PC_COND_FINISHER_JAM; what++) {
		for (uint32_t part = 0; part < PC_SUPPLIES_MAX; part++) {
			bool online = false;
			if (pc_device_condition(dev, (enum pc_condition)what, part, true) != PC_OK)
				break;
			unsigned code = pc_status_pjl_code(dev, &online);
			const struct pc_pjl_code *row = pc_pjl_code_find(code);
			if (row == NULL)
				fail_msg("condition %d, part %u: code %u", what, part, code);
			if (row->online >= 0 && (row->online != 0) != online)
				fail_msg("code %u: on-line %d", code, online);
			assert_int_equal(
				pc_device_condition(dev, (enum pc_condition)what, part, false),
				PC_OK);
			seen++;
		}
	}
	assert_true(seen > 12);
}

/* Junk is a job, or is swallowed; the port goes on answering. */
static void
test_binary_junk(void **state)
{
	struct bench *b = *state;
	uint8_t junk[8192];
	uint32_t x = 12345;
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < sizeof(junk); i++) {
			x = x * 1664525 + 1013904223;
			junk[i] = round % 2 == 0
					  ? (uint8_t)(x >> 24)
					  : (uint8_t) "\x1b%-12345X@PJL \r\n\0=\""[x >> 27 & 15];
		}
		int fd = bench_connect(b, 0, 9100);
		bench_send(fd, junk, sizeof(junk));
		close(fd);
		bench_turns(b, 3);
		assert_int_equal(pc_device_supply_replace(b->devices[0], 0), PC_OK);
		(void)pc_device_tray_set(b->devices[0], 0, 100);
		assert_int_equal(
			pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, false), PC_OK);
	}
	say(b, 1, BYTES("@PJL ECHO alive\n"), "@PJL ECHO alive\r\n\f");
	SAY(b, "@PJL ECHO alive\n", "@PJL ECHO alive\r\n\f");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_variables), T(test_defaults), T(test_password),
		T(test_errors), T(test_messages), T(test_job), T(test_makers_categories),
		T(test_files), T(test_quiet_file_errors), T(test_volume_is_bounded),
		T(test_pret_dialogue), T(test_busy), T(test_idle), T(test_no_back_channel),
		T(test_supply_codes), T(test_info_variables), T(test_every_state_has_a_code),
		T(test_binary_junk)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
