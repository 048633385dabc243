//! What all operations have in common and no handler says of itself: who may name the caller and
//! how, the idempotency key, the answers that layers and extractors give, and the headers.
//!
//! Says nothing that can't happen: a test sees every answer of every operation.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::http::caller::AuthMode;
use crate::protocol::problem::PROBLEM_JSON;

/// Reads that are some caller's own; of the others everybody may know.
const OWN_READS: [&str; 13] = [
    "/api/v1/holds",
    "/api/v1/holds/{id}",
    "/api/v1/bookings",
    "/api/v1/bookings/{id}",
    "/api/v1/users/{id}",
    "/api/v1/events/{id}/changes",
    "/api/v1/events/{id}/check-ins",
    "/api/v1/events/{id}/history",
    "/api/v1/events/{id}/history/{version}",
    "/api/v1/events/{id}/sales",
    "/api/v1/events/{id}/sales/timeline",
    "/api/v1/events/{id}/bookings.csv",
    "/api/v1/me",
];

/// Opens a session: takes neither body nor key, and asks for nobody.
const SESSIONS: &str = "/api/v1/sessions";

/// Bodies that may be left out.
const MAY_BE_EMPTY: [&str; 5] =
    ["CallerOnly", "CancelBooking", "CheckIn", "ConfirmBooking", "EventChanges"];

/// What an operation takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Health, readiness, figures.
    Probe,
    /// A read that is everybody's.
    PublicRead,
    /// A read that is the caller's.
    OwnRead,
    /// Opens a session.
    Session,
    /// May change something.
    Call,
    /// Puts something in another's place: repeated, it has one effect without a key.
    Replacement,
}

impl Kind {
    fn of(path: &str, method: &str) -> Self {
        match (path, method) {
            (SESSIONS, _) => Self::Session,
            (path, _) if !path.starts_with("/api/") => Self::Probe,
            (path, "get") if OWN_READS.contains(&path) => Self::OwnRead,
            (_, "get") => Self::PublicRead,
            (_, "put") => Self::Replacement,
            _ => Self::Call,
        }
    }

    /// The refusals that each operation of this kind can give at a server of this mode.
    fn refusals(self, mode: AuthMode) -> &'static [&'static str] {
        match self {
            Self::Probe => &[],
            // Pages of other sites are refused in open mode alone.
            Self::Session if mode == AuthMode::Open => &["403", "429", "503"],
            Self::Session => &["429", "503"],
            Self::PublicRead => &["400", "429", "503"],
            Self::OwnRead => &["400", "401", "403", "422", "429", "503"],
            Self::Call | Self::Replacement => {
                &["400", "401", "403", "413", "415", "422", "429", "503"]
            }
        }
    }

    /// How the caller may be named to a server of this mode, and whether nobody will do.
    fn security(self, mode: AuthMode, method: &str) -> Value {
        match (self, mode) {
            (Self::Probe | Self::Session | Self::PublicRead, _) => json!([]),
            // In the body, which no scheme can say.
            (Self::Call | Self::Replacement, AuthMode::Open) if method != "delete" => {
                json!([{ "bearer": [] }, { "session": [] }, {}])
            }
            (Self::OwnRead | Self::Call | Self::Replacement, AuthMode::Open) => {
                json!([{ "bearer": [] }, { "session": [] }, { "user": [] }, {}])
            }
            (Self::OwnRead | Self::Call | Self::Replacement, AuthMode::Token) => {
                json!([{ "bearer": [] }])
            }
        }
    }
}

/// The document as a server of this mode serves it.
pub(crate) fn complete(document: &OpenApi, mode: AuthMode) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    document["components"]["securitySchemes"] = security_schemes();
    document["components"]["headers"] = headers();
    document["components"]["responses"]["MethodNotAllowed"] =
        refusal("405", "The route exists, but not for this method; `Allow` lists those it takes");
    let paths = document["paths"].as_object_mut();
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            operation["operationId"] = json!(operation_id(path, method));
            let kind = Kind::of(path, method);
            operation["security"] = kind.security(mode, method);
            complete_operation(kind, mode, operation);
        }
    }
    document
}

/// Names an operation by its method and path: `post_events_by_id_holds`. Handlers of different parts
/// have the same name, and tools mistake one for the other.
fn operation_id(path: &str, method: &str) -> String {
    let words = path.trim_start_matches("/api/v1").split('/').filter(|word| !word.is_empty());
    words.fold(method.to_owned(), |id, word| match word.strip_prefix('{') {
        Some(parameter) => format!("{id}_by_{}", parameter.trim_end_matches('}')),
        None => format!("{id}_{word}"),
    })
}

fn complete_operation(kind: Kind, mode: AuthMode, operation: &mut Value) {
    if kind == Kind::Call {
        add_parameter(operation, idempotency_key());
    }
    if matches!(kind, Kind::Call | Kind::Replacement) {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let schema = schema.as_str().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
        operation["requestBody"]["required"] = json!(!MAY_BE_EMPTY.contains(&schema));
    }
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        match parameter["name"].as_str() {
            Some("id" | "event_id") if parameter["schema"]["type"] == "integer" => {
                parameter["example"] = json!(1);
            }
            Some("seat_no") => parameter["example"] = json!("S001"),
            _ => {}
        }
    }
    let responses = &mut operation["responses"];
    for status in kind.refusals(mode) {
        let known = responses[status]["description"].as_str().unwrap_or_default().to_owned();
        responses[status] = refusal(status, &known);
    }
    let responses = responses.as_object_mut();
    for (status, response) in responses.into_iter().flatten() {
        if kind != Kind::Probe && status.as_str() >= "400" {
            let known = response["description"].as_str().unwrap_or_default();
            *response = refusal(status, known);
        } else if response["description"].as_str().is_none_or(str::is_empty) {
            response["description"] = json!(usual(status));
        }
        response["headers"]["X-Request-ID"] = json!({ "$ref": "#/components/headers/RequestId" });
        if status == "201" && kind == Kind::Call {
            response["headers"]["Location"] = json!({ "$ref": "#/components/headers/Location" });
        }
    }
}

fn add_parameter(operation: &mut Value, parameter: Value) {
    match operation.get_mut("parameters").and_then(Value::as_array_mut) {
        Some(parameters) => parameters.push(parameter),
        None => operation["parameters"] = json!([parameter]),
    }
}

/// An answer that is a problem.
fn refusal(status: &str, description: &str) -> Value {
    let description = if description.is_empty() { usual(status) } else { description };
    let mut headers = Map::new();
    for (name, at) in
        [("Retry-After", "503"), ("Retry-After", "429"), ("Allow", "405"), ("Upgrade", "426")]
    {
        if status == at {
            let reference = format!("#/components/headers/{}", name.replace('-', ""));
            headers.insert(name.to_owned(), json!({ "$ref": reference }));
        }
    }
    json!({
        "description": description,
        "headers": headers,
        "content": { PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

/// What a status means wherever it comes.
fn usual(status: &str) -> &'static str {
    match status {
        "200" => "As asked for",
        "201" => "Made",
        "204" => "Done",
        "304" => "Unchanged since the ETag",
        "400" => "Body, path, query or a header can't be read",
        "401" => "Nobody is named, or by a token that isn't known",
        "403" => "Another caller's, for another role, or in open mode by a page of another site",
        "404" => "No such thing",
        "409" => "Not in this state; `code` says why, `conflicts` which seats",
        "413" => "The body is too large",
        "415" => "The body is not JSON by its own word",
        "422" => "Readable, but wrong; `errors` names the field",
        "429" => "Too many requests of one caller or address",
        "426" => "Not a WebSocket handshake",
        _ => "Not now: overloaded, out of time, or the outcome is unknown",
    }
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "Under the same key the same request has one effect and one answer, \
                        kept for 24 hours.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
        "example": "order-4711",
    })
}

fn security_schemes() -> Value {
    json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A guest session's token, from POST /api/v1/sessions; or a JWT with `sub`, \
                            `exp` and a role (customer, organiser or admin), signed by HS256 with \
                            the server's secret (the role is in `role`), or by the identity \
                            provider whose keys the server reads.",
        },
        "session": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-ID",
            "description": "Open mode only: 1–128 visible ASCII characters that name the caller.",
        },
        "user": {
            "type": "apiKey",
            "in": "query",
            "name": "user_id",
            "description": "Open mode only: the caller's user id. With POST, PATCH and PUT it stands \
                            in the body instead.",
        },
    })
}

fn headers() -> Value {
    let text = |description: &str| {
        json!({
            "description": description,
            "schema": { "type": "string" },
        })
    };
    json!({
        "RequestId": text("The id under which the request is logged; a client's own is kept."),
        "Location": text("Where the new thing is."),
        "Allow": text("The methods that the route takes."),
        "Upgrade": text("What to ask for: websocket."),
        "RetryAfter": {
            "description": "When to try again, in seconds.",
            "schema": { "type": "integer", "minimum": 1 },
        },
    })
}
