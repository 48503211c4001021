-- +goose Up

-- A reseller's own name for a casino, such as the number of its contract.
alter table control.tenants add column reference text not null default '' check (length(reference) <= 120);
create unique index tenants_reference on control.tenants (reseller_id, reference) where reseller_id is not null and reference <> '';

-- found_tenant registers the casino of the transaction, so that it and what it begins with are there together or not at all.
-- It answers made, taken (the slug), known (the reference), full (the reseller has as many as it may) or shut (the reseller is
-- suspended). Foundings of one reseller take turns, so that two at once don't make one too many.
drop function found_tenant(text, text, text, uuid);
-- +goose StatementBegin
create function found_tenant(wanted_slug text, wanted_name text, wanted_language text, by_reseller uuid, wanted_reference text) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare r control.resellers;
begin
    if by_reseller is not null then
        select * into r from control.resellers where id = by_reseller for no key update;
        if not found or r.suspended_at is not null then
            return 'shut';
        end if;
        if (select count(*) from control.tenants t where t.reseller_id = by_reseller and t.standing <> 'closed') >= r.most_tenants then
            return 'full';
        end if;
        if exists (select from control.tenants t where t.reseller_id = by_reseller and t.reference = wanted_reference and wanted_reference <> '') then
            return 'known';
        end if;
    end if;
    insert into control.tenants (id, slug, name, language, reseller_id, reference)
    values (current_tenant(), wanted_slug, wanted_name, wanted_language, by_reseller, wanted_reference) on conflict do nothing;
    if not found then
        return 'taken';
    end if;
    insert into control.revisions (tenant_id, subject) values (current_tenant(), 'hosts');
    return 'made';
end $$;
-- +goose StatementEnd
revoke execute on function found_tenant from public;
grant execute on function found_tenant to pitdesk_app;

-- A key's secret can be replaced while the old one is still good for a while, so that programs change over one by one. The key
-- stays the same: what was sent under it and is sent again is still known.
alter table control.api_keys
    add column old_hash    bytea unique,
    add column old_hint    text,
    add column old_until   timestamptz,
    add column old_used_at timestamptz,
    add column rotated_at  timestamptz,
    add constraint api_keys_old check (num_nonnulls(old_hash, old_hint, old_until) in (0, 3));

-- What a key's owner may see of it.
create view control.kept_keys with (security_invoker = true) as
    select id, tenant_id, reseller_id, name, role, scopes, networks::text[] as networks, hint, created_at, expires_at, revoked_at,
           last_used_at, rotated_at,
           case when old_until > now() then old_hint end as old_hint, case when old_until > now() then old_until end as old_until,
           case when old_until > now() then old_used_at end as old_used_at,
           revoked_at is null and (expires_at is null or expires_at > now()) as good
    from control.api_keys;
grant select on control.kept_keys to pitdesk_control;

-- The deeds done to keys, once for casinos' and resellers': exactly one of tenant and reseller is given.

-- add_key makes a key, unless its owner has as many good ones as it can have.
-- +goose StatementBegin
create function control.add_key(tenant uuid, reseller uuid, most integer, key_id uuid, key_name text, key_role text, key_hint text,
    key_hash bytea, expires timestamptz, key_scopes text[], key_networks text[]) returns boolean language plpgsql as $$
begin
    if tenant is not null then
        perform 1 from control.tenants where id = tenant for no key update;
    else
        perform 1 from control.resellers where id = reseller for no key update;
    end if;
    if (select count(*) from control.kept_keys k where k.good and (k.tenant_id = tenant or k.reseller_id = reseller)) >= most then
        return false;
    end if;
    insert into control.api_keys (id, tenant_id, reseller_id, name, role, hint, hash, expires_at, scopes, networks)
    values (key_id, tenant, reseller, key_name, key_role, key_hint, key_hash, expires, key_scopes, key_networks::cidr[]);
    return true;
end $$;
-- +goose StatementEnd

-- rotate_key gives a good key a new secret and lets the present one be good until a time. It answers rotated, unknown, or two:
-- the secret before the present one is still good.
-- +goose StatementBegin
create function control.rotate_key(tenant uuid, reseller uuid, key_id uuid, new_hint text, new_hash bytea, keep_until timestamptz) returns text
language plpgsql as $$
declare until timestamptz;
begin
    select coalesce(a.old_until, '-infinity') into until from control.api_keys a join control.kept_keys k using (id)
    where a.id = key_id and k.good and (a.tenant_id = tenant or a.reseller_id = reseller) for update of a;
    if not found then
        return 'unknown';
    elsif until > now() then
        return 'two';
    end if;
    update control.api_keys set old_hash = hash, old_hint = hint, old_until = keep_until, old_used_at = last_used_at,
        hash = new_hash, hint = new_hint, last_used_at = null, rotated_at = now() where id = key_id;
    return 'rotated';
end $$;
-- +goose StatementEnd

-- end_old_secret ends the secret that was replaced, revoke_key the whole key. False: there is none.
-- +goose StatementBegin
create function control.end_old_secret(tenant uuid, reseller uuid, key_id uuid) returns boolean language sql as $$
    with ended as (update control.api_keys set old_until = now()
        where id = key_id and (tenant_id = tenant or reseller_id = reseller) and revoked_at is null and old_until > now() returning 1)
    select exists (select from ended);
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function control.revoke_key(tenant uuid, reseller uuid, key_id uuid) returns boolean language sql as $$
    with ended as (update control.api_keys set revoked_at = now()
        where id = key_id and (tenant_id = tenant or reseller_id = reseller) and revoked_at is null returning 1)
    select exists (select from ended);
$$;
-- +goose StatementEnd
grant execute on function control.add_key, control.rotate_key, control.end_old_secret, control.revoke_key to pitdesk_control;

-- The same for the casino of the transaction, so that a key and the audit line about it are there together or not at all.
-- +goose StatementBegin
create function add_key(most integer, key_id uuid, key_name text, key_role text, key_hint text, key_hash bytea, expires timestamptz,
    key_scopes text[], key_networks text[]) returns boolean language sql security definer set search_path = public, pg_temp as $$
    select control.add_key(current_tenant(), null, most, key_id, key_name, key_role, key_hint, key_hash, expires, key_scopes, key_networks);
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function rotate_key(key_id uuid, new_hint text, new_hash bytea, keep_until timestamptz) returns text
language sql security definer set search_path = public, pg_temp as $$
    select control.rotate_key(current_tenant(), null, key_id, new_hint, new_hash, keep_until);
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function end_old_secret(key_id uuid) returns boolean language sql security definer set search_path = public, pg_temp as $$
    select control.end_old_secret(current_tenant(), null, key_id);
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function revoke_key(key_id uuid) returns boolean language sql security definer set search_path = public, pg_temp as $$
    select control.revoke_key(current_tenant(), null, key_id);
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function kept_keys() returns table (id uuid, name text, role text, scopes text[], networks text[], hint text, created_at timestamptz,
    expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz, rotated_at timestamptz, old_hint text, old_until timestamptz,
    old_used_at timestamptz, good boolean) language sql stable security definer set search_path = public, pg_temp as $$
    select k.id, k.name, k.role, k.scopes, k.networks, k.hint, k.created_at, k.expires_at, k.revoked_at, k.last_used_at, k.rotated_at,
        k.old_hint, k.old_until, k.old_used_at, k.good
    from control.kept_keys k where k.tenant_id = current_tenant();
$$;
-- +goose StatementEnd
revoke execute on function add_key, rotate_key, end_old_secret, revoke_key, kept_keys from public;
grant execute on function add_key, rotate_key, end_old_secret, revoke_key, kept_keys to pitdesk_app;

-- Links that let a member in once, within minutes, without their password: a back office opens the desk for somebody it knows.
create table sign_in_links (
    tenant_id     uuid not null,
    id            uuid not null,
    token_hash    bytea not null,
    membership_id uuid not null,
    made_by       text not null,
    created_at    timestamptz not null default now(),
    expires_at    timestamptz not null,
    used_at       timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, token_hash),
    foreign key (tenant_id, membership_id) references memberships on delete cascade
);
create index sign_in_links_member on sign_in_links (tenant_id, membership_id);
alter table sign_in_links enable row level security;
alter table sign_in_links force row level security;
create policy tenant on sign_in_links using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert, update, delete on sign_in_links to pitdesk_app;
