//! Reading records.

use rusqlite::types::ToSql;
use rusqlite::{Row, params_from_iter};
use wicket_lang::decide::Verdict;
use wicket_lang::value::Instant;

use super::Store;
use super::columns::digest;
use super::error::{StoreError, unreadable};
use super::reader::Reading;
use crate::audit::{CallId, Kind, Seq, SessionId, StoredRecord, verdict_word};

/// Which records are wanted. What is `None` does not narrow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of this agent.
    pub agent: Option<String>,
    /// Of this member.
    pub member: Option<String>,
    /// Of this service.
    pub service: Option<String>,
    /// Of this tool.
    pub tool: Option<String>,
    /// Calls that were decided so.
    pub decision: Option<Verdict>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of this session.
    pub session: Option<SessionId>,
    /// Of this call.
    pub call: Option<CallId>,
    /// At this instant or later.
    pub since: Option<Instant>,
    /// Before this instant.
    pub until: Option<Instant>,
    /// Only those after this one, the oldest of them first: this is how one follows the log. Without it, the newest
    /// are taken; they are in the order of the log in either case.
    pub after: Option<Seq>,
    /// At most so many; 100 where nothing is said.
    pub limit: Option<u32>,
}

const LIMIT: u32 = 100;

fn read(row: &Row<'_>) -> rusqlite::Result<StoredRecord> {
    Ok(StoredRecord {
        seq: row.get(0)?,
        kind: row.get(1)?,
        call: row.get(2)?,
        body: row.get(3)?,
        digest: digest(row, 4)?,
    })
}

impl Filter {
    /// The conditions as SQL with its values. The SQL is made of constants of this function only.
    fn conditions(self) -> (String, Vec<Box<dyn ToSql>>) {
        fn boxed<T: ToSql + 'static>(value: Option<T>) -> Option<Box<dyn ToSql>> {
            value.map(|value| Box::new(value) as Box<dyn ToSql>)
        }
        let conditions = [
            ("agent = ?", boxed(self.agent)),
            ("member = ?", boxed(self.member)),
            ("service = ?", boxed(self.service)),
            ("tool = ?", boxed(self.tool)),
            ("decision = ?", boxed(self.decision.map(verdict_word))),
            ("kind = ?", boxed(self.kind)),
            ("session = ?", boxed(self.session)),
            ("call = ?", boxed(self.call)),
            ("time >= ?", boxed(self.since.map(|instant| instant.0))),
            ("time < ?", boxed(self.until.map(|instant| instant.0))),
            ("seq > ?", boxed(self.after)),
        ];
        let mut sql = String::from("1");
        let mut values = Vec::new();
        for (condition, value) in conditions {
            if let Some(value) = value {
                sql.push_str(" AND ");
                sql.push_str(condition);
                values.push(value);
            }
        }
        (sql, values)
    }
}

impl Store {
    /// The records that `filter` lets through, in the order of the log. Each is compared with its digest.
    pub fn records(&self, filter: Filter) -> Reading<Vec<StoredRecord>> {
        Reading::new(&self.shared.readers, move |connection| {
            let order = if filter.after.is_some() { "ASC" } else { "DESC" };
            let limit = filter.limit.unwrap_or(LIMIT);
            let (conditions, values) = filter.conditions();
            let mut records: Vec<StoredRecord> = connection
                .prepare_cached(&format!(
                    "SELECT seq, kind, call, body, digest FROM records WHERE {conditions} ORDER BY seq {order} LIMIT {limit}"
                ))
                .and_then(|mut statement| statement.query_map(params_from_iter(values), read)?.collect())
                .map_err(|error| unreadable(&error))?;
            if order == "DESC" {
                records.reverse();
            }
            match records.iter().find(|record| !record.is_intact()) {
                Some(damaged) => Err(StoreError::Damaged {
                    what: format!("record {}", damaged.seq),
                }),
                None => Ok(records),
            }
        })
    }
}
