//! What the page is told about real runs: the inspector, the strip, the verdict.

use crosstalk::board::{
    Action, Edit, FieldSource, Gap, IfAgain, Often, Pattern, Pin, PinAction, PinDoes, Place, ProcessDoes, Publishes, Setting,
};
use crosstalk::check::{Check, explain};
use crosstalk::net::Cut;
use crosstalk::session::Session;
use crosstalk::sim::{HandlerId, IntentId, LineId, MessageId, NodeId, RecordId, Time, TopicId, WireId};
use crosstalk::view::{Inspection, MessageInspection, Selection, ServiceInspection, ViolationView};

use crate::support::{BROKER, EMAILS, ORDERS, PAYMENTS, SHOP, board, instance, process, seconds, session, switch};

const HANDLER: HandlerId = HandlerId(1);

fn played(name: &str, s: u64) -> Session {
    let mut session = session(name);
    session.seek(seconds(s));
    session
}

fn service(session: &Session, id: NodeId) -> ServiceInspection {
    match session.inspect(Selection::Node(id)) {
        Some(Inspection::Service(service)) => *service,
        other => panic!("{other:?} is no service"),
    }
}

fn message(session: &Session, selected: Selection) -> MessageInspection {
    match session.inspect(selected) {
        Some(Inspection::Message(message)) => message,
        other => panic!("{other:?} is no message"),
    }
}

/// The violations of lost, done twice, and row without message; there are no others.
fn violations(session: &Session) -> [Vec<ViolationView>; 3] {
    let mut chips: Vec<_> = session.verdict().into_iter().map(|chip| chip.violations).collect();
    assert!(chips.split_off(3).iter().all(Vec::is_empty));
    chips.try_into().expect("these are the first three checks")
}

fn order(n: u32, manual: bool) -> IntentId {
    IntentId { client: SHOP, n, manual }
}

fn event(n: u32) -> MessageId {
    MessageId { intent: order(n, false), by: ORDERS, line: LineId(6), nth: 0 }
}

#[test]
fn the_program_shows_the_pin_before_and_after_it_has_acted() {
    let session = played("delivered-twice", 5);
    let gap = |session: &Session| service(session, PAYMENTS).programs[0].lines[3].after.clone();
    assert_eq!((gap(&session).label.as_str(), gap(&session).spent), ("will crash here, once", false));
    let session = played("delivered-twice", 40);
    assert_eq!((gap(&session).label.as_str(), gap(&session).spent), ("crashed here, once", true));

    let mut session = played("orders", 1);
    let at = Gap::Start(HANDLER);
    let pin = Pin {
        service: PAYMENTS,
        gap: at,
        does: PinDoes::Pause,
        often: Often::Always,
        only: Some(1),
        key: None,
        back_after_ms: Some(5_000),
    };
    session.act(Action::Pin(PinAction::Set(pin))).expect("the gap is there");
    let start = service(&session, PAYMENTS).programs[0].start.clone();
    assert_eq!(start.label, "will pause here, always (payments-2), back after 5 s");
    assert_eq!(start.pin, Some(pin));
}

#[test]
fn a_program_has_its_heading_its_numbers_and_its_transaction() {
    let orders = service(&played("orders", 1), ORDERS);
    let words = |at: usize| orders.programs[at].heading.iter().map(|(a, b)| format!("{a} {b}")).collect::<Vec<_>>().join(" ");
    assert_eq!((words(0).as_str(), words(1).as_str()), ("on PlaceOrder", "relay of the outbox"));
    let program = &service(&played("orders", 1), PAYMENTS).programs[0];
    let heading: Vec<&str> = program.heading.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(heading, ["OrderPlaced", "order-events", "payments"]);
    let lines: Vec<(usize, &str, bool)> =
        program.lines.iter().map(|line| (line.number, line.word.as_str(), line.in_transaction)).collect();
    assert_eq!(lines, [(2, "work", false), (3, "begin", true), (4, "write", true), (5, "commit", true), (6, "ack", false)]);
}

#[test]
fn live_lines_are_those_of_the_running_activations_also_on_an_older_program() {
    let mut session = session("orders");
    let mut seen = 0;
    for half in 8..60 {
        session.seek(Time(half * 500_000));
        let view = service(&session, PAYMENTS);
        let shown: Vec<u16> = view.programs[0].lines.iter().flat_map(|line| line.live.clone()).collect();
        let running = session.world().service(PAYMENTS).expect("it is there");
        let busy: usize = running.instances.values().map(|instance| instance.activations.len()).sum();
        assert_eq!(shown.len(), busy, "at {}", session.now());
        seen += busy;
        if half == 40 {
            session.act(switch(PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::TracksIds))).expect("it can track");
            let after: Vec<u16> =
                service(&session, PAYMENTS).programs[0].lines.iter().flat_map(|line| line.live.clone()).collect();
            assert_eq!(after, shown);
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_form_is_offered_exactly_when_the_switch_to_it_is_taken() {
    let mut boards = vec![board("orders"), board("delivered-twice"), board("dual-write")];
    let mut keyless = board("orders");
    for kind in &mut keyless.messages {
        for field in kind.fields.iter_mut().filter(|field| field.from == FieldSource::Number) {
            field.from = FieldSource::Cents(0, 9);
        }
    }
    let mut pinned = board("orders");
    let gap = Gap::After(LineId(3));
    pinned.pins =
        vec![Pin { service: EMAILS, gap, does: PinDoes::Crash, often: Often::Once, only: None, key: None, back_after_ms: None }];
    let mut bare = board("orders");
    for service in &mut bare.services {
        let lines = service.handlers.iter_mut().map(|handler| &mut handler.lines);
        lines.for_each(|lines| lines.retain(|line| !matches!(line.does.word(), "begin" | "commit" | "track")));
    }
    boards.extend([keyless, pinned, bare]);
    let mut refused = 0;
    for board in boards {
        for node in [ORDERS, PAYMENTS, EMAILS] {
            let Ok(session) = Session::new(board.clone()) else { continue };
            let view = service(&session, node);
            for (words, pattern, why) in
                view.programs.iter().flat_map(|program| &program.patterns).flat_map(|switch| &switch.forms)
            {
                let mut session = Session::new(board.clone()).expect("it was put to work before");
                let taken = session.act(switch(node, *pattern));
                assert_eq!(taken.is_ok(), why.is_empty(), "{} {words}: {why} {taken:?}", view.title);
                refused += usize::from(taken.is_err());
            }
        }
    }
    assert!(refused > 0);
}

#[test]
fn an_order_that_was_charged_twice_stays_in_the_table_of_effects() {
    let payments = service(&played("delivered-twice", 40), PAYMENTS);
    assert_eq!(payments.effects_heading, "charged");
    let wrong: Vec<_> = payments.effects.iter().filter(|row| !row.verdict.is_empty()).collect();
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0].verdict, "twice");
    let amount = wrong[0].expected.strip_prefix("1 × ").expect("it is expected once");
    assert_eq!(wrong[0].actual, format!("2 × {amount}"));
    assert_eq!(payments.effects.len(), 12);
    assert!(payments.effects.iter().any(|row| row.actual == "not yet"));
}

#[test]
fn a_violation_is_told_and_its_fix_prevents_it() {
    let mut session = played("delivered-twice", 40);
    let [lost, twice, rows] = violations(&session);
    assert_eq!((lost.len(), twice.len(), rows.len()), (0, 1, 0));
    let violation = &twice[0];
    assert!(violation.sentence.contains("charged twice"), "{}", violation.sentence);
    assert!(violation.how.contains("crashed between commit and ack"), "{}", violation.how);
    assert!(violation.steps.len() >= 3);
    let record = message(&session, violation.about);
    assert!(record.path.iter().any(|line| line.time == violation.steps[0].0 || line.time == violation.at));

    let fix = violation.fix.clone().expect("something prevents it");
    session.seek(seconds(5));
    assert_eq!(violations(&session).map(|all| all.len()), [0, 0, 0]);
    session.act(Action::Edit(fix)).expect("the switch is to be had");
    session.seek(seconds(60));
    assert_eq!(violations(&session).map(|all| all.len()), [0, 0, 0]);
    let pin = service(&session, PAYMENTS).programs[0].lines.iter().find(|line| line.after.pin.is_some()).cloned();
    assert!(pin.is_some_and(|line| line.after.spent), "the same crash has happened");
}

#[test]
fn an_outbox_prevents_the_row_without_its_message_under_the_same_crash() {
    let mut session = played("dual-write", 40);
    let [_, _, rows] = violations(&session);
    let fix = rows.first().and_then(|row| row.fix.clone()).expect("there is a row, and a fix");
    let pattern = Pattern::Publishes(HANDLER, Publishes::ThroughOutbox);
    assert_eq!(fix, Edit::Pattern { service: ORDERS, pattern });
    session.seek(seconds(4));
    session.act(Action::Edit(fix)).expect("the switch is to be had");
    session.seek(seconds(60));
    assert_eq!(violations(&session).map(|all| all.len()), [0, 0, 0]);
    let orders = service(&session, ORDERS);
    assert!(orders.programs[0].lines.iter().any(|line| line.after.spent), "the same pin has acted");
    assert!(orders.outbox.is_some_and(|outbox| outbox.iter().any(|row| row.published)));
}

#[test]
fn explanations_of_a_future_that_was_left_are_forgotten() {
    let mut session = played("delivered-twice", 40);
    session.seek(seconds(6));
    session
        .act(Action::Edit(Edit::Set { place: Place::Node(SHOP), setting: Setting::ArrivalInterval, value: Some(900) }))
        .expect("a value");
    session.seek(seconds(40));
    let told: Vec<_> = session.checks().violations().iter().map(|violation| session.explain(violation)).collect();
    let afresh = session.checks().violations().iter().map(|violation| explain(violation, session.facts(), session.board()));
    assert!(!told.is_empty() && told.into_iter().eq(afresh));
}

#[test]
fn rows_that_were_written_before_a_switch_keep_their_names() {
    let mut session = played("orders", 20);
    session.act(switch(PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::IsIdempotent))).expect("it has a number");
    session.seek(seconds(40));
    let payments = service(&session, PAYMENTS);
    let table = &payments.tables[0];
    assert_eq!(table.columns, ["order", "amount"]);
    let letters = table.rows.iter().take_while(|row| row[0].chars().all(char::is_alphabetic)).count();
    assert!(letters > 0 && letters < table.rows.len(), "{:?}", table.rows);
    assert!(table.rows[letters..].iter().all(|row| row[0].chars().all(char::is_numeric)), "{:?}", table.rows);
    assert_eq!(payments.effects_heading, "charged");
}

#[test]
fn a_group_shows_who_reads_what_and_how_far_it_is_behind() {
    let session = played("delivered-twice", 40);
    let group = &service(&session, PAYMENTS).groups[0];
    assert_eq!((group.name.as_str(), group.state.as_str(), group.generation), ("payments", "Stable", 2));
    assert_eq!(group.members.len(), 2);
    assert_eq!(group.members.iter().filter(|member| member.leader).count(), 1);
    assert!(group.members.iter().all(|member| member.member.starts_with("n4-")));
    assert_eq!(group.partitions.len(), 3);
    for row in &group.partitions {
        assert_eq!(row.lag, row.end - row.committed.unwrap_or(0));
        assert!(row.owner.starts_with("payments-") && row.position >= row.committed);
    }
    let Some(Inspection::Broker(broker)) = session.inspect(Selection::Node(BROKER)) else { panic!("no broker") };
    assert_eq!(broker.groups.len(), 2);
    let ends: u32 = group.partitions.iter().map(|row| row.end).sum();
    assert_eq!(broker.topics, [("order-events".to_owned(), 3, ends)]);
}

#[test]
fn only_settings_that_matter_are_shown() {
    let session = played("orders", 1);
    let has = |id, setting| service(&session, id).settings.iter().any(|row| row.setting == setting);
    assert!(has(ORDERS, Setting::Acks) && has(ORDERS, Setting::RelayBatch) && !has(ORDERS, Setting::SessionTimeout));
    assert!(has(PAYMENTS, Setting::SessionTimeout) && !has(PAYMENTS, Setting::Acks) && !has(PAYMENTS, Setting::RelayBatch));
}

#[test]
fn a_message_has_its_header_its_body_and_its_path() {
    let session = played("orders", 20);
    let found = message(&session, Selection::Message(event(3)));
    assert_eq!(found.title, "OrderPlaced");
    let header = |name: &str| found.header.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(header("id"), Some("order 3 · from Orders line 5 · run 1"));
    assert_eq!(header("topic"), Some("order-events"));
    assert_eq!(found.body[0], ("order".to_owned(), "3".to_owned()));
    assert!(found.path.is_sorted_by_key(|line| line.time) && found.path.len() > 5);
    let request = MessageId { by: SHOP, line: LineId(0), ..event(3) };
    let request = message(&session, Selection::Message(request));
    assert_eq!((request.title.as_str(), &request.body), ("PlaceOrder", &found.body));
    // Not yet sent: not there.
    assert_eq!(session.inspect(Selection::Message(event(900))), None);
}

#[test]
fn a_message_says_the_same_wherever_it_is() {
    let mut session = session("dual-write");
    let made = MessageId { by: ORDERS, line: LineId(4), ..event(4) };
    let mut bodies = Vec::new();
    for tenth in 40..200 {
        session.seek(Time(tenth * 100_000));
        if let Some(Inspection::Message(found)) = session.inspect(Selection::Message(made)) {
            bodies.push((found.body, found.key));
        }
    }
    assert!(bodies.len() > 10);
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
}

#[test]
fn the_strip_tells_of_failures_rebalances_actions_and_branches() {
    let mut session = played("orders", 10);
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Pause)).expect("it runs");
    session.seek(seconds(12));
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Resume)).expect("it is paused");
    session.act(Action::Cut { wire: WireId(2), cut: Cut::Both }).expect("the wire is there");
    session.act(Action::Send { client: SHOP }).expect("there is a shop");
    session
        .act(Action::Edit(Edit::Set { place: Place::Wire(WireId(4)), setting: Setting::Latency, value: Some(400) }))
        .expect("ok");
    session.seek(seconds(15));
    session.act(Action::Cut { wire: WireId(2), cut: Cut::None }).expect("the wire is there");
    session.seek(seconds(20));
    let strip = session.strip();
    let bars: Vec<_> = strip.failures.iter().map(|bar| (bar.from, bar.to, bar.label.as_str())).collect();
    let cut = "the wire from Orders to order-events cut";
    assert_eq!(bars, [(seconds(10), seconds(12), "payments-2 paused"), (seconds(12), seconds(15), cut)]);
    assert_eq!(strip.actions.len(), 2);
    assert!(strip.actions[1].label.contains("latency.ms"), "{:?}", strip.actions);
    assert!(strip.groups.len() >= 2 && strip.groups.iter().all(|bar| bar.from <= bar.to && bar.to <= strip.frontier));
    // An edit of a wire is no fact about the node of the same number.
    assert!(!service(&session, PAYMENTS).facts.iter().any(|line| line.what.contains("was changed")));

    session.seek(seconds(5));
    session.act(Action::Send { client: SHOP }).expect("there is a shop");
    let strip = session.strip();
    assert_eq!((strip.cursor, strip.frontier, strip.branches), (seconds(5), seconds(5), 1));
    let kept: Vec<Time> = strip.kept.iter().map(|mark| mark.at).collect();
    assert_eq!(kept, [seconds(10), seconds(12), seconds(12), seconds(15)]);
}

#[test]
fn whatever_is_selected_at_whatever_time_is_shown_or_is_not_there() {
    for name in ["orders", "delivered-twice", "dual-write"] {
        let mut session = session(name);
        let mut shown = 0;
        for step in 0..40_u64 {
            session.seek(Time(step * 7_919_003 % 60_000_000));
            let mut all = vec![Selection::Nothing];
            all.extend((0..8).map(|id| Selection::Node(NodeId(id))));
            all.extend((0..8).map(|id| Selection::Wire(WireId(id))));
            for n in 0..12 {
                let n = (n * 5 + step) as u32 % 60;
                let (topic, partition) = (TopicId((n % 2) as u16), (n % 5) as u16);
                all.push(Selection::Record(RecordId { topic, partition, offset: n / 2 }));
                for line in 0..8 {
                    let intent = order(n, n.is_multiple_of(7));
                    let by = NodeId(n % 6);
                    all.push(Selection::Message(MessageId { intent, by, line: LineId(line), nth: (n % 3) as u16 }));
                }
            }
            shown += all.into_iter().filter(|selected| session.inspect(*selected).is_some()).count();
            assert!(session.strip().frontier >= session.now());
            assert_eq!(session.verdict().len(), Check::ALL.len());
        }
        assert!(shown > 300, "{shown}");
    }
}

#[test]
fn the_path_of_a_record_tells_of_the_rows_that_changed_and_the_offset_that_was_committed_and_who_has_read_it() {
    let session = played("orders", 30);
    let found = message(&session, Selection::Message(event(3)));
    let tells = |words: &str| found.path.iter().any(|line| line.what.contains(words));
    assert!(tells("changed by"), "{:#?}", found.path);
    assert!(tells("committed offset") || tells("offset"), "{:#?}", found.path);
    assert!(found.path.is_sorted_by_key(|line| line.time));
    let groups: Vec<_> = found.readers.iter().map(|reader| (reader.group.as_str(), reader.committed)).collect();
    assert_eq!(groups, [("emails", true), ("payments", true)]);
    assert!(found.readers.iter().all(|reader| reader.read.len() == 1));
    assert_eq!(found.copies.len(), 1);
    assert!(found.copies[0].shown && found.copies[0].name.starts_with("order-events "));

    let mut early = crate::support::session("orders");
    let appended = found.path.iter().find(|line| line.what.contains("appended")).expect("it was appended").time;
    early.seek(Time(appended.0 + 1));
    let found = message(&early, Selection::Message(event(3)));
    assert!(found.readers.iter().all(|reader| reader.read.is_empty() && !reader.committed), "{:?}", found.readers);
}

#[test]
fn a_message_that_was_published_twice_has_copies_and_the_one_that_is_looked_at_is_marked() {
    let mut session = played("orders", 5);
    let relay = session.board().service(ORDERS).and_then(|node| node.relay.clone()).expect("Orders has a relay");
    let gap = Gap::After(relay.lines[1].id);
    let (does, often) = (PinDoes::Crash, Often::Once);
    let pin = Pin { service: ORDERS, gap, does, often, only: None, key: None, back_after_ms: Some(1_000) };
    session.act(Action::Pin(PinAction::Set(pin))).expect("there is such a line");
    session.seek(seconds(20));
    let found = (0..20).find_map(|n| match session.inspect(Selection::Message(event(n))) {
        Some(Inspection::Message(found)) if found.copies.len() > 1 => Some(found),
        _ => None,
    });
    let copies = found.expect("one was published twice").copies;
    assert!(copies.iter().all(|copy| !copy.shown), "the message was looked at, not one of its records");
    let second = message(&session, Selection::Record(copies[1].record));
    let shown: Vec<_> = second.copies.iter().filter(|copy| copy.shown).map(|copy| copy.record).collect();
    assert_eq!(shown, [copies[1].record]);
}

#[test]
fn a_client_can_send_what_it_calls_answer_and_a_reading_wire_names_its_group() {
    let session = played("orders", 1);
    let Some(Inspection::Client(shop)) = session.inspect(Selection::Node(SHOP)) else { panic!("no client") };
    assert_eq!((shop.sends.as_str(), shop.kinds), ("PlaceOrder", vec!["PlaceOrder".to_owned()]));
    let groups = (1..5).map(|id| match session.inspect(Selection::Wire(WireId(id))) {
        Some(Inspection::Wire(wire)) => wire.group,
        other => panic!("{other:?} is no wire"),
    });
    let mut groups: Vec<String> = groups.filter(|group| !group.is_empty()).collect();
    groups.sort();
    assert_eq!(groups, ["emails", "payments"]);
}
