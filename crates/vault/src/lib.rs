//! ERC-4626 conversion and the senior/junior tranche pair
