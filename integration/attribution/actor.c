/*
 * Programs that know the truth: each writes what it did to a log, one line per conversation:
 *   side pid protocol local local-port remote remote-port sent received
 * usage: actor LOG MODE ARGUMENTS...
 * TCP: the client sends "RRRRRRRR" (8 decimal digits: how much it wants back) and padding up to SEND bytes, then shuts down.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <spawn.h>
#include <time.h>

#include "datagrams.h"
#include "sctp.h"
#include "sharing.h"
#include "tcp.h"
#include "ways.h"

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

	if (!strncmp(mode, "mptcp-", 6))
		stream_protocol = 262 /* IPPROTO_MPTCP */, mode += 6;
	if (!strncmp(mode, "udplite-", 8))
		datagram_protocol = 136, mode += 8;
	char **a = words + 3;

	if (!strcmp(mode, "client"))
		client(a[0], a[1], atol(a[2]), atol(a[3]));
	else if (!strcmp(mode, "server"))
		server(a[0], a[1], 0);
	else if (!strcmp(mode, "fork-server"))
		server(a[0], a[1], 1);
	else if (!strcmp(mode, "paused"))
		paused(a[0], a[1], a[2]);
	else if (!strcmp(mode, "steady"))
		steady(a[0], a[1], atoi(a[2]));
	else if (!strcmp(mode, "fast-open"))
		fast_open(a[0], a[1]);
	else if (!strcmp(mode, "prefork"))
		prefork(a[0], a[1], atoi(a[2]));
	else if (!strcmp(mode, "activate"))
		activate(a[0], a[1], a[2]);
	else if (!strcmp(mode, "activated"))
		activated();
	else if (!strcmp(mode, "hands-over"))
		hands_over(a[0], a[1], a[2]);
	else if (!strcmp(mode, "takes"))
		takes();
	else if (!strcmp(mode, "opens-for"))
		opens_for(a[0], a[1], a[2]);
	else if (!strcmp(mode, "talks"))
		talks();
	else if (!strcmp(mode, "shared"))
		shared(a[0], a[1]);
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
	else if (!strcmp(mode, "sctp-client"))
		sctp_client(a[0], a[1], atol(a[2]), atol(a[3]));
	else if (!strcmp(mode, "sctp-server"))
		sctp_server(a[0], a[1]);
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
