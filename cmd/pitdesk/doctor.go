package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"github.com/uptrace/bun"

	"pitdesk/internal/pg"
	"pitdesk/migrations"
)

var errOwner = errors.New("PITDESK_OWNER_DATABASE_URL is not set: migrations run as the schema's owner")

type doctorCommand struct{}

// Run checks what a deployment needs and says what to do about what is wrong. It may run beside serve.
func (c *doctorCommand) Run(ctx context.Context, s *Settings, o *output) error {
	s.guest = true
	findings := []pg.Finding{checkBaseURL(s), checkDisk(s), checkKeys(s), checkFiles(ctx, s), checkBilling(ctx, s)}
	findings = append(findings, checkDatabase(ctx, s)...)
	wrong := 0
	for _, f := range findings {
		mark := "ok  "
		if !f.OK {
			wrong++
			mark = "BAD "
		}
		fmt.Fprintf(o.out, "%s %s\n", mark, f.Sentence)
		if f.Remedy != "" {
			fmt.Fprintf(o.out, "     %s\n", f.Remedy)
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d checks failed", wrong, len(findings))
	}
	return nil
}

// checkDatabase opens the pools itself: serve's way refuses the very roles that are to be reported.
func checkDatabase(ctx context.Context, s *Settings) []pg.Finding {
	d, err := openDatabase(ctx, s)
	if err != nil {
		return []pg.Finding{{Name: "database", Sentence: fmt.Sprintf("The database can't be had: %v.", err),
			Remedy: "Set PITDESK_DATABASE_URL, or make the embedded database startable."}}
	}
	defer d.close()
	roles := []*bun.DB{}
	for _, url := range []string{d.app, d.control} {
		pool, db, err := pg.Open(ctx, url, pg.PoolOptions{Name: "doctor", MaxConns: 2})
		if err != nil {
			return []pg.Finding{{Name: "database", Sentence: fmt.Sprintf("The database does not answer: %v.", err),
				Remedy: "Check that Postgres runs and that PITDESK_DATABASE_URL and PITDESK_CONTROL_DATABASE_URL name it."}}
		}
		defer pool.Close()
		defer db.Close()
		roles = append(roles, db)
	}
	return append(pg.Doctor(ctx, roles[0], roles[1], migrations.FS), checkClock(ctx, roles[0]), checkConns(ctx, s, roles[0]), checkSeal(ctx, s, roles[0], roles[1]),
		checkPooler(ctx, s))
}

// checkBaseURL wants TLS for everything that isn't this machine: cookies with the __Host- prefix need it.
func checkBaseURL(s *Settings) pg.Finding {
	host := s.base.Hostname()
	ip := net.ParseIP(host)
	if s.base.Scheme == "https" || host == "localhost" || (ip != nil && ip.IsLoopback()) {
		return pg.Finding{Name: "base URL", OK: true, Sentence: fmt.Sprintf("The base URL is %s.", s.base)}
	}
	return pg.Finding{Name: "base URL", Sentence: fmt.Sprintf("The base URL %s is not https: browsers refuse its sign-in cookies.", s.base),
		Remedy: "Put TLS in front and set PITDESK_BASE_URL to the https:// address."}
}

// leastDisk is what the data folder must have free, in bytes: files of players and the write-ahead log need room.
const leastDisk = 1 << 30

func checkDisk(s *Settings) pg.Finding {
	bad := func(format string, args ...any) pg.Finding {
		return pg.Finding{Name: "disk", Sentence: fmt.Sprintf(format, args...), Remedy: "Give PITDESK_DATA a folder that we may write to, with 1 GB or more free."}
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return bad("The data folder can't be made: %v.", err)
	}
	probe, err := os.CreateTemp(s.Data, "doctor-")
	if err != nil {
		return bad("The data folder can't be written to: %v.", err)
	}
	probe.Close()
	os.Remove(probe.Name())
	var fs syscall.Statfs_t
	if err := syscall.Statfs(s.Data, &fs); err != nil {
		return bad("The data folder's disk can't be asked: %v.", err)
	}
	folder, _ := filepath.Abs(s.Data)
	free := fs.Bavail * uint64(fs.Bsize)
	if free < leastDisk {
		return bad("The data folder %s has %d MB free, which is too little.", folder, free>>20)
	}
	return pg.Finding{Name: "disk", OK: true, Sentence: fmt.Sprintf("The data folder %s has %d GB free.", folder, free>>30)}
}
