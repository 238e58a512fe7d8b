-- What a proof needs to make an old invoice again: when an end became known, and quick ways to lines and drafts.

-- When `ended_on` was written: an invoice that was drafted before did not know of it.
alter table subscription add column ended_recorded_at timestamptz;
update subscription set ended_recorded_at = ended_on::timestamp at time zone 'UTC' where ended_on is not null;
create function dialhouse_end_recorded() returns trigger language plpgsql as $$
begin
  new.ended_recorded_at := case when new.ended_on is null then null else dialhouse_now() end;
  return new;
end $$;
create trigger end_recorded before insert or update of ended_on on subscription
  for each row execute function dialhouse_end_recorded();

create index invoice_line_by_source on invoice_line (source_id) where source_id is not null;
-- Drafts are issued in the order of account IDs, so that the same month gives the same numbers.
create index invoice_draft_order on invoice (run_id, (billed ->> 'accountCode'), id) where status = 'draft';
-- What a partner owes for a month.
create index cdr_charge_by_account on cdr_charge (account_id, occurred_at);
