//! Durations as protobuf's JSON writes them: seconds, with a fraction where there is one.

use std::time::Duration;

use serde::Serializer;

/// A duration.
pub(super) fn seconds<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match duration.subsec_millis() {
        0 => serializer.collect_str(&format_args!("{}s", duration.as_secs())),
        millis => serializer.collect_str(&format_args!("{}.{millis:03}s", duration.as_secs())),
    }
}

/// A duration that is left out where there is none.
#[expect(clippy::ref_option, reason = "serde hands the field over like this")]
pub(super) fn maybe_seconds<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => seconds(duration, serializer),
        None => serializer.serialize_none(),
    }
}
