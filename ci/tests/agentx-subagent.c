/* A subagent as net-snmp's tutorial and its example-demon write them: the installed library alone,
 * nothing of ours. The AgentX tests attach it to printers.
 *
 *   agentx-subagent ADDRESS TAG
 *
 * Serves under 1.3.6.1.4.1.99999: .1.0 an integer that can be set (-13 is refused when it is
 * committed), .2.0 the tag; over the printer's own objects sysContact.0, the tag again; and a row
 * of sysORTable. SIGUSR1: sends the notification 1.3.6.1.4.1.99999.0.1 with the tag. Says on stdout
 * what it does. */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <net-snmp/agent/agent_sysORTable.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

static volatile sig_atomic_t stop, notify;
static int32_t number = 1;
static int32_t before;
static char tag[64];

static void
on_signal(int signo)
{
	if (signo == SIGUSR1)
		notify = 1;
	else
		stop = 1;
}

static int
on_number(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
	netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	netsnmp_variable_list *vb = requests->requestvb;
	(void)handler;
	(void)registration;
	switch (info->mode) {
	case MODE_GET:
		snmp_set_var_typed_integer(vb, ASN_INTEGER, number);
		break;
	case MODE_SET_RESERVE1:
		if (vb->type != ASN_INTEGER)
			netsnmp_set_request_error(info, requests, SNMP_ERR_WRONGTYPE);
		break;
	case MODE_SET_ACTION:
		before = number;
		if (*vb->val.integer == -13)
			netsnmp_set_request_error(info, requests, SNMP_ERR_COMMITFAILED);
		else
			number = (int32_t)*vb->val.integer;
		break;
	case MODE_SET_UNDO:
		number = before;
		break;
	default:
		break;
	}
	return SNMP_ERR_NOERROR;
}

static int
on_tag(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
	netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	(void)handler;
	(void)registration;
	if (info->mode == MODE_GET)
		snmp_set_var_typed_value(requests->requestvb, ASN_OCTET_STR, tag, strlen(tag));
	return SNMP_ERR_NOERROR;
}

static void
send_notification(void)
{
	static const oid trap_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
	static const oid trap[] = {1, 3, 6, 1, 4, 1, 99999, 0, 1};
	static const oid name[] = {1, 3, 6, 1, 4, 1, 99999, 2, 0};
	netsnmp_variable_list *v = NULL;
	snmp_varlist_add_variable(
		&v, trap_oid, OID_LENGTH(trap_oid), ASN_OBJECT_ID, trap, sizeof(trap));
	snmp_varlist_add_variable(&v, name, OID_LENGTH(name), ASN_OCTET_STR, tag, strlen(tag));
	send_v2trap(v);
	snmp_free_varbind(v);
	printf("notified\n");
}

static void
serve(const char *name, Netsnmp_Node_Handler *fn, const oid *root, size_t n, int modes)
{
	if (netsnmp_register_instance(netsnmp_create_handler_registration(
		    name, fn, root, n, modes)) != MIB_REGISTERED_OK)
		printf("%s was not registered\n", name);
}

int
main(int argc, char **argv)
{
	static const oid number_oid[] = {1, 3, 6, 1, 4, 1, 99999, 1, 0};
	static const oid tag_oid[] = {1, 3, 6, 1, 4, 1, 99999, 2, 0};
	static const oid contact_oid[] = {1, 3, 6, 1, 2, 1, 1, 4, 0};
	static oid caps_oid[] = {1, 3, 6, 1, 4, 1, 99999, 9};
	if (argc != 3)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(tag, sizeof(tag), "%s", argv[2]);
	signal(SIGTERM, on_signal);
	signal(SIGUSR1, on_signal);
	snmp_enable_stderrlog();
	netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 1);
	netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, argv[1]);
	netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_AGENTX_PING_INTERVAL, 1);
	init_agent("agentx-subagent");
	init_snmp("agentx-subagent");
	serve("number", on_number, number_oid, OID_LENGTH(number_oid), HANDLER_CAN_RWRITE);
	serve("tag", on_tag, tag_oid, OID_LENGTH(tag_oid), HANDLER_CAN_RONLY);
	serve("contact", on_tag, contact_oid, OID_LENGTH(contact_oid), HANDLER_CAN_RONLY);
	register_sysORTable(caps_oid, OID_LENGTH(caps_oid), "the test's subagent");
	printf("running\n");
	while (!stop) {
		agent_check_and_process(1);
		if (notify) {
			notify = 0;
			send_notification();
		}
	}
	snmp_shutdown("agentx-subagent");
	printf("ended\n");
	return 0;
}
