//! The strip of time: dragging, keys, marks, branches.

use crosstalk::board::PlanId;
use crosstalk::editor::Operation;
use crosstalk::sim::Time;
use crosstalk::ui::panels::strip::StripView;
use crosstalk::view::{Bar, PlanState, Scale, Strip};
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{ms, strip, violated};
use super::mounted::{Asked, Mounted, frame, mounted, pointer, script};

/// The strip is as wide as the section that it is mounted in.
const WIDTH: f64 = 1_000.0;

/// Where a time lies, from the strip's left edge; the scale begins 76 pixels into it and ends 20 before its right edge.
fn x(at: Time) -> f64 {
    76.0 + Scale::whole(ms(47_000), WIDTH - 96.0).x(at)
}

async fn shown() -> (Mounted, RwSignal<Strip>) {
    let strip = RwSignal::new(strip());
    let panel = mounted(move || view! { <StripView strip /> }).await;
    script(&panel.find(".strip-plot"), "it.style.cssText = 'position:relative;height:148px'");
    frame().await;
    frame().await;
    (panel, strip)
}

fn near(asked: &[Asked], wanted: Time) {
    let [Asked::Seek(at)] = asked else { panic!("one seek, not {asked:?}") };
    assert!(at.0.abs_diff(wanted.0) < 100_000, "{at} is not near {wanted}");
}

async fn key(panel: &Mounted, key: &str) -> Vec<Asked> {
    let line = format!("it.dispatchEvent(new KeyboardEvent('keydown', {{bubbles: true, key: '{key}'}}))");
    script(&panel.find("[role=slider]"), &line);
    frame().await;
    panel.asked()
}

#[wasm_bindgen_test]
async fn a_drag_seeks_both_ways_at_most_once_a_frame() {
    let (panel, _) = shown().await;
    let plot = panel.find(".strip-plot");
    pointer(&plot, "pointerdown", x(ms(10_000)));
    frame().await;
    near(&panel.asked(), ms(10_000));
    for at in [12_000, 20_000, 28_000, 30_000] {
        pointer(&plot, "pointermove", x(ms(at)));
    }
    frame().await;
    near(&panel.asked(), ms(30_000));
    pointer(&plot, "pointermove", x(ms(5_000)));
    frame().await;
    near(&panel.asked(), ms(5_000));
    pointer(&plot, "pointermove", -500.0);
    frame().await;
    assert_eq!(panel.asked(), [Asked::Seek(Time::ZERO)]);
    pointer(&plot, "pointerup", 0.0);
    pointer(&plot, "pointermove", x(ms(40_000)));
    frame().await;
    assert_eq!(panel.asked(), [], "a pointer that is up only looks");
}

#[wasm_bindgen_test]
async fn a_press_on_a_mark_goes_to_its_very_moment() {
    let (panel, _) = shown().await;
    pointer(&panel.find(".violation"), "pointerdown", 2.0);
    pointer(&panel.find(".strip-plot"), "pointerup", 2.0);
    frame().await;
    assert_eq!(panel.asked(), [Asked::Seek(violated())]);
}

#[wasm_bindgen_test]
async fn the_strip_is_a_slider_for_the_keyboard() {
    let (panel, strip) = shown().await;
    let plot = panel.find("[role=slider]");
    assert_eq!(plot.get_attribute("aria-valuenow").as_deref(), Some("39.5"));
    assert_eq!(plot.get_attribute("aria-valuetext").as_deref(), Some("0:39.500 of 0:47.000"));
    assert_eq!(key(&panel, "ArrowLeft").await, [Asked::Seek(ms(38_500))]);
    assert_eq!(key(&panel, "ArrowRight").await, [Asked::Seek(ms(40_500))]);
    assert_eq!(key(&panel, "Home").await, [Asked::Seek(Time::ZERO)]);
    assert_eq!(key(&panel, "End").await, [Asked::Seek(ms(47_000))]);
    assert_eq!(key(&panel, "PageDown").await, [Asked::Seek(violated())]);
    assert_eq!(key(&panel, "x").await, []);
    strip.update(|strip| strip.cursor = ms(1_000));
    tick().await;
    assert_eq!(plot.get_attribute("aria-valuenow").as_deref(), Some("1"));
}

#[wasm_bindgen_test]
async fn marks_lie_on_their_lanes_and_the_scale_grows_with_the_run() {
    let (panel, strip) = shown().await;
    for (selector, count) in [(".failure", 1), (".planned", 1), (".rebalance", 3), (".violation", 1), (".deed", 2)] {
        assert_eq!(panel.count(selector), count, "{selector}");
    }
    assert_eq!(panel.texts(".tick-name"), ["0 s", "10", "20", "30", "40", "50", "60"]);
    strip.update(|strip| strip.frontier = ms(61_000));
    tick().await;
    assert_eq!(panel.texts(".tick-name"), ["0 s", "20", "40", "60", "80", "100", "120"]);
    strip.update(|strip| strip.frontier = ms(400_000));
    tick().await;
    assert_eq!(panel.texts(".tick-name"), ["0 min", "2", "4", "6", "8", "10"]);
}

#[wasm_bindgen_test]
async fn all_branches_are_a_press_away_once_there_is_more_than_one() {
    let (panel, strip) = shown().await;
    panel.click("2 branches").await;
    assert_eq!(panel.asked(), [Asked::Branches]);
    strip.update(|strip| strip.branches = 0);
    tick().await;
    assert!(panel.texts(".branch").is_empty());
}

#[wasm_bindgen_test]
async fn where_two_branches_part_is_marked_while_they_are_compared_and_a_press_away() {
    let parting = RwSignal::new(None);
    let panel = mounted(move || view! { <StripView strip=RwSignal::new(strip()) parting /> }).await;
    script(&panel.find(".strip-plot"), "it.style.cssText = 'position:relative;height:148px'");
    frame().await;
    assert!(panel.texts(".parting").is_empty());
    parting.set(Some(ms(20_000)));
    tick().await;
    assert_eq!(panel.texts(".parting"), ["≠"]);
    panel.click("0:20.000 First difference of the branches that are compared").await;
    assert_eq!(panel.asked(), [Asked::Seek(ms(20_000))]);
    parting.set(None);
    tick().await;
    assert!(panel.texts(".parting").is_empty());
}

#[wasm_bindgen_test]
async fn a_strip_that_goes_takes_its_waiting_seek_along() {
    let (panel, _) = shown().await;
    pointer(&panel.find(".strip-plot"), "pointerdown", x(ms(10_000)));
    assert_eq!(panel.unmounted().await, "");
    frame().await;
}

#[wasm_bindgen_test]
async fn the_window_is_zoomed_by_buttons_and_keys_and_shows_all_again() {
    let (panel, strip) = shown().await;
    panel.click("Show less of the run").await;
    assert_ne!(panel.texts(".tick-name"), ["0 s", "10", "20", "30", "40", "50", "60"]);
    assert_eq!((panel.count(".planned"), panel.count(".failure")), (0, 1), "30 s around the cursor do not reach the plan");
    panel.click("Show less of the run").await;
    panel.click("Show less of the run").await;
    assert_eq!((panel.count(".failure.before"), panel.count(".failure")), (1, 1), "the bar of the crash goes through the window");
    assert_eq!(panel.asked(), [], "looking nearer seeks nowhere");
    // The window goes with the cursor.
    strip.update(|strip| strip.cursor = ms(1_000));
    tick().await;
    frame().await;
    assert_eq!(panel.count(".failure"), 0);
    panel.click("All").await;
    assert_eq!(panel.texts(".tick-name"), ["0 s", "10", "20", "30", "40", "50", "60"]);
    assert_eq!(key(&panel, "+").await, []);
    assert_ne!(panel.texts(".tick-name").len(), 0);
    key(&panel, "0").await;
    assert_eq!(panel.texts(".tick-name"), ["0 s", "10", "20", "30", "40", "50", "60"]);
}

#[wasm_bindgen_test]
async fn every_mark_says_what_it_is_and_can_be_reached_by_keys() {
    let (panel, _) = shown().await;
    assert_eq!(panel.count(".strip-marks [tabindex='0']"), 1, "they are one tab stop");
    let crash = panel.find(".failure");
    assert_eq!(crash.get_attribute("aria-label").as_deref(), Some("0:31.750 payments-2 crashed"));
    let planned = panel.find(".planned").get_attribute("aria-label");
    assert_eq!(planned.as_deref(), Some("0:52.000 the broker crashes: planned, not run yet"));
    crash.focus().expect("it can have the focus");
    tick().await;
    assert_eq!(panel.texts(".strip-tip").len(), 1, "its words are shown");
    script(&crash, "it.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, key: 'ArrowRight'}))");
    tick().await;
    let focused = document().active_element().and_then(|here| here.get_attribute("data-at"));
    assert_eq!(focused, Some(ms(33_000).0.to_string()), "the next in time, on whatever lane");
    script(&crash, "it.click()");
    assert_eq!(panel.asked(), [Asked::Seek(ms(31_750))]);
}

/// The mark of what is planned for 0:52, with the focus.
async fn planned(panel: &Mounted) -> web_sys::HtmlElement {
    let mark = panel.find(".planned");
    mark.focus().expect("it can have the focus");
    tick().await;
    mark
}

/// The pointer takes hold of the middle of that mark, wherever the styles that are not here would put it.
fn grab(mark: &web_sys::HtmlElement) {
    let line = format!(
        "const box = it.closest('.strip-plot').getBoundingClientRect(); it.dispatchEvent(new PointerEvent('pointerdown', \
         {{bubbles: true, pointerId: 1, button: 0, clientX: box.left + {}, clientY: box.top + 42}}))",
        x(ms(52_000))
    );
    script(mark, &line);
}

async fn press(mark: &web_sys::HtmlElement, key: &str, shift: bool) {
    let line = format!("it.dispatchEvent(new KeyboardEvent('keydown', {{bubbles: true, key: '{key}', shiftKey: {shift}}}))");
    script(mark, &line);
    tick().await;
}

#[wasm_bindgen_test]
async fn what_is_planned_is_dragged_along_the_strip_and_lands_at_a_tenth_of_a_second_after_the_cursor() {
    let (panel, _) = shown().await;
    let (mark, plot) = (panel.find(".planned"), panel.find(".strip-plot"));
    grab(&mark);
    pointer(&plot, "pointermove", x(ms(55_030)));
    tick().await;
    // Pixels of the pointer are whole: it may be a tenth of a second more or less.
    let told = panel.texts(".strip-tip time");
    assert!(["0:54.900", "0:55.000", "0:55.100"].contains(&told[0].as_str()), "{told:?}");
    assert_eq!(panel.count(".planned.carried"), 1);
    assert_eq!(panel.asked(), [], "nothing has moved yet, nor the cursor");
    pointer(&plot, "pointerup", x(ms(55_030)));
    tick().await;
    let asked = panel.asked();
    let [Asked::Replan(moved)] = asked.as_slice() else { panic!("it is moved, not {asked:?}") };
    assert_eq!((moved.len(), moved[0].0), (1, PlanId(1)));
    assert_eq!(panel.texts(".strip-said"), [format!("Moved to {}.", told[0])]);
    assert_eq!(moved[0].1.to_string(), told[0]);
    grab(&mark);
    pointer(&plot, "pointermove", x(ms(10_000)));
    pointer(&plot, "pointerup", x(ms(10_000)));
    assert_eq!(panel.asked(), [Asked::Replan(vec![(PlanId(1), ms(39_600))])], "nothing is planned for the past");
}

#[wasm_bindgen_test]
async fn escape_leaves_what_is_carried_where_it_was_and_a_press_alone_opens_the_plan() {
    let (panel, _) = shown().await;
    let (mark, plot) = (panel.find(".planned"), panel.find(".strip-plot"));
    grab(&mark);
    pointer(&plot, "pointermove", x(ms(56_000)));
    press(&mark, "Escape", false).await;
    assert_eq!(panel.count(".planned.carried"), 0);
    pointer(&plot, "pointerup", x(ms(56_000)));
    assert_eq!(panel.asked(), []);
    grab(&mark);
    pointer(&plot, "pointerup", x(ms(52_000)));
    assert_eq!(panel.asked(), [Asked::Plan(PlanId(1))]);
}

#[wasm_bindgen_test]
async fn what_is_planned_is_moved_removed_and_opened_by_keys() {
    let (panel, _) = shown().await;
    let mark = planned(&panel).await;
    let moved = |to| Asked::Replan(vec![(PlanId(1), ms(to))]);
    press(&mark, "ArrowRight", false).await;
    press(&mark, "ArrowLeft", true).await;
    assert_eq!(panel.asked(), [moved(52_100), moved(51_000)]);
    script(&mark, "it.click()");
    assert_eq!(panel.asked(), [Asked::Plan(PlanId(1))]);
    *panel.refuse.lock().expect("one thread only") = Some("It is over.".into());
    press(&mark, "ArrowRight", false).await;
    assert_eq!(panel.texts(".strip-said"), ["It is over."]);
    *panel.refuse.lock().expect("one thread only") = None;
    press(&mark, "Delete", false).await;
    assert_eq!(panel.asked().last(), Some(&Asked::Make(Operation::Unplan(vec![PlanId(1)]))));
    assert_eq!(panel.texts(".strip-said"), ["Taken out of the plan."]);
}

#[wasm_bindgen_test]
async fn what_has_happened_stays_the_same_mark_and_is_solid() {
    let (panel, strip) = shown().await;
    let mark = planned(&panel).await;
    strip.update(|strip| {
        (strip.cursor, strip.frontier) = (ms(53_000), ms(53_000));
        strip.planned[0].state = PlanState::Happened;
        let (label, plan) = ("the broker crashed, as planned".into(), Some(PlanId(1)));
        strip.failures.push(Bar { from: ms(52_000), to: ms(53_000), label, failure: true, plan });
    });
    tick().await;
    assert_eq!((panel.count(".planned"), panel.count(".failure")), (0, 2));
    assert!(document().active_element().is_some_and(|here| &here == mark.as_ref()), "it keeps the focus");
    press(&mark, "ArrowLeft", false).await;
    assert_eq!(panel.asked(), [], "it is moved no more");
    let cursor = panel.find(".unrun").get_attribute("x");
    assert!(cursor.is_some_and(|x| x.parse::<f64>().is_ok_and(|x| x > 700.0)), "what has not been run yet is told apart");
}

#[wasm_bindgen_test]
async fn what_is_too_close_to_be_told_apart_is_one_mark_with_a_count() {
    let (panel, strip) = shown().await;
    strip.update(|strip| {
        let again = strip.checks[0].clone();
        strip.checks.extend([100, 200].map(|later| crosstalk::view::Mark { at: Time(again.at.0 + later), ..again.clone() }));
    });
    tick().await;
    assert_eq!(panel.count(".violation"), 1);
    assert_eq!(panel.texts(".violation small"), ["3"]);
}
