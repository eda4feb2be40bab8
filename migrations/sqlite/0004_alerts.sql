-- What needs a dispatcher. An alert is raised, perhaps acknowledged, and cleared by itself.
create table alerts (
    id              text primary key,
    order_id        text not null references orders (id),
    code            text not null,      -- see domain::alert::AlertCode
    detail          text not null,      -- the same in words, when it was raised
    raised_at       integer not null,
    acknowledged_at integer,
    acknowledged_by text,               -- the dispatcher's name
    cleared_at      integer
) strict, without rowid;
create unique index alerts_open on alerts (order_id, code) where cleared_at is null;
create index alerts_cleared on alerts (cleared_at) where cleared_at is not null;
