//! What a minute does: rates and indices (M-6), the coupon, the fee waterfall and the ladder (M-4,
//! M-5).

use super::books::Purse;
use super::number::{above, price, ratio, ratio_down, ratio_up, usd, usd_down, usd_up, whole};
use super::{Exact, Model, Q};

/// One in units of a ratio.
const ONE: i128 = 1_000_000_000_000_000_000;
/// The largest ratio, and the largest rate a year: 10⁹.
const MOST: i128 = 1_000_000_000 * ONE;

impl Model {
    /// One second stands at its skew and utilisation.
    pub fn accrue_second(&mut self) {
        if self.has_valid_mark() {
            let (skew, used) = (self.skew(), self.utilisation());
            self.skews.push(skew);
            self.uses.push(used);
        }
    }

    pub fn has_valid_mark(&self) -> bool {
        use seawall_venue::MarketStatus::{Live, Reopening};
        matches!(self.status(), Live | Reopening)
    }

    /// U, up: against who pays; one without capital.
    fn utilisation(&self) -> i128 {
        match (self.reserved(), self.capital()) {
            (0, _) => 0,
            (_, 0) => ONE,
            (reserved, capital) => ratio_up(usd(reserved) / usd(capital)),
        }
    }

    /// The rates move by the averages of the minute's seconds, then the indices by the rates.
    pub fn accrue_minute(&mut self) {
        let skew = average(&std::mem::take(&mut self.skews));
        let used = average(&std::mem::take(&mut self.uses));
        if !self.has_valid_mark() {
            return;
        }
        self.rate = self.next_rate(skew);
        let minute = |rate: Q, mark: i128| rate * price(mark) / whole(525_600);
        self.funding += ratio_down(minute(ratio(self.rate), self.mark));
        let config = &self.params.rates.utilisation;
        let half = ONE / 2;
        let tilt = ratio_down(ratio(skew) / config.crowding.q()).clamp(-half, half);
        let rate = self.fee_rate(used);
        for (side, share) in [half + tilt, half - tilt].into_iter().enumerate() {
            let rate = ratio_up(ratio(rate) * ratio(share));
            self.fee[side] += ratio_up(minute(ratio(rate), self.mark));
        }
        self.accrue_coupon();
    }

    /// r' = r + k·s outside the dead band, less r/60 inside it or with r against s (M-6.1).
    fn next_rate(&self, skew: i128) -> i128 {
        let config = &self.params.rates.funding;
        let inside = ratio(skew.abs()) <= config.dead_band.q();
        let moved = match inside {
            true => 0,
            false => ratio_down(config.velocity_per_minute.q() * ratio(skew.abs())) * skew.signum(),
        };
        let decays = inside || self.rate.signum() * skew.signum() < 0;
        let lost = match decays {
            true => {
                let part = ratio(self.rate.abs()) / whole(config.decay.into());
                ratio_up(part) * self.rate.signum()
            }
            false => 0,
        };
        let cap = config.cap.units();
        (self.rate + moved - lost).clamp(-cap, cap)
    }

    /// Two straight pieces with their joint at the kink, up (M-6.2).
    fn fee_rate(&self, used: i128) -> i128 {
        let config = &self.params.rates.utilisation;
        let kink = config.kink.units();
        let base = |u: i128| ratio_up(config.base.q() * ratio(u));
        let rate = match used <= kink {
            true => base(used),
            false => {
                let rise = ratio(config.max.units() - base(kink));
                base(kink) + ratio_up(rise * ratio(used - kink) / ratio(ONE - kink))
            }
        };
        rate.min(MOST)
    }

    /// A minute's coupon falls due; what is too old lapses (M-5.2).
    fn accrue_coupon(&mut self) {
        let fees = self.params.fees;
        let today = self.now / fees.arrears_day;
        while let Some((day, due)) = self.coupon.first_key_value().map(|(d, a)| (*d, *a)) {
            if today - day <= u64::from(fees.arrears_days) {
                break;
            }
            self.coupon.remove(&day);
            self.lapsed += due;
            self.reach("coupon lapsed");
        }
        let (senior, _) = self.tranches();
        let exact = usd(senior) * fees.coupon.q() / whole(525_600) + self.coupon_rest.clone();
        let due = usd_down(exact.clone());
        self.coupon_rest = (exact - usd(due)).reduced();
        if due > 0 {
            *self.coupon.entry(today).or_default() += due;
        }
    }

    fn pay_coupon(&mut self, most: i128) -> i128 {
        let mut left = most;
        for due in self.coupon.values_mut() {
            let paid = left.min(*due);
            *due -= paid;
            left -= paid;
        }
        self.coupon.retain(|_, due| *due > 0);
        most - left
    }

    /// The first second of the oldest day of which something is due.
    pub fn oldest_coupon(&self) -> Option<u64> {
        let day = self.coupon.keys().next()?;
        Some(day * self.params.fees.arrears_day)
    }

    pub fn lapsed_coupon(&self) -> i128 {
        self.lapsed
    }

    /// The minute's Attribution (M-11.7): fees, exits, deposits, the ladder.
    pub fn attribute(&mut self) {
        if !self.has_valid_mark() {
            return;
        }
        self.drip();
        self.distribute();
        self.execute_exits();
        self.execute_deposits();
        let (senior, junior) = self.tranches();
        self.bands = self.ladder(senior, junior);
        let all = senior + junior;
        if all > 0 && ratio_down(usd(junior) / usd(all)) >= self.params.vault.min_coverage.units() {
            self.low_coverage = false;
        }
    }

    /// A sixtieth of what the reserve holds beyond W.
    fn drip(&mut self) {
        let beyond = above(self.books.of(Purse::Reserve) - self.work(self.net()));
        let drip = usd_down(usd(beyond) / whole(self.params.ladder.drip.into()));
        self.books.pay(Purse::Reserve, Purse::Fees, drip);
    }

    /// Protocol, insurance to its target, coupon, rest (M-5.2).
    fn distribute(&mut self) {
        let fees = self.params.fees;
        let gross = self.books.of(Purse::Fees);
        if gross <= 0 {
            return;
        }
        let (senior, junior) = self.tranches();
        let part = |of: i128, share: Q| usd_down(usd(of) * share);
        let protocol = part(gross, fees.protocol.q());
        let target = part(senior, fees.insurance_target.q());
        let room = above(target - self.books.of(Purse::Insurance));
        let insurance = part(gross, fees.insurance.q()).min(room);
        let net = gross - protocol - insurance;
        let coupon = self.pay_coupon(net);
        let rest = net - coupon;
        let to_senior = part(rest, fees.senior_share.q());
        let last = if junior > 0 {
            Purse::Junior
        } else {
            Purse::Insurance
        };
        if junior == 0 {
            self.reach("junior's fees to insurance");
        }
        self.books.pay(Purse::Fees, Purse::Protocol, protocol);
        self.books.pay(Purse::Fees, Purse::Insurance, insurance);
        self.books
            .pay(Purse::Fees, Purse::Senior, coupon + to_senior);
        self.books.pay(Purse::Fees, last, rest - to_senior);
        self.claim += coupon + to_senior;
        self.reach("fees distributed");
    }

    /// Capacity and width of every band of one side (M-4.2, M-4.6).
    pub fn ladder(&self, senior: i128, junior: i128) -> Vec<(i128, Q)> {
        let config = &self.params.ladder;
        let holds = |s: Q, j: Q| usd_down(usd(senior) * s) + usd_down(usd(junior) * j);
        let near = holds(config.near_senior.q(), config.near_junior.q());
        let far = holds(config.far_senior.q(), config.far_junior.q());
        let mut bands = vec![(near, config.near_width.q()); config.near_bands.into()];
        bands.extend(vec![(far, config.far_width.q()); config.far_bands.into()]);
        if config.uniform_density {
            let all: i128 = bands.iter().map(|(holds, _)| holds).sum();
            let width: Q = bands.iter().map(|(_, width)| width.clone()).sum();
            for (holds, own) in &mut bands {
                *holds = usd_down(usd(all) * own.clone() / width.clone());
            }
        }
        bands
    }

    pub fn depth(&self) -> i128 {
        depth(&self.bands)
    }

    pub fn near_depth(&self) -> i128 {
        let near = usize::from(self.params.ladder.near_bands);
        self.bands.iter().take(near).map(|(holds, _)| holds).sum()
    }

    /// W at a net size: the integral of the curve from zero to Z, up (M-4.3, M-4.4). Z is rounded
    /// down.
    pub fn work(&self, net: i128) -> i128 {
        let mut left = usd(self.worth_down(net.abs()));
        let (mut distance, mut work) = (whole(0), whole(0));
        let Some(last) = self.bands.iter().rposition(|(holds, _)| *holds > 0) else {
            return 0;
        };
        for (place, (holds, width)) in self.bands.iter().enumerate() {
            let holds = usd(*holds);
            // Past the end the last slope goes on.
            let here = if place == last || left <= holds {
                left.clone()
            } else {
                holds.clone()
            };
            if here > whole(0) {
                let slope = width.clone() / holds;
                work += here.clone() * (distance.clone() + here.clone() * slope / whole(2));
            }
            left -= here;
            distance += width.clone();
            if place == last {
                break;
            }
        }
        usd_up(work)
    }
}

/// Capacity of all bands of a side.
pub fn depth(bands: &[(i128, Q)]) -> i128 {
    bands.iter().map(|(holds, _)| holds).sum()
}

/// Over the seconds there were, down and within the range of ratios; zero without any.
fn average(seconds: &[i128]) -> i128 {
    match i128::try_from(seconds.len()).unwrap() {
        0 => 0,
        count => super::number::share_down(seconds.iter().sum(), 1, count).clamp(-MOST, MOST),
    }
}
