-- The command palette finds calls by the digits that their numbers begin with, the newest first, and by Call-ID.
create index cdr_by_from on cdr (from_number collate "C", occurred_at desc);
create index cdr_by_to on cdr (to_number collate "C", occurred_at desc);
create index cdr_by_sip_call on cdr using hash (sip_call_id);

-- Views of lists that people keep: the query of a page's address, under a name.
create table saved_view (
  id         uuid primary key,
  tenant_id  uuid not null references tenant (id),
  login_id   uuid not null,
  -- Which list: 'transactions'.
  list       text not null check (list ~ '^[a-z][a-z-]{0,59}$'),
  name       text not null check (length(name) between 1 and 60),
  query      text not null check (length(query) <= 2000),
  -- Shown to everybody of the same company.
  is_shared  boolean not null,
  created_at timestamptz not null,
  unique (login_id, list, name),
  foreign key (tenant_id, login_id) references login (tenant_id, id)
);
create index saved_view_by_list on saved_view (tenant_id, list);
select dialhouse_protect('saved_view');
