//! A handler that panics is a defect, but its caller still gets an answer, and the connection's other
//! requests go on.

use std::any::Any;

use axum::response::{IntoResponse as _, Response};
use tower_http::catch_panic::CatchPanicLayer;

use super::problem::Failure;
use crate::protocol::problem::Code;

/// The layer; to be put within the one that gives requests their ids.
pub(super) fn layer() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    CatchPanicLayer::custom(answer)
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn answer(panic: Box<dyn Any + Send>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
    tracing::error!(panic = said, "handler panicked");
    // What it left half done is unknown; what seats see is decided by transactions.
    Failure::new(Code::Internal, "the request failed").into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    async fn panics() -> &'static str {
        panic!("out of seats")
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error_without_what_was_said() {
        let router = Router::new().route("/", get(panics)).layer(layer());
        let request = Request::new(Body::empty());
        let response = router.oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), 500);
        let Failure(problem) = response.extensions().get::<Failure>().expect("a problem");
        assert_eq!((problem.code, problem.detail.as_str()), (Code::Internal, "the request failed"));
    }
}
