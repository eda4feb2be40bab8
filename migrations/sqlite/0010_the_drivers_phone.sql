-- What a driver's phone needs of the hub: pauses that end by themselves, what the phone can do, and photos of deliveries.

alter table drivers add column device text;     -- JSON, see domain::device::Device

-- A driver who asked for a pause, and what becomes of it.
create table pauses (
    driver_id text primary key references drivers (id),
    due_at    integer not null,                 -- when it ends by itself
    zones     text not null                     -- JSON array of the zone ids they go back to
) strict, without rowid;
create index pauses_due on pauses (due_at);

create table photos (
    id        text primary key,
    order_id  text not null references orders (id),
    driver_id text not null references drivers (id),
    hash      blob not null,                    -- SHA-256 of what was sent, before its metadata was taken out
    type      text not null check (type in ('image/jpeg', 'image/png', 'image/webp')),
    at        integer not null,
    image     blob not null
) strict;
create unique index photos_once on photos (order_id, hash);
create index photos_age on photos (at);
