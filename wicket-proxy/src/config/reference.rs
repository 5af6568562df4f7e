//! The reference of the configuration file, from the doc comments of its sections.

use std::fmt::Write as _;

use super::Config;
use super::Credential;
use super::keys::{SECTIONS, Shape};
use super::section::Section;

/// Every section and key with its default, as Markdown.
#[must_use]
pub fn reference() -> String {
    let mut out = String::from(
        "# Configuration\n\n\
         Wicket reads one TOML file, named by `--config`.\n\
         Paths in it are relative to the folder of the file.\n\
         An unknown key is an error that names the nearest known one and the line.\n\
         Lengths of time are written `500ms`, `30s`, `15m`, `1h30m`, `2d`; sizes `64KiB`, `4MiB`, or a number of bytes.\n",
    );
    push_section(&mut out, "The top of the file", &Config::SECTION);
    for (name, shape, section) in SECTIONS {
        match shape {
            Shape::One => push_section(&mut out, &format!("`[{name}]`"), section),
            Shape::Named => {
                push_section(&mut out, &format!("`[{name}.NAME]`"), section);
                push_section(
                    &mut out,
                    &format!("`credential` of `[{name}.NAME]`"),
                    &Credential::SECTION,
                );
            }
        }
    }
    out
}

fn push_section(out: &mut String, title: &str, section: &Section) {
    push(out, &format!("\n## {title}\n\n"));
    push_text(out, section.text);
    for key in section.keys {
        let default = match key.default {
            "section" => continue,
            "none" => "no default".to_owned(),
            "required" => "required".to_owned(),
            default => format!("default `{default}`"),
        };
        push(out, &format!("\n### `{}`\n\n", key.name));
        push_text(out, key.text);
        push(out, &format!("\n{default}\n"));
    }
}

/// The lines of a doc comment, joined and cut again at the ends of sentences.
fn push_text(out: &mut String, lines: &[&str]) {
    let joined: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    push(out, &joined.join(" ").replace(". ", ".\n"));
    push(out, "\n");
}

fn push(out: &mut String, text: &str) {
    // Writing to a String does not fail.
    let _ = out.write_str(text);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::config::{Audit, Connector, Facts, Limits, Listen, Log, Session};

    /// Reading a section that spells out the defaults of the reference gives the defaults of the code.
    fn defaults_agree<T: Default + std::fmt::Debug + serde::de::DeserializeOwned>(section: &Section) {
        let mut text = String::new();
        for key in section.keys {
            if !matches!(key.default, "section" | "none" | "required") {
                writeln!(text, "{} = {}", key.name, key.default).unwrap();
            }
        }
        let spelled: T = toml::from_str(&text).unwrap();
        assert_eq!(format!("{spelled:?}"), format!("{:?}", T::default()));
    }

    #[test]
    fn the_reference_tells_the_defaults_of_the_code() {
        defaults_agree::<Config>(&Config::SECTION);
        defaults_agree::<Listen>(&Listen::SECTION);
        defaults_agree::<Connector>(&Connector::SECTION);
        defaults_agree::<Credential>(&Credential::SECTION);
        defaults_agree::<Session>(&Session::SECTION);
        defaults_agree::<Limits>(&Limits::SECTION);
        defaults_agree::<Audit>(&Audit::SECTION);
        defaults_agree::<Facts>(&Facts::SECTION);
        defaults_agree::<Log>(&Log::SECTION);
    }

    #[test]
    fn every_section_of_the_top_is_in_the_reference() {
        for key in Config::SECTION.keys.iter().filter(|key| key.default == "section") {
            assert!(
                SECTIONS.iter().any(|(name, _, _)| *name == key.name),
                "{}",
                key.name
            );
        }
    }

    #[test]
    fn every_key_is_described() {
        let text = reference();
        assert!(text.contains("### `address`"));
        assert!(!text.contains("\n\n\n"));
    }
}
