-- A rerating that could not be finished says why; parts of a charge that is made again are replaced with it.

alter table rerate add column failure text check (length(failure) <= 500);
alter table rerate add constraint rerate_failure_told check ((state = 'failed') = (failure is not null));

-- As before, and besides: inside dialhouse_revise_charges the parts of a charge give way to others.
create function dialhouse_cdr_component_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_user = 'dialhouse_owner'
     and coalesce(current_setting('dialhouse.revising', true), '') = 'on' then
    return old;
  end if;
  raise exception 'rows of cdr_component are never changed or removed' using errcode = 'restrict_violation';
end $$;
drop trigger append_only on cdr_component;
create trigger append_only before update or delete on cdr_component
  for each row execute function dialhouse_cdr_component_kept();

-- Makes charges again whose charge in force is still the one that was seen; says which of the revisions are new. The
-- parts of the old charge are kept in the old line, those of the new one come with the new line.
create or replace function dialhouse_revise_charges(changes jsonb) returns table (revision_id uuid)
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
               'explanation', coalesce(upper_line.explanation, cdr.explanation),
               'components', coalesce((
                 select jsonb_agg(to_jsonb(part) - array['cdr_id', 'tenant_id'] order by part.line)
                 from cdr_component as part where part.cdr_id = asked.cdr_id and asked.level = 0), '[]'))) as old_line,
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
  delete from cdr_component as part
  using jsonb_to_recordset(changes) as one (id uuid, cdr_id uuid, level smallint, adjusted boolean)
  join cdr_revision as revision on revision.id = one.id
  where part.cdr_id = one.cdr_id and one.level = 0 and not one.adjusted;
  insert into cdr_component (cdr_id, line, tenant_id, kind, from_second, seconds, amount_micros, price_nanos,
                             discount_ppm, prefix, period, item_id, units)
  select one.cdr_id, part.line, one.tenant_id, part.kind, part.from_second, part.seconds, part.amount_micros,
         part.price_nanos, part.discount_ppm, part.prefix, part.period, part.item_id, part.units
  from jsonb_to_recordset(changes) as one (
    id uuid, cdr_id uuid, level smallint, tenant_id uuid, adjusted boolean, new_line jsonb)
  join cdr_revision as revision on revision.id = one.id
  cross join lateral jsonb_to_recordset(coalesce(one.new_line -> 'components', '[]')) as part (
    line smallint, kind text, from_second integer, seconds integer, amount_micros bigint, price_nanos bigint,
    discount_ppm integer, prefix text, period text, item_id uuid, units bigint)
  where one.level = 0 and not one.adjusted;
  perform set_config('dialhouse.revising', '', true);
end $$;
