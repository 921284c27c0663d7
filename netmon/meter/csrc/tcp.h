/* Core: what a TCP segment changes in its flow (RFC 9293, 5681, 6298, 7323).
 *
 * Definitions follow tshark's tcp.analysis where it can be done in constant memory: a retransmission starts below the highest
 * sequence number seen; it is out of order instead when it falls into a hole and comes within the handshake's round trip
 * (3 ms when unknown) of the last advance; keep-alives and zero-window probes are neither. A counter never claims what the
 * capture cannot show: a hole alone counts nothing.
 * Round trips are round_trip.h's.
 */
#ifndef NETMON_TCP_H
#define NETMON_TCP_H

#define REORDER_NS 3000000ull
#define FAST_NS 20000000ull
#define FARTHEST (1 << 30)          /* the largest window there is; farther jumps are another stream or damage */
#define LATE_SYN 65536
#define MAX_OPTIONS 24
#ifndef EACH_OPTION
#define EACH_OPTION(body) for (int i = 0; i < MAX_OPTIONS; i++) body
#endif

#include "round_trip.h"

static INLINE s64 position(const struct direction *me, u32 seq) { return me->next_pos + (s32)(seq - me->next_seq); }

/* Whether a SYN cannot belong to the connection this record is about. */
static INLINE int is_new_generation(const struct flow *f, const struct direction *me, const struct direction *peer,
				    const struct packet *p)
{
	int ended = (f->tcp_bits & BITS_ENDED) != 0;
	s64 where;

	if ((p->tcp_flags & (TCP_SYN | TCP_RST)) != TCP_SYN)
		return 0;
	if (p->tcp_flags & TCP_ACK)
		return ended && (me->state & HAS_ISN) && p->seq != me->isn && !((peer->state & HAS_ISN) && p->ack == peer->isn + 1);
	if (me->state & HAS_ISN)                 /* a refused SYN sent again is another attempt */
		return p->seq != me->isn || (f->tcp_bits & BITS_RST);
	if (me->state & HAS_SEQUENCE) {
		where = position(me, p->seq);
		return where != -1 && (ended || where >= 0 || where < -LATE_SYN);
	}
	if (ended)
		return 1;
	if (peer->state & HAS_ACK) {
		where = (s32)(peer->last_ack - (p->seq + 1));
		return where < 0 || where > LATE_SYN;
	}
	return 0;
}

static INLINE void tcp_bits(struct flow *f, const struct packet *p)
{
	u32 side = p->direction, flags = p->tcp_flags, bits = f->tcp_bits;

	if (flags & TCP_RST) {
		f->tcp_bits = bits | BIT_RST << side;
		return;
	}
	if ((flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
		bits |= BIT_SYN << side;
		if (f->initiator_rank < 2) {
			f->initiator = side;
			f->initiator_rank = 2;
		}
	} else if (flags & TCP_SYN) {
		bits |= BIT_SYNACK << side;
		if (f->initiator_rank < 1) {
			f->initiator = !side;
			f->initiator_rank = 1;
		}
	} else if (p->data_length || ((flags & TCP_ACK) && (!(bits & BIT_SYN << !side) || (bits & (BIT_SYN | BIT_SYNACK) << side)))) {
		bits |= BIT_OPENED;  /* an ACK that answers a SYN without one of its own opens nothing */
	}
	if (flags & TCP_FIN) {
		if (side && !(bits & BITS_FIN))
			bits |= BIT_FIRST_FIN_B;
		bits |= BIT_FIN << side;
	}
	f->tcp_bits = bits;
}

/* The option at `at`: where the next one is, 0 when this was the last. */
static INLINE u32 tcp_option(CTX *ctx, u32 at, u32 end, u64 *found)
{
	u8 head[2], value[2];

	if (at >= end || LOAD(ctx, at, head, 1) || head[0] == 0)
		return 0;
	if (head[0] == 1)
		return at + 1;
	if (at + 2 > end || LOAD(ctx, at, head, 2) || head[1] < 2 || at + head[1] > end)
		return 0;
	if (head[0] == 2 && head[1] == 4 && !LOAD(ctx, at + 2, value, 2) && (value[0] | value[1]))
		*found = (*found & ~0xffffull) | (u16)value[0] << 8 | value[1];
	else if (head[0] == 3 && head[1] == 3 && !LOAD(ctx, at + 2, value, 1))
		*found = (*found & ~0xff0000ull) | (u64)((value[0] > 14 ? 14 : value[0]) + 1) << 16;
	else if (head[0] == 4 && head[1] == 2)
		*found |= 1 << 24;
	return at + head[1];
}

/* MSS, window scale + 1 << 16, SACK-permitted << 24. */
static INLINE u64 tcp_each_option(CTX *ctx, u32 at, u32 end, u64 unknown)
{
	u64 found = 0;

	EACH_OPTION({
		FORGET(at, unknown);
		FORGET(found, unknown);
		at = tcp_option(ctx, at, end, &found);
		if (!at)
			return found;
	})
	return found;
}

/* The same; in the kernel a function of its own, so that it is verified once. */
SUBPROGRAM u64 tcp_options(CTX *ctx, u32 at, u32 end)
{
	return tcp_each_option(ctx, at, end, 0);
}

#ifndef OPTIONS
#define OPTIONS(ctx, p) tcp_options(ctx, (p)->l4 + 20, (p)->l4 + (p)->tcp_header)
#endif

static INLINE void tcp_acknowledgement(struct flow *f, struct direction *me, struct direction *peer, const struct packet *p,
				       int in_sequence)
{
	u32 flags = p->tcp_flags;

	if ((flags & TCP_SYN) && !(peer->state & HAS_SEQUENCE)) {  /* a SYN-ACK tells where the unseen SYN was */
		peer->next_seq = p->ack;
		peer->next_pos = 0;
		peer->next_ns = p->now;
		peer->state |= HAS_SEQUENCE | HAS_START;
	}
	tcp_timed(f, peer, p);
	if ((me->state & HAS_ACK) && p->ack == me->last_ack) {
		/* RFC 5681 section 2: data outstanding, nothing carried, same ACK, same window */
		if (in_sequence && p->data_length == 0 && !(flags & (TCP_SYN | TCP_FIN)) && p->window && p->window == me->raw_window &&
		    (peer->state & HAS_SEQUENCE) && (s32)(peer->next_seq - p->ack) > 0 && !(peer->state & KEEPALIVE)) {
			ADD(&me->duplicate_acks, 1);
			if (me->duplicate_run < 255)
				me->duplicate_run++;
			me->ack_ns = p->now;
		}
	} else if (!(me->state & HAS_ACK) || (s32)(p->ack - me->last_ack) > 0) {
		me->last_ack = p->ack;
		me->state |= HAS_ACK;
		me->duplicate_run = 0;
	}
	if ((peer->state & HOLE) && (s32)(p->ack - peer->hole_high) >= 0)
		peer->state &= ~HOLE;
	if ((peer->state & HAS_FIN) && (s32)(p->ack - peer->fin_end) >= 0)
		f->tcp_bits |= BIT_FIN_ACKED << !p->direction;
}

/* A segment that starts below the highest sequence number seen. */
static INLINE void tcp_old_segment(struct flow *f, struct direction *me, const struct direction *peer, const struct packet *p,
				   u32 span)
{
	u64 since = p->now > me->next_ns ? p->now - me->next_ns : 0;
	u64 limit = f->rtt_handshake ? f->rtt_handshake : REORDER_NS;
	u32 end = p->seq + span;
	int hole = (me->state & HOLE) && (s32)(p->seq - me->hole_low) >= 0 && (s32)(me->hole_high - p->seq) > 0;
	int fast = peer->duplicate_run >= 2 && peer->last_ack == p->seq &&
		   (p->now < peer->ack_ns || p->now - peer->ack_ns < FAST_NS);
	int late = !fast && hole && since < limit;

	FORGET(hole, p->now);
	FORGET(fast, p->now);
	FORGET(late, p->now);
	ADD(&me->fast_retransmissions, fast);  /* no branches: compilers make of them one addition to a place worked out */
	ADD(&me->out_of_order, late);
	ADD(&me->retransmissions, !late);
	me->state &= ~TIMINGS;
	if ((p->tcp_flags & TCP_SYN) && f->handshake_halves < 2) {
		me->timed_seq = end;
		me->timed_ns = p->now;
		me->state |= TIMINGS;
	}
	if (hole) {
		if (p->seq == me->hole_low)
			me->hole_low = end;
		else if ((s32)(end - me->hole_high) >= 0)
			me->hole_high = p->seq;
		if ((s32)(me->hole_high - me->hole_low) <= 0)
			me->state &= ~HOLE;
	}
}

static INLINE void tcp_window(struct direction *me, const struct direction *peer, const struct packet *p)
{
	u32 scale = 0;

	if (!(p->tcp_flags & TCP_SYN) && me->window_scale && (peer->window_scale || !(peer->state & HAS_ISN)))
		scale = me->window_scale - 1;
	me->raw_window = p->window;
	me->window = (u32)p->window << (scale & 15);
	me->state |= HAS_WINDOW;
	if (p->window == 0 && !(p->tcp_flags & (TCP_SYN | TCP_FIN)))
		ADD(&me->zero_windows, 1);
}

static INLINE void tcp_update(CTX *ctx, struct flow *f, struct direction *me, struct direction *peer, struct packet *p)
{
	u32 flags = p->tcp_flags, syn = (flags & TCP_SYN) != 0, fin = (flags & TCP_FIN) != 0;
	u32 span = p->data_length + syn + fin, end = p->seq + span;
	s32 delta;
	int probe = 0, keepalive = 0, late_syn;

	FORGET(syn, p->now);
	FORGET(fin, p->now);
	FORGET(span, p->now);
	FORGET(end, p->now);
	me->tcp_flags |= flags;
	tcp_bits(f, p);
	if (flags & TCP_RST) {
		p->offset = me->state & HAS_SEQUENCE ? position(me, p->seq) : 0;
		p->midstream = !(me->state & HAS_START);
		if ((flags & TCP_ACK) && (peer->state & TIMING_SYN))
			tcp_timed(f, peer, p);
		return;
	}
	if (syn) {
		u64 options = OPTIONS(ctx, p);
		if (options & 0xffff)
			me->mss = options & 0xffff;
		if (options >> 16 & 0xff)
			me->window_scale = options >> 16 & 0xff;
		me->sack |= options >> 24 & 1;
	}
	late_syn = syn && (me->state & (HAS_SEQUENCE | HAS_ISN)) == HAS_SEQUENCE;
	FORGET(late_syn, p->now);
	if (!(me->state & HAS_SEQUENCE)) {
		me->next_seq = p->seq;
		me->next_pos = syn ? -1 : 0;
		me->next_ns = p->now;
		me->state |= HAS_SEQUENCE | (syn ? HAS_START : 0);
	}
	if (syn && !(me->state & HAS_ISN)) {
		me->isn = p->seq;
		me->state |= HAS_ISN;
	}
	p->offset = position(me, p->seq + syn);
	p->midstream = !(me->state & HAS_START);
	delta = (s32)(p->seq - me->next_seq);
	if (delta > FARTHEST || delta < -FARTHEST) {
		me->next_seq = p->seq;
		me->state &= ~(HOLE | TIMINGS);
		p->offset = me->next_pos;
		delta = 0;
	}
	FORGET(delta, p->now);
	FORGET(p->offset, p->now);
	FORGET(p->midstream, p->now);
	if ((flags & (TCP_SYN | TCP_ACK)) == TCP_ACK && (me->state & TIMING_SYN))
		tcp_one_sided(f, me, peer, p);
	if (flags & TCP_ACK)
		tcp_acknowledgement(f, me, peer, p, delta == 0);
	if (span == 1 && p->data_length == 1 && delta == 0 && (peer->state & HAS_WINDOW) && peer->raw_window == 0)
		probe = 1;
	else if (p->data_length <= 1 && delta == -1 && !syn && !fin) {
		keepalive = 1;
		me->state &= ~TIMINGS;  /* or a retransmission of one byte, which looks the same */
	} else if (span && delta < 0 && !late_syn)
		tcp_old_segment(f, me, peer, p, span);
	else if (delta > 0) {
		if (!(me->state & HOLE))
			me->hole_low = me->next_seq;
		me->hole_high = p->seq;
		me->state |= HOLE;
	}
	FORGET(probe, p->now);
	FORGET(keepalive, p->now);
	me->state = keepalive ? me->state | KEEPALIVE : me->state & ~KEEPALIVE;
	if (fin && !(me->state & HAS_FIN)) {
		me->fin_end = end;
		me->state |= HAS_FIN;
	}
	tcp_window(me, peer, p);
	if (probe || (s32)(end - me->next_seq) <= 0)
		return;
	me->next_pos += (s32)(end - me->next_seq);
	me->next_seq = end;
	me->next_ns = p->now;
	if (delta >= 0 && span && !(me->state & TIMING)) {
		me->timed_seq = end;
		me->timed_ns = p->now;
		me->state |= TIMING | (syn ? TIMING_SYN : 0);
	}
}
#endif
