//! The house rules that a machine can check: who may import whom, how long functions and files may
//! be, and that every file says what it is.
//!
//! The method: every source file is parsed, and what it holds is counted. A rule that is broken is
//! named with file and line.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned as _;
use syn::visit::Visit;

/// The longest function, in lines, its signature and attributes included.
const FUNCTION_LINES_MAX: usize = 70;

/// The longest file, in lines, its unit tests not counted.
const FILE_LINES_MAX: usize = 300;

/// The most parameters, `self` not counted.
const PARAMETERS_MAX: usize = 5;

/// What each part may use. Imports run one way only; what isn't listed is not allowed.
const MAY_USE: [(&str, &[&str]); 9] = [
    ("domain", &[]),
    ("charts", &["domain"]),
    ("protocol", &["domain"]),
    ("store", &["domain"]),
    ("sequencer", &["store", "domain"]),
    ("hub", &["store", "domain", "protocol"]),
    ("http", &["sequencer", "hub", "store", "charts", "domain", "protocol"]),
    ("config", &["http", "hub", "store"]),
    ("run", &["config", "http", "hub", "sequencer", "store", "charts", "domain", "protocol"]),
];

/// What each part must not know.
const MUST_NOT_KNOW: [(&str, &[&str]); 6] = [
    ("domain", &["tokio", "axum", "tokio_postgres", "deadpool_postgres", "serde_json"]),
    ("charts", &["tokio", "axum", "tokio_postgres", "deadpool_postgres"]),
    ("protocol", &["tokio", "axum", "tokio_postgres", "deadpool_postgres"]),
    ("store", &["axum", "utoipa", "tower_http"]),
    ("sequencer", &["axum", "utoipa", "tokio_postgres", "deadpool_postgres"]),
    ("hub", &["axum", "utoipa", "tokio_postgres", "deadpool_postgres"]),
];

/// The modules of `domain` with values that messages consist of.
const WIRE_VALUES: [&str; 3] = ["change", "ids", "seat"];

#[test]
fn imports_run_one_way() {
    let mut broken = String::new();
    for file in sources(Path::new("src")) {
        let Some(part) = part_of(&file.path) else { continue };
        let allowed = MAY_USE.iter().find(|(name, _)| *name == part);
        let Some((_, allowed)) = allowed else {
            let _ = writeln!(broken, "{}: {part} is no known part", file.path.display());
            continue;
        };
        let unknown = MUST_NOT_KNOW.iter().find(|(name, _)| *name == part);
        for (path, line) in paths(&file.syntax) {
            let own = |name: &String| name == &part || allowed.contains(&name.as_str());
            let parts = MAY_USE.map(|(name, _)| name);
            let inward = path.first().is_some_and(|first| first == "crate");
            let target = path.get(1).filter(|name| parts.contains(&name.as_str()));
            if inward && target.is_some_and(|name| !own(name)) {
                let _ =
                    writeln!(broken, "{}:{line}: uses {}", file.path.display(), path.join("::"));
            }
            let outward = path.first().map(String::as_str).unwrap_or_default();
            if unknown.is_some_and(|(_, crates)| crates.contains(&outward)) {
                let _ = writeln!(broken, "{}:{line}: knows {outward}", file.path.display());
            }
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn the_load_generator_knows_the_wire_types_alone() {
    let mut broken = String::new();
    for file in sources(Path::new("loadtest/src")) {
        let shown = file.path.display();
        for (path, line) in paths(&file.syntax) {
            let names: Vec<&str> = path.iter().map(String::as_str).collect();
            let is_wire = match names[..] {
                ["seatmap", "protocol", ..] => true,
                ["seatmap", "domain", module, ..] => WIRE_VALUES.contains(&module),
                ["seatmap", ..] => false,
                _ => true,
            };
            if !is_wire {
                let _ = writeln!(broken, "{shown}:{line}: uses {}", path.join("::"));
            }
        }
        // The state machine stands there a second time.
        if file.text.contains("may_become") {
            let _ = writeln!(broken, "{shown}: asks the server's state machine");
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn functions_are_short() {
    let mut broken = String::new();
    for file in all_sources() {
        let mut functions = Functions::default();
        functions.visit_file(&file.syntax);
        for function in functions.found {
            let at = format!("{}:{}: {}", file.path.display(), function.line, function.name);
            if function.lines > FUNCTION_LINES_MAX {
                let _ = writeln!(broken, "{at} has {} lines", function.lines);
            }
            // Handlers take an extractor a parameter.
            if function.parameters > PARAMETERS_MAX && !at.contains("src/http/") {
                let _ = writeln!(broken, "{at} has {} parameters", function.parameters);
            }
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut broken = String::new();
    for file in all_sources() {
        let shown = file.path.display();
        if !file.text.starts_with("//!") {
            let _ = writeln!(broken, "{shown}: doesn't begin by saying what it is");
        }
        let lines = file.text.lines().count() - test_lines(&file.syntax);
        if lines > FILE_LINES_MAX && !is_test(&file.path) {
            let _ = writeln!(broken, "{shown}: has {lines} lines without its tests");
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn sql_stays_in_the_store() {
    let mut broken = String::new();
    for file in sources(Path::new("src")) {
        if part_of(&file.path).as_deref() == Some("store") {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let line = line.to_lowercase();
            let statement = ["select ", "insert into ", "delete from ", " set "];
            let quoted = line.trim_start().trim_start_matches(['"', '&']);
            if line.contains('"') && statement.iter().any(|word| quoted.starts_with(word)) {
                // The private cluster's database has to be made before there is a store.
                if !file.path.ends_with("run/database.rs") && !quoted.contains("cluster") {
                    let _ = writeln!(broken, "{}:{}", file.path.display(), number + 1);
                }
            }
        }
    }
    assert!(broken.is_empty(), "SQL outside the store:\n{broken}");
}

/// The mutants that the torture is tried with take away protections that are there.
#[test]
fn mutants_apply() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut broken, mut count) = (String::new(), 0);
    for entry in std::fs::read_dir(root.join("tests/mutants")).expect("a folder").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "patch") {
            continue;
        }
        count += 1;
        let head = std::fs::read_to_string(&path).expect("a patch");
        for field in ["Removes: ", "Fault class: ", "Run: --seed ", "Shows: "] {
            if !head.lines().any(|line| line.starts_with(field)) {
                let _ = writeln!(broken, "{}: doesn't say {field:?}", path.display());
            }
        }
        let mut git = std::process::Command::new("git");
        let checked = git.args(["apply", "--check"]).arg(&path).current_dir(root).output();
        let checked = checked.expect("git");
        if !checked.status.success() {
            let _ = writeln!(broken, "{}", String::from_utf8_lossy(&checked.stderr).trim());
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
    assert!(count >= 10, "only {count} mutants");
}

struct Source {
    path: PathBuf,
    text: String,
    syntax: syn::File,
}

fn all_sources() -> Vec<Source> {
    let mut all = sources(Path::new("src"));
    for folder in ["loadtest/src", "loadtest/yardsticks", "benches"] {
        all.extend(sources(Path::new(folder)));
    }
    all.extend(sources(Path::new("tests")));
    assert!(all.len() > 50, "the sources were not found");
    all
}

fn sources(folder: &Path) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() && name != "node_modules" && name != "target" {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source");
                let syntax = syn::parse_file(&text).expect("Rust");
                let path = path.strip_prefix(root).expect("below the root").to_owned();
                found.push(Source { path, text, syntax });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The part of the library that a file belongs to; `None` for its root.
fn part_of(path: &Path) -> Option<String> {
    let mut names = path.strip_prefix("src").ok()?.components();
    let first = names.next()?.as_os_str().to_string_lossy().into_owned();
    names.next().map(|_| first)
}

fn is_test(path: &Path) -> bool {
    let shown = path.to_string_lossy();
    shown.starts_with("tests/") || shown.contains("tests/") || shown.ends_with("tests.rs")
}

/// How many lines the unit tests within a file take.
fn test_lines(file: &syn::File) -> usize {
    let is_test = |attributes: &[syn::Attribute]| {
        attributes.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
        })
    };
    let modules = file.items.iter().filter_map(|item| match item {
        syn::Item::Mod(module) if is_test(&module.attrs) => Some(module.span()),
        _ => None,
    });
    modules.map(|span| span.end().line - span.start().line + 1).sum()
}

/// All paths in a file, with their lines: those of `use` and those in expressions and types.
fn paths(file: &syn::File) -> Vec<(Vec<String>, usize)> {
    #[derive(Default)]
    struct Paths(Vec<(Vec<String>, usize)>);

    impl<'ast> Visit<'ast> for Paths {
        fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
            flatten(&item.tree, &mut Vec::new(), &mut self.0);
        }

        fn visit_path(&mut self, path: &'ast syn::Path) {
            let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.0.push((names, path.span().start().line));
            syn::visit::visit_path(self, path);
        }
    }

    let mut paths = Paths::default();
    paths.visit_file(file);
    paths.0
}

fn flatten(tree: &syn::UseTree, before: &mut Vec<String>, out: &mut Vec<(Vec<String>, usize)>) {
    match tree {
        syn::UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, out);
            before.pop();
        }
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, before, out);
            }
        }
        syn::UseTree::Name(name) => {
            let mut names = before.clone();
            names.push(name.ident.to_string());
            out.push((names, name.span().start().line));
        }
        syn::UseTree::Rename(_) | syn::UseTree::Glob(_) => {
            out.push((before.clone(), tree.span().start().line));
        }
    }
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
    parameters: usize,
}

#[derive(Default)]
struct Functions {
    found: Vec<Function>,
}

impl Functions {
    fn add(&mut self, signature: &syn::Signature, body: proc_macro2::Span) {
        let typed = |input: &&syn::FnArg| matches!(input, syn::FnArg::Typed(_));
        self.found.push(Function {
            name: signature.ident.to_string(),
            line: signature.span().start().line,
            lines: body.end().line - signature.span().start().line + 1,
            parameters: signature.inputs.iter().filter(typed).count(),
        });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig, function.block.span());
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, function.block.span());
        syn::visit::visit_impl_item_fn(self, function);
    }
}
