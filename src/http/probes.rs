//! For those who watch the server: is it alive, can it serve, what does it do.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::app::AppState;
use super::metrics;

/// How long the database may take to answer a probe.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(3);

/// A listener that hasn't heard for longer makes the node unready: its maps may be old.
const DEAF_MAX: Duration = Duration::from_secs(10);

/// Whether the process runs.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`
    status: &'static str,
    /// The server's version.
    version: &'static str,
}

/// Whether the node can serve, and if not, what is down.
#[derive(Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// `ready` or `not_ready`
    status: &'static str,
    /// The database answers through the pool: `ok` or what is wrong.
    pool: String,
    /// Announcements are heard: `ok` or what is wrong.
    listener: String,
    /// The schema is the one this build needs: `ok` or what is wrong.
    migrations: String,
}

/// Liveness.
#[utoipa::path(get, path = "/health", tag = "probes", responses((status = 200, body = Health)))]
pub(crate) async fn health() -> Json<Health> {
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// Readiness.
#[utoipa::path(get, path = "/ready", tag = "probes",
    responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
pub(crate) async fn ready(State(app): State<AppState>) -> impl IntoResponse {
    let ok = || "ok".to_owned();
    let (pool, migrations) = match timeout(DATABASE_TIMEOUT, app.store.schema_is_current()).await {
        Ok(Ok(true)) => (ok(), ok()),
        Ok(Ok(false)) => (ok(), "the schema is older than this build needs".to_owned()),
        Ok(Err(error)) => (error.to_string(), "unknown".to_owned()),
        Err(_) => ("the database doesn't answer".to_owned(), "unknown".to_owned()),
    };
    let deaf_for = app.listener.deaf_for();
    let never = app.listener.connections() == 0;
    let listener = if deaf_for > DEAF_MAX || (never && !deaf_for.is_zero()) {
        format!("has not heard for {} s", deaf_for.as_secs())
    } else {
        ok()
    };
    let ready = [&pool, &migrations, &listener].iter().all(|check| *check == "ok");
    let (code, status) = if ready {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    };
    (code, Json(Readiness { status, pool, listener, migrations }))
}

/// Figures for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "probes",
    responses((status = 200, content_type = "application/openmetrics-text", body = String)))]
pub(crate) async fn metrics(State(app): State<AppState>) -> impl IntoResponse {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, content_type)], metrics::render(&app))
}
