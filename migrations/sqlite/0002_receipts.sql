-- Rounds of offers, and what became of each at every driver who was asked. Written a little after it happened, beside the
-- log and not in it: what is lost with the power are the last counts, never an order.

create table rounds (
    order_id   text not null references orders (id),
    offer_seq  integer not null,    -- the seq of the event that opened the offer
    round      integer not null,
    zones      text not null,       -- JSON array of the zones that were asked
    opened_at  integer not null,
    expires_at integer not null,
    ended_at   integer,             -- null: still open
    ended_by   text check (ended_by in ('claimed', 'expired', 'withdrawn', 'cancelled', 'assigned')),
    primary key (order_id, offer_seq, round)
) strict, without rowid;
create index rounds_age on rounds (opened_at);

create table receipts (
    order_id     text not null,
    offer_seq    integer not null,
    round        integer not null,
    driver_id    text not null references drivers (id),
    channel      text not null check (channel in ('socket', 'push')),
    sent_at      integer not null,
    delivered_at integer,
    seen_at      integer,
    answer       text check (answer in ('claimed', 'declined', 'lost', 'expired', 'withdrawn', 'cancelled', 'assigned')),
    answered_at  integer,
    reason       text,              -- why it was declined
    primary key (order_id, offer_seq, round, driver_id),
    foreign key (order_id, offer_seq, round) references rounds (order_id, offer_seq, round) on delete cascade
) strict, without rowid;
