//! A broker: its topics, groups, settings and facts.

use leptos::prelude::*;

use super::doings::Doings;
use super::facts::FactsPage;
use super::group::GroupsPage;
use super::models::Models;
use super::named::Named;
use super::processes::ProcessButtons;
use super::settings::SettingsPage;
use crate::board::{Edit, Place};
use crate::editor::{Item, Operation};
use crate::ui::list::List;
use crate::ui::panels::gloss::words;
use crate::ui::panels::hands::{Hands, Tab};
use crate::ui::panels::hold::{hold, part};
use crate::ui::panels::tabs::{Tabs, shown_tab};
use crate::view::BrokerInspection;

/// The most partitions that a topic can have.
const MOST: u16 = 64;

fn tabs_of(broker: &BrokerInspection) -> Vec<Tab> {
    let pages = [
        (Tab::Topics, true),
        (Tab::Group, !broker.groups.is_empty()),
        (Tab::Settings, !broker.settings.is_empty()),
        (Tab::Facts, !broker.facts.is_empty()),
    ];
    pages.into_iter().filter(|(_, has_content)| *has_content).map(|(tab, _)| tab).collect()
}

/// The broker.
#[component]
pub fn BrokerPage(broker: Signal<BrokerInspection>) -> impl IntoView {
    let hands = Hands::here();
    let (id, who) = broker.with_untracked(|broker| (broker.id, broker.process));
    let title = part(broker, |broker| broker.title.clone());
    let state = part(broker, |broker| broker.state);
    let shown = shown_tab(part(broker, tabs_of));
    let topics = part(broker, |broker| broker.topics.clone());
    let groups = part(broker, |broker| broker.groups.clone());
    let settings = part(broker, |broker| broker.settings.clone());
    let facts = part(broker, |broker| broker.facts.clone());
    view! {
        <header class="who">
            <Named what="Rename" name=title heading=true take=move |title| hands.make.run(Operation::RenameNode(id, title)) />
            <p>{words("Keeps its logs, committed offsets and groups when its process crashes.")}</p>
        </header>
        <Tabs tabs=part(broker, tabs_of) shown />
        <div class="tab-page" id="tab-page" role="tabpanel" aria-labelledby=move || format!("tab-{}", shown.get().name())>
            {move || match shown.get() {
                Tab::Group => view! { <GroupsPage groups /> }.into_any(),
                Tab::Settings => view! { <SettingsPage place=Place::Node(id) rows=settings /> }.into_any(),
                Tab::Facts => view! { <FactsPage facts /> }.into_any(),
                Tab::Topics | Tab::Program | Tab::Store => {
                    view! {
                        <div class="block">
                            <h4>"Process"</h4>
                            <ProcessButtons who name=title state />
                        </div>
                        <Topics topics />
                        <Doings items=Signal::stored(vec![Item::Node(id)]) />
                        <Models place=Place::Node(id) />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

type Topic = (String, u16, u32);

#[component]
fn Topics(topics: Signal<Vec<Topic>>) -> impl IntoView {
    view! {
        <div class="block">
            <h4>"Topics"</h4>
            <List each=move || topics.get() key=|topic| topic.0.clone() let:topic>
                {
                    let name = topic.0.clone();
                    let topic = hold(topics, topic, move |all| all.iter().find(|one| one.0 == name).cloned());
                    view! { <TopicRow topic /> }
                }
            </List>
        </div>
    }
}

#[component]
fn TopicRow(topic: Signal<Topic>) -> impl IntoView {
    let hands = Hands::here();
    let name = topic.with_untracked(|topic| topic.0.clone());
    let (old, gone) = (name.clone(), name.clone());
    let partitions = Memo::new(move |_| topic.with(|topic| topic.1));
    let add = {
        let name = name.clone();
        move |_: leptos::ev::MouseEvent| {
            hands.edit(Edit::Partitions { topic: name.clone(), partitions: partitions.get_untracked() + 1 })
        }
    };
    view! {
        <div class="topic-row">
            <Named
                what="Rename topic"
                name=name.clone()
                heading=false
                take=move |new| hands.make.run(Operation::RenameTopic(old.clone(), new))
            />
            <span class="process-state">
                {move || partitions.get()} {move || if partitions.get() == 1 { " partition · " } else { " partitions · " }}
                {move || topic.with(|topic| topic.2)} {move || if topic.with(|topic| topic.2) == 1 { " record" } else { " records" }}
            </span>
            <span class="process-does">
                <button
                    type="button"
                    class="small"
                    aria-label=format!("Add a partition to {name}")
                    title="Partitions only grow: from here on, some keys go to another partition than their earlier records."
                    disabled=move || { partitions.get() >= MOST }
                    on:click=add
                >
                    "Add a partition"
                </button>
                <button
                    type="button"
                    class="small breaks"
                    aria-label=format!("Delete topic {name}")
                    title="With its wires, and the lines that make messages for it"
                    on:click=move |_| {
                        hands.make.run(Operation::Delete(vec![Item::Topic(gone.clone())]));
                    }
                >
                    "Delete"
                </button>
            </span>
        </div>
    }
}
