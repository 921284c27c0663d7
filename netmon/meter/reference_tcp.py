"""What a TCP segment changes in its flow, in plain Python (RFC 9293, 5681, 6298, 7323).

Definitions follow tshark's tcp.analysis where it can be done in constant memory: a retransmission starts below the highest
sequence number seen; it is out of order instead when it falls into a hole and comes within the handshake's round trip (3 ms
when unknown) of the last advance; keep-alives and zero-window probes are neither. A counter never claims what the capture
cannot show: a hole alone counts nothing. Round trips are taken per direction between a segment and its ACK as both pass the
tap, never from a retransmitted segment (Karn). The handshake is timed from the latest SYN; where only the opener's packets
pass, from its SYN to its ACK, which is the same way there and back.
"""

from __future__ import annotations

from typing import Final

from netmon.model.flow import TcpBits

from .reference_flow import Direction, Flow
from .reference_packet import Packet, be16

FIN: Final = 1
SYN: Final = 2
RST: Final = 4
ACK: Final = 16

REORDER_NS: Final = 3_000_000
FAST_NS: Final = 20_000_000
LONGEST_NS: Final = 300_000_000_000
"""A clock that was set, not a round trip."""
FARTHEST: Final = 1 << 30
"""The largest window there is; farther jumps are another stream or damage."""
LATE_SYN: Final = 65_536
_WORD: Final = 0xFFFFFFFF

_SYN: Final = (int(TcpBits.SYN_AB), int(TcpBits.SYN_BA))
_SYNACK: Final = (int(TcpBits.SYNACK_AB), int(TcpBits.SYNACK_BA))
_FIN: Final = (int(TcpBits.FIN_AB), int(TcpBits.FIN_BA))
_FIN_ACKED: Final = (int(TcpBits.FIN_AB_ACKED), int(TcpBits.FIN_BA_ACKED))
_RST: Final = (int(TcpBits.RST_AB), int(TcpBits.RST_BA))
_ENDED: Final = _FIN[0] | _FIN[1] | _RST[0] | _RST[1]


def distance(later: int, earlier: int) -> int:
    """``later - earlier`` in sequence space, as a signed 32-bit number."""
    return ((later - earlier + 0x80000000) & _WORD) - 0x80000000


def _position(me: Direction, seq: int) -> int:
    return me.next_pos + distance(seq, me.next_seq or 0)


def is_new_generation(flow: Flow, p: Packet) -> bool:
    """Whether a SYN cannot belong to the connection this record is about."""
    if p.flags & (SYN | RST) != SYN:
        return False
    me, peer = flow.directions[p.direction], flow.directions[not p.direction]
    ended = bool(flow.tcp_bits & _ENDED)
    if p.flags & ACK:
        answers = peer.isn is not None and p.ack == (peer.isn + 1) & _WORD
        return ended and me.isn is not None and p.seq != me.isn and not answers
    if me.isn is not None:
        return p.seq != me.isn or bool(flow.tcp_bits & (_RST[0] | _RST[1]))  # a refused SYN sent again is another attempt
    if me.next_seq is not None:
        where = _position(me, p.seq)
        return where != -1 and (ended or not -LATE_SYN <= where < 0)
    if ended:
        return True
    return peer.last_ack is not None and not 0 <= distance(peer.last_ack, p.seq + 1) <= LATE_SYN


def tcp_update(flow: Flow, p: Packet) -> None:
    """Account one segment; leaves the payload's stream position in ``p.offset``."""
    me, peer = flow.directions[p.direction], flow.directions[not p.direction]
    syn, fin = bool(p.flags & SYN), bool(p.flags & FIN)
    me.tcp_flags |= p.flags
    _bits(flow, p)
    if p.flags & RST:
        p.offset = 0 if me.next_seq is None else _position(me, p.seq)
        p.midstream = not me.has_start
        if p.flags & ACK and peer.timed_syn:
            _timed(flow, peer, p)
        return
    if syn:
        _options(me, p)
    late_syn = syn and me.next_seq is not None and me.isn is None
    _begin_stream(me, p, syn)
    assert me.next_seq is not None
    p.offset = _position(me, (p.seq + syn) & _WORD)
    p.midstream = not me.has_start
    delta = distance(p.seq, me.next_seq)
    if abs(delta) > FARTHEST:
        me.next_seq = p.seq
        me.hole = None
        me.forget_timing()
        p.offset = me.next_pos
        delta = 0
    if p.flags & (SYN | ACK) == ACK and me.timed_syn:
        _one_sided(flow, p)
    if p.flags & ACK:
        _acknowledgement(flow, p, delta == 0)
    _advance(flow, p, delta, late_syn)
    if fin and me.fin_end is None:
        me.fin_end = (p.seq + p.data_length + syn + fin) & _WORD


def _begin_stream(me: Direction, p: Packet, syn: bool) -> None:
    if me.next_seq is None:
        me.next_seq, me.next_ns = p.seq, p.now
        me.next_pos = -1 if syn else 0
        me.has_start = syn
    if syn and me.isn is None:
        me.isn = p.seq


def _advance(flow: Flow, p: Packet, delta: int, late_syn: bool) -> None:
    """Classify the segment by where it starts, then move the highest sequence number."""
    me, peer = flow.directions[p.direction], flow.directions[not p.direction]
    assert me.next_seq is not None
    syn, fin = bool(p.flags & SYN), bool(p.flags & FIN)
    span = p.data_length + syn + fin
    end = (p.seq + span) & _WORD
    probe = span == 1 and p.data_length == 1 and delta == 0 and peer.raw_window == 0
    me.keepalive = False
    if probe:
        pass
    elif p.data_length <= 1 and delta == -1 and not syn and not fin:
        me.keepalive = True
        me.forget_timing()  # or a retransmission of one byte, which looks the same
    elif span and delta < 0 and not late_syn:
        _old_segment(flow, p, span)
    elif delta > 0:
        me.hole = (me.hole[0] if me.hole else me.next_seq, p.seq)
    _window(me, peer, p)
    ahead = distance(end, me.next_seq)
    if probe or ahead <= 0:
        return
    me.next_pos += ahead
    me.next_seq, me.next_ns = end, p.now
    if delta >= 0 and span and me.timed is None:
        me.timed = (end, p.now)
        me.timed_syn = syn


def _bits(flow: Flow, p: Packet) -> None:
    side, other, flags, bits = p.direction, 1 - p.direction, p.flags, flow.tcp_bits
    if flags & RST:
        flow.tcp_bits = bits | _RST[side]
        return
    if flags & (SYN | ACK) == SYN:
        bits |= _SYN[side]
        if flow.initiator_rank < 2:
            flow.initiator, flow.initiator_rank = side, 2
    elif flags & SYN:
        bits |= _SYNACK[side]
        if flow.initiator_rank < 1:
            flow.initiator, flow.initiator_rank = other, 1
    elif p.data_length or (flags & ACK and (not bits & _SYN[other] or bits & (_SYN[side] | _SYNACK[side]))):
        bits |= TcpBits.OPENED  # an ACK that answers a SYN without one of its own opens nothing
    if flags & FIN:
        if side and not bits & (_FIN[0] | _FIN[1]):
            bits |= TcpBits.FIRST_FIN_BA
        bits |= _FIN[side]
    flow.tcp_bits = int(bits)


def _options(me: Direction, p: Packet) -> None:
    """MSS, window scale and SACK-permitted of a SYN."""
    at, end = p.l4 + 20, p.l4 + p.tcp_header
    for _ in range(24):
        kind = p.captured(at, 1)
        if at >= end or not kind or kind[0] == 0:
            break
        if kind[0] == 1:
            at += 1
            continue
        head = p.captured(at, 2)
        if at + 2 > end or len(head) < 2 or head[1] < 2 or at + head[1] > end:
            break
        value = p.captured(at + 2, head[1] - 2)
        if head == b"\x02\x04" and len(value) == 2:
            me.mss = be16(value) or me.mss
        elif head == b"\x03\x03" and value:
            me.window_scale = min(value[0], 14) + 1
        elif head == b"\x04\x02":
            me.sack = 1
        at += head[1]


def _sample(d: Direction, sample: int) -> None:
    """RFC 6298 section 2."""
    if d.rtt == 0:
        d.rtt, d.rtt_variation = sample, sample // 2
    else:
        d.rtt_variation = (3 * d.rtt_variation + abs(d.rtt - sample)) // 4
        d.rtt = (7 * d.rtt + sample) // 8
    d.rtt_min = min(d.rtt_min or sample, sample)


def _timed(flow: Flow, peer: Direction, p: Packet) -> None:
    """The peer's timed segment, if this ACK covers it."""
    if peer.timed is None or distance(p.ack, peer.timed[0]) < 0:
        return
    sample = p.now - peer.timed[1]
    if 0 <= sample < LONGEST_NS:
        sample = max(sample, 1)
        if not peer.syn_again:
            _sample(peer, sample)
        if peer.timed_syn and flow.handshake_halves < 2 and p.flags & (SYN | RST):
            flow.rtt_handshake = sample
            flow.handshake_halves = 2 if p.flags & RST else 1  # a refusal is an answer too
        elif peer.timed_syn and flow.handshake_halves == 1 and not p.flags & SYN:
            flow.rtt_handshake += sample
            flow.handshake_halves = 2
    peer.forget_timing()


def _one_sided(flow: Flow, p: Packet) -> None:
    """The opener's ACK where nothing of the answer passes here."""
    me, peer = flow.directions[p.direction], flow.directions[not p.direction]
    if me.timed is None or p.seq != me.timed[0] or peer.next_seq is not None or flow.handshake_halves:
        return
    sample = max(p.now - me.timed[1], 1)
    if sample < LONGEST_NS:
        flow.rtt_handshake = sample
        flow.handshake_halves = 2
        if not me.syn_again:
            _sample(me, sample)
    me.forget_timing()


def _acknowledgement(flow: Flow, p: Packet, in_sequence: bool) -> None:
    me, peer = flow.directions[p.direction], flow.directions[not p.direction]
    if p.flags & SYN and peer.next_seq is None:  # a SYN-ACK tells where the unseen SYN was
        peer.next_seq, peer.next_pos, peer.next_ns = p.ack, 0, p.now
        peer.has_start = True
    _timed(flow, peer, p)
    if p.ack == me.last_ack:
        if in_sequence and _is_duplicate(me, peer, p):
            me.duplicate_acks += 1
            me.duplicate_run = min(me.duplicate_run + 1, 255)
            me.ack_ns = p.now
    elif me.last_ack is None or distance(p.ack, me.last_ack) > 0:
        me.last_ack = p.ack
        me.duplicate_run = 0
    if peer.hole and distance(p.ack, peer.hole[1]) >= 0:
        peer.hole = None
    if peer.fin_end is not None and distance(p.ack, peer.fin_end) >= 0:
        flow.tcp_bits |= _FIN_ACKED[not p.direction]


def _is_duplicate(me: Direction, peer: Direction, p: Packet) -> bool:
    """RFC 5681 section 2: data outstanding, nothing carried, same ACK, same window."""
    return (
        p.data_length == 0
        and not p.flags & (SYN | FIN)
        and p.window > 0
        and p.window == me.raw_window
        and peer.next_seq is not None
        and distance(peer.next_seq, p.ack) > 0
        and not peer.keepalive
    )


def _old_segment(flow: Flow, p: Packet, span: int) -> None:
    """A segment that starts below the highest sequence number seen."""
    me, peer = flow.directions[p.direction], flow.directions[not p.direction]
    since = max(p.now - me.next_ns, 0)
    hole = me.hole
    in_hole = hole is not None and distance(p.seq, hole[0]) >= 0 and distance(hole[1], p.seq) > 0
    if peer.duplicate_run >= 2 and peer.last_ack == p.seq and p.now - peer.ack_ns < FAST_NS:
        me.fast_retransmissions += 1
        me.retransmissions += 1
    elif in_hole and since < (flow.rtt_handshake or REORDER_NS):
        me.out_of_order += 1
    else:
        me.retransmissions += 1
    end = (p.seq + span) & _WORD
    me.forget_timing()
    if p.flags & SYN and flow.handshake_halves < 2:
        me.timed = (end, p.now)
        me.timed_syn = me.syn_again = True
    if in_hole and hole is not None:
        low, high = hole
        if p.seq == low:
            low = end
        elif distance(end, high) >= 0:
            high = p.seq
        me.hole = (low, high) if distance(high, low) > 0 else None


def _window(me: Direction, peer: Direction, p: Packet) -> None:
    scale = 0
    if not p.flags & SYN and me.window_scale and (peer.window_scale or peer.isn is None):
        scale = me.window_scale - 1
    me.raw_window = p.window
    me.window = p.window << scale
    if p.window == 0 and not p.flags & (SYN | FIN):
        me.zero_windows += 1
