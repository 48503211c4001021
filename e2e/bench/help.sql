-- The benchmark's help centres: 10,000 published articles in English over all casinos, 2,040 of them at the first, a third of
-- them in Russian too; each of some 700 words, with a picture of a casino's daily questions in its titles. Run as the superuser.
set session_replication_role = replica;
set synchronous_commit = off;
set work_mem = '256MB';

create schema if not exists bench;

create table bench.help as
    select t.id as tenant_id, c.n as casino, a.n, (md5('article' || c.n || '-' || a.n))::uuid as id,
        (md5('shelf' || c.n || '-' || a.n % 8))::uuid as category_id, a.n % 8 as shelf
    from (select id, row_number() over (order by slug) as n from control.tenants) c
    join control.tenants t on t.id = c.id
    cross join lateral generate_series(1, case c.n when 1 then 2040 else 40 end) a(n);

create table bench.said as select
    array['withdraw', 'deposit', 'bonus', 'verify', 'password', 'account', 'wager', 'limit', 'document', 'card', 'bank', 'transfer', 'game', 'result',
        'odds', 'refund', 'support', 'language', 'phone', 'message'] as things,
    array['How to %s money', 'Why is my %s taking long', 'What a %s means', 'When a %s is refused', 'Rules of the %s', 'First %s', 'Change a %s',
        'A %s on your phone'] as titles,
    array['Как сделать %s', 'Почему %s идёт долго', 'Что значит %s', 'Правила: %s'] as ru,
    string_to_array('the a of and to your our account money withdrawal deposit takes one day bank card choose cashier open send passport document bonus '
        'wagering stake game slot table round result odds bet void refund limit break week month reason check support chat answer number e-mail phone '
        'address name country licence regulator complaint letter rule house play first last before after until within hours minutes if when where why '
        'how long which same other more less never always only may must can need want find see read write press button page link menu settings profile '
        'code device browser app update install sign in out forgot reset lock unlock safe identity proof bill photo scan clear colour corner edge', ' ') as words;

create table bench.paragraphs as
    select n, string_agg(s.words[1 + abs(hashtext(n || '-' || x)) % array_length(s.words, 1)], ' ') as p
    from bench.said s, generate_series(0, 499) n, generate_series(1, 70) x group by n;
alter table bench.paragraphs add primary key (n);
analyze bench.paragraphs;

insert into answer_categories (tenant_id, id, slug, position)
    select distinct tenant_id, category_id, 'shelf-' || shelf, shelf from bench.help;
insert into answer_category_names (tenant_id, category_id, language, name, about)
    select distinct tenant_id, category_id, l, case l when 'en' then 'Category ' else 'Раздел ' end || shelf, 'What stands in it, in a line'
    from bench.help, unnest(array['en', 'ru']) l;
insert into articles (tenant_id, id, category_id, audience, original, position)
    select tenant_id, id, category_id, case when n % 40 = 39 then 'staff' else 'players' end, 'en', n from bench.help;

create table bench.texts as
    select h.*, l.language, replace(format(case l.language when 'en' then s.titles[1 + h.n % 8] else s.ru[1 + h.n % 4] end, s.things[1 + (h.n / 8 + h.casino) % 20]), '%', '')
            || ' ' || h.n as title,
        (select left(p, 90) from bench.paragraphs where n = abs(hashtext(h.id::text)) % 500) as summary,
        (select string_agg(p, E'\n\n' order by x) from generate_series(1, 10) x join bench.paragraphs q on q.n = abs(hashtext(h.id::text || l.language || x)) % 500) as body
    from bench.help h cross join bench.said s cross join lateral (
        select 'en' as language union all select 'ru' where h.n % 3 = 0) l;

insert into article_versions (tenant_id, article_id, language, number, title, summary, slug, body, state, author_name, based_on, published_at, html, headings, renderer)
    select tenant_id, id, language, 1, title, summary, 'article-' || n, body, 'published', 'Anna', case language when 'ru' then 1 end, now() - n * interval '1 hour',
        (select string_agg('<h2 id="s-' || x || '">Part ' || x || '</h2><p>' || substr(body, 1 + x * 400, 400) || '</p>', E'\n') from generate_series(0, 9) x),
        (select jsonb_agg(jsonb_build_object('level', 2, 'id', 's-' || x, 'text', 'Part ' || x)) from generate_series(0, 9) x), 1
    from bench.texts;
insert into article_slugs (tenant_id, language, slug, article_id) select tenant_id, language, 'article-' || n, id from bench.texts;
insert into article_search (tenant_id, article_id, language, audience, slug, title, summary, folded, words)
    select tenant_id, id, language, case when n % 40 = 39 then 'staff' else 'players' end, 'article-' || n, title, summary, lower(title),
        answer_words(language, title, summary, body, lower(title), summary, body) from bench.texts;
insert into article_words (tenant_id, article_id, language, word)
    select distinct tenant_id, id, language, w from bench.texts, unnest(string_to_array(lower(title || ' ' || summary), ' ')) w where length(w) between 3 and 40;
insert into article_votes (tenant_id, article_id, language, voter, version, helpful)
    select tenant_id, id, 'en', decode(md5(id::text || v), 'hex'), 1, v % 3 > 0 from bench.help, generate_series(1, 5) v where n % 40 <> 39;
drop table bench.texts;
analyze answer_categories, answer_category_names, articles, article_versions, article_slugs, article_search, article_words, article_votes;
set session_replication_role = origin;
