//! How much of the verdict a bar has room for.

use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::Element;

use super::strip::width::width_of;
use crate::view::CheckChip;

/// What a bar shows of the verdict, from all to the least: whole chips; what is pending as a number only; not even that; what
/// is violated, and nothing else; how many are, beside as many of them as there is room for.
const FITS: [&str; 5] = ["all", "numbers", "counts", "violated", "sum"];

/// What the chips' widths depend on: how many characters each has, and whether it says that something is pending.
fn measures(checks: &[CheckChip]) -> Vec<(usize, usize, bool, bool)> {
    let digits = |count: usize| count.checked_ilog10().map_or(1, |log| log as usize + 1);
    let measure = |check: &CheckChip| {
        let (found, pending) = (check.violations.len(), check.pending);
        (digits(found), digits(pending), pending > 0, found > 0)
    };
    checks.iter().map(measure).collect()
}

/// Marks a chip for which there is no room.
const OVER: &str = "data-over";

/// Whether a check's chip is in the row as it is now, once nothing of it is open.
pub fn shows(row: NodeRef<html::Div>, chip: NodeRef<html::Button>, check: &CheckChip) -> bool {
    let fit = row.get_untracked().and_then(|row| row.get_attribute("data-fit"));
    let over = || chip.get_untracked().and_then(|chip| chip.parent_element()).is_some_and(|place| place.has_attribute(OVER));
    match fit.as_deref() {
        Some("sum") => !check.violations.is_empty() && !over(),
        Some("violated") => !check.violations.is_empty(),
        _ => check.usual || !check.violations.is_empty(),
    }
}

/// Shows as much in the row as it has room for.
fn show(row: &Element) {
    let has_room = || row.scroll_width() <= row.client_width();
    let mut place = row.first_element_child();
    while let Some(chip) = place {
        // Whoever has no such attribute need not lose it, and anything can be given one.
        let _ = chip.remove_attribute(OVER);
        place = chip.next_element_sibling();
    }
    for fit in FITS {
        let _ = row.set_attribute("data-fit", fit);
        if has_room() {
            return;
        }
    }
    // The last one stands for all.
    let mut place = row.last_element_child().and_then(|all| all.previous_element_sibling());
    while let Some(chip) = place.filter(|_| !has_room()) {
        let _ = chip.set_attribute(OVER, "");
        place = chip.previous_element_sibling();
    }
}

/// Has the row show as much as it has room for, whenever that may have become another: its `data-fit` says what. The style does
/// the rest. The row shows more than it lists where something `extra` is open.
pub fn fit(row: NodeRef<html::Div>, checks: Signal<Vec<CheckChip>>, extra: Signal<Option<&'static str>>) {
    let width = width_of(row, 0.0);
    let measured = Memo::new(move |_| checks.with(|checks| measures(checks)));
    Effect::new(move |_| {
        // A memo that is tracked and not read is computed once and never again.
        measured.with(|_| ());
        width.track();
        extra.track();
        let Some(row) = row.get() else { return };
        // What has changed is in the page by the next frame.
        request_animation_frame(move || show(&row));
    });
}
