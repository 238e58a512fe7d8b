-- The tables that a batch of calls is written to look up what they refer to once per statement, by a query of ours,
-- instead of once per row. Why, and what was measured: docs/decisions/0003-references-once-per-batch.md

-- Every row names an account of its tenant, or none.
create function dialhouse_accounts_known() returns trigger
language plpgsql security definer set search_path = public, pg_temp set enable_hashjoin = off
set enable_mergejoin = off as $$
begin
  if exists (
    select from fresh
    where account_id is not null and not exists (
      select from account where account.id = fresh.account_id and account.tenant_id = fresh.tenant_id)) then
    raise exception 'a row of % names an account that is not there', tg_table_name
      using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

create function dialhouse_tenants_known() returns trigger
language plpgsql security definer set search_path = public, pg_temp set enable_hashjoin = off
set enable_mergejoin = off as $$
begin
  if exists (select from fresh where not exists (select from tenant where tenant.id = fresh.tenant_id)) then
    raise exception 'a row of % names a tenant that is not there', tg_table_name
      using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

create function dialhouse_postings_known() returns trigger
language plpgsql security definer set search_path = public, pg_temp set enable_hashjoin = off
set enable_mergejoin = off as $$
begin
  if exists (select from fresh where not exists (select from posting where posting.id = fresh.posting_id)) then
    raise exception 'a row of % names a posting that is not there', tg_table_name
      using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

create function dialhouse_cdrs_known() returns trigger
language plpgsql security definer set search_path = public, pg_temp set enable_hashjoin = off
set enable_mergejoin = off as $$
begin
  if exists (
    select from fresh
    where not exists (select from cdr where cdr.id = fresh.cdr_id and cdr.tenant_id = fresh.tenant_id)) then
    raise exception 'a row of % names a record that is not there', tg_table_name
      using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

alter table cdr drop constraint cdr_tenant_id_fkey;
alter table posting drop constraint posting_tenant_id_fkey;
alter table ledger_entry drop constraint ledger_entry_posting_id_fkey;
alter table ledger_entry drop constraint ledger_entry_tenant_id_account_id_fkey;
alter table account_balance drop constraint account_balance_tenant_id_account_id_fkey;
alter table reservation drop constraint reservation_tenant_id_account_id_fkey;
alter table reservation_level drop constraint reservation_level_tenant_id_account_id_fkey;
alter table cdr_charge drop constraint cdr_charge_tenant_id_account_id_fkey;
alter table cdr_component drop constraint cdr_component_tenant_id_cdr_id_fkey;

create trigger refers after insert on cdr referencing new table as fresh
  for each statement execute function dialhouse_tenants_known();
create trigger refers after insert on posting referencing new table as fresh
  for each statement execute function dialhouse_tenants_known();
create trigger refers after insert on ledger_entry referencing new table as fresh
  for each statement execute function dialhouse_accounts_known();
create trigger refers_to_posting after insert on ledger_entry referencing new table as fresh
  for each statement execute function dialhouse_postings_known();
create trigger refers after insert on account_balance referencing new table as fresh
  for each statement execute function dialhouse_accounts_known();
create trigger refers after insert on reservation referencing new table as fresh
  for each statement execute function dialhouse_accounts_known();
create trigger refers after insert on reservation_level referencing new table as fresh
  for each statement execute function dialhouse_accounts_known();
create trigger refers after insert on cdr_charge referencing new table as fresh
  for each statement execute function dialhouse_accounts_known();
create trigger refers after insert on cdr_component referencing new table as fresh
  for each statement execute function dialhouse_cdrs_known();

-- What is referred to stays: an account that was used, and a tenant that has calls.
create function dialhouse_account_stays() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from ledger_entry where account_id = old.id)
     or exists (select from account_balance where account_id = old.id)
     or exists (select from reservation where account_id = old.id)
     or exists (select from reservation_level where account_id = old.id)
     or exists (select from cdr_charge where tenant_id = old.tenant_id and account_id = old.id) then
    raise exception 'an account that was used stays' using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;
create trigger account_stays after delete on account for each row execute function dialhouse_account_stays();
create trigger account_stays_itself after update on account for each row
  when ((old.id, old.tenant_id) is distinct from (new.id, new.tenant_id)) execute function dialhouse_account_stays();

create function dialhouse_tenant_stays() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- A posting of usage has a record beside it.
  if exists (select from cdr where tenant_id = old.id)
     or exists (select from posting where tenant_id = old.id and kind <> 'usage') then
    raise exception 'a tenant that has calls or postings stays' using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;
create trigger tenant_stays after delete on tenant for each row execute function dialhouse_tenant_stays();
create trigger tenant_stays_itself after update on tenant for each row
  when (old.id is distinct from new.id) execute function dialhouse_tenant_stays();

-- Nothing refers to them by tenant and id any more, and what a posting is for is found by two smaller indexes.
alter table cdr drop constraint cdr_tenant_id_id_key;
alter table posting drop constraint posting_tenant_id_id_key;
drop index posting_by_cdr;
create index posting_again_by_cdr on posting (cdr_id) where cdr_id is not null and kind <> 'usage';
