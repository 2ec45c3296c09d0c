//! Why did it happen twice?

use crosstalk::board::{IfAgain, Pattern, Process, ProcessDoes, Setting, pattern_of};
use crosstalk::broker::{BrokerFact, RebalanceWhy};
use crosstalk::check::Check;
use crosstalk::service::ServiceFact;
use crosstalk::session::Session;
use crosstalk::sim::{Role, Span, Time};
use crosstalk::store::StoreFact;
use crosstalk::world::{Fact, ProcessFact};

use super::rig::*;
use crate::support::edited;
use crate::support::{ORDERS, PAYMENTS, board, process, seconds, session, switch, verdict};

/// When the first process of a role crashed.
pub fn crash_time(session: &Session, role: Role) -> Time {
    first(session, |entry| entry.fact == Fact::Process(ProcessFact::Crashed) && entry.who.role == role).at
}

#[test]
fn a_crash_between_commit_and_ack_charges_an_order_twice_and_tracking_ids_prevents_it() {
    let mut session = session("delivered-twice");
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 1, 0]);
    let crashed = crash_time(&session, Role::Instance);
    let violation = session.checks().violations()[0];
    let noticed = violation.at.since(crashed);
    assert!(noticed >= Span::secs(5) && noticed <= Span::secs(20), "charged again {noticed} after the crash");
    // Back before it, with tracking: the same crash, the same redelivery, one charge.
    session.seek(crashed - Span::secs(3));
    session.act(switch(PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds))).expect("there is a transaction to track in");
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 0, 0]);
    assert_eq!(crashes(&session), 1, "the crash still happens");
    let fetched_twice = session.facts().iter().filter(
        |entry| matches!(entry.fact, Fact::Broker(BrokerFact::Fetched { message, group, .. }) if message.intent == violation.intent && session.world().names().group(group) == "payments"),
    );
    assert_eq!(fetched_twice.count(), 2, "the record still comes again");
    assert_eq!(session.branches().len(), 1, "the old future stays");
}

#[test]
fn after_a_reset_tracking_ids_takes_the_same_crash_and_charges_once() {
    let mut session = session("delivered-twice");
    if_again(&mut session, IfAgain::TracksIds);
    session.reset(false);
    session.seek(seconds(60));
    assert_eq!(verdict(&session), [0, 0, 0]);
    crash_time(&session, Role::Instance);
}

#[test]
fn the_idempotent_form_takes_the_same_crash_and_charges_once() {
    let session = changed("delivered-twice", 60, |session| if_again(session, IfAgain::IsIdempotent));
    assert_eq!(verdict(&session), [0, 0, 0]);
}

#[test]
fn a_relay_that_dies_between_publish_and_mark_comes_back_and_publishes_the_row_again() {
    let session = played("relay-says-it-twice", 60);
    let intent = only(&session, Check::DoneTwice).intent;
    let crash = first(&session, |entry| entry.fact == Fact::Process(ProcessFact::Crashed));
    assert_eq!((crash.who.node, crash.who.role, crashes(&session)), (ORDERS, Role::Relay, 1));
    let copies: Vec<_> = repeated(&session).into_iter().collect();
    let [(message, records)] = &copies[..] else { panic!("{copies:?}") };
    assert!(message.intent == intent && records.len() == 2 && records[0] != records[1], "{copies:?}");
    let marked =
        first(&session, |entry| matches!(entry.fact, Fact::Store(StoreFact::Marked { message: m, .. }) if m == *message));
    assert!(marked.at > crash.at, "it was published, and not marked");
    assert_eq!(effects(&session, PAYMENTS, intent).len(), 2);
}

#[test]
fn tracking_by_offset_lets_the_copy_through_and_tracking_by_id_does_not() {
    let by_offset = changed("relay-says-it-twice", 60, |session| if_again(session, IfAgain::TracksOffsets));
    let intent = only(&by_offset, Check::DedupHole).intent;
    assert_eq!((effects(&by_offset, PAYMENTS, intent).len(), turned_away(&by_offset, intent)), (2, 0));
    let by_id = changed("relay-says-it-twice", 60, |session| if_again(session, IfAgain::TracksIds));
    assert_eq!(found(&by_id), []);
    assert_eq!((effects(&by_id, PAYMENTS, intent).len(), turned_away(&by_id, intent)), (1, 1));
    assert_eq!((hits(&by_id), repeated(&by_id).len()), (1, 1), "the relay still says it twice");
}

#[test]
fn the_steps_of_the_relay_that_says_it_twice() {
    let by_offset = |session: &mut Session| {
        session.reset(false);
        if_again(session, IfAgain::TracksOffsets);
    };
    let by_id = |session: &mut Session| {
        session.reset(false);
        if_again(session, IfAgain::TracksIds);
    };
    follow("relay-says-it-twice", &[&play, &by_offset, &by_id]);
}

#[test]
fn what_is_tracked_in_a_transaction_of_its_own_behind_the_charge_is_charged_and_not_remembered() {
    let session = played("dedup-hole", 60);
    let intent = only(&session, Check::DedupHole).intent;
    let crash = first(&session, |entry| matches!(entry.fact, Fact::Service(ServiceFact::PinHit { .. })));
    assert_eq!((crash.who.role, crashes(&session)), (Role::Instance, 1));
    let (charges, known) = (effects(&session, PAYMENTS, intent), turned_away(&session, intent));
    assert!(charges.len() == 2 && charges[0].0 <= crash.at && crash.at < charges[1].0 && known == 0, "{charges:?}");
    let tracked = |entry: &&crosstalk::world::Entry| matches!(entry.fact, Fact::Store(StoreFact::TrackedMessage { message, .. }) if message.intent == intent && entry.who.node == PAYMENTS);
    assert_eq!(session.facts().iter().filter(tracked).count(), 1, "only the second time");
}

/// Track before begin, and a crash between the two.
fn tracked_before(session: &mut Session) {
    if_again(session, IfAgain::TracksIdsFirst);
    pin_crash(session, PAYMENTS, 6);
}

#[test]
fn what_is_tracked_before_the_charge_is_remembered_and_never_charged() {
    let session = changed("dedup-hole", 60, tracked_before);
    let intent = only(&session, Check::DedupHole).intent;
    assert_eq!(effects(&session, PAYMENTS, intent), []);
    assert_eq!(turned_away(&session, intent), 1);
}

#[test]
fn with_track_in_the_transaction_no_crash_comes_between_it_and_the_charge() {
    for line in [1, 2, 6, 3, 4] {
        let session = changed("dedup-hole", 60, |session| {
            if_again(session, IfAgain::TracksIds);
            pin_crash(session, PAYMENTS, line);
        });
        assert_eq!(found(&session), [], "a crash behind line {line}");
        assert!(crashes(&session) >= 1 && charged(&session, PAYMENTS).values().all(|times| *times == 1));
    }
}

#[test]
fn the_steps_of_the_dedup_hole() {
    let before = |session: &mut Session| {
        session.reset(false);
        tracked_before(session);
    };
    let inside = |session: &mut Session| {
        session.reset(false);
        if_again(session, IfAgain::TracksIds);
    };
    follow("dedup-hole", &[&play, &before, &inside]);
}

#[test]
fn a_message_that_was_forgotten_after_3_seconds_is_charged_again() {
    let session = played("forgotten-too-early", 60);
    let intent = only(&session, Check::DedupHole).intent;
    assert_eq!((crashes(&session), fetched(&session, intent)), (1, 2));
    let charges = effects(&session, PAYMENTS, intent);
    let of_it = |entry: &crosstalk::world::Entry| matches!(entry.fact, Fact::Store(StoreFact::Forgotten { message, .. }) if message.intent == intent && entry.who.node == PAYMENTS);
    let forgotten = first(&session, of_it).at;
    assert!(charges[0].0 + Span::secs(3) <= forgotten && forgotten < charges[1].0, "{charges:?}, forgotten at {forgotten}");
}

fn keeps_for_a_minute(session: &mut Session) {
    set(session, PAYMENTS, Setting::ProcessedKeep, 60_000);
}

#[test]
fn a_message_that_is_remembered_for_a_minute_is_charged_once() {
    let intent = only(&played("forgotten-too-early", 60), Check::DedupHole).intent;
    let session = changed("forgotten-too-early", 60, keeps_for_a_minute);
    assert_eq!(found(&session), []);
    assert_eq!((crashes(&session), fetched(&session, intent), turned_away(&session, intent)), (1, 2, 1));
    assert_eq!(effects(&session, PAYMENTS, intent).len(), 1);
}

#[test]
fn the_steps_of_what_is_forgotten_too_early() {
    let longer = |session: &mut Session| {
        session.reset(false);
        keeps_for_a_minute(session);
    };
    follow("forgotten-too-early", &[&play, &ask_how, &longer]);
}

/// The relays that got an acknowledgement for a message.
fn published_by(session: &Session) -> std::collections::BTreeSet<u16> {
    let acked = session.facts().iter().filter(|entry| matches!(entry.fact, Fact::Broker(BrokerFact::Acked { .. })));
    acked.map(|entry| entry.who.ordinal).collect()
}

#[test]
fn two_relays_without_a_leader_both_publish_the_same_rows_and_nothing_has_failed() {
    let session = played("two-relays", 60);
    assert!(matches!(found(&session)[..], [(Check::DoneTwice, count)] if count > 3), "{:?}", found(&session));
    assert_eq!(published_by(&session).into_iter().collect::<Vec<_>>(), [0, 1]);
    assert!(repeated(&session).len() > 5);
    let failed = |fact: &Fact| {
        matches!(fact, Fact::Service(ServiceFact::Failed { .. }) | Fact::Process(ProcessFact::Crashed | ProcessFact::Paused))
    };
    assert_eq!(count(&session, failed), 0);
}

#[test]
fn with_tracking_every_message_still_comes_twice_and_is_charged_once() {
    let session = changed("two-relays", 60, |session| if_again(session, IfAgain::TracksIds));
    assert_eq!(found(&session), []);
    let old: Vec<_> = rows(&session).into_iter().filter(|(.., at)| *at < seconds(55)).collect();
    let copies = repeated(&session);
    assert!(old.len() > 10 && old.iter().all(|(_, message, _)| copies.contains_key(message)));
    assert!(charged(&session, PAYMENTS).values().all(|times| *times == 1));
}

#[test]
fn of_two_relays_with_a_leader_one_publishes_and_is_relieved_when_it_dies() {
    let led = |session: &mut Session| set(session, ORDERS, Setting::RelayLeader, 1);
    let mut session = changed("two-relays", 20, led);
    assert_eq!((published_by(&session).len(), repeated(&session).len()), (1, 0));
    assert_eq!(count(&session, |fact| matches!(fact, Fact::Service(ServiceFact::Follows { .. }))), 1, "the other waits");
    let leader = *published_by(&session).first().expect("one publishes");
    let who = Process { node: ORDERS, role: Role::Relay, ordinal: leader };
    session.act(process(who, ProcessDoes::Crash)).expect("it runs");
    session.seek(seconds(60));
    assert_eq!(published_by(&session).len(), 2, "the other goes on");
    let calm = changed("two-relays", 60, led);
    assert_eq!((found(&calm), repeated(&calm).len()), (vec![], 0));
}

#[test]
fn the_steps_of_the_two_relays() {
    let tracks = |session: &mut Session| {
        session.reset(false);
        if_again(session, IfAgain::TracksIds);
    };
    let led = |session: &mut Session| {
        session.reset(false);
        set(session, ORDERS, Setting::RelayLeader, 1);
    };
    follow("two-relays", &[&play, &tracks, &led]);
}

#[test]
fn what_the_texts_say_of_settings_and_programs_is_so() {
    let settings = |name: &str, node| board(name).service(node).expect("it is on the board").settings.clone();
    assert_eq!(settings("two-relays", ORDERS).0.get(&Setting::RelayInstances), Some(&2));
    assert_eq!(settings("forgotten-too-early", PAYMENTS).0.get(&Setting::ProcessedKeep), Some(&3_000));
    let apart = board("dedup-hole");
    let forms = pattern_of(&apart.service(PAYMENTS).expect("it is on the board").handlers[0]);
    assert_eq!(forms.if_again, Some(IfAgain::TracksIdsLast), "behind the charge");
}

fn wakes(session: &Session) -> Time {
    first(session, |entry| entry.fact == Fact::Process(ProcessFact::Resumed)).at
}

#[test]
fn a_member_that_wakes_after_its_partition_has_gone_charges_what_the_other_has_charged() {
    let session = played("zombie", 60);
    let violation = only(&session, Check::Zombie);
    let paused = first(&session, |entry| entry.fact == Fact::Process(ProcessFact::Paused));
    assert_eq!(wakes(&session).since(paused.at), Span::secs(13));
    let removed = first(
        &session,
        |entry| matches!(entry.fact, Fact::Broker(BrokerFact::MemberRemoved { member, why: RebalanceWhy::SessionExpired, .. }) if member == paused.who),
    );
    assert!(removed.at < wakes(&session));
    let charged: Vec<_> = session
        .facts()
        .iter()
        .filter(|entry| {
            let of_it = matches!(entry.fact, Fact::Store(StoreFact::Changed { intent, .. }) if intent == violation.intent);
            of_it && entry.who.node == PAYMENTS
        })
        .map(|entry| (entry.who, entry.at))
        .collect();
    let [(other, early), (zombie, late)] = charged[..] else { panic!("{charged:?}") };
    assert!(zombie == paused.who && other != zombie && early < wakes(&session) && late > wakes(&session));
    let refused = |fact: &Fact| matches!(fact, Fact::Broker(BrokerFact::OffsetCommitRefused { .. }));
    assert_eq!(count(&session, refused), 1, "its commit is refused");
}

fn waits_longer(session: &mut Session) {
    set(session, PAYMENTS, Setting::SessionTimeout, 20_000);
}

#[test]
fn a_zombie_is_turned_away_by_tracking_and_is_none_where_the_group_waits_for_it() {
    let intent = only(&played("zombie", 60), Check::Zombie).intent;
    let tracks = changed("zombie", 60, |session| if_again(session, IfAgain::TracksIds));
    assert_eq!((found(&tracks), turned_away(&tracks, intent), fetched(&tracks, intent)), (vec![], 1, 2));
    assert!(first(&tracks, |entry| matches!(entry.fact, Fact::Store(StoreFact::DuplicateFound { .. }))).at > wakes(&tracks));
    let waits = changed("zombie", 60, waits_longer);
    assert_eq!((found(&waits), fetched(&waits, intent), effects(&waits, PAYMENTS, intent).len()), (vec![], 1, 1));
}

fn fenced_off(session: &Session) -> usize {
    count(session, |fact| matches!(fact, Fact::Store(StoreFact::FencedOff { .. })))
}

#[test]
fn a_fenced_zombie_does_nothing_unless_it_was_done_before_the_new_owner_came() {
    let unfenced = played("zombie", 60);
    let intent = only(&unfenced, Check::Zombie).intent;
    assert_eq!(effects(&unfenced, PAYMENTS, intent).len(), 2);
    let fenced = changed("zombie", 60, |session| if_again(session, IfAgain::IsFenced));
    assert_eq!((found(&fenced), fenced_off(&fenced), effects(&fenced, PAYMENTS, intent).len()), (vec![], 1, 1));
    let turned = first(&fenced, |entry| matches!(entry.fact, Fact::Store(StoreFact::FencedOff { .. })));
    let paused = first(&fenced, |entry| entry.fact == Fact::Process(ProcessFact::Paused));
    assert!(turned.who == paused.who && turned.at > wakes(&fenced));

    let too_early = changed("zombie", 60, |session| {
        if_again(session, IfAgain::IsFenced);
        edited(session, |board| board.pins[0].back_after_ms = Some(10_000)).expect("the pin stays");
    });
    assert_eq!((only(&too_early, Check::Zombie).intent, fenced_off(&too_early)), (intent, 0), "nobody had worked there yet");
}

#[test]
fn the_steps_of_the_zombie() {
    let tracks = |session: &mut Session| {
        session.reset(false);
        if_again(session, IfAgain::TracksIds);
    };
    let fences = |session: &mut Session| {
        session.reset(false);
        if_again(session, IfAgain::IsFenced);
    };
    let waits = |session: &mut Session| {
        session.reset(false);
        waits_longer(session);
    };
    follow("zombie", &[&play, &ask_how, &tracks, &fences, &waits]);
}
