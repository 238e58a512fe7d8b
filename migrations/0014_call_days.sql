-- Totals of a customer's calls by day (UTC), so that those of a long range are not counted call by call. A day is
-- summed once, two days after it has ended; a record that is stored later than that is added when it comes: each record
-- is in one of the two, and never in both.

create table cdr_day (
  tenant_id         uuid not null,
  day               date not null,
  currency          text not null check (currency ~ '^[A-Z]{3}$'),
  calls             bigint not null,
  duration_seconds  bigint not null,
  charge_micros     bigint not null,
  primary key (tenant_id, day, currency)
);
select dialhouse_protect('cdr_day', services => array['dialhouse_charge']);
revoke insert, update, delete on cdr_day from dialhouse_office;

-- Days before it are in cdr_day. Of the provider.
create table cdr_day_progress (
  tenant_id     uuid primary key references tenant (id),
  summed_until  date not null
);
create unique index cdr_day_progress_only_one on cdr_day_progress ((true));
select dialhouse_protect('cdr_day_progress', services => array['dialhouse_office:read']);
revoke insert, update, delete on cdr_day_progress from dialhouse_office;

insert into cdr_day (tenant_id, day, currency, calls, duration_seconds, charge_micros)
select tenant_id, (occurred_at at time zone 'UTC')::date, currency, count(*), sum(duration_seconds), sum(charge_micros)
from cdr where stored_at >= occurred_at + interval '2 days' group by 1, 2, 3;

-- The progress is the provider's row, and everybody's totals begin after it.
create function dialhouse_calls_summed_until() returns timestamptz
language sql stable security definer set search_path = public, pg_temp as $$
  select summed_until::timestamp at time zone 'UTC' from cdr_day_progress
$$;
grant execute on function dialhouse_calls_summed_until() to dialhouse_office;

create function dialhouse_count_late_call() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into cdr_day (tenant_id, day, currency, calls, duration_seconds, charge_micros)
  values (new.tenant_id, (new.occurred_at at time zone 'UTC')::date, new.currency, 1, new.duration_seconds,
          new.charge_micros)
  on conflict (tenant_id, day, currency) do update
  set calls = cdr_day.calls + 1, duration_seconds = cdr_day.duration_seconds + excluded.duration_seconds,
      charge_micros = cdr_day.charge_micros + excluded.charge_micros;
  return null;
end $$;
-- Calls in time cost one comparison.
create trigger count_late_call after insert on cdr for each row
  when (new.stored_at >= new.occurred_at + interval '2 days') execute function dialhouse_count_late_call();

-- A call that is forgotten is no longer counted.
create function dialhouse_uncount_call() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if (old.occurred_at at time zone 'UTC')::date < coalesce((select summed_until from cdr_day_progress), '-infinity')
     or old.stored_at >= old.occurred_at + interval '2 days' then
    update cdr_day set calls = calls - 1, duration_seconds = duration_seconds - old.duration_seconds,
                       charge_micros = charge_micros - old.charge_micros
    where tenant_id = old.tenant_id and day = (old.occurred_at at time zone 'UTC')::date and currency = old.currency;
  end if;
  return null;
end $$;
create trigger uncount_call after delete on cdr for each row execute function dialhouse_uncount_call();

-- Sums the next day that is complete, and returns it; null when there is none. What was committed late within the two
-- days is there an hour after them.
create function dialhouse_sum_next_day() returns date
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  next_day date;
  first_at timestamptz;
begin
  select summed_until into next_day from cdr_day_progress for update;
  if next_day is null then
    select (min(occurred_at) at time zone 'UTC')::date into next_day from cdr;
    if next_day is null then
      return null;
    end if;
  end if;
  first_at := next_day::timestamp at time zone 'UTC';
  if first_at + interval '3 days 1 hour' > dialhouse_now() then
    return null;
  end if;
  insert into cdr_day (tenant_id, day, currency, calls, duration_seconds, charge_micros)
  select tenant_id, next_day, currency, count(*), sum(duration_seconds), sum(charge_micros)
  from cdr
  where occurred_at >= first_at and occurred_at < first_at + interval '1 day'
    and stored_at < occurred_at + interval '2 days'
  group by tenant_id, currency
  on conflict (tenant_id, day, currency) do update
  set calls = cdr_day.calls + excluded.calls, duration_seconds = cdr_day.duration_seconds + excluded.duration_seconds,
      charge_micros = cdr_day.charge_micros + excluded.charge_micros;
  insert into cdr_day_progress (tenant_id, summed_until)
  select id, next_day + 1 from tenant where kind = 'provider' order by created_at limit 1
  on conflict (tenant_id) do update set summed_until = excluded.summed_until;
  return next_day;
end $$;
grant execute on function dialhouse_sum_next_day() to dialhouse_office_service;
