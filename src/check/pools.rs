//! Who waits for a connection to each store, and for how much of the time somebody does.

use std::collections::BTreeMap;

use crate::sim::{Actor, FactId, NodeId, Span, Time};

/// A time in which nobody waits makes up for so many times as long in which somebody did: a pool for which somebody waits
/// more than three quarters of the time is on its way to be dry.
const RELIEF: u64 = 3;

/// The pools of all stores.
#[derive(Clone, Debug, Default)]
pub(super) struct Pools(BTreeMap<NodeId, Pool>);

#[derive(Clone, Debug)]
struct Pool {
    /// Who waits, first come first; one who waits for several is in it as often.
    waiting: Vec<Actor>,
    /// How long somebody has waited that nothing has made up for, up to then.
    waited: Span,
    then: Time,
    /// The wait with which all of this began, and when.
    first: FactId,
    since: Time,
    /// It was reported since.
    reported: bool,
}

/// A pool that is dry.
pub(super) struct Dry {
    pub(super) service: NodeId,
    /// The wait with which it began.
    pub(super) first: FactId,
    /// Who has waited longest.
    pub(super) who: Actor,
    /// How many wait.
    pub(super) waiting: u32,
    /// When that was certain.
    pub(super) at: Time,
    /// How long it has taken since the first wait.
    pub(super) over: Span,
}

impl Pools {
    /// Somebody begins to wait.
    pub(super) fn awaits(&mut self, who: Actor, (first, now): (FactId, Time)) {
        let new = Pool { waiting: Vec::new(), waited: Span::ZERO, then: now, first, since: now, reported: false };
        let pool = self.0.entry(who.node).or_insert(new);
        pool.comes_to(now);
        if pool.waiting.is_empty() && pool.waited == Span::ZERO {
            (pool.first, pool.since, pool.reported) = (first, now, false);
        }
        pool.waiting.push(who);
    }

    /// Somebody has one now, or has stopped waiting.
    pub(super) fn ends(&mut self, who: Actor, now: Time) {
        let Some(pool) = self.0.get_mut(&who.node) else { return };
        pool.comes_to(now);
        if let Some(place) = pool.waiting.iter().position(|known| *known == who) {
            pool.waiting.remove(place);
        }
    }

    /// A process is no more, or stands still: what it waits for is no sign of too few connections.
    pub(super) fn gone(&mut self, who: Actor, now: Time) {
        let Some(pool) = self.0.get_mut(&who.node) else { return };
        pool.comes_to(now);
        pool.waiting.retain(|known| *known != who);
    }

    /// Somebody has waited for so long that it gives up. Found once, as long as it lasts.
    pub(super) fn times_out(&mut self, who: Actor, now: Time) -> Option<Dry> {
        let pool = self.0.get_mut(&who.node)?;
        (!std::mem::replace(&mut pool.reported, true)).then(|| pool.dry(who, now))
    }

    /// Reports those that have been dry too long by now, and says when the next one may have.
    pub(super) fn look(&mut self, now: Time, limits: &BTreeMap<NodeId, Span>, found: &mut Vec<Dry>) -> Time {
        let mut next = Time::MAX;
        for (service, pool) in &mut self.0 {
            let Some(limit) = limits.get(service).copied() else { continue };
            let at = pool.then + limit.minus(pool.waited);
            pool.comes_to(now);
            // What is beyond the limit need not be made up for.
            pool.waited = pool.waited.min(limit);
            if pool.reported {
                continue;
            }
            match pool.waiting.first().copied() {
                Some(who) if at <= now => {
                    pool.reported = true;
                    found.push(pool.dry(who, at));
                }
                // Nobody need wait yet: as soon as somebody does, that is how long it takes.
                _ => next = next.min(now + limit.minus(pool.waited).max(Span(1))),
            }
        }
        next
    }
}

impl Pool {
    fn comes_to(&mut self, now: Time) {
        let passed = now.since(self.then);
        self.waited = if self.waiting.is_empty() {
            self.waited.minus(Span(passed.0.saturating_mul(RELIEF)))
        } else {
            Span(self.waited.0.saturating_add(passed.0))
        };
        self.then = now;
    }

    fn dry(&self, who: Actor, at: Time) -> Dry {
        let waiting = u32::try_from(self.waiting.len()).unwrap_or(u32::MAX);
        Dry { service: who.node, first: self.first, who, waiting, at, over: at.since(self.since) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Role;

    const STORE: NodeId = NodeId(2);
    const WHO: Actor = Actor::new(STORE, Role::Instance, 0);

    fn at(ms: u64) -> Time {
        Time::ZERO + Span::ms(ms)
    }

    /// When a pool is found to be dry for which somebody waits so long of every second; one may wait for 10 s.
    fn dry(waits_ms: u64) -> Vec<(Time, Span)> {
        let (mut pools, limits) = (Pools::default(), BTreeMap::from([(STORE, Span::secs(10))]));
        let mut found = Vec::new();
        for second in 0..60 {
            let begin = second * 1_000;
            pools.look(at(begin), &limits, &mut found);
            pools.awaits(WHO, (FactId::FIRST, at(begin)));
            pools.look(at(begin + waits_ms), &limits, &mut found);
            pools.ends(WHO, at(begin + waits_ms));
        }
        found.into_iter().map(|dry| (dry.at, dry.over)).collect()
    }

    #[test]
    fn a_pool_is_dry_once_somebody_waits_for_nearly_all_of_the_time() {
        assert_eq!(dry(1_000), [(at(10_000), Span::secs(10))]);
        let nearly = dry(900);
        assert!(nearly.len() == 1 && nearly[0].0 > at(15_000) && nearly[0].0 < at(20_000), "{nearly:?}");
        assert_eq!(dry(750), []);
        assert_eq!(dry(100), []);
    }

    #[test]
    fn who_stands_still_waits_for_nothing() {
        let (mut pools, limits) = (Pools::default(), BTreeMap::from([(STORE, Span::secs(10))]));
        let mut found = Vec::new();
        pools.awaits(WHO, (FactId::FIRST, at(0)));
        pools.gone(WHO, at(1_000));
        pools.look(at(60_000), &limits, &mut found);
        assert!(found.is_empty());
    }

    #[test]
    fn who_gives_up_tells_of_it_once() {
        let mut pools = Pools::default();
        pools.awaits(WHO, (FactId::FIRST, at(0)));
        assert!(pools.times_out(WHO, at(3_000)).is_some_and(|dry| dry.waiting == 1 && dry.over == Span::secs(3)));
        assert!(pools.times_out(WHO, at(3_000)).is_none());
    }
}
