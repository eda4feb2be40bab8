-- Browsers that can be reached without a live connection, and what was pushed to them. The log is the bus: meta has, as
-- `push_cursor`, up to where it was looked through for what is to be pushed.

create table push_subscriptions (
    id         text primary key,
    driver_id  text references drivers (id),
    vendor_id  text references vendors (id),
    key_id     text not null references keys (id),  -- the key it was made with; it goes with that key
    endpoint   text not null unique,                -- where the browser's push service takes messages for it
    p256dh     blob not null,                       -- the browser's public key, a point on P-256, uncompressed
    auth       blob not null,                       -- 16 bytes that only the browser and the hub know
    made_at    integer not null,
    expires_at integer,                             -- when the browser says that it ends
    check ((driver_id is null) <> (vendor_id is null))
) strict;
create index push_subscriptions_driver on push_subscriptions (driver_id) where driver_id is not null;
create index push_subscriptions_vendor on push_subscriptions (vendor_id) where vendor_id is not null;
create index push_subscriptions_key on push_subscriptions (key_id);

create table pushes (
    kind            text not null,
    seq             integer not null,   -- of the event it tells of; of an offer, the event that opened it
    round           integer not null,   -- of an offer, which; else 0
    subscription_id text not null,      -- the subscription may be gone
    driver_id       text,
    vendor_id       text,
    order_id        text not null,
    notice          text not null,      -- JSON, what the browser is told
    expires_at      integer not null,   -- later it is of no use
    receipt         text not null,      -- 128 random bits: who knows them got the push
    made_at         integer not null,
    state           text not null check (state in ('waiting', 'sent', 'given_up')),
    settled_at      integer,            -- when it was sent or given up
    delivered_at    integer,            -- when the browser said that it came
    primary key (kind, seq, round, subscription_id)
) strict, without rowid;
create unique index pushes_receipt on pushes (receipt);
create index pushes_waiting on pushes (made_at) where state = 'waiting';
create index pushes_order on pushes (order_id);
create index pushes_age on pushes (made_at);
