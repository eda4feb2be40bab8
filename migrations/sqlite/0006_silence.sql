-- Offers in a row that a driver saw and let pass without an answer, and since when they are off duty for that.
alter table drivers add column unanswered text not null default '[]';   -- JSON array, each the seq that opened the offer
alter table drivers add column paused_at integer;                       -- null: not paused
