-- How long details of calls are kept: a policy per brand, a hold per customer, and the one way in which a stored record
-- loses what is personal. Money stays: whatever was charged, or cost us something, keeps its row and its entries.

create table retention_policy (
  tenant_id    uuid primary key references tenant (id),
  call_days    integer not null check (call_days between 62 and 3660),
  ladder_days  integer not null check (ladder_days between 1 and 90),
  set_by       uuid,
  set_at       timestamptz not null
);
select dialhouse_protect('retention_policy', services => array['dialhouse_office:read', 'dialhouse_signal:read']);

-- Nothing of this customer is forgotten as long as it stands: a dispute, an order of a court.
create table retention_hold (
  tenant_id  uuid primary key references customer (tenant_id),
  reason     text not null check (length(reason) between 3 and 500),
  set_by     uuid,
  set_at     timestamptz not null
);
select dialhouse_protect('retention_hold', services => array['dialhouse_office:read']);

-- Up to when a customer's calls were looked through already.
create table retention_progress (
  tenant_id        uuid primary key references customer (tenant_id),
  forgotten_until  timestamptz not null
);
select dialhouse_protect('retention_progress', services => array['dialhouse_office']);
revoke insert, update, delete on retention_progress from dialhouse_office;

alter table cdr add column anonymised_at timestamptz;

-- In place of the plain append-only trigger: inside dialhouse_forget_calls a record may lose what is personal, and a
-- record of a call that nobody paid for may go.
create function dialhouse_cdr_kept() returns trigger language plpgsql as $$
declare
  personal constant text[] := array['call_id', 'person_id', 'from_number', 'from_name', 'to_number', 'to_name',
                                    'sip_call_id', 'quality', 'anonymised_at'];
begin
  if coalesce(current_setting('dialhouse.forgetting', true), '') = 'on' and current_user = 'dialhouse_owner' then
    if tg_op = 'DELETE' and old.charge_micros = 0 and coalesce(old.cost_micros, 0) = 0 and old.version_id is null then
      return old;
    end if;
    if tg_op = 'UPDATE' and new.anonymised_at is not null and to_jsonb(old) - personal = to_jsonb(new) - personal then
      return new;
    end if;
  end if;
  raise exception 'rows of cdr are never changed or removed' using errcode = 'restrict_violation';
end $$;
drop trigger append_only on cdr;
create trigger append_only before update or delete on cdr for each row execute function dialhouse_cdr_kept();

-- Forgets at most `most` calls of a customer from `since` to `before`; asked again until it says that nothing is left.
create function dialhouse_forget_calls(customer_id uuid, since timestamptz, before timestamptz, most integer)
returns table (removed bigint, anonymised bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if before > dialhouse_now() - interval '31 days' then
    raise exception 'calls of an open period are kept' using errcode = 'restrict_violation';
  end if;
  perform set_config('dialhouse.forgetting', 'on', true);
  return query
    with due as (
      select id, charge_micros = 0 and coalesce(cost_micros, 0) = 0 and version_id is null
                 and not exists (select from cdr_charge where cdr_id = cdr.id)
                 and not exists (select from cdr_component where cdr_id = cdr.id) as is_free
      from cdr
      where tenant_id = customer_id and occurred_at >= since and occurred_at < before and anonymised_at is null
      order by occurred_at limit most
    ), gone as (
      delete from cdr using due where cdr.id = due.id and due.is_free returning 1
    ), blank as (
      update cdr set call_id = cdr.id::text, person_id = null, from_number = '', from_name = '', to_number = '',
                     to_name = '', sip_call_id = '', quality = null, anonymised_at = dialhouse_now()
      from due where cdr.id = due.id and not due.is_free returning 1
    )
    select (select count(*) from gone), (select count(*) from blank);
  perform set_config('dialhouse.forgetting', '', true);
end $$;
grant execute on function dialhouse_forget_calls(uuid, timestamptz, timestamptz, integer) to dialhouse_office_service;
