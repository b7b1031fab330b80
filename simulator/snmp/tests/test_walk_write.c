/* Walks written as text: what each type looks like, and that what is read back is served byte for
 * byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "snmp/entity.h"
#include "snmp/walk-write.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

enum { TEXT_MAX = 1 << 24 };

static const uint32_t value_arcs[] = {1, 3, 6, 1, 4294967295};

#define OBJECT(last, ...) \
	{ \
		.n_oid = 4, .oid = (const uint32_t[]){1, 3, 6, last}, __VA_ARGS__ \
	}
#define BYTES(text) .bytes = (const uint8_t *)(text), .len = sizeof(text) - 1

static const struct {
	struct pc_walk_object object;
	const char *snmprec, *netsnmp;
} rows[] = {
	{OBJECT(1, .type = 2, .integer = -5), "1.3.6.1|2|-5", ".1.3.6.1 = INTEGER: -5"},
	{OBJECT(2, .type = 4, BYTES("a \"b\" |\\")), "1.3.6.2|4|a \"b\" |\\",
		".1.3.6.2 = STRING: \"a \\\"b\\\" |\\\\\""},
	{OBJECT(3, .type = 4, BYTES("")), "1.3.6.3|4|", ".1.3.6.3 = STRING: \"\""},
	{OBJECT(4, .type = 4, BYTES(" x")), "1.3.6.4|4x|2078", ".1.3.6.4 = Hex-STRING: 20 78 "},
	{OBJECT(5, .type = 4, BYTES("x\n")), "1.3.6.5|4x|780a", ".1.3.6.5 = Hex-STRING: 78 0A "},
	{OBJECT(6, .type = 4, BYTES("\xc3\xa4")), "1.3.6.6|4x|c3a4",
		".1.3.6.6 = Hex-STRING: C3 A4 "},
	{OBJECT(7, .type = 5), "1.3.6.7|5|", ".1.3.6.7 = NULL"},
	{OBJECT(8, .type = 6, .arcs = value_arcs, .len = 5), "1.3.6.8|6|1.3.6.1.4294967295",
		".1.3.6.8 = OID: .1.3.6.1.4294967295"},
	{OBJECT(9, .type = 64, BYTES("\x0a\x00\xff\x01")), "1.3.6.9|64|10.0.255.1",
		".1.3.6.9 = IpAddress: 10.0.255.1"},
	{OBJECT(10, .type = 65, .integer = 4294967295), "1.3.6.10|65|4294967295",
		".1.3.6.10 = Counter32: 4294967295"},
	{OBJECT(11, .type = 66, .integer = 7), "1.3.6.11|66|7", ".1.3.6.11 = Gauge32: 7"},
	{OBJECT(12, .type = 67, .integer = 100), "1.3.6.12|67|100", ".1.3.6.12 = Timeticks: (100)"},
	{OBJECT(13, .type = 68, BYTES("\x9f\x78\x04")), "1.3.6.13|68x|9f7804",
		".1.3.6.13 = OPAQUE: 9F 78 04 "},
	{OBJECT(14, .type = 70, .integer = -1), "1.3.6.14|70|18446744073709551615",
		".1.3.6.14 = Counter64: 18446744073709551615"},
};

static void
test_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct pc_walk_object copy = rows[i].object;
		const struct pc_walk walk = {.objects = &copy, .n = 1, .cap = 1};
		struct pc_buf text;
		pc_buf_init(&text, 1000);
		assert_int_equal(pc_walk_write_snmprec(&walk, &text), PC_OK);
		assert_int_equal(text.len, strlen(rows[i].snmprec) + 1);
		assert_memory_equal(text.data, rows[i].snmprec, text.len - 1);
		pc_buf_clear(&text);
		assert_int_equal(pc_walk_write_netsnmp(&walk, &text), PC_OK);
		assert_int_equal(text.len, strlen(rows[i].netsnmp) + 1);
		assert_memory_equal(text.data, rows[i].netsnmp, text.len - 1);
		pc_buf_done(&text);
	}
}

/* The walk of a printer that is up for a minute. */
static void
walk_printer(const struct pc_profile *profile, struct pc_walk *walk)
{
	struct pc_clock clock;
	struct pc_device_env env = {.clock = &clock, .seed = 1};
	struct pc_snmp_tree *tree = NULL;
	struct pc_device *dev = NULL;
	pc_clock_init_virtual(&clock, 1700000000);
	pc_walk_init(walk);
	assert_int_equal(pc_snmp_tree_new(profile, &tree, NULL), PC_OK);
	assert_int_equal(
		pc_device_new(profile, &env, 1, (struct in_addr){htonl(0x7f010001)}, &dev), PC_OK);
	assert_non_null(pc_snmp_entity_get(dev));
	pc_clock_advance(&clock, (uint64_t)60 * 1000000000u);
	assert_int_equal(pc_walk_take(walk, tree, dev), PC_OK);
	pc_device_free(dev);
	pc_snmp_tree_free(tree);
}

static void
assert_object_equal(const struct pc_walk_object *a, const struct pc_walk_object *b)
{
	assert_int_equal(a->n_oid, b->n_oid);
	assert_memory_equal(a->oid, b->oid, a->n_oid * sizeof(*a->oid));
	assert_int_equal(a->type, b->type);
	if (a->type == PC_SNMP_OID) {
		assert_int_equal(a->len, b->len);
		assert_memory_equal(a->arcs, b->arcs, a->len * sizeof(*a->arcs));
	} else if (a->type == PC_SNMP_OCTETS || a->type == PC_SNMP_IPADDRESS ||
		   a->type == PC_SNMP_OPAQUE) {
		assert_int_equal(a->len, b->len);
		assert_memory_equal(a->bytes, b->bytes, a->len);
	} else {
		assert_int_equal(a->integer, b->integer);
	}
}

typedef int (*write_fn)(const struct pc_walk *walk, struct pc_buf *out);

/* Written, read as a profile, walked again: nothing has changed. */
static void
there_and_back(const struct pc_walk *walk, write_fn write, const char *name)
{
	char path[] = "/tmp/presscheck-walk-XXXXXX";
	struct pc_profile *again = NULL;
	struct pc_walk second;
	struct pc_diag diag = {{0}};
	struct pc_buf text;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	pc_buf_init(&text, TEXT_MAX);
	assert_int_equal(write(walk, &text), PC_OK);
	assert_int_equal(pc_file_write(path, text.data, text.len, 0600, &diag), PC_OK);
	if (pc_profile_from_walk(path, &again, &diag) != PC_OK)
		fail_msg("%s: %s", name, diag.text);
	walk_printer(again, &second);
	if (second.n != walk->n)
		fail_msg("%s: %zu objects instead of %zu", name, second.n, walk->n);
	for (size_t i = 0; i < walk->n; i++)
		assert_object_equal(&walk->objects[i], &second.objects[i]);
	pc_walk_done(&second);
	pc_profile_free(again);
	pc_buf_done(&text);
	close(fd);
	unlink(path);
}

static void
test_every_profile(void **state)
{
	static struct pc_profile_names names;
	(void)state;
	assert_int_equal(pc_profile_names(PC_SOURCE_DIR "/profiles", &names, NULL), PC_OK);
	for (size_t i = 0; i < names.n; i++) {
		struct pc_profile *p = NULL;
		struct pc_walk walk;
		assert_int_equal(
			pc_profile_find(PC_SOURCE_DIR "/profiles", names.names[i], &p, NULL),
			PC_OK);
		if (!p->abstract) {
			walk_printer(p, &walk);
			there_and_back(&walk, pc_walk_write_snmprec, p->id);
			there_and_back(&walk, pc_walk_write_netsnmp, p->id);
			pc_walk_done(&walk);
		}
		pc_profile_free(p);
	}
	pc_profile_names_done(&names);
}

/* The same for each type, not only for those that the house's models have. */
static void
test_every_type(void **state)
{
	struct pc_walk_object objects[N(rows)];
	const struct pc_walk walk = {.objects = objects, .n = N(rows), .cap = N(rows)};
	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		objects[i] = rows[i].object;
	there_and_back(&walk, pc_walk_write_snmprec, "every type, snmprec");
	there_and_back(&walk, pc_walk_write_netsnmp, "every type, netsnmp");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_every_type),
		cmocka_unit_test(test_every_profile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
