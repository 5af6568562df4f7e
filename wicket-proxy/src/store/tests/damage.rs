//! Bad disks, bad files, other processes: each is a clear refusal, and nothing is half done.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::store::Filter;
use crate::store::log::Log;
use crate::store::open;

#[test]
fn the_folder_and_its_files_belong_to_their_owner_alone() {
    let scene = Scene::new();
    let store = scene.server();
    furnish(&store);
    let folder = scene.folder.path().join("data");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    drop(store);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o770)).unwrap();
    let error = scene.try_open().unwrap_err();
    assert!(error.to_string().contains("chmod 700"), "{error}");
}

#[test]
fn a_full_disk_refuses_every_call_until_the_store_is_opened_anew() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    let counted = count_named(&store, scopes).value.0;
    let full = store.shared.writer.submit(|group| {
        let pages: i64 = group
            .connection
            .pragma_query_value(None, "page_count", |row| row.get(0))?;
        group
            .connection
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
        Ok(())
    });
    full.wait().unwrap();
    let mut acknowledged = counted;
    let error = loop {
        // A long state fills the last pages soon.
        let result = store
            .step(scopes, |turn| Stepped {
                value: (),
                session: SessionChange::Keep(format!("{:09000}", 7)),
                record: Some(intent(turn)),
                shared: SharedState::new(),
            })
            .wait();
        match result {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::NotRecorded { .. }), "{error:?}");
    assert!(error.to_string().contains("full"), "{error}");
    assert!(store.poisoned().is_some());
    assert!(matches!(
        store.step(scopes, count).wait(),
        Err(StoreError::NotRecorded { .. })
    ));
    drop(store);

    let store = scene.server();
    let filter = Filter {
        kind: Some(crate::audit::Kind::Intent),
        limit: Some(10_000),
        ..Filter::default()
    };
    let intents = store.records(filter).wait().unwrap();
    assert_eq!(intents.len() as u64, acknowledged);
    store
        .step(scopes, |turn| Stepped {
            value: (),
            session: SessionChange::Keep("1".to_owned()),
            record: Some(intent(turn)),
            shared: SharedState::new(),
        })
        .wait()
        .unwrap();
}

/// For the end-to-end group: `SMALL_DISK` names a mounted, empty file system of 4 MiB.
#[test]
#[ignore = "needs a small file system, which only an administrator can mount"]
fn a_disk_that_fills_up_refuses_calls_and_keeps_every_acknowledged_record() {
    let disk = std::path::PathBuf::from(std::env::var("WICKET_TEST_SMALL_DISK").unwrap());
    let filler = disk.join("filler");
    fs::write(&filler, vec![0; 1 << 20]).unwrap();
    let options = Options {
        folder: disk.join("data"),
        ..Scene::new().options(Role::Server)
    };
    let store = Store::open(&options).unwrap();
    let scopes = furnish(&store);
    let mut acknowledged = 0;
    let error = loop {
        match store.step(scopes, count).wait() {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::NotRecorded { .. }), "{error:?}");
    assert!(error.to_string().contains("restart Wicket"), "{error}");
    // What was written can still be read on the full disk, and room alone does not bring the calls back.
    let intents = Filter {
        kind: Some(crate::audit::Kind::Intent),
        limit: Some(u32::MAX),
        ..Filter::default()
    };
    assert_eq!(store.records(intents.clone()).wait().unwrap().len(), acknowledged);
    fs::remove_file(&filler).unwrap();
    assert!(matches!(
        store.step(scopes, count).wait(),
        Err(StoreError::NotRecorded { .. })
    ));
    drop(store);

    let store = Store::open(&options).unwrap();
    assert_eq!(store.records(intents).wait().unwrap().len(), acknowledged);
    assert_eq!(count_named(&store, scopes).value.0, acknowledged as u64 + 1);
}

#[test]
fn a_failed_sync_is_never_retried_into_success() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    drop(store);
    let options = scene.options(Role::Server);
    let mut opened = open::open(&options).unwrap();
    // The system refuses to sync a character device.
    opened.log = Log::broken(File::open("/dev/null").unwrap());
    let store = Store::start(opened, &options).unwrap();
    let denied_step = |turn: &Turn| Stepped {
        value: (),
        session: SessionChange::Fresh("0".to_owned()),
        record: Some(denied(turn)),
        shared: SharedState::new(),
    };
    store.step(scopes, denied_step).wait().unwrap();
    assert!(matches!(
        store.step(scopes, count).wait(),
        Err(StoreError::NotRecorded { .. })
    ));
    assert!(matches!(
        store.step(scopes, denied_step).wait(),
        Err(StoreError::NotRecorded { .. })
    ));
    assert!(store.publish(publication(b"one")).wait().is_err());
}

#[test]
fn a_writer_that_ends_by_a_panic_is_seen() {
    let scene = Scene::new();
    let store = scene.server();
    let broken = store
        .shared
        .writer
        .submit(|_| -> Result<(), _> { panic!("a job is broken") });
    assert!(matches!(broken.wait(), Err(StoreError::Closed)));
    // The caller hears of it while the thread is still unwinding.
    while store.poisoned().is_none() {
        std::thread::yield_now();
    }
    let refused = store.create_agent(
        NewAgent {
            name: "late".to_owned(),
            trusted: true,
            tags: vec![],
        },
        "owner",
    );
    assert!(matches!(refused.wait(), Err(StoreError::NotRecorded { .. })));
}

#[test]
fn a_database_that_another_process_holds_refuses_the_call_and_serves_the_next() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    let holder = scene.database();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.step(scopes, count).wait().unwrap_err();
    assert!(matches!(error, StoreError::Locked), "{error:?}");
    holder.execute_batch("ROLLBACK").unwrap();
    assert_eq!(count_named(&store, scopes).value.0, 1);
}

#[test]
fn a_second_server_is_refused_while_the_first_lives() {
    let scene = Scene::new();
    let first = scene.server();
    assert!(matches!(scene.try_open(), Err(StoreError::AnotherServer { .. })));
    drop(first);
    scene.try_open().unwrap();
}

#[test]
fn a_damaged_file_is_refused_with_its_remedy() {
    let scene = Scene::new();
    let store = scene.server();
    let scopes = furnish(&store);
    count_named(&store, scopes);
    drop(store);
    let file = scene.folder.path().join("data/wicket.db");
    let sound = fs::read(&file).unwrap();
    let mut bytes = sound.clone();
    bytes.get_mut(..100).unwrap().fill(b'x');
    fs::write(&file, &bytes).unwrap();
    let error = scene.try_open().unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains("backup"), "{error}");

    let mut bytes = sound.clone();
    bytes.truncate(4096 * 3);
    fs::write(&file, &bytes).unwrap();
    assert!(matches!(scene.try_open(), Err(StoreError::Corrupt { .. })));

    // One flipped bit in the text of a record: SQLite does not see it, the record's digest does.
    let mut bytes = sound;
    let position = bytes
        .windows(12)
        .rposition(|window| window == b"tools/call\",")
        .unwrap();
    *bytes.get_mut(position).unwrap() ^= 1;
    fs::write(&file, &bytes).unwrap();
    let error = scene.try_open().unwrap_err();
    assert!(
        matches!(error, StoreError::Corrupt { .. }) && error.to_string().contains("record"),
        "{error}"
    );
}

#[test]
fn a_damaged_artifact_is_noticed_when_it_is_loaded() {
    let scene = Scene::new();
    let store = scene.server();
    furnish(&store);
    let artifact = publish(&store, b"sound").first().unwrap().artifact;
    scene
        .database()
        .execute("UPDATE artifacts SET bytes = x'00'", [])
        .unwrap();
    assert!(matches!(
        store.artifact(artifact).wait(),
        Err(StoreError::Damaged { .. })
    ));
}

#[test]
fn records_can_be_neither_changed_nor_deleted() {
    let scene = Scene::new();
    let store = scene.server();
    furnish(&store);
    let database = scene.database();
    assert!(database.execute("UPDATE records SET body = '{}'", []).is_err());
    assert!(database.execute("DELETE FROM records", []).is_err());
    drop(store);
}

#[test]
fn a_newer_schema_and_a_foreign_database_are_refused_untouched() {
    let scene = Scene::new();
    drop(scene.server());
    scene.database().pragma_update(None, "user_version", 99).unwrap();
    let error = scene.try_open().unwrap_err();
    assert!(
        matches!(error, StoreError::NewerSchema { found: 99, .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("newer Wicket"));

    let scene = Scene::new();
    drop(scene.server());
    let file = scene.folder.path().join("data/wicket.db");
    for rest in ["wicket.db", "wicket.db-wal", "wicket.db-shm"] {
        drop(fs::remove_file(scene.folder.path().join("data").join(rest)));
    }
    rusqlite::Connection::open(&file)
        .unwrap()
        .execute_batch("CREATE TABLE songs (title TEXT)")
        .unwrap();
    assert!(matches!(
        scene.try_open(),
        Err(StoreError::ForeignDatabase { .. })
    ));
}

#[test]
fn a_lost_or_foreign_server_key_is_refused_instead_of_replaced() {
    let scene = Scene::new();
    drop(scene.server());
    let path = scene.folder.path().join("data/server.key");
    fs::remove_file(&path).unwrap();
    let error = scene.try_open().unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
    assert!(!path.exists());
    fs::write(&path, "1".repeat(43)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(matches!(
        scene.try_open(),
        Err(StoreError::ForeignServerKey { .. })
    ));
}

#[test]
fn what_is_no_folder_is_refused() {
    let scene = Scene::new();
    fs::write(scene.folder.path().join("data"), "a file").unwrap();
    assert!(matches!(scene.try_open(), Err(StoreError::Folder { .. })));
}

#[test]
fn a_folder_is_free_at_once_though_a_child_still_holds_the_file_of_the_lock() {
    use std::process::{Command, Stdio};

    let scene = Scene::new();
    drop(scene.server());
    let opened = open::open(&scene.options(Role::Server)).unwrap();
    let held = opened.lock.as_ref().unwrap().0.try_clone().unwrap();
    let mut child = Command::new("sleep")
        .arg("60")
        .stdin(Stdio::from(held))
        .spawn()
        .unwrap();
    drop(opened);
    let again = scene.try_open();
    child.kill().unwrap();
    child.wait().unwrap();
    again.unwrap();
}
