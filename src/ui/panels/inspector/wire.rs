//! A wire: cut both ways, one way or not at all; its latency.

use leptos::prelude::*;

use super::doings::Doings;
use super::models::Models;
use super::named::Named;
use super::settings::SettingsPage;
use crate::board::{Action, Place};
use crate::editor::{Item, Operation};
use crate::net::Cut;
use crate::ui::panels::failing::failure_buttons;
use crate::ui::panels::gloss::term;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::part;
use crate::ui::panels::segments::{Segment, Segments};
use crate::view::{Failure, WireInspection, sentence};

/// The choices in their order on the page.
const CUTS: [Cut; 4] = [Cut::None, Cut::Both, Cut::ToServer, Cut::ToClient];

/// The wire.
#[component]
pub fn WirePage(wire: Signal<WireInspection>) -> impl IntoView {
    let hands = Hands::here();
    let id = wire.with_untracked(|wire| wire.id);
    let packets = Memo::new(move |_| wire.with(|wire| wire.packets));
    let options = part(wire, |wire| {
        let words = |cut: Cut| match cut {
            Cut::None => "no".to_owned(),
            Cut::Both => "both ways".to_owned(),
            Cut::ToServer => format!("to {}", wire.ends[0]),
            Cut::ToClient => format!("to {}", wire.ends[1]),
        };
        CUTS.map(|cut| Segment { label: words(cut), on: wire.cut == cut, refused: String::new() }).to_vec()
    });
    let consequence = move || {
        wire.with(|wire| match wire.cut {
            Cut::None => "Packets travel both ways.".to_owned(),
            Cut::Both => "Packets are held both ways until it heals.".to_owned(),
            Cut::ToServer => format!("Packets to {} are held until it heals.", wire.ends[0]),
            Cut::ToClient => format!("Packets to {} are held until it heals.", wire.ends[1]),
        })
    };
    let pick = move |at: usize| {
        if let Some(cut) = CUTS.get(at) {
            hands.act.run(Action::Cut { wire: id, cut: *cut });
        }
    };
    let worse = part(wire, |wire| {
        let others = |failure: &&Failure| !matches!(failure.action, Action::Cut { .. } | Action::Reading { .. });
        wire.failures.iter().filter(others).cloned().collect::<Vec<_>>()
    });
    let reading = part(wire, |wire| {
        let reads = |failure: &&Failure| matches!(failure.action, Action::Reading { .. });
        wire.failures.iter().filter(reads).cloned().collect::<Vec<_>>()
    });
    let state = part(wire, |wire| {
        let usual = wire.state.is_empty();
        if usual { "As fast as its settings say, and nothing is lost.".to_owned() } else { sentence(&wire.state) }
    });
    let group = part(wire, |wire| wire.group.clone());
    view! {
        <header class="who">
            <h2>{move || wire.with(|wire| wire.title.clone())}</h2>
            <p>{move || packets.get()} {move || if packets.get() == 1 { " packet on it now" } else { " packets on it now" }}</p>
        </header>
        <div class="block">
            <h4>"Cut"</h4>
            <Segments label="Which ways the wire is cut" options pick />
            <p class="why">{consequence} " A packet is gone once either end has closed its connection."</p>
        </div>
        <div class="block">
            <h4>"Slow and lossy"</h4>
            {failure_buttons(worse, part(wire, |wire| wire.title.clone()), hands.act)}
            <p class="why">{state}</p>
        </div>
        <Show when=move || !group.with(String::is_empty)>
            <div class="block">
                <h4>{term("Consumer group")}</h4>
                <Named what="Rename group" name=group heading=false take=move |name| hands.make.run(Operation::RenameGroup(id, name)) />
                <p class="why">"A new name is a new group: it begins without committed offsets, where auto.offset.reset says."</p>
                {failure_buttons(reading, part(wire, |wire| wire.title.clone()), hands.act)}
            </div>
        </Show>
        <SettingsPage place=Place::Wire(id) rows=part(wire, |wire| wire.settings.clone()) />
        <Doings items=Signal::stored(vec![Item::Wire(id)]) />
        <Models place=Place::Wire(id) />
    }
}
