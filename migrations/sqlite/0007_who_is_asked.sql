-- What a driver carries and when they last had something to carry, and how they stand now, however much is behind them.
drop index orders_driver;
create index orders_driver on orders (driver_id, closed_at) where driver_id is not null;
create index standings_now on standings (driver_id) where to_seq is null;
