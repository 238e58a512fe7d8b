-- Reports over many calls: rows of one customer are found, and their totals summed, by one index without the table.

drop index cdr_by_time;
create index cdr_by_time on cdr (tenant_id, occurred_at desc, id desc)
  include (person_id, duration_seconds, charge_micros, currency, stored_at);
