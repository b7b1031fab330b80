/* Tests of the standard modules that are no printer's own, against the facts: every object is
 * served or left out for a reason, with the type, the access, the range and the values the module
 * gives it. And that the values live: traffic, statistics, storage, processor, the date. */
#include "snmp/entity.h"
#include "snmp/tests/change.h"
#include "snmp/tests/objects.h"
#include "snmp/usm-users.h"

#define MIB2 "1.3.6.1.2.1."
#define HR   "1.3.6.1.2.1.25."
#define V2   "1.3.6.1.6.3."

/* The modules of this test. */
static const char *const modules[] = {"SNMPv2-MIB", "RFC1213-MIB", "IF-MIB", "IP-MIB", "TCP-MIB",
	"UDP-MIB", "HOST-RESOURCES-MIB", "SNMP-FRAMEWORK-MIB", "SNMP-MPD-MIB",
	"SNMP-USER-BASED-SM-MIB", "SNMP-VIEW-BASED-ACM-MIB", "SNMP-COMMUNITY-MIB",
	"SNMP-TARGET-MIB", "SNMP-NOTIFICATION-MIB"};

static const struct objects_exception left_out[] = {
	{"at", "deprecated since MIB-II began; ipNetToMediaTable tells the same"},
	{"egp", "a printer is no gateway"},
	{"ifTest", "deprecated; nothing to test"},
	{"ipv6", "the printers have no IPv6"},
	{"ipAddressSpinLock", "no address is made by SNMP; its compliance allows not-accessible"},
};

/* Objects that may be written by their MAX-ACCESS and are not here. */
static const struct objects_exception read_only[] = {
	{"ifAdminStatus", "would cut the printer off; min-access"},
	{"ifLinkUpDownTrapEnable", "min-access"},
	{"ifPromiscuousMode", "min-access"},
	{"ifAlias", "min-access"},
	{"ifStackStatus", "min-access"},
	{"ifRcvAddress", "the interface takes no other addresses"},
	{"ipForwarding", "a printer does not route"},
	{"ipDefaultTTL", "the host system's, which carries the printers' packets"},
	{"ipRoute", "routes are the network's, not a manager's"},
	{"ipNetToMedia", "learnt"},
	{"ipv4InterfaceEnableStatus", "would cut the printer off; min-access"},
	{"ipAddress", "min-access"},
	{"ipNetToPhysical", "learnt; min-access"},
	{"tcpConnState", "min-access"},
	{"tcpConnectionState", "min-access"},
	{"hrSystemInitialLoad", "min-access"},
	{"hrStorageSize", "min-access"},
	{"hrFSLast", "min-access"},
	{"hrSWRunStatus", "min-access"},
	{"vacm", "a view of what the agent decides by"},
	{"snmpTargetAddrTMask", "sources are not judged by address"},
	{"snmpCommunity", "a view of what the agent decides by; min-access"},
};

static const struct objects objects = {modules, sizeof modules / sizeof *modules, left_out,
	sizeof left_out / sizeof *left_out, read_only, sizeof read_only / sizeof *read_only, 400};

static void
test_objects(void **state)
{
	(void)state;
	objects_check(&objects);
}

/* ---- the whole tree of a printer that has everything ---- */

/* A printer that has heard and done a little of all. */
static void
init_busy(struct views *w, struct pc_profile *p)
{
	const struct sockaddr_in peer = {
		.sin_family = AF_INET, .sin_addr = {htonl(0x7f000009)}, .sin_port = htons(40000)};

	p->mibs = PC_MIBS_ALL;
	p->snmp = (struct pc_profile_snmp){
		.v1 = true, .v2c = true, .v3 = true, .authen_traps = true, .max_message = 1472};
	p->community_write = "private";
	p->snmp_users[p->n_snmp_users++] =
		(struct pc_profile_snmp_user){.name = "ann", .auth = PC_SNMP_AUTH_SHA1};
	p->snmp_users[p->n_snmp_users++] = (struct pc_profile_snmp_user){.name = "admin",
		.auth = PC_SNMP_AUTH_SHA1,
		.priv = PC_SNMP_PRIV_AES128,
		.write = true};
	p->snmp_receivers[p->n_snmp_receivers++] =
		(struct pc_profile_snmp_receiver){"127.0.0.9", 162, 1, true, "traps"};
	views_init(w, p);
	assert_non_null(pc_snmp_entity_get(w->dev));
	assert_int_equal(
		SET(w, {V2 "13.1.2.1.3.97", INT, 4, NULL}, {V2 "13.1.2.1.1.97", TXT, 0, "a"}), 0);
	assert_int_equal(SET(w, {V2 "13.1.3.1.5.1.97.1.3", INT, 4, NULL}), 0);
	pc_device_connected(w->dev, 9100, &peer);
	pc_device_segments(w->dev, PC_IN, 3000);
	pc_device_datagram(w->dev, PC_IN, peer.sin_addr, 40);
}

/* Every object that is served has an instance, and its value is one of those it may have. */
static void
test_values(void **state)
{
	struct pc_profile p = views_xerox();
	struct views w;

	(void)state;
	init_busy(&w, &p);
	objects_check_values(&objects, &w, true);
	views_done(&w);
}

/* The word of the profile brings the objects, and nothing else does. */
static void
test_words(void **state)
{
	static const struct {
		enum pc_profile_mib mib;
		const char *oid;
	} rows[] = {
		{PC_MIBS_SYSOR, MIB2 "1.9.1.2.1"},
		{PC_MIBS_SYSOR, MIB2 "1.8.0"},
		{PC_MIBS_SYSOR, MIB2 "11.31.0"},
		{PC_MIBS_SYSOR, V2 "1.1.6.1.0"},
		{PC_MIBS_IF_X, MIB2 "31.1.1.1.1.1"},
		{PC_MIBS_IF_X, MIB2 "31.1.5.0"},
		{PC_MIBS_IF_STACK, MIB2 "31.1.2.1.3.0.1"},
		{PC_MIBS_IF_STACK, MIB2 "31.1.4.1.2.1.6.2.17.34.0.0.1"},
		{PC_MIBS_IP_V2, MIB2 "4.34.1.3.1.4.127.1.2.3"},
		{PC_MIBS_IP_V2, MIB2 "4.31.1.1.3.1"},
		{PC_MIBS_IP_V2, MIB2 "5.30.1.3.1.8"},
		{PC_MIBS_TCP_V2, MIB2 "6.17.0"},
		{PC_MIBS_TCP_V2, MIB2 "6.20.1.4.1.4.0.0.0.0.515"},
		{PC_MIBS_UDP_V2, MIB2 "7.7.1.8.1.4.0.0.0.0.161.0.0.0.1"},
		{PC_MIBS_HR_PROCESSOR, HR "3.3.1.2.5"},
		{PC_MIBS_HR_STORAGE_DISK, HR "3.8.1.2.1"},
		{PC_MIBS_HR_STORAGE_DISK, HR "2.3.1.2.2"},
		{PC_MIBS_HR_SWRUN, HR "4.2.1.2.1"},
		{PC_MIBS_HR_SWRUN, HR "5.1.1.1.1"},
		{PC_MIBS_HR_SWINSTALLED, HR "6.3.1.2.2"},
		{PC_MIBS_SNMP_FRAMEWORK, V2 "10.2.1.1.0"},
		{PC_MIBS_SNMP_MPD, V2 "11.2.1.1.0"},
		{PC_MIBS_USM, V2 "15.1.1.1.0"},
		{PC_MIBS_TARGET, V2 "12.1.1.0"},
		{PC_MIBS_TARGET, V2 "12.1.5.0"},
		{PC_MIBS_VACM, V2 "16.1.1.1.1.0"},
		{PC_MIBS_COMMUNITY, V2 "18.1.1.1.8.114.101.97.100.101.114.115"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (int have = 0; have < 2; have++) {
			struct pc_profile p = views_epson();
			char text[OUTPUT_TEXT];
			struct views w;

			p.mibs = have != 0 ? UINT32_C(1) << rows[i].mib
					   : PC_MIBS_ALL & ~(UINT32_C(1) << rows[i].mib);
			views_init(&w, &p);
			assert_non_null(pc_snmp_entity_get(w.dev));
			if ((strcmp(views_get(&w, rows[i].oid, text), "none") != 0) != (have != 0))
				fail_msg("%s is %s %s its word", rows[i].oid, text,
					have != 0 ? "with" : "without");
			views_done(&w);
		}
	}
}

/* ---- values that move ---- */

/* One request of 60 octets, its answer of 100, one broadcast of 20. */
static void
test_traffic(void **state)
{
	static const struct {
		const char *name, *oid;
		int64_t step;
	} rows[] = {
		{"ifInOctets", MIB2 "2.2.1.10.1", 60 + 20 + 2 * 42},
		{"ifInUcastPkts", MIB2 "2.2.1.11.1", 1},
		{"ifInNUcastPkts", MIB2 "2.2.1.12.1", 1},
		{"ifOutOctets", MIB2 "2.2.1.16.1", 100 + 42},
		{"ifOutUcastPkts", MIB2 "2.2.1.17.1", 1},
		{"ifHCInOctets", MIB2 "31.1.1.1.6.1", 60 + 20 + 2 * 42},
		{"ifInBroadcastPkts", MIB2 "31.1.1.1.3.1", 1},
		{"ipInReceives", MIB2 "4.3.0", 2},
		{"ipInDelivers", MIB2 "4.9.0", 2},
		{"ipOutRequests", MIB2 "4.10.0", 1},
		{"ipSystemStatsInOctets", MIB2 "4.31.1.1.5.1", 60 + 20 + 2 * 28},
		{"ipIfStatsHCOutOctets", MIB2 "4.31.3.1.33.1.1", 100 + 28},
		{"udpInDatagrams", MIB2 "7.1.0", 2},
		{"udpOutDatagrams", MIB2 "7.4.0", 1},
		{"tcpInSegs", MIB2 "6.10.0", 0},
	};
	const struct in_addr peer = {htonl(0x7f000005)};
	struct pc_profile p = views_epson();
	int64_t before[sizeof rows / sizeof *rows];
	struct views w;

	(void)state;
	views_init(&w, &p);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		before[i] = views_number(&w, rows[i].oid);
	pc_device_datagram(w.dev, PC_IN, peer, 60);
	pc_device_datagram(w.dev, PC_OUT, peer, 100);
	pc_device_datagram(w.dev, PC_IN_BROADCAST, peer, 20);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t step = views_number(&w, rows[i].oid) - before[i];

		if (step != rows[i].step)
			fail_msg("%s moved by %lld, expected %lld", rows[i].name, (long long)step,
				(long long)rows[i].step);
	}
	views_expect(&w, "neighbour", MIB2 "4.22.1.2.1.127.0.0.5", "4:02007f000005");
	views_expect(&w, "the same later", MIB2 "4.35.1.4.1.1.4.127.0.0.5", "4:02007f000005");
	views_expect(&w, "gateway", MIB2 "4.22.1.4.1.127.255.255.254", "2:3");
	views_expect(&w, "router", MIB2 "4.37.1.4.1.4.127.255.255.254.1", "66:65535");
	views_done(&w);
}

static void
test_connections(void **state)
{
	static const char *const state_now = MIB2 "6.13.1.1.127.1.2.3.9100.127.0.0.9.40000";
	static const char *const state_v2 = MIB2 "6.19.1.7.1.4.127.1.2.3.9100.1.4.127.0.0.9.40000";
	const struct sockaddr_in peer = {
		.sin_family = AF_INET, .sin_addr = {htonl(0x7f000009)}, .sin_port = htons(40000)};
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	views_init(&w, &p);
	views_expect(&w, "nobody", state_now, "none");
	views_expect(&w, "listener", MIB2 "6.13.1.1.0.0.0.0.9100.0.0.0.0.0", "2:2");
	pc_device_connected(w.dev, 9100, &peer);
	views_expect(&w, "established", state_now, "2:5");
	views_expect(&w, "established, v2", state_v2, "2:5");
	views_expect(&w, "peer", MIB2 "6.13.1.5.127.1.2.3.9100.127.0.0.9.40000", "2:40000");
	views_expect(&w, "tcpCurrEstab", MIB2 "6.9.0", "66:1");
	views_expect(&w, "SYN, ACK", MIB2 "6.10.0", "65:2");
	pc_device_segments(w.dev, PC_IN, 3000);
	views_expect(&w, "three with data", MIB2 "6.10.0", "65:5");
	views_expect(&w, "SYN-ACK, ACK", MIB2 "6.11.0", "65:2");
	pc_device_disconnected(w.dev, 9100, &peer, false);
	views_expect(&w, "gone", state_now, "none");
	views_expect(&w, "tcpPassiveOpens", MIB2 "6.6.0", "65:1");
	views_expect(&w, "tcpEstabResets", MIB2 "6.8.0", "65:0");
	pc_device_connected(w.dev, 515, &peer);
	pc_device_disconnected(w.dev, 515, &peer, true);
	views_expect(&w, "tcpEstabResets", MIB2 "6.8.0", "65:1");
	views_done(&w);
}

static void
test_host(void **state)
{
	static const uint8_t data[4096];
	struct pc_profile p = views_xerox();
	uint32_t id = 0;
	struct views w;

	(void)state;
	views_init(&w, &p);
	views_expect(&w, "processes", HR "1.6.0", "66:2");
	views_expect(&w, "load, idle", HR "3.3.1.2.5", "2:3");
	views_expect(&w, "processor", HR "3.2.1.2.5", "6:1.3.6.1.2.1.25.3.1.3");
	views_expect(&w, "disk", HR "3.2.1.2.6", "6:1.3.6.1.2.1.25.3.1.6");
	views_expect(&w, "network", HR "3.4.1.1.2", "2:1");
	int64_t disk = views_number(&w, HR "2.3.1.6.2"), ram = views_number(&w, HR "2.3.1.6.1");
	assert_int_equal(pc_device_job_begin(w.dev, PC_ORIGIN_RAW, &id), PC_OK);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pc_device_job_data(w.dev, id, data, sizeof data), PC_OK);
	views_expect(&w, "load, receiving", HR "3.3.1.2.5", "2:13");
	assert_int_equal(views_number(&w, HR "2.3.1.6.2"), disk + 4);
	assert_int_equal(pc_device_job_end(w.dev, id, 3), PC_OK);
	views_expect(&w, "load, printing", HR "3.3.1.2.5", "2:60");
	assert_true(views_number(&w, HR "2.3.1.6.1") > ram);
	for (int i = 0; i < 1000 && pc_device_state(w.dev)->activity != PC_IDLE; i++)
		views_pass(&w, 1000);
	assert_int_equal(views_number(&w, HR "2.3.1.6.2"), disk);
	assert_int_equal(views_number(&w, HR "2.3.1.6.1"), ram);
	pc_device_sleep(w.dev, true);
	views_expect(&w, "load, asleep", HR "3.3.1.2.5", "2:0");
	views_expect(&w, "software", HR "6.3.1.2.1", "4:Main FW EQ22M3");
	views_expect(&w, "software that runs", HR "4.2.1.2.2", "4:Network FW");
	views_done(&w);
}

static void
test_agent(void **state)
{
	struct pc_profile p = views_epson();
	struct pc_snmp_entity *e;
	struct views w;

	(void)state;
	init_busy(&w, &p);
	e = pc_snmp_entity_of(w.dev);
	for (unsigned i = 0; i < PC_SNMP_STATS; i++)
		e->stats[i] = 100 + i;
	views_expect(&w, "snmpInPkts", MIB2 "11.1.0", "65:100");
	views_expect(&w, "snmpInTotalReqVars", MIB2 "11.13.0", "65:102");
	views_expect(&w, "snmpOutBadValues", MIB2 "11.22.0", "65:121");
	views_expect(&w, "none has 23", MIB2 "11.23.0", "none");
	views_expect(&w, "snmpOutTraps", MIB2 "11.29.0", "65:126");
	views_expect(&w, "snmpProxyDrops", MIB2 "11.32.0", "65:128");
	views_expect(&w, "snmpUnknownPDUHandlers", V2 "11.2.1.3.0", "65:131");
	views_expect(&w, "usmStatsDecryptionErrors", V2 "15.1.1.6.0", "65:139");
	views_expect(&w, "snmpEngineBoots", V2 "10.2.1.2.0", "2:1");
	views_expect(&w, "snmpEngineMaxMessageSize", V2 "10.2.1.4.0", "2:1472");
	views_pass(&w, 5000);
	views_expect(&w, "snmpEngineTime", V2 "10.2.1.3.0", "2:15");
	views_done(&w);
}

/* Access as tables: communities under names that do not give them away, users, their levels. */
static void
test_access(void **state)
{
#define READERS "114.101.97.100.101.114.115"
#define WRITERS "119.114.105.116.101.114.115"
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	init_busy(&w, &p);
	views_expect(&w, "v1 readers", V2 "16.1.2.1.3.1.7." READERS, "4:readers");
	views_expect(&w, "user", V2 "16.1.2.1.3.3.3.97.110.110", "4:readers");
	views_expect(&w, "user that writes", V2 "16.1.2.1.3.3.5.97.100.109.105.110", "4:writers");
	views_expect(&w, "read view", V2 "16.1.4.1.5.7." READERS ".0.1.1", "4:everything");
	views_expect(&w, "no write view", V2 "16.1.4.1.6.7." READERS ".0.1.1", "4:");
	views_expect(&w, "write view", V2 "16.1.4.1.6.7." WRITERS ".0.3.3", "4:everything");
	views_expect(&w, "level of ann", V2 "16.1.4.1.9.7." READERS ".0.3.2", "2:1");
	views_expect(&w, "no lower level", V2 "16.1.4.1.9.7." READERS ".0.3.1", "none");
	views_expect(&w, "view", V2 "16.1.5.2.1.4.10.101.118.101.114.121.116.104.105.110.103.2.1.3",
		"2:1");
	views_expect(&w, "community", V2 "18.1.1.1.2." READERS, "4:public");
	views_expect(&w, "the other is not told", V2 "18.1.1.1.2." WRITERS, "4:");
	assert_int_equal(
		pc_snmp_entity_set_community(pc_snmp_entity_of(w.dev), PC_SNMP_READ, "open"),
		PC_OK);
	views_expect(&w, "changed community", V2 "18.1.1.1.2." READERS, "4:open");
	assert_int_equal(
		pc_snmp_entity_set_community(pc_snmp_entity_of(w.dev), PC_SNMP_READ, ""), PC_OK);
	views_expect(&w, "nobody reads", V2 "18.1.1.1.2." READERS, "none");
	views_expect(&w, "who writes reads", V2 "18.1.1.1.3." WRITERS, "4:writers");
	/* from now on the agent holds the users */
	struct pc_snmp_users *users = pc_snmp_users_get(pc_snmp_entity_of(w.dev));
	assert_non_null(users);
	assert_int_equal(users->n, 2);
	views_expect(&w, "held user", V2 "16.1.2.1.3.3.3.97.110.110", "4:readers");
	users->rows[0]->row = PC_SNMP_USER_NOT_IN_SERVICE;
	views_expect(&w, "user out of service", V2 "16.1.2.1.3.3.3.97.110.110", "none");
	views_expect(&w, "no reading user left", V2 "16.1.4.1.9.7." READERS ".0.3.2", "none");
	views_done(&w);
}

/* ---- SET ---- */

static void
test_set(void **state)
{
	static const struct {
		const char *name, *oid;
		uint8_t type;
		int64_t integer;
		const char *text; /* NULL: an integer */
		size_t len;
		int status;
		const char *reads; /* afterwards; NULL = not looked at */
	} rows[] = {
#define NUMBER(n) PC_SNMP_INTEGER, n, NULL, 0
#define OCTETS(s) PC_SNMP_OCTETS, 0, s, sizeof(s) - 1
		{"traps off", MIB2 "11.30.0", NUMBER(2), 0, "2:2"},
		{"traps, no value", MIB2 "11.30.0", NUMBER(3), 10, "2:2"},
		{"traps, wrong type", MIB2 "11.30.0", PC_SNMP_GAUGE32, 1, NULL, 0, 7, "2:2"},
		{"traps on", MIB2 "11.30.0", NUMBER(1), 0, "2:1"},
		{"lock taken", V2 "1.1.6.1.0", NUMBER(0), 0, "2:1"},
		{"lock taken by another", V2 "1.1.6.1.0", NUMBER(0), 12, "2:1"},
		{"lock, no value", V2 "1.1.6.1.0", NUMBER(-1), 10, "2:1"},
		{"counter", MIB2 "11.1.0", PC_SNMP_COUNTER32, 0, NULL, 0, 17, NULL},
		{"interface down", MIB2 "2.2.1.7.1", NUMBER(2), 17, "2:1"},
		{"router", MIB2 "4.1.0", NUMBER(1), 17, "2:2"},
		{"date", HR "1.2.0", OCTETS("\x07\xea\x0b\x14\x0a\x31\x01\x05"), 0,
			"4:07ea0b140a3101052b0000"},
		{"date with zone", HR "1.2.0", OCTETS("\x07\xea\x0b\x14\x0a\x31\x01\x05+\x02\x00"),
			0, "4:07ea0b14083101052b0000"},
		{"date of 9 octets", HR "1.2.0", OCTETS("\x07\xea\x0b\x14\x0a\x31\x01\x05+"), 8,
			NULL},
		{"30 February", HR "1.2.0", OCTETS("\x07\xea\x02\x1e\x0a\x31\x01\x05"), 10, NULL},
		{"25 o'clock", HR "1.2.0", OCTETS("\x07\xea\x02\x1c\x19\x31\x01\x05"), 10, NULL},
		{"program stopped", HR "4.2.1.7.1", NUMBER(4), 17, "2:1"},
		{"community", V2 "18.1.1.1.2." READERS, OCTETS("x"), 17, "4:public"},
	};
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	init_busy(&w, &p);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pc_snmp_value v = {.type = rows[i].type, .integer = rows[i].integer};
		int status;

		if (rows[i].text != NULL)
			pc_snmp_set_bytes(&v, rows[i].text, rows[i].len);
		status = views_set(&w, rows[i].oid, &v);
		if (status != rows[i].status)
			fail_msg(
				"%s: status %d, expected %d", rows[i].name, status, rows[i].status);
		if (rows[i].reads != NULL)
			views_expect(&w, rows[i].name, rows[i].oid, rows[i].reads);
	}
	assert_true(pc_snmp_entity_of(w.dev)->authen_traps);
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_traffic),
		cmocka_unit_test(test_connections),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_agent),
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
