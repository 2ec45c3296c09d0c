//! Which assignor a group uses: all members must list it, and most must prefer it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::sim::Few;

use super::member::Member;

/// Assignors that every member lists, in the order of the first member.
fn candidates(members: &Few<Arc<str>, Member>) -> impl Iterator<Item = &Arc<str>> {
    let first = members.values().next().into_iter().flat_map(|member| member.protocols.iter());
    first.map(|(name, _)| name).filter(|name| members.values().all(|member| member.supports(name)))
}

/// The winner: each member votes for the first assignor on its list that all members list. `None` without members.
/// Kafka: `ClassicGroup.selectProtocol`.
pub(super) fn elect(members: &Few<Arc<str>, Member>) -> Option<Arc<str>> {
    let common: Vec<&Arc<str>> = candidates(members).collect();
    let mut votes: BTreeMap<(u32, &Arc<str>), usize> = BTreeMap::new();
    for member in members.values() {
        let preferred = member.protocols.iter().map(|(name, _)| name).find(|name| common.contains(name));
        if let Some(name) = preferred {
            *votes.entry((bucket(name), name)).or_default() += 1;
        }
    }
    let most = votes.values().max()?;
    votes.iter().find(|(_, count)| *count == most).map(|((_, name), _)| (*name).clone())
}

/// Where a Java `HashMap` of at most 12 entries keeps a string. Kafka breaks a tie of votes by the order of such a
/// map, which for the names of assignors is always the same; so we do as well, and by name within a bucket.
fn bucket(name: &str) -> u32 {
    let hash = name.encode_utf16().fold(0u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    (hash ^ hash >> 16) & 15
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_kept_where_java_keeps_it() {
        // "range".hashCode() = 108280125, "sticky".hashCode() = -892259863.
        assert_eq!(bucket("range"), (108_280_125 ^ 108_280_125 >> 16) & 15);
        let sticky = (-892_259_863i32).cast_unsigned();
        assert_eq!(bucket("sticky"), (sticky ^ sticky >> 16) & 15);
    }
}
