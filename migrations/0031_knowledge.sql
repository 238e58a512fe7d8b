-- The knowledge base: articles with versions that never change, what is published of them, votes, and tasks for
-- editors.

create extension if not exists unaccent;
create extension if not exists pg_trgm;

create table kb_article (
  id          uuid primary key,
  -- The provider's, or a partner's own.
  tenant_id   uuid not null references tenant (id),
  slug        text not null check (slug ~ '^[a-z0-9-]{1,100}$'),
  category    text not null check (length(category) between 1 and 60),
  department  text not null check (length(department) between 1 and 60),
  audience    text not null check (audience in ('public', 'customer', 'partner', 'internal')),
  created_at  timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, slug)
);

create table kb_version (
  id            uuid primary key,
  tenant_id     uuid not null,
  article_id    uuid not null,
  locale        text not null check (locale in ('en', 'fr', 'es')),
  number        integer not null check (number > 0),
  title         text not null check (length(title) between 1 and 200),
  -- Introduction, purpose, scope, prerequisites, sections, questions.
  body          jsonb not null,
  state         text not null check (state in ('draft', 'review', 'published', 'superseded', 'archived')),
  author_id     uuid,
  author_name   text not null check (length(author_name) <= 200),
  approved_by   uuid,
  approved_name text check (length(approved_name) <= 200),
  -- Of a translation: the version that it was made from.
  source_number integer,
  created_at    timestamptz not null,
  unique (tenant_id, id),
  unique (article_id, locale, number),
  foreign key (tenant_id, article_id) references kb_article (tenant_id, id)
);

-- What readers find: one row for each article and language.
create table kb_published (
  tenant_id     uuid not null,
  article_id    uuid not null,
  locale        text not null,
  version_id    uuid not null,
  published_at  timestamptz not null,
  search        tsvector not null,
  -- Without accents and capitals, for what is mistyped.
  plain         text not null,
  primary key (article_id, locale),
  foreign key (tenant_id, article_id) references kb_article (tenant_id, id),
  foreign key (tenant_id, version_id) references kb_version (tenant_id, id)
);
create index kb_published_search on kb_published using gin (search);
create index kb_published_plain on kb_published using gin (plain gin_trgm_ops);

create table kb_vote (
  id           uuid primary key,
  tenant_id    uuid not null,
  article_id   uuid not null,
  version_id   uuid not null,
  -- A hash of who read it: one vote for each reader and version.
  reader       bytea not null check (octet_length(reader) = 32),
  helpful      boolean not null,
  comment      text not null default '' check (length(comment) <= 5000),
  voted_at     timestamptz not null,
  unique (tenant_id, id),
  unique (version_id, reader),
  foreign key (tenant_id, article_id) references kb_article (tenant_id, id),
  foreign key (tenant_id, version_id) references kb_version (tenant_id, id)
);

-- "will try to fix the article": what a reader missed, until an editor has done something about it.
create table kb_task (
  id           uuid primary key,
  tenant_id    uuid not null,
  article_id   uuid not null,
  vote_id      uuid not null,
  comment      text not null check (length(comment) <= 5000),
  -- Whom to tell when it is done; '' for somebody unknown.
  reader_email text not null default '' check (length(reader_email) <= 254),
  done_at      timestamptz,
  done_by      uuid,
  created_at   timestamptz not null,
  unique (tenant_id, id),
  unique (vote_id),
  foreign key (tenant_id, article_id) references kb_article (tenant_id, id),
  foreign key (tenant_id, vote_id) references kb_vote (tenant_id, id)
);

-- Searches that found nothing: what an article is missing for.
create table kb_miss (
  id         uuid primary key,
  tenant_id  uuid not null references tenant (id),
  query      text not null check (length(query) between 1 and 200),
  locale     text not null,
  at         timestamptz not null,
  unique (tenant_id, id)
);

select dialhouse_protect('kb_article', services => array['dialhouse_office']);
select dialhouse_protect('kb_version', services => array['dialhouse_office']);
select dialhouse_protect('kb_published', services => array['dialhouse_office']);
select dialhouse_protect('kb_vote', services => array['dialhouse_office']);
select dialhouse_protect('kb_task', services => array['dialhouse_office']);
select dialhouse_protect('kb_miss', services => array['dialhouse_office']);
