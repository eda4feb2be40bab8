//! `waypost simulate`: a town of vendors and drivers that lives on a running hub, over the sockets and REST that everybody
//! has, and checks as it lives that the hub keeps its promises.
//!
//! **Invariant:** it is a client and nothing more: of the hub it knows what goes over the wire, and nothing from
//! `hub`, `store` or `edge`.
//!
//! In reading order:
//!
//! - [`run`]: a day of the town, from the first key to the report.
//! - `people`: what is assumed of people, one table; `chance` and `clock`: their dice and their time.
//! - `town`: zones, people and keys, made and taken away; `rest`: the way that goes.
//! - `vendor`, `driver`, `trip`, `dispatcher`: what people do.
//! - `client`: somebody's client over all its connections, `client::reader` what takes in what comes; `line` and `packet` are one
//!   of them, `picture` what it believes.
//! - `promises`: what is checked as it is heard; `ending`: what is checked when everybody has gone quiet.
//! - `tally`, `figures`, [`Report`]: what is counted, and what is made of it.

mod chance;
mod client;
mod clock;
mod dispatcher;
mod driver;
mod ending;
mod figures;
mod line;
mod packet;
mod people;
mod picture;
mod place;
mod promises;
mod report;
mod rest;
mod run;
mod tally;
mod town;
mod trip;
mod vendor;

pub use self::{
    figures::Spread,
    promises::{Promise, Verdict},
    report::{Claims, Commands, Funnel, Links, Outcomes, Report},
    run::run,
};

/// Why a town could not live: nothing about promises, and said in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);
