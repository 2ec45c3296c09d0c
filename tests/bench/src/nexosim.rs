//! The same ping-pong as a NeXosim model: a ball comes in, flies for a drawn time, and is sent to the other player.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{EventSource, Output};
use nexosim::simulation::{Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::kernel::{FLIGHT, PAIRS};
use crate::rounds::timed;

/// One side of a table.
#[derive(Default, Serialize, Deserialize)]
struct Player {
    over: Output<u32>,
    state: u64,
    #[serde(skip)]
    hits: Arc<AtomicU64>,
}

#[Model]
impl Player {
    async fn ball(&mut self, hits: u32, cx: &Context<Self>) {
        self.hits.fetch_add(1, Ordering::Relaxed);
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let flight = FLIGHT.0 + self.state % (FLIGHT.1 - FLIGHT.0);
        // Refused only for a time that is past, and this one lies ahead.
        let _ = cx.schedule_event(Duration::from_micros(flight), schedulable!(Self::land), hits + 1);
    }

    #[nexosim(schedulable)]
    async fn land(&mut self, hits: u32) {
        self.over.send(hits).await;
    }
}

/// Nanoseconds a hit, on one thread: with two it was slower. The first time round only sets the balls off.
pub fn hit(events: u64) -> f64 {
    play(events).unwrap_or(f64::NAN)
}

fn play(events: u64) -> Result<f64, SimulationError> {
    let hits = Arc::new(AtomicU64::new(0));
    let mut bench = SimInit::with_num_threads(1);
    let mut serves = EventSource::new();
    for pair in 0..u64::from(PAIRS) {
        let (left_box, right_box) = (Mailbox::new(), Mailbox::new());
        let player = |n: u64| Player { over: Output::default(), state: 2 * pair + n + 1, hits: Arc::clone(&hits) };
        let (mut left, mut right) = (player(0), player(1));
        left.over.connect(Player::ball, &right_box);
        right.over.connect(Player::ball, &left_box);
        serves = serves.connect(Player::ball, &left_box);
        bench = bench.add_model(left, left_box, "left").add_model(right, right_box, "right");
    }
    let serve = serves.register(&mut bench);
    let mut table = bench.init(MonotonicTime::EPOCH)?;
    table.process_event(&serve, 0)?;
    let before = hits.load(Ordering::Relaxed);
    let each = Duration::from_micros((FLIGHT.0 + FLIGHT.1) / 2);
    let span = each.mul_f64(events as f64 / f64::from(PAIRS));
    let (took, played) = timed(|| table.step_until(span));
    played?;
    Ok(took / (hits.load(Ordering::Relaxed) - before) as f64)
}
