/* Records of the meter's core, shared by the native executor and the eBPF program.
 *
 * Rule of every header marked "core": it compiles for eBPF. Bounded loops, no globals, no libc; packet bytes come through
 * LOAD, flows through FLOW_LOOKUP and FLOW_INSERT, counters move through ADD, and no pointer is formed whose offset
 * differs between two paths (the verifier refuses that to programs loaded without CAP_PERFMON). FORGET changes nothing: it
 * stands where paths meet again, for executors whose verifier would follow each of them on (flow.bpf.c).
 * Addresses are kept in network byte order, everything else in host order.
 */
#ifndef NETMON_TYPES_H
#define NETMON_TYPES_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed int s32;
typedef signed long long s64;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NET16(x) __builtin_bswap16(x)
#define NET32(x) __builtin_bswap32(x)
#define NET64(x) __builtin_bswap64(x)
#define FIRST4(x) ((u64)(x))          /* four bytes at the front of eight */
#else
#define NET16(x) (x)
#define NET32(x) (x)
#define NET64(x) (x)
#define FIRST4(x) ((u64)(x) << 32)
#endif

#ifndef FORGET
#define FORGET(value, unknown) ((void)(unknown))
#endif

enum { FAMILY_ARP = 1, FAMILY_LINK = 2, FAMILY_IPV4 = 4, FAMILY_IPV6 = 6 };

enum {
	IP_ICMP = 1, IP_IGMP = 2, IP_IPIP = 4, IP_TCP = 6, IP_UDP = 17, IP_DCCP = 33, IP_IPV6 = 41, IP_GRE = 47,
	IP_AH = 51, IP_ICMPV6 = 58, IP_ETHERIP = 97, IP_PIM = 103, IP_L2TP = 115, IP_SCTP = 132, IP_MPLS = 137, IP_UDPLITE = 136,
	IP_ETHERNET = 143,
};

/* netmon.model.flow: on "any" an interface is this plus the system's index, where interfaces are told apart */
#define ANY_INTERFACES 256u

/* netmon.model.flow.LinkNumbers */
enum { NUMBER_ETHERTYPE, NUMBER_LINK_TYPE, NUMBER_PPP, NUMBER_WLAN, NUMBER_FAMILY, NUMBER_COOKED, NUMBER_NLPID, NUMBER_ARCNET };

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

/* netmon.model.flow.TcpBits; the bit of direction b is the one after that of direction a */
enum {
	BIT_SYN = 1 << 0, BIT_SYNACK = 1 << 2, BIT_OPENED = 1 << 4, BIT_FIN = 1 << 5, BIT_FIN_ACKED = 1 << 7,
	BIT_RST = 1 << 9, BIT_FIRST_FIN_B = 1 << 11, BIT_SUPERSEDED = 1 << 12,
	BITS_SYN = 3 << 0, BITS_FIN = 3 << 5, BITS_RST = 3 << 9, BITS_ENDED = 3 << 5 | 3 << 9,
};

/* struct direction.state */
enum {
	HAS_SEQUENCE = 1 << 0,  /* next_seq holds */
	HAS_START = 1 << 1,     /* position 0 is the byte after the SYN */
	HAS_ISN = 1 << 2,
	HAS_ACK = 1 << 3,
	HAS_FIN = 1 << 4,
	TIMING = 1 << 5,        /* timed_seq waits for its ACK */
	TIMING_SYN = 1 << 6,    /* ... and is that of a SYN */
	KEEPALIVE = 1 << 7,     /* the last segment was a keep-alive */
	HOLE = 1 << 8,          /* hole_low to hole_high was skipped and may still come */
	HAS_WINDOW = 1 << 9,
	SYN_AGAIN = 1 << 10,    /* the timed SYN was not the first: nothing for the smoothed round trip (Karn) */
	TIMINGS = TIMING | TIMING_SYN | SYN_AGAIN,
};

struct flow_key {                 /* 48 bytes, no padding: compared and hashed as words */
	u64 a[2], b[2];           /* (a, port_a) <= (b, port_b) as bytes */
	u16 port_a, port_b;
	u16 vlan, vlan_inner;
	u32 tunnel;
	u16 interface;
	u8 protocol, family;
};

struct direction {
	u64 packets, bytes, payload, last_ns;
	s64 next_pos;             /* stream position of next_seq */
	u32 next_seq;             /* highest sequence number seen, plus one */
	u32 last_ack;
	u16 state;
	u16 raw_window;
	u8 tcp_flags, ttl, tos, duplicate_run;
	u32 window;
	u32 timed_seq;
	union {
		struct {
			u64 next_ns;      /* when next_seq last advanced */
			u64 timed_ns;
			u64 ack_ns;       /* last duplicate ACK */
		};
		struct { u64 packets, bytes, payload; } kernel;  /* in user space's copy: what the kernel had counted */
	};
	u32 inspected_packets, inspected_bytes;
	u32 isn, fin_end, hole_low, hole_high;
	u64 rtt, rtt_variation, rtt_min;
	u32 retransmissions, out_of_order, duplicate_acks, fast_retransmissions, zero_windows, fragments;
	u16 mss;
	u8 window_scale, sack;
	u8 mac[6];
	u8 pad[6];
};

/* In the kernel the key is the map's; the rest is the same bytes in both executors. */
struct flow {
#ifndef __bpf__
	struct flow_key key;
#endif
	u64 first_ns, last_ns;
	struct direction dir[2];  /* 0: a to b, 1: b to a */
	u64 rtt_handshake;
	u16 tcp_bits;
	u16 last_type;
	u16 interface;
	u8 initiator;             /* 0: a, 1: b */
	u8 initiator_rank;        /* 0: first packet, 1: SYN-ACK, 2: SYN */
	u32 generation;
	u8 handshake_halves;      /* parts of rtt_handshake known */
	u8 pad[3];
	u64 serial;               /* of the kernel's record: never used twice; 0 = only user space counts it */
};

/* Of the kernel's flow with this serial, in memory that user space shares with the program. Written last is the serial, which is
 * 0 while the rest changes; another flow's in the same place means: nothing is stepped over. */
#define STEPS 16384u
struct step {
	u64 serial;
	s64 until[2];             /* per direction: TCP segments that end here or before are not passed on; 0: all are */
};

/* One network packet on its way through the parser. Offsets count from the start of the frame. */
struct packet {
	u64 now;
	u64 source[2], destination[2];
	s64 offset;               /* TCP: stream position of the first payload byte */
#ifdef __bpf__
	u64 options;              /* of a SYN, where they are read before its flow is known */
#endif
	u32 wire;                 /* length of the frame on the wire */
	u32 l3, l4, end;          /* network header, transport header, end of the network packet (on the wire) */
	u32 data, data_length;    /* what follows the transport header */
	u32 ident;                /* IP identification */
	u32 seq, ack;
	u32 tunnel;
	u32 segments;             /* wire packets in this one (offload), at least 1 */
	u16 ethertype, vlan, vlan_inner, interface;
	u16 source_port, destination_port;
	u16 window, last_type;
	u16 fragment_offset;      /* in bytes */
	u8 family, protocol, ttl, tos;
	u8 fragment, more, has_ports, has_tcp;
	u8 tcp_flags, tcp_header, direction, midstream;
	u8 has_link, plain;       /* a link-layer row is possible; ... and is what this packet gets */
	u8 space;                 /* NUMBER_: of ethertype, where the row is plain */
	u8 extensions;            /* IPv6 extension headers taken off */
	u8 by_kernel;             /* in user space: the kernel's program counts this packet if it is whole IP */
	u8 source_mac[6], destination_mac[6];
};

struct totals {
	u64 packets, bytes, captured_bytes, flows, inspected, inspect_lost;
	u64 not_understood, not_understood_bytes, table_full, fragments;
};
#endif
