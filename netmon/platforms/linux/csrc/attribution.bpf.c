// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0
/*
 * Which process a socket belongs to, told by the kernel when it happens.
 *
 * In: connect, bind, send, receive and release of sockets, at the root control group (every container and network namespace
 * is below it) and at two tracepoints. Out: "flow" events (a tuple and a process) and one "process" event per process, in two
 * ring buffers whose readers are netmon/platforms/linux/kernel_events.py and its layouts.
 *
 * The owner of a socket lives in the socket's own storage, which accepted sockets inherit from their listener. It is set
 * where the process is known (connect, bind, send, create), and told where the tuple is (TCP: before the SYN leaves; others: at
 * the first packets). Rules: no probe on kernel functions (signatures change); nothing is ever refused; a program that
 * does not load here is left out and the others go on. Kernels from 5.8; types are our own, relocated by CO-RE.
 *
 * WITHOUT_PERFMON: only the control group hooks, which tell of a process its numbers. It is an object of its own, since a
 * verifier (up to Linux 6.12 at least) also looks at what a constant rules out, and refuses a function there that is not permitted.
 */
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "attribution.h"
#include "kernel_types.h"

volatile const __u8 without_groups = 0;	/* no control group hooks: whoever sends first owns the socket */
volatile const __u32 own_process = 0;	/* netmon's packet sockets send nothing worth an event */

char LICENSE[] SEC("license") = "Dual MIT/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} processes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct owner);
} owners SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct told);
} told SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LOST_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} lost SEC(".maps");

/* The key has eight bytes of stack to itself: without CAP_PERFMON Linux 6.1 lets no other half of them be written. */
static __always_inline void count_lost(__u32 which)
{
	__u64 place = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? which : (__u64)which << 32;
	__u64 *counter = bpf_map_lookup_elem(&lost, &place);

	if (counter)
		__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/* ---- processes ---- */

#ifndef WITHOUT_PERFMON
static __always_inline void read_program(struct process_event *event, struct task_struct *task)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	const unsigned char *name = BPF_CORE_READ(mm, exe_file, f_path.dentry, d_name.name);
	unsigned long start = BPF_CORE_READ(mm, arg_start), end = BPF_CORE_READ(mm, arg_end);
	__u64 length = end - start;

	bpf_probe_read_kernel_str(event->executable, sizeof(event->executable), name);
	if (length > sizeof(event->arguments))
		length = sizeof(event->arguments);
	barrier_var(length);
	if (length && length <= sizeof(event->arguments) && !bpf_probe_read_user(event->arguments, length, (void *)start))
		event->arguments_length = length;
}

/* The group that a task has in the hierarchy of a controller; null for the root. */
static __always_inline struct cgroup *group_of(struct css_set *set, __u64 controller)
{
	struct cgroup_subsys_state *state = 0;
	struct cgroup *group = 0;

	bpf_probe_read_kernel(&state, sizeof(state), (void *)__builtin_preserve_access_index(&set->subsys[0]) + controller * 8);
	group = BPF_CORE_READ(state, cgroup);
	return BPF_CORE_READ(group, self.parent) ? group : 0;
}

/*
 * The directory may be gone before anybody can look for its path. Where hierarchies of version 1 stand beside version 2
 * (hybrid), tasks are at the root of the latter, and their managers' groups are in those.
 */
static __always_inline void read_groups(struct process_event *event, struct task_struct *task)
{
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	struct cgroup *group = BPF_CORE_READ(set, dfl_cgrp);

	if (!BPF_CORE_READ(group, self.parent) && bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id))
		group = group_of(set, bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id));
	if (!group && bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id))
		group = group_of(set, bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id));
#pragma unroll
	for (int level = 0; level < GROUPS; level++) {
		struct cgroup_subsys_state *parent = BPF_CORE_READ(group, self.parent);

		if (!parent)
			return; /* the root has no name */
		bpf_probe_read_kernel_str(event->groups[level], GROUP_NAME, BPF_CORE_READ(group, kn, name));
		group = BPF_CORE_READ(parent, cgroup);
	}
}

/* Once per process and program: its names, while it still lives. */
static __always_inline void tell_process(struct owner *owner)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	struct told now = {}, *before;
	struct process_event *event;
	__u32 pid = owner->pid;

	now.started = owner->started;
	now.arguments = BPF_CORE_READ(task, mm, arg_start);
	now.program = (__u64)BPF_CORE_READ(task, mm, exe_file);
	before = bpf_map_lookup_elem(&told, &pid);
	if (before && before->started == now.started && before->arguments == now.arguments && before->program == now.program)
		return;
	event = bpf_ringbuf_reserve(&processes, sizeof(*event), 0);
	if (!event) {
		count_lost(LOST_PROCESSES);
		return;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->started = owner->started;
	event->cgroup = owner->cgroup;
	event->arguments_at = now.arguments;
	event->pid = pid;
	event->parent = BPF_CORE_READ(leader, real_parent, tgid);
	event->uid = owner->uid;
	event->gid = bpf_get_current_uid_gid() >> 32;
	bpf_probe_read_kernel_str(event->name, sizeof(event->name), &leader->comm);
	read_program(event, task);
	read_groups(event, task);
	bpf_ringbuf_submit(event, 0);
	bpf_map_update_elem(&told, &pid, &now, BPF_ANY);
}
#endif

static __always_inline void own(struct owner *owner)
{
	owner->pid = bpf_get_current_pid_tgid() >> 32;
	owner->uid = bpf_get_current_uid_gid();
	owner->cgroup = bpf_get_current_cgroup_id();
	owner->told_other = 0;
#ifndef WITHOUT_PERFMON
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	owner->started = BPF_CORE_READ(task, group_leader, start_boottime);
	owner->namespace = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
	tell_process(owner);
#endif
}

/* ---- events ---- */

static __always_inline struct flow_event *begin(__u8 kind, struct owner *owner)
{
	struct flow_event *event = bpf_ringbuf_reserve(&flows, sizeof(*event), 0);

	if (!event) {
		count_lost(LOST_FLOWS);
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->time = bpf_ktime_get_ns();
	event->kind = kind;
	event->pid = owner->pid;
	event->uid = owner->uid;
	event->started = owner->started;
	event->cgroup = owner->cgroup;
	event->namespace = owner->namespace;
	return event;
}

/* A socket that is closing has no port any more, and the context of some hooks no tuple: what was told stays with the owner. */
static __always_inline void remember(struct owner *owner, struct flow_event *event)
{
	owner->family = event->family;
	owner->local_port = event->local_port;
	owner->remote_port = event->remote_port;
	__builtin_memcpy(owner->local, event->local, 16);
	__builtin_memcpy(owner->remote, event->remote, 16);
}

static __always_inline void recall(struct flow_event *event, struct owner *owner)
{
	event->protocol = IPPROTO_TCP;
	event->family = owner->family;
	event->local_port = owner->local_port;
	event->remote_port = owner->remote_port;
	__builtin_memcpy(event->local, owner->local, 16);
	__builtin_memcpy(event->remote, owner->remote, 16);
}

/* ---- control group: where the process is known ---- */

static __always_inline int address_hook(struct bpf_sock_addr *ctx, int connects)
{
	struct bpf_sock *sk = ctx->sk;
	struct owner *owner;
	__u32 pid = bpf_get_current_pid_tgid() >> 32;

	if (!sk)
		return 1;
	owner = bpf_sk_storage_get(&owners, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!owner) {
		count_lost(LOST_OWNERS);
		return 1;
	}
	if (!connects && owner->pid == pid)
		return 1;
	own(owner);
	owner->budget = 0;
	owner->last_peer = 0;
	return 1;
}

SEC("cgroup/connect4")
int connect4(struct bpf_sock_addr *ctx) { return address_hook(ctx, 1); }

SEC("cgroup/connect6")
int connect6(struct bpf_sock_addr *ctx) { return address_hook(ctx, 1); }

SEC("cgroup/sendmsg4")
int sendmsg4(struct bpf_sock_addr *ctx) { return address_hook(ctx, 0); }

SEC("cgroup/sendmsg6")
int sendmsg6(struct bpf_sock_addr *ctx) { return address_hook(ctx, 0); }

static __always_inline struct owner *own_socket(struct bpf_sock *ctx)
{
	struct owner *owner = bpf_sk_storage_get(&owners, ctx, 0, BPF_SK_STORAGE_GET_F_CREATE);

	if (owner)
		own(owner);
	else
		count_lost(LOST_OWNERS);
	return owner;
}

/*
 * A datagram socket bound to a port answers for it from now on; a TCP one may become a listener. A datagram socket that did
 * not come through sock_create is the kernel's own (VXLAN, WireGuard, ...): whoever had it made, "ip" say, does not own it.
 */
static __always_inline int bound(struct bpf_sock *ctx, int six)
{
	struct flow_event *event;
	struct owner *owner;

	if (ctx->protocol == IPPROTO_TCP) {
		own_socket(ctx);
		return 1;
	}
	if (!bpf_sk_storage_get(&owners, ctx, 0, 0))
		return 1;
	owner = own_socket(ctx);
	if (!owner)
		return 1;
	event = begin(KIND_BOUND, owner);
	if (!event)
		return 1;
	event->family = six ? AF_INET6 : AF_INET;
	event->protocol = ctx->protocol;
	event->local_port = ctx->src_port;
	if (six) {
		event->local[0] = ctx->src_ip6[0];
		event->local[1] = ctx->src_ip6[1];
		event->local[2] = ctx->src_ip6[2];
		event->local[3] = ctx->src_ip6[3];
	} else {
		event->local[0] = ctx->src_ip4;
	}
	bpf_ringbuf_submit(event, 0);
	return 1;
}

SEC("cgroup/post_bind4")
int post_bind4(struct bpf_sock *ctx) { return bound(ctx, 0); }

SEC("cgroup/post_bind6")
int post_bind6(struct bpf_sock *ctx) { return bound(ctx, 1); }

/* Raw, ping and SCTP sockets pass none of the hooks above. Sockets that the kernel makes for itself do not pass this one. */
SEC("cgroup/sock_create")
int sock_create(struct bpf_sock *ctx)
{
	if (ctx->protocol != IPPROTO_TCP)
		own_socket(ctx);
	return 1;
}

/* ---- TCP: where the tuple is known ---- */

SEC("sockops")
int tcp_opened(struct bpf_sock_ops *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	struct flow_event *event;
	struct owner *owner;
	__u8 kind = KIND_OPENED;

	if (ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		kind = KIND_ACCEPTED;
	else if (ctx->op != BPF_SOCK_OPS_TCP_CONNECT_CB)
		return 1;
	if (!sk)
		return 1;
	owner = bpf_sk_storage_get(&owners, sk, 0, 0);
	if (!owner)
		return 1;
	owner->accepted = kind == KIND_ACCEPTED;
	event = begin(kind, owner);
	if (!event)
		return 1;
	event->family = ctx->family;
	event->protocol = IPPROTO_TCP;
	event->local_port = ctx->local_port;
	event->remote_port = bpf_ntohl(ctx->remote_port);
	if (ctx->family == AF_INET) {
		event->local[0] = ctx->local_ip4;
		event->remote[0] = ctx->remote_ip4;
	} else {
		event->local[0] = ctx->local_ip6[0];
		event->local[1] = ctx->local_ip6[1];
		event->local[2] = ctx->local_ip6[2];
		event->local[3] = ctx->local_ip6[3];
		event->remote[0] = ctx->remote_ip6[0];
		event->remote[1] = ctx->remote_ip6[1];
		event->remote[2] = ctx->remote_ip6[2];
		event->remote[3] = ctx->remote_ip6[3];
	}
	remember(owner, event);
	bpf_ringbuf_submit(event, 0);
	return 1;
}

/* ---- TCP: another process than the opener or listener works with the socket (a worker, a forked child) ---- */

static __always_inline int handled(struct owner *owner, __u32 pid)
{
	return pid && owner->pid && owner->pid != pid && owner->told_other != pid;
}

SEC("cgroup/sock_release")
int sock_release(struct bpf_sock *ctx)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct owner *owner, other = {};
	struct flow_event *event;

	if (ctx->protocol != IPPROTO_TCP)
		return 1;
	owner = bpf_sk_storage_get(&owners, ctx, 0, 0);
	if (!owner || !owner->accepted || !handled(owner, pid))
		return 1;
	own(&other);
	event = begin(KIND_HANDLED, &other);
	owner->told_other = pid;
	if (!event)
		return 1;
	recall(event, owner);
	bpf_ringbuf_submit(event, 0);
	return 1;
}

#ifndef WITHOUT_PERFMON
/* The tuple of a full socket (TCP: address and port are those of its packets). */
static __always_inline void tuple_of(struct flow_event *event, struct sock *sk)
{
	event->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	event->protocol = BPF_CORE_READ(sk, sk_protocol);
	event->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	event->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (event->family == AF_INET) {
		event->local[0] = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
		event->remote[0] = BPF_CORE_READ(sk, __sk_common.skc_daddr);
	} else {
		BPF_CORE_READ_INTO(&event->local, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO(&event->remote, sk, __sk_common.skc_v6_daddr);
	}
}

SEC("tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(tcp_received, struct sock *sk)
{
	struct owner *owner = bpf_sk_storage_get(&owners, sk, 0, 0), other = {};
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct flow_event *event;

	if (!owner || !handled(owner, pid) || BPF_CORE_READ(task, flags) & PF_KTHREAD)
		return 0;
	own(&other);
	event = begin(owner->accepted ? KIND_HANDLED : KIND_SHARED, &other);
	owner->told_other = pid;
	if (!event)
		return 0;
	if (owner->local_port)
		recall(event, owner);
	else
		tuple_of(event, sk);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* ---- everything but TCP: the first packets of a socket carry the tuple ---- */

static __always_inline int read_ports(struct flow_event *event, const unsigned char *at, __u8 protocol)
{
	__u8 header[8];

	if (bpf_probe_read_kernel(header, sizeof(header), at))
		return 0;
	if ((protocol == IPPROTO_ICMP && (header[0] == 8 || header[0] == 0)) ||
	    (protocol == IPPROTO_ICMPV6 && (header[0] == 128 || header[0] == 129))) {
		event->local_port = event->remote_port = header[4] << 8 | header[5];
	} else if (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
		   protocol == IPPROTO_DCCP || protocol == IPPROTO_UDPLITE) {
		event->local_port = header[0] << 8 | header[1];
		event->remote_port = header[2] << 8 | header[3];
	}
	return 1;
}

/* The packet's own tuple; 0 when there is none to tell. */
static __always_inline int read_packet(struct flow_event *event, const unsigned char *at, __u16 type)
{
	__u8 ip[40];

	if (bpf_probe_read_kernel(ip, 20, at))
		return 0;
	if (type == bpf_htons(ETH_P_ARP)) {
		event->family = AF_ARP;
		__builtin_memcpy(event->local, ip + 14, 4);
		return !bpf_probe_read_kernel(event->remote, 4, at + 24);
	}
	if (type == bpf_htons(ETH_P_IP)) {
		__u32 fragment = (ip[6] & 0x1f) << 8 | ip[7];

		event->family = AF_INET;
		event->protocol = ip[9];
		__builtin_memcpy(event->local, ip + 12, 4);
		__builtin_memcpy(event->remote, ip + 16, 4);
		return !fragment && read_ports(event, at + (ip[0] & 15) * 4, ip[9]);
	}
	if (type != bpf_htons(ETH_P_IPV6) || bpf_probe_read_kernel(ip, 40, at))
		return 0;
	event->family = AF_INET6;
	event->protocol = ip[6];
	__builtin_memcpy(event->local, ip + 8, 16);
	__builtin_memcpy(event->remote, ip + 24, 16);
	return read_ports(event, at + 40, ip[6]);
}

/* At most PEERS peers at once and PEERS_A_SECOND after: a flood from one socket is one process all the same. */
static __always_inline int affordable(struct owner *owner, __u64 now)
{
	if (now - owner->window > 1000000000) {
		owner->window = now;
		owner->budget = 0;
	}
	return owner->budget++ < PEERS_A_SECOND;
}

static __always_inline void sent(struct sk_buff *skb, struct sock *sk, int raw)
{
	struct flow_event event = {}, *told_event;
	int create = raw || without_groups;
	struct owner *owner = bpf_sk_storage_get(&owners, sk, 0, create ? BPF_SK_STORAGE_GET_F_CREATE : 0);
	const unsigned char *at;
	__u16 type = skb->protocol;
	__u64 peer;

	if (!owner)
		return;
	if (raw) {
		__u32 pid = bpf_get_current_pid_tgid() >> 32;

		if (pid == own_process)
			return;
		if (owner->pid != pid)
			own(owner);
		at = skb->data + skb->dev->hard_header_len;
	} else {
		if (create && !owner->pid && BPF_CORE_READ(sk, sk_socket, file)) /* the kernel's own sockets have no file */
			own(owner);
		at = skb->head + skb->network_header;
	}
	if (!owner->pid || !read_packet(&event, at, type))
		return;
	peer = (__u64)event.remote[0] * 0x9e3779b97f4a7c15ull ^ (__u64)event.remote[3] << 20 ^ (__u64)event.remote[2] << 40 ^
	       (__u64)event.remote_port << 48 ^ (__u64)event.local_port << 32 ^ event.local[0] ^ event.protocol;
	if (peer == owner->last_peer || !affordable(owner, bpf_ktime_get_ns()))
		return;
	told_event = begin(KIND_SENT, owner);
	if (!told_event)
		return;
	owner->last_peer = peer;
	told_event->family = event.family;
	told_event->protocol = event.protocol;
	told_event->local_port = event.local_port;
	told_event->remote_port = event.remote_port;
	__builtin_memcpy(told_event->local, event.local, 16);
	__builtin_memcpy(told_event->remote, event.remote, 16);
	bpf_ringbuf_submit(told_event, 0);
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(packet_sent, struct sk_buff *skb)
{
	struct sock *sk = skb->sk;
	__u16 family;
	__u8 state;

	if (!sk)
		return 0;
	family = sk->__sk_common.skc_family;
	if (family == AF_PACKET) {
		sent(skb, sk, 1);
		return 0;
	}
	state = sk->__sk_common.skc_state;
	if ((family != AF_INET && family != AF_INET6) || state == TCP_TIME_WAIT || state == TCP_NEW_SYN_RECV)
		return 0; /* the two states are those of sockets that are not whole */
	if (sk->sk_protocol != IPPROTO_TCP || (without_groups && state == TCP_SYN_SENT))
		sent(skb, sk, 0);
	return 0;
}

/* ---- without CAP_NET_ADMIN or control groups: TCP by its changes of state ---- */

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tcp_state, struct sock *sk, int before, int after)
{
	struct flow_event *event;
	struct owner *owner;

	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return 0;
	if (after == TCP_SYN_SENT || after == TCP_LISTEN) {
		owner = bpf_sk_storage_get(&owners, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
		if (owner)
			own(owner);
		return 0;
	}
	if (after != TCP_ESTABLISHED)
		return 0;
	owner = bpf_sk_storage_get(&owners, sk, 0, 0);
	if (!owner || !owner->pid)
		return 0;
	owner->accepted = before == TCP_SYN_RECV;
	event = begin(owner->accepted ? KIND_ACCEPTED : KIND_OPENED, owner);
	if (!event)
		return 0;
	tuple_of(event, sk);
	remember(owner, event);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* ---- on demand: the sockets there are, in all namespaces, and who holds them ---- */

static __always_inline void tell_socket(struct seq_file *to, struct task_struct *task, struct file *file, struct sock *sk)
{
	struct socket_record record = {};

	record.inode = BPF_CORE_READ(file, f_inode, i_ino);
	record.pid = task->tgid;
	record.namespace = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	record.uid = BPF_CORE_READ(sk, sk_uid.val);
	record.family = BPF_CORE_READ(sk, __sk_common.skc_family);
	record.protocol = BPF_CORE_READ(sk, sk_protocol);
	record.type = BPF_CORE_READ(sk, sk_type);
	record.state = BPF_CORE_READ(sk, __sk_common.skc_state);
	record.local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	record.remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (record.family == AF_INET) {
		record.local[0] = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
		record.remote[0] = BPF_CORE_READ(sk, __sk_common.skc_daddr);
	} else {
		BPF_CORE_READ_INTO(&record.local, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO(&record.remote, sk, __sk_common.skc_v6_daddr);
	}
	bpf_seq_write(to, &record, sizeof(record));
}

SEC("iter/task_file")
int existing(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket *socket;
	struct owner *owner;
	struct sock *sk;
	__u16 family;

	if (!task || !file)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk)
		return 0;
	family = sk->__sk_common.skc_family;
	if (family != AF_INET && family != AF_INET6)
		return 0;
	tell_socket(ctx->meta->seq, task, file, sk);
	owner = bpf_sk_storage_get(&owners, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	/* The first holder stands for all, but process 1 for nobody: it keeps the sockets of services it starts on demand. */
	if (owner && owner->pid <= 1) {
		owner->pid = task->tgid;
		owner->started = BPF_CORE_READ(task, group_leader, start_boottime);
		owner->namespace = sk->__sk_common.skc_net.net->ns.inum;
	}
	return 0;
}
#endif
