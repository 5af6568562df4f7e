//! Rules as they are written for readers.

use std::fmt::Write as _;

use super::lalrpop::{Rule, Symbol};

/// Lines are broken before they are longer.
const WIDTH: usize = 110;

/// The rule with its comment; a macro has none of its own.
pub(super) fn write(rule: &Rule) -> Option<String> {
    if rule.is_macro {
        return None;
    }
    let mut out = String::new();
    for line in &rule.comment {
        // What speaks of the parser's own code is for those who read that code.
        let _ = writeln!(out, "(* {line} *)");
    }
    let alternatives = without_recursion(rule);
    let head = format!("{} = ", rule.name);
    let one_line = format!("{head}{}", alternatives.join(" | "));
    if one_line.len() <= WIDTH {
        let _ = writeln!(out, "{one_line}");
    } else if alternatives.iter().all(|alternative| !alternative.contains(' ')) {
        write_filled(&mut out, &head, &alternatives);
    } else {
        for (place, alternative) in alternatives.iter().enumerate() {
            let start = if place == 0 {
                head.clone()
            } else {
                format!("{}| ", " ".repeat(head.len() - 2))
            };
            let _ = writeln!(out, "{start}{alternative}");
        }
    }
    Some(out)
}

/// Many short alternatives, as many in a line as fit.
fn write_filled(out: &mut String, head: &str, alternatives: &[String]) {
    let mut line = head.to_owned();
    for (place, alternative) in alternatives.iter().enumerate() {
        if place > 0 {
            if line.len() + alternative.len() + 3 > WIDTH {
                out.push_str(line.trim_end());
                out.push('\n');
                line = " ".repeat(head.len() - 3);
            }
            line.push_str(" | ");
        }
        line.push_str(alternative);
    }
    out.push_str(&line);
    out.push('\n');
}

/// The alternatives; those that begin with the rule itself become a repetition behind the others.
fn without_recursion(rule: &Rule) -> Vec<String> {
    let own = Symbol::Named(rule.name.clone());
    let (again, first): (Vec<_>, Vec<_>) = rule
        .alternatives
        .iter()
        .partition(|symbols| symbols.first() == Some(&own));
    let texts: Vec<String> = first.iter().map(|symbols| sequence(symbols)).collect();
    if again.is_empty() {
        return texts;
    }
    let tails: Vec<String> = again
        .iter()
        .map(|symbols| sequence(symbols.get(1..).unwrap_or_default()))
        .collect();
    let start = if texts.len() == 1 {
        texts.concat()
    } else {
        format!("({})", texts.join(" | "))
    };
    vec![format!("{start} ({})*", tails.join(" | "))]
}

fn sequence(symbols: &[Symbol]) -> String {
    let texts: Vec<String> = symbols.iter().map(symbol).collect();
    texts.join(" ")
}

fn symbol(symbol: &Symbol) -> String {
    match symbol {
        Symbol::Spelled(text) => text.clone(),
        Symbol::Named(name) => name.clone(),
        Symbol::Group(inside) => format!("({})", sequence(inside)),
        Symbol::Repeated(inside, sign) => format!("{}{sign}", self::symbol(inside)),
        Symbol::Call(name, argument) => {
            let one = self::symbol(argument);
            match name.as_str() {
                "List" => format!("{one} (\",\" {one})*"),
                "Comma" => format!("({one} (\",\" {one})* \",\"?)?"),
                other => format!("{other}({one})"),
            }
        }
    }
}
