-- +goose Up

-- Own addresses that a casino has claimed. Two casinos may claim one address; who serves it stands in control.hosts, where an
-- address is one casino's. Neither learns of the other's claim.
create table domains (
    tenant_id    uuid not null,
    id           uuid not null,
    host         text not null check (host ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$' and length(host) <= 253),
    token        text not null check (length(token) between 20 and 80),
    added_at     timestamptz not null default now(),
    proven_at    timestamptz,
    proof        text check (proof in ('txt', 'cname', 'vouched')),
    checked_at   timestamptz,
    finding      text check (finding in ('held', 'missing', 'nowhere', 'elsewhere', 'silent', 'taken')),
    found        text check (length(found) <= 260),
    -- Checks in a row that found no proof, and when the last of them was counted.
    failures     integer not null default 0,
    failed_at    timestamptz,
    suspended_at timestamptz,
    removed_at   timestamptz,
    primary key (tenant_id, id),
    check ((proven_at is null) = (proof is null)),
    check (suspended_at is null or proven_at is not null)
);
create unique index domains_host on domains (tenant_id, host) where removed_at is null;

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['domains'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy tenant on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
            with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
        execute format('grant select, insert, update on %I to pitdesk_app', t);
    end loop;
end $$;
-- +goose StatementEnd

-- serve_host gives the casino of the transaction an address that it has proven. False: another casino serves it.
-- +goose StatementBegin
create function serve_host(wanted text) returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare holder uuid;
begin
    if not exists (select 1 from domains d where d.tenant_id = current_tenant() and d.host = wanted
            and d.proven_at is not null and d.suspended_at is null and d.removed_at is null) then
        raise exception 'serve_host: % is not proven', wanted;
    end if;
    insert into control.hosts (host, tenant_id) values (wanted, current_tenant()) on conflict (host) do nothing;
    select tenant_id into holder from control.hosts where host = wanted;
    if holder is distinct from current_tenant() then
        return false;
    end if;
    perform changed('hosts');
    return true;
end $$;

-- release_host takes an address from the casino of the transaction. Its main address is then {slug}.{base} again.
create function release_host(given text) returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from control.hosts where host = given and tenant_id = current_tenant();
    if not found then
        return false;
    end if;
    perform changed('hosts');
    return true;
end $$;

-- main_host makes one of the casino's addresses the one that links use; null goes back to {slug}.{base}. False: it has no such one.
create function main_host(chosen text) returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform 1 from control.tenants where id = current_tenant() for update;
    if chosen is not null and not exists (select 1 from control.hosts where host = chosen and tenant_id = current_tenant()) then
        return false;
    end if;
    update control.hosts set main = false where tenant_id = current_tenant() and main;
    update control.hosts set main = true where tenant_id = current_tenant() and host = chosen;
    perform changed('hosts');
    return true;
end $$;
-- +goose StatementEnd
revoke execute on function serve_host(text), release_host(text), main_host(text) from public;
grant execute on function serve_host(text), release_host(text), main_host(text) to pitdesk_app;
