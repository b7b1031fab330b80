#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

struct pc_log_sink pc_log_sink;

void
pc_log(enum pc_log_level level, const char *fmt, ...)
{
	char line[2048];
	va_list ap;
	if (pc_log_sink.fn == NULL || level > pc_log_sink.level)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	for (char *p = line; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?'; /* a peer must not forge lines or steer a terminal */
	}
	pc_log_sink.fn(pc_log_sink.arg, level, line);
}

void
pc_log_stderr(void *arg, enum pc_log_level level, const char *line)
{
	(void)arg;
	fprintf(stderr, "%s: %s\n", pc_log_level_name(level), line);
}

const char *
pc_log_level_name(enum pc_log_level level)
{
	static const char *const names[] = {"error", "warning", "info", "debug"};
	return names[level];
}
