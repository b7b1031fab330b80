/* profile/internal: what the files of the room share; nobody else includes it. */
#ifndef PC_PROFILE_INTERNAL_H
#define PC_PROFILE_INTERNAL_H

#include "base/buf.h"
#include "base/doc.h"
#include "profile/profile.h"

/* Memory of a profile: what its pointers point to, freed together. */
struct pc_profile_block;
struct pc_profile_origin {
	struct pc_profile_origin *next;
	const char *path; /* "identity.serial" */
	const char *file;
	uint32_t line;
};
struct pc_profile_memory {
	struct pc_profile_block *blocks; /* owned */
	struct pc_profile_origin *origins;
};

/* A profile being made. */
struct pc_profile_builder {
	struct pc_profile *p; /* owned until finished */
	struct pc_diag *diag;
	struct pc_profile_object *objects; /* owned; in the order they came */
	size_t n_objects, cap_objects;
	size_t duplicates;       /* objects that a later one replaced */
	pc_profile_walk_fn tell; /* of each object as it comes; NULL: nobody asks */
	void *tell_arg;
	unsigned line; /* where its record begins */
};

int pc_profile_builder_init(struct pc_profile_builder *b, struct pc_diag *diag);
void pc_profile_builder_done(struct pc_profile_builder *b);
/* Sort the objects, the last of equals wins; afterwards they can be looked up. */
int pc_profile_builder_sort(struct pc_profile_builder *b);
/* Hand the profile over, sorted. */
int pc_profile_builder_finish(struct pc_profile_builder *b, struct pc_profile **ret);

void *pc_profile_take(struct pc_profile_builder *b, size_t size); /* zeroed; NULL: no memory */
const char *pc_profile_copy(struct pc_profile_builder *b, const void *text, size_t len);

/* Keep an object; `value` is copied. PC_E_LIMIT over PC_RAW_OBJECTS_MAX. */
struct pc_profile_value {
	uint8_t type;
	uint8_t origin;
	int64_t integer;
	const void *data; /* bytes or arcs */
	size_t len;
};
int pc_profile_add_object(struct pc_profile_builder *b, const uint32_t *oid, size_t n_oid,
	const struct pc_profile_value *value);

/* One key of a profile file. The same table reads, shows and describes (JSON Schema) it. */
enum pc_field_kind {
	PC_FIELD_TEXT,
	PC_FIELD_TEMPLATE, /* text with {n}, {m3} … */
	PC_FIELD_UNIQUE,   /* template that must differ from device to device */
	PC_FIELD_OID,      /* dotted text */
	PC_FIELD_HEX,      /* pairs of hex digits, kept as text */
	PC_FIELD_INTEGER,
	PC_FIELD_BOOL,
	PC_FIELD_CHOICE, /* name of a number */
	PC_FIELD_WORD,   /* one of the choices' names, kept as text */
	PC_FIELD_SET,    /* list of choices' names, kept as bits */
	PC_FIELD_MAC,
	PC_FIELD_MAP,   /* of `sub` */
	PC_FIELD_LIST,  /* of maps of `sub` */
	PC_FIELD_TEXTS, /* list of texts */
	PC_FIELD_OBJECTS
};

struct pc_choice {
	const char *name;
	int32_t value;
};

struct pc_field_table;
struct pc_field {
	const char *name;
	enum pc_field_kind kind;
	bool required;       /* of a profile that is not abstract, of a list's element */
	int64_t min, max;    /* number; length of a text; elements of a list */
	size_t offset, size; /* in the parent struct; of a number or of a list's element */
	size_t count_offset; /* of a list: where the number of elements is kept */
	const struct pc_field_table *sub;
	const struct pc_choice *choices; /* ends with a NULL name */
	const char *help;
};
struct pc_field_table {
	const struct pc_field *fields;
	size_t n;
	/* For the elements of a list: what must hold between keys, and with the elements before
	 * number `at`. NULL: nothing. */
	int (*check)(struct pc_profile_builder *b, const void *list, size_t at,
		const struct pc_node *node);
};
const struct pc_field_table *pc_profile_fields(void);
const struct pc_field *pc_field_find(const struct pc_field_table *table, const char *name);

/* Read the map `node` into `base` (a struct of that table). `path` is "" at the top. */
int pc_field_read_map(struct pc_profile_builder *b, const struct pc_field_table *table, void *base,
	const struct pc_node *node, const char *path);
int pc_profile_read_objects(struct pc_profile_builder *b, const struct pc_node *node);

/* Checks for struct pc_field_table. */
int pc_profile_check_snmp_receiver(
	struct pc_profile_builder *b, const void *list, size_t at, const struct pc_node *node);
int pc_profile_check_snmp_user(
	struct pc_profile_builder *b, const void *list, size_t at, const struct pc_node *node);

/* Number at an address of 1, 2 or 4 bytes; signed when the field's range is. */
int64_t pc_field_number(const struct pc_field *f, const void *at);

/* A line of a walk: text and where it stands. */
struct pc_walk_reader {
	struct pc_profile_builder *b;
	const char *name;
	const char *text; /* the whole file */
	size_t len;
	size_t at;     /* next byte to read */
	unsigned line; /* of the line last read */
};
/* Next line without its end; false at the end of the file. */
bool pc_walk_line(struct pc_walk_reader *r, const char **ret, size_t *ret_len);
int pc_walk_fail(const struct pc_walk_reader *r, size_t column, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int pc_walk_read_snmprec(struct pc_walk_reader *r);
int pc_walk_read_netsnmp(struct pc_walk_reader *r);
/* Numbers and OIDs in a piece of text. */
bool pc_walk_integer(const char *text, size_t len, uint8_t type, int64_t *ret);
bool pc_walk_oid(const char *text, size_t len, uint32_t arcs[PC_OID_MAX], size_t *ret_n);
/* The same in names: "SNMPv2-MIB::sysDescr.0", "sysDescr.0", ".iso.org.….sysDescr.0"; an index may
 * hold "text" (with its length) and 'text'. PC_E_SYNTAX says what is not known. */
int pc_walk_name(struct pc_walk_reader *r, const char *text, size_t len, size_t column,
	uint32_t arcs[PC_OID_MAX], size_t *ret_n);
/* How net-snmp shows octets of this object when it has the MIB; NULL: as text.
 * Spec: RFC 2579 s3.1 DISPLAY-HINT */
const char *pc_walk_hint(const uint32_t *oid, size_t n_oid);
/* Octets of what that hint made of them; false when it did not make it. */
bool pc_walk_unhint(const char *hint, const char *text, size_t len, struct pc_buf *out);
bool pc_walk_hex(const char *text, size_t len, struct pc_buf *out);
bool pc_walk_ipv4(const char *text, size_t len, uint8_t out[4]);
/* As pc_profile_from_walk() for bytes in memory. */
int pc_profile_from_walk_text(const char *text, size_t len, const char *name,
	struct pc_profile **ret, struct pc_diag *diag);

/* Model, serial, supplies … as the walk tells them. Objects are sorted. */
int pc_walk_describe(struct pc_profile_builder *b, const char *name);

/* As pc_profile_load() for text in memory; `dir` is where parents are looked for. */
int pc_profile_load_text(const char *text, size_t len, const char *name, const char *dir,
	struct pc_profile **ret, struct pc_diag *diag);

#endif
