/* presscheck cloud: the cloud alone, in the foreground until interrupted. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "cloud/cloud.h"
#include "cloud/faults.h"
#include "cloud/front.h"
#include "cloud/pki.h"
#include "cmd/capture-option.h"
#include "cmd/commands.h"

enum { READY_DEADLINE_MS = 15000, DEFAULT_PORT = 443, FDS_PER_CONNECTION = 3, FDS_OF_OURS = 64 };

enum {
	OPT_LISTEN = 1,
	OPT_OFFSET,
	OPT_DIR,
	OPT_NAME,
	OPT_BROKER,
	OPT_KEYLOG,
	OPT_CAPTURE,
	OPT_FAULT,
	OPT_CONNECTIONS,
	OPT_STRICT_ALPN,
	OPT_EXPOSE,
	OPT_JSON
};

static const struct pc_opt options[] = {
	{OPT_LISTEN, "listen", "ADDR:PORT",
		"address and port; default 127.0.0.1:443; port 0 = any"},
	{OPT_OFFSET, "port-offset", "N", "add N to the port (10000: no privileges needed)"},
	{OPT_DIR, "dir", "DIR", "run directory: keys, users, data; default ./presscheck-cloud"},
	{OPT_NAME, "name", "HOST", "one more host name or IPv4 address of the server; repeatable"},
	{OPT_BROKER, "broker", "URL", "use this broker: unix:PATH or tcp://ADDR:PORT"},
	{OPT_KEYLOG, "keylog", "FILE", "append TLS secrets in NSS key log format"},
	{OPT_CAPTURE, "capture", "FILE", PC_CAPTURE_OPTION_HELP},
	{OPT_FAULT, "fault", "NAME", "misbehave; repeatable; an unknown name lists them"},
	{OPT_CONNECTIONS, "max-connections", "N", "most connections at a time; default 4096"},
	{OPT_STRICT_ALPN, "strict-alpn", NULL,
		"refuse clients whose ALPN has neither mqtt nor http/1.1"},
	{OPT_EXPOSE, "expose", NULL, "allow an address that is not loopback"},
	{OPT_JSON, "json", NULL, "print events as JSON objects, one a line"},
};

struct args {
	const char *listen, *capture;
	uint16_t offset;
	const char *names[PC_PKI_NAMES_MAX];
	bool expose, json;
	struct pc_cloud_options cloud;
};

struct run {
	const struct args *args;
	struct pc_loop *loop;
	struct pc_cloud *cloud;
	struct pc_tap_file *capture;
	struct pc_timer deadline;
	bool ready, failed;
};

static int
bad_number(struct pc_diag *diag, const char *option, const char *value, const char *expected)
{
	return pc_diag_fail(diag, PC_E_USAGE, "--%s '%s': expected %s", option, value, expected);
}

static int
set_number(struct args *a, int id, const char *value, struct pc_diag *diag)
{
	uint64_t n = 0;
	if (id == OPT_OFFSET) {
		if (pc_text_u64(value, 0, UINT16_MAX, &n) != PC_OK)
			return bad_number(diag, "port-offset", value, "0 to 65535");
		a->offset = (uint16_t)n;
		return PC_OK;
	}
	if (pc_text_u64(value, 1, 1000000, &n) != PC_OK)
		return bad_number(diag, "max-connections", value, "1 to 1000000");
	a->cloud.max_connections = (unsigned)n;
	return PC_OK;
}

static int
add_name(struct args *a, const char *value, struct pc_diag *diag)
{
	if (a->cloud.n_names == PC_PKI_NAMES_MAX)
		return pc_diag_fail(
			diag, PC_E_USAGE, "at most %d --name options", PC_PKI_NAMES_MAX);
	a->names[a->cloud.n_names++] = value;
	return PC_OK;
}

static int
arm(struct args *a, const char *value, struct pc_diag *diag)
{
	int err = pc_fault_arm(pc_cloud_faults, PC_CLOUD_FAULTS, value, &a->cloud.faults, diag);
	return err == PC_E_NOTFOUND ? PC_E_USAGE : err;
}

static int
on_option(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct args *a = ctx;
	switch (id) {
	case OPT_LISTEN:
		a->listen = value;
		return PC_OK;
	case OPT_OFFSET:
	case OPT_CONNECTIONS:
		return set_number(a, id, value, diag);
	case OPT_DIR:
		a->cloud.dir = value;
		return PC_OK;
	case OPT_NAME:
		return add_name(a, value, diag);
	case OPT_BROKER:
		a->cloud.broker_url = value;
		return PC_OK;
	case OPT_KEYLOG:
		a->cloud.keylog_path = value;
		return PC_OK;
	case OPT_CAPTURE:
		a->capture = value;
		return PC_OK;
	case OPT_FAULT:
		return arm(a, value, diag);
	case OPT_STRICT_ALPN:
		a->cloud.strict_alpn = true;
		return PC_OK;
	case OPT_EXPOSE:
		a->expose = true;
		return PC_OK;
	case OPT_JSON:
		a->json = true;
		return PC_OK;
	default:
		return pc_diag_fail(diag, PC_E_USAGE, "unexpected operand '%s'", value);
	}
}

static int
set_address(struct args *a, struct pc_diag *diag)
{
	struct sockaddr_in *addr = &a->cloud.listen;
	const char *text = a->listen == NULL ? "127.0.0.1" : a->listen;
	if (pc_text_sockaddr(text, DEFAULT_PORT, addr) != PC_OK)
		return pc_diag_fail(diag, PC_E_USAGE,
			"--listen '%s': expected ADDR:PORT with an IPv4 address", text);
	unsigned port = ntohs(addr->sin_port);
	if (port != 0)
		port += a->offset;
	if (port > UINT16_MAX)
		return pc_diag_fail(diag, PC_E_USAGE, "port %u with offset %u is over 65535",
			ntohs(addr->sin_port), a->offset);
	addr->sin_port = htons((uint16_t)port);
	if (!a->expose && !pc_text_is_loopback(addr->sin_addr))
		return pc_diag_fail(diag, PC_E_USAGE,
			"--listen '%s' is not a loopback address: the test cloud would be open to the "
			"network; add --expose if that is meant",
			text);
	return PC_OK;
}

/* Each connection takes up to three descriptors; a limit that is too low must not show as refused
 * connections in the middle of a test. */
static void
fit_descriptors(struct args *a)
{
	struct rlimit limit;
	unsigned want =
		a->cloud.max_connections == 0 ? PC_FRONT_CONNECTIONS_MAX : a->cloud.max_connections;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	rlim_t fit = limit.rlim_cur > FDS_OF_OURS + FDS_PER_CONNECTION
			     ? (limit.rlim_cur - FDS_OF_OURS) / FDS_PER_CONNECTION
			     : 1;
	if (fit >= want)
		return;
	pc_log(PC_LOG_WARNING,
		"cloud: the limit of %lu open files is enough for %lu connections, not %u; raise it "
		"with ulimit -n",
		(unsigned long)limit.rlim_cur, (unsigned long)fit, want);
	a->cloud.max_connections = (unsigned)fit;
}

static void
on_ready(void *arg)
{
	struct run *r = arg;
	char addr[PC_TEXT_ADDR_MAX];
	struct sockaddr_in local = pc_cloud_local(r->cloud);
	pc_text_from_sockaddr(&local, addr);
	pc_timer_stop(&r->deadline);
	r->ready = true;
	if (r->args->json)
		printf("{\"event\":\"ready\",\"url\":\"https://%s\",\"ca\":\"%s\",\"credentials\":\"%s\"}\n",
			addr, pc_cloud_ca_path(r->cloud), pc_cloud_credentials_path(r->cloud));
	else
		printf("ready https://%s\nCA certificate: %s\nportal users:   %s\n", addr,
			pc_cloud_ca_path(r->cloud), pc_cloud_credentials_path(r->cloud));
	fflush(stdout);
}

static void
on_deadline(void *arg)
{
	struct run *r = arg;
	r->failed = true;
	pc_loop_stop(r->loop);
}

static void
on_signal(void *arg, int signo)
{
	struct run *r = arg;
	(void)signo;
	pc_loop_stop(r->loop);
}

static int
serve(struct run *r, struct pc_diag *diag)
{
	struct pc_cloud_options o = r->args->cloud;
	o.names = r->args->names;
	o.ready = on_ready;
	o.ready_arg = r;
	int err = pc_loop_signal(r->loop, SIGINT, on_signal, r);
	if (err == PC_OK)
		err = pc_loop_signal(r->loop, SIGTERM, on_signal, r);
	if (err == PC_OK)
		err = pc_capture_option_open(
			r->args->capture, "wan", r->args->offset, r->loop, &r->capture, diag);
	o.tap = pc_tap_file_tap(r->capture);
	if (err == PC_OK)
		err = pc_cloud_new(r->loop, &o, &r->cloud, diag);
	if (err != PC_OK)
		return err;
	pc_timer_start(&r->deadline, r->loop, READY_DEADLINE_MS, on_deadline, r);
	err = pc_loop_run(r->loop);
	pc_timer_stop(&r->deadline);
	if (r->failed)
		err = pc_diag_fail(diag, PC_E_ENVIRONMENT,
			"the broker does not answer within %d s; see %s/broker/mosquitto.log, or name "
			"another with --broker URL",
			READY_DEADLINE_MS / 1000, o.dir);
	pc_cloud_free(r->cloud);
	return err;
}

/* A text that goes into JSON unescaped must not need it. */
static int
check_dir(const struct args *a, struct pc_diag *diag)
{
	for (const char *p = a->cloud.dir; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\' || (unsigned char)*p < 0x20)
			return pc_diag_fail(diag, PC_E_USAGE,
				"--dir holds a quote, backslash or control character");
	}
	return a->cloud.dir[0] == '\0' ? pc_diag_fail(diag, PC_E_USAGE, "--dir is empty") : PC_OK;
}

static int
run_cloud(const struct pc_command *self, int argc, char **argv)
{
	struct args a = {.cloud = {.dir = "presscheck-cloud"}};
	struct run r = {.args = &a};
	struct pc_clock clock;
	struct pc_diag diag = {0};
	int exit_code = 0;
	if (!pc_opt_parse_or_exit(self, argc, argv, on_option, &a, &exit_code))
		return exit_code;
	int err = set_address(&a, &diag);
	if (err == PC_OK)
		err = check_dir(&a, &diag);
	if (err == PC_OK) {
		fit_descriptors(&a);
		pc_clock_init_real(&clock);
		err = pc_loop_new(&clock, &r.loop, &diag);
	}
	if (err == PC_OK)
		err = serve(&r, &diag);
	int capture_err = pc_tap_file_close(r.capture, err == PC_OK ? &diag : NULL);
	if (err == PC_OK)
		err = capture_err;
	pc_loop_free(r.loop);
	return err == PC_OK ? PC_EXIT_PASS : pc_opt_fail(self, err, &diag);
}

const struct pc_command pc_cmd_cloud = {
	.name = "cloud",
	.summary = "the cloud alone: HTTPS and MQTT on one port, portal, store",
	.operands = "",
	.description =
		"Runs the cloud side of the fleet in the foreground until SIGINT or SIGTERM: one TLS "
		"port for HTTPS and MQTT, a test PKI, the portal's API, the store and a mosquitto "
		"broker behind it. Prints 'ready' with the address once everything is answered.\n\n"
		"All it keeps is in the run directory; started again with the same directory it goes "
		"on where it stopped, also after a SIGKILL. pki/root-ca.pem is what clients must "
		"trust, credentials.json holds the users of the portal made at the first start.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples = "  presscheck cloud --port-offset 10000   # https://127.0.0.1:10443\n"
		    "  presscheck cloud --listen 127.0.0.1:0 --dir /tmp/c --json\n"
		    "  presscheck cloud --port-offset 10000 --fault http-503-uploads",
	.run = run_cloud,
};
