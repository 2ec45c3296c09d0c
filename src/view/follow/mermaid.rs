//! A diagram as the text of a Mermaid sequence diagram.

use super::Journey;
use super::diagram::{Arrow, Gone, MarkKind, Moment, Still};

/// What stands in a sequence diagram, by the time at which it is told.
enum Told<'a> {
    Arrow(&'a Arrow),
    Moment(&'a Moment),
    Still(&'a Still),
}

impl Journey {
    /// The text of a Mermaid `sequenceDiagram`: a participant for each line, an arrow for each packet (with a cross where it
    /// was lost), and a note for each moment that a person would tell of.
    pub fn mermaid(&self) -> String {
        let diagram = &self.diagram;
        let mut text = format!("sequenceDiagram\n    title {}\n", plain(&self.name));
        for (nth, lane) in diagram.lanes.iter().enumerate() {
            text.push_str(&format!("    participant p{nth} as {}\n", plain(&lane.name)));
        }
        let arrows = diagram.arrows.iter().map(|arrow| (arrow.sent, Told::Arrow(arrow)));
        let told = |moment: &&Moment| !matches!(moment.kind, MarkKind::Line | MarkKind::Crash);
        let moments = diagram.moments.iter().filter(told).map(|moment| (moment.at, Told::Moment(moment)));
        let stills = diagram.stills.iter().map(|still| (still.from, Told::Still(still)));
        let mut lines: Vec<_> = moments.chain(stills).chain(arrows).collect();
        lines.sort_by_key(|(at, _)| *at);
        for (at, told) in lines {
            let line = match told {
                Told::Arrow(Arrow { from, to, name, arrived, lost, carries, .. }) => {
                    let head = match (lost.is_some(), *carries) {
                        (true, _) => "-x",
                        (false, true) => "->>",
                        (false, false) => "-->>",
                    };
                    let until = arrived.map_or_else(
                        || if lost.is_some() { "lost".to_owned() } else { "under way".to_owned() },
                        |at| at.to_string(),
                    );
                    format!("p{from}{head}p{to}: {} ({at} to {until})", plain(name))
                }
                Told::Moment(moment) => format!("Note over p{}: {at} {}", moment.lane, plain(&moment.text)),
                Told::Still(still) => {
                    let what = if still.why == Gone::Crashed { "crashed" } else { "stands still" };
                    format!("Note over p{}: {at} {what}, until {}", still.lane, still.to)
                }
            };
            text.push_str(&format!("    {line}\n"));
        }
        text
    }
}

/// A text without what means something to Mermaid: `;` ends a statement, `#` begins an entity, `end` closes a block.
fn plain(text: &str) -> String {
    let safe = text.replace(';', ",").replace('#', "no. ").replace(['\n', '\r'], " ");
    safe.split(' ').map(|word| if word.eq_ignore_ascii_case("end") { "“end”" } else { word }).collect::<Vec<_>>().join(" ")
}
