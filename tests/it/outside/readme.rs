//! The README's own commands, run as they stand there.

use std::process::Stdio;

use seatmap::http::{AuthMode, JwtSecret};
use serde_json::Value;

use super::program;
use crate::support::PATIENCE;
use crate::support::database::Database;
use crate::support::process::Process;
use crate::support::server::Server;

const README: &str = include_str!("../../../README.md");

/// The address in the README.
const ADDRESS: &str = "127.0.0.1:8080";

/// What shows in the output where one block ends and the next begins.
const BORDER: &str = "--- next block ---";

/// Claim 30 of the contract.
#[tokio::test(flavor = "multi_thread")]
async fn the_quick_start_works_as_written() {
    let folder = tempfile::Builder::new().prefix("seatmap-readme-").tempdir().expect("a folder");
    let path = folder.path().to_string_lossy().into_owned();
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("ours");
    let server = Process::start_with("demo", &[("SEATMAP_DATA_DIR", &path)]);
    let section = section("## The interface by curl");
    let commands = blocks(section, "sh").join(&format!("\necho '{BORDER}'\n"));
    let script = commands.replace(ADDRESS, &server.address.to_string());
    let run = program("bash").args(["-eu", "-c", &script]).stderr(Stdio::piped()).output();
    let run = tokio::time::timeout(PATIENCE, run).await.expect("it ends").expect("bash");
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
    let answers: Vec<Value> = answers(&said);
    assert!(answers.len() > 10, "{said}");
    for shown in blocks(section, "json").iter().flat_map(|block| block.lines()) {
        // Where the README leaves something out, what is left is no JSON.
        let Ok(shown) = serde_json::from_str::<Value>(shown) else { continue };
        let alike = |answer: &&Value| fields(answer) == fields(&shown);
        let found = answers.iter().find(alike);
        let found = found.unwrap_or_else(|| panic!("nothing was answered like {shown}\n{said}"));
        assert_eq!((&found["code"], &found["currency"]), (&shown["code"], &shown["currency"]));
    }
    assert_eq!(answers.iter().filter(|answer| answer["code"] == "forbidden").count(), 1, "{said}");
    assert!(answers.iter().any(|answer| answer["status"] == "cancelled"), "{said}");
    assert!(server.terminate().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_made_as_written_is_an_organisers() {
    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.http.auth_mode = AuthMode::Token;
        settings.http.jwt_secret = Some(JwtSecret::new(SECRET).expect("a secret"));
    })
    .await;
    let section = section("### Token mode");
    let commands = blocks(section, "sh").into_iter().find(|block| block.contains("python3"));
    let script = commands.expect("the recipe").replace(ADDRESS, &server.address.to_string());
    let mut run = program("bash");
    run.args(["-eu", "-c", &script]).env("JWT_SECRET", SECRET);
    let run = tokio::time::timeout(PATIENCE, run.output()).await.expect("it ends").expect("bash");
    let (said, errors) =
        (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{said}\n{errors}");
    let answer = answers(&said).pop().expect("an answer");
    let shown = blocks(section, "json")[0];
    let shown: Value = serde_json::from_str(shown).expect("JSON");
    assert_eq!(fields(&answer), fields(&shown));
    assert_eq!((&answer["role"], &shown["role"]), (&"organiser".into(), &"organiser".into()));
    assert_eq!(answer["organiser_routes"], true);
}

fn section(title: &str) -> &'static str {
    let from = README.find(title).expect("the section");
    let text = &README[from + title.len()..];
    &text[..text.find("\n## ").unwrap_or(text.len())]
}

/// The fenced blocks of a language.
fn blocks(text: &'static str, language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let starts = text.match_indices(&fence).map(|(at, fence)| at + fence.len());
    starts.map(|start| text[start..].split("```").next().expect("the block")).collect()
}

/// The JSON values in the output; answers of `curl -s` follow one another without a line break.
fn answers(said: &str) -> Vec<Value> {
    let blocks = said.split(BORDER);
    blocks
        .flat_map(|block| serde_json::Deserializer::from_str(block).into_iter::<Value>())
        .map(|answer| answer.expect("only JSON is answered"))
        .collect()
}

fn fields(value: &Value) -> Vec<&String> {
    value.as_object().map(|object| object.keys().collect()).unwrap_or_default()
}
