//! Whatever hands do, nothing of a gesture is left behind.

use crosstalk::editor::gesture::{Button, Hit, Input, Key, Mods};
use crosstalk::editor::{Direction, End, Item, Starter, delete};
use proptest::prelude::*;

use crate::person::{MOUSE, PLAIN, Person, events, seen};

fn some_input() -> impl Strategy<Value = (usize, i32, (u16, u16), u8)> {
    (0usize..40, 1i32..4, (0u16..1_700, 0u16..1_000), any::<u8>())
}

/// An input from numbers, about what is on the board now.
fn input(person: &Person, (what, pointer, at, more): (usize, i32, (u16, u16), u8)) -> Input {
    let at = (f64::from(at.0) - 50.0, f64::from(at.1) - 50.0);
    let mods = Mods { shift: more & 1 > 0, command: more & 2 > 0, alt: more & 4 > 0 };
    let (cards, _) = seen(person.desk.board());
    let card = cards.get(usize::from(more) % cards.len().max(1)).copied();
    let end = card.map_or_else(events, |card| End::Node(card.node));
    let starter = Starter::ALL[usize::from(more) % Starter::ALL.len()];
    match what {
        0..=9 => {
            let on = match (more % 5, card) {
                (0 | 1, Some(card)) => Hit::Node(card.node),
                (2, _) => Hit::Handle(end),
                (3, _) => Hit::Handle(events()),
                _ => Hit::Empty,
            };
            let at = card.filter(|_| more & 8 > 0).map_or(at, |card| person.spot(card.rect.middle()));
            let button = [Button::Primary, Button::Primary, Button::Middle, Button::Secondary][usize::from(more / 64)];
            Input::Down { pointer, at, on, button, mods, touch: pointer > 1 }
        }
        10..=21 => Input::Move { pointer, at, mods },
        22..=27 => Input::Up { pointer, at, mods },
        28 => Input::Cancel { pointer },
        29 => Input::Blur,
        30 => Input::Space(more & 1 > 0),
        31 => Input::LongPress,
        32 => Input::Tick(16.0),
        33 => Input::Arm { starter, pointer: (more & 8 > 0).then_some(pointer) },
        34 => Input::Begin(end),
        35 => Input::Deleted(card.map(|card| card.node).into_iter().collect()),
        _ => {
            let way = [Direction::Left, Direction::Right, Direction::Up, Direction::Down][usize::from(more % 4)];
            let keys = [Key::Escape, Key::Enter, Key::Tab, Key::Arrow(way)];
            Input::Key(keys[usize::from(more / 4) % keys.len()], mods)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_hands_do_a_blur_leaves_them_idle_and_the_document_is_made_of_whole_steps(
        inputs in prop::collection::vec(some_input(), 1..80)
    ) {
        let mut person = Person::at_the_shop();
        let first = person.desk.session().document();
        for numbers in inputs {
            let input = input(&person, numbers);
            if let Input::Deleted(nodes) = &input {
                let items: Vec<Item> = nodes.iter().copied().map(Item::Node).collect();
                let _nothing_left = person.desk.edit(None, |board, ids| delete(board, ids, &items));
            }
            person.does(input);
        }
        person.does(Input::Blur);
        person.is_at_rest();
        prop_assert_eq!(person.moves(MOUSE, (33.0, 44.0), PLAIN), []);
        let last = person.desk.session().document();
        while person.desk.undo().expect("whole steps can be undone").is_some() {}
        prop_assert_eq!(person.desk.session().document(), first);
        while person.desk.redo().expect("and redone").is_some() {}
        prop_assert_eq!(person.desk.session().document(), last);
    }
}
