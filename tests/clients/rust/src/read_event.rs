//! Prints the records of an event as AWS's types for Rust read them.
//!
//!     read_event FILE
use std::error::Error;

use aws_lambda_events::event::kafka::KafkaEvent;
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::json;

fn decoded(text: &Option<String>) -> Result<Option<String>, Box<dyn Error>> {
    let Some(text) = text else { return Ok(None) };
    Ok(Some(String::from_utf8(BASE64_STANDARD.decode(text)?)?))
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let event: KafkaEvent = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let mut read = Vec::new();
    for record in event.records.values().flatten() {
        let mut headers = Vec::new();
        for (name, value) in record.headers.iter().flatten() {
            let bytes = value.iter().map(|&byte| byte as u8).collect();
            headers.push((name, String::from_utf8(bytes)?));
        }
        read.push(json!({
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "timestamp": record.timestamp.0.timestamp_millis(),
            "key": decoded(&record.key)?,
            "value": decoded(&record.value)?,
            "headers": headers,
        }));
    }
    println!("{}", serde_json::to_string(&read)?);
    Ok(())
}
