//! Prints a document that utoipa derives from handlers and types.

#![allow(dead_code)]

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoParams, Modify, OpenApi, ToResponse, ToSchema};
use uuid::Uuid;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Sailing,
    Rowing,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "type")]
enum Event {
    Left { at: DateTime<Utc> },
    Arrived { port: String, day: NaiveDate },
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Text(String),
}

#[derive(Serialize, Deserialize, ToSchema)]
enum External {
    Nothing,
    Tuple(String, i32),
    Struct { deep: Option<Either> },
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"name": "Ann", "kind": "sailing", "length": 1.5, "crew": []}))]
struct NewBoat {
    #[schema(min_length = 1, max_length = 40, pattern = "^[A-Z]")]
    name: String,
    kind: Kind,
    #[schema(exclusive_minimum = 0.0, maximum = 400.0)]
    length: f64,
    #[schema(min_items = 0, max_items = 9)]
    crew: Vec<String>,
    #[schema(no_recursion)]
    next: Option<Box<NewBoat>>,
    #[serde(default)]
    counts: HashMap<String, u32>,
    #[schema(write_only)]
    secret: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema, ToResponse)]
struct Boat {
    #[schema(read_only)]
    id: Uuid,
    #[serde(flatten)]
    boat: NewBoat,
    events: Vec<Event>,
    other: Option<External>,
    byte: u8,
    pair: (String, i32),
    #[schema(value_type = Object)]
    anything: serde_json::Value,
}

#[derive(Serialize, ToSchema)]
struct Page<T> {
    items: Vec<T>,
    total: u64,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    #[param(style = Form, explode = false)]
    kinds: Option<Vec<String>>,
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    since: Option<DateTime<Utc>>,
    #[param(inline)]
    kind: Option<Kind>,
}

#[utoipa::path(
    get, path = "/boats", params(Search, ("X-Trace" = Option<String>, Header)),
    responses(
        (status = 200, body = Page<Boat>, headers(("Link" = String))),
        (status = "4XX", description = "Bad")
    )
)]
fn list() {}

#[utoipa::path(
    post, path = "/boats", request_body = NewBoat, security(("bearer" = []), ("key" = [])),
    responses((status = 201, response = Boat), (status = 409, description = "It exists"))
)]
fn add() {}

#[utoipa::path(
    get, path = "/boats/{id}", params(("id" = Uuid, Path), ("theme" = Option<String>, Cookie)),
    responses(
        (status = 200, content((Boat = "application/json"), (String = "text/plain"))),
        (status = 404)
    )
)]
fn one() {}

#[utoipa::path(
    delete, path = "/boats/{id}", params(("id" = Uuid, Path)), responses((status = NO_CONTENT))
)]
fn remove() {}

#[utoipa::path(
    put, path = "/boats/{id}/picture", params(("id" = Uuid, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Vec<u8>, content_type = "image/png"))
)]
fn picture() {}

#[utoipa::path(
    post, path = "/forms",
    request_body(content = NewBoat, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Option<Either>))
)]
fn form() {}

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-Key")));
        components.add_security_scheme("key", key);
    }
}

#[derive(OpenApi)]
#[openapi(
    paths(list, add, one, remove, picture, form),
    components(responses(Boat)),
    modifiers(&Schemes),
    servers((
        url = "/api/{version}",
        variables(("version" = (default = "v1", enum_values("v1", "v2"))))
    )),
    tags((name = "boats", description = "All boats"))
)]
struct Harbour;

fn main() {
    println!(
        "{}",
        Harbour::openapi().to_pretty_json().expect("a document")
    );
}
