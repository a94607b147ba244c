//! Seawall: who pays when everything falls
