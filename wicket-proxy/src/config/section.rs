//! The macro that makes a section: the struct, its defaults, and the table of keys that reference and check read.

/// One key of a section, as the reference shows it.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    /// The default in TOML; `none` and `required` for keys without one, `section` for keys with a section of their own.
    pub(super) default: &'static str,
    /// The lines of the doc comment.
    pub(super) text: &'static [&'static str],
}

/// A section: where it stands in the file, and what it may hold.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) text: &'static [&'static str],
    pub(super) keys: &'static [Key],
}

/// A struct with `field: Type = default, "default as TOML";`, its `Default`, and its [`Section`].
macro_rules! section {
    (
        $(#[doc = $text:literal])*
        pub struct $name:ident {
            $(
                $(#[doc = $field_text:literal])*
                pub $field:ident: $type:ty = $default:expr, $shown:literal;
            )*
        }
    ) => {
        $(#[doc = $text])*
        #[derive(Debug, Clone, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[doc = $field_text])* pub $field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl $name {
            pub(in crate::config) const SECTION: crate::config::section::Section = crate::config::section::Section {
                text: &[$($text),*],
                keys: &[$(crate::config::section::Key {
                    name: stringify!($field),
                    default: $shown,
                    text: &[$($field_text),*],
                }),*],
            };
        }
    };
}

pub(super) use section;
