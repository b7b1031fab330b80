#include "snmp/tests/notify_rig.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static bool
find(void *arg, struct in_addr local, struct pc_snmp_target *ret)
{
	struct rig *r = arg;
	uint32_t at = ntohl(local.s_addr) - FIRST;

	if (at >= r->n)
		return false;
	*ret = (struct pc_snmp_target){r->devices[at], r->tree};
	return true;
}

static bool
each(void *arg, size_t at, struct pc_snmp_target *ret)
{
	struct rig *r = arg;

	if (at >= r->n)
		return false;
	*ret = (struct pc_snmp_target){r->devices[at], r->tree};
	return true;
}

static void
journal(void *arg, const struct pc_device *dev, const char *json)
{
	struct rig *r = arg;

	(void)dev;
	(void)snprintf(r->journal[r->n_journal++ % LINES], LINE, "%s", json);
}

static void
on_event(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	struct rig *r = arg;

	if (r->notifier != NULL)
		pc_snmp_notifier_event(r->notifier, dev, event);
}

static void
open_receiver(int *ret_fd, struct sockaddr_in *ret)
{
	socklen_t len = sizeof *ret;
	int size = BUFFER;

	*ret = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(0x7f000002)}};
	*ret_fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(*ret_fd >= 0);
	(void)setsockopt(*ret_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	assert_int_equal(bind(*ret_fd, (struct sockaddr *)ret, sizeof *ret), 0);
	assert_int_equal(getsockname(*ret_fd, (struct sockaddr *)ret, &len), 0);
}

void
rig_init(struct rig *r, const struct pc_profile *p, size_t n, int version, bool inform)
{
	struct pc_diag diag = {{0}};

	memset(r, 0, sizeof *r);
	open_receiver(&r->sock, &r->at);
	r->profile = *p;
	if (version >= 0) {
		r->profile.snmp_receivers[0] = (struct pc_profile_snmp_receiver){
			"127.0.0.2", ntohs(r->at.sin_port), version, inform, "traps"};
		r->profile.n_snmp_receivers = 1;
	}
	pc_clock_init_virtual(&r->clock, 1700000000);
	assert_int_equal(pc_loop_new(&r->clock, &r->loop, &diag), PC_OK);
	r->env = (struct pc_device_env){
		.clock = &r->clock, .wake = views_wake, .event = on_event, .arg = r, .seed = 7};
	assert_int_equal(pc_snmp_usm_new(&r->usm, &diag), PC_OK);
	assert_int_equal(pc_snmp_tree_new(&r->profile, &r->tree, &diag), PC_OK);
	r->devices = calloc(n, sizeof(struct pc_device *));
	assert_non_null(r->devices);
	for (; r->n < n; r->n++) {
		struct in_addr address = {htonl(FIRST + (uint32_t)r->n)};
		assert_int_equal(pc_device_new(&r->profile, &r->env, (uint32_t)r->n + 1, address,
					 &r->devices[r->n]),
			PC_OK);
	}
	const struct pc_snmp_options options = {
		.loop = r->loop, .find = find, .each = each, .arg = r, .journal = journal};
	assert_int_equal(pc_snmp_notifier_new(&options, r->usm, &r->notifier), PC_OK);
}

void
rig_done(struct rig *r)
{
	pc_snmp_notifier_free(r->notifier);
	r->notifier = NULL;
	for (size_t i = 0; i < r->n; i++)
		pc_device_free(r->devices[i]);
	pc_snmp_usm_free(r->usm);
	free(r->devices);
	pc_snmp_tree_free(r->tree);
	pc_loop_free(r->loop);
	close(r->sock);
}

bool
rig_take(struct rig *r)
{
	socklen_t len = sizeof r->from;
	ssize_t n =
		recvfrom(r->sock, r->data, sizeof r->data, 0, (struct sockaddr *)&r->from, &len);
	struct pc_diag diag = {{0}};

	if (n < 0)
		return false;
	if (pc_snmp_decode(r->data, (size_t)n, r->varbinds, PC_SNMP_VARBINDS_MAX, &r->m, &diag) !=
		PC_OK)
		fail_msg("%s", diag.text);
	return true;
}

static void
nothing(void *arg)
{
	(void)arg;
}

void
rig_pass(struct rig *r, uint64_t ms)
{
	struct pc_timer end = {0};

	pc_timer_start(&end, r->loop, ms, nothing, NULL);
	while (pc_timer_running(&end))
		assert_int_equal(pc_loop_turn(r->loop, 0), PC_OK);
}

const char *
rig_trap_oid(const struct rig *r, char out[PC_OID_TEXT_MAX])
{
	struct pc_oid oid;

	assert_true(r->m.n_varbinds >= 2);
	assert_string_equal(pc_oid_text(&r->m.varbinds[0].name, out), "1.3.6.1.2.1.1.3.0");
	assert_string_equal(pc_oid_text(&r->m.varbinds[1].name, out), "1.3.6.1.6.3.1.1.4.1.0");
	assert_int_equal(pc_oid_decode(r->m.varbinds[1].bytes, r->m.varbinds[1].len, &oid), PC_OK);
	return pc_oid_text(&oid, out);
}

void
rig_expect_trap(struct rig *r, const char *oid)
{
	char text[PC_OID_TEXT_MAX];

	if (!rig_take(r))
		fail_msg("no notification came, expected %s", oid);
	assert_string_equal(rig_trap_oid(r, text), oid);
	assert_int_equal(ntohl(r->from.sin_addr.s_addr), FIRST);
}

void
rig_expect_number(const struct rig *r, size_t at, const char *name, int64_t want)
{
	char text[PC_OID_TEXT_MAX];

	assert_true(at < r->m.n_varbinds);
	assert_string_equal(pc_oid_text(&r->m.varbinds[at].name, text), name);
	if (r->m.varbinds[at].integer != want)
		fail_msg("%s is %lld, expected %lld", name, (long long)r->m.varbinds[at].integer,
			(long long)want);
}

void
rig_expect_silence(struct rig *r)
{
	char text[PC_OID_TEXT_MAX];

	if (rig_take(r))
		fail_msg("%s came, expected none",
			r->m.version == PC_SNMP_V1 ? "a v1 trap" : rig_trap_oid(r, text));
}

uint32_t
rig_stat(const struct rig *r, enum pc_snmp_stat stat)
{
	return pc_snmp_entity_of(r->devices[0])->stats[stat];
}

void
rig_jam(struct rig *r, size_t printer)
{
	assert_int_equal(pc_device_condition(r->devices[printer], PC_COND_JAM, 0, true), PC_OK);
	assert_int_equal(pc_device_condition(r->devices[printer], PC_COND_JAM, 0, false), PC_OK);
}

void
rig_restart(struct rig *r, enum pc_reset kind)
{
	assert_int_equal(pc_device_restart(r->devices[0], kind), PC_OK);
	rig_pass(r, r->profile.boot_ms + 1);
	pc_device_tick(r->devices[0]);
}
