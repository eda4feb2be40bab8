-- Who has an order's link follows its delivery, and finds the order by the 128 random bits in it.
alter table orders add column tracking_token text;
update orders set tracking_token = json_extract(body, '$.tracking_token');
create unique index orders_tracking on orders (tracking_token) where tracking_token is not null;
