//! A server's figures.

use std::net::SocketAddr;

/// A counter or gauge by its name without prefix and suffix.
pub async fn metric(address: SocketAddr, name: &str) -> u64 {
    let text = reqwest::get(format!("http://{address}/metrics")).await.expect("figures");
    let text = text.text().await.expect("text");
    let names = [format!("seatmap_{name}_total "), format!("seatmap_{name} ")];
    let value = text.lines().find_map(|line| names.iter().find_map(|n| line.strip_prefix(n)));
    value.unwrap_or_else(|| panic!("no figure {name}")).parse().expect("a number")
}
