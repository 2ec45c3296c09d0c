//! The panel of failures: at once, planned, moved, removed, and messages on their way.

use crosstalk::board::{Action, PlanId, ProcessAction, ProcessDoes, from_json};
use crosstalk::editor::Operation;
use crosstalk::net::Cut;
use crosstalk::session::Session;
use crosstalk::sim::{NodeId, Span, Time};
use crosstalk::ui::panels::breaking::BreakView;
use crosstalk::view::{Breaking, Selection, When};
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen_test::wasm_bindgen_test;

use super::mounted::{Asked, Mounted, mounted, typed};

const ORDERS: &str = include_str!("../../public/boards/orders.json");

/// A board whose plan has two crashes, of which one has happened.
fn session() -> Session {
    let mut board = from_json(ORDERS).expect("a board");
    let payments = board.services.iter().find(|service| service.title == "Payments").expect("it is there").id;
    let who = crosstalk::board::Process { node: payments, role: crosstalk::sim::Role::Instance, ordinal: 0 };
    let crash = Action::Process(ProcessAction { who, does: ProcessDoes::Crash });
    board.plan(Time(1_000_000), crash.clone());
    board.plan(Time(9_000_000), crash);
    let mut session = Session::new(board).expect("a board");
    session.seek(Time(2_000_000));
    session
}

async fn shown(when: When) -> Mounted {
    let session = session();
    let breaking: Breaking = session.breaking(&session.frame(Selection::Nothing), when.is_planned());
    let when = RwSignal::new(when);
    let breaking = Signal::stored(breaking);
    let services = Signal::stored(vec![(NodeId(4), "Payments".to_owned())]);
    let now = Signal::stored(Time(2_000_000));
    mounted(move || view! { <BreakView breaking services now when /> }).await
}

#[wasm_bindgen_test]
async fn everything_can_be_broken_with_one_click() {
    let panel = shown(When::Now).await;
    panel.click("Cut Web shop to Orders").await;
    panel.click("Power loss Broker").await;
    panel.click("Payments").await;
    let asked = panel.asked();
    assert!(matches!(asked[0], Asked::Act(Action::Cut { cut: Cut::Both, .. })));
    assert!(matches!(&asked[1], Asked::Act(Action::Process(ProcessAction { does: ProcessDoes::PowerLoss, .. }))));
    assert_eq!(asked[2], Asked::Select(Selection::Node(NodeId(4))));
}

#[wasm_bindgen_test]
async fn what_is_planned_happens_so_many_seconds_from_now() {
    let panel = shown(When::After(Span::secs(5))).await;
    typed(&panel.find(".when input"), "7.5").await;
    panel.click("Cut Web shop to Orders").await;
    panel.click("A flaky network").await;
    let asked = panel.asked();
    let at = Time(9_600_000);
    assert!(matches!(&asked[0], Asked::Make(Operation::Plan(when, Action::Cut { cut: Cut::Both, .. })) if *when == at));
    assert!(matches!(&asked[1], Asked::Make(Operation::Storm(_, when)) if *when == at));
    assert_eq!(panel.texts("[role=status]"), ["Planned for 0:09.600."]);
}

#[wasm_bindgen_test]
async fn a_time_that_is_to_come_is_typed_and_what_has_happened_stays() {
    let panel = shown(When::Now).await;
    assert_eq!(panel.texts(".plan li .process-state"), ["happened", ""]);
    assert_eq!(panel.count(".plan li input"), 1);
    typed(&panel.find(".plan li input"), "12.5").await;
    typed(&panel.find(".plan li input"), "soon").await;
    assert_eq!(panel.texts(".plan .refused"), ["A number of seconds since the beginning."]);
    panel.click("0:01.000").await;
    *panel.refuse.lock().expect("one thread only") = Some("It is over.".into());
    panel.click("Remove payments-1 crashes").await;
    tick().await;
    let id = PlanId(2);
    let asked =
        [Asked::Replan(vec![(id, Time(12_500_000))]), Asked::Seek(Time(1_000_000)), Asked::Make(Operation::Unplan(vec![id]))];
    assert_eq!(panel.asked(), asked);
    assert_eq!(panel.texts(".plan .refused"), ["It is over."]);
}
