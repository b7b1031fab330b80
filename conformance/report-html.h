/* conformance/report-html: pieces of the page that have files of their own. */
#ifndef PC_CONFORMANCE_REPORT_HTML_H
#define PC_CONFORMANCE_REPORT_HTML_H

#include "conformance/result.h"

/* <!DOCTYPE …> up to and with <body>, the house's style sheet inside. */
void pc_html_head(const char *title, struct pc_buf *out);

/* The path printers → agents → cloud with what went over each leg (extras "path"). */
void pc_html_path(const struct pc_results *r, struct pc_buf *out);

/* The replay's outcome (extras "replay"): a row per capture. */
void pc_html_replay(const struct pc_results *r, struct pc_buf *out);

#endif
