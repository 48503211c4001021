-- +goose Up

-- A cut through the inbox that somebody keeps: their own, or everybody's.
create table inbox_views (
    tenant_id   uuid not null,
    id          uuid not null,
    name        text not null check (length(name) between 1 and 80),
    -- Whose it is; null: everybody's.
    owner_id    uuid,
    state       text not null default 'open' check (state in ('open', 'snoozed', 'resolved', 'any')),
    holder      text not null default '' check (holder in ('', 'me', 'nobody', 'agent')),
    assignee_id uuid,
    team_id     uuid,
    topic_id    uuid,
    tag_id      uuid,
    channel     text check (channel in ('chat', 'email', 'phone', 'messenger', 'api')),
    sort        text not null default 'newest' check (sort in ('newest', 'waiting')),
    created_at  timestamptz not null default now(),
    changed_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    check ((holder = 'agent') = (assignee_id is not null)),
    foreign key (tenant_id, owner_id) references memberships on delete cascade,
    foreign key (tenant_id, assignee_id) references memberships,
    foreign key (tenant_id, team_id) references teams,
    foreign key (tenant_id, topic_id) references topics,
    foreign key (tenant_id, tag_id) references tags
);
create index inbox_views_owner on inbox_views (tenant_id, owner_id);
alter table inbox_views enable row level security;
alter table inbox_views force row level security;
create policy tenant on inbox_views using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert, update, delete on inbox_views to pitdesk_app;
