// Package pgtest gives each test a freshly migrated database of its own, on a real Postgres that lives as long as the
// test process. It knows nothing above the migrations.
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
//	func TestSnooze(t *testing.T) {
//		db := pgtest.New(t)
//		…
//	}
package pgtest
