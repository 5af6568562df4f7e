//! Takes a stream of server-sent events apart, whatever the chunks it arrives in.
//!
//! The framer does no IO: bytes go in, whole events come out. A line may end in LF, CR or CR LF, and a chunk may end
//! between CR and LF or inside a character, so data stays bytes until the JSON reader judges it. Lines and events are
//! capped, because the sender is not trusted to end them.

/// How much of a stream the framer keeps at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one line.
    pub line: usize,
    /// Bytes of data of one event.
    pub event: usize,
}

/// One event: only what MCP uses of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// The event's type; empty means `message`.
    pub kind: Vec<u8>,
    /// The data lines, joined by line feeds.
    pub data: Vec<u8>,
    /// The last event id that was set, if any.
    pub id: Option<Vec<u8>>,
}

impl Event {
    /// Whether the event carries a JSON-RPC message.
    #[must_use]
    pub fn is_message(&self) -> bool {
        !self.data.is_empty() && (self.kind.is_empty() || self.kind == b"message")
    }
}

/// A line or an event is longer than its limit. The stream cannot be trusted from here on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event of the stream is too large")]
pub struct Overflow;

/// The state between two chunks.
#[derive(Debug)]
pub struct Framer {
    limits: Limits,
    line: Vec<u8>,
    event: Event,
    has_data: bool,
    last_was_return: bool,
    at_start: bool,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl Framer {
    /// A framer at the start of a stream.
    #[must_use]
    pub fn new(limits: Limits) -> Framer {
        Framer {
            limits,
            line: Vec::new(),
            event: Event::default(),
            has_data: false,
            last_was_return: false,
            at_start: true,
        }
    }

    /// Takes the next bytes and returns the events that they complete. An event that is not ended by an empty line
    /// when the stream ends is lost, as the specification of server-sent events wants it.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Vec<Event>, Overflow> {
        let mut events = Vec::new();
        for &byte in chunk {
            match byte {
                b'\n' if self.last_was_return => self.last_was_return = false,
                b'\n' | b'\r' => {
                    self.last_was_return = byte == b'\r';
                    events.extend(self.end_line()?);
                }
                _ => {
                    self.last_was_return = false;
                    if self.line.len() >= self.limits.line {
                        return Err(Overflow);
                    }
                    self.line.push(byte);
                }
            }
        }
        Ok(events)
    }

    fn end_line(&mut self) -> Result<Option<Event>, Overflow> {
        let whole = std::mem::take(&mut self.line);
        let mut line = whole.as_slice();
        if std::mem::take(&mut self.at_start) {
            line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        }
        if line.is_empty() {
            return Ok(self.end_event());
        }
        let mut halves = line.splitn(2, |&byte| byte == b':');
        let field = halves.next().unwrap_or_default();
        let value = halves.next().unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => {
                if self.event.data.len() + value.len() + 1 > self.limits.event {
                    return Err(Overflow);
                }
                if self.has_data {
                    self.event.data.push(b'\n');
                }
                self.event.data.extend_from_slice(value);
                self.has_data = true;
            }
            b"event" => self.event.kind = value.to_vec(),
            b"id" if !value.contains(&0) => self.event.id = Some(value.to_vec()),
            // A comment (empty field), `retry`, or a field that the specification tells readers to ignore.
            _ => {}
        }
        Ok(None)
    }

    fn end_event(&mut self) -> Option<Event> {
        let id = self.event.id.clone();
        let event = std::mem::replace(
            &mut self.event,
            Event {
                id,
                ..Event::default()
            },
        );
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    const ROOMY: Limits = Limits {
        line: 1 << 16,
        event: 1 << 16,
    };

    fn data(stream: &[u8]) -> Vec<Vec<u8>> {
        let events = Framer::new(ROOMY).push(stream).unwrap();
        events.into_iter().map(|event| event.data).collect()
    }

    #[test]
    fn every_line_ending_ends_a_line() {
        for stream in [
            "data: a\n\ndata:b\n\n",
            "data: a\r\rdata:b\r\r",
            "data: a\r\n\r\ndata:b\r\n\r\n",
        ] {
            assert_eq!(
                data(stream.as_bytes()),
                [b"a".to_vec(), b"b".to_vec()],
                "{stream:?}"
            );
        }
    }

    #[test]
    fn data_lines_are_joined_and_comments_ignored() {
        assert_eq!(
            data(b"\xef\xbb\xbf: hello\ndata: a\ndata\ndata:  b\nretry: 5\nother: x\n\n"),
            [b"a\n\n b".to_vec()]
        );
    }

    #[test]
    fn an_event_without_data_or_end_is_no_event() {
        assert_eq!(data(b"event: ping\n\ndata: lost\n"), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn kind_is_per_event_and_id_is_kept() {
        let events = Framer::new(ROOMY)
            .push(b"id: 7\nevent: other\ndata: a\n\ndata: b\n\n")
            .unwrap();
        assert!(
            events
                .first()
                .is_some_and(|event| !event.is_message() && event.id == Some(b"7".to_vec()))
        );
        assert!(
            events
                .last()
                .is_some_and(|event| event.is_message() && event.id == Some(b"7".to_vec()))
        );
    }

    #[test]
    fn long_lines_and_long_events_are_refused() {
        let limits = Limits { line: 16, event: 24 };
        assert_eq!(Framer::new(limits).push(b"data: 0123456789abcdef"), Err(Overflow));
        assert_eq!(Framer::new(limits).push(b": 0123456789abcdefgh\n"), Err(Overflow));
        assert_eq!(
            Framer::new(limits).push(b"data: 01234567\ndata: 01234567\ndata: 01234567\n\n"),
            Err(Overflow)
        );
    }

    fn piece() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            Just(b"data: ".to_vec()),
            Just(b"data".to_vec()),
            Just(b"event: message".to_vec()),
            Just(b"id: 1".to_vec()),
            Just(b"\n".to_vec()),
            Just(b"\r".to_vec()),
            Just(b"\r\n".to_vec()),
            Just("é…😀".as_bytes().to_vec()),
            Just(BYTE_ORDER_MARK.to_vec()),
            proptest::collection::vec(any::<u8>(), 0..6),
        ]
    }

    proptest! {
        #[test]
        fn chunking_changes_nothing(
            pieces in proptest::collection::vec(piece(), 0..40),
            cuts in proptest::collection::vec(1usize..9, 1..20),
        ) {
            let stream = pieces.concat();
            let whole = Framer::new(ROOMY).push(&stream).unwrap();
            let mut framer = Framer::new(ROOMY);
            let mut events = Vec::new();
            let mut rest = stream.as_slice();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (head, tail) = rest.split_at((*cut).min(rest.len()));
                events.extend(framer.push(head).unwrap());
                rest = tail;
            }
            prop_assert_eq!(events, whole);
        }
    }
}
