//! Scenario files: format, loader, validation with line-accurate errors
