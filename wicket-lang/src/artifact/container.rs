//! The container: magic, version, tagged sections, digest.
//!
//! Sections stand in the file in one order, so that one content has one spelling. Lengths are checked against what is
//! there before anything is made room for.

use std::cmp::Ordering;

use super::{FORMAT_VERSION, LoadError};
use crate::ir::Digest;

/// The first byte is no character and the last two tell a text file's line ends from ours, so a transfer that takes
/// the file for a text is noticed.
pub(super) const MAGIC: [u8; 8] = *b"\x89WKB\r\n\x1a\n";

/// Where the length of the whole file stands: behind the magic and the version.
const LENGTH_AT: usize = 10;

/// The length of the digest at the end.
pub(super) const DIGEST_LENGTH: usize = 32;

/// The section must be understood by whoever reads the file.
const CRITICAL: u32 = 1;

/// The sections of this version, all critical and all required, in the order in which they stand.
pub(super) const TAGS: [&str; 5] = ["HEAD", "SRCS", "TABL", "CODE", "SMAP"];

/// A section that stands behind them, critical, where an attribute can name any zone: the tables of all.
pub(super) const ZONES: &str = "ZONE";

/// The payloads of the sections, in the order of [`TAGS`].
#[derive(Debug)]
pub(super) struct Sections<'a> {
    pub(super) payloads: [&'a [u8]; 5],
    /// The payload of [`ZONES`], where the section is there.
    pub(super) zones: Option<&'a [u8]>,
    pub(super) digest: Digest,
}

/// Writes the file.
pub(super) fn write(payloads: [&[u8]; 5], zones: Option<&[u8]>) -> Vec<u8> {
    let mut bytes = Vec::from(MAGIC);
    bytes.extend(FORMAT_VERSION.to_le_bytes());
    bytes.extend([0; 4]);
    for (tag, payload) in TAGS.iter().zip(payloads) {
        write_section(&mut bytes, tag, CRITICAL, payload);
    }
    if let Some(payload) = zones {
        write_section(&mut bytes, ZONES, CRITICAL, payload);
    }
    seal(bytes)
}

fn write_section(bytes: &mut Vec<u8>, tag: &str, flags: u32, payload: &[u8]) {
    bytes.extend(tag.as_bytes());
    bytes.extend(flags.to_le_bytes());
    bytes.extend(length_of(payload.len()).to_le_bytes());
    bytes.extend(payload);
}

/// INVARIANT: a file whose length does not fit is larger than any loader reads.
fn length_of(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// States the length of the file, and puts the digest behind the content.
pub(super) fn seal(mut content: Vec<u8>) -> Vec<u8> {
    let length = length_of(content.len() + DIGEST_LENGTH);
    for (place, byte) in content.iter_mut().skip(LENGTH_AT).zip(length.to_le_bytes()) {
        *place = byte;
    }
    let digest = Digest::of(&content);
    content.extend(digest.as_bytes());
    content
}

/// Reads the file, and checks its digest.
pub(super) fn read(bytes: &[u8]) -> Result<Sections<'_>, LoadError> {
    let known = bytes.len().min(MAGIC.len());
    if bytes.is_empty() || bytes.get(..known) != MAGIC.get(..known) {
        return Err(LoadError::NotAnArtifact);
    }
    let cut = |stated: u32| LoadError::CutShort {
        length: bytes.len(),
        stated,
    };
    let rest = bytes.strip_prefix(&MAGIC).ok_or(cut(0))?;
    let (version, rest) = rest.split_first_chunk::<2>().ok_or(cut(0))?;
    match u16::from_le_bytes(*version) {
        FORMAT_VERSION => {}
        newer if newer > FORMAT_VERSION => return Err(LoadError::Newer(newer)),
        older => return Err(LoadError::Older(older)),
    }
    let (stated, rest) = rest.split_first_chunk::<4>().ok_or(cut(0))?;
    let stated = u32::from_le_bytes(*stated);
    let (sections, digest) = rest.split_last_chunk::<DIGEST_LENGTH>().ok_or(cut(stated))?;
    match bytes.len().cmp(&(stated as usize)) {
        Ordering::Less => return Err(cut(stated)),
        Ordering::Greater => {
            return Err(LoadError::TooLong {
                length: bytes.len(),
                stated,
            });
        }
        Ordering::Equal => {}
    }
    let content = bytes.get(..bytes.len() - DIGEST_LENGTH).unwrap_or_default();
    let (stated, actual) = (Digest::from(*digest), Digest::of(content));
    if actual != stated {
        return Err(LoadError::Damaged { stated, actual });
    }
    choose(&split(sections)?, Digest::of(bytes))
}

struct Section<'a> {
    tag: &'a [u8; 4],
    flags: u32,
    payload: &'a [u8],
}

/// The sections as they stand.
fn split(bytes: &[u8]) -> Result<Vec<Section<'_>>, LoadError> {
    let mut rest = bytes;
    let mut sections = Vec::new();
    while !rest.is_empty() {
        let (section, behind) = split_one(rest).ok_or(LoadError::Unreadable("the list of sections"))?;
        sections.push(section);
        rest = behind;
    }
    Ok(sections)
}

fn split_one(bytes: &[u8]) -> Option<(Section<'_>, &[u8])> {
    let (tag, rest) = bytes.split_first_chunk::<4>()?;
    let (flags, rest) = rest.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (payload, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let flags = u32::from_le_bytes(*flags);
    Some((Section { tag, flags, payload }, rest))
}

fn choose<'a>(sections: &[Section<'a>], digest: Digest) -> Result<Sections<'a>, LoadError> {
    let mut found: [Option<&'a [u8]>; 5] = [None; 5];
    let mut zones: Option<&'a [u8]> = None;
    // Places in `TAGS` below this one are behind us.
    let mut reached = 0;
    for section in sections {
        let name = || String::from_utf8_lossy(section.tag).escape_debug().to_string();
        if section.flags & !CRITICAL != 0 {
            return Err(LoadError::Section(name()));
        }
        if section.tag == ZONES.as_bytes() {
            if zones.replace(section.payload).is_some() {
                return Err(LoadError::RepeatedSection(name()));
            }
            continue;
        }
        if zones.is_some() && TAGS.iter().any(|tag| tag.as_bytes() == section.tag) {
            return Err(LoadError::Section(name()));
        }
        let place = TAGS
            .iter()
            .zip(&mut found)
            .enumerate()
            .find(|(_, (tag, _))| tag.as_bytes() == section.tag);
        match place {
            Some((_, (_, Some(_)))) => return Err(LoadError::RepeatedSection(name())),
            Some((place, _)) if place < reached => return Err(LoadError::Section(name())),
            Some((place, (_, payload @ None))) => {
                *payload = Some(section.payload);
                reached = place;
            }
            None if section.flags & CRITICAL != 0 => return Err(LoadError::UnknownSection(name())),
            None => {}
        }
    }
    let mut payloads: [&[u8]; 5] = [&[]; 5];
    for ((tag, found), payload) in TAGS.into_iter().zip(found).zip(&mut payloads) {
        *payload = found.ok_or(LoadError::MissingSection(tag))?;
    }
    Ok(Sections {
        payloads,
        zones,
        digest,
    })
}
