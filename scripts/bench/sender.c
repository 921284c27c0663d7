/* sender: UDP frames on an AF_PACKET socket, as fast as asked for.
 *
 *     sender DEVICE PACKETS RATE FLOWS SIZE [NEW]
 *
 * RATE is packets per second, 0 = as fast as it goes. FLOWS 5-tuples take turns; with NEW > 0 every NEW packets begin a fresh
 * 5-tuple instead (a TCP SYN first, then data), so RATE / NEW connections open per second. Prints what it sent and seconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64

static unsigned char frames[BATCH][1600];

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void put16(unsigned char *to, unsigned value) { to[0] = value >> 8; to[1] = value; }
static void put32(unsigned char *to, unsigned value) { put16(to, value >> 16); put16(to + 2, value & 0xffff); }

/* Ethernet, IPv4, then UDP or (tcp) TCP; the flow's number is in source address and port. */
static void build(unsigned char *f, unsigned flow, int size, int tcp, unsigned step)
{
	memset(f, 0, size);
	f[0] = f[6] = 2; f[5] = 2; f[11] = 1;
	put16(f + 12, 0x0800);
	f[14] = 0x45; f[22] = 64; f[23] = tcp ? 6 : 17;
	put16(f + 16, size - 14);
	put32(f + 26, 0x0a000000u + (flow >> 15));
	put32(f + 30, 0xc6336402u);
	put16(f + 34, 1024 + (flow & 0x7fff));
	put16(f + 36, tcp ? 8080 : 9999);
	if (!tcp) {
		put16(f + 38, size - 34);
		return;
	}
	put32(f + 38, step ? 1001 + (step - 1) * (size - 54) : 1000);
	f[46] = 0x50;
	f[47] = step ? 0x10 : 0x02;
	put16(f + 48, 1000);
	if (!step)
		put16(f + 16, 40);
}

int main(int argc, char **argv)
{
	if (argc < 6)
		return 2;
	long packets = atol(argv[2]), rate = atol(argv[3]), flows = atol(argv[4]), fresh = argc > 6 ? atol(argv[6]) : 0;
	int size = atoi(argv[5]), fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(argv[1]), .sll_halen = 6};
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	double begin = now();
	long sent = 0;

	if (fd < 0 || !to.sll_ifindex || size < 60 || size > 1514) {
		perror("sender");
		return 1;
	}
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
	memset(messages, 0, sizeof messages);
	for (int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){frames[i], (size_t)size};
		messages[i].msg_hdr = (struct msghdr){.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &parts[i], .msg_iovlen = 1};
	}
	while (sent < packets) {
		int count = packets - sent < BATCH ? (int)(packets - sent) : BATCH, done;
		if (rate) {
			double ahead = begin + (double)sent / rate - now();
			if (ahead > 0.0005)
				usleep((useconds_t)(ahead * 1e6));
		}
		for (int i = 0; i < count; i++) {
			long n = sent + i;
			if (fresh)
				build(frames[i], (unsigned)(n / fresh), size, 1, (unsigned)(n % fresh));
			else
				build(frames[i], (unsigned)(n % flows), size, 0, 0);
		}
		done = sendmmsg(fd, messages, (unsigned)count, 0);
		if (done < 0) {
			usleep(50);
			continue;
		}
		sent += done;
	}
	printf("%ld %.3f\n", sent, now() - begin);
	return 0;
}
