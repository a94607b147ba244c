//! The isolated market: ladder, impact reserve, limits, opening and closing
