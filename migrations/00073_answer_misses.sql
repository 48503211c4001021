-- +goose Up

-- What was looked for in the help centre and not found: words and how often, never by whom.
create table answer_misses (
    tenant_id uuid not null,
    language  text not null check (length(language) between 2 and 20),
    words     text not null check (length(words) between 1 and 80),
    times     integer not null default 1,
    last_at   timestamptz not null default now(),
    primary key (tenant_id, language, words)
);
create index answer_misses_last on answer_misses (tenant_id, last_at);

alter table answer_misses enable row level security;
alter table answer_misses force row level security;
create policy tenant on answer_misses using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert, update, delete on answer_misses to pitdesk_app;
