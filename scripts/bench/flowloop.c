/* flowloop: what a monitor in C cannot do without: every packet from libpcap into a table of flows, nothing else.
 *
 *     flowloop DEVICE
 *
 * IPv4, TCP and UDP, packets and bytes per 5-tuple in an open hash table. Prints packets counted and dropped when interrupted.
 * Declares what it uses of libpcap itself, so no header is needed: cc -O2 flowloop.c -l:libpcap.so.0.8
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

struct pcap_pkthdr { struct timeval ts; uint32_t caplen, len; };
struct pcap_stat { unsigned ps_recv, ps_drop, ps_ifdrop; };
typedef void (*pcap_handler)(unsigned char *, const struct pcap_pkthdr *, const unsigned char *);
void *pcap_create(const char *, char *);
int pcap_set_snaplen(void *, int), pcap_set_buffer_size(void *, int), pcap_set_timeout(void *, int), pcap_activate(void *);
int pcap_loop(void *, int, pcap_handler, unsigned char *), pcap_stats(void *, struct pcap_stat *);
void pcap_breakloop(void *);

struct flow { uint64_t addresses; uint32_t ports; uint32_t protocol; uint64_t packets, bytes; };

#define PLACES (1u << 20)
static struct flow flows[PLACES];
static uint64_t packets, unplaced;
static void *capture;

static void count(unsigned char *user, const struct pcap_pkthdr *header, const unsigned char *data)
{
	uint64_t addresses, hash;
	uint32_t ports, protocol, at = 14 + (header->caplen > 14 ? (data[14] & 15) * 4 : 0);

	(void)user;
	packets++;
	if (header->caplen < at + 4 || data[12] != 8 || data[13])
		return;
	memcpy(&addresses, data + 26, 8);
	memcpy(&ports, data + at, 4);
	protocol = data[23];
	hash = (addresses ^ (uint64_t)ports << 17 ^ protocol) * 0x9e3779b97f4a7c15ull;
	for (uint32_t i = hash >> 44, tries = 0; tries < 64; i = (i + 1) & (PLACES - 1), tries++) {
		struct flow *f = &flows[i];
		if (!f->packets || (f->addresses == addresses && f->ports == ports && f->protocol == protocol)) {
			f->addresses = addresses; f->ports = ports; f->protocol = protocol;
			f->packets++;
			f->bytes += header->len;
			return;
		}
	}
	unplaced++;
}

static void end(int number)
{
	(void)number;
	pcap_breakloop(capture);
}

int main(int argc, char **argv)
{
	char error[256];
	struct pcap_stat stat = {0, 0, 0};

	if (argc != 2 || !(capture = pcap_create(argv[1], error)))
		return 2;
	pcap_set_snaplen(capture, 262144);
	pcap_set_buffer_size(capture, 16 << 20);
	pcap_set_timeout(capture, 100);
	if (pcap_activate(capture) < 0)
		return 1;
	signal(SIGINT, end);
	pcap_loop(capture, -1, count, NULL);
	pcap_stats(capture, &stat);
	printf("{\"packets\": %llu, \"dropped\": %u, \"unplaced\": %llu}\n", (unsigned long long)packets, stat.ps_drop,
	       (unsigned long long)unplaced);
	return 0;
}
