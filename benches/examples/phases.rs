use std::time::Instant;
use wicket_lang::{api, check, lint, syntax};
fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let files = if let Some(path) = arguments.get(1) {
        api::BundleFiles::single("a.wkt", &std::fs::read_to_string(path).unwrap())
    } else {
        wicket_benches::checked::files(1000)
    };
    for _ in 0..7 {
        let t0 = Instant::now();
        let parsed: std::collections::BTreeMap<_, _> = files
            .sources
            .iter()
            .map(|(id, f)| (id, syntax::parse(id, &f.text).file))
            .collect();
        let t1 = Instant::now();
        let checked = check::check(&files.sources, &parsed, &files.catalogs, None);
        let t2 = Instant::now();
        let l = lint::lint(&files.sources, &parsed, &checked);
        let t3 = Instant::now();
        drop(l);
        let t4 = Instant::now();
        let analysis = api::analyze(&files);
        let t5 = Instant::now();
        if analysis.has_errors() { println!("{:#?}", analysis.diagnostics.iter().filter(|d| d.is_error()).take(3).collect::<Vec<_>>()); return; }
        let compiled = api::compile(&files, &analysis).unwrap();
        let t6 = Instant::now();
        let bytes = compiled.encode();
        let t7 = Instant::now();
        let artifact = wicket_lang::artifact::Artifact::load(&bytes).unwrap();
        let t8 = Instant::now();
        let (r, _) = api::run_tests(&analysis, &artifact);
        let t9 = Instant::now();
        println!(
            "parse {:?} check {:?} lint {:?} | analyze {:?} compile {:?} encode {:?} load {:?} tests {:?} ({}) bytes {}",
            t1 - t0,
            t2 - t1,
            t3 - t2,
            t5 - t4,
            t6 - t5,
            t7 - t6,
            t8 - t7,
            t9 - t8,
            r.len(),
            bytes.len()
        );
    }
}
