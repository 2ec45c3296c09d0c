//! A program that is changed by hand: lines from a menu, parts of lines, their order, what becomes of a failure.

use crosstalk::board::{Do, OnFailure};
use crosstalk::editor::{LineField, Operation, ProgramEdit};
use crosstalk::sim::LineId;
use crosstalk::ui::panels::program::Program;
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{CHARGE, PAYMENTS, program};
use super::mounted::{Asked, Mounted, mounted, typed};

async fn editing() -> Mounted {
    let program = Signal::stored(program(false));
    let panel = mounted(move || view! { <Program service=PAYMENTS program instances=Signal::stored(Vec::new()) /> }).await;
    panel.click("Edit").await;
    panel
}

fn made(change: ProgramEdit) -> Asked {
    Asked::Make(Operation::Program(PAYMENTS, change))
}

#[wasm_bindgen_test]
async fn a_line_is_added_from_the_menu_of_its_place_and_what_cannot_stand_there_says_why() {
    let panel = editing().await;
    panel.click("Add a line after begin").await;
    assert_eq!(panel.texts("[role=menuitem]"), ["track", "ackline 2, ack: is there already"]);
    panel.find("[role=menuitem][aria-disabled]").click();
    assert_eq!(panel.asked(), [], "a line that is refused is not asked for");
    panel.find("[role=menuitem]").click();
    assert_eq!(panel.asked(), [made(ProgramEdit::AddLine { handler: CHARGE, at: 2, does: Do::Track })]);
}

#[wasm_bindgen_test]
async fn lines_are_moved_and_removed_and_their_parts_chosen_or_typed() {
    let panel = editing().await;
    panel.click("Move write up").await;
    panel.click("Remove work").await;
    assert_eq!(
        panel.asked(),
        [made(ProgramEdit::MoveLine { line: LineId(3), up: true }), made(ProgramEdit::RemoveLine(LineId(1))),]
    );
    typed(&panel.find("[data-line=\"3\"] select"), "0").await;
    assert_eq!(panel.asked(), [made(ProgramEdit::ChangeLine { line: LineId(3), does: Do::Track })]);
    typed(&panel.find("[data-line=\"3\"] input"), "ledger").await;
    assert_eq!(panel.asked(), [Asked::Write(LineId(3), LineField::Table, "ledger".into())]);
}

#[wasm_bindgen_test]
async fn what_is_refused_is_said_and_what_was_typed_springs_back() {
    let panel = editing().await;
    *panel.refuse.lock().expect("one thread only") = Some("line 4, write: no".into());
    let field = panel.find("[data-line=\"3\"] input");
    typed(&field, "ledger").await;
    assert_eq!(panel.texts(".refused"), ["line 4, write: no"]);
    let shown = js_sys::Reflect::get(&field, &"value".into()).expect("a field has a value");
    assert_eq!(shown.as_string().as_deref(), Some("accounts"));
}

#[wasm_bindgen_test]
async fn what_becomes_of_a_failure_is_chosen_and_a_program_is_left_as_it_was_entered() {
    let panel = editing().await;
    typed(&panel.find(".edit-policy select"), "1").await;
    assert_eq!(panel.asked(), [made(ProgramEdit::OnFailure(CHARGE, OnFailure::Skip))]);
    panel.click("Done").await;
    assert_eq!(panel.count(".edit"), 0);
    assert_eq!(panel.texts(".hazards li"), ["hereSomething can go wrong here."]);
}
