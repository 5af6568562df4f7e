//! Scenarios as Markdown: a preamble and sections, each with fences.
//!
//! Fences before the first `##` belong to every section. The prose is for the reader; nothing of it is compared.

/// A file, cut at its `##` headings.
#[derive(Debug)]
pub struct Document {
    /// The preamble first; it is a case of its own where it has a request or findings.
    pub sections: Vec<Section>,
}

#[derive(Debug, Default)]
pub struct Section {
    /// Empty for the preamble.
    pub title: String,
    pub fences: Vec<Fence>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// What stands behind the backticks, `json request`.
    pub info: String,
    pub text: String,
    /// The lines of the text in the file, from 0; the last one not included.
    pub lines: (usize, usize),
}

impl Document {
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut sections = vec![Section::default()];
        let mut open: Option<Fence> = None;
        for (number, line) in text.lines().enumerate() {
            if let Some(mut fence) = open.take() {
                if line == "```" {
                    fence.lines.1 = number;
                    if let Some(section) = sections.last_mut() {
                        section.fences.push(fence);
                    }
                } else {
                    fence.text.push_str(line);
                    fence.text.push('\n');
                    open = Some(fence);
                }
            } else if let Some(info) = line.strip_prefix("```") {
                open = Some(Fence {
                    info: info.trim().to_owned(),
                    text: String::new(),
                    lines: (number + 1, number + 1),
                });
            } else if let Some(title) = line.strip_prefix("## ") {
                sections.push(Section {
                    title: title.to_owned(),
                    fences: Vec::new(),
                });
            }
        }
        Self { sections }
    }
}

/// The file with the texts of some fences replaced.
#[must_use]
pub fn replace(text: &str, replacements: &[(Fence, String)]) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut ordered: Vec<&(Fence, String)> = replacements.iter().collect();
    // From the end, so that earlier places stay where they are.
    ordered.sort_by_key(|(fence, _)| std::cmp::Reverse(fence.lines));
    for (fence, new) in ordered {
        lines.splice(fence.lines.0..fence.lines.1, new.lines());
    }
    let mut out = lines.join("\n");
    out.push('\n');
    out
}
