//! The program: lines, gaps, pins, switches.

use crosstalk::board::{Acknowledges, Action, Edit, Gap, IfAgain, Often, Pattern, Pin, PinAction, PinDoes};
use crosstalk::sim::LineId;
use crosstalk::ui::panels::program::Program;
use crosstalk::view::ProgramView;
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{CHARGE, PAYMENTS, line, program};
use super::mounted::{Asked, Mounted, mounted, typed};

async fn shown(view: ProgramView) -> (Mounted, RwSignal<ProgramView>) {
    let program = RwSignal::new(view);
    let instances = Signal::stored(vec![(0, "payments-1".to_owned()), (1, "payments-2".to_owned())]);
    let panel = mounted(move || view! { <Program service=PAYMENTS program=program.into() instances /> }).await;
    (panel, program)
}

fn pin(often: Often, only: Option<u16>, back_after_ms: Option<u32>) -> Asked {
    let gap = Gap::After(LineId(4));
    let pin = Pin { service: PAYMENTS, gap, does: PinDoes::Crash, often, only, key: None, back_after_ms };
    Asked::Act(Action::Pin(PinAction::Set(pin)))
}

#[wasm_bindgen_test]
async fn a_program_shows_its_lines_in_order_and_who_is_on_them() {
    let (panel, _) = shown(program(false)).await;
    let words = panel.texts(".line .kw");
    assert_eq!(words, ["on", "from", "as", "work", "begin", "write", "commit", "ack"]);
    assert_eq!(panel.texts(".line .ln"), ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(panel.texts(".line.live .kw"), ["write"]);
    assert_eq!(panel.texts(".line.live .on-line"), ["3"]);
    assert_eq!(panel.texts(".line.tx .kw"), ["begin", "write", "commit"]);
    assert_eq!(panel.texts(".line:last-of-type .note, .line .note"), [" · commits the offset"]);
}

#[wasm_bindgen_test]
async fn there_is_a_gap_before_every_line_and_after_the_last() {
    let (panel, _) = shown(program(false)).await;
    for place in ["before work", "between begin and write", "between commit and ack", "after ack"] {
        panel.control(&format!("Pin a crash {place}"));
    }
    assert_eq!(panel.count(".gap"), 6);
    assert_eq!(panel.count(".gap.pinned"), 0);
}

#[wasm_bindgen_test]
async fn a_click_on_a_gap_opens_its_card_and_pins_a_crash_there_once() {
    let (panel, _) = shown(program(false)).await;
    panel.click("Pin a crash between commit and ack").await;
    assert_eq!(panel.count("[role=dialog]"), 1);
    panel.click("Pin it").await;
    assert_eq!(panel.asked(), [pin(Often::Once, None, None)]);
    assert_eq!(panel.count("[role=dialog]"), 0, "the card closes");
}

#[wasm_bindgen_test]
async fn a_pin_can_be_for_always_for_one_instance_and_with_a_way_back() {
    let (panel, _) = shown(program(false)).await;
    panel.click("Pin a crash between commit and ack").await;
    panel.click("always").await;
    typed(&panel.find(".pin-card select"), "1").await;
    panel.click("comes back").await;
    typed(&panel.find(".pin-card input"), "0").await;
    panel.click("Pin it").await;
    assert_eq!(panel.asked(), [], "nothing is asked for while a value is wrong");
    assert_eq!(panel.texts(".refused"), ["It comes back after 0.1 to 3600 s."]);
    typed(&panel.find(".pin-card input"), "2.5").await;
    panel.click("Pin it").await;
    assert_eq!(panel.asked(), [pin(Often::Always, Some(1), Some(2_500))]);
}

#[wasm_bindgen_test]
async fn a_pin_can_hold_up_a_handling_on_the_nth_time() {
    let (panel, _) = shown(program(false)).await;
    panel.click("Pin a crash between commit and ack").await;
    panel.click("wait").await;
    panel.click("on the nth time").await;
    let fields = panel.texts(".pin-row span:first-child");
    assert_eq!(&fields[..2], ["only the time number", "for"]);
    typed(&panel.find(".pin-row input[max='100000']"), "0").await;
    panel.click("Pin it").await;
    assert_eq!(panel.asked(), [], "nothing is asked for while a value is wrong");
    typed(&panel.find(".pin-row input[max='100000']"), "3").await;
    typed(&panel.find(".pin-row input[max='600000']"), "750").await;
    panel.click("Pin it").await;
    let asked = panel.asked();
    let [Asked::Act(Action::Pin(PinAction::Set(pin)))] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((pin.does, pin.often), (PinDoes::Delay(750), Often::Nth(3)));
}

#[wasm_bindgen_test]
async fn a_pin_is_shown_with_its_label_and_can_be_taken_away() {
    let (panel, _) = shown(program(true)).await;
    assert_eq!(panel.texts(".gap.pinned .gap-label"), ["crashed here, once"]);
    assert_eq!(panel.count(".gap.pinned.spent"), 1);
    panel.click("Pin between commit and ack: crashed here, once").await;
    panel.click("Take it away").await;
    let clear = PinAction::Clear { service: PAYMENTS, gap: Gap::After(LineId(4)) };
    assert_eq!(panel.asked(), [Asked::Act(Action::Pin(clear))]);
}

#[wasm_bindgen_test]
async fn a_switch_asks_for_its_form_and_a_form_that_does_not_fit_says_why() {
    let (panel, program) = shown(program(false)).await;
    assert_eq!(panel.texts("[role=radio][aria-checked=true]"), ["does it again", "after handling"]);
    panel.click("is idempotent").await;
    panel.click("does it again").await;
    assert_eq!(panel.asked(), [], "neither what does not fit nor what is there already");
    assert!(panel.texts(".why")[0].contains("no number of its own"));
    panel.click("tracks ids").await;
    panel.click("before handling").await;
    let edit = |pattern| Asked::Act(Action::Edit(Edit::Pattern { service: PAYMENTS, pattern }));
    assert_eq!(
        panel.asked(),
        [edit(Pattern::IfAgain(CHARGE, IfAgain::TracksIds)), edit(Pattern::Acknowledges(CHARGE, Acknowledges::BeforeHandling)),]
    );
    program.update(|program| program.patterns[0].now = None);
    tick().await;
    assert_eq!(panel.texts(".custom"), ["custom"]);
}

#[wasm_bindgen_test]
async fn only_lines_that_were_added_or_moved_flash() {
    let (panel, program) = shown(program(false)).await;
    assert_eq!(panel.count(".fresh"), 0, "nothing flashes at first sight");
    program.update(|program| {
        program.lines.insert(2, line(9, 4, "track", ""));
        program.lines[3].number = 5;
    });
    tick().await;
    assert_eq!(panel.texts(".fresh .kw"), ["track"]);
    program.update(|program| {
        program.lines.retain(|line| line.word != "track");
        let ack = program.lines.pop().expect("the last line");
        program.lines.insert(0, ack);
    });
    tick().await;
    assert_eq!(panel.texts(".fresh .kw"), ["ack"]);
    assert_eq!(panel.texts(".line .kw")[3..], ["ack", "work", "begin", "write", "commit"]);
}
