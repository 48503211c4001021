-- The benchmark's casinos, run as the superuser in one session after functions.sql: 200 casinos, 100,000 conversations, about a million entries,
-- half of everything at the first casino. Chains are made by the log's own functions and are valid.
set session_replication_role = replica;
set synchronous_commit = off;
set work_mem = '256MB';

create table bench.casinos as
    select n, bench.id(bench.born(), n, 1) as id, case n when 1 then 50000 else 251 + (n <= 150)::int end as conversations,
        case n when 1 then 20000 else 100 end as players, case n when 1 then 60 else 5 end as members,
        case n when 1 then 10 else 4 end as teams, case n when 1 then 40 else 10 end as tags
    from generate_series(1, 200) n;

insert into control.tenants (id, slug, name) select id, 'bench-' || lpad(n::text, 3, '0'), 'Casino ' || n from bench.casinos;
insert into control.hosts (host, tenant_id, main) select 'bench-' || lpad(n::text, 3, '0') || '.localhost', id, true from bench.casinos;
insert into control.people (id, email) select bench.id(bench.born(), c.n * 1000 + m, 2), 'member-' || m || '@bench-' || c.n || '.example'
    from bench.casinos c, generate_series(1, c.members) m;
insert into brands (tenant_id, name) select id, 'Casino ' || n from bench.casinos;

insert into teams (tenant_id, id, name, for_leads)
    select c.id, bench.id(bench.born(), c.n * 1000 + t, 3), case t when 1 then 'Leads' else 'Team ' || t end, t = 1
    from bench.casinos c, generate_series(1, c.teams) t;
-- Members 1 and 2 are admins, 3 to 10 leads, all others operators in two teams; a small casino has one of each above.
insert into memberships (tenant_id, id, person_id, email, name, role)
    select c.id, bench.id(bench.born(), c.n * 1000 + m, 4), bench.id(bench.born(), c.n * 1000 + m, 2), 'member-' || m || '@bench-' || c.n || '.example',
        'Member ' || m, case when m <= least(2, c.members / 5) then 'admin' when m <= greatest(2, c.members / 6) then 'lead' else 'operator' end
    from bench.casinos c, generate_series(1, c.members) m;
insert into membership_teams (tenant_id, membership_id, team_id)
    select distinct c.id, bench.id(bench.born(), c.n * 1000 + m, 4), bench.id(bench.born(), c.n * 1000 + 2 + (m + k * 3) % (c.teams - 1), 3)
    from bench.casinos c, generate_series(1, c.members) m, generate_series(0, 1) k where m > greatest(2, c.members / 6);
insert into topics (tenant_id, id, key, position, to_lead)
    select c.id, bench.id(bench.born(), c.n * 1000 + t, 5), 'topic_' || t, t, t = 14 from bench.casinos c, generate_series(1, 15) t;
insert into tags (tenant_id, id, name) select c.id, bench.id(bench.born(), c.n * 1000 + t, 6), 'tag ' || t
    from bench.casinos c, generate_series(1, c.tags) t;
insert into players (tenant_id, id, sub, name, email, language, country, status, proven_at)
    select c.id, bench.id(bench.born(), c.n * 100000 + p, 7), 'player-' || p, 'Player ' || p, 'player-' || p || '@players.example',
        (array['en', 'ru', 'lt'])[1 + p % 3], 'LT', (array['active', 'active', 'active', 'at_risk', 'excluded', 'unknown'])[1 + p % 6], now()
    from bench.casinos c, generate_series(1, c.players) p;

-- One conversation in ten is open, one in twenty snoozed. Topic 15 and the last tag are rare, and hardly ever open.
create table bench.conversations as
    select c.n as casino, c.id as tenant_id, v as n, bench.id(at, c.n * 100000 + v, 8) as id, at,
        bench.id(bench.born(), c.n * 100000 + 1 + v % c.players, 7) as player_id,
        case when v % 10 = 0 then 'open' when v % 20 = 3 then 'snoozed' else 'resolved' end as state,
        case when r.unassigned then null else bench.id(bench.born(), c.n * 1000 + greatest(2, c.members / 6) + 1 +
            bench.pick(v, 12, c.members - greatest(2, c.members / 6)), 4) end as assignee_id,
        case when bench.pick(v, 13, 10) < 4 then null else bench.id(bench.born(), c.n * 1000 + 2 + bench.pick(v, 14, c.teams - 1), 3) end as team_id,
        case when v % 10001 = 7 then bench.id(bench.born(), c.n * 1000 + 15, 5) when bench.pick(v, 15, 10) < 2 then null
            else bench.id(bench.born(), c.n * 1000 + 1 + least(bench.pick(v, 16, 14), bench.pick(v, 17, 14)), 5) end as topic_id,
        case when bench.pick(v, 18, 100) < 80 then 'chat' when bench.pick(v, 18, 100) < 92 then 'email'
            when bench.pick(v, 18, 100) < 97 then 'phone' else 'messenger' end as channel,
        4 + bench.pick(v, 19, 14) as entries
    from bench.casinos c, generate_series(1, c.conversations) v,
        lateral (select now() - interval '1 year' * (1 - v::float8 / (c.conversations + 1)) as at) t,
        lateral (select v % 10 = 0 and bench.pick(v, 11, 10) < 3 as unassigned) r;
alter table bench.conversations add primary key (tenant_id, id);
analyze bench.conversations;

create table bench.bodies as
    select b, left(repeat('Why is my withdrawal of last ' || to_char(date '2026-01-05' + b, 'FMDay') || ' still waiting? ', 5), 40 + b * 3) as body
    from generate_series(0, 49) b;

-- The casinos' entries from one number to another, with digests and chains.
create function bench.entries(low int, high int) returns bigint language sql as $$
    with bare as (
        select c.tenant_id, c.id as conversation_id, s.seq, bench.id(c.at + s.seq * interval '90 seconds', (c.casino * 100000 + c.n) * 100 + s.seq, 9) as id,
            case when s.seq % 5 = 2 then 'assignment' else 'message' end as kind, case when s.seq % 5 = 2 then 'staff' else 'player' end as visibility,
            case when s.seq % 5 = 2 then 'system' when s.seq % 2 = 1 then 'player' else 'agent' end as author_kind,
            case when s.seq % 5 = 2 then null when s.seq % 2 = 1 then c.player_id else c.assignee_id end as author_id,
            c.channel, case when s.seq % 5 = 2 then null else 'en' end as language,
            case when s.seq % 5 = 2 then '{"to": "Member"}'::jsonb else '{}' end as facts,
            case when s.seq % 5 = 2 then 'system' when s.seq % 2 = 1 then 'player:' || c.player_id else 'agent:' || coalesce(c.assignee_id::text, '') end as sender,
            case when s.seq % 5 = 2 then null else c.id || '-' || s.seq end as client_id,
            c.at + s.seq * interval '90 seconds' as at, case when s.seq % 5 = 2 then null else b.body end as body,
            decode(md5(c.id || ':' || s.seq), 'hex') as salt
        from bench.conversations c cross join lateral generate_series(1, c.entries) s(seq)
        join bench.bodies b on b.b = bench.pick(c.n, s.seq, 50)
        where c.casino between low and high),
    digested as (
        select row(tenant_id, conversation_id, seq, id, kind, visibility, author_kind, author_id, channel, language, facts, sender, client_id,
            at, at, pg_current_xact_id(), 1, body, salt, sha256(salt || convert_to(coalesce(body, ''), 'UTF8')), ''::bytea, ''::bytea)::entries as e from bare),
    chained as (
        select e, log_digest(e) as digest from digested),
    added as (
        insert into entries select (e).tenant_id, (e).conversation_id, (e).seq, (e).id, (e).kind, (e).visibility, (e).author_kind, (e).author_id,
            (e).channel, (e).language, (e).facts, (e).sender, (e).client_id, (e).happened_at, (e).recorded_at, (e).xact, (e).epoch, (e).body,
            (e).salt, (e).body_digest, digest,
            bench.chain(log_seed((e).tenant_id, (e).conversation_id), (e).seq, digest) over (partition by (e).tenant_id, (e).conversation_id order by (e).seq)
        from chained
        returning tenant_id, conversation_id, seq, kind, author_kind, recorded_at, hash),
    heads as (
        select tenant_id, conversation_id, max(seq) as seq, max(seq) filter (where kind = 'message') as message_seq, max(recorded_at) as at,
            (array_agg(hash order by seq desc))[1] as hash,
            (array_agg(author_kind order by seq desc) filter (where kind = 'message'))[1] = 'player' as waits,
            min(recorded_at) filter (where author_kind = 'agent') as replied
        from added group by 1, 2),
    held as (
        insert into conversations (tenant_id, id, player_id, channel, language, state, assignee_id, team_id, topic_id, waiting_since, turn_at, opened_at,
            snoozed_until, first_reply_at, created_at, last_message_seq, last_seq, last_hash)
        select c.tenant_id, c.id, c.player_id, c.channel, 'en', c.state, c.assignee_id, c.team_id, c.topic_id,
            case when h.waits and c.state = 'open' then h.at end, h.at, c.at, case when c.state = 'snoozed' then now() + interval '1 day' end,
            h.replied, c.at, h.message_seq, h.seq, h.hash
        from heads h join bench.conversations c on c.tenant_id = h.tenant_id and c.id = h.conversation_id
        returning last_seq)
    select sum(last_seq) from held
$$;
