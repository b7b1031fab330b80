/* base/log: one line per event to one sink. Rooms below services log only at DEBUG. */
#ifndef PC_BASE_LOG_H
#define PC_BASE_LOG_H

enum pc_log_level { PC_LOG_ERROR, PC_LOG_WARNING, PC_LOG_INFO, PC_LOG_DEBUG };

typedef void (*pc_log_fn)(void *arg, enum pc_log_level level, const char *line);

/* Where lines go. Set by main before anything runs; fn NULL discards. The only writable global. */
struct pc_log_sink {
	pc_log_fn fn;
	void *arg;
	enum pc_log_level level; /* lines above this level are dropped */
};
extern struct pc_log_sink pc_log_sink;

/* Form: "room dev=<id> peer=<addr>: what happened, consequence"; quote values with '. */
void pc_log(enum pc_log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A ready-made sink: "level: line" on standard error. */
void pc_log_stderr(void *arg, enum pc_log_level level, const char *line);

/* "error" … "debug". */
const char *pc_log_level_name(enum pc_log_level level);

#endif
