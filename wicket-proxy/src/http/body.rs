//! Reads a body that is neither too long nor too slow.
//!
//! A body that is too long is mostly read to its end all the same, and thrown away: a client that is still writing when
//! the answer comes sees a broken connection instead of it.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::mcp::Refusal;

/// How much of a body that is too long is read before the connection is cut.
const MOST_DISCARDED: usize = 64 * 1024 * 1024;

/// How long a client may pause while its body is thrown away. Whoever waits for the answer gets it then.
const PAUSE: Duration = Duration::from_millis(500);

/// The whole body, if it is JSON by its header, at most `limit` bytes long, and here within `time`.
pub async fn read(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    time: Duration,
) -> Result<Bytes, Refusal> {
    if !is_json(headers) {
        return Err(Refusal::ContentType);
    }
    // A client that says that its body is too long is believed.
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        discard(body, time).await;
        return Err(Refusal::TooLarge { limit });
    }
    match tokio::time::timeout(time, Limited::new(&mut body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            discard(body, time).await;
            Err(Refusal::TooLarge { limit })
        }
        Ok(Err(_)) | Err(_) => Err(Refusal::Incomplete),
    }
}

/// Reads what is left of a body, and keeps nothing of it. Whoever sends far too much is cut off.
async fn discard(mut body: Body, time: Duration) {
    let reading = async {
        let mut left = MOST_DISCARDED;
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(PAUSE, body.frame()).await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            let Some(rest) = left.checked_sub(length) else {
                return;
            };
            left = rest;
        }
    };
    // The refusal is the same, however the rest of the body ends.
    let _ = tokio::time::timeout(time, reading).await;
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let kind = value
        .to_str()
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}
