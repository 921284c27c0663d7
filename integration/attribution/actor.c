/*
 * Programs that know the truth: each writes what it did to a log, one line per conversation:
 *   side pid protocol local local-port remote remote-port sent received
 * usage: actor LOG MODE ARGUMENTS...
 * TCP: the client sends "RRRRRRRR" (8 decimal digits: how much it wants back) and padding up to SEND bytes, then shuts down.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *log_path;
extern char **environ;

static void die(const char *what)
{
	fprintf(stderr, "actor %s: %s\n", what, strerror(errno));
	exit(1);
}

struct address {
	struct sockaddr_storage raw;
	socklen_t length;
};

static struct address address(const char *host, const char *port)
{
	struct address a = { .length = 0 };
	struct sockaddr_in *four = (void *)&a.raw;
	struct sockaddr_in6 *six = (void *)&a.raw;

	if (strchr(host, ':')) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(atoi(port));
		if (inet_pton(AF_INET6, host, &six->sin6_addr) != 1)
			die(host);
		a.length = sizeof(*six);
	} else {
		four->sin_family = AF_INET;
		four->sin_port = htons(atoi(port));
		if (inet_pton(AF_INET, host, &four->sin_addr) != 1)
			die(host);
		a.length = sizeof(*four);
	}
	return a;
}

static void name_of(const struct sockaddr_storage *raw, char *host, int *port)
{
	if (raw->ss_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const void *)raw;

		inet_ntop(AF_INET6, &six->sin6_addr, host, INET6_ADDRSTRLEN);
		*port = ntohs(six->sin6_port);
	} else {
		const struct sockaddr_in *four = (const void *)raw;

		inet_ntop(AF_INET, &four->sin_addr, host, INET6_ADDRSTRLEN);
		*port = ntohs(four->sin_port);
	}
}

static void note(const char *side, const char *protocol, int fd, const struct sockaddr_storage *peer, long sent, long received)
{
	struct sockaddr_storage local = { 0 }, remote = { 0 };
	socklen_t length = sizeof(local);
	char here[INET6_ADDRSTRLEN] = "-", there[INET6_ADDRSTRLEN] = "-", line[256];
	int port = 0, other = 0, log, n;

	if (fd >= 0 && !getsockname(fd, (void *)&local, &length))
		name_of(&local, here, &port);
	length = sizeof(remote);
	if (peer)
		name_of(peer, there, &other);
	else if (fd >= 0 && !getpeername(fd, (void *)&remote, &length))
		name_of(&remote, there, &other);
	n = snprintf(line, sizeof(line), "%s %d %s %s %d %s %d %ld %ld\n", side, getpid(), protocol, here, port, there, other, sent,
		     received);
	log = open(log_path, O_WRONLY | O_APPEND | O_CREAT, 0644);
	if (log < 0 || write(log, line, n) != n)
		die("log");
	close(log);
}

/* ---- TCP ---- */

static long drain(int fd)
{
	char buffer[65536];
	long total = 0, n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		total += n;
	return total;
}

static long send_all(int fd, long count, long wanted)
{
	char buffer[16384];
	long left = count, n;

	memset(buffer, 'x', sizeof(buffer));
	snprintf(buffer, 9, "%08ld", wanted);
	buffer[8] = 'x';
	while (left > 0) {
		n = write(fd, buffer, left < (long)sizeof(buffer) ? left : (long)sizeof(buffer));
		if (n <= 0)
			return count - left;
		left -= n;
		memset(buffer, 'x', 9);
	}
	return count;
}

static void client(const char *host, const char *port, long count, long wanted)
{
	struct address to = address(host, port);
	int fd = socket(to.raw.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	long sent, received;

	if (connect(fd, (void *)&to.raw, to.length))
		die("connect");
	sent = send_all(fd, count, wanted);
	shutdown(fd, SHUT_WR);
	received = drain(fd);
	note("client", "tcp", fd, &to.raw, sent, received);
	close(fd);
}

static void answer(int fd)
{
	char buffer[65536], digits[9] = "";
	long received = 0, n, sent, wanted;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0) {
		if (received < 8)
			memcpy(digits + received, buffer, n < 8 - received ? n : 8 - received);
		received += n;
	}
	wanted = atol(digits);
	memset(buffer, 'y', sizeof(buffer));
	for (sent = 0; sent < wanted; sent += n) {
		n = write(fd, buffer, wanted - sent < (long)sizeof(buffer) ? wanted - sent : (long)sizeof(buffer));
		if (n <= 0)
			break;
	}
	note("server", "tcp", fd, 0, sent, received);
	close(fd);
}

static int listening(const char *host, const char *port)
{
	struct address at = address(host, port);
	int one = 1, fd = socket(at.raw.ss_family, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (void *)&at.raw, at.length) || listen(fd, 4096))
		die("listen");
	return fd;
}

static void server(const char *host, const char *port, int forks)
{
	int listener = listening(host, port);

	if (forks)
		signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, 0, 0);

		if (fd < 0)
			continue;
		if (!forks) {
			answer(fd);
		} else {
			if (!fork()) {
				close(listener);
				answer(fd);
				_exit(0);
			}
			close(fd);
		}
	}
}

static char **thread_arguments;

static void *one_thread(void *number)
{
	char name[16];

	snprintf(name, sizeof(name), "worker-%ld", (long)number);
	prctl(PR_SET_NAME, name);
	client(thread_arguments[0], thread_arguments[1], 2000, 3000);
	return 0;
}

static void threads(char **arguments)
{
	pthread_t all[8];

	thread_arguments = arguments;
	for (long i = 0; i < 8; i++)
		pthread_create(&all[i], 0, one_thread, (void *)i);
	for (int i = 0; i < 8; i++)
		pthread_join(all[i], 0);
}

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

static void io_uring(const char *host, const char *port)
{
	struct address to = address(host, port);
	int fd = socket(to.raw.ss_family, SOCK_STREAM, 0);
	static char buffer[50000];
	long sent = 0, received = 0, n;

	uring = syscall(SYS_io_uring_setup, 8, &ring);
	if (uring < 0) {
		fprintf(stderr, "io_uring is not available\n");
		exit(77);
	}
	sq = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, uring, IORING_OFF_SQ_RING);
	cq = ring.features & IORING_FEAT_SINGLE_MMAP ? sq : mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, uring, IORING_OFF_CQ_RING);
	entries = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, uring, IORING_OFF_SQES);
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

/* ---- UDP, raw, packets ---- */

static void udp_client(const char *host, const char *port, int connects)
{
	struct address to = address(host, port);
	int fd = socket(to.raw.ss_family, SOCK_DGRAM, 0);
	struct timeval wait = { 2, 0 };
	char buffer[2000];
	long sent = 0, received = 0, n;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	memset(buffer, 'd', sizeof(buffer));
	if (connects && connect(fd, (void *)&to.raw, to.length))
		die("connect");
	for (int i = 0; i < 5; i++) {
		n = connects ? send(fd, buffer, 700, 0) : sendto(fd, buffer, 700, 0, (void *)&to.raw, to.length);
		if (n > 0)
			sent += n;
		n = recv(fd, buffer, sizeof(buffer), 0);
		if (n > 0)
			received += n;
	}
	note("client", "udp", fd, &to.raw, sent, received);
}

static void udp_server(const char *host, const char *port)
{
	struct address at = address(host, port);
	int fd = socket(at.raw.ss_family, SOCK_DGRAM, 0);
	char buffer[2000];

	if (bind(fd, (void *)&at.raw, at.length))
		die("bind");
	for (int i = 0;; i++) {
		struct sockaddr_storage peer;
		socklen_t length = sizeof(peer);
		long n = recvfrom(fd, buffer, sizeof(buffer), 0, (void *)&peer, &length);

		if (n < 0)
			continue;
		note("server", "udp", fd, &peer, sendto(fd, buffer, n, 0, (void *)&peer, length), n);
	}
}

static void raw(const char *host)
{
	struct address to = address(host, "0");
	int fd = socket(to.raw.ss_family, SOCK_RAW, 253);
	char buffer[600] = "raw";
	long sent = 0;

	if (fd < 0)
		die("raw");
	for (int i = 0; i < 4; i++)
		sent += sendto(fd, buffer, sizeof(buffer), 0, (void *)&to.raw, to.length);
	note("client", "ip-253", -1, &to.raw, sent, 0);
}

static unsigned short checksum(const unsigned char *bytes, int count)
{
	unsigned sum = 0;

	for (int i = 0; i < count; i += 2)
		sum += bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* A UDP datagram made by hand, past every protocol of the kernel. */
static void packet(const char *device, const char *from, const char *host, const char *port)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(device), .sll_halen = 6 };
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_IP));
	unsigned char frame[14 + 20 + 8 + 500] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 0 };
	unsigned char *ip = frame + 14, *udp = ip + 20;
	struct address there = address(host, port);
	long sent = 0;

	ip[0] = 0x45, ip[2] = 528 >> 8, ip[3] = 528 & 255, ip[8] = 64, ip[9] = 17;
	inet_pton(AF_INET, from, ip + 12);
	inet_pton(AF_INET, host, ip + 16);
	*(unsigned short *)(ip + 10) = htons(checksum(ip, 20));
	*(unsigned short *)udp = htons(4444);
	*(unsigned short *)(udp + 2) = htons(atoi(port));
	*(unsigned short *)(udp + 4) = htons(508);
	if (fd < 0)
		die("packet socket");
	for (int i = 0; i < 4; i++)
		if (sendto(fd, frame, sizeof(frame), 0, (void *)&to, sizeof(to)) > 0)
			sent += 500;
	note("client", "udp-packet", -1, &there.raw, sent, 0);
}

/* ---- many ---- */

static void spawn(int count, char **command)
{
	for (int i = 0; i < count; i++) {
		pid_t pid;
		int status;

		if (posix_spawn(&pid, command[0], 0, 0, command, environ))
			die("spawn");
		waitpid(pid, &status, 0);
	}
}

static void burst(const char *host, const char *port, int count, double seconds)
{
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int i = 0; i < count; i++) {
		client(host, port, 100, 100);
		for (;;) {
			clock_gettime(CLOCK_MONOTONIC, &now);
			if ((now.tv_sec - start.tv_sec) + (now.tv_nsec - start.tv_nsec) / 1e9 >= seconds * i / count)
				break;
			usleep(50);
		}
	}
}

int main(int count, char **words)
{
	if (count < 4)
		return 2;
	log_path = words[1];
	signal(SIGPIPE, SIG_IGN);
	const char *mode = words[2];
	char **a = words + 3;

	if (!strcmp(mode, "client"))
		client(a[0], a[1], atol(a[2]), atol(a[3]));
	else if (!strcmp(mode, "server"))
		server(a[0], a[1], 0);
	else if (!strcmp(mode, "fork-server"))
		server(a[0], a[1], 1);
	else if (!strcmp(mode, "threads"))
		threads(a);
	else if (!strcmp(mode, "sendfile"))
		files(a[0], a[1], 0);
	else if (!strcmp(mode, "splice"))
		files(a[0], a[1], 1);
	else if (!strcmp(mode, "io_uring"))
		io_uring(a[0], a[1]);
	else if (!strcmp(mode, "udp"))
		udp_client(a[0], a[1], 0);
	else if (!strcmp(mode, "udp-connected"))
		udp_client(a[0], a[1], 1);
	else if (!strcmp(mode, "udp-server"))
		udp_server(a[0], a[1]);
	else if (!strcmp(mode, "raw"))
		raw(a[0]);
	else if (!strcmp(mode, "packet"))
		packet(a[0], a[1], a[2], a[3]);
	else if (!strcmp(mode, "spawn"))
		spawn(atoi(a[0]), a + 1);
	else if (!strcmp(mode, "burst"))
		burst(a[0], a[1], atoi(a[2]), atof(a[3]));
	else
		return 2;
	return 0;
}
