//! A rule that cannot fail holds nothing: each finds what it is for, and lets pass what is right.

use super::{
    none, rules,
    source::{Source, code, names_at_root},
};

/// The rule finds one fault, which names the place and says `what`.
#[track_caller]
fn one(faults: Vec<String>, place: &str, what: &str) {
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].starts_with(place) && faults[0].contains(what), "{faults:#?}");
}

fn file(path: &str, text: &str) -> [Source; 1] {
    [Source::new(path, text)]
}

#[test]
fn comments_and_strings_are_no_code() {
    let text = "a // crate::b\n/* /* c */ d */ e \"f \\\" g\" r#\"h \" i\"# 'j' '\\'' k::<'l>(r#m) br\"n\"\no";
    let words: Vec<String> = code(text).split_whitespace().map(String::from).collect();
    assert_eq!(words, ["a", "e", "k::<'l>(r#m)", "b", "o"]);
    assert_eq!(code(text).lines().count(), text.lines().count());
}

#[test]
fn every_way_to_name_a_module_is_read() {
    let names = |text: &str, depth| -> Vec<String> { names_at_root(text, depth).into_iter().map(|(_, name)| name).collect() };
    assert_eq!(names("use crate::net::Link;", 1), ["net"]);
    assert_eq!(names("pub use crate::{\n  board::{Board, node::Node},\n  sim,\n};", 1), ["board", "sim"]);
    assert_eq!(names("fn f(x: crate::world::World) -> Option<crate::net::Id>", 2), ["net", "world"]);
    assert_eq!(names("use super::world::World;", 1), ["world"]);
    assert_eq!(names("use super::{log::Log, world};", 1), ["log", "world"]);
    assert_eq!(names("use super::log::Log; use super::super::world::World;", 2), ["world"]);
    assert_eq!(names("use $crate::net; use mycrate::net; use other::crate::net;", 1), Vec::<String>::new());
    assert_eq!(names_at_root("a\n\nuse crate::{a,\nb};", 1), [(2, "a".into()), (3, "b".into())]);
}

#[test]
fn a_use_of_a_lower_module_is_found() {
    one(rules::order(&file("src/net/link.rs", "\nuse crate::{sim, broker::Log};")), "src/net/link.rs:2:", "`net` uses `broker`");
    one(rules::order(&file("src/net/link.rs", "use super::super::view::Frame;")), "src/net/link.rs:1:", "`view`");
    one(rules::order(&file("src/cli/mod.rs", "use crate::ui::App;")), "src/cli/mod.rs:1:", "`ui`");
    one(rules::order(&file("src/view/mod.rs", "use crate::ui::App;")), "src/view/mod.rs:1:", "`ui`");
    one(rules::order(&file("src/other/mod.rs", "")), "src/other/mod.rs:1:", "no place");
    none(rules::order(&file("src/world/mod.rs", "use crate::{sim::Time, net, world::run}; // not crate::view")));
    none(rules::order(&file("src/ui/app.rs", "use crate::{session::Session, view::Frame, ui::panel};")));
}

#[test]
fn a_long_file_is_found() {
    let lines = |n| file("src/net/link.rs", &"x\n".repeat(n));
    let long = &[("src/net/link.rs", "one table that is read whole")];
    none(rules::length(&lines(rules::SOFT), &[]));
    one(rules::length(&lines(rules::SOFT + 1), &[]), "src/net/link.rs:", "over 400");
    none(rules::length(&lines(rules::SOFT + 1), long));
    one(rules::length(&lines(rules::HARD + 1), long), "src/net/link.rs:", "600");
    one(rules::length(&lines(rules::SOFT), long), "src/net/link.rs:", "take it out of LONG");
    one(rules::length(&[], long), "src/net/link.rs:", "is no file");
    one(rules::length(&lines(rules::SOFT + 1), &[("src/net/link.rs", "long")]), "src/net/link.rs:", "reason");
    one(rules::length(&file("style/board.css", &"x\n".repeat(601)), &[]), "style/board.css:", "601 lines");
}

#[test]
fn a_file_without_a_purpose_is_found() {
    one(rules::purpose(&file("src/net/mod.rs", "use crate::sim;")), "src/net/mod.rs:1:", "`//! `");
    none(rules::purpose(&file("src/net/mod.rs", "//! Links.")));
}

#[test]
fn a_mark_of_something_unfinished_is_found() {
    // Put together here, so that a search of the whole project finds none.
    let mark = ["FIX", "ME"].concat();
    one(rules::finished(&file("src/net/mod.rs", &format!("// {mark} later"))), "src/net/mod.rs:1:", &mark);
    one(rules::finished(&file("style/base.css", &format!("\n/* {mark} */"))), "style/base.css:2:", &mark);
    one(rules::finished(&file("src/net/mod.rs", "fn f() { todo!() }")), "src/net/mod.rs:1:", "todo");
    one(rules::finished(&file("src/net/mod.rs", "fn f() { unimplemented!() }")), "src/net/mod.rs:1:", "unimplemented");
    none(rules::finished(&file("src/net/mod.rs", "/// Of all that is to do\nlet mastodon = \"todo!\";")));
}

#[test]
fn what_differs_between_machines_is_found_in_the_core() {
    for text in [
        "use std::collections::HashMap;",
        "HashSet::new()",
        "std::time::Duration",
        "Instant::now()",
        "SystemTime",
        "std::thread::spawn",
    ] {
        one(rules::portable(&file("src/sim/mod.rs", text)), "src/sim/mod.rs:1:", "in the core");
        none(rules::portable(&file("src/ui/mod.rs", text)));
    }
    let lookup = "src/sim/lookup.rs";
    none(rules::portable(&file(lookup, "use std::collections::HashMap;")));
    one(rules::portable(&file(lookup, "Instant::now()")), "src/sim/lookup.rs:1:", "in the core");
    none(rules::portable(&file("src/sim/mod.rs", "/// No HashMap.\nfn threads_of_instances() {}")));
}

#[test]
fn a_browser_in_the_core_is_found() {
    one(rules::browserless(&file("src/view/mod.rs", "use leptos::prelude::*;")), "src/view/mod.rs:1:", "`leptos`");
    one(rules::browserless(&file("src/cli/mod.rs", "web_sys::window()")), "src/cli/mod.rs:1:", "`web_sys`");
    none(rules::browserless(&file("src/ui/mod.rs", "use leptos::prelude::*;")));
    none(rules::browserless(&file("src/main.rs", "leptos::mount::mount_to_body(App)")));
}

#[test]
fn a_file_that_is_never_compiled_is_found() {
    let tree = |lib: &str, net: &str| {
        [("src/lib.rs", lib), ("src/net/mod.rs", net), ("src/net/link.rs", "")].map(|(path, text)| Source::new(path, text))
    };
    none(rules::reached(&tree("pub mod net;", "mod link;")));
    one(rules::reached(&tree("pub mod internet;", "mod link;")), "src/net/mod.rs:1:", "`mod net;` in src/lib.rs");
    one(
        rules::reached(&tree("pub mod net;", "// mod link;\nmod link_state;")),
        "src/net/link.rs:1:",
        "`mod link;` in src/net/mod.rs",
    );
}

#[test]
fn a_stranger_at_the_top_is_found() {
    let names = |list: &[&str]| -> Vec<String> { list.iter().map(|name| name.to_string()).collect() };
    one(rules::top(&names(&["src", "notes.md", ".git", "target"])), "notes.md:", "move it");
    none(rules::top(&names(&["src", "tests", "README.md", ".ci"])));
}

#[test]
fn a_gap_in_the_documentation_is_found() {
    let tree = [Source::new("src/sim/mod.rs", ""), Source::new("src/net/mod.rs", ""), Source::new("src/lib.rs", "")];
    let documented = |text: &str| rules::documented(&Source::new("src/architecture.md", text), &tree);
    none(documented("```text\nsrc/\n  sim/  time\n  net/  links\n```"));
    none(documented("| `sim/` | time |\n| `net/` | links |"));
    one(documented("  sim/  time, not net/"), "src/architecture.md:", "src/net");
    one(documented("net/ links\nsim/ time"), "src/architecture.md:1:", "out of the order");
}

#[test]
fn a_command_that_does_not_exist_is_found() {
    let scripts = ["scripts/serve".to_string(), "scripts/lib.sh".to_string()];
    let commands =
        |text: &str| rules::commands(&Source::new("README.md", text), &scripts, r#"match word { "run" => …, "--seed" => … }"#);
    none(commands("`scripts/serve`\n    cargo run --release -- run BOARD.json [--seed N]"));
    one(commands("`scripts/serve` and scripts/deploy."), "README.md:1:", "`scripts/deploy`");
    one(commands("scripts/serve\ncargo run --release -- walk BOARD.json"), "README.md:2:", "\"walk\"");
    one(commands("scripts/serve\ncargo run --release -- run [--fast]"), "README.md:2:", "\"--fast\"");
    one(commands("nothing"), "README.md:1:", "`scripts/serve`");
}

#[test]
fn a_server_in_a_lock_file_is_found() {
    one(rules::serverless(&Source::new("package-lock.json", "{\n\"resolved\": \"…\"")), "package-lock.json:2:", "server");
}
