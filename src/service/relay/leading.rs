//! Of several relays one leads: the one that holds the lease in the store. The others wait until it runs out.

use crate::sim::{Cause, Cx, Span};

use super::super::facts::{ServiceFact, ServiceOut, ServiceTimer};
use super::super::runtime::Service;
use super::RelayWait;

impl Service {
    /// How long the relays' lease runs, where one of them leads.
    fn lease_span(&self) -> Option<Span> {
        self.config.relay.as_ref().and_then(|config| config.lease)
    }

    /// Whether a relay may begin a round. One that finds that another leads waits until that one's lease runs out.
    pub(super) fn relay_may_work(&mut self, cx: &Cx, out: &mut impl ServiceOut) -> bool {
        let Some(span) = self.lease_span() else {
            if let Some(relay) = self.relay(cx) {
                relay.leads = false;
            }
            return true;
        };
        self.store.count_statement(cx);
        match self.store.take_lease(cx, span, out) {
            Ok(()) => {
                self.relay_leads(cx, span, out);
                true
            }
            Err(lease) => {
                let Some(relay) = self.relay(cx) else { return false };
                if relay.wait != RelayWait::Lease {
                    relay.last = out.fact(ServiceFact::Follows { leader: lease.holder }, cx.cause);
                }
                relay.leads = false;
                relay.wait = RelayWait::Lease;
                relay.at = 0;
                relay.batch.clear();
                relay.entered = cx.now;
                relay.until = lease.until;
                out.timer(ServiceTimer::RelayPoll, lease.until, Cause::by(relay.last));
                false
            }
        }
    }

    /// It holds the lease from now on: it renews it well before it runs out. One that takes over knows no position of
    /// its own, only the one that the leader before it has saved.
    fn relay_leads(&mut self, cx: &Cx, span: Span, out: &mut impl ServiceOut) {
        let Some(relay) = self.relay(cx) else { return };
        if !relay.leads {
            relay.leads = true;
            relay.position = None;
            relay.unsaved = None;
            out.timer(ServiceTimer::RelayLease, cx.now + Span(span.0 / 3), cx.cause);
        }
    }

    /// Renews the lease. One that was too late, as after a pause, finishes its round and then follows.
    pub(super) fn relay_renews(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(span) = self.lease_span() else { return };
        let Some(relay) = self.relay(cx).filter(|relay| relay.leads) else { return };
        let cx = &Cx { cause: Cause::by(relay.last), ..*cx };
        self.store.count_statement(cx);
        if self.store.take_lease(cx, span, out).is_ok() {
            out.timer(ServiceTimer::RelayLease, cx.now + Span(span.0 / 3), cx.cause);
        } else if let Some(relay) = self.relay(cx) {
            relay.leads = false;
        }
    }

    /// The settings have changed: one that works tries to go on working, one that waits looks whether it still has to.
    pub(in crate::service) fn relay_leads_or_follows(&mut self, cx: &Cx, out: &mut impl ServiceOut) {
        let Some(relay) = self.relay(cx) else { return };
        if relay.wait == RelayWait::Lease {
            return self.relay_round(cx, out);
        }
        if relay.leads {
            return;
        }
        if let Some(span) = self.lease_span()
            && self.store.take_lease(cx, span, out).is_ok()
            && let Some(relay) = self.relay(cx)
        {
            relay.leads = true;
            out.timer(ServiceTimer::RelayLease, cx.now + Span(span.0 / 3), cx.cause);
        }
    }
}
