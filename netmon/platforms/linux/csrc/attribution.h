/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/* Layouts shared with netmon/platforms/linux/kernel_events.py: change both. */
#ifndef NETMON_ATTRIBUTION_H
#define NETMON_ATTRIBUTION_H

enum kind {
	KIND_OPENED = 1,	/* this process connected */
	KIND_ACCEPTED,		/* this process listens; who works with the connection may follow */
	KIND_HANDLED,		/* this process received on, or closed, an accepted connection */
	KIND_SHARED,		/* this process received on a connection that another opened */
	KIND_BOUND,		/* this process bound a datagram socket: no remote end */
	KIND_SENT,		/* this process's socket sent a packet */
};

enum { LOST_FLOWS, LOST_PROCESSES, LOST_OWNERS, LOST_COUNTERS };

#define PEERS_A_SECOND 64

struct flow_event {		/* 88 bytes */
	__u64 time;		/* CLOCK_MONOTONIC, ns */
	__u64 started;		/* of the process, ns after boot; 0 = not known */
	__u64 cgroup;
	__u32 pid, uid;
	__u32 namespace;	/* network namespace, inode number */
	__u16 local_port, remote_port;
	__u16 family, protocol;
	__u8 kind, unused[11];
	__u32 local[4], remote[4];	/* network order, IPv4 in the first four bytes */
};

#define GROUPS 4
#define GROUP_NAME 88

struct process_event {		/* 888 bytes */
	__u64 started, cgroup;
	__u64 arguments_at;	/* in its memory: another place after exec */
	__u32 pid, parent, uid, gid;
	char name[16];
	char executable[80];
	__u32 arguments_length, unused;
	char arguments[392];
	char groups[GROUPS][GROUP_NAME];	/* names of the control group and those above it */
};

struct socket_record {		/* 72 bytes: one descriptor of one process; read by kernel_table.py */
	__u64 inode;
	__u32 pid, namespace, uid;
	__u16 family, protocol, type, local_port, remote_port, state;
	__u32 local[4], remote[4];	/* as above */
	__u32 unused[2];
};

struct owner {
	__u64 started, cgroup, last_peer, window;
	__u32 pid, uid, namespace, told_other, budget, accepted;
	__u16 family, local_port, remote_port, unused;	/* of an accepted connection */
	__u32 local[4], remote[4];
};

struct told {
	__u64 started, arguments, program;
};

#endif
