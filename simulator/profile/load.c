/* A profile with everything it inherits: the oldest ancestor first, the model last. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "profile/internal.h"

enum { GENERATIONS_MAX = 8, ID_MAX = 64, NAMES_TEXT_MAX = 600 };

struct chain {
	struct pc_doc *docs[GENERATIONS_MAX]; /* owned; the model first */
	char ids[GENERATIONS_MAX][ID_MAX];
	size_t n;
};

static void
chain_done(struct chain *c)
{
	for (size_t i = 0; i < c->n; i++)
		pc_doc_free(c->docs[i]);
}

/* Letters, digits, '-', '_' and '.', not at the start: a name cannot leave the directory. */
static bool
is_id(const char *text)
{
	size_t n =
		strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
	return n > 0 && n < ID_MAX && text[n] == '\0' && text[0] != '.';
}

/* File name without directory and ".yaml". */
static void
id_of(const char *path, char id[ID_MAX])
{
	const char *slash = strrchr(path, '/');
	const char *base = slash == NULL ? path : slash + 1;
	size_t n = strlen(base);
	if (n > 5 && strcmp(base + n - 5, ".yaml") == 0)
		n -= 5;
	if (n >= ID_MAX)
		n = ID_MAX - 1;
	memcpy(id, base, n);
	id[n] = '\0';
}

/* The parent named by `extends`, or NULL. */
static int
parent_of(const struct pc_doc *doc, const struct pc_node **ret, struct pc_diag *diag)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	const struct pc_node *root = pc_doc_root(doc);
	if (root->kind != PC_NODE_MAP)
		return pc_node_fail(
			root, diag, "found %s, expected a map", pc_node_describe(root, found));
	const struct pc_node *e = pc_node_get(root, "extends");
	if (e != NULL && (e->kind != PC_NODE_SCALAR || !is_id(e->text)))
		return pc_node_fail(e, diag, "found %s, expected the name of a profile",
			pc_node_describe(e, found));
	*ret = e;
	return PC_OK;
}

static int
load_parent(struct chain *c, const char *dir, const struct pc_node *extends, struct pc_diag *diag)
{
	char path[PATH_MAX];
	for (size_t i = 0; i < c->n; i++) {
		if (strcmp(c->ids[i], extends->text) == 0)
			return pc_node_fail(extends, diag,
				"found '%s', expected a parent that does not come from this profile "
				"itself",
				extends->text);
	}
	if (c->n == GENERATIONS_MAX)
		return pc_node_fail(extends, diag, "found '%s', expected at most %d generations",
			extends->text, GENERATIONS_MAX);
	int n = snprintf(path, sizeof(path), "%s/%s.yaml", dir, extends->text);
	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	int err = pc_doc_load(path, &c->docs[c->n], diag);
	if (err == -ENOENT)
		return pc_node_fail(extends, diag,
			"found '%s', expected the name of a profile in %s", extends->text, dir);
	if (err == PC_OK)
		id_of(path, c->ids[c->n++]);
	return err;
}

static int
load_chain(struct chain *c, const char *dir, struct pc_diag *diag)
{
	for (;;) {
		const struct pc_node *extends = NULL;
		int err = parent_of(c->docs[c->n - 1], &extends, diag);
		if (err != PC_OK || extends == NULL)
			return err;
		err = load_parent(c, dir, extends, diag);
		if (err != PC_OK)
			return err;
	}
}

static int
missing(struct pc_profile_builder *b, const struct pc_doc *doc, const char *key)
{
	return pc_diag_fail(b->diag, PC_E_SYNTAX,
		"%s:1:1: found no key '%s', expected it here or in what the profile extends",
		pc_doc_name(doc), key);
}

static int
check_table(struct pc_profile_builder *b, const struct pc_doc *doc,
	const struct pc_field_table *table, const char *prefix)
{
	uint32_t line;
	for (size_t i = 0; i < table->n; i++) {
		char path[ID_MAX];
		const struct pc_field *f = &table->fields[i];
		snprintf(path, sizeof(path), "%s%s", prefix, f->name);
		if (f->required && pc_profile_origin(b->p, path, &line) == NULL)
			return missing(b, doc, path);
		if (f->kind == PC_FIELD_MAP) {
			snprintf(path, sizeof(path), "%s.", f->name);
			int err = check_table(b, doc, f->sub, path);
			if (err != PC_OK)
				return err;
		}
	}
	return PC_OK;
}

void
pc_profile_snmp_defaults(struct pc_profile_snmp *snmp)
{
	*snmp = (struct pc_profile_snmp){.v1 = true,
		.v2c = true,
		.authen_traps = true,
		.engine_format = PC_SNMP_ENGINE_MAC,
		.max_message = 65507,
		.bulk_variables = 512};
}

void
pc_profile_print_defaults(struct pc_profile_print *print)
{
	*print = (struct pc_profile_print){.raw_idle_s = 300, .lpd_idle_s = 300};
}

void
pc_profile_slp_defaults(struct pc_profile_slp *slp)
{
	*slp = (struct pc_profile_slp){.v1 = true, .v2 = true, .scopes = "DEFAULT"};
}

/* Values of keys that are seldom written. */
static void
set_defaults(struct pc_profile *p)
{
	p->ports.snmp = true;
	p->ports.raw_port = 9100;
	p->web.family = "generic";
	p->web.user = "";
	p->web.password = "{serial}";
	p->contact = p->location = "";
	p->if_descr = p->model = "";
	p->sys_services = 72; /* application and end-to-end layers */
	p->if_speed = 100000000;
	p->community_read = "public";
	pc_profile_snmp_defaults(&p->snmp);
	pc_profile_print_defaults(&p->print);
	pc_profile_slp_defaults(&p->slp);
	p->workgroup = "WORKGROUP";
	p->device_id_1284 = p->pjl_id = "{model}";
	p->lpd_queue = "lp";
	p->resolution_x = p->resolution_y = 600;
	p->boot_ms = 30000;
	p->bytes_per_page = 50000;
	p->enpc_device_type = 255;
	p->snmp_vendor = "none";
	p->mibs = UINT32_C(1) << PC_MIBS_PORT_MONITOR;
	p->sizes[0] = "other";
	p->n_sizes = 1;
	p->media[0] = "stationery";
	p->n_media = 1;
}

static int
is_abstract(const struct pc_doc *doc, bool *ret, struct pc_diag *diag)
{
	const struct pc_node *a = pc_node_get(pc_doc_root(doc), "abstract");
	*ret = false;
	return a == NULL ? PC_OK : pc_node_bool(a, ret, diag);
}

/* A finisher's supply is one of the model's. */
static int
check_finishers(const struct pc_profile_builder *b)
{
	const struct pc_profile *p = b->p;
	for (size_t i = 0; i < p->n_finishers; i++) {
		uint32_t line = 0;
		const char *file = pc_profile_origin(p, "finishers", &line);
		if ((size_t)p->finishers[i].supply > p->n_supplies)
			return pc_diag_fail(b->diag, PC_E_SYNTAX,
				"%s:%u:1: found supply %d of finisher '%s', expected 0 to %zu, the "
				"position of one of the model's supplies",
				file == NULL ? p->source : file, line, (int)p->finishers[i].supply,
				p->finishers[i].name, p->n_supplies);
	}
	return PC_OK;
}

static int
build(struct pc_profile_builder *b, const struct chain *c)
{
	int err = PC_OK;
	set_defaults(b->p);
	b->p->id = pc_profile_copy(b, c->ids[0], strlen(c->ids[0]));
	const char *name = pc_doc_name(c->docs[0]);
	b->p->source = pc_profile_copy(b, name, strlen(name));
	if (b->p->id == NULL || b->p->source == NULL)
		return -ENOMEM;
	for (size_t i = c->n; i > 0 && err == PC_OK; i--) {
		bool ignored;
		err = is_abstract(c->docs[i - 1], &ignored, b->diag);
		if (err == PC_OK)
			err = pc_field_read_map(
				b, pc_profile_fields(), b->p, pc_doc_root(c->docs[i - 1]), "");
	}
	if (err == PC_OK)
		err = is_abstract(c->docs[0], &b->p->abstract, b->diag);
	if (err == PC_OK && !b->p->abstract)
		err = check_table(b, c->docs[0], pc_profile_fields(), "");
	if (err == PC_OK && !b->p->abstract)
		err = check_finishers(b);
	return err;
}

/* Takes the first document of the chain. */
static int
load(struct pc_doc *doc, const char *dir, struct pc_profile **ret, struct pc_diag *diag)
{
	struct chain c = {.docs = {doc}, .n = 1};
	struct pc_profile_builder b = {.p = NULL};
	id_of(pc_doc_name(doc), c.ids[0]);
	int err = load_chain(&c, dir, diag);
	if (err == PC_OK)
		err = pc_profile_builder_init(&b, diag);
	if (err == PC_OK)
		err = build(&b, &c);
	if (err == PC_OK)
		err = pc_profile_builder_finish(&b, ret);
	pc_profile_builder_done(&b);
	chain_done(&c);
	return err;
}

int
pc_profile_load_text(const char *text, size_t len, const char *name, const char *dir,
	struct pc_profile **ret, struct pc_diag *diag)
{
	struct pc_doc *doc = NULL;
	int err = pc_doc_parse(text, len, name, &doc, diag);
	return err != PC_OK ? err : load(doc, dir, ret, diag);
}

int
pc_profile_load(const char *path, struct pc_profile **ret, struct pc_diag *diag)
{
	char dir[PATH_MAX];
	struct pc_doc *doc = NULL;
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 1 : (size_t)(slash - path);
	if (n >= sizeof(dir))
		return -ENAMETOOLONG;
	memcpy(dir, slash == NULL ? "." : path, n);
	dir[n] = '\0';
	int err = pc_doc_load(path, &doc, diag);
	return err != PC_OK ? err : load(doc, dir, ret, diag);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
take_name(struct pc_profile_names *names, const char *file)
{
	size_t n = strlen(file);
	if (n <= 5 || strcmp(file + n - 5, ".yaml") != 0 || file[0] == '.')
		return true;
	if (names->n == PC_PROFILES_MAX)
		return false;
	names->names[names->n] = strndup(file, n - 5);
	return names->names[names->n] != NULL && ++names->n > 0;
}

int
pc_profile_names(const char *dir, struct pc_profile_names *ret, struct pc_diag *diag)
{
	DIR *d = opendir(dir);
	bool ok = true;
	ret->n = 0;
	if (d == NULL) {
		int err = -errno;
		return pc_diag_fail(diag, err,
			"no profiles: directory '%s': %s (use --dir or PRESSCHECK_PROFILES)", dir,
			pc_err_text(err));
	}
	for (struct dirent *e = readdir(d); e != NULL && ok; e = readdir(d))
		ok = take_name(ret, e->d_name);
	closedir(d);
	qsort(ret->names, ret->n, sizeof(ret->names[0]), by_name);
	if (ok)
		return PC_OK;
	pc_profile_names_done(ret);
	return pc_diag_fail(
		diag, PC_E_LIMIT, "more than %d profiles in '%s'", PC_PROFILES_MAX, dir);
}

void
pc_profile_names_done(struct pc_profile_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->names[i]);
	names->n = 0;
}

static int
not_found(const char *dir, const char *name, struct pc_diag *diag)
{
	struct pc_profile_names names;
	char known[NAMES_TEXT_MAX] = "";
	size_t used = 0;
	int err = pc_profile_names(dir, &names, diag);
	if (err != PC_OK)
		return err;
	for (size_t i = 0; i < names.n; i++) {
		int n = snprintf(known + used, sizeof(known) - used, "%s%s", used == 0 ? "" : ", ",
			names.names[i]);
		used = used + (size_t)n < sizeof(known) ? used + (size_t)n : sizeof(known) - 1;
	}
	pc_profile_names_done(&names);
	return pc_diag_fail(
		diag, PC_E_NOTFOUND, "no profile '%.64s' in '%s', there are: %s", name, dir, known);
}

int
pc_profile_find(const char *dir, const char *name, struct pc_profile **ret, struct pc_diag *diag)
{
	char path[PATH_MAX];
	size_t len = strlen(name);
	if (strchr(name, '/') != NULL || (len > 5 && strcmp(name + len - 5, ".yaml") == 0))
		return pc_profile_load(name, ret, diag);
	if (!is_id(name))
		return not_found(dir, name, diag);
	int n = snprintf(path, sizeof(path), "%s/%s.yaml", dir, name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	int err = pc_profile_load(path, ret, diag);
	return err == -ENOENT ? not_found(dir, name, diag) : err;
}
