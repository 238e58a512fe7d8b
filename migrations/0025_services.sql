-- What an extension can be instead of a person: a menu, a mailbox, a conference room, a group of members.

create table extension_service (
  tenant_id     uuid not null references customer (tenant_id),
  extension_id  uuid not null,
  kind          text not null check (kind in ('menu', 'conference', 'group')),
  -- As the switch reads it (company/switch/services/service.ts); checked by the operation that writes it.
  settings      jsonb not null check (pg_column_size(settings) < 20000),
  changed_at    timestamptz not null,
  primary key (tenant_id, extension_id),
  check (settings ->> 'kind' is not distinct from kind),
  foreign key (tenant_id, extension_id) references extension (tenant_id, id)
);

-- Messages of mailboxes; the audio lies in the data folder under the message's id.
create table voice_message (
  id            uuid primary key,
  tenant_id     uuid not null references customer (tenant_id),
  extension_id  uuid not null,
  call_id       text not null check (length(call_id) between 1 and 200),
  from_number   text not null check (length(from_number) <= 100),
  from_name     text not null check (length(from_name) <= 200),
  left_at       timestamptz not null,
  duration_ms   integer not null check (duration_ms between 0 and 3600000),
  heard_at      timestamptz,
  deleted_at    timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, extension_id) references extension (tenant_id, id)
);
create index voice_message_by_extension on voice_message (tenant_id, extension_id, left_at desc)
  where deleted_at is null;

-- Calls go on to a mailbox too: *98 is the extension's own, *98201 another one's.
alter table extension
  drop constraint extension_forward_always_check,
  drop constraint extension_forward_busy_check,
  drop constraint extension_forward_no_answer_check,
  add constraint extension_forward_always_check check (forward_always ~ '^([+]?[0-9]{2,15}|[*]98([0-9]{2,6})?)$'),
  add constraint extension_forward_busy_check check (forward_busy ~ '^([+]?[0-9]{2,15}|[*]98([0-9]{2,6})?)$'),
  add constraint extension_forward_no_answer_check check (forward_no_answer ~ '^([+]?[0-9]{2,15}|[*]98([0-9]{2,6})?)$');

select dialhouse_protect('extension_service', services => array['dialhouse_signal:read']);
create trigger directory_feed after insert or update or delete on extension_service
  for each row execute function dialhouse_feed('extension_service');
select dialhouse_protect('voice_message', services => array['dialhouse_office']);
-- Whose a message is: it is taken, and told to its owner, on nobody's behalf.
create policy dialhouse_office_service on extension to dialhouse_office_service using (true) with check (true);
grant select on extension to dialhouse_office_service;
