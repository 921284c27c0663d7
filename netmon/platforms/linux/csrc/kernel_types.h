/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * The few kernel types that are read, with only the members that are read. Their offsets are not these: libbpf relocates
 * every access to the running kernel's (CO-RE), which is what preserve_access_index asks for.
 */
#ifndef NETMON_KERNEL_TYPES_H
#define NETMON_KERNEL_TYPES_H

#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define AF_ARP 0x0806	/* no address family of the kernel's: events about ARP */
#define ETH_P_IP 0x0800
#define ETH_P_ARP 0x0806
#define ETH_P_IPV6 0x86dd
#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_DCCP 33
#define IPPROTO_ICMPV6 58
#define IPPROTO_SCTP 132
#define IPPROTO_UDPLITE 136
#define PF_KTHREAD 0x00200000
#define TCP_ESTABLISHED 1
#define TCP_SYN_SENT 2
#define TCP_SYN_RECV 3
#define TCP_TIME_WAIT 6
#define TCP_CLOSE 7
#define TCP_LISTEN 10
#define TCP_NEW_SYN_RECV 12

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common { unsigned int inum; };
struct net { struct ns_common ns; };
struct nsproxy { struct net *net_ns; };
struct qstr { const unsigned char *name; };
struct dentry { struct qstr d_name; };
struct path { struct dentry *dentry; };
struct inode { unsigned long i_ino; };
struct file { struct path f_path; struct inode *f_inode; };
struct mm_struct { struct file *exe_file; unsigned long arg_start, arg_end; };
struct kernfs_node { const char *name; };
struct cgroup;
struct cgroup_subsys_state { struct cgroup *cgroup; struct cgroup_subsys_state *parent; };
struct cgroup { struct cgroup_subsys_state self; struct kernfs_node *kn; };
enum cgroup_subsys_id { memory_cgrp_id, pids_cgrp_id };
struct css_set { struct cgroup_subsys_state *subsys[16]; struct cgroup *dfl_cgrp; };
struct task_struct {
	struct css_set *cgroups;
	unsigned int flags;
	int tgid;
	struct task_struct *group_leader, *real_parent;
	__u64 start_boottime;
	struct nsproxy *nsproxy;
	struct mm_struct *mm;
	char comm[16];
};

struct in6_addr { union { __be32 u6_addr32[4]; } in6_u; };
typedef struct { struct net *net; } possible_net_t;
struct sock_common {
	__be32 skc_daddr, skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
	possible_net_t skc_net;
};
struct sock;
struct socket { struct file *file; struct sock *sk; };
typedef struct { unsigned int val; } kuid_t;
struct sock { struct sock_common __sk_common; __u16 sk_type, sk_protocol; struct socket *sk_socket; kuid_t sk_uid; };
struct net_device { unsigned short hard_header_len; };
struct sk_buff {
	struct net_device *dev;
	struct sock *sk;
	unsigned char *head, *data;
	__u16 network_header;
	__be16 protocol;
};
struct seq_file;
struct bpf_iter_meta { struct seq_file *seq; };
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	struct file *file;
};

#pragma clang attribute pop

#endif
