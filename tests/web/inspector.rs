//! The inspector: pages, settings, processes, and what is left when it goes.

use crosstalk::board::{Action, Edit, Place, ProcessAction, ProcessDoes, Setting};
use crosstalk::net::Cut;
use crosstalk::sim::{NodeId, WireId};
use crosstalk::ui::panels::breaking::BreakView;
use crosstalk::ui::panels::hands::Tab;
use crosstalk::ui::panels::inspector::{BoardText, InspectorView};
use crosstalk::view::{Inspection, Selection};
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{self, PAYMENTS, instance};
use super::mounted::{Asked, Mounted, mounted, typed};

async fn shown(inspection: Option<Inspection>) -> (Mounted, RwSignal<Option<Inspection>>) {
    let inspection = RwSignal::new(inspection);
    let board = Signal::stored(BoardText { title: "Delivered twice".into(), ..BoardText::default() });
    let selection = Signal::stored(Selection::Nothing);
    (mounted(move || view! { <InspectorView inspection selection board /> }).await, inspection)
}

fn service() -> Option<Inspection> {
    Some(Inspection::Service(Box::new(fixtures::service())))
}

fn set(setting: Setting, value: Option<u64>) -> Asked {
    Asked::Act(Action::Edit(Edit::Set { place: Place::Node(PAYMENTS), setting, value }))
}

#[wasm_bindgen_test]
async fn a_service_has_a_tab_for_each_page_with_content() {
    let mut bare = fixtures::service();
    bare.groups.clear();
    bare.facts.clear();
    let (panel, inspection) = shown(Some(Inspection::Service(Box::new(bare)))).await;
    assert_eq!(panel.texts("[role=tab]"), ["Program", "Settings", "Store"]);
    assert_eq!(panel.texts(".program-name"), ["relay"]);
    inspection.set(service());
    tick().await;
    assert_eq!(panel.texts("[role=tab]"), ["Program", "Settings", "Store", "Group", "Facts"]);
    panel.click("Facts").await;
    assert_eq!(panel.tab.get_untracked(), Tab::Facts);
    panel.find(".facts button").click();
    assert_eq!(panel.asked(), [Asked::Seek(fixtures::violated())]);
}

#[wasm_bindgen_test]
async fn a_wrong_value_says_why_and_asks_for_nothing() {
    let (panel, _) = shown(service()).await;
    panel.click("Settings").await;
    let field = panel.find("[id='session.timeout.ms']");
    typed(&field, "10").await;
    assert_eq!(panel.texts(".refused"), ["session.timeout.ms takes 6000 to 1800000 ms, not 10"]);
    assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
    typed(&field, "").await;
    assert_eq!(panel.texts(".refused"), ["session.timeout.ms takes a whole number from 6000 to 1800000 ms"]);
    assert_eq!(panel.asked(), []);
    typed(&field, "9000").await;
    assert_eq!(panel.asked(), [set(Setting::SessionTimeout, Some(9_000))]);
    assert_eq!(panel.count(".refused"), 0);
}

#[wasm_bindgen_test]
async fn a_setting_with_words_is_chosen_and_one_of_the_boards_own_is_reset() {
    let (panel, _) = shown(service()).await;
    panel.click("Settings").await;
    typed(&panel.find("select#acks"), "1").await;
    panel.click("Reset instances to the board’s default").await;
    assert_eq!(panel.asked(), [set(Setting::Acks, Some(1)), set(Setting::Instances, None)]);
}

#[wasm_bindgen_test]
async fn processes_are_crashed_resumed_started_and_stopped() {
    let (panel, _) = shown(service()).await;
    for name in
        ["Crash payments-1", "Restart payments-2", "Resume payments-3", "Start one more instance", "Stop the last instance"]
    {
        panel.click(name).await;
    }
    let does = |ordinal, does| Asked::Act(Action::Process(ProcessAction { who: instance(ordinal), does }));
    assert_eq!(
        panel.asked(),
        [
            does(0, ProcessDoes::Crash),
            does(1, ProcessDoes::Restart),
            does(2, ProcessDoes::Resume),
            set(Setting::Instances, Some(4)),
            set(Setting::Instances, Some(2)),
        ]
    );
}

#[wasm_bindgen_test]
async fn an_effect_too_many_is_marked() {
    let (panel, _) = shown(service()).await;
    assert_eq!(panel.texts(".effects tr.wrong td"), ["1 × 8.75", "2 × 8.75", "twice"]);
}

#[wasm_bindgen_test]
async fn every_kind_of_thing_has_its_page() {
    let (panel, inspection) = shown(Some(Inspection::Client(fixtures::client()))).await;
    panel.click("Send one").await;
    assert_eq!(panel.asked(), [Asked::Act(Action::Send { client: NodeId(1) })]);

    inspection.set(Some(Inspection::Broker(fixtures::broker())));
    tick().await;
    panel.click("Add a partition to order-events").await;
    let more = Edit::Partitions { topic: "order-events".into(), partitions: 4 };
    assert_eq!(panel.asked(), [Asked::Act(Action::Edit(more))]);

    inspection.set(Some(Inspection::Wire(fixtures::wire())));
    tick().await;
    panel.click("to Payments").await;
    panel.click("Heal it").await;
    let cut = |cut| Asked::Act(Action::Cut { wire: WireId(4), cut });
    assert_eq!(panel.asked(), [cut(Cut::ToClient), cut(Cut::None)]);

    inspection.set(Some(Inspection::Message(fixtures::message())));
    tick().await;
    panel.find(".path button").click();
    assert_eq!(panel.asked(), [Asked::Seek(fixtures::ms(31_600))]);

    inspection.set(None);
    tick().await;
    assert_eq!(panel.texts("h2"), ["Delivered twice"]);
}

#[wasm_bindgen_test]
async fn the_store_shows_what_waits_in_the_outbox() {
    let (panel, _) = shown(service()).await;
    panel.click("Store").await;
    assert_eq!(panel.texts(".outbox .row-state"), ["waiting", "published"]);
    assert_eq!(panel.texts("summary .count"), ["7 rows", "27 rows"]);
    panel.click("Group").await;
    assert_eq!(panel.texts(".offsets tbody tr:last-child > *"), ["order-events 2", "–", "–", "10", "10", "nobody"]);
}

#[wasm_bindgen_test]
async fn everything_can_be_broken_with_one_click() {
    let panel = mounted(
        || view! { <BreakView frame=Signal::derive(fixtures::frame) planned=Signal::derive(|| fixtures::strip().planned) /> },
    )
    .await;
    panel.click("Cut Web shop to Orders").await;
    panel.click("Heal Broker to Payments").await;
    panel.click("Crash relay of Payments").await;
    panel.click("Payments").await;
    let asked = panel.asked();
    assert_eq!(asked[0], Asked::Act(Action::Cut { wire: WireId(3), cut: Cut::Both }));
    assert_eq!(asked[1], Asked::Act(Action::Cut { wire: WireId(4), cut: Cut::None }));
    assert!(matches!(&asked[2], Asked::Act(Action::Process(ProcessAction { does: ProcessDoes::Crash, .. }))));
    assert_eq!(asked[3], Asked::Select(Selection::Node(PAYMENTS)));
    assert_eq!(panel.texts(".facts .fact"), ["the broker crashes"]);
}

#[wasm_bindgen_test]
async fn nothing_is_left_when_it_goes() {
    let (panel, inspection) = shown(service()).await;
    panel.click("Pin a crash before work").await;
    assert_eq!(panel.unmounted().await, "");
    assert_eq!(inspection.try_get_untracked(), Some(service()), "what it was drawn from stays");
}
