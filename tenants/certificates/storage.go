package certificates

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/seal"
)

// Secrets are where files rest: keys of certificates and of accounts, and what belongs to them.
var Secrets = seal.Shelf{Table: "control.certificate_files", Clear: "content", Sealed: "content_sealed", Row: []string{"name"}, Rests: "true"}

// Storage keeps what certificates are made with in the control schema. All processes over one database share it.
type Storage struct {
	control *bun.DB
	ring    *seal.Ring    // opens and seals files; nil where none are sealed
	alive   time.Duration // how long a lock outlives the last sign of life of its holder

	mu   sync.Mutex
	held map[string]*lock
}

var _ certmagic.Storage = (*Storage)(nil)

// lockAlive is how long the locks of a process that died stay locked.
const lockAlive = 30 * time.Second

// NewStorage keeps files over the control pool, sealed with a ring.
func NewStorage(control *bun.DB, ring *seal.Ring) *Storage {
	s := NewStorageLocking(control, lockAlive)
	s.ring = ring
	return s
}

// NewStorageLocking is NewStorage without a ring, and with another time after which the locks of a dead process can be taken.
func NewStorageLocking(control *bun.DB, alive time.Duration) *Storage {
	return &Storage{control: control, alive: alive, held: map[string]*lock{}}
}

// Store writes a file, or writes it anew.
func (s *Storage) Store(ctx context.Context, key string, value []byte) error {
	if value == nil {
		value = []byte{}
	}
	ctx = seal.With(ctx, s.ring)
	return named(key, s.control.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		clear, sealed, err := Secrets.Seal(ctx, tx, value, key)
		if err != nil {
			return err
		}
		_, err = tx.NewRaw(`insert into control.certificate_files (name, content, content_sealed) values (?, ?, ?) on conflict (name)
			do update set content = excluded.content, content_sealed = excluded.content_sealed, changed_at = clock_timestamp()`, key, clear, sealed).Exec(ctx)
		return err
	}))
}

// Load reads a file.
func (s *Storage) Load(ctx context.Context, key string) ([]byte, error) {
	content, _, err := s.load(ctx, key)
	return content, named(key, err)
}

func (s *Storage) load(ctx context.Context, key string) (content []byte, changed time.Time, err error) {
	var sealed []byte
	err = s.control.DB.QueryRowContext(ctx, `select content, content_sealed, changed_at from control.certificate_files where name = $1`, key).
		Scan(&content, &sealed, &changed)
	if err != nil {
		return nil, changed, err
	}
	content, err = Secrets.Open(seal.With(ctx, s.ring), content, sealed, key)
	return content, changed, err
}

// Delete removes a file, or all files of a folder.
func (s *Storage) Delete(ctx context.Context, key string) error {
	_, err := s.control.DB.ExecContext(ctx, `delete from control.certificate_files where name = $1 or starts_with(name, $1 || '/')`, key)
	return named(key, err)
}

// Exists says whether there is such a file or folder.
func (s *Storage) Exists(ctx context.Context, key string) bool {
	var there bool
	err := s.control.DB.QueryRowContext(ctx, `select exists (select 1 from control.certificate_files
		where name = $1 or starts_with(name, $1 || '/'))`, key).Scan(&there)
	return err == nil && there
}

// List returns the files of a folder; without recursive, what lies in it directly, folders too.
func (s *Storage) List(ctx context.Context, folder string, recursive bool) ([]string, error) {
	inside := folder
	if inside != "" {
		inside += "/"
	}
	rows, err := s.control.DB.QueryContext(ctx, `select name from control.certificate_files where starts_with(name, $1) order by name`, inside)
	if err != nil {
		return nil, named(folder, err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, named(folder, err)
		}
		if first, _, deeper := strings.Cut(name[len(inside):], "/"); deeper && !recursive {
			name = inside + first
		}
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, named(folder, err)
	}
	if len(names) == 0 {
		return nil, named(folder, sql.ErrNoRows)
	}
	return names, nil
}

// Stat describes a file or folder.
func (s *Storage) Stat(ctx context.Context, key string) (certmagic.KeyInfo, error) {
	content, changed, err := s.load(ctx, key)
	info := certmagic.KeyInfo{Key: key, IsTerminal: true, Modified: changed, Size: int64(len(content))}
	if errors.Is(err, sql.ErrNoRows) && s.Exists(ctx, key) {
		return certmagic.KeyInfo{Key: key}, nil
	}
	return info, named(key, err)
}

func named(key string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		err = fs.ErrNotExist
	}
	if err != nil {
		return fmt.Errorf("certificates: %s: %w", key, err)
	}
	return nil
}

// lock is a lock that this process holds.
type lock struct {
	holder uuid.UUID
	end    context.CancelFunc
}

// lockEvery is how soon a lock that was let go is noticed.
const lockEvery = 200 * time.Millisecond

// Lock waits until nobody else has the name locked, here or in another process. A holder that shows no life for a while has died.
func (s *Storage) Lock(ctx context.Context, name string) error {
	tick := time.NewTicker(lockEvery)
	defer tick.Stop()
	for {
		if ok, err := s.TryLock(ctx, name); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// TryLock is Lock that doesn't wait.
func (s *Storage) TryLock(ctx context.Context, name string) (bool, error) {
	l := &lock{holder: uuid.New()}
	res, err := s.control.DB.ExecContext(ctx, `insert into control.certificate_locks (name, holder, expires_at)
		values ($1, $2, clock_timestamp() + make_interval(secs => $3))
		on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
		where control.certificate_locks.expires_at < clock_timestamp()`, name, l.holder.String(), s.alive.Seconds())
	if err != nil {
		return false, fmt.Errorf("certificates: lock %s: %w", name, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return false, nil
	}
	living, end := context.WithCancel(context.WithoutCancel(ctx))
	l.end = end
	s.mu.Lock()
	s.held[name] = l
	s.mu.Unlock()
	go s.live(living, name, l.holder)
	return true, nil
}

// live shows life of a lock's holder until the lock is let go. A sign that fails is made up for by the next.
func (s *Storage) live(ctx context.Context, name string, holder uuid.UUID) {
	tick := time.NewTicker(s.alive / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, _ = s.control.DB.ExecContext(ctx, `update control.certificate_locks set expires_at = clock_timestamp() + make_interval(secs => $3)
			where name = $1 and holder = $2`, name, holder.String(), s.alive.Seconds())
	}
}

// Unlock lets a lock go. One that was taken from us meanwhile stays with whoever has it.
func (s *Storage) Unlock(ctx context.Context, name string) error {
	s.mu.Lock()
	l := s.held[name]
	delete(s.held, name)
	s.mu.Unlock()
	if l == nil {
		return nil
	}
	l.end()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_, err := s.control.DB.ExecContext(ctx, `delete from control.certificate_locks where name = $1 and holder = $2`, name, l.holder.String())
	return named(name, err)
}

// Abandon stops showing life of all locks, as the death of the process does. For tests.
func (s *Storage) Abandon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, l := range s.held {
		l.end()
		delete(s.held, name)
	}
}
