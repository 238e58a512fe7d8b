-- Help after hours: the line, who is on call, what was heard and whom it reached; work that was done, and what it
-- costs.

-- The extension whose mailbox is the emergency line's: "press option 8 and leave a detailed message".
create table oncall_line (
  tenant_id     uuid primary key references tenant (id),
  extension_id  uuid not null unique
);

create table oncall_person (
  id          uuid primary key,
  tenant_id   uuid not null references tenant (id),
  -- The first is paged first, the next one when nobody acknowledges.
  position    smallint not null check (position between 1 and 20),
  name        text not null check (length(name) between 1 and 200),
  email       text not null check (length(email) between 3 and 254),
  unique (tenant_id, id),
  unique (tenant_id, position)
);

create table oncall_incident (
  id               uuid primary key,
  tenant_id        uuid not null references tenant (id),
  state            text not null check (state in ('paging', 'acknowledged', 'resolved')),
  caller_number    text not null check (length(caller_number) <= 60),
  caller_name      text not null check (length(caller_name) <= 200),
  -- The message on the line; null for one that a ticket began.
  message_id       uuid unique,
  -- Another tenant's ticket: the partner's, or the customer's.
  ticket_id        uuid,
  heard_at         timestamptz not null,
  acknowledged_by  text check (length(acknowledged_by) <= 200),
  next_page_at     timestamptz,
  unique (tenant_id, id)
);
create index oncall_incident_paging on oncall_incident (next_page_at) where state = 'paging';
create unique index oncall_incident_of_ticket on oncall_incident (ticket_id) where ticket_id is not null;

create table page_attempt (
  id           uuid primary key,
  tenant_id    uuid not null,
  incident_id  uuid not null,
  person_name  text not null check (length(person_name) <= 200),
  at           timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, incident_id) references oncall_incident (tenant_id, id)
);

create table work_log (
  id                   uuid primary key,
  tenant_id            uuid not null,
  ticket_id            uuid not null,
  technician_id        uuid,
  technician_name      text not null check (length(technician_name) <= 200),
  started_at           timestamptz not null,
  stopped_at           timestamptz not null check (stopped_at > started_at),
  -- The part that lies outside the hours of the desk.
  after_hours_seconds  integer not null check (after_hours_seconds >= 0),
  note                 text not null check (length(note) <= 2000),
  unique (tenant_id, id),
  foreign key (tenant_id, ticket_id) references ticket (tenant_id, id)
);
create index work_log_of_ticket on work_log (ticket_id);

-- What was put on the bill for a ticket; a change of fault takes it back with a row of its own.
create table support_charge (
  id             uuid primary key,
  tenant_id      uuid not null,
  ticket_id      uuid not null,
  amount_micros  bigint not null check (amount_micros <> 0),
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  reason         text not null check (length(reason) <= 500),
  charged_by     uuid,
  charged_at     timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, ticket_id) references ticket (tenant_id, id)
);
create index support_charge_of_ticket on support_charge (ticket_id);

select dialhouse_protect('oncall_line', services => array['dialhouse_office']);
select dialhouse_protect('oncall_person', services => array['dialhouse_office']);
select dialhouse_protect('oncall_incident', services => array['dialhouse_office']);
select dialhouse_protect('page_attempt', services => array['dialhouse_office']);
select dialhouse_protect('work_log', services => array['dialhouse_office:read']);
select dialhouse_protect('support_charge', services => array['dialhouse_office:read']);
revoke update, delete on support_charge, work_log, page_attempt from dialhouse_office, dialhouse_office_service;
