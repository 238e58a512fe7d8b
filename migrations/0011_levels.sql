-- Every level of the reseller chain pays: wholesale accounts of partners, charge lines of levels above the customer,
-- reservations on every level; limits as a list on every account; the epoch that fences a former ledger.

-- 'wholesale' is what a partner owes to whoever stands above it for the calls of everybody below.
alter table account drop constraint account_kind_check;
alter table account drop constraint account_check;
alter table account add constraint account_kind_check
  check (kind in ('customer', 'wholesale', 'revenue', 'cash', 'adjustments'));
alter table account add constraint account_check
  check ((kind in ('customer', 'wholesale')) = (rate_deck_id is not null));
drop index account_of_books;
create unique index account_of_books on account (tenant_id, kind, currency)
  where kind not in ('customer', 'wholesale');
create unique index account_of_wholesale on account (tenant_id) where kind = 'wholesale';
-- Paid in advance: it owes nothing, ever.
alter table account add column prepaid boolean not null default false;
alter table account add constraint account_prepaid check (not prepaid or credit_limit_micros = 0);

-- Limits beside the credit limit and the calls at once: what may be spent in a day of the customer's zone, or in a
-- rolling window, on some classes of destinations.
create table account_limit (
  id             uuid primary key,
  tenant_id      uuid not null,
  account_id     uuid not null,
  name           text not null check (length(name) between 1 and 60),
  -- Empty: every class.
  classes        text[] not null default '{}'
    check (classes <@ array['domestic', 'international', 'premium', 'tollfree']),
  -- Null: the calendar day.
  window_hours   integer check (window_hours between 1 and 744),
  amount_micros  bigint not null check (amount_micros >= 0),
  zone           text not null,
  created_by     uuid,
  created_at     timestamptz not null,
  unique (tenant_id, id),
  unique (account_id, name),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
select dialhouse_protect('account_limit', services => array['dialhouse_charge:read']);
-- A change of the list is a change of its account.
create function dialhouse_account_limit_feed() returns trigger language plpgsql as $$
declare
  changed account_limit := case when tg_op = 'DELETE' then old else new end;
begin
  insert into directory_change (at, entity, entity_id, tenant_id)
  values (dialhouse_now(), 'account', changed.account_id, changed.tenant_id)
  on conflict (tenant_id, entity, entity_id) do update set seq = default, xid = default, at = excluded.at;
  perform pg_notify('directory', '');
  return null;
end $$;
create trigger directory_feed after insert or update or delete on account_limit
  for each row execute function dialhouse_account_limit_feed();

-- What a call in progress holds of the accounts above its customer's, nearest first from 1.
create table reservation_level (
  cdr_id           uuid not null,
  level            smallint not null check (level > 0),
  tenant_id        uuid not null,
  account_id       uuid not null,
  version_id       uuid not null,
  prefix           text not null,
  reserved_micros  bigint not null check (reserved_micros >= 0),
  primary key (cdr_id, level),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
create index reservation_level_by_account on reservation_level (account_id);
select dialhouse_protect('reservation_level', services => array['dialhouse_charge']);

-- What a level above the customer pays for a call; the customer's own charge is in cdr. A partner sees his lines and
-- those below him, a customer none.
create table cdr_charge (
  cdr_id            uuid not null,
  level             smallint not null check (level > 0),
  tenant_id         uuid not null,
  account_id        uuid not null,
  occurred_at       timestamptz not null,
  charge_micros     bigint not null check (charge_micros >= 0),
  currency          text not null check (currency ~ '^[A-Z]{3}$'),
  charge_reason     text not null check (length(charge_reason) between 1 and 60),
  billed_seconds    integer not null check (billed_seconds >= 0),
  version_id        uuid,
  prefix            text,
  destination_name  text,
  explanation       jsonb not null,
  primary key (cdr_id, level),
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
create index cdr_charge_by_time on cdr_charge (tenant_id, occurred_at desc, cdr_id desc);
select dialhouse_protect('cdr_charge', services => array['dialhouse_charge']);
revoke insert, update, delete on reservation_level, cdr_charge from dialhouse_office;
revoke update, delete on cdr_charge from dialhouse_charge;
create trigger append_only before update or delete on cdr_charge
  for each row execute function dialhouse_append_only();
create trigger append_only_whole before truncate on cdr_charge
  for each statement execute function dialhouse_append_only();

-- Whoever opens the ledger counts the epoch up; a batch of an older one is refused. Of the provider.
create table ledger_shard (
  tenant_id  uuid not null references tenant (id),
  shard      smallint not null,
  epoch      bigint not null check (epoch > 0),
  taken_at   timestamptz not null,
  primary key (tenant_id, shard)
);
select dialhouse_protect('ledger_shard', services => array['dialhouse_charge']);
revoke insert, update, delete on ledger_shard from dialhouse_office;
revoke delete on ledger_shard from dialhouse_charge;
