//! Writes a valid journal of any length without the engine, to measure the check with.
//!
//! ```console
//! $ cargo run --release -p seawall-check --example journal -- 10000000 > long.jsonl
//! ```
//!
//! Traders open and close one unit of base against the tranched market at marks of whole dollars,
//! so that every figure can be made in units of 10⁻⁶ USD; every fortieth opens with too little
//! margin and is liquidated or leaves a deficit, which goes down the whole loss order.

use std::io::{self, BufWriter, Write};

use seawall_check::chain::Chain;

const USD: i128 = 1_000_000;
const TRADERS: u32 = 4_000;
const START: u64 = 1_760_000_040;

struct Writer<W> {
    out: W,
    chain: Chain,
    line: String,
    lines: u64,
    seq: u64,
    transfers: u64,
}

impl<W: Write> Writer<W> {
    fn close_line(&mut self) -> io::Result<()> {
        self.chain = self.chain.with(self.line.as_bytes());
        let digits = self.chain.short();
        self.line.push_str(",\"chain\":\"");
        self.line
            .push_str(std::str::from_utf8(&digits).unwrap_or_default());
        self.line.push_str("\"}\n");
        self.lines += 1;
        self.out.write_all(self.line.as_bytes())
    }
}

/// Money, balances and positions of a small tranched market.
struct Market<W> {
    writer: Writer<W>,
    time: u64,
    mark: i128,
    senior: i128,
    junior: i128,
    insurance: i128,
    fees: i128,
    claim: i128,
    /// (signed size in whole base, cost)
    held: Vec<(i128, i128)>,
    margin: Vec<i128>,
    free: Vec<i128>,
    net: i128,
    costs: i128,
    coupon_rest: i128,
    coupon_due: i128,
    deficits: u32,
    seed: u64,
}

/// What a line moves, in text and in the market's balances.
#[derive(Default)]
struct Moves {
    text: String,
    count: u64,
}

impl Moves {
    fn add(&mut self, from: &str, to: &str, amount: i128, cause: &str) {
        if amount <= 0 {
            return;
        }
        let comma = if self.text.is_empty() { "" } else { "," };
        let amount = usd(amount);
        self.text.push_str(&format!(
            r#"{comma}{{"from":"{from}","to":"{to}","amount":"{amount}","cause":"{cause}"}}"#
        ));
        self.count += 1;
    }
}

fn usd(units: i128) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let all = units.unsigned_abs();
    format!("{sign}{}.{:06}", all / 1_000_000, all % 1_000_000)
}

impl<W: Write> Market<W> {
    fn event(
        &mut self,
        (phase, event, rule, deficit): (&str, &str, &str, Option<u32>),
        data: &str,
        moves: &Moves,
        positions: &str,
    ) -> io::Result<()> {
        let (seq, time) = (self.writer.seq, self.time);
        let line = &mut self.writer.line;
        line.clear();
        line.push_str(&format!(
            r#"{{"seq":{seq},"time":{time},"phase":"{phase}","event":"{event}","rule":"{rule}""#
        ));
        if let Some(id) = deficit {
            line.push_str(&format!(r#","deficit":{id}"#));
        }
        line.push_str(&format!(r#","data":{{{data}}}"#));
        if moves.count > 0 {
            line.push_str(&format!(r#","transfers":[{}]"#, moves.text));
        }
        if !positions.is_empty() {
            line.push_str(&format!(r#","positions":[{positions}]"#));
        }
        self.writer.seq += 1;
        self.writer.transfers += moves.count;
        self.writer.close_line()
    }

    fn random(&mut self, below: u64) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed % below
    }

    fn position(&self, trader: u32) -> String {
        let (size, cost) = self.held[trader as usize];
        format!(
            r#"{{"holder":"margin:{trader}","size":"{size}.00000000","cost":"{}","since":{{"funding":"0.000000000000000000","utilisation":"0.000000000000000000"}}}}"#,
            usd(cost)
        )
    }

    fn hold(&mut self, trader: u32, size: i128, cost: i128) {
        let slot = &mut self.held[trader as usize];
        self.net += size - slot.0;
        self.costs += cost - slot.1;
        *slot = (size, cost);
    }

    fn open(&mut self, trader: u32, size: i128, margin: i128) -> io::Result<()> {
        let notional = self.mark * USD;
        let (spread, fee) = (notional / 5_000, self.fee(size));
        let name = format!("margin:{trader}");
        let mut moves = Moves::default();
        moves.add("external", &name, margin + spread + fee, "margin_posted");
        moves.add(&name, "fees", spread, "spread");
        moves.add(&name, "fees", fee, "taker_fee");
        self.margin[trader as usize] += margin;
        self.fees += spread + fee;
        self.hold(trader, size, size * notional);
        let data = self.fill(trader, size, spread + fee);
        let position = self.position(trader);
        self.event(("orders", "fill", "M-4.4", None), &data, &moves, &position)
    }

    /// Four basis points towards a skew of zero, six away from it; sizes are whole.
    fn fee(&self, change: i128) -> i128 {
        let points = if change.signum() == -self.net.signum() {
            4
        } else {
            6
        };
        self.mark * USD * points / 10_000
    }

    fn fill(&self, trader: u32, size: i128, cost: i128) -> String {
        let (mark, cost) = (self.mark, usd(cost));
        format!(
            r#""account":{trader},"asked":"{size}.00000000","filled":"{size}.00000000","mark":"{mark}.0000000000","notional":"{mark}.000000","cost":"{cost}""#
        )
    }

    /// Pays a profit out of Junior's cash, or a loss into it; Senior stands at its claim.
    fn realise(&mut self, trader: u32, moves: &mut Moves) {
        let (size, cost) = self.held[trader as usize];
        let pnl = size * self.mark * USD - cost;
        let name = format!("margin:{trader}");
        moves.add("junior", &name, pnl, "profit_realised");
        moves.add(&name, "junior", -pnl, "loss_realised");
        self.junior -= pnl;
        self.margin[trader as usize] += pnl;
        self.hold(trader, 0, 0);
    }

    fn release(&mut self, trader: u32, moves: &mut Moves) {
        let left = std::mem::take(&mut self.margin[trader as usize]);
        moves.add(
            &format!("margin:{trader}"),
            &format!("free:{trader}"),
            left,
            "margin_released",
        );
        self.free[trader as usize] += left;
    }

    fn close(&mut self, trader: u32) -> io::Result<()> {
        let size = self.held[trader as usize].0;
        let notional = self.mark * USD;
        let (spread, fee) = (notional / 5_000, self.fee(-size));
        let name = format!("margin:{trader}");
        let mut moves = Moves::default();
        self.realise(trader, &mut moves);
        moves.add(&name, "fees", spread, "spread");
        moves.add(&name, "fees", fee, "taker_fee");
        self.margin[trader as usize] -= spread + fee;
        self.fees += spread + fee;
        self.release(trader, &mut moves);
        let (data, position) = (
            self.fill(trader, -size, spread + fee),
            self.position(trader),
        );
        self.event(("orders", "fill", "M-4.4", None), &data, &moves, &position)
    }

    fn set_mark(&mut self, mark: i128) -> io::Result<()> {
        self.time += 1;
        if self.time.is_multiple_of(60) {
            self.time += 1;
        }
        self.mark = mark;
        let data = format!(r#""price":"{mark}.0000000000","outside":"{mark}.0000000000""#);
        self.event(
            ("oracle", "mark", "M-3.1", None),
            &data,
            &Moves::default(),
            "",
        )
    }

    fn liquidation(&self, trader: u32, stage: &str, equity: i128) -> String {
        let (size, mark) = (self.held[trader as usize].0, self.mark);
        let maintenance = usd(mark * USD / 100);
        format!(
            r#""account":{trader},"stage":"{stage}","size":"{size}.00000000","price":"{mark}.0000000000","mark":"{mark}.0000000000","equity":"{}","maintenance":"{maintenance}""#,
            usd(equity)
        )
    }

    fn stage(&self, stage: &str, trader: u32, absorbed: i128, rest: &str) -> String {
        let absorbed = usd(absorbed);
        format!(
            r#""stage":"{stage}","account":{trader},"closed":"0.00000000","absorbed":"{absorbed}","owner_cost":"0.000000",{rest}"#
        )
    }

    /// A position of 100 USD with equity of half a dollar: closed whole with the liquidation fee.
    fn liquidate(&mut self, trader: u32, equity: i128) -> io::Result<()> {
        let name = format!("margin:{trader}");
        let data = self.liquidation(trader, "partial_deleverage", equity);
        let (spread, mut fee) = (self.mark * USD / 5_000, self.mark * USD / 200);
        let mut moves = Moves::default();
        self.realise(trader, &mut moves);
        let spread = spread.min(self.margin[trader as usize]);
        fee = fee.min(self.margin[trader as usize] - spread);
        moves.add(&name, "fees", spread, "spread");
        moves.add(&name, "keeper", fee / 2, "liquidation_fee");
        moves.add(&name, "insurance", fee / 4, "liquidation_fee");
        moves.add(&name, "junior", fee - fee / 2 - fee / 4, "liquidation_fee");
        self.fees += spread;
        self.insurance += fee / 4;
        self.junior += fee - fee / 2 - fee / 4;
        self.margin[trader as usize] -= spread + fee;
        self.release(trader, &mut moves);
        let position = self.position(trader);
        self.event(
            ("liquidation", "liquidation", "M-8.1", None),
            &data,
            &moves,
            &position,
        )
    }

    /// A position below zero: the missing goes down the whole loss order.
    fn bankrupt(&mut self, trader: u32, equity: i128) -> io::Result<()> {
        let (name, missing, id) = (format!("margin:{trader}"), -equity, self.deficits);
        let deficit = format!("open_deficit:{id}");
        self.deficits += 1;
        let data = self.liquidation(trader, "junior", equity);
        let margin = std::mem::take(&mut self.margin[trader as usize]);
        let mut moves = Moves::default();
        moves.add(&name, "clearing", margin, "margin_moved");
        moves.add(&deficit, "clearing", missing, "deficit_opened");
        moves.add("clearing", "junior", margin + missing, "loss_realised");
        self.junior += margin + missing;
        self.hold(trader, 0, 0);
        let position = self.position(trader);
        self.event(
            ("liquidation", "liquidation", "M-8.2", Some(id)),
            &data,
            &moves,
            &position,
        )?;
        self.place(trader, (id, missing))
    }

    /// A deficit goes down its payers; Junior can give it all.
    fn place(&mut self, trader: u32, (id, missing): (u32, i128)) -> io::Result<()> {
        let (deficit, nothing) = (format!("open_deficit:{id}"), Moves::default());
        let data = format!(
            r#""id":{id},"account":{trader},"side":"long","amount":"{}","mark":"{}.0000000000""#,
            usd(missing),
            self.mark
        );
        self.event(
            ("liquidation", "deficit_opened", "M-8.2", Some(id)),
            &data,
            &nothing,
            "",
        )?;
        let value =
            self.junior - (self.net * self.mark * USD - self.costs) + self.senior - self.claim;
        let capacity = usd(value.min(self.senior + self.junior));
        let mut moves = Moves::default();
        moves.add("junior", &deficit, missing, "junior_loss");
        self.junior -= missing;
        let data = self.stage(
            "junior",
            trader,
            missing,
            &format!(r#""capacity":"{capacity}","end":"cleared""#),
        );
        self.event(
            ("liquidation", "stage", "M-8.3", Some(id)),
            &data,
            &moves,
            "",
        )?;
        for (stage, rule) in [
            ("insurance", "M-8.4"),
            ("adl", "M-8.5"),
            ("senior", "M-8.6"),
            ("residual", "M-8.6"),
        ] {
            let data = self.stage(
                stage,
                trader,
                0,
                r#""end":"skipped","skip_reason":"nothing_left""#,
            );
            self.event(
                ("liquidation", "stage", rule, Some(id)),
                &data,
                &nothing,
                "",
            )?;
        }
        let data = format!(r#""id":{id},"residual":"0.000000""#);
        self.event(
            ("liquidation", "deficit_closed", "M-8.6", Some(id)),
            &data,
            &nothing,
            "",
        )
    }

    fn values(&self) -> (i128, i128) {
        let equity = self.senior + self.junior - (self.net * self.mark * USD - self.costs);
        (equity.min(self.claim).max(0), (equity - self.claim).max(0))
    }

    /// A whole minute: indices, fees, values.
    fn minute(&mut self) -> io::Result<()> {
        self.time += 60 - self.time % 60;
        let nothing = Moves::default();
        let (senior, _) = self.values();
        let parts = 525_600 * 100;
        let accrued = self.coupon_rest + senior * 6;
        let coupon = accrued / parts;
        self.coupon_rest = accrued % parts;
        self.coupon_due += coupon;
        let zero = "0.000000000000000000";
        let data = format!(
            r#""levels":{{"funding":"{zero}","long":"{zero}","short":"{zero}"}},"coupon_due":"{}""#,
            usd(self.coupon_due)
        );
        self.event(("funding", "index", "M-6.3", None), &data, &nothing, "")?;
        self.distribute()?;
        let (senior, junior) = self.values();
        let data = format!(
            r#""values":{{"senior":"{}","junior":"{}"}},"claim":"{}","supply":{{"senior":"8000000.000000000","junior":"2000000.000000000"}}"#,
            usd(senior),
            usd(junior),
            usd(self.claim)
        );
        self.event(("check", "values", "M-9.1", None), &data, &nothing, "")
    }

    fn distribute(&mut self) -> io::Result<()> {
        let gross = std::mem::take(&mut self.fees);
        if gross == 0 {
            return Ok(());
        }
        let (senior, junior) = self.values();
        let data = format!(
            r#""gross":"{}","insurance":"{}","senior":"{}","junior":"{}","coupon_due":"{}""#,
            usd(gross),
            usd(self.insurance),
            usd(senior),
            usd(junior),
            usd(self.coupon_due)
        );
        let protocol = gross / 10;
        let insurance = (gross / 10).min((senior / 20 - self.insurance).max(0));
        let coupon = self.coupon_due.min(gross - protocol - insurance);
        let rest = gross - protocol - insurance - coupon;
        let mut moves = Moves::default();
        moves.add("fees", "protocol", protocol, "fee_to_protocol");
        moves.add("fees", "insurance", insurance, "fee_to_insurance");
        moves.add("fees", "senior", coupon, "coupon");
        moves.add("fees", "senior", rest / 5, "fee_to_senior");
        moves.add("fees", "junior", rest - rest / 5, "fee_to_junior");
        self.insurance += insurance;
        self.coupon_due -= coupon;
        self.senior += coupon + rest / 5;
        self.claim += coupon + rest / 5;
        self.junior += rest - rest / 5;
        self.event(("attribution", "fees", "M-5.2", None), &data, &moves, "")
    }

    fn setup(&mut self) -> io::Result<()> {
        let mut moves = Moves::default();
        moves.add("external", "senior", self.senior, "capital_paid_in");
        moves.add("external", "junior", self.junior, "capital_paid_in");
        moves.add("external", "insurance", self.insurance, "capital_paid_in");
        self.event(("setup", "opening", "M-11.1", None), "", &moves, "")?;
        for (tranche, all) in [("senior", self.senior), ("junior", self.junior)] {
            let mut supply = 0;
            for (why, assets) in [("dead", USD), ("opening", all - USD)] {
                let data = format!(
                    r#""tranche":"{tranche}","holder":0,"change":"{}","assets":"{}","value":"{}","supply":"{}","why":"{why}""#,
                    shares(assets),
                    usd(assets),
                    usd(supply),
                    shares(supply)
                );
                supply += assets;
                self.event(
                    ("setup", "shares", "M-9.2", None),
                    &data,
                    &Moves::default(),
                    "",
                )?;
            }
        }
        Ok(())
    }
}

fn shares(units: i128) -> String {
    format!("{}000", usd(units))
}

const HEADER: &str = r#"{"header":{"format":"seawall-journal","version":2,"program":"example","scenario":"generated","scenario_sha256":"0000000000000000000000000000000000000000000000000000000000000000","seed":1,"venue":"tranched","start":1760000040,"opening":"100.0000000000","margin":{"initial":"0.02","maintenance":"0.01"},"loss_order":["junior","insurance","adl","senior","residual"],"parameters":{"charges":{"taker_inward":"0.0004","taker_outward":"0.0006","liquidation":"0.005","keeper_share":"0.5","insurance_share":"0.25"},"fees":{"protocol":"0.1","insurance":"0.1","insurance_target":"0.05","coupon":"0.06","arrears_days":30,"arrears_day":86400,"senior_share":"0.2"},"rates":{"funding":{"cap":"0.9"}},"waterfall":{"partial":{"target":"1.25","min_share":"0.2","max_share":"0.5","cooldown":30,"max_steps":3,"reset_after":3600,"full_close_below":"1000","auction_below":"0.666666666666666667"},"auction":{"lot":"50000","lot_share":"0.1","max_lots":5,"in_flight":"0.25","duration":60},"junior":{"loss_cap":"1"},"adl":{"batch_multiple":2,"side_share":"0.05","account_share":"0.25","interval":60,"max_batches":10,"capital_trigger":"0.85","capital_target":"0.77"}},"vault":{"epoch":86400}},"names":{}}"#;

fn opened<W: Write>(out: W) -> Market<W> {
    let writer = Writer {
        out,
        chain: Chain::default(),
        line: HEADER.to_owned(),
        lines: 0,
        seq: 0,
        transfers: 0,
    };
    let traders = TRADERS as usize + 1;
    Market {
        writer,
        time: START,
        mark: 100,
        senior: 8_000_000 * USD,
        junior: 2_000_000 * USD,
        insurance: 80_000 * USD,
        fees: 0,
        claim: 8_000_000 * USD,
        held: vec![(0, 0); traders],
        margin: vec![0; traders],
        free: vec![0; traders],
        net: 0,
        costs: 0,
        coupon_rest: 0,
        coupon_due: 0,
        deficits: 0,
        seed: 88_172_645_463_325_252,
    }
}

fn write(events: u64, out: impl Write) -> io::Result<()> {
    let mut market = opened(out);
    market.writer.close_line()?;
    market.setup()?;
    let mut step = 0_u64;
    while market.writer.seq + 12 < events {
        step += 1;
        let trader = u32::try_from(market.random(u64::from(TRADERS))).unwrap_or(0);
        match market.held[trader as usize].0 {
            0 => {
                let size = if market.random(2) == 0 { 1 } else { -1 };
                market.open(trader, size, 60 * USD)?;
            }
            _ => market.close(trader)?,
        }
        if step.is_multiple_of(40) {
            let (mark, fall) = (market.mark, if step.is_multiple_of(80) { 3 } else { 2 });
            market.open(TRADERS, 1, 5 * USD / 2)?;
            market.set_mark(mark - fall)?;
            let equity = 5 * USD / 2 - fall * USD;
            match equity > 0 {
                true => market.liquidate(TRADERS, equity)?,
                false => market.bankrupt(TRADERS, equity)?,
            }
            let back = 90 + i128::from(market.random(21));
            market.set_mark(back)?;
        }
        if step.is_multiple_of(1_000) {
            market.minute()?;
            market.time += 1;
        }
    }
    market.minute()?;
    let Writer {
        mut out,
        chain,
        lines,
        transfers,
        ..
    } = market.writer;
    let hash = chain.hex();
    writeln!(
        out,
        r#"{{"end":{{"lines":{lines},"transfers":{transfers},"chain":"{hash}"}}}}"#
    )?;
    out.flush()
}

fn main() -> io::Result<()> {
    let events = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000);
    write(
        events,
        BufWriter::with_capacity(1 << 20, io::stdout().lock()),
    )
}
