//! Consumer groups: members, and the partitions with their offsets.

use leptos::prelude::*;

use crate::ui::list::List;
use crate::ui::panels::gloss::term;
use crate::ui::panels::hold::{hold, part};
use crate::view::{Countdown, GroupInspection, MemberRow, PartitionRow};

/// All groups of a list.
#[component]
pub fn GroupsPage(groups: Signal<Vec<GroupInspection>>) -> impl IntoView {
    view! {
        <List each=move || groups.get() key=|group| group.name.clone() let:group>
            {
                let name = group.name.clone();
                let group = hold(groups, group, move |all| all.iter().find(|one| one.name == name).cloned());
                view! { <Group group /> }
            }
        </List>
        <Show when=move || groups.with(Vec::is_empty)>
            <p class="block quiet">"No consumer group has joined yet."</p>
        </Show>
    }
}

#[component]
fn Group(group: Signal<GroupInspection>) -> impl IntoView {
    let members = part(group, |group| group.members.clone());
    let partitions = part(group, |group| group.partitions.clone());
    let rows = Memo::new(move |_| partitions.with(|rows| under_topics(rows)));
    let heading = |word: &'static str| view! { <th scope="col">{term(word)}</th> };
    let timers = part(group, |group| group.timers.clone());
    view! {
        <div class="block group">
            <h4>
                {move || group.with(|group| group.name.clone())}
                <span class="count">
                    <span class="group-state" class:rebalances=move || group.with(|group| !group.why.is_empty())>
                        {move || group.with(|group| group.state.clone())}
                    </span>
                    " · "
                    <span>{move || term(group.with(|group| group.counted))} " " {move || group.with(|group| group.generation)}</span>
                </span>
            </h4>
            <p class="group-how">
                {move || group.with(|group| group.how.clone())}
                {move || {
                    let why = group.with(|group| group.why);
                    (!why.is_empty()).then(|| view! { <span class="group-why">"It rebalances: " {why} "."</span> })
                }}
            </p>
            {countdowns(timers)}
            <table class="offsets">
                <thead>
                    <tr>
                        <th scope="col">{term("partition")}</th>
                        {["committed", "position", "end", "lag", "owner"].map(heading).collect_view()}
                    </tr>
                </thead>
                <tbody>
                    <List each=move || rows.get() key=|(_, row)| row.name.clone() let:row>
                        {
                            let (topic, row) = row;
                            let name = row.name.clone();
                            let row = hold(partitions, row, move |all| all.iter().find(|one| one.name == name).cloned());
                            view! { <Partition row topic /> }
                        }
                    </List>
                </tbody>
            </table>
            <h5>"Members"</h5>
            <ul class="members">
                <List each=move || members.get() key=|member| (member.name.clone(), member.member.clone()) let:member>
                    {
                        let key = member.member.clone();
                        let member = hold(members, member, move |all| all.iter().find(|one| one.member == key).cloned());
                        view! { <Member member /> }
                    }
                </List>
            </ul>
            <Show when=move || members.with(Vec::is_empty)>
                <p class="quiet">"None."</p>
            </Show>
        </div>
    }
}

/// An offset, or a dash where there is none.
fn offset(offset: Option<u32>) -> String {
    offset.map_or_else(|| "–".to_owned(), |offset| offset.to_string())
}

/// A partition's topic and number, as in `order-events 1`.
fn name_parts(row: &PartitionRow) -> (&str, &str) {
    row.name.rsplit_once(' ').unwrap_or(("", &row.name))
}

/// The partitions, the first of each topic with the topic's name.
fn under_topics(rows: &[PartitionRow]) -> Vec<(Option<String>, PartitionRow)> {
    let topic = |at: usize| rows.get(at).map(|row| name_parts(row).0);
    let first = |at: usize| at == 0 || topic(at - 1) != topic(at);
    let named = |at: usize| topic(at).filter(|_| first(at)).map(str::to_owned);
    rows.iter().enumerate().map(|(at, row)| (named(at), row.clone())).collect()
}

#[component]
fn Partition(row: Signal<PartitionRow>, topic: Option<String>) -> impl IntoView {
    let owner = move || row.with(|row| if row.owner.is_empty() { "nobody".to_owned() } else { row.owner.clone() });
    let (of, number) = row.with_untracked(|row| {
        let (topic, number) = name_parts(row);
        (format!("{topic} "), number.to_owned())
    });
    view! {
        {topic.map(|topic| view! { <tr class="topic-head"><th scope="colgroup" colspan="6">{topic}</th></tr> })}
        <tr>
            <th scope="row"><span class="topic-of">{of}</span>{number}</th>
            <td>{move || row.with(|row| offset(row.committed))}</td>
            <td>{move || row.with(|row| offset(row.position))}</td>
            <td>{move || row.with(|row| row.end)}</td>
            <td class:behind=move || row.with(|row| row.lag > 0)>{move || row.with(|row| row.lag)}</td>
            <td class="owner">{owner}</td>
        </tr>
    }
}

#[component]
fn Member(member: Signal<MemberRow>) -> impl IntoView {
    let of = |pick: fn(&MemberRow) -> String| move || member.with(pick);
    let has = of(|member| match member.partitions.as_str() {
        "" => "no partition".to_owned(),
        partitions => partitions.to_owned(),
    });
    let more = move || {
        member.with(|member| {
            let gives_up = (!member.gives_up.is_empty()).then(|| format!("gives up {}", member.gives_up));
            let does = (!member.does.is_empty()).then(|| member.does.to_owned());
            does.into_iter().chain(gives_up).collect::<Vec<_>>().join(" · ")
        })
    };
    let timers = part(member, |member| member.timers.clone());
    view! {
        <li
            title=of(|member| match &member.instance {
                Some(instance) => format!("group.instance.id {instance}, member id {}", member.member),
                None => format!("member id {}", member.member),
            })
            class:outside=move || member.with(|member| member.outside)
        >
            <div class="member-line">
                <span class="process-name">{of(|member| member.name.clone())}</span>
                {move || member.with(|member| member.leader).then(|| view! { <span class="leader">{term("leader")}</span> })}
                {move || member.with(|member| member.instance.is_some()).then(|| view! { <span class="leader">"static"</span> })}
                <span class="has">{has}</span>
            </div>
            <p class="member-does">{more}</p>
            {countdowns(timers)}
        </li>
    }
}

/// Timers that run down, each with what happens at its end.
fn countdowns(timers: Signal<Vec<Countdown>>) -> AnyView {
    view! {
        <ul class="countdowns">
            <List each=move || timers.get() key=|timer| timer.what let:timer>
                {
                    let what = timer.what;
                    let timer = hold(timers, timer, move |all| all.iter().find(|one| one.what == what).cloned());
                    view! {
                        <li>
                            <span>{what}</span>
                            <b>{move || timer.with(|timer| format!("in {}", timer.left))}</b>
                            <i aria-hidden="true" style:--share=move || timer.with(|timer| format!("{:.3}", timer.share))></i>
                        </li>
                    }
                }
            </List>
        </ul>
    }
    .into_any()
}
