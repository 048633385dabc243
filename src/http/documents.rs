//! The documents by which the server describes itself: OpenAPI, AsyncAPI, and each schema of
//! either under its own address.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::app::AppState;
use super::params::PathParam;
use super::problem::{Failure, Reply};

/// The live socket's description; kept by hand, because its messages have codecs of their own.
const ASYNCAPI: &str = include_str!("../protocol/live/asyncapi.json");

/// The dialect of all schemas.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The documents of a node.
#[derive(Default)]
pub(crate) struct Documents {
    schemas: OnceLock<BTreeMap<String, Value>>,
}

impl Documents {
    /// Takes the schemas of both documents. Called once, when the routes are put together.
    pub(super) fn take_schemas(&self, openapi: &Value) {
        let asyncapi: Value = serde_json::from_str(ASYNCAPI).unwrap_or_default();
        let mut schemas = BTreeMap::new();
        for document in [openapi, &asyncapi] {
            let all = document["components"]["schemas"].as_object();
            for (name, schema) in all.into_iter().flatten() {
                schemas.insert(name.clone(), standing_alone(name, schema));
            }
        }
        let chart = serde_json::from_str(crate::charts::SCHEMA).unwrap_or_default();
        schemas.insert(crate::charts::FORMAT.into(), chart);
        let _ = self.schemas.set(schemas);
    }

    fn schemas(&self) -> &BTreeMap<String, Value> {
        self.schemas.get_or_init(BTreeMap::new)
    }
}

/// A schema with its dialect and address; references go to the neighbours' addresses.
fn standing_alone(name: &str, schema: &Value) -> Value {
    let text = schema.to_string();
    let mut schema: Value =
        serde_json::from_str(&text.replace("#/components/schemas/", "/schemas/"))
            .unwrap_or_default();
    schema["$schema"] = json!(DIALECT);
    schema["$id"] = json!(format!("/schemas/{name}"));
    schema
}

/// The live socket, described in AsyncAPI 3.
pub(super) async fn asyncapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], ASYNCAPI).into_response()
}

/// The names of all schemas.
pub(super) async fn schemas(State(app): State<AppState>) -> Json<Value> {
    let names: Vec<&String> = app.documents.schemas().keys().collect();
    Json(json!({ "items": names, "total": names.len() }))
}

/// One schema.
pub(super) async fn schema(
    State(app): State<AppState>,
    PathParam(name): PathParam<String>,
) -> Reply<Response> {
    let schema = app.documents.schemas().get(&name).ok_or_else(|| Failure::not_found("schema"))?;
    let kind = [(header::CONTENT_TYPE, "application/schema+json")];
    Ok((kind, schema.to_string()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The golden vectors are what both codecs are held to, so the schemas are held to them too.
    #[test]
    fn the_schemas_name_the_fields_of_the_golden_messages() {
        let document: Value = serde_json::from_str(ASYNCAPI).expect("JSON");
        let mut seen = 0;
        for vectors in [
            include_str!("../../tests/wire/snapshots.json"),
            include_str!("../../tests/wire/deltas.json"),
            include_str!("../../tests/wire/others.json"),
        ] {
            let vectors: Vec<Value> = serde_json::from_str(vectors).expect("JSON");
            for message in vectors.iter().map(|vector| &vector["json"]) {
                let kind = message["type"].as_str().expect("a type");
                let reference = &document["components"]["messages"][kind]["payload"]["$ref"];
                let name =
                    reference.as_str().expect("a schema").rsplit('/').next().expect("a name");
                let schema = &document["components"]["schemas"][name];
                let fields: Vec<&String> = message.as_object().expect("an object").keys().collect();
                let mut required: Vec<&str> = schema["required"]
                    .as_array()
                    .expect("required fields")
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                required.sort_unstable();
                assert_eq!(fields, required, "{kind}");
                assert_eq!(schema["properties"]["type"]["const"], kind);
                seen += 1;
            }
        }
        assert!(seen > 10, "only {seen} vectors were found");
    }
}
