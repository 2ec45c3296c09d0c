//! Time travel, whatever the board and whatever was done: where the cursor came from makes no difference.

use crosstalk::board::{Action, Edit};
use crosstalk::session::{Breakpoint, Session, Stride};
use crosstalk::sim::Time;
use proptest::prelude::*;

use crate::properties::{config, some_action, some_board, some_story};
use crate::support::seconds;

fn planned(mut board: crosstalk::board::Board, story: Vec<(u64, Action)>) -> Session {
    for (at, action) in story.into_iter().filter(|(_, action)| action.is_failure()) {
        board.plan(Time(at), action);
    }
    Session::new(board).expect("the board can be put to work")
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_order_of_seeks_and_steps_ends_where_a_fresh_run_does(
        board in some_board(),
        story in some_story(),
        ways in prop::collection::vec((0u8..4, 0u64..50_000_000), 1..12),
        to in 0u64..50_000_000,
    ) {
        let mut around = planned(board.clone(), story.clone());
        for (how, at) in ways {
            match how {
                0 => drop(around.forward(Stride::Fact)),
                1 => drop(around.back(Stride::Fact)),
                _ => around.seek(Time(at)),
            }
        }
        around.seek(Time(to));
        let mut straight = planned(board, story);
        straight.seek(Time(to));
        prop_assert_eq!(straight.fingerprint(), around.fingerprint());
        prop_assert_eq!(straight.facts(), around.facts());
        prop_assert_eq!(straight.checks().violations(), around.checks().violations());
    }

    #[test]
    fn facts_that_were_dropped_are_derived_as_they_were(
        board in some_board(),
        story in some_story(),
        acted in some_action(),
        looks in prop::collection::vec((0u64..200_000_000, any::<bool>()), 1..6),
    ) {
        let mut whole = planned(board.clone(), story.clone());
        let mut tight = planned(board, story);
        tight.hold_at_most(1);
        for session in [&mut whole, &mut tight] {
            session.seek(seconds(20));
            // One that makes no sense is refused by both.
            let _refused = session.act(acted.clone());
            session.seek(seconds(200));
        }
        for (at, read) in looks {
            whole.seek(Time(at));
            tight.seek(Time(at));
            if read {
                prop_assert_eq!(whole.facts(), tight.facts());
            }
        }
        // What was read is held until time goes on.
        tight.seek(tight.now());
        let many = whole.all_facts().len();
        prop_assert!(many < 20_000 || tight.held().0 < many, "{} of {} facts are held", tight.held().0, many);
        prop_assert_eq!(whole.all_facts(), tight.all_facts());
        prop_assert_eq!(whole.checks().violations(), tight.checks().violations());
    }

    #[test]
    fn a_branch_and_the_way_back_change_nothing_in_the_trunk(
        board in some_board(),
        story in some_story(),
        (at, acted) in (0u64..40_000_000, some_action()),
        on in 0u64..20_000_000,
    ) {
        let mut session = planned(board, story);
        session.seek(seconds(45));
        let (trunk, hash, facts) = (session.branch(), session.fingerprint(), session.facts().to_vec());
        session.seek(Time(at));
        if session.act(acted).is_err() {
            return Ok(());
        }
        session.seek(Time(at + on));
        session.switch(trunk.id).expect("it is there");
        session.seek(seconds(45));
        prop_assert_eq!(session.fingerprint(), hash);
        prop_assert_eq!(session.facts().to_vec(), facts);
        prop_assert_eq!(session.branch(), trunk);
    }

    #[test]
    fn a_comparison_in_which_nothing_was_changed_never_differs(
        board in some_board(),
        story in some_story(),
        at in 0u64..40_000_000,
        looks in prop::collection::vec(0u64..60_000_000, 0..4),
    ) {
        let mut session = planned(board, story);
        session.seek(seconds(45));
        let trunk = session.branch().id;
        session.seek(Time(at));
        let partitions = session.board().brokers[0].topics[0].partitions;
        let same = Edit::Partitions { topic: "order-events".into(), partitions };
        if session.branch_with(Action::Edit(same), Time(at)).is_err() {
            return Ok(());
        }
        session.seek(seconds(45));
        if let Ok(mut comparison) = session.compare(trunk) {
            prop_assert_eq!(comparison.difference(), None);
            for to in looks {
                session.seek(Time(to));
                comparison.follow(&session);
                prop_assert_eq!(comparison.difference(), None);
                prop_assert!(comparison.checks(&session).is_empty());
            }
        }
    }

    #[test]
    fn breakpoints_change_nothing_and_stop_where_a_violation_is_certain(board in some_board(), story in some_story()) {
        let mut plain = planned(board.clone(), story.clone());
        plain.seek(seconds(60));
        let mut session = planned(board, story);
        session.set_breakpoints(vec![Breakpoint::Violated(None)]);
        let mut stops = Vec::new();
        while session.now() < seconds(60) {
            if session.play(seconds(60), 100).hit.is_some() {
                stops.push(session.now());
            }
        }
        let mut violated: Vec<Time> = plain.checks().violations().iter().map(|violation| violation.at).collect();
        violated.dedup();
        prop_assert_eq!(stops, violated);
        prop_assert_eq!(plain.fingerprint(), session.fingerprint());
    }
}
