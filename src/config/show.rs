//! Prints the effective configuration: each option by its environment variable, its value, and
//! where that comes from. Secrets are hidden.

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _};

use super::Cli;

/// Options whose values are never shown.
const SECRETS: [&str; 3] = ["DATABASE_URL", "DB_PASSWORD", "JWT_SECRET"];

/// The effective configuration as lines, from the matches of a subcommand.
#[must_use]
pub fn effective(matches: &ArgMatches) -> Vec<String> {
    let cli = Cli::command();
    let Some(command) = cli.find_subcommand("config") else { return Vec::new() };
    command.get_arguments().filter_map(|argument| line(argument, matches)).collect()
}

fn line(argument: &clap::Arg, matches: &ArgMatches) -> Option<String> {
    let name = argument.get_env()?.to_string_lossy().into_owned();
    let id = argument.get_id().as_str();
    let source = match matches.value_source(id) {
        Some(ValueSource::CommandLine) => "flag",
        Some(ValueSource::EnvVariable) => "environment",
        Some(_) => "default",
        None => return Some(format!("# {name} is not set")),
    };
    let values: Vec<_> = matches
        .get_raw(id)
        .map(|values| values.map(|value| value.to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    let value =
        if SECRETS.contains(&name.as_str()) { "(hidden)".to_owned() } else { values.join(",") };
    Some(format!("{name}={value}  # {source}"))
}
