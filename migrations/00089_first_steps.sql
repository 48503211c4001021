-- +goose Up

-- The list of a new casino's first steps: begun, when it came by itself; a step, when somebody skipped it; all, when the list was put
-- away. Whether a step is done is read from what it is about, and stands nowhere.
create table first_steps (
    tenant_id     uuid not null,
    step          text not null check (step in ('begun', 'brand', 'licence', 'chat', 'people', 'talk', 'all')),
    at            timestamptz not null default now(),
    membership_id uuid,
    primary key (tenant_id, step),
    foreign key (tenant_id, membership_id) references memberships (tenant_id, id)
);
alter table first_steps enable row level security;
alter table first_steps force row level security;
create policy tenant on first_steps using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert, delete on first_steps to pitdesk_app;
