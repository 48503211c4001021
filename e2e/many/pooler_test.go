package many_test

import (
	"testing"

	"pitdesk/e2e/many"
	"pitdesk/internal/pgtest"
)

// TestSeveralProcessesThroughAPooler runs three serving and two working processes over a PgBouncer that hands out eight server
// connections for each role by transaction. What is acknowledged is kept, and streams hear what other processes wrote.
func TestSeveralProcessesThroughAPooler(t *testing.T) {
	d := many.Start(t, many.Options{Database: func(db *pgtest.DB) *pgtest.DB { return db.Pooled(t, 8) }})
	load := d.Load(t, many.LoadOptions{})
	visits := visit(t, d)
	load.Await(t, 400)
	visits.stop()
	load.Stop()
	load.Compare(t)
	load.Verify(t)
	for who, tally := range map[string]*many.Tally{"writers and listeners": &load.Tally, "visitors": &visits.Tally} {
		if n, first := tally.Failed(); n > 0 {
			t.Errorf("%s: %d requests failed, the first: %q", who, n, first)
		}
	}
	// The jobs were done through it, too.
	var done int
	if err := d.DB.Super(t).QueryRow("select count(*) from river.river_job where state = 'completed'").Scan(&done); err != nil || done == 0 {
		t.Errorf("%d jobs are done, %v", done, err)
	}
	t.Logf("%d jobs are done", done)
}
