//! HTTP: routes, extractors, status codes, the WebSocket handshake, the web client's files. Knows
//! no SQL; calls the sequencer for what changes seats, the hub for maps and sockets, the store
//! for reads.

mod amend_event;
mod app;
mod body;
mod bookings;
mod call;
mod caller;
mod charts;
mod commands;
mod documents;
mod door;
mod event_chart;
mod events;
mod export;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod history;
mod holds;
mod keeping;
mod large;
pub mod live;
mod maps;
mod metrics;
mod new_event;
mod new_hold;
mod openapi;
mod origins;
mod packed;
mod panics;
mod params;
mod prices;
mod probes;
mod problem;
pub mod rate;
mod remembered;
mod render;
mod request_id;
mod sales;
mod search;
mod seats;
pub mod server;
mod text;
mod timeline;
mod tokens;
mod users;
mod web;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

pub use app::{App, AppState, EventDefaults, HOLD_LIVES, HttpSettings, Parts};
pub use caller::{AuthMode, Role};
pub use origins::AllowedOrigins;
pub use tokens::{JWT_SECRET_BYTES_MIN, JwksUrl, JwtSecret, Provider, ProviderSettings};

/// All routes of a node.
pub fn router(app: AppState) -> Router {
    let (router, document) = documented().split_for_parts();
    let document = openapi::complete(&document, app.settings.auth_mode);
    app.documents.take_schemas(&document);
    let docs = SwaggerUi::new("/docs").external_url_unchecked("/openapi.json", document);
    let docs: Router<AppState> = docs.into();
    let router: Router<AppState> = router.merge(docs.route_layer(map_response(web::guard_docs)));
    let router = router
        .route("/asyncapi.json", get(documents::asyncapi))
        .route("/schemas", get(documents::schemas))
        .route("/schemas/{name}", get(documents::schema))
        .fallback(web::serve)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(panics::layer())
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), rate::limit));
    // Outside the limits: a stranger's page must not use up what others on the machine may ask.
    let router = match app.settings.auth_mode {
        AuthMode::Open => router.layer(from_fn_with_state(app.clone(), origins::refuse_strangers)),
        AuthMode::Token => router,
    };
    // So is this: a browser that is refused reads why, and its preflights cost nothing.
    let router = match &app.settings.allowed_origins {
        Some(allowed) => router.layer(origins::layer(allowed)),
        None => router,
    };
    router.layer(from_fn_with_state(app.clone(), request_id::with_request_id)).with_state(app)
}

async fn method_not_allowed() -> axum::http::StatusCode {
    axum::http::StatusCode::METHOD_NOT_ALLOWED
}

fn documented() -> OpenApiRouter<AppState> {
    let api = OpenApiRouter::new()
        .routes(routes!(events::list, events::create))
        .routes(routes!(events::read, amend_event::amend))
        .routes(routes!(events::changes))
        .routes(routes!(event_chart::replace))
        .routes(routes!(history::read))
        .routes(routes!(history::map))
        .routes(routes!(sales::read))
        .routes(routes!(timeline::timeline))
        .routes(routes!(export::bookings))
        .routes(routes!(maps::seatmap))
        .routes(routes!(maps::available_tickets))
        .routes(routes!(maps::all_tickets))
        .routes(routes!(seats::lock))
        .routes(routes!(seats::unlock))
        .routes(routes!(seats::block))
        .routes(routes!(seats::unblock))
        .routes(routes!(holds::create))
        .routes(routes!(holds::list))
        .routes(routes!(holds::read, holds::extend, holds::release))
        .routes(routes!(search::bookings, bookings::create))
        .routes(routes!(bookings::read))
        .routes(routes!(bookings::confirm))
        .routes(routes!(bookings::cancel))
        .routes(routes!(door::check_in, door::undo))
        .routes(routes!(door::list))
        .routes(routes!(charts::list, charts::create))
        .routes(routes!(charts::read))
        .routes(routes!(users::open_session))
        .routes(routes!(users::me))
        .routes(routes!(users::create))
        .routes(routes!(users::read))
        .merge(live::routes());
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .nest("/api/v1", api)
        .routes(routes!(probes::health))
        .routes(routes!(probes::ready))
        .routes(routes!(probes::metrics))
}
