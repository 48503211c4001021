-- Small casinos by the thousand, each with players who have an open chat and a lead who is signed in. Conversations are empty:
-- they begin with the seed of their chain.
create table bench.talks (casino int, n int, host text, token text, conversation uuid, primary key (casino, n));

create function bench.found(low int, high int, players int) returns void language sql as $$
    insert into control.tenants (id, slug, name) select bench.id(bench.born(), n, 1), 'bench-' || lpad(n::text, 4, '0'), 'Casino ' || n
        from generate_series(low, high) n;
    insert into control.hosts (host, tenant_id, main) select 'bench-' || lpad(n::text, 4, '0') || '.localhost', bench.id(bench.born(), n, 1), true
        from generate_series(low, high) n;
    insert into control.people (id, email) select bench.id(bench.born(), n, 2), 'lead@bench-' || n || '.example' from generate_series(low, high) n;
    insert into brands (tenant_id, name) select bench.id(bench.born(), n, 1), 'Casino ' || n from generate_series(low, high) n;
    insert into teams (tenant_id, id, name, for_leads) select bench.id(bench.born(), n, 1), bench.id(bench.born(), n, 3), 'Leads', true
        from generate_series(low, high) n;
    insert into memberships (tenant_id, id, person_id, email, name, role)
        select bench.id(bench.born(), n, 1), bench.id(bench.born(), n, 4), bench.id(bench.born(), n, 2), 'lead@bench-' || n || '.example', 'Lead', 'lead'
        from generate_series(low, high) n;
    insert into staff_sessions (tenant_id, token_hash, id, membership_id, expires_at, proven_at, address, browser)
        select bench.id(bench.born(), n, 1), sha256(convert_to('bench-lead-of-' || n, 'UTF8')), bench.id(bench.born(), n, 32),
            bench.id(bench.born(), n, 4), now() + interval '1 day', now(), '127.0.0.1', 'benchmark' from generate_series(low, high) n;
    insert into players (tenant_id, id, sub, name, email, language, country, status, proven_at)
        select bench.id(bench.born(), n, 1), bench.id(bench.born(), n * 1000 + p, 7), 'player-' || p, 'Player ' || p, 'player-' || p || '@players.example',
            'en', 'LT', 'active', now() from generate_series(low, high) n, generate_series(1, players) p;
    insert into conversations (tenant_id, id, player_id, channel, language, state, last_hash)
        select t, c, bench.id(bench.born(), n * 1000 + p, 7), 'chat', 'en', 'open', log_seed(t, c)
        from generate_series(low, high) n, generate_series(1, players) p,
            lateral (select bench.id(bench.born(), n, 1) as t, bench.id(bench.born(), n * 1000 + p, 8) as c) i;
    insert into player_sessions (tenant_id, token_hash, player_id, proven, expires_at)
        select bench.id(bench.born(), n, 1), sha256(convert_to('bench-talk-' || n || '-' || p, 'UTF8')), bench.id(bench.born(), n * 1000 + p, 7),
            true, now() + interval '1 day' from generate_series(low, high) n, generate_series(1, players) p;
    insert into bench.talks select n, p, 'bench-' || lpad(n::text, 4, '0') || '.localhost', 'bench-talk-' || n || '-' || p,
        bench.id(bench.born(), n * 1000 + p, 8) from generate_series(low, high) n, generate_series(1, players) p;
$$;
