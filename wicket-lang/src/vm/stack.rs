//! A stack whose first entries need no allocation.

/// A stack of `N` entries in place, and the rest on the heap.
#[derive(Debug)]
pub(super) struct Stack<T, const N: usize> {
    inline: [T; N],
    rest: Vec<T>,
    len: usize,
}

impl<T: Default, const N: usize> Stack<T, N> {
    pub(super) fn new() -> Self {
        Self {
            inline: std::array::from_fn(|_| T::default()),
            rest: Vec::new(),
            len: 0,
        }
    }

    #[inline]
    pub(super) fn push(&mut self, entry: T) {
        match self.inline.get_mut(self.len) {
            Some(place) => *place = entry,
            None => self.rest.push(entry),
        }
        self.len += 1;
    }

    /// The topmost entry, or the default of an empty stack; a verified program never meets one.
    #[inline]
    pub(super) fn pop(&mut self) -> T {
        let Some(len) = self.len.checked_sub(1) else {
            return T::default();
        };
        self.len = len;
        match self.inline.get_mut(len) {
            Some(place) => std::mem::take(place),
            None => self.rest.pop().unwrap_or_default(),
        }
    }

    pub(super) fn top(&self) -> Option<&T> {
        let place = self.len.checked_sub(1)?;
        self.get(place)
    }

    pub(super) fn get(&self, place: usize) -> Option<&T> {
        match place.checked_sub(N) {
            None => self.inline.get(place),
            Some(place) => self.rest.get(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_in_order_across_the_border() {
        let mut stack: Stack<u32, 2> = Stack::new();
        (1..=5).for_each(|entry| stack.push(entry));
        assert_eq!(stack.top(), Some(&5));
        assert_eq!(stack.get(1), Some(&2));
        assert_eq!(
            (0..6).map(|_| stack.pop()).collect::<Vec<_>>(),
            [5, 4, 3, 2, 1, 0]
        );
    }
}
