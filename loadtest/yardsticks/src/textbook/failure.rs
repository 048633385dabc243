//! What can go wrong with a request.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use deadpool_postgres::PoolError;
use serde_json::json;

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("no such thing")]
    NotFound,
    #[error("{0}")]
    Conflict(&'static str),
    #[error("forbidden")]
    Forbidden,
    #[error("X-Session-ID is missing")]
    CallerUnknown,
    #[error("{0}")]
    Invalid(&'static str),
    #[error("the client has gone")]
    Gone,
    #[error("{0}")]
    Database(#[from] tokio_postgres::Error),
    #[error("{0}")]
    Pool(#[from] PoolError),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, code) = match &self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::Conflict(code) => (StatusCode::CONFLICT, *code),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            Self::CallerUnknown => (StatusCode::UNAUTHORIZED, "caller_unknown"),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            Self::Gone | Self::Database(_) | Self::Pool(_) => {
                eprintln!("textbook: {self}");
                (StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        };
        (status, Json(json!({ "code": code, "detail": self.to_string() }))).into_response()
    }
}
