-- +goose Up

-- feed_turn is which way an entry turned something: the state it led to; "to" or "from" for holders, topics and tags.
create function feed_turn(kind text, facts jsonb) returns text language sql immutable parallel safe
    return case
        when kind = 'state' then facts->>'to'
        when kind in ('assignment', 'topic', 'tag') then case when coalesce(facts->>'to_id', facts->>'team_id') is null then 'from' else 'to' end
    end;

-- A log is read across casinos by functions alone that name no word of any entry. They belong to the role that searches:
-- it can't sign in.
create policy feed on entries for select to pitdesk_search using (true);
create policy feed on conversations for select to pitdesk_search using (true);
grant select (tenant_id, epoch, xact, conversation_id, seq, id, kind, visibility, author_kind, author_id, channel, recorded_at, facts)
    on entries to pitdesk_search;
grant select (tenant_id, id, player_id) on conversations to pitdesk_search;
grant usage on schema control to pitdesk_search;
grant select (id, reseller_id) on control.tenants to pitdesk_search;
grant select (number) on control.epochs to pitdesk_search;
grant create on schema control to pitdesk_search;
set local role pitdesk_search;

-- feed reads the logs of one casino (p_tenant), or of all casinos of a reseller, after a place and in order: epoch,
-- transaction, casino, conversation, number. Transactions that may still be running, and those begun since, come another time.
-- +goose StatementBegin
create function control.feed(p_tenant uuid, p_reseller uuid, p_epoch integer, p_xact xid8, p_after_tenant uuid,
    p_conversation uuid, p_seq bigint, p_limit integer)
returns table (tenant_id uuid, epoch integer, xact xid8, conversation_id uuid, seq bigint, id uuid, kind text, visibility text,
    author_kind text, author_id uuid, channel text, recorded_at timestamptz, player_id uuid, by_key boolean, turned text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    this integer := (select max(x.number) from control.epochs x);
    horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
begin
    return query
    select f.tenant_id, f.epoch, f.xact, f.conversation_id, f.seq, f.id, f.kind, f.visibility, f.author_kind, f.author_id,
           f.channel, f.recorded_at, c.player_id, f.by_key, f.turned
    from (
        select e.* from control.tenants t
        cross join lateral (
            select x.tenant_id, x.epoch, x.xact, x.conversation_id, x.seq, x.id, x.kind, x.visibility, x.author_kind, x.author_id,
                   x.channel, x.recorded_at, x.facts ? 'key' as by_key, feed_turn(x.kind, x.facts) as turned
            from entries x
            where x.tenant_id = t.id and (x.epoch, x.xact) >= (p_epoch, p_xact)
              and (x.epoch, x.xact, x.tenant_id, x.conversation_id, x.seq) > (p_epoch, p_xact, p_after_tenant, p_conversation, p_seq)
              and (x.epoch, x.xact) < (this, horizon)
            order by x.tenant_id, x.epoch, x.xact, x.conversation_id, x.seq limit p_limit) e
        where t.id = p_tenant or t.reseller_id = p_reseller
        order by e.epoch, e.xact, e.tenant_id, e.conversation_id, e.seq limit p_limit) f
    join conversations c on c.tenant_id = f.tenant_id and c.id = f.conversation_id
    order by f.epoch, f.xact, f.tenant_id, f.conversation_id, f.seq;
end $$;
-- +goose StatementEnd
revoke execute on function control.feed from public;
grant execute on function control.feed to pitdesk_control;
reset role;
revoke create on schema control from pitdesk_search;
grant execute on function current_epoch to pitdesk_control;
