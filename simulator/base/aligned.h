/* base/aligned: memory that begins on a cache line, without what aligned_alloc() leaves behind: ten
 * thousand small holes, which the allocator then hands out in turn, each of them cold. */
#ifndef PC_BASE_ALIGNED_H
#define PC_BASE_ALIGNED_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* `size` zeros at a multiple of `align`, a power of two; NULL without memory. Free *ret_memory. */
static inline void *
pc_aligned_new(size_t align, size_t size, void **ret_memory)
{
	void *memory = malloc(size + align);
	if (memory == NULL)
		return NULL;
	uintptr_t at = ((uintptr_t)memory + align - 1) / align * align;
	memset((void *)at, 0, size);
	*ret_memory = memory;
	return (void *)at;
}

#endif
