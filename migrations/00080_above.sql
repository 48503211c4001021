-- +goose Up

-- A reseller provisions casinos and answers for them. Its casinos don't learn of each other, nor other resellers of them.
create table control.resellers (
    id           uuid primary key,
    slug         text not null unique check (slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'),
    name         text not null check (length(name) between 1 and 120),
    email        text not null check (email = lower(email)),
    -- Who is billed for its casinos: itself at wholesale prices, or each casino.
    pays         text not null default 'reseller' check (pays in ('reseller', 'casino')),
    most_tenants integer not null default 25 check (most_tenants between 0 and 100000),
    accent       text not null default '#3657d6' check (accent ~ '^#[0-9a-f]{6}$'),
    logo         text,
    created_at   timestamptz not null default now(),
    suspended_at timestamptz,
    suspended_why text check (length(suspended_why) between 1 and 500),
    check ((suspended_at is null) = (suspended_why is null))
);

-- How a casino stands: open, read_only (nothing new, all can be read), suspended (shut for a while), closed (shut for good,
-- nothing deleted yet). Several may hold it back, each for a reason of its own; the worst of them counts.
alter table control.tenants
    add column reseller_id uuid references control.resellers,
    add column standing    text not null default 'open' check (standing in ('open', 'read_only', 'suspended', 'closed')),
    add column standing_at timestamptz not null default now();
create index tenants_reseller on control.tenants (reseller_id, id) where reseller_id is not null;

create table control.holds (
    tenant_id uuid not null references control.tenants,
    source    text not null check (source in ('billing', 'reseller', 'vendor', 'casino')),
    standing  text not null check (standing in ('read_only', 'suspended', 'closed')),
    why       text not null check (length(why) between 1 and 500),
    since     timestamptz not null default now(),
    primary key (tenant_id, source)
);

-- hold keeps a casino from working, for one source's reason; open ends that source's hold. It returns how the casino stands then.
-- +goose StatementBegin
create function control.hold(tenant uuid, from_source text, wanted text, reason text) returns text language plpgsql as $$
declare worst text;
begin
    perform 1 from control.tenants where id = tenant for update;
    if not found then
        return null;
    end if;
    if wanted = 'open' then
        delete from control.holds where tenant_id = tenant and source = from_source;
    else
        insert into control.holds (tenant_id, source, standing, why) values (tenant, from_source, wanted, reason)
        on conflict (tenant_id, source) do update set standing = excluded.standing, why = excluded.why,
            since = case when control.holds.standing = excluded.standing then control.holds.since else now() end;
    end if;
    select coalesce((array_agg(h.standing order by array_position(array['closed', 'suspended', 'read_only'], h.standing)))[1], 'open')
      into worst from control.holds h where h.tenant_id = tenant;
    update control.tenants set standing = worst, standing_at = now() where id = tenant and standing <> worst;
    insert into control.revisions (tenant_id, subject) values (tenant, 'hosts')
    on conflict (tenant_id, subject) do update set number = control.revisions.number + 1, changed_at = clock_timestamp();
    return worst;
end $$;
-- +goose StatementEnd

-- A key is a casino's or a reseller's. scopes null: whatever its role may; networks null: from anywhere.
alter table control.api_keys
    alter column tenant_id drop not null,
    add column reseller_id uuid references control.resellers,
    add column scopes      text[],
    add column networks    cidr[],
    drop constraint api_keys_role_check,
    add constraint api_keys_role_check check (role in ('operator', 'lead', 'admin', 'reseller')),
    add constraint api_keys_owner check (num_nonnulls(tenant_id, reseller_id) = 1),
    add constraint api_keys_owners_role check ((role = 'reseller') = (reseller_id is not null));
create index api_keys_reseller on control.api_keys (reseller_id) where reseller_id is not null;

-- Who did what above casinos: resellers' and the deployment's own people, their keys, and jobs. Nobody changes a line.
create table control.deeds (
    id          uuid primary key,
    at          timestamptz not null default now(),
    actor_kind  text not null,
    actor_id    uuid,
    actor_name  text not null default '',
    role        text not null,
    reseller_id uuid,
    tenant_id   uuid,
    action      text not null,
    object      text not null,
    object_id   uuid,
    outcome     text not null default 'allowed' check (outcome in ('allowed', 'refused')),
    facts       jsonb not null default '{}',
    address     text,
    request_id  text,
    -- Reads of one thing by one actor within five minutes are one line.
    read_during timestamptz
);
create unique index deeds_reads on control.deeds (read_during, actor_id, action, object, object_id, reseller_id, tenant_id) nulls not distinct where read_during is not null;
create index deeds_at on control.deeds (id desc);
create index deeds_reseller on control.deeds (reseller_id, id desc) where reseller_id is not null;
create index deeds_tenant on control.deeds (tenant_id, id desc) where tenant_id is not null;

grant select, insert, update, delete on control.resellers, control.holds to pitdesk_control;
grant select, insert on control.deeds to pitdesk_control;
grant execute on function control.hold to pitdesk_control;

-- found_tenant registers the casino of the transaction, so that it and what it begins with are there together or not at all.
-- False: the slug is taken.
-- +goose StatementBegin
create function found_tenant(wanted_slug text, wanted_name text, wanted_language text, by_reseller uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into control.tenants (id, slug, name, language, reseller_id)
    values (current_tenant(), wanted_slug, wanted_name, wanted_language, by_reseller) on conflict do nothing;
    if not found then
        return false;
    end if;
    insert into control.revisions (tenant_id, subject) values (current_tenant(), 'hosts');
    return true;
end $$;
-- +goose StatementEnd
revoke execute on function found_tenant from public;
grant execute on function found_tenant to pitdesk_app;
