//! Our types as columns of SQLite.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Row, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wicket_lang::catalog::Digest;
use wicket_lang::value::Instant;

use super::account::{AgentStatus, MembershipStatus, Role};
use crate::audit::{AgentId, CallId, Epoch, KeyId, Kind, PersonId, Seq, SessionId};

macro_rules! number_columns {
    ($($name:ident: $make:path, $get:ident;)+) => {$(
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map($make)
            }
        }
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.$get().into())
            }
        }
    )+};
}

number_columns! {
    AgentId: AgentId::new, get;
    PersonId: PersonId::new, get;
    KeyId: KeyId::new, get;
    Epoch: Epoch::new, get;
    Seq: Seq::new, get;
}

macro_rules! text_columns {
    ($($name:ident: $parse:expr;)+) => {$(
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                ($parse)(value.as_str()?).ok_or(FromSqlError::InvalidType)
            }
        }
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }
    )+};
}

text_columns! {
    CallId: |text: &str| text.parse().ok();
    SessionId: |text: &str| text.parse().ok();
    AgentStatus: AgentStatus::from_word;
    MembershipStatus: MembershipStatus::from_word;
    Role: Role::from_word;
    Kind: Kind::from_word;
}

/// A column that holds an instant.
pub(super) fn instant(row: &Row<'_>, column: usize) -> rusqlite::Result<Instant> {
    row.get(column).map(Instant)
}

/// A column that holds an instant or nothing.
pub(super) fn optional_instant(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Instant>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Instant))
}

/// A column that holds a digest.
pub(super) fn digest(row: &Row<'_>, column: usize) -> rusqlite::Result<Digest> {
    row.get(column).map(Digest::from_bytes)
}

/// A column that holds JSON of ours.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        Ok(text.into())
    }
}
