#include "base/term.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
pc_term_has_colour(FILE *f)
{
	const char *term = getenv("TERM");
	return getenv("NO_COLOR") == NULL && term != NULL && strcmp(term, "dumb") != 0 &&
	       isatty(fileno(f)) != 0;
}

const char *
pc_term_colour(FILE *f, enum pc_term_colour colour)
{
	static const char *const codes[] = {
		"\033[0m", "\033[32m", "\033[31m", "\033[33m", "\033[1m"};
	return pc_term_has_colour(f) ? codes[colour] : "";
}

void
pc_term_progress(unsigned done, unsigned total, const char *text)
{
	enum { WIDTH = 28 };
	char bar[WIDTH + 1];
	if (total == 0 || isatty(STDERR_FILENO) == 0)
		return;
	unsigned full = done >= total ? WIDTH : done * WIDTH / total;
	for (unsigned i = 0; i < WIDTH; i++)
		bar[i] = i < full ? '#' : ' ';
	bar[WIDTH] = '\0';
	fprintf(stderr, "\r[%s] %3u %% %.60s\033[K", bar, done >= total ? 100 : done * 100 / total,
		text);
	fflush(stderr);
}

void
pc_term_progress_end(void)
{
	if (isatty(STDERR_FILENO) != 0)
		fputs("\r\033[K", stderr);
}
