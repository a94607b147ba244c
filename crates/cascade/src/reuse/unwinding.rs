use seawall_units::{Ratio, Tokens};

/// The way out of a loan whose collateral is all that there is to repay it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwinding {
    /// The turns in their order.
    pub turns: Vec<UnwindingTurn>,
    /// Debt that is left when no turn gets on any further, because what is posted is at or beyond
    /// the threshold, or the turns have run out.
    pub stuck: Tokens,
}

/// One turn of the way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnwindingTurn {
    /// Value that is taken out of the collateral.
    pub withdrawn: Tokens,
    /// Debt that it repays, after what its sale costs.
    pub repaid: Tokens,
}

/// Takes out as much as the threshold leaves free, sells it, repays, and does it again.
///
/// **Formula** `W = C − D/θ`, repaid `W·(1 − c)` with `c` what a sale costs in slippage and fee;
/// the last turn takes only what the rest of the debt needs. **Rounding** what is free and what it
/// repays down, what has to stay and what the last turn takes up. **Errors** none: a threshold or
/// cost outside (0, 1], [0, 1) leaves the whole debt stuck.
///
/// ```
/// use seawall_cascade::reuse::plan_unwinding;
/// use seawall_units::{Ratio, Tokens};
/// // 2 176 against 1 176 at 80 %: 2 176 − 1 176/0.8 = 706 is free, and 470 is left to repay. Then
/// // 1 470 − 470/0.8 = 882.5 is free, more than enough.
/// let (collateral, debt) = (Tokens::whole(2_176), Tokens::whole(1_176));
/// let way = plan_unwinding((collateral, debt), "80%".parse()?, Ratio::ZERO, 10);
/// let repaid: Vec<Tokens> = way.turns.iter().map(|turn| turn.repaid).collect();
/// assert_eq!(repaid, [Tokens::whole(706), Tokens::whole(470)]);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn plan_unwinding(
    (collateral, debt): (Tokens, Tokens),
    threshold: Ratio,
    cost: Ratio,
    most_turns: u32,
) -> Unwinding {
    let mut way = Unwinding {
        turns: Vec::new(),
        stuck: debt.or_zero(),
    };
    let legal = threshold.is_positive() && threshold <= Ratio::ONE;
    if !legal || cost.is_negative() || cost >= Ratio::ONE {
        return way;
    }
    let kept = Ratio::ONE - cost;
    let mut collateral = collateral.or_zero();
    for _ in 0..most_turns {
        if way.stuck.is_zero() {
            break;
        }
        let bound = way
            .stuck
            .mul_div_ceil(Ratio::ONE, threshold)
            .unwrap_or(collateral);
        let free = (collateral - bound).or_zero();
        let needed = way.stuck.mul_div_ceil(Ratio::ONE, kept).unwrap_or(free);
        let withdrawn = free.min(needed);
        let repaid = withdrawn.mul_floor(kept).min(way.stuck);
        if !repaid.is_positive() {
            break;
        }
        collateral -= withdrawn;
        way.stuck -= repaid;
        way.turns.push(UnwindingTurn { withdrawn, repaid });
    }
    way
}
