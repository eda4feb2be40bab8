-- What ended in drivers' histories, oldest first: it is forgotten once nothing that is kept of the log asks for it.
create index standings_ended on standings (to_seq) where to_seq is not null;
create index shifts_ended on shifts (left_seq) where left_seq is not null;
