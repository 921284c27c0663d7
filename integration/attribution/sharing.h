/* Sockets that more than one process has to do with: workers, services started on demand, descriptors handed over. */
#ifndef SHARING_H
#define SHARING_H

#include <poll.h>
#include <sys/wait.h>

#include "tcp.h"

#define HANDED 3 /* where the other program finds its descriptor, as with systemd's SD_LISTEN_FDS_START */

/* Another program of ours with a descriptor; it ends with us. */
static pid_t program_with(int descriptor, const char *path, const char *mode)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (descriptor != HANDED)
		dup2(descriptor, HANDED);
	fcntl(HANDED, F_SETFD, 0);
	execl(path, path, log_path, mode, "-", (char *)0);
	die(path);
	return 0;
}

/* Several processes accept on the listener that their parent opened. */
static void prefork(const char *host, const char *port, int workers)
{
	int listener = listening(host, port);

	for (int i = 0; i < workers; i++)
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			for (;;)
				answer(accept(listener, 0, 0));
		}
	for (;;)
		pause();
}

/* Listens for a service that is started when somebody comes, and leaves the accepting to it. */
static void activate(const char *host, const char *port, const char *service)
{
	struct pollfd one = { .fd = listening(host, port), .events = POLLIN };
	int status;

	for (;;) {
		poll(&one, 1, -1);
		waitpid(program_with(one.fd, service, "activated"), &status, 0);
	}
}

static void activated(void)
{
	for (;;)
		answer(accept(HANDED, 0, 0));
}

static void hand(int channel, int descriptor)
{
	char data = 'd', room[CMSG_SPACE(sizeof(int))];
	struct iovec part = { &data, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
	if (sendmsg(channel, &message, 0) != 1)
		die("hand over");
}

static int taken(int channel)
{
	char data, room[CMSG_SPACE(sizeof(int))];
	struct iovec part = { &data, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room) };
	int descriptor = -1;

	if (recvmsg(channel, &message, 0) == 1 && CMSG_FIRSTHDR(&message))
		memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	return descriptor;
}

/* Accepts, and hands what it accepted to another program (SCM_RIGHTS). */
static void hands_over(const char *host, const char *port, const char *worker)
{
	int listener = listening(host, port), ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends))
		die("socketpair");
	program_with(ends[1], worker, "takes");
	for (;;) {
		int fd = accept(listener, 0, 0);

		hand(ends[0], fd);
		close(fd);
	}
}

static void takes(void)
{
	for (int fd; (fd = taken(HANDED)) >= 0;)
		answer(fd);
}

/* Connects, and lets another program do the talking. */
static void opens_for(const char *host, const char *port, const char *talker)
{
	struct address to = address(host, port);
	int fd = connected(&to), ends[2], status;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends))
		die("socketpair");
	pid_t pid = program_with(ends[1], talker, "talks");
	hand(ends[0], fd);
	close(fd);
	waitpid(pid, &status, 0);
}

static void talks(void)
{
	int fd = taken(HANDED);
	struct address peer = { .length = sizeof(peer.raw) };

	getpeername(fd, (void *)&peer.raw, &peer.length);
	converse(fd, &peer, 5000, 6000);
}

/* A parent sends, its child receives. */
static void shared(const char *host, const char *port)
{
	struct address to = address(host, port);
	int fd = connected(&to), pipes[2];
	long sent, received = 0;

	if (pipe(pipes))
		die("pipe");
	if (!fork()) {
		received = drain(fd);
		_exit(write(pipes[1], &received, sizeof(received)) < 0);
	}
	sent = send_all(fd, 3000, 4000);
	shutdown(fd, SHUT_WR);
	if (read(pipes[0], &received, sizeof(received)) < 0)
		die("pipe");
	note("client", "tcp", fd, &to.raw, sent, received);
}

#endif
