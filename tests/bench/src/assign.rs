//! How long assigning takes: 10,000 partitions to 100 members, fresh and after a member has left, for every assignor.

use std::sync::Arc;

use crosstalk::broker::assignor::{Assignment, Assignor, ServerAssignor, Subscriber, Topics};

use crate::report::{Budget, Row};
use crate::rounds::timed;

const TOPICS: u16 = 100;
const PARTITIONS: u16 = 100;
const MEMBERS: usize = 100;
const ROUNDS: usize = 5;

/// The slowest of what each assignor is given.
pub fn rows() -> Vec<Row> {
    let clients = Assignor::ALL.map(|assignor| {
        let assign = move |topics: &Topics, members: &[Subscriber]| assignor.assign(topics, members);
        slowest(assignor.name(), &assign)
    });
    let servers = ServerAssignor::ALL.map(|assignor| {
        let assign = move |topics: &Topics, members: &[Subscriber]| assignor.assign(topics, members);
        slowest(&format!("{} of the broker", assignor.name()), &assign)
    });
    clients.into_iter().chain(servers).collect()
}

fn slowest(name: &str, assign: &dyn Fn(&Topics, &[Subscriber]) -> Assignment) -> Row {
    let topics = Topics::counted((0..TOPICS).map(|topic| (named(topic), PARTITIONS)).collect());
    let (mut worst, mut figures) = (0.0, Vec::new());
    for (kind, share) in [("all read all", 1), ("each reads half", 2)] {
        let fresh: Vec<Subscriber> = (0..MEMBERS).map(|member| subscriber(member, share)).collect();
        let first = assign(&topics, &fresh);
        let mut again: Vec<Subscriber> =
            fresh.iter().map(|member| member.clone().owning(1, first[&member.id].iter().cloned())).collect();
        again.remove(0);
        for (when, members) in [("fresh", &fresh), ("one left", &again)] {
            let took = (0..ROUNDS).map(|_| timed(|| assign(&topics, members)).0 / 1e6).fold(f64::INFINITY, f64::min);
            figures.push(format!("{kind}, {when}: {took:.1}"));
            worst = f64::max(worst, took);
        }
    }
    let measure = format!("{name}: 10,000 partitions to 100 members");
    Row { measure, value: worst, unit: " ms", budget: Budget::AtMost(50.0), figures: figures.join("; ") }
}

fn named(topic: u16) -> Arc<str> {
    format!("topic-{topic:03}").into()
}

/// A member that reads every topic, or every other one, beginning with its own.
fn subscriber(member: usize, share: u16) -> Subscriber {
    let begins = (member % usize::from(share)) as u16;
    let skips = member % 7;
    let reads = (0..TOPICS).filter(|topic| (topic + begins).is_multiple_of(share) || usize::from(*topic) % 11 == skips);
    Subscriber::new(format!("member-{member:03}"), reads.map(named))
}
