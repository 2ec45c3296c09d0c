//! The words of the field that the interface uses, each explained in a sentence or two, and a text cut into words that
//! have an explanation and the rest.

mod judged;
mod terms;

use crate::sim::InOrder;
use std::collections::BTreeSet;

use judged::CHECKS;
use terms::TERMS;

/// A term of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The term as it stands in texts: `consumer group`.
    pub name: &'static str,
    /// Other ways to write it, plurals first: `consumer groups`.
    pub also: &'static [&'static str],
    /// What it means: one or two short sentences.
    pub explanation: &'static str,
    /// In a text it means this wherever it stands. A word of programs and headings, such as `from`, does not.
    pub in_texts: bool,
}

/// All terms.
pub fn terms() -> impl Iterator<Item = &'static Term> {
    TERMS.iter().chain(CHECKS)
}

/// What a term means, whatever its capitals; nothing for a word that is none.
pub fn explain(term: &str) -> Option<&'static str> {
    let term = term.trim();
    terms().find(|known| known.names().any(|name| same(name, term))).map(|known| known.explanation)
}

impl Term {
    /// The term and the other ways to write it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.also.iter().copied())
    }
}

/// The terms that a query is found in, best first: the beginning of a name, a name, then the meaning; each of these in the
/// order of the alphabet. All terms for an empty query.
pub fn words_found(query: &str) -> Vec<&'static Term> {
    let query = query.trim().to_lowercase();
    let rank = |term: &Term| {
        let names = term.names().map(str::to_lowercase);
        let (starts, has) =
            names.fold((false, false), |(starts, has), name| (starts || name.starts_with(&query), has || name.contains(&query)));
        match (starts, has) {
            (true, _) => Some(0),
            (false, true) => Some(1),
            (false, false) => term.explanation.to_lowercase().contains(&query).then_some(2),
        }
    };
    let mut found: Vec<(i32, &Term)> = terms().filter_map(|term| Some((rank(term)?, term))).collect();
    found.in_order_by_key(|(rank, term)| (*rank, term.name.to_lowercase()));
    found.into_iter().map(|(_, term)| term).collect()
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextSpan {
    /// Words without an explanation.
    Plain(String),
    /// A term, as it stands in the text.
    Term {
        /// What stands there.
        text: String,
        /// What it means.
        explanation: &'static str,
    },
}

/// Cuts a text into terms and the rest: the longest term that fits, whole words only, each term the first time it comes.
/// Together the pieces are the text.
pub fn spans(text: &str) -> Vec<TextSpan> {
    let mut pieces = Vec::new();
    let mut seen = BTreeSet::new();
    let (mut plain, mut at) = (0, 0);
    while at < text.len() {
        let found = if begins_word(text, at) { longest(text, at) } else { None };
        if let Some((term, end)) = found {
            if seen.insert(term.name) {
                if plain < at {
                    pieces.push(TextSpan::Plain(text[plain..at].to_owned()));
                }
                pieces.push(TextSpan::Term { text: text[at..end].to_owned(), explanation: term.explanation });
                plain = end;
            }
            at = end;
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    if plain < text.len() {
        pieces.push(TextSpan::Plain(text[plain..].to_owned()));
    }
    pieces
}

/// The longest term that begins at a place, with its end.
fn longest(text: &str, at: usize) -> Option<(&'static Term, usize)> {
    let rest = &text[at..];
    let fitting = terms().filter(|term| term.in_texts).flat_map(|term| term.names().map(move |name| (term, name)));
    let fitting = fitting.filter_map(|(term, name)| {
        let there = rest.get(..name.len()).filter(|there| same(there, name))?;
        ends_word(text, at + there.len()).then_some((term, at + there.len()))
    });
    fitting.max_by_key(|(_, end)| *end)
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// What words are made of; a name such as `session.timeout.ms` or `payments-2` is one word.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn begins_word(text: &str, at: usize) -> bool {
    let mut before = text[..at].chars().rev();
    match (before.next(), before.next()) {
        (None, _) => true,
        (Some('.'), Some(c)) => !in_word(c),
        (Some(c), _) => !in_word(c),
    }
}

fn ends_word(text: &str, at: usize) -> bool {
    let mut after = text[at..].chars();
    match (after.next(), after.next()) {
        (None, _) => true,
        (Some('.'), Some(c)) => !in_word(c),
        (Some(c), _) => !in_word(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{Check, Do, Setting};

    fn terms_in(text: &str) -> Vec<String> {
        let term = |span| if let TextSpan::Term { text, .. } = span { Some(text) } else { None };
        spans(text).into_iter().filter_map(term).collect()
    }

    #[test]
    fn no_name_is_there_twice_and_no_term_is_explained_by_itself() {
        let mut names = BTreeSet::new();
        for name in terms().flat_map(Term::names) {
            assert!(names.insert(name.to_lowercase()), "{name} is there twice");
        }
        for Term { name, explanation, .. } in terms() {
            assert!(explanation.ends_with('.') && explanation.len() > 30, "{name}: {explanation}");
            assert!(explanation.matches(". ").count() <= 2 && explanation.len() <= 240, "{name} takes two short sentences");
            assert!(
                !explanation.to_lowercase().starts_with(&format!("{} ", name.to_lowercase())),
                "{name} is explained by itself"
            );
        }
    }

    #[test]
    fn every_term_that_the_interface_uses_has_an_explanation() {
        let words = [
            "topic",
            "partition",
            "offset",
            "key",
            "consumer group",
            "member",
            "generation",
            "leader",
            "assignment",
            "lag",
            "position",
            "committed offset",
            "commit",
            "committed",
            "behind",
            "id",
            "ack",
            "acks",
            "outbox",
            "relay",
            "idempotent",
            "tracks ids",
            "processed_messages",
            "rebalance",
            "session timeout",
            "heartbeat",
            "high watermark",
            "intent",
            "message id",
            "instance",
            "store",
            "wire",
            "pin",
            "branch",
            "cursor",
            "frontier",
            "virtual time",
            "classroom timings",
            "real timings",
            "seed",
            "fingerprint",
            "pending",
            "confirmed",
            "owner",
            "end",
            "transaction",
            "dual write",
            "at least once",
            "at most once",
            "record",
            "message",
            "broker",
            "client",
            "service",
            "on",
            "from",
            "as",
            "work",
            "begin",
            "write",
            "track",
            "publish",
            "reply",
            "poll",
            "mark",
            "generation",
            "long poll",
            "coordinator",
            "client id",
            "command",
            "event",
            "document",
            "intent",
            "fact",
            "planned",
            "cut",
            "crash",
            "pause",
            "worker",
            "lock",
            "retry",
            "timeout",
            "backoff",
            "producer",
            "consumer",
            "delivered again",
            "message tracking",
            "duplicate",
        ];
        for word in words {
            assert!(explain(word).is_some(), "{word} has no explanation");
        }
        for check in Check::ALL {
            assert!(explain(check.name()).is_some(), "{} has no explanation", check.name());
        }
    }

    #[test]
    fn every_setting_that_is_kafkas_or_a_choice_can_be_told_from_a_term_of_the_same_words() {
        for setting in Setting::ALL.iter().filter(|setting| setting.info().name.contains('.')) {
            let name = setting.info().name;
            assert_eq!(terms_in(name), Vec::<String>::new(), "{name} is a name of its own, not made of terms");
        }
    }

    #[test]
    fn a_word_is_found_by_its_name_before_its_meaning() {
        let found = |query: &str| words_found(query).iter().map(|term| term.name).collect::<Vec<_>>();
        let all = found("");
        assert_eq!(all.len(), terms().count());
        assert!(all.is_sorted_by_key(|name| name.to_lowercase()));
        assert_eq!(found(" Offsets ")[0], "offset", "also by its plural");
        let hits = found("offset");
        assert!(hits[0].starts_with("offset") && hits.contains(&"committed offset") && hits.contains(&"lag"), "{hits:?}");
        assert_eq!(found("no such word"), Vec::<&str>::new());
    }

    #[test]
    fn near_homonyms_are_told_apart() {
        let all = ["commit", "committed offset", "acks", "ack"].map(|word| explain(word).expect("it is explained"));
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 4);
        assert!(explain("commit").is_some_and(|text| text.contains("offset")), "a database commit says what it is not");
        assert_eq!(explain(Do::Commit.word()), explain("COMMIT"));
    }

    #[test]
    fn a_text_is_cut_at_the_longest_term_whole_words_only_and_the_first_time_only() {
        let text = "The consumer group commits its committed offset; another group keeps a committed offset of its own.";
        assert_eq!(terms_in(text), ["consumer group", "committed offset"]);
        assert_eq!(terms_in("Offsets of partitions."), ["Offsets", "partitions"]);
        assert_eq!(terms_in("read on from here, as before, to the end"), Vec::<String>::new(), "plain English");
        assert_eq!(terms_in("repartitioned keyboards and session.timeout.ms"), Vec::<String>::new());
        assert_eq!(terms_in("offset. Offset"), ["offset"], "a full stop ends a word");
    }

    #[test]
    fn the_pieces_of_a_text_are_the_text() {
        for text in ["", "“Done twice” → Row, no message: ack · commits the offset", "ü topic ü", "topic", "a.topic.b topic."]
        {
            let joined: String = spans(text)
                .into_iter()
                .map(|span| match span {
                    TextSpan::Plain(text) | TextSpan::Term { text, .. } => text,
                })
                .collect();
            assert_eq!(joined, text);
        }
        assert_eq!(terms_in("Row, no message"), ["Row, no message"]);
    }
}
