/* bpf(2) without a header or a library: the calls that read a map in batches, the clock, and what a mirror owns.
 *
 * The structures are the kernel's ABI (linux/bpf.h, since 5.6). Where the system's headers know no bpf(2) (other systems than
 * Linux, Linux before 3.18) every call fails with ENOSYS: a number guessed would be another call elsewhere.
 */
#ifndef NETMON_KERNEL_CALL_H
#define NETMON_KERNEL_CALL_H

#define KERNEL_BATCH 4096u
#define KERNEL_LEAST 64u           /* more than any bucket of the table holds; with less room the kernel refuses */
#define CLOCK_STEP 1000000ll      /* the offset between clocks is kept until it is off by 1 ms: no jitter in times */

#ifdef __linux__
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#endif
#include <errno.h>

enum { MAP_LOOKUP = 1, MAP_DELETE = 3, MAP_LOOKUP_BATCH = 24, MAP_TAKE_BATCH = 25 };

struct kernel_element { u32 map, pad; u64 key, value, flags; };
struct kernel_batch { u64 in, out, keys, values; u32 count, map; u64 element_flags, flags; };

#define KERNEL_VALUE (sizeof(struct flow) - sizeof(struct flow_key))
struct retired_key { struct flow_key flow; u64 serial; };

struct kernel {
	int flows, retired;
	u64 *marks;
	struct step *steps;
	u64 mark_mask;
	s64 clock;                /* Unix time minus the kernel's */
	int fixed_clock;          /* tests: packets bring Unix time */
	u32 limit;                /* records the kernel's table holds */
	int full;                 /* ... and it did when it was read last */
	u8 *keys, *values;
	u32 room;
	u32 position, count;      /* how far the table has been read this time, and how many records there were */
	int begun;
	u32 unsettled;            /* of them, written so recently that they have to be read again */
	struct flow fetched;
};

static long kernel_call(int command, void *attributes, u32 size)
{
#ifdef __NR_bpf
	return syscall(__NR_bpf, command, attributes, size);
#else
	(void)command, (void)attributes, (void)size;
	errno = ENOSYS;
	return -1;
#endif
}

static void kernel_clock(struct kernel *k)
{
#ifdef __linux__
	struct timespec before, real, after;
	s64 clock;

	if (k->fixed_clock)
		return;
	clock_gettime(CLOCK_MONOTONIC, &before);
	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_MONOTONIC, &after);
	clock = (s64)real.tv_sec * 1000000000 + real.tv_nsec -
		((s64)(before.tv_sec + after.tv_sec) * 1000000000 + before.tv_nsec + after.tv_nsec) / 2;
	if (clock - k->clock > CLOCK_STEP || k->clock - clock > CLOCK_STEP)
		k->clock = clock;
#else
	(void)k;
#endif
}

static u64 kernel_now(void)
{
#ifdef __linux__
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 1000000000 + (u64)now.tv_nsec;
#else
	return 0;
#endif
}

static void kernel_close(struct kernel *k)
{
	if (!k)
		return;
#ifdef __linux__
	if (k->marks)
		munmap(k->marks, (k->mark_mask + 1) * sizeof *k->marks);
	if (k->steps)
		munmap(k->steps, STEPS * sizeof *k->steps);
#endif
	free(k->keys);
	free(k->values);
	free(k);
}

#ifdef __linux__
static void *kernel_share(int map, size_t size)
{
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);

	return shared == MAP_FAILED ? NULL : shared;
}
#endif

/* marks: a power of two of 64-bit places. NULL with errno when memory or the mapping is refused. */
static struct kernel *kernel_open(int flows, int retired, int marks, int steps, u32 places, u32 limit,
				  int fixed_clock)
{
	struct kernel *k = calloc(1, sizeof *k);

	if (!k)
		return NULL;
	*k = (struct kernel){.flows = flows, .retired = retired, .mark_mask = places - 1, .limit = limit,
			     .fixed_clock = fixed_clock, .room = KERNEL_BATCH};
	k->keys = malloc((size_t)k->room * sizeof(struct retired_key));
	k->values = malloc(sizeof(struct flow_key) + (size_t)k->room * KERNEL_VALUE);
#ifdef __linux__
	k->marks = kernel_share(marks, (size_t)places * sizeof *k->marks);
	k->steps = kernel_share(steps, STEPS * sizeof *k->steps);
#else
	(void)marks, (void)steps;
#endif
	if (!k->keys || !k->values || !k->marks || !k->steps) {
		kernel_close(k);
		return NULL;
	}
	kernel_clock(k);
	return k;
}
#endif
