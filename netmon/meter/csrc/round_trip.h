/* Core: round trips (RFC 6298).
 *
 * They are taken per direction between a segment and its ACK as both pass the tap; Karn's rule: never from a retransmitted
 * one. The two halves together are the path's round trip, wherever the tap is. The handshake is timed from the latest SYN;
 * where only the opener's packets pass, from its SYN to its ACK, which is the same way there and back.
 */
#ifndef NETMON_ROUND_TRIP_H
#define NETMON_ROUND_TRIP_H

#define LONGEST_NS 300000000000ull /* a clock that was set, not a round trip */

/* RFC 6298 section 2. */
static INLINE void rtt_sample(struct direction *d, u64 sample)
{
	u64 error;

	if (d->rtt == 0) {
		d->rtt = sample;
		d->rtt_variation = sample / 2;
	} else {
		error = d->rtt > sample ? d->rtt - sample : sample - d->rtt;
		d->rtt_variation = (3 * d->rtt_variation + error) / 4;
		d->rtt = (7 * d->rtt + sample) / 8;
	}
	if (d->rtt_min == 0 || sample < d->rtt_min)
		d->rtt_min = sample;
}

/* The peer's timed segment, if this ACK covers it. */
static INLINE void tcp_timed(struct flow *f, struct direction *peer, const struct packet *p)
{
	u64 sample;

	if (!(peer->state & TIMING) || (s32)(p->ack - peer->timed_seq) < 0)
		return;
	if (p->now >= peer->timed_ns && p->now - peer->timed_ns < LONGEST_NS) {
		sample = p->now - peer->timed_ns;
		if (sample == 0)
			sample = 1;
		if (!(peer->state & SYN_AGAIN))
			rtt_sample(peer, sample);
		if (peer->state & TIMING_SYN) {
			if ((p->tcp_flags & (TCP_SYN | TCP_RST)) && f->handshake_halves < 2) {
				f->rtt_handshake = sample;
				f->handshake_halves = p->tcp_flags & TCP_RST ? 2 : 1;  /* a refusal is an answer too */
			} else if (!(p->tcp_flags & TCP_SYN) && f->handshake_halves == 1) {
				f->rtt_handshake += sample;
				f->handshake_halves = 2;
			}
		}
	}
	peer->state &= ~TIMINGS;
}

/* The opener's ACK where nothing of the answer passes here. */
static INLINE void tcp_one_sided(struct flow *f, struct direction *me, const struct direction *peer, const struct packet *p)
{
	u64 sample = p->now > me->timed_ns ? p->now - me->timed_ns : 1;

	if (p->seq != me->timed_seq || (peer->state & HAS_SEQUENCE) || f->handshake_halves)
		return;
	if (sample < LONGEST_NS) {
		f->rtt_handshake = sample;
		f->handshake_halves = 2;
		if (!(me->state & SYN_AGAIN))
			rtt_sample(me, sample);
	}
	me->state &= ~TIMINGS;
}
#endif
