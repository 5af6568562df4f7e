//! Publishes what the folder holds, by itself, soon after it was saved.
//!
//! A save of many files is seen as one: nothing is read before the folder has stood still for a moment. A broken edit
//! changes nothing that is in force, and is said loudly until it is mended.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{prepare, publish};
use crate::bundle;
use crate::pipeline::{Health, Part};
use crate::store::Store;

/// How often the folder is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// For how many looks it has to stand still.
const STILL: u32 = 3;

/// How long it waits before it tries again what could not be published.
const AGAIN: Duration = Duration::from_secs(2);

/// Watches `path` until the task is dropped. `seen` is what was published at the start, if it could be.
pub async fn watch(
    path: PathBuf,
    store: Store,
    health: Arc<Health>,
    mut handled: Option<bundle::Fingerprint>,
) {
    let mut last = handled;
    let mut still = 0;
    loop {
        tokio::time::sleep(LOOK).await;
        let looked = path.clone();
        let Ok(now) = tokio::task::spawn_blocking(move || bundle::fingerprint(&looked).ok()).await else {
            return;
        };
        if now == last {
            still += 1;
        } else {
            last = now;
            still = 0;
        }
        if still < STILL || now == handled {
            continue;
        }
        handled = now;
        let looked = path.clone();
        let Ok(prepared) = tokio::task::spawn_blocking(move || prepare(&looked)).await else {
            return;
        };
        let looked = path.clone();
        let Ok(after) = tokio::task::spawn_blocking(move || bundle::fingerprint(&looked).ok()).await else {
            return;
        };
        if after != now {
            // It was saved meanwhile, and perhaps published by a command that was told so: what was read is old.
            handled = None;
            continue;
        }
        match prepared {
            Err(error) => {
                tracing::error!(
                    "the policies that were saved are not in force; the last good ones still are: {error}"
                );
                health.set(
                    Part::Policies,
                    Some("the saved policies are broken; the last good ones are in force".to_owned()),
                );
            }
            Ok(prepared) => {
                let artifact = prepared.artifact.digest();
                match publish(&store, prepared, "watcher", "the folder was saved").await {
                    Ok(published) => {
                        health.set(Part::Policies, None);
                        for one in published.iter().filter(|one| one.is_new) {
                            tracing::info!(agent = one.agent_name, epoch = %one.epoch, %artifact, "published");
                        }
                    }
                    Err(error) => {
                        tracing::error!(%error, "the saved policies cannot be published");
                        health.set(
                            Part::Policies,
                            Some("the saved policies cannot be published".to_owned()),
                        );
                        handled = None;
                        tokio::time::sleep(AGAIN).await;
                    }
                }
            }
        }
    }
}
