//! Whatever is done to a running board's document, in whatever order: nothing panics, the run can be replayed, and the
//! document is what the edits made of it.

use crosstalk::board::{
    Action, Arrivals, Board, ClientNode, Do, Edit, IfAgain, LineDoc, Patch, Pattern, ServiceNode, Setting, Timings, TopicDoc,
    Wire, WireKind, edit, validate,
};
use crosstalk::check::Check;
use crosstalk::session::Session;
use crosstalk::sim::{HandlerId, LineId, NodeId, Span, Time, WireId};
use crosstalk::view::{Selection, describe, tell};
use crosstalk::world::World;
use proptest::prelude::*;

use crate::properties::{config, heal, some_action};
use crate::support::{EMAILS, ORDERS, PAYMENTS, SHOP, board, edited, seconds, without};

/// One change of a document, by numbers: what, of which, and how.
type Change = (u8, usize, u32);

fn pick<T>(list: &mut [T], nth: usize) -> Option<&mut T> {
    let count = list.len().max(1);
    list.get_mut(nth % count)
}

fn fresh_node(board: &Board) -> NodeId {
    let ids = board.clients.iter().map(|node| node.id).chain(board.services.iter().map(|node| node.id));
    NodeId(ids.map(|id| id.0).max().unwrap_or(0).max(10) + 1)
}

fn wired(board: &mut Board, is: WireKind) {
    let id = board.wires.iter().map(|wire| wire.id.0).max().unwrap_or(0).max(10) + 1;
    board.wires.push(Wire { id: WireId(id), is, settings: Default::default() });
}

/// Changes a document. What comes out need not fit together: then the edit is refused.
fn change(board: &mut Board, (what, nth, n): Change) {
    let nodes: Vec<NodeId> = board.services.iter().map(|node| node.id).chain(board.clients.iter().map(|node| node.id)).collect();
    let topic = board.brokers.first().and_then(|broker| broker.topics.first()).map(|topic| topic.name.clone());
    match what {
        0 => {
            let brokers = board.brokers.iter().map(|node| node.id);
            let all: Vec<NodeId> = nodes.into_iter().chain(brokers).collect();
            if let Some(node) = all.get(nth % all.len().max(1)) {
                without(board, *node);
            }
        }
        1 => {
            let id = fresh_node(board);
            if let (Some(from), Some(topic)) = (pick(&mut board.services, nth).cloned(), topic) {
                let consumes = from.handlers.iter().any(|handler| handler.from.is_some());
                board.services.push(ServiceNode { id, title: format!("Copy {n}"), ..from });
                if consumes {
                    wired(board, WireKind::Consume { to: id, topic, group: format!("g{}", n % 3) });
                } else {
                    wired(board, WireKind::Publish { from: id, topic });
                }
            }
        }
        2 => {
            let (id, to) = (fresh_node(board), nodes.first().copied());
            let sends = board.messages.first().map(|kind| kind.name.clone()).unwrap_or_default();
            let settings = Default::default();
            board.clients.push(ClientNode {
                id,
                title: "More".to_owned(),
                x: 0,
                y: 0,
                sends,
                arrivals: Arrivals::Fixed,
                settings,
            });
            wired(board, WireKind::Call { from: id, to: to.unwrap_or_default() });
        }
        3 => drop((!board.wires.is_empty()).then(|| board.wires.remove(nth % board.wires.len()))),
        4 => {
            if let Some(Wire { is: WireKind::Consume { group, .. }, .. }) = pick(&mut board.wires, nth) {
                *group = format!("g{}", n % 3);
            }
        }
        5 => {
            let to = nodes.get(n as usize % nodes.len().max(1)).copied().unwrap_or_default();
            if let Some(Wire { is: WireKind::Consume { to: at, .. } | WireKind::Call { to: at, .. }, .. }) =
                pick(&mut board.wires, nth)
            {
                *at = to;
            }
        }
        6 => {
            if let Some(broker) = board.brokers.first_mut() {
                broker.topics.push(TopicDoc { name: format!("topic {}", n % 5), partitions: 1 + (n % 4) as u16 });
            }
        }
        7 => {
            if let Some(topic) = board.brokers.first_mut().and_then(|broker| pick(&mut broker.topics, nth)) {
                topic.partitions = 1 + (n % 9) as u16;
            }
        }
        8 => {
            if let Some(handler) = pick(&mut board.services, nth).and_then(|service| pick(&mut service.handlers, n as usize)) {
                let id = LineId(100 + (n % 900) as u16);
                handler.lines.insert(handler.lines.len() / 2, LineDoc { id, does: Do::Work { ms: n % 500, spread: 0 } });
            }
        }
        9 => {
            if let Some(handler) = pick(&mut board.services, nth).and_then(|service| pick(&mut service.handlers, n as usize)) {
                let at = n as usize % handler.lines.len().max(1);
                drop((!handler.lines.is_empty()).then(|| handler.lines.remove(at)));
            }
        }
        10 => {
            if let Some(service) = pick(&mut board.services, nth) {
                service.settings.0.insert(Setting::Instances, u64::from(n % 5));
                service.settings.0.insert(Setting::Workers, u64::from(1 + n % 3));
            }
        }
        11 => board.timings = if n.is_multiple_of(3) { Timings::Real } else { Timings::Classroom },
        12 => {
            if let Some(service) = pick(&mut board.services, nth) {
                drop(if n.is_multiple_of(2) { service.relay.take() } else { None });
                service.title = format!("Renamed {n}");
            }
        }
        13 => {
            let types: Vec<String> = board.messages.iter().map(|kind| kind.name.clone()).collect();
            if let Some(client) = pick(&mut board.clients, nth) {
                client.sends = types.get(n as usize % types.len().max(1)).cloned().unwrap_or_default();
            }
        }
        14 => {
            if let Some(keys) = pick(&mut board.keys, nth) {
                keys.size = 1 + n;
            }
        }
        _ => {
            if let Some(node) = pick(&mut board.services, nth) {
                (node.x, node.y) = (n as i32, 40);
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Move {
    Change(Vec<Change>),
    /// Undo or redo to a document that there was.
    Back(usize),
    Act(Action),
    Play(u64),
    Seek(u64),
    Branch(usize),
    Reset(bool),
}

fn some_move() -> impl Strategy<Value = Move> {
    let changes = prop::collection::vec((0u8..17, 0usize..8, 0u32..60), 1..3);
    prop_oneof![
        8 => changes.prop_map(Move::Change),
        4 => any::<usize>().prop_map(Move::Back),
        4 => some_action().prop_map(Move::Act),
        8 => (1u64..6_000_000).prop_map(Move::Play),
        2 => (0u64..30_000_000).prop_map(Move::Seek),
        1 => any::<usize>().prop_map(Move::Branch),
        1 => any::<bool>().prop_map(Move::Reset),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_edits_among_any_actions_can_be_replayed_and_make_the_document(
        seed: u64,
        moves in prop::collection::vec(some_move(), 1..40),
    ) {
        // The session itself asserts that a replay derives the facts that it recorded.
        let mut session = Session::with_seed(board("orders"), seed).expect("the board can be put to work");
        let mut documents = vec![session.document()];
        for step in moves {
            look(&session);
            let wanted = match step {
                Move::Change(changes) => {
                    let mut wanted = session.board().clone();
                    changes.into_iter().for_each(|one| change(&mut wanted, one));
                    wanted
                }
                Move::Back(nth) => documents[nth % documents.len()].clone(),
                Move::Act(action) => {
                    let _refused = session.act(action);
                    continue;
                }
                Move::Play(micros) => {
                    session.seek(session.now() + Span(micros));
                    continue;
                }
                Move::Seek(to) => {
                    session.seek(Time(to));
                    continue;
                }
                Move::Branch(nth) => {
                    let ids: Vec<_> = session.branches().iter().map(|branch| branch.id).collect();
                    if let Some(id) = ids.get(nth % ids.len().max(1)) {
                        session.switch(*id).expect("it is there");
                    }
                    continue;
                }
                Move::Reset(keep) => {
                    session.reset(keep);
                    continue;
                }
            };
            // What an edit has set off in this very moment comes before the next one.
            session.seek(session.now());
            let before = (session.document(), session.fingerprint());
            let patch = Patch::between(session.board(), &wanted);
            match session.edit(&patch) {
                Ok(()) => {
                    // Pins of what has gone are moved or dropped; then the rest is as it was wanted.
                    if validate(&wanted).is_ok() {
                        prop_assert_eq!(session.board(), &wanted);
                    }
                    if session.path().iter().all(|stamped| stamped.at <= session.now()) {
                        prop_assert_eq!(&session.document(), session.board());
                    }
                    documents.push(session.document());
                }
                Err(_) => prop_assert_eq!((session.document(), session.fingerprint()), before),
            }
            prop_assert!(validate(&session.document()).is_ok());
        }
        let end = session.frontier();
        session.seek(end);
        let hash = session.fingerprint();
        let verdict = crate::support::found(&session);
        session.seek(Time::ZERO);
        session.seek(end);
        prop_assert_eq!(session.fingerprint(), hash);
        prop_assert_eq!(crate::support::found(&session), verdict);
        prop_assert_eq!(session.frontier_checks().violations(), session.checks().violations());

        // The same from its first fact, with other titles and places.
        let mut start = session.start_board().clone();
        start.title.push('?');
        start.services.iter_mut().for_each(|node| (node.title, node.x) = (format!("{:?}", node.id), -7));
        start.clients.iter_mut().for_each(|node| (node.title, node.y) = ("?".to_owned(), -7));
        let mut world = World::new(&start, seed, &mut ()).expect("the board can be put to work");
        for stamped in session.path().iter().filter(|stamped| stamped.at <= end) {
            world.run_until(stamped.at, u32::MAX, &mut ());
            let _passed_over = match &stamped.action {
                Action::Edit(Edit::Change(patch)) => world.apply(&Action::Edit(Edit::Change(Box::new(undressed(patch)))), &mut ()),
                action => world.apply(action, &mut ()),
            };
        }
        world.run_until(end, u32::MAX, &mut ());
        prop_assert_eq!(world.hash(), hash);
    }
}

/// Whatever is looked at, also what has gone, can be shown.
fn look(session: &Session) {
    let mut dots = Vec::new();
    for selection in (1..13).map(NodeId).map(Selection::Node).chain((1..5).map(WireId).map(Selection::Wire)) {
        let frame = session.frame(selection);
        session.dots(&frame, &mut dots);
        let _shown = session.inspect(selection);
    }
    let _shown = (session.strip(), session.verdict());
    let (facts, names, board) = (session.facts(), session.world().names(), session.board());
    for entry in facts.iter().rev().take(50) {
        assert!(!describe(entry, names, board).is_empty());
    }
    if let Some(violation) = session.checks().violations().last() {
        assert!(!tell(violation, &session.explain(violation), facts, names, board).how.is_empty());
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_taken_off_the_board_and_put_back_goes_on_where_it_was_and_nothing_is_lost_or_done_twice(
        seed: u64,
        steps in prop::collection::vec((0usize..10, 1u64..9_000_000, 1u64..9_000_000, some_action()), 1..8),
    ) {
        let mut whole = board("orders");
        let tracks = Edit::Pattern { service: PAYMENTS, pattern: Pattern::IfAgain(HandlerId(1), IfAgain::TracksIds) };
        edit(&mut whole, &tracks).expect("there is a transaction");
        let mut session = Session::with_seed(whole.clone(), seed).expect("the board can be put to work");
        session.seek(seconds(5));
        for (what, wait, gone, action) in steps {
            session.seek(session.now() + Span(wait));
            if action.is_live_failure() {
                let _refused = session.act(action);
            }
            let pieces = |board: &mut Board| match what {
                nodes @ 0..4 => without(board, [SHOP, ORDERS, PAYMENTS, EMAILS][nodes]),
                // The wire to the topic has to stay while a program writes to it.
                wires => board.wires.retain(|wire| wire.id != WireId([1, 3, 4][wires % 3])),
            };
            edited(&mut session, pieces).expect("what is left fits together");
            session.seek(session.now() + Span(gone));
            session.edit(&Patch::between(session.board(), &whole)).expect("the whole fits together");
        }
        heal(&mut session);
        session.seek(session.now() + Span::secs(600));
        // An outbox without its wire grows, and what nobody reads is stuck: neither is anything lost.
        let wrong = [Check::Lost, Check::DoneTwice, Check::RowWithoutMessage].map(|check| crate::support::count(&session, check));
        prop_assert_eq!(wrong, [0, 0, 0]);
        let pending = Check::ALL.map(|check| session.checks().pending(check));
        prop_assert!(pending.into_iter().all(|count| count < 10), "{:?}", pending);
    }
}

/// The same patch with other titles and places.
fn undressed(patch: &Patch) -> Patch {
    let mut patch = patch.clone();
    for put in &mut patch.put {
        if let crosstalk::board::Part::Service(node) = &mut put.part {
            (node.title, node.x, node.y) = ("Else".to_owned(), 1, 2);
        }
    }
    patch
}
