/// Writes a type for a number that names one thing of a kind. The crate that calls it needs
/// `serde` with `derive`.
///
/// ```
/// seawall_units::id!(
///     /// A door.
///     DoorId
/// );
/// assert_eq!(DoorId::new(3).index(), DoorId::at(3).index());
/// assert_eq!(DoorId::new(3).to_string(), "3");
/// ```
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(u32);

        impl $name {
            /// The thing with this number.
            #[must_use]
            pub const fn new(number: u32) -> Self {
                Self(number)
            }

            /// The thing at this place of a list.
            #[must_use]
            pub fn at(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }

            /// Its number.
            #[must_use]
            pub const fn number(self) -> u32 {
                self.0
            }

            /// Its place in a list.
            #[must_use]
            pub fn index(self) -> usize {
                usize::try_from(self.0).unwrap_or(usize::MAX)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }
    };
}
