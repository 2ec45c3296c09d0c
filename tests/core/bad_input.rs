//! Bad boards: a sentence that names the place, never a panic.

use crosstalk::board::{from_json, to_json};
use proptest::prelude::*;

use crate::support::{board, board_path};

fn refused(text: &str) -> String {
    from_json(text).expect_err("this is no board").to_string()
}

fn with(change: impl FnOnce(&mut serde_json::Value)) -> String {
    let text = std::fs::read_to_string(board_path("orders")).expect("the board is there");
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    change(&mut value);
    value.to_string()
}

#[test]
fn each_kind_of_damage_is_named_with_its_place() {
    let whole = std::fs::read_to_string(board_path("orders")).expect("the board is there");
    let brackets = "[".repeat(100_000);
    let nested = format!("{{\"schema\": 1, \"title\": {brackets}{}}}", "]".repeat(100_000));
    for (what, text, named) in [
        ("empty", String::new(), "empty"),
        ("cut short", whole[..whole.len() / 2].to_owned(), "line"),
        ("no object", "7".to_owned(), "line 1"),
        ("100,000 brackets deep", brackets, "line 1"),
        ("brackets in a field", nested, "title"),
        (
            "no schema",
            with(|board| {
                board.as_object_mut().map(|board| board.remove("schema"));
            }),
            "\"schema\": 1",
        ),
        ("a newer schema", with(|board| board["schema"] = 9.into()), "version 9"),
        ("a wrong type", with(|board| board["services"][1]["title"] = 5.into()), "services[1].title"),
        ("an unknown field", with(|board| board["clients"][0]["colour"] = "red".into()), "colour"),
        (
            "an unknown line",
            with(|board| board["services"][0]["handlers"][0]["lines"][0]["do"] = "fly".into()),
            "services[0].handlers[0].lines[0].do",
        ),
        (
            "no partitions",
            with(|board| board["brokers"][0]["topics"][0]["partitions"] = 0.into()),
            "brokers[0].topics[0].partitions",
        ),
        ("65 partitions", with(|board| board["brokers"][0]["topics"][0]["partitions"] = 65.into()), "1 to 64"),
        ("a negative number", with(|board| board["services"][0]["settings"]["instances"] = (-1).into()), "services[0].settings"),
        (
            "a setting out of range",
            with(|board| board["services"][0]["settings"]["instances"] = 51.into()),
            "instances takes 0 to 50",
        ),
        ("an unknown setting", with(|board| board["services"][0]["settings"]["speed"] = 1.into()), "speed"),
        (
            "a setting elsewhere",
            with(|board| board["clients"][0]["settings"]["instances"] = 1.into()),
            "clients[0].settings.instances",
        ),
        (
            "an unknown topic",
            with(|board| board["wires"][2]["is"]["consume"]["topic"] = "nowhere".into()),
            "wires[2].is.consume.topic",
        ),
        ("an unknown message", with(|board| board["clients"][0]["sends"] = "Nothing".into()), "clients[0].sends"),
        ("the same id twice", with(|board| board["services"][0]["id"] = 1.into()), "services[0].id"),
        (
            "a commit without begin",
            with(|board| {
                board["services"][1]["handlers"][0]["lines"].as_array_mut().map(|lines| lines.remove(1));
            }),
            "no transaction to commit",
        ),
        ("a pin on no line", with(|board| board["pins"] = serde_json::json!([{"service": 4, "gap": {"after": 99}}])), "pins[0]"),
        (
            "a second broker",
            with(|board| {
                let broker = board["brokers"][0].clone();
                board["brokers"].as_array_mut().expect("a list").push(broker);
            }),
            "brokers",
        ),
    ] {
        let problem = refused(&text);
        assert!(problem.contains(named), "{what}: {problem}");
        assert!(problem.len() < 900, "{what}: one sentence, not {problem}");
    }
}

#[test]
fn a_file_that_is_too_large_is_not_even_parsed() {
    assert!(refused(&" ".repeat(crosstalk::board::MAX_BYTES + 1)).contains("is it a board?"));
}

#[test]
fn what_is_written_is_read_back_as_it_was() {
    for name in ["orders", "delivered-twice", "dual-write"] {
        let board = board(name);
        assert_eq!(from_json(&to_json(&board)), Ok(board));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_damage_to_a_board_makes_reading_it_panic(cut in 0usize..5_000, put in any::<u8>(), more in ".{0,12}") {
        let whole = std::fs::read_to_string(board_path("dual-write")).expect("the board is there");
        let mut bytes = whole.into_bytes();
        let at = cut % bytes.len();
        bytes[at] = put;
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.insert_str(at, &more);
        if let Ok(board) = from_json(&text) {
            // Still a board: then it also runs.
            let mut session = crosstalk::session::Session::new(board).expect("what is read can be put to work");
            session.play_until(crosstalk::sim::Time(3_000_000), 20_000);
        }
    }
}
