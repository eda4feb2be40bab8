//! Stories over a real server on a free port, told by real Socket.IO clients and REST; and the hub beside the contract.

mod agreement;
mod alerts;
mod asked;
mod client;
mod day;
mod dice;
mod keys;
mod life;
mod lost;
mod model;
mod modes;
#[cfg(feature = "mutants")]
mod mutants;
mod nodes;
mod offers;
mod pages;
mod pause;
mod phone;
mod photos;
#[allow(dead_code, reason = "the torture bench asks more of a process")]
#[path = "../process/mod.rs"]
mod process;
mod push;
mod receipts;
mod refusals;
mod rest;
mod resume;
mod retention;
mod scheduled;
mod settings;
mod silence;
mod simulate;
mod stopping;
mod talk;
mod town;
mod track;
mod traps;
mod trips;
