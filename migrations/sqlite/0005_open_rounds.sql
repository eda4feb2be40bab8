-- Rounds that are open: on a start, those that a killed hub left so are found without looking through all that are kept.
create index rounds_open on rounds (order_id, offer_seq, round) where ended_at is null;
