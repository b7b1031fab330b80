#include "agents/es-fault.h"

#include <errno.h>
#include <stdlib.h>

#include "agents/snmp-client.h"
#include "base/err.h"
#include "base/text.h"

struct pc_es_fault {
	struct pc_snmp_client *client; /* owned */
	struct pc_snmp_peer own;
};

int
pc_es_fault_open(struct pc_loop *loop, const struct pc_tap *tap, const struct sockaddr_in *own,
	struct pc_es_fault **ret, struct pc_diag *diag)
{
	struct pc_snmp_client_options o = {.loop = loop, .tap = tap};
	struct pc_es_fault *f = calloc(1, sizeof(*f));
	if (f == NULL)
		return -ENOMEM;
	f->own = (struct pc_snmp_peer){.addr = *own, .version = PC_SNMP_V2C};
	pc_text_copy(f->own.community, sizeof(f->own.community), "public");
	int err = pc_snmp_client_new(&o, &f->client, diag);
	if (err != PC_OK) {
		free(f);
		return err;
	}
	*ret = f;
	return PC_OK;
}

static void
on_reply(void *arg, const struct pc_snmp_reply *reply)
{
	(void)arg;
	(void)reply;
}

void
pc_es_fault_ask(struct pc_es_fault *f)
{
	struct pc_snmp_varbind vb;
	struct pc_oid oid;
	if (f == NULL || pc_oid_parse("1.3.6.1.2.1.43.5.1.1.17.1", &oid) != PC_OK)
		return;
	pc_snmp_varbind_null(&vb, &oid);
	(void)pc_snmp_client_ask(f->client, &f->own, PC_SNMP_GET, 0, 0, &vb, 1, on_reply, f, NULL);
}

void
pc_es_fault_close(struct pc_es_fault *f)
{
	if (f == NULL)
		return;
	pc_snmp_client_free(f->client);
	free(f);
}
