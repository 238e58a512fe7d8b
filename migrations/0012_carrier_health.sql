-- What a carrier takes at once, and how it is watched.

alter table carrier add column channels_max integer check (channels_max > 0);
alter table carrier add column ping_seconds integer not null default 30 check (ping_seconds between 5 and 3600);
-- Down after so many failures in a row, up again after so many answers.
alter table carrier add column down_after integer not null default 3 check (down_after between 1 and 100);
alter table carrier add column up_after integer not null default 2 check (up_after between 1 and 100);
