/* What every actor needs: addresses, and the log that tells the truth. */
#ifndef COMMON_H
#define COMMON_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

#endif
