//! Signed tokens for organisers, made on the command line and for the demo.

use jiff::{SignedDuration, Timestamp};
use rand::RngExt as _;

use super::Failure;
use crate::config::TokenOptions;
use crate::http::{JWT_SECRET_BYTES_MIN, JwtSecret, Role};

/// For how long the demo's organiser has their token.
const DEMO_HOURS: u32 = 24;

/// Prints a token.
pub(super) fn print(options: &TokenOptions) -> Result<(), Failure> {
    let secret = JwtSecret::new(options.jwt_secret.as_str());
    let secret = secret.map_err(|reason| format!("--jwt-secret (JWT_SECRET): {reason}"))?;
    println!("{}", make(&secret, &options.subject, options.role, options.hours)?);
    Ok(())
}

/// A token for the demo's organiser.
pub(super) fn for_an_organiser(secret: &JwtSecret) -> Result<String, Failure> {
    make(secret, "demo-organiser", Role::Organiser, DEMO_HOURS)
}

/// A secret that nobody knows and that ends with the process.
pub(super) fn secret_of_this_run() -> Result<JwtSecret, Failure> {
    let bytes: [u8; JWT_SECRET_BYTES_MIN] = rand::rng().random();
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(JwtSecret::new(text)?)
}

fn make(secret: &JwtSecret, subject: &str, role: Role, hours: u32) -> Result<String, Failure> {
    let until = Timestamp::now() + SignedDuration::from_hours(i64::from(hours));
    Ok(secret.make(subject, role, until.as_second())?)
}
