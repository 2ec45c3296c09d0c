//! Programs edited as a person edits them: lines from a menu, one step each, undone and done again.

use crosstalk::board::{Board, Danger, Do, OnFailure, Patch, hazards, pattern_of, validate};
use crosstalk::board::{IfAgain, Pattern, ValueDoc, apply_pattern};
use crosstalk::editor::{
    EditError, Edited, Ids, LineField, Operation, ProgramEdit, edit_program, field_offers, handler_offers, line_offers, with_text,
};
use crosstalk::session::Session;
use crosstalk::sim::{HandlerId, LineId, NodeId, Span};
use crosstalk::view::{Inspection, Selection};

use crate::programs::handler;
use crate::support::{EMAILS, ORDERS, PAYMENTS, board, seconds};

const HANDLER: HandlerId = HandlerId(1);

fn edited(board: &Board, service: NodeId, change: ProgramEdit) -> Result<Edited, EditError> {
    Operation::Program(service, change).make(board, &Ids::of(board), &[])
}

fn refused(board: &Board, service: NodeId, change: ProgramEdit) -> String {
    edited(board, service, change).expect_err("it is refused").to_string()
}

fn words(board: &Board, service: NodeId) -> Vec<&'static str> {
    board.service(service).expect("there").handlers[0].lines.iter().map(|line| line.does.word()).collect()
}

#[test]
fn a_line_from_the_menu_is_put_where_it_was_asked_for_and_can_be_undone() {
    let board = board("orders");
    let offers = line_offers(&board, PAYMENTS, HANDLER, 2);
    let said: Vec<&str> = offers.iter().map(|offer| offer.words.as_str()).collect();
    assert_eq!(
        said,
        [
            "work 300 ms ± 100",
            "begin and commit",
            "write accounts[order] insert amount",
            "require accounts[customer] ≥ amount",
            "track",
            "track by offset",
            "fence",
            "ack",
            "publish"
        ]
    );
    let refusals: Vec<&str> = offers.iter().filter_map(|offer| offer.refused.as_deref()).collect();
    assert_eq!(refusals.len(), 3);
    assert!(refusals[0].starts_with("line 4, begin: the transaction before it"), "{}", refusals[0]);
    assert!(refusals[1].starts_with("line 7, ack: is there already"), "{}", refusals[1]);
    assert!(refusals[2].starts_with("no wire leads from Payments"), "{}", refusals[2]);
    let track = offers[4].does.clone();
    let added = edited(&board, PAYMENTS, ProgramEdit::AddLine { handler: HANDLER, at: 2, does: track }).expect("it fits");
    assert_eq!(words(&added.board, PAYMENTS), ["work", "begin", "track", "write", "commit", "ack"]);
    assert_eq!(added.label, "add track to Payments");
    let mut back = added.board.clone();
    Patch::between(&added.board, &board).apply(&mut back).expect("the way back");
    assert_eq!(back, board);
}

#[test]
fn a_first_row_for_the_outbox_brings_a_relay_and_a_begin_its_commit_and_both_go_together() {
    let plain = board("dual-write");
    let offers = line_offers(&plain, ORDERS, HANDLER, 3);
    let outbox = offers.iter().find(|offer| matches!(offer.does, Do::Outbox { .. })).expect("a wire leads to the topic");
    assert_eq!(outbox.refused, None);
    let change = ProgramEdit::AddLine { handler: HANDLER, at: 3, does: outbox.does.clone() };
    let added = edited(&plain, ORDERS, change).expect("it fits").board;
    assert!(added.service(ORDERS).expect("there").relay.is_some());

    let change = ProgramEdit::AddLine { handler: HANDLER, at: 1, does: Do::Begin };
    let wrapped = edited(&board("orders"), EMAILS, change).expect("it fits").board;
    assert_eq!(words(&wrapped, EMAILS), ["work", "begin", "write", "commit", "ack"]);
    let begin = wrapped.service(EMAILS).expect("there").handlers[0].lines[1].id;
    let bare = edited(&wrapped, EMAILS, ProgramEdit::RemoveLine(begin)).expect("both go").board;
    assert_eq!(bare, board("orders"));
}

#[test]
fn lines_move_by_one_and_not_where_the_program_could_not_run() {
    let board = board("orders");
    let up = |line, up| ProgramEdit::MoveLine { line: LineId(line), up };
    let moved = edited(&board, PAYMENTS, up(1, false)).expect("work may be in the transaction");
    assert_eq!((words(&moved.board, PAYMENTS)[1], moved.label.as_str()), ("work", "move work down"));
    assert!(refused(&board, PAYMENTS, up(1, true)).contains("first line"));
    assert!(refused(&board, PAYMENTS, up(5, false)).contains("last line"));
    let mut tight = board.clone();
    handler(&mut tight, PAYMENTS).lines.retain(|line| line.id != LineId(3));
    let why = refused(&tight, PAYMENTS, up(4, true));
    assert!(why.starts_with("line 3, commit: there is no transaction to commit"), "{why}");
    assert!(refused(&board, ORDERS, up(8, true)).contains("A relay's program is poll, publish, mark"));
}

#[test]
fn each_part_of_a_line_is_changed_to_what_there_is() {
    let board = board("orders");
    let parts = field_offers(&board, PAYMENTS, LineId(3));
    let named: Vec<(LineField, &str)> = parts.iter().map(|part| (part.field, part.now.as_str())).collect();
    let now = [("accounts", LineField::Table), ("customer", LineField::Key), ("−= takes away", LineField::Op)];
    for (says, field) in now.into_iter().chain([("amount", LineField::Value)]) {
        assert!(named.contains(&(field, says)), "{named:?}");
    }
    let newer = parts[2].choices.iter().find(|choice| choice.words.contains("newer")).expect("it is an operation");
    let change = ProgramEdit::ChangeLine { line: LineId(3), does: newer.does.clone() };
    let changed = edited(&board, PAYMENTS, change).expect("it fits").board;
    let Do::Write(write) = handler(&mut changed.clone(), PAYMENTS).lines[2].does.clone() else { panic!("it is a write") };
    assert_eq!(write.op, ValueDoc::SetIfNewer { value: "amount".into(), by: "order".into() });
    assert!(field_offers(&changed, PAYMENTS, LineId(3)).iter().any(|part| part.field == LineField::Version));

    let other = with_text(&Do::Write(write.clone()), LineField::Table, " ledger ").expect("a name");
    let renamed = edited(&changed, PAYMENTS, ProgramEdit::ChangeLine { line: LineId(3), does: other }).expect("a new table");
    assert!(handler(&mut renamed.board.clone(), PAYMENTS).lines[2].does.rest().starts_with("ledger[customer]"));
    let work = Do::Work { ms: 600, spread: 200 };
    assert_eq!(with_text(&work, LineField::Ms, "100"), Ok(Do::Work { ms: 100, spread: 100 }));
    assert!(with_text(&work, LineField::Ms, "soon").expect_err("no number").to_string().contains("whole milliseconds"));
    assert!(with_text(&work, LineField::Table, "x").is_err());

    for part in field_offers(&board, ORDERS, LineId(6)) {
        for choice in &part.choices {
            let made = edited(&board, ORDERS, ProgramEdit::ChangeLine { line: LineId(6), does: choice.does.clone() });
            assert_eq!(made.err().map(|error| error.to_string()), choice.refused, "{}", choice.words);
        }
    }
    let ways = field_offers(&board, EMAILS, LineId(1));
    assert!(ways.iter().all(|part| part.typed && part.choices.is_empty()));
}

#[test]
fn a_service_handles_more_types_of_messages_and_no_type_twice() {
    let board = board("orders");
    let offers = handler_offers(&board, PAYMENTS);
    let open: Vec<(&str, bool)> =
        offers.iter().filter(|one| one.refused.is_none()).map(|one| (one.on.as_str(), one.from.is_some())).collect();
    assert_eq!(open, [("PlaceOrder", false), ("OrderPlaced", false)]);
    let taken = offers.iter().find(|one| one.from.is_some()).and_then(|one| one.refused.clone()).expect("it reads them");
    assert!(taken.contains("another handler of this service takes these messages"), "{taken}");
    let change = ProgramEdit::AddHandler { on: "PlaceOrder".into(), from: None };
    let more = edited(&board, PAYMENTS, change).expect("requests may come").board;
    let added = &more.service(PAYMENTS).expect("there").handlers[1];
    assert_eq!((added.id, added.lines[0].id), (HandlerId(2), LineId(6)), "no id is given twice");
    assert!(
        refused(&board, ORDERS, ProgramEdit::AddHandler { on: "OrderPlaced".into(), from: Some("order-events".into()) })
            .contains("draw a wire from the topic to it")
    );
    let gone = edited(&more, PAYMENTS, ProgramEdit::RemoveHandler(HandlerId(2))).expect("it is there").board;
    assert_eq!(gone, board);
}

#[test]
fn failure_policies_and_table_names_change_and_what_cannot_be_is_refused() {
    let board = board("orders");
    let policy = |policy| ProgramEdit::OnFailure(HANDLER, policy);
    let changed = edited(&board, PAYMENTS, policy(OnFailure::RetryThenSkip(9))).expect("records can be skipped");
    assert_eq!(changed.label, "when OrderPlaced fails: tries again 9 times, then skips");
    assert!(refused(&board, ORDERS, policy(OnFailure::Stop)).starts_with("on PlaceOrder: a request is not read"));
    let renamed = edited(&board, PAYMENTS, ProgramEdit::RenameTable("accounts".into(), "money".into())).expect("it is there");
    assert_eq!(handler(&mut renamed.board.clone(), PAYMENTS).lines[2].does.table(), Some("money"));
    assert_eq!(renamed.notes, ["What has been written to accounts stays there."]);
    assert!(refused(&board, PAYMENTS, ProgramEdit::RenameTable("none".into(), "x".into())).contains("no table \"none\""));
    assert!(refused(&board, PAYMENTS, ProgramEdit::RenameTable("accounts".into(), " ".into())).contains("give it a name"));
}

#[test]
fn tracking_is_switched_to_each_of_its_places_and_back_and_what_is_none_of_them_is_custom() {
    let start = board("orders");
    let mut board = start.clone();
    let now = |board: &Board| pattern_of(&board.service(PAYMENTS).expect("there").handlers[0]).if_again;
    for (form, order) in [
        (IfAgain::TracksIdsFirst, ["work", "track", "begin", "write", "commit", "ack"]),
        (IfAgain::TracksIdsLast, ["work", "begin", "write", "commit", "track", "ack"]),
        (IfAgain::IsFenced, ["work", "begin", "fence", "write", "commit", "ack"]),
        (IfAgain::TracksOffsets, ["work", "begin", "track", "write", "commit", "ack"]),
        (IfAgain::TracksIds, ["work", "begin", "track", "write", "commit", "ack"]),
    ] {
        apply_pattern(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, form)).expect("there is a transaction");
        assert_eq!((now(&board), words(&board, PAYMENTS)), (Some(form), order.to_vec()));
        assert!(validate(&board).is_ok());
    }
    assert_eq!(hazards(&board), []);
    let track = board.service(PAYMENTS).expect("there").handlers[0].lines[2].id;
    let change = ProgramEdit::AddLine { handler: HANDLER, at: 0, does: Do::TrackOffset };
    let both = edited(&board, PAYMENTS, change).expect("it can run").board;
    assert_eq!(now(&both), None);
    assert!(hazards(&both).iter().any(|hazard| hazard.danger == Danger::TracksFirst));
    let back = edited(&board, PAYMENTS, ProgramEdit::RemoveLine(track)).expect("it is there").board;
    assert_eq!(back, start);
    apply_pattern(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::DoesItAgain)).expect("it can");
    assert_eq!(board, start);
}

#[test]
fn setting_a_value_becomes_an_upsert_by_version_and_goes_back() {
    let mut board = board("orders");
    handler(&mut board, PAYMENTS).lines[2].does = crate::programs::write(ValueDoc::Set("amount".into()));
    let start = board.clone();
    apply_pattern(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::IsIdempotent)).expect("orders have numbers");
    assert_eq!(handler(&mut board, PAYMENTS).lines[2].does.rest(), "accounts[customer] = amount if newer by order");
    apply_pattern(&mut board, PAYMENTS, Pattern::IfAgain(HANDLER, IfAgain::DoesItAgain)).expect("it was so before");
    assert_eq!(board, start);
}

#[test]
fn a_message_that_is_being_handled_finishes_on_its_program_which_can_be_seen_beside_the_new_one() {
    let mut session = Session::with_seed(board("orders"), 1).expect("it runs");
    let older = |session: &Session| {
        let Some(Inspection::Service(service)) = session.inspect(Selection::Node(PAYMENTS)) else { panic!("a service") };
        service.programs[0].older.clone()
    };
    while session.world().service(PAYMENTS).is_none_or(|service| service.instances.values().all(|one| one.activations.is_empty()))
    {
        session.seek(session.now() + Span::ms(100));
    }
    assert_eq!(older(&session), []);
    let service = session.world().service(PAYMENTS).expect("there");
    let handled: usize = service.instances.values().map(|one| one.activations.len()).sum();
    let change = ProgramEdit::RemoveLine(LineId(1));
    let after = edit_program(session.board(), &Ids::of(session.board()), PAYMENTS, change).expect("it fits").board;
    session.edit(&Patch::between(session.board(), &after)).expect("it is taken up");
    let seen = older(&session);
    assert_eq!((seen.len(), seen[0].lines.len()), (1, 5));
    assert_eq!((seen[0].lines[0].word, seen[0].lines[0].rest.as_str()), ("work", "600 ms ± 200"));
    assert_eq!(seen[0].lines.iter().map(|line| line.live.len()).sum::<usize>(), handled);
    session.seek(session.now() + seconds(3).since(seconds(0)));
    assert_eq!(older(&session), [], "it has finished");
}
