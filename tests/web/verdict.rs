//! The verdict's chips, and the card that explains a violation.

use crosstalk::board::{Action, Edit, IfAgain, Pattern, Question};
use crosstalk::sim::Time;
use crosstalk::ui::panels::hint::HintView;
use crosstalk::ui::panels::verdict::VerdictView;
use crosstalk::view::{CheckChip, Selection};
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{CHARGE, PAYMENTS, checks, ms, violated, violation};
use super::mounted::{Asked, Mounted, frame, mounted};

async fn hint(checks: Vec<CheckChip>) -> (Mounted, RwSignal<Vec<CheckChip>>, RwSignal<Time>) {
    let (checks, now) = (RwSignal::new(checks), RwSignal::new(ms(39_500)));
    let panel = mounted(move || view! { <HintView checks now title_of=|_| "Payments".to_owned() /> }).await;
    (panel, checks, now)
}

#[wasm_bindgen_test]
async fn a_violation_is_gone_to_chosen_and_selected_by_a_click() {
    let panel = mounted(|| view! { <VerdictView checks=Signal::derive(checks) /> }).await;
    assert_eq!(panel.texts(".check-chip.bad b"), ["1"]);
    assert_eq!(panel.texts(".pending"), ["1 pending"]);
    panel.click("Done twice: 1").await;
    assert_eq!(panel.texts(".check-card li span"), ["Order 27 was charged twice."]);
    panel.find(".check-card li button").click();
    tick().await;
    assert_eq!(panel.asked(), [Asked::Seek(violated()), Asked::Select(violation().about)]);
    assert_eq!(panel.explained.get_untracked(), Some(violation()));
    assert_eq!(panel.count(".check-card"), 0, "the list closes");
}

#[wasm_bindgen_test]
async fn a_check_without_violations_says_so() {
    let panel = mounted(|| view! { <VerdictView checks=Signal::derive(checks) /> }).await;
    panel.click("Lost: 0, 1 pending").await;
    assert_eq!(panel.texts(".none"), ["None up to this moment."]);
}

#[wasm_bindgen_test]
async fn the_newest_violation_speaks_until_it_is_closed() {
    let (panel, checks, _) = hint(checks()).await;
    assert_eq!(panel.texts(".hint-sentence"), ["Order 27 was charged twice."]);
    panel.click("Close this explanation").await;
    assert_eq!(panel.count(".hint"), 0);
    checks.update(|checks| {
        let mut next = violation();
        next.at = ms(41_000);
        next.sentence = "Order 30 was charged twice.".into();
        checks[1].violations.push(next);
    });
    tick().await;
    assert_eq!(panel.texts(".hint-sentence"), ["Order 30 was charged twice."]);
}

#[wasm_bindgen_test]
async fn its_story_stays_while_the_cursor_goes_back_through_it() {
    let (panel, checks, now) = hint(checks()).await;
    panel.click("Show how it happened").await;
    assert!(matches!(panel.asked()[..], [Asked::About(_, Question::How)]), "a step of the card may wait for it");
    assert_eq!(panel.count(".steps li"), 4);
    panel.find(".steps li button").click();
    assert_eq!(panel.asked(), [Asked::Seek(ms(31_600))]);
    now.set(ms(31_600));
    checks.update(|checks| checks[1].violations.clear());
    tick().await;
    assert_eq!(panel.texts(".hint-sentence"), ["Order 27 was charged twice."]);
    assert_eq!(panel.texts(".steps .here time"), ["0:31.600"]);
}

#[wasm_bindgen_test]
async fn what_would_prevent_it_can_be_switched_on_from_just_before_it() {
    let (panel, _, now) = hint(checks()).await;
    panel.click("What would prevent it?").await;
    assert!(matches!(panel.asked()[..], [Asked::About(_, Question::Prevent)]));
    panel.click("Try again from just before it with “tracks ids”").await;
    frame().await;
    let edit = Edit::Pattern { service: PAYMENTS, pattern: Pattern::IfAgain(CHARGE, IfAgain::TracksIds) };
    assert_eq!(
        panel.asked(),
        [Asked::Seek(Time(31_599_999)), Asked::Select(Selection::Node(PAYMENTS)), Asked::Act(Action::Edit(edit.clone())),]
    );
    now.set(ms(31_000));
    tick().await;
    panel.click("The same failures from the start, compared").await;
    assert_eq!(panel.asked(), [Asked::Rerun("Payments tracks ids".to_owned())]);
    panel.click("From now on: Payments tracks ids").await;
    frame().await;
    assert_eq!(panel.count(".cures .main"), 0, "before its cause there is nothing to go back for");
    assert_eq!(panel.asked(), [Asked::Select(Selection::Node(PAYMENTS)), Asked::Act(Action::Edit(edit))]);
}
