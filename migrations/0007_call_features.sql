-- Where the calls of an extension go on to, as dialled from there: a forwarded call is a call of its extension.

alter table extension
  add column forward_always         text check (forward_always ~ '^[+]?[0-9]{2,15}$'),
  add column forward_busy           text check (forward_busy ~ '^[+]?[0-9]{2,15}$'),
  add column forward_no_answer      text check (forward_no_answer ~ '^[+]?[0-9]{2,15}$'),
  add column forward_after_seconds  integer not null default 20 check (forward_after_seconds between 5 and 55);
