//! What holds for all shipped boards.

use crosstalk::board::{Action, Board, Goal, Question, ServiceNode, Setting, WireKind};
use crosstalk::check::Check;
use crosstalk::session::Session;
use crosstalk::sim::Time;
use crosstalk::view::Picture;

use super::rig::{calm, found, played};
use crate::support::{board, seconds, session};

/// The check that each board with an anomaly shows, and how long its run is watched.
const SHOWS: [(&str, Check); 22] = [
    ("delivered-twice", Check::DoneTwice),
    ("relay-says-it-twice", Check::DoneTwice),
    ("dedup-hole", Check::DedupHole),
    ("forgotten-too-early", Check::DedupHole),
    ("two-relays", Check::DoneTwice),
    ("dual-write", Check::RowWithoutMessage),
    ("acknowledged-too-early", Check::CommittedEarly),
    ("zombie", Check::Zombie),
    ("newcomer", Check::PassedOver),
    ("late-with-its-poll", Check::RebalanceStorm),
    ("everybody-waits", Check::StuckGroup),
    ("hot-partition", Check::HotPartition),
    ("skipped-row", Check::SkippedRow),
    ("message-without-row", Check::MessageWithoutRow),
    ("old-value-wins", Check::OutOfOrder),
    ("two-hands", Check::OutOfOrder),
    ("out-of-the-outbox", Check::OutOfOrder),
    ("two-clients", Check::OutOfOrder),
    ("poison", Check::Poison),
    ("outbox-grows", Check::OutboxGrowing),
    ("slow-database", Check::PoolDry),
    ("debezium-tails", Check::DoneTwice),
];

/// The boards in the order of the catalogue: file without its ending, question, title, text.
fn catalogue() -> Vec<[String; 4]> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/public/boards.json");
    let text = std::fs::read_to_string(path).expect("there is a catalogue");
    let listed: Vec<serde_json::Value> = serde_json::from_str(&text).expect("the catalogue is a list");
    let word = |entry: &serde_json::Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let entry = |entry: &serde_json::Value| ["file", "question", "title", "about"].map(|key| word(entry, key));
    let all = listed.iter().map(entry).map(|[file, question, title, about]| {
        let name = file.strip_suffix(".json").expect("a board is a JSON file").to_owned();
        [name, question, title, about]
    });
    all.collect()
}

/// The names of all shipped boards.
pub fn names() -> Vec<String> {
    catalogue().into_iter().map(|[name, ..]| name).collect()
}

#[test]
fn the_catalogue_names_every_shipped_board_with_its_own_title_and_text() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/public/boards");
    let file =
        |entry: std::io::Result<std::fs::DirEntry>| entry.expect("it can be read").file_name().to_string_lossy().into_owned();
    let mut files: Vec<String> = std::fs::read_dir(folder).expect("there is a folder of boards").map(file).collect();
    files.sort();
    let mut named: Vec<String> = names().into_iter().map(|name| name + ".json").collect();
    named.sort();
    assert_eq!(named, files);
    for [name, _, title, about] in catalogue() {
        let board = board(&name);
        assert_eq!((title, about), (board.title, board.about));
        assert!(!board.tries.is_empty(), "{name}: there is something to try");
    }
}

#[test]
fn boards_that_answer_the_same_question_stand_together() {
    let mut asked: Vec<String> = catalogue().into_iter().map(|[_, question, ..]| question).collect();
    assert!(asked.iter().all(|question| !question.is_empty()));
    asked.dedup();
    let together = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), together);
}

#[test]
fn each_board_shows_its_anomaly_within_30_seconds_and_no_other_within_60() {
    for (name, check) in SHOWS {
        let session = played(name, 60);
        assert!(matches!(found(&session)[..], [(only, _)] if only == check), "{name}: {:?}", found(&session));
        let first = session.checks().violations()[0].at;
        assert!(first <= seconds(30), "{name}: at {first}");
    }
}

#[test]
fn without_the_failure_that_it_comes_with_no_board_shows_anything() {
    for name in names() {
        let board = board(&name);
        if board.pins.is_empty() && board.planned.is_empty() {
            continue;
        }
        let mut session = Session::new(calm(&name)).expect("it is a board");
        session.seek(seconds(60));
        assert_eq!(found(&session), [], "{name}");
    }
}

#[test]
fn what_is_offered_to_prevent_a_violation_prevents_it_from_the_start_of_the_run() {
    for (name, check) in SHOWS.into_iter().filter(|(_, check)| *check != Check::Poison) {
        let mut session = played(name, 60);
        let violation = session.verdict().swap_remove(check as usize).violations.swap_remove(0);
        let fix = violation.fix.unwrap_or_else(|| panic!("{name}: something prevents it"));
        session.seek(Time::ZERO);
        session.act(Action::Edit(fix.clone())).expect("it can be had");
        session.seek(seconds(60));
        assert_eq!(found(&session), [], "{name}: {fix:?}");
    }
}

#[test]
fn no_two_cards_of_a_board_overlap() {
    for name in names() {
        let picture = Picture::of(board(&name)).expect("it runs");
        for (nth, card) in picture.cards.iter().enumerate() {
            assert!(picture.cards[..nth].iter().all(|other| !other.rect.touches(card.rect)), "{name}: {card:?}");
        }
    }
}

#[test]
fn a_board_runs_at_classroom_timings_and_stands_from_left_to_right() {
    for name in names() {
        let Board { timings, clients, services, brokers, wires, .. } = board(&name);
        assert_eq!(timings, crosstalk::board::Timings::Classroom, "{name}");
        let reads = |id| wires.iter().any(|wire| matches!(&wire.is, WireKind::Consume { to, .. } if *to == id));
        let (readers, makers): (Vec<&ServiceNode>, Vec<&ServiceNode>) = services.iter().skip(1).partition(|node| reads(node.id));
        let first = services.first().into_iter().chain(makers).map(|node| node.x);
        let places: Vec<i32> = clients.iter().map(|node| node.x).chain(first).collect();
        let places: Vec<i32> = places.into_iter().chain(brokers.iter().map(|node| node.x)).collect();
        let readers = readers.into_iter().map(|node| node.x);
        let mut readers = readers;
        assert!(places.is_sorted() && readers.all(|x| places.last() < Some(&x)), "{name}");
    }
}

/// The words that a step has to have, for each goal that it is done by.
fn words(goal: &Goal, all: &mut Vec<String>) {
    match goal {
        Goal::All(goals) | Goal::Then(goals) => goals.iter().for_each(|goal| words(goal, all)),
        Goal::Asked { check, about } => {
            all.push(format!("\"{}\"", check.name()));
            let asked = if *about == Question::How { "\"Show how it happened\"" } else { "\"What would prevent it?\"" };
            all.push(asked.to_owned());
        }
        Goal::Switched { pattern, .. } => all.push(format!("\"{}\"", pattern.words())),
        Goal::Relays { kind, .. } => all.push(format!("\"{}\"", kind.words())),
        Goal::OnFailure { then, .. } => all.push(format!("\"{}\"", then.words())),
        _ => {}
    }
}

/// The settings that a goal asks for.
fn asked_settings(goal: &Goal) -> Vec<Setting> {
    match goal {
        Goal::All(goals) | Goal::Then(goals) => goals.iter().flat_map(asked_settings).collect(),
        Goal::Set { setting, .. } => vec![*setting],
        _ => Vec::new(),
    }
}

#[test]
fn steps_call_checks_switches_and_settings_by_the_names_that_the_page_has_for_them() {
    for name in names() {
        let mut known = Vec::new();
        for step in board(&name).tries {
            let mut wanted = Vec::new();
            words(&step.done, &mut wanted);
            for word in wanted {
                assert!(step.say.contains(&word), "{name}: {word} in {:?}", step.say);
            }
            for setting in asked_settings(&step.done) {
                // One that was named before may be set back.
                assert!(known.contains(&setting) || step.say.contains(setting.info().name), "{name}: {:?}", step.say);
                known.push(setting);
            }
        }
    }
}

#[test]
fn nothing_is_ticked_at_the_start_and_running_ticks_only_the_steps_that_say_to_press_play() {
    for name in names() {
        let mut session = session(&name);
        let done = |session: &Session| session.steps().iter().map(|step| step.done).collect::<Vec<_>>();
        assert!(done(&session).iter().all(|done| !done), "{name}");
        session.seek(seconds(60));
        let waits: Vec<bool> = session.steps().iter().map(|step| step.say.starts_with("Press play")).collect();
        assert_eq!(done(&session), waits, "{name}");
    }
}
