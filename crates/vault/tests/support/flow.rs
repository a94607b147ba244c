//! A vault with its queue, what is asked of it and what it earns or loses meanwhile.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seawall_units::{Shares, Usd};
use seawall_vault::{Conversion, Epoch, Execution, HolderId, RedeemRequest, Redemptions, Vault};

use super::{Case, Kind, USERS, cases, shares, usd, user};

/// Thousandths of what an owner holds, for a controller, due at an epoch.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    pub owner: u32,
    pub controller: u32,
    pub part: i128,
    pub due: u64,
}

/// A vault, what is asked of it, what it earns or loses meanwhile, and what is available then.
#[derive(Debug, Clone)]
pub struct Flow {
    pub case: Case,
    pub asks: Vec<Ask>,
    /// The value at the execution in thousandths of the one before.
    pub change: i128,
    /// What is available in thousandths of what is due.
    pub available: i128,
    pub at: u64,
}

pub fn flows() -> BoxedStrategy<Flow> {
    let part = prop_oneof![0i128..=1_000, 0i128..3, Just(1_000)];
    let ask = (0..USERS, 0..USERS, part, 1u64..5);
    let ask = ask.prop_map(|(owner, controller, part, due)| Ask {
        owner,
        controller,
        part,
        due,
    });
    let change = prop_oneof![Just(1_000i128), 0i128..3_000];
    let available = prop_oneof![0i128..1_000, 990i128..=1_000, Just(2_000)];
    (
        cases(),
        prop::collection::vec(ask, 0..9),
        change,
        available,
        1u64..5,
    )
        .prop_map(|(case, asks, change, available, at)| Flow {
            case,
            asks,
            change,
            available,
            at,
        })
        .boxed()
}

/// A vault with its queue and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk<T: Kind> {
    pub vault: Vault<T>,
    pub queue: Redemptions<T>,
    pub value: Usd,
}

impl<T: Kind> Desk<T> {
    pub fn price(&self) -> Conversion<T> {
        self.vault.conversion(self.value).unwrap()
    }

    pub fn execute(&mut self, epoch: Epoch, available: Usd) -> Execution<T> {
        let price = self.price();
        let done = self
            .queue
            .execute(&mut self.vault, epoch, &price, available)
            .unwrap();
        self.value -= done.assets;
        done
    }

    /// What every controller has due at an epoch.
    pub fn due(&self, epoch: Epoch) -> BTreeMap<HolderId, Shares<T>> {
        let mut due = BTreeMap::new();
        for (_, controller, shares) in self.queue.waiting().filter(|(at, ..)| *at <= epoch) {
            let sum = due.entry(controller).or_insert(Shares::ZERO);
            *sum = sum.checked_add(shares).unwrap();
        }
        due
    }
}

impl Flow {
    pub fn empty<T: Kind>(&self) -> Desk<T> {
        let book = self.case.book::<T>();
        Desk {
            vault: book.vault,
            queue: Redemptions::default(),
            value: book.value,
        }
    }

    /// The requests as they are made, each of shares that its owner has.
    pub fn requests<T: Kind>(&self) -> Vec<(RedeemRequest<T>, Epoch)> {
        let mut vault = self.empty::<T>().vault;
        let mut requests = Vec::new();
        for ask in &self.asks {
            let (owner, controller) = (user(ask.owner), user(ask.controller));
            let some = shares(vault.held(owner).units() * ask.part / 1_000);
            vault.burn(owner, some).unwrap();
            if !some.is_zero() {
                let request = RedeemRequest {
                    shares: some,
                    caller: owner,
                    controller,
                    owner,
                };
                requests.push((request, Epoch::new(ask.due)));
            }
        }
        requests
    }

    /// After these requests, and after the vault's gain or loss.
    pub fn after<T: Kind>(&self, requests: &[(RedeemRequest<T>, Epoch)]) -> Desk<T> {
        let mut desk = self.empty();
        for (request, due) in requests {
            desk.queue.request(&mut desk.vault, *request, *due).unwrap();
        }
        desk.value = usd(desk.value.units() * self.change / 1_000);
        desk
    }

    pub fn desk<T: Kind>(&self) -> Desk<T> {
        self.after(&self.requests())
    }

    pub fn epoch(&self) -> Epoch {
        Epoch::new(self.at)
    }

    /// A part of what is due, or more than it.
    pub fn cash<T: Kind>(&self, desk: &Desk<T>) -> Usd {
        let due = desk
            .price()
            .preview_redeem(desk.queue.due(self.epoch()))
            .unwrap();
        usd(due.units() * self.available / 1_000)
    }

    pub fn executed<T: Kind>(&self) -> (Desk<T>, Execution<T>) {
        let mut desk = self.desk();
        let cash = self.cash(&desk);
        let done = desk.execute(self.epoch(), cash);
        (desk, done)
    }
}
