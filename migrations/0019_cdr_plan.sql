-- What a charge was computed with where a plan had a part in it: {"assignmentId", "counters": [{"itemId",
-- "periodFrom", "periodTo", "expiresAt", "grantedUnits", "usedUnits", "reservedUnits", "takenUnits"}]}, the counters
-- as they were before the call and what it took of them. Units are texts: they may exceed what JSON counts exactly.
alter table cdr add column plan jsonb;
