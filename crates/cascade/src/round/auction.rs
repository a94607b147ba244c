//! Phase 6: lots whose time is up go to keepers, who sell what they have won; what no lot has
//! raised is written off, and paid by new tokens of the protocol where its rules say so.

use seawall_units::Tokens;

use crate::books::{Account, Asset, Cause};
use crate::ids::{MarketId, OwnerId};
use crate::lending::auction::{LotSale, plan_debt_auction, plan_lots, plan_sale};
use crate::lending::is_liquidatable;
use crate::round::sale::commit_sale;
use crate::round::{Round, liquidation};
use crate::world::{OpenLot, World};

/// Market by market in the order of names, lot by lot in the order of seizure.
pub(super) fn run(world: &mut World, round: &mut Round) {
    for id in world.market_ids() {
        let held = world.markets.get(id.index());
        if held.is_some_and(|of| of.house.is_some()) {
            settle(world, round, id);
            resell(world, round, id);
            liquidation::write_off(world, round, id);
            mint(world, round, id);
        }
    }
}

/// Takes the collateral of every liquidatable loan into the auctions of its market.
pub(super) fn seize(world: &mut World, round: &mut Round, id: MarketId) {
    let Some(of) = world.markets.get(id.index()) else {
        return;
    };
    let loans = of
        .borrowers
        .iter()
        .map(|owner| (*owner, world.loan(id, *owner)));
    let sick: Vec<_> = loans
        .filter(|(_, loan)| is_liquidatable(loan, &of.shown, &of.rules))
        .collect();
    for (owner, loan) in sick {
        let now = world.round;
        let Some(of) = world.markets.get_mut(id.index()) else {
            return;
        };
        let Some(house) = &mut of.house else {
            return;
        };
        let lots = plan_lots(&loan, &house.rules);
        let due = now.saturating_add(house.rules.rounds);
        house
            .open
            .extend(lots.into_iter().map(|lot| OpenLot { owner, lot, due }));
        let route = (Account::Collateral(id, owner), Account::Auction(id));
        let asset = of.collateral;
        let cause = Cause::CollateralSeized;
        world.books.pay(asset, route, loan.collateral, cause);
        round.note();
        if let Some(told) = round.market(id) {
            told.liquidated = told.liquidated.saturating_add(1);
            told.seized += loan.collateral;
        }
    }
}

/// Sells every lot that is due and finds a bidder; the others wait.
fn settle(world: &mut World, round: &mut Round, id: MarketId) {
    let now = world.round;
    let Some(house) = world
        .markets
        .get_mut(id.index())
        .and_then(|of| of.house.as_mut())
    else {
        return;
    };
    let open = std::mem::take(&mut house.open);
    for one in open {
        let sale = match one.due <= now {
            true => plan(world, id, &one),
            false => {
                // Somebody may still bid: the run is not over.
                round.note();
                None
            }
        };
        match sale {
            Some(sale) => commit(world, round, (id, &one), &sale),
            None => {
                let of = world.markets.get_mut(id.index());
                let house = of.and_then(|of| of.house.as_mut());
                house.into_iter().for_each(|house| house.open.push(one));
            }
        }
    }
}

fn plan(world: &World, id: MarketId, one: &OpenLot) -> Option<LotSale> {
    let of = world.markets.get(id.index())?;
    let house = of.house.as_ref()?;
    let gas = house.rules.gas_in(world.round);
    plan_sale(&one.lot, &of.shown, &house.bidders(), (gas, &house.rules))
}

fn commit(world: &mut World, round: &mut Round, (id, one): (MarketId, &OpenLot), sale: &LotSale) {
    let Some(of) = world.markets.get_mut(id.index()) else {
        return;
    };
    let (token, debt, price) = (of.collateral, of.debt, of.shown.collateral);
    let Some(house) = &mut of.house else {
        return;
    };
    let opening = sale.bid <= house.rules.opening_bid;
    if let Some(keeper) = house.keepers.get_mut(sale.winner) {
        keeper.cash -= sale.bid;
        keeper.won += sale.sold;
    }
    let (auction, keepers) = (Account::Auction(id), Account::Keepers(id));
    let wallet = Account::Wallet(one.owner);
    let books = &mut world.books;
    books.pay(token, (auction, keepers), sale.sold, Cause::LotSold);
    books.pay(token, (auction, wallet), sale.returned, Cause::LotReturned);
    // An owner may have repaid some of it himself while the lot waited; the rest is his.
    let owed = -books.balance(debt, Account::Loan(id, one.owner));
    let repaid = sale.repaid.min(owed);
    let loan = (keepers, Account::Loan(id, one.owner));
    books.pay(debt, loan, repaid, Cause::LotPaid);
    let rest = sale.repaid - repaid;
    books.pay(debt, (keepers, wallet), rest, Cause::LotPaid);
    let penalty = (keepers, Account::Reserves(id));
    books.pay(debt, penalty, sale.bid - sale.repaid, Cause::LotPaid);
    round.note();
    let Some(told) = round.market(id) else {
        return;
    };
    told.repaid += repaid;
    let told = told.auctions.get_or_insert_default();
    told.lots = told.lots.saturating_add(1);
    told.raised += sale.bid;
    told.returned += sale.returned;
    if opening {
        let worth = price.value(sale.sold, seawall_units::Round::Floor);
        told.unopposed = told.unopposed.saturating_add(1);
        told.given_away += worth - sale.bid;
    }
}

/// Keepers sell what they have won, each as much of it as he does, in the order of names.
fn resell(world: &mut World, round: &mut Round, id: MarketId) {
    let Some((token, count)) = world.markets.get(id.index()).and_then(|of| {
        let house = of.house.as_ref()?;
        Some((house.token, house.keepers.len()))
    }) else {
        return;
    };
    let seller = Account::Keepers(id);
    for place in 0..count {
        let keepers = world
            .markets
            .get(id.index())
            .and_then(|of| of.house.as_ref());
        let Some(keeper) = keepers.and_then(|house| house.keepers.get(place)) else {
            continue;
        };
        let offered = keeper.won.mul_floor(keeper.sells);
        if !offered.is_positive() {
            continue;
        }
        let held = world.books.balance(Asset::Token(token), seller);
        let fetched = commit_sale(world, round, (seller, token), offered);
        let sold = held - world.books.balance(Asset::Token(token), seller);
        let keepers = world
            .markets
            .get_mut(id.index())
            .and_then(|of| of.house.as_mut());
        if let Some(keeper) = keepers.and_then(|house| house.keepers.get_mut(place)) {
            keeper.won -= sold;
            keeper.cash += fetched;
        }
    }
}

/// Sells new tokens of the protocol for whole lots of the bad debt that is left.
fn mint(world: &mut World, round: &mut Round, id: MarketId) {
    let Some(of) = world.markets.get(id.index()) else {
        return;
    };
    let Some(rules) = of.house.as_ref().and_then(|house| house.rules.debt_auction) else {
        return;
    };
    if world.round < rules.from_round {
        return;
    }
    let debt = of.debt;
    let bare: Vec<(OwnerId, Tokens)> = liquidation::bare(world, id);
    let plan = plan_debt_auction(bare.iter().map(|(_, owed)| *owed).sum(), &rules);
    if plan.lots == 0 {
        return;
    }
    world.draw(Account::Treasury, debt, plan.raised);
    let mut left = plan.raised;
    for (owner, owed) in bare {
        let part = owed.min(left);
        left -= part;
        let route = (Account::Treasury, Account::Loan(id, owner));
        world.books.pay(debt, route, part, Cause::BadDebtWrittenOff);
    }
    round.note();
    if let Some(told) = round.market(id) {
        told.written_off.holders += plan.raised;
        told.auctions.get_or_insert_default().minted += plan.minted;
    }
}
