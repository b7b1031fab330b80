/* base/share: where the data that come with the program are: the source tree while it runs from a
 * build directory, share/presscheck beside its bin once it is installed. */
#ifndef PC_BASE_SHARE_H
#define PC_BASE_SHARE_H

enum { PC_SHARE_MAX = 4096 };

/* Looks from the directory of the running program upwards, in each first for `in_tree` (relative
 * to the source tree, for instance "conformance/masks/std"), then for share/presscheck/`in_share`
 * ("masks"); a program on /usr/local/bin finds /usr/local/share/presscheck. `marker` is a file
 * that makes a folder the right one. Returns `out`, or NULL when there is none. */
const char *pc_share_find(
	const char *in_tree, const char *in_share, const char *marker, char out[PC_SHARE_MAX]);

/* The same, from `program` (a path) on. */
const char *pc_share_find_from(const char *program, const char *in_tree, const char *in_share,
	const char *marker, char out[PC_SHARE_MAX]);

#endif
