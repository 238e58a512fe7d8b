-- The support desk: hours and promises as data, tickets with what was said, their clocks, and the calls they are about.
-- A ticket belongs to the customer or partner who needs help; `desk_id` is the tenant whose people answer it.

create table support_calendar (
  id          uuid primary key,
  tenant_id   uuid not null references tenant (id),
  name        text not null check (length(name) between 1 and 100),
  -- IANA name; "EST" in a promise means the zone, never a fixed offset.
  zone        text not null,
  -- Seven lists of [from, to] in minutes after midnight, from Monday.
  hours       jsonb not null,
  -- Years whose holidays were entered: a promise never reaches into another one.
  years       integer[] not null,
  created_at  timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, name)
);

create table support_calendar_day (
  tenant_id    uuid not null,
  calendar_id  uuid not null,
  day          date not null,
  name         text not null check (length(name) <= 100),
  -- Empty for a holiday.
  windows      jsonb not null,
  primary key (calendar_id, day),
  foreign key (tenant_id, calendar_id) references support_calendar (tenant_id, id)
);

create table support_policy (
  id           uuid primary key,
  tenant_id    uuid not null references tenant (id),
  -- Whom the seller promises it to.
  audience     text not null check (audience in ('customer', 'partner')),
  calendar_id  uuid not null,
  targets      jsonb not null,
  pauses_in    text[] not null,
  -- What wakes the on-call technician: the message on the line, or a Critical ticket.
  page_on      text not null check (page_on in ('voicemail', 'critical_ticket')),
  -- After hours, an hour; zero for our own and a carrier's fault.
  fee_micros   bigint not null check (fee_micros >= 0),
  currency     text not null check (currency ~ '^[A-Z]{3}$'),
  -- The line whose menu leads to the on-call technician; empty where there is none.
  emergency_number text not null default '' check (length(emergency_number) <= 30),
  unique (tenant_id, id),
  unique (tenant_id, audience),
  foreign key (tenant_id, calendar_id) references support_calendar (tenant_id, id)
);

create table ticket (
  id               uuid primary key,
  tenant_id        uuid not null references tenant (id),
  number           bigint generated always as identity (start with 1001),
  desk_id          uuid not null,
  audience         text not null check (audience in ('customer', 'partner')),
  channel          text not null check (channel in
    ('portal', 'email', 'phone', 'voicemail', 'chat', 'monitor', 'watch', 'billing')),
  category         text not null check (category in
    ('configuration', 'troubleshooting', 'billing', 'porting', 'emergency_address', 'limit_review', 'login', 'bug',
     'other')),
  severity         text not null check (severity in ('critical', 'high', 'normal', 'low')),
  severity_rank    smallint not null generated always as
    (case severity when 'critical' then 1 when 'high' then 2 when 'normal' then 3 else 4 end) stored,
  state            text not null check (state in
    ('new', 'open', 'waiting_customer', 'waiting_vendor', 'scheduled', 'solved', 'closed', 'spam', 'merged')),
  subject          text not null check (length(subject) between 1 and 200),
  requester_id     uuid,
  requester_name   text not null check (length(requester_name) <= 200),
  requester_email  text not null check (length(requester_email) <= 254),
  company          text not null check (length(company) <= 200),
  contact_number   text not null check (length(contact_number) <= 60),
  -- Phone number or account ID that the problem is about.
  affected         text not null check (length(affected) <= 200),
  -- What the desk asked for and has not got yet.
  needs            text[] not null default '{}',
  assignee_id      uuid,
  assignee_name    text check (length(assignee_name) <= 200),
  team             text not null default '' check (length(team) <= 60),
  workaround       text not null default '' check (length(workaround) <= 2000),
  -- Whose fault it was, once that is known: decides about the after-hours fee.
  fault            text check (fault in ('provider', 'carrier', 'customer', 'third_party')),
  escalation_level smallint not null default 0 check (escalation_level between 0 and 9),
  satisfaction     smallint check (satisfaction between 1 and 5),
  satisfaction_note text check (length(satisfaction_note) <= 2000),
  merged_into      uuid,
  severity_raised  boolean not null default false,
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  solved_at        timestamptz,
  close_at         timestamptz,
  -- The earliest promise that still runs; the end of year 9999 where nothing is promised, so that the queue has one
  -- order.
  queue_at         timestamptz not null,
  version          integer not null default 1,
  unique (tenant_id, id)
);
create unique index ticket_number on ticket (number);
create index ticket_queue on ticket (desk_id, severity_rank, queue_at, id)
  where state in ('new', 'open', 'waiting_customer', 'waiting_vendor', 'scheduled');
create index ticket_of_tenant on ticket (tenant_id, updated_at desc, id);
create index ticket_of_assignee on ticket (assignee_id, severity_rank, queue_at, id)
  where state in ('new', 'open', 'waiting_customer', 'waiting_vendor', 'scheduled');
create index ticket_close on ticket (close_at) where state = 'solved';

-- What was said and done, in order; never changed.
create table ticket_entry (
  id                uuid primary key,
  tenant_id         uuid not null,
  ticket_id         uuid not null,
  kind              text not null check (kind in ('public', 'internal', 'system', 'call')),
  -- Notes are seen only by the tenant whose people wrote them.
  author_tenant_id  uuid,
  author_id         uuid,
  author_name       text not null check (length(author_name) <= 200),
  by_staff          boolean not null,
  body              text not null check (length(body) <= 100000),
  data              jsonb,
  created_at        timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, ticket_id) references ticket (tenant_id, id)
);
create index ticket_entry_of_ticket on ticket_entry (ticket_id, created_at, id);

create table ticket_attachment (
  id          uuid primary key,
  tenant_id   uuid not null,
  ticket_id   uuid not null,
  entry_id    uuid not null,
  name        text not null check (length(name) between 1 and 200),
  media_type  text not null check (length(media_type) <= 120),
  bytes       integer not null check (bytes >= 0),
  sha256      bytea not null check (octet_length(sha256) = 32),
  content     bytea not null,
  unique (tenant_id, id),
  foreign key (tenant_id, ticket_id) references ticket (tenant_id, id),
  foreign key (tenant_id, entry_id) references ticket_entry (tenant_id, id)
);
create index ticket_attachment_of_ticket on ticket_attachment (ticket_id);

create table ticket_link (
  id          uuid primary key,
  tenant_id   uuid not null,
  ticket_id   uuid not null,
  -- May be another tenant's: the reader sees it only where his scope reaches it.
  other_id    uuid not null,
  kind        text not null check (kind in ('merged', 'related', 'escalated', 'follow_up')),
  created_at  timestamptz not null,
  unique (tenant_id, id),
  unique (ticket_id, other_id, kind),
  foreign key (tenant_id, ticket_id) references ticket (tenant_id, id)
);
create index ticket_link_of_other on ticket_link (other_id);

create table ticket_macro (
  id          uuid primary key,
  tenant_id   uuid not null references tenant (id),
  name        text not null check (length(name) between 1 and 100),
  -- Typed actions, no code.
  actions     jsonb not null,
  created_at  timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, name)
);

create table ticket_view (
  id          uuid primary key,
  tenant_id   uuid not null references tenant (id),
  owner_id    uuid not null,
  name        text not null check (length(name) between 1 and 100),
  filter      jsonb not null,
  created_at  timestamptz not null,
  unique (tenant_id, id),
  unique (owner_id, name)
);

-- A call that somebody complained of: as it was written, and the record it was found to be.
create table call_sample (
  id           uuid primary key,
  tenant_id    uuid not null,
  ticket_id    uuid not null,
  entry_id     uuid not null,
  from_text    text not null check (length(from_text) <= 60),
  to_text      text not null check (length(to_text) <= 60),
  called_at    timestamptz,
  missing      text[] not null,
  cdr_id       uuid,
  -- What was found out about it, with the evidence.
  finding      jsonb,
  found_at     timestamptz,
  created_at   timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, ticket_id) references ticket (tenant_id, id),
  foreign key (tenant_id, entry_id) references ticket_entry (tenant_id, id)
);
create index call_sample_of_ticket on call_sample (ticket_id);

-- What happened to a ticket as far as clocks care. Everything else about clocks is computed from these rows.
create table sla_event (
  id         uuid primary key,
  tenant_id  uuid not null,
  ticket_id  uuid not null,
  kind       text not null check (kind in
    ('created', 'customer_message', 'staff_message', 'state', 'severity', 'workaround', 'voicemail')),
  value      text not null default '',
  at         timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, ticket_id) references ticket (tenant_id, id)
);
create index sla_event_of_ticket on sla_event (ticket_id, at, id);

-- The clocks as they were computed last, for lists.
create table sla_clock (
  tenant_id       uuid not null,
  ticket_id       uuid not null,
  metric          text not null check (metric in ('response', 'next_response', 'resolution', 'update')),
  started_at      timestamptz not null,
  state           text not null check (state in ('running', 'paused', 'stopped', 'void')),
  target_seconds  integer,
  due_at          timestamptz,
  stopped_at      timestamptz,
  breached_at     timestamptz,
  -- The next warning, at half and at four fifths of the target.
  warn_at         timestamptz,
  primary key (ticket_id, metric, started_at),
  foreign key (tenant_id, ticket_id) references ticket (tenant_id, id)
);
create index sla_clock_due on sla_clock (due_at) where state = 'running' and breached_at is null;
create index sla_clock_warn on sla_clock (warn_at) where state = 'running' and breached_at is null;

-- A promise that was broken. Nothing that happens later takes it back.
create table sla_breach (
  id           uuid primary key,
  tenant_id    uuid not null,
  ticket_id    uuid not null,
  metric       text not null,
  started_at   timestamptz not null,
  due_at       timestamptz not null,
  severity     text not null,
  recorded_at  timestamptz not null,
  unique (tenant_id, id),
  unique (ticket_id, metric, started_at),
  foreign key (tenant_id, ticket_id) references ticket (tenant_id, id)
);

select dialhouse_protect('support_calendar', services => array['dialhouse_office']);
select dialhouse_protect('support_calendar_day', services => array['dialhouse_office']);
select dialhouse_protect('support_policy', services => array['dialhouse_office']);
select dialhouse_protect('ticket', services => array['dialhouse_office']);
select dialhouse_protect('ticket_entry', services => array['dialhouse_office']);
select dialhouse_protect('ticket_attachment', services => array['dialhouse_office']);
select dialhouse_protect('ticket_link', services => array['dialhouse_office']);
select dialhouse_protect('ticket_macro', services => array['dialhouse_office']);
select dialhouse_protect('ticket_view', services => array['dialhouse_office']);
select dialhouse_protect('call_sample', services => array['dialhouse_office']);
select dialhouse_protect('sla_event', services => array['dialhouse_office']);
select dialhouse_protect('sla_clock', services => array['dialhouse_office']);
select dialhouse_protect('sla_breach', services => array['dialhouse_office']);

revoke delete on ticket, ticket_link, call_sample from dialhouse_office, dialhouse_office_service;
revoke update, delete on ticket_entry, ticket_attachment, sla_event, sla_breach
  from dialhouse_office, dialhouse_office_service;
create trigger append_only before update or delete on ticket_entry
  for each row execute function dialhouse_append_only();
create trigger append_only before update or delete on sla_event
  for each row execute function dialhouse_append_only();
create trigger append_only before update or delete on sla_breach
  for each row execute function dialhouse_append_only();

-- Who answers somebody in scope, and what was promised to him: his sellers' rows lie outside his own scope. The nearest
-- seller with a policy for him counts; without one it is the parent, whose calendar columns are null.
create function dialhouse_support_desk(helped uuid)
returns table (desk_id uuid, audience text, policy_id uuid, targets jsonb, pauses_in text[], page_on text,
               emergency_number text, zone text, hours jsonb, years integer[], days jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  with asked as (
    select tenant.id, tenant.path, coalesce(tenant.parent_id, tenant.id) as desk_id,
           case when tenant.kind in ('partner', 'provider') then 'partner' else 'customer' end as audience
    from tenant
    where tenant.id = helped and case when current_setting('role') = 'dialhouse_office_service' then true
      else tenant.path >= dialhouse_scope() and tenant.path < dialhouse_scope() || '~' end
  ), chosen as (
    select support_policy.* from asked
    join tenant seller on starts_with(asked.path, seller.path)
    join support_policy on support_policy.tenant_id = seller.id and support_policy.audience = asked.audience
    where seller.id <> asked.id or asked.desk_id = asked.id
    order by length(seller.path) desc limit 1
  )
  select asked.desk_id, asked.audience, chosen.id, chosen.targets, chosen.pauses_in, chosen.page_on,
         chosen.emergency_number, support_calendar.zone, support_calendar.hours, support_calendar.years,
         (select coalesce(jsonb_object_agg(day, windows), '{}') from support_calendar_day
          where calendar_id = support_calendar.id)
  from asked left join chosen on true left join support_calendar on support_calendar.id = chosen.calendar_id
$$;
grant execute on function dialhouse_support_desk(uuid) to dialhouse_office, dialhouse_office_service;
