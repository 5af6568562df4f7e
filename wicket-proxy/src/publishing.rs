//! From a folder of policies, or an artifact, to what is in force.
//!
//! Nothing is published that has an error or fails one of its own tests; then what was in force stays in force. A
//! publication is acknowledged after it is durable, and since every step reads the epoch in its own transaction, each
//! call that begins later is judged by it.

pub mod watch;

use std::path::{Path, PathBuf};

use wicket_lang::api;
use wicket_lang::artifact::{self, Artifact, LoadError};
use wicket_lang::diagnostic::render::{Style, render};

use crate::bundle::{self, BundleError};
use crate::store::{ArtifactSource, Audience, NewPolicy, Pending, Publish, Published, Store, SwitchChange};

/// An artifact that has been checked, tested, encoded and loaded again.
#[derive(Debug)]
pub struct Prepared {
    pub artifact: Artifact,
    pub bytes: Vec<u8>,
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum NotPublishable {
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error("`{path}` cannot be read: {cause}")]
    Read { path: PathBuf, cause: std::io::Error },
    #[error("`{path}`: {cause}")]
    Artifact { path: PathBuf, cause: LoadError },
    #[error("the policies have errors\n\n{rendered}")]
    Findings { rendered: String },
    #[error("{count} of the policies' own tests failed\n\n{rendered}")]
    Tests { count: usize, rendered: String },
    #[error("the policies cannot be compiled: {0}")]
    Compile(#[from] api::CompileError),
    #[error("what was compiled does not load: {0}")]
    Reload(LoadError),
}

/// Compiles a folder (or one `.wkt` file), or verifies an artifact.
pub fn prepare(path: &Path) -> Result<Prepared, NotPublishable> {
    if path
        .extension()
        .is_some_and(|ending| ending == artifact::EXTENSION)
    {
        let bytes = std::fs::read(path).map_err(|cause| NotPublishable::Read {
            path: path.to_owned(),
            cause,
        })?;
        let artifact = Artifact::load(&bytes).map_err(|cause| NotPublishable::Artifact {
            path: path.to_owned(),
            cause,
        })?;
        return Ok(Prepared { artifact, bytes });
    }
    let files = bundle::read(path)?;
    let analysis = api::analyze(&files);
    if analysis.has_errors() {
        let rendered = render(&analysis.diagnostics, &files.sources, Style::Plain);
        return Err(NotPublishable::Findings { rendered });
    }
    let bytes = api::compile(&files, &analysis)?.encode();
    let artifact = Artifact::load(&bytes).map_err(NotPublishable::Reload)?;
    let (results, diagnostics) = api::run_tests(&analysis, &artifact);
    if !diagnostics.is_empty() {
        let rendered = render(&diagnostics, &files.sources, Style::Plain);
        return Err(NotPublishable::Findings { rendered });
    }
    let failed: Vec<_> = results.iter().filter(|result| !result.ok).collect();
    if !failed.is_empty() {
        let lines = failed.iter().flat_map(|result| {
            result.failures.iter().map(|failure| {
                let place = files.sources.position(failure.span.file, failure.span.start);
                let file = files
                    .sources
                    .get(failure.span.file)
                    .map_or("", |file| file.name.as_str());
                format!(
                    "{file}:{}:{}: {}: {}\n",
                    place.line, place.column, result.name, failure.detail
                )
            })
        });
        return Err(NotPublishable::Tests {
            count: failed.len(),
            rendered: lines.collect(),
        });
    }
    Ok(Prepared { artifact, bytes })
}

/// Makes it current for every agent. Nothing new comes of publishing what is in force already.
pub fn publish(store: &Store, prepared: Prepared, author: &str, reason: &str) -> Pending<Vec<Published>> {
    let policies = prepared
        .artifact
        .bundle
        .policies
        .iter()
        .map(|policy| NewPolicy {
            name: policy.name.clone(),
            digest: policy.digest,
        })
        .collect();
    store.publish(Publish {
        audience: Audience::EveryAgent,
        artifact: ArtifactSource::New {
            bytes: prepared.bytes,
            policies,
        },
        switches: SwitchChange::Keep,
        author: author.to_owned(),
        reason: reason.to_owned(),
    })
}
