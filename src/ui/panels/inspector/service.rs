//! A service: its program, settings, store, groups and facts.

use leptos::prelude::*;

use super::doings::Doings;
use super::facts::FactsPage;
use super::group::GroupsPage;
use super::models::Models;
use super::named::Named;
use super::settings::SettingsPage;
use super::store::StorePage;
use crate::board::Place;
use crate::editor::{Item, Operation};
use crate::ui::panels::hands::{Hands, Tab};
use crate::ui::panels::hold::part;
use crate::ui::panels::program::ProgramPage;
use crate::ui::panels::tabs::{Tabs, shown_tab};
use crate::view::{ProcessState, ServiceInspection};

fn tabs_of(service: &ServiceInspection) -> Vec<Tab> {
    let pages = [
        (Tab::Program, !service.programs.is_empty()),
        (Tab::Settings, !service.settings.is_empty()),
        (Tab::Store, !service.tables.is_empty() || service.outbox.is_some()),
        (Tab::Group, !service.groups.is_empty()),
        (Tab::Facts, !service.facts.is_empty()),
    ];
    pages.into_iter().filter(|(_, has_content)| *has_content).map(|(tab, _)| tab).collect()
}

/// How its processes are, in a line.
fn summary(service: &ServiceInspection) -> String {
    let processes = service.processes.len();
    let count = |state| service.processes.iter().filter(|(_, _, one)| *one == state).count();
    let mut line =
        format!("{} of {processes} {} up", count(ProcessState::Up), if processes == 1 { "process" } else { "processes" });
    for (state, word) in [(ProcessState::Crashed, "crashed"), (ProcessState::Paused, "paused")] {
        if count(state) > 0 {
            line += &format!(" · {} {word}", count(state));
        }
    }
    line
}

/// The service.
#[component]
pub fn ServicePage(service: Signal<ServiceInspection>) -> impl IntoView {
    let hands = Hands::here();
    let id = service.with_untracked(|service| service.id);
    let title = part(service, |service| service.title.clone());
    let tabs = part(service, tabs_of);
    let shown = shown_tab(tabs);
    let settings = part(service, |service| service.settings.clone());
    let groups = part(service, |service| service.groups.clone());
    let facts = part(service, |service| service.facts.clone());
    view! {
        <header class="who">
            <Named what="Rename" name=title heading=true take=move |title| hands.make.run(Operation::RenameNode(id, title)) />
            <p>{move || service.with(summary)}</p>
        </header>
        <Tabs tabs shown />
        <div class="tab-page" id="tab-page" role="tabpanel" aria-labelledby=move || format!("tab-{}", shown.get().name())>
            {move || match shown.get() {
                Tab::Program | Tab::Topics => {
                    view! {
                        <ProgramPage service />
                        <Doings items=Signal::stored(vec![Item::Node(id)]) />
                        <Models place=Place::Node(id) />
                    }
                        .into_any()
                },
                Tab::Settings => view! { <SettingsPage place=Place::Node(id) rows=settings /> }.into_any(),
                Tab::Store => view! { <StorePage service /> }.into_any(),
                Tab::Group => view! { <GroupsPage groups /> }.into_any(),
                Tab::Facts => view! { <FactsPage facts /> }.into_any(),
            }}
        </div>
    }
}
