-- What drivers bring, and how they stood from one place in the log to another: who is asked for an offer follows from it,
-- live and when somebody catches up.

alter table drivers add column equipment text not null default '[]';   -- JSON array of words

create table standings (
    driver_id text not null references drivers (id),
    from_seq  integer not null,
    to_seq    integer,              -- null: still so
    standing  text not null,        -- JSON, see domain::dispatch::Standing
    primary key (driver_id, from_seq)
) strict, without rowid;

insert into standings (driver_id, from_seq, standing)
select id, 0, json_patch(
    case when (select count(*) from orders where orders.driver_id = drivers.id and closed_at is null) >= max_active_orders
        then '{"is_full":true}' else '{}' end,
    json_object('vehicle', vehicle))
from drivers;
