/* capture/pcapng-format: numbers of the pcap and pcapng formats, shared by reader and writer. */
#ifndef PC_CAPTURE_PCAPNG_FORMAT_H
#define PC_CAPTURE_PCAPNG_FORMAT_H

/* Block types. Spec: draft-ietf-opsawg-pcapng s4 */
enum {
	PC_NG_IDB = 1,
	PC_NG_OLD_PACKET = 2,
	PC_NG_SPB = 3,
	PC_NG_ISB = 5,
	PC_NG_EPB = 6,
	PC_NG_SHB = 0x0a0d0d0a
};

enum { PC_NG_MAGIC = 0x1a2b3c4d, PC_NG_MAGIC_SWAPPED = 0x4d3c2b1a };

/* Options; the numbers of one block type mean nothing in another. */
enum {
	PC_NG_OPT_END = 0,
	PC_NG_OPT_COMMENT = 1,
	PC_NG_SHB_USERAPPL = 4,
	PC_NG_IF_NAME = 2,
	PC_NG_IF_DESCRIPTION = 3,
	PC_NG_IF_TSRESOL = 9,
	PC_NG_IF_TSOFFSET = 14,
	PC_NG_EPB_FLAGS = 2,
	PC_NG_ISB_IFRECV = 4,
	PC_NG_ISB_IFDROP = 5
};

/* Smallest block: type, length, length again. */
enum { PC_NG_BLOCK_MIN = 12 };

#endif
