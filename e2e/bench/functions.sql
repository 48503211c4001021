-- What the benchmark's seeds are made with, run as the superuser.
create schema bench;

-- A number below m out of n and a purpose k, the same in every run.
create function bench.pick(n bigint, k bigint, m bigint) returns bigint language sql immutable
    return abs(hashint8extended(n, k) % m);

-- An id that sorts by its time, as UUIDv7 does (RFC 9562, section 5.7).
create function bench.id(at timestamptz, n bigint, k bigint) returns uuid language sql immutable
    return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' ||
        substr(md5(k || ':' || n), 1, 3) || 'a' || substr(md5(k || ':' || n), 4, 15))::uuid;

create function bench.link(state bytea, seed bytea, seq bigint, digest bytea) returns bytea language sql immutable
    return sha256(coalesce(state, seed) || int8send(seq) || digest);
create aggregate bench.chain(seed bytea, seq bigint, digest bytea) (sfunc = bench.link, stype = bytea);

-- The moment that ids of what doesn't move are made from.
create function bench.born() returns timestamptz language sql immutable return timestamptz '2025-06-01 00:00Z';
