/* Device cases: LPD, raw 9100 with PJL, and what printing does to the rest of the printer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "codec/epson-remote.h"
#include "conformance/cases.h"

enum { ANSWER_MS = 6000 };

static const char two_pages[] = "first page\f second page\f";

static void
lpd_job(struct pc_case_run *r)
{
	int64_t before = 0;
	char want[32];
	if (!pc_case_await_idle(r) ||
		!pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &before))
		return;
	bool acked = pc_case_lpd_job(r, two_pages, sizeof(two_pages) - 1, "two-pages");
	pc_check(r, acked, "each step of a job is acknowledged with one octet 00", "00 five times",
		"%s", acked ? "00 five times" : "not so");
	bool printed = pc_case_await_number(r, PC_OID_LIFE_COUNT, before + 2, true, 8000);
	int64_t after = -1;
	(void)pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &after);
	snprintf(want, sizeof(want), "%lld", (long long)before + 2);
	pc_check(r, printed, "two pages raise prtMarkerLifeCount by two", want, "%lld",
		(long long)after);
	(void)pc_case_await_idle(r);
}

/* The text of a queue list; "" when none came. */
static void
queue_list(struct pc_case_run *r, char code, char *out, size_t size)
{
	char line[32];
	struct pc_tcp_client c;
	struct sockaddr_in to = pc_world_at(r->world, r->printer, 515);
	out[0] = '\0';
	snprintf(line, sizeof(line), "%cPASSTHRU\n", code);
	if (pc_client_tcp_open(&c, &to) == PC_OK &&
		pc_client_tcp_send(&c, line, strlen(line)) == PC_OK &&
		pc_client_tcp_await(&c, 0, NULL, pc_world_patience(r->world, ANSWER_MS)) == PC_OK)
		pc_text_copy(out, size, pc_buf_text(&c.in));
	pc_client_tcp_close(&c);
}

static void
lpd_queue(struct pc_case_run *r)
{
	char text[4096];
	if (!pc_case_await_idle(r)) {
		pc_case_inconclusive(r, "the printer did not become idle");
		return;
	}
	queue_list(r, 3, text, sizeof(text));
	pc_check(r, text[0] != '\0', "an idle queue is answered with a text", "a text", "'%.60s'",
		text);
	if (!pc_case_condition(r, "coverOpen", 0, true))
		return;
	bool acked = pc_case_lpd_job(r, two_pages, sizeof(two_pages) - 1, "waits-here");
	queue_list(r, 4, text, sizeof(text));
	if (!acked)
		pc_case_inconclusive(r, "the job was not accepted while the cover is open");
	else
		pc_check(r, strstr(text, "waits-here") != NULL,
			"the long list names a job that waits", "waits-here", "'%.120s'", text);
	(void)pc_case_condition(r, "coverOpen", 0, false);
	(void)pc_case_await_idle(r);
}

static void
lpd_cleaning(struct pc_case_run *r)
{
	uint8_t job[256];
	size_t len = 0;
	int64_t pages = 0;
	int64_t pages_after = 0;
	int64_t cleanings = 0;
	char want[32];
	if (!pc_case_await_idle(r) ||
		!pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &pages) ||
		!pc_case_number(r, PC_OID_SIM_CLEANINGS, "cleaning counter", &cleanings))
		return;
	if (pc_epson_cleaning_write(0, false, pc_clock_now_wall_ns(), job, sizeof(job), &len) !=
		PC_OK) {
		pc_case_error(r, "the cleaning job could not be written");
		return;
	}
	bool acked = pc_case_lpd_job(r, job, len, "maintenance");
	pc_check(r, acked, "the maintenance job is accepted", "00 five times", "%s",
		acked ? "00 five times" : "not so");
	bool cleaned = pc_case_await_number(r, PC_OID_SIM_CLEANINGS, cleanings + 1, true, 8000);
	snprintf(want, sizeof(want), "%lld", (long long)cleanings + 1);
	pc_check(r, cleaned, "the heads are cleaned once", want, "%s",
		cleaned ? want : "the cleaning counter did not move");
	(void)pc_case_await_idle(r);
	if (pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &pages_after)) {
		snprintf(want, sizeof(want), "%lld", (long long)pages);
		pc_check(r, pages_after == pages, "no page is counted for it", want, "%lld",
			(long long)pages_after);
	}
}

static void
lpd_when_off(struct pc_case_run *r)
{
	if (!pc_case_await_idle(r) ||
		!pc_world_printer(r->world, r->printer->number, "power", "{\"on\":false}")) {
		pc_case_error(r, "the printer could not be switched off");
		return;
	}
	bool acked = pc_case_lpd_job(r, two_pages, sizeof(two_pages) - 1, "lost");
	pc_check(r, !acked, "a printer that is switched off takes no job", "refused", "%s",
		acked ? "acknowledged" : "refused");
	(void)pc_world_printer(r->world, r->printer->number, "power", "{\"on\":true}");
	bool back = pc_case_await_idle(r);
	pc_check(r, back, "it is ready again after power-on", "idle", "%s",
		back ? "idle" : "not idle");
}

/* Send PJL on 9100 and keep what comes until `until`. */
static bool
pjl(struct pc_case_run *r, const char *text, const char *until, char *out, size_t size)
{
	struct pc_tcp_client c;
	struct sockaddr_in to = pc_world_at(r->world, r->printer, 9100);
	bool ok =
		pc_client_tcp_open(&c, &to) == PC_OK &&
		pc_client_tcp_send(&c, text, strlen(text)) == PC_OK &&
		pc_client_tcp_await(&c, 0, until, pc_world_patience(r->world, ANSWER_MS)) == PC_OK;
	pc_text_copy(out, size, pc_buf_text(&c.in));
	pc_client_tcp_end(&c);
	pc_client_tcp_close(&c);
	return ok;
}

#define UEL "\033%-12345X"

static bool
pjl_page_count(struct pc_case_run *r, int64_t *ret)
{
	char text[1024];
	char *end = NULL;
	if (!pjl(r, UEL "@PJL INFO PAGECOUNT\r\n" UEL, "\f", text, sizeof(text)))
		return false;
	const char *p = text + strcspn(text, "\n");
	p += strcspn(p, "0123456789");
	*ret = strtoll(p, &end, 10);
	return end != p;
}

static void
raw_job(struct pc_case_run *r)
{
	struct pc_tcp_client c;
	struct sockaddr_in to = pc_world_at(r->world, r->printer, 9100);
	int64_t before = 0;
	int64_t life = -1;
	int64_t count = -2;
	char want[32];
	if (!pc_case_await_idle(r) ||
		!pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &before))
		return;
	int err = pc_client_tcp_open(&c, &to);
	if (err == PC_OK)
		err = pc_client_tcp_send(&c, two_pages, sizeof(two_pages) - 1);
	pc_client_tcp_close(&c);
	pc_check(r, err == PC_OK, "port 9100 takes the job", "taken", "%s", pc_err_text(err));
	bool printed = pc_case_await_number(r, PC_OID_LIFE_COUNT, before + 2, true, 8000);
	(void)pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &life);
	snprintf(want, sizeof(want), "%lld", (long long)before + 2);
	pc_check(r, printed, "two pages raise prtMarkerLifeCount by two", want, "%lld",
		(long long)life);
	(void)pc_case_await_idle(r);
	if (!pjl_page_count(r, &count))
		pc_case_inconclusive(r, "@PJL INFO PAGECOUNT was not answered with a number");
	else
		pc_check(r, count == life, "PJL's page count is the same number", want, "%lld",
			(long long)count);
}

static void
raw_echo(struct pc_case_run *r)
{
	char text[1024];
	(void)pc_case_await_idle(r);
	bool got = pjl(r, UEL "@PJL ECHO press check 4711\r\n" UEL, "\f", text, sizeof(text));
	pc_check(r, got && strstr(text, "@PJL ECHO press check 4711\r\n") != NULL,
		"the words of ECHO come back", "@PJL ECHO press check 4711", "'%.80s'", text);
}

static void
raw_status(struct pc_case_run *r)
{
	char text[1024];
	if (!pc_case_await_idle(r)) {
		pc_case_inconclusive(r, "the printer did not become idle");
		return;
	}
	(void)pjl(r, UEL "@PJL INFO STATUS\r\n" UEL, "\f", text, sizeof(text));
	pc_check(r, strstr(text, "CODE=1000") != NULL, "a ready printer says so", "CODE=1000x",
		"'%.80s'", text);
	if (!pc_case_condition(r, "coverOpen", 0, true))
		return;
	(void)pjl(r, UEL "@PJL INFO STATUS\r\n" UEL, "\f", text, sizeof(text));
	pc_check(r, strstr(text, "CODE=4") != NULL && strstr(text, "ONLINE=FALSE") != NULL,
		"an open cover shows as a code of class 40 and off-line", "CODE=4…, ONLINE=FALSE",
		"'%.80s'", text);
	(void)pc_case_condition(r, "coverOpen", 0, false);
	(void)pc_case_await_idle(r);
}

static void
raw_ustatus(struct pc_case_run *r)
{
	static const char job[] =
		UEL "@PJL USTATUS JOB=ON\r\n@PJL JOB NAME=\"watched\"\r\n"
		    "@PJL ENTER LANGUAGE=PCL\r\none page\f" UEL "@PJL EOJ NAME=\"watched\"\r\n" UEL;
	struct pc_tcp_client c;
	struct sockaddr_in to = pc_world_at(r->world, r->printer, 9100);
	if (!pc_case_await_idle(r)) {
		pc_case_inconclusive(r, "the printer did not become idle");
		return;
	}
	int err = pc_client_tcp_open(&c, &to);
	if (err == PC_OK)
		err = pc_client_tcp_send(&c, job, sizeof(job) - 1);
	if (err == PC_OK)
		err = pc_client_tcp_await(&c, 0, "END", pc_world_patience(r->world, ANSWER_MS));
	const char *text = pc_buf_text(&c.in);
	pc_check(r, strstr(text, "@PJL USTATUS JOB\r\nSTART") != NULL,
		"the start of a job is told unasked", "@PJL USTATUS JOB START", "'%.80s'", text);
	pc_check(r, err == PC_OK && strstr(text, "@PJL USTATUS JOB\r\nEND") != NULL,
		"the end of a job is told unasked", "@PJL USTATUS JOB END", "'%.160s'", text);
	pc_client_tcp_close(&c);
	(void)pc_case_await_idle(r);
}

static void
entp_welcome(struct pc_case_run *r)
{
	static const uint8_t lock[12] = {'I', 'S', 0x21, 0x00, 0, 12, 0, 0, 0, 0, 0, 0};
	struct pc_tcp_client c;
	struct sockaddr_in to = pc_world_at(r->world, r->printer, 1865);
	int err = pc_client_tcp_open(&c, &to);
	if (err == PC_OK)
		err = pc_client_tcp_await(&c, 12, NULL, 3000);
	bool welcome = err == PC_OK && memcmp(c.in.data, "IS\x80\x00", 4) == 0;
	pc_check(r, welcome, "the printer greets a client with an IS frame of type 8000",
		"49 53 80 00", "%s", welcome ? "49 53 80 00" : pc_err_text(err));
	size_t greeted = c.in.len;
	if (welcome && pc_client_tcp_send(&c, lock, sizeof(lock)) == PC_OK) {
		bool granted = pc_client_tcp_await(&c, greeted + 13, NULL, 3000) == PC_OK &&
			       memmem(c.in.data + 12, c.in.len - 12, "IS\xa1\x00", 4) != NULL;
		pc_check(r, granted, "a lock is answered with a frame of type A100", "49 53 A1 00",
			"%s", granted ? "49 53 A1 00" : "no such frame");
	}
	pc_client_tcp_close(&c);
}

static const struct pc_case table[] = {
	{"DEV-LPD-001", 1, PC_ROLE_DEVICE,
		"A job over LPD is acknowledged step by step and printed.", "RFC 1179 s5.2, s6",
		{"ERS-DEV-05", "ERS-NET-33"},
		{{PC_MUTANT_DEVICE, "lpd-no-final-ack"}, {PC_MUTANT_DEVICE, "job-counter-frozen"}},
		"lpd snmp modelled", lpd_job},
	{"DEV-LPD-002", 1, PC_ROLE_DEVICE, "The queue list names the jobs that wait.",
		"RFC 1179 s5.3, s5.4", {"ERS-DEV-05"},
		{{PC_MUTANT_DEVICE, "lpd-queue-empty-always"}}, "lpd covers modelled", lpd_queue},
	{"DEV-LPD-003", 1, PC_ROLE_DEVICE,
		"A maintenance job over LPD cleans the heads and counts no page.",
		"ERS white paper, remote operation; harness OQ-16",
		{"ERS-DEV-05", "ERS-DEV-09", "ERS-NET-19"},
		{{PC_MUTANT_DEVICE, "cleaning-ignored"},
			{PC_MUTANT_DEVICE, "lpd-cleaning-prints-page"}},
		"lpd head-cleaning snmp modelled", lpd_cleaning},
	{"DEV-LPD-004", 1, PC_ROLE_DEVICE, "A printer that is switched off takes no job.",
		"RFC 1179 s5.2", {"ERS-DEV-05", "ERS-DEV-06"},
		{{PC_MUTANT_DEVICE, "lpd-accepts-when-off"}}, "lpd modelled", lpd_when_off},
	{"DEV-RAW-001", 1, PC_ROLE_DEVICE,
		"A job on port 9100 moves prtMarkerLifeCount and PJL's page count alike.",
		"RFC 3805 prtMarkerLifeCount; PJL INFO PAGECOUNT", {"ERS-DAT-026", "ERS-DEV-04"},
		{{PC_MUTANT_DEVICE, "job-counter-frozen"},
			{PC_MUTANT_DEVICE, "raw-pagecount-frozen"}},
		"raw snmp modelled", raw_job},
	{"DEV-RAW-002", 1, PC_ROLE_DEVICE, "PJL ECHO gives back its words.", "PJL ECHO",
		{"ERS-DEV-04"}, {{PC_MUTANT_DEVICE, "raw-echo-changed"}}, "raw", raw_echo},
	{"DEV-RAW-003", 1, PC_ROLE_DEVICE, "PJL INFO STATUS follows the printer's condition.",
		"PJL INFO STATUS", {"ERS-DAT-020"}, {{PC_MUTANT_DEVICE, "raw-status-always-ready"}},
		"raw covers modelled", raw_status},
	{"DEV-RAW-004", 1, PC_ROLE_DEVICE, "PJL USTATUS tells start and end of a job unasked.",
		"PJL USTATUS JOB", {"ERS-DEV-04"}, {{PC_MUTANT_DEVICE, "raw-ustatus-silent"}},
		"raw modelled", raw_ustatus},
	{"DEV-ENPC-004", 1, PC_ROLE_DEVICE,
		"A multifunction printer holds the identify dialogue on TCP 1865.",
		"ENTP, public captures", {"ERS-DEV-02"}, {{PC_MUTANT_DEVICE, "entp-no-welcome"}},
		"entp", entp_welcome},
};

const struct pc_case *
pc_cases_device_print(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
