//! Consumer groups: members, and the partitions with their offsets.

use leptos::prelude::*;

use crate::ui::list::List;
use crate::ui::panels::gloss::term;
use crate::ui::panels::hold::{hold, part};
use crate::view::{GroupInspection, MemberRow, PartitionRow};

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
    view! {
        <div class="block group">
            <h4>
                {move || group.with(|group| group.name.clone())}
                <span class="count">
                    {move || group.with(|group| group.state.clone())} " · "
                    <span>{term("generation")} " " {move || group.with(|group| group.generation)}</span>
                </span>
            </h4>
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
                <List each=move || members.get() key=member_key let:member>
                    <Member member />
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

fn member_key(member: &MemberRow) -> (String, String, bool, String) {
    (member.name.clone(), member.member.clone(), member.leader, member.partitions.clone())
}

#[component]
fn Member(member: MemberRow) -> impl IntoView {
    let partitions = if member.partitions.is_empty() { "no partition".to_owned() } else { member.partitions };
    view! {
        <li title=format!("member id {}", member.member)>
            <span class="process-name">{member.name}</span>
            {member.leader.then(|| view! { <span class="leader">{term("leader")}</span> })}
            <span class="has">{partitions}</span>
        </li>
    }
}
