/* device/firmware: the versions a printer runs, and how it takes others: received, checked,
 * written, started. A refused or interrupted update leaves the old version; so does a factory
 * reset. */
#ifndef PC_DEVICE_FIRMWARE_H
#define PC_DEVICE_FIRMWARE_H

#include "device/device.h"

/* Version of part `at` (position in profile->firmware) as it runs now; "" behind the last. The
 * text is the device's until the next update. Everybody who tells a version reads it here. */
const char *pc_device_firmware(const struct pc_device *dev, size_t at);
/* Of the part of that name, or NULL. */
const char *pc_device_firmware_named(const struct pc_device *dev, const char *name);

/* When the part was updated (Unix nanoseconds); 0 = it came with the printer. */
uint64_t pc_device_firmware_installed_ns(const struct pc_device *dev, size_t at);
/* sysDescr of the model with the versions as they are now. */
const char *pc_device_description(const struct pc_device *dev);

enum pc_firmware_state {
	PC_FIRMWARE_NONE, /* no update under way */
	PC_FIRMWARE_RECEIVING,
	PC_FIRMWARE_CHECKING,
	PC_FIRMWARE_WRITING, /* busy: activity PC_UPDATING */
	PC_FIRMWARE_STARTING /* rebooting into it */
};

/* Why an offer is not taken. */
enum pc_firmware_refusal {
	PC_FIRMWARE_TAKEN,
	PC_FIRMWARE_BUSY, /* printing, cleaning, an update under way, jobs that wait */
	PC_FIRMWARE_LOCKED,
	PC_FIRMWARE_OTHER_MODEL,
	PC_FIRMWARE_BAD_SIGNATURE,
	PC_FIRMWARE_NO_PART, /* it names a part this printer has not */
	PC_FIRMWARE_OLDER,
	PC_FIRMWARE_SAME,
	PC_FIRMWARE_BAD_VERSION, /* empty, too long, not printable */
	PC_FIRMWARE_INTERRUPTED, /* switched off before it was written */
	PC_FIRMWARE_REFUSALS
};
const char *pc_device_firmware_refusal(enum pc_firmware_refusal why); /* "other model" … */

struct pc_firmware_offer {
	const char *model;   /* what it is for; NULL: anything */
	const char *part;    /* name in profile->firmware; NULL: the first, of which others hang */
	const char *version; /* NULL: no version check, the versions stay (clone file, patch) */
	bool is_signed;      /* its signature was checked and is right */
};

/* An update is coming in: no print job begins meanwhile. PC_OK; PC_E_REFUSED when the printer does
 * not answer, is busy or takes one already. */
int pc_device_firmware_receive(struct pc_device *dev);
/* It broke off; nothing else has changed. */
void pc_device_firmware_abandon(struct pc_device *dev);
/* It is complete: check and, if it is taken, write it and restart. Also without _receive() before.
 * PC_OK; PC_E_REFUSED with the reason in *ret_why (NULL is allowed); PC_E_UNSUPPORTED for printers
 * without firmware parts; -ENOMEM. A version of a whole package ("26.71.FZ12N1") and those of its
 * parts follow each other. */
int pc_device_firmware_update(struct pc_device *dev, const struct pc_firmware_offer *offer,
	enum pc_firmware_refusal *ret_why);

enum pc_firmware_state pc_device_firmware_state(const struct pc_device *dev);
const char *pc_device_firmware_state_name(enum pc_firmware_state state);
/* How the last offer ended. */
enum pc_firmware_refusal pc_device_firmware_last(const struct pc_device *dev);

/* Compare versions as people do: digits as numbers, the rest as letters. <0, 0, >0 */
int pc_device_version_compare(const char *a, const char *b);

#endif
