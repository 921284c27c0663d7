/* Other ways into the kernel than read and write: sendfile, splice, io_uring. */
#ifndef WAYS_H
#define WAYS_H

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>

#include "tcp.h"

/* A file into the socket without passing through this program's memory. */
static void files(const char *host, const char *port, int splices)
{
	struct address to = address(host, port);
	int fd = socket(to.raw.ss_family, SOCK_STREAM, 0), file = memfd_create("data", 0), pipes[2];
	long sent = 0, n;
	char zeros[65536];

	memset(zeros, '0', sizeof(zeros));
	for (int i = 0; i < 16; i++)
		if (write(file, zeros, sizeof(zeros)) < 0)
			die("memfd");
	lseek(file, 0, SEEK_SET);
	if (connect(fd, (void *)&to.raw, to.length) || pipe(pipes))
		die("connect");
	if (splices) {
		while ((n = splice(file, 0, pipes[1], 0, 65536, 0)) > 0)
			while (n > 0) {
				long m = splice(pipes[0], 0, fd, 0, n, 0);

				if (m <= 0)
					die("splice");
				n -= m, sent += m;
			}
	} else {
		while ((n = sendfile(fd, file, 0, 1 << 20)) > 0)
			sent += n;
	}
	shutdown(fd, SHUT_WR);
	note("client", "tcp", fd, &to.raw, sent, drain(fd));
}

/* One operation at a time through io_uring, without liburing. */
static int uring = -1;
static struct io_uring_params ring;
static char *sq, *cq;
static struct io_uring_sqe *entries;

static long submit(int operation, int fd, const void *data, unsigned length, unsigned long offset)
{
	unsigned *tail = (void *)(sq + ring.sq_off.tail), *head = (void *)(cq + ring.cq_off.head);
	unsigned mask = *(unsigned *)(sq + ring.sq_off.ring_mask), index = *tail & mask;
	struct io_uring_cqe *done = (void *)(cq + ring.cq_off.cqes);
	long result;

	memset(&entries[index], 0, sizeof(entries[index]));
	entries[index].opcode = operation;
	entries[index].fd = fd;
	entries[index].addr = (unsigned long)data;
	entries[index].len = length;
	entries[index].off = offset;
	((unsigned *)(sq + ring.sq_off.array))[index] = index;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, uring, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) < 0)
		die("io_uring_enter");
	result = done[*head & *(unsigned *)(cq + ring.cq_off.ring_mask)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}

/* Of its own length: Linux before 6.10 maps no more than the pages there are. */
static void *ring_area(unsigned long which, size_t length)
{
	void *area = mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED, uring, which);

	if (area == MAP_FAILED)
		die("mmap of io_uring");
	return area;
}

static void io_uring(const char *host, const char *port)
{
	struct address to = address(host, port);
	int fd = socket(to.raw.ss_family, SOCK_STREAM, 0);
	static char buffer[50000];
	long sent = 0, received = 0, n;
	size_t submitted, completed;

	uring = syscall(SYS_io_uring_setup, 8, &ring);
	if (uring < 0) {
		fprintf(stderr, "io_uring is not available\n");
		exit(77);
	}
	submitted = ring.sq_off.array + ring.sq_entries * sizeof(unsigned);
	completed = ring.cq_off.cqes + ring.cq_entries * sizeof(struct io_uring_cqe);
	if (ring.features & IORING_FEAT_SINGLE_MMAP)
		submitted = completed = submitted > completed ? submitted : completed;
	sq = ring_area(IORING_OFF_SQ_RING, submitted);
	cq = ring.features & IORING_FEAT_SINGLE_MMAP ? sq : ring_area(IORING_OFF_CQ_RING, completed);
	entries = ring_area(IORING_OFF_SQES, ring.sq_entries * sizeof(*entries));
	memset(buffer, 'u', sizeof(buffer));
	memcpy(buffer, "00004000", 8);
	if (submit(IORING_OP_CONNECT, fd, &to.raw, 0, to.length) < 0)
		die("connect by io_uring");
	while (sent < (long)sizeof(buffer) && (n = submit(IORING_OP_SEND, fd, buffer + sent, sizeof(buffer) - sent, 0)) > 0)
		sent += n;
	shutdown(fd, SHUT_WR);
	while ((n = submit(IORING_OP_RECV, fd, buffer, sizeof(buffer), 0)) > 0)
		received += n;
	note("client", "tcp", fd, &to.raw, sent, received);
}

#endif
