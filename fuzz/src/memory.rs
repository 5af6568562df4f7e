//! An allocator that counts: one input may hold no more than [`LIMIT_BYTES`] at a time.
//!
//! libFuzzer's own limit needs a sanitizer, and so a nightly toolchain; this one holds everywhere. It is the only
//! unsafe code of the repository, and no part of the product.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The most memory that one input may hold at a time.
pub const LIMIT_BYTES: usize = 64 * 1024 * 1024;

static WATCHED: AtomicBool = AtomicBool::new(false);
static HELD_BYTES: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call goes to the system's allocator with the arguments that came; counting touches no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller keeps the contract of `GlobalAlloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if WATCHED.load(Ordering::Relaxed) {
            // What was there before the input began may be given back during it.
            let _ = HELD_BYTES.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
                Some(held.saturating_sub(layout.size()))
            });
        }
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn grow(size: usize) {
    if WATCHED.load(Ordering::Relaxed) {
        let held = HELD_BYTES.fetch_add(size, Ordering::Relaxed).saturating_add(size);
        if held > LIMIT_BYTES {
            WATCHED.store(false, Ordering::Relaxed);
            eprintln!(
                "one input holds {held} bytes, {size} of them asked for just now; {LIMIT_BYTES} are allowed"
            );
            std::process::abort();
        }
    }
}

/// Runs `work` under the limit. Only one runs at a time.
pub fn limited(work: impl FnOnce()) {
    HELD_BYTES.store(0, Ordering::Relaxed);
    WATCHED.store(true, Ordering::Relaxed);
    work();
    WATCHED.store(false, Ordering::Relaxed);
}
