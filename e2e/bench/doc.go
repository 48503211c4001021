// Command bench measures how fast a desk is: `make bench` runs it. It starts the real binary on a durable Postgres of its own,
// seeds 200 casinos, and drives it over real sockets from separate processes, beside the bare limit of the same database.
// docs/speed.md and docs/scale.md say what each number means. It knows the desk's addresses and tables, never its packages' insides.
package main
