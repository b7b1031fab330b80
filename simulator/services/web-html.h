/* services/web-html: HTML and CSV that cannot be broken out of: what is not part of the format goes
 * through escaping. */
#ifndef PC_SERVICES_WEB_HTML_H
#define PC_SERVICES_WEB_HTML_H

#include "base/buf.h"

/* Append HTML. `format` is markup; of the conversions there are %s (escaped for text and for
 * attributes in double quotes; NULL is ""), %d, %u, %lu, %ld and %%. Errors stay in `b`. */
void pc_html(struct pc_buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Append one field of a CSV line, quoted where it must be; texts that a spreadsheet would take for
 * a formula get an apostrophe. Spec: RFC 4180 s2 */
void pc_csv_text(struct pc_buf *b, const char *text);

#endif
