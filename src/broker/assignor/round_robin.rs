//! Round robin: all partitions of all topics in turn.

use super::Assignment;
use super::numbered::Numbered;

/// Topics by name, partitions ascending, and one circle of members (static ones first) that is not begun anew with a
/// topic: each partition goes to the next member that reads its topic.
pub(super) fn round_robin(group: &Numbered<'_>) -> Assignment {
    let circle = group.static_first();
    let mut dealt = vec![Vec::new(); group.members.len()];
    let mut next = 0;
    for partition in 0..group.partitions() {
        let topic = group.topic_of(partition);
        // Every topic here has a reader, so the circle ends.
        while !group.does_read(circle[next], topic) {
            next = (next + 1) % circle.len();
        }
        dealt[circle[next]].push(partition);
        next = (next + 1) % circle.len();
    }
    group.named(&dealt)
}
