/* base/err: the one list of result codes. PC_OK is 0; a failure is a negated errno or PC_E_…. */
#ifndef PC_BASE_ERR_H
#define PC_BASE_ERR_H

/* X(name, value, text). A message cut short is TRUNCATED, a lying one BADVALUE: never the same. */
#define PC_ERR_LIST(X) \
	X(PC_E_TRUNCATED, -1001, "the message is cut short") \
	X(PC_E_BADVALUE, -1002, "a value is not allowed here") \
	X(PC_E_NOSPACE, -1003, "the buffer is full") \
	X(PC_E_LIMIT, -1004, "a limit is reached") \
	X(PC_E_NOTFOUND, -1005, "not found") \
	X(PC_E_EXISTS, -1006, "exists already") \
	X(PC_E_UNSUPPORTED, -1007, "not supported") \
	X(PC_E_USAGE, -1008, "wrong usage") \
	X(PC_E_SYNTAX, -1009, "wrong syntax") \
	X(PC_E_ENVIRONMENT, -1010, "the environment is not ready") \
	X(PC_E_REFUSED, -1011, "refused") \
	X(PC_E_CLOSED, -1012, "closed by the peer") \
	X(PC_E_TIMEOUT, -1013, "the deadline has passed") \
	X(PC_E_MISMATCH, -1014, "not as expected") \
	X(PC_E_INTERNAL, -1015, "internal error")

#define PC_ERR_ENUM(name, value, text) name = value,
enum pc_err { PC_OK = 0, PC_ERR_LIST(PC_ERR_ENUM) };
#undef PC_ERR_ENUM

/* Exit codes of the program. Spec: design section 8. The worst wins in the order 5, 4, 2, 1, 3. */
enum pc_exit {
	PC_EXIT_PASS = 0,
	PC_EXIT_FAIL = 1,
	PC_EXIT_HARNESS = 2,
	PC_EXIT_INCONCLUSIVE = 3,
	PC_EXIT_USAGE = 4,
	PC_EXIT_EVIDENCE = 5
};

/* Text of a result code, of our list or of errno. Static storage; never NULL. */
const char *pc_err_text(int err);

/* Exit code for a failed command: usage and syntax errors 4, everything else 2. */
enum pc_exit pc_err_exit(int err);

#endif
