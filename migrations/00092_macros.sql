-- +goose Up

-- A macro is a reply that is written once and used often, and what is done to the conversation with it.
create table macros (
    tenant_id       uuid not null,
    id              uuid not null,
    name            text not null check (length(name) between 1 and 80),
    -- What is typed after "/" to find it at once.
    shortcut        text check (length(shortcut) between 1 and 30 and shortcut !~ '[\s/]' and shortcut = lower(shortcut)),
    -- The team that has it; null: everybody.
    team_id         uuid,
    -- By language, with {{blanks}}. None: it only does.
    texts           jsonb not null default '{}' check (jsonb_typeof(texts) = 'object'),
    topic_id        uuid,
    tags            text[] not null default '{}' check (cardinality(tags) <= 10),
    assign          text not null default '' check (assign in ('', 'me', 'nobody', 'agent', 'team')),
    assign_agent_id uuid,
    assign_team_id  uuid,
    snooze_minutes  integer check (snooze_minutes between 5 and 525600),
    resolve         boolean not null default false,
    created_at      timestamptz not null default now(),
    created_by      uuid,
    changed_at      timestamptz not null default now(),
    retired_at      timestamptz,
    primary key (tenant_id, id),
    check ((assign = 'agent') = (assign_agent_id is not null) and (assign = 'team') = (assign_team_id is not null)),
    check (not (resolve and snooze_minutes is not null)),
    foreign key (tenant_id, team_id) references teams,
    foreign key (tenant_id, topic_id) references topics,
    foreign key (tenant_id, assign_agent_id) references memberships,
    foreign key (tenant_id, assign_team_id) references teams
);
create unique index macros_shortcut on macros (tenant_id, shortcut) where retired_at is null;

-- Each time a macro was used, by whom and where.
create table macro_uses (
    tenant_id       uuid not null,
    id              uuid not null,
    macro_id        uuid not null,
    conversation_id uuid not null,
    by_kind         text not null,
    by_id           uuid,
    at              timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, macro_id) references macros on delete cascade,
    foreign key (tenant_id, conversation_id) references conversations
);
create index macro_uses_macro on macro_uses (tenant_id, macro_id, at desc);

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['macros', 'macro_uses'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy tenant on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
            with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
        execute format('grant select, insert, update, delete on %I to pitdesk_app', t);
    end loop;
end $$;
-- +goose StatementEnd
