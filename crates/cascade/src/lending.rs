//! Lending: health, liquidation, bonus, rates, bad debt.
