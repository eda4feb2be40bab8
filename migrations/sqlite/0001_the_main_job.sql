-- Ids are UUID v7 as text, times are Unix milliseconds, JSON is text.

create table meta (
    name  text primary key,
    value text not null
) strict;

create table zones (
    id         text primary key,
    name       text not null,
    area       text,               -- GeoJSON geometry, Polygon or MultiPolygon
    neighbours text not null,      -- JSON array of zone ids, asked in this order
    color      text,
    rules      text not null,      -- JSON, see domain::zone::Rules
    created_at integer not null
) strict;

create table vendors (
    id                  text primary key,
    name                text not null,
    phone               text,
    address             text,
    lat                 real,
    lng                 real,
    zone_id             text,       -- the zone of its orders; null: the one that holds the pickup
    blocked             integer not null check (blocked in (0, 1)),
    require_pickup_code integer not null check (require_pickup_code in (0, 1)),
    created_at          integer not null,
    deleted_at          integer
) strict;

create table drivers (
    id                text primary key,
    name              text not null,
    phone             text,
    vehicle           text,
    zones_allowed     text,         -- JSON array of zone ids; null: every zone
    max_active_orders integer not null,
    blocked           integer not null check (blocked in (0, 1)),
    created_at        integer not null,
    deleted_at        integer
) strict;

-- A driver's work in a zone, from one place in the log to another.
create table shifts (
    driver_id  text not null references drivers (id),
    zone_id    text not null,
    joined_seq integer not null,
    left_seq   integer,             -- null: still there
    primary key (driver_id, zone_id, joined_seq)
) strict, without rowid;
create index shifts_now on shifts (zone_id) where left_seq is null;

create table keys (
    id         text primary key,
    role       text not null check (role in ('admin', 'vendor', 'driver')),
    vendor_id  text references vendors (id),
    driver_id  text references drivers (id),
    name       text,
    hash       blob not null,       -- SHA-256 of the secret
    created_at integer not null,
    expires_at integer,
    revoked_at integer
) strict;

-- `body` is the order; the columns beside it are what queries ask for, written by the same statement.
create table orders (
    id          text primary key,
    version     integer not null,
    status      text not null check (status in (
        'scheduled', 'submitted', 'ready_for_pickup', 'assigned', 'enroute_to_pickup', 'arrived_at_pickup', 'picked_up',
        'arrived_at_dropoff', 'delivered', 'returning', 'returned', 'cancelled', 'expired', 'failed')),
    code        text not null,
    external_id text,
    vendor_id   text not null references vendors (id),
    zone_id     text not null,
    driver_id   text references drivers (id),
    submitted_at integer not null,
    closed_at   integer,            -- null: open
    due_at      integer,            -- when a timer must look at it
    body        text not null
) strict;
create unique index orders_external_id on orders (vendor_id, external_id) where external_id is not null;
-- Over closed orders too, since a closed one may be reopened.
create unique index orders_code on orders (vendor_id, code);
create index orders_due on orders (due_at) where due_at is not null;
create index orders_open on orders (status) where closed_at is null;
create index orders_vendor on orders (vendor_id, id);
create index orders_driver on orders (driver_id, status) where driver_id is not null;

create table declines (
    order_id  text not null references orders (id),
    driver_id text not null references drivers (id),
    at        integer not null,
    reason    text,
    primary key (order_id, driver_id)
) strict, without rowid;
create index declines_driver on declines (driver_id);

create table idempotency (
    owner      text not null,       -- vendor:<id> or admin:<key id>
    key        text not null,
    hash       blob not null,       -- SHA-256 of the request
    order_id   text not null,
    created_at integer not null,
    primary key (owner, key)
) strict, without rowid;
create index idempotency_age on idempotency (created_at);

-- The log. `seq` has no gaps and rises in the order of commits.
create table events (
    seq       integer primary key,
    id        text not null,
    type      text not null,
    at        integer not null,
    actor     text not null,        -- JSON, see domain::actor::Actor
    order_id  text,
    vendor_id text,
    routing   text not null,        -- JSON, see domain::event::Routing
    data      text not null,        -- JSON object: what the order does not hold
    body      text                  -- the order after it, as in orders.body
) strict;
create index events_order on events (order_id, seq) where order_id is not null;
create index events_vendor on events (vendor_id, seq) where vendor_id is not null;
