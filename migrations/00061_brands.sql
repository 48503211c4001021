-- +goose Up

-- What a casino looks like now. The texts by language are objects {"en": "…"}; pictures are names as tenants/pictures gives
-- them; the chat stands at the end or the start of a line, so many pixels from the window's edges.
alter table brands
    add column legal_name  text not null default '',
    add column site        text not null default '' check (site = '' or site ~ '^https://[^/]'),
    add column logo        text not null default '' check (logo = '' or logo ~ '^[0-9a-f]{32}\.(png|jpg)$'),
    add column logo_dark   text not null default '' check (logo_dark = '' or logo_dark ~ '^[0-9a-f]{32}\.(png|jpg)$'),
    add column icon        text not null default '' check (icon = '' or icon ~ '^[0-9a-f]{32}\.(png|jpg)$'),
    add column accent_dark text not null default '' check (accent_dark = '' or accent_dark ~ '^#[0-9a-f]{6}$'),
    add column ink         text not null default '' check (ink = '' or ink ~ '^#[0-9a-f]{6}$'),
    add column corners     text not null default 'soft' check (corners in ('square', 'soft', 'round')),
    add column side        text not null default 'end' check (side in ('end', 'start')),
    add column bottom      integer not null default 20 check (bottom between 0 and 200),
    add column inset       integer not null default 20 check (inset between 0 and 200),
    add column sender      text not null default '',
    add column signature   jsonb not null default '{}',
    add column footer      jsonb not null default '{}',
    add column version     integer not null default 0;

-- Every brand a casino has saved, whole, as the program writes it. brands.version is the one that is shown.
create table brand_versions (
    tenant_id      uuid not null,
    number         integer not null check (number > 0),
    brand          jsonb not null,
    author_id      uuid,
    author_name    text not null,
    restores       integer check (restores < number), -- the version it repeats
    made_at        timestamptz not null default now(),
    published_at   timestamptz,
    publisher_name text,
    primary key (tenant_id, number),
    foreign key (tenant_id, restores) references brand_versions (tenant_id, number),
    check ((published_at is null) = (publisher_name is null))
);
alter table brand_versions enable row level security;
alter table brand_versions force row level security;
create policy tenant on brand_versions using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert on brand_versions to pitdesk_app;
grant update (published_at, publisher_name) on brand_versions to pitdesk_app;
