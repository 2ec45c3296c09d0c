//! What a model may ask for, and why it asks: facts with causes, sends, timers. Nothing here schedules.

use std::num::NonZeroU32;

use super::draw::Draw;
use super::ids::Actor;
use super::time::Time;

/// A fact's place on the path from time 0, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId(NonZeroU32);

impl FactId {
    /// The first fact of every run: that it began.
    pub const FIRST: FactId = FactId(NonZeroU32::MIN);

    /// The fact at a place counted from 0.
    pub fn at(index: usize) -> FactId {
        let one_based = u32::try_from(index + 1).expect("a run keeps fewer than 2^32 facts");
        FactId(NonZeroU32::new(one_based).expect("index + 1 is not zero"))
    }

    /// The place counted from 0.
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    /// The id of the fact after this one.
    pub fn next(self) -> FactId {
        FactId(self.0.checked_add(1).expect("a run keeps fewer than 2^32 facts"))
    }
}

/// Why something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cause {
    /// The fact that set it off.
    pub trigger: FactId,
    /// The facts that made it turn out so.
    pub because: [Option<FactId>; 2],
}

impl Cause {
    /// Set off by a fact, with nothing more to say.
    pub const fn by(trigger: FactId) -> Cause {
        Cause { trigger, because: [None, None] }
    }

    /// The same with one more reason; a third is dropped.
    pub fn because(mut self, fact: FactId) -> Cause {
        if let Some(free) = self.because.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(fact);
        }
        self
    }

    /// The same with a reason where there is one.
    pub fn maybe(self, fact: Option<FactId>) -> Cause {
        fact.map_or(self, |fact| self.because(fact))
    }
}

/// What a model is told about the moment at which it acts.
#[derive(Clone, Copy, Debug)]
pub struct Cx {
    /// Virtual time.
    pub now: Time,
    /// The process that acts.
    pub me: Actor,
    /// Draws by name.
    pub draw: Draw,
    /// What set this off.
    pub cause: Cause,
}

/// What one kind of model emits: facts `F`, sends `S`, timers by key `K`.
///
/// Models ask for `&mut impl Emit<Their, Own, Kinds>`; the world's [`Effects`] joins all of them.
pub trait Emit<F, S, K> {
    /// Records a fact. Its id is known at once and can be kept for a later `because`.
    fn fact(&mut self, fact: F, why: Cause) -> FactId;
    /// Asks for something to be sent.
    fn send(&mut self, send: S, why: Cause);
    /// Sets this actor's timer of that key, replacing one that is set.
    fn timer(&mut self, key: K, at: Time, why: Cause);
    /// Clears this actor's timer of that key, if it is set.
    fn cancel(&mut self, key: K);
}

/// A timer asked for (`at` is a time) or cleared (`None`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimerAsk<K> {
    /// Which timer of the actor.
    pub key: K,
    /// When it is due; `None` clears it.
    pub at: Option<Time>,
    /// Why it was set.
    pub why: Cause,
}

/// Buffers for what models emit. The world owns one, drains it after each call and uses it again.
#[derive(Clone, Debug)]
pub struct Effects<F, S, K> {
    next: FactId,
    /// Facts in the order in which they happened.
    pub facts: Vec<(F, Cause)>,
    /// Sends in the order in which they were asked for.
    pub sends: Vec<(S, Cause)>,
    /// Timers set and cleared, in order.
    pub timers: Vec<TimerAsk<K>>,
}

impl<F, S, K> Default for Effects<F, S, K> {
    fn default() -> Self {
        Effects { next: FactId::FIRST, facts: Vec::new(), sends: Vec::new(), timers: Vec::new() }
    }
}

impl<F, S, K> Effects<F, S, K> {
    /// The id that the next fact will get.
    pub fn next_fact(&self) -> FactId {
        self.next
    }
}

impl<F, S, K, F2, S2, K2> Emit<F, S, K> for Effects<F2, S2, K2>
where
    F2: From<F>,
    S2: From<S>,
    K2: From<K>,
{
    fn fact(&mut self, fact: F, why: Cause) -> FactId {
        let id = self.next;
        self.next = id.next();
        self.facts.push((fact.into(), why));
        id
    }

    fn send(&mut self, send: S, why: Cause) {
        self.sends.push((send.into(), why));
    }

    fn timer(&mut self, key: K, at: Time, why: Cause) {
        self.timers.push(TimerAsk { key: key.into(), at: Some(at), why });
    }

    fn cancel(&mut self, key: K) {
        let why = Cause::by(self.next);
        self.timers.push(TimerAsk { key: key.into(), at: None, why });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_numbered_in_the_order_in_which_they_are_recorded() {
        let mut out: Effects<u32, (), ()> = Effects::default();
        let first = Emit::<u32, (), ()>::fact(&mut out, 7, Cause::by(FactId::FIRST));
        let second = Emit::<u32, (), ()>::fact(&mut out, 8, Cause::by(first));
        assert_eq!((first.index(), second.index()), (0, 1));
        assert_eq!(out.next_fact().index(), 2);
    }

    #[test]
    fn a_cause_keeps_two_reasons_and_drops_a_third() {
        let id = FactId::at;
        let cause = Cause::by(id(0)).because(id(1)).because(id(2)).because(id(3));
        assert_eq!(cause.because, [Some(id(1)), Some(id(2))]);
    }
}
