//! Just enough reading of Rust for the rules: words without comments and literals, and paths without groups.

/// Words that stand in front of a path, where a `::` would begin it.
const KEYWORDS: [&str; 8] = ["as", "dyn", "for", "impl", "in", "mut", "return", "use"];

/// A word or a sign of the code, and the line it stands on.
#[derive(Clone, Copy)]
pub(crate) struct Token<'a> {
    pub(crate) line: usize,
    pub(crate) text: &'a str,
}

impl Token<'_> {
    /// Whether a path can begin with it or go on with it.
    fn is_name(self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_') && !KEYWORDS.contains(&self.text)
    }
}

/// A path as written, such as `super::wire::Ack`, and how many modules of the same file it stands in.
pub(crate) struct Found<'a> {
    pub(crate) line: usize,
    pub(crate) segments: Vec<&'a str>,
    modules_around: usize,
}

impl<'a> Found<'a> {
    /// The first name below the root of this crate, if the path leads there; `home` is the module of the file.
    pub(crate) fn in_this_crate(&self, home: &[&'a str]) -> Option<&'a str> {
        if ["crate", "waypost"].contains(&self.segments[0]) {
            return self.segments.get(1).copied();
        }
        let mut steps = self.segments.iter().skip_while(|name| **name == "self");
        let ups = steps.clone().take_while(|name| **name == "super").count();
        let depth = (ups > 0).then(|| (home.len() + self.modules_around).checked_sub(ups))??;
        home.get(..depth.min(home.len()))?.first().copied().or_else(|| steps.nth(ups).copied())
    }

    /// Whether `name`, such as `Utc::now`, is a run of its segments.
    pub(crate) fn names(&self, name: &str) -> bool {
        let name: Vec<&str> = name.split("::").collect();
        self.segments.windows(name.len()).any(|run| run == name)
    }
}

/// The module that a file of `src/` is, from the root: `["edge", "socket", "feed"]`. Empty for files elsewhere.
pub(crate) fn home(path: &str) -> Vec<&str> {
    let module = path.strip_prefix("src/").and_then(|path| path.strip_suffix(".rs")).unwrap_or_default();
    module.split('/').filter(|name| !["", "mod", "lib", "main"].contains(name)).collect()
}

/// Where the words of `code` stand next to each other, as faults.
pub(crate) fn occurrences(text: &str, code: &str) -> Vec<String> {
    let (tokens, wanted) = (tokens(text), tokens(code));
    let runs = tokens.windows(wanted.len());
    let runs = runs.filter(|run| run.iter().zip(&wanted).all(|(token, wanted)| token.text == wanted.text));
    runs.map(|run| format!("{}: `{code}` is not for here", run[0].line)).collect()
}

/// All words and signs of a Rust text; comments, strings and characters are left out.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut found, mut rest, mut line) = (Vec::new(), text, 1);
    while let Some(first) = rest.chars().next() {
        let (length, is_code) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |end| end + 2), false)
        } else if let Some(length) = literal_length(rest) {
            (length, false)
        } else if is_in_word(first) {
            (rest.find(|c| !is_in_word(c)).unwrap_or(rest.len()), true)
        } else {
            (if rest.starts_with("::") { 2 } else { first.len_utf8() }, !first.is_whitespace())
        };
        let (text, after) = rest.split_at(length);
        if is_code {
            found.push(Token { line, text });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// How long the string or character is that `rest` starts with. A lifetime is none.
fn literal_length(rest: &str) -> Option<usize> {
    let body = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - body.len();
    if let Some(raw) = body.strip_prefix('r') {
        let text = raw.trim_start_matches('#');
        let close = format!("\"{}", "#".repeat(raw.len() - text.len()));
        let end = text.strip_prefix('"')?.find(&close)? + close.len();
        return Some(rest.len() - text.len() + 1 + end);
    }
    if let Some(text) = body.strip_prefix('\'') {
        let escaped = text.starts_with('\\');
        let from = if escaped { 2 } else { text.chars().next()?.len_utf8() };
        let end = text.get(from..)?.find('\'')?;
        return (escaped || end == 0).then_some(prefix + 1 + from + end + 1);
    }
    let mut escaped = false;
    for (at, c) in body.strip_prefix('"')?.char_indices() {
        match c {
            '"' if !escaped => return Some(prefix + at + 2),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    Some(rest.len())
}

/// Every path of the code, with groups taken apart: `a::{b, c::d}` is `a::b` and `a::c::d`.
pub(crate) fn paths<'a>(tokens: &[Token<'a>]) -> Vec<Found<'a>> {
    let (mut found, mut at, mut depth) = (Vec::new(), 0, 0_usize);
    // How deep the braces are in which each surrounding `mod name { … }` began.
    let mut modules: Vec<usize> = Vec::new();
    while let Some(token) = tokens.get(at) {
        match token.text {
            "{" => {
                modules.extend((at >= 2 && tokens[at - 2].text == "mod").then_some(depth));
                depth += 1;
            }
            "}" => {
                depth = depth.saturating_sub(1);
                modules.pop_if(|began| *began == depth);
            }
            _ if token.is_name() && !continues_a_path(&tokens[..at]) => {
                at = take_path(tokens, at, &[], modules.len(), &mut found);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Whether what follows belongs to a path that began before it. A `::` in front of a path's first word does not.
fn continues_a_path(before: &[Token<'_>]) -> bool {
    match before {
        [.., last, colons] => colons.text == "::" && (last.is_name() || last.text == ">"),
        _ => false,
    }
}

/// Takes the path that starts at `at` after `prefix`, and those of its groups; answers with where it ends.
fn take_path<'a>(
    tokens: &[Token<'a>],
    at: usize,
    prefix: &[&'a str],
    modules_around: usize,
    found: &mut Vec<Found<'a>>,
) -> usize {
    let line = tokens[at].line;
    let mut segments = [prefix, &[tokens[at].text]].concat();
    let mut at = at + 1;
    while let [colons, next, ..] = &tokens[at.min(tokens.len())..]
        && colons.text == "::"
    {
        at += 2;
        if next.text == "{" {
            while let Some(token) = tokens.get(at).filter(|token| token.text != "}") {
                let is_path = token.is_name() || token.text == "*";
                at = if is_path { take_path(tokens, at, &segments, modules_around, found) } else { at + 1 };
            }
            return at + 1;
        }
        if !next.is_name() && next.text != "*" {
            at -= 1;
            break;
        }
        segments.push(next.text);
    }
    found.push(Found { line, segments, modules_around });
    at
}
