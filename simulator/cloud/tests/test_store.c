#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/rand.h"
#include "cloud/store.h"
#include "temp.h"

static const struct pc_store_faults none;

static struct pc_store *
open_store(const char *dir)
{
	struct pc_store *s = NULL;
	struct pc_diag diag = {0};
	int err = pc_store_open(dir, 1 << 30, none, &s, &diag);
	if (err != PC_OK)
		fail_msg("%s", diag.text);
	return s;
}

/* Adds document `name` of one device; the body is the name again and again. */
static int
add(struct pc_store *s, const char *name, const char *serial, const char *status, uint64_t at,
	char id[PC_STORE_ID_MAX], bool *dup)
{
	char body[8192];
	size_t n = 0;
	while (n + strlen(name) < sizeof(body)) {
		memcpy(body + n, name, strlen(name));
		n += strlen(name);
	}
	struct pc_store_device d = {
		.serial = serial, .status = status, .model = "M-1", .ip = "127.1.0.1"};
	struct pc_store_collection c = {.agent_id = "agent-1",
		.agent_type = "DC",
		.document_id = name,
		.collection_type = "periodic",
		.received_ns = at,
		.body = (const uint8_t *)body,
		.len = n,
		.devices = &d,
		.n_devices = 1};
	return pc_store_add(s, &c, id, dup);
}

static void
copy_status(void *arg, const struct pc_store_device *d)
{
	snprintf(arg, 128, "%s %s %s %s %llu", d->serial, d->status, d->model, d->collection_id,
		(unsigned long long)d->last_seen_ns);
}

static void
test_add_read(void **state)
{
	char dir[TEMP_MAX];
	char id[PC_STORE_ID_MAX];
	char id2[PC_STORE_ID_MAX];
	char text[128];
	char want[128];
	bool dup = true;
	struct pc_buf body;
	(void)state;
	temp_new(dir);
	struct pc_store *s = open_store(dir);
	assert_int_equal(add(s, "doc-a;", "S1", "idle", 10, id, &dup), PC_OK);
	assert_false(dup);
	assert_int_equal(add(s, "doc-a;", "S1", "idle", 20, id2, &dup), PC_OK);
	assert_true(dup);
	assert_string_equal(id, id2);
	assert_int_equal(add(s, "doc-b;", "S1", "unreachable", 30, id2, &dup), PC_OK);
	assert_string_not_equal(id, id2);
	assert_true(pc_store_device(s, "S1", copy_status, text));
	snprintf(want, sizeof(want), "S1 unreachable M-1 %s 10", id2);
	assert_string_equal(text, want);
	assert_false(pc_store_device(s, "S2", copy_status, text));
	pc_store_free(s);
	s = open_store(dir);
	pc_buf_init(&body, 1 << 20);
	assert_int_equal(pc_store_body(s, id, &body), PC_OK);
	assert_memory_equal(body.data, "doc-a;doc-a;", 12);
	assert_int_equal(pc_store_body(s, "no-such", &body), PC_E_NOTFOUND);
	pc_buf_done(&body);
	pc_store_free(s);
	temp_free(dir);
}

static void
test_limit_lock_tail(void **state)
{
	char dir[TEMP_MAX];
	char path[TEMP_MAX + 40];
	char id[PC_STORE_ID_MAX];
	bool dup;
	struct stat st;
	struct pc_store *s = NULL;
	struct pc_store *other = NULL;
	struct pc_diag diag = {0};
	(void)state;
	temp_new(dir);
	assert_int_equal(pc_store_open(dir, 10000, none, &s, &diag), PC_OK);
	assert_int_equal(pc_store_open(dir, 10000, none, &other, &diag), PC_E_ENVIRONMENT);
	assert_non_null(strstr(diag.text, "another process"));
	assert_int_equal(add(s, "a", "S1", "idle", 1, id, &dup), PC_OK);
	assert_int_equal(add(s, "b", "S2", "idle", 1, id, &dup), PC_E_LIMIT);
	assert_int_equal(pc_db_number(pc_store_db(s), "SELECT count(*) FROM collections", -1), 1);
	pc_store_free(s);
	snprintf(path, sizeof(path), "%s/segments/000001.seg", dir);
	assert_int_equal(stat(path, &st), 0);
	off_t size = st.st_size;
	assert_int_equal(truncate(path, size + 77), 0); /* a body without its row */
	s = open_store(dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, size);
	pc_store_free(s);
	assert_int_equal(truncate(path, size - 1), 0); /* a row without its body */
	assert_int_equal(pc_store_open(dir, 10000, none, &s, &diag), PC_E_TRUNCATED);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(truncate(path, size), 0); /* other bytes than those stored */
	s = open_store(dir);
	struct pc_buf body;
	pc_buf_init(&body, 1 << 20);
	pc_store_uuid("agent-1", "a", 0, id);
	assert_int_equal(pc_store_body(s, id, &body), PC_E_MISMATCH);
	pc_store_free(s);
	temp_free(dir);
}

static void
count_serials(void *arg, const struct pc_store_collection *c)
{
	*(size_t *)arg += c->n_devices;
	assert_string_equal(c->devices[0].serial, "S1");
}

static void
test_lists(void **state)
{
	char dir[TEMP_MAX];
	char id[PC_STORE_ID_MAX];
	bool dup;
	size_t serials = 0;
	(void)state;
	temp_new(dir);
	struct pc_store *s = open_store(dir);
	add(s, "a", "S1", "idle", 100, id, &dup);
	add(s, "b", "S1", "idle", 200, id, &dup);
	add(s, "c", "S2", "idle", 300, id, &dup);
	assert_int_equal(pc_store_each_collection(s, "S1", 0, count_serials, &serials), 2);
	assert_int_equal(pc_store_each_collection(s, "S1", 101, count_serials, &serials), 1);
	assert_int_equal(pc_store_each_collection(s, "S3", 0, count_serials, &serials), 0);
	assert_int_equal(serials, 3);
	pc_store_free(s);
	temp_free(dir);
}

/* ---- killed at any moment ---- */

struct ack {
	uint32_t number;
	char id[PC_STORE_ID_MAX];
};

static void
child_stores(const char *dir, int fd, uint32_t from)
{
	struct pc_store *s = open_store(dir);
	for (struct ack a = {.number = from};; a.number++) {
		char name[32];
		bool dup;
		snprintf(name, sizeof(name), "doc-%u;", a.number);
		if (add(s, name, "S1", "idle", a.number, a.id, &dup) != PC_OK || dup)
			_exit(3);
		if (write(fd, &a, sizeof(a)) != (ssize_t)sizeof(a))
			_exit(4);
	}
}

/* Kills the child after a random number of acknowledgements and a random bit of time. */
static size_t
run_and_kill(const char *dir, struct ack *acks, size_t n, size_t max, struct pc_rand *r)
{
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	uint32_t from = (uint32_t)pc_rand_u64(r) & 0x7fffffff;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fds[0]);
		child_stores(dir, fds[1], from);
	}
	close(fds[1]);
	uint64_t want = pc_rand_below(r, 4);
	bool killed = false;
	for (uint64_t got = 0; n < max; got++) {
		if (got >= want && !killed) {
			for (uint64_t spin = pc_rand_below(r, 1000); spin > 0; spin--)
				sched_yield();
			kill(pid, SIGKILL);
			killed = true;
		}
		if (read(fds[0], &acks[n], sizeof(acks[n])) != (ssize_t)sizeof(acks[n]))
			break;
		n++;
	}
	close(fds[0]);
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return n;
}

static void
check_acks(const char *dir, const struct ack *acks, size_t n)
{
	struct pc_store *s = open_store(dir);
	int64_t rows = pc_db_number(pc_store_db(s), "SELECT count(*) FROM collections", -1);
	assert_true(rows >= (int64_t)n);
	assert_int_equal(rows, pc_db_number(pc_store_db(s),
				       "SELECT count(DISTINCT document) FROM collections", -2));
	for (size_t i = 0; i < n; i++) {
		char want[32];
		struct pc_buf body;
		pc_buf_init(&body, 1 << 20);
		int err = pc_store_body(s, acks[i].id, &body);
		if (err != PC_OK)
			fail_msg("acknowledged document %u: %s", acks[i].number, pc_err_text(err));
		snprintf(want, sizeof(want), "doc-%u;", acks[i].number);
		assert_memory_equal(body.data, want, strlen(want));
		pc_buf_done(&body);
	}
	pc_store_free(s);
}

static void
test_killed(void **state)
{
	enum { ROUNDS = 25, ACKS = 4000 };
	static struct ack acks[ACKS];
	char dir[TEMP_MAX];
	struct pc_rand r;
	size_t n = 0;
	(void)state;
	pc_rand_init(&r, 17, 1);
	temp_new(dir);
	for (int i = 0; i < ROUNDS; i++) {
		n = run_and_kill(dir, acks, n, ACKS, &r);
		check_acks(dir, acks, n);
	}
	assert_true(n > ROUNDS);
	temp_free(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add_read),
		cmocka_unit_test(test_limit_lock_tail),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_killed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
