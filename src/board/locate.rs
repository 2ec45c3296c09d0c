//! The place in a JSON text that a reader's error is about, as a path of names and numbers.

/// A step of the path.
enum Step<'a> {
    /// An object, with the name that was read last.
    Object(&'a str),
    /// An array, with the number of the element.
    Array(usize),
}

/// The path to what was being read at a line and column, both from 1: `services[1].title`. Empty at the top of the document.
/// With `around`, the path to the object around it: a name that is missing has no place of its own.
pub(super) fn path_at(text: &str, line: usize, column: usize, around: bool) -> String {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let end = (before + column).min(text.len());
    let mut steps = steps_to(text, end);
    if around && matches!(steps.last(), Some(Step::Object(_))) {
        steps.pop();
    }
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Object(name) if path.is_empty() => path.push_str(name),
            Step::Object("") => {}
            Step::Object(name) => path.extend([".", name]),
            Step::Array(at) => path.push_str(&format!("[{at}]")),
        }
    }
    path
}

fn steps_to(text: &str, end: usize) -> Vec<Step<'_>> {
    let bytes = text.as_bytes();
    let mut steps: Vec<Step<'_>> = Vec::new();
    // A string right after `{` or `,` in an object is a name.
    let mut name_is_next = false;
    let mut at = 0;
    while at < end {
        match bytes[at] {
            b'{' => {
                steps.push(Step::Object(""));
                name_is_next = true;
            }
            b'[' => steps.push(Step::Array(0)),
            // The last bracket stays open: what was read last is what the error is about.
            b'}' | b']' if at + 1 < end => {
                steps.pop();
            }
            b',' => match steps.last_mut() {
                Some(Step::Array(nth)) => *nth += 1,
                Some(Step::Object(_)) => name_is_next = true,
                None => {}
            },
            b'"' => {
                let close = string_end(bytes, at);
                if name_is_next && let Some(Step::Object(name)) = steps.last_mut() {
                    *name = text.get(at + 1..close).unwrap_or_default();
                    name_is_next = false;
                }
                at = close;
            }
            _ => {}
        }
        at += 1;
    }
    steps
}

/// The quote that ends the string that begins there.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::path_at;

    fn place(text: &str, until: &str, around: bool) -> String {
        let column = text.find(until).expect("the text has it") + until.len();
        path_at(text, 1, column, around)
    }

    #[test]
    fn a_place_is_named_by_the_names_and_numbers_around_it() {
        let text = r#"{"a": 1, "b": [{"c": "x,{"}, {"d\"e": [2, 3], "f": {"g": 4}}]}"#;
        assert_eq!(place(text, r#""a": 1"#, false), "a");
        assert_eq!(place(text, r#""x,{"#, false), "b[0].c");
        assert_eq!(place(text, "[2, 3", false), r#"b[1].d\"e[1]"#);
        assert_eq!(place(text, r#""g": 4"#, false), "b[1].f.g");
        assert_eq!(place(text, r#""g": 4}"#, true), "b[1].f");
        assert_eq!(place(text, "[", false), "b[0]");
        assert_eq!(path_at(text, 1, 0, false), "");
    }

    #[test]
    fn lines_count_and_a_place_beyond_the_end_is_the_end() {
        let text = "{\n  \"a\": [\n    1,\n    true";
        assert_eq!(path_at(text, 4, 8, false), "a[1]");
        assert_eq!(path_at(text, 40, 80, false), "a[1]");
        assert_eq!(path_at("\"\\", 1, 9, false), "");
    }
}
