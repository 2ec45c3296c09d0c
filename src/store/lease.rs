//! The relays' lease: a row that says which of them works, and until when.

use crate::sim::{Actor, Cx, Span, Time};

use super::Store;
use super::facts::{StoreFact, StoreOut};

/// Who may work, and until when unless it renews.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The process, in the life in which it took the lease.
    pub holder: Actor,
    /// When it runs out.
    pub until: Time,
}

impl Store {
    /// Takes the lease for `cx.me`, or renews it.
    ///
    /// # Errors
    /// Gives back the lease that another process holds.
    pub fn take_lease(&mut self, cx: &Cx, span: Span, out: &mut impl StoreOut) -> Result<(), Lease> {
        let held = self.lease.filter(|lease| lease.until > cx.now && lease.holder != cx.me);
        if let Some(lease) = held {
            return Err(lease);
        }
        let before = self.lease.map(|lease| lease.holder);
        if before != Some(cx.me) {
            out.fact(StoreFact::LeaseTaken { before }, cx.cause);
        }
        self.lease = Some(Lease { holder: cx.me, until: cx.now + span });
        Ok(())
    }

    /// Gives the lease back, if `cx.me` holds it: the next who asks gets it at once.
    pub fn give_up_lease(&mut self, cx: &Cx) {
        self.lease = self.lease.filter(|lease| lease.holder != cx.me);
    }

    /// The lease as it was written last; it may have run out.
    pub fn lease(&self) -> Option<Lease> {
        self.lease
    }
}
