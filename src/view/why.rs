//! Why something happened that is no violation, told like one: in a sentence, with the moments that led to it and what would
//! have prevented it.

use crate::check::why;
use crate::session::Session;
use crate::sim::{FactId, NodeId};
use crate::world::Fact;

use super::curing::prevent;
use super::inspect::Selection;
use super::inspector::message_of;
use super::naming::sentence;
use super::strip::ViolationView;
use super::words::describe;

impl Session {
    /// Why a fact happened.
    pub fn why(&self, fact: FactId) -> Option<ViolationView> {
        let (facts, board, names) = (self.all_facts(), self.board(), self.world().names());
        let entry = facts.get(fact.index())?;
        let reasons = why(fact, facts, board)?;
        let told = |id: &FactId| facts.get(id.index()).map(|entry| (entry.at, describe(entry, names, board)));
        let root = facts.get(reasons.root.index()).filter(|_| reasons.root != fact);
        let how = root.map_or_else(
            || "Nothing that is recorded led to it but its own time.".to_owned(),
            |root| format!("It goes back to {}: {}", root.at, sentence(&describe(root, names, board))),
        );
        let by_hand = root.is_some_and(|root| matches!(root.fact, Fact::Acted(_)));
        let nothing = match by_hand {
            true => "No setting of this board would have prevented it: what it goes back to was done to the board.",
            false => "No setting or pattern of this board is known to prevent it.",
        };
        let of_node = (entry.who.node != NodeId(0)).then_some(Selection::Node(entry.who.node));
        Some(ViolationView {
            fact,
            at: entry.at,
            sentence: sentence(&describe(entry, names, board)),
            how,
            steps: reasons.steps.iter().filter_map(told).collect(),
            asks: ViolationView::PREVENTS,
            prevent: reasons.prevent.as_ref().map_or_else(|| nothing.to_owned(), |edit| prevent(edit, board)),
            fix: reasons.prevent,
            about: message_of(&entry.fact).map(Selection::Message).or(of_node).unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{Action, Edit, Place, Process, ProcessAction, ProcessDoes, Setting, from_json};
    use crate::broker::{BrokerFact, GroupState, RebalanceWhy};
    use crate::check::is_worth_asking;
    use crate::rpc::RpcFact;
    use crate::sim::{Role, Span, Time};
    use crate::store::{Rollback, StoreFact};
    use crate::world::Entry;

    fn calm() -> Session {
        let board = from_json(include_str!("../../public/boards/orders.json")).expect("a board");
        Session::new(board).expect("it fits together")
    }

    fn process(session: &mut Session, at: u64, node: u32, does: ProcessDoes) {
        session.seek(Time::ZERO + Span::ms(at));
        let who = Process { node: NodeId(node), role: Role::Instance, ordinal: 0 };
        session.act(Action::Process(ProcessAction { who, does })).expect("it can be done");
    }

    fn find(session: &Session, fits: impl Fn(&Entry) -> bool) -> Option<FactId> {
        session.all_facts().iter().position(fits).map(FactId::at)
    }

    fn expired(entry: &Entry) -> bool {
        matches!(
            entry.fact,
            Fact::Broker(BrokerFact::GroupBecame {
                state: GroupState::PreparingRebalance,
                why: RebalanceWhy::SessionExpired,
                ..
            })
        )
    }

    fn late(entry: &Entry) -> bool {
        matches!(entry.fact, Fact::Rpc(RpcFact::AttemptFailed { timed_out: true, .. }))
    }

    /// Applies what an answer offers where it says, under the same seed and failures, and runs as far as before.
    fn cured(session: &mut Session, answer: &ViolationView) {
        let (end, first) = (session.frontier(), answer.steps.first().expect("it has steps").0);
        session.seek(first - Span(1));
        session.act(Action::Edit(answer.fix.clone().expect("it offers an edit"))).expect("it can be made");
        session.seek(end);
    }

    #[test]
    fn a_rebalance_after_a_pause_goes_back_to_the_pause_and_a_longer_session_prevents_it() {
        let mut session = calm();
        process(&mut session, 15_000, 4, ProcessDoes::Pause);
        process(&mut session, 24_000, 4, ProcessDoes::Resume);
        session.seek(Time::ZERO + Span::secs(40));
        let rebalance = find(&session, expired).expect("the group rebalances");
        let answer = session.why(rebalance).expect("it can be asked");
        assert!(answer.how.contains("0:15.000"), "{}", answer.how);
        assert!(answer.steps.iter().any(|(_, step)| step.contains("payments-1 paused")), "{:#?}", answer.steps);
        assert!(answer.steps.is_sorted_by_key(|(at, _)| *at));
        assert!(answer.prevent.contains("session.timeout.ms"), "{}", answer.prevent);
        cured(&mut session, &answer);
        assert_eq!(find(&session, expired), None, "the longer session outlasts the pause");
        let paused = find(&session, |entry| entry.fact == Fact::Process(crate::world::ProcessFact::Paused));
        assert!(paused.is_some(), "the same pause happened again");
    }

    #[test]
    fn under_the_consumer_protocol_the_longer_session_is_the_brokers() {
        let mut board = from_json(include_str!("../../public/boards/orders.json")).expect("a board");
        let payments = board.services.iter_mut().find(|service| service.title == "Payments").expect("it is there");
        payments.settings.0.insert(Setting::GroupProtocol, 1);
        let mut session = Session::new(board).expect("it fits together");
        process(&mut session, 15_000, 4, ProcessDoes::Pause);
        process(&mut session, 24_000, 4, ProcessDoes::Resume);
        session.seek(Time::ZERO + Span::secs(40));
        let removed = |entry: &Entry| {
            matches!(entry.fact, Fact::Broker(BrokerFact::MemberRemoved { why: RebalanceWhy::SessionExpired, .. }))
        };
        let answer = session.why(find(&session, removed).expect("it is thrown out")).expect("it can be asked");
        assert!(answer.prevent.contains("group.consumer.session.timeout.ms of Broker"), "{}", answer.prevent);
        cured(&mut session, &answer);
        assert_eq!(find(&session, removed), None, "the longer session outlasts the pause");
    }

    #[test]
    fn a_rebalance_after_a_crash_goes_back_to_the_crash_and_offers_no_setting_for_it() {
        let mut session = calm();
        process(&mut session, 15_000, 4, ProcessDoes::Crash);
        session.seek(Time::ZERO + Span::secs(40));
        let rebalance = find(&session, expired).expect("the group rebalances");
        let answer = session.why(rebalance).expect("it can be asked");
        assert!(answer.steps.iter().any(|(_, step)| step.contains("payments-1 crashed")), "{:#?}", answer.steps);
        assert_eq!(answer.fix, None);
        assert!(answer.prevent.starts_with("No setting"), "{}", answer.prevent);
    }

    #[test]
    fn a_request_that_is_sent_again_goes_back_to_the_pause_of_who_had_it_and_a_longer_timeout_prevents_it() {
        let mut session = calm();
        session.seek(Time::ZERO + Span::secs(10));
        let handling = |entry: &&Entry| {
            entry.who.node == NodeId(2)
                && entry.who.ordinal == 0
                && matches!(entry.fact, Fact::Service(crate::service::ServiceFact::Started { .. }))
        };
        let at = session.facts().iter().rev().find(handling).expect("orders-1 handles something").at;
        process(&mut session, at.0 / 1_000 + 50, 2, ProcessDoes::Pause);
        process(&mut session, at.0 / 1_000 + 8_050, 2, ProcessDoes::Resume);
        session.seek(Time::ZERO + Span::secs(40));
        let failed = find(&session, late).expect("the client waits in vain");
        let answer = session.why(failed).expect("it can be asked");
        assert!(answer.steps.iter().any(|(_, step)| step.contains("orders-1 paused")), "{:#?}", answer.steps);
        assert!(answer.prevent.contains("call.timeout.ms"), "{}", answer.prevent);
        cured(&mut session, &answer);
        let again = session.all_facts().get(failed.index()).is_some_and(late);
        assert!(!again, "the longer timeout outlasts the pause");
    }

    fn lock_timed_out(entry: &Entry) -> bool {
        matches!(entry.fact, Fact::Store(StoreFact::RolledBack { why: Rollback::LockTimeout, .. }))
    }

    fn not_connected(entry: &Entry) -> bool {
        entry.fact == Fact::Store(StoreFact::ConnectionTimedOut)
    }

    #[test]
    fn a_lock_that_is_waited_for_too_long_goes_back_to_the_pause_of_who_has_it_and_a_longer_wait_prevents_it() {
        let mut session = calm();
        session.seek(Time::ZERO + Span::secs(20));
        let wrote = |entry: &&Entry| entry.who.node == NodeId(4) && matches!(entry.fact, Fact::Store(StoreFact::Wrote { .. }));
        let held = *session.facts().iter().rev().find(wrote).expect("Payments writes a row");
        let act = |session: &mut Session, at: Time, does| {
            session.seek(at);
            let who = Process { node: held.who.node, role: held.who.role, ordinal: held.who.ordinal };
            session.act(Action::Process(ProcessAction { who, does })).expect("it can be done");
        };
        act(&mut session, held.at, ProcessDoes::Pause);
        act(&mut session, held.at + Span::secs(30), ProcessDoes::Resume);
        session.seek(held.at + Span::secs(50));
        let gave_up = find(&session, lock_timed_out).expect("another one waits for the row in vain");
        let answer = session.why(gave_up).expect("it can be asked");
        assert!(answer.steps.iter().any(|(_, step)| step.contains("paused")), "{:#?}", answer.steps);
        assert!(answer.prevent.contains("store.lock.timeout.ms"), "{}", answer.prevent);
        cured(&mut session, &answer);
        assert_eq!(find(&session, lock_timed_out), None, "the longer wait outlasts the pause");
        let paused = find(&session, |entry| entry.fact == Fact::Process(crate::world::ProcessFact::Paused));
        assert!(paused.is_some(), "the same pause happened again");
    }

    #[test]
    fn a_connection_that_is_waited_for_too_long_is_prevented_by_one_for_everybody() {
        let mut board = from_json(include_str!("../../public/boards/slow-database.json")).expect("a board");
        for service in &mut board.services {
            service.settings.0.insert(Setting::StoreConnectionTimeout, 400);
        }
        let mut session = Session::new(board).expect("it fits together");
        session.seek(Time::ZERO + Span::secs(40));
        let gave_up = find(&session, not_connected).expect("there are too few");
        let answer = session.why(gave_up).expect("it can be asked");
        assert!(answer.prevent.contains("store.connections"), "{}", answer.prevent);
        cured(&mut session, &answer);
        assert_eq!(find(&session, not_connected), None, "there is one for everybody");
    }

    /// A session in which Payments may take only 3 s between two polls, and its database is slow for a while.
    fn slow_for_a_while(strategy: u64) -> Session {
        let mut board = from_json(include_str!("../../public/boards/orders.json")).expect("a board");
        let payments = board.services.iter_mut().find(|service| service.title == "Payments").expect("it is there");
        payments.settings.0.insert(Setting::MaxPollInterval, 3_000);
        payments.settings.0.insert(Setting::AssignmentStrategy, strategy);
        let service = payments.id;
        let mut session = Session::new(board).expect("it fits together");
        for (at, times) in [(15, 100), (24, 1)] {
            session.seek(Time::ZERO + Span::secs(at));
            session.act(Action::SlowStore { service, times }).expect("it can be done");
        }
        session.seek(Time::ZERO + Span::secs(60));
        session
    }

    fn thrown_out(entry: &Entry) -> bool {
        let late = |why| matches!(why, RebalanceWhy::Left | RebalanceWhy::RebalanceTimeout);
        matches!(entry.fact, Fact::Broker(BrokerFact::MemberRemoved { why, .. }) if late(why))
    }

    #[test]
    fn a_member_that_works_for_too_long_goes_back_to_what_it_worked_on_and_a_longer_time_between_polls_prevents_it() {
        for strategy in [1, 4] {
            let mut session = slow_for_a_while(strategy);
            let mut cures = 0;
            while let Some(removed) = find(&session, thrown_out) {
                let answer = session.why(removed).expect("it can be asked");
                assert!(answer.prevent.contains("max.poll.interval.ms of Payments"), "{answer:#?}");
                assert!(answer.steps.iter().any(|(_, step)| step.contains("payments-")), "{:#?}", answer.steps);
                cured(&mut session, &answer);
                cures += 1;
                // Another one may have worked for longer still.
                assert!(cures < 5, "each cure outlasts what was measured: {answer:#?}");
            }
            assert!(cures > 0, "somebody is thrown out");
        }
    }

    #[test]
    fn a_rebalance_after_late_work_is_prevented_by_the_same_setting_and_one_after_a_good_leave_by_none() {
        let session = slow_for_a_while(1);
        let left = |entry: &Entry| {
            matches!(
                entry.fact,
                Fact::Broker(BrokerFact::GroupBecame { state: GroupState::PreparingRebalance, why: RebalanceWhy::Left, .. })
            )
        };
        let rebalance = find(&session, left).expect("the group rebalances");
        let answer = session.why(rebalance).expect("it can be asked");
        assert!(answer.prevent.contains("max.poll.interval.ms of Payments"), "{answer:#?}");
        let mut calm = calm();
        calm.seek(Time::ZERO + Span::secs(15));
        let fewer = Edit::Set { place: Place::Node(NodeId(4)), setting: Setting::Instances, value: Some(2) };
        calm.act(Action::Edit(fewer)).expect("it can be changed");
        calm.seek(Time::ZERO + Span::secs(40));
        let removed = find(&calm, thrown_out).expect("one leaves");
        assert_eq!(calm.why(removed).expect("it can be asked").fix, None);
    }

    #[test]
    fn every_answer_ends_with_what_was_asked_about_and_each_step_is_no_later_than_the_next() {
        let mut session = calm();
        process(&mut session, 12_000, 4, ProcessDoes::Crash);
        process(&mut session, 16_000, 2, ProcessDoes::Pause);
        process(&mut session, 26_000, 2, ProcessDoes::Resume);
        session.seek(Time::ZERO + Span::secs(60));
        let asked: Vec<FactId> = session
            .all_facts()
            .iter()
            .enumerate()
            .filter(|(_, entry)| is_worth_asking(entry))
            .map(|(place, _)| FactId::at(place))
            .collect();
        assert!(asked.len() > 10, "{}", asked.len());
        for fact in asked {
            let answer = session.why(fact).expect("it can be asked");
            assert!(answer.steps.len() >= 2, "{}", answer.sentence);
            assert!(answer.steps.is_sorted_by_key(|(at, _)| *at), "{:#?}", answer.steps);
            assert_eq!(answer.steps.last().map(|(at, _)| *at), Some(answer.at), "{:#?}", answer.steps);
        }
    }
}
