//! The few of many names that come nearest to one that is not known.

use crate::sim::InOrder;

/// From so many names on, only the nearest are given.
const MANY: usize = 12;
/// How many of many are given.
const GIVEN: usize = 3;

/// A parser's "expected one of …" with only the nearest names where there are many.
pub(super) fn with_nearest(problem: String) -> String {
    let Some((head, list)) = problem.split_once(", expected one of ") else { return problem };
    let mut known: Vec<&str> = list.split(", ").map(|name| name.trim_matches('`')).collect();
    let Some(wrong) = head.split('`').nth(1).filter(|_| known.len() >= MANY) else { return problem };
    let count = known.len();
    known.in_order_by_key(|name| distance(wrong, name));
    let nearest: Vec<String> = known.iter().take(GIVEN).map(|name| format!("`{name}`")).collect();
    format!("{head}; nearest of {count} known names: {}", nearest.join(", "))
}

/// How many letters are put in, taken away or changed to come from one to the other.
fn distance(one: &str, other: &str) -> usize {
    let letters: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=letters.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut before = row[0];
        row[0] = at + 1;
        for (place, known) in letters.iter().enumerate() {
            let changed = before + usize::from(letter != *known);
            before = row[place + 1];
            row[place + 1] = changed.min(before + 1).min(row[place] + 1);
        }
    }
    row[letters.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_names_the_nearest_come_first_and_a_few_are_given_whole() {
        let names: Vec<String> = (0..14).map(|n| format!("`setting-{n}`")).collect();
        let problem = format!("unknown variant `seting-7`, expected one of `other`, {}", names.join(", "));
        let told = with_nearest(problem);
        assert!(told.starts_with("unknown variant `seting-7`; nearest of 15 known names: `setting-7`, "), "{told}");
        let few = "unknown variant `x`, expected one of `a`, `b`";
        assert_eq!(with_nearest(few.to_owned()), few);
    }

    #[test]
    fn the_distance_counts_letters_that_differ() {
        assert_eq!(
            [distance("acks", "acks"), distance("ack", "acks"), distance("", "acks"), distance("sack", "acks")],
            [0, 1, 4, 2]
        );
    }
}
