-- The ground that every table stands on: tenant tree, row-level security, audit, outbox, jobs, mail.
-- Runs as dialhouse_owner. The roles exist in the cluster already (src/platform/db/provision.ts):
--   dialhouse_owner           owns every table; migrations, backup and restore only
--   dialhouse_office          people's requests, bound to one subtree of tenants per transaction
--   dialhouse_office_service  what office becomes for work of no tenant (jobs, sign-in), on listed tables only
--   dialhouse_charge          the ledger
--   dialhouse_signal          reads the directory

alter default privileges revoke execute on functions from public;
revoke all on schema public from public;
grant usage on schema public to dialhouse_office, dialhouse_office_service, dialhouse_charge, dialhouse_signal;

-- The subtree that this transaction may see, such as 'nw/maple/'. Without one nothing is answered at all.
create function dialhouse_scope() returns text language plpgsql stable parallel safe as $$
declare
  scope text := current_setting('dialhouse.scope', true);
begin
  if scope is null or scope !~ '^([a-z0-9-]{1,40}/)+$' then
    raise exception 'this transaction has no tenant scope' using errcode = 'insufficient_privilege';
  end if;
  return scope;
end $$;
grant execute on function dialhouse_scope() to dialhouse_office;

-- The instant of this transaction, from the program's clock. Triggers stamp with it.
create function dialhouse_now() returns timestamptz language plpgsql stable parallel safe as $$
declare
  epoch_ms text := current_setting('dialhouse.now', true);
begin
  if coalesce(epoch_ms, '') = '' then
    raise exception 'this transaction does not know the time' using errcode = 'object_not_in_prerequisite_state';
  end if;
  return to_timestamp(epoch_ms::double precision / 1000);
end $$;
grant execute on function dialhouse_now()
  to dialhouse_office, dialhouse_office_service, dialhouse_charge, dialhouse_signal;

-- Puts a table with a tenant_id behind row-level security: office sees the tenants of its scope; each of
-- `services` sees every row, and may write unless it is listed as 'role:read'. 'dialhouse_office' stands for
-- what office may do without a scope. Every migration calls this for every table it creates.
create function dialhouse_protect(protected regclass, services text[] default '{}') returns void
language plpgsql as $$
declare
  service text;
  service_role text;
  -- '~' sorts after every character of a path, so that the subtree is one range of the index on path.
  in_scope constant text := 'tenant_id in (select id from tenant'
    ' where path >= dialhouse_scope() and path < dialhouse_scope() || ''~'')';
begin
  execute format('alter table %s enable row level security', protected);
  execute format('alter table %s force row level security', protected);
  execute format('create policy owner on %s to dialhouse_owner using (true) with check (true)', protected);
  execute format('create policy tenant_scope on %s to dialhouse_office using (%s) with check (%s)',
                 protected, in_scope, in_scope);
  execute format('grant select, insert, update, delete on %s to dialhouse_office', protected);
  foreach service in array services loop
    service_role := split_part(service, ':', 1);
    if service_role = 'dialhouse_office' then
      service_role := 'dialhouse_office_service';
    end if;
    execute format('create policy %I on %s to %I using (true) with check (true)',
                   service_role, protected, service_role);
    execute format('grant %s on %s to %I',
                   case when service like '%:read' then 'select' else 'select, insert, update, delete' end,
                   protected, service_role);
  end loop;
end $$;

-- Trigger of tables whose rows are never changed or removed. Columns named as arguments may be filled in once.
create function dialhouse_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_nargs > 0
     and to_jsonb(old) - tg_argv = to_jsonb(new) - tg_argv
     and not exists (select from unnest(tg_argv) as sealed (name) where to_jsonb(old) ->> name is not null) then
    return new;
  end if;
  raise exception 'rows of % are never changed or removed', tg_table_name using errcode = 'restrict_violation';
end $$;

-- Who owns what: provider -> partner (-> sub-partner) -> customer -> site. The path of a tenant is the path of
-- its parent and its slug; the foreign key over the derived parent_path proves it, and pins it for ever.
create table tenant (
  id           uuid primary key,
  tenant_id    uuid not null check (tenant_id = id),
  parent_id    uuid,
  parent_path  text collate "C" generated always as (nullif(left(path, length(path) - length(slug) - 1), '')) stored,
  kind         text not null check (kind in ('provider', 'partner', 'customer', 'site')),
  path         text collate "C" not null unique check (path ~ '^([a-z0-9-]{1,40}/){1,8}$'),
  name         text not null check (length(name) between 1 and 200),
  slug         text not null check (slug ~ '^[a-z0-9-]{1,40}$'),
  status       text not null default 'active' check (status in ('active', 'suspended', 'terminated')),
  created_at   timestamptz not null,
  unique (tenant_id, id),
  unique (id, path),
  foreign key (parent_id, parent_path) references tenant (id, path),
  check (right(path, length(slug) + 1) = slug || '/'),
  check ((parent_id is null) = (parent_path is null)),
  check ((kind = 'provider') = (parent_id is null))
);
create index tenant_by_parent on tenant (parent_id);

-- The tree cannot be protected through itself: its policy looks at its own path.
alter table tenant enable row level security;
alter table tenant force row level security;
create policy owner on tenant to dialhouse_owner using (true) with check (true);
create policy tenant_scope on tenant to dialhouse_office
  using (path >= dialhouse_scope() and path < dialhouse_scope() || '~')
  with check (path >= dialhouse_scope() and path < dialhouse_scope() || '~');
create policy dialhouse_office_service on tenant to dialhouse_office_service using (true) with check (true);
create policy dialhouse_charge on tenant to dialhouse_charge using (true) with check (true);
create policy dialhouse_signal on tenant to dialhouse_signal using (true) with check (true);
grant select, insert, update on tenant to dialhouse_office, dialhouse_office_service;
grant select on tenant to dialhouse_charge, dialhouse_signal;

-- Change feed of what other processes keep in memory: one row per thing, with the transaction that changed it
-- last. Reading all rows with xid >= the pg_snapshot_xmin of the previous look never misses a late commit.
create table directory_change (
  seq        bigint generated always as identity,
  xid        xid8 not null default pg_current_xact_id(),
  at         timestamptz not null,
  entity     text not null,
  entity_id  uuid not null,
  tenant_id  uuid not null,
  primary key (tenant_id, entity, entity_id)
);
create index directory_change_by_xid on directory_change (xid);
select dialhouse_protect('directory_change',
  services => array['dialhouse_office', 'dialhouse_charge', 'dialhouse_signal:read']);

-- Attach it as: create trigger directory_feed after insert or update or delete on device
--               for each row execute function dialhouse_feed('device');
create function dialhouse_feed() returns trigger language plpgsql as $$
declare
  changed jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  insert into directory_change (at, entity, entity_id, tenant_id)
  values (dialhouse_now(), tg_argv[0], coalesce(changed ->> 'id', changed ->> 'tenant_id')::uuid,
          (changed ->> 'tenant_id')::uuid)
  on conflict (tenant_id, entity, entity_id) do update set seq = default, xid = default, at = excluded.at;
  perform pg_notify('directory', '');
  return null;
end $$;
create trigger directory_feed after insert or update or delete on tenant
  for each row execute function dialhouse_feed('tenant');

-- Who did what, on whose behalf, from where, old -> new, why. The sealer fills in the chain of hashes.
create table audit_entry (
  id              uuid primary key,
  sequence        bigint generated always as identity,
  tenant_id       uuid not null references tenant (id),
  recorded_at     timestamptz not null,
  actor_id        uuid,
  actor_role      text not null,
  on_behalf_of    uuid,
  source_address  text,
  action          text not null,
  subject_kind    text not null,
  subject_id      uuid,
  before          jsonb,
  after           jsonb,
  reason          text check (length(reason) <= 1000),
  previous_hash   bytea,
  hash            bytea,
  unique (tenant_id, id)
);
create index audit_entry_by_subject on audit_entry (tenant_id, subject_kind, subject_id, sequence);
create index audit_entry_by_time on audit_entry (tenant_id, recorded_at);
create index audit_entry_unsealed on audit_entry (sequence) where hash is null;
select dialhouse_protect('audit_entry', services => array['dialhouse_office']);
revoke update, delete on audit_entry from dialhouse_office, dialhouse_office_service;
grant update (previous_hash, hash) on audit_entry to dialhouse_office_service;
create trigger append_only before update or delete on audit_entry
  for each row execute function dialhouse_append_only('previous_hash', 'hash');
create trigger append_only_whole before truncate on audit_entry
  for each statement execute function dialhouse_append_only();

-- The end of that chain, kept by the provider: it shows when the last entries were taken away.
create table audit_chain (
  tenant_id  uuid primary key references tenant (id),
  head       bytea not null check (octet_length(head) = 32),
  sealed     bigint not null check (sealed >= 0)
);
create unique index audit_chain_only_one on audit_chain ((true));
select dialhouse_protect('audit_chain', services => array['dialhouse_office']);
revoke insert, update, delete on audit_chain from dialhouse_office;
revoke delete on audit_chain from dialhouse_office_service;

-- Events, written in the transaction that they tell of and handed on after it.
create table outbox_event (
  id            uuid primary key,
  sequence      bigint generated always as identity,
  tenant_id     uuid not null references tenant (id),
  topic         text not null,
  payload       jsonb not null,
  created_at    timestamptz not null,
  published_at  timestamptz,
  unique (tenant_id, id)
);
create index outbox_event_waiting on outbox_event (sequence) where published_at is null;
create index outbox_event_published on outbox_event (published_at) where published_at is not null;
select dialhouse_protect('outbox_event', services => array['dialhouse_office']);

-- Work put aside in a transaction. A running job whose lock ran out is taken again.
create table job (
  id            uuid primary key,
  tenant_id     uuid not null references tenant (id),
  kind          text not null,
  payload       jsonb not null,
  state         text not null check (state in ('waiting', 'running', 'done', 'dead')),
  run_at        timestamptz not null,
  attempts      integer not null default 0 check (attempts >= 0),
  attempts_max  integer not null check (attempts_max > 0),
  unique_key    text,
  created_at    timestamptz not null,
  locked_by     text,
  locked_until  timestamptz,
  last_error    text,
  finished_at   timestamptz,
  unique (tenant_id, id),
  check ((state = 'running') = (locked_until is not null)),
  check ((state in ('done', 'dead')) = (finished_at is not null))
);
create unique index job_unique on job (tenant_id, kind, unique_key) where state in ('waiting', 'running');
create index job_due on job (run_at, id) where state = 'waiting';
create index job_locked on job (locked_until) where state = 'running';
create index job_finished on job (state, finished_at) where state in ('done', 'dead');
select dialhouse_protect('job', services => array['dialhouse_office']);

-- Jobs that come back by themselves; `plan` is the time of day in a zone, or the period.
create table job_schedule (
  tenant_id    uuid not null references tenant (id),
  name         text not null,
  plan         jsonb not null,
  next_run_at  timestamptz not null,
  last_run_at  timestamptz,
  primary key (tenant_id, name)
);
select dialhouse_protect('job_schedule', services => array['dialhouse_office']);

-- Every move of every state machine.
create table transition_entry (
  id          uuid primary key,
  sequence    bigint generated always as identity,
  tenant_id   uuid not null references tenant (id),
  entity      text not null,
  entity_id   uuid not null,
  from_state  text not null,
  to_state    text not null,
  actor_id    uuid,
  actor_role  text not null,
  reason      text not null check (length(reason) <= 1000),
  moved_at    timestamptz not null,
  unique (tenant_id, id)
);
create index transition_entry_by_entity on transition_entry (entity, entity_id, sequence);
select dialhouse_protect('transition_entry', services => array['dialhouse_office']);
revoke update, delete on transition_entry from dialhouse_office, dialhouse_office_service;
create trigger append_only before update or delete on transition_entry
  for each row execute function dialhouse_append_only();
create trigger append_only_whole before truncate on transition_entry
  for each statement execute function dialhouse_append_only();

-- Mail on its way out. What lets its reader in is erased once it is sent.
create table mail_message (
  id            uuid primary key,
  tenant_id     uuid not null references tenant (id),
  from_name     text not null,
  from_address  text not null,
  to_name       text not null,
  to_address    text not null,
  reply_to      text,
  subject       text not null,
  text_body     text not null,
  html_body     text not null,
  state         text not null check (state in ('queued', 'sent', 'failed')),
  created_at    timestamptz not null,
  sent_at       timestamptz,
  last_error    text,
  unique (tenant_id, id),
  check ((state = 'sent') = (sent_at is not null))
);
create index mail_message_by_time on mail_message (tenant_id, created_at);
create index mail_message_queued on mail_message (created_at) where state = 'queued';
select dialhouse_protect('mail_message', services => array['dialhouse_office']);
