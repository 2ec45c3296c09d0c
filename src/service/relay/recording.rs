//! A relay records what it has published, and deletes published rows that are old enough.

use crate::sim::{Cause, Cx};
use crate::store::{OutboxId, RelayKind};

use super::super::facts::ServiceOut;
use super::super::runtime::Service;

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
        let Some(relay) = self.relays.get_mut(&cx.me.ordinal) else { return };
        if relay.kind() != RelayKind::Tail || cx.now < relay.saved + flush {
            return;
        }
        if let (Some(row), Some(place)) = (relay.unsaved.take(), relay.position) {
            relay.saved = cx.now;
            self.store.save_log_position(cx, place, row, out);
        }
    }

    /// Deletes published rows at the end of a round, at most a batch of them.
    pub(super) fn relay_cleans(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some((keep, most)) = self.config.relay.as_ref().and_then(|config| Some((config.keep?, config.batch))) else {
            return;
        };
        let Some(relay) = self.relay(cx) else { return };
        let why = Cause::by(relay.last);
        self.store.clean(&Cx { cause: why, ..*cx }, keep, most, out);
    }
}
