-- Charges that are made again: reversal and new charge in the ledger, the record shows the charge in force, and
-- `cdr_revision` keeps what it was, what it became, why, by whom and when. Calls that come late carry their period.

create table rerate (
  id           uuid primary key,
  tenant_id    uuid not null references tenant (id),
  -- One customer's calls, or what was priced by one deck.
  customer_id  uuid,
  deck_id      uuid,
  -- Null: the version that was in force at each call.
  version_id   uuid,
  from_at      timestamptz not null,
  to_at        timestamptz not null,
  reason       text not null check (length(reason) between 3 and 300),
  state        text not null check (state in ('asked', 'previewed', 'applying', 'applied', 'failed')),
  -- Counts, totals and the largest differences, as the last look found them.
  result       jsonb,
  created_by   uuid,
  created_at   timestamptz not null,
  finished_at  timestamptz,
  check ((customer_id is null) <> (deck_id is null)),
  check (from_at < to_at)
);
create index rerate_unfinished on rerate (created_at) where state in ('asked', 'applying');
create index rerate_by_tenant on rerate (tenant_id, created_at);
select dialhouse_protect('rerate', services => array['dialhouse_charge']);
revoke delete on rerate from dialhouse_office, dialhouse_charge;

create table cdr_revision (
  -- Drawn when it is made, so that the newest of a charge is the last by id.
  id               uuid primary key,
  tenant_id        uuid not null,
  account_id       uuid not null,
  cdr_id           uuid not null,
  level            smallint not null check (level >= 0),
  -- Null for the true record of a call that was closed by an estimate.
  rerate_id        uuid,
  old_micros       bigint not null check (old_micros >= 0),
  new_micros       bigint not null check (new_micros >= 0),
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  old_line         jsonb not null,
  new_line         jsonb not null,
  -- The period was closed: the record stands, the difference is an adjustment.
  adjusted         boolean not null,
  -- First day of the month, in the customer's zone, that the difference is assigned to.
  period           date not null,
  posting_id       uuid not null,
  reason           text not null check (length(reason) <= 500),
  created_by       uuid,
  created_at       timestamptz not null,
  foreign key (tenant_id, account_id) references account (tenant_id, id)
);
create unique index cdr_revision_once on cdr_revision (cdr_id, level, coalesce(rerate_id, cdr_id));
create index cdr_revision_by_account on cdr_revision (tenant_id, account_id, period);
select dialhouse_protect('cdr_revision', services => array['dialhouse_charge']);
revoke insert, update, delete on cdr_revision from dialhouse_office;
revoke update, delete on cdr_revision from dialhouse_charge;
create trigger append_only before update or delete on cdr_revision
  for each row execute function dialhouse_append_only();
create trigger append_only_whole before truncate on cdr_revision
  for each statement execute function dialhouse_append_only();

alter table posting drop constraint posting_kind_check;
alter table posting add constraint posting_kind_check
  check (kind in ('usage', 'payment', 'adjustment', 'opening', 'rerate'));
drop index posting_of_cdr;
create unique index posting_of_cdr on posting (cdr_id) where cdr_id is not null and kind = 'usage';
create index posting_by_cdr on posting (cdr_id) where cdr_id is not null;

-- A call that is stored when its month is closed is billed in the month of its storing; null: in its own.
alter table cdr add column assigned_period date;
create function dialhouse_assign_period() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  local_zone text := coalesce((select zone from customer where tenant_id = new.tenant_id), 'UTC');
  stored_month timestamp := date_trunc('month', new.stored_at at time zone local_zone);
begin
  if (new.occurred_at at time zone local_zone) < stored_month - interval '1 month' then
    new.assigned_period := stored_month::date;
  end if;
  return new;
end $$;
-- Calls in time cost one comparison: a month is open until the next one is over.
create trigger assign_period before insert on cdr for each row
  when (new.stored_at >= new.occurred_at + interval '27 days') execute function dialhouse_assign_period();

-- As before, and besides: inside dialhouse_revise_charges the charge of a record may change, and its end.
create or replace function dialhouse_cdr_kept() returns trigger language plpgsql as $$
declare
  personal constant text[] := array['call_id', 'person_id', 'from_number', 'from_name', 'to_number', 'to_name',
                                    'sip_call_id', 'quality', 'anonymised_at'];
  charged constant text[] := array['charge_micros', 'charge_reason', 'billed_seconds', 'version_id', 'prefix',
                                   'destination_name', 'explanation', 'ended_at', 'duration_seconds', 'ended_by',
                                   'hangup_cause', 'sip_status', 'estimated'];
begin
  if current_user = 'dialhouse_owner' then
    if coalesce(current_setting('dialhouse.forgetting', true), '') = 'on' then
      if tg_op = 'DELETE' and old.charge_micros = 0 and coalesce(old.cost_micros, 0) = 0 and old.version_id is null then
        return old;
      end if;
      if tg_op = 'UPDATE' and new.anonymised_at is not null and to_jsonb(old) - personal = to_jsonb(new) - personal then
        return new;
      end if;
    end if;
    if tg_op = 'UPDATE' and coalesce(current_setting('dialhouse.revising', true), '') = 'on'
       and to_jsonb(old) - charged = to_jsonb(new) - charged then
      return new;
    end if;
  end if;
  raise exception 'rows of cdr are never changed or removed' using errcode = 'restrict_violation';
end $$;

create function dialhouse_cdr_charge_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_user = 'dialhouse_owner'
     and coalesce(current_setting('dialhouse.revising', true), '') = 'on'
     and (old.cdr_id, old.level, old.tenant_id, old.account_id, old.occurred_at, old.currency)
       = (new.cdr_id, new.level, new.tenant_id, new.account_id, new.occurred_at, new.currency) then
    return new;
  end if;
  raise exception 'rows of cdr_charge are never changed or removed' using errcode = 'restrict_violation';
end $$;
drop trigger append_only on cdr_charge;
create trigger append_only before update or delete on cdr_charge
  for each row execute function dialhouse_cdr_charge_kept();

-- A summed day follows the charges of its calls.
create function dialhouse_recount_call() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if (old.occurred_at at time zone 'UTC')::date < coalesce((select summed_until from cdr_day_progress), '-infinity')
     or old.stored_at >= old.occurred_at + interval '2 days' then
    update cdr_day set duration_seconds = duration_seconds + new.duration_seconds - old.duration_seconds,
                       charge_micros = charge_micros + new.charge_micros - old.charge_micros
    where tenant_id = old.tenant_id and day = (old.occurred_at at time zone 'UTC')::date and currency = old.currency;
  end if;
  return null;
end $$;
create trigger recount_call after update on cdr for each row
  when (old.charge_micros <> new.charge_micros or old.duration_seconds <> new.duration_seconds)
  execute function dialhouse_recount_call();

-- Makes charges again whose charge in force is still the one that was seen; says which of the revisions are new.
create function dialhouse_revise_charges(changes jsonb) returns table (revision_id uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('dialhouse.revising', 'on', true);
  return query
    with asked as (
      select * from jsonb_to_recordset(changes) as one (
        id uuid, tenant_id uuid, account_id uuid, cdr_id uuid, level smallint, rerate_id uuid, old_micros bigint,
        new_micros bigint, currency text, new_line jsonb, adjusted boolean, period date, posting_id uuid, reason text,
        created_by uuid, ended jsonb)
    ), line as (
      select asked.*, coalesce(upper_line.charge_micros, cdr.charge_micros) as stored_micros,
             coalesce(latest.new_line, jsonb_build_object(
               'reason', coalesce(upper_line.charge_reason, cdr.charge_reason),
               'billedSeconds', coalesce(upper_line.billed_seconds, cdr.billed_seconds),
               'versionId', case when asked.level = 0 then cdr.version_id else upper_line.version_id end,
               'prefix', case when asked.level = 0 then cdr.prefix else upper_line.prefix end,
               'destination', case when asked.level = 0 then cdr.destination_name
                                   else upper_line.destination_name end,
               'explanation', coalesce(upper_line.explanation, cdr.explanation))) as old_line,
             latest.new_micros as latest_micros
      from asked
      join cdr on cdr.id = asked.cdr_id
      left join cdr_charge as upper_line on upper_line.cdr_id = asked.cdr_id and upper_line.level = asked.level
      left join lateral (
        select revision.new_micros, revision.new_line from cdr_revision as revision
        where revision.cdr_id = asked.cdr_id and revision.level = asked.level order by revision.id desc limit 1
      ) as latest on true
      where asked.ended is null or cdr.estimated
    ), fresh as (
      insert into cdr_revision (id, tenant_id, account_id, cdr_id, level, rerate_id, old_micros, new_micros, currency,
                                old_line, new_line, adjusted, period, posting_id, reason, created_by, created_at)
      select id, tenant_id, account_id, cdr_id, level, rerate_id, old_micros, new_micros, currency, old_line, new_line,
             adjusted, period, posting_id, reason, created_by, dialhouse_now()
      from line where old_micros = coalesce(latest_micros, stored_micros)
      on conflict do nothing returning id
    ), own as (
      update cdr set charge_micros = line.new_micros, charge_reason = line.new_line ->> 'reason',
                     billed_seconds = (line.new_line ->> 'billedSeconds')::integer,
                     version_id = (line.new_line ->> 'versionId')::uuid, prefix = line.new_line ->> 'prefix',
                     destination_name = line.new_line ->> 'destination', explanation = line.new_line -> 'explanation'
      from line join fresh on fresh.id = line.id
      where cdr.id = line.cdr_id and line.level = 0 and not line.adjusted and line.ended is null
    ), corrected as (
      update cdr set charge_micros = case when line.adjusted then cdr.charge_micros else line.new_micros end,
                     billed_seconds = case when line.adjusted then cdr.billed_seconds
                                           else (line.new_line ->> 'billedSeconds')::integer end,
                     charge_reason = case when line.adjusted then cdr.charge_reason
                                          else line.new_line ->> 'reason' end,
                     explanation = case when line.adjusted then cdr.explanation
                                        else line.new_line -> 'explanation' end,
                     ended_at = (line.ended ->> 'endedAt')::timestamptz,
                     duration_seconds = (line.ended ->> 'seconds')::integer, ended_by = line.ended ->> 'endedBy',
                     hangup_cause = line.ended ->> 'cause', sip_status = (line.ended ->> 'sipStatus')::integer,
                     estimated = false
      from line join fresh on fresh.id = line.id
      where cdr.id = line.cdr_id and line.level = 0 and line.ended is not null
    ), above as (
      update cdr_charge as own set charge_micros = line.new_micros, charge_reason = line.new_line ->> 'reason',
                     billed_seconds = (line.new_line ->> 'billedSeconds')::integer,
                     version_id = (line.new_line ->> 'versionId')::uuid, prefix = line.new_line ->> 'prefix',
                     destination_name = line.new_line ->> 'destination', explanation = line.new_line -> 'explanation'
      from line join fresh on fresh.id = line.id
      where own.cdr_id = line.cdr_id and own.level = line.level and not line.adjusted
    )
    select id from fresh;
  perform set_config('dialhouse.revising', '', true);
end $$;
grant execute on function dialhouse_revise_charges(jsonb) to dialhouse_charge;
