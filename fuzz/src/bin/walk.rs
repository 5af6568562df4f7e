//! `walk TARGET SECONDS FOLDER [DICTIONARY]`: tries the corpus, and then changes of it, without looking at coverage.
//!
//! It needs a stable toolchain and nothing else. The input that is being tried is kept in `fuzz/found/TARGET-input`
//! when it breaks a promise, as libFuzzer does with its `crash-…` files.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use wicket_fuzz::TARGETS;

/// One input may take this long.
const PATIENCE: Duration = Duration::from_secs(5);
/// Inputs are grown up to this size.
const MOST_BYTES: usize = 16 * 1024;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, seconds, folder, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: walk TARGET SECONDS FOLDER [DICTIONARY]");
        std::process::exit(2);
    };
    let Some((_, target)) = TARGETS.iter().find(|(known, _)| known == name) else {
        eprintln!("there is no target {name}");
        std::process::exit(2);
    };
    let seconds: u64 = seconds.parse().expect("a number of seconds");
    let corpus = corpus(Path::new(folder));
    let words = rest
        .first()
        .map(|path| words(Path::new(path)))
        .unwrap_or_default();
    let watch = Watch::start(format!("found/{name}-input"));
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut tried = 0_u64;
    for input in &corpus {
        watch.run(input, *target);
        tried += 1;
    }
    while Instant::now() < until && !corpus.is_empty() {
        let input = changed(&corpus, &words, &mut dice);
        watch.run(&input, *target);
        tried += 1;
    }
    println!(
        "{name}: {tried} inputs in {seconds} s, {} of them from the corpus",
        corpus.len()
    );
}

fn corpus(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("the corpus is a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).expect("a file of the corpus"))
        .collect()
}

/// The words of a libFuzzer dictionary: one in quotes a line, `\` before a quote or a backslash.
fn words(path: &Path) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(path).expect("the dictionary");
    text.lines()
        .filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
        .map(|word| word.replace("\\\"", "\"").replace("\\\\", "\\").into_bytes())
        .collect()
}

/// xorshift: the same walk each time, so that what was found is found again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % end.max(1)
    }
}

/// An input of the corpus with one to eight changes.
fn changed(corpus: &[Vec<u8>], words: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut input = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(8) {
        let at = dice.below(input.len() + 1);
        let to = (at + dice.below(24)).min(input.len());
        match dice.below(7) {
            0 => drop(input.drain(at..to)),
            1 => {
                let piece = input[at..to].to_vec();
                input.splice(at..at, piece);
            }
            2 if !words.is_empty() => {
                let word = words[dice.below(words.len())].clone();
                input.splice(at..to.min(at + 1), word);
            }
            3 if !words.is_empty() => {
                let word = words[dice.below(words.len())].clone();
                input.splice(at..at, word);
            }
            4 if at < input.len() => input[at] ^= 1 << dice.below(8),
            5 => {
                let other = &corpus[dice.below(corpus.len())];
                let from = dice.below(other.len() + 1);
                let end = (from + dice.below(200)).min(other.len());
                let piece = other[from..end].to_vec();
                input.splice(at..to, piece);
            }
            _ => {
                let byte = u8::try_from(dice.below(128)).unwrap_or(b' ');
                input.insert(at, byte);
            }
        }
        input.truncate(MOST_BYTES);
    }
    input
}

/// Ends the program when an input takes too long, and keeps the input that breaks something.
struct Watch {
    current: Arc<Mutex<Vec<u8>>>,
    /// The milliseconds at which the current input began, since the program did; 0 between inputs.
    began: Arc<AtomicU64>,
    start: Instant,
}

impl Watch {
    fn start(keep: String) -> Self {
        let current = Arc::new(Mutex::new(Vec::new()));
        let began = Arc::new(AtomicU64::new(0));
        let start = Instant::now();
        let (input, began_at, file) = (Arc::clone(&current), Arc::clone(&began), keep.clone());
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(200));
                let began = Duration::from_millis(began_at.load(Ordering::Relaxed));
                if !began.is_zero() && start.elapsed() > began + PATIENCE {
                    let _ = std::fs::write(&file, &*input.lock().expect("the input"));
                    eprintln!("an input took longer than {PATIENCE:?}; it is kept in fuzz/{file}");
                    std::process::exit(1);
                }
            }
        });
        let input = Arc::clone(&current);
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            report(info);
            if let Ok(input) = input.try_lock() {
                let _ = std::fs::write(&keep, &*input);
                eprintln!("the input is kept in fuzz/{keep}");
            }
        }));
        Self {
            current,
            began,
            start,
        }
    }

    fn run(&self, input: &[u8], target: fn(&[u8])) {
        *self.current.lock().expect("the input") = input.to_vec();
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.began.store(now.max(1), Ordering::Relaxed);
        target(input);
        self.began.store(0, Ordering::Relaxed);
    }
}
