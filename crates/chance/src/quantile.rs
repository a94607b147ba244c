//! The inverse of the normal distribution: algorithm AS 241 (PPND16).

/// The number that a standard normal one does not exceed with probability `p`; not a number
/// outside of 0 to 1, and infinite at either end.
///
/// **Accuracy** about one part in 10¹⁶, by its authors. It is odd around one half to the last bit:
/// `normal_quantile(1 − p) == −normal_quantile(p)` whenever `1 − p` is exact.
///
/// **Source** M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution",
/// Applied Statistics 37 (1988), 477–484. It is written here because the libraries that offer one
/// take the machine's own logarithm, and so other bits on another machine.
///
/// ```
/// use seawall_chance::normal_quantile;
/// // The values that the paper gives to check an implementation by.
/// assert!((normal_quantile(0.25) + 0.674_489_750_196_081_7).abs() < 1e-15);
/// assert!((normal_quantile(0.001) + 3.090_232_306_167_814).abs() < 1e-14);
/// assert!((normal_quantile(1e-20) + 9.262_340_089_798_408).abs() < 1e-14);
/// ```
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    let from_half = p - 0.5;
    if from_half.abs() <= 0.425 {
        let r = 0.180_625 - from_half * from_half;
        return from_half * ratio(&CENTRE, r);
    }
    let tail = if from_half < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let size = if r <= 5.0 {
        ratio(&MIDDLE, r - 1.6)
    } else if r < f64::INFINITY {
        ratio(&FAR, r - 5.0)
    } else {
        r
    };
    if from_half < 0.0 { -size } else { size }
}

/// A rational approximation: numerator and denominator, each from the highest power down.
type Approximation = ([f64; 8], [f64; 8]);

fn ratio((above, below): &Approximation, x: f64) -> f64 {
    polynomial(above, x) / polynomial(below, x)
}

fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, each| sum * x + each)
}

const CENTRE: Approximation = (
    [
        2.509_080_928_730_122_6e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946e4,
        1.971_590_950_306_551_3e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_5,
    ],
    [
        5.226_495_278_852_545e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_7e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ],
);

const MIDDLE: Approximation = (
    [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_4e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_8e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
);

const FAR: Approximation = (
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_4e-2,
        2.965_605_718_285_048_7e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_104,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_88e-1,
        1.0,
    ],
);
