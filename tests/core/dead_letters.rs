//! Dead letters: records that could not be handled are kept in a topic of their own, and what is behind them goes on.

use crosstalk::board::{
    Action, Board, Danger, DeadLetterDoc, HandlerDoc, Often, OnFailure, PinDoes, Setting, Wire, WireKind, hazards,
    send_dead_letters, validate,
};
use crosstalk::broker::BrokerFact;
use crosstalk::check::{Aside, Check};
use crosstalk::editor::{Edited, Ids, Item, Operation, ProgramEdit};
use crosstalk::net::Cut;
use crosstalk::service::ServiceFact;
use crosstalk::session::Session;
use crosstalk::sim::{HandlerId, MessageId, RecordId, TopicId, WireId};
use crosstalk::view::{Inspection, Selection};
use crosstalk::world::{Entry, Fact};

use crate::programs::{handler, pinned, ran, said};
use crate::support::{BROKER, EMAILS, ORDERS, PAYMENTS, board, count, found, on, seconds, set};

const HANDLER: HandlerId = HandlerId(1);
const DLT: &str = "order-events.DLT";
const TO_DLT: WireId = WireId(60);

fn policy(retries: u32) -> OnFailure {
    OnFailure::RetryThenDeadLetter(DeadLetterDoc { retries, topic: DLT.to_owned() })
}

/// Payments fails at every order of customer C, and sends it to a topic for dead letters after two more tries.
fn setting_aside() -> Board {
    let mut board = board("orders");
    let pin = pinned(&mut board, PAYMENTS, 3, PinDoes::Fail);
    (pin.often, pin.key) = (Often::Always, Some(2));
    let to = DeadLetterDoc { retries: 2, topic: DLT.to_owned() };
    assert!(send_dead_letters(&mut board, (PAYMENTS, HANDLER), to, TO_DLT));
    board
}

fn dead(entry: &Entry) -> Option<(MessageId, u16)> {
    match entry.fact {
        Fact::Service(ServiceFact::DeadLettered { message, partition, .. }) => Some((message, partition)),
        _ => None,
    }
}

/// What was appended to the topic for dead letters.
fn kept(session: &Session) -> Vec<(MessageId, RecordId)> {
    let topic = session.world().names().topic_id(DLT);
    said(session, BROKER, |entry| match entry.fact {
        Fact::Broker(BrokerFact::Appended { record, message }) if Some(record.topic) == topic => Some((message, record)),
        _ => None,
    })
}

fn failures(session: &Session, of: MessageId) -> usize {
    let failed = |entry: &Entry| matches!(entry.fact, Fact::Service(ServiceFact::Failed { message, .. }) if message == of);
    said(session, PAYMENTS, |entry| failed(entry).then_some(())).len()
}

#[test]
fn what_fails_is_kept_in_the_partition_of_its_own_and_the_others_are_done() {
    let board = setting_aside();
    let session = ran(&board, 60);
    let dead = said(&session, PAYMENTS, dead);
    assert!(dead.len() > 3, "{dead:?}");
    let kept = kept(&session);
    for (message, partition) in &dead {
        assert_eq!(failures(&session, *message), 3, "it was tried three times");
        let places: Vec<RecordId> = kept.iter().filter(|(of, _)| of == message).map(|(_, record)| *record).collect();
        let [place] = places[..] else { panic!("{message:?} lies at {places:?}") };
        assert_eq!(place.partition, *partition);
    }
    assert_eq!(found(&session), []);
    let effects: Vec<_> = session.checks().effects_of(PAYMENTS).collect();
    let aside = effects.iter().filter(|effect| effect.aside == Some(Aside::DeadLetter)).count();
    assert!(aside + 1 >= dead.len(), "{aside} of {}", dead.len());
    assert!(effects.iter().all(|effect| effect.aside.is_none() || effect.count == 0));
    let Some(Inspection::Service(page)) = session.inspect(Selection::Node(PAYMENTS)) else { panic!("no service") };
    assert!(page.effects.iter().any(|row| row.verdict == "set aside" && row.actual == "never"), "{:?}", page.effects);
}

#[test]
fn whoever_reads_the_dead_letters_gets_the_same_messages() {
    let mut board = setting_aside();
    let emails = board.service(EMAILS).expect("there").handlers[0].clone();
    let again = HandlerDoc { id: HandlerId(7), from: Some(DLT.to_owned()), lines: Vec::new(), ..emails };
    board.service_mut(EMAILS).expect("there").handlers.push(again);
    let is = WireKind::Consume { to: EMAILS, topic: DLT.to_owned(), group: "dead".to_owned() };
    board.wires.push(Wire { id: WireId(61), is, settings: Default::default() });
    validate(&board).expect("it runs");
    let session = ran(&board, 60);
    let read = said(&session, EMAILS, |entry| match entry.fact {
        Fact::Service(ServiceFact::Started { handler: HandlerId(7), message, .. }) => Some(message),
        _ => None,
    });
    let kept: Vec<MessageId> = kept(&session).iter().map(|(message, _)| *message).collect();
    assert!(read.len() > 3 && read.iter().all(|message| kept.contains(message)));
    assert_eq!(found(&session), []);
}

#[test]
fn a_dead_letter_that_cannot_be_sent_is_tried_anew_and_is_never_lost() {
    let mut board = setting_aside();
    set(&mut board.service_mut(PAYMENTS).expect("there").settings, Setting::DeliveryTimeout, 3_000);
    set(&mut board.service_mut(PAYMENTS).expect("there").settings, Setting::RequestTimeout, 1_000);
    let mut session = Session::with_seed(board, 1).expect("it runs");
    session.act(Action::Cut { wire: TO_DLT, cut: Cut::Both }).expect("the wire is there");
    on(&mut session, 60);
    let first = said(&session, PAYMENTS, dead).first().copied().expect("one was given up").0;
    assert!(failures(&session, first) > 6, "it is handled again after it could not be sent");
    assert_eq!(count(&session, Check::Lost), 0);
    session.act(Action::Cut { wire: TO_DLT, cut: Cut::None }).expect("the wire is there");
    on(&mut session, 40);
    assert!(kept(&session).iter().any(|(message, _)| *message == first));
    assert!(session.checks().effects_of(PAYMENTS).any(|effect| effect.aside == Some(Aside::DeadLetter)));
    assert_eq!(count(&session, Check::Lost), 0);
}

#[test]
fn a_handler_that_sets_aside_what_fails_is_in_that_danger_and_another_is_not() {
    let board = setting_aside();
    let dangers: Vec<_> = hazards(&board).iter().map(|hazard| (hazard.service, hazard.danger)).collect();
    assert_eq!(dangers, [(PAYMENTS, Danger::SetsAside)]);
    let session = ran(&board, 60);
    let done = said(&session, PAYMENTS, |entry| match entry.fact {
        Fact::Service(ServiceFact::Finished { message, .. }) => Some(message.intent.n),
        _ => None,
    });
    let first = said(&session, PAYMENTS, dead)[0].0.intent.n;
    assert!(done.iter().any(|n| *n > first), "later ones are done before it");
}

fn wrong(change: impl FnOnce(&mut Board)) -> String {
    let mut board = setting_aside();
    change(&mut board);
    validate(&board).expect_err("it cannot run").to_string()
}

#[test]
fn a_dead_letter_that_could_not_go_anywhere_is_refused_with_the_mend() {
    let to = |topic: &str, retries| OnFailure::RetryThenDeadLetter(DeadLetterDoc { retries, topic: topic.to_owned() });
    let payments = |policy: OnFailure| wrong(|board| handler(board, PAYMENTS).on_failure = policy);
    assert!(payments(to("nowhere", 2)).contains("nowhere"));
    let same = payments(to("order-events", 2));
    assert!(same.contains("what fails would come again for ever; take another topic"), "{same}");
    let often = payments(to(DLT, 1_001));
    assert!(often.contains("on_failure.retry-then-dead-letter.retries") && often.contains("0 to 1000"), "{often}");
    let request = wrong(|board| handler(board, ORDERS).on_failure = to(DLT, 1));
    assert!(request.contains("a request is no record"), "{request}");
    let unwired = wrong(|board| board.wires.retain(|wire| wire.id != TO_DLT));
    assert!(unwired.contains("no wire leads from Payments to order-events.DLT: add one to wires"), "{unwired}");
}

fn make(board: &Board, operation: Operation) -> Edited {
    operation.make(board, &Ids::of(board), &[]).expect("it can be done")
}

#[test]
fn the_policy_comes_with_its_topic_and_wire_in_one_step_and_goes_with_them() {
    let start = board("orders");
    let chosen = ProgramEdit::OnFailure(HANDLER, policy(3));
    let edited = make(&start, Operation::Program(PAYMENTS, chosen.clone()));
    assert_eq!(edited.label, "when OrderPlaced fails: tries again 3 times, then sends it to order-events.DLT");
    let [Item::Topic(topic), Item::Wire(wire)] = &edited.made[..] else { panic!("{:?}", edited.made) };
    let (broker, made) = edited.board.topic(topic).expect("it was made");
    assert_eq!(
        (topic.as_str(), broker.id, made.partitions),
        (DLT, BROKER, start.topic("order-events").expect("there").1.partitions)
    );
    let is = WireKind::Publish { from: PAYMENTS, topic: DLT.to_owned() };
    assert_eq!(edited.board.wire(*wire).map(|wire| &wire.is), Some(&is));
    assert_eq!(make(&edited.board, Operation::Program(PAYMENTS, chosen)).made, [], "all of it is there");

    let renamed = make(&edited.board, Operation::RenameTopic(DLT.to_owned(), "unpaid".to_owned())).board;
    assert_eq!(renamed.service(PAYMENTS).expect("there").handlers[0].on_failure.dead_letters(), Some("unpaid"));
    for item in [Item::Topic(DLT.to_owned()), Item::Wire(*wire)] {
        let gone = make(&edited.board, Operation::Delete(vec![item])).board;
        assert_eq!(gone.service(PAYMENTS).expect("there").handlers[0].on_failure, OnFailure::Retry);
    }
    let refused = Operation::Program(ORDERS, ProgramEdit::OnFailure(HANDLER, policy(3))).make(&start, &Ids::of(&start), &[]);
    assert!(refused.expect_err("it takes requests").to_string().starts_with("on PlaceOrder: "));
}

#[test]
fn the_menu_offers_the_topic_that_is_named_after_the_handlers_and_each_other_one() {
    let mut board = board("orders");
    let to = DeadLetterDoc { retries: 5, topic: "unpaid".to_owned() };
    assert!(send_dead_letters(&mut board, (PAYMENTS, HANDLER), to, TO_DLT));
    let session = Session::with_seed(board, 1).expect("it runs");
    let of = |node| {
        let Some(Inspection::Service(page)) = session.inspect(Selection::Node(node)) else { panic!("no service") };
        let policies = page.programs[0].policies.clone();
        let dead = policies.into_iter().filter(|(_, policy, _)| policy.dead_letters().is_some());
        (page.programs[0].policy.clone(), dead.map(|(words, _, why)| (words, why)).collect::<Vec<_>>())
    };
    let open = |words: &str| (words.to_owned(), String::new());
    let offered = vec![
        open("tries again 3 times, then sends it to order-events.DLT"),
        open("tries again 9 times, then sends it to order-events.DLT"),
        open("tries again 3 times, then sends it to unpaid"),
    ];
    assert_eq!(of(PAYMENTS), ("tries again 5 times, then sends it to unpaid".to_owned(), offered));
    assert_eq!(of(ORDERS).1, [], "a request is no record");
}

#[test]
fn a_dead_letter_that_comes_again_after_a_crash_is_set_aside_once() {
    let mut board = setting_aside();
    board.pins.retain(|pin| pin.does == PinDoes::Fail);
    let session = ran(&board, 30);
    let first = session.facts().iter().position(|entry| dead(entry).is_some()).expect("one was given up");
    let at = session.facts()[first].at;
    let who = session.facts()[first].who;
    let mut session = Session::with_seed(board, 1).expect("it runs");
    session.seek(at + crosstalk::sim::Span::ms(155));
    let who = crate::support::instance(who.node, who.ordinal);
    session.act(crate::support::process(who, crosstalk::board::ProcessDoes::Crash)).expect("it runs");
    session.act(crate::support::process(who, crosstalk::board::ProcessDoes::Restart)).expect("it is down");
    session.seek(seconds(90));
    assert_eq!(count(&session, Check::Lost) + count(&session, Check::DoneTwice), 0);
    let topics: Vec<TopicId> = kept(&session).iter().map(|(_, record)| record.topic).collect();
    assert!(topics.len() > 3);
}
