//! Reading the project: its files, their code without comments and strings, and the paths that the code names.

use std::{fmt, fs, path::Path};

/// One file, its path relative to the project and with `/`.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The folder or file below `src/` that this file belongs to: `net` for `src/net/link.rs` and for `src/net.rs`.
    pub fn module(&self) -> Option<&str> {
        let inner = self.path.strip_prefix("src/")?;
        Some(inner.split(['/', '.']).next().unwrap_or(inner))
    }

    pub fn has_extension(&self, wanted: &str) -> bool {
        self.path.rsplit('.').next() == Some(wanted)
    }

    /// `line` counts from 0.
    pub fn fault(&self, line: usize, what: impl fmt::Display) -> String {
        format!("{}:{}: {what}", self.path, line + 1)
    }

    /// A fault for each line of the code in which one of the words stands, as a word and not within another.
    pub fn faults_for_words(&self, code: &str, words: &[&str], what: impl Fn(&str) -> String) -> Vec<String> {
        let lines = code.lines().enumerate();
        lines
            .flat_map(|(n, line)| words.iter().filter(move |word| has_word(line, word)).map(move |word| (n, *word)))
            .map(|(n, word)| self.fault(n, what(word)))
            .collect()
    }
}

/// Whether `word` stands in `line` with nothing of an identifier on either side.
pub fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// All files below the folders, sorted by path; what is not text is left out.
pub fn read(folders: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    for folder in folders {
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), folder, &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(dir: &Path, name: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let (path, name) = (entry.path(), format!("{name}/{file}"));
        if path.is_dir() {
            if file != "node_modules" {
                walk(&path, &name, found);
            }
        } else if let Ok(text) = fs::read_to_string(&path) {
            found.push(Source { path: name, text });
        }
    }
}

pub fn read_file(path: &str) -> Source {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default();
    Source { path: path.into(), text }
}

/// The text with comments, strings and character literals blanked out; its lines stay where they were.
pub fn code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < chars.len() {
        let end = match at(i) {
            '/' if at(i + 1) == '/' => (i..chars.len()).find(|&j| at(j) == '\n').unwrap_or(chars.len()),
            '/' if at(i + 1) == '*' => end_of_block_comment(&chars, i),
            '"' => end_of_string(&chars, i),
            'r' if !i.checked_sub(1).is_some_and(|j| is_word(at(j)) && at(j) != 'b') => end_of_raw_string(&chars, i).unwrap_or(i),
            '\'' if at(i + 1) == '\\' => (i + 3..chars.len()).find(|&j| at(j) == '\'').map_or(chars.len(), |j| j + 1),
            '\'' if at(i + 2) == '\'' => i + 3,
            _ => i,
        };
        if end == i {
            out.push(chars[i]);
            i += 1;
        } else {
            out.extend(chars[i..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
            i = end;
        }
    }
    out
}

fn end_of_block_comment(chars: &[char], start: usize) -> usize {
    let (mut depth, mut i) = (0, start);
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn end_of_string(chars: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < chars.len() {
        match chars[i] {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

/// `r"…"` and `r#"…"#`; `None` for an identifier such as `r` or `r#type`.
fn end_of_raw_string(chars: &[char], start: usize) -> Option<usize> {
    let hashes = chars[start + 1..].iter().take_while(|&&c| c == '#').count();
    let open = start + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let closes = |i: usize| chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|&&c| c == '#').count() == hashes;
    Some((open + 1..chars.len()).find(|&i| closes(i)).map_or(chars.len(), |i| i + 1 + hashes))
}

/// The first names of the paths that start at the crate's root, with the line of each: `crate::net::Link`,
/// `crate::{net, sim::Time}`, and `super::super::net` where that many `super` lead there from a file `depth` modules deep.
pub fn names_at_root(code: &str, depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::").chain(code.match_indices("super::")) {
        let before = code[..at].trim_end();
        // The inner part of a path is no start; `$crate` and identifiers that end alike are none either.
        if before.ends_with("::") || code[..at].chars().next_back().is_some_and(|c| is_word(c) || c == '$') {
            continue;
        }
        let mut rest = &code[at..];
        let mut supers = 0;
        let from_crate = rest.starts_with("crate::");
        if from_crate {
            rest = &rest["crate::".len()..];
        }
        while let Some(next) = rest.strip_prefix("super::") {
            (rest, supers) = (next, supers + 1);
        }
        if from_crate || supers >= depth {
            let start = code.len() - rest.len();
            found.extend(first_names(rest).into_iter().map(|(offset, name)| (line_of(code, start + offset), name)));
        }
    }
    found.sort();
    found
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count()
}

/// Of `net::Link` it is `net`; of `{net::{A, B}, sim}` it is `net` and `sim`. With the offset of each.
fn first_names(rest: &str) -> Vec<(usize, String)> {
    let name_at = |at: usize| -> String { rest[at..].chars().take_while(|&c| is_word(c)).collect() };
    if !rest.starts_with('{') {
        return vec![(0, name_at(0))];
    }
    let (mut found, mut depth, mut fresh) = (Vec::new(), 0, false);
    for (at, c) in rest.char_indices() {
        match c {
            '{' => (depth, fresh) = (depth + 1, depth == 0),
            '}' => depth -= 1,
            ',' if depth == 1 => fresh = true,
            c if fresh && is_word(c) => {
                found.push((at, name_at(at)));
                fresh = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}
