//! From JSON to a request: everything that is wrong with it is named, not only the first thing.

use std::collections::BTreeSet;

use garde::Validate;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::edge::fault::{Code, Fault, FieldError};

/// Faults of shape that are looked for in one request.
const FAULTS_MAX: usize = 20;

/// Reads a request.
///
/// # Errors
/// [`Code::Malformed`] if it is not an object, [`Code::Invalid`] with every field that is missing, unknown, of another
/// type or out of range.
pub fn parse<T: DeserializeOwned + Validate<Context = ()>>(value: Value) -> Result<T, Fault> {
    if !value.is_object() {
        return Err(Fault::new(Code::Malformed, "the payload must be a JSON object"));
    }
    let (parsed, mut errors) = shaped::<T>(value);
    if let Some(Err(report)) = parsed.as_ref().map(Validate::validate) {
        for (path, error) in report.iter() {
            let field = path.to_string();
            if !errors.iter().any(|known| known.field == field) {
                errors.push(FieldError { field, message: sentence(error.message()) });
            }
        }
    }
    match parsed {
        Some(parsed) if errors.is_empty() => Ok(parsed),
        _ => Err(Fault::invalid(errors)),
    }
}

/// Takes the `id` out of a command's payload, so that the rest is the same as in REST.
///
/// # Errors
/// [`Code::Malformed`] if the payload is not an object, [`Code::Invalid`] if it has no such id.
pub fn take_id<I: std::str::FromStr>(value: &mut Value) -> Result<I, Fault> {
    let object =
        value.as_object_mut().ok_or_else(|| Fault::new(Code::Malformed, "the payload must be a JSON object"))?;
    let id = object.remove("id").ok_or_else(|| Fault::field("id", "is required"))?;
    id.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| Fault::field("id", "must be a UUID"))
}

/// Reads the shape. After each fault the field is filled with something that fits, so that the next one shows; what was
/// filled in is never used, since there is an error then.
fn shaped<T: DeserializeOwned>(mut value: Value) -> (Option<T>, Vec<FieldError>) {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut unknown = BTreeSet::new();
    for _ in 0..FAULTS_MAX {
        match attempt::<T>(&value, &mut unknown) {
            Ok(parsed) => {
                errors.extend(unknown.into_iter().map(|field| FieldError { field, message: "is unknown".to_owned() }));
                return (Some(parsed), errors);
            }
            Err(fault) => {
                let filled = [
                    json!("00000000-0000-0000-0000-000000000000"),
                    json!(0),
                    json!(""),
                    json!([]),
                    json!({}),
                    json!(false),
                    Value::Null,
                ]
                .into_iter()
                .find_map(|filler| {
                    let mut filled = value.clone();
                    put(&mut filled, &fault.field, filler)?;
                    let next = attempt::<T>(&filled, &mut BTreeSet::new());
                    let gone = next.as_ref().err().is_none_or(|next| !next.field.starts_with(&fault.field));
                    gone.then_some(filled)
                });
                errors.push(fault);
                match filled {
                    Some(filled) => value = filled,
                    None => break,
                }
            }
        }
    }
    errors.extend(unknown.into_iter().map(|field| FieldError { field, message: "is unknown".to_owned() }));
    (None, errors)
}

fn attempt<T: DeserializeOwned>(value: &Value, unknown: &mut BTreeSet<String>) -> Result<T, FieldError> {
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(value, &mut track);
    let read = serde_ignored::deserialize(tracked, |path| {
        // serde_ignored puts a `?` where it passes through an Option.
        unknown.insert(path.to_string().replace(".?", "").replace("?.", ""));
    });
    read.map_err(|error| {
        let (path, text) = (track.path().to_string(), error.to_string());
        let path = if path == "." { String::new() } else { path };
        match text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
            Some(name) if path.is_empty() => FieldError { field: name.to_owned(), message: "is required".to_owned() },
            Some(name) if path.rsplit('.').next() == Some(name) => {
                FieldError { field: path, message: "is required".to_owned() }
            }
            Some(name) => FieldError { field: format!("{path}.{name}"), message: "is required".to_owned() },
            None => FieldError { field: path, message: sentence(&text) },
        }
    })
}

/// Puts `filler` at a path such as `dropoff.lat` or `items[0].name`.
fn put(value: &mut Value, path: &str, filler: Value) -> Option<()> {
    let mut at = value;
    for step in path.split('.').flat_map(|part| part.split_inclusive('[')).flat_map(|part| part.split(['[', ']'])) {
        if step.is_empty() {
            continue;
        }
        at = match step.parse::<usize>() {
            Ok(index) => at.get_mut(index)?,
            Err(_) => at.as_object_mut()?.entry(step).or_insert(Value::Null),
        };
    }
    *at = filler;
    Some(())
}

/// What a library says of a value, in our words.
fn sentence(text: &str) -> String {
    let word = |word: &str| match word {
        "f64" => "a number".to_owned(),
        "u32" | "u64" | "usize" => "a whole number of at least 0".to_owned(),
        "i64" | "i32" => "a whole number".to_owned(),
        "a string" => "text".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a boolean" => "true or false".to_owned(),
        other if other.starts_with("struct ") || other == "a map" => "an object".to_owned(),
        other => other.replace('`', ""),
    };
    let expected = |rest: &str| rest.split_once(", expected ").map(|(found, wanted)| (found.to_owned(), word(wanted)));
    if let Some((found, wanted)) = text.strip_prefix("invalid type: ").and_then(expected) {
        return format!("must be {wanted}, not {found}");
    }
    if let Some((found, wanted)) = text.strip_prefix("invalid value: ").and_then(expected) {
        return format!("must be {wanted}, not {found}");
    }
    if let Some((found, wanted)) = text.strip_prefix("unknown variant ").and_then(expected) {
        return format!("must be {wanted}, not {found}");
    }
    if let Some(rest) = text.strip_prefix("lower than ") {
        return format!("must be at least {rest}");
    }
    if let Some(rest) = text.strip_prefix("greater than ") {
        return format!("must be at most {rest}");
    }
    if let Some(rest) = text.strip_prefix("length is lower than ") {
        return format!("must not be shorter than {rest}");
    }
    if let Some(rest) = text.strip_prefix("length is greater than ") {
        return format!("must not be longer than {rest}");
    }
    if text.starts_with("UUID parsing failed") {
        return "must be a UUID".to_owned();
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{parse, take_id};
    use crate::{
        domain::id::OrderId,
        edge::{
            fault::Code,
            wire::{SubmitOrder, VendorChange},
        },
    };

    fn faults(body: Value) -> Vec<(String, String)> {
        let fault = parse::<SubmitOrder>(body).expect_err("it is wrong");
        assert_eq!(fault.code, Code::Invalid);
        fault.errors.into_iter().map(|error| (error.field, error.message)).collect()
    }

    #[test]
    fn every_fault_of_a_request_is_named() {
        let found = faults(json!({
            "items": [{ "quantity": 0 }, { "name": "Ramen", "quantity": "two" }],
            "dropoff": { "lat": 91.0, "lng": 13.4, "street": "x" },
            "package_count": -1,
            "size": "huge",
            "colour": "red",
        }));
        let named = |field: &str| found.iter().find(|(name, _)| name == field).map(|(_, message)| message.as_str());
        assert_eq!(named("items[0].name"), Some("is required"), "{found:?}");
        assert_eq!(
            named("items[1].quantity"),
            Some("must be a whole number of at least 0, not string \"two\""),
            "{found:?}"
        );
        assert!(named("package_count").is_some_and(|text| text.contains("at least 0")), "{found:?}");
        assert!(named("size").is_some_and(|text| text.contains("small")), "{found:?}");
        assert_eq!(named("colour"), Some("is unknown"), "{found:?}");
        assert_eq!(named("dropoff.street"), Some("is unknown"), "{found:?}");
    }

    #[test]
    fn every_range_is_named() {
        let found = faults(json!({
            "notes": "x", "dropoff": { "lat": 91.0, "lng": 200.0 }, "items": [{ "name": "", "quantity": 1000 }],
        }));
        let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
        for field in ["dropoff.lat", "dropoff.lng", "items[0].name", "items[0].quantity"] {
            assert!(fields.contains(&field), "{found:?}");
        }
    }

    #[test]
    fn what_is_no_object_is_malformed() {
        for body in [json!(null), json!([]), json!("x"), json!(7)] {
            assert_eq!(parse::<SubmitOrder>(body).expect_err("it is wrong").code, Code::Malformed);
        }
    }

    #[test]
    fn a_change_tells_null_from_absent() {
        let change: VendorChange = parse(json!({ "phone": null })).expect("it is well formed");
        assert_eq!((change.phone, change.address), (Some(None), None));
    }

    #[test]
    fn an_id_is_taken_out_or_missed() {
        let mut body = json!({ "id": "0199a000-0000-7000-8000-000000000000", "reason": "x" });
        assert!(take_id::<OrderId>(&mut body).is_ok());
        assert_eq!(body, json!({ "reason": "x" }));
        assert_eq!(take_id::<OrderId>(&mut body).expect_err("it is gone").code, Code::Invalid);
        assert_eq!(take_id::<OrderId>(&mut json!([])).expect_err("a list").code, Code::Malformed);
    }
}
