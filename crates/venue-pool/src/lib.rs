//! A GMX-V2-style isolated pool behind the Venue trait
