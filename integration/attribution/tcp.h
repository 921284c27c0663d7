/* Clients and servers over TCP (or MPTCP, when ``stream_protocol`` says so). */
#ifndef TCP_H
#define TCP_H

#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>

#include "common.h"

static int stream_protocol; /* 0: TCP */

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

static int connected(const struct address *to)
{
	int fd = socket(to->raw.ss_family, SOCK_STREAM | SOCK_CLOEXEC, stream_protocol);

	if (fd < 0 || connect(fd, (void *)&to->raw, to->length))
		die("connect");
	return fd;
}

static void converse(int fd, const struct address *to, long count, long wanted)
{
	long sent = send_all(fd, count, wanted), received;

	shutdown(fd, SHUT_WR);
	received = drain(fd);
	note("client", "tcp", fd, &to->raw, sent, received);
	close(fd);
}

static void client(const char *host, const char *port, long count, long wanted)
{
	struct address to = address(host, port);

	converse(connected(&to), &to, count, wanted);
}

/* Connects, and talks only once a file is there: the connection is older than whoever watches. */
static void paused(const char *file, const char *host, const char *port)
{
	struct address to = address(host, port);
	int fd = connected(&to);

	while (access(file, F_OK))
		usleep(10000);
	converse(fd, &to, 1500, 2500);
}

/* Sends a little every tenth of a second, so that whoever looks once a second sees it too. */
static void steady(const char *host, const char *port, int seconds)
{
	struct address to = address(host, port);
	int fd = connected(&to);
	char buffer[1000];
	long sent = 0;

	memset(buffer, 's', sizeof(buffer));
	memcpy(buffer, "00005000", 8);
	for (int i = 0; i < 10 * seconds; i++) {
		sent += write(fd, buffer, sizeof(buffer));
		usleep(100000);
	}
	shutdown(fd, SHUT_WR);
	note("client", "tcp", fd, &to.raw, sent, drain(fd));
}

/* Data in the SYN (RFC 7413), once the first conversation has brought the cookie. */
static void fast_open(const char *host, const char *port)
{
	struct address to = address(host, port);
	char buffer[600];

	memset(buffer, 'f', sizeof(buffer));
	memcpy(buffer, "00000700", 8);
	for (int i = 0; i < 2; i++) {
		int fd = socket(to.raw.ss_family, SOCK_STREAM, 0);
		long sent = sendto(fd, buffer, sizeof(buffer), MSG_FASTOPEN, (void *)&to.raw, to.length);

		if (sent < 0)
			die("fast open");
		shutdown(fd, SHUT_WR);
		note("client", "tcp", fd, &to.raw, sent, drain(fd));
		close(fd);
	}
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
	int one = 1, fd = socket(at.raw.ss_family, SOCK_STREAM, stream_protocol);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	setsockopt(fd, SOL_TCP, TCP_FASTOPEN, &(int){ 16 }, sizeof(int));
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

#endif
