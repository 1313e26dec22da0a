//! A function for AWS's runtime client in Rust. ../README.md says what the records ask of it.
use std::{collections::HashSet, sync::Mutex, time::Duration, time::SystemTime};

use aws_lambda_events::event::kafka::KafkaEvent;
use base64::prelude::{BASE64_STANDARD, Engine};
use lambda_runtime::{
    Diagnostic, Error, FunctionResponse, LambdaEvent, run, service_fn, streaming::Response,
};
use serde_json::{Value, json};

type Parts = tokio_stream::Iter<std::vec::IntoIter<Result<&'static str, Error>>>;
type Answer = FunctionResponse<Value, Parts>;

static SEEN: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// Returns true when it sees the place for the first time.
fn fails_once(place: &str) -> bool {
    let mut seen = SEEN
        .lock()
        .expect("no handler panics while it holds the lock");
    seen.get_or_insert_default().insert(place.to_owned())
}

fn failure(kind: &str, message: impl ToString) -> Diagnostic {
    Diagnostic {
        error_type: kind.to_owned(),
        error_message: message.to_string(),
    }
}

fn as_asked() -> Diagnostic {
    failure("JudgeError", "as asked: Grüß")
}

fn streamed(parts: Vec<Result<&'static str, Error>>) -> Answer {
    FunctionResponse::StreamingResponse(Response::from(tokio_stream::iter(parts)))
}

async fn handle(event: LambdaEvent<KafkaEvent>) -> Result<Answer, Diagnostic> {
    let mut failures = Vec::new();
    for (partition, records) in &event.payload.records {
        for record in records {
            let topic = record.topic.as_deref().unwrap_or_default();
            let place = format!("{topic}-{}@{}", record.partition, record.offset);
            println!("handled {place} by {}", std::process::id());
            let value = BASE64_STANDARD
                .decode(record.value.as_deref().unwrap_or_default())
                .map_err(|error| failure("NoBase64", error))?;
            let text = String::from_utf8(value).map_err(|error| failure("NoText", error))?;
            let (step, argument) = text.split_once(' ').unwrap_or((&text, "0"));
            let number: u64 = argument
                .parse()
                .map_err(|error| failure("NoNumber", error))?;
            match step {
                "raise" => return Err(as_asked()),
                "sleep" => tokio::time::sleep(Duration::from_secs(number)).await,
                "exit" => std::process::exit(3),
                "large" => {
                    let large = "x".repeat(number as usize);
                    return Ok(FunctionResponse::BufferedResponse(large.into()));
                }
                "stream" => return Ok(streamed(vec![Ok(r#"{"streamed":"#), Ok("true}")])),
                "stream-fail" => {
                    return Ok(streamed(vec![
                        Ok(r#"{"streamed":"#),
                        Err("as asked: Grüß".into()),
                    ]));
                }
                "fail-once" if fails_once(&place) => {
                    let item = json!({"partition": partition, "offset": record.offset});
                    failures.push(json!({ "itemIdentifier": item }));
                }
                _ => {}
            }
        }
    }
    let left = event.context.deadline().duration_since(SystemTime::now());
    Ok(FunctionResponse::BufferedResponse(json!({
        "batchItemFailures": failures,
        "requestId": event.context.request_id,
        "arn": event.context.invoked_function_arn,
        "left": left.map_err(|error| failure("Late", error))?.as_millis() as u64,
    })))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if std::env::var("JUDGE_INIT").as_deref() == Ok("exit") {
        std::process::exit(7);
    }
    run(service_fn(handle)).await
}
