/* UDP and its like, raw sockets, frames made by hand. */
#ifndef DATAGRAMS_H
#define DATAGRAMS_H

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/time.h>

#include "common.h"

static int datagram_protocol; /* 0: UDP */

static const char *datagram_word(void)
{
	return datagram_protocol ? "udplite" : "udp";
}

static void udp_client(const char *host, const char *port, int connects)
{
	struct address to = address(host, port);
	int fd = socket(to.raw.ss_family, SOCK_DGRAM, datagram_protocol);
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
	note("client", datagram_word(), fd, &to.raw, sent, received);
}

static void udp_server(const char *host, const char *port)
{
	struct address at = address(host, port);
	int fd = socket(at.raw.ss_family, SOCK_DGRAM, datagram_protocol);
	char buffer[2000];

	if (bind(fd, (void *)&at.raw, at.length))
		die("bind");
	for (int i = 0;; i++) {
		struct sockaddr_storage peer;
		socklen_t length = sizeof(peer);
		long n = recvfrom(fd, buffer, sizeof(buffer), 0, (void *)&peer, &length);

		if (n < 0)
			continue;
		note("server", datagram_word(), fd, &peer, sendto(fd, buffer, n, 0, (void *)&peer, length), n);
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

#endif
