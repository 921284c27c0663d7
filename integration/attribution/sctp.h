/* Clients and servers over SCTP, one association a socket. It knows no half-closed state, so the client says how much it sends. */
#ifndef SCTP_H
#define SCTP_H

#include "common.h"

#define SCTP 132
#define UNSUPPORTED 77

static int sctp_socket(const struct address *at)
{
	int fd = socket(at->raw.ss_family, SOCK_STREAM, SCTP);

	if (fd < 0) {
		fprintf(stderr, "SCTP is not available\n");
		exit(UNSUPPORTED);
	}
	return fd;
}

/* "SSSSSSSSRRRRRRRR": how much is sent with this, how much is wanted back. */
static void sctp_client(const char *host, const char *port, long count, long wanted)
{
	struct address to = address(host, port);
	int fd = sctp_socket(&to);
	char buffer[8000];
	long sent = 0, received = 0, n;

	if (connect(fd, (void *)&to.raw, to.length))
		die("connect by SCTP");
	memset(buffer, 's', sizeof(buffer));
	snprintf(buffer, 17, "%08ld%08ld", count, wanted);
	buffer[16] = 's';
	while (sent < count && (n = write(fd, buffer, count - sent < (long)sizeof(buffer) ? count - sent : (long)sizeof(buffer))) > 0)
		sent += n;
	while (received < wanted && (n = read(fd, buffer, sizeof(buffer))) > 0)
		received += n;
	note("client", "sctp", fd, &to.raw, sent, received);
	close(fd);
}

static void sctp_answer(int fd)
{
	char buffer[8000], head[17] = "";
	struct sockaddr_storage peer = { 0 };
	socklen_t length = sizeof(peer);
	long received = 0, sent = 0, count = 16, wanted = 0, n;

	getpeername(fd, (void *)&peer, &length);
	while (received < count && (n = read(fd, buffer, sizeof(buffer))) > 0) {
		if (!received && n >= 16) {
			memcpy(head, buffer, 16);
			wanted = atol(head + 8);
			head[8] = 0;
			count = atol(head);
		}
		received += n;
	}
	memset(buffer, 'r', sizeof(buffer));
	while (sent < wanted && (n = write(fd, buffer, wanted - sent < (long)sizeof(buffer) ? wanted - sent : (long)sizeof(buffer))) > 0)
		sent += n;
	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	note("server", "sctp", fd, &peer, sent, received);
	close(fd);
}

static void sctp_server(const char *host, const char *port)
{
	struct address at = address(host, port);
	int listener = sctp_socket(&at);

	if (bind(listener, (void *)&at.raw, at.length) || listen(listener, 16))
		die("listen by SCTP");
	for (;;) {
		int fd = accept(listener, 0, 0);

		if (fd >= 0)
			sctp_answer(fd);
	}
}

#endif
