//! What happens on wires, as sentences.

use crate::net::{Closed, Cut, Loss, NetFact, Side, Slow};
use crate::sim::WireId;

use super::naming::{in_words, loss_words, message_name, slow_words, wire_name};
use super::words::{Words, api_name, ms};

impl Words<'_> {
    pub(super) fn cut(&self, wire: WireId, cut: Cut) -> String {
        let wire = wire_name(wire, self.board);
        match cut {
            Cut::None => format!("the wire {wire} was healed"),
            Cut::Both => format!("the wire {wire} was cut both ways"),
            Cut::ToServer => format!("the wire {wire} was cut for requests"),
            Cut::ToClient => format!("the wire {wire} was cut for responses"),
        }
    }

    pub(super) fn slow(&self, wire: WireId, slow: Slow) -> String {
        let wire = wire_name(wire, self.board);
        if slow == Slow::NOT {
            return format!("the wire {wire} is as fast as usual again");
        }
        format!("the wire {wire} became slow: {}", slow_words(slow))
    }

    pub(super) fn loss(&self, wire: WireId, loss: Loss) -> String {
        let wire = wire_name(wire, self.board);
        if loss == Loss::NONE {
            return format!("the wire {wire} loses nothing more");
        }
        format!("the wire {wire} became lossy: {}", loss_words(loss))
    }

    pub(super) fn net(&self, fact: NetFact) -> String {
        let me = self.me();
        match fact {
            NetFact::Sent { wire, to, api, .. } => {
                let way = if to == Side::Server { "on" } else { "back on" };
                format!("{me} sent {} {way} the wire {}", api_name(api), wire_name(wire, self.board))
            }
            NetFact::Carries { message, .. } => format!("{me} put {} on its way", message_name(message, self.board)),
            NetFact::Arrived { wire, .. } => format!("a packet arrived at {me} on the wire {}", wire_name(wire, self.board)),
            NetFact::Discarded { wire, .. } => {
                format!("a packet on the wire {} is gone with its connection", wire_name(wire, self.board))
            }
            NetFact::ConnectionLost { peer, why: Closed::Refused, .. } => {
                format!("{me} was refused: {} does not listen", self.name(peer))
            }
            NetFact::ConnectionLost { peer, why: Closed::ByPeer, .. } => {
                format!("{me} learned that its connection with {} is closed", self.name(peer))
            }
            NetFact::WireCut { wire, cut } => self.cut(wire, cut),
            NetFact::WireSlowed { wire, slow } => self.slow(wire, slow),
            NetFact::WireLossy { wire, loss } => self.loss(wire, loss),
            NetFact::Retransmitted { wire, times, late_ms, .. } => {
                let times = if times == 1 { "once".to_owned() } else { format!("{times} times") };
                let (late, wire) = (in_words(ms(late_ms)), wire_name(wire, self.board));
                format!("a packet of {me} is lost {times} on the wire {wire} and sent again: it comes {late} later")
            }
            NetFact::Delayed { wire, late_ms, .. } => {
                format!("a packet on the wire {} comes {} later", wire_name(wire, self.board), in_words(ms(late_ms)))
            }
            NetFact::ConnectionBroke { wire, .. } => {
                format!("a packet on the wire {} was lost, and its connection broke", wire_name(wire, self.board))
            }
        }
    }
}
