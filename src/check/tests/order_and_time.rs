//! What comes out of order, half, again and again, or never.

use super::*;

/// Payments charges a customer for an order.
fn a_charge(script: &mut Script, message: MessageId, row: u32) -> FactId {
    let (table, line, intent) = (TableId(0), LineId(3), message.intent);
    script.started(PAYMENTS_1, message);
    let effect = script.say(PAYMENTS_1, StoreFact::Changed { table, row, line, intent, delta: -5, changed: true });
    script.finished(PAYMENTS_1, message);
    effect
}

fn placed_by(n: u32) -> MessageId {
    MessageId { intent: IntentId { n, ..INTENT }, ..PLACED }
}

/// Orders commits an order, and its message comes into the log.
fn told(script: &mut Script, offset: u32, message: MessageId) {
    let (intent, line) = (message.intent, writes_of(ORDERS));
    let request = MessageId { intent, ..REQUEST };
    script.started(ORDERS_1, request);
    let row = intent.n;
    script.say(ORDERS_1, StoreFact::Changed { table: TableId(1), row, line, intent, delta: 1, changed: true });
    script.say(BROKER, BrokerFact::Appended { record: at(offset), message });
    script.finished(ORDERS_1, request);
}

/// Two orders, one after the other.
fn two_told(script: &mut Script) -> (MessageId, MessageId) {
    let (older, newer) = (placed_by(1), placed_by(2));
    told(script, 0, older);
    told(script, 1, newer);
    (older, newer)
}

#[test]
fn an_older_message_that_changes_a_row_after_a_newer_one_is_out_of_order() {
    let mut script = Script::new();
    let (older, newer) = two_told(&mut script);
    let first = a_charge(&mut script, newer, 1);
    let second = a_charge(&mut script, older, 1);
    let found = script.checks.violations();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].check, found[0].first, found[0].fact), (Check::OutOfOrder, Some(first), second));
    assert_eq!(found[0].message, older);
}

#[test]
fn messages_for_different_rows_are_in_no_order() {
    let mut script = Script::new();
    let (older, newer) = two_told(&mut script);
    a_charge(&mut script, newer, 1);
    a_charge(&mut script, older, 2);
    assert_eq!(script.checks.count(Check::OutOfOrder), 0);
}

#[test]
fn messages_that_come_again_in_their_order_are_done_twice_and_not_out_of_order() {
    let mut script = Script::new();
    let (older, newer) = two_told(&mut script);
    for message in [older, newer, older, newer] {
        a_charge(&mut script, message, 1);
    }
    assert_eq!((script.checks.count(Check::OutOfOrder), script.checks.count(Check::DoneTwice)), (0, 2));
}

#[test]
fn a_message_whose_row_comes_later_tells_the_truth_and_one_whose_row_never_comes_does_not() {
    for commits in [true, false] {
        let mut script = Script::new();
        script.called();
        script.appended(0);
        assert_eq!((script.found(), script.checks.pending(Check::MessageWithoutRow)), (vec![], 1));
        if commits {
            script.wrote(ORDERS_1, true);
        }
        script.finished(ORDERS_1, REQUEST);
        script.say(CLIENT, RpcFact::GaveUp { message: REQUEST, attempts: 1 });
        let expected: Vec<Check> = if commits { vec![] } else { vec![Check::MessageWithoutRow] };
        assert_eq!((script.found(), script.checks.pending(Check::MessageWithoutRow)), (expected, 0));
    }
}

#[test]
fn five_failures_in_a_row_are_poison_and_an_end_in_between_is_a_new_beginning() {
    let fails = |script: &mut Script, times: u32| {
        for _ in 0..times {
            script.started(PAYMENTS_1, PLACED);
            script.say(PAYMENTS_1, ServiceFact::Failed { handler: HANDLER, line: LineId(3), message: PLACED });
        }
    };
    let mut script = Script::new();
    told(&mut script, 0, PLACED);
    fails(&mut script, 4);
    assert_eq!((script.found(), script.checks.pending(Check::Poison)), (vec![], 1));
    script.started(PAYMENTS_1, PLACED);
    script.finished(PAYMENTS_1, PLACED);
    fails(&mut script, 4);
    assert_eq!(script.found(), []);
    fails(&mut script, 3);
    assert_eq!(script.found(), [Check::Poison], "once, however often it goes on failing");
}

#[test]
fn time_alone_confirms_that_a_partition_is_stuck_at_its_own_time_whoever_looks_when() {
    let long = Time(600_000_000);
    let run = |looks: &[u64]| {
        let mut script = Script::new();
        told(&mut script, 0, PLACED);
        for seconds in looks {
            script.checks.moment_over(Time(seconds * 1_000_000));
        }
        script.checks.moment_over(long);
        script.checks.violations().to_vec()
    };
    let found = run(&[]);
    // Payments and Emails have not read it, each in its group.
    assert_eq!(found.iter().map(|violation| violation.check).collect::<Vec<_>>(), [Check::Stuck; 2]);
    assert!(found[0].at > Time(30_000_000) && found[0].at < long);
    assert_eq!(run(&[1, 20, 59, 60, 61, 300]), found);
}

#[test]
fn records_before_the_offset_from_which_a_group_first_reads_are_passed_over() {
    let mut script = Script::new();
    script.called();
    script.answered();
    script.wrote(ORDERS_1, true);
    script.appended(0);
    script.finished(ORDERS_1, REQUEST);
    script.assigned(PAYMENTS_1, 1);
    let (group, topic) = (EMAILS_GROUP, TOPIC);
    let read = BrokerFact::Assigned { group, generation: 1, topic, partition: 0, offset: 1 };
    script.say(Actor::new(EMAILS, Role::Instance, 0), read);
    let passed = [Check::PassedOver; 2];
    assert_eq!(script.found(), passed, "once for each group");
    script.checks.moment_over(script.now() + crate::sim::Span::secs(600));
    assert_eq!(script.found(), passed, "nobody will read it, so that nobody is stuck");
    assert_eq!(script.checks.pending(Check::Lost), 0);
    let effects: Vec<_> = script.checks.effects_of(PAYMENTS).collect();
    assert!(
        effects.iter().all(|effect| effect.expected && effect.count == 0 && effect.aside == Some(Aside::Reset)),
        "{effects:?}"
    );
    let aside: u64 = script.checks.totals().map(|(_, _, totals)| totals.aside).sum();
    assert_eq!((effects.len(), aside), (1, 2));
}

#[test]
fn what_a_group_has_committed_is_no_reset() {
    let mut script = Script::new();
    script.called();
    script.answered();
    script.wrote(ORDERS_1, true);
    script.appended(0);
    script.finished(ORDERS_1, REQUEST);
    for group in [PAYMENTS_GROUP, EMAILS_GROUP] {
        script.committed(group, 1);
    }
    script.assigned(PAYMENTS_1, 1);
    assert_eq!(script.found(), [Check::CommittedEarly, Check::CommittedEarly]);
}
