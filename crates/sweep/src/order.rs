//! Work on many threads whose results are taken in order.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::{ControlFlow, Range};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Results that may wait for an earlier one, for each thread: enough that no thread waits for one that
/// takes a few times longer, and so few that memory does not grow with the work.
const WINDOW: u64 = 16;

/// Runs `work` for every number of a range on so many threads, and hands what comes of it to `take` in the
/// order of the numbers, on the calling thread, until that breaks off.
///
/// Never more than [`WINDOW`] results a thread are held. Which thread runs which number decides nothing.
pub(crate) fn in_order<T: Send>(
    range: Range<u64>,
    threads: NonZeroUsize,
    work: &(dyn Fn(u64) -> T + Sync),
    take: &mut dyn FnMut(T) -> ControlFlow<()>,
) {
    let queue = Queue::new(&range, threads);
    std::thread::scope(|scope| {
        for _ in 0..threads.get() {
            scope.spawn(|| {
                let _ended = Ended(&queue);
                while let Some(number) = queue.next() {
                    queue.put(number, work(number));
                }
            });
        }
        let _ended = Ended(&queue);
        while let Some(result) = queue.first() {
            if take(result).is_break() {
                break;
            }
        }
    });
}

struct Queue<T> {
    state: Mutex<State<T>>,
    /// A result was taken, or all is over.
    room: Condvar,
    /// A result was put, or all is over.
    news: Condvar,
    window: u64,
    until: u64,
}

struct State<T> {
    /// The next number to be worked on.
    next: u64,
    /// The next number to be taken.
    due: u64,
    waiting: BTreeMap<u64, T>,
    over: bool,
}

/// Ends everything when its thread ends before the work does, so that no other waits for it.
struct Ended<'q, T>(&'q Queue<T>);

impl<T> Drop for Ended<'_, T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        let is_done = state.next >= self.0.until;
        if !is_done || std::thread::panicking() || state.over {
            state.over = true;
            self.0.room.notify_all();
            self.0.news.notify_all();
        }
    }
}

impl<T> Queue<T> {
    fn new(range: &Range<u64>, threads: NonZeroUsize) -> Self {
        let threads = u64::try_from(threads.get()).unwrap_or(u64::MAX);
        Self {
            state: Mutex::new(State {
                next: range.start,
                due: range.start,
                waiting: BTreeMap::new(),
                over: false,
            }),
            room: Condvar::new(),
            news: Condvar::new(),
            window: threads.saturating_mul(WINDOW),
            until: range.end,
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next number to be worked on, as soon as there is room for its result.
    fn next(&self) -> Option<u64> {
        let mut state = self.state();
        while !state.over
            && state.next < self.until
            && state.next.saturating_sub(state.due) >= self.window
        {
            state = self
                .room
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if state.over || state.next >= self.until {
            return None;
        }
        let number = state.next;
        state.next = number.saturating_add(1);
        Some(number)
    }

    fn put(&self, number: u64, result: T) {
        let mut state = self.state();
        state.waiting.insert(number, result);
        if number == state.due {
            self.news.notify_all();
        }
    }

    /// The first result that was not taken yet, as soon as it is there.
    fn first(&self) -> Option<T> {
        let mut state = self.state();
        loop {
            if state.due >= self.until {
                return None;
            }
            let due = state.due;
            if let Some(result) = state.waiting.remove(&due) {
                state.due = due.saturating_add(1);
                self.room.notify_all();
                return Some(result);
            }
            if state.over {
                return None;
            }
            state = self
                .news
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    fn taken(threads: usize, until: u64, stop_at: u64) -> (Vec<u64>, u64) {
        let begun = AtomicU64::new(0);
        let mut list = Vec::new();
        let threads = NonZeroUsize::new(threads).unwrap();
        in_order(
            3..until,
            threads,
            &|number| {
                begun.fetch_add(1, Ordering::Relaxed);
                if number % 7 == 0 {
                    std::thread::yield_now();
                }
                number * 2
            },
            &mut |result| {
                list.push(result);
                match result == stop_at * 2 {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            },
        );
        (list, begun.into_inner())
    }

    #[test]
    fn results_come_in_order_on_any_number_of_threads() {
        let expected: Vec<u64> = (3..500).map(|number| number * 2).collect();
        for threads in [1, 2, 8] {
            assert_eq!(taken(threads, 500, u64::MAX / 2).0, expected);
        }
        assert_eq!(taken(4, 3, 0).0, [0_u64; 0]);
        assert_eq!(taken(4, 4, 0).0, [6]);
    }

    #[test]
    fn breaking_off_ends_all_threads_and_never_runs_far_ahead() {
        for threads in [1, 2, 8] {
            let (list, begun) = taken(threads, 1_000_000, 40);
            assert_eq!(list.last(), Some(&80));
            let most = 38 + (threads as u64) * (WINDOW + 1) + 1;
            assert!(begun <= most, "{begun} of {most}");
        }
    }

    #[test]
    fn a_thread_that_panics_ends_the_others() {
        let run = std::panic::catch_unwind(|| {
            in_order(
                0..1_000,
                NonZeroUsize::new(3).unwrap(),
                &|number| assert!(number != 100, "a fault of the work"),
                &mut |()| ControlFlow::Continue(()),
            );
        });
        assert!(run.is_err());
    }
}
