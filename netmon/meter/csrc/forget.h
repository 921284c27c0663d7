/* flow.bpf.c for loading without CAP_PERFMON: an object of its own, some percent slower.
 *
 * Without CAP_PERFMON the verifier also follows branches that what it knows rules
 * out, up to a million instructions before it gives up. So it is made to forget: a value that is turned twice by one it does
 * not know is itself again, but not to the verifier, and paths that differed by it are one. Loops are written out, since
 * their end is none on a branch that is not taken, and options are read where few paths pass. No functions: with them
 * the verifiers of 5.10 and 6.1 merge paths only where every value is the same.
 */
#ifndef NETMON_FORGET_H
#define NETMON_FORGET_H

#define SUBPROGRAM static INLINE
#define FORGET(value, unknown) \
	do { \
		__typeof__(value) turned_ = (value) ^ (__typeof__(value))(unknown); \
		asm volatile("" : "+r"(turned_)); \
		(value) = turned_ ^ (__typeof__(value))(unknown); \
	} while (0)
#define OPTIONS(ctx, p) ((p)->options)
#define UNROLL _Pragma("clang loop unroll(full)")
#define SIX_TIMES(...) __VA_ARGS__ __VA_ARGS__ __VA_ARGS__ __VA_ARGS__ __VA_ARGS__ __VA_ARGS__
#define EACH_OPTION(...) \
	SIX_TIMES(__VA_ARGS__) SIX_TIMES(__VA_ARGS__) SIX_TIMES(__VA_ARGS__) SIX_TIMES(__VA_ARGS__) \
	_Static_assert(MAX_OPTIONS == 24, "as many as are written out");

#include "types.h"

/* Behind this the verifier knows no more which way the packet was parsed. */
static INLINE void forget_parsing(struct packet *p)
{
	FORGET(p->source[0], p->now);
	FORGET(p->source[1], p->now);
	FORGET(p->destination[0], p->now);
	FORGET(p->destination[1], p->now);
	FORGET(p->wire, p->now);
	FORGET(p->l3, p->now);
	FORGET(p->l4, p->now);
	FORGET(p->end, p->now);
	FORGET(p->data, p->now);
	FORGET(p->data_length, p->now);
	FORGET(p->seq, p->now);
	FORGET(p->ack, p->now);
	FORGET(p->segments, p->now);
	FORGET(p->vlan, p->now);
	FORGET(p->vlan_inner, p->now);
	FORGET(p->interface, p->now);
	FORGET(p->source_port, p->now);
	FORGET(p->destination_port, p->now);
	FORGET(p->window, p->now);
	FORGET(p->last_type, p->now);
	FORGET(p->family, p->now);
	FORGET(p->protocol, p->now);
	FORGET(p->fragment, p->now);
	FORGET(p->has_ports, p->now);
	FORGET(p->has_tcp, p->now);
	FORGET(p->tcp_flags, p->now);
	FORGET(p->tcp_header, p->now);
}
#endif
