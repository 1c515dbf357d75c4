//! The fields of an object that differ, by their paths; the items of lists by what they are called.
//!
//! Enters: differences. Leaves: for each its path, and what is there and what would be there, below it.

use super::unified::{Shade, paint, visible};
use crate::changes::Action;
use crate::changes::path::Difference;
use crate::emit::yaml;
use crate::report::text::Style;

/// The fields, each with both of its values.
pub(super) fn fields(differences: &[Difference], style: Style) -> String {
    let mut out = String::new();
    for difference in differences {
        let (sign, shade) = match difference.action {
            Action::Add => ('+', Shade::Add),
            Action::Change => ('~', Shade::Change),
            Action::Remove => ('-', Shade::Remove),
        };
        out += &format!(
            "  {} {}\n",
            paint(&sign.to_string(), shade, style),
            visible(&difference.named)
        );
        let sides =
            [('-', Shade::Remove, &difference.before), ('+', Shade::Add, &difference.after)];
        for (sign, shade, value) in sides {
            for line in value.iter().flat_map(lines) {
                out += &format!(
                    "{}\n",
                    paint(&format!("{sign}     {}", visible(&line)), shade, style)
                );
            }
        }
    }
    out
}

/// A value as the files hold it.
fn lines(value: &serde_yaml::Value) -> Vec<String> {
    let mut text = String::new();
    if yaml::write(value, &mut text).is_err() {
        text = serde_yaml::to_string(value).unwrap_or_default();
    }
    text.lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_shown_with_both_values() {
        let value = |text: &str| Some(serde_yaml::from_str(text).unwrap());
        let difference = Difference {
            path: Vec::new(),
            action: Action::Change,
            gone: None,
            named: "spec.ports[http].number".to_owned(),
            before: value("80"),
            after: value("{a: [81, \"on\"]}"),
        };
        let plain = Style { color: false, unicode: true };
        let expected =
            "  ~ spec.ports[http].number\n-     80\n+     a:\n+     - 81\n+     - \"on\"\n";
        assert_eq!(fields(&[difference], plain), expected);
    }
}
