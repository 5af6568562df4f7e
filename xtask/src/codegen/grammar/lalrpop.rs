//! A lalrpop file, as far as its rules go: names, alternatives, symbols. Types and actions are skipped.

use anyhow::{Context as _, Result, bail, ensure};

#[derive(Debug)]
pub(super) struct Grammar {
    pub(super) sections: Vec<Section>,
    /// Terminals that have a name and no spelling.
    pub(super) terminals: Vec<String>,
}

/// What stands below a `// ---- title ----` line.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) rules: Vec<Rule>,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: String,
    /// Whether it takes parameters; such rules are written out where they are used.
    pub(super) is_macro: bool,
    /// The lines of comment above it.
    pub(super) comment: Vec<String>,
    pub(super) alternatives: Vec<Vec<Symbol>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Symbol {
    /// With its quotes.
    Spelled(String),
    Named(String),
    Call(String, Box<Symbol>),
    Group(Vec<Symbol>),
    /// `?`, `*` or `+` behind another.
    Repeated(Box<Symbol>, char),
}

/// A piece of the file.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Word(String),
    Text(String),
    Sign(char),
    Comment(String),
}

pub(super) fn read(text: &str) -> Result<Grammar> {
    let (head, rules) = text
        .split_once("pub Part:")
        .context("the grammar has no rule `pub Part`")?;
    let terminals = head
        .lines()
        .filter_map(|line| line.trim().split_once(" => Tok::").map(|(name, _)| name))
        .filter(|name| !name.starts_with('"') && !name.starts_with("start_") && *name != "error")
        .map(str::to_owned)
        .collect();
    // The first rule chooses what a run of the parser reads; it is none of the language.
    let rules = rules.split_once("\n};").context("the rule `Part` has no end")?.1;
    let mut reader = Reader {
        pieces: pieces(rules),
        at: 0,
    };
    Ok(Grammar {
        sections: reader.sections()?,
        terminals,
    })
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            let line = rest.lines().next().unwrap_or_default();
            pieces.push(Piece::Comment(line.trim_start_matches('/').trim().to_owned()));
            line.len()
        } else if first == '"' {
            let end = rest
                .get(1..)
                .and_then(|inside| inside.find('"'))
                .map_or(rest.len(), |end| end + 2);
            pieces.push(Piece::Text(rest.get(..end).unwrap_or_default().to_owned()));
            end
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            pieces.push(Piece::Word(rest.get(..end).unwrap_or_default().to_owned()));
            end
        } else {
            if !first.is_whitespace() {
                pieces.push(Piece::Sign(first));
            }
            first.len_utf8()
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    pieces
}

struct Reader {
    pieces: Vec<Piece>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Piece> {
        self.pieces.get(self.at)
    }

    fn next(&mut self) -> Option<Piece> {
        let piece = self.pieces.get(self.at).cloned();
        self.at += 1;
        piece
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(&Piece::Sign(sign));
        if found {
            self.at += 1;
        }
        found
    }

    fn sections(&mut self) -> Result<Vec<Section>> {
        let mut sections = Vec::new();
        let mut comment = Vec::new();
        while let Some(piece) = self.next() {
            match piece {
                Piece::Comment(line) if line.starts_with("--") => {
                    comment.clear();
                    sections.push(Section {
                        title: line.trim_matches(['-', ' ']).to_owned(),
                        rules: Vec::new(),
                    });
                }
                Piece::Comment(line) => comment.push(line),
                Piece::Word(word) if word == "pub" => {}
                Piece::Word(name) => {
                    let section = sections.last_mut().context("a rule before the first heading")?;
                    let rule = self
                        .rule(name.clone(), std::mem::take(&mut comment))
                        .with_context(|| format!("in the rule `{name}`"))?;
                    section.rules.push(rule);
                }
                Piece::Text(_) | Piece::Sign(_) => bail!("a rule is wanted, not {piece:?}"),
            }
        }
        Ok(sections)
    }

    /// A rule behind its name.
    fn rule(&mut self, name: String, comment: Vec<String>) -> Result<Rule> {
        let is_macro = self.peek() == Some(&Piece::Sign('<'));
        while let Some(piece) = self.next() {
            if piece == Piece::Sign('=') {
                break;
            }
        }
        let mut alternatives = Vec::new();
        if self.take('{') {
            while !self.take('}') {
                alternatives.push(self.alternative()?);
                self.take(',');
                self.skip_comments();
            }
        } else {
            alternatives.push(self.alternative()?);
        }
        self.take(';');
        Ok(Rule {
            name,
            is_macro,
            comment,
            alternatives,
        })
    }

    fn skip_comments(&mut self) {
        while matches!(self.peek(), Some(Piece::Comment(_))) {
            self.at += 1;
        }
    }

    fn alternative(&mut self) -> Result<Vec<Symbol>> {
        self.skip_comments();
        let mut symbols = Vec::new();
        loop {
            match self.peek() {
                Some(Piece::Sign(',' | '}' | ';')) => return Ok(symbols),
                Some(Piece::Sign('=')) => {
                    self.skip_action();
                    return Ok(symbols);
                }
                Some(_) => symbols.extend(self.symbol()?),
                None => bail!("the file ends within a rule"),
            }
        }
    }

    /// From `=>` up to the end of the alternative.
    fn skip_action(&mut self) {
        let mut depth = 0_usize;
        while let Some(piece) = self.peek() {
            match piece {
                Piece::Sign('(' | '[' | '{') => depth += 1,
                Piece::Sign(',' | '}' | ';') if depth == 0 => return,
                Piece::Sign(')' | ']' | '}') => depth -= 1,
                Piece::Sign(_) | Piece::Word(_) | Piece::Text(_) | Piece::Comment(_) => {}
            }
            self.at += 1;
        }
    }

    /// One symbol; a place in the text is none.
    fn symbol(&mut self) -> Result<Option<Symbol>> {
        let symbol = match self.next() {
            Some(Piece::Text(text)) => Some(Symbol::Spelled(text)),
            Some(Piece::Word(name)) if self.take('<') => {
                let argument = self.symbol()?.context("a macro wants an argument")?;
                ensure!(self.take('>'), "a macro has one argument");
                Some(Symbol::Call(name, Box::new(argument)))
            }
            Some(Piece::Word(name)) => Some(Symbol::Named(name)),
            Some(Piece::Sign('@')) => {
                self.at += 1;
                None
            }
            Some(Piece::Sign('(')) => {
                let mut inside = Vec::new();
                while !self.take(')') {
                    inside.extend(self.symbol()?);
                }
                Some(Symbol::Group(inside))
            }
            Some(Piece::Sign('<')) => {
                self.skip_binding();
                let inside = self.symbol()?;
                ensure!(self.take('>'), "a binding has one symbol");
                inside
            }
            other => bail!("a symbol is wanted, not {other:?}"),
        };
        let Some(mut symbol) = symbol else {
            return Ok(None);
        };
        while let Some(Piece::Sign(sign @ ('?' | '*' | '+'))) = self.peek() {
            symbol = Symbol::Repeated(Box::new(symbol), *sign);
            self.at += 1;
        }
        Ok(Some(symbol))
    }

    /// `mut name:` within a binding.
    fn skip_binding(&mut self) {
        if self.peek() == Some(&Piece::Word("mut".to_owned())) {
            self.at += 1;
        }
        if self.pieces.get(self.at + 1) == Some(&Piece::Sign(':')) {
            self.at += 2;
        }
    }
}
