//! The rules, each a function from files to faults. A fault names the place and the mend.

use super::source::{Source, code, has_word, names_at_root};
use std::collections::BTreeSet;

/// The modules of the core in the order of `src/architecture.md`: each may use those before it.
pub const ORDER: &[&str] =
    &["sim", "net", "broker", "rpc", "store", "service", "board", "world", "check", "session", "lab", "editor", "view"];

/// What people meet: these may use the whole core, but not each other.
pub const SHELLS: &[&str] = &["cli", "ui"];

/// Files over `SOFT` lines, each with the reason why it is better whole.
pub const LONG: &[(&str, &str)] = &[];
pub const SOFT: usize = 400;
pub const HARD: usize = 600;

/// What may lie at the top, besides dot-files and what is built.
pub const TOP: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "Trunk.toml",
    "index.html",
    "public",
    "rust-toolchain.toml",
    "scripts",
    "src",
    "style",
    "tests",
];
pub const BUILT: &[&str] = &["dist", "target"];

/// The one table by hash, which never shows its order.
const ONLY_FINDS: &str = "src/sim/lookup.rs";
/// Clocks, threads and unordered collections: with them the same run would differ.
const UNSTABLE: &[&str] = &["HashMap", "HashSet", "Instant", "SystemTime", "std::time", "thread"];
const BROWSER: &[&str] =
    &["gloo_timers", "js_sys", "leptos", "reactive_stores", "wasm_bindgen", "wasm_bindgen_futures", "web_sys"];

fn is_root(file: &Source) -> bool {
    matches!(file.path.as_str(), "src/lib.rs" | "src/main.rs")
}

fn rust(files: &[Source]) -> impl Iterator<Item = &Source> {
    files.iter().filter(|file| file.has_extension("rs"))
}

/// How many modules deep the file is: 1 for `src/net/mod.rs`, 2 for `src/net/link.rs`.
fn depth(path: &str) -> usize {
    path.trim_start_matches("src/").trim_end_matches("/mod.rs").split('/').count()
}

/// A module may use only what stands above it.
pub fn order(files: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in rust(files).filter(|file| !is_root(file)) {
        let Some(own) = file.module() else { continue };
        let rank = ORDER.iter().position(|name| *name == own);
        if rank.is_none() && !SHELLS.contains(&own) {
            faults.push(file.fault(
                0,
                format!("`{own}` is in no place of the order; give it one in src/architecture.md and in tests/tidy/rules.rs"),
            ));
            continue;
        }
        for (line, name) in names_at_root(&code(&file.text), depth(&file.path)) {
            let other = ORDER.iter().position(|known| *known == name);
            let known = other.is_some() || SHELLS.contains(&name.as_str());
            let allowed = name == own || other.is_some_and(|other| rank.is_none_or(|rank| other < rank));
            if known && !allowed {
                faults.push(file.fault(
                    line,
                    format!("`{own}` uses `{name}`, which does not stand above it; move what both need up, or pass it in"),
                ));
            }
        }
    }
    faults
}

/// Long files hide what belongs together.
pub fn length(files: &[Source], long: &[(&str, &str)]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| ["rs", "css", "mjs"].iter().any(|kind| file.has_extension(kind))) {
        let lines = file.text.lines().count();
        let excused = long.iter().any(|(path, _)| *path == file.path);
        if lines > HARD {
            faults.push(file.fault(HARD, format!("{lines} lines, and {HARD} is the most; split it by what its parts are about")));
        } else if lines > SOFT && !excused {
            faults.push(file.fault(
                SOFT,
                format!("{lines} lines, over {SOFT}; split it, or say in LONG of tests/tidy/rules.rs why it is better whole"),
            ));
        } else if lines <= SOFT && excused {
            faults.push(file.fault(0, format!("{lines} lines; take it out of LONG in tests/tidy/rules.rs")));
        }
    }
    for (path, reason) in long {
        if !files.iter().any(|file| file.path == *path) {
            faults.push(format!("{path}: is no file; take it out of LONG in tests/tidy/rules.rs"));
        }
        if reason.split_whitespace().count() < 4 {
            faults.push(format!("{path}: give the reason in LONG of tests/tidy/rules.rs as a sentence"));
        }
    }
    faults
}

/// The first line of a file says what it is for.
pub fn purpose(files: &[Source]) -> Vec<String> {
    rust(files)
        .filter(|file| !file.text.starts_with("//! ") && !file.text.starts_with("#![doc = include_str!("))
        .map(|file| file.fault(0, "begin with a line `//! ` that says what this file is for"))
        .collect()
}

/// What is not done is an issue, not a mark in the code.
pub fn finished(files: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files {
        let mend = |word: &str| format!("`{word}` marks something unfinished; finish it, or open an issue and take this out");
        if file.has_extension("rs") {
            let calls = code(&file.text).replace("todo!", "todo").replace("unimplemented!", "unimplemented");
            faults.extend(file.faults_for_words(&calls, &["todo", "unimplemented"], mend));
        }
        faults.extend(file.faults_for_words(&file.text, &["FIXME", "XXX", "TODO"], mend));
    }
    faults
}

/// The core gives the same facts everywhere and always.
pub fn portable(files: &[Source]) -> Vec<String> {
    rust(files)
        .filter(|file| file.module().is_some_and(|module| ORDER.contains(&module)))
        .flat_map(|file| {
            let is_allowed = |word: &&&str| file.path == ONLY_FINDS && **word == "HashMap";
            let unstable: Vec<&str> = UNSTABLE.iter().filter(|word| !is_allowed(word)).copied().collect();
            file.faults_for_words(&code(&file.text), &unstable, |word| {
                format!("`{word}` in the core; use virtual time, `Lookup` or ordered collections, and one thread")
            })
        })
        .collect()
}

/// Only the page knows the browser.
pub fn browserless(files: &[Source]) -> Vec<String> {
    rust(files)
        .filter(|file| file.module() != Some("ui") && file.path != "src/main.rs")
        .flat_map(|file| {
            file.faults_for_words(&code(&file.text), BROWSER, |word| {
                format!("`{word}` outside src/ui; let the core give a plain struct, and draw it in src/ui")
            })
        })
        .collect()
}

/// A file that no `mod` line names is never compiled, and nothing says so.
pub fn reached(files: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in rust(files).filter(|file| !is_root(file)) {
        let module = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
        let (parent, name) = module.rsplit_once('/').unwrap_or(("src", module));
        let parents = match parent {
            "src" => ["src/lib.rs".into(), String::new()],
            _ => [format!("{parent}/mod.rs"), format!("{parent}.rs")],
        };
        let line = format!("mod {name};");
        let named = rust(files).filter(|other| parents.contains(&other.path)).any(|other| {
            code(&other.text).lines().any(|text| has_word(text, line.trim_end_matches(';')) && text.contains(&line))
        });
        if !named {
            faults.push(file.fault(0, format!("is never compiled: write `{line}` in {}, or delete the file", parents[0])));
        }
    }
    faults
}

/// The names at the top are few, and each is known.
pub fn top(names: &[String]) -> Vec<String> {
    names
        .iter()
        .filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str()) && !BUILT.contains(&name.as_str()))
        .map(|name| {
            format!("{name}: does not belong at the top; move it into a folder there, or add it to TOP in tests/tidy/rules.rs")
        })
        .collect()
}

/// The crate's documentation lists every module that is there as `name/`, in the order that they may use each other.
pub fn documented(architecture: &Source, files: &[Source]) -> Vec<String> {
    let present: BTreeSet<&str> = rust(files).filter(|file| !is_root(file)).filter_map(Source::module).collect();
    let place = |name: &str| {
        let wanted = format!("{name}/");
        architecture.text.lines().position(|line| line.trim_start_matches([' ', '-', '*', '|', '`']).starts_with(&wanted))
    };
    let mut faults = Vec::new();
    let mut last = 0;
    for name in ORDER.iter().chain(SHELLS).filter(|name| present.contains(*name)) {
        match place(name) {
            None => faults.push(
                architecture.fault(0, format!("does not list src/{name}; begin a line with `{name}/` and say what it is for")),
            ),
            Some(line) if line < last => {
                faults.push(architecture.fault(line, format!("lists `{name}/` out of the order in tests/tidy/rules.rs")))
            }
            Some(line) => last = line,
        }
    }
    faults
}

/// The commands that the README shows are there, with their options, and every script is shown.
pub fn commands(readme: &Source, scripts: &[String], cli: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (n, line) in readme.text.lines().enumerate() {
        for (at, _) in line.match_indices("scripts/") {
            let name: String = line[at..].chars().take_while(|c| c.is_alphanumeric() || "/._-".contains(*c)).collect();
            let name = name.trim_end_matches(['.', '/']);
            if name != "scripts" && !scripts.iter().any(|script| script == name) {
                faults.push(readme.fault(n, format!("`{name}` is not there; name a script that is")));
            }
        }
        let Some((_, shown)) = line.split_once("cargo run --release -- ") else {
            continue;
        };
        let command = shown.split_whitespace().next().unwrap_or_default();
        if !cli.contains(&format!("\"{command}\"")) {
            faults.push(readme.fault(n, format!("src/cli knows no command \"{command}\"")));
        }
        for option in shown.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter_map(|word| word.strip_prefix("--")) {
            if !cli.contains(&format!("\"{option}\"")) && !cli.contains(&format!("\"--{option}\"")) {
                faults.push(readme.fault(n, format!("src/cli knows no option \"--{option}\"")));
            }
        }
    }
    for script in scripts.iter().filter(|script| !script.ends_with(".sh")) {
        if !readme.text.contains(script.as_str()) {
            faults.push(readme.fault(0, format!("does not mention `{script}`; say in a line what it does")));
        }
    }
    faults
}

/// A lock file that names a server works only where that server can be reached.
pub fn serverless(lock: &Source) -> Vec<String> {
    let lines = lock.text.lines().enumerate();
    lines
        .filter(|(_, line)| line.contains("\"resolved\""))
        .map(|(n, _)| lock.fault(n, "names a server; keep tests/e2e/.npmrc and write the file anew with npm"))
        .collect()
}
