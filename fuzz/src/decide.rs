//! JSON to answer: a request is refused, or judged alike by machine and interpreter.

use std::sync::LazyLock;

use wicket_lang::api::{self, BundleFiles, DecideRequest};
use wicket_lang::artifact::Artifact;
use wicket_lang::request::{Request, State, Switches};
use wicket_lang::{decide, interpret, json};

static ARTIFACT: LazyLock<Artifact> = LazyLock::new(|| {
    let text = include_str!("../../examples/five-policies/agent.wkt");
    let files = BundleFiles::single("agent.wkt", text);
    let analysis = api::analyze(&files);
    let compiled = api::compile(&files, &analysis).expect("the example compiles");
    compiled.into_artifact().expect("the example loads")
});

pub(crate) fn check(bytes: &[u8]) {
    let Ok(request) = DecideRequest::read(bytes) else {
        return;
    };
    let bundle = &ARTIFACT.bundle;
    let machine =
        |switches: &Switches, request: &Request<'_>, state: &State| ARTIFACT.decide(switches, request, state);
    let plain = |switches: &Switches, request: &Request<'_>, state: &State| {
        decide::decide(bundle, switches, request, state, interpret::findings)
    };
    let state = request.state(bundle, &machine);
    let state = state.unwrap_or_default();
    let judged = request.judge(bundle, &state, &machine);
    assert_eq!(judged, request.judge(bundle, &state, &plain));
    if let Ok(judged) = judged {
        let answer = api::answer(bundle, &request.switches, &judged);
        let text = json::write(&json::Json::Object(answer));
        assert!(
            json::read(text.as_bytes(), &json::Limits::default()).is_ok(),
            "the answer is no JSON: {text}"
        );
    }
}
