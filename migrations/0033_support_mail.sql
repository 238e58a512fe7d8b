-- Mail of the support desk: every message as it came, once, and the ticket that it belongs to.
create table support_mail (
  id           uuid primary key,
  -- The seller whose address it was sent to, or in whose name it went out.
  tenant_id    uuid not null references tenant (id),
  direction    text not null check (direction in ('in', 'out')),
  mailbox      text not null check (length(mailbox) <= 254),
  -- Message-ID without its brackets; a hash of the content where there is none. Of ours: 122 random bits.
  message_id   text not null check (length(message_id) between 1 and 300),
  sender       text not null check (length(sender) <= 254),
  subject      text not null check (length(subject) <= 500),
  raw          bytea,
  ticket_id    uuid,
  outcome      text not null check (outcome in
    ('opened', 'threaded', 'automatic', 'bounce', 'own', 'broken', 'too_large', 'sent')),
  at           timestamptz not null,
  unique (tenant_id, id),
  unique (mailbox, message_id)
);
create index support_mail_by_message on support_mail (message_id);
create index support_mail_by_sender on support_mail (sender, at);
select dialhouse_protect('support_mail', services => array['dialhouse_office']);
