//! A relay records what it has published, and deletes published rows that are old enough.

use crate::sim::Cx;
use crate::store::{OutboxId, RelayKind};

use super::super::facts::ServiceOut;
use super::super::runtime::Service;
use super::{RelayWait, Then};

impl Service {
    /// Marks the rows of its batch, or saves its position; one that tails only now and then.
    pub(super) fn relay_records(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(relay) = self.relay(cx) else { return };
        let ids: Vec<OutboxId> = relay.batch.iter().map(|row| row.id).collect();
        match relay.kind() {
            RelayKind::Flag => self.store.mark(cx, &ids, out),
            RelayKind::Cursor => self.store.save_cursor(cx, &ids, out),
            RelayKind::Tail => self.relay_saves_in_time(cx, out),
        }
    }

    /// Saves the position of a relay that tails, if the last time is long enough ago.
    pub(super) fn relay_saves_in_time(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(flush) = self.config.relay.as_ref().map(|config| config.flush) else { return };
        if self.relay(cx).is_some_and(|relay| cx.now >= relay.saved + flush) {
            self.relay_saves(cx, out);
        }
    }

    /// Saves the position of a relay that tails, as one does that ends in good order or changes to another kind.
    pub(in crate::service) fn relay_saves(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(relay) = self.relays.get_mut(&cx.me.ordinal).filter(|relay| relay.kind() == RelayKind::Tail) else { return };
        if let (Some(row), Some(place)) = (relay.unsaved.take(), relay.position) {
            relay.saved = cx.now;
            self.store.save_log_position(cx, place, row, out);
        }
    }

    /// The end of a round: published rows that are old enough are deleted, at most a batch of them.
    pub(super) fn relay_round_is_over(&mut self, cx: &Cx, then: Then, out: &mut impl ServiceOut) {
        let clean = self.config.relay.as_ref().and_then(|config| Some((config.keep?, config.batch)));
        let due = clean.is_some_and(|(keep, most)| self.store.cleanable(keep, cx.now, most) > 0);
        if due && let Some(relay) = self.relay(cx) {
            relay.cleans = Some(then);
            relay.at = relay.program.lines.len();
            relay.wait = RelayWait::Line;
            return self.relay_executes(cx, out);
        }
        self.relay_goes_on(cx, then, out);
    }

    /// Deletes published rows, then goes on.
    pub(super) fn relay_cleans(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        if let Some((keep, most)) = self.config.relay.as_ref().and_then(|config| Some((config.keep?, config.batch))) {
            self.store.clean(cx, keep, most, out);
        }
        let then = self.relay(cx).and_then(|relay| relay.cleans.take()).unwrap_or(Then::Round);
        self.relay_goes_on(cx, then, out);
    }

    fn relay_goes_on(&mut self, cx: &Cx, then: Then, out: &mut impl ServiceOut) {
        match then {
            Then::Sleep => self.relay_sleeps(cx, out),
            Then::Round => self.relay_round(cx, out),
        }
    }
}
