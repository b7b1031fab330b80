/* cmd/profile-dir: where commands find the profiles. */
#ifndef PC_CMD_PROFILE_DIR_H
#define PC_CMD_PROFILE_DIR_H

/* `option` (of --dir, may be NULL), else the environment's PRESSCHECK_PROFILES (where main() leaves
 * the source tree's or the installation's, see base/share), else the directory of the source tree
 * the program was built from, else "profiles". Static, or what was given. */
const char *pc_profile_directory(const char *option);

#endif
